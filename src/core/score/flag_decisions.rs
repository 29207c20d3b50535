//! Decisions about flags: which one calls a flag expected.

use std::collections::{BTreeMap, BTreeSet};

use crate::anomaly::{Flag, FlagKind, FlagSide};
use crate::decisions::{NameIndex, Names};
use crate::domain::{Decision, Month, Side, Subject, Verdict};
use crate::reconcile::{KindPartners, Partners};

/// The decisions about flags, found by the clients they name.
pub struct FlagDecisions<'a> {
    /// Every one, oldest first.
    all: Vec<About<'a>>,
    /// Client, by its series' key → positions.
    by_client: BTreeMap<String, Vec<usize>>,
    /// Positions of those that name no client: what they say is of a product at all of them.
    of_no_client: Vec<usize>,
    /// What people decided to have fixed, by the clients they name, oldest first.
    fixes: BTreeMap<String, Vec<About<'a>>>,
}

/// A decision, and the keys of series that each text of it means; no product means all, no client means the
/// flags that have none.
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
        let is_at_all_clients = self.clients.iter().all(Option::is_none);
        is_at_all_clients == client.is_empty()
            && mean(&self.clients, client)
            && mean(&self.skus, sku)
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
        let (mut by_client, mut of_no_client) = (BTreeMap::<_, Vec<usize>>::new(), Vec::new());
        for (position, about) in all.iter().enumerate() {
            match about.clients.iter().flatten().next() {
                Some(keys) => {
                    for key in keys {
                        by_client.entry(key.clone()).or_default().push(position);
                    }
                }
                None => of_no_client.push(position),
            }
        }
        let mut fixes: BTreeMap<String, Vec<About<'a>>> = BTreeMap::new();
        let is_fix = |decision: &&Decision| {
            decision.subject == Subject::Line
                && matches!(decision.verdict, Verdict::FixPsa | Verdict::FixVendor)
        };
        for decision in decisions.iter().filter(is_fix) {
            let clients = about(decision).clients;
            for key in clients.iter().flatten().next().into_iter().flatten() {
                fixes.entry(key.clone()).or_default().push(about(decision));
            }
        }
        Self { all, by_client, of_no_client, fixes }
    }

    /// The decision that made a flagged line move: the last one to have it fixed, on the side that moved,
    /// where the two sides differed in the month before and agree now. `units_in` gives what was bought and
    /// what was billed in a month.
    pub fn fixed(
        &self,
        flag: &Flag,
        units_in: impl Fn(Month) -> (Option<f64>, Option<f64>),
    ) -> Option<&'a Decision> {
        let agreed = |month: Month| {
            let (bought, billed) = units_in(month);
            bought.unwrap_or(0.0) == billed.unwrap_or(0.0)
        };
        let could_be = flag.kind != FlagKind::PriceShift && !flag.sku.is_empty();
        let own = self.fixes.get(&flag.client).filter(|_| could_be)?;
        if !agreed(flag.month) || agreed(flag.month.plus(-1)) {
            return None;
        }
        let moved = |verdict: Verdict| match flag.side {
            FlagSide::Both | FlagSide::Drift => true,
            FlagSide::Psa => verdict == Verdict::FixPsa,
            FlagSide::Vendor => verdict == Verdict::FixVendor,
        };
        let explains = |about: &&About<'a>| {
            let is_earlier = about.decision.month.is_some_and(|month| month < flag.month);
            is_earlier && moved(about.decision.verdict) && about.means(&flag.client, &flag.sku)
        };
        own.iter().rfind(explains).map(|about| about.decision)
    }

    /// What was said of flags, oldest first: the month, whether it was real, and whether a client and a
    /// product, by the keys of their series, are meant; a product at all clients has an empty client.
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
        let is_at_all_clients = flag.client.is_empty();
        let own = self.by_client.get(&flag.client).into_iter().flatten();
        let positions = own.chain(self.of_no_client.iter().filter(|_| is_at_all_clients)).copied();
        let numbers_stay = |then: Month| {
            let (then, now) = (units_in(then), units_in(flag.month));
            then.is_some() && then == now
        };
        let holds = |decision: &Decision| match (decision.until, decision.month) {
            (_, Some(month)) if month == flag.month => true,
            (Some(until), _) => flag.month.last_day() <= until,
            // A product that moved at all clients has other numbers than before: that is the flag.
            (None, Some(month)) => !is_at_all_clients && month < flag.month && numbers_stay(month),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decisions::{COLUMNS, parse};
    use crate::domain::SeriesSide;

    fn flag(client: &str, month: &str) -> Flag {
        let kind = FlagKind::PriceShift;
        Flag {
            kind,
            side: SeriesSide::Vendor.into(),
            client: client.to_owned(),
            client_name: String::new(),
            sku: "backup".to_owned(),
            sku_name: String::new(),
            month: month.parse().unwrap(),
            observed: 1.0,
            expected: 0.0,
            low: 0.0,
            high: 0.0,
            p_value: 0.001,
            real: 1.0,
            monthly_impact: 0.0,
            currency: None,
            other_money: Vec::new(),
            why: String::new(),
            series_idx: Vec::new(),
            evidence: Vec::new(),
        }
    }

    /// Whether a row calls a flag expected, in a line whose units never move.
    fn is_expected(row: &str, flag: &Flag) -> bool {
        let text = format!("{}\n{row}\n", COLUMNS.join(","));
        let decisions = parse("d.csv", text.as_bytes()).unwrap();
        let (names, partners) = (Names::default(), Partners::default());
        let decided = FlagDecisions::new(&decisions, &names, &partners);
        decided.expected(flag, |_| Some(10.0)).is_some()
    }

    #[test]
    fn what_is_said_of_a_product_at_all_clients_is_said_of_no_client() {
        let everywhere = "flag,,,,backup,2026-10,expected,,,,";
        assert!(is_expected(everywhere, &flag("", "2026-10")));
        assert!(!is_expected(everywhere, &flag("acme", "2026-10")));
        let of_client = "flag,,,acme,backup,2026-10,expected,,,,";
        assert!(is_expected(of_client, &flag("acme", "2026-10")));
        assert!(!is_expected(of_client, &flag("", "2026-10")));
        let every_line = "flag,,,acme,,2026-10,expected,,,,";
        assert!(is_expected(every_line, &flag("acme", "2026-10")));
        assert!(!is_expected(every_line, &flag("", "2026-10")));
        assert!(!is_expected("flag,,,,backup,2026-10,real,,,,", &flag("", "2026-10")));
    }

    #[test]
    fn the_next_move_at_all_clients_is_news_unless_it_was_said_until_when() {
        assert!(!is_expected("flag,,,,backup,2026-10,expected,,,,", &flag("", "2026-12")));
        assert!(is_expected("flag,,,,backup,2026-10,expected,,2026-12-31,,", &flag("", "2026-12")));
        // A client's line stays expected while its units stay.
        assert!(is_expected("flag,,,acme,backup,2026-10,expected,,,,", &flag("acme", "2026-12")));
    }

    #[test]
    fn a_line_that_agrees_now_because_somebody_had_it_fixed_is_explained() {
        let fix = "line,,,acme,backup,2026-09,fix_psa,missing adds,,,";
        let text = format!("{}\n{fix}\n", COLUMNS.join(","));
        let decisions = parse("d.csv", text.as_bytes()).unwrap();
        let (names, partners) = (Names::default(), Partners::default());
        let decided = FlagDecisions::new(&decisions, &names, &partners);
        let moved = |side| Flag { kind: FlagKind::LevelShift, side, ..flag("acme", "2026-10") };
        // Billed 30 until September, 42 as bought since October.
        let now: Month = "2026-10".parse().unwrap();
        let units = |month: Month| (Some(42.0), Some(if month < now { 30.0 } else { 42.0 }));
        let explained = |flag: &Flag| decided.fixed(flag, units).is_some();
        assert!(explained(&moved(FlagSide::Psa)));
        assert!(!explained(&moved(FlagSide::Vendor)), "it was to be set right in the PSA");
        assert!(!explained(&Flag { client: "other".to_owned(), ..moved(FlagSide::Psa) }));
        let still_apart = |_| (Some(42.0), Some(30.0));
        assert!(decided.fixed(&moved(FlagSide::Psa), still_apart).is_none());
        let always_alike = |_| (Some(42.0), Some(42.0));
        assert!(decided.fixed(&moved(FlagSide::Psa), always_alike).is_none(), "nothing was fixed");
    }
}
