//! Makes the sample MSP that ships: `cargo run --release --example make_sample`.
//!
//! The recipe below is all there is to it; the same recipe gives the same bytes, so a change of the
//! sample shows as a change of this file or of `src/simulate/`.

use std::fs;
use std::path::Path;

use seatdrift::simulate::{FormatPair, Habits, Keys, MidMonth, ProductNames, Recipe, simulate};

const CLIENTS: usize = 32;
const MONTHS: usize = 24;
const SEED: u64 = 20_261_001;

fn main() -> std::io::Result<()> {
    let habits = Habits {
        vendor_keys: Keys::RecordIds,
        psa_keys: Keys::Identifiers,
        mid_month: MidMonth::SecondAddition,
        product_names: ProductNames::Mixed,
        name_noise: 0.5,
        numbered: 0.15,
        error_rate: 0.05,
    };
    let recipe = Recipe::new(CLIENTS, MONTHS, SEED)
        .with_formats(FormatPair::Pax8ConnectWise)
        .with_habits(habits);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/sample-msp");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    for file in simulate(&recipe).files {
        let path = root.join(&file.path);
        fs::create_dir_all(path.parent().expect("every file is in a folder"))?;
        fs::write(path, file.bytes)?;
    }
    Ok(())
}
