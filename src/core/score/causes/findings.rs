//! Each finding's cause: the widest that explains it, else itself.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::client_sides::Fate;
use super::words::told;
use super::{EndedContract, Facts};
use crate::domain::{EntityKind, ExportRow, FindingKind, LineKind, Month, Side};
use crate::normalise::product_name;
use crate::reconcile::{KindPartners, NameStanding};
use crate::run::{Cause, CauseKind, Finding, FindingLine, SinceLastMonth};
use crate::score::flag_keys::canonical_key;

/// What explains a finding, by the id it gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found<'a> {
    pub kind: CauseKind,
    pub about: String,
    pub contract: Option<&'a EndedContract>,
    /// For a client that is gone: the last month the other side had it.
    pub last: Option<Month>,
}

impl Found<'_> {
    fn of(kind: CauseKind, about: impl Into<String>) -> Self {
        Self { kind, about: about.into(), contract: None, last: None }
    }

    fn id(&self) -> String {
        self.kind.id(&self.about)
    }
}

/// Gives every finding its cause; the causes, by id.
pub(super) fn assign(
    findings: &mut [Finding],
    facts: &Facts<'_>,
    last_month: Option<&SinceLastMonth>,
) -> Vec<Cause> {
    let prices = PriceLists::of(findings, facts, last_month);
    let use_skus = use_skus(facts.rows);
    let view = View { facts, prices, best_of_psa: best_of_psa(facts), use_skus };
    let mut found: Vec<Option<Found<'_>>> =
        findings.iter().map(|finding| view.cause(finding)).collect();
    view.rename(findings, &mut found);
    let mut members: BTreeMap<String, (Found<'_>, Vec<usize>)> = BTreeMap::new();
    for (position, (finding, found)) in findings.iter_mut().zip(found).enumerate() {
        finding.cause = match found {
            Some(found) => {
                let id = found.id();
                members.entry(id.clone()).or_insert((found, Vec::new())).1.push(position);
                id
            }
            None => finding.id.clone(),
        };
    }
    let cause = |(id, (found, positions)): (String, (Found<'_>, Vec<usize>))| {
        let own: Vec<&Finding> = positions.iter().map(|&position| &findings[position]).collect();
        told(id, &found, &own)
    };
    members.into_iter().map(cause).collect()
}

/// What use that nobody has answered is asked about as.
pub(super) const USE: &str = "use";

/// The vendor's products of which every row is use.
fn use_skus(rows: &[ExportRow]) -> BTreeSet<&str> {
    let of_vendor = || rows.iter().filter(|row| row.side == Side::Vendor && row.is_compared());
    let mut skus: BTreeSet<&str> = of_vendor()
        .filter(|row| row.kind == LineKind::Usage)
        .map(|row| row.sku.0.as_str())
        .collect();
    if !skus.is_empty() {
        for row in of_vendor().filter(|row| row.kind == LineKind::FullPeriod) {
            skus.remove(row.sku.0.as_str());
        }
    }
    skus
}

/// A kind of name → PSA keys, each with the vendor's name that is likeliest to be it among those asked about.
type BestOfPsa<'a> = BTreeMap<&'a str, &'a str>;

fn best_of_psa<'a>(facts: &Facts<'a>) -> [BestOfPsa<'a>; 2] {
    [&facts.partners.clients, &facts.partners.skus].map(|kind| {
        let mut best: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
        for (vendor, pairs) in &kind.asked {
            for (psa, probability) in pairs {
                let own = best.entry(psa).or_insert((-1.0, vendor));
                if own.0 < probability.get() {
                    *own = (probability.get(), vendor);
                }
            }
        }
        best.into_iter().map(|(psa, (_, vendor))| (psa, vendor)).collect()
    })
}

struct View<'a> {
    facts: &'a Facts<'a>,
    prices: PriceLists,
    /// Of clients, then of products.
    best_of_psa: [BestOfPsa<'a>; 2],
    /// The vendor's products that are use alone.
    use_skus: BTreeSet<&'a str>,
}

impl<'a> View<'a> {
    fn cause(&self, finding: &Finding) -> Option<Found<'a>> {
        match finding.kind {
            FindingKind::PriceChanged | FindingKind::BelowCost => self.prices.of_finding(finding),
            FindingKind::NotBilled | FindingKind::NotBought => self
                .contract(finding)
                .or_else(|| self.unanswered(EntityKind::Client, finding))
                .or_else(|| self.one_sided_client(finding))
                .or_else(|| self.unanswered(EntityKind::Sku, finding)),
            FindingKind::UnderBilled => self.contract(finding),
            FindingKind::OverBilled | FindingKind::Duplicate => None,
        }
    }

    /// The contract whose end left a line unbilled.
    fn contract(&self, finding: &Finding) -> Option<Found<'a>> {
        if finding.kind == FindingKind::NotBought {
            return None;
        }
        let ended = |contract: &&EndedContract| {
            let psa = finding.lines.iter().filter(|line| line.side == Side::Psa);
            let is_its = |line: &FindingLine| {
                line.client == contract.client.0.as_str()
                    && contract.lines.keys().any(|sku| sku.0 == line.sku)
            };
            psa.into_iter().any(is_its)
        };
        let contract = self.facts.contracts.iter().find(ended)?;
        let about = format!("{}/{}", contract.client.0, contract.agreement);
        let found = Found::of(CauseKind::ContractEnded, about);
        Some(Found { contract: Some(contract), ..found })
    }

    /// The name that a person has not answered yet, or has no partner for.
    fn unanswered(&self, kind: EntityKind, finding: &Finding) -> Option<Found<'a>> {
        let line = own_line(finding)?;
        let (names, key, cause) = match kind {
            EntityKind::Client => {
                (&self.facts.partners.clients, line.client.as_str(), CauseKind::ClientUnanswered)
            }
            EntityKind::Sku => {
                (&self.facts.partners.skus, line.sku.as_str(), CauseKind::ProductUnanswered)
            }
        };
        let is_use =
            kind == EntityKind::Sku && line.side == Side::Vendor && self.use_skus.contains(key);
        let about = match names.standing(line.side, key) {
            // Which line of the PSA carries its use is one question, however many meters there are.
            NameStanding::Waiting(_) | NameStanding::Alone(_) if is_use => USE,
            NameStanding::Waiting(_) => self.asked_as(kind, names, line.side, key),
            // A client without a partner is told by what became of it.
            NameStanding::Alone(_) if kind == EntityKind::Sku => key,
            _ => return None,
        };
        Some(Found::of(cause, about))
    }

    /// The name that a question is asked under: the vendor's.
    fn asked_as<'k>(
        &'k self,
        kind: EntityKind,
        names: &KindPartners,
        side: Side,
        key: &'k str,
    ) -> &'k str {
        let best = &self.best_of_psa[usize::from(kind == EntityKind::Sku)];
        match side {
            Side::Vendor => key,
            Side::Psa => best
                .get(key)
                .filter(|vendor| names.psa_of.get(**vendor).is_none_or(Vec::is_empty))
                .copied()
                .unwrap_or(key),
        }
    }

    /// The client that one side alone has lines of.
    fn one_sided_client(&self, finding: &Finding) -> Option<Found<'a>> {
        let line = own_line(finding)?;
        let client = self.client_of(line);
        let (kind, last) = match self.facts.clients.fate(&client, line.side)? {
            Fate::Lost(month) => (CauseKind::LostClient, Some(month)),
            Fate::New => (CauseKind::NewClient, None),
            Fate::Alone => (CauseKind::ClientAlone, None),
        };
        Some(Found { last, ..Found::of(kind, client) })
    }

    /// The key of a client's series.
    fn client_of(&self, line: &FindingLine) -> String {
        match line.side {
            Side::Psa => line.client.clone(),
            Side::Vendor => {
                let partners = self.facts.partners.clients.partners(&line.client);
                canonical_key(&line.client, partners.first())
            }
        }
    }

    /// At one client as many units of one thing not billed as of another, whose name has a word of it, not
    /// bought: two names of one product.
    fn rename(&self, findings: &[Finding], found: &mut [Option<Found<'a>>]) {
        let mut by_units: BTreeMap<(String, Decimal), [Vec<usize>; 2]> = BTreeMap::new();
        for (position, finding) in findings.iter().enumerate() {
            let (side, units) = match finding.kind {
                FindingKind::NotBilled => (0, finding.vendor_quantity),
                FindingKind::NotBought => (1, finding.psa_quantity),
                _ => continue,
            };
            let Some(line) = own_line(finding).filter(|_| found[position].is_none()) else {
                continue;
            };
            if Decimal::ONE < units {
                let key = (self.client_of(line), units.normalize());
                by_units.entry(key).or_default()[side].push(position);
            }
        }
        for pair in by_units.into_values() {
            let ([bought], [billed]) = (pair[0].as_slice(), pair[1].as_slice()) else { continue };
            let own = [*bought, *billed].map(|position| own_line(&findings[position]));
            let [Some(vendor), Some(psa)] = own else { continue };
            let words =
                |name: &str| product_name(name, &[]).core.into_iter().collect::<BTreeSet<String>>();
            if words(&vendor.sku_name).is_disjoint(&words(&psa.sku_name)) {
                continue;
            }
            let about = format!("{}={}", vendor.sku, psa.sku);
            for position in [*bought, *billed] {
                found[position] = Some(Found::of(CauseKind::Rename, about.clone()));
            }
        }
    }
}

/// The line that a one-sided finding is about.
fn own_line(finding: &Finding) -> Option<&FindingLine> {
    let side = match finding.kind {
        FindingKind::NotBilled => Side::Vendor,
        FindingKind::NotBought => Side::Psa,
        _ => return None,
    };
    finding.lines.iter().find(|line| line.side == side && line.is_here())
}

/// The products whose price moved at the vendor, and the lines that have the new one.
#[derive(Default)]
struct PriceLists {
    /// Finding → its product.
    of_change: BTreeMap<String, String>,
    /// Lines that cost more than last month, with their product.
    dearer: Vec<(Vec<FindingLine>, String)>,
}

impl PriceLists {
    fn of(findings: &[Finding], facts: &Facts<'_>, last_month: Option<&SinceLastMonth>) -> Self {
        let changes = || findings.iter().filter(|one| one.kind == FindingKind::PriceChanged);
        // Of a line of several products the rows say which one it was.
        let of_several = changes().filter(|one| 1 < vendor_lines(one).count());
        let places: BTreeSet<&str> =
            of_several.flat_map(|one| &one.vendor_rows).map(String::as_str).collect();
        let mut by_place: BTreeMap<String, &str> = BTreeMap::new();
        if !places.is_empty() {
            for row in facts.rows.iter().filter(|row| row.side == Side::Vendor) {
                let place = row.place.to_string();
                if places.contains(place.as_str()) {
                    by_place.insert(place, &row.sku.0);
                }
            }
        }
        let rises: BTreeSet<&str> = last_month
            .iter()
            .flat_map(|last| &last.prices)
            .filter(|price| price.side == Side::Vendor && price.before < price.now)
            .map(|price| price.sku.as_str())
            .collect();
        let mut lists = Self::default();
        for finding in changes() {
            let of_rows = finding.vendor_rows.iter().find_map(|place| by_place.get(place).copied());
            let line = vendor_lines(finding).find(|line| of_rows.is_none_or(|sku| line.sku == sku));
            let Some(line) = line.or_else(|| vendor_lines(finding).next()) else { continue };
            lists.of_change.insert(finding.id.clone(), line.sku.clone());
            if rises.contains(line.sku_name.as_str()) {
                lists.dearer.push((finding.lines.clone(), line.sku.clone()));
            }
        }
        lists
    }

    /// The list behind a changed price, or behind a line that is below its cost since this month.
    fn of_finding<'a>(&self, finding: &Finding) -> Option<Found<'a>> {
        let own = self.of_change.get(&finding.id);
        let is_its = |(lines, _): &&(Vec<FindingLine>, String)| *lines == finding.lines;
        let is_new = finding.since.as_ref().is_none_or(|since| since.n_months == 1);
        let sku = own.or_else(|| {
            let dearer = self.dearer.iter().find(is_its).filter(|_| is_new)?;
            Some(&dearer.1)
        })?;
        Some(Found::of(CauseKind::PriceList, sku.clone()))
    }
}

fn vendor_lines(finding: &Finding) -> impl Iterator<Item = &FindingLine> {
    finding.lines.iter().filter(|line| line.side == Side::Vendor && line.is_here())
}
