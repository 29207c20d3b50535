//! Prorations, credits and changes, recomputed; and files that do not add up to what they state.

use askama::Template;

use super::super::sentences::{explained_sentence, file_sentences};
use super::rendered;
use seatdrift_core::reconcile::SettlementVerdict::{self, Agrees, Differs, NotRecomputed};
use seatdrift_core::run::{ExplainedLine, Run, numbers};

/// How many rows a table of this page shows; the rest is counted.
const N_SHOWN: usize = 100;

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% if let Some(sentence) = sentence %}<p class="lead">{{ sentence }} What agrees is no difference between bought and billed.</p>
{% for table in tables %}{% if !table.lines.is_empty() %}<h3 class="minor">{{ table.title }}: {{ table.n_lines }}</h3>
<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">Client</th><th scope="col">SKU</th><th scope="col">How</th><th scope="col" class="n">Charged</th><th scope="col" class="n">Recomputed</th><th scope="col">ID</th></tr></thead>
<tbody>{% for line in table.lines %}<tr><td>{{ line.client }}</td><td>{{ line.sku }}</td><td>{{ line.why }}</td><td class="n">{{ numbers::money(*line.charged, *line.currency) }}</td><td class="n">{% if let Some(due) = line.recomputed %}{{ numbers::money(**due, *line.currency) }}{% else %}–{% endif %}</td><td><code>{{ line.id }}</code></td></tr>
{% endfor %}</tbody></table></div>{% if table.more > 0 %}<p class="empty">and {{ table.more }} more in explained.csv</p>{% endif %}{% endif %}{% endfor %}
{% else %}<p class="empty">No proration, credit or change this month.</p>{% endif %}
{% for gap in gaps %}<p class="lead">{{ gap }}</p>{% endfor %}"##
)]
struct Section<'run> {
    sentence: Option<String>,
    tables: [Table<'run>; 3],
    gaps: Vec<String>,
}

struct Table<'run> {
    title: &'static str,
    lines: Vec<&'run ExplainedLine>,
    n_lines: String,
    more: usize,
}

/// What the folded part says of itself.
pub(super) fn words(run: &Run) -> String {
    let n_differ = run.explained.iter().filter(|line| line.verdict == Differs).count();
    match n_differ {
        0 => numbers::counted(run.explained.len(), "agrees", "agree or are unknown"),
        n => format!("{} otherwise than due", numbers::counted(n, "is", "are")),
    }
}

/// What differs first, then what cannot be recomputed, then what agrees.
pub(super) fn section(run: &Run) -> String {
    let table = |title, verdict: SettlementVerdict| {
        let all = || run.explained.iter().filter(|line| line.verdict == verdict);
        let n_lines = all().count();
        Table {
            title,
            lines: all().take(N_SHOWN).collect(),
            n_lines: numbers::count(n_lines),
            more: n_lines.saturating_sub(N_SHOWN),
        }
    };
    rendered(&Section {
        sentence: explained_sentence(run),
        tables: [
            table("Charged otherwise", Differs),
            table("Nothing to compute from", NotRecomputed),
            table("Agree within a cent", Agrees),
        ],
        gaps: file_sentences(run),
    })
}
