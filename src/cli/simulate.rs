//! `seatdrift simulate DIR`: a made-up MSP.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use serde::Serialize;

use super::{CommandError, Context};
use seatdrift_core::domain::Month;
use seatdrift_engine::files;
use seatdrift_lab::simulate::{Damage, FormatPair, Recipe, simulate};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift simulate made-up --clients 30 --months 24 --seed 7\n\n\
    Writes YYYY-MM/vendor-*.csv and psa-*.csv, decisions.csv, and truth/ with what is really so.")]
pub(super) struct Arguments {
    /// The folder to make
    dir: PathBuf,
    /// How many clients
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    clients: u32,
    /// How many months
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(2..=240))]
    months: u32,
    /// The seed of every draw: the same seed gives the same files
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The newest month, YYYY-MM
    #[arg(long, default_value = "2026-10")]
    last: Month,
    /// Which exports to write
    #[arg(long, value_enum, default_value_t = Formats::Pax8Connectwise)]
    formats: Formats,
    /// How hard the books are to reconcile
    #[arg(long, value_enum, default_value_t = Book::Plain)]
    book: Book,
    /// Spoil the newest month's exports, KIND[:RATE[:SIDE]]: hours_off:0.05:psa; truth/touched.csv has the rows
    #[arg(long, value_name = "KIND")]
    damage: Option<Damage>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Book {
    /// Differences, and names written in two ways
    Plain,
    /// Look-alikes, seats, several codes, own services, the MSP's own tenant, renames, usage; a hasty reviewer
    Hostile,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Formats {
    /// Pax8 invoice and ConnectWise additions
    Pax8Connectwise,
    /// Partner Center reconciliation file and Autotask contract service units
    PartnerCenterAutotask,
}

#[derive(Serialize)]
struct Made {
    folder: PathBuf,
    files: usize,
    clients: u32,
    months: u32,
    differences: usize,
    anomalies: usize,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    if !files::names_in(&arguments.dir)?.is_empty() {
        return Err(CommandError::new(format!(
            "{}: expected a new or empty folder",
            arguments.dir.display()
        )));
    }
    let formats = match arguments.formats {
        Formats::Pax8Connectwise => FormatPair::Pax8ConnectWise,
        Formats::PartnerCenterAutotask => FormatPair::PartnerCenterAutotask,
    };
    let made = match arguments.book {
        Book::Plain => Recipe::new,
        Book::Hostile => Recipe::hostile,
    };
    let mut recipe = made(arguments.clients as usize, arguments.months as usize, arguments.seed);
    recipe.last = arguments.last;
    recipe.formats = formats;
    let mut simulated = simulate(&recipe);
    if let Some(damage) = &arguments.damage {
        simulated = simulated.damaged(recipe.last, damage, recipe.seed);
    }
    for file in &simulated.files {
        files::write_atomic(&arguments.dir.join(&file.path), &file.bytes)?;
    }
    let made = Made {
        folder: arguments.dir.clone(),
        files: simulated.files.len(),
        clients: arguments.clients,
        months: arguments.months,
        differences: simulated.truth.differences.len(),
        anomalies: simulated.truth.anomalies.len(),
    };
    let words = format!(
        "made up an MSP in {}: {} files, {} differences and {} anomalies to find (truth/)",
        made.folder.display(),
        made.files,
        made.differences,
        made.anomalies
    );
    context.output.result(&made, &words)?;
    Ok(ExitCode::SUCCESS)
}
