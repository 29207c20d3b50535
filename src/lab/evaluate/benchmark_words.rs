//! What was measured on benchmark sets, in words of at most 80 columns.

use std::fmt::Write;

use super::benchmarks::{BenchmarkFigures, OpenWorldFigures, SplitFigures};
use super::half_labelled::HalfLabelledFigures;
use super::words::percent;

/// The benchmark sets, as text.
pub(super) fn words(figures: &BenchmarkFigures) -> String {
    let mut text = String::new();
    if !figures.splits.is_empty() {
        splits(&mut text, &figures.splits);
    }
    if !figures.open_world.is_empty() {
        open_world(&mut text, &figures.open_world);
        half_labelled(&mut text, &figures.half_labelled);
    }
    text
}

fn splits(text: &mut String, sets: &[SplitFigures]) {
    line(text, "\nBENCHMARKS with official splits, F1 on test in percent\n");
    line(text, "  set                    ours  Magellan  DeepMatcher  Ditto");
    for set in sets {
        let ours = percent(set.f1);
        let theirs = set.published.map_or_else(
            || format!("{:>8}  {:>11}  {:>5}", "-", "-", "-"),
            |one| format!("{:>8.1}  {:>11.1}  {:>5.1}", one.magellan, one.deep_matcher, one.ditto),
        );
        line(text, &format!("  {:21} {ours:>5}  {theirs}", shown(&set.set)));
    }
    line(
        text,
        "\n  Ours is transductive: how a pair stands among its rivals is seen in both whole\n  \
         tables, the test rows without their labels among them. Theirs see each pair\n  alone.\n",
    );
    line(text, "  set                   precision  recall  threshold    ECE  candidates    time");
    for set in sets {
        line(
            text,
            &format!(
                "  {:21} {:>9}  {:>6}      {:.3}  {:.3}  {:>9}%  {:>5.1}s",
                shown(&set.set),
                percent(set.precision),
                percent(set.recall),
                set.threshold,
                set.ece,
                percent(set.candidate_recall),
                set.seconds,
            ),
        );
    }
    line(text, "  candidates: true pairs of all splits that are compared without being asked for");
}

fn open_world(text: &mut String, sets: &[OpenWorldFigures]) {
    line(text, "\nNAMES in an open world: four partners in ten are gone\n");
    line(text, "  set, model               tested      F1  best F1  P .99  hit@1  among     time");
    for set in sets {
        let found = &set.found;
        line(
            text,
            &format!(
                "  {:24} {:>6}  {:>6}  {:>7}  {:>5}  {:>5}  {:>5}  {:>6.1}s",
                shown(&format!("{} {}", set.set, set.model)),
                found.tested,
                percent(found.f1),
                percent(found.best_f1),
                percent(found.recall_at_99),
                percent(found.hit_at_1),
                percent(found.candidate_recall),
                set.seconds,
            ),
        );
    }
    line(text, "  F1 from probability 0.5; P .99: share found with 99 % of the answers right;");
    line(text, "  among: share of the partners among the candidates");
}

fn half_labelled(text: &mut String, sets: &[HalfLabelledFigures]) {
    line(text, "\nMATCH in an open world, half of the left rows labelled, the other half judged\n");
    line(text, "  set, labels              labels  tested      F1  best F1  P .99    ECE     time");
    for set in sets {
        line(
            text,
            &format!(
                "  {:24} {:>6}  {:>6}  {:>6}  {:>7}  {:>5}  {:.3}  {:>6.1}s",
                shown(&format!("{} {}", set.set, set.labels)),
                set.labelled,
                set.tested,
                percent(set.f1),
                percent(set.best_f1),
                percent(set.recall_at_99),
                set.ece,
                set.seconds,
            ),
        );
    }
    line(text, "  matches: what is the same; judged: whether the likeliest candidate is it;");
    line(text, "  beside: what is the same, and a pair picked blindly for every row");
}

/// A folder's name, cut to what a column holds.
fn shown(name: &str) -> String {
    name.chars().take(24).collect()
}

fn line(text: &mut String, words: &str) {
    writeln!(text, "{words}").expect("a String takes every write");
}
