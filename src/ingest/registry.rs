//! The export formats that are known: a new one is a file of its own and a line here.

use rustc_hash::FxHashMap;

use super::format::Format;
use seatdrift_core::domain::ExportFormat;

/// The known formats, the most telling headers first: a new one is a line here and a file of its own.
static FORMATS: &[&Format] = &[
    &super::pax8::FORMAT,
    &super::partner_center_usage::FORMAT,
    &super::partner_center_recon::FORMAT,
    &super::partner_center_legacy::FORMAT,
    &super::dicker::FORMAT,
    &super::ingram::FORMAT,
    &super::connectwise::FORMAT,
    &super::autotask::FORMAT,
    &super::halo::FORMAT,
    &super::kaseya::FORMAT,
    &super::generic::FORMAT,
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
    FORMATS.iter().find(|known| known.format == *format).unwrap_or(&&super::generic::FORMAT)
}

/// The known format whose headers these are.
pub(super) fn recognised(headers: &FxHashMap<&str, usize>) -> Option<&'static Format> {
    let has_all = |set: &&[&str]| set.iter().all(|header| headers.contains_key(header));
    FORMATS.iter().copied().find(|format| format.signatures.iter().any(has_all))
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
