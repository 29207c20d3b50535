//! Exports that were damaged on their way: what is claimed of them is so, and what they left whole is still
//! claimed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::sync::LazyLock;

use rayon::prelude::*;
use seatdrift_core::domain::Side;
use seatdrift_core::models::Models;
use seatdrift_lab::evaluate::{DamagedCounts, RunCounts, Situation, damaged_once, damages};
use seatdrift_lab::simulate::{Damage, DamageKind, FormatPair};

use crate::msp::Msp;

static SHIPPED: LazyLock<Models> = LazyLock::new(|| Models::shipped().unwrap());

/// One damage done to one small MSP; `None` where its whole export has only dates that can be read two ways, and
/// is asked about.
fn once(kind: DamageKind, side: Side, seed: u64, percent: u32) -> Option<DamagedCounts> {
    let rate = f64::from(percent) / 100.0;
    let needs_total = matches!(kind, DamageKind::TotalOff | DamageKind::RowsLost);
    let formats = match !kind.is_about_ids() && (seed.is_multiple_of(2) || needs_total) {
        true => FormatPair::Pax8ConnectWise,
        false => FormatPair::PartnerCenterAutotask,
    };
    damaged_once(20, seed, formats, Damage { kind, rate, side }, &SHIPPED).ok()
}

/// Every damage at a low and a high rate, done to one small MSP each.
fn each_damage() -> Vec<DamagedCounts> {
    let all = damages().into_iter().enumerate().flat_map(|(n, (kind, side))| {
        [2, 5, 10].map(|percent| (kind, side, 100 * n as u64 + u64::from(percent), percent))
    });
    let all: Vec<_> = all.collect();
    all.into_par_iter()
        .filter_map(|(kind, side, seed, percent)| once(kind, side, seed, percent))
        .collect()
}

static EACH: LazyLock<Vec<DamagedCounts>> = LazyLock::new(each_damage);

fn sum(situation: Situation, of: fn(&RunCounts) -> usize) -> usize {
    EACH.iter().filter_map(|one| one.spoilt.get(&situation)).map(of).sum()
}

#[test]
fn no_cent_of_a_damaged_export_is_lost() {
    for counts in EACH.iter() {
        for (situation, spoilt) in &counts.spoilt {
            assert!(spoilt.is_accounted, "{}, {}", counts.damage, situation.word());
        }
    }
}

#[test]
fn what_a_damage_touched_is_not_surely_claimed_unless_it_is_so() {
    // In a first month names that are not matched yet lead from no doubt to the difference.
    for (situation, a_thousand) in [(Situation::FirstMonth, 20), (Situation::LaterMonth, 5)] {
        let (sure, wrong) =
            (sum(situation, |one| one.sure), sum(situation, |one| one.touched_false));
        let said: Vec<&String> = EACH
            .iter()
            .filter_map(|one| one.spoilt.get(&situation))
            .flat_map(|one| &one.false_sure)
            .collect();
        assert!(500 < sure, "{sure}");
        assert!(wrong * 1000 <= a_thousand * sure, "{wrong} of {sure}: {said:#?}");
    }
}

#[test]
fn sure_claims_of_damaged_exports_are_right_in_95_of_100() {
    for situation in Situation::ALL {
        let (sure, right) = (sum(situation, |one| one.sure), sum(situation, |one| one.sure_right));
        assert!(sure * 95 <= right * 100, "{}: {right} of {sure}", situation.word());
    }
}

#[test]
fn true_differences_that_a_damage_left_alone_are_still_claimed() {
    let (mut whole, mut spoilt) = (0, 0);
    for counts in EACH.iter() {
        for (situation, one) in &counts.spoilt {
            whole += counts.whole[situation].found_elsewhere;
            spoilt += one.found_elsewhere;
        }
    }
    assert!(whole * 93 <= spoilt * 100, "{spoilt} of {whole}");
}

#[test]
fn exports_that_nothing_happened_to_are_not_in_doubt() {
    let counts = once(DamageKind::TotalOff, Side::Psa, 8, 5).unwrap();
    for situation in Situation::ALL {
        assert_eq!(counts.whole[&situation].in_doubt, 0);
    }
}

#[test]
fn the_run_says_first_that_much_of_a_file_is_in_doubt() {
    for (damage, words) in [
        ("hours_off:0.4:psa", "hours off by a time zone"),
        ("other_month:0.4:psa", "another month"),
        ("client_filtered:0.5:psa", "filtered"),
        ("garbled:0.3:vendor", "could not be read"),
    ] {
        let msp = Msp::empty();
        let made = ["--clients", "12", "--months", "5", "--seed", "3", "--damage", damage];
        let formats = ["--formats", "partner-center-autotask"];
        msp.done(&[&["simulate", "exports"], &made[..], &formats[..]].concat());
        msp.rename("exports/2026-10", "newest");
        msp.done(&["init", "workspace"]);
        msp.done(&["import", "exports", "--workspace", "workspace"]);
        let files = ["newest/vendor-partner-center.csv", "newest/psa-autotask.csv"];
        let said = msp.score(files[0], files[1]).stdout;
        let first = said.find("Read with care").unwrap_or_else(|| panic!("{damage}: {said}"));
        assert!(first < said.find("You lose").unwrap(), "{damage}: {said}");
        assert!(said.replace('\n', " ").contains(words), "{damage}: {said}");
        assert!(msp.text("exports/truth/touched.csv").lines().count() > 1);
    }
}

#[test]
fn a_file_whose_rows_come_to_much_less_than_its_own_sum_is_said_first() {
    let psa: String = all_billed().concat();
    let header = "Company RecID,Company Name,Product ID,Description,Quantity,Unit Price,Ext Price,\
                  Effective Date,Cancelled Date\n";
    for (total, is_said) in [("1,900.00", false), ("2,900.00", true)] {
        let msp = small();
        msp.write("psa.csv", format!("{header}{psa},Grand Total,,,,,\"{total}\",,\n"));
        let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
        let said = msp.run(&[&["score", "--month", "2026-10"], &files[..]].concat()).stdout;
        let words = "Read with care: psa.csv states a sum of $2,900.00, and its rows come to \
                     $1,028.00 less.";
        let first = said.replace('\n', " ").find(words);
        assert_eq!(first.is_some(), is_said, "{total}: {said}");
        assert!(first.is_none_or(|at| at < said.find("You lose").unwrap()), "{said}");
    }
}

/// Clients of a small MSP, and the units each buys of one product.
const CLIENTS: [(&str, u32); 6] = [
    ("Alder Dental", 12),
    ("Birch Legal", 7),
    ("Cedar Freight", 30),
    ("Dogwood Vets", 5),
    ("Elm Builders", 18),
    ("Fir Optical", 9),
];

fn id(client: &str) -> usize {
    101 + CLIENTS.iter().position(|(name, _)| *name == client).unwrap()
}

/// A client's two ConnectWise rows: so many units of one product from a day on, and three of another.
fn billed(client: &str, units: u32, effective: &str) -> String {
    let id = id(client);
    format!(
        "{id},{client},BP,Business Premium,{units},22.00,{}.00,{effective},\n\
         {id},{client},EXO,Exchange Online Plan 1,3,5.00,15.00,1/1/2026,\n",
        units * 22
    )
}

/// The findings of a month whose PSA rows are these; what is bought is the same each month.
fn findings_of(
    msp: &Msp,
    month: &str,
    psa: &[String],
) -> Vec<std::collections::BTreeMap<String, String>> {
    let header = "Company RecID,Company Name,Product ID,Description,Quantity,Unit Price,Ext Price,\
                  Effective Date,Cancelled Date\n";
    msp.write("psa.csv", format!("{header}{}", psa.concat()));
    let bought = |(client, units): &(&str, u32)| {
        format!(
            "{client},BP,Business Premium,{units},16.50\n\
             {client},EXO,Exchange Online Plan 1,3,3.60\n"
        )
    };
    let vendor: String = CLIENTS.iter().map(bought).collect();
    msp.write("vendor.csv", format!("Client,SKU,Product,Quantity,Unit Cost\n{vendor}"));
    let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
    let answer = msp.run(&[&["score", "--month", month], &files[..]].concat());
    assert_eq!(answer.status, Some(0), "{}", answer.stderr);
    crate::decided::table(msp, month, "findings.csv")
}

/// What every client is billed when all is right.
fn all_billed() -> Vec<String> {
    CLIENTS.iter().map(|(client, units)| billed(client, *units, "1/1/2026")).collect()
}

fn small() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace", "--name", "Made-up MSP"]);
    let same = |(client, _): &(&str, u32)| format!("client,{client},{},same\n", id(client));
    let decisions: String = CLIENTS.iter().map(same).collect();
    msp.write("same.csv", format!("subject,vendor_client,psa_client,verdict\n{decisions}"));
    msp.done(&["decide", "same.csv", "--workspace", "workspace"]);
    for month in ["2026-08", "2026-09"] {
        assert_eq!(findings_of(&msp, month, &all_billed()).len(), 0);
    }
    msp
}

fn probability(finding: &std::collections::BTreeMap<String, String>) -> f64 {
    finding["probability"].parse().unwrap()
}

#[test]
fn what_a_row_without_a_client_may_be_is_asked_and_not_claimed() {
    let msp = small();
    let mut psa = all_billed();
    psa[2] = psa[2].replacen("103,Cedar Freight", ",", 1);
    let found = findings_of(&msp, "2026-10", &psa);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(probability(&found[0]) < 0.5, "{found:?}");
    assert!(found[0]["why"].contains("names no client (psa.csv:6)"), "{found:?}");
}

#[test]
fn a_client_that_is_gone_from_the_export_is_no_sure_claim_and_two_are_a_question() {
    let msp = small();
    let found = findings_of(&msp, "2026-10", &all_billed()[1..]);
    assert_eq!(found.len(), 2, "{found:?}");
    for one in &found {
        assert!((0.5..0.9).contains(&probability(one)), "{one:?}");
        assert!(one["why"].contains("no row of \"Alder Dental\""), "{one:?}");
    }
    let found = findings_of(&msp, "2026-10", &all_billed()[2..]);
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found.iter().all(|one| probability(one) < 0.5), "{found:?}");
}

#[test]
fn a_row_set_aside_for_a_date_with_day_and_month_swapped_is_asked_about() {
    let msp = small();
    let mut psa = all_billed();
    // It began on 3 November by these dates, and on 11 March the other way round.
    psa[4] = billed("Elm Builders", 18, "11/3/2026");
    psa[5] = billed("Fir Optical", 9, "2/20/2026");
    let found = findings_of(&msp, "2026-10", &psa);
    let [one] = &found[..] else { panic!("{found:?}") };
    assert!(probability(one) < 0.5, "{one:?}");
    assert!(one["why"].contains("its days and months may be swapped"), "{one:?}");
}

#[test]
fn a_row_without_a_price_has_no_sure_money_and_a_file_without_prices_is_as_it_is_meant() {
    let msp = small();
    let mut psa = all_billed();
    psa[0] = psa[0].replace(",12,22.00,264.00,", ",10,,,");
    psa[1] = psa[1].replace(",7,22.00,154.00,", ",5,22.00,110.00,");
    let found = findings_of(&msp, "2026-10", &psa);
    let of = |client: &str| found.iter().find(|one| one["client"] == client).unwrap();
    assert!(probability(of("Alder Dental")) < 0.5, "{found:?}");
    assert!(of("Alder Dental")["why"].contains("has no price (psa.csv:2)"), "{found:?}");
    assert!(0.9 < probability(of("Birch Legal")), "{found:?}");
}

#[test]
fn what_differed_before_the_file_was_damaged_is_still_claimed() {
    let msp = small();
    let mut psa = all_billed();
    psa[1] = billed("Birch Legal", 4, "1/1/2026");
    findings_of(&msp, "2026-10", &psa);
    psa[2] = psa[2].replacen("103,Cedar Freight", ",", 1);
    let found = findings_of(&msp, "2026-11", &psa);
    let of = |client: &str| found.iter().find(|one| one["client"] == client).unwrap();
    assert!(0.9 < probability(of("Birch Legal")), "{found:?}");
    assert!(probability(of("Cedar Freight")) < 0.5, "{found:?}");
}
