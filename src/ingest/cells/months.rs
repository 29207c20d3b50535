//! The names of months and days of the week, as exports of many countries write them.

/// How the names of each month begin, in small letters: English, German, French, Spanish, Italian, Dutch,
/// Portuguese, the Scandinavian languages, Polish and Czech.
const MONTHS: [&[&str]; 12] = [
    &["jan", "jän", "ene", "gen", "sty", "led"],
    &["feb", "fév", "fev", "lut", "úno"],
    &["mar", "mär", "mrz", "maa", "mrt", "bře"],
    &["apr", "avr", "abr", "kwi", "dub"],
    &["may", "mai", "mag", "mei", "maj", "kvě"],
    &["jun", "juin", "giu", "cze", "červen", "červn"],
    &["jul", "juil", "lug", "lip", "červenec", "července"],
    &["aug", "aoû", "aou", "ago", "sie", "srp"],
    &["sep", "set", "wrz", "zář"],
    &["oct", "okt", "ott", "out", "paź", "paz", "říj"],
    &["nov", "lis"],
    &["dec", "déc", "dez", "dic", "des", "gru", "pro"],
];

/// How the days of the week begin in the same languages, as far as no month begins so.
const WEEKDAYS: [&str; 38] = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr", "sa", "so",
    "lun", "mer", "jeu", "ven", "sam", "dim", "mié", "mie", "jue", "vie", "sáb", "sab", "dom",
    "gio", "ma", "wo", "vr", "za", "zo", "man", "tor", "ons", "tir", "fre",
];

/// Letters of a day of the week that is cut short; a longer word is written out.
const SHORT: usize = 3;

/// The number of the month that a word names.
pub(crate) fn of(word: &str) -> Option<i8> {
    let small = word.trim_end_matches('.').to_lowercase();
    let longest = |names: &&[&str]| {
        names.iter().filter(|name| small.starts_with(**name)).map(|name| name.len()).max()
    };
    let best = MONTHS.iter().enumerate().filter_map(|(at, names)| Some((longest(names)?, at)));
    // What begins as two months do is the one of which it says more.
    i8::try_from(best.max()?.1 + 1).ok()
}

/// Whether a word is a day of the week.
pub(super) fn is_weekday(word: &str) -> bool {
    let small = word.trim_end_matches('.').to_lowercase();
    let is_short = small.chars().count() <= SHORT;
    WEEKDAYS.iter().any(|day| if is_short { small == *day } else { small.starts_with(day) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_their_names_in_many_languages() {
        for (month, words) in [
            (1, "January Jan Januar Jänner janvier enero gennaio januari janeiro stycznia ledna"),
            (2, "Feb février fevereiro lutego února"),
            (3, "March März Mrz mars marzo maart mrt março marca března"),
            (5, "May Mai maggio mei maj mayo května"),
            (6, "June Juni juin giugno junio czerwca června"),
            (7, "July Juli juil. luglio julio lipca července"),
            (8, "August août agosto sierpnia srpna"),
            (9, "Sept. settembre setembro września září"),
            (10, "October Oktober Okt. octobre ottobre outubro października října"),
            (11, "Nov. novembre listopada listopadu"),
            (12, "December Dez décembre dicembre diciembre desember grudnia prosince"),
        ] {
            for word in words.split(' ') {
                assert_eq!(of(word), Some(month), "{word}");
            }
        }
        assert_eq!(of("soon"), None);
    }

    #[test]
    fn days_of_the_week_are_no_months() {
        for word in ["Thu", "Thursday", "Do.", "Donnerstag", "jeudi", "jueves", "giovedì", "zo"] {
            assert!(is_weekday(word), "{word}");
            assert_eq!(of(word), None, "{word}");
        }
        assert!(!is_weekday("Ends"));
    }
}
