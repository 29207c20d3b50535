//! Rows ↔ data frame: the columns of the history.

use std::borrow::Cow;

use compact_str::CompactString;
use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;
use rust_decimal::Decimal;

use seatdrift_core::domain::{
    ClientKey, Currency, Exclusion, ExportRow, LineKind, Money, Place, Quantity, Side, SkuKey,
};
use seatdrift_ingest::export_format;

/// The columns of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Side,
    Format,
    Client,
    ClientName,
    ClientDomain,
    Sku,
    SkuName,
    Codes,
    Kind,
    Quantity,
    Included,
    Units,
    Unit,
    Amount,
    OtherUnit,
    Currency,
    Term,
    Agreement,
    ChargeType,
    Reference,
    Exclusion,
    File,
}

impl Text {
    /// Every one, in the order they are declared and stored in.
    const ALL: [Self; 22] = [
        Self::Side,
        Self::Format,
        Self::Client,
        Self::ClientName,
        Self::ClientDomain,
        Self::Sku,
        Self::SkuName,
        Self::Codes,
        Self::Kind,
        Self::Quantity,
        Self::Included,
        Self::Units,
        Self::Unit,
        Self::Amount,
        Self::OtherUnit,
        Self::Currency,
        Self::Term,
        Self::Agreement,
        Self::ChargeType,
        Self::Reference,
        Self::Exclusion,
        Self::File,
    ];

    /// The column's name.
    fn name(self) -> &'static str {
        match self {
            Self::Side => "side",
            Self::Format => "format",
            Self::Client => "client",
            Self::ClientName => "client_name",
            Self::ClientDomain => "client_domain",
            Self::Sku => "sku",
            Self::SkuName => "sku_name",
            Self::Codes => "codes",
            Self::Kind => "kind",
            Self::Quantity => "quantity",
            Self::Included => "included",
            Self::Units => "units",
            Self::Unit => "unit",
            Self::Amount => "amount",
            Self::OtherUnit => "other_unit",
            Self::Currency => "currency",
            Self::Term => "term",
            Self::Agreement => "agreement",
            Self::ChargeType => "charge_type",
            Self::Reference => "reference",
            Self::Exclusion => "exclusion",
            Self::File => "file",
        }
    }
}

/// What separates codes in one cell: a character no export has in a code.
const CODE_MARK: &str = "\u{1f}";

/// The frame of some rows, in their order.
pub(super) fn frame_of(rows: &[ExportRow]) -> PolarsResult<DataFrame> {
    let texts = Text::ALL.into_par_iter().map(|text| {
        let cells = rows.iter().map(|row| written(row, text));
        let mut column = StringChunkedBuilder::new(text.name().into(), rows.len());
        cells.for_each(|cell| column.append_option(cell));
        column.finish().into_column()
    });
    let mut columns: Vec<Column> = texts.collect();
    let sheets: Vec<Option<&str>> = rows.iter().map(|row| row.place.sheet.as_deref()).collect();
    columns.push(Column::new("sheet".into(), sheets));
    let numbers: Vec<u64> = rows.iter().map(|row| row.place.row).collect();
    columns.push(Column::new("row".into(), numbers));
    for (name, date) in [
        ("period_start", (|row| row.period_start) as fn(&ExportRow) -> Option<Date>),
        ("period_end", |row| row.period_end),
    ] {
        let days: Vec<Option<i32>> =
            rows.iter().map(|row| date(row).map(days_since_1970)).collect();
        columns.push(Column::new(name.into(), days).cast(&DataType::Date)?);
    }
    DataFrame::new(columns)
}

fn written(row: &ExportRow, column: Text) -> Option<Cow<'_, str>> {
    let exact = |number: Decimal| Cow::Owned(number.to_string());
    fn optional(text: &Option<CompactString>) -> Option<Cow<'_, str>> {
        text.as_deref().map(Cow::Borrowed)
    }
    match column {
        Text::Side => Some(row.side.word().into()),
        Text::Format => Some(row.format.word.into()),
        Text::Client => Some(row.client.0.as_str().into()),
        Text::ClientName => Some(row.client_name.as_str().into()),
        Text::ClientDomain => optional(&row.client_domain),
        Text::Sku => Some(row.sku.0.as_str().into()),
        Text::SkuName => Some(row.sku_name.as_str().into()),
        Text::Codes => Some(row.codes.join(CODE_MARK).into()),
        Text::Kind => Some(row.kind.word().into()),
        Text::Quantity => Some(exact(row.quantity.0)),
        Text::Included => Some(exact(row.included.0)),
        Text::Units => Some(exact(row.units().0)),
        Text::Unit => row.unit.map(|unit| exact(unit.amount)),
        Text::Amount => Some(exact(row.amount.amount)),
        Text::OtherUnit => row.other_unit.map(|unit| exact(unit.amount)),
        Text::Currency => Some(row.amount.currency.to_string().into()),
        Text::Term => optional(&row.term),
        Text::Agreement => optional(&row.agreement),
        Text::ChargeType => optional(&row.charge_type),
        Text::Reference => optional(&row.reference),
        Text::Exclusion => row.exclusion.map(|reason| reason.word().into()),
        Text::File => Some(row.place.file.as_str().into()),
    }
}

/// The columns of a frame, found once.
struct Columns<'a> {
    texts: Vec<&'a StringChunked>,
    sheets: &'a StringChunked,
    numbers: &'a UInt64Chunked,
    starts: &'a DateChunked,
    ends: &'a DateChunked,
}

impl<'a> Columns<'a> {
    fn of(frame: &'a DataFrame) -> PolarsResult<Self> {
        let text = |name: &str| frame.column(name).and_then(Column::str);
        Ok(Self {
            texts: Text::ALL.map(Text::name).into_iter().map(text).collect::<PolarsResult<_>>()?,
            sheets: text("sheet")?,
            numbers: frame.column("row").and_then(Column::u64)?,
            starts: frame.column("period_start").and_then(Column::date)?,
            ends: frame.column("period_end").and_then(Column::date)?,
        })
    }

    fn row(&self, row_idx: usize) -> Result<ExportRow, String> {
        let cell = |text: Text| self.cell(row_idx, text);
        let place = Place {
            file: cell(Text::File).unwrap_or_default().into(),
            sheet: self.sheets.get(row_idx).map(CompactString::from),
            row: self.numbers.get(row_idx).unwrap_or_default(),
        };
        let mut row = row_of(&cell, place)?;
        row.period_start = self.starts.get(row_idx).and_then(date_of);
        row.period_end = self.ends.get(row_idx).and_then(date_of);
        Ok(row)
    }

    fn cell(&self, row_idx: usize, text: Text) -> Option<&'a str> {
        self.texts[text as usize].get(row_idx)
    }
}

/// The rows of a frame whose side, client and SKU are wanted; the message names the first cell that is
/// not what it should be.
pub(super) fn rows_of(
    frame: &DataFrame,
    wanted: &(impl Fn(Side, &str, &str) -> bool + Sync),
) -> Result<Vec<ExportRow>, String> {
    let columns = Columns::of(frame).map_err(|error| error.to_string())?;
    let is_wanted = |row_idx: &usize| {
        let cell = |text| columns.cell(*row_idx, text);
        let side = cell(Text::Side).and_then(side_of);
        // A row whose side cannot be read goes on, to be refused.
        side.is_none_or(|side| {
            wanted(
                side,
                cell(Text::Client).unwrap_or_default(),
                cell(Text::Sku).unwrap_or_default(),
            )
        })
    };
    let wanted: Vec<usize> = (0..frame.height()).into_par_iter().filter(is_wanted).collect();
    let rows = wanted.into_par_iter().map(|row_idx| columns.row(row_idx));
    // Of several damaged rows the first is named, whichever thread met one first.
    rows.collect::<Vec<Result<ExportRow, String>>>().into_iter().collect()
}

fn side_of(word: &str) -> Option<Side> {
    [Side::Vendor, Side::Psa].into_iter().find(|side| side.word() == word)
}

fn row_of<'a>(cell: &impl Fn(Text) -> Option<&'a str>, place: Place) -> Result<ExportRow, String> {
    let wrong = |text: Text| format!("column {:?} holds what no history writes", text.name());
    let text = |text| cell(text).map(CompactString::from).ok_or_else(|| wrong(text));
    let optional = |text| cell(text).map(CompactString::from);
    let decimal = |text| cell(text).and_then(|text| text.parse().ok()).ok_or_else(|| wrong(text));
    let currency: Currency = cell(Text::Currency)
        .and_then(|code| code.parse().ok())
        .ok_or_else(|| wrong(Text::Currency))?;
    let money = |text| -> Result<Option<Money>, String> {
        cell(text)
            .map(|amount| amount.parse().map_err(|_| wrong(text)))
            .transpose()
            .map(|amount| amount.map(|amount| Money::new(amount, currency)))
    };
    let codes = cell(Text::Codes).unwrap_or_default();
    let exclusion = cell(Text::Exclusion)
        .map(|word| {
            let known = Exclusion::ALL.into_iter().find(|reason| reason.word() == word);
            known.ok_or_else(|| wrong(Text::Exclusion))
        })
        .transpose()?;
    Ok(ExportRow {
        place,
        side: cell(Text::Side).and_then(side_of).ok_or_else(|| wrong(Text::Side))?,
        format: cell(Text::Format).and_then(export_format).ok_or_else(|| wrong(Text::Format))?,
        client: ClientKey(text(Text::Client)?),
        client_name: text(Text::ClientName)?,
        client_domain: optional(Text::ClientDomain),
        sku: SkuKey(text(Text::Sku)?),
        sku_name: text(Text::SkuName)?,
        codes: codes.split(CODE_MARK).filter(|code| !code.is_empty()).map(Into::into).collect(),
        kind: LineKind::ALL
            .into_iter()
            .find(|kind| Some(kind.word()) == cell(Text::Kind))
            .ok_or_else(|| wrong(Text::Kind))?,
        quantity: Quantity(decimal(Text::Quantity)?),
        included: Quantity(decimal(Text::Included)?),
        unit: money(Text::Unit)?,
        amount: Money::new(decimal(Text::Amount)?, currency),
        other_unit: money(Text::OtherUnit)?,
        list_unit: None,
        prorated_unit: None,
        period_start: None,
        period_end: None,
        term: optional(Text::Term),
        agreement: optional(Text::Agreement),
        charge_type: optional(Text::ChargeType),
        reference: optional(Text::Reference),
        exclusion,
    })
}

fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}

fn days_since_1970(date: Date) -> i32 {
    // Years −9999 to 9999 are fewer than 8 million days.
    (date - epoch()).get_days()
}

fn date_of(days: i32) -> Option<Date> {
    epoch().checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}
