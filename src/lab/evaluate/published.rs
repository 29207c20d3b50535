//! What others have published on sets that we measure too, found by the name of the set's folder.
//!
//! F1 in percent on the official test split, the threshold chosen on the validation split. Sources:
//! Magellan and DeepMatcher from Mudgal et al., *Deep Learning for Entity Matching: A Design Space
//! Exploration*, SIGMOD 2018; Ditto and, on Walmart-Amazon, DeepMatcher again from Li et al., *Deep
//! Entity Matching with Pre-Trained Language Models*, VLDB 2021.

use serde::Serialize;

/// F1 in percent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Published {
    /// Features and a forest, by Magellan.
    pub magellan: f64,
    /// A recurrent network, trained for the set.
    pub deep_matcher: f64,
    /// A transformer, fine-tuned for the set.
    pub ditto: f64,
}

/// Folder name, with `_` for everything that is no letter or digit → Magellan, DeepMatcher, Ditto.
const FIGURES: [(&str, [f64; 3]); 8] = [
    ("abt_buy", [43.6, 62.8, 89.3]),
    ("amazon_google", [49.1, 69.3, 75.6]),
    ("dblp_acm", [98.4, 98.4, 99.0]),
    ("dirty_walmart_amazon", [37.4, 53.8, 85.7]),
    ("fodors_zagats", [100.0, 100.0, 100.0]),
    ("itunes_amazon", [91.2, 88.5, 97.1]),
    ("walmart_amazon", [71.9, 67.6, 86.8]),
    ("walmart_amazon_dirty", [37.4, 53.8, 85.7]),
];

/// What was published on the set in a folder of this name.
pub fn published(folder: &str) -> Option<Published> {
    let plain: String = folder
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let found = FIGURES.iter().find(|(name, _)| *name == plain)?;
    let [magellan, deep_matcher, ditto] = found.1;
    Some(Published { magellan, deep_matcher, ditto })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_known_by_its_folder_however_it_is_punctuated() {
        assert_eq!(published("Abt-Buy"), published("abt_buy"));
        assert_eq!(published("abt_buy").map(|found| found.ditto), Some(89.3));
        assert_eq!(published("our_own_set"), None);
    }
}
