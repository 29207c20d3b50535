//! `flag` on any monthly series, as a user runs it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use insta::assert_snapshot;
use polars::prelude::{Column, DataFrame, DataType, ParquetWriter};
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::msp::{Answer, Msp};

const FLAG: [&str; 7] =
    ["flag", "--series", "seats.csv", "--out", "flags.csv", "--scores", "scores.csv"];

const MONTHS: usize = 24;

/// Months from January 2024 on.
fn month(idx: usize) -> String {
    format!("{}-{:02}", 2024 + idx / 12, idx % 12 + 1)
}

/// The months of each line by its id.
type Book = BTreeMap<String, Vec<Option<f64>>>;

/// Quiet lines: seats that stand still and now and then gain or lose one.
fn quiet(n_lines: usize) -> Book {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(5);
    let mut line = |idx: usize| {
        let mut seats = f64::from(rng.gen_range(5..80));
        let months = (0..MONTHS).map(|_| {
            if rng.gen_bool(0.3) {
                seats = (seats + f64::from(rng.gen_range(-1..=1_i8))).max(1.0);
            }
            Some(seats)
        });
        (format!("quiet {idx:03}"), months.collect())
    };
    (0..n_lines).map(&mut line).collect()
}

/// A quiet book with these lines beside.
fn with(lines: &[(&str, Vec<Option<f64>>)]) -> Book {
    let mut book = quiet(150);
    book.extend(lines.iter().map(|(id, months)| ((*id).to_owned(), months.clone())));
    book
}

fn known(months: impl IntoIterator<Item = f64>) -> Vec<Option<f64>> {
    months.into_iter().map(Some).collect()
}

fn csv(book: &Book) -> String {
    let mut text = "series_id,month,quantity\n".to_owned();
    for (id, months) in book {
        for (idx, quantity) in months.iter().enumerate() {
            if let Some(quantity) = quantity {
                writeln!(text, "{id},{},{quantity}", month(idx)).unwrap();
            }
        }
    }
    text
}

fn written(book: &Book) -> Msp {
    let msp = Msp::empty();
    msp.write("seats.csv", csv(book));
    msp
}

/// (kind, observed, expected, low, high, impact, why) of each flag by series and month.
type Flags = BTreeMap<(String, String), (String, [f64; 5], String)>;

fn flags(msp: &Msp) -> Flags {
    let text = msp.text("flags.csv");
    let mut rows = ::csv::Reader::from_reader(text.as_bytes());
    let flag = |row: Result<::csv::StringRecord, _>| {
        let row: ::csv::StringRecord = row.unwrap();
        let number = |idx: usize| row[idx].parse().unwrap();
        let numbers = [number(3), number(4), number(5), number(6), number(8)];
        ((row[0].to_owned(), row[1].to_owned()), (row[2].to_owned(), numbers, row[9].to_owned()))
    };
    rows.records().map(flag).collect()
}

fn kind_of(msp: &Msp, id: &str) -> Option<String> {
    let of_line =
        |((line, month), (kind, ..)): (&(String, String), &(String, [f64; 5], String))| {
            (line == id && *month == self::month(MONTHS - 1)).then(|| kind.clone())
        };
    flags(msp).iter().find_map(of_line)
}

/// (series, month, statistic, p-value) of every score.
fn scores(msp: &Msp) -> Vec<(String, String, String, f64)> {
    let text = msp.text("scores.csv");
    let mut rows = ::csv::Reader::from_reader(text.as_bytes());
    let score = |row: Result<::csv::StringRecord, _>| {
        let row: ::csv::StringRecord = row.unwrap();
        (row[0].to_owned(), row[1].to_owned(), row[2].to_owned(), row[3].parse().unwrap())
    };
    rows.records().map(score).collect()
}

#[test]
fn flags_and_scores_have_the_columns_that_were_promised() {
    let jump = known((0..MONTHS).map(|idx| if idx + 1 < MONTHS { 40.0 } else { 75.0 }));
    let msp = written(&with(&[("jump, \"quoted\"", jump.clone())]));
    msp.write(
        "seats.csv",
        msp.text("seats.csv").replace("jump, \"quoted\"", "\"jump, \"\"q\"\"\""),
    );
    msp.done(&FLAG);
    let header = |name| msp.text(name).lines().next().unwrap().to_owned();
    assert_eq!(
        header("flags.csv"),
        "series_id,month,kind,observed,expected,low,high,p_value,impact,why,class"
    );
    assert_eq!(header("scores.csv"), "series_id,month,statistic,p_value");
    assert_eq!(kind_of(&msp, "jump, \"q\"").as_deref(), Some("level_shift"));
    let scores = scores(&msp);
    let words: BTreeSet<&str> = scores.iter().map(|score| score.2.as_str()).collect();
    assert_eq!(words, BTreeSet::from(["any", "erratic", "level", "vanish"]));
    assert!(scores.iter().all(|score| score.1 == month(MONTHS - 1)), "the last month alone");
    assert!(scores.iter().all(|score| 0.0 < score.3 && score.3 <= 1.0));
    let lines: BTreeSet<&str> = scores.iter().map(|score| score.0.as_str()).collect();
    assert_eq!(lines.len(), 151, "every line is judged");
}

#[test]
fn a_line_that_stopped_growing_is_found_with_its_money() {
    let mut book = quiet(150);
    for line in 0..40 {
        let step = |idx: usize| 3.0 + ((idx * 7 + line * 5) % 3) as f64;
        let mut seats = 20.0 + line as f64;
        let months = (0..MONTHS).map(|idx| {
            // Line 3 pauses in the last month.
            seats += if line == 3 && idx + 1 == MONTHS { 0.0 } else { step(idx) };
            seats
        });
        book.insert(format!("growing {line}"), known(months));
    }
    let msp = Msp::empty();
    let priced = csv(&book).replace("quantity\n", "quantity,unit_price\n");
    let priced: Vec<String> = priced.lines().enumerate().map(with_price).collect();
    msp.write("seats.csv", priced.join("\n"));
    msp.done(&FLAG);
    let flags = flags(&msp);
    let (kind, [observed, expected, low, ..], why) =
        &flags[&("growing 3".to_owned(), month(MONTHS - 1))];
    assert_eq!(kind, "stalled_growth");
    assert!(observed < low && low < expected, "{observed} {low} {expected}");
    assert!(why.contains("no growth") && why.contains("80.00 a month"), "{why}");
    assert_eq!(flags.values().filter(|flag| flag.0 == "stalled_growth").count(), 1);
}

fn with_price((idx, row): (usize, &str)) -> String {
    if idx == 0 { row.to_owned() } else { format!("{row},20") }
}

#[test]
fn lines_that_came_and_went_are_told_each_under_its_id() {
    let gone = |last: usize| {
        (0..MONTHS).map(|idx| (idx <= last).then_some(12.0)).collect::<Vec<Option<f64>>>()
    };
    let new = (0..MONTHS).map(|idx| (idx + 1 == MONTHS).then_some(9.0)).collect();
    let book = with(&[
        ("gone", gone(MONTHS - 2)),
        ("gone for four months", gone(MONTHS - 5)),
        ("gone for a year", gone(MONTHS - 13)),
        ("new", new),
        ("lost 1", gone(MONTHS - 2)),
        ("lost 2", gone(MONTHS - 2)),
        ("zero", known((0..MONTHS).map(|idx| if idx + 1 < MONTHS { 30.0 } else { 0.0 }))),
    ]);
    let msp = written(&book);
    // Two clients: one loses all its lines, the other some.
    let rows: Vec<String> = csv(&book)
        .lines()
        .map(|row| match row.split(',').next().unwrap() {
            "series_id" => format!("{row},client"),
            id if id.starts_with("quiet") => format!("{row},The others"),
            id if id.starts_with("lost") => format!("{row},Northwind"),
            _ => format!("{row},Kestrel"),
        })
        .collect();
    for text in [csv(&book), rows.join("\n")] {
        msp.write("seats.csv", text);
        msp.done(&FLAG);
        for (id, kind) in [
            ("gone", Some("vanished")),
            ("gone for four months", Some("vanished")),
            ("gone for a year", None),
            ("new", Some("new_line")),
            ("zero", Some("vanished")),
            ("lost 1", Some("vanished")),
            ("lost 2", Some("vanished")),
        ] {
            assert_eq!(kind_of(&msp, id).as_deref(), kind, "{id}");
        }
    }
    let why = |id: &str| flags(&msp)[&(id.to_owned(), month(MONTHS - 1))].2.clone();
    assert!(why("new").starts_with("A new line: 9 units"), "{}", why("new"));
    assert!(
        why("lost 2").ends_with("The client is gone, with all its 2 lines."),
        "{}",
        why("lost 2")
    );
    let judged = |id| scores(&msp).iter().any(|score| score.0 == id && score.2 == "vanish");
    assert!(judged("gone for four months") && !judged("gone for a year"));
    // Month by month, a line that is gone is told once.
    msp.done(&[&FLAG[..], &["--all-months"]].concat());
    let told = flags(&msp).into_iter().filter(|((id, _), _)| id == "gone for four months");
    assert_eq!(told.map(|((_, month), _)| month).collect::<Vec<_>>(), [month(MONTHS - 4)]);
}

#[test]
fn bought_and_billed_drifting_apart_is_found() {
    let msp = Msp::empty();
    let mut text = "series_id,month,quantity,billed_quantity\n".to_owned();
    for (id, months) in quiet(150) {
        for (idx, quantity) in months.iter().enumerate() {
            let bought = quantity.unwrap();
            // One line is billed one seat less each month of the last six.
            let unbilled = if id == "quiet 007" { idx.saturating_sub(MONTHS - 7) } else { 0 };
            writeln!(text, "{id},{},{bought},{}", month(idx), bought - unbilled as f64).unwrap();
        }
    }
    msp.write("seats.csv", text);
    msp.done(&FLAG);
    assert_eq!(kind_of(&msp, "quiet 007").as_deref(), Some("compounding_drift"));
    let scores = scores(&msp);
    let of_gaps = scores.iter().filter(|score| score.2 == "drift").count();
    assert_eq!(of_gaps, 150);
    let places: BTreeSet<(&str, &str)> =
        scores.iter().map(|score| (score.0.as_str(), score.2.as_str())).collect();
    assert_eq!(places.len(), scores.len(), "one score for a line and a statistic");
}

#[test]
fn what_comes_later_changes_no_earlier_month() {
    let jump = known((0..MONTHS).map(|idx| if idx < 18 { 40.0 } else { 75.0 }));
    let book = with(&[("jump", jump)]);
    let cut: Book = book.iter().map(|(id, months)| (id.clone(), months[..20].to_vec())).collect();
    let all = [&FLAG[..], &["--all-months"]].concat();
    let (whole, earlier, last) = (written(&book), written(&cut), written(&cut));
    whole.done(&all);
    earlier.done(&all);
    last.done(&FLAG);
    let through = |msp: &Msp, from: usize| {
        let of =
            |score: &(String, String, String, f64)| month(from) <= score.1 && score.1 < month(20);
        scores(msp).into_iter().filter(of).collect::<Vec<_>>()
    };
    assert_eq!(through(&whole, 0), through(&earlier, 0));
    assert_eq!(through(&last, 0), through(&earlier, 19));
    let first = scores(&whole).into_iter().map(|score| score.1).min().unwrap();
    assert_eq!(first, month(6), "from the seventh month on");
    assert!(flags(&whole).contains_key(&("jump".to_owned(), month(18))));
}

#[test]
fn parquet_says_what_csv_says_whatever_its_types() {
    let book = with(&[("jump", known((0..MONTHS).map(|idx| 40.0 + (idx / 23 * 35) as f64)))]);
    let msp = written(&book);
    msp.done(&FLAG);
    let expected = (msp.text("flags.csv"), msp.text("scores.csv"));
    let rows: Vec<(String, String, f64)> = book
        .iter()
        .flat_map(|(id, months)| {
            months.iter().enumerate().map(|(idx, it)| (id.clone(), month(idx), it.unwrap()))
        })
        .collect();
    let ids: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let months: Vec<&str> = rows.iter().map(|row| row.1.as_str()).collect();
    let floats: Vec<f64> = rows.iter().map(|row| row.2).collect();
    let texts: Vec<String> = floats.iter().map(ToString::to_string).collect();
    let days: Vec<i32> = months.iter().map(|month| first_day(month)).collect();
    let days = Column::new("Month".into(), days).cast(&DataType::Date).unwrap();
    let whole =
        Column::new("quantity".into(), floats.iter().map(|it| *it as i64).collect::<Vec<_>>());
    let months = Column::new("month".into(), months);
    for (months, quantities) in [
        (months.clone(), Column::new("quantity".into(), floats)),
        (months.clone(), Column::new("quantity".into(), texts)),
        (months, whole.clone()),
        (days, whole),
    ] {
        let other = Column::new("other".into(), vec![true; rows.len()]);
        let ids = Column::new("Series ID".into(), ids.clone());
        msp.write("seats.parquet", parquet(vec![quantities, other, months, ids]));
        msp.done(&[&["flag", "--series", "seats.parquet"], &FLAG[3..]].concat());
        assert!((msp.text("flags.csv"), msp.text("scores.csv")) == expected);
    }
}

#[test]
fn parquet_with_numbers_of_one_byte_is_read() {
    let msp = Msp::empty();
    // Ids of two bytes, quantities of one without a sign, billed ones of one with a sign.
    msp.write("seats.parquet", include_bytes!("ingest/fixtures/small_integers.parquet"));
    msp.done(&[&["flag", "--series", "seats.parquet"], &FLAG[3..]].concat());
    let flags = flags(&msp);
    let (kind, numbers, _) = &flags[&("7".to_owned(), month(MONTHS - 1))];
    assert_eq!((kind.as_str(), numbers[0]), ("level_shift", 200.0));
}

#[test]
fn a_book_that_halves_is_told_once() {
    let mut book = quiet(40);
    for months in book.values_mut() {
        months[MONTHS - 1] = months[MONTHS - 2].map(|seats| (seats / 2.0).floor());
    }
    let msp = written(&book);
    msp.done(&FLAG);
    let flags = flags(&msp);
    let of_all: Vec<_> = flags.iter().filter(|((line, _), _)| line.is_empty()).collect();
    assert_eq!(of_all.len(), 1, "{flags:?}");
    let (kind, numbers, why) = of_all[0].1;
    assert_eq!(kind, "level_shift");
    assert!(numbers[0] < 0.55 * numbers[1], "{numbers:?}");
    assert!(why.starts_with("The quantity fell by about 5") && why.contains("40 lines"), "{why}");
    assert!(flags.len() <= 4, "{flags:?}");
}

fn first_day(month: &str) -> i32 {
    let date: jiff::civil::Date = format!("{month}-01").parse().unwrap();
    (date - jiff::civil::date(1970, 1, 1)).get_days()
}

fn parquet(columns: Vec<Column>) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut DataFrame::new(columns).unwrap()).unwrap();
    bytes
}

#[test]
fn months_out_of_order_and_rows_without_a_quantity_change_nothing() {
    let msp = written(&quiet(150));
    msp.done(&FLAG);
    let expected = (msp.text("flags.csv"), msp.text("scores.csv"));
    let text = msp.text("seats.csv");
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    // The newest month first, line by line.
    lines.chunks_mut(MONTHS).for_each(<[&str]>::reverse);
    let empty = ["quiet 003,2023-05,", "quiet 003,2026-05,NaN", "nobody,2024-05,N/A"];
    msp.write("seats.csv", [&["series_id,month,quantity"], &lines[..], &empty].concat().join("\n"));
    let answer = msp.done(&[&FLAG[..], &["--json"]].concat());
    assert!((msp.text("flags.csv"), msp.text("scores.csv")) == expected);
    assert!(answer.stdout.contains("\"rows_without_quantity\": 3"), "{}", answer.stdout);
}

#[test]
fn the_same_file_gives_the_same_bytes_twice() {
    let msp = written(&quiet(150));
    let all = [&FLAG[..], &["--all-months", "--json"]].concat();
    let first = msp.done(&all).stdout;
    let written = (msp.text("flags.csv"), msp.text("scores.csv"));
    assert_eq!(msp.done(&all).stdout, first);
    assert!((msp.text("flags.csv"), msp.text("scores.csv")) == written);
}

/// Every odd file that is no error, and how many line-months of it are judged when all months are.
#[test]
fn odd_series_are_judged_as_far_as_they_can_be() {
    let long = |n: usize| {
        let month = |idx: usize| format!("{}-{:02}", 1900 + idx / 12, idx % 12 + 1);
        (0..n).map(|idx| format!("a,{},{}\n", month(idx), 5 + idx % 3)).collect::<String>()
    };
    let months = |value: fn(usize) -> Option<f64>| {
        let row = |idx| value(idx).map(|value| format!("a,{},{value}\n", month(idx)));
        (0..MONTHS).filter_map(row).collect::<String>()
    };
    for (name, rows, n_judged) in [
        ("one point", "a,2024-01,5\n".to_owned(), 0),
        ("six points", months(|idx| (idx < 6).then_some(5.0)), 0),
        ("seven points", months(|idx| (idx < 7).then_some(5.0)), 1),
        ("zeros", months(|_| Some(0.0)), 18),
        ("gaps", months(|idx| (idx % 4 != 1).then_some(7.0)), 16),
        ("negative counts", months(|idx| Some(-3.0 - (idx % 2) as f64)), 18),
        ("fractions", months(|idx| Some(0.125 * idx as f64)), 18),
        ("large and small", months(|idx| Some(if idx % 2 == 0 { 1e12 } else { -1e12 })), 18),
        ("300 years", long(3600), 3594),
    ] {
        let msp = Msp::empty();
        msp.write("seats.csv", format!("series_id,month,quantity\n{rows}"));
        let answer = msp.done(&[&FLAG[..], &["--all-months", "--json"]].concat());
        let judged = format!("\"line_months_judged\": {n_judged},");
        assert!(answer.stdout.contains(&judged), "{name}: {}", answer.stdout);
        assert!(scores(&msp).iter().all(|score| 0.0 < score.3 && score.3 <= 1.0), "{name}");
        for (kind, [observed, _, low, high, _], _) in flags(&msp).values() {
            let is_outside = !(low..=high).contains(&observed);
            assert!(low <= high && (is_outside || kind != "level_shift"), "{name}: {kind}");
        }
    }
}

#[test]
fn a_few_lines_are_judged_by_the_model_that_ships_and_it_is_said() {
    let lines: Book = quiet(4);
    let msp = written(&lines);
    let answer = msp.done(&FLAG);
    assert_eq!(
        answer.stderr,
        "2025-12: judged by the shipped model, the file's own months before being too few\n"
    );
    let answer = written(&quiet(150)).done(&FLAG);
    assert_eq!(answer.stderr, "2025-12: judged by a model of the file's own months before\n");
}

#[test]
fn a_flag_that_costs_enough_fails_the_run_that_asked_for_it() {
    let mut book = quiet(150);
    book.get_mut("quiet 020").unwrap()[MONTHS - 1] = Some(400.0);
    let msp = Msp::empty();
    let priced = csv(&book).replace("quantity\n", "quantity,unit_price\n");
    let priced: Vec<String> = priced.lines().enumerate().map(with_price).collect();
    msp.write("seats.csv", priced.join("\n"));
    let status = |amount| msp.run_anywhere(&[&FLAG[..], &["--fail-on", amount]].concat()).status;
    assert_eq!((status("1000"), status("100000")), (Some(1), Some(0)));
}

/// Runs what must fail: status 2, nothing on stdout, nothing written. Gives the message.
fn refused(msp: &Msp, arguments: &[&str]) -> String {
    let before = msp.names(".");
    let Answer { status, stdout, stderr } = msp.run_anywhere(arguments);
    assert_eq!((status, stdout.as_str()), (Some(2), ""), "{stderr}");
    assert_eq!(msp.names("."), before, "nothing is written");
    stderr
}

fn refused_text(text: &str) -> String {
    let msp = Msp::empty();
    msp.write("seats.csv", text);
    refused(&msp, &FLAG)
}

fn refused_rows(rows: &str) -> String {
    refused_text(&format!("series_id,month,quantity\n{rows}"))
}

#[test]
fn cells_that_cannot_be_read_are_named() {
    assert_snapshot!("flag_no_id", refused_rows("a,2024-01,5\n ,2024-02,5\n"));
    assert_snapshot!("flag_no_month", refused_rows("a,,5\n"));
    assert_snapshot!("flag_odd_month", refused_rows("a,2024-01,5\na,2024-13,5\n"));
    assert_snapshot!("flag_month_either_way", refused_rows("a,1/2/2024,5\n"));
    assert_snapshot!("flag_text_for_a_quantity", refused_rows("a,2024-01,five\n"));
    assert_snapshot!("flag_infinite_quantity", refused_rows("a,2024-01,inf\n"));
    assert_snapshot!("flag_number_either_way", refused_rows("a,2024-01,\"1,234\"\n"));
    assert_snapshot!(
        "flag_month_twice",
        refused_rows("a,2024-01,5\nb,2024-01,5\na,2024-01-15,6\n")
    );
    assert_snapshot!("flag_too_many_cells", refused_rows("a,2024-01,5,6\n"));
    let price = "series_id,month,quantity,unit_price\na,2024-01,5,free\n";
    assert_snapshot!("flag_text_for_a_price", refused_text(price));
    let month = |idx: usize| format!("a,{:04}-{:02},5\n", 1500 + idx / 12, idx % 12 + 1);
    assert_snapshot!(
        "flag_ten_thousand_months",
        refused_rows(&(0..10_000).map(month).collect::<String>())
    );
}

#[test]
fn files_that_are_no_monthly_series_are_named() {
    assert_snapshot!("flag_empty", refused_text(""));
    assert_snapshot!("flag_no_rows", refused_rows(""));
    assert_snapshot!("flag_no_quantities", refused_rows("a,2024-01,\na,2024-02,NaN\n"));
    assert_snapshot!("flag_no_column", refused_text("id,month,quantity\na,2024-01,5\n"));
    let twice = "series_id,month,quantity,Quantity\na,2024-01,5,6\n";
    assert_snapshot!("flag_column_twice", refused_text(twice));
    assert_snapshot!("flag_json", refused_text("[{\"series_id\": \"a\"}]"));
    let msp = Msp::empty();
    assert_snapshot!("flag_no_file", refused(&msp, &FLAG));
    let whole = parquet(vec![
        Column::new("series_id".into(), vec!["a", "b"]),
        Column::new("month".into(), vec!["2024-01", "2024-01"]),
        Column::new("quantity".into(), vec![5.0, f64::INFINITY]),
    ]);
    msp.write("seats.csv", &whole);
    assert_snapshot!("flag_infinite_in_parquet", refused(&msp, &FLAG));
    msp.write("seats.csv", &whole[..whole.len() / 2]);
    let cut = refused(&msp, &FLAG);
    assert!(cut.starts_with("error: seats.csv: expected a whole parquet file"), "{cut}");
    msp.write(
        "seats.csv",
        parquet(vec![
            Column::new("series_id".into(), vec!["a"]),
            Column::new("month".into(), vec!["2024-01"]),
            Column::new("quantity".into(), vec![true]),
        ]),
    );
    assert_snapshot!("flag_truth_for_a_quantity", refused(&msp, &FLAG));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let msp = written(&quiet(2));
    let onto_itself = ["flag", "--series", "seats.csv", "--out", "seats.csv"];
    assert_snapshot!("flag_onto_itself", refused(&msp, &onto_itself));
    let budget = [&FLAG[..], &["--budget", "nan"]].concat();
    assert_snapshot!("flag_odd_budget", refused(&msp, &budget));
    let nowhere = [&FLAG[..], &["--workspace", "nowhere"]].concat();
    assert_snapshot!("flag_no_workspace", refused(&msp, &nowhere));
}
