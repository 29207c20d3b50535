//! Days in place of months: what a vendor and a PSA have each day of a quarter, and which changes are leaks.
//!
//! Seats change at one side and the other follows within days, or never; a client is renamed, the vendor gives every
//! subscription a new id, sources are down, and one day the vendor gives half of what it has.

use jiff::ToSpan;
use jiff::civil::Date;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rust_decimal::Decimal;
use seatdrift_core::domain::Side;

/// What a quarter is made of.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// Its first day.
    pub first: Date,
    /// How many days.
    pub n_days: usize,
    /// How many clients, each with three products.
    pub n_clients: usize,
    /// The seed of every draw.
    pub seed: u64,
}

/// One day.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedDay {
    /// The day.
    pub day: Date,
    /// What the vendor has.
    pub vendor: Vec<DayLine>,
    /// What the PSA bills.
    pub psa: Vec<DayLine>,
    /// The side whose source answers nothing on this day.
    pub down: Option<Side>,
    /// Whether the vendor gives half of what it has, as if that were all.
    pub is_half: bool,
}

/// One subscription or addition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLine {
    /// Its id at the source.
    pub id: u64,
    /// The client's number: its key on both sides is made from it.
    pub client: usize,
    /// The client's name on this side.
    pub client_name: String,
    /// The product's number.
    pub product: usize,
    /// The product's name.
    pub product_name: &'static str,
    /// Seats.
    pub seats: i64,
    /// One seat for one month.
    pub unit: Decimal,
}

/// A change, and when the other side followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// The client's number.
    pub client: usize,
    /// The product's number.
    pub product: usize,
    /// The side that changed.
    pub side: Side,
    /// Seats more; negative for fewer.
    pub by: i64,
    /// The day of the change.
    pub on: Date,
    /// The day the other side followed; `None` for never.
    pub followed: Option<Date>,
}

const PRODUCTS: [(&str, i64, i64); 6] = [
    ("Microsoft 365 Business Premium", 1804, 2640),
    ("Exchange Online (Plan 1)", 328, 600),
    ("Server backup", 2150, 4500),
    ("Huntress EDR", 310, 650),
    ("Acronis Cyber Protect", 540, 990),
    ("Duo Essentials", 245, 500),
];

const NAMES: [&str; 40] = [
    "Alder",
    "Borrowdale",
    "Cove Harbour",
    "Dunmore",
    "Elmfield",
    "Farrow",
    "Glenbrook",
    "Hartwell",
    "Inverness",
    "Juniper",
    "Kestrel",
    "Lowther",
    "Marlow",
    "Northgate",
    "Oakham",
    "Penrith",
    "Quarry",
    "Redcliff",
    "Stanhope",
    "Thornbury",
    "Ullswater",
    "Verity",
    "Wexford",
    "Yarrow",
    "Zephyr",
    "Ashdown",
    "Birchall",
    "Caldbeck",
    "Denholm",
    "Eskdale",
    "Fernhill",
    "Garstang",
    "Hollins",
    "Ironbridge",
    "Jesmond",
    "Keswick",
    "Langdale",
    "Morland",
    "Netherby",
    "Orton",
];

const TRADES: [&str; 5] = ["Dental", "Joinery Ltd", "LLP", "Logistics", "Architects"];

/// The days of a quarter, and every change of seats in it, by day.
pub fn days(recipe: &Days) -> (Vec<SimulatedDay>, Vec<Leak>) {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(recipe.seed);
    let mut world = World::new(recipe, &mut rng);
    let mut made = Vec::with_capacity(recipe.n_days);
    for n in 0..recipe.n_days {
        let day =
            recipe.first.checked_add(i64::try_from(n).unwrap_or(0).days()).unwrap_or(recipe.first);
        world.follow(day);
        // The first days are quiet: what is there is what later days are compared with.
        if n > 1 {
            world.change(day, &mut rng);
        }
        world.events(n);
        let down = match n {
            12 | 13 | 47 => Some(Side::Vendor),
            25 | 60 | 61 => Some(Side::Psa),
            _ => None,
        };
        made.push(SimulatedDay {
            day,
            vendor: world.side(Side::Vendor),
            psa: world.side(Side::Psa),
            down,
            is_half: n == 70,
        });
    }
    (made, world.leaks)
}

/// What is really there.
struct World {
    /// Clients' names at the vendor and in the PSA.
    names: Vec<[String; 2]>,
    /// Client, product, and the seats at the vendor and in the PSA.
    lines: Vec<(usize, usize, [i64; 2])>,
    /// What is added to the vendor's ids: it once gives new ones.
    ids_from: u64,
    leaks: Vec<Leak>,
}

impl World {
    fn new(recipe: &Days, rng: &mut Xoshiro256PlusPlus) -> Self {
        let mut names = Vec::new();
        let mut lines = Vec::new();
        for client in 0..recipe.n_clients {
            let name = format!(
                "{} {}",
                NAMES[client % NAMES.len()],
                TRADES[(client + client / NAMES.len()) % TRADES.len()]
            );
            names.push([name.clone(), name]);
            let mut products: Vec<usize> = (0..PRODUCTS.len()).collect();
            products.shuffle(rng);
            for product in products.into_iter().take(3) {
                let seats = rng.gen_range(4..40);
                lines.push((client, product, [seats, seats]));
            }
        }
        Self { names, lines, ids_from: 10_000, leaks: Vec::new() }
    }

    /// The other side follows where it is the day for it.
    fn follow(&mut self, day: Date) {
        for leak in self.leaks.iter().filter(|leak| leak.followed == Some(day)) {
            let is_same = |line: &&mut (usize, usize, [i64; 2])| {
                (line.0, line.1) == (leak.client, leak.product)
            };
            if let Some(line) = self.lines.iter_mut().find(is_same) {
                line.2[usize::from(leak.side == Side::Vendor)] += leak.by;
            }
        }
    }

    /// About two changes in three days, each at a line where nothing else is under way.
    fn change(&mut self, day: Date, rng: &mut Xoshiro256PlusPlus) {
        if rng.gen_bool(0.35) {
            return;
        }
        let line_idx = rng.gen_range(0..self.lines.len());
        let (client, product, seats) = self.lines[line_idx];
        let is_busy = self.leaks.iter().any(|leak| {
            (leak.client, leak.product) == (client, product)
                && leak.followed.is_none_or(|followed| followed >= day)
        });
        let side = if rng.gen_bool(0.75) { Side::Vendor } else { Side::Psa };
        let by = *[1, 1, 2, 3, 5, -1, -2].choose(rng).unwrap_or(&1);
        let delay = match rng.gen_range(0..10) {
            0..=5 => Some(rng.gen_range(0..=3)),
            6 | 7 => Some(rng.gen_range(4..=10)),
            _ => None,
        };
        if is_busy || seats[0] != seats[1] {
            return;
        }
        let followed = delay.and_then(|delay: i64| day.checked_add(delay.days()).ok());
        let line = &mut self.lines[line_idx];
        line.2[usize::from(side == Side::Psa)] += by;
        if delay == Some(0) {
            line.2[usize::from(side == Side::Vendor)] += by;
        }
        self.leaks.push(Leak { client, product, side, by, on: day, followed });
    }

    /// What looks like changes and is none.
    fn events(&mut self, n: usize) {
        match n {
            30 => self.names[2][0].push_str(" & Partners"),
            40 => self.names[5][1].push_str(" Group"),
            55 => self.ids_from = 20_000,
            _ => {}
        }
    }

    fn side(&self, side: Side) -> Vec<DayLine> {
        let at = usize::from(side == Side::Psa);
        let line = |(position, (client, product, seats)): (usize, &(usize, usize, [i64; 2]))| {
            let (product_name, cost, price) = PRODUCTS[*product];
            DayLine {
                id: position as u64 + if side == Side::Vendor { self.ids_from } else { 1 },
                client: *client,
                client_name: self.names[*client][at].clone(),
                product: *product,
                product_name,
                seats: seats[at],
                unit: Decimal::new(if side == Side::Vendor { cost } else { price }, 2),
            }
        };
        self.lines.iter().enumerate().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_that_followed_is_what_the_other_is() {
        let recipe =
            Days { first: "2026-04-01".parse().unwrap(), n_days: 90, n_clients: 20, seed: 7 };
        let (made, leaks) = days(&recipe);
        assert_eq!(days(&recipe), (made.clone(), leaks.clone()));
        assert!(leaks.len() > 30 && leaks.iter().any(|leak| leak.followed.is_none()));
        let last = made.last().unwrap();
        for (bought, billed) in last.vendor.iter().zip(&last.psa) {
            let is_open = leaks.iter().any(|leak| {
                (leak.client, leak.product) == (bought.client, bought.product)
                    && leak.followed.is_none_or(|followed| followed > last.day)
            });
            assert_eq!(bought.seats != billed.seats, is_open);
        }
    }
}
