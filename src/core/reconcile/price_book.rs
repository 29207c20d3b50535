//! What a unit of each line costs for a whole period, by subscription and term.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use super::partners::KindPartners;
use crate::domain::period::whole_months;
use crate::domain::{
    ClientKey, ExportRow, Line, LineKey, LineKind, Money, Quantity, Side, lines_of,
};

/// One whole period's charge.
#[derive(Debug, Clone)]
pub(super) struct Charge {
    /// The subscription, agreement or contract.
    pub agreement: Option<CompactString>,
    /// Commitment and billing as written.
    pub term: Option<CompactString>,
    /// Units it charges for.
    pub units: Quantity,
    /// One unit for one month.
    pub unit: Money,
    /// Its period, where the row has one: months, first day, and how it writes its last.
    pub period: Option<(i32, Date, LastDay)>,
}

/// What an export writes as the end of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LastDay {
    /// The last day charged for.
    Counted,
    /// The first day after it.
    DayAfter,
}

/// The whole periods' charges of one side in one month, by line.
#[derive(Debug, Clone, Default)]
pub struct PriceBook {
    lines: BTreeMap<LineKey, Vec<Charge>>,
    /// Units of a SKU and the price of one, over all clients.
    skus: BTreeMap<LineSku, Vec<Money>>,
}

/// A line without its client: side, SKU key.
type LineSku = (Side, CompactString);

impl PriceBook {
    /// The charges for whole periods among some rows.
    pub fn of(rows: &[ExportRow]) -> Self {
        Self::of_lines(rows, lines_of(rows).iter())
    }

    /// The same of the rows of some lines, which are in the order of their keys.
    pub fn of_lines<'a>(
        rows: &'a [ExportRow],
        lines: impl Iterator<Item = &'a Line> + Clone,
    ) -> Self {
        let mut priced: Vec<usize> = lines.clone().flat_map(|line| &line.rows).copied().collect();
        priced.retain(|&row_idx| priced_unit(&rows[row_idx]).is_some());
        // The prices of a SKU stand in the order of the files.
        priced.sort_unstable();
        let mut skus: FxHashMap<(Side, &str), Vec<Money>> = FxHashMap::default();
        for row in priced.into_iter().map(|row_idx| &rows[row_idx]) {
            let units = skus.entry((row.side, &row.sku.0)).or_default();
            if let Some(unit) = priced_unit(row).filter(|unit| !units.contains(unit)) {
                units.push(unit);
            }
        }
        let charges = |line: &Line| {
            let rows = line.rows.iter().map(|&row_idx| &rows[row_idx]);
            let priced = rows.filter_map(|row| Some((row, priced_unit(row)?)));
            // Most lines have one, and no line is given the room of four.
            let mut charges = Vec::with_capacity(priced.clone().count());
            charges.extend(priced.map(|(row, unit)| charge(row, unit)));
            charges
        };
        let of_lines = lines.map(|line| (line.key.clone(), charges(line)));
        Self {
            lines: of_lines.filter(|(_, charges)| !charges.is_empty()).collect(),
            skus: skus.into_iter().map(|((side, sku), of)| ((side, sku.into()), of)).collect(),
        }
    }

    /// The same under this month's names: where a client of last month is gone and one is new that is
    /// the same to the PSA, an export without ids has renamed it.
    pub(super) fn under_new_names(&self, lines: &[Line], clients: &KindPartners) -> Cow<'_, Self> {
        let renamed = match self.lines.is_empty() {
            true => BTreeMap::new(),
            false => self.renamed(lines, clients),
        };
        if renamed.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut book = self.clone();
        for (mut key, charges) in std::mem::take(&mut book.lines) {
            if let Some(new) = renamed.get(&key.client).filter(|_| key.side == Side::Vendor) {
                key.client.clone_from(new);
            }
            book.lines.entry(key).or_default().extend(charges);
        }
        Cow::Owned(book)
    }

    /// Last month's vendor clients that have another name now, and that name.
    fn renamed(&self, lines: &[Line], clients: &KindPartners) -> BTreeMap<ClientKey, ClientKey> {
        // Keys are in order, so the lines of a client stand side by side.
        fn clients_of<'k>(keys: impl Iterator<Item = &'k LineKey>) -> BTreeSet<&'k ClientKey> {
            let vendor = keys.filter(|key| key.side == Side::Vendor);
            let mut clients: Vec<&ClientKey> = vendor.map(|key| &key.client).collect();
            clients.dedup();
            clients.into_iter().collect()
        }
        let before = clients_of(self.lines.keys());
        let now = clients_of(lines.iter().map(|line| &line.key));
        let mut gone_and_new: BTreeMap<&str, [Vec<&ClientKey>; 2]> = BTreeMap::new();
        for (position, keys) in [&before - &now, &now - &before].into_iter().enumerate() {
            for key in keys {
                for partner in clients.partners(&key.0) {
                    gone_and_new.entry(&partner.psa).or_default()[position].push(key);
                }
            }
        }
        let renamed = gone_and_new.into_values().filter_map(|[gone, new]| match (&*gone, &*new) {
            ([gone], [new]) => Some(((*gone).clone(), (*new).clone())),
            _ => None,
        });
        renamed.collect()
    }

    /// The charges of a line.
    pub(super) fn charges(&self, line: &LineKey) -> &[Charge] {
        self.lines.get(line).map_or(&[], Vec::as_slice)
    }

    /// What others pay for a unit of the line's SKU, in its currency.
    pub(super) fn others_pay<'b>(&'b self, line: &LineKey) -> impl Iterator<Item = Money> + 'b {
        let (key, currency) = ((line.side, line.sku.0.clone()), line.currency);
        let units = self.skus.get(&key).map_or(&[][..], Vec::as_slice);
        units.iter().copied().filter(move |unit| unit.currency == currency)
    }

    /// The quantity-weighted mean unit of a line.
    pub(super) fn unit(&self, line: &LineKey) -> Option<Money> {
        mean(self.charges(line))
    }
}

/// The price of a unit, of a row that is a whole period's.
fn priced_unit(row: &ExportRow) -> Option<Money> {
    row.unit.filter(|_| row.kind == LineKind::FullPeriod)
}

fn charge(row: &ExportRow, unit: Money) -> Charge {
    let period = row.period_start.zip(row.period_end).and_then(|(start, end)| {
        let months = whole_months(start, end)?;
        let is_after = start.checked_add(months.months()).is_ok_and(|next| next == end);
        Some((months, start, if is_after { LastDay::DayAfter } else { LastDay::Counted }))
    });
    Charge {
        agreement: row.agreement.clone(),
        term: row.term.clone(),
        units: row.units(),
        unit,
        period,
    }
}

/// The quantity-weighted mean unit of some charges; the first one's where none counts units.
pub(super) fn mean(charges: &[Charge]) -> Option<Money> {
    let first = charges.first()?.unit;
    let weight: Decimal = charges.iter().map(|one| one.units.0).sum();
    if weight.is_zero() || charges.iter().all(|one| one.unit.amount == first.amount) {
        return Some(first);
    }
    let total: Decimal = charges.iter().map(|one| one.units.0 * one.unit.amount).sum();
    Some(Money::new(total / weight, first.currency))
}
