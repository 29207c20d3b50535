//! Whatever the bytes are, the answer is rows or an error, never a panic, and no row is lost.

use proptest::prelude::*;
use seatdrift_core::domain::Side;

use super::written::workbook;
use super::{assert_nothing_lost, read};

const FIXTURES: [&[u8]; 6] = [
    include_bytes!("fixtures/pax8_invoice_SYNTHETIC.csv"),
    include_bytes!("fixtures/partner_center_nce_recon_SYNTHETIC.csv"),
    include_bytes!("fixtures/dicker_annuity_SYNTHETIC.csv"),
    include_bytes!("fixtures/ingram_rde_short_PARTIAL.csv"),
    include_bytes!("fixtures/connectwise_additions_search_SYNTHETIC.csv"),
    include_bytes!("fixtures/autotask_recurring_units_SYNTHETIC.csv"),
];

fn read_both_ways(bytes: &[u8]) {
    for side in [Side::Vendor, Side::Psa] {
        match read("a.csv", bytes, side, "2026-08") {
            Ok(read) => {
                let n_rows = read.rows.len() + read.rejected.len() + read.not_data.len();
                assert_nothing_lost(&read, n_rows);
            }
            Err(error) => {
                assert!(error.to_string().starts_with("a.csv"));
                error.hint();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        read_both_ways(&bytes);
    }

    #[test]
    fn random_cells_under_real_headers(
        fixture in 0usize..FIXTURES.len(),
        cells in prop::collection::vec("[0-9.,$€()\\-/: A-Za-z\"']{0,12}", 0..60),
    ) {
        let header = FIXTURES[fixture].split(|b| *b == b'\n').next().unwrap();
        let width = header.iter().filter(|b| **b == b',').count() + 1;
        let mut text = header.to_vec();
        for row in cells.chunks(width) {
            text.push(b'\n');
            text.extend(row.join(",").bytes());
        }
        read_both_ways(&text);
    }

    #[test]
    fn mutated_fixtures(
        fixture in 0usize..FIXTURES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = FIXTURES[fixture].to_vec();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        read_both_ways(&bytes);
        read_both_ways(&bytes[..cut.index(bytes.len())]);
    }

    #[test]
    fn mutated_workbooks(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = workbook(&[("S", &[["Client", "Product", "Quantity"], ["A", "B", "3"]][..])]);
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        read_both_ways(&bytes);
        read_both_ways(&bytes[..cut.index(bytes.len())]);
    }
}
