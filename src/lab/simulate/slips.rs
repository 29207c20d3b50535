//! What goes wrong between the two sides, and when somebody notices.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rust_decimal::Decimal;

use super::clients::Role;
use super::fitting::Fitting;
use super::growth::Growth;
use super::truth::{Anomaly, AnomalyKind, AnomalySide};
use super::world::{Cause, OfferKind, PlannedLine, Slip, World};
use seatdrift_core::domain::money::to_cents;

/// One line in so many is newly wrong in each way in the newest month.
const LINES_PER_SLIP: usize = 60;

/// A usual mistake stands for so many months.
const USUAL_MONTHS: f64 = 2.5;

/// A rise that no margin of an old price survives.
const STEEP_RISE: Decimal = Decimal::from_parts(112, 0, 0, false, 2);
/// A rise that every margin survives.
const SMALL_RISE: Decimal = Decimal::from_parts(104, 0, 0, false, 2);
/// What an old price is above the cost before a steep rise.
const OLD_MARGIN: Decimal = Decimal::from_parts(105, 0, 0, false, 2);

/// The mistakes that are made now and then, with their weights.
const MISTAKES: [(Cause, u32); 5] = [
    (Cause::AddedNotBilled, 5),
    (Cause::LeaversStillBilled, 4),
    (Cause::NeverBilled, 3),
    (Cause::CancelledStillBilled, 2),
    (Cause::EnteredTwice, 2),
];

/// Makes the mistakes of all months: a handful in the newest one, and the usual rate before.
pub(super) fn make_slips(world: &mut World<'_>, rng: &mut Xoshiro256PlusPlus) {
    if world.months.len() < 8 {
        return make_newest(world, 1, &mut Fitting::new(), rng);
    }
    client_gone(world, rng);
    let handful = (world.lines.len() / LINES_PER_SLIP).max(1);
    price_rises(world, handful, rng);
    accepted(world, handful, rng);
    let mut fitting = Fitting::new();
    make_newest(world, handful, &mut fitting, rng);
    make_past(world, &mut fitting, rng);
}

/// The lines that a mistake of some month fits, by that month and whether people must have left.
type Slippery = Fitting<(usize, bool)>;

fn make_newest(
    world: &mut World<'_>,
    handful: usize,
    fitting: &mut Slippery,
    rng: &mut Xoshiro256PlusPlus,
) {
    let to = world.months.len();
    for (cause, _) in MISTAKES {
        for n in 0..handful {
            // The first of each kind is fresh, the others have gone on for a while.
            let age = if n == 0 { 1 } else { rng.gen_range(3..=7).min(to - 1) };
            make_one(world, Slip { cause, from: to - age, to }, fitting, rng);
        }
    }
}

fn make_past(world: &mut World<'_>, fitting: &mut Slippery, rng: &mut Xoshiro256PlusPlus) {
    let n_months = world.months.len();
    let rate = world.recipe.habits.error_rate / USUAL_MONTHS;
    let expected = rate * world.lines.len() as f64 * n_months as f64;
    // Each line goes wrong once at most, so a long history cannot hold all that the rate asks for.
    let n = (expected as usize).min(world.lines.len() * 2 / 5);
    for _ in 0..n {
        let (cause, _) = MISTAKES
            .choose_weighted(rng, |(_, weight)| *weight)
            .copied()
            .expect("the weights are positive");
        let from = rng.gen_range(2..n_months - 2);
        let to = (from + rng.gen_range(1..=4)).min(n_months - 1);
        make_one(world, Slip { cause, from, to }, fitting, rng);
    }
}

/// Makes one mistake on a line that can have it; nothing where none can.
fn make_one(
    world: &mut World<'_>,
    slip: Slip,
    fitting: &mut Slippery,
    rng: &mut Xoshiro256PlusPlus,
) {
    let have_left = slip.cause == Cause::LeaversStillBilled;
    let fits = fitting.lines((slip.from, have_left), || {
        let lines = 0..world.lines.len();
        let can_slip = lines.filter(|&idx| can_slip(world, &world.lines[idx], slip.from));
        can_slip.filter(|&idx| !have_left || can_shrink(world, idx, slip)).collect()
    });
    let Some(&line_idx) = fits.choose(rng) else { return };
    let line = &mut world.lines[line_idx];
    apply(line, slip, rng);
    note(world, line_idx, slip);
    fitting
        .keep(line_idx..line_idx + 1, |(from, _), idx| can_slip(world, &world.lines[idx], *from));
}

/// Whether people can have left: there are some to spare, and none join every month.
fn can_shrink(world: &World<'_>, line_idx: usize, slip: Slip) -> bool {
    let line = &world.lines[line_idx];
    let growth = world.clients[line.client_idx].growth;
    growth != Growth::Steady && line.bought[slip.from - 1..].iter().all(|&units| units >= 6)
}

/// Whether a line is bought and billed without a break from the month before, and nothing else was
/// made of it.
pub(super) fn can_slip(world: &World<'_>, line: &PlannedLine, from: usize) -> bool {
    let is_plain = world.offers[line.offer_idx].kind == OfferKind::Plain;
    let is_licensed = world.clients[line.client_idx].role == Role::Licensed;
    let first = from.saturating_sub(6);
    is_plain
        && is_licensed
        && !line.is_taken
        && line.slip.is_none()
        && line.bought[first..].iter().all(|&units| units >= 2)
        && line.bought[first..] == line.billed[first..]
}

/// Bends a line's two sides apart.
fn apply(line: &mut PlannedLine, slip: Slip, rng: &mut Xoshiro256PlusPlus) {
    let Slip { cause, from, to } = slip;
    let known = line.bought[from - 1];
    match cause {
        Cause::AddedNotBilled => {
            let mut units = known;
            let rise = rng.gen_range(1..=2 + known / 20);
            let path: Vec<u32> = (from..to)
                .map(|_| {
                    units += rise;
                    units
                })
                .collect();
            bend(line, from, &path);
            line.billed[from..to].fill(known);
        }
        Cause::LeaversStillBilled => {
            let leavers = rng.gen_range(1..=(known / 4).clamp(1, 4));
            bend(line, from, &vec![known - leavers; to - from]);
            line.billed[from..to].fill(known);
        }
        Cause::NeverBilled => {
            line.bought[..from].fill(0);
            line.billed[..to].fill(0);
        }
        Cause::CancelledStillBilled => {
            line.bought[from..].fill(0);
            line.billed[from..to].fill(known);
            line.billed[to..].fill(0);
        }
        _ => {}
    }
    line.slip = Some(slip);
}

/// Sets the units bought from a month on; afterwards both sides move on from there.
pub(super) fn bend(line: &mut PlannedLine, from: usize, path: &[u32]) {
    let to = from + path.len();
    let old_end = i64::from(line.bought[to - 1]);
    let new_end = i64::from(path[path.len() - 1]);
    for units in &mut line.bought[to..] {
        *units = u32::try_from(i64::from(*units) + new_end - old_end).unwrap_or(0).max(1);
    }
    line.bought[from..to].copy_from_slice(path);
    line.billed = line.bought.clone();
}

/// Notes what a good eye would see of a mistake.
fn note(world: &mut World<'_>, line_idx: usize, slip: Slip) {
    let line = &world.lines[line_idx];
    let mut found = Vec::new();
    match slip.cause {
        Cause::AddedNotBilled => {
            // Two months of rising difference are the least that compounds.
            for month_idx in slip.from + 2..slip.to {
                let detail =
                    format!("seats are added and not billed since {}", world.months[slip.from]);
                let kind = AnomalyKind::CompoundingDrift;
                found.push(Anomaly::planned(month_idx, kind, AnomalySide::Drift, line, detail));
            }
        }
        Cause::CancelledStillBilled => {
            let detail = "cancelled at the vendor, still billed".to_owned();
            let kind = AnomalyKind::Vanished;
            found.push(Anomaly::planned(slip.from, kind, AnomalySide::Vendor, line, detail));
        }
        Cause::NeverBilled => {
            let detail = "sold, and never put into the PSA".to_owned();
            let kind = AnomalyKind::NewLine;
            found.push(Anomaly::planned(slip.from, kind, AnomalySide::Vendor, line, detail));
        }
        _ => {}
    }
    world.anomalies.extend(found);
}

/// One client leaves the vendor in the newest month and is billed on.
fn client_gone(world: &mut World<'_>, rng: &mut Xoshiro256PlusPlus) {
    let last = world.last();
    let leavers: Vec<usize> = (2..world.clients.len())
        .filter(|&idx| {
            let client = &world.clients[idx];
            client.role == Role::Licensed && client.joined + 7 < last && client.left.is_none()
        })
        .collect();
    let Some(&client_idx) = leavers.choose(rng) else { return };
    world.clients[client_idx].left = Some(last);
    let offers = &world.offers;
    for line in world.lines.iter_mut().filter(|line| line.client_idx == client_idx) {
        // What was the MSP's own or a bundle's part ends in both books.
        if offers[line.offer_idx].kind == OfferKind::Plain {
            line.bought[last] = 0;
            line.billed[last] = line.billed[last - 1];
            line.slip = Some(Slip { cause: Cause::ClientGone, from: last, to: last + 1 });
        } else {
            line.bought[last] = 0;
            line.billed[last] = 0;
        }
        if let Some(in_seats) = line.in_seats.last_mut() {
            *in_seats = 0;
        }
        line.is_taken = true;
    }
    world.anomalies.retain(|anomaly| anomaly.client_idx != client_idx || anomaly.month_idx != last);
    world.anomalies.push(Anomaly {
        month_idx: last,
        kind: AnomalyKind::Vanished,
        side: AnomalySide::Vendor,
        client_idx,
        offer_idx: None,
        detail: "the client left the vendor and is still billed".to_owned(),
    });
}

/// Choices of the MSP that look like mistakes: seats included in the agreement, lines given away.
fn accepted(world: &mut World<'_>, handful: usize, rng: &mut Xoshiro256PlusPlus) {
    let to = world.months.len();
    for cause in [Cause::AcceptedIncluded, Cause::AcceptedFree] {
        for _ in 0..handful {
            let flat: Vec<usize> = (0..world.lines.len())
                .filter(|&idx| can_slip(world, &world.lines[idx], 1))
                .filter(|&idx| {
                    let units = &world.lines[idx].bought;
                    let costs = world.offers[world.lines[idx].offer_idx].vendor.iter();
                    let is_steady = |cost: &[Decimal]| cost.iter().all(|&c| c == cost[0]);
                    units[0] >= 4
                        && units.iter().all(|&n| n == units[0])
                        && costs.map(|sku| sku.cost.as_slice()).all(is_steady)
                })
                .collect();
            let Some(&line_idx) = flat.choose(rng) else { continue };
            world.lines[line_idx].slip = Some(Slip { cause, from: 0, to });
        }
    }
}

/// The vendor's price list changes: now and then a little, and steeply in the newest month.
fn price_rises(world: &mut World<'_>, handful: usize, rng: &mut Xoshiro256PlusPlus) {
    let last = world.last();
    let mut offers: Vec<usize> = (2..world.offers.len())
        .filter(|&idx| world.offers[idx].kind == OfferKind::Plain)
        .filter(|&idx| (2..=8).contains(&users_of(world, idx)))
        .collect();
    offers.shuffle(rng);
    let mut offers = offers.into_iter();
    if let Some(offer_idx) = offers.next() {
        steep_rise(world, offer_idx, last, last + 1, handful, rng);
    }
    if let Some(offer_idx) = offers.next() {
        rise(world, offer_idx, last, SMALL_RISE);
    }
    let middle = last / 2;
    if let Some(offer_idx) = offers.next() {
        steep_rise(world, offer_idx, middle, middle + 3, handful, rng);
    }
    for (month_idx, offer_idx) in (4..last - 1).step_by(6).zip(offers) {
        rise(world, offer_idx, month_idx, SMALL_RISE);
    }
}

fn users_of(world: &World<'_>, offer_idx: usize) -> usize {
    let last = world.last();
    world.lines.iter().filter(|line| line.offer_idx == offer_idx && line.bought[last] > 0).count()
}

fn rise(world: &mut World<'_>, offer_idx: usize, month_idx: usize, factor: Decimal) {
    for sku in &mut world.offers[offer_idx].vendor {
        for cost in &mut sku.cost[month_idx..] {
            *cost = to_cents(*cost * factor);
        }
    }
    let changed = |line: &&PlannedLine| {
        line.offer_idx == offer_idx && line.bought[month_idx - 1] > 0 && line.bought[month_idx] > 0
    };
    for line in world.lines.iter().filter(changed) {
        let detail = format!("the vendor's price rose by a factor of {}", factor.normalize());
        let kind = AnomalyKind::PriceShift;
        let side = AnomalySide::Vendor;
        world.anomalies.push(Anomaly::planned(month_idx, kind, side, line, detail));
    }
}

/// A rise that the PSA follows for all but a few lines.
fn steep_rise(
    world: &mut World<'_>,
    offer_idx: usize,
    from: usize,
    to: usize,
    handful: usize,
    rng: &mut Xoshiro256PlusPlus,
) {
    let mut fits: Vec<usize> = (0..world.lines.len())
        .filter(|&idx| {
            let line = &world.lines[idx];
            line.offer_idx == offer_idx && can_slip(world, line, from) && line.parts.len() == 1
        })
        .collect();
    fits.shuffle(rng);
    fits.truncate(handful);
    rise(world, offer_idx, from, STEEP_RISE);
    for line_idx in 0..world.lines.len() {
        if world.lines[line_idx].offer_idx != offer_idx {
            continue;
        }
        if fits.contains(&line_idx) {
            keep_old_price(world, line_idx, from, to);
        } else {
            raise_price(world, line_idx, from);
        }
    }
}

/// The client goes on paying what it always paid, until somebody sees that it is below the cost.
fn keep_old_price(world: &mut World<'_>, line_idx: usize, from: usize, to: usize) {
    let line = &mut world.lines[line_idx];
    let sku = &world.offers[line.offer_idx].vendor[line.parts[0].sku_idx];
    line.price.fill(to_cents(sku.cost[from - 1] * OLD_MARGIN));
    line.slip = Some(Slip { cause: Cause::OldPrice, from, to });
    if to < world.months.len() {
        raise_price(world, line_idx, to);
    }
}

/// The client pays more from a month on.
fn raise_price(world: &mut World<'_>, line_idx: usize, from: usize) {
    let line = &mut world.lines[line_idx];
    for price in &mut line.price[from..] {
        *price = to_cents(*price * STEEP_RISE);
    }
    if line.billed[from - 1] > 0 && line.billed[from] > 0 {
        let detail = format!("the client's price rose by a factor of {}", STEEP_RISE.normalize());
        let kind = AnomalyKind::PriceShift;
        world.anomalies.push(Anomaly::planned(from, kind, AnomalySide::Psa, line, detail));
    }
}
