//! What is hard to reconcile about lines: units in seats, and units under several codes.

use rand::Rng;

use super::clients::Role;
use super::recipe::Hardship;
use super::world::{Offer, OfferKind, PlannedLine, World};

/// Where the suite that a seat holds stands among the offers.
const SUITE: usize = 0;
/// Share of the clients with the suite whose seats hold all of it, and share with some of it in seats.
const IN_SEATS: [f64; 2] = [0.22, 0.1];
/// Fewest people of a client with some of its suite in seats and some alone.
const FEWEST_SPLIT: u32 = 6;

/// Puts the suite of some clients into seats, wholly or in part.
pub(super) fn put_into_seats(world: &mut World<'_>) {
    let is_seat = |offer: &Offer| offer.kind == OfferKind::Seat;
    let Some(seat_idx) = world.offers.iter().position(is_seat) else { return };
    let rng = &mut world.recipe.stream(10);
    let mut lines = Vec::with_capacity(world.lines.len());
    // The lines of a client stay side by side.
    for mut line in std::mem::take(&mut world.lines) {
        let is_licensed = world.clients[line.client_idx].role == Role::Licensed;
        let seats = match rng.gen_range(0.0..1.0) {
            _ if line.offer_idx != SUITE || !is_licensed => None,
            draw if draw < IN_SEATS[0] => Some(u32::MAX),
            draw if draw < IN_SEATS[0] + IN_SEATS[1] => split(&line),
            _ => None,
        };
        let seat = seats.map(|most| {
            line.in_seats = line.bought.iter().map(|&units| units.min(most)).collect();
            let alone = (0..line.bought.len()).map(|idx| line.bought_alone(idx)).collect();
            line.billed = alone;
            line.is_taken = true;
            seat_line(&line, seat_idx, world)
        });
        lines.push(line);
        lines.extend(seat);
    }
    world.lines = lines;
}

/// Units in seats of a client that has some alone.
fn split(line: &PlannedLine) -> Option<u32> {
    let first = line.bought.iter().copied().find(|&units| 0 < units)?;
    (FEWEST_SPLIT <= first).then_some(first * 7 / 10)
}

fn seat_line(suite: &PlannedLine, seat_idx: usize, world: &World<'_>) -> PlannedLine {
    let n_months = suite.bought.len();
    let price = world.offers[seat_idx].psa.as_ref().map(|psa| psa.price).unwrap_or_default();
    PlannedLine {
        offer_idx: seat_idx,
        parts: Vec::new(),
        bought: vec![0; n_months],
        billed: suite.in_seats.clone(),
        in_seats: Vec::new(),
        price: vec![price; n_months],
        ..suite.clone()
    }
}

/// Says under which codes each line of a product with several is billed: one of them, or two. What is wrong
/// about a line already stays as it is: a line entered twice is twice the same row.
pub(super) fn split_codes(world: &mut World<'_>) {
    if !world.recipe.has(Hardship::SplitCodes) {
        return;
    }
    let rng = &mut world.recipe.stream(11);
    for line in &mut world.lines {
        let n_further = world.offers[line.offer_idx].further_psa.len();
        let (draw, further) = (rng.gen_range(0..6), rng.gen_range(0..2));
        let first = line.billed.iter().copied().find(|&units| 0 < units).unwrap_or_default();
        match draw {
            _ if n_further == 0 || first == 0 || line.slip.is_some() => {}
            0..=2 => {}
            3 | 4 => line.code = 1 + further % n_further,
            _ if 4 <= first => line.split_above = Some(first * 2 / 3),
            _ => {}
        }
    }
}
