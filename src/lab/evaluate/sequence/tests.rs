use std::sync::LazyLock;

use super::*;

fn tiny() -> SequenceRecipe {
    SequenceRecipe { seed: 3, msps: 2, months: 3, clients: (12, 18), examples: 3 }
}

static ONCE: LazyLock<SequenceFigures> = LazyLock::new(|| measured(&tiny()));

fn measured(recipe: &SequenceRecipe) -> SequenceFigures {
    let shipped = Models::shipped().unwrap();
    sequence(recipe, &shipped, &Steps::new(&|_| ())).unwrap()
}

#[test]
fn the_same_seed_measures_the_same_month_after_month() {
    assert_eq!(*ONCE, measured(&tiny()));
    assert_eq!((ONCE.months.len(), ONCE.changes.len()), (3, 2));
    let other = measured(&SequenceRecipe { seed: 4, months: 1, ..tiny() });
    assert_ne!(ONCE.months[0], other.months[0]);
}

#[test]
fn what_is_false_has_a_cause_and_the_money_adds_up() {
    let false_claims = |month: &SequenceMonth| {
        month.claims - (month.precision * month.claims as f64).round() as usize
    };
    let all: usize = ONCE.months.iter().map(false_claims).sum();
    assert_eq!(ONCE.causes.iter().map(|cause| cause.claims).sum::<usize>(), all);
    for month in &ONCE.months {
        assert!(0 < month.differences && 0 < month.accepted[0], "{month:?}");
        for share in [month.precision, month.recall, month.recall_money, month.ece] {
            assert!((0.0..=1.0).contains(&share), "{month:?}");
        }
    }
}

#[test]
fn on_hostile_books_claims_are_true_from_the_first_month_and_learning_does_not_spoil_them() {
    let recipe = SequenceRecipe { seed: 21, msps: 4, months: 4, clients: (60, 90), examples: 0 };
    let figures = measured(&recipe);
    for (number, month) in figures.months.iter().enumerate() {
        assert!(0.97 < month.precision, "{month:?}");
        assert!(if number == 0 { 0.88 } else { 0.95 } < month.recall, "{month:?}");
        assert!(month.false_accepts[0] as f64 <= 0.005 * month.accepted[0] as f64, "{month:?}");
        assert!(month.ece < 0.03, "{month:?}");
    }
    let [first, .., last] = figures.months.as_slice() else { panic!("there are four months") };
    assert!(last.questions * 2 < first.questions, "{first:?} {last:?}");
}

#[test]
fn nothing_is_learned_after_the_last_month() {
    assert_eq!(ONCE.months[2].models_kept, [0, 0]);
}

#[test]
fn it_fits_eighty_columns() {
    let text = sequence_words(&ONCE);
    let long: Vec<&str> = text.lines().filter(|line| 80 < line.chars().count()).collect();
    assert!(long.is_empty(), "{long:#?}");
}
