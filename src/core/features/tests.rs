use super::*;
use crate::candidates::{KnownPairs, candidate_pairs};
use crate::domain::{Entity, EntityKind, PairMemory};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn named(names: &[&str]) -> Vec<Entity> {
    let entity = |name: &&str| Entity {
        key: (*name).to_owned(),
        names: vec![(*name).to_owned()],
        codes: Vec::new(),
        domains: Vec::new(),
        occurrences: Vec::new(),
    };
    names.iter().map(entity).collect()
}

/// The features of one vendor and one PSA name, among whatever else is on the lists.
fn values(kind: EntityKind, vendor: &[&str], psa: &[&str]) -> Vec<f64> {
    let (vendor, psa) = (named(vendor), named(psa));
    let space = NameSpace::new(kind, &vendor, &psa);
    let lines = LineEvidence::new(&vendor, &psa, &KnownPairs::none());
    let pair = CandidatePair { vendor_idx: 0, psa_idx: 0 };
    let mut pairs = candidate_pairs(&space, &lines, &PairMemory::default());
    pairs.insert(0, pair);
    pairs.dedup();
    feature_matrix(&pairs, &compare(&space, &lines, &pairs)).row(0).to_vec()
}

fn column(feature: &str) -> usize {
    FEATURE_NAMES.iter().position(|name| *name == feature).expect("a feature of that name")
}

fn value(kind: EntityKind, vendor: &[&str], psa: &[&str], feature: &str) -> f64 {
    values(kind, vendor, psa)[column(feature)]
}

#[test]
fn features_have_distinct_names_and_a_meaning() {
    let names: BTreeSet<&str> = FEATURE_NAMES.into_iter().collect();
    assert_eq!(names.len(), N_FEATURES);
    assert!(FEATURES.iter().all(|one| !one.name.is_empty() && !one.says.is_empty()));
}

#[test]
fn the_telling_facts_show_in_their_columns() {
    use EntityKind::{Client, Sku};
    for (kind, vendor, psa, feature, expected) in [
        (Client, "Acme Corporation", "Acme Corp", "same_words", 1.0),
        (Client, "Acme Inc", "Acme LLC", "other_legal_form", 1.0),
        (Client, "International Business Machines", "IBM", "acronym", 1.0),
        (Client, "deltalog.onmicrosoft.com", "Delta Logistics", "domain_like_name", 1.0),
        (Client, "carmelins.onmicrosoft.com", "Carmel Insurance", "domain_like_name", 1.0),
        (Client, "Blue Bird Farms", "Bluebird Farms", "same_squeezed", 1.0),
        (Client, "Route 66 Diner", "Route 99 Diner", "other_numbers", 1.0),
        (Client, "Smith Dental", "Smith Dental Lab", "vendor_covered", 1.0),
        (Sku, "M365 Bus Prem", "SPB", "same_product", 1.0),
        (Sku, "Huntress Managed EDR", "Huntress Managed ITDR", "other_product", 1.0),
        (Sku, "Zeta Guard P1", "Zeta Guard P2", "other_edition", 1.0),
        (Sku, "Zeta Guard 1YR", "Zeta Guard Monthly", "other_commitment", 1.0),
        (Sku, "Zeta Guard (Nonprofit)", "Zeta Guard", "other_audience", 1.0),
    ] {
        assert_eq!(
            value(kind, &[vendor], &[psa], feature),
            expected,
            "{vendor} / {psa}: {feature}"
        );
    }
}

#[test]
fn a_pair_is_ranked_among_its_rivals() {
    let psa = ["Kingfisher Dental", "Kingfisher Marine"];
    assert_eq!(value(EntityKind::Client, &["Kingfisher Dental LLC"], &psa, "vendor_rank"), 1.0);
    assert!(0.0 < value(EntityKind::Client, &["Kingfisher Dental LLC"], &psa, "vendor_lead"));
    let psa = ["Kingfisher Marine", "Kingfisher Dental"];
    assert_eq!(value(EntityKind::Client, &["Kingfisher Dental LLC"], &psa, "vendor_rank"), 0.5);
    assert!(0.0 < value(EntityKind::Client, &["Kingfisher Dental LLC"], &psa, "vendor_behind"));
}

proptest! {
    #[test]
    fn every_value_is_finite_and_swapping_sides_keeps_the_symmetric_ones(
        left in "[a-zA-Z0-9 &.,'()-]{1,30}", right in "[a-zA-Z0-9 &.,'()-]{1,30}"
    ) {
        for kind in [EntityKind::Client, EntityKind::Sku] {
            let there = values(kind, &[&left], &[&right]);
            let back = values(kind, &[&right], &[&left]);
            prop_assert!(there.iter().all(|value| value.is_finite()));
            for feature in ["letters_cosine", "words_cosine", "same_squeezed", "other_product", "shared_code"] {
                let (one, other) = (there[column(feature)], back[column(feature)]);
                prop_assert!((one - other).abs() < 1e-6, "{} {} {}", feature, one, other);
            }
        }
    }
}
