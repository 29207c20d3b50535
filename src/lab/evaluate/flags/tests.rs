use super::*;
use seatdrift_core::domain::Series;
use seatdrift_core::seat_trend::Statistic;
use seatdrift_core::seat_trend::synthetic::{line, quiet};

fn tiny() -> FlagRecipe {
    FlagRecipe { months: 3, planted: 30, resamples: 20, ..FlagRecipe::default() }
}

fn set(series: Vec<Series>) -> SeriesSet {
    SeriesSet { name: "quiet".to_owned(), series }
}

#[test]
fn the_same_seed_measures_the_same_and_planted_months_are_found() {
    let set = set(quiet(400, 40, 3));
    let figures = flag_figures(&set, &tiny());
    assert_eq!(figures, flag_figures(&set, &tiny()));
    let points = &figures.tests[0];
    assert_eq!(points.kinds.len(), points.n_planted.len());
    assert!(points.n_planted.iter().all(|n| *n == 30), "{:?}", points.n_planted);
    let [seatdrift, others @ ..] = &points.methods[..] else { panic!("methods") };
    let doubled = |method: &MethodFigures| method.found[2][1];
    assert!(0.7 < doubled(seatdrift), "{seatdrift:?}");
    assert!(others.iter().all(|one| doubled(one) <= doubled(seatdrift) + 0.1), "{others:?}");
    for figures in &figures.calibration {
        let [thousandth, hundredth, twentieth] = figures.at_most.map(|share| share.share);
        assert!(thousandth <= hundredth && hundredth <= twentieth, "{figures:?}");
        assert!(hundredth < 0.03, "{figures:?}");
    }
    assert!(words(std::slice::from_ref(&figures)).lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn months_after_the_ones_judged_change_no_score_of_theirs() {
    let whole = quiet(200, 40, 4);
    let mut cut = whole.clone();
    // The label looks three months ahead; what comes after them is nobody's business.
    cut.iter_mut().for_each(|one| {
        one.quantity[39] = Some(7.0);
    });
    let months = |series: &[Series]| {
        let set = set(series.to_vec());
        let judged = SeriesSet::judged(&set, 1, 5);
        let test = cases::Test {
            name: "nothing planted",
            statistic: Statistic::Level,
            way: one_liners::Way::Both,
            kinds: &[],
            plant: &|_, _, _, _| None,
        };
        let cases = Cases::of(&set, &judged, &tiny(), &test).unwrap();
        cases.rows.iter().map(|row| (row.p_value, row.was_real)).collect::<Vec<_>>()
    };
    assert_eq!(months(&whole), months(&cut));
}

#[test]
fn growth_is_planted_where_lines_are_calm_alone() {
    let calm = set(quiet(900, 40, 5));
    let cases = growth::cases(&calm, &tiny()).expect("quiet lines are calm");
    let paused = cases.rows.iter().filter(|row| row.planted.is_some()).count();
    assert!(60 < paused, "{paused}");
    let found = recall::figures(&cases);
    assert!(0.6 < found.methods[0].found[3][1], "{:?}", found.methods[0]);
    let wild = (0..400)
        .map(|idx| line(idx, 0, (0..40).map(|at| f64::from(at % 3) * 30.0 + idx as f64).collect()));
    assert!(growth::cases(&set(wild.collect()), &tiny()).is_none());
}

#[test]
fn peers_get_the_very_months_that_were_judged() {
    let set = set(quiet(150, 40, 6));
    let table = peer_cases(std::slice::from_ref(&set), &tiny());
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("set,test,kind,seatdrift,months"));
    let planted = lines.clone().filter(|line| line.contains("doubled")).count();
    assert!(0 < planted);
    for line in lines {
        let months = line.rsplit(',').next().unwrap();
        assert!(12 < months.split(';').count(), "{line}");
    }
}

#[test]
fn stretches_brought_to_the_size_of_seats_are_whole_and_calm() {
    let long = |idx: usize| {
        let wave = move |at: i32| 3_000.0 + 10.0 * f64::from(at) + f64::from(at % 7) * 4.0;
        line(idx, 0, (0..180).map(wave).collect())
    };
    let sets = [set((0..100).map(long).collect())];
    let seats = as_seats(&sets, 1).expect("calm and long");
    assert_eq!(seats.series.len(), 300);
    let whole = |value: f64| value.fract() == 0.0 && (1.0..260.0).contains(&value);
    assert!(seats.series.iter().flat_map(|one| &one.quantity).flatten().all(|it| whole(*it)));
    assert_eq!(as_seats(&[set(quiet(50, 40, 7))], 1), None, "too short");
}
