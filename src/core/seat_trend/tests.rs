use proptest::prelude::*;

use super::synthetic::{growing, line, month, quiet};
use super::*;
use crate::domain::{Series, SeriesSide};
use crate::model_file::ArtifactError;

fn fitted(series: &[Series], n_months: i32) -> TrendModel {
    fit(series, month(n_months - 2), &TrendRecipe::default()).unwrap()
}

fn p_values(model: &TrendModel, series: &[Series], at: i32, statistic: Statistic) -> Vec<f64> {
    let scores = score_month(model, series, month(at));
    (0..series.len()).filter_map(|idx| scores.p_value(idx, statistic)).collect()
}

fn share_below(p_values: &[f64], bound: f64) -> f64 {
    p_values.iter().filter(|p| **p <= bound).count() as f64 / p_values.len() as f64
}

#[test]
fn on_quiet_lines_a_p_value_keeps_its_word() {
    let series = quiet(4_000, 26, 1);
    let model = fitted(&series, 26);
    for statistic in [Statistic::Level, Statistic::Erratic] {
        let p = p_values(&model, &series, 25, statistic);
        assert!(3_900 < p.len(), "{statistic:?}: {}", p.len());
        for (bound, most) in [(0.001, 0.0025), (0.01, 0.016), (0.05, 0.065), (0.1, 0.12)] {
            let share = share_below(&p, bound);
            assert!(share <= most, "{statistic:?}: {share} at or below {bound}");
        }
        assert!(0.02 < share_below(&p, 0.05), "{statistic:?} is not so careful as to be mute");
    }
}

#[test]
fn a_doubled_line_stands_out() {
    let mut series = quiet(1_000, 25, 2);
    for idx in (0..1_000).step_by(50) {
        let now = series[idx].quantity[24].unwrap();
        series[idx].quantity[24] = Some(2.0 * now + 5.0);
    }
    let model = fitted(&series, 25);
    let scores = score_month(&model, &series, month(24));
    let found = (0..1_000)
        .step_by(50)
        .filter(|&idx| scores.p_value(idx, Statistic::Level).unwrap() < 0.005)
        .count();
    assert!(19 <= found, "{found} of 20");
}

#[test]
fn a_line_with_a_row_every_third_month_is_not_gone_between() {
    let mut series = quiet(200, 24, 7);
    let quarterly = (0..24).map(|idx| (idx % 3 == 0).then_some(30.0)).collect();
    series.push(Series { quantity: quarterly, ..series[0].clone() });
    let steady = (0..24).map(|idx| (idx < 22).then_some(30.0)).collect();
    series.push(Series { quantity: steady, ..series[0].clone() });
    let model = fitted(&series, 24);
    let scores = score_month(&model, &series, month(23));
    let vanished = |idx| scores.p_value(idx, Statistic::Vanish).unwrap();
    assert!(vanished(200) > 0.5, "{}", vanished(200));
    assert!(vanished(201) < 0.05, "{}", vanished(201));
}

#[test]
fn a_pause_of_a_steady_grower_is_rare_and_of_a_flat_line_is_nothing() {
    let mut series = quiet(400, 25, 3);
    series.extend(growing(200, 25, 4));
    for idx in (400..600).step_by(20) {
        series[idx].quantity[24] = series[idx].quantity[23];
    }
    let model = fitted(&series, 25);
    let scores = score_month(&model, &series, month(24));
    for idx in (400..600).step_by(20) {
        let p = scores.p_value(idx, Statistic::Stall).unwrap();
        assert!(p < 0.02, "{idx}: {p}");
        let line = scores.line(idx);
        assert_eq!(line.stall.unwrap().n_pauses, 1);
        assert_eq!(line.growth.unwrap().n_flat, 0);
    }
    assert!((0..400).filter(|&idx| scores.p_value(idx, Statistic::Stall).is_some()).count() < 10);
}

#[test]
fn a_grower_is_expected_to_go_on_growing() {
    let series = growing(300, 24, 5);
    let model = fit(&series, month(22), &TrendRecipe::default()).unwrap();
    for one in &series[..20] {
        let forecast = forecast(&model, one, month(23)).unwrap();
        let before = one.quantity[22].unwrap();
        assert!((2.5..5.5).contains(&(forecast.point - before)), "{}", forecast.point - before);
        assert!(forecast.low <= forecast.point && forecast.point <= forecast.high);
        assert!(forecast.high - forecast.low < 8.0);
    }
}

#[test]
fn the_future_of_a_line_does_not_change_how_its_months_are_judged() {
    let whole = quiet(300, 30, 6);
    let mut cut = whole.clone();
    for series in &mut cut {
        series.quantity.truncate(25);
        series.unit.truncate(25);
    }
    let (a, b) = (fitted(&whole, 25), fitted(&cut, 25));
    assert_eq!(a, b);
    for statistic in Statistic::OF_SERIES {
        assert_eq!(p_values(&a, &whole, 24, statistic), p_values(&b, &cut, 24, statistic));
    }
}

#[test]
fn a_calendar_effect_that_all_share_is_taken_out() {
    let mut series = quiet(500, 26, 7);
    for one in &mut series {
        one.sku = "s0".to_owned();
        one.quantity[25] = one.quantity[25].map(|now| (now * 1.4).round());
    }
    let model = fitted(&series, 26);
    let p = p_values(&model, &series, 25, Statistic::Level);
    assert!(share_below(&p, 0.001) < 0.02, "{}", share_below(&p, 0.001));
    let moves = score_month(&model, &series, month(25)).quantity_moves();
    assert_eq!(moves.len(), 1);
    assert!((0.25..0.45).contains(&moves[0].0.change), "{:?}", moves[0].0.change);
}

#[test]
fn a_price_that_changes_for_one_client_stands_out_and_for_all_is_common() {
    let mut series = quiet(400, 25, 8);
    for one in &mut series {
        one.sku = if one.sku == "s0" { "s0".to_owned() } else { "s1".to_owned() };
        if one.sku == "s0" {
            one.unit[24] = Some(22.0);
        }
    }
    let odd = (0..400).find(|&idx| series[idx].sku == "s1").unwrap();
    series[odd].unit[24] = Some(26.0);
    let model = fitted(&series, 25);
    let scores = score_month(&model, &series, month(24));
    assert!(scores.p_value(odd, Statistic::Price).unwrap() < 0.001);
    let moved = scores.price_moves();
    assert_eq!(moved.len(), 1, "{moved:?}");
    assert_eq!(moved[0].0.sku, "s0");
    let all = (0..400).filter_map(|idx| scores.p_value(idx, Statistic::Price));
    assert!(all.filter(|p| *p < 0.01).count() < 5);
}

#[test]
fn a_gap_that_widens_a_seat_a_month_stands_out_from_gaps_that_wobble() {
    let mut series = quiet(600, 25, 9);
    for one in &mut series {
        one.side = SeriesSide::Drift;
        let base = one.quantity[0].unwrap();
        for value in one.quantity.iter_mut().flatten() {
            *value = ((*value - base) / 3.0).round();
        }
    }
    for one in &mut series[..10] {
        one.quantity = (0..25).map(|at| Some(f64::from((at - 18).max(0)) * 2.0)).collect();
    }
    let model = fitted(&series, 25);
    let scores = score_month(&model, &series, month(24));
    let found = (0..10).filter(|&idx| scores.p_value(idx, Statistic::Drift).unwrap() < 0.02);
    assert!(8 <= found.count());
    assert!(scores.p_value(0, Statistic::Level).is_none(), "a gap is judged for drift alone");
}

#[test]
fn held_out_months_say_how_good_the_model_is() {
    let series = quiet(1_500, 24, 10);
    let metrics = backtest(&series, &TrendRecipe::default()).unwrap();
    assert!(4_400 < metrics.n, "{metrics:?}");
    assert!(metrics.below_1_in_100 < 0.018, "{metrics:?}");
    assert!((0.88..=1.0).contains(&metrics.coverage_90), "{metrics:?}");
    assert!(metrics.mean_absolute_error < 1.3 * metrics.mean_absolute_error_last_month);
    let model = fit(&series, month(20), &TrendRecipe::default()).unwrap();
    let again = evaluate(&model, &series, &[month(21), month(22), month(23)]);
    assert!((again.mean_log_score - metrics.mean_log_score).abs() < 0.05);
    assert!(card(&model, Some(&metrics)).contains("held out"));
}

#[test]
fn a_model_survives_its_bytes_and_damage_is_told() {
    let series = quiet(120, 24, 11);
    let model = fitted(&series, 24);
    let bytes = to_bytes(&model).unwrap();
    assert_eq!(from_bytes(&bytes).unwrap(), model);
    assert_eq!(to_bytes(&model).unwrap(), bytes);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = bytes.clone();
        change(&mut changed);
        from_bytes(&changed).unwrap_err()
    };
    assert!(matches!(with(&|b| b[0] = b'x'), ArtifactError::NotAModel));
    assert!(matches!(with(&|b| b[8] = 9), ArtifactError::Newer { found: 9, supported: 4 }));
    assert!(matches!(with(&|b| b[8] = 2), ArtifactError::Older { found: 2, supported: 4 }));
    assert!(matches!(with(&|b| b[16] = b'x'), ArtifactError::OtherPurpose { .. }));
    assert!(matches!(with(&|b| *b.last_mut().unwrap() ^= 1), ArtifactError::Checksum));
    assert!(matches!(with(&|b| b.truncate(60)), ArtifactError::Truncated { .. }));
    assert!(matches!(with(&|b| b.push(0)), ArtifactError::Checksum));
}

#[test]
fn nothing_to_learn_from_is_an_error_and_little_is_not() {
    let recipe = TrendRecipe::default();
    let none = fit(&[], month(5), &recipe);
    assert_eq!(none.unwrap_err(), TrendError::NoHistory { through: month(5) });
    let later = line(0, 0, vec![1.0, 2.0]);
    assert!(fit(std::slice::from_ref(&later), month(-1), &recipe).is_err());
    let model = fit(std::slice::from_ref(&later), month(1), &recipe).unwrap();
    assert!(forecast(&model, &later, month(2)).is_none(), "two months are too few");
    let short = backtest(&[later], &recipe).unwrap_err();
    assert_eq!(short, TrendError::TooShort { months: 2, needed: 9 });
    let wrong = TrendRecipe { min_months: 1, ..recipe };
    assert!(matches!(fit(&quiet(5, 12, 0), month(9), &wrong), Err(TrendError::Recipe(_))));
}

#[test]
fn ten_thousand_months_and_flat_lines_have_a_band() {
    let long = line(0, 0, vec![7.0; 3_000]);
    let flat = line(1, 0, vec![0.0; 3_000]);
    let series = [long, flat];
    let model = fit(&series, month(2_110), &TrendRecipe::default()).unwrap();
    for one in &series {
        let forecast = forecast(&model, one, month(2_111)).unwrap();
        assert!(forecast.low <= forecast.point && forecast.point <= forecast.high);
        assert!(forecast.at_least(one.quantity[0].unwrap() + 30.0) < 0.001);
        assert!(0.4 < forecast.at_most(one.quantity[0].unwrap()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_months_hold_p_values_lie_between_nought_and_one(
        values in prop::collection::vec(
            prop::collection::vec(
                prop_oneof![
                    5 => (-50_i32..500).prop_map(f64::from),
                    2 => -1e6_f64..1e9,
                    1 => Just(f64::NAN),
                    1 => Just(f64::INFINITY),
                    2 => Just(0.0),
                ],
                0..30,
            ),
            1..8,
        ),
        side in prop_oneof![Just(SeriesSide::Vendor), Just(SeriesSide::Psa), Just(SeriesSide::Drift)],
        at in 0_i32..32,
    ) {
        let mut series: Vec<Series> =
            values.into_iter().enumerate().map(|(idx, it)| line(idx, 0, it)).collect();
        series.iter_mut().for_each(|one| one.side = side);
        let Ok(model) = fit(&series, month(at), &TrendRecipe::default()) else { return Ok(()) };
        let scores = score_month(&model, &series, month(at + 1));
        for idx in 0..series.len() {
            for statistic in Statistic::OF_SERIES {
                if let Some(p) = scores.p_value(idx, statistic) {
                    prop_assert!(0.0 < p && p <= 1.0, "{statistic:?} {p}");
                }
            }
            if let Some(forecast) = scores.line(idx).forecast {
                prop_assert!(forecast.low <= forecast.high && forecast.point.is_finite());
                let middle = forecast.at_most(forecast.point) + forecast.at_least(forecast.point);
                prop_assert!(0.99 < middle);
            }
        }
    }
}

#[test]
fn a_december_that_comes_every_year_is_no_surprise() {
    // Five years from January; every third line has a December of half as much again.
    let mut series = quiet(600, 60, 12);
    for (idx, one) in series.iter_mut().enumerate() {
        for (at, value) in one.quantity.iter_mut().enumerate() {
            let is_december = at % 12 == 11;
            let more = if is_december && idx % 3 == 0 { 1.5 } else { 1.0 };
            *value = value.map(|value| ((value + 40.0) * more).round());
        }
    }
    // A line without a season that does the same once.
    series[1].quantity[59] = series[1].quantity[59].map(|value| (value * 1.5).round());
    let model = fit(&series, month(58), &TrendRecipe::default()).unwrap();
    let scores = score_month(&model, &series, month(59));
    let p = |idx: usize| scores.p_value(idx, Statistic::Level).unwrap();
    let seasonal: Vec<f64> = (0..600).step_by(3).map(p).collect();
    assert!(share_below(&seasonal, 0.01) <= 0.03, "{}", share_below(&seasonal, 0.01));
    assert!(p(1) < 0.01, "{}", p(1));
    let expected = scores.line(0).forecast.unwrap().point;
    let november = series[0].quantity[58].unwrap();
    assert!(1.25 * november < expected, "December is expected: {expected} after {november}");
}

#[test]
fn a_flat_line_has_a_band_of_a_seat_to_each_side() {
    let series: Vec<Series> = (0..400).map(|idx| line(idx, 0, vec![20.0; 30])).collect();
    let model = fitted(&series, 30);
    let forecast = forecast(&model, &series[0], month(29)).unwrap();
    assert!(forecast.low < 20.0 && 20.0 < forecast.high, "{}-{}", forecast.low, forecast.high);
    let nothing = line(0, 0, vec![0.0; 30]);
    let forecast = super::forecast(&model, &nothing, month(29)).unwrap();
    assert_eq!(forecast.low, 0.0, "nothing is less than nothing");
    assert!(0.0 < forecast.high);
}

#[test]
fn a_month_odd_to_every_line_makes_none_of_them_odd() {
    let mut series = quiet(900, 26, 13);
    // Half go up by a third, half go down: nothing in common to take out.
    for (idx, one) in series.iter_mut().enumerate() {
        let by = if idx % 2 == 0 { 1.33 } else { 0.75 };
        one.quantity[25] =
            one.quantity[25].map(|value| ((value + 20.0) * by - 20.0).round().max(0.0));
    }
    let model = fitted(&series, 26);
    let p = p_values(&model, &series, 25, Statistic::Level);
    assert!(share_below(&p, 0.001) < 0.05, "{}", share_below(&p, 0.001));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn where_months_are_exchangeable_a_p_value_is_at_least_as_rare_as_it_says(
        seed in 0_u64..1_000,
        spread in 1.0_f64..12.0,
        sticky in 0.0_f64..1.0,
    ) {
        use rand::{Rng, SeedableRng};
        let mut rng = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(seed);
        let series: Vec<Series> = (0..1_200)
            .map(|idx| {
                let (mut level, middle) = (0.0, rng.gen_range(20.0..120.0_f64));
                let months = (0..28).map(|_| {
                    // Three uniform draws are nearly normal.
                    let noise: f64 = (0..3).map(|_| rng.gen_range(-spread..spread)).sum();
                    level = sticky * level + noise;
                    (middle + level).round().max(0.0)
                });
                line(idx, 0, months.collect())
            })
            .collect();
        let model = fitted(&series, 28);
        let p = p_values(&model, &series, 27, Statistic::Level);
        for (bound, most) in [(0.01, 0.02), (0.05, 0.075), (0.2, 0.25)] {
            let share = share_below(&p, bound);
            prop_assert!(share <= most, "{} at or below {}", share, bound);
        }
        prop_assert!(0.02 < share_below(&p, 0.05));
    }

    #[test]
    fn the_order_of_the_series_does_not_matter(seed in 0_u64..1_000, by in 1_usize..299) {
        let series = quiet(300, 26, seed);
        let mut turned = series.clone();
        turned.rotate_left(by);
        let (model, other) = (fitted(&series, 26), fitted(&turned, 26));
        let scores = score_month(&model, &series, month(25));
        let others = score_month(&other, &turned, month(25));
        for idx in 0..series.len() {
            let there = (idx + series.len() - by) % series.len();
            for statistic in [Statistic::Level, Statistic::Erratic] {
                let (a, b) = (scores.p_value(idx, statistic), others.p_value(there, statistic));
                // Sums in another order differ in their last digits, and ties with them.
                let near = a.zip(b).is_none_or(|(a, b)| (a - b).abs() <= 0.004 + 0.02 * a);
                prop_assert!(near && a.is_some() == b.is_some(), "{:?} {:?} {:?}", statistic, a, b);
            }
        }
    }
}
