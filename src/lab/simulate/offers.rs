//! What one MSP sells: its choice of products, its prices, its bundle, its own services.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rust_decimal::Decimal;

use super::catalogue::{OWN_SERVICES, PRODUCTS, Product};
use super::clients::uuid;
use super::hard_offers;
use super::recipe::{FormatPair, ProductNames, Recipe};
use super::world::{Offer, OfferKind, PsaProduct, Term, VendorSku};
use seatdrift_core::domain::money::to_cents;

/// The products of the bundle are sold in no other way by an MSP that has one.
const BUNDLE_CODES: [&str; 3] = ["HNT-ITD-C100", "KB4-GLD-C100", "DNF-ENT-C100"];

/// What a commitment of one month costs more than one of a year.
const MONTHLY_PREMIUM: Decimal = Decimal::from_parts(120, 0, 0, false, 2);

/// Everything the MSP sells, the most usual first.
pub(super) fn offers(recipe: &Recipe, rng: &mut Xoshiro256PlusPlus) -> Vec<Offer> {
    let only_microsoft = recipe.formats == FormatPair::PartnerCenterAutotask;
    let sold = PRODUCTS.iter().filter(|product| product.is_microsoft() || !only_microsoft);
    let mut offers = Vec::new();
    for product in sold {
        if !only_microsoft && BUNDLE_CODES.contains(&product.vendor_code) {
            continue;
        }
        // One product in eight is none that this MSP sells; the first few all sell.
        if offers.len() > 4 && rng.gen_bool(0.12) {
            continue;
        }
        offers.push(plain(product, recipe, rng));
    }
    if !only_microsoft {
        offers.push(bundle(recipe, rng));
        offers.push(metered(recipe, rng));
    }
    for (name, code, price) in OWN_SERVICES {
        let psa = PsaProduct {
            code: code.to_owned(),
            service_id: String::new(),
            name: name.to_owned(),
            price: cents(price),
        };
        offers.push(Offer::billed_only(OfferKind::OwnService, psa));
    }
    let first_id = rng.gen_range(29_000_000..30_000_000);
    for (idx, psa) in offers.iter_mut().filter_map(|offer| offer.psa.as_mut()).enumerate() {
        psa.service_id = (first_id + idx * 7).to_string();
    }
    hard_offers::harden(&mut offers, recipe);
    offers
}

impl Offer {
    /// Something that no vendor sells.
    pub(super) fn billed_only(kind: OfferKind, psa: PsaProduct) -> Self {
        Self { kind, vendor: Vec::new(), psa: Some(psa), further_psa: Vec::new() }
    }
}

fn plain(product: &'static Product, recipe: &Recipe, rng: &mut Xoshiro256PlusPlus) -> Offer {
    // A vendor gives each partner its own discount.
    let discount = Decimal::new(rng.gen_range(94..=103), 2);
    let cost = to_cents(cents(product.cost) * discount);
    let mut vendor = vec![vendor_sku(product, Term::Annual, cost, recipe, rng)];
    if product.is_microsoft() {
        let monthly = to_cents(cost * MONTHLY_PREMIUM);
        vendor.push(vendor_sku(product, Term::Monthly, monthly, recipe, rng));
    } else {
        vendor[0].term = Term::Monthly;
    }
    let dearest = vendor.iter().map(|sku| sku.cost[0]).max().unwrap_or(cost);
    let floor = to_cents(dearest * Decimal::new(112, 2));
    let price = nice(cents(product.price).max(floor));
    let psa = Some(psa_product(product, price, recipe, rng));
    Offer { kind: OfferKind::Plain, vendor, psa, further_psa: Vec::new() }
}

fn bundle(recipe: &Recipe, rng: &mut Xoshiro256PlusPlus) -> Offer {
    let parts = PRODUCTS.iter().filter(|product| BUNDLE_CODES.contains(&product.vendor_code));
    let vendor: Vec<VendorSku> = parts
        .map(|product| vendor_sku(product, Term::Monthly, cents(product.cost), recipe, rng))
        .collect();
    let names = ["Secure Seat Bundle", "Security Stack - per user", "CyberSafe Bundle"];
    let psa = PsaProduct {
        code: "SEC-BNDL".to_owned(),
        service_id: String::new(),
        name: (*names.choose(rng).expect("three names")).to_owned(),
        price: cents(1500),
    };
    Offer { kind: OfferKind::Bundle, vendor, psa: Some(psa), further_psa: Vec::new() }
}

/// Azure consumption: its amount differs every month.
fn metered(recipe: &Recipe, rng: &mut Xoshiro256PlusPlus) -> Offer {
    static AZURE: Product = Product {
        vendor_name: "Azure Plan",
        vendor_code: "MST-AZR-PLN",
        commerce: ("DZH318Z0BPS6", "0001"),
        unit: "Each",
        cost: 0,
        price: 0,
        counts: super::catalogue::Counts::Few,
        psa_names: [""; 3],
        psa_code: "",
    };
    let sku = vendor_sku(&AZURE, Term::Arrears, Decimal::ZERO, recipe, rng);
    Offer { kind: OfferKind::VendorOnly, vendor: vec![sku], psa: None, further_psa: Vec::new() }
}

fn vendor_sku(
    product: &'static Product,
    term: Term,
    cost: Decimal,
    recipe: &Recipe,
    rng: &mut Xoshiro256PlusPlus,
) -> VendorSku {
    let tag = match (recipe.formats, product.is_microsoft() && term != Term::Arrears) {
        (FormatPair::Pax8ConnectWise, true) => " [New Commerce Experience]",
        _ => "",
    };
    let code = match term {
        Term::Monthly if product.is_microsoft() => product.vendor_code.replace("-C100", "-M100"),
        _ => product.vendor_code.to_owned(),
    };
    VendorSku {
        product,
        product_id: uuid(rng),
        code,
        name: format!("{}{tag}", product.vendor_name),
        term,
        cost: vec![cost; recipe.months],
        suggested: to_cents(cost * Decimal::new(125, 2)),
    }
}

fn psa_product(
    product: &Product,
    price: Decimal,
    recipe: &Recipe,
    rng: &mut Xoshiro256PlusPlus,
) -> PsaProduct {
    let style = match recipe.habits.product_names {
        ProductNames::Full => rng.gen_range(0..12) / 11,
        ProductNames::Shorthand => 1,
        ProductNames::Mixed => [0, 0, 0, 1, 1, 2][rng.gen_range(0..6)],
    };
    let mut name = product.psa_names[style].to_owned();
    if rng.gen_bool(0.15) {
        name.push_str([" - per user", " (monthly)", " License"][rng.gen_range(0..3)]);
    }
    let code = product.psa_code.to_owned();
    PsaProduct { code, service_id: String::new(), name, price }
}

/// An amount of cents as money.
pub(super) fn cents(amount: u32) -> Decimal {
    Decimal::new(i64::from(amount), 2)
}

/// Rounded up to a quarter, as price lists are.
fn nice(price: Decimal) -> Decimal {
    let quarters = (price * Decimal::from(4)).ceil();
    to_cents(quarters / Decimal::from(4))
}
