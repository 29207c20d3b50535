//! Vendors that charge what they read last in a month, or the most they read, and export every reading.

use std::collections::BTreeMap;

use compact_str::CompactString;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use seatdrift_core::domain::{Currency, Exclusion, ExportRow};

/// Which of a month's readings a vendor charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReadingRule {
    /// That of the last day.
    Last,
    /// That of the day with the most units; of equals the last.
    Peak,
}

/// What is read: client, product, subscription, currency.
type Meter = (CompactString, CompactString, Option<CompactString>, Currency);

/// Sets aside the readings of a meter that the vendor does not charge. What stands there for one day
/// counts together: one row may be one user or one device.
pub(super) fn leave_out_replaced(rows: &mut [ExportRow], rule: ReadingRule) {
    let mut meters: BTreeMap<Meter, BTreeMap<Date, Vec<usize>>> = BTreeMap::new();
    for (row_idx, row) in rows.iter().enumerate().filter(|(_, row)| row.is_compared()) {
        let Some(day) = row.period_start else { continue };
        let meter =
            (row.client.0.clone(), row.sku.0.clone(), row.agreement.clone(), row.amount.currency);
        meters.entry(meter).or_default().entry(day).or_default().push(row_idx);
    }
    for days in meters.into_values() {
        let units = |of_day: &Vec<usize>| -> Decimal {
            of_day.iter().map(|&row_idx| rows[row_idx].quantity.0).sum()
        };
        let charged = match rule {
            ReadingRule::Last => days.keys().next_back().copied(),
            ReadingRule::Peak => {
                days.iter().max_by_key(|(day, of_day)| (units(of_day), **day)).map(|(day, _)| *day)
            }
        };
        let replaced: Vec<usize> = days
            .into_iter()
            .filter(|(day, _)| Some(*day) != charged)
            .flat_map(|(_, of_day)| of_day)
            .collect();
        for row_idx in replaced {
            rows[row_idx].exclusion = Some(Exclusion::ReadingReplaced);
        }
    }
}
