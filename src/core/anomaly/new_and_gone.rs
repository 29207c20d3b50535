//! New and vanished lines, migrations, whole clients.
//!
//! That a line came or went is a fact, not a guess: it is told once, for a whole client in one flag,
//! and as a migration where another line of the client took its seats over.

use std::collections::{BTreeMap, BTreeSet};

use super::causes::LineOf;
use super::judge::Bench;
use super::sums::Sums;
use super::{Flag, FlagKind, FlagPolicy, FlagSide, LineIdentity, causes, whole_products, why};
use crate::domain::SeriesSide;
use crate::seat_trend::{LineMonth, Presence, Statistic};

/// Share of a side's lines that, gone in one month, says that an export is missing.
const EXPORT_MISSING: f64 = 0.5;

/// Lines a side must have had for that to be said.
const LEAST_LINES: usize = 10;

/// Two quantities are like when they differ by no more than this, or by a tenth.
const LIKE_UNITS: f64 = 2.0;
const LIKE_SHARE: f64 = 0.1;

/// A side's client.
type ClientOf<'a> = (SeriesSide, &'a str);

/// The flags on what came and went.
pub(super) fn flags(bench: &Bench<'_>, policy: &FlagPolicy) -> Vec<Flag> {
    let turnover = Turnover::of(bench, policy);
    let mut flags = Vec::new();
    let mut silent: BTreeSet<SeriesSide> = BTreeSet::new();
    for side in [SeriesSide::Vendor, SeriesSide::Psa] {
        if let Some(flag) = turnover.missing_export(bench, side) {
            silent.insert(side);
            flags.push(flag);
        }
    }
    let mut comings = Vec::new();
    for (&(side, client), moved) in &turnover.clients {
        let loud = !silent.contains(&side);
        comings.extend(moved.flags(bench, policy, client, loud));
    }
    flags.extend(whole_products::told_once(both_sides(comings, bench.lines), bench));
    flags
}

/// Who came and who went, by client.
struct Turnover<'a> {
    clients: BTreeMap<ClientOf<'a>, Moved>,
    gone: BTreeMap<SeriesSide, usize>,
    before: BTreeMap<SeriesSide, usize>,
}

#[derive(Default)]
struct Moved {
    came: Vec<usize>,
    went: Vec<usize>,
    /// Lines that neither came nor went, or that were known in earlier months.
    stayed: usize,
    known: usize,
}

impl<'a> Turnover<'a> {
    fn of(bench: &Bench<'a>, policy: &FlagPolicy) -> Self {
        let mut all =
            Self { clients: BTreeMap::new(), gone: BTreeMap::new(), before: BTreeMap::new() };
        for (series_idx, series) in bench.series.iter().enumerate() {
            let presence = bench.scores.presence(series_idx);
            if series.side == SeriesSide::Drift || presence == Presence::Seen {
                *all.before.entry(series.side).or_default() += 1;
                continue;
            }
            let client = || (series.side, series.client.as_str());
            match presence {
                Presence::New => all.clients.entry(client()).or_default().came.push(series_idx),
                Presence::Gone(months) if months <= policy.vanish_months => {
                    all.clients.entry(client()).or_default().went.push(series_idx);
                    *all.gone.entry(series.side).or_default() += 1;
                    *all.before.entry(series.side).or_default() += 1;
                }
                _ => {}
            }
        }
        all.count_the_others(bench);
        all
    }

    /// Counts the other lines of the clients where something moved.
    fn count_the_others(&mut self, bench: &Bench<'a>) {
        for (series_idx, series) in bench.series.iter().enumerate() {
            let Some(moved) = self.clients.get_mut(&(series.side, series.client.as_str())) else {
                continue;
            };
            match bench.scores.presence(series_idx) {
                Presence::Seen => moved.stayed += 1,
                Presence::Gone(_) | Presence::Absent => moved.known += 1,
                Presence::New => {}
            }
        }
    }

    fn missing_export(&self, bench: &Bench<'_>, side: SeriesSide) -> Option<Flag> {
        let gone = self.gone.get(&side).copied().unwrap_or(0);
        let before = self.before.get(&side).copied().unwrap_or(0);
        if before < LEAST_LINES || (gone as f64) < EXPORT_MISSING * before as f64 {
            return None;
        }
        let went: Vec<usize> = self
            .clients
            .iter()
            .filter(|((of, _), _)| *of == side)
            .flat_map(|(_, moved)| moved.went.iter().copied())
            .collect();
        let mut flag = bench.blank(went[0], FlagKind::Vanished, 1.0 / (1.0 + before as f64));
        for name in [&mut flag.client, &mut flag.client_name, &mut flag.sku, &mut flag.sku_name] {
            name.clear();
        }
        flag.total(bench, &went);
        flag.why = why::missing_export(gone, before);
        flag.series_idx = went;
        Some(flag)
    }
}

impl Moved {
    fn flags(&self, bench: &Bench<'_>, policy: &FlagPolicy, client: &str, loud: bool) -> Vec<Flag> {
        // Series that name no client have no client that could come or go.
        let named = !client.is_empty();
        let told_once = named && bench.lines == LineIdentity::ByName;
        if told_once && self.is_whole_client() && self.came.is_empty() && loud {
            return self.client_gone(bench, policy).into_iter().collect();
        }
        if told_once && self.stayed == 0 && self.known == 0 {
            return vec![client_new(bench, &self.came)];
        }
        let (migrated, went, came) = self.migrations(bench, named);
        let mut flags: Vec<Flag> =
            migrated.iter().map(|&(from, to)| migration(bench, from, to)).collect();
        if loud {
            flags.extend(went.iter().filter_map(|&idx| line_gone(bench, policy, idx)));
        }
        flags.extend(came.iter().map(|&idx| line_new(bench, idx)));
        if named && self.is_whole_client() {
            for flag in &mut flags {
                flag.why.push_str(&why::whole_client(flag.kind, self.went.len() + self.came.len()));
            }
        }
        flags
    }

    /// Whether all there is of the client came, or all there was of it went.
    fn is_whole_client(&self) -> bool {
        self.stayed == 0 && (self.came.is_empty() || self.went.len() + self.known == 0)
    }

    /// Pairs of a line that went and the like-sized one that came, the closest first; and the rest.
    fn migrations(
        &self,
        bench: &Bench<'_>,
        named: bool,
    ) -> (Vec<(usize, usize)>, Vec<usize>, Vec<usize>) {
        let units = |idx: &usize| {
            let line = bench.scores.line(*idx);
            (*idx, line.observed.or(line.before.map(|before| before.0)).unwrap_or(0.0))
        };
        if !named || self.went.is_empty() || self.came.is_empty() {
            return (Vec::new(), self.went.clone(), self.came.clone());
        }
        let mut went: Vec<(usize, f64)> = self.went.iter().map(units).collect();
        let mut came: Vec<(usize, f64)> = self.came.iter().map(units).collect();
        let mut pairs = Vec::new();
        while let Some((from, to)) = closest(&went, &came) {
            pairs.push((went.remove(from).0, came.remove(to).0));
        }
        let idxs = |rest: Vec<(usize, f64)>| rest.into_iter().map(|(idx, _)| idx).collect();
        (pairs, idxs(went), idxs(came))
    }

    fn client_gone(&self, bench: &Bench<'_>, policy: &FlagPolicy) -> Option<Flag> {
        let p = self.went.iter().filter_map(|&idx| bench.scores.p_value(idx, Statistic::Vanish));
        // Lines of one client go together: the steadiest of them says how odd that is.
        let p = p.reduce(f64::min).filter(|p| *p <= policy.vanish_at_most)?;
        let mut flag = bench.blank(*self.went.first()?, FlagKind::Vanished, p);
        flag.whole_client(bench, &self.went);
        flag.why = why::client_gone(bench, &flag, self.went.len());
        Some(flag)
    }
}

/// The positions of the two closest quantities that are like; the first of equally close ones.
fn closest(went: &[(usize, f64)], came: &[(usize, f64)]) -> Option<(usize, usize)> {
    let mut best: Option<(f64, usize, usize)> = None;
    for (from, &(_, old)) in went.iter().enumerate() {
        for (to, &(_, new)) in came.iter().enumerate() {
            let apart = (old - new).abs();
            let like = apart <= LIKE_UNITS.max(LIKE_SHARE * old) && 0.0 < new && apart < old;
            if like && best.is_none_or(|best| apart < best.0) {
                best = Some((apart, from, to));
            }
        }
    }
    best.map(|(_, from, to)| (from, to))
}

fn client_new(bench: &Bench<'_>, came: &[usize]) -> Flag {
    let mut flag = bench.blank(came[0], FlagKind::NewLine, bench.scores.birth_rate());
    flag.whole_client(bench, came);
    flag.why = why::client_new(bench, &flag, came.len());
    flag
}

fn line_new(bench: &Bench<'_>, series_idx: usize) -> Flag {
    let mut flag = bench.blank(series_idx, FlagKind::NewLine, bench.scores.birth_rate());
    flag.total(bench, &[series_idx]);
    flag.why = why::line_new(bench, &flag);
    flag
}

fn line_gone(bench: &Bench<'_>, policy: &FlagPolicy, series_idx: usize) -> Option<Flag> {
    let p = bench.scores.p_value(series_idx, Statistic::Vanish)?;
    if policy.vanish_at_most < p {
        return None;
    }
    let line = bench.scores.line(series_idx);
    let mut flag = bench.blank(series_idx, FlagKind::Vanished, p);
    flag.total(bench, &[series_idx]);
    if let Some(forecast) = line.forecast {
        (flag.expected, flag.low, flag.high) = (forecast.point, forecast.low, forecast.high);
    }
    flag.why = why::line_gone(bench, &line, &flag);
    flag.evidence = why::evidence(bench, &line, Statistic::Vanish, p);
    Some(flag)
}

fn migration(bench: &Bench<'_>, from: usize, to: usize) -> Flag {
    let (old, new) = (bench.scores.line(from), bench.scores.line(to));
    let currencies = (bench.series[from].currency, bench.series[to].currency);
    let p = bench.scores.p_value(from, Statistic::Vanish).unwrap_or(1.0);
    let mut flag = bench.blank(from, FlagKind::Vanished, p);
    flag.total(bench, &[from]);
    let money = |units: f64, line: &LineMonth| units * line.unit.unwrap_or(0.0);
    let units = (flag.expected, new.observed.unwrap_or(0.0));
    flag.monthly_impact = match currencies.0 == currencies.1 {
        true => (money(units.1, &new) - money(units.0, &old)).abs(),
        // Between two currencies there is no difference to tell.
        false => 0.0,
    };
    flag.why = why::migration(bench, &flag, &bench.series[to].sku_name, units.1);
    flag.series_idx = vec![from, to];
    flag
}

impl Flag {
    /// Sets what was seen, what was expected and what it costs from lines that came or went.
    fn total(&mut self, bench: &Bench<'_>, series_idx: &[usize]) {
        let lines: Vec<LineMonth> = series_idx.iter().map(|&idx| bench.scores.line(idx)).collect();
        let before = |line: &LineMonth| line.before.map_or(0.0, |before| before.0);
        self.observed = lines.iter().filter_map(|line| line.observed).sum();
        self.expected = match self.kind {
            FlagKind::NewLine => 0.0,
            _ => lines.iter().map(before).sum(),
        };
        (self.low, self.high) = (self.expected, self.expected);
        let mut sums = Sums::default();
        for (line, &idx) in lines.iter().zip(series_idx) {
            let units = line.observed.unwrap_or_else(|| before(line));
            let currency = bench.series[idx].currency;
            sums.add(currency, units * line.unit.unwrap_or(0.0));
        }
        sums.set(self);
    }

    fn whole_client(&mut self, bench: &Bench<'_>, series_idx: &[usize]) {
        self.sku.clear();
        self.sku_name.clear();
        self.series_idx = series_idx.to_vec();
        self.total(bench, series_idx);
    }
}

/// What came or went on both sides alike is one flag.
fn both_sides(flags: Vec<Flag>, lines_are: LineIdentity<'_>) -> Vec<Flag> {
    let mut merged: BTreeMap<(LineOf, FlagKind), Vec<Flag>> = BTreeMap::new();
    for flag in flags {
        let told = merged.entry((LineOf::of(&flag, lines_are), flag.kind)).or_default();
        match told.iter_mut().find(|first| causes::alike(first, &flag)) {
            Some(first) => {
                first.side = FlagSide::Both;
                first.why.push_str(&why::alike(&flag));
                first.series_idx.extend(flag.series_idx);
                first.series_idx.sort_unstable();
            }
            None => told.push(flag),
        }
    }
    merged.into_values().flatten().collect()
}
