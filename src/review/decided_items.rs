//! Decisions → what of the queues is decided, and what was said before.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;

use super::queue::{Asks, Item, Product, What};
use seatdrift_core::decisions::{LineDecisions, NameIndex, Names, decided_month, pair_memory};
use seatdrift_core::domain::entity::Decided;
use seatdrift_core::domain::{Decision, EntityKind, LineKey, PairMemory, Side, Subject, Verdict};
use seatdrift_core::run::{FlagKeys, NamePair, Run, Status};

/// How many earlier decisions a card shows.
const N_EARLIER: usize = 12;

/// What was decided of an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ItemAnswer {
    /// In words: `same as Northwind Traders Ltd`.
    pub(super) words: String,
    /// By whom, and the day.
    pub(super) by: String,
    /// That the difference is to be fixed.
    pub(super) is_to_fix: bool,
}

/// What the decisions say of a run.
#[derive(Debug, Default)]
pub(super) struct DecidedItems {
    /// The answer of every item, in their order.
    pub(super) answers: Vec<Option<ItemAnswer>>,
    /// Pairs of keys, vendor and PSA, that a person said no to: of clients, of products.
    different: [BTreeSet<(String, String)>; 2],
}

impl DecidedItems {
    /// The findings that are to be fixed or not after what was answered since the run, by position. `items` are
    /// those that were answered.
    pub(super) fn to_fix(&self, items: &[Item]) -> BTreeMap<usize, bool> {
        let answered = items.iter().zip(&self.answers).filter_map(|(item, answer)| {
            let What::Finding { position, .. } = item.what else { return None };
            Some((position, answer.as_ref()?.is_to_fix))
        });
        answered.collect()
    }

    /// Whether a person said no to a suggestion.
    pub(super) fn is_refused(&self, pair: &NamePair) -> bool {
        let different = match pair.kind {
            EntityKind::Client => &self.different[0],
            EntityKind::Sku => &self.different[1],
        };
        different.contains(&(pair.vendor_id.clone(), pair.psa_id.clone()))
    }
}

/// What the decisions say of a run's items.
pub(super) fn standing(
    run: &Run,
    items: &[Item],
    names: &Names,
    decisions: &[Decision],
) -> DecidedItems {
    let clients = Pairs::new(run, EntityKind::Client, names, decisions);
    let skus = Pairs::new(run, EntityKind::Sku, names, decisions);
    let lines = LineDecisions::new(decisions, names);
    let flags: Vec<&Decision> = decisions
        .iter()
        .filter(|decision| decision.subject == Subject::Flag && decision.month == Some(run.month))
        .collect();
    let answer = |item: &Item| match &item.what {
        What::Name { kind, side, key, candidates, .. } => {
            let pairs = if *kind == EntityKind::Client { &clients } else { &skus };
            pairs.answer(run, *side, key, candidates)
        }
        What::Finding { lines: keys, product, .. } => {
            let keys: Vec<_> = keys.iter().collect();
            let standing = lines.standing(&keys, run.month).filter(|standing| {
                decided_month(standing.decision).is_some_and(|month| run.month <= month)
            });
            let of_product = || skus.whose(product.as_ref()?);
            standing.map(|standing| said(standing.decision)).or_else(of_product)
        }
        // That all its lines are decided is counted below.
        What::Cause { .. } => None,
        What::Flag { keys, .. } => {
            let last = flags.iter().rev().find(|decision| is_about(decision, names, keys))?;
            Some(said(last))
        }
    };
    let mut answers: Vec<Option<ItemAnswer>> = items.iter().map(answer).collect();
    line_by_line(items, &mut answers);
    DecidedItems {
        answers,
        different: [clients, skus].map(|one| one.memory.different.into_keys().collect()),
    }
}

/// A product, or a cause, whose every line is decided needs no answer of its own.
fn line_by_line(items: &[Item], answers: &mut [Option<ItemAnswer>]) {
    let of_lines: BTreeMap<usize, Option<ItemAnswer>> = items
        .iter()
        .zip(&*answers)
        .filter_map(|(item, answer)| match &item.what {
            What::Finding { position, .. } => Some((*position, answer.clone())),
            _ => None,
        })
        .collect();
    for (item, answer) in items.iter().zip(answers) {
        let findings = match &item.what {
            What::Name { asks: Asks::Whose { findings }, .. } | What::Cause { findings, .. } => {
                findings
            }
            _ => continue,
        };
        let own: Option<Vec<&ItemAnswer>> =
            findings.iter().map(|position| of_lines[position].as_ref()).collect();
        let Some(own) = own.filter(|_| answer.is_none()) else { continue };
        let is_one = own.windows(2).all(|two| two[0] == two[1]);
        *answer = match own.first() {
            Some(first) if is_one && matches!(item.what, What::Cause { .. }) => {
                Some((*first).clone())
            }
            _ => Some(ItemAnswer { words: "line by line".to_owned(), ..ItemAnswer::default() }),
        };
    }
}

fn said(decision: &Decision) -> ItemAnswer {
    let mut words = decision.verdict.word().replace('_', " ");
    if !decision.reason.is_empty() {
        words.push_str(&format!(": {}", decision.reason));
    }
    if let Some(until) = decision.until {
        words.push_str(&format!(", until {until}"));
    }
    let is_to_fix = matches!(decision.verdict, Verdict::FixPsa | Verdict::FixVendor);
    ItemAnswer { words, by: by_and_day(decision), is_to_fix }
}

/// What a decision is about, by name where this month knows one.
pub(super) fn about(names: &Names, decision: &Decision) -> String {
    let texts = [
        (&decision.vendor_client, &names.vendor_clients),
        (&decision.vendor_sku, &names.vendor_skus),
        (&decision.psa_client, &names.psa_clients),
        (&decision.psa_sku, &names.psa_skus),
    ];
    let named = texts.into_iter().filter_map(|(text, index)| Some(named(index, text.as_deref()?)));
    named.collect::<Vec<_>>().join(" · ")
}

/// `sam, 2026-11-03`
pub(super) fn by_and_day(decision: &Decision) -> String {
    let on = decision.at.map(|at| at.to_zoned(TimeZone::UTC).date());
    signed(&Decided { by: decision.by.clone(), on })
}

fn signed(decided: &Decided) -> String {
    match (decided.by.as_str(), decided.on) {
        ("", None) => String::new(),
        ("", Some(on)) => on.to_string(),
        (by, None) => by.to_owned(),
        (by, Some(on)) => format!("{by}, {on}"),
    }
}

/// Whether every key a decision gives is one of a flag's; one that gives no client is about a product at all
/// of them.
fn is_about(decision: &Decision, names: &Names, keys: &FlagKeys) -> bool {
    let names_client = decision.vendor_client.is_some() || decision.psa_client.is_some();
    if names_client == (keys.vendor_clients.is_empty() && keys.psa_clients.is_empty()) {
        return false;
    }
    let given = [
        (&decision.vendor_client, &names.vendor_clients, &keys.vendor_clients),
        (&decision.vendor_sku, &names.vendor_skus, &keys.vendor_skus),
        (&decision.psa_client, &names.psa_clients, &keys.psa_clients),
        (&decision.psa_sku, &names.psa_skus, &keys.psa_skus),
    ];
    given.into_iter().all(|(text, index, keys)| {
        let Some(text) = text else { return true };
        keys.contains(text) || index.keys(text).iter().any(|key| keys.contains(key))
    })
}

/// What stands of the pairs of one kind.
struct Pairs<'a> {
    memory: PairMemory,
    names: &'a Names,
    kind: EntityKind,
    /// PSA key → the vendor keys that are the same.
    by_psa: BTreeMap<String, Vec<String>>,
    /// Pairs that were known when the run was made: they answer no question of it.
    known: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Pairs<'a> {
    fn new(run: &'a Run, kind: EntityKind, names: &'a Names, decisions: &[Decision]) -> Self {
        let (vendor, psa) = names.of_kind(kind);
        let memory = pair_memory(decisions, kind, run.month.last_day(), vendor, psa);
        let mut by_psa: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (vendor, psa) in memory.same.keys() {
            by_psa.entry(psa.clone()).or_default().push(vendor.clone());
        }
        let pairs =
            run.suggestions.iter().filter(|pair| pair.kind == kind && pair.status == Status::Known);
        let known = pairs.map(|pair| (pair.vendor_id.as_str(), pair.psa_id.as_str())).collect();
        Self { memory, names, kind, by_psa, known }
    }

    /// Who said that a name rightly has no partner.
    fn no_partner(&self, side: Side, key: &str) -> Option<&Decided> {
        match side {
            Side::Vendor => self.memory.no_psa.get(key),
            Side::Psa => self.memory.no_vendor.get(key),
        }
    }

    /// What was decided of a product that one side alone knows.
    fn whose(&self, product: &Product) -> Option<ItemAnswer> {
        let decided = self.no_partner(product.side, &product.key)?;
        Some(ItemAnswer {
            words: "our own, at every client".to_owned(),
            by: signed(decided),
            is_to_fix: false,
        })
    }

    fn answer(&self, run: &Run, side: Side, key: &str, candidates: &[usize]) -> Option<ItemAnswer> {
        let (vendor_names, psa_names) = self.names.of_kind(self.kind);
        let others = if side == Side::Vendor { psa_names } else { vendor_names };
        if let Some(decided) = self.no_partner(side, key) {
            return Some(ItemAnswer {
                words: "no partner".to_owned(),
                by: signed(decided),
                is_to_fix: false,
            });
        }
        if let Some((pair, decided)) = self.same(side, key).next() {
            let other = if side == Side::Vendor { &pair.1 } else { &pair.0 };
            let verb = if self.memory.bundled.contains(pair) { "bundled with" } else { "same as" };
            let words = format!("{verb} {}", named(others, other));
            return Some(ItemAnswer { words, by: signed(decided), is_to_fix: false });
        }
        let is_refused = |&idx: &usize| {
            let pair = &run.suggestions[idx];
            !pair.vendor_id.is_empty() && !pair.psa_id.is_empty() && self.is_different(run, idx)
        };
        candidates
            .iter()
            .all(is_refused)
            .then(|| ItemAnswer { words: "none of these".to_owned(), ..ItemAnswer::default() })
    }

    /// The pairs of a key that are the same and were not when the run was made.
    fn same(&self, side: Side, key: &str) -> impl Iterator<Item = (&(String, String), &Decided)> {
        let pairs: Vec<(String, String)> = match side {
            Side::Vendor => {
                let from = (key.to_owned(), String::new());
                let own =
                    self.memory.same.range(from..).take_while(|((vendor, _), _)| vendor == key);
                own.map(|(pair, _)| pair.clone()).collect()
            }
            Side::Psa => {
                let vendors = self.by_psa.get(key).into_iter().flatten();
                vendors.map(|vendor| (vendor.clone(), key.to_owned())).collect()
            }
        };
        pairs
            .into_iter()
            .filter(|(vendor, psa)| !self.known.contains(&(vendor.as_str(), psa.as_str())))
            .filter_map(|pair| self.memory.same.get_key_value(&pair))
    }

    fn is_different(&self, run: &Run, idx: usize) -> bool {
        let pair = &run.suggestions[idx];
        self.memory.different.contains_key(&(pair.vendor_id.clone(), pair.psa_id.clone()))
    }
}

fn named(names: &NameIndex, key: &str) -> String {
    names.name(key).unwrap_or(key).to_owned()
}

/// The last decisions that name what an item is about, newest first.
pub(super) fn earlier<'a>(
    run: &Run,
    item: &Item,
    names: &Names,
    decisions: &'a [Decision],
) -> Vec<&'a Decision> {
    let is_of_item = |decision: &&Decision| match &item.what {
        What::Name { kind, candidates, .. } => {
            candidates.iter().any(|&idx| names_pair(decision, run, names, *kind, idx))
        }
        _ => is_of_line_or_flag(decision, item, names),
    };
    decisions.iter().rev().filter(is_of_item).take(N_EARLIER).collect()
}

/// The decisions of an item itself, oldest first: those that name its own name, line or flag, and not those
/// that name a candidate as the partner of another name.
pub(super) fn own<'a>(
    item: &'a Item,
    names: &'a Names,
    decisions: &'a [Decision],
) -> impl DoubleEndedIterator<Item = &'a Decision> {
    decisions.iter().filter(move |decision| match &item.what {
        What::Name { kind, side, key, .. } => {
            let (subject, texts) = texts_of(decision, *kind);
            let (vendor, psa) = names.of_kind(*kind);
            let (text, index) =
                if *side == Side::Vendor { (texts[0], vendor) } else { (texts[1], psa) };
            decision.subject == subject && text.as_ref().is_some_and(|text| index.means(text, key))
        }
        _ => is_of_line_or_flag(decision, item, names),
    })
}

/// Whether a decision names the lines of a finding, its product where one side alone knows it, or the client
/// and the product of a flag.
fn is_of_line_or_flag(decision: &Decision, item: &Item, names: &Names) -> bool {
    let is_line = matches!(decision.subject, Subject::Line | Subject::Flag);
    match &item.what {
        What::Name { .. } => false,
        What::Finding { lines, product, .. } => {
            let is_of_product = |product| is_about_product(decision, names, product);
            product.as_ref().is_some_and(is_of_product)
                || is_line && lines.iter().any(|line| names_line(decision, names, line))
        }
        What::Cause { lines, .. } => {
            is_line && lines.iter().any(|line| names_line(decision, names, line))
        }
        What::Flag { keys, .. } => is_line && is_about(decision, names, keys),
    }
}

/// Whether a decision gives the client and the product of a line.
fn names_line(decision: &Decision, names: &Names, line: &LineKey) -> bool {
    let (clients, skus) = names.of(line.side);
    let (client, sku) = match line.side {
        Side::Vendor => (&decision.vendor_client, &decision.vendor_sku),
        Side::Psa => (&decision.psa_client, &decision.psa_sku),
    };
    let means = |text: &Option<String>, index: &NameIndex, key: &str| {
        text.as_ref().is_some_and(|text| index.means(text, key))
    };
    means(client, clients, &line.client.0) && means(sku, skus, &line.sku.0)
}

fn is_about_product(decision: &Decision, names: &Names, product: &Product) -> bool {
    let text = match product.side {
        Side::Vendor => &decision.vendor_sku,
        Side::Psa => &decision.psa_sku,
    };
    let (_, skus) = names.of(product.side);
    decision.subject == Subject::Sku
        && text.as_ref().is_some_and(|text| skus.means(text, &product.key))
}

/// What decisions about names of a kind are about, and the texts this one gives, the vendor's first.
fn texts_of(decision: &Decision, kind: EntityKind) -> (Subject, [&Option<String>; 2]) {
    match kind {
        EntityKind::Client => (Subject::Client, [&decision.vendor_client, &decision.psa_client]),
        EntityKind::Sku => (Subject::Sku, [&decision.vendor_sku, &decision.psa_sku]),
    }
}

/// Whether a decision about names speaks of a suggestion's name on either side.
fn names_pair(decision: &Decision, run: &Run, names: &Names, kind: EntityKind, idx: usize) -> bool {
    let (subject, texts) = texts_of(decision, kind);
    let (vendor, psa) = names.of_kind(kind);
    let pair = &run.suggestions[idx];
    let sides = [(texts[0], vendor, Side::Vendor), (texts[1], psa, Side::Psa)];
    decision.subject == subject
        && sides.into_iter().any(|(text, index, side)| {
            let key = pair.on(side).0;
            let text = text.as_deref().filter(|_| !key.is_empty());
            text.is_some_and(|text| index.means(text, key))
        })
}
