//! A group as a row of `lines.csv`.

use rust_decimal::Decimal;

use crate::domain::{Currency, Line, Money};
use crate::reconcile::{Compared, GroupStanding};
use crate::run::{ComparedLine, LineStatus};

/// What `lines.csv` says of a group; the findings are for its caller to add.
pub(super) fn compared_line(compared: &Compared<'_>) -> ComparedLine {
    let group = &compared.group;
    let psa: Vec<&Line> = group.psa_lines().collect();
    let first = group.vendor.first().or(psa.first());
    let currency = first.map(|line| line.key.currency);
    let of_own = |money: Option<Money>| {
        money.filter(|money| Some(money.currency) == currency).map(|money| money.amount)
    };
    let keys = |lines: &[&Line], of: fn(&Line) -> &str| -> String {
        let mut keys: Vec<&str> = Vec::new();
        for key in lines.iter().map(|line| of(line)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys.join(";")
    };
    ComparedLine {
        client: group.client_name.clone(),
        sku: group.sku_name.clone(),
        vendor_client: keys(&group.vendor, |line| &line.key.client.0),
        vendor_sku: keys(&group.vendor, |line| &line.key.sku.0),
        psa_client: keys(&psa, |line| &line.key.client.0),
        psa_sku: keys(&psa, |line| &line.key.sku.0),
        bought: compared.bought.0.normalize(),
        billed: compared.billed.0.normalize(),
        unit_cost: of_own(compared.cost).map(price),
        unit_price: of_own(compared.price).map(price),
        currency,
        margin: currency.and_then(|currency| margin(compared, currency)),
        status: status(compared),
        findings: Vec::new(),
    }
}

/// A price without the noise of a mean over rows.
fn price(unit: Decimal) -> Decimal {
    unit.round_dp(4).normalize()
}

/// What the line brings less what it costs this month. `None` where there is no one answer: lines in several
/// currencies, and a bundle, whose price is for more than this product.
fn margin(compared: &Compared<'_>, currency: Currency) -> Option<Decimal> {
    let group = &compared.group;
    let lines = || group.vendor.iter().chain(&group.psa);
    if !group.bundles.is_empty() || lines().any(|line| line.key.currency != currency) {
        return None;
    }
    let sum =
        |lines: &[&Line]| -> Decimal { lines.iter().map(|line| line.monthly_amount.amount).sum() };
    Some(sum(&group.psa) - sum(&group.vendor))
}

fn status(compared: &Compared<'_>) -> LineStatus {
    match compared.group.standing {
        _ if compared.given_away => LineStatus::GivenAway,
        GroupStanding::RightlyAlone => LineStatus::Alone,
        _ => LineStatus::Agrees,
    }
}
