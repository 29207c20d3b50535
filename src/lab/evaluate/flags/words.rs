//! What was measured of flags, in words of at most 80 columns.

use std::fmt::Write;

use super::one_liners::Method;
use super::{CalibrationFigures, MethodFigures, SetFigures, TestFigures, TopFigures};

/// The figures of all sets.
pub fn words(sets: &[SetFigures]) -> String {
    let mut text = String::new();
    for set in sets {
        let _ = writeln!(text, "\n{}: {} series", set.name.to_uppercase(), set.n_series);
        calibration(&mut text, &set.calibration);
        set.tests.iter().for_each(|test| recall(&mut text, test));
        set.top.iter().for_each(|found| top(&mut text, found));
    }
    text
}

fn calibration(text: &mut String, figures: &[CalibrationFigures]) {
    let _ = writeln!(text, "Percent of quiet months with a p-value of at most (95 % over clients)");
    let _ = writeln!(text, "statistic     months         0.1 %              1 %               5 %");
    for one in figures {
        let _ = write!(text, "{:<9}{:>11}", one.statistic.word(), one.n);
        for share in one.at_most {
            let cell = format!(
                "{:.2} ({:.2}-{:.2})",
                100.0 * share.share,
                100.0 * share.low,
                100.0 * share.high
            );
            let _ = write!(text, " {cell:>18}");
        }
        let _ = writeln!(text);
    }
}

fn recall(text: &mut String, figures: &TestFigures) {
    let kinds = figures.kinds.iter().zip(&figures.n_planted).enumerate();
    let _ = writeln!(text, "Found of {}, percent at 5 and 10 false in 1,000", figures.test);
    for (kind_idx, (kind, n)) in kinds {
        let _ = writeln!(text, "  {}: {kind} ({n})", letter(kind_idx));
    }
    let _ = write!(text, "{:<24}{:>7}", "", "false");
    (0..figures.kinds.len()).for_each(|kind_idx| {
        let _ = write!(text, " {:>7}", letter(kind_idx));
    });
    let _ = writeln!(text);
    figures.methods.iter().for_each(|method| method_line(text, method));
}

fn method_line(text: &mut String, figures: &MethodFigures) {
    let _ = write!(text, "{:<24}{:>7.1}", figures.method.words(), figures.false_per_1000);
    for [at_5, at_10] in &figures.found {
        let _ = write!(text, " {:>3.0} {:>3.0}", 100.0 * at_5, 100.0 * at_10);
    }
    let _ = writeln!(text);
}

fn top(text: &mut String, figures: &TopFigures) {
    let _ = writeln!(
        text,
        "Of the 50 months called oddest, percent that proved real ({} of {} are)",
        figures.n_real, figures.n
    );
    for (method, precision) in Method::ALL.iter().zip(&figures.precision) {
        let _ = writeln!(text, "{:<24}{:>7.0}", method.words(), 100.0 * precision);
    }
}

/// A letter for a kind: a, b, …
fn letter(kind_idx: usize) -> char {
    char::from(b'a' + u8::try_from(kind_idx).unwrap_or(0))
}
