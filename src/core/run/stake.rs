//! Findings → the one number: money at stake a month, with its parts, one currency at a time.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::Currency;

use super::{Finding, FindingKind, Run};

/// Money at stake a month in one currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Stake {
    /// The currency. Two are never added.
    pub currency: Currency,
    /// The sum of the parts.
    pub total: Decimal,
    /// What it is made of, in the order of [`FindingKind::ALL`]; kinds without a claim are left out.
    pub parts: Vec<StakePart>,
}

/// The claims of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StakePart {
    /// What kind of difference.
    pub kind: FindingKind,
    /// How many findings.
    pub n_findings: usize,
    /// Their money a month.
    pub amount: Decimal,
}

/// Whether a kind is money at stake. A changed vendor price is news: its loss, if there is one,
/// stands in the finding below cost.
pub fn counts_as_stake(kind: FindingKind) -> bool {
    kind != FindingKind::PriceChanged
}

/// Money at stake a month: the claims, by currency, the workspace's own first and always there.
pub fn at_stake(run: &Run) -> Vec<Stake> {
    stakes(run, Finding::is_claim)
}

/// The same for what is only a question so far. Currencies without one are left out.
pub fn in_question(run: &Run) -> Vec<Stake> {
    let mut stakes = stakes(run, |finding| !finding.is_claim());
    stakes.retain(|stake| !stake.parts.is_empty());
    stakes
}

/// Prices that the vendor changed, by currency: how many, and the money a month they move, more or less. News,
/// and in no sum.
pub fn price_news(run: &Run) -> BTreeMap<Currency, (usize, Decimal)> {
    let mut news: BTreeMap<Currency, (usize, Decimal)> = BTreeMap::new();
    for finding in run.findings.iter().filter(|one| !counts_as_stake(one.kind)) {
        let (n, money) = news.entry(finding.currency).or_default();
        *n += 1;
        *money += finding.monthly_impact;
    }
    news
}

fn stakes(run: &Run, included: fn(&Finding) -> bool) -> Vec<Stake> {
    let mut sums: BTreeMap<(bool, Currency), BTreeMap<FindingKind, (usize, Decimal)>> =
        BTreeMap::from([((false, run.currency), BTreeMap::new())]);
    for finding in &run.findings {
        if !counts_as_stake(finding.kind) || !included(finding) {
            continue;
        }
        let key = (finding.currency != run.currency, finding.currency);
        let part = sums.entry(key).or_default().entry(finding.kind).or_default();
        part.0 += 1;
        part.1 += finding.monthly_impact;
    }
    sums.into_iter().map(|((_, currency), kinds)| stake(currency, &kinds)).collect()
}

fn stake(currency: Currency, kinds: &BTreeMap<FindingKind, (usize, Decimal)>) -> Stake {
    let parts: Vec<StakePart> = FindingKind::ALL
        .into_iter()
        .filter_map(|kind| {
            let &(n_findings, amount) = kinds.get(&kind)?;
            Some(StakePart { kind, n_findings, amount })
        })
        .collect();
    Stake { currency, total: parts.iter().map(|part| part.amount).sum(), parts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::specimen;

    #[test]
    fn the_number_is_the_sum_of_its_parts_and_of_the_claims() {
        let run = specimen::october();
        let dollars: Decimal = run
            .findings
            .iter()
            .filter(|f| f.currency == run.currency && f.is_claim())
            .filter(|f| f.kind != FindingKind::PriceChanged)
            .map(|f| f.monthly_impact)
            .sum();
        let stakes = at_stake(&run);
        assert_eq!(stakes[0].currency, run.currency);
        assert_eq!(stakes[0].total, dollars);
        assert_eq!(stakes[0].parts.iter().map(|part| part.amount).sum::<Decimal>(), dollars);
    }

    #[test]
    fn a_second_currency_is_its_own_number() {
        let run = specimen::october();
        let codes: Vec<String> =
            at_stake(&run).iter().map(|stake| stake.currency.to_string()).collect();
        assert_eq!(codes, ["USD", "EUR"]);
    }

    #[test]
    fn a_month_without_findings_has_nothing_at_stake() {
        let stakes = at_stake(&specimen::quiet());
        assert_eq!(stakes.len(), 1);
        assert_eq!(stakes[0].total, Decimal::ZERO);
        assert!(in_question(&specimen::quiet()).is_empty());
    }
}
