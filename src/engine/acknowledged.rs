//! `decisions.csv` held against a plain list: whatever is appended, broken off, torn or saved again by a spreadsheet in
//! whatever order, what was acknowledged stands, in its order, and nothing else does.

use std::fs;

use proptest::prelude::*;

use crate::decision_store::{append, written};
use crate::files::faults::{Fault, arm};
use crate::workspace::Workspace;
use seatdrift_core::domain::{Decision, Subject, Verdict};

/// What happens to the file next.
#[derive(Debug, Clone)]
enum Act {
    /// So many decisions are appended, and acknowledged.
    Append(usize),
    /// So many are appended, and the process ends at a call to the disk.
    Killed(usize, usize),
    /// The disk is full from a call on.
    Full(usize, usize),
    /// A row that nobody was told is kept is cut off after so many bytes: a power cut of a disk that lies.
    Torn(usize),
    /// A spreadsheet saves it: other ends of lines.
    Saved,
    /// An editor saves it without the last end of line.
    Trimmed,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (1..4usize).prop_map(Act::Append),
        3 => (1..4usize, 0..14usize).prop_map(|(n, at)| Act::Killed(n, at)),
        2 => (1..4usize, 0..14usize).prop_map(|(n, at)| Act::Full(n, at)),
        2 => (1..60usize).prop_map(Act::Torn),
        1 => Just(Act::Saved),
        1 => Just(Act::Trimmed),
    ];
    prop::collection::vec(act, 1..14)
}

/// A decision unlike all others, with what is hard to write.
fn decision(number: usize) -> Decision {
    let hard = ["plain", "with, comma", "with \"quotes\"", "=1+1", "two; parts", "'='", "ends'"];
    Decision {
        subject: Subject::Client,
        vendor_client: Some(format!("Client {number}")),
        vendor_sku: None,
        psa_client: Some(format!("Company {number}")),
        psa_sku: None,
        month: None,
        verdict: Verdict::Different,
        reason: hard[number % hard.len()].to_owned(),
        until: None,
        by: "sam".to_owned(),
        at: "2026-11-01T09:00:00Z".parse().ok(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_was_acknowledged_stands_in_its_order_whatever_happened_to_the_file(acts in acts()) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let workspace = Workspace::init(root, "Acme", "USD".parse().unwrap()).unwrap();
        let path = workspace.decisions();
        let mut number = 0;
        let mut fresh = |n: usize| -> Vec<Decision> {
            (0..n).map(|_| { number += 1; decision(number) }).collect()
        };
        // What was acknowledged, and what may stand because nobody was told that it does not.
        let (mut sure, mut maybe): (Vec<Decision>, Vec<Decision>) = (Vec::new(), Vec::new());
        for act in acts {
            match act {
                Act::Append(n) => {
                    let new = fresh(n);
                    append(&workspace, &new).unwrap();
                    sure.extend(new);
                }
                Act::Killed(n, at) | Act::Full(n, at) => {
                    let fault = match act {
                        Act::Killed(..) => Fault::Killed,
                        _ => Fault::FromThenOn(std::io::ErrorKind::StorageFull),
                    };
                    let new = fresh(n);
                    let armed = arm(root, at, fault);
                    let done = append(&workspace, &new);
                    drop(armed);
                    match done {
                        Ok(()) => sure.extend(new),
                        Err(_) => maybe.extend(new),
                    }
                }
                Act::Torn(n) => {
                    let new = fresh(1);
                    let before = fs::read(&path).unwrap_or_default();
                    append(&workspace, &new).unwrap();
                    let after = fs::read(&path).unwrap();
                    let kept = (before.len() + n).min(after.len());
                    fs::write(&path, &after[..kept]).unwrap();
                    maybe.extend(new);
                }
                Act::Saved => {
                    if let Ok(text) = fs::read_to_string(&path) {
                        fs::write(&path, text.replace("\r\n", "\n").replace('\n', "\r\n")).unwrap();
                    }
                }
                Act::Trimmed => {
                    if let Ok(text) = fs::read_to_string(&path) {
                        fs::write(&path, text.trim_end_matches(['\r', '\n'])).unwrap();
                    }
                }
            }
            let stands = written(&workspace).unwrap().decisions;
            let of_sure: Vec<&Decision> = stands.iter().filter(|one| sure.contains(one)).collect();
            prop_assert_eq!(of_sure, sure.iter().collect::<Vec<_>>());
            // A row that was cut off may say less than it did, and never more than one row.
            let strangers = stands.iter().filter(|one| !sure.contains(one) && !maybe.contains(one));
            for stranger in strangers {
                let known = |one: &&Decision| one.vendor_client == stranger.vendor_client;
                prop_assert!(maybe.iter().any(|one| known(&one)), "{stranger:?}");
            }
        }
    }
}
