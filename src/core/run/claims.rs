//! What is to be claimed at a vendor: charged twice, a part of a period charged otherwise than due, or a
//! price that a person wants taken up there.
//!
//! A change of units at the vendor is no claim: it stands among the changes.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{Finding, FindingKind, Run};
use crate::domain::{Currency, Side};
use crate::reconcile::SettlementVerdict;

/// One thing to claim.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The id of its finding, or of the recomputed line.
    pub id: String,
    /// The vendor's file it stands in; empty where no row is known.
    pub file: String,
    /// The client it was charged for.
    pub client: String,
    /// The product.
    pub product: String,
    /// What is wrong with it.
    pub what: ClaimKind,
    /// The money that is too much: once for a part of a period, else a month.
    pub money: Decimal,
    /// Its currency.
    pub currency: Currency,
    /// What was computed, in a sentence or two.
    pub why: String,
    /// `file:row` of the vendor's rows.
    pub rows: Vec<String>,
}

/// What a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimKind {
    /// The same line is charged twice.
    ChargedTwice,
    /// A part of a period is charged otherwise than its price gives.
    WrongProration,
    /// The price went up, and a person wants it taken up with the vendor.
    Price,
}

impl ClaimKind {
    /// The kind for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::ChargedTwice => "Charged twice",
            Self::WrongProration => "Part of a period, charged otherwise than due",
            Self::Price => "Price",
        }
    }
}

/// What is to be claimed at vendors, by file, then the most money first. `is_for_vendor` says whether a person
/// wants a finding fixed at the vendor.
pub fn claims(run: &Run, is_for_vendor: impl Fn(&Finding) -> bool) -> Vec<Claim> {
    let mut claims: Vec<Claim> =
        run.findings.iter().filter_map(|finding| of_finding(finding, &is_for_vendor)).collect();
    let told: BTreeSet<String> = claims.iter().flat_map(|claim| claim.rows.clone()).collect();
    let differing = run.explained.iter().filter(|line| {
        let is_vendors = line.side == Side::Vendor && line.verdict == SettlementVerdict::Differs;
        is_vendors && !line.rows.iter().any(|row| told.contains(row))
    });
    claims.extend(differing.filter_map(|line| {
        let money = line.charged - line.recomputed?;
        (Decimal::ZERO < money).then(|| Claim {
            id: line.id.clone(),
            file: file_of(&line.rows),
            client: line.client.clone(),
            product: line.sku.clone(),
            what: ClaimKind::WrongProration,
            money,
            currency: line.currency,
            why: line.why.clone(),
            rows: line.rows.clone(),
        })
    }));
    claims.sort_by(|one, other| {
        let by_file = one.file.cmp(&other.file).then(other.money.cmp(&one.money));
        by_file.then_with(|| one.id.cmp(&other.id))
    });
    claims
}

fn of_finding(finding: &Finding, is_for_vendor: &impl Fn(&Finding) -> bool) -> Option<Claim> {
    let what = match finding.kind {
        FindingKind::Duplicate
            if finding.twice_on == Some(Side::Vendor)
                && (finding.is_claim() || is_for_vendor(finding)) =>
        {
            ClaimKind::ChargedTwice
        }
        FindingKind::PriceChanged if is_for_vendor(finding) => ClaimKind::Price,
        _ => return None,
    };
    Some(Claim {
        id: finding.id.clone(),
        file: file_of(&finding.vendor_rows),
        client: finding.client.clone(),
        product: finding.sku.clone(),
        what,
        money: finding.monthly_impact,
        currency: finding.currency,
        why: finding.why.clone(),
        rows: finding.vendor_rows.clone(),
    })
}

/// The file that the first row stands in.
fn file_of(rows: &[String]) -> String {
    let file = rows.first().and_then(|place| place.rsplit_once(':')).map(|(file, _)| file);
    file.map_or_else(String::new, |file| file.split('!').next().unwrap_or(file).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::specimen;

    #[test]
    fn a_line_charged_twice_is_claimed_and_a_new_price_only_where_a_person_wants_it() {
        let mut run = specimen::one_price_list();
        let duplicate = &mut run.findings[0];
        (duplicate.kind, duplicate.twice_on) = (FindingKind::Duplicate, Some(Side::Vendor));
        duplicate.probability = crate::domain::Probability::clamped(0.9);
        let id = duplicate.id.clone();
        let found = claims(&run, |_| false);
        assert_eq!(found.iter().map(|one| &one.id).collect::<Vec<_>>(), [&id]);
        assert_eq!(found[0].what, ClaimKind::ChargedTwice);
        let all = claims(&run, |_| true);
        let is_news = |one: &&Finding| one.kind == FindingKind::PriceChanged;
        let n_prices = run.findings.iter().filter(is_news).count();
        assert_eq!(all.iter().filter(|one| one.what == ClaimKind::Price).count(), n_prices);
    }
}
