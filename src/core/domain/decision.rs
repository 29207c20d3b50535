//! What a person decided.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Month;

/// What a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A pair of client names, or one that has no partner.
    Client,
    /// A pair of products, or one that has no partner.
    Sku,
    /// A line: one client × one SKU.
    Line,
    /// A flag of one month.
    Flag,
}

/// The answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Client, SKU: one and the same.
    Same,
    /// Client, SKU: not the same.
    Different,
    /// Client, SKU: this one has no partner, and that is right.
    None,
    /// SKU: the vendor SKU is part of that PSA product. Line: covered by a bundle.
    Bundle,
    /// Line: the difference is known and stays.
    Accepted,
    /// Line: our own use.
    Internal,
    /// Line: given away.
    Free,
    /// Line: the PSA must change.
    FixPsa,
    /// Line: the vendor must change.
    FixVendor,
    /// Flag: it was something.
    Real,
    /// Flag: it was nothing, or known before.
    Expected,
}

impl Subject {
    /// The words in `decisions.csv`.
    pub const WORDS: [(&'static str, Self); 4] =
        [("client", Self::Client), ("sku", Self::Sku), ("line", Self::Line), ("flag", Self::Flag)];

    /// The verdicts a subject takes.
    pub fn verdicts(self) -> &'static [Verdict] {
        use Verdict::{Accepted, Bundle, Different, Expected, FixPsa, FixVendor, Free, Internal};
        match self {
            Self::Client => &[Verdict::Same, Different, Verdict::None],
            Self::Sku => &[Verdict::Same, Different, Verdict::None, Bundle],
            Self::Line => &[Accepted, Bundle, Internal, Free, FixPsa, FixVendor],
            Self::Flag => &[Verdict::Real, Expected],
        }
    }

    /// The word in `decisions.csv`.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, subject)| *subject == self).map_or("", |(word, _)| word)
    }
}

impl Verdict {
    /// The words in `decisions.csv`.
    pub const WORDS: [(&'static str, Self); 11] = [
        ("same", Self::Same),
        ("different", Self::Different),
        ("none", Self::None),
        ("bundle", Self::Bundle),
        ("accepted", Self::Accepted),
        ("internal", Self::Internal),
        ("free", Self::Free),
        ("fix_psa", Self::FixPsa),
        ("fix_vendor", Self::FixVendor),
        ("real", Self::Real),
        ("expected", Self::Expected),
    ];

    /// The word in `decisions.csv`.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, verdict)| *verdict == self).map_or("", |(word, _)| word)
    }
}

/// One row of `decisions.csv`. Keys are the side's id, or a name as written; empty where they do not
/// apply. A later row overrides an earlier one.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What it is about.
    pub subject: Subject,
    /// The client's key or name on the vendor side.
    pub vendor_client: Option<String>,
    /// The SKU's key or name on the vendor side.
    pub vendor_sku: Option<String>,
    /// The client's key or name on the PSA side.
    pub psa_client: Option<String>,
    /// The SKU's key or name on the PSA side.
    pub psa_sku: Option<String>,
    /// The month it was made about.
    pub month: Option<Month>,
    /// The answer.
    pub verdict: Verdict,
    /// Why, in the person's words.
    pub reason: String,
    /// The last day it holds, inclusive; `None` for good.
    pub until: Option<Date>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Option<Timestamp>,
}
