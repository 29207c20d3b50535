//! Decisions about flags: which one calls a flag expected.

use std::collections::{BTreeMap, BTreeSet};

use crate::anomaly::Flag;
use crate::decisions::{NameIndex, Names};
use crate::domain::{Decision, Month, Side, Subject, Verdict};
use crate::reconcile::{KindPartners, Partners};

/// The decisions about flags, found by the clients they name.
pub struct FlagDecisions<'a> {
    /// Every one, oldest first.
    all: Vec<About<'a>>,
    /// Client, by its series' key → positions.
    by_client: BTreeMap<String, Vec<usize>>,
    /// Positions of those that name no client.
    of_any_client: Vec<usize>,
}

/// A decision, and the keys of series that each text of it means; no text means all.
struct About<'a> {
    decision: &'a Decision,
    clients: [Option<BTreeSet<String>>; 2],
    skus: [Option<BTreeSet<String>>; 2],
}

impl About<'_> {
    fn means(&self, client: &str, sku: &str) -> bool {
        let mean = |texts: &[Option<BTreeSet<String>>; 2], key: &str| {
            texts.iter().flatten().all(|keys| keys.contains(key))
        };
        mean(&self.clients, client) && mean(&self.skus, sku)
    }
}

impl<'a> FlagDecisions<'a> {
    /// Those among all decisions that are about flags.
    pub fn new(decisions: &'a [Decision], names: &Names, partners: &Partners) -> Self {
        let (vendor, psa) = (names.of(Side::Vendor), names.of(Side::Psa));
        let vendor_keys = |text: &Option<String>, index: &NameIndex, kind: &KindPartners| {
            text.as_ref().map(|text| vendor_series_keys(text, index, kind))
        };
        let psa_keys = |text: &Option<String>, index: &NameIndex| {
            text.as_ref().map(|text| index.keys(text).into_iter().collect())
        };
        let about = |decision: &'a Decision| About {
            decision,
            clients: [
                vendor_keys(&decision.vendor_client, vendor.0, &partners.clients),
                psa_keys(&decision.psa_client, psa.0),
            ],
            skus: [
                vendor_keys(&decision.vendor_sku, vendor.1, &partners.skus),
                psa_keys(&decision.psa_sku, psa.1),
            ],
        };
        let flags = decisions.iter().filter(|decision| decision.subject == Subject::Flag);
        let all: Vec<About<'a>> = flags.map(about).collect();
        let (mut by_client, mut of_any_client) = (BTreeMap::<_, Vec<usize>>::new(), Vec::new());
        for (position, about) in all.iter().enumerate() {
            match about.clients.iter().flatten().next() {
                Some(keys) => {
                    for key in keys {
                        by_client.entry(key.clone()).or_default().push(position);
                    }
                }
                None => of_any_client.push(position),
            }
        }
        Self { all, by_client, of_any_client }
    }

    /// What was said of flags, oldest first: the month, whether it was real, and whether a client and a
    /// product, by the keys of their series, are meant.
    pub fn verdicts(
        &self,
    ) -> impl Iterator<Item = (Month, bool, impl Fn(&str, &str) -> bool + '_)> + '_ {
        self.all.iter().filter_map(|about| {
            let real = match about.decision.verdict {
                Verdict::Real => true,
                Verdict::Expected => false,
                _ => return None,
            };
            let month = about.decision.month?;
            Some((month, real, |client: &str, sku: &str| about.means(client, sku)))
        })
    }

    /// The decision that calls a flag expected: the last about its line that was made for its month,
    /// that holds until a later day, or that holds while the line's numbers stay. `units_in` gives the
    /// flagged line's units in a month.
    pub fn expected(
        &self,
        flag: &Flag,
        units_in: impl Fn(Month) -> Option<f64>,
    ) -> Option<&'a Decision> {
        let own = self.by_client.get(&flag.client).into_iter().flatten();
        let positions = own.chain(&self.of_any_client).copied();
        let numbers_stay = |then: Month| {
            let (then, now) = (units_in(then), units_in(flag.month));
            then.is_some() && then == now
        };
        let holds = |decision: &Decision| match (decision.until, decision.month) {
            (_, Some(month)) if month == flag.month => true,
            (Some(until), _) => flag.month.last_day() <= until,
            (None, Some(month)) => month < flag.month && numbers_stay(month),
            (None, None) => false,
        };
        // What was said of another month says nothing of this one.
        let last = positions
            .filter(|&position| self.all[position].means(&flag.client, &flag.sku))
            .filter(|&position| holds(self.all[position].decision))
            .max()?;
        let last = self.all[last].decision;
        (last.verdict == Verdict::Expected).then_some(last)
    }
}

/// The keys of series that a vendor's name stands for: its own, and those of its partners.
fn vendor_series_keys(text: &str, index: &NameIndex, kind: &KindPartners) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for key in index.keys(text) {
        keys.extend(kind.partners(&key).iter().map(|partner| partner.psa.clone()));
        keys.insert(format!("vendor {key}"));
    }
    keys
}
