//! What is said of an export format: a file of its own says it of each.

use compact_str::CompactString;

use super::cells::amounts::DecimalMark;
use super::cells::dates::DateOrder;
use super::fields::Field;
use super::record::{Record, Unreadable};
use jiff::civil::Date;
use seatdrift_core::domain::{ExportFormat, ExportRow, Side};

/// One export format.
pub(super) struct Format {
    /// What rows carry of it.
    pub format: ExportFormat,
    /// The side it belongs to, where it belongs to one.
    pub side: Option<Side>,
    /// Sets of folded headers; a file that has all of one set is of this format.
    pub signatures: &'static [&'static [&'static str]],
    /// The folded headers of each field, best first.
    pub columns: &'static [(Field, &'static [&'static str])],
    /// What they are on a side, where that depends on more than [`Format::columns`].
    pub aliases: fn(&Self, Field, Side) -> Vec<&'static str>,
    /// How the system writes dates and numbers that could be read two ways, where it is documented.
    pub date_order: Option<DateOrder>,
    pub decimal: Option<DecimalMark>,
    /// Whether the vendor's rows must touch the month that is read.
    pub periods: Periods,
    /// Whether a row without a quantity is one unit.
    pub counts_rows: bool,
    /// The product's key where a row says it.
    pub sku: fn(&Record) -> Option<CompactString>,
    /// What the rows of a file say together: which of them count units, and which are there twice.
    pub settle: Option<fn(&mut [ExportRow], Date)>,
    /// Turns one record into one row.
    pub row: fn(&Record) -> Result<ExportRow, Unreadable>,
}

/// What a file's periods say about the month it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Periods {
    /// Each row's period is what it charges for.
    Charged,
    /// They say since when and until when something runs.
    Running,
}

impl Format {
    /// A format of which nothing is said yet.
    pub(super) const PLAIN: Self = Self {
        format: ExportFormat::UNKNOWN,
        side: None,
        signatures: &[],
        columns: &[],
        aliases: own_aliases,
        date_order: None,
        decimal: None,
        periods: Periods::Charged,
        counts_rows: false,
        sku: |record| record.named_sku(),
        settle: None,
        row: |record| record.draft(),
    };

    /// Whether all that is known of it are its headers.
    pub(super) fn is_generic(&self) -> bool {
        self.format == ExportFormat::UNKNOWN
    }

    /// The folded headers that mean a field, best first.
    pub(super) fn aliases_of(&self, field: Field, side: Side) -> Vec<&'static str> {
        (self.aliases)(self, field, side)
    }
}

/// The headers a format says itself.
fn own_aliases(format: &Format, field: Field, _side: Side) -> Vec<&'static str> {
    let own = format.columns.iter().find(|(of, _)| *of == field);
    own.map(|(_, aliases)| aliases.to_vec()).unwrap_or_default()
}
