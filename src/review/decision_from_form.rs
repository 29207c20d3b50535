//! What a person sent → the rows of decisions.csv it means.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::ReviewError;
use super::causes::verdict_of_flags;
use super::queue::{Item, Product, What};
use super::state::Asked;
use seatdrift_core::decisions::{COLUMNS, NameIndex, TAKEN_BACK, checked_blind, parse, render};
use seatdrift_core::domain::{Decision, EntityKind, Month, Side, Subject, Verdict};
use seatdrift_core::run::{Finding, FindingLine, FlagSide, RowSeen};

/// Longest reason kept, in characters.
const LONGEST_REASON: usize = 500;

/// The fields of a form.
pub(super) type Fields = BTreeMap<String, String>;

/// A field's text without blanks around it; empty where it was not sent.
pub(super) fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |text| text.trim())
}

/// Who answers, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person<'a> {
    pub(super) by: &'a str,
    pub(super) at: Timestamp,
}

/// The rows an answer to an item means.
pub(super) fn decisions(
    asked: &Asked,
    fields: &Fields,
    person: Person<'_>,
) -> Result<Vec<Decision>, ReviewError> {
    let gone = ReviewError::Answer("this is not in the run any more: load the page anew");
    let item = asked.item(field(fields, "id")).ok_or(gone)?;
    let word = field(fields, "verdict");
    if word.is_empty() {
        return Err(ReviewError::Answer("which answer? choose one of the buttons"));
    }
    let verdict = Verdict::WORDS.iter().find(|(known, _)| *known == word).map(|(_, v)| *v);
    let verdict = verdict.ok_or(ReviewError::Answer("no such answer"))?;
    let mut decided = match &item.what {
        What::Name { kind, side, key, .. } => {
            vec![about_names(asked, fields, (*kind, *side, key), verdict)?]
        }
        What::Finding { product: Some(product), .. } if verdict == Verdict::None => {
            vec![about_product(product)]
        }
        What::Finding { position, .. } => vec![about_line(asked, *position, verdict)],
        What::Cause { findings, .. } => {
            findings.iter().map(|&position| about_line(asked, position, verdict)).collect()
        }
        What::Flag { position, .. } => vec![about_flag(asked, *position, verdict)],
    };
    if decided.iter().any(|decision| !decision.subject.verdicts().contains(&verdict)) {
        return Err(ReviewError::Answer("that answer is for something else"));
    }
    if let What::Cause { flags, .. } = &item.what {
        let of_flags = verdict_of_flags(verdict);
        decided.extend(flags.iter().map(|&position| about_flag(asked, position, of_flags)));
    }
    // Two findings of one line are one row.
    let mut seen: Vec<Decision> = Vec::new();
    decided.retain(|one| {
        !seen.contains(one) && {
            seen.push(one.clone());
            true
        }
    });
    let until = until(fields, asked.run.month)?;
    for decision in &mut decided {
        decision.reason = reason(fields);
        if item.is_check() {
            decision.reason = checked_blind(&decision.reason);
        }
        decision.until = until;
        (decision.by, decision.at) = (person.by.to_owned(), Some(person.at));
    }
    if verdict == Verdict::Free && decided.iter().any(|decision| decision.reason.is_empty()) {
        return Err(ReviewError::Answer(
            "say why it is free: whoever reads this next year will ask",
        ));
    }
    if !reads_back(&decided) {
        return Err(ReviewError::Answer(
            "decisions.csv has no words for what this is about: the export gives it no name",
        ));
    }
    Ok(decided)
}

/// Whether decisions are what a reader of decisions.csv finds in their rows.
fn reads_back(decisions: &[Decision]) -> bool {
    let head = format!("{}\n", COLUMNS.join(","));
    let rows = [head.as_bytes(), &render(decisions)].concat();
    parse("", &rows).is_ok_and(|read| read == decisions)
}

fn reason(fields: &Fields) -> String {
    let words: Vec<&str> = field(fields, "reason").split_whitespace().collect();
    let words: String = words.join(" ").chars().take(LONGEST_REASON).collect();
    words.trim_end().to_owned()
}

fn until(fields: &Fields, month: Month) -> Result<Option<Date>, ReviewError> {
    let text = field(fields, "until");
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = "the last day it holds is a day as YYYY-MM-DD, or nothing";
    let day: Date = text.parse().map_err(|_| ReviewError::Answer(wrong))?;
    // A decision that was over before it began is how one is taken back.
    if day < month.first_day() || day == TAKEN_BACK {
        let words = "the last day it holds cannot lie before the month it is about";
        return Err(ReviewError::Answer(words));
    }
    Ok(Some(day))
}

/// A decision that says nothing yet.
fn blank(subject: Subject, verdict: Verdict) -> Decision {
    Decision {
        subject,
        vendor_client: None,
        vendor_sku: None,
        psa_client: None,
        psa_sku: None,
        month: None,
        verdict,
        reason: String::new(),
        until: None,
        by: String::new(),
        at: None,
    }
}

fn about_names(
    asked: &Asked,
    fields: &Fields,
    (kind, side, key): (EntityKind, Side, &String),
    verdict: Verdict,
) -> Result<Decision, ReviewError> {
    let mut keys = [None, None];
    let place = |side: Side| if side == Side::Vendor { 0 } else { 1 };
    keys[place(side)] = Some(key.clone());
    if verdict != Verdict::None {
        let partner = partner(asked, fields, kind, side.other())?;
        keys[place(side.other())] = Some(partner);
    }
    Ok(pair_decision(kind, keys, verdict))
}

/// A decision about the vendor's and the PSA's key of a pair.
fn pair_decision(
    kind: EntityKind,
    [vendor, psa]: [Option<String>; 2],
    verdict: Verdict,
) -> Decision {
    match kind {
        EntityKind::Client => {
            Decision { vendor_client: vendor, psa_client: psa, ..blank(Subject::Client, verdict) }
        }
        EntityKind::Sku => {
            Decision { vendor_sku: vendor, psa_sku: psa, ..blank(Subject::Sku, verdict) }
        }
    }
}

/// The key on the other side: of a candidate, or of a name somebody looked for.
fn partner(
    asked: &Asked,
    fields: &Fields,
    kind: EntityKind,
    side: Side,
) -> Result<String, ReviewError> {
    let missing =
        ReviewError::Answer("which partner? choose a candidate or search for another name");
    let (vendor, psa) = asked.names.of_kind(kind);
    let index = if side == Side::Vendor { vendor } else { psa };
    let sought = field(fields, "partner");
    if !sought.is_empty() {
        return match index.name(sought) {
            Some(_) => Ok(sought.to_owned()),
            None => Err(ReviewError::Answer("no name of this month has that key")),
        };
    }
    let position = asked.suggestions.get(field(fields, "candidate")).ok_or(missing)?;
    let pair = &asked.run.suggestions[*position];
    match pair.on(side).0 {
        "" => Err(ReviewError::Answer("which partner? search for the other name")),
        key if pair.kind == kind => Ok(key.to_owned()),
        _ => Err(ReviewError::Answer("that candidate is of another kind")),
    }
}

/// That the best candidate of a name is the same: what accepting many at once writes of each.
pub(super) fn acceptance(asked: &Asked, item: &Item, person: Person<'_>) -> Option<Decision> {
    let What::Name { kind, candidates, .. } = &item.what else { return None };
    let pair = &asked.run.suggestions[*candidates.first()?];
    if pair.vendor_id.is_empty() || pair.psa_id.is_empty() {
        return None;
    }
    let keys = [Some(pair.vendor_id.clone()), Some(pair.psa_id.clone())];
    let decision = pair_decision(*kind, keys, Verdict::Same);
    Some(Decision { by: person.by.to_owned(), at: Some(person.at), ..decision })
}

/// That a product is rightly known to one side alone: at every client.
fn about_product(product: &Product) -> Decision {
    let key = Some(product.key.clone());
    let keys = match product.side {
        Side::Vendor => [key, None],
        Side::Psa => [None, key],
    };
    pair_decision(EntityKind::Sku, keys, Verdict::None)
}

fn about_line(asked: &Asked, position: usize, verdict: Verdict) -> Decision {
    let finding = &asked.run.findings[position];
    let [vendor, psa] = [Side::Vendor, Side::Psa].map(|side| line_keys(asked, finding, side));
    let keys = match (vendor, psa) {
        // No row and no line is known: the names that the finding is told by, on the side they are from.
        ([None, None], [None, None]) if finding.psa_rows.is_empty() => {
            [named_keys(asked, finding, Side::Vendor), [None, None]]
        }
        ([None, None], [None, None]) => [[None, None], named_keys(asked, finding, Side::Psa)],
        keys => [keys.0, keys.1],
    };
    let [[vendor_client, vendor_sku], [psa_client, psa_sku]] = keys;
    let month: Option<Month> = Some(asked.run.month);
    let subject = Subject::Line;
    Decision { vendor_client, vendor_sku, psa_client, psa_sku, month, ..blank(subject, verdict) }
}

/// The client and the product of a finding's line on a side: of its first row, else of its first line.
fn line_keys(asked: &Asked, finding: &Finding, side: Side) -> [Option<String>; 2] {
    let places = if side == Side::Vendor { &finding.vendor_rows } else { &finding.psa_rows };
    let row: Option<&RowSeen> = places.iter().find_map(|place| asked.run.rows.get(place));
    let is_of_row = |line: &&FindingLine| {
        row.is_some_and(|row| (&line.client_name, &line.sku_name) == (&row.client, &row.sku))
    };
    let here = || finding.lines.iter().filter(|line| line.side == side && line.is_here());
    let keys = match (here().find(is_of_row).or_else(|| here().next()), row) {
        (Some(line), _) => [line.client.clone(), line.sku.clone()],
        // A run that says nothing of lines has the names of their rows.
        (None, Some(row)) => {
            let (clients, skus) = asked.names.of(side);
            [key_of(clients, &row.client), key_of(skus, &row.sku)]
        }
        (None, None) => return [None, None],
    };
    keys.map(given)
}

/// The client and the product that a finding is told by, as keys of a side.
fn named_keys(asked: &Asked, finding: &Finding, side: Side) -> [Option<String>; 2] {
    let (clients, skus) = asked.names.of(side);
    [key_of(clients, &finding.client), key_of(skus, &finding.sku)].map(given)
}

/// A key, where an export gives one.
fn given(key: String) -> Option<String> {
    (!key.trim().is_empty()).then_some(key)
}

fn about_flag(asked: &Asked, position: usize, verdict: Verdict) -> Decision {
    let flag = &asked.run.flags[position];
    let names = &asked.names;
    let (month, subject) = (Some(flag.month), Subject::Flag);
    let ((vendor_client, psa_client), (vendor_sku, psa_sku)) = match &flag.keys {
        Some(keys) => (
            one_side(&keys.vendor_clients, &keys.psa_clients),
            one_side(&keys.vendor_skus, &keys.psa_skus),
        ),
        None => (
            side_by_name([&names.vendor_clients, &names.psa_clients], &flag.client, flag.side),
            side_by_name([&names.vendor_skus, &names.psa_skus], &flag.sku, flag.side),
        ),
    };
    Decision { vendor_client, vendor_sku, psa_client, psa_sku, month, ..blank(subject, verdict) }
}

/// The vendor's or the PSA's key that an answer gives: the PSA's means all that carry it, so it is enough.
/// Neither of what a flag has not, the client of one about a product at all clients.
fn one_side(vendor: &[String], psa: &[String]) -> (Option<String>, Option<String>) {
    match psa.first().cloned().and_then(given) {
        Some(psa) => (None, Some(psa)),
        None => (vendor.first().cloned().and_then(given), None),
    }
}

/// The same for a flag of a run without keys, which has the PSA's name where there is one, else the
/// vendor's.
fn side_by_name(
    [vendor, psa]: [&NameIndex; 2],
    name: &str,
    side: FlagSide,
) -> (Option<String>, Option<String>) {
    if name.trim().is_empty() {
        return (None, None);
    }
    let key = |index: &NameIndex| {
        let key = key_of(index, name);
        (key != name || index.name(name).is_some()).then_some(key)
    };
    match (key(vendor), key(psa), side) {
        (_, Some(psa), _) => (None, Some(psa)),
        (Some(vendor), None, _) => (Some(vendor), None),
        (None, None, FlagSide::Vendor) => (Some(name.to_owned()), None),
        (None, None, _) => (None, Some(name.to_owned())),
    }
}

/// The key of a name where it has one and only one, else the name.
fn key_of(index: &NameIndex, name: &str) -> String {
    let mut keys = index.keys(name);
    match keys.pop() {
        Some(key) if keys.is_empty() => key,
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests;
