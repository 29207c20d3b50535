//! `seatdrift explain ID`: every number behind one suggestion, finding or flag.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use serde_json::Value;

use super::{Context, report};
use seatdrift_core::domain::Month;
use seatdrift_core::run::line_months::LineMonths;
use seatdrift_core::score::Past;
use seatdrift_engine::files;
use seatdrift_engine::history::History;
use seatdrift_engine::workspace::Workspace;
use seatdrift_report::{Explained, explanation, explanation_html, terminal};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift explain f-3fa9c1d20b --out finding.html\n\n\
    Ids stand in suggestions.csv (s-…), findings.csv (f-…) and flags.csv (g-…).")]
pub struct Arguments {
    /// The id
    id: String,
    /// The month, YYYY-MM [default: the newest one scored]
    #[arg(long)]
    month: Option<Month>,
    /// Write it also as a page with its chart: one file to keep, print or mail
    #[arg(long, value_name = "HTML")]
    out: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let run = report::stored_run(&workspace, arguments.month)?;
    let id = arguments.id.as_str();
    let Some(explanation) = explanation(&run, id) else {
        bail!("nothing called {id:?} in the run of {}", run.month);
    };
    if let Some(path) = &arguments.out {
        let months = months(&workspace, run.month, explanation.of)?;
        let page = explanation_html(&explanation, &months);
        files::write_atomic(path, page.as_bytes())?;
        context.output.note(&format!("the page is {}", path.display()));
    }
    let words = terminal::explain(&explanation, context.output.width());
    context.output.result(&value(explanation.of)?, &words)?;
    Ok(ExitCode::SUCCESS)
}

/// What was bought and billed of a finding's line; nothing for what is no finding.
fn months(workspace: &Workspace, month: Month, of: Explained<'_>) -> anyhow::Result<LineMonths> {
    match of {
        Explained::Finding(finding) => {
            let past = Past::read(&History::new(workspace.history()), month)?;
            Ok(past.of_finding(finding))
        }
        _ => Ok(LineMonths::default()),
    }
}

fn value(of: Explained<'_>) -> serde_json::Result<Value> {
    match of {
        Explained::Pair(pair) => serde_json::to_value(pair),
        Explained::Finding(finding) => serde_json::to_value(finding),
        Explained::Flag(flag) => serde_json::to_value(flag),
        Explained::Settled(line) => serde_json::to_value(line),
        Explained::Recomputed(line) => serde_json::to_value(line),
    }
}
