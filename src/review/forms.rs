//! The pages beside the queues: names found, many answers at once, retraining.

use askama::Template;

/// Names found for another partner.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<p id="found-words" class="note" role="status">{{ words }}</p>{% if !found.is_empty() %}<form method="post" action="/decide"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="id" value="{{ id }}"><input type="hidden" name="stands" value="{{ stands }}"><input type="hidden" name="queue" value="names"><input type="hidden" name="verdict" value="same">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}<ul class="found">{% for one in found %}<li><button name="partner" value="{{ one.key }}">{{ one.name }}{% if one.key != one.name %} <small>{{ one.key }}</small>{% endif %}</button></li>{% endfor %}</ul></form>{% endif %}"##
)]
pub(super) struct FoundView<'a> {
    pub(super) words: String,
    pub(super) csrf: &'a str,
    pub(super) id: &'a str,
    /// What stood when the card was drawn.
    pub(super) stands: &'a str,
    pub(super) filter: Vec<(&'static str, String)>,
    pub(super) found: Vec<super::partner_search::Found>,
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
<form method="post" action="/bulk" class="answer"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="at_least" value="{{ at_least }}"><input type="hidden" name="count" value="{{ count }}"><input type="hidden" name="pairs" value="{{ mark }}">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}<button class="main" data-key="a">Accept {{ total }} <kbd>a</kbd></button></form>{% endif %}
<p><a href="{{ back }}">Back</a></p></article></main>"##
)]
pub(super) struct BulkView<'a> {
    pub(super) csrf: &'a str,
    pub(super) filter: Vec<(&'static str, String)>,
    pub(super) at_least: String,
    pub(super) problem: &'static str,
    pub(super) count: usize,
    /// What tells these pairs from others.
    pub(super) mark: String,
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

/// Learning from what was decided, and scoring the month again.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow"><article class="card" id="card"><h1 id="what" tabindex="-1">Retrain</h1>
<p class="why">{{ unlearned }} Retraining also scores the month again from its stored exports: what your answers settle leaves the queues, answers about lines too.</p>
{% if let Some(running) = running %}<ol class="stages">{% for (title, is_current) in running.stages %}<li{% if is_current %} aria-current="step"{% endif %}>{{ title }}</li>{% endfor %}</ol><p role="status">{% for (title, is_current) in running.stages %}{% if is_current %}{{ title }}{% endif %}{% endfor %}{% if !running.doing.is_empty() %}: {{ running.doing }}{% endif %} … {{ running.elapsed }} so far</p><progress aria-label="Retraining"></progress><p class="note">You may go on deciding: no answer is lost.</p>
{% else %}<form method="post" action="/retrain" class="answer"><input type="hidden" name="csrf" value="{{ csrf }}"><button class="{% if is_worth_it %}main{% else %}quiet{% endif %}" data-key="t">Retrain and score again <kbd>t</kbd></button></form>{% endif %}
{% if !failed.is_empty() %}<p class="problem" role="alert">{{ failed }}</p>{% endif %}
{% if !left.is_empty() %}<h2>Left to decide</h2><dl class="facts">{% for (queue, words) in left %}<div><dt>{{ queue }}</dt><dd>{{ words }}</dd></div>{% endfor %}</dl>{% endif %}
{% if !said.is_empty() %}<h2>What was learned</h2>{% if !taught.is_empty() %}<ul>{% for one in taught %}<li>{{ one }}</li>{% endfor %}</ul>{% endif %}<pre tabindex="0">{{ said }}</pre>{% endif %}
<p><a href="/">Back to the review</a></p></article></main>"##
)]
pub(super) struct RetrainView<'a> {
    pub(super) csrf: &'a str,
    pub(super) unlearned: String,
    pub(super) is_worth_it: bool,
    pub(super) running: Option<RunningView>,
    pub(super) failed: String,
    /// Queues, and what is left of them.
    pub(super) left: Vec<(&'static str, String)>,
    /// What the answers taught, in sentences.
    pub(super) taught: Vec<String>,
    pub(super) said: String,
}

/// How far a retrain is.
pub(super) struct RunningView {
    /// Its stages, and which of them it is at.
    pub(super) stages: Vec<(&'static str, bool)>,
    pub(super) doing: String,
    pub(super) elapsed: String,
}
