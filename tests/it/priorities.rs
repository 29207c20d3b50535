//! What to look at first: findings by the money that is likely lost, the most of it at the top.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::msp::Msp;

/// Findings a person reads before the first coffee is cold.
const FIRST: usize = 20;

/// What one row of `findings.csv` says about money.
struct Row {
    id: String,
    kind: String,
    currency: String,
    monthly_impact: Decimal,
    probability: Decimal,
}

impl Row {
    fn expected_money(&self) -> Decimal {
        self.monthly_impact * self.probability
    }
}

/// The findings of the newest month of a made-up MSP, learned from the months before it.
fn findings(formats: &str, clients: &str, seed: &str) -> Vec<Row> {
    let msp = Msp::empty();
    let made = ["--clients", clients, "--months", "8", "--seed", seed, "--formats", formats];
    msp.done(&[&["simulate", "exports"], &made[..]].concat());
    msp.rename("exports/2026-10", "newest");
    msp.done(&["init", "workspace"]);
    msp.done(&["import", "exports", "--workspace", "workspace"]);
    msp.done(&["train", "--workspace", "workspace"]);
    let names = msp.names("newest");
    let of = |side: &str| format!("newest/{}", names.iter().find(|n| n.starts_with(side)).unwrap());
    let (vendor, psa) = (of("vendor"), of("psa"));
    let files = ["--vendor", &vendor, "--psa", &psa, "--workspace", "workspace"];
    msp.done(&[&["score", "--month", "2026-10"], &files[..]].concat());
    let text = msp.text("workspace/runs/2026-10/findings.csv");
    let records = csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(Result::unwrap)
        .collect::<Vec<BTreeMap<String, String>>>();
    records.iter().map(row).collect()
}

fn row(record: &BTreeMap<String, String>) -> Row {
    Row {
        id: record["id"].clone(),
        kind: record["kind"].clone(),
        currency: record["currency"].clone(),
        monthly_impact: record["monthly_impact"].parse().unwrap(),
        probability: record["probability"].parse().unwrap(),
    }
}

#[test]
fn findings_come_by_the_money_that_is_likely_lost() {
    for formats in ["pax8-connectwise", "partner-center-autotask"] {
        let rows = findings(formats, "24", "5");
        assert!(rows.len() > 2, "{formats}: nothing to sort");
        for pair in rows.windows(2) {
            // A written probability is rounded: half its last digit, times the money, may be lost.
            let slack = Decimal::new(5, 5) * (pair[0].monthly_impact + pair[1].monthly_impact);
            assert!(
                pair[0].expected_money() + slack >= pair[1].expected_money(),
                "{formats}: {} stands before {}",
                pair[0].id,
                pair[1].id
            );
        }
    }
}

#[test]
fn the_twenty_top_findings_hold_nine_tenths_of_the_money_and_no_other_twenty_hold_more() {
    for formats in ["pax8-connectwise", "partner-center-autotask"] {
        let rows = findings(formats, "60", "1");
        // A changed vendor price is news, not money at stake: its loss stands in a finding below cost.
        let at_stake: Vec<&Row> = rows.iter().filter(|row| row.kind != "price_changed").collect();
        assert!(at_stake.iter().all(|row| row.currency == at_stake[0].currency), "two currencies");
        assert!(at_stake.len() > FIRST, "{formats}: only {} findings", at_stake.len());
        let mut money: Vec<Decimal> = at_stake.iter().map(|row| row.expected_money()).collect();
        let (first, all): (Decimal, Decimal) = (money[..FIRST].iter().sum(), money.iter().sum());
        assert!(first / all >= Decimal::new(9, 1), "{formats}: they hold {:.3}", first / all);
        money.sort_unstable();
        let most: Decimal = money[money.len() - FIRST..].iter().sum();
        // Written probabilities are rounded.
        assert!(most - first < Decimal::new(1, 2), "{formats}: others hold {}", most - first);
    }
}
