//! Which lines of an earlier month are to be read.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{LineKey, Side};

/// Side, client and product of lines.
#[derive(Debug, Default)]
pub struct LinesWanted(BTreeMap<Side, BTreeMap<String, BTreeSet<String>>>);

impl LinesWanted {
    /// Whether a line is wanted.
    pub fn has(&self, side: Side, client: &str, sku: &str) -> bool {
        let skus = self.0.get(&side).and_then(|clients| clients.get(client));
        skus.is_some_and(|skus| skus.contains(sku))
    }
}

impl Extend<LineKey> for LinesWanted {
    fn extend<I: IntoIterator<Item = LineKey>>(&mut self, keys: I) {
        for LineKey { side, client, sku, .. } in keys {
            self.0.entry(side).or_default().entry(client.0).or_default().insert(sku.0);
        }
    }
}
