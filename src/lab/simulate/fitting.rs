//! Which lines something can still be made of, kept up to date instead of looked for anew each time.

use std::collections::BTreeMap;

/// For each thing to be made, the lines it fits, ascending. Lines only ever drop out.
#[derive(Debug)]
pub(super) struct Fitting<K>(BTreeMap<K, Vec<usize>>);

impl<K: Ord> Fitting<K> {
    /// Nothing looked for yet.
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// The lines that fit, looked for the first time only.
    pub(super) fn lines(&mut self, key: K, look: impl FnOnce() -> Vec<usize>) -> &[usize] {
        self.0.entry(key).or_insert_with(look)
    }

    /// Drops those of some neighbouring lines that do not fit any more.
    pub(super) fn keep(
        &mut self,
        changed: std::ops::Range<usize>,
        still_fits: impl Fn(&K, usize) -> bool,
    ) {
        for (key, lines) in &mut self.0 {
            let from = lines.partition_point(|&line_idx| line_idx < changed.start);
            let to = lines.partition_point(|&line_idx| line_idx < changed.end);
            let kept: Vec<usize> =
                lines[from..to].iter().copied().filter(|&idx| still_fits(key, idx)).collect();
            lines.splice(from..to, kept);
        }
    }
}
