//! What a file holds, as a message shows it.

/// A text in quotes as a person sees it: every kind of blank is a blank, and what cannot be seen is left out.
pub fn quoted(text: &str) -> String {
    let seen = text.chars().filter(|c| c.is_whitespace() || !is_unseen(*c));
    let plain: String = seen.map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    format!("\"{plain}\"")
}

/// Whether a character is only for machines: a control character, a mark of direction or of width nought.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{2064}'
                | '\u{2066}'..='\u{206f}'
                | '\u{feff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_no_escape() {
        for (text, shown) in [
            ("172,40\u{a0}kr", "\"172,40 kr\""),
            ("\u{feff}10/1/2026\u{200e}", "\"10/1/2026\""),
            ("5\0\u{1}0", "\"50\""),
            ("two\nlines", "\"two lines\""),
            ("say \"hi\"", "\"say \"hi\"\""),
            ("Zürich", "\"Zürich\""),
        ] {
            assert_eq!(quoted(text), shown);
        }
    }
}
