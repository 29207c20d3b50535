//! How many units a line has, on rows as the systems write them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeSet;

use seatdrift_core::domain::{Side, lines_of};
use seatdrift_ingest::{ExportProfile, Field, ReadingRule};

use crate::decided::table;
use crate::ingest::{read, read_told};
use crate::msp::Msp;

/// The lines of a file in August 2026: client, units, what one costs or sells for, money of the month.
fn lines(side: Side, text: &str) -> Vec<String> {
    let read = read("export.csv", text.as_bytes(), side, "2026-08").unwrap();
    assert!(read.rejected.is_empty(), "{:?}", read.rejected);
    let lines = lines_of(&read.rows).into_iter().map(|line| {
        let unit = line.unit.map_or("-".to_owned(), |unit| unit.to_string());
        format!("{}: {} × {unit}, {}", line.client_name, line.quantity, line.monthly_amount)
    });
    lines.collect()
}

/// The reasons for which rows are set aside, row by row.
fn reasons(side: Side, text: &str) -> Vec<&'static str> {
    let read = read("export.csv", text.as_bytes(), side, "2026-08").unwrap();
    read.rows.iter().map(|row| row.exclusion.map_or("", |reason| reason.word())).collect()
}

#[test]
fn pax8_bills_for_full_periods_and_its_prorations_are_money() {
    let text = "\
invoice_date,company_name,company_id,type,start_period,end_period,quantity,term,sku,description,cost,cost_total,currency_code
2026-08-05,Acme,c1,subscription,2026-08-01,2026-08-31,42,Monthly,BP,Business Premium,16.50,693.00,USD
2026-08-05,Acme,c1,prorate,2026-07-17,2026-07-31,6,Monthly,BP,Business Premium,7.98,47.90,USD
2026-08-05,Acme,c1,service-credit,2026-07-01,2026-07-31,-2,Monthly,BP,Business Premium,16.50,-33.00,USD
2026-08-05,Beta,c2,subscription,2026-08-01,2027-07-31,10,Annual,BP,Business Premium,180.00,1800.00,USD
";
    assert_eq!(
        lines(Side::Vendor, text),
        ["Acme: 42 × $16.50, $693.00", "Beta: 10 × $15.00, $150.00"]
    );
}

const RECON: &str = "CustomerId,CustomerName,ProductId,SkuId,SkuName,ChargeType,UnitPrice,Quantity,Subtotal,Currency,SubscriptionId,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,BillableQuantity,BillingFrequency,ReferenceId\n";

/// One row of a reconciliation file for Acme's seats at 22.00.
fn recon(
    charge: &str,
    days: [&str; 2],
    units: u32,
    each: &str,
    total: &str,
    change: &str,
) -> String {
    format!(
        "c1,Acme,CFQ7TTC0LCHC,0002,Business Premium,{charge},22,{units},{total},USD,sub-1,{},{},P1M,{each},{units},Monthly,{change}\n",
        days[0], days[1]
    )
}

#[test]
fn microsofts_refund_and_charge_settle_to_the_seats_in_force() {
    let cycle = |units: u32| {
        let total = (22 * units).to_string();
        recon("cycleCharge", ["8/1/2026", "8/31/2026"], units, "22", &total, "")
    };
    let july = ["7/17/2026", "7/31/2026"];
    let change = |days: [&str; 2], old: u32, new: u32, reference: &str| {
        let total = |units: u32| format!("{:.2}", 10.64 * f64::from(units));
        recon("addQuantity", days, old, "-10.645", &format!("-{}", total(old)), reference)
            + &recon("addQuantity", days, new, "10.645", &total(new), reference)
    };
    let units = |rows: String| lines(Side::Vendor, &format!("{RECON}{rows}"));
    // A change of the month before is in the cycle's charge already.
    assert_eq!(units(cycle(42) + &change(july, 36, 42, "r1")), ["Acme: 42 × $22.00, $924.00"]);
    // One of this month takes the cycle's charge back from its day on.
    let august = ["8/17/2026", "8/31/2026"];
    assert_eq!(units(cycle(36) + &change(august, 36, 42, "r1")), ["Acme: 42 × $22.00, $924.00"]);
    assert_eq!(units(cycle(36) + &change(august, 36, 30, "r1")), ["Acme: 30 × $22.00, $660.00"]);
    // Two changes follow one from the other, in whatever order the file has them.
    let late = ["8/25/2026", "8/31/2026"];
    let both = change(late, 42, 40, "r2") + &change(august, 36, 42, "r1");
    assert_eq!(units(cycle(36) + &both), ["Acme: 40 × $22.00, $880.00"]);
    // What does not follow from the cycle's seats says nothing of them.
    assert_eq!(units(cycle(36) + &change(august, 20, 25, "r1")), ["Acme: 36 × $22.00, $792.00"]);
}

const ADDITIONS: &str = "Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,Unit Price,Ext Price,Unit Cost,Effective Date,Cancelled Date,Bill Customer,Addition Status\n";

#[test]
fn connectwise_sums_the_dated_additions_in_force_on_the_last_day() {
    let text = format!(
        "{ADDITIONS}\
Acme,Cloud,Active,EXO,Exchange,18.00,0.00,$4.00,$72.00,$3.50,01/01/2026,,Billable,Active
Acme,Cloud,Active,EXO,Exchange,2.00,0.00,$4.00,$8.00,$3.50,08/17/2026,,Billable,Active
Acme,Cloud,Active,EXO,Exchange,3.00,0.00,$4.00,$12.00,$3.50,08/17/2026,08/31/2026,Billable,Cancelled
Acme,Cloud,Active,EXO,Exchange,5.00,0.00,$4.00,$20.00,$3.50,09/01/2026,,Billable,Active
Beta,Cloud,Active,EDR,Agent,22.00,2.00,$5.00,$100.00,$3.10,03/01/2025,,Billable,Active
Beta,Cloud,Active,EDR,Agent,-4.00,0.00,$5.00,-$20.00,$3.10,08/10/2026,,Billable,Active
Beta,Cloud,Active,EDR,Agent,6.00,0.00,$5.00,$30.00,$3.10,08/10/2026,09/01/2026,Billable,Active
"
    );
    assert_eq!(lines(Side::Psa, &text), ["Acme: 20 × $4.00, $80.00", "Beta: 22 × $5.00, $110.00"]);
    let reasons = reasons(Side::Psa, &text);
    assert_eq!(reasons, ["", "", "no_longer_in_force", "not_yet_effective", "", "", ""]);
}

#[test]
fn connectwise_shows_a_childs_additions_under_the_parent_too_and_they_count_once() {
    let header = ADDITIONS.replace("Bill Customer", "Level,Bill Customer");
    let text = format!(
        "{header}\
Acme,Managed Services,Active,EXO,Exchange,18.00,0.00,$4.00,$72.00,$3.50,01/01/2026,,,Billable,Active
Acme,Managed Services,Active,EDR,Agent,20.00,0.00,$5.00,$100.00,$3.10,03/01/2025,,Acme / Cloud,Billable,Active
Acme,Cloud,Active,EDR,Agent,20.00,0.00,$5.00,$100.00,$3.10,03/01/2025,,,Billable,Active
Acme,Cloud,Active,BKP,Backup,3.00,0.00,$9.00,$27.00,$6.00,03/01/2025,,Child,Billable,Active
Acme,Cloud,Active,EXO,Exchange,18.00,0.00,$4.00,$72.00,$3.50,01/01/2026,,Parent,Billable,Active
"
    );
    assert_eq!(
        lines(Side::Psa, &text),
        ["Acme: 3 × $9.00, $27.00", "Acme: 20 × $5.00, $100.00", "Acme: 36 × $4.00, $144.00"]
    );
    assert_eq!(reasons(Side::Psa, &text), ["", "shown_again", "", "", ""]);
}

#[test]
fn connectwise_rows_nobody_is_billed_for_are_set_aside_with_the_reason() {
    let text = format!(
        "{ADDITIONS}\
Acme,NFR,Active,EXO,Exchange,18.00,0.00,$4.00,$72.00,$3.50,01/01/2026,,DoNotBill,Active
Acme,Cloud,Active,EXO,Exchange,2.00,0.00,$4.00,$8.00,$3.50,01/01/2026,,NoCharge,Active
Acme,Cloud,Cancelled,EXO,Exchange,3.00,0.00,$4.00,$12.00,$3.50,01/01/2026,,Billable,Active
Acme,Cloud,Active,EXO,Exchange,4.00,0.00,$4.00,$16.00,$3.50,01/01/2026,07/31/2026,Billable,Cancelled
"
    );
    assert_eq!(lines(Side::Psa, &text), ["Acme: 0 × -, $0.00"]);
    assert_eq!(
        reasons(Side::Psa, &text),
        ["do_not_bill", "no_charge", "agreement_inactive", "no_longer_in_force"]
    );
}

#[test]
fn autotask_periods_run_from_the_contracts_first_day() {
    let text = "\
CompanyName,ContractName,ServiceName,ServiceCode,Units,PeriodType,UnitPrice,UnitCost,StartDate,EndDate
Acme,CSP,Business Premium,BP,265,Monthly,34.55,28.19,2026-07-31T00:00:00,2026-08-30T00:00:00
Acme,CSP,Business Premium,BP,270,Monthly,34.55,28.19,2026-08-31T00:00:00,2026-09-29T00:00:00
Beta,CSP,Business Premium,BP,7,Yearly,240.00,180.00,2025-11-15T00:00:00,2026-11-14T00:00:00
Gamma,CSP,Business Premium,BP,6,Quarterly,66.00,49.50,2026-07-01T00:00:00,2026-09-30T00:00:00
";
    assert_eq!(
        lines(Side::Psa, text),
        [
            "Acme: 270 × $34.55, $9,328.50",
            "Beta: 7 × $20.00, $140.00",
            "Gamma: 6 × $22.00, $132.00"
        ]
    );
    assert_eq!(reasons(Side::Psa, text), ["no_longer_in_force", "", "", ""]);
}

#[test]
fn usage_counts_what_the_vendor_metered() {
    let text = "\
invoice_date,company_name,company_id,type,start_period,end_period,quantity,term,sku,description,cost,cost_total,currency_code
2026-08-05,Acme,c1,subscription,2026-07-01,2026-07-31,17.5,Arrears,BKP,Backup GB,0.10,1.75,USD
";
    assert_eq!(lines(Side::Vendor, text), ["Acme: 17.5 × $0.10, $1.75"]);
}

#[test]
fn readings_count_as_the_vendor_charges_them_by_the_last_or_by_the_peak() {
    let text = "\
Customer,Service,Date,Devices,Unit Cost,Total Cost
Acme,Cloud Backup,2026-08-03,10,2.00,20.00
Acme,Cloud Backup,2026-08-17,9,2.00,18.00
Acme,Cloud Backup,2026-08-17,5,2.00,10.00
Acme,Cloud Backup,2026-08-31,12,2.00,24.00
Beta,Cloud Backup,2026-08-03,7,2.00,14.00
";
    let bought = |rule: Option<ReadingRule>| {
        let columns =
            [(Field::PeriodStart, "Date".to_owned()), (Field::Quantity, "Devices".to_owned())];
        let profile = ExportProfile {
            readings: rule,
            columns: columns.into(),
            ..ExportProfile::new(Side::Vendor)
        };
        let read = read_told("backup.csv", text.as_bytes(), Side::Vendor, "2026-08", &[profile]);
        let read = read.unwrap();
        assert!(read.rejected.is_empty(), "{:?}", read.rejected);
        let lines = lines_of(&read.rows).into_iter();
        lines.map(|line| format!("{}, {}", line.quantity, line.full_amount)).collect::<Vec<_>>()
    };
    assert_eq!(bought(None), ["36, $72.00", "7, $14.00"]);
    assert_eq!(bought(Some(ReadingRule::Last)), ["12, $24.00", "7, $14.00"]);
    assert_eq!(bought(Some(ReadingRule::Peak)), ["14, $28.00", "7, $14.00"]);
}

#[test]
fn two_currencies_in_one_column_are_two_lines_and_never_one_sum() {
    let text = "\
Client,Product,Quantity,Unit Price
Acme,EXO,10,$4.00
Acme,EXO,5,€3.50
Acme,EXO,2,4.00 GBP
";
    assert_eq!(
        lines(Side::Psa, text),
        ["Acme: 5 × €3.50, €17.50", "Acme: 2 × £4.00, £8.00", "Acme: 10 × $4.00, $40.00"]
    );
}

#[test]
fn an_invoice_marked_credited_or_void_counts_nothing() {
    let text = "\
invoice_date,company_name,company_id,type,start_period,end_period,quantity,term,sku,description,cost,cost_total,currency_code,invoice_status
2026-08-05,Acme,c1,subscription,2026-08-01,2026-08-31,42,Monthly,BP,Business Premium,16.50,693.00,USD,Credited
2026-08-06,Acme,c1,subscription,2026-08-01,2026-08-31,40,Monthly,BP,Business Premium,16.50,660.00,USD,Unpaid
2026-08-06,Beta,c2,subscription,2026-08-01,2026-08-31,3,Monthly,BP,Business Premium,16.50,49.50,USD,Void
";
    assert_eq!(lines(Side::Vendor, text), ["Acme: 40 × $16.50, $660.00", "Beta: 0 × -, $0.00"]);
    let reasons = reasons(Side::Vendor, text);
    assert_eq!(reasons, ["invoice_credited", "", "invoice_credited"]);
}

#[test]
fn a_quantity_in_words_is_a_rejected_row_with_its_money() {
    let text = "Client,Product,Quantity,Unit Cost,Total Cost\nAcme,EXO,a few,4.00,12.00\nBeta,EXO,3,4.00,12.00\n";
    let read = read("export.csv", text.as_bytes(), Side::Vendor, "2026-08").unwrap();
    assert_eq!((read.rows.len(), read.rejected.len()), (1, 1));
    let rejected = &read.rejected[0];
    assert_eq!(rejected.at.to_string(), "export.csv:2:Quantity");
    assert_eq!(rejected.found, "a few");
    assert_eq!(rejected.amount.unwrap().to_string(), "$12.00");
}

/// The differences of Acme and Beta in August: kind, client, whether it is a claim.
fn differences(acme: &str) -> Vec<String> {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    msp.write(
        "vendor.csv",
        format!(
            "invoice_date,company_name,company_id,type,start_period,end_period,quantity,term,sku,description,cost,cost_total,currency_code\n\
             {acme}2026-08-05,Beta,c2,subscription,2026-08-01,2026-08-31,10,Monthly,BP,Microsoft 365 Business Premium,16.50,165.00,USD\n"
        ),
    );
    msp.write(
        "psa.csv",
        "Client,Product,Quantity,Unit Price\nAcme,Microsoft 365 Business Premium,15,26.00\n\
         Beta,Microsoft 365 Business Premium,10,26.00\n",
    );
    let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", "2026-08"], &files[..]].concat());
    let differences = table(&msp, "2026-08", "findings.csv").into_iter().map(|one| {
        let is_claim = 0.5 <= one["probability"].parse::<f64>().unwrap();
        format!("{} {} {}", one["kind"], one["client"], if is_claim { "claimed" } else { "asked" })
    });
    differences.collect()
}

/// The findings of August: kind, client, units on both sides, money.
fn found(vendor: &str, psa: &str) -> Vec<String> {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    msp.write("vendor.csv", vendor);
    msp.write("psa.csv", psa);
    let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", "2026-08"], &files[..]].concat());
    let told = table(&msp, "2026-08", "findings.csv").into_iter().map(|one| {
        let [kind, client, bought, billed, money] =
            ["kind", "client", "vendor_quantity", "psa_quantity", "monthly_impact"]
                .map(|at| &one[at]);
        format!("{kind} {client} {bought} {billed} {money}")
    });
    told.collect()
}

#[test]
fn a_subscription_cancelled_and_refunded_in_full_is_not_bought() {
    let days = ["8/1/2026", "8/31/2026"];
    let rows = recon("New", days, 31, "22", "682", "")
        + &recon("cancelImmediate", days, 31, "22", "-682", "");
    assert_eq!(reasons(Side::Vendor, &(RECON.to_owned() + &rows)), ["taken_back", "taken_back"]);
    // What was used of it is paid; its seats are gone all the same.
    let part = recon("New", days, 31, "22", "682", "")
        + &recon("cancelImmediate", ["8/6/2026", "8/31/2026"], 31, "18.45", "-572.00", "");
    assert_eq!(lines(Side::Vendor, &(RECON.to_owned() + &part))[0].split(' ').nth(1), Some("0"));
    // Half of the seats taken away is no cancellation.
    let less = recon("New", days, 31, "22", "682", "")
        + &recon("cancelImmediate", days, 5, "22", "-110", "");
    assert_eq!(lines(Side::Vendor, &(RECON.to_owned() + &less))[0].split(' ').nth(1), Some("31"));
}

#[test]
fn a_price_of_nothing_beside_a_bundle_is_asked_about() {
    let vendor = "Customer,Product,Quantity,Unit Cost\nAspen Dental,Microsoft 365 Business Premium,10,17.24\n\
                  Birch Law,Microsoft 365 Business Premium,20,17.24\n";
    let shown = "Client,Product,Quantity,Unit Price\nAspen Dental,Managed Workplace,10,85.00\n\
                 Aspen Dental,Microsoft 365 Business Premium,10,0.00\n\
                 Birch Law,Microsoft 365 Business Premium,20,0.00\n";
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    msp.write("vendor.csv", vendor);
    msp.write("psa.csv", shown);
    let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", "2026-08"], &files[..]].concat());
    let below: Vec<(String, bool)> = table(&msp, "2026-08", "findings.csv")
        .into_iter()
        .filter(|one| one["kind"] == "below_cost")
        .map(|one| (one["client"].clone(), 0.5 <= one["probability"].parse::<f64>().unwrap()))
        .collect();
    assert_eq!(below, [("Birch Law".to_owned(), true), ("Aspen Dental".to_owned(), false)]);
}

#[test]
fn a_row_for_each_device_is_no_duplicate_of_the_next() {
    let of_client = |client: &str, n: usize| {
        format!("{client},Microsoft 365 Business Premium,1,17.24\n").repeat(n)
    };
    let vendor = format!(
        "Customer,Product,Quantity,Unit Cost\n{}{}{}",
        of_client("Aspen Dental", 12),
        of_client("Cobalt Freight", 2),
        of_client("Birch Law", 9),
    );
    let psa = "Client,Product,Quantity,Unit Price\nAspen Dental,Microsoft 365 Business Premium,10,26.00\n\
               Cobalt Freight,Microsoft 365 Business Premium,1,26.00\n\
               Birch Law,Microsoft 365 Business Premium,9,26.00\n";
    assert_eq!(
        found(&vendor, psa),
        ["under_billed Aspen Dental 12 10 52.00", "under_billed Cobalt Freight 2 1 26.00"]
    );
    // Twelve rows of two columns: nothing but the client says how many there are.
    let users = "Customer,User Email,License\n".to_owned()
        + &(0..12)
            .map(|n| format!("Aspen Dental,u{n}@aspen.example,Microsoft 365 Business Premium\n"))
            .collect::<String>();
    let psa = "Client,Product,Quantity,Unit Price\nAspen Dental,Microsoft 365 Business Premium,10,26.00\n";
    assert_eq!(found(&users, psa), ["under_billed Aspen Dental 12 10 52.00"]);
}

#[test]
fn a_row_that_stands_there_twice_is_a_duplicate() {
    let row = |client: &str, units: u32| {
        format!("{client},Microsoft 365 Business Premium,{units},17.24\n")
    };
    let vendor = "Customer,Product,Quantity,Unit Cost\n".to_owned()
        + &row("Aspen Dental", 10).repeat(2)
        + &row("Birch Law", 1).repeat(2);
    let psa = "Client,Product,Quantity,Unit Price\nAspen Dental,Microsoft 365 Business Premium,10,26.00\n\
               Birch Law,Microsoft 365 Business Premium,1,26.00\n";
    assert_eq!(
        found(&vendor, psa),
        ["duplicate Aspen Dental 20 10 172.40", "duplicate Birch Law 2 1 17.24"]
    );
}

#[test]
fn what_was_only_changed_this_month_runs_and_is_asked_about() {
    let change = "2026-08-05,Acme,c1,prorate,2026-08-12,2026-08-31,3,Monthly,BP,Microsoft 365 Business Premium,10.65,31.94,USD\n";
    assert_eq!(differences(change), ["not_bought Acme asked"]);
    let back = change.replace(",3,", ",-3,").replace("31.94", "-31.94");
    assert_eq!(differences(&format!("{change}{back}")), ["not_bought Acme asked"]);
    // A change of July, told in August, says nothing of August; neither does money given back.
    let july = change.replace("2026-08-12,2026-08-31", "2026-07-12,2026-07-31");
    assert_eq!(differences(&july), ["not_bought Acme claimed"]);
    assert_eq!(differences(&back), ["not_bought Acme claimed"]);
}

const USE: &str = "PartnerId,CustomerId,CustomerName,ProductId,SkuId,SkuName,ChargeStartDate,ChargeEndDate,UsageDate,MeterId,MeterName,Unit,ChargeType,UnitPrice,Quantity,BillingPreTaxTotal,BillingCurrency\n";

/// The differences of a client whose meters come to $279.00 and who is billed this for the month's use.
fn differences_of_use(billed: &str) -> Vec<String> {
    let meters =
        [("0001", "D2 v3", "200.00"), ("0002", "Bandwidth", "70.00"), ("0003", "Hot LRS", "9.00")];
    let rows = meters.iter().map(|(sku, meter, money)| {
        format!("p,c1,Northwind,DZH318Z0BPS6,{sku},{meter},8/1/2026,8/31/2026,8/3/2026,m{sku},{meter},1 Hour,new,0.1,24,{money},USD\n")
    });
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    msp.write("vendor.csv", format!("{USE}{}", rows.collect::<String>()));
    let psa = format!("Client,Product,Quantity,Unit Price\nNorthwind,Azure usage,1,{billed}\n");
    msp.write("psa.csv", psa);
    let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", "2026-08"], &files[..]].concat());
    let findings = table(&msp, "2026-08", "findings.csv").into_iter();
    findings.map(|one| format!("{} {}", one["kind"], one["monthly_impact"])).collect()
}

#[test]
fn many_meters_billed_as_one_line_of_use_are_compared_in_money() {
    assert_eq!(differences_of_use("334.80"), [""; 0]);
    assert_eq!(differences_of_use("250.00"), ["below_cost 29.00"]);
}

const ARREARS: &str = "invoice_date,company_name,company_id,type,start_period,end_period,quantity,term,sku,description,cost,cost_total,currency_code\n";

/// Scores a month in which Acme's use is charged in these rows of one unit and billed as one line.
fn score_arrears(msp: &Msp, month: &str, charged: &[&str], billed: &str) -> Vec<String> {
    let rows = charged.iter().map(|money| {
        format!("{month}-28,Acme,c1,subscription,{month}-01,{month}-28,1,Arrears,MST-AZR,Azure usage,{money},{money},USD\n")
    });
    msp.write("vendor.csv", format!("{ARREARS}{}", rows.collect::<String>()));
    msp.write(
        "psa.csv",
        format!("Client,Product,Quantity,Unit Price\nAcme,Azure usage,1,{billed}\n"),
    );
    let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", month], &files[..]].concat());
    let findings = table(msp, month, "findings.csv").into_iter();
    findings.map(|one| format!("{} {}", one["kind"], one["monthly_impact"])).collect()
}

#[test]
fn use_in_arrears_on_seven_rows_billed_as_one_line_is_compared_in_money() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let charged = ["100.00", "50.00", "70.00", "9.00", "20.00", "25.00", "5.00"];
    assert_eq!(score_arrears(&msp, "2026-02", &charged, "334.80"), [""; 0], "cost and a fifth");
    assert_eq!(score_arrears(&msp, "2026-02", &charged, "250.00"), ["below_cost 29.00"]);
}

#[test]
fn use_that_is_billed_on_at_another_margin_than_in_every_month_before_is_missing_money() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    for (month, charged, billed) in [
        ("2026-02", "100.00", "120.00"),
        ("2026-03", "150.00", "180.00"),
        ("2026-04", "80.00", "96.00"),
    ] {
        assert_eq!(score_arrears(&msp, month, &[charged], billed), [""; 0]);
    }
    // The use rose and the line was not told.
    assert_eq!(score_arrears(&msp, "2026-05", &["200.00"], "220.00"), ["under_billed 20.00"]);
    let finding = table(&msp, "2026-05", "findings.csv").remove(0);
    assert!(
        finding["why"]
            .contains("at cost and 20 %, as in each of 3 months from Feb 2026 to Apr 2026"),
        "{finding:?}"
    );
    // A cent is what rounding explains.
    assert_eq!(score_arrears(&msp, "2026-05", &["200.01"], "240.00"), [""; 0]);
    assert_eq!(score_arrears(&msp, "2026-05", &["200.00"], "290.00"), ["over_billed 50.00"]);
}

#[test]
fn use_is_held_against_the_margin_that_is_configured_and_a_client_of_another_is_asked_about() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let settings = msp.text("workspace/seatdrift.toml");
    msp.write("workspace/seatdrift.toml", format!("{settings}\n[usage]\nmargin = 0.2\n"));
    // In a first month nothing else says what is agreed.
    assert_eq!(score_arrears(&msp, "2026-02", &["100.00"], "120.00"), [""; 0]);
    assert_eq!(score_arrears(&msp, "2026-02", &["100.00"], "110.00"), ["under_billed 10.00"]);
    let finding = table(&msp, "2026-02", "findings.csv").remove(0);
    assert!(finding["why"].contains("at cost and 20 %, as seatdrift.toml says"), "{finding:?}");
    assert!(0.5 < finding["probability"].parse().unwrap(), "{finding:?}");
    for month in ["2026-03", "2026-04"] {
        score_arrears(&msp, month, &["100.00"], "110.00");
    }
    // What it always was may have been agreed with this client.
    assert_eq!(score_arrears(&msp, "2026-05", &["100.00"], "110.00"), ["under_billed 10.00"]);
    let finding = table(&msp, "2026-05", "findings.csv").remove(0);
    assert!(finding["probability"].parse::<f64>().unwrap() < 0.5, "{finding:?}");
}

#[test]
fn hundreds_of_products_under_one_description_are_told_in_few_words() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let rows = |side: &str, price: &str| -> String {
        let row = |idx| format!("Acme,{side}{idx},Microsoft 365 Business Premium,5,{price}\n");
        (0..400).map(row).collect()
    };
    msp.write("v.csv", format!("Client,SKU,Product,Quantity,Unit Cost\n{}", rows("V", "16.50")));
    msp.write("p.csv", format!("Client,SKU,Product,Quantity,Unit Price\n{}", rows("P", "22.00")));
    let files = ["--vendor", "v.csv", "--psa", "p.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", "2026-10"], &files[..]].concat());
    let findings = table(&msp, "2026-10", "findings.csv");
    assert_eq!(findings.len(), 800);
    for one in &findings {
        assert!(one["why"].len() < 1500, "{}", one["why"]);
        assert!(one["why"].contains("So it may be with 3 more."), "{}", one["why"]);
    }
}

#[test]
fn meters_of_several_products_and_one_line_of_use_are_one_question_and_no_claim() {
    let msp = Msp::empty();
    msp.done(&["init", "workspace"]);
    let meters =
        [("VM", "Azure VM D2 v3", 100), ("BW", "Bandwidth", 20), ("DSK", "Premium SSD", 60)];
    let (mut vendor, mut psa) =
        (ARREARS.to_owned(), "Client,Product,Quantity,Unit Price\n".to_owned());
    for (client, extra) in
        [("Aspen Ridge Dental", 0), ("Boulder Creek Legal", 4), ("Cobalt Freight", 8)]
    {
        for (sku, name, money) in meters {
            let money = money + extra;
            vendor += &format!(
                "2026-02-28,{client},v-{client},subscription,2026-02-01,2026-02-28,24.5,Arrears,{sku},{name},,{money}.00,USD\n"
            );
        }
        let billed = (180 + 3 * extra) * 6;
        psa += &format!("{client},Azure usage,1,{}.{}0\n", billed / 5, billed % 5 * 2);
    }
    msp.write("vendor.csv", vendor);
    msp.write("psa.csv", psa);
    let files = ["--vendor", "vendor.csv", "--psa", "psa.csv"];
    msp.done(&[&["score", "--workspace", "workspace", "--month", "2026-02"], &files[..]].concat());
    let findings = table(&msp, "2026-02", "findings.csv");
    for finding in &findings {
        assert!(finding["probability"].parse::<f64>().unwrap() < 0.5, "{finding:?}");
    }
    let meters = findings.iter().filter(|one| one["kind"] == "not_billed");
    let causes: BTreeSet<&str> = meters.map(|one| one["cause"].as_str()).collect();
    assert_eq!(causes.into_iter().collect::<Vec<_>>(), ["product_unanswered:use"]);
}
