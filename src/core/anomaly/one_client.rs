//! Most lines of a client moving alike: one event, one flag.

use std::collections::BTreeMap;

use super::judge::Bench;
use super::sums::Sums;
use super::{Flag, FlagKind, FlagSide, LineIdentity, why};
use crate::domain::SeriesSide;

/// Flagged lines from which on it is the client that moved, and the share of its lines they must be.
const LEAST_LINES: usize = 3;
const LEAST_SHARE: f64 = 0.5;

/// Puts the flags on quantities of a client that moved as one into one flag about the client.
pub(super) fn told_once(flags: Vec<Flag>, bench: &Bench<'_>) -> Vec<Flag> {
    if bench.lines != LineIdentity::ByName {
        return flags;
    }
    let is_move = |flag: &Flag| flag.kind == FlagKind::LevelShift && !flag.client.is_empty();
    let (moves, mut told): (Vec<Flag>, Vec<Flag>) = flags.into_iter().partition(is_move);
    let mut by_client: BTreeMap<(String, bool), Vec<Flag>> = BTreeMap::new();
    for flag in moves {
        let rises = flag.expected < flag.observed;
        by_client.entry((flag.client.clone(), rises)).or_default().push(flag);
    }
    for ((client, _), flags) in by_client {
        let n_lines = if flags.len() < LEAST_LINES { 0 } else { n_lines_of(bench, &client) };
        let is_client =
            LEAST_LINES <= flags.len() && LEAST_SHARE * n_lines as f64 <= flags.len() as f64;
        match is_client {
            true => told.push(of_client(bench, flags, n_lines)),
            false => told.extend(flags),
        }
    }
    told
}

/// How many lines a client has: its products on the side that has more of them.
fn n_lines_of(bench: &Bench<'_>, client: &str) -> usize {
    let of = |side| {
        let own = bench
            .series
            .iter()
            .enumerate()
            .filter(|(_, one)| one.side == side && one.client == client);
        own.filter(|(idx, _)| bench.scores.is_seen(*idx)).count()
    };
    of(SeriesSide::Vendor).max(of(SeriesSide::Psa))
}

fn of_client(bench: &Bench<'_>, mut flags: Vec<Flag>, n_lines: usize) -> Flag {
    flags.sort_by(|a, b| a.p_value.total_cmp(&b.p_value).then_with(|| a.sku.cmp(&b.sku)));
    let sum = |of: fn(&Flag) -> f64| flags.iter().map(of).sum::<f64>();
    let mut series_idx: Vec<usize> =
        flags.iter().flat_map(|flag| flag.series_idx.iter().copied()).collect();
    series_idx.sort_unstable();
    series_idx.dedup();
    let first_side = flags[0].side;
    let mut whole = Flag {
        sku: String::new(),
        sku_name: String::new(),
        side: match flags.iter().all(|flag| flag.side == first_side) {
            true => first_side,
            false => FlagSide::Both,
        },
        observed: sum(|flag| flag.observed),
        expected: sum(|flag| flag.expected),
        low: sum(|flag| flag.low),
        high: sum(|flag| flag.high),
        series_idx,
        evidence: flags.iter().map(|flag| (flag.sku_name.clone(), flag.why.clone())).collect(),
        ..flags[0].clone()
    };
    Sums::of_flags(&flags).set(&mut whole);
    whole.why = why::one_client(bench, &whole, flags.len(), n_lines);
    whole
}
