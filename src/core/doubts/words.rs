//! A doubt in words.

use super::files::cause_of_dates;
use crate::domain::{Doubt, DoubtKind, Side, quoted};

/// What is said of a difference that rests on a doubt: a sentence, with where it stands and what may be so.
pub fn why(doubt: &Doubt) -> String {
    let (at, found) = (&doubt.at, &doubt.found);
    let side = match doubt.side {
        Side::Vendor => "vendor's",
        Side::Psa => "PSA's",
    };
    match doubt.kind {
        DoubtKind::Unreadable => format!(
            "A row of it could not be read, so it may be none: {at} says {}.",
            quoted(found.trim())
        ),
        DoubtKind::NoClient => format!(
            "A row of {found} names no client ({at}) and may be the one that is missing here, so it may be none."
        ),
        DoubtKind::SetAside => format!(
            "A row of it was set aside for its dates, {found} ({at}): {}. If so, it counts, and this may be none.",
            cause_of_dates(doubt.dates)
        ),
        DoubtKind::AtTheEdge => format!(
            "A row of it counts by its dates, {found} ({at}), and would not if {}.",
            cause_of_dates(doubt.dates)
        ),
        DoubtKind::ImpossiblePeriod => format!(
            "A row of it has a period that ends before it begins, {found} ({at}), so nobody can say whether it counts."
        ),
        DoubtKind::NoPrice => {
            format!("A row of it has no price ({at}), so its money is not known.")
        }
        DoubtKind::SeveralNames => format!(
            "A row with an id of this line names {} ({at}), which has another id: it may be counted in the wrong place.",
            quoted(found)
        ),
        DoubtKind::SeveralIds => format!(
            "{} stands in the {side} file under another id too, {found}: what is missing under one may be counted under \
             the other.",
            quoted(at)
        ),
        DoubtKind::OnlyChanges => {
            let changes = if doubt.n == 1 { "one change" } else { "changes" };
            let (when, runs) = match doubt.dates {
                None => ("in the month", "seems to"),
                Some(_) => ("until the month began", "may"),
            };
            format!(
                "Yet the vendor's file has {changes} of it {when} and no charge for a whole period: it {runs} run, and \
                 its charge may be on another file."
            )
        }
        DoubtKind::ClientMissing if doubt.n == 0 => format!(
            "The {side} file has no row of {} at all: if the export was filtered, this is none.",
            quoted(found)
        ),
        DoubtKind::ClientMissing => format!(
            "The {side} file has no row of {}, which the month before had{}: if the export was filtered, this is \
             none.",
            quoted(found),
            others(doubt.n, "client", "clients")
        ),
        DoubtKind::ProductMissing => format!(
            "The {side} file has no row of {} for any client, and the month before had{}: if the export was \
             filtered, this is none.",
            quoted(found),
            others(doubt.n, "product", "products")
        ),
        DoubtKind::MostlyMissing => format!(
            "So it is with {} of the {} clients that have {found}: rather than as many mistakes, it may be called \
             otherwise, be a part of a bundle, or be left out of the {side} file.",
            doubt.n, doubt.of
        ),
        DoubtKind::LinesMissing => format!(
            "The {side} file lacks {} of the {} lines it had the month before: if the export was filtered or cut off, \
             this is none.",
            doubt.n, doubt.of
        ),
        DoubtKind::TotalGap => {
            let gap = doubt.amount.map(|gap| gap.to_string()).unwrap_or_default();
            format!(
                "{at} states {found} and its rows come to {gap} less: what is missing here may be among that."
            )
        }
    }
}

/// `, as it has none of 4 more clients`
fn others(n: usize, one: &str, many: &str) -> String {
    match n {
        0 | 1 => String::new(),
        2 => format!(", as it has none of one more {one}"),
        _ => format!(", as it has none of {} more {many}", n - 1),
    }
}
