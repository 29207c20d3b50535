//! Made-up MSPs whose names are all answered: every month's differences are the true ones, with their
//! units and their money to the cent, and there are no others.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use seatdrift_core::domain::{ExportRow, Probability, Side, lines_of};
use seatdrift_core::reconcile::{
    KindPartners, NameStanding, Partner, Partners, PriceBook, Reconciled, SettlementVerdict,
    reconcile,
};
use seatdrift_lab::simulate::{FormatPair, Recipe, Relation, Simulated, TruePair, simulate};

use crate::ingest::read;

/// Client, kind, units bought, units billed, money. The product's name is left out: one that nobody is
/// billed has no name in the PSA.
type Said = (String, String, Decimal, Decimal, Decimal);

/// What the PSA calls a key, and the month it last did.
type Seen = BTreeMap<String, (usize, String)>;

/// The pairs as a person would have answered them so far: nobody answers for a name that nobody has seen.
/// What was written last comes first.
fn answered(pairs: &[TruePair], seen: &Seen) -> KindPartners {
    let mut kind = KindPartners::default();
    let is_known = |pair: &&TruePair| pair.psa.is_empty() || seen.contains_key(&pair.psa);
    let mut pairs: Vec<&TruePair> = pairs.iter().filter(is_known).collect();
    pairs.sort_by_key(|pair| {
        std::cmp::Reverse(seen.get(&pair.psa).map(|(month_idx, _)| *month_idx))
    });
    for pair in pairs {
        let standing = match pair.relation {
            Relation::None => NameStanding::RightlyAlone,
            Relation::Same | Relation::Bundle => NameStanding::Paired,
        };
        let sides = [(&mut kind.vendor, &pair.vendor), (&mut kind.psa, &pair.psa)];
        for (standings, name) in sides.into_iter().filter(|(_, name)| !name.is_empty()) {
            standings.insert(name.clone(), standing);
        }
        if standing == NameStanding::Paired {
            kind.psa_of.entry(pair.vendor.clone()).or_default().push(Partner {
                psa: pair.psa.clone(),
                psa_name: seen[&pair.psa].1.clone(),
                probability: Probability::CERTAIN,
                bundled: pair.relation == Relation::Bundle,
            });
        }
    }
    kind
}

/// An export as it is written.
fn plain(bytes: &[u8]) -> Vec<u8> {
    bytes.to_vec()
}

/// The same as a German spreadsheet saves it: titles, semicolons, decimal commas, blank rows, a row of
/// totals, and Windows-1252 where its letters are enough.
fn german(bytes: &[u8]) -> Vec<u8> {
    let mut writer =
        csv::WriterBuilder::new().delimiter(b';').flexible(true).from_writer(Vec::new());
    writer.write_record(["Oktober", ""]).unwrap();
    writer.write_record(["", ""]).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut n_cells = 0;
    for (row_idx, record) in reader.records().map(Result::unwrap).enumerate() {
        n_cells = record.len();
        writer.write_record(record.iter().map(german_cell)).unwrap();
        if row_idx % 37 == 20 {
            writer.write_record(vec![""; n_cells]).unwrap();
        }
    }
    let mut total = vec![""; n_cells];
    total[0] = "Summe";
    writer.write_record(total).unwrap();
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    let (narrow, _, is_missing) = encoding_rs::WINDOWS_1252.encode(&text);
    if is_missing { text.into_bytes() } else { narrow.into_owned() }
}

/// `$1,035.00` is `1035,00 $`; what is no amount stays.
fn german_cell(cell: &str) -> String {
    let digits = cell.trim_start_matches(['$', '-']).replace(',', "");
    let is_amount = digits.contains('.') && digits.parse::<Decimal>().is_ok();
    if !is_amount {
        return cell.to_owned();
    }
    let minus = if cell.contains('-') { "-" } else { "" };
    let mark = if cell.contains('$') { " $" } else { "" };
    format!("{minus}{}{mark}", digits.replace('.', ","))
}

/// How the bytes of an export are written anew.
type Form = fn(&[u8]) -> Vec<u8>;

fn rows_of(made: &Simulated, month: &str, form: Form) -> Vec<ExportRow> {
    let of_side = |side: Side| {
        let start = format!("{month}/{side}");
        let file = made.files.iter().find(|file| file.path.starts_with(&start)).unwrap();
        let name = file.path.rsplit('/').next().unwrap();
        let read = read(name, &form(&file.bytes), side, month).unwrap();
        assert!(read.rejected.is_empty(), "{:?}", read.rejected);
        read.rows
    };
    [of_side(Side::Vendor), of_side(Side::Psa)].concat()
}

fn see(rows: &[ExportRow], month_idx: usize, clients: &mut Seen, skus: &mut Seen) {
    for row in rows.iter().filter(|row| row.side == Side::Psa) {
        clients.insert(row.client.0.to_string(), (month_idx, row.client_name.to_string()));
        skus.insert(row.sku.0.to_string(), (month_idx, row.sku_name.to_string()));
    }
}

fn found(reconciled: &Reconciled<'_>) -> Vec<Said> {
    let said = |client: &str, one: &seatdrift_core::reconcile::Difference| {
        let units = [one.bought, one.billed].map(|units| units.0.normalize());
        let kind = one.kind.word().to_owned();
        (client.to_owned(), kind, units[0], units[1], one.impact.cents().normalize())
    };
    let groups = reconciled.groups.iter();
    let of_group = groups.flat_map(|compared| {
        compared.differences.iter().map(|one| said(&compared.group.client_name, one))
    });
    let mut found: Vec<Said> = of_group.collect();
    found.sort();
    found
}

fn truth(made: &Simulated, month: &str) -> Vec<Said> {
    let of_month = made.truth.differences.iter().filter(|one| one.month.to_string() == month);
    let said = of_month.map(|one| {
        let units = [one.bought, one.billed].map(Decimal::from);
        let money = one.monthly_impact.normalize();
        (one.client.clone(), one.kind.to_owned(), units[0], units[1], money)
    });
    let mut truth: Vec<Said> = said.collect();
    truth.sort();
    truth
}

/// Every name of a client in the PSA, and the vendor's key of the client: one that was renamed before it
/// was ever billed is known by its later name alone.
fn one_name(pairs: &[TruePair], rows_in: &[Vec<ExportRow>]) -> BTreeMap<String, String> {
    let pairs = pairs.iter().filter(|pair| !pair.vendor.is_empty());
    let keys: BTreeMap<&str, &str> = pairs.map(|pair| (&*pair.psa, &*pair.vendor)).collect();
    let rows = rows_in.iter().flatten().filter(|row| row.side == Side::Psa);
    let written = rows.map(|row| (&*row.client_name, &*row.client.0));
    let names = written.chain(keys.keys().map(|psa| (*psa, *psa)));
    let vendor = |(name, psa): (&str, &str)| Some((name.to_owned(), (*keys.get(psa)?).to_owned()));
    names.filter_map(vendor).collect()
}

fn months_of(made: &Simulated) -> Vec<String> {
    let files = made.files.iter().filter_map(|file| file.path.split_once('/'));
    let months = files.map(|(month, _)| month.to_owned()).filter(|month| month != "truth");
    let mut months: Vec<String> = months.collect();
    months.dedup();
    months
}

/// Asserts that what was found is the truth, whatever name a client goes by.
fn assert_true(
    reconciled: &Reconciled<'_>,
    truth: Vec<Said>,
    known_as: &BTreeMap<String, String>,
    about: &str,
) {
    let renamed = |mut said: Vec<Said>| {
        for one in &mut said {
            one.0 = known_as.get(&one.0).unwrap_or(&one.0).clone();
        }
        said
    };
    let (found, truth) = (renamed(found(reconciled)), renamed(truth));
    let missed: Vec<&Said> = truth.iter().filter(|one| !found.contains(one)).collect();
    let untrue: Vec<&Said> = found.iter().filter(|one| !truth.contains(one)).collect();
    let none = Vec::<&Said>::new();
    assert_eq!((missed, untrue), (none.clone(), none), "{about}");
    assert_eq!(found.len(), truth.len(), "{about}");
    for one in &reconciled.settlements {
        assert_eq!(one.verdict, SettlementVerdict::Agrees, "{about}: {}", one.why);
    }
}

/// Every month of an MSP but the first. Forty clients have headcounts of every kind: flat, steady, slow,
/// shrinking, those of schools, of clients that buy others, and of clients with projects.
fn check(formats: FormatPair, seed: u64, form: Form) -> (usize, usize) {
    let made = simulate(&Recipe::new(40, 14, seed).with_formats(formats));
    let months = months_of(&made);
    let (mut n_true, mut n_explained) = (0, 0);
    let rows_in: Vec<Vec<ExportRow>> =
        months.iter().map(|month| rows_of(&made, month, form)).collect();
    let known_as = one_name(&made.truth.clients, &rows_in);
    let [mut clients, mut skus] = [Seen::new(), Seen::new()];
    // A client may be bought for before it is billed anything: people know what they will call it.
    for rows in rows_in.iter().rev() {
        see(rows, 0, &mut clients, &mut Seen::new());
    }
    see(&rows_in[0], 1, &mut clients, &mut skus);
    for (month_idx, month) in months.iter().enumerate().skip(1) {
        let (before, rows) = (&rows_in[month_idx - 1], &rows_in[month_idx]);
        let lines = lines_of(rows);
        see(rows, month_idx + 1, &mut clients, &mut skus);
        let partners = Partners {
            clients: answered(&made.truth.clients, &clients),
            skus: answered(&made.truth.skus, &skus),
            ..Partners::default()
        };
        let reconciled = reconcile(rows, &lines, &partners, &PriceBook::of(before));
        let truth = truth(&made, month);
        n_true += truth.len();
        assert_true(&reconciled, truth, &known_as, &format!("{formats:?} seed {seed} {month}"));
        n_explained += reconciled.settlements.len();
    }
    (n_true, n_explained)
}

#[test]
fn every_difference_of_every_month_is_true_and_every_true_one_is_there() {
    for formats in [FormatPair::Pax8ConnectWise, FormatPair::PartnerCenterAutotask] {
        let (mut n_true, mut n_explained) = (0, 0);
        for seed in 1..=8 {
            let (of_seed, explained) = check(formats, seed, plain);
            n_true += of_seed;
            n_explained += explained;
        }
        // Enough of both that the words above mean something.
        assert!(1_000 < n_true && 1_000 < n_explained, "{formats:?}: {n_true}, {n_explained}");
    }
}

#[test]
fn how_the_exports_are_written_changes_no_difference() {
    for formats in [FormatPair::Pax8ConnectWise, FormatPair::PartnerCenterAutotask] {
        for seed in [7, 9] {
            assert!(100 < check(formats, seed, german).0);
        }
    }
}
