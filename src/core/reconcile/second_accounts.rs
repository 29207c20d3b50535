//! A second account of a client that nobody has matched yet: what the client is billed too much is what the
//! other account buys, to the unit.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::finding_types::{Compared, Difference};
use super::groups::GroupStanding;
use super::partners::{NameStanding, Partners};
use super::words;
use crate::domain::{FindingKind, Line, Probability, Side};
use crate::normalise::client_name;

/// That a gap and a line as large are one thing, where the two clients have a word in common.
const ONE_THING: f64 = 0.8;
/// Shorter words say nothing.
const LEAST_LETTERS: usize = 4;

/// Weighs gaps of matched clients that a line of an unmatched one explains, and that line.
pub(super) fn weigh(groups: &mut [Compared<'_>], partners: &Partners) {
    let unmatched = unmatched_lines(groups, partners);
    if unmatched.is_empty() {
        return;
    }
    let mut explained: Vec<(usize, usize)> = Vec::new();
    for (at, compared) in groups.iter().enumerate() {
        let drift = compared.drift();
        if compared.group.standing != GroupStanding::Compared || drift.abs() <= Decimal::ONE {
            continue;
        }
        // Too much is billed where an account that buys is missing, and the other way round.
        let side = if drift.is_sign_negative() { Side::Vendor } else { Side::Psa };
        for line in &compared.group.psa {
            let key = (side, line.key.sku.0.as_str(), drift.abs().normalize());
            for &other in unmatched.get(&key).into_iter().flatten() {
                let name = |idx: usize| groups[idx].group.client_name.as_str();
                if have_a_word_in_common(name(at), name(other)) {
                    explained.push((at, other));
                }
            }
        }
    }
    explained.sort_unstable();
    explained.dedup();
    for (at, other) in explained {
        doubt(groups, at, other);
        doubt(groups, other, at);
    }
}

/// Groups of clients without a partner, by the side they stand on, the PSA's product and their units.
type Unmatched<'a> = BTreeMap<(Side, &'a str, Decimal), Vec<usize>>;

fn unmatched_lines<'p>(groups: &[Compared<'p>], partners: &'p Partners) -> Unmatched<'p> {
    let mut unmatched = Unmatched::new();
    for (at, compared) in groups.iter().enumerate() {
        let group = &compared.group;
        let Some(line): Option<&Line> = group.vendor.first().or(group.psa.first()).copied() else {
            continue;
        };
        let side = line.key.side;
        let standing = partners.clients.standing(side, &line.key.client.0);
        if matches!(standing, NameStanding::Paired | NameStanding::RightlyAlone) {
            continue;
        }
        let units = match side {
            Side::Vendor => compared.bought,
            Side::Psa => compared.billed,
        };
        let products: BTreeSet<&str> = match side {
            Side::Vendor => {
                partners.skus.partners(&line.key.sku.0).iter().map(|one| one.psa.as_str()).collect()
            }
            Side::Psa => BTreeSet::from([line.key.sku.0.as_str()]),
        };
        for product in products {
            unmatched.entry((side, product, units.0.normalize())).or_default().push(at);
        }
    }
    unmatched
}

fn have_a_word_in_common(one: &str, other: &str) -> bool {
    let words: BTreeSet<String> = client_name(one).core.into_iter().collect();
    let mut others = client_name(other).core.into_iter();
    others.any(|word| LEAST_LETTERS <= word.chars().count() && words.contains(&word))
}

fn doubt(groups: &mut [Compared<'_>], at: usize, other: usize) {
    let other = &groups[other].group;
    let why = words::second_account(&other.client_name, &other.sku_name);
    let is_gap = |one: &&mut Difference| {
        use FindingKind::{NotBilled, NotBought, OverBilled, UnderBilled};
        matches!(one.kind, NotBilled | NotBought | OverBilled | UnderBilled)
    };
    for difference in groups[at].differences.iter_mut().filter(is_gap) {
        let apart = Probability::clamped(1.0 - ONE_THING);
        difference.probability = difference.probability.and(apart);
        if !difference.why.is_empty() {
            difference.why.push_str(&why);
        }
    }
}
