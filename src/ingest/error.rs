//! Why a whole export could not be read, and what to do about it.

use super::fields::Field;
use seatdrift_core::domain::{ExportFormat, Month, Side};

/// An export that could not be read. Every variant knows its file, and the row and column where
/// there is one; [`IngestError::hint`] says what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs)]
pub enum IngestError {
    /// Nothing in it.
    #[error("{file}: expected an export, found an empty file")]
    Empty { file: String },
    /// A header and no row below it.
    #[error("{file}:{row}: expected rows below the header, found none")]
    NoRows { file: String, row: u64 },
    /// Larger than any export.
    #[error("{file}: expected at most {limit_mib} MiB, found {found_mib} MiB")]
    TooLarge { file: String, found_mib: usize, limit_mib: usize },
    /// Not a table.
    #[error("{file}: expected CSV or XLSX, found {found}")]
    NotAnExport { file: String, found: &'static str },
    /// A workbook of Excel 2003 and before, or one with a password.
    #[error(
        "{file}: expected an XLSX workbook, found one with a password or in the format of Excel 2003"
    )]
    CompoundFile { file: String },
    /// A workbook with a password.
    #[error("{file}: expected a workbook without a password, found an encrypted one")]
    EncryptedWorkbook { file: String },
    /// A workbook that is cut off or damaged.
    #[error("{file}: expected a whole XLSX workbook, found a damaged one: {reason}")]
    BrokenWorkbook { file: String, reason: String },
    /// A workbook that unpacks to more than is read.
    #[error(
        "{file}: expected a workbook of at most 1 GiB and 20 million cells, found a larger one"
    )]
    WorkbookTooLarge { file: String },
    /// A row or a cell longer than any export writes.
    #[error(
        "{file}:{row}: expected a row of at most 1 MiB and cells of at most 32,767 characters, found a longer one"
    )]
    RowTooLong { file: String, row: u64 },
    /// A quote that is opened and not closed.
    #[error("{file}:{row}: expected a closing quote, found the end of the file")]
    UnclosedQuote { file: String, row: u64 },
    /// No row looks like a header.
    #[error(
        "{file}: expected a header row naming a client, a product and a quantity, found {}",
        listed(found)
    )]
    NoHeader { file: String, side: Side, row: u64, found: Vec<String> },
    /// The header lacks something that must be known.
    #[error("{file}:{row}: expected a column with {}, found {}", holds(missing), listed(found))]
    MissingColumns { file: String, side: Side, row: u64, missing: Vec<Field>, found: Vec<String> },
    /// A header that `seatdrift.toml` names is not there.
    #[error(
        "{file}:{row}: expected the column {header:?} that `{field}` is mapped to, found {}",
        listed(found)
    )]
    MappedColumnMissing { file: String, row: u64, field: Field, header: String, found: Vec<String> },
    /// One column is mapped to two fields.
    #[error("{file}: expected one field for the column {header:?}, found `{}` and `{}`", fields[0], fields[1])]
    MappedTwice { file: String, header: String, fields: [Field; 2] },
    /// Two columns could hold the same thing, and differ.
    #[error("{file}:{row}: expected one column with {}, found {}", field.holds(), rivals(columns))]
    AmbiguousColumns {
        file: String,
        side: Side,
        row: u64,
        field: Field,
        columns: Vec<(String, String)>,
    },
    /// A vendor's price that may be its suggestion for the client, not our cost.
    #[error(
        "{file}:{row}:{column}: expected to know whether this is what we pay or what the client pays, found no column for the other"
    )]
    PriceOrCost { file: String, row: u64, column: String },
    /// Two sheets that could be the export.
    #[error("{file}: expected one sheet with an export, found {}", listed(sheets))]
    AmbiguousSheets { file: String, side: Side, sheets: Vec<String> },
    /// `seatdrift.toml` names a sheet that is not there.
    #[error("{file}: expected the sheet {sheet:?}, found {}", listed(found))]
    SheetMissing { file: String, sheet: String, found: Vec<String> },
    /// An export of the other side.
    #[error("{file}: expected a {side} export, found a {}, which is a {} export", format.title, side.other())]
    WrongSide { file: String, side: Side, format: &'static ExportFormat },
    /// Dates that can be read day first and month first.
    #[error("{file}:{row}:{column}: expected a date that can be read one way, found {found:?}")]
    UndecidableDate { file: String, side: Side, row: u64, column: String, found: String },
    /// Numbers that can be thousands or fractions.
    #[error("{file}:{row}:{column}: expected a number that can be read one way, found {found:?}")]
    UndecidableDecimal { file: String, side: Side, row: u64, column: String, found: String },
    /// A vendor export of other months.
    #[error("{file}: expected charges for {asked}, found {}", months(found))]
    WrongMonth { file: String, asked: Month, found: Vec<Month> },
}

impl IngestError {
    /// What to do, where there is something to do: often the lines to put into `seatdrift.toml`.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Empty { .. } | Self::NoRows { .. } => {
                Some("export it again, or leave it out if there was nothing that month".into())
            }
            Self::TooLarge { .. } | Self::WorkbookTooLarge { .. } => {
                Some("export one month at a time, or split it".into())
            }
            Self::NotAnExport { found: "a gzip archive", .. } => Some("unpack it first".into()),
            Self::NotAnExport { .. } => Some("export it as CSV or XLSX".into()),
            Self::CompoundFile { .. } | Self::EncryptedWorkbook { .. } => {
                Some("open it, and save it as XLSX without a password".into())
            }
            Self::BrokenWorkbook { .. } => Some("download it again".into()),
            Self::RowTooLong { .. } | Self::UnclosedQuote { .. } => {
                Some("open the file in a spreadsheet and look at that row".into())
            }
            Self::MappedColumnMissing { field, .. } => {
                Some(format!("correct `{field}` in this export's `columns` in seatdrift.toml"))
            }
            Self::MappedTwice { .. } => Some("leave one of the two out of `columns`".into()),
            Self::SheetMissing { .. } => Some("correct `sheet` in seatdrift.toml".into()),
            Self::WrongSide { file, side, .. } => Some(format!(
                "give it to --{}, or, if it is a {side} export after all, say so in seatdrift.toml:
{}",
                side.other(),
                table(file, *side, "format = \"generic\"")
            )),
            Self::WrongMonth { found, .. } => found
                .first()
                .map(|month| format!("score it with --month {month}, or give the right file")),
            _ => self.profile_hint(),
        }
    }

    /// The lines that answer a question about the file's columns.
    fn profile_hint(&self) -> Option<String> {
        match self {
            Self::NoHeader { file, side, .. } => Some(format!(
                "name the columns in seatdrift.toml:\n{}",
                table(
                    file,
                    *side,
                    &mapping(&[Field::ClientName, Field::ProductName, Field::Quantity])
                )
            )),
            Self::MissingColumns { file, side, missing, .. } => Some(format!(
                "name the columns in seatdrift.toml:\n{}",
                table(file, *side, &mapping(missing))
            )),
            Self::AmbiguousColumns { file, side, field, columns, .. } => {
                let line = |(_, header): &(String, String)| {
                    format!("columns = {{ {field} = {header:?} }}")
                };
                Some(choice(file, *side, columns.iter().map(line)))
            }
            Self::PriceOrCost { file, column, .. } => {
                let line = |field| format!("columns = {{ {field} = {column:?} }}");
                Some(choice(file, Side::Vendor, [Field::UnitCost, Field::UnitPrice].map(line)))
            }
            Self::AmbiguousSheets { file, side, sheets } => {
                Some(choice(file, *side, sheets.iter().map(|sheet| format!("sheet = {sheet:?}"))))
            }
            Self::UndecidableDate { file, side, .. } => Some(choice(
                file,
                *side,
                ["dmy", "mdy"].map(|order| format!("date_order = {order:?}")),
            )),
            Self::UndecidableDecimal { file, side, .. } => {
                Some(choice(file, *side, [",", "."].map(|mark| format!("decimal = {mark:?}"))))
            }
            _ => None,
        }
    }
}

/// An `[[export]]` table with one more line.
fn table(file: &str, side: Side, line: &str) -> String {
    format!("[[export]]\nside = \"{side}\"\nfile = {:?}\n{line}", pattern_for(file))
}

/// An `[[export]]` table with the first of several lines, and the others as its alternatives.
fn choice(file: &str, side: Side, lines: impl IntoIterator<Item = String>) -> String {
    let lines: Vec<String> = lines.into_iter().collect();
    let (first, others) = lines.split_first().expect("a choice has two answers");
    let others: String = others.iter().map(|line| format!("\n# or: {line}")).collect();
    format!("say which in seatdrift.toml:\n{}{others}", table(file, side, first))
}

fn mapping(fields: &[Field]) -> String {
    let pairs: Vec<String> = fields.iter().map(|field| format!("{field} = \"…\"")).collect();
    format!("columns = {{ {} }}", pairs.join(", "))
}

/// Longest list a message shows.
const SHOWN: usize = 12;

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "nothing".into();
    }
    let mut text: Vec<String> = names.iter().take(SHOWN).map(|name| format!("{name:?}")).collect();
    if names.len() > SHOWN {
        text.push(format!("and {} more", names.len() - SHOWN));
    }
    text.join(", ")
}

fn holds(fields: &[Field]) -> String {
    let words: Vec<&str> = fields.iter().map(|field| field.holds()).collect();
    words.join(" and one with ")
}

fn rivals(columns: &[(String, String)]) -> String {
    let words: Vec<String> =
        columns.iter().map(|(letters, header)| format!("{header:?} in column {letters}")).collect();
    words.join(" and ")
}

fn months(found: &[Month]) -> String {
    let words: Vec<String> = found.iter().take(SHOWN).map(ToString::to_string).collect();
    words.join(", ")
}

/// A pattern for the same export of other months: `vendor-2026-03.csv` → `vendor-*.csv`.
pub(super) fn pattern_for(file: &str) -> String {
    let (stem, ending) = file.rsplit_once('.').map_or((file, ""), |(stem, ending)| (stem, ending));
    let digit = |c: char| c.is_ascii_digit();
    let pattern = match (stem.find(digit), stem.rfind(digit)) {
        (Some(first), Some(last)) => format!("{}*{}", &stem[..first], &stem[last + 1..]),
        _ => stem.to_owned(),
    };
    if ending.is_empty() { pattern } else { format!("{pattern}.{ending}") }
}
