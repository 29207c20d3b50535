//! Rows ↔ data frame: the columns of the history.

use jiff::civil::Date;
use polars::prelude::*;
use rayon::prelude::*;

use crate::domain::{
    ClientKey, Currency, Exclusion, ExportFormat, ExportRow, LineKind, Money, Place, Quantity,
    Side, SkuKey,
};

/// Columns of text, in order.
const TEXTS: [&str; 22] = [
    "side",
    "format",
    "client",
    "client_name",
    "client_domain",
    "sku",
    "sku_name",
    "codes",
    "kind",
    "quantity",
    "included",
    "units",
    "unit",
    "amount",
    "other_unit",
    "currency",
    "term",
    "agreement",
    "charge_type",
    "reference",
    "exclusion",
    "file",
];

/// What separates codes in one cell: a character no export has in a code.
const CODE_MARK: char = '\u{1f}';

/// The frame of some rows, in their order.
pub(super) fn frame_of(rows: &[ExportRow]) -> PolarsResult<DataFrame> {
    let texts = TEXTS.into_par_iter().map(|name| {
        let cells: Vec<Option<String>> = rows.iter().map(|row| text_cell(row, name)).collect();
        Column::new(name.into(), cells)
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

fn text_cell(row: &ExportRow, column: &str) -> Option<String> {
    let money = |money: Money| money.amount.to_string();
    Some(match column {
        "side" => row.side.word().to_owned(),
        "format" => row.format.word().to_owned(),
        "client" => row.client.0.clone(),
        "client_name" => row.client_name.clone(),
        "client_domain" => row.client_domain.clone()?,
        "sku" => row.sku.0.clone(),
        "sku_name" => row.sku_name.clone(),
        "codes" => row.codes.join(&CODE_MARK.to_string()),
        "kind" => row.kind.word().to_owned(),
        "quantity" => row.quantity.0.to_string(),
        "included" => row.included.0.to_string(),
        "units" => row.units().0.to_string(),
        "unit" => money(row.unit?),
        "amount" => money(row.amount),
        "other_unit" => money(row.other_unit?),
        "currency" => row.amount.currency.to_string(),
        "term" => row.term.clone()?,
        "agreement" => row.agreement.clone()?,
        "charge_type" => row.charge_type.clone()?,
        "reference" => row.reference.clone()?,
        "exclusion" => row.exclusion?.word().to_owned(),
        "file" => row.place.file.clone(),
        other => unreachable!("{other} is not a column of the history"),
    })
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
            texts: TEXTS.into_iter().map(text).collect::<PolarsResult<_>>()?,
            sheets: text("sheet")?,
            numbers: frame.column("row").and_then(Column::u64)?,
            starts: frame.column("period_start").and_then(Column::date)?,
            ends: frame.column("period_end").and_then(Column::date)?,
        })
    }

    fn row(&self, row_idx: usize) -> Result<ExportRow, String> {
        let cell = |name: &str| self.cell(row_idx, name);
        let place = Place {
            file: cell("file").unwrap_or_default().to_owned(),
            sheet: self.sheets.get(row_idx).map(str::to_owned),
            row: self.numbers.get(row_idx).unwrap_or_default(),
        };
        let mut row = row_of(&cell, place)?;
        row.period_start = self.starts.get(row_idx).and_then(date_of);
        row.period_end = self.ends.get(row_idx).and_then(date_of);
        Ok(row)
    }

    fn cell(&self, row_idx: usize, name: &str) -> Option<&'a str> {
        let position = TEXTS.iter().position(|text| *text == name)?;
        self.texts[position].get(row_idx)
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
        let cell = |name| columns.cell(*row_idx, name);
        let side = cell("side").and_then(side_of);
        // A row whose side cannot be read goes on, to be refused.
        side.is_none_or(|side| {
            wanted(side, cell("client").unwrap_or_default(), cell("sku").unwrap_or_default())
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

fn row_of<'a>(
    cell: &impl Fn(&'static str) -> Option<&'a str>,
    place: Place,
) -> Result<ExportRow, String> {
    let wrong = |name: &str| format!("column {name:?} holds what no history writes");
    let text = |name| cell(name).map(str::to_owned).ok_or_else(|| wrong(name));
    let optional = |name| cell(name).map(str::to_owned);
    let decimal = |name| cell(name).and_then(|text| text.parse().ok()).ok_or_else(|| wrong(name));
    let currency: Currency =
        cell("currency").and_then(|code| code.parse().ok()).ok_or_else(|| wrong("currency"))?;
    let money = |name| -> Result<Option<Money>, String> {
        cell(name)
            .map(|text| text.parse().map_err(|_| wrong(name)))
            .transpose()
            .map(|amount| amount.map(|amount| Money::new(amount, currency)))
    };
    let codes = cell("codes").unwrap_or_default();
    let exclusion = cell("exclusion")
        .map(|word| {
            let known = Exclusion::ALL.into_iter().find(|reason| reason.word() == word);
            known.ok_or_else(|| wrong("exclusion"))
        })
        .transpose()?;
    let formats = ExportFormat::ALL;
    Ok(ExportRow {
        place,
        side: cell("side").and_then(side_of).ok_or_else(|| wrong("side"))?,
        format: formats
            .into_iter()
            .find(|format| Some(format.word()) == cell("format"))
            .ok_or_else(|| wrong("format"))?,
        client: ClientKey(text("client")?),
        client_name: text("client_name")?,
        client_domain: optional("client_domain"),
        sku: SkuKey(text("sku")?),
        sku_name: text("sku_name")?,
        codes: codes.split(CODE_MARK).filter(|code| !code.is_empty()).map(str::to_owned).collect(),
        kind: LineKind::ALL
            .into_iter()
            .find(|kind| Some(kind.word()) == cell("kind"))
            .ok_or_else(|| wrong("kind"))?,
        quantity: Quantity(decimal("quantity")?),
        included: Quantity(decimal("included")?),
        unit: money("unit")?,
        amount: Money::new(decimal("amount")?, currency),
        other_unit: money("other_unit")?,
        list_unit: None,
        prorated_unit: None,
        period_start: None,
        period_end: None,
        term: optional("term"),
        agreement: optional("agreement"),
        charge_type: optional("charge_type"),
        reference: optional("reference"),
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
