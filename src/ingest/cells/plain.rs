//! A cell's text without what programs put around and into it: guards against a spreadsheet's guesses,
//! the escapes of web pages, padding, and blanks of other kinds.

use std::borrow::Cow;

use super::amounts::WrittenNumber;
use super::dates::WrittenDate;
use seatdrift_core::domain::is_unseen;

/// Before a number or an id so that a spreadsheet leaves it alone; typed, pasted, or turned round by a word
/// processor.
const GUARDS: [char; 5] = ['\'', '’', '‘', '´', '`'];

/// How often a text may have been escaped, one time over the other.
const MOST_ESCAPES: usize = 3;

/// The text that was meant.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    let is_usual =
        |c: char| c.is_ascii() && !c.is_ascii_control() || matches!(c, '\n' | '\r' | '\t');
    let mut plain = decoded_entities(text);
    if !plain.chars().all(is_usual) {
        plain = Cow::Owned(seen(&plain));
    }
    if plain.trim_start().starts_with(|c: char| c == '=' || GUARDS.contains(&c))
        && let Some(inner) = unguarded(plain.trim())
    {
        return Cow::Owned(inner);
    }
    plain
}

/// A text with its HTML entities decoded, as often as they were encoded.
pub(crate) fn decoded_entities(text: &str) -> Cow<'_, str> {
    let mut decoded = Cow::Borrowed(text);
    for _ in 0..MOST_ESCAPES {
        if !(decoded.contains('&') && decoded.contains(';')) {
            break;
        }
        let once = html_escape::decode_html_entities(&decoded).into_owned();
        if once == *decoded {
            break;
        }
        decoded = Cow::Owned(once);
    }
    decoded
}

/// Blanks of every kind are blanks; what nobody sees is gone. Joiners inside a word are letters of their
/// scripts.
fn seen(text: &str) -> String {
    let stays =
        |c: char| c.is_whitespace() || !is_unseen(c) || matches!(c, '\u{200c}' | '\u{200d}');
    let plain = |c: char| if c.is_whitespace() && !c.is_ascii() { ' ' } else { c };
    text.chars().filter(|c| stays(*c)).map(plain).collect()
}

/// The text inside `="…"`, or behind an apostrophe that guards a number, a date or an id. The apostrophe of
/// a name stays.
fn unguarded(text: &str) -> Option<String> {
    if let Some(inner) = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return Some(inner.replace("\"\"", "\""));
    }
    let inner = text.strip_prefix(GUARDS)?;
    if inner.is_empty() {
        return Some(String::new());
    }
    let is_id =
        inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.'))
            && inner.bytes().any(|b| b.is_ascii_digit());
    let is_guarded =
        is_id || WrittenNumber::of(inner).is_some() || WrittenDate::of(inner).is_some();
    is_guarded.then(|| inner.to_owned())
}
