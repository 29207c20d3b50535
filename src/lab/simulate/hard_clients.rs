//! Clients that are hard to match: look-alikes of one side, the MSP's own tenant, new ids and new names.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::clients::{Account, Client, Name, PsaCompany, Role, fitted, uuid};
use super::growth::Growth;
use super::recipe::{Hardship, Recipe};
use super::words::{COINED, PLACE_ENDS, PLACE_STARTS, SURNAMES, TRADES};

/// One pair of look-alikes for so many clients, and two more.
const CLIENTS_PER_LOOK_ALIKE: usize = 12;
/// Share of the clients that get a new id at the vendor in some month.
const MOVED: f64 = 0.06;
/// Share of the clients that are called something else in the PSA from some month on.
const RENAMED: f64 = 0.05;

/// Makes the clients harder to match, as the recipe says.
pub(super) fn harden(clients: &mut Vec<Client>, recipe: &Recipe) {
    let rng = &mut recipe.stream(7);
    if recipe.has(Hardship::OwnTenant) {
        name_own_tenant(clients, recipe, rng);
    }
    if recipe.has(Hardship::Renames) {
        clients.iter_mut().for_each(|client| rename(client, recipe, rng));
    }
    if recipe.has(Hardship::LookAlikes) {
        add_look_alikes(clients, recipe, rng);
    }
}

/// The vendor's books call it by the MSP's name; the PSA has no such client.
fn name_own_tenant(clients: &mut [Client], recipe: &Recipe, rng: &mut Xoshiro256PlusPlus) {
    let msp = recipe.msp_name();
    for client in clients.iter_mut().filter(|client| client.role == Role::Internal) {
        client.psa = None;
        let own = [
            format!("{msp} - INTERNAL"),
            format!("{msp} (Not for Resale)"),
            format!("{msp} NFR"),
            format!("{} Internal Use", msp.to_uppercase()),
            msp.clone(),
        ];
        for account in &mut client.accounts {
            account.name = Name::lasting(one_of(&own, rng).clone());
        }
    }
}

fn rename(client: &mut Client, recipe: &Recipe, rng: &mut Xoshiro256PlusPlus) {
    let (moved, renamed) = (rng.gen_bool(MOVED), rng.gen_bool(RENAMED));
    let from = rng.gen_range(1..recipe.months);
    let (id, name) = (uuid(rng), fitted(&company(rng), 50));
    if client.role != Role::Licensed {
        return;
    }
    if let (true, [account]) = (moved, client.accounts.as_mut_slice()) {
        account.moved = Some((from, id));
    }
    if let (true, Some(psa)) = (renamed && !moved, &mut client.psa) {
        psa.name = psa.name.until(from, name);
    }
}

/// Pairs of companies, one in the vendor's books and another in the PSA, that share words; the partner of
/// neither is in the other books.
fn add_look_alikes(clients: &mut Vec<Client>, recipe: &Recipe, rng: &mut Xoshiro256PlusPlus) {
    for number in 0..recipe.clients / CLIENTS_PER_LOOK_ALIKE + 2 {
        let here: Vec<String> = clients
            .iter()
            .filter(|client| client.role == Role::Licensed)
            .filter_map(|client| client.psa.as_ref())
            .map(|psa| psa.name.at(0).to_owned())
            .collect();
        let (vendor, psa) = look_alikes(&here, rng);
        let id = 70_000 + number;
        let mut alone = |accounts, psa| {
            clients.push(Client {
                accounts,
                psa,
                role: Role::LookAlike,
                growth: Growth::Flat,
                people: rng.gen_range(5..40),
                joined: 0,
                left: None,
            });
        };
        let label: String = vendor.chars().filter(char::is_ascii_alphanumeric).collect();
        let domain = format!("{}.com", label.to_lowercase());
        let account = Account {
            id: format!("{id:08x}-0000-4000-8000-{:012x}", recipe.seed & 0xFFFF_FFFF),
            moved: None,
            name: Name::lasting(vendor),
            domain,
        };
        alone(vec![account], None);
        let letters: String = psa.chars().filter(char::is_ascii_alphanumeric).take(22).collect();
        let company = PsaCompany {
            record_id: id.to_string(),
            identifier: format!("{letters}{id}"),
            name: Name::lasting(fitted(&psa, 50)),
        };
        alone(Vec::new(), Some(company));
    }
}

/// Two names that share words: the vendor's and the PSA's. Some share theirs with a client of both books.
fn look_alikes(here: &[String], rng: &mut Xoshiro256PlusPlus) -> (String, String) {
    let (one, other) = (place(rng), place(rng));
    let trade = one_of(&TRADES, rng);
    let (word, tail) = (*one_of(trade.words, rng), *one_of(trade.tails, rng));
    let all: Vec<&str> = TRADES.iter().flat_map(|trade| trade.words).copied().collect();
    let others: Vec<&str> = all.into_iter().filter(|other| *other != word).collect();
    let other_word = *one_of(&others, rng);
    let lead = match rng.gen_range(0..3) {
        0 => place(rng),
        1 => (*one_of(&SURNAMES, rng)).to_owned(),
        _ => (*one_of(&COINED, rng)).to_owned(),
    };
    let plain = format!("{lead} {word} {tail}").trim_end().to_owned();
    match rng.gen_range(0..9) {
        0 => (format!("{plain} - {one}"), format!("{plain} - {other}")),
        1 => (format!("{lead} {word} of {one}"), format!("{lead} {word} of {other}")),
        2 => (format!("{lead} Holdings {word}"), format!("{lead} Holdings {other_word}")),
        3 => (format!("{lead} {word}"), format!("{lead} {other_word} Co.")),
        4 => (plain.clone(), format!("{plain} Supply")),
        5 => (format!("{lead} {word} Group"), format!("{lead} {word} Partners")),
        6 => (format!("{lead} {word}, LLC"), format!("{lead} {word} ({other})")),
        7 => match here.choose(rng) {
            Some(client) => (format!("{client} of {one}"), format!("{plain} {other}")),
            None => (format!("{plain} {one}"), format!("{plain} {other}")),
        },
        _ => (format!("{one} {word} {tail}"), format!("{one} {word} Services {other}")),
    }
}

/// A name of its own.
fn company(rng: &mut Xoshiro256PlusPlus) -> String {
    let trade = one_of(&TRADES, rng);
    let lead = if rng.gen_bool(0.5) { place(rng) } else { (*one_of(&SURNAMES, rng)).to_owned() };
    let name = format!("{lead} {} {}", one_of(trade.words, rng), one_of(trade.tails, rng));
    name.trim_end().to_owned()
}

fn place(rng: &mut Xoshiro256PlusPlus) -> String {
    format!("{}{}", one_of(&PLACE_STARTS, rng), one_of(&PLACE_ENDS, rng))
}

fn one_of<'a, T>(all: &'a [T], rng: &mut Xoshiro256PlusPlus) -> &'a T {
    all.choose(rng).expect("no word table is empty")
}
