//! Eight smoothing processes run side by side over one line, a month at a time.
//!
//! Four rates of learning, each with and without a drift. A line that stands still, one that wobbles
//! about a level and one that grows each have a process that fits; [`super::predictive`] weighs them.

use super::scale::ScalePrior;

/// How many processes run side by side.
pub(super) const N_PROCESSES: usize = 8;

/// Share of a surprise that a process takes into its level. 1 is a random walk.
const RATES: [f64; 4] = [0.1, 0.3, 0.6, 1.0];

/// The random walk, and the one that drifts.
pub(super) const RANDOM_WALK: usize = 6;
pub(super) const DRIFTING_WALK: usize = 7;

/// Months before errors count: the first ones tell where a process started, not how good it is.
const WARM_UP: usize = 4;

/// Errors count up to this many standard deviations, so that one anomaly does not hide the next.
const CLIP_AT: f64 = 5.0;

/// What a process learns by: its rate, and whether it drifts.
pub(super) fn rate(process: usize) -> f64 {
    RATES[process / 2]
}

fn drifts(process: usize) -> bool {
    process % 2 == 1
}

/// What the errors of a line are worth that was there for so many months.
pub(super) fn errors_after(n_months: f64, memory_months: f64) -> f64 {
    let keep: f64 = 1.0 - 1.0 / memory_months;
    memory_months * (1.0 - keep.powf((n_months - WARM_UP as f64).max(0.0)))
}

/// The processes of one line after some months.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tracker {
    levels: [f64; N_PROCESSES],
    /// Sums of squared, clipped errors; old ones fade.
    pub squares: [f64; N_PROCESSES],
    /// Number of errors in the sums, faded alike.
    pub n_errors: f64,
    n_seen: usize,
    last: f64,
    /// Months from the last value to the one that comes next.
    ahead: f64,
    increments: f64,
    months: f64,
    keep: f64,
    /// The level the usual variance was last asked for at, and that variance: quiet lines repeat it.
    usual_at: (f64, f64),
}

impl Tracker {
    /// Processes that have seen nothing.
    pub(super) fn new(memory_months: f64) -> Self {
        Self {
            levels: [0.0; N_PROCESSES],
            squares: [0.0; N_PROCESSES],
            n_errors: 0.0,
            n_seen: 0,
            last: f64::NAN,
            ahead: 1.0,
            increments: 0.0,
            months: 0.0,
            keep: 1.0 - 1.0 / memory_months,
            usual_at: (f64::NAN, f64::NAN),
        }
    }

    /// Takes in the next month; NaN when it is missing. `rounding` is the variance of the line's
    /// rounding.
    pub(super) fn observe(&mut self, value: f64, rounding: f64, prior: &ScalePrior) {
        if !value.is_finite() {
            self.ahead += f64::from(u8::from(0 < self.n_seen));
            return;
        }
        if self.n_seen == 0 {
            self.levels = [value; N_PROCESSES];
        } else {
            self.learn(value, rounding, prior);
        }
        self.last = value;
        self.ahead = 1.0;
        self.n_seen += 1;
    }

    fn learn(&mut self, value: f64, rounding: f64, prior: &ScalePrior) {
        if self.usual_at.0 != self.levels[2] {
            self.usual_at = (self.levels[2], prior.variance(self.levels[2]));
        }
        let usual = prior.freedom * self.usual_at.1;
        let drift = self.drift(usual, rounding, prior.freedom) * self.ahead;
        let counts = WARM_UP <= self.n_seen;
        let divisor = prior.freedom + self.n_errors;
        let base = usual + self.n_errors * rounding + rounding;
        let faded = if counts { self.keep } else { 1.0 };
        // Squares are compared, not roots: this runs for every month of every line.
        let per_square = CLIP_AT * CLIP_AT / divisor;
        let limit_of = |squares: f64| per_square * (base + squares);
        let is_next = self.ahead == 1.0;
        let limit = limit_of(self.squares[RANDOM_WALK]).sqrt();
        for process in 0..N_PROCESSES {
            let rate = rate(process);
            let expected = self.levels[process] + if drifts(process) { drift } else { 0.0 };
            let error = value - expected;
            if counts {
                let stretch = if is_next { 1.0 } else { 1.0 / self.stretch(rate) };
                let square = error * error * stretch;
                let clipped = square.min(limit_of(self.squares[process]));
                self.squares[process] = faded * self.squares[process] + clipped;
            }
            self.levels[process] = expected + rate * error;
        }
        self.n_errors = faded * self.n_errors + f64::from(u8::from(counts));
        let step = ((value - self.last) / self.ahead).clamp(-limit, limit);
        self.increments = self.keep * self.increments + step * self.ahead;
        self.months = self.keep * self.months + self.ahead;
    }

    /// Growth a month: the mean of the increments, shrunk to none as far as noise explains it.
    fn drift(&self, usual: f64, rounding: f64, freedom: f64) -> f64 {
        if self.months == 0.0 {
            return 0.0;
        }
        let mean = self.increments / (self.months + 1.0);
        let squares = self.squares[RANDOM_WALK].min(self.squares[DRIFTING_WALK]);
        let noise = (usual + squares + self.n_errors * rounding) / (freedom + self.n_errors);
        let signal = self.months * mean * mean;
        if signal <= noise { 0.0 } else { mean * (1.0 - noise / signal) }
    }

    /// The same processes, known for no more months than these: a line is judged by what was as well known
    /// of the lines it is ranked among, however much longer it has been there since.
    pub(super) fn worth_at_most(&self, months: f64) -> Self {
        if self.n_errors <= months {
            return *self;
        }
        let share = months / self.n_errors;
        let squares = self.squares.map(|square| share * square);
        Self { squares, n_errors: share * self.n_errors, ..*self }
    }

    /// How much more a forecast of `ahead` months varies than one of a single month.
    fn stretch(&self, rate: f64) -> f64 {
        1.0 + (self.ahead - 1.0) * rate * rate
    }

    /// What each process expects `further` months beyond the next one: place, and the factor on its
    /// variance.
    pub(super) fn expected(
        &self,
        further: f64,
        rounding: f64,
        prior: &ScalePrior,
    ) -> [(f64, f64); N_PROCESSES] {
        let usual = prior.freedom * prior.variance(self.levels[2]);
        let ahead = self.ahead + further;
        let drift = self.drift(usual, rounding, prior.freedom) * ahead;
        std::array::from_fn(|process| {
            let rate = rate(process);
            let place = self.levels[process] + if drifts(process) { drift } else { 0.0 };
            (place, 1.0 + (ahead - 1.0) * rate * rate)
        })
    }

    /// The moderated variance of one month's increments, whatever steady drift they have.
    pub(super) fn increment_variance(&self, level: f64, rounding: f64, prior: &ScalePrior) -> f64 {
        let squares = self.squares[RANDOM_WALK].min(self.squares[DRIFTING_WALK]);
        let usual = prior.freedom * prior.variance(level);
        (usual + squares + self.n_errors * rounding) / (prior.freedom + self.n_errors)
    }
}

/// How far back [`Walk::before`] reaches.
const REACH: usize = 8;

/// The trackers of the last months of one line, each as it stood before its month.
#[derive(Debug)]
pub(super) struct Walk {
    before: [Tracker; REACH],
    month_idx: usize,
}

impl Walk {
    /// Walks a line's months and calls `visit` at every month from `from` on, before it is taken in.
    pub(super) fn along(
        values: &[f64],
        rounding: f64,
        prior: &ScalePrior,
        memory_months: f64,
        from: usize,
        mut visit: impl FnMut(usize, &Self),
    ) {
        let mut tracker = Tracker::new(memory_months);
        let mut walk = Self { before: [tracker; REACH], month_idx: 0 };
        for (month_idx, &value) in values.iter().enumerate() {
            // Nobody looks back beyond the first visit by more than the reach.
            if from < month_idx + REACH {
                walk.before[month_idx % REACH] = tracker;
            }
            walk.month_idx = month_idx;
            if from <= month_idx {
                visit(month_idx, &walk);
            }
            tracker.observe(value, rounding, prior);
        }
    }

    /// The processes as they stood before the month `back` months ago; 0 is the month itself.
    pub(super) fn before(&self, back: usize) -> &Tracker {
        debug_assert!(back < REACH && back <= self.month_idx);
        &self.before[(self.month_idx - back) % REACH]
    }
}
