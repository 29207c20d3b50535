//! What was bought and billed of a line, month by month.

use super::past::Past;
use super::queue::{opposite, own};
use crate::charts::{MonthsChart, months_chart};
use crate::domain::{EntityKind, Month, Side};
use crate::report::html::sparkline;
use crate::report::{Finding, RowSeen, Run, numbers};

type Series = Vec<(Month, Option<f64>)>;

/// The chart of a finding's line and the words below it: bought and billed where the months before are
/// read already, else the chart of the line's flag, else nothing. `rows` are a row of the vendor's side
/// and one of the PSA's, where the month has them.
pub(super) fn line_months(
    run: &Run,
    past: Option<&Past>,
    finding: &Finding,
    rows: [Option<&RowSeen>; 2],
) -> (String, String) {
    let series = |side: Side| series(run, past?, side, rows);
    let is_of_line = |client: &str, sku: &str| (client, sku) == (&finding.client, &finding.sku);
    match (series(Side::Vendor), series(Side::Psa)) {
        (Some(bought), billed) => drawn("bought", &bought, &billed.unwrap_or_default(), finding),
        (None, Some(billed)) => drawn("billed", &billed, &[], finding),
        (None, None) => {
            let mut flags = run.flags.iter();
            let flag = flags.find(|flag| is_of_line(&flag.client, &flag.sku));
            let words = "The shaded band is what the months before led to expect.";
            (flag.map_or_else(String::new, sparkline::chart), words.to_owned())
        }
    }
}

/// The months of a side: under the names of its own row, else of the other side's partners.
fn series(run: &Run, past: &Past, side: Side, rows: [Option<&RowSeen>; 2]) -> Option<Series> {
    let [vendor, psa] = rows;
    let (row, other) = if side == Side::Vendor { (vendor, psa) } else { (psa, vendor) };
    let (client, sku) = match (row, other) {
        (Some(row), _) => (row.client.as_str(), row.sku.as_str()),
        (None, Some(other)) => (
            partner(run, EntityKind::Client, side, &other.client)?,
            partner(run, EntityKind::Sku, side, &other.sku)?,
        ),
        (None, None) => return None,
    };
    let months = past.series(side, client, sku);
    months.iter().any(|(_, units)| units.is_some()).then_some(months)
}

/// The name on a side of what the run counts as the same as a name of the other side.
fn partner<'run>(run: &'run Run, kind: EntityKind, side: Side, name: &str) -> Option<&'run str> {
    let is_one = |status: &str| matches!(status, "known" | "auto");
    let mut pairs = run.suggestions.iter().filter(|pair| pair.kind == kind && is_one(&pair.status));
    let pair = pairs.find(|pair| own(pair, opposite(side)).1 == name)?;
    Some(own(pair, side).1)
}

fn drawn(
    name: &str,
    first: &[(Month, Option<f64>)],
    billed: &[(Month, Option<f64>)],
    finding: &Finding,
) -> (String, String) {
    let listed = |months: &[(Month, Option<f64>)]| {
        months.iter().map(|(_, units)| said(*units)).collect::<Vec<_>>().join(", ")
    };
    let mut title = format!("Months, oldest first: {name} {}", listed(first));
    let mut words = format!("Units {name}, month by month.");
    if !billed.is_empty() {
        title.push_str(&format!("; billed {}", listed(billed)));
        "Units bought, and billed as the dashed line, month by month.".clone_into(&mut words);
    }
    let others: Vec<Option<f64>> = billed.iter().map(|(_, units)| *units).collect();
    let newest = first.last().copied();
    let label = newest.map(|(_, units)| format!("{} {name}", said(units))).unwrap_or_default();
    let marked: Vec<Month> = newest.iter().map(|(month, _)| *month).collect();
    let chart = months_chart(&MonthsChart {
        title: &title,
        description: &finding.why,
        months: first,
        other: ("billed", &others),
        marked: &marked,
        band: None,
        label: &label,
    });
    (chart, words)
}

fn said(units: Option<f64>) -> String {
    units.map_or_else(|| "none".to_owned(), numbers::near)
}
