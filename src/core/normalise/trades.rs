//! What a company does, where its name says so: "Harbor Legal" is not "Harbor Medical".

use std::collections::BTreeSet;

/// Words of a trade, in the form names are compared in.
#[rustfmt::skip]
const TRADES: &[(&str, &[&str])] = &[
    ("law", &["law", "legal", "lawyers", "attorney", "attorneys", "solicitors", "barristers", "notary"]),
    ("health", &["medical", "medicine", "health", "healthcare", "clinic", "clinics", "physicians", "pediatrics",
        "cardiology", "dermatology", "orthopedics", "orthopaedics", "radiology", "oncology", "hospital", "wellness"]),
    ("teeth", &["dental", "dentistry", "dentist", "dentists", "orthodontics", "endodontics", "periodontics"]),
    ("animals", &["veterinary", "vet", "vets", "animal"]),
    ("accounts", &["accounting", "accountants", "accountancy", "cpa", "cpas", "bookkeeping", "tax", "audit"]),
    ("insurance", &["insurance", "underwriters"]),
    ("building", &["construction", "builders", "contractors", "contracting", "roofing", "masonry", "carpentry"]),
    ("pipes", &["plumbing", "hvac", "heating"]),
    ("current", &["electric", "electrical", "electricians"]),
    ("design", &["architects", "architecture", "interiors"]),
    ("food", &["restaurant", "restaurants", "catering", "bakery", "brewing", "brewery", "winery", "foods", "cafe"]),
    ("homes", &["realty", "realtors", "properties"]),
    ("cars", &["automotive", "motors", "auto", "autobody"]),
    ("freight", &["logistics", "trucking", "freight", "transport", "transportation", "shipping"]),
    ("learning", &["school", "academy", "college", "university", "montessori"]),
    ("faith", &["church", "ministries", "parish", "diocese", "synagogue"]),
    ("making", &["manufacturing", "machining", "fabrication", "foundry", "tooling"]),
    ("print", &["printing", "printers"]),
    ("farm", &["farm", "farms", "dairy", "orchards", "nursery"]),
    ("hair", &["salon", "barbers", "spa"]),
];

/// The trades that the words of a name tell.
pub fn trades_of(words: &[String]) -> BTreeSet<&'static str> {
    let told = TRADES
        .iter()
        .filter(|(_, told_by)| words.iter().any(|word| told_by.contains(&word.as_str())));
    told.map(|(trade, _)| *trade).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_trades_or_none() {
        let trades = |name: &str| {
            let words: Vec<String> = name.split(' ').map(str::to_owned).collect();
            trades_of(&words).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(trades("harbor legal"), ["law"]);
        assert_eq!(trades("medical law partners"), ["health", "law"]);
        assert!(trades("wayne enterprises").is_empty());
    }

    #[test]
    fn no_word_tells_two_trades() {
        let mut seen = BTreeSet::new();
        for word in TRADES.iter().flat_map(|(_, words)| *words) {
            assert!(seen.insert(word), "{word} stands twice");
        }
    }
}
