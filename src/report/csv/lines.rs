//! `lines.csv`: every line that was compared, written when a month is scored and read when its files are
//! written again.

use std::fmt::Display;
use std::io::{self, Write};
use std::str::FromStr;

use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use rust_decimal::Decimal;

use super::{WRITTEN_AT_ONCE, text};
use seatdrift_core::domain::{guarded, unguarded};
use seatdrift_core::run::compared_lines::statuses;
use seatdrift_core::run::{ComparedLine, Run, numbers};

const COLUMNS: [&str; 14] = [
    "client",
    "sku",
    "vendor_client",
    "vendor_sku",
    "psa_client",
    "psa_sku",
    "bought",
    "billed",
    "unit_cost",
    "unit_price",
    "currency",
    "margin",
    "status",
    "findings",
];

/// A stored `lines.csv` that is not what a scoring wrote.
#[derive(Debug)]
pub struct NotLines {
    /// The row, as a spreadsheet counts.
    pub row: u64,
    /// What is wrong with it.
    pub what: String,
}

/// Writes `lines.csv`, each line as it stands after its findings.
///
/// # Errors
///
/// What the writer says.
pub fn write_lines(run: &Run, lines: &[ComparedLine], out: &mut dyn Write) -> io::Result<()> {
    let mut out = WriterBuilder::new().buffer_capacity(WRITTEN_AT_ONCE).from_writer(out);
    out.write_record(COLUMNS)?;
    for (line, status) in lines.iter().zip(statuses(run, lines)) {
        let or_none =
            |number: Option<Decimal>| number.map_or_else(String::new, |one| one.to_string());
        let margin = line.margin.map_or_else(String::new, numbers::cents);
        out.write_record([
            &*guarded(&line.client),
            &*guarded(&line.sku),
            &*guarded(&line.vendor_client),
            &*guarded(&line.vendor_sku),
            &*guarded(&line.psa_client),
            &*guarded(&line.psa_sku),
            &numbers::units(line.bought),
            &numbers::units(line.billed),
            &or_none(line.unit_cost),
            &or_none(line.unit_price),
            line.currency.as_ref().map_or("", |currency| currency.code()),
            &margin,
            &status.to_string(),
            &text(&line.findings.join(";")),
        ])?;
    }
    out.flush()
}

/// Reads what [`write_lines`] wrote.
///
/// # Errors
///
/// [`NotLines`] for the first row that it did not write.
pub fn parse_lines(bytes: &[u8]) -> Result<Vec<ComparedLine>, NotLines> {
    let mut reader = ReaderBuilder::new().from_reader(bytes);
    let is_ours = reader.headers().is_ok_and(|headers| headers.iter().eq(COLUMNS));
    if !is_ours {
        return Err(NotLines {
            row: 1,
            what: format!("expected the columns {}", COLUMNS.join(",")),
        });
    }
    let line = |(idx, record): (usize, csv::Result<StringRecord>)| {
        let row = idx as u64 + 2;
        let record = record.map_err(|error| NotLines { row, what: error.to_string() })?;
        line_of(&record).map_err(|what| NotLines { row, what })
    };
    reader.records().enumerate().map(line).collect()
}

fn line_of(record: &StringRecord) -> Result<ComparedLine, String> {
    let named = |idx: usize| unguarded(&record[idx]).into_owned();
    Ok(ComparedLine {
        client: named(0),
        sku: named(1),
        vendor_client: named(2),
        vendor_sku: named(3),
        psa_client: named(4),
        psa_sku: named(5),
        bought: read(record, 6)?,
        billed: read(record, 7)?,
        unit_cost: read_if_any(record, 8)?,
        unit_price: read_if_any(record, 9)?,
        currency: read_if_any(record, 10)?,
        margin: read_if_any(record, 11)?,
        status: read(record, 12)?,
        findings: record[13].split(';').filter(|id| !id.is_empty()).map(str::to_owned).collect(),
    })
}

fn read<T: FromStr<Err: Display>>(record: &StringRecord, idx: usize) -> Result<T, String> {
    let found = &record[idx];
    found.parse().map_err(|error| format!("{}: {error}, found {found:?}", COLUMNS[idx]))
}

fn read_if_any<T: FromStr<Err: Display>>(
    record: &StringRecord,
    idx: usize,
) -> Result<Option<T>, String> {
    if record[idx].is_empty() { Ok(None) } else { read(record, idx).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::{LineStatus, specimen};

    fn line(client: &str, findings: &[String]) -> ComparedLine {
        ComparedLine {
            client: client.to_owned(),
            sku: "+1 seat".to_owned(),
            vendor_client: "v1;v2".to_owned(),
            vendor_sku: "BP".to_owned(),
            psa_client: "=HYPERLINK(1)".to_owned(),
            psa_sku: String::new(),
            bought: "42".parse().unwrap(),
            billed: "40.5".parse().unwrap(),
            unit_cost: "3.0333".parse().ok(),
            unit_price: None,
            currency: "USD".parse().ok(),
            margin: "-12.50".parse().ok(),
            status: LineStatus::Agrees,
            findings: findings.to_vec(),
        }
    }

    fn written(run: &Run, lines: &[ComparedLine]) -> String {
        let mut bytes = Vec::new();
        write_lines(run, lines, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn equal_lines_stand_in_it_too_and_no_name_is_a_formula() {
        let run = specimen::october();
        let claim = run.findings.iter().find(|one| one.is_claim()).unwrap();
        let lines = [line("Alder", &[]), line("Birch", std::slice::from_ref(&claim.id))];
        let text = written(&run, &lines);
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(
            rows[0],
            "client,sku,vendor_client,vendor_sku,psa_client,psa_sku,bought,billed,unit_cost,\
             unit_price,currency,margin,status,findings"
        );
        assert_eq!(
            rows[1],
            "Alder,'+1 seat,v1;v2,BP,'=HYPERLINK(1),,42,40.5,3.0333,,USD,-12.50,agrees,"
        );
        assert!(rows[2].ends_with(&format!(",differs,{}", claim.id)), "{}", rows[2]);
    }

    #[test]
    fn what_was_written_is_read_and_written_the_same() {
        let run = specimen::october();
        let lines = [line("Alder", &[]), line("'=x", std::slice::from_ref(&run.findings[0].id))];
        let text = written(&run, &lines);
        let read = parse_lines(text.as_bytes()).unwrap();
        assert_eq!(read[0], lines[0]);
        assert_eq!(written(&run, &read), text);
    }

    #[test]
    fn a_line_says_what_was_decided_of_it_since() {
        let mut run = specimen::october();
        let lines = [line("Alder", std::slice::from_ref(&run.findings[0].id))];
        run.findings[0].raised = Some(seatdrift_core::run::Raised {
            verdict: seatdrift_core::domain::Verdict::FixPsa,
            reason: String::new(),
            by: "kim".to_owned(),
            on: String::new(),
        });
        assert!(written(&run, &lines).contains(",to_fix,"));
    }

    #[test]
    fn a_file_somebody_changed_is_told_by_its_row() {
        let text = written(&specimen::quiet(), &[line("Alder", &[])]);
        let error = parse_lines(text.replace("40.5", "many").as_bytes()).unwrap_err();
        assert_eq!(error.row, 2);
        assert!(
            error.what.starts_with("billed: ") && error.what.ends_with("found \"many\""),
            "{}",
            error.what
        );
        assert_eq!(parse_lines(b"a,b\n").unwrap_err().row, 1);
    }
}
