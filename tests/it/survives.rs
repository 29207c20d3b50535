//! What is written survives: a kill, a full disk, a folder that cannot be written, links, other people's rights.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::msp::{Answer, Msp, PSA, VENDOR};

/// Scores October from the exports without the PSA's last row.
const WITH_A_ROW_LESS: [&str; 7] =
    ["score", "--month", "2026-10", "--vendor", VENDOR, "--psa", "less/psa.csv"];

/// Runs what must work, at a moment that never changes.
fn at_noon(msp: &Msp, command: &[&str]) -> Answer {
    let noon = [("SOURCE_DATE_EPOCH", "1793620800")];
    let answer = msp.run_with(&noon, &[command, &["--workspace", "workspace"]].concat());
    assert_eq!(answer.status, Some(0), "{command:?}: {}", answer.stderr);
    answer
}

/// A workspace in which October is scored, and exports to score it otherwise.
fn scored() -> Msp {
    let msp = Msp::new();
    at_noon(&msp, &["score", "--month", "2026-10", "--vendor", VENDOR, "--psa", PSA]);
    let psa = msp.text(PSA);
    let (rest, _) = psa.trim_end().rsplit_once('\n').unwrap();
    msp.write("less/psa.csv", format!("{rest}\n"));
    msp
}

/// The hidden folders of a change, as one beside `history` and one beside `runs` are called.
const HIDDEN: &str = ".seatdrift-a1B2c3";

/// October is scored again and killed when its history and its run had taken their places, and its originals had
/// not.
fn killed_between_two_renames() -> Msp {
    let (msp, other) = (scored(), scored());
    at_noon(&other, &WITH_A_ROW_LESS);
    let folders = [
        ("history", "history/month=2026-10", "old"),
        ("runs", "runs/2026-10", "new"),
        ("originals", "", ""),
    ];
    for (top, place, room) in folders {
        for waiting in ["old", "new"] {
            fs::create_dir_all(msp.path(format!("workspace/{top}/{HIDDEN}/{waiting}"))).unwrap();
        }
        if place.is_empty() {
            continue;
        }
        let name = place.rsplit('/').next().unwrap();
        msp.rename(
            &format!("workspace/{place}"),
            &format!("workspace/{top}/{HIDDEN}/{room}/{name}"),
        );
        for file in other.names(&format!("workspace/{place}")) {
            let path = format!("workspace/{place}/{file}");
            msp.write(&path, other.bytes(&path));
        }
    }
    msp.write(format!("workspace/runs/2026-10/{HIDDEN}"), "");
    msp.write(
        format!("workspace/originals/{HIDDEN}/new/2026-10/psa.csv"),
        other.bytes("workspace/originals/2026-10/psa.csv"),
    );
    let place = |path: &str, kind: &str| -> Value {
        let top = path.split('/').next().unwrap();
        let waits_in = format!("{top}/{HIDDEN}");
        json!({ "path": path, "kind": kind, "waits_in": waits_in, "was_there": true })
    };
    let places = json!([
        place("history/month=2026-10/lines.parquet", "file"),
        place("runs/2026-10", "folder"),
        place("originals/2026-10", "folder"),
    ]);
    let record = json!({ "layout": 1, "places": places });
    msp.write("workspace/.seatdrift.change", record.to_string());
    msp
}

/// Some id of October's run.
fn an_id(msp: &Msp) -> String {
    let suggestions = msp.text("workspace/runs/2026-10/suggestions.csv");
    suggestions.lines().nth(1).unwrap().split(',').next().unwrap().to_owned()
}

#[test]
fn a_month_killed_while_it_was_written_is_what_it_was_and_the_next_command_says_so() {
    let id = an_id(&scored());
    for command in [&["explain", id.as_str()][..], &["train"], &WITH_A_ROW_LESS] {
        let (msp, before) = (killed_between_two_renames(), scored());
        assert_ne!(msp.fingerprints(), before.fingerprints());
        let answer = at_noon(&msp, command);
        assert!(
            answer.stderr.starts_with(
                "note: a command was broken off before history/month=2026-10/lines.parquet, \
                 originals/2026-10 and runs/2026-10 were written: they are what they were before; \
                 run it again\n"
            ),
            "{}",
            answer.stderr
        );
        // From there on all is as if nothing had happened.
        let again = at_noon(&before, command);
        let anywhere = |msp: &Msp, text: &str| text.replace(msp.path("").to_str().unwrap(), "");
        assert_eq!(anywhere(&msp, &answer.stdout), anywhere(&before, &again.stdout));
        assert_eq!(msp.fingerprints(), before.fingerprints(), "{command:?}");
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_an_error_and_never_taken_for_absent() {
    let score = ["score", "--month", "2026-10", "--vendor", VENDOR, "--psa", PSA];
    let (run, config) = (["report", "--month", "2026-10"], ["report"]);
    let month = "workspace/history/month=2026-09";
    let lines = "workspace/history/month=2026-09/lines.parquet";
    let cases: [(&str, &[&str]); 8] = [
        (lines, &score),
        (month, &score),
        ("workspace/history", &score),
        ("workspace/decisions.csv", &score),
        ("workspace/models", &score),
        ("workspace/decisions.csv", &["decide", "decided.csv"]),
        ("workspace/runs", &run),
        ("workspace/seatdrift.toml", &config),
    ];
    for (path, command) in cases {
        // A link to what is not there: a share that is not mounted, a placeholder of a sync program.
        let msp = Msp::new();
        // Above it lies another workspace, which is none of its business.
        msp.write("seatdrift.toml", "name = \"Another MSP\"\ncurrency = \"USD\"\n");
        msp.write("decided.csv", msp.bytes("workspace/decisions.csv"));
        for folder in ["models", "runs"] {
            fs::create_dir_all(msp.path("workspace").join(folder)).unwrap();
        }
        msp.rename(path, "away");
        std::os::unix::fs::symlink("/not/mounted", msp.path(path)).unwrap();
        let said = msp.refused(command);
        assert!(said.contains(path), "{path}: {said}");
        assert!(said.contains("is a link to /not/mounted, which is not there"), "{path}: {said}");
        // A folder in the place of a file, or a file in the place of a folder.
        fs::remove_file(msp.path(path)).unwrap();
        match msp.path("away").is_dir() {
            true => msp.write(path, "not a folder"),
            false => fs::create_dir(msp.path(path)).unwrap(),
        }
        let said = msp.refused(command);
        assert!(said.contains(path), "{path}: {said}");
    }
}

/// Runs the program in a shell that was told something first.
#[cfg(unix)]
fn told(msp: &Msp, first: &str, arguments: &[&str]) -> Answer {
    let script = format!("{first}; exec \"$0\" \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_seatdrift")]).args(arguments);
    let output = shell.current_dir(msp.path("")).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Answer {
        status: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

#[cfg(unix)]
#[test]
fn a_command_that_ends_with_status_2_has_changed_nothing() {
    // A full disk, as far as a test may make one: no file may grow beyond some bytes.
    let full = "trap '' XFSZ; ulimit -f";
    for (n_blocks, command) in [
        (1, &WITH_A_ROW_LESS[..]),
        (64, &WITH_A_ROW_LESS),
        (4, &["train", "--replace"]),
        (8, &["report"]),
    ] {
        let msp = scored();
        let before = msp.fingerprints();
        let command = [command, &["--workspace", "workspace"]].concat();
        let answer = told(&msp, &format!("{full} {n_blocks}"), &command);
        assert_eq!(answer.status, Some(2), "{command:?}: {}", answer.stderr);
        assert!(answer.stderr.contains("cannot write"), "{}", answer.stderr);
        assert_eq!(msp.fingerprints(), before, "{command:?}");
    }
    // One of a month's folders that cannot be written.
    for folder in ["runs", "originals"] {
        let msp = scored();
        msp.rename(&format!("workspace/{folder}"), "away");
        msp.write(format!("workspace/{folder}"), "not a folder");
        msp.refused(&WITH_A_ROW_LESS);
    }
}

#[cfg(unix)]
#[test]
fn who_asks_for_private_files_gets_them_and_they_stay_private() {
    use std::os::unix::fs::PermissionsExt;
    let msp = scored();
    let here = ["--workspace", "private"];
    let commands: [&[&str]; 4] = [
        &["init", "private", "--name", "Private MSP"],
        &["score", "--month", "2026-10", "--vendor", VENDOR, "--psa", PSA],
        &["train", "--replace"],
        &["decide", "workspace/decisions.csv"],
    ];
    for (n, command) in commands.iter().enumerate() {
        let command = if n == 0 { command.to_vec() } else { [command, &here[..]].concat() };
        let answer = told(&msp, "umask 077", &command);
        assert_eq!(answer.status, Some(0), "{command:?}: {}", answer.stderr);
    }
    let is_private = |msp: &Msp| {
        let mut paths = vec![msp.path("private")];
        while let Some(path) = paths.pop() {
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
            if path.is_dir() {
                paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
    };
    is_private(&msp);
    // Somebody with another umask replaces them.
    for command in [commands[1], &["report"]] {
        let answer = told(&msp, "umask 022", &[command, &here[..]].concat());
        assert_eq!(answer.status, Some(0), "{}", answer.stderr);
    }
    is_private(&msp);
}

const SERIES: &str = "series_id,month,quantity\na,2026-01,10\na,2026-02,10\na,2026-03,10\n";

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_what_it_leads_to_is_written() {
    use std::os::unix::fs::symlink;
    let msp = scored();
    msp.write("series.csv", SERIES);
    msp.write("shared/flags.csv", "old");
    msp.rename("workspace/decisions.csv", "shared/decisions.csv");
    symlink("../shared/decisions.csv", msp.path("workspace/decisions.csv")).unwrap();
    symlink("shared/flags.csv", msp.path("flags.csv")).unwrap();
    let n_before = msp.text("shared/decisions.csv").lines().count();
    let header = msp.text("shared/decisions.csv").lines().next().unwrap().to_owned();
    msp.write("new.csv", format!("{header}\nclient,v,,p,,,same,,,kim,2026-11-01T10:00:00Z\n"));
    assert_eq!(msp.run(&["decide", "new.csv"]).status, Some(0));
    msp.done(&["flag", "--series", "series.csv", "--out", "flags.csv"]);
    for link in ["workspace/decisions.csv", "flags.csv"] {
        assert!(fs::symlink_metadata(msp.path(link)).unwrap().is_symlink(), "{link}");
    }
    assert_eq!(msp.text("shared/decisions.csv").lines().count(), n_before + 1);
    assert!(msp.text("shared/flags.csv").starts_with("series_id,month,kind"));
}

#[cfg(unix)]
#[test]
fn no_link_makes_an_output_of_an_input() {
    let msp = Msp::empty();
    msp.write("series.csv", SERIES);
    std::os::unix::fs::symlink("series.csv", msp.path("link.csv")).unwrap();
    for command in [
        ["flag", "--series", "series.csv", "--out", "./link.csv", "--quiet"].as_slice(),
        &[
            "match",
            "--left",
            "series.csv",
            "--right",
            "series.csv",
            "--id",
            "month",
            "--out",
            "link.csv",
        ],
    ] {
        let answer = msp.run_anywhere(command);
        assert_eq!(answer.status, Some(2), "{}", answer.stderr);
        assert!(answer.stderr.contains("--out: expected another file than"), "{}", answer.stderr);
        assert_eq!(msp.text("series.csv"), SERIES);
    }
}

#[cfg(unix)]
#[test]
fn what_takes_bytes_as_they_come_is_not_replaced_by_a_file() {
    let msp = Msp::empty();
    msp.write("series.csv", SERIES);
    let answer = msp.done(&["flag", "--series", "series.csv", "--out", "/dev/stdout", "--quiet"]);
    assert!(answer.stdout.starts_with("series_id,month,kind"), "{}", answer.stdout);
    std::os::unix::fs::symlink("/dev/null", msp.path("nothing")).unwrap();
    msp.done(&["flag", "--series", "series.csv", "--out", "nothing"]);
    assert!(fs::symlink_metadata(msp.path("nothing")).unwrap().is_symlink());
    std::os::unix::fs::symlink("nowhere/flags.csv", msp.path("dangling")).unwrap();
    let said = msp.run_anywhere(&["flag", "--series", "series.csv", "--out", "dangling"]).stderr;
    assert!(said.contains("dangling is a link to nowhere/flags.csv, which is not there"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_an_error_in_words_and_no_half_row() {
    let msp = scored();
    let rows: String = (0..400)
        .map(|n| format!("client,Nobody {n},,Nothing {n},,,different,no reason,,sam,\n"))
        .collect();
    let header =
        "subject,vendor_client,vendor_sku,psa_client,psa_sku,month,verdict,reason,until,by,at";
    msp.write("many.csv", format!("{header}\n{rows}"));
    let before = msp.fingerprints();
    // Nobody has told the program to pass over the signal: it would end in the middle of a row.
    let answer = told(&msp, "ulimit -f 8", &["decide", "many.csv", "--workspace", "workspace"]);
    assert_eq!(answer.status, Some(2), "{}", answer.stderr);
    assert!(answer.stderr.contains("decisions.csv: File too large"), "{}", answer.stderr);
    assert_eq!(msp.fingerprints(), before);
    assert_eq!(msp.run(&["decide", "many.csv"]).status, Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_done_and_cannot_be_printed_is_not_called_undone() {
    let msp = scored();
    let answer = told(&msp, "exec >/dev/full", &["report", "--workspace", "workspace"]);
    assert_eq!(answer.status, Some(1), "{}", answer.stderr);
    let said = "error: everything was done, but its result could not be printed: No space left";
    assert!(answer.stderr.starts_with(said), "{}", answer.stderr);
}

#[test]
fn a_stored_run_of_which_one_byte_changed_is_refused_by_name() {
    for file in ["run.json", "lines.csv"] {
        let msp = scored();
        let path = format!("workspace/runs/2026-10/{file}");
        let mut bytes = msp.bytes(&path);
        // A digit in the middle becomes another: it is still a run.
        let digits = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'1');
        let digits: Vec<usize> = digits.map(|(at, _)| at).collect();
        bytes[digits[digits.len() / 2]] = b'2';
        msp.write(&path, &bytes);
        let said = msp.refused(&["report"]);
        assert!(said.contains(&path), "{said}");
        assert!(said.contains("it does not hold what was stored: its SHA-256"), "{said}");
        assert!(said.contains("if you changed it yourself, remove"), "{said}");
        fs::remove_file(msp.path("workspace/runs/2026-10/SHA256SUMS")).unwrap();
        assert_eq!(msp.run(&["report"]).status, Some(0));
    }
}

#[test]
fn a_report_written_again_has_the_same_bytes() {
    let msp = scored();
    let before = msp.fingerprints();
    at_noon(&msp, &["report"]);
    assert_eq!(msp.fingerprints(), before);
}

#[test]
fn a_month_that_is_missing_between_others_is_said() {
    let msp = scored();
    fs::remove_dir_all(msp.path("workspace/history/month=2026-08")).unwrap();
    let said = at_noon(&msp, &["report"]).stderr;
    assert!(said.contains("from 2026-07 to 2026-10 and lacks 2026-08:"), "{said}");
}

#[test]
fn a_spreadsheet_runs_nothing_that_flag_or_match_wrote() {
    let msp = Msp::empty();
    let rows = |id: &str| -> String {
        let seats = |month: u32| if month < 12 { 10 } else { 90 };
        (1..=12).map(|month| format!("{id},2026-{month:02},{}\n", seats(month))).collect()
    };
    msp.write("s.csv", format!("series_id,month,quantity\n{}{}", rows("=1+1"), rows("-5")));
    msp.done(&["flag", "--series", "s.csv", "--out", "flags.csv", "--scores", "scores.csv"]);
    for file in ["flags.csv", "scores.csv"] {
        let text = msp.text(file);
        assert!(text.contains("\n'=1+1,"), "{text}");
        assert!(text.contains("\n-5,"), "an id that is a number is looked up as one: {text}");
    }
    msp.write("l.csv", "id,name\n@SUM(1),Alder Dental\n7,Birch Legal\n");
    msp.write("r.csv", "id,name\n＝1,Alder Dental Ltd\n8,Birch Legal LLP\n");
    msp.done(&["match", "--left", "l.csv", "--right", "r.csv", "--out", "pairs.csv"]);
    let text = msp.text("pairs.csv");
    assert!(text.contains("'@SUM(1),'＝1,"), "{text}");
}
