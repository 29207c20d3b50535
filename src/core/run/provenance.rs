//! Where a run comes from: the layout it is stored in, the files it was scored from, the models that spoke.

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::{Digest, Side};

/// The newest layout of `run.json` that this program knows, and the one it writes. A run without a number is
/// of the first.
pub const SCHEMA: u32 = 2;

/// That a run is in a layout this program knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Schema;

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(SCHEMA)
    }
}

impl<'de> Deserialize<'de> for Schema {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            ..=SCHEMA => Ok(Self),
            newer => Err(D::Error::custom(format!("schema {newer} is newer than {SCHEMA}"))),
        }
    }
}

/// A file that a month was scored from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputFile {
    /// Which side it was given as.
    pub side: Side,
    /// Its base name.
    pub file: String,
    /// The digest of its bytes as received.
    pub sha256: Digest,
    /// How many they are.
    pub bytes: u64,
    /// The day on which what is in force counted, where that was not the month's last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// What was made of it that its reader should know, in sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// Which model spoke, in a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelNote {
    /// `client pairs`, `SKU pairs`, `seat trends`.
    pub name: String,
    /// Its file in `models/`, or `shipped`.
    pub file: String,
    /// The digest of its artifact; `None` in a run of a version that did not say.
    #[serde(default)]
    pub sha256: Option<Digest>,
    /// How good it is, in a sentence.
    pub quality: String,
    /// How good it was on names it had not seen; `None` for seats, and where it was not kept.
    #[serde(default)]
    pub measured: Option<MeasuredNames>,
    /// How pairs it accepted came out that people checked blind; `None` where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked: Option<CheckedPairs>,
}

/// How accepted pairs came out that people checked without being told what the program thinks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckedPairs {
    /// Those that are one.
    pub right: usize,
    /// All that were checked.
    pub n: usize,
    /// Where the share of right ones lies with 95 % confidence.
    pub interval: (f64, f64),
    /// The share that is asked for.
    pub asked_for: f64,
}

/// How good a model of names was on names it had not seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasuredNames {
    /// Pairs it was measured on.
    pub n: usize,
    /// Pairs it would have accepted by itself.
    pub n_accepted: usize,
    /// Share of those that are the same.
    pub precision: f64,
    /// Where the true precision lies with 95 % confidence.
    pub precision_interval: (f64, f64),
    /// Share of the pairs that are the same that it would have accepted.
    pub recall: f64,
    /// By how much a probability is wrong on average.
    pub ece: f64,
    /// What it said and what was so, by tenths of probability.
    pub tenths: Vec<SaidAndTrue>,
}

/// The pairs of about one probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SaidAndTrue {
    /// Pairs.
    pub n: usize,
    /// Their mean probability.
    pub said: f64,
    /// The share that are the same.
    pub was_true: f64,
}
