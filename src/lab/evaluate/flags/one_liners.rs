//! What a spreadsheet would do: sigmas and quartile fences over the months before.

use serde::Serialize;

/// Months a one-liner looks back on.
const WINDOW: usize = 12;

/// A method that judges a month from the months before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// This program, by the statistic made for the kind that was planted.
    Seatdrift,
    /// This program, by the one p-value of the line: what is flagged goes by that.
    Any,
    /// Standard deviations from the mean of the last twelve months.
    LevelSigma,
    /// Standard deviations of this month's step from the mean of the last twelve steps.
    StepSigma,
    /// Quartile distances of this month's step beyond the quartiles of the last twelve (Tukey).
    StepFence,
    /// The same over all steps so far, as tools that watch for steps do.
    Persist,
}

impl Method {
    /// Every method, in the order of the tables.
    pub const ALL: [Self; 6] = [
        Self::Seatdrift,
        Self::Any,
        Self::LevelSigma,
        Self::StepSigma,
        Self::StepFence,
        Self::Persist,
    ];

    /// The words in tables.
    pub fn words(self) -> &'static str {
        match self {
            Self::Seatdrift => "seatdrift, own statistic",
            Self::Any => "seatdrift, any",
            Self::LevelSigma => "3 sigma of level",
            Self::StepSigma => "3 sigma of steps",
            Self::StepFence => "Tukey's fence of steps",
            Self::Persist => "fence of all steps",
        }
    }

    /// The score from which the method says that something is odd, as it is commonly set.
    pub(super) fn nominal(self) -> f64 {
        match self {
            // p = 0.01, of which the score is −ln.
            Self::Seatdrift | Self::Any => -(0.01_f64.ln()),
            Self::LevelSigma | Self::StepSigma | Self::Persist => 3.0,
            Self::StepFence => 1.5,
        }
    }
}

/// Which way a score counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// More or less than usual alike.
    Both,
    /// Less than usual.
    Less,
}

/// The scores of the one-liners, in the order of [`Method::ALL`] without the first two. `months` ends with
/// the month judged; missing months are left out.
pub(super) fn scores(months: &[f64], way: Way) -> [f64; 4] {
    let known: Vec<f64> = months.iter().copied().filter(|value| value.is_finite()).collect();
    let Some((&now, before)) = known.split_last() else { return [0.0; 4] };
    if before.len() < 3 {
        return [0.0; 4];
    }
    let steps: Vec<f64> = before.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let step = now - before[before.len() - 1];
    let signed = [
        sigmas(newest(before), now),
        sigmas(newest(&steps), step),
        fences(newest(&steps), step),
        fences(&steps, step),
    ];
    signed.map(|score| if way == Way::Less { -score } else { score.abs() })
}

fn newest(values: &[f64]) -> &[f64] {
    &values[values.len().saturating_sub(WINDOW)..]
}

/// The spread that rounding to whole units has by itself. A line that stood still has none in its months,
/// and every change of it would be infinitely odd: the one-liners are spared that.
const LEAST_SPREAD: f64 = 0.289;

fn sigmas(values: &[f64], now: f64) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (now - mean) / (squares / (n - 1.0).max(1.0)).sqrt().max(LEAST_SPREAD)
}

fn fences(values: &[f64], now: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (sorted.len() - 1) as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(sorted.len() - 1);
        sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
    };
    let (low, high) = (at(0.25), at(0.75));
    let spread = (high - low).max(LEAST_SPREAD);
    if high < now {
        (now - high) / spread
    } else if now < low {
        (now - low) / spread
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_odd_to_all_and_a_pause_only_to_steps() {
        let wobble = [20.0, 21.0, 20.0, 19.0, 20.0, 21.0, 20.0, 19.0, 20.0, 21.0, 20.0, 40.0];
        for (method, score) in Method::ALL[2..].iter().zip(scores(&wobble, Way::Both)) {
            assert!(method.nominal() < score, "{method:?}: {score}");
        }
        let pause = [10.0, 14.0, 18.0, 21.0, 25.0, 30.0, 34.0, 38.0, 41.0, 45.0, 49.0, 49.0];
        let [level, step, ..] = scores(&pause, Way::Less);
        assert!(level < 0.0, "above its mean, {level}");
        assert!(3.0 < step, "{step}");
    }
}
