//! Numbers and money: `$1,234.56`, `1.234,56 €`, `1,23,456.00`, `(12.50)`, `12.50-`, `CHF 12.-`, `7.1E-05`.

use rust_decimal::Decimal;

use super::currency_marks::{CurrencyMark, without_currency};
use seatdrift_core::domain::is_unseen;

/// Which character stands before the cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecimalMark {
    Dot,
    Comma,
}

/// What a number tells about its file's decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkEvidence {
    /// No separator at all.
    Silent,
    Says(DecimalMark),
    /// `1.234` or `1,234`: a thousand, or a bit more than one.
    Either,
}

/// A number taken apart: its sign, its currency, and the digits with their separators.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WrittenNumber {
    negative: bool,
    pub mark: Option<CurrencyMark>,
    body: String,
    /// The power of ten of `7.1E-05`.
    exponent: Option<i32>,
}

/// The largest amount a cell may hold. Products and sums of so many rows still fit a decimal.
const LARGEST: i64 = 1_000_000_000_000;

/// More decimal places than any export gives; longer fractions are rounding noise of a float.
const MOST_PLACES: u32 = 12;

/// A power of ten below which nothing is left of a number.
const SMALLEST_EXPONENT: i32 = -20;

/// The power of ten from which on spreadsheets write the E: they show six digits and keep no other.
const ROUNDED_FROM: i32 = 11;

/// How a round amount ends: `12.-`, `12,–`, `500/-`.
const ROUND: [&str; 9] = [".-", ",-", ".–", ",–", ".—", ",—", ":-", "/-", ",--"];

/// The most letters at an end of a number: `kronor`, `SEK kr.`
const MOST_LETTERS: usize = 8;

/// Whether a text has no digit, or before its first or behind its last more letters than any currency: most
/// texts that are no numbers are told from them by this.
fn is_a_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(first) = bytes.iter().position(u8::is_ascii_digit) else { return true };
    let last = bytes.iter().rposition(u8::is_ascii_digit).unwrap_or(first);
    let n_letters = |part: &str| part.chars().filter(|c| c.is_alphabetic()).count();
    n_letters(&text[..first]) > MOST_LETTERS || n_letters(&text[last + 1..]) > MOST_LETTERS
}

impl WrittenNumber {
    /// Takes a text apart; `None` when it is no number.
    pub(crate) fn of(text: &str) -> Option<Self> {
        if is_a_name(text) {
            return None;
        }
        let is_plain = |c: char| c.is_ascii() && !c.is_ascii_control();
        let seen = if text.chars().all(is_plain) { String::new() } else { plain_blanks(text) };
        let mut rest = if seen.is_empty() { text } else { &seen };
        let (mut negatives, mut mark) = (0, None);
        // Sign, parentheses and currency come in any order; each turn takes one of them off.
        while let Some((shorter, taken)) = without_one(rest) {
            match taken {
                Taken::Minus => negatives += 1,
                Taken::Mark(found) if mark.is_none() => mark = Some(found),
                Taken::Mark(found) => mark = Some(mark?.with(found)?),
                Taken::Nothing => {}
            }
            rest = shorter;
        }
        let (rest, exponent) = without_exponent(rest)?;
        let digits = rest.bytes().filter(u8::is_ascii_digit).count();
        let clean = rest.chars().all(|c| c.is_ascii_digit() || is_separator(c));
        (clean && (1..=28).contains(&digits) && negatives <= 1).then_some(Self {
            negative: negatives == 1,
            mark,
            body: rest.to_owned(),
            exponent,
        })
    }

    pub(crate) fn evidence(&self) -> MarkEvidence {
        let count = |mark: char| self.body.matches(mark).count();
        let says = MarkEvidence::Says;
        match (count('.'), count(',')) {
            (0, 0) => MarkEvidence::Silent,
            (0, 1) => self.single(',', DecimalMark::Comma),
            (1, 0) => self.single('.', DecimalMark::Dot),
            (0, _) => says(DecimalMark::Dot),
            (_, 0) => says(DecimalMark::Comma),
            _ if self.body.rfind('.') > self.body.rfind(',') => says(DecimalMark::Dot),
            _ => says(DecimalMark::Comma),
        }
    }

    fn single(&self, separator: char, mark: DecimalMark) -> MarkEvidence {
        let (before, after) = self.body.split_once(separator).expect("counted one");
        // No thousand is written `0.125`, `.125`, `1234.567` or `1.234E-5`.
        let could_group = self.exponent.is_none()
            && after.len() == 3
            && (1..=3).contains(&before.len())
            && before.bytes().all(|b| b.is_ascii_digit())
            && !before.starts_with('0');
        if could_group { MarkEvidence::Either } else { MarkEvidence::Says(mark) }
    }

    /// The number, when its separators stand where this decimal mark lets them.
    pub(crate) fn value(&self, mark: DecimalMark) -> Option<Decimal> {
        let (point, group) = match mark {
            DecimalMark::Dot => ('.', ','),
            DecimalMark::Comma => (',', '.'),
        };
        let (whole, fraction) = self.body.split_once(point).unwrap_or((&self.body, ""));
        if !fraction.bytes().all(|b| b.is_ascii_digit()) || !is_grouped(whole, group) {
            return None;
        }
        let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
        let whole = if whole.is_empty() { "0" } else { &whole };
        let plain =
            if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
        let number: Decimal = match self.exponent {
            None => plain.parse().ok()?,
            Some(..=SMALLEST_EXPONENT) => Decimal::ZERO,
            Some(exponent) => Decimal::from_scientific(&format!("{plain}e{exponent}")).ok()?,
        };
        let number =
            if number.scale() > MOST_PLACES { number.round_dp(MOST_PLACES) } else { number };
        let signed = if self.negative && !number.is_zero() { -number } else { number };
        within_range(signed)
    }
}

/// A text whose blanks are all the one of the keyboard, without what nobody sees.
fn plain_blanks(text: &str) -> String {
    let seen = text.chars().filter(|c| c.is_whitespace() || !is_unseen(*c));
    seen.map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
}

/// What may stand between digits: marks, and the apostrophes and blanks of groups.
fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',') || is_neutral_group(c)
}

/// What groups digits whatever the decimal mark is.
fn is_neutral_group(c: char) -> bool {
    matches!(c, ' ' | '\'' | '’' | '‘' | '´' | '`' | 'ʼ')
}

/// The digits and the power of ten of a number in E notation. `None` where the power says that digits
/// were rounded away: such a number is not what was written.
fn without_exponent(text: &str) -> Option<(&str, Option<i32>)> {
    let Some((digits, power)) = text.split_once(['e', 'E']) else { return Some((text, None)) };
    let n_digits = power.trim_start_matches(['+', '-']).len();
    let is_power = (1..=3).contains(&n_digits) && digits.ends_with(|c: char| c.is_ascii_digit());
    let exponent: i32 = power.parse().ok().filter(|_| is_power)?;
    (exponent < ROUNDED_FROM).then_some((digits, Some(exponent)))
}

/// The number, unless it is larger than anything an invoice holds.
pub(crate) fn within_range(number: Decimal) -> Option<Decimal> {
    (number.abs() <= Decimal::from(LARGEST)).then_some(number)
}

/// Whether the groups after the first have three digits each, or as in India the last has three and the
/// others two, all with one kind of separator.
fn is_grouped(whole: &str, group: char) -> bool {
    let Some(used) = whole.chars().find(|c| !c.is_ascii_digit()) else { return true };
    let may_group = used == group || is_neutral_group(used);
    let groups: Vec<&str> = whole.split(used).collect();
    let digits = |part: &&str| part.bytes().all(|b| b.is_ascii_digit());
    let [first, between @ .., last] = groups.as_slice() else { return false };
    let all = |n_digits: usize| between.iter().all(|part| part.len() == n_digits);
    may_group
        && groups.iter().all(digits)
        && last.len() == 3
        && ((1..=3).contains(&first.len()) && all(3) || (1..=2).contains(&first.len()) && all(2))
}

enum Taken {
    Minus,
    Mark(CurrencyMark),
    Nothing,
}

/// The text less one sign, pair of parentheses, currency or blank at its ends.
fn without_one(text: &str) -> Option<(&str, Taken)> {
    let trimmed = text.trim();
    if trimmed.len() < text.len() {
        return Some((trimmed, Taken::Nothing));
    }
    // Most numbers have nothing to take off.
    if text.starts_with(|c: char| c.is_ascii_digit())
        && text.ends_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return Some((inner, Taken::Minus));
    }
    if let Some(rest) = ROUND.iter().find_map(|end| text.strip_suffix(end))
        && rest.ends_with(|c: char| c.is_ascii_digit() || is_neutral_group(c))
    {
        return Some((rest, Taken::Nothing));
    }
    const MINUS: [char; 3] = ['-', '−', '–'];
    if let Some(rest) = text.strip_prefix(MINUS).or_else(|| text.strip_suffix(MINUS)) {
        return Some((rest, Taken::Minus));
    }
    if let Some(rest) = text.strip_prefix('+') {
        return Some((rest, Taken::Nothing));
    }
    // Credit and debit, as ledgers write them behind an amount.
    let (word, rest) = last_word(text);
    match word.to_ascii_uppercase().as_str() {
        "CR" | "CR." => return Some((rest, Taken::Minus)),
        "DR" | "DR." => return Some((rest, Taken::Nothing)),
        _ => {}
    }
    without_currency(text).map(|(rest, mark)| (rest, Taken::Mark(mark)))
}

/// The letters behind a number, and the text before them.
fn last_word(text: &str) -> (&str, &str) {
    let begins = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |at| at + 1);
    (text[begins..].trim_start(), &text[..begins])
}

/// Whether a text is a nought as spreadsheets show it in columns of money: `-`, ` $ -   `, `-   €`.
pub(crate) fn is_dash(text: &str) -> bool {
    const DASHES: [char; 4] = ['-', '−', '–', '—'];
    let text = text.trim();
    let around = |inner: &str| {
        let inner = inner.trim();
        inner.is_empty() || without_currency(inner).is_some_and(|(rest, _)| rest.trim().is_empty())
    };
    let behind = text.strip_suffix(DASHES).is_some_and(around);
    behind || text.strip_prefix(DASHES).is_some_and(around)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, mark: DecimalMark) -> Option<String> {
        let written = WrittenNumber::of(text)?;
        let value = written.value(mark)?;
        let currency = written.mark.and_then(|mark| mark.currency("USD".parse().unwrap()));
        Some(currency.map_or(value.to_string(), |currency| format!("{value} {currency}")))
    }

    #[test]
    fn money_is_read_however_it_is_written() {
        let dot = [
            ("$1,234.56", "1234.56 USD"),
            ("(12.50)", "-12.50"),
            ("12.50-", "-12.50"),
            ("-$1,412.77", "-1412.77 USD"),
            ("12.50 CR", "-12.50"),
            ("$1,412.77Cr.", "-1412.77 USD"),
            ("12.50 DR", "12.50"),
            ("$(3.10)", "-3.10 USD"),
            ("9.73 USD", "9.73 USD"),
            ("USD 9.73", "9.73 USD"),
            ("A$1,000.00", "1000.00 AUD"),
            ("$12.00 AUD", "12.00 AUD"),
            ("£0.99", "0.99 GBP"),
            ("1'234.50 CHF", "1234.50 CHF"),
            ("1 234 567.8", "1234567.8"),
            (" 275.00 ", "275.00"),
            (".5", "0.5"),
            ("-0", "0"),
            ("1,23,456.00", "123456.00"),
            ("₹ 12,34,567.50", "1234567.50 INR"),
            ("Rs 1,23,456/-", "123456"),
            ("CHF 12.-", "12 CHF"),
            ("CHF 1’200.–", "1200 CHF"),
            ("7.10833E-05", "0.0000710833"),
            ("1.5e3", "1500"),
            ("0E-20", "0"),
            ("-2.5E-1", "-0.25"),
            ("1e5", "100000"),
            ("$ 4\u{200e}", "4 USD"),
        ];
        for (text, expected) in dot {
            assert_eq!(read(text, DecimalMark::Dot).as_deref(), Some(expected), "{text}");
        }
        let comma = [
            ("1.234,56 €", "1234.56 EUR"),
            ("72,00 US$", "72.00 USD"),
            ("1\u{a0}234,5", "1234.5"),
            // A crown of which country?
            ("-12,50 kr", "-12.50"),
            ("1\u{202f}234,50\u{a0}€", "1234.50 EUR"),
            ("1 234,50 zł", "1234.50 PLN"),
            ("12,50 Kč", "12.50 CZK"),
            ("1\u{2009}234,-", "1234"),
            ("1,5E+02", "150"),
            ("€ 5", "5 EUR"),
        ];
        for (text, expected) in comma {
            assert_eq!(read(text, DecimalMark::Comma).unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_not_read() {
        for text in [
            "",
            "abc",
            "12 seats",
            "12 crates",
            "CR",
            "1,2,3",
            "1.2.3",
            "--5",
            "-(5)",
            "€5 USD",
            "12%",
            "1.00011E+11",
            "e5",
            "1e",
            "$",
            ".",
            "1..2",
            "12,5",
            "1,23,45",
            "123,45,678",
            "12,-,-",
            "9999999999999",
            "()",
        ] {
            assert_eq!(read(text, DecimalMark::Dot), None, "{text}");
        }
    }

    #[test]
    fn a_dash_is_a_nought_with_or_without_its_currency() {
        for text in ["-", " $ -   ", "$-", "-   €", "– kr", "USD -"] {
            assert!(is_dash(text), "{text}");
        }
        for text in ["", "$", "- 5", "soon -", "A-", "-$5"] {
            assert!(!is_dash(text), "{text}");
        }
    }

    #[test]
    fn a_word_of_several_currencies_is_the_one_that_is_usual() {
        for (text, usual, expected) in [
            ("172,40 kr", "SEK", Some("SEK")),
            ("kr. 172,40", "DKK", Some("DKK")),
            ("172,40 kr", "USD", None),
            ("Rs. 500", "INR", Some("INR")),
            ("Rs 500", "LKR", Some("LKR")),
            ("500 Rs.", "EUR", None),
            ("$5", "AUD", Some("AUD")),
            ("$5", "EUR", Some("USD")),
            ("172,40 kr SEK", "USD", Some("SEK")),
            ("5 skr", "EUR", Some("SEK")),
        ] {
            let mark = WrittenNumber::of(text).unwrap().mark.unwrap();
            let currency = mark.currency(usual.parse().unwrap());
            assert_eq!(currency, expected.map(|code| code.parse().unwrap()), "{text} in {usual}");
        }
        assert_eq!(WrittenNumber::of("kr 5 USD"), None);
    }

    #[test]
    fn only_three_digits_after_one_separator_can_be_read_two_ways() {
        let evidence = |text: &str| WrittenNumber::of(text).unwrap().evidence();
        for text in ["1.234", "12,345", "999.000"] {
            assert_eq!(evidence(text), MarkEvidence::Either, "{text}");
        }
        for text in ["0.125", "1.5", "1234.567", "1,234.5", "1,234,567", ".125"] {
            assert_eq!(evidence(text), MarkEvidence::Says(DecimalMark::Dot), "{text}");
        }
        for text in ["0,125", "1,50", "1.234,5", "1.234.567"] {
            assert_eq!(evidence(text), MarkEvidence::Says(DecimalMark::Comma), "{text}");
        }
        assert_eq!(evidence("42"), MarkEvidence::Silent);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}") {
            if let Some(written) = WrittenNumber::of(&text) {
                written.evidence();
                written.value(DecimalMark::Dot);
                written.value(DecimalMark::Comma);
            }
        }

        #[test]
        fn what_is_printed_is_read_back(cents in -99_999_999_999i64..99_999_999_999) {
            let amount = Decimal::new(cents, 2);
            let us = seatdrift_core::domain::Money::new(amount, "USD".parse().unwrap()).to_string();
            let german = us.replace(',', " ").replace('.', ",");
            let value = |text: &str, mark| WrittenNumber::of(text).and_then(|n| n.value(mark));
            prop_assert_eq!(value(&us, DecimalMark::Dot), Some(amount));
            prop_assert_eq!(value(&german, DecimalMark::Comma), Some(amount));
        }
    }
}
