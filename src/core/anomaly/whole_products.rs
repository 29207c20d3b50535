//! A product that came to several clients in one month and that none had before, or that left them all: one
//! event, one flag.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::Bench;
use super::sums::Sums;
use super::{Flag, FlagKind, FlagSide, LineIdentity, why};
use crate::domain::SeriesSide;
use crate::seat_trend::Presence;

/// Clients from which on it is the product, and not a line here and there.
const LEAST_CLIENTS: usize = 3;

/// Puts the lines of a product that nobody had before, or that nobody has any more, into one flag about the
/// product.
pub(super) fn told_once(flags: Vec<Flag>, bench: &Bench<'_>) -> Vec<Flag> {
    if bench.lines != LineIdentity::ByName {
        return flags;
    }
    let is_line = |flag: &Flag| {
        // Where a line of the client took over it is a migration, and told as that.
        let of_product = flag.series_idx.iter().all(|&idx| bench.series[idx].sku == flag.sku);
        flag.is_fact() && !flag.client.is_empty() && !flag.sku.is_empty() && of_product
    };
    let (lines, mut told): (Vec<Flag>, Vec<Flag>) = flags.into_iter().partition(is_line);
    let products = [Presence::New, Presence::Seen].map(|other| products_but(bench, other));
    let mut by_product: BTreeMap<(String, FlagKind), Vec<Flag>> = BTreeMap::new();
    for flag in lines {
        by_product.entry((flag.sku.clone(), flag.kind)).or_default().push(flag);
    }
    for ((sku, kind), flags) in by_product {
        let clients: BTreeSet<&str> = flags.iter().map(|flag| flag.client.as_str()).collect();
        let [known, gone] = &products;
        let is_whole = match kind {
            FlagKind::NewLine => !known.contains(sku.as_str()),
            _ => gone.contains(sku.as_str()),
        };
        match LEAST_CLIENTS <= clients.len() && is_whole {
            true => told.push(whole_product(bench, clients.len(), &flags)),
            false => told.extend(flags),
        }
    }
    told
}

/// For [`Presence::New`] the products with a line that is older than the month; for [`Presence::Seen`] those
/// without any line in it.
fn products_but<'a>(bench: &Bench<'a>, but: Presence) -> BTreeSet<&'a str> {
    let units = || bench.series.iter().enumerate().filter(|(_, one)| one.side != SeriesSide::Drift);
    let presence = |idx: usize| bench.scores.presence(idx);
    let of = |keep: &dyn Fn(usize) -> bool| {
        let kept = units().filter(|(idx, _)| keep(*idx));
        kept.map(|(_, one)| one.sku.as_str()).collect::<BTreeSet<&str>>()
    };
    if but == Presence::New {
        return of(&|idx| presence(idx) != Presence::New);
    }
    let here = of(&|idx| matches!(presence(idx), Presence::Seen | Presence::New));
    of(&|idx| matches!(presence(idx), Presence::Gone(_))).difference(&here).copied().collect()
}

fn whole_product(bench: &Bench<'_>, n_clients: usize, flags: &[Flag]) -> Flag {
    let first = &flags[0];
    let sides: BTreeSet<FlagSide> = flags.iter().map(|flag| flag.side).collect();
    let mut series_idx: Vec<usize> =
        flags.iter().flat_map(|flag| flag.series_idx.iter().copied()).collect();
    series_idx.sort_unstable();
    let sum = |of: fn(&Flag) -> f64| flags.iter().map(of).sum::<f64>();
    let mut flag = Flag {
        client: String::new(),
        client_name: String::new(),
        side: if sides.len() == 1 { first.side } else { FlagSide::Both },
        observed: sum(|flag| flag.observed),
        expected: sum(|flag| flag.expected),
        low: sum(|flag| flag.low),
        high: sum(|flag| flag.high),
        series_idx,
        evidence: vec![("clients".to_owned(), n_clients.to_string())],
        ..first.clone()
    };
    Sums::of_flags(flags).set(&mut flag);
    flag.why = match flag.kind {
        FlagKind::NewLine => why::new_product(bench, &flag, n_clients),
        _ => why::gone_product(bench, &flag, n_clients),
    };
    flag
}
