use super::test_world::{CLIENTS, SKUS, learned, set, sets};
use super::*;
use crate::domain::PairMemory;
use crate::model_file::{ArtifactError, FileKind, packed};
use proptest::prelude::*;
use std::sync::LazyLock;

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
    assert!(moved.metrics.log_loss <= moved.choice[0].log_loss, "{:?}", moved.choice);
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
    assert!(matches!(with(8, 9), Err(ArtifactError::Newer { found: 9, supported: 2 })));
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
    let bytes = packed(
        &FileKind { features: &names, ..stored::family(2, "pair-classifier/sku") },
        &SKUS.model,
    )
    .unwrap();
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

/// The model that ships here, moved by decisions in each way.
static OWN: LazyLock<Vec<PairModel>> = LazyLock::new(|| {
    let labelled =
        labelled_pairs_in(SeenWith::AsScored, EntityKind::Sku, &[set(EntityKind::Sku, 150, 12)], 3);
    let recipe = FitRecipe::default();
    let approaches = [Approach::Corrected, Approach::Mean, Approach::Grown];
    approaches
        .map(|approach| own::moved(&SKUS.model, &labelled, &recipe, approach).unwrap())
        .to_vec()
});

#[test]
fn a_model_with_trees_survives_being_written_and_read() {
    assert!(OWN[1].grown.is_some() && OWN[2].grown.is_some());
    for model in &*OWN {
        let read = from_bytes(&to_bytes(model).unwrap(), EntityKind::Sku).unwrap();
        assert_eq!(read, *model);
    }
}

#[test]
fn a_model_written_before_there_were_trees_is_read() {
    let old = stored::WithoutTrees::from(SKUS.model.clone());
    let bytes = packed(&stored::family(1, "pair-classifier/sku"), &old).unwrap();
    assert_eq!(from_bytes(&bytes, EntityKind::Sku).unwrap(), SKUS.model);
}

#[test]
fn damaged_trees_are_refused() {
    let narrow = grow(Array2::zeros((2, 3)).view(), &[true, false], &TreesRecipe::default());
    let model = PairModel { grown: Some(narrow), ..SKUS.model.clone() };
    let error = from_bytes(&to_bytes(&model).unwrap(), EntityKind::Sku);
    assert!(matches!(error, Err(ArtifactError::Payload(_))));
}

#[test]
fn decisions_move_a_model_in_the_way_that_does_best_out_of_fold() {
    let sets = [set(EntityKind::Sku, 150, 12)];
    let fitted = fit(EntityKind::Sku, &sets, Some(&SKUS.model), &FitRecipe::default()).unwrap();
    let tried: Vec<Approach> = fitted.choice.iter().map(|one| one.approach).collect();
    assert_eq!(tried, [Approach::Shipped, Approach::Corrected, Approach::Mean, Approach::Grown]);
    let chosen = fitted.choice.iter().find(|one| one.is_chosen).unwrap();
    assert!(chosen.log_loss <= fitted.choice[0].log_loss);
    assert!((chosen.log_loss - fitted.metrics.log_loss).abs() < 1e-9);
    let table = choice_table(&fitted.choice);
    assert_eq!(table.matches("chosen |").count(), 1, "{table}");
}

#[test]
fn with_few_labels_no_tree_is_grown() {
    let mut few = set(EntityKind::Sku, 150, 12);
    few.memory.same = few.memory.same.into_iter().take(12).collect();
    let fitted = fit(EntityKind::Sku, &[few], Some(&SKUS.model), &FitRecipe::default()).unwrap();
    let tried: Vec<Approach> = fitted.choice.iter().map(|one| one.approach).collect();
    assert_eq!(tried, [Approach::Shipped, Approach::Corrected]);
    assert!(fitted.model.grown.is_none());
}

/// Decisions about a made-up MSP's names, changed by a test.
fn decided_as(change: impl Fn(&mut TrainingSet)) -> Result<Fitted, FitError> {
    let mut set = set(EntityKind::Client, 60, 21);
    change(&mut set);
    fit(EntityKind::Client, &[set], Some(&CLIENTS.model), &FitRecipe::default())
}

#[test]
fn decisions_that_teach_nothing_are_refused_and_odd_ones_degrade() {
    let none = decided_as(|set| set.memory = PairMemory::default());
    assert!(matches!(none, Err(FitError::TooFew { n_same: 0, n_other: 0, .. })));
    // A confirmed pair's rivals are not the same, so positives alone teach both answers.
    let positives = decided_as(|set| {
        set.memory.no_psa.clear();
        set.memory.no_vendor.clear();
        set.memory.different.clear();
    });
    assert!(positives.is_ok());
    let negatives = decided_as(|set| set.memory.same.clear());
    assert!(matches!(negatives, Err(FitError::TooFew { n_same: 0, .. })));
    // Every second pair was confirmed and rejected: the model says of itself that it is poor, and
    // gets careful instead of wrong.
    let contradictory = decided_as(|set| {
        let every_second = set.memory.same.iter().step_by(2);
        set.memory.different = every_second.map(|(pair, by)| (pair.clone(), by.clone())).collect();
        set.memory.same = set
            .memory
            .same
            .iter()
            .filter(|(pair, _)| !set.memory.different.contains_key(*pair))
            .map(|(pair, by)| (pair.clone(), by.clone()))
            .collect();
    })
    .unwrap();
    let unseen = labelled_pairs(EntityKind::Client, &[set(EntityKind::Client, 100, 78)], 3);
    let (before, after) =
        (evaluate(&CLIENTS.model, &unseen), evaluate(&contradictory.model, &unseen));
    assert!(before.log_loss < contradictory.metrics.log_loss, "{:?}", contradictory.metrics);
    assert!(0.95 <= after.precision, "{after:?}");
}

#[test]
fn a_name_of_a_million_letters_is_learned_from_like_any_other() {
    let fitted = decided_as(|set| {
        std::sync::Arc::make_mut(&mut set.vendor)[0].names = vec!["x".repeat(1_000_000)];
        std::sync::Arc::make_mut(&mut set.psa)[0].names = vec!["y ".repeat(500_000)];
    });
    assert!(fitted.unwrap().metrics.log_loss.is_finite());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_was_learned_a_score_is_the_sum_of_its_parts(
        which in 0_usize..3,
        values in prop::collection::vec(-3.0..3.0_f64, FEATURE_NAMES.len()),
    ) {
        let model = &OWN[which];
        let row = ndarray::Array1::from(values);
        let parts = explain(model, row.view());
        let sum: f64 = parts.iter().map(|part| part.log_odds).sum();
        prop_assert!((sum - model.log_odds(row.view())).abs() < 1e-9);
    }

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
