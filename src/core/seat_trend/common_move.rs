//! What every client of a product did alike in a month: a rename, a price list, December.
//!
//! Judged line by line such a month would raise one flag for each client, so it is taken out before
//! a line is judged and told once.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::reading::{self, Reading};
use crate::domain::{Month, Series, SeriesSide};

/// Lines that must move before their median counts as common.
const MIN_PEERS: u32 = 6;

/// Months whose changes are gathered in one pass over the lines.
const MONTHS_PER_BLOCK: usize = 8;

/// Added to the number of peers when a move in quantity is shrunk: few peers, little taken out; less where they
/// moved much alike. A price list is exact, and taken out whole.
const SHRINK_PEERS: f64 = 4.0;

/// What lines of a group are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// The logarithm of the quantity's growth since the month before.
    Quantity,
    /// The logarithm of the unit price's growth since it was last known.
    Price,
}

/// The middle of one group's changes in one month: enough to leave any one line out again.
#[derive(Debug, Clone, Copy, Default)]
struct Middle {
    n: u32,
    below: f64,
    middle: f64,
    above: f64,
    spread: f64,
}

/// The changes common to groups of lines, by month.
#[derive(Debug)]
pub(super) struct CommonMoves {
    /// Months since 1900-01 of the first change.
    first: i32,
    change: Change,
    groups: Vec<Group>,
    /// The group of each series; `None` for gaps between two sides.
    group_of: Vec<Option<u32>>,
}

#[derive(Debug)]
struct Group {
    /// `None` for all products of the side.
    product: Option<(SeriesSide, String, String)>,
    members: Vec<usize>,
    months: Vec<Middle>,
}

/// A product whose clients moved alike in a month, or the lines of all products that have few.
#[derive(Debug, Clone, PartialEq)]
pub struct PortfolioMove {
    /// The side it happened on.
    pub side: SeriesSide,
    /// The product's key; empty for all products.
    pub sku: String,
    /// The product's name, likewise.
    pub sku_name: String,
    /// The lines compared, as positions in the series given.
    pub series_idx: Vec<usize>,
    /// How many of them moved in the common direction.
    pub n_alike: usize,
    /// The common change as a share: −0.12 for a fall by 12 %.
    pub change: f64,
}

impl CommonMoves {
    /// The common changes of the months from `first`, in months since 1900-01, to `last`.
    pub(super) fn of(series: &[Series], first: i32, last: Month, change: Change) -> Self {
        let (mut groups, group_of) = grouped(series, change);
        let months: Vec<i32> = (first..=last.index()).collect();
        groups.par_iter_mut().for_each(|group| {
            let blocks = months.par_chunks(MONTHS_PER_BLOCK);
            let blocks = blocks.map(|block| change.middles(series, &group.members, block));
            group.months = blocks.collect::<Vec<_>>().concat();
        });
        Self { first, change, groups, group_of }
    }

    /// Nothing in common: for a line judged alone.
    pub(super) fn none() -> Self {
        Self { first: 0, change: Change::Quantity, groups: Vec::new(), group_of: Vec::new() }
    }

    /// The logarithm of the move common to a line's peers in a month, the line itself left out.
    pub(super) fn without(&self, series: &Series, series_idx: usize, month: i32) -> f64 {
        self.middle(series_idx, month)
            .map_or(0.0, |middle| middle.without(self.change, || self.change.of(series, month)))
    }

    fn middle(&self, series_idx: usize, month: i32) -> Option<&Middle> {
        let group_idx = self.group_of.get(series_idx).copied().flatten()?;
        let month_idx = usize::try_from(month - self.first).ok()?;
        self.groups[group_idx as usize].months.get(month_idx)
    }

    /// Takes the common moves out of a reading, so that its last month keeps its units.
    pub(super) fn take_out(&self, series: &Series, series_idx: usize, reading: &mut Reading) {
        let n = reading.raw.len();
        let mut total = 0.0;
        for month_idx in (1..n).rev() {
            let month = reading.first + i32::try_from(month_idx).expect("at most 120");
            let moved = self.without(series, series_idx, month);
            if moved != 0.0 && reading.factors.is_empty() {
                reading.factors.resize(n, 1.0);
            }
            total += moved;
            if let Some(factor) = reading.factors.get_mut(month_idx - 1) {
                *factor = f64::exp(total);
            }
        }
        if !reading.factors.is_empty() {
            reading.deflate();
        }
    }

    /// The size of every product's common change in the months before `month`: what is usual.
    pub(super) fn sizes_before(&self, month: Month) -> Vec<f64> {
        let end = usize::try_from(month.index() - self.first).unwrap_or(0);
        let start = end.saturating_sub(reading::MAX_MONTHS);
        self.products()
            .flat_map(|group| group.months.get(start..end.min(group.months.len())))
            .flatten()
            .filter(|middle| MIN_PEERS <= middle.n)
            .map(|middle| middle.shrunk(middle.middle, middle.n, self.change).abs())
            .collect()
    }

    /// The products that moved as one in a month, nearly all clients the same way, and the lines of all that have
    /// few.
    pub(super) fn portfolio_moves(&self, series: &[Series], month: Month) -> Vec<PortfolioMove> {
        let Some(month_idx) = usize::try_from(month.index() - self.first).ok() else {
            return Vec::new();
        };
        self.groups
            .iter()
            .filter_map(|group| {
                let middle = group.months.get(month_idx)?;
                let moved = middle.shrunk(middle.middle, middle.n, self.change);
                (MIN_PEERS <= middle.n && moved != 0.0)
                    .then(|| self.portfolio_move(series, group, month, middle.middle))
            })
            .collect()
    }

    fn portfolio_move(
        &self,
        series: &[Series],
        group: &Group,
        month: Month,
        moved: f64,
    ) -> PortfolioMove {
        let of_all = || (series[group.members[0]].side, String::new(), String::new());
        let (side, sku, sku_name) = group.product.clone().unwrap_or_else(of_all);
        let changes: Vec<(usize, f64)> = group
            .members
            .iter()
            .filter_map(|&idx| Some((idx, self.change.of(&series[idx], month.index())?)))
            .collect();
        // Half the common move, the same way: nearer to it than to standing still.
        let alike = |own: f64| 0.5 * moved.abs() <= own * moved.signum();
        PortfolioMove {
            side,
            sku,
            sku_name,
            n_alike: changes.iter().filter(|(_, own)| alike(*own)).count(),
            series_idx: changes.into_iter().map(|(series_idx, _)| series_idx).collect(),
            change: moved.exp_m1(),
        }
    }

    fn products(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|group| group.product.is_some())
    }
}

impl Change {
    /// The middle of some lines' changes in each of some months.
    fn middles(self, series: &[Series], members: &[usize], months: &[i32]) -> Vec<Middle> {
        let mut changes = vec![Vec::with_capacity(members.len()); months.len()];
        // A line's months lie together in memory; those of one month do not.
        for &series_idx in members {
            for (changes, &month) in changes.iter_mut().zip(months) {
                changes.extend(self.of(&series[series_idx], month));
            }
        }
        changes.iter_mut().map(|changes| Middle::of(changes)).collect()
    }

    fn of(self, series: &Series, month: i32) -> Option<f64> {
        let month_idx = usize::try_from(month - series.first.index()).ok()?;
        match self {
            Self::Quantity => {
                let before = reading::quantity(series, month_idx.checked_sub(1)?);
                let now = reading::quantity(series, month_idx);
                if now == before {
                    return Some(0.0);
                }
                // Half a seat keeps the logarithm of an empty line finite.
                let units = reading::at_least_none;
                let change = ((units(now) + 0.5) / (units(before) + 0.5)).ln();
                change.is_finite().then_some(change)
            }
            Self::Price => super::price::change(series, month_idx).map(|change| change.log_ratio),
        }
    }
}

/// The groups lines are compared in: their product on their side; all products of the side where a
/// product has too few clients to have anything in common.
fn grouped(series: &[Series], change: Change) -> (Vec<Group>, Vec<Option<u32>>) {
    let mut group_of = vec![None; series.len()];
    let mut groups: Vec<Group> = Vec::new();
    let has_prices = series.iter().any(|one| one.unit.iter().any(Option::is_some));
    if change == Change::Price && !has_prices {
        return (groups, group_of);
    }
    let mut rest: BTreeMap<SeriesSide, Vec<usize>> = BTreeMap::new();
    let (product_of, n_lines) = products(series);
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); n_lines.len()];
    for (series_idx, product) in product_of.into_iter().enumerate() {
        match product {
            Some(product) if n_lines[product as usize] <= MIN_PEERS => {
                rest.entry(series[series_idx].side).or_default().push(series_idx);
            }
            Some(product) => members[product as usize].push(series_idx),
            None => {}
        }
    }
    for members in members.into_iter().filter(|members| !members.is_empty()) {
        let first = &series[members[0]];
        let product = (first.side, first.sku.clone(), first.sku_name.clone());
        add(&mut groups, &mut group_of, Some(product), members);
    }
    if change == Change::Quantity {
        for (_, members) in rest {
            add(&mut groups, &mut group_of, None, members);
        }
    }
    (groups, group_of)
}

/// The product of each series, by the order in which the products come first on their sides, and how
/// many lines each has. Gaps between two sides have none.
fn products(series: &[Series]) -> (Vec<Option<u32>>, Vec<u32>) {
    let mut numbers: HashMap<(SeriesSide, &str), u32> = HashMap::with_capacity(series.len());
    let mut n_lines = Vec::new();
    let mut product_of = Vec::with_capacity(series.len());
    for one in series {
        product_of.push(product_number(one, &mut numbers, &mut n_lines));
    }
    (product_of, n_lines)
}

fn product_number<'s>(
    series: &'s Series,
    numbers: &mut HashMap<(SeriesSide, &'s str), u32>,
    n_lines: &mut Vec<u32>,
) -> Option<u32> {
    if series.side == SeriesSide::Drift {
        return None;
    }
    let next = u32::try_from(n_lines.len()).expect("fewer products than series");
    let number = *numbers.entry((series.side, series.sku.as_str())).or_insert(next);
    if number == next {
        n_lines.push(0);
    }
    n_lines[number as usize] += 1;
    Some(number)
}

fn add(
    groups: &mut Vec<Group>,
    group_of: &mut [Option<u32>],
    product: Option<(SeriesSide, String, String)>,
    members: Vec<usize>,
) {
    let group_idx = u32::try_from(groups.len()).expect("fewer groups than series");
    for &series_idx in &members {
        group_of[series_idx] = Some(group_idx);
    }
    groups.push(Group { product, members, months: Vec::new() });
}

impl Middle {
    fn of(changes: &mut [f64]) -> Self {
        changes.sort_unstable_by(f64::total_cmp);
        let n = changes.len();
        if n == 0 {
            return Self::default();
        }
        // For an even number the two middle values are what is left when one line is taken away.
        let lower = (n - 1) / 2;
        let below = if n.is_multiple_of(2) { lower } else { lower.saturating_sub(1) };
        let above = (lower + 1).min(n - 1);
        Self {
            n: u32::try_from(n).unwrap_or(u32::MAX),
            below: changes[below],
            middle: reading::quantile(changes, 0.5),
            above: changes[above],
            spread: (reading::quantile(changes, 0.75) - reading::quantile(changes, 0.25)) / 1.349,
        }
    }

    /// The shrunk median of the others. `own` is asked only when it can matter.
    fn without(&self, change: Change, own: impl FnOnce() -> Option<f64>) -> f64 {
        if self.n < MIN_PEERS || (self.below == 0.0 && self.middle == 0.0 && self.above == 0.0) {
            return 0.0;
        }
        let Some(own) = own() else { return self.shrunk(self.middle, self.n, change) };
        let others = if self.n.is_multiple_of(2) {
            if own <= self.below { self.above } else { self.below }
        } else if own < self.middle {
            f64::midpoint(self.middle, self.above)
        } else if self.middle < own {
            f64::midpoint(self.below, self.middle)
        } else {
            f64::midpoint(self.below, self.above)
        };
        self.shrunk(others, self.n - 1, change)
    }

    /// A median shrunk by its own standard error (James–Stein) and by the number of peers.
    fn shrunk(&self, moved: f64, n_peers: u32, change: Change) -> f64 {
        if moved == 0.0 {
            return 0.0;
        }
        let n = f64::from(n_peers);
        let shrink = match change {
            Change::Quantity => SHRINK_PEERS * (self.spread / moved.abs()).min(1.0),
            Change::Price => 0.0,
        };
        // The median's variance is π/2 times the mean's.
        let error = std::f64::consts::FRAC_PI_2 * self.spread * self.spread / n;
        moved * (1.0 - error / (moved * moved)).max(0.0) * n / (n + shrink)
    }
}
