//! Rows that are no rows of data: titles, blanks, totals, and headers repeated on every page.

use super::cells::folded;
use super::columns::Columns;
use super::fields::Field;
use super::table::RawRow;

/// Why a row is not data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotData {
    /// Above the header.
    Title,
    /// The header, or a repetition of it.
    Header,
    /// Nothing in it.
    Blank,
    /// Sums of the rows above.
    Totals,
}

impl NotData {
    /// The word in reports: `title`, `header`, `blank`, `totals`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Header => "header",
            Self::Blank => "blank",
            Self::Totals => "totals",
        }
    }
}

/// Words that begin a row of sums, folded.
const SUMS: [&str; 14] = [
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "subtotals",
    "sum",
    "summary",
    "reporttotal",
    "invoicetotal",
    "overalltotal",
    "gesamt",
    "summe",
    "totalgeneral",
    "totaal",
];

/// What a row below the header is, when it is no data.
pub(super) fn below_header(row: &RawRow, header: &RawRow, columns: &Columns) -> Option<NotData> {
    if row.is_blank() {
        return Some(NotData::Blank);
    }
    if is_same(row, header) {
        return Some(NotData::Header);
    }
    is_totals(row, columns).then_some(NotData::Totals)
}

fn is_same(row: &RawRow, header: &RawRow) -> bool {
    let mut filled = header.filled();
    filled.all(|(idx, cell)| folded(&cell.written()) == folded(&row.cell(idx).written()))
}

/// A row that says "Total" in its first cell and does not name both a client and a product; a
/// client may be called Total, and buys something.
fn is_totals(row: &RawRow, columns: &Columns) -> bool {
    let Some((label_idx, label)) = row.filled().next() else { return false };
    let label = folded(&label.written());
    let says_so = SUMS.contains(&label.as_str())
        || SUMS.iter().any(|word| label.strip_suffix(word).is_some_and(|rest| rest.is_empty()))
        || label.starts_with("total")
        || label.starts_with("grandtotal")
        || label.ends_with("total");
    let named = |fields: &[Field]| {
        let mut columns = fields.iter().filter_map(|field| columns.get(*field));
        columns.any(|column| column.idx != label_idx && row.cell(column.idx).text().is_some())
    };
    let exact = SUMS.contains(&label.as_str());
    let names_client = named(&[Field::ClientId, Field::ClientName]);
    let names_product = named(&[Field::Sku, Field::ProductName]);
    says_so && !names_product && (exact || !names_client)
}
