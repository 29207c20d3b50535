//! One client: every line with what is bought, billed, its cost, price and margin, its differences, flags,
//! decisions and letter. And the search that leads here.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use rust_decimal::Decimal;

use super::ReviewError;
use super::activity::{Deed, deeds};
use super::decision_from_form::{Fields, field};
use super::filter::{Filter, address, item_address};
use super::handlers::Handlers;
use super::layout::rendered;
use super::mappings::named;
use super::queue::Item;
use super::refusal::{Refusal, not_found};
use super::rooms::Room;
use super::state::ReviewState;
use seatdrift_core::domain::EntityKind;
use seatdrift_core::run::{ComparedLine, numbers};
use seatdrift_engine::run_store;
use seatdrift_report::letters;

/// Answers that the page of one client shows.
const N_DEEDS: usize = 50;
/// Places of one kind that a search finds.
const N_FOUND: usize = 30;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card room" id="card"><p class="kind">Client</p><h1 id="what" tabindex="-1">{{ name }}</h1>
{% if !letter.is_empty() %}<p class="why"><a href="/to-do">A letter to it is ready: {{ letter }}</a></p>{% endif %}
<h2>Differences and flags</h2>
{% if items.is_empty() %}<p class="note">Nothing differs, and nothing moved.</p>{% else %}<ul class="others">{% for one in items %}<li><a href="{{ one.href }}"><span>{{ one.what }}<small>{{ one.stands }}</small></span><span class="n">{{ one.money }}</span></a></li>{% endfor %}</ul>{% endif %}
<h2>Every line</h2>
{% if lines.is_empty() %}<p class="note">{{ no_lines }}</p>{% else %}<div class="scroll" role="group" aria-label="Every line" tabindex="0"><table><thead><tr><th scope="col">Product</th><th scope="col" class="n">Bought</th><th scope="col" class="n">Billed</th><th scope="col" class="n">Cost</th><th scope="col" class="n">Price</th><th scope="col" class="n">Margin a month</th><th scope="col">Stands</th></tr></thead><tbody>{% for line in lines %}<tr><th scope="row">{{ line.sku }}</th><td class="n">{{ line.bought }}</td><td class="n">{{ line.billed }}</td><td class="n">{{ line.cost }}</td><td class="n">{{ line.price }}</td><td class="n">{{ line.margin }}</td><td>{{ line.stands }}</td></tr>{% endfor %}</tbody></table></div>{% endif %}
<h2>What was decided</h2>
{% if deeds.is_empty() %}<p class="note">Nothing yet.</p>{% else %}<ul class="earlier">{% for one in deeds %}<li><span><b>{{ one.verdict }}</b> {{ one.what }}<small>{{ one.by }}</small></span></li>{% endfor %}</ul>{% endif %}
<p><a href="/clients">Every client</a></p></article></main>"##
)]
struct ClientView {
    name: String,
    letter: String,
    items: Vec<ItemView>,
    no_lines: &'static str,
    lines: Vec<LineView>,
    deeds: Vec<Deed>,
}

struct ItemView {
    href: String,
    what: String,
    stands: String,
    money: String,
}

struct LineView {
    sku: String,
    bought: String,
    billed: String,
    cost: String,
    price: String,
    margin: String,
    stands: String,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card room" id="card"><h1 id="what" tabindex="-1">Find</h1>
<form method="get" action="/find" class="search" role="search"><label>A client, a product, a difference <input name="q" value="{{ q }}" autocomplete="off"></label> <button>Find</button></form>
<p class="note" role="status">{{ words }}</p>
{% for (title, found) in groups %}{% if !found.is_empty() %}<h2>{{ title }}</h2><ul class="others">{% for one in found %}<li><a href="{{ one.href }}"><span>{{ one.what }}<small>{{ one.stands }}</small></span><span class="n">{{ one.money }}</span></a></li>{% endfor %}</ul>{% endif %}{% endfor %}
</article></main>"##
)]
struct FindView<'a> {
    q: &'a str,
    words: String,
    groups: [(&'static str, Vec<ItemView>); 3],
}

impl Handlers {
    pub(super) fn client_page(&self, fields: &Fields) -> Result<Response, Refusal> {
        let mut state = self.state()?;
        let name = field(fields, "name").to_owned();
        let is_known = state.asked.run.suggestions.iter().any(|pair| {
            pair.kind == EntityKind::Client && (pair.psa_name == name || pair.vendor_name == name)
        });
        if !is_known {
            return Ok(not_found());
        }
        let run = state.as_decided()?;
        let letter = letters(&run).into_iter().find(|letter| letter.client == name);
        let stored = run_store::lines(&state.workspace, state.month).map_err(ReviewError::from)?;
        let no_lines = match &stored {
            Some(_) => "No line of it was compared.",
            None => {
                "An earlier version scored this month and did not keep its lines: score it again."
            }
        };
        let own = stored.into_iter().flatten().filter(|line| line.client == name);
        let is_its = |item: &Item| item.client.lines().any(|client| client == name);
        let items = state.asked.items.iter().enumerate().filter(|(_, item)| is_its(item));
        let view = ClientView {
            letter: letter.map(|letter| letter.file).unwrap_or_default(),
            items: items.map(|(at, item)| item_view(&state, at, item)).collect(),
            no_lines,
            lines: own.map(|line| line_view(&line)).collect(),
            deeds: deeds(&state, |words| words.contains(&name)).into_iter().take(N_DEEDS).collect(),
            name: name.clone(),
        };
        let page = self.room_page(&state, Room::Clients, &name, rendered(&view))?;
        Ok(Html(page).into_response())
    }

    /// Clients, products, differences and flags that have the letters asked for.
    pub(super) fn find_page(&self, fields: &Fields) -> Result<Response, Refusal> {
        let state = self.state()?;
        let q = field(fields, "q").trim();
        let letters = q.to_lowercase();
        let (mut clients, mut products, mut items) = (Vec::new(), Vec::new(), Vec::new());
        if !letters.is_empty() {
            let client = |name: &str| address("/client", &[("name", name.to_owned())]);
            let product = |name: &str| address("/products", &[("q", name.to_owned())]);
            let view = |name: &str, href: String, why: &str| ItemView {
                href,
                what: name.to_owned(),
                stands: why.to_owned(),
                money: String::new(),
            };
            clients.extend(
                named(&state, EntityKind::Client, &letters)
                    .keys()
                    .take(N_FOUND)
                    .map(|name| view(name, client(name), "")),
            );
            products.extend(
                named(&state, EntityKind::Sku, &letters)
                    .keys()
                    .take(N_FOUND)
                    .map(|name| view(name, product(name), "")),
            );
            let has = |item: &Item| {
                let texts = [&item.title, &item.detail, &item.client, &item.id];
                texts.iter().any(|text| text.to_lowercase().contains(&letters))
            };
            let found = state.asked.items.iter().enumerate().filter(|(_, item)| has(item));
            items.extend(found.take(N_FOUND).map(|(at, item)| item_view(&state, at, item)));
        }
        let n = clients.len() + products.len() + items.len();
        let words = match (letters.is_empty(), n) {
            (true, _) => String::new(),
            (false, 0) => "Nothing has these letters.".to_owned(),
            (false, n) => format!("{} found", numbers::counted(n, "place", "places")),
        };
        let groups =
            [("Clients", clients), ("Products", products), ("Names, differences, flags", items)];
        let body = rendered(&FindView { q, words, groups });
        let page = self.room_page(&state, Room::Home, "Find", body)?;
        Ok(Html(page).into_response())
    }
}

fn item_view(state: &ReviewState, at: usize, item: &Item) -> ItemView {
    let answer = state.standing.answers[at].as_ref();
    let waits = if item.is_asked() { "waits for an answer" } else { "asked about with others" };
    // Who judges a name blind is told nothing here.
    let detail = if item.is_check() { item.kind.clone() } else { item.what_and_kind() };
    ItemView {
        href: item_address(item.queue, &Filter::default(), &item.id),
        what: format!("{} · {detail}", item.title),
        stands: answer.map_or_else(|| waits.to_owned(), |answer| answer.words.clone()),
        money: numbers::money(item.money, item.currency),
    }
}

fn line_view(line: &ComparedLine) -> LineView {
    let money = |amount: Option<Decimal>| match (amount, line.currency) {
        (Some(amount), Some(currency)) => numbers::money(amount, currency),
        _ => "–".to_owned(),
    };
    LineView {
        sku: line.sku.clone(),
        bought: numbers::units(line.bought),
        billed: numbers::units(line.billed),
        cost: money(line.unit_cost),
        price: money(line.unit_price),
        margin: money(line.margin),
        stands: line.status.to_string().replace('_', " "),
    }
}
