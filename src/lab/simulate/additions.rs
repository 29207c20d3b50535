//! What the PSA's people enter: the additions of each line, month by month.

use jiff::ToSpan;
use jiff::civil::Date;

use super::clients::Role;
use super::recipe::MidMonth;
use super::world::{Addition, Billing, Cause, PlannedLine, World};
use seatdrift_core::domain::Month;

/// A second addition is merged into the first after so many months.
const MERGED_AFTER_MONTHS: usize = 3;

/// Fills the additions of every line from the units its people mean to bill.
pub(super) fn enter_additions(world: &mut World<'_>) {
    let months = world.months.clone();
    for line_idx in 0..world.lines.len() {
        let line = &world.lines[line_idx];
        let billing = match world.clients[line.client_idx].role {
            Role::Internal => Billing::DoNotBill,
            _ => Billing::Billable,
        };
        // Even an MSP that adds a second addition does so for some clients only.
        let seconds = world.recipe.habits.mid_month == MidMonth::SecondAddition
            && line.client_idx.is_multiple_of(2)
            && line.slip.is_none_or(|slip| slip.cause != Cause::EnteredTwice);
        let style = if seconds { MidMonth::SecondAddition } else { MidMonth::Replace };
        world.lines[line_idx].additions = entered(line, &months, style, billing);
    }
}

/// The day in the month before `month_idx` on which a line's units changed, the same on both sides.
pub(super) fn change_day(line: &PlannedLine, month_idx: usize, months: &[Month]) -> Date {
    let before = months[month_idx].plus(-1);
    let day = 5 + (line.client_idx * 7 + line.offer_idx * 3 + month_idx) % 20;
    before.first_day() + i64::try_from(day).unwrap_or(0).days()
}

/// One open addition: its units, its first day, and the month it was entered in.
struct Open {
    quantity: u32,
    effective: Date,
    entered: usize,
}

fn entered(
    line: &PlannedLine,
    months: &[Month],
    style: MidMonth,
    billing: Billing,
) -> Vec<Vec<Addition>> {
    let mut open: Vec<Open> = Vec::new();
    let mut before = 0;
    let mut all = Vec::with_capacity(months.len());
    for (month_idx, &units) in line.billed.iter().enumerate() {
        let mut ended = None;
        if units < before {
            let day = match units {
                0 => months[month_idx].plus(-1).last_day(),
                _ => change_day(line, month_idx, months),
            };
            ended = Some((before - units, open[0].effective, day));
        }
        renew(&mut open, before, units, month_idx, line, months, style);
        let price = line.price[month_idx];
        let row = |quantity, effective, cancelled| Addition {
            quantity,
            included: 0,
            price,
            effective,
            cancelled,
            billing,
            code: line.code,
        };
        let mut rows: Vec<Addition> =
            open.iter().map(|open| row(open.quantity, open.effective, None)).collect();
        rows.extend(ended.map(|(units, effective, day)| row(units, effective, Some(day))));
        slipped(&mut rows, line, month_idx);
        split(&mut rows, line);
        all.push(rows);
        before = units;
    }
    all
}

/// Puts the units above the line's split under the other code: of the first row in force, the only one that
/// is sure to be there.
fn split(rows: &mut Vec<Addition>, line: &PlannedLine) {
    let Some(above) = line.split_above else { return };
    let in_force = |row: &&mut Addition| row.cancelled.is_none() && above < row.quantity;
    let Some(first) = rows.iter_mut().find(in_force) else { return };
    let other = Addition { quantity: first.quantity - above, code: 1, ..first.clone() };
    first.quantity = above;
    rows.push(other);
}

/// Brings the open additions to `units`.
fn renew(
    open: &mut Vec<Open>,
    before: u32,
    units: u32,
    month_idx: usize,
    line: &PlannedLine,
    months: &[Month],
    style: MidMonth,
) {
    let is_old = |open: &Open| open.entered + MERGED_AFTER_MONTHS <= month_idx;
    let since = match month_idx {
        0 => months[0].plus(-1 - i32::try_from(line.client_idx % 9).unwrap_or(0)).first_day(),
        _ => months[month_idx].first_day(),
    };
    if units == 0 {
        open.clear();
    } else if before == 0 {
        *open = vec![Open { quantity: units, effective: since, entered: month_idx }];
    } else if units > before && style == MidMonth::SecondAddition && open.len() < 3 {
        let effective = change_day(line, month_idx, months);
        open.push(Open { quantity: units - before, effective, entered: month_idx });
    } else if units != before || open.iter().skip(1).any(is_old) {
        open.truncate(1);
        open[0].quantity = units;
    }
}

/// The mistakes and choices that show in the PSA's rows alone.
fn slipped(rows: &mut Vec<Addition>, line: &PlannedLine, month_idx: usize) {
    let Some(slip) = line.slip.filter(|slip| (slip.from..slip.to).contains(&month_idx)) else {
        return;
    };
    match slip.cause {
        Cause::EnteredTwice => {
            if let Some(first) = rows.iter().find(|row| row.cancelled.is_none()).cloned() {
                rows.insert(1, first);
            }
        }
        Cause::AcceptedIncluded => {
            if let Some(first) = rows.first_mut() {
                first.included = 2.min(first.quantity);
            }
        }
        Cause::AcceptedFree => rows.clear(),
        _ => {}
    }
}
