//! Files of which much is in doubt: what is said before any number.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::{Doubts, MonthSeen};
use crate::domain::{DateDoubt, Doubt, DoubtKind, LineKind, Money, Side};

/// Rows in doubt for one cause, and their share of the file, from which the file as a whole is.
const LEAST_ROWS: usize = 3;
const LEAST_SHARE: f64 = 0.05;

/// A file of which much is in doubt for one cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileInDoubt {
    /// Which books.
    pub side: Side,
    /// Its base name; empty for all files of the side.
    pub file: String,
    /// Why.
    pub kind: DoubtKind,
    /// Rows, clients, products or lines in doubt; one of a sum.
    pub n: usize,
    /// Of how many.
    pub of: usize,
    /// What is in doubt, the likely cause and the cure, in sentences.
    pub words: String,
}

/// The likely cause of odd dates, as what may be so.
pub(super) fn cause_of_dates(dates: Option<DateDoubt>) -> &'static str {
    match dates {
        Some(DateDoubt::HoursOff) => "its dates may be some hours off by a time zone",
        Some(DateDoubt::OtherMonth) => "its period is a whole one of another month",
        Some(DateDoubt::Swapped | DateDoubt::EndSwapped) => "its days and months may be swapped",
        None => "its dates may be wrong",
    }
}

/// Files of which much is in doubt, those of the vendor first, for each the causes with the most rows first.
pub fn files_in_doubt(seen: &MonthSeen<'_>, doubts: &Doubts) -> Vec<FileInDoubt> {
    let mut n_rows: BTreeMap<(Side, &str), usize> = BTreeMap::new();
    for row in seen.rows.iter().filter(|row| row.kind == LineKind::FullPeriod) {
        *n_rows.entry((row.side, row.place.file.as_str())).or_default() += 1;
    }
    for row in seen.rejected {
        *n_rows.entry((row.side, row.at.place.file.as_str())).or_default() += 1;
    }
    type Cause = (DoubtKind, Option<DateDoubt>);
    let mut counted: BTreeMap<(Side, &str, Cause), (BTreeSet<&str>, usize)> = BTreeMap::new();
    let mut found: Vec<FileInDoubt> = Vec::new();
    for doubt in doubts.all() {
        let file = doubt.file.as_str();
        match doubt.kind {
            DoubtKind::ClientMissing | DoubtKind::ProductMissing | DoubtKind::LinesMissing => {
                let is_known = |one: &FileInDoubt| one.side == doubt.side && one.kind == doubt.kind;
                if is_much(doubt.n, doubt.of) && !found.iter().any(is_known) {
                    let cause = (doubt.kind, None);
                    found.push(in_doubt(doubt.side, file, cause, (doubt.n, doubt.of)));
                }
            }
            DoubtKind::TotalGap => found.extend(gap_in_doubt(seen, doubt)),
            // What many rows with an ordinary date have in common says nothing of the file.
            DoubtKind::AtTheEdge => {}
            kind => {
                let of = match kind {
                    DoubtKind::OnlyChanges | DoubtKind::SeveralIds => doubt.of,
                    _ => n_rows.get(&(doubt.side, file)).copied().unwrap_or_default(),
                };
                let cause = (kind, doubt.dates);
                let own = counted.entry((doubt.side, file, cause)).or_default();
                own.0.insert(doubt.at.as_str());
                own.1 = of;
            }
        }
    }
    for ((side, file, cause), (places, of)) in counted {
        if is_much(places.len(), of) {
            found.push(in_doubt(side, file, cause, (places.len(), of)));
        }
    }
    // Where clients or products are missing, their lines are; that is said once.
    let has = |found: &[FileInDoubt], side, kind| {
        found.iter().any(|one: &FileInDoubt| one.side == side && one.kind == kind)
    };
    let named: Vec<Side> = [Side::Vendor, Side::Psa]
        .into_iter()
        .filter(|side| {
            has(&found, *side, DoubtKind::ClientMissing)
                || has(&found, *side, DoubtKind::ProductMissing)
        })
        .collect();
    found.retain(|one| one.kind != DoubtKind::LinesMissing || !named.contains(&one.side));
    found.sort_by(|one, other| {
        (one.side, &one.file).cmp(&(other.side, &other.file)).then(other.n.cmp(&one.n))
    });
    found
}

/// A file whose rows come to much less, or more, than it says of itself.
fn gap_in_doubt(seen: &MonthSeen<'_>, doubt: &Doubt) -> Option<FileInDoubt> {
    let file = doubt.file.as_str();
    let stated = seen.stated.iter().find(|one| one.side == doubt.side && one.file == file)?.total;
    let gap = doubt.amount?;
    let (part, whole) = (gap.amount.abs().to_f64()?, stated.amount.abs().to_f64()?);
    if part < LEAST_SHARE * whole {
        return None;
    }
    let (than, cause) = if gap.amount.is_sign_positive() {
        ("less", "Most likely rows were filtered away or cut off after the sum was made.")
    } else {
        ("more", "Most likely rows stand twice, or the sum is of a part of them.")
    };
    let gap = Money::new(gap.amount.abs(), gap.currency);
    let words = format!(
        "Read with care: {file} states a sum of {stated}, and its rows come to {gap} {than}. {cause} Export it again \
         and score the month again."
    );
    let (side, kind) = (doubt.side, DoubtKind::TotalGap);
    Some(FileInDoubt { side, file: file.to_owned(), kind, n: 1, of: 1, words })
}

fn is_much(n: usize, of: usize) -> bool {
    LEAST_ROWS <= n && LEAST_SHARE * of as f64 <= n as f64
}

fn in_doubt(
    side: Side,
    file: &str,
    (kind, dates): (DoubtKind, Option<DateDoubt>),
    (n, of): (usize, usize),
) -> FileInDoubt {
    let name = match (file, side) {
        ("", Side::Vendor) => "the vendor's files",
        ("", Side::Psa) => "the PSA's files",
        (file, _) => file,
    };
    let (what, cause, cure) = sentences(kind, dates);
    let words = format!("Read with care: {n} of {of} {what} {name}. {cause} {cure}");
    FileInDoubt { side, file: file.to_owned(), kind, n, of, words }
}

/// What is in doubt in a file, what is likely behind it, and what helps.
fn sentences(
    kind: DoubtKind,
    dates: Option<DateDoubt>,
) -> (&'static str, &'static str, &'static str) {
    match (kind, dates) {
        (DoubtKind::SetAside, Some(DateDoubt::HoursOff)) => (
            "rows are set aside for periods that begin and end a day early in",
            "Most likely the dates are some hours off by a time zone.",
            "Export it again in your own time zone, or as dates without times, and score the month again.",
        ),
        (DoubtKind::SetAside, Some(DateDoubt::OtherMonth)) => (
            "rows are set aside for periods of another month in",
            "Most likely it is, at least in part, the export of another month.",
            "Export the right month and score it again, or score this one with its own --month.",
        ),
        (DoubtKind::SetAside, _) => (
            "rows are set aside for dates that would count with day and month the other way round in",
            "Most likely days and months are swapped.",
            "Give the file as it was downloaded, without opening it in a spreadsheet, or say `date_order` in \
             seatdrift.toml.",
        ),
        (DoubtKind::ImpossiblePeriod, _) => (
            "rows have a period that ends before it begins in",
            "Most likely days and months, or the two columns, are swapped.",
            "Give the file as it was downloaded, or say in seatdrift.toml how its columns and dates are written.",
        ),
        (DoubtKind::Unreadable, _) => (
            "rows could not be read in",
            "They are listed with the cell at fault in rejected.csv.",
            "Mend those cells, or export the file again, and score the month again.",
        ),
        (DoubtKind::NoClient, _) => (
            "rows of units name no client in",
            "Most likely a column was lost or blanked in the export.",
            "Export it again with the client in every row.",
        ),
        (DoubtKind::NoPrice, _) => (
            "rows have no price in",
            "Most likely the export leaves prices out that its user may not see.",
            "Export it again with all prices.",
        ),
        (DoubtKind::SeveralNames, _) => (
            "rows stand under an id of another name in",
            "Most likely a column of ids or of names was moved or sorted on its own.",
            "Export it again and give it as it was downloaded.",
        ),
        (DoubtKind::SeveralIds, _) => (
            "clients stand under several ids in",
            "Most likely a spreadsheet has rounded ids, or a tenant has moved.",
            "Give the file as it was downloaded, or decide which ids are one client.",
        ),
        (DoubtKind::OnlyChanges, _) => (
            "subscriptions are seen only through their changes in",
            "Most likely the export holds what changed and not what runs.",
            "Export the charges of whole periods too, or give both files.",
        ),
        (DoubtKind::ClientMissing, _) => (
            "clients that the month before had are missing in",
            "Most likely the export was filtered or cut off.",
            "Export it again without a filter and score the month again.",
        ),
        (DoubtKind::ProductMissing, _) => (
            "products that the month before had are missing in",
            "Most likely the export was filtered by product, agreement or status.",
            "Export it again without a filter and score the month again.",
        ),
        _ => (
            "lines of the month before are missing in",
            "Most likely the export was filtered or cut off.",
            "Export it again without a filter and score the month again.",
        ),
    }
}
