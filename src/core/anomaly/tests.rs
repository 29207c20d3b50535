use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::domain::{Currency, Series};
use crate::seat_trend::synthetic::{growing, line, month, quiet};
use crate::seat_trend::{TrendModel, TrendRecipe, fit, score_month};

const LAST: i32 = 24;

fn dollars(amount: f64, currency: Option<Currency>) -> String {
    match currency.map(|currency| currency.to_string()).as_deref() {
        None | Some("USD") => format!("${amount:.2}"),
        Some(code) => format!("{code} {amount:.2}"),
    }
}

fn model(series: &[Series]) -> TrendModel {
    fit(series, month(LAST - 1), &TrendRecipe::default()).unwrap()
}

fn judged(series: &[Series]) -> Judged {
    judge(&model(series), series, month(LAST), &FlagPolicy::default(), dollars)
}

fn of_client<'a>(judged: &'a Judged, client: &str) -> Vec<&'a Flag> {
    judged.flags.iter().filter(|flag| flag.client == client).collect()
}

fn only<'a>(judged: &'a Judged, client: &str) -> &'a Flag {
    let flags = of_client(judged, client);
    assert_eq!(flags.len(), 1, "{client}: {flags:#?}");
    flags[0]
}

/// A quiet portfolio with a line of its own client at the end.
fn with_line(seed: u64, quantity: Vec<f64>) -> Vec<Series> {
    let mut series = quiet(600, 25, seed);
    series.push(line(9_000, 0, quantity));
    series
}

#[test]
fn a_quiet_month_stays_within_the_budget() {
    let mut flags = 0;
    for seed in 0..30 {
        let series = quiet(1_200, 25, 100 + seed);
        let judged = judged(&series);
        assert!(judged.expected_false <= 5.0 + 1e-9);
        flags += judged.flags.len();
    }
    assert!(
        flags <= 30 * 6,
        "{flags} flags in thirty quiet months, at most five a month were promised"
    );
}

#[test]
fn a_pause_of_a_growing_line_is_told_with_its_money() {
    let mut series = quiet(400, 25, 20);
    series.extend(growing(60, 25, 21));
    let idx = series.len() - 1;
    series[idx].quantity[24] = series[idx].quantity[23];
    let judged = judged(&series);
    let flag = only(&judged, &series[idx].client);
    assert_eq!(flag.kind, FlagKind::StalledGrowth);
    assert_eq!(flag.side, FlagSide::Vendor);
    assert!(flag.why.contains("no growth") && flag.why.contains("every one of the last 12 months"));
    assert!(flag.why.contains('$'), "{}", flag.why);
    assert!((60.0..=100.0).contains(&flag.monthly_impact), "{}", flag.monthly_impact);
    assert!(flag.observed < flag.low, "{} {}", flag.observed, flag.low);
}

#[test]
fn a_jump_a_doubling_and_unrest_are_found() {
    let mut steady = vec![40.0; 24];
    steady.push(62.0);
    let series = with_line(22, steady);
    let judgement = judged(&series);
    let flag = only(&judgement, "c9000");
    assert_eq!(flag.kind, FlagKind::LevelShift);
    assert_eq!(flag.monthly_impact.round(), 440.0);

    let mut doubled = vec![40.0; 24];
    doubled.push(80.0);
    let judgement = judged(&with_line(23, doubled));
    assert!(only(&judgement, "c9000").why.contains("twice"));

    let mut restless = vec![40.0; 19];
    restless.extend([52.0, 31.0, 50.0, 33.0, 51.0, 30.0]);
    let judgement = judged(&with_line(24, restless));
    let flag = only(&judgement, "c9000");
    assert_eq!(flag.kind, FlagKind::ErraticQuantity, "{flag:#?}");
    assert!(flag.why.contains("turned round 5 times"), "{}", flag.why);
}

#[test]
fn a_line_that_goes_back_after_a_spike_is_not_told_again() {
    let mut spike = vec![40.0; 23];
    spike.extend([80.0, 40.0]);
    let judged = judged(&with_line(25, spike));
    assert!(of_client(&judged, "c9000").is_empty(), "{:#?}", of_client(&judged, "c9000"));
}

#[test]
fn the_two_sides_moving_alike_are_one_flag() {
    let mut jump = vec![40.0; 24];
    jump.push(62.0);
    let mut series = with_line(26, jump);
    let mut billed = series.last().unwrap().clone();
    billed.side = SeriesSide::Psa;
    series.push(billed);
    let judged = judged(&series);
    let flag = only(&judged, "c9000");
    assert_eq!((flag.side, flag.series_idx.len()), (FlagSide::Both, 2));
    assert!(flag.why.contains("What was billed moved alike, to 62"), "{}", flag.why);
}

#[test]
fn a_widening_gap_is_told_as_compounding() {
    let mut series = quiet(600, 25, 27);
    for one in &mut series[..300] {
        one.side = SeriesSide::Drift;
        one.quantity = one.quantity.iter().map(|_| Some(0.0)).collect();
    }
    let gap: Vec<f64> = (0..25).map(|at| f64::from((at - 18).max(0))).collect();
    let mut drift = line(9_000, 0, gap);
    drift.side = SeriesSide::Drift;
    series.push(drift);
    let judged = judged(&series);
    let flag = only(&judged, "c9000");
    assert_eq!((flag.kind, flag.side), (FlagKind::CompoundingDrift, FlagSide::Drift));
    assert!(flag.why.contains("it compounds"), "{}", flag.why);
    assert!(flag.expected < flag.observed);
}

#[test]
fn lines_and_clients_that_come_and_go_are_each_told_once() {
    let mut series = quiet(600, 25, 28);
    let gone = |mut one: Series| {
        one.quantity.truncate(24);
        one
    };
    let fresh = |client, sku, seats| {
        let mut one = line(client, sku, vec![seats]);
        one.first = month(LAST);
        one
    };
    // A client that stays loses a line; another is lost with three lines; a third is new with two.
    series[0] = gone(series[0].clone());
    series.extend((0..3).map(|sku| gone(line(9_001, sku, vec![10.0; 25]))));
    series.extend((0..2).map(|sku| fresh(9_002, sku, 5.0)));
    // A client's line moves to another product; a client adds a product.
    series.push(line(9_003, 0, vec![10.0; 25]));
    series.push(gone(line(9_003, 1, vec![30.0; 25])));
    series.push(fresh(9_003, 2, 31.0));
    series.push(fresh(1, 77, 12.0));
    let judged = judged(&series);
    assert_eq!(only(&judged, "c0").kind, FlagKind::Vanished);
    let lost = only(&judged, "c9001");
    assert_eq!((lost.kind, lost.sku.as_str(), lost.series_idx.len()), (FlagKind::Vanished, "", 3));
    assert_eq!((lost.expected, lost.monthly_impact), (30.0, 600.0));
    let new = only(&judged, "c9002");
    assert_eq!((new.kind, new.sku.as_str(), new.observed), (FlagKind::NewLine, "", 10.0));
    let moved = only(&judged, "c9003");
    assert_eq!((moved.kind, moved.series_idx.len()), (FlagKind::Vanished, 2));
    assert!(moved.why.contains("migration"), "{}", moved.why);
    let added: Vec<&Flag> =
        of_client(&judged, "c1").into_iter().filter(|it| it.kind == FlagKind::NewLine).collect();
    assert_eq!((added.len(), added[0].sku.as_str()), (1, "s77"));
}

#[test]
fn an_export_that_is_missing_is_told_once() {
    let mut series = quiet(200, 25, 29);
    for one in &mut series[..150] {
        one.quantity.truncate(24);
    }
    let judged = judged(&series);
    let gone: Vec<&Flag> =
        judged.flags.iter().filter(|flag| flag.kind == FlagKind::Vanished).collect();
    assert_eq!(gone.len(), 1);
    assert!(gone[0].why.contains("150 of 200"), "{}", gone[0].why);
}

#[test]
fn lines_too_new_to_judge_raise_nothing() {
    let mut series = quiet(300, 25, 30);
    let mut young = line(9_000, 0, vec![10.0, 10.0, 11.0, 90.0]);
    young.first = month(LAST - 3);
    series.push(young);
    let judged = judged(&series);
    assert!(of_client(&judged, "c9000").is_empty());
    let idx = series.len() - 1;
    assert!(judged.scores.iter().all(|score| score.series_idx != idx));
}

#[test]
fn the_same_month_is_judged_alike_twice_and_in_any_order() {
    let mut series = quiet(500, 25, 31);
    series.extend(growing(40, 25, 32));
    series[10].quantity[24] = Some(400.0);
    series[520].quantity[24] = series[520].quantity[23];
    let first = judged(&series);
    assert_eq!(first, judged(&series));
    assert!(!first.flags.is_empty());
    let mut reversed = series.clone();
    reversed.reverse();
    let told = |judged: &Judged| -> Vec<(String, FlagKind, String)> {
        judged.flags.iter().map(|it| (it.client.clone(), it.kind, it.sku.clone())).collect()
    };
    assert_eq!(told(&first), told(&judged(&reversed)));
}

#[test]
fn without_a_unit_price_a_flag_speaks_of_units_alone() {
    let mut jump = vec![40.0; 24];
    jump.push(62.0);
    let mut series = with_line(33, jump);
    series.last_mut().unwrap().unit.clear();
    let judged = judged(&series);
    let flag = only(&judged, "c9000");
    assert_eq!(flag.monthly_impact, 0.0);
    assert!(!flag.why.contains('$') && flag.why.contains("22 more"), "{}", flag.why);
}

#[test]
fn one_spike_is_no_unrest_in_the_months_after_it() {
    let mut series = BOOK.0.clone();
    series.push(line_without(14.0, []));
    let last = series.len() - 1;
    series[last].quantity[30] = Some(28.0);
    for at in 31..36 {
        let scores = score_month(&BOOK.1, &series, month(at));
        assert_eq!(scores.line(last).erratic.unwrap().turns, 1);
        assert!(0.9 < scores.p_value(last, Statistic::Erratic).unwrap());
    }
}

/// Quiet lines, of which every fiftieth doubles in the last month.
fn with_doubled(n_lines: usize) -> Vec<Series> {
    let mut series = quiet(n_lines, 26, 21);
    for one in series.iter_mut().step_by(50) {
        let last = one.quantity.len() - 1;
        one.quantity[last] = one.quantity[last].map(|now| 2.0 * now + 8.0);
    }
    series
}

#[test]
fn a_share_of_false_flags_is_kept_where_enough_months_are_known() {
    let series = with_doubled(4_000);
    let model = fit(&series, month(24), &TrendRecipe::default()).unwrap();
    let policy = FlagPolicy { false_share: Some(0.1), ..FlagPolicy::default() };
    let judged = judge(&model, &series, month(25), &policy, dollars);
    let refused = judged.no_promise.as_deref().unwrap_or_default();
    assert!(!refused.contains("level"), "{refused}");
    let level: Vec<&Flag> =
        judged.flags.iter().filter(|flag| flag.kind == FlagKind::LevelShift).collect();
    let real = level.iter().filter(|flag| flag.series_idx[0] % 50 == 0).count();
    assert!(60 <= real, "{real} of 80");
    assert!(
        level.len() - real <= level.len() / 5,
        "{} of {} false",
        level.len() - real,
        level.len()
    );
}

#[test]
fn a_share_of_false_flags_is_not_promised_on_a_few_months() {
    let series = with_doubled(300);
    let model = fit(&series, month(24), &TrendRecipe::default()).unwrap();
    let asked = FlagPolicy { false_share: Some(0.1), ..FlagPolicy::default() };
    let judged_as_asked = judge(&model, &series, month(25), &asked, dollars);
    let refused = judged_as_asked.no_promise.unwrap();
    assert!(refused.contains("takes 20000 past line-months"), "{refused}");
    let by_budget = judge(&model, &series, month(25), &FlagPolicy::default(), dollars);
    assert_eq!(by_budget.no_promise, None, "nobody asked");
    assert_eq!(by_budget.flags, judged_as_asked.flags, "the budget holds instead");
}

#[test]
fn the_flag_worth_most_money_that_is_likely_real_comes_first() {
    let series = with_doubled(1_000);
    let model = fit(&series, month(24), &TrendRecipe::default()).unwrap();
    let judged = judge(&model, &series, month(25), &FlagPolicy::default(), dollars);
    let first = &judged.flags[0];
    assert_eq!(first.series_idx[0] % 50, 0, "{}", first.why);
    assert!(judged.flags.iter().all(|flag| flag.monthly_impact <= 1.2 * first.monthly_impact));
    assert!(oddness(0.001, 20.0, 10.0) > oddness(0.001, 1_001.0, 1_000.0), "as rare, but tiny");
}

#[test]
fn a_flag_is_as_likely_real_as_people_said_of_flags_like_it() {
    let mut steady = vec![40.0; 24];
    steady.push(62.0);
    let series = with_line(22, steady);
    let flag_of = |model: &TrendModel| {
        let judgement = judge(model, &series, month(LAST), &FlagPolicy::default(), dollars);
        only(&judgement, "c9000").clone()
    };
    let untaught = flag_of(&model(&series));
    assert!(0.5 < untaught.real, "{}", untaught.real);
    let said: Vec<(f64, bool)> =
        (1..=30).map(|n| (untaught.p_value / f64::from(n), false)).collect();
    let taught = flag_of(&model(&series).judged_by(&said));
    assert!(taught.real < 0.1, "{}", taught.real);
    assert_eq!(taught.p_value, untaught.p_value);
}

/// Five hundred quiet lines of three years, and what they teach.
static BOOK: LazyLock<(Vec<Series>, TrendModel)> = LazyLock::new(|| {
    let series = quiet(500, 36, 34);
    let model = fit(&series, month(34), &TrendRecipe::default()).unwrap();
    (series, model)
});

/// A line of three years without a row in some of its months.
fn line_without(level: f64, missing: impl IntoIterator<Item = usize>) -> Series {
    let mut values = vec![level; 36];
    for month_idx in missing {
        values[month_idx] = f64::NAN;
    }
    let mut one = line(9_000, 9_000, values);
    for (unit, quantity) in one.unit.iter_mut().zip(&one.quantity) {
        *unit = unit.filter(|_| quantity.is_some());
    }
    one
}

/// The flags on the last line of a book that is judged by [`BOOK`]'s model.
fn flags_on_last(series: &[Series]) -> Vec<Flag> {
    let judged = judge(&BOOK.1, series, month(35), &FlagPolicy::default(), dollars);
    let last = series.len() - 1;
    judged.flags.into_iter().filter(|flag| flag.series_idx.contains(&last)).collect()
}

#[test]
fn a_flat_line_with_one_month_absent_is_expected_to_stay_what_it_is() {
    for level in [5.0, 30.0, 200.0, 1_000.0] {
        let series = [line_without(level, []), line_without(level, 8..9)];
        let scores = score_month(&BOOK.1, &series, month(35));
        for series_idx in 0..2 {
            let expected = scores.line(series_idx).forecast.unwrap().point;
            assert!((expected - level).abs() < 1e-6, "{level}: {expected} is expected");
        }
        assert_eq!(flags_on_last(&series), []);
    }
}

#[test]
fn a_constant_line_with_five_empty_months_is_no_flag_and_its_end_is_one() {
    let mut series = BOOK.0.clone();
    series.push(line_without(30.0, 20..25));
    assert_eq!(flags_on_last(&series), []);
    series.last_mut().unwrap().quantity[35] = Some(3.0);
    let flags = flags_on_last(&series);
    assert_eq!(flags.len(), 1, "{flags:#?}");
    assert!((29.0..=31.0).contains(&flags[0].expected), "{}", flags[0].expected);
}

#[test]
fn a_line_is_compared_with_the_month_it_was_last_seen_in() {
    let mut series = BOOK.0.clone();
    series.push(line_without(30.0, 32..35));
    series.last_mut().unwrap().quantity[35] = Some(60.0);
    let flags = flags_on_last(&series);
    assert_eq!(flags.len(), 1, "{flags:#?}");
    let why = &flags[0].why;
    assert!(why.contains("4 months ago 30, and about 30 was expected"), "{why}");
    assert!(why.contains("exactly twice what it was 4 months ago"), "{why}");
}

#[test]
fn a_line_that_goes_back_after_a_spike_and_a_missing_month_is_not_told_again() {
    let mut series = BOOK.0.clone();
    series.push(line_without(40.0, 34..35));
    series.last_mut().unwrap().quantity[33] = Some(80.0);
    assert_eq!(flags_on_last(&series), []);
}

#[test]
fn a_month_that_most_clients_of_a_product_miss_is_no_fall_of_the_product() {
    let mut series = BOOK.0.clone();
    let first = series.len();
    for client in 0..10 {
        // Seven have no row in the month before the last, and are back.
        let missing = (client < 7).then_some(34);
        let one = line_without(30.0 + f64::from(client), missing);
        series.push(Series { client: format!("d{client}"), client_name: String::new(), ..one });
    }
    for at in [34, 35] {
        let judged = judge(&BOOK.1, &series, month(at), &FlagPolicy::default(), dollars);
        let of_product = |flag: &&Flag| flag.series_idx.iter().any(|idx| first <= *idx);
        let told: Vec<&Flag> = judged.flags.iter().filter(of_product).collect();
        assert!(told.iter().all(|flag| flag.kind == FlagKind::Vanished), "{at}: {told:#?}");
        let scores = score_month(&BOOK.1, &series, month(at));
        for (series_idx, one) in series.iter().enumerate().skip(first + 7) {
            let own = one.quantity[0].unwrap();
            let expected = scores.line(series_idx).forecast.unwrap().point;
            assert!((expected - own).abs() < 1e-6, "{at}: {expected} is expected of {own}");
        }
    }
}

#[test]
fn stairs_that_only_rise_are_not_erratic() {
    let late = [21.0, 21.0, 22.0, 23.0, 23.0, 24.0, 24.0, 25.0, 25.0];
    let stairs = |each: usize| (0..36).map(move |at| 10.0 + (at / each) as f64);
    let start = vec![21.0; 36 - late.len()];
    for values in [stairs(2).collect(), stairs(3).collect(), [start, late.to_vec()].concat()] {
        let values: Vec<f64> = values;
        let mut series = BOOK.0.clone();
        series.push(line(9_000, 9_000, values));
        for flag in flags_on_last(&series) {
            assert_ne!(flag.kind, FlagKind::ErraticQuantity, "{}", flag.why);
        }
        let scores = score_month(&BOOK.1, &series, month(35));
        let last = series.len() - 1;
        assert_eq!(scores.line(last).erratic.unwrap().turns, 0);
        assert!(0.9 < scores.p_value(last, Statistic::Erratic).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn missing_months_of_a_constant_line_never_make_a_flag(
        level in prop_oneof![(0_u32..2_000).prop_map(f64::from), (1_u32..9_000).prop_map(|it| f64::from(it) / 10.0)],
        gaps in prop::collection::vec((1_usize..35, 1_usize..8), 1..4),
        side in prop_oneof![Just(SeriesSide::Vendor), Just(SeriesSide::Psa), Just(SeriesSide::Drift)],
        is_alone in any::<bool>(),
    ) {
        let missing = gaps.into_iter().flat_map(|(start, n)| start..(start + n).min(35));
        let mut series = if is_alone { Vec::new() } else { BOOK.0.clone() };
        series.push(Series { side, ..line_without(level, missing) });
        let last = series.len() - 1;
        for at in 28..36 {
            let scores = score_month(&BOOK.1, &series, month(at));
            let line = scores.line(last);
            if line.observed.is_none() {
                continue;
            }
            for statistic in Statistic::OF_SERIES {
                let p = scores.p_value(last, statistic);
                prop_assert!(p.is_none_or(|p| 0.2 < p), "{:?} {:?} {:?}", at, statistic, p);
            }
            let expected = line.forecast.map(|forecast| forecast.point);
            let off = |expected: f64| 1e-6 * level.max(1.0) < (expected - level).abs();
            prop_assert!(!expected.is_some_and(off), "{:?}: {:?}", at, expected);
        }
        prop_assert_eq!(flags_on_last(&series), []);
    }

    #[test]
    fn a_line_that_never_falls_is_never_erratic(
        steps in prop::collection::vec(prop_oneof![3 => Just(0_u32), 2 => 0_u32..3, 1 => 0_u32..60], 36),
        falls in any::<bool>(),
    ) {
        let mut units = 10.0;
        let mut values: Vec<f64> = steps.into_iter().map(|step| { units += f64::from(step); units }).collect();
        if falls {
            values.reverse();
        }
        let mut series = BOOK.0.clone();
        series.push(line(9_000, 9_000, values));
        let last = series.len() - 1;
        for at in 12..36 {
            let scores = score_month(&BOOK.1, &series, month(at));
            prop_assert_eq!(scores.line(last).erratic.map_or(0, |it| it.turns), 0);
            let p = scores.p_value(last, Statistic::Erratic);
            prop_assert!(p.is_none_or(|p| 0.9 < p), "{:?} {:?}", at, p);
        }
    }
}

/// A line's two sides with the same months.
fn both_sides(client: usize, sku: usize, quantity: Vec<f64>) -> [Series; 2] {
    let bought = line(client, sku, quantity);
    [bought.clone(), Series { side: SeriesSide::Psa, ..bought }]
}

#[test]
fn a_line_has_one_p_value_whatever_its_sides_and_its_flag_shows_it() {
    let mut series = quiet(600, 25, 40);
    let billed: Vec<Series> =
        series.iter().map(|one| Series { side: SeriesSide::Psa, ..one.clone() }).collect();
    series.extend(billed);
    for idx in [35, 635] {
        series[idx].quantity[24] = series[idx].quantity[24].map(|units| 3.0 * units + 20.0);
    }
    let judged = judged(&series);
    let any = judged.scores.iter().filter(|score| score.statistic == Statistic::Any);
    let any: Vec<&Score> = any.collect();
    assert_eq!(any.len(), 600, "one for a line, not for a side");
    assert!(any.iter().all(|score| series[score.series_idx].side == SeriesSide::Vendor));
    let flag = only(&judged, "c7");
    assert_eq!(flag.side, FlagSide::Both);
    let own = any.iter().find(|score| score.series_idx == 35).unwrap();
    assert_eq!(own.p_value, flag.p_value);
}

#[test]
fn a_line_that_came_or_went_on_both_sides_is_news_and_on_one_side_a_flag() {
    let mut series: Vec<Series> =
        (0..200).flat_map(|client| both_sides(client, client % 4, vec![20.0; 25])).collect();
    let gone = |mut one: Series| {
        one.quantity.truncate(24);
        one
    };
    let fresh = |mut one: Series| {
        one.quantity.truncate(1);
        one.first = month(LAST);
        one
    };
    // Both sides lose a line, both get one; the vendor alone loses one, the vendor alone gets one.
    series.extend(both_sides(1, 9, vec![8.0; 25]).map(gone));
    series.extend(both_sides(2, 9, vec![8.0; 25]).map(fresh));
    let [bought, billed] = both_sides(3, 9, vec![8.0; 25]);
    series.extend([gone(bought), billed]);
    let [bought, _] = both_sides(4, 9, vec![8.0; 25]);
    series.push(fresh(bought));
    series.extend(both_sides(5, 9, vec![8.0; 25]));
    let judged = judged(&series);
    let told: Vec<(&str, FlagKind, FlagSide)> =
        judged.flags.iter().map(|flag| (flag.client.as_str(), flag.kind, flag.side)).collect();
    let mut expected = vec![
        ("c3", FlagKind::Vanished, FlagSide::Vendor),
        ("c4", FlagKind::NewLine, FlagSide::Vendor),
    ];
    expected.sort_unstable();
    let mut sorted = told.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected);
    let news: Vec<&str> = judged.news.iter().map(|flag| flag.client.as_str()).collect();
    assert_eq!(news.len(), 2, "{news:?}");
    assert!(news.contains(&"c1") && news.contains(&"c2"), "{news:?}");
}

#[test]
fn a_product_that_left_all_its_clients_is_told_once() {
    let mut series: Vec<Series> =
        (0..100).flat_map(|client| both_sides(client, client % 4, vec![20.0; 25])).collect();
    for client in 0..6 {
        series.extend(both_sides(client, 77, vec![5.0; 25]).map(|mut one| {
            one.quantity.truncate(24);
            one
        }));
    }
    let judged = judged(&series);
    assert_eq!(judged.flags.len(), 1, "{:#?}", judged.flags);
    let flag = &judged.flags[0];
    assert_eq!(
        (flag.kind, flag.sku.as_str(), flag.client.as_str()),
        (FlagKind::Vanished, "s77", "")
    );
    assert!(flag.why.contains("at 6 clients"), "{}", flag.why);
}

#[test]
fn a_client_whose_lines_all_fell_is_one_flag_with_its_lines_inside() {
    let mut series = quiet(600, 25, 41);
    for sku in 100..105 {
        let mut months = vec![40.0 + sku as f64; 24];
        months.push(6.0);
        series.push(line(9_000, sku, months));
    }
    let judged = judged(&series);
    let flag = only(&judged, "c9000");
    assert_eq!((flag.kind, flag.sku.as_str()), (FlagKind::LevelShift, ""));
    assert!(flag.why.contains("5 of its 5 lines"), "{}", flag.why);
    assert_eq!(flag.evidence.len(), 5);
    assert_eq!(flag.series_idx.len(), 5);
}

#[test]
fn a_pause_with_one_stray_seat_is_a_pause() {
    let mut series = quiet(400, 25, 42);
    series.extend(growing(200, 25, 43));
    let mut steady: Vec<f64> = (0..24).map(|at| 20.0 + 6.0 * f64::from(at)).collect();
    steady.push(steady[23] + 1.0);
    series.push(line(9_000, 0, steady));
    let judged = judged(&series);
    let flag = only(&judged, "c9000");
    assert_eq!(flag.kind, FlagKind::StalledGrowth, "{}", flag.why);
    assert!(flag.why.contains("hardly any growth"), "{}", flag.why);
}
