//! One tree at a time: the leaf that gains most is split first.

use super::bins::Bins;
use super::{Node, Tree, TreesRecipe};

/// First and second derivative of the loss at a row's score.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Slope {
    pub gradient: f64,
    pub curvature: f64,
}

/// Sums over the rows of a bin or a leaf.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    gradient: f64,
    curvature: f64,
    n_rows: f64,
}

impl Sum {
    fn add(&mut self, slope: Slope) {
        self.gradient += slope.gradient;
        self.curvature += slope.curvature;
        self.n_rows += 1.0;
    }

    fn plus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient + other.gradient,
            curvature: self.curvature + other.curvature,
            n_rows: self.n_rows + other.n_rows,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            curvature: self.curvature - other.curvature,
            n_rows: self.n_rows - other.n_rows,
        }
    }

    /// How much the loss falls when the rows get one answer, twice.
    fn gain(self, l2: f64) -> f64 {
        self.gradient * self.gradient / (self.curvature + l2)
    }
}

/// A leaf that may still be split.
struct Leaf {
    node_idx: usize,
    rows: Vec<usize>,
    /// By drawn column: a sum for each bin.
    histograms: Vec<Vec<Sum>>,
    split: Option<Split>,
}

#[derive(Debug, Clone, Copy)]
struct Split {
    gain: f64,
    /// Position among the drawn columns.
    drawn_idx: usize,
    bin: u8,
}

pub(super) struct Grower<'a> {
    bins: &'a Bins,
    slopes: &'a [Slope],
    columns: Vec<usize>,
    recipe: &'a TreesRecipe,
}

/// Fewest rows of a leaf: a twentieth of all, between these.
const FEWEST_IN_LEAF: (f64, f64) = (2.0, 10.0);

impl<'a> Grower<'a> {
    pub(super) fn new(
        bins: &'a Bins,
        slopes: &'a [Slope],
        columns: Vec<usize>,
        recipe: &'a TreesRecipe,
    ) -> Self {
        Self { bins, slopes, columns, recipe }
    }

    /// One tree, its cuts still bins.
    pub(super) fn tree(&self, rows: Vec<usize>) -> Tree {
        let histograms = self.histograms(&rows);
        let mut tree = Tree { nodes: Vec::new() };
        let mut leaves = vec![self.leaf(&mut tree, rows, histograms)];
        while leaves.len() < self.recipe.most_leaves {
            let gains = leaves.iter().map(|leaf| leaf.split.map_or(0.0, |split| split.gain));
            // Of equal gains, the leaf that was made first.
            let best = gains
                .enumerate()
                .fold((0, 0.0), |best, (idx, gain)| if best.1 < gain { (idx, gain) } else { best });
            if best.1 <= 0.0 {
                break;
            }
            let leaf = leaves.remove(best.0);
            leaves.extend(self.divided(&mut tree, leaf));
        }
        tree
    }

    fn leaf(&self, tree: &mut Tree, rows: Vec<usize>, histograms: Vec<Vec<Sum>>) -> Leaf {
        let sum = rows.iter().fold(Sum::default(), |mut sum, &row_idx| {
            sum.add(self.slopes[row_idx]);
            sum
        });
        let value = -self.recipe.learning_rate * sum.gradient / (sum.curvature + self.recipe.l2);
        tree.nodes.push(Node { value, cut: 0.0, column: 0, left: 0 });
        let split = self.best_split(&histograms, sum);
        Leaf { node_idx: tree.nodes.len() - 1, rows, histograms, split }
    }

    fn divided(&self, tree: &mut Tree, leaf: Leaf) -> [Leaf; 2] {
        let split = leaf.split.expect("only a leaf with a split is divided");
        let column = self.columns[split.drawn_idx];
        let left_idx = u32::try_from(tree.nodes.len()).expect("few nodes");
        let node = &mut tree.nodes[leaf.node_idx];
        node.left = left_idx;
        node.column = u32::try_from(column).expect("fewer columns than u32::MAX");
        node.cut = f64::from(split.bin);
        let bins = &self.bins.bin[column];
        let (left, right): (Vec<usize>, Vec<usize>) =
            leaf.rows.into_iter().partition(|&row_idx| bins[row_idx] <= split.bin);
        // The larger side's sums are what is left of the parent's.
        let small = self.histograms(if left.len() <= right.len() { &left } else { &right });
        let large: Vec<Vec<Sum>> = leaf
            .histograms
            .iter()
            .zip(&small)
            .map(|(all, part)| all.iter().zip(part).map(|(a, p)| a.minus(*p)).collect())
            .collect();
        let (left_sums, right_sums) =
            if left.len() <= right.len() { (small, large) } else { (large, small) };
        [self.leaf(tree, left, left_sums), self.leaf(tree, right, right_sums)]
    }

    fn histograms(&self, rows: &[usize]) -> Vec<Vec<Sum>> {
        let of_column = |&column: &usize| {
            let mut sums = vec![Sum::default(); self.bins.cuts[column].len() + 1];
            let bins = &self.bins.bin[column];
            for &row_idx in rows {
                sums[usize::from(bins[row_idx])].add(self.slopes[row_idx]);
            }
            sums
        };
        self.columns.iter().map(of_column).collect()
    }

    fn best_split(&self, histograms: &[Vec<Sum>], sum: Sum) -> Option<Split> {
        let n_all = self.slopes.len() as f64;
        let fewest = (n_all / 20.0).clamp(FEWEST_IN_LEAF.0, FEWEST_IN_LEAF.1);
        let l2 = self.recipe.l2;
        let whole = sum.gain(l2);
        let mut best: Option<Split> = None;
        for (drawn_idx, sums) in histograms.iter().enumerate() {
            let mut left = Sum::default();
            for (bin, one) in sums[..sums.len() - 1].iter().enumerate() {
                left = left.plus(*one);
                let right = sum.minus(left);
                if left.n_rows < fewest || right.n_rows < fewest || one.n_rows == 0.0 {
                    continue;
                }
                let gain = left.gain(l2) + right.gain(l2) - whole;
                if best.is_none_or(|best| best.gain < gain) {
                    let bin = u8::try_from(bin).expect("at most 255 bins");
                    best = Some(Split { gain, drawn_idx, bin });
                }
            }
        }
        best.filter(|split| 1e-9 < split.gain)
    }
}
