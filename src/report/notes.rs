//! Decided findings → one note each, in plain text, that a client may read: no cost, no margin, and not why
//! it was decided, which was written for colleagues.

use rust_decimal::Decimal;

use seatdrift_core::domain::{Currency, FindingKind, Side};
use seatdrift_core::normalise::folded;
use seatdrift_core::run::change_list::{Case, cases};
use seatdrift_core::run::{AtPrice, Finding, FindingLine, PriceFrom, Run, numbers};

/// The longest part of a file's name that a name gives.
const NAME_LENGTH: usize = 40;

/// The notes of a run as files below `notes/`.
pub(super) fn notes(run: &Run) -> Vec<(String, Vec<u8>)> {
    let note = |case: &Case<'_>| {
        let finding = case.first();
        let name = [&finding.client, &finding.sku].map(|name| plain_name(name)).join("-");
        (format!("notes/{name}-{}.txt", finding.id), note(run, case).into_bytes())
    };
    cases(run).iter().map(note).collect()
}

/// Letters without accents, digits and hyphens: a name every system takes, and no path.
pub(super) fn plain_name(name: &str) -> String {
    let name = folded(name);
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    let name: String = name.chars().take(NAME_LENGTH).collect();
    name.trim_end_matches('-').to_owned()
}

fn note(run: &Run, case: &Case<'_>) -> String {
    let finding = case.first();
    let (client, product) = (one_line(&finding.client), one_line(&finding.sku));
    let month = numbers::long_month(run.month);
    let day = numbers::day(run.month.plus(1).first_day());
    let (bought, billed) = (case.units(Side::Vendor), case.units(Side::Psa));
    let body = match (case.side(), bought == billed) {
        (Side::Psa, false) => in_the_psa(case, &month, &day),
        (Side::Psa, true) => price_asked(case, &day),
        (Side::Vendor, false) => format!(
            "In {month} {} supplied, while {} billed to you. From {day} the supply is brought to \
             what you are billed. Your invoice does not change.",
            counted(bought),
            counted(billed),
        ),
        (Side::Vendor, true) => format!(
            "We are taking up the terms of {product} with our supplier. Your invoice does not change."
        ),
    };
    format!("{client}\n{product}\n\n{body}\n\nReference: {}\n", finding.id)
}

/// What a letter says of a case that changes the client's invoice; what is said once for all is left out.
pub(super) fn psa_sentence(run: &Run, case: &Case<'_>) -> String {
    let day = numbers::day(run.month.plus(1).first_day());
    match case.units(Side::Vendor) == case.units(Side::Psa) {
        true => price_asked(case, &day),
        false => {
            let said = in_the_psa(case, &numbers::long_month(run.month), &day);
            said.strip_suffix(EARLIER).map(str::to_owned).unwrap_or(said)
        }
    }
}

/// What a note ends with.
const EARLIER: &str = " Invoices of earlier months are not changed by this.";

/// What is billed is to become what is supplied.
fn in_the_psa(case: &Case<'_>, month: &str, day: &str) -> String {
    let (bought, billed) = (case.units(Side::Vendor), case.units(Side::Psa));
    let twice = case.findings.iter().any(|finding| finding.kind == FindingKind::Duplicate);
    let twice = if twice { ", counted twice" } else { "" };
    let change = bought - billed;
    let (more, by) = if change.is_sign_positive() { ("more", change) } else { ("fewer", -change) };
    let agreements = agreements(case);
    let mut text = format!(
        "In {month} {} supplied, while {} billed{agreements}{twice}. From {day} your invoice will \
         show {}: {} {more}.",
        counted(bought),
        counted(billed),
        numbers::units(bought),
        numbers::units(by),
    );
    // A part of a bundle has no price of its own; a line that is new has the one it is sold at here.
    let prices: Vec<&FindingLine> =
        case.lines(Side::Psa).filter(|line| line.unit.is_some()).collect();
    if let [line] = prices[..] {
        let unit = line.unit.unwrap_or_default();
        let sum = numbers::money(by * unit, line.currency);
        let more = if change.is_sign_positive() { "more" } else { "less" };
        let each = numbers::money(unit, line.currency);
        let each =
            if unit == unit.round_dp(2) { each } else { format!("{unit} {}", line.currency) };
        text.push_str(&format!(" At {each} a unit that is {sum} {more} a month, before tax."));
    }
    if let Some((price, currency)) = new_price(case) {
        let sum = numbers::money(price.monthly, currency);
        let each = price.each(currency);
        let each = match price.from {
            PriceFrom::OtherClients { .. } => format!("our price of {each}"),
            PriceFrom::ThisClient { .. } | PriceFrom::ThisClientIn { .. } => each,
        };
        text.push_str(&format!(" At {each} that is {sum} more a month, before tax."));
    }
    text.push_str(EARLIER);
    text
}

/// The price of a line that is not billed yet, as far as it is known.
fn new_price<'run>(case: &Case<'run>) -> Option<(&'run AtPrice, Currency)> {
    let is_new = case.lines(Side::Psa).next().is_none();
    let priced = |finding: &&'run Finding| Some((finding.at_price.as_ref()?, finding.currency));
    case.findings.iter().find_map(priced).filter(|_| is_new)
}

fn price_asked(case: &Case<'_>, day: &str) -> String {
    let line = case.lines(Side::Psa).find(|line| line.unit.is_some());
    let now = line.and_then(|line| Some(numbers::money(line.unit?, line.currency)));
    let now = now.map(|price| format!(", now {price} a unit for {}", units(case)));
    format!(
        "The price of this product{} can no longer be kept. We would like to agree a new one with \
         you from {day}. The number of units does not change.",
        now.unwrap_or_default()
    )
}

fn units(case: &Case<'_>) -> String {
    let billed = case.units(Side::Psa);
    format!("{} {}", numbers::units(billed), if billed == Decimal::ONE { "unit" } else { "units" })
}

fn counted(quantity: Decimal) -> String {
    let be = if quantity == Decimal::ONE { "unit was" } else { "units were" };
    format!("{} {be}", numbers::units(quantity))
}

fn agreements(case: &Case<'_>) -> String {
    let mut names: Vec<String> = case
        .lines(Side::Psa)
        .flat_map(|line| line.shares.iter().filter_map(|share| share.agreement.as_deref()))
        .map(one_line)
        .collect();
    names.sort();
    names.dedup();
    if names.is_empty() { String::new() } else { format!(" under {}", names.join(" and ")) }
}

/// A name as one line without control characters.
pub(super) fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_is_no_path() {
        assert_eq!(plain_name("../../etc/passwd\0"), "etc-passwd");
        assert_eq!(plain_name("Bäckerei & Söhne"), "backerei-sohne");
        assert!(plain_name(&"word ".repeat(40)).len() <= NAME_LENGTH);
        assert_eq!(plain_name("日本"), "");
        assert_eq!(one_line("a\r\nBcc: x\u{1b}[2J"), "a Bcc: x [2J");
    }
}
