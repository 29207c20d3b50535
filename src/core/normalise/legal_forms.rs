//! Legal forms of companies, worldwide, as they stand at the end (or start) of a name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::text::folded;

/// A family of legal forms: spellings of one form share it.
pub type LegalForm = &'static str;

/// (family, spellings). Spellings are folded words, other alphabets in Latin letters; initials are
/// joined, so `S.A. de C.V.` is `sa de cv`.
#[rustfmt::skip]
const LEGAL_FORMS: &[(LegalForm, &[&str])] = &[
    ("inc", &["inc", "incorporated", "incorporation", "incorp", "incorporee"]),
    ("corp", &["corp", "corporation", "corpn", "corporacion", "corporacao", "korporatsiya"]),
    ("co", &["co", "company", "comp", "cos", "cie", "compagnie", "compania", "cia", "companhia"]),
    ("ltd", &["ltd", "limited", "ltda", "limitada", "limitee", "ltee", "lda", "co ltd", "company limited", "coltd", "co limited", "ltd co", "limited company", "lmtd", "lt", "ltd liability co", "private company limited by shares"]),
    ("llc", &["llc", "limited liability company", "llcs", "limited liability co", "ltd liability company", "lc"]),
    ("pllc", &["pllc", "professional llc", "professional limited liability company"]),
    ("llp", &["llp", "limited liability partnership", "lllp", "llps"]),
    ("lp", &["lp", "limited partnership", "ltd partnership", "ltd ptnrshp", "slp limited partnership", "general partnership"]),
    ("pc", &["pc", "professional corporation", "psc", "apc", "prof corp", "professional corp", "sc ltd", "prof assn", "sc"]),
    ("pa", &["pa", "professional association", "chartered", "chtd"]),
    ("pbc", &["pbc", "public benefit corporation", "benefit corporation", "pbllc"]),
    ("plc", &["plc", "public limited company", "public limited co", "public ltd co", "ccc", "cyf"]),
    ("cic", &["cic", "community interest company", "cbc"]),
    ("trust", &["charitable trust", "cio", "statutory trust", "business trust", "real estate investment trust", "reit"]),
    ("pty", &["pty", "pty ltd", "proprietary limited", "proprietary", "pty limited", "proprietary ltd", "p l", "pl"]),
    ("pvt", &["pvt", "pvt ltd", "private limited", "pte ltd", "pte", "pte limited", "opc", "private ltd", "pvt limited", "p ltd"]),
    ("bhd", &["bhd", "sdn bhd", "berhad", "sendirian berhad", "sdn"]),
    ("gmbh", &["gmbh", "ggmbh", "gesmbh", "mbh", "ug", "gmbh and co kg", "gmbh co kg", "ug haftungsbeschrankt", "gmbh and co", "gmbh and co kgaa", "gesellschaft mit beschrankter haftung", "gmbh co", "gmbh and co ohg", "gesellschaft mbh", "gmbh u co kg", "haftungsbeschrankt", "ug and co kg"]),
    ("ag", &["ag", "aktiengesellschaft", "kgaa", "ag and co kgaa", "ag and co kg", "se and co kgaa"]),
    ("se", &["se", "societas europaea", "europaische aktiengesellschaft"]),
    ("kg", &["kg", "ohg", "gbr", "ek", "ev", "co kg", "partg", "eg", "partgmbb", "kommanditgesellschaft", "offene handelsgesellschaft", "e k", "eingetragener verein", "egbr", "and co kg", "eingetragener kaufmann", "eingetragene genossenschaft", "ag co kg"]),
    ("sa", &["sa", "societe anonyme", "sociedad anonima", "sau", "sa nv", "sociedade anonima", "saic", "saci", "sacifia", "saicf", "sca", "societe en commandite par actions", "spolka akcyjna", "s a a", "saa", "sac"]),
    ("sas", &["sas", "sasu", "snc", "sci", "scop", "societe par actions simplifiee", "scp", "selarl", "gie", "selas", "societe civile", "societe en nom collectif"]),
    ("sarl", &["sarl", "sarlu", "eurl", "sprl", "srlu", "sarlau", "societe a responsabilite limitee", "sarl au"]),
    ("srl", &["srl", "srls", "societa a responsabilita limitata", "sociedad de responsabilidad limitada", "srl unipersonale", "societate cu raspundere limitata"]),
    ("spa", &["spa", "societa per azioni", "sapa", "sab", "societa cooperativa", "soc coop", "scarl", "scrl", "societa semplice"]),
    ("sadecv", &["sa de cv", "sab de cv", "s de rl de cv", "s de rl", "sapi de cv", "sa p i de cv", "srl de cv", "sociedad anonima de capital variable", "s en c", "sofom enr", "sc de rl"]),
    ("sl", &["sl", "slu", "sociedad limitada", "sll", "sl unipersonal", "slne", "sociedad limitada unipersonal", "sociedad limitada profesional"]),
    ("bv", &["bv", "besloten vennootschap", "vof", "cv", "bvba", "bvio", "commanditaire vennootschap", "maatschap", "besloten vennootschap met beperkte aansprakelijkheid"]),
    ("nv", &["nv", "naamloze vennootschap", "nv sa"]),
    ("ab", &["ab", "aktiebolag", "hb", "publ", "ab publ", "handelsbolag", "kommanditbolag", "ek for"]),
    ("as", &["as", "asa", "aksjeselskap", "allmennaksjeselskap", "ans", "enk", "nuf"]),
    ("asdk", &["a s dk", "aktieselskab"]),
    ("aps", &["aps", "anpartsselskab", "ivs", "k s", "i s", "amba", "fmba", "smba"]),
    ("oy", &["oy", "oyj", "osakeyhtio", "ky", "oy ab", "julkinen osakeyhtio", "abp", "tmi", "osk"]),
    ("hf", &["hf", "ehf", "ohf", "slhf"]),
    ("ou", &["ou", "osauhing", "aktsiaselts", "mtu", "fie"]),
    ("sia", &["sia", "uab", "akciju sabiedriba", "uzdaroji akcine bendrove", "sabiedriba ar ierobezotu atbildibu", "vsi"]),
    ("spzoo", &["sp zoo", "spolka zoo", "sp z oo", "sp z o o", "spolka z ograniczona odpowiedzialnoscia", "sp j", "sp k", "spolka jawna", "spolka komandytowa", "spolka z oo", "sp zoo sp k", "sp z oo sp k"]),
    ("sro", &["sro", "spol sro", "spol s r o", "spolecnost s rucenim omezenym", "spolocnost s rucenim obmedzenym", "vos"]),
    ("doo", &["doo", "dd", "jdoo", "dno", "dooel", "drustvo s ogranicenom odgovornoscu", "shpk", "sha", "drustvo z omejeno odgovornostjo"]),
    ("ood", &["ood", "eood", "ead", "aktsionerno druzhestvo", "ad"]),
    ("kft", &["kft", "zrt", "nyrt", "bt", "korlatolt felelossegu tarsasag", "kkt", "rt"]),
    ("ooo", &["ooo", "oao", "zao", "pao", "ao", "too", "tov", "ojsc", "cjsc", "jsc", "ojsk", "tdv", "prat", "pat", "fgup", "mup", "gup", "obshchestvo s ogranichennoi otvetstvennostyu", "obshchestvo s ogranichennoy otvetstvennostyu", "joint stock company", "open joint stock company", "closed joint stock company", "aktsionernoe obshchestvo", "joint stock co", "tovarystvo z obmezhenoiu vidpovidalnistiu", "fop", "mchj", "mmc"]),
    ("as_tr", &["anonim sirketi", "limited sirketi", "ltd sti", "ltd sirketi", "san ve tic as", "san ve tic ltd sti", "ticaret as", "ve ticaret limited sirketi", "sti", "kollektif sirketi"]),
    ("ae", &["ae", "epe", "ike", "anonymi etairia", "oe"]),
    ("kk", &["kk", "kabushiki kaisha", "gk", "yk", "godo kaisha", "kabushikigaisha", "yugen kaisha", "kabushiki gaisha", "gomei kaisha"]),
    ("kr", &["jusik hoesa", "yuhan hoesa", "chusik hoesa"]),
    ("vn", &["cong ty tnhh", "cong ty co phan", "ctcp", "tnhh"]),
    ("pt", &["pt", "tbk", "pt tbk", "persero", "perseroan terbatas"]),
    ("th", &["pcl", "public company limited", "public co ltd", "hcl"]),
    ("fze", &["fze", "fzc", "fzco", "fz llc", "dmcc", "wll", "psjc", "pjsc", "qsc", "bsc", "saog", "saoc", "bsc c", "kscp", "ksc", "kpsc", "qpsc", "spc", "llc fz", "sps"]),
    ("sal", &["sal", "sae", "holding sal"]),
    ("il", &["بعم", "בעמ", "בע מ", "baam", "b m"]),
    ("za", &["npc", "rf", "soc ltd", "cc", "close corporation", "rf ltd", "rf pty ltd"]),
    ("unltd", &["unlimited company", "uc", "dac", "clg", "designated activity company", "company limited by guarantee", "unltd", "ultd", "teoranta", "teo", "cpt"]),
    ("ulc", &["ulc", "unlimited liability company", "unlimited liability corporation", "nsulc"]),
    ("coop", &["coop", "co op", "cooperative", "cooperativa", "genossenschaft", "cooperative association", "cooperatie", "co operative", "kooperativ", "osuuskunta", "andelsselskab"]),
    ("nfp", &["nfp", "non profit", "nonprofit", "501c3", "not for profit", "npo", "asbl", "vzw", "aisbl", "ivzw", "onlus", "ong", "non profit organization", "not for profit corporation", "ideell forening"]),
    ("na", &["na", "national association", "fsb", "fa", "federal savings bank", "ssb", "nt and sa", "national banking association"]),
    ("eirl", &["eirl", "eireli", "mei", "epp", "me", "empresa individual de responsabilidad limitada", "eireli me", "microempresa"]),
    ("sarlch", &["sarl gmbh", "sagl", "gmbh sarl"]),
    ("sicav", &["sicav", "sicaf", "fcp", "ucits", "icav", "scsp", "scs", "raif"]),
];

/// Forms written without a space before or after the name.
const JOINED: &[(LegalForm, &[&str])] = &[
    ("kk", &["株式会社", "株式會社", "有限会社", "合同会社", "(株)", "(有)"]),
    ("cn", &["股份有限公司", "有限责任公司", "有限責任公司", "有限公司", "股份公司"]),
    ("kr", &["주식회사", "유한회사", "(주)", "(유)"]),
];

/// Forms that stand in front of a name: `PT Astra`, `OOO Romashka`.
#[rustfmt::skip]
const LEADING: &[&str] = &[
    "pt", "ooo", "oao", "zao", "pao", "tov", "ojsc", "cjsc", "jsc", "sarl", "sas", "srl", "cv", "ab",
    "uab", "sia", "dd", "kk", "joint stock company", "joint stock co", "open joint stock company",
    "closed joint stock company", "limited liability company", "kabushiki kaisha",
    "obshchestvo s ogranichennoi otvetstvennostyu", "aktsionernoe obshchestvo",
    "societatea cu raspundere limitata", "societate cu raspundere limitata", "cong ty tnhh",
    "cong ty co phan", "societe anonyme", "jusik hoesa",
];

/// The longest spelling, in words.
const LONGEST: usize = 5;

static FAMILIES: LazyLock<HashMap<&str, LegalForm>> = LazyLock::new(|| {
    let of = |(family, all): &(LegalForm, &'static [&'static str])| {
        let family = *family;
        all.iter().map(move |spelling| (*spelling, family))
    };
    LEGAL_FORMS.iter().flat_map(of).collect()
});

static JOINED_FOLDED: LazyLock<Vec<(LegalForm, String)>> = LazyLock::new(|| {
    let of = |(family, all): &(LegalForm, &'static [&'static str])| {
        let family = *family;
        all.iter().map(move |spelling| (family, folded(spelling)))
    };
    JOINED.iter().flat_map(of).collect()
});

/// The words of a name without its legal forms, and the family of the first one found. A numeral
/// behind the form stays (`Acme Corp. II`). Words come back unchanged when they are nothing but a
/// legal form.
pub(super) fn without_legal_form(words: &[String]) -> (Vec<String>, Option<LegalForm>) {
    let n_kept = behind_the_form(words);
    let (mut rest, numeral) = words.split_at(words.len() - n_kept);
    let mut found = None;
    while let Some((n_words, family)) = trailing_form(rest) {
        rest = &rest[..rest.len() - n_words];
        // The outermost form is the narrowest: `Acme Company Limited` is limited.
        found = found.or(Some(family));
        while rest.last().is_some_and(|word| word == "and") {
            rest = &rest[..rest.len() - 1];
        }
    }
    if let Some((n_words, family)) = leading_form(rest) {
        found = found.or(Some(family));
        rest = &rest[n_words..];
    }
    // `Korea Fund Inc New`: the registry's word for a successor.
    let numeral = numeral.iter().filter(|word| *word != "new");
    if rest.is_empty() {
        (words.to_vec(), found)
    } else {
        (rest.iter().chain(numeral).cloned().collect(), found)
    }
}

/// Text without a legal form that is written in one piece with the name: `株式会社`, `(주)`.
pub(super) fn without_joined_form(text: &str) -> (String, Option<LegalForm>) {
    if text.is_ascii() {
        return (text.to_owned(), None);
    }
    for (family, spelling) in JOINED_FOLDED.iter() {
        let rest = text.replace(spelling.as_str(), " ");
        if rest.len() < text.len() && rest.chars().any(char::is_alphanumeric) {
            return (rest, Some(family));
        }
    }
    (text.to_owned(), None)
}

/// How many words behind a legal form are a numeral, or the word for a successor.
fn behind_the_form(words: &[String]) -> usize {
    let is_numeral = |word: &String| {
        word == "new"
            || (word.len() <= 4 && word.bytes().all(|b| b.is_ascii_digit()))
            || word.bytes().all(|b| b"ivx".contains(&b))
    };
    let is_behind = words.len() > 2
        && words.last().is_some_and(is_numeral)
        && trailing_form(&words[..words.len() - 1]).is_some();
    usize::from(is_behind)
}

fn trailing_form(words: &[String]) -> Option<(usize, LegalForm)> {
    // At least one word must stay: "Company" alone is a name.
    let longest = LONGEST.min(words.len().saturating_sub(1));
    (1..=longest).rev().find_map(|n_words| {
        let tail = words[words.len() - n_words..].join(" ");
        Some((n_words, family_of(&tail)?))
    })
}

fn leading_form(words: &[String]) -> Option<(usize, LegalForm)> {
    let longest = LONGEST.min(words.len().saturating_sub(1));
    (1..=longest).rev().find_map(|n_words| {
        let head = words[..n_words].join(" ");
        let leads = LEADING.contains(&head.as_str());
        leads.then(|| family_of(&head)).flatten().map(|family| (n_words, family))
    })
}

fn family_of(spelling: &str) -> Option<LegalForm> {
    FAMILIES.get(spelling).copied()
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
            ("ООО Ромашка", "romashka", Some("ooo")),
            ("Nokia Oyj", "nokia", Some("oy")),
            ("Rossi & Figli S.p.A.", "rossi and figli", Some("spa")),
            ("Silva e Filhos, Lda.", "silva e filhos", Some("ltd")),
            ("Bintang Sdn. Bhd.", "bintang", Some("bhd")),
            ("Horvat d.o.o.", "horvat", Some("doo")),
            ("Novak s.r.o.", "novak", Some("sro")),
            ("Magyar Gép Kft.", "magyar gep", Some("kft")),
            ("Bakker B.V.", "bakker", Some("bv")),
            ("Airbus SE", "airbus", Some("se")),
            ("Hill Orthopaedics PLLC", "hill orthopaedics", Some("pllc")),
            ("Good Bread PBC", "good bread", Some("pbc")),
            ("Joint Stock Company Orbit", "orbit", Some("ooo")),
            ("Melar Acquisition Corp. II", "melar acquisition ii", Some("corp")),
            ("Korea Fund, Inc. New", "korea fund", Some("inc")),
            ("Company", "company", None),
            ("Blue Heron", "blue heron", None),
        ] {
            assert_eq!(split(written), (rest.to_owned(), form), "{written}");
        }
    }

    #[test]
    fn forms_in_one_piece_with_the_name_are_set_apart() {
        for (written, rest, form) in [
            ("株式会社さくら", "さくら", Some("kk")),
            ("北方电子有限公司", "北方电子", Some("cn")),
            ("Blue Heron", "Blue Heron", None),
        ] {
            let (found, family) = without_joined_form(&folded(written));
            let expected = folded(rest);
            assert_eq!((found.trim(), family), (expected.as_str(), form), "{written}");
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
