//! A run → files and words a person reads: one file per format.
//!
//! [`Run`] is the data; [`files`] gives every file of `runs/YYYY-MM/` as bytes. Nothing here touches
//! a disk or a clock, so the same run gives the same bytes.

pub mod charts;
pub mod csv;
pub mod html;
pub mod xlsx;
pub mod terminal;
mod explanation;
pub mod line_months;
mod notes;
mod sentences;

pub use explanation::{Explained, Explanation, Labelled, Part, explanation};
pub use html::explanation_html;
pub use terminal::{explain, headline};

use seatdrift_core::run::{Run, json};

/// Writes one file of a run.
type Writer = fn(&Run) -> Vec<u8>;

/// Makes the bytes of a file: the same each time.
pub type FileMaker<'run> = Box<dyn Fn() -> Vec<u8> + Send + Sync + 'run>;

/// Every file of `runs/YYYY-MM/` but `scores.csv`: its name, and what makes it.
pub fn files(run: &Run) -> Vec<(String, FileMaker<'_>)> {
    let writers: [(&str, Writer); 12] = [
        ("run.json", json::run_json),
        ("summary.json", json::summary_json),
        ("suggestions.csv", csv::suggestions_csv),
        ("aliases.csv", csv::aliases_csv),
        ("findings.csv", csv::findings_csv),
        ("flags.csv", csv::flags_csv),
        ("rejected.csv", csv::rejected_csv),
        ("explained.csv", csv::explained_csv),
        ("report.html", |run| html::report_html(run).into_bytes()),
        ("report.xlsx", xlsx::workbook),
        ("changes.csv", csv::changes_csv),
        ("changes.xlsx", xlsx::changes),
    ];
    let made = writers
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), Box::new(move || bytes(run)) as FileMaker<'_>));
    let notes = notes::notes(run)
        .into_iter()
        .map(|(name, bytes)| (name, Box::new(move || bytes.clone()) as FileMaker<'_>));
    made.chain(notes).collect()
}

#[cfg(test)]
mod tests {
    use seatdrift_core::run::{parse_run, specimen};

    use super::*;

    #[test]
    fn the_same_run_gives_the_same_bytes() {
        for run in [specimen::october(), specimen::quiet()] {
            let first = files(&run);
            let stored = first[0].1();
            let read = parse_run(&stored, usize::MAX).unwrap();
            let again = files(&read);
            for ((name, make), (_, again)) in first.iter().zip(&again) {
                let bytes = make();
                assert!(bytes == make(), "{name} differs when written twice");
                assert!(bytes == again(), "{name} differs when written from the stored run");
            }
            assert_eq!(first.len(), again.len());
        }
    }
}
