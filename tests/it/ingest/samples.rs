//! The sample exports of each system, row by row.

use seatdrift_core::domain::Side;

use super::{assert_nothing_lost, read, shown};

macro_rules! sample {
    ($name:ident, $file:literal, $side:expr, $month:literal) => {
        #[test]
        fn $name() {
            let bytes = include_bytes!(concat!("fixtures/", $file));
            let read = read($file, bytes, $side, $month).unwrap();
            let n_lines = String::from_utf8_lossy(bytes).trim_end().lines().count();
            assert_nothing_lost(&read, n_lines);
            insta::assert_snapshot!(shown(&read));
        }
    };
}

sample!(pax8_invoice, "pax8_invoice_SYNTHETIC.csv", Side::Vendor, "2026-08");
sample!(partner_center_recon, "partner_center_nce_recon_SYNTHETIC.csv", Side::Vendor, "2026-08");
sample!(dicker_annuity, "dicker_annuity_SYNTHETIC.csv", Side::Vendor, "2026-08");
sample!(ingram_rde_short, "ingram_rde_short_PARTIAL.csv", Side::Vendor, "2022-03");
sample!(connectwise_additions, "connectwise_additions_search_SYNTHETIC.csv", Side::Psa, "2026-08");
sample!(autotask_units, "autotask_recurring_units_SYNTHETIC.csv", Side::Psa, "2026-08");
