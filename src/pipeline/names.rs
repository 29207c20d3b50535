//! Which names are one client or one product, and what that says about lines.

use std::collections::BTreeMap;

use super::{KINDS, MonthInputs};
use crate::assignment::{Assignment, AssignmentPolicy, Multiplicity, Status, Suggestion, suggest};
use crate::candidates::KnownPairs;
use crate::decisions::{Names, pair_memory};
use crate::domain::{EntityKind, Line, PairMemory, Probability, Side, entities_of};
use crate::reconcile::{KindPartners, NameStanding, Partner, Partners};
use crate::workspace::ClientPairing;

/// The names of a month, matched.
#[derive(Debug, Clone, Default)]
pub struct Matched {
    /// Every name with what was made of it, by kind.
    pub assignments: NamesByKind<Assignment>,
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
pub fn match_names(inputs: &MonthInputs<'_>, lines: &[Line], names: &Names) -> Matched {
    let day = inputs.month.last_day();
    let memory = NamesByKind {
        client: pair_memory(
            inputs.decisions,
            EntityKind::Client,
            day,
            &names.vendor_clients,
            &names.psa_clients,
        ),
        sku: pair_memory(
            inputs.decisions,
            EntityKind::Sku,
            day,
            &names.vendor_skus,
            &names.psa_skus,
        ),
    };
    let of = |kind, side| entities_of(kind, side, inputs.rows, lines);
    let [vendor_clients, vendor_skus] = KINDS.map(|kind| of(kind, Side::Vendor));
    let [psa_clients, psa_skus] = KINDS.map(|kind| of(kind, Side::Psa));
    let clients = |known: &KnownPairs| {
        let model = &inputs.models.clients.model;
        let policy = AssignmentPolicy {
            clients: match inputs.config.thresholds.clients {
                ClientPairing::OneToOne => Multiplicity::OneToOne,
                ClientPairing::ManyToOne => Multiplicity::ManyToOne,
            },
            ..AssignmentPolicy::of(model)
        };
        let kind = EntityKind::Client;
        suggest(kind, &vendor_clients, &psa_clients, &memory.client, model, &policy, known)
    };
    let skus = |known: &KnownPairs| {
        let model = &inputs.models.skus.model;
        let policy = AssignmentPolicy::of(model);
        suggest(EntityKind::Sku, &vendor_skus, &psa_skus, &memory.sku, model, &policy, known)
    };
    let products_decided: KnownPairs = memory.sku.same.keys().cloned().collect();
    let first_clients = clients(&products_decided);
    let sku = skus(&known(&first_clients));
    let client = clients(&known(&sku));
    let partners = Partners {
        clients: standings(&client, &memory.client),
        skus: standings(&sku, &memory.sku),
    };
    Matched { assignments: NamesByKind { client, sku }, partners }
}

fn known(assignment: &Assignment) -> KnownPairs {
    assignment.accepted().map(|(vendor, psa)| (vendor.to_owned(), psa.to_owned())).collect()
}

/// The accepted pairs, and where every name stands.
fn standings(assignment: &Assignment, memory: &PairMemory) -> KindPartners {
    let mut partners = KindPartners::default();
    for suggestion in &assignment.suggestions {
        let is_accepted = matches!(suggestion.status, Status::Known | Status::Auto);
        if let (true, Some(vendor), Some(psa)) =
            (is_accepted, &suggestion.vendor_key, &suggestion.psa_key)
        {
            partners.psa_of.entry(vendor.clone()).or_default().push(Partner {
                psa: psa.clone(),
                psa_name: suggestion.psa_name.clone(),
                probability: suggestion.probability,
                bundled: memory.bundled.contains(&(vendor.clone(), psa.clone())),
            });
        }
        for side in [Side::Vendor, Side::Psa] {
            let (key, map, alone) = match side {
                Side::Vendor => {
                    (&suggestion.vendor_key, &mut partners.vendor, &assignment.alone_vendor)
                }
                Side::Psa => (&suggestion.psa_key, &mut partners.psa, &assignment.alone_psa),
            };
            if let Some(key) = key {
                set_standing(map, key, suggestion, alone);
            }
        }
    }
    partners
}

/// The most settled standing of a name's rows counts.
fn set_standing(
    standings: &mut BTreeMap<String, NameStanding>,
    key: &str,
    suggestion: &Suggestion,
    alone: &BTreeMap<String, Probability>,
) {
    let is_pair = suggestion.vendor_key.is_some() && suggestion.psa_key.is_some();
    let none = alone.get(key).copied().unwrap_or(suggestion.alone);
    let standing = match (suggestion.status, is_pair) {
        (Status::Known | Status::Auto, true) => NameStanding::Paired,
        (Status::Known, false) => NameStanding::RightlyAlone,
        (Status::Review, _) => NameStanding::Waiting(none),
        _ => NameStanding::Alone(none),
    };
    let rank = |standing: &NameStanding| match standing {
        NameStanding::Paired => 3,
        NameStanding::RightlyAlone => 2,
        NameStanding::Waiting(_) => 1,
        NameStanding::Alone(_) => 0,
    };
    let current = standings.entry(key.to_owned()).or_insert(standing);
    if rank(current) < rank(&standing) {
        *current = standing;
    }
}
