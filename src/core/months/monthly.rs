//! Lines of many months in little memory: every name and key is held once.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;
use rust_decimal::prelude::ToPrimitive;
use rustc_hash::FxBuildHasher;

use crate::domain::{Currency, ExportRow, LineKind, Month, Side};

/// One line of one month, as floats, for models. Exact sums are [`crate::domain::lines_of`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MonthlyLine<'a> {
    /// The month.
    pub month: Month,
    /// Which books.
    pub side: Side,
    /// The client's key.
    pub client: &'a str,
    /// The client's name in that month.
    pub client_name: &'a str,
    /// The SKU's key.
    pub sku: &'a str,
    /// The SKU's name in that month.
    pub sku_name: &'a str,
    /// Units of the full period, in force on the month's last day.
    pub quantity: f64,
    /// One unit for one month, weighted by quantity; `None` where no row has a price, or where rows have
    /// prices in several currencies: two currencies have no mean.
    pub unit: Option<f64>,
    /// The currency of the unit; `None` where it has several.
    pub currency: Option<Currency>,
}

/// Lines of months, ordered by month, side, client and SKU, each once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MonthlyLines {
    /// Every text once, in the order of the alphabet, so that positions compare as the texts do.
    texts: Vec<Box<str>>,
    entries: Vec<Entry>,
}

/// A line, its texts as positions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    pub month: Month,
    pub side: Side,
    pub client: u32,
    pub sku: u32,
    pub client_name: u32,
    pub sku_name: u32,
    pub quantity: f64,
    pub unit: Option<f64>,
    pub currency: Option<Currency>,
}

impl Entry {
    /// What makes two entries one line.
    fn key(&self) -> (Month, Side, u32, u32) {
        (self.month, self.side, self.client, self.sku)
    }

    fn texts_mut(&mut self) -> [&mut u32; 4] {
        [&mut self.client, &mut self.client_name, &mut self.sku, &mut self.sku_name]
    }
}

/// Texts in the order they were met, each once.
#[derive(Default)]
struct Texts<'a> {
    all: Vec<&'a str>,
    positions: HashMap<&'a str, u32, FxBuildHasher>,
}

impl<'a> Texts<'a> {
    fn position(&mut self, text: &'a str) -> u32 {
        *self.positions.entry(text).or_insert_with(|| {
            self.all.push(text);
            u32::try_from(self.all.len() - 1).expect("fewer texts than u32::MAX")
        })
    }
}

/// What a vendor's key is called on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewName {
    /// The new key.
    pub key: String,
    /// The new name; `None` keeps the line's own.
    pub name: Option<String>,
}

impl<'a> FromIterator<MonthlyLine<'a>> for MonthlyLines {
    /// Lines of one key are summed.
    fn from_iter<I: IntoIterator<Item = MonthlyLine<'a>>>(lines: I) -> Self {
        let mut texts = Texts::default();
        // The lines of a client mostly stand together.
        let mut last: [Option<(&str, u32)>; 4] = [None; 4];
        let mut position = |text: &'a str, column: usize| {
            if let Some((_, position)) = last[column].filter(|(last, _)| *last == text) {
                return position;
            }
            let position = texts.position(text);
            last[column] = Some((text, position));
            position
        };
        let entries = lines.into_iter().map(|line| Entry {
            month: line.month,
            side: line.side,
            client: position(line.client, 0),
            sku: position(line.sku, 1),
            client_name: position(line.client_name, 2),
            sku_name: position(line.sku_name, 3),
            quantity: line.quantity,
            unit: line.unit,
            currency: line.currency,
        });
        let entries = entries.collect();
        Self::ordered(&texts.all, entries)
    }
}

impl MonthlyLines {
    /// Entries whose texts are positions in a list that has any order, and may have a text twice.
    fn ordered(texts: &[&str], mut entries: Vec<Entry>) -> Self {
        let mut order: Vec<u32> = (0..).take(texts.len()).collect();
        order.par_sort_unstable_by_key(|&position| texts[position as usize]);
        let mut places = vec![0; texts.len()];
        let mut own: Vec<Box<str>> = Vec::with_capacity(texts.len());
        for position in order {
            let text = texts[position as usize];
            if own.last().is_none_or(|last| &**last != text) {
                own.push(text.into());
            }
            places[position as usize] =
                u32::try_from(own.len() - 1).expect("fewer texts than u32::MAX");
        }
        entries.par_iter_mut().for_each(|entry| {
            entry.texts_mut().into_iter().for_each(|text| *text = places[*text as usize]);
        });
        Self { texts: own, entries: summed(entries) }
    }

    /// All the lines of several, those of one key summed.
    pub fn joined(parts: &[Self]) -> Self {
        let mut texts = Texts::default();
        let mut entries = Vec::with_capacity(parts.iter().map(Self::len).sum());
        for part in parts {
            // Most names come back every month.
            let places: Vec<u32> = part.texts.iter().map(|text| texts.position(text)).collect();
            entries.par_extend(part.entries.par_iter().map(|entry| {
                let mut entry = *entry;
                entry.texts_mut().into_iter().for_each(|text| *text = places[*text as usize]);
                entry
            }));
        }
        Self::ordered(&texts.all, entries)
    }

    /// The vendor's lines under the names of the other side, where lines that thereby become one are
    /// summed. `client` and `sku` say what a vendor's key is called there.
    pub fn renamed(self, client: impl Fn(&str) -> NewName, sku: impl Fn(&str) -> NewName) -> Self {
        let Self { texts, mut entries } = self;
        let mut new_texts: Vec<String> = Vec::new();
        let mut called = |key: u32, name_of: &dyn Fn(&str) -> NewName| {
            let NewName { key, name } = name_of(&texts[key as usize]);
            let mut position = |text| {
                new_texts.push(text);
                let position = texts.len() + new_texts.len() - 1;
                u32::try_from(position).expect("fewer texts than u32::MAX")
            };
            (position(key), name.map(&mut position))
        };
        let mut clients: HashMap<_, _, FxBuildHasher> = HashMap::default();
        let mut skus: HashMap<_, _, FxBuildHasher> = HashMap::default();
        for entry in entries.iter_mut().filter(|entry| entry.side == Side::Vendor) {
            let (key, name) =
                *clients.entry(entry.client).or_insert_with(|| called(entry.client, &client));
            (entry.client, entry.client_name) = (key, name.unwrap_or(entry.client_name));
            let (key, name) = *skus.entry(entry.sku).or_insert_with(|| called(entry.sku, &sku));
            (entry.sku, entry.sku_name) = (key, name.unwrap_or(entry.sku_name));
        }
        let all: Vec<&str> =
            texts.iter().map(|text| &**text).chain(new_texts.iter().map(String::as_str)).collect();
        Self::ordered(&all, entries)
    }

    /// Number of lines.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The lines, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = MonthlyLine<'_>> {
        self.entries.iter().map(|entry| self.line(entry))
    }

    /// The lines from a month on, in order.
    pub fn from(&self, first: Month) -> impl DoubleEndedIterator<Item = MonthlyLine<'_>> {
        let start = self.entries.partition_point(|entry| entry.month < first);
        self.entries[start..].iter().map(|entry| self.line(entry))
    }

    /// Every client's side, key and name as it was ever written, ordered by them.
    pub fn clients(&self) -> Vec<(Side, &str, &str)> {
        self.written(|entry| (entry.side, entry.client, entry.client_name))
    }

    /// Every product's side, key and name as it was ever written, ordered by them.
    pub fn skus(&self) -> Vec<(Side, &str, &str)> {
        self.written(|entry| (entry.side, entry.sku, entry.sku_name))
    }

    /// Each client's key with its name as last written on one side, and each product's, ordered by keys.
    pub fn last_names(&self, side: Side) -> [Vec<(&str, &str)>; 2] {
        let mut last = [(); 2].map(|()| vec![None; self.texts.len()]);
        for entry in self.entries.iter().filter(|entry| entry.side == side) {
            last[0][entry.client as usize] = Some(entry.client_name);
            last[1][entry.sku as usize] = Some(entry.sku_name);
        }
        last.map(|names| {
            let named = self.texts.iter().zip(names);
            named.filter_map(|(key, name)| Some((&**key, self.text(name?)))).collect()
        })
    }

    fn written(&self, names: impl Fn(&Entry) -> (Side, u32, u32)) -> Vec<(Side, &str, &str)> {
        // Most lines repeat what the one before of their key was called.
        let mut last: [Vec<Option<u32>>; 2] =
            [Side::Vendor, Side::Psa].map(|_| vec![None; self.texts.len()]);
        let is_new = |&(side, key, name): &(Side, u32, u32)| {
            let known = &mut last[usize::from(side == Side::Psa)][key as usize];
            known.replace(name) != Some(name)
        };
        let found: BTreeSet<(Side, u32, u32)> =
            self.entries.iter().map(names).filter(is_new).collect();
        found.into_iter().map(|(side, key, name)| (side, self.text(key), self.text(name))).collect()
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(super) fn text(&self, position: u32) -> &str {
        &self.texts[position as usize]
    }

    fn line(&self, entry: &Entry) -> MonthlyLine<'_> {
        MonthlyLine {
            month: entry.month,
            side: entry.side,
            client: self.text(entry.client),
            client_name: self.text(entry.client_name),
            sku: self.text(entry.sku),
            sku_name: self.text(entry.sku_name),
            quantity: entry.quantity,
            unit: entry.unit,
            currency: entry.currency,
        }
    }
}

/// Sums entries of one key, ordered by month, side, client and SKU. Names are those of the last.
fn summed(mut entries: Vec<Entry>) -> Vec<Entry> {
    // Whole months one after another are in order, and each line is there once.
    if entries.is_sorted_by(|one, other| one.key() < other.key()) {
        return entries;
    }
    // Under new names the lines of a month and side stay together: only they change places.
    if entries.is_sorted_by_key(|entry| (entry.month, entry.side)) {
        let of_one =
            |one: &Entry, other: &Entry| one.month == other.month && one.side == other.side;
        entries.par_chunk_by_mut(of_one).for_each(|chunk| chunk.par_sort_by_key(Entry::key));
    } else {
        entries.par_sort_by_key(Entry::key);
    }
    let mut n_kept = 0;
    let mut start = 0;
    while start < entries.len() {
        let key = entries[start].key();
        let n_alike = entries[start..].iter().take_while(|entry| entry.key() == key).count();
        entries[n_kept] = sum(&entries[start..start + n_alike]);
        n_kept += 1;
        start += n_alike;
    }
    entries.truncate(n_kept);
    entries.shrink_to_fit();
    entries
}

fn sum(alike: &[Entry]) -> Entry {
    let last = alike[alike.len() - 1];
    if alike.len() == 1 {
        return last;
    }
    let currency = last.currency.filter(|own| alike.iter().all(|one| one.currency == Some(*own)));
    let quantity = alike.iter().map(|one| one.quantity).sum();
    Entry { quantity, currency, unit: currency.and_then(|_| mean_unit(alike)), ..last }
}

/// The mean of the units that are known, weighted by quantity.
fn mean_unit(alike: &[Entry]) -> Option<f64> {
    let priced = || alike.iter().filter_map(|one| Some((one.quantity, one.unit?)));
    let (_, last) = priced().next_back()?;
    let quantity: f64 = priced().map(|(quantity, _)| quantity).sum();
    if quantity == 0.0 || priced().all(|(_, unit)| unit == last) {
        return Some(last);
    }
    Some(priced().map(|(quantity, unit)| quantity * unit).sum::<f64>() / quantity)
}

/// The full-period lines among some rows of one month, summed.
pub fn monthly_lines_of(rows: &[ExportRow], month: Month) -> MonthlyLines {
    let is_seats = |row: &&ExportRow| {
        row.is_compared() && row.kind == LineKind::FullPeriod && !row.client.0.is_empty()
    };
    let lines = rows.iter().filter(is_seats).map(|row| MonthlyLine {
        month,
        side: row.side,
        client: &row.client.0,
        client_name: &row.client_name,
        sku: &row.sku.0,
        sku_name: &row.sku_name,
        quantity: row.units().to_f64(),
        unit: row.unit.and_then(|unit| unit.amount.to_f64()),
        currency: Some(row.amount.currency),
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priced<'a>(month: &str, sku: &'a str, unit: f64, currency: &str) -> MonthlyLine<'a> {
        MonthlyLine {
            month: month.parse().unwrap(),
            side: Side::Vendor,
            client: "c",
            client_name: "Client",
            sku,
            sku_name: "Product",
            quantity: 10.0,
            unit: Some(unit),
            currency: Some(currency.parse().unwrap()),
        }
    }

    #[test]
    fn prices_in_two_currencies_are_never_one_price() {
        let two = |currency| {
            let lines =
                [priced("2026-01", "s", 10.0, "USD"), priced("2026-01", "s", 9.0, currency)];
            let lines: MonthlyLines = lines.into_iter().collect();
            let line = lines.iter().next().unwrap();
            (lines.len(), line.quantity, line.unit, line.currency.is_some())
        };
        assert_eq!(two("EUR"), (1, 20.0, None, false));
        assert_eq!(two("USD"), (1, 20.0, Some(9.5), true));
    }

    #[test]
    fn a_row_without_a_price_counts_its_units_and_not_its_price() {
        let free = MonthlyLine { unit: None, ..priced("2026-01", "s", 0.0, "USD") };
        let lines: MonthlyLines = [priced("2026-01", "s", 10.0, "USD"), free].into_iter().collect();
        let line = lines.iter().next().unwrap();
        assert_eq!((line.quantity, line.unit), (20.0, Some(10.0)));
    }

    #[test]
    fn months_read_apart_are_what_they_are_read_together() {
        let all = [
            priced("2026-01", "b", 10.0, "USD"),
            priced("2026-01", "a", 9.0, "USD"),
            priced("2026-02", "z", 8.0, "USD"),
            priced("2026-02", "a", 7.0, "USD"),
        ];
        let together: MonthlyLines = all.into_iter().collect();
        let apart = MonthlyLines::joined(&[
            all[2..].iter().copied().collect(),
            all[..2].iter().copied().collect(),
        ]);
        assert_eq!(apart, together);
        let skus: Vec<&str> = together.iter().map(|line| line.sku).collect();
        assert_eq!(skus, ["a", "b", "a", "z"]);
    }

    #[test]
    fn the_monthly_and_the_annual_term_of_a_product_are_one_line_under_its_psa_name() {
        let lines: MonthlyLines =
            [priced("2026-01", "monthly", 12.0, "USD"), priced("2026-01", "annual", 10.0, "USD")]
                .into_iter()
                .collect();
        let kept = |key: &str| NewName { key: format!("vendor {key}"), name: None };
        let product = |_: &str| NewName { key: "p".to_owned(), name: Some("Premium".to_owned()) };
        let renamed = lines.renamed(kept, product);
        let line = renamed.iter().next().unwrap();
        assert_eq!((renamed.len(), line.quantity, line.unit), (1, 20.0, Some(11.0)));
        let names = (line.client, line.client_name, line.sku, line.sku_name);
        assert_eq!(names, ("vendor c", "Client", "p", "Premium"));
    }
}
