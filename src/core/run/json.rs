//! A run ↔ `run.json`, and the short `summary.json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use crate::domain::{Money, Totals};

use super::moneys::MoneysSaid;
use super::numbers::twelve_digits;
use super::{Run, SCHEMA, Summary};

/// A stored run that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RunJsonError {
    /// Larger than the caller is willing to read.
    #[error("the stored run has {found} bytes, more than the {limit} that are read")]
    TooLarge {
        /// Its size in bytes.
        found: usize,
        /// The most that is read.
        limit: usize,
    },
    /// Of a layout that only a newer program knows.
    #[error(
        "the stored run is of a newer seatdrift{}: its schema is {found}, and this program reads up to {SCHEMA}",
        by.as_ref().map(|by| format!(" ({by})")).unwrap_or_default()
    )]
    Newer {
        /// Its number.
        found: u32,
        /// The version of the program that wrote it, where it says.
        by: Option<String>,
    },
    /// Not JSON, or not a run.
    #[error("the stored run cannot be understood")]
    NotARun(#[from] serde_json::Error),
}

impl RunJsonError {
    /// What is wrong with the file at `place`, before it is said why.
    pub fn at(&self, place: &str) -> String {
        match self {
            Self::Newer { .. } => place.to_owned(),
            Self::TooLarge { .. } | Self::NotARun(_) => format!("{place}: not what a run writes"),
        }
    }

    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Newer { .. } => Some(
                "use that version or a newer one; or score the month again with this one, from its \
                 exports in originals/",
            ),
            Self::TooLarge { .. } | Self::NotARun(_) => None,
        }
    }
}

/// `run.json`: everything but the scores of lines, so that every other file can be written again from
/// it.
///
/// Floats have twelve significant digits: what is read back and written again gives the same bytes.
pub fn run_json(run: &Run) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_run(run, &mut bytes).expect("a run has text keys only and memory takes it");
    bytes
}

/// Writes `run.json` bit by bit: a large run is never in memory as bytes.
///
/// # Errors
///
/// What the writer says.
pub fn write_run(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::with_capacity(WRITTEN_AT_ONCE, out);
    run.serialize(&mut Serializer::with_formatter(&mut out, Rounded))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// Bytes handed to the disk at once.
const WRITTEN_AT_ONCE: usize = 1 << 16;

/// Reads `run.json`.
///
/// # Errors
///
/// [`RunJsonError::TooLarge`] above `limit` bytes; [`RunJsonError::Newer`] for one of a newer program;
/// [`RunJsonError::NotARun`] for anything else than a stored run.
pub fn parse_run(bytes: &[u8], limit: usize) -> Result<Run, RunJsonError> {
    if bytes.len() > limit {
        return Err(RunJsonError::TooLarge { found: bytes.len(), limit });
    }
    serde_json::from_slice(bytes).map_err(|error| newer(bytes).unwrap_or(error.into()))
}

/// What a newer program wrote.
fn newer(bytes: &[u8]) -> Option<RunJsonError> {
    #[derive(Deserialize)]
    struct Head {
        schema: u32,
        program: Option<String>,
    }
    let head: Head = serde_json::from_slice(bytes).ok()?;
    (SCHEMA < head.schema).then_some(RunJsonError::Newer { found: head.schema, by: head.program })
}

/// `summary.json`: where every row and cent went, and what came of it.
pub fn summary_json(run: &Run) -> Vec<u8> {
    let short = Short {
        msp: &run.msp,
        summary: &run.summary,
        moneys: MoneysSaid::of(run),
        claims: run.findings.iter().filter(|finding| finding.is_claim()).count(),
        questions: run.findings.iter().filter(|finding| !finding.is_claim()).count(),
        flags: run.flags.len(),
        expected_false_flags: twelve_digits(run.expected_false_flags),
        suggestions: statuses(run),
        explained: explained(run),
    };
    let mut bytes = serde_json::to_vec_pretty(&short)
        .expect("a summary has text keys only and memory takes it");
    bytes.push(b'\n');
    bytes
}

/// What became of prorations, credits and changes: rows and money by verdict.
fn explained(run: &Run) -> BTreeMap<&'static str, Explained> {
    let mut verdicts: BTreeMap<&'static str, (usize, Totals)> = BTreeMap::new();
    for line in &run.explained {
        let (rows, totals) = verdicts.entry(line.verdict.word()).or_default();
        *rows += line.rows.len();
        totals.add(Money::new(line.charged, line.currency));
    }
    let counted = |(rows, money)| Explained { rows, money };
    verdicts.into_iter().map(|(verdict, sums)| (verdict, counted(sums))).collect()
}

#[derive(Serialize)]
struct Explained {
    rows: usize,
    money: Totals,
}

/// Reads a float. JSON has no infinity and writes it as `null`; it comes back as NaN, which every
/// format shows as unknown.
pub(super) fn float<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

#[derive(Serialize)]
struct Short<'run> {
    msp: &'run str,
    #[serde(flatten)]
    summary: &'run Summary,
    #[serde(flatten)]
    moneys: MoneysSaid,
    claims: usize,
    questions: usize,
    flags: usize,
    expected_false_flags: f64,
    suggestions: BTreeMap<&'static str, usize>,
    explained: BTreeMap<&'static str, Explained>,
}

fn statuses(run: &Run) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for pair in &run.suggestions {
        *counts.entry(pair.status.word()).or_default() += 1;
    }
    counts
}

/// JSON whose floats are rounded to twelve significant digits.
struct Rounded;

impl Formatter for Rounded {
    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        CompactFormatter.write_f64(out, twelve_digits(value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::run::specimen;

    #[test]
    fn a_stored_run_reads_back_and_is_written_the_same() {
        for run in [specimen::october(), specimen::quiet()] {
            let bytes = run_json(&run);
            let back = parse_run(&bytes, usize::MAX).unwrap();
            assert_eq!(run_json(&back), bytes);
            assert_eq!(back.findings, run.findings);
            assert!(bytes.ends_with(b"}\n"));
        }
    }

    #[test]
    fn a_float_of_few_places_is_rounded_as_any_other() {
        let slowly = |value: f64| format!("{value:.11e}").parse::<f64>().unwrap();
        for step in -30_000_i32..30_000 {
            let value = f64::from(step) / 1e4;
            for near in [value, value.next_up(), value.next_down(), value * 1e7, value / 3.0] {
                assert_eq!(twelve_digits(near), slowly(near), "{near}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_float_settles_after_one_writing(value in proptest::num::f64::NORMAL) {
            let mut run = specimen::quiet();
            run.expected_false_flags = value;
            let bytes = run_json(&run);
            let back = parse_run(&bytes, usize::MAX).unwrap();
            prop_assert_eq!(run_json(&back), bytes);
        }
    }

    #[test]
    fn a_range_without_an_end_is_stored_and_read() {
        let mut run = specimen::october();
        run.flags[0].high = f64::INFINITY;
        let back = parse_run(&run_json(&run), usize::MAX).unwrap();
        assert!(back.flags[0].high.is_nan());
    }

    #[test]
    fn a_run_that_is_too_large_or_no_run_is_refused() {
        let bytes = run_json(&specimen::quiet());
        let too_large = parse_run(&bytes, 10).unwrap_err().to_string();
        assert!(too_large.ends_with("more than the 10 that are read"), "{too_large}");
        assert!(matches!(parse_run(b"{}", 10), Err(RunJsonError::NotARun(_))));
    }

    #[test]
    fn a_run_of_a_newer_program_is_refused_and_says_whose_it_is() {
        let written = String::from_utf8(run_json(&specimen::quiet())).unwrap();
        let layout = format!("{{\"schema\":{SCHEMA},");
        assert!(written.starts_with(&layout), "the number comes first: {written}");
        let newer = written.replacen(&layout, "{\"schema\":99,", 1);
        let said = |text: &str| parse_run(text.as_bytes(), usize::MAX).unwrap_err().to_string();
        insta::assert_snapshot!(said(&newer), @"the stored run is of a newer seatdrift (0.1.0): its schema is 99, and this program reads up to 2");
        // What else it says may be nothing we know.
        insta::assert_snapshot!(said("{\"schema\":3,\"runs\":[]}"), @"the stored run is of a newer seatdrift: its schema is 3, and this program reads up to 2");
    }

    #[test]
    fn the_summary_has_the_agreed_shape() {
        let bytes = summary_json(&specimen::october());
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(value["month"], "2026-10");
        assert_eq!(value["currency"], "USD");
        for side in ["vendor", "psa"] {
            let rows = |part: &str| value[side][part]["rows"].as_u64().unwrap();
            let parts = ["matched", "review", "unmatched", "excluded", "rejected"];
            assert_eq!(rows("in"), parts.into_iter().map(rows).sum::<u64>());
        }
        assert_eq!(value["vendor"]["in"]["money"]["USD"], "48210.55");
        for direction in ["lose", "overpay"] {
            assert!(value[direction]["USD"]["money"].is_string());
            assert!(value[direction]["EUR"]["asked"]["findings"].is_u64());
        }
        assert_eq!(value["lose"]["USD"]["recovered"]["money"], "216.86");
    }
}
