//! One `[[export]]` table of `seatdrift.toml`: what a person has told about an export.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::cells::amounts::DecimalMark;
use super::cells::dates::DateOrder;
use super::conventions::Written;
use super::fields::Field;
use super::readings::ReadingRule;
use seatdrift_core::domain::{Currency, ExportFormat, Side};

/// How exports of one kind are written, where their headers do not tell. The first profile whose
/// side and file fit is used; what it leaves out is found in the file.
///
/// ```toml
/// [[export]]
/// side = "vendor"
/// file = "acme-*.csv"
/// date_order = "dmy"
/// decimal = ","
/// columns = { client_name = "Kunde", product_name = "Artikel", quantity = "Menge" }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportProfile {
    /// Which books the file belongs to.
    pub side: Side,
    /// The file's base name, its beginning, or a pattern with `*` and `?`. Every file where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// How to read it, where its headers do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "format_word")]
    pub format: Option<&'static ExportFormat>,
    /// The row of the header, counted as a spreadsheet counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u64>,
    /// `dmy` or `mdy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrderWord>,
    /// `,` or `.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalWord>,
    /// The currency of rows that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// How the vendor charges a month of readings: `last` or `peak`. All rows count where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readings: Option<ReadingRule>,
    /// Whose the rows are that name no client. Asked where it is absent and matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank_client: Option<BlankClient>,
    /// Which header holds what. `Cost (2)` is the second column called `Cost`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<Field, String>,
}

/// Whose a row is that names no client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BlankClient {
    /// The client of the row above.
    Above,
    /// Nobody's: it is left out, with the reason.
    None,
}

/// Whether the day or the month comes first in `1/2/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrderWord {
    /// The day first.
    Dmy,
    /// The month first.
    Mdy,
}

/// The character before the cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecimalWord {
    /// `1.50`
    #[serde(rename = ".")]
    Dot,
    /// `1,50`
    #[serde(rename = ",")]
    Comma,
}

impl From<DateOrderWord> for DateOrder {
    fn from(word: DateOrderWord) -> Self {
        match word {
            DateOrderWord::Dmy => Self::Dmy,
            DateOrderWord::Mdy => Self::Mdy,
        }
    }
}

impl From<DecimalWord> for DecimalMark {
    fn from(word: DecimalWord) -> Self {
        match word {
            DecimalWord::Dot => Self::Dot,
            DecimalWord::Comma => Self::Comma,
        }
    }
}

/// A format is written with its own word, which is not serde's snake case of its name.
mod format_word {
    use super::{Deserialize, Deserializer, ExportFormat, Serializer};
    use crate::registry::{export_format, export_formats};

    // Serde's `with` hands the field over as it is.
    #[allow(clippy::ref_option)]
    pub(super) fn serialize<S: Serializer>(
        format: &Option<&'static ExportFormat>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match format {
            Some(format) => serializer.serialize_str(format.word),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<&'static ExportFormat>, D::Error> {
        let word = String::deserialize(deserializer)?;
        let words = || export_formats().map(|format| format.word).collect::<Vec<_>>().join(", ");
        let unknown = || {
            serde::de::Error::custom(format!(
                "unknown format {word:?}, expected one of {}",
                words()
            ))
        };
        export_format(&word).map(Some).ok_or_else(unknown)
    }
}

impl ExportProfile {
    /// How dates and numbers are written, as far as it says.
    pub(super) fn written(&self) -> Written {
        Written { order: self.date_order.map(Into::into), mark: self.decimal.map(Into::into) }
    }

    /// A profile that says nothing but the side.
    pub fn new(side: Side) -> Self {
        Self {
            side,
            file: None,
            sheet: None,
            format: None,
            header_row: None,
            date_order: None,
            decimal: None,
            currency: None,
            readings: None,
            blank_client: None,
            columns: BTreeMap::new(),
        }
    }

    /// Whether the profile is for this file of this side.
    pub fn fits(&self, side: Side, file: &str) -> bool {
        let name = file.to_lowercase();
        self.side == side
            && self.file.as_deref().is_none_or(|pattern| {
                let pattern = pattern.to_lowercase();
                if pattern.contains(['*', '?']) {
                    is_like(&name, &pattern)
                } else {
                    name.starts_with(&pattern)
                }
            })
    }
}

/// Whether a name fits a pattern of `*` (anything) and `?` (any one character).
fn is_like(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) =
        (name.chars().collect(), pattern.chars().collect());
    let (mut at, mut in_pattern) = (0, 0);
    // Where to go on after the last star, should the rest not fit.
    let mut retry: Option<(usize, usize)> = None;
    while at < name.len() {
        match pattern.get(in_pattern) {
            Some('*') => {
                retry = Some((at, in_pattern + 1));
                in_pattern += 1;
            }
            Some(&c) if c == '?' || c == name[at] => {
                at += 1;
                in_pattern += 1;
            }
            _ => match retry {
                Some((from, after_star)) => {
                    retry = Some((from + 1, after_star));
                    (at, in_pattern) = (from + 1, after_star);
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::pattern_for;

    #[test]
    fn a_profile_is_read_and_written_as_toml() {
        let text = r#"
            side = "vendor"
            file = "acme-*.csv"
            format = "connectwise_additions"
            date_order = "dmy"
            decimal = ","
            currency = "EUR"
            header_row = 4
            columns = { client_name = "Kunde", quantity = "Menge (2)" }
        "#;
        let profile: ExportProfile = toml::from_str(text).unwrap();
        assert_eq!(profile.format.map(|format| format.word), Some("connectwise_additions"));
        assert_eq!(profile.columns[&Field::Quantity], "Menge (2)");
        let again: ExportProfile = toml::from_str(&toml::to_string(&profile).unwrap()).unwrap();
        assert_eq!(again, profile);
    }

    #[test]
    fn a_typo_in_a_profile_is_an_error() {
        for wrong in [
            "sid = \"psa\"",
            "side = \"psa\"\nformat = \"pax\"",
            "side = \"psa\"\ncolumns = { seats = \"a\" }",
        ] {
            assert!(toml::from_str::<ExportProfile>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_file_is_named_by_its_beginning_or_a_pattern() {
        let profile =
            |file: &str| ExportProfile { file: Some(file.into()), ..ExportProfile::new(Side::Psa) };
        for fits in ["Acme", "acme-2026-03.csv", "acme-*.csv", "*.csv", "a?me*03*", "*"] {
            assert!(profile(fits).fits(Side::Psa, "Acme-2026-03.csv"), "{fits}");
            assert!(!profile(fits).fits(Side::Vendor, "Acme-2026-03.csv"), "{fits}");
        }
        for other in ["cme", "*.xlsx", "acme-?.csv", "acme-*.csv?"] {
            assert!(!profile(other).fits(Side::Psa, "Acme-2026-03.csv"), "{other}");
        }
        assert_eq!(pattern_for("vendor-2026-03.csv"), "vendor-*.csv");
        assert!(profile(&pattern_for("psa.csv")).fits(Side::Psa, "psa.csv"));
    }
}
