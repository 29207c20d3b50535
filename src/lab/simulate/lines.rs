//! Who has what: the lines of one MSP while nothing goes wrong.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rust_decimal::Decimal;

use super::catalogue::Counts;
use super::clients::{Client, Role, uuid};
use super::growth::{Jump, headcount};
use super::pax8::metered_amount;
use super::truth::{Anomaly, AnomalyKind, AnomalySide};
use super::world::{Offer, OfferKind, Part, PlannedLine, Share, World};
use seatdrift_core::domain::money::to_cents;

/// Jumps smaller than this many units are nothing to notice.
const NOTABLE_JUMP: u32 = 4;

/// Fills the world's lines, and notes the jumps that are the clients' own doing.
pub(super) fn plan_lines(world: &mut World<'_>, rng: &mut Xoshiro256PlusPlus) {
    for client_idx in 0..world.clients.len() {
        let client = world.clients[client_idx].clone();
        let (mut people, jumps) = headcount(client.growth, client.people, &world.months, rng);
        for (month_idx, n) in people.iter_mut().enumerate() {
            if month_idx < client.joined || client.left.is_some_and(|left| left <= month_idx) {
                *n = 0;
            }
        }
        for offer_idx in chosen(&client, &world.offers, rng) {
            let line = planned(&client, client_idx, offer_idx, &people, &world.offers, rng);
            note_jumps(world, &line, &jumps);
            world.lines.push(line);
        }
        note_presence(world, client_idx);
    }
}

/// Which offers a client has: one suite for its people, and what the MSP could sell it.
fn chosen(client: &Client, offers: &[Offer], rng: &mut Xoshiro256PlusPlus) -> Vec<usize> {
    let of_kind = |kind| (0..offers.len()).filter(move |&idx| offers[idx].kind == kind);
    match client.role {
        Role::VendorOnly => return vec![rng.gen_range(0..3), 3],
        Role::Internal => return vec![0, 4, rng.gen_range(5..9)],
        Role::PsaOnly => {
            let own: Vec<usize> = of_kind(OfferKind::OwnService).collect();
            return own.choose_multiple(rng, 2).copied().collect();
        }
        Role::LookAlike => {
            let plain: Vec<usize> = of_kind(OfferKind::Plain).collect();
            let n_lines = rng.gen_range(1..=3);
            let mut own: Vec<usize> = plain.choose_multiple(rng, n_lines).copied().collect();
            own.sort_unstable();
            return own;
        }
        Role::Licensed => {}
    }
    let suite = if rng.gen_bool(0.6) { 0 } else { 1 };
    let rest: Vec<usize> = of_kind(OfferKind::Plain).filter(|&idx| idx > 1).collect();
    let n_rest = rng.gen_range(3..=6).min(rest.len());
    let mut all = vec![suite];
    all.extend(rest.choose_multiple(rng, n_rest));
    all.extend(of_kind(OfferKind::Bundle).filter(|_| rng.gen_bool(0.35)));
    all.extend(of_kind(OfferKind::VendorOnly).filter(|_| rng.gen_bool(0.15)));
    all.extend(of_kind(OfferKind::OwnService).filter(|_| rng.gen_bool(0.18)));
    all.extend(of_kind(OfferKind::ServiceDesk).filter(|_| rng.gen_bool(0.7)));
    all.extend(of_kind(OfferKind::Metered).filter(|_| rng.gen_bool(0.25)));
    all.sort_unstable();
    all
}

fn planned(
    client: &Client,
    client_idx: usize,
    offer_idx: usize,
    people: &[u32],
    offers: &[Offer],
    rng: &mut Xoshiro256PlusPlus,
) -> PlannedLine {
    let offer = &offers[offer_idx];
    let units = units(client, offer, people, rng);
    let is_own = matches!(offer.kind, OfferKind::OwnService | OfferKind::ServiceDesk);
    let is_bought = !is_own && !client.accounts.is_empty();
    let is_billed = offer.psa.is_some() && client.psa.is_some();
    let none = vec![0; people.len()];
    // Long-standing clients pay a little less.
    let factor = if client_idx % 5 == 2 { Decimal::new(96, 2) } else { Decimal::ONE };
    let price = offer.psa.as_ref().map_or(Decimal::ZERO, |psa| to_cents(psa.price * factor));
    let price = match offer.kind {
        OfferKind::Metered => billed_on(client_idx, people.len()),
        _ => vec![price; people.len()],
    };
    PlannedLine {
        client_idx,
        offer_idx,
        parts: if is_bought { parts(client, offer, &units, rng) } else { Vec::new() },
        bought: if is_bought { units.clone() } else { none.clone() },
        billed: if is_billed { units } else { none },
        in_seats: Vec::new(),
        price,
        code: 0,
        split_above: None,
        additions: Vec::new(),
        slip: None,
        is_taken: false,
    }
}

/// What is metered, with a fifth on top.
fn billed_on(client_idx: usize, n_months: usize) -> Vec<Decimal> {
    let on_top = Decimal::new(12, 1);
    (0..n_months).map(|idx| to_cents(metered_amount(client_idx, idx) * on_top)).collect()
}

fn units(client: &Client, offer: &Offer, people: &[u32], rng: &mut Xoshiro256PlusPlus) -> Vec<u32> {
    let counts = match offer.kind {
        OfferKind::Bundle | OfferKind::Seat => Counts::Users,
        OfferKind::ServiceDesk => return people.to_vec(),
        OfferKind::OwnService if offer.psa.as_ref().is_some_and(|psa| psa.code == "MS-USER") => {
            Counts::Users
        }
        OfferKind::OwnService => Counts::Few,
        OfferKind::VendorOnly | OfferKind::Metered => {
            return people.iter().map(|&n| n.min(1)).collect();
        }
        OfferKind::Plain => offer.vendor[0].product.counts,
    };
    let percent: u32 = match counts {
        Counts::Users => [100, 100, 100, 95, 90][rng.gen_range(0..5)],
        Counts::Devices => rng.gen_range(100..125),
        Counts::SomeUsers => rng.gen_range(8..40),
        Counts::Few => {
            let few = rng.gen_range(1..7) + client.people / 25;
            return people.iter().map(|&n| if n == 0 { 0 } else { few }).collect();
        }
    };
    let of = |n: u32| if n == 0 { 0 } else { (n * percent / 100).max(1) };
    people.iter().map(|&n| of(n)).collect()
}

/// The subscriptions of a line: one; or an annual one with the later seats by the month; or one a
/// tenant; or, in a bundle, one a product.
fn parts(client: &Client, offer: &Offer, units: &[u32], rng: &mut Xoshiro256PlusPlus) -> Vec<Part> {
    let mut part =
        |sku_idx, account_idx, share| Part { sku_idx, account_idx, subscription: uuid(rng), share };
    let first = units.iter().copied().find(|&n| n > 0).unwrap_or(0);
    if offer.kind == OfferKind::Bundle {
        return (0..offer.vendor.len()).map(|sku_idx| part(sku_idx, 0, Share::All)).collect();
    }
    if client.accounts.len() > 1 && first >= 5 {
        let most = first * 7 / 10;
        return vec![part(0, 0, Share::UpTo(most)), part(0, 1, Share::Above(most))];
    }
    if offer.vendor.len() < 2 {
        return vec![part(0, 0, Share::All)];
    }
    // The draw hangs on the line's own size, so that no stream has to be passed further.
    match (first + offer.vendor[0].product.cost) % 10 {
        0 if first >= 5 => {
            vec![part(0, 0, Share::UpTo(first - 2)), part(1, 0, Share::Above(first - 2))]
        }
        1 | 2 => vec![part(1, 0, Share::All)],
        _ => vec![part(0, 0, Share::All)],
    }
}

fn note_jumps(world: &mut World<'_>, line: &PlannedLine, jumps: &[Jump]) {
    let kind = world.offers[line.offer_idx].kind;
    if line.parts.is_empty() || matches!(kind, OfferKind::VendorOnly | OfferKind::Metered) {
        return;
    }
    for &(month_idx, why) in jumps {
        let (before, now) = (line.bought[month_idx - 1], line.bought[month_idx]);
        if before > 0 && now.abs_diff(before) >= NOTABLE_JUMP {
            let anomaly = Anomaly::planned(
                month_idx,
                AnomalyKind::LevelShift,
                AnomalySide::Both,
                line,
                format!("{before} to {now}: {why}"),
            );
            world.anomalies.push(anomaly);
        }
    }
}

/// A client that comes or goes is one anomaly, not one a line.
fn note_presence(world: &mut World<'_>, client_idx: usize) {
    let client = &world.clients[client_idx];
    let mut note = |month_idx, kind, detail: &str| {
        let anomaly = Anomaly {
            month_idx,
            kind,
            side: AnomalySide::Both,
            client_idx,
            offer_idx: None,
            detail: detail.to_owned(),
        };
        world.anomalies.push(anomaly);
    };
    if client.joined > 0 {
        note(client.joined, AnomalyKind::NewLine, "a new client");
    }
    if let Some(left) = client.left {
        note(left, AnomalyKind::Vanished, "the client left");
    }
}
