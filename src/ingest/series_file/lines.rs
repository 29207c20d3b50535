//! Rows → lines.

use polars::prelude::{PlHashMap, PlSmallStr};

use super::SeriesFile;
use super::columns::{Column, Columns};
use super::error::SeriesFileError;
use crate::records::Texts;
use seatdrift_core::domain::{Month, Series, SeriesSide};

/// One row, understood. Numbers are NaN where the cell says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    pub id: &'a str,
    pub month: Month,
    pub quantity: f64,
    pub billed: f64,
    pub price: f64,
    pub client: &'a str,
    pub sku: &'a str,
}

/// The lines read so far.
pub(super) struct SeriesLines<'f> {
    file: &'f str,
    columns: Columns,
    ids: Texts,
    by_id: PlHashMap<PlSmallStr, u32>,
    lines: Vec<SeriesLine>,
    /// The line that followed each line's row the last time: files repeat their order.
    next: Vec<u32>,
    last: u32,
    months: Option<(Month, Month)>,
    n_rows: usize,
    n_missing: usize,
    notes: Vec<String>,
}

struct SeriesLine {
    series: Series,
    billed: Vec<Option<f64>>,
    /// The month its client and its product are taken from: the newest.
    named_in: Month,
}

impl<'f> SeriesLines<'f> {
    pub(super) fn new(file: &'f str, columns: Columns) -> Self {
        Self {
            file,
            columns,
            ids: Texts::default(),
            by_id: PlHashMap::default(),
            lines: Vec::new(),
            next: Vec::new(),
            last: u32::MAX,
            months: None,
            n_rows: 0,
            n_missing: 0,
            notes: Vec::new(),
        }
    }

    /// Notes that the file's months are read from the days after.
    pub(super) fn note_evenings(&mut self) {
        self.notes.push(format!(
            "{}: the times in month are midnights of another time zone: each row is of the month that \
             begins the day after",
            self.file
        ));
    }

    /// Takes in a row. `number` is its number in the file, for an error.
    pub(super) fn add(&mut self, row: &Row<'_>, number: u64) -> Result<(), SeriesFileError> {
        self.n_rows += 1;
        if row.quantity.is_nan() {
            self.n_missing += 1;
            return Ok(());
        }
        let line_idx = self.line_idx(row)?;
        let (first, last) = self.months.unwrap_or((row.month, row.month));
        self.months = Some((first.min(row.month), last.max(row.month)));
        let line = &mut self.lines[line_idx as usize];
        if !line.set(row, &self.columns) {
            return Err(SeriesFileError::Twice {
                file: self.file.to_owned(),
                row: number,
                id: row.id.chars().take(80).collect(),
                month: row.month,
            });
        }
        Ok(())
    }

    /// The row's line; a new one for an id not seen before.
    fn line_idx(&mut self, row: &Row<'_>) -> Result<u32, SeriesFileError> {
        if let Some(&next) = self.next.get(self.last as usize) {
            let is = |line_idx: u32| {
                (line_idx as usize) < self.ids.len() && self.ids.get(line_idx as usize) == row.id
            };
            if is(self.last) {
                return Ok(self.last);
            }
            if is(next) {
                self.last = next;
                return Ok(next);
            }
        }
        let line_idx = match self.by_id.get(row.id) {
            Some(&known) => known,
            None => self.new_line(row)?,
        };
        if let Some(next) = self.next.get_mut(self.last as usize) {
            *next = line_idx;
        }
        self.last = line_idx;
        Ok(line_idx)
    }

    fn new_line(&mut self, row: &Row<'_>) -> Result<u32, SeriesFileError> {
        let line_idx = u32::try_from(self.lines.len()).ok().filter(|idx| *idx < u32::MAX);
        let line_idx = line_idx.ok_or_else(|| SeriesFileError::TooMany {
            file: self.file.to_owned(),
            limit: u32::MAX,
        })?;
        // Lines of one file are mostly of one length.
        let n_months = self.lines.last().map_or(24, |line| line.series.quantity.len());
        let with_room = |column| match self.columns.has(column) {
            true => Vec::with_capacity(n_months),
            false => Vec::new(),
        };
        let series = Series {
            side: SeriesSide::Vendor,
            client: String::new(),
            client_name: String::new(),
            sku: String::new(),
            sku_name: String::new(),
            first: row.month,
            currency: None,
            quantity: with_room(Column::Quantity),
            unit: with_room(Column::UnitPrice),
        };
        let mut line =
            SeriesLine { series, billed: with_room(Column::BilledQuantity), named_in: row.month };
        line.name(row);
        self.lines.push(line);
        self.ids.push(row.id);
        self.by_id.insert(row.id.into(), line_idx);
        self.next.push(u32::MAX);
        Ok(line_idx)
    }

    /// The series of all rows.
    pub(super) fn into_file(self) -> Result<SeriesFile, SeriesFileError> {
        let no_rows = || SeriesFileError::NoRows { file: self.file.to_owned() };
        let (first, last) = self.months.ok_or_else(no_rows)?;
        let n_lines = u32::try_from(self.lines.len()).expect("checked when they were added");
        let mut line_of: Vec<u32> = (0..n_lines).collect();
        let mut series = Vec::with_capacity(self.lines.len());
        let mut gaps = Vec::new();
        for line in self.lines {
            if self.columns.has(Column::BilledQuantity) {
                gaps.push(gap(&line));
            }
            series.push(line.series);
        }
        if !gaps.is_empty() {
            line_of.extend(0..n_lines);
            series.extend(gaps);
        }
        let (n_rows, n_missing) = (self.n_rows, self.n_missing);
        let (ids, notes) = (self.ids, self.notes);
        Ok(SeriesFile { ids, series, line_of, first, last, n_rows, n_missing, notes })
    }
}

impl SeriesLine {
    /// Sets the row's month; `false` when it has a row already.
    fn set(&mut self, row: &Row<'_>, columns: &Columns) -> bool {
        if row.month < self.series.first {
            let n_before = distance(row.month, self.series.first);
            for values in [&mut self.series.quantity, &mut self.series.unit, &mut self.billed] {
                if !values.is_empty() {
                    values.splice(0..0, std::iter::repeat_n(None, n_before));
                }
            }
            self.series.first = row.month;
        }
        let at = distance(self.series.first, row.month);
        let known = |value: f64| (!value.is_nan()).then_some(value);
        if self.series.quantity.get(at).is_some_and(Option::is_some) {
            return false;
        }
        put(&mut self.series.quantity, at, known(row.quantity));
        if columns.has(Column::UnitPrice) {
            put(&mut self.series.unit, at, known(row.price));
        }
        if columns.has(Column::BilledQuantity) {
            put(&mut self.billed, at, known(row.billed));
        }
        if self.named_in < row.month && columns.name_lines() {
            self.named_in = row.month;
            self.name(row);
        }
        true
    }

    /// Names the line after a row. Without a product of its own a line is its own product.
    fn name(&mut self, row: &Row<'_>) {
        let sku = if row.sku.is_empty() { row.id } else { row.sku };
        let series = &mut self.series;
        for (name, written) in [
            (&mut series.client, row.client),
            (&mut series.client_name, row.client),
            (&mut series.sku, sku),
            (&mut series.sku_name, sku),
        ] {
            if name != written {
                written.clone_into(name);
            }
        }
    }
}

fn put(values: &mut Vec<Option<f64>>, at: usize, value: Option<f64>) {
    if at == values.len() {
        values.push(value);
    } else {
        if values.len() < at {
            values.resize(at + 1, None);
        }
        values[at] = value;
    }
}

fn distance(from: Month, to: Month) -> usize {
    usize::try_from(to.index() - from.index()).expect("the later month comes second")
}

/// Bought less billed, in the months that say both.
fn gap(line: &SeriesLine) -> Series {
    let bought = line.series.quantity.iter();
    let billed = line.billed.iter().copied().chain(std::iter::repeat(None));
    Series {
        side: SeriesSide::Drift,
        quantity: bought.zip(billed).map(|(bought, billed)| Some((*bought)? - billed?)).collect(),
        ..line.series.clone()
    }
}
