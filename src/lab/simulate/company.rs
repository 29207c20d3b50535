//! Made-up companies, and the ways two sets of books write one name.

use std::collections::BTreeSet;

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::words::{COINED, PLACE_ENDS, PLACE_STARTS, SHORT_FORMS, SURNAMES, TRADES};

/// A company, by the parts of its registered name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Company {
    /// What tells it apart: a place, founders, a coined word.
    pub lead: String,
    /// Its line of business, as it stands in the name.
    pub trade: &'static str,
    /// What follows: Group, Associates, or nothing.
    pub tail: &'static str,
    /// Its legal form, or nothing.
    pub form: &'static str,
    /// The town it is in.
    pub town: String,
    /// The index of its line of business.
    pub trade_idx: usize,
}

impl Company {
    /// The name without the legal form.
    pub(super) fn plain(&self) -> String {
        joined(&[&self.lead, self.trade, self.tail])
    }

    /// The name with the legal form: `Ashford Dental Group, LLC`.
    pub(super) fn registered(&self) -> String {
        match self.form {
            "" => self.plain(),
            form @ ("LLC" | "Inc." | "PLLC" | "PC") => format!("{}, {form}", self.plain()),
            form => format!("{} {form}", self.plain()),
        }
    }

    /// The tenant's domain: `ashforddental.com`.
    pub(super) fn domain(&self) -> String {
        let name = joined(&[&self.lead, self.trade]);
        let label: String =
            without_accents(&name).chars().filter(char::is_ascii_alphanumeric).collect();
        format!("{}.com", label.to_lowercase())
    }

    /// First letters, where there are at least three words: `ADG`.
    fn acronym(&self) -> Option<String> {
        let plain = self.plain();
        let letters: String = without_accents(&plain)
            .split([' ', '-'])
            .filter_map(|word| word.chars().next())
            .filter(char::is_ascii_alphabetic)
            .collect();
        (letters.len() >= 3).then(|| letters.to_uppercase())
    }
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

fn place(rng: &mut Xoshiro256PlusPlus) -> String {
    format!("{}{}", pick(rng, &PLACE_STARTS), pick(rng, &PLACE_ENDS))
}

fn pick<'a>(rng: &mut Xoshiro256PlusPlus, words: &[&'a str]) -> &'a str {
    words.choose(rng).expect("no word table is empty")
}

fn lead(rng: &mut Xoshiro256PlusPlus) -> String {
    match rng.gen_range(0..10) {
        0..=3 => place(rng),
        4 | 5 => pick(rng, &SURNAMES).to_owned(),
        6 => format!("{} & {}", pick(rng, &SURNAMES), pick(rng, &SURNAMES)),
        7 => format!("The {}", place(rng)),
        _ => pick(rng, &COINED).to_owned(),
    }
}

/// A company of any line of business.
fn company(rng: &mut Xoshiro256PlusPlus) -> Company {
    let trade_idx = rng.gen_range(0..TRADES.len());
    let trade = &TRADES[trade_idx];
    Company {
        lead: lead(rng),
        trade: pick(rng, trade.words),
        tail: pick(rng, trade.tails),
        form: pick(rng, trade.forms),
        town: place(rng),
        trade_idx,
    }
}

/// A different company that is easily taken for `other`: its lead word in another line of business, or
/// a sister company in another town.
fn look_alike(other: &Company, rng: &mut Xoshiro256PlusPlus) -> Company {
    let fresh = company(rng);
    if rng.gen_bool(0.6) {
        return Company { lead: other.lead.clone(), ..fresh };
    }
    let lead = format!("{} {}", fresh.town, other.lead.trim_start_matches("The "));
    Company { lead, town: fresh.town, ..other.clone() }
}

/// `n` companies with different names; about one in nine is a look-alike of another.
pub(super) fn companies(n: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<Company> {
    let mut all: Vec<Company> = Vec::with_capacity(n);
    let mut taken = BTreeSet::new();
    while all.len() < n {
        let next = match all.choose(rng) {
            Some(other) if rng.gen_bool(0.11) => look_alike(&other.clone(), rng),
            _ => company(rng),
        };
        if taken.insert(next.plain().to_lowercase()) {
            all.push(next);
        }
    }
    all
}

/// How a name is written in one set of books, beside the registered name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spelling {
    Registered,
    NoForm,
    OtherForm,
    Upper,
    Lower,
    AndWord,
    NoAccents,
    CurlyApostrophe,
    NoApostrophe,
    Short,
    Acronym,
    ArticleLast,
    Domain,
    Truncated,
    Typo,
    LeadOnly,
    WithTown,
    Numbered,
    Appended,
    TradingAs,
    Inactive,
}

use Spelling::{
    Acronym, AndWord, Appended, ArticleLast, CurlyApostrophe, Domain, Inactive, LeadOnly, Lower,
    NoAccents, NoApostrophe, NoForm, Numbered, OtherForm, Registered, Short, TradingAs, Truncated,
    Typo, Upper, WithTown,
};

/// Spellings that any matcher should see through.
pub(super) const SLIGHT: [Spelling; 11] = [
    Registered,
    NoForm,
    NoForm,
    OtherForm,
    Upper,
    AndWord,
    NoAccents,
    CurlyApostrophe,
    NoApostrophe,
    Short,
    Truncated,
];
/// Spellings that take more than that.
pub(super) const HEAVY: [Spelling; 11] = [
    Acronym,
    ArticleLast,
    Domain,
    Typo,
    LeadOnly,
    WithTown,
    Appended,
    TradingAs,
    Inactive,
    Short,
    Lower,
];

/// The company's name in one spelling. `number` is the client's number where the spelling shows one.
pub(super) fn spelled(
    company: &Company,
    spelling: Spelling,
    number: u32,
    rng: &mut Xoshiro256PlusPlus,
) -> String {
    let registered = company.registered();
    match spelling {
        Registered => registered,
        NoForm => company.plain(),
        OtherForm => joined(&[&company.plain(), other_form(company.form)]),
        Upper => registered.to_uppercase(),
        Lower => company.plain().to_lowercase(),
        AndWord if registered.contains(" & ") => registered.replace(" & ", " and "),
        NoAccents => without_accents(&registered),
        CurlyApostrophe if registered.contains('\'') => registered.replace('\'', "\u{2019}"),
        NoApostrophe if registered.contains('\'') => company.plain().replace('\'', ""),
        AndWord | CurlyApostrophe | NoApostrophe => company.plain(),
        Short => shortened(&registered),
        Acronym => company.acronym().unwrap_or_else(|| company.plain()),
        ArticleLast => match company.plain().strip_prefix("The ") {
            Some(rest) => format!("{rest}, The"),
            None => format!("The {}", company.plain()),
        },
        Domain => company.domain(),
        Truncated => registered.chars().take(30).collect::<String>().trim_end().to_owned(),
        Typo => misspelt(&company.plain(), rng),
        LeadOnly => joined(&[&company.lead, company.tail]),
        WithTown => format!("{} - {}", company.plain(), company.town),
        Numbered => format!("{number:04} - {registered}"),
        Appended => format!("{} ({number})", company.plain()),
        TradingAs => format!("{} t/a {} {}", registered, company.town, company.trade),
        Inactive => format!("{} *OLD NAME*", company.plain()),
    }
}

fn other_form(form: &str) -> &'static str {
    match form {
        "LLC" => "L.L.C.",
        "Inc." => "Incorporated",
        "Ltd" => "Limited",
        "Pty Ltd" => "P/L",
        "Corporation" => "Corp.",
        "LLP" => "L.L.P.",
        "PC" => "P.C.",
        _ => "",
    }
}

fn shortened(name: &str) -> String {
    SHORT_FORMS.iter().fold(name.to_owned(), |name, (long, short)| name.replace(long, short))
}

/// Without combining marks, and with plain letters for those that have none.
pub(super) fn without_accents(name: &str) -> String {
    let stripped: String = name.nfd().filter(|letter| !is_combining_mark(*letter)).collect();
    stripped.replace('ø', "o").replace('Ø', "O")
}

/// Two neighbouring letters swapped, one left out, or one doubled; never the first.
pub(super) fn misspelt(name: &str, rng: &mut Xoshiro256PlusPlus) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let inside: Vec<usize> = (1..letters.len().saturating_sub(1))
        .filter(|&idx| letters[idx].is_alphabetic() && letters[idx + 1].is_alphabetic())
        .collect();
    let Some(&idx) = inside.choose(rng) else { return name.to_owned() };
    match rng.gen_range(0..3) {
        0 if letters[idx] != letters[idx + 1] => letters.swap(idx, idx + 1),
        1 => {
            letters.remove(idx);
        }
        _ => letters.insert(idx, letters[idx]),
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn harbour() -> Company {
        Company {
            lead: "The O'Brien & Müller".to_owned(),
            trade: "Manufacturing",
            tail: "Group",
            form: "LLC",
            town: "Ashford".to_owned(),
            trade_idx: 4,
        }
    }

    #[test]
    fn one_company_is_written_in_many_ways() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let cases = [
            (Registered, "The O'Brien & Müller Manufacturing Group, LLC"),
            (NoForm, "The O'Brien & Müller Manufacturing Group"),
            (OtherForm, "The O'Brien & Müller Manufacturing Group L.L.C."),
            (NoAccents, "The O'Brien & Muller Manufacturing Group, LLC"),
            (AndWord, "The O'Brien and Müller Manufacturing Group, LLC"),
            (CurlyApostrophe, "The O’Brien & Müller Manufacturing Group, LLC"),
            (Short, "The O'Brien & Müller Mfg Grp, LLC"),
            (Acronym, "TOMMG"),
            (ArticleLast, "O'Brien & Müller Manufacturing Group, The"),
            (Domain, "theobrienmullermanufacturing.com"),
            (Truncated, "The O'Brien & Müller Manufactu"),
            (Numbered, "0042 - The O'Brien & Müller Manufacturing Group, LLC"),
        ];
        for (spelling, expected) in cases {
            assert_eq!(spelled(&harbour(), spelling, 42, &mut rng), expected, "{spelling:?}");
        }
    }

    #[test]
    fn a_misspelt_name_is_another_text_of_nearly_the_same_length() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(7);
        for _ in 0..200 {
            let wrong = misspelt("Millbrook Dental", &mut rng);
            assert_ne!(wrong, "Millbrook Dental");
            assert!((15..=17).contains(&wrong.chars().count()), "{wrong}");
            assert!(wrong.starts_with('M'));
        }
    }

    #[test]
    fn no_two_companies_share_a_name() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(3);
        let all = companies(400, &mut rng);
        let names: BTreeSet<String> = all.iter().map(|c| c.plain().to_lowercase()).collect();
        assert_eq!(names.len(), 400);
    }
}
