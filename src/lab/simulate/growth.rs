//! How a client's headcount moves from month to month.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use seatdrift_core::domain::Month;

/// The way a headcount moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Growth {
    /// Hardly at all.
    Flat,
    /// Three to five people join every month.
    Steady,
    /// Somebody joins now and then.
    Slow,
    /// Fewer people from July to August, more from September.
    School,
    /// Somebody leaves now and then.
    Shrinking,
    /// Flat, until another company is bought.
    Acquisitions,
    /// Flat, with extra hands for a project month.
    Projects,
}

/// A jump that was no mistake: which month, and why.
pub(super) type Jump = (usize, &'static str);

/// The headcount of each month and the jumps in it. Never below one.
pub(super) fn headcount(
    growth: Growth,
    base: u32,
    months: &[Month],
    rng: &mut Xoshiro256PlusPlus,
) -> (Vec<u32>, Vec<Jump>) {
    let mut jumps = Vec::new();
    let mut level = i64::from(base.max(1));
    let mut path = Vec::with_capacity(months.len());
    for (month_idx, month) in months.iter().enumerate() {
        let mut extra = 0;
        if month_idx > 0 {
            level += change(growth, rng);
        }
        match growth {
            Growth::Acquisitions if month_idx > 3 && rng.gen_bool(0.05) => {
                level += (level * rng.gen_range(3..7) / 10).max(5);
                jumps.push((month_idx, "the client bought another company"));
            }
            Growth::Projects if month_idx > 3 && rng.gen_bool(0.05) => {
                extra = (level * rng.gen_range(3..6) / 10).max(4);
                jumps.push((month_idx, "extra staff for a project"));
            }
            Growth::School if (7..=8).contains(&month.month()) => extra = -(level / 5),
            _ => {}
        }
        level = level.max(1);
        path.push(u32::try_from((level + extra).max(1)).unwrap_or(1));
    }
    (path, jumps)
}

/// People who join, less those who leave, in a usual month.
fn change(growth: Growth, rng: &mut Xoshiro256PlusPlus) -> i64 {
    let (up, down) = match growth {
        Growth::Steady => return rng.gen_range(3..=5),
        Growth::Flat => (0.04, 0.03),
        Growth::Slow => (0.45, 0.08),
        Growth::School | Growth::Acquisitions | Growth::Projects => (0.15, 0.10),
        Growth::Shrinking => (0.04, 0.40),
    };
    i64::from(rng.gen_bool(up)) - i64::from(rng.gen_bool(down))
}

/// The growth of a client: schools follow the school year, the others are drawn.
pub(super) fn growth_of(is_school: Trade, rng: &mut Xoshiro256PlusPlus) -> Growth {
    if is_school == Trade::School {
        return Growth::School;
    }
    match rng.gen_range(0..100) {
        0..=29 => Growth::Flat,
        30..=47 => Growth::Steady,
        48..=74 => Growth::Slow,
        75..=83 => Growth::Shrinking,
        84..=91 => Growth::Acquisitions,
        _ => Growth::Projects,
    }
}

/// Whether a client follows the school year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trade {
    /// It does.
    School,
    /// It does not.
    Other,
}
