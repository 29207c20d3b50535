//! How a pair stands among its rivals: the other pairs of the same two rows.

use super::RowPair;

/// Number of features [`rivals`] gives for each pair.
pub const N_RIVAL_FEATURES: usize = 6;

/// For each pair, by any score: its place among the pairs of its left row (1 for the best, 1/2 for the
/// second), how far it is ahead of the best of the others (negative: behind), how far the best of all is
/// ahead of the second; then the same for its right row. A lone pair is ahead by its whole score.
pub fn rivals(pairs: &[RowPair], scores: &[f64]) -> Vec<[f64; N_RIVAL_FEATURES]> {
    let mut standings = vec![[0.0; N_RIVAL_FEATURES]; pairs.len()];
    let sides: [fn(&RowPair) -> usize; 2] = [|pair| pair.left_idx, |pair| pair.right_idx];
    for (side, first) in sides.into_iter().zip([0, 3]) {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        order.sort_by(|&one, &other| {
            let by_row = side(&pairs[one]).cmp(&side(&pairs[other]));
            by_row.then(scores[other].total_cmp(&scores[one])).then(one.cmp(&other))
        });
        for group in order.chunk_by(|&one, &other| side(&pairs[one]) == side(&pairs[other])) {
            let score = |place: usize| group.get(place).map_or(0.0, |&idx| scores[idx]);
            for &idx in group {
                let own = scores[idx];
                let n_better = group.iter().take_while(|&&other| own < scores[other]).count();
                let best_other = if idx == group[0] { score(1) } else { score(0) };
                standings[idx][first..first + 3].copy_from_slice(&[
                    1.0 / (1 + n_better) as f64,
                    own - best_other,
                    score(0) - score(1),
                ]);
            }
        }
    }
    standings
}
