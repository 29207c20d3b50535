use super::practice::{CLIENTS, SKUS, learned, set, sets};
use super::*;
use crate::domain::PairMemory;
use proptest::prelude::*;

#[test]
fn a_model_learns_both_kinds_and_holds_on_names_it_has_not_seen() {
    for (kind, fitted) in [(EntityKind::Client, &*CLIENTS), (EntityKind::Sku, &*SKUS)] {
        let unseen = labelled_pairs(kind, &[set(kind, 150, 77)], 3);
        for metrics in [fitted.metrics, evaluate(&fitted.model, &unseen)] {
            assert!(0.95 <= metrics.precision, "{kind} {metrics:?}");
            assert!(0.85 <= metrics.recall, "{kind} {metrics:?}");
            assert!(0.95 <= metrics.hit_at_1, "{kind} {metrics:?}");
            assert!(metrics.ece <= 0.02, "{kind} {metrics:?}");
        }
    }
}

#[test]
fn the_same_recipe_and_decisions_give_the_same_model() {
    let again = learned(EntityKind::Client);
    assert_eq!(again.model, CLIENTS.model);
    assert_eq!(to_bytes(&again.model).unwrap(), to_bytes(&CLIENTS.model).unwrap());
}

#[test]
fn a_few_decisions_move_a_starting_model_and_do_not_spoil_it() {
    let kind = EntityKind::Client;
    let mut own = set(kind, 150, 5);
    own.memory = PairMemory {
        same: own.memory.same.into_iter().take(12).collect(),
        ..PairMemory::default()
    };
    let moved = fit(kind, &[own], Some(&CLIENTS.model), &FitRecipe::default()).unwrap();
    assert_ne!(moved.model, CLIENTS.model);
    assert_eq!(moved.model.thresholds, CLIENTS.model.thresholds);
    let unseen = labelled_pairs(kind, &[set(kind, 150, 78)], 3);
    let (before, after) = (evaluate(&CLIENTS.model, &unseen), evaluate(&moved.model, &unseen));
    assert!(before.f1 - 0.02 <= after.f1, "{before:?} {after:?}");
    assert!(after.log_loss <= before.log_loss + 0.02, "{before:?} {after:?}");
}

#[test]
fn too_few_decisions_and_odd_recipes_are_refused() {
    let kind = EntityKind::Client;
    let fit_with = |sets: &[TrainingSet], recipe: FitRecipe| fit(kind, sets, None, &recipe);
    let default = FitRecipe::default();
    assert!(matches!(fit_with(&[], default), Err(FitError::TooFew { n_same: 0, .. })));
    let recipe = FitRecipe { l2: 0.0, ..default };
    assert!(matches!(fit_with(&sets(kind), recipe), Err(FitError::Recipe(_))));
    let other = fit(EntityKind::Sku, &sets(EntityKind::Sku), Some(&CLIENTS.model), &default);
    assert!(matches!(other, Err(FitError::OtherKind { .. })));
}

#[test]
fn contributions_add_up_to_the_probability() {
    let labelled = labelled_pairs(EntityKind::Sku, &[set(EntityKind::Sku, 60, 9)], 3);
    for (row, probability) in
        labelled.features.outer_iter().zip(score(&SKUS.model, &labelled.features))
    {
        let parts = explain(&SKUS.model, row);
        assert_eq!(parts[0].feature, PRIOR);
        let sum: f64 = parts.iter().map(|part| part.log_odds).sum();
        assert!((sigmoid(sum) - probability.get()).abs() < 1e-9);
    }
}

#[test]
fn a_model_survives_being_written_and_read() {
    let bytes = to_bytes(&SKUS.model).unwrap();
    assert_eq!(from_bytes(&bytes, EntityKind::Sku).unwrap(), SKUS.model);
}

#[test]
fn every_kind_of_damage_has_its_own_error() {
    let kind = EntityKind::Sku;
    let bytes = to_bytes(&SKUS.model).unwrap();
    let with = |at: usize, byte: u8| {
        let mut changed = bytes.clone();
        changed[at] = byte;
        from_bytes(&changed, kind)
    };
    assert!(matches!(from_bytes(b"PK\x03\x04", kind), Err(ArtifactError::NotAModel)));
    assert!(matches!(from_bytes(&[], kind), Err(ArtifactError::NotAModel)));
    assert!(matches!(with(8, 9), Err(ArtifactError::Newer { found: 9, supported: 1 })));
    assert!(matches!(
        from_bytes(&bytes, EntityKind::Client),
        Err(ArtifactError::OtherPurpose { .. })
    ));
    let first_feature = bytes.windows(7).position(|seven| seven == b"letters").unwrap();
    assert!(matches!(with(first_feature, b'X'), Err(ArtifactError::Checksum)));
    let last = bytes.len() - 1;
    assert!(matches!(with(last, !bytes[last]), Err(ArtifactError::Checksum)));
    assert!(matches!(from_bytes(&bytes[..last], kind), Err(ArtifactError::Truncated { .. })));
    let long = [bytes.clone(), vec![0; 17 * 1024 * 1024]].concat();
    assert!(matches!(from_bytes(&long, kind), Err(ArtifactError::TooLarge { .. })));
}

#[test]
fn a_model_of_other_features_names_them() {
    let names = ["letters_cosine", "phase_of_the_moon"];
    let bytes = artifact::packed("pair-classifier/sku", &names, &SKUS.model).unwrap();
    let error = from_bytes(&bytes, EntityKind::Sku).unwrap_err().to_string();
    assert!(error.contains("phase_of_the_moon") && error.contains("words_cosine"), "{error}");
}

#[test]
fn a_card_says_what_a_person_asks() {
    let text = card(&CLIENTS.model, &CLIENTS.metrics, "three made-up MSPs", "on 2026-03-14");
    for wanted in
        ["# Pair classifier: client", "three made-up MSPs", "precision", "accepts from", "weight"]
    {
        assert!(text.contains(wanted), "{wanted} is missing in {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_bytes_make_reading_panic(at in 0_usize..2000, byte: u8, n_kept in 0_usize..4000) {
        let mut bytes = to_bytes(&SKUS.model).unwrap();
        let n_bytes = bytes.len();
        bytes[at % n_bytes] = byte;
        bytes.truncate(n_kept.max(1));
        if let Ok(model) = from_bytes(&bytes, EntityKind::Sku) {
            prop_assert_eq!(model, SKUS.model.clone());
        }
    }
}
