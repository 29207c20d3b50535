//! What single rows leave in doubt.

use jiff::ToSpan;
use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::MonthSeen;
use crate::domain::period::{days, whole_months};
use crate::domain::{
    DateDoubt, Doubt, DoubtKind, Exclusion, ExportRow, Line, LineKind, Month, RejectedRow, Side,
};
use crate::reconcile::NameStanding;

/// Days of the longest month.
const LONGEST_MONTH: i32 = 31;

pub(super) fn doubts(seen: &MonthSeen<'_>) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = seen.rejected.iter().map(unreadable).collect();
    let priced = priced_files(seen.rows);
    doubts.extend(seen.rows.iter().filter_map(|row| of_row(row, seen.month, &priced)));
    forget_unknown_products(seen, &mut doubts);
    let charged_from = charged_from(seen.rows);
    let vendor = || seen.lines.iter().filter(|line| line.key.side == Side::Vendor);
    let of = vendor().count();
    let changes = vendor().filter_map(|line| only_changes(line, seen.rows, charged_from));
    doubts.extend(changes.map(|doubt| Doubt { of, ..doubt }));
    doubts
}

/// Leaves out the products that no row of their side counts, or that have no partner: no difference is about
/// them, and a row of one may be what any line of its client lacks.
fn forget_unknown_products(seen: &MonthSeen<'_>, doubts: &mut [Doubt]) {
    use DoubtKind::{ImpossiblePeriod, SetAside, Unreadable};
    let compared = seen.lines.iter().filter(|line| line.is_compared());
    let counted: FxHashSet<(Side, &str)> =
        compared.map(|line| (line.key.side, line.key.sku.0.as_str())).collect();
    let skus = &seen.partners.skus;
    let rows = doubts.iter_mut().filter(|doubt| {
        matches!(doubt.kind, Unreadable | SetAside | ImpossiblePeriod) && doubt.client.is_some()
    });
    for doubt in rows {
        let side = doubt.side;
        doubt.sku = doubt.sku.take().filter(|sku| {
            let is_counted = counted.contains(&(side, sku.0.as_str()));
            is_counted && skus.standing(side, &sku.0) == NameStanding::Paired
        });
    }
}

fn unreadable(row: &RejectedRow) -> Doubt {
    Doubt {
        side: row.side,
        kind: DoubtKind::Unreadable,
        dates: None,
        client: row.client.clone(),
        client_name: row.client_name.clone(),
        sku: row.sku.clone(),
        file: row.at.place.file.clone(),
        at: row.at.to_string(),
        found: row.found.clone(),
        units: None,
        amount: row.amount,
        n: 1,
        of: 1,
    }
}

/// A doubt about a row and its line.
fn about(row: &ExportRow, kind: DoubtKind, found: String) -> Doubt {
    Doubt {
        side: row.side,
        kind,
        dates: None,
        client: Some(row.client.clone()).filter(|client| !client.0.is_empty()),
        client_name: None,
        sku: Some(row.sku.clone()),
        file: row.place.file.clone(),
        at: row.place.to_string(),
        found,
        units: Some(row.quantity.less_included(row.included)),
        amount: Some(row.amount),
        n: 1,
        of: 1,
    }
}

fn of_row(
    row: &ExportRow,
    month: Month,
    priced: &FxHashMap<(Side, &str), [usize; 2]>,
) -> Option<Doubt> {
    if let Some((start, end)) =
        row.period_start.zip(row.period_end).filter(|(start, end)| end < start)
    {
        return Some(about(row, DoubtKind::ImpossiblePeriod, format!("{start} to {end}")));
    }
    if row.kind != LineKind::FullPeriod || !row.quantity.is_positive() {
        return None;
    }
    match row.exclusion {
        Some(Exclusion::NoClient) => {
            Some(about(row, DoubtKind::NoClient, row.sku_name.to_string()))
        }
        Some(Exclusion::NotYetEffective | Exclusion::NoLongerInForce) => {
            let dates = set_aside(row, month)?;
            let doubt = about(row, DoubtKind::SetAside, dates_of(row));
            Some(Doubt { dates: Some(dates), ..doubt })
        }
        Some(_) => None,
        None if row.unit.is_none() && has_prices(row, priced) => {
            Some(about(row, DoubtKind::NoPrice, row.sku_name.to_string()))
        }
        None => {
            let dates = at_the_edge(row, month)?;
            let doubt = about(row, DoubtKind::AtTheEdge, dates_of(row));
            Some(Doubt { dates: Some(dates), ..doubt })
        }
    }
}

fn dates_of(row: &ExportRow) -> String {
    match (row.period_start, row.period_end) {
        (Some(start), Some(end)) => format!("{start} to {end}"),
        (Some(start), None) => format!("from {start}"),
        (None, Some(end)) => format!("until {end}"),
        (None, None) => String::new(),
    }
}

/// Why a row that is set aside for its dates may count after all.
fn set_aside(row: &ExportRow, month: Month) -> Option<DateDoubt> {
    let (first, last) = (month.first_day(), month.last_day());
    let start = row.period_start;
    let end = row.period_end.or_else(|| match row.side {
        // A charge without an end is for a month.
        Side::Vendor => start?.checked_add(1.month()).ok()?.yesterday().ok(),
        Side::Psa => None,
    });
    if let Some((start, end)) = start.zip(end) {
        let is_short = days(start, end).is_some_and(|days| days <= LONGEST_MONTH);
        if is_short && end.tomorrow().is_ok_and(|next| next == last) {
            return Some(DateDoubt::HoursOff);
        }
        let is_month = whole_months(start, end) == Some(1);
        if is_month && (end <= first || last < start) {
            return Some(DateDoubt::OtherMonth);
        }
    }
    let in_force = |start: Option<Date>, end: Option<Date>| {
        start.is_none_or(|start| start <= last) && end.is_none_or(|end| last <= end)
    };
    let end = row.period_end;
    let is_swapped = in_force(swapped(start), end)
        || in_force(start, swapped(end))
        || in_force(swapped(start), swapped(end));
    is_swapped.then_some(DateDoubt::Swapped)
}

/// Why a row that counts may be one that does not: where it comes into force on the month's last day, or
/// with day and month the other way round would do so after it, or have ended before it.
fn at_the_edge(row: &ExportRow, month: Month) -> Option<DateDoubt> {
    let last = month.last_day();
    let end = row.period_end.and_then(turned);
    if end.is_some_and(|end| end < last) {
        return Some(DateDoubt::EndSwapped);
    }
    let start = row.period_start?;
    if start == last {
        return Some(DateDoubt::HoursOff);
    }
    (last < swapped(Some(start))?).then_some(DateDoubt::Swapped)
}

/// A date with day and month the other way round, where there is such a day.
fn turned(date: Date) -> Option<Date> {
    Date::new(date.year(), date.day(), date.month()).ok()
}

/// The same; itself where there is none. What begins a month as it is written is taken to be meant.
fn swapped(date: Option<Date>) -> Option<Date> {
    let date = date?;
    Some(if date.day() == 1 { date } else { turned(date).unwrap_or(date) })
}

/// Of each file, rows of units with a price, and all.
fn priced_files(rows: &[ExportRow]) -> FxHashMap<(Side, &str), [usize; 2]> {
    let mut files: FxHashMap<(Side, &str), [usize; 2]> = FxHashMap::default();
    let mut last: Option<((Side, &str), [usize; 2])> = None;
    let full = rows.iter().filter(|row| row.kind == LineKind::FullPeriod && row.is_compared());
    for row in full {
        let key = (row.side, row.place.file.as_str());
        let one = [usize::from(row.unit.is_some()), 1];
        match &mut last {
            Some((own, counts)) if *own == key => {
                *counts = [counts[0] + one[0], counts[1] + one[1]];
            }
            _ => {
                add(&mut files, last.take());
                last = Some((key, one));
            }
        }
    }
    add(&mut files, last);
    files
}

fn add<'a>(
    files: &mut FxHashMap<(Side, &'a str), [usize; 2]>,
    counts: Option<((Side, &'a str), [usize; 2])>,
) {
    if let Some((key, [priced, all])) = counts {
        let sum = files.entry(key).or_default();
        *sum = [sum[0] + priced, sum[1] + all];
    }
}

/// Whether most rows of a row's file have a price. A list of licences has none, and nothing is missing.
fn has_prices(row: &ExportRow, priced: &FxHashMap<(Side, &str), [usize; 2]>) -> bool {
    let counts = priced.get(&(row.side, row.place.file.as_str()));
    counts.is_some_and(|[priced, all]| all < &(2 * priced))
}

/// The last day on which the vendors begin to charge for a whole period.
fn charged_from(rows: &[ExportRow]) -> Option<Date> {
    let whole =
        rows.iter().filter(|row| row.side == Side::Vendor && row.kind == LineKind::FullPeriod);
    whole.filter_map(|row| row.period_start).max()
}

/// Changes of a subscription that has no charge for a whole period beside it, where units were added until a
/// day on which others are charged for: what was changed runs, and its charge is on another file. Where they
/// were added until the day before, the change is told in arrears, and says less of this month.
fn only_changes(line: &Line, rows: &[ExportRow], charged_from: Option<Date>) -> Option<Doubt> {
    let own = || line.rows.iter().map(|&row_idx| &rows[row_idx]);
    let is_change = |row: &&ExportRow| row.kind == LineKind::Proration;
    let adds = |row: &ExportRow, until: &dyn Fn(Date, Date) -> bool| {
        let is_then = charged_from.zip(row.period_end).is_some_and(|(from, end)| until(from, end));
        is_then && row.kind == LineKind::Proration && row.amount.amount.is_sign_positive()
    };
    let has_whole = own().any(|row| row.kind == LineKind::FullPeriod);
    let first = own().find(is_change).filter(|_| !has_whole)?;
    let dates = if own().any(|row| adds(row, &|from, end| from <= end)) {
        None
    } else if own().any(|row| adds(row, &|from, end| end.tomorrow().is_ok_and(|next| from == next)))
    {
        Some(DateDoubt::OtherMonth)
    } else {
        return None;
    };
    let n = own().filter(is_change).count();
    let doubt = about(first, DoubtKind::OnlyChanges, first.sku_name.to_string());
    Some(Doubt { dates, units: None, n, ..doubt })
}
