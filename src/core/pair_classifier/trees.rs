//! Boosted trees: log-odds as a sum of small decision trees, each mending what those before it missed.
//!
//! Columns are cut into at most 255 bins once, so that a split is found by one pass over counts
//! instead of a sort. Every node knows what it would answer by itself, so a score can be taken apart
//! into what each column added on the way to the leaves.

mod bins;
mod grower;

use ndarray::{ArrayView1, ArrayView2};
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};

use self::bins::Bins;
use self::grower::{Grower, Slope};
use super::sigmoid;

/// How to grow trees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TreesRecipe {
    /// Decides which rows and columns each tree sees.
    pub seed: u64,
    /// Trees.
    pub n_trees: usize,
    /// Share of what a tree found that is added to the score.
    pub learning_rate: f64,
    /// Most leaves of a tree.
    pub most_leaves: usize,
    /// Share of the rows a tree sees.
    pub row_share: f64,
    /// Share of the columns a tree sees.
    pub column_share: f64,
    /// How strongly the answer of a leaf is pulled towards 0, in pairs of even odds times four.
    pub l2: f64,
}

impl Default for TreesRecipe {
    fn default() -> Self {
        Self {
            seed: 1,
            n_trees: 300,
            learning_rate: 0.05,
            most_leaves: 15,
            row_share: 0.7,
            column_share: 0.3,
            l2: 1.0,
        }
    }
}

/// Trees grown on labelled rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BoostedTrees {
    /// Log-odds before any tree is asked.
    base: f64,
    n_columns: u32,
    trees: Vec<Tree>,
}

/// Nodes, the root first; the children of a node stand side by side, after it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Node {
    /// Log-odds the node adds by itself.
    value: f64,
    /// Rows with at most this much go left.
    cut: f64,
    column: u32,
    /// Position of the left child, the right one is next to it; 0 for a leaf.
    left: u32,
}

impl BoostedTrees {
    /// The log-odds of a row of as many columns as the trees were grown on.
    pub fn log_odds(&self, row: ArrayView1<'_, f64>) -> f64 {
        self.base + self.trees.iter().map(|tree| tree.leaf(row).value).sum::<f64>()
    }

    /// Takes a score apart: the log-odds before any column is looked at, and what each column adds.
    /// They add up to [`BoostedTrees::log_odds`].
    ///
    /// Source: path contributions (Saabas 2014).
    pub fn contributions(&self, row: ArrayView1<'_, f64>) -> (f64, Vec<f64>) {
        let mut base = self.base;
        let mut added = vec![0.0; self.n_columns as usize];
        for tree in &self.trees {
            let mut node = &tree.nodes[0];
            base += node.value;
            while node.left != 0 {
                let child = tree.child(node, row);
                added[node.column as usize] += child.value - node.value;
                node = child;
            }
        }
        (base, added)
    }

    /// The same trees, each answer this many times as strong.
    pub fn scaled(mut self, by: f64) -> Self {
        self.base *= by;
        for node in self.trees.iter_mut().flat_map(|tree| &mut tree.nodes) {
            node.value *= by;
        }
        self
    }

    /// Both, one after the other.
    pub fn plus(mut self, other: Self) -> Self {
        self.base += other.base;
        self.trees.extend(other.trees);
        self
    }

    /// Columns the trees were grown on.
    pub fn n_columns(&self) -> usize {
        self.n_columns as usize
    }

    /// Whether every node points to nodes and columns that exist, children after their parents: what
    /// holds for grown trees and must be checked for trees read from a file.
    pub fn is_sound(&self) -> bool {
        self.base.is_finite()
            && self.trees.iter().all(|tree| {
                !tree.nodes.is_empty()
                    && tree.nodes.iter().enumerate().all(|(idx, node)| {
                        let left = node.left as usize;
                        let is_placed = left == 0 || (idx < left && left + 1 < tree.nodes.len());
                        is_placed && node.column < self.n_columns && node.value.is_finite()
                    })
            })
    }
}

impl Tree {
    fn child(&self, node: &Node, row: ArrayView1<'_, f64>) -> &Node {
        let goes_right = node.cut < row[node.column as usize];
        &self.nodes[node.left as usize + usize::from(goes_right)]
    }

    fn leaf(&self, row: ArrayView1<'_, f64>) -> &Node {
        let mut node = &self.nodes[0];
        while node.left != 0 {
            node = self.child(node, row);
        }
        node
    }
}

/// Grows trees on rows whose answers are known. Without rows, or with rows of one answer only, the
/// score is the same for every row.
///
/// Shape: `features` is `(same.len(), n_columns)`; every value is finite.
///
/// Source: gradient boosting (Friedman 2001) with second-order leaves (Chen and Guestrin 2016), the
/// leaf that gains most split first, on histograms (Ke et al. 2017).
pub fn grow(features: ArrayView2<'_, f64>, same: &[bool], recipe: &TreesRecipe) -> BoostedTrees {
    let n_rows = same.len();
    let n_same = same.iter().filter(|one| **one).count();
    // One imagined pair of either answer: the odds stay finite.
    let base = ((n_same as f64 + 1.0) / ((n_rows - n_same) as f64 + 1.0)).ln();
    let grown = grow_from(features, same, vec![base; n_rows], recipe);
    BoostedTrees { base, ..grown }
}

/// Grows trees that mend `scores`, the log-odds some other model gives the rows: what they say is to be
/// added to it. Where there is nothing to learn from, they add 0.
///
/// Shape: as in [`grow`]; `scores` has one number a row.
pub fn grow_from(
    features: ArrayView2<'_, f64>,
    same: &[bool],
    mut scores: Vec<f64>,
    recipe: &TreesRecipe,
) -> BoostedTrees {
    let (n_rows, n_columns) = features.dim();
    let n_same = same.iter().filter(|one| **one).count();
    let n_columns_stored = u32::try_from(n_columns).expect("fewer columns than u32::MAX");
    let mut grown = BoostedTrees { base: 0.0, n_columns: n_columns_stored, trees: Vec::new() };
    if n_same == 0 || n_same == n_rows || n_columns == 0 {
        return grown;
    }
    let bins = Bins::of(features);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(recipe.seed);
    let mut slopes = vec![Slope::default(); n_rows];
    for _ in 0..recipe.n_trees {
        for ((slope, &score), &is_same) in slopes.iter_mut().zip(&scores).zip(same) {
            let chance = sigmoid(score);
            *slope = Slope {
                gradient: chance - f64::from(u8::from(is_same)),
                curvature: (chance * (1.0 - chance)).max(1e-12),
            };
        }
        let rows = drawn(n_rows, recipe.row_share, &mut rng);
        let columns = drawn(n_columns, recipe.column_share, &mut rng);
        let tree = Grower::new(&bins, &slopes, columns, recipe).tree(rows);
        for (row_idx, score) in scores.iter_mut().enumerate() {
            *score += bins.leaf(&tree, row_idx);
        }
        grown.trees.push(bins.with_cuts(tree));
    }
    grown
}

/// A share of the positions below `n`, ascending, at least one.
fn drawn(n: usize, share: f64, rng: &mut Xoshiro256PlusPlus) -> Vec<usize> {
    let n_drawn = ((n as f64 * share).round() as usize).clamp(1, n);
    let mut positions: Vec<usize> = (0..n).collect();
    for idx in 0..n_drawn {
        let other = rng.gen_range(idx..n);
        positions.swap(idx, other);
    }
    positions.truncate(n_drawn);
    positions.sort_unstable();
    positions
}

#[cfg(test)]
mod tests {
    use ndarray::{Array1, Array2};

    use super::*;

    fn noise(n_rows: usize, n_columns: usize, seed: u64) -> Array2<f64> {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
        Array2::from_shape_simple_fn((n_rows, n_columns), || rng.gen_range(0.0..1.0))
    }

    /// Same when exactly one of the first two columns is high: no sum of columns can say that.
    fn either_or(features: &Array2<f64>) -> Vec<bool> {
        features.outer_iter().map(|row| (0.5 < row[0]) != (0.5 < row[1])).collect()
    }

    #[test]
    fn trees_learn_what_no_sum_of_columns_can_say() {
        let features = noise(1200, 5, 1);
        let grown = grow(features.view(), &either_or(&features), &TreesRecipe::default());
        let unseen = noise(500, 5, 2);
        let right = unseen
            .outer_iter()
            .zip(either_or(&unseen))
            .filter(|(row, is_same)| (0.0 < grown.log_odds(row.view())) == *is_same)
            .count();
        assert!(460 < right, "{right} of 500");
    }

    #[test]
    fn what_the_columns_add_makes_up_the_score() {
        let features = noise(300, 4, 3);
        let grown = grow(features.view(), &either_or(&features), &TreesRecipe::default());
        for row in features.outer_iter() {
            let (base, added) = grown.contributions(row);
            let sum = base + added.iter().sum::<f64>();
            assert!((sum - grown.log_odds(row)).abs() < 1e-9);
        }
    }

    #[test]
    fn rows_of_one_answer_and_no_rows_give_one_score() {
        let features = noise(20, 3, 4);
        let grown = grow(features.view(), &[true; 20], &TreesRecipe::default());
        assert!(0.0 < grown.log_odds(features.row(0)));
        assert_eq!(grown.log_odds(features.row(0)), grown.log_odds(features.row(1)));
        let empty = grow(Array2::zeros((0, 3)).view(), &[], &TreesRecipe::default());
        assert_eq!(empty.log_odds(Array1::zeros(3).view()), 0.0);
    }

    #[test]
    fn trees_grown_from_a_score_mend_it_and_leave_alone_what_is_right() {
        let features = noise(600, 4, 7);
        let same = either_or(&features);
        let right: Vec<f64> = same.iter().map(|one| if *one { 9.0 } else { -9.0 }).collect();
        let wrong: Vec<f64> = right.iter().map(|score| -0.2 * score).collect();
        let recipe = TreesRecipe::default();
        let most = |scores: &[f64]| {
            let grown = grow_from(features.view(), &same, scores.to_vec(), &recipe);
            let added = features.outer_iter().map(|row| grown.log_odds(row).abs());
            added.fold(0.0, f64::max)
        };
        assert!(most(&right) < 0.5 && 3.0 < most(&wrong), "{} {}", most(&right), most(&wrong));
    }

    #[test]
    fn scaled_trees_say_the_same_more_or_less_strongly() {
        let features = noise(200, 3, 8);
        let grown = grow(features.view(), &either_or(&features), &TreesRecipe::default());
        let half = grown.clone().scaled(0.5);
        for row in features.outer_iter() {
            assert!((half.log_odds(row) - 0.5 * grown.log_odds(row)).abs() < 1e-9);
        }
    }

    #[test]
    fn the_same_rows_and_seed_grow_the_same_trees() {
        let features = noise(200, 6, 5);
        let same = either_or(&features);
        let recipe = TreesRecipe { n_trees: 20, ..TreesRecipe::default() };
        let grown = grow(features.view(), &same, &recipe);
        assert_eq!(grown, grow(features.view(), &same, &recipe));
        assert!(grown.is_sound());
        let other = grow(features.view(), &same, &TreesRecipe { seed: 2, ..recipe });
        assert_ne!(grown, other);
    }

    #[test]
    fn a_damaged_tree_is_found_out() {
        let features = noise(200, 2, 6);
        let mut grown = grow(features.view(), &either_or(&features), &TreesRecipe::default());
        grown.trees[0].nodes[0].left = 1_000;
        assert!(!grown.is_sound());
    }
}
