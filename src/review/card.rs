//! One thing to decide, with everything behind it, as a person sees it.

use askama::Template;

use super::decided_items::ItemAnswer;
use super::name_diff::Word;

/// A card.
#[derive(Template, Default)]
#[template(
    ext = "html",
    source = r##"<article class="card" id="card" aria-labelledby="what">
<p class="kind">{{ kind }}</p>
<h1 id="what" tabindex="-1">{{ title }}</h1>
{% if !subtitle.is_empty() %}<p class="subtitle">{{ subtitle }}</p>{% endif %}
{% if let Some(answer) = answer %}<p class="answered"><b>Decided: {{ answer.words }}</b>{% if !answer.by.is_empty() %} · {{ answer.by }}{% endif %}</p>{% endif %}
{% if !candidates.is_empty() %}<h2>{% if candidates.len() == 1 %}The candidate{% else %}Candidates{% endif %}</h2>
<ol class="candidates">{% for one in candidates %}<li><a href="{{ one.href }}" data-key="{{ loop.index }}"{% if one.is_current %} aria-current="true"{% endif %}><span class="number" aria-hidden="true">{{ loop.index }}</span><span class="name">{{ one.name }}{% if one.is_refused %} <small>you said no</small>{% endif %}</span>{% if !one.percent.is_empty() %}<span class="percent">{{ one.percent }}</span>{% endif %}</a></li>{% endfor %}</ol>{% endif %}
{% if let Some(pair) = pair %}<div class="pair">{% for side in pair %}<div><p class="label">{{ side.label }}</p><p class="written">{% for word in side.words %}{% if word.differs %}<mark>{{ word.text }}</mark>{% else %}{{ word.text }}{% endif %} {% endfor %}</p>{% if !side.note.is_empty() %}<p class="note">{{ side.note }}</p>{% endif %}</div>{% endfor %}</div>{% endif %}
{% if !why.is_empty() %}<p class="why">{{ why }}</p>{% endif %}
{% if !facts.is_empty() %}<dl class="facts">{% for (label, value) in facts %}<div><dt>{{ label }}</dt><dd>{{ value }}</dd></div>{% endfor %}</dl>{% endif %}
{% if !problem.is_empty() %}<p class="problem" role="alert">{{ problem }}</p>{% endif %}
<form class="answer" method="post" action="/decide">
<button class="unseen" name="verdict" value="{{ chosen }}" tabindex="-1" aria-hidden="true" data-chosen>Answer as chosen</button>
<input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="id" value="{{ id }}"><input type="hidden" name="candidate" value="{{ candidate }}"><input type="hidden" name="stands" value="{{ stands }}"><input type="hidden" name="queue" value="{{ queue }}">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
<div class="buttons">{% for action in actions %}<button name="verdict" value="{{ action.verdict }}" data-key="{{ action.key }}"{% if loop.first %} class="main"{% endif %}{% if action.needs_reason %} data-needs="reason"{% endif %}{% if action.verdict == chosen %} aria-pressed="true"{% endif %}>{{ action.label }} <kbd>{{ action.key }}</kbd></button>{% endfor %}{% if let Some(one) = instead %}<a class="button" href="{{ one.href }}" data-key="{{ one.key }}">{{ one.label }} <kbd>{{ one.key }}</kbd></a>{% endif %}</div>
<details class="words"{% if asks_words %} open{% endif %}><summary>Reason and last day</summary><div class="fields"><label>Reason <input name="reason" value="{{ reason }}" maxlength="500" autocomplete="off" data-key="r"></label><label>Holds until <input name="until" value="{{ until }}" type="date" data-key="d"></label></div><p class="note" role="status" data-told></p></details>
</form>
{% if let Some(sought) = sought %}<form class="search" method="get" action="/{{ queue }}" role="search"><input type="hidden" name="at" value="{{ id }}"><input type="hidden" name="stands" value="{{ stands }}">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
<label>Another partner <kbd>/</kbd> <input name="q" type="search" value="{{ sought }}" autocomplete="off" data-key="/" data-partners="/partners" data-id="{{ id }}" aria-describedby="found-words"></label><button class="quiet">Search</button></form>
<div id="found">{{ found|safe }}</div>{% endif %}
{% if !chart.is_empty() %}<figure>{{ chart|safe }}<figcaption>{{ chart_words }}</figcaption></figure>{% endif %}
{% if !waterfall.is_empty() %}<h2>What speaks for and against</h2><figure class="wide">{{ waterfall|safe }}<figcaption>Steps from the prior to the score, in log-odds.</figcaption></figure>{% endif %}
{% if !evidence.is_empty() %}<details><summary>The numbers behind it</summary><dl class="evidence">{% for (label, value) in evidence %}<div><dt>{{ label }}</dt><dd>{{ value }}</dd></div>{% endfor %}</dl></details>{% endif %}
{% if !others.is_empty() %}<h2>{% if others_title.is_empty() %}The client’s other lines{% else %}{{ others_title }}{% endif %}</h2><ul class="others">{% for one in others %}<li><a href="{{ one.href }}"><span>{{ one.title }}</span><span class="n">{{ one.money }}</span></a></li>{% endfor %}</ul>{% endif %}
{% if !rows.is_empty() %}<h2>Source rows</h2><div class="sides">{% for side in rows %}<div class="scroll" role="group" aria-label="{{ side.title }}" tabindex="0"><table><caption>{{ side.title }}</caption><thead><tr><th scope="col">Row</th><th scope="col">{{ side.head }}</th><th scope="col" class="n">Units</th><th scope="col" class="n">Amount</th></tr></thead><tbody>{% for row in side.rows %}<tr><td class="place">{{ row.place }}</td><td>{{ row.what }}<small>{{ row.note }}</small></td><td class="n">{{ row.quantity }}</td><td class="n">{{ row.amount }}</td></tr>{% endfor %}</tbody></table>{% if side.n_more > 0 %}<p class="note">and {{ side.n_more }} more</p>{% endif %}</div>{% endfor %}</div>{% endif %}
<h2>Decided before</h2>{% if earlier.is_empty() %}<p class="note">Nothing about this yet.</p>{% else %}<form method="post" action="/take-back"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="id" value="{{ id }}"><input type="hidden" name="queue" value="{{ queue }}">{% for (name, value) in filter %}<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}<ul class="earlier">{% for one in earlier %}<li><span><b>{{ one.words }}</b> {{ one.what }}<small>{{ one.by }}</small></span><button class="quiet" name="decision" value="{{ one.mark }}"{% if loop.first %} data-key="e" data-focus{% endif %}>Take back<span class="unseen"> {{ one.words }}, {{ one.what }}{% if !one.by.is_empty() %}, {{ one.by }}{% endif %}</span>{% if loop.first %} <kbd>e</kbd>{% endif %}</button></li>{% endfor %}</ul></form>{% endif %}
<p class="note"><code>{{ id }}</code></p>
</article>"##
)]
pub(super) struct Card {
    pub(super) id: String,
    pub(super) queue: &'static str,
    pub(super) csrf: String,
    pub(super) filter: Vec<(&'static str, String)>,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) answer: Option<ItemAnswer>,
    /// What tells what stands of it now from what stands later.
    pub(super) stands: String,
    /// What is wrong with an answer that was given.
    pub(super) problem: String,
    /// The verdict that was chosen and lacks something, and what was typed with it.
    pub(super) chosen: &'static str,
    pub(super) reason: String,
    pub(super) until: String,
    pub(super) candidates: Vec<CandidateView>,
    /// The suggestion that an answer is about; empty where there is none.
    pub(super) candidate: String,
    pub(super) pair: Option<[SideView; 2]>,
    pub(super) facts: Vec<(String, String)>,
    pub(super) why: String,
    pub(super) actions: Vec<Action>,
    /// Where to go instead of answering.
    pub(super) instead: Option<Instead>,
    /// Whether reason and last day stand open.
    pub(super) asks_words: bool,
    /// What was typed to look for another partner; `None` where there is none to look for.
    pub(super) sought: Option<String>,
    pub(super) found: String,
    pub(super) chart: String,
    pub(super) chart_words: String,
    pub(super) waterfall: String,
    pub(super) evidence: Vec<(String, String)>,
    pub(super) others: Vec<OtherLine>,
    /// What they are, where they are not the client's other lines.
    pub(super) others_title: &'static str,
    pub(super) rows: Vec<RowsView>,
    pub(super) earlier: Vec<Earlier>,
}

/// A candidate in the list above the pair.
pub(super) struct CandidateView {
    pub(super) href: String,
    pub(super) name: String,
    pub(super) percent: String,
    pub(super) is_current: bool,
    pub(super) is_refused: bool,
}

/// One side of a pair of names.
pub(super) struct SideView {
    pub(super) label: &'static str,
    pub(super) words: Vec<Word>,
    pub(super) note: String,
}

/// A button.
pub(super) struct Action {
    pub(super) verdict: &'static str,
    pub(super) label: &'static str,
    pub(super) key: &'static str,
    pub(super) needs_reason: bool,
}

/// A way to another page, by key.
pub(super) struct Instead {
    pub(super) href: String,
    pub(super) label: &'static str,
    pub(super) key: &'static str,
}

/// Another finding or flag of the same client.
pub(super) struct OtherLine {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) money: String,
}

/// The source rows of one side.
pub(super) struct RowsView {
    pub(super) title: String,
    /// What the second column holds.
    pub(super) head: &'static str,
    pub(super) rows: Vec<RowView>,
    pub(super) n_more: usize,
}

/// One source row.
pub(super) struct RowView {
    pub(super) place: String,
    pub(super) what: String,
    pub(super) note: String,
    pub(super) quantity: String,
    pub(super) amount: String,
}

/// An earlier decision.
pub(super) struct Earlier {
    /// What tells it from every other.
    pub(super) mark: String,
    pub(super) words: String,
    pub(super) what: String,
    pub(super) by: String,
}
