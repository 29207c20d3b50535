//! Use that is billed on at another margin than it always was: compared in money.

use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rustc_hash::{FxHashMap, FxHashSet};

use super::MonthInputs;
use crate::domain::{
    FindingKind, Line, LineKey, LineKind, Money, Month, Probability, Side, lines_of,
};
use crate::months::{LinesWanted, PastError};
use crate::reconcile::{Compared, Difference, GroupStanding, Reconciled};

/// Months of a client from which on its margin is known.
const OWN_MONTHS: usize = 3;
/// Months looked back for it.
const MONTHS_BACK: i32 = 12;
/// Other clients whose margin this month says what is usual here, and the share of them that must agree.
const FEWEST_OTHERS: usize = 4;
const SHARE_AGREED: f64 = 0.8;
/// Margins no further apart than this share are one: amounts are rounded, and a margin is written with few
/// places.
const ONE_MARGIN: f64 = 0.01;
/// What rounding explains: a cent a row, and this share of the amount.
const ROUNDING: f64 = 0.005;

/// What use is billed at, for each that it costs.
struct Margin {
    /// 1.2 for cost and a fifth.
    factor: Decimal,
    /// Where it is from, in words.
    from: String,
    /// Whether it is agreed with this client: its own, which it has always been, or the one that is configured.
    is_agreed: bool,
}

/// What use costs, and what is billed for it.
type CostAndPrice = (Money, Money);

/// For each group, in their order, what its use is billed too little or too much at the margin that is
/// usual; `None` where it is no use, or where nothing says what is usual.
///
/// # Errors
///
/// [`PastError`] when an earlier month cannot be read.
pub(super) fn differences(
    inputs: &MonthInputs<'_>,
    reconciled: &Reconciled<'_>,
) -> Result<Vec<Option<Difference>>, PastError> {
    let now: Vec<Option<CostAndPrice>> =
        reconciled.groups.par_iter().map(|compared| cost_and_price(inputs, compared)).collect();
    let factors: Vec<f64> = now.iter().flatten().filter_map(|two| factor(*two)).collect();
    if factors.is_empty() {
        return Ok(vec![None; now.len()]);
    }
    let groups = || reconciled.groups.iter().zip(&now).filter(|(_, now)| now.is_some());
    let past = Past::of(inputs, groups().map(|(compared, _)| compared))?;
    let of = |(compared, now): (&Compared<'_>, &Option<CostAndPrice>)| {
        let both = (*now)?;
        match (past.margin(compared), configured_margin(inputs)) {
            (None, None) => difference(compared, both, &usual_margin(&factors)?),
            (None, Some(configured)) => difference(compared, both, &configured),
            (Some(own), None) => difference(compared, both, &own),
            (Some(own), Some(configured)) => {
                // It is as it always was, and may have been agreed with this client alone.
                let asked = || Margin { is_agreed: false, ..configured };
                difference(compared, both, &own).or_else(|| difference(compared, both, &asked()))
            }
        }
    };
    Ok(reconciled.groups.par_iter().zip(&now).map(of).collect())
}

/// What a month's use costs and what is billed for it, of a group whose every vendor row is use.
fn cost_and_price(inputs: &MonthInputs<'_>, compared: &Compared<'_>) -> Option<CostAndPrice> {
    let group = &compared.group;
    let currency = group.vendor.first()?.key.currency;
    let mut lines = group.vendor.iter().chain(&group.psa);
    let mut rows = group.vendor.iter().flat_map(|line| &line.rows);
    let is_use = rows.all(|&row_idx| inputs.rows[row_idx].kind == LineKind::Usage);
    let is_compared = group.standing == GroupStanding::Compared
        && is_use
        && !group.bundled
        && group.bundles.is_empty()
        && lines.all(|line| line.key.currency == currency);
    let cost: Decimal = group.vendor.iter().map(|line| line.full_amount.amount).sum();
    let billed: Decimal = group.psa.iter().map(|line| line.monthly_amount.amount).sum();
    let is_money = Decimal::ZERO < cost && Decimal::ZERO < billed;
    let both = (Money::new(cost, currency), Money::new(billed, currency));
    (is_compared && is_money).then_some(both)
}

/// What lines came to in the months before, the newest first.
struct Past(Vec<(Month, FxHashMap<LineKey, Decimal>)>);

impl Past {
    fn of<'g, 'a: 'g>(
        inputs: &MonthInputs<'_>,
        groups: impl Iterator<Item = &'g Compared<'a>>,
    ) -> Result<Self, PastError> {
        let lines =
            groups.flat_map(|compared| compared.group.vendor.iter().chain(&compared.group.psa));
        let keys: FxHashSet<LineKey> = lines.map(|line| line.key.clone()).collect();
        let mut wanted = LinesWanted::default();
        wanted.extend(keys);
        let first = inputs.month.plus(-MONTHS_BACK);
        let stored = inputs.history.months()?.into_iter();
        let mut months: Vec<Month> =
            stored.filter(|month| first <= *month && *month < inputs.month).collect();
        months.sort_unstable_by(|one, other| other.cmp(one));
        let rows = inputs.history.rows_of_lines(&months, &wanted)?;
        let sums = rows.iter().map(|rows| {
            let mut sums: FxHashMap<LineKey, Decimal> = FxHashMap::default();
            for line in lines_of(rows) {
                let amount = match line.key.side {
                    Side::Vendor => line.full_amount,
                    Side::Psa => line.monthly_amount,
                };
                sums.insert(line.key, amount.amount);
            }
            sums
        });
        Ok(Self(months.iter().copied().zip(sums).collect()))
    }

    /// The factor of the months before, where it was one.
    fn margin(&self, compared: &Compared<'_>) -> Option<Margin> {
        let sum = |sums: &FxHashMap<LineKey, Decimal>, lines: &[&Line]| -> Decimal {
            lines.iter().filter_map(|line| sums.get(&line.key)).sum()
        };
        let group = &compared.group;
        let currency = group.vendor.first()?.key.currency;
        let money =
            |amount: Decimal| (Decimal::ZERO < amount).then(|| Money::new(amount, currency));
        let months = self.0.iter().filter_map(|(month, sums)| {
            let both = (money(sum(sums, &group.vendor))?, money(sum(sums, &group.psa))?);
            Some((*month, factor(both)?))
        });
        let months: Vec<(Month, f64)> = months.collect();
        if months.len() < OWN_MONTHS {
            return None;
        }
        let middle = middle(months.iter().map(|one| one.1).collect())?;
        let is_one = |(_, factor): &(Month, f64)| (factor / middle - 1.0).abs() <= ONE_MARGIN;
        let [last, first] = [months.first()?.0, months.last()?.0];
        let n = months.len();
        let from = format!("as in each of {n} months from {} to {}", first.short(), last.short());
        let factor = Decimal::from_f64(middle)?.round_dp(4).normalize();
        months.iter().all(is_one).then_some(Margin { factor, from, is_agreed: true })
    }
}

/// The margin that `seatdrift.toml` gives, where it gives one.
fn configured_margin(inputs: &MonthInputs<'_>) -> Option<Margin> {
    let factor = Decimal::from_f64(1.0 + inputs.settings.usage.margin?)?.round_dp(4).normalize();
    Some(Margin { factor, from: "as seatdrift.toml says".to_owned(), is_agreed: true })
}

fn factor((cost, billed): CostAndPrice) -> Option<f64> {
    Some(billed.amount.to_f64()? / cost.amount.to_f64()?)
}

/// The factor at which most clients of this MSP are billed their use this month.
fn usual_margin(factors: &[f64]) -> Option<Margin> {
    let middle = middle(factors.to_vec())?;
    let agreed = factors.iter().filter(|one| (**one / middle - 1.0).abs() <= ONE_MARGIN).count();
    let is_usual = FEWEST_OTHERS <= agreed && SHARE_AGREED * factors.len() as f64 <= agreed as f64;
    let factor = Decimal::from_f64(middle)?.round_dp(4).normalize();
    let from = format!("as at {agreed} of {} clients this month", factors.len());
    is_usual.then_some(Margin { factor, from, is_agreed: false })
}

fn middle(mut numbers: Vec<f64>) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

fn difference(
    compared: &Compared<'_>,
    (cost, billed): CostAndPrice,
    margin: &Margin,
) -> Option<Difference> {
    let group = &compared.group;
    let due = Money::new(cost.amount * margin.factor, cost.currency);
    let gap = due.amount - billed.amount;
    let rows = |lines: &[&Line]| -> Vec<usize> {
        let mut rows: Vec<usize> = lines.iter().flat_map(|line| line.rows.clone()).collect();
        rows.sort_unstable();
        rows
    };
    let (vendor_rows, psa_rows) = (rows(&group.vendor), rows(&group.psa));
    let cents = Decimal::new(i64::try_from(vendor_rows.len()).unwrap_or(i64::MAX), 2);
    let share = Decimal::from_f64(ROUNDING).unwrap_or_default() * due.amount;
    // What is billed below its cost is told as that, and what differs in units as that.
    let is_told = !compared.differences.is_empty();
    if is_told || gap.abs() <= cents.max(share) {
        return None;
    }
    let kind =
        if gap.is_sign_positive() { FindingKind::UnderBilled } else { FindingKind::OverBilled };
    let missing = Money::new(gap.abs(), cost.currency);
    let words = match kind {
        FindingKind::UnderBilled => format!("{missing} a month are missing"),
        _ => format!("the client pays {missing} a month more"),
    };
    let percent = ((margin.factor - Decimal::ONE) * Decimal::ONE_HUNDRED).round_dp(1).normalize();
    let why = format!(
        "Use that costs {cost} is billed at {billed}; at cost and {percent} %, {}, it would be {}: {words}.",
        margin.from,
        Money::new(due.cents(), due.currency)
    );
    let usual = Probability::clamped(USUAL_IS_MEANT);
    let probability = match margin.is_agreed {
        true => group.probability,
        false => group.probability.and(usual).at_most_a_question(),
    };
    Some(Difference {
        kind,
        bought: compared.bought,
        billed: compared.billed,
        impact: missing,
        probability,
        why,
        evidence: vec![
            ("Use costs".to_owned(), cost.to_string()),
            ("Use is billed at".to_owned(), billed.to_string()),
            ("Margin".to_owned(), format!("{percent} %, {}", margin.from)),
        ],
        vendor_rows,
        psa_rows,
        twice_on: None,
        about: "margin".to_owned(),
    })
}

/// That a client is to be billed at a margin that is not its own: others' margin is no agreement with it.
const USUAL_IS_MEANT: f64 = 0.45;
