//! Parquet → rows, some row groups at a time: while one part becomes lines, the next is decoded.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Cursor;

use polars::prelude::*;

use super::columns::{Column as Holds, Columns};
use super::error::SeriesFileError;
use super::lines::{Row, SeriesLines};
use super::months::{self, A_MONTH, MonthReader, Unread};
use super::pages;
use super::stored::as_stored;
use super::values::{A_NUMBER, number, trimmed, within_range};
use crate::caught::caught;
use crate::evenings::begin_months;
use seatdrift_core::domain::Month;

/// The minutes of a day.
const A_DAY: i64 = 24 * 60;

/// What a parquet file begins with.
pub(super) const MAGIC: &[u8] = b"PAR1";

/// Rows decoded at a time.
const ROWS_PER_PART: usize = 1 << 21;

/// Reads a parquet file, of which only the columns that are known are decoded.
pub(super) fn read<'f>(file: &'f str, bytes: &[u8]) -> Result<SeriesLines<'f>, SeriesFileError> {
    if let Some(message) = pages::contradiction(bytes) {
        return Err(SeriesFileError::Damaged { file: file.to_owned(), message });
    }
    let (schema, n_rows) = whole(file, || {
        let mut reader = ParquetReader::new(Cursor::new(bytes));
        Ok((reader.schema()?, reader.num_rows()?))
    })?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let columns = Columns::found(file, &names)?;
    let mut lines = SeriesLines::new(file, columns);
    let type_of = |holds| Some(schema.get_at_index(columns.position(holds)?)?.1.dtype());
    let is_unread = Holds::ALL.into_iter().filter_map(type_of).any(is_made_of_others);
    let bytes = if is_unread { as_stored(bytes) } else { Cow::Borrowed(bytes) };
    let is_time = matches!(type_of(Holds::Month), Some(ArrowDataType::Timestamp(..)));
    let mut file = File { name: file, bytes: &bytes, columns, names, days_later: 0 };
    if is_time && file.months_begin_the_day_after()? {
        file.days_later = 1;
        lines.note_evenings();
    }
    let mut months = MonthReader::default();
    let mut part = file.part(0, &mut months)?;
    loop {
        let start = part.start + ROWS_PER_PART;
        let (added, next) = rayon::join(
            || file.add(&part, &mut lines),
            || (start < n_rows).then(|| file.part(start, &mut months)).transpose(),
        );
        added?;
        match next? {
            Some(next) => part = next,
            None => break,
        }
    }
    if months.reads_the_day_after() {
        lines.note_evenings();
    }
    Ok(lines)
}

/// Whether the reader makes no column of this type, and one of the type that is stored in its place.
fn is_made_of_others(dtype: &ArrowDataType) -> bool {
    use ArrowDataType::{Dictionary, Int8, Int16, UInt8, UInt16};
    matches!(dtype, Dictionary(..) | Int8 | Int16 | UInt8 | UInt16)
}

/// What is read of a file, where its reader neither fails nor panics.
fn whole<T>(file: &str, read: impl FnOnce() -> PolarsResult<T>) -> Result<T, SeriesFileError> {
    match caught(read) {
        Some(read) => read.map_err(|error| damaged(file, &error)),
        None => Err(SeriesFileError::Damaged {
            file: file.to_owned(),
            message: "its parts do not fit together".to_owned(),
        }),
    }
}

fn damaged(file: &str, error: &PolarsError) -> SeriesFileError {
    let text = error.to_string();
    let message = text.lines().next().unwrap_or_default().to_owned();
    SeriesFileError::Damaged { file: file.to_owned(), message }
}

struct File<'a> {
    name: &'a str,
    bytes: &'a [u8],
    columns: Columns,
    names: Vec<String>,
    /// How many days after the one of its time a row's month is.
    days_later: i32,
}

/// Some rows, understood as far as they can be one by one.
struct Part {
    /// The position of its first row in the file.
    start: usize,
    ids: Column,
    months: Vec<Month>,
    /// Numbers are NaN where a cell says nothing; a column that is not there is empty.
    quantities: Vec<f64>,
    billed: Vec<f64>,
    prices: Vec<f64>,
    clients: Option<Column>,
    skus: Option<Column>,
}

impl File<'_> {
    /// The rows from `start` on, a part of the file.
    fn part(&self, start: usize, reader: &mut MonthReader) -> Result<Part, SeriesFileError> {
        let frame = self.rows(start, ROWS_PER_PART, &Holds::ALL)?;
        let text = |holds| self.columns.has(holds).then(|| self.column(&frame, holds)).transpose();
        let numbers = |holds| match self.columns.has(holds) {
            true => self.numbers(self.column(&frame, holds)?, holds, start),
            false => Ok(Vec::new()),
        };
        Ok(Part {
            start,
            ids: self.column(&frame, Holds::SeriesId)?.clone(),
            months: self.months(self.column(&frame, Holds::Month)?, reader, start)?,
            quantities: numbers(Holds::Quantity)?,
            billed: numbers(Holds::BilledQuantity)?,
            prices: numbers(Holds::UnitPrice)?,
            clients: text(Holds::Client)?.cloned(),
            skus: text(Holds::Sku)?.cloned(),
        })
    }

    /// Rows of the columns wanted, in types that are read.
    fn rows(
        &self,
        start: usize,
        n_rows: usize,
        wanted: &[Holds],
    ) -> Result<DataFrame, SeriesFileError> {
        let known = wanted.iter().filter_map(|holds| self.columns.position(*holds));
        let known = known.map(|position| self.names[position].clone()).collect();
        let mut frame = whole(self.name, || {
            ParquetReader::new(Cursor::new(self.bytes))
                .with_columns(Some(known))
                .with_slice(Some((start, n_rows)))
                .finish()
        })?;
        for holds in wanted.iter().copied().filter(|holds| self.columns.has(*holds)) {
            let cast = self.readable(self.column(&frame, holds)?, holds)?;
            frame.with_column(cast).map_err(|error| damaged(self.name, &error))?;
        }
        Ok(frame)
    }

    fn column<'c>(
        &self,
        frame: &'c DataFrame,
        holds: Holds,
    ) -> Result<&'c Column, SeriesFileError> {
        let name = self.columns.position(holds).map_or("", |position| &self.names[position]);
        frame.column(name).map_err(|error| damaged(self.name, &error))
    }

    /// The column as text, numbers or days, whichever it holds.
    fn readable(&self, column: &Column, holds: Holds) -> Result<Column, SeriesFileError> {
        let found = column.dtype();
        let is_whole = found.is_integer();
        let target = match holds {
            _ if *found == DataType::String => return Ok(column.clone()),
            _ if *found == DataType::Null => DataType::String,
            Holds::SeriesId | Holds::Client | Holds::Sku if is_whole => DataType::String,
            Holds::Month if is_whole => DataType::String,
            Holds::Month if *found == DataType::Date => DataType::Date,
            Holds::Month if matches!(found, DataType::Datetime(..)) => return self.minutes(column),
            Holds::Quantity | Holds::BilledQuantity | Holds::UnitPrice
                if is_whole || found.is_float() || matches!(found, DataType::Decimal(..)) =>
            {
                DataType::Float64
            }
            _ => return Err(self.wrong_type(holds, found)),
        };
        whole(self.name, || column.cast(&target))
    }

    /// Moments as minutes since 1970 in UTC.
    fn minutes(&self, column: &Column) -> Result<Column, SeriesFileError> {
        let a_minute = match column.dtype() {
            DataType::Datetime(TimeUnit::Nanoseconds, _) => 60_000_000_000,
            DataType::Datetime(TimeUnit::Microseconds, _) => 60_000_000,
            _ => 60_000,
        };
        whole(self.name, || {
            let moments = column.cast(&DataType::Int64)?;
            let minutes = moments.i64()?.apply_values(|moment| i64::div_euclid(moment, a_minute));
            Ok(minutes.into_series().into_column())
        })
    }

    /// Whether the file's moments are midnights of another zone, in which each begins a month.
    fn months_begin_the_day_after(&self) -> Result<bool, SeriesFileError> {
        let frame = self.rows(0, usize::MAX, &[Holds::Month])?;
        let distinct = whole(self.name, || self.distinct_minutes(&frame))?;
        let moments: Option<Vec<_>> = distinct
            .into_iter()
            .map(|minutes| {
                let day = i32::try_from(minutes.div_euclid(A_DAY)).ok()?;
                let minute = u16::try_from(minutes.rem_euclid(A_DAY)).ok()?;
                Some((months::date_of_days(day)?, minute))
            })
            .collect();
        Ok(moments.is_some_and(|moments| begin_months(&moments)))
    }

    fn distinct_minutes(&self, frame: &DataFrame) -> PolarsResult<BTreeSet<i64>> {
        let name = self.columns.position(Holds::Month).map_or("", |position| &self.names[position]);
        let minutes = frame.column(name)?.i64()?.unique()?;
        Ok(minutes.into_iter().flatten().collect())
    }

    fn wrong_type(&self, holds: Holds, found: &DataType) -> SeriesFileError {
        SeriesFileError::WrongType {
            file: self.name.to_owned(),
            column: holds.word(),
            expected: match holds {
                Holds::SeriesId | Holds::Client | Holds::Sku => "text or whole numbers",
                Holds::Month => "text or dates",
                Holds::Quantity | Holds::BilledQuantity | Holds::UnitPrice => "numbers",
            },
            found: found.to_string(),
        }
    }

    fn wrong(
        &self,
        position: usize,
        holds: Holds,
        expected: &'static str,
        found: &str,
    ) -> SeriesFileError {
        SeriesFileError::Cell {
            file: self.name.to_owned(),
            row: position as u64 + 1,
            column: holds.word(),
            expected,
            found: found.chars().take(80).collect(),
        }
    }

    fn texts<'c>(&self, column: &'c Column) -> Result<&'c StringChunked, SeriesFileError> {
        let texts = column.str().map_err(|error| damaged(self.name, &error))?;
        // A damaged page yields bytes that are no text, and nobody has looked.
        let is_text = |text: &str| std::str::from_utf8(text.as_bytes()).is_ok();
        match texts.into_iter().flatten().all(is_text) {
            true => Ok(texts),
            false => Err(damaged(self.name, &polars_err!(ComputeError: "a text is not UTF-8"))),
        }
    }

    fn numbers(
        &self,
        column: &Column,
        holds: Holds,
        start: usize,
    ) -> Result<Vec<f64>, SeriesFileError> {
        let wrong = |idx: usize, found: &str| self.wrong(start + idx, holds, A_NUMBER, found);
        if *column.dtype() == DataType::String {
            let texts = each(self.texts(column)?).enumerate();
            let read = |(idx, text): (usize, Option<&str>)| {
                let text = text.unwrap_or_default();
                number(text).ok_or_else(|| wrong(idx, text))
            };
            return texts.map(read).collect();
        }
        let floats = column.f64().map_err(|error| damaged(self.name, &error))?;
        let mut numbers = Vec::with_capacity(floats.len());
        for value in floats.downcast_iter().flat_map(|part| part.iter()) {
            let value = value.copied().unwrap_or(f64::NAN);
            let wrong = || wrong(numbers.len(), &value.to_string());
            let number = within_range(value).ok_or_else(wrong)?;
            numbers.push(number);
        }
        Ok(numbers)
    }

    fn months(
        &self,
        column: &Column,
        reader: &mut MonthReader,
        start: usize,
    ) -> Result<Vec<Month>, SeriesFileError> {
        if *column.dtype() == DataType::Int64 {
            let minutes = column.i64().map_err(|error| damaged(self.name, &error))?;
            let day = |minutes: i64| i32::try_from(minutes.div_euclid(A_DAY)).ok();
            let days =
                minutes.into_iter().map(|one| one.and_then(day)?.checked_add(self.days_later));
            return self.months_of_days(days, start);
        }
        if *column.dtype() != DataType::String {
            let days = column.date().map_err(|error| damaged(self.name, &error))?;
            return self.months_of_days(days.into_iter(), start);
        }
        let mut months = Vec::with_capacity(column.len());
        for (idx, text) in each(self.texts(column)?).enumerate() {
            let text = text.unwrap_or_default();
            let month = match reader.month(text) {
                Err(Unread::EitherWay | Unread::Evening) => {
                    self.decide(reader)?;
                    reader.month(text)
                }
                other => other,
            };
            months.push(month.map_err(|unread| match unread {
                Unread::NoMonth | Unread::Evening => {
                    self.wrong(start + idx, Holds::Month, A_MONTH, text)
                }
                Unread::EitherWay => SeriesFileError::UndecidableMonth {
                    file: self.name.to_owned(),
                    row: (start + idx) as u64 + 1,
                    found: text.chars().take(80).collect(),
                },
            })?);
        }
        Ok(months)
    }

    fn months_of_days(
        &self,
        days: impl Iterator<Item = Option<i32>>,
        start: usize,
    ) -> Result<Vec<Month>, SeriesFileError> {
        let mut last = None;
        let mut month = |idx: usize, days: Option<i32>| {
            if let Some((_, month)) = last.filter(|(known, _)| *known == days) {
                return Ok(month);
            }
            let found = days.map_or_else(String::new, |days| format!("day {days} since 1970"));
            let wrong = || self.wrong(start + idx, Holds::Month, A_MONTH, &found);
            let month = days.and_then(months::of_days).ok_or_else(wrong)?;
            last = Some((days, month));
            Ok(month)
        };
        days.enumerate().map(|(idx, days)| month(idx, days)).collect()
    }

    /// Asks the whole file how it writes its months.
    fn decide(&self, reader: &mut MonthReader) -> Result<(), SeriesFileError> {
        let frame = self.rows(0, usize::MAX, &[Holds::Month])?;
        let distinct = self.column(&frame, Holds::Month)?.unique();
        let distinct = distinct.map_err(|error| damaged(self.name, &error))?;
        reader.decide(self.texts(&distinct)?.into_iter().flatten());
        Ok(())
    }

    /// Takes a part's rows into the lines.
    fn add(&self, part: &Part, lines: &mut SeriesLines<'_>) -> Result<(), SeriesFileError> {
        let clients = part.clients.as_ref().map(|column| self.texts(column)).transpose()?;
        let skus = part.skus.as_ref().map(|column| self.texts(column)).transpose()?;
        let value = |values: &[f64], idx| values.get(idx).copied().unwrap_or(f64::NAN);
        for (idx, id) in each(self.texts(&part.ids)?).enumerate() {
            let position = part.start + idx;
            let row = Row {
                id: trimmed(id.unwrap_or_default()),
                month: part.months[idx],
                quantity: part.quantities[idx],
                billed: value(&part.billed, idx),
                price: value(&part.prices, idx),
                client: name(clients, idx),
                sku: name(skus, idx),
            };
            if row.id.is_empty() {
                return Err(self.wrong(position, Holds::SeriesId, "the id of a series", ""));
            }
            lines.add(&row, position as u64 + 1)?;
        }
        Ok(())
    }
}

/// The cells of a column of text.
fn each(texts: &StringChunked) -> impl Iterator<Item = Option<&str>> {
    texts.downcast_iter().flat_map(|part| part.iter())
}

fn name(names: Option<&StringChunked>, idx: usize) -> &str {
    names.and_then(|names| names.get(idx)).map(trimmed).unwrap_or_default()
}
