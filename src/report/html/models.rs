//! How good the models are: what they learned from, and how honest their probabilities were.

use askama::Template;

use super::rendered;
use crate::charts::{ReliabilityPoint, reliability_diagram};
use seatdrift_core::run::{CheckedPairs, MeasuredNames, Run, numbers};

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"{% if models.is_empty() %}<p class="empty">No model spoke in this run.</p>
{% else %}<p class="lead">Models propose; what a person decided always comes first. In each picture, what a model called likely stands against how often it was so: on the dashed line the two are the same, and a larger circle is more pairs.</p>
<div class="models">{% for model in models %}<article><h3>{{ model.name }}</h3>
<p>{{ model.quality }}</p>{% if let Some(checked) = model.checked %}
<p>{{ checked }}</p>{% endif %}{% if let Some(measured) = model.measured %}
<p>{{ measured.words }}</p>
<figure>{{ measured.diagram|safe }}</figure>{% endif %}
<p class="src">{{ model.file }}</p></article>
{% endfor %}</div>{% endif %}"##
)]
struct Section {
    models: Vec<ModelView>,
}

struct ModelView {
    name: String,
    quality: String,
    file: String,
    /// How what it accepted came out where people checked it.
    checked: Option<String>,
    measured: Option<MeasuredView>,
}

struct MeasuredView {
    words: String,
    diagram: String,
}

/// The models that spoke, and how good they were.
pub(super) fn section(run: &Run) -> String {
    let models = run.models.iter().map(|model| ModelView {
        name: model.name.clone(),
        quality: format!("It {}.", model.quality),
        file: match model.file.as_str() {
            "shipped" => "The model that ships with the program.".to_owned(),
            file => file.to_owned(),
        },
        checked: model.checked.as_ref().map(checked),
        measured: model.measured.as_ref().map(|measured| MeasuredView {
            words: words(measured),
            diagram: diagram(&model.name, measured),
        }),
    });
    rendered(&Section { models: models.collect() })
}

pub(super) fn checked(found: &CheckedPairs) -> String {
    let CheckedPairs { right, n, interval: (low, high), asked_for } = found;
    let pairs = numbers::counted(*n, "pair", "pairs");
    format!(
        "Of what it accepted, people checked {pairs} without a hint: {} {} right (with 95% confidence {} to {} \
         are, where {} is asked for).",
        numbers::count(*right),
        if *right == 1 { "was" } else { "were" },
        numbers::percent(*low),
        numbers::percent(*high),
        numbers::percent(*asked_for),
    )
}

fn words(measured: &MeasuredNames) -> String {
    let MeasuredNames { n, n_accepted, precision, precision_interval: (low, high), .. } = measured;
    let pairs = numbers::counted(*n, "pair", "pairs");
    let found = numbers::percent(measured.recall);
    let off = format!("{:.1} points", 100.0 * measured.ece);
    if *n_accepted == 0 {
        return format!(
            "On {pairs} it had not seen it would have accepted none by itself. Its probabilities were \
             off by {off} on average."
        );
    }
    format!(
        "On {pairs} it had not seen it would have accepted {} by itself: {} of them were right (with \
         95% confidence {} to {}), and {found} of the true pairs were among them. Its probabilities \
         were off by {off} on average.",
        numbers::count(*n_accepted),
        numbers::percent(*precision),
        numbers::percent(*low),
        numbers::percent(*high),
    )
}

fn diagram(name: &str, measured: &MeasuredNames) -> String {
    let bins: Vec<ReliabilityPoint> = measured
        .tenths
        .iter()
        .map(|tenth| ReliabilityPoint {
            predicted: tenth.said,
            observed: tenth.was_true,
            n: tenth.n,
        })
        .collect();
    reliability_diagram(&format!("How honest the probabilities of {name} are"), &bins)
}
