//! Which decisions were used for something, and which came later.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::render;
use crate::domain::{Decision, Digest};

/// Some decisions in force, told from all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionsUsed {
    /// How many.
    pub count: usize,
    /// The digest of their rows as `decisions.csv` has them, without its header.
    pub sha256: Digest,
    /// When the newest was made; `None` where none says when.
    pub newest: Option<Timestamp>,
}

impl DecisionsUsed {
    /// These decisions.
    pub fn of(decisions: &[Decision]) -> Self {
        Self {
            count: decisions.len(),
            sha256: Digest::of(&render(decisions)),
            newest: decisions.iter().filter_map(|decision| decision.at).max(),
        }
    }

    /// Those of `decisions`, the ones in force now, that were not used, in their order.
    ///
    /// The file of decisions only grows, so those used are its first. Where they are not, because one was
    /// taken back since or somebody sorted the file, those made after the newest that was used are later,
    /// and one that says no time is not.
    pub fn later<'a>(&self, decisions: &'a [Decision]) -> Vec<&'a Decision> {
        if let Some((first, later)) = decisions.split_at_checked(self.count)
            && Digest::of(&render(first)) == self.sha256
        {
            return later.iter().collect();
        }
        let is_later = |decision: &&Decision| {
            decision.at.is_some_and(|at| self.newest.is_none_or(|newest| newest < at))
        };
        decisions.iter().filter(is_later).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decisions::{COLUMNS, parse};

    fn decisions(rows: &[&str]) -> Vec<Decision> {
        let text = format!("{}\n{}\n", COLUMNS.join(","), rows.join("\n"));
        parse("d.csv", text.as_bytes()).unwrap()
    }

    const FIRST: &str = "client,c1,,19,,,same,,,sam,2026-10-01T09:00:00Z";
    const UNDATED: &str = "client,c2,,20,,,same,,,sam,";
    const NEXT: &str = "client,c3,,21,,,same,,,sam,2026-11-01T09:00:00Z";
    const NEXT_UNDATED: &str = "client,c4,,22,,,same,,,sam,";

    #[test]
    fn what_came_later_is_told_without_a_clock() {
        let used = DecisionsUsed::of(&decisions(&[FIRST, UNDATED]));
        assert_eq!((used.count, used.newest), (2, "2026-10-01T09:00:00Z".parse().ok()));
        let now = decisions(&[FIRST, UNDATED, NEXT_UNDATED, NEXT]);
        assert_eq!(used.later(&now), now[2..].iter().collect::<Vec<_>>());
        assert!(used.later(&now[..2]).is_empty());
    }

    #[test]
    fn where_one_was_taken_back_the_time_tells_what_came_later() {
        let used = DecisionsUsed::of(&decisions(&[FIRST, UNDATED]));
        let now = decisions(&[UNDATED, NEXT_UNDATED, NEXT]);
        assert_eq!(used.later(&now), [&now[2]]);
        assert!(used.later(&[]).is_empty());
    }

    #[test]
    fn after_none_everything_is_later() {
        let now = decisions(&[UNDATED, FIRST]);
        assert_eq!(DecisionsUsed::of(&[]).later(&now).len(), 2);
    }
}
