//! Columns cut into bins.

use ndarray::{ArrayView1, ArrayView2, Axis};
use rayon::prelude::*;

use super::Tree;

/// Most bins of a column.
const MOST_BINS: usize = 255;

/// Every column cut into bins.
pub(super) struct Bins {
    /// By column, then row: the row's bin.
    pub bin: Vec<Vec<u8>>,
    /// By column: the highest value of each bin but the last.
    pub cuts: Vec<Vec<f64>>,
}

impl Bins {
    pub(super) fn of(features: ArrayView2<'_, f64>) -> Self {
        let columns: Vec<ArrayView1<'_, f64>> = features.axis_iter(Axis(1)).collect();
        let (bin, cuts) = columns
            .into_par_iter()
            .map(|column| {
                let cuts = cuts(column);
                let bin = column.iter().map(|&value| bin_of(&cuts, value)).collect();
                (bin, cuts)
            })
            .unzip();
        Self { bin, cuts }
    }

    /// What a tree whose cuts are still bins adds to a row of the bins.
    pub(super) fn leaf(&self, tree: &Tree, row_idx: usize) -> f64 {
        let mut node = &tree.nodes[0];
        while node.left != 0 {
            let bin = f64::from(self.bin[node.column as usize][row_idx]);
            node = &tree.nodes[node.left as usize + usize::from(node.cut < bin)];
        }
        node.value
    }

    /// The same tree with its cuts as values.
    pub(super) fn with_cuts(&self, mut tree: Tree) -> Tree {
        for node in tree.nodes.iter_mut().filter(|node| node.left != 0) {
            node.cut = self.cuts[node.column as usize][node.cut as usize];
        }
        tree
    }
}

/// Halfway between neighbouring values; of more than fit, those that make bins of even size.
fn cuts(column: ArrayView1<'_, f64>) -> Vec<f64> {
    let mut values = column.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    let n_distinct = 1 + values.windows(2).filter(|pair| pair[0] < pair[1]).count();
    let fewest = if n_distinct <= MOST_BINS { 1 } else { values.len().div_ceil(MOST_BINS) };
    let mut cuts = Vec::new();
    let mut n_in_bin = 0;
    for pair in values.windows(2) {
        n_in_bin += 1;
        if pair[0] < pair[1] && fewest <= n_in_bin && cuts.len() + 1 < MOST_BINS {
            cuts.push(pair[0] + (pair[1] - pair[0]) / 2.0);
            n_in_bin = 0;
        }
    }
    cuts
}

fn bin_of(cuts: &[f64], value: f64) -> u8 {
    u8::try_from(cuts.partition_point(|&cut| cut < value)).expect("at most 255 bins")
}
