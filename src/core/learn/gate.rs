//! Which of two models matches better, on the same pairs that neither has learned from.

use super::GateVerdict;
use crate::pair_classifier::{Beside, PairMetrics};

/// Share of the true pairs a new model may leave to a person that the current one accepts: less than
/// this is chance where few are held out.
const ACCEPTS_LOST: f64 = 0.005;

/// Fewest confirmed pairs that two models are compared on: with a handful, one pair more or less decides.
const FEWEST_COMPARED: usize = 20;

/// Why two models cannot be compared on these pairs, if they cannot.
pub(super) fn too_few(measured: &PairMetrics) -> Option<String> {
    (measured.n_same < FEWEST_COMPARED).then(|| {
        format!(
            "expected at least {FEWEST_COMPARED} confirmed pairs to compare two models on, found {}",
            measured.n_same
        )
    })
}

/// A new model is better when it says how sure it is better (log loss) by more than the standard error of
/// the difference, and what it accepts is no worse: as precise as asked for or as the current one, and
/// hardly a right pair fewer.
pub(super) fn verdict(both: &Beside, target: f64) -> GateVerdict {
    let Beside { new, current, .. } = both;
    let precise = target.min(current.precision) <= new.precision;
    let found = current.recall - ACCEPTS_LOST <= new.recall;
    if precise && found && both.standard_error < both.gain {
        GateVerdict::Better
    } else {
        GateVerdict::Worse
    }
}

/// Both models' figures, in a sentence.
pub(super) fn sentence(both: &Beside, name: &str, measured_on: &str) -> String {
    let Beside { new, current, gain, standard_error } = both;
    let figures = |one: &PairMetrics| {
        format!(
            "log loss {:.4}, precision {:.1} %, recall {:.1} %",
            one.log_loss,
            100.0 * one.precision,
            100.0 * one.recall
        )
    };
    let sides = format!("{} on {measured_on}, the {name} model {}", figures(new), figures(current));
    let way = if *gain < 0.0 { "more" } else { "less" };
    format!("{sides}: {:.4} {way} log loss, give or take {standard_error:.4}", gain.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Probability;

    fn model(log_loss: f64, precision: f64, recall: f64) -> PairMetrics {
        PairMetrics {
            n: 500,
            n_same: 100,
            accept_at: Probability::clamped(0.9),
            n_accepted: 95,
            precision,
            precision_interval: (0.9, 1.0),
            recall,
            f1: 2.0 * precision * recall / (precision + recall),
            hit_at_1: 1.0,
            brier: 0.01,
            ece: 0.01,
            log_loss,
            reliability: Default::default(),
        }
    }

    #[test]
    fn a_handful_of_pairs_decides_nothing() {
        let metrics = PairMetrics { n_same: 6, ..model(0.01, 1.0, 1.0) };
        assert!(too_few(&metrics).is_some_and(|why| why.ends_with("found 6")));
        assert_eq!(too_few(&model(0.01, 1.0, 1.0)), None);
    }

    #[test]
    fn a_better_log_loss_does_not_excuse_wrong_or_missing_accepts() {
        let current = model(0.02, 0.995, 0.95);
        let cases = [
            (model(0.01, 0.995, 0.95), GateVerdict::Better),
            (model(0.01, 0.991, 0.97), GateVerdict::Better),
            (model(0.01, 0.29, 0.97), GateVerdict::Worse),
            (model(0.01, 0.999, 0.80), GateVerdict::Worse),
            (model(0.03, 0.999, 0.99), GateVerdict::Worse),
        ];
        for (new, expected) in cases {
            let gain = current.log_loss - new.log_loss;
            let both = Beside { new, current, gain, standard_error: 0.001 };
            assert_eq!(verdict(&both, 0.99), expected, "{both:?}");
        }
    }

    #[test]
    fn what_may_be_chance_is_no_better_model() {
        let (new, current) = (model(0.01, 0.995, 0.95), model(0.02, 0.995, 0.95));
        let both = Beside { new, current, gain: 0.01, standard_error: 0.011 };
        assert_eq!(verdict(&both, 0.99), GateVerdict::Worse);
        insta::assert_snapshot!(
            sentence(&both, "current", "the decisions made since"),
            @"log loss 0.0100, precision 99.5 %, recall 95.0 % on the decisions made since, the current model log loss 0.0200, precision 99.5 %, recall 95.0 %: 0.0100 less log loss, give or take 0.0110"
        );
    }
}
