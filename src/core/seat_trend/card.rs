//! The card beside a model: what a person should know before trusting it.

use super::backtest::TrendMetrics;
use super::model::TrendModel;

/// The model's card, as Markdown: what it was fitted on, how right it was on months held out, and
/// what it cannot do.
pub fn card(model: &TrendModel, metrics: Option<&TrendMetrics>) -> String {
    let mut lines = vec![
        "# Seat-trend model".to_owned(),
        String::new(),
        format!("- fitted on {} lines, through {}", model.n_lines, model.through),
        format!("- p-values are ranks among {} clean line-months", model.n_calibration),
        format!(
            "- of {} months of steadily growing lines {} paused",
            model.growers.0, model.growers.1
        ),
        format!(
            "- the usual variance is worth {:.1} months of a line's own",
            model.quantity.scale.freedom
        ),
        format!("- a line is judged from its month {} on", model.recipe.min_months + 1),
    ];
    if let Some(curve) = model.verdicts() {
        lines.push(format!("- people judged {} of its flags, {} as real", curve.n, curve.n_real));
    }
    lines.push(String::new());
    match metrics {
        Some(metrics) => lines.extend(measured(metrics)),
        None => lines.push("Not measured on months held out: too few months.".to_owned()),
    }
    lines.push(String::new());
    lines.push(
        "It cannot tell a pause from a missed order, finds no change of a tenth in a noisy line, and \
         learns a line's seasons from its second year on."
            .to_owned(),
    );
    lines.push(String::new());
    lines.join("\n")
}

fn measured(metrics: &TrendMetrics) -> Vec<String> {
    let per_cent = |share: f64| format!("{:.2} %", 100.0 * share);
    let row = |what: &str, right: &str, found: String| format!("| {what} | {right} | {found} |");
    vec![
        format!("On {} line-months held out:", metrics.n),
        String::new(),
        "| what | if nothing happens | found |".to_owned(),
        "| --- | --- | --- |".to_owned(),
        row("p-value below 0.01", "1 %", per_cent(metrics.below_1_in_100)),
        row("p-value below 0.001", "0.1 %", per_cent(metrics.below_1_in_1000)),
        row("inside the 90 % band", "at least 90 %", per_cent(metrics.coverage_90)),
        row("mean error, units", "", format!("{:.3}", metrics.mean_absolute_error)),
        row(
            "mean error of “as last month”",
            "",
            format!("{:.3}", metrics.mean_absolute_error_last_month),
        ),
        row("mean log score", "", format!("{:.4}", metrics.mean_log_score)),
    ]
}
