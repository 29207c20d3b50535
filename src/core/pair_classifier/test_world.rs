//! A small made-up world to learn from in tests, and hand-written cases to be examined on.

use std::sync::{Arc, LazyLock};

use rand::Rng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

use super::{FitRecipe, Fitted, TrainingSet, fit};
use crate::domain::entity::Decided;
use crate::domain::{Entity, EntityKind, Occurrence, PairMemory};

pub(crate) fn entity(name: &str) -> Entity {
    Entity {
        key: name.to_owned(),
        names: vec![name.to_owned()],
        codes: Vec::new(),
        domains: Vec::new(),
        occurrences: Vec::new(),
    }
}

pub(crate) fn named(names: &[&str]) -> Vec<Entity> {
    names.iter().map(|name| entity(name)).collect()
}

pub(crate) fn decided() -> Decided {
    Decided { by: "dana".to_owned(), on: Some(jiff::civil::date(2026, 3, 14)) }
}

const FIRST: &[&str] = &[
    "Kingfisher",
    "Alder",
    "Blackwood",
    "Copper",
    "Dunmore",
    "Eastlake",
    "Fairmont",
    "Granite",
    "Hollis",
    "Ironbridge",
    "Juniper",
    "Keystone",
    "Larkspur",
    "Monarch",
    "Norwood",
    "Oakridge",
    "Pinnacle",
    "Quarry",
    "Redfern",
    "Silverton",
    "Thornbury",
    "Underhill",
    "Vantage",
    "Westbrook",
    "Yarrow",
    "Zephyr",
    "Amberley",
    "Birchwood",
    "Cascade",
    "Delmar",
    "Everett",
    "Foxglove",
    "Glenwood",
    "Hawthorne",
    "Islington",
    "Jasper",
    "Kestrel",
    "Lindqvist",
    "Marlowe",
    "Nakamura",
    "O'Brien",
    "Petrov",
    "Quintero",
    "Ramírez",
    "Schäfer",
    "Tanaka",
    "Ulrich",
    "Vasquez",
    "Winslow",
    "Youngblood",
];
const TRADE: &[&str] = &[
    "Dental",
    "Legal Group",
    "Manufacturing",
    "Logistics",
    "Family Practice",
    "Construction",
    "Accounting",
    "Veterinary",
    "Insurance Services",
    "Engineering",
    "Orthopedics",
    "Realty",
    "Brewing",
    "Architects",
    "Physical Therapy",
    "Wealth Management",
    "Electric",
    "Landscaping",
    "Marine Supply",
    "Technologies",
    "Medical Center",
    "Foundation",
];
const PLACE: &[&str] = &["Miami", "Tampa", "Denver", "Ames", "Adair", "Boise", "Leeds", "Perth"];
const LEGAL: &[&str] =
    &["Inc", "Inc.", "LLC", "Ltd", "Corporation", "Corp", "Co.", "LLP", "P.C.", "GmbH", "Pty Ltd"];

fn pick<'a>(from: &[&'a str], rng: &mut Xoshiro256PlusPlus) -> &'a str {
    from.choose(rng).expect("a list that is not empty")
}

fn misspelt(name: &str, rng: &mut Xoshiro256PlusPlus) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = rng.gen_range(2..letters.len() - 1);
    if rng.gen_bool(0.5) {
        letters.swap(at, at - 1);
    } else {
        letters.remove(at);
    }
    letters.into_iter().collect()
}

fn other_writing(name: &str, rng: &mut Xoshiro256PlusPlus) -> String {
    let first = name.split(' ').next().unwrap_or(name).to_lowercase();
    let plain: String = first.chars().filter(char::is_ascii_alphabetic).collect();
    let last = name.rsplit(' ').next().unwrap_or(name).to_lowercase();
    match rng.gen_range(0..16) {
        0 => format!("{plain}{}.onmicrosoft.com", &last[..last.len().min(3)]),
        1 => misspelt(name, rng),
        2 => format!("{:04} - {name}", rng.gen_range(1..9999)),
        3 => name.to_uppercase(),
        4 => format!("{name} {} (inactive)", pick(LEGAL, rng)),
        5 => name
            .replace("Manufacturing", "Mfg")
            .replace("Services", "Svcs")
            .replace("Technologies", "Tech"),
        6 => format!("The {name}"),
        7 => name.replace(['\'', 'í', 'ä'], ""),
        _ => format!("{name} {}", pick(LEGAL, rng)),
    }
}

fn client_pair(rng: &mut Xoshiro256PlusPlus) -> (String, String) {
    let mut name = format!("{} {}", pick(FIRST, rng), pick(TRADE, rng));
    match rng.gen_range(0..6) {
        0 => name = format!("{name} of {}", pick(PLACE, rng)),
        1 => name = format!("{} & {name}", pick(FIRST, rng)),
        2 => name = format!("{name} - {}", pick(PLACE, rng)),
        _ => {}
    }
    let psa = if rng.gen_bool(0.5) { name.clone() } else { format!("{name} {}", pick(LEGAL, rng)) };
    (other_writing(&name, rng), psa)
}

const PRODUCTS: &[&str] = &[
    "Microsoft 365 Business Premium",
    "Microsoft 365 Business Standard",
    "Microsoft 365 Business Basic",
    "Microsoft 365 E3",
    "Microsoft 365 E5",
    "Office 365 E1",
    "Office 365 E3",
    "Exchange Online (Plan 1)",
    "Exchange Online (Plan 2)",
    "Microsoft Entra ID P1",
    "Microsoft Entra ID P2",
    "Visio Plan 1",
    "Visio Plan 2",
    "Microsoft Defender for Business",
    "Microsoft Teams Phone Standard",
    "Power BI Pro",
    "SentinelOne Control",
    "SentinelOne Complete",
    "Huntress Managed EDR",
    "Huntress Managed ITDR",
    "Proofpoint Essentials - Business",
    "Proofpoint Essentials - Professional",
    "Datto RMM",
    "Datto SaaS Protection",
    "Acronis Cyber Protect Cloud",
    "Adobe Acrobat Pro",
    "KeeperMSP",
    "DNSFilter",
    "Auvik",
    "NinjaOne",
];
const MAKERS: &[&str] = &["Zetaguard", "Polarbyte", "Nimbusry", "Vaultix", "Sigmatel", "Orbitdesk"];
const SERVICES: &[&str] =
    &["Email Security", "Server Backup", "Password Vault", "Hosted Voice", "Web Filter"];
const EDITION: &[&str] = &["Plan 1", "Plan 2", "Basic", "Premium", "Advanced"];
const STRING_IDS: &[(&str, &str)] = &[
    ("Microsoft 365 Business Premium", "SPB"),
    ("Microsoft 365 Business Standard", "O365_BUSINESS_PREMIUM"),
    ("Microsoft 365 E3", "SPE_E3"),
    ("Office 365 E3", "ENTERPRISEPACK"),
    ("Visio Plan 2", "VISIOCLIENT"),
    ("Exchange Online (Plan 1)", "EXCHANGESTANDARD"),
    ("Microsoft Entra ID P1", "AAD_PREMIUM"),
];
const TAGS: &[&str] = &[
    " [New Commerce Experience]",
    " (NCE)",
    " - Annual",
    " - Monthly",
    " 1YR",
    " License",
    " - Annual/Monthly 2025",
    "",
];

fn product_pair(rng: &mut Xoshiro256PlusPlus) -> (String, String) {
    let title = if rng.gen_bool(0.5) {
        pick(PRODUCTS, rng).to_owned()
    } else {
        format!("{} {} {}", pick(MAKERS, rng), pick(SERVICES, rng), pick(EDITION, rng))
    };
    let vendor = match STRING_IDS.iter().find(|(name, _)| *name == title) {
        Some((_, id)) if rng.gen_bool(0.4) => (*id).to_owned(),
        _ => format!("{title}{}", pick(TAGS, rng)),
    };
    let psa = match rng.gen_range(0..5) {
        0 => title.replace("Microsoft 365 Business", "M365 Bus").replace("Premium", "Prem"),
        1 => title.replace("Microsoft ", "MS ").replace("Plan ", "P"),
        2 => format!("{title} (per user)"),
        3 => title.replace(" - ", " ").to_uppercase(),
        _ => title,
    };
    (vendor, psa)
}

/// Lines of both sides: the same clients or products, the counts mostly equal.
fn with_lines(vendor: &mut Entity, psa: &mut Entity, rng: &mut Xoshiro256PlusPlus) {
    for other in 0..rng.gen_range(1..6) {
        let other = other * 7 + rng.gen_range(0..7);
        let quantity = f64::from(rng.gen_range(1..60));
        let line = |side: &str, quantity| Occurrence {
            with: format!("{side}{other}"),
            quantity,
            unit: None,
        };
        vendor.occurrences.push(line("v", quantity));
        if rng.gen_bool(0.9) {
            let billed = if rng.gen_bool(0.85) { quantity } else { quantity + 2.0 };
            psa.occurrences.push(line("p", billed));
        }
    }
}

/// Something of nearly the same name that is something else: another site, another line of business.
fn sibling(kind: EntityKind, name: &str, rng: &mut Xoshiro256PlusPlus) -> Option<String> {
    if rng.gen_bool(0.6) {
        return None;
    }
    if kind == EntityKind::Sku && name.contains("Plan 1") {
        return Some(name.replace("Plan 1", "Plan 2"));
    }
    if kind == EntityKind::Sku {
        return Some(format!(
            "{name} {}",
            pick(&["(Nonprofit)", "EEA (no Teams)", "Add-on", "Trial"], rng)
        ));
    }
    let (place, other) = (pick(PLACE, rng), pick(PLACE, rng));
    if name.contains(place) && place != other {
        return Some(name.replace(place, other));
    }
    let trade = TRADE.iter().find(|trade| name.contains(**trade))?;
    Some(if rng.gen_bool(0.5) {
        format!("{name} {}", pick(&["Lab", "Supply", "Academy", "West"], rng))
    } else {
        name.replace(trade, pick(TRADE, rng))
    })
    .filter(|sibling| sibling != name)
}

/// One made-up MSP with every name decided: most have a partner, some on both sides have none.
pub(crate) fn set(kind: EntityKind, n_pairs: usize, seed: u64) -> TrainingSet {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut set = TrainingSet { memory: PairMemory::default(), ..TrainingSet::default() };
    let mut seen = std::collections::BTreeSet::new();
    for pair_idx in 0..n_pairs {
        let (vendor, psa) = match kind {
            EntityKind::Client => client_pair(&mut rng),
            EntityKind::Sku => product_pair(&mut rng),
        };
        let titled = match kind {
            EntityKind::Client => psa.to_lowercase(),
            EntityKind::Sku => crate::normalise::product_name(&psa, &[]).core.join(" "),
        };
        if !seen.insert(titled) {
            continue;
        }
        let (mut left, mut right) = (entity(&vendor), entity(&psa));
        (left.key, right.key) = (format!("v{pair_idx:03}"), format!("p{pair_idx:03}"));
        with_lines(&mut left, &mut right, &mut rng);
        if let Some(sibling) = sibling(kind, &psa, &mut rng) {
            let (mut other, key) = (entity(&sibling), format!("s{pair_idx:03}"));
            other.key.clone_from(&key);
            if pair_idx % 2 == 0 {
                set.memory.no_psa.insert(key, decided());
                Arc::make_mut(&mut set.vendor).push(other);
            } else {
                set.memory.no_vendor.insert(key, decided());
                Arc::make_mut(&mut set.psa).push(other);
            }
        }
        match pair_idx % 7 {
            5 => {
                set.memory.no_psa.insert(left.key.clone(), decided());
                Arc::make_mut(&mut set.vendor).push(left);
            }
            6 => {
                set.memory.no_vendor.insert(right.key.clone(), decided());
                Arc::make_mut(&mut set.psa).push(right);
            }
            _ => {
                set.memory.same.insert((left.key.clone(), right.key.clone()), decided());
                Arc::make_mut(&mut set.vendor).push(left);
                Arc::make_mut(&mut set.psa).push(right);
            }
        }
    }
    let other = (0..40).map(|other| (format!("v{other}"), format!("p{other}")));
    set.other = Arc::new(other.collect());
    set
}

/// Sets to learn one kind from.
pub(crate) fn sets(kind: EntityKind) -> Vec<TrainingSet> {
    (0..3).map(|seed| set(kind, 110, seed)).collect()
}

/// A model learned from the made-up sets.
pub(crate) fn learned(kind: EntityKind) -> Fitted {
    fit(kind, &sets(kind), None, &FitRecipe::default()).expect("enough decisions")
}

pub(crate) static CLIENTS: LazyLock<Fitted> = LazyLock::new(|| learned(EntityKind::Client));
pub(crate) static SKUS: LazyLock<Fitted> = LazyLock::new(|| learned(EntityKind::Sku));

/// Hand-written pairs of one client, as both sides write it.
pub(crate) const CLIENTS_SAME: &[(&str, &str)] = &[
    ("Acme Corporation", "Acme Corp"),
    ("Helent’s Company", "Helen’s Company"),
    ("deltalog.onmicrosoft.com", "Delta Logistics"),
    ("carmelins.onmicrosoft.com", "Carmel Insurance"),
    ("bendavid.onmicrosoft.com", "Ben David & Co"),
    ("0633 - Citizens State Bank", "Citizens State Bank"),
    ("047 Acupuncture Search, Inc.", "Acupuncture Search"),
    ("Northgate Mfg Intl", "Northgate Manufacturing International Inc"),
    ("Müller Söhne GmbH", "Muller Sohne"),
    ("ST. MARY'S HOSPITAL", "Saint Mary’s Hospital"),
    ("Peak & Valley Outfitters, LLC", "Peak and Valley Outfitters"),
    ("The Lantern Bookshop", "Lantern Bookshop, The"),
    ("zz_Tidewater Plumbing (inactive)", "Tidewater Plumbing"),
    (
        "International Society of Underwater Archaeolog",
        "International Society of Underwater Archaeology",
    ),
    ("Barker, Julia", "Julia Barker"),
    ("S.C. Halvorsen Bros", "SC Halvorsen Brothers"),
];

/// Clients that only look alike.
pub(crate) const CLIENTS_DIFFERENT: &[(&str, &str)] = &[
    ("Coastline Legal Group - Miami", "Coastline Legal Group - Tampa"),
    ("Summit Legal", "Summit Build Co."),
    ("Harbor Legal LLP", "Harbour Medical"),
    ("Smith Dental", "Smith Dental Lab"),
    ("First National Bank of Ames", "First National Bank of Adair"),
];

/// Hand-written pairs of one product, as both sides write it.
pub(crate) const SKUS_SAME: &[(&str, &str)] = &[
    ("Microsoft 365 Business Premium [New Commerce Experience]", "M365 Bus Prem"),
    ("MS NCE M365 E5 1YR ANNUAL BILL", "Microsoft 365 E5"),
    ("O365_BUSINESS_PREMIUM", "Microsoft 365 Business Standard"),
    ("SPE_F1", "Microsoft 365 F3"),
    ("DESKLESSPACK", "Office 365 F3"),
    ("Microsoft Azure AD P1", "Entra ID P1"),
    ("EXO P1", "Exchange Online (Plan 1)"),
    ("SentinelOne Singularity Complete", "S1 Complete"),
    ("Datto SaaS Protection", "Datto Backupify"),
    ("MS NCE VISIO PLAN 2 1YR", "Visio Plan 2"),
    ("Copilot for Microsoft 365", "Microsoft Copilot for Microsoft 365"),
    ("Veeam Standard Server ", "Veeam Standard Server"),
    ("Huntress Managed SIEM", "Huntress SIEM"),
    ("Proofpoint Essentials - Professional", "Proofpoint Professional"),
];

/// Products that only look alike.
pub(crate) const SKUS_DIFFERENT: &[(&str, &str)] = &[
    ("O365_BUSINESS_PREMIUM", "Microsoft 365 Business Premium"),
    ("Microsoft 365 Business Standard", "Microsoft 365 Business Premium"),
    ("Microsoft 365 E3", "Office 365 E3"),
    ("Microsoft 365 E3", "Microsoft 365 E5"),
    ("Microsoft 365 F1", "Microsoft 365 F3"),
    ("Exchange Online (Plan 1)", "Exchange Online (Plan 2)"),
    ("Microsoft Entra ID P1", "Microsoft Entra ID P2"),
    ("Microsoft Defender for Office 365 (Plan 1)", "Microsoft Defender for Endpoint P1"),
    ("Microsoft Defender for Business", "Microsoft 365 Business Premium"),
    ("SentinelOne Control", "SentinelOne Complete"),
    ("Huntress Managed EDR", "Huntress Managed ITDR"),
    ("Proofpoint Essentials - Professional", "Proofpoint Essentials - Enterprise"),
    ("Microsoft 365 Business Standard", "Microsoft 365 Business Standard EEA (no Teams)"),
    ("Visio Plan 1", "Visio Plan 2"),
    ("Microsoft Teams Phone Standard", "Microsoft Teams Phone Resource Account"),
    ("Microsoft 365 Business Premium", "Microsoft 365 Business Premium (Non-Profit Pricing)"),
    ("Acronis Advanced Backup", "Acronis Cyber Protect"),
    ("Zetaguard Spam Filter P1", "Zetaguard Spam Filter P2"),
];
