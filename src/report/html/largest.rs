//! The largest causes, one row each: what an owner reads before anything else.

use askama::Template;
use rust_decimal::Decimal;

use super::rendered;
use seatdrift_core::domain::Currency;
use seatdrift_core::run::{CauseItem, Direction, Finding, Run, cause_items, numbers};

/// How many causes stand on the first page.
const N_SHOWN: usize = 10;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section class="part" id="largest"><h2>{{ title }}</h2>
{% if rows.is_empty() %}<p class="empty">Nothing is claimed this month.</p>
{% else %}<table class="largest stacked"><thead><tr><th scope="col">Where, and what</th><th scope="col" class="n">You lose</th><th scope="col" class="n">Clients overpay</th><th scope="col" class="n">Sure</th></tr></thead>
<tbody>{% for row in rows %}<tr><th scope="row"><a href="#{{ row.id }}">{{ row.client }}</a> <span>{{ row.what }}</span><small>{{ row.facts }}</small></th>{% for sum in row.sums %}<td class="n{% if sum.1 == "–" %} none{% endif %}" data-whose="{{ sum.0 }}">{{ sum.1 }}</td>{% endfor %}<td class="n" data-whose="Sure">{{ row.sure }}</td></tr>
{% endfor %}</tbody></table>
{% if !rest.is_empty() %}<p class="empty">{{ rest }}</p>{% endif %}{% endif %}</section>"##
)]
struct Section<'run> {
    title: String,
    rows: Vec<Row<'run>>,
    rest: String,
}

struct Row<'run> {
    id: &'run str,
    client: String,
    what: String,
    facts: String,
    /// Whose money, and how much; `–` where there is none of it.
    sums: [(&'static str, String); 2],
    sure: String,
}

/// The causes with the most expected money among those that are claimed.
pub(super) fn section(run: &Run) -> String {
    let items = cause_items(run);
    let claimed: Vec<&CauseItem<'_>> = items.iter().filter(|item| is_claimed(item)).collect();
    let rest = claimed.len().saturating_sub(N_SHOWN);
    rendered(&Section {
        title: match claimed.len() {
            0 | 1 => "The largest cause".to_owned(),
            n => format!("The {} largest causes", numbers::count(n.min(N_SHOWN))),
        },
        rows: claimed.iter().take(N_SHOWN).map(|item| row(item)).collect(),
        rest: match rest {
            0 => String::new(),
            n => format!(
                "{} with less stand below, by client.",
                numbers::counted(n, "more cause", "more causes")
            ),
        },
    })
}

/// Whether something of it stands in one of the two numbers.
fn is_claimed(item: &CauseItem<'_>) -> bool {
    item.findings.iter().any(|finding| in_a_number(finding))
}

fn in_a_number(finding: &Finding) -> bool {
    finding.is_claim() && Direction::MONEYS.contains(&finding.direction())
}

fn row<'run>(item: &CauseItem<'run>) -> Row<'run> {
    let claims: Vec<&Finding> =
        item.findings.iter().copied().filter(|finding| in_a_number(finding)).collect();
    let several = item.cause.filter(|_| item.has_several());
    let what = match several {
        Some(cause) if !cause.what.is_empty() => cause.what.clone(),
        _ => item.sku(),
    };
    let facts = match several {
        Some(cause) => {
            format!("{}, {}", cause.kind.title(), numbers::counted(claims.len(), "line", "lines"))
        }
        None => facts(claims[0]),
    };
    Row {
        id: item.id,
        client: item.client(),
        what,
        facts,
        sums: Direction::MONEYS.map(|direction| (direction.title(), sum(&claims, direction))),
        sure: sure(&claims),
    }
}

/// `Under-billed: 42 bought, 36 billed, since June 2026, $320.00 so far`
fn facts(finding: &Finding) -> String {
    let kind = finding.kind.title();
    let (bought, billed) =
        (numbers::units(finding.vendor_quantity), numbers::units(finding.psa_quantity));
    let mut facts = format!("{kind}: {bought} bought, {billed} billed");
    if let Some(since) = finding.since.as_ref().filter(|since| 1 < since.n_months) {
        let so_far = numbers::money(since.so_far, finding.currency);
        facts.push_str(&format!(", since {}, {so_far} so far", since.month.short()));
    }
    facts
}

/// The money of one direction, a currency at a time.
fn sum(claims: &[&Finding], direction: Direction) -> String {
    let mut sums: Vec<(Currency, Decimal)> = Vec::new();
    for finding in claims.iter().filter(|finding| finding.direction() == direction) {
        match sums.iter_mut().find(|(currency, _)| *currency == finding.currency) {
            Some((_, sum)) => *sum += finding.monthly_impact,
            None => sums.push((finding.currency, finding.monthly_impact)),
        }
    }
    let said: Vec<String> =
        sums.into_iter().map(|(currency, sum)| numbers::money(sum, currency)).collect();
    if said.is_empty() { "–".to_owned() } else { said.join(" and ") }
}

/// How sure the least and the most certain of them are.
fn sure(claims: &[&Finding]) -> String {
    let said = |best: fn(f64, f64) -> f64| {
        let all = claims.iter().map(|finding| finding.probability.get());
        numbers::percent(all.reduce(best).unwrap_or_default())
    };
    let (least, most) = (said(f64::min), said(f64::max));
    if least == most { most } else { format!("{least} to {most}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::specimen;

    #[test]
    fn an_owner_sees_ten_rows_of_causes_and_is_led_to_each() {
        let run = specimen::october();
        let page = section(&run);
        assert_eq!(page.matches("<tr><th scope=\"row\">").count(), 10, "{page}");
        assert!(page.contains("The 10 largest causes"), "{page}");
        let whole = super::super::report_html(&run);
        for id in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert_eq!(whole.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
    }

    #[test]
    fn a_price_list_is_one_row_with_the_money_that_is_lost_and_no_news() {
        let page = section(&specimen::one_price_list());
        assert_eq!(page.matches("Price list moved").count(), 1, "{page}");
        assert!(page.contains("<td class=\"n\" data-whose=\"You lose\">$70.00</td>"), "{page}");
    }
}
