//! An export of no known format: read by what its headers mean, or by a mapping.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::columns::Columns;
use super::error::IngestError;
use super::fields::Field as F;
use super::format::Format;
use super::periods::{
    AsRead as _, a_unit, cancelled_by, full_period_in_force, months_of, out_of_force, whole_months,
};
use super::psa_status::{is_inactive, not_billed};
use super::record::{Record, Unreadable};
use seatdrift_core::domain::{Exclusion, ExportFormat, ExportRow, LineKind, Side};

pub(super) static FORMAT: Format = Format {
    format: ExportFormat::UNKNOWN,
    aliases: |_, field, side| aliases(field, side),
    row,
    ..Format::PLAIN
};

/// Headers that name our cost for the whole row, and headers that name the client's price for it.
const COST_TOTALS: [&str; 5] =
    ["costtotal", "totalcost", "extcost", "extendedcost", "partnersubtotal"];
const PRICE_TOTALS: [&str; 4] = ["extprice", "extendedprice", "totalprice", "billedamount"];

/// Headers that could mean the same as the chosen one, itself included.
pub(super) fn rivals(field: F, side: Side, chosen: &str) -> Vec<&'static str> {
    let aliases = aliases(field, side);
    // A header that leaves no doubt has only its double as a rival.
    if field == F::Amount && is_certain_amount(chosen, side) {
        return aliases.into_iter().filter(|alias| *alias == chosen).collect();
    }
    aliases
}

/// The folded headers of a field on one side, best first: another side's total is no amount.
fn aliases(field: F, side: Side) -> Vec<&'static str> {
    let all: Vec<&str> = field.aliases().collect();
    if field != F::Amount {
        return all;
    }
    let (own, others): (&[&str], &[&str]) = match side {
        Side::Vendor => (&COST_TOTALS, &PRICE_TOTALS),
        Side::Psa => (&PRICE_TOTALS, &COST_TOTALS),
    };
    let neutral =
        all.iter().copied().filter(|alias| !own.contains(alias) && !others.contains(alias));
    all.iter().copied().filter(|alias| own.contains(alias)).chain(neutral).collect()
}

/// Whether a folded header can only mean this side's amount.
fn is_certain_amount(header: &str, side: Side) -> bool {
    match side {
        Side::Vendor => COST_TOTALS.contains(&header),
        Side::Psa => PRICE_TOTALS.contains(&header),
    }
}

/// A vendor's file with one price and no cost: its own price, or the one it suggests for the client.
pub(super) fn check_price(
    file: &str,
    row: u64,
    side: Side,
    columns: &Columns,
) -> Result<(), IngestError> {
    let price = columns.get(F::UnitPrice).filter(|_| side == Side::Vendor);
    match price {
        Some(column) if !columns.has(F::UnitCost) => Err(IngestError::PriceOrCost {
            file: file.to_owned(),
            row,
            column: column.header.clone(),
        }),
        _ => Ok(()),
    }
}

/// Whose total a neutral header such as `Total` is, where a file has both a cost and a price for one
/// unit: the rows' own arithmetic says it.
pub(super) fn totals_the_other_price<'a>(
    side: Side,
    records: &mut impl Iterator<Item = Record<'a>>,
) -> bool {
    let (mut own, mut other) = (0, 0);
    for record in records {
        let number = |field| record.number(field).ok().flatten();
        let units = number(F::Quantity).map(|all| all - number(F::Included).unwrap_or_default());
        let (Some(units), Some(total)) = (units, number(F::Amount)) else { continue };
        let explains = |field| {
            let product = number(field).and_then(|unit: Decimal| unit.checked_mul(units));
            product.is_some_and(|product| (product - total).abs() <= Decimal::new(1, 2))
        };
        match (explains(F::unit_of(side)), explains(F::unit_of(side.other()))) {
            (true, false) => own += 1,
            (false, true) => other += 1,
            _ => {}
        }
    }
    other > own
}

/// What a column of unit prices turns out to hold, where the rows' own arithmetic says it is the money of the
/// whole row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnitColumn {
    /// One unit's price.
    OneUnit,
    /// The row's money: units times the other price, which is that of one.
    TimesOther,
    /// The row's money, as the column of amounts has it.
    Amount,
}

/// Rows that are looked at: what the first thousands say, the file says.
const LOOKED_AT: usize = 5_000;

/// Looks whether the price of one unit is the whole row's: every row of several units must say so, or, where
/// no other column is there to say it, every product's price must grow as its units do.
pub(super) fn unit_column<'a>(side: Side, records: impl Iterator<Item = Record<'a>>) -> UnitColumn {
    let (mut n_rows, mut by_other, mut as_amount, mut has_amount) = (0, 0, 0, false);
    let mut products: BTreeMap<CompactString, Vec<[Decimal; 2]>> = BTreeMap::new();
    for record in records.take(LOOKED_AT) {
        has_amount |= record.has_column(F::Amount);
        let number = |field| record.number(field).ok().flatten();
        let units = number(F::Quantity).map(|all| all - number(F::Included).unwrap_or_default());
        let Some((units, unit)) = units.zip(number(F::unit_of(side))) else { continue };
        if units < Decimal::ONE || unit.is_zero() {
            continue;
        }
        products.entry(record.named_sku().unwrap_or_default()).or_default().push([units, unit]);
        if units == Decimal::ONE {
            continue;
        }
        n_rows += 1;
        let is_near = |other: Decimal| (other - unit).abs() <= Decimal::new(1, 2);
        let whole = number(F::unit_of(side.other())).and_then(|other| other.checked_mul(units));
        by_other += usize::from(whole.is_some_and(is_near));
        as_amount += usize::from(number(F::Amount).is_some_and(is_near));
    }
    match n_rows {
        0 | 1 => UnitColumn::OneUnit,
        _ if !has_amount && grow_with_units(products.values()) => UnitColumn::Amount,
        _ if by_other == n_rows => UnitColumn::TimesOther,
        _ if as_amount == n_rows => UnitColumn::Amount,
        _ => UnitColumn::OneUnit,
    }
}

/// Rows of one product with other units from which on it says something that their prices grow alike.
const LEAST_GROWING: usize = 4;

/// Whether the prices of every product are in proportion to its units, for enough different numbers of them.
fn grow_with_units<'a>(products: impl Iterator<Item = &'a Vec<[Decimal; 2]>>) -> bool {
    let mut n_other = 0;
    for rows in products {
        let [first_units, first_price] = rows[0];
        for [units, price] in rows {
            // A cent for each unit: totals of prices that were rounded.
            let gap = (*price * first_units - first_price * *units).abs();
            if gap > Decimal::new(1, 2) * first_units.max(*units) {
                return false;
            }
            n_other += usize::from(*units != first_units);
        }
    }
    LEAST_GROWING <= n_other
}

fn row(record: &Record) -> Result<ExportRow, Unreadable> {
    let mut row = record.draft()?;
    row.kind = kind(record, &row);
    if row.unit.is_none() && record.has_column(F::Amount) && row.kind == LineKind::FullPeriod {
        row.unit = a_unit(row.amount, row.quantity - row.included);
    }
    let cancelled = cancelled_by(record.day, record.date(F::Cancelled)?);
    let dated_out = match record.side {
        Side::Vendor if record.has_column(F::PeriodEnd) => full_period_in_force(record.day, &row),
        Side::Vendor => out_of_force(record.day, row.period_start, None)
            .filter(|_| row.kind == LineKind::FullPeriod),
        Side::Psa => out_of_force(record.day, row.period_start, record.date(F::PeriodEnd)?),
    };
    let credited = matches!(record.word(F::InvoiceStatus).as_str(), "credited" | "void");
    let inactive =
        is_inactive(&record.word(F::AgreementStatus)) || is_inactive(&record.word(F::Status));
    let months = record.text(F::Billing).and_then(|words| months_of(&words)).unwrap_or(1);
    Ok(row
        .priced_for(months)
        .excluded(credited.then_some(Exclusion::InvoiceCredited))
        .excluded(dated_out)
        .excluded(cancelled)
        .excluded(inactive.then_some(Exclusion::AgreementInactive))
        .excluded(not_billed(record).filter(|_| record.side == Side::Psa)))
}

/// Shortest whole billing period: rows for fewer days are prorated.
const SHORTEST_MONTH_DAYS: i32 = 28;

fn kind(record: &Record, row: &ExportRow) -> LineKind {
    let charge = record.word(F::ChargeType);
    let says = |any: &[&str]| any.iter().any(|word| charge.contains(word));
    let below_zero = |number: Decimal| number.is_sign_negative() && !number.is_zero();
    let credit =
        below_zero(row.amount.amount) || row.unit.is_some_and(|unit| below_zero(unit.amount));
    let taken_back = below_zero(row.quantity.0);
    // On a PSA's file a negative quantity takes units back that another row bills.
    let is_credit = match record.side {
        Side::Vendor => credit || taken_back,
        Side::Psa => credit && !taken_back,
    };
    if says(&["prorat", "partial"]) {
        LineKind::Proration
    } else if says(&["credit", "refund", "rebate"]) {
        LineKind::Credit
    } else if says(&["onetime", "oneoff", "setup", "activation", "nonrecurring"]) {
        LineKind::OneOff
    } else if says(&["usage", "overage", "arrears", "consumption", "metered"]) {
        LineKind::Usage
    } else if is_credit {
        LineKind::Credit
    } else if record.side == Side::Vendor && is_part_of_a_period(row) {
        LineKind::Proration
    } else {
        LineKind::FullPeriod
    }
}

fn is_part_of_a_period(row: &ExportRow) -> bool {
    let Some((start, end)) = row.period_start.zip(row.period_end) else { return false };
    let days = (end - start).get_days();
    whole_months(start, end).is_none() && (0..SHORTEST_MONTH_DAYS - 1).contains(&days)
}
