use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::cards::CardMaker;
use super::super::filter::Filter;
use super::super::state::ReviewState;
use super::*;
use seatdrift_core::decisions::{addition, in_force, parse_rows, taking_back_of};
use seatdrift_core::run::{FlagKeys, FlagLine, NamePair, Run, Status, json, specimen};
use seatdrift_engine::decision_store::{append, written};
use seatdrift_engine::files;
use seatdrift_engine::workspace::Workspace;

const AT: &str = "2026-11-03T09:10:00.123Z";

/// Everything that cells of decisions.csv may trip over.
const PIECES: [&str; 30] = [
    "\"",
    "\"\"",
    ",",
    ";",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "\u{a0}",
    "=",
    "+",
    "-",
    "@",
    "'",
    "''=",
    "'-",
    "\u{0}",
    "\u{7}",
    "\u{1b}[2J",
    "\u{feff}",
    "\u{202e}",
    "\\",
    "|",
    "é",
    "日本",
    "🦀",
    "Acme",
    "taken back, the one of 2026-11-03T09:10:00Z",
    "unfinished",
];

fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..9);
    let long = "(?s).{0,620}";
    prop_oneof![3 => pieces.prop_map(|pieces| pieces.concat()), 1 => long]
}

/// What an export may call something: some text, without what `ingest` takes off its ends.
fn named(idx: usize, text: &str) -> String {
    let edges = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    match text.trim_matches(edges) {
        "" => format!("n{idx}"),
        name => name.to_owned(),
    }
}

/// A month with some of everything: the specimen, flags of a product at every client and of a client's every
/// line, names alone, products that one side alone knows; its names are `texts`.
fn run(texts: &[String]) -> Run {
    let mut run = specimen::october();
    let flag = run.flags[0].clone();
    for (idx, (client, sku)) in [("", "Microsoft 365 E3"), ("", "Never seen"), ("Gone Ltd", "")]
        .into_iter()
        .flat_map(|names| [names; 4])
        .enumerate()
    {
        let side = [FlagSide::Vendor, FlagSide::Psa, FlagSide::Both, FlagSide::Drift][idx % 4];
        let (id, client, sku) = (format!("more-{idx}"), client.to_owned(), sku.to_owned());
        run.flags.push(FlagLine { id, client, sku, side, ..flag.clone() });
    }
    let pair = run.suggestions[0].clone();
    for (idx, (vendor, psa)) in [("", "y1"), ("x1", ""), ("x2", "y2")].into_iter().enumerate() {
        let named = |key: &str| if key.is_empty() { String::new() } else { format!("Name {key}") };
        run.suggestions.push(NamePair {
            id: format!("alone-{idx}"),
            kind: EntityKind::Sku,
            vendor_id: vendor.to_owned(),
            vendor_name: named(vendor),
            psa_id: psa.to_owned(),
            psa_name: named(psa),
            status: if idx == 2 { Status::Auto } else { Status::Unmatched },
            ..pair.clone()
        });
    }
    let text = |idx: usize| texts.get(idx % (2 * texts.len())).map(|text| named(idx, text));
    let renamed = |name: &mut String, idx: usize| {
        if let (false, Some(text)) = (name.is_empty(), text(idx)) {
            *name = text;
        }
    };
    for (idx, pair) in run.suggestions.iter_mut().enumerate() {
        renamed(&mut pair.vendor_name, idx);
        renamed(&mut pair.psa_name, idx + 1);
        renamed(&mut pair.vendor_id, idx + 2);
        renamed(&mut pair.psa_id, idx + 3);
    }
    for (idx, finding) in run.findings.iter_mut().enumerate() {
        renamed(&mut finding.client, idx);
        renamed(&mut finding.sku, idx + 1);
    }
    for (idx, flag) in run.flags.iter_mut().enumerate() {
        renamed(&mut flag.client, idx);
        renamed(&mut flag.sku, idx + 1);
        flag.keys =
            [None, Some(Side::Vendor), Some(Side::Psa)][idx % 3].map(|side| keys(flag, side));
    }
    for (idx, row) in run.rows.values_mut().enumerate() {
        renamed(&mut row.client, idx);
        renamed(&mut row.sku, idx + 1);
    }
    run
}

/// Keys of a flag on a side, called as its names are.
fn keys(flag: &FlagLine, side: Side) -> FlagKeys {
    let of = |name: &String, own: Side| match own == side && !name.is_empty() {
        true => vec![name.clone()],
        false => Vec::new(),
    };
    FlagKeys {
        vendor_clients: of(&flag.client, Side::Vendor),
        vendor_skus: of(&flag.sku, Side::Vendor),
        psa_clients: of(&flag.client, Side::Psa),
        psa_skus: of(&flag.sku, Side::Psa),
    }
}

/// The state of a workspace of its own.
fn state(run: &Run, by: &str) -> (tempfile::TempDir, ReviewState) {
    let folder = tempfile::tempdir().unwrap();
    let workspace =
        Workspace::init(&folder.path().join("w"), "MSP", "USD".parse().unwrap()).unwrap();
    files::write_atomic(&workspace.run(run.month).join("run.json"), &json::run_json(run)).unwrap();
    let state = ReviewState::open(workspace, run.month, by).unwrap();
    (folder, state)
}

/// The verdicts that a card offers, and the suggestion it is about.
fn offered(state: &ReviewState, position: usize) -> (Vec<&'static str>, String) {
    let filter = Filter::default();
    let card = CardMaker { state, past: None, filter: &filter, candidate: "" }.card(position);
    (card.actions.iter().map(|action| action.verdict).collect(), card.candidate)
}

/// Every answer to every card with these words: what is accepted, having seen that what the page offers is.
fn all_answers(state: &ReviewState, reason: &str, until: &str) -> Vec<Decision> {
    let person = Person { by: &state.by, at: AT.parse().unwrap() };
    let mut accepted = Vec::new();
    for position in 0..state.asked.items.len() {
        let (offered, candidate) = offered(state, position);
        for (verdict, _) in Verdict::WORDS {
            let fields: Fields = BTreeMap::from(
                [
                    ("id", &state.asked.items[position].id[..]),
                    ("verdict", verdict),
                    ("candidate", &candidate),
                    ("reason", reason),
                    ("until", until),
                ]
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
            );
            match decisions(&state.asked, &fields, person) {
                Ok(decided) => accepted.extend(decided),
                Err(error) => {
                    let words = error.to_string();
                    let says_why = ["which partner", "say why", "the last day", "another kind"];
                    let is_known = says_why.iter().any(|known| words.contains(known));
                    assert!(
                        is_known || !offered.contains(&verdict),
                        "{position} {verdict}: {words}"
                    );
                }
            }
        }
    }
    accepted
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_page_can_write_everything_can_read(
        texts in prop::collection::vec(hostile(), 1..12),
        reason in hostile(),
        by in hostile(),
        until in prop::sample::select(&["", "2026-12-31", "2026-10-31", "9999-12-31"][..]),
    ) {
        let (_folder, mut state) = state(&run(&texts), &by);
        let answers = all_answers(&state, &reason, until);
        prop_assert!(answers.len() > 300);
        state.append(&answers).unwrap();
        let read = written(&state.workspace).unwrap();
        prop_assert_eq!(&read.not_understood, &[]);
        prop_assert_eq!(&read.decisions, &answers);
        let again = ReviewState::open(state.workspace.clone(), state.month, &by).unwrap();
        prop_assert_eq!(&again.standing.answers, &state.standing.answers);
        prop_assert_eq!(&again.by, &state.by);
        // One after the other, from the last: each is gone, and those before it stand.
        let mut all = answers.clone();
        let moment: Timestamp = "2026-11-04T09:10:00Z".parse().unwrap();
        for position in (answers.len() - 5..answers.len()).rev() {
            all.push(taking_back_of(&answers[..=position], position, &state.by, moment));
            append(&state.workspace, &all[all.len() - 1..]).unwrap();
            prop_assert_eq!(in_force(all.clone()), &answers[..position]);
        }
        prop_assert_eq!(written(&state.workspace).unwrap().decisions, all);
    }

    #[test]
    fn a_row_stands_behind_whatever_a_file_holds(
        before in hostile(),
        reason in hostile(),
        by in hostile(),
    ) {
        let decision = Decision {
            reason: reason.trim().to_owned(),
            by: by.trim().to_owned(),
            vendor_client: Some("c1".to_owned()),
            psa_client: Some("=19".to_owned()),
            ..blank(Subject::Client, Verdict::Same)
        };
        let before = format!("{}\n{before}", COLUMNS.join(","));
        let added = addition("d.csv", before.as_bytes(), std::slice::from_ref(&decision)).unwrap();
        let rows = parse_rows("d.csv", &[before.as_bytes(), &added].concat()).unwrap();
        prop_assert_eq!(rows.decisions.last(), Some(&decision));
    }
}

#[test]
fn an_answer_is_never_taken_for_one_that_takes_another_back() {
    let (_folder, state) = state(&run(&["n".to_owned()]), "kim");
    for until in ["1970-01-01", "2026-09-30", "-000044-03-15"] {
        assert!(all_answers(&state, "why", until).is_empty(), "{until}");
    }
}

#[test]
fn a_product_at_every_client_is_answered_for_itself_alone() {
    let (_folder, mut state) = state(&run(&["n".to_owned()]), "kim");
    let fields = [("id", "more-0"), ("verdict", "expected")];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let person = Person { by: "kim", at: AT.parse().unwrap() };
    let decided = decisions(&state.asked, &BTreeMap::from(fields), person).unwrap();
    let row = String::from_utf8(render(&decided)).unwrap();
    assert!(row.starts_with("flag,,"), "{row}");
    state.append(&decided).unwrap();
    let answered = state.asked.items.iter().zip(&state.standing.answers);
    let answered = answered.filter(|(_, answer)| answer.is_some()).map(|(item, _)| &item.title[..]);
    let titles: Vec<&str> = answered.collect();
    assert!(
        !titles.is_empty() && titles.iter().all(|title| *title == "Every client"),
        "{titles:?}"
    );
}
