//! The exports that are known, and how each is recognised.

use std::collections::BTreeSet;

use compact_str::CompactString;

use super::cells::amounts::DecimalMark;
use super::cells::dates::DateOrder;
use super::fields::Field;
use super::record::{Record, Unreadable};
use super::{
    autotask, connectwise, dicker, generic, halo, ingram, kaseya, partner_center_legacy,
    partner_center_recon, partner_center_usage, pax8,
};
use seatdrift_core::domain::{ExportFormat, ExportRow, Month, Side};

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
    pub settle: Option<fn(&mut [ExportRow], Month)>,
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

/// The known formats, the most telling headers first: a new one is a line here and a file of its own.
static FORMATS: &[&Format] = &[
    &pax8::FORMAT,
    &partner_center_usage::FORMAT,
    &partner_center_recon::FORMAT,
    &partner_center_legacy::FORMAT,
    &dicker::FORMAT,
    &ingram::FORMAT,
    &connectwise::FORMAT,
    &autotask::FORMAT,
    &halo::FORMAT,
    &kaseya::FORMAT,
    &generic::FORMAT,
];

/// The known formats, the most telling headers first.
pub fn export_formats() -> impl Iterator<Item = &'static ExportFormat> {
    FORMATS.iter().map(|known| &known.format)
}

/// The known format that a word in `seatdrift.toml` or in the history means.
pub fn export_format(word: &str) -> Option<&'static ExportFormat> {
    export_formats().find(|format| format.word == word)
}

/// How a format is read: one of which nothing is known by its headers.
pub(super) fn of(format: &ExportFormat) -> &'static Format {
    FORMATS.iter().find(|known| known.format == *format).unwrap_or(&&generic::FORMAT)
}

/// The known format whose headers these are.
pub(super) fn recognised(headers: &BTreeSet<&str>) -> Option<&'static Format> {
    let has_all = |set: &&[&str]| set.iter().all(|header| headers.contains(header));
    FORMATS.iter().copied().find(|format| format.signatures.iter().any(has_all))
}

impl Format {
    /// A format of which nothing is said yet.
    pub(super) const PLAIN: Self = Self {
        format: ExportFormat::UNKNOWN,
        side: None,
        signatures: &[],
        columns: &[],
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
    pub(crate) fn aliases(&self, field: Field, side: Side) -> Vec<&'static str> {
        if self.is_generic() {
            return generic::aliases(field, side);
        }
        let own = self.columns.iter().find(|(of, _)| *of == field);
        own.map(|(_, aliases)| aliases.to_vec()).unwrap_or_default()
    }

    /// Headers that could mean the same as the chosen one, itself included.
    pub(crate) fn rivals(&self, field: Field, side: Side, chosen: &str) -> Vec<&'static str> {
        let aliases = self.aliases(field, side);
        // A header that leaves no doubt has only its double as a rival.
        if field == Field::Amount && generic::is_certain_amount(chosen, side) {
            return aliases.into_iter().filter(|alias| *alias == chosen).collect();
        }
        aliases
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cells::folded;

    #[test]
    fn every_format_has_an_entry_with_folded_headers() {
        for known in FORMATS {
            let headers = known.columns.iter().flat_map(|(_, aliases)| *aliases);
            for header in headers.chain(known.signatures.iter().flat_map(|set| *set)) {
                assert_eq!(folded(header), *header);
            }
        }
    }
}
