//! Lists a reader can sort without a script: every entry carries its place in each order, and the
//! style sheet follows the order that is chosen.

use std::fmt::Write;

/// One order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    /// The most money first.
    Money,
    /// By the client's name.
    Client,
    /// By what kind of entry it is.
    Kind,
}

impl Order {
    fn word(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Client => "client",
            Self::Kind => "kind",
        }
    }
}

/// The buttons that choose an order; `list` names the list, `weight` what it is sorted by as it stands.
pub(super) fn buttons(list: &str, weight: &str, orders: &[Order]) -> String {
    let mut html = format!(
        r#"<fieldset class="sort"><legend>Sort by</legend><label><input type="radio" name="sort-{list}" checked>{weight}</label>"#
    );
    for order in orders {
        let word = order.word();
        // Writing to a string does not fail.
        let _ = write!(
            html,
            r#"<label><input type="radio" name="sort-{list}" class="by-{word}">{word}</label>"#
        );
    }
    html.push_str("</fieldset>");
    html
}

/// An entry's places as declarations for its `style`.
pub(super) fn places(places: &[(Order, usize)]) -> String {
    places.iter().map(|(order, place)| format!("--{}:{place};", order.word())).collect()
}

/// The place of every entry when they are sorted by a key; equals share one.
pub(super) fn ranks<T, K: Ord>(entries: &[T], key: impl Fn(&T) -> K) -> Vec<usize> {
    let keys: Vec<K> = entries.iter().map(key).collect();
    let mut sorted: Vec<&K> = keys.iter().collect();
    sorted.sort();
    keys.iter().map(|key| sorted.partition_point(|other| *other < key)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equals_share_a_place_and_stay_in_their_order() {
        assert_eq!(ranks(&["b", "a", "b", "c"], |name| *name), [1, 0, 1, 3]);
        assert_eq!(places(&[(Order::Client, 3), (Order::Money, 0)]), "--client:3;--money:0;");
    }
}
