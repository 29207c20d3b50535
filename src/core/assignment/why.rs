//! Why, in words a billing person reads without help.

use crate::domain::entity::{Decided, Followed};
use crate::domain::{EntityKind, PairMemory, Probability};
use crate::features::PairEvidence;
use crate::normalise::catalogue_title;

use super::{Placement, Status};

/// From this rarity on a shared word is called rare.
const RARE: f64 = 0.6;

/// A runner-up less likely than this is not worth a sentence.
const WORTH_NAMING: f64 = 0.01;

/// Why a row says what it says.
pub(super) fn why(
    kind: EntityKind,
    placement: &Placement,
    evidence: Option<&PairEvidence>,
    memory: &PairMemory,
) -> String {
    match placement.status {
        Status::Known => known(placement, memory),
        Status::Unmatched => unmatched(kind, placement),
        Status::Auto | Status::Review => {
            let evidence = evidence.map_or_else(String::new, |facts| clauses(kind, facts));
            let followed = followed(placement, memory).map(|said| said + " ").unwrap_or_default();
            let mut sentence = format!("{followed}{evidence}");
            if let Some((name, chance)) = &placement.runner_up
                && WORTH_NAMING <= chance.get()
            {
                sentence.push_str(&format!(" Runner-up: {name} ({}).", percent(*chance)));
            }
            sentence
        }
    }
}

fn known(placement: &Placement, memory: &PairMemory) -> String {
    let on = |decided: Option<&Decided>| {
        decided.and_then(|one| one.on).map_or_else(String::new, |day| format!(" on {day}"))
    };
    match (&placement.vendor, &placement.psa) {
        (Some(vendor), Some(psa)) => {
            let pair = (vendor.key.clone(), psa.key.clone());
            let day = on(memory.same.get(&pair));
            if memory.bundled.contains(&pair) {
                format!("You said{day} that this is part of that bundle.")
            } else {
                format!("You confirmed this{day}.")
            }
        }
        (Some(vendor), None) if !memory.no_psa.contains_key(&vendor.key) => {
            lonely(memory.inherited.no_psa.get(&vendor.key))
        }
        (None, Some(psa)) if !memory.no_vendor.contains_key(&psa.key) => {
            lonely(memory.inherited.no_vendor.get(&psa.key))
        }
        (Some(vendor), None) => {
            format!("You said{} that this has no partner.", on(memory.no_psa.get(&vendor.key)))
        }
        (None, Some(psa)) => {
            format!("You said{} that this has no partner.", on(memory.no_vendor.get(&psa.key)))
        }
        (None, None) => String::new(),
    }
}

/// What was decided of the same names under other ids, and whose decision that is.
fn followed(placement: &Placement, memory: &PairMemory) -> Option<String> {
    let pair = (placement.vendor.as_ref()?.key.clone(), placement.psa.as_ref()?.key.clone());
    let inherited = &memory.inherited;
    if let Some(one) = inherited.same.get(&pair) {
        let (who, under) = (who(one), under(one, &pair));
        let said = if memory.is_bundled(&pair) {
            "said that this is part of that bundle"
        } else {
            "confirmed this"
        };
        return Some(format!("{who} {said}{} for the same name under {under}.", on_day(one)));
    }
    let one = inherited.different.get(&pair)?;
    let (who, under) = (who(one), under(one, &pair));
    let on = on_day(one);
    Some(format!(
        "{who} said{on} that they are two, of the same name under {under}: is it so here too?"
    ))
}

fn lonely(followed: Option<&Followed>) -> String {
    followed.map_or_else(String::new, |one| {
        let under = under(one, &(String::new(), String::new()));
        format!(
            "{} said{} that this has no partner, of the same name under {under}.",
            who(one),
            on_day(one)
        )
    })
}

fn who(followed: &Followed) -> &str {
    if followed.decided.by.is_empty() { "You" } else { &followed.decided.by }
}

fn on_day(followed: &Followed) -> String {
    followed.decided.on.map_or_else(String::new, |day| format!(" on {day}"))
}

/// The ids that were decided about, as far as they are others than those of a pair.
fn under(followed: &Followed, (vendor, psa): &(String, String)) -> String {
    let other = |key: &str, own: &str, side: &str| {
        (key != own && !key.is_empty()).then(|| format!("the {side} id {key}"))
    };
    let ids = [other(&followed.vendor, vendor, "vendor"), other(&followed.psa, psa, "PSA")];
    ids.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

fn unmatched(kind: EntityKind, placement: &Placement) -> String {
    let (side, thing) = (if placement.vendor.is_some() { "PSA" } else { "vendor" }, noun(kind));
    match &placement.runner_up {
        Some((name, chance)) if WORTH_NAMING <= chance.get() => format!(
            "No {side} {thing} is likely enough; the nearest is {name} ({}).",
            percent(*chance)
        ),
        _ => format!("No {side} {thing} has a name like this."),
    }
}

fn noun(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Client => "client",
        EntityKind::Sku => "product",
    }
}

fn percent(chance: Probability) -> String {
    format!("{:.0}%", 100.0 * chance.get())
}

/// What speaks for and against a pair, as one sentence.
fn clauses(kind: EntityKind, facts: &PairEvidence) -> String {
    let clauses: Vec<String> = [names_agree(facts), names_differ(kind, facts), lines(kind, facts)]
        .into_iter()
        .flatten()
        .collect();
    let sentence = if clauses.is_empty() {
        "Little speaks for this pair".to_owned()
    } else {
        clauses.join("; ")
    };
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// That learned words decided it.
pub(super) fn without_words(vendor: &str, psa: &str) -> String {
    format!(
        " Accepted for what you taught: \"{vendor}\" is \"{psa}\"; without that you would be asked."
    )
}

fn names_agree(facts: &PairEvidence) -> Option<String> {
    if let Some(product) = facts.product {
        return Some(format!("both are {}", catalogue_title(product)));
    }
    if let Some(code) = facts.codes.first() {
        return Some(format!("both carry the code {code}"));
    }
    if let Some(stem) = &facts.domain {
        return Some(format!("the domain \"{stem}\" fits the name"));
    }
    if let Some(initials) = &facts.initials {
        return Some(format!("\"{initials}\" are the initials of the other name"));
    }
    let all_shared = facts.vendor_only.is_empty() && facts.psa_only.is_empty();
    let is_as_written = facts.near.is_empty() && facts.aliases.is_empty();
    if all_shared && is_as_written && !facts.shared.is_empty() {
        return Some("the names have the same words".to_owned());
    }
    let learned = facts.aliases.first().map(|alias| {
        let pairs = if alias.n_confirmed == 1 { "a pair" } else { "pairs" };
        let (vendor, psa) = (&alias.vendor, &alias.psa);
        format!("\"{vendor}\" is \"{psa}\" in {pairs} you confirmed")
    });
    let spelled =
        facts.near.first().map(|(one, other)| format!("\"{one}\" may stand for \"{other}\""));
    let shared = match facts.shared.as_slice() {
        [] => None,
        [rare, ..] if RARE <= facts.rarest_shared => {
            Some(format!("share the rare word \"{rare}\""))
        }
        [word] => Some(format!("share the word \"{word}\"")),
        [first, second, ..] => Some(format!("share the words \"{first}\" and \"{second}\"")),
    };
    match (shared, learned.or(spelled)) {
        (Some(shared), Some(other)) => Some(format!("{shared}, and {other}")),
        (shared, other) => shared.or(other),
    }
}

fn names_differ(kind: EntityKind, facts: &PairEvidence) -> Option<String> {
    if let Some((vendor, psa)) = facts.other_products {
        let (vendor, psa) = (catalogue_title(vendor), catalogue_title(psa));
        return Some(format!("one is {vendor}, the other {psa}"));
    }
    if facts.product.is_some() || facts.domain.is_some() || facts.initials.is_some() {
        return None;
    }
    let form = |form: Option<&str>| form.map(legal_form_as_written);
    let (left, right) = (form(facts.legal_forms.0), form(facts.legal_forms.1));
    let mut left_out: Vec<String> = facts.vendor_only.clone();
    let mut added: Vec<String> = facts.psa_only.clone();
    if kind == EntityKind::Client && left != right {
        left_out.extend(left);
        added.extend(right);
    }
    let quoted = |words: &[String]| {
        let shown: Vec<String> = words.iter().take(2).map(|word| format!("\"{word}\"")).collect();
        shown.join(" and ")
    };
    match (left_out.is_empty(), added.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("PSA leaves out {}", quoted(&left_out))),
        (true, false) => Some(format!("PSA adds {}", quoted(&added))),
        (false, false) => {
            Some(format!("the vendor writes {}, PSA {}", quoted(&left_out), quoted(&added)))
        }
    }
}

fn legal_form_as_written(family: &str) -> String {
    let mut letters = family.chars();
    match (family, letters.next()) {
        ("gmbh", _) => "GmbH".to_owned(),
        ("inc" | "corp" | "co" | "ltd" | "pty" | "pvt", Some(first)) => {
            format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
        }
        _ => family.to_uppercase(),
    }
}

fn lines(kind: EntityKind, facts: &PairEvidence) -> Option<String> {
    let (n_equal, n_shared) = (facts.lines.n_equal, facts.lines.n_shared);
    let (things, thing) = match kind {
        EntityKind::Client => ("products", "product"),
        EntityKind::Sku => ("clients", "client"),
    };
    match n_shared {
        0 if 0 < facts.lines.n_vendor && 0 < facts.lines.n_psa => {
            Some(format!("they have no {thing} in common"))
        }
        0 => None,
        1 if n_equal == 1 => {
            Some(format!("their one common {thing} has the same number of seats on both sides"))
        }
        _ => Some(format!(
            "{n_equal} of {n_shared} {things} {} the same number of seats on both sides",
            if n_equal == 1 { "has" } else { "have" }
        )),
    }
}
