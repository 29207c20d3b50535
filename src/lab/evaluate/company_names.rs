//! Company names in an open world: how well names find their partner, and how well it is seen that
//! some have none.

use std::collections::{BTreeMap, BTreeSet};

use seatdrift_core::candidates::{KnownPairs, LineEvidence, NameSpace, candidate_pairs};
use seatdrift_core::domain::entity::Decided;
use seatdrift_core::domain::{Entity, EntityKind, PairMemory};
use seatdrift_core::features::{compare, feature_matrix};
use seatdrift_core::pair_classifier::{FitError, FitRecipe, PairModel, TrainingSet, fit, score};

/// One company as a table has it: an id, unique in its table, and the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCompany {
    /// Its id.
    pub id: String,
    /// Its name as written.
    pub name: String,
}

/// How the world is opened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenWorldRecipe {
    /// Decides which companies are removed and which are tested.
    pub seed: u64,
    /// Share of the true partners that are removed from the right table.
    pub removed: f64,
    /// Share of the companies that are tested; the others are decided on beforehand.
    pub tested: f64,
}

impl Default for OpenWorldRecipe {
    fn default() -> Self {
        Self { seed: 1, removed: 0.4, tested: 0.3 }
    }
}

/// Which model is measured.
#[derive(Debug, Clone, Copy)]
pub enum Judge<'a> {
    /// This one, as it is: no decision is used.
    AsItIs(&'a PairModel),
    /// One learned from the decisions on the companies that are not tested, from nothing or from a
    /// starting model.
    Learned(&'a FitRecipe, Option<&'a PairModel>),
}

/// How well the tested names found their partner.
///
/// A name's answer is its likeliest candidate. Right: the answer is its partner. Wrong: it is not, or
/// the partner was removed.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenWorldResult {
    /// Names tested.
    pub n_tested: usize,
    /// Those of them whose partner is still there.
    pub n_with_partner: usize,
    /// Share of the partners that are among the candidates.
    pub candidate_recall: f64,
    /// Share of the names with a partner whose likeliest candidate is the partner.
    pub hit_at_1: f64,
    /// At the model's own accept threshold: right answers among those given.
    pub precision: f64,
    /// At the model's own accept threshold: right answers among the names with a partner.
    pub recall: f64,
    /// The F1 of the answers that are claims: at least as likely right as wrong.
    pub f1: f64,
    /// The most partners found by a threshold at which 99 % of the answers are right.
    pub recall_at_99: f64,
    /// The likeliest candidate of every tested name that has one, the likeliest first.
    pub answers: Vec<NameAnswer>,
}

impl OpenWorldResult {
    /// The greatest F1 any threshold gives: what is lost to the choice of the threshold shows beside it.
    pub fn best_f1(&self) -> f64 {
        let (mut n_right, mut best) = (0.0, 0.0_f64);
        for (idx, answer) in self.answers.iter().enumerate() {
            n_right += f64::from(u8::from(answer.is_right));
            let next = self.answers.get(idx + 1);
            // Answers of one probability are accepted together.
            if next.is_none_or(|next| next.probability < answer.probability) {
                best = best.max(2.0 * n_right / ((idx + 1 + self.n_with_partner) as f64));
            }
        }
        best
    }
}

/// The likeliest candidate of one name.
#[derive(Debug, Clone, PartialEq)]
pub struct NameAnswer {
    /// The name's id.
    pub left: String,
    /// The candidate's id.
    pub right: String,
    /// The probability that the two are the same.
    pub probability: f64,
    /// Whether they are.
    pub is_right: bool,
}

/// Removes partners, learns from the names that are not tested (or takes the model as it is), and
/// asks for the partner of every tested name. `partner_of` gives left id → right id; companies of one
/// right id are removed and tested together.
///
/// # Errors
///
/// [`FitError`] when nothing can be learned.
pub fn open_world(
    left: &[NamedCompany],
    right: &[NamedCompany],
    partner_of: &BTreeMap<String, String>,
    recipe: &OpenWorldRecipe,
    judge: Judge<'_>,
) -> Result<OpenWorldResult, FitError> {
    let companies: BTreeSet<&String> = partner_of.values().collect();
    let below = |id: &str, salt: &str, share: f64| unit(id, salt, recipe.seed) < share;
    let removed: BTreeSet<&str> = companies
        .iter()
        .map(|id| id.as_str())
        .filter(|id| below(id, "removed", recipe.removed))
        .collect();
    let kept = right.iter().filter(|one| !removed.contains(one.id.as_str()));
    let mut set = TrainingSet {
        vendor: left.iter().map(entity).collect::<Vec<_>>().into(),
        psa: kept.map(entity).collect::<Vec<_>>().into(),
        ..TrainingSet::default()
    };
    let (mut tested, mut truth) = (BTreeSet::new(), BTreeMap::new());
    for (left_id, right_id) in partner_of {
        let is_there = !removed.contains(right_id.as_str());
        if below(right_id, "tested", recipe.tested) {
            tested.insert(left_id.as_str());
            truth.extend(is_there.then_some((left_id.as_str(), right_id.as_str())));
        } else if is_there {
            set.memory.same.insert((left_id.clone(), right_id.clone()), decided());
        } else {
            set.memory.no_psa.insert(left_id.clone(), decided());
        }
    }
    let fitted;
    let model = match judge {
        Judge::AsItIs(model) => model,
        Judge::Learned(recipe, start) => {
            fitted = fit(EntityKind::Client, std::slice::from_ref(&set), start, recipe)?;
            &fitted.model
        }
    };
    let (answers, n_among) = answers(&set, model, &tested, &truth);
    let accept_at = model.thresholds.accept_at.get();
    Ok(result(answers, accept_at, n_among, tested.len(), truth.len()))
}

fn entity(company: &NamedCompany) -> Entity {
    Entity {
        key: company.id.clone(),
        names: vec![company.name.clone()],
        codes: Vec::new(),
        domains: Vec::new(),
        occurrences: Vec::new(),
    }
}

fn decided() -> Decided {
    Decided { by: "the table of matches".to_owned(), on: None }
}

/// The likeliest candidate of every tested name, and how many partners were among the candidates.
fn answers(
    set: &TrainingSet,
    model: &PairModel,
    tested: &BTreeSet<&str>,
    truth: &BTreeMap<&str, &str>,
) -> (Vec<NameAnswer>, usize) {
    let space = NameSpace::new(EntityKind::Client, &set.vendor, &set.psa);
    let lines = LineEvidence::new(&set.vendor, &set.psa, &KnownPairs::none());
    let pairs = candidate_pairs(&space, &lines, &PairMemory::default());
    let features = feature_matrix(&pairs, &compare(&space, &lines, &pairs));
    let mut best: BTreeMap<&str, NameAnswer> = BTreeMap::new();
    let mut n_among = 0;
    for (pair, probability) in pairs.iter().zip(score(model, &features)) {
        let (left, right) = (&set.vendor[pair.vendor_idx].key, &set.psa[pair.psa_idx].key);
        if !tested.contains(left.as_str()) {
            continue;
        }
        let is_right = truth.get(left.as_str()) == Some(&right.as_str());
        n_among += usize::from(is_right);
        let probability = probability.get();
        // Of equals the first candidate stays.
        if best.get(left.as_str()).is_none_or(|known| known.probability < probability) {
            let (left_id, right) = (left.clone(), right.clone());
            best.insert(left, NameAnswer { left: left_id, right, probability, is_right });
        }
    }
    let mut answers: Vec<NameAnswer> = best.into_values().collect();
    answers.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    (answers, n_among)
}

/// At or above this probability an answer is a claim, below it a question.
const CLAIM: f64 = 0.5;

fn result(
    answers: Vec<NameAnswer>,
    accept_at: f64,
    n_among: usize,
    n_tested: usize,
    n_with_partner: usize,
) -> OpenWorldResult {
    let share =
        |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let f1 = |n_right: usize, n_given: usize| share(2 * n_right, n_given + n_with_partner);
    let (mut n_right, mut recall_at_99) = (0, 0.0_f64);
    let (mut n_accepted, mut n_accepted_right, mut claimed_f1) = (0, 0, 0.0);
    for (idx, answer) in answers.iter().enumerate() {
        n_right += usize::from(answer.is_right);
        if accept_at <= answer.probability {
            (n_accepted, n_accepted_right) = (idx + 1, n_right);
        }
        if CLAIM <= answer.probability {
            claimed_f1 = f1(n_right, idx + 1);
        }
        // Answers of one probability are given together.
        let next = answers.get(idx + 1).map(|next| next.probability);
        if next.is_none_or(|next| next < answer.probability) && 0.99 <= share(n_right, idx + 1) {
            recall_at_99 = recall_at_99.max(share(n_right, n_with_partner));
        }
    }
    OpenWorldResult {
        n_tested,
        n_with_partner,
        candidate_recall: share(n_among, n_with_partner),
        hit_at_1: share(n_right, n_with_partner),
        precision: share(n_accepted_right, n_accepted),
        recall: share(n_accepted_right, n_with_partner),
        f1: claimed_f1,
        recall_at_99,
        answers,
    }
}

/// A number in `0.0..1.0` that depends on nothing but the text and the seed (FNV-1a, then mixed).
pub(super) fn unit(text: &str, salt: &str, seed: u64) -> f64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = salt
        .bytes()
        .chain(text.bytes())
        .fold(start, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (hash ^ (hash >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 32)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn companies(names: &[&str]) -> Vec<NamedCompany> {
        let numbered = names.iter().enumerate();
        numbered
            .map(|(idx, name)| NamedCompany { id: idx.to_string(), name: (*name).into() })
            .collect()
    }

    fn table() -> (Vec<NamedCompany>, Vec<NamedCompany>, BTreeMap<String, String>) {
        let first = ["Kingfisher", "Alder", "Copper", "Dunmore", "Granite", "Juniper", "Monarch"];
        let trade = ["Dental", "Logistics", "Energy", "Brewing", "Holdings", "Marine"];
        let names: Vec<String> = first
            .iter()
            .flat_map(|first| trade.iter().map(move |trade| format!("{first} {trade}")))
            .collect();
        let left: Vec<&str> = names.iter().map(String::as_str).collect();
        let long: Vec<String> = names.iter().map(|name| format!("{name} Inc. /DE/")).collect();
        let right: Vec<&str> = long.iter().map(String::as_str).collect();
        let matches = (0..names.len()).map(|idx| (idx.to_string(), idx.to_string())).collect();
        (companies(&left), companies(&right), matches)
    }

    #[test]
    fn names_find_their_partner_and_those_without_one_find_none() {
        let (left, right, matches) = table();
        let recipe = OpenWorldRecipe::default();
        let judge = Judge::Learned(&FitRecipe { seed: 1, ..FitRecipe::default() }, None);
        let found = open_world(&left, &right, &matches, &recipe, judge).expect("enough decisions");
        assert!(found.n_with_partner < found.n_tested, "some partners are gone");
        assert!(0.9 < found.f1, "{found:?}");
        assert_eq!(found, open_world(&left, &right, &matches, &recipe, judge).expect("again"));
    }

    #[test]
    fn a_hash_spreads_evenly() {
        let n_below = (0..1000).filter(|id| unit(&id.to_string(), "x", 7) < 0.4).count();
        assert!((350..450).contains(&n_below), "{n_below}");
    }
}
