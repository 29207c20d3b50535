//! The lines of two months → what came, went, grew, shrank and was repriced. A cause is told once: a
//! client that came or went is not told line by line, nor a new price at every client.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::{Currency, ExportRow, Line, LineKind, Side};
use crate::reconcile::Partners;
use crate::run::{ClientFate, ClientMoves, LineMove, MoveKind, PriceMove};

/// Decimal places to which two unit prices are compared: a mean over rows is not exact further out.
const PRICE_PLACES: u32 = 4;

/// A price on one side of one product, before and now.
type PriceStep = (Side, String, Decimal, Decimal, Currency);

/// What became of the lines, by client; and of the prices, by product. `rows` are those of `now`.
pub(super) fn moves(
    rows: &[ExportRow],
    before: &[Line],
    now: &[Line],
    partners: &Partners,
) -> (Vec<ClientMoves>, Vec<PriceMove>) {
    let mut clients: BTreeMap<String, OfClient> = BTreeMap::new();
    let mut prices: BTreeMap<PriceStep, (String, usize, Decimal)> = BTreeMap::new();
    for (was, is) in side_by_side(before, now) {
        let Some(line) = is.or(was) else { continue };
        let (client, name) = client_of(line, partners);
        let client = clients.entry(client).or_insert_with(|| OfClient::named(name));
        client.n_before += usize::from(was.is_some());
        client.n_now += usize::from(is.is_some());
        client.lines.extend(line_move(line, was, is));
        // What the vendor meters has no price of a unit.
        let metered = |line: &Line| line.rows.iter().any(|&at| rows[at].kind == LineKind::Usage);
        if let Some((was, is)) = was.zip(is)
            && !metered(is)
            && let Some((step, money)) = price_step(was, is)
        {
            let told = prices.entry(step).or_insert((is.sku_name.to_string(), 0, Decimal::ZERO));
            told.1 += 1;
            told.2 += money;
        }
    }
    let mut clients: Vec<ClientMoves> = clients.into_values().filter_map(OfClient::told).collect();
    clients.sort_by(|one, other| one.client.cmp(&other.client));
    (clients, prices.into_iter().map(price_move).collect())
}

/// The compared lines of two months by their keys, in whose order both are.
fn side_by_side<'a>(
    before: &'a [Line],
    now: &'a [Line],
) -> impl Iterator<Item = (Option<&'a Line>, Option<&'a Line>)> {
    let compared = |lines: &'a [Line]| lines.iter().filter(|line| line.is_compared()).peekable();
    let (mut before, mut now) = (compared(before), compared(now));
    std::iter::from_fn(move || {
        let order = match (before.peek(), now.peek()) {
            (Some(was), Some(is)) => was.key.cmp(&is.key),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return None,
        };
        Some(match order {
            Ordering::Less => (before.next(), None),
            Ordering::Equal => (before.next(), now.next()),
            Ordering::Greater => (None, now.next()),
        })
    })
}

struct OfClient {
    name: String,
    n_before: usize,
    n_now: usize,
    lines: Vec<LineMove>,
}

impl OfClient {
    fn named(name: String) -> Self {
        Self { name, n_before: 0, n_now: 0, lines: Vec::new() }
    }

    /// `None` where nothing moved.
    fn told(self) -> Option<ClientMoves> {
        let fate = match (self.n_before, self.n_now) {
            (0, _) => ClientFate::New,
            (_, 0) => ClientFate::Gone,
            _ => ClientFate::Stays,
        };
        let n_lines = self.lines.len();
        let lines = if fate == ClientFate::Stays { self.lines } else { Vec::new() };
        (n_lines > 0).then_some(ClientMoves { client: self.name, fate, n_lines, lines })
    }
}

/// The key of a client on both sides, and its name: the PSA's where matched.
fn client_of(line: &Line, partners: &Partners) -> (String, String) {
    let key = &line.key.client.0;
    let partner = match line.key.side {
        Side::Vendor => partners.clients.partners(key).first(),
        Side::Psa => return (format!("psa {key}"), line.client_name.to_string()),
    };
    match partner {
        Some(partner) => (format!("psa {}", partner.psa), partner.psa_name.clone()),
        None => (format!("vendor {key}"), line.client_name.to_string()),
    }
}

fn line_move(line: &Line, was: Option<&Line>, is: Option<&Line>) -> Option<LineMove> {
    let units = |line: Option<&Line>| line.map_or(Decimal::ZERO, |line| line.quantity.0);
    let (before, now) = (units(was), units(is));
    let kind = match (was, is) {
        _ if before == now => return None,
        (None, _) => MoveKind::New,
        (_, None) => MoveKind::Gone,
        _ if before < now => MoveKind::Grown,
        _ => MoveKind::Shrunk,
    };
    let unit = line.unit.map_or(Decimal::ZERO, |unit| unit.amount);
    Some(LineMove {
        side: line.key.side,
        sku: line.sku_name.to_string(),
        kind,
        before: before.normalize(),
        now: now.normalize(),
        money: ((now - before) * unit).normalize(),
        currency: line.key.currency,
    })
}

fn price_step(was: &Line, is: &Line) -> Option<(PriceStep, Decimal)> {
    let price = |line: &Line| Some(line.unit?.amount.round_dp(PRICE_PLACES).normalize());
    let (before, now) = (price(was)?, price(is)?);
    let key = &is.key;
    let step = (key.side, key.sku.0.to_string(), before, now, key.currency);
    let moved = before != now && is.quantity.is_positive() && was.quantity.is_positive();
    moved.then(|| (step, ((now - before) * is.quantity.0).normalize()))
}

fn price_move((step, told): (PriceStep, (String, usize, Decimal))) -> PriceMove {
    let (side, _, before, now, currency) = step;
    let (sku, n_lines, money) = told;
    PriceMove { side, sku, before, now, currency, n_lines, money }
}
