//! The seats of the day: each customer's subscriptions, as charges for the cycle that holds the day.

use super::Microsoft;
use super::charges::{Price, Prices};
use crate::ask::Ask;
use crate::json::Object;
use crate::pages;
use crate::periods;
use crate::sheet::Sheet;
use crate::source::{Count, Gathered, LINE, Wanted};
use crate::trouble::Trouble;
use crate::words::{Tally, counted};

/// Columns of the reconciliation file that a subscription fills, after the source's own id.
const COLUMNS: [&str; 19] = [
    LINE,
    "CustomerId",
    "CustomerName",
    "CustomerDomainName",
    "OrderId",
    "ProductId",
    "SkuId",
    "AvailabilityId",
    "SkuName",
    "ChargeType",
    "Quantity",
    "Currency",
    "SubscriptionId",
    "ChargeStartDate",
    "ChargeEndDate",
    "TermAndBillingCycle",
    "EffectiveUnitPrice",
    "BillableQuantity",
    "BillingFrequency",
];

/// Subscriptions that are charged for.
const CHARGED: [&str; 2] = ["active", "suspended"];

struct Customer {
    id: String,
    name: String,
    domain: String,
}

/// Subscriptions that are no seats, by why.
#[derive(Default)]
struct LeftOut {
    states: Tally,
    n_metered: usize,
    n_trials: usize,
    n_suspended: usize,
    n_without_price: usize,
}

pub(super) async fn read(
    tenant: &Microsoft<'_>,
    prices: &Prices,
    wanted: Wanted,
    gathered: &mut Gathered,
) -> Result<Sheet, Trouble> {
    let customers = customers(tenant, gathered).await?;
    let mut sheet = Sheet::new(&COLUMNS);
    let (mut left_out, mut n_rows) = (LeftOut::default(), 0);
    for (position, customer) in customers.iter().enumerate() {
        let what = format!("subscriptions of customer {} of {}", position + 1, customers.len());
        let address = tenant.partner_base.at("customers/{}/subscriptions", &[&customer.id]);
        let ask = Ask::get(&what, address).header("accept", "application/json");
        let answer = tenant.partner.ask(ask).await?;
        let (about, rows) = pages::rows(&what, &answer, "items")?;
        Count::tied(&what, rows.len(), about.count("totalCount"))?;
        n_rows += rows.len();
        for one in &rows {
            if !left_out.is_a_seat(one) {
                continue;
            }
            let price = prices.get(&one.text("id").to_lowercase());
            left_out.n_without_price += usize::from(price.is_none());
            sheet.push(cells(one, customer, price, wanted));
        }
    }
    gathered.counts.push(Count::tied("subscriptions", n_rows, None)?);
    gathered.notes.extend(left_out.notes());
    Ok(sheet)
}

/// The customers that we sell to.
async fn customers(
    tenant: &Microsoft<'_>,
    gathered: &mut Gathered,
) -> Result<Vec<Customer>, Trouble> {
    let (mut customers, mut others) = (Vec::new(), Tally::default());
    let listed = tenant.all("customers", |one| {
        let relation = one.text("relationshipToPartner");
        if !relation.is_empty() && !relation.eq_ignore_ascii_case("reseller") {
            others.add(&relation);
            return;
        }
        customers.push(Customer {
            id: one.text("id"),
            name: one.inner("companyProfile", "companyName"),
            domain: one.inner("companyProfile", "domain"),
        });
    });
    gathered.counts.push(listed.await?);
    let others = others.sentence("customers of others, not asked for subscriptions");
    gathered.notes.extend(others);
    if customers.is_empty() {
        gathered.notes.push(
            "Partner Center shows no customer that is ours: an app that may not see them gets the same answer"
                .to_owned(),
        );
    }
    Ok(customers)
}

impl LeftOut {
    fn is_a_seat(&mut self, one: &Object<'_>) -> bool {
        let status = one.text("status").to_lowercase();
        if !CHARGED.contains(&status.as_str()) {
            self.states.add(&status);
            return false;
        }
        let is_metered = one.text("billingType").eq_ignore_ascii_case("usage");
        let is_trial = one.is_true("isTrial");
        self.n_metered += usize::from(is_metered);
        self.n_trials += usize::from(is_trial && !is_metered);
        let is_seat = !is_metered && !is_trial;
        self.n_suspended += usize::from(is_seat && status == "suspended");
        is_seat
    }

    fn notes(&self) -> Vec<String> {
        let states = "subscriptions left out that are not in force";
        let without_price = "subscriptions without a charge for a whole cycle in what was read, whose seats have no price";
        let notes = [
            self.states.sentence(states),
            counted("subscriptions billed by usage, which have no seats", self.n_metered),
            counted("trials left out", self.n_trials),
            counted(
                "suspended subscriptions that count, since they are charged for",
                self.n_suspended,
            ),
            counted(without_price, self.n_without_price),
        ];
        notes.into_iter().flatten().collect()
    }
}

/// A subscription as a charge for the cycle that holds the day.
fn cells(
    one: &Object<'_>,
    customer: &Customer,
    price: Option<&Price>,
    wanted: Wanted,
) -> Vec<String> {
    let offer = one.text("offerId");
    let mut codes = offer.split(':');
    let [product, sku, availability] =
        std::array::from_fn(|_| codes.next().unwrap_or_default().to_owned());
    let (cycle, term) = (one.text("billingCycle"), one.text("termDuration"));
    let begun = one.day("effectiveStartDate").or_else(|| one.day("creationDate"));
    let (start, end) = periods::around(wanted.day, begun, periods::months(&cycle));
    let friendly = Some(one.text("offerName")).filter(|name| !name.is_empty());
    let cell = |column: &str| match column {
        LINE | "SubscriptionId" => one.text("id"),
        "CustomerId" => customer.id.clone(),
        "CustomerName" => customer.name.clone(),
        "CustomerDomainName" => customer.domain.clone(),
        "OrderId" => one.text("orderId"),
        "ProductId" => product.clone(),
        "SkuId" => sku.clone(),
        "AvailabilityId" => availability.clone(),
        "SkuName" => friendly.clone().unwrap_or_else(|| one.text("friendlyName")),
        "ChargeType" => "cycleCharge".to_owned(),
        "Quantity" | "BillableQuantity" => one.number("quantity"),
        "Currency" => price.map(|price| price.currency.clone()).unwrap_or_default(),
        "ChargeStartDate" => start.to_string(),
        "ChargeEndDate" => end.to_string(),
        "TermAndBillingCycle" => format!("{term} {cycle}").trim().to_owned(),
        "EffectiveUnitPrice" => price.map(|price| price.amount.to_string()).unwrap_or_default(),
        _ => cycle.clone(),
    };
    COLUMNS.iter().map(|column| cell(column)).collect()
}
