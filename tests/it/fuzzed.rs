//! Every parser on thousands of spoilt files: none panics, none takes long, and what was found once stays found.
//!
//! The corpus is what tests, the sample and the program itself write, and `fuzzed/`: every file that ever made a parser
//! panic. `SEATDRIFT_FUZZED=100000 cargo test --release --test it fuzzed` spoils that many files a parser; a file that
//! fails is written beside the temporary files and named: put it into `fuzzed/`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::io::{Cursor, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use zip::write::SimpleFileOptions;

use crate::msp::{Msp, PSA, VENDOR};
use seatdrift::core::decisions::parse_rows;
use seatdrift::core::domain::{EntityKind, Side};
use seatdrift::core::models::Family;
use seatdrift::core::run::parse_run;
use seatdrift::core::{pair_classifier, seat_trend};
use seatdrift::engine::workspace::parse_config;
use seatdrift::ingest::{
    ExportFile, PairFile, Reading, RecordTable, SeriesFile, read_export, read_product_list,
};
use seatdrift::report::csv::parse_lines;

/// Spoilt files a parser is given, where nobody asks for more.
const USUALLY: usize = 3_000;

/// The longest a parser may take for a file of some kilobytes, on a machine that is busy with other tests.
const LONGEST: Duration = Duration::from_secs(5);

/// What is likely to matter to a parser.
const WORDS: [&[u8]; 20] = [
    b"\"",
    b",",
    b";",
    b"\t",
    b"\r\n",
    b"\0",
    b"=",
    b"'",
    b"-",
    b"1e308",
    b"NaN",
    b"\xef\xbb\xbf",
    b"99999999999999999999999999999",
    b"0.0000000000000000000000000001",
    b"2026-02-30",
    b"(1.234,5)",
    b"\xff\xfe",
    b"{\"\":[[[[",
    b"&#x110000;",
    b"\xf0\x9f\x92\xa9",
];

/// One of a corpus, spoilt in one to six ways; which, the seed says.
fn spoilt(corpus: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let one = &corpus[rng.gen_range(0..corpus.len())];
    // In a packed file most of what could be spoilt is packed.
    if one.starts_with(b"PK")
        && rng.gen_bool(0.7)
        && let Some(packed) = spoilt_inside(one, &mut rng)
    {
        return packed;
    }
    let other = &corpus[rng.gen_range(0..corpus.len())];
    let mut bytes = one.clone();
    for _ in 0..rng.gen_range(1..=6) {
        spoil(&mut bytes, other, &mut rng);
    }
    bytes
}

fn spoil(bytes: &mut Vec<u8>, other: &[u8], rng: &mut Xoshiro256PlusPlus) {
    let length = bytes.len();
    let at = rng.gen_range(0..=length);
    let end = (at + rng.gen_range(0..64)).min(length);
    match rng.gen_range(0..9) {
        0 | 1 if length > 0 => bytes[at.min(length - 1)] ^= 1 << rng.gen_range(0..8),
        2 if length > 0 => bytes[at.min(length - 1)] = rng.r#gen(),
        3 => drop(bytes.drain(at..end)),
        4 => {
            let part = bytes[at..end].to_vec();
            let to = rng.gen_range(0..=length);
            bytes.splice(to..to, part);
        }
        5 | 6 => {
            let word = WORDS[rng.gen_range(0..WORDS.len())];
            bytes.splice(at..at, word.iter().copied());
        }
        7 => bytes.truncate(at),
        _ if !other.is_empty() => {
            let from = rng.gen_range(0..other.len());
            let to = (from + rng.gen_range(0..256)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        _ => {}
    }
}

/// A workbook with one of its parts spoilt.
fn spoilt_inside(packed: &[u8], rng: &mut Xoshiro256PlusPlus) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(packed)).ok()?;
    let mut parts = Vec::new();
    for idx in 0..archive.len() {
        let mut part = archive.by_index(idx).ok()?;
        let mut bytes = Vec::new();
        // A part that was spoilt before is as long as it can be read.
        let _ = part.by_ref().take(1 << 20).read_to_end(&mut bytes);
        parts.push((part.name().ok()?.to_string(), bytes));
    }
    let spoilt = rng.gen_range(0..parts.len().max(1));
    let (_, bytes) = parts.get_mut(spoilt)?;
    for _ in 0..rng.gen_range(1..=4) {
        spoil(bytes, b"<c r=\"XFD1048576\" t=\"s\"><v>4294967295</v></c>", rng);
    }
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(name, SimpleFileOptions::default()).ok()?;
        writer.write_all(&bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// Gives a parser spoilt files, and each of the corpus as it is.
fn fuzzed(name: &str, corpus: &[Vec<u8>], parse: impl Fn(&[u8]) + Sync) {
    assert!(!corpus.is_empty(), "{name}");
    let asked = std::env::var("SEATDRIFT_FUZZED").ok().and_then(|n| n.parse().ok());
    let n_spoilt: usize = asked.unwrap_or(USUALLY);
    (0..n_spoilt + corpus.len()).into_par_iter().for_each(|n| {
        let bytes = match n.checked_sub(corpus.len()) {
            Some(seed) => spoilt(corpus, seed as u64),
            None => corpus[n].clone(),
        };
        let since = Instant::now();
        let is_sound = catch_unwind(AssertUnwindSafe(|| parse(&bytes))).is_ok();
        let took = since.elapsed();
        if !is_sound || took > LONGEST {
            let kept = std::env::temp_dir().join(format!("seatdrift-{name}-{n}"));
            fs::write(&kept, &bytes).unwrap();
            panic!("{name}: file {n} fails after {took:?}; it is kept as {}", kept.display());
        }
    });
}

/// The files in folders of this project whose names end so.
fn files(folders: &[&str], endings: &[&str]) -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in folders {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        paths.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()));
    }
    paths.sort();
    let is_wanted = |path: &&std::path::PathBuf| {
        let name = path.to_string_lossy();
        endings.iter().any(|ending| name.ends_with(ending))
    };
    paths.iter().filter(is_wanted).map(|path| fs::read(path).unwrap()).collect()
}

const EXPORTS: [&str; 3] =
    ["tests/it/ingest/fixtures", "tests/it/error_messages", "tests/it/fuzzed"];

fn read_as_export(file: &str, bytes: &[u8]) {
    for side in [Side::Vendor, Side::Psa] {
        let (month, currency) = ("2026-08".parse().unwrap(), "USD".parse().unwrap());
        let reading = Reading { side, month, currency, profiles: &[] };
        if let Ok(read) = read_export(&ExportFile { name: file, bytes }, &reading) {
            assert!(read.rows.iter().all(|row| row.side == side));
        }
    }
}

#[test]
fn no_spoilt_text_makes_the_reader_of_exports_panic() {
    let msp = Msp::new();
    let mut corpus = files(&EXPORTS, &[".csv"]);
    corpus.extend([VENDOR, PSA].map(|path| msp.bytes(path).into_iter().take(20_000).collect()));
    fuzzed("text", &corpus, |bytes| read_as_export("vendor.csv", bytes));
}

#[test]
fn no_spoilt_workbook_makes_the_reader_of_exports_panic() {
    let mut corpus = files(&EXPORTS, &[".xlsx", ".xls"]);
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [["Client", "Product", "Quantity", "Unit Cost"], ["Alder", "E3", "12", "33.75"]];
    for (row, cells) in (0..).zip(rows) {
        for (column, text) in (0..).zip(cells) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    sheet.write_number(2, 2, 5.5).unwrap();
    corpus.push(book.save_to_buffer().unwrap());
    fuzzed("workbook", &corpus, |bytes| read_as_export("vendor.xlsx", bytes));
}

#[test]
fn no_spoilt_series_makes_flag_panic() {
    let mut corpus = files(&["src/ingest/series_file/fixtures", "tests/it/fuzzed"], &[".parquet"]);
    let rows = |n: usize| format!("s{n},2026-0{},{}\n", n % 9 + 1, n * 3);
    let text = (0..40).map(rows).collect::<String>();
    corpus.push(format!("series_id,month,quantity\n{text}").into_bytes());
    fuzzed("series", &corpus, |bytes| drop(SeriesFile::read("s.parquet", bytes)));
}

#[test]
fn no_spoilt_table_makes_match_panic() {
    let corpus = [
        b"id,name,price\n1,\"Alder, Dental\",3.50\n2,Birch,4\n".to_vec(),
        b"ltable_id,rtable_id,label\n1,2,1\n2,1,0\n".to_vec(),
        b"id;name\n1;Alder\n".to_vec(),
    ];
    let table = RecordTable::read("left.csv", &corpus[0], "id").unwrap();
    fuzzed("tables", &corpus, |bytes| {
        let _ = RecordTable::read("left.csv", bytes, "id");
        let _ = PairFile::read("pairs.csv", bytes, &table, &table);
        let _ = read_product_list("list.csv", bytes);
    });
}

#[test]
fn no_spoilt_decisions_make_a_command_panic() {
    let mut corpus = files(&["tests/it/error_messages"], &["decisions_incomplete.csv"]);
    let sample = files(&["datasets/sample-msp"], &["decisions.csv"]).remove(0);
    corpus.push(sample.iter().copied().take(6_000).collect());
    corpus.push(String::from_utf8_lossy(&sample[..3_000]).replace(',', ";").into_bytes());
    fuzzed("decisions", &corpus, |bytes| drop(parse_rows("decisions.csv", bytes)));
}

#[test]
fn no_spoilt_settings_make_a_command_panic() {
    let mut corpus = files(&["tests/it/error_messages"], &[".toml"]);
    corpus.push(
        b"name = \"Acme\"\ncurrency = \"USD\"\ntime_zone = \"America/Denver\"\n[usage]\nmargin = 0.2\n\
          [[export]]\nside = \"vendor\"\nfile = \"vendor*.csv\"\n[export.columns]\nclient = \"Customer\"\n\
          [[source]]\nname = \"pax8\"\nsystem = \"pax8\"\n[source.secrets]\nkey = { env = \"K\" }\n"
            .to_vec(),
    );
    fuzzed("settings", &corpus, |bytes| {
        drop(parse_config(Path::new("seatdrift.toml"), bytes));
    });
}

#[test]
fn no_spoilt_run_makes_a_command_panic() {
    let msp = Msp::new();
    msp.score(VENDOR, PSA);
    let run = msp.bytes("workspace/runs/2026-10/run.json");
    let lines = msp.bytes("workspace/runs/2026-10/lines.csv");
    fuzzed("run", &[run], |bytes| drop(parse_run(bytes, bytes.len())));
    fuzzed("lines", &[lines], |bytes| drop(parse_lines(bytes)));
}

#[test]
fn no_spoilt_model_makes_a_command_panic() {
    let shipped = |family: Family| family.shipped().to_vec();
    let corpus = [Family::SeatTrend, Family::ClientPairs, Family::SkuPairs].map(shipped);
    fuzzed("model", &corpus, |bytes| {
        let _ = pair_classifier::from_bytes(bytes, EntityKind::Client);
        let _ = pair_classifier::from_bytes(bytes, EntityKind::Sku);
        let _ = seat_trend::from_bytes(bytes);
    });
}
