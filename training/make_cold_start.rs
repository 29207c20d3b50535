//! Makes the models that ship: `cargo run --release --example make_cold_start`.
//!
//! Draws made-up MSPs after `training/cold_start.toml`, reads their exports as any other export, takes
//! the truth for what a reviewer would have decided, fits, measures on MSPs kept apart, and writes
//! `models/` with a card for each.

#![allow(clippy::print_stdout, reason = "the cards are what it says")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use seatdrift_core::candidates::{KnownPairs, LearnedAliases};
use seatdrift_core::domain::entity::Decided;
use seatdrift_core::domain::{
    Entity, EntityKind, ExportRow, Month, PairMemory, Probability, Series, Side, entities_of,
    lines_of,
};
use seatdrift_core::models::figures_json;
use seatdrift_core::months::{MonthlyLines, monthly_lines_of};
use seatdrift_core::pair_classifier::{self, FitRecipe, TrainingSet, labelled_pairs};
use seatdrift_core::reconcile::{KindPartners, Partner, Partners};
use seatdrift_core::score::canonical_series;
use seatdrift_core::seat_trend::{self, TrendRecipe};
use seatdrift_ingest::{ExportFile, Reading, read_export};
use seatdrift_lab::simulate::{
    FormatPair, Recipe as MspRecipe, Relation, Simulated, registers, simulate,
};
use serde::Deserialize;

/// `training/cold_start.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ColdStart {
    msps: u64,
    first_seed: u64,
    clients: usize,
    months: usize,
    last: Month,
    hostile_msps: u64,
    hostile_first_seed: u64,
    registers: u64,
    register_companies: usize,
    held_out_msps: u64,
    held_out_first_seed: u64,
    held_out_hostile_msps: u64,
    held_out_hostile_first_seed: u64,
    pairs: FitRecipe,
}

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("training/cold_start.toml"))?;
    let recipe: ColdStart = toml::from_str(&text)?;
    let learned_from = msps(&recipe, MspRecipe::new, recipe.first_seed, recipe.msps)?;
    let kept_apart =
        msps(&recipe, MspRecipe::new, recipe.held_out_first_seed, recipe.held_out_msps)?;
    let hostile = |first_seed, count| msps(&recipe, MspRecipe::hostile, first_seed, count);
    let hostile_learned_from = hostile(recipe.hostile_first_seed, recipe.hostile_msps)?;
    let hostile_kept_apart =
        hostile(recipe.held_out_hostile_first_seed, recipe.held_out_hostile_msps)?;
    let folder = root.join("models");
    let source = format!(
        "{} made-up MSPs (training/cold_start.toml), {} of them with hostile books",
        learned_from.len() + hostile_learned_from.len(),
        hostile_learned_from.len(),
    );
    let with_registers =
        format!("{source} and {} made-up registers of companies", recipe.registers);
    let made = format!("through {}", recipe.last);

    for (kind, name) in [(EntityKind::Client, "client_pairs"), (EntityKind::Sku, "sku_pairs")] {
        let sets = |msps: &[Msp], hostile: &[Msp]| -> Vec<TrainingSet> {
            msps.iter().chain(hostile).map(|msp| msp.set(kind)).collect()
        };
        let mut learned = sets(&learned_from, &hostile_learned_from);
        if kind == EntityKind::Client {
            let seeds = recipe.first_seed..recipe.first_seed + recipe.registers;
            learned.extend(seeds.map(|seed| register_set(recipe.register_companies, seed)));
        }
        let fitted = pair_classifier::fit(kind, &learned, None, &recipe.pairs)?;
        let apart = sets(&kept_apart, &hostile_kept_apart);
        let pairs = labelled_pairs(kind, &apart, recipe.pairs.seed);
        let metrics = pair_classifier::evaluate(&fitted.model, &pairs);
        let source = if kind == EntityKind::Client { &with_registers } else { &source };
        let card = pair_classifier::card(&fitted.model, &metrics, source, &made);
        std::fs::write(folder.join(format!("{name}.md")), &card)?;
        std::fs::write(folder.join(format!("{name}.json")), figures_json(&metrics))?;
        std::fs::write(
            folder.join(format!("{name}.model")),
            pair_classifier::to_bytes(&fitted.model)?,
        )?;
        println!("{card}");
    }

    let series = |msps: &[Msp]| -> Vec<Series> { msps.iter().flat_map(Msp::series).collect() };
    let trend_recipe = TrendRecipe::default();
    let model = seat_trend::fit(&series(&learned_from), recipe.last, &trend_recipe)?;
    let newest: Vec<Month> = (0..6).map(|back| recipe.last.plus(-back)).collect();
    let metrics = seat_trend::evaluate(&model, &series(&kept_apart), &newest);
    let card = seat_trend::card(&model, Some(&metrics));
    std::fs::write(folder.join("seat_trend.md"), &card)?;
    std::fs::write(folder.join("seat_trend.model"), seat_trend::to_bytes(&model)?)?;
    println!("{card}");
    Ok(())
}

/// Two made-up registers of companies as decisions on client names.
fn register_set(n_companies: usize, seed: u64) -> TrainingSet {
    let both = registers(n_companies, seed);
    let entities = |side: &str, names: &[String]| -> Vec<Entity> {
        let entity = |(idx, name): (usize, &String)| Entity {
            key: format!("{side}{idx}"),
            names: vec![name.clone()],
            codes: Vec::new(),
            domains: Vec::new(),
            occurrences: Vec::new(),
        };
        names.iter().enumerate().map(entity).collect()
    };
    let pair = |&(left, right): &(usize, usize)| (format!("w{left}"), format!("r{right}"));
    let paired: BTreeSet<usize> = both.same.iter().map(|(left, _)| *left).collect();
    let alone = (0..both.written.len()).filter(|left| !paired.contains(left));
    let memory = PairMemory {
        same: both.same.iter().map(|same| (pair(same), decided())).collect(),
        no_psa: alone.map(|left| (format!("w{left}"), decided())).collect(),
        ..PairMemory::default()
    };
    TrainingSet {
        vendor: entities("w", &both.written).into(),
        psa: entities("r", &both.registered).into(),
        memory,
        ..TrainingSet::default()
    }
}

fn decided() -> Decided {
    Decided { by: "truth".to_owned(), on: None }
}

/// A made-up MSP, read.
struct Msp {
    name: String,
    last: Month,
    /// The newest month's rows.
    rows: Vec<ExportRow>,
    monthly: MonthlyLines,
    clients: PairMemory,
    skus: PairMemory,
}

/// MSPs of both format pairs, their seeds counting up.
fn msps(
    recipe: &ColdStart,
    drawn: fn(usize, usize, u64) -> MspRecipe,
    first_seed: u64,
    count: u64,
) -> Result<Vec<Msp>, Failure> {
    let mut msps = Vec::new();
    for formats in [FormatPair::Pax8ConnectWise, FormatPair::PartnerCenterAutotask] {
        for seed in first_seed..first_seed + count {
            let mut msp = drawn(recipe.clients, recipe.months, seed);
            msp.last = recipe.last;
            msp.formats = formats;
            let simulated = simulate(&msp);
            msps.push(read(&simulated, &format!("{formats:?} {seed}"), &msp)?);
        }
    }
    Ok(msps)
}

fn read(simulated: &Simulated, name: &str, recipe: &MspRecipe) -> Result<Msp, Failure> {
    let (mut rows, mut monthly) = (Vec::new(), Vec::new());
    for back in (0..recipe.months).rev() {
        let month = recipe.last.plus(-i32::try_from(back)?);
        rows = Vec::new();
        for file in &simulated.files {
            let Some(base) = file.path.strip_prefix(&format!("{month}/")) else { continue };
            let side = if base.starts_with("vendor") { Side::Vendor } else { Side::Psa };
            let reading = Reading { side, month, currency: recipe.currency, profiles: &[] };
            let read = read_export(&ExportFile { name: base, bytes: &file.bytes }, &reading)?;
            rows.extend(read.rows);
        }
        monthly.push(monthly_lines_of(&rows, month));
    }
    let truth = &simulated.truth;
    Ok(Msp {
        name: name.to_owned(),
        last: recipe.last,
        rows,
        monthly: MonthlyLines::joined(&monthly),
        clients: memory(&truth.clients),
        skus: memory(&truth.skus),
    })
}

/// What a reviewer who knows the truth would have decided.
fn memory(pairs: &[seatdrift_lab::simulate::TruePair]) -> PairMemory {
    let mut memory = PairMemory::default();
    for pair in pairs {
        match (pair.relation, pair.vendor.is_empty(), pair.psa.is_empty()) {
            (_, false, true) => {
                memory.no_psa.insert(pair.vendor.clone(), decided());
            }
            (_, true, _) => {
                memory.no_vendor.insert(pair.psa.clone(), decided());
            }
            (relation, false, false) => {
                let keys = (pair.vendor.clone(), pair.psa.clone());
                if relation == Relation::Bundle {
                    memory.bundled.insert(keys.clone());
                }
                memory.same.insert(keys, decided());
            }
        }
    }
    memory
}

impl Msp {
    fn set(&self, kind: EntityKind) -> TrainingSet {
        let lines = lines_of(&self.rows);
        let of = |side| entities_of(kind, side, &self.rows, &lines);
        let (own, other) = match kind {
            EntityKind::Client => (&self.clients, &self.skus),
            EntityKind::Sku => (&self.skus, &self.clients),
        };
        let (vendor, psa) = (of(Side::Vendor), of(Side::Psa));
        let [vendor_names, psa_names] = [&vendor, &psa].map(|side| -> BTreeMap<&str, &str> {
            side.iter().map(|entity| (entity.key.as_str(), entity.name())).collect()
        });
        let vendor_name = |key: &str| vendor_names.get(key).copied();
        let psa_name = |key: &str| psa_names.get(key).copied();
        TrainingSet {
            aliases: LearnedAliases::of(kind, own, vendor_name, psa_name).into(),
            memory: own.clone(),
            vendor: vendor.into(),
            psa: psa.into(),
            other: other.same.keys().cloned().collect::<KnownPairs>().into(),
            ..TrainingSet::default()
        }
    }

    /// Its series, with keys that no other MSP has.
    fn series(&self) -> Vec<Series> {
        let partners = Partners {
            clients: partners(&self.clients),
            skus: partners(&self.skus),
            ..Partners::default()
        };
        let mut series = canonical_series(self.monthly.clone(), self.last, &partners);
        for one in &mut series {
            one.client = format!("{} {}", self.name, one.client);
            one.sku = format!("{} {}", self.name, one.sku);
        }
        series
    }
}

fn partners(memory: &PairMemory) -> KindPartners {
    let mut partners = KindPartners::default();
    for (vendor, psa) in memory.same.keys() {
        partners.psa_of.entry(vendor.clone()).or_default().push(Partner {
            psa: psa.clone(),
            psa_name: psa.clone(),
            probability: Probability::CERTAIN,
            bundled: memory.bundled.contains(&(vendor.clone(), psa.clone())),
        });
    }
    partners
}
