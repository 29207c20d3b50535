//! `seatdrift completions SHELL`: what a shell needs to complete commands and options.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::{CommandError, Context};

#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: seatdrift completions bash > ~/.local/share/bash-completion/completions/seatdrift"
)]
pub(super) struct Arguments {
    /// The shell to write for
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, context: &Context) -> Result<ExitCode, CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut super::Arguments::command(),
        "seatdrift",
        &mut script,
    );
    let script = String::from_utf8(script).expect("completions are written as text");
    context.output.result(&script, script.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn every_shell_is_told_every_command() {
        for shell in Shell::value_variants() {
            let mut script = Vec::new();
            let mut program = super::super::Arguments::command();
            clap_complete::generate(*shell, &mut program, "seatdrift", &mut script);
            let script = String::from_utf8(script).unwrap();
            for command in super::super::Arguments::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
        }
    }
}
