//! What a client is billed at nothing beside something else of ours: rather included in that than sold below
//! cost.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::finding_types::Compared;
use crate::domain::{FindingKind, Line};

/// Makes a question of units sold at a price of zero, where the same client is billed as many units or more of
/// something that no vendor charges: a row of a bundle's part that is only shown.
pub(super) fn weigh(groups: &mut [Compared<'_>]) {
    let is_free = |compared: &Compared<'_>| {
        compared.price.is_some_and(|price| price.amount.is_zero())
            && compared.differences.iter().any(|one| one.kind == FindingKind::BelowCost)
    };
    if !groups.iter().any(is_free) {
        return;
    }
    let mut own: BTreeMap<CompactString, (Decimal, String)> = BTreeMap::new();
    for compared in groups.iter().filter(|one| one.group.vendor.is_empty()) {
        for line in compared.group.psa.iter().filter(|line| is_charged(line)) {
            let most = own.entry(line.key.client.0.clone()).or_default();
            if most.0 < line.quantity.0 {
                *most = (line.quantity.0, line.sku_name.to_string());
            }
        }
    }
    for compared in groups.iter_mut().filter(|compared| is_free(compared)) {
        let client = compared.group.psa.first().map(|line| &line.key.client.0);
        let beside = client.and_then(|client| own.get(client));
        let Some((_, name)) = beside.filter(|(units, _)| compared.billed.0 <= *units) else {
            continue;
        };
        let below =
            compared.differences.iter_mut().filter(|one| one.kind == FindingKind::BelowCost);
        for difference in below {
            difference.probability = difference.probability.at_most_a_question();
            if !difference.why.is_empty() {
                difference.why.push_str(&format!(
                    " The client is billed {name} for as many: what is billed at nothing may be included in it."
                ));
            }
        }
    }
}

/// Whether a line of ours brings money.
fn is_charged(line: &Line) -> bool {
    line.unit.is_some_and(|unit| unit.amount.is_sign_positive() && !unit.amount.is_zero())
}
