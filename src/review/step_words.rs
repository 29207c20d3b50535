//! What a step of the way to a score is called, in the words of whoever reads names, not of who trains models.

use std::borrow::Cow;

/// Each feature's words; they fit beside the bars of a chart.
const WORDS: [(&str, &str); 52] = [
    ("prior", "before any look"),
    ("bundle_prior", "before any look"),
    ("letters_cosine", "letters shared"),
    ("words_cosine", "words shared"),
    ("soft_cosine", "words alike"),
    ("jaro_winkler", "names begin alike"),
    ("edit_similarity", "few letters differ"),
    ("sorted_similarity", "same in any order"),
    ("same_as_written", "written the same"),
    ("same_words", "same words"),
    ("same_squeezed", "same without spaces"),
    ("vendor_covered", "vendor’s words found"),
    ("psa_covered", "PSA’s words found"),
    ("rarest_shared", "rare word shared"),
    ("shared_weight", "rare words shared"),
    ("vendor_only_weight", "words the PSA lacks"),
    ("psa_only_weight", "words vendor lacks"),
    ("both_differ_weight", "both have own words"),
    ("rarest_unshared", "rare word missing"),
    ("first_word", "first word same"),
    ("one_starts_other", "one begins the other"),
    ("acronym", "initials"),
    ("near_words", "typos, abbreviations"),
    ("cut_off", "cut off"),
    ("same_legal_form", "legal form same"),
    ("other_legal_form", "legal form differs"),
    ("same_numbers", "numbers same"),
    ("other_numbers", "numbers differ"),
    ("number_missing", "number missing"),
    ("other_place", "place differs"),
    ("other_body", "fund, school, church"),
    ("whole_names_differ", "full names differ"),
    ("lone_word", "one word only"),
    ("shared_code", "code shared"),
    ("other_code", "codes differ"),
    ("same_domain", "domain same"),
    ("domain_like_name", "domain fits name"),
    ("alias_covered", "words you taught"),
    ("same_product", "same product"),
    ("other_product", "other product"),
    ("one_known_product", "one product known"),
    ("price_below_cost", "price below cost"),
    ("price_far_above", "price far above cost"),
    ("lines_shared", "products in common"),
    ("lines_equal", "seats agree"),
    ("lines_equal_weight", "many seats agree"),
    ("lines_disjoint", "nothing in common"),
    ("lines_known", "products known"),
    ("vendor_lead", "ahead of vendor’s"),
    ("psa_lead", "ahead of PSA’s"),
    ("vendor_behind", "behind vendor’s"),
    ("psa_behind", "behind PSA’s"),
];

/// The words of a feature; what has none is called by its name.
pub(super) fn step_words(feature: &str) -> Cow<'static, str> {
    match WORDS.iter().find(|(name, _)| *name == feature) {
        Some((_, words)) => Cow::Borrowed(*words),
        None => Cow::Owned(feature.replace('_', " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_but_ranks_is_called_by_words_that_fit_beside_a_bar() {
        for (name, words) in WORDS {
            assert!(words.chars().count() <= 20, "{name}: {words}");
            assert_eq!(step_words(name), words);
        }
        assert_eq!(step_words("vendor_rank"), "vendor rank");
    }
}
