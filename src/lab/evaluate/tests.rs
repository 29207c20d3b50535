use std::cell::Cell;
use std::sync::LazyLock;

use super::*;
use seatdrift_core::domain::EntityKind;

fn tiny() -> EvaluateRecipe {
    EvaluateRecipe {
        seed: 3,
        msps: 1,
        clients: 8,
        reviewed: vec![0, 2],
        throughput_clients: 20,
        throughput_labels: 200,
        flags: FlagRecipe { months: 3, planted: 6, resamples: 20, ..FlagRecipe::default() },
    }
}

static ONCE: LazyLock<Evaluation> = LazyLock::new(|| evaluated(&tiny()));

/// A clock that moves on by a second whenever it is looked at.
fn evaluated(recipe: &EvaluateRecipe) -> Evaluation {
    let looks = Cell::new(0);
    let clock = || {
        looks.set(looks.get() + 1);
        Duration::from_secs(looks.get())
    };
    let shipped = Models::shipped().unwrap();
    evaluate(recipe, None, &shipped, &clock, &Steps::new(&|_| ())).unwrap()
}

#[test]
fn the_same_seed_measures_the_same() {
    assert_eq!(*ONCE, evaluated(&tiny()));
    let other = EvaluateRecipe { seed: 4, reviewed: vec![0], ..tiny() };
    assert_ne!(ONCE.made_up[0].seats, evaluated(&other).made_up[0].seats);
}

#[test]
fn a_first_month_has_no_decision_and_learns_nothing() {
    for figures in &ONCE.made_up {
        let [first, later] = figures.learning_curve.as_slice() else { panic!("two steps") };
        assert_eq!((first.months, first.decisions), (0, 0));
        assert_eq!((first.client_models_kept, first.sku_models_kept), (0, 0));
        assert!(0 < later.decisions);
        // Whatever was reviewed, the same names are judged.
        assert_eq!(first.client.with_lines.names, later.client.names_alone.names);
        assert_eq!(first.sku.with_lines.same, later.sku.with_lines.same);
    }
}

#[test]
fn every_true_difference_is_found_and_no_twenty_findings_hold_more_than_the_first() {
    for figures in ONCE.made_up.iter().map(|figures| &figures.priorities) {
        assert!(0 < figures.differences);
        assert_eq!((figures.found, figures.untrue), (figures.differences, 0));
        for (first, best) in figures.first_twenty.iter().zip(&figures.best_twenty) {
            assert!((first - best).abs() < 1e-9, "{first} {best}");
        }
    }
}

#[test]
fn the_quantity_proposed_as_right_is_the_true_one_and_its_reason_names_months() {
    for figures in ONCE.made_up.iter().map(|figures| &figures.priorities.quantities) {
        let sum = |part: fn(&QuantityFigures) -> usize| -> usize { figures.iter().map(part).sum() };
        let (claims, right) = (sum(|one| one.claims), sum(|one| one.right));
        assert!(0 < claims && 0.92 * claims as f64 <= right as f64, "{figures:?}");
        assert_eq!(sum(|one| one.with_month), sum(|one| one.proposed), "{figures:?}");
    }
}

#[test]
fn it_fits_eighty_columns() {
    let text = words(&ONCE);
    let long: Vec<&str> = text.lines().filter(|line| 80 < line.chars().count()).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn a_reviewer_never_decides_a_name_that_is_held_out() {
    let msp = MadeUp::new(20, 11, FormatPair::Pax8ConnectWise).unwrap();
    let decided = msp.decisions(12);
    let mut n_same = 0;
    for one in &decided {
        if let Some(client) = &one.vendor_client {
            assert!(!msp.is_held_out(EntityKind::Client, client));
        }
        if let Some(sku) = &one.vendor_sku {
            assert!(!msp.is_held_out(EntityKind::Sku, sku));
        }
        n_same += usize::from(one.verdict == seatdrift_core::domain::Verdict::Same);
    }
    assert!(10 < n_same && msp.decisions(1).len() < decided.len());
    assert!(msp.decisions(0).is_empty());
}

#[test]
fn a_folder_without_benchmarks_is_refused_before_anything_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let shipped = Models::shipped().unwrap();
    let nothing_done = |reached: Reached<'_>| panic!("{} was begun", reached.doing);
    let clock = || Duration::ZERO;
    let error =
        evaluate(&tiny(), Some(folder.path()), &shipped, &clock, &Steps::new(&nothing_done));
    let said = error.unwrap_err().to_string();
    assert!(said.starts_with("expected folders with tableA.csv and tableB.csv in"), "{said}");
}
