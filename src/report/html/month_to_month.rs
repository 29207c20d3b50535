//! What is decided and still to make, what earlier decisions brought, and what changed since the month before.

use askama::Template;
use rust_decimal::Decimal;

use super::super::sentences::{findings_since, lines_since};
use super::rendered;
use seatdrift_core::domain::{Currency, Side};
use seatdrift_core::run::change_list::{Change, changes};
use seatdrift_core::run::{
    ClientFate, ClientMoves, GoneFinding, LineMove, PriceMove, Run, SinceLastMonth, numbers,
};

/// How many rows a table of this page shows; the rest is in the workbook.
const N_SHOWN: usize = 40;
/// How many changes, and how many recovered differences, stand before the folded part.
const N_FIRST: usize = 12;
/// How many lines of one client are told.
const N_LINES: usize = 4;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section class="part" id="changes"><h2>Decided</h2>
{% if shown.is_empty() %}<p class="empty">Nothing that was decided is still to be changed.</p>
{% else %}<p class="lead">To be changed from {{ day }} on, as people decided. seatdrift makes no change itself: the same list is in changes.csv and changes.xlsx, and a note for each client in notes.</p>
<div class="scroll plain" tabindex="0"><table><thead><tr><th scope="col">Where</th><th scope="col">Company, agreement</th><th scope="col">Product</th><th scope="col" class="n">From</th><th scope="col" class="n">To</th><th scope="col" class="n">Price</th><th scope="col" class="n">A month</th></tr></thead>
<tbody>{% for change in shown %}<tr><td>{{ self.place(change) }}</td><td>{{ change.company }}{% if !change.agreement.is_empty() %}, {{ change.agreement }}{% endif %}</td><td>{{ change.product }}</td><td class="n">{{ numbers::units(*change.from) }}</td><td class="n">{{ numbers::units(*change.to) }}</td><td class="n">{{ self.price(change) }}</td><td class="n">{{ self.money(change) }}</td></tr>
{% endfor %}</tbody></table></div>{% if more > 0 %}<p class="empty">and {{ more }} more in changes.csv</p>{% endif %}{% endif %}
{% if !recovered.is_empty() %}<h3 class="minor">Recovered this month: decided earlier, and gone now</h3>
<table class="recovered"><thead><tr><th scope="col">Client, product</th><th scope="col">Was</th><th scope="col" class="n">A month</th></tr></thead>
<tbody>{% for one in recovered %}<tr><th scope="row">{{ one.client }} <span>{{ one.sku }}</span></th><td>{{ one.kind.title() }}</td><td class="n">{{ numbers::money(*one.monthly_impact, *one.currency) }}</td></tr>
{% endfor %}</tbody></table>{% if recovered_more > 0 %}<p class="empty">and {{ recovered_more }} more in report.xlsx</p>{% endif %}{% endif %}
{% if !since.is_empty() %}<p class="lead">{{ since }}</p>{% endif %}</section>"##
)]
struct ToMake<'run> {
    shown: Vec<Change>,
    more: usize,
    /// The first day of the changes.
    day: String,
    recovered: Vec<&'run GoneFinding>,
    recovered_more: usize,
    /// What came and went since the month before.
    since: String,
}

impl ToMake<'_> {
    fn place(&self, change: &Change) -> &'static str {
        if change.side == Side::Psa { "PSA" } else { "Vendor" }
    }

    /// What a unit is sold or bought at, and what it should be sold at.
    fn price(&self, change: &Change) -> String {
        let price = |unit: Decimal| numbers::money(unit, change.currency);
        match (change.unit, change.unit_to) {
            (Some(now), Some(then)) => format!("{} → at least {}", price(now), price(then)),
            (Some(now), None) => price(now),
            (None, _) => "–".to_owned(),
        }
    }

    fn money(&self, change: &Change) -> String {
        change.money.map_or_else(|| "–".to_owned(), |sum| numbers::money(sum, change.currency))
    }
}

/// What is decided and still to make, and what earlier decisions brought.
pub(super) fn to_make(run: &Run) -> String {
    let mut shown = changes(run);
    let more = shown.len().saturating_sub(N_FIRST);
    shown.truncate(N_FIRST);
    let now = run.recovered.iter().flatten().filter(|one| one.month == run.month);
    let mut recovered: Vec<&GoneFinding> = now.map(|one| &one.was).collect();
    let recovered_more = recovered.len().saturating_sub(N_FIRST);
    // Currencies are not compared: of equal amounts the first stays first.
    recovered.sort_by_key(|one| std::cmp::Reverse(one.monthly_impact));
    recovered.truncate(N_FIRST);
    let since = run.last_month.as_ref();
    let since = since.map_or_else(String::new, |since| findings_since(run, since));
    let day = numbers::day(run.month.plus(1).first_day());
    rendered(&ToMake { shown, more, day, recovered, recovered_more, since })
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<p class="lead">{{ findings }} {{ lines }}</p>
{% if !prices.is_empty() %}<h3 class="minor">Prices</h3>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Side</th><th scope="col">SKU</th><th scope="col" class="n">Lines</th><th scope="col" class="n">Before</th><th scope="col" class="n">Now</th><th scope="col" class="n">A month</th></tr></thead>
<tbody>{% for price in prices %}<tr><td>{{ price.side }}</td><td>{{ price.sku }}</td><td class="n">{{ numbers::count(*price.n_lines) }}</td><td class="n">{{ self.unit(price.before) }}</td><td class="n">{{ self.unit(price.now) }}</td><td class="n">{{ self.money(price.money, price.currency) }}</td></tr>
{% endfor %}</tbody></table></div>{% if prices_more > 0 %}<p class="empty">and {{ prices_more }} more in report.xlsx</p>{% endif %}{% endif %}
{% if !clients.is_empty() %}<h3 class="minor">Clients, the largest moves first</h3>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Client</th><th scope="col">What moved, before → now</th></tr></thead>
<tbody>{% for client in clients %}<tr><td>{{ client.name }}</td><td>{{ client.what }}</td></tr>
{% endfor %}</tbody></table></div>{% if clients_more > 0 %}<p class="empty">and {{ clients_more }} more in report.xlsx</p>{% endif %}{% endif %}
{% if !gone.is_empty() %}<h3 class="minor">Differences that are gone</h3>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Client</th><th scope="col">SKU</th><th scope="col">Was</th><th scope="col" class="n">A month</th></tr></thead>
<tbody>{% for one in gone %}<tr><td>{{ one.client }}</td><td>{{ one.sku }}</td><td>{{ one.kind.title() }}</td><td class="n">{{ self.money(one.monthly_impact, one.currency) }}</td></tr>
{% endfor %}</tbody></table></div>{% if gone_more > 0 %}<p class="empty">and {{ gone_more }} more in report.xlsx</p>{% endif %}{% endif %}"##
)]
struct Since<'run> {
    findings: String,
    lines: String,
    prices: &'run [PriceMove],
    prices_more: usize,
    clients: Vec<ClientView<'run>>,
    clients_more: usize,
    gone: &'run [GoneFinding],
    gone_more: usize,
}

struct ClientView<'run> {
    name: &'run str,
    what: String,
}

impl Since<'_> {
    fn money(&self, amount: &Decimal, currency: &Currency) -> String {
        numbers::money(*amount, *currency)
    }

    fn unit(&self, price: &Decimal) -> String {
        if price.scale() <= 2 { numbers::amount(*price) } else { price.to_string() }
    }
}

/// What the folded part says of itself.
pub(super) fn words(since: &SinceLastMonth) -> String {
    let n_clients = numbers::counted(since.clients.len(), "client moved", "clients moved");
    format!("{n_clients}, {}", numbers::counted(since.prices.len(), "price", "prices"))
}

/// What changed since the month before.
pub(super) fn since(run: &Run, since: &SinceLastMonth) -> String {
    let first = |n: usize| n.min(N_SHOWN);
    // Currencies are not compared: the largest amount of any of them stands first.
    let size = |client: &ClientMoves| client.lines.iter().map(|line| line.money.abs()).max();
    let mut clients: Vec<&ClientMoves> = since.clients.iter().collect();
    clients.sort_by(|one, other| {
        let fated = |client: &ClientMoves| client.fate == ClientFate::Stays;
        fated(one).cmp(&fated(other)).then_with(|| size(other).cmp(&size(one)))
    });
    rendered(&Since {
        findings: findings_since(run, since).replacen("Since", "Against", 1),
        lines: lines_since(since),
        prices: &since.prices[..first(since.prices.len())],
        prices_more: since.prices.len().saturating_sub(N_SHOWN),
        clients: clients.iter().take(N_SHOWN).map(|client| client_view(client)).collect(),
        clients_more: clients.len().saturating_sub(N_SHOWN),
        gone: &since.gone[..first(since.gone.len())],
        gone_more: since.gone.len().saturating_sub(N_SHOWN),
    })
}

fn client_view(client: &ClientMoves) -> ClientView<'_> {
    let n_lines = numbers::counted(client.n_lines, "line", "lines");
    let what = match client.fate {
        ClientFate::New => format!("new client, {n_lines}"),
        ClientFate::Gone => format!("client gone, with {n_lines}"),
        ClientFate::Stays => {
            let mut lines: Vec<&LineMove> = client.lines.iter().collect();
            lines.sort_by_key(|line| std::cmp::Reverse(line.money.abs()));
            let told = |line: &&LineMove| {
                let (before, now) = (numbers::units(line.before), numbers::units(line.now));
                format!("{} {} {} {before} → {now}", line.side, line.sku, line.kind.word())
            };
            let mut told: Vec<String> = lines.iter().take(N_LINES).map(told).collect();
            if lines.len() > N_LINES {
                told.push(format!("{} more", lines.len() - N_LINES));
            }
            told.join("; ")
        }
    };
    ClientView { name: &client.client, what }
}
