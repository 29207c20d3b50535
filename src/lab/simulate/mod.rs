//! A made-up MSP: exports, decisions and the truth.
//!
//! [`simulate`] draws clients, products and habits from a seed, lets the seats move for some months,
//! makes the mistakes that billing people make and the jumps that clients make, and writes what the
//! vendor and the PSA would export. Because the truth is known, the rest of the program can be
//! measured on it.
//!
//! Nothing here reads a clock, a file or a network: the same [`Recipe`] gives the same bytes.

mod additions;
mod autotask;
mod catalogue;
mod clients;
mod company;
mod connectwise;
mod damage;
mod days;
mod fitting;
mod growth;
mod hard_clients;
mod hard_lines;
mod hard_offers;
mod hasty_reviewer;
mod keys;
mod lines;
mod no_loss;
mod noised;
mod oddities;
mod offers;
mod partner_center;
mod pax8;
mod recipe;
mod register;
mod register_words;
mod reviewer;
mod sheet;
mod slips;
mod true_pairs;
mod truth;
mod truth_files;
mod words;
mod world;

#[cfg(test)]
mod tests;

pub use damage::{Damage, DamageError, DamageKind, TouchedRow, damage};
pub use days::{DayLine, Days, Leak, SimulatedDay, days};
pub use noised::{NoisedNames, noised_names};
pub use recipe::{FormatPair, Habits, Hardship, Keys, MidMonth, ProductNames, Recipe};
pub use register::{Registers, registers};
pub use truth::{
    AnomalyKind, AnomalySide, Difference, LineNamed, Relation, TrueAnomaly, TruePair, Truth,
};
pub use world::Cause;

use world::World;

/// One file of the made-up MSP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedFile {
    /// Its path below the MSP's folder, with `/` between the parts.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A made-up MSP.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// The exports of each month, then `decisions.csv`, then the truth.
    pub files: Vec<SimulatedFile>,
    /// What is really so.
    pub truth: Truth,
    /// What the MSP is called.
    pub msp: String,
}

/// Makes up an MSP after a recipe.
///
/// The files are, for each month, `YYYY-MM/vendor-pax8.csv` and `YYYY-MM/psa-connectwise.csv` (or
/// `vendor-partner-center.csv` and `psa-autotask.csv`); `decisions.csv`, which ends with the month
/// before the newest; and `truth/clients.csv`, `truth/skus.csv`, `truth/differences.csv` and
/// `truth/anomalies.csv`; of a book with hardships also `truth/no_loss.csv`, which looks like a loss and
/// is none. A recipe of fewer than two months is made with two.
pub fn simulate(recipe: &Recipe) -> Simulated {
    let recipe = &Recipe { months: recipe.months.max(2), ..recipe.clone() };
    let world = world(recipe);
    let (decisions, mistakes) = reviewer::decisions(&world, &mut recipe.stream(6));
    let truth = Truth { mistakes, ..truth::truth(&world) };
    let mut files = Vec::with_capacity(2 * recipe.months + 5);
    for (month_idx, month) in world.months.iter().enumerate() {
        let mut push = |name: &str, bytes| {
            files.push(SimulatedFile { path: format!("{month}/{name}"), bytes });
        };
        match recipe.formats {
            FormatPair::Pax8ConnectWise => {
                push("vendor-pax8.csv", pax8::invoice(&world, month_idx));
                push("psa-connectwise.csv", connectwise::additions(&world, month_idx));
            }
            FormatPair::PartnerCenterAutotask => {
                push("vendor-partner-center.csv", partner_center::recon_file(&world, month_idx));
                push("psa-autotask.csv", autotask::units(&world, month_idx));
            }
        }
    }
    files.push(SimulatedFile { path: "decisions.csv".to_owned(), bytes: decisions });
    files.extend(truth_files::files(&truth));
    Simulated { files, truth, msp: recipe.msp_name() }
}

fn world(recipe: &Recipe) -> World<'_> {
    let oldest = i32::try_from(recipe.months).unwrap_or(i32::MAX) - 1;
    let months = (0..=oldest).map(|n| recipe.last.plus(n - oldest)).collect();
    let mut world = World {
        recipe,
        months,
        clients: clients::clients(recipe, &mut recipe.stream(1)),
        offers: offers::offers(recipe, &mut recipe.stream(2)),
        lines: Vec::new(),
        anomalies: Vec::new(),
    };
    lines::plan_lines(&mut world, &mut recipe.stream(3));
    hard_lines::put_into_seats(&mut world);
    slips::make_slips(&mut world, &mut recipe.stream(4));
    oddities::make_oddities(&mut world, &mut recipe.stream(5));
    hard_lines::split_codes(&mut world);
    additions::enter_additions(&mut world);
    world
}
