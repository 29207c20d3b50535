//! Where every row and its money went.

use std::collections::BTreeMap;

use super::differences::Reconciled;
use super::groups::Standing;
use super::partners::{LineNames, Partners};
use crate::domain::{ExportRow, Line, RejectedRow, Side, Totals};

/// Rows and money of one side, by where they went.
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
}

/// Where the rows of both sides went: vendor, then PSA.
pub fn flows(
    rows: &[ExportRow],
    rejected: &[RejectedRow],
    lines: &[Line],
    partners: &Partners,
    reconciled: &Reconciled<'_>,
) -> [SideFlow; 2] {
    let mut is_matched: BTreeMap<usize, bool> = BTreeMap::new();
    for compared in &reconciled.groups {
        let matched = compared.group.standing == Standing::Compared;
        for line in compared.group.vendor.iter().chain(&compared.group.psa) {
            for &row_idx in &line.rows {
                *is_matched.entry(row_idx).or_default() |= matched;
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
    let mut flows = [SideFlow::default(), SideFlow::default()];
    for (row_idx, row) in rows.iter().enumerate() {
        let flow = &mut flows[position(row.side)];
        let part = if row.exclusion.is_some() {
            &mut flow.excluded
        } else if is_matched.get(&row_idx).copied().unwrap_or(false) {
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
        let part = &mut flows[position(row.side)].rejected;
        part.0 += 1;
        if let Some(amount) = row.amount {
            part.1.add(amount);
        }
    }
    flows
}

fn position(side: Side) -> usize {
    match side {
        Side::Vendor => 0,
        Side::Psa => 1,
    }
}
