//! What is odd about decisions, in words: nothing is left out of learning in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::training_sets::subject;
use crate::decisions::Names;
use crate::domain::{Decision, EntityKind, Verdict};

/// Names a warning spells out.
const MOST_NAMED: usize = 3;

/// Names of a kind that no month read has, whatever is decided about them, and pairs decided twice in
/// different ways.
pub fn warnings(kind: EntityKind, decisions: &[Decision], names: &Names) -> Vec<String> {
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
        let is_known = |index: &crate::decisions::NameIndex, text: &str| {
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
    found
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
        insta::assert_snapshot!(warnings(EntityKind::Client, &decisions, &names).join("\n"), @r#"
        1 decided name stands in no month loaded: "c9"
        1 pair was decided both ways, the later answer counts: "c1" and "19"
        "#);
        assert!(warnings(EntityKind::Client, &decisions[..1], &names).is_empty());
    }
}
