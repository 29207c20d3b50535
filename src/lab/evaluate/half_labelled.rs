//! Two tables of names in an open world, half of whose left rows are labelled: what `match` makes of the
//! other half.
//!
//! Labels must never make it worse than none. A person may give only what is the same, or judge what was
//! suggested, or set pairs beside it that nobody would take for one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::company_names::{NamedCompany, OpenWorldRecipe, unit};
use super::metrics::{Answer, accuracy, best_threshold, calibration_error, recall_at_precision};
use super::{Clock, EvaluateError};
use seatdrift_core::features::records::{RowPair, SharedColumn};
use seatdrift_core::pair_classifier::PairModel;
use seatdrift_core::tables::{Labels, LearningRecipe, MatchedTables, Question, match_tables};

/// How well the rows nobody labelled found their partner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HalfLabelledFigures {
    /// The set's folder.
    pub set: String,
    /// What was labelled of the other half: `none`, `matches`, `judged`, `beside`.
    pub labels: &'static str,
    /// Pairs labelled.
    pub labelled: usize,
    /// Left rows judged.
    pub tested: usize,
    /// Those of them whose partner is still there.
    pub with_partner: usize,
    /// F1 of the matches at the threshold `match` chose, in `0.0..=1.0` like all shares here.
    pub f1: f64,
    /// The best F1 any threshold gives, of the likeliest candidate of every row.
    pub best_f1: f64,
    /// The most partners found while 99 % of the answers are right.
    pub recall_at_99: f64,
    /// Calibration error of the likeliest candidate of every row.
    pub ece: f64,
    /// Learning and matching.
    pub seconds: f64,
}

/// The two tables as they are matched.
struct Tables<'a> {
    columns: [SharedColumn<'a>; 1],
    /// Left row → right row, where the partner was not removed.
    partner: BTreeMap<usize, usize>,
    labelled: BTreeSet<usize>,
    n_left: usize,
    n_right: usize,
}

/// Removes partners, labels the rows of half of the companies in four ways, and judges the other rows.
pub(super) fn half_labelled(
    set: &str,
    (left, right): (&[NamedCompany], &[NamedCompany]),
    partner_of: &BTreeMap<String, String>,
    model: &PairModel,
    seed: u64,
    clock: Clock<'_>,
) -> Result<Vec<HalfLabelledFigures>, EvaluateError> {
    let tables = Tables::new(left, right, partner_of, seed);
    let unlabelled = tables.matched(&Labels::default(), model, seed)?;
    let kinds = [
        ("none", Labels::default()),
        ("matches", tables.matches()),
        ("judged", tables.judged(&unlabelled)),
        ("beside", tables.beside()),
    ];
    kinds
        .into_iter()
        .map(|(kind, labels)| {
            let start = clock();
            let matched = tables.matched(&labels, model, seed)?;
            let seconds = (clock() - start).as_secs_f64();
            let figures = tables.figures(set, kind, &matched);
            Ok(HalfLabelledFigures { labelled: labels.0.len(), seconds, ..figures })
        })
        .collect()
}

impl<'a> Tables<'a> {
    fn new(
        left: &'a [NamedCompany],
        right: &'a [NamedCompany],
        partner_of: &BTreeMap<String, String>,
        seed: u64,
    ) -> Self {
        let removed = OpenWorldRecipe::default().removed;
        let partners: BTreeSet<&String> = partner_of.values().collect();
        let is_gone = |id: &String| partners.contains(id) && unit(id, "removed", seed) < removed;
        let kept: Vec<&NamedCompany> = right.iter().filter(|one| !is_gone(&one.id)).collect();
        let right_row: BTreeMap<&str, usize> =
            kept.iter().enumerate().map(|(row, one)| (one.id.as_str(), row)).collect();
        let partner = left.iter().enumerate().filter_map(|(row, one)| {
            Some((row, *right_row.get(partner_of.get(&one.id)?.as_str())?))
        });
        // The rows of one company are labelled together.
        let is_labelled = |one: &NamedCompany| {
            partner_of.get(&one.id).is_some_and(|id| unit(id, "labelled", seed) < 0.5)
        };
        let labelled = left.iter().enumerate().filter(|(_, one)| is_labelled(one));
        let (left_names, right_names) = (
            left.iter().map(|one| one.name.as_str()).collect(),
            kept.iter().map(|one| one.name.as_str()).collect(),
        );
        Self {
            partner: partner.collect(),
            labelled: labelled.map(|(row, _)| row).collect(),
            n_left: left.len(),
            n_right: kept.len(),
            columns: [SharedColumn { name: "name", left: left_names, right: right_names }],
        }
    }

    fn matched(
        &self,
        labels: &Labels,
        model: &PairModel,
        seed: u64,
    ) -> Result<MatchedTables, EvaluateError> {
        let question = Question {
            columns: &self.columns,
            labels,
            valid: &Labels::default(),
            pairs: None,
            names: model,
        };
        Ok(match_tables(&question, &LearningRecipe { seed, ..LearningRecipe::default() })?)
    }

    /// What is the same.
    fn matches(&self) -> Labels {
        let labelled = self.partner.iter().filter(|(left, _)| self.labelled.contains(left));
        Labels(
            labelled
                .map(|(&left_idx, &right_idx)| (RowPair { left_idx, right_idx }, true))
                .collect(),
        )
    }

    /// Whether the likeliest candidate of each row is it.
    fn judged(&self, unlabelled: &MatchedTables) -> Labels {
        let best =
            likeliest(unlabelled).into_iter().filter(|(left, _)| self.labelled.contains(left));
        Labels(best.map(|(_, (pair, _))| (pair, self.is_same(pair))).collect())
    }

    /// What is the same, and beside each row another one picked blindly.
    fn beside(&self) -> Labels {
        let mut labels = self.matches();
        for &left_idx in &self.labelled {
            let share = unit(&left_idx.to_string(), "beside", 1);
            let pair = RowPair { left_idx, right_idx: (share * self.n_right as f64) as usize };
            labels.0.insert(pair, self.is_same(pair));
        }
        labels
    }

    fn is_same(&self, pair: RowPair) -> bool {
        self.partner.get(&pair.left_idx) == Some(&pair.right_idx)
    }

    fn figures(
        &self,
        set: &str,
        kind: &'static str,
        matched: &MatchedTables,
    ) -> HalfLabelledFigures {
        let is_tested = |left_idx: usize| !self.labelled.contains(&left_idx);
        let with_partner = self.partner.keys().filter(|left| is_tested(**left)).count();
        let answer =
            |pair: RowPair, probability: f64| Answer { probability, is_same: self.is_same(pair) };
        let given: Vec<Answer> = matched
            .pairs
            .iter()
            .filter(|one| one.is_match && is_tested(one.pair.left_idx))
            .map(|one| answer(one.pair, one.probability.get()))
            .collect();
        let best: Vec<Answer> = likeliest(matched)
            .into_iter()
            .filter(|(left, _)| is_tested(*left))
            .map(|(_, (pair, probability))| answer(pair, probability))
            .collect();
        HalfLabelledFigures {
            set: set.to_owned(),
            labels: kind,
            labelled: 0,
            tested: self.n_left - self.labelled.len(),
            with_partner,
            f1: accuracy(&given, with_partner, 0.0).f1,
            best_f1: accuracy(&best, with_partner, best_threshold(&best, with_partner)).f1,
            recall_at_99: recall_at_precision(&best, with_partner, 0.99),
            ece: calibration_error(&best),
            seconds: 0.0,
        }
    }
}

/// By left row: its likeliest candidate, the first of equals.
fn likeliest(matched: &MatchedTables) -> BTreeMap<usize, (RowPair, f64)> {
    let mut best: BTreeMap<usize, (RowPair, f64)> = BTreeMap::new();
    for one in &matched.pairs {
        let found = (one.pair, one.probability.get());
        let known = best.entry(one.pair.left_idx).or_insert(found);
        if known.1 < found.1 {
            *known = found;
        }
    }
    best
}
