//! Lines of both sides that belong together.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::bundle_readings::BundleReading;
use super::other_ways;
use super::partners::{KindPartners, LineNames, Partner, Partners};
use super::roots::Roots;
use crate::domain::{Line, Probability, Quantity, Side};

/// How a group's names stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GroupStanding {
    /// Lines on both sides.
    Compared,
    /// Both names have partners and the other side has no line for them.
    OneSided,
    /// A name waits for a person.
    Waiting,
    /// A name has no partner.
    Alone,
    /// A person said that a name has no partner, and that this is right.
    RightlyAlone,
}

/// Lines that are compared together: all lines of one group count as one.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// What is bought.
    pub vendor: Vec<&'a Line>,
    /// What is billed.
    pub psa: Vec<&'a Line>,
    /// PSA lines of the same names whose every row is excluded.
    pub psa_excluded: Vec<&'a Line>,
    /// How the names stand.
    pub standing: GroupStanding,
    /// With lines on both sides, or both names paired: that the names are matched right. Else: that
    /// there truly is no partner.
    pub probability: Probability,
    /// The vendor lines are one part of the PSA's bundle, and billed nowhere else.
    pub bundled: bool,
    /// Those of `psa` that are bundles with a part among the vendor lines.
    pub bundles: Vec<&'a Line>,
    /// Bundles whose seats do not count for what the client is billed alone; not in `psa`.
    pub apart: Vec<&'a Line>,
    /// Of seats alone and in bundles: whether it is known that the bundles' count.
    pub reading: BundleReading,
    /// The client's name: the PSA's where matched, else the vendor's.
    pub client_name: String,
    /// The product's name, likewise.
    pub sku_name: String,
}

impl<'a> Group<'a> {
    /// What is billed as the product itself; for what is billed in bundles alone, the bundles.
    pub fn sold_alone(&self) -> Vec<&'a Line> {
        let is_alone =
            |line: &&&Line| self.bundled || !self.bundles.iter().any(|one| one.key == line.key);
        self.psa.iter().filter(is_alone).copied().collect()
    }

    /// Every PSA line that stands here, whether or not its seats count.
    pub fn psa_lines(&self) -> impl Iterator<Item = &'a Line> {
        self.psa.iter().chain(&self.apart).copied()
    }
}

/// PSA keys, and the names for them: of the client and of the product.
type Target = ((String, String), (String, String));

/// Where one vendor line leads among the PSA's lines.
pub(super) struct Leads {
    /// Positions of compared PSA lines of the product itself.
    own: Vec<usize>,
    /// Positions of compared PSA lines of bundles that it is a part of.
    pub bundles: Vec<usize>,
    /// Positions of PSA lines whose every row is excluded.
    excluded: Vec<usize>,
    probability: Probability,
    /// The first accepted pair of PSA keys that is the product itself; of a mere part, its bundle.
    pub target: Option<Target>,
    /// The target is a bundle.
    pub is_part: bool,
}

/// The lines of a month by side, and where the vendor's lead.
pub(super) struct Sides<'a> {
    pub vendor: Vec<&'a Line>,
    pub psa: Vec<&'a Line>,
    pub leads: Vec<Leads>,
}

/// Groups the lines of a month. Every line with a compared row is in exactly one group, except that a
/// PSA bundle stands in the group of each of its parts; groups are in the order of their lines.
///
/// What belongs together is decided at each client by the lines that are there: a product that is part of a
/// bundle is compared with the bundle where there is one, with its own line where there is one, and
/// with both together where there are both.
pub fn groups_of<'a>(lines: &'a [Line], partners: &Partners) -> Vec<Group<'a>> {
    let side = |side: Side| lines.iter().filter(move |line| line.key.side == side);
    let vendor: Vec<&Line> = side(Side::Vendor).filter(|line| line.is_compared()).collect();
    let psa: Vec<&Line> = side(Side::Psa).collect();
    let psa_at = psa_positions(&psa);
    let leads: Vec<Leads> =
        vendor.par_iter().map(|line| leads_of(line, &psa, &psa_at, partners)).collect();
    let sides = Sides { vendor, psa, leads };
    let mut roots = sides.joined(partners);
    other_ways::join(&sides, &psa_at, &mut roots, partners);
    let bundles: BTreeSet<usize> =
        sides.leads.iter().flat_map(|lead| lead.bundles.iter().copied()).collect();
    let n_vendor = sides.vendor.len();
    let mut members: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for vendor_idx in 0..n_vendor {
        members.entry(roots.of(vendor_idx)).or_default().0.push(vendor_idx);
    }
    for (psa_idx, line) in sides.psa.iter().enumerate().filter(|(_, line)| line.is_compared()) {
        let root = roots.of(n_vendor + psa_idx);
        let is_alone = !members.contains_key(&root);
        if line.is_compared() && !(is_alone && bundles.contains(&psa_idx)) {
            members.entry(root).or_default().1.push(psa_idx);
        }
    }
    members
        .into_values()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(vendor_idxs, psa_idxs)| sides.group_of(&vendor_idxs, psa_idxs, partners))
        .collect()
}

/// Positions of PSA lines by their keys.
pub(super) type PsaAt<'a> = BTreeMap<(&'a str, &'a str), Vec<usize>>;

fn psa_positions<'a>(psa: &[&'a Line]) -> PsaAt<'a> {
    let mut psa_at = PsaAt::new();
    for (psa_idx, line) in psa.iter().enumerate() {
        psa_at.entry((&line.key.client.0, &line.key.sku.0)).or_default().push(psa_idx);
    }
    psa_at
}

fn leads_of(line: &Line, psa: &[&Line], psa_at: &PsaAt<'_>, partners: &Partners) -> Leads {
    let mut leads = Leads {
        own: Vec::new(),
        bundles: Vec::new(),
        excluded: Vec::new(),
        probability: Probability::NEVER,
        target: None,
        is_part: false,
    };
    for client in partners.clients.partners(&line.key.client.0) {
        // The product itself comes before the bundles it is a part of.
        let skus = partners.skus.partners(&line.key.sku.0);
        let (parts, own): (Vec<&Partner>, Vec<&Partner>) = skus.iter().partition(|one| one.bundled);
        for sku in own.into_iter().chain(parts) {
            leads.add(client, sku, psa, psa_at);
        }
    }
    leads
}

impl Leads {
    fn add(&mut self, client: &Partner, sku: &Partner, psa: &[&Line], psa_at: &PsaAt<'_>) {
        let probability = client.probability.and(sku.probability);
        if self.target.is_none() {
            let keys = (client.psa.clone(), sku.psa.clone());
            self.target = Some((keys, (client.psa_name.clone(), sku.psa_name.clone())));
            self.is_part = sku.bundled;
            self.probability = probability;
        }
        for &psa_idx in psa_at.get(&(&client.psa, &sku.psa)).into_iter().flatten() {
            if !psa[psa_idx].is_compared() {
                self.excluded.push(psa_idx);
                continue;
            }
            if self.own.is_empty() && self.bundles.is_empty() {
                self.probability = probability;
            }
            if sku.bundled { &mut self.bundles } else { &mut self.own }.push(psa_idx);
        }
    }
}

impl<'a> Sides<'a> {
    /// Which lines the names join.
    fn joined(&self, partners: &Partners) -> Roots {
        let n_vendor = self.vendor.len();
        let mut roots = Roots::new(n_vendor + self.psa.len());
        let mut first_with_target: BTreeMap<(&str, &str, Option<&str>), usize> = BTreeMap::new();
        for (vendor_idx, lead) in self.leads.iter().enumerate() {
            for &psa_idx in &lead.own {
                roots.join(vendor_idx, n_vendor + psa_idx);
            }
            // The monthly and the annual subscription of one product are one line to the PSA, also
            // where it has none, and also inside a bundle. Two parts of one bundle are not.
            if let Some(((client, target), _)) = &lead.target {
                let sku = self.vendor[vendor_idx].key.sku.0.as_str();
                let part = lead.is_part.then(|| partners.skus.bought_first_as(sku));
                // Which of its lines in the PSA it would be does not matter where it has none.
                let has_own_line = !lead.own.is_empty() && lead.bundles.is_empty();
                let skus = &partners.skus;
                let target = if has_own_line { target } else { skus.sold_first_as(target) };
                let key = (client.as_str(), target, part);
                let first = *first_with_target.entry(key).or_insert(vendor_idx);
                roots.join(vendor_idx, first);
            }
        }
        roots
    }

    fn group_of(
        &self,
        vendor_idxs: &[usize],
        mut psa_idxs: Vec<usize>,
        partners: &Partners,
    ) -> Group<'a> {
        let vendor: Vec<&Line> = vendor_idxs.iter().map(|&idx| self.vendor[idx]).collect();
        let leads: Vec<&Leads> = vendor_idxs.iter().map(|&idx| &self.leads[idx]).collect();
        let once = |idxs: fn(&Leads) -> &Vec<usize>| -> Vec<&'a Line> {
            let all: BTreeSet<usize> =
                leads.iter().flat_map(|lead| idxs(lead).iter().copied()).collect();
            all.into_iter().map(|idx| self.psa[idx]).collect()
        };
        psa_idxs.sort_unstable();
        psa_idxs.dedup();
        let own: Vec<&Line> = psa_idxs.iter().map(|&idx| self.psa[idx]).collect();
        let inside: Vec<&Line> = once(|lead| &lead.bundles)
            .into_iter()
            .filter(|line| own.iter().all(|one| one.key != line.key))
            .collect();
        let bundled = own.is_empty() && !inside.is_empty();
        let reading = reading_of(&vendor, &own, &inside, partners);
        let (bundles, apart) = match reading {
            BundleReading::Apart => (Vec::new(), inside),
            BundleReading::Counted | BundleReading::Unknown => (inside, Vec::new()),
        };
        let psa: Vec<&Line> = own.into_iter().chain(bundles.iter().copied()).collect();
        let (standing, probability) = standing_of(&vendor, &leads, &psa, partners);
        let [client_name, sku_name] = names_of(&vendor, &leads, &psa, partners);
        Group {
            client_name,
            sku_name,
            psa_excluded: once(|lead| &lead.excluded),
            psa,
            vendor,
            standing,
            probability,
            bundled,
            bundles,
            apart,
            reading,
        }
    }
}

/// Whether the seats of bundles count beside those that are billed alone. What makes both sides equal is
/// believed; else what the months before and the other clients say.
fn reading_of(
    vendor: &[&Line],
    own: &[&Line],
    bundles: &[&Line],
    partners: &Partners,
) -> BundleReading {
    let Some(product) = own.first().filter(|_| !bundles.is_empty()) else {
        return BundleReading::Counted;
    };
    let units = |lines: &[&Line]| -> Quantity { lines.iter().map(|line| line.quantity).sum() };
    let (bought, alone, inside) = (units(vendor), units(own), units(bundles));
    if bought == alone + inside {
        return BundleReading::Counted;
    }
    if bought == alone {
        return BundleReading::Apart;
    }
    partners.readings.of_client(&product.key.sku.0, &product.key.client.0)
}

/// How a group's names stand, and how sure that is.
fn standing_of(
    vendor: &[&Line],
    leads: &[&Leads],
    psa: &[&Line],
    partners: &Partners,
) -> (GroupStanding, Probability) {
    // A group is as sure as its least sure pair of names.
    let least = leads.iter().map(|lead| lead.probability.get()).fold(1.0, f64::min);
    let least = Probability::clamped(least);
    let Some(line) = vendor.first().or(psa.first()) else { return (GroupStanding::Alone, least) };
    if !vendor.is_empty() && !psa.is_empty() {
        return (GroupStanding::Compared, least);
    }
    match partners.line_names(line) {
        LineNames::Paired if vendor.is_empty() => (GroupStanding::OneSided, Probability::CERTAIN),
        LineNames::Paired => (GroupStanding::OneSided, least),
        LineNames::Waiting(none) => (GroupStanding::Waiting, none),
        LineNames::Alone(none) => (GroupStanding::Alone, none),
        LineNames::RightlyAlone => (GroupStanding::RightlyAlone, Probability::CERTAIN),
    }
}

/// The client's and the product's name: the PSA's where that one is matched, else the vendor's.
fn names_of(vendor: &[&Line], leads: &[&Leads], psa: &[&Line], partners: &Partners) -> [String; 2] {
    if let Some(line) = psa.first() {
        return [line.client_name.to_string(), line.sku_name.to_string()];
    }
    if let Some((_, (client, sku))) = leads.iter().find_map(|lead| lead.target.as_ref()) {
        return [client.clone(), sku.clone()];
    }
    let Some(line) = vendor.first() else { return Default::default() };
    let psa_name = |kind: &KindPartners, key: &str| {
        kind.partners(key).first().map(|partner| partner.psa_name.clone())
    };
    let client = psa_name(&partners.clients, &line.key.client.0);
    let sku = psa_name(&partners.skus, &line.key.sku.0);
    [
        client.unwrap_or_else(|| line.client_name.to_string()),
        sku.unwrap_or_else(|| line.sku_name.to_string()),
    ]
}
