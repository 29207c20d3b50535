//! The names people decided about, each in a month in which they stood in the exports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{MonthRead, TrainInputs};
use crate::candidates::{KnownPairs, LearnedAliases};
use crate::decisions::{Names, pair_memory};
use crate::domain::{Decision, Entity, EntityKind, PairMemory, Side, Subject, entities_of};
use crate::months::MonthlyLines;
use crate::normalise::ProductAliases;
use crate::pair_classifier::{PsaNames, TrainingSet};
use crate::score::{known_pairs, match_names, names_known};
use crate::settings::ClientPairing;

/// What decisions about names of a kind are about.
pub(super) fn subject(kind: EntityKind) -> Subject {
    match kind {
        EntityKind::Client => Subject::Client,
        EntityKind::Sku => Subject::Sku,
    }
}

/// The names one kind of training sees, month by month: a client that was renamed never met its own
/// former name, so the two must not compete.
pub(super) struct TrainingSets<'a> {
    kind: EntityKind,
    psa_names: PsaNames,
    /// Newest first.
    months: &'a [MonthNames],
    other: Arc<KnownPairs>,
    day: jiff::civil::Date,
    names: Names,
}

/// The names of some months, newest first: all that training keeps of the rows of any month but the
/// newest, whose rows it needs whole.
#[derive(Default)]
pub struct NamesByMonth {
    clients: Vec<MonthNames>,
    skus: Vec<MonthNames>,
}

impl NamesByMonth {
    /// Adds a month, older than those before, with what lists of products say of its SKUs.
    pub fn add(&mut self, month: &MonthRead, aliases: &ProductAliases) {
        let (clients, skus) = rayon::join(
            || MonthNames::of(EntityKind::Client, month, aliases),
            || MonthNames::of(EntityKind::Sku, month, aliases),
        );
        self.clients.push(clients);
        self.skus.push(skus);
    }

    fn of_kind(&self, kind: EntityKind) -> &[MonthNames] {
        match kind {
            EntityKind::Client => &self.clients,
            EntityKind::Sku => &self.skus,
        }
    }
}

/// One month's names of one kind.
struct MonthNames {
    vendor: Arc<Vec<Entity>>,
    psa: Arc<Vec<Entity>>,
    vendor_keys: BTreeSet<String>,
    psa_keys: BTreeSet<String>,
}

impl MonthNames {
    fn of(kind: EntityKind, month: &MonthRead, aliases: &ProductAliases) -> Self {
        let [vendor, psa] = [Side::Vendor, Side::Psa].map(|side| {
            let mut entities = entities_of(kind, side, &month.rows, &month.lines);
            if kind == EntityKind::Sku {
                aliases.add_to(&mut entities);
            }
            entities
        });
        let keys = |entities: &[Entity]| entities.iter().map(|one| one.key.clone()).collect();
        Self {
            vendor_keys: keys(&vendor),
            psa_keys: keys(&psa),
            vendor: Arc::new(vendor),
            psa: Arc::new(psa),
        }
    }

    fn has(&self, (vendor, psa): &(String, String)) -> bool {
        self.vendor_keys.contains(vendor) && self.psa_keys.contains(psa)
    }
}

impl<'a> TrainingSets<'a> {
    pub(super) fn new(
        kind: EntityKind,
        inputs: &TrainInputs<'_>,
        newest: &MonthRead,
        names_by_month: &'a NamesByMonth,
        monthly: &MonthlyLines,
    ) -> Self {
        let names = names_known(monthly, &newest.rows);
        // Two terms of a product are often billed as one.
        let psa_names = match (kind, inputs.settings.thresholds.clients) {
            (EntityKind::Client, ClientPairing::OneToOne) => PsaNames::OneEach,
            _ => PsaNames::Shared,
        };
        Self {
            kind,
            psa_names,
            months: names_by_month.of_kind(kind),
            other: Arc::new(pairs_of_other_kind(kind, inputs, newest, &names)),
            day: newest.month.last_day(),
            names,
        }
    }

    /// Every name the months hold.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// The aliases that decided pairs teach.
    pub(super) fn aliases(&self, decided: &PairMemory) -> LearnedAliases {
        let (vendor, psa) = self.names.of_kind(self.kind);
        LearnedAliases::of(self.kind, decided, |key| vendor.name(key), |key| psa.name(key))
    }

    /// What decisions say about pairs.
    pub(super) fn memory(&self, decisions: &[Decision]) -> PairMemory {
        let (vendor, psa) = self.names.of_kind(self.kind);
        pair_memory(decisions, self.kind, self.day, vendor, psa)
    }

    /// What was decided, each decision in the newest month that has its names; months without one are
    /// left out. What was known `before` is no answer to learn or to be tested on.
    pub(super) fn sets(
        &self,
        decided: &PairMemory,
        before: Option<&PairMemory>,
    ) -> Vec<TrainingSet> {
        let memories = self.month_by_month(decided, before);
        let settled: BTreeSet<(String, String)> = [Some(decided), before]
            .into_iter()
            .flatten()
            .flat_map(|memory| memory.same.keys().cloned())
            .collect();
        let settled = Arc::new(settled);
        let aliases = self.aliases(before.unwrap_or(decided));
        let decided_here = memories.into_iter().zip(self.months);
        decided_here
            .filter(|(memory, _)| !memory.is_empty() || !memory.different.is_empty())
            .map(|(memory, month)| TrainingSet {
                vendor: Arc::clone(&month.vendor),
                psa: Arc::clone(&month.psa),
                settled: Arc::clone(&settled),
                memory,
                other: Arc::clone(&self.other),
                aliases: aliases.clone(),
                psa_names: self.psa_names,
            })
            .collect()
    }

    /// What was decided, by month: each in the newest month that has its names.
    fn month_by_month(&self, decided: &PairMemory, before: Option<&PairMemory>) -> Vec<PairMemory> {
        let mut memories = vec![PairMemory::default(); self.months.len()];
        let month_of = |has: &dyn Fn(&MonthNames) -> bool| self.months.iter().position(has);
        let is_new = |pair: &(String, String)| {
            before.is_none_or(|before| {
                !before.same.contains_key(pair) && !before.different.contains_key(pair)
            })
        };
        for (pair, by) in decided.same.iter().filter(|(pair, _)| is_new(pair)) {
            if let Some(month) = month_of(&|month| month.has(pair)) {
                memories[month].same.insert(pair.clone(), by.clone());
                if decided.bundled.contains(pair) {
                    memories[month].bundled.insert(pair.clone());
                }
            }
        }
        for (pair, by) in decided.different.iter().filter(|(pair, _)| is_new(pair)) {
            if let Some(month) = month_of(&|month| month.has(pair)) {
                memories[month].different.insert(pair.clone(), by.clone());
            }
        }
        for (key, by) in &decided.no_psa {
            if let Some(month) = month_of(&|month| month.vendor_keys.contains(key)) {
                memories[month].no_psa.insert(key.clone(), by.clone());
            }
        }
        for (key, by) in &decided.no_vendor {
            if let Some(month) = month_of(&|month| month.psa_keys.contains(key)) {
                memories[month].no_vendor.insert(key.clone(), by.clone());
            }
        }
        memories
    }
}

/// The other kind's pairs as a run finds them: those decided, and those accepted by models and lines.
/// No decision about this kind is looked at, or its answers would come back through the lines.
fn pairs_of_other_kind(
    kind: EntityKind,
    inputs: &TrainInputs<'_>,
    newest: &MonthRead,
    names: &Names,
) -> KnownPairs {
    let decisions: Vec<Decision> =
        inputs.decisions.iter().filter(|one| one.subject != subject(kind)).cloned().collect();
    let month_inputs = inputs.of_month(newest, &decisions);
    let partners = match_names(&month_inputs, &newest.lines, names).partners;
    let found = match kind {
        EntityKind::Client => partners.skus,
        EntityKind::Sku => partners.clients,
    };
    let pairs = found.psa_of.iter().flat_map(|(vendor, partners)| {
        partners.iter().map(move |partner| (vendor.clone(), partner.psa.clone()))
    });
    known_pairs(pairs, |(vendor, psa)| {
        found.partners(vendor).iter().any(|one| one.bundled && one.psa == *psa)
    })
}

/// The entities of several months, newest first: each as its newest month shows it.
pub fn union_of_months(kind: EntityKind, side: Side, months: &[MonthRead]) -> Vec<Entity> {
    let mut entities: BTreeMap<String, Entity> = BTreeMap::new();
    for month in months {
        for entity in entities_of(kind, side, &month.rows, &month.lines) {
            entities.entry(entity.key.clone()).or_insert(entity);
        }
    }
    entities.into_values().collect()
}
