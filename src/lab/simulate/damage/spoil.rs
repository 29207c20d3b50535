//! One kind of damage done to a table.

use std::collections::{BTreeMap, BTreeSet};

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rust_decimal::Decimal;

use super::columns::DamagedTable;
use super::dates::WrittenDay;
use super::{Damage, DamageKind};

/// What spreadsheets leave where a formula or a link is broken.
const FAULTS: [&str; 3] = ["#REF!", "#N/A", "#VALUE!"];

/// Number, client and product of a row that was touched.
pub(super) type Touched = (u64, String, String);

/// Does the damage, and says which rows it touched, as they stood before.
pub(super) fn spoil(
    table: &mut DamagedTable,
    damage: &Damage,
    rng: &mut Xoshiro256PlusPlus,
) -> Vec<Touched> {
    let mut rows = table.data();
    let n = ((rows.len() as f64 * damage.rate).round() as usize).max(1);
    rows.shuffle(rng);
    match damage.kind {
        DamageKind::ClientFiltered => {
            let gone = filtered(table, &rows, n, |table, row_idx| table.client(row_idx).to_owned());
            leave_out(table, &gone, Total::OfWhatIsLeft)
        }
        DamageKind::ProductFiltered => {
            let gone =
                filtered(table, &rows, n, |table, row_idx| table.product(row_idx).to_owned());
            leave_out(table, &gone, Total::OfWhatIsLeft)
        }
        DamageKind::RowsLost if table.total().is_some() => {
            leave_out(table, &rows.into_iter().take(n).collect(), Total::OfAll)
        }
        DamageKind::RowsLost => Vec::new(),
        DamageKind::OnlyChanges => {
            let gone = whole_charges_of_changed(table, &rows, n);
            leave_out(table, &gone, Total::OfWhatIsLeft)
        }
        DamageKind::TotalOff => {
            total_off(table, rng);
            Vec::new()
        }
        kind => {
            let clients = client_cells(table);
            let mut touched = Vec::new();
            for row_idx in rows {
                if n <= touched.len() {
                    break;
                }
                let was = was(table, row_idx);
                let mut cells = table.rows[row_idx].1.clone();
                spoil_row(table, kind, &mut cells, &clients, rng);
                if cells != table.rows[row_idx].1 {
                    table.rows[row_idx].1 = cells;
                    touched.push(was);
                }
            }
            touched
        }
    }
}

fn was(table: &DamagedTable, row_idx: usize) -> Touched {
    let (client, product) = (table.client(row_idx).to_owned(), table.product(row_idx).to_owned());
    (table.rows[row_idx].0, client, product)
}

/// What becomes of the row of totals when rows are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Total {
    OfWhatIsLeft,
    OfAll,
}

fn leave_out(table: &mut DamagedTable, gone: &BTreeSet<usize>, total: Total) -> Vec<Touched> {
    let touched = gone.iter().map(|&row_idx| was(table, row_idx)).collect();
    let mut row_idx = 0;
    table.rows.retain(|_| {
        row_idx += 1;
        !gone.contains(&(row_idx - 1))
    });
    if let (Total::OfWhatIsLeft, Some(at), Some(column)) =
        (total, table.total(), table.columns.amount)
    {
        let sum: Decimal =
            table.data().iter().filter_map(|&idx| money(&table.rows[idx].1[column])).sum();
        table.rows[at].1[column] = format!("${sum}");
    }
    touched
}

/// `$1,234.50` as a number.
fn money(cell: &str) -> Option<Decimal> {
    cell.replace(['$', ','], "").parse().ok()
}

/// All rows of some clients or products: about `n`, and of one at least.
fn filtered(
    table: &DamagedTable,
    rows: &[usize],
    n: usize,
    of: impl Fn(&DamagedTable, usize) -> String,
) -> BTreeSet<usize> {
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for &row_idx in rows {
        let name = of(table, row_idx);
        let own = by_name.entry(name.clone()).or_default();
        if own.is_empty() {
            order.push(name);
        }
        own.push(row_idx);
    }
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    for name in &order {
        let own = &by_name[name];
        if gone.len() + own.len() <= n {
            gone.extend(own);
        }
    }
    if gone.is_empty() {
        // Every one of them has more rows than are asked for.
        let least = order.iter().min_by_key(|name| by_name[*name].len());
        gone.extend(least.into_iter().flat_map(|name| &by_name[name]));
    }
    gone
}

/// The charges for whole periods of subscriptions that have a change which adds units.
fn whole_charges_of_changed(table: &DamagedTable, rows: &[usize], n: usize) -> BTreeSet<usize> {
    let Some(column) = table.columns.charge_type else { return BTreeSet::new() };
    let kind = |row_idx: usize| table.rows[row_idx].1[column].as_str();
    let key = |row_idx: usize| (table.client(row_idx), table.product(row_idx));
    let adds = |row_idx: &&usize| matches!(kind(**row_idx), "prorate" | "addQuantity");
    let changed: BTreeSet<_> = rows.iter().filter(adds).map(|&row_idx| key(row_idx)).collect();
    let is_whole = |row_idx: &usize| matches!(kind(*row_idx), "subscription" | "cycleCharge");
    let whole = rows.iter().copied().filter(is_whole);
    whole.filter(|&row_idx| changed.contains(&key(row_idx))).take(n).collect()
}

/// The clients' cells: every client's ids, once.
fn client_cells(table: &DamagedTable) -> Vec<Vec<String>> {
    let ids = |row_idx: usize| -> Vec<String> {
        let columns = table.columns.client_ids.iter();
        columns.map(|&column| table.rows[row_idx].1[column].clone()).collect()
    };
    let all: BTreeSet<Vec<String>> = table.data().into_iter().map(ids).collect();
    all.into_iter().collect()
}

fn total_off(table: &mut DamagedTable, rng: &mut Xoshiro256PlusPlus) {
    if let Some((at, column)) = table.total().zip(table.columns.amount) {
        let more = Decimal::new(rng.gen_range(1_000..100_000), 2);
        let sum = money(&table.rows[at].1[column]).unwrap_or_default() + more;
        table.rows[at].1[column] = format!("${sum}");
    }
}

/// Spoils the cells of one row; leaves them as they are where the format has nothing to spoil.
fn spoil_row(
    table: &DamagedTable,
    kind: DamageKind,
    cells: &mut [String],
    clients: &[Vec<String>],
    rng: &mut Xoshiro256PlusPlus,
) {
    let columns = &table.columns;
    let dates = [columns.start, columns.end].into_iter().flatten();
    let mut move_dates = |moved: &dyn Fn(WrittenDay) -> Option<String>| {
        for column in dates.clone() {
            if let Some(text) = WrittenDay::of(&cells[column]).and_then(moved) {
                cells[column] = text;
            }
        }
    };
    match kind {
        DamageKind::HoursOff => move_dates(&|day| Some(day.two_hours_early())),
        DamageKind::DayEarly => move_dates(&|day| Some(day.day_before())),
        DamageKind::Swapped => move_dates(&WrittenDay::swapped),
        DamageKind::OtherMonth => move_dates(&|day| Some(day.month_before())),
        DamageKind::ImpossiblePeriod => {
            if let Some((start, end)) = columns.start.zip(columns.end) {
                match cells[end].is_empty() {
                    // What never ended ends before it began.
                    true => {
                        let first = WrittenDay::of(&cells[start]);
                        cells[end] = first.map(WrittenDay::day_before).unwrap_or_default();
                    }
                    false => cells.swap(start, end),
                }
            }
        }
        DamageKind::NoPrice => columns.prices.iter().for_each(|&column| cells[column].clear()),
        DamageKind::NoClient => {
            let own = columns.client_name.iter().chain(&columns.client_ids);
            own.for_each(|&column| cells[column].clear());
        }
        DamageKind::Garbled => {
            let spoilt = columns.quantity.iter().chain(&columns.prices).chain(&columns.start);
            let spoilt: Vec<usize> = spoilt.copied().collect();
            if let (Some(&column), Some(fault)) = (spoilt.choose(rng), FAULTS.choose(rng)) {
                cells[column] = (*fault).to_owned();
            }
        }
        DamageKind::IdRounded => {
            columns.client_ids.iter().for_each(|&column| cells[column] = "1.00011E+11".to_owned());
        }
        DamageKind::IdOfAnother => {
            if let Some(other) = clients.choose(rng) {
                for (&column, id) in columns.client_ids.iter().zip(other) {
                    cells[column].clone_from(id);
                }
            }
        }
        DamageKind::SecondId => {
            columns.client_ids.iter().for_each(|&column| cells[column].push('7'));
        }
        DamageKind::ClientFiltered
        | DamageKind::ProductFiltered
        | DamageKind::RowsLost
        | DamageKind::OnlyChanges
        | DamageKind::TotalOff => {}
    }
}
