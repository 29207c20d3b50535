//! Parse arguments, run one command, print the error, set the exit status.

mod cli;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::Arguments;

/// Names and rows come by the million and go at once: the system's allocator spends a fifth of a month's
/// scoring on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SEATDRIFT_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("off"));
    hear_of_full_files();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match cli::run(Arguments::parse()) {
        Ok(status) => status,
        Err(error) => {
            let mut text = format!("error: {}\n", error.words);
            if let Some(hint) = &error.hint {
                text.push_str(&format!("  hint: {}\n", hint.replace('\n', "\n        ")));
            }
            // A closed stderr leaves nobody to tell.
            let _ = std::io::stderr().lock().write_all(cli::harmless(&text).as_bytes());
            ExitCode::from(error.status)
        }
    }
}

/// Lets a write beyond the largest file that is allowed (`ulimit -f`) fail with words instead of ending the process
/// in the middle of it.
#[cfg(unix)]
fn hear_of_full_files() {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    let _ =
        signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::new(AtomicBool::new(false)));
}

/// Elsewhere there is no such limit.
#[cfg(not(unix))]
fn hear_of_full_files() {}
