//! `seatdrift connect`: live sources, read only: add one, check them, list them.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use super::pull::seed;
use super::{CommandError, Context, clock};
use seatdrift_connect::adding::{add, keep_key, key_file};
use seatdrift_connect::looking::{Checked, Listed, check, list};
use seatdrift_connect::pull::Outside;
use seatdrift_connect::secret::Secret;
use seatdrift_connect::source::{Count, Setting, System};
use seatdrift_connect::tenant::system_called;
use seatdrift_connect::time::PassingTime;
use seatdrift_connect::transport::Network;
use seatdrift_engine::sources::{SecretPlace, SourceConfig};
use seatdrift_engine::workspace::LockedWorkspace;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Add a source to seatdrift.toml; asks for what is needed, keys unseen
    Add(AddArguments),
    /// Ask each source as little as shows that it can be read
    Check(CheckArguments),
    /// When each source was read last, how much, and what is left out
    List,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift connect add pax8 --set client_id=… \\\n    \
    --secret client_secret=env:PAX8_SECRET\n\nWithout --secret a key is asked for, unseen, and kept in a file \
    of your own\noutside the workspace. A key itself never stands on the command line.")]
struct AddArguments {
    /// The system: connectwise, pax8, …
    system: String,
    /// What to call it [default: the system's word]
    #[arg(long)]
    name: Option<String>,
    /// A setting, as NAME=VALUE; those that are missing are asked for
    #[arg(long = "set", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// Where a key is, as NAME=env:VARIABLE, NAME=file:PATH, NAME=credential:NAME or NAME=command:WORDS
    #[arg(long = "secret", value_name = "NAME=PLACE")]
    secrets: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct CheckArguments {
    /// The source [default: all]
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    match &arguments.action {
        Action::Add(arguments) => run_add(arguments, context),
        Action::Check(arguments) => run_check(arguments, context),
        Action::List => run_list(context),
    }
}

/// What `--json` prints of a new source.
#[derive(Serialize)]
struct Added<'a> {
    added: &'a SourceConfig,
}

fn run_add(arguments: &AddArguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.held()?;
    let system = system_called(&arguments.system)?;
    let name = arguments.name.clone().unwrap_or_else(|| system.word.to_owned());
    let settings = settings(system, &named(&arguments.settings)?)?;
    let mut source =
        SourceConfig { name, system: system.word.to_owned(), settings, secrets: BTreeMap::new() };
    let given = named(&arguments.secrets)?;
    for (secret, place) in &given {
        source.secrets.insert(secret.clone(), placed(secret, place)?);
    }
    // Everything else is checked before a key is asked for.
    let missing = system.secrets.iter().filter(|secret| secret.usual.is_none());
    for secret in missing.filter(|secret| !given.contains_key(secret.name)) {
        let path = typed(&workspace, &source, secret)?;
        source.secrets.insert(secret.name.to_owned(), SecretPlace::File(path));
    }
    add(&workspace, &source)?;
    let words = format!(
        "added {} ({}) to {}\nits keys need: {}\nnext: seatdrift connect check {}",
        source.name,
        system.title,
        workspace.config_file().display(),
        system.rights,
        source.name
    );
    context.output.result(&Added { added: &source }, &words)?;
    Ok(ExitCode::SUCCESS)
}

/// `NAME=VALUE`, many times.
fn named(arguments: &[String]) -> Result<BTreeMap<String, String>, CommandError> {
    let pairs = arguments.iter().map(|argument| match argument.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.trim().to_owned())),
        // What is there may be a key.
        None => Err(CommandError::new("expected NAME=VALUE, found an argument without =")),
    });
    pairs.collect()
}

fn placed(name: &str, place: &str) -> Result<SecretPlace, CommandError> {
    match place.split_once(':') {
        Some(("env", variable)) => Ok(SecretPlace::Env(variable.to_owned())),
        Some(("file", path)) => {
            let path = PathBuf::from(path);
            Ok(SecretPlace::File(std::path::absolute(&path).unwrap_or(path)))
        }
        Some(("credential", credential)) => Ok(SecretPlace::Credential(credential.to_owned())),
        Some(("command", words)) => {
            Ok(SecretPlace::Command(words.split_whitespace().map(str::to_owned).collect()))
        }
        _ => Err(CommandError::new(format!(
            "{name}: expected env:VARIABLE, file:PATH, credential:NAME or command:WORDS; a key itself never stands \
             on the command line"
        ))),
    }
}

/// The settings that were given, and those that a person is asked for.
fn settings(
    system: &System,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, CommandError> {
    let mut settings = given.clone();
    let missing = system.settings.iter().filter(|setting| !given.contains_key(setting.name));
    for setting in missing.filter(|setting| setting.usual.is_none()) {
        if io::stdin().is_terminal() {
            settings.insert(setting.name.to_owned(), asked(setting)?);
        }
    }
    Ok(settings)
}

fn asked(setting: &Setting) -> Result<String, CommandError> {
    write!(io::stderr().lock(), "{}: {}: ", setting.name, setting.words)?;
    line()
}

fn line() -> Result<String, CommandError> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// A key that is typed in unseen, or comes by a pipe; kept outside the workspace. Gives its file.
fn typed(
    workspace: &LockedWorkspace,
    source: &SourceConfig,
    secret: &Setting,
) -> Result<PathBuf, CommandError> {
    let path = key_file(&workspace.root, &source.name, secret.name).ok_or_else(|| {
        CommandError::new(
            "neither HOME nor XDG_CONFIG_HOME is set: say where the key is with --secret",
        )
    })?;
    let key = if io::stdin().is_terminal() {
        write!(io::stderr().lock(), "{}: {} (unseen): ", secret.name, secret.words)?;
        console::Term::stderr().read_secure_line()?
    } else {
        line()?
    };
    if key.trim().is_empty() {
        return Err(CommandError::new(format!("{}: no key was given", secret.name)));
    }
    let key = Secret::new(key.trim());
    keep_key(&workspace.root, (&source.name, secret.name), &path, &key)?;
    Ok(path)
}

/// What `--json` prints of a check.
#[derive(Serialize)]
struct CheckedSource<'a> {
    name: &'a str,
    system: &'a str,
    can_be_read: bool,
    counts: &'a [Count],
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

fn run_check(arguments: &CheckArguments, context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.workspace()?;
    let step = context.output.step("asking");
    let (network, time) = (Network::new(), PassingTime::by(clock()?));
    let outside = Outside { transport: &network, time: &time, seed: seed() };
    let checked = check(&workspace, arguments.name.as_deref(), &outside)?;
    drop(step);
    let printed: Vec<CheckedSource<'_>> = checked.iter().map(printed).collect();
    let words: Vec<String> =
        checked.iter().zip(&printed).map(|(one, printed)| check_words(one, printed)).collect();
    context.output.result(&printed, &words.join("\n"))?;
    let is_well = printed.iter().all(|one| one.can_be_read);
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn printed(checked: &Checked) -> CheckedSource<'_> {
    let wrong = checked.found.as_ref().err();
    CheckedSource {
        name: &checked.name,
        system: checked.system,
        can_be_read: wrong.is_none(),
        counts: checked.found.as_deref().unwrap_or_default(),
        wrong: wrong.map(|error| seatdrift_engine::error::with_causes(error)),
        hint: wrong.and_then(|error| error.hint()),
    }
}

fn check_words(checked: &Checked, printed: &CheckedSource<'_>) -> String {
    let Some(wrong) = &printed.wrong else {
        let counts =
            printed.counts.iter().map(|count| format!("{} {}", count.received, count.what));
        let counts: Vec<String> = counts.collect();
        return format!(
            "{} ({}): can be read: {}",
            checked.name,
            checked.system,
            counts.join(", ")
        );
    };
    let hint = printed.hint.as_ref().map(|hint| format!("\n  hint: {hint}")).unwrap_or_default();
    let rights = checked.rights;
    format!("{} ({}): {wrong}{hint}\n  its keys need: {rights}", checked.name, checked.system)
}

fn run_list(context: &Context) -> Result<ExitCode, CommandError> {
    let workspace = context.workspace()?;
    let listed = list(&workspace)?;
    let words: Vec<String> = listed.iter().map(list_words).collect();
    let words = match words.is_empty() {
        true => "no source: add one with `seatdrift connect add SYSTEM`".to_owned(),
        false => words.join("\n"),
    };
    context.output.result(&listed, &words)?;
    Ok(ExitCode::SUCCESS)
}

fn list_words(listed: &Listed) -> String {
    let broken_off = if listed.unfinished { "\n  a pull was broken off since" } else { "" };
    let Some(last) = &listed.last else {
        return format!("{} ({}): never read{broken_off}", listed.name, listed.system);
    };
    let notes: String = last.notes.iter().map(|note| format!("\n  {note}")).collect();
    format!(
        "{} ({}): read on {} for {}, {} rows in {} files{notes}{broken_off}",
        listed.name,
        listed.system,
        last.day,
        last.month,
        last.n_rows(),
        last.files.len()
    )
}
