//! How two names differ: in nothing that counts, or in words that make two companies of them.

use crate::candidates::{NameProfile, WeighedWord};
use crate::normalise::{NameForm, WordKind, client_name};

use super::super::alignment::Alignment;

/// How two names differ, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// They have the same words, or are told by something else than their words.
    None,
    /// One adds what names add or leave out at will: "Group", or the trade of a bare name.
    Little,
    /// One adds a branch, a place, a body of its own, or they share nothing that few companies have.
    Added,
    /// Both have words the other lacks.
    Both,
}

/// From this rarity on a word is rare among the names here.
const RARE: f64 = 0.6;

/// How the words of two names differ.
pub(super) fn difference(
    left: &NameProfile,
    right: &NameProfile,
    alignment: &Alignment<'_>,
) -> Difference {
    let is_domain = |one: &NameProfile| one.name.form == NameForm::Domain;
    if left.name.squeezed == right.name.squeezed || is_domain(left) || is_domain(right) {
        return Difference::None;
    }
    let mut left_only: Vec<&WeighedWord> =
        alignment.left_only.iter().map(|&idx| &left.tokens[idx]).collect();
    let mut right_only: Vec<&WeighedWord> =
        alignment.right_only.iter().map(|&idx| &right.tokens[idx]).collect();
    let mut shared: Vec<&WeighedWord> = Vec::new();
    for pair in &alignment.shared {
        let (one, other) = (&left.tokens[pair.left_idx], &right.tokens[pair.right_idx]);
        if are_two_words(one, other) {
            left_only.push(one);
            right_only.push(other);
        } else {
            shared.push(one);
        }
    }
    without_joined(&mut left_only, &mut right_only, left);
    without_joined(&mut right_only, &mut left_only, right);
    match (left_only.is_empty(), right_only.is_empty()) {
        (true, true) => Difference::None,
        (false, false) => Difference::Both,
        _ => {
            let (long, short) = if right_only.is_empty() { (left, right) } else { (right, left) };
            left_only.extend(right_only);
            // Words that decided pairs say are one are shared as well.
            let is_told = !alignment.aliased.is_empty()
                || completes(&left_only, &shared)
                || names_a_site(long, short)
                || leaves_a_trade_out(long, &left_only);
            if is_told && is_enough(&shared) { Difference::Little } else { Difference::Added }
        }
    }
}

/// Whether two words that read alike are two words of the language and no typo: "Building", "Builders".
fn are_two_words(one: &WeighedWord, other: &WeighedWord) -> bool {
    let (short, long) =
        if one.word.len() <= other.word.len() { (one, other) } else { (other, one) };
    let is_plural = long.word.strip_prefix(short.word.as_str()).is_some_and(|end| end == "s");
    let is_word = |word: &WeighedWord| word.kind != WordKind::Telling;
    one.word != other.word && !is_plural && is_word(one) && is_word(other)
}

/// Takes out two words of one name that the other writes as one: "Silver Lake", "Silverlake".
fn without_joined(
    apart: &mut Vec<&WeighedWord>,
    joined: &mut Vec<&WeighedWord>,
    name: &NameProfile,
) {
    if apart.len() < 2 || joined.is_empty() {
        return;
    }
    for two in name.name.core.windows(2) {
        let is_here = |word: &String| apart.iter().any(|one| one.word == *word);
        let both = two.concat();
        let place = joined.iter().position(|one| one.word == both);
        if let (Some(place), true) = (place, two.iter().all(is_here)) {
            joined.remove(place);
            apart.retain(|one| !two.contains(&one.word));
        }
    }
}

/// Whether what two names share can be told from what many companies have: one such word is never enough.
fn is_enough(shared: &[&WeighedWord]) -> bool {
    let tells = |word: &&WeighedWord| word.kind == WordKind::Telling && RARE <= word.rarity;
    2 <= shared.len() || shared.iter().any(tells)
}

fn is_filler(word: &WeighedWord) -> bool {
    word.kind == WordKind::Filler || word.word.len() == 1
}

/// Whether the words that one name adds leave it the same company: fillers, or the trade of a bare name.
fn completes(added: &[&WeighedWord], shared: &[&WeighedWord]) -> bool {
    let is_trade = |word: &WeighedWord| word.kind == WordKind::Trade;
    let is_kind = |word: &WeighedWord| matches!(word.kind, WordKind::Trade | WordKind::Body);
    let is_bare = !shared.iter().any(|word| is_kind(word));
    added.iter().all(|word| is_filler(word) || (is_bare && is_trade(word)))
}

/// Whether the longer name is the shorter one and, behind a dash, the place it is at.
fn names_a_site(long: &NameProfile, short: &NameProfile) -> bool {
    let head = long.name.written.rsplit_once(" - ").map(|(head, _)| client_name(head));
    head.is_some_and(|head| head.core == short.name.core)
}

/// Whether the shorter name leaves out a trade in the middle of the longer one and ends as it does:
/// "Tolliver Media Studio", "Tolliver Studio".
fn leaves_a_trade_out(long: &NameProfile, added: &[&WeighedWord]) -> bool {
    let is_last = |word: &WeighedWord| long.name.core.last() == Some(&word.word);
    let may_go = |word: &WeighedWord| is_filler(word) || word.kind == WordKind::Trade;
    added.iter().all(|word| may_go(word) && !is_last(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidates::{CandidatePair, LineEvidence, NameSpace};
    use crate::domain::{Entity, EntityKind};
    use crate::features::compare;

    fn differ(vendor: &str, psa: &str) -> Difference {
        let side = |name: &str| {
            vec![Entity {
                key: name.to_owned(),
                names: vec![name.to_owned()],
                codes: Vec::new(),
                domains: Vec::new(),
                occurrences: Vec::new(),
            }]
        };
        let space = NameSpace::new(EntityKind::Client, &side(vendor), &side(psa));
        let pair = CandidatePair { vendor_idx: 0, psa_idx: 0 };
        compare(&space, &LineEvidence::none(), &[pair])[0].difference
    }

    #[test]
    fn names_differ_in_nothing_in_little_in_what_one_adds_or_in_what_both_have() {
        use Difference::{Added, Both, Little, None};
        for (vendor, psa, expected) in [
            ("Tolliver & Vane LLP", "Tolliver and Vane", None),
            ("Silver Lake Resort", "Silverlake Resort", None),
            ("tolliver.onmicrosoft.com", "Tolliver Vane", None),
            ("Tolliver Dental", "Toliver Dental", None),
            ("Tolliver Dental", "Tolliver Dental Group", Little),
            ("Tolliver", "Tolliver Dental", Little),
            ("Tolliver Dental", "Tolliver Dental, LLC - Riverton", Little),
            ("Tolliver Media Studio", "Tolliver Studio", Little),
            ("Tolliver Dental *OLD NAME*", "Tolliver Dental", None),
            ("Tolliver Freight P/L", "Tolliver Freight", None),
            ("Tolliver Dental", "Tolliver Dental Laboratories", Added),
            ("Tolliver Dental", "Tolliver Dental Riverton", Added),
            ("Summit", "Summit Group", Added),
            ("Tolliver Builders", "Tolliver Building", Both),
            ("Tolliver Riverton", "Tolliver Eastbrook", Both),
            ("Tolliver Group", "Tolliver Holdings", Both),
        ] {
            assert_eq!(differ(vendor, psa), expected, "{vendor} / {psa}");
            assert_eq!(differ(psa, vendor), expected, "{psa} / {vendor}");
        }
    }
}
