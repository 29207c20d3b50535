//! Numbers → pictures as SVG: the months of a line, what makes a score, how honest probabilities are,
//! what a sum of money is made of.
//!
//! Every chart says in words what it shows, in its title and description. Colours are variables of
//! [`STYLE`], told apart by lightness as well as by hue, and never the only sign: steps carry a sign,
//! gaps are hollow, a second line is dashed. Texts are escaped by the template engine.

mod months;
mod money;
mod reliability;
mod waterfall;

pub use money::{MoneyPart, money_bar};
pub use months::{Band, MonthsChart, months_chart};
pub use reliability::{ReliabilityPoint, reliability_diagram};
pub use waterfall::{Step, waterfall};

/// The style sheet of every chart; a page puts it beside its own. It reads the page's `--ink`, `--soft`,
/// `--faint`, `--rule`, `--paper` and `--accent`.
pub const STYLE: &str = include_str!("charts.css");

/// A place on the paper, to a tenth of a unit.
fn at(value: f64) -> String {
    format!("{value:.1}")
}

/// A number for a person: at most `places` decimal places and no superfluous zeros.
fn short(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{value:.places$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

fn rendered(template: &impl askama::Template) -> String {
    template.render().expect("a template of texts renders into memory")
}
