//! Which series are one line: what was bought, what was billed, and the gap between the two.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use crate::domain::Series;

/// Series by line, as positions.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    /// The line of each series.
    line_of: Vec<u32>,
    /// The series, those of one line together.
    members: Vec<u32>,
    /// Where each line's members begin; one more entry than lines.
    starts: Vec<u32>,
}

impl Lines {
    /// Series of one client and product are one line, of each side one; one that names no client stands for
    /// itself.
    pub(super) fn by_name(series: &[Series]) -> Self {
        // A line, and the sides of it that are known.
        type Known = (u32, [bool; 3]);
        let mut known: HashMap<(&str, &str), Known, FxBuildHasher> = HashMap::default();
        let mut n_lines = 0;
        let line_of = series.iter().map(|one| {
            let next = n_lines;
            let side = one.side as usize;
            let line = match one.client.is_empty() {
                true => next,
                false => {
                    let line = known.entry((&one.client, &one.sku)).or_insert((next, [false; 3]));
                    if line.1[side] {
                        *line = (next, [false; 3]);
                    }
                    line.1[side] = true;
                    line.0
                }
            };
            n_lines += u32::from(line == next);
            line
        });
        let line_of = line_of.collect();
        Self::of(line_of)
    }

    /// Each series' line by its number.
    pub(super) fn of(line_of: Vec<u32>) -> Self {
        let n_lines = line_of.iter().max().map_or(0, |last| *last as usize + 1);
        let mut starts = vec![0_u32; n_lines + 1];
        for &line in &line_of {
            starts[line as usize + 1] += 1;
        }
        for line in 0..n_lines {
            starts[line + 1] += starts[line];
        }
        let mut next = starts.clone();
        let mut members = vec![0; line_of.len()];
        for (series_idx, &line) in line_of.iter().enumerate() {
            let place = &mut next[line as usize];
            members[*place as usize] = u32::try_from(series_idx).expect("fewer than u32::MAX");
            *place += 1;
        }
        Self { line_of, members, starts }
    }

    /// How many lines there are.
    pub(super) fn n(&self) -> usize {
        self.starts.len() - 1
    }

    /// The line of a series.
    pub(super) fn of_series(&self, series_idx: usize) -> usize {
        self.line_of[series_idx] as usize
    }

    /// The series of a line.
    pub(super) fn members(&self, line: usize) -> impl Iterator<Item = usize> + Clone + '_ {
        let range = self.starts[line] as usize..self.starts[line + 1] as usize;
        self.members[range].iter().map(|&series_idx| series_idx as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SeriesSide;
    use crate::seat_trend::synthetic::line;

    #[test]
    fn the_sides_of_a_line_are_one_and_series_without_a_client_stand_alone() {
        let mut series = vec![line(1, 1, vec![1.0]), line(2, 1, vec![1.0]), line(1, 1, vec![1.0])];
        series[2].side = SeriesSide::Psa;
        series.extend([line(3, 1, vec![1.0]), line(3, 1, vec![1.0])]);
        series[3].client.clear();
        series[4].client.clear();
        let lines = Lines::by_name(&series);
        assert_eq!(lines.n(), 4);
        let all: Vec<Vec<usize>> = (0..4).map(|line| lines.members(line).collect()).collect();
        assert_eq!(all, [vec![0, 2], vec![1], vec![3], vec![4]]);
        assert_eq!(lines.of_series(2), 0);
    }
}
