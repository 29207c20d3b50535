//! Two names → the words of each that the other does not have.

use std::collections::BTreeSet;

/// A word of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    /// Whether the other name has no such word.
    pub(super) differs: bool,
}

/// The words of both names; case and punctuation make no difference.
pub(super) fn differing(left: &str, right: &str) -> (Vec<Word>, Vec<Word>) {
    let (left_words, right_words) = (bare_words(left), bare_words(right));
    let marked = |name: &str, others: &BTreeSet<String>| {
        let word = |text: &str| {
            let bare = bare(text);
            Word { text: text.to_owned(), differs: !bare.is_empty() && !others.contains(&bare) }
        };
        name.split_whitespace().map(word).collect()
    };
    (marked(left, &right_words), marked(right, &left_words))
}

fn bare_words(name: &str) -> BTreeSet<String> {
    name.split_whitespace().map(bare).collect()
}

fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &[Word]) -> String {
        let one = |word: &Word| match word.differs {
            true => format!("[{}]", word.text),
            false => word.text.clone(),
        };
        words.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn only_words_the_other_name_lacks_are_marked() {
        let (left, right) = differing("Northwnd Traders, Inc.", "NORTHWIND Traders Inc - Miami");
        assert_eq!(shown(&left), "[Northwnd] Traders, Inc.");
        assert_eq!(shown(&right), "[NORTHWIND] Traders Inc - [Miami]");
    }
}
