//! Decisions taken back: a file that only grows can still say that something was never decided.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::domain::{Decision, Month, Subject, Verdict};

/// The last day of a decision that takes back the one before it: before any month there is to compare.
pub const TAKEN_BACK: Date = date(1970, 1, 1);

/// What a person reads beside such a row.
const REASON: &str = "taken back";

/// What it says besides where a later decision says the same: the moment of the one that is meant.
const REASON_OF: &str = "taken back, the one of ";

/// The row that takes back one of the decisions in force: the same, and over before it began. Where a later
/// one says the same of the same, the row says which is meant.
pub fn taking_back_of(in_force: &[Decision], position: usize, by: &str, at: Timestamp) -> Decision {
    let decision = &in_force[position];
    let own = said(decision);
    let is_last = in_force[position + 1..].iter().all(|later| said(later) != own);
    let back = taking_back(decision, by, at);
    match decision.at {
        Some(meant) if !is_last => Decision { reason: format!("{REASON_OF}{meant}"), ..back },
        _ => back,
    }
}

/// The row that takes back the last decision that says the same of the same.
pub fn taking_back(decision: &Decision, by: &str, at: Timestamp) -> Decision {
    Decision {
        reason: REASON.to_owned(),
        until: Some(TAKEN_BACK),
        by: by.to_owned(),
        at: Some(at),
        ..decision.clone()
    }
}

/// The decisions that were not taken back, in their order, as if the others had never been made.
pub fn in_force(decisions: Vec<Decision>) -> Vec<Decision> {
    if decisions.iter().all(|decision| decision.until != Some(TAKEN_BACK)) {
        return decisions;
    }
    let mut standing: HashMap<Said, Vec<usize>> = HashMap::new();
    let mut is_kept = vec![true; decisions.len()];
    for (position, decision) in decisions.iter().enumerate() {
        let earlier = standing.entry(said(decision)).or_default();
        if decision.until != Some(TAKEN_BACK) {
            earlier.push(position);
            continue;
        }
        is_kept[position] = false;
        let meant = decision.reason.strip_prefix(REASON_OF).and_then(|at| at.parse().ok());
        let is_meant = |&position: &usize| meant.is_some() && decisions[position].at == meant;
        let place = earlier.iter().rposition(is_meant).or(earlier.len().checked_sub(1));
        if let Some(place) = place {
            is_kept[earlier.remove(place)] = false;
        }
    }
    let kept = decisions.into_iter().zip(is_kept).filter(|(_, is_kept)| *is_kept);
    kept.map(|(decision, _)| decision).collect()
}

/// What a decision says of what.
type Said = (Subject, [Option<String>; 4], Option<Month>, Verdict);

fn said(decision: &Decision) -> Said {
    let keys = [
        decision.vendor_client.clone(),
        decision.vendor_sku.clone(),
        decision.psa_client.clone(),
        decision.psa_sku.clone(),
    ];
    (decision.subject, keys, decision.month, decision.verdict)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::decisions::{parse, render};

    fn decisions(rows: &str) -> Vec<Decision> {
        let header = crate::decisions::COLUMNS.join(",");
        parse("d.csv", format!("{header}\n{rows}").as_bytes()).unwrap()
    }

    fn now() -> Timestamp {
        "2026-11-03T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_decision_taken_back_leaves_what_was_said_before() {
        let mut said = decisions(
            "client,c1,,19,,,different,,,sam,\nclient,c1,,19,,,same,,,sam,2026-11-03T09:00:00Z\n",
        );
        said.push(taking_back(&said[1], "kim", now()));
        let left = in_force(said.clone());
        assert_eq!(left, said[..1]);
    }

    #[test]
    fn of_two_decisions_that_say_the_same_the_one_that_is_meant_goes() {
        let mut said = decisions(
            "line,c1,x1,,,2026-08,free,,2026-12-31,sam,2026-08-03T09:00:00Z\n\
             line,c1,x1,,,2026-08,free,,,sam,2026-09-03T09:00:00Z\n",
        );
        for (position, left) in [(0, 1), (1, 0)] {
            let back = taking_back_of(&said, position, "kim", now());
            let written = [said.clone(), vec![back]].concat();
            assert_eq!(in_force(written), said[left..=left]);
        }
        // Without a moment they cannot be told apart: one of them goes.
        said.iter_mut().for_each(|decision| decision.at = None);
        let back = taking_back_of(&said, 0, "kim", now());
        assert_eq!(in_force([said.clone(), vec![back]].concat()).len(), 1);
    }

    #[test]
    fn a_date_in_the_past_alone_takes_nothing_back() {
        let said = decisions("client,c1,,19,,,same,,,,\nclient,c1,,19,,,same,,2020-01-31,,\n");
        assert_eq!(in_force(said.clone()), said);
    }

    proptest! {
        #[test]
        fn taking_everything_back_in_turn_leaves_what_was_there(
            words in prop::collection::vec((0u8..4, 0u8..3, any::<bool>()), 0..20),
            n_before in 0usize..20,
        ) {
            let row = |&(vendor, psa, same): &(u8, u8, bool)| {
                let verdict = if same { "same" } else { "different" };
                format!("client,c{vendor},,p{psa},,,{verdict},,,sam,\n")
            };
            let mut said = decisions(&words.iter().map(row).collect::<String>());
            let before = said[..n_before.min(said.len())].to_vec();
            for position in (before.len()..said.len()).rev() {
                let back = taking_back(&said[position].clone(), "sam", now());
                said.push(back);
            }
            let header = crate::decisions::COLUMNS.join(",");
            let written = [header.as_bytes(), b"\n", &render(&said)].concat();
            prop_assert_eq!(in_force(parse("d.csv", &written).unwrap()), before);
        }
    }
}
