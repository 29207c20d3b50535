//! Decisions about names → what the pair classifier learns from and the assignment obeys.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::entity::Decided;
use crate::domain::{Decision, EntityKind, Month, PairMemory, Subject, Verdict};

/// Which key a decision's text means: it is a key, or a name as written on that side.
#[derive(Debug, Clone, Default)]
pub struct NameIndex {
    /// Key → its names, the one last added at the end.
    keys: BTreeMap<String, Vec<String>>,
    by_name: BTreeMap<String, BTreeSet<String>>,
}

impl NameIndex {
    /// Learns that a key was written so.
    pub fn add(&mut self, key: &str, name: &str) {
        let names = self.keys.entry(key.to_owned()).or_default();
        names.retain(|one| one != name);
        names.push(name.to_owned());
        self.by_name.entry(folded(name)).or_default().insert(key.to_owned());
    }

    /// The keys a text means: the key itself, else every key written so, else the text as a key that
    /// was not seen yet.
    pub fn keys(&self, text: &str) -> Vec<String> {
        if self.keys.contains_key(text) {
            return vec![text.to_owned()];
        }
        match self.by_name.get(&folded(text)) {
            Some(keys) => keys.iter().cloned().collect(),
            None => vec![text.to_owned()],
        }
    }

    /// The name a key was last written as.
    pub fn name(&self, key: &str) -> Option<&str> {
        self.keys.get(key)?.last().map(String::as_str)
    }

    /// Every name a key was ever written as; none of a key that was not seen.
    pub fn names(&self, key: &str) -> &[String] {
        self.keys.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether a text means this key.
    pub fn means(&self, text: &str, key: &str) -> bool {
        text == key || self.keys(text).iter().any(|found| found == key)
    }
}

fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The month a decision was made about: its own, else the one before the month it was made in.
pub fn decided_month(decision: &Decision) -> Option<Month> {
    decision.month.or_else(|| Some(Month::of(decided_on(decision)?)?.plus(-1)))
}

/// The day a decision was made; `None` where nobody wrote it down.
pub fn decided_on(decision: &Decision) -> Option<Date> {
    decision.at.map(|at| at.to_zoned(TimeZone::UTC).date())
}

/// What the decisions say about pairs of one kind on a day. A later decision overrides an earlier one
/// about the same pair or the same name.
pub fn pair_memory(
    decisions: &[Decision],
    kind: EntityKind,
    day: Date,
    vendor: &NameIndex,
    psa: &NameIndex,
) -> PairMemory {
    let subject = match kind {
        EntityKind::Client => Subject::Client,
        EntityKind::Sku => Subject::Sku,
    };
    let mut remembered = Remembered::default();
    for decision in decisions.iter().filter(|decision| decision.subject == subject) {
        if decision.until.is_some_and(|until| until < day) {
            continue;
        }
        let (vendor_text, psa_text) = match kind {
            EntityKind::Client => (&decision.vendor_client, &decision.psa_client),
            EntityKind::Sku => (&decision.vendor_sku, &decision.psa_sku),
        };
        let keys = |text: &Option<String>, index: &NameIndex| {
            text.as_ref().map(|text| index.keys(text)).unwrap_or_default()
        };
        let (vendor_keys, psa_keys) = (keys(vendor_text, vendor), keys(psa_text, psa));
        match decision.verdict {
            Verdict::None => remembered.alone(decision, &vendor_keys, &psa_keys),
            _ => remembered.pairs(decision, &vendor_keys, &psa_keys),
        }
    }
    remembered.memory
}

/// What was decided so far.
#[derive(Default)]
struct Remembered {
    memory: PairMemory,
    /// Name → the names it was ever confirmed with, of the vendor and of the PSA.
    partners: [BTreeMap<String, Vec<String>>; 2],
}

impl Remembered {
    fn alone(&mut self, decision: &Decision, vendor: &[String], psa: &[String]) {
        let memory = &mut self.memory;
        let decided = || Decided { by: decision.by.clone(), on: decided_on(decision) };
        let mut parted: Vec<(String, String)> = Vec::new();
        for key in vendor {
            let partners = self.partners[0].remove(key).unwrap_or_default();
            parted.extend(partners.into_iter().map(|psa| (key.clone(), psa)));
            memory.no_psa.insert(key.clone(), decided());
        }
        for key in psa {
            let partners = self.partners[1].remove(key).unwrap_or_default();
            parted.extend(partners.into_iter().map(|vendor| (vendor, key.clone())));
            memory.no_vendor.insert(key.clone(), decided());
        }
        for pair in parted {
            memory.same.remove(&pair);
            memory.bundled.remove(&pair);
        }
    }

    fn pairs(&mut self, decision: &Decision, vendor: &[String], psa: &[String]) {
        let memory = &mut self.memory;
        let pairs = vendor.iter().flat_map(|vendor| psa.iter().map(move |psa| (vendor, psa)));
        for (vendor_key, psa_key) in pairs {
            let pair = (vendor_key.clone(), psa_key.clone());
            memory.bundled.remove(&pair);
            let by = Decided { by: decision.by.clone(), on: decided_on(decision) };
            if decision.verdict == Verdict::Different {
                memory.same.remove(&pair);
                memory.different.insert(pair, by);
                continue;
            }
            memory.different.remove(&pair);
            memory.no_psa.remove(vendor_key);
            memory.no_vendor.remove(psa_key);
            self.partners[0].entry(vendor_key.clone()).or_default().push(psa_key.clone());
            self.partners[1].entry(psa_key.clone()).or_default().push(vendor_key.clone());
            if decision.verdict == Verdict::Bundle {
                memory.bundled.insert(pair.clone());
            }
            memory.same.insert(pair, by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decisions::parse;

    fn memory(rows: &str) -> PairMemory {
        let header = crate::decisions::COLUMNS.join(",");
        let decisions = parse("d.csv", format!("{header}\n{rows}").as_bytes()).unwrap();
        let mut vendor = NameIndex::default();
        vendor.add("c1", "Wayne Enterprises");
        let mut psa = NameIndex::default();
        psa.add("19", "Wayne Ind.");
        let day = "2026-10-31".parse().unwrap();
        pair_memory(&decisions, EntityKind::Client, day, &vendor, &psa)
    }

    fn pair() -> (String, String) {
        ("c1".to_owned(), "19".to_owned())
    }

    #[test]
    fn a_name_is_understood_as_well_as_an_id() {
        let by_name = memory("client,wayne  enterprises,,Wayne Ind.,,,same,,,,\n");
        assert!(by_name.same.contains_key(&pair()));
    }

    #[test]
    fn the_last_word_on_a_pair_counts() {
        let rows = "client,c1,,19,,,same,,,,\nclient,c1,,19,,,different,,,,\n";
        let memory_of_rejection = memory(rows);
        assert!(memory_of_rejection.same.is_empty());
        assert!(memory_of_rejection.different.contains_key(&pair()));
        let back = memory(&format!("{rows}client,c1,,,,,none,,,,\nclient,c1,,19,,,same,,,,\n"));
        assert!(back.same.contains_key(&pair()) && back.no_psa.is_empty());
    }

    #[test]
    fn a_decision_whose_date_has_passed_is_no_longer_law() {
        assert!(memory("client,c1,,19,,,same,,2026-10-30,,\n").same.is_empty());
        assert!(!memory("client,c1,,19,,,same,,2026-10-31,,\n").same.is_empty());
    }
}
