//! What of a queue a person wants to see, and the address that says so.

use rust_decimal::Decimal;

use super::decision_from_form::{Fields, field};
use super::queue::{Item, Queue};
use super::state::ReviewState;

/// Which items by their answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Show {
    /// Those nobody has decided.
    #[default]
    Waiting,
    /// Those somebody has.
    Decided,
    /// Those nobody is asked about: names the run found no partner for, lines of a product that is asked
    /// about once.
    Alone,
}

/// Whether a person sees what the program thinks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Sight {
    /// Everything.
    #[default]
    Open,
    /// No score, no reason, no order of candidates: labels nobody has coloured.
    Blind,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Order {
    /// The program's: what teaches most, what is worth most times how sure.
    #[default]
    Given,
    /// The most money first.
    Money,
}

/// What a person wants to see.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Filter {
    pub(super) client: String,
    pub(super) kind: String,
    pub(super) vendor: String,
    pub(super) min: Option<Decimal>,
    pub(super) show: Show,
    pub(super) sight: Sight,
    pub(super) order: Order,
}

impl Filter {
    pub(super) fn of(fields: &Fields) -> Self {
        let text = |name| field(fields, name).to_owned();
        Self {
            client: text("client"),
            kind: text("kind"),
            vendor: text("vendor"),
            min: field(fields, "min").parse().ok(),
            show: match field(fields, "show") {
                "decided" => Show::Decided,
                "alone" => Show::Alone,
                _ => Show::Waiting,
            },
            sight: if field(fields, "blind") == "1" { Sight::Blind } else { Sight::Open },
            order: if field(fields, "order") == "money" { Order::Money } else { Order::Given },
        }
    }

    /// The fields that say the same, those with nothing to say left out.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let show = match self.show {
            Show::Waiting => "",
            Show::Decided => "decided",
            Show::Alone => "alone",
        };
        let fields = [
            ("client", self.client.clone()),
            ("kind", self.kind.clone()),
            ("vendor", self.vendor.clone()),
            ("min", self.min.map(|min| min.to_string()).unwrap_or_default()),
            ("show", show.to_owned()),
            ("order", if self.order == Order::Money { "money" } else { "" }.to_owned()),
            ("blind", if self.sight == Sight::Blind { "1" } else { "" }.to_owned()),
        ];
        fields.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Whether it leaves anything out of the queue.
    pub(super) fn narrows(&self) -> bool {
        let Self { client, kind, vendor, min, .. } = self;
        !client.is_empty() || !kind.is_empty() || !vendor.is_empty() || min.is_some()
    }

    fn takes(&self, item: &Item) -> bool {
        let has = |text: &str, part: &str| text.to_lowercase().contains(&part.to_lowercase());
        (self.client.is_empty() || has(&item.client, &self.client))
            && (self.kind.is_empty() || item.kind == self.kind)
            && (self.vendor.is_empty() || item.vendor == self.vendor)
            && self.min.is_none_or(|min| min <= item.money)
    }

    /// The positions of a queue's items that are wanted, in the order wanted.
    pub(super) fn wanted(&self, state: &ReviewState, queue: Queue) -> Vec<usize> {
        let items = &state.asked.items;
        let is_shown = |idx: usize| {
            let is_decided = state.standing.answers[idx].is_some();
            match self.show {
                Show::Waiting => items[idx].is_asked() && !is_decided,
                Show::Decided => is_decided,
                Show::Alone => !items[idx].is_asked() && !is_decided,
            }
        };
        let of_queue = (0..items.len()).filter(|&idx| items[idx].queue == queue);
        let mut wanted: Vec<usize> =
            of_queue.filter(|&idx| is_shown(idx) && self.takes(&items[idx])).collect();
        if self.order == Order::Money {
            wanted.sort_by_key(|&idx| std::cmp::Reverse(items[idx].money));
        }
        wanted
    }
}

/// An address with its query.
pub(super) fn address(path: &str, fields: &[(&str, String)]) -> String {
    let mut text = path.to_owned();
    for (idx, (name, value)) in fields.iter().enumerate() {
        text.push(if idx == 0 { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        encode(value, &mut text);
    }
    text
}

/// The address of an item in its queue as filtered.
pub(super) fn item_address(queue: Queue, filter: &Filter, id: &str) -> String {
    let mut fields = vec![("at", id.to_owned())];
    fields.extend(filter.fields());
    address(&format!("/{}", queue.word()), &fields)
}

fn encode(value: &str, text: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_any_text_and_no_markup() {
        let filter = Filter {
            client: "<b>\"Müller\" & Söhne".to_owned(),
            sight: Sight::Blind,
            ..Filter::default()
        };
        assert_eq!(
            item_address(Queue::Names, &filter, "s-1"),
            "/names?at=s-1&client=%3Cb%3E%22M%C3%BCller%22%20%26%20S%C3%B6hne&blind=1"
        );
    }
}
