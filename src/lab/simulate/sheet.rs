//! Rows into the bytes of a CSV file, with the ornaments real exports have.

use rust_decimal::Decimal;

use seatdrift_core::domain::Money;
use seatdrift_core::domain::money::to_cents;

/// A file in the making: a header and rows of as many cells.
pub(super) struct Sheet {
    lines: Vec<Vec<String>>,
    columns: Vec<&'static str>,
}

/// What stands before a file's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// Nothing.
    Plain,
    /// A byte order mark, as Excel leaves it.
    ByteOrderMark,
    /// A title and an empty row.
    Title(&'static str),
}

impl Sheet {
    /// An empty file with these columns.
    pub(super) fn new(columns: Vec<&'static str>) -> Self {
        Self { lines: Vec::new(), columns }
    }

    /// Adds a row given as (column, cell); columns the file does not have are left out, and those not
    /// given are empty.
    pub(super) fn push(&mut self, cells: &[(&str, String)]) {
        let cell = |column: &&str| {
            let found = cells.iter().find(|(name, _)| name == column);
            found.map(|(_, text)| text.clone()).unwrap_or_default()
        };
        self.lines.push(self.columns.iter().map(cell).collect());
    }

    /// The file.
    pub(super) fn bytes(&self, opening: Opening) -> Vec<u8> {
        let mut bytes = match opening {
            Opening::Plain => Vec::new(),
            Opening::ByteOrderMark => "\u{feff}".as_bytes().to_vec(),
            Opening::Title(title) => format!("{title}\n\n").into_bytes(),
        };
        let mut writer = csv::Writer::from_writer(&mut bytes);
        writer.write_record(&self.columns).expect("memory takes every row");
        for line in &self.lines {
            writer.write_record(line).expect("memory takes every row");
        }
        writer.flush().expect("memory takes every row");
        drop(writer);
        bytes
    }
}

/// An amount with two decimal places: `1234.50`.
pub(super) fn plain(amount: Decimal) -> String {
    to_cents(amount).to_string()
}

/// An amount as a PSA's list shows it: `$1,234.50`.
pub(super) fn shown(money: Money) -> String {
    money.to_string()
}
