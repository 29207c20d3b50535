//! `seatdrift demo`: the whole loop on the shipped sample.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use include_dir::{Dir, include_dir};

use super::{CommandError, Context, clock, score};
use seatdrift_core::domain::Month;
use seatdrift_engine::files;
use seatdrift_engine::import::{exports_of, import_months};
use seatdrift_engine::learn::{Gate, learn};
use seatdrift_engine::score::{Exports, score as score_exports};
use seatdrift_engine::workspace::Workspace;

/// The sample MSP, as `datasets/make_sample.rs` made it.
static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/datasets/sample-msp");

/// The MSP's name in its reports.
const NAME: &str = "Sample MSP";

/// Where the demo goes when nobody says.
const FOLDER: &str = "seatdrift-demo";

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift demo")]
pub(super) struct Arguments {
    /// The folder to make [default: seatdrift-demo, or the first of seatdrift-demo-2, -3, … that is free]
    dir: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let folder = match &arguments.dir {
        Some(folder) if files::names_in(folder)?.is_empty() => folder.clone(),
        Some(folder) => return Err(not_empty(folder)),
        None => free_folder()?,
    };
    let workspace = Workspace::init(&folder, NAME, "USD".parse()?)?.lock()?;
    let exports = workspace.root.join("exports");
    let months = unpack(&exports)?;
    let Some((newest, before)) = months.split_last() else {
        return Err(CommandError::new("the sample holds no month"));
    };

    let step = context.output.step("loading the months before");
    let loaded =
        import_months(&workspace, &exports, before, &|n_done, n_all| step.reached(n_done, n_all))?;
    drop(step);
    context.output.note(&format!(
        "{NAME}: {} months of exports loaded, {} decisions by its reviewer",
        loaded.months.len(),
        loaded.decisions
    ));
    let step = context.output.step("learning");
    let learned = learn(&workspace, Gate::BetterOnly, &|doing| step.now(doing))?;
    drop(step);
    context.output.note(&learned.words());

    let step = context.output.step("scoring");
    let (vendor, psa) = exports_of(&exports, *newest)?;
    let exports = Exports::new(*newest, &vendor, &psa);
    let run = score_exports(&workspace, &exports, clock()?.now(), &|doing| step.now(doing))?.run;
    drop(step);
    score::print(&workspace, &run, context)?;
    Ok(context.verdict(&run))
}

/// The first folder name that is free: an earlier demo may hold what somebody decided.
fn free_folder() -> Result<PathBuf, CommandError> {
    let names = (1..1000).map(|n| match n {
        1 => FOLDER.to_owned(),
        n => format!("{FOLDER}-{n}"),
    });
    for name in names {
        let path = PathBuf::from(name);
        if !path.exists() {
            return Ok(path);
        }
    }
    Err(CommandError::new(format!(
        "{FOLDER} and the next 998 folders are taken: name one, as in `seatdrift demo my-demo`"
    )))
}

/// Writes the sample's exports and decisions; its truth stays in the checkout. Says its months.
fn unpack(folder: &Path) -> Result<Vec<Month>, CommandError> {
    let mut months = Vec::new();
    for month_folder in SAMPLE.dirs() {
        let name = month_folder.path().to_string_lossy();
        let Ok(month) = name.parse::<Month>() else { continue };
        months.push(month);
        for file in month_folder.files() {
            files::write_atomic(&folder.join(file.path()), file.contents())?;
        }
    }
    if let Some(file) = SAMPLE.get_file("decisions.csv") {
        files::write_atomic(&folder.join("decisions.csv"), file.contents())?;
    }
    months.sort_unstable();
    Ok(months)
}

fn not_empty(folder: &Path) -> CommandError {
    CommandError::new(format!("{}: expected a new or empty folder", folder.display()))
}
