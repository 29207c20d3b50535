//! Texts that a spreadsheet could take for formulas, wherever it cuts a file into cells.

use std::borrow::Cow;

use super::is_unseen;

/// What a formula begins with, also as wide as the letters of Chinese and Japanese.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What a first cell may not begin with either: some programs drop it and read on.
const DROPPED: [char; 3] = ['\t', '\r', '\n'];

/// Where spreadsheets of other countries cut cells, though they stand inside one of ours.
const CUTS: [char; 5] = [';', '|', '\t', '\r', '\n'];

/// The text with an apostrophe wherever a spreadsheet could take what follows for a formula: at its beginning,
/// and behind what other countries' spreadsheets cut cells at. [`unguarded`] takes them away again.
pub fn guarded(text: &str) -> Cow<'_, str> {
    changed(text, |out, rest| {
        out.push('\'');
        rest
    })
}

/// The same for an id that programs look up: a number with a sign is no formula and stays what it is.
pub fn guarded_id(id: &str) -> Cow<'_, str> {
    let digits = id.strip_prefix(['+', '-']).unwrap_or(id);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_number { Cow::Borrowed(id) } else { guarded(id) }
}

/// The text before [`guarded`] put apostrophes into it.
pub fn unguarded(text: &str) -> Cow<'_, str> {
    changed(text, |_, rest| rest.strip_prefix('\'').unwrap_or(rest))
}

/// The text with something done at each place where a formula could begin, behind apostrophes or not: `act` is
/// given what is written so far and the rest, and gives the rest from which to go on.
fn changed(text: &str, act: for<'t> fn(&mut String, &'t str) -> &'t str) -> Cow<'_, str> {
    if !text.contains(SIGNS) && !text.contains(DROPPED) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 1);
    let mut rest = text;
    if begins_first(rest) {
        rest = act(&mut out, rest);
    }
    while let Some(cut) = rest.find(CUTS) {
        let (before, after) = rest.split_at(cut + 1);
        out.push_str(before);
        rest = after;
        if behind_apostrophes(rest).starts_with(SIGNS) {
            rest = act(&mut out, rest);
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn behind_apostrophes(text: &str) -> &str {
    text.trim_start_matches('\'')
}

/// Whether a cell that begins so could be taken for a formula; blanks and what nobody sees are passed over, and
/// apostrophes, so that it is the same before and behind them.
fn begins_first(text: &str) -> bool {
    let is_passed = |c: char| c == '\'' || c.is_whitespace() || is_unseen(c);
    behind_apostrophes(text).starts_with(DROPPED)
        || text.trim_start_matches(is_passed).starts_with(SIGNS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_begins_as_a_formula_wherever_the_file_is_cut() {
        for (text, said) in [
            ("=1+1", "'=1+1"),
            ("＝1+1", "'＝1+1"),
            ("\u{feff}=1+1", "'\u{feff}=1+1"),
            (" =1+1", "' =1+1"),
            ("\n=1+1", "'\n'=1+1"),
            ("Acme;=1+1", "Acme;'=1+1"),
            ("Acme|@SUM(1)", "Acme|'@SUM(1)"),
            ("'=1+1", "''=1+1"),
            ("O'Brien & Sons", "O'Brien & Sons"),
            ("Acme; and - sons", "Acme; and - sons"),
            ("A-B", "A-B"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), said);
            assert_eq!(unguarded(said), text);
        }
    }

    #[test]
    fn an_id_that_is_a_number_stays_one() {
        for id in ["-5", "+44123", "1.5", "s12"] {
            assert_eq!(guarded_id(id), id);
        }
        assert_eq!(guarded_id("-5+cmd"), "'-5+cmd");
    }

    proptest! {
        #[test]
        fn what_was_guarded_comes_back(text in "[=+@＝;|'a \t\n\u{feff}-]{0,12}") {
            let said = guarded(&text);
            prop_assert_eq!(unguarded(&said), text.as_str());
            for part in said.split(CUTS) {
                prop_assert!(!part.starts_with(SIGNS), "{:?}", said);
            }
        }
    }
}
