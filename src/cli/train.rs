//! `seatdrift train`: learn from what people decided and from the history.

use std::process::ExitCode;

use serde::Serialize;

use super::{Context, decide};
use seatdrift_core::decisions::DecisionsUsed;
use seatdrift_core::learn::{
    NewModel, PairTrained, Progress, SeatsTrained, TrainInputs, Verdict, train,
};
use seatdrift_core::models::Family;
use seatdrift_engine::history::History;
use seatdrift_engine::model_store::{self, Kept};
use seatdrift_engine::workspace::Workspace;

#[derive(Debug, clap::Args)]
#[command(after_help = "Example: seatdrift train\n\n\
    A new model replaces the current one when it is better on months held out.")]
pub struct Arguments {
    /// Use the new models even where the current ones are better
    #[arg(long)]
    replace: bool,
}

/// What training did.
#[derive(Debug, Serialize)]
pub struct Report {
    through: String,
    clients: Outcome<PairTrained>,
    skus: Outcome<PairTrained>,
    seats: Outcome<SeatsTrained>,
}

/// One model's training, and the file it was kept in.
#[derive(Debug, Serialize)]
struct Outcome<T> {
    #[serde(flatten)]
    trained: T,
    /// The new model's file; none where the current one stays.
    kept_as: Option<String>,
}

pub fn run(arguments: &Arguments, context: &Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let _lock = workspace.lock()?;
    decide::note_passed_over(&workspace, context)?;
    let step = context.output.step("learning");
    let gate = if arguments.replace { Gate::Open } else { Gate::BetterOnly };
    let report = learn(&workspace, gate, &|doing| step.now(doing))?;
    drop(step);
    context.output.result(&report, &words(&report))?;
    Ok(ExitCode::SUCCESS)
}

/// Which new models are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Those that are better than the current ones.
    BetterOnly,
    /// All of them: somebody insists.
    Open,
}

/// Trains every model of a workspace and keeps those that pass the gate.
pub fn learn(workspace: &Workspace, gate: Gate, progress: Progress<'_>) -> anyhow::Result<Report> {
    let history = History::new(workspace.history());
    let decisions = decide::all(workspace)?;
    let models = model_store::current_models(&workspace.models())?;
    let aliases = workspace.product_aliases()?;
    let inputs = TrainInputs {
        settings: &workspace.config.settings(),
        history: &history,
        decisions: &decisions,
        models: &models,
        aliases: &aliases,
    };
    let trained = train(&inputs, progress)?;
    let used = DecisionsUsed::of(&decisions);
    let keep = |family, verdict: &Verdict, model: &Option<NewModel>| -> anyhow::Result<_> {
        let is_kept = matches!(verdict, Verdict::Better | Verdict::Taught);
        let passes = is_kept || gate == Gate::Open;
        match model {
            Some(model) if passes => {
                let new = Kept {
                    bytes: &model.bytes,
                    card: &model.card,
                    figures: model.figures.as_ref(),
                    decisions: &used,
                };
                Ok(Some(model_store::keep(&workspace.models(), family, new)?))
            }
            _ => Ok(None),
        }
    };
    let mut pairs = trained.pairs.into_iter();
    let mut pair = |family| -> anyhow::Result<Outcome<PairTrained>> {
        let trained = pairs.next().expect("one of each kind was trained");
        let kept_as = keep(family, &trained.verdict, &trained.model)?;
        Ok(Outcome { trained, kept_as })
    };
    let clients = pair(Family::ClientPairs)?;
    let skus = pair(Family::SkuPairs)?;
    let mut seats = trained.seats;
    if gate == Gate::Open && seats.verdict == Verdict::Taught {
        seats.verdict = Verdict::Worse;
    }
    let chosen = if seats.verdict == Verdict::Taught { &seats.taught } else { &seats.model };
    let kept_as = keep(Family::SeatTrend, &seats.verdict, chosen)?;
    let seats = Outcome { trained: seats, kept_as };
    Ok(Report { through: trained.through.to_string(), clients, skus, seats })
}

/// The report in words.
pub fn words(report: &Report) -> String {
    let mut text = format!("trained on everything through {}\n", report.through);
    for (name, outcome) in [("client pairs", &report.clients), ("SKU pairs", &report.skus)] {
        text.push_str(&format!("\n{name}: {} decisions\n", outcome.trained.decisions));
        if let Some(new) = &outcome.trained.new {
            text.push_str(&format!(
                "  on {}: precision {:.1} %, recall {:.1} %, best guess right {:.1} %\n",
                outcome.trained.measured_on,
                100.0 * new.precision,
                100.0 * new.recall,
                100.0 * new.hit_at_1,
            ));
        }
        for warning in &outcome.trained.warnings {
            text.push_str(&format!("  note: {warning}\n"));
        }
        text.push_str(&kept(&outcome.trained.verdict, &outcome.kept_as, &outcome.trained.why));
    }
    text.push_str(&format!("\nseat trends: {} lines\n", report.seats.trained.lines));
    if let Some(new) = &report.seats.trained.new {
        text.push_str(&format!(
            "  on {} line-months held out: {:.2} % of them below p = 0.01, 90 % band holds {:.1} %\n",
            new.n,
            100.0 * new.below_1_in_100,
            100.0 * new.coverage_90,
        ));
    }
    let seats = &report.seats;
    text.push_str(&kept(&seats.trained.verdict, &seats.kept_as, &seats.trained.why));
    text
}

fn kept(verdict: &Verdict, kept_as: &Option<String>, why: &str) -> String {
    match (verdict, kept_as) {
        (Verdict::Taught, Some(file)) => format!(
            "  the model in use is better and stays, with what people said of its flags, as {file}: \
             {why}\n"
        ),
        (_, Some(file)) => format!("  new model kept as {file}: {why}\n"),
        (Verdict::NothingToLearn, None) => format!("  the model in use stays: {why}\n"),
        (_, None) => format!("  the model in use is better and stays: {why}\n"),
    }
}
