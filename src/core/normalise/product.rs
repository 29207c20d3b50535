//! Product names and codes → comparable names.

use std::collections::BTreeSet;

use super::catalogue::{by_code, by_words, catalogue_title, is_code};
use super::catalogue_codes::written_out;
use super::product_words::{AUDIENCES, COMMITMENTS, EDITIONS, SPELLINGS, STOP_WORDS};
use super::text::{code_form, folded, words};
use super::{ComparableName, NameForm, Terms};

/// The comparable form of a product's name, with the codes its export gives beside it.
pub fn product_name(written: &str, codes: &[String]) -> ComparableName {
    let code =
        std::iter::once(written).chain(codes.iter().map(String::as_str)).find_map(written_out);
    let raw = words(&folded(written.trim()));
    // What a code says of the audience counts where the text itself is that code.
    let named = written_out(written).map_or_else(|| raw.clone(), |name| words(&folded(name)));
    let (spelled, mut terms) = respelled(&named);
    let mut core: Vec<String> =
        spelled.iter().filter(|word| !STOP_WORDS.contains(&word.as_str())).cloned().collect();
    if core.is_empty() {
        core = if spelled.is_empty() { raw.clone() } else { spelled };
    }
    let catalogue = std::iter::once(written)
        .chain(codes.iter().map(String::as_str))
        .find_map(by_code)
        .or_else(|| by_words(&core))
        .or_else(|| by_words(&core_words(code?)))
        // A PSA's own code often spells what its name does not: `O365-E3`.
        .or_else(|| codes.iter().find_map(|code| by_words(&core_words(code))));
    // A known product is compared by its present name, whatever name or code was written.
    if let Some(id) = catalogue {
        let (spelled, title_terms) = respelled(&words(&folded(catalogue_title(id))));
        core = without_stop_words(spelled);
        if is_code(written) {
            // Words inside a code are no terms: `WIN10_VDA_E3` is sold to everybody.
            terms.audience = title_terms.audience;
        }
    }
    // To whom it is sold tells products apart as a word of the name does.
    core.extend(terms.audience.iter().map(|audience| audience.replace(' ', "")));
    terms.editions =
        core.iter().filter(|word| EDITIONS.contains(&word.as_str())).cloned().collect();
    let is_number = |word: &&String| word.bytes().all(|b| b.is_ascii_digit());
    ComparableName {
        written: written.to_owned(),
        norm: raw.join(" "),
        squeezed: core.concat(),
        acronym: core.iter().filter_map(|word| word.chars().next()).collect(),
        numbers: core.iter().filter(is_number).cloned().collect(),
        codes: codes_of(written, codes),
        core,
        legal_form: None,
        places: BTreeSet::new(),
        form: NameForm::Words,
        terms,
        catalogue,
    }
}

/// The core words of a name in the table of products: what [`by_words`] compares.
pub(super) fn core_words(title: &str) -> Vec<String> {
    without_stop_words(respelled(&words(&folded(title))).0)
}

fn without_stop_words(spelled: Vec<String>) -> Vec<String> {
    spelled.into_iter().filter(|word| !STOP_WORDS.contains(&word.as_str())).collect()
}

/// Longest phrase, in words, of the tables above.
const LONGEST_PHRASE: usize = 5;

/// Replaces spellings and sets commitment, audience and price year apart, left to right.
fn respelled(raw: &[String]) -> (Vec<String>, Terms) {
    let mut terms = Terms::default();
    let mut spelled = Vec::with_capacity(raw.len());
    // A spelling may make another one possible ("ms 365" → "m365", then "m365 bp"), so twice.
    let mut rest = one_pass(raw, &mut terms);
    for _ in 0..2 {
        spelled = one_pass(&rest, &mut terms);
        if spelled == rest {
            break;
        }
        rest.clone_from(&spelled);
    }
    (spelled, terms)
}

fn one_pass(raw: &[String], terms: &mut Terms) -> Vec<String> {
    let mut spelled = Vec::with_capacity(raw.len());
    let mut word_idx = 0;
    while word_idx < raw.len() {
        let longest = LONGEST_PHRASE.min(raw.len() - word_idx);
        let taken = (1..=longest).rev().find(|&n_words| {
            take_phrase(&raw[word_idx..word_idx + n_words].join(" "), terms, &mut spelled)
        });
        if taken.is_none() {
            spelled.push(raw[word_idx].clone());
        }
        word_idx += taken.unwrap_or(1);
    }
    spelled
}

/// Whether a phrase is in one of the tables; what it says goes to the terms or the words.
fn take_phrase(phrase: &str, terms: &mut Terms, spelled: &mut Vec<String>) -> bool {
    if let Some((_, commitment)) = COMMITMENTS.iter().find(|(word, _)| *word == phrase) {
        // "Annual/Monthly" is committed for a year and billed by the month: the first word counts.
        terms.commitment = terms.commitment.or(Some(*commitment));
        true
    } else if let Some((_, audience)) = AUDIENCES.iter().find(|(word, _)| *word == phrase) {
        terms.audience.insert(audience);
        true
    } else if let Some((_, full)) = SPELLINGS.iter().find(|(word, _)| *word == phrase) {
        spelled.extend(full.split_whitespace().map(str::to_owned));
        true
    } else if let Some(year) = price_year(phrase) {
        terms.price_year = terms.price_year.or(Some(year));
        true
    } else {
        false
    }
}

fn price_year(word: &str) -> Option<u16> {
    let year: u16 = word.parse().ok().filter(|_| word.len() == 4)?;
    (2018..=2040).contains(&year).then_some(year)
}

/// Every code of a product in one form: those its export gives, those inside its name, and
/// Microsoft's `ProductId:SkuId` in whatever dress.
fn codes_of(written: &str, codes: &[String]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for text in std::iter::once(written).chain(codes.iter().map(String::as_str)) {
        all.extend(commerce_id(text));
    }
    all.extend(codes.iter().map(|code| code_form(code)).filter(|code| 2 < code.len()));
    for word in written.split_whitespace() {
        let code = code_form(word);
        let n_digits = code.bytes().filter(u8::is_ascii_digit).count();
        if 5 <= code.len() && 2 <= n_digits && n_digits < code.len() && !is_brand(&code) {
            all.insert(code);
        }
    }
    all
}

fn is_brand(code: &str) -> bool {
    ["MS365", "OFFICE365", "MICROSOFT365", "M365BP"].contains(&code)
}

/// Microsoft's commerce id inside a text: product id (twelve characters, `CFQ7…` or `DZH3…`) and,
/// where it follows, the four of the SKU id.
pub(super) fn commerce_id(text: &str) -> Option<String> {
    let squeezed = code_form(text);
    let start = ["CFQ7TTC0", "DZH318Z0"].iter().find_map(|prefix| squeezed.find(prefix))?;
    let id = &squeezed[start..];
    // The stock code of a term ends in ":1:" or ":Y:", so only four characters count.
    (12 <= id.len())
        .then(|| id[..id.len().min(16)].to_owned())
        .map(|id| if id.len() < 16 { id[..12].to_owned() } else { id })
}
