//! Over generated exports, whole and damaged: what comes in is what went somewhere, file by file and
//! currency by currency.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use seatdrift_core::domain::{ExportRow, Probability, RejectedRow, Side, Totals, lines_of};
use seatdrift_core::reconcile::{
    KindPartners, NameStanding, Partner, Partners, PriceBook, flows, reconcile, settlements,
};
use seatdrift_ingest::NotData;
use seatdrift_lab::simulate::{FormatPair, Recipe, Simulated, TruePair, simulate};

use crate::ingest::read;

/// What is done to one row of an export.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Cut,
    Twice,
    OtherCurrency,
    NoNumber,
    Blank,
    Total,
}

fn damages() -> impl Strategy<Value = Vec<(prop::sample::Index, Damage)>> {
    let kind = prop::sample::select(vec![
        Damage::Cut,
        Damage::Twice,
        Damage::OtherCurrency,
        Damage::NoNumber,
        Damage::Blank,
        Damage::Total,
    ]);
    prop::collection::vec((any::<prop::sample::Index>(), kind), 0..12)
}

/// An export with some rows damaged; its header stays.
fn damaged(bytes: &[u8], damages: &[(prop::sample::Index, Damage)]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // The header is below a title and a blank row at most.
    for (index, damage) in damages {
        let at = 3 + index.index(lines.len() - 3);
        let line = lines[at].clone();
        match damage {
            Damage::Cut => lines[at] = cut(&line),
            Damage::Twice => lines.insert(at, line),
            Damage::OtherCurrency => lines[at] = line.replace("USD", "EUR").replace('$', "€"),
            Damage::NoNumber => lines[at] = line.replace(['3', '5', '7'], "x"),
            Damage::Blank => lines.insert(at, String::new()),
            Damage::Total => lines.insert(at, "Total".to_owned()),
        }
    }
    lines.join("\n")
}

/// The first half of a row; all of one that would be cut inside quotes, as a file is then refused whole.
fn cut(line: &str) -> String {
    let half: String = line.chars().take(line.len() / 2).collect();
    if half.matches('"').count().is_multiple_of(2) { half } else { line.to_owned() }
}

/// Some of the true pairs accepted, some waiting, the rest alone.
fn partners_of(pairs: &[TruePair]) -> KindPartners {
    let mut kind = KindPartners::default();
    for (nth, pair) in pairs.iter().filter(|pair| !pair.vendor.is_empty()).enumerate() {
        let standing = match nth % 5 {
            0..3 if !pair.psa.is_empty() => {
                let partner = Partner {
                    psa: pair.psa.clone(),
                    psa_name: pair.psa.clone(),
                    probability: Probability::clamped(0.9),
                    bundled: nth % 7 == 0,
                };
                kind.psa_of.entry(pair.vendor.clone()).or_default().push(partner);
                kind.psa.insert(pair.psa.clone(), NameStanding::Paired);
                NameStanding::Paired
            }
            3 => NameStanding::Waiting(Probability::clamped(0.4)),
            _ => NameStanding::Alone(Probability::clamped(0.8)),
        };
        kind.vendor.insert(pair.vendor.clone(), standing);
    }
    kind
}

/// By side and file: how many rows of data it was written with.
type Written = BTreeMap<(Side, String), usize>;

/// The newest month of both sides, damaged: its rows, those rejected, and how many each file has.
fn read_both(
    made: &Simulated,
    month: &str,
    damages: &[(prop::sample::Index, Damage)],
) -> (Vec<ExportRow>, Vec<RejectedRow>, Written) {
    let (mut rows, mut rejected, mut counts) = (Vec::new(), Vec::new(), BTreeMap::new());
    for side in [Side::Vendor, Side::Psa] {
        let start = format!("{month}/{side}");
        let file = made.files.iter().find(|file| file.path.starts_with(&start)).unwrap();
        let name = file.path.rsplit('/').next().unwrap();
        let text = damaged(&file.bytes, damages);
        let read = read(name, text.as_bytes(), side, month).unwrap();
        let data = read.not_data.iter().filter(|(_, what)| *what != NotData::Blank).count();
        let n_written = text.lines().filter(|line| !line.is_empty()).count();
        counts.insert((side, name.to_owned()), n_written - data);
        rows.extend(read.rows);
        rejected.extend(read.rejected);
    }
    (rows, rejected, counts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_row_and_no_cent_of_an_export_is_lost(
        seed in 0..1_000u64,
        other in any::<bool>(),
        damages in damages(),
    ) {
        let formats =
            if other { FormatPair::PartnerCenterAutotask } else { FormatPair::Pax8ConnectWise };
        // Forty clients have headcounts of every kind: flat, steady, slow, school, shrinking, bought up.
        let made = simulate(&Recipe::new(40, 10, seed).with_formats(formats));
        let (rows, rejected, counts) = read_both(&made, "2026-10", &damages);
        let partners = Partners {
            clients: partners_of(&made.truth.clients),
            skus: partners_of(&made.truth.skus),
            ..Partners::default()
        };
        let lines = lines_of(&rows);
        let reconciled = reconcile(&rows, &lines, &partners, &PriceBook::default());
        let flows = flows(&rows, &rejected, &lines, &partners, &reconciled);
        prop_assert_eq!(flows.files.len(), counts.len());
        for ((side, file), flow) in &flows.files {
            let (n_rows, totals) = flow.all();
            prop_assert_eq!(n_rows, counts[&(*side, file.clone())], "{}", file);
            let read = rows.iter().filter(|row| row.place.file == *file).map(|row| row.amount);
            let not_read = rejected.iter().filter(|row| row.at.place.file == *file);
            let money: Totals = read.chain(not_read.filter_map(|row| row.amount)).collect();
            prop_assert_eq!(totals, money, "{}", file);
        }
        // Every proration, credit and change is recomputed once, with all of its money.
        let settled = settlements(&rows, &PriceBook::default());
        let mut of_settled: Vec<usize> = settled.iter().flat_map(|one| one.rows.clone()).collect();
        of_settled.sort_unstable();
        let n_settled = of_settled.len();
        of_settled.dedup();
        prop_assert_eq!(of_settled.len(), n_settled);
        let charged: Totals = settled.iter().map(|one| one.charged).collect();
        let of_rows: Totals = of_settled.iter().map(|&row_idx| rows[row_idx].amount).collect();
        prop_assert_eq!(charged, of_rows);
    }
}
