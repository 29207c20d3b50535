//! `seatdrift review`: the local web page where a person decides what needs one.

use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::process::ExitCode;

use serde::Serialize;

use super::{CommandError, Context, clock};
use seatdrift_core::domain::Month;
use seatdrift_engine::run_store::scored_month;
use seatdrift_review::{Reach, Review, ReviewError, hold, secret, shown_address};

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift review --month 2026-10 --port 8080\n\n\
    Open the address it prints in a browser; ? shows the keys. The token in it keeps out whoever\n\
    else uses this computer. Every answer is in decisions.csv\n\
    before the page shows the next one. End it with Ctrl-C.")]
pub(super) struct Arguments {
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
    /// A name the page may be asked for under besides its own addresses, with its port where others see another one
    #[arg(long, value_name = "NAME[:PORT]", requires = "listen")]
    host: Vec<String>,
}

#[derive(Serialize)]
struct Opened {
    address: String,
    month: Month,
    by: String,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.workspace()?;
    let month = scored_month(&workspace, arguments.month)?;
    context.note_passed_over(&workspace)?;
    let by = arguments.by.clone().unwrap_or_else(user);
    let (listener, reach) = listener(arguments.port, arguments.listen.as_deref(), &arguments.host)?;
    let address = shown_address(listener.local_addr()?, &reach);
    let _place = hold(&workspace, &address)?;
    let review = Review::open(workspace, Some(month), &by, clock()?)?;
    let words = format!("review of {month} at {address}\ndecisions are {by}'s; end with Ctrl-C");
    context.output.result(&Opened { address, month, by }, &words)?;
    review.serve(listener, reach)?;
    Ok(ExitCode::SUCCESS)
}

/// The name somebody is logged in by.
pub(super) fn user() -> String {
    let names =
        ["USER", "LOGNAME", "USERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    names
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "reviewer".to_owned())
}

/// Where the page listens: this computer, or wherever a person says.
pub(super) fn listener(
    port: Option<u16>,
    listen: Option<&str>,
    hosts: &[String],
) -> Result<(TcpListener, Reach), CommandError> {
    let bind = |address: SocketAddr| {
        TcpListener::bind(address).map_err(|source| ReviewError::Listen { address, source })
    };
    let reach = |shown: Option<String>| {
        let names = shown.iter().chain(hosts).cloned().collect();
        Reach { token: secret(), shown, names }
    };
    let Some(host) = listen else {
        let address = SocketAddr::from(([127, 0, 0, 1], port.unwrap_or(0)));
        return Ok((bind(address)?, reach(None)));
    };
    let found = host
        .to_socket_addrs()
        .map_err(|error| CommandError::new(format!("{host}: expected HOST:PORT: {error}")))?;
    let Some(address) = found.into_iter().next() else {
        return Err(CommandError::new(format!("{host}: no such host")));
    };
    let name = host.rsplit_once(':').map(|(name, _)| name.to_owned());
    let name =
        name.filter(|name| name.parse::<std::net::IpAddr>().is_err() && !name.starts_with('['));
    Ok((bind(address)?, reach(name)))
}
