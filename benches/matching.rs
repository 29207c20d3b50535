//! How fast names are matched, and how many of them rightly: `cargo bench --bench matching`.
//!
//! Made-up company names, each as two tables write it, are compared, learned from and matched. A
//! million a side take a minute: `cargo bench --bench matching -- a_million`. The share of names whose
//! true partner came first is printed beside the times, and on Linux the most memory that was held.

#![allow(clippy::print_stdout, reason = "a benchmark reports")]

use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use seatdrift_core::candidates::{CandidatePair, LineEvidence, NameSpace, candidate_pairs};
use seatdrift_core::domain::entity::Decided;
use seatdrift_core::domain::{Entity, EntityKind, PairMemory};
use seatdrift_core::features::{compare, feature_matrix};
use seatdrift_core::models::Models;
use seatdrift_core::pair_classifier::{FitRecipe, PairModel, TrainingSet, fit, labelled_pairs};
use seatdrift_core::tables::match_by_name;
use seatdrift_lab::simulate::{NoisedNames, noised_names};

const SEED: u64 = 7;

fn main() {
    divan::main();
}

/// The classifier that ships.
static MODEL: LazyLock<PairModel> =
    LazyLock::new(|| Models::shipped().expect("the shipped models").clients.model);

fn entities(names: &[String]) -> Vec<Entity> {
    let entity = |(idx, name): (usize, &String)| Entity {
        key: idx.to_string(),
        names: vec![name.clone()],
        codes: Vec::new(),
        domains: Vec::new(),
        occurrences: Vec::new(),
    };
    names.iter().enumerate().map(entity).collect()
}

/// Candidates → rows of numbers.
mod features {
    use super::*;

    #[divan::bench(sample_count = 5, sample_size = 1)]
    fn rows_of_company_names(bencher: Bencher) {
        let names = noised_names(5_000, SEED);
        let (left, right) = (entities(&names.left), entities(&names.right));
        let space = NameSpace::new(EntityKind::Client, &left, &right);
        let lines = LineEvidence::none();
        let memory = PairMemory::default();
        let pairs: Vec<CandidatePair> = candidate_pairs(&space, &lines, &memory);
        bencher
            .counter(ItemsCount::new(pairs.len()))
            .bench(|| feature_matrix(&pairs, &compare(&space, &lines, &pairs)));
    }
}

/// Decisions → a model.
mod training {
    use super::*;

    /// So many labels at least are learned from.
    const LABELS: usize = 10_000;

    #[divan::bench(sample_count = 3, sample_size = 1)]
    fn on_10_000_labels(bencher: Bencher) {
        let names = noised_names(600, SEED);
        let mut set = TrainingSet {
            vendor: entities(&names.left).into(),
            psa: entities(&names.right).into(),
            ..TrainingSet::default()
        };
        for (left_idx, right_idx) in names.partner.iter().enumerate() {
            let decided = Decided { by: "bench".to_owned(), on: None };
            set.memory.same.insert((left_idx.to_string(), right_idx.to_string()), decided);
        }
        let (kind, sets) = (EntityKind::Client, [set]);
        let recipe = FitRecipe::default();
        let n_labels = labelled_pairs(kind, &sets, recipe.seed).len();
        assert!(LABELS <= n_labels, "only {n_labels} labels");
        println!("{n_labels} labels");
        bencher
            .counter(ItemsCount::new(n_labels))
            .bench(|| fit(kind, &sets, None, &recipe).expect("a model"));
    }
}

/// Two lists of names → the likeliest partner of each.
mod match_names {
    use super::*;

    #[divan::bench(args = [10_000, 100_000], sample_count = 3, sample_size = 1)]
    fn names_a_side(bencher: Bencher, n_names: usize) {
        timed(bencher, n_names);
    }

    /// Takes a minute, so it must be asked for by its name.
    #[divan::bench(sample_count = 1, sample_size = 1)]
    fn a_million_a_side(bencher: Bencher) {
        if std::env::args().any(|argument| argument.contains("a_million")) {
            timed(bencher, 1_000_000);
        }
    }

    fn timed(bencher: Bencher, n_names: usize) {
        let names = noised_names(n_names, SEED);
        let left: Vec<&str> = names.left.iter().map(String::as_str).collect();
        let right: Vec<&str> = names.right.iter().map(String::as_str).collect();
        let mut first = Vec::new();
        bencher.counter(ItemsCount::new(n_names)).bench_local(|| {
            let found = match_by_name(&left, &right, &MODEL);
            first = vec![None; left.len()];
            for one in found.iter().rev() {
                first[one.pair.left_idx] = Some(one.pair.right_idx);
            }
        });
        print_quality(&names, &first);
    }

    fn print_quality(names: &NoisedNames, first: &[Option<usize>]) {
        let is_right = |(found, partner): &(&Option<usize>, &usize)| **found == Some(**partner);
        let n_right = first.iter().zip(&names.partner).filter(is_right).count();
        let share = n_right as f64 / names.partner.len() as f64;
        println!("{} names: the true partner is first for {share:.4}", names.partner.len());
        match peak_kib() {
            Some(kib) => println!("peak memory so far: {} MB", kib * 1024 / 1_000_000),
            None => println!("peak memory: not measured, only Linux says it"),
        }
    }

    /// The most resident memory this process ever held, the names themselves included.
    fn peak_kib() -> Option<u64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }
}
