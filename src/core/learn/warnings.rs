//! What is odd about decisions, in words: nothing is left out of learning in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::training_sets::subject;
use jiff::civil::Date;

use crate::decisions::{NameIndex, Names, pair_memory};
use crate::domain::{Decision, EntityKind, Verdict};
use crate::normalise::product_name;

/// Names a warning spells out.
const MOST_NAMED: usize = 3;

/// Names of a kind that no month read has, whatever is decided about them, and pairs decided twice in
/// different ways; names that are gone while their partners are not; products called a part of themselves or of
/// several bundles. `newest` are the names of the newest month.
pub fn warnings(
    kind: EntityKind,
    decisions: &[Decision],
    names: &Names,
    newest: &Names,
) -> Vec<String> {
    let (vendor_names, psa_names) = names.of_kind(kind);
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    let mut said: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    let mut taken_back: BTreeSet<(&str, &str)> = BTreeSet::new();
    for decision in decisions {
        let (vendor, psa) = match kind {
            EntityKind::Client => (&decision.vendor_client, &decision.psa_client),
            EntityKind::Sku => (&decision.vendor_sku, &decision.psa_sku),
        };
        let (vendor, psa) = (vendor.as_deref(), psa.as_deref());
        let is_known = |index: &NameIndex, text: &str| {
            index.keys(text).iter().any(|key| index.name(key).is_some())
        };
        unknown.extend(vendor.filter(|text| !is_known(vendor_names, text)));
        unknown.extend(psa.filter(|text| !is_known(psa_names, text)));
        if decision.subject != subject(kind) {
            continue;
        }
        if let (Some(vendor), Some(psa)) = (vendor, psa) {
            let is_same = decision.verdict != Verdict::Different;
            if said.insert((vendor, psa), is_same).is_some_and(|before| before != is_same) {
                taken_back.insert((vendor, psa));
            }
        }
    }
    let mut found = Vec::new();
    if !unknown.is_empty() {
        let listed = listed(unknown.iter().map(|name| format!("{name:?}")));
        let names = if unknown.len() == 1 { "name stands" } else { "names stand" };
        found.push(format!("{} decided {names} in no month loaded: {listed}", unknown.len()));
    }
    if !taken_back.is_empty() {
        let pairs = taken_back.iter().map(|(vendor, psa)| format!("{vendor:?} and {psa:?}"));
        let were = if taken_back.len() == 1 { "pair was" } else { "pairs were" };
        found.push(format!(
            "{} {were} decided both ways, the later answer counts: {}",
            taken_back.len(),
            listed(pairs)
        ));
    }
    let pairs = pairs_in_force(kind, decisions, names);
    found.extend(gone(kind, &pairs, names, newest));
    if kind == EntityKind::Sku {
        found.extend(parts_of_themselves(&pairs, names));
        found.extend(parts_of_several(&pairs, names));
    }
    found
}

/// (vendor key, PSA key) → whether one is a part of the other, of the pairs that are one.
type PairsInForce = BTreeMap<(String, String), bool>;

fn pairs_in_force(kind: EntityKind, decisions: &[Decision], names: &Names) -> PairsInForce {
    let (vendor, psa) = names.of_kind(kind);
    // Whatever day it is: what has run out says nothing odd.
    let memory = pair_memory(decisions, kind, Date::MAX, vendor, psa);
    memory.same.keys().map(|pair| (pair.clone(), memory.bundled.contains(pair))).collect()
}

/// Decided names that the newest month has no more, while it has their partners: accounts that were merged.
fn gone(kind: EntityKind, pairs: &PairsInForce, names: &Names, newest: &Names) -> Option<String> {
    let (here, known) = (newest.of_kind(kind), names.of_kind(kind));
    let is_here = |index: &NameIndex, key: &str| index.name(key).is_some();
    // The same name under another id follows the decision.
    let is_gone = |known: &NameIndex, here: &NameIndex, key: &str| {
        let names = known.names(key);
        !names.is_empty()
            && !is_here(here, key)
            && !names.iter().any(|name| here.keys(name).iter().any(|key| is_here(here, key)))
    };
    let mut gone: BTreeSet<String> = BTreeSet::new();
    for (vendor, psa) in pairs.keys() {
        if is_here(here.1, psa) && is_gone(known.0, here.0, vendor) {
            gone.insert(named(known.0, vendor));
        }
        if is_here(here.0, vendor) && is_gone(known.1, here.1, psa) {
            gone.insert(named(known.1, psa));
        }
    }
    let n = gone.len();
    let (names, are) = if n == 1 { ("name", "is") } else { ("names", "are") };
    (0 < n).then(|| {
        format!(
            "{n} decided {names} {are} in the newest month no more, while the partner is: {}; if it was merged \
             into another, decide about that one",
            listed(gone.into_iter())
        )
    })
}

/// Products called a part of what they are themselves.
fn parts_of_themselves(pairs: &PairsInForce, names: &Names) -> Option<String> {
    let form = |index: &NameIndex, key: &str| {
        product_name(index.name(key).unwrap_or(key), &[]).core.join(" ")
    };
    let is_itself =
        |vendor: &str, psa: &str| form(&names.vendor_skus, vendor) == form(&names.psa_skus, psa);
    let of_itself = pairs.iter().filter(|((vendor, psa), part)| **part && is_itself(vendor, psa));
    let of_itself: Vec<String> =
        of_itself.map(|((vendor, _), _)| named(&names.vendor_skus, vendor)).collect();
    let n = of_itself.len();
    let (is, it) = if n == 1 { ("product is", "it is") } else { ("products are", "they are") };
    (0 < n).then(|| {
        let listed = listed(of_itself.into_iter());
        format!("{n} {is} called a part of the same product: {listed}; {it} compared as the same")
    })
}

/// Products called parts of several bundles.
fn parts_of_several(pairs: &PairsInForce, names: &Names) -> Option<String> {
    let mut bundles: BTreeMap<&str, usize> = BTreeMap::new();
    for ((vendor, _), _) in pairs.iter().filter(|(_, is_part)| **is_part) {
        *bundles.entry(vendor).or_default() += 1;
    }
    let several: Vec<String> = bundles
        .into_iter()
        .filter(|(_, n_bundles)| 1 < *n_bundles)
        .map(|(vendor, _)| named(&names.vendor_skus, vendor))
        .collect();
    let n = several.len();
    let is = if n == 1 { "product is" } else { "products are" };
    (0 < n).then(|| {
        let listed = listed(several.into_iter());
        format!(
            "{n} {is} part of several bundles: {listed}; at each client those it is billed count"
        )
    })
}

fn named(index: &NameIndex, key: &str) -> String {
    match index.name(key) {
        Some(name) if name != key => format!("{name:?} ({key})"),
        _ => format!("{key:?}"),
    }
}

fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let n_more = names.len().saturating_sub(MOST_NAMED);
    let mut text = names.take(MOST_NAMED).collect::<Vec<_>>().join(", ");
    if 0 < n_more {
        text.push_str(&format!(" and {n_more} more"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decisions::{COLUMNS, parse};

    #[test]
    fn unknown_names_and_answers_taken_back_are_said() {
        let rows =
            "client,c1,,19,,,same,,,,\nclient,c1,,19,,,different,,,,\nclient,c9,,19,,,same,,,,\n";
        let text = format!("{}\n{rows}", COLUMNS.join(","));
        let decisions = parse("d.csv", text.as_bytes()).unwrap();
        let mut names = Names::default();
        names.vendor_clients.add("c1", "Wayne Enterprises");
        names.psa_clients.add("19", "Wayne Ind.");
        let said = |decisions: &[Decision]| {
            warnings(EntityKind::Client, decisions, &names, &names).join("\n")
        };
        insta::assert_snapshot!(said(&decisions), @r#"
        1 decided name stands in no month loaded: "c9"
        1 pair was decided both ways, the later answer counts: "c1" and "19"
        "#);
        assert_eq!(said(&decisions[..1]), "");
    }

    #[test]
    fn a_merged_account_and_odd_bundles_are_said() {
        let rows = "client,c1,,19,,,same,,,,\nclient,c2,,20,,,same,,,,\nclient,c4,,21,,,same,,,,\n\
            sku,,s1,,p1,,bundle,,,,\nsku,,s1,,p2,,bundle,,,,\nsku,,s1,,p3,,bundle,,,,\n";
        let text = format!("{}\n{rows}", COLUMNS.join(","));
        let decisions = parse("d.csv", text.as_bytes()).unwrap();
        let mut newest = Names::default();
        newest.vendor_clients.add("c3", "Wayne Enterprises (new)");
        newest.vendor_clients.add("c5", "Osprey Pet Care");
        newest.psa_clients.add("19", "Wayne Ind.");
        newest.psa_clients.add("20", "Tidewell");
        newest.psa_clients.add("21", "Osprey");
        let mut names = newest.clone();
        names.vendor_clients.add("c1", "Wayne Enterprises");
        // Another id of the same name follows; whose partner is gone too has left.
        names.vendor_clients.add("c4", "Osprey Pet Care");
        names.vendor_skus.add("s1", "Microsoft 365 E3");
        names.psa_skus.add("p1", "M365 E3");
        names.psa_skus.add("p2", "Secure Seat");
        names.psa_skus.add("p3", "Managed Desk");
        let said = |kind| warnings(kind, &decisions, &names, &newest).join("\n");
        insta::assert_snapshot!(said(EntityKind::Client), @r#"
        1 decided name stands in no month loaded: "c2"
        1 decided name is in the newest month no more, while the partner is: "Wayne Enterprises" (c1); if it was merged into another, decide about that one
        "#);
        insta::assert_snapshot!(said(EntityKind::Sku), @r#"
        1 product is called a part of the same product: "Microsoft 365 E3" (s1); it is compared as the same
        1 product is part of several bundles: "Microsoft 365 E3" (s1); at each client those it is billed count
        "#);
    }
}
