//! Series with the months before → flags and scores.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive;
use rustc_hash::{FxHashMap, FxHashSet};

use super::flag_decisions::FlagDecisions;
use super::flag_keys::{KeysOfSeries, canonical_key, canonical_keys, whole_partner};
use super::line_sides::SidesOfLines;
use super::{MonthInputs, identity};
use crate::anomaly::{
    Flag, FlagKind, FlagPolicy, FlagSide, advice, judge, judge_running, right_of_flag,
};
use crate::decisions::Names;
use crate::domain::money::to_cents;
use crate::domain::{
    Currency, Decision, ExportRow, Money, Month, Probability, Series, SeriesSide, Side, Verdict,
};
use crate::months::{MonthlyLines, NewName, all_series};
use crate::reconcile::{Partner, Partners};
use crate::run::{FlagLine, ScoreLine, Settled, SettledLine};
use crate::seat_trend::Statistic;

/// Months shown beside a flag.
const MONTHS_SHOWN: usize = 24;

/// A month's flags and scores.
pub(super) struct Trends {
    /// Flags that no person has called expected.
    pub flags: Vec<FlagLine>,
    /// Every judged line.
    pub scores: Vec<ScoreLine>,
    /// How many flags are expected to be nothing.
    pub expected_false: f64,
    /// Why the share of false flags that was asked for is not promised.
    pub no_promise: Option<String>,
    /// Flags a person has called expected.
    pub muted: Vec<SettledLine>,
}

/// The series of both sides and of the drift between them, each under the PSA's names where those are
/// known: the monthly and the annual subscription of one product are one series.
pub fn canonical_series(monthly: MonthlyLines, newest: Month, partners: &Partners) -> Vec<Series> {
    let [clients, skus] = monthly.last_names(Side::Psa);
    let [clients, skus] =
        [clients, skus].map(|names| names.into_iter().map(owned).collect::<BTreeMap<_, _>>());
    let lines = monthly.renamed(
        |key| new_name(key, partners.clients.partners(key).first(), &clients),
        |key| new_name(key, whole_partner(key, partners), &skus),
    );
    all_series(&lines, newest)
}

fn owned((key, name): (&str, &str)) -> (String, String) {
    (key.to_owned(), name.to_owned())
}

/// What the PSA calls a vendor's key.
fn new_name(key: &str, partner: Option<&Partner>, psa_names: &BTreeMap<String, String>) -> NewName {
    let Some(partner) = partner else {
        return NewName { key: canonical_key(key, None), name: None };
    };
    let name = psa_names.get(&partner.psa).unwrap_or(&partner.psa_name);
    NewName { key: canonical_key(key, Some(partner)), name: Some(name.clone()) }
}

/// Judges the newest month of every series.
pub(super) fn judge_month(
    inputs: &MonthInputs<'_>,
    series: &[Series],
    sides: &SidesOfLines<'_>,
    partners: &Partners,
    names: &Names,
) -> Trends {
    let thresholds = &inputs.settings.thresholds;
    let policy = FlagPolicy {
        budget: thresholds.false_flags_per_month,
        false_share: thresholds.false_flag_share,
        ..FlagPolicy::default()
    };
    let currency = inputs.settings.currency;
    let money = |amount: f64, of: Option<Currency>| {
        let amount = Decimal::from_f64(amount).unwrap_or_default();
        Money::new(amount, of.unwrap_or(currency)).to_string()
    };
    let model = &inputs.models.trends.model;
    let judged = match inputs.is_running() {
        true => judge_running(model, series, inputs.month, &policy, money),
        false => judge(model, series, inputs.month, &policy, money),
    };
    let scores = judged.scores.chunk_by(|one, other| one.series_idx == other.series_idx);
    let scores = scores.flat_map(|of_series| {
        let line = &series[of_series[0].series_idx];
        let names = Arc::new((line.client_name.clone(), line.sku_name.clone()));
        of_series.iter().map(move |score| ScoreLine {
            side: match score.statistic {
                Statistic::Any => FlagSide::Both,
                _ => line.side.into(),
            },
            names: Arc::clone(&names),
            month: score.month,
            statistic: score.statistic,
            p_value: score.p_value,
        })
    });
    let rows = RowsBySeries::new(inputs.rows, partners, &judged.flags, series);
    let keys = KeysOfSeries::new(partners, names);
    let (mut flags, mut muted) = (Vec::new(), Vec::new());
    let decided = FlagDecisions::new(inputs.decisions, names, partners);
    for flag in &judged.flags {
        let units_in = |month: Month| {
            let line = &series[*flag.series_idx.first()?];
            line.quantity[line.position(month)?]
        };
        let line = sides.of(&flag.client, &flag.sku);
        let fixed = decided.fixed(flag, |month| line.units_in(month));
        match (decided.expected(flag, units_in), fixed) {
            (Some(decision), _) => muted.push(muted_flag(flag, decision)),
            (None, Some(decision)) => muted.push(fixed_flag(flag, decision)),
            (None, None) => {
                let line = flag_line(flag, series, sides, &rows, currency);
                flags.push(FlagLine { keys: Some(keys.of(flag)), ..line });
            }
        }
    }
    Trends {
        flags,
        scores: scores.collect(),
        expected_false: judged.expected_false,
        no_promise: judged.no_promise,
        muted,
    }
}

fn flag_line(
    flag: &Flag,
    series: &[Series],
    sides: &SidesOfLines<'_>,
    rows: &RowsBySeries<'_>,
    currency: Currency,
) -> FlagLine {
    let month = flag.month.to_string();
    let history = shown_months(flag, series);
    let places = flag.series_idx.iter().flat_map(|&idx| rows.places(&series[idx]));
    let mut places: Vec<String> = places.collect();
    let mut seen = std::collections::BTreeSet::new();
    places.retain(|place| seen.insert(place.clone()));
    let advice = advice(flag);
    let parts = [flag.kind.word(), flag.side.word(), &flag.client, &flag.sku, &month];
    FlagLine {
        id: identity::id('g', &parts),
        kind: flag.kind,
        side: flag.side,
        client: flag.client_name.clone(),
        sku: flag.sku_name.clone(),
        keys: None,
        month: flag.month,
        observed: flag.observed,
        expected: flag.expected,
        low: flag.low,
        high: flag.high,
        p_value: flag.p_value,
        real: Probability::clamped(flag.real),
        monthly_impact: to_cents(Decimal::from_f64(flag.monthly_impact).unwrap_or_default()),
        currency: flag.currency.unwrap_or(currency),
        why: flag.why.clone(),
        causes: advice.causes.iter().map(|&cause| cause.to_owned()).collect(),
        check: advice.check.to_owned(),
        ends: advice.ends.to_owned(),
        right: sides.right(right_of_flag(&sides.of(&flag.client, &flag.sku), flag)),
        cause: String::new(),
        evidence: flag.evidence.clone(),
        history,
        rows: places,
    }
}

/// The months that lead to a flag, oldest first: prices of a price flag, else the units of all the lines it
/// is about, on the side of the first.
fn shown_months(flag: &Flag, series: &[Series]) -> Vec<(Month, Option<f64>)> {
    let lines = flag.series_idx.iter().map(|&idx| &series[idx]);
    let Some(first) = lines.clone().next() else { return Vec::new() };
    if flag.kind == FlagKind::PriceShift {
        let months = (0..first.unit.len()).map(|idx| (first.month(idx), first.unit[idx]));
        return newest(months.collect());
    }
    let mut sums: BTreeMap<Month, Option<f64>> = BTreeMap::new();
    for line in lines.filter(|line| line.side == first.side) {
        for (month_idx, quantity) in line.quantity.iter().enumerate() {
            let sum = sums.entry(line.month(month_idx)).or_default();
            *sum = sum.map_or(*quantity, |sum| Some(sum + quantity.unwrap_or_default()));
        }
    }
    newest(sums.into_iter().collect())
}

fn newest(mut months: Vec<(Month, Option<f64>)>) -> Vec<(Month, Option<f64>)> {
    months.split_off(months.len().saturating_sub(MONTHS_SHOWN))
}

/// The month's rows of flagged series, by their canonical keys.
struct RowsBySeries<'a> {
    /// Only looked up in.
    rows: FxHashMap<(SeriesSide, CompactString, CompactString), Vec<&'a ExportRow>>,
}

impl<'a> RowsBySeries<'a> {
    fn new(all: &'a [ExportRow], partners: &Partners, flags: &[Flag], series: &[Series]) -> Self {
        let of_flags = flags.iter().flat_map(|flag| &flag.series_idx).map(|&idx| &series[idx]);
        let keys = of_flags.map(|one| (&*one.client, &*one.sku));
        let own = flags.iter().map(|flag| (&*flag.client, &*flag.sku));
        let flagged: FxHashSet<(&str, &str)> = keys.chain(own).collect();
        let mut rows: FxHashMap<_, Vec<&ExportRow>> = FxHashMap::default();
        for row in all.iter().filter(|row| row.is_compared()) {
            let (side, (client, sku)) = match row.side {
                Side::Psa => (SeriesSide::Psa, (row.client.0.clone(), row.sku.0.clone())),
                Side::Vendor => {
                    (SeriesSide::Vendor, canonical_keys(&row.client.0, &row.sku.0, partners))
                }
            };
            if flagged.contains(&(client.as_str(), sku.as_str())) {
                rows.entry((side, client, sku)).or_default().push(row);
            }
        }
        Self { rows }
    }

    fn of(&self, side: SeriesSide, client: &str, sku: &str) -> &[&'a ExportRow] {
        let key = (side, client.into(), sku.into());
        self.rows.get(&key).map_or(&[], Vec::as_slice)
    }

    fn places(&self, series: &Series) -> Vec<String> {
        let sides = match series.side {
            SeriesSide::Drift => vec![SeriesSide::Vendor, SeriesSide::Psa],
            side => vec![side],
        };
        let rows = sides.into_iter().flat_map(|side| self.of(side, &series.client, &series.sku));
        rows.map(|row| row.place.to_string()).collect()
    }
}

/// A line that moved because somebody had it fixed.
fn fixed_flag(flag: &Flag, decision: &Decision) -> SettledLine {
    let asked = match decision.verdict {
        Verdict::FixVendor => "it was asked to be set right at the vendor",
        _ => "it was asked to be set right in the PSA",
    };
    let month = decision.month.map(|month| format!(" in {}", month.short())).unwrap_or_default();
    let reason = match decision.reason.is_empty() {
        true => format!("{asked}{month}, and the sides agree now"),
        false => format!("{asked}{month} ({}), and the sides agree now", decision.reason),
    };
    SettledLine { reason, until: String::new(), ..muted_flag(flag, decision) }
}

fn muted_flag(flag: &Flag, decision: &Decision) -> SettledLine {
    SettledLine {
        client: flag.client_name.clone(),
        sku: flag.sku_name.clone(),
        verdict: Settled::Flag(flag.kind),
        reason: decision.reason.clone(),
        until: decision.until.map(|until| until.to_string()).unwrap_or_default(),
        by: decision.by.clone(),
        drift: Decimal::from_f64(flag.observed - flag.expected).unwrap_or_default().round_dp(2),
        line: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(side: SeriesSide, quantity: &[Option<f64>], unit: &[Option<f64>]) -> Series {
        let text = |text: &str| text.to_owned();
        Series {
            side,
            client: text("c"),
            client_name: text("Client"),
            sku: text("s"),
            sku_name: text("Product"),
            first: "2026-09".parse().unwrap(),
            currency: None,
            quantity: quantity.to_vec(),
            unit: unit.to_vec(),
        }
    }

    fn flag(kind: FlagKind, series_idx: Vec<usize>) -> Flag {
        Flag {
            kind,
            side: SeriesSide::Vendor.into(),
            client: String::new(),
            client_name: String::new(),
            sku: String::new(),
            sku_name: String::new(),
            month: "2026-10".parse().unwrap(),
            observed: 0.0,
            expected: 0.0,
            low: 0.0,
            high: 0.0,
            p_value: 0.001,
            real: 1.0,
            monthly_impact: 0.0,
            currency: None,
            other_money: Vec::new(),
            why: String::new(),
            series_idx,
            evidence: Vec::new(),
        }
    }

    #[test]
    fn a_client_that_is_gone_is_drawn_with_all_its_lines_and_not_with_the_first() {
        let lines = [
            series(SeriesSide::Vendor, &[Some(5.0), None], &[None, None]),
            series(SeriesSide::Vendor, &[Some(174.0), None], &[None, None]),
            series(SeriesSide::Psa, &[Some(9.0), Some(9.0)], &[None, None]),
        ];
        let months = shown_months(&flag(FlagKind::Vanished, vec![0, 1, 2]), &lines);
        let values: Vec<Option<f64>> = months.into_iter().map(|(_, units)| units).collect();
        assert_eq!(values, [Some(179.0), None]);
    }

    #[test]
    fn a_price_that_moved_is_drawn_as_prices() {
        let prices = [Some(2.16), Some(2.42)];
        let line = series(SeriesSide::Vendor, &[Some(115.0), Some(116.0)], &prices);
        let months = shown_months(&flag(FlagKind::PriceShift, vec![0]), &[line]);
        let values: Vec<Option<f64>> = months.into_iter().map(|(_, price)| price).collect();
        assert_eq!(values, prices);
    }
}
