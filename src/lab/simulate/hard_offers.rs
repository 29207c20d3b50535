//! What is hard to match about what an MSP sells: seats, several codes, services of its own, usage.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::offers::cents;
use super::recipe::{Hardship, Recipe};
use super::world::{Offer, OfferKind, PsaProduct};

/// Share of Microsoft's products that the PSA has under several codes, and of the others.
const SEVERAL_CODES: [f64; 2] = [0.5, 0.2];

/// The first service id of what is added here; those of the rest are lower.
const FIRST_ID: usize = 31_000_000;

/// What a seat of everything may be called.
const SEATS: [&str; 3] =
    ["Secure Seat - All In", "Modern Workplace Seat", "Managed User - Complete"];
/// What a service of the MSP's own for every person may be called.
const DESKS: [&str; 4] = [
    "Help Desk per User",
    "Managed Endpoint Care",
    "User Support - unlimited",
    "Security Operations per user",
];
/// What usage may be called in the PSA.
const USAGE: [&str; 3] = ["Azure Plan", "Microsoft Azure Consumption", "Azure Usage"];

/// Makes the offers harder to match, as the recipe says. What is new comes last.
pub(super) fn harden(offers: &mut Vec<Offer>, recipe: &Recipe) {
    let rng = &mut recipe.stream(8);
    if recipe.has(Hardship::SplitCodes) {
        offers.iter_mut().for_each(|offer| give_codes(offer, rng));
    }
    if recipe.has(Hardship::SeatOrAlone) {
        let psa = product("SEAT", one_of(&SEATS, rng), 8500);
        offers.push(Offer::billed_only(OfferKind::Seat, psa));
    }
    if recipe.has(Hardship::ServiceDesk) {
        let psa = product("HELPDESK", one_of(&DESKS, rng), 4500);
        offers.push(Offer::billed_only(OfferKind::ServiceDesk, psa));
    }
    if recipe.has(Hardship::MeteredUsage) {
        for offer in offers.iter_mut().filter(|offer| offer.kind == OfferKind::VendorOnly) {
            offer.kind = OfferKind::Metered;
            offer.psa = Some(product("AZURE", one_of(&USAGE, rng), 0));
        }
    }
    let further = offers.iter_mut().flat_map(|offer| {
        let own = offer.psa.iter_mut().filter(|psa| psa.service_id.is_empty());
        own.chain(offer.further_psa.iter_mut())
    });
    for (idx, psa) in further.enumerate() {
        psa.service_id = (FIRST_ID + idx * 7).to_string();
    }
}

/// Further codes: one by the month, one by the year and one by the month, or one under another name.
fn give_codes(offer: &mut Offer, rng: &mut Xoshiro256PlusPlus) {
    let (Some(psa), OfferKind::Plain) = (&offer.psa, offer.kind) else { return };
    let Some(sold) = offer.vendor.first().map(|sku| sku.product) else { return };
    let [microsoft, others] = SEVERAL_CODES;
    let way = match (rng.gen_bool(microsoft), rng.gen_bool(others)) {
        (true, _) if sold.is_microsoft() => rng.gen_range(0..4),
        (_, true) if !sold.is_microsoft() => 3,
        _ => return,
    };
    let further = |code: String, name: String| PsaProduct { code, name, ..psa.clone() };
    let mut all = Vec::new();
    let of_month = ["(month to month)", "- Monthly", "NCE M2M"];
    if way < 3 {
        let name = format!("{} {}", psa.name, of_month[way]);
        all.push(further(format!("{}-M", psa.code), name));
    } else if let Some(name) = sold.psa_names.iter().find(|name| !psa.name.starts_with(**name)) {
        all.push(further(format!("NCE-{}", psa.code), (*name).to_owned()));
    }
    if way == 2 {
        all.push(further(format!("{}-A", psa.code), format!("{} - Annual", psa.name)));
    }
    offer.further_psa = all;
}

fn product(code: &str, name: &str, price: u32) -> PsaProduct {
    PsaProduct {
        code: code.to_owned(),
        service_id: String::new(),
        name: name.to_owned(),
        price: cents(price),
    }
}

fn one_of<'a>(all: &[&'a str], rng: &mut Xoshiro256PlusPlus) -> &'a str {
    all.choose(rng).expect("no word table is empty")
}
