//! Text as people type it → plain lower-case words.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Undoes UTF-8 that was read as Windows-1252 (`CafÃ©` → `Café`); other text comes back unchanged.
pub(super) fn repaired(written: &str) -> String {
    if !written.contains(['Ã', 'Â', 'â', 'Å']) {
        return written.to_owned();
    }
    let (bytes, _, unmappable) = encoding_rs::WINDOWS_1252.encode(written);
    match std::str::from_utf8(&bytes) {
        Ok(text) if !unmappable => text.to_owned(),
        _ => written.to_owned(),
    }
}

/// Lower-case text without accents or apostrophes, Cyrillic and Greek in Latin letters. Other
/// characters stay, so that brackets and separators can still be read.
pub fn folded(written: &str) -> String {
    let mut folded = String::with_capacity(written.len());
    for letter in repaired(written).nfkd() {
        match letter {
            '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | 'ʹ' | '′' | '\u{200b}' | '\u{feff}' | '®' =>
                {}
            _ if is_combining_mark(letter) => {}
            'ß' | 'ẞ' => folded.push_str("ss"),
            'ø' | 'Ø' => folded.push('o'),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'ł' | 'Ł' => folded.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'þ' | 'Þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            'ħ' | 'Ħ' => folded.push('h'),
            'ə' | 'Ə' => folded.push('a'),
            '–' | '—' | '−' => folded.push('-'),
            _ if letter.is_whitespace() => folded.push(' '),
            'Ͱ'..='ӿ' => folded.extend(letter.to_lowercase().map(latin).flat_map(str::chars)),
            _ => folded.extend(letter.to_lowercase()),
        }
    }
    folded
}

/// A lower-case Greek or Cyrillic letter in Latin letters; of any other, nothing.
fn latin(letter: char) -> &'static str {
    LETTERS.binary_search_by_key(&letter, |(from, _)| *from).map_or("", |found| LETTERS[found].1)
}

/// Letters without accents, in the order of their code points.
#[rustfmt::skip]
const LETTERS: &[(char, &str)] = &[
    ('α', "a"), ('β', "v"), ('γ', "g"), ('δ', "d"), ('ε', "e"), ('ζ', "z"), ('η', "i"), ('θ', "th"),
    ('ι', "i"), ('κ', "k"), ('λ', "l"), ('μ', "m"), ('ν', "n"), ('ξ', "x"), ('ο', "o"), ('π', "p"),
    ('ρ', "r"), ('ς', "s"), ('σ', "s"), ('τ', "t"), ('υ', "y"), ('φ', "f"), ('χ', "ch"), ('ψ', "ps"),
    ('ω', "o"),
    ('а', "a"), ('б', "b"), ('в', "v"), ('г', "g"), ('д', "d"), ('е', "e"), ('ж', "zh"), ('з', "z"),
    ('и', "i"), ('к', "k"), ('л', "l"), ('м', "m"), ('н', "n"), ('о', "o"), ('п', "p"), ('р', "r"),
    ('с', "s"), ('т', "t"), ('у', "u"), ('ф', "f"), ('х', "kh"), ('ц', "ts"), ('ч', "ch"), ('ш', "sh"),
    ('щ', "shch"), ('ъ', ""), ('ы', "y"), ('ь', ""), ('э', "e"), ('ю', "yu"), ('я', "ya"), ('ђ', "dj"),
    ('є', "ie"), ('ѕ', "dz"), ('і', "i"), ('ј', "j"), ('љ', "lj"), ('њ', "nj"), ('ћ', "c"), ('џ', "dz"),
    ('ґ', "g"),
];

/// The words of folded text: runs of letters and digits.
pub fn words(folded: &str) -> Vec<String> {
    folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Joins runs of single letters: `s c johnson` → `sc johnson`. A lone letter stays, and so do digits.
pub(super) fn initials_joined(words: Vec<String>) -> Vec<String> {
    let is_initial =
        |word: &str| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    let mut last_was_initial = false;
    for word in words {
        let initial = is_initial(&word);
        match joined.last_mut() {
            Some(last) if initial && last_was_initial => last.push_str(&word),
            _ => joined.push(word),
        }
        last_was_initial = initial;
    }
    joined
}

/// Letters and digits only, upper-case: how codes are compared.
pub fn code_form(written: &str) -> String {
    written.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accents_apostrophes_and_wrong_encodings_fold_to_one_form() {
        for written in ["Café Müller’s", "Cafe Muller's", "CafÃ© MÃ¼ller`s", "CAFÉ MÜLLERS"]
        {
            assert_eq!(folded(written), "cafe mullers", "{written}");
        }
    }

    #[test]
    fn other_alphabets_are_read_in_latin_letters() {
        for (written, expected) in [
            ("Ромашка", "romashka"),
            ("ЙОД", "iod"),
            ("Αθήνα ΑΕ", "athina ae"),
            ("Щука", "shchuka"),
        ] {
            assert_eq!(folded(written), expected, "{written}");
        }
        assert!(LETTERS.is_sorted_by_key(|(letter, _)| *letter));
    }

    #[test]
    fn initials_are_one_word() {
        assert_eq!(initials_joined(words("s.c. johnson")), ["sc", "johnson"]);
        assert_eq!(initials_joined(words("vitamin c 3")), ["vitamin", "c", "3"]);
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(written in "\\PC{0,40}") {
            // Repairing an encoding is one step on purpose: text garbled twice is left to a person.
            prop_assume!(!written.contains(['Ã', 'Â', 'â', 'Å']));
            let once = folded(&written);
            prop_assume!(!once.contains(['Ã', 'Â', 'â', 'Å']));
            prop_assert_eq!(folded(&once), once);
        }
    }
}
