//! Made-up lines for tests of what reads series: seeded, plain, and quiet unless a test says otherwise.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::domain::{Month, Series, SeriesSide};

/// A month by its distance from the first month of all made-up lines.
pub fn month(idx: i32) -> Month {
    "2024-01".parse::<Month>().expect("a month").plus(idx)
}

/// One line with these months.
pub fn line(client: usize, sku: usize, quantity: Vec<f64>) -> Series {
    Series {
        side: SeriesSide::Vendor,
        client: format!("c{client}"),
        client_name: format!("Client {client}"),
        sku: format!("s{sku}"),
        sku_name: format!("Product {sku}"),
        first: month(0),
        currency: None,
        unit: vec![Some(20.0); quantity.len()],
        quantity: quantity.into_iter().map(|value| value.is_finite().then_some(value)).collect(),
    }
}

/// A quiet portfolio: lines that stand still and now and then gain or lose a seat or a few.
pub fn quiet(n_lines: usize, n_months: usize, seed: u64) -> Vec<Series> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..n_lines)
        .map(|idx| {
            let mut seats = rng.gen_range(0.7_f64..5.5).exp().round();
            let restless = rng.gen_range(0.05..0.5);
            let months = (0..n_months)
                .map(|_| {
                    if rng.gen_bool(restless) {
                        let most = (0.03 * seats).max(1.0);
                        seats = (seats + (rng.gen_range(-most..most) * 1.5).round()).max(1.0);
                    }
                    seats
                })
                .collect();
            line(idx / 5, idx % 5 + 5 * (idx % 3), months)
        })
        .collect()
}

/// Lines that grow three to five seats every month.
pub fn growing(n_lines: usize, n_months: usize, seed: u64) -> Vec<Series> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    (0..n_lines)
        .map(|idx| {
            let mut seats = f64::from(rng.gen_range(20..60));
            let months = (0..n_months)
                .map(|_| {
                    seats += f64::from(rng.gen_range(3..=5));
                    seats
                })
                .collect();
            line(1_000_000 + idx, idx % 4 + 100, months)
        })
        .collect()
}
