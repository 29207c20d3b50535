//! `seatdrift open`, and `seatdrift` without a command: the page, from the first file to the last change.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use seatdrift_core::domain::{Currency, Month};
use seatdrift_engine::workspace::{Workspace, WorkspaceError};
use seatdrift_review::{Review, hold, shown_address};
use serde::Serialize;

use super::review::{listener, user};
use super::{CommandError, Context, clock};

/// The book that is made where none is and no folder is named.
const FOLDER: &str = "seatdrift-book";

#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Example: seatdrift open acme\n\n\
    Drop the exports of a month on the page: what vendors charge, and what the PSA bills. A\n\
    folder without a book gets an empty one. To look around first, make the sample: seatdrift demo")]
pub(super) struct Arguments {
    /// The folder of the book [default: the workspace here or above, else seatdrift-book]
    dir: Option<PathBuf>,
    /// The currency of a new book's exports that name none
    #[arg(long, default_value = "USD")]
    currency: Option<Currency>,
    /// The port [default: a free one]
    #[arg(long)]
    port: Option<u16>,
    /// Who decides [default: the name you are logged in by]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

#[derive(Serialize)]
struct Opened {
    address: String,
    /// The newest month that is scored.
    month: Option<Month>,
    by: String,
    workspace: PathBuf,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = book(arguments, context)?;
    context.note_all(&workspace.settle()?);
    context.note_passed_over(&workspace)?;
    let by = arguments.by.clone().unwrap_or_else(user);
    let month = workspace.scored_months()?.last().copied();
    let (listener, reach) = listener(arguments.port, None, &[])?;
    let address = shown_address(listener.local_addr()?, &reach);
    let _place = hold(&workspace, &address)?;
    let root = workspace.root.clone();
    let review = Review::open(workspace, month, &by, clock()?)?;
    let words =
        format!("{} is open at {address}\ndecisions are {by}'s; end with Ctrl-C", root.display());
    let is_shown = std::io::stdout().is_terminal();
    context
        .output
        .result(&Opened { address: address.clone(), month, by, workspace: root }, &words)?;
    if is_shown {
        show(&address);
    }
    review.serve(listener, reach)?;
    Ok(ExitCode::SUCCESS)
}

/// The workspace that is meant, made where there is none.
fn book(arguments: &Arguments, context: &Context) -> Result<Workspace, CommandError> {
    let make = |folder: &Path| -> Result<Workspace, CommandError> {
        let name = std::path::absolute(folder).ok();
        let name = name.as_deref().and_then(Path::file_name);
        let name = name.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let currency = arguments.currency.map_or_else(|| "USD".parse(), Ok)?;
        let workspace = Workspace::init(folder, &name, currency)?;
        context.output.note(&format!("an empty book was made in {}", folder.display()));
        Ok(workspace)
    };
    let is_new = |error: &WorkspaceError| matches!(error, WorkspaceError::NotFound { .. });
    if let Some(folder) = &arguments.dir {
        // A new folder is a book of its own, whatever lies above it.
        return match Workspace::open(folder) {
            Ok(found) if folder.is_dir() => Ok(found),
            Err(error) if !is_new(&error) => Err(error.into()),
            _ => make(folder),
        };
    }
    let folder = context.workspace.clone().unwrap_or_else(|| PathBuf::from("."));
    match Workspace::open(&folder) {
        Err(error) if is_new(&error) && context.workspace.is_none() => {
            let folder = Path::new(FOLDER);
            match Workspace::open(folder) {
                Err(error) if is_new(&error) => make(folder),
                other => Ok(other?),
            }
        }
        other => Ok(other?),
    }
}

/// Opens an address in the browser people use. Where there is none the address stands in the terminal.
fn show(address: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "windows") {
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(address);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Whether it could be opened is seen: nobody waits for it here.
    std::thread::spawn(move || command.status());
}
