//! One export, as spreadsheets, reports and tools leave it: it says the same, or says what is wrong with it.

use std::io::{Cursor, Write};

use jiff::civil::{Date, date};
use proptest::prelude::*;
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use seatdrift_core::domain::{Money, Side};
use seatdrift_ingest::{ExportProfile, IngestError, Ingested, NotData};

use super::{assert_nothing_lost, read, read_told};

const HEADER: &str = "Customer Name,Product Name,SKU,Quantity,Unit Cost,Cost Total,Currency";

/// Client, product, SKU, units, price, money.
const ROWS: [[&str; 6]; 5] = [
    ["Aspen Ridge Dental", "Microsoft 365 Business Premium", "0001", "12", "17.24", "206.88"],
    ["Aspen Ridge Dental", "Exchange Online (Plan 1)", "0002", "4", "3.20", "12.80"],
    ["O'Brien & Sons", "Microsoft 365 Business Premium", "0001", "90", "17.24", "1551.60"],
    ["O'Brien & Sons", "Exchange Online (Plan 1)", "0002", "3", "3.20", "9.60"],
    ["Café Olé", "Exchange Online (Plan 1)", "0002", "9", "3.20", "28.80"],
];

/// A file of these rows, each written in some way.
fn file(row: impl Fn(usize, &[&str; 6]) -> String) -> String {
    let rows = ROWS.iter().enumerate().map(|(idx, cells)| row(idx, cells) + "\n");
    format!("{HEADER}\n{}", rows.collect::<String>())
}

fn plain(cells: &[&str]) -> String {
    format!("{},USD", cells.join(","))
}

/// Client, product, key of the product, units and money of each row.
type Understood = Vec<(String, String, String, String, String)>;

fn understood(read: &Ingested) -> Understood {
    let one = |row: &seatdrift_core::domain::ExportRow| {
        (
            row.client_name.to_string(),
            row.sku_name.to_string(),
            row.sku.0.to_string(),
            row.quantity.to_string(),
            row.amount.to_string(),
        )
    };
    read.rows.iter().map(one).collect()
}

fn of(name: &str, bytes: &[u8]) -> Ingested {
    read(name, bytes, Side::Vendor, "2026-10").unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn expected() -> Understood {
    understood(&of("plain.csv", file(|_, cells| plain(cells)).as_bytes()))
}

#[track_caller]
fn assert_same(what: &str, bytes: &[u8]) -> Ingested {
    let read = of(what, bytes);
    assert_eq!(understood(&read), expected(), "{what}");
    assert!(
        read.rejected.is_empty() && read.rows.iter().all(|row| row.exclusion.is_none()),
        "{what}"
    );
    read
}

#[test]
fn what_programs_put_around_cells_is_taken_off() {
    let guarded = |guard: &'static str| {
        move |_: usize, cells: &[&str; 6]| {
            let numbers =
                cells[2..].iter().map(|cell| format!("{guard}{cell}")).collect::<Vec<_>>();
            format!("{},{},{},USD", cells[0], cells[1], numbers.join(","))
        }
    };
    for guard in ["'", "’", "\t", "\u{200e}", "\u{feff}", "\u{a0}"] {
        assert_same(&format!("guarded by {guard:?}"), file(guarded(guard)).as_bytes());
    }
    let as_formula = file(|_, cells| {
        let ids = cells.map(|cell| format!("\"=\"\"{cell}\"\"\""));
        format!("{},USD", ids.join(","))
    });
    assert_same("as formulas", as_formula.as_bytes());
    let wrapped: String = file(|_, cells| plain(cells).replace("Olé", "\"\"Olé\"\""))
        .replace("\"\"Olé\"\"", "Olé")
        .lines()
        .map(|line| format!("\"{line}\"\n"))
        .collect();
    assert_same("every row in quotes", wrapped.as_bytes());
}

#[test]
fn what_nobody_sees_is_not_read() {
    let plain = file(|_, cells| plain(cells));
    for (what, text) in [
        ("no-break spaces", plain.replace("Ridge Dental", "Ridge\u{a0}Dental")),
        ("zero-width spaces", plain.replace("Ridge", "Rid\u{200b}ge")),
        ("control characters", plain.replace("Dental", "Den\u{1f}tal\u{2}")),
        ("zero bytes", plain.replace("Dental", "Dental\0\0")),
        (
            "escaped once",
            plain.replace('&', "&amp;").replace('\'', "&#39;").replace('é', "&eacute;"),
        ),
        ("escaped twice", plain.replace('&', "&amp;amp;")),
    ] {
        assert_same(what, text.as_bytes());
    }
}

#[test]
fn money_is_read_as_each_country_writes_it() {
    for (what, currency, money) in [
        ("kronor", "SEK", ["17,24 kr", "1\u{a0}551,60 kr", "206,88\u{a0}kr"]),
        ("kroner", "NOK", ["kr 17,24", "kr 1 551,60", "kr 206,88"]),
        ("Danish kroner", "DKK", ["17,24 kr.", "1.551,60 kr.", "206,88 kr."]),
        ("euros", "EUR", ["17,24 €", "1\u{202f}551,60 €", "206,88 €"]),
        ("koruny", "CZK", ["17,24 Kč", "1 551,60 Kč", "206,88 Kč"]),
        ("złoty", "PLN", ["17,24 zł", "1 551,60 zł", "206,88 zł"]),
        ("francs", "CHF", ["CHF 17.24", "CHF 1’551.60", "Fr. 206.88"]),
        ("rupees", "INR", ["Rs.17.24", "₹1,551.60", "Rs 206.88/-"]),
        ("rand", "ZAR", ["R17.24", "R1 551.60", "R 206.88"]),
    ] {
        let text = file(|idx, cells| {
            let [client, product, sku, quantity, unit, total] = cells;
            let total = match idx {
                0 => money[2],
                2 => money[1],
                _ => total,
            };
            let unit = if *unit == "17.24" { money[0] } else { unit };
            let own = |text: &str| {
                if money[0].contains(',') { text.replace('.', ",") } else { text.to_owned() }
            };
            let total = if idx == 0 || idx == 2 { total.to_owned() } else { own(total) };
            let unit = if unit == money[0] { unit.to_owned() } else { own(unit) };
            format!("{client};{product};{sku};{quantity};{unit};{total};{currency}")
        });
        let text = text.replacen(HEADER, &HEADER.replace(',', ";"), 1);
        let read = of(what, text.as_bytes());
        let amounts: Vec<Decimal> = read.rows.iter().map(|row| row.amount.amount).collect();
        let cents = [20688, 1280, 155_160, 960, 2880].map(|cents| Decimal::new(cents, 2));
        assert_eq!(amounts, cents, "{what}: {:?}", read.rejected);
        assert!(read.rows.iter().all(|row| row.amount.currency.code() == currency), "{what}");
    }
}

#[test]
fn a_crown_of_no_country_is_asked_about_without_escapes() {
    let text = "Customer Name;Product Name;Quantity;Unit Cost\nAspen;EXO;5;172,40\u{a0}kr\n";
    let read = of("crowns.csv", text.as_bytes());
    let wrong = &read.rejected[0];
    assert!(wrong.expected.contains("SEK or NOK or DKK or ISK"), "{}", wrong.expected);
    assert!(wrong.expected.contains("currency = \"SEK\""), "{}", wrong.expected);
    let told: ExportProfile = toml::from_str("side = \"vendor\"\ncurrency = \"SEK\"").unwrap();
    let read = read_told("crowns.csv", text.as_bytes(), Side::Vendor, "2026-10", &[told]).unwrap();
    assert_eq!(read.rows[0].amount.to_string(), "862.00 SEK");
}

#[test]
fn small_numbers_of_a_spreadsheet_are_numbers() {
    let text = format!(
        "{HEADER}\nAspen,Meter,m,7.10833E-05,1000,0.0710833,USD\nAspen,M2,n,'0E-20,1,0,USD\n"
    );
    let read = of("usage.csv", text.as_bytes());
    assert_eq!(read.rows[0].quantity.to_string(), "0.0000710833");
    assert_eq!((read.rows[1].quantity.to_string().as_str(), read.rejected.len()), ("0", 0));
}

#[test]
fn clients_with_one_rounded_id_are_told_apart_by_name() {
    for id in ["1.00011E+11", "1,00011E+11", "100011000000"] {
        let text = format!("Customer ID;{}\n", HEADER.replace(',', ";"));
        let rows: String =
            ROWS.iter().map(|cells| format!("{id};{};USD\n", cells.join(";"))).collect();
        let read = assert_same("ids.csv", (text + &rows).as_bytes());
        assert!(read.notes[0].contains("rounded by a spreadsheet"), "{:?}", read.notes);
        assert_eq!(read.rows[0].client.0, "Aspen Ridge Dental");
    }
    let nameless =
        "Customer ID,Product,Quantity,Unit Cost\n1.00011E+11,EXO,5,3\n1.00012E+11,EXO,6,3\n";
    let asked = read("ids.csv", nameless.as_bytes(), Side::Vendor, "2026-10").unwrap_err();
    assert!(matches!(asked, IngestError::SpoiltIds { row: 2, .. }), "{asked}");
}

#[test]
fn thousands_without_quotes_are_put_together_where_one_way_fits() {
    let unquoted = file(|_, cells| plain(cells).replace("1551.60", "1,551.60"));
    let read = assert_same("thousands.csv", unquoted.as_bytes());
    assert!(
        read.notes[0].contains("1 row has more cells than the header, first row 4"),
        "{:?}",
        read.notes
    );
    // Every price with a decimal comma, cut at it.
    let cents = file(|_, cells| {
        let [client, product, sku, quantity, unit, total] = cells.map(|c| c.replace('.', ","));
        format!("{client},{product},{sku},{quantity},{unit},{total},USD")
    });
    assert_same("cents.csv", cents.as_bytes());
    // A client with a comma in its name.
    let named = file(|_, cells| plain(cells).replace("Café Olé", "Café Olé, Inc"));
    assert_eq!(of("named.csv", named.as_bytes()).rows[4].client_name, "Café Olé, Inc");
}

#[test]
fn a_row_with_more_cells_than_its_header_that_fits_in_two_ways_is_rejected_by_name() {
    let text = "Customer Name,Product,Quantity,Cost Total,Rank\nAspen,EXO,4,12.80,1\nCobalt,EXO,1,560,200,7\n";
    let read = of("wide.csv", text.as_bytes());
    assert_nothing_lost(&read, 3);
    let wrong = &read.rejected[0];
    assert_eq!(
        (wrong.at.to_string().as_str(), wrong.found.as_str()),
        ("wide.csv:3:row", "6 cells")
    );
    assert!(wrong.expected.starts_with("5 cells as in the header"), "{}", wrong.expected);
    let line = wrong.client.as_ref().zip(wrong.sku.as_ref());
    let line = line.map(|(client, sku)| (client.0.as_str(), sku.0.as_str()));
    assert_eq!(wrong.client_name.as_deref(), Some("Cobalt"));
    assert_eq!((line, wrong.amount), (Some(("Cobalt", "EXO")), None));
}

#[test]
fn the_client_of_a_block_is_that_of_its_rows() {
    let once = file(|idx, cells| {
        let is_first = idx == 0 || ROWS[idx - 1][0] != cells[0];
        let client = if is_first { cells[0] } else { "" };
        format!("{client},{}", plain(&cells[1..]))
    });
    let read = assert_same("blocks.csv", once.as_bytes());
    assert!(read.notes[0].contains("2 rows name no client"), "{:?}", read.notes);
    let headed = file(|idx, cells| {
        let is_first = idx == 0 || ROWS[idx - 1][0] != cells[0];
        let line = if is_first { format!("{},,,,,,\n", cells[0]) } else { String::new() };
        format!("{line},{}", plain(&cells[1..]))
    });
    let read = assert_same("headed.csv", headed.as_bytes());
    assert_nothing_lost(&read, 9);
}

#[test]
fn a_client_is_never_made_up() {
    // One fee without a client among clients that stand there once each: of the one above, or of nobody?
    let text = "Client,Product,Quantity,Unit Cost\nA,EXO,5,3\nB,EXO,6,3\nC,EXO,7,3\nD,EXO,8,3\n,Fee,1,9\nE,EXO,2,3\n";
    let asked = read("fee.csv", text.as_bytes(), Side::Vendor, "2026-10").unwrap_err();
    assert!(matches!(asked, IngestError::BlankClients { row: 6, n_blank: 1, .. }), "{asked}");
    let hint = asked.hint().unwrap();
    assert!(
        hint.contains("blank_client = \"above\"") && hint.contains("# or: blank_client = \"none\"")
    );
    for (word, client, excluded) in [("above", "D", false), ("none", "", true)] {
        let told = format!("side = \"vendor\"\nblank_client = \"{word}\"");
        let told: ExportProfile = toml::from_str(&told).unwrap();
        let read = read_told("fee.csv", text.as_bytes(), Side::Vendor, "2026-10", &[told]).unwrap();
        let fee = &read.rows[4];
        assert_eq!((fee.client.0.as_str(), fee.exclusion.is_some()), (client, excluded), "{word}");
    }
}

#[test]
fn sums_are_no_products_wherever_they_stand() {
    let sum_of = |client: &str| match client {
        "Aspen Ridge Dental" => "16,,219.68",
        "Café Olé" => "9,,28.80",
        _ => "93,,1561.20",
    };
    for label in [
        |client: &str| format!("{client},Subtotal,"),
        |client: &str| format!("{client},,Subtotal"),
        |client: &str| format!("{client} Total,,"),
        |_: &str| "Subtotal,,".to_owned(),
        |_: &str| ",Zwischensumme,".to_owned(),
        |client: &str| format!("{client},Total {client},"),
    ] {
        let mut text = file(|idx, cells| {
            let is_last = ROWS.get(idx + 1).is_none_or(|next| next[0] != cells[0]);
            let sum = format!("\n{},{},USD", label(cells[0]), sum_of(cells[0]));
            plain(cells) + if is_last { &sum } else { "" }
        });
        text.push_str(",Grand Total,,118,,1809.68,USD\n");
        let read = assert_same(&format!("{}.csv", label("X")), text.as_bytes());
        assert_nothing_lost(&read, 10);
        assert_eq!(
            read.total_row,
            Some(Money::new(Decimal::new(180_968, 2), "USD".parse().unwrap()))
        );
        let totals = read.not_data.iter().filter(|(_, kind)| *kind == NotData::Totals).count();
        assert_eq!((totals, read.notes.len()), (4, 0), "{:?}", read.notes);
    }
}

#[test]
fn objects_in_cells_are_named() {
    let powershell = "\"@{id=250; identifier=X; name=Aspen Ridge Dental; _info=}\"";
    let json = "\"{\"\"id\"\":250,\"\"name\"\":\"\"Aspen Ridge Dental\"\"}\"";
    for client in [powershell, json] {
        let text =
            format!("#TYPE System.Object\ncompany,product,quantity,cost\n{client},EXO,5,3.20\n");
        let read = of("objects.csv", text.as_bytes());
        assert_eq!(read.rows[0].client_name, "Aspen Ridge Dental");
    }
    for broken in ["@{id=250; name=Aspen", "System.Object[]", "[object Object]"] {
        let text =
            format!("company,product,quantity,cost\n\"{broken}\",EXO,5,3.20\nAspen,EXO,5,3.20\n");
        let read = of("objects.csv", text.as_bytes());
        assert_eq!((read.rejected[0].found.as_str(), read.rows.len()), (broken, 1));
    }
}

#[test]
fn faults_of_a_spreadsheet_are_named_and_not_read() {
    for fault in ["#N/A", "#REF!", "#VALUE!", "########"] {
        let text = file(|idx, cells| {
            let row = plain(cells);
            if idx == 1 { row.replace("3.20", fault) } else { row }
        });
        let read = of("faults.csv", text.as_bytes());
        assert_eq!((read.rows.len(), read.rejected.len()), (4, 1));
        assert_eq!(read.rejected[0].found, fault);
    }
}

/// Days that a row begins and ends on.
fn periods(read: &Ingested) -> Vec<(Option<Date>, Option<Date>)> {
    read.rows.iter().map(|row| (row.period_start, row.period_end)).collect()
}

#[test]
fn midnights_of_another_zone_are_the_days_they_begin() {
    let october = (Some(date(2026, 10, 1)), Some(date(2026, 10, 31)));
    for (start, end) in [
        ("9/30/2026 11:00:00 PM", "10/30/2026 11:00:00 PM"),
        ("2026-09-30T22:00:00Z", "2026-10-30T23:00:00Z"),
        ("2026-09-30 14:00:00", "2026-10-30 13:00:00"),
        ("30.09.2026 22:00", "30.10.2026 23:00"),
    ] {
        let text = format!(
            "Client,Product,Quantity,Unit Cost,Start Date,End Date\nA,EXO,5,3,{start},{end}\n"
        );
        let read = of("zones.csv", text.as_bytes());
        assert_eq!(periods(&read), [october], "{start}");
        assert!(read.notes[0].contains("midnights of another time zone"), "{:?}", read.notes);
    }
    // Some contracts begin in the middle of a month.
    let text = "Client,Product,Quantity,Unit Cost,Start Date,End Date\n\
                A,EXO,5,3,2026-09-30 23:00,2026-10-30 23:00\nB,EXO,5,3,2026-09-14 23:00,2026-10-13 23:00\n";
    let middle = (Some(date(2026, 9, 15)), Some(date(2026, 10, 14)));
    assert_eq!(periods(&of("zones.csv", text.as_bytes())), [october, middle]);
    for (start, end) in [
        ("2026-10-01 00:00", "2026-10-31 23:00"),
        ("2026-10-01T00:00:00", "2026-10-31T23:59:59"),
        ("2026-10-01 12:00:00", "2026-10-31 12:00:00"),
        ("2026-10-01T00:00:00+02:00", "2026-10-31T00:00:00+01:00"),
    ] {
        let text = format!(
            "Client,Product,Quantity,Unit Cost,Start Date,End Date\nA,EXO,5,3,{start},{end}\n"
        );
        let read = of("zones.csv", text.as_bytes());
        assert_eq!((periods(&read), read.notes.len()), (vec![october], 0), "{start}");
    }
}

/// A workbook of one sheet with these cells; a text that begins with `=` is a formula without a value, and
/// one of three numbers with `-` a date.
fn workbook(rows: &[&[&str]], merged: &[(u32, u16, u32, u16, &str)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            let is_date = cell.len() == 10 && cell.starts_with("20") && cell.contains('-');
            if let Some(formula) = cell.strip_prefix('=') {
                sheet.write_formula(row, column, Formula::new(formula).set_result("")).unwrap();
            } else if is_date {
                let date = ExcelDateTime::parse_from_str(cell).unwrap();
                sheet.write_with_format(row, column, &date, &day).unwrap();
            } else if let Ok(number) = cell.parse::<f64>() {
                sheet.write(row, column, number).unwrap();
            } else if !cell.is_empty() {
                sheet.write(row, column, *cell).unwrap();
            }
        }
    }
    for (first_row, first_column, last_row, last_column, text) in merged {
        let range = (*first_row, *first_column, *last_row, *last_column);
        sheet.merge_range(range.0, range.1, range.2, range.3, text, &Format::new()).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn the_client_of_merged_cells_is_that_of_their_rows_and_their_money_counts_once() {
    let rows: &[&[&str]] = &[
        &["Customer", "Product", "Quantity", "Unit Cost", "Cost Total"],
        &["", "EXO", "4", "3.2", "12.8"],
        &["", "M365", "12", "17.24", "206.88"],
        &["Cobalt", "EXO", "1", "3.2", ""],
        &["Cobalt", "M365", "2", "17.24", "37.68"],
    ];
    let merged = [(1, 0, 2, 0, "Aspen")];
    let read = of("merged.xlsx", &workbook(rows, &merged));
    let clients: Vec<&str> = read.rows.iter().map(|row| row.client_name.as_str()).collect();
    assert_eq!(clients, ["Aspen", "Aspen", "Cobalt", "Cobalt"]);
    let money: Decimal = read.rows.iter().map(|row| row.amount.amount).sum();
    assert_eq!(money, Decimal::new(26056, 2));
}

#[test]
fn a_workbook_of_excel_2003_is_read() {
    let read = of("merged_clients.xls", include_bytes!("fixtures/merged_clients.xls"));
    let clients: Vec<&str> = read.rows.iter().map(|row| row.client_name.as_str()).collect();
    assert_eq!(clients, ["Aspen Ridge Dental", "Aspen Ridge Dental", "Boulder Creek Legal"]);
    assert_eq!(read.rows[1].sku.0, "0002");
}

/// The reader took the memory for a quarter of a milliard rows, and the program was ended.
#[test]
fn a_workbook_that_says_it_has_more_rows_than_memory_is_read_by_its_cells() {
    let whole = include_bytes!("fixtures/merged_clients.xls");
    let head = [0x00, 0x02, 0x0E, 0x00];
    let at = whole.windows(4).position(|bytes| bytes == head).unwrap() + head.len();
    for first_row in [0xF100_0000_u32, u32::MAX, 70_000] {
        let mut bytes = whole.to_vec();
        bytes[at..at + 4].copy_from_slice(&first_row.to_le_bytes());
        assert_eq!(of("merged_clients.xls", &bytes).rows, of("merged_clients.xls", whole).rows);
    }
}

/// A spreadsheet of LibreOffice with these rows of text and numbers.
fn ods(rows: &[&[&str]]) -> Vec<u8> {
    let cell = |cell: &&str| match cell.parse::<f64>() {
        Ok(number) => format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
        ),
        Err(_) if cell.is_empty() => "<table:table-cell/>".to_owned(),
        Err(_) => format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>"
        ),
    };
    let row = |cells: &&[&str]| {
        format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>())
    };
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.3\">\
         <office:body><office:spreadsheet><table:table table:name=\"Charges\">{}</table:table>\
         </office:spreadsheet></office:body></office:document-content>",
        rows.iter().map(row).collect::<String>()
    );
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>"),
        ("content.xml", content.as_bytes()),
    ])
}

pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_spreadsheet_of_libreoffice_and_a_zip_with_one_export_are_read() {
    let header: Vec<&str> = HEADER.split(',').collect();
    let rows: Vec<Vec<&str>> = ROWS.iter().map(|cells| [&cells[..], &["USD"]].concat()).collect();
    let text: Vec<Vec<String>> = rows
        .iter()
        .map(|cells| {
            cells.iter().map(|cell| cell.replace('&', "&amp;").replace("000", "S-")).collect()
        })
        .collect();
    let mut table: Vec<Vec<&str>> = vec![header];
    table.extend(text.iter().map(|cells| cells.iter().map(String::as_str).collect()));
    let table: Vec<&[&str]> = table.iter().map(Vec::as_slice).collect();
    let read = of("charges.ods", &ods(&table));
    let without_ids = |rows: Understood| -> Vec<_> {
        rows.into_iter()
            .map(|(client, product, _, units, money)| (client, product, units, money))
            .collect()
    };
    assert_eq!(without_ids(understood(&read)), without_ids(expected()));
    let csv = file(|_, cells| plain(cells));
    assert_same("charges.zip", &zipped(&[("charges.csv", csv.as_bytes())]));
}

#[test]
fn a_header_of_two_rows_is_one() {
    let rows: &[&[&str]] = &[
        &["", "", "", "", "", "", ""],
        &["Name", "ID", "Product Name", "SKU", "Quantity", "Unit Cost", "Currency"],
        &["Aspen", "4000", "EXO", "E1", "5", "3.2", "USD"],
    ];
    let merged = [(0, 0, 0, 1, "Customer"), (0, 2, 0, 3, "Licence"), (0, 4, 0, 6, "Charges")];
    let read = of("two.xlsx", &workbook(rows, &merged));
    let row = &read.rows[0];
    assert_eq!(
        (row.client.0.as_str(), row.client_name.as_str(), read.header_row),
        ("4000", "Aspen", 2)
    );
    let text = "Customer,,Licence,,Charges,\nName,ID,Name,SKU,Quantity,Unit Cost\nAspen,4000,EXO,E1,5,3.2\n";
    let row = &of("two.csv", text.as_bytes()).rows[0];
    assert_eq!((row.client_name.as_str(), row.sku_name.as_str()), ("Aspen", "EXO"));
}

#[test]
fn the_hint_about_another_header_row_works() {
    let text = "Report,For,October\nAsiakas,Tuote,Määrä,Hinta\nAspen,EXO,5,3.2\n";
    let asked = read("two.csv", text.as_bytes(), Side::Vendor, "2026-10").unwrap_err();
    let hint = asked.hint().unwrap();
    assert!(hint.contains("name the columns") || hint.contains("header_row"), "{hint}");
    let text = "Customer,Product,Charges\nName,Item,Units,Cost\nAspen,EXO,5,3.2\n";
    let told = "side = \"vendor\"\nheader_row = 2\ncolumns = { client_name = \"Name\" }";
    let told: ExportProfile = toml::from_str(told).unwrap();
    let read = read_told("two.csv", text.as_bytes(), Side::Vendor, "2026-10", &[told]).unwrap();
    assert_eq!(read.rows[0].client_name, "Aspen");
}

#[test]
fn formulas_nobody_has_calculated_are_no_prices() {
    let header: &[&str] = &["Customer", "Product", "Quantity", "Unit Cost"];
    let rows: &[&[&str]] =
        &[header, &["Aspen", "EXO", "4", "3.2"], &["Aspen", "M365", "12", "=17.24*1"]];
    let read = of("formulas.xlsx", &workbook(rows, &[]));
    assert_eq!(
        (read.rows.len(), read.rejected.len()),
        (2, 0),
        "a stored text of no letters is what it says"
    );
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(header) {
        sheet.write(0, column, *name).unwrap();
    }
    for row in 1..4 {
        sheet.write(row, 0, "Aspen").unwrap();
        sheet.write(row, 1, format!("P{row}")).unwrap();
        sheet.write(row, 2, 5).unwrap();
        // This writer stores nought for what it has not calculated.
        sheet.write_formula(row, 3, "17.24*1").unwrap();
    }
    let read = of("formulas.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!((read.rows.len(), read.rejected.len()), (0, 3));
    assert_eq!(read.rejected[0].found, "a formula without a stored value");
}

#[test]
fn dates_a_spreadsheet_turned_round_are_turned_back_or_asked_about() {
    let header: &[&str] =
        &["Customer", "Product", "Quantity", "Unit Cost", "Start Date", "End Date"];
    let row = |start, end| -> [&str; 6] { ["Aspen", "EXO", "4", "3.2", start, end] };
    let october = row("2026-01-10", "10/31/2026");
    let read = of("turned.xlsx", &workbook(&[header, &october], &[]));
    assert_eq!(periods(&read), [(Some(date(2026, 10, 1)), Some(date(2026, 10, 31)))]);
    assert!(read.notes[0].contains("turned dates round"), "{:?}", read.notes);
    // No day of a period from the fifth to the fourth is text; it ends before it begins.
    let fifth = row("2026-05-10", "2026-04-11");
    let read = of("fifth.xlsx", &workbook(&[header, &fifth], &[]));
    assert_eq!(periods(&read), [(Some(date(2026, 10, 5)), Some(date(2026, 11, 4)))]);
    // Firsts of months as they stand are right as they stand.
    let right = row("2026-10-01", "10/31/2026");
    let read = of("right.xlsx", &workbook(&[header, &right], &[]));
    assert_eq!(periods(&read), [(Some(date(2026, 10, 1)), Some(date(2026, 10, 31)))]);
    let open = row("2026-07-05", "10/31/2026");
    let asked = super::read("open.xlsx", &workbook(&[header, &open], &[]), Side::Vendor, "2026-10");
    let asked = asked.unwrap_err();
    assert!(
        matches!(&asked, IngestError::MixedDates { column, .. } if column == "End Date"),
        "{asked}"
    );
    let told: ExportProfile = toml::from_str("side = \"vendor\"\ndate_order = \"mdy\"").unwrap();
    let book = workbook(&[header, &open], &[]);
    let read = read_told("open.xlsx", &book, Side::Vendor, "2026-10", &[told]).unwrap();
    assert_eq!(read.rows[0].period_start, Some(date(2026, 5, 7)));
}

#[test]
fn dates_of_one_column_in_both_orders_are_asked_about() {
    let mut text = String::from("Client,Product,Quantity,Unit Price,Effective Date\n");
    for date in ["10/31/2026", "31/10/2026", "10/30/2026", "30/10/2026", "05/06/2026"] {
        text.push_str(&format!("A,EXO,5,3,{date}\n"));
    }
    let asked = read("both.csv", text.as_bytes(), Side::Psa, "2026-10").unwrap_err();
    assert!(matches!(asked, IngestError::UndecidableDate { row: 6, .. }), "{asked}");
}

#[test]
fn what_a_whole_row_costs_is_not_what_one_unit_does() {
    let row =
        |cells: &[&str; 6]| [cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]].join(",");
    let rows: Vec<String> = ROWS.iter().map(row).collect();
    for header in [
        "End Customer Name,Service,SKU,Quantity,Unit Price,Net Price",
        "Customer,Product,SKU,Qty,List Price,Cost",
    ] {
        let text = format!("{header}\n{}\n", rows.join("\n"));
        let read = of("invoice.csv", text.as_bytes());
        assert_eq!(understood(&read), expected(), "{header}");
        let unit = read.rows[0].unit.map(|unit| unit.to_string());
        assert_eq!(unit.as_deref(), Some("$17.24"), "{header}");
    }
    // A price list's price that is no cost stays beside it.
    let text =
        "Customer,Product,SKU,Qty,List Price,Net Price\nA,EXO,1,4,4.50,3.20\nB,EXO,1,9,4.50,3.20\n";
    let units: Vec<_> = of("list.csv", text.as_bytes()).rows.iter().map(|row| row.unit).collect();
    assert!(
        units.iter().all(|unit| unit.is_some_and(|unit| unit.to_string() == "$3.20")),
        "{units:?}"
    );
}

#[test]
fn cost_and_total_that_say_the_same_are_those_of_the_row() {
    let text = "Customer,Product,Qty,Cost,Total\nA,EXO,4,12.80,12.80\nB,EXO,9,28.80,28.80\nC,EXO,1,3.20,3.20\n";
    let read = of("extended.csv", text.as_bytes());
    let units: Vec<String> = read.rows.iter().map(|row| row.unit.unwrap().to_string()).collect();
    assert_eq!(units, ["$3.20", "$3.20", "$3.20"]);
}

#[test]
fn a_cost_that_grows_with_the_units_is_that_of_the_row() {
    let row = |n: usize, units: u32, cents: u32| {
        let total = f64::from(units * cents) / 100.0;
        format!("C{n},{},{units},{total:.2}\n", if cents == 320 { "EXO" } else { "BP" })
    };
    let rows = [(12, 1724), (4, 320), (20, 1724), (3, 320), (31, 1724), (5, 320), (1, 1724)];
    let rows: Vec<String> =
        rows.iter().enumerate().map(|(n, (units, cents))| row(n, *units, *cents)).collect();
    for (side, header) in
        [(Side::Vendor, "Customer,Product,Qty,Cost"), (Side::Psa, "Client,Product,Qty,Price")]
    {
        let text = format!("{header}\n{}", rows.concat());
        let read = read("totals.csv", text.as_bytes(), side, "2026-10").unwrap();
        let units: Vec<String> =
            read.rows.iter().map(|row| row.unit.unwrap().to_string()).collect();
        assert_eq!(
            units,
            ["$17.24", "$3.20", "$17.24", "$3.20", "$17.24", "$3.20", "$17.24"],
            "{header}"
        );
    }
    // One price for all is one unit's.
    let text = "Customer,Product,Qty,Cost\nA,EXO,4,3.20\nB,EXO,9,3.20\nC,EXO,2,3.20\nD,EXO,8,3.20\nE,EXO,1,3.20\n";
    assert!(
        of("units.csv", text.as_bytes())
            .rows
            .iter()
            .all(|row| row.unit.unwrap().to_string() == "$3.20")
    );
}

#[test]
fn of_a_file_with_several_months_one_counts() {
    let rows = |month: &str| {
        let row = |cells: &[&str; 6]| format!("{},{month}\n", cells.join(","));
        ROWS.iter().map(row).collect::<String>()
    };
    for (header, september, october) in [
        ("Billing Month", "2026-09", "2026-10"),
        ("Month", "Sep-26", "Oct-26"),
        ("Invoice Date", "09/30/2026", "10/31/2026"),
    ] {
        let text = format!(
            "Customer Name,Product Name,SKU,Quantity,Unit Cost,Cost Total,{header}\n{}{}",
            rows(september),
            rows(october)
        );
        let read = of("history.csv", text.as_bytes());
        let n_out = read
            .rows
            .iter()
            .filter(|row| row.exclusion.map(|why| why.word()) == Some("other_month"))
            .count();
        assert_eq!((read.rows.len(), n_out), (10, 5), "{header}");
        assert!(read.rows[..5].iter().all(|row| row.exclusion.is_some()), "{header}");
        assert!(read.notes.iter().any(|note| note.contains(header)), "{:?}", read.notes);
    }
    // Days of one bill may lie in two months.
    let text = "Client,Product,Quantity,Unit Price,Invoice Date\nA,EXO,5,3,09/30/2026\nB,EXO,5,3,10/01/2026\n";
    let read = read("psa.csv", text.as_bytes(), Side::Psa, "2026-10").unwrap();
    assert!(read.rows.iter().all(|row| row.exclusion.is_none()));
}

#[test]
fn beside_a_tax_the_subtotal_is_what_is_charged() {
    let text = "Customer,Product,Qty,Unit Cost,Subtotal,Tax,Total\nA,EXO,4,3.20,12.80,1.28,14.08\n";
    let read = of("taxed.csv", text.as_bytes());
    assert_eq!(read.rows[0].amount.to_string(), "$12.80");
    let open = text.replace(",Tax,", ",Fee,");
    assert!(matches!(
        super::read("open.csv", open.as_bytes(), Side::Vendor, "2026-10"),
        Err(IngestError::AmbiguousColumns { .. })
    ));
}

#[test]
fn licences_purchased_and_assigned_are_asked_about() {
    let text = "Customer,Product,Purchased,Assigned,Unit Cost\nA,EXO,12,9,3.20\n";
    let asked = read("licences.csv", text.as_bytes(), Side::Vendor, "2026-10").unwrap_err();
    assert!(matches!(asked, IngestError::AmbiguousColumns { .. }), "{asked}");
    let alike = text.replace(",9,", ",12,");
    assert_eq!(of("alike.csv", alike.as_bytes()).rows[0].quantity.to_string(), "12");
}

#[test]
fn a_charge_credited_in_full_and_charged_again_counts_once() {
    let row = |units: &str, total: &str| format!("A,EXO,{units},3.20,{total}\n");
    let text = format!(
        "Customer,Product,Qty,Unit Cost,Cost Total\n{}{}{}B,EXO,2,3.20,6.40\nB,EXO,-1,3.20,-3.20\n",
        row("4", "12.80"),
        row("-4", "(12.80)"),
        row("5", "16.00"),
    );
    let read = of("again.csv", text.as_bytes());
    let reasons: Vec<&str> =
        read.rows.iter().map(|row| row.exclusion.map_or("", |reason| reason.word())).collect();
    assert_eq!(reasons, ["taken_back", "taken_back", "", "", ""]);
}

#[test]
fn a_date_that_stands_for_none_cancels_nothing() {
    for never in ["1/1/1900", "1/0/1900", "12/31/9999", "0001-01-01T00:00:00", "1970-01-01"] {
        let text = format!(
            "Client,Product,Quantity,Unit Price,Effective Date,Cancelled Date\nA,EXO,5,3,1/15/2025,{never}\n"
        );
        let read = read("psa.csv", text.as_bytes(), Side::Psa, "2026-10").unwrap();
        assert_eq!((read.rows[0].exclusion, read.rows[0].period_end), (None, None), "{never}");
    }
}

#[test]
fn headers_of_other_languages_are_known() {
    for header in [
        "Kunde;Artikelbezeichnung;Artikelnummer;Menge;Einkaufspreis;Gesamtpreis;Währung",
        "Client;Produit;Référence;Quantité;Unit Cost;Montant HT;Devise",
        "Klant;Omschrijving;SKU;Aantal;Unit Cost;Bedrag;Valuta",
    ] {
        let row = |cells: &[&str; 6]| format!("{};USD", cells.join(";").replace('.', ","));
        let rows: Vec<String> = ROWS.iter().map(row).collect();
        let read = of("other.csv", format!("{header}\n{}\n", rows.join("\n")).as_bytes());
        assert_eq!(understood(&read), expected(), "{header}");
    }
}

#[test]
fn a_dash_in_a_column_of_numbers_is_a_nought() {
    let dashes = [" $ -   ", "-", "$-", "–"].map(|dash| format!("A,Visio,-,{dash},{dash},USD\n"));
    let text =
        format!("Customer,Product,Quantity,Unit Cost,Cost Total,Currency\n{}", dashes.concat());
    let read = of("dashes.csv", text.as_bytes());
    assert!(read.rejected.is_empty() && read.rows.len() == 4, "{:?}", read.rejected);
    assert!(read.rows.iter().all(|row| row.quantity.is_zero() && row.amount.amount.is_zero()));
    let with_money = "Customer,Product,Quantity,Unit Cost,Cost Total\nA,Visio,-,5,50\n";
    assert_eq!(of("money.csv", with_money.as_bytes()).rejected.len(), 1);
}

#[test]
fn what_a_report_says_of_itself_is_no_row() {
    let rows = file(|_, cells| plain(cells));
    let (first, rest) = rows.split_at(rows.find("O'Brien").unwrap());
    let text = format!(
        "{first}Page 1 of 3,,,,,,\n{rest}Generated on 2026-11-01 by Portal,,,,,,\n* Prices exclude tax,,,,,,\n"
    );
    let read = assert_same("notes.csv", text.as_bytes());
    let notes = read.not_data.iter().filter(|(_, kind)| *kind == NotData::Note).count();
    assert_eq!(notes, 3);
    // A name that stands alone may be what is left of a row.
    let cut = format!("{rows}Page Dental,,,,,,\n");
    assert_eq!(of("cut.csv", cut.as_bytes()).rejected.len(), 1);
}

proptest! {
    /// Whatever is done to a file, every row is accounted for, and money only where a row says it.
    #[test]
    fn no_row_is_lost_whatever_is_done_to_the_text(
        at in prop::collection::vec((any::<prop::sample::Index>(), 0..8_usize), 0..6),
    ) {
        const STRAY: [&str; 8] = [",", "\"", "'", "\0", "&amp;", "Total", "@{", "1,000"];
        let mut text = file(|_, cells| plain(cells));
        for (index, stray) in at {
            let mut place = index.index(text.len());
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            text.insert_str(place, STRAY[stray]);
        }
        if let Ok(read) = read("stray.csv", text.as_bytes(), Side::Vendor, "2026-10") {
            let n_rows = read.rows.len() + read.rejected.len() + read.not_data.len();
            assert_nothing_lost(&read, n_rows);
            prop_assert!(n_rows <= text.lines().count());
        }
    }

    #[test]
    fn no_bytes_of_a_workbook_make_it_panic(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        keep in any::<prop::sample::Index>(),
    ) {
        let spreadsheet = ods(&[&["Customer", "Product", "Quantity"], &["Aspen", "EXO", "5"]]);
        for whole in [&spreadsheet[..], include_bytes!("fixtures/merged_clients.xls")] {
            let mut bytes = whole.to_vec();
            bytes[at.index(whole.len())] = byte;
            let _ = read("a.xls", &bytes, Side::Vendor, "2026-10");
            let _ = read("a.xls", &whole[..keep.index(whole.len())], Side::Vendor, "2026-10");
        }
    }
}
