//! `seatdrift watch`: pull, compare the day, tell what is new: once, or on a schedule of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::Time;
use serde::Serialize;

use super::pull::seed;
use super::{CommandError, Context, clock};
use seatdrift_connect::pull::Outside;
use seatdrift_connect::time::PassingTime;
use seatdrift_connect::transport::Network;
use seatdrift_engine::workspace::Workspace;
use seatdrift_watch::error::WatchError;
use seatdrift_watch::listening::listen;
use seatdrift_watch::looking::{Looked, look};
use seatdrift_watch::message::{Message, cents};
use seatdrift_watch::outbox::Outbox;
use seatdrift_watch::printed::{Scheduler, printed};
use seatdrift_watch::schedule::Schedule;
use seatdrift_watch::sinks;
use seatdrift_watch::state::State;
use seatdrift_watch::status::Status;
use seatdrift_watch::troubles::test_message;
use seatdrift_watch::watching::{Looking, deliver_due, next_due, watching};
use seatdrift_watch::wire::Outgoing;

/// The time of the day that printed units look at where none is said.
const USUAL_TIME: Time = Time::constant(6, 30, 0, 0);

/// The shortest time between two looks that hints make.
const BETWEEN_LOOKS: Duration = Duration::from_secs(60);

/// How long a look that could not be made is waited for.
const AFTER_AN_ERROR: Duration = Duration::from_secs(60);

/// How soon a signal to end is seen.
const MOMENT: Duration = Duration::from_millis(200);

#[derive(Debug, clap::Args)]
#[command(
    group = clap::ArgGroup::new("what").required(true).multiple(true)
        .args(["once", "every", "at", "listen", "status", "print", "test_alerts"]),
    group = clap::ArgGroup::new("alone")
        .args(["once", "status", "test_alerts"]).conflicts_with("for_good"),
    group = clap::ArgGroup::new("for_good").multiple(true).args(["every", "at", "listen"]),
    after_help = "Example: seatdrift watch --at 06:30\n\nWho is told what is said by [watch] in seatdrift.toml. \
        With --once the status is 2\nwhere a source could not be read or a sink took nothing."
)]
pub(super) struct Arguments {
    /// Look once: for cron, systemd and Task Scheduler
    #[arg(long)]
    once: bool,
    /// Look, and again each time so much has passed: 30m, 1h, 1d
    #[arg(long, value_name = "TIME")]
    every: Option<String>,
    /// Look each day at this time, where the MSP is
    #[arg(long, value_name = "HH:MM", conflicts_with = "every")]
    at: Option<Time>,
    /// Listen to vendors' hints that something changed: 127.0.0.1:8788 [looks each day besides]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Say how the watch stands; exit with status 1 when something is stale
    #[arg(long)]
    status: bool,
    /// Print what makes a scheduler look each day, at the time of --at
    #[arg(long, value_name = "SCHEDULER",
        conflicts_with_all = ["once", "status", "test_alerts", "every", "listen"])]
    print: Option<Printed>,
    /// Send a test message to every sink
    #[arg(long)]
    test_alerts: bool,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Printed {
    Systemd,
    Cron,
    Task,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.workspace()?;
    if let Some(printed) = arguments.print {
        return print(&workspace, printed, arguments.at.unwrap_or(USUAL_TIME), context);
    }
    if arguments.status {
        return status(&workspace, context);
    }
    if arguments.test_alerts {
        return test_alerts(&workspace, context);
    }
    let ends = ends_between_steps()?;
    if arguments.once {
        return once(&workspace, &ends, context);
    }
    let schedule = match (&arguments.every, arguments.at) {
        (Some(text), _) => {
            Schedule::every(text).map_err(|error| CommandError::new(error.to_string()))?
        }
        (None, Some(time)) => Schedule::At(time),
        (None, None) => Schedule::At(USUAL_TIME),
    };
    let hinted = Arc::new(AtomicBool::new(false));
    if let Some(address) = arguments.listen {
        let listener = TcpListener::bind(address).map_err(WatchError::Listen)?;
        let address = listener.local_addr().map_err(WatchError::Listen)?;
        listen(&workspace, listener, hinted.clone())?;
        context.output.note(&format!("listening at http://{address}"));
    }
    for_good(workspace, schedule, (&ends, &hinted), context)
}

/// Set by SIGTERM and SIGINT: whoever watches ends before its next step.
fn ends_between_steps() -> Result<Arc<AtomicBool>, CommandError> {
    let ends = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        // The second one ends it at once.
        signal_hook::flag::register_conditional_shutdown(signal, 130, ends.clone())?;
        signal_hook::flag::register(signal, ends.clone())?;
    }
    Ok(ends)
}

/// What looks are made with, for as long as the command runs.
struct Tools {
    network: Network,
    time: PassingTime,
    wire: Outgoing,
}

impl Tools {
    fn new() -> Result<Self, CommandError> {
        let time = PassingTime::by(clock()?);
        Ok(Self { network: Network::new(), time, wire: Outgoing::new() })
    }

    fn looking<'a>(
        &'a self,
        schedule: Option<Schedule>,
        stops: &'a dyn Fn() -> bool,
    ) -> Looking<'a> {
        let outside = Outside { transport: &self.network, time: &self.time, seed: seed() };
        Looking { outside, wire: &self.wire, schedule, stops }
    }
}

fn once(
    workspace: &Workspace,
    ends: &AtomicBool,
    context: &Context,
) -> Result<ExitCode, CommandError> {
    let tools = Tools::new()?;
    let held = watching(workspace)?;
    let stops = || ends.load(Ordering::Relaxed);
    let step = context.output.step("looking");
    let looked = look(workspace, &held, &tools.looking(None, &stops), &|source, what, _| {
        step.now(&format!("{source}: {what}"));
    })?;
    drop(step);
    context.output.result(&looked, &words(&looked))?;
    Ok(if looked.is_good { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn for_good(
    workspace: Workspace,
    schedule: Schedule,
    (ends, hinted): (&AtomicBool, &AtomicBool),
    context: &Context,
) -> Result<ExitCode, CommandError> {
    let mut workspace = workspace;
    let tools = Tools::new()?;
    let held = watching(&workspace)?;
    let stops = || ends.load(Ordering::Relaxed);
    let mut last_hint: Option<Instant> = None;
    let mut due = next_due(&workspace, schedule, clock()?.now())?;
    while !stops() {
        let now = clock()?.now();
        // A burst of hints is one look, and a flood of them no more looks than a schedule may have.
        let may_follow = last_hint.is_none_or(|last| last.elapsed() >= BETWEEN_LOOKS);
        let is_hinted = may_follow && hinted.swap(false, Ordering::Relaxed);
        if !is_hinted && now < due.look && due.parcel.is_none_or(|parcel| now < parcel) {
            pause(&stops, MOMENT);
            continue;
        }
        if is_hinted {
            last_hint = Some(Instant::now());
        }
        let looking = tools.looking(Some(schedule), &stops);
        let done = match is_hinted || due.look <= now {
            true => look(&workspace, &held, &looking, &|_, _, _| ()).map(Some),
            false => deliver_due(&workspace, &held, &looking).map(|_| None),
        };
        match done {
            Ok(Some(looked)) => context.output.result(&looked, &words(&looked))?,
            Ok(None) => {}
            // A disk that is full or a file that somebody holds may be well again in a while.
            Err(error) => {
                context.output.note(&format!("error: {}", CommandError::from(error).words));
                pause(&stops, AFTER_AN_ERROR);
            }
        }
        // What was changed in seatdrift.toml holds from now on.
        if let Ok(fresh) = Workspace::open(&workspace.root) {
            workspace = fresh;
        }
        due = next_due(&workspace, schedule, clock()?.now())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn pause(stops: &dyn Fn() -> bool, how_long: Duration) {
    let mut left = how_long;
    while !stops() && !left.is_zero() {
        let step = left.min(MOMENT);
        std::thread::sleep(step);
        left -= step;
    }
}

fn words(looked: &Looked) -> String {
    let mut lines: Vec<String> =
        looked.sources.iter().map(|(source, words)| format!("{source}: {words}")).collect();
    for message in &looked.messages {
        lines.push(message.title.clone());
        lines.extend(
            message.items.iter().map(|item| format!("  [{}] {}", item.severity.word(), item.words)),
        );
    }
    let unsent = match looked.unsent {
        0 => String::new(),
        n => format!(", {n} NOT taken yet"),
    };
    lines.push(format!(
        "{} changes, {} wait for the other side, {} alerts open; {} messages sent{unsent}",
        looked.changes.len(),
        looked.waiting,
        looked.open,
        looked.sent
    ));
    lines.join("\n")
}

fn print(
    workspace: &Workspace,
    what: Printed,
    at: Time,
    context: &Context,
) -> Result<ExitCode, CommandError> {
    let scheduler = match what {
        Printed::Systemd => Scheduler::Systemd,
        Printed::Cron => Scheduler::Cron,
        Printed::Task => Scheduler::Task,
    };
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("seatdrift"));
    let zone = workspace.config.time_zone.as_deref();
    let text = printed(scheduler, &program, &workspace.root, at, zone);
    context.output.result(&text, &text)?;
    Ok(ExitCode::SUCCESS)
}

fn status(workspace: &Workspace, context: &Context) -> Result<ExitCode, CommandError> {
    let state = State::read(workspace)?.unwrap_or_default();
    let status = Status::of(workspace, &state, clock()?.now());
    context.output.result(&status, &status_words(&status))?;
    Ok(if status.stale.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn status_words(status: &Status) -> String {
    let moment =
        |moment: Option<Timestamp>| moment.map_or("never".to_owned(), |one| one.to_string());
    let next = status.next.map(|next| format!(", next at {next}")).unwrap_or_default();
    let mut lines = vec![format!("looked last: {}{next}", moment(status.looked))];
    for source in &status.sources {
        let wrong = source.failed.as_ref().or(source.aside.as_ref());
        let wrong = wrong.map(|words| format!(": {words}")).unwrap_or_default();
        lines.push(format!("{}: read {}{wrong}", source.name, moment(source.read)));
    }
    for ((whose, currency), sum) in status.open_money() {
        lines.push(format!("open: {} {currency} a month, {whose}", cents(sum)));
    }
    for alert in &status.open {
        lines.push(format!(
            "  [{}] {} · {}: {} {} since {} ({})",
            alert.severity.word(),
            alert.client,
            alert.sku,
            cents(alert.impact),
            alert.currency,
            alert.since,
            alert.finding
        ));
    }
    lines.push(format!(
        "{} alerts open, {} silent, {} changes wait for the other side",
        status.open.len(),
        status.silent,
        status.waiting
    ));
    let undelivered = status.undelivered.iter();
    lines.extend(undelivered.map(|(what, why)| format!("not taken yet: {what}: {why}")));
    lines.extend(status.stale.iter().map(|words| format!("STALE: {words}")));
    lines.join("\n")
}

/// What `--json` prints of a test.
#[derive(Serialize)]
struct Tested<'a> {
    sink: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
}

fn test_alerts(workspace: &Workspace, context: &Context) -> Result<ExitCode, CommandError> {
    let config = &workspace.config.watch;
    if config.sinks.is_empty() {
        return Err(WatchError::NoSinks.into());
    }
    let (wire, now) = (Outgoing::new(), clock()?.now());
    let message: Message = test_message(now);
    let outbox: Outbox = State::read(workspace)?.unwrap_or_default().outbox;
    let tested: Vec<Tested<'_>> = config
        .sinks
        .iter()
        .map(|sink| Tested {
            sink: &sink.name,
            wrong: sinks::send(workspace, sink, &message, (&outbox, &wire, now)).err(),
        })
        .collect();
    let words: Vec<String> = tested
        .iter()
        .map(|one| match &one.wrong {
            None => format!("{}: it took the message", one.sink),
            Some(wrong) => format!("{}: NOT taken: {wrong}", one.sink),
        })
        .collect();
    context.output.result(&tested, &words.join("\n"))?;
    let failed = tested.iter().any(|one| one.wrong.is_some());
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}
