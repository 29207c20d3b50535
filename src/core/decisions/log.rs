//! `decisions.csv`: its columns, and rows ↔ decisions.

use std::fmt;
use std::str::FromStr;

use super::resaved::{self, First};
use super::unfinished::unfinished;
use crate::domain::{CellPlace, Decision, Place, Subject, Verdict, guarded, quoted, unguarded};

/// The columns of `decisions.csv`, in order.
pub const COLUMNS: [&str; 11] = [
    "subject",
    "vendor_client",
    "vendor_sku",
    "psa_client",
    "psa_sku",
    "month",
    "verdict",
    "reason",
    "until",
    "by",
    "at",
];

/// A cell of a decisions file that does not say what it should.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DecisionError {
    /// The file is not a table with the columns it needs.
    #[error("{file}: expected a decisions file with the columns {}, found {found}", COLUMNS.join(","))]
    NotDecisions {
        /// The file's base name.
        file: String,
        /// Its first line, or what is wrong.
        found: String,
    },
    /// One cell.
    #[error("{at}: expected {expected}, found {}", quoted(found))]
    Cell {
        /// Where.
        at: Box<CellPlace>,
        /// What the cell may hold.
        expected: String,
        /// What it holds.
        found: String,
    },
    /// A row that has no cells to look at.
    #[error("{at}: expected {expected}, found {found}")]
    Row {
        /// Where.
        at: Box<Place>,
        /// What a row is.
        expected: &'static str,
        /// What this one is.
        found: &'static str,
    },
}

/// Every row of a decisions file: understood, or not and why. None is dropped.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DecisionRows {
    /// Those that are decisions, in the file's order.
    pub decisions: Vec<Decision>,
    /// Why the others are none, in the file's order.
    pub not_understood: Vec<DecisionError>,
}

/// The decisions of a file, in its order; blank rows are passed over.
///
/// # Errors
///
/// The first cell that does not say what it should.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Vec<Decision>, DecisionError> {
    let rows = parse_rows(file, bytes)?;
    match rows.not_understood.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(rows.decisions),
    }
}

/// The rows of a file, in its order; blank ones are passed over.
///
/// # Errors
///
/// [`DecisionError::NotDecisions`] where it has not the columns: then no row can be understood.
pub fn parse_rows(file: &str, bytes: &[u8]) -> Result<DecisionRows, DecisionError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let delimiter = resaved::delimiter(bytes);
    let mut builder = csv::ReaderBuilder::new();
    builder.flexible(true).trim(csv::Trim::All).delimiter(delimiter);
    let mut reader = builder.from_reader(bytes);
    let not_decisions =
        |found: String| DecisionError::NotDecisions { file: file.to_owned(), found };
    let header = reader.headers().map_err(|error| not_decisions(error.to_string()))?.clone();
    let position = |column: &str| header.iter().position(|name| name.eq_ignore_ascii_case(column));
    if position("subject").is_none() || position("verdict").is_none() {
        let first = header.iter().collect::<Vec<_>>().join(",");
        return Err(not_decisions(quoted(&first)));
    }
    let place = |at: Option<&csv::Position>| {
        let row = at.map_or(0, |at| line_of(at, bytes));
        Place { file: file.into(), sheet: None, row }
    };
    let first = first_in_days(&builder, bytes, &position);
    // A decision is large, and there are many: there is a line for each.
    let n_lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    let mut rows =
        DecisionRows { decisions: Vec::with_capacity(n_lines), not_understood: Vec::new() };
    let mut records = reader.records().peekable();
    while let Some(record) = records.next() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let (at, expected) = (Box::new(place(error.position())), "text in UTF-8");
                let found = "bytes that are none";
                rows.not_understood.push(DecisionError::Row { at, expected, found });
                continue;
            }
        };
        if records.peek().is_none() && unfinished(bytes, delimiter).is_some() {
            let (at, expected) = (Box::new(place(record.position())), "a whole row");
            let found = "one that ends inside a quoted cell";
            rows.not_understood.push(DecisionError::Row { at, expected, found });
        } else if !record.iter().all(str::is_empty) {
            let place = place(record.position());
            let get = &|column: &str| record.get(position(column)?);
            rows.add(Cells { place, get, first }.decision());
        }
    }
    Ok(rows)
}

/// The line a record begins in: its reader stops before line ends that belong to no record.
fn line_of(at: &csv::Position, bytes: &[u8]) -> u64 {
    let from = usize::try_from(at.byte()).unwrap_or(usize::MAX).min(bytes.len());
    let ends = bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    at.line() + ends.filter(|byte| **byte == b'\n').count() as u64
}

/// Whether day or month comes first in the cells of days of a file.
fn first_in_days(
    builder: &csv::ReaderBuilder,
    bytes: &[u8],
    position: &dyn Fn(&str) -> Option<usize>,
) -> Option<First> {
    let days: Vec<usize> = ["month", "until", "at"].into_iter().filter_map(position).collect();
    let mut cells: Vec<String> = Vec::new();
    for record in builder.from_reader(bytes).records().filter_map(Result::ok) {
        let slashed =
            days.iter().filter_map(|idx| record.get(*idx)).filter(|c| c.contains(['/', '-']));
        cells.extend(slashed.map(str::to_owned));
    }
    resaved::first(cells.iter().map(String::as_str))
}

impl DecisionRows {
    fn add(&mut self, row: Result<Decision, DecisionError>) {
        match row {
            Ok(decision) => self.decisions.push(decision),
            Err(error) => self.not_understood.push(error),
        }
    }
}

/// One record's cells by column name.
struct Cells<'a> {
    place: Place,
    get: &'a dyn Fn(&str) -> Option<&'a str>,
    /// What comes first in days that a spreadsheet has written.
    first: Option<First>,
}

impl Cells<'_> {
    fn text(&self, column: &str) -> Option<String> {
        let text = (self.get)(column)?;
        // Our own CSV files put an apostrophe before what a spreadsheet could take for a formula.
        let text = unguarded(text);
        (!text.is_empty()).then(|| text.into_owned())
    }

    fn wrong(&self, column: &str, expected: impl Into<String>) -> DecisionError {
        DecisionError::Cell {
            at: Box::new(CellPlace { place: self.place.clone(), column: column.to_owned() }),
            expected: expected.into(),
            found: (self.get)(column).unwrap_or_default().to_owned(),
        }
    }

    /// What a cell says as it is written here, else as a spreadsheet writes it.
    fn parsed<T: FromStr>(
        &self,
        column: &str,
        expected: &str,
        resaved: fn(&str, Option<First>) -> Option<T>,
    ) -> Result<Option<T>, DecisionError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let read = text.parse().ok().or_else(|| resaved(&text, self.first));
        read.map(Some).ok_or_else(|| self.wrong(column, expected))
    }

    fn word<T: Copy>(&self, column: &str, words: &[(&str, T)]) -> Result<T, DecisionError> {
        let text = self.text(column).unwrap_or_default().to_ascii_lowercase();
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        known.ok_or_else(|| self.wrong(column, one_of(words.iter().map(|(word, _)| *word))))
    }

    fn decision(&self) -> Result<Decision, DecisionError> {
        let subject = self.word("subject", &Subject::WORDS)?;
        let verdict = self.word("verdict", &Verdict::WORDS)?;
        if !subject.verdicts().contains(&verdict) {
            let allowed = one_of(subject.verdicts().iter().map(|verdict| verdict.word()));
            return Err(self.wrong("verdict", format!("for a {} {allowed}", subject.word())));
        }
        let decision = Decision {
            subject,
            verdict,
            vendor_client: self.text("vendor_client"),
            vendor_sku: self.text("vendor_sku"),
            psa_client: self.text("psa_client"),
            psa_sku: self.text("psa_sku"),
            month: self.parsed("month", "a month as YYYY-MM, or nothing", resaved::month)?,
            reason: self.text("reason").unwrap_or_default(),
            until: self.parsed("until", "a day as YYYY-MM-DD, or nothing", resaved::day)?,
            by: self.text("by").unwrap_or_default(),
            at: self.parsed(
                "at",
                "a time as RFC 3339 (2026-10-03T09:30:00Z), or nothing",
                resaved::moment,
            )?,
        };
        self.complete(&decision)?;
        Ok(decision)
    }

    /// Whether the decision names what it is about.
    fn complete(&self, decision: &Decision) -> Result<(), DecisionError> {
        let pair = |vendor: &'static str, psa: &'static str| {
            let (has_vendor, has_psa) = (self.text(vendor).is_some(), self.text(psa).is_some());
            match (decision.verdict, has_vendor, has_psa) {
                (_, true, true) | (Verdict::None, true, _) | (Verdict::None, _, true) => Ok(()),
                (Verdict::None, ..) => Err(self.wrong(vendor, "the name that has no partner")),
                (_, false, _) => Err(self.wrong(vendor, "the vendor's id or name")),
                _ => Err(self.wrong(psa, "the PSA's id or name")),
            }
        };
        let has_client = decision.vendor_client.is_some() || decision.psa_client.is_some();
        let has_sku = decision.vendor_sku.is_some() || decision.psa_sku.is_some();
        match decision.subject {
            Subject::Client => pair("vendor_client", "psa_client"),
            Subject::Sku => pair("vendor_sku", "psa_sku"),
            Subject::Line if !has_client => {
                Err(self.wrong("vendor_client", "the client on at least one side"))
            }
            // A flag without a client is about a product at all of them.
            Subject::Flag if !has_client && !has_sku => {
                Err(self.wrong("vendor_client", "the client or the product on at least one side"))
            }
            Subject::Line if !has_sku => {
                Err(self.wrong("vendor_sku", "the product on at least one side"))
            }
            Subject::Flag if decision.month.is_none() => {
                Err(self.wrong("month", "the flag's month as YYYY-MM"))
            }
            _ => Ok(()),
        }
    }
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    format!("one of {}", words.collect::<Vec<_>>().join(", "))
}

/// Decisions as rows of `decisions.csv`, without the header: [`parse`] gives them back, but for blanks
/// around a text.
pub fn render(decisions: &[Decision]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for decision in decisions {
        writer.write_record(cells(decision)).expect("a vector takes every record");
    }
    writer.into_inner().expect("a vector takes every record")
}

/// The cells of a decision's row, in the order of [`COLUMNS`].
fn cells(decision: &Decision) -> [String; COLUMNS.len()] {
    let text =
        |value: &Option<String>| value.as_deref().map(guarded).unwrap_or_default().into_owned();
    [
        decision.subject.word().to_owned(),
        text(&decision.vendor_client),
        text(&decision.vendor_sku),
        text(&decision.psa_client),
        text(&decision.psa_sku),
        shown(decision.month),
        decision.verdict.word().to_owned(),
        guarded(&decision.reason).into_owned(),
        shown(decision.until),
        guarded(&decision.by).into_owned(),
        shown(decision.at),
    ]
}

/// What is appended to a decisions file of these bytes, so that these decisions follow in its columns: a
/// header that was begun is ended, and so is a row, whole or not.
///
/// # Errors
///
/// [`DecisionError::NotDecisions`] where it lacks a column that they need.
pub fn addition(
    file: &str,
    before: &[u8],
    decisions: &[Decision],
) -> Result<Vec<u8>, DecisionError> {
    if let Some(rest) = rest_of_head(before) {
        return Ok([&rest[..], &render(decisions)].concat());
    }
    let bytes = before.strip_prefix(b"\xef\xbb\xbf").unwrap_or(before);
    let delimiter = resaved::delimiter(bytes);
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.trim(csv::Trim::All).delimiter(delimiter).from_reader(bytes);
    let not_decisions =
        |found: String| DecisionError::NotDecisions { file: file.to_owned(), found };
    let header = reader.headers().map_err(|error| not_decisions(error.to_string()))?;
    let place_of = |name: &str| COLUMNS.iter().position(|own| own.eq_ignore_ascii_case(name));
    let places: Vec<Option<usize>> = header.iter().map(place_of).collect();
    if !(0..COLUMNS.len()).all(|own| places.contains(&Some(own))) {
        let first = header.iter().collect::<Vec<_>>().join(",");
        return Err(not_decisions(quoted(&first)));
    }
    let mut addition = match unfinished(bytes, delimiter) {
        Some(cell_idx) => {
            let at_idx = places.iter().position(|own| *own == Some(COLUMNS.len() - 1));
            super::unfinished::end(cell_idx, at_idx.unwrap_or(cell_idx), delimiter)
        }
        None if bytes.ends_with(b"\n") => Vec::new(),
        None => b"\n".to_vec(),
    };
    let mut builder = csv::WriterBuilder::new();
    let mut writer = builder.delimiter(delimiter).from_writer(Vec::new());
    for decision in decisions {
        let cells = cells(decision);
        let own = places.iter().map(|own| own.map_or("", |own| &cells[own][..]));
        writer.write_record(own).expect("a vector takes every record");
    }
    addition.extend(writer.into_inner().expect("a vector takes every record"));
    Ok(addition)
}

/// What is missing of the header in a file that has no more than its beginning, if that; `None` in one that
/// has more.
pub fn rest_of_head(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = format!("{}\n", COLUMNS.join(",")).into_bytes();
    if bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).iter().all(u8::is_ascii_whitespace) {
        return Some(head);
    }
    Some(head.strip_prefix(bytes)?.to_vec())
}

fn shown(value: Option<impl fmt::Display>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at\n";

    fn error(row: &str) -> String {
        parse("decisions.csv", format!("{HEADER}{row}\n").as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn decisions_are_written_as_they_are_read() {
        let rows = "client,c1,,19,,,same,,,sam,2026-04-03T09:30:00Z\n\
            sku,,,,LABOUR,,none,our own service,,sam,2026-04-03T09:31:00Z\n\
            line,c1,MST-1,19,M365-BP,2026-03,free,\"goodwill, until renewal\",2026-12-31,sam,\n\
            flag,c1,MST-1,,,2026-03,expected,,,kim,2026-04-03T09:32:00.5Z\n";
        let decisions = parse("d.csv", format!("{HEADER}{rows}").as_bytes()).unwrap();
        assert_eq!(decisions.len(), 4);
        assert_eq!(String::from_utf8(render(&decisions)).unwrap(), rows);
    }

    #[test]
    fn a_row_that_cannot_be_understood_is_named_and_the_others_are_read() {
        let good = "client,c1,,19,,,same,,,sam,\n";
        let bytes = [
            HEADER.as_bytes(),
            good.as_bytes(),
            b"client,c2,,20,,,perhaps,,,sam,\n",
            b"client,c\xff,,20,,,same,,,sam,\n",
            good.as_bytes(),
            b"client,c3,,21,,,same,\"as th",
        ]
        .concat();
        let rows = parse_rows("decisions.csv", &bytes).unwrap();
        assert_eq!(rows.decisions.len(), 2);
        let told: Vec<String> = rows.not_understood.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        decisions.csv:3:verdict: expected one of same, different, none, bundle, accepted, internal, free, fix_psa, fix_vendor, real, expected, found "perhaps"
        decisions.csv:4: expected text in UTF-8, found bytes that are none
        decisions.csv:6: expected a whole row, found one that ends inside a quoted cell
        "#);
        assert!(parse("decisions.csv", &bytes).is_err(), "a file that is given is good or refused");
    }

    #[test]
    fn a_file_that_a_spreadsheet_has_saved_again_is_read_as_meant() {
        let rows = "line,c1,MST-1,19,M365-BP,Oct-26,free,goodwill,4/30/2027,sam,12/3/2026 9:00\n\
                    client,c2,,20,,,same,,,sam,12/3/2026 9:01\n,,,,,,,,,,\n";
        let meant = "line,c1,MST-1,19,M365-BP,2026-10,free,goodwill,2027-04-30,sam,2026-12-03T09:00:00Z\n\
                     client,c2,,20,,,same,,,sam,2026-12-03T09:01:00Z\n";
        let text = format!("{HEADER}{rows}");
        let semicolons = text.replace(',', ";");
        for saved in [&text, &text.replace('\n', "\r\n"), &format!("\u{feff}{semicolons}")] {
            let decisions = parse("d.csv", saved.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(render(&decisions)).unwrap(), meant);
            let added = addition("d.csv", saved.as_bytes(), &decisions[1..]).unwrap();
            let whole = parse("d.csv", &[saved.as_bytes(), &added].concat()).unwrap();
            assert_eq!(whole.last(), decisions.last());
        }
        // A day that nothing says how to read is asked about, with its row whatever ends the lines.
        let row = "client,c2,,20,,,same,,,sam,\r\n\r\nclient,c2,,20,,,same,,4/3/2027,sam,\r\n";
        let text = format!("{HEADER}{row}").replace('\n', "\r\n").replace("\r\r", "\r");
        let error = parse("d.csv", text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with("d.csv:4:until: expected a day as YYYY-MM-DD"), "{error}");
    }

    #[test]
    fn what_is_appended_follows_the_columns_of_the_file() {
        let decisions =
            parse("d.csv", format!("{HEADER}client,c1,,19,,,same,why,,sam,\n").as_bytes()).unwrap();
        let mut names = COLUMNS;
        names.reverse();
        let before = format!("note,{}\n", names.join(","));
        let added = addition("d.csv", before.as_bytes(), &decisions).unwrap();
        let whole = [before.as_bytes(), &added].concat();
        assert_eq!(parse("d.csv", &whole).unwrap(), decisions);
        let lacking = format!("{}\n", COLUMNS[..9].join(","));
        assert!(addition("d.csv", lacking.as_bytes(), &decisions).is_err());
    }

    #[test]
    fn a_file_cut_anywhere_takes_what_is_appended() {
        let rows = "client,c1,,19,,,same,\"said \"\"yes\"\", twice\nover\",,\"sam, kim\",2026-04-03T09:30:00Z\n";
        let whole = format!("{HEADER}{rows}{rows}");
        let first = parse("d.csv", whole.as_bytes()).unwrap().remove(0);
        let next = Decision { psa_client: Some("20".to_owned()), ..first.clone() };
        for end in 0..=whole.len() {
            let before = &whole.as_bytes()[..end];
            let added = addition("d.csv", before, std::slice::from_ref(&next)).unwrap();
            let read = parse_rows("d.csv", &[before, &added].concat()).unwrap();
            assert_eq!(read.decisions.last(), Some(&next), "cut at {end}");
            assert!(HEADER.len() + rows.len() > end || read.decisions[0] == first, "cut at {end}");
            assert!(read.not_understood.len() <= 1, "cut at {end}");
            if unfinished(before, b',').is_some() {
                assert_eq!(read.not_understood.len(), 1, "cut at {end}");
            }
        }
    }

    #[test]
    fn a_key_copied_from_our_own_csv_is_the_key() {
        let rows = "client,'=cmd,,'19,,,same,,,,\n";
        let decisions = parse("d.csv", format!("{HEADER}{rows}").as_bytes()).unwrap();
        assert_eq!(decisions[0].vendor_client.as_deref(), Some("=cmd"));
        assert_eq!(decisions[0].psa_client.as_deref(), Some("'19"));
    }

    #[test]
    fn a_decision_that_says_too_little_names_the_cell() {
        insta::assert_snapshot!(error("flag,,,,,2026-03,real,,,,"), @r#"decisions.csv:2:vendor_client: expected the client or the product on at least one side, found """#);
        insta::assert_snapshot!(error("line,,s1,,,2026-03,free,,,,"), @r#"decisions.csv:2:vendor_client: expected the client on at least one side, found """#);
        insta::assert_snapshot!(error("flag,,s1,,,,real,,,,"), @r#"decisions.csv:2:month: expected the flag's month as YYYY-MM, found """#);
        insta::assert_snapshot!(error("client,c1,,,,,same,,,,"), @r#"decisions.csv:2:psa_client: expected the PSA's id or name, found """#);
        insta::assert_snapshot!(error("client,c1,,p1,,,free,,,,"), @r#"decisions.csv:2:verdict: expected for a client one of same, different, none, found "free""#);
        insta::assert_snapshot!(error("klient,c1,,p1,,,same,,,,"), @r#"decisions.csv:2:subject: expected one of client, sku, line, flag, found "klient""#);
        insta::assert_snapshot!(error("flag,c1,,,,,real,,,,"), @r#"decisions.csv:2:month: expected the flag's month as YYYY-MM, found """#);
        insta::assert_snapshot!(error("line,c1,s1,,,2026-13,free,,,,"), @r#"decisions.csv:2:month: expected a month as YYYY-MM, or nothing, found "2026-13""#);
    }
}
