//! What looks like a loss in a hard book and is none.

use rust_decimal::Decimal;

use super::clients::Role;
use super::keys::{psa_client_key, psa_sku_key, vendor_client_key, vendor_sku_key};
use super::pax8::metered_amount;
use super::truth::{Difference, LineNamed, billed, full_cost, shown_client, shown_sku};
use super::world::{Cause, OfferKind, PlannedLine, World};
use seatdrift_core::domain::money::to_cents;

/// The lines of every month that differ and should: nothing of a book without hardships.
pub(super) fn no_loss(world: &World<'_>) -> Vec<Difference> {
    if world.recipe.hardships.is_empty() {
        return Vec::new();
    }
    let months = 0..world.months.len();
    let of_month = |month_idx| {
        world.lines.iter().filter_map(move |line| looks_like_loss(world, line, month_idx))
    };
    months.flat_map(of_month).collect()
}

fn looks_like_loss(world: &World<'_>, line: &PlannedLine, month_idx: usize) -> Option<Difference> {
    let cause = cause(world, line)?;
    let (client, offer) = (&world.clients[line.client_idx], &world.offers[line.offer_idx]);
    let month = world.months[month_idx];
    let bought = line.bought[month_idx];
    let (billed, amount) = billed(line, month_idx, month);
    let moved = |month_idx| metered_amount(line.client_idx, month_idx);
    let (kind, impact) = match (bought, billed) {
        (0, 0) => return None,
        _ if cause == Cause::Metered => {
            let before = month_idx.checked_sub(1).map_or(Decimal::ZERO, moved);
            ("price_changed", (moved(month_idx) - before).abs())
        }
        (0, _) => ("not_bought", amount),
        (_, 0) => ("not_billed", full_cost(offer, line, month_idx, month_idx)),
        _ => ("under_billed", Decimal::from(bought.abs_diff(billed)) * line.price[month_idx]),
    };
    Some(Difference {
        month,
        client: shown_client(client, month_idx).to_owned(),
        sku: shown_sku(offer, line.code).to_owned(),
        kind,
        bought,
        billed,
        right: billed,
        monthly_impact: to_cents(impact),
        cause,
        keys: keys(world, line, month_idx),
    })
}

/// Why a line is no loss; `None` of one that is compared.
fn cause(world: &World<'_>, line: &PlannedLine) -> Option<Cause> {
    let kind = world.offers[line.offer_idx].kind;
    match (world.clients[line.client_idx].role, kind) {
        (Role::Internal, _) => Some(Cause::OwnUse),
        (_, OfferKind::OwnService | OfferKind::ServiceDesk) => Some(Cause::OwnService),
        (Role::VendorOnly | Role::LookAlike | Role::PsaOnly, _) => Some(Cause::OneSided),
        (_, OfferKind::Bundle | OfferKind::Seat) => Some(Cause::InBundle),
        (_, OfferKind::Metered | OfferKind::VendorOnly) => Some(Cause::Metered),
        (_, OfferKind::Plain) => (!line.in_seats.is_empty()).then_some(Cause::InBundle),
    }
}

/// The keys a line has in a month; those of a side where it has no row are left out, but for the product's.
pub(super) fn keys(world: &World<'_>, line: &PlannedLine, month_idx: usize) -> LineNamed {
    let recipe = world.recipe;
    let (client, offer) = (&world.clients[line.client_idx], &world.offers[line.offer_idx]);
    let accounts = client.accounts.iter();
    let parts = line.parts.iter().map(|part| &offer.vendor[part.sku_idx]);
    let codes = (0..=offer.further_psa.len()).filter_map(|code| offer.psa_of(code));
    LineNamed {
        vendor_clients: accounts.map(|one| vendor_client_key(recipe, one, month_idx)).collect(),
        vendor_skus: parts.map(|sku| vendor_sku_key(recipe, sku)).collect(),
        psa_clients: client.psa.iter().map(|psa| psa_client_key(recipe, psa, month_idx)).collect(),
        psa_skus: codes.map(|psa| psa_sku_key(recipe, psa)).collect(),
    }
}
