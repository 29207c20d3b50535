//! The tables client names are read by.

/// Spellings that mean one word. The right side is what is compared.
#[rustfmt::skip]
pub(super) const ABBREVIATIONS: &[(&[&str], &str)] = &[
    (&["mfg", "mfrs", "manuf", "manufacturers"], "manufacturing"),
    (&["intl", "internat", "int"], "international"),
    (&["svc", "svcs", "serv", "service", "srvces", "srvcs"], "services"),
    (&["assoc", "assocs", "assn", "associate", "association", "associations"], "associates"),
    (&["bros", "bro", "brother"], "brothers"),
    (&["mount"], "mt"),
    (&["saint", "street", "ste", "sainte"], "st"),
    (&["fort"], "ft"),
    (&["natl", "nat"], "national"),
    (&["univ"], "university"),
    (&["hosp"], "hospital"),
    (&["dept"], "department"),
    (&["ctr", "cntr", "centre", "centers", "centres"], "center"),
    (&["mgmt", "mgt", "mngmt"], "management"),
    (&["tech", "techs", "technologies", "technol"], "technology"),
    (&["sys", "syst", "system"], "systems"),
    (&["grp", "groups", "gp"], "group"),
    (&["ins", "insur"], "insurance"),
    (&["eng", "engr", "engrg"], "engineering"),
    (&["constr", "const", "construct"], "construction"),
    (&["dist", "distrib", "distributors", "distributing"], "distribution"),
    (&["dev", "devel"], "development"),
    (&["ind", "inds", "indus", "industry", "industrial"], "industries"),
    (&["ent", "entpr", "enterprise"], "enterprises"),
    (&["prop", "props", "property"], "properties"),
    (&["hldg", "hldgs", "holding"], "holdings"),
    (&["inv", "invest", "investment"], "investments"),
    (&["fin", "finl"], "financial"),
    (&["acct", "acctg", "acctng", "accountants", "accountancy"], "accounting"),
    (&["chem", "chems"], "chemical"),
    (&["comm", "comms", "communication"], "communications"),
    (&["transp", "transport"], "transportation"),
    (&["log", "logist", "logistic"], "logistics"),
    (&["pharm", "pharma", "pharmaceutical"], "pharmaceuticals"),
    (&["med", "medl"], "medical"),
    (&["orthopedics", "ortho", "orthopaedic", "orthopaedics"], "orthopedic"),
    (&["chiro"], "chiropractic"),
    (&["vet", "veterinarian"], "veterinary"),
    (&["dent"], "dental"),
    (&["equip", "eqpt"], "equipment"),
    (&["elec", "elect", "electrical"], "electric"),
    (&["govt", "gov"], "government"),
    (&["cnty", "cty"], "county"),
    (&["sch", "schools"], "school"),
    (&["acad"], "academy"),
    (&["found", "fdn", "fndn"], "foundation"),
    (&["inst"], "institute"),
    (&["lab", "labs", "laboratory"], "laboratories"),
    (&["solution", "soln", "solns"], "solutions"),
    (&["prod", "prods", "product"], "products"),
    (&["partner", "ptnrs", "ptrs"], "partners"),
    (&["consult", "consultants", "consultancy"], "consulting"),
    (&["adv", "advisor", "advisors", "advisers"], "advisory"),
    (&["atty", "attys", "attorney"], "attorneys"),
    (&["rest", "restaurants"], "restaurant"),
    (&["bldrs", "builder", "bldg"], "builders"),
    (&["harbour"], "harbor"),
    (&["theatre"], "theater"),
    (&["jr"], "junior"),
    (&["dr"], "doctor"),
    (&["u", "und", "et", "y", "og", "och", "en", "ja", "oraz"], "and"),
    // Legal forms inside a name.
    (&["co"], "company"),
    (&["ltd"], "limited"),
    (&["corp"], "corporation"),
    (&["cos"], "companies"),
    // More trades and kinds of company.
    (&["pptys", "ppty"], "properties"),
    (&["rlty"], "realty"),
    (&["estates"], "estate"),
    (&["ppl", "pwr"], "power"),
    (&["petrol"], "petroleum"),
    (&["biotech"], "biotechnology"),
    (&["biosci", "bioscience"], "biosciences"),
    (&["therap", "therapeutic"], "therapeutics"),
    (&["hlth"], "health"),
    (&["hlthcare", "hc"], "healthcare"),
    (&["ctrl", "controls"], "control"),
    (&["indpt", "indep"], "independent"),
    (&["amer", "am"], "american"),
    (&["brit"], "british"),
    (&["glob", "gbl"], "global"),
    (&["gen", "genl"], "general"),
    (&["utd"], "united"),
    (&["std"], "standard"),
    (&["labor", "laboratorium", "laboratorio"], "laboratories"),
    (&["whse", "whsg"], "warehouse"),
    (&["mktg"], "marketing"),
    (&["advtg", "advertizing"], "advertising"),
    (&["archit", "architect"], "architects"),
    (&["landscape"], "landscaping"),
    (&["plmbg", "plumbers"], "plumbing"),
    (&["htg"], "heating"),
    (&["refrig"], "refrigeration"),
    (&["automotive"], "auto"),
    (&["bkg", "banking"], "bank"),
    (&["mtg"], "mortgage"),
    (&["secs"], "securities"),
    (&["cap"], "capital"),
    (&["acq", "acqn"], "acquisition"),
    (&["muni"], "municipal"),
    (&["tr"], "trust"),
    (&["fd", "funds"], "fund"),
    (&["opty", "opps", "opportunity"], "opportunities"),
    // Other languages.
    (&["gebr", "gebruder", "gebroeders", "freres", "fratelli", "hermanos", "hnos", "irmaos"], "brothers"),
    (&["sohne", "fils", "figli", "hijos", "filhos", "zonen", "zn"], "sons"),
    (&["ets", "etabl"], "etablissements"),
    (&["soc"], "societe"),
    (&["internationale", "internacional", "internazionale"], "international"),
    (&["nationale", "nacional", "nazionale"], "national"),
    (&["groupe", "grupo", "gruppo", "gruppe", "groep", "gruppen", "koncern", "konzern"], "group"),
    (&["technologie", "technologien", "tecnologia", "tecnologias", "tecnologie", "technik"], "technology"),
    (&["industrie", "industria", "industrias", "industrien"], "industries"),
    (&["servicios", "servizi", "servicos", "dienste", "diensten"], "services"),
    (&["sistemas", "sistemi", "systeme", "systemes"], "systems"),
    (&["construcciones", "construcoes", "costruzioni", "bau", "bouw"], "construction"),
    (&["transportes", "transports", "trasporti", "spedition"], "transportation"),
    (&["seguros", "assurances", "assicurazioni", "versicherung", "versicherungen"], "insurance"),
    (&["inversiones", "investissements", "investimenti", "investimentos"], "investments"),
    (&["farmacia", "pharmacie", "apotheke"], "pharmacy"),
    (&["universitat", "universite", "universidad", "universita", "universidade"], "university"),
    (&["hopital", "krankenhaus", "ospedale", "ziekenhuis"], "hospital"),
    // Numbers in words, and numbered funds and companies.
    (&["1st"], "first"),
    (&["2nd"], "second"),
    (&["3rd"], "third"),
    (&["4th"], "fourth"),
    (&["5th"], "fifth"),
    (&["one"], "1"),
    (&["two", "ii"], "2"),
    (&["three", "iii"], "3"),
    (&["four", "iv"], "4"),
    (&["five"], "5"),
    (&["six", "vi"], "6"),
    (&["seven", "vii"], "7"),
    (&["eight", "viii"], "8"),
    (&["nine", "ix"], "9"),
    (&["ten"], "10"),
    (&["eleven", "xi"], "11"),
    (&["twelve", "xii"], "12"),
    (&["thirteen", "xiii"], "13"),
    (&["xiv"], "14"),
    (&["xv"], "15"),
    (&["twenty", "xx"], "20"),
    (&["northwest"], "nw"),
    (&["southwest"], "sw"),
    (&["northeast"], "ne"),
    (&["southeast"], "se"),
];

/// Words that carry no name.
#[rustfmt::skip]
pub(super) const STOP_WORDS: &[&str] = &[
    "the", "of", "and", "for", "a", "an", "at", "in", "de", "la", "le", "les", "der", "die", "das",
];

/// What people write on a client that is gone.
#[rustfmt::skip]
pub(super) const INACTIVE: &[&str] = &[
    "inactive",
    "in active",
    "do not use",
    "dont use",
    "donotuse",
    "closed",
    "archived",
    "archive",
    "terminated",
    "offboarded",
    "off boarded",
    "former client",
    "old",
    "old name",
    "deleted",
    "cancelled",
    "canceled",
    "disabled",
    "suspended",
    "duplicate",
    "dup",
    "recycle bin",
    "zz",
    "zzz",
    "xx",
];

/// Words between two names of one client.
#[rustfmt::skip]
pub(super) const ALSO: &[&str] = &[
    " dba ",
    " d/b/a ",
    " aka ",
    " a/k/a ",
    " t/a ",
    " trading as ",
    " formerly ",
    " fka ",
    " f/k/a ",
    " doing business as ",
    " now ",
];

/// What a domain ends in, most often.
#[rustfmt::skip]
pub(super) const ENDINGS: &[&str] = &[
    "com", "net", "org", "edu", "gov", "io", "us", "uk", "ca", "au", "nz", "de", "fr", "nl",
    "be", "ch", "at", "it", "es", "pt", "ie", "se", "no", "dk", "fi", "pl", "cz", "eu", "biz",
    "info", "local", "cloud", "law", "health", "dental", "agency", "tech", "za", "in", "sg",
    "mx", "br", "jp", "lan", "internal",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_spelling_stands_for_two_words() {
        let mut seen = BTreeSet::new();
        for (shorts, full) in ABBREVIATIONS {
            assert!(!shorts.contains(full), "{full} stands for itself");
            for short in *shorts {
                assert!(seen.insert(short), "{short} is listed twice");
            }
        }
        // What is compared stands for nothing else.
        assert!(ABBREVIATIONS.iter().all(|(_, full)| !seen.contains(full)));
    }
}
