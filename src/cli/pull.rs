//! `seatdrift pull`: every source's answers → `pulled/DATE/SOURCE/`, whole or not at all.

use std::path::PathBuf;
use std::process::ExitCode;

use jiff::Timestamp;
use serde::Serialize;

use super::{CommandError, Context, clock};
use seatdrift_connect::error::ConnectError;
use seatdrift_connect::pull::{Fewer, Outcome, Outside, PulledSource, Request, pull};
use seatdrift_connect::pulled::ReadingNote;
use seatdrift_connect::time::PassingTime;
use seatdrift_connect::transport::Network;
use seatdrift_core::domain::Month;
use seatdrift_engine::error::with_causes;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: seatdrift pull --month 2026-11\n\nA source that fails stops itself alone, and is \
    as it was before; the status is 2 then.\nA pull that was broken off goes on from where it was."
)]
pub(super) struct Arguments {
    /// The month whose charges are asked for, YYYY-MM [default: the one that runs]
    #[arg(long)]
    month: Option<Month>,
    /// The source [default: all]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Take it for true that much fewer lines came than at the last reading
    #[arg(long)]
    accept_fewer: bool,
    /// Record the answers in a folder, without keys and names, to show them to who mends a reader
    #[arg(long, value_name = "DIR")]
    record: Option<PathBuf>,
}

/// What `--json` prints of a source.
#[derive(Serialize)]
struct Printed<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<&'a ReadingNote>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.workspace()?;
    let step = context.output.step("pulling");
    let request = Request {
        month: arguments.month,
        only: arguments.source.clone(),
        fewer: if arguments.accept_fewer { Fewer::Accepted } else { Fewer::Refused },
        page_size: usize::MAX,
        record: arguments.record.clone(),
    };
    let (network, time) = (Network::new(), PassingTime::by(clock()?));
    let outside = Outside { transport: &network, time: &time, seed: seed() };
    let sources = pull(&workspace, &request, &outside, &|source, what, n_asked| {
        step.now(&format!("{source}: {what} ({n_asked} asked)"));
    })?;
    drop(step);
    let printed: Vec<Printed<'_>> = sources.iter().map(printed).collect();
    let words: Vec<String> = printed.iter().map(words).collect();
    context.output.result(&printed, &words.join("\n"))?;
    let failed = printed.iter().any(|source| source.failed.is_some());
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// What waits are jittered by: no two runs wait alike.
pub(super) fn seed() -> u64 {
    Timestamp::now().subsec_nanosecond().unsigned_abs().into()
}

fn printed(source: &PulledSource) -> Printed<'_> {
    let (mut read, mut left_out, mut wrong) = (None, None, None::<&ConnectError>);
    match &source.outcome {
        Outcome::Read(note) => read = Some(note),
        Outcome::LeftOut(why) => left_out = Some(why.as_str()),
        Outcome::Failed(error) => wrong = Some(error),
    }
    Printed {
        name: &source.name,
        read,
        left_out,
        failed: wrong.map(|error| with_causes(error)),
        hint: wrong.and_then(ConnectError::hint),
    }
}

fn words(source: &Printed<'_>) -> String {
    let name = source.name;
    if let Some(note) = source.read {
        let again = match note.continued {
            0 => String::new(),
            n => format!(", {n} answers of a pull that was broken off"),
        };
        let notes: String = note.notes.iter().map(|note| format!("\n  {note}")).collect();
        return format!(
            "{name}: {} rows in {} files, asked {} times{again}{notes}",
            note.n_rows(),
            note.files.len(),
            note.asked
        );
    }
    let failed = source.failed.as_deref().unwrap_or_default();
    match (source.left_out, &source.hint) {
        (Some(why), _) => format!("{name}: left out: {why}"),
        (None, Some(hint)) => format!("{name}: failed: {failed}\n  hint: {hint}"),
        (None, None) => format!("{name}: failed: {failed}"),
    }
}
