//! A run → files and words a person reads: one file per format.
//!
//! [`Run`] is the data; [`files`] writes every file of `runs/YYYY-MM/` to wherever its bytes should go. Nothing
//! here touches a disk or a clock, so the same run gives the same bytes.

pub mod charts;
pub mod csv;
pub mod html;
pub mod xlsx;
pub mod terminal;
mod explanation;
mod letters;
pub mod line_months;
mod notes;
mod sentences;

pub use explanation::{Explained, Explanation, Labelled, Part, explanation};
pub use html::explanation_html;
pub use letters::{Letter, letter_html, letters};
pub use sentences::{findings_since, lines_since, money_sentences};
pub use terminal::{explain, headline};

use std::io::{self, Write};

use seatdrift_core::run::{ComparedLine, Run, json};

/// Makes the bytes of one file of a run.
type Maker = fn(&Run) -> Vec<u8>;

/// Writes the bytes of a file: the same each time.
pub type FileWriter<'run> = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + Send + Sync + 'run>;

/// Every file of `runs/YYYY-MM/` but `scores.csv`: its name, and what writes it. Those that take longest come
/// first, so that whoever writes them side by side does not wait for the last. `lines` are no part of the run;
/// `None` where a version scored it that did not keep them, which then has no `lines.csv`.
pub fn files<'a>(run: &'a Run, lines: Option<&'a [ComparedLine]>) -> Vec<(String, FileWriter<'a>)> {
    let makers: [(&str, Maker); 10] = [
        ("report.html", |run| html::report_html(run).into_bytes()),
        ("findings.csv", csv::findings_csv),
        ("explained.csv", csv::explained_csv),
        ("suggestions.csv", csv::suggestions_csv),
        ("changes.xlsx", xlsx::changes),
        ("changes.csv", csv::changes_csv),
        ("flags.csv", csv::flags_csv),
        ("aliases.csv", csv::aliases_csv),
        ("rejected.csv", csv::rejected_csv),
        ("summary.json", json::summary_json),
    ];
    let whole: FileWriter<'_> = Box::new(|out| json::write_run(run, out));
    let book: FileWriter<'_> = Box::new(move |out| out.write_all(&xlsx::workbook(run, lines)));
    let mut files = vec![("run.json".to_owned(), whole), ("report.xlsx".to_owned(), book)];
    if let Some(lines) = lines {
        files.push(("lines.csv".to_owned(), Box::new(|out| csv::write_lines(run, lines, out))));
    }
    for (name, make) in makers {
        files.push((name.to_owned(), Box::new(move |out| out.write_all(&make(run)))));
    }
    for (name, note) in notes::notes(run) {
        files.push((name, Box::new(move |out| out.write_all(&note))));
    }
    for letter in letters(run) {
        let text = letter.text.into_bytes();
        let write: FileWriter<'_> = Box::new(move |out| out.write_all(&text));
        files.push((format!("letters/{}.txt", letter.file), write));
    }
    files
}

#[cfg(test)]
mod tests {
    use seatdrift_core::run::{parse_run, specimen};

    use super::*;

    #[test]
    fn the_same_run_gives_the_same_bytes() {
        for run in [specimen::october(), specimen::quiet()] {
            let written = |write: &FileWriter<'_>| {
                let mut bytes = Vec::new();
                write(&mut bytes).unwrap();
                bytes
            };
            let first = files(&run, Some(&[]));
            let stored = written(&first[0].1);
            let read = parse_run(&stored, usize::MAX).unwrap();
            let again = files(&read, Some(&[]));
            for ((name, write), (_, again)) in first.iter().zip(&again) {
                let bytes = written(write);
                assert!(bytes == written(write), "{name} differs when written twice");
                assert!(bytes == written(again), "{name} differs when written from the stored run");
            }
            assert_eq!(first.len(), again.len());
        }
    }
}
