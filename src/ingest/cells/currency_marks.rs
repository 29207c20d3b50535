//! Codes, signs and words of currencies beside a number: `USD`, `€`, `kr`, `Rs.`, `Fr.`

use seatdrift_core::domain::Currency;

/// Which currency a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CurrencyMark {
    Code(Currency),
    /// `$` or `kr`: one of several.
    OneOf(Shared),
}

/// A sign or a word that several countries use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shared {
    Dollar,
    Crown,
    Rupee,
    Yen,
}

impl Shared {
    fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Dollar => &[
                "USD", "AUD", "CAD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL",
            ],
            Self::Crown => &["SEK", "NOK", "DKK", "ISK"],
            Self::Rupee => &["INR", "PKR", "LKR", "NPR", "MUR"],
            Self::Yen => &["JPY", "CNY"],
        }
    }

    /// What it means to somebody with none of its currencies; `None` where nobody can say.
    fn elsewhere(self) -> Option<&'static str> {
        match self {
            Self::Dollar => Some("USD"),
            Self::Yen => Some("JPY"),
            Self::Crown | Self::Rupee => None,
        }
    }
}

/// Signs and words with their code, longest first where one begins or ends another.
const WORDS: [(&str, &str); 59] = [
    ("us$", "USD"),
    ("au$", "AUD"),
    ("ca$", "CAD"),
    ("nz$", "NZD"),
    ("hk$", "HKD"),
    ("nt$", "TWD"),
    ("mx$", "MXN"),
    ("a$", "AUD"),
    ("c$", "CAD"),
    ("s$", "SGD"),
    ("r$", "BRL"),
    ("$us", "USD"),
    ("$au", "AUD"),
    ("$ca", "CAD"),
    ("€", "EUR"),
    ("euros", "EUR"),
    ("euro", "EUR"),
    ("eur.", "EUR"),
    ("£", "GBP"),
    ("₹", "INR"),
    ("₪", "ILS"),
    ("₩", "KRW"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("₫", "VND"),
    ("₱", "PHP"),
    ("฿", "THB"),
    ("₦", "NGN"),
    ("zł", "PLN"),
    ("zl", "PLN"),
    ("kč", "CZK"),
    ("kc", "CZK"),
    ("ft.", "HUF"),
    ("ft", "HUF"),
    ("sfr.", "CHF"),
    ("sfr", "CHF"),
    ("fr.", "CHF"),
    ("lei", "RON"),
    ("лв.", "BGN"),
    ("лв", "BGN"),
    ("skr", "SEK"),
    ("nkr", "NOK"),
    ("dkr", "DKK"),
    ("kronor", "SEK"),
    ("kroner", "kr"),
    ("kr.", "kr"),
    ("kr", "kr"),
    ("rupees", "rs"),
    ("rs.", "rs"),
    ("rs", "rs"),
    ("₨", "rs"),
    ("rm", "MYR"),
    ("rp.", "IDR"),
    ("rp", "IDR"),
    ("r", "ZAR"),
    ("¥", "¥"),
    ("￥", "¥"),
    ("元", "CNY"),
    ("$", "$"),
];

/// Codes taken as a currency beside a number. Other letters there are a unit (`GB`), not money.
const CODES: [&str; 50] = [
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "LKR",
    "MUR", "MXN", "MYR", "NGN", "NOK", "NPR", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON",
    "RSD", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
];

/// The text less the code, sign or word of a currency at one of its ends.
pub(super) fn without_currency(text: &str) -> Option<(&str, CurrencyMark)> {
    let (first, last) = (*text.as_bytes().first()?, *text.as_bytes().last()?);
    // Nearly every number stands alone: no code, sign or word begins or ends like one.
    if is_end_of_number(first) && is_end_of_number(last) {
        return None;
    }
    let is_lettered = |c: char| c.is_ascii_alphabetic();
    let may_be_code = text.starts_with(is_lettered) || text.ends_with(is_lettered);
    // Codes come first: `EUR` ends in the sign of the rand.
    for code in CODES.into_iter().filter(|_| may_be_code) {
        if let Some(rest) = without_word(text, code) {
            return Some((rest, CurrencyMark::Code(code.parse().ok()?)));
        }
    }
    // Most words have no sign in them: of these only those that are letters could be there.
    let has_sign = !text.is_ascii() || text.contains('$');
    let is_lettered = |word: &str| word.is_ascii() && !word.contains('$');
    let is_like = |word: &str| {
        let word = word.as_bytes();
        let is_at = |at: Option<&u8>, end: u8| at.is_some_and(|it| it.eq_ignore_ascii_case(&end));
        is_at(word.first(), first)
            || is_at(word.last(), last)
            || !text.is_ascii() && !word.is_ascii()
    };
    let may_be = |word: &str| is_like(word) && (has_sign || is_lettered(word));
    for (word, code) in WORDS.into_iter().filter(|(one, _)| may_be(one)) {
        if let Some(rest) = without_word(text, word) {
            return Some((rest, mark_of(code)?));
        }
    }
    None
}

fn is_end_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'(' | b')' | b',')
}

fn mark_of(code: &str) -> Option<CurrencyMark> {
    Some(CurrencyMark::OneOf(match code {
        "$" => Shared::Dollar,
        "kr" => Shared::Crown,
        "rs" => Shared::Rupee,
        "¥" => Shared::Yen,
        code => return Some(CurrencyMark::Code(code.parse().ok()?)),
    }))
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

impl CurrencyMark {
    /// Both of two marks beside one number: `$12.00 AUD` names one currency twice; `€12.00 USD` names two
    /// and is no money.
    pub(super) fn with(self, other: Self) -> Option<Self> {
        match (self, other) {
            (one, other) if one == other => Some(one),
            (Self::OneOf(shared), Self::Code(code)) | (Self::Code(code), Self::OneOf(shared)) => {
                let means = shared == Shared::Dollar || shared.codes().contains(&code.code());
                means.then_some(Self::Code(code))
            }
            _ => None,
        }
    }

    /// The currency meant: the usual one where the mark may mean it. `None` where nothing says which of
    /// several.
    pub(crate) fn currency(self, usual: Currency) -> Option<Currency> {
        match self {
            Self::Code(currency) => Some(currency),
            Self::OneOf(shared) if shared.codes().contains(&usual.code()) => Some(usual),
            Self::OneOf(shared) => shared.elsewhere()?.parse().ok(),
        }
    }

    /// What a cell must say in place of a mark that leaves the currency open.
    pub(crate) fn expected(self) -> String {
        match self {
            Self::Code(currency) => format!("money in {currency}"),
            Self::OneOf(shared) => format!(
                "money in a currency that is named, {} (write currency = \"{}\" or another of them \
                 for this export in seatdrift.toml)",
                shared.codes().join(" or "),
                shared.codes()[0],
            ),
        }
    }
}

/// A cell of a currency column: a code, or a sign.
pub(crate) fn currency(text: &str, usual: Currency) -> Option<Currency> {
    if let Ok(code) = text.parse() {
        return Some(code);
    }
    let lower = text.trim().to_lowercase();
    let (_, code) = WORDS.into_iter().find(|(word, _)| *word == lower)?;
    mark_of(code)?.currency(usual)
}
