//! Flags and scores → CSV.

use std::fmt::Write;

use rayon::prelude::*;

use seatdrift_core::anomaly::{Flag, JudgedMonth, Score};
use seatdrift_core::domain::{guarded, guarded_id};
use seatdrift_ingest::SeriesFile;

/// Scores one task writes.
const SCORES_PER_TASK: usize = 1 << 16;

/// The flags of some months: the oldest month first, in a month what is most worth seeing.
///
/// A flag about several series at once (a product's common move, a month of which most rows are
/// missing) has no series id.
pub(super) fn flags(file: &SeriesFile, judged: &[JudgedMonth]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let header = [
        "series_id",
        "month",
        "kind",
        "observed",
        "expected",
        "low",
        "high",
        "p_value",
        "impact",
        "why",
        "class",
    ];
    writer.write_record(header).expect("memory can be written to");
    for flag in judged.iter().flat_map(|one| &one.judged.flags) {
        let row = [
            guarded_id(series_id(file, flag)).into_owned(),
            flag.month.to_string(),
            flag.kind.to_string(),
            number(flag.observed),
            number(flag.expected),
            number(flag.low),
            number(flag.high),
            p_value(flag.p_value),
            format!("{:.2}", flag.monthly_impact),
            guarded(&flag.why).into_owned(),
            flag.kind.class().word().to_owned(),
        ];
        writer.write_record(&row).expect("memory can be written to");
    }
    writer.into_inner().expect("memory can be written to")
}

fn series_id<'f>(file: &'f SeriesFile, flag: &Flag) -> &'f str {
    let line = |series_idx: &usize| file.line_of[*series_idx];
    let first = line(&flag.series_idx[0]);
    let is_one = flag.series_idx.iter().all(|series_idx| line(series_idx) == first);
    // Two lines of one client are a migration, told at the line that went.
    if is_one || !flag.client.is_empty() { file.ids.get(first as usize) } else { "" }
}

/// A number to the third place behind the point, without superfluous noughts.
fn number(value: f64) -> String {
    let rounded = (value * 1000.0).round() / 1000.0;
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

/// A p-value to the sixth place, a small one to four digits.
fn p_value(p: f64) -> String {
    if p == 1.0 {
        "1".to_owned()
    } else if p < 1e-3 {
        format!("{p:.3e}")
    } else {
        format!("{p:.6}")
    }
}

/// Every statistic of every judged month.
pub(super) fn scores(file: &SeriesFile, judged: &[JudgedMonth]) -> Vec<u8> {
    let mut bytes = b"series_id,month,statistic,p_value\n".to_vec();
    for one in judged {
        let month = one.month.to_string();
        let parts: Vec<String> = one
            .judged
            .scores
            .par_chunks(SCORES_PER_TASK)
            .map(|scores| {
                let mut part = String::with_capacity(scores.len() * 40);
                scores.iter().for_each(|score| line(&mut part, file, score, &month));
                part
            })
            .collect();
        parts.iter().for_each(|part| bytes.extend_from_slice(part.as_bytes()));
    }
    bytes
}

fn line(text: &mut String, file: &SeriesFile, score: &Score, month: &str) {
    let id = guarded_id(file.ids.get(file.line_of[score.series_idx] as usize));
    if id.contains([',', '"', '\n', '\r']) {
        text.push('"');
        text.push_str(&id.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(&id);
    }
    let (word, p) = (score.statistic.word(), p_value(score.p_value));
    writeln!(text, ",{month},{word},{p}").expect("a text can be written to");
}

/// How many lines a month judged by at least one statistic.
pub(super) fn n_lines_judged(file: &SeriesFile, one: &JudgedMonth) -> usize {
    let mut lines: Vec<u32> =
        one.judged.scores.iter().map(|score| file.line_of[score.series_idx]).collect();
    // Scores come in the order of series: a line's own, then, behind all lines, those of the gaps.
    lines.dedup();
    lines.sort_unstable();
    lines.dedup();
    lines.len()
}
