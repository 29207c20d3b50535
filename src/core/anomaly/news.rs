//! What came and went as both sides say: news, and no flag.
//!
//! A line that is new or gone is flagged where the two sides do not agree about it, for somebody has to set
//! one of them right. Where they do, and where there is nothing on the other side that could disagree, it is
//! told with all else that changed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::judge::Bench;
use super::{Flag, FlagKind, FlagSide, LineIdentity};
use crate::domain::SeriesSide;
use crate::seat_trend::Presence;

/// Flags, and facts about lines that both sides agree on.
pub(super) struct Told {
    pub flags: Vec<Flag>,
    pub news: Vec<Flag>,
}

/// Takes out what is news and no flag.
pub(super) fn apart(flags: Vec<Flag>, bench: &Bench<'_>) -> Told {
    let is_line = |flag: &Flag| {
        let of_line = !flag.client.is_empty() && !flag.sku.is_empty();
        flag.is_fact() && of_line && flag.side != FlagSide::Drift
    };
    let by_name = bench.lines == LineIdentity::ByName;
    if !by_name || !flags.iter().any(is_line) {
        return Told { flags, news: Vec::new() };
    }
    let sides = Sides::of(bench, flags.iter().filter(|flag| is_line(flag)));
    let (news, flags) =
        flags.into_iter().partition(|flag| is_line(flag) && sides.agree_about(flag));
    Told { flags, news }
}

/// What the two sides have.
struct Sides<'a> {
    /// By client and product, of the lines in question: whether the vendor and the PSA have it this month.
    lines: FxHashMap<(&'a str, &'a str), [bool; 2]>,
    /// Products of which the vendor, and the PSA, have a line this month that is older.
    products: [FxHashSet<&'a str>; 2],
}

impl<'a> Sides<'a> {
    fn of<'f>(bench: &Bench<'a>, facts: impl Iterator<Item = &'f Flag>) -> Self {
        let wanted: FxHashSet<(&str, &str)> =
            facts.map(|flag| (flag.client.as_str(), flag.sku.as_str())).collect();
        let mut sides = Self { lines: FxHashMap::default(), products: Default::default() };
        for (series_idx, one) in bench.series.iter().enumerate() {
            let side = match one.side {
                SeriesSide::Vendor => 0,
                SeriesSide::Psa => 1,
                SeriesSide::Drift => continue,
            };
            let presence = bench.scores.presence(series_idx);
            if presence == Presence::Seen {
                sides.products[side].insert(&one.sku);
            }
            let key = (one.client.as_str(), one.sku.as_str());
            if wanted.contains(&key) {
                let is_here = matches!(presence, Presence::Seen | Presence::New);
                sides.lines.entry(key).or_default()[side] |= is_here;
            }
        }
        sides
    }

    fn agree_about(&self, flag: &Flag) -> bool {
        let (own, other) = match flag.side {
            FlagSide::Vendor => (0, 1),
            FlagSide::Psa => (1, 0),
            FlagSide::Both | FlagSide::Drift => return true,
        };
        // A book of one side has nobody who could disagree, and nobody who agrees.
        if self.products[other].is_empty() {
            return false;
        }
        let key = (flag.client.as_str(), flag.sku.as_str());
        let is_there = self.lines.get(&key).is_some_and(|line| line[other]);
        match flag.kind {
            FlagKind::NewLine => {
                let is_known_there = self.products[other].contains(flag.sku.as_str());
                is_there || !(is_known_there && self.products[own].contains(flag.sku.as_str()))
            }
            _ => !is_there,
        }
    }
}
