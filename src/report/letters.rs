//! Decided findings → one letter a client: what changes on its invoice, with prices, as a person would write it.
//!
//! It says nothing of cost, margin, or why it was decided, which was written for colleagues. What changes at a
//! vendor alone is not in it: the client's invoice stays as it is.

use std::collections::BTreeMap;

use askama::Template;
use rust_decimal::Decimal;

use super::notes::{one_line, plain_name, psa_sentence};
use seatdrift_core::domain::{Currency, Side};
use seatdrift_core::run::change_list::{Case, cases};
use seatdrift_core::run::{Run, numbers};

/// A letter to one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The client's name.
    pub client: String,
    /// A name for its file, without an ending: letters, digits and hyphens.
    pub file: String,
    /// The letter.
    pub text: String,
    /// What it is about: the findings it ends.
    pub findings: Vec<String>,
}

/// The letters of a run, by client.
pub fn letters(run: &Run) -> Vec<Letter> {
    let mut by_client: BTreeMap<String, Vec<Case<'_>>> = BTreeMap::new();
    for case in cases(run).into_iter().filter(|case| case.side() == Side::Psa) {
        by_client.entry(one_line(&case.first().client)).or_default().push(case);
    }
    let mut letters: Vec<Letter> = Vec::new();
    for (client, cases) in by_client {
        let name = plain_name(&client);
        let name = if name.is_empty() { "client".to_owned() } else { name };
        let same = letters.iter().filter(|other| other.file.starts_with(&name)).count();
        let file = if same == 0 { name } else { format!("{name}-{}", same + 1) };
        let ids = cases.iter().flat_map(|case| &case.findings).map(|one| one.id.clone());
        let findings = ids.collect();
        letters.push(Letter { text: text(run, &client, &cases), client, file, findings });
    }
    letters
}

fn text(run: &Run, client: &str, cases: &[Case<'_>]) -> String {
    let month = numbers::long_month(run.month);
    let mut said = format!(
        "Dear {client} team,\n\nwhen we held what our suppliers charged for {month} against what we bill you, \
         we found that your invoice should be corrected:\n\n"
    );
    for case in cases {
        let product = one_line(&case.first().sku);
        said.push_str(&format!("- {product}: {}\n", psa_sentence(run, case)));
    }
    for sentence in sums(cases) {
        said.push_str(&format!("\n{sentence}\n"));
    }
    said.push_str(&format!(
        "\nInvoices of earlier months stay as they are. If a number is not what you expect, please tell us: we \
         look at it together before anything changes.\n\nKind regards\n{}\n",
        one_line(&run.msp)
    ));
    said
}

/// What all of it comes to a month, a currency at a time; nothing where a price is not known.
fn sums(cases: &[Case<'_>]) -> Vec<String> {
    let mut sums: BTreeMap<Currency, Decimal> = BTreeMap::new();
    for case in cases {
        let Some((money, currency)) = money_of(case) else { return Vec::new() };
        *sums.entry(currency).or_default() += money;
    }
    let said = |(currency, sum): (Currency, Decimal)| {
        let more = if sum.is_sign_negative() { "less" } else { "more" };
        format!(
            "Altogether your invoice is {} {more} a month, before tax.",
            numbers::money(sum.abs(), currency)
        )
    };
    sums.into_iter().filter(|(_, sum)| !sum.is_zero()).map(said).collect()
}

/// What a case changes on the invoice, where its price is known.
fn money_of(case: &Case<'_>) -> Option<(Decimal, Currency)> {
    let delta = case.units(Side::Vendor) - case.units(Side::Psa);
    let first = case.first();
    if delta.is_zero() {
        return None;
    }
    let mut priced = case.lines(Side::Psa).filter_map(|line| Some((line.unit?, line.currency)));
    match (priced.next(), priced.next()) {
        (Some((unit, currency)), None) => Some((delta * unit, currency)),
        (None, None) => Some((first.at_price.as_ref()?.monthly, first.currency)),
        _ => None,
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"><title>{{ title }}</title><style>body { font: 11pt/1.55 system-ui, "Segoe UI", Roboto, Arial, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1.5rem; color: #1d2023; } @page { margin: 25mm; } @media print { body { margin: 0; padding: 0; } }</style></head>
<body>{% for block in blocks %}{% if block.is_list %}<ul>{% for line in block.lines %}<li>{{ line }}</li>{% endfor %}</ul>{% else %}<p>{% for line in block.lines %}{{ line }}{% if !loop.last %}<br>{% endif %}{% endfor %}</p>{% endif %}
{% endfor %}</body></html>
"##
)]
struct Page<'a> {
    title: &'a str,
    blocks: Vec<Block<'a>>,
}

/// Lines between two empty ones.
struct Block<'a> {
    is_list: bool,
    lines: Vec<&'a str>,
}

/// A letter's text as a page of its own: what stands between empty lines is a paragraph, lines that begin with a
/// hyphen are a list.
pub fn letter_html(title: &str, text: &str) -> String {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut begins = true;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            begins = true;
            continue;
        }
        let item = line.strip_prefix("- ");
        let is_list = item.is_some();
        let line = item.unwrap_or(line);
        match blocks.last_mut().filter(|block| !begins && block.is_list == is_list) {
            Some(block) => block.lines.push(line),
            None => blocks.push(Block { is_list, lines: vec![line] }),
        }
        begins = false;
    }
    Page { title, blocks }.render().expect("a template of texts renders into memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_paragraphs_and_a_list_and_no_name_is_markup() {
        let page = letter_html(
            "<script>alert(1)</script>",
            "Dear <img src=x>,\r\n\r\none\ntwo\n- first\n- second\n\nKind regards\nAcme\n",
        );
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        assert!(page.contains("<p>one<br>two</p>"), "{page}");
        assert!(page.contains("<ul><li>first</li><li>second</li></ul>"), "{page}");
        assert!(page.contains("<p>Kind regards<br>Acme</p>"), "{page}");
    }
}
