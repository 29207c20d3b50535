//! Text for a terminal: nothing wider than asked for, nothing that moves the cursor.

/// Where a column's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// At the left, and it may be clipped to fit.
    Left,
    /// At the left, in full.
    Whole,
    /// At the right, in full: numbers.
    Right,
}

/// Narrowest a clipped column gets, in columns of the terminal.
const NARROWEST: usize = 6;

/// Columns a text takes: two for wide characters (East Asian, emoji), one for all others.
pub(crate) fn width_of(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// Source: the Wide and Fullwidth blocks of Unicode's East Asian Width.
fn char_width(c: char) -> usize {
    const WIDE: [(u32, u32); 9] = [
        (0x1100, 0x115F),
        (0x2E80, 0xA4CF),
        (0xAC00, 0xD7A3),
        (0xF900, 0xFAFF),
        (0xFE30, 0xFE6F),
        (0xFF00, 0xFF60),
        (0xFFE0, 0xFFE6),
        (0x1F300, 0x1FAFF),
        (0x20000, 0x3FFFD),
    ];
    let code = u32::from(c);
    if WIDE.iter().any(|(first, last)| (first..=last).contains(&&code)) { 2 } else { 1 }
}

/// The text without characters that would move the cursor, colour the screen or turn the direction:
/// names come from other people's files.
pub(crate) fn clean(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\t' | '\u{A0}' => Some(' '),
            '\r' => None,
            _ if turns(c) => None,
            _ if c.is_control() => Some('\u{FFFD}'),
            _ => Some(c),
        })
        .collect()
}

/// The text, or as much of it as fits with an ellipsis.
pub(crate) fn clip(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += char_width(*c);
        used <= width
    };
    let mut out: String = text.chars().take_while(fits).collect();
    if width > 0 {
        out.push('…');
    }
    out
}

/// Words over lines of at most `width` columns, every line behind `indent`. A word that is too long
/// for a line is broken.
pub(crate) fn wrap(text: &str, width: usize, indent: &str) -> Vec<String> {
    let room = width.saturating_sub(width_of(indent)).max(2);
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in clean(text).split_whitespace() {
        for piece in pieces(word, room) {
            if !line.is_empty() && width_of(&line) + 1 + width_of(&piece) > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&piece);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.into_iter().map(|line| format!("{indent}{line}")).collect()
}

fn pieces(word: &str, room: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for c in word.chars() {
        if used + char_width(c) > room {
            pieces.push(String::new());
            used = 0;
        }
        used += char_width(c);
        pieces.last_mut().expect("it starts with one").push(c);
    }
    pieces
}

/// A table of at most `width` columns: numbers stand in full, and the widest texts give way first.
pub(crate) fn table(
    rows: &[Vec<String>],
    aligns: &[Align],
    width: usize,
    indent: &str,
) -> Vec<String> {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| clean(cell)).collect()).collect();
    let mut widths = vec![0; aligns.len()];
    for row in &rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width_of(cell));
        }
    }
    let gaps = 2 * aligns.len().saturating_sub(1) + width_of(indent);
    shrink(&mut widths, aligns, width.saturating_sub(gaps));
    rows.iter().map(|row| clip(&table_line(row, aligns, &widths, indent), width)).collect()
}

fn shrink(widths: &mut [usize], aligns: &[Align], room: usize) {
    while widths.iter().sum::<usize>() > room {
        let widest = (0..widths.len())
            .filter(|&idx| aligns[idx] == Align::Left && widths[idx] > NARROWEST)
            .max_by_key(|&idx| (widths[idx], std::cmp::Reverse(idx)));
        match widest {
            Some(idx) => widths[idx] -= 1,
            None => return,
        }
    }
}

fn table_line(row: &[String], aligns: &[Align], widths: &[usize], indent: &str) -> String {
    let mut line = indent.to_owned();
    for (idx, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let gap = if idx == 0 { "" } else { "  " };
        let cell = clip(cell, width);
        let space = " ".repeat(width - width_of(&cell));
        line.push_str(gap);
        match aligns[idx] {
            Align::Left | Align::Whole => line.extend([cell.as_str(), &space]),
            Align::Right => line.extend([space.as_str(), &cell]),
        }
    }
    line.trim_end().to_owned()
}

/// A bar from zero to `value` on a scale from `low` to `high`, `width` columns wide.
pub(crate) fn bar(value: f64, scale: (f64, f64), width: usize) -> String {
    let (zero, end) = (column(0.0, scale, width), column(value, scale, width));
    let (from, to) = (zero.min(end), zero.max(end));
    let seen = if from == to && value != 0.0 { "▏".to_owned() } else { "█".repeat(to - from) };
    format!("{}{seen}", " ".repeat(from))
}

/// A range on the same scale as [`bar`]; one of no length is still seen.
pub(crate) fn span((low, high): (f64, f64), scale: (f64, f64), width: usize) -> String {
    let (from, to) = (column(low, scale, width), column(high, scale, width));
    let from = from.min(width.saturating_sub(1));
    format!("{}{}", " ".repeat(from), "░".repeat(to.saturating_sub(from).max(1)))
}

/// The column of a value, from 0 to `width`; values off the scale stand at its ends.
fn column(value: f64, (low, high): (f64, f64), width: usize) -> usize {
    let share = if high > low { (value - low) / (high - low) } else { 0.0 };
    (share.clamp(0.0, 1.0) * width as f64).round() as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_for(text in "\\PC{0,200}", width in 20usize..100) {
            for line in wrap(&text, width, "    ") {
                prop_assert!(width_of(&line) <= width);
            }
            prop_assert!(width_of(&clip(&text, width)) <= width);
            let rows = vec![vec![text.clone(), "12".to_owned(), text]];
            for line in table(&rows, &[Align::Left, Align::Right, Align::Left], width, "  ") {
                prop_assert!(width_of(&line) <= width);
            }
        }

        #[test]
        fn wrapping_loses_no_character(text in "[a-z ]{0,200}", width in 10usize..60) {
            let joined: String = wrap(&text, width, "").concat();
            let plain = |text: &str| text.replace(' ', "");
            prop_assert_eq!(plain(&joined), plain(&text));
        }

        #[test]
        fn a_bar_stays_in_its_room(value in -50.0..50.0f64, width in 1usize..60) {
            prop_assert!(width_of(&bar(value, (-50.0, 50.0), width)) <= width + 1);
        }
    }

    #[test]
    fn a_name_cannot_move_the_cursor_or_turn_the_line() {
        assert_eq!(clean("a\u{1b}[2Jb\r\nc\u{202e}d"), "a\u{fffd}[2Jb cd");
    }

    #[test]
    fn a_bar_grows_from_zero_to_both_sides() {
        assert_eq!(bar(2.0, (-4.0, 4.0), 8), "    ██");
        assert_eq!(bar(-2.0, (-4.0, 4.0), 8), "  ██");
        assert_eq!(bar(0.0, (0.0, 4.0), 8), "");
        assert_eq!(bar(0.01, (0.0, 4.0), 8), "▏");
    }

    #[test]
    fn numbers_stand_in_full_and_texts_give_way() {
        let rows = vec![
            vec!["a very long name indeed".to_owned(), "1,234.50".to_owned()],
            vec!["short".to_owned(), "2.00".to_owned()],
        ];
        let lines = table(&rows, &[Align::Left, Align::Right], 22, "");
        assert_eq!(lines, ["a very long…  1,234.50", "short             2.00"]);
    }
}
