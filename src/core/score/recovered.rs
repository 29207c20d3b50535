//! What people decided to have fixed, and is gone.
//!
//! A difference is gone in the first month whose lines have none of its cause: the same money, and the same of
//! units or of a price. So a line that was billed for too few and is now billed for none is not gone.

use std::collections::{BTreeMap, BTreeSet, btree_map};
use std::iter::Peekable;

use jiff::Timestamp;
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::MonthInputs;
use super::counterparts::Counterparts;
use super::since::{LastMonth, own_keys};
use super::to_fix::raised;
use crate::decisions::{Effect, LineDecisions, Names, decided_month};
use crate::domain::{
    ClientKey, Decision, Direction, FindingKind, LineKey, Money, Month, SkuKey, Subject, Verdict,
};
use crate::months::{LinesWanted, MonthlyLines};
use crate::reconcile::{Compared, Difference, Partners, Reconciled};
use crate::run::{GoneFinding, Recovered};

/// The lines that people ever decided to have fixed.
#[derive(Default)]
pub(super) struct Fixes {
    /// By the month that was decided about.
    decided: BTreeMap<Month, Vec<LineKey>>,
}

impl Fixes {
    /// Those among all decisions.
    pub(super) fn of(inputs: &MonthInputs<'_>, names: &Names, monthly: &MonthlyLines) -> Self {
        let is_fix = |one: &&Decision| {
            one.subject == Subject::Line
                && matches!(one.verdict, Verdict::FixPsa | Verdict::FixVendor)
                && decided_month(one).is_some_and(|month| month < inputs.month)
        };
        let decided: Vec<Decision> = inputs.decisions.iter().filter(is_fix).cloned().collect();
        let Some(first) = decided.iter().filter_map(decided_month).min() else {
            return Self::default();
        };
        let decided = LineDecisions::new(&decided, names);
        let named = |&(side, client, sku): &(_, &str, &str)| decided.name_any_of(side, client, sku);
        let known: FxHashSet<(_, &str, &str)> = monthly
            .from(first)
            .map(|line| (line.side, line.client, line.sku))
            .filter(named)
            .collect();
        let decided_about = |(side, client, sku): (_, &str, &str)| {
            let (client, sku) = (ClientKey(client.into()), SkuKey(sku.into()));
            let key = LineKey { side, client, sku, currency: inputs.settings.currency };
            let months: BTreeSet<Month> = decided.about(&key).filter_map(decided_month).collect();
            (!months.is_empty()).then_some((key, months))
        };
        let found: Vec<_> = known.into_par_iter().filter_map(decided_about).collect();
        let mut fixes = Self::default();
        for (key, months) in found {
            for month in months {
                fixes.decided.entry(month).or_default().push(key.clone());
            }
        }
        fixes
    }

    /// The first month that was decided about; `None` where nobody decided such a thing.
    pub(super) fn first(&self) -> Option<Month> {
        self.decided.keys().next().copied()
    }
}

/// The lines whose decided difference may still be there.
///
/// Once a line has no difference any more, what was decided of it is carried out, and it is followed no further.
pub(super) struct Followed<'a> {
    lines: FxHashSet<LineKey>,
    /// What is still to come.
    decided: Peekable<btree_map::Iter<'a, Month, Vec<LineKey>>>,
}

impl<'a> Followed<'a> {
    /// None yet.
    pub(super) fn new(fixes: &'a Fixes) -> Self {
        Self { lines: FxHashSet::default(), decided: fixes.decided.iter().peekable() }
    }

    /// Follows what was decided up to a month too.
    pub(super) fn begin(&mut self, month: Month) {
        while let Some((_, lines)) = self.decided.next_if(|(about, _)| **about <= month) {
            self.lines.extend(lines.iter().cloned());
        }
    }

    /// They and what their names lead to, so that groups are whole.
    pub(super) fn want(&self, counterparts: &Counterparts, wanted: &mut LinesWanted) {
        for key in &self.lines {
            wanted.extend(counterparts.of(key));
        }
        wanted.extend(self.lines.iter().cloned());
    }

    /// Keeps those that a month has a difference of.
    pub(super) fn carry_on(&mut self, counterparts: &Counterparts, seen: &[Seen]) {
        let here: FxHashSet<&LineKey> = seen.iter().flat_map(|one| &one.keys).collect();
        let is_here = |key: &LineKey| {
            here.contains(key) || counterparts.of(key).iter().any(|other| here.contains(other))
        };
        self.lines.retain(is_here);
    }
}

/// What became of the differences of the months before.
#[derive(Default)]
pub(super) struct Recoveries {
    /// Claims of the month before that are gone, the costliest first.
    pub gone: Vec<GoneFinding>,
    /// What somebody had decided to have fixed and is gone, in all months, the oldest first.
    pub recovered: Vec<Recovered>,
}

/// What makes two months' differences of one line the same.
type Cause = (Direction, bool);

/// A difference of a month.
pub(super) struct Seen {
    kind: FindingKind,
    cause: Cause,
    is_claim: bool,
    impact: Money,
    client: String,
    sku: String,
    /// The lines that are its own.
    keys: Vec<LineKey>,
}

/// A decision that was carried out: the lines' first, the kind of difference, the decision's month and time.
type Done = (Option<LineKey>, FindingKind, Option<Month>, Option<Timestamp>);

/// Follows the differences that were decided about through the months before, the oldest first, into this one.
pub(super) fn recoveries(
    inputs: &MonthInputs<'_>,
    fixes: &Fixes,
    (earlier, last): (Vec<(Month, Vec<Seen>)>, Option<&LastMonth<'_>>),
    now: &Reconciled<'_>,
    partners: &Partners,
    names: &Names,
) -> Recoveries {
    let decisions = LineDecisions::new(inputs.decisions, names);
    let counterparts = Counterparts::new(partners);
    let decided = |one: &Seen, month: Month| -> Option<&Decision> {
        fixes.first().filter(|first| *first <= month)?;
        let mut keys: BTreeSet<LineKey> = one.keys.iter().cloned().collect();
        keys.extend(one.keys.iter().flat_map(|key| counterparts.of(key)));
        let standing = decisions.standing_then(&keys.iter().collect::<Vec<_>>(), month)?;
        (standing.effect == Effect::ToFix).then_some(standing.decision)
    };
    let mut found = Recoveries::default();
    let mut done: BTreeSet<Done> = BTreeSet::new();
    let mut follow = |(month, before): &(Month, Vec<Seen>), later: Month, after: &[Seen]| {
        let mut all = Vec::new();
        for one in gone(before, after) {
            // Once carried out, a decision says nothing of the next difference of that line.
            let decision = decided(one, *month).filter(|decision| {
                done.insert((one.keys.first().cloned(), one.kind, decision.month, decision.at))
            });
            let was = one.gone(decision);
            if decision.is_some() {
                found.recovered.push(Recovered { month: later, was: was.clone() });
            }
            if one.is_claim || decision.is_some() {
                all.push(was);
            }
        }
        all
    };
    let mut before: Option<(Month, Vec<Seen>)> = None;
    for (month, after) in earlier {
        if let Some(before) = &before {
            follow(before, month, &after);
        }
        before = Some((month, after));
    }
    if let Some(last) = last {
        let after = seen(&last.reconciled);
        if let Some(before) = &before {
            follow(before, last.month, &after);
        }
        before = Some((last.month, after));
    }
    let gone = before.map(|before| follow(&before, inputs.month, &seen(now)));
    found.gone = gone.filter(|_| last.is_some()).unwrap_or_default();
    found.gone.sort_by(costliest_first);
    let order = |one: &Recovered, other: &Recovered| {
        one.month.cmp(&other.month).then_with(|| costliest_first(&one.was, &other.was))
    };
    found.recovered.sort_by(order);
    found
}

/// A month's differences; a price is compared with the month before it, and is no state that lasts.
pub(super) fn seen(reconciled: &Reconciled<'_>) -> Vec<Seen> {
    let of_group = |compared: &Compared<'_>| {
        let states =
            compared.differences.iter().filter(|one| one.kind != FindingKind::PriceChanged);
        let one = |difference: &Difference| Seen {
            kind: difference.kind,
            cause: (difference.direction(), difference.kind.is_about_units()),
            is_claim: difference.probability.is_claim(),
            impact: difference.impact,
            client: compared.group.client_name.clone(),
            sku: compared.group.sku_name.clone(),
            keys: own_keys(compared).cloned().collect(),
        };
        states.map(one).collect::<Vec<_>>()
    };
    reconciled.groups.iter().flat_map(of_group).collect()
}

/// The differences whose lines have none of their cause later.
fn gone<'s>(before: &'s [Seen], after: &[Seen]) -> Vec<&'s Seen> {
    let here: FxHashSet<(Cause, &LineKey)> =
        after.iter().flat_map(|one| one.keys.iter().map(|key| (one.cause, key))).collect();
    let is_gone = |one: &&Seen| !one.keys.iter().any(|key| here.contains(&(one.cause, key)));
    before.iter().filter(is_gone).collect()
}

impl Seen {
    fn gone(&self, decision: Option<&Decision>) -> GoneFinding {
        GoneFinding {
            kind: self.kind,
            client: self.client.clone(),
            sku: self.sku.clone(),
            monthly_impact: self.impact.cents(),
            currency: self.impact.currency,
            direction: Some(self.cause.0),
            raised: decision.map(raised),
        }
    }
}

fn costliest_first(one: &GoneFinding, other: &GoneFinding) -> std::cmp::Ordering {
    let by_money = other.monthly_impact.cmp(&one.monthly_impact);
    by_money.then_with(|| {
        (&one.client, &one.sku, one.kind).cmp(&(&other.client, &other.sku, other.kind))
    })
}
