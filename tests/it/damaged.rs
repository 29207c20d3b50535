//! Exports that were damaged on their way: what is claimed of them is so, and what they left whole is still
//! claimed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::sync::LazyLock;

use proptest::prelude::*;
use seatdrift_core::domain::Side;
use seatdrift_core::models::Models;
use seatdrift_lab::evaluate::{DamagedCounts, Situation, damaged_once, damages};
use seatdrift_lab::simulate::{Damage, DamageKind, FormatPair};

use crate::msp::Msp;

static SHIPPED: LazyLock<Models> = LazyLock::new(|| Models::shipped().unwrap());

/// One damage done to one small MSP.
fn once(kind: DamageKind, side: Side, seed: u64, percent: u32) -> DamagedCounts {
    let rate = f64::from(percent) / 100.0;
    let needs_total = matches!(kind, DamageKind::TotalOff | DamageKind::RowsLost);
    let formats = match seed % 2 == 0 || needs_total {
        true => FormatPair::Pax8ConnectWise,
        false => FormatPair::PartnerCenterAutotask,
    };
    damaged_once(20, seed, formats, Damage { kind, rate, side }, &SHIPPED).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_line_that_a_damage_touched_is_surely_claimed_unless_it_is_so(
        at in 0..damages().len(),
        seed in 0..10_000u64,
        percent in 1..=10u32,
    ) {
        let (kind, side) = damages()[at];
        let counts = once(kind, side, seed, percent);
        for (situation, spoilt) in &counts.spoilt {
            prop_assert!(spoilt.is_accounted, "{situation:?}: a cent is lost");
            prop_assert_eq!(spoilt.touched_false, 0, "{:?}: {:#?}", situation, spoilt.false_sure);
        }
    }
}

#[test]
fn true_differences_that_a_damage_left_alone_are_still_claimed() {
    let (mut whole, mut spoilt) = (0, 0);
    for (n, (kind, side)) in damages().into_iter().enumerate() {
        let counts = once(kind, side, 40 + n as u64, 6);
        for (situation, one) in &counts.spoilt {
            whole += counts.whole[situation].found_elsewhere;
            spoilt += one.found_elsewhere;
        }
    }
    assert!(whole * 95 <= spoilt * 100, "{spoilt} of {whole}");
}

#[test]
fn exports_that_nothing_happened_to_are_not_in_doubt() {
    let counts = once(DamageKind::TotalOff, Side::Psa, 8, 5);
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
