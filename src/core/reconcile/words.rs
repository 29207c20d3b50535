//! What a difference says to a billing person.

use rust_decimal::Decimal;

use super::duplicates::Duplicates;
use super::finding_types::Compared;
use super::finding_types::{Settlement, SettlementVerdict};
use super::groups::{Group, GroupStanding};
use super::price_changes::PriceChange;
use crate::domain::{ExportFormat, ExportRow, Line, LineKind, Money, Quantity, Side};

fn source_of(rows: &[ExportRow], lines: &[&Line], side: Side) -> &'static str {
    let row = lines.first().and_then(|line| line.rows.first());
    let format = row.map_or(&ExportFormat::UNKNOWN, |&row_idx| rows[row_idx].format);
    format.source(side)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn units(quantity: Quantity) -> String {
    let noun = if quantity.0 == Decimal::ONE { "unit" } else { "units" };
    format!("{quantity} {noun}")
}

/// A unit's price: to the cent, or as exact as it is.
pub(super) fn each(unit: Money) -> String {
    if unit.amount.normalize().scale() <= 2 {
        unit.to_string()
    } else {
        format!("{} {}", unit.amount.round_dp(4).normalize(), unit.currency)
    }
}

/// Bought and billed differ.
pub(super) fn drift(
    rows: &[ExportRow],
    compared: &Compared<'_>,
    bought: Quantity,
    billed: Quantity,
    price: Money,
) -> String {
    let group = &compared.group;
    let vendor = capital(source_of(rows, &group.vendor, Side::Vendor));
    let psa = source_of(rows, &group.psa, Side::Psa);
    let drift = (bought - billed).0;
    let gap = units(Quantity(drift.abs()));
    let money = Money::new(drift.abs() * price.amount, price.currency);
    let subscriptions = match group.vendor.len() {
        1 => String::new(),
        n => format!(" over {n} vendor lines"),
    };
    let part = how_counted(group);
    let facts = format!("{vendor} charges for {bought}{subscriptions}, {psa} bills {billed}{part}");
    if drift > Decimal::ZERO {
        format!("{facts}: {gap} at {} each, {money} a month, are not billed.", each(price))
    } else {
        format!("{facts}: the client pays {money} a month for {gap} that nobody buys.")
    }
}

/// Bought, nothing billed.
pub(super) fn not_billed(rows: &[ExportRow], compared: &Compared<'_>, amount: Money) -> String {
    let group = &compared.group;
    let vendor = capital(source_of(rows, &group.vendor, Side::Vendor));
    let bought = units(compared.bought);
    let facts = format!("{vendor} charges {amount} a month for {bought} and nothing is billed.");
    match group.standing {
        GroupStanding::Waiting => format!(
            "{facts} Who or what this is in the PSA waits for your answer, so it may be billed under another name."
        ),
        GroupStanding::Alone => format!("{facts} The PSA knows no such name."),
        _ if compared.billed.is_zero() && !group.psa.is_empty() => {
            format!("{facts} The PSA has the line with 0 units.")
        }
        _ => facts,
    }
}

/// That a line of the PSA bills what all use of a client comes to.
pub(super) fn in_line_of_use(name: &str, cost: Money, billed: Money) -> String {
    format!(
        " All use of this client comes to {cost}, and {name} is billed at {billed}: it may be in that line. Say once \
         which products it is the same as, or a part of."
    )
}

/// Billed, nothing bought.
pub(super) fn not_bought(rows: &[ExportRow], compared: &Compared<'_>, amount: Money) -> String {
    let group = &compared.group;
    let psa = capital(source_of(rows, &group.psa, Side::Psa));
    let billed = units(compared.billed);
    let facts = format!("{psa} bills {billed}, {amount} a month, and no vendor charges for it.");
    match group.standing {
        GroupStanding::Waiting => format!(
            "{facts} Who or what this is at the vendor waits for your answer, so it may be bought under another name."
        ),
        GroupStanding::Alone => format!(
            "{facts} No vendor file knows such a name: if it is your own service, say that it has no partner."
        ),
        _ => facts,
    }
}

/// A line whose names wait for a person, and that may belong to a difference.
pub(super) fn may_belong(line: &Line) -> String {
    let what = match line.key.side {
        Side::Vendor => "The vendor also charges",
        Side::Psa => "The PSA also bills",
    };
    let (client, sku) = (&line.client_name, &line.sku_name);
    format!(
        "{what} {} of {sku} to {client}, which may belong here: its names wait for your answer.",
        units(line.quantity)
    )
}

/// A line of the other side with as many units, and nothing on this one.
pub(super) fn may_be_the_same(line: &Line) -> String {
    let (name, count) = (&line.sku_name, units(line.quantity));
    match line.key.side {
        Side::Psa => format!(
            " {name} is billed here for {count} that nobody buys: it may be this under another name, or hold it as \
             a part; if it does, decide bundle."
        ),
        Side::Vendor => format!(
            " {name} is bought here for {count} and not billed as that: it may be this under another name, or a part \
             of it; if it is, decide bundle."
        ),
    }
}

/// A client with a like name that has as many units on the other side.
pub(super) fn second_account(client: &str, sku: &str) -> String {
    format!(
        " {client} has as many units of {sku} on one side alone: is it the same client? Then nothing differs."
    )
}

/// A product that one side alone knows, at several clients.
pub(super) fn own_product(side: Side, n_clients: usize) -> String {
    match side {
        Side::Psa => format!(
            " No vendor sells it, and {n_clients} clients are billed for it: most likely your own service. Say so \
             once, and it is asked no more."
        ),
        Side::Vendor => format!(
            " It is bought for {n_clients} clients and billed to none, in every month that is known: a tool of your \
             own, or a part of what you bill? Say once what it is."
        ),
    }
}

/// The MSP's own tenant.
pub(super) fn own_tenant(line: &Line) -> String {
    format!(
        " {} looks like yourself: what you use is no loss. Say once that it has no partner.",
        line.client_name
    )
}

/// A client whom the other side does not know.
pub(super) fn unknown_client(line: &Line) -> String {
    let name = &line.client_name;
    match line.key.side {
        Side::Vendor => format!(
            " {name} is no client the PSA's file knows: another name, a filtered export, a test account, or a client \
             nobody has set up? Say once who it is, and what it costs counts."
        ),
        Side::Psa => format!(
            " {name} is no client a vendor's file knows: its account may be closed, or stand under another name."
        ),
    }
}

/// Use of several clients that the PSA knows no name for.
pub(super) fn unknown_use(line: &Line) -> String {
    format!(
        " {} is bought for several clients, and the PSA bills nobody for such a name: say once what it is, and \
         what it costs counts.",
        line.sku_name
    )
}

/// The same line twice.
pub(super) fn duplicate(rows: &[ExportRow], side: Side, duplicates: &Duplicates) -> String {
    let places: Vec<String> =
        duplicates.rows.iter().map(|&row_idx| rows[row_idx].place.to_string()).collect();
    let format = duplicates.rows.first().map_or(&ExportFormat::UNKNOWN, |&idx| rows[idx].format);
    let source = capital(format.source(side));
    format!(
        "{source} has the same line more than once ({}): {} and {} too many, which explains the surplus.",
        places.join(", "),
        units(duplicates.units),
        duplicates.amount
    )
}

/// Sold for less than it costs.
pub(super) fn below_cost(sold: Quantity, price: Money, cost: Money) -> String {
    let loss = Money::new(cost.amount - price.amount, cost.currency);
    format!(
        "A unit costs us {} and is sold for {}: {} lost on each of {}.",
        each(cost),
        each(price),
        each(loss),
        units(sold)
    )
}

/// Seats that are billed alone and in a bundle, and nothing says whether the bundle's count.
pub(super) fn either_reading(compared: &Compared<'_>) -> String {
    let group = &compared.group;
    let names: Vec<&str> = group.bundles.iter().map(|line| line.sku_name.as_str()).collect();
    let alone: Quantity = group.sold_alone().iter().map(|line| line.quantity).sum();
    format!(
        " Is it a part of {} here? With its seats {} are billed, without them {alone}; {} are bought.",
        names.join(" and "),
        compared.billed,
        compared.bought
    )
}

/// How seats that are billed in two ways are counted; nothing where there is but one.
fn how_counted(group: &Group<'_>) -> String {
    let own: Vec<&str> = group.sold_alone().iter().map(|line| line.sku_name.as_str()).collect();
    match (group.bundled, group.bundles.as_slice()) {
        (true, _) => " as part of a bundle".to_owned(),
        (false, []) => String::new(),
        (false, bundles) => {
            let inside: Vec<&str> = bundles.iter().map(|line| line.sku_name.as_str()).collect();
            format!(" as {} and as part of {}", own.join(" and "), inside.join(" and "))
        }
    }
}

/// Repriced by the vendor.
pub(super) fn price_changed(
    rows: &[ExportRow],
    changes: &[PriceChange<'_>],
    impact: Money,
) -> String {
    let lines: Vec<&Line> = changes.iter().map(|one| one.line).collect();
    let vendor = capital(source_of(rows, &lines, Side::Vendor));
    let way = if impact.amount > Decimal::ZERO { "more" } else { "less" };
    let total = Money::new(impact.amount.abs(), impact.currency);
    let steps: Vec<String> = changes
        .iter()
        .map(|one| {
            let count = units(one.line.quantity);
            format!("{} a unit for {count}, last month {}", each(one.now), each(one.before))
        })
        .collect();
    format!("{vendor} charges {}: {total} {way} a month.", steps.join("; "))
}

/// A part of a period charged otherwise than the whole one says.
pub(super) fn misprorated(rows: &[ExportRow], settlement: &Settlement) -> String {
    let format = rows[settlement.rows[0]].format;
    let source = capital(format.source(settlement.line.side));
    format!(
        "{source} charges a part of a period at another price than the whole: {}",
        settlement.why
    )
}

/// A part of a period that is charged, or given back, twice.
pub(super) fn charged_again(rows: &[ExportRow], settlement: &Settlement) -> String {
    let format = rows[settlement.rows[0]].format;
    let source = capital(format.source(settlement.line.side));
    format!("{source} has the same part of a period more than once: {}", settlement.why)
}

/// The numbers behind a group's differences, in the order a person follows them.
pub(super) fn evidence(
    rows: &[ExportRow],
    compared: &Compared<'_>,
    settlements: &[Settlement],
) -> Vec<(String, String)> {
    let group = &compared.group;
    let mut evidence: Vec<(String, String)> = Vec::new();
    let mut add = |label: &str, value: String| evidence.push((label.to_owned(), value));
    for (side, lines) in [("bought", &group.vendor), ("billed", &group.psa)] {
        for line in lines {
            let unit =
                line.unit.map_or_else(String::new, |unit| format!(" at {} each", each(unit)));
            let name = format!("{} · {}", line.client_name, line.sku_name);
            add(side, format!("{}{unit} = {} ({name})", units(line.quantity), line.full_amount));
            if !line.other_amount.amount.is_zero() {
                let kinds = other_kinds(rows, line);
                add(&format!("{side}, money only"), format!("{} ({kinds})", line.other_amount));
            }
        }
    }
    for (label, why) in settled(compared, settlements) {
        add(label, why);
    }
    add("drift", compared.drift().normalize().to_string());
    if let Some(price) = compared.price {
        add("client's price of a unit", each(price));
    }
    if let Some(cost) = compared.cost {
        add("our cost of a unit", each(cost));
    }
    if let Some(margin) = compared.margin() {
        add("margin of a unit", each(margin));
    }
    let meaning = match group.standing {
        GroupStanding::Compared | GroupStanding::OneSided => "the names are matched right",
        _ => "there truly is no partner",
    };
    add(&format!("probability that {meaning}"), group.probability.to_string());
    for line in &group.apart {
        add("billed in a bundle it is no part of here", line.sku_name.to_string());
    }
    for line in &group.psa_excluded {
        add("PSA line not billed on purpose", line.sku_name.to_string());
    }
    evidence
}

/// Settlements of a line that are told one by one. Each of its findings tells them: with all of thousands a run
/// would grow with their number's square.
const MOST_SETTLED: usize = 12;

/// What was recomputed of a line: what is alike once, with how many of it there are.
fn settled(compared: &Compared<'_>, settlements: &[Settlement]) -> Vec<(&'static str, String)> {
    let mut told: Vec<(&'static str, &str, usize)> = Vec::new();
    let mut n_more = 0;
    for settlement in compared.settlements.iter().map(|&idx| &settlements[idx]) {
        let label = match settlement.verdict {
            SettlementVerdict::Agrees => "explained",
            SettlementVerdict::Differs => "charged otherwise",
            SettlementVerdict::NotRecomputed => "not recomputed",
        };
        match told.iter().position(|(had, why, _)| *had == label && *why == settlement.why) {
            Some(position) => told[position].2 += 1,
            None if told.len() < MOST_SETTLED => told.push((label, &settlement.why, 1)),
            None => n_more += 1,
        }
    }
    let words = |(label, why, n_times): (&'static str, &str, usize)| match n_times {
        1 => (label, why.to_owned()),
        _ => (label, format!("{why} ({n_times} times)")),
    };
    let mut lines: Vec<_> = told.into_iter().map(words).collect();
    if 0 < n_more {
        lines.push(("recomputed", format!("{n_more} more, all of them in explained.csv")));
    }
    lines
}

fn other_kinds(rows: &[ExportRow], line: &Line) -> String {
    let mut kinds: Vec<&str> = line
        .rows
        .iter()
        .map(|&row_idx| rows[row_idx].kind)
        .filter(|kind| !matches!(kind, LineKind::FullPeriod | LineKind::Usage))
        .map(|kind| match kind {
            LineKind::Proration => "proration",
            LineKind::Credit => "credit",
            _ => "charged once",
        })
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds.join(", ")
}
