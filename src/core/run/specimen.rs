//! Made-up runs, for tests and examples of what reads one: one with everything in it, one with nothing.

mod ledger;
mod one_cause;
mod one_sided;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::{Currency, EntityKind, Month, Probability, Side};

use super::Status::{self, Review};
use super::{
    AliasLine, AtPrice, CheckedPairs, Contribution, Finding, FindingKind, FindingMoney, FlagKind,
    FlagLine, FlagSide, LikelyRight, MeasuredNames, ModelNote, NamePair, PriceFrom, RowSeen, Run,
    SaidAndTrue, Schema, SideSummary, Summary,
};
pub use one_cause::one_price_list;
pub use one_sided::billed_alone;

use ledger::{excluded, explained, given_away, recovered, rejected, settled, summary};

const CLIENTS: [&str; 12] = [
    "Northwind Traders Ltd",
    "Harbor Legal LLP",
    "Citizens State Bank",
    "Summit Build Co.",
    "Coastline Dental Group - Miami",
    "<script>alert(1)</script>",
    "Bäckerei Müller & Söhne GmbH",
    "=cmd|'/c'!A0",
    "O’Hare Freight",
    "The Very Long Named Association of Independent Optometrists and Opticians, Inc.",
    "Ridgeview Veterinary",
    "047 Acupuncture Search, Inc.",
];

const SKUS: [(&str, &str, &str); 8] = [
    ("Microsoft 365 Business Premium", "22.00", "19.80"),
    ("Microsoft 365 E3", "39.00", "33.75"),
    ("Exchange Online (Plan 1)", "5.00", "3.60"),
    ("Huntress Managed EDR", "6.50", "3.90"),
    ("SentinelOne Complete", "9.00", "6.10"),
    ("Proofpoint Essentials - Professional", "4.25", "3.05"),
    ("Acronis Advanced Backup <b>& more</b>", "14.00", "9.20"),
    ("Microsoft Entra ID P1", "8.00", "5.40"),
];

fn month(text: &str) -> Month {
    text.parse().expect("a made-up value")
}

fn dec(text: &str) -> Decimal {
    text.parse().expect("a made-up value")
}

fn usd() -> Currency {
    "USD".parse().expect("a currency")
}

/// A month in which nothing happened.
pub fn quiet() -> Run {
    Run {
        schema: Schema,
        program: "0.1.0".to_owned(),
        scored_at: "2026-11-02T09:30:00Z".parse().ok(),
        msp: "Quiet MSP".to_owned(),
        month: month("2026-10"),
        currency: usd(),
        inputs: Vec::new(),
        in_doubt: Vec::new(),
        decisions: None,
        suggestions: Vec::new(),
        aliases: Vec::new(),
        findings: Vec::new(),
        causes: Vec::new(),
        last_month: None,
        recovered: None,
        flags: Vec::new(),
        expected_false_flags: 0.0,
        no_flag_promise: None,
        rejected: Vec::new(),
        excluded: Vec::new(),
        given_away: Vec::new(),
        explained: Vec::new(),
        settled: Vec::new(),
        summary: Summary {
            month: month("2026-10"),
            currency: usd(),
            vendor: SideSummary::default(),
            psa: SideSummary::default(),
            files: Vec::new(),
        },
        models: Vec::new(),
        rows: BTreeMap::new(),
    }
}

/// A month with some of everything: 60 findings, 12 flags, 30 suggestions, and hostile names.
pub fn october() -> Run {
    Run {
        msp: "Acme Managed Services".to_owned(),
        suggestions: (0..30).map(suggestion).collect(),
        aliases: vec![AliasLine {
            kind: EntityKind::Sku,
            vendor_words: "bus prem".to_owned(),
            psa_words: "=premium".to_owned(),
            confirmed: 3,
            rejected: 0,
            example: ("M365 Bus Prem NCE".to_owned(), "Microsoft 365 Premium".to_owned()),
        }],
        findings: findings(60),
        causes: Vec::new(),
        recovered: Some(recovered()),
        flags: (0..12).map(flag).collect(),
        expected_false_flags: 1.2,
        rejected: rejected(),
        excluded: excluded(),
        given_away: given_away(),
        explained: explained(),
        settled: settled(),
        summary: summary(),
        models: models(),
        rows: (2..200).flat_map(seen).collect(),
        ..quiet()
    }
}

/// Findings with the most expected money first.
pub fn findings(n: usize) -> Vec<Finding> {
    let mut findings: Vec<Finding> = (0..n).map(finding).collect();
    findings.sort_by(|a, b| {
        let expected = |f: &Finding| {
            f.monthly_impact * Decimal::try_from(f.probability.get()).expect("a probability")
        };
        expected(b).cmp(&expected(a)).then_with(|| a.id.cmp(&b.id))
    });
    findings
}

fn finding(idx: usize) -> Finding {
    let kind = FindingKind::ALL[[0, 0, 1, 2, 3, 0, 4, 5, 6, 1][idx % 10]];
    let (sku, price, cost) = SKUS[idx * 5 % SKUS.len()];
    let bought = Decimal::from(3 + idx * 37 % 60);
    let gap = Decimal::from(1 + idx * 7 % 11);
    let (vendor_quantity, psa_quantity) = match kind {
        FindingKind::UnderBilled => (bought + gap, bought),
        FindingKind::NotBilled => (bought, Decimal::ZERO),
        FindingKind::OverBilled => (bought, bought + gap),
        FindingKind::NotBought => (Decimal::ZERO, bought),
        FindingKind::Duplicate => (bought, bought + bought),
        FindingKind::BelowCost | FindingKind::PriceChanged => (bought, bought),
    };
    let drift = vendor_quantity - psa_quantity;
    let monthly_impact = match kind {
        FindingKind::BelowCost | FindingKind::PriceChanged => bought * dec("0.85"),
        FindingKind::NotBilled => bought * dec(cost),
        _ => drift.abs() * dec(price),
    };
    let client = CLIENTS[idx * 7 % CLIENTS.len()];
    Finding {
        id: format!("f-{:08x}", 0x51ab_u64 * (idx as u64 + 17)),
        kind,
        client: client.to_owned(),
        sku: sku.to_owned(),
        vendor_quantity,
        psa_quantity,
        drift,
        monthly_impact,
        currency: if idx % 15 == 9 { "EUR".parse().expect("a currency") } else { usd() },
        probability: Probability::clamped(
            [0.994, 0.98, 0.91, 0.87, 0.999, 0.74, 0.42, 0.96, 1.0, 0.18][idx * 3 % 10],
        ),
        why: format!(
            "Pax8 charged {vendor_quantity} from 1 Oct; the agreement bills {psa_quantity}. \
             The difference first shows in Aug 2026 and has been the same since."
        ),
        vendor_rows: places(
            "pax8-invoice-2026-10.csv",
            idx,
            usize::from(!vendor_quantity.is_zero()),
        ),
        psa_rows: places("cw-additions-2026-10.csv", idx, usize::from(!psa_quantity.is_zero()) * 2),
        right: (idx.is_multiple_of(4)).then(|| LikelyRight {
            quantity: vendor_quantity,
            why: format!("the vendor has charged {vendor_quantity} since Aug 2026"),
        }),
        twice_on: (kind == FindingKind::Duplicate).then_some(Side::Psa),
        since: None,
        returned: None,
        raised: None,
        lines: Vec::new(),
        client_agreements: Vec::new(),
        money: FindingMoney::default(),
        cause: String::new(),
        doubts: Vec::new(),
        at_price: (kind == FindingKind::NotBilled).then(|| AtPrice {
            unit: dec(price),
            monthly: bought * dec(price),
            from: PriceFrom::OtherClients { n: 5 },
        }),
        evidence: vec![
            (
                "Names".to_owned(),
                "client decided by jo on 2026-08-03; SKU matched at 98%".to_owned(),
            ),
            ("Bought".to_owned(), format!("{vendor_quantity} units in force on 31 Oct 2026")),
            ("Billed".to_owned(), format!("{psa_quantity} units in force on 31 Oct 2026")),
            ("Unit price".to_owned(), format!("{price} USD; unit cost {cost} USD")),
        ],
    }
}

fn places(file: &str, idx: usize, n: usize) -> Vec<String> {
    (0..n).map(|n| format!("{file}:{}", 2 + idx * 3 + n)).collect()
}

fn flag(idx: usize) -> FlagLine {
    const KINDS: [FlagKind; 7] = [
        FlagKind::LevelShift,
        FlagKind::Vanished,
        FlagKind::StalledGrowth,
        FlagKind::NewLine,
        FlagKind::CompoundingDrift,
        FlagKind::ErraticQuantity,
        FlagKind::PriceShift,
    ];
    const SIDES: [FlagSide; 4] = [FlagSide::Vendor, FlagSide::Psa, FlagSide::Both, FlagSide::Drift];
    let kind = KINDS[idx % KINDS.len()];
    let start = 12.0 + (idx * 17 % 90) as f64;
    let mut history: Vec<(Month, Option<f64>)> = (0i32..18)
        .map(|n| {
            let wave = ((idx + n as usize) * 7 % 5) as f64 - 2.0;
            let missing = n == 6 && idx.is_multiple_of(3);
            (month("2025-05").plus(n), (!missing).then_some((start + f64::from(n) + wave).max(0.0)))
        })
        .collect();
    let expected = start + 17.5;
    let observed = match kind {
        FlagKind::Vanished => 0.0,
        FlagKind::NewLine => start,
        FlagKind::StalledGrowth => expected - 8.0,
        _ => expected + 14.0,
    };
    if kind == FlagKind::NewLine {
        history.iter_mut().for_each(|(_, units)| *units = None);
    }
    history[17].1 = (kind != FlagKind::Vanished).then_some(observed);
    let expected = if kind == FlagKind::NewLine { 0.0 } else { expected };
    FlagLine {
        id: format!("flag-{:06x}", 0x3f1_u64 * (idx as u64 + 5)),
        kind,
        side: SIDES[idx % 4],
        client: CLIENTS[idx].to_owned(),
        sku: if idx == 1 { String::new() } else { SKUS[idx % SKUS.len()].0.to_owned() },
        keys: None,
        month: month("2026-10"),
        observed,
        expected,
        low: (expected - 3.2).max(0.0),
        high: expected + 3.4,
        real: Probability::clamped([0.93, 0.999, 0.62, 0.98][idx % 4]),
        p_value: [0.0004, 2.4e-9, 0.0021, 0.00003][idx % 4],
        monthly_impact: Decimal::from(40 + idx * 31),
        currency: usd(),
        why: format!(
            "{observed} units in Oct 2026 where {expected:.0} were expected; the months before \
             moved by two at most."
        ),
        causes: vec!["seats were cancelled".to_owned(), "part moved to another SKU".to_owned()],
        check: "look for the cancellation".to_owned(),
        ends: "next month agrees, or it goes back".to_owned(),
        right: (kind == FlagKind::LevelShift).then(|| LikelyRight {
            quantity: Decimal::from(42),
            why: "42 are billed, and as many were expected".to_owned(),
        }),
        cause: String::new(),
        evidence: vec![(
            "Months behind it".to_owned(),
            "17 of 18, Jul 2025 to Oct 2026".to_owned(),
        )],
        history,
        rows: places("pax8-invoice-2026-10.csv", idx + 40, 2),
    }
}

fn suggestion(idx: usize) -> NamePair {
    let status = [Review, Review, Status::Auto, Status::Known, Review, Status::Unmatched][idx % 6];
    let group = idx / 2;
    let alone = status == Status::Unmatched;
    let names = ["Northwnd Traders", "Harbour Legal", "Citizens St. Bank (0633)", "Mueller Soehne"];
    NamePair {
        id: format!("p-{:08x}", 0x9e3_u64 * (idx as u64 + 3)),
        kind: if idx % 5 == 4 { EntityKind::Sku } else { EntityKind::Client },
        vendor_id: format!("{:04}-v", 100 + group),
        vendor_name: names.get(group % 6).copied().unwrap_or(CLIENTS[group % 12]).to_owned(),
        psa_id: if alone { String::new() } else { format!("{}", 2000 + idx) },
        psa_name: if alone { String::new() } else { CLIENTS[(group + idx) % 12].to_owned() },
        probability: Probability::clamped([0.71, 0.22, 0.98, 1.0, 0.48, 0.88][idx % 6]),
        status,
        is_checked: false,
        rests_on: None,
        why:
            "The names share a rare word and 4 of 5 products agree in quantity; the domains differ."
                .to_owned(),
        contributions: [
            ("prior", 0.0, -4.6),
            ("name_similarity", 0.93, 3.1),
            ("rare_word_overlap", 0.5, 1.9),
            ("product_overlap", 0.8, 2.4),
            ("domain_agreement", 0.0, -1.2),
            ("quantity_agreement", 0.75, 0.45),
        ]
        .into_iter()
        .map(|(feature, value, log_odds)| Contribution { feature: feature.into(), value, log_odds })
        .collect(),
        runner_up: Some(("Northwind Trading Company".to_owned(), Probability::clamped(0.21))),
        vendor_rows: places("pax8-invoice-2026-10.csv", idx, 3),
        psa_rows: places("cw-additions-2026-10.csv", idx, 2),
        money: Decimal::from(900 - 20 * group),
    }
}

fn models() -> Vec<ModelNote> {
    let note = |name: &str, file: &str, quality: &str| ModelNote {
        name: name.to_owned(),
        file: file.to_owned(),
        sha256: None,
        quality: quality.to_owned(),
        measured: None,
        checked: None,
    };
    let tenth = |n, said, was_true| SaidAndTrue { n, said, was_true };
    let measured = MeasuredNames {
        n: 212,
        n_accepted: 96,
        precision: 0.98,
        precision_interval: (0.93, 0.994),
        recall: 0.91,
        ece: 0.012,
        tenths: vec![tenth(100, 0.02, 0.01), tenth(16, 0.5, 0.56), tenth(96, 0.99, 0.98)],
    };
    let checked = CheckedPairs { right: 11, n: 12, interval: (0.646, 0.985), asked_for: 0.99 };
    let client_pairs = note(
        "client pairs",
        "client_pairs-0003.model",
        "learned from 212 pairs (98 the same); accepts from 80%, asks from 6%",
    );
    vec![
        ModelNote { measured: Some(measured), checked: Some(checked), ..client_pairs },
        note(
            "SKU pairs",
            "shipped",
            "learned from 23955 pairs (2662 the same); accepts from 60%, asks from 12%",
        ),
        note(
            "seat trends",
            "seat_trend-2026-10.bin",
            "learned from 602 lines through Sep 2026, and ranks a month among 3441 quiet ones",
        ),
    ]
}

fn seen(row: u64) -> [(String, RowSeen); 2] {
    let idx = usize::try_from(row).expect("a small row");
    let (sku, price, cost) = SKUS[idx % 8];
    let line = |side, unit: &str, note: &str| RowSeen {
        side,
        client: CLIENTS[idx % 12].to_owned(),
        sku: sku.to_owned(),
        kind: if idx % 9 == 0 { "proration" } else { "full_period" }.to_owned(),
        quantity: (3 + idx % 40).to_string(),
        unit: unit.to_owned(),
        amount: (dec(unit) * Decimal::from(3 + idx % 40)).to_string(),
        period: "2026-10-01 to 2026-10-31".to_owned(),
        note: note.to_owned(),
    };
    [
        (
            format!("pax8-invoice-2026-10.csv:{row}"),
            line(Side::Vendor, cost, "subscription, Monthly"),
        ),
        (
            format!("cw-additions-2026-10.csv:{row}"),
            line(Side::Psa, price, "Billable, Managed Services"),
        ),
    ]
}
