//! The pages beside the queues: names found, many answers at once, retraining.

use askama::Template;

/// Names found for another partner.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<p id="found-words" class="note" role="status">{{ words }}</p>{% if !found.is_empty() %}<form method="post" action="/decide"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="id" value="{{ id }}"><input type="hidden" name="queue" value="names"><input type="hidden" name="verdict" value="same">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}<ul class="found">{% for one in found %}<li><button name="partner" value="{{ one.key }}">{{ one.name }}{% if one.key != one.name %} <small>{{ one.key }}</small>{% endif %}</button></li>{% endfor %}</ul></form>{% endif %}"##
)]
pub(super) struct FoundView<'a> {
    pub(super) words: String,
    pub(super) csrf: &'a str,
    pub(super) id: &'a str,
    pub(super) filter: Vec<(&'static str, String)>,
    pub(super) found: Vec<super::partners::Found>,
}

/// What would be accepted at once.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card" id="card"><h1 id="what" tabindex="-1">Accept many at once</h1>
<p class="why">Every waiting name whose best candidate is at least this likely is decided as the same. It can be taken back in one step.</p>
<form method="get" action="/bulk" class="threshold">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}<label>At least <input name="at_least" value="{{ at_least }}" inputmode="decimal" autocomplete="off"></label> <button class="quiet">Look</button></form>
{% if !problem.is_empty() %}<p class="problem" role="alert">{{ problem }}</p>{% endif %}
{% if pairs.is_empty() %}<p class="note">No waiting name is so likely.</p>
{% else %}<div class="scroll" role="group" aria-label="What would be accepted" tabindex="0"><table><caption>{{ total }} would be accepted</caption><thead><tr><th scope="col">Vendor</th><th scope="col">PSA</th><th scope="col" class="n">Likely</th><th scope="col" class="n">A month</th></tr></thead><tbody>{% for pair in pairs %}<tr><td>{{ pair.vendor }}</td><td>{{ pair.psa }}</td><td class="n">{{ pair.percent }}</td><td class="n">{{ pair.money }}</td></tr>{% endfor %}</tbody></table></div>{% if n_more > 0 %}<p class="note">and {{ n_more }} more</p>{% endif %}
<form method="post" action="/bulk" class="answer"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="at_least" value="{{ at_least }}"><input type="hidden" name="count" value="{{ count }}">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}<button class="main" data-key="a">Accept {{ total }} <kbd>a</kbd></button></form>{% endif %}
<p><a href="{{ back }}">Back</a></p></article></main>"##
)]
pub(super) struct BulkView<'a> {
    pub(super) csrf: &'a str,
    pub(super) filter: Vec<(&'static str, String)>,
    pub(super) at_least: String,
    pub(super) problem: &'static str,
    pub(super) count: usize,
    pub(super) total: String,
    pub(super) pairs: Vec<BulkPair>,
    pub(super) n_more: usize,
    pub(super) back: String,
}

/// A pair in that list.
pub(super) struct BulkPair {
    pub(super) vendor: String,
    pub(super) psa: String,
    pub(super) percent: String,
    pub(super) money: String,
}

/// Learning from what was decided.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card" id="card"><h1 id="what" tabindex="-1">Retrain</h1>
<p class="why">{{ unlearned }} Answers about lines need no retraining: they count when the month is scored again.</p>
{% if is_running %}<p role="status">Learning, {{ elapsed }} so far …</p><progress aria-label="Learning"></progress>
{% else %}<form method="post" action="/retrain" class="answer"><input type="hidden" name="csrf" value="{{ csrf }}"><button class="{% if is_worth_it %}main{% else %}quiet{% endif %}" data-key="t">Retrain now <kbd>t</kbd></button></form>{% endif %}
{% if !failed.is_empty() %}<p class="problem" role="alert">It could not be done: {{ failed }}. The models in use stay.</p>{% endif %}
{% if !said.is_empty() %}<h2>What came of it</h2><pre tabindex="0">{{ said }}</pre><p class="note">A new model speaks when a month is scored: <code>seatdrift score</code>.</p>{% endif %}
<p><a href="/">Back to the review</a></p></article></main>"##
)]
pub(super) struct RetrainView<'a> {
    pub(super) csrf: &'a str,
    pub(super) unlearned: String,
    pub(super) is_worth_it: bool,
    pub(super) is_running: bool,
    pub(super) elapsed: String,
    pub(super) failed: String,
    pub(super) said: String,
}
