//! What a cause says to a billing person.

use std::collections::BTreeSet;

use super::contracts::{EndedContract, EndedLine};
use super::findings::{Found, USE};
use crate::domain::{Direction, Side};
use crate::run::numbers::{counted, money};
use crate::run::{Cause, CauseKind, Finding, FurtherLine};

/// A cause as a run has it.
pub(super) fn told(id: String, found: &Found<'_>, findings: &[&Finding]) -> Cause {
    let clients: BTreeSet<&str> = findings.iter().map(|one| one.client.as_str()).collect();
    let skus: BTreeSet<&str> = findings.iter().map(|one| one.sku.as_str()).collect();
    let only = |names: &BTreeSet<&str>| match names.len() {
        1 => names.first().copied().unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    let (client, mut what) = (only(&clients), only(&skus));
    let at = counted(clients.len(), "client", "clients");
    let lines = counted(findings.len(), "line", "lines");
    let further = found.contract.map(|contract| further(contract, findings)).unwrap_or_default();
    let is_bought = findings.iter().any(|one| one.direction() == Direction::Lose);
    let words = match found.kind {
        CauseKind::PriceList => format!("The vendor's price of {what} is another one at {at}."),
        CauseKind::ContractEnded => {
            what = found.contract.map(|one| one.agreement.clone()).unwrap_or_default();
            format!("The contract {what} of {client} ended: {lines} still bought, billed no more.")
                + &further_words(&further)
        }
        CauseKind::LostClient => {
            let last = found.last.map(|month| month.short()).unwrap_or_default();
            match is_bought {
                true => format!("{client} was billed last in {last}; {lines} still bought."),
                false => format!("{client} was charged for last in {last}; {lines} still billed."),
            }
        }
        CauseKind::NewClient => match is_bought {
            true => format!("{client} is new; {lines} bought and nothing billed yet."),
            false => format!("{client} is new; {lines} billed and nothing bought yet."),
        },
        CauseKind::ClientAlone => match is_bought {
            true => format!("{client} is billed for nothing; {lines} bought."),
            false => format!("Nothing is bought for {client}; {lines} billed."),
        },
        CauseKind::ClientUnanswered => {
            format!("Nobody has said yet who {} is: {lines} wait for it.", either(&clients))
        }
        CauseKind::ProductUnanswered if found.about == USE => format!(
            "Nobody has said yet which line of the PSA carries the use of {}: {lines} at {at}.",
            either(&skus)
        ),
        CauseKind::ProductUnanswered => {
            format!("Nobody has said yet what {} is: {lines} at {at}.", either(&skus))
        }
        CauseKind::Rename => {
            let names: Vec<&str> = skus.iter().copied().collect();
            format!("{} may be one product under two names, at {at}.", names.join(" and "))
        }
    };
    Cause { id, kind: found.kind, client, what, words, further }
}

/// Names that a sentence has room for.
const N_NAMED: usize = 3;

/// `a or b`, the first of many.
fn either(names: &BTreeSet<&str>) -> String {
    let named: Vec<&str> = names.iter().take(N_NAMED).copied().collect();
    match names.len().saturating_sub(N_NAMED) {
        0 => named.join(" or "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

/// The lines of an ended contract that are no difference.
fn further(contract: &EndedContract, findings: &[&Finding]) -> Vec<FurtherLine> {
    let told: BTreeSet<&str> = findings
        .iter()
        .flat_map(|finding| &finding.lines)
        .filter(|line| line.side == Side::Psa)
        .map(|line| line.sku.as_str())
        .collect();
    let others = contract.lines.iter().filter(|(sku, _)| !told.contains(sku.0.as_str()));
    let line = |line: &EndedLine| FurtherLine {
        sku: line.name.clone(),
        units: line.units,
        money: line.money,
        currency: line.currency,
    };
    others.map(|(_, one)| line(one)).collect()
}

fn further_words(further: &[FurtherLine]) -> String {
    if further.is_empty() {
        return String::new();
    }
    let named: Vec<String> = further
        .iter()
        .map(|line| format!("{} {} ({})", line.units, line.sku, money(line.money, line.currency)))
        .collect();
    let lines = counted(further.len(), "line that no vendor sells", "lines that no vendor sells");
    format!(" {lines} ended with it: {}.", named.join(", "))
}
