//! What a month's recomputed prorations, credits and changes come to.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{MonthInputs, identity};
use crate::domain::LineKey;
use crate::reconcile::{Reconciled, Settlement};
use crate::run::ExplainedLine;

/// Every one of them, in file order.
pub(super) fn explained(
    inputs: &MonthInputs<'_>,
    reconciled: &Reconciled<'_>,
) -> Vec<ExplainedLine> {
    let mut names: FxHashMap<&LineKey, (&str, &str)> = FxHashMap::default();
    for compared in &reconciled.groups {
        let group = &compared.group;
        for line in group.vendor.iter().chain(&group.psa) {
            names.entry(&line.key).or_insert((&group.client_name, &group.sku_name));
        }
    }
    let lines = reconciled.settlements.par_iter();
    lines.map(|one| explained_line(inputs, one, names.get(&one.line).copied())).collect()
}

fn explained_line(
    inputs: &MonthInputs<'_>,
    settlement: &Settlement,
    names: Option<(&str, &str)>,
) -> ExplainedLine {
    let first = &inputs.rows[settlement.rows[0]];
    let (client, sku) = names.unwrap_or((&first.client_name, &first.sku_name));
    let places: Vec<String> =
        settlement.rows.iter().map(|&row_idx| inputs.rows[row_idx].place.to_string()).collect();
    let month = inputs.month.to_string();
    let parts: Vec<&str> =
        std::iter::once(month.as_str()).chain(places.iter().map(String::as_str)).collect();
    ExplainedLine {
        id: identity::id('e', &parts),
        side: settlement.line.side,
        client: client.to_owned(),
        sku: sku.to_owned(),
        kind: settlement.kind,
        charged: settlement.charged.amount,
        recomputed: settlement.due.map(|due| due.amount),
        currency: settlement.charged.currency,
        verdict: settlement.verdict,
        why: settlement.why.clone(),
        rows: places,
    }
}
