//! `seatdrift review`: the local web page where a person decides what needs one.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde::Serialize;

use super::{Context, decide, hints, report, score, train};
use seatdrift_core::domain::Month;
use seatdrift_engine::workspace::Workspace;
use seatdrift_review::{
    Learn, NotLearned, Reach, Review, ReviewError, Stage, hold, secret, shown_address,
};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift review --month 2026-10 --port 8080\n\n\
    Open the address it prints in a browser; ? shows the keys. Every answer is in decisions.csv\n\
    before the page shows the next one. End it with Ctrl-C.")]
pub struct Arguments {
    /// The month, YYYY-MM [default: the newest one scored]
    #[arg(long)]
    month: Option<Month>,
    /// The port [default: a free one]
    #[arg(long)]
    port: Option<u16>,
    /// Who decides [default: the name you are logged in by]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Listen beyond this computer, to those who have the token it prints
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "port")]
    listen: Option<String>,
}

#[derive(Serialize)]
struct Opened {
    address: String,
    month: Month,
    by: String,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let month = report::scored_month(&workspace, arguments.month)?;
    decide::note_passed_over(&workspace, context)?;
    let by = arguments.by.clone().unwrap_or_else(user);
    let (listener, reach) = listener(arguments)?;
    let address = shown_address(listener.local_addr()?, &reach);
    let _place = hold(&workspace, &address)?;
    let review = Review::open(workspace.clone(), month, &by, learn(&workspace, month))?;
    let words = format!("review of {month} at {address}\ndecisions are {by}'s; end with Ctrl-C");
    context.output.result(&Opened { address, month, by }, &words)?;
    review.serve(listener, reach)?;
    Ok(ExitCode::SUCCESS)
}

/// The name somebody is logged in by.
fn user() -> String {
    let names =
        ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "reviewer".to_owned())
}

fn listener(arguments: &Arguments) -> anyhow::Result<(TcpListener, Reach)> {
    let bind = |address: SocketAddr| {
        TcpListener::bind(address).map_err(|source| ReviewError::Listen { address, source })
    };
    let Some(host) = &arguments.listen else {
        let address = SocketAddr::from(([127, 0, 0, 1], arguments.port.unwrap_or(0)));
        return Ok((bind(address)?, Reach::Loopback));
    };
    let found = host.to_socket_addrs().with_context(|| format!("{host}: expected HOST:PORT"))?;
    let Some(address) = found.into_iter().next() else { bail!("{host}: no such host") };
    let name = host.rsplit_once(':').map(|(name, _)| name.to_owned());
    let name =
        name.filter(|name| name.parse::<std::net::IpAddr>().is_err() && !name.starts_with('['));
    Ok((bind(address)?, Reach::Token { token: secret(), name }))
}

/// Trains the workspace's models as `seatdrift train` does, then scores the month again with them as
/// `seatdrift score` does; nobody else writes to the workspace meanwhile.
fn learn(workspace: &Workspace, month: Month) -> Learn {
    let root = workspace.root.clone();
    Arc::new(move |progress| {
        let training = |error: &anyhow::Error| NotLearned::Training(why(error));
        // What seatdrift.toml says may have changed since the page was opened.
        let workspace = Workspace::open(&root).map_err(|error| training(&error.into()))?;
        let _lock = workspace.lock().map_err(|error| training(&error.into()))?;
        let doing = |doing: &str| progress(Stage::Training, doing);
        let learned = train::learn(&workspace, train::Gate::BetterOnly, &doing);
        let trained = train::words(&learned.map_err(|error| training(&error))?);
        match score::score_again(&workspace, month, &|doing| progress(Stage::Scoring, doing)) {
            Ok(_) => Ok(trained),
            Err(error) => Err(NotLearned::Scoring { trained, why: why(&error) }),
        }
    })
}

/// An error with its causes, and what to do about it.
fn why(error: &anyhow::Error) -> String {
    match hints::hint(error) {
        Some(hint) => format!("{error:#} ({hint})"),
        None => format!("{error:#}"),
    }
}
