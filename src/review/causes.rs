//! Findings and flags with one cause: one item, answered once.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::card::{Card, Instead, OtherLine};
use super::cards::{CardMaker, line_actions};
use super::filter::{Filter, Show, item_address};
use super::queue::{Item, Queue, Told, What};
use seatdrift_core::domain::{LineKey, Probability, Verdict};
use seatdrift_core::run::{Cause, Finding, Run, SumOf, numbers};

/// Lines of a cause that its card names.
const N_LINES: usize = 12;

/// The items of findings and flags, in their order, those of one cause behind an item for all of them. What
/// may not be added is asked about apart: what is lost is fixed, and a new price is news.
pub(super) fn together(run: &Run, findings: Vec<Item>, flags: Vec<Item>) -> Vec<Item> {
    let causes: BTreeMap<&str, &Cause> =
        run.causes.iter().map(|cause| (cause.id.as_str(), cause)).collect();
    let mut groups: BTreeMap<(&str, SumOf), Vec<usize>> = BTreeMap::new();
    for (position, finding) in run.findings.iter().enumerate() {
        // A line that waits for one answer about its product is asked about there.
        if causes.contains_key(finding.cause.as_str()) && !findings[position].waits_for_product() {
            let own = groups.entry((&finding.cause, SumOf::of(finding))).or_default();
            own.push(position);
        }
    }
    groups.retain(|_, positions| 1 < positions.len());
    let mut first_of: BTreeMap<usize, (&Cause, Vec<usize>, Vec<usize>)> = BTreeMap::new();
    let mut flags_told: BTreeSet<usize> = BTreeSet::new();
    for ((id, _), positions) in groups {
        let of_cause = run.flags.iter().enumerate().filter(|(_, flag)| flag.cause == id);
        // The first sum of a cause has its flags.
        let own = of_cause.map(|(position, _)| position);
        let own: Vec<usize> = own.filter(|&position| flags_told.insert(position)).collect();
        first_of.insert(positions[0], (causes[id], positions, own));
    }
    let inside: BTreeSet<usize> =
        first_of.values().flat_map(|(_, positions, _)| positions.iter().copied()).collect();
    let mut items = Vec::with_capacity(findings.len() + flags.len() + first_of.len());
    let mut lines_of: Vec<Vec<LineKey>> = findings.iter().map(lines).collect();
    for (position, mut item) in findings.into_iter().enumerate() {
        if let Some((cause, positions, flags)) = first_of.remove(&position) {
            let keys: BTreeSet<LineKey> =
                positions.iter().flat_map(|&one| std::mem::take(&mut lines_of[one])).collect();
            items.push(cause_item(run, cause, &item, (positions, flags, keys)));
        }
        if let What::Finding { told, .. } = &mut item.what
            && inside.contains(&position)
        {
            *told = Told::InItsCause;
        }
        items.push(item);
    }
    items.extend(flags.into_iter().enumerate().map(|(position, mut item)| {
        if let What::Flag { told, .. } = &mut item.what
            && flags_told.contains(&position)
        {
            *told = Told::InItsCause;
        }
        item
    }));
    items
}

fn lines(item: &Item) -> Vec<LineKey> {
    match &item.what {
        What::Finding { lines, .. } => lines.clone(),
        _ => Vec::new(),
    }
}

fn cause_item(
    run: &Run,
    cause: &Cause,
    first: &Item,
    (findings, flags, lines): (Vec<usize>, Vec<usize>, BTreeSet<LineKey>),
) -> Item {
    let own = || findings.iter().map(|&position| &run.findings[position]);
    let names = |of: fn(&Finding) -> &String| -> BTreeSet<&str> {
        own().map(|finding| of(finding).as_str()).collect()
    };
    let clients = names(|finding| &finding.client);
    let named = |names: &BTreeSet<&str>, one: &str, many: &str| match names.len() {
        1 => names.first().copied().unwrap_or_default().to_owned(),
        n => numbers::counted(n, one, many),
    };
    let what = match cause.what.as_str() {
        "" => named(&names(|finding| &finding.sku), "product", "products"),
        what => what.to_owned(),
    };
    let money: Decimal = own().map(|finding| finding.monthly_impact).sum();
    let expected: Decimal = own().map(Finding::expected_money).sum();
    let sure = expected.checked_div(money).and_then(|share| share.to_f64());
    let of = SumOf::of(&run.findings[findings[0]]);
    // Its sums are items of their own.
    let question = if of.is_question { "?" } else { "" };
    Item {
        id: format!("{}:{}:{}{question}", cause.id, of.direction.word(), of.currency),
        queue: Queue::Differences,
        kind: cause.kind.word().to_owned(),
        title: named(&clients, "client", "clients"),
        detail: format!("{}: {what}", cause.kind.title()),
        client: clients.into_iter().collect::<Vec<_>>().join("\n"),
        vendor: first.vendor.clone(),
        money,
        currency: of.currency,
        probability: sure.map_or(first.probability, Probability::clamped),
        what: What::Cause { findings, flags, lines: lines.into_iter().collect() },
    }
}

/// The card of a cause.
pub(super) fn card(
    maker: &CardMaker<'_>,
    item: &Item,
    findings: &[usize],
    flags: &[usize],
) -> Card {
    let run = &maker.state.asked.run;
    let found: Vec<&Finding> = findings.iter().map(|&position| &run.findings[position]).collect();
    let cause = found.first().and_then(|one| run.causes.iter().find(|it| it.id == one.cause));
    let lines = Filter { sight: maker.filter.sight, show: Show::Alone, ..Filter::default() };
    let href = |finding: &Finding| item_address(Queue::Differences, &lines, &finding.id);
    let line = |finding: &&Finding| OtherLine {
        href: href(finding),
        title: format!("{}: {}", finding.client, finding.sku),
        money: numbers::money(finding.monthly_impact, finding.currency),
    };
    let mut facts = vec![
        ("lines".to_owned(), numbers::count(found.len())),
        ("a month".to_owned(), numbers::money(item.money, item.currency)),
    ];
    facts.extend(found.first().map(|one| ("whose".to_owned(), SumOf::of(one).words().to_owned())));
    if !flags.is_empty() {
        facts.push(("flags, answered with it".to_owned(), numbers::count(flags.len())));
    }
    let words = cause.map_or("", |cause| cause.words.as_str());
    let kind = cause.map_or("", |cause| cause.kind.title());
    Card {
        kind: format!("{kind} · one answer for all its lines"),
        title: item.title.clone(),
        subtitle: item.detail.clone(),
        facts,
        why: words.to_owned(),
        actions: line_actions(),
        asks_words: true,
        instead: found.first().map(|one| Instead {
            href: href(one),
            label: "Line by line",
            key: "x",
        }),
        others: found.iter().take(N_LINES).map(line).collect(),
        others_title: "Its lines",
        ..Card::default()
    }
}

/// What an answer about the lines says of the flags with the same cause: what is to be fixed is real, what may
/// stay as it is was to be expected.
pub(super) fn verdict_of_flags(verdict: Verdict) -> Verdict {
    match verdict {
        Verdict::FixPsa | Verdict::FixVendor => Verdict::Real,
        _ => Verdict::Expected,
    }
}
