//! Numbers and money: `$1,234.56`, `1.234,56 €`, `(12.50)`, `12.50-`, `72,00 US$`, `9.73 USD`.

use rust_decimal::Decimal;

use seatdrift_core::domain::Currency;

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

/// Which currency a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CurrencyMark {
    Code(Currency),
    /// `$` alone: some dollar.
    Dollar,
}

/// A number taken apart: its sign, its currency, and the digits with their separators.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct WrittenNumber {
    negative: bool,
    pub mark: Option<CurrencyMark>,
    body: String,
}

/// Symbols, longest first where one begins another.
const SYMBOLS: [(&str, &str); 24] = [
    ("us$", "USD"),
    ("au$", "AUD"),
    ("ca$", "CAD"),
    ("nz$", "NZD"),
    ("hk$", "HKD"),
    ("a$", "AUD"),
    ("c$", "CAD"),
    ("s$", "SGD"),
    ("r$", "BRL"),
    ("$us", "USD"),
    ("$au", "AUD"),
    ("$ca", "CAD"),
    ("€", "EUR"),
    ("£", "GBP"),
    ("¥", "JPY"),
    ("₹", "INR"),
    ("₪", "ILS"),
    ("zł", "PLN"),
    ("kč", "CZK"),
    ("ft", "HUF"),
    ("fr.", "CHF"),
    ("lei", "RON"),
    ("r", "ZAR"),
    ("$", ""),
];

/// Codes taken as a currency beside a number. Other letters there are a unit (`GB`), not money.
const CODES: [&str; 34] = [
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR",
    "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "JPY", "KRW", "MXN", "MYR", "NOK", "NZD", "PHP",
    "PLN", "RON", "SAR", "SEK", "SGD", "THB", "USD", "ZAR",
];

/// The largest amount a cell may hold. Products and sums of so many rows still fit a decimal.
const LARGEST: i64 = 1_000_000_000_000;

/// More decimal places than any export gives; longer fractions are rounding noise of a float.
const MOST_PLACES: u32 = 12;

impl WrittenNumber {
    /// Takes a text apart; `None` when it is no number.
    pub(crate) fn of(text: &str) -> Option<Self> {
        const BLANKS: [char; 3] = ['\u{a0}', '\u{202f}', '\u{2009}'];
        let spaced = if text.contains(BLANKS) { text.replace(BLANKS, " ") } else { String::new() };
        let mut rest = if spaced.is_empty() { text } else { &spaced };
        let (mut negatives, mut mark) = (0, None);
        // Sign, parentheses and currency come in any order; each turn takes one of them off.
        while let Some((shorter, taken)) = without_one(rest) {
            match taken {
                Taken::Minus => negatives += 1,
                Taken::Mark(found) if mark.is_none() => mark = Some(found),
                Taken::Mark(found) => mark = Some(more_telling(mark?, found)?),
                Taken::Nothing => {}
            }
            rest = shorter;
        }
        let digits = rest.bytes().filter(u8::is_ascii_digit).count();
        let clean =
            rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '\'' | '’' | ' '));
        (clean && (1..=28).contains(&digits) && negatives <= 1).then_some(Self {
            negative: negatives == 1,
            mark,
            body: rest.to_owned(),
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
        // No thousand is written `0.125`, `.125` or `1234.567`.
        let could_group = after.len() == 3
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
        let number: Decimal = plain.parse().ok()?;
        let number =
            if number.scale() > MOST_PLACES { number.round_dp(MOST_PLACES) } else { number };
        let signed = if self.negative && !number.is_zero() { -number } else { number };
        within_range(signed)
    }
}

/// The number, unless it is larger than anything an invoice holds.
pub(crate) fn within_range(number: Decimal) -> Option<Decimal> {
    (number.abs() <= Decimal::from(LARGEST)).then_some(number)
}

/// Whether every group after the first has three digits, all with one kind of separator.
fn is_grouped(whole: &str, group: char) -> bool {
    let Some(used) = whole.chars().find(|c| !c.is_ascii_digit()) else { return true };
    let may_group = used == group || matches!(used, ' ' | '\'' | '’');
    let mut groups = whole.split(used);
    let first = groups.next().unwrap_or_default();
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    may_group
        && (1..=3).contains(&first.len())
        && digits(first)
        && groups.all(|part| part.len() == 3 && digits(part))
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
    const MINUS: [char; 3] = ['-', '−', '–'];
    if let Some(rest) = text.strip_prefix(MINUS).or_else(|| text.strip_suffix(MINUS)) {
        return Some((rest, Taken::Minus));
    }
    if let Some(rest) = text.strip_prefix('+') {
        return Some((rest, Taken::Nothing));
    }
    let is_lettered = |c: char| c.is_ascii_alphabetic();
    let may_be_code = text.starts_with(is_lettered) || text.ends_with(is_lettered);
    // Codes come first: `EUR` ends in the sign of the rand.
    for code in CODES.into_iter().filter(|_| may_be_code) {
        if let Some(rest) = without_word(text, code) {
            return Some((rest, Taken::Mark(CurrencyMark::Code(code.parse().ok()?))));
        }
    }
    // Most words have no sign in them: of the symbols only those that are letters could be there.
    let has_sign = !text.is_ascii() || text.contains('$');
    let is_lettered = |symbol: &str| symbol.is_ascii() && !symbol.contains('$');
    for (symbol, code) in SYMBOLS.into_iter().filter(|(one, _)| has_sign || is_lettered(one)) {
        if let Some(rest) = without_word(text, symbol) {
            let mark = code.parse().map_or(CurrencyMark::Dollar, CurrencyMark::Code);
            return Some((rest, Taken::Mark(mark)));
        }
    }
    None
}

/// The text less a word at its beginning or end, in capitals or not.
fn without_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let is_word = |part: &str| {
        part.eq_ignore_ascii_case(word) || !word.is_ascii() && part.to_lowercase() == word
    };
    let starts = text.split_at_checked(word.len()).filter(|(head, _)| is_word(head));
    let ends = || {
        let (head, tail) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
        is_word(tail).then_some(head)
    };
    starts.map(|(_, rest)| rest).or_else(ends)
}

/// `$12.00 AUD` names one currency twice; `€12.00 USD` names two and is no money.
fn more_telling(one: CurrencyMark, other: CurrencyMark) -> Option<CurrencyMark> {
    match (one, other) {
        (CurrencyMark::Dollar, mark) | (mark, CurrencyMark::Dollar) => Some(mark),
        (one, other) => (one == other).then_some(one),
    }
}

/// The currencies whose sign is `$`.
const DOLLARS: [&str; 6] = ["USD", "AUD", "CAD", "NZD", "SGD", "HKD"];

impl CurrencyMark {
    /// The currency meant, where a plain `$` is the usual currency if that is a dollar, else USD.
    pub(crate) fn currency(self, usual: Currency) -> Currency {
        match self {
            Self::Code(currency) => currency,
            Self::Dollar if DOLLARS.contains(&usual.code()) => usual,
            Self::Dollar => "USD".parse().expect("USD is a currency"),
        }
    }
}

/// A cell of a currency column: a code, or a symbol.
pub(crate) fn currency(text: &str, usual: Currency) -> Option<Currency> {
    if let Ok(code) = text.parse() {
        return Some(code);
    }
    let lower = text.trim().to_lowercase();
    let (_, code) = SYMBOLS.into_iter().find(|(symbol, _)| *symbol == lower)?;
    Some(code.parse().unwrap_or_else(|_| CurrencyMark::Dollar.currency(usual)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, mark: DecimalMark) -> Option<String> {
        let written = WrittenNumber::of(text)?;
        let value = written.value(mark)?;
        let currency = written.mark.map(|mark| mark.currency("USD".parse().unwrap()));
        Some(currency.map_or(value.to_string(), |currency| format!("{value} {currency}")))
    }

    #[test]
    fn money_is_read_however_it_is_written() {
        let dot = [
            ("$1,234.56", "1234.56 USD"),
            ("(12.50)", "-12.50"),
            ("12.50-", "-12.50"),
            ("-$1,412.77", "-1412.77 USD"),
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
        ];
        for (text, expected) in dot {
            assert_eq!(read(text, DecimalMark::Dot).as_deref(), Some(expected), "{text}");
        }
        let comma = [
            ("1.234,56 €", "1234.56 EUR"),
            ("72,00 US$", "72.00 USD"),
            ("1\u{a0}234,5", "1234.5"),
            ("-12,50 kr", ""),
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
            "1,2,3",
            "1.2.3",
            "--5",
            "-(5)",
            "€5 USD",
            "12%",
            "1e5",
            "$",
            ".",
            "1..2",
            "12,5",
            "1,23,456",
            "9999999999999",
            "()",
        ] {
            assert_eq!(read(text, DecimalMark::Dot), None, "{text}");
        }
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
