//! The clients of one MSP, as both sets of books know them.

use std::collections::BTreeSet;

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::company::{Company, HEAVY, SLIGHT, Spelling, companies, spelled, without_accents};
use super::growth::{Growth, Trade, growth_of};
use super::hard_clients;
use super::recipe::{FormatPair, Recipe};
use super::words::SCHOOLS;

/// A name that may change once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// The name at first.
    first: String,
    /// The month from which another holds, and that one.
    change: Option<(usize, String)>,
}

impl Name {
    /// A name that stays.
    pub(super) fn lasting(first: String) -> Self {
        Self { first, change: None }
    }

    /// The same name until a month, and another from then on.
    pub(super) fn until(&self, from: usize, then: String) -> Self {
        Self { first: self.first.clone(), change: Some((from, then)) }
    }

    /// The name in a month.
    pub(super) fn at(&self, month_idx: usize) -> &str {
        match &self.change {
            Some((from, name)) if *from <= month_idx => name,
            _ => &self.first,
        }
    }

    /// Puts a number behind the names that are taken, and takes them.
    fn keep_apart(&mut self, number: usize, taken: &mut BTreeSet<String>) {
        let changed = self.change.as_mut().map(|(_, name)| name);
        let mut own = BTreeSet::new();
        for name in std::iter::once(&mut self.first).chain(changed) {
            if taken.contains(&name.to_lowercase()) {
                *name = format!("{} {}", fitted(name, 44), 1_000 + number);
            }
            own.insert(name.to_lowercase());
        }
        taken.extend(own);
    }
}

/// A tenant or company at the vendor.
#[derive(Debug, Clone)]
pub(super) struct Account {
    /// The vendor's id at first.
    pub id: String,
    /// The month from which it has another id, and that one.
    pub moved: Option<(usize, String)>,
    /// As the vendor writes it.
    pub name: Name,
    /// The tenant's domain.
    pub domain: String,
}

impl Account {
    /// The vendor's id in a month.
    pub(super) fn id_at(&self, month_idx: usize) -> &str {
        match &self.moved {
            Some((from, id)) if *from <= month_idx => id,
            _ => &self.id,
        }
    }
}

/// A company in the PSA.
#[derive(Debug, Clone)]
pub(super) struct PsaCompany {
    /// The record's id.
    pub record_id: String,
    /// The short code people type, at most 30 characters.
    pub identifier: String,
    /// As the PSA writes it, at most 50 characters.
    pub name: Name,
}

/// What a client is to the MSP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Buys licences and is billed for them.
    Licensed,
    /// The MSP itself.
    Internal,
    /// Stands on the vendor's side only: a test tenant.
    VendorOnly,
    /// Stands in the PSA only: labour and retainers.
    PsaOnly,
    /// Has licences, and stands on one side only this month; another company there sounds like it.
    LookAlike,
}

/// One client.
#[derive(Debug, Clone)]
pub(super) struct Client {
    /// At the vendor; empty where it has no account, two where it has two tenants.
    pub accounts: Vec<Account>,
    /// In the PSA.
    pub psa: Option<PsaCompany>,
    /// What it is to the MSP.
    pub role: Role,
    /// How its headcount moves.
    pub growth: Growth,
    /// Its headcount in the first month.
    pub people: u32,
    /// The first month it is a client.
    pub joined: usize,
    /// The first month it is no client any more.
    pub left: Option<usize>,
}

/// The clients, in no telling order; the MSP's own tenant is the last.
pub(super) fn clients(recipe: &Recipe, rng: &mut Xoshiro256PlusPlus) -> Vec<Client> {
    let extra = recipe.clients / 16 + 1;
    let all = companies(recipe.clients + 2 * extra + 1, rng);
    let mut clients = Vec::with_capacity(all.len());
    for (idx, company) in all.iter().enumerate() {
        let role = match idx {
            _ if idx < recipe.clients => Role::Licensed,
            _ if idx < recipe.clients + extra => Role::VendorOnly,
            _ if idx < recipe.clients + 2 * extra => Role::PsaOnly,
            _ => Role::Internal,
        };
        clients.push(client(company, idx, role, recipe, rng));
    }
    mark_comings_and_goings(&mut clients, recipe);
    hard_clients::harden(&mut clients, recipe);
    keep_names_apart(&mut clients);
    clients
}

/// One client comes in the newest month, and one with two tenants is always there.
fn mark_comings_and_goings(clients: &mut [Client], recipe: &Recipe) {
    if recipe.clients >= 4 && recipe.months >= 8 {
        clients[1].joined = recipe.months - 1;
        clients[1].left = None;
        clients[0].joined = 0;
        clients[0].left = None;
        if clients[0].accounts.len() == 1 {
            let first = clients[0].accounts[0].clone();
            let name = Name { first: format!("{} (2)", first.name.first), change: None };
            let domain = format!("staff.{}", first.domain);
            clients[0].accounts.push(Account {
                id: reversed(&first.id),
                moved: None,
                name,
                domain,
            });
        }
    }
}

/// Another id of the same form.
fn reversed(id: &str) -> String {
    let blocks: Vec<String> = id.split('-').map(|block| block.chars().rev().collect()).collect();
    blocks.join("-")
}

/// Two companies never bear one name in one set of books: the later one gets its number.
fn keep_names_apart(clients: &mut [Client]) {
    let (mut vendor, mut psa) = (BTreeSet::new(), BTreeSet::new());
    for (client_idx, client) in clients.iter_mut().enumerate() {
        for account in &mut client.accounts {
            account.name.keep_apart(client_idx, &mut vendor);
        }
        if let Some(company) = &mut client.psa {
            company.name.keep_apart(client_idx, &mut psa);
        }
    }
}

fn client(
    company: &Company,
    idx: usize,
    role: Role,
    recipe: &Recipe,
    rng: &mut Xoshiro256PlusPlus,
) -> Client {
    let number = 100 + u32::try_from(idx).unwrap_or(0) * 7 + rng.gen_range(0..7);
    let account = account(company, number, recipe, rng);
    let mut psa = psa_company(company, number, recipe, rng);
    if role == Role::Internal {
        psa.name =
            Name { first: fitted(&format!("{} IT - Internal", company.lead), 50), change: None };
    }
    let trade = if company.trade_idx == SCHOOLS { Trade::School } else { Trade::Other };
    let growth = match role {
        Role::Licensed => growth_of(trade, rng),
        _ => Growth::Flat,
    };
    let (joined, left) = presence(role, recipe.months, rng);
    Client {
        accounts: if role == Role::PsaOnly { Vec::new() } else { vec![account] },
        psa: is_in_psa(role, recipe.formats).then_some(psa),
        role,
        growth,
        people: people(growth, role, rng),
        joined,
        left,
    }
}

/// Autotask's export cannot say that a row is not billed, so the MSP's own tenant is not in it.
fn is_in_psa(role: Role, formats: FormatPair) -> bool {
    match role {
        Role::Licensed | Role::PsaOnly => true,
        Role::Internal => formats == FormatPair::Pax8ConnectWise,
        Role::VendorOnly | Role::LookAlike => false,
    }
}

fn people(growth: Growth, role: Role, rng: &mut Xoshiro256PlusPlus) -> u32 {
    match (role, growth) {
        (Role::VendorOnly, _) => rng.gen_range(1..5),
        (_, Growth::Steady) => rng.gen_range(12..45),
        (_, Growth::School) => rng.gen_range(30..120),
        (_, Growth::Shrinking) => rng.gen_range(30..80),
        _ => [6, 9, 12, 15, 19, 24, 31, 42, 58, 85][rng.gen_range(0..10)] + rng.gen_range(0..5),
    }
}

fn presence(role: Role, months: usize, rng: &mut Xoshiro256PlusPlus) -> (usize, Option<usize>) {
    if role != Role::Licensed || months < 8 {
        return (0, None);
    }
    let joined = if rng.gen_bool(0.18) { rng.gen_range(1..months - 4) } else { 0 };
    let left = (joined == 0 && rng.gen_bool(0.06)).then(|| rng.gen_range(5..months - 1));
    (joined, left)
}

fn account(
    company: &Company,
    number: u32,
    recipe: &Recipe,
    rng: &mut Xoshiro256PlusPlus,
) -> Account {
    let numbered = rng.gen_bool(recipe.habits.numbered);
    let spelling = match rng.gen_range(0..10) {
        _ if numbered => Spelling::Numbered,
        0..=5 => Spelling::Registered,
        _ => *SLIGHT.choose(rng).expect("there are spellings"),
    };
    let first = spelled(company, spelling, number, rng);
    let id = uuid(rng);
    Account {
        id,
        moved: None,
        name: changing(first, company, recipe, rng),
        domain: company.domain(),
    }
}

fn psa_company(
    company: &Company,
    number: u32,
    recipe: &Recipe,
    rng: &mut Xoshiro256PlusPlus,
) -> PsaCompany {
    let heavy = rng.gen_bool(recipe.habits.name_noise * 0.5);
    let table = if heavy { &HEAVY } else { &SLIGHT };
    let first = spelled(company, *table.choose(rng).expect("there are spellings"), number, rng);
    let name = changing(fitted(&first, 50), company, recipe, rng);
    PsaCompany {
        record_id: (19_000 + number).to_string(),
        identifier: identifier(company, number),
        name,
    }
}

/// Few names change: to the registered one with the town behind it.
fn changing(
    first: String,
    company: &Company,
    recipe: &Recipe,
    rng: &mut Xoshiro256PlusPlus,
) -> Name {
    let changes = rng.gen_bool(0.05) && recipe.months > 6;
    let change = changes.then(|| {
        let from = rng.gen_range(4..recipe.months);
        (from, fitted(&spelled(company, Spelling::WithTown, 0, rng), 50))
    });
    Name { first, change }
}

fn identifier(company: &Company, number: u32) -> String {
    let letters: String = without_accents(&company.plain())
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "The")
        .map(|word| word.chars().take(8).collect::<String>())
        .collect();
    format!("{}{number}", letters.chars().take(26).collect::<String>())
}

/// Cut to as many characters as the PSA's field holds.
pub(super) fn fitted(name: &str, longest: usize) -> String {
    name.chars().take(longest).collect::<String>().trim_end().to_owned()
}

/// An id in the usual form.
pub(super) fn uuid(rng: &mut Xoshiro256PlusPlus) -> String {
    let (high, low): (u64, u64) = (rng.r#gen(), rng.r#gen());
    let hex = format!("{high:016x}{low:016x}");
    format!("{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
}
