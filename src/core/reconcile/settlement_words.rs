//! How a proration was recomputed, for a billing person.

use jiff::civil::Date;

use super::proration::{Base, PeriodShare};
use super::words::{each, units};
use crate::domain::{ExportRow, Money, Month, Quantity};

/// The computation, and whether the file agrees with it.
pub(super) fn why(
    rows: &[ExportRow],
    group: &[usize],
    (charged, due): (Money, Option<Money>),
    how: Option<(Base, PeriodShare)>,
) -> String {
    let what = what(rows, group);
    let (Some(due), Some((base, share))) = (due, how) else {
        let nothing = due.is_some_and(|due| due.amount.is_zero());
        let about =
            if nothing { "Nothing is charged for nothing." } else { unknown(&rows[group[0]]) };
        return format!("{what}: {charged}. {about}");
    };
    let days = format!("{} of {} days ({})", share.days, share.of_days, span(share.span));
    let price = price(&base);
    let gap = Money::new((charged.amount - due.amount).abs(), charged.currency);
    let verdict = if gap.cents() <= rust_decimal::Decimal::new(1, 2) {
        format!("{charged}, as charged")
    } else {
        let way = if charged.amount > due.amount { "too much" } else { "too little" };
        format!("{due}; charged is {charged}, {gap} {way}")
    };
    format!("{what} for {days} at {price}: {verdict}.")
}

/// This month's price does not give it, and last month's is not known.
pub(super) fn price_unknown(
    rows: &[ExportRow],
    group: &[usize],
    charged: Money,
    due: Option<Money>,
) -> String {
    let at_this = due.map_or_else(String::new, |due| format!("; this month's would make it {due}"));
    format!(
        "{}: {charged}. What it cost in the month it is for is not known{at_this}.",
        what(rows, group)
    )
}

/// The same was charged in another row.
pub(super) fn repeated(
    rows: &[ExportRow],
    group: &[usize],
    first: usize,
    charged: Money,
) -> String {
    let how = if charged.amount.is_sign_negative() { "given back" } else { "charged" };
    format!("{}: {charged}, {how} already in {}.", what(rows, group), rows[first].place)
}

fn what(rows: &[ExportRow], group: &[usize]) -> String {
    let n_units = |idx: usize| Quantity((rows[idx].quantity - rows[idx].included).0.abs());
    let is_refund = |idx: usize| rows[idx].amount.amount.is_sign_negative();
    match *group {
        [one, other] => {
            let (refund, charge) = if is_refund(one) { (one, other) } else { (other, one) };
            let charged = n_units(charge);
            format!("{} refunded and {charged} charged", units(n_units(refund)))
        }
        [one, ..] if is_refund(one) => format!("{} credited", units(n_units(one))),
        [one, ..] => units(n_units(one)),
        [] => String::new(),
    }
}

fn unknown(row: &ExportRow) -> &'static str {
    match row.period_start.zip(row.period_end) {
        None => "It names no days, so nothing says what it should be.",
        Some(_) => "No charge for a whole period says what it should be.",
    }
}

fn price(base: &Base) -> String {
    match base.months {
        1 => format!("{} a month", each(base.unit)),
        months => {
            let whole = base.unit.amount * rust_decimal::Decimal::from(months);
            format!(
                "{} for {months} months",
                each(Money::new(whole.round_dp(4), base.unit.currency))
            )
        }
    }
}

/// `17–31 Jul 2026`
fn span((first, last): (Date, Date)) -> String {
    let day = |date: Date| {
        let month = Month::of(date).map_or_else(String::new, Month::short);
        format!("{} {month}", date.day())
    };
    if first == last {
        return day(first);
    }
    if (first.year(), first.month()) == (last.year(), last.month()) {
        return format!("{}–{}", first.day(), day(last));
    }
    format!("{} – {}", day(first), day(last))
}
