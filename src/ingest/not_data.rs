//! Rows that are no rows of data: titles, blanks, totals, headers repeated on every page, and the notes of a
//! report.

use std::cmp::Ordering;

use super::cells::folded;
use super::headers::Located;
use super::table::{RawRow, Table};
use super::totals::{Sum, Totals};

/// Why a row is not data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotData {
    /// Above the header.
    Title,
    /// The header, or a repetition of it.
    Header,
    /// Nothing in it.
    Blank,
    /// Sums of the rows above.
    Totals,
    /// What a report says of itself between and below its rows: a page's number, when it was made.
    Note,
}

impl NotData {
    /// The word in reports: `title`, `header`, `blank`, `totals`, `note`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Header => "header",
            Self::Blank => "blank",
            Self::Totals => "totals",
            Self::Note => "note",
        }
    }
}

/// What every row of a table is; `None` for rows of data.
pub(super) struct Sorted {
    pub kinds: Vec<Option<NotData>>,
    /// The row whose sum is that of the whole file.
    pub whole: Option<usize>,
}

/// Tells rows of data from all others, and checks the sums of parts.
pub(super) fn sorted(table: &mut Table, located: &Located, unread: &[usize]) -> Sorted {
    let header = &table.rows[located.header_idx];
    let mut totals = Totals::new(table, &located.columns);
    let (mut kinds, mut whole) = (Vec::with_capacity(table.rows.len()), None);
    for (row_idx, row) in table.rows.iter().enumerate() {
        let kind = match row_idx.cmp(&located.header_idx) {
            Ordering::Less if row.is_blank() => Some(NotData::Blank),
            Ordering::Less => Some(NotData::Title),
            Ordering::Equal => Some(NotData::Header),
            // A row whose cells cannot be told apart is in no sum.
            Ordering::Greater if unread.contains(&row_idx) => None,
            Ordering::Greater if row.is_blank() => Some(NotData::Blank),
            Ordering::Greater if is_same(row, header) => Some(NotData::Header),
            Ordering::Greater if is_note(row) => Some(NotData::Note),
            Ordering::Greater => totals.next(row).map(|sum| {
                if sum == Sum::Whole {
                    whole = Some(row_idx);
                }
                NotData::Totals
            }),
        };
        kinds.push(kind);
    }
    let gaps = totals.gaps.iter().map(|(row, stated, sum)| {
        format!("row {row} states a sum of {stated}; the rows it is of come to {}", sum.normalize())
    });
    table.notes.extend(gaps);
    // A sum with rows below it is that of a part, unless it is the only one.
    let n_sums = kinds.iter().filter(|kind| **kind == Some(NotData::Totals)).count();
    let last = kinds.iter().rposition(Option::is_none);
    Sorted { kinds, whole: whole.filter(|row_idx| n_sums == 1 || last < Some(*row_idx)) }
}

/// Whether a row holds one text alone, and that is what reports say of themselves. A client's name that stands
/// alone is none.
fn is_note(row: &RawRow) -> bool {
    const BEGINNINGS: [&str; 16] = [
        "generated ",
        "exported ",
        "downloaded ",
        "printed ",
        "created on",
        "created by",
        "report generated",
        "run date",
        "end of report",
        "copyright ",
        "©",
        "*",
        "note:",
        "notes:",
        "all prices ",
        "all amounts ",
    ];
    const PAGES: [&str; 4] = ["page", "seite", "pagina", "página"];
    let mut filled = row.filled();
    let Some(((_, cell), None)) = filled.next().map(|first| (first, filled.next())) else {
        return false;
    };
    let text = cell.written().trim().to_lowercase();
    let is_page = || {
        let number = PAGES.iter().find_map(|page| text.strip_prefix(page)).map(str::trim_start);
        number.is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit())
                && rest.split(|c: char| c.is_ascii_digit()).all(|word| word.len() <= 5)
        })
    };
    BEGINNINGS.iter().any(|begins| text.starts_with(begins)) || is_page()
}

fn is_same(row: &RawRow, header: &RawRow) -> bool {
    let mut filled = header.filled();
    filled.all(|(idx, cell)| folded(&cell.written()) == folded(&row.cell(idx).written()))
}
