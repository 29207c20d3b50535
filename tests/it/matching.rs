//! `match` on any two tables, as a user runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fmt::Write;

use insta::assert_snapshot;

use crate::msp::Msp;

const TABLES: [&str; 7] =
    ["match", "--left", "ours.csv", "--right", "theirs.csv", "--out", "out.csv"];

/// Two shops: the same 60 products under other titles, each beside one that differs in its size, so
/// that likeness alone tells nothing.
fn shops() -> Msp {
    let msp = Msp::empty();
    let (mut ours, mut theirs) = ("id,title,price\n".to_owned(), "id,title,price\n".to_owned());
    let mut labels = "ltable_id,rtable_id,label\n".to_owned();
    let things = ["kettle", "toaster", "lamp", "heater", "mixer", "grill"];
    let makers =
        ["acme", "borea", "cirrus", "delta", "ember", "fjord", "gale", "helio", "iris", "juno"];
    for idx in 0..60 {
        let (maker, thing) = (makers[idx % 10], things[idx / 10]);
        let (model, price) = (100 + 7 * idx, 20 + idx);
        writeln!(ours, "a{idx},{maker} {thing} {model} refurbished,{price}.99").unwrap();
        writeln!(theirs, "b{idx},{thing} {model} by {maker},{price}.99").unwrap();
        writeln!(theirs, "c{idx},{maker} {thing} {} refurbished,{price}.50", model + 1).unwrap();
        writeln!(labels, "a{idx},b{idx},1").unwrap();
        writeln!(labels, "a{idx},c{idx},0").unwrap();
        writeln!(labels, "a{idx},b{},0", (idx + 10) % 60).unwrap();
    }
    let lines: Vec<&str> = labels.lines().collect();
    let part = |from: usize, to: usize| [&lines[..1], &lines[from..to]].concat().join("\n");
    msp.write("ours.csv", ours);
    msp.write("theirs.csv", theirs);
    msp.write("labels.csv", part(1, 91));
    msp.write("valid.csv", part(91, 121));
    msp.write("pairs.csv", part(121, 181));
    msp
}

/// (left id, right id, probability, match) of every row written.
fn written(msp: &Msp) -> Vec<(String, String, f64, bool)> {
    let text = msp.text("out.csv");
    let mut rows = text.lines();
    assert_eq!(rows.next(), Some("ltable_id,rtable_id,probability,match"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        (cells[0].to_owned(), cells[1].to_owned(), cells[2].parse().unwrap(), cells[3] == "1")
    })
    .collect()
}

fn is_same((left, right, ..): &(String, String, f64, bool)) -> bool {
    right.strip_prefix('b') == left.strip_prefix('a')
}

#[test]
fn labels_teach_which_difference_counts() {
    let msp = shops();
    let learning = ["--labels", "labels.csv", "--valid", "valid.csv", "--pairs", "pairs.csv"];
    msp.done(&[&TABLES[..], &learning].concat());
    let rows = written(&msp);
    assert_eq!(rows.len(), 60, "exactly the pairs asked about");
    let n_right = rows.iter().filter(|row| row.3 == is_same(row)).count();
    assert!(58 <= n_right, "{n_right} of 60");
}

#[test]
fn without_pairs_every_left_row_gets_its_best_and_labels_stand() {
    let msp = shops();
    msp.done(&[&TABLES[..], &["--labels", "labels.csv"]].concat());
    let rows = written(&msp);
    let lefts: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(lefts.len(), 60);
    let of =
        |left: &str, right: &str| rows.iter().find(|row| row.0 == left && row.1 == right).unwrap();
    assert_eq!(of("a0", "b0").2, 1.0);
    assert_eq!(of("a0", "c0").2, 0.0);
}

#[test]
fn matches_alone_are_labels_enough() {
    let msp = shops();
    let only: Vec<String> = (0..30).map(|idx| format!("a{idx},b{idx}")).collect();
    msp.write("matches.csv", format!("ltable_id,rtable_id\n{}\n", only.join("\n")));
    let answer = msp.done(&[&TABLES[..], &["--labels", "matches.csv"]].concat());
    assert!(answer.stdout.contains("were taken as not"), "{}", answer.stdout);
    let mut best = std::collections::BTreeMap::new();
    for row in written(&msp).into_iter().filter(|row| 30 <= row.0[1..].parse::<usize>().unwrap()) {
        let known: &mut (String, String, f64, bool) =
            best.entry(row.0.clone()).or_insert_with(|| row.clone());
        if known.2 < row.2 {
            *known = row;
        }
    }
    let n_right = best.values().filter(|row| is_same(row)).count();
    assert!(28 <= n_right, "{n_right} of 30 likeliest are right");
}

#[test]
fn the_same_tables_and_labels_give_the_same_bytes() {
    let msp = shops();
    let arguments = [&TABLES[..], &["--labels", "labels.csv"]].concat();
    msp.done(&arguments);
    let first = msp.text("out.csv");
    msp.done(&arguments);
    assert_eq!(first, msp.text("out.csv"));
}

#[test]
fn names_are_matched_without_a_label() {
    let msp = Msp::empty();
    msp.write("ours.csv", "id,name\n1,Wayne Enterprises Inc.\n2,\n3,Kestrel Dental Group\n");
    msp.write("theirs.csv", "ID;Name\n7;WAYNE ENTERPRISES\n8;Kestral Dental Grp LLC\n9;\n");
    let answer = msp.done(&TABLES);
    assert!(answer.stdout.contains("by the shipped model of names"), "{}", answer.stdout);
    let found: Vec<(String, String)> =
        written(&msp).into_iter().filter(|row| row.3).map(|row| (row.0, row.1)).collect();
    assert!(found.contains(&("1".to_owned(), "7".to_owned())), "{found:?}");
    assert!(found.iter().all(|(left, right)| left != "2" && right != "9"), "{found:?}");
}

#[test]
fn tables_without_a_common_column_are_compared_as_whole_rows() {
    let msp = Msp::empty();
    msp.write("ours.csv", "id,company\n1,Kestrel Dental Group\n");
    msp.write("theirs.csv", "id,client\n7,Kestrel Dental Group Inc\n");
    let answer = msp.done(&TABLES);
    assert!(answer.stderr.contains("every row is compared as one text"), "{}", answer.stderr);
    assert_eq!(written(&msp).len(), 1);
}

#[test]
fn a_town_that_all_rows_have_in_common_makes_nobody_the_same() {
    let msp = Msp::empty();
    let names = ["Aspen Ridge Dental", "Cobalt Freight", "Birch Law", "Hollis Vet Clinic"];
    let rows = |form: &str| -> String {
        names.iter().enumerate().map(|(n, name)| format!("{n},{name}{form},Denver\n")).collect()
    };
    msp.write("l.csv", format!("id,company,city\n{}", rows("")));
    msp.write("r.csv", format!("id,customer,city\n{}", rows(" LLC")));
    msp.done(&["match", "--left", "l.csv", "--right", "r.csv", "--out", "out.csv"]);
    let found = written(&msp);
    let same: Vec<_> = found.iter().filter(|one| one.3).map(|one| (&*one.0, &*one.1)).collect();
    assert_eq!(same, [("0", "0"), ("1", "1"), ("2", "2"), ("3", "3")]);
}

#[test]
fn one_label_or_only_refusals_fall_back_on_the_model_that_ships() {
    let msp = shops();
    msp.write("one.csv", "ltable_id,rtable_id,label\na0,b0,1\n");
    let answer = msp.done(&[&TABLES[..], &["--labels", "one.csv"]].concat());
    assert_eq!(
        answer.stdout.lines().nth(1).unwrap(),
        "too few labels to learn from (1 the same, 8 are needed): scored by the shipped model of \
         names, by title"
    );
    let refusals: String = (0..30).map(|idx| format!("a{idx},c{idx},0\n")).collect();
    msp.write("refusals.csv", format!("ltable_id,rtable_id,label\n{refusals}"));
    msp.done(&[&TABLES[..], &["--labels", "refusals.csv"]].concat());
    let refused = written(&msp).into_iter().find(|row| row.0 == "a0" && row.1 == "c0").unwrap();
    assert_eq!((refused.2, refused.3), (0.0, false));
}

#[test]
fn labels_that_contradict_each_other_are_left_out_and_said() {
    let msp = shops();
    msp.write("torn.csv", format!("{}\na0,b0,0\n", msp.text("labels.csv")));
    let answer = msp.done(&[&TABLES[..], &["--labels", "torn.csv"]].concat());
    assert_eq!(answer.stderr, "torn.csv: pairs labelled both 1 and 0 are left out: 1\n");
}

#[test]
fn a_name_of_a_megabyte_is_compared_by_its_beginning() {
    let msp = shops();
    let long = "acme kettle 100 ".repeat(1 << 16);
    msp.write("ours.csv", format!("{}big,{long},1\n", msp.text("ours.csv")));
    msp.done(&[&TABLES[..], &["--labels", "labels.csv"]].concat());
    msp.done(&TABLES);
}

#[test]
fn tables_and_labels_that_are_not_what_they_should_be() {
    let msp = shops();
    let with = |more: &[&str]| msp.refused(&[&TABLES[..], more].concat());
    assert_snapshot!("match_no_id", with(&["--id", "sku"]));
    msp.write("unknown.csv", "ltable_id,rtable_id,label\na0,zz,1\n");
    assert_snapshot!("match_unknown_id", with(&["--labels", "unknown.csv"]));
    msp.write("odd.csv", "ltable_id,rtable_id,label\na0,b0,maybe\n");
    assert_snapshot!("match_odd_label", with(&["--labels", "odd.csv"]));
    msp.write("ours.csv", "id,title\n1,kettle\n1,lamp\n");
    assert_snapshot!("match_duplicate_id", with(&[]));
    msp.write("ours.csv", "");
    assert_snapshot!("match_empty", with(&[]));
}

/// Companies of both lists, two in five of the left without a partner on the right, and what a person who
/// labelled every second row gave: the match, and a pair nobody would take for one.
fn companies() -> Msp {
    let msp = Msp::empty();
    let firsts = [
        "Kingfisher",
        "Alderney",
        "Copperfield",
        "Dunmore",
        "Granville",
        "Juniperus",
        "Monarch",
        "Halloran",
        "Tolliver",
        "Brackwater",
        "Osprey",
        "Marlowe",
        "Tidewell",
        "Harwick",
        "Penrose",
        "Quillfeather",
        "Rosedale",
        "Stavely",
        "Thornbury",
        "Umberton",
    ];
    let trades =
        ["Dental", "Logistics", "Brewing", "Legal", "Marine", "Roofing", "Optical", "Foods"];
    let (mut ours, mut theirs) = ("id,name\n".to_owned(), "id,name\n".to_owned());
    let mut labels = "ltable_id,rtable_id,label\n".to_owned();
    for idx in 0..160 {
        let name = format!("{} {}", firsts[idx % 20], trades[idx / 20]);
        writeln!(ours, "a{idx},{name}").unwrap();
        if has_partner(idx) {
            writeln!(theirs, "b{idx},\"{}, INC.\"", name.to_uppercase()).unwrap();
        }
        if idx % 2 == 0 {
            if has_partner(idx) {
                writeln!(labels, "a{idx},b{idx},1").unwrap();
            }
            let blind =
                (0..160).map(|step| (idx + 67 + step) % 160).find(|&other| has_partner(other));
            writeln!(labels, "a{idx},b{},0", blind.unwrap()).unwrap();
        }
    }
    msp.write("ours.csv", ours);
    msp.write("theirs.csv", theirs);
    msp.write("labels.csv", labels);
    msp
}

fn has_partner(idx: usize) -> bool {
    !matches!(idx % 5, 1 | 3)
}

#[test]
fn labels_of_half_of_the_rows_do_not_make_the_other_half_worse_than_none() {
    let msp = companies();
    // Right and wrong answers about the rows that nobody labelled.
    let judged = || {
        let matches = written(&msp).into_iter().filter(|one| one.3);
        let is_open = |left: &str| left[1..].parse::<usize>().unwrap() % 2 == 1;
        let (right, wrong): (Vec<_>, Vec<_>) =
            matches.filter(|one| is_open(&one.0)).partition(is_same);
        (right.len(), wrong.len())
    };
    msp.done(&TABLES);
    let (right, wrong) = judged();
    msp.done(&[&TABLES[..], &["--labels", "labels.csv"]].concat());
    let (right_after, wrong_after) = judged();
    assert!(
        right <= right_after && wrong_after <= wrong,
        "{right_after} right, {wrong_after} wrong"
    );
}
