//! Pairs that the seats suggest, offered for review among the names: parts of bundles, clients under two
//! names.

use super::MatchedNames;
use crate::assignment::{Status, Suggestion};
use crate::domain::{EntityKind, Probability};
use crate::pair_classifier::Contribution;
use crate::reconcile::{NameStanding, PairProposal};

/// The most candidates a name is shown with.
const MOST_SHOWN: usize = 3;

/// Adds the proposals to the product names that a person is asked about. Nothing is accepted by it:
/// the names wait, and so do their lines.
pub(super) fn offer_pairs(matched: &mut MatchedNames, proposals: Vec<PairProposal>) {
    let MatchedNames { assignments, partners, .. } = matched;
    for proposal in proposals {
        let (rows, names) = match proposal.kind {
            EntityKind::Client => (&mut assignments.client.suggestions, &mut partners.clients),
            EntityKind::Sku => (&mut assignments.sku.suggestions, &mut partners.skus),
        };
        if !offer(rows, &proposal) {
            continue;
        }
        let none = proposal.probability.opposite();
        waits(names.vendor.get_mut(&proposal.vendor), none);
        waits(names.psa.get_mut(&proposal.psa), none);
    }
}

/// Makes room for a proposal among its vendor name's rows; whether there was some.
fn offer(rows: &mut Vec<Suggestion>, proposal: &PairProposal) -> bool {
    let is_own = |row: &Suggestion| row.vendor_key.as_ref() == Some(&proposal.vendor);
    let is_pair = |row: &Suggestion| is_own(row) && row.psa_key.as_ref() == Some(&proposal.psa);
    if rows.iter().filter(|row| is_own(row)).any(|row| row.status.is_accepted()) {
        return false;
    }
    let Some(start) = rows.iter().position(is_own) else { return false };
    let alone = rows[start].alone;
    rows.retain(|row| !(is_pair(row) || is_own(row) && row.status == Status::Unmatched));
    let n_own = rows.iter().filter(|row| is_own(row)).count();
    if MOST_SHOWN <= n_own {
        // No PSA name loses its only row.
        let stands_elsewhere = |row: &Suggestion| {
            rows.iter().any(|other| other.psa_key == row.psa_key && !is_own(other))
        };
        let weakest = rows.iter().rposition(|row| is_own(row) && stands_elsewhere(row));
        let Some(weakest) = weakest else { return false };
        rows.remove(weakest);
    }
    rows.retain(|row| row.vendor_key.is_some() || row.psa_key.as_ref() != Some(&proposal.psa));
    let better = |row: &Suggestion| is_own(row) && proposal.probability <= row.probability;
    let at = rows.iter().rposition(better).map_or(start.min(rows.len()), |last| last + 1);
    rows.insert(at, suggestion(proposal, alone));
    true
}

fn suggestion(proposal: &PairProposal, alone: Probability) -> Suggestion {
    let contribution = |&(feature, value, log_odds): &(&'static str, f64, f64)| Contribution {
        feature,
        value,
        log_odds,
    };
    Suggestion {
        kind: proposal.kind,
        vendor_key: Some(proposal.vendor.clone()),
        vendor_name: proposal.vendor_name.clone(),
        psa_key: Some(proposal.psa.clone()),
        psa_name: proposal.psa_name.clone(),
        probability: proposal.probability,
        status: Status::Review,
        why: proposal.why.clone(),
        rests_on: None,
        contributions: proposal.steps.iter().map(contribution).collect(),
        runner_up: None,
        alone: alone.and(proposal.probability.opposite()),
    }
}

/// A name that stood alone, or waits already, waits for this too. While a person is asked, that it has no
/// partner is a question and no claim.
fn waits(standing: Option<&mut NameStanding>, none: Probability) {
    let Some(standing) = standing else { return };
    if let NameStanding::Alone(before) | NameStanding::Waiting(before) = *standing {
        let least = Probability::clamped(before.get().min(none.get()));
        *standing = NameStanding::Waiting(least.at_most_a_question());
    }
}
