//! Suggestions in review → the names that wait for an answer, each with its candidates.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{NamePair, Run};
use crate::assignment::Status;
use crate::domain::{EntityKind, Side};

/// One name that waits, with the candidates it may be.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingName<'run> {
    /// Client or SKU.
    pub kind: EntityKind,
    /// The side the name stands on.
    pub side: Side,
    /// The name as written.
    pub name: &'run str,
    /// How much its answer teaches: the doubt it ends, in bits, and again for every other name that waits
    /// with a word in common, because what is learned of one tells of the other.
    pub teaches: f64,
    /// Monthly money that waits. Every candidate waits for the same money, so it counts once.
    pub money: Decimal,
    /// The candidates, best first.
    pub candidates: Vec<&'run NamePair>,
}

/// The names in review, those first whose answer teaches most; of equals the most money first, then by
/// kind, side and name.
///
/// Source: uncertainty sampling weighted by density (Settles and Craven 2008).
pub fn waiting_names(run: &Run) -> Vec<WaitingName<'_>> {
    let mut groups: BTreeMap<(EntityKind, Side, &str), Vec<&NamePair>> = BTreeMap::new();
    for pair in run.suggestions.iter().filter(|pair| pair.status == Status::Review) {
        let side = pair.asked_side();
        groups.entry((pair.kind, side, pair.key_or_name(side))).or_default().push(pair);
    }
    let mut names: Vec<WaitingName<'_>> = groups
        .into_iter()
        .map(|((kind, side, _), mut candidates)| {
            candidates.sort_by(|a, b| {
                b.probability.get().total_cmp(&a.probability.get()).then_with(|| a.id.cmp(&b.id))
            });
            let money = candidates.iter().map(|pair| pair.money).max().unwrap_or_default();
            let name = candidates[0].on(side).1;
            WaitingName { kind, side, name, teaches: doubt(&candidates), money, candidates }
        })
        .collect();
    count_names_alike(&mut names);
    names.sort_by(|a, b| {
        let by_money = b.money.cmp(&a.money);
        let by_name = (a.kind, a.side, a.name).cmp(&(b.kind, b.side, b.name));
        b.teaches.total_cmp(&a.teaches).then(by_money).then(by_name)
    });
    names
}

/// The doubt among the candidates and having no partner, in bits.
fn doubt(candidates: &[&NamePair]) -> f64 {
    let sum: f64 = candidates.iter().map(|pair| pair.probability.get()).sum();
    // Two terms of one product may both be likely: then they share what there is.
    let scale = 1.0_f64.max(sum);
    let none = (1.0 - sum).max(0.0);
    let chances = candidates.iter().map(|pair| pair.probability.get() / scale).chain([none]);
    chances.filter(|chance| 0.0 < *chance).map(|chance| -chance * chance.log2()).sum()
}

/// A word more names have than this tells nothing of them.
const MOST_WITH_A_WORD: usize = 20;

/// Multiplies what each name teaches by itself and the names of its kind and side that share a word.
fn count_names_alike(names: &mut [WaitingName<'_>]) {
    let mut by_word: BTreeMap<(EntityKind, Side, String), BTreeSet<usize>> = BTreeMap::new();
    for (idx, one) in names.iter().enumerate() {
        for word in words(one.name) {
            by_word.entry((one.kind, one.side, word)).or_default().insert(idx);
        }
    }
    let mut alike: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); names.len()];
    for group in by_word.values().filter(|group| group.len() <= MOST_WITH_A_WORD) {
        group.iter().for_each(|&idx| alike[idx].extend(group));
    }
    for (one, alike) in names.iter_mut().zip(alike) {
        one.teaches *= alike.len().max(1) as f64;
    }
}

/// Words of three letters and more, in small letters.
fn words(name: &str) -> impl Iterator<Item = String> {
    let runs = name.split(|letter: char| !letter.is_alphanumeric());
    runs.filter(|run| 3 <= run.chars().count()).map(str::to_lowercase)
}

/// The money that waits with all of them: at most this much, as a line may wait for its client and
/// for its SKU.
pub fn money_waiting(names: &[WaitingName<'_>]) -> Decimal {
    names.iter().map(|name| name.money).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Probability;
    use crate::run::specimen;

    #[test]
    fn candidates_of_one_name_stand_together_and_their_money_counts_once() {
        let mut run = specimen::quiet();
        run.suggestions = specimen::october().suggestions[..2].to_vec();
        run.suggestions[1].vendor_id = run.suggestions[0].vendor_id.clone();
        run.suggestions.reverse();
        let names = waiting_names(&run);
        assert_eq!(names.len(), 1);
        assert_eq!(names[0].candidates.len(), 2);
        assert!(names[0].candidates[0].probability > names[0].candidates[1].probability);
        assert_eq!(money_waiting(&names), Decimal::from(900));
    }

    /// Names that wait, each with one candidate.
    fn waiting(names: &[(&str, f64, i64)]) -> Run {
        let mut run = specimen::quiet();
        let pair = |(idx, &(name, probability, money)): (usize, &(&str, f64, i64))| NamePair {
            vendor_id: format!("v{idx}"),
            vendor_name: name.to_owned(),
            probability: Probability::clamped(probability),
            money: Decimal::from(money),
            ..specimen::october().suggestions[0].clone()
        };
        run.suggestions = names.iter().enumerate().map(pair).collect();
        run
    }

    fn order(run: &Run) -> Vec<&str> {
        waiting_names(run).iter().map(|name| name.name).collect()
    }

    #[test]
    fn the_question_nobody_can_guess_comes_before_one_that_is_nearly_sure() {
        let run = waiting(&[("Alder Dental", 0.93, 900), ("Kestrel Marine", 0.5, 10)]);
        assert_eq!(order(&run), ["Kestrel Marine", "Alder Dental"]);
    }

    #[test]
    fn an_answer_that_tells_of_other_names_comes_first() {
        let run = waiting(&[
            ("Kestrel Marine", 0.5, 10),
            ("Wayne Ind. Gotham", 0.6, 10),
            ("Wayne Ind. Metropolis", 0.9, 10),
        ]);
        assert_eq!(order(&run)[0], "Wayne Ind. Gotham");
    }

    #[test]
    fn equal_doubt_is_settled_by_money_and_then_by_name() {
        let run = waiting(&[("Beta", 0.5, 10), ("Alder", 0.5, 10), ("Gamma", 0.5, 20)]);
        assert_eq!(order(&run), ["Gamma", "Alder", "Beta"]);
    }

    #[test]
    fn a_name_alone_on_the_psa_side_is_asked_about_by_its_own_name() {
        let mut run = specimen::quiet();
        run.suggestions = specimen::october().suggestions[..1].to_vec();
        run.suggestions[0].vendor_id.clear();
        run.suggestions[0].vendor_name.clear();
        let names = waiting_names(&run);
        assert_eq!((names[0].side, names[0].name), (Side::Psa, "Northwind Traders Ltd"));
    }
}
