//! What was bought and billed of a line, month by month, as a chart.

use seatdrift_core::domain::Month;
use seatdrift_core::run::{Finding, FlagLine, LineMonths, Run, numbers};

use crate::charts::{MonthsChart, months_chart};
use crate::html::sparkline;

/// A chart and the words below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// As SVG; empty where there is nothing to draw.
    pub chart: String,
    /// What it shows.
    pub words: String,
}

impl Figure {
    /// The months of a finding's line: bought and billed where they are known, else the chart of the line's
    /// flag, else nothing.
    pub fn of_finding(run: &Run, finding: &Finding, months: &LineMonths) -> Self {
        let none = Vec::new();
        match (&months.bought, &months.billed) {
            (Some(bought), billed) => {
                drawn("bought", bought, billed.as_ref().unwrap_or(&none), finding)
            }
            (None, Some(billed)) => drawn("billed", billed, &none, finding),
            (None, None) => {
                let is_of_line =
                    |client: &str, sku: &str| (client, sku) == (&finding.client, &finding.sku);
                let mut flags = run.flags.iter();
                let flag = flags.find(|flag| is_of_line(&flag.client, &flag.sku));
                flag.map_or_else(Self::default, Self::of_flag)
            }
        }
    }

    /// The months of a flag, with what they led to expect.
    pub fn of_flag(flag: &FlagLine) -> Self {
        Self {
            chart: sparkline::chart(flag),
            words: "The shaded band is what the months before led to expect.".to_owned(),
        }
    }
}

fn drawn(
    name: &str,
    first: &[(Month, Option<f64>)],
    billed: &[(Month, Option<f64>)],
    finding: &Finding,
) -> Figure {
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
    let other_name = others.last().map(|units| format!("{} billed", said(*units)));
    let other_name = other_name.unwrap_or_default();
    let marked: Vec<Month> = newest.iter().map(|(month, _)| *month).collect();
    let chart = months_chart(&MonthsChart {
        title: &title,
        description: &finding.why,
        months: first,
        other: (&other_name, &others),
        marked: &marked,
        band: None,
        label: &label,
    });
    Figure { chart, words }
}

fn said(units: Option<f64>) -> String {
    units.map_or_else(|| "none".to_owned(), numbers::near)
}
