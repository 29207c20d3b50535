//! What one cell says: the only place where text becomes a number, money, a date or a currency.
//!
//! How a file writes its numbers and dates is settled a column at a time in [`super::conventions`], and
//! never guessed: a column that can be read two ways is asked about.

pub(super) mod amounts;
pub(super) mod currency_marks;
pub(super) mod dates;
mod faults;
pub(super) mod months;
mod plain;

use std::borrow::Cow;

use compact_str::CompactString;
use jiff::civil::Date;
use rust_decimal::Decimal;
use unicode_normalization::UnicodeNormalization;

use seatdrift_core::domain::is_unseen;

pub(super) use plain::decoded_entities;

/// One cell as the file stores it. A workbook knows numbers and dates; a text file knows text. A month of
/// use is ten million of them: a cell is no larger than the text in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(CompactString),
    Number(Decimal),
    Date(Date),
    /// Where a spreadsheet has no value: `#N/A`, or a formula nobody has calculated.
    Fault(Box<str>),
}

/// What people and programs write where they have nothing to say.
const NOTHING: [&str; 7] = ["n/a", "na", "null", "(null)", "-", "–", "—"];

impl Cell {
    /// What a text says, without guards, escapes and what nobody sees.
    pub(crate) fn of_text(text: &str) -> Self {
        let plain = plain::plain(text);
        match tidy(&plain) {
            "" => Self::Empty,
            tidy if faults::is_fault(tidy) => Self::Fault(tidy.into()),
            _ => Self::Text(plain.into()),
        }
    }

    /// The cell as written; a number or a date of a workbook in its plainest form.
    pub(crate) fn written(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Fault(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(number.normalize().to_string()),
            Self::Date(date) => Cow::Owned(date.to_string()),
        }
    }

    /// The cell's text without the blanks around it; `None` for an empty cell, for `N/A` and for a fault.
    pub(crate) fn text(&self) -> Option<CompactString> {
        if matches!(self, Self::Fault(_)) {
            return None;
        }
        let written = self.written();
        let tidy = tidy(&written);
        let nothing = tidy.is_empty() || NOTHING.iter().any(|word| tidy.eq_ignore_ascii_case(word));
        (!nothing).then(|| tidy.into())
    }

    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => tidy(text).is_empty(),
            Self::Number(_) | Self::Date(_) | Self::Fault(_) => false,
        }
    }
}

/// Text without blanks, control characters and byte order marks around it. `trim` alone leaves the
/// zero-width characters that web pages and spreadsheets paste in.
fn tidy(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
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
    fn a_cell_is_no_larger_than_the_text_in_it() {
        assert_eq!(size_of::<Cell>(), size_of::<CompactString>());
    }

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
    fn a_cell_says_what_was_meant() {
        for (written, meant) in [
            ("'22.000000000000000000", "22.000000000000000000"),
            ("'0E-20", "0E-20"),
            ("'0003", "0003"),
            ("’22.00", "22.00"),
            ("'2026-10-01T00:00:00Z", "2026-10-01T00:00:00Z"),
            ("'s-Hertogenbosch Bakery", "'s-Hertogenbosch Bakery"),
            ("'90s Diner", "'90s Diner"),
            ("=\"00123\"", "00123"),
            ("=\"Say \"\"hi\"\"\"", "Say \"hi\""),
            ("Aspen\u{a0}Ridge", "Aspen Ridge"),
            ("Aspen\u{2} Rid\u{200b}ge\0", "Aspen Ridge"),
            ("two\nlines", "two\nlines"),
            ("AT&amp;T Partners", "AT&T Partners"),
            ("Smith &amp;amp; Nephew", "Smith & Nephew"),
            ("O&#39;Brien &#x26; Co", "O'Brien & Co"),
            ("Caf&eacute;&nbsp;Ol&eacute;", "Café Olé"),
            ("Marks & Spencer; Co", "Marks & Spencer; Co"),
        ] {
            assert_eq!(Cell::of_text(written).text().as_deref(), Some(meant), "{written:?}");
        }
    }

    #[test]
    fn a_fault_of_a_spreadsheet_is_no_text() {
        for fault in ["#N/A", "#REF!", "#DIV/0!", "#NAME?", "#NV", "#WERT!", "########", "Err:502"]
        {
            let cell = Cell::of_text(fault);
            assert_eq!((cell.text(), cell.written().as_ref()), (None, fault));
            assert!(!cell.is_blank());
        }
        for text in ["#1 Dental", "#", "# 12", "Error Free Ltd"] {
            assert_eq!(Cell::of_text(text).text().as_deref(), Some(text));
        }
    }

    #[test]
    fn an_id_keeps_its_zeros_and_nothing_is_nothing() {
        assert_eq!(Cell::of_text(" 0002 ").text().as_deref(), Some("0002"));
        for nothing in ["", "  ", "\u{a0}", "N/A", "n/a", "-", "NULL", "\u{feff}"] {
            assert_eq!(Cell::of_text(nothing).text(), None, "{nothing:?}");
        }
    }
}
