use super::*;
use crate::judged::JudgedLine;
use crate::relation::Relation;
use proptest::prelude::*;
use seatdrift_core::run::{ComparedLine, LineStatus};

fn name(side: Side) -> LineName {
    let word = if side == Side::Vendor { "v" } else { "p" };
    LineName { side, client: format!("{word}-alder"), sku: format!("{word}-backup") }
}

fn change(side: Side, id: &str, (from, to): (i64, i64), since: &str) -> Change {
    let LineName { client, sku, .. } = name(side);
    Change {
        source: if side == Side::Vendor { "pax8" } else { "connectwise" }.to_owned(),
        side,
        id: id.to_owned(),
        client,
        client_name: "Alder".to_owned(),
        sku,
        sku_name: "Backup".to_owned(),
        what: What::Seats { from: from.into(), to: to.into() },
        unit: None,
        currency: "USD".parse().unwrap(),
        after: since.parse().unwrap(),
        since: since.parse().unwrap(),
    }
}

/// What a scoring says where so many are bought and billed.
fn judged(bought: i64, billed: i64) -> Judged {
    let compared = ComparedLine {
        client: "Alder".to_owned(),
        sku: "Backup".to_owned(),
        vendor_client: name(Side::Vendor).client,
        vendor_sku: name(Side::Vendor).sku,
        psa_client: name(Side::Psa).client,
        psa_sku: name(Side::Psa).sku,
        bought: bought.into(),
        billed: billed.into(),
        unit_cost: None,
        unit_price: None,
        currency: None,
        margin: None,
        status: LineStatus::Agrees,
        findings: Vec::new(),
    };
    let claim = Claim {
        id: "F1".to_owned(),
        kind: if bought > billed { "under_billed" } else { "over_billed" }.to_owned(),
        client: "Alder".to_owned(),
        sku: "Backup".to_owned(),
        bought: bought.into(),
        billed: billed.into(),
        impact: Decimal::from(20 * (bought - billed).abs()),
        currency: "USD".to_owned(),
        whose: "you lose it".to_owned(),
        why: String::new(),
    };
    let line = JudgedLine {
        names: crate::relation::names(&compared).into_iter().collect(),
        status: LineStatus::Agrees,
        claims: if bought == billed { Vec::new() } else { vec![claim] },
    };
    Judged { relation: Relation::of(&[compared]), lines: vec![line] }
}

/// What is told on a day on which so many are bought and billed.
fn on(
    day: &str,
    waiting: &mut Vec<Change>,
    (bought, billed): (i64, i64),
    unread: &[Side],
) -> usize {
    let judged = judged(bought, billed);
    let seats = BTreeMap::from([
        (name(Side::Vendor), Decimal::from(bought)),
        (name(Side::Psa), Decimal::from(billed)),
    ]);
    let groups = judged.relation.groups(&seats.keys().cloned().collect());
    let known = Known {
        day: day.parse().unwrap(),
        judged: Some(&judged),
        groups: &groups,
        seats: &seats,
        unread,
        grace: &|_| 3,
    };
    unfollowed(waiting, &known).len()
}

#[test]
fn a_change_that_is_followed_in_time_is_never_told() {
    let mut waiting = vec![change(Side::Vendor, "s1", (25, 28), "2026-06-10")];
    assert_eq!(on("2026-06-10", &mut waiting, (28, 25), &[]), 0);
    add(&mut waiting, change(Side::Psa, "a1", (25, 28), "2026-06-12"));
    assert_eq!(on("2026-06-12", &mut waiting, (28, 28), &[]), 0);
    assert_eq!(waiting, []);
}

#[test]
fn a_change_that_nobody_follows_is_told_when_its_time_is_over_and_once() {
    let mut waiting = vec![change(Side::Vendor, "s1", (25, 28), "2026-06-10")];
    let told: Vec<usize> = ["2026-06-10", "2026-06-12", "2026-06-13", "2026-06-14"]
        .map(|day| on(day, &mut waiting, (28, 25), &[]))
        .to_vec();
    assert_eq!(told, [0, 0, 1, 0]);
}

#[test]
fn a_change_is_not_told_while_the_other_side_is_not_read() {
    let mut waiting = vec![change(Side::Vendor, "s1", (25, 28), "2026-06-10")];
    assert_eq!(on("2026-06-15", &mut waiting, (28, 25), &[Side::Psa]), 0);
    assert_eq!(on("2026-06-16", &mut waiting, (28, 25), &[Side::Vendor]), 1);
}

#[test]
fn an_older_difference_that_becomes_less_is_no_news() {
    // Five too few were billed; two of them are added in the PSA.
    let mut waiting = vec![change(Side::Psa, "a1", (20, 22), "2026-06-10")];
    assert_eq!(on("2026-06-20", &mut waiting, (25, 22), &[]), 0);
    assert_eq!(waiting, []);
}

#[test]
fn seats_that_come_back_are_no_change() {
    let mut waiting = vec![change(Side::Vendor, "s1", (25, 28), "2026-06-10")];
    add(&mut waiting, change(Side::Vendor, "s1", (28, 30), "2026-06-11"));
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].seats(), waiting[0].since.to_string()), (5.into(), "2026-06-10".into()));
    add(&mut waiting, change(Side::Vendor, "s1", (30, 25), "2026-06-12"));
    assert_eq!(waiting, []);
}

proptest! {
    /// Whatever both sides do day by day, from where they agree: where they agree again nothing waits, and what is
    /// told differs.
    #[test]
    fn nothing_waits_where_both_sides_agree(steps in prop::collection::vec((0i64..4, 0i64..4), 1..20)) {
        let (mut bought, mut billed) = (10, 10);
        let mut waiting = Vec::new();
        for (n, (vendor, psa)) in steps.into_iter().enumerate() {
            let day = format!("2026-06-{:02}", n + 1);
            for (side, at, by) in [(Side::Vendor, &mut bought, vendor), (Side::Psa, &mut billed, psa)] {
                if by > 0 {
                    add(&mut waiting, change(side, "x", (*at, *at + by), &day));
                    *at += by;
                }
            }
            let told = on(&day, &mut waiting, (bought, billed), &[]);
            prop_assert!(told == 0 || bought != billed);
            prop_assert!(bought != billed || waiting.is_empty());
        }
    }
}
