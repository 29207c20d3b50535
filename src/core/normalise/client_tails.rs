//! What registries and stock lists hang behind a company's name: the state it is registered in, the
//! class of its shares, the article.

use std::collections::BTreeSet;

/// Codes and names of the places a registry writes behind a name.
#[rustfmt::skip]
const PLACES: &[(&str, &[&str])] = &[
    ("al", &["alabama"]), ("ak", &["alaska"]), ("az", &["arizona"]), ("ar", &["arkansas"]),
    ("ca", &["california"]), ("co", &["colorado"]), ("ct", &["connecticut", "conn"]),
    ("de", &["delaware", "del"]), ("dc", &["district of columbia"]), ("fl", &["florida", "fla"]),
    ("ga", &["georgia"]), ("hi", &["hawaii"]), ("id", &["idaho"]), ("il", &["illinois"]),
    ("in", &["indiana", "ind"]), ("ia", &["iowa"]), ("ks", &["kansas"]), ("ky", &["kentucky"]),
    ("la", &["louisiana"]), ("me", &["maine"]), ("md", &["maryland"]), ("ma", &["massachusetts", "mass"]),
    ("mi", &["michigan", "mich"]), ("mn", &["minnesota", "minn"]), ("ms", &["mississippi", "miss"]),
    ("mo", &["missouri"]), ("mt", &["montana"]), ("ne", &["nebraska"]), ("nv", &["nevada", "nev"]),
    ("nh", &["new hampshire"]), ("nj", &["new jersey"]), ("nm", &["new mexico"]),
    ("ny", &["new york"]), ("nc", &["north carolina"]), ("nd", &["north dakota"]),
    ("oh", &["ohio"]), ("ok", &["oklahoma", "okla"]), ("or", &["oregon", "ore"]),
    ("pa", &["pennsylvania", "penn"]), ("pr", &["puerto rico"]), ("ri", &["rhode island"]),
    ("sc", &["south carolina"]), ("sd", &["south dakota"]), ("tn", &["tennessee", "tenn"]),
    ("tx", &["texas", "tex"]), ("ut", &["utah"]), ("vt", &["vermont"]), ("va", &["virginia"]),
    ("wa", &["washington", "wash"]), ("wv", &["west virginia"]), ("wi", &["wisconsin", "wis"]),
    ("wy", &["wyoming", "wyo"]), ("cayman", &["cayman islands", "cym"]), ("bermuda", &["bd", "bmu"]),
    ("bvi", &["british virgin islands", "vgb"]), ("canada", &["can", "ontario", "quebec", "british columbia"]),
    ("uk", &["eng", "england", "gbr"]), ("ireland", &["irl"]), ("israel", &["isr"]),
    ("marshall islands", &["mhl"]), ("netherlands", &["nld"]), ("luxembourg", &["lux"]),
];

/// Slash tails of registries that name no place.
const REGISTRY_WORDS: &[&str] = &["new", "adr", "ads", "fi", "ta", "hldg", "bancorp", "pred"];

/// Words that begin what a stock list says of a share.
#[rustfmt::skip]
const SHARE_WORDS: &[&str] = &[
    "common stock", "common share", "ordinary share", "american depositary", "american depository",
    "depositary share", "depository share", "sponsored adr", "sponosred adr", "unsponsored adr",
    "shares of beneficial interest", "share of beneficial interest", "common unit",
    "subordinate voting share", "subordinated voting share", "limited voting share", "voting share",
    "preferred stock", "preferred share", "preference share", "no par value",
    "units representing limited partner", "depositary receipt",
];

/// Folded text without its tails, and the places they named.
///
/// Set apart: `/DE/`, `\DE`, `/NEW`, `(Delaware)`, `(The)`, `, The`, `(Class A)`, and all that follows
/// words such as "common stock".
pub(super) fn without_tails(folded: &str) -> (String, BTreeSet<&'static str>) {
    let mut places = BTreeSet::new();
    let mut rest = without_share(folded).trim().to_owned();
    // Tails pile up: `Acme Inc /DE/ (The)`.
    while let Some((shorter, place)) = without_one(&rest) {
        places.extend(place);
        rest = shorter;
    }
    (rest, places)
}

fn without_one(text: &str) -> Option<(String, Option<&'static str>)> {
    let text = text.trim_end();
    let kept = |rest: &str| {
        let rest = rest.trim_end_matches([' ', ',', '/', '\\']);
        rest.chars().any(char::is_alphanumeric).then(|| rest.to_owned())
    };
    let words = [", the", "(the)", "(the) new", "(new)"];
    if let Some(rest) = words.iter().find_map(|word| text.strip_suffix(word)) {
        return Some((kept(rest)?, None));
    }
    if let Some((rest, inside)) = text.strip_suffix(')').and_then(|open| open.rsplit_once('(')) {
        let place = place(inside.trim());
        let is_class = inside.strip_prefix("class ").is_some_and(|class| class.trim().len() == 1);
        return (place.is_some() || is_class).then(|| Some((kept(rest)?, place))).flatten();
    }
    if let Some((rest, class)) = text.rsplit_once(" class ")
        && class.trim().len() == 1
    {
        return Some((kept(rest)?, None));
    }
    let closed = text.trim_end_matches(['/', '\\', ' ']);
    let (rest, tail) = closed.rsplit_once(['/', '\\'])?;
    let tail = tail.trim();
    let place = place(tail);
    (place.is_some() || REGISTRY_WORDS.contains(&tail))
        .then(|| Some((kept(rest)?, place)))
        .flatten()
}

fn place(text: &str) -> Option<&'static str> {
    let is_it = |(code, names): &&(&'static str, &[&str])| *code == text || names.contains(&text);
    PLACES.iter().find(is_it).map(|(code, _)| *code)
}

/// Cuts what a stock list says of the share. At least one word stays in front of it.
fn without_share(text: &str) -> &str {
    if !text.contains("share")
        && !text.contains("stock")
        && !text.contains(" ad")
        && !text.contains("unit")
    {
        return text;
    }
    let starts = SHARE_WORDS.iter().filter_map(|phrase| text.find(phrase));
    let is_word = |start: &usize| text[..*start].ends_with([' ', '(', '-', ',']);
    match starts.filter(is_word).min() {
        Some(start) if text[..start].chars().any(char::is_alphanumeric) => {
            text[..start].trim_end_matches([' ', '(', '-', ','])
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_of_registries_and_stock_lists_are_set_apart() {
        for (written, rest, places) in [
            ("acme corp /de/", "acme corp", &["de"][..]),
            ("acme inc/oh/", "acme inc", &["oh"]),
            ("acme, inc.\\de", "acme, inc.", &["de"]),
            ("acme corp /new", "acme corp", &[]),
            ("acme inc. (delaware)", "acme inc.", &["de"]),
            ("acme companies, inc. (the)", "acme companies, inc.", &[]),
            ("acme inc. (class a)", "acme inc.", &[]),
            ("acme inc. class b", "acme inc.", &[]),
            ("acme plc american depositary shares", "acme plc", &[]),
            ("acme fund shares of beneficial interest", "acme fund", &[]),
            ("acme (the) /de/", "acme", &["de"]),
            ("acme fund, inc. (the) new", "acme fund, inc.", &[]),
            // Not tails: a city, a trade, a name that is nothing else.
            ("coastline legal (miami)", "coastline legal (miami)", &[]),
            ("novo nordisk a/s", "novo nordisk a/s", &[]),
            ("smith/jones", "smith/jones", &[]),
            ("common stock", "common stock", &[]),
            ("stockshare brewing", "stockshare brewing", &[]),
            ("/de/", "/de/", &[]),
        ] {
            let (found, found_places) = without_tails(written);
            let expected: BTreeSet<&str> = places.iter().copied().collect();
            assert_eq!((found.as_str(), found_places), (rest, expected), "{written}");
        }
    }
}
