//! Names that only look alike, before anybody has decided anything: the models that ship accept none.

use seatdrift_core::assignment::{AssignmentPolicy, Matching, Status};
use seatdrift_core::candidates::{KnownPairs, NameSpace};
use seatdrift_core::domain::entity::Occurrence;
use seatdrift_core::domain::{Entity, EntityKind, PairMemory};
use seatdrift_core::models::shipped_pairs;

fn entity(key: &str, name: &str) -> Entity {
    Entity {
        key: key.to_owned(),
        names: vec![name.to_owned()],
        codes: Vec::new(),
        domains: Vec::new(),
        occurrences: Vec::new(),
    }
}

/// Five lines with the same numbers of units on both sides.
fn with_equal_lines(mut entity: Entity, side: &str) -> Entity {
    let line = |idx: u32| Occurrence {
        with: format!("{side}{idx}"),
        quantity: f64::from(7 + 9 * idx),
        unit: None,
    };
    entity.occurrences = (0..5).map(line).collect();
    entity
}

/// What the shipped model makes of one vendor name and one PSA name that have nobody else.
fn status(kind: EntityKind, vendor: Entity, psa: Entity) -> Option<Status> {
    let model = shipped_pairs(kind).expect("the model that ships");
    let known: KnownPairs = (0..5).map(|idx| (format!("v{idx}"), format!("p{idx}"))).collect();
    let policy = AssignmentPolicy::of(&model);
    let memory = PairMemory::default();
    let (vendor, psa) = ([vendor], [psa]);
    let space = NameSpace::new(kind, &vendor, &psa);
    let (space, vendor, psa) = (&space, &vendor[..], &psa[..]);
    let matching = Matching { space, vendor, psa, memory: &memory, model: &model, policy };
    let found = matching.suggest(&known);
    let pair =
        found.suggestions.into_iter().find(|one| one.vendor_key.is_some() && one.psa_key.is_some());
    pair.map(|one| one.status)
}

const OTHER_PRODUCTS: &[(&str, &str)] = &[
    ("O365_BUSINESS_PREMIUM", "Microsoft 365 Business Premium"),
    ("Microsoft 365 Business Standard", "M365 Bus Prem"),
    ("MS NCE M365 E3 1YR", "Office 365 E3"),
    ("Microsoft 365 E3", "Microsoft 365 E5"),
    ("SPE_F1", "Microsoft 365 F1"),
    ("EXO P1", "Exchange Online (Plan 2)"),
    ("AAD P1", "Entra ID P2"),
    ("Microsoft Defender for Office 365 (Plan 1)", "Microsoft Defender for Endpoint P1"),
    ("Microsoft Defender for Business", "Microsoft 365 Business Premium"),
    ("SentinelOne Control", "S1 Complete"),
    ("Huntress EDR", "Huntress ITDR"),
    ("Proofpoint Professional", "Proofpoint Enterprise"),
    ("Microsoft 365 Business Standard", "M365 Business Standard EEA (no Teams)"),
    ("Microsoft 365 Business Premium Donation", "Microsoft 365 Business Premium"),
    ("VISIO_PLAN2_DEPT", "Visio Plan 1"),
    ("Microsoft Teams Phone Standard", "Teams Phone Resource Account"),
    ("M365_F1_GOV", "Microsoft 365 F1 GCC"),
];

#[test]
fn products_that_only_look_alike_are_never_accepted() {
    for (vendor, psa) in OTHER_PRODUCTS {
        let (vendor_entity, psa_entity) = (entity("V", vendor), entity("P", psa));
        let found = status(EntityKind::Sku, vendor_entity, psa_entity);
        assert_ne!(found, Some(Status::Auto), "{vendor} / {psa}");
    }
}

#[test]
fn products_that_only_look_alike_are_not_accepted_for_their_lines() {
    for (vendor, psa) in OTHER_PRODUCTS {
        let found = status(
            EntityKind::Sku,
            with_equal_lines(entity("V", vendor), "v"),
            with_equal_lines(entity("P", psa), "p"),
        );
        assert_ne!(found, Some(Status::Auto), "{vendor} / {psa}");
    }
}

#[test]
fn companies_that_only_look_alike_are_never_accepted() {
    for (vendor, psa) in [
        ("Coastline Legal Group - Miami", "Coastline Legal Group - Tampa"),
        ("First Bancorp /ME/", "First Bancorp /PR/"),
        ("Evergreen Income Fund VIII L.P.", "Evergreen Income Fund IX L.P."),
        ("Route 66 Diner", "Route 99 Diner"),
        ("The Puffin Trust", "The Penguin Trust"),
        ("Keystone Bank of Chile", "Keystone Bank of Peru"),
    ] {
        let found = status(EntityKind::Client, entity("V", vendor), entity("P", psa));
        assert_ne!(found, Some(Status::Auto), "{vendor} / {psa}");
    }
}

/// Neighbours that share a place, a trade, an organisation, and are not one.
const NEIGHBOURS: &[(&str, &str)] = &[
    ("Bank of the Prairie", "Bank of the Plains"),
    ("Silver Lake Media", "Silver Creek Media"),
    ("Imperial Bank", "Imperial Mail"),
    ("East Star", "West Star"),
    ("Delta Capital", "Omega Capital"),
    ("Harwick Community Services - Oak Lane", "Harwick Community Services - Mill Road"),
    ("Tamsin Medical Associates, PLLC", "Tamsin Medical Supply"),
    ("Dunmore Building Supply", "Dunmore Build"),
    ("Osprey Builders of Salem", "Osprey Build Co."),
    ("Homes for Sparrows Bethany", "Homes for Sparrows Bethel"),
    ("Canal Street Family Center", "Canal Street Family Center Supportive Services"),
    ("Summit", "Summit Dental"),
    ("Ardent Plumbing", "Ardent Plumbing Foundation"),
    ("A-B-C Company", "Q-R-S Company"),
    ("Patricia T. Quill", "Patricia LLC"),
];

#[test]
fn neighbours_are_not_accepted_whatever_their_first_words_say() {
    for (vendor, psa) in NEIGHBOURS {
        for (vendor, psa) in [(vendor, psa), (psa, vendor)] {
            let found = status(EntityKind::Client, entity("V", vendor), entity("P", psa));
            assert_ne!(found, Some(Status::Auto), "{vendor} / {psa}");
        }
    }
}

/// An entity with so many units of each product, given by number.
fn with_lines(name: &str, side: &str, lines: &[(u32, f64)]) -> Entity {
    let occurrences = lines.iter().map(|(product, quantity)| Occurrence {
        with: format!("{side}{product}"),
        quantity: *quantity,
        unit: None,
    });
    Entity { occurrences: occurrences.collect(), ..entity(name, name) }
}

#[test]
fn lines_that_do_not_agree_speak_against_names_that_differ() {
    let (vendor, psa) = ("Halloran Legal", "Halloran Legal Group");
    let of_lines = |bought: &[(u32, f64)], billed: &[(u32, f64)]| {
        let (vendor, psa) = (with_lines(vendor, "v", bought), with_lines(psa, "p", billed));
        status(EntityKind::Client, vendor, psa)
    };
    assert_eq!(of_lines(&[], &[]), Some(Status::Auto));
    assert_eq!(of_lines(&[(0, 12.0), (1, 9.0)], &[(0, 12.0), (1, 8.0)]), Some(Status::Auto));
    // No product in common; two in common, and other seats of both.
    assert_ne!(of_lines(&[(0, 12.0)], &[(1, 12.0)]), Some(Status::Auto));
    assert_ne!(of_lines(&[(0, 12.0), (1, 9.0)], &[(0, 40.0), (1, 31.0)]), Some(Status::Auto));
}

#[test]
fn lines_that_agree_prove_a_longer_name_to_be_the_shorter_one() {
    let (short, long) = ("Halloran Legal", "Halloran Legal of Riverton");
    let with_seats = |seats: f64| {
        let (vendor, psa) =
            (with_lines(short, "v", &[(0, seats)]), with_lines(long, "p", &[(0, seats)]));
        status(EntityKind::Client, vendor, psa)
    };
    assert_ne!(with_seats(1.0), Some(Status::Auto), "many clients have one seat");
    assert_eq!(with_seats(37.0), Some(Status::Auto));
}

#[test]
fn two_trades_of_one_place_are_not_accepted() {
    let found =
        status(EntityKind::Client, entity("V", "Harbor Legal LLP"), entity("P", "Harbour Medical"));
    assert_ne!(found, Some(Status::Auto));
}

#[test]
fn names_that_are_the_same_but_for_their_writing_are_accepted() {
    for (kind, vendor, psa) in [
        (EntityKind::Client, "ACME CORP /DE/", "Acme Corporation"),
        (EntityKind::Client, "Müller & Söhne GmbH & Co. KG", "Muller und Sohne"),
        (EntityKind::Client, "ООО Ромашка", "Romashka OOO"),
        (EntityKind::Client, "Halvorsen Companies, Inc. (The)", "Halvorsen Companies"),
        (EntityKind::Client, "HALVORSEN OIL COMP", "Halvorsen Oil Company"),
        (EntityKind::Client, "Tolliver & Vane Co.", "Tolliver & Vane"),
        (EntityKind::Client, "Silver Lake Dental", "Silverlake Dental PLLC"),
        (EntityKind::Client, "0042 - O'Reilly Dental LLC", "O Reilly Dental"),
        (EntityKind::Sku, "MS NCE M365 BP 1YR", "Microsoft 365 Business Premium"),
        (EntityKind::Sku, "O365_BUSINESS_PREMIUM", "Microsoft 365 Business Standard"),
        (EntityKind::Sku, "M365_F1_GOV", "Microsoft 365 F3 GCC"),
    ] {
        let found = status(kind, entity("V", vendor), entity("P", psa));
        assert_eq!(found, Some(Status::Auto), "{vendor} / {psa}");
    }
}
