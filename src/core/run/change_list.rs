//! Decided findings → what to change, where, from how many units to how many.
//!
//! Only what a person decided to have fixed is listed, and nothing is written back anywhere.
//! `fix_psa` brings what is billed to what is bought; `fix_vendor` brings what is bought to what is
//! billed. So the changes of a line add up to its drift.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{AgreementShare, Finding, FindingLine, Raised, Run};
use crate::domain::{Currency, FindingKind, LineKey, Quantity, Side};

/// One change for a person to make.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Whose books: the PSA's, or the vendor's.
    pub side: Side,
    /// The client's name there.
    pub company: String,
    /// The agreement or contract, or the vendor's subscription; empty where the export names none.
    pub agreement: String,
    /// The product's name there.
    pub product: String,
    /// Units now: billed ones, after those included in the agreement.
    pub from: Decimal,
    /// Units it should have.
    pub to: Decimal,
    /// What one unit is billed or charged at now, a month; where the line is new, what such units are sold at
    /// here. `None` where nothing says, and for a part of a bundle.
    pub unit: Option<Decimal>,
    /// What one unit should be billed at, where that is to change: at least what it costs.
    pub unit_to: Option<Decimal>,
    /// What it changes on the invoice a month, negative where it is less; `None` where no price is known.
    pub money: Option<Decimal>,
    /// The currency of its prices.
    pub currency: Currency,
    /// From when: the first day after the scored month. Earlier months are for people to settle.
    pub effective_date: Date,
    /// Who decided, and what speaks for the new count.
    pub why: String,
    /// The findings it ends.
    pub findings: Vec<String>,
}

impl Change {
    /// `add`, `change`, `cancel` or `price`.
    pub fn action(&self) -> &'static str {
        if self.from == self.to {
            "price"
        } else if self.from.is_zero() {
            "add"
        } else if self.to.is_zero() {
            "cancel"
        } else {
            "change"
        }
    }
}

/// The findings of one line that a person decided to have fixed.
pub struct Case<'run> {
    /// Its findings, in the run's order; at least one. Those of the part that counts come first.
    pub findings: Vec<&'run Finding>,
    /// For a bundle: a finding of each of its parts.
    parts: Vec<&'run Finding>,
}

/// The decided findings of a run, those of one line together, by client and product.
pub fn cases(run: &Run) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut raised: Vec<&Finding> =
        run.findings.iter().filter(|finding| finding.raised.is_some()).collect();
    let order = |finding: &Finding| {
        let keys: Vec<_> = finding.lines.iter().map(FindingLine::key).collect();
        (finding.client.clone(), finding.sku.clone(), keys)
    };
    raised.sort_by_cached_key(|finding| order(finding));
    for finding in raised {
        match cases.last_mut() {
            Some(case) if case.first().lines == finding.lines => case.findings.push(finding),
            _ => cases.push(Case { findings: vec![finding], parts: Vec::new() }),
        }
    }
    one_for_each_bundle(cases)
}

/// The parts of a bundle stand on one line of the PSA, which can have one count only: that of the part
/// with the most units, since whoever has any part has the bundle.
fn one_for_each_bundle(cases: Vec<Case<'_>>) -> Vec<Case<'_>> {
    let mut merged: Vec<Case<'_>> = Vec::new();
    for case in cases {
        let keys = |case: &Case<'_>| -> Vec<LineKey> {
            let psa = || case.first().lines.iter().filter(|line| line.side == Side::Psa);
            let here: Vec<LineKey> =
                psa().filter(|line| line.is_here()).map(FindingLine::key).collect();
            if here.is_empty() { psa().map(FindingLine::key).collect() } else { here }
        };
        let is_same = |other: &&mut Case<'_>| {
            let both = [case.side(), other.side()];
            both == [Side::Psa; 2] && !keys(&case).is_empty() && keys(&case) == keys(other)
        };
        let Some(bundle) = merged.iter_mut().find(is_same) else {
            merged.push(case);
            continue;
        };
        if bundle.parts.is_empty() {
            bundle.parts.push(bundle.first());
        }
        bundle.parts.push(case.first());
        let is_most = bundle.units(Side::Vendor) < case.units(Side::Vendor);
        let at = if is_most { 0 } else { bundle.findings.len() };
        bundle.findings.splice(at..at, case.findings);
    }
    merged
}

impl<'run> Case<'run> {
    /// The first of its findings.
    pub fn first(&self) -> &'run Finding {
        self.findings[0]
    }

    /// The side that is to change.
    pub fn side(&self) -> Side {
        self.first().raised.as_ref().map_or(Side::Psa, Raised::side)
    }

    /// The units of a side now.
    pub fn units(&self, side: Side) -> Decimal {
        self.lines(side).map(FindingLine::quantity).sum()
    }

    /// The lines a side has this month.
    pub fn lines(&self, side: Side) -> impl Iterator<Item = &'run FindingLine> + use<'run> {
        self.first().lines.iter().filter(move |line| line.side == side && line.is_here())
    }

    fn why(&self) -> String {
        let to = self.units(self.side().other());
        let mut decided = self.first().raised.as_ref().map(Raised::words).unwrap_or_default();
        let counts = self.part_counts();
        if !counts.is_empty() {
            decided.push_str(&format!("; the bundle's parts differ: {}", counts.join(", ")));
        }
        match self.findings.iter().find_map(|finding| finding.right.as_ref()) {
            Some(right) if right.quantity == to => format!("{decided}; {}", right.why),
            Some(right) => {
                let seems = Quantity(right.quantity);
                format!("{decided}; check it: {seems} seems right, since {}", right.why)
            }
            None => decided,
        }
    }
}

impl Case<'_> {
    /// `17 Huntress Managed EDR`, for each part of a bundle; none where all have the same count.
    fn part_counts(&self) -> Vec<String> {
        let of_part = |part: &&Finding| -> Vec<(Decimal, String)> {
            let bought =
                part.lines.iter().filter(|line| line.side == Side::Vendor && line.is_here());
            bought.map(|line| (line.quantity(), line.sku_name.clone())).collect()
        };
        let counts: Vec<(Decimal, String)> = self.parts.iter().flat_map(of_part).collect();
        if counts.windows(2).all(|pair| pair[0].0 == pair[1].0) {
            return Vec::new();
        }
        counts.into_iter().map(|(units, name)| format!("{} {name}", Quantity(units))).collect()
    }
}

/// The changes that decided findings ask for: the PSA's first, then by company, agreement and
/// product. A finding about a price alone asks for no other count, and one sold below cost for another price.
pub fn changes(run: &Run) -> Vec<Change> {
    let mut changes: Vec<Change> =
        cases(run).iter().flat_map(|case| changes_of(run, case)).collect();
    changes.sort_by(|one, other| {
        let key = |change: &Change| {
            let psa_first = change.side == Side::Vendor;
            (psa_first, change.company.clone(), change.agreement.clone(), change.product.clone())
        };
        key(one).cmp(&key(other)).then_with(|| one.findings.cmp(&other.findings))
    });
    changes
}

fn changes_of(run: &Run, case: &Case<'_>) -> Vec<Change> {
    let side = case.side();
    let delta = case.units(side.other()) - case.units(side);
    let first = case.first();
    // Whoever sells below cost is shown the least that would not.
    let below = case.findings.iter().find(|finding| finding.kind == FindingKind::BelowCost);
    let least = below.and_then(|finding| finding.money.unit_cost).filter(|_| side == Side::Psa);
    if delta.is_zero() && least.is_none() {
        return Vec::new();
    }
    let change = |(company, agreement, product): (&str, &str, &str),
                  (from, to): (Decimal, Decimal),
                  (unit, currency): (Option<Decimal>, Currency)| {
        let unit_to = least.filter(|_| unit.is_some());
        let now = unit.map(|unit| from * unit);
        let then = unit_to.or(unit).map(|unit| to * unit);
        Change {
            side,
            company: company.to_owned(),
            agreement: agreement.to_owned(),
            product: product.to_owned(),
            from: from.normalize(),
            to: to.normalize(),
            unit,
            unit_to,
            money: then.zip(now).map(|(then, now)| then - now),
            currency,
            effective_date: run.month.plus(1).first_day(),
            why: case.why(),
            findings: case.findings.iter().map(|finding| finding.id.clone()).collect(),
        }
    };
    let mut shares: Vec<(&FindingLine, &AgreementShare)> = case
        .lines(side)
        .flat_map(|line| line.shares.iter().map(move |share| (line, share)))
        .collect();
    if shares.is_empty() {
        let (agreement, why) = agreement_for_more(first, side);
        let unit = match side {
            Side::Psa => first.at_price.as_ref().map(|price| price.unit),
            Side::Vendor => first.money.unit_cost,
        };
        let about = (first.client.as_str(), agreement, first.sku.as_str());
        let mut added = change(about, (Decimal::ZERO, delta), (unit, first.currency));
        added.why.push_str(&why);
        return vec![added];
    }
    // Whoever has the bundle has all of it: what is missing of one part is billed as that part.
    shares.sort_by(|one, other| {
        let alone_first = one.0.is_bundle.cmp(&other.0.is_bundle);
        let most_first = alone_first.then(other.1.quantity.cmp(&one.1.quantity));
        most_first.then_with(|| one.1.agreement.cmp(&other.1.agreement))
    });
    let of_share = |(line, share): (&FindingLine, &AgreementShare), to: Decimal| {
        let agreement = share.agreement.as_deref().unwrap_or_default();
        let about = (line.client_name.as_str(), agreement, line.sku_name.as_str());
        change(about, (share.quantity, to), (line.unit, line.currency))
    };
    if delta.is_zero() {
        return shares.into_iter().map(|one| of_share(one, one.1.quantity)).collect();
    }
    // What is missing goes where most units are; what is too many goes from there, then from the next.
    let mut left = delta;
    let mut changes = Vec::new();
    for one in shares {
        let quantity = one.1.quantity;
        let step = if delta.is_sign_positive() { left } else { left.max(-quantity) };
        if step.is_zero() {
            break;
        }
        changes.push(of_share(one, quantity + step));
        left -= step;
    }
    changes
}

/// Agreements named where none is proposed.
const N_NAMED: usize = 3;

/// The agreement a new line of the PSA belongs to, and why: the one that all the client's lines stand on.
/// Where they stand on several nobody but a person knows.
fn agreement_for_more(finding: &Finding, side: Side) -> (&str, String) {
    if side != Side::Psa {
        return ("", String::new());
    }
    match finding.client_agreements.as_slice() {
        [] | [None] => ("", String::new()),
        [Some(only)] => (only, "; all the client's lines stand on that agreement".to_owned()),
        several => {
            let name =
                |agreement: &Option<String>| agreement.clone().unwrap_or_else(|| "none".to_owned());
            let mut named: Vec<String> = several.iter().take(N_NAMED).map(name).collect();
            if N_NAMED < several.len() {
                named.push("…".to_owned());
            }
            let n = several.len();
            (
                "",
                format!(
                    "; which agreement is for you to say: the client's lines stand on {n} ({})",
                    named.join(", ")
                ),
            )
        }
    }
}
