//! Where a client is billed for a bundle and for one of its products alone: whether the bundle's seats
//! count for that product, as its own months and the other clients show it.

use std::collections::BTreeMap;

use super::partners::Partners;
use crate::domain::{Month, Side};
use crate::months::MonthlyLines;

/// Months looked back on, the newest with them.
const MONTHS_READ: i32 = 12;

/// Whether the seats of a bundle count for a product it holds, at a client that is billed for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleReading {
    /// What is bought is what is billed alone and in the bundle.
    Counted,
    /// What is bought is what is billed alone.
    Apart,
    /// Nothing says.
    Unknown,
}

/// How often each reading made what is billed what is bought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Votes {
    counted: usize,
    apart: usize,
}

impl Votes {
    fn verdict(self) -> Option<BundleReading> {
        match self.counted.cmp(&self.apart) {
            std::cmp::Ordering::Greater => Some(BundleReading::Counted),
            std::cmp::Ordering::Less => Some(BundleReading::Apart),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// What months and clients say of products that are sold alone and in bundles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BundleReadings {
    /// By the PSA's key of the product that is sold alone, by the PSA's client: months.
    votes: BTreeMap<String, BTreeMap<String, Votes>>,
}

/// One client's units of one product in a month.
#[derive(Default)]
struct Units {
    bought: f64,
    alone: f64,
    in_bundles: f64,
}

impl BundleReadings {
    /// Reads the months up to the newest.
    pub fn of(monthly: &MonthlyLines, newest: Month, partners: &Partners) -> Self {
        let (sold, holds) = products_and_bundles(partners);
        if holds.is_empty() {
            return Self::default();
        }
        let mut units: BTreeMap<(&str, &str, Month), Units> = BTreeMap::new();
        let months = monthly.from(newest.plus(1 - MONTHS_READ));
        for line in months.filter(|line| line.month <= newest) {
            match line.side {
                Side::Vendor => {
                    let client = partners.clients.partners(line.client).first();
                    if let (Some(&product), Some(client)) = (sold.get(line.sku), client) {
                        let key = (product, client.psa.as_str(), line.month);
                        units.entry(key).or_default().bought += line.quantity;
                    }
                }
                Side::Psa => {
                    if holds.values().flatten().any(|product| *product == line.sku) {
                        let key = (line.sku, line.client, line.month);
                        units.entry(key).or_default().alone += line.quantity;
                    }
                    for &product in holds.get(line.sku).into_iter().flatten() {
                        let key = (product, line.client, line.month);
                        units.entry(key).or_default().in_bundles += line.quantity;
                    }
                }
            }
        }
        let mut readings = Self::default();
        for ((product, client, _), units) in units {
            readings.vote(product, client, &units);
        }
        readings
    }

    fn vote(&mut self, product: &str, client: &str, units: &Units) {
        if units.in_bundles <= 0.0 || units.bought <= 0.0 {
            return;
        }
        let clients = self.votes.entry(product.to_owned()).or_default();
        let votes = clients.entry(client.to_owned()).or_default();
        votes.counted += usize::from(units.bought == units.alone + units.in_bundles);
        votes.apart += usize::from(units.bought == units.alone);
    }

    /// What a client's own months say of a product; where they say nothing, what most other clients say.
    pub(super) fn of_client(&self, product: &str, client: &str) -> BundleReading {
        let Some(clients) = self.votes.get(product) else { return BundleReading::Unknown };
        let own = clients.get(client).copied().unwrap_or_default();
        let others = || {
            let mut sum = Votes::default();
            for votes in clients.iter().filter(|(other, _)| *other != client).map(|(_, one)| *one) {
                match votes.verdict() {
                    Some(BundleReading::Counted) => sum.counted += 1,
                    Some(BundleReading::Apart) => sum.apart += 1,
                    Some(BundleReading::Unknown) | None => {}
                }
            }
            sum.verdict()
        };
        own.verdict().or_else(others).unwrap_or(BundleReading::Unknown)
    }
}

/// Vendor key → the PSA's key of the product it is, for products that are part of a bundle too; and bundle →
/// the products it holds, by their PSA's keys.
fn products_and_bundles(partners: &Partners) -> (BTreeMap<&str, &str>, BTreeMap<&str, Vec<&str>>) {
    let (mut sold, mut holds) = (BTreeMap::new(), BTreeMap::<&str, Vec<&str>>::new());
    let mut products: BTreeMap<&str, &str> = BTreeMap::new();
    for (vendor, partners) in &partners.skus.psa_of {
        let Some(own) = partners.iter().find(|one| !one.bundled) else { continue };
        products.insert(vendor, &own.psa);
        for bundle in partners.iter().filter(|one| one.bundled) {
            let held = holds.entry(&bundle.psa).or_default();
            if !held.contains(&own.psa.as_str()) {
                held.push(&own.psa);
            }
        }
    }
    // Every code of the product counts, whichever of them was called a part.
    for (vendor, product) in products {
        if holds.values().flatten().any(|held| *held == product) {
            sold.insert(vendor, product);
        }
    }
    (sold, holds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Probability;
    use crate::months::MonthlyLine;
    use crate::reconcile::Partner;

    fn partner(psa: &str, bundled: bool) -> Partner {
        Partner {
            psa: psa.to_owned(),
            psa_name: psa.to_owned(),
            probability: Probability::CERTAIN,
            bundled,
        }
    }

    fn line(
        side: Side,
        client: &'static str,
        sku: &'static str,
        quantity: f64,
    ) -> MonthlyLine<'static> {
        MonthlyLine {
            month: "2026-10".parse().unwrap(),
            side,
            client,
            client_name: client,
            sku,
            sku_name: sku,
            quantity,
            unit: None,
            currency: None,
        }
    }

    /// What `clients` say together: bought, billed alone, billed in the bundle.
    fn readings(clients: &[(&'static str, f64, f64, f64)]) -> BundleReadings {
        let mut partners = Partners::default();
        let of_mail = vec![partner("SEAT", true), partner("MAIL", false)];
        partners.skus.psa_of.insert("mail".to_owned(), of_mail);
        let mut lines = Vec::new();
        for &(client, bought, alone, in_bundle) in clients {
            partners.clients.psa_of.insert(client.to_owned(), vec![partner(client, false)]);
            lines.push(line(Side::Vendor, client, "mail", bought));
            lines.push(line(Side::Psa, client, "MAIL", alone));
            lines.push(line(Side::Psa, client, "SEAT", in_bundle));
        }
        let lines: MonthlyLines = lines.into_iter().collect();
        BundleReadings::of(&lines, "2026-10".parse().unwrap(), &partners)
    }

    #[test]
    fn a_client_is_read_as_its_own_months_are_and_else_as_the_others() {
        let both = readings(&[("alder", 40.0, 12.0, 28.0), ("birch", 9.0, 9.0, 5.0)]);
        assert_eq!(both.of_client("MAIL", "alder"), BundleReading::Counted);
        assert_eq!(both.of_client("MAIL", "birch"), BundleReading::Apart);
        assert_eq!(
            both.of_client("MAIL", "cedar"),
            BundleReading::Unknown,
            "one says this, one that"
        );
        let one = readings(&[("alder", 40.0, 12.0, 28.0), ("cedar", 7.0, 1.0, 3.0)]);
        assert_eq!(one.of_client("MAIL", "cedar"), BundleReading::Counted);
        assert_eq!(one.of_client("DESK", "cedar"), BundleReading::Unknown);
    }
}
