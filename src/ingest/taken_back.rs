//! Charges that the same file takes back in full: charged, credited, and charged again as it should have been.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::civil::Date;
use rust_decimal::Decimal;

use seatdrift_core::domain::{Currency, Exclusion, ExportRow, LineKind};

/// What a charge and the credit of it have in common.
type Charge<'a> = (
    (&'a CompactString, &'a CompactString, Currency),
    (Decimal, Decimal, Option<Decimal>),
    (Option<Date>, Option<Date>, Option<&'a CompactString>),
);

/// Sets aside each charge for a whole period together with the credit that takes all of it back: as many units
/// of one product for one client, as much money, the same days. A credit of anything less is money alone.
pub(super) fn leave_out(rows: &mut [ExportRow]) {
    let mut charges: BTreeMap<Charge<'_>, Vec<usize>> = BTreeMap::new();
    let is_credit = |row: &ExportRow| row.kind == LineKind::Credit && row.is_compared();
    if !rows.iter().any(is_credit) {
        return;
    }
    for (row_idx, row) in rows.iter().enumerate().rev() {
        let is_charge = row.kind == LineKind::FullPeriod && row.amount.amount.is_sign_positive();
        if is_charge && row.is_compared() && !row.amount.amount.is_zero() {
            charges.entry(charge(row)).or_default().push(row_idx);
        }
    }
    let mut taken_back = Vec::new();
    for (row_idx, row) in rows.iter().enumerate().filter(|(_, row)| is_credit(row)) {
        if let Some(charge_idx) = charges.get_mut(&charge(row)).and_then(Vec::pop) {
            taken_back.extend([charge_idx, row_idx]);
        }
    }
    for row_idx in taken_back {
        rows[row_idx].exclusion = Some(Exclusion::TakenBack);
    }
}

fn charge(row: &ExportRow) -> Charge<'_> {
    (
        (&row.client.0, &row.sku.0, row.amount.currency),
        (row.quantity.0.abs(), row.amount.amount.abs(), row.unit.map(|unit| unit.amount.abs())),
        (row.period_start, row.period_end, row.agreement.as_ref()),
    )
}
