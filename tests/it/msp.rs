//! The program run as a user runs it, on a made-up MSP in a folder of its own.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

/// A folder with a `workspace` that holds July to September 2026, the exports of `october` and
/// `september`, and those of `stranger`, another MSP. Every test has its own, and it goes with it.
pub(crate) struct Msp {
    folder: TempDir,
}

/// What one run of the program said.
pub(crate) struct Answer {
    pub status: Option<i32>,
    pub stdout: String,
    /// With `…` in place of the test's folder.
    pub stderr: String,
}

/// The vendor's and the PSA's export of October, as `--vendor` and `--psa` take them.
pub(crate) const VENDOR: &str = "october/vendor-pax8.csv";
pub(crate) const PSA: &str = "october/psa-connectwise.csv";

impl Msp {
    pub(crate) fn new() -> Self {
        static MADE: OnceLock<BTreeMap<PathBuf, Vec<u8>>> = OnceLock::new();
        let msp = Self::empty();
        for (path, bytes) in MADE.get_or_init(made) {
            msp.write(path, bytes);
        }
        msp
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, inside: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let path = self.path(inside);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn text(&self, inside: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path(inside)).unwrap()
    }

    /// Runs the program in this folder on its workspace.
    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        self.run_anywhere(&[arguments, &["--workspace", "workspace"]].concat())
    }

    /// Runs the program in this folder with these arguments alone.
    pub(crate) fn run_anywhere(&self, arguments: &[&str]) -> Answer {
        self.run_with(&[], arguments)
    }

    /// Runs the program in this folder with these variables and arguments.
    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Answer {
        let mut program = Command::new(env!("CARGO_BIN_EXE_seatdrift"));
        program.args(arguments).envs(variables.iter().copied());
        let output = program.current_dir(self.folder.path()).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Answer {
            status: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr).replace(&self.folder.path().display().to_string(), "…"),
        }
    }

    /// Runs the program in this folder with these arguments alone, which must work.
    pub(crate) fn done(&self, arguments: &[&str]) -> Answer {
        let answer = self.run_anywhere(arguments);
        assert_eq!(answer.status, Some(0), "{arguments:?}: {}", answer.stderr);
        answer
    }

    pub(crate) fn bytes(&self, inside: impl AsRef<Path>) -> Vec<u8> {
        fs::read(self.path(inside)).unwrap()
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// The names in a folder, sorted.
    pub(crate) fn names(&self, inside: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(inside)).unwrap();
        let name = |entry: std::io::Result<fs::DirEntry>| {
            entry.unwrap().file_name().to_string_lossy().into_owned()
        };
        let mut names: Vec<String> = entries.map(name).collect();
        names.sort();
        names
    }

    /// Runs what must fail: status 2, nothing on stdout, and no file changed. Gives the message.
    pub(crate) fn refused(&self, arguments: &[&str]) -> String {
        let before = self.fingerprints();
        let answer = self.run(arguments);
        assert_eq!(answer.status, Some(2), "{}", answer.stderr);
        assert_eq!(answer.stdout, "");
        assert_eq!(
            self.fingerprints(),
            before,
            "a command that could not run changed the workspace"
        );
        answer.stderr
    }

    /// Scores October from these exports, which must fail.
    pub(crate) fn score_refused(&self, vendor: &str, psa: &str) -> String {
        self.refused(&["score", "--month", "2026-10", "--vendor", vendor, "--psa", psa])
    }

    /// Scores October from these exports, which must work.
    pub(crate) fn score(&self, vendor: &str, psa: &str) -> Answer {
        let answer = self.run(&["score", "--month", "2026-10", "--vendor", vendor, "--psa", psa]);
        assert_eq!(answer.status, Some(0), "{}", answer.stderr);
        answer
    }

    /// Path and hash of every file of the workspace. The lock says nothing, and may come.
    pub(crate) fn fingerprints(&self) -> BTreeMap<PathBuf, u64> {
        let workspace = self.path("workspace");
        let mut files = if workspace.exists() { files_below(&workspace) } else { BTreeMap::new() };
        files.remove(Path::new(".seatdrift.lock"));
        let hash = |bytes: Vec<u8>| {
            let mut hasher = DefaultHasher::new();
            bytes.hash(&mut hasher);
            hasher.finish()
        };
        files.into_iter().map(|(path, bytes)| (path, hash(bytes))).collect()
    }
}

/// The files of a fresh [`Msp`], made once by the program itself.
fn made() -> BTreeMap<PathBuf, Vec<u8>> {
    let msp = Msp::empty();
    let size = ["--clients", "8", "--months", "4"];
    msp.done(&[&["simulate", "exports", "--seed", "3"], &size[..]].concat());
    msp.done(&[&["simulate", "others", "--seed", "4"], &size[..]].concat());
    msp.rename("exports/2026-10", "october");
    msp.rename("others/2026-10", "stranger");
    msp.done(&["init", "workspace", "--name", "Made-up MSP"]);
    msp.done(&["import", "exports", "--workspace", "workspace"]);
    msp.rename("exports/2026-09", "september");
    for folder in ["exports", "others"] {
        fs::remove_dir_all(msp.path(folder)).unwrap();
    }
    files_below(msp.folder.path())
}

/// Every file below a folder, by its path from there.
pub(crate) fn files_below(top: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut folders = vec![top.to_owned()];
    let mut files = BTreeMap::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(top).unwrap().to_owned();
                // A link that leads nowhere has nothing but its name.
                files.insert(inside, fs::read(path).unwrap_or_default());
            }
        }
    }
    files
}
