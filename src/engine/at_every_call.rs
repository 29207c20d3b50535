//! Every command at every call to the disk: a process that ends, a full disk, a failing one, rights taken away. The
//! workspace opens afterwards, what was acknowledged is there, and a command is done as a whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jiff::Timestamp;
use tempfile::TempDir;

use crate::decide::decide;
use crate::decision_store;
use crate::error::EngineError;
use crate::files::faults::{Fault, arm};
use crate::import::import_folder;
use crate::learn::{Gate, learn};
use crate::report::report;
use crate::score::{Exports, score};
use crate::workspace::{LockedWorkspace, Workspace};

/// A made-up MSP: what it exports lies beside its workspace, on a disk that never fails.
struct World {
    exports: TempDir,
    workspace: TempDir,
}

const MONTHS: [&str; 3] = ["2026-08", "2026-09", "2026-10"];

const CLIENTS: [&str; 6] =
    ["Alder Dental", "Birch Legal", "Cedar Homes", "Dogwood Vets", "Elm Foods", "Fir Travel"];

/// The rows of one side in one month; a client more a month.
fn rows(price: &str, month: usize) -> String {
    let mut text = format!("Client,Product,Quantity,{price}\n");
    for (n, client) in CLIENTS[..4 + month].iter().enumerate() {
        text.push_str(&format!("{client},Microsoft 365 E3,{},33.75\n", 10 + n + month));
        text.push_str(&format!("{client},Backup Standard,{},4.50\n", 3 + n));
    }
    text
}

fn decided(n: usize) -> String {
    let header =
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at";
    let row = |n: usize| {
        format!(
            "client,{},,{},,,different,\"not, the same\",,sam,2026-11-0{}T09:00:00Z\n",
            CLIENTS[n],
            CLIENTS[(n + 1) % CLIENTS.len()],
            n + 1
        )
    };
    format!("{header}\n{}", (0..n).map(row).collect::<String>())
}

impl World {
    /// With the months before October loaded, four decisions made, and October scored.
    fn new() -> Self {
        let exports = folder();
        let workspace = folder();
        let put = |path: &str, text: String| {
            let path = exports.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for (n, month) in MONTHS.iter().enumerate() {
            put(&format!("all/{month}/vendor.csv"), rows("Unit Cost", n));
            put(&format!("all/{month}/psa.csv"), rows("Unit Price", n));
        }
        put("all/decisions.csv", decided(4));
        put("less/vendor.csv", rows("Unit Cost", 1));
        put("less/psa.csv", rows("Unit Price", 0));
        put("decided.csv", decided(6));
        let world = Self { exports, workspace };
        let root = world.workspace.path();
        let locked = Workspace::init(root, "Acme", "USD".parse().unwrap()).unwrap().lock().unwrap();
        import_folder(&locked, &world.path("all"), &|_, _| {}).unwrap();
        score(&locked, &world.exports_of("all/2026-10"), noon(), &|_| {}).unwrap();
        world
    }

    fn path(&self, inside: &str) -> PathBuf {
        self.exports.path().join(inside)
    }

    fn exports_of(&self, folder: &str) -> Exports {
        let file = |name: &str| [self.path(folder).join(name)];
        Exports::new("2026-10".parse().unwrap(), &file("vendor.csv"), &file("psa.csv"))
    }

    /// A copy of the workspace, as it is before a command.
    fn copy(&self) -> TempDir {
        let copy = folder();
        copied(self.workspace.path(), copy.path());
        copy
    }
}

/// A folder that goes with the test; in memory where the system has such, as every call waits for the disk.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap()
}

fn noon() -> Timestamp {
    "2026-11-02T12:00:00Z".parse().unwrap()
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copied(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// Every file of a workspace that means something: sums may be made anew, and a lock is held by nobody.
fn state(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let inside = path.strip_prefix(root).unwrap().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if !inside.starts_with("cache") && !inside.ends_with(".seatdrift.lock") {
                found.insert(inside, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// The same without what waits in hidden folders and goes with the next command.
fn places(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let is_hidden = |path: &Path| path.iter().any(|part| part.to_string_lossy().starts_with('.'));
    let mut state = state(root);
    state.retain(|path, _| !is_hidden(path));
    state
}

type Command = fn(&World, &LockedWorkspace) -> Result<(), EngineError>;

/// The commands that write.
const COMMANDS: [(&str, Command); 6] = [
    ("import over what is there", |world, workspace| {
        import_folder(workspace, &world.path("all"), &|_, _| {}).map(drop)
    }),
    ("score a month again", |world, workspace| {
        score(workspace, &world.exports_of("less"), noon(), &|_| {}).map(drop)
    }),
    ("score a first month", |world, workspace| {
        score(workspace, &world.exports_of("all/2026-10"), noon(), &|_| {}).map(drop)
    }),
    ("decide", |world, workspace| decide(workspace, &world.path("decided.csv")).map(drop)),
    ("report", |_, workspace| report(workspace, None).map(drop)),
    ("train", |_, workspace| learn(workspace, Gate::Open, &|_| {}).map(drop)),
];

const FAULTS: [Fault; 6] = [
    Fault::Killed,
    Fault::Once(ErrorKind::PermissionDenied),
    Fault::Once(ErrorKind::Other),
    Fault::Once(ErrorKind::StorageFull),
    Fault::FromThenOn(ErrorKind::StorageFull),
    Fault::FromThenOn(ErrorKind::PermissionDenied),
];

/// Opens a workspace as the next command does: what was broken off is taken back.
fn opened(root: &Path) -> LockedWorkspace {
    Workspace::open(root).unwrap().lock().unwrap()
}

/// Runs a command as a process of its own does.
fn run(world: &World, root: &Path, command: Command) -> Result<(), EngineError> {
    let locked = Workspace::open(root)?.lock()?;
    command(world, &locked)
}

/// What a command makes of a copy when nothing fails, and how many calls that takes.
fn unharmed(world: &World, command: Command) -> (BTreeMap<PathBuf, Vec<u8>>, usize) {
    let copy = world.copy();
    let armed = arm(copy.path(), usize::MAX, Fault::Killed);
    run(world, copy.path(), command).unwrap();
    let n_calls = armed.n_calls();
    drop(armed);
    drop(opened(copy.path()));
    (state(copy.path()), n_calls)
}

/// Holds a workspace in which a command met a fault against what it was before and what it was to be.
fn held(world: &World, command: (&str, Command), at: usize, fault: Fault, new: &State) {
    let told = format!("{}, call {at}, {fault:?}", command.0);
    let old = state(world.workspace.path());
    let copy = world.copy();
    let root = copy.path();
    let armed = arm(root, at, fault);
    let done = run(world, root, command.1);
    drop(armed);
    let words = done.as_ref().err().map(|error| crate::error::with_causes(error));
    let says = |said: &str| words.as_ref().is_some_and(|words| words.contains(said));
    match &words {
        None => assert_eq!(places(root), *new, "{told}: done, and not all of it is there"),
        Some(words) if fault != Fault::Killed => {
            let is_said = says("could not be put back") || says("could not be made what it was");
            assert!(places(root) == old || is_said, "{told}: changed: {words}");
        }
        Some(_) => {}
    }
    drop(opened(root));
    let after = state(root);
    let is_torn = |state: &State| {
        // A row of decisions that nobody was told is kept may be there, or a part of it.
        let (mut one, mut other) = (after.clone(), state.clone());
        let key = Path::new("decisions.csv");
        let (now, before) = (one.remove(key), other.remove(key));
        one == other && now.unwrap_or_default().starts_with(&before.unwrap_or_default())
    };
    let is_killed = fault == Fault::Killed;
    match &done {
        Ok(()) => assert_eq!(after, *new, "{told}: done"),
        // Rows that a disk took and does not give back: the message says that they may stand.
        Err(_) if is_killed || says("could not be made what it was") => {
            assert!(is_torn(&old) || after == *new, "{told}: mixed");
        }
        Err(error) => assert!(after == old, "{told}: {error}: changed"),
    }
    // What is decided next is not swallowed by what was torn.
    let locked = opened(root);
    let before = decision_store::standing(&locked).unwrap();
    let known = decision_store::standing(&Workspace::open(world.workspace.path()).unwrap());
    assert!(known.unwrap().iter().all(|one| before.contains(one)), "{told}: a decision is lost");
    decide(&locked, &world.path("decided.csv")).unwrap();
    assert!(decision_store::standing(&locked).unwrap().len() >= 6, "{told}: a row is swallowed");
}

/// Does something with each of several on threads of its own: a command waits for rayon's, which would begin with the
/// next one meanwhile, on top of it.
fn side_by_side<T: Sync>(all: &[T], act: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let n_threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    act(one);
                }
            });
        }
    });
}

type State = BTreeMap<PathBuf, Vec<u8>>;

fn every_call(name: &str) {
    let command = *COMMANDS.iter().find(|(own, _)| *own == name).unwrap();
    let world = World::new();
    if name == "score a first month" {
        for place in ["history/month=2026-10", "runs/2026-10", "originals/2026-10"] {
            fs::remove_dir_all(world.workspace.path().join(place)).unwrap();
        }
    }
    let (new, n_calls) = unharmed(&world, command.1);
    assert!(n_calls > 10, "{name} makes {n_calls} calls");
    let points: Vec<(usize, Fault)> =
        (0..n_calls).flat_map(|at| FAULTS.map(|fault| (at, fault))).collect();
    side_by_side(&points, |(at, fault)| held(&world, command, *at, *fault, &new));
}

#[test]
fn an_import_over_what_is_there_is_whole_or_not_at_all_wherever_the_disk_fails() {
    every_call("import over what is there");
}

#[test]
fn a_month_that_is_scored_again_is_whole_or_not_at_all_wherever_the_disk_fails() {
    every_call("score a month again");
}

#[test]
fn a_month_that_is_scored_first_is_whole_or_not_at_all_wherever_the_disk_fails() {
    every_call("score a first month");
}

#[test]
fn no_decision_is_lost_or_swallowed_wherever_the_disk_fails() {
    every_call("decide");
}

#[test]
fn a_report_is_whole_or_not_at_all_wherever_the_disk_fails() {
    every_call("report");
}

#[test]
fn models_are_whole_or_not_at_all_wherever_the_disk_fails() {
    every_call("train");
}

#[test]
fn killed_again_while_it_is_put_right_it_is_put_right_the_next_time() {
    let world = World::new();
    let score_again = COMMANDS[1].1;
    let (new, n_calls) = unharmed(&world, score_again);
    let old = state(world.workspace.path());
    let points: Vec<usize> = (0..n_calls).collect();
    side_by_side(&points, |at| {
        let copy = world.copy();
        let root = copy.path();
        let armed = arm(root, *at, Fault::Killed);
        let _ = run(&world, root, score_again);
        drop(armed);
        for again in [1, 3, 7, 13, 24] {
            let armed = arm(root, again, Fault::Killed);
            let _ = Workspace::open(root).map(Workspace::lock);
            drop(armed);
        }
        drop(opened(root));
        let after = state(root);
        assert!(after == old || after == new, "killed at call {at}");
    });
}
