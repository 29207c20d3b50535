//! Results go to stdout, everything else to stderr, and progress only to a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::CommandError;

/// How results are printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    form: Form,
    /// Whether notes and progress are shown.
    talks: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Words,
    Json,
}

impl Output {
    /// As the arguments say.
    pub(super) fn new(json: bool, quiet: bool) -> Self {
        Self { form: if json { Form::Json } else { Form::Words }, talks: !quiet }
    }

    /// Prints the result: as JSON where asked for, else in words.
    pub(super) fn result<T: Serialize>(&self, value: &T, words: &str) -> Result<(), CommandError> {
        let text = match self.form {
            Form::Json => format!("{}\n", serde_json::to_string_pretty(value)?),
            Form::Words if words.ends_with('\n') => harmless(words),
            Form::Words => harmless(&format!("{words}\n")),
        };
        match io::stdout().lock().write_all(text.as_bytes()) {
            // The reader (`| head`) has seen enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            other => other.map_err(|error| CommandError::not_printed(&error)),
        }
    }

    /// Prints a note on stderr.
    pub(super) fn note(&self, text: &str) {
        if self.talks {
            // A closed stderr is no reason to fail.
            let _ = writeln!(io::stderr().lock(), "{}", harmless(text));
        }
    }

    /// A spinner on stderr for a step that may take a while; nothing where nobody watches.
    pub(super) fn step(&self, text: &str) -> Step {
        if !self.talks || !io::stderr().is_terminal() {
            return Step(None);
        }
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}")
            .expect("the template is well formed");
        let bar = ProgressBar::new_spinner().with_style(style).with_message(text.to_owned());
        bar.enable_steady_tick(Duration::from_millis(100));
        Step(Some(bar))
    }

    /// The width of the terminal in characters, between 60 and 100; 80 where there is none.
    pub(super) fn width(&self) -> usize {
        let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<usize>().ok());
        columns.unwrap_or(80).clamp(60, 100)
    }
}

/// A text that gives a terminal no command, whatever files and clients are called: no escape, and nothing that
/// turns the direction of writing.
pub(crate) fn harmless(text: &str) -> String {
    let is_command = |c: char| {
        c.is_control() && c != '\n' && c != '\t'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(is_command, "\u{fffd}")
}

/// A running step; its spinner goes when it is dropped.
pub(super) struct Step(Option<ProgressBar>);

impl Step {
    /// Says what the step is at.
    pub(super) fn now(&self, doing: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(doing.to_owned());
        }
    }

    /// Says that so many parts of all are done: the spinner becomes a bar.
    pub(super) fn reached(&self, n_done: usize, n_all: usize) {
        if let Some(bar) = &self.0 {
            let style =
                ProgressStyle::with_template("{spinner} {msg} {bar:30} {pos}/{len} {elapsed}")
                    .expect("the template is well formed");
            bar.set_style(style);
            bar.set_length(n_all as u64);
            bar.set_position(n_done as u64);
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_clears_no_screen() {
        assert_eq!(harmless("g\u{1b}[2J.csv\u{9b}\u{202e}vsc\r\n"), "g�[2J.csv��vsc�\n");
        assert_eq!(harmless("Café – 東京\tSam\n"), "Café – 東京\tSam\n");
    }
}
