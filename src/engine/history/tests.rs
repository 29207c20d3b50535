//! What is stored comes back; both ways to hold months say the same; what is odd is told or passed over.

use std::collections::BTreeMap;
use std::fs;

use compact_str::CompactString;
use jiff::civil::date;
use polars::prelude::*;
use proptest::prelude::*;
use rust_decimal::Decimal;
use seatdrift_core::domain::{
    ClientKey, Exclusion, ExportFormat, ExportRow, LineKey, LineKind, Money, Month, Place,
    Quantity, Side, SkuKey, UnknownWords,
};
use seatdrift_core::months::{LinesWanted, MonthsInMemory, PastMonths};
use seatdrift_ingest::export_format;
use tempfile::TempDir;

use super::columns::{LAYOUT, Number, Text};
use super::frame::frame_of;
use super::parquet::bytes_of;
use super::{History, HistoryError};
use crate::files::Change;

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

fn generic() -> &'static ExportFormat {
    export_format("generic").unwrap()
}

fn money(amount: Decimal, currency: &str) -> Money {
    Money::new(amount, currency.parse().unwrap())
}

/// A row of 12 units at 3.40.
fn row(client: &str, sku: &str) -> ExportRow {
    ExportRow {
        place: Place { file: "pax8.csv".into(), sheet: None, row: 2 },
        side: Side::Vendor,
        format: export_format("pax8_invoice").unwrap(),
        client: ClientKey(client.into()),
        client_name: client.into(),
        client_domain: None,
        sku: SkuKey(sku.into()),
        sku_name: sku.into(),
        codes: Vec::new(),
        kind: LineKind::FullPeriod,
        quantity: Quantity(Decimal::from(12)),
        included: Quantity::ZERO,
        unit: Some(money(Decimal::new(340, 2), "USD")),
        amount: money(Decimal::new(4080, 2), "USD"),
        other_unit: None,
        list_unit: None,
        prorated_unit: None,
        period_start: Some(date(2026, 9, 1)),
        period_end: None,
        term: None,
        agreement: None,
        charge_type: None,
        reference: None,
        exclusion: None,
        unknown: None,
    }
}

/// A history in a folder of its own, below one whose name a hive column could have.
fn history() -> (TempDir, History) {
    let folder = tempfile::tempdir().unwrap();
    let history = History::new(folder.path().join("client=acme").join("history"));
    (folder, history)
}

/// Stores a month's file, as who holds the lock does.
fn put(history: &History, month: Month, bytes: &[u8]) {
    let file = history.file(month);
    let change = Change::new(file.ancestors().nth(3).unwrap());
    history.store(&change, month, bytes).unwrap();
    change.commit().unwrap();
    history.keep_sums();
}

fn store(history: &History, text: &str, rows: &[ExportRow]) {
    put(history, month(text), &History::pack(rows).unwrap());
}

/// Stores a month as another version might have: its frame, changed.
fn store_frame(
    history: &History,
    layout: u32,
    rows: &[ExportRow],
    change: impl Fn(&mut DataFrame),
) {
    let mut frame = frame_of(rows).unwrap();
    change(&mut frame);
    let bytes = bytes_of(&mut frame, layout, None).unwrap();
    put(history, month("2026-09"), &bytes);
}

fn file_of(folder: &TempDir, text: &str) -> std::path::PathBuf {
    let path = folder.path().join(format!("client=acme/history/month={text}/lines.parquet"));
    assert!(path.is_file());
    path
}

fn set(frame: &mut DataFrame, column: Text, words: &[Option<&str>]) {
    frame.with_column(Column::new(column.name().into(), words)).unwrap();
}

#[test]
fn a_number_with_more_digits_than_its_column_keeps_them_all() {
    let (_folder, history) = history();
    let long: Decimal = "3.3333333333333333333333333333".parse().unwrap();
    let mut odd = row("acme", "bp");
    odd.quantity = Quantity(Decimal::MAX);
    odd.unit = Some(money(long, "USD"));
    odd.list_unit = Some(money(Decimal::new(45, 1), "USD"));
    odd.prorated_unit = Some(money(-long, "USD"));
    store(&history, "2026-09", &[row("acme", "exo"), odd.clone()]);
    assert_eq!(history.rows(month("2026-09")).unwrap(), [row("acme", "exo"), odd]);
    let lines = PastMonths::lines(&history, &[month("2026-09")]).unwrap();
    let units: Vec<Option<f64>> = lines.iter().map(|line| line.unit).collect();
    assert_eq!(units, [Some("3.3333333333333333333333333333".parse().unwrap()), Some(3.4)]);
}

#[test]
fn money_is_stored_as_numbers_and_days_as_days() {
    let mut frame = frame_of(&[row("acme", "bp")]).unwrap();
    let bytes = bytes_of(&mut frame, LAYOUT, None).unwrap();
    let read = ParquetReader::new(std::io::Cursor::new(bytes)).finish().unwrap();
    let dtype = |name: &str| read.column(name).unwrap().dtype().clone();
    assert_eq!(dtype("amount"), DataType::Decimal(Some(38), Some(10)));
    assert_eq!(dtype("period_start"), DataType::Date);
    assert_eq!(read.column("amount").unwrap().get(0).unwrap().to_string(), "40.8000000000");
}

#[test]
fn columns_that_an_older_file_lacks_have_defaults() {
    let (_folder, history) = history();
    let needed = [Text::Side, Text::Client, Text::Sku, Text::Kind, Text::Currency].map(Text::name);
    let needed = [&needed[..], &["quantity", "units", "unit", "amount"]].concat();
    store_frame(&history, LAYOUT, &[row("acme", "bp")], |frame| {
        *frame = frame.select(needed.iter().copied()).unwrap();
    });
    let read = history.rows(month("2026-09")).unwrap();
    let expected = ExportRow {
        place: Place { file: CompactString::default(), sheet: None, row: 0 },
        format: generic(),
        period_start: None,
        ..row("acme", "bp")
    };
    assert_eq!(read, [expected]);
    assert_eq!(PastMonths::lines(&history, &[month("2026-09")]).unwrap().len(), 1);
}

#[test]
fn numbers_as_text_are_read_as_the_first_layout_wrote_them() {
    let (_folder, history) = history();
    store_frame(&history, 1, &[row("acme", "bp")], |frame| {
        for number in Number::ALL {
            let text = frame.column(number.name()).unwrap().cast(&DataType::String).unwrap();
            frame.with_column(text).unwrap();
            let _ = frame.drop_in_place(number.written()).unwrap();
        }
    });
    assert_eq!(history.rows(month("2026-09")).unwrap(), [row("acme", "bp")]);
    let line = PastMonths::lines(&history, &[month("2026-09")]).unwrap();
    let line = line.iter().next().unwrap();
    assert_eq!((line.quantity, line.unit), (12.0, Some(3.4)));
}

#[test]
fn a_word_of_a_newer_version_is_kept_and_its_row_left_out_of_sums() {
    let (_folder, history) = history();
    let rows = ["read", "kind", "reason"].map(|client| row(client, "bp"));
    store_frame(&history, LAYOUT, &rows, |frame| {
        set(frame, Text::Format, &[Some("sherweb_v3"), Some("generic"), Some("generic")]);
        set(frame, Text::Kind, &[Some("full_period"), Some("pooled"), Some("full_period")]);
        set(frame, Text::Exclusion, &[None, None, Some("on_hold")]);
    });
    let read = history.rows(month("2026-09")).unwrap();
    let told = |row: &ExportRow| {
        let words = row.unknown.as_ref().map(ToString::to_string).unwrap_or_default();
        (row.format, row.exclusion, words)
    };
    let told: Vec<_> = read.iter().map(told).collect();
    let (generic, left_out) = (generic(), Some(Exclusion::NotUnderstood));
    assert_eq!(told[0], (generic, None, r#"format "sherweb_v3""#.to_owned()));
    assert_eq!(told[1], (generic, left_out, r#"kind "pooled""#.to_owned()));
    assert_eq!(told[2], (generic, left_out, r#"reason "on_hold""#.to_owned()));
    let lines = PastMonths::lines(&history, &[month("2026-09")]).unwrap();
    assert_eq!(lines.iter().map(|line| line.client).collect::<Vec<_>>(), ["read"]);

    store(&history, "2026-09", &read);
    assert_eq!(history.rows(month("2026-09")).unwrap(), read, "stored again, the words are there");
}

#[test]
fn a_layout_that_is_yet_to_come_is_refused() {
    let (_folder, history) = history();
    store_frame(&history, LAYOUT + 1, &[row("acme", "bp")], |_| ());
    let error = history.rows(month("2026-09")).unwrap_err();
    assert!(matches!(error, HistoryError::Newer { layout: 3, .. }), "{error}");
    let error = PastMonths::lines(&history, &[month("2026-09")]).unwrap_err();
    assert_eq!(error.to_string(), "2026-09 cannot be read");
}

#[test]
fn a_damaged_file_is_refused_wherever_it_is_damaged() {
    let (folder, history) = history();
    let rows: Vec<ExportRow> = (0..40).map(|n| row(&format!("client {n}"), "bp")).collect();
    store(&history, "2026-08", &rows);
    store(&history, "2026-09", &rows);
    let path = file_of(&folder, "2026-09");
    let whole = fs::read(&path).unwrap();
    let months = ["2026-08", "2026-09"].map(month);
    let wanted: LinesWanted = [LineKey::of(&rows[3])].into_iter().collect();
    for place in (0..whole.len() - 8).step_by(37) {
        let mut spoiled = whole.clone();
        spoiled[place] ^= 0x55;
        fs::write(&path, &spoiled).unwrap();
        // Some bits of a footer say nothing.
        if let Ok(read) = history.rows(month("2026-09")) {
            assert_eq!(read, rows, "byte {place}");
        }
        if let Ok(read) = history.rows_of_lines(&months, &wanted) {
            assert_eq!(read, [&rows[3..4], &rows[3..4]], "byte {place}");
        }
        if let Err(error) = PastMonths::lines(&history, &months) {
            assert_eq!(error.to_string(), "2026-09 cannot be read", "byte {place}");
        }
    }
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(history.rows(month("2026-09")).is_err());
}

#[test]
fn sums_are_kept_until_their_month_is_stored_anew() {
    let (folder, history) = history();
    let kept = folder.path().join("client=acme/cache/history/2026-08.parquet");
    let months = ["2026-08", "2026-09"].map(month);
    let clients = |history: &History| {
        let lines = PastMonths::lines(history, &months).unwrap();
        lines.iter().map(|line| line.client.to_owned()).collect::<Vec<String>>()
    };
    store(&history, "2026-08", &[row("acme", "bp")]);
    assert_eq!(clients(&history), ["acme"]);
    assert!(!kept.exists(), "reading writes nothing");
    store(&history, "2026-09", &[row("beta", "bp")]);
    assert!(kept.exists());
    assert_eq!(clients(&history), ["acme", "beta"]);

    let opened_again = History::new(folder.path().join("client=acme/history"));
    store(&opened_again, "2026-08", &[row("gamma", "bp")]);
    assert_eq!(clients(&opened_again), ["gamma", "beta"], "the sums of another file are not used");
    store(&opened_again, "2026-09", &[row("beta", "bp")]);
    let (sums, bytes) = (|| fs::read(&kept).unwrap(), fs::read(&kept).unwrap());
    fs::write(&kept, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(clients(&opened_again), ["gamma", "beta"], "nor those that are damaged");
    store(&opened_again, "2026-09", &[row("beta", "bp")]);
    assert_eq!(sums(), bytes, "they are made again");
}

#[test]
fn a_flipped_bit_of_kept_sums_makes_no_other_lines() {
    let (folder, history) = history();
    let rows: Vec<ExportRow> = (0..40).map(|n| row(&format!("client {n}"), "bp")).collect();
    store(&history, "2026-08", &rows);
    let lines = |history: &History| PastMonths::lines(history, &[month("2026-08")]).unwrap();
    let expected = lines(&history);
    history.keep_sums();
    let kept = folder.path().join("client=acme/cache/history/2026-08.parquet");
    let whole = fs::read(&kept).unwrap();
    for place in 0..whole.len() {
        let mut spoiled = whole.clone();
        spoiled[place] ^= 1 << (place % 8);
        fs::write(&kept, &spoiled).unwrap();
        let found = lines(&history);
        assert!(found.iter().eq(expected.iter()), "byte {place}");
    }
}

/// Rows of few clients and products, so that many share a line, with odd numbers and words.
fn any_row() -> impl Strategy<Value = ExportRow> {
    let keys = (0..3_u8, 0..3_u8, any::<bool>(), any::<bool>());
    let numbers = (
        (-9_999_i64..99_999, 0..3_u32),
        prop::option::of((0_i64..9_999_999, 0..13_u32)),
        prop::option::of((any::<i64>(), 0..28_u32)),
    );
    let words = (0..LineKind::ALL.len(), prop::option::of(0..Exclusion::ALL.len()), 0..4_u8);
    (keys, numbers, words).prop_map(
        |((client, sku, vendor, euro), numbers, (kind, reason, odd))| {
            let currency = if euro { "EUR" } else { "USD" };
            let ((units, places), unit, other) = numbers;
            let price = |(amount, places)| money(Decimal::new(amount, places), currency);
            let unknown = UnknownWords {
                format: (odd == 1).then(|| "sherweb".into()),
                kind: None,
                exclusion: None,
            };
            ExportRow {
                side: if vendor { Side::Vendor } else { Side::Psa },
                format: if odd == 1 { generic() } else { export_format("dicker").unwrap() },
                client_name: format!("Client {client} {odd}").into(),
                client_domain: (odd == 2).then(|| "acme.example".into()),
                codes: (0..odd).map(|code| format!("code {code}").into()).collect(),
                kind: LineKind::ALL[kind],
                quantity: Quantity(Decimal::new(units, places)),
                unit: unit.map(price),
                amount: price((units, places)),
                other_unit: other.map(price),
                list_unit: unit.map(price),
                prorated_unit: other.map(price),
                period_start: (odd > 1).then(|| date(2026, 9, 1)),
                period_end: (odd > 2).then(|| date(2026, 9, 30)),
                term: (odd == 3).then(|| "P1Y".into()),
                exclusion: reason.map(|reason| Exclusion::ALL[reason]),
                unknown: unknown.if_any(),
                ..row(["", "acme", "beta"][usize::from(client)], &format!("sku {sku}"))
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn months_on_disk_are_what_they_are_in_memory(
        rows in prop::collection::vec(prop::collection::vec(any_row(), 0..24), 3),
    ) {
        let (_folder, history) = history();
        let months = ["2026-07", "2026-08", "2026-09"].map(month);
        let memory = MonthsInMemory(months.into_iter().zip(rows).collect::<BTreeMap<_, _>>());
        for (month, rows) in &memory.0 {
            put(&history, *month, &History::pack(rows).unwrap());
        }
        let asked = [months[2], month("2020-01"), months[0]];
        let keys = memory.0[&months[0]].iter().map(LineKey::of).step_by(2);
        let wanted: LinesWanted = keys.collect();
        for _ in ["sums made", "sums held", "sums kept"] {
            for month in months {
                prop_assert_eq!(history.rows(month).unwrap(), memory.rows(month).unwrap());
            }
            let found = history.rows_of_lines(&asked, &wanted).unwrap();
            prop_assert_eq!(found, memory.rows_of_lines(&asked, &wanted).unwrap());
            let lines = PastMonths::lines(&history, &months).unwrap();
            let expected = memory.lines(&months).unwrap();
            prop_assert_eq!(
                lines.iter().collect::<Vec<_>>(),
                expected.iter().collect::<Vec<_>>()
            );
            let again = History::pack(&memory.0[&months[2]]).unwrap();
            put(&history, months[2], &again);
        }
    }
}
