//! Rows → data frame, in the columns of the layout that is written.

use std::borrow::Cow;

use compact_str::CompactString;
use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::columns::{DAYS, DIGITS, Number, PLACES, ROW, Text};
use super::decimals;
use seatdrift_core::domain::{Exclusion, ExportRow, UnknownWords};

/// What separates codes in one cell: a character no export has in a code.
pub(super) const CODE_MARK: &str = "\u{1f}";

/// The frame of some rows, in their order.
pub(super) fn frame_of(rows: &[ExportRow]) -> PolarsResult<DataFrame> {
    let texts = Text::ALL.into_par_iter().map(|text| text_column(rows, text));
    let mut columns: Vec<Column> = texts.collect();
    let numbers = Number::ALL.into_par_iter().map(|number| number_columns(rows, number));
    columns.extend(numbers.collect::<Vec<_>>().into_iter().flatten());
    let places: Vec<u64> = rows.iter().map(|row| row.place.row).collect();
    columns.push(Column::new(ROW.into(), places));
    let [starts, ends] = DAYS;
    columns.push(days_column(starts, rows.iter().map(|row| row.period_start))?);
    columns.push(days_column(ends, rows.iter().map(|row| row.period_end))?);
    DataFrame::new(columns)
}

fn text_column(rows: &[ExportRow], text: Text) -> Column {
    let mut column = StringChunkedBuilder::new(text.name().into(), rows.len());
    rows.iter().for_each(|row| column.append_option(written(row, text)));
    column.finish().into_column()
}

/// The decimals, and beside them what has more digits than they hold.
fn number_columns(rows: &[ExportRow], number: Number) -> [Column; 2] {
    let numbers = || rows.iter().map(|row| value(row, number));
    let held = numbers().map(|number| number.and_then(decimals::scaled));
    let held: Int128Chunked = held.collect_ca(number.name().into());
    let held = held.into_decimal_unchecked(Some(DIGITS as usize), PLACES as usize);
    let mut more = StringChunkedBuilder::new(number.written().into(), rows.len());
    for number in numbers() {
        let more_digits = number.filter(|number| decimals::scaled(*number).is_none());
        more.append_option(more_digits.map(|number| number.to_string()));
    }
    [held.into_column(), more.finish().into_column()]
}

fn days_column(name: &str, days: impl Iterator<Item = Option<Date>>) -> PolarsResult<Column> {
    let days: Vec<Option<i32>> = days.map(|day| day.map(days_since_1970)).collect();
    Column::new(name.into(), days).cast(&DataType::Date)
}

fn value(row: &ExportRow, number: Number) -> Option<Decimal> {
    let money = match number {
        Number::Quantity => return Some(row.quantity.0),
        Number::Included => return Some(row.included.0),
        Number::Units => return Some(row.units().0),
        Number::Unit => row.unit,
        Number::Amount => Some(row.amount),
        Number::OtherUnit => row.other_unit,
        Number::ListUnit => row.list_unit,
        Number::ProratedUnit => row.prorated_unit,
    };
    money.map(|money| money.amount)
}

fn written(row: &ExportRow, column: Text) -> Option<Cow<'_, str>> {
    fn optional(text: &Option<CompactString>) -> Option<Cow<'_, str>> {
        text.as_deref().map(Cow::Borrowed)
    }
    // A word that this version does not know goes back as it came.
    let unknown = |word: fn(&UnknownWords) -> &Option<CompactString>| {
        row.unknown.as_deref().and_then(|words| optional(word(words)))
    };
    match column {
        Text::Side => Some(row.side.word().into()),
        Text::Format => unknown(|words| &words.format).or_else(|| Some(row.format.word.into())),
        Text::Client => Some(row.client.0.as_str().into()),
        Text::ClientName => Some(row.client_name.as_str().into()),
        Text::ClientDomain => optional(&row.client_domain),
        Text::Sku => Some(row.sku.0.as_str().into()),
        Text::SkuName => Some(row.sku_name.as_str().into()),
        Text::Codes => Some(row.codes.join(CODE_MARK).into()),
        Text::Kind => unknown(|words| &words.kind).or_else(|| Some(row.kind.word().into())),
        Text::Currency => Some(row.amount.currency.to_string().into()),
        Text::Term => optional(&row.term),
        Text::Agreement => optional(&row.agreement),
        Text::ChargeType => optional(&row.charge_type),
        Text::Reference => optional(&row.reference),
        Text::Exclusion => exclusion_word(row).or_else(|| unknown(|words| &words.exclusion)),
        Text::File => Some(row.place.file.as_str().into()),
        Text::Sheet => row.place.sheet.as_deref().map(Cow::Borrowed),
    }
}

/// The word of a row's exclusion, where the row is not excluded for an unknown word alone.
fn exclusion_word(row: &ExportRow) -> Option<Cow<'_, str>> {
    let words = row.unknown.as_deref();
    let is_for_word = words.is_some_and(|words| words.kind.is_some() || words.exclusion.is_some());
    let is_own = |reason: &Exclusion| *reason != Exclusion::NotUnderstood || !is_for_word;
    row.exclusion.filter(is_own).map(|reason| reason.word().into())
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

fn days_since_1970(date: Date) -> i32 {
    // Years −9999 to 9999 are fewer than 8 million days.
    (date - epoch()).get_days()
}

/// The day so many days after the first of 1970.
pub(super) fn date_of(days: i32) -> Option<Date> {
    epoch().checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}
