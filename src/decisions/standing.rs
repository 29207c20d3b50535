//! Decisions about lines: which one stands for a line in a month.

use super::NameIndex;
use crate::domain::{Decision, LineKey, Month, Side, Subject, Verdict};

/// The decision that stands for a line.
#[derive(Debug, Clone, Copy)]
pub struct StandingDecision<'a> {
    /// What was decided.
    pub decision: &'a Decision,
    /// What follows from it.
    pub effect: Effect,
}

/// What follows from a decision about a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Accepted, bundle, internal or free: no finding while its numbers stay.
    Settles,
    /// The PSA or the vendor is to be fixed: it stays a finding until it is.
    ToFix,
    /// It settled the line until a day that has passed.
    Passed,
}

/// The names of both sides, for decisions that name a client or a product instead of its key.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Vendor clients.
    pub vendor_clients: NameIndex,
    /// Vendor products.
    pub vendor_skus: NameIndex,
    /// PSA clients.
    pub psa_clients: NameIndex,
    /// PSA products.
    pub psa_skus: NameIndex,
}

/// The last decision about a line, as it stands on the last day of `month`; `None` where there is none. `lines` are the keys of both sides' lines that are compared together.
pub fn standing_decision<'a>(
    decisions: &'a [Decision],
    lines: &[&LineKey],
    month: Month,
    names: &Names,
) -> Option<StandingDecision<'a>> {
    let last = decisions
        .iter()
        .rev()
        .filter(|decision| decision.subject == Subject::Line)
        .find(|decision| lines.iter().any(|line| is_about(decision, line, lines, names)))?;
    let settles = matches!(
        last.verdict,
        Verdict::Accepted | Verdict::Bundle | Verdict::Internal | Verdict::Free
    );
    let effect = match (settles, last.until) {
        (true, Some(until)) if until < month.last_day() => Effect::Passed,
        (true, _) => Effect::Settles,
        (false, _) => Effect::ToFix,
    };
    Some(StandingDecision { decision: last, effect })
}

/// Whether every key the decision gives is one of the line's, on each side it speaks of.
fn is_about(decision: &Decision, line: &LineKey, lines: &[&LineKey], names: &Names) -> bool {
    let on_side = |side: Side, client: &Option<String>, sku: &Option<String>| {
        if client.is_none() && sku.is_none() {
            return None;
        }
        let (clients, skus) = match side {
            Side::Vendor => (&names.vendor_clients, &names.vendor_skus),
            Side::Psa => (&names.psa_clients, &names.psa_skus),
        };
        let means = |text: &Option<String>, index: &NameIndex, key: &str| {
            text.as_ref().is_none_or(|text| index.means(text, key))
        };
        let mut same_side = lines.iter().filter(|key| key.side == side).peekable();
        // A decision may name the partner of a line that is alone this month.
        if same_side.peek().is_none() {
            return Some(line.side != side);
        }
        Some(
            same_side
                .any(|key| means(client, clients, &key.client.0) && means(sku, skus, &key.sku.0)),
        )
    };
    let vendor = on_side(Side::Vendor, &decision.vendor_client, &decision.vendor_sku);
    let psa = on_side(Side::Psa, &decision.psa_client, &decision.psa_sku);
    let speaks_of_line = match line.side {
        Side::Vendor => vendor.is_some(),
        Side::Psa => psa.is_some(),
    };
    speaks_of_line && vendor.unwrap_or(true) && psa.unwrap_or(true)
}
