//! The words company names are put together from. All companies are made up.

/// Places are one of each: Ash + ford.
pub(super) const PLACE_STARTS: [&str; 30] = [
    "Ash", "Birch", "Bram", "Cald", "Clay", "Copper", "Dun", "East", "Elm", "Fair", "Fern", "Glen",
    "Green", "Harbour", "Hazel", "Iron", "Kings", "Lark", "Linden", "Maple", "Mill", "North",
    "Oak", "Raven", "Red", "Silver", "Stone", "Thorn", "West", "Winter",
];
/// The second half of a place.
pub(super) const PLACE_ENDS: [&str; 20] = [
    "ford", "brook", "field", "wood", "bury", "ridge", "dale", "mere", "well", "gate", "haven",
    "stead", "worth", "mouth", "cliff", "bridge", "side", "land", "ton", "view",
];
/// Families of founders, some with accents and apostrophes.
pub(super) const SURNAMES: [&str; 40] = [
    "Abara",
    "Almeida",
    "Bauer",
    "Björk",
    "Castellanos",
    "Chaudhry",
    "D'Souza",
    "Delacroix",
    "Eriksen",
    "Farrell",
    "Fontaine",
    "Grüber",
    "Haddad",
    "Holloway",
    "Ibrahim",
    "Jansen",
    "Kaplan",
    "Kowalczyk",
    "Lindqvist",
    "MacLeod",
    "Marchetti",
    "Mbeki",
    "Müller",
    "Nakamura",
    "Núñez",
    "O'Brien",
    "O'Dowd",
    "Okafor",
    "Pereira",
    "Quigley",
    "Rasmussen",
    "Renard",
    "Saavedra",
    "Sørensen",
    "Tanaka",
    "Underhill",
    "Vasquez",
    "Whitcombe",
    "Yilmaz",
    "Zeller",
];
/// Names that say nothing about place or founder.
pub(super) const COINED: [&str; 24] = [
    "Apex",
    "Axiom",
    "Beacon",
    "Bluebird",
    "Citadel",
    "Compass",
    "Crescent",
    "Cobalt",
    "Evergreen",
    "Frontier",
    "Granite",
    "Horizon",
    "Keystone",
    "Lighthouse",
    "Meridian",
    "Northstar",
    "Orbit",
    "Pinnacle",
    "Quantum",
    "Sentry",
    "Summit",
    "Trident",
    "Vanguard",
    "Zenith",
];

/// A line of business: what its companies are called, their endings and legal forms.
pub(super) struct Trade {
    /// The trade as it stands in a name.
    pub words: &'static [&'static str],
    /// What may follow it.
    pub tails: &'static [&'static str],
    /// The legal forms in use.
    pub forms: &'static [&'static str],
}

/// The lines of business. Schools come first: [`SCHOOLS`] says where they are.
pub(super) const TRADES: [Trade; 11] = [
    Trade {
        words: &["Academy", "Primary School", "High School", "College"],
        tails: &["", "Trust"],
        forms: &[""],
    },
    Trade {
        words: &["Dental", "Orthodontics", "Family Dentistry"],
        tails: &["", "Group", "Associates", "Practice"],
        forms: &["LLC", "PLLC", "Ltd", ""],
    },
    Trade {
        words: &["Legal", "Law", "Solicitors"],
        tails: &["", "Group", "Partners", "Associates"],
        forms: &["LLP", "PC", "LLC", ""],
    },
    Trade {
        words: &["Logistics", "Freight", "Transport"],
        tails: &["", "Services", "International", "Group"],
        forms: &["Inc.", "LLC", "Ltd", "Pty Ltd"],
    },
    Trade {
        words: &["Manufacturing", "Engineering", "Industries", "Steel"],
        tails: &["", "Company", "International", "Systems"],
        forms: &["Inc.", "Corporation", "LLC", "Ltd", "GmbH"],
    },
    Trade {
        words: &["Foundation", "Community Services", "Hospice", "Charitable Trust"],
        tails: &[""],
        forms: &[""],
    },
    Trade {
        words: &["Accounting", "Wealth Management", "Insurance Brokers", "Tax"],
        tails: &["", "Associates", "Partners", "Group"],
        forms: &["LLC", "LLP", "Inc.", "Ltd"],
    },
    Trade {
        words: &["Construction", "Builders", "Roofing", "Electrical"],
        tails: &["", "Services", "Brothers", "Company"],
        forms: &["LLC", "Inc.", "Ltd", "Pty Ltd"],
    },
    Trade {
        words: &["Medical Center", "Physiotherapy", "Veterinary Clinic", "Pharmacy"],
        tails: &["", "Group", "Services"],
        forms: &["LLC", "PC", "Ltd", ""],
    },
    Trade {
        words: &["Architects", "Design", "Media", "Marketing"],
        tails: &["", "Studio", "Partners", "Group"],
        forms: &["LLC", "Ltd", "Inc.", ""],
    },
    Trade {
        words: &["Foods", "Hospitality", "Brewing", "Wholesale"],
        tails: &["", "Company", "Distribution", "Group"],
        forms: &["LLC", "Inc.", "Ltd", "Pty Ltd"],
    },
];

/// Where the schools stand in [`TRADES`]: they follow the school year.
pub(super) const SCHOOLS: usize = 0;

/// Long words and how people shorten them in a PSA.
pub(super) const SHORT_FORMS: [(&str, &str); 20] = [
    ("Manufacturing", "Mfg"),
    ("International", "Intl"),
    ("Services", "Svcs"),
    ("Associates", "Assoc"),
    ("Brothers", "Bros"),
    ("Company", "Co"),
    ("Corporation", "Corp"),
    ("Group", "Grp"),
    ("Center", "Ctr"),
    ("Engineering", "Eng"),
    ("Industries", "Ind."),
    ("Management", "Mgmt"),
    ("Construction", "Const"),
    ("Distribution", "Dist"),
    ("Systems", "Sys"),
    ("Foundation", "Fdn"),
    ("Community", "Comm"),
    ("Primary School", "PS"),
    ("High School", "HS"),
    ("Insurance", "Ins"),
];
