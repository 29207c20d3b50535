//! What the right quantity most likely is, read off the months of both sides.

use crate::domain::{Month, Series};

use super::why::number;
use super::{Flag, FlagKind, FlagSide};

/// One line's two sides, where there are months of them.
#[derive(Debug, Clone, Copy)]
pub struct TwoSides<'a> {
    /// What was bought.
    pub bought: Option<&'a Series>,
    /// What was billed.
    pub billed: Option<&'a Series>,
    /// The month in question.
    pub month: Month,
}

impl TwoSides<'_> {
    /// What was bought and what was billed in a month.
    pub fn units_in(&self, month: Month) -> (Option<f64>, Option<f64>) {
        let of = |side: Option<&Series>| LinePast::of(side, self.month).at(month);
        (of(self.bought), of(self.billed))
    }
}

/// The most probable right quantity.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Units.
    pub quantity: f64,
    /// What speaks for it, without its full stop.
    pub why: String,
}

impl Correction {
    fn new(quantity: f64, why: &[String]) -> Option<Self> {
        (!why.is_empty()).then(|| Self { quantity, why: why.join("; ") })
    }
}

/// The right quantity of a line whose bought and billed units differ; `None` where the months say
/// nothing. Nought units on a side are no row. Every reason names the months it rests on.
pub fn right_of_difference(sides: &TwoSides<'_>, bought: f64, billed: f64) -> Option<Correction> {
    let (vendor, psa) =
        (LinePast::of(sides.bought, sides.month), LinePast::of(sides.billed, sides.month));
    if bought <= 0.0 {
        let last = vendor.last_row()?;
        let gone = format!("the vendor charged {} last in {}", number(last.1), last.0.short());
        return Correction::new(0.0, &[gone]);
    }
    let last_month = sides.month.plus(-1).short();
    // A count that doubled overnight, while the other side stands, is counted twice.
    if vendor.doubled(bought) && vendor.before() == Some(billed) {
        let twice =
            format!("the vendor charges exactly twice the {} of {last_month}", number(billed));
        let stands = format!("{} is billed as in {last_month}", number(billed));
        return Correction::new(billed, &[twice, stands]);
    }
    if let Some(agreed) = agreed_gap(vendor, psa, bought, billed) {
        return Some(agreed);
    }
    let mut why = vec![vendor.stands_at(bought, "the vendor has charged")];
    if psa.doubled(billed) && psa.before() == Some(bought) {
        let (twice, once) = (number(billed), number(bought));
        why.push(format!("{twice} is exactly twice the {once} billed in {last_month}"));
    } else if 0.0 < billed {
        match vendor.last_at(billed) {
            Some(month) => why.push(format!("{} was the {} count", number(billed), month.short())),
            None => why.push(psa.stands_at(billed, "billed have been")),
        }
    } else if let Some((month, units)) = psa.last_row() {
        why.push(format!("{} were billed last in {}", number(units), month.short()));
    }
    Correction::new(bought, &why)
}

/// Months from which on a gap that never moved is agreed and no mistake, which has a beginning: fewer where
/// somebody moved both sides and kept it, more where nothing ever moved.
const KEPT_MONTHS: usize = 6;
const STOOD_MONTHS: usize = 12;

/// Fewer units billed than bought, by the same number in every month there is: some are part of the price.
fn agreed_gap(
    vendor: LinePast<'_>,
    psa: LinePast<'_>,
    bought: f64,
    billed: f64,
) -> Option<Correction> {
    let gap = bought - billed;
    let both: Vec<(Month, Option<f64>, Option<f64>)> =
        vendor.earlier().map(|(month, units)| (month, units, psa.at(month))).collect();
    let first = both.last()?.0;
    let is_kept = |&(_, bought, billed): &(Month, Option<f64>, Option<f64>)| {
        bought.zip(billed).is_some_and(|(bought, billed)| bought - billed == gap && 0.0 < billed)
    };
    let moved = both.iter().any(|month| month.1 != Some(bought));
    let n_months = both.len() + 1;
    let is_long = if moved { KEPT_MONTHS } else { STOOD_MONTHS } <= n_months;
    let is_agreed = 0.0 < gap
        && 0.0 < billed
        && is_long
        && psa.begins() == vendor.begins()
        && both.iter().all(is_kept);
    let why = format!(
        "{} fewer than bought in each of {n_months} months, since {}, the first there is: it seems agreed",
        number(gap),
        first.short()
    );
    Correction::new(billed, &[why]).filter(|_| is_agreed)
}

/// The right quantity of a flagged line; `None` where there is nothing to set right.
pub fn right_of_flag(sides: &TwoSides<'_>, flag: &Flag) -> Option<Correction> {
    let (vendor, psa) =
        (LinePast::of(sides.bought, sides.month), LinePast::of(sides.billed, sides.month));
    let (own, other, other_name) = match flag.side {
        FlagSide::Vendor => (vendor, psa, "billed"),
        FlagSide::Psa => (psa, vendor, "bought"),
        // What moved alike on both sides is right, and a gap is a matter of two quantities.
        FlagSide::Both => return None,
        FlagSide::Drift => {
            let (bought, billed) = (vendor.now()?, psa.now()?);
            return if bought == billed {
                None
            } else {
                right_of_difference(sides, bought, billed)
            };
        }
    };
    if !matches!(
        flag.kind,
        FlagKind::LevelShift | FlagKind::ErraticQuantity | FlagKind::StalledGrowth
    ) {
        return None;
    }
    let seen = own.now()?;
    if other.now() == Some(seen) {
        return Correction::new(seen, &[format!("{} are {other_name} too", number(seen))]);
    }
    if own.doubled(seen) {
        let before = own.before()?;
        return Correction::new(before, &[format!("{} is exactly twice it", number(seen))]);
    }
    let usual = flag.expected.round();
    if other.now() == Some(usual) {
        let agrees = format!("{} are {other_name}, and as many were expected", number(usual));
        return Correction::new(usual, &[agrees]);
    }
    let agrees = own.before().filter(|before| other.now() == Some(*before));
    if let Some(before) = agrees {
        let why = format!("as last month, and {} are {other_name} still", number(before));
        return Correction::new(before, &[why]);
    }
    let why = match flag.kind {
        FlagKind::StalledGrowth => "had it grown as it did before",
        _ => "as the months before led to expect",
    };
    Correction::new(usual, &[why.to_owned()])
}

/// A side's months up to the one in question.
#[derive(Clone, Copy)]
struct LinePast<'a> {
    series: Option<&'a Series>,
    month: Month,
}

impl<'a> LinePast<'a> {
    fn of(series: Option<&'a Series>, month: Month) -> Self {
        Self { series, month }
    }

    fn at(self, month: Month) -> Option<f64> {
        let series = self.series?;
        series.quantity[series.position(month)?]
    }

    fn now(self) -> Option<f64> {
        self.at(self.month)
    }

    fn before(self) -> Option<f64> {
        self.at(self.month.plus(-1))
    }

    fn begins(self) -> Option<Month> {
        self.series.map(|series| series.first)
    }

    /// The months before, newest first.
    fn earlier(self) -> impl Iterator<Item = (Month, Option<f64>)> + 'a {
        let first = self.series.map_or(self.month, |series| series.first);
        let n_months = (self.month.index() - first.index()).max(0);
        (1..=n_months).map(move |back| {
            let month = self.month.plus(-back);
            (month, self.at(month))
        })
    }

    /// The newest month before with units.
    fn last_row(self) -> Option<(Month, f64)> {
        self.earlier().find_map(|(month, units)| Some((month, units.filter(|one| 0.0 < *one)?)))
    }

    /// The newest month before with just so many units.
    fn last_at(self, units: f64) -> Option<Month> {
        self.earlier().find(|(_, seen)| *seen == Some(units)).map(|(month, _)| month)
    }

    fn doubled(self, units: f64) -> bool {
        self.before().is_some_and(|before| 2.0 <= before && units == 2.0 * before)
    }

    /// Since when so many units stand there: `the vendor has charged 42 since Jun 2026`.
    fn stands_at(self, units: f64, what: &str) -> String {
        let unbroken = self.earlier().take_while(|(_, seen)| *seen == Some(units));
        let now = format!("{what} {}", number(units));
        match (unbroken.last(), self.before()) {
            (Some((since, _)), _) => format!("{now} since {}", since.short()),
            (None, Some(before)) => {
                let (month, last) = (self.month.short(), self.month.plus(-1).short());
                format!("{now} since {month}, {} in {last}", number(before))
            }
            (None, None) => format!("{now} since {}", self.month.short()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SeriesSide;

    const MONTH: &str = "2026-10";

    /// A series that ends with October 2026; `-1` is a month without a row.
    fn series(side: SeriesSide, units: &[f64]) -> Series {
        let n_months = i32::try_from(units.len()).unwrap();
        Series {
            side,
            client: "c".to_owned(),
            client_name: "C".to_owned(),
            sku: "s".to_owned(),
            sku_name: "S".to_owned(),
            first: MONTH.parse::<Month>().unwrap().plus(1 - n_months),
            currency: None,
            quantity: units.iter().map(|&one| (0.0 <= one).then_some(one)).collect(),
            unit: vec![None; units.len()],
        }
    }

    /// What is right, in words, of the newest month of these two sides.
    fn right(bought: &[f64], billed: &[f64]) -> String {
        let (bought, billed) =
            (series(SeriesSide::Vendor, bought), series(SeriesSide::Psa, billed));
        let newest = |series: &Series| series.quantity.last().copied().flatten().unwrap_or(0.0);
        let sides = TwoSides {
            bought: Some(&bought),
            billed: Some(&billed),
            month: MONTH.parse().unwrap(),
        };
        right_of_difference(&sides, newest(&bought), newest(&billed))
            .map_or_else(String::new, |found| format!("{}: {}", number(found.quantity), found.why))
    }

    #[test]
    fn a_count_that_was_never_followed_is_told_with_its_month() {
        assert_eq!(
            right(&[36.0, 36.0, 42.0, 42.0, 42.0], &[36.0, 36.0, 36.0, 36.0, 36.0]),
            "42: the vendor has charged 42 since Aug 2026; 36 was the Jul 2026 count"
        );
    }

    #[test]
    fn a_count_that_doubled_overnight_is_counted_twice() {
        assert_eq!(
            right(&[36.0, 36.0, 72.0], &[36.0, 36.0, 36.0]),
            "36: the vendor charges exactly twice the 36 of Sep 2026; 36 is billed as in Sep 2026"
        );
        assert_eq!(
            right(&[36.0, 36.0, 36.0], &[36.0, 36.0, 72.0]),
            "36: the vendor has charged 36 since Aug 2026; 72 is exactly twice the 36 billed in \
             Sep 2026"
        );
    }

    #[test]
    fn what_is_no_longer_bought_is_billed_no_more() {
        assert_eq!(
            right(&[5.0, 5.0, -1.0], &[5.0, 5.0, 5.0]),
            "0: the vendor charged 5 last in Sep 2026"
        );
        assert_eq!(
            right(&[-1.0, -1.0], &[5.0, 5.0]),
            "",
            "our own service, as far as anybody knows"
        );
    }

    #[test]
    fn what_was_never_billed_is_billed_as_bought() {
        assert_eq!(
            right(&[7.0, 9.0], &[-1.0, -1.0]),
            "9: the vendor has charged 9 since Oct 2026, 7 in Sep 2026"
        );
    }
    #[test]
    fn fewer_billed_by_the_same_number_ever_since_are_agreed_and_a_gap_with_a_beginning_is_not() {
        assert_eq!(
            right(&[10.0, 10.0, 12.0, 12.0, 13.0, 13.0], &[8.0, 8.0, 10.0, 10.0, 11.0, 11.0]),
            "11: 2 fewer than bought in each of 6 months, since May 2026, the first there is: it seems \
             agreed"
        );
        assert_eq!(
            right(&[10.0, 12.0, 12.0, 12.0, 12.0, 12.0], &[10.0; 6]),
            "12: the vendor has charged 12 since Jun 2026; 10 was the May 2026 count"
        );
        assert_eq!(
            right(&[12.0; 6], &[10.0; 6]),
            "12: the vendor has charged 12 since May 2026; billed have been 10 since May 2026",
            "it may have begun before the first month there is"
        );
        assert_eq!(
            right(&[12.0; 12], &[10.0; 12]),
            "10: 2 fewer than bought in each of 12 months, since Nov 2025, the first there is: it \
             seems agreed"
        );
    }
}
