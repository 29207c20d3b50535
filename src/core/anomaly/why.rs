//! The sentence a billing person reads, and the numbers behind it.

use super::judge::Bench;
use super::{Flag, FlagKind, FlagSide};
use crate::domain::Currency;
use crate::seat_trend::{LineMonth, PortfolioMove, Stall, Statistic};

/// Why one line was flagged.
pub(super) fn sentence(
    bench: &Bench<'_>,
    line: &LineMonth,
    flag: &Flag,
    statistic: Statistic,
) -> String {
    let money = money_of(bench, flag);
    let money = money.as_deref();
    match statistic {
        Statistic::Stall => line.stall.map_or_else(String::new, |stall| {
            stalled(line, flag, &stall, bench.scores.growers(), money)
        }),
        Statistic::Erratic => erratic(line, flag, money),
        Statistic::Drift => drifting(line, flag, money),
        Statistic::Price => price(line, flag, money),
        Statistic::Level | Statistic::Vanish | Statistic::Any => level(line, flag, money),
    }
}

fn stalled(
    line: &LineMonth,
    flag: &Flag,
    stall: &Stall,
    (n_like, n_paused): (usize, usize),
    money: Option<&str>,
) -> String {
    let growth = stall.growth;
    let steps = if growth.least == growth.most {
        number(growth.most)
    } else {
        format!("{}–{}", number(growth.least), number(growth.most))
    };
    let often = if growth.n_flat == 0 {
        format!("every one of the last {} months", growth.n)
    } else {
        format!("in {} of the last {} months", growth.n - growth.n_flat, growth.n)
    };
    // A month that a stray seat came in is a pause all the same, and is called what it is.
    let grew = stall.n_pauses as f64 * growth.typical - stall.missing;
    let none = if grew <= 0.0 { "no growth" } else { "hardly any growth" };
    let pause = match stall.n_pauses {
        1 => none.to_owned(),
        n => format!("{none} for {n} months"),
    };
    let like = match n_like {
        0 => String::new(),
        _ => format!(" Of {n_like} like months in your book {n_paused} paused."),
    };
    let it = units(line);
    format!(
        "{} {it}, {pause}. Before, it grew {steps} {it} {often}; about {} was expected ({}).{like} \
         About {} {it}{}, if adds were missed.",
        number(flag.observed),
        rounded(line, flag.expected),
        band(flag),
        number(stall.missing),
        aside(money),
    )
}

fn level(line: &LineMonth, flag: &Flag, money: Option<&str>) -> String {
    let it = units(line);
    let apart = (flag.observed - flag.expected).abs();
    let way = if flag.observed < flag.expected { "fewer" } else { "more" };
    let (before, back) = line.before.unwrap_or((0.0, 1));
    let when = ago(back);
    let its = if back == 1 { "last month's".to_owned() } else { format!("what it was {when}") };
    let is_times = |more: f64, less: f64| 1.0 <= less && more == 2.0 * less;
    let double = if is_times(flag.observed, before) {
        format!(" It is exactly twice {its}: is it counted twice?")
    } else if is_times(before, flag.observed) {
        format!(" It is exactly half of {its}: was it counted twice, or is half of it missing?")
    } else {
        String::new()
    };
    format!(
        "{} {it}; {when} {}, and about {} was expected ({}). {} {way}{}.{double}",
        number(flag.observed),
        number(before),
        rounded(line, flag.expected),
        band(flag),
        rounded(line, apart),
        aside(money),
    )
}

fn erratic(line: &LineMonth, flag: &Flag, money: Option<&str>) -> String {
    let Some(found) = line.erratic else { return String::new() };
    let recent: Vec<String> = line
        .recent
        .iter()
        .rev()
        .take(7)
        .rev()
        .map(|value| value.map_or_else(|| "–".to_owned(), number))
        .collect();
    format!(
        "{} {}: it turned round {} times in six months ({}), by about {} a month{} where {} was \
         usual.",
        number(flag.observed),
        units(line),
        found.turns,
        recent.join(", "),
        number(round_to(found.step, 0.1)),
        money.map_or_else(String::new, |money| format!(" ({money})")),
        number(round_to(found.usual_step, 0.1)),
    )
}

fn drifting(line: &LineMonth, flag: &Flag, money: Option<&str>) -> String {
    let Some(run) = line.drift else { return String::new() };
    let it = units(line);
    let what = if 0.0 < run.change { "bought than billed" } else { "billed than bought" };
    let gap = match flag.observed {
        gap if 0.0 < gap => format!("{} {it} more bought than billed", number(gap)),
        gap if gap < 0.0 => format!("{} {it} more billed than bought", number(-gap)),
        _ => "bought and billed agree again".to_owned(),
    };
    format!(
        "Month after month more is {what}: the gap moved by {} {it} in {} months{}, in {} of them the \
         same way. Now {gap}, and it compounds.",
        number(run.change.abs()),
        run.n_months,
        aside(money),
        run.n_alike,
    )
}

fn price(line: &LineMonth, flag: &Flag, money: Option<&str>) -> String {
    let Some(price) = line.price else { return String::new() };
    let change = price.now / price.before - 1.0;
    let way = if change < 0.0 { "fell" } else { "rose" };
    format!(
        "The unit price {way} from {} to {} ({}), unlike its own past and the product's other \
         clients. On {} {} that is {} a month.",
        number(price.before),
        number(flag.observed),
        per_cent(change),
        number(line.observed.unwrap_or(0.0)),
        units(line),
        money.unwrap_or("nothing"),
    )
}

/// When a line last had a row.
fn ago(months: usize) -> String {
    if months == 1 { "last month".to_owned() } else { format!("{months} months ago") }
}

/// Money set beside units: `, $88.00 a month`; nothing where it is not known.
fn aside(money: Option<&str>) -> String {
    money.map_or_else(String::new, |money| format!(", {money} a month"))
}

/// What a flag costs, set beside its units.
fn worth(bench: &Bench<'_>, flag: &Flag) -> String {
    aside(money_of(bench, flag).as_deref())
}

/// What a flag costs, each currency for itself; without a unit price there is no money to speak of.
pub(super) fn money_of(bench: &Bench<'_>, flag: &Flag) -> Option<String> {
    let own =
        (0.0 < flag.monthly_impact).then(|| (bench.money)(flag.monthly_impact, flag.currency));
    let other = |&(currency, amount): &(Currency, f64)| (bench.money)(amount, Some(currency));
    let sums: Vec<String> = own.into_iter().chain(flag.other_money.iter().map(other)).collect();
    (!sums.is_empty()).then(|| sums.join(" and "))
}

/// Why the lines of a client are told as one.
pub(super) fn one_client(bench: &Bench<'_>, flag: &Flag, n_moved: usize, n_lines: usize) -> String {
    let way = if flag.observed < flag.expected { "fewer" } else { "more" };
    format!(
        "The client moved as one: {n_moved} of its {} at once, {} units where about {} were expected, {} \
         {way}{}. Its lines stand below.",
        lines(n_lines.max(n_moved)),
        number(flag.observed),
        number(round_to(flag.expected, 1.0)),
        number(round_to((flag.observed - flag.expected).abs(), 1.0)),
        worth(bench, flag),
    )
}

/// Why a line is told as gone.
pub(super) fn line_gone(bench: &Bench<'_>, line: &LineMonth, flag: &Flag) -> String {
    let (before, back) = line.before.unwrap_or((0.0, 1));
    let since = ago(back);
    format!(
        "The line is gone. It had {} {} {since} and was there in {} months before{}.",
        number(before),
        units(line),
        line.n_months,
        worth(bench, flag),
    )
}

/// Why a line is told as new.
pub(super) fn line_new(bench: &Bench<'_>, flag: &Flag) -> String {
    format!("A new line: {} units{}. Too new to judge.", number(flag.observed), worth(bench, flag),)
}

/// Why a product that is new at several clients is told once.
pub(super) fn new_product(bench: &Bench<'_>, flag: &Flag, n_clients: usize) -> String {
    format!(
        "A new product: {} units{} at {n_clients} clients, and no client had it before. Too new to judge.",
        number(flag.observed),
        worth(bench, flag),
    )
}

/// Why a product that is gone at several clients is told once.
pub(super) fn gone_product(bench: &Bench<'_>, flag: &Flag, n_clients: usize) -> String {
    format!(
        "A product is gone: {} units{} at {n_clients} clients, and no client has it any more.",
        number(flag.expected),
        worth(bench, flag),
    )
}

/// That a line's whole client came or went, where each of its lines is told for itself.
pub(super) fn whole_client(kind: FlagKind, n_lines: usize) -> String {
    let moved = if kind == FlagKind::NewLine { "new" } else { "gone" };
    match n_lines {
        1 => format!(" It was all there is of the client: the client is {moved}."),
        n => format!(" The client is {moved}, with all its {}.", lines(n)),
    }
}

/// Why a client is told as gone.
pub(super) fn client_gone(bench: &Bench<'_>, flag: &Flag, n_lines: usize) -> String {
    format!(
        "The client is gone: {} with {} units{}, {} no row this month.",
        lines(n_lines),
        number(flag.expected),
        worth(bench, flag),
        if n_lines == 1 { "has" } else { "have" },
    )
}

/// Why a client is told as new.
pub(super) fn client_new(bench: &Bench<'_>, flag: &Flag, n_lines: usize) -> String {
    format!(
        "A new client: {} with {} units{}. Too new to judge.",
        lines(n_lines),
        number(flag.observed),
        worth(bench, flag),
    )
}

/// Why a vanished line and a new one are one thing.
pub(super) fn migration(bench: &Bench<'_>, flag: &Flag, to: &str, units: f64) -> String {
    let difference = match money_of(bench, flag) {
        Some(money) => format!(" The difference is {money} a month."),
        None => String::new(),
    };
    format!(
        "Probably a migration: {} units are gone, and {to} is new at the same client with {}.{}",
        number(flag.expected),
        number(units),
        difference,
    )
}

/// Why so many missing lines are told once.
pub(super) fn missing_export(gone: usize, before: usize) -> String {
    format!("{gone} of {before} lines have no row this month. Is an export missing or cut short?")
}

/// Why a product's move is told once.
pub(super) fn portfolio(bench: &Bench<'_>, found: &PortfolioMove, flag: &Flag) -> String {
    let money = money_of(bench, flag).map(|money| format!(", {money} a month in all"));
    let (what, ask) = match flag.kind {
        FlagKind::PriceShift => ("unit price", "A new price list?"),
        _ => ("quantity", "Renamed, or moved to another product?"),
    };
    let way = if found.change < 0.0 { "fell" } else { "rose" };
    let (of, ask) = match found.sku.is_empty() {
        true => ("lines", "Is the file whole, and counted as before?"),
        false => ("clients", ask),
    };
    format!(
        "The {what} {way} by about {} at {} of {} {of} at once{}. {ask}",
        per_cent(found.change.abs()),
        found.n_alike,
        found.series_idx.len(),
        money.unwrap_or_default(),
    )
}

/// That the other side shows the same.
pub(super) fn alike(other: &Flag) -> String {
    let verb = if other.side == FlagSide::Vendor { "bought" } else { "billed" };
    format!(" What was {verb} moved alike, to {}.", number(other.observed))
}

/// The numbers behind a line's flag.
pub(super) fn evidence(
    bench: &Bench<'_>,
    line: &LineMonth,
    statistic: Statistic,
    p: f64,
) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    let mut row = |label: &str, value: String| rows.push((label.to_owned(), value));
    let recent = line.recent.iter().map(|value| value.map_or_else(|| "–".to_owned(), number));
    row("the last months, oldest first", recent.collect::<Vec<_>>().join(", "));
    row("months before this one", line.n_months.to_string());
    row("judged by", statistic.word().to_owned());
    row("p-value", p_value(p));
    let n_past = bench.scores.n_calibration(statistic);
    row("learned from", format!("{n_past} quiet months of lines"));
    let n_tests = bench.chance.n_tests();
    let by_chance = number(round_to(p * n_tests as f64, 0.01));
    row("as odd by chance this month", format!("{by_chance} of {n_tests} lines judged"));
    if let Some(forecast) = line.forecast {
        // What such a flag expects is a price, or a gap that never began to widen.
        let (expected, band) = match statistic {
            Statistic::Price => ("units expected", "90 % band of the units"),
            Statistic::Drift => ("gap expected after last month's", "90 % band after last month's"),
            _ => ("expected", "90 % band"),
        };
        row(expected, number(round_to(forecast.point, 0.01)));
        row(band, format!("{} to {}", number(forecast.low), number(forecast.high)));
    }
    if line.common_move != 0.0 {
        row("common move of the product, taken out", per_cent(line.common_move));
    }
    if let Some(stall) = line.stall.filter(|_| statistic == Statistic::Stall) {
        let (n_like, n_paused) = bench.scores.growers();
        row("like months that paused", format!("{n_paused} of {n_like}"));
        row("chance of the pause by its run", p_value(stall.run_probability));
        row("chance of so little by its size", p_value(stall.magnitude_probability));
    }
    if let Some(run) = line.drift.filter(|_| statistic == Statistic::Drift) {
        row("gap moved by", format!("{} in {} months", number(run.change), run.n_months));
    }
    if let Some(unit) = line.unit {
        row("unit price", number(unit));
    }
    rows
}

fn units(line: &LineMonth) -> &'static str {
    if line.grain == 1.0 { "seats" } else { "units" }
}

fn lines(n: usize) -> String {
    if n == 1 { "1 line".to_owned() } else { format!("{n} lines") }
}

fn band(flag: &Flag) -> String {
    format!("{}–{}", number(flag.low), number(flag.high))
}

fn rounded(line: &LineMonth, value: f64) -> String {
    number(round_to(value, line.grain))
}

fn round_to(value: f64, step: f64) -> f64 {
    (value / step).round() * step
}

/// A number for people: at most three decimals, no superfluous noughts, no minus before nought.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A share as per cent, with its sign when it falls.
pub(super) fn per_cent(share: f64) -> String {
    format!("{} %", number(round_to(100.0 * share, 0.1)))
}

/// A p-value for people.
pub(super) fn p_value(p: f64) -> String {
    if p < 1e-6 { "below 0.000001".to_owned() } else { number_of_digits(p) }
}

fn number_of_digits(p: f64) -> String {
    let decimals = (2.0 - p.log10().floor()).clamp(2.0, 8.0) as usize;
    format!("{p:.decimals$}")
}
