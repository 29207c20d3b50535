//! What the MSP's billing person decided, up to the month before the newest.

use std::collections::BTreeSet;

use jiff::ToSpan;
use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use seatdrift_core::decisions::COLUMNS;

use super::clients::{Client, Role};
use super::hasty_reviewer::Hasty;
use super::keys::{psa_client_key, psa_sku_key, vendor_client_key, vendor_sku_key};
use super::recipe::Hardship;
use super::sheet::{Opening, Sheet};
use super::truth::{Anomaly, AnomalyKind, Relation, TruePair};
use super::world::{Cause, Offer, OfferKind, PlannedLine, World};

/// The person who reviews.
const REVIEWER: &str = "sam";

/// Share of the pairs somebody got round to confirming.
const CONFIRMED: f64 = 0.9;
/// Share of the flags somebody answered.
const ANSWERED: f64 = 0.8;

/// One answer, as its row's cells without who and when.
pub(super) type Answer = Vec<(&'static str, String)>;

/// The bytes of `decisions.csv`: oldest first, none about the newest month.
pub(super) fn decisions(
    world: &World<'_>,
    rng: &mut Xoshiro256PlusPlus,
) -> (Vec<u8>, Vec<TruePair>) {
    let is_hasty = world.recipe.has(Hardship::HastyReviewer);
    let mut hasty = Hasty::default();
    let mut sheet = Sheet::new(COLUMNS.to_vec());
    let mut seen = BTreeSet::new();
    for month_idx in 0..world.last() {
        let mut answers = match is_hasty {
            true => hasty.pairs(world, month_idx, rng),
            false => pairs(world, month_idx, &mut seen, rng),
        };
        if month_idx == 0 && !is_hasty {
            answers.extend(unlike_clients(world));
            answers.extend(unlike_skus(world));
        }
        answers.extend(lines(world, month_idx));
        answers.extend(flags(world, month_idx, rng));
        let n_answers = answers.len();
        for (n, mut answer) in answers.into_iter().enumerate() {
            answer.push(("by", REVIEWER.to_owned()));
            answer.push(("at", moment(world, month_idx, n, n_answers)));
            sheet.push(&answer);
        }
    }
    (sheet.bytes(Opening::Plain), hasty.mistakes)
}

/// Seconds of a working day, from nine o'clock on.
const WORKING_DAY: usize = 6 * 3600;
/// Days in which a month's answers are given, however many there are.
const WORKING_DAYS: usize = 20;

/// A minute each, from nine o'clock on the third day after the month; less where there are so many that the
/// month would not be enough.
fn moment(world: &World<'_>, month_idx: usize, n: usize, n_answers: usize) -> String {
    let n_a_day = n_answers.div_ceil(WORKING_DAYS).max(WORKING_DAY / 60);
    let days = i64::try_from(3 + n / n_a_day).unwrap_or(3);
    let day = world.months[month_idx].last_day() + days.days();
    let second = n % n_a_day * WORKING_DAY / n_a_day;
    format!("{day}T{:02}:{:02}:{:02}Z", 9 + second / 3600, second % 3600 / 60, second % 60)
}

/// Pairs of clients and of products met for the first time.
fn pairs(
    world: &World<'_>,
    month_idx: usize,
    seen: &mut BTreeSet<(String, String)>,
    rng: &mut Xoshiro256PlusPlus,
) -> Vec<Answer> {
    let mut answers = Vec::new();
    for line in world.lines.iter().filter(|line| line.is_written(month_idx)) {
        for (subject, vendor, psa, relation) in pairs_of(world, line, month_idx) {
            let is_new = seen.insert((format!("{subject}:{vendor}"), psa.clone()));
            // What has no partner tops the list every month until somebody says that this is right.
            let is_decided = rng.gen_bool(CONFIRMED) || relation == Relation::None;
            if !is_new || !is_decided {
                continue;
            }
            answers.push(pair(subject, vendor, psa, relation.word(), reason_of(relation)));
        }
    }
    answers.sort();
    answers
}

/// What the reviewer writes beside an answer.
pub(super) fn reason_of(relation: Relation) -> &'static str {
    match relation {
        Relation::Same => "",
        Relation::Bundle => "part of the bundle",
        Relation::None => "has no partner, and that is right",
    }
}

pub(super) fn pairs_of(
    world: &World<'_>,
    line: &PlannedLine,
    month_idx: usize,
) -> Vec<(&'static str, String, String, Relation)> {
    let (client, offer) = (&world.clients[line.client_idx], &world.offers[line.offer_idx]);
    let mut all = Vec::new();
    let psa = psa_key(world, client, month_idx);
    let relation = client_relation(client);
    if client.accounts.is_empty() {
        all.push(("client", String::new(), psa.clone(), relation));
    }
    for account in &client.accounts {
        let vendor = vendor_client_key(world.recipe, account, month_idx);
        all.push(("client", vendor, psa.clone(), relation));
    }
    let relation = offer_relation(offer);
    let psa = offer.psa_of(line.code).map(|psa| psa_sku_key(world.recipe, psa)).unwrap_or_default();
    if line.parts.is_empty() && relation == Relation::None {
        all.push(("sku", String::new(), psa.clone(), relation));
    }
    for part in &line.parts {
        let vendor = vendor_sku_key(world.recipe, &offer.vendor[part.sku_idx]);
        all.push(("sku", vendor, psa.clone(), relation));
    }
    all
}

/// How a client's two sides belong together.
pub(super) fn client_relation(client: &Client) -> Relation {
    match client.role {
        _ if client.psa.is_none() || client.accounts.is_empty() => Relation::None,
        Role::VendorOnly | Role::PsaOnly | Role::LookAlike => Relation::None,
        Role::Licensed | Role::Internal => Relation::Same,
    }
}

/// How an offer's two sides belong together.
pub(super) fn offer_relation(offer: &Offer) -> Relation {
    match offer.kind {
        OfferKind::Plain | OfferKind::Metered => Relation::Same,
        OfferKind::Bundle | OfferKind::Seat => Relation::Bundle,
        OfferKind::VendorOnly | OfferKind::OwnService | OfferKind::ServiceDesk => Relation::None,
    }
}

fn psa_key(world: &World<'_>, client: &Client, month_idx: usize) -> String {
    let psa = client.psa.as_ref();
    psa.map(|psa| psa_client_key(world.recipe, psa, month_idx)).unwrap_or_default()
}

fn vendor_key(world: &World<'_>, client: &Client, month_idx: usize) -> String {
    let account = client.accounts.first();
    account.map(|account| vendor_client_key(world.recipe, account, month_idx)).unwrap_or_default()
}

pub(super) fn pair(
    subject: &str,
    vendor: String,
    psa: String,
    verdict: &str,
    reason: &str,
) -> Answer {
    let (vendor_column, psa_column) = match subject {
        "client" => ("vendor_client", "psa_client"),
        _ => ("vendor_sku", "psa_sku"),
    };
    vec![
        ("subject", subject.to_owned()),
        (vendor_column, vendor),
        (psa_column, psa),
        ("verdict", verdict.to_owned()),
        ("reason", reason.to_owned()),
    ]
}

/// Clients that share their first word and are not the same.
fn unlike_clients(world: &World<'_>) -> Vec<Answer> {
    let first_word = |name: &str| {
        let mut words = name.split([' ', ',', '.']).filter(|word| *word != "The");
        words.next().unwrap_or_default().to_lowercase()
    };
    let mut answers = Vec::new();
    for (idx, client) in world.clients.iter().enumerate() {
        for (other_idx, other) in world.clients.iter().enumerate() {
            let (Some(account), Some(psa)) = (client.accounts.first(), &other.psa) else {
                continue;
            };
            let is_here = |client: &Client| client.joined == 0;
            let alike = first_word(account.name.at(0)) == first_word(psa.name.at(0));
            if idx != other_idx && alike && is_here(client) && is_here(other) {
                let (vendor, psa) = (vendor_key(world, client, 0), psa_key(world, other, 0));
                answers.push(pair("client", vendor, psa, "different", "another company"));
            }
        }
    }
    answers
}

/// Neighbours in the price list that share their first two words.
fn unlike_skus(world: &World<'_>) -> Vec<Answer> {
    let two_words = |name: &str| name.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let mut answers = Vec::new();
    for neighbours in world.offers.windows(2) {
        let (one, two) = (&neighbours[0], &neighbours[1]);
        let (Some(sku), Some(next), Some(psa)) = (one.vendor.first(), two.vendor.first(), &two.psa)
        else {
            continue;
        };
        if two_words(&sku.name) == two_words(&next.name) && one.kind == two.kind {
            let vendor = vendor_sku_key(world.recipe, sku);
            let psa = psa_sku_key(world.recipe, psa);
            answers.push(pair("sku", vendor, psa, "different", "another product"));
        }
    }
    answers
}

/// What was decided about lines: a mistake is fixed in the month before it is right again; what the
/// MSP accepts it accepts at once.
fn lines(world: &World<'_>, month_idx: usize) -> Vec<Answer> {
    let mut answers = Vec::new();
    for line in &world.lines {
        let Some(slip) = line.slip else { continue };
        let answered_in = if slip.cause.is_accepted() { slip.from } else { slip.to - 1 };
        if answered_in != month_idx || !line.is_written(month_idx) {
            continue;
        }
        let until = world.months[world.last()].plus(6).last_day();
        let (verdict, reason, until) = match slip.cause {
            Cause::AcceptedFree => ("free", "goodwill, agreed with the client", until.to_string()),
            Cause::AcceptedIncluded => {
                ("accepted", "two seats are in the agreement", String::new())
            }
            _ => ("fix_psa", "corrected in the PSA from next month", String::new()),
        };
        let mut answer =
            about_line(world, line.client_idx, Some(line.offer_idx), month_idx, "line");
        answer.push(("verdict", verdict.to_owned()));
        answer.push(("reason", reason.to_owned()));
        answer.push(("until", until));
        answers.push(answer);
    }
    answers
}

fn about_line(
    world: &World<'_>,
    client_idx: usize,
    offer_idx: Option<usize>,
    month_idx: usize,
    subject: &str,
) -> Answer {
    let client = &world.clients[client_idx];
    let offer = offer_idx.map(|idx| &world.offers[idx]);
    let used =
        |line: &&PlannedLine| line.client_idx == client_idx && Some(line.offer_idx) == offer_idx;
    let part = world.lines.iter().find(used).and_then(|line| line.parts.first());
    let sku = offer.zip(part).map(|(offer, part)| &offer.vendor[part.sku_idx]);
    let vendor_sku = sku.map(|sku| vendor_sku_key(world.recipe, sku));
    let code = world.lines.iter().find(used).map_or(0, |line| line.code);
    let psa_sku = offer.and_then(|offer| offer.psa_of(code));
    let psa_sku = psa_sku.map(|psa| psa_sku_key(world.recipe, psa));
    vec![
        ("subject", subject.to_owned()),
        ("vendor_client", vendor_key(world, client, month_idx)),
        ("vendor_sku", vendor_sku.unwrap_or_default()),
        ("psa_client", psa_key(world, client, month_idx)),
        ("psa_sku", psa_sku.unwrap_or_default()),
        ("month", world.months[month_idx].to_string()),
    ]
}

/// What was answered about flags: the client's own doing was expected, the rest was real.
fn flags(world: &World<'_>, month_idx: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<Answer> {
    let of_month = |anomaly: &&Anomaly| anomaly.month_idx == month_idx;
    let mut answers = Vec::new();
    for anomaly in world.anomalies.iter().filter(of_month) {
        if !rng.gen_bool(ANSWERED) {
            continue;
        }
        let is_own_doing = anomaly.detail.contains(": ")
            || matches!(anomaly.kind, AnomalyKind::PriceShift | AnomalyKind::NewLine);
        let mut answer =
            about_line(world, anomaly.client_idx, anomaly.offer_idx, month_idx, "flag");
        let verdict = if is_own_doing { "expected" } else { "real" };
        answer.push(("verdict", verdict.to_owned()));
        answer.push(("reason", anomaly.detail.clone()));
        answers.push(answer);
    }
    answers
}

#[cfg(test)]
mod tests {
    use crate::simulate::{Recipe, simulate};

    #[test]
    fn however_many_answers_there_are_they_are_given_in_the_month_after() {
        let made = simulate(&Recipe::new(2_000, 3, 7));
        let file = made.files.iter().find(|file| file.path == "decisions.csv").unwrap();
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        let mut n_answers = 0;
        for row in csv::Reader::from_reader(text.as_bytes()).records().map(Result::unwrap) {
            let at = row.iter().next_back().unwrap();
            assert!(("2026-09-01".."2026-10-24").contains(&at), "{at}");
            n_answers += 1;
        }
        assert!(7_200 < n_answers, "{n_answers} do not fill a month");
    }
}
