//! What training did, in words.

use super::Learned;
use seatdrift_core::learn::GateVerdict;

impl Learned {
    /// What training did, in words for a person.
    pub fn words(&self) -> String {
        let mut text = format!("trained on everything through {}\n", self.through);
        for (name, outcome) in [("client pairs", &self.clients), ("SKU pairs", &self.skus)] {
            text.push_str(&format!("\n{name}: {} decisions\n", outcome.trained.decisions));
            if let Some(new) = &outcome.trained.new {
                text.push_str(&format!(
                    "  on {}: precision {:.1} %, recall {:.1} %, best guess right {:.1} %\n",
                    outcome.trained.measured_on,
                    100.0 * new.precision,
                    100.0 * new.recall,
                    100.0 * new.hit_at_1,
                ));
            }
            for warning in &outcome.trained.warnings {
                text.push_str(&format!("  note: {warning}\n"));
            }
            text.push_str(&kept(&outcome.trained.verdict, &outcome.kept_as, &outcome.trained.why));
        }
        let seats = &self.seats;
        text.push_str(&format!("\nseat trends: {} lines\n", seats.trained.lines));
        if let Some(new) = &seats.trained.new {
            text.push_str(&format!(
                "  on {} line-months held out: {:.2} % of them below p = 0.01, 90 % band holds {:.1} %\n",
                new.n,
                100.0 * new.below_1_in_100,
                100.0 * new.coverage_90,
            ));
        }
        text.push_str(&kept(&seats.trained.verdict, &seats.kept_as, &seats.trained.why));
        text
    }
}

fn kept(verdict: &GateVerdict, kept_as: &Option<String>, why: &str) -> String {
    match (verdict, kept_as) {
        (GateVerdict::Taught, Some(file)) => format!(
            "  the model in use is better and stays, with what people said of its flags, as {file}: \
             {why}\n"
        ),
        (_, Some(file)) => format!("  new model kept as {file}: {why}\n"),
        (GateVerdict::NothingToLearn, None) => format!("  the model in use stays: {why}\n"),
        (_, None) => format!("  the model in use is better and stays: {why}\n"),
    }
}
