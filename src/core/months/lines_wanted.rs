//! Which lines of an earlier month are to be read.

use std::sync::Arc;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::{LineKey, Side};

/// Client and products of lines, by side. They are asked for each row of a month, and never listed. A copy
/// shares them: a query wants one of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinesWanted(Arc<[OfClients; 2]>);

type OfClients = FxHashMap<CompactString, FxHashSet<CompactString>>;

impl LinesWanted {
    /// Whether a line is wanted.
    pub fn has(&self, side: Side, client: &str, sku: &str) -> bool {
        self.0[position(side)].get(client).is_some_and(|skus| skus.contains(sku))
    }
}

impl Extend<LineKey> for LinesWanted {
    fn extend<I: IntoIterator<Item = LineKey>>(&mut self, keys: I) {
        let own = Arc::make_mut(&mut self.0);
        for LineKey { side, client, sku, .. } in keys {
            own[position(side)].entry(client.0).or_default().insert(sku.0);
        }
    }
}

impl FromIterator<LineKey> for LinesWanted {
    fn from_iter<I: IntoIterator<Item = LineKey>>(keys: I) -> Self {
        let mut wanted = Self::default();
        wanted.extend(keys);
        wanted
    }
}

fn position(side: Side) -> usize {
    match side {
        Side::Vendor => 0,
        Side::Psa => 1,
    }
}
