//! One data row whose columns are known: text, numbers, money and dates by field.

use compact_str::{CompactString, format_compact};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Reading;
use super::cells::amounts::{WrittenNumber, is_dash, within_range};
use super::cells::currency_marks::{self, CurrencyMark};
use super::cells::{Cell, folded};
use super::columns::{Column, Columns};
use super::conventions::Conventions;
use super::fields::Field;
use super::objects::is_object;
use super::table::RawRow;
use super::wide_rows::WideRow;
use seatdrift_core::domain::{
    CellPlace, ClientKey, Currency, Exclusion, ExportFormat, ExportRow, LineKind, Money, Place,
    Quantity, RejectedRow, Side, SkuKey,
};

/// One data row and all that is needed to understand it.
pub(super) struct Record<'a> {
    pub row: &'a RawRow,
    pub place: Place,
    pub side: Side,
    /// The day on which what is in force counts.
    pub day: Date,
    pub format: &'static ExportFormat,
    /// The product's key where a row of the format says it.
    sku: fn(&Record) -> Option<CompactString>,
    pub columns: &'a Columns,
    pub conventions: &'a Conventions,
    /// The currency of rows that name none.
    pub usual: Currency,
}

/// Why a row cannot be read: the field at fault, what it holds, and what was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Unreadable {
    field: Field,
    expected: String,
    found: String,
}

/// What was settled about a whole file.
#[derive(Clone, Copy)]
pub(super) struct Settled<'a> {
    pub format: &'static ExportFormat,
    pub sku: fn(&Record) -> Option<CompactString>,
    pub conventions: &'a Conventions,
    pub columns: &'a Columns,
    /// The currency of rows that name none.
    pub usual: Currency,
    /// The day on which what is in force counts.
    pub day: Date,
}

impl<'a> Record<'a> {
    pub(crate) fn new(
        row: &'a RawRow,
        place: Place,
        reading: &Reading,
        settled: Settled<'a>,
    ) -> Self {
        let Settled { format, sku, conventions, columns, usual, day } = settled;
        Self { row, place, side: reading.side, day, format, sku, columns, conventions, usual }
    }

    fn cell(&self, field: Field) -> Option<&'a Cell> {
        self.columns.get(field).map(|column| self.row.cell(column.idx))
    }

    pub(crate) fn has_column(&self, field: Field) -> bool {
        self.columns.has(field)
    }

    /// The field's text; `None` where it says nothing.
    pub(crate) fn text(&self, field: Field) -> Option<CompactString> {
        self.cell(field)?.text()
    }

    /// The field's text in its comparable form; empty where it says nothing.
    pub(crate) fn word(&self, field: Field) -> String {
        self.text(field).map(|text| folded(&text)).unwrap_or_default()
    }

    pub(crate) fn unreadable(&self, field: Field, expected: &str) -> Unreadable {
        let found = self.cell(field).map(|cell| cell.written().into_owned()).unwrap_or_default();
        Unreadable { field, expected: expected.to_owned(), found }
    }

    fn column_and_text(&self, field: Field) -> Option<(&'a Column, CompactString)> {
        Some((self.columns.get(field)?, self.text(field)?))
    }

    /// A number, and the currency it is written in.
    fn written(&self, field: Field) -> Result<Option<(Decimal, Option<CurrencyMark>)>, Unreadable> {
        let wrong = || self.unreadable(field, field.holds());
        if let Some(Cell::Fault(_)) = self.cell(field) {
            return Err(wrong());
        }
        if let Some(Cell::Number(number)) = self.cell(field) {
            return within_range(*number).map(|number| Some((number, None))).ok_or_else(wrong);
        }
        let Some((column, text)) = self.column_and_text(field) else { return Ok(None) };
        if is_dash(&text) {
            return Ok(None);
        }
        let written = WrittenNumber::of(&text).ok_or_else(wrong)?;
        let number = written.value(self.conventions.mark(column)).ok_or_else(wrong)?;
        Ok(Some((number, written.mark)))
    }

    pub(crate) fn number(&self, field: Field) -> Result<Option<Decimal>, Unreadable> {
        Ok(self.written(field)?.map(|(number, _)| number))
    }

    /// Units: a number without a currency.
    pub(crate) fn quantity(&self, field: Field) -> Result<Option<Quantity>, Unreadable> {
        match self.written(field)? {
            Some((_, Some(_))) => Err(self.unreadable(field, field.holds())),
            written => Ok(written.map(|(number, _)| Quantity(number))),
        }
    }

    /// Money in the row's currency.
    pub(crate) fn money(
        &self,
        field: Field,
        currency: Currency,
    ) -> Result<Option<Money>, Unreadable> {
        match self.written(field)? {
            Some((_, Some(mark))) if mark.currency(currency) != Some(currency) => {
                Err(self.unreadable(field, &format!("money in {currency}")))
            }
            written => Ok(written.map(|(amount, _)| Money::new(amount, currency))),
        }
    }

    pub(crate) fn date(&self, field: Field) -> Result<Option<Date>, Unreadable> {
        let Some(column) = self.columns.get(field) else { return Ok(None) };
        let date = self.conventions.date(column, self.row.cell(column.idx));
        date.map_err(|_| self.unreadable(field, field.holds()))
    }

    /// The currency of the row: what its currency column says, else what its money is written in,
    /// else the usual one.
    pub(crate) fn currency(&self) -> Result<Currency, Unreadable> {
        if let Some(text) = self.text(Field::Currency) {
            let wrong = || self.unreadable(Field::Currency, "a currency code such as USD");
            return currency_marks::currency(&text, self.usual).ok_or_else(wrong);
        }
        let mark = |field| Some((field, WrittenNumber::of(&self.text(field)?)?.mark?));
        let fields = [Field::Amount, Field::UnitCost, Field::UnitPrice];
        let Some((field, mark)) = fields.into_iter().find_map(mark) else { return Ok(self.usual) };
        mark.currency(self.usual).ok_or_else(|| self.unreadable(field, &mark.expected()))
    }

    /// The first of several fields that says something.
    pub(crate) fn first(&self, fields: &[Field]) -> Option<CompactString> {
        fields.iter().find_map(|field| self.text(*field))
    }

    /// The row as its columns say it: a full period, compared, and with its own unit prices. Formats
    /// correct what they know better.
    pub(crate) fn draft(&self) -> Result<ExportRow, Unreadable> {
        self.check_cells()?;
        let client = self.first(&[Field::ClientId, Field::ClientName]).unwrap_or_default();
        let sku = self
            .first(&[Field::Sku, Field::PartNumber, Field::ProductName])
            .ok_or_else(|| self.unreadable(self.product_field(), "a product"))?;
        let quantity = self.draft_quantity()?;
        let included = self.quantity(Field::Included)?.unwrap_or_default();
        let currency = self.currency()?;
        let unit = self.money(Field::unit_of(self.side), currency)?;
        let other_unit = self.money(Field::unit_of(self.side.other()), currency)?;
        let code = self.text(Field::PartNumber).filter(|code| *code != sku);
        let exclusion = client.is_empty().then_some(Exclusion::NoClient);
        Ok(ExportRow {
            place: self.place.clone(),
            side: self.side,
            format: self.format,
            client_name: self.text(Field::ClientName).unwrap_or_else(|| client.clone()),
            client: ClientKey(client),
            client_domain: self.text(Field::ClientDomain),
            sku_name: self.text(Field::ProductName).unwrap_or_else(|| sku.clone()),
            sku: SkuKey(sku),
            codes: code.into_iter().collect(),
            kind: LineKind::FullPeriod,
            quantity,
            included,
            unit,
            amount: self.draft_amount(quantity.less_included(included), unit, currency)?,
            other_unit,
            list_unit: None,
            prorated_unit: self.money(Field::ProratedPrice, currency)?,
            period_start: self.date(Field::PeriodStart)?,
            period_end: self.period_end()?,
            term: self.first(&[Field::Term, Field::Billing]),
            agreement: self.text(Field::Agreement),
            charge_type: self.first(&[Field::ChargeType, Field::Bill, Field::Status]),
            reference: self.text(Field::Reference),
            exclusion,
            unknown: None,
        })
    }

    /// Whether the cells that matter hold what a table can: no fault of a spreadsheet, and no object in place
    /// of a name.
    fn check_cells(&self) -> Result<(), Unreadable> {
        const IDLE: [Field; 7] = [
            Field::ClientDomain,
            Field::PartNumber,
            Field::Term,
            Field::Agreement,
            Field::Reference,
            Field::Meter,
            Field::ProratedPrice,
        ];
        const NAMES: [Field; 4] =
            [Field::ClientName, Field::ClientId, Field::ProductName, Field::Sku];
        for (field, column) in self.columns.iter().filter(|(field, _)| !IDLE.contains(field)) {
            let is_wrong = match self.row.cell(column.idx) {
                // Those of numbers and dates are told where they are read.
                Cell::Fault(_) => !field.is_number() && !field.is_date(),
                Cell::Text(text) => NAMES.contains(&field) && is_object(text),
                _ => false,
            };
            if is_wrong {
                return Err(self.unreadable(field, field.holds()));
            }
        }
        Ok(())
    }

    /// The row's own amount, else units times their price.
    fn draft_amount(
        &self,
        units: Quantity,
        unit: Option<Money>,
        currency: Currency,
    ) -> Result<Money, Unreadable> {
        match (self.money(Field::Amount, currency)?, unit) {
            (Some(amount), _) => Ok(amount),
            (None, Some(unit)) => self.times(units, unit),
            (None, None) => Ok(Money::zero(currency)),
        }
    }

    fn period_end(&self) -> Result<Option<Date>, Unreadable> {
        let cancelled = self.date(Field::Cancelled)?;
        Ok(cancelled.or(self.date(Field::PeriodEnd)?))
    }

    fn product_field(&self) -> Field {
        if self.has_column(Field::ProductName) { Field::ProductName } else { Field::Sku }
    }

    /// A file without a quantity column has one row for each unit.
    fn draft_quantity(&self) -> Result<Quantity, Unreadable> {
        if !self.has_column(Field::Quantity) {
            return Ok(Quantity::from(1));
        }
        if let Some(quantity) = self.quantity(Field::Quantity)? {
            return Ok(quantity);
        }
        // Columns of numbers show a nought as a dash; where there is money, there are units too.
        let is_nought = self.cell(Field::Quantity).is_some_and(|cell| is_dash(&cell.written()));
        let has_money = self.number(Field::Amount)?.is_some_and(|amount| !amount.is_zero());
        let wrong = || self.unreadable(Field::Quantity, Field::Quantity.holds());
        (is_nought && !has_money).then(Quantity::default).ok_or_else(wrong)
    }

    /// Units times a price, unless the product is out of every range.
    pub(crate) fn times(&self, units: Quantity, price: Money) -> Result<Money, Unreadable> {
        let amount = units.0.checked_mul(price.amount);
        let wrong = || self.unreadable(Field::Quantity, "a quantity whose price can be computed");
        Ok(Money::new(amount.ok_or_else(wrong)?, price.currency))
    }

    /// `ProductId:SkuId`, Partner Center's key of a product.
    pub(crate) fn product_and_sku(&self) -> Option<CompactString> {
        let product = self.text(Field::Sku)?;
        Some(match self.text(Field::PartNumber) {
            Some(sku) => format_compact!("{product}:{sku}"),
            None => product,
        })
    }

    /// The money of a row of totals.
    pub(crate) fn sum(&self) -> Option<Money> {
        self.money(Field::Amount, self.currency().ok()?).ok()?
    }

    /// The rejected row for what could not be read.
    pub(crate) fn rejected(&self, wrong: Unreadable) -> RejectedRow {
        let header = self.columns.get(wrong.field).map(|column| column.header.clone());
        let currency = self.currency().unwrap_or(self.usual);
        let amount = self.money(Field::Amount, currency).ok().flatten();
        RejectedRow {
            at: CellPlace {
                place: self.place.clone(),
                column: header.unwrap_or_else(|| wrong.field.word().to_owned()),
            },
            side: self.side,
            expected: wrong.expected,
            found: wrong.found,
            amount,
            client: self.client(),
            client_name: self.name_of_client(),
            sku: (self.sku)(self).map(SkuKey),
        }
    }

    /// The rejected row for one with more cells than its header. Nothing is said of what cannot be told apart.
    pub(crate) fn too_wide(&self, wide: &WideRow) -> RejectedRow {
        RejectedRow {
            at: CellPlace { place: self.place.clone(), column: "row".to_owned() },
            side: self.side,
            expected: format!(
                "{} cells as in the header (a comma inside a cell needs quotes around it)",
                wide.n_headers
            ),
            found: format!("{} cells", wide.n_cells),
            amount: None,
            client: self.client().filter(|_| wide.is_named),
            client_name: self.name_of_client().filter(|_| wide.is_named),
            sku: (self.sku)(self).filter(|_| wide.is_named).map(SkuKey),
        }
    }

    /// The key of the row's client, where it names one.
    fn client(&self) -> Option<ClientKey> {
        self.first(&[Field::ClientId, Field::ClientName]).map(ClientKey)
    }

    fn name_of_client(&self) -> Option<CompactString> {
        self.text(Field::ClientName)
    }

    /// The product's key, else its name.
    pub(crate) fn named_sku(&self) -> Option<CompactString> {
        self.first(&[Field::Sku, Field::PartNumber, Field::ProductName])
    }
}
