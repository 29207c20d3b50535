//! Names of two lists, met again with their typing errors and legal forms.

use proptest::prelude::*;
use seatdrift_core::domain::Entity;
use seatdrift_core::domain::EntityKind;
use seatdrift_core::domain::entity::Decided;
use seatdrift_core::features::records::RowPair;
use seatdrift_core::pair_classifier::PairModel;
use seatdrift_core::pair_classifier::{FitRecipe, TrainingSet, fit};
use seatdrift_core::tables::{NameMatch, match_by_name};
use seatdrift_lab::simulate::noised_names;
use std::sync::LazyLock;

/// Learned from other names than those it is tried on.
static MODEL: LazyLock<PairModel> = LazyLock::new(|| {
    let names = noised_names(400, 99);
    let entity = |(idx, name): (usize, &String)| Entity {
        key: idx.to_string(),
        names: vec![name.clone()],
        codes: Vec::new(),
        domains: Vec::new(),
        occurrences: Vec::new(),
    };
    let mut set = TrainingSet {
        vendor: names.left.iter().enumerate().map(entity).collect::<Vec<_>>().into(),
        psa: names.right.iter().enumerate().map(entity).collect::<Vec<_>>().into(),
        ..TrainingSet::default()
    };
    for (left_idx, right_idx) in names.partner.iter().enumerate() {
        let decided = Decided { by: "dana".to_owned(), on: None };
        set.memory.same.insert((left_idx.to_string(), right_idx.to_string()), decided);
    }
    let kind = EntityKind::Client;
    fit(kind, &[set], None, &FitRecipe::default()).expect("labels enough").model
});

fn matched(left: &[&str], right: &[&str]) -> Vec<NameMatch> {
    match_by_name(left, right, &MODEL)
}

fn best(matches: &[NameMatch], left_idx: usize) -> Option<usize> {
    matches.iter().find(|one| one.pair.left_idx == left_idx).map(|one| one.pair.right_idx)
}

#[test]
fn a_company_is_found_by_either_of_its_two_names() {
    let left = [
        "Kestrel Holdings LLC d/b/a Blue Kettle Cafe",
        "Lotus Spa",
        "Quarry Street Partners (trading as Quarry Kitchen)",
        "Marlow Foods",
    ];
    let right =
        ["Marlow Foods", "Quarry Kitchen", "Blue Kettle Cafe", "Blue Fern Spa, formerly Lotus Spa"];
    let matches = matched(&left, &right);
    for (left_idx, right_idx) in [(0, 2), (1, 3), (2, 1), (3, 0)] {
        assert_eq!(best(&matches, left_idx), Some(right_idx), "{}", left[left_idx]);
        assert!(
            0.5 < matches
                .iter()
                .find(|one| one.pair.left_idx == left_idx)
                .unwrap()
                .probability
                .get()
        );
    }
    let mut pairs: Vec<RowPair> = matches.iter().map(|one| one.pair).collect();
    assert!(pairs.iter().all(|pair| pair.left_idx < left.len() && pair.right_idx < right.len()));
    pairs.sort_unstable();
    pairs.dedup();
    assert_eq!(pairs.len(), matches.len(), "no pair comes twice");
}

#[test]
fn nearly_every_noised_name_has_its_partner_first() {
    let names = noised_names(20_000, 1);
    let left: Vec<&str> = names.left.iter().map(String::as_str).collect();
    let right: Vec<&str> = names.right.iter().map(String::as_str).collect();
    let matches = matched(&left, &right);
    let mut first: Vec<Option<usize>> = vec![None; left.len()];
    for one in matches.iter().rev() {
        first[one.pair.left_idx] = Some(one.pair.right_idx);
    }
    let is_right = |(found, partner): &(&Option<usize>, &usize)| **found == Some(**partner);
    let n_right = first.iter().zip(&names.partner).filter(is_right).count();
    assert!(0.98 * left.len() as f64 <= n_right as f64, "{n_right} of {}", left.len());
}

#[test]
fn blank_names_have_no_partner_and_are_nobodys() {
    assert_eq!(matched(&["", " - ", "Acme Tools Ltd"], &["", "***"]), []);
    assert_eq!(matched(&[], &["Acme"]), []);
    let found = matched(&["", "Acme Tools Ltd"], &["", "ACME TOOLS"]);
    assert_eq!(
        found.iter().map(|one| one.pair).collect::<Vec<_>>(),
        [RowPair { left_idx: 1, right_idx: 1 }]
    );
}

#[test]
fn a_name_of_a_megabyte_is_read_by_its_beginning() {
    let long = "Ashford Dental Group ".repeat(50_000);
    let spaceless = "é".repeat(500_000);
    let found = matched(&[&long, &spaceless], &["Ashford Dental Group", &spaceless, &long]);
    assert_eq!(best(&found, 0), Some(2));
    assert_eq!(best(&found, 1), Some(1));
}

#[test]
fn a_name_that_everybody_has_still_finds_somebody() {
    let right = vec!["Global Services Ltd"; 30_000];
    assert_eq!(best(&matched(&["global services"], &right), 0), Some(0));
}

#[test]
fn of_one_word_many_companies_are_told_apart_by_what_stands_beside_it() {
    let right: Vec<String> =
        (0..9_000).map(|idx| format!("First National Bank of Town{idx}")).collect();
    let right: Vec<&str> = right.iter().map(String::as_str).collect();
    let found = matched(&["1st National Bank Town4711", "FIRST NATIONAL BANK, TOWN8999"], &right);
    assert_eq!((best(&found, 0), best(&found, 1)), (Some(4711), Some(8999)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn matches_are_in_range_ordered_distinct_and_the_same_every_time(
        left in prop::collection::vec("[a-c ]{0,8}", 0..20), right in prop::collection::vec("[a-c ]{0,8}", 0..20)
    ) {
        let left: Vec<&str> = left.iter().map(String::as_str).collect();
        let right: Vec<&str> = right.iter().map(String::as_str).collect();
        let found = matched(&left, &right);
        prop_assert!(found.iter().all(|one| one.pair.left_idx < left.len() && one.pair.right_idx < right.len()));
        let order = |one: &NameMatch| (one.pair.left_idx, 1.0 - one.probability.get());
        prop_assert!(found.windows(2).all(|two| order(&two[0]) <= order(&two[1])));
        let mut pairs: Vec<RowPair> = found.iter().map(|one| one.pair).collect();
        pairs.sort_unstable();
        pairs.dedup();
        prop_assert_eq!(pairs.len(), found.len());
        prop_assert_eq!(matched(&left, &right), found);
    }
}
