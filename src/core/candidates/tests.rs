use super::*;
use crate::domain::entity::Decided;
use crate::domain::{Entity, EntityKind, Occurrence};
use proptest::prelude::*;

fn named(names: &[&str]) -> Vec<Entity> {
    let entity = |(idx, name): (usize, &&str)| Entity {
        key: format!("id{idx}"),
        names: vec![(*name).to_owned()],
        codes: Vec::new(),
        domains: Vec::new(),
        occurrences: Vec::new(),
    };
    names.iter().enumerate().map(entity).collect()
}

fn pairs_of(kind: EntityKind, vendor: &[Entity], psa: &[Entity]) -> Vec<CandidatePair> {
    let space = NameSpace::new(kind, vendor, psa);
    let evidence = LineEvidence::new(vendor, psa, &KnownPairs::none());
    candidate_pairs(&space, &evidence, &PairMemory::default())
}

#[test]
fn true_pairs_survive_every_common_way_of_writing_a_client() {
    let vendor = named(&[
        "Acme Corporation",
        "deltalog.onmicrosoft.com",
        "carmelins.onmicrosoft.com",
        "0633 - Citizens State Bank",
        "Intl Business Systems",
        "Müller & Sons GmbH",
        "Helent’s Company",
        "St Mary Hospital",
    ]);
    let psa = named(&[
        "Acme Corp",
        "Delta Logistics",
        "Carmel Insurance",
        "Citizens State Bank",
        "International Business Systems",
        "Mueller and Sons",
        "Helen’s Company",
        "Saint Mary Hospital",
    ]);
    let truth = (0..psa.len()).map(|idx| CandidatePair { vendor_idx: idx, psa_idx: idx }).collect();
    assert_eq!(audit(&pairs_of(EntityKind::Client, &vendor, &psa), &truth), 0.0);
}

#[test]
fn a_code_a_former_name_and_initials_meet_their_product() {
    let vendor = named(&["CFQ7TTC0LCHC:0002", "AAD P1", "MDB"]);
    let psa = named(&["M365 Bus Prem", "Microsoft Entra ID P1", "Microsoft Defender for Business"]);
    let truth = (0..psa.len()).map(|idx| CandidatePair { vendor_idx: idx, psa_idx: idx }).collect();
    assert_eq!(audit(&pairs_of(EntityKind::Sku, &vendor, &psa), &truth), 0.0);
}

#[test]
fn names_without_a_word_meet_nobody() {
    let (vendor, psa) = (named(&["-", "***"]), named(&["--", "."]));
    assert_eq!(pairs_of(EntityKind::Client, &vendor, &psa), []);
}

#[test]
fn lines_that_agree_bring_together_names_that_share_nothing() {
    let lines = |clients: &[(&str, f64)]| -> Vec<Occurrence> {
        let line = |&(with, quantity): &(&str, f64)| Occurrence {
            with: with.to_owned(),
            quantity,
            unit: None,
        };
        clients.iter().map(line).collect()
    };
    let (mut vendor, mut psa) =
        (named(&["Microsoft 365 Business Premium"]), named(&["Cloud Email Licenses"]));
    vendor[0].occurrences = lines(&[("v1", 37.0), ("v2", 12.0), ("v3", 9.0)]);
    psa[0].occurrences = lines(&[("p1", 37.0), ("p2", 12.0), ("p3", 8.0)]);
    let known = [("v1", "p1"), ("v2", "p2"), ("v3", "p3")]
        .into_iter()
        .map(|(vendor, psa)| (vendor.to_owned(), psa.to_owned()))
        .collect();
    let evidence = LineEvidence::new(&vendor, &psa, &known);
    let agreement = evidence.agreement(0, 0);
    assert_eq!((agreement.n_shared, agreement.n_equal), (3, 2));
    assert_eq!(evidence.best_partners(0, 3), [0]);
}

#[test]
fn a_decided_pair_is_always_a_candidate() {
    let (vendor, psa) = (named(&["Zebra"]), named(&["Ostrich"]));
    let mut memory = PairMemory::default();
    let key = ("id0".to_owned(), "id0".to_owned());
    memory.same.insert(key, Decided { by: "dana".to_owned(), on: None });
    let space = NameSpace::new(EntityKind::Client, &vendor, &psa);
    let evidence = LineEvidence::new(&vendor, &psa, &KnownPairs::none());
    let pairs = candidate_pairs(&space, &evidence, &memory);
    assert_eq!(pairs, [CandidatePair { vendor_idx: 0, psa_idx: 0 }]);
}

proptest! {
    #[test]
    fn candidates_are_in_range_ordered_and_distinct(
        left in prop::collection::vec("[a-c ]{0,6}", 0..12), right in prop::collection::vec("[a-c ]{0,6}", 0..12)
    ) {
        let left: Vec<&str> = left.iter().map(String::as_str).collect();
        let right: Vec<&str> = right.iter().map(String::as_str).collect();
        let pairs = pairs_of(EntityKind::Client, &named(&left), &named(&right));
        prop_assert!(pairs.windows(2).all(|two| two[0] < two[1]));
        prop_assert!(pairs.iter().all(|pair| pair.vendor_idx < left.len() && pair.psa_idx < right.len()));
    }
}
