//! The counts of all MSPs and months → figures.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::super::metrics::{Answer, calibration_error};
use super::super::right_quantities::{QuantityCounts, QuantityFigures};
use super::SequenceRecipe;
use super::month::{FalseExample, KINDS, MonthCounts};
use super::resampled::{PartOf, change_interval, interval, share};
use seatdrift_core::domain::EntityKind;

/// All that was measured of the loop.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SequenceFigures {
    /// On what.
    pub recipe: SequenceRecipe,
    /// Each month, summed over the MSPs.
    pub months: Vec<SequenceMonth>,
    /// Each month beside the one before.
    pub changes: Vec<ChangeFigures>,
    /// What false claims come from, over all months, the most money first.
    pub causes: Vec<CauseFigures>,
    /// How true unsure name probabilities are, over all months.
    pub names: Vec<NameCalibration>,
    /// What claims propose as the right quantity, by kind, over all months.
    pub quantities: Vec<QuantityFigures>,
    /// False claims, so many of each cause, the most money first.
    pub false_claims: Vec<FalseExample>,
    /// False accepts, the surest first.
    pub false_accepts: Vec<FalseExample>,
}

/// One month of all MSPs. Shares lie in `0.0..=1.0`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SequenceMonth {
    /// Pairs of clients, then of products, accepted without a person.
    pub accepted: [usize; 2],
    /// Those that are wrong.
    pub false_accepts: [usize; 2],
    /// MSPs at which this month's training kept a new model of clients, of products.
    pub models_kept: [usize; 2],
    /// Findings with a probability of a half or more.
    pub claims: usize,
    /// Share of them that are true: kind, line and money to the cent.
    pub precision: f64,
    /// Share of their money.
    pub precision_money: f64,
    /// Differences that nobody accepts.
    pub differences: usize,
    /// Share of them that are claims.
    pub recall: f64,
    /// Share of their money.
    pub recall_money: f64,
    /// Money of the true differences.
    #[serde(with = "rust_decimal::serde::str")]
    pub true_money: Decimal,
    /// Money of false claims, for each of true differences.
    pub false_money: f64,
    /// Names that wait, and findings that are questions.
    pub questions: usize,
    /// Calibration error of claims and questions.
    pub ece: f64,
}

/// What a share changed by since the month before, and the middle 95 % of that over MSPs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Shift {
    /// The change.
    pub by: f64,
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// It is for the worse, beyond chance.
    pub is_worse: bool,
}

/// A month beside the one before, over the same MSPs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ChangeFigures {
    /// False accepts of those accepted, clients and products.
    pub false_accepts: Shift,
    /// Claims that are true.
    pub precision: Shift,
    /// Differences that are claimed.
    pub recall: Shift,
    /// False money for each of true money.
    pub false_money: Shift,
}

/// False claims of one cause.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CauseFigures {
    /// The cause in the truth, or what the run took for what.
    pub cause: String,
    /// How many, over all months.
    pub claims: usize,
    /// Their money.
    #[serde(with = "rust_decimal::serde::str")]
    pub money: Decimal,
    /// Claims of the first month, and of the last.
    pub first_and_last: [usize; 2],
}

/// Name probabilities between 0.05 and 0.95, and how many are true.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NameCalibration {
    /// Of what.
    pub kind: EntityKind,
    /// How many pairs.
    pub n: usize,
    /// Their mean probability.
    pub said: f64,
    /// Share of them that are one.
    pub is_true: f64,
    /// The middle 95 % of that share over MSPs.
    pub interval: (f64, f64),
}

/// Figures of counts: of each month, then of each MSP.
pub(super) fn figures(recipe: &SequenceRecipe, counts: &[Vec<MonthCounts>]) -> SequenceFigures {
    let all = || counts.iter().flatten();
    let mut false_claims: Vec<FalseExample> =
        all().flat_map(|one| &one.claim_examples).cloned().collect();
    false_claims.sort_by(|one, other| other.money.cmp(&one.money).then(by_place(one, other)));
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    false_claims.retain(|one| {
        let n = shown.entry(one.cause.clone()).or_default();
        *n += 1;
        *n <= recipe.examples
    });
    let mut false_accepts: Vec<FalseExample> =
        all().flat_map(|one| &one.accept_examples).cloned().collect();
    false_accepts.sort_by(|one, other| {
        other.probability.total_cmp(&one.probability).then(by_place(one, other))
    });
    false_accepts.truncate(recipe.examples);
    let mut quantities = QuantityCounts::default();
    all().for_each(|one| quantities.merge(one.quantities.clone()));
    SequenceFigures {
        recipe: recipe.clone(),
        months: counts.iter().map(|month| of_month(month)).collect(),
        changes: counts.windows(2).map(|two| change(&two[0], &two[1], recipe.seed)).collect(),
        causes: causes(counts),
        names: (0..KINDS.len()).map(|position| names(counts, position, recipe.seed)).collect(),
        quantities: quantities.figures(),
        false_claims,
        false_accepts,
    }
}

fn by_place(one: &FalseExample, other: &FalseExample) -> std::cmp::Ordering {
    (one.month, one.msp, &one.said).cmp(&(other.month, other.msp, &other.said))
}

fn of_month(msps: &[MonthCounts]) -> SequenceMonth {
    let sum = |of: fn(&MonthCounts) -> usize| msps.iter().map(of).sum::<usize>();
    let findings: Vec<Answer> = msps.iter().flat_map(|one| &one.findings).copied().collect();
    let total = |parts: fn(&MonthCounts) -> PartOf| share(&parts_of(msps, parts));
    SequenceMonth {
        accepted: [sum(|one| one.accepted[0]), sum(|one| one.accepted[1])],
        false_accepts: [sum(|one| one.false_accepts[0]), sum(|one| one.false_accepts[1])],
        models_kept: [sum(|one| usize::from(one.kept[0])), sum(|one| usize::from(one.kept[1]))],
        claims: sum(|one| one.claims),
        precision: total(precision),
        precision_money: total(|one| (money(one.right_money), money(one.claimed_money))),
        differences: sum(|one| one.differences),
        recall: total(recall),
        recall_money: total(|one| (money(one.found_money), money(one.true_money))),
        true_money: msps.iter().map(|one| one.true_money).sum(),
        false_money: total(false_money),
        questions: sum(|one| one.questions),
        ece: calibration_error(&findings),
    }
}

fn parts_of(msps: &[MonthCounts], parts: fn(&MonthCounts) -> PartOf) -> Vec<PartOf> {
    msps.iter().map(parts).collect()
}

fn money(amount: Decimal) -> f64 {
    amount.to_f64().unwrap_or_default()
}

fn false_accepts(one: &MonthCounts) -> PartOf {
    let both = |counts: [usize; 2]| (counts[0] + counts[1]) as f64;
    (both(one.false_accepts), both(one.accepted))
}

fn precision(one: &MonthCounts) -> PartOf {
    (one.right as f64, one.claims as f64)
}

fn recall(one: &MonthCounts) -> PartOf {
    (one.found as f64, one.differences as f64)
}

fn false_money(one: &MonthCounts) -> PartOf {
    (money(one.claimed_money - one.right_money), money(one.true_money))
}

fn change(before: &[MonthCounts], now: &[MonthCounts], seed: u64) -> ChangeFigures {
    let shift = |parts: fn(&MonthCounts) -> PartOf, is_better_high: bool| {
        let (before, now) = (parts_of(before, parts), parts_of(now, parts));
        let (low, high) = change_interval(&before, &now, seed);
        let is_worse = if is_better_high { high < 0.0 } else { 0.0 < low };
        Shift { by: share(&now) - share(&before), low, high, is_worse }
    };
    ChangeFigures {
        false_accepts: shift(false_accepts, false),
        precision: shift(precision, true),
        recall: shift(recall, true),
        false_money: shift(false_money, false),
    }
}

fn causes(counts: &[Vec<MonthCounts>]) -> Vec<CauseFigures> {
    let mut sums: BTreeMap<&str, CauseFigures> = BTreeMap::new();
    for (month_idx, month) in counts.iter().enumerate() {
        for (cause, (n, money)) in month.iter().flat_map(|msp| &msp.false_claims) {
            let sum = sums.entry(cause).or_insert_with(|| CauseFigures {
                cause: cause.clone(),
                claims: 0,
                money: Decimal::ZERO,
                first_and_last: [0, 0],
            });
            sum.claims += n;
            sum.money += *money;
            if month_idx == 0 {
                sum.first_and_last[0] += n;
            }
            if month_idx + 1 == counts.len() {
                sum.first_and_last[1] += n;
            }
        }
    }
    let mut all: Vec<CauseFigures> = sums.into_values().collect();
    all.sort_by(|one, other| other.money.cmp(&one.money).then(one.cause.cmp(&other.cause)));
    all
}

fn names(counts: &[Vec<MonthCounts>], position: usize, seed: u64) -> NameCalibration {
    let n_msps = counts.first().map_or(0, Vec::len);
    let of_msp = |msp: usize| counts.iter().flat_map(move |month| &month[msp].names[position]);
    let parts: Vec<PartOf> = (0..n_msps)
        .map(|msp| {
            let answers = of_msp(msp);
            answers.fold((0.0, 0.0), |(same, all), one| {
                (same + f64::from(u8::from(one.is_same)), all + 1.0)
            })
        })
        .collect();
    let n = (0..n_msps).flat_map(of_msp).count();
    let said: f64 = (0..n_msps).flat_map(of_msp).map(|one| one.probability).sum();
    NameCalibration {
        kind: KINDS[position],
        n,
        said: said / n.max(1) as f64,
        is_true: share(&parts),
        interval: interval(&parts, seed),
    }
}
