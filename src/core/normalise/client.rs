//! Client names → comparable names.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use super::client_tails::without_tails;
use super::client_words::{ABBREVIATIONS, ALSO, ENDINGS, INACTIVE, STOP_WORDS};
use super::legal_forms::{LegalForm, without_joined_form, without_legal_form};
use super::text::{code_form, folded, initials_joined, words};
use super::{ComparableName, NameForm, Terms};

/// The comparable form of a client's name. Ids in front of or behind it, markers of inactivity, tails
/// of registries and legal forms are set apart; a domain stands for its first label.
pub fn client_name(written: &str) -> ComparableName {
    let whole = folded(written.trim());
    if let Some(stem) = domain_stem(&whole) {
        return finished(written, &words(&stem), Parts::default(), NameForm::Domain);
    }
    if words(&whole).is_empty() {
        return finished(written, &[], Parts::default(), NameForm::Words);
    }
    let (text, codes) = without_ids(&without_inactive(without_dba(&whole)));
    let (text, places) = without_tails(&text);
    let (text, joined_form) = without_joined_form(&text);
    let text = text.replace('&', " and ").replace(" + ", " and ");
    let joined = with_particles(initials_joined(words(&text)));
    let words: Vec<String> = if joined.is_empty() { words(&whole) } else { joined };
    finished(written, &words, Parts { codes, places, joined_form }, NameForm::Words)
}

/// What was set apart from a name before its words were read.
#[derive(Default)]
struct Parts {
    codes: BTreeSet<String>,
    places: BTreeSet<&'static str>,
    joined_form: Option<LegalForm>,
}

/// Every name in a written name: itself, then both sides of `dba` and its kind, and the child of
/// `Parent:Child`.
pub fn client_names(written: &str) -> Vec<ComparableName> {
    let mut names = vec![client_name(written)];
    names.extend(names_within(written).iter().map(|name| client_name(name)));
    if let Some((_, child)) = written.rsplit_once(':')
        && child.trim().chars().filter(|c| c.is_alphabetic()).count() > 2
    {
        names.push(client_name(child));
    }
    names.extend(first_name_first(written).map(|name| client_name(&name)));
    names
}

/// Both names of `Kestrel Holdings d/b/a Blue Kettle Cafe`, in small letters; none of a name that is one.
pub fn names_within(written: &str) -> Vec<String> {
    let spaced = written.replace(['(', ')', ','], " ").to_lowercase();
    let both = ALSO.iter().find_map(|also| spaced.split_once(also));
    let parts = both.into_iter().flat_map(|(before, after)| [before.trim(), after.trim()]);
    parts.filter(|part| 2 < part.len()).map(str::to_owned).collect()
}

/// `Julia Barker` of `Barker, Julia`: two or three words with a comma behind the first.
fn first_name_first(written: &str) -> Option<String> {
    let (last, first) = written.split_once(", ")?;
    let is_name =
        |word: &str| 1 < word.len() && word.chars().all(|c| c.is_alphabetic() || c == '-');
    let first_words: Vec<&str> =
        first.split_whitespace().filter(|word| word.trim_end_matches('.').len() > 1).collect();
    let is_person = is_name(last)
        && (1..=2).contains(&first_words.len())
        && first_words.iter().all(|word| is_name(word));
    // "Acme, Inc" and "Lantern Bookshop, The" have no first name.
    let (rest, form) = without_legal_form(&words(&folded(&format!("{last} {first}"))));
    let is_article = first.eq_ignore_ascii_case("the");
    (is_person && !first.contains('&') && form.is_none() && rest.len() >= 2 && !is_article)
        .then(|| format!("{} {last}", first_words.join(" ")))
}

/// `Sempra` of `DBA Sempra`.
fn without_dba(folded: &str) -> &str {
    ["dba ", "d/b/a ", "t/a "]
        .iter()
        .find_map(|mark| folded.strip_prefix(mark))
        .filter(|rest| rest.chars().any(char::is_alphanumeric))
        .unwrap_or(folded)
}

/// Joins the particle of an Irish or Italian name to it, as an apostrophe does: `o reilly` → `oreilly`.
fn with_particles(words: Vec<String>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        match joined.last_mut() {
            Some(last) if (last == "o" || last == "d") && 4 <= word.len() => last.push_str(&word),
            _ => joined.push(word),
        }
    }
    joined
}

/// The telling part of a domain or address: `deltalog` of `deltalog.onmicrosoft.com`, of
/// `www.deltalog.co.uk` and of `ann@deltalog.com`. `None` for text that is no domain.
pub fn domain_stem(folded: &str) -> Option<String> {
    let host = folded.rsplit('@').next()?.trim();
    let host = host.trim_start_matches("https://").trim_start_matches("http://");
    let host = host.trim_start_matches("www.").split('/').next()?;
    let is_host = host.contains('.')
        && host.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
        && host.split('.').all(|label| !label.is_empty());
    let last = host.rsplit('.').next()?;
    if !is_host || last.len() < 2 || !last.chars().all(char::is_alphabetic) {
        return None;
    }
    // "acme.inc" and "st.john" are names with a full stop; a domain has a known kind of ending.
    ENDINGS.contains(&last).then(|| host.split('.').next().unwrap_or(host).to_owned())
}

fn finished(written: &str, raw: &[String], parts: Parts, form: NameForm) -> ComparableName {
    let (named, legal_form) = without_legal_form(raw);
    let spelled: Vec<String> = named.iter().map(|word| full_word(word).to_owned()).collect();
    let mut core: Vec<String> =
        spelled.iter().filter(|word| !STOP_WORDS.contains(&word.as_str())).cloned().collect();
    if core.is_empty() {
        core = spelled;
    }
    let numbers =
        core.iter().filter(|word| word.bytes().all(|b| b.is_ascii_digit())).cloned().collect();
    // Initials come from the words as written: "&" counts in no acronym, "of" in some.
    let acronym = core.iter().filter_map(|word| word.chars().next()).collect();
    let squeezed = named
        .iter()
        .filter(|word| !STOP_WORDS.contains(&word.as_str()))
        .map(String::as_str)
        .collect::<String>();
    ComparableName {
        written: written.to_owned(),
        norm: raw.join(" "),
        squeezed: if squeezed.is_empty() { core.concat() } else { squeezed },
        core,
        legal_form: legal_form.or(parts.joined_form),
        places: parts.places,
        acronym,
        numbers,
        codes: parts.codes,
        form,
        terms: Terms::default(),
        catalogue: None,
    }
}

static FULL_WORDS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    let of = |(shorts, full): &(&'static [&'static str], &'static str)| {
        let full = *full;
        shorts.iter().map(move |short| (*short, full))
    };
    ABBREVIATIONS.iter().flat_map(of).collect()
});

fn full_word(word: &str) -> &str {
    FULL_WORDS.get(word).copied().unwrap_or(word)
}

/// Drops markers of inactivity: in brackets, in stars, in front of or behind a separator.
fn without_inactive(folded: &str) -> String {
    let is_marker = |part: &str| {
        let part = words(part).join(" ");
        INACTIVE.contains(&part.as_str())
    };
    let mut kept = String::with_capacity(folded.len());
    for part in folded.split_inclusive(['(', ')', '[', ']', '*', '_', '|', '{', '}']) {
        if is_marker(part) { kept.push(' ') } else { kept.push_str(part) }
    }
    let parts: Vec<&str> = kept.split(" - ").filter(|part| !is_marker(part)).collect();
    let kept = parts.join(" - ");
    let all = words(&kept);
    // "ZZ Acme", "Acme INACTIVE": only words nobody is named by.
    let bare = ["inactive", "zzz", "zz", "terminated", "offboarded", "donotuse"];
    match (all.first(), all.last()) {
        (Some(first), _) if 1 < all.len() && bare.contains(&first.as_str()) => {
            kept.trim_start().trim_start_matches(first.as_str()).to_owned()
        }
        (_, Some(last)) if 1 < all.len() && bare.contains(&last.as_str()) => {
            kept.trim_end().trim_end_matches(last.as_str()).to_owned()
        }
        _ => kept,
    }
}

/// Sets ids apart: `0633 - Citizens State Bank`, `Acme (ACM-01)`, `Acme - 10234`, `Acme #77`.
fn without_ids(text: &str) -> (String, BTreeSet<String>) {
    let mut codes = BTreeSet::new();
    let mut rest = text.trim().to_owned();
    let mut keep_code = |id: &str| {
        let code = code_form(id);
        codes.insert(code.trim_start_matches('0').to_owned());
    };
    if let Some((front, name)) = rest.split_once([' ', ':', '|', '-'])
        && front.len() >= 2
        && front.bytes().all(|b| b.is_ascii_digit())
    {
        // Without a separator only a padded number is an id: "360 Physical Therapy" is a name.
        let name = name.trim_start();
        let separated = name.starts_with(['-', ':', '|']) || !rest[front.len()..].starts_with(' ');
        let named = name.trim_start_matches(['-', ':', '|', ' ']);
        if (separated || front.starts_with('0')) && named.chars().any(char::is_alphabetic) {
            keep_code(front);
            rest = named.to_owned();
        }
    }
    if let Some(open) = rest.rfind(['(', '[', '#'])
        && 0 < open
    {
        let id = rest[open..].trim_matches(['(', ')', '[', ']', '#', ' ']);
        if is_id(id) {
            keep_code(id);
            rest.truncate(open);
        }
    }
    if let Some((name, id)) = rest.rsplit_once([' ', '-'])
        && name.trim_end().ends_with(['-', '|', ' '])
        && id.len() >= 3
        && id.bytes().all(|b| b.is_ascii_digit())
    {
        keep_code(id);
        rest = name.trim_end_matches(['-', '|', ' ']).to_owned();
    }
    (rest, codes)
}

/// Whether bracketed text is an id: one word with at least two digits in it, or the digit of a second
/// account.
fn is_id(text: &str) -> bool {
    let n_digits = text.bytes().filter(u8::is_ascii_digit).count();
    !text.contains(' ') && (n_digits >= 2 || (n_digits == 1 && text.len() == 1))
}
