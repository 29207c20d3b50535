//! Makes the sample MSP that ships: `cargo run --release --example make_sample`.
//!
//! The recipe below is all there is to it; the same recipe gives the same bytes, so a change of the
//! sample shows as a change of this file or of `src/lab/simulate/`.

use std::fs;
use std::path::Path;

use seatdrift_lab::simulate::{Recipe, simulate};

const CLIENTS: usize = 32;
const MONTHS: usize = 24;
/// Chosen among the first fifty for a newest month with something of everything: a bundle part and a
/// renamed product that wait for an answer, a client that is gone, duplicates, a price list.
const SEED: u64 = 38;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/sample-msp");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    for file in simulate(&Recipe::new(CLIENTS, MONTHS, SEED)).files {
        let path = root.join(&file.path);
        fs::create_dir_all(path.parent().expect("every file is in a folder"))?;
        fs::write(path, file.bytes)?;
    }
    Ok(())
}
