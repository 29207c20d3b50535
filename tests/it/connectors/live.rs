//! A workspace with live sources, whose servers are ours and whose keys lie in files beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;
use seatdrift::connect::pull::{Fewer, Outcome, Outside, PulledSource, Request, pull};
use seatdrift::connect::registry::system;
use seatdrift::connect::time::Time;
use seatdrift::connect::transport::Network;
use seatdrift::engine::workspace::Workspace;

use super::PLANTED;
use super::server::Server;
use crate::msp::{Answer, Msp, files_below};

/// 2026-06-18, half past six.
const MORNING: &str = "2026-06-18T06:30:00Z";

/// A workspace with sources.
pub(crate) struct Live {
    pub msp: Msp,
    /// The moment of the next pull.
    pub now: Timestamp,
}

/// Time that passes when it is waited for, so that no test waits.
pub(crate) struct QuickTime {
    begins: Timestamp,
    passed: Mutex<Duration>,
}

impl QuickTime {
    pub(crate) fn at(begins: Timestamp) -> Self {
        Self { begins, passed: Mutex::default() }
    }

    /// It is a morning in June.
    pub(crate) fn morning() -> Self {
        Self::at(MORNING.parse().expect("a moment"))
    }
}

impl Time for QuickTime {
    fn now(&self) -> Timestamp {
        self.begins
    }

    fn elapsed(&self) -> Duration {
        *self.passed.lock().expect("no test fails while it holds it")
    }

    fn wait(&self, how_long: Duration) {
        *self.passed.lock().expect("no test fails while it holds it") += how_long;
    }
}

/// `[[source]]` of a system on a server: every setting made up, every key in a file beside the workspace.
fn source(msp: &Msp, word: &str, base: &str) -> String {
    let system = system(word).expect("a system has a word");
    let mut text =
        format!("\n[[source]]\nname = \"{word}\"\nsystem = \"{word}\"\n[source.settings]\n");
    for setting in system.settings {
        let value = if setting.name == "host" || setting.name.ends_with("_host") {
            base
        } else {
            "made-up"
        };
        writeln!(text, "{} = \"{value}\"", setting.name).expect("a text takes what there is");
    }
    text.push_str("[source.secrets]\n");
    for secret in system.secrets {
        let path = msp.path(format!("keys/{word}-{}", secret.name));
        seatdrift::engine::files::write_private(&path, PLANTED.as_bytes()).expect("a new file");
        writeln!(text, "{} = {{ file = {:?} }}", secret.name, path.display().to_string())
            .expect("a text takes what there is");
    }
    text
}

impl Live {
    /// An empty workspace with these sources.
    pub(crate) fn with(sources: &[(&str, &Server)]) -> Self {
        let msp = Msp::empty();
        msp.done(&["init", "workspace", "--name", "Made-up MSP"]);
        let live = Self { msp, now: MORNING.parse().expect("a moment") };
        live.connect(sources);
        live
    }

    /// Other sources than before.
    pub(crate) fn connect(&self, sources: &[(&str, &Server)]) {
        let config = self.msp.text("workspace/seatdrift.toml");
        let own = config.split("\ntime_zone").next().unwrap_or_default();
        // Keys of tables come first; the day is the same wherever the tests run.
        let mut text = format!("time_zone = \"UTC\"\n{}", own.replace("time_zone = \"UTC\"\n", ""));
        text = text.split("\n[[source]]").next().unwrap_or_default().to_owned();
        for (word, server) in sources {
            text.push_str(&source(&self.msp, word, &server.base));
        }
        self.msp.write("workspace/seatdrift.toml", text);
    }

    pub(crate) fn workspace(&self) -> Workspace {
        Workspace::open(&self.msp.path("workspace")).expect("it is one")
    }

    /// Pulls all sources now, in pages of at most so many rows.
    pub(crate) fn pull_pages(&self, page_size: usize, fewer: Fewer) -> Vec<PulledSource> {
        let (network, time) = (Network::new(), QuickTime::at(self.now));
        let outside = Outside { transport: &network, time: &time, seed: 7 };
        let request = Request { month: None, only: None, fewer, page_size, record: None };
        pull(&self.workspace(), &request, &outside, &|_, _, _| ()).expect("it can be begun")
    }

    /// What pulling a lone source says: how much was read, or what went wrong.
    pub(crate) fn pulled(&self) -> String {
        said(&self.pull_pages(usize::MAX, Fewer::Refused))
    }

    /// Runs the program on the workspace at this moment.
    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        let epoch = self.now.as_second().to_string();
        let variables = [("SOURCE_DATE_EPOCH", epoch.as_str()), ("NO_PROXY", "127.0.0.1")];
        self.msp.run_with(&variables, &[arguments, &["--workspace", "workspace"]].concat())
    }

    /// Every file of the workspace but locks, and answers to go on from.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = files_below(&self.msp.path("workspace"));
        files.retain(|path, _| {
            !path.starts_with(Path::new("pulled/.unfinished"))
                && path.extension().is_none_or(|ending| ending != "lock")
        });
        files
    }
}

/// What became of each source, a line each.
pub(crate) fn said(sources: &[PulledSource]) -> String {
    let one = |source: &PulledSource| match &source.outcome {
        Outcome::Read(note) => {
            let files: Vec<String> =
                note.files.iter().map(|file| format!("{} {}", file.rows, file.file)).collect();
            format!("{}: {}", source.name, files.join(", "))
        }
        Outcome::LeftOut(why) => format!("{}: left out: {why}", source.name),
        Outcome::Failed(error) => {
            let words = seatdrift::engine::error::with_causes(error);
            let hint = error.hint().map(|hint| format!(" [{hint}]")).unwrap_or_default();
            format!("{}: {words}{hint}", source.name)
        }
    };
    sources.iter().map(one).collect::<Vec<_>>().join("\n")
}
