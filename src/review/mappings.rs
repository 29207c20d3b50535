//! Every client, or every product, and what it is matched with: who said so, when, and why. What is wrong is
//! unlinked here.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::{Html, IntoResponse, Response};
use jiff::Timestamp;

use super::ReviewError;
use super::decision_from_form::{Fields, field};
use super::filter::{Filter, address, item_address};
use super::handlers::{Handlers, see};
use super::layout::rendered;
use super::queue::Queue;
use super::refusal::Refusal;
use super::rooms::Room;
use super::state::ReviewState;
use seatdrift_core::decisions::pair_memory;
use seatdrift_core::domain::entity::Decided;
use seatdrift_core::domain::{Decision, EntityKind, PairMemory, Subject, Verdict};
use seatdrift_core::run::{NamePair, Status, numbers};

/// Names on one page.
const N_LISTED: usize = 100;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card room" id="card"><h1 id="what" tabindex="-1">{{ title }}</h1>
<p class="why">{{ counts }}</p>
<form method="get" action="{{ path }}" class="search"><label>Name has <input name="q" value="{{ q }}" autocomplete="off"></label> <label>Show <select name="show">{% for one in shows %}<option value="{{ one.0 }}"{% if one.2 %} selected{% endif %}>{{ one.1 }}</option>{% endfor %}</select></label> <button>Show</button></form>
{% if rows.is_empty() %}<p class="note">No name is so.</p>{% else %}
<ul class="mappings">{% for row in rows %}<li><div><b>{% if row.client.is_empty() %}{{ row.left }}{% else %}<a href="{{ row.client }}">{{ row.left }}</a>{% endif %}</b> <span>{{ row.right }}</span><small>{{ row.how }}{% if !row.why.is_empty() %} · {{ row.why }}{% endif %}</small></div><div class="acts">{% if !row.href.is_empty() %}<a class="button quiet" href="{{ row.href }}">Answer</a>{% endif %}{% if row.unlinks %}<form method="post" action="/unlink"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="id" value="{{ row.id }}"><input type="hidden" name="q" value="{{ q }}"><input type="hidden" name="show" value="{{ show }}"><button class="quiet" aria-label="Unlink {{ row.left }} and {{ row.right }}">Unlink</button></form>{% endif %}</div></li>{% endfor %}</ul>
<p class="pager">{% if let Some(href) = before %}<a href="{{ href }}">Earlier</a>{% endif %}{% if let Some(href) = after %}<a href="{{ href }}">{{ n_after }} more</a>{% endif %}</p>{% endif %}
</article></main>"##
)]
struct MappingsView<'a> {
    csrf: &'a str,
    title: &'static str,
    path: String,
    counts: String,
    q: &'a str,
    show: &'static str,
    shows: Vec<(&'static str, &'static str, bool)>,
    rows: Vec<Row>,
    before: Option<String>,
    after: Option<String>,
    n_after: usize,
}

struct Row {
    id: String,
    left: String,
    right: String,
    how: String,
    why: String,
    /// Where its client's own page is; empty for a product.
    client: String,
    /// Where it is answered; empty where it is settled.
    href: String,
    unlinks: bool,
}

/// How a name stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stand {
    Decided,
    Accepted,
    Waiting,
    Alone,
}

impl Stand {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Decided, "decided", "decided by a person"),
        (Self::Accepted, "accepted", "accepted by seatdrift"),
        (Self::Waiting, "waiting", "waiting for an answer"),
        (Self::Alone, "alone", "without a partner"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|one| one.0 == self).map_or("", |one| one.2)
    }
}

/// A pair as it stands, and who said so.
pub(super) struct Standing<'a> {
    pub(super) pair: &'a NamePair,
    stand: Stand,
    said: Option<Decided>,
    /// What was said where it is not "the same".
    refused: bool,
}

impl Handlers {
    pub(super) fn mappings_page(
        &self,
        kind: EntityKind,
        fields: &Fields,
    ) -> Result<Response, Refusal> {
        let state = self.state()?;
        let room = if kind == EntityKind::Client { Room::Clients } else { Room::Products };
        let all = standings(&state, kind);
        let q = field(fields, "q").trim();
        let letters = q.to_lowercase();
        let chosen = Stand::ALL.iter().find(|one| one.1 == field(fields, "show"));
        let has = |one: &&Standing<'_>| {
            let pair = one.pair;
            let texts = [&pair.vendor_name, &pair.psa_name, &pair.vendor_id, &pair.psa_id];
            (letters.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(&letters)))
                && chosen.is_none_or(|chosen| chosen.0 == one.stand)
        };
        let wanted: Vec<&Standing<'_>> = all.iter().filter(has).collect();
        let from: usize = field(fields, "from").parse().unwrap_or(0);
        let from = from.min(wanted.len().saturating_sub(1)) / N_LISTED * N_LISTED;
        let path = format!("/{}", room.word());
        let link = |from: usize| {
            let show = chosen.map_or("", |chosen| chosen.1).to_owned();
            let fields = [("q", q.to_owned()), ("show", show), ("from", from.to_string())];
            address(&path, &fields)
        };
        let n_after = wanted.len().saturating_sub(from + N_LISTED);
        let mut shows = vec![("", "all", chosen.is_none())];
        shows.extend(Stand::ALL.iter().map(|one| (one.1, one.2, chosen == Some(one))));
        let counts = Stand::ALL.iter().map(|(stand, _, words)| {
            let n = all.iter().filter(|one| one.stand == *stand).count();
            format!("{} {words}", numbers::count(n))
        });
        let view = MappingsView {
            csrf: &self.guard.csrf,
            title: room.title(),
            counts: format!("{}.", counts.collect::<Vec<_>>().join(", ")),
            q,
            show: chosen.map_or("", |chosen| chosen.1),
            shows,
            rows: wanted.iter().skip(from).take(N_LISTED).map(|one| row(&state, one)).collect(),
            before: from.checked_sub(N_LISTED).map(link),
            after: (0 < n_after).then(|| link(from + N_LISTED)),
            n_after,
            path: path.clone(),
        };
        let page = self.room_page(&state, room, room.title(), rendered(&view))?;
        Ok(Html(page).into_response())
    }

    /// Says that two names are not one, whoever or whatever said that they are.
    pub(super) fn unlink(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let mut state = self.state()?;
        let asked = state.asked.clone();
        let pair = asked.suggestions.get(field(fields, "id")).map(|&at| &asked.run.suggestions[at]);
        let is_linked = |pair: &&NamePair| !pair.vendor_id.is_empty() && !pair.psa_id.is_empty();
        let pair = pair
            .filter(is_linked)
            .ok_or(ReviewError::Answer("there is no such pair of names: nothing was changed"))?;
        let (client, sku) = match pair.kind {
            EntityKind::Client => (Some(()), None),
            EntityKind::Sku => (None, Some(())),
        };
        let decision = Decision {
            subject: if client.is_some() { Subject::Client } else { Subject::Sku },
            vendor_client: client.map(|()| pair.vendor_id.clone()),
            vendor_sku: sku.map(|()| pair.vendor_id.clone()),
            psa_client: client.map(|()| pair.psa_id.clone()),
            psa_sku: sku.map(|()| pair.psa_id.clone()),
            month: None,
            verdict: Verdict::Different,
            reason: String::new(),
            until: None,
            by: state.by.clone(),
            at: Some(state.moment(Timestamp::now())),
        };
        state.append(&[decision])?;
        let room = if client.is_some() { Room::Clients } else { Room::Products };
        let back =
            [("q", field(fields, "q").to_owned()), ("show", field(fields, "show").to_owned())];
        Ok(see(address(&format!("/{}", room.word()), &back)))
    }
}

/// Every pair of a kind, and every name alone, as it stands with what was decided since the run.
pub(super) fn standings(state: &ReviewState, kind: EntityKind) -> Vec<Standing<'_>> {
    let run = &state.asked.run;
    let (vendor, psa) = state.asked.names.of_kind(kind);
    let memory = pair_memory(&state.decisions, kind, run.month.last_day(), vendor, psa);
    let own = run.suggestions.iter().filter(|pair| pair.kind == kind);
    let mut all: Vec<Standing<'_>> = own.map(|pair| standing(pair, &memory)).collect();
    all.sort_by_cached_key(|one| {
        let side = one.pair.asked_side();
        (one.pair.on(side).1.to_lowercase(), one.pair.id.clone())
    });
    all
}

fn standing<'a>(pair: &'a NamePair, memory: &PairMemory) -> Standing<'a> {
    let keys = (pair.vendor_id.clone(), pair.psa_id.clone());
    let same = memory.same.get(&keys);
    let different = memory.different.get(&keys);
    let is_alone = pair.vendor_id.is_empty() || pair.psa_id.is_empty();
    let none = memory.no_psa.get(&keys.0).or(memory.no_vendor.get(&keys.1));
    let none = none.filter(|_| is_alone);
    let said = same.or(different).or(none).cloned();
    let stand = match pair.status {
        _ if said.is_some() => Stand::Decided,
        Status::Known => Stand::Decided,
        Status::Auto => Stand::Accepted,
        Status::Review => Stand::Waiting,
        Status::Unmatched => Stand::Alone,
    };
    Standing { pair, stand, said, refused: same.is_none() && different.is_some() }
}

fn row(state: &ReviewState, one: &Standing<'_>) -> Row {
    let Standing { pair, stand, said, refused } = one;
    let side = pair.asked_side();
    let (left, right) = (pair.on(side).1, pair.on(side.other()).1);
    let right = match (right.is_empty(), *refused) {
        (true, _) => "no partner".to_owned(),
        (false, true) => format!("≠ {right}"),
        (false, false) if *stand == Stand::Waiting => format!("perhaps {right}"),
        (false, false) => format!("= {right}"),
    };
    let by = said.as_ref().map(|said| {
        let on = said.on.map_or_else(String::new, |on| format!(" on {on}"));
        if said.by.is_empty() { on } else { format!(" by {}{on}", said.by) }
    });
    let sure = match stand {
        Stand::Accepted | Stand::Waiting => {
            format!(", {} sure", numbers::percent(pair.probability))
        }
        Stand::Decided | Stand::Alone => String::new(),
    };
    let is_pair = !pair.vendor_id.is_empty() && !pair.psa_id.is_empty();
    // Who judges an accepted name blind is told nothing here.
    let is_hidden = pair.is_checked && said.is_none();
    let href = match state.asked.by_id.get(&pair.id) {
        Some(_) if said.is_none() => item_address(Queue::Names, &Filter::default(), &pair.id),
        _ => String::new(),
    };
    let client = match (pair.kind, right.is_empty()) {
        (EntityKind::Client, _) => client_address(pair),
        (EntityKind::Sku, _) => String::new(),
    };
    Row {
        id: pair.id.clone(),
        left: left.to_owned(),
        right,
        how: format!(
            "{}{}{}",
            stand.word(),
            by.unwrap_or_default(),
            if is_hidden { "" } else { &sure }
        ),
        why: if said.is_some() || is_hidden { String::new() } else { pair.why.clone() },
        client,
        href,
        unlinks: is_pair && !refused && matches!(stand, Stand::Decided | Stand::Accepted),
    }
}

/// Where the page of a pair's client is: by the name its lines are told under.
fn client_address(pair: &NamePair) -> String {
    let accepted = pair.status.is_accepted() && !pair.psa_name.is_empty();
    let name = match (accepted, pair.vendor_name.is_empty()) {
        (true, _) | (false, true) => &pair.psa_name,
        (false, false) => &pair.vendor_name,
    };
    address("/client", &[("name", name.clone())])
}

/// Names of a kind, by the letters they have: for the search over everything.
pub(super) fn named<'a>(
    state: &'a ReviewState,
    kind: EntityKind,
    letters: &str,
) -> BTreeMap<&'a str, &'a NamePair> {
    let has = |text: &str| text.to_lowercase().contains(letters);
    let own = state.asked.run.suggestions.iter().filter(|pair| pair.kind == kind);
    let names = own.flat_map(|pair| {
        [pair.vendor_name.as_str(), pair.psa_name.as_str()].map(|name| (name, pair))
    });
    names.filter(|(name, _)| !name.is_empty() && has(name)).collect()
}
