//! Groups → differences: what is bought and not billed, billed and not bought, sold below cost,
//! repriced, or there twice.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rust_decimal::Decimal;

use super::duplicates::{Duplicates, RowsOfOne, duplicates_of};
use super::finding_types::{Compared, Difference, Reconciled, Settlement};
use super::groups::{Group, GroupStanding, groups_of};
use super::partners::Partners;
use super::price_book::PriceBook;
use super::settlement::settled_with;
use super::use_as_one::{UseOf, use_of};
use super::{
    BundleReading, included, like_lines, prices, second_accounts, unknown_names, use_family,
    waiting_lines, words,
};
use crate::domain::{
    Exclusion, ExportRow, FindingKind, Line, LineKey, LineKind, Money, Probability, Quantity, Side,
};

/// Compares the lines of a month. `rows` are those the lines were summed from; `last_month` holds what
/// the whole periods of the month before were charged at.
pub fn reconcile<'a>(
    rows: &[ExportRow],
    lines: &'a [Line],
    partners: &Partners,
    last_month: &PriceBook,
) -> Reconciled<'a> {
    compared(rows, lines, partners, last_month, Telling::InWords)
}

/// The same without words and evidence: for months whose differences are only counted.
pub fn reconcile_in_numbers<'a>(
    rows: &[ExportRow],
    lines: &'a [Line],
    partners: &Partners,
    last_month: &PriceBook,
) -> Reconciled<'a> {
    compared(rows, lines, partners, last_month, Telling::InNumbers)
}

/// How much is said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Telling {
    /// Everything a person reads.
    InWords,
    /// What is counted, and no sentence.
    InNumbers,
}

fn compared<'a>(
    rows: &[ExportRow],
    lines: &'a [Line],
    partners: &Partners,
    last_month: &PriceBook,
    telling: Telling,
) -> Reconciled<'a> {
    let this_month = PriceBook::of_lines(rows, lines.iter());
    let last_month = last_month.under_new_names(lines, &partners.clients);
    let books = [&*last_month, &this_month];
    let settlements = settled_with(rows, books);
    let mut of_line: BTreeMap<&LineKey, Vec<usize>> = BTreeMap::new();
    for (idx, settlement) in settlements.iter().enumerate() {
        of_line.entry(&settlement.line).or_default().push(idx);
    }
    let of_one = &RowsOfOne::of(rows, lines);
    let month = MonthView { books, settlements: &settlements, of_line: &of_line, of_one, telling };
    let groups = groups_of(lines, partners);
    let mut groups: Vec<Compared<'a>> =
        groups.into_par_iter().map(|group| compare(rows, group, &month)).collect();
    waiting_lines::weigh(&mut groups, partners);
    like_lines::weigh(&mut groups, partners);
    use_family::weigh(rows, &mut groups, partners);
    second_accounts::weigh(&mut groups, partners);
    included::weigh(&mut groups);
    partners.own.weigh(&mut groups);
    unknown_names::weigh(rows, &mut groups, partners);
    Reconciled { groups, settlements }
}

/// What is known of a month beside its lines.
pub(super) struct MonthView<'v> {
    /// Last month's prices, and this month's.
    pub books: [&'v PriceBook; 2],
    pub settlements: &'v [Settlement],
    of_line: &'v BTreeMap<&'v LineKey, Vec<usize>>,
    /// The files with a row for each user or device.
    of_one: &'v RowsOfOne,
    telling: Telling,
}

fn compare<'a>(rows: &[ExportRow], group: Group<'a>, month: &MonthView<'_>) -> Compared<'a> {
    let bought: Quantity = group.vendor.iter().map(|line| line.quantity).sum();
    let billed: Quantity = group.psa.iter().map(|line| line.quantity).sum();
    // A bundle's price is for more than this product.
    let price = prices::mean_unit(&group.sold_alone());
    let (use_of, cost_of_month) = use_of(rows, &group);
    let cost = cost_of_month.or_else(|| prices::mean_unit(&group.vendor));
    let bought = if cost_of_month.is_some() { Quantity(Decimal::ONE) } else { bought };
    let given_away = group.psa.is_empty() && is_given_away(rows, &group);
    let of_line = |line: &&Line| month.of_line.get(&line.key).cloned().unwrap_or_default();
    let settlements = group.vendor.iter().chain(&group.psa).flat_map(of_line).collect();
    let mut compared = Compared {
        group,
        bought,
        billed,
        price,
        cost,
        use_of,
        differences: Vec::new(),
        given_away,
        settlements,
    };
    if compared.group.standing == GroupStanding::RightlyAlone {
        return compared;
    }
    let view = View { rows, compared: &compared, month };
    if given_away {
        return compared;
    }
    let mut differences = view.of_units();
    differences.extend(view.below_cost());
    differences.extend(view.price_changes());
    differences.extend(view.misprorated());
    if compared.group.reading == BundleReading::Unknown {
        differences.iter_mut().for_each(|one| ask_which_reading(one, &compared));
    }
    compared.differences = differences;
    compared
}

/// Makes a question of a difference that is another one, or none, if the bundle's seats do not count.
fn ask_which_reading(difference: &mut Difference, compared: &Compared<'_>) {
    if matches!(difference.kind, FindingKind::UnderBilled | FindingKind::OverBilled) {
        difference.probability = difference.probability.and(Probability::clamped(EITHER_READING));
        difference.probability = difference.probability.at_most_a_question();
        if !difference.why.is_empty() {
            difference.why.push_str(&words::either_reading(compared));
        }
    }
}

/// That seats differ as they do with the bundle's counted, where they differ without them too.
const EITHER_READING: f64 = 0.4;

/// Whether the PSA has rows for it that somebody chose not to charge; a cancelled row is no choice.
fn is_given_away(rows: &[ExportRow], group: &Group<'_>) -> bool {
    let excluded = group.psa_excluded.iter().flat_map(|line| &line.excluded_rows);
    excluded
        .map(|&row_idx| rows[row_idx].exclusion)
        .any(|reason| matches!(reason, Some(Exclusion::DoNotBill | Exclusion::NoCharge)))
}

/// One group with the rows behind it.
pub(super) struct View<'v, 'a> {
    pub rows: &'v [ExportRow],
    pub compared: &'v Compared<'a>,
    pub month: &'v MonthView<'v>,
}

impl View<'_, '_> {
    fn row_idxs(&self, side: Side) -> Vec<usize> {
        let lines = match side {
            Side::Vendor => &self.compared.group.vendor,
            Side::Psa => &self.compared.group.psa,
        };
        let mut rows: Vec<usize> = lines.iter().flat_map(|line| line.rows.clone()).collect();
        rows.sort_unstable();
        rows
    }

    fn monthly_amount(&self, side: Side) -> Option<Money> {
        let lines = match side {
            Side::Vendor => &self.compared.group.vendor,
            Side::Psa => &self.compared.group.psa,
        };
        let currency = lines.first()?.key.currency;
        let same = lines.iter().filter(|line| line.key.currency == currency);
        Some(Money::new(same.map(|line| line.monthly_amount.amount).sum(), currency))
    }

    pub(super) fn difference(
        &self,
        kind: FindingKind,
        impact: Money,
        why: impl FnOnce() -> String,
    ) -> Difference {
        let group = &self.compared.group;
        let (why, evidence) = match self.month.telling {
            Telling::InNumbers => (String::new(), Vec::new()),
            Telling::InWords => {
                (why(), words::evidence(self.rows, self.compared, self.month.settlements))
            }
        };
        Difference {
            kind,
            bought: self.compared.bought,
            billed: self.compared.billed,
            impact: Money::new(impact.amount.abs(), impact.currency),
            probability: group.probability,
            why,
            evidence,
            vendor_rows: self.row_idxs(Side::Vendor),
            psa_rows: self.row_idxs(Side::Psa),
            twice_on: None,
            about: String::new(),
        }
    }

    /// Differences in units: duplicates first, then what they do not explain.
    fn of_units(&self) -> Vec<Difference> {
        let compared = self.compared;
        let (bought, billed) = (compared.bought, compared.billed);
        if self.is_metered() {
            return self.not_billed().into_iter().collect();
        }
        let drift = bought - billed;
        let mut differences = Vec::new();
        let (mut bought_once, mut billed_once) = (bought, billed);
        if !drift.is_zero() && bought.is_positive() && billed.is_positive() {
            let side = if drift.is_positive() { Side::Vendor } else { Side::Psa };
            let duplicates =
                duplicates_of(self.rows, &self.row_idxs(side), self.month.of_one, drift);
            if let Some(duplicates) = &duplicates {
                differences.push(self.duplicate(side, duplicates));
                match side {
                    Side::Vendor => bought_once = bought - duplicates.units,
                    Side::Psa => billed_once = billed - duplicates.units,
                }
            }
        }
        let rest = match (bought_once.is_positive(), billed_once.is_positive()) {
            (true, true) => self.drift(bought_once, billed_once),
            (true, false) => self.not_billed(),
            (false, true) => self.not_bought(),
            (false, false) => None,
        };
        differences.extend(rest);
        differences
    }

    /// Whether the vendor meters this: units that are not whole are no seats, so only money and
    /// presence are compared.
    fn is_metered(&self) -> bool {
        let rows = self.row_idxs(Side::Vendor);
        if self.is_month_of_use() {
            return true;
        }
        let mut counted = rows.iter().map(|&row_idx| &self.rows[row_idx]).peekable();
        counted.peek().is_some()
            && counted.all(|row| row.kind != LineKind::FullPeriod)
            && rows.iter().any(|&row_idx| self.rows[row_idx].kind == LineKind::Usage)
            && !self.compared.bought.0.fract().is_zero()
    }

    /// Whether what is bought is a month of use, one line whatever was used.
    fn is_month_of_use(&self) -> bool {
        self.compared.use_of == UseOf::Month
    }

    /// Whether the vendor charges for use and the PSA bills money for it: what a credit note says of a
    /// month's use counts no unit, and is passed on all the same.
    fn is_passed_on(&self) -> bool {
        let vendor = self.row_idxs(Side::Vendor);
        let is_use = vendor.iter().all(|&row_idx| self.rows[row_idx].kind != LineKind::FullPeriod)
            && vendor.iter().any(|&row_idx| self.rows[row_idx].kind == LineKind::Usage);
        let psa = self.row_idxs(Side::Psa);
        is_use && psa.iter().any(|&row_idx| !self.rows[row_idx].amount.amount.is_zero())
    }

    fn drift(&self, bought: Quantity, billed: Quantity) -> Option<Difference> {
        let drift = bought - billed;
        if drift.is_zero() {
            return None;
        }
        let kind =
            if drift.is_positive() { FindingKind::UnderBilled } else { FindingKind::OverBilled };
        let price = self.price()?;
        let impact = Money::new(drift.0 * price.amount, price.currency);
        let why = || words::drift(self.rows, self.compared, bought, billed, price);
        Some(Difference { bought, billed, ..self.difference(kind, impact, why) })
    }

    /// The client's price of a unit; what it costs us where the PSA shows none.
    fn price(&self) -> Option<Money> {
        let compared = self.compared;
        compared.price.or(compared.cost).or_else(|| {
            let currency =
                compared.group.vendor.first().or(compared.group.psa.first())?.key.currency;
            Some(Money::zero(currency))
        })
    }

    fn not_billed(&self) -> Option<Difference> {
        let compared = self.compared;
        if !compared.bought.is_positive() || compared.billed.is_positive() || self.is_passed_on() {
            return None;
        }
        let amount = self.monthly_amount(Side::Vendor)?;
        let why = || words::not_billed(self.rows, compared, amount);
        Some(self.difference(FindingKind::NotBilled, amount, why))
    }

    fn not_bought(&self) -> Option<Difference> {
        let amount = self.monthly_amount(Side::Psa)?;
        let why = || words::not_bought(self.rows, self.compared, amount);
        Some(self.difference(FindingKind::NotBought, amount, why))
    }

    fn duplicate(&self, side: Side, duplicates: &Duplicates) -> Difference {
        let why = || words::duplicate(self.rows, side, duplicates);
        let mut difference = self.difference(FindingKind::Duplicate, duplicates.amount, why);
        difference.twice_on = Some(side);
        match side {
            Side::Vendor => difference.vendor_rows.clone_from(&duplicates.rows),
            Side::Psa => difference.psa_rows.clone_from(&duplicates.rows),
        }
        difference
    }

    /// A unit billed for less than it costs. A part of a bundle has no price of its own.
    fn below_cost(&self) -> Option<Difference> {
        let compared = self.compared;
        let (price, cost) = (compared.price?, compared.cost?);
        let sold: Quantity = compared.group.sold_alone().iter().map(|line| line.quantity).sum();
        // A month of use is billed as one, at what it cost and a margin.
        let has_units = !self.is_metered() || (self.is_month_of_use() && sold == compared.bought);
        let is_comparable = compared.group.standing == GroupStanding::Compared
            && !compared.group.bundled
            && has_units
            && price.currency == cost.currency;
        if !is_comparable || !sold.is_positive() || price.amount >= cost.amount {
            return None;
        }
        let loss = cost.amount - price.amount;
        let impact = Money::new(loss * sold.0, price.currency);
        if impact.cents().is_zero() {
            return None;
        }
        let why = || words::below_cost(sold, price, cost);
        Some(self.difference(FindingKind::BelowCost, impact, why))
    }
}
