//! How long the program takes, from export files to report: `cargo bench --bench spine`.
//!
//! A made-up MSP with 10,000 lines a side and twelve months of history is made, imported and learned
//! from once; that takes minutes. Then the real program is timed, process start included, and its
//! stages one by one, so that a slower stage can be told from the others. On Linux the most memory each
//! command ever held is printed at the end.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark reports on both")]

mod peak;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use peak::print_peak;
use rayon::prelude::*;
use seatdrift_core::anomaly::{FlagPolicy, judge};
use seatdrift_core::decisions::{self, Names};
use seatdrift_core::domain::{Decision, ExportRow, Line, Money, Month, Series, Side, lines_of};
use seatdrift_core::models::Models;
use seatdrift_core::months::PastMonths;
use seatdrift_core::months::{MonthlyLines, monthly_lines_of};
use seatdrift_core::normalise::ProductAliases;
use seatdrift_core::reconcile::{PriceBook, reconcile};
use seatdrift_core::score::{
    MatchedNames, MonthInputs, canonical_series, match_names, names_known, score_month,
};
use seatdrift_core::settings::Settings;
use seatdrift_engine::history::History;
use seatdrift_engine::model_store::current_models;
use seatdrift_engine::workspace::Workspace;
use seatdrift_ingest::{ExportFile, Ingested, Reading, read_export};
use seatdrift_lab::simulate::{Recipe, simulate};
use seatdrift_report as report;
use tempfile::TempDir;

/// So many clients have some 10,500 additions and 12,600 invoice rows in the newest month.
const CLIENTS: usize = 1650;
/// Twelve of history, and the newest, which is scored.
const MONTHS: usize = 13;
const SEED: u64 = 7;
/// Fewest data rows a side that are called ten thousand lines.
const LINES: usize = 10_000;

const PROGRAM: &str = env!("CARGO_BIN_EXE_seatdrift");

fn main() {
    // `cargo test` and `--list` only ask what there is, and a filter may not need the MSP.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_whole = arguments == ["--bench"];
    if is_whole {
        LazyLock::force(&OFFICE);
    }
    divan::main();
    if is_whole {
        print_peaks();
    }
}

/// The 10,000-line MSP on disk, before its newest month was scored.
struct Office {
    folder: TempDir,
    month: Month,
}

static OFFICE: LazyLock<Office> = LazyLock::new(|| {
    let office = imported(CLIENTS, LINES);
    run(&mut office.command("train"));
    office
});

/// The same with ten times the lines, matched by its decisions and the models that ship.
static LARGE_OFFICE: LazyLock<Office> = LazyLock::new(|| imported(10 * CLIENTS, 10 * LINES));

/// An MSP of so many clients with at least so many lines a side, imported but for its newest month.
fn imported(clients: usize, lines: usize) -> Office {
    eprintln!("making an MSP of {clients} clients and importing it …");
    let recipe = Recipe::new(clients, MONTHS, SEED);
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in simulate(&recipe).files {
        // The newest month lies apart: it is scored, not imported.
        let newest = file.path.starts_with(&recipe.last.to_string());
        let place = folder.path().join(if newest { "newest" } else { "before" });
        let path = place.join(&file.path);
        if newest {
            let n_rows = file.bytes.iter().filter(|byte| **byte == b'\n').count() - 1;
            assert!(lines <= n_rows, "{} has only {n_rows} rows", file.path);
        }
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
        std::fs::write(path, file.bytes).expect("a file");
    }
    let office = Office { folder, month: recipe.last };
    run(Command::new(PROGRAM).arg("init").arg(office.workspace()));
    run(office.command("import").arg(office.folder.path().join("before")));
    office
}

impl Office {
    fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    fn export(&self, name: &str) -> PathBuf {
        self.folder.path().join("newest").join(self.month.to_string()).join(name)
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(PROGRAM);
        command.arg("--workspace").arg(self.workspace()).args(["--quiet", name]);
        command
    }

    fn score(&self) -> Command {
        let mut command = self.command("score");
        command.arg("--month").arg(self.month.to_string());
        command.arg("--vendor").arg(self.export("vendor-pax8.csv"));
        command.arg("--psa").arg(self.export("psa-connectwise.csv"));
        command
    }
}

fn demo(folder: &Path) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(["--quiet", "demo"]).arg(folder.join("demo"));
    command
}

fn run(command: &mut Command) {
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(status.expect("the program starts").success(), "{command:?} failed");
}

/// The whole program, process start included.
mod program {
    use super::*;

    /// Sample MSP → workspace, 23 months imported, models learned, newest month scored and reported.
    #[divan::bench(sample_count = 5, sample_size = 1)]
    fn demo_of_the_sample(bencher: Bencher) {
        bencher
            .with_inputs(|| tempfile::tempdir().expect("a temporary folder"))
            .bench_refs(|folder| run(&mut demo(folder.path())));
    }

    /// A pair of 10,000-line exports, twelve months of history and 11,000 decisions → every file of
    /// the run.
    #[divan::bench(sample_count = 5, sample_size = 1)]
    fn score_10_000_lines_a_side(bencher: Bencher) {
        let office = &*OFFICE;
        bencher.bench(|| run(&mut office.score()));
    }

    /// A pair of 100,000-line exports of 16,500 clients, twelve months of history and 300,000 decisions.
    #[divan::bench(sample_count = 1, sample_size = 1)]
    fn score_100_000_lines_a_side(bencher: Bencher) {
        let office = &*LARGE_OFFICE;
        bencher.bench(|| run(&mut office.score()));
    }

    /// The same with nothing to look back on: an empty workspace.
    #[divan::bench(sample_count = 5, sample_size = 1)]
    fn score_10_000_lines_in_a_first_month(bencher: Bencher) {
        let office = &*OFFICE;
        let first_month = || {
            let folder = tempfile::tempdir().expect("a temporary folder");
            run(Command::new(PROGRAM).arg("init").arg(folder.path().join("first")));
            folder
        };
        bencher.with_inputs(first_month).bench_refs(|folder| {
            let mut command = office.score();
            // The last of two options would be refused, so the folder is where it runs.
            let arguments: Vec<_> = command.get_args().skip(2).map(ToOwned::to_owned).collect();
            command = Command::new(PROGRAM);
            run(command.args(arguments).current_dir(folder.path().join("first")));
        });
    }
}

/// What the stages of scoring hand to each other.
struct Stages {
    settings: Settings,
    history: History,
    month: Month,
    rows: Vec<ExportRow>,
    lines: Vec<Line>,
    monthly: MonthlyLines,
    decisions: Vec<Decision>,
    models: Models,
    names: Names,
    matched: MatchedNames,
    series: Vec<Series>,
}

static NO_ALIASES: LazyLock<ProductAliases> = LazyLock::new(ProductAliases::default);

static STAGES: LazyLock<Stages> = LazyLock::new(|| {
    let office = &*OFFICE;
    let workspace = Workspace::open(&office.workspace()).expect("a workspace");
    let history = History::new(workspace.history());
    let mut rows = read(&vendor_export(), Side::Vendor, "vendor-pax8.csv").rows;
    let psa = std::fs::read(office.export("psa-connectwise.csv")).expect("the PSA's export");
    rows.extend(read(&psa, Side::Psa, "psa-connectwise.csv").rows);
    let months = history.months().expect("months");
    let before: Vec<Month> = months.into_iter().filter(|one| *one < office.month).collect();
    let monthly = history.lines(&before).expect("the months before");
    let decided = std::fs::read(workspace.decisions()).expect("decisions");
    let mut stages = Stages {
        month: office.month,
        lines: lines_of(&rows),
        names: names_known(&monthly, &rows),
        decisions: decisions::parse("decisions.csv", &decided).expect("decisions"),
        models: current_models(&workspace.models()).expect("models"),
        matched: MatchedNames::default(),
        series: Vec::new(),
        settings: workspace.config.settings(),
        history,
        rows,
        monthly,
    };
    stages.matched = match_names(&stages.inputs(), &stages.lines, &stages.names);
    let newest = monthly_lines_of(&stages.rows, stages.month);
    let all = MonthlyLines::joined(&[stages.monthly.clone(), newest]);
    stages.series = canonical_series(all, stages.month, &stages.matched.partners);
    stages
});

impl Stages {
    fn inputs(&self) -> MonthInputs<'_> {
        MonthInputs {
            settings: &self.settings,
            month: self.month,
            day: None,
            rows: &self.rows,
            rejected: &[],
            stated: &[],
            history: &self.history,
            decisions: &self.decisions,
            models: &self.models,
            aliases: &NO_ALIASES,
        }
    }
}

fn vendor_export() -> Vec<u8> {
    std::fs::read(OFFICE.export("vendor-pax8.csv")).expect("the vendor's export")
}

fn read(bytes: &[u8], side: Side, name: &str) -> Ingested {
    let currency = "USD".parse().expect("a currency");
    let reading = Reading { side, month: OFFICE.month, currency, profiles: &[] };
    read_export(&ExportFile { name, bytes }, &reading).expect("an export")
}

/// The stages of scoring, one by one, in memory.
mod stage {
    use super::*;

    /// A vendor's export of so many rows → rows. Twice the rows should cost twice the time.
    #[divan::bench(args = [2_500, 5_000, 10_000], sample_count = 20)]
    fn a_ingest(bencher: Bencher, n_rows: usize) {
        let whole = vendor_export();
        let lines = whole.split_inclusive(|byte| *byte == b'\n').take(1 + n_rows);
        let bytes: Vec<u8> = lines.flatten().copied().collect();
        bencher
            .counter(ItemsCount::new(n_rows))
            .bench(|| read(&bytes, Side::Vendor, "vendor-pax8.csv"));
    }

    #[divan::bench(sample_count = 10)]
    fn b_history(bencher: Bencher) {
        let stages = &*STAGES;
        let months: Vec<Month> = (1..i32::try_from(MONTHS).expect("a few"))
            .map(|back| stages.month.plus(-back))
            .collect();
        bencher.bench(|| stages.history.lines(&months).expect("the months before"));
    }

    #[divan::bench(sample_count = 10)]
    fn c_match_names(bencher: Bencher) {
        let stages = &*STAGES;
        bencher.bench(|| match_names(&stages.inputs(), &stages.lines, &stages.names));
    }

    #[divan::bench(sample_count = 10)]
    fn d_reconcile(bencher: Bencher) {
        let stages = &*STAGES;
        let partners = &stages.matched.partners;
        bencher.bench(|| reconcile(&stages.rows, &stages.lines, partners, &PriceBook::default()));
    }

    #[divan::bench(sample_count = 10)]
    fn e_judge(bencher: Bencher) {
        let stages = &*STAGES;
        let currency = stages.settings.currency;
        let money = |amount: f64, _| {
            Money::new(rust_decimal::Decimal::try_from(amount).unwrap_or_default(), currency)
                .to_string()
        };
        let (model, policy) = (&stages.models.trends.model, FlagPolicy::default());
        bencher.bench(|| judge(model, &stages.series, stages.month, &policy, money));
    }

    /// All of the above but ingest, and what lies between.
    #[divan::bench(sample_count = 5)]
    fn f_score_month(bencher: Bencher) {
        let stages = &*STAGES;
        bencher.bench(|| score_month(&stages.inputs(), stages.monthly.clone()).expect("a run"));
    }

    #[divan::bench(sample_count = 5)]
    fn g_report_files(bencher: Bencher) {
        let scored = score_month(&STAGES.inputs(), STAGES.monthly.clone()).expect("a run");
        let (run, lines) = (scored.run, scored.lines);
        bencher.bench(|| -> Vec<Vec<u8>> {
            let written = |write: &report::FileWriter<'_>| {
                let mut bytes = Vec::new();
                write(&mut bytes).expect("memory takes every file");
                bytes
            };
            report::files(&run, Some(&lines)).par_iter().map(|(_, write)| written(write)).collect()
        });
    }
}

/// Prints the most memory each command ever held.
fn print_peaks() {
    if !cfg!(target_os = "linux") {
        println!("peak memory: not measured, only Linux says it");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, mut command) in [
        ("demo", demo(folder.path())),
        ("score, 10,000 lines a side", OFFICE.score()),
        ("score, 100,000 lines a side", LARGE_OFFICE.score()),
        ("train, 12 months of 10,000 lines a side", OFFICE.command("train")),
    ] {
        print_peak(name, &mut command);
    }
}
