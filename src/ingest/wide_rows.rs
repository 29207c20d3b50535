//! Rows with more cells than the header: a comma without quotes has cut one cell in two, and what stands
//! behind it would be read from the wrong columns.
//!
//! `60,1,560.00,26.00` under four headers can be put together in one way that fits what the other rows hold
//! in these columns and what the row's own money says: then it is. Else the row is rejected by name.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::cells::Cell;
use super::cells::amounts::{DecimalMark, WrittenNumber};
use super::cells::dates::WrittenDate;
use super::fields::Field;
use super::headers::Located;
use super::table::{RawRow, Table};
use seatdrift_core::domain::Side;

/// Most cells too many that are put together again.
const MOST_CUTS: usize = 6;

/// Most ways of putting a row together that are looked at.
const MOST_WAYS: usize = 400;

/// Most values of a column of words such as `Billable`, and how many rows must have them.
const FEW_WORDS: usize = 6;
const ENOUGH_ROWS: usize = 3;

/// A row that cannot be read.
pub(super) struct WideRow {
    pub row_idx: usize,
    /// How many cells it has, and how many its header.
    pub n_cells: usize,
    pub n_headers: usize,
    /// Whether its client and product stand before every cell that may be cut.
    pub is_named: bool,
}

/// Puts the rows together that are too wide, says so, and gives those that stay so.
pub(super) fn mend(table: &mut Table, located: &Located, side: Side) -> Vec<WideRow> {
    let Some(delimiter) = table.cut_at else { return Vec::new() };
    let n_headers = table.rows[located.header_idx].cells.len();
    let is_wide = |row: &RawRow| width(row) > n_headers;
    let below = located.header_idx + 1..table.rows.len();
    let wide: Vec<usize> = below.clone().filter(|idx| is_wide(&table.rows[*idx])).collect();
    if wide.is_empty() {
        return Vec::new();
    }
    let others = below.filter(|idx| !is_wide(&table.rows[*idx])).map(|idx| &table.rows[idx]);
    let expected = Expected::of(others.collect::<Vec<_>>().as_slice(), located, side, n_headers);
    let (mut mended, mut rejected) = (Vec::new(), Vec::new());
    for row_idx in wide {
        let row = &table.rows[row_idx];
        match expected.only_way(row, n_headers, delimiter) {
            Some(cells) => {
                if cells.len() <= n_headers {
                    mended.push(row.number);
                }
                table.rows[row_idx].cells = cells;
            }
            None => {
                let first_cut = first_cut(row, delimiter);
                let named = [Field::ClientName, Field::ClientId, Field::ProductName, Field::Sku];
                let is_before = |field: &Field| {
                    located.columns.get(*field).is_none_or(|column| column.idx < first_cut)
                };
                rejected.push(WideRow {
                    row_idx,
                    n_cells: width(row),
                    n_headers,
                    is_named: named.iter().all(is_before),
                });
            }
        }
    }
    if let Some(first) = mended.first() {
        let rows =
            if mended.len() == 1 { "1 row has" } else { &format!("{} rows have", mended.len()) };
        table.notes.push(format!(
            "{rows} more cells than the header, first row {first}: a cell was cut at a comma without \
             quotes, and was put together in the one way that fits"
        ));
    }
    rejected
}

/// How many cells a row has up to its last filled one.
fn width(row: &RawRow) -> usize {
    row.filled().last().map_or(0, |(idx, _)| idx + 1)
}

/// What a column holds in the rows that are not too wide.
#[derive(Debug, Clone, PartialEq)]
enum Holds {
    Anything,
    Numbers,
    Dates,
    Words(BTreeSet<String>),
}

struct Expected {
    columns: Vec<Holds>,
    /// The columns of units, their price, and the row's money.
    product: Option<[usize; 3]>,
}

impl Expected {
    fn of(rows: &[&RawRow], located: &Located, side: Side, n_headers: usize) -> Self {
        let mut columns: Vec<Holds> = (0..n_headers).map(|idx| held(rows, idx)).collect();
        for (field, column) in located.columns.iter().filter(|(_, column)| column.idx < n_headers) {
            if field.is_number() {
                columns[column.idx] = Holds::Numbers;
            } else if field.is_date() {
                columns[column.idx] = Holds::Dates;
            }
        }
        let idx = |field| located.columns.get(field).map(|column| column.idx);
        let units = [idx(Field::Quantity), idx(Field::unit_of(side)), idx(Field::Amount)];
        let [Some(quantity), Some(unit), Some(amount)] = units else {
            return Self { columns, product: None };
        };
        Self { columns, product: Some([quantity, unit, amount]) }
    }

    /// The one way of reading a wide row that fits: as it stands with more than is named, or put together.
    fn only_way(&self, row: &RawRow, n_headers: usize, delimiter: char) -> Option<Vec<Cell>> {
        let cells = &row.cells[..width(row)];
        let n_cuts = cells.len() - n_headers;
        let mut ways = vec![cells.to_vec()];
        if n_cuts <= MOST_CUTS {
            put_together(cells, n_cuts, delimiter, &mut Vec::new(), &mut ways);
        }
        if ways.len() > MOST_WAYS {
            return None;
        }
        ways.retain(|cells| self.fits(cells));
        ways.dedup();
        // Money that is units times their price is the best sign; a word that is new to its column is the
        // least.
        let multiplies = |cells: &Vec<Cell>| self.multiplies(cells) == Some(true);
        let is_known = |cells: &Vec<Cell>| self.says_known_words(cells);
        if ways.iter().any(multiplies) {
            ways.retain(multiplies);
        }
        if ways.len() > 1 && ways.iter().any(is_known) {
            ways.retain(is_known);
        }
        let only = ways.pop()?;
        ways.is_empty().then_some(only)
    }

    fn fits(&self, cells: &[Cell]) -> bool {
        self.columns.iter().zip(cells).all(|(holds, cell)| {
            cell.is_blank()
                || match holds {
                    Holds::Anything | Holds::Words(_) => true,
                    Holds::Numbers => is_number(cell),
                    Holds::Dates => is_date(cell),
                }
        })
    }

    fn says_known_words(&self, cells: &[Cell]) -> bool {
        self.columns.iter().zip(cells).all(|(holds, cell)| match holds {
            Holds::Words(words) => cell.is_blank() || words.contains(cell.written().trim()),
            _ => true,
        })
    }

    /// Whether units times their price are the row's money; `None` where the row does not say all three.
    fn multiplies(&self, cells: &[Cell]) -> Option<bool> {
        let [quantity, unit, amount] = self.product?.map(|idx| value(cells.get(idx)?));
        let (product, amount) = (quantity?.checked_mul(unit?)?, amount?);
        Some((product - amount).abs() <= Decimal::new(1, 2))
    }
}

/// The number a cell says by itself.
fn value(cell: &Cell) -> Option<Decimal> {
    let written = WrittenNumber::of(&cell.text()?)?;
    written.value(DecimalMark::Dot).or_else(|| written.value(DecimalMark::Comma))
}

fn is_number(cell: &Cell) -> bool {
    cell.text().is_none_or(|text| WrittenNumber::of(&text).is_some())
}

fn is_date(cell: &Cell) -> bool {
    cell.text().is_none_or(|text| WrittenDate::of(&text).is_some())
}

fn held(rows: &[&RawRow], column_idx: usize) -> Holds {
    let filled = rows.iter().map(|row| row.cell(column_idx)).filter(|cell| cell.text().is_some());
    let filled: Vec<&Cell> = filled.collect();
    if filled.len() < ENOUGH_ROWS {
        return Holds::Anything;
    }
    if filled.iter().all(|cell| is_number(cell)) {
        return Holds::Numbers;
    }
    if filled.iter().all(|cell| is_date(cell)) {
        return Holds::Dates;
    }
    let words: BTreeSet<String> =
        filled.iter().map(|cell| cell.written().trim().to_owned()).collect();
    if words.len() <= FEW_WORDS && words.len() < filled.len() {
        Holds::Words(words)
    } else {
        Holds::Anything
    }
}

/// Every way of putting so many cuts together again.
fn put_together(
    rest: &[Cell],
    n_cuts: usize,
    delimiter: char,
    before: &mut Vec<Cell>,
    ways: &mut Vec<Vec<Cell>>,
) {
    if ways.len() > MOST_WAYS {
        return;
    }
    if n_cuts == 0 {
        ways.push([before, rest].concat());
        return;
    }
    if rest.len() <= n_cuts {
        return;
    }
    for n_joined in (0..=n_cuts).take_while(|n_joined| *n_joined < rest.len()) {
        let Some(cell) = joined(&rest[..=n_joined], delimiter) else { break };
        before.push(cell);
        put_together(&rest[n_joined + 1..], n_cuts - n_joined, delimiter, before, ways);
        before.pop();
    }
}

/// Cells as the one they may have been: the groups of a number, a number and its cents, or words with a comma
/// and a blank between them.
fn joined(cells: &[Cell], delimiter: char) -> Option<Cell> {
    let [first, more @ ..] = cells else { return None };
    if more.is_empty() {
        return Some(first.clone());
    }
    let texts: Vec<String> = cells.iter().map(|cell| cell.written().into_owned()).collect();
    let text = texts.join(&delimiter.to_string());
    let can = texts.windows(2).all(|pair| may_be_cut(&pair[0], &pair[1], delimiter));
    let is_text = more.iter().all(|cell| cell.written().starts_with(' '));
    let number = WrittenNumber::of(&text).filter(|_| !is_text && delimiter == ',');
    let marks = [DecimalMark::Dot, DecimalMark::Comma];
    let is_number =
        number.is_some_and(|number| marks.iter().any(|mark| number.value(*mark).is_some()));
    (can && (is_number || is_text)).then(|| Cell::of_text(&text))
}

/// Whether two cells beside each other may be one that was cut.
fn may_be_cut(left: &str, right: &str, delimiter: char) -> bool {
    let digits_end = left.ends_with(|c: char| c.is_ascii_digit());
    let digits_begin = right.starts_with(|c: char| c.is_ascii_digit());
    let is_text = right.starts_with(' ') && right.trim_start().starts_with(char::is_alphabetic);
    is_text || delimiter == ',' && digits_end && digits_begin
}

/// The first cell that may be the left part of one that was cut.
fn first_cut(row: &RawRow, delimiter: char) -> usize {
    let cut = row.cells.windows(2).position(|pair| joined(pair, delimiter).is_some());
    cut.unwrap_or_default()
}
