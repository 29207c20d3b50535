//! What was measured, in words of at most 80 columns.

use std::fmt::Write;

use super::{
    CandidateFigures, Evaluation, FormatFigures, NameFigures, PriorityFigures, QuantityFigures,
    SeatFigures, Throughput,
};
use super::{benchmark_words, flags};
use seatdrift_core::domain::EntityKind;

/// The whole evaluation.
pub fn words(evaluation: &Evaluation) -> String {
    let recipe = &evaluation.recipe;
    let mut text = format!(
        "{} made-up MSPs of {} clients for each pair of exports, seeds from {}.\n\
         Judged: three vendor names in ten, which nobody ever decides.\n\
         right: of the pairs that are the same, percent accepted without a person\n\
         prec.: of the pairs accepted, percent that are right; wrong: those that are not\n",
        recipe.msps,
        recipe.clients,
        recipe.first_seed(),
    );
    for figures in &evaluation.made_up {
        made_up(&mut text, figures);
    }
    throughput(&mut text, &evaluation.throughput);
    if let Some(benchmarks) = &evaluation.benchmarks {
        text.push_str(&benchmark_words::words(benchmarks));
    }
    text.push_str(&flags::words(&evaluation.flags));
    text
}

fn made_up(text: &mut String, figures: &FormatFigures) {
    line(text, &format!("\n{}\n", figures.formats.to_uppercase()));
    line(text, "Learning curve              with lines                   by names alone");
    line(text, &format!("months kind   judged  same {NAME_HEAD} {NAME_HEAD}"));
    for step in &figures.learning_curve {
        for (kind, names) in [("client", &step.client), ("SKU", &step.sku)] {
            let (with, alone) = (&names.with_lines, &names.names_alone);
            line(
                text,
                &format!(
                    "{:>6} {kind:6} {:>6} {:>5} {} {}",
                    step.months,
                    with.names,
                    with.same,
                    name_cells(with),
                    name_cells(alone),
                ),
            );
        }
    }
    line(text, "");
    for found in &figures.candidates {
        candidates(text, found);
    }
    seats(text, &figures.seats);
    priorities(text, &figures.priorities);
}

const NAME_HEAD: &str = " right   prec. wrong   ECE";

fn name_cells(names: &NameFigures) -> String {
    format!(
        "{:>6}  {:>6} {:>5} {:>5.3}",
        percent(names.right),
        percent(names.precision),
        names.wrong,
        names.ece,
    )
}

fn candidates(text: &mut String, found: &CandidateFigures) {
    let kind = match found.kind {
        EntityKind::Client => "clients",
        EntityKind::Sku => "SKUs",
    };
    line(
        text,
        &format!(
            "Candidates by names alone, {kind}: {} % of {} pairs, {:.1} a vendor name",
            percent(found.recall),
            found.same,
            found.per_name,
        ),
    );
}

fn seats(text: &mut String, figures: &SeatFigures) {
    line(text, "\nSeats, the newest three months");
    line(text, "  model and lines      line-months  p<.01  p<.001  in 90 % band  error  naive");
    for (name, metrics) in [
        ("shipped, quiet lines", &figures.shipped_quiet),
        ("shipped, all lines", &figures.shipped),
        ("own months, all", &figures.own),
    ] {
        line(
            text,
            &format!(
                "  {name:20} {:>11}  {:>4}%  {:>5}%  {:>11}%  {:>5.2}  {:>5.2}",
                metrics.n,
                percent(metrics.below_1_in_100),
                percent(metrics.below_1_in_1000),
                percent(metrics.coverage_90),
                metrics.mean_absolute_error,
                metrics.mean_absolute_error_last_month,
            ),
        );
    }
}

fn priorities(text: &mut String, figures: &PriorityFigures) {
    let PriorityFigures { differences, found, untrue, first_twenty, best_twenty, .. } = figures;
    let n_reached = first_twenty.iter().filter(|share| 0.9 <= **share).count();
    let range = |shares: &[f64]| {
        let lowest = shares.iter().copied().fold(1.0, f64::min);
        let highest = shares.iter().copied().fold(0.0, f64::max);
        format!("{} to {} %", percent(lowest), percent(highest))
    };
    line(
        text,
        &format!(
            "\nDifferences of the newest month, every name answered\n  {found} of {differences} true \
             ones are findings to the cent; {untrue} findings are none\n  The first twenty hold {} of the \
             expected money,\n  nine tenths or more at {n_reached} of {} MSPs; the best twenty hold {}",
            range(first_twenty),
            first_twenty.len(),
            range(best_twenty),
        ),
    );
    line(text, "");
    quantities(text, &figures.quantities);
}

/// What claims propose as the right quantity, kind by kind and all together.
pub(super) fn quantities(text: &mut String, figures: &[QuantityFigures]) {
    line(text, "Right quantity proposed, percent; meant: differences the MSP means to have");
    line(text, "                    claims  none  right  meant  right  others  right a month");
    let row = |text: &mut String, name: &str, of: &[&QuantityFigures]| {
        let sum =
            |part: fn(&QuantityFigures) -> usize| -> usize { of.iter().map(|one| part(one)).sum() };
        let (claims, meant, proposed) =
            (sum(|one| one.claims), sum(|one| one.meant), sum(|one| one.proposed));
        let (right, right_meant) = (sum(|one| one.right), sum(|one| one.right_meant));
        let share = |n: usize, of: usize| match of {
            0 => "-".to_owned(),
            of => percent(n as f64 / of as f64),
        };
        line(
            text,
            &format!(
                "  {name:<18}{claims:>6} {:>5} {:>6} {meant:>6} {:>6} {:>7} {:>6} {:>7}",
                claims - proposed,
                share(right, claims),
                share(right_meant, meant),
                claims - meant,
                share(right - right_meant, claims - meant),
                share(sum(|one| one.with_month), proposed),
            ),
        );
    };
    for one in figures {
        row(text, one.kind.title(), &[one]);
    }
    row(text, "all", &figures.iter().collect::<Vec<_>>());
}

fn throughput(text: &mut String, speed: &Throughput) {
    line(text, "\nTHROUGHPUT, this machine, one run\n");
    line(
        text,
        &format!(
            "  {} × {} client names: {} candidates, {:.0} a second;\n  {:.0} feature rows a second; \
             {:.2} s to learn from {} labelled pairs",
            speed.names[0],
            speed.names[1],
            speed.candidate_pairs,
            speed.candidates_a_second,
            speed.feature_rows_a_second,
            speed.training_seconds,
            speed.labels,
        ),
    );
}

/// A share in percent, to the tenth.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

fn line(text: &mut String, words: &str) {
    writeln!(text, "{words}").expect("a String takes every write");
}
