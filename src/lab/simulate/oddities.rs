//! Months that a good eye should notice though both sides agree.

use std::collections::BTreeMap;

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::fitting::Fitting;
use super::growth::Growth;
use super::slips::{bend, can_slip};
use super::truth::{Anomaly, AnomalyKind, AnomalySide};
use super::world::{PlannedLine, World};

/// One line in so many is odd in each way in the newest month.
const LINES_PER_ODDITY: usize = 90;

/// One line in so many was odd once before.
const LINES_PER_PAST_ODDITY: usize = 14;

/// What can be odd about a line.
const KINDS: [AnomalyKind; 5] = [
    AnomalyKind::StalledGrowth,
    AnomalyKind::ErraticQuantity,
    AnomalyKind::LevelShift,
    AnomalyKind::Vanished,
    AnomalyKind::NewLine,
];

/// Makes the odd months: a handful of each kind in the newest month, some before.
pub(super) fn make_oddities(world: &mut World<'_>, rng: &mut Xoshiro256PlusPlus) {
    let last = world.last();
    if last < 8 {
        return;
    }
    let handful = (world.lines.len() / LINES_PER_ODDITY).max(1);
    let mut known = Known::of(world);
    for kind in KINDS {
        for _ in 0..handful {
            make_one(world, kind, last, &mut known, rng);
        }
    }
    for _ in 0..world.lines.len() / LINES_PER_PAST_ODDITY {
        let kind = *KINDS.choose(rng).expect("there are kinds");
        let month_idx = rng.gen_range(8..=last.max(9) - 1);
        if month_idx < last {
            make_one(world, kind, month_idx, &mut known, rng);
        }
    }
    forget_what_no_longer_shows(world);
}

/// What is known of the world while oddities are made.
struct Known {
    /// The lines that an oddity of a month fits.
    fitting: Fitting<(AnomalyKind, usize)>,
    /// Positions of each client's anomalies.
    of_client: Vec<Vec<usize>>,
}

impl Known {
    fn of(world: &World<'_>) -> Self {
        let mut of_client = vec![Vec::new(); world.clients.len()];
        for (position, anomaly) in world.anomalies.iter().enumerate() {
            of_client[anomaly.client_idx].push(position);
        }
        Self { fitting: Fitting::new(), of_client }
    }
}

fn make_one(
    world: &mut World<'_>,
    kind: AnomalyKind,
    month_idx: usize,
    known: &mut Known,
    rng: &mut Xoshiro256PlusPlus,
) {
    let Known { fitting, of_client } = known;
    let fits = |&(kind, month_idx): &(AnomalyKind, usize), idx: usize, world: &World<'_>| {
        let anomalies = &of_client[world.lines[idx].client_idx];
        can_slip(world, &world.lines[idx], month_idx)
            && suits(world, idx, kind, month_idx, anomalies)
    };
    let key = (kind, month_idx);
    let lines = fitting
        .lines(key, || (0..world.lines.len()).filter(|&idx| fits(&key, idx, world)).collect());
    let Some(&line_idx) = lines.choose(rng) else { return };
    let line = &mut world.lines[line_idx];
    let detail = make_odd(line, kind, month_idx, rng);
    line.is_taken = true;
    let line = line.clone();
    let first = if kind == AnomalyKind::ErraticQuantity { month_idx - 1 } else { month_idx };
    for month_idx in first..=month_idx {
        let anomaly = Anomaly::planned(month_idx, kind, AnomalySide::Both, &line, detail.clone());
        of_client[line.client_idx].push(world.anomalies.len());
        world.anomalies.push(anomaly);
    }
    // An oddity of one line may be a jump to all lines of its client, which stand side by side.
    let is_its = |idx: &usize| world.lines[*idx].client_idx == line.client_idx;
    let begin = (0..line_idx).rev().take_while(is_its).last().unwrap_or(line_idx);
    let end = (line_idx..world.lines.len()).take_while(is_its).last().unwrap_or(line_idx) + 1;
    let anomalies = &of_client[line.client_idx];
    fitting.keep(begin..end, |&(kind, month_idx), idx| {
        can_slip(world, &world.lines[idx], month_idx)
            && suits(world, idx, kind, month_idx, anomalies)
    });
}

/// Changes the line, and says what was changed.
fn make_odd(
    line: &mut PlannedLine,
    kind: AnomalyKind,
    month_idx: usize,
    rng: &mut Xoshiro256PlusPlus,
) -> String {
    let before = line.bought[month_idx - 1];
    match kind {
        AnomalyKind::StalledGrowth => {
            bend(line, month_idx, &[before]);
            format!("grew every month to {before}, and stopped")
        }
        AnomalyKind::ErraticQuantity => {
            let path = erratic(line.bought[month_idx - 3], rng);
            bend(line, month_idx - 2, &path);
            format!("{} to {} to {}", path[0], path[1], path[2])
        }
        AnomalyKind::LevelShift => {
            let percent = *[45, 160, 190, 200, 200, 230].choose(rng).expect("there are some");
            let now = (before * percent / 100).max(1);
            bend(line, month_idx, &[now]);
            format!("{before} to {now}")
        }
        AnomalyKind::Vanished => {
            line.bought[month_idx..].fill(0);
            line.billed[month_idx..].fill(0);
            format!("{before} to nothing on both sides")
        }
        _ => {
            line.bought[..month_idx].fill(0);
            line.billed[..month_idx].fill(0);
            format!("new with {}", line.bought[month_idx])
        }
    }
}

/// Three months that swing by a third to a half around a level.
fn erratic(level: u32, rng: &mut Xoshiro256PlusPlus) -> [u32; 3] {
    let mut swing = || level * rng.gen_range(33..=50) / 100;
    [level + swing(), (level - swing()).max(1), level + swing()]
}

/// `anomalies` are the positions of its client's.
fn suits(
    world: &World<'_>,
    line_idx: usize,
    kind: AnomalyKind,
    month_idx: usize,
    anomalies: &[usize],
) -> bool {
    let line = &world.lines[line_idx];
    let growth = world.clients[line.client_idx].growth;
    let recent = &line.bought[month_idx - 7..month_idx];
    match kind {
        // A growth that never paused, by at least two seats a month.
        AnomalyKind::StalledGrowth => {
            growth == Growth::Steady && recent.windows(2).all(|pair| pair[0] + 2 <= pair[1])
        }
        AnomalyKind::NewLine => !is_first_of_client(world, line_idx),
        _ => {
            recent[0] >= 6
                && matches!(growth, Growth::Flat | Growth::Slow | Growth::Projects)
                && !has_jump(world, line_idx, month_idx, anomalies)
        }
    }
}

/// The client's suite stays: a client without it is no client.
fn is_first_of_client(world: &World<'_>, line_idx: usize) -> bool {
    line_idx == 0 || world.lines[line_idx - 1].client_idx != world.lines[line_idx].client_idx
}

/// Whether the client's own doing moves the line about that month.
fn has_jump(world: &World<'_>, line_idx: usize, month_idx: usize, anomalies: &[usize]) -> bool {
    let line = &world.lines[line_idx];
    anomalies.iter().map(|&position| &world.anomalies[position]).any(|anomaly| {
        let touches = anomaly.kind == AnomalyKind::LevelShift
            || anomaly.offer_idx.is_none_or(|offer_idx| offer_idx == line.offer_idx);
        touches && anomaly.month_idx.abs_diff(month_idx) <= 4
    })
}

/// Drops the notes that a later change of the line has made untrue.
fn forget_what_no_longer_shows(world: &mut World<'_>) {
    let lines = &world.lines;
    let mut of_pair: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (line_idx, line) in lines.iter().enumerate() {
        of_pair.entry((line.client_idx, line.offer_idx)).or_insert(line_idx);
    }
    world.anomalies.retain(|anomaly| {
        let Some(offer_idx) = anomaly.offer_idx else { return true };
        let line = of_pair.get(&(anomaly.client_idx, offer_idx)).map(|&line_idx| &lines[line_idx]);
        let Some(line) = line else { return false };
        let at = anomaly.month_idx;
        let (before, now) = (line.bought[at - 1], line.bought[at]);
        match anomaly.kind {
            AnomalyKind::LevelShift => before > 0 && now > 0 && before.abs_diff(now) >= 3,
            AnomalyKind::PriceShift => before > 0 && now > 0,
            _ => true,
        }
    });
}
