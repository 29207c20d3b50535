//! What is compared with what, and what it is worth.

use compact_str::{CompactString, format_compact};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    ClientKey, Currency, Exclusion, ExportFormat, ExportRow, FindingKind, Line, LineKind, Money,
    Place, Probability, Quantity, Side, SkuKey, Totals, lines_of,
};

fn usd() -> Currency {
    "USD".parse().unwrap()
}

fn money(text: &str) -> Money {
    Money::new(text.parse().unwrap(), usd())
}

static PAX8: ExportFormat =
    ExportFormat { word: "pax8_invoice", source: Some("Pax8"), ..ExportFormat::UNKNOWN };
static CONNECTWISE: ExportFormat = ExportFormat {
    word: "connectwise_additions",
    source: Some("the ConnectWise agreement"),
    ..ExportFormat::UNKNOWN
};

/// A month's rows on both sides, and who belongs to whom.
#[derive(Debug, Default)]
struct Books {
    rows: Vec<ExportRow>,
    partners: Partners,
    last_month: PriceBook,
}

impl Books {
    fn row(mut self, side: Side, client: &str, sku: &str, units: u32, unit: &str) -> Self {
        let quantity = Quantity::from(units);
        let unit = money(unit);
        self.rows.push(ExportRow {
            place: Place {
                file: format_compact!("{side}.csv"),
                sheet: None,
                row: self.rows.len() as u64 + 2,
            },
            side,
            format: match side {
                Side::Vendor => &PAX8,
                Side::Psa => &CONNECTWISE,
            },
            client: ClientKey(client.into()),
            client_name: client.into(),
            client_domain: None,
            sku: SkuKey(sku.into()),
            sku_name: sku.into(),
            codes: Vec::new(),
            kind: LineKind::FullPeriod,
            quantity,
            included: Quantity::ZERO,
            unit: Some(unit),
            amount: Money::new(quantity.0 * unit.amount, unit.currency),
            other_unit: None,
            list_unit: None,
            prorated_unit: None,
            period_start: None,
            period_end: None,
            term: None,
            agreement: None,
            charge_type: None,
            reference: None,
            exclusion: None,
            unknown: None,
        });
        self
    }

    fn bought(self, client: &str, sku: &str, units: u32, cost: &str) -> Self {
        self.row(Side::Vendor, client, sku, units, cost)
    }

    fn billed(self, client: &str, sku: &str, units: u32, price: &str) -> Self {
        self.row(Side::Psa, client, sku, units, price)
    }

    /// Changes the newest row.
    fn but(mut self, change: impl FnOnce(&mut ExportRow)) -> Self {
        change(self.rows.last_mut().unwrap());
        self
    }

    fn same(mut self, kind: &str, vendor: &str, psa: &str, probability: f64) -> Self {
        let names =
            if kind == "client" { &mut self.partners.clients } else { &mut self.partners.skus };
        let partner = Partner {
            psa: psa.to_owned(),
            psa_name: psa.to_owned(),
            probability: Probability::clamped(probability),
            bundled: kind == "bundle",
        };
        names.psa_of.entry(vendor.to_owned()).or_default().push(partner);
        names.vendor.insert(vendor.to_owned(), NameStanding::Paired);
        names.psa.insert(psa.to_owned(), NameStanding::Paired);
        self
    }

    /// The same names on both sides.
    fn paired(self) -> Self {
        let names: Vec<(CompactString, CompactString)> =
            self.rows.iter().map(|row| (row.client.0.clone(), row.sku.0.clone())).collect();
        let mut books = self;
        for (client, sku) in names {
            if books.partners.clients.partners(&client).is_empty() {
                books = books.same("client", &client, &client, 1.0);
            }
            if books.partners.skus.partners(&sku).is_empty() {
                books = books.same("sku", &sku, &sku, 1.0);
            }
        }
        books
    }

    fn found(&self) -> Vec<(FindingKind, String, String)> {
        let lines = lines_of(&self.rows);
        let reconciled = reconcile(&self.rows, &lines, &self.partners, &self.last_month);
        let differences = reconciled.groups.iter().flat_map(|compared| &compared.differences);
        differences
            .map(|found| (found.kind, found.impact.cents().to_string(), found.why.clone()))
            .collect()
    }

    fn kinds(&self) -> Vec<(FindingKind, String)> {
        self.found().into_iter().map(|(kind, impact, _)| (kind, impact)).collect()
    }
}

fn found(kind: FindingKind, impact: &str) -> (FindingKind, String) {
    (kind, impact.to_owned())
}

#[test]
fn seats_bought_but_not_billed_are_a_leak() {
    let books = Books::default()
        .bought("Acme", "BP", 42, "16.50")
        .billed("Acme", "BP", 36, "22.00")
        .paired();
    assert_eq!(books.kinds(), [found(FindingKind::UnderBilled, "132.00")]);
    insta::assert_snapshot!(books.found()[0].2, @"Pax8 charges for 42, the ConnectWise agreement bills 36: 6 units at $22.00 each, $132.00 a month, are not billed.");
}

#[test]
fn seats_billed_but_not_bought_are_valued_too() {
    let books =
        Books::default().bought("Acme", "BP", 6, "6.40").billed("Acme", "BP", 8, "8.00").paired();
    assert_eq!(books.kinds(), [found(FindingKind::OverBilled, "16.00")]);
}

#[test]
fn what_one_side_does_not_have_counts_with_its_own_money() {
    let bought_only = Books::default().bought("Acme", "EDR", 25, "3.10").paired();
    assert_eq!(bought_only.kinds(), [found(FindingKind::NotBilled, "77.50")]);
    let billed_only = Books::default().billed("Acme", "EDR", 8, "5.00").paired();
    assert_eq!(billed_only.kinds(), [found(FindingKind::NotBought, "40.00")]);
}

#[test]
fn the_monthly_and_the_annual_subscription_are_one_line_to_the_psa() {
    let books = Books::default()
        .bought("Acme", "BP-monthly", 5, "20.00")
        .bought("Acme", "BP-annual", 15, "16.00")
        .billed("Acme", "BP", 20, "22.00")
        .same("client", "Acme", "Acme", 1.0)
        .same("sku", "BP-monthly", "BP", 1.0)
        .same("sku", "BP-annual", "BP", 1.0);
    assert_eq!(books.kinds(), []);
}

#[test]
fn a_difference_that_a_waiting_line_may_explain_is_a_question() {
    let asked = |mut books: Books, likely: f64| {
        let likely = Probability::clamped(likely);
        books.partners.skus.asked =
            [("BP-annual".to_owned(), [("BP".to_owned(), likely)].into())].into();
        let waits = NameStanding::Waiting(likely.opposite());
        books.partners.skus.vendor.insert("BP-annual".to_owned(), waits);
        books
    };
    let books = || {
        Books::default()
            .bought("Acme", "BP-monthly", 5, "20.00")
            .bought("Acme", "BP-annual", 15, "16.00")
            .billed("Acme", "BP", 20, "22.00")
            .same("client", "Acme", "Acme", 1.0)
            .same("sku", "BP-monthly", "BP", 1.0)
    };
    let over_billed = |books: &Books| {
        let lines = lines_of(&books.rows);
        let reconciled = reconcile(&books.rows, &lines, &books.partners, &PriceBook::default());
        let mut differences = reconciled.groups.into_iter().flat_map(|group| group.differences);
        differences.find(|one| one.kind == FindingKind::OverBilled).unwrap()
    };
    let certain = over_billed(&books());
    assert_eq!(certain.probability, Probability::CERTAIN);
    let doubted = over_billed(&asked(books(), 0.7));
    assert!((doubted.probability.get() - 0.3).abs() < 1e-9);
    assert!(
        doubted.why.ends_with(
            "The vendor also charges 15 units of BP-annual to Acme, which may belong here: \
             its names wait for your answer."
        ),
        "{}",
        doubted.why
    );
}

#[test]
fn a_matched_client_is_called_as_in_the_psa_also_where_its_product_is_not_matched() {
    let books = Books::default().bought("0633 - Acme", "EDR", 5, "3.00").same(
        "client",
        "0633 - Acme",
        "Acme",
        1.0,
    );
    let lines = lines_of(&books.rows);
    let reconciled = reconcile(&books.rows, &lines, &books.partners, &PriceBook::default());
    let group = &reconciled.groups[0].group;
    assert_eq!((group.client_name.as_str(), group.sku_name.as_str()), ("Acme", "EDR"));
}

#[test]
fn each_part_of_a_bundle_is_compared_with_the_bundle() {
    let books = Books::default()
        .bought("Acme", "BP", 20, "16.00")
        .bought("Acme", "EDR", 17, "3.00")
        .billed("Acme", "Bundle", 20, "85.00")
        .same("client", "Acme", "Acme", 1.0)
        .same("bundle", "BP", "Bundle", 1.0)
        .same("bundle", "EDR", "Bundle", 1.0);
    assert_eq!(books.kinds(), [found(FindingKind::OverBilled, "255.00")]);
}

#[test]
fn two_vendor_accounts_of_one_client_are_billed_as_one() {
    let books = Books::default()
        .bought("Acme East", "BP", 20, "16.50")
        .bought("Acme West", "BP", 10, "16.50")
        .billed("Acme", "BP", 28, "22.00")
        .same("client", "Acme East", "Acme", 1.0)
        .same("client", "Acme West", "Acme", 1.0)
        .same("sku", "BP", "BP", 1.0);
    assert_eq!(books.kinds(), [found(FindingKind::UnderBilled, "44.00")]);
}

#[test]
fn a_parent_and_its_child_that_one_vendor_account_serves_are_counted_together() {
    let books = Books::default()
        .bought("Acme", "BP", 30, "16.50")
        .billed("Acme", "BP", 20, "22.00")
        .billed("Acme:Branch", "BP", 10, "22.00")
        .same("client", "Acme", "Acme", 1.0)
        .same("client", "Acme", "Acme:Branch", 1.0)
        .same("sku", "BP", "BP", 1.0);
    assert_eq!(books.kinds(), []);
}

#[test]
fn one_vendor_line_may_be_billed_as_two_products() {
    let books = Books::default()
        .bought("Acme", "BP", 30, "16.50")
        .billed("Acme", "BP office", 18, "22.00")
        .billed("Acme", "BP field", 10, "22.00")
        .same("client", "Acme", "Acme", 1.0)
        .same("sku", "BP", "BP office", 1.0)
        .same("sku", "BP", "BP field", 1.0);
    assert_eq!(books.kinds(), [found(FindingKind::UnderBilled, "44.00")]);
}

#[test]
fn a_line_given_away_on_purpose_is_no_finding() {
    let books = Books::default()
        .bought("Acme", "BP", 5, "16.00")
        .billed("Acme", "BP", 5, "0.00")
        .but(|row| row.exclusion = Some(Exclusion::DoNotBill))
        .paired();
    assert_eq!(books.kinds(), []);
    let lines = lines_of(&books.rows);
    let reconciled = reconcile(&books.rows, &lines, &books.partners, &PriceBook::default());
    assert!(reconciled.groups[0].given_away);
}

#[test]
fn a_duplicate_that_explains_the_surplus_is_not_over_billing_too() {
    let twice = Books::default()
        .bought("Acme", "BP", 10, "16.00")
        .billed("Acme", "BP", 10, "22.00")
        .billed("Acme", "BP", 10, "22.00")
        .paired();
    assert_eq!(twice.kinds(), [found(FindingKind::Duplicate, "220.00")]);
    let twice_and_more = Books::default()
        .bought("Acme", "BP", 9, "16.00")
        .billed("Acme", "BP", 10, "22.00")
        .billed("Acme", "BP", 10, "22.00")
        .paired();
    assert_eq!(
        twice_and_more.kinds(),
        [found(FindingKind::Duplicate, "220.00"), found(FindingKind::OverBilled, "22.00")]
    );
}

#[test]
fn seats_added_one_by_one_are_no_duplicate_of_each_other() {
    let books = Books::default()
        .bought("Acme", "BP", 14, "16.00")
        .billed("Acme", "BP", 15, "22.00")
        .billed("Acme", "BP", 1, "22.00")
        .billed("Acme", "BP", 1, "22.00")
        .paired();
    assert_eq!(books.kinds(), [found(FindingKind::OverBilled, "66.00")]);
}

#[test]
fn a_unit_sold_below_cost_and_one_repriced_are_told() {
    let mut books = Books::default()
        .bought("Acme", "BP", 10, "23.10")
        .billed("Acme", "BP", 10, "22.00")
        .paired();
    books.last_month = PriceBook::of(&Books::default().bought("Acme", "BP", 10, "21.00").rows);
    assert_eq!(
        books.kinds(),
        [found(FindingKind::BelowCost, "11.00"), found(FindingKind::PriceChanged, "21.00")]
    );
}

#[test]
fn a_renamed_client_is_compared_with_what_it_paid_under_its_old_name() {
    let mut books = Books::default()
        .bought("Acme - Dunstead", "BP", 10, "17.20")
        .billed("Acme", "BP", 10, "22.00")
        .same("client", "Acme - Dunstead", "Acme", 1.0)
        .same("client", "0312 - Acme", "Acme", 1.0)
        .same("sku", "BP", "BP", 1.0);
    books.last_month =
        PriceBook::of(&Books::default().bought("0312 - Acme", "BP", 10, "16.00").rows);
    assert_eq!(books.kinds(), [found(FindingKind::PriceChanged, "12.00")]);
}

/// Acme's seats in a month: monthly ones and annual ones at their prices.
fn two_terms(monthly: (u32, &str), annual: (u32, &str)) -> Books {
    let term = |name: &'static str| move |row: &mut ExportRow| row.term = Some(name.into());
    Books::default()
        .bought("Acme", "BP", monthly.0, monthly.1)
        .but(term("Monthly"))
        .bought("Acme", "BP", annual.0, annual.1)
        .but(term("Annual"))
}

#[test]
fn seats_that_move_to_another_term_are_no_price_change() {
    let mut books =
        two_terms((4, "20.00"), (16, "16.00")).billed("Acme", "BP", 20, "25.00").paired();
    books.last_month = PriceBook::of(&two_terms((10, "20.00"), (10, "16.00")).rows);
    assert_eq!(books.kinds(), []);
    // All of them, and none is left to compare with.
    books.last_month = PriceBook::of(&two_terms((20, "20.00"), (0, "16.00")).rows[..1]);
    assert_eq!(books.kinds(), []);
}

#[test]
fn each_term_is_compared_with_itself_at_this_months_quantities() {
    let mut books =
        two_terms((4, "21.00"), (16, "16.50")).billed("Acme", "BP", 20, "25.00").paired();
    books.last_month = PriceBook::of(&two_terms((10, "20.00"), (10, "16.00")).rows);
    // 4 × 1.00 + 16 × 0.50
    assert_eq!(books.kinds(), [found(FindingKind::PriceChanged, "12.00")]);
}

#[test]
fn several_costs_of_one_term_count_as_their_weighted_mean() {
    let mut books = Books::default()
        .bought("Acme", "BP", 5, "20.00")
        .bought("Acme", "BP", 15, "16.00")
        .billed("Acme", "BP", 20, "25.00")
        .paired();
    books.last_month = PriceBook::of(&Books::default().bought("Acme", "BP", 20, "16.50").rows);
    assert_eq!(books.kinds(), [found(FindingKind::PriceChanged, "10.00")]);
}

#[test]
fn a_proration_is_money_and_no_seat() {
    let books = Books::default()
        .bought("Acme", "BP", 42, "16.50")
        .bought("Acme", "BP", 6, "7.98")
        .but(|row| row.kind = LineKind::Proration)
        .billed("Acme", "BP", 42, "22.00")
        .paired();
    assert_eq!(books.kinds(), []);
}

#[test]
fn two_currencies_are_compared_in_units_and_never_in_money() {
    let books = Books::default()
        .bought("Acme", "BP", 10, "30.00")
        .but(|row| {
            let aud = "AUD".parse().unwrap();
            row.amount.currency = aud;
            row.unit = row.unit.map(|unit| Money::new(unit.amount, aud));
        })
        .billed("Acme", "BP", 10, "22.00")
        .paired();
    assert_eq!(books.kinds(), []);
}

fn random_books() -> impl Strategy<Value = Books> {
    let row = (any::<bool>(), 0..4usize, 0..4usize, 0..30u32, 0..6u8);
    proptest::collection::vec(row, 0..40).prop_map(|rows| {
        let mut books = Books::default();
        for (is_vendor, client, sku, units, special) in rows {
            let side = if is_vendor { Side::Vendor } else { Side::Psa };
            let (client, sku) = (format!("client {client}"), format!("sku {sku}"));
            books = books.row(side, &client, &sku, units, "2.35").but(|row| match special {
                0 => row.exclusion = Some(Exclusion::NoCharge),
                1 => row.kind = LineKind::Credit,
                2 => row.amount.amount = -row.amount.amount,
                _ => {}
            });
        }
        books
            .same("client", "client 0", "client 0", 0.9)
            .same("client", "client 1", "client 0", 0.8)
            .same("sku", "sku 0", "sku 0", 1.0)
            .same("bundle", "sku 1", "sku 0", 1.0)
            .same("sku", "sku 2", "sku 0", 1.0)
            .same("sku", "sku 2", "sku 1", 1.0)
    })
}

proptest! {
    #[test]
    fn no_row_and_no_cent_is_lost(books in random_books()) {
        let lines: Vec<Line> = lines_of(&books.rows);
        let reconciled = reconcile(&books.rows, &lines, &books.partners, &PriceBook::default());
        let flows = flows(&books.rows, &[], &lines, &books.partners, &reconciled);
        for side in [Side::Vendor, Side::Psa] {
            let rows = || books.rows.iter().filter(|row| row.side == side);
            let (n_rows, totals) = flows.side(side).all();
            prop_assert_eq!(n_rows, rows().count());
            prop_assert_eq!(totals, rows().map(|row| row.amount).collect::<Totals>());
        }
    }

    #[test]
    fn every_compared_line_is_in_exactly_one_group_but_for_bundles(books in random_books()) {
        let lines = lines_of(&books.rows);
        let groups = groups_of(&lines, &books.partners);
        for line in lines.iter().filter(|line| line.is_compared()) {
            let holds = |group: &&Group<'_>| {
                group.vendor.iter().chain(&group.psa).any(|member| member.key == line.key)
            };
            let n_groups = groups.iter().filter(holds).count();
            let in_bundle = groups.iter().filter(holds).any(|group| group.bundled);
            prop_assert!(n_groups == 1 || (in_bundle && n_groups > 1), "{:?} in {}", line.key, n_groups);
        }
    }
}
