//! Accepted names that people checked without being told what the program thinks: how they came out.

use std::collections::BTreeMap;

use crate::domain::{Decision, EntityKind, Subject, Verdict};

/// How the reason of such an answer begins.
const CHECKED_BLIND: &str = "checked blind";

/// The reason of an answer to a name that was checked blind, with what the person adds.
pub fn checked_blind(added: &str) -> String {
    if added.is_empty() { CHECKED_BLIND.to_owned() } else { format!("{CHECKED_BLIND}: {added}") }
}

/// How accepted names came out that people checked blind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CheckedBlind {
    /// They are one.
    pub right: usize,
    /// They are not.
    pub wrong: usize,
}

/// How the names of a kind came out; whoever answers again about a pair is believed the last time.
pub fn checked_names(decisions: &[Decision], kind: EntityKind) -> CheckedBlind {
    let mut answers: BTreeMap<[Option<&str>; 2], bool> = BTreeMap::new();
    let subject = match kind {
        EntityKind::Client => Subject::Client,
        EntityKind::Sku => Subject::Sku,
    };
    for one in decisions.iter().filter(|one| one.subject == subject) {
        let (vendor, psa) = match kind {
            EntityKind::Client => (&one.vendor_client, &one.psa_client),
            EntityKind::Sku => (&one.vendor_sku, &one.psa_sku),
        };
        let pair = [vendor.as_deref(), psa.as_deref()];
        if one.reason.starts_with(CHECKED_BLIND) || answers.contains_key(&pair) {
            answers.insert(pair, one.verdict == Verdict::Same);
        }
    }
    let right = answers.values().filter(|is_right| **is_right).count();
    CheckedBlind { right, wrong: answers.len() - right }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decisions::{COLUMNS, parse};

    #[test]
    fn a_check_counts_once_and_the_last_answer_counts() {
        let rows = [
            "client,c1,,1,,,same,checked blind,,sam,",
            "client,c2,,2,,,same,checked blind: looked it up,,sam,",
            "client,c2,,2,,,different,they moved,,sam,",
            "client,c3,,,,,none,checked blind,,sam,",
            "client,c4,,4,,,same,,,sam,",
            "sku,,s1,,p1,,same,checked blind,,sam,",
        ];
        let text = format!("{}\n{}\n", COLUMNS.join(","), rows.join("\n"));
        let decisions = parse("d.csv", text.as_bytes()).unwrap();
        let clients = checked_names(&decisions, EntityKind::Client);
        assert_eq!(clients, CheckedBlind { right: 1, wrong: 2 });
        let products = checked_names(&decisions, EntityKind::Sku);
        assert_eq!(products, CheckedBlind { right: 1, wrong: 0 });
    }
}
