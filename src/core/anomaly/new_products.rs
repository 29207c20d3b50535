//! A product that came to several clients in one month, and that none had before: one event, one flag.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Bench;
use super::{Flag, FlagKind, FlagSide, LineIdentity, why};
use crate::domain::SeriesSide;
use crate::seat_trend::Presence;

/// Clients from which on a product is new, and not a line here and there.
const LEAST_CLIENTS: usize = 3;

/// Puts the new lines of a product that nobody had before into one flag about the product.
pub(super) fn told_once(flags: Vec<Flag>, bench: &Bench<'_>) -> Vec<Flag> {
    let is_line = |flag: &Flag| {
        flag.kind == FlagKind::NewLine && !flag.client.is_empty() && !flag.sku.is_empty()
    };
    let (lines, mut told): (Vec<Flag>, Vec<Flag>) = flags.into_iter().partition(is_line);
    let known = known_products(bench);
    let mut by_product: BTreeMap<String, Vec<Flag>> = BTreeMap::new();
    for flag in lines {
        by_product.entry(flag.sku.clone()).or_default().push(flag);
    }
    for (sku, flags) in by_product {
        let clients: BTreeSet<&str> = flags.iter().map(|flag| flag.client.as_str()).collect();
        let is_new = bench.lines == LineIdentity::ByName && !known.contains(sku.as_str());
        match LEAST_CLIENTS <= clients.len() && is_new {
            true => told.push(new_product(bench, clients.len(), &flags)),
            false => told.extend(flags),
        }
    }
    told
}

/// Products with a line that is older than the month.
fn known_products<'a>(bench: &Bench<'a>) -> BTreeSet<&'a str> {
    let series = bench.series.iter().enumerate();
    let old = series.filter(|(idx, one)| {
        one.side != SeriesSide::Drift && bench.scores.presence(*idx) != Presence::New
    });
    old.map(|(_, one)| one.sku.as_str()).collect()
}

fn new_product(bench: &Bench<'_>, n_clients: usize, flags: &[Flag]) -> Flag {
    let first = &flags[0];
    let sides: BTreeSet<FlagSide> = flags.iter().map(|flag| flag.side).collect();
    let mut series_idx: Vec<usize> =
        flags.iter().flat_map(|flag| flag.series_idx.iter().copied()).collect();
    series_idx.sort_unstable();
    let mut flag = Flag {
        client: String::new(),
        client_name: String::new(),
        side: if sides.len() == 1 { first.side } else { FlagSide::Both },
        observed: flags.iter().map(|flag| flag.observed).sum(),
        monthly_impact: flags.iter().map(|flag| flag.monthly_impact).sum(),
        series_idx,
        evidence: vec![("clients".to_owned(), n_clients.to_string())],
        ..first.clone()
    };
    flag.why = why::new_product(bench, &flag, n_clients);
    flag
}
