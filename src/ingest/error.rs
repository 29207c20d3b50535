//! Why a whole export could not be read, and what to do about it.

use jiff::civil::Date;

use super::fields::Field;
use seatdrift_core::domain::{ExportFormat, Month, Side, quoted};

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
    /// A file of the kind that holds a workbook of Excel 2003, without one that can be read.
    #[error(
        "{file}: expected a workbook, found one with a password, or a damaged one in the format of Excel 2003"
    )]
    CompoundFile { file: String },
    /// An archive in which several files can be the export.
    #[error("{file}: expected a zip archive with one export, found {}", listed(found))]
    ArchiveOfSeveral { file: String, found: Vec<String> },
    /// An archive without an export.
    #[error("{file}: expected a zip archive with an export, found {}", listed(found))]
    ArchiveWithout { file: String, found: Vec<String> },
    /// An archive with a password.
    #[error("{file}: expected a zip archive without a password, found {} with one", quoted(inner))]
    LockedArchive { file: String, inner: String },
    /// An archive that is cut off or damaged.
    #[error("{file}: expected a whole {kind} archive, found a damaged one")]
    BrokenArchive { file: String, kind: &'static str },
    /// An archive that unpacks to more than is read.
    #[error(
        "{file}: expected an archive that unpacks to at most {limit_mib} MiB, found a larger one"
    )]
    UnpacksTooLarge { file: String, limit_mib: usize },
    /// A workbook with a password.
    #[error("{file}: expected a workbook without a password, found an encrypted one")]
    EncryptedWorkbook { file: String },
    /// A workbook that is cut off or damaged.
    #[error("{file}: expected a whole workbook, found a damaged one: {reason}")]
    BrokenWorkbook { file: String, reason: String },
    /// A workbook that unpacks to more than is read.
    #[error(
        "{file}: expected a workbook of at most 1 GiB, 500 sheets and 20 million cells, the empty ones before a \
         row's last among them, found a larger one"
    )]
    WorkbookTooLarge { file: String },
    /// A row or a cell longer than any export writes.
    #[error(
        "{file}:{row}: expected a row of at most 1 MiB and cells of at most 32,767 characters, found a longer one"
    )]
    RowTooLong { file: String, row: u64 },
    /// More cells than are read of a text.
    #[error(
        "{file}:{row}: expected a file of at most {limit_million} million cells, found more up to this row"
    )]
    TooManyCells { file: String, row: u64, limit_million: usize },
    /// A text in a workbook that no cell can hold.
    #[error(
        "{file}: expected cells of at most 32,767 characters, found a text of more than {limit_mib} MiB in {part}"
    )]
    WorkbookText { file: String, part: String, limit_mib: u64 },
    /// A quote that is opened and not closed.
    #[error("{file}:{row}: expected a closing quote, found the end of the file")]
    UnclosedQuote { file: String, row: u64 },
    /// No row looks like a header.
    #[error(
        "{file}: expected a header row naming a client, a product and a quantity, found {}",
        listed(found)
    )]
    NoHeader {
        file: String,
        side: Side,
        row: u64,
        found: Vec<String>,
        /// Another row that may be the header.
        other: Option<u64>,
    },
    /// The header lacks something that must be known.
    #[error("{file}:{row}: expected a column with {}, found {}", holds(missing), listed(found))]
    MissingColumns {
        file: String,
        side: Side,
        row: u64,
        missing: Vec<Field>,
        found: Vec<String>,
        /// Another row that may be the header.
        other: Option<u64>,
    },
    /// A header that `seatdrift.toml` names is not there.
    #[error(
        "{file}:{row}: expected the column {} that `{field}` is mapped to, found {}",
        quoted(header),
        listed(found)
    )]
    MappedColumnMissing { file: String, row: u64, field: Field, header: String, found: Vec<String> },
    /// One column is mapped to two fields.
    #[error("{file}: expected one field for the column {}, found `{}` and `{}`", quoted(header), fields[0], fields[1])]
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
    #[error("{file}: expected the sheet {}, found {}", quoted(sheet), listed(found))]
    SheetMissing { file: String, sheet: String, found: Vec<String> },
    /// An export of the other side.
    #[error("{file}: expected a {side} export, found a {}, which is a {} export", format.title, side.other())]
    WrongSide { file: String, side: Side, format: &'static ExportFormat },
    /// Dates that can be read day first and month first.
    #[error(
        "{file}:{row}:{column}: expected a date that can be read one way, found {}",
        quoted(found)
    )]
    UndecidableDate { file: String, side: Side, row: u64, column: String, found: String },
    /// Numbers that can be thousands or fractions.
    #[error(
        "{file}:{row}:{column}: expected a number that can be read one way, found {}",
        quoted(found)
    )]
    UndecidableDecimal { file: String, side: Side, row: u64, column: String, found: String },
    /// Ids that a spreadsheet rounded, and nothing else that says who or what is meant.
    #[error(
        "{file}:{row}:{column}: expected an id, found {}, which a spreadsheet rounded, and no name beside it",
        quoted(found)
    )]
    SpoiltIds { file: String, row: u64, column: String, found: String },
    /// Rows without a client, that may be those of the client above or of nobody.
    #[error(
        "{file}:{row}:{column}: expected a client in every row, found {n_blank} of {n_rows} rows without a client"
    )]
    BlankClients {
        file: String,
        side: Side,
        row: u64,
        column: String,
        n_blank: usize,
        n_rows: usize,
    },
    /// Dates of which a spreadsheet has turned round those that it could.
    #[error(
        "{file}:{row}:{column}: expected dates written one way, found {} as text beside {turned} as a date, \
         which a spreadsheet that reads the other order may have turned round",
        quoted(found)
    )]
    MixedDates {
        file: String,
        side: Side,
        row: u64,
        column: String,
        found: String,
        /// `dmy` or `mdy`, as the text says.
        order: &'static str,
        turned: Date,
    },
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
            Self::TooLarge { .. }
            | Self::TooManyCells { .. }
            | Self::WorkbookTooLarge { .. }
            | Self::UnpacksTooLarge { .. } => {
                Some("export one month at a time, or split it".into())
            }
            Self::NotAnExport { found, .. } if found.contains(" archive") => {
                Some("unpack it first".into())
            }
            Self::NotAnExport { found, .. }
                if found.contains("workbook") || found.contains("web page with a table")
                    || found.contains("spreadsheet") =>
            {
                Some("open it in a spreadsheet, and save it as XLSX".into())
            }
            Self::NotAnExport { .. } => Some("export it as CSV or XLSX".into()),
            Self::ArchiveOfSeveral { .. } => {
                Some("unpack it, and give the files that belong to the month".into())
            }
            Self::ArchiveWithout { .. } | Self::LockedArchive { .. } => {
                Some("unpack it first, and give the export in it".into())
            }
            Self::BrokenArchive { .. } => Some("download it again, or unpack it first".into()),
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
            Self::SpoiltIds { .. } => Some(
                "export it again and give it as it was downloaded, or keep the column as text when you \
                 open it"
                    .into(),
            ),
            Self::MixedDates { file, side, order, .. } => Some(format!(
                "export it again and give it as it was downloaded, or, if its dates were written in the \
                 order of that text, say so in seatdrift.toml:\n{}",
                table(file, *side, &format!("date_order = \"{order}\""))
            )),
            _ => self.profile_hint(),
        }
    }

    /// The lines that answer a question about the file's columns.
    fn profile_hint(&self) -> Option<String> {
        match self {
            Self::NoHeader { file, side, other, .. } => {
                let needed = [Field::ClientName, Field::ProductName, Field::Quantity];
                Some(named_columns(file, *side, &needed, *other))
            }
            Self::MissingColumns { file, side, missing, other, .. } => {
                Some(named_columns(file, *side, missing, *other))
            }
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
            Self::BlankClients { file, side, .. } => Some(format!(
                "are they those of the client above, or of nobody? {}",
                choice(
                    file,
                    *side,
                    ["above", "none"].map(|whose| format!("blank_client = {whose:?}"))
                )
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

/// The lines that name columns, and the one that names the row of the header where it may be another.
fn named_columns(file: &str, side: Side, fields: &[Field], other: Option<u64>) -> String {
    let columns = table(file, side, &mapping(fields));
    match other {
        None => format!("name the columns in seatdrift.toml:\n{columns}"),
        Some(row) => format!(
            "row {row} looks like a header too; if it is the one, say so in seatdrift.toml:\n{}\n\
             # else name the columns: {}",
            table(file, side, &format!("header_row = {row}")),
            mapping(fields)
        ),
    }
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
    let mut text: Vec<String> = names.iter().take(SHOWN).map(|name| quoted(name)).collect();
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
    let words: Vec<String> = columns
        .iter()
        .map(|(letters, header)| format!("{} in column {letters}", quoted(header)))
        .collect();
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
