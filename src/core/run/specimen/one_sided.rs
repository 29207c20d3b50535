//! A made-up run in which the PSA alone knows a product.

use rust_decimal::Decimal;

use super::{october, quiet};
use crate::domain::{EntityKind, FindingKind, Probability, Side};
use crate::run::{AgreementShare, Finding, FindingLine, NamePair, Run, Status};

/// A product billed at these clients, of whom the first so many are matched.
pub fn billed_alone(clients: &[&str], n_matched: usize, status: Status) -> Run {
    let mut run = quiet();
    let october = october();
    let pair = |kind, vendor: &str, psa: &str, status| NamePair {
        id: format!("s-{vendor}-{psa}"),
        kind,
        vendor_id: vendor.to_owned(),
        vendor_name: vendor.to_owned(),
        psa_id: psa.to_owned(),
        psa_name: psa.to_owned(),
        status,
        money: Decimal::from(100),
        ..october.suggestions[0].clone()
    };
    run.suggestions = vec![pair(EntityKind::Sku, "", "Help desk", status)];
    for (idx, client) in clients.iter().enumerate() {
        let status = if idx < n_matched { Status::Auto } else { Status::Review };
        run.suggestions.push(pair(EntityKind::Client, &format!("{client} Inc"), client, status));
        let line = FindingLine {
            side: Side::Psa,
            client: (*client).to_owned(),
            client_name: (*client).to_owned(),
            sku: "Help desk".to_owned(),
            sku_name: "Help desk".to_owned(),
            currency: run.currency,
            unit: None,
            shares: vec![AgreementShare { agreement: None, quantity: Decimal::ONE }],
            is_bundle: false,
        };
        run.findings.push(Finding {
            id: format!("f-{idx}"),
            kind: FindingKind::NotBought,
            client: (*client).to_owned(),
            sku: "Help desk".to_owned(),
            monthly_impact: Decimal::from(50),
            currency: run.currency,
            probability: Probability::clamped(0.97),
            lines: vec![line],
            ..october.findings[0].clone()
        });
    }
    run
}
