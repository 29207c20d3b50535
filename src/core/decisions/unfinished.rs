//! A file that was cut off inside a quoted cell: all that is appended would be swallowed by that cell.

/// What stands in the last cell of a row that was cut off, and makes it no decision.
const MARK: &str = "unfinished";

/// Where the last byte of a CSV stands.
enum At {
    CellStart,
    Bare,
    Quoted,
    /// Behind a quote inside quotes: the cell has ended, or the quote is one of two.
    Quote,
}

/// The position, in its row, of the cell in whose quotes a file ends; `None` where it ends in none.
///
/// Source: the quoting rules of RFC 4180, a quote inside a bare cell standing for itself.
pub(super) fn unfinished(bytes: &[u8], delimiter: u8) -> Option<usize> {
    let (mut at, mut cell_idx) = (At::CellStart, 0);
    for byte in bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) {
        at = match (at, byte) {
            (At::CellStart | At::Quote, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (_, byte) if *byte == delimiter => {
                cell_idx += 1;
                At::CellStart
            }
            (_, b'\n' | b'\r') => {
                cell_idx = 0;
                At::CellStart
            }
            _ => At::Bare,
        };
    }
    matches!(at, At::Quoted).then_some(cell_idx)
}

/// What ends a row cut off in this cell, so that its cell for the time says that it is none: the row stays as
/// it is, is read as no decision, and whoever opens the file sees why.
pub(super) fn end(cell_idx: usize, time_idx: usize, delimiter: u8) -> Vec<u8> {
    let text = match time_idx.checked_sub(cell_idx) {
        None => "\"\n".to_owned(),
        Some(0) => format!("{MARK}\"\n"),
        Some(n_between) => {
            let cuts = char::from(delimiter).to_string().repeat(n_between);
            format!("\"{cuts}{MARK}\n")
        }
    };
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_open_quote_leaves_a_file_unfinished() {
        for (text, cell_idx) in [
            ("", None),
            ("a,b\n", None),
            ("a,\"b\"", None),
            ("a,\"b\"\"", Some(1)),
            ("a,b,\"c, d\ne", Some(2)),
            ("\"", Some(0)),
            ("a \"quote,b", None),
            ("\"a\"b\",c", None),
        ] {
            assert_eq!(unfinished(text.as_bytes(), b','), cell_idx, "{text}");
        }
    }
}
