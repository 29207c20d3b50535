//! Names under which an MSP buys for itself.

use super::client::client_name;
use super::text::{folded, words};

/// Words beside its own name that say how an MSP uses what it buys.
const USES: &[&str] = &[
    "internal",
    "house",
    "inhouse",
    "own",
    "nfr",
    "office",
    "hq",
    "headquarters",
    "admin",
    "demo",
    "lab",
    "test",
    "sandbox",
    "staff",
    "corporate",
    "tenant",
    "use",
    "account",
    "partner",
    "main",
    "not",
    "for",
    "resale",
    "in",
    "the",
    "us",
];

/// Words by which a company calls itself, or does not.
const OF_A_COMPANY: &[&str] = &[
    "it",
    "msp",
    "solutions",
    "services",
    "service",
    "technologies",
    "technology",
    "tech",
    "group",
    "consulting",
    "systems",
    "managed",
    "networks",
    "computers",
    "computing",
    "company",
];

/// What says by itself that something is for one's own use.
const PHRASES: &[&str] = &[
    "not for resale",
    "internal use",
    "house account",
    "internal tenant",
    "internal licenses",
    "nfr",
];

/// Whether a client's name is the MSP's own: its name, alone or with a word of use ("Acme IT - INTERNAL"), or
/// what only stands on one's own account ("not for resale").
pub fn is_own_name(written: &str, msp: &str) -> bool {
    let name = words(&folded(written));
    let text = name.join(" ");
    let padded = format!(" {text} ");
    if PHRASES.iter().any(|phrase| padded.contains(&format!(" {phrase} "))) {
        return true;
    }
    let company = client_name(msp).core;
    let Some(first) = company.first().filter(|first| name.contains(*first)) else { return false };
    let (own, client) = (without(&company, OF_A_COMPANY), client_name(written).core);
    // A name of nothing but words that any MSP has is told by all of them.
    let own = if own.is_empty() { &company } else { &own };
    let is_said = |word: &String| company.contains(word);
    let is_beside =
        |word: &&String| USES.contains(&word.as_str()) || OF_A_COMPANY.contains(&word.as_str());
    let letters: usize = own.iter().map(|word| word.len()).sum();
    client.first() == Some(first)
        && 4 <= letters
        && own.iter().all(|word| client.contains(word))
        && client.iter().all(|word| is_said(word) || is_beside(&word))
}

fn without(name: &[String], words: &[&str]) -> Vec<String> {
    name.iter().filter(|word| !words.contains(&word.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_msp_is_known_by_its_name_and_by_what_stands_on_nobody_elses_account() {
        for name in [
            "Ironbridge IT - INTERNAL",
            "Ironbridge IT",
            "Ironbridge IT, LLC",
            "ironbridge it solutions (house)",
            "Ironbridge IT Not For Resale",
            "Kestrel NFR tenant",
            "NFR",
        ] {
            assert!(is_own_name(name, "Ironbridge IT LLC"), "{name}");
        }
    }

    #[test]
    fn a_client_with_a_word_in_common_is_not_the_msp() {
        for name in [
            "Ironbridge Dental",
            "Ironbridge Capital Partners",
            "Alder Internal Medicine",
            "Summit IT",
            "House of Ironbridge",
            "Internal Medicine of Avon",
        ] {
            assert!(!is_own_name(name, "Ironbridge IT"), "{name}");
        }
        assert!(!is_own_name("Test Kitchen Catering", "Test"));
        assert!(!is_own_name("", "Ironbridge IT"));
    }
}
