//! Two made-up registers of companies: as a stock list or an address book writes them, and as the law
//! does. They are longer than any MSP's list of clients, and full of companies with a name in common.

use std::collections::BTreeSet;

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::register_words::{
    COUNTRIES, FIRST, FORMS, FUNDS, SECOND, SHORT_PARTS, STATES, SYLLABLES, TAILS, TOWNS, TRADES,
};

/// Two lists of names, and which are one company.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registers {
    /// Names as people write them; their position is their key.
    pub written: Vec<String>,
    /// Names as registered.
    pub registered: Vec<String>,
    /// Positions in `written` and `registered` of one company. Four in ten written names have none.
    pub same: Vec<(usize, usize)>,
}

/// Share of the companies that stand in both lists, and in the registered one alone; the others stand
/// in the written one alone.
const IN_BOTH: f64 = 0.5;
const REGISTERED_ONLY: f64 = 0.2;

/// Two registers of `n` companies together.
pub fn registers(n: usize, seed: u64) -> Registers {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let companies = companies(n, &mut rng);
    let mut registers = Registers::default();
    let mut taken: [BTreeSet<String>; 2] = [BTreeSet::new(), BTreeSet::new()];
    for company in &companies {
        let (written, registered) = (company.written(&mut rng), company.registered(&mut rng));
        let chance: f64 = rng.r#gen();
        let is_written = !(IN_BOTH..IN_BOTH + REGISTERED_ONLY).contains(&chance);
        let is_registered = chance < IN_BOTH + REGISTERED_ONLY;
        let keep = |list: &mut Vec<String>, taken: &mut BTreeSet<String>, name: String| {
            taken.insert(name.to_lowercase()).then(|| {
                list.push(name);
                list.len() - 1
            })
        };
        let [written_taken, registered_taken] = &mut taken;
        let left =
            is_written.then(|| keep(&mut registers.written, written_taken, written)).flatten();
        let right = is_registered
            .then(|| keep(&mut registers.registered, registered_taken, registered))
            .flatten();
        registers.same.extend(left.zip(right));
    }
    registers
}

/// A company by the parts of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Listed {
    article: bool,
    lead: String,
    /// Lines of business and what follows them.
    rest: Vec<&'static str>,
    numeral: &'static str,
    /// Long and short: Corporation, Corp.
    form: (&'static str, &'static str),
    state: &'static str,
    /// Whether no other company has the lead.
    is_alone: bool,
}

fn pick<T: Copy>(rng: &mut Xoshiro256PlusPlus, words: &[T]) -> T {
    *words.choose(rng).expect("no word table is empty")
}

/// `n` companies; in three houses of ten several bear one name.
fn companies(n: usize, rng: &mut Xoshiro256PlusPlus) -> Vec<Listed> {
    let mut all = Vec::with_capacity(n);
    let mut taken = BTreeSet::new();
    while all.len() < n {
        let lead = lead(rng);
        let n_in_house = if rng.gen_bool(0.3) { rng.gen_range(2..7) } else { 1 };
        let first = company(lead, n_in_house == 1, rng);
        let has_branches = rng.gen_bool(0.3);
        for _ in 0..n_in_house {
            let next = match n_in_house {
                1 => first.clone(),
                _ if has_branches => branch(&first, rng),
                _ => relative(&first, rng),
            };
            let spelled = format!("{} {}", next.plain(), next.form.1).to_lowercase();
            if all.len() < n && taken.insert(spelled) {
                all.push(next);
            }
        }
    }
    all
}

fn lead(rng: &mut Xoshiro256PlusPlus) -> String {
    match rng.gen_range(0..10) {
        0..=3 => coined(rng),
        4..=6 => pick(rng, &FIRST).to_owned(),
        7 => format!("{} {}", pick(rng, &FIRST), pick(rng, &SECOND)),
        8 => format!("{} & {}", coined(rng), coined(rng)),
        _ => {
            let n_letters = rng.gen_range(2..4);
            (0..n_letters).map(|_| char::from(b'A' + rng.gen_range(0..26_u8))).collect()
        }
    }
}

/// A word that means nothing: two or three syllables.
fn coined(rng: &mut Xoshiro256PlusPlus) -> String {
    let n_syllables = rng.gen_range(2..4);
    let word: String = (0..n_syllables).map(|_| pick(rng, &SYLLABLES)).collect();
    word[..1].to_uppercase() + &word[1..]
}

fn company(lead: String, is_alone: bool, rng: &mut Xoshiro256PlusPlus) -> Listed {
    let mut rest = Vec::new();
    let is_fund = rng.gen_bool(0.12);
    if is_fund {
        rest.extend(pick(rng, &FUNDS).split(' '));
    } else {
        let n_trades = pick(rng, &[0, 1, 1, 1, 2]);
        rest.extend((0..n_trades).map(|_| pick(rng, &TRADES)));
        rest.extend((rng.gen_bool(0.4) || rest.is_empty()).then(|| pick(rng, &TAILS)));
        rest.dedup();
    }
    // A single coined word is a name by itself.
    if !is_fund && rng.gen_bool(0.12) && lead.len() > 4 {
        rest.clear();
    }
    Listed {
        article: rng.gen_bool(0.04),
        lead,
        rest,
        numeral: if rng.gen_bool(0.04) { pick(rng, &["II", "III", "IV", "2", "V"]) } else { "" },
        form: if is_fund && rng.gen_bool(0.6) { ("", "") } else { pick(rng, &FORMS) },
        state: pick(rng, &STATES),
        is_alone,
    }
}

/// The house's company in one town.
fn branch(first: &Listed, rng: &mut Xoshiro256PlusPlus) -> Listed {
    let mut rest = first.rest.clone();
    rest.extend(pick(rng, &["", "of", "-"]).split_terminator(' '));
    rest.push(pick(rng, &TOWNS));
    let form = if rng.gen_bool(0.6) { ("", "") } else { first.form };
    Listed { rest, form, ..first.clone() }
}

/// Another company of the house: other lines of business, one word more or less, another numeral or
/// another legal form, another country.
fn relative(first: &Listed, rng: &mut Xoshiro256PlusPlus) -> Listed {
    let fresh = company(first.lead.clone(), false, rng);
    match rng.gen_range(0..14) {
        0..=4 => fresh,
        10 => Listed { form: pick(rng, &FORMS), ..first.clone() },
        11 | 12 => {
            let mut rest = first.rest.clone();
            rest.push(pick(rng, &COUNTRIES));
            Listed { rest, ..first.clone() }
        }
        5 | 6 => {
            let mut rest = first.rest.clone();
            rest.insert(0, pick(rng, &TRADES));
            Listed { rest, ..first.clone() }
        }
        7 => Listed { rest: first.rest.iter().take(1).copied().collect(), ..first.clone() },
        8 | 13 => Listed { numeral: pick(rng, &["II", "III", "IV", "V", "VI"]), ..first.clone() },
        _ => {
            let mut rest = first.rest.clone();
            rest.truncate(1);
            rest.push(pick(rng, &TRADES));
            Listed { rest, ..first.clone() }
        }
    }
}

impl Listed {
    fn plain(&self) -> String {
        self.named(&self.rest, "")
    }

    fn named(&self, rest: &[&str], form: &str) -> String {
        let words = [&[self.lead.as_str()], rest, &[self.numeral, form]].concat();
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// As the registry writes it.
    fn registered(&self, rng: &mut Xoshiro256PlusPlus) -> String {
        let (long, short) = self.form;
        let form = if rng.gen_bool(0.6) { short } else { long };
        let mut name = self.named(&self.rest, form);
        if rng.gen_bool(0.4) && !form.is_empty() {
            name = self.named(&self.rest, "") + ", " + form;
        }
        if rng.gen_bool(0.45) {
            name = name.to_uppercase().replace([',', '.'], "");
        }
        let words: Vec<&str> = self.lead.split(' ').collect();
        if let ([given, family], true) = (&words[..], rng.gen_bool(0.15)) {
            // A registry files a founder's company under the family name.
            return Self { lead: format!("{family} {given}"), ..self.clone() }
                .named(&self.rest, short)
                .to_uppercase();
        }
        match rng.gen_range(0..40) {
            0..=2 => format!("{name} /{}/", self.state),
            3 => format!("{name}/{}", self.state),
            4 => format!("{name} /NEW/"),
            5 => name.replace(" & ", " AND "),
            _ => name,
        }
    }

    /// As people and stock lists write it.
    fn written(&self, rng: &mut Xoshiro256PlusPlus) -> String {
        let (long, short) = self.form;
        let form = if rng.gen_bool(0.7) { long } else { short };
        let full = self.named(&self.rest, form);
        let plain = self.plain();
        let is_short_name = self.is_alone && self.numeral.is_empty();
        match rng.gen_range(0..100) {
            0..=17 => plain,
            // A short name is the first words of the long one, and has no legal form.
            18..=24 if is_short_name => self.without_tail(),
            25..=28 if is_short_name && self.rest.len() < 3 && 4 < self.lead.len() => {
                self.lead.clone()
            }
            29 | 30 => format!("{full} (The)"),
            31..=34 => format!(
                "{full} {}",
                pick(rng, &["(Class A)", "Class B", "American Depositary Shares", "Common Stock"])
            ),
            35 => format!("{full} ({})", self.state),
            36 => misspelt(&full, rng),
            37 if self.is_alone => self.renamed(rng),
            38 => self.named(&self.rest, pick(rng, &FORMS).0),
            39 => plain.replacen(' ', "", 1),
            40 => plain.replace(" & ", " and "),
            41 | 42 => shortened(&full),
            43 => acronym(&plain).unwrap_or(full),
            44 => format!("The {full}"),
            _ if self.article => format!("The {full}"),
            _ => full,
        }
    }

    fn without_tail(&self) -> String {
        let n_kept = self.rest.len().saturating_sub(1);
        self.named(&self.rest[..n_kept], "")
    }

    /// A company that goes by another word than when it was registered.
    fn renamed(&self, rng: &mut Xoshiro256PlusPlus) -> String {
        let mut rest = self.rest.clone();
        rest.pop();
        rest.push(pick(rng, &TRADES));
        self.named(&rest, self.form.0)
    }
}

fn shortened(name: &str) -> String {
    SHORT_PARTS.iter().fold(name.to_owned(), |name, (long, short)| name.replace(long, short))
}

fn acronym(plain: &str) -> Option<String> {
    let letters: String = plain.split(' ').filter_map(|word| word.chars().next()).collect();
    (3 <= letters.len() && letters.chars().all(char::is_alphabetic)).then_some(letters)
}

fn misspelt(name: &str, rng: &mut Xoshiro256PlusPlus) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let idx = rng.gen_range(1..letters.len().max(3) - 1).min(letters.len() - 1);
    if rng.gen_bool(0.5) {
        letters.remove(idx);
    } else {
        letters.insert(idx, letters[idx]);
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registers_hold_names_with_and_without_a_partner_and_are_the_same_for_a_seed() {
        let both = registers(400, 3);
        assert_eq!(both, registers(400, 3));
        assert_ne!(both, registers(400, 4));
        assert!(both.same.len() > 150 && both.same.len() < 250, "{}", both.same.len());
        assert!(both.written.len() > both.same.len() + 60);
        assert!(both.registered.len() > both.same.len() + 40);
        let lefts: BTreeSet<usize> = both.same.iter().map(|(left, _)| *left).collect();
        assert_eq!(lefts.len(), both.same.len(), "a written name has one partner");
    }

    #[test]
    fn many_companies_share_the_beginning_of_their_name() {
        let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
        let all = companies(500, &mut rng);
        let n_alone = all.iter().filter(|one| one.is_alone).count();
        assert!((100..350).contains(&n_alone), "{n_alone}");
    }
}
