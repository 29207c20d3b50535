//! What two names by themselves say.

mod difference;
mod weights;

use super::Direction::{Against, Either, For};
use super::Feature;
use std::collections::BTreeSet;

use crate::candidates::{LearnedAliases, NameProfile, Profile};
use crate::normalise::{ComparableName, NameForm, Terms};

use super::alignment::{Alignment, Known, align};
use super::edits::{edit_similarity, jaro_winkler};
use difference::difference;
use weights::Weights;

pub use difference::Difference;

/// Features of names and codes: their name, and what they say.
pub(super) const COLUMNS: [Feature; 44] = [
    Feature::new(
        "letters_cosine",
        For,
        "how many letter groups they share, rare ones counting more",
    ),
    Feature::new("words_cosine", For, "how many words they share, rare ones counting more"),
    Feature::new("soft_cosine", For, "the same, with typos and abbreviations counted"),
    Feature::new("jaro_winkler", For, "how alike the names read from their beginning"),
    Feature::new("edit_similarity", For, "how few letters must change"),
    Feature::new("sorted_similarity", For, "the same, whatever the order of the words"),
    Feature::new("same_as_written", For, "the names are the same apart from case and signs"),
    Feature::new("same_words", For, "the telling words are the same"),
    Feature::new("same_squeezed", For, "the names are the same without spaces"),
    Feature::new("vendor_covered", For, "share of the vendor name's weight found in the PSA name"),
    Feature::new("psa_covered", For, "share of the PSA name's weight found in the vendor name"),
    Feature::new("rarest_shared", For, "how rare the rarest shared word is"),
    Feature::new("shared_weight", For, "total rarity of the shared words"),
    Feature::new("vendor_only_weight", Against, "total rarity of words only the vendor has"),
    Feature::new("psa_only_weight", Against, "total rarity of words only the PSA has"),
    Feature::new(
        "both_differ_weight",
        Against,
        "rarity by which both sides have words the other lacks",
    ),
    Feature::new("rarest_unshared", Against, "how rare the rarest word is that one side lacks"),
    Feature::new("first_word", For, "the first telling word is the same, and how rare it is"),
    Feature::new("one_starts_other", For, "one name is the beginning of the other"),
    Feature::new("acronym", For, "one name is the initials of the other"),
    Feature::new("near_words", Either, "share of the shared words that are typos or abbreviations"),
    Feature::new("cut_off", For, "one name is the other, cut off at 30 or 50 characters"),
    Feature::new("same_legal_form", For, "the legal form is the same"),
    Feature::new("other_legal_form", Against, "the legal forms differ"),
    Feature::new("same_numbers", For, "the numbers in the names are the same"),
    Feature::new("other_numbers", Against, "both names have numbers, and they differ"),
    Feature::new("number_missing", Against, "one name has a number the other leaves out"),
    Feature::new("other_place", Against, "both are registered somewhere, and not in one place"),
    Feature::new(
        "other_body",
        Against,
        "one is a fund, trust, bank, school, church or the like, and the other is not",
    ),
    Feature::new(
        "whole_names_differ",
        Against,
        "how rare the rarest word is that one side lacks, where both names are written in full",
    ),
    Feature::new(
        "lone_word",
        Against,
        "one name is a single word, and the other has rare words beside it",
    ),
    Feature::new("shared_code", For, "they share a code or id"),
    Feature::new("other_code", Against, "both have codes and none is shared"),
    Feature::new(
        "same_product",
        For,
        "both are the same product of the catalogue, for the same audience",
    ),
    Feature::new("other_product", Against, "they are different products of the catalogue"),
    Feature::new("one_known_product", Either, "only one of them is a product of the catalogue"),
    Feature::new("other_edition", Against, "their editions differ"),
    Feature::new("edition_missing", Against, "one names an edition the other leaves out"),
    Feature::new("other_audience", Against, "they are sold to different audiences"),
    Feature::new("same_commitment", For, "they are committed for the same time"),
    Feature::new("other_commitment", Against, "they are committed for different times"),
    Feature::new("same_domain", For, "they share a domain"),
    Feature::new("domain_like_name", For, "a domain of one reads like the name of the other"),
    Feature::new(
        "alias_covered",
        For,
        "share of the words only one side has that decided pairs say are the other side's",
    ),
];

/// The values of [`COLUMNS`], how alike the names are on the whole, and how they differ.
pub(super) fn values(
    aliases: &LearnedAliases,
    vendor: &Profile,
    psa: &Profile,
) -> ([f64; COLUMNS.len()], f64, Difference) {
    let domains =
        [flag(shared_domain(vendor, psa).is_some()), flag(domain_of_name(vendor, psa).is_some())];
    let codes = codes(vendor, psa);
    let Some((left, right, letters)) = closest_names(vendor, psa) else {
        let mut values = [0.0; COLUMNS.len()];
        values[N_BEFORE_CODES..N_BEFORE_CODES + 2].copy_from_slice(&codes);
        let n_before_domains = COLUMNS.len() - domains.len() - 1;
        values[n_before_domains..COLUMNS.len() - 1].copy_from_slice(&domains);
        return (values, codes[0], Difference::None);
    };
    let alignment = align(left, right, &Known::of(aliases, vendor, psa));
    let weights = Weights::of(left, right, &alignment);
    let products = products(vendor, psa, left, right);
    let terms = terms(&left.name.terms, &right.name.terms);
    let values = [
        &[letters, left.words.cosine(&right.words), weights.soft_cosine][..],
        &readings(left, right),
        &weights.values(&alignment, left, right),
        &shapes(&left.name, &right.name, &alignment),
        &legal_forms_and_numbers(&left.name, &right.name),
        &kinds_of_name(&left.name, &right.name, &alignment, &weights),
        &codes,
        &products,
        &terms,
        &domains,
        &[weights.alias_covered],
    ]
    .concat();
    let affinity = 0.5 * letters + 0.5 * weights.soft_cosine + 0.5 * products[0]
        - 0.5 * products[1]
        - 0.4 * terms[0]
        - 0.2 * terms[2]
        - 0.2 * weights.left_only.min(weights.right_only).min(1.0)
        + 0.3 * codes[0]
        + 0.3 * domains[0]
        + 0.2 * domains[1];
    let is_told_apart = 0.0 < codes[0] + domains[0] + domains[1]
        || is_acronym(&left.name, &right.name)
        || is_acronym(&right.name, &left.name);
    let differ = if is_told_apart { Difference::None } else { difference(left, right, &alignment) };
    (values.try_into().expect("as many values as columns"), affinity, differ)
}

/// The two names, one of each, that share the most letter groups, and how many they share; of equals,
/// the most recent.
pub(super) fn closest_names<'a>(
    vendor: &'a Profile,
    psa: &'a Profile,
) -> Option<(&'a NameProfile, &'a NameProfile, f64)> {
    let mut best: Option<(&NameProfile, &NameProfile, f64)> = None;
    for left in &vendor.names {
        for right in &psa.names {
            let cosine = left.grams.cosine(&right.grams);
            if best.is_none_or(|(_, _, most)| most < cosine) {
                best = Some((left, right, cosine));
            }
        }
    }
    best
}

fn flag(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// Columns `jaro_winkler` to `same_squeezed`.
fn readings(left: &NameProfile, right: &NameProfile) -> [f64; 6] {
    let (left_words, right_words) = (sorted_words(left), sorted_words(right));
    let (left, right) = (&left.name, &right.name);
    let elsewhere = are_elsewhere(left, right);
    let same_squeezed = left.squeezed == right.squeezed;
    let same_words = left_words == right_words;
    let alike = |one: &str, other: &str, is_same: bool, alike: fn(&str, &str) -> f64| {
        if is_same { 1.0 } else { alike(one, other) }
    };
    [
        alike(&left.squeezed, &right.squeezed, same_squeezed, jaro_winkler),
        alike(&left.squeezed, &right.squeezed, same_squeezed, edit_similarity),
        alike(&left_words.concat(), &right_words.concat(), same_words, edit_similarity),
        flag(!elsewhere && left.norm == right.norm),
        flag(!elsewhere && same_words),
        flag(!elsewhere && same_squeezed),
    ]
}

/// The words of a name in the order of the alphabet.
fn sorted_words(name: &NameProfile) -> Vec<&str> {
    // Nearly every name says each of its words once, and those are in order already.
    if name.tokens.len() == name.name.core.len() {
        return name.tokens.iter().map(|token| token.word.as_str()).collect();
    }
    let mut words: Vec<&str> = name.name.core.iter().map(String::as_str).collect();
    words.sort_unstable();
    words
}

/// Columns `one_starts_other` to `cut_off`.
fn shapes(left: &ComparableName, right: &ComparableName, alignment: &Alignment<'_>) -> [f64; 4] {
    let (short, long) =
        if left.squeezed.len() <= right.squeezed.len() { (left, right) } else { (right, left) };
    let starts = 4 <= short.squeezed.len() && long.squeezed.starts_with(&short.squeezed);
    let n_near = alignment.shared.iter().filter(|pair| pair.similarity < 1.0).count();
    let n_written = short.written.trim().chars().count();
    let cut = [30, 50].contains(&n_written)
        && long.norm.starts_with(&short.norm)
        && long.norm != short.norm;
    [
        flag(starts && short.squeezed != long.squeezed) * flag(4 <= short.squeezed.len()),
        flag(is_acronym(left, right) || is_acronym(right, left)),
        n_near as f64 / alignment.shared.len().max(1) as f64,
        flag(cut),
    ]
}

/// Whether one name is the initials of the other.
pub(super) fn is_acronym(initials: &ComparableName, name: &ComparableName) -> bool {
    3 <= name.core.len() && initials.squeezed == name.acronym
}

/// Columns `same_legal_form` to `other_place`.
fn legal_forms_and_numbers(left: &ComparableName, right: &ComparableName) -> [f64; 6] {
    let forms = left.legal_form.zip(right.legal_form);
    let (l, r) = (&left.numbers, &right.numbers);
    let nested = l.is_subset(r) || r.is_subset(l);
    [
        flag(forms.is_some_and(|(one, other)| one == other)),
        flag(forms.is_some_and(|(one, other)| one != other)),
        flag(!l.is_empty() && l == r),
        flag(!nested),
        flag(nested && l != r),
        flag(are_elsewhere(left, right)),
    ]
}

/// Whether both are registered somewhere, and nowhere together.
pub(super) fn are_elsewhere(left: &ComparableName, right: &ComparableName) -> bool {
    let (l, r) = (&left.places, &right.places);
    !l.is_empty() && !r.is_empty() && l.is_disjoint(r)
}

/// Columns before `shared_code`.
const N_BEFORE_CODES: usize = 31;

/// What a body is, where that is no matter of legal form: a fund is not the firm that runs it.
#[rustfmt::skip]
const BODIES: &[&str] = &[
    "fund", "trust", "bank", "foundation", "school", "academy", "university", "college", "church",
    "hospital", "county", "city", "museum", "library", "union", "club", "ministries", "pharmacy",
];

/// Columns `other_body` to `lone_word`.
fn kinds_of_name(
    left: &ComparableName,
    right: &ComparableName,
    alignment: &Alignment<'_>,
    weights: &Weights,
) -> [f64; 3] {
    let body = |name: &ComparableName| {
        BODIES.iter().position(|body| name.core.iter().any(|word| word == body))
    };
    let (left_body, right_body) = (body(left), body(right));
    // A legal form or the kind of body ends a name; a name without either may be short for a longer one.
    let is_whole =
        |name: &ComparableName, body: Option<usize>| name.legal_form.is_some() || body.is_some();
    let both_whole = is_whole(left, left_body) && is_whole(right, right_body);
    let is_lone = left.core.len().min(right.core.len()) == 1 && !alignment.shared.is_empty();
    [
        flag(left_body != right_body),
        flag(both_whole) * weights.rarest_unshared,
        flag(is_lone) * weights.rarest_unshared,
    ]
}

/// Columns `shared_code` and `other_code`.
fn codes(vendor: &Profile, psa: &Profile) -> [f64; 2] {
    let shared = vendor.codes.intersection(&psa.codes).next().is_some();
    let both = !vendor.codes.is_empty() && !psa.codes.is_empty();
    [flag(shared), flag(both && !shared)]
}

/// Columns `same_product` to `one_known_product`.
fn products(vendor: &Profile, psa: &Profile, left: &NameProfile, right: &NameProfile) -> [f64; 3] {
    let same_audience = left.name.terms.audience == right.name.terms.audience;
    match (vendor.catalogue(), psa.catalogue()) {
        (Some(one), Some(other)) => {
            let same = one == other && same_audience;
            [flag(same), flag(!same), 0.0]
        }
        (None, None) => [0.0, 0.0, 0.0],
        _ => [0.0, 0.0, 1.0],
    }
}

/// Columns `other_edition` to `other_commitment`.
fn terms(left: &Terms, right: &Terms) -> [f64; 5] {
    let (l, r): (&BTreeSet<String>, &BTreeSet<String>) = (&left.editions, &right.editions);
    let nested = l.is_subset(r) || r.is_subset(l);
    let commitments = left.commitment.zip(right.commitment);
    [
        flag(!nested),
        flag(nested && l != r),
        flag(left.audience != right.audience),
        flag(commitments.is_some_and(|(one, other)| one == other)),
        flag(commitments.is_some_and(|(one, other)| one != other)),
    ]
}

/// Telling parts of the domains of an entity, and of names that are written as one.
fn stems(profile: &Profile) -> BTreeSet<String> {
    let names = profile.names.iter().filter(|name| name.name.form == NameForm::Domain);
    names.map(|name| name.name.squeezed.clone()).chain(profile.domains.iter().cloned()).collect()
}

/// The telling part of a domain both have.
pub(super) fn shared_domain(vendor: &Profile, psa: &Profile) -> Option<String> {
    stems(vendor).intersection(&stems(psa)).next().cloned()
}

/// A domain of one that spells the name of the other: its words, their beginnings, or its initials.
pub(super) fn domain_of_name(vendor: &Profile, psa: &Profile) -> Option<String> {
    let found = |stems: BTreeSet<String>, profile: &Profile| {
        stems.into_iter().find(|stem| {
            let mut names = profile.names.iter().filter(|name| name.name.form == NameForm::Words);
            names.any(|name| {
                let initials = 3 <= stem.len() && *stem == name.name.acronym;
                initials || spells(stem, &name.name.core)
            })
        })
    };
    found(stems(vendor), psa).or_else(|| found(stems(psa), vendor))
}

/// Whether a stem is made of beginnings of a name's words, in order and from the first: `deltalog` of
/// "Delta Logistics".
fn spells(stem: &str, words: &[String]) -> bool {
    let Some((first, rest)) = words.split_first() else {
        return stem.is_empty();
    };
    if stem.is_empty() {
        return true;
    }
    let common = stem.bytes().zip(first.bytes()).take_while(|(one, other)| one == other).count();
    // The longest beginning first: a shorter one is tried only when the rest does not fit.
    (2..=common)
        .rev()
        .any(|n_bytes| stem.is_char_boundary(n_bytes) && spells(&stem[n_bytes..], rest))
}
