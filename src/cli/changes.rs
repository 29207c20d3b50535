//! `seatdrift changes`: what changed between stored snapshots, both sides.

use std::process::ExitCode;

use jiff::ToSpan;
use jiff::civil::Date;

use super::{CommandError, Context, clock};
use seatdrift_connect::tenant::day_of;
use seatdrift_watch::changes::{Changes, ListedChange, OtherSide, changes};
use seatdrift_watch::message::{cents, change_words};

/// Days that are looked back where no day is said.
const USUAL_DAYS: i64 = 7;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: seatdrift changes --since 2026-11-01\n\nEach pull keeps the seats of its day; \
    two of them are compared."
)]
pub(super) struct Arguments {
    /// The first day whose changes are listed, YYYY-MM-DD [default: a week ago]
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.workspace()?;
    let today = day_of(&workspace, clock()?.now());
    let week_ago = today.checked_sub(USUAL_DAYS.days()).unwrap_or(today);
    let since = arguments.since.unwrap_or(week_ago);
    let found = changes(&workspace, since, today)?;
    context.output.result(&found, &words(&found, since))?;
    Ok(ExitCode::SUCCESS)
}

fn words(found: &Changes, since: Date) -> String {
    let mut lines: Vec<String> = found.changes.iter().map(one).collect();
    if lines.is_empty() {
        lines.push(format!("nothing changed since {since}"));
    }
    lines.extend(found.notes.iter().map(|note| format!("note: {note}")));
    lines.join("\n")
}

fn one(listed: &ListedChange) -> String {
    let change = &listed.change;
    let other_side = match listed.other_side {
        OtherSide::Followed => "; the other side followed",
        OtherSide::HasTime => "; the other side has time",
        OtherSide::DidNotFollow => "; the other side did NOT follow",
        OtherSide::HasNone => "; the other side has no such line",
        OtherSide::NothingToDo => "",
    };
    let a_month = listed.a_month.map(|sum| {
        let more = if sum.is_sign_negative() { "less" } else { "more" };
        format!("\n  {} {} {more} a month", cents(sum.abs()), change.currency)
    });
    let vendor_says = listed.vendor_says.map(|words| format!("\n  {words}"));
    format!(
        "{} · {}\n  {}{other_side}{}{}",
        change.client_name,
        change.sku_name,
        change_words(change),
        a_month.unwrap_or_default(),
        vendor_says.unwrap_or_default()
    )
}
