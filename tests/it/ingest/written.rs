//! One export written in many ways is understood alike.

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use seatdrift_core::domain::{Exclusion, LineKind, Side};
use seatdrift_ingest::{ExportProfile, Ingested};

use super::{assert_nothing_lost, read, read_told, shown};

/// A workbook whose cells are all text.
pub(crate) fn workbook<const N: usize>(sheets: &[(&str, &[[&str; N]])]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for (row_idx, row) in rows.iter().enumerate() {
            for (column_idx, cell) in row.iter().enumerate() {
                sheet.write_string(row_idx as u32, column_idx as u16, *cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

fn psa(text: &str) -> Ingested {
    read("psa.csv", text.as_bytes(), Side::Psa, "2026-08").unwrap()
}

fn vendor(text: &str) -> Ingested {
    read("vendor.csv", text.as_bytes(), Side::Vendor, "2026-08").unwrap()
}

const PLAIN: &str =
    "Client,Product,Qty,Unit Price\nNorthwind Dental,EXO P1,1200,4.50\nCafé Zürich,M365,5,22\n";

#[test]
fn delimiters_decimals_titles_and_totals_change_nothing() {
    let german = "Agreement report;;;\n\nClient;Product;Qty;Unit Price\nNorthwind Dental;EXO P1;1.200,00;4,50 $\n\n\
                  Café Zürich;M365;5;22,00 $\nClient;Product;Qty;Unit Price\nGrand Total;;1.205,00;\n";
    let tabs = PLAIN.replace(',', "\t");
    let bars = PLAIN.replace(',', "|");
    let utf_16: Vec<u8> = PLAIN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let facts = |read: &Ingested| -> Vec<String> {
        read.rows
            .iter()
            .map(|row| format!("{} {} {} {}", row.client, row.sku, row.quantity, row.amount))
            .collect()
    };
    let plain = facts(&psa(PLAIN));
    assert_eq!(plain, ["Northwind Dental EXO P1 1200 $5,400.00", "Café Zürich M365 5 $110.00"]);
    for text in [german, &tabs, &bars] {
        assert_eq!(facts(&psa(text)), plain, "{text}");
    }
    assert_eq!(facts(&read("p.csv", &utf_16, Side::Psa, "2026-08").unwrap()), plain);
    let titled = psa(german);
    assert_nothing_lost(&titled, 8);
    assert_eq!(titled.rows[1].place.to_string(), "psa.csv:6");
}

#[test]
fn a_workbook_says_what_the_text_file_says() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Additions").unwrap();
    sheet.write_string(0, 0, "All additions").unwrap();
    for (column, header) in [
        "Company Name",
        "Product ID",
        "Description",
        "Quantity",
        "Unit Price",
        "Agreement Status",
        "Effective Date",
    ]
    .into_iter()
    .enumerate()
    {
        sheet.write_string(2, column as u16, header).unwrap();
    }
    sheet.write_string(3, 0, "Northwind Dental").unwrap();
    sheet.write_string(3, 1, "0002").unwrap();
    sheet.write_string(3, 2, "EXO P1").unwrap();
    sheet.write_number(3, 3, 18.0).unwrap();
    sheet.write_number(3, 4, 0.1 + 0.2).unwrap();
    sheet.write_string(3, 5, "Active").unwrap();
    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 8, 31).unwrap();
    sheet
        .write_datetime_with_format(
            3,
            6,
            &date,
            &rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd"),
        )
        .unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let read = read("psa.xlsx", &bytes, Side::Psa, "2026-08").unwrap();
    insta::assert_snapshot!(shown(&read));
    assert_eq!(read.rows[0].place.to_string(), "psa.xlsx!Additions:4");
}

#[test]
fn rows_that_cannot_be_read_are_rejected_with_their_place() {
    let read = vendor(
        "Client,Product,Quantity,Unit Cost\nA,M365,\"12,5\",19.80\nB,M365,soon,1.00\nC,,3,1.00\nD,M365,,1.00\nE,M365,2,2.50\n",
    );
    insta::assert_snapshot!(shown(&read));
}

#[test]
fn two_currencies_in_one_column_are_two_currencies() {
    let read = vendor(
        "Client,Product,Qty,Unit Cost\nA,M365,2,€10.00\nB,M365,2,$10.00\nC,M365,2,9.73 AUD\nD,M365,2,5\n",
    );
    let currencies: Vec<&str> = read.rows.iter().map(|row| row.amount.currency.code()).collect();
    assert_eq!(currencies, ["EUR", "USD", "AUD", "USD"]);
}

#[test]
fn one_row_a_user_counts_one_unit_each() {
    let read = vendor(
        "Tenant Name,Product Name,User Email\nNorthwind,EDR,a@n.test\nNorthwind,EDR,b@n.test\n",
    );
    let lines = seatdrift_core::domain::lines_of(&read.rows);
    assert_eq!((lines.len(), lines[0].quantity.to_string().as_str()), (1, "2"));
}

#[test]
fn a_mapping_reads_an_export_nobody_knows() {
    let text = "Kunde;Artikel;Menge;EK\nNorthwind;Exchange;5;3,50\n";
    let profile: ExportProfile = toml::from_str(
        "side = \"vendor\"\nfile = \"k*.csv\"\ncurrency = \"EUR\"\n\
         columns = { client_name = \"Kunde\", product_name = \"Artikel\", quantity = \"Menge\", unit_cost = \"EK\" }",
    )
    .unwrap();
    let read =
        read_told("kunden.csv", text.as_bytes(), Side::Vendor, "2026-08", &[profile]).unwrap();
    assert_eq!(read.rows[0].amount.to_string(), "€17.50");
}

#[test]
fn what_is_not_billed_is_excluded_with_its_reason() {
    let read = psa(
        "Company RecID,Company Name,Product ID,Description,Quantity,Less Included,Price,Bill,Effective,Cancelled,Agreement Status\n\
         19,A,P,Plan,5,2,10,Billable,2026-01-01,2026-09-01,Active\n\
         19,A,P,Plan,1,0,10,Do Not Bill,2026-01-01,,Active\n\
         19,A,P,Plan,1,0,10,NoCharge,2026-01-01,,Active\n\
         19,A,P,Plan,1,0,10,Billable,2026-09-01,,Active\n\
         19,A,P,Plan,1,0,10,DoNotBill,2026-01-01,2026-08-31,Active\n\
         19,A,P,Plan,1,0,10,Billable,2026-01-01,,Expired\n\
         ,,P,Plan,1,0,10,Billable,2026-01-01,,Active\n",
    );
    use Exclusion::{
        AgreementInactive, DoNotBill, NoCharge, NoClient, NoLongerInForce, NotYetEffective,
    };
    let reasons: Vec<Option<Exclusion>> = read.rows.iter().map(|row| row.exclusion).collect();
    let expected = [
        None,
        Some(DoNotBill),
        Some(NoCharge),
        Some(NotYetEffective),
        Some(NoLongerInForce),
        Some(AgreementInactive),
        Some(NoClient),
    ];
    assert_eq!(reasons, expected);
    assert_eq!(read.rows[0].client.0, "19");
    assert_eq!(read.rows[0].units().to_string(), "3");
    assert_eq!(read.rows[0].amount.to_string(), "$30.00");
}

#[test]
fn an_addition_of_which_more_is_included_than_there_is_bills_none() {
    let read = psa(
        "Company RecID,Company Name,Product ID,Description,Quantity,Less Included,Unit Price,Bill Customer\n\
         19,A,P,Plan,3,0,4.50,Billable\n19,A,P,Plan,2,6,4.50,Billable\n19,A,P,Plan,-1,0,4.50,Billable\n",
    );
    let units: Vec<String> = read.rows.iter().map(|row| row.units().to_string()).collect();
    assert_eq!(units, ["3", "0", "-1"], "what takes back units of another row still does");
    assert_eq!(read.rows[1].amount.to_string(), "$0.00");
}

#[test]
fn prices_for_a_year_are_prices_for_a_month_and_amounts_stay() {
    let read = vendor(
        "company_name,type,term,quantity,cost,cost_total,sku,start_period,end_period\n\
         A,subscription,Annual,2,120,240,S,2026-08-01,2027-07-31\nB,subscription,Annual,2,10,20,S,2026-08-01,2026-08-31\n",
    );
    let units: Vec<String> = read.rows.iter().map(|row| row.unit.unwrap().to_string()).collect();
    assert_eq!(units, ["$10.00", "$10.00"]);
    assert_eq!(read.rows[0].amount.to_string(), "$240.00");
}

#[test]
fn a_subscription_that_begins_inside_a_cycle_counts_from_its_first_whole_one() {
    let header = "CustomerId,CustomerName,ProductId,SkuId,SkuName,ChargeType,UnitPrice,Quantity,BillableQuantity,\
                  Subtotal,Currency,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice\n";
    let row = |charge: &str, quantity: &str, money: &str, from: &str, to: &str| {
        format!("c,C,P,0002,Plan,{charge},10,99,{quantity},{money},USD,{from},{to},x,10\n")
    };
    let text = [
        header.to_owned(),
        row("new", "5", "50", "8/3/2026", "9/2/2026"),
        row("new", "5", "25", "8/17/2026", "8/31/2026"),
        row("cycleCharge", "4", "480", "8/1/2026", "7/31/2027"),
        row("cancelImmediate", "4", "-40", "8/1/2026", "8/31/2026"),
        row("somethingNew", "4", "40", "8/1/2026", "8/31/2026"),
    ]
    .concat();
    let read = vendor(&text);
    use LineKind::{Credit, FullPeriod, Proration};
    let kinds: Vec<LineKind> = read.rows.iter().map(|row| row.kind).collect();
    assert_eq!(kinds, [FullPeriod, Proration, FullPeriod, Credit, FullPeriod]);
    assert_eq!(read.rows[0].sku.0, "P:0002");
}

proptest! {
    #[test]
    fn no_row_is_lost_and_totals_add_up(
        rows in prop::collection::vec((0u32..5000, 0i64..100_000, "[A-Z][a-z]{2,8}"), 1..30),
        blanks in 0usize..3,
    ) {
        let mut text = String::from("Client,Product,Quantity,Unit Cost,Cost Total\n");
        for (quantity, cents, client) in &rows {
            let unit = rust_decimal::Decimal::new(*cents, 2);
            let total = unit * rust_decimal::Decimal::from(*quantity);
            text.push_str(&format!("{client} Ltd,Plan 1,{quantity},{unit},{total}\n"));
            text.push_str(&"\n".repeat(blanks));
        }
        let read = vendor(&text);
        assert_nothing_lost(&read, 1 + rows.len() * (1 + blanks));
        prop_assert_eq!(read.rows.len(), rows.len());
        for (row, (quantity, cents, _)) in read.rows.iter().zip(&rows) {
            prop_assert_eq!(row.quantity, (*quantity).into());
            let expected = rust_decimal::Decimal::new(*cents * i64::from(*quantity), 2);
            prop_assert_eq!(row.amount.amount, expected);
        }
    }
}
