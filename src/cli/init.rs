//! `seatdrift init DIR`: an empty workspace.

use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use super::{CommandError, Context};
use seatdrift_core::domain::Currency;
use seatdrift_engine::workspace::Workspace;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift init acme-msp --name \"Acme MSP\" --currency USD")]
pub(super) struct Arguments {
    /// The folder to make
    dir: PathBuf,
    /// The MSP's name [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
    /// The currency of exports that name none
    #[arg(long, default_value = "USD")]
    currency: Currency,
}

#[derive(Serialize)]
struct Made {
    workspace: PathBuf,
    name: String,
    currency: Currency,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let name = arguments.name.clone().unwrap_or_else(|| folder_name(&arguments.dir));
    let workspace = Workspace::init(&arguments.dir, &name, arguments.currency)?;
    let words = format!(
        "made an empty workspace for {name} in {}\nnext: seatdrift score --workspace {} --month YYYY-MM --vendor FILE --psa FILE",
        workspace.root.display(),
        workspace.root.display()
    );
    let made = Made { workspace: workspace.root, name, currency: arguments.currency };
    context.output.result(&made, &words)?;
    Ok(ExitCode::SUCCESS)
}

fn folder_name(dir: &std::path::Path) -> String {
    let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_owned());
    let name = absolute.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "My MSP".to_owned())
}
