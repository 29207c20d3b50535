//! Lines of both sides that belong together.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::partners::{KindPartners, LineNames, Partners};
use crate::domain::{Line, Probability, Side};

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
    /// The vendor lines are one part of the PSA's bundle.
    pub bundled: bool,
    /// The client's name: the PSA's where matched, else the vendor's.
    pub client_name: String,
    /// The product's name, likewise.
    pub sku_name: String,
}

/// Where one vendor line leads among the PSA's lines.
struct Leads {
    /// Positions of compared PSA lines.
    compared: Vec<usize>,
    /// Positions of PSA lines whose every row is excluded.
    excluded: Vec<usize>,
    probability: Probability,
    bundled: bool,
    /// The first accepted pair of PSA keys, and its names.
    target: Option<((String, String), (String, String))>,
}

/// Groups the lines of a month. Every line with a compared row is in exactly one group, except that a
/// PSA bundle stands in the group of each of its parts; groups are in the order of their lines.
pub fn groups_of<'a>(lines: &'a [Line], partners: &Partners) -> Vec<Group<'a>> {
    let side = |side: Side| lines.iter().filter(move |line| line.key.side == side);
    let vendor: Vec<&Line> = side(Side::Vendor).filter(|line| line.is_compared()).collect();
    let psa: Vec<&Line> = side(Side::Psa).collect();
    let mut psa_at: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (psa_idx, line) in psa.iter().enumerate() {
        psa_at.entry((&line.key.client.0, &line.key.sku.0)).or_default().push(psa_idx);
    }
    let leads: Vec<Leads> =
        vendor.par_iter().map(|line| leads_of(line, &psa, &psa_at, partners)).collect();

    let mut roots = Roots::new(vendor.len() + psa.len());
    let mut first_with_target: BTreeMap<(&(String, String), bool), usize> = BTreeMap::new();
    for (vendor_idx, lead) in leads.iter().enumerate() {
        if !lead.bundled {
            for &psa_idx in &lead.compared {
                roots.join(vendor_idx, vendor.len() + psa_idx);
            }
        }
        // The monthly and the annual subscription of one product are one line to the PSA, also
        // where it has none, and also inside a bundle.
        if let Some((target, _)) = &lead.target {
            let first = *first_with_target.entry((target, lead.bundled)).or_insert(vendor_idx);
            let same_sku = vendor[first].key.sku == vendor[vendor_idx].key.sku;
            if !lead.bundled || same_sku {
                roots.join(vendor_idx, first);
            }
        }
    }
    let bundles: BTreeSet<usize> =
        leads.iter().filter(|lead| lead.bundled).flat_map(|lead| lead.compared.clone()).collect();
    let mut members: BTreeMap<usize, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for vendor_idx in 0..vendor.len() {
        members.entry(roots.of(vendor_idx)).or_default().0.push(vendor_idx);
    }
    for (psa_idx, line) in psa.iter().enumerate().filter(|(_, line)| line.is_compared()) {
        let root = roots.of(vendor.len() + psa_idx);
        let is_alone = !members.contains_key(&root);
        if line.is_compared() && !(is_alone && bundles.contains(&psa_idx)) {
            members.entry(root).or_default().1.push(psa_idx);
        }
    }
    members
        .into_values()
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(vendor_idxs, psa_idxs)| {
            let leads = vendor_idxs.iter().map(|&idx| &leads[idx]).collect::<Vec<_>>();
            let lines = vendor_idxs.iter().map(|&idx| vendor[idx]).collect::<Vec<_>>();
            group_of(lines, &leads, &psa_idxs, &psa, partners)
        })
        .collect()
}

fn leads_of(
    line: &Line,
    psa: &[&Line],
    psa_at: &BTreeMap<(&str, &str), Vec<usize>>,
    partners: &Partners,
) -> Leads {
    let mut leads = Leads {
        compared: Vec::new(),
        excluded: Vec::new(),
        probability: Probability::NEVER,
        bundled: false,
        target: None,
    };
    for client in partners.clients.partners(&line.key.client.0) {
        for sku in partners.skus.partners(&line.key.sku.0) {
            let probability = client.probability.and(sku.probability);
            if leads.target.is_none() {
                let keys = (client.psa.clone(), sku.psa.clone());
                leads.target = Some((keys, (client.psa_name.clone(), sku.psa_name.clone())));
                leads.probability = probability;
            }
            let Some(psa_idxs) = psa_at.get(&(client.psa.as_str(), sku.psa.as_str())) else {
                continue;
            };
            for &psa_idx in psa_idxs {
                if !psa[psa_idx].is_compared() {
                    leads.excluded.push(psa_idx);
                    continue;
                }
                if leads.compared.is_empty() {
                    leads.probability = probability;
                    leads.bundled = sku.bundled;
                }
                leads.compared.push(psa_idx);
            }
        }
    }
    leads
}

fn group_of<'a>(
    vendor: Vec<&'a Line>,
    leads: &[&Leads],
    psa_idxs: &[usize],
    psa: &[&'a Line],
    partners: &Partners,
) -> Group<'a> {
    let bundled = leads.iter().any(|lead| lead.bundled);
    let mut psa_idxs = psa_idxs.to_vec();
    if bundled {
        psa_idxs.extend(leads.iter().flat_map(|lead| &lead.compared));
    }
    psa_idxs.sort_unstable();
    psa_idxs.dedup();
    let mut excluded: Vec<usize> = leads.iter().flat_map(|lead| lead.excluded.clone()).collect();
    excluded.sort_unstable();
    excluded.dedup();
    let psa_lines: Vec<&Line> = psa_idxs.iter().map(|&idx| psa[idx]).collect();
    // A group is as sure as its least sure pair of names.
    let least = leads.iter().map(|lead| lead.probability.get()).fold(1.0, f64::min);
    let (standing, probability) = if !vendor.is_empty() && !psa_lines.is_empty() {
        (GroupStanding::Compared, Probability::clamped(least))
    } else {
        let line = vendor.first().or(psa_lines.first()).expect("a group has a line");
        match partners.line_names(line) {
            LineNames::Paired if vendor.is_empty() => {
                (GroupStanding::OneSided, Probability::CERTAIN)
            }
            LineNames::Paired => (GroupStanding::OneSided, Probability::clamped(least)),
            LineNames::Waiting(none) => (GroupStanding::Waiting, none),
            LineNames::Alone(none) => (GroupStanding::Alone, none),
            LineNames::RightlyAlone => (GroupStanding::RightlyAlone, Probability::CERTAIN),
        }
    };
    let [client_name, sku_name] = names_of(&vendor, leads, &psa_lines, partners);
    Group {
        client_name,
        sku_name,
        psa_excluded: excluded.into_iter().map(|idx| psa[idx]).collect(),
        psa: psa_lines,
        vendor,
        standing,
        probability,
        bundled,
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

/// Which members belong together: the smallest member of a set is its root.
struct Roots(Vec<usize>);

impl Roots {
    fn new(n_members: usize) -> Self {
        Self((0..n_members).collect())
    }

    fn of(&mut self, member: usize) -> usize {
        let parent = self.0[member];
        if parent == member {
            return member;
        }
        let root = self.of(parent);
        self.0[member] = root;
        root
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.of(left), self.of(right));
        let (small, large) = (left.min(right), left.max(right));
        self.0[large] = small;
    }
}
