//! One suggestion, finding, flag, cause, settled or explained line → every number behind it, in words. The
//! terminal and the page print the same.

use seatdrift_core::assignment::Status;
use seatdrift_core::domain::Side;
use seatdrift_core::run::{
    Cause, CauseItem, Contribution, ExplainedLine, Finding, FlagLine, LikelyRight, NamePair, Run,
    SettledLine, cause_items, numbers,
};

/// Everything behind one id of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation<'run> {
    /// The run it stands in.
    pub run: &'run Run,
    /// What it is, its id, and how it stands: `Not billed f-3fa9c1d20b`.
    pub title: String,
    /// Whose: label and name.
    pub about: Vec<Labelled>,
    /// One sentence or two.
    pub why: String,
    /// What is behind it, in the order a person follows it.
    pub parts: Vec<Part<'run>>,
    /// What was found.
    pub of: Explained<'run>,
}

/// A label and what it says.
pub type Labelled = (String, String);

/// What an id means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Explained<'run> {
    /// Two names, or one alone.
    Pair(&'run NamePair),
    /// A difference.
    Finding(&'run Finding),
    /// A month the trend did not expect.
    Flag(&'run FlagLine),
    /// What is behind several differences or flags.
    Cause(&'run Cause),
    /// A difference somebody has settled.
    Settled(&'run SettledLine),
    /// A proration, credit or change that was recomputed.
    Recomputed(&'run ExplainedLine),
}

/// A part of what is behind it.
#[derive(Debug, Clone, PartialEq)]
pub enum Part<'run> {
    /// Numbers, each with its label.
    Facts(Vec<Labelled>),
    /// Sentences, one below the other.
    Sentences(Vec<String>),
    /// The way from prior to score.
    Steps(&'run NamePair),
    /// The months, and what they led to expect.
    Months(&'run FlagLine),
    /// What was looked at, each with its label.
    Evidence(&'run [Labelled]),
    /// The places of the source rows of a side.
    Rows(Side, &'run [String]),
}

/// Everything behind the suggestion, finding, flag or cause of this id, or `None` where the run has none.
pub fn explanation<'run>(run: &'run Run, id: &str) -> Option<Explanation<'run>> {
    if let Some(pair) = run.suggestions.iter().find(|pair| pair.id == id) {
        return Some(suggestion(run, pair));
    }
    if let Some(found) = run.findings.iter().find(|finding| finding.id == id) {
        return Some(finding(run, found));
    }
    if let Some(line) = run.explained.iter().find(|line| line.id == id) {
        return Some(recomputed(run, line));
    }
    let is_meant = |line: &&SettledLine| line.line.as_ref().is_some_and(|line| line.id == id);
    if let Some(line) = run.settled.iter().find(is_meant) {
        return settled(run, line);
    }
    if let Some(found) = run.flags.iter().find(|flag| flag.id == id) {
        return Some(flag(run, found));
    }
    run.causes.iter().find(|cause| cause.id == id).map(|found| cause(run, found))
}

/// A cause, what it comes to and everything it is behind.
fn cause<'run>(run: &'run Run, cause: &'run Cause) -> Explanation<'run> {
    let item = cause_items(run).into_iter().find(|item| item.id == cause.id);
    let sums = item.iter().flat_map(CauseItem::sums).map(|(sum, money)| {
        let money = numbers::money(money, sum.currency);
        ("money".to_owned(), format!("{money} a month: {}", sum.words()))
    });
    let mut lines: Vec<String> = Vec::new();
    let findings = run.findings.iter().filter(|finding| finding.cause == cause.id);
    lines.extend(findings.map(|finding| {
        let money = numbers::money(finding.monthly_impact, finding.currency);
        let Finding { id, client, sku, .. } = finding;
        format!("{id} {}: {client}, {sku}, {money} a month", finding.kind.title())
    }));
    let flags = run.flags.iter().filter(|flag| flag.cause == cause.id);
    lines.extend(flags.map(|flag| {
        let sku = if flag.sku.is_empty() { "the whole client" } else { &flag.sku };
        format!("{} {}: {}, {sku}", flag.id, flag.kind.words(), flag.client)
    }));
    lines.extend(cause.further.iter().map(|line| {
        let money = numbers::money(line.money, line.currency);
        format!("{} of {}, billed at {money} before, ended with it", line.units, line.sku)
    }));
    let about = [("client", &cause.client), ("of", &cause.what)];
    let about = about.into_iter().filter(|(_, name)| !name.is_empty());
    Explanation {
        run,
        title: format!("{} {}", cause.kind.title(), cause.id),
        about: about.map(|(label, name)| (label.to_owned(), name.clone())).collect(),
        why: cause.words.clone(),
        parts: vec![Part::Facts(sums.collect()), Part::Sentences(lines)],
        of: Explained::Cause(cause),
    }
}

fn client_and_sku(client: &str, sku: &str) -> Vec<Labelled> {
    vec![("client".to_owned(), client.to_owned()), ("SKU".to_owned(), sku.to_owned())]
}

fn recomputed<'run>(run: &'run Run, line: &'run ExplainedLine) -> Explanation<'run> {
    let money = |amount| numbers::money(amount, line.currency);
    let recomputed = line.recomputed.map_or_else(|| "unknown".to_owned(), money);
    let amounts =
        vec![("charged".to_owned(), money(line.charged)), ("recomputed".to_owned(), recomputed)];
    Explanation {
        run,
        title: format!("{} {} · {}", line.kind.word(), line.id, line.verdict.words()),
        about: client_and_sku(&line.client, &line.sku),
        why: line.why.clone(),
        parts: vec![Part::Facts(amounts), Part::Rows(line.side, &line.rows)],
        of: Explained::Recomputed(line),
    }
}

fn settled<'run>(run: &'run Run, settled: &'run SettledLine) -> Option<Explanation<'run>> {
    let line = settled.line.as_ref()?;
    let money = |amount| format!("{} a month", numbers::money(amount, line.currency));
    let amounts = vec![
        ("costs us".to_owned(), money(line.cost)),
        ("is billed".to_owned(), money(line.billed)),
    ];
    Some(Explanation {
        run,
        title: format!("settled {} · {}", line.id, settled.verdict),
        about: client_and_sku(&settled.client, &settled.sku),
        why: settled.words(),
        parts: vec![Part::Facts(amounts), Part::Rows(Side::Vendor, &line.rows)],
        of: Explained::Settled(settled),
    })
}

fn suggestion<'run>(run: &'run Run, pair: &'run NamePair) -> Explanation<'run> {
    let sure = match (pair.vendor_name.is_empty(), pair.psa_name.is_empty()) {
        (false, false) if pair.is_bundle_part() => "that the one is a part of the other",
        (false, false) => "that the two are one",
        _ => "that the name truly has no partner",
    };
    let mut verdict = vec![format!("{} {sure}", numbers::percent(pair.probability))];
    if let Some((name, probability)) = &pair.runner_up {
        verdict.push(format!("next best: {name}, {}", numbers::percent(*probability)));
    }
    if pair.status == Status::Review {
        let money = numbers::money(pair.money, run.currency);
        verdict.push(format!("{money} a month waits for the answer"));
    }
    Explanation {
        run,
        title: format!("{} pair {} · {}", pair.kind, pair.id, pair.status),
        about: named_sides(pair),
        why: pair.why.clone(),
        parts: vec![
            Part::Steps(pair),
            Part::Sentences(verdict),
            Part::Rows(Side::Vendor, &pair.vendor_rows),
            Part::Rows(Side::Psa, &pair.psa_rows),
        ],
        of: Explained::Pair(pair),
    }
}

fn named_sides(pair: &NamePair) -> Vec<Labelled> {
    let named = |name: &str, key: &str| match (name.is_empty(), key == name) {
        (true, _) => "none".to_owned(),
        (false, true) => name.to_owned(),
        (false, false) => format!("{name} (id {key})"),
    };
    vec![
        ("vendor".to_owned(), named(&pair.vendor_name, &pair.vendor_id)),
        ("psa".to_owned(), named(&pair.psa_name, &pair.psa_id)),
    ]
}

/// One step from prior to score.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StepWords {
    pub name: String,
    /// The feature's value; empty where it has none.
    pub value: String,
    pub log_odds: f64,
}

/// A step that moves the log-odds by less is not worth a line of its own.
const SMALL_STEP: f64 = 0.1;

/// The steps before the score; the small ones are one.
pub(super) fn steps(pair: &NamePair) -> Vec<StepWords> {
    let is_small =
        |step: &&Contribution| step.feature != "prior" && step.log_odds.abs() < SMALL_STEP;
    let (small, large): (Vec<_>, Vec<_>) = pair.contributions.iter().partition(is_small);
    let words = |step: &Contribution| StepWords {
        name: step.feature.replace('_', " "),
        value: if step.feature == "prior" { String::new() } else { short(step.value) },
        log_odds: step.log_odds,
    };
    let mut steps: Vec<StepWords> = large.into_iter().map(words).collect();
    if !small.is_empty() {
        steps.push(StepWords {
            name: format!("{} small ones", small.len()),
            value: String::new(),
            log_odds: small.iter().map(|step| step.log_odds).sum(),
        });
    }
    steps
}

/// What the way from prior to score is called.
pub(super) fn steps_title(pair: &NamePair) -> &'static str {
    match pair.status {
        Status::Known => {
            "What would be said if nobody had decided, in log-odds: feature, value, what it adds"
        }
        _ => "From prior to score, in log-odds: feature, value, what it adds",
    }
}

/// A feature's value with three decimal places at most.
fn short(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn finding<'run>(run: &'run Run, finding: &'run Finding) -> Explanation<'run> {
    let claim = if finding.is_claim() { "a claim" } else { "a question" };
    let month = numbers::money(finding.monthly_impact, finding.currency);
    let year = numbers::yearly(finding.monthly_impact, finding.currency);
    let whose = finding.direction().of_one();
    let quantities = [
        ("bought".to_owned(), numbers::units(finding.vendor_quantity)),
        ("billed".to_owned(), numbers::units(finding.psa_quantity)),
        ("drift".to_owned(), numbers::signed_units(finding.drift)),
        ("money".to_owned(), format!("{month} a month, {year} a year: {whose}")),
        ("sure".to_owned(), format!("{}: {claim}", numbers::percent(finding.probability))),
    ];
    let right = finding.right.iter().map(|right| ("likely right".to_owned(), right.words()));
    let cause = run.causes.iter().find(|cause| cause.id == finding.cause);
    let cause = cause.map(|one| ("cause".to_owned(), format!("{} ({})", one.words, one.id)));
    Explanation {
        run,
        title: format!("{} {}", finding.kind.title(), finding.id),
        about: client_and_sku(&finding.client, &finding.sku),
        why: finding.why.clone(),
        parts: vec![
            Part::Facts(quantities.into_iter().chain(right).chain(cause).collect()),
            Part::Evidence(&finding.evidence),
            Part::Rows(Side::Vendor, &finding.vendor_rows),
            Part::Rows(Side::Psa, &finding.psa_rows),
        ],
        of: Explained::Finding(finding),
    }
}

fn flag<'run>(run: &'run Run, flag: &'run FlagLine) -> Explanation<'run> {
    let kind = flag.kind.words();
    let sku = if flag.sku.is_empty() { "the whole client" } else { &flag.sku };
    let show = |value: f64| flag.number(value);
    let range = format!("{} to {}", show(flag.low), show(flag.high));
    let month = numbers::money(flag.monthly_impact, flag.currency);
    let year = numbers::yearly(flag.monthly_impact, flag.currency);
    let quantities = vec![
        ("seen".to_owned(), show(flag.observed)),
        ("expected".to_owned(), format!("{}, range {range}", show(flag.expected))),
        ("chance".to_owned(), format!("{} in a quiet month", numbers::rarity(flag.p_value))),
        ("real".to_owned(), format!("{} likely", numbers::percent(flag.real))),
        ("money".to_owned(), format!("{month} a month, {year} a year")),
    ];
    let advice = [
        ("likely right", flag.right.as_ref().map_or_else(String::new, LikelyRight::words)),
        ("likely causes", flag.causes.join("; ")),
        ("check next", flag.check.clone()),
        ("ends when", flag.ends.clone()),
    ];
    let advice = advice.into_iter().filter(|(_, words)| !words.is_empty());
    let advice: Vec<Labelled> = advice.map(|(label, words)| (label.to_owned(), words)).collect();
    Explanation {
        run,
        title: format!("{kind} {} · {} · {}", flag.id, flag.side, flag.month),
        about: client_and_sku(&flag.client, sku),
        why: flag.why.clone(),
        parts: vec![
            Part::Facts(quantities),
            Part::Facts(advice),
            Part::Months(flag),
            Part::Evidence(&flag.evidence),
            Part::Rows(flag.side.books(), &flag.rows),
        ],
        of: Explained::Flag(flag),
    }
}

/// How many source rows of a side are shown; the rest is counted.
pub(super) const N_ROWS_SHOWN: usize = 20;

/// What the source rows of a side are called.
pub(super) fn rows_title(side: Side) -> &'static str {
    match side {
        Side::Vendor => "Vendor rows: quantity × unit = amount",
        Side::Psa => "PSA rows: quantity × unit = amount",
    }
}

/// What the months of a flag are called.
pub(super) const MONTHS_TITLE: &str = "Month by month, the flagged one marked";
