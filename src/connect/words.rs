//! Words of systems: those that are understood go into columns as they are meant, the others as they are, and are
//! counted.

use std::collections::BTreeMap;

use seatdrift_core::domain::Currency;

/// How many words a sentence names.
const NAMED: usize = 8;

/// Rows by a word, for a sentence.
#[derive(Debug, Default)]
pub struct Tally(BTreeMap<String, usize>);

impl Tally {
    /// Counts one more row of a word.
    pub fn add(&mut self, word: &str) {
        *self.0.entry(word.to_owned()).or_default() += 1;
    }

    /// A sentence that ends with the words and the number of each: "lines left out: Labor (7), Expense (5)"; none
    /// where none was counted.
    pub fn sentence(&self, about: &str) -> Option<String> {
        if self.0.is_empty() {
            return None;
        }
        let mut most: Vec<(&String, &usize)> = self.0.iter().collect();
        most.sort_by_key(|(word, n)| (std::cmp::Reverse(**n), *word));
        let named = most.iter().take(NAMED).map(|(word, n)| match word.as_str() {
            "" => format!("no word ({n})"),
            word => format!("{word} ({n})"),
        });
        let mut words: Vec<String> = named.collect();
        let n_others: usize = most.iter().skip(NAMED).map(|(_, n)| **n).sum();
        words.extend((n_others > 0).then(|| format!("others ({n_others})")));
        Some(format!("{about}: {}", words.join(", ")))
    }
}

/// A sentence that ends with a number; none where it is nought.
pub fn counted(about: &str, n: usize) -> Option<String> {
    (n > 0).then(|| format!("{about}: {n}"))
}

/// The code of a currency that a system names; `None` for a name that is none: "US Dollar".
pub fn currency(name: &str) -> Option<String> {
    name.trim().to_uppercase().parse::<Currency>().ok().map(|code| code.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_the_most_frequent_first() {
        let mut tally = Tally::default();
        assert_eq!(tally.sentence("lines"), None);
        ["Labor", "Expense", "Labor", ""].iter().for_each(|word| tally.add(word));
        let said = tally.sentence("lines").unwrap();
        assert_eq!(said, "lines: Labor (2), no word (1), Expense (1)");
        (0..20).for_each(|n| tally.add(&format!("w{n:02}")));
        assert!(tally.sentence("lines").unwrap().ends_with("w04 (1), others (15)"));
    }

    #[test]
    fn a_currency_is_its_code() {
        assert_eq!(currency(" usd").as_deref(), Some("USD"));
        assert_eq!((currency("US Dollar"), currency("")), (None, None));
    }
}
