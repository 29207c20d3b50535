//! Words that many companies are called by: alone they tell nobody apart.
//!
//! A list of clients is short, and a word that stands in it twice looks rare; in the world it is not.

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word says in a company's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordKind {
    /// Whose company it is: nobody else of this name is known.
    Telling,
    /// A place, a direction, a colour, a virtue, a common surname: many companies have it.
    Ordinary,
    /// What the company does.
    Trade,
    /// A body of its own beside the firm of the same name: a foundation, a school, a shop.
    Body,
    /// What is written or left out at will: "Group", "Services".
    Filler,
}

/// The kind of a word, in the form names are compared in.
pub fn word_kind(word: &str) -> WordKind {
    KINDS.get(word).copied().unwrap_or(WordKind::Telling)
}

static KINDS: LazyLock<HashMap<&str, WordKind>> = LazyLock::new(|| {
    let tables = [
        (WordKind::Ordinary, ORDINARY),
        (WordKind::Trade, TRADES),
        (WordKind::Body, BODIES),
        (WordKind::Filler, FILLERS),
    ];
    let of = |(kind, lines): (WordKind, &'static [&'static str])| {
        lines.iter().flat_map(|line| line.split(' ')).map(move |word| (word, kind))
    };
    tables.into_iter().flat_map(of).collect()
});

/// Written or left out at will.
const FILLERS: &[&str] = &[
    "group company companies corporation limited incorporated services holdings partners associates",
    "international enterprises solutions industries systems technology worldwide global usa us america",
    "firm office offices practice team headquarters hq organization operations ventures sons brothers",
    "care customer account the of and for a an at in by",
];

/// What a company does.
const TRADES: &[&str] = &[
    "dental dentistry dentist dentists orthodontics endodontics periodontics implants",
    "medical medicine health healthcare clinic clinics physicians doctors surgical surgery surgeons",
    "pediatric pediatrics cardiology dermatology oncology radiology imaging orthopedic urology neurology",
    "chiropractic optometry optical eye vision hearing therapy rehab rehabilitation nursing hospice",
    "wellness fitness counseling psychology psychiatry behavioral pharmaceuticals biotechnology",
    "veterinary animal pet pets law legal lawyers attorneys notary title accounting bookkeeping cpa cpas",
    "tax taxes audit payroll financial finance wealth mortgage lending loans insurance assurance",
    "consulting advisory management marketing advertising communications design designs designers",
    "architects architecture interiors engineering engineers surveying construction builders building",
    "buildings build contractors contracting remodeling restoration roofing masonry concrete paving",
    "carpentry cabinetry cabinets flooring floors painting paint drywall glass windows doors tile",
    "plumbing heating cooling hvac refrigeration mechanical electric electricians lighting solar energy",
    "power oil gas petroleum mining landscaping lawn irrigation gardens tree nursery farm farms dairy",
    "ranch agriculture grain feed foods food restaurant catering kitchen bakery cafe coffee grill pizza",
    "bar brewing brewery winery wines vineyards beverage bottling manufacturing machining machine",
    "fabrication foundry tooling tools steel metals metal iron plastics rubber chemical chemicals",
    "packaging paper printing printers print press publishing textiles apparel clothing fashion shoes",
    "jewelry furniture equipment supply supplies parts hardware lumber auto motors cars trucks tire",
    "collision towing aviation air airlines marine boats logistics freight transportation trucking",
    "shipping moving storage delivery courier travel tours hotel hotels hospitality events",
    "entertainment music film films media radio television photography studio studios theater art arts",
    "gallery books toys games sports golf staffing recruiting security software computers",
    "computer data digital networks network internet telecom telephone wireless web cloud cleaning",
    "janitorial laundry waste recycling environmental water salon barbers beauty spa cosmetics funeral",
    "realtors appraisal inspection testing research analytics trading imports exports distribution",
    "wholesale sales sale products brands electronics instruments semiconductor",
];

/// Bodies of their own.
const BODIES: &[&str] = &[
    "foundation fund trust bank credit bancorp capital investments properties realty estate",
    "development leasing rentals rental housing school academy university college institute education",
    "learning training preschool montessori church churches ministries ministry parish diocese temple",
    "synagogue mosque chapel hospital hospitals pharmacy laboratories museum library club society",
    "chamber council district department government municipal municipality authority",
    "commission agency bureau center charity charities mission missions shelter supportive outreach",
    "store stores shop shops outlet mall market markets warehouse depot factory mill mills plant",
    "retirement living apartments condominiums condominium hoa airport cemetery camp mail life",
];

/// Words of many names.
const ORDINARY: &[&str] = &[
    "north south east west northern southern eastern western",
    "ne nw se sw central mid middle midwest upper lower inner outer near far new old great grand big",
    "little high low long first second third fourth fifth 1 2 3 single double triple",
    "national federal state states county city town township village metro metropolitan regional",
    "community public united union general standard common royal imperial regal premier prime elite",
    "superior supreme select choice quality reliable trusted advanced modern classic universal total",
    "complete perfect precision pro professional professionals business commercial corporate",
    "independent integrated applied allied associated consolidated continental american british canadian",
    "european african asian pacific atlantic arctic coastal coast coastline gulf bay beach shore shores",
    "ocean sea island islands isle harbor port cove river rivers riverside lake lakes lakeside creek",
    "brook stream falls spring springs pond valley valleys vale glen dale canyon hill hills hillside",
    "hollow mountain mountains mt peak peaks summit ridge cliff bluff mesa plains prairie meadow",
    "meadows field fields forest forests wood woods woodland grove garden park parks oak oaks pine",
    "pines maple cedar elm willow birch ash rose lily rock rocky stone stones sand sandy bridge bridges",
    "gate gates gateway cross crossing crossroads point pointe corner corners square plaza place court",
    "main st avenue road lane way boulevard highway station junction landing heights view vista",
    "terrace manor hall house home homes family families cottage tower towers castle ft",
    "red blue green white black gold golden silver bronze copper gray grey brown orange purple yellow",
    "crystal diamond ruby pearl amber star stars sun sunrise sunset sunny sunshine moon sky skyline",
    "light bright clear dawn day night morning evening winter summer autumn snow rain storm wind fire",
    "eagle eagles hawk falcon lion lions tiger bear bears wolf fox deer horse bull buffalo dragon phoenix",
    "crown king kings queen prince knight knights shield arrow anchor compass beacon lighthouse key keys",
    "liberty freedom heritage legacy pioneer patriot colonial frontier century millennium horizon",
    "horizons alliance alpha beta delta omega sigma apex pinnacle zenith vertex nexus nova titan atlas",
    "apollo legend victory champion champions hope faith grace unity harmony peace trinity angel angels",
    "christian catholic lutheran baptist methodist presbyterian social human humane people peoples",
    "children childrens kids youth women womens men mens senior seniors veterans citizens workers",
    "republic democratic mutual fidelity guaranty secure safe safety guardian sentinel",
    "express rapid quick fast swift direct instant easy simple smart best better good fresh pure natural",
    "organic creative innovative dynamic active strategic vital essential core edge next future",
    "insight impact momentum link bond circle wheel wave path root roots seed branch leaf pillar",
    "cornerstone keystone foundationstone all every plus max ultra super mega micro mini",
    "smith johnson williams jones garcia miller davis rodriguez martinez hernandez lopez gonzalez",
    "wilson anderson thomas taylor moore jackson martin lee perez thompson harris sanchez clark ramirez",
    "lewis robinson walker young allen wright scott torres nguyen flores adams nelson baker rivera",
    "campbell mitchell carter roberts john james robert michael william david richard joseph charles",
    "york london boston chicago texas california florida washington colorado virginia carolina georgia",
    "ohio michigan arizona nevada oregon montana kansas dakota jersey england scotland ireland wales",
    "canada mexico europe asia africa australia germany france italy spain china japan india",
    "los angeles san francisco diego antonio houston dallas austin denver seattle portland miami",
    "orlando tampa atlanta charlotte nashville memphis detroit cleveland columbus cincinnati pittsburgh",
    "philadelphia baltimore minneapolis milwaukee springfield franklin clinton madison jefferson lincoln",
    "monroe salem fairview georgetown greenville bristol manchester oxford cambridge windsor",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_telling_unless_many_companies_have_it() {
        for (word, kind) in [
            ("valley", WordKind::Ordinary),
            ("plumbing", WordKind::Trade),
            ("foundation", WordKind::Body),
            ("group", WordKind::Filler),
            ("kingfisher", WordKind::Telling),
            ("", WordKind::Telling),
        ] {
            assert_eq!(word_kind(word), kind, "{word}");
        }
    }
}
