//! Which names are one client or one product, and what that says about lines.

use std::collections::{BTreeMap, BTreeSet};

use super::{KINDS, MonthInputs};
use crate::assignment::{
    Assignment, AssignmentPolicy, Matching, Multiplicity, SideNames, Status, Suggestion, inherited,
};
use crate::candidates::{KnownPairs, LearnedAliases, NameSpace, sold_as};
use crate::decisions::{NameIndex, Names, pair_memory};
use crate::domain::{Entity, EntityKind, Line, PairMemory, Probability, Side, entities_of};
use crate::reconcile::{KindPartners, NameStanding, Partner, Partners};
use crate::settings::ClientPairing;

/// The names of a month, matched.
#[derive(Debug, Clone, Default)]
pub struct MatchedNames {
    /// Every name with what was made of it, by kind.
    pub assignments: NamesByKind<Assignment>,
    /// What the decisions teach about words, by kind.
    pub aliases: NamesByKind<LearnedAliases>,
    /// The accepted pairs and where every name stands.
    pub partners: Partners,
}

/// One of each kind.
#[derive(Debug, Clone, Default)]
pub struct NamesByKind<T> {
    /// Of clients.
    pub client: T,
    /// Of products.
    pub sku: T,
}

impl<T> NamesByKind<T> {
    /// The one of a kind.
    pub fn of(&self, kind: EntityKind) -> &T {
        match kind {
            EntityKind::Client => &self.client,
            EntityKind::Sku => &self.sku,
        }
    }
}

/// Matches the names of a month: clients by what is known of products, then products by the clients
/// accepted, then clients again by the products accepted.
pub fn match_names(inputs: &MonthInputs<'_>, lines: &[Line], names: &Names) -> MatchedNames {
    let entities = |side| KINDS.map(|kind| entities_of(kind, side, inputs.rows, lines));
    let (client, (sku, (of_vendor, of_psa))) = rayon::join(
        || remembered(inputs, names, EntityKind::Client),
        || {
            let sides = || rayon::join(|| entities(Side::Vendor), || entities(Side::Psa));
            rayon::join(|| remembered(inputs, names, EntityKind::Sku), sides)
        },
    );
    let mut memory = NamesByKind { client: client.0, sku: sku.0 };
    let aliases = NamesByKind { client: client.1, sku: sku.1 };
    let [vendor_clients, mut vendor_skus] = of_vendor;
    let [psa_clients, mut psa_skus] = of_psa;
    inputs.aliases.add_to(&mut vendor_skus);
    inputs.aliases.add_to(&mut psa_skus);
    inherit(EntityKind::Client, &mut memory.client, names, [&vendor_clients, &psa_clients]);
    inherit(EntityKind::Sku, &mut memory.sku, names, [&vendor_skus, &psa_skus]);
    // Clients are matched twice, and their names are the same both times.
    let known_words = aliases.client.clone();
    let space = NameSpace::knowing(known_words, EntityKind::Client, &vendor_clients, &psa_clients)
        .settled_by(&memory.client);
    let model = &inputs.models.clients.model;
    let policy = AssignmentPolicy {
        clients: match inputs.settings.thresholds.clients {
            ClientPairing::OneToOne => Multiplicity::OneToOne,
            ClientPairing::ManyToOne => Multiplicity::ManyToOne,
        },
        ..AssignmentPolicy::of(model)
    };
    let clients = Matching {
        space: &space,
        vendor: &vendor_clients,
        psa: &psa_clients,
        memory: &memory.client,
        model,
        policy,
    };
    let space = NameSpace::knowing(aliases.sku.clone(), EntityKind::Sku, &vendor_skus, &psa_skus)
        .settled_by(&memory.sku);
    let model = &inputs.models.skus.model;
    let products = Matching {
        space: &space,
        vendor: &vendor_skus,
        psa: &psa_skus,
        memory: &memory.sku,
        model,
        policy: AssignmentPolicy::of(model),
    };
    let decided = memory.sku.same.keys().chain(memory.sku.inherited.same.keys()).cloned();
    let products_decided = known_pairs(decided, |pair| memory.sku.is_bundled(pair));
    let mut sku = products.suggest(&clients.accepted(&products_decided));
    let accepted = sku.accepted().map(|(vendor, psa)| (vendor.to_owned(), psa.to_owned()));
    let known_products = known_pairs(accepted, |pair| memory.sku.bundled.contains(pair));
    let mut client = clients.suggest(&known_products);
    give_names(&mut client, &names.vendor_clients, &names.psa_clients);
    give_names(&mut sku, &names.vendor_skus, &names.psa_skus);
    let mut partners = Partners {
        clients: standings(&client, &memory.client, &psa_clients),
        skus: standings(&sku, &memory.sku, &psa_skus),
        ..Partners::default()
    };
    partners.skus.sold_as = sold_as(&products.space.psa);
    partners.skus.bought_as = sold_as(&products.space.vendor);
    partners.skus.share_partners();
    MatchedNames { assignments: NamesByKind { client, sku }, aliases, partners }
}

/// The pairs through which lines of the other kind are compared. A bundle is compared with one of its
/// parts, the first: the sum of several would be compared with seats that each of them has.
pub fn known_pairs(
    accepted: impl Iterator<Item = (String, String)>,
    is_part: impl Fn(&(String, String)) -> bool,
) -> KnownPairs {
    let pairs: BTreeSet<(String, String)> = accepted.collect();
    let (parts, mut known): (Vec<_>, Vec<_>) = pairs.into_iter().partition(is_part);
    let mut compared: BTreeSet<String> = known.iter().map(|(vendor, _)| vendor.clone()).collect();
    for (vendor, psa) in parts {
        let is_new = !compared.contains(&vendor) && !known.iter().any(|(_, bundle)| *bundle == psa);
        if is_new {
            compared.insert(vendor.clone());
            known.push((vendor, psa));
        }
    }
    known.into_iter().collect()
}

/// What was decided of the names of a kind, and what that teaches about words.
fn remembered(
    inputs: &MonthInputs<'_>,
    names: &Names,
    kind: EntityKind,
) -> (PairMemory, LearnedAliases) {
    let (vendor, psa) = names.of_kind(kind);
    let memory = pair_memory(inputs.decisions, kind, inputs.month.last_day(), vendor, psa);
    let name = (|key: &str| vendor.name(key), |key: &str| psa.name(key));
    let aliases = LearnedAliases::of(kind, &memory, name.0, name.1);
    (memory, aliases)
}

/// Adds what the decisions say of names that are here under other ids.
fn inherit(
    kind: EntityKind,
    memory: &mut PairMemory,
    names: &Names,
    [vendor, psa]: [&[Entity]; 2],
) {
    let known = names.of_kind(kind);
    let vendor = SideNames { known: known.0, here: vendor };
    memory.inherited = inherited(kind, memory, vendor, SideNames { known: known.1, here: psa });
}

/// A name that is not in this month's exports is called what it was called last.
fn give_names(assignment: &mut Assignment, vendor: &NameIndex, psa: &NameIndex) {
    for suggestion in &mut assignment.suggestions {
        let named = |key: &Option<String>, name: &mut String, index: &NameIndex| {
            if let Some(last) =
                key.as_ref().filter(|key| *key == name).and_then(|key| index.name(key))
            {
                last.clone_into(name);
            }
        };
        named(&suggestion.vendor_key, &mut suggestion.vendor_name, vendor);
        named(&suggestion.psa_key, &mut suggestion.psa_name, psa);
    }
}

/// The accepted pairs, and where every name stands.
fn standings(assignment: &Assignment, memory: &PairMemory, psa: &[Entity]) -> KindPartners {
    let here: BTreeSet<&str> = psa.iter().map(|entity| entity.key.as_str()).collect();
    let mut partners = KindPartners::default();
    let (mut vendor_standings, mut psa_standings) = (BTreeMap::new(), BTreeMap::new());
    for suggestion in &assignment.suggestions {
        let is_accepted = suggestion.status.is_accepted();
        if let (true, Some(vendor), Some(psa)) =
            (is_accepted, &suggestion.vendor_key, &suggestion.psa_key)
        {
            partners.psa_of.entry(vendor.clone()).or_default().push(Partner {
                psa: psa.clone(),
                psa_name: suggestion.psa_name.clone(),
                probability: suggestion.probability,
                bundled: memory.is_bundled(&(vendor.clone(), psa.clone())),
            });
        }
        let is_here = suggestion.psa_key.as_ref().is_none_or(|key| here.contains(key.as_str()));
        for side in [Side::Vendor, Side::Psa] {
            let (key, map, alone) = match side {
                Side::Vendor => {
                    (&suggestion.vendor_key, &mut vendor_standings, &assignment.alone_vendor)
                }
                Side::Psa => (&suggestion.psa_key, &mut psa_standings, &assignment.alone_psa),
            };
            let Some(key) = key else { continue };
            let none = alone.get(key).copied().unwrap_or(suggestion.alone);
            raise(map, key, standing(suggestion, none, is_here));
        }
    }
    let settled = |standings: BTreeMap<String, (u8, NameStanding)>| {
        standings.into_iter().map(|(key, (_, standing))| (key, standing)).collect()
    };
    partners.vendor = settled(vendor_standings);
    partners.psa = settled(psa_standings);
    partners.asked = asked(assignment);
    partners
}

/// The pairs a person is asked about.
fn asked(assignment: &Assignment) -> BTreeMap<String, BTreeMap<String, Probability>> {
    let mut asked: BTreeMap<String, BTreeMap<String, Probability>> = BTreeMap::new();
    for suggestion in &assignment.suggestions {
        if let (Status::Review, Some(vendor), Some(psa)) =
            (suggestion.status, &suggestion.vendor_key, &suggestion.psa_key)
        {
            asked.entry(vendor.clone()).or_default().insert(psa.clone(), suggestion.probability);
        }
    }
    asked
}

/// Where one row leaves its names, and how much that weighs among a name's rows. While a person is asked
/// who a name is, that it is nobody is a question and no claim: it may also be part of a bundle, which no
/// candidate's probability counts.
fn standing(suggestion: &Suggestion, none: Probability, is_here: bool) -> (u8, NameStanding) {
    let is_pair = suggestion.vendor_key.is_some() && suggestion.psa_key.is_some();
    match (suggestion.status, is_pair) {
        (Status::Known | Status::Auto, true) if is_here => (4, NameStanding::Paired),
        (Status::Known, false) => (3, NameStanding::RightlyAlone),
        // A known partner that is missing this month may have been renamed to one that is asked about.
        (Status::Review, _) => {
            let none = none.get().min(suggestion.probability.opposite().get());
            (2, NameStanding::Waiting(Probability::clamped(none).at_most_a_question()))
        }
        (Status::Known | Status::Auto, true) => (1, NameStanding::Paired),
        _ => (0, NameStanding::Alone(none)),
    }
}

/// The weightiest standing of a name's rows counts; of equals the first, which is the likeliest.
fn raise(
    standings: &mut BTreeMap<String, (u8, NameStanding)>,
    key: &str,
    standing: (u8, NameStanding),
) {
    let current = standings.entry(key.to_owned()).or_insert(standing);
    if current.0 < standing.0 {
        *current = standing;
    }
}
