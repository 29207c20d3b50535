//! What is decided once is applied where it is true: bundles, terms, own services and own tenants, client by client.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use seatdrift_core::domain::Month;

use crate::decided::{decide, table};
use crate::msp::Msp;

const MONTH: &str = "2026-10";
/// Clients that both sides write alike.
const CLIENTS: [&str; 6] = [
    "Larch Valley Dental",
    "Osprey Title Company",
    "Tamarack Millwork",
    "Juno Veterinary Hospital",
    "Bluff Street Bakery",
    "Cardinal Surveying",
];
/// The vendor's code of a product: its name there, and what a unit costs.
const SOLD: [(&str, &str, &str); 6] = [
    ("MAIL", "Exchange Online (Plan 1)", "3.20"),
    ("PREMIUM", "Microsoft 365 Business Premium", "17.24"),
    ("PREMIUM-M", "Microsoft 365 Business Premium (Month to Month)", "20.70"),
    ("EDR", "Huntress Managed EDR", "3.10"),
    ("DUO", "Duo Essentials", "2.70"),
    ("AZURE", "Azure Plan", "0.00"),
];
/// The PSA's product: its name there, and the price of a unit.
const BILLED: [(&str, &str, &str); 8] = [
    ("EXO-P1", "Exchange Online (Plan 1)", "4.50"),
    ("M365-BP", "Microsoft 365 Business Premium", "26.00"),
    ("M365-BP-M", "Microsoft 365 Business Premium - Month to Month", "31.20"),
    ("HNT", "Huntress Managed EDR", "5.15"),
    ("DUO", "Duo Essentials", "4.00"),
    ("SEAT", "Calm Seat - All In", "85.00"),
    ("DESK", "Help Desk per User", "45.00"),
    ("AZ", "Azure Plan", "0.00"),
];

/// A month's books: client, code, units, and the money of a unit where it is not the usual one.
#[derive(Default, Clone)]
struct Books {
    bought: Vec<(String, &'static str, u32, Option<&'static str>)>,
    billed: Vec<(String, &'static str, u32, Option<&'static str>)>,
}

impl Books {
    /// Every client buys mail and is billed for it: names nobody has to ask about.
    fn new() -> Self {
        let mut books = Self::default();
        for (idx, client) in (3..).zip(CLIENTS) {
            books = books.bought(client, "MAIL", idx).billed(client, "EXO-P1", idx);
        }
        books
    }

    fn bought(mut self, client: &str, code: &'static str, units: u32) -> Self {
        self.bought.push((client.to_owned(), code, units, None));
        self
    }

    fn billed(mut self, client: &str, code: &'static str, units: u32) -> Self {
        self.billed.push((client.to_owned(), code, units, None));
        self
    }

    /// One unit of use at the vendor and one line in the PSA, of so much money each.
    fn used(mut self, client: &str, cost: &'static str, price: &'static str) -> Self {
        self.bought.push((client.to_owned(), "AZURE", 1, Some(cost)));
        self.billed.push((client.to_owned(), "AZ", 1, Some(price)));
        self
    }

    fn score(&self, msp: &Msp, month: &str) {
        let last = month.parse::<Month>().unwrap().last_day();
        let mut vendor = "invoice_date,company_name,company_id,type,start_period,end_period,quantity,term,sku,description,cost,cost_total,currency_code\n".to_owned();
        let mut psa = "Company Name,Agreement Name,Agreement Status,Product ID,Description,Quantity,Less Included,Unit Price,Ext Price,Effective Date,Cancelled Date,Bill Customer,Addition Status\n".to_owned();
        let total = |unit: &str, units: u32| {
            unit.parse::<rust_decimal::Decimal>().unwrap() * rust_decimal::Decimal::from(units)
        };
        for (client, code, units, unit) in &self.bought {
            let (_, name, usual) = SOLD.iter().find(|one| one.0 == *code).unwrap();
            let (unit, term) =
                (unit.unwrap_or(usual), if *code == "AZURE" { "Arrears" } else { "Annual" });
            let id = format!("id of {client}");
            vendor.push_str(&format!(
                "{month}-05,{client},{id},subscription,{month}-01,{last},{units},{term},{code},{name},{unit},{},USD\n",
                total(unit, *units)
            ));
        }
        for (client, code, units, unit) in &self.billed {
            let (_, name, usual) = BILLED.iter().find(|one| one.0 == *code).unwrap();
            let unit = unit.unwrap_or(usual);
            psa.push_str(&format!(
                "{client},Cloud,Active,{code},{name},{units}.00,0.00,${unit},${},2025-01-01,,Billable,Active\n",
                total(unit, *units)
            ));
        }
        msp.write("newest/vendor.csv", vendor);
        msp.write("newest/psa.csv", psa);
        let files = ["--vendor", "newest/vendor.csv", "--psa", "newest/psa.csv"];
        msp.done(&[&["score", "--workspace", "workspace", "--month", month], &files[..]].concat());
    }
}

fn workspace() -> Msp {
    let msp = Msp::empty();
    msp.done(&["init", "workspace", "--name", "Quillon IT"]);
    msp
}

/// `kind client bought billed money` of the findings that are claims, or of those that are questions.
fn findings(msp: &Msp, claims: bool) -> Vec<String> {
    let findings = table(msp, MONTH, "findings.csv").into_iter();
    let wanted =
        findings.filter(|one| claims == (0.5 <= one["probability"].parse::<f64>().unwrap()));
    let cells = ["kind", "client", "vendor_quantity", "psa_quantity", "monthly_impact"];
    let mut found: Vec<String> =
        wanted.map(|one| cells.map(|column| one[column].clone()).join(" ")).collect();
    found.sort();
    found
}

fn claims(msp: &Msp) -> Vec<String> {
    findings(msp, true)
}

const BUNDLE: &str = "sku,,PREMIUM,,SEAT,,bundle,part of the seat,,kim,2026-09-10T09:00:00Z\n";

#[test]
fn a_part_of_a_bundle_is_compared_with_its_own_line_where_a_client_has_no_bundle() {
    let msp = workspace();
    decide(&msp, BUNDLE);
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 12)
        .billed(CLIENTS[0], "M365-BP", 10)
        .bought(CLIENTS[1], "PREMIUM", 20)
        .billed(CLIENTS[1], "M365-BP", 20)
        .bought(CLIENTS[2], "PREMIUM", 31)
        .billed(CLIENTS[2], "SEAT", 31);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Larch Valley Dental 12 10 52.00"]);
    assert_eq!(findings(&msp, false), Vec::<String>::new());
}

#[test]
fn seats_in_the_bundle_and_alone_are_counted_together() {
    let msp = workspace();
    decide(&msp, BUNDLE);
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 40)
        .billed(CLIENTS[0], "SEAT", 28)
        .billed(CLIENTS[0], "M365-BP", 12)
        .bought(CLIENTS[1], "PREMIUM", 9)
        .billed(CLIENTS[1], "SEAT", 5)
        .billed(CLIENTS[1], "M365-BP", 3);
    books.score(&msp, MONTH);
    // The first shows that the bundle's seats count, so the second lacks one of the product alone.
    assert_eq!(claims(&msp), ["under_billed Osprey Title Company 9 8 26.00"]);
    let why = &table(&msp, MONTH, "findings.csv")[0]["why"];
    assert!(
        why.contains("as Microsoft 365 Business Premium and as part of Calm Seat - All In"),
        "{why}"
    );
}

#[test]
fn where_a_bundle_holds_the_product_at_no_client_its_seats_do_not_count() {
    let msp = workspace();
    decide(&msp, BUNDLE);
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 12)
        .billed(CLIENTS[0], "M365-BP", 12)
        .billed(CLIENTS[0], "SEAT", 28)
        .bought(CLIENTS[1], "PREMIUM", 9)
        .billed(CLIENTS[1], "M365-BP", 7)
        .billed(CLIENTS[1], "SEAT", 5);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Osprey Title Company 9 7 52.00"]);
}

#[test]
fn where_nothing_says_whether_the_bundles_seats_count_a_question_says_both() {
    let msp = workspace();
    decide(&msp, BUNDLE);
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 40)
        .billed(CLIENTS[0], "SEAT", 20)
        .billed(CLIENTS[0], "M365-BP", 12);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), Vec::<String>::new());
    assert_eq!(findings(&msp, false), ["under_billed Larch Valley Dental 40 32 208.00"]);
    let why = &table(&msp, MONTH, "findings.csv")[0]["why"];
    assert!(why.contains("With its seats 32 are billed, without them 12; 40 are bought"), "{why}");
}

#[test]
fn a_part_of_two_bundles_is_compared_with_whichever_a_client_has() {
    let msp = workspace();
    decide(&msp, &format!("{BUNDLE}{}", BUNDLE.replace("SEAT", "DESK")));
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 12)
        .billed(CLIENTS[0], "SEAT", 8)
        .billed(CLIENTS[0], "DESK", 4)
        .bought(CLIENTS[1], "PREMIUM", 9)
        .billed(CLIENTS[1], "DESK", 9)
        .bought(CLIENTS[2], "PREMIUM", 7)
        .billed(CLIENTS[2], "SEAT", 6);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Tamarack Millwork 7 6 85.00"]);
}

#[test]
fn a_product_called_a_part_of_itself_is_compared_as_ever_and_stands_in_one_row() {
    let msp = workspace();
    decide(&msp, &BUNDLE.replace("SEAT", "M365-BP"));
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 12)
        .billed(CLIENTS[0], "M365-BP", 10)
        .bought(CLIENTS[1], "PREMIUM", 9)
        .billed(CLIENTS[1], "M365-BP", 9);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Larch Valley Dental 12 10 52.00"]);
    let rows = table(&msp, MONTH, "suggestions.csv").into_iter();
    let rows: Vec<_> = rows.filter(|one| one["vendor_id"] == "PREMIUM").collect();
    assert_eq!((rows.len(), rows[0]["status"].as_str()), (1, "known"), "{rows:?}");
}

#[test]
fn of_two_decisions_about_a_pair_the_later_counts() {
    let msp = workspace();
    let same = "sku,,PREMIUM,,M365-BP,,same,,,kim,2026-09-11T09:00:00Z\n";
    decide(&msp, &format!("{}{same}", BUNDLE.replace("SEAT", "M365-BP")));
    let books = Books::new().bought(CLIENTS[0], "PREMIUM", 12).billed(CLIENTS[0], "M365-BP", 10);
    books.score(&msp, MONTH);
    let rows = table(&msp, MONTH, "suggestions.csv").into_iter();
    let rows: Vec<_> = rows.filter(|one| one["vendor_id"] == "PREMIUM").collect();
    assert_eq!(rows[0]["why"], "You confirmed this on 2026-09-11.", "{rows:?}");
}

#[test]
fn a_product_nobody_called_a_part_is_not_claimed_on_both_sides_of_a_bundle() {
    let msp = workspace();
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 14)
        .billed(CLIENTS[0], "SEAT", 14)
        .bought(CLIENTS[1], "PREMIUM", 22)
        .billed(CLIENTS[1], "SEAT", 22)
        .bought(CLIENTS[2], "PREMIUM", 8)
        .billed(CLIENTS[2], "M365-BP", 6);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Tamarack Millwork 8 6 52.00"]);
    assert_eq!(findings(&msp, false).len(), 4, "both lines of both clients are asked about");
}

#[test]
fn a_known_product_that_is_billed_and_bought_no_more_is_claimed_beside_another_of_as_many_seats() {
    let msp = workspace();
    let books = Books::new()
        .billed(CLIENTS[0], "M365-BP", 14)
        .bought(CLIENTS[0], "EDR", 14)
        .bought(CLIENTS[1], "PREMIUM", 9)
        .billed(CLIENTS[1], "M365-BP", 9)
        .bought(CLIENTS[2], "PREMIUM", 8)
        .billed(CLIENTS[2], "M365-BP", 8);
    books.score(&msp, MONTH);
    let claims = claims(&msp);
    assert!(
        claims.contains(&"not_bought Larch Valley Dental 0 14 364.00".to_owned()),
        "{claims:?}"
    );
}

#[test]
fn seats_bought_for_a_year_and_billed_by_the_month_are_the_same_seats() {
    let msp = workspace();
    let mut books =
        Books::new().bought(CLIENTS[0], "PREMIUM", 12).billed(CLIENTS[0], "M365-BP-M", 10);
    for client in &CLIENTS[1..4] {
        books = books.bought(client, "PREMIUM", 9).billed(client, "M365-BP", 9);
    }
    for client in &CLIENTS[4..] {
        books = books.bought(client, "PREMIUM-M", 7).billed(client, "M365-BP-M", 7);
    }
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Larch Valley Dental 12 10 62.40"]);
    assert_eq!(findings(&msp, false), Vec::<String>::new());
}

#[test]
fn an_own_service_is_one_question_and_equal_names_are_accepted_beside_it() {
    let msp = workspace();
    let mut books =
        Books::new().bought(CLIENTS[0], "PREMIUM", 12).billed(CLIENTS[0], "M365-BP", 10);
    for (units, client) in (14..).step_by(3).zip(&CLIENTS[1..]) {
        books = books.bought(client, "PREMIUM", units).billed(client, "M365-BP", units);
        books = books.billed(client, "DESK", units);
    }
    books = books.billed(CLIENTS[0], "DESK", 12);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Larch Valley Dental 12 10 52.00"]);
    assert_eq!(findings(&msp, false).len(), 6, "its lines are questions");
    let terminal = msp.run(&["report"]).stdout;
    let said = terminal.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("You lose $52.00 a month"), "{terminal}");
}

#[test]
fn a_service_billed_by_the_month_to_several_who_buy_by_the_year_is_nobodys_own() {
    let msp = workspace();
    let mut books = Books::new();
    for client in &CLIENTS[..3] {
        books = books.bought(client, "PREMIUM", 12).billed(client, "M365-BP-M", 10);
    }
    for client in &CLIENTS[3..] {
        books = books.bought(client, "PREMIUM", 9).billed(client, "M365-BP", 9);
    }
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp).len(), 3, "{:?} {:?}", claims(&msp), findings(&msp, false));
}

#[test]
fn a_line_of_an_own_service_that_a_person_wants_fixed_is_a_claim() {
    let msp = workspace();
    let mut books = Books::new();
    for client in &CLIENTS[..3] {
        books = books.billed(client, "DESK", 12);
    }
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), Vec::<String>::new());
    decide(&msp, &format!("line,,,{},DESK,2026-10,fix_psa,,,kim,\n", CLIENTS[0]));
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["not_bought Larch Valley Dental 0 12 540.00"]);
}

#[test]
fn what_a_vendor_began_to_charge_this_month_and_nobody_is_billed_for_is_claimed() {
    let msp = workspace();
    Books::new().score(&msp, "2026-09");
    let mut books = Books::new();
    for client in &CLIENTS[..3] {
        books = books.bought(client, "DUO", 10);
    }
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp).len(), 3, "{:?}", claims(&msp));
}

#[test]
fn the_msps_own_tenant_is_asked_about_once_and_is_no_loss() {
    let msp = workspace();
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 12)
        .billed(CLIENTS[0], "M365-BP", 10)
        .bought("Quillon IT - INTERNAL", "PREMIUM", 79)
        .bought("Quillon IT - INTERNAL", "MAIL", 12);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Larch Valley Dental 12 10 52.00"]);
    let served = crate::served::Served::of(&msp, &[]);
    let card = served.get("/names").1;
    assert!(card.contains("Is this Quillon IT itself?"), "{card}");
    let id =
        card.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer = [("id", id.as_str()), ("queue", "names"), ("verdict", "none")];
    assert_eq!(served.post("/decide", &answer).0, 303);
    books.score(&msp, MONTH);
    assert_eq!(findings(&msp, false), Vec::<String>::new());
}

#[test]
fn a_client_under_two_names_is_one_question_and_no_double_claim() {
    let msp = workspace();
    let books = Books::new()
        .bought(CLIENTS[0], "PREMIUM", 12)
        .billed(CLIENTS[0], "M365-BP", 10)
        .bought("Wharfside Holdings", "MAIL", 23)
        .bought("Wharfside Holdings", "PREMIUM", 17)
        .billed("Pelican Marine", "EXO-P1", 23)
        .billed("Pelican Marine", "M365-BP", 15);
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), ["under_billed Larch Valley Dental 12 10 52.00"]);
    let asked = table(&msp, MONTH, "suggestions.csv").into_iter();
    let asked: Vec<_> = asked.filter(|one| one["vendor_name"] == "Wharfside Holdings").collect();
    assert_eq!((asked.len(), asked[0]["status"].as_str()), (1, "review"), "{asked:?}");
    assert_eq!(asked[0]["psa_name"], "Pelican Marine");
}

#[test]
fn a_credit_for_use_is_passed_on_by_a_credit() {
    let msp = workspace();
    let mut books = Books::new().used(CLIENTS[0], "-22.20", "-26.64");
    for (client, cost, price) in
        [(1, "659.51", "791.41"), (2, "52.42", "62.90"), (3, "127.04", "152.45")]
    {
        books = books.used(CLIENTS[client], cost, price);
    }
    books.score(&msp, MONTH);
    assert_eq!(claims(&msp), Vec::<String>::new());
}

#[test]
fn a_product_new_at_every_client_is_one_flag() {
    let msp = workspace();
    for month in 1..10 {
        Books::new().score(&msp, &format!("2026-{month:02}"));
    }
    let mut books = Books::new();
    for (units, client) in (5..).zip(CLIENTS) {
        books = books.bought(client, "DUO", units).billed(client, "DUO", units);
    }
    books.score(&msp, MONTH);
    let flags = table(&msp, MONTH, "flags.csv");
    assert_eq!(flags.len(), 1, "{flags:?}");
    assert!(flags[0]["why"].starts_with("A new product: 45 units"), "{flags:?}");
    assert!(flags[0]["why"].contains("at 6 clients, and no client had it before"), "{flags:?}");
}
