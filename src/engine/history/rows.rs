//! Data frame → rows: every row of it, unknown words and all.

use compact_str::CompactString;
use polars::prelude::*;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::columns::{DAYS, Number, ROW, Text};
use super::decimals;
use super::frame::{CODE_MARK, date_of};
use super::store::in_order;
use seatdrift_core::domain::{
    ClientKey, Currency, Exclusion, ExportFormat, ExportRow, LineKind, Money, Place, Quantity,
    Side, SkuKey, UnknownWords,
};
use seatdrift_ingest::export_format;

/// The rows of a frame; the message names the first cell that is not what it should be.
pub(super) fn rows_of(frame: &DataFrame) -> Result<Vec<ExportRow>, String> {
    let columns = Columns::of(frame).map_err(|error| error.to_string())?;
    let rows = (0..frame.height()).into_par_iter().map(|row_idx| columns.row(row_idx));
    in_order(rows)
}

/// The side of a word, where it is one.
pub(super) fn side_of(word: &str) -> Option<Side> {
    [Side::Vendor, Side::Psa].into_iter().find(|side| side.word() == word)
}

/// The columns of a frame, found once.
struct Columns<'a> {
    texts: Vec<&'a StringChunked>,
    /// The decimals, and what has more digits.
    numbers: Vec<(&'a DecimalChunked, &'a StringChunked)>,
    places: &'a UInt64Chunked,
    days: [&'a DateChunked; 2],
}

impl<'a> Columns<'a> {
    fn of(frame: &'a DataFrame) -> PolarsResult<Self> {
        let text = |name: &str| frame.column(name).and_then(Column::str);
        let number = |number: Number| {
            let held = frame.column(number.name()).and_then(Column::decimal)?;
            Ok((held, text(number.written())?))
        };
        let [starts, ends] = DAYS.map(|name| frame.column(name).and_then(Column::date));
        Ok(Self {
            texts: Text::ALL.map(Text::name).into_iter().map(text).collect::<PolarsResult<_>>()?,
            numbers: Number::ALL.into_iter().map(number).collect::<PolarsResult<_>>()?,
            places: frame.column(ROW).and_then(Column::u64)?,
            days: [starts?, ends?],
        })
    }

    fn row(&self, row_idx: usize) -> Result<ExportRow, String> {
        Row { columns: self, row_idx }.understood()
    }
}

/// One row of a frame.
struct Row<'c, 'a> {
    columns: &'c Columns<'a>,
    row_idx: usize,
}

impl<'a> Row<'_, 'a> {
    fn understood(&self) -> Result<ExportRow, String> {
        let currency = self.currency()?;
        let (client, sku) = (self.text(Text::Client)?, self.text(Text::Sku)?);
        let mut unknown = UnknownWords::default();
        let kind = self.kind(&mut unknown)?;
        let exclusion = self.exclusion(kind, &mut unknown);
        Ok(ExportRow {
            place: self.place(),
            side: self.cell(Text::Side).and_then(side_of).ok_or_else(|| wrong("side"))?,
            format: self.format(&mut unknown),
            client_name: self.optional(Text::ClientName).unwrap_or_else(|| client.clone()),
            client: ClientKey(client),
            client_domain: self.optional(Text::ClientDomain),
            sku_name: self.optional(Text::SkuName).unwrap_or_else(|| sku.clone()),
            sku: SkuKey(sku),
            codes: self.codes(),
            // What is not understood counts no units.
            kind: kind.unwrap_or(LineKind::OneOff),
            quantity: Quantity(self.needed(Number::Quantity)?),
            included: Quantity(self.number(Number::Included)?.unwrap_or_default()),
            unit: self.money(Number::Unit, currency)?,
            amount: Money::new(self.needed(Number::Amount)?, currency),
            other_unit: self.money(Number::OtherUnit, currency)?,
            list_unit: self.money(Number::ListUnit, currency)?,
            prorated_unit: self.money(Number::ProratedUnit, currency)?,
            period_start: self.columns.days[0].get(self.row_idx).and_then(date_of),
            period_end: self.columns.days[1].get(self.row_idx).and_then(date_of),
            term: self.optional(Text::Term),
            agreement: self.optional(Text::Agreement),
            charge_type: self.optional(Text::ChargeType),
            reference: self.optional(Text::Reference),
            exclusion,
            unknown: unknown.if_any(),
        })
    }

    fn cell(&self, text: Text) -> Option<&'a str> {
        self.columns.texts[text as usize].get(self.row_idx)
    }

    fn text(&self, text: Text) -> Result<CompactString, String> {
        self.optional(text).ok_or_else(|| wrong(text.name()))
    }

    fn optional(&self, text: Text) -> Option<CompactString> {
        self.cell(text).map(CompactString::from)
    }

    /// A number as it was written, or as its column holds it.
    fn number(&self, number: Number) -> Result<Option<Decimal>, String> {
        let (held, written) = self.columns.numbers[number as usize];
        let found = match written.get(self.row_idx) {
            Some(written) => written.parse().ok(),
            None => match held.0.get(self.row_idx) {
                Some(scaled) => decimals::number(scaled),
                None => return Ok(None),
            },
        };
        found.map(Some).ok_or_else(|| wrong(number.name()))
    }

    fn needed(&self, number: Number) -> Result<Decimal, String> {
        self.number(number)?.ok_or_else(|| wrong(number.name()))
    }

    fn money(&self, number: Number, currency: Currency) -> Result<Option<Money>, String> {
        Ok(self.number(number)?.map(|amount| Money::new(amount, currency)))
    }

    fn currency(&self) -> Result<Currency, String> {
        let code = self.cell(Text::Currency).and_then(|code| code.parse().ok());
        code.ok_or_else(|| wrong(Text::Currency.name()))
    }

    fn codes(&self) -> Vec<CompactString> {
        let codes = self.cell(Text::Codes).unwrap_or_default();
        codes.split(CODE_MARK).filter(|code| !code.is_empty()).map(Into::into).collect()
    }

    fn place(&self) -> Place {
        Place {
            file: self.optional(Text::File).unwrap_or_default(),
            sheet: self.optional(Text::Sheet),
            row: self.columns.places.get(self.row_idx).unwrap_or_default(),
        }
    }

    /// A format of a newer version was read by a reader that is not here: what it understood counts.
    fn format(&self, unknown: &mut UnknownWords) -> &'static ExportFormat {
        let word = self.cell(Text::Format);
        word.and_then(export_format).unwrap_or_else(|| {
            unknown.format = word.map(CompactString::from);
            &ExportFormat::UNKNOWN
        })
    }

    /// What the row charges for; `None` for a word of a newer version.
    fn kind(&self, unknown: &mut UnknownWords) -> Result<Option<LineKind>, String> {
        let word = self.cell(Text::Kind).ok_or_else(|| wrong(Text::Kind.name()))?;
        let known = LineKind::ALL.into_iter().find(|kind| kind.word() == word);
        if known.is_none() {
            unknown.kind = Some(word.into());
        }
        Ok(known)
    }

    /// Why the row is not compared. What an unknown word means may be anything, so such a row adds to no
    /// line.
    fn exclusion(&self, kind: Option<LineKind>, unknown: &mut UnknownWords) -> Option<Exclusion> {
        let word = self.cell(Text::Exclusion);
        let known = Exclusion::ALL.into_iter().find(|reason| Some(reason.word()) == word);
        match (known, word) {
            (Some(reason), _) => Some(reason),
            (None, Some(word)) => {
                unknown.exclusion = Some(word.into());
                Some(Exclusion::NotUnderstood)
            }
            (None, None) => kind.is_none().then_some(Exclusion::NotUnderstood),
        }
    }
}

fn wrong(column: &str) -> String {
    format!("column {column:?} holds what no history writes")
}
