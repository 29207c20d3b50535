use super::*;
use crate::pair_classifier::test_world::decided;

/// Keys and names of one side, and which of them are here.
struct Side {
    known: NameIndex,
    here: Vec<Entity>,
}

impl Side {
    fn new(gone: &[(&str, &str)], here: &[(&str, &str)]) -> Self {
        let mut known = NameIndex::default();
        gone.iter().chain(here).for_each(|(key, name)| known.add(key, name));
        let entity = |(key, name): &(&str, &str)| Entity {
            key: (*key).to_owned(),
            names: vec![(*name).to_owned()],
            codes: Vec::new(),
            domains: Vec::new(),
            occurrences: Vec::new(),
        };
        Self { known, here: here.iter().map(entity).collect() }
    }

    fn names(&self) -> SideNames<'_> {
        SideNames { known: &self.known, here: &self.here }
    }
}

fn pair(vendor: &str, psa: &str) -> (String, String) {
    (vendor.to_owned(), psa.to_owned())
}

fn memory(same: &[(&str, &str)], different: &[(&str, &str)]) -> PairMemory {
    let decided = |(vendor, psa): &(&str, &str)| (pair(vendor, psa), decided());
    PairMemory {
        same: same.iter().map(decided).collect(),
        different: different.iter().map(decided).collect(),
        ..PairMemory::default()
    }
}

fn clients(memory: &PairMemory, vendor: &Side, psa: &Side) -> Inherited {
    inherited(EntityKind::Client, memory, vendor.names(), psa.names())
}

fn same(inherited: &Inherited) -> Vec<(&str, &str)> {
    inherited.same.keys().map(|(vendor, psa)| (vendor.as_str(), psa.as_str())).collect()
}

const HARBOUR: &str = "Brackwater Harbour Clinic, LLC";

#[test]
fn a_name_under_another_id_is_what_it_was_decided_to_be() {
    let vendor = Side::new(
        &[("v1", HARBOUR)],
        &[("v2", "BRACKWATER  Harbour Clinic LLC"), ("v3", "Brackwater Harbour Clinic Inc")],
    );
    let psa = Side::new(&[], &[("p1", "Tidewell Medical")]);
    let found = clients(&memory(&[("v1", "p1")], &[]), &vendor, &psa);
    assert_eq!(same(&found), [("v2", "p1")]);
    let followed = &found.same[&pair("v2", "p1")];
    assert_eq!((followed.vendor.as_str(), followed.psa.as_str()), ("v1", "p1"));
}

#[test]
fn what_was_decided_of_the_id_itself_comes_first() {
    let vendor = Side::new(&[("v1", HARBOUR)], &[("v2", HARBOUR)]);
    let psa = Side::new(&[], &[("p1", "Tidewell Medical"), ("p2", "Brackwater Clinic")]);
    for rows in
        [memory(&[("v1", "p1"), ("v2", "p2")], &[]), memory(&[("v1", "p1")], &[("v2", "p1")])]
    {
        assert_eq!(same(&clients(&rows, &vendor, &psa)), []);
    }
    let mut alone = memory(&[("v1", "p1")], &[]);
    alone.no_psa.insert("v2".to_owned(), decided());
    assert_eq!(same(&clients(&alone, &vendor, &psa)), []);
}

#[test]
fn a_rejected_pair_waits_for_a_person_under_other_ids() {
    let vendor = Side::new(&[("v1", HARBOUR)], &[("v2", HARBOUR)]);
    let psa = Side::new(&[("p1", "Brackwater Clinic")], &[("p2", "Brackwater Clinic")]);
    let found = clients(&memory(&[], &[("v1", "p1")]), &vendor, &psa);
    assert!(found.different.contains_key(&pair("v2", "p2")), "{found:?}");
    // One namesake was confirmed and another rejected: nothing follows for a third.
    let vendor = Side::new(&[("v1", HARBOUR), ("v0", HARBOUR)], &[("v2", HARBOUR)]);
    let psa = Side::new(&[], &[("p1", "Brackwater Clinic")]);
    let found = clients(&memory(&[("v0", "p1")], &[("v1", "p1")]), &vendor, &psa);
    assert_eq!(same(&found), []);
    assert!(found.different.contains_key(&pair("v2", "p1")));
}

#[test]
fn of_two_companies_of_one_name_nothing_is_inherited() {
    let two = Side::new(&[("p1", HARBOUR)], &[("p2", HARBOUR), ("p3", HARBOUR)]);
    let vendor = Side::new(&[], &[("v1", HARBOUR)]);
    assert_eq!(same(&clients(&memory(&[("v1", "p1")], &[]), &vendor, &two)), []);
    // The other id has a partner of its own.
    let one = Side::new(&[("p1", HARBOUR)], &[("p2", HARBOUR)]);
    let both = Side::new(&[], &[("v1", HARBOUR), ("v2", HARBOUR)]);
    assert_eq!(same(&clients(&memory(&[("v1", "p1"), ("v2", "p2")], &[]), &both, &one)), []);
    // A second account beside the first, and a second client of that name nobody has spoken of.
    let beside = Side::new(&[], &[("p1", HARBOUR), ("p2", HARBOUR)]);
    assert_eq!(same(&clients(&memory(&[("v1", "p1")], &[]), &both, &beside)), []);
    // The namesakes went to two different clients.
    let third = Side::new(&[("v1", HARBOUR), ("v2", HARBOUR)], &[("v3", HARBOUR)]);
    let psa = Side::new(&[], &[("p1", "Tidewell Medical"), ("p2", "Osprey Medical")]);
    assert_eq!(same(&clients(&memory(&[("v1", "p1"), ("v2", "p2")], &[]), &third, &psa)), []);
}

#[test]
fn a_partner_that_goes_by_a_new_id_stays_the_partner() {
    let vendor = Side::new(&[], &[("v1", "Osprey Legal")]);
    let psa = Side::new(&[("p1", HARBOUR)], &[("p9", HARBOUR), ("p2", "Brackwater Inc")]);
    let found = clients(&memory(&[("v1", "p1")], &[]), &vendor, &psa);
    assert_eq!(same(&found), [("v1", "p9")]);
}

#[test]
fn a_name_that_rightly_has_no_partner_has_none_under_another_id() {
    let vendor = Side::new(&[("v1", "Our Own Tenant")], &[("v2", "Our own tenant")]);
    let psa = Side::new(&[("p1", "Help Desk Retainer")], &[("p2", "Help Desk  Retainer")]);
    let mut memory = PairMemory::default();
    memory.no_psa.insert("v1".to_owned(), decided());
    memory.no_vendor.insert("p1".to_owned(), decided());
    let found = clients(&memory, &vendor, &psa);
    assert!(found.no_psa.contains_key("v2") && found.no_vendor.contains_key("p2"), "{found:?}");
}

#[test]
fn a_product_is_the_same_only_with_its_term_and_edition() {
    let vendor = Side::new(
        &[("s1", "Tern Backup Pro (Annual)")],
        &[("s2", "Tern Backup Pro  (annual)"), ("s3", "Tern Backup Pro (Monthly)")],
    );
    let psa = Side::new(&[], &[("b1", "Managed Backup")]);
    let memory = memory(&[("s1", "b1")], &[]);
    let found = inherited(EntityKind::Sku, &memory, vendor.names(), psa.names());
    assert_eq!(same(&found), [("s2", "b1")]);
}
