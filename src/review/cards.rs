//! An item → its card: names, differences and flags.

use super::card::{Action, CandidateView, Card, Earlier, OtherLine, RowView, RowsView, SideView};
use super::causes;
use super::decided_items::{about, by_and_day, earlier};
use super::filter::{Filter, Sight, address, item_address};
use super::name_diff::differing;
use super::one_sided_product::{everywhere, is_it_you, question};
use super::queue::{Asks, Item, Product, What};
use super::run_names::client_partners;
use super::stale_answer::standing_mark;
use super::state::{ReviewState, mark};
use super::step_words::step_words;
use seatdrift_core::domain::{EntityKind, Probability, Side};
use seatdrift_core::run::LineMonths;
use seatdrift_core::run::{FlagLine, LikelyRight, NamePair, RowSeen, numbers};
use seatdrift_core::score::ChartMonths;
use seatdrift_report::charts::{Step, waterfall};
use seatdrift_report::line_months::Figure;

/// Source rows of a side that a card shows.
const N_ROWS: usize = 12;
/// Other lines of the client that a card shows.
const N_OTHERS: usize = 8;
/// A step that moves the log-odds by less is summed with the others like it.
const SMALL_STEP: f64 = 0.25;
/// Steps drawn one by one.
const N_STEPS: usize = 9;

/// What stands on the card of an accepted name that is checked.
const WITHOUT_A_HINT: &str = "One accepted name in fifty is asked about without a hint, so that people test what \
                              the program promises. Judge by the names and their rows.";

/// What a card is made for.
pub(super) struct CardMaker<'a> {
    pub(super) state: &'a ReviewState,
    pub(super) past: Option<&'a ChartMonths>,
    pub(super) filter: &'a Filter,
    /// The candidate a person looks at, by its id; the best where it is none of the item's.
    pub(super) candidate: &'a str,
}

impl CardMaker<'_> {
    /// The card of an item.
    pub(super) fn card(&self, position: usize) -> Card {
        let item = &self.state.asked.items[position];
        let mut card = match &item.what {
            What::Name { kind, side, candidates, asks, .. } => match asks {
                Asks::Partner | Asks::Check => self.name(item, *kind, *side, candidates),
                Asks::Nothing => self.name(item, *kind, *side, &[]),
                Asks::Whose { findings } => {
                    let card = self.name(item, *kind, *side, &[]);
                    match kind {
                        EntityKind::Sku => question(self, card, *side, findings),
                        EntityKind::Client => is_it_you(self, card, findings),
                    }
                }
            },
            What::Finding { position, product, .. } => {
                self.finding(item, *position, product.as_ref())
            }
            What::Cause { findings, flags, .. } => causes::card(self, item, findings, flags),
            What::Flag { position, .. } => self.flag(item, *position),
        };
        card.id = item.id.clone();
        card.queue = item.queue.word();
        card.filter = self.filter.fields();
        card.answer = self.state.standing.answers[position].clone();
        card.stands = standing_mark(self.state, position);
        card.earlier = self.earlier(item);
        if self.filter.sight == Sight::Blind || item.is_check() {
            (card.why, card.waterfall) = (String::new(), String::new());
            card.evidence.clear();
        }
        if item.is_check() {
            card.why = WITHOUT_A_HINT.to_owned();
            card.candidates.iter_mut().for_each(|one| one.percent.clear());
        }
        card
    }

    fn name(&self, item: &Item, kind: EntityKind, side: Side, candidates: &[usize]) -> Card {
        let run = &self.state.asked.run;
        let is_chosen = |idx: &&usize| run.suggestions[**idx].id == self.candidate;
        let ordered = self.in_order(candidates, side);
        let chosen = ordered.iter().find(is_chosen).or(ordered.first()).copied();
        let money = numbers::money(item.money, item.currency);
        let mut card = Card {
            kind: format!("{} · {money} a month waits", place(kind, side)),
            title: item.title.clone(),
            candidates: self.candidates(item, side, &ordered, chosen),
            actions: name_actions(kind, chosen.map(|idx| &run.suggestions[idx])),
            sought: Some(String::new()),
            ..Card::default()
        };
        let own_rows = self.state.asked.suggestions.get(&item.id).map(|&idx| &run.suggestions[idx]);
        let pair = chosen.map(|idx| &run.suggestions[idx]).or(own_rows);
        let Some(pair) = pair else { return card };
        if chosen.is_some() {
            card.candidate = pair.id.clone();
            card.pair = Some(sides(pair));
            card.why = pair.why.clone();
            card.waterfall = waterfall("What speaks for and against", &steps(pair));
        }
        let head = if kind == EntityKind::Client { "Product" } else { "Client" };
        card.rows = [(Side::Vendor, &pair.vendor_rows), (Side::Psa, &pair.psa_rows)]
            .into_iter()
            .filter_map(|(side, places)| self.rows(side, places, head))
            .collect();
        card
    }

    /// Candidates best first; where a person judges blind, by name, so that the order says nothing.
    fn in_order(&self, candidates: &[usize], side: Side) -> Vec<usize> {
        let mut ordered = candidates.to_vec();
        if self.filter.sight == Sight::Blind {
            let suggestions = &self.state.asked.run.suggestions;
            ordered.sort_by_key(|&idx| suggestions[idx].on(side.other()).1);
        }
        ordered
    }

    fn candidates(
        &self,
        item: &Item,
        side: Side,
        ordered: &[usize],
        chosen: Option<usize>,
    ) -> Vec<CandidateView> {
        let view = |&idx: &usize| {
            let pair = &self.state.asked.run.suggestions[idx];
            let name = pair.on(side.other()).1;
            let mut fields = vec![("at", item.id.clone()), ("candidate", pair.id.clone())];
            fields.extend(self.filter.fields());
            CandidateView {
                href: address("/names", &fields),
                name: if name.is_empty() { "no partner".to_owned() } else { name.to_owned() },
                percent: self.percent(pair.probability),
                is_current: Some(idx) == chosen,
                is_refused: self.state.standing.is_refused(pair),
            }
        };
        ordered.iter().map(view).collect()
    }

    /// A probability, or nothing where a person judges blind.
    pub(super) fn percent(&self, probability: Probability) -> String {
        match self.filter.sight {
            Sight::Open => numbers::percent(probability),
            Sight::Blind => String::new(),
        }
    }

    fn finding(&self, item: &Item, position: usize, product: Option<&Product>) -> Card {
        let finding = &self.state.asked.run.findings[position];
        let month = numbers::money(finding.monthly_impact, finding.currency);
        let mut facts = vec![
            ("bought".to_owned(), numbers::units(finding.vendor_quantity)),
            ("billed".to_owned(), numbers::units(finding.psa_quantity)),
            ("drift".to_owned(), numbers::signed_units(finding.drift)),
            ("a month".to_owned(), month),
            ("whose".to_owned(), finding.direction().of_one().to_owned()),
        ];
        let price = finding.at_price.as_ref().map(|price| price.words(finding.currency));
        facts.extend(price.map(|words| ("at your price".to_owned(), words)));
        if self.filter.sight == Sight::Open {
            facts.push(("sure".to_owned(), numbers::percent(finding.probability)));
            let right = finding.right.as_ref().map(LikelyRight::words);
            facts.extend(right.map(|words| ("likely right".to_owned(), words)));
        }
        let (vendor, psa) = (self.row(&finding.vendor_rows), self.row(&finding.psa_rows));
        let run = &self.state.asked.run;
        let months = self.past.map_or_else(LineMonths::default, |past| past.of_finding(finding));
        let figure = Figure::of_finding(run, finding, &months);
        Card {
            kind: finding.kind.title().to_owned(),
            title: finding.client.clone(),
            subtitle: finding.sku.clone(),
            pair: vendor.zip(psa).map(|(vendor, psa)| written(vendor, psa)),
            facts,
            why: finding.why.clone(),
            actions: line_actions().into_iter().chain(product.map(everywhere)).collect(),
            asks_words: true,
            chart: figure.chart,
            chart_words: figure.words,
            evidence: finding.evidence.clone(),
            others: self.others(item),
            rows: [(Side::Vendor, &finding.vendor_rows), (Side::Psa, &finding.psa_rows)]
                .into_iter()
                .filter_map(|(side, places)| self.rows(side, places, "Product"))
                .collect(),
            ..Card::default()
        }
    }

    fn row(&self, places: &[String]) -> Option<&RowSeen> {
        places.iter().find_map(|place| self.state.asked.run.rows.get(place))
    }

    fn flag(&self, item: &Item, position: usize) -> Card {
        let flag = &self.state.asked.run.flags[position];
        let mut facts = vec![
            ("seen".to_owned(), flag.number(flag.observed)),
            (
                "expected".to_owned(),
                format!(
                    "{} ({} to {})",
                    flag.number(flag.expected),
                    flag.number(flag.low),
                    flag.number(flag.high)
                ),
            ),
        ];
        if !flag.monthly_impact.is_zero() {
            facts.push(("a month".to_owned(), numbers::money(flag.monthly_impact, flag.currency)));
        }
        if self.filter.sight == Sight::Open {
            facts.push(("chance in a quiet month".to_owned(), numbers::rarity(flag.p_value)));
            facts.push(("likely real".to_owned(), numbers::percent(flag.real)));
            facts.extend(advice(flag));
        }
        let figure = Figure::of_flag(flag);
        Card {
            kind: format!("{} · {}", flag.kind_title(), flag.month.short()),
            title: item.title.clone(),
            subtitle: item.detail.clone(),
            facts,
            why: flag.why.clone(),
            actions: flag_actions(),
            chart: figure.chart,
            chart_words: figure.words,
            evidence: flag.evidence.clone(),
            others: self.others(item),
            rows: self.rows(flag.side.books(), &flag.rows, "Product").into_iter().collect(),
            ..Card::default()
        }
    }

    /// Other findings and flags of the client; none of what is about all of them.
    fn others(&self, item: &Item) -> Vec<OtherLine> {
        if item.client.is_empty() {
            return Vec::new();
        }
        let open = Filter { sight: self.filter.sight, ..Filter::default() };
        let partners = client_partners(&self.state.asked.run);
        let own: Vec<(Side, &str)> = item.clients(&partners).collect();
        let is_other = |one: &&Item| {
            one.id != item.id && one.clients(&partners).any(|client| own.contains(&client))
        };
        let view = |one: &Item| OtherLine {
            href: item_address(one.queue, &open, &one.id),
            title: one.what_and_kind(),
            money: numbers::money(one.money, one.currency),
        };
        self.state.asked.items.iter().filter(is_other).take(N_OTHERS).map(view).collect()
    }

    fn rows(&self, side: Side, places: &[String], head: &'static str) -> Option<RowsView> {
        if places.is_empty() {
            return None;
        }
        let view = |place: &String| {
            let row = self.state.asked.run.rows.get(place);
            let text = |of: fn(&RowSeen) -> &String| row.map(of).cloned().unwrap_or_default();
            let notes = [text(|row| &row.period), text(|row| &row.note)];
            let notes: Vec<String> = notes.into_iter().filter(|note| !note.is_empty()).collect();
            RowView {
                place: place.clone(),
                what: if head == "Client" { text(|row| &row.client) } else { text(|row| &row.sku) },
                note: notes.join(" · "),
                quantity: text(|row| &row.quantity),
                amount: text(|row| &row.amount),
            }
        };
        let title =
            if side == Side::Vendor { "Bought, as exported" } else { "Billed, as exported" };
        Some(RowsView {
            title: title.to_owned(),
            head,
            rows: places.iter().take(N_ROWS).map(view).collect(),
            n_more: places.len().saturating_sub(N_ROWS),
        })
    }

    fn earlier(&self, item: &Item) -> Vec<Earlier> {
        let ReviewState { asked, decisions, .. } = self.state;
        let view = |decision: &seatdrift_core::domain::Decision| {
            let mut what = about(&asked.names, decision);
            if !decision.reason.is_empty() {
                what.push_str(&format!(" – {}", decision.reason));
            }
            Earlier {
                mark: mark(decision),
                words: decision.verdict.word().replace('_', " "),
                what,
                by: by_and_day(decision),
            }
        };
        earlier(&asked.run, item, &asked.names, decisions).into_iter().map(view).collect()
    }
}

fn place(kind: EntityKind, side: Side) -> &'static str {
    match (kind, side) {
        (EntityKind::Client, Side::Vendor) => "Client, at the vendor",
        (EntityKind::Client, Side::Psa) => "Client, in the PSA",
        (EntityKind::Sku, Side::Vendor) => "Product, at the vendor",
        (EntityKind::Sku, Side::Psa) => "Product, in the PSA",
    }
}

pub(super) fn action(verdict: &'static str, label: &'static str, key: &'static str) -> Action {
    Action { verdict, label, key, needs_reason: verdict == "free" }
}

fn name_actions(kind: EntityKind, chosen: Option<&NamePair>) -> Vec<Action> {
    let none = action("none", "No partner", "n");
    let Some(chosen) = chosen else { return vec![none] };
    let different = action("different", "Not this one", "x");
    let bundle = action("bundle", "Part of that bundle", "b");
    match kind {
        // What is asked comes first; the key that accepts other names says nothing here.
        EntityKind::Sku if chosen.is_bundle_part() => {
            vec![bundle, different, action("same", "The same", "s"), none]
        }
        EntityKind::Sku => vec![action("same", "The same", "a"), different, bundle, none],
        EntityKind::Client => vec![action("same", "The same", "a"), different, none],
    }
}

pub(super) fn line_actions() -> Vec<Action> {
    vec![
        action("fix_psa", "Fix in the PSA", "p"),
        action("fix_vendor", "Fix at the vendor", "v"),
        action("accepted", "Leave as it is", "a"),
        action("bundle", "Part of a bundle", "b"),
        action("internal", "Our own use", "i"),
        action("free", "Given away", "f"),
    ]
}

fn flag_actions() -> Vec<Action> {
    vec![action("real", "Real", "a"), action("expected", "Expected", "x")]
}

fn advice(flag: &FlagLine) -> impl Iterator<Item = (String, String)> {
    let advice = [
        ("likely right", flag.right.as_ref().map_or_else(String::new, LikelyRight::words)),
        ("likely causes", flag.causes.join("; ")),
        ("check next", flag.check.clone()),
        ("ends when", flag.ends.clone()),
    ];
    let said = advice.into_iter().filter(|(_, words)| !words.is_empty());
    said.map(|(label, words)| (label.to_owned(), words))
}

fn sides(pair: &NamePair) -> [SideView; 2] {
    let (vendor, psa) = differing(&pair.vendor_name, &pair.psa_name);
    let note = |key: &str, name: &str| match key == name {
        true => String::new(),
        false => format!("id {key}"),
    };
    [
        SideView {
            label: "At the vendor",
            words: vendor,
            note: note(&pair.vendor_id, &pair.vendor_name),
        },
        SideView { label: "In the PSA", words: psa, note: note(&pair.psa_id, &pair.psa_name) },
    ]
}

fn written(vendor: &RowSeen, psa: &RowSeen) -> [SideView; 2] {
    let (bought, billed) = differing(&vendor.sku, &psa.sku);
    [
        SideView { label: "Bought", words: bought, note: vendor.client.clone() },
        SideView { label: "Billed", words: billed, note: psa.client.clone() },
    ]
}

/// The prior and the largest steps before the score, the others together.
fn steps(pair: &NamePair) -> Vec<Step> {
    let (mut large, mut small) = (Vec::new(), Vec::new());
    // The run lists them with the largest first, behind the prior.
    for one in &pair.contributions {
        let is_small = one.log_odds.abs() < SMALL_STEP || N_STEPS <= large.len();
        if is_small && one.feature != "prior" {
            small.push(one.log_odds);
        } else {
            large.push(Step { name: step_words(&one.feature).into_owned(), adds: one.log_odds });
        }
    }
    if !small.is_empty() {
        let name = format!("{} small ones", small.len());
        large.push(Step { name, adds: small.iter().sum() });
    }
    large
}
