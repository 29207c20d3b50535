//! What nobody is billed for → what it would bring at the price it is sold at here.
//!
//! The client's own price comes first: on a line of this month that bills no unit of it, else of the last
//! month that billed it. Else the middle of what other clients pay this month. Else nobody knows. The price of
//! a bundle is for more than its part, and says nothing of it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use crate::domain::{
    ClientKey, Currency, Exclusion, ExportRow, FindingKind, Line, LineKey, Month, Side, SkuKey,
};
use crate::reconcile::{KindPartners, Partners};
use crate::run::{AtPrice, Finding, FindingLine, PriceFrom};

/// The findings whose price is asked for.
pub(super) struct PricesAsked {
    asked: Vec<Asked>,
    /// A PSA line → who asks for its price, as positions in `asked`. Only looked up in.
    own: FxHashMap<LineKey, Vec<usize>>,
}

/// One finding of units that nobody is billed for.
struct Asked {
    /// Its position.
    finding: usize,
    currency: Currency,
    /// The client's keys in the PSA.
    clients: BTreeSet<String>,
    /// The product's.
    skus: BTreeSet<String>,
    price: Option<(Decimal, PriceFrom)>,
}

/// Prices of a month: who asks, as a position, and one unit.
pub(super) type PricesSeen = Vec<(usize, Decimal)>;

impl PricesAsked {
    /// Those among all findings whose product is one of the PSA's.
    pub(super) fn of(findings: &[Finding], partners: &Partners) -> Self {
        let mut asked = Vec::new();
        let mut own: FxHashMap<LineKey, Vec<usize>> = FxHashMap::default();
        for (finding, one) in findings.iter().enumerate() {
            // What is metered is no seat, and has no price of a unit.
            let is_seats = one.vendor_quantity.fract().is_zero();
            if one.kind != FindingKind::NotBilled || !is_seats {
                continue;
            }
            let bought: Vec<&FindingLine> = bought(one).collect();
            let skus = sold_as(&partners.skus, bought.iter().map(|line| line.sku.as_str()));
            let clients = whole(&partners.clients, bought.iter().map(|line| line.client.as_str()));
            if skus.is_empty() {
                continue;
            }
            for (client, sku) in
                clients.iter().flat_map(|client| skus.iter().map(move |sku| (client, sku)))
            {
                let (client, sku) = (ClientKey(client.into()), SkuKey(sku.into()));
                let key = LineKey { side: Side::Psa, client, sku, currency: one.currency };
                own.entry(key).or_default().push(asked.len());
            }
            let currency = one.currency;
            asked.push(Asked { finding, currency, clients, skus, price: None });
        }
        Self { asked, own }
    }

    /// The clients' own prices on lines of this month: they bill no unit, but say what one costs.
    pub(super) fn take_this_month(&mut self, rows: &[ExportRow], lines: &[Line]) {
        for line in lines.iter().filter(|line| line.key.side == Side::Psa) {
            let Some(askers) = self.own.get(&line.key) else { continue };
            let Some(unit) = line.unit.map(|unit| unit.amount).or_else(|| lapsed(rows, line))
            else {
                continue;
            };
            for &asker in askers.iter().filter(|_| unit > Decimal::ZERO) {
                let from = || PriceFrom::ThisClient { sku: line.sku_name.to_string() };
                self.asked[asker].price.get_or_insert_with(|| (unit, from()));
            }
        }
    }

    /// The clients' own prices among the lines of an earlier month.
    pub(super) fn in_lines(&self, lines: &[Line]) -> PricesSeen {
        let priced = lines.iter().filter(|line| line.key.side == Side::Psa);
        let priced = priced.filter_map(|line| Some((self.own.get(&line.key)?, line.unit?.amount)));
        priced
            .filter(|(_, unit)| *unit > Decimal::ZERO)
            .flat_map(|(askers, unit)| askers.iter().map(move |&asker| (asker, unit)))
            .collect()
    }

    /// Takes what a month said of prices that no later one has said.
    pub(super) fn take(&mut self, month: Month, seen: PricesSeen) {
        for (asker, unit) in seen {
            let price = || (unit, PriceFrom::ThisClientIn { month });
            self.asked[asker].price.get_or_insert_with(price);
        }
    }

    /// Says of every finding what it would bring, where a price is known.
    pub(super) fn tell(self, findings: &mut [Finding], lines: &[Line]) {
        let mut sold: BTreeMap<(&str, Currency), Vec<(&str, Decimal)>> = BTreeMap::new();
        let is_open = self.asked.iter().any(|one| one.price.is_none());
        let billed = lines
            .iter()
            .filter(|line| is_open && line.key.side == Side::Psa && line.quantity.is_positive());
        for line in billed {
            if let Some(unit) = line.unit.filter(|unit| unit.amount > Decimal::ZERO) {
                let key = (line.key.sku.0.as_str(), line.key.currency);
                sold.entry(key).or_default().push((&line.key.client.0, unit.amount));
            }
        }
        for one in self.asked {
            let others = || -> Option<(Decimal, PriceFrom)> {
                let of = one.skus.iter().filter_map(|sku| sold.get(&(sku.as_str(), one.currency)));
                let of = of.flatten().filter(|(client, _)| !one.clients.contains(*client));
                let units: Vec<Decimal> = of.map(|(_, unit)| *unit).collect();
                let n = units.len();
                Some((middle(units)?, PriceFrom::OtherClients { n }))
            };
            let Some((unit, from)) = one.price.clone().or_else(others) else { continue };
            let finding = &mut findings[one.finding];
            // A mean over rows has more places than a price.
            let unit = unit.round_dp(4).normalize();
            let price =
                AtPrice { unit, monthly: (finding.vendor_quantity * unit).normalize(), from };
            let words = price.words(finding.currency);
            finding.evidence.push(("At the price it is sold at here".to_owned(), words));
            finding.at_price = Some(price);
        }
    }
}

fn bought(finding: &Finding) -> impl Iterator<Item = &FindingLine> {
    finding.lines.iter().filter(|line| line.side == Side::Vendor && line.is_here())
}

/// The partners of some vendor keys; a bundle is none.
fn whole<'k>(kind: &KindPartners, keys: impl Iterator<Item = &'k str>) -> BTreeSet<String> {
    let partners = keys.flat_map(|key| kind.partners(key));
    partners.filter(|one| !one.bundled).map(|one| one.psa.clone()).collect()
}

/// The PSA's keys of some vendor products, and those that are one product with them.
fn sold_as<'k>(skus: &KindPartners, keys: impl Iterator<Item = &'k str>) -> BTreeSet<String> {
    let own = whole(skus, keys);
    let others = own.iter().filter_map(|sku| skus.sold_as.get(sku)).flatten().cloned();
    own.iter().cloned().chain(others).collect()
}

/// The price on a line of which nothing is in force: ended, or not yet begun.
fn lapsed(rows: &[ExportRow], line: &Line) -> Option<Decimal> {
    let lapsed = line.excluded_rows.iter().map(|&row_idx| &rows[row_idx]).filter(|row| {
        let ended = [Exclusion::NoLongerInForce, Exclusion::NotYetEffective];
        row.exclusion.is_some_and(|reason| ended.contains(&reason))
    });
    lapsed.filter_map(|row| row.unit).map(|unit| unit.amount).next()
}

/// The one in the middle; of two the mean.
fn middle(mut units: Vec<Decimal>) -> Option<Decimal> {
    units.sort_unstable();
    let (low, high) = (units.get(units.len().checked_sub(1)? / 2)?, units.get(units.len() / 2)?);
    Some((low + high) / Decimal::TWO)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_price_is_exact_and_no_single_odd_client_moves_it() {
        let middle = |units: &[&str]| {
            let units = units.iter().map(|unit| unit.parse().unwrap()).collect();
            middle(units).map(|unit| unit.normalize().to_string())
        };
        assert_eq!(middle(&[]), None);
        assert_eq!(middle(&["9.00"]).unwrap(), "9");
        assert_eq!(middle(&["9.00", "400.00", "8.50"]).unwrap(), "9");
        assert_eq!(middle(&["9.01", "9.00"]).unwrap(), "9.005");
    }
}
