//! The rows of the specimen that are no finding, and where all of them went.

use std::collections::BTreeMap;

use crate::domain::{Direction, LineKind, Side, Verdict};
use crate::reconcile::SettlementVerdict::{Agrees, Differs, NotRecomputed};

use super::super::{
    ExcludedGroup, ExplainedLine, FileSummary, FindingKind, GivenAway, GoneFinding, Raised,
    Recovered, RejectedLine, Settled, SettledLine, SettledMoney, SideCounts, SideSummary, Summary,
    TieSeen,
};
use super::{dec, month, usd};

/// Decided to be fixed, and gone: one this month, two before.
pub(super) fn recovered() -> Vec<Recovered> {
    let one = |at: &str, kind, direction, client: &str, money: &str| Recovered {
        month: month(at),
        was: GoneFinding {
            kind,
            client: client.to_owned(),
            sku: "Keeper Business".to_owned(),
            monthly_impact: dec(money),
            currency: usd(),
            direction: Some(direction),
            raised: Some(Raised {
                verdict: Verdict::FixPsa,
                reason: String::new(),
                by: "jo".to_owned(),
                on: "2026-09-02".to_owned(),
            }),
        },
    };
    let (lose, overpay) = (Direction::Lose, Direction::Overpay);
    vec![
        one("2026-08", FindingKind::NotBilled, lose, "Harbor Legal LLP", "174.86"),
        one("2026-09", FindingKind::OverBilled, overpay, "Summit Build Co.", "28.80"),
        one("2026-10", FindingKind::UnderBilled, lose, "Ridgeview Veterinary", "42.00"),
    ]
}

pub(super) fn rejected() -> Vec<RejectedLine> {
    let row = |row, column: &str, expected: &str, found: &str| RejectedLine {
        side: Side::Vendor,
        file: "pax8-invoice-2026-10.csv".to_owned(),
        row,
        column: column.to_owned(),
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    vec![
        row(118, "quantity", "a number of units", "12,5,0"),
        row(402, "start_period", "a date", "<img src=x onerror=alert(1)>"),
    ]
}

fn counts(rows: usize, dollars: &str, euros: &str) -> SideCounts {
    let mut money = BTreeMap::from([("USD".to_owned(), dollars.to_owned())]);
    if !euros.is_empty() {
        money.insert("EUR".to_owned(), euros.to_owned());
    }
    SideCounts { rows, money }
}

pub(super) fn excluded() -> Vec<ExcludedGroup> {
    let group = |side, reason: &str, rows, dollars: &str| ExcludedGroup {
        side,
        reason: reason.to_owned(),
        rows,
        money: counts(rows, dollars, "").money,
    };
    vec![
        group(Side::Vendor, "invoice marked Credited", 9, "412.10"),
        group(Side::Psa, "marked DoNotBill", 14, "0.00"),
        group(Side::Psa, "cancelled or ended by the end of this month", 31, "1288.40"),
    ]
}

pub(super) fn given_away() -> Vec<GivenAway> {
    vec![GivenAway {
        client: "Ridgeview Veterinary".to_owned(),
        sku: "Microsoft Entra ID P1".to_owned(),
        quantity: dec("4"),
        cost: dec("21.60"),
        currency: usd(),
        marked: "NoCharge".to_owned(),
    }]
}

pub(super) fn settled() -> Vec<SettledLine> {
    vec![SettledLine {
        client: "Citizens State Bank".to_owned(),
        sku: "Huntress Managed EDR".to_owned(),
        verdict: Settled::Line(Verdict::Accepted),
        reason: "two spare agents for the migration".to_owned(),
        until: "2026-12-31".to_owned(),
        by: "jo".to_owned(),
        drift: dec("2"),
        line: Some(SettledMoney {
            id: "d-5e77".to_owned(),
            cost: dec("74.40"),
            billed: dec("110.00"),
            currency: usd(),
            units: (dec("24"), dec("22")),
            rows: vec!["vendor.csv:31".to_owned(), "psa.csv:40".to_owned()],
        }),
    }]
}

pub(super) fn summary() -> Summary {
    let vendor = SideSummary {
        all: counts(1204, "48210.55", "3310.00"),
        matched: counts(1102, "44100.05", "3310.00"),
        review: counts(31, "1900.20", ""),
        unmatched: counts(60, "1798.20", ""),
        excluded: counts(9, "412.10", ""),
        rejected: counts(2, "0.00", ""),
    };
    let psa = SideSummary {
        all: counts(998, "61790.30", "4200.00"),
        matched: counts(920, "58900.00", "4200.00"),
        review: counts(12, "801.90", ""),
        unmatched: counts(21, "800.00", ""),
        excluded: counts(45, "1288.40", ""),
        rejected: counts(0, "0.00", ""),
    };
    let file = |file: &str, side, flow: &SideSummary, tie| FileSummary {
        file: file.to_owned(),
        side,
        flow: flow.clone(),
        stated_total: Some("48710.55".to_owned()),
        tie: Some(tie),
    };
    let gap = TieSeen::Gap { amount: "500.00".to_owned(), currency: "USD".to_owned() };
    let files = vec![
        file("pax8-invoice-2026-10.csv", Side::Vendor, &vendor, gap),
        file("cw-additions-2026-10.csv", Side::Psa, &psa, TieSeen::Ties),
    ];
    Summary { month: month("2026-10"), currency: usd(), vendor, psa, files }
}

pub(super) fn explained() -> Vec<ExplainedLine> {
    let line =
        |n: u32, charged: &str, recomputed: Option<&str>, verdict, why: &str| ExplainedLine {
            id: format!("e-{n:08x}"),
            side: Side::Vendor,
            client: "Citizens State Bank".to_owned(),
            sku: "Exchange Online (Plan 1)".to_owned(),
            kind: LineKind::Proration,
            charged: dec(charged),
            recomputed: recomputed.map(dec),
            currency: usd(),
            verdict,
            why: why.to_owned(),
            rows: vec![format!("pax8-invoice-2026-10.csv:{}", n + 2)],
        };
    let days = "6 units for 15 of 30 days (16–30 Sep 2026) at $16.50 a month";
    vec![
        line(1, "49.50", Some("49.50"), Agrees, &format!("{days}: $49.50, as charged.")),
        line(2, "99.00", Some("49.50"), Differs, &format!("{days}: $49.50; charged is $99.00.")),
        line(3, "7.00", None, NotRecomputed, "1 unit <b>: $7.00. It names no days."),
    ]
}
