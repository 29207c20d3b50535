//! What one cell says: the only place where text becomes a number, money, a date or a currency.
//!
//! How a file writes its numbers and dates is settled a column at a time in [`super::conventions`], and
//! never guessed: a column that can be read two ways is asked about.

pub(super) mod amounts;
pub(super) mod dates;

use std::borrow::Cow;

use compact_str::CompactString;
use jiff::civil::Date;
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

/// One cell as the file stores it. A workbook knows numbers and dates; a text file knows text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(CompactString),
    Number(Decimal),
    Date(Date),
}

/// What people and programs write where they have nothing to say.
const NOTHING: [&str; 7] = ["n/a", "na", "null", "(null)", "-", "–", "—"];

impl Cell {
    pub(crate) fn of_text(text: &str) -> Self {
        if tidy(text).is_empty() { Self::Empty } else { Self::Text(text.into()) }
    }

    /// The cell as written; a number or a date of a workbook in its plainest form.
    pub(crate) fn written(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.normalize().to_string()),
            Self::Date(date) => Cow::Owned(date.to_string()),
        }
    }

    /// The cell's text without the blanks around it; `None` for an empty cell and for `N/A`.
    pub(crate) fn text(&self) -> Option<CompactString> {
        let written = self.written();
        let tidy = tidy(&written);
        let nothing = tidy.is_empty() || NOTHING.iter().any(|word| tidy.eq_ignore_ascii_case(word));
        (!nothing).then(|| tidy.into())
    }

    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => tidy(text).is_empty(),
            Self::Number(_) | Self::Date(_) => false,
        }
    }
}

/// Text without blanks, control characters and byte order marks around it. `trim` alone leaves the
/// zero-width characters that web pages and spreadsheets paste in.
fn tidy(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}')
    })
}

/// A header or a keyword in its comparable form: lower case, letters and digits only.
///
/// `Unit Price ($)`, `unit_price` and `UnitPrice` are one header.
pub(super) fn folded(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|letter| char::from(letter.to_ascii_lowercase())).collect();
    }
    text.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Yes or no, as exports write it; `None` for anything else.
pub(super) fn yes_or_no(text: &str) -> Option<Answer> {
    match folded(text).as_str() {
        "true" | "yes" | "y" | "1" | "t" | "x" => Some(Answer::Yes),
        "false" | "no" | "n" | "0" | "f" => Some(Answer::No),
        _ => None,
    }
}

/// What a checkbox column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_fold_to_one_form() {
        for header in ["Unit Price", "unit_price", "UnitPrice", "UNIT-PRICE ", "\u{feff}unit price"]
        {
            assert_eq!(folded(header), "unitprice");
        }
        assert_eq!(folded("Serial #"), "serial");
        assert_eq!(folded("###"), "");
    }

    #[test]
    fn an_id_keeps_its_zeros_and_nothing_is_nothing() {
        assert_eq!(Cell::of_text(" 0002 ").text().as_deref(), Some("0002"));
        for nothing in ["", "  ", "\u{a0}", "N/A", "n/a", "-", "NULL", "\u{feff}"] {
            assert_eq!(Cell::of_text(nothing).text(), None, "{nothing:?}");
        }
    }
}
