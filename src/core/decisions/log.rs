//! `decisions.csv`: its columns, and rows ↔ decisions.

use std::fmt;
use std::str::FromStr;

use crate::domain::{CellPlace, Decision, Month, Place, Subject, Verdict};

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
    #[error("{at}: expected {expected}, found {found:?}")]
    Cell {
        /// Where.
        at: Box<CellPlace>,
        /// What the cell may hold.
        expected: String,
        /// What it holds.
        found: String,
    },
}

/// The decisions of a file, in its order; blank rows are passed over.
///
/// # Errors
///
/// The first cell that does not say what it should.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Vec<Decision>, DecisionError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let not_decisions =
        |found: String| DecisionError::NotDecisions { file: file.to_owned(), found };
    let header = reader.headers().map_err(|error| not_decisions(error.to_string()))?.clone();
    let position = |column: &str| header.iter().position(|name| name.eq_ignore_ascii_case(column));
    if position("subject").is_none() || position("verdict").is_none() {
        let first = header.iter().collect::<Vec<_>>().join(",");
        return Err(not_decisions(format!("{first:?}")));
    }
    // A decision is large, and there are many: there is a line for each.
    let mut decisions = Vec::with_capacity(bytes.iter().filter(|byte| **byte == b'\n').count());
    for record in reader.records() {
        let record = record.map_err(|error| not_decisions(error.to_string()))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        let row = record.position().map_or(0, csv::Position::line);
        let place = Place { file: file.into(), sheet: None, row };
        let cells = Cells { place, get: &|column| record.get(position(column)?) };
        decisions.push(cells.decision()?);
    }
    Ok(decisions)
}

/// One record's cells by column name.
struct Cells<'a> {
    place: Place,
    get: &'a dyn Fn(&str) -> Option<&'a str>,
}

impl Cells<'_> {
    fn text(&self, column: &str) -> Option<String> {
        let text = (self.get)(column)?;
        // Our own CSV files put an apostrophe before what a spreadsheet could take for a formula.
        let text = match text.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest,
            _ => text,
        };
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn wrong(&self, column: &str, expected: impl Into<String>) -> DecisionError {
        DecisionError::Cell {
            at: Box::new(CellPlace { place: self.place.clone(), column: column.to_owned() }),
            expected: expected.into(),
            found: (self.get)(column).unwrap_or_default().to_owned(),
        }
    }

    fn parsed<T: FromStr>(&self, column: &str, expected: &str) -> Result<Option<T>, DecisionError> {
        let Some(text) = self.text(column) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.wrong(column, expected))
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
            month: self.parsed::<Month>("month", "a month as YYYY-MM, or nothing")?,
            reason: self.text("reason").unwrap_or_default(),
            until: self.parsed("until", "a day as YYYY-MM-DD, or nothing")?,
            by: self.text("by").unwrap_or_default(),
            at: self.parsed("at", "a time as RFC 3339 (2026-10-03T09:30:00Z), or nothing")?,
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
            Subject::Line | Subject::Flag if !has_client => {
                Err(self.wrong("vendor_client", "the client on at least one side"))
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

/// Decisions as rows of `decisions.csv`, without the header.
pub fn render(decisions: &[Decision]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for decision in decisions {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let record = [
            decision.subject.word().to_owned(),
            text(&decision.vendor_client),
            text(&decision.vendor_sku),
            text(&decision.psa_client),
            text(&decision.psa_sku),
            shown(decision.month),
            decision.verdict.word().to_owned(),
            decision.reason.clone(),
            shown(decision.until),
            decision.by.clone(),
            shown(decision.at),
        ];
        writer.write_record(&record).expect("a vector takes every record");
    }
    writer.into_inner().expect("a vector takes every record")
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
    fn a_key_copied_from_our_own_csv_is_the_key() {
        let rows = "client,'=cmd,,'19,,,same,,,,\n";
        let decisions = parse("d.csv", format!("{HEADER}{rows}").as_bytes()).unwrap();
        assert_eq!(decisions[0].vendor_client.as_deref(), Some("=cmd"));
        assert_eq!(decisions[0].psa_client.as_deref(), Some("'19"));
    }

    #[test]
    fn a_decision_that_says_too_little_names_the_cell() {
        insta::assert_snapshot!(error("client,c1,,,,,same,,,,"), @r#"decisions.csv:2:psa_client: expected the PSA's id or name, found """#);
        insta::assert_snapshot!(error("client,c1,,p1,,,free,,,,"), @r#"decisions.csv:2:verdict: expected for a client one of same, different, none, found "free""#);
        insta::assert_snapshot!(error("klient,c1,,p1,,,same,,,,"), @r#"decisions.csv:2:subject: expected one of client, sku, line, flag, found "klient""#);
        insta::assert_snapshot!(error("flag,c1,,,,,real,,,,"), @r#"decisions.csv:2:month: expected the flag's month as YYYY-MM, found """#);
        insta::assert_snapshot!(error("line,c1,s1,,,2026-13,free,,,,"), @r#"decisions.csv:2:month: expected a month as YYYY-MM, or nothing, found "2026-13""#);
    }
}
