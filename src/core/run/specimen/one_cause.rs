//! A made-up month in which one cause is behind several findings.

use rust_decimal::Decimal;

use super::{october, quiet};
use crate::domain::{FindingKind, Probability};
use crate::run::{Cause, CauseKind, Run};

/// A price list that moved at four clients, one of which now pays less than it costs; one flag says the same
/// and one is about something else.
pub fn one_price_list() -> Run {
    let (october, mut run) = (october(), quiet());
    let id = CauseKind::PriceList.id("backup");
    for (idx, client) in ["Alder", "Birch", "Cedar", "Doyle", "Doyle"].into_iter().enumerate() {
        let (kind, money) = match idx {
            4 => (FindingKind::BelowCost, 70),
            _ => (FindingKind::PriceChanged, 30),
        };
        run.findings.push(crate::run::Finding {
            id: format!("f-{idx}"),
            kind,
            client: client.to_owned(),
            sku: "Backup".to_owned(),
            monthly_impact: Decimal::from(money),
            currency: run.currency,
            probability: Probability::CERTAIN,
            cause: id.clone(),
            ..october.findings[0].clone()
        });
    }
    run.flags = october.flags[..2].to_vec();
    run.flags[0].cause.clone_from(&id);
    run.flags[1].cause = run.flags[1].id.clone();
    run.causes = vec![Cause {
        id,
        kind: CauseKind::PriceList,
        client: String::new(),
        what: "Backup".to_owned(),
        words: "The vendor's price of Backup is another one at 4 clients.".to_owned(),
        further: Vec::new(),
    }];
    run
}
