//! Product names and codes → comparable names.

use std::collections::BTreeSet;

use super::catalogue::{by_code, by_words};
use super::text::{code_form, folded, words};
use super::{Commitment, ComparableName, NameForm, Terms};

/// Spellings, as folded words, and the words they are compared as. The longest one at a place wins.
const SPELLINGS: &[(&str, &str)] = &[
    // Brands.
    ("microsoft office 365", "o365"),
    ("ms office 365", "o365"),
    ("office 365", "o365"),
    ("office365", "o365"),
    ("microsoft o365", "o365"),
    ("ms o365", "o365"),
    ("microsoft 365", "m365"),
    ("ms 365", "m365"),
    ("ms365", "m365"),
    ("microsoft365", "m365"),
    ("m 365", "m365"),
    ("microsoft m365", "m365"),
    ("ms m365", "m365"),
    ("msft 365", "m365"),
    ("azure active directory", "entra"),
    ("azure ad", "entra"),
    ("azuread", "entra"),
    ("aad", "entra"),
    ("entra id", "entra"),
    ("entraid", "entra"),
    ("exchange online", "exchange"),
    ("exo", "exchange"),
    ("exch", "exchange"),
    ("exch online", "exchange"),
    ("exchange", "exchange"),
    ("sharepoint online", "sharepoint"),
    ("spo", "sharepoint"),
    ("one drive", "onedrive"),
    ("onedrive for business", "onedrive"),
    ("defender for office 365", "defender office"),
    ("mdo", "defender office"),
    ("office 365 advanced threat protection", "defender office"),
    ("o365 advanced threat protection", "defender office"),
    ("office 365 atp", "defender office"),
    ("o365 atp", "defender office"),
    ("defender for o365", "defender office"),
    ("defender o365", "defender office"),
    ("defender for m365", "defender office"),
    ("defender for endpoint", "defender endpoint"),
    ("mde", "defender endpoint"),
    ("defender for business", "defender business"),
    ("mdb", "defender business"),
    ("sentinel one", "sentinelone"),
    ("s1", "sentinelone"),
    ("singularity", ""),
    ("power bi", "powerbi"),
    ("pbi", "powerbi"),
    ("power apps", "powerapps"),
    ("power automate", "powerautomate"),
    ("teams phone system", "teams phone"),
    ("phone system", "teams phone"),
    ("planner and project", "project"),
    ("planner project", "project"),
    ("proof point", "proofpoint"),
    ("know be 4", "knowbe4"),
    ("web root", "webroot"),
    ("g suite", "google workspace"),
    ("gsuite", "google workspace"),
    ("gws", "google workspace"),
    ("dropsuite", "dropsuite"),
    ("drop suite", "dropsuite"),
    ("ninja rmm", "ninjaone"),
    ("ninjarmm", "ninjaone"),
    ("ninja", "ninjaone"),
    ("itglue", "it glue"),
    ("cw", "connectwise"),
    ("enterprise mobility security", "ems"),
    ("enterprise mobility and security", "ems"),
    ("win", "windows"),
    ("win10", "windows 10"),
    ("win11", "windows 11"),
    ("windows 10 11", "windows"),
    ("windows 10", "windows"),
    ("windows 11", "windows"),
    ("copilot for m365", "copilot m365"),
    ("copilot for microsoft 365", "copilot m365"),
    ("microsoft copilot for microsoft 365", "copilot m365"),
    ("per user plan", "peruser"),
    ("premium per user", "ppu"),
    ("per app plan", "perapp"),
    // Initials and short words.
    ("m365bp", "m365 business premium"),
    ("m365 bp", "m365 business premium"),
    ("o365 bp", "o365 business premium"),
    ("microsoft 365 bp", "m365 business premium"),
    ("m365 bs", "m365 business standard"),
    ("microsoft 365 bs", "m365 business standard"),
    ("m365 bb", "m365 business basic"),
    ("microsoft 365 bb", "m365 business basic"),
    ("m365 basic", "m365 business basic"),
    ("microsoft 365 basic", "m365 business basic"),
    ("m365 standard", "m365 business standard"),
    ("m365 premium", "m365 business premium"),
    ("m365 std", "m365 business standard"),
    ("m365 prem", "m365 business premium"),
    ("business prem", "business premium"),
    ("busprem", "business premium"),
    ("bus", "business"),
    ("biz", "business"),
    ("prem", "premium"),
    ("std", "standard"),
    ("stnd", "standard"),
    ("stan", "standard"),
    ("bas", "basic"),
    ("ess", "essentials"),
    ("essential", "essentials"),
    ("ent", "enterprise"),
    ("professional", "pro"),
    ("adv", "advanced"),
    ("mgd", "managed"),
    ("svr", "server"),
    ("srv", "server"),
    ("servers", "server"),
    ("wkstn", "workstation"),
    ("bkup", "backup"),
    ("bu", "backup"),
    ("prot", "protection"),
    ("sec", "security"),
    ("mbx", "mailbox"),
    ("sat", "security awareness training"),
    ("security awareness", "security awareness training"),
    ("security awareness training", "security awareness training"),
    ("plan 1", "p1"),
    ("plan 2", "p2"),
    ("plan 3", "p3"),
    ("plan 4", "p4"),
    ("plan 5", "p5"),
    ("plan1", "p1"),
    ("plan2", "p2"),
    ("plan3", "p3"),
    ("plan5", "p5"),
    ("pl 1", "p1"),
    ("pl 2", "p2"),
    ("p 1", "p1"),
    ("p 2", "p2"),
    ("plan e1", "e1"),
    ("plan e3", "e3"),
    ("plan e5", "e5"),
    ("plan f3", "f3"),
    ("plan p1", "p1"),
    ("plan p2", "p2"),
    // What a licence is called, and what is not part of the product.
    ("new commerce experience", ""),
    ("new commerce", ""),
    ("nce", ""),
    ("csp", ""),
    ("legacy", ""),
    ("license", ""),
    ("licenses", ""),
    ("licence", ""),
    ("licences", ""),
    ("lic", ""),
    ("lics", ""),
    ("seat", ""),
    ("seats", ""),
    ("user", ""),
    ("users", ""),
    ("subscription", ""),
    ("subscriptions", ""),
    ("per user", ""),
    ("per seat", ""),
    ("per device", "device"),
    ("per month", ""),
    ("per user per month", ""),
    ("per year", ""),
    ("for department", ""),
    ("dept", ""),
    ("bill", ""),
    ("billing", ""),
    ("billed", ""),
    ("commit", ""),
    ("commitment", ""),
    ("committed", ""),
    ("term", ""),
    ("upfront", ""),
    ("renewal", ""),
    ("recurring", ""),
    ("online services", ""),
    ("pricing", ""),
];

/// Words that say how long one commits.
const COMMITMENTS: &[(&str, Commitment)] = &[
    ("annual", Commitment::Annual),
    ("annually", Commitment::Annual),
    ("yearly", Commitment::Annual),
    ("1yr", Commitment::Annual),
    ("1y", Commitment::Annual),
    ("1 yr", Commitment::Annual),
    ("1 year", Commitment::Annual),
    ("12 month", Commitment::Annual),
    ("12 months", Commitment::Annual),
    ("12m", Commitment::Annual),
    ("p1y", Commitment::Annual),
    ("one year", Commitment::Annual),
    ("monthly", Commitment::Monthly),
    ("1mth", Commitment::Monthly),
    ("1 mth", Commitment::Monthly),
    ("1 month", Commitment::Monthly),
    ("mthly", Commitment::Monthly),
    ("1m", Commitment::Monthly),
    ("p1m", Commitment::Monthly),
    ("m2m", Commitment::Monthly),
    ("month to month", Commitment::Monthly),
    ("1mo", Commitment::Monthly),
    ("mtm", Commitment::Monthly),
    ("3yr", Commitment::Triennial),
    ("3 yr", Commitment::Triennial),
    ("3 year", Commitment::Triennial),
    ("p3y", Commitment::Triennial),
    ("triennial", Commitment::Triennial),
    ("36 month", Commitment::Triennial),
    ("36 months", Commitment::Triennial),
    ("three year", Commitment::Triennial),
];

/// Words that say to whom a product is sold, or what it leaves out.
const AUDIENCES: &[(&str, &str)] = &[
    ("nonprofit", "nonprofit"),
    ("non profit", "nonprofit"),
    ("nfp", "nonprofit"),
    ("donation", "nonprofit"),
    ("charity", "nonprofit"),
    ("faculty", "faculty"),
    ("students", "students"),
    ("student", "students"),
    ("edu", "education"),
    ("education", "education"),
    ("academic", "education"),
    ("gcc", "government"),
    ("gcc high", "government high"),
    ("gov", "government"),
    ("government", "government"),
    ("gcchigh", "government high"),
    ("dod", "defence"),
    ("eea", "eea"),
    ("no teams", "no teams"),
    ("without teams", "no teams"),
    ("w o teams", "no teams"),
    ("trial", "trial"),
    ("preview", "trial"),
    ("addon", "add-on"),
    ("add on", "add-on"),
    ("attach", "attach"),
    ("unattended", "unattended"),
    ("vda", "vda"),
    ("without audio conferencing", "no audio"),
    ("no audio conferencing", "no audio"),
    ("free", "free"),
];

/// Words that tell the editions of one product apart.
const EDITIONS: &[&str] = &[
    "e1",
    "e2",
    "e3",
    "e4",
    "e5",
    "e7",
    "f1",
    "f2",
    "f3",
    "f5",
    "a1",
    "a3",
    "a5",
    "p1",
    "p2",
    "p3",
    "p4",
    "p5",
    "g1",
    "g3",
    "g5",
    "basic",
    "standard",
    "premium",
    "pro",
    "advanced",
    "enterprise",
    "business",
    "starter",
    "plus",
    "ultimate",
    "essentials",
    "complete",
    "control",
    "core",
    "kiosk",
    "edr",
    "itdr",
    "mdr",
    "xdr",
    "siem",
    "training",
    "o365",
    "m365",
    "server",
    "workstation",
    "resource",
    "archiving",
    "peruser",
    "ppu",
    "perapp",
    "endpoint",
    "office",
    "elite",
    "express",
    "lite",
    "foundation",
    "gold",
    "silver",
    "platinum",
    "bronze",
    "storage",
    "agent",
    "device",
    "copilot",
    "protect",
    "apps",
    "automate",
    "rmm",
    "psa",
    "mobile",
];

/// Words that carry no product.
const STOP_WORDS: &[&str] = &[
    "microsoft",
    "ms",
    "msft",
    "the",
    "for",
    "and",
    "of",
    "a",
    "with",
    "plan",
    "edition",
    "to",
    "by",
    "inc",
    "llc",
    "corp",
];

/// The comparable form of a product's name, with the codes its export gives beside it.
pub fn product_name(written: &str, codes: &[String]) -> ComparableName {
    let raw = words(&folded(written.trim()));
    let (spelled, mut terms) = respelled(&raw);
    let mut core: Vec<String> =
        spelled.iter().filter(|word| !STOP_WORDS.contains(&word.as_str())).cloned().collect();
    if core.is_empty() {
        core = if spelled.is_empty() { raw.clone() } else { spelled };
    }
    terms.editions =
        core.iter().filter(|word| EDITIONS.contains(&word.as_str())).cloned().collect();
    let catalogue = std::iter::once(written)
        .chain(codes.iter().map(String::as_str))
        .find_map(by_code)
        .or_else(|| by_words(&core));
    let is_number = |word: &&String| word.bytes().all(|b| b.is_ascii_digit());
    ComparableName {
        written: written.to_owned(),
        norm: raw.join(" "),
        squeezed: core.concat(),
        acronym: core.iter().filter_map(|word| word.chars().next()).collect(),
        numbers: core.iter().filter(is_number).cloned().collect(),
        codes: codes_of(written, codes),
        core,
        legal_form: None,
        form: NameForm::Words,
        terms,
        catalogue,
    }
}

/// The core words of a name in the table of products: what [`by_words`] compares.
pub(super) fn core_words(title: &str) -> Vec<String> {
    let (spelled, _) = respelled(&words(&folded(title)));
    spelled.into_iter().filter(|word| !STOP_WORDS.contains(&word.as_str())).collect()
}

/// Longest phrase, in words, of the tables above.
const LONGEST_PHRASE: usize = 5;

/// Replaces spellings and sets commitment, audience and price year apart, left to right.
fn respelled(raw: &[String]) -> (Vec<String>, Terms) {
    let mut terms = Terms::default();
    let mut spelled = Vec::with_capacity(raw.len());
    // A spelling may make another one possible ("ms 365" → "m365", then "m365 bp"), so twice.
    let mut rest = one_pass(raw, &mut terms);
    for _ in 0..2 {
        spelled = one_pass(&rest, &mut terms);
        if spelled == rest {
            break;
        }
        rest.clone_from(&spelled);
    }
    (spelled, terms)
}

fn one_pass(raw: &[String], terms: &mut Terms) -> Vec<String> {
    let mut spelled = Vec::with_capacity(raw.len());
    let mut word_idx = 0;
    while word_idx < raw.len() {
        let longest = LONGEST_PHRASE.min(raw.len() - word_idx);
        let taken = (1..=longest).rev().find(|&n_words| {
            take_phrase(&raw[word_idx..word_idx + n_words].join(" "), terms, &mut spelled)
        });
        if taken.is_none() {
            spelled.push(raw[word_idx].clone());
        }
        word_idx += taken.unwrap_or(1);
    }
    spelled
}

/// Whether a phrase is in one of the tables; what it says goes to the terms or the words.
fn take_phrase(phrase: &str, terms: &mut Terms, spelled: &mut Vec<String>) -> bool {
    if let Some((_, commitment)) = COMMITMENTS.iter().find(|(word, _)| *word == phrase) {
        // "Annual/Monthly" is committed for a year and billed by the month: the first word counts.
        terms.commitment = terms.commitment.or(Some(*commitment));
        true
    } else if let Some((_, audience)) = AUDIENCES.iter().find(|(word, _)| *word == phrase) {
        terms.audience.insert(audience);
        true
    } else if let Some((_, full)) = SPELLINGS.iter().find(|(word, _)| *word == phrase) {
        spelled.extend(full.split_whitespace().map(str::to_owned));
        true
    } else if let Some(year) = price_year(phrase) {
        terms.price_year = terms.price_year.or(Some(year));
        true
    } else {
        false
    }
}

fn price_year(word: &str) -> Option<u16> {
    let year: u16 = word.parse().ok().filter(|_| word.len() == 4)?;
    (2018..=2040).contains(&year).then_some(year)
}

/// Every code of a product in one form: those its export gives, those inside its name, and
/// Microsoft's `ProductId:SkuId` in whatever dress.
fn codes_of(written: &str, codes: &[String]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for text in std::iter::once(written).chain(codes.iter().map(String::as_str)) {
        all.extend(commerce_id(text));
    }
    all.extend(codes.iter().map(|code| code_form(code)).filter(|code| 2 < code.len()));
    for word in written.split_whitespace() {
        let code = code_form(word);
        let n_digits = code.bytes().filter(u8::is_ascii_digit).count();
        if 5 <= code.len() && 2 <= n_digits && n_digits < code.len() && !is_brand(&code) {
            all.insert(code);
        }
    }
    all
}

fn is_brand(code: &str) -> bool {
    ["MS365", "OFFICE365", "MICROSOFT365", "M365BP"].contains(&code)
}

/// Microsoft's commerce id inside a text: product id (twelve characters, `CFQ7…` or `DZH3…`) and,
/// where it follows, the four of the SKU id.
pub(super) fn commerce_id(text: &str) -> Option<String> {
    let squeezed = code_form(text);
    let start = ["CFQ7TTC0", "DZH318Z0"].iter().find_map(|prefix| squeezed.find(prefix))?;
    let id = &squeezed[start..];
    // The stock code of a term ends in ":1:" or ":Y:", so only four characters count.
    (12 <= id.len())
        .then(|| id[..id.len().min(16)].to_owned())
        .map(|id| if id.len() < 16 { id[..12].to_owned() } else { id })
}
