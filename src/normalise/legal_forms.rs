//! Legal forms of companies, worldwide, as they stand at the end (or start) of a name.

/// A family of legal forms: spellings of one form share it.
pub type LegalForm = &'static str;

/// (family, spellings). Spellings are folded words; initials are joined, so `S.A. de C.V.` is
/// `sa de cv`.
const LEGAL_FORMS: &[(LegalForm, &[&str])] = &[
    ("inc", &["inc", "incorporated", "incorporation", "incorp"]),
    ("corp", &["corp", "corporation", "corpn"]),
    ("co", &["co", "company", "cos", "cie", "compagnie", "compania"]),
    (
        "ltd",
        &[
            "ltd",
            "limited",
            "ltda",
            "limitada",
            "limitee",
            "ltee",
            "lda",
            "co ltd",
            "company limited",
            "coltd",
        ],
    ),
    ("llc", &["llc", "l l c", "limited liability company", "llcs"]),
    ("pllc", &["pllc", "plc pa", "professional llc"]),
    ("llp", &["llp", "limited liability partnership", "lllp"]),
    ("lp", &["lp", "limited partnership"]),
    ("pc", &["pc", "professional corporation", "psc", "apc"]),
    ("pa", &["pa", "professional association"]),
    ("plc", &["plc", "public limited company", "ccc"]),
    ("cic", &["cic", "community interest company"]),
    ("trust", &["charitable trust", "cio"]),
    ("pty", &["pty", "pty ltd", "proprietary limited", "proprietary", "pty limited"]),
    ("pvt", &["pvt", "pvt ltd", "private limited", "pte ltd", "pte", "pte limited", "opc"]),
    ("bhd", &["bhd", "sdn bhd", "berhad"]),
    (
        "gmbh",
        &[
            "gmbh",
            "ggmbh",
            "gesmbh",
            "mbh",
            "ug",
            "gmbh and co kg",
            "gmbh co kg",
            "ug haftungsbeschrankt",
        ],
    ),
    ("ag", &["ag", "aktiengesellschaft", "kgaa", "se"]),
    ("kg", &["kg", "ohg", "gbr", "ek", "ev", "co kg", "partg", "eg", "partgmbb"]),
    ("sa", &["sa", "societe anonyme", "sociedad anonima", "sau", "sa nv"]),
    ("sas", &["sas", "sasu", "snc", "sci", "scop"]),
    ("sarl", &["sarl", "sarlu", "eurl", "sprl", "srlu"]),
    ("srl", &["srl", "s rl", "srls", "societa a responsabilita limitata"]),
    ("spa", &["spa", "s p a", "societa per azioni", "sapa"]),
    ("sadecv", &["sa de cv", "sab de cv", "s de rl de cv", "s de rl", "sapi de cv", "sc"]),
    ("sl", &["sl", "slu", "sociedad limitada", "sll", "slp"]),
    ("bv", &["bv", "besloten vennootschap", "vof", "cv", "bvba"]),
    ("nv", &["nv", "naamloze vennootschap"]),
    ("ab", &["ab", "aktiebolag", "hb"]),
    ("as", &["as", "asa", "aksjeselskap", "a s"]),
    ("aps", &["aps", "anpartsselskab", "ivs"]),
    ("oy", &["oy", "oyj", "osakeyhtio", "ky"]),
    ("hf", &["hf", "ehf", "ohf"]),
    ("ou", &["ou", "osauhing"]),
    ("sia", &["sia", "uab"]),
    ("spzoo", &["sp zoo", "spolka zoo", "sp z oo", "sp z o o", "spolka akcyjna"]),
    ("sro", &["sro", "spol sro", "doo", "dd", "ad", "ood", "eood", "dooel"]),
    ("kft", &["kft", "zrt", "nyrt", "bt"]),
    ("ooo", &["ooo", "oao", "zao", "pao", "ao", "too"]),
    ("as_tr", &["anonim sirketi", "limited sirketi", "ltd sti", "ltd sirketi"]),
    ("kk", &["kk", "kabushiki kaisha", "gk", "yk", "godo kaisha"]),
    ("pt", &["pt", "tbk", "pt tbk"]),
    ("fze", &["fze", "fzc", "fzco", "fz llc", "dmcc", "wll", "psjc", "pjsc", "qsc", "bsc", "saog"]),
    ("sal", &["sal", "sae"]),
    ("cc", &["npc", "rf", "soc ltd"]),
    ("unltd", &["unlimited company", "uc", "dac", "clg", "designated activity company"]),
    ("ulc", &["ulc", "unlimited liability company"]),
    ("coop", &["coop", "co op", "cooperative"]),
    ("nfp", &["nfp", "non profit", "nonprofit", "501c3"]),
    ("na", &["na", "national association", "fsb", "fa"]),
    ("eirl", &["eirl", "eireli", "mei", "epp", "me"]),
];

/// Forms that stand in front of a name: `PT Astra`, `OOO Romashka`.
const LEADING: &[&str] =
    &["pt", "ooo", "oao", "zao", "pao", "sarl", "sas", "cv", "ab", "uab", "sia"];

/// The longest spelling, in words.
const LONGEST: usize = 5;

/// The words of a name without its legal forms, and the family of the first one found. Words come
/// back unchanged when they are nothing but a legal form.
pub fn without_legal_form(words: &[String]) -> (Vec<String>, Option<LegalForm>) {
    let mut rest = words;
    let mut found = None;
    while let Some((n_words, family)) = trailing_form(rest) {
        rest = &rest[..rest.len() - n_words];
        // The outermost form is the narrowest: `Acme Company Limited` is limited.
        found = found.or(Some(family));
        while rest.last().is_some_and(|word| word == "and") {
            rest = &rest[..rest.len() - 1];
        }
    }
    if let Some(first) = rest.first()
        && 1 < rest.len()
        && LEADING.contains(&first.as_str())
    {
        found = found.or_else(|| family_of(first));
        rest = &rest[1..];
    }
    if rest.is_empty() { (words.to_vec(), found) } else { (rest.to_vec(), found) }
}

fn trailing_form(words: &[String]) -> Option<(usize, LegalForm)> {
    // At least one word must stay: "Company" alone is a name.
    let longest = LONGEST.min(words.len().saturating_sub(1));
    (1..=longest).rev().find_map(|n_words| {
        let tail = words[words.len() - n_words..].join(" ");
        Some((n_words, family_of(&tail)?))
    })
}

fn family_of(spelling: &str) -> Option<LegalForm> {
    LEGAL_FORMS.iter().find(|(_, all)| all.contains(&spelling)).map(|(family, _)| *family)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::text::{folded, initials_joined, words};
    use std::collections::BTreeSet;

    fn split(written: &str) -> (String, Option<LegalForm>) {
        let folded = folded(written).replace('&', " and ");
        let (rest, form) = without_legal_form(&initials_joined(words(&folded)));
        (rest.join(" "), form)
    }

    #[test]
    fn legal_forms_are_set_apart_worldwide() {
        for (written, rest, form) in [
            ("Acme Corporation", "acme", Some("corp")),
            ("Acme Co., Ltd.", "acme", Some("ltd")),
            ("Ben David & Co", "ben david", Some("co")),
            ("Südwind Holz GmbH & Co. KG", "sudwind holz", Some("gmbh")),
            ("Grupo Azul S.A. de C.V.", "grupo azul", Some("sadecv")),
            ("Kowalski Sp. z o.o.", "kowalski", Some("spzoo")),
            ("Outback Tools Pty Ltd", "outback tools", Some("pty")),
            ("PT Sinar Jaya", "sinar jaya", Some("pt")),
            ("Company", "company", None),
            ("Blue Heron", "blue heron", None),
        ] {
            assert_eq!(split(written), (rest.to_owned(), form), "{written}");
        }
    }

    #[test]
    fn no_spelling_belongs_to_two_families() {
        let mut seen = BTreeSet::new();
        for spelling in LEGAL_FORMS.iter().flat_map(|(_, all)| *all) {
            assert!(seen.insert(spelling), "{spelling} is listed twice");
        }
    }
}
