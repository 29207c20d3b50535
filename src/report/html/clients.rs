//! What each client comes to: one row a client, and the rows add up to the two numbers.

use std::collections::BTreeMap;

use askama::Template;
use rust_decimal::Decimal;

use super::rendered;
use seatdrift_core::domain::Currency;
use seatdrift_core::run::{Direction, Run, numbers};

/// How many clients stand in the table; what the others come to stands in its last row.
const N_SHOWN: usize = 12;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% if !tables.is_empty() %}<section class="part" id="clients"><h2>By client</h2>
{% for table in tables %}<table class="plain stacked"><thead><tr><th scope="col">Client</th><th scope="col" class="n">You lose</th><th scope="col" class="n">Clients overpay</th><th scope="col" class="n">Asked about</th><th scope="col" class="n">Decided</th></tr></thead>
<tbody>{% for row in table %}<tr{% if row.is_sum %} class="sum"{% endif %}><th scope="row">{{ row.client }}</th>{% for cell in row.cells %}<td class="n{% if cell.1 == "–" %} none{% endif %}" data-whose="{{ cell.0 }}">{{ cell.1 }}</td>{% endfor %}</tr>
{% endfor %}</tbody></table>{% endfor %}</section>{% endif %}"##
)]
struct Section {
    tables: Vec<Vec<Row>>,
}

struct Row {
    client: String,
    /// What each column is, and what stands in it; `–` where there is nothing.
    cells: [(&'static str, String); 4],
    is_sum: bool,
}

/// What a client comes to in one currency, a month.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    lose: Decimal,
    overpay: Decimal,
    asked: Decimal,
    n_decided: usize,
}

impl Sums {
    fn add(&mut self, other: Self) {
        self.lose += other.lose;
        self.overpay += other.overpay;
        self.asked += other.asked;
        self.n_decided += other.n_decided;
    }

    fn row(self, client: String, currency: Currency, is_sum: bool) -> Row {
        let money = |sum: Decimal| match sum.is_zero() {
            true => "–".to_owned(),
            false => numbers::money(sum, currency),
        };
        let decided = match self.n_decided {
            0 => "–".to_owned(),
            n => numbers::counted(n, "line", "lines"),
        };
        let cells = [
            ("You lose", money(self.lose)),
            ("Clients overpay", money(self.overpay)),
            ("Asked about", money(self.asked)),
            ("Decided", decided),
        ];
        Row { client, cells, is_sum }
    }
}

/// The clients with differences, those with the most claimed money first.
pub(super) fn section(run: &Run) -> String {
    let mut by_client: BTreeMap<(Currency, &str), Sums> = BTreeMap::new();
    for finding in &run.findings {
        let money = finding.monthly_impact;
        let n_decided = usize::from(finding.raised.is_some());
        let mut sums = Sums { n_decided, ..Sums::default() };
        match (finding.is_claim(), finding.direction()) {
            (_, Direction::News) => {}
            (false, _) => sums.asked = money,
            (true, Direction::Lose) => sums.lose = money,
            (true, Direction::Overpay) => sums.overpay = money,
        }
        by_client.entry((finding.currency, &finding.client)).or_default().add(sums);
    }
    let mut currencies: Vec<Currency> = by_client.keys().map(|(currency, _)| *currency).collect();
    currencies.dedup();
    // The workspace's own first.
    currencies.sort_by_key(|currency| (*currency != run.currency, *currency));
    let tables = currencies.into_iter().map(|currency| {
        let of_it = by_client.iter().filter(|((other, _), _)| *other == currency);
        table(of_it.map(|((_, client), sums)| (*client, *sums)).collect(), currency)
    });
    rendered(&Section { tables: tables.collect() })
}

fn table(mut clients: Vec<(&str, Sums)>, currency: Currency) -> Vec<Row> {
    // Stable: of equals the first in the alphabet stays first.
    clients.sort_by_key(|(_, sums)| std::cmp::Reverse((sums.lose.max(sums.overpay), sums.asked)));
    let mut all = Sums::default();
    clients.iter().for_each(|(_, sums)| all.add(*sums));
    let n_rest = clients.len().saturating_sub(N_SHOWN);
    let mut rest = Sums::default();
    clients.iter().skip(N_SHOWN).for_each(|(_, sums)| rest.add(*sums));
    let shown = clients.iter().take(N_SHOWN);
    let mut rows: Vec<Row> =
        shown.map(|(client, sums)| sums.row((*client).to_owned(), currency, false)).collect();
    if 0 < n_rest {
        let words = numbers::counted(n_rest, "more client", "more clients");
        rows.push(rest.row(words, currency, false));
    }
    rows.push(all.row("All of them".to_owned(), currency, true));
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::{moneys, specimen};

    #[test]
    fn the_rows_of_clients_add_up_to_the_two_numbers() {
        let run = specimen::october();
        let page = section(&run);
        for all in moneys(&run) {
            let [lose, overpay] = all.both().map(|one| one.claimed.money);
            for sum in [lose, overpay].into_iter().filter(|sum| !sum.is_zero()) {
                let cell = format!("\">{}</td>", numbers::money(sum, all.currency));
                assert!(page.contains(&cell), "{cell} in {page}");
            }
        }
    }
}
