//! What a part of a period should cost: days in force over the days of the period, rounded as the vendor
//! rounds.

use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::{Decimal, RoundingStrategy};

use super::price_book::{Charge, LastDay};
use crate::domain::period::{days, period_of};
use crate::domain::{ExportRow, LineKind, Money, Rounding, Side};

/// Most periods one row may span.
const MOST_PERIODS: usize = 60;

/// What a whole period costs, and where that is known from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Base {
    /// One unit for one month.
    pub unit: Money,
    /// Months of a period.
    pub months: i32,
    /// A day on which a period begins, and how its end is written.
    pub begins: Option<(Date, LastDay)>,
}

impl Base {
    /// The price of a charge for a whole period.
    pub(super) fn of(charge: &Charge) -> Self {
        let begins = charge.period.map(|(_, first, last)| (first, last));
        let months = charge.period.map_or(1, |(months, ..)| months);
        Self { unit: charge.unit, months, begins }
    }
}

/// The part of a period that a row charges for.
#[derive(Debug, Clone, Copy)]
pub(super) struct PeriodShare {
    /// Periods: below one for a part of one.
    pub periods: Decimal,
    /// Days charged for.
    pub days: i32,
    /// Days of the period the first day lies in.
    pub of_days: i32,
    /// First and last day.
    pub span: (Date, Date),
}

/// How much of the base's period a row charges for; `None` where the row names no span of days.
pub(super) fn share(row: &ExportRow, base: &Base) -> Option<PeriodShare> {
    let (first, end) = row.period_start.zip(row.period_end)?;
    let day_after = match base.begins {
        Some((_, last)) => last == LastDay::DayAfter,
        // Nobody pays for the first day alone of the month after.
        None => end.day() == 1 && first < end,
    };
    let last = if day_after { end.checked_sub(1.day()).ok()? } else { end };
    let n_days = days(first, last)?;
    // A change runs to the end of its period unless another follows.
    let anchor = base.begins.map_or(last.checked_add(1.day()).ok()?, |(anchor, _)| anchor);
    let (mut periods, mut from, mut of_days) = (Decimal::ZERO, first, None);
    for _ in 0..MOST_PERIODS {
        let (begin, next) = period_of(from, anchor, base.months)?;
        let length = days(begin, next.checked_sub(1.day()).ok()?)?;
        of_days = of_days.or(Some(length));
        let until = last.min(next.checked_sub(1.day()).ok()?);
        periods += Decimal::from(days(from, until)?) / Decimal::from(length);
        if last < next {
            return Some(PeriodShare {
                periods,
                days: n_days,
                of_days: of_days?,
                span: (first, last),
            });
        }
        from = next;
    }
    None
}

/// What a row should charge: units × price × share, as the vendor rounds, and of several documented ways
/// the one nearest to what it does charge. The sign is the row's own.
///
/// Source: Partner Center cuts the unit's converted price to cents toward zero and multiplies it; Pax8
/// shows a unit price rounded to cents beside a total that is, or is not, computed from it.
pub(super) fn due(row: &ExportRow, base: &Base, share: &PeriodShare) -> Option<Money> {
    let units = row.quantity.0.abs();
    let months = Decimal::from(base.months);
    let one = base.unit.amount.checked_mul(months)?.checked_mul(share.periods)?.abs();
    let cut = |price: Decimal| price.round_dp_with_strategy(2, RoundingStrategy::ToZero);
    let round = |price: Decimal, places| {
        price.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
    };
    let ways = match row.format.rounding {
        Rounding::UnitCutToCents => vec![cut(one), cut(shown(row, one))],
        Rounding::UnitRoundedOrExact => vec![round(one, 2), one, round(one, 4)],
    };
    let charged = row.amount.amount.abs();
    let totals = ways.into_iter().filter_map(|way| way.checked_mul(units));
    let nearest =
        totals.map(|total| round(total, 2)).min_by_key(|total| (total - charged).abs())?;
    let signed = if row.amount.amount.is_sign_negative() { -nearest } else { nearest };
    Some(Money::new(signed, row.amount.currency))
}

/// The first bill of an addition that comes into force inside a month.
pub(super) struct Prorated {
    pub base: Base,
    pub share: PeriodShare,
    /// What the PSA shows.
    pub charged: Money,
    /// What the days give.
    pub due: Money,
}

/// A PSA's addition with a price for the part of its first month that it is in force: the months of the
/// calendar are its periods.
pub(super) fn prorated(row: &ExportRow) -> Option<Prorated> {
    let (prorated, unit, first) = (row.prorated_unit?, row.unit?, row.period_start?);
    let units = row.units().0;
    let is_part = !prorated.amount.is_zero() && prorated != unit && first.day() > 1;
    if row.side != Side::Psa || row.kind != LineKind::FullPeriod || !is_part {
        return None;
    }
    let base = Base { unit, months: 1, begins: Some((first.first_of_month(), LastDay::Counted)) };
    let whole = ExportRow { period_end: Some(first.last_of_month()), ..row.clone() };
    let share = share(&whole, &base)?;
    let each = unit.amount.checked_mul(share.periods)?;
    let each = each.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    Some(Prorated {
        base,
        share,
        charged: Money::new(prorated.amount.checked_mul(units)?, prorated.currency),
        due: Money::new(each.checked_mul(units)?, unit.currency),
    })
}

/// The row's own price of a unit, where it is the computed one to the last place it shows.
fn shown(row: &ExportRow, computed: Decimal) -> Decimal {
    let Some(unit) = row.unit else { return computed };
    let written = unit.amount.abs().normalize();
    let last_place = Decimal::new(1, written.scale().clamp(3, 28));
    if (written - computed).abs() <= last_place { written } else { computed }
}

/// Whether two amounts agree within a cent.
pub(super) fn agrees(one: Money, other: Money) -> bool {
    one.currency == other.currency && (one.amount - other.amount).abs() <= Decimal::new(1, 2)
}
