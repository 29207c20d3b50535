//! What several formats say in the same words.

use super::waiting::{money_waiting, waiting_names};
use super::{Run, numbers};

/// How many names wait for an answer, and the money that waits with them.
pub(crate) fn review_sentence(run: &Run) -> String {
    let waiting = waiting_names(run);
    if waiting.is_empty() {
        return "No name waits for an answer.".to_owned();
    }
    let names = numbers::counted(waiting.len(), "name waits", "names wait");
    let money = numbers::money(money_waiting(&waiting), run.currency);
    format!("{names} for an answer (suggestions.csv), with up to {money} a month.")
}

/// How many flags there are, and how many of them chance alone would raise.
pub(crate) fn flags_sentence(run: &Run) -> String {
    let n_flags = match run.flags.len() {
        0 => return "No line moved in a way its months did not lead to expect.".to_owned(),
        1 => "1 flag: a line that moved unexpectedly".to_owned(),
        n => format!("{} flags: lines that moved unexpectedly", numbers::count(n)),
    };
    let chance = match run.expected_false_flags {
        expected if !expected.is_finite() => format!("{n_flags}."),
        expected if expected < 0.05 => format!("{n_flags}; hardly any is expected to be nothing."),
        expected => {
            format!("{n_flags}; about {} expected to be nothing.", numbers::near(expected))
        }
    };
    match &run.no_flag_promise {
        Some(why) => format!("{chance} No promise: {why}."),
        None => chance,
    }
}

#[cfg(test)]
mod tests {
    use crate::report::specimen;

    #[test]
    fn a_promise_that_cannot_be_kept_is_refused_in_words() {
        let mut run = specimen::october();
        run.no_flag_promise = Some("a share of 0.1 takes 20000 past line-months".to_owned());
        let said = super::flags_sentence(&run);
        assert!(
            said.ends_with("No promise: a share of 0.1 takes 20000 past line-months."),
            "{said}"
        );
    }
}
