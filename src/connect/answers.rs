//! The answers of one reading: written down as they come, so that a pull that was broken off goes on, and packed
//! as received when it is whole.

use std::collections::HashMap;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::ask::Answer;
use crate::reading::{Keeper, Kept};
use seatdrift_core::domain::{Digest, Month};
use seatdrift_engine::files::{self, FileError, Growing};

/// Largest such file that is gone on with.
const LARGEST: u64 = 4 << 30;

/// After so many hours a reading begins anew: half of it would be of another day.
const HOURS: i64 = 6;

/// What makes two tries one reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The month that is read.
    pub month: Month,
    /// The day it is read on.
    pub day: jiff::civil::Date,
    /// What the source was told, without its keys.
    pub told: Digest,
    /// When it began.
    pub began: Timestamp,
}

/// The answers that came so far.
#[derive(Debug)]
pub struct Answers {
    growing: Growing,
    /// What an earlier try got, by what was asked.
    found: HashMap<String, Answer>,
    /// Those of this reading, in order; the found ones when they are asked for.
    kept: Vec<Kept>,
    /// When the reading began, the first try counted.
    pub began: Timestamp,
    path: PathBuf,
}

/// An answer as a line of the file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    asked: String,
    what: String,
    status: u16,
    headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
    whole: bool,
}

impl Answers {
    /// Goes on with the answers at `path` where they are of this reading, else begins anew.
    ///
    /// # Errors
    ///
    /// [`FileError`] when the disk does not let it.
    pub fn open(path: &Path, head: &Head) -> Result<Self, FileError> {
        let before = files::read_if_present(path, LARGEST)?.unwrap_or_default();
        if let Some((before_head, lines, whole)) =
            understood(&before).filter(|(old, ..)| is_same(old, head))
        {
            let found = lines.into_iter().filter(|line| line.is_whole);
            return Ok(Self {
                growing: Growing::go_on(path, whole as u64)?,
                found: found.map(|line| (line.line, line.answer)).collect(),
                kept: Vec::new(),
                began: before_head.began,
                path: path.to_owned(),
            });
        }
        let first = format!("{}\n", serde_json::to_string(head).expect("a head is plain"));
        Ok(Self {
            growing: Growing::begin(path, first.as_bytes())?,
            found: HashMap::new(),
            kept: Vec::new(),
            began: head.began,
            path: path.to_owned(),
        })
    }

    /// How many answers of an earlier try there are.
    pub fn n_found(&self) -> usize {
        self.found.len()
    }

    /// The answers of this reading, in order.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// All answers of the reading, as received, in one archive: a list of what was asked, and a file each.
    pub fn packed(&self) -> Vec<u8> {
        packed(&self.kept)
    }

    /// Removes the file: the reading is whole and in its place.
    ///
    /// # Errors
    ///
    /// [`FileError`] when it cannot be removed.
    pub fn forget(self) -> Result<(), FileError> {
        files::forget(&self.path)
    }
}

impl Keeper for Answers {
    fn found(&mut self, line: &str) -> Option<Answer> {
        let answer = self.found.get(line)?.clone();
        let kept = Kept { line: line.to_owned(), what: String::new(), answer, is_whole: true };
        self.kept.push(kept.clone());
        Some(kept.answer)
    }

    fn keep(&mut self, kept: Kept) -> Result<(), FileError> {
        let (text, base64) = match std::str::from_utf8(&kept.answer.body) {
            Ok(text) => (Some(text.to_owned()), None),
            Err(_) => (None, Some(STANDARD.encode(&kept.answer.body))),
        };
        let line = Line {
            asked: kept.line.clone(),
            what: kept.what.clone(),
            status: kept.answer.status,
            headers: kept.answer.headers.clone(),
            text,
            base64,
            whole: kept.is_whole,
        };
        let line = serde_json::to_string(&line).expect("texts and numbers are JSON");
        self.growing.push(format!("{line}\n").as_bytes())?;
        self.kept.push(kept);
        Ok(())
    }
}

fn is_same(old: &Head, new: &Head) -> bool {
    let oldest = new.began.saturating_sub(HOURS.hours()).unwrap_or(new.began);
    let fresh = old.began >= oldest && old.began <= new.began;
    fresh && Head { began: new.began, ..old.clone() } == *new
}

/// What a file says, and how many of its bytes say it: what is torn at its end is left out.
fn understood(bytes: &[u8]) -> Option<(Head, Vec<Kept>, usize)> {
    let mut whole = 0;
    let (mut head, mut kept) = (None, Vec::new());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if !line.ends_with(b"\n") {
            break;
        }
        if head.is_none() {
            head = Some(serde_json::from_slice(line).ok()?);
        } else {
            let Ok(line) = serde_json::from_slice::<Line>(line) else { break };
            let decoded = line.base64.and_then(|text| STANDARD.decode(text).ok());
            let body = line.text.map(String::into_bytes).or(decoded).unwrap_or_default();
            let answer = Answer { status: line.status, headers: line.headers, body };
            kept.push(Kept { line: line.asked, what: line.what, answer, is_whole: line.whole });
        }
        whole += line.len();
    }
    Some((head?, kept, whole))
}

/// What an archive's list says of an answer.
#[derive(Serialize)]
struct Listed<'a> {
    file: String,
    asked: &'a str,
    status: u16,
    headers: &'a [(String, String)],
}

/// Answers in one archive; the same answers, the same bytes.
pub fn packed(kept: &[Kept]) -> Vec<u8> {
    let name = |position: usize, kept: &Kept| {
        let is_text = std::str::from_utf8(&kept.answer.body).is_ok();
        format!("{:05}.{}", position + 1, if is_text { "json" } else { "bin" })
    };
    let listed: Vec<Listed<'_>> = kept
        .iter()
        .enumerate()
        .map(|(position, one)| Listed {
            file: name(position, one),
            asked: &one.line,
            status: one.answer.status,
            headers: &one.answer.headers,
        })
        .collect();
    let list = serde_json::to_vec_pretty(&listed).expect("texts and numbers are JSON");
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, bytes: &[u8]| {
        let begun = archive.start_file(name, SimpleFileOptions::default());
        begun.expect("names are short and different");
        archive.write_all(bytes).expect("memory takes what there is");
    };
    add("answers.json", &list);
    for (position, one) in kept.iter().enumerate() {
        add(&name(position, one), &one.answer.body);
    }
    archive.finish().expect("memory takes what there is").into_inner()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(began: &str) -> Head {
        Head {
            month: "2026-11".parse().unwrap(),
            day: "2026-11-18".parse().unwrap(),
            told: Digest::of(b"told"),
            began: began.parse().unwrap(),
        }
    }

    fn kept(line: &str, body: &[u8]) -> Kept {
        let answer = Answer { status: 200, headers: Vec::new(), body: body.to_vec() };
        Kept { line: line.to_owned(), what: String::new(), answer, is_whole: true }
    }

    #[test]
    fn a_reading_goes_on_where_it_was_torn() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pax8.answers");
        let mut answers = Answers::open(&path, &head("2026-11-18T06:00:00Z")).unwrap();
        answers.keep(kept("GET a", b"[1]")).unwrap();
        answers.keep(kept("GET b", &[0x1f, 0x8b, 0xff])).unwrap();
        answers.growing.push(b"{\"asked\":\"GET c\",\"wha").unwrap();
        let mut again = Answers::open(&path, &head("2026-11-18T07:00:00Z")).unwrap();
        assert_eq!(again.n_found(), 2);
        assert_eq!(again.found("GET b").unwrap().body, [0x1f, 0x8b, 0xff]);
        assert_eq!(again.found("GET c"), None);
        again.keep(kept("GET c", b"[3]")).unwrap();
        let once_more = Answers::open(&path, &head("2026-11-18T07:30:00Z")).unwrap();
        assert_eq!(
            (once_more.n_found(), once_more.began.to_string()),
            (3, "2026-11-18T06:00:00Z".into())
        );
        let too_late = Answers::open(&path, &head("2026-11-18T13:00:00Z")).unwrap();
        assert_eq!(too_late.n_found(), 0);
    }
}
