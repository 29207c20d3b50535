//! A run → what waits for a person, in three queues.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::causes;
use super::run_names::keys_by_name;
use seatdrift_core::decisions::Names;
use seatdrift_core::domain::{
    ClientKey, Currency, Direction, EntityKind, LineKey, Probability, Side, SkuKey,
};
use seatdrift_core::normalise::is_own_name;
use seatdrift_core::run::one_sided::{OneSided, one_sided};
use seatdrift_core::run::waiting::waiting_names;
use seatdrift_core::run::{Finding, FindingLine, FlagKeys, FlagLine, NamePair, Run, Status};

/// The three queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Queue {
    /// Names whose partner is not sure.
    Names,
    /// Bought and billed differ.
    Differences,
    /// Months the trend did not expect.
    Flags,
}

impl Queue {
    pub(super) const ALL: [Self; 3] = [Self::Names, Self::Differences, Self::Flags];

    /// The word in addresses.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::Differences => "differences",
            Self::Flags => "flags",
        }
    }

    /// The word on the page.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Names => "Names",
            Self::Differences => "Differences",
            Self::Flags => "Flags",
        }
    }

    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|queue| queue.word() == word)
    }
}

/// What an item is about.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// A name and its candidates, as positions among the run's suggestions, best first.
    Name { kind: EntityKind, side: Side, key: String, candidates: Vec<usize>, asks: Asks },
    /// A finding, by its position, the keys of its lines, and its product where one side alone knows it.
    Finding { position: usize, lines: Vec<LineKey>, product: Option<Product>, told: Told },
    /// Findings with one cause and money that may be added, by their positions, with the positions of its
    /// flags and the keys of all lines.
    Cause { findings: Vec<usize>, flags: Vec<usize>, lines: Vec<LineKey> },
    /// A flag, by its position, and the keys of its client and its product.
    Flag { position: usize, keys: FlagKeys, told: Told },
}

/// What a person is asked about a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asks {
    /// Which of its candidates it is.
    Partner,
    /// Whether a pair that was accepted is right, without a hint.
    Check,
    /// Whose it is: a product that one side alone knows, or a client that looks like the MSP itself, with the
    /// positions of its findings.
    Whose { findings: Vec<usize> },
    /// Nothing: the run found no partner worth showing. A person may answer all the same.
    Nothing,
}

/// Whether a person is asked about a finding or a flag by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Told {
    /// It is.
    #[default]
    Alone,
    /// It is asked about with what has the same cause.
    InItsCause,
}

/// A product that one side alone knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) side: Side,
    pub(super) key: String,
}

/// One thing to decide.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) queue: Queue,
    /// What kind, as the filter names it.
    pub(super) kind: String,
    /// What a person reads in the list.
    pub(super) title: String,
    pub(super) detail: String,
    /// Clients it is about, for the filter.
    pub(super) client: String,
    /// The export it stands in.
    pub(super) vendor: String,
    pub(super) money: Decimal,
    pub(super) currency: Currency,
    /// The best candidate's, or that the difference is real.
    pub(super) probability: Probability,
    pub(super) what: What,
}

impl Item {
    /// Whether what the program thinks of it is not shown.
    pub(super) fn is_check(&self) -> bool {
        matches!(self.what, What::Name { asks: Asks::Check, .. })
    }

    /// Whether it is asked whose it is.
    pub(super) fn asks_whose(&self) -> bool {
        matches!(self.what, What::Name { asks: Asks::Whose { .. }, .. })
    }

    /// What it is about and its kind, said once: a cause's words say its kind already.
    pub(super) fn what_and_kind(&self) -> String {
        match self.what {
            What::Cause { .. } => self.detail.clone(),
            _ => format!("{}: {}", self.detail, self.kind.replace('_', " ")),
        }
    }

    /// Whose money a difference is; `None` for what is none.
    pub(super) fn direction(&self, run: &Run) -> Option<Direction> {
        match self.what {
            What::Finding { position, .. } => Some(run.findings[position].direction()),
            What::Cause { ref findings, .. } => {
                findings.first().map(|&position| run.findings[position].direction())
            }
            What::Name { .. } | What::Flag { .. } => None,
        }
    }

    /// The clients that a finding or a flag is about, the vendor's by their partners' keys.
    pub(super) fn clients<'a>(
        &'a self,
        partners: &'a BTreeMap<&str, &str>,
    ) -> impl Iterator<Item = (Side, &'a str)> {
        let (lines, keys) = match &self.what {
            What::Name { .. } => (None, None),
            What::Finding { lines, .. } | What::Cause { lines, .. } => (Some(lines), None),
            What::Flag { keys, .. } => (None, Some(keys)),
        };
        let lines = lines.into_iter().flatten().map(|line| (line.side, line.client.0.as_str()));
        let keys = keys.into_iter().flat_map(|keys| {
            let vendor = keys.vendor_clients.iter().map(|key| (Side::Vendor, key.as_str()));
            vendor.chain(keys.psa_clients.iter().map(|key| (Side::Psa, key.as_str())))
        });
        lines.chain(keys).map(|(side, key)| match (side, partners.get(key)) {
            (Side::Vendor, Some(&psa)) => (Side::Psa, psa),
            _ => (side, key),
        })
    }

    /// Whether a person is asked about it. What the MSP bills and nobody charges for is asked about once,
    /// by its product; what a vendor charges and nobody is billed for is never kept from the list.
    pub(super) fn is_asked(&self) -> bool {
        match &self.what {
            What::Name { asks, .. } => *asks != Asks::Nothing,
            What::Finding { told, .. } | What::Flag { told, .. } if *told == Told::InItsCause => {
                false
            }
            What::Finding { .. } => !self.waits_for_product(),
            What::Cause { .. } | What::Flag { .. } => true,
        }
    }

    /// Whether it is a line that waits for one answer about its product.
    pub(super) fn waits_for_product(&self) -> bool {
        let What::Finding { product: Some(product), .. } = &self.what else { return false };
        product.side == Side::Psa
    }
}

/// Everything of a run that a person may decide: products that one side alone knows, names in the order
/// their answers teach, accepted ones to check, then names alone, differences and flags in the run's order.
pub(super) fn items(run: &Run, names: &Names) -> Vec<Item> {
    let flags = run.flags.iter().enumerate();
    let products = one_sided(run);
    let mut items = name_items(run, &products);
    let product_of = |position: usize| {
        let product = products.iter().find(|one| one.findings.binary_search(&position).is_ok())?;
        Some(Product { side: product.side, key: product.pair.key_or_name(product.side).to_owned() })
    };
    let findings = run.findings.iter().enumerate().map(|(position, finding)| {
        finding_item(run, names, (position, finding), product_of(position))
    });
    let flags = flags.map(|(position, flag)| flag_item(run, flag, position));
    items.extend(causes::together(run, findings.collect(), flags.collect()));
    items
}

fn name_items(run: &Run, products: &[OneSided<'_>]) -> Vec<Item> {
    let positions: BTreeMap<&str, usize> =
        run.suggestions.iter().enumerate().map(|(idx, pair)| (pair.id.as_str(), idx)).collect();
    let waiting = waiting_names(run).into_iter().map(|name| {
        let candidates: Vec<usize> =
            name.candidates.iter().map(|pair| positions[pair.id.as_str()]).collect();
        name_item(run, name.kind, name.side, (candidates, Asks::Partner))
    });
    let checks = run.suggestions.iter().enumerate().filter(|(_, pair)| pair.is_checked);
    let checks = checks.map(|(position, pair)| {
        name_item(run, pair.kind, pair.asked_side(), (vec![position], Asks::Check))
    });
    let whose = products.iter().map(|product| {
        let asks = Asks::Whose { findings: product.findings.clone() };
        let candidates = vec![positions[product.pair.id.as_str()]];
        let mut item = name_item(run, EntityKind::Sku, product.side, (candidates, asks));
        item.detail = format!("only {} knows it", place(product.side));
        item
    });
    let tenants = own_tenants(run);
    let is_asked = |pair: &NamePair| {
        products
            .iter()
            .map(|product| product.pair)
            .chain(tenants.iter().map(|one| one.0))
            .any(|asked| asked.id == pair.id)
    };
    let own = tenants.iter().map(|(pair, findings)| {
        let asks = Asks::Whose { findings: findings.clone() };
        let candidates = vec![positions[pair.id.as_str()]];
        let mut item = name_item(run, EntityKind::Client, pair.asked_side(), (candidates, asks));
        item.detail = "looks like yourself".to_owned();
        item
    });
    let alone = run.suggestions.iter().enumerate();
    let alone = alone.filter(|(_, pair)| pair.status == Status::Unmatched && !is_asked(pair));
    let alone = alone.map(|(position, pair)| {
        name_item(run, pair.kind, pair.asked_side(), (vec![position], Asks::Nothing))
    });
    whose.chain(own).chain(waiting).chain(checks).chain(alone).collect()
}

/// Clients without a partner that look like the MSP itself, with the positions of their findings.
fn own_tenants(run: &Run) -> Vec<(&NamePair, Vec<usize>)> {
    let is_own = |pair: &&NamePair| {
        pair.kind == EntityKind::Client
            && pair.status == Status::Unmatched
            && is_own_name(pair.on(pair.asked_side()).1, &run.msp)
    };
    let own = run.suggestions.iter().filter(is_own);
    let own = own.map(|pair| (pair, findings_of_client(run, pair)));
    own.filter(|(_, findings)| !findings.is_empty()).collect()
}

/// The positions of a client's findings.
fn findings_of_client(run: &Run, pair: &NamePair) -> Vec<usize> {
    let side = pair.asked_side();
    let key = pair.key_or_name(side);
    let is_its = |line: &FindingLine| line.side == side && line.client == key;
    let found = run.findings.iter().enumerate();
    let its = found.filter(|(_, finding)| finding.lines.iter().any(is_its));
    its.map(|(position, _)| position).collect()
}

/// The side in a sentence.
pub(super) fn place(side: Side) -> &'static str {
    match side {
        Side::Vendor => "the vendor",
        Side::Psa => "the PSA",
    }
}

fn name_item(
    run: &Run,
    kind: EntityKind,
    side: Side,
    (candidates, asks): (Vec<usize>, Asks),
) -> Item {
    let best = &run.suggestions[candidates[0]];
    let name = best.on(side).1;
    let other = best.on(side.other()).1;
    let rows = if side == Side::Vendor { &best.vendor_rows } else { &best.psa_rows };
    let clients: BTreeSet<&str> = match kind {
        EntityKind::Client => BTreeSet::from([name]),
        EntityKind::Sku => {
            rows.iter().filter_map(|place| run.rows.get(place)).map(|r| r.client.as_str()).collect()
        }
    };
    Item {
        id: best.id.clone(),
        queue: Queue::Names,
        kind: kind.word().to_owned(),
        title: name.to_owned(),
        detail: if other.is_empty() { "no partner found".to_owned() } else { other.to_owned() },
        client: clients.into_iter().collect::<Vec<_>>().join("\n"),
        vendor: file_of(rows),
        money: candidates.iter().map(|&idx| run.suggestions[idx].money).max().unwrap_or_default(),
        currency: run.currency,
        probability: best.probability,
        what: What::Name { kind, side, key: best.key_or_name(side).to_owned(), candidates, asks },
    }
}

fn finding_item(
    run: &Run,
    names: &Names,
    (position, finding): (usize, &Finding),
    product: Option<Product>,
) -> Item {
    let here = finding.lines.iter().filter(|line| line.is_here());
    let mut lines: BTreeSet<LineKey> = here.map(FindingLine::key).collect();
    let places = [(Side::Vendor, &finding.vendor_rows), (Side::Psa, &finding.psa_rows)];
    // A run that says nothing of lines has the names of their rows.
    for (side, places) in places.into_iter().filter(|_| finding.lines.is_empty()) {
        let (clients, skus) = names.of(side);
        for row in places.iter().filter_map(|place| run.rows.get(place)) {
            for client in clients.keys(&row.client) {
                let keys = skus.keys(&row.sku).into_iter().map(|sku| LineKey {
                    side,
                    client: ClientKey((&client).into()),
                    sku: SkuKey(sku.into()),
                    currency: finding.currency,
                });
                lines.extend(keys);
            }
        }
    }
    let rows =
        if finding.vendor_rows.is_empty() { &finding.psa_rows } else { &finding.vendor_rows };
    Item {
        id: finding.id.clone(),
        queue: Queue::Differences,
        kind: finding.kind.word().to_owned(),
        title: finding.client.clone(),
        detail: finding.sku.clone(),
        client: finding.client.clone(),
        vendor: file_of(rows),
        money: finding.monthly_impact,
        currency: finding.currency,
        probability: finding.probability,
        what: What::Finding {
            position,
            lines: lines.into_iter().collect(),
            product,
            told: Told::Alone,
        },
    }
}

fn flag_item(run: &Run, flag: &FlagLine, position: usize) -> Item {
    let keys = flag.keys.clone().unwrap_or_else(|| keys_by_name(run, flag));
    Item {
        id: flag.id.clone(),
        queue: Queue::Flags,
        kind: flag.kind.word().to_owned(),
        title: flag_title(flag),
        detail: if flag.sku.is_empty() { "every line".to_owned() } else { flag.sku.clone() },
        client: flag.client.clone(),
        vendor: file_of(&flag.rows),
        money: flag.monthly_impact,
        currency: flag.currency,
        probability: flag.real,
        what: What::Flag { position, keys, told: Told::Alone },
    }
}

/// Whom a flag is about.
pub(super) fn flag_title(flag: &FlagLine) -> String {
    if flag.client.is_empty() { "Every client".to_owned() } else { flag.client.clone() }
}

/// The export the first row stands in.
fn file_of(places: &[String]) -> String {
    let file = places.first().and_then(|place| place.rsplit_once(':')).map(|(file, _)| file);
    file.map_or_else(String::new, |file| file.split('!').next().unwrap_or(file).to_owned())
}
