//! The names people decided about, each in a month in which they stood in the exports.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{MonthRead, TrainInputs};
use rayon::prelude::*;

use crate::assignment::{SideNames, inherited};
use crate::candidates::{KnownPairs, LearnedAliases};
use crate::decisions::{Names, pair_memory};
use crate::domain::{
    Decision, Entity, EntityKind, Inherited, PairMemory, Side, Subject, entities_of,
};
use crate::months::MonthlyLines;
use crate::normalise::ProductAliases;
use crate::pair_classifier::{PsaNames, TrainingSet, stable_hash};
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
    fn aliases(&self, decided: &PairMemory) -> LearnedAliases {
        let (vendor, psa) = self.names.of_kind(self.kind);
        LearnedAliases::of(self.kind, decided, |key| vendor.name(key), |key| psa.name(key))
    }

    /// What decisions say about pairs.
    pub(super) fn memory(&self, decisions: &[Decision]) -> PairMemory {
        let (vendor, psa) = self.names.of_kind(self.kind);
        pair_memory(decisions, self.kind, self.day, vendor, psa)
    }

    /// What is asked, each decision in the newest month that has its names, as a month's run would meet it
    /// with the other decisions known; months without one are left out.
    pub(super) fn sets(&self, asked: &Asked<'_>) -> Vec<TrainingSet> {
        let here = asked.answers();
        let folds = (0..asked.n_folds).into_par_iter();
        folds
            .flat_map_iter(|number| self.sets_of_fold(&here.fold(number, asked.n_folds), asked))
            .collect()
    }

    /// The answers of one fold, in the months that have their names; whatever else was decided is known.
    fn sets_of_fold(&self, answers: &PairMemory, asked: &Asked<'_>) -> Vec<TrainingSet> {
        let known = Arc::new(asked.all.without(answers));
        let aliases = Arc::new(self.aliases(&known));
        let by_month = self.month_by_month(answers).into_iter().zip(self.months);
        by_month
            .filter(|(memory, _)| !memory.is_empty())
            .map(|(memory, month)| TrainingSet {
                vendor: Arc::clone(&month.vendor),
                psa: Arc::clone(&month.psa),
                known: Arc::clone(&known),
                inherited: self.inherited(&known, month),
                memory,
                other: Arc::clone(&self.other),
                aliases: Arc::clone(&aliases),
                psa_names: self.psa_names,
            })
            .collect()
    }

    /// What is known of a month's names by what was decided of the same names under other ids.
    fn inherited(&self, known: &PairMemory, month: &MonthNames) -> Inherited {
        let (vendor, psa) = self.names.of_kind(self.kind);
        let vendor = SideNames { known: vendor, here: &month.vendor };
        inherited(self.kind, known, vendor, SideNames { known: psa, here: &month.psa })
    }

    /// Answers by month: each in the newest month that has its names.
    fn month_by_month(&self, answers: &PairMemory) -> Vec<PairMemory> {
        let mut memories = vec![PairMemory::default(); self.months.len()];
        let month_of = |has: &dyn Fn(&MonthNames) -> bool| self.months.iter().position(has);
        for (pair, by) in &answers.same {
            if let Some(month) = month_of(&|month| month.has(pair)) {
                memories[month].same.insert(pair.clone(), by.clone());
                if answers.bundled.contains(pair) {
                    memories[month].bundled.insert(pair.clone());
                }
            }
        }
        for (pair, by) in &answers.different {
            if let Some(month) = month_of(&|month| month.has(pair)) {
                memories[month].different.insert(pair.clone(), by.clone());
            }
        }
        for (key, by) in &answers.no_psa {
            if let Some(month) = month_of(&|month| month.vendor_keys.contains(key)) {
                memories[month].no_psa.insert(key.clone(), by.clone());
            }
        }
        for (key, by) in &answers.no_vendor {
            if let Some(month) = month_of(&|month| month.psa_keys.contains(key)) {
                memories[month].no_vendor.insert(key.clone(), by.clone());
            }
        }
        memories
    }
}

/// What is asked of a way of matching, and what it is told.
pub(super) struct Asked<'a> {
    /// All that was decided.
    pub all: &'a PairMemory,
    /// The answers that are asked for.
    pub asked: &'a PairMemory,
    /// What was known before they were decided: no answer of it is asked for.
    pub before: Option<&'a PairMemory>,
    /// Into so many parts the answers are cut, each asked with the others known.
    pub n_folds: usize,
}

impl Asked<'_> {
    /// The answers that are asked for and were not known before.
    fn answers(&self) -> PairMemory {
        let mut answers = self.asked.clone();
        if let Some(before) = self.before {
            let is_new = |pair: &(String, String)| {
                !before.same.contains_key(pair) && !before.different.contains_key(pair)
            };
            answers.same.retain(|pair, _| is_new(pair));
            answers.different.retain(|pair, _| is_new(pair));
            answers.bundled.retain(|pair| is_new(pair));
        }
        answers
    }
}

impl PairMemory {
    /// One of so many parts of the answers: all about a vendor's name in one, and about a PSA name alone in
    /// one.
    fn fold(&self, number: usize, n_folds: usize) -> Self {
        let is_here = |key: &str| stable_hash(key, 0) % (n_folds as u64) == number as u64;
        let mut fold = self.clone();
        fold.same.retain(|(vendor, _), _| is_here(vendor));
        fold.different.retain(|(vendor, _), _| is_here(vendor));
        fold.bundled.retain(|(vendor, _)| is_here(vendor));
        fold.no_psa.retain(|vendor, _| is_here(vendor));
        fold.no_vendor.retain(|psa, _| is_here(psa));
        fold
    }

    /// What was decided beside these answers.
    fn without(&self, answers: &Self) -> Self {
        let mut rest = self.clone();
        rest.same.retain(|pair, _| !answers.same.contains_key(pair));
        rest.different.retain(|pair, _| !answers.different.contains_key(pair));
        rest.bundled.retain(|pair| !answers.same.contains_key(pair));
        rest.no_psa.retain(|key, _| !answers.no_psa.contains_key(key));
        rest.no_vendor.retain(|key, _| !answers.no_vendor.contains_key(key));
        rest
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::{AssignmentPolicy, Matching};
    use crate::candidates::NameSpace;
    use crate::models::shipped_pairs;
    use crate::pair_classifier::test_world::set;
    use crate::pair_classifier::{LabelledPairs, SeenWith, labelled_pairs_in};

    const N_FOLDS: usize = 5;

    /// A month of a made-up MSP, and what was decided in it.
    fn month(kind: EntityKind) -> (NamesByMonth, TrainingSet) {
        let set = set(kind, 120, 5);
        let keys = |side: &[Entity]| side.iter().map(|one| one.key.clone()).collect();
        let month = MonthNames {
            vendor_keys: keys(&set.vendor),
            psa_keys: keys(&set.psa),
            vendor: Arc::clone(&set.vendor),
            psa: Arc::clone(&set.psa),
        };
        let mut names = NamesByMonth::default();
        match kind {
            EntityKind::Client => names.clients.push(month),
            EntityKind::Sku => names.skus.push(month),
        }
        (names, set)
    }

    fn world<'a>(kind: EntityKind, names: &'a NamesByMonth, set: &TrainingSet) -> TrainingSets<'a> {
        let mut written = Names::default();
        for (side, index) in match kind {
            EntityKind::Client => {
                [(&set.vendor, &mut written.vendor_clients), (&set.psa, &mut written.psa_clients)]
            }
            EntityKind::Sku => {
                [(&set.vendor, &mut written.vendor_skus), (&set.psa, &mut written.psa_skus)]
            }
        } {
            side.iter().for_each(|entity| index.add(&entity.key, entity.name()));
        }
        TrainingSets {
            kind,
            psa_names: set.psa_names,
            months: names.of_kind(kind),
            other: Arc::clone(&set.other),
            day: "2026-10-31".parse().unwrap(),
            names: written,
        }
    }

    fn rows(kind: EntityKind, sets: &[TrainingSet]) -> LabelledPairs {
        labelled_pairs_in(SeenWith::AsScored, kind, sets, 1).as_scored()
    }

    #[test]
    fn a_pair_is_the_same_row_to_learn_from_to_compare_models_on_and_to_score() {
        for kind in [EntityKind::Client, EntityKind::Sku] {
            let (names, month) = month(kind);
            let world = world(kind, &names, &month);
            let all = &month.memory;
            let learned = world.sets(&Asked { all, asked: all, before: None, n_folds: N_FOLDS });
            assert_eq!(learned.len(), N_FOLDS);
            let model = shipped_pairs(kind).unwrap();
            let mut n_compared = 0;
            for (number, learned) in learned.iter().enumerate() {
                let asked = all.fold(number, N_FOLDS);
                let before = all.without(&asked);
                let compared = Asked { all, asked: &asked, before: Some(&before), n_folds: 1 };
                let compared = rows(kind, &world.sets(&compared));
                let learned = rows(kind, std::slice::from_ref(learned));
                assert_eq!(
                    (&learned.features, &learned.same),
                    (&compared.features, &compared.same)
                );

                let known =
                    PairMemory { inherited: world.inherited(&before, &world.months[0]), ..before };
                let aliases = world.aliases(&known);
                let space = NameSpace::knowing(aliases, kind, &month.vendor, &month.psa);
                let matching = Matching {
                    space: &space.settled_by(&known),
                    vendor: &month.vendor,
                    psa: &month.psa,
                    memory: &known,
                    model: &model,
                    policy: AssignmentPolicy::of(&model),
                };
                let (_, pairs, scored) = matching.open_rows(&month.other);
                let answered: BTreeSet<&String> = asked
                    .same
                    .keys()
                    .map(|(vendor, _)| vendor)
                    .chain(asked.no_psa.keys())
                    .collect();
                for (vendor_idx, vendor) in month.vendor.iter().enumerate() {
                    if !answered.contains(&vendor.key) {
                        continue;
                    }
                    let of_name = (0..learned.len()).filter(|&row| learned.name[row] == vendor_idx);
                    let of_name: Vec<_> =
                        of_name.map(|row| learned.features.row(row).to_owned()).collect();
                    let open = (0..pairs.len()).filter(|&row| pairs[row].vendor_idx == vendor_idx);
                    let open: Vec<_> = open.map(|row| scored.row(row)).collect();
                    n_compared += open.len();
                    assert_eq!(of_name, open, "{}", vendor.name());
                }
            }
            assert!(500 < n_compared, "{n_compared}");
        }
    }
}
