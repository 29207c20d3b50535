//! The agreements a client is billed under: what a line that is missing in the PSA could be added to.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{ExportRow, Line, Side};
use crate::reconcile::Partners;
use crate::run::Finding;

/// Gives every finding without a line in the PSA the agreements its client's other lines stand on.
pub(super) fn tell_agreements(
    findings: &mut [Finding],
    rows: &[ExportRow],
    lines: &[Line],
    partners: &Partners,
) {
    let mut by_client: BTreeMap<&str, BTreeSet<Option<&str>>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.key.side == Side::Psa) {
        let own = by_client.entry(&line.key.client.0).or_default();
        own.extend(line.rows.iter().map(|&row_idx| rows[row_idx].agreement.as_deref()));
    }
    for finding in findings {
        if finding.lines.iter().any(|line| line.side == Side::Psa && line.is_here()) {
            continue;
        }
        let vendor = finding.lines.iter().filter(|line| line.side == Side::Vendor);
        let accepted = vendor.filter_map(|line| partners.clients.psa_of.get(&line.client));
        let clients: BTreeSet<&str> =
            accepted.flatten().map(|partner| partner.psa.as_str()).collect();
        let own = clients.into_iter().filter_map(|client| by_client.get(client)).flatten();
        let agreements: BTreeSet<Option<&str>> = own.copied().collect();
        let owned = agreements.into_iter().map(|agreement| agreement.map(str::to_owned));
        finding.client_agreements = owned.collect();
    }
}
