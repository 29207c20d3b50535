use super::*;
use crate::domain::Series;
use crate::seat_trend::synthetic::{growing, line, month, quiet};
use crate::seat_trend::{TrendModel, TrendRecipe, fit};

const LAST: i32 = 24;

fn dollars(amount: f64) -> String {
    format!("${amount:.2}")
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
    for seed in 0..6 {
        let series = quiet(1_200, 25, 100 + seed);
        let judged = judged(&series);
        assert!(judged.expected_false <= 5.0 + 1e-9);
        flags += judged.flags.len();
    }
    assert!(
        flags <= 6 * 6,
        "{flags} flags in six quiet months, at most five a month were promised"
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
