//! Differences in what the vendor charges: another price than last month's, parts of a period at another
//! price than the whole, and what is charged twice.

use rust_decimal::Decimal;

use super::differences::View;
use super::finding_types::Difference;
use super::finding_types::{Settlement, SettlementVerdict};
use super::price_changes::{PriceChange, price_change};
use super::words;
use crate::domain::{FindingKind, Money, Probability, Side};

impl View<'_, '_> {
    /// What the vendor's lines cost otherwise than last month: one difference for the rises of the
    /// group, one for its falls.
    pub(super) fn price_changes(&self) -> Vec<Difference> {
        let changes: Vec<PriceChange<'_>> = self
            .compared
            .group
            .vendor
            .iter()
            .filter_map(|line| price_change(self.rows, line, self.month.books))
            .collect();
        let (rises, falls): (Vec<_>, Vec<_>) =
            changes.into_iter().partition(|change| change.change > Decimal::ZERO);
        let differences = [rises, falls].into_iter().filter_map(|changes| {
            let first = changes.first()?;
            let money = |one: &PriceChange<'_>| one.change * one.line.quantity.0;
            let same = changes.iter().filter(|one| one.now.currency == first.now.currency);
            let impact = Money::new(same.map(money).sum(), first.now.currency);
            let why = || words::price_changed(self.rows, &changes, impact);
            let mut difference = self.difference(FindingKind::PriceChanged, impact, why);
            difference.vendor_rows = changes.iter().flat_map(|one| one.line.rows.clone()).collect();
            difference.vendor_rows.sort_unstable();
            // The price is read from the vendor's own rows: no name has to be matched for it.
            difference.probability = Probability::CERTAIN;
            Some(difference)
        });
        differences.collect()
    }

    /// Prorations and credits at the vendor that are charged otherwise than the whole period's price
    /// says, or twice.
    pub(super) fn misprorated(&self) -> Vec<Difference> {
        let settlements = self.compared.settlements.iter().map(|&idx| &self.month.settlements[idx]);
        let differing = settlements.filter(|settlement| {
            settlement.verdict == SettlementVerdict::Differs && settlement.line.side == Side::Vendor
        });
        differing.map(|settlement| self.misprorating(settlement)).collect()
    }

    fn misprorating(&self, settlement: &Settlement) -> Difference {
        let (kind, why) = match settlement.repeats {
            None => (FindingKind::PriceChanged, words::misprorated as fn(&_, &_) -> _),
            Some(_) => (FindingKind::Duplicate, words::charged_again as fn(&_, &_) -> _),
        };
        let why = || why(self.rows, settlement);
        let mut difference = self.difference(kind, settlement.gap(), why);
        difference.vendor_rows = settlement.repeats.into_iter().collect();
        difference.vendor_rows.extend(&settlement.rows);
        difference.probability = settlement.probability;
        difference.twice_on = settlement.repeats.map(|_| settlement.line.side);
        let row = &self.rows[settlement.rows[0]];
        let day = row.period_start.map(|day| day.to_string()).unwrap_or_default();
        let reference = row.reference.clone().unwrap_or_default();
        difference.about = format!("{day} {reference} {} {}", row.quantity, row.amount.amount);
        if settlement.repeats.is_some() {
            // Of several repetitions each is one.
            difference.about.push_str(&format!(" {}", row.place.row));
        }
        difference
    }
}
