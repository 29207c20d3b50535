//! What a sum of money is made of: one bar, each part as long as its share.

use askama::Template;

use super::{at, rendered};

/// Width of the bar in its own units.
const WIDTH: f64 = 1000.0;

/// One part of a sum.
#[derive(Debug, Clone, PartialEq)]
pub struct MoneyPart {
    /// What it is, with its money in words.
    pub words: String,
    /// Its share of the sum, `0.0..=1.0`.
    pub share: f64,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<svg class="bar" viewBox="0 0 1000 12" preserveAspectRatio="none" role="img"><title>{{ title }}</title><desc>{{ words }}</desc>{% for (x, width) in rects %}<rect class="s{{ loop.index0 }}" x="{{ x }}" y="0" width="{{ width }}" height="12"/>{% endfor %}</svg>"##
)]
struct Drawn<'a> {
    title: &'a str,
    words: String,
    rects: Vec<(String, String)>,
}

/// The parts side by side, in the order given; classes `s0`, `s1`, … colour them and their legend.
pub fn money_bar(title: &str, parts: &[MoneyPart]) -> String {
    let mut x = 0.0;
    let rects = parts.iter().map(|part| {
        let width = part.share.clamp(0.0, 1.0) * WIDTH;
        let start = x;
        x += width;
        // A gap of two units sets the parts apart without an outline.
        (at(start), at((width - 2.0).max(0.5)))
    });
    let rects = rects.collect();
    let words: Vec<&str> = parts.iter().map(|part| part.words.as_str()).collect();
    rendered(&Drawn { title, words: words.join(", "), rects })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_side_by_side() {
        let part = |words: &str, share| MoneyPart { words: words.to_owned(), share };
        let parts = [part("Not billed $60.00", 0.6), part("Under-billed $40.00", 0.4)];
        insta::assert_snapshot!(money_bar("Money at stake", &parts));
    }
}
