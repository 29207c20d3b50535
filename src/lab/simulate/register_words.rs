//! The words that the companies of made-up registers are named with.

/// Words a company may be led by.
#[rustfmt::skip]
pub(super) const FIRST: [&str; 96] = [
    "Atlas", "Summit", "Pioneer", "Liberty", "National", "United", "American", "First", "Global",
    "Pacific", "Atlantic", "Northern", "Southern", "Western", "Eastern", "Central", "Royal", "Imperial",
    "Eagle", "Falcon", "Phoenix", "Lion", "Tiger", "Bear", "Golden", "Silver", "Diamond", "Emerald",
    "Sapphire", "Crystal", "Apollo", "Orion", "Titan", "Vega", "Nova", "Solar", "Lunar", "Star", "Cosmos",
    "Meridian", "Equator", "Polar", "Arctic", "Alpine", "Sierra", "Cascade", "Columbia", "Delta", "Sigma",
    "Omega", "Alpha", "Beta", "Gamma", "Harbor", "Anchor", "Compass", "Beacon", "Bridge", "Gateway",
    "Frontier", "Heritage", "Legacy", "Premier", "Prime", "Select", "Universal", "Continental", "Federal",
    "Capitol", "Colonial", "Patriot", "Freedom", "Independence", "Evergreen", "Cedar", "Oak", "Maple",
    "Pine", "Willow", "Birch", "Rocky", "Granite", "Marble", "Iron", "Copper", "Cobalt", "Quantum",
    "Vector", "Matrix", "Fusion", "Catalyst", "Momentum", "Horizon", "Zenith", "Apex", "Vanguard",
];

/// Words that follow the first.
#[rustfmt::skip]
pub(super) const SECOND: [&str; 40] = [
    "Valley", "River", "Lake", "Mountain", "Ridge", "Creek", "Point", "Rock", "Stone", "Hill", "Park",
    "Grove", "Forest", "Field", "Bay", "Coast", "Shore", "Island", "Harbor", "Springs", "Crown", "Shield",
    "Arrow", "Wing", "Crest", "Peak", "Gate", "Tower", "Square", "Street", "Path", "Trail", "Light",
    "Fire", "Water", "Wind", "Sky", "Sun", "Moon", "Star",
];

/// Syllables of coined words.
#[rustfmt::skip]
pub(super) const SYLLABLES: [&str; 64] = [
    "ar", "bel", "bor", "cal", "cen", "cor", "cy", "dal", "den", "dor", "el", "en", "fen", "fin", "gal",
    "gen", "gra", "har", "hel", "in", "jo", "kal", "ken", "kor", "lan", "len", "lo", "lu", "mar", "mer",
    "mi", "mon", "na", "nel", "nor", "ny", "ol", "or", "pal", "pen", "pra", "qui", "ra", "ren", "ri", "ro",
    "sal", "sen", "sim", "sol", "ta", "tel", "ter", "tor", "tri", "ul", "va", "vel", "ver", "vi", "wes",
    "xan", "yor", "zen",
];

/// Lines of business.
#[rustfmt::skip]
pub(super) const TRADES: [&str; 88] = [
    "Energy", "Power", "Oil", "Gas", "Petroleum", "Mining", "Gold", "Resources", "Minerals", "Metals",
    "Steel", "Materials", "Chemical", "Plastics", "Paper", "Packaging", "Water", "Environmental", "Solar",
    "Therapeutics", "Pharmaceuticals", "Biosciences", "Biotech", "Oncology", "Genetics", "Medical",
    "Health", "Healthcare", "Dental", "Diagnostics", "Devices", "Wellness", "Bancorp", "Bancshares",
    "Bank", "Financial", "Capital", "Mortgage", "Insurance", "Realty", "Properties", "Land", "Homes",
    "Hotels", "Resorts", "Entertainment", "Media", "Gaming", "Sports", "Education", "Software", "Systems",
    "Networks", "Digital", "Data", "Robotics", "Semiconductor", "Electronics", "Instruments", "Optical",
    "Wireless", "Telecom", "Aerospace", "Aviation", "Airlines", "Marine", "Shipping", "Logistics",
    "Transportation", "Rail", "Motors", "Automotive", "Parts", "Tools", "Machinery", "Industrial",
    "Engineering", "Construction", "Building Products", "Foods", "Beverage", "Brands", "Apparel", "Retail",
    "Stores", "Restaurants", "Agriculture", "Acquisition",
];

/// What may follow the line of business.
#[rustfmt::skip]
pub(super) const TAILS: [&str; 14] = [
    "Holdings", "Group", "International", "Technologies", "Industries", "Enterprises", "Partners",
    "Companies", "Solutions", "Services", "Worldwide", "Global", "Laboratories", "Trust",
];

/// Countries that a branch is named after.
#[rustfmt::skip]
pub(super) const COUNTRIES: [&str; 16] = [
    "Mexico", "Chile", "Canada", "Brasil", "Japan", "China", "India", "Asia", "Europe", "America", "UK",
    "France", "Deutschland", "Australia", "Nederland", "Texas",
];

/// Towns that a branch is named after.
#[rustfmt::skip]
pub(super) const TOWNS: [&str; 24] = [
    "Miami", "Tampa", "Denver", "Boston", "Dallas", "Austin", "Phoenix", "Chicago", "Seattle", "Portland",
    "Leeds", "Bristol", "Perth", "Sydney", "Toronto", "Calgary", "Dublin", "Geneva", "Lyon", "Bremen",
    "Salem", "Dover", "Helena", "Albany",
];

/// What funds are called.
#[rustfmt::skip]
pub(super) const FUNDS: [&str; 16] = [
    "Income Fund", "Municipal Income Fund", "High Yield Fund", "Growth Fund", "Equity Income Trust",
    "Opportunities Fund", "Credit Strategies Fund", "Real Estate Income Trust", "Preferred & Income Fund",
    "Bond Fund", "Gold Trust", "Total Return Fund", "Quality Municipal Income Fund", "Premium Trust",
    "Government Income Trust", "Flexible Income Fund",
];

/// Legal forms, long and short.
#[rustfmt::skip]
pub(super) const FORMS: [(&str, &str); 16] = [
    ("Inc.", "Inc."), ("Inc.", "Inc"), ("Inc.", "Inc"), ("Incorporated", "Inc"), ("Corporation", "Corp"),
    ("Corporation", "Corp"), ("Corporation", "Corp."), ("Company", "Co"), ("Limited", "Ltd"),
    ("Limited", "Ltd"), ("plc", "PLC"), ("LLC", "LLC"), ("L.P.", "LP"), ("N.V.", "NV"), ("S.A.", "SA"),
    ("Ltd.", "Ltd"),
];

/// States that registries write behind names.
pub(super) const STATES: [&str; 12] =
    ["DE", "MD", "NV", "OH", "PA", "VA", "NY", "TX", "CA", "FL", "MN", "WI"];

/// Words that lists cut short.
#[rustfmt::skip]
pub(super) const SHORT_PARTS: [(&str, &str); 10] = [
    ("International", "Intl"), ("Holdings", "Hldgs"), ("Pharmaceuticals", "Pharma"),
    ("Technologies", "Tech"), ("Industries", "Inds"), ("Financial", "Finl"), ("Group", "Grp"),
    ("Services", "Svcs"), ("Transportation", "Transp"), ("Resources", "Res"),
];
