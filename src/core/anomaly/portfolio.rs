//! Moves of a product at nearly all clients, or of all lines of a file without products: taken out of every line,
//! told once.

use super::judge::Bench;
use super::sums::Sums;
use super::{Flag, FlagKind, LineIdentity, why};
use crate::domain::Currency;
use crate::seat_trend::PortfolioMove;

/// A common move is told from this share of the lines on.
const LEAST_ALIKE: f64 = 0.6;

/// The least changes worth telling, as shares.
const LEAST_QUANTITY: f64 = 0.05;
const LEAST_PRICE: f64 = 0.005;

/// The least change of all lines of a file: there are too few months of files to say how rare one is.
const LEAST_OF_ALL: f64 = 0.2;

/// How rare so large a common move must be.
const AT_MOST: f64 = 0.02;

/// One flag for every product that moved as one.
pub(super) fn flags(bench: &Bench<'_>) -> Vec<Flag> {
    let quantity = bench.scores.quantity_moves().into_iter();
    let price = bench.scores.price_moves().into_iter();
    let told = |least: f64| {
        move |(found, p): &(PortfolioMove, f64)| {
            let alike = found.n_alike as f64 / found.series_idx.len().max(1) as f64;
            let size = found.change.abs();
            if found.sku.is_empty() {
                // Where there are products, each is told by itself.
                let has_products = bench.lines == LineIdentity::ByName;
                return !has_products && LEAST_OF_ALL <= size && LEAST_ALIKE <= alike;
            }
            least <= size && LEAST_ALIKE <= alike && *p <= AT_MOST
        }
    };
    quantity
        .filter(told(LEAST_QUANTITY))
        .map(|(found, p)| flag(bench, &found, p, FlagKind::LevelShift))
        .chain(
            price
                .filter(told(LEAST_PRICE))
                .map(|(found, p)| flag(bench, &found, p, FlagKind::PriceShift)),
        )
        .collect()
}

fn flag(bench: &Bench<'_>, found: &PortfolioMove, p: f64, kind: FlagKind) -> Flag {
    let lines: Vec<Moved> =
        found.series_idx.iter().map(|&idx| Moved::of(bench, idx, kind)).collect();
    let mut flag = Flag {
        client: String::new(),
        client_name: String::new(),
        sku: found.sku.clone(),
        sku_name: found.sku_name.clone(),
        side: found.side.into(),
        series_idx: found.series_idx.clone(),
        evidence: vec![
            ("lines compared".to_owned(), found.series_idx.len().to_string()),
            ("lines that moved so".to_owned(), found.n_alike.to_string()),
            ("common change".to_owned(), why::per_cent(found.change)),
            ("p-value".to_owned(), why::p_value(p)),
        ],
        ..bench.blank(found.series_idx[0], kind, p)
    };
    let mut impact = Sums::default();
    for line in &lines {
        impact.add(line.currency, (line.now - line.before) * line.worth);
    }
    impact.set(&mut flag);
    // Units are units in any currency; what they cost is not.
    let counts = |line: &&Moved| kind != FlagKind::PriceShift || line.currency == flag.currency;
    let sum = |of: fn(&Moved) -> f64| lines.iter().filter(counts).map(of).sum::<f64>();
    let (before, now) = (sum(|line| line.before), sum(|line| line.now));
    (flag.observed, flag.expected, flag.low, flag.high) = (now, before, before, before);
    flag.why = why::portfolio(bench, found, &flag);
    flag
}

/// What a line of a product had before and has now: units, or money for a price.
struct Moved {
    currency: Option<Currency>,
    before: f64,
    now: f64,
    /// Money a unit of the two.
    worth: f64,
}

impl Moved {
    fn of(bench: &Bench<'_>, series_idx: usize, kind: FlagKind) -> Self {
        let line = bench.scores.line(series_idx);
        let (units, unit) = (line.observed.unwrap_or(0.0), line.unit.unwrap_or(0.0));
        let units_before = line.before.map_or(0.0, |before| before.0);
        let (before, now, worth) = match (kind, line.price) {
            (FlagKind::PriceShift, Some(price)) => (price.before * units, price.now * units, 1.0),
            _ => (units_before, units, unit),
        };
        Self { currency: bench.series[series_idx].currency, before, now, worth }
    }
}
