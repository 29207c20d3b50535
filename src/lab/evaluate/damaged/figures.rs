//! Counts of all MSPs → figures.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::Serialize;

use super::DamagedRecipe;
use super::msp::{DamagedCounts, RunCounts, Situation};
use seatdrift_core::domain::DoubtKind;

/// All that was measured on spoilt exports.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DamagedFigures {
    /// On what.
    pub recipe: DamagedRecipe,
    /// MSPs whose spoilt exports are asked about instead of read.
    pub asked: usize,
    /// In the first month, and in a later one.
    pub situations: Vec<SituationFigures>,
    /// By kind of damage, both situations.
    pub damages: Vec<DamageFigures>,
    /// By doubt, over whole and spoilt exports in both situations.
    pub doubts: Vec<DoubtFigures>,
    /// Sure claims that are not so, in words.
    pub false_sure: Vec<String>,
}

/// What is claimed of the MSPs, whole and spoilt. The spoilt are fewer by those that are asked about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SituationFigures {
    /// Nothing is known before.
    pub is_first_month: bool,
    /// Of whole exports.
    pub whole: SureFigures,
    /// Of spoilt ones.
    pub spoilt: SureFigures,
    /// True differences that the damage did not touch and that are claimed of the whole exports.
    pub elsewhere: usize,
    /// Those of them that are claimed of the spoilt exports too.
    pub still_found: usize,
}

/// What is claimed of some MSPs.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SureFigures {
    /// MSPs.
    pub msps: usize,
    /// Findings with a probability of a half or more, and those that are true.
    pub claims: [usize; 2],
    /// Claims of at least 0.9, and those that are true.
    pub sure: [usize; 2],
    /// Sure claims on lines that the damage touched that are not true.
    pub touched_false: usize,
    /// True differences, and those that are claims.
    pub differences: [usize; 2],
    /// Money of false claims, for each of claims.
    pub false_money: f64,
    /// What is said to be lost, for each of what is.
    pub lose: f64,
    /// MSPs of which a file is said to be in doubt before any number.
    pub said_first: usize,
}

/// One kind of damage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DamageFigures {
    /// Which, with its side.
    pub damage: String,
    /// MSPs it happened to, and those that are asked about.
    pub msps: [usize; 2],
    /// Lines it touched.
    pub touched: usize,
    /// Sure claims, and those that are true.
    pub sure: [usize; 2],
    /// Sure claims on touched lines that are not true.
    pub touched_false: usize,
    /// True differences elsewhere that are claimed of whole exports, and of spoilt ones.
    pub elsewhere: [usize; 2],
}

/// Findings that rest on a doubt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DoubtFigures {
    /// Which.
    pub doubt: DoubtKind,
    /// Questions, and those that are true.
    pub asked: [usize; 2],
    /// Claims, and those that are true.
    pub claimed: [usize; 2],
}

pub(super) fn figures(recipe: &DamagedRecipe, counts: &[DamagedCounts]) -> DamagedFigures {
    let situations = Situation::ALL.into_iter().map(|one| situation(counts, one)).collect();
    DamagedFigures {
        recipe: recipe.clone(),
        asked: counts.iter().filter(|one| one.asks).count(),
        situations,
        damages: damages(counts),
        doubts: doubts(counts),
        false_sure: false_sure(counts),
    }
}

/// Those of spoilt exports, each after its damage.
fn false_sure(counts: &[DamagedCounts]) -> Vec<String> {
    let of = |one: &DamagedCounts| {
        let said = one.spoilt.iter().flat_map(|(situation, run)| {
            run.false_sure.iter().map(move |said| format!("{} {said}", situation.word()))
        });
        said.map(|said| format!("{}, {said}", one.damage)).collect::<Vec<_>>()
    };
    counts.iter().flat_map(of).collect()
}

fn situation(counts: &[DamagedCounts], situation: Situation) -> SituationFigures {
    let whole: Vec<&RunCounts> = counts.iter().map(|one| &one.whole[&situation]).collect();
    let spoilt: Vec<&RunCounts> =
        counts.iter().filter_map(|one| one.spoilt.get(&situation)).collect();
    let [elsewhere, still_found] = elsewhere(counts, situation);
    SituationFigures {
        is_first_month: situation == Situation::FirstMonth,
        whole: sure(&whole),
        spoilt: sure(&spoilt),
        elsewhere,
        still_found,
    }
}

/// Of the MSPs that could be read spoilt: differences elsewhere that are claimed whole, and spoilt.
fn elsewhere(counts: &[DamagedCounts], situation: Situation) -> [usize; 2] {
    let both = counts.iter().filter_map(|one| {
        Some((one.whole[&situation].found_elsewhere, one.spoilt.get(&situation)?.found_elsewhere))
    });
    both.fold([0, 0], |sum, (whole, spoilt)| [sum[0] + whole, sum[1] + spoilt])
}

fn sure(counts: &[&RunCounts]) -> SureFigures {
    let sum = |of: fn(&RunCounts) -> usize| counts.iter().map(|one| of(one)).sum::<usize>();
    let money = |of: fn(&RunCounts) -> Decimal| -> f64 {
        counts.iter().map(|one| of(one)).sum::<Decimal>().to_f64().unwrap_or_default()
    };
    let share = |part: f64, all: f64| if 0.0 < all { part / all } else { 0.0 };
    SureFigures {
        msps: counts.len(),
        claims: [sum(|one| one.claims), sum(|one| one.right)],
        sure: [sum(|one| one.sure), sum(|one| one.sure_right)],
        touched_false: sum(|one| one.touched_false),
        differences: [sum(|one| one.differences), sum(|one| one.found)],
        false_money: share(money(|one| one.false_money), money(|one| one.claimed_money)),
        lose: share(money(|one| one.lose), money(|one| one.true_lose)),
        said_first: sum(|one| usize::from(0 < one.in_doubt)),
    }
}

fn damages(counts: &[DamagedCounts]) -> Vec<DamageFigures> {
    let mut all: BTreeMap<String, DamageFigures> = BTreeMap::new();
    for one in counts {
        let damage = format!("{} {}", one.damage.kind.word(), one.damage.side);
        let figures = all.entry(damage.clone()).or_insert_with(|| DamageFigures {
            damage,
            msps: [0, 0],
            touched: 0,
            sure: [0, 0],
            touched_false: 0,
            elsewhere: [0, 0],
        });
        figures.msps = [figures.msps[0] + 1, figures.msps[1] + usize::from(one.asks)];
        figures.touched += one.n_touched;
        for (situation, spoilt) in &one.spoilt {
            figures.sure[0] += spoilt.sure;
            figures.sure[1] += spoilt.sure_right;
            figures.touched_false += spoilt.touched_false;
            figures.elsewhere[0] += one.whole[situation].found_elsewhere;
            figures.elsewhere[1] += spoilt.found_elsewhere;
        }
    }
    all.into_values().collect()
}

fn doubts(counts: &[DamagedCounts]) -> Vec<DoubtFigures> {
    let runs = || counts.iter().flat_map(|one| one.whole.values().chain(one.spoilt.values()));
    let of = |doubt: DoubtKind| {
        let sum = |at: usize| {
            runs().filter_map(|one| one.doubts.get(&doubt)).map(|one| one[at]).sum::<usize>()
        };
        DoubtFigures { doubt, asked: [sum(0), sum(1)], claimed: [sum(2), sum(3)] }
    };
    DoubtKind::ALL.into_iter().map(of).collect()
}
