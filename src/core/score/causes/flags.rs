//! Each flag's cause: that of the finding which says the same of its line or its client, else itself.

use std::collections::BTreeMap;

use super::Facts;
use crate::anomaly::{FlagKind, FlagSide};
use crate::domain::{FindingKind, Side};
use crate::run::{CauseKind, Finding, FlagKeys, FlagLine};
use crate::score::flag_keys::canonical_key;

/// The causes of findings, by what flags are about.
#[derive(Default)]
struct ByLine<'f> {
    /// Side, client and product → its findings.
    lines: BTreeMap<(Side, &'f str, &'f str), Vec<&'f Finding>>,
    /// Kind of client's cause and the client's key → the cause.
    clients: BTreeMap<String, &'f str>,
    /// The vendor's product → the cause that its price is.
    prices: BTreeMap<&'f str, &'f str>,
}

pub(super) fn assign(flags: &mut [FlagLine], findings: &[Finding], facts: &Facts<'_>) {
    let mut by_line = ByLine::default();
    for finding in findings {
        for line in finding.lines.iter().filter(|line| line.is_here()) {
            let key = (line.side, line.client.as_str(), line.sku.as_str());
            by_line.lines.entry(key).or_default().push(finding);
            if finding.cause.starts_with(CauseKind::PriceList.word()) && line.side == Side::Vendor {
                by_line.prices.entry(&line.sku).or_insert(&finding.cause);
            }
            if is_of_client(&finding.cause) {
                let client = match line.side {
                    Side::Psa => line.client.clone(),
                    Side::Vendor => {
                        let partners = facts.partners.clients.partners(&line.client);
                        canonical_key(&line.client, partners.first())
                    }
                };
                by_line.clients.entry(client).or_insert(&finding.cause);
            }
        }
    }
    for flag in flags {
        let found = flag.keys.as_ref().and_then(|keys| by_line.cause(flag, keys, facts));
        flag.cause = found.unwrap_or_else(|| flag.id.clone());
    }
}

/// Whether a cause is about all that a client has.
fn is_of_client(cause: &str) -> bool {
    let kinds = [
        CauseKind::LostClient,
        CauseKind::NewClient,
        CauseKind::ClientAlone,
        CauseKind::ClientUnanswered,
    ];
    kinds.iter().any(|kind| cause.starts_with(&kind.id("")))
}

impl ByLine<'_> {
    fn cause(&self, flag: &FlagLine, keys: &FlagKeys, facts: &Facts<'_>) -> Option<String> {
        if flag.kind == FlagKind::PriceShift {
            let is_bought = matches!(flag.side, FlagSide::Vendor | FlagSide::Both);
            let mut skus = keys.vendor_skus.iter().filter(|_| is_bought);
            return skus.find_map(|sku| self.prices.get(sku.as_str())).map(|&id| id.to_owned());
        }
        if let Some(contract) = contract_of(flag, keys, facts) {
            return Some(contract);
        }
        let psa = keys.psa_clients.first().cloned();
        let client = psa.or_else(|| Some(canonical_key(keys.vendor_clients.first()?, None)))?;
        if flag.sku.is_empty() {
            return self.clients.get(&client).map(|&id| id.to_owned());
        }
        let line = self.finding(keys)?;
        Some(line.cause.clone())
    }

    /// The finding about the units of a flag's line.
    fn finding(&self, keys: &FlagKeys) -> Option<&Finding> {
        let vendor = pairs(&keys.vendor_clients, &keys.vendor_skus).map(|key| (Side::Vendor, key));
        let psa = pairs(&keys.psa_clients, &keys.psa_skus).map(|key| (Side::Psa, key));
        let found = vendor.chain(psa).filter_map(|(side, (client, sku))| {
            let found = self.lines.get(&(side, client, sku))?;
            // What is about its price is another matter than its units.
            found.iter().find(|one| one.kind != FindingKind::BelowCost && one.kind.is_about_units())
        });
        found.into_iter().next().copied()
    }
}

/// The contract whose end took a line of the PSA away.
fn contract_of(flag: &FlagLine, keys: &FlagKeys, facts: &Facts<'_>) -> Option<String> {
    let is_gone = flag.kind == FlagKind::Vanished && flag.side != FlagSide::Vendor;
    let contract = facts.contracts.iter().filter(|_| is_gone).find(|contract| {
        keys.psa_clients.iter().any(|client| contract.client.0 == *client)
            && keys.psa_skus.iter().any(|sku| contract.lines.keys().any(|own| own.0 == *sku))
    })?;
    let about = format!("{}/{}", contract.client.0, contract.agreement);
    Some(CauseKind::ContractEnded.id(&about))
}

fn pairs<'k>(
    clients: &'k [String],
    skus: &'k [String],
) -> impl Iterator<Item = (&'k str, &'k str)> {
    clients.iter().flat_map(move |client| skus.iter().map(|sku| (client.as_str(), sku.as_str())))
}
