//! A model as a page a person can read.

use std::fmt::Write;

use crate::features::{FEATURES, Feature};

use super::{Measured, PairMetrics, PairModel};

/// Features a card lists.
const MOST_TELLING: usize = 12;

/// The card of a model: what it learned from, how good it is, where it draws its lines, and what
/// weighs most. `source` says in words where the data came from, `made` when.
pub fn card(model: &PairModel, metrics: &PairMetrics, source: &str, made: &str) -> String {
    let mut text = format!("# Pair classifier: {}\n\n", model.kind);
    let mut line = |written: String| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{written}");
    };
    line(format!(
        "Made {made} from {source}: {} pairs, {} of them the same.\n",
        model.n_pairs, model.n_same
    ));
    let interval = metrics.precision_interval;
    line("Measured on names the model had not seen:\n".to_owned());
    line("| measure | value |".to_owned());
    line("| --- | --- |".to_owned());
    for (measure, value) in [
        ("pairs", metrics.n.to_string()),
        ("same", metrics.n_same.to_string()),
        ("accepted", metrics.n_accepted.to_string()),
        ("precision at the accept threshold", format!("{:.4}", metrics.precision)),
        ("95 % interval of it", format!("{:.4} to {:.4}", interval.0, interval.1)),
        ("recall at the accept threshold", format!("{:.4}", metrics.recall)),
        ("F1 at the accept threshold", format!("{:.4}", metrics.f1)),
        ("likeliest candidate is right", format!("{:.4}", metrics.hit_at_1)),
        ("Brier score", format!("{:.4}", metrics.brier)),
        ("calibration error (ECE)", format!("{:.4}", metrics.ece)),
        ("log loss, nats", format!("{:.4}", metrics.log_loss)),
        ("accepts from", model.thresholds.accept_at.to_string()),
        ("asks from", model.thresholds.review_at.to_string()),
    ] {
        line(format!("| {measure} | {value} |"));
    }
    line("\nWhat it says, and what is so:\n".to_owned());
    line("| probability | pairs | said to be the same | the same |".to_owned());
    line("| --- | --- | --- | --- |".to_owned());
    for (idx, bin) in metrics.reliability.iter().enumerate() {
        let (from, to) = (idx as f64 / 10.0, (idx + 1) as f64 / 10.0);
        line(format!("| {from:.1} to {to:.1} | {} | {:.1} | {} |", bin.n, bin.said, bin.seen));
    }
    line("\nWhat weighs most, in log-odds for one standard deviation:\n".to_owned());
    line("| feature | says | weight |".to_owned());
    line("| --- | --- | --- |".to_owned());
    let mut order: Vec<usize> =
        (0..FEATURES.len()).filter(|&column| model.spread[column] > 0.0).collect();
    order.sort_by(|&one, &other| model.weights[other].abs().total_cmp(&model.weights[one].abs()));
    for column in order.into_iter().take(MOST_TELLING) {
        let Feature { name, says, .. } = FEATURES[column];
        line(format!(
            "| `{name}` | {says} | {:+.2} |",
            model.calibration.0 * model.weights[column]
        ));
    }
    text
}

/// What was tried to make a model one MSP's own, as a table under its card.
pub fn choice_table(choice: &[Measured]) -> String {
    let mut text = "\nWhat was tried, measured out of fold; of what is less than one standard error \
        behind the best the simplest is chosen, and what ships where nothing else is better:\n\n\
        | model | log loss | behind the best | standard error | |\n| --- | --- | --- | --- | --- |\n"
        .to_owned();
    for one in choice {
        let mark = if one.is_chosen { "chosen" } else { "" };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "| {} | {:.5} | {:.5} | {:.5} | {mark} |",
            one.approach.words(),
            one.log_loss,
            one.behind,
            one.standard_error
        );
    }
    text
}
