//! Where every row and its money went.

use std::collections::BTreeMap;

use super::finding_types::Reconciled;
use super::groups::GroupStanding;
use super::partners::{LineNames, Partners};
use crate::domain::{ExportRow, Line, Money, RejectedRow, Side, StatedTotal, Totals};

/// Rows and money of one file or one side, by where they went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SideFlow {
    /// In a group with lines on both sides.
    pub matched: (usize, Totals),
    /// Under a name that waits for a person.
    pub review: (usize, Totals),
    /// With nothing on the other side.
    pub unmatched: (usize, Totals),
    /// Understood and not compared.
    pub excluded: (usize, Totals),
    /// Not read.
    pub rejected: (usize, Totals),
}

impl SideFlow {
    /// Every data row: the sum of the others.
    pub fn all(&self) -> (usize, Totals) {
        let parts = [&self.matched, &self.review, &self.unmatched, &self.excluded, &self.rejected];
        let mut all = (0, Totals::default());
        for (n_rows, totals) in parts {
            all.0 += n_rows;
            all.1.add_all(totals);
        }
        all
    }

    fn add(&mut self, other: &Self) {
        let parts = [
            (&mut self.matched, &other.matched),
            (&mut self.review, &other.review),
            (&mut self.unmatched, &other.unmatched),
            (&mut self.excluded, &other.excluded),
            (&mut self.rejected, &other.rejected),
        ];
        for (sum, part) in parts {
            sum.0 += part.0;
            sum.1.add_all(&part.1);
        }
    }
}

/// Where the rows of a month went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flows {
    /// By side and file: the base name.
    pub files: BTreeMap<(Side, String), SideFlow>,
}

impl Flows {
    /// All files of a side together.
    pub fn side(&self, side: Side) -> SideFlow {
        let mut sum = SideFlow::default();
        for (_, flow) in self.files.iter().filter(|((of, _), _)| *of == side) {
            sum.add(flow);
        }
        sum
    }

    fn of(&mut self, side: Side, file: &str) -> &mut SideFlow {
        self.files.entry((side, file.to_owned())).or_default()
    }
}

/// Where the rows of both sides went.
pub fn flows(
    rows: &[ExportRow],
    rejected: &[RejectedRow],
    lines: &[Line],
    partners: &Partners,
    reconciled: &Reconciled<'_>,
) -> Flows {
    let mut is_matched = vec![false; rows.len()];
    for compared in &reconciled.groups {
        let matched = compared.group.standing == GroupStanding::Compared;
        let group = &compared.group;
        for line in group.vendor.iter().copied().chain(group.psa_lines()) {
            for &row_idx in &line.rows {
                is_matched[row_idx] |= matched;
            }
        }
    }
    let mut waits = vec![false; rows.len()];
    for line in lines {
        let waiting = matches!(partners.line_names(line), LineNames::Waiting(_));
        for &row_idx in &line.rows {
            waits[row_idx] = waiting;
        }
    }
    let mut flows = Flows::default();
    for (row_idx, row) in rows.iter().enumerate() {
        let flow = flows.of(row.side, &row.place.file);
        let part = if row.exclusion.is_some() {
            &mut flow.excluded
        } else if is_matched[row_idx] {
            &mut flow.matched
        } else if waits[row_idx] {
            &mut flow.review
        } else {
            &mut flow.unmatched
        };
        part.0 += 1;
        part.1.add(row.amount);
    }
    for row in rejected {
        let part = &mut flows.of(row.side, &row.at.place.file).rejected;
        part.0 += 1;
        if let Some(amount) = row.amount {
            part.1.add(amount);
        }
    }
    flows
}

/// A file's own sum beside that of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// Within a cent.
    Ties,
    /// The file's sum less that of its rows.
    Gap(Money),
    /// The rows are in several currencies and the file states one sum.
    SeveralCurrencies,
}

/// Whether a file's rows add up to what it states.
pub fn tie(stated: &StatedTotal, rows: &Totals) -> Tie {
    let sums: Vec<Money> = rows.iter().filter(|sum| !sum.amount.is_zero()).collect();
    if sums.len() > 1 {
        return Tie::SeveralCurrencies;
    }
    let currency = sums.first().map_or(stated.total.currency, |sum| sum.currency);
    let gap = Money::new(stated.total.amount - rows.get(currency).amount, currency);
    if gap.amount.abs() < rust_decimal::Decimal::new(1, 2) { Tie::Ties } else { Tie::Gap(gap) }
}
