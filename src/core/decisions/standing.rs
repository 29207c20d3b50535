//! Decisions about lines: which one stands for a line in a month.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{NameIndex, decided_month};
use crate::domain::{Decision, EntityKind, LineKey, Month, Side, Subject, Verdict};

/// The decision that stands for a line.
#[derive(Debug, Clone, Copy)]
pub struct StandingDecision<'a> {
    /// What was decided.
    pub decision: &'a Decision,
    /// What follows from it.
    pub effect: Effect,
}

/// What follows from a decision about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Accepted, bundle, internal or free: no finding while its numbers stay.
    Settles,
    /// The PSA or the vendor is to be fixed: it stays a finding until it is.
    ToFix,
    /// It settled the line until a day that has passed.
    Passed,
}

/// The names of both sides, for decisions that name a client or a product instead of its key.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Vendor clients.
    pub vendor_clients: NameIndex,
    /// Vendor products.
    pub vendor_skus: NameIndex,
    /// PSA clients.
    pub psa_clients: NameIndex,
    /// PSA products.
    pub psa_skus: NameIndex,
}

impl Names {
    /// The vendor's and the PSA's names of a kind.
    pub fn of_kind(&self, kind: EntityKind) -> (&NameIndex, &NameIndex) {
        match kind {
            EntityKind::Client => (&self.vendor_clients, &self.psa_clients),
            EntityKind::Sku => (&self.vendor_skus, &self.psa_skus),
        }
    }

    /// The clients and the products of a side.
    pub fn of(&self, side: Side) -> (&NameIndex, &NameIndex) {
        match side {
            Side::Vendor => (&self.vendor_clients, &self.vendor_skus),
            Side::Psa => (&self.psa_clients, &self.psa_skus),
        }
    }
}

/// The decisions about lines, found by the names they give.
#[derive(Debug)]
pub struct LineDecisions<'a> {
    decisions: &'a [Decision],
    names: &'a Names,
    /// Client → decisions that name the client, as positions: the vendor's, the PSA's. Only looked up in.
    by_client: [Positions; 2],
    /// Product → decisions that name it and no client of that side.
    by_sku: [Positions; 2],
}

type Positions = FxHashMap<String, Vec<usize>>;

impl<'a> LineDecisions<'a> {
    /// Those among all decisions that are about lines.
    pub fn new(decisions: &'a [Decision], names: &'a Names) -> Self {
        let (by_client, by_sku) = Default::default();
        let mut found = Self { decisions, names, by_client, by_sku };
        for (position, decision) in decisions.iter().enumerate() {
            if decision.subject != Subject::Line {
                continue;
            }
            for side in [Side::Vendor, Side::Psa] {
                let (client, sku) = named_on(decision, side);
                let (clients, skus) = names.of(side);
                let (maps, index, text) = match (client, sku) {
                    (Some(client), _) => (&mut found.by_client, clients, client),
                    (None, Some(sku)) => (&mut found.by_sku, skus, sku),
                    (None, None) => continue,
                };
                // The text itself too: it may be the key of a line that was never seen before.
                let meant = index.keys(text).into_iter().chain([text.clone()]);
                for key in meant.collect::<BTreeSet<String>>() {
                    maps[place(side)].entry(key).or_default().push(position);
                }
            }
        }
        found
    }

    /// The last decision about a line, as it stands on the last day of `month`; `None` where there is
    /// none. `lines` are the keys of both sides' lines that are compared
    /// together.
    pub fn standing(&self, lines: &[&LineKey], month: Month) -> Option<StandingDecision<'a>> {
        self.last_of(lines, month, |_| true)
    }

    /// The same as it stood then: what was decided about later months, or nobody knows when, is left out.
    pub fn standing_then(&self, lines: &[&LineKey], month: Month) -> Option<StandingDecision<'a>> {
        self.last_of(lines, month, |one| decided_month(one).is_some_and(|about| about <= month))
    }

    /// Whether any decision names a line's client, or its product alone.
    pub fn name_any_of(&self, side: Side, client: &str, sku: &str) -> bool {
        self.naming(side, client, sku).next().is_some()
    }

    /// The decisions about a line, in the order they were made.
    pub fn about(&self, line: &LineKey) -> impl Iterator<Item = &'a Decision> {
        let named: BTreeSet<usize> = self.naming(line.side, &line.client.0, &line.sku.0).collect();
        let decisions = named.into_iter().map(|position| &self.decisions[position]);
        decisions.filter(move |one| is_about(one, line, &[line], self.names))
    }

    /// The decisions that name a line's client, or its product alone.
    fn naming(&self, side: Side, client: &str, sku: &str) -> impl Iterator<Item = usize> {
        let by_client = self.by_client[place(side)].get(client);
        let by_sku = self.by_sku[place(side)].get(sku);
        by_client.into_iter().chain(by_sku).flatten().copied()
    }

    fn last_of(
        &self,
        lines: &[&LineKey],
        month: Month,
        is_meant: impl Fn(&Decision) -> bool,
    ) -> Option<StandingDecision<'a>> {
        // Whatever a decision is about, it names a client or a product of one of the lines.
        let mut named: BTreeSet<usize> = BTreeSet::new();
        for line in lines {
            named.extend(self.naming(line.side, &line.client.0, &line.sku.0));
        }
        if named.is_empty() {
            return None;
        }
        let last =
            named.into_iter().rev().map(|position| &self.decisions[position]).find(|decision| {
                let is_about = |line| is_about(decision, line, lines, self.names);
                is_meant(decision) && lines.iter().copied().any(is_about)
            })?;
        let settles = matches!(
            last.verdict,
            Verdict::Accepted | Verdict::Bundle | Verdict::Internal | Verdict::Free
        );
        let effect = match (settles, last.until) {
            (true, Some(until)) if until < month.last_day() => Effect::Passed,
            (true, _) => Effect::Settles,
            (false, _) => Effect::ToFix,
        };
        Some(StandingDecision { decision: last, effect })
    }
}

fn place(side: Side) -> usize {
    match side {
        Side::Vendor => 0,
        Side::Psa => 1,
    }
}

/// The client and the product a decision names on a side.
fn named_on(decision: &Decision, side: Side) -> (&Option<String>, &Option<String>) {
    match side {
        Side::Vendor => (&decision.vendor_client, &decision.vendor_sku),
        Side::Psa => (&decision.psa_client, &decision.psa_sku),
    }
}

/// Whether every key the decision gives is one of the line's, on each side it speaks of.
fn is_about(decision: &Decision, line: &LineKey, lines: &[&LineKey], names: &Names) -> bool {
    let on_side = |side: Side| {
        let (client, sku) = named_on(decision, side);
        if client.is_none() && sku.is_none() {
            return None;
        }
        let (clients, skus) = names.of(side);
        let means = |text: &Option<String>, index: &NameIndex, key: &str| {
            text.as_ref().is_none_or(|text| index.means(text, key))
        };
        let mut same_side = lines.iter().filter(|key| key.side == side).peekable();
        // A decision may name a partner that is gone; then what it says of this side must be whole.
        if same_side.peek().is_none() {
            let (client, sku) = named_on(decision, line.side);
            return Some(line.side != side && client.is_some() && sku.is_some());
        }
        Some(
            same_side
                .any(|key| means(client, clients, &key.client.0) && means(sku, skus, &key.sku.0)),
        )
    };
    let (vendor, psa) = (on_side(Side::Vendor), on_side(Side::Psa));
    let speaks_of_line = match line.side {
        Side::Vendor => vendor.is_some(),
        Side::Psa => psa.is_some(),
    };
    speaks_of_line && vendor.unwrap_or(true) && psa.unwrap_or(true)
}
