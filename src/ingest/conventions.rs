//! How a file writes its dates and its decimals, settled a column at a time.
//!
//! A column that decides by itself is read its own way. One that does not follows the rest of its
//! file, for an export writes all its columns in one country's way; then what is documented of its
//! format, or what makes its dates firsts of months. What is still open is asked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::cells::Cell;
use super::cells::amounts::{DecimalMark, MarkEvidence, WrittenNumber};
use super::cells::dates::{self, DateOrder, WrittenDate};
use super::columns::{Column, Columns};
use super::error::IngestError;
use super::table::RawRow;
use super::{evenings, turned_dates};

/// How each column is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Conventions {
    orders: BTreeMap<usize, DateOrder>,
    marks: BTreeMap<usize, DecimalMark>,
    /// Columns whose dates are midnights written in a zone where it was still the evening before.
    evenings: BTreeSet<usize>,
    /// Whether dates that a spreadsheet knows as such have day and month turned round.
    turned: bool,
    /// What was concluded that a reader should know, in sentences.
    pub notes: Vec<String>,
}

/// How dates and numbers are written that could be read two ways.
#[derive(Clone, Copy, Default)]
pub(crate) struct Written {
    pub order: Option<DateOrder>,
    pub mark: Option<DecimalMark>,
}

/// The file that is read, for messages.
pub(crate) struct About<'a> {
    pub file: &'a str,
    pub side: seatdrift_core::domain::Side,
    /// How its system writes what could be read two ways, where that is documented.
    pub documented: Written,
    /// What a person said of it.
    pub told: Written,
    /// The first day of the month that is read.
    pub month_begins: Date,
}

impl Conventions {
    /// Settles every column of dates and numbers.
    ///
    /// # Errors
    ///
    /// A column that can be read two ways, with the first such cell.
    pub(crate) fn of(
        about: &About,
        rows: &[&RawRow],
        columns: &Columns,
    ) -> Result<Self, IngestError> {
        let turned = turned_dates::look(about, rows, columns)?;
        let dates: Vec<(&Column, Votes<DateOrder>)> = columns
            .iter()
            .filter(|(field, _)| field.is_date())
            .map(|(_, column)| (column, date_votes(rows, column)))
            .collect();
        let documented =
            about.documented.order.or_else(|| firsts_of_months(rows, &dates, about.month_begins));
        let orders = settled(&dates, about.told.order, documented)
            .map_err(|(column, doubt)| about.undecidable_date(column, doubt))?;
        let numbers: Vec<(&Column, Votes<DecimalMark>)> = columns
            .iter()
            .filter(|(field, _)| field.is_number())
            .map(|(_, column)| (column, mark_votes(rows, column)))
            .collect();
        let marks = settled(&numbers, about.told.mark, about.documented.mark)
            .map_err(|(column, doubt)| about.undecidable_decimal(column, doubt))?;
        let mut conventions = Self { orders, marks, turned: turned.is_some(), ..Self::default() };
        conventions.notes.extend(turned);
        let evenings = evenings::look(rows, columns, &conventions);
        conventions.evenings = evenings.columns;
        conventions.notes.extend(evenings.note);
        Ok(conventions)
    }

    /// The day that a cell of dates says; `None` where it says none, an error where it is no date.
    pub(crate) fn date(&self, column: &Column, cell: &Cell) -> Result<Option<Date>, NoDate> {
        let date = self.as_written(column, cell)?;
        match date.filter(|_| self.evenings.contains(&column.idx)) {
            Some(evening) => evening.tomorrow().map(Some).map_err(|_| NoDate),
            None => Ok(date),
        }
    }

    /// The same without regard to the time beside it.
    fn as_written(&self, column: &Column, cell: &Cell) -> Result<Option<Date>, NoDate> {
        let turned = |date: Date| if self.turned { turned_dates::back(date) } else { date };
        let text = match cell {
            Cell::Date(date) if dates::is_never(*date) => return Ok(None),
            Cell::Date(date) => return Ok(Some(turned(*date))),
            Cell::Fault(_) => return Err(NoDate),
            Cell::Number(serial) if dates::is_never_serial(*serial) => return Ok(None),
            Cell::Number(serial) => return dates::of_serial(*serial).map(Some).ok_or(NoDate),
            _ => match cell.text() {
                Some(text) => text,
                None => return Ok(None),
            },
        };
        if dates::says_never(&text) {
            return Ok(None);
        }
        let date = WrittenDate::of(&text).and_then(|written| written.date(self.order(column)));
        let date = date.ok_or(NoDate)?;
        Ok(Some(if WrittenDate::is_iso(&text) { turned(date) } else { date }))
    }

    /// How a column's dates are read. Where nothing was open, either order reads the same.
    pub(crate) fn order(&self, column: &Column) -> DateOrder {
        self.orders.get(&column.idx).copied().unwrap_or(DateOrder::Mdy)
    }

    pub(crate) fn mark(&self, column: &Column) -> DecimalMark {
        self.marks.get(&column.idx).copied().unwrap_or(DecimalMark::Dot)
    }
}

/// A cell of dates that is none.
#[derive(Debug)]
pub(crate) struct NoDate;

/// A cell that can be read both ways: its row and its text.
type Doubt = (u64, String);

/// What the cells of one column say.
struct Votes<T> {
    /// How many cells can only be read one way, for each way.
    sure: Vec<(T, usize)>,
    /// The first cell that can be read both ways.
    doubt: Option<Doubt>,
}

impl<T: Copy + PartialEq> Votes<T> {
    fn new() -> Self {
        Self { sure: Vec::new(), doubt: None }
    }

    fn vote(&mut self, way: T) {
        match self.sure.iter_mut().find(|(known, _)| *known == way) {
            Some((_, count)) => *count += 1,
            None => self.sure.push((way, 1)),
        }
    }

    /// Whether more than one cell says the same: one alone may be a slip.
    fn is_firm(&self) -> bool {
        self.sure.iter().any(|(_, count)| *count > 1)
    }

    /// Whether several cells can only be read one way and several only the other, or nearly as many, so that
    /// nobody can say how the rest of the column is written.
    fn is_torn(&self) -> bool {
        let total: usize = self.sure.iter().map(|(_, count)| count).sum();
        let least = self.sure.iter().map(|(_, count)| *count).min().unwrap_or_default();
        self.sure.len() > 1 && (least > 1 || least * 10 >= total)
    }

    /// The way most cells can only be read in; none where two ways are equally common.
    fn winner(&self) -> Option<T> {
        let most = self.sure.iter().map(|(_, count)| *count).max()?;
        let mut winners = self.sure.iter().filter(|(_, count)| *count == most);
        let (way, _) = winners.next()?;
        winners.next().is_none().then_some(*way)
    }
}

/// One way for each column; the first column that stays open is the error.
fn settled<'c, T: Copy + PartialEq>(
    columns: &[(&'c Column, Votes<T>)],
    told: Option<T>,
    documented: Option<T>,
) -> Result<BTreeMap<usize, T>, (&'c Column, Doubt)> {
    let mut whole_file = Votes::new();
    for (_, votes) in columns {
        for (way, count) in &votes.sure {
            (0..*count).for_each(|_| whole_file.vote(*way));
        }
    }
    let mut ways = BTreeMap::new();
    for (column, votes) in columns {
        let own = votes.winner();
        let firm = own.filter(|_| votes.is_firm());
        if let (None, true, Some(doubt)) = (told, votes.is_torn(), &votes.doubt) {
            return Err((column, doubt.clone()));
        }
        let way = told.or(firm).or(whole_file.winner()).or(own).or(documented);
        match (way, &votes.doubt) {
            (Some(way), _) => {
                ways.insert(column.idx, way);
            }
            (None, Some(doubt)) => return Err((column, doubt.clone())),
            (None, None) => {}
        }
    }
    Ok(ways)
}

/// The order in which the dates of a file are firsts of months: three quarters of the different dates
/// in one order and less than a quarter in the other. Agreements begin on the first, and no file has
/// by chance only days of one number. One such date alone says too little, unless both of its readings
/// lie before the month, where either means that the row was in force from the beginning. A date that
/// reads the same in both orders, as 1 January does, says nothing of either.
fn firsts_of_months(
    rows: &[&RawRow],
    columns: &[(&Column, Votes<DateOrder>)],
    month_begins: Date,
) -> Option<DateOrder> {
    let says_nothing = |date: &WrittenDate| date.date(DateOrder::Dmy) == date.date(DateOrder::Mdy);
    let mut written: Vec<WrittenDate> = Vec::new();
    for (column, _) in columns {
        for (_, text) in texts(rows, column) {
            if let Some(date @ WrittenDate::Numbers { .. }) = WrittenDate::of(text)
                && !says_nothing(&date)
                && !written.contains(&date)
            {
                written.push(date);
            }
        }
    }
    let orders = [DateOrder::Dmy, DateOrder::Mdy];
    let share = |order: DateOrder, holds: &dyn Fn(Date) -> bool| {
        let n_holding = written.iter().filter(|date| date.date(order).is_some_and(holds)).count();
        n_holding as f64 / written.len().max(1) as f64
    };
    let [dmy, mdy] = orders.map(|order| share(order, &|date| date.day() == 1));
    let is_past = orders.iter().all(|order| share(*order, &|date| date < month_begins) == 1.0);
    if written.len() < 2 && !is_past {
        return None;
    }
    let says = |own: f64, other: f64| own >= 0.75 && other < 0.25;
    match (says(dmy, mdy), says(mdy, dmy)) {
        (true, false) => Some(DateOrder::Dmy),
        (false, true) => Some(DateOrder::Mdy),
        _ => None,
    }
}

fn date_votes(rows: &[&RawRow], column: &Column) -> Votes<DateOrder> {
    let mut votes = Votes::new();
    for (row, text) in texts(rows, column) {
        let Some(written) = WrittenDate::of(text) else { continue };
        match written {
            WrittenDate::Known(_) => {}
            WrittenDate::Numbers { .. } if written.is_ambiguous() => {
                votes.doubt.get_or_insert_with(|| (row, text.to_owned()));
            }
            WrittenDate::Numbers { .. } => {
                if let Some(order) = written.order() {
                    votes.vote(order);
                }
            }
        }
    }
    votes
}

fn mark_votes(rows: &[&RawRow], column: &Column) -> Votes<DecimalMark> {
    let mut votes = Votes::new();
    for (row, text) in texts(rows, column) {
        match WrittenNumber::of(text).map(|number| number.evidence()) {
            Some(MarkEvidence::Says(mark)) => votes.vote(mark),
            Some(MarkEvidence::Either) => {
                votes.doubt.get_or_insert_with(|| (row, text.to_owned()));
            }
            Some(MarkEvidence::Silent) | None => {}
        }
    }
    votes
}

fn texts<'a>(rows: &'a [&RawRow], column: &'a Column) -> impl Iterator<Item = (u64, &'a str)> {
    rows.iter().filter_map(|row| match row.cell(column.idx) {
        Cell::Text(text) => Some((row.number, text.as_str())),
        _ => None,
    })
}

impl About<'_> {
    fn undecidable_date(&self, column: &Column, (row, found): Doubt) -> IngestError {
        IngestError::UndecidableDate {
            file: self.file.to_owned(),
            side: self.side,
            row,
            column: column.header.clone(),
            found,
        }
    }

    fn undecidable_decimal(&self, column: &Column, (row, found): Doubt) -> IngestError {
        IngestError::UndecidableDecimal {
            file: self.file.to_owned(),
            side: self.side,
            row,
            column: column.header.clone(),
            found,
        }
    }
}
