//! Words of a newer version, kept as they were written.

use std::fmt;

use compact_str::CompactString;

/// The words of a stored row that this version does not know, by what they are about. They are kept, so
/// that nothing is lost when the row is stored again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnknownWords {
    /// How its export was read; the row counts as read by its headers.
    pub format: Option<CompactString>,
    /// What it charges for; the row is not compared.
    pub kind: Option<CompactString>,
    /// Why it is not compared.
    pub exclusion: Option<CompactString>,
}

impl UnknownWords {
    /// Itself, where there is a word in it.
    pub fn if_any(self) -> Option<Box<Self>> {
        (self != Self::default()).then(|| Box::new(self))
    }
}

impl fmt::Display for UnknownWords {
    /// `kind "device_hours", reason "pooled"`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [("format", &self.format), ("kind", &self.kind), ("reason", &self.exclusion)];
        let written = words.into_iter().filter_map(|(about, word)| Some((about, word.as_ref()?)));
        for (idx, (about, word)) in written.enumerate() {
            let comma = if idx == 0 { "" } else { ", " };
            write!(f, "{comma}{about} {word:?}")?;
        }
        Ok(())
    }
}
