//! How often lines come and go.

use serde::{Deserialize, Serialize};

use super::reading::Reading;

/// Months a missing line is still missed for.
pub(super) const MISSED_MONTHS: usize = 6;

/// Months a file must reach back before a line counts as new.
pub(super) const MONTHS_BEFORE_NEW: i32 = 6;

/// Months a line's steadiness is judged by.
const STEADY_MONTHS: usize = 12;

/// Line-months whose word the shared hazard weighs as much as.
const PRIOR_MONTHS: f64 = 50.0;

/// Whether a line is there in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Its first row is in this month, and the file reaches far enough back to say so.
    New,
    /// It has a row.
    Seen,
    /// It has none, and its last one is this many months back, at most six.
    Gone(usize),
    /// It has none, and had none for long, or never yet.
    Absent,
}

/// How likely a line is to be gone next month, by its age and how steadily it was there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PresenceModel {
    /// (gone, at risk) by age and steadiness.
    cells: [(f64, f64); N_CELLS],
    /// New lines, and line-months they came beside.
    births: (f64, f64),
}

const N_CELLS: usize = 6;

impl PresenceModel {
    /// Nothing seen yet.
    pub(super) fn cold() -> Self {
        Self { cells: [(0.0, 0.0); N_CELLS], births: (0.0, 0.0) }
    }

    /// Takes one line's months from `from` on into the counts. `file_first` is the first month of
    /// the whole history.
    pub(super) fn count(&mut self, reading: &Reading, from: usize, file_first: i32) {
        let lead = i32::try_from(from).unwrap_or(i32::MAX);
        if from == 0 && file_first + MONTHS_BEFORE_NEW <= reading.first + lead {
            self.births.0 += 1.0;
        }
        for month_idx in from.max(1)..reading.raw.len() {
            if !reading.raw[month_idx - 1].is_finite() {
                continue;
            }
            let gone = !reading.raw[month_idx].is_finite();
            let cell = &mut self.cells[cell(&reading.raw, month_idx)];
            cell.0 += f64::from(u8::from(gone));
            cell.1 += 1.0;
            self.births.1 += 1.0;
        }
    }

    /// Adds another part's counts.
    pub(super) fn add(&mut self, other: &Self) {
        for (own, more) in self.cells.iter_mut().zip(&other.cells) {
            own.0 += more.0;
            own.1 += more.1;
        }
        self.births.0 += other.births.0;
        self.births.1 += other.births.1;
    }

    /// The probability that a line seen up to `gone_for` months before `month_idx` has no row since.
    pub(super) fn gone(&self, raw: &[f64], month_idx: usize, gone_for: usize) -> f64 {
        let last_seen = month_idx + 1 - gone_for;
        let (all_gone, all) = self
            .cells
            .iter()
            .fold((0.5, 100.0), |total, cell| (total.0 + cell.0, total.1 + cell.1));
        let shared = all_gone / all;
        let (gone, at_risk) = self.cells[cell(raw, last_seen)];
        let hazard = (gone + PRIOR_MONTHS * shared) / (at_risk + PRIOR_MONTHS);
        let as_others = 1.0 - (1.0 - hazard.min(1.0)).powi(i32::try_from(gone_for).unwrap_or(1));
        as_others.max(away_before(raw, last_seen, gone_for))
    }

    /// New lines a month for every line there is.
    pub(super) fn birth_rate(&self) -> f64 {
        (self.births.0 + 0.5) / (self.births.1 + 100.0)
    }
}

/// How often a line that comes and goes was away this long before it came back: the share of its months with
/// a row that such a gap followed. What has happened less than twice is no habit.
fn away_before(raw: &[f64], last_seen: usize, gone_for: usize) -> f64 {
    const A_HABIT: usize = 2;
    let mut n_seen = 0_usize;
    let mut n_away = 0;
    let mut last = None;
    let before = raw[..last_seen.min(raw.len())].iter().enumerate();
    for (at, _) in before.filter(|(_, value)| value.is_finite()) {
        n_away += usize::from(last.is_some_and(|last| gone_for < at - last));
        n_seen += usize::from(last.is_some());
        last = Some(at);
    }
    if n_away < A_HABIT { 0.0 } else { n_away as f64 / n_seen as f64 }
}

/// What a line does in the last month of its reading.
pub(super) fn presence(reading: &Reading, file_first: i32) -> Presence {
    let Some(last) = reading.raw.len().checked_sub(1) else { return Presence::Absent };
    if reading.raw[last].is_finite() {
        let old_file = file_first + MONTHS_BEFORE_NEW <= reading.first;
        return if last == 0 && old_file { Presence::New } else { Presence::Seen };
    }
    let back = reading.raw.iter().rev().position(|value| value.is_finite());
    match back {
        Some(back) if back <= MISSED_MONTHS => Presence::Gone(back),
        _ => Presence::Absent,
    }
}

/// Young or old, by never, once or often missing in the months before `month_idx`.
fn cell(raw: &[f64], month_idx: usize) -> usize {
    let start = month_idx.saturating_sub(STEADY_MONTHS);
    let missing = raw[start..month_idx].iter().filter(|value| !value.is_finite()).count();
    usize::from(STEADY_MONTHS <= month_idx) * 3 + missing.min(2)
}
