//! Both sides of every line, month by month.

use std::borrow::Cow;
use std::collections::BTreeSet;

use compact_str::CompactString;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use rustc_hash::FxHashMap;

use super::flag_keys::canonical_keys;
use crate::anomaly::{Correction, TwoSides, right_of_difference};
use crate::domain::{Line, LineKey, Month, Series, SeriesSide, Side};
use crate::reconcile::{Compared, Partners};
use crate::run::LikelyRight;

/// The series of both sides, found by the keys of their line.
pub(super) struct SidesOfLines<'a> {
    month: Month,
    /// Only looked up in.
    by_line: FxHashMap<(&'a str, &'a str), [Option<&'a Series>; 2]>,
}

impl<'a> SidesOfLines<'a> {
    /// Those of a month: every series ends with it.
    pub(super) fn new(series: &'a [Series], month: Month) -> Self {
        let mut by_line: FxHashMap<(&str, &str), [Option<&Series>; 2]> = FxHashMap::default();
        for one in series {
            let position = match one.side {
                SeriesSide::Vendor => 0,
                SeriesSide::Psa => 1,
                SeriesSide::Drift => continue,
            };
            by_line.entry((&one.client, &one.sku)).or_default()[position] = Some(one);
        }
        Self { month, by_line }
    }

    /// The two sides of a line.
    pub(super) fn of(&self, client: &str, sku: &str) -> TwoSides<'a> {
        let [bought, billed] = self.by_line.get(&(client, sku)).copied().unwrap_or_default();
        TwoSides { bought, billed, month: self.month }
    }

    /// The right quantity of compared lines: of several products, or of a part of a bundle, read off the
    /// months of all of them together.
    pub(super) fn right_of(
        &self,
        compared: &Compared<'_>,
        partners: &Partners,
    ) -> Option<LikelyRight> {
        let group = &compared.group;
        // A side without a line now may have had one in earlier months, under the other's keys.
        let lines = group.vendor.iter().chain(&group.psa);
        let keys: BTreeSet<_> = lines.map(|line| keys(line, partners)).collect();
        let [bought, billed] = [0, 1].map(|position| self.together(&keys, position));
        let sides =
            TwoSides { bought: bought.as_deref(), billed: billed.as_deref(), month: self.month };
        let (bought, billed) = (compared.bought.to_f64(), compared.billed.to_f64());
        // Months are summed over currencies and rows; only a line they agree with is read off them.
        let now = |series: Option<&Series>| {
            let series = series?;
            series.quantity[series.position(self.month)?]
        };
        let agrees = now(sides.bought).unwrap_or(0.0) == bought
            && now(sides.billed).unwrap_or(0.0) == billed;
        self.right(right_of_difference(&sides, bought, billed).filter(|_| agrees))
    }

    /// The series of one side of some lines, summed month by month where there are several.
    fn together(
        &self,
        keys: &BTreeSet<(CompactString, CompactString)>,
        position: usize,
    ) -> Option<Cow<'a, Series>> {
        let found = keys.iter().filter_map(|(client, sku)| {
            let sides = self.by_line.get(&(client.as_str(), sku.as_str()))?;
            sides[position]
        });
        let found: Vec<&'a Series> = found.collect();
        let (first, others) = found.split_first()?;
        if others.is_empty() {
            return Some(Cow::Borrowed(first));
        }
        let mut all = (*first).clone();
        all.first = found.iter().map(|one| one.first).min()?;
        let n_months = usize::try_from(self.month.index() - all.first.index()).ok()? + 1;
        let units = |month: Month| {
            let of = |one: &&Series| one.position(month).and_then(|at| one.quantity[at]);
            found.iter().filter_map(of).reduce(|sum, units| sum + units)
        };
        all.quantity = (0..n_months).map(|month_idx| units(all.month(month_idx))).collect();
        all.unit = vec![None; n_months];
        Some(Cow::Owned(all))
    }

    /// A right quantity as a run shows it.
    pub(super) fn right(&self, found: Option<Correction>) -> Option<LikelyRight> {
        let found = found?;
        Some(LikelyRight {
            quantity: Decimal::from_f64(found.quantity)?.normalize(),
            why: found.why,
        })
    }
}

fn keys(line: &Line, partners: &Partners) -> (CompactString, CompactString) {
    let LineKey { side, client, sku, .. } = &line.key;
    match side {
        Side::Psa => (client.0.clone(), sku.0.clone()),
        Side::Vendor => canonical_keys(&client.0, &sku.0, partners),
    }
}
