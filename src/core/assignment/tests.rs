use super::*;
use crate::domain::Occurrence;
use crate::normalise::product_name;
use crate::pair_classifier::test_world::{
    CLIENTS, CLIENTS_DIFFERENT, CLIENTS_SAME, SKUS, SKUS_DIFFERENT, SKUS_SAME, decided, entity,
    named, set,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

fn model(kind: EntityKind) -> &'static PairModel {
    match kind {
        EntityKind::Client => &CLIENTS.model,
        EntityKind::Sku => &SKUS.model,
    }
}

fn suggested(
    kind: EntityKind,
    vendor: &[Entity],
    psa: &[Entity],
    memory: &PairMemory,
) -> Assignment {
    let model = model(kind);
    let (space, policy) = (NameSpace::new(kind, vendor, psa), AssignmentPolicy::of(model));
    Matching { space: &space, vendor, psa, memory, model, policy }.suggest(&KnownPairs::none())
}

fn rows<'a>(assignment: &'a Assignment, vendor_key: &str) -> Vec<&'a Suggestion> {
    assignment
        .suggestions
        .iter()
        .filter(|row| row.vendor_key.as_deref() == Some(vendor_key))
        .collect()
}

fn key(vendor: &str, psa: &str) -> (String, String) {
    (vendor.to_owned(), psa.to_owned())
}

/// A month's names: the hand-written pairs among a made-up MSP's.
fn month(kind: EntityKind, pairs: &[(&str, &str)]) -> (Vec<Entity>, Vec<Entity>) {
    let mut around = set(kind, 60, 31);
    // The hand-written products stand alone: no second spelling of one of them around.
    let product = |name: &str| product_name(name, &[]).core;
    let written: BTreeSet<_> =
        pairs.iter().flat_map(|(one, other)| [product(one), product(other)]).collect();
    if kind == EntityKind::Sku {
        std::sync::Arc::make_mut(&mut around.vendor)
            .retain(|one| !written.contains(&product(one.name())));
        std::sync::Arc::make_mut(&mut around.psa)
            .retain(|one| !written.contains(&product(one.name())));
    }
    let side = |entities: Vec<Entity>, names: Vec<&str>| {
        let mut seen = BTreeSet::new();
        let all = entities.into_iter().chain(named(&names));
        all.filter(|one| seen.insert(one.key.clone()))
            .map(|one| Entity { occurrences: Vec::new(), ..one })
            .collect()
    };
    let (left, right) = pairs.iter().copied().unzip();
    (side(around.vendor.to_vec(), left), side(around.psa.to_vec(), right))
}

#[test]
fn clients_written_in_two_ways_find_each_other() {
    let (vendor, psa) = month(EntityKind::Client, CLIENTS_SAME);
    let assignment = suggested(EntityKind::Client, &vendor, &psa, &PairMemory::default());
    let (mut n_auto, mut n_best) = (0, 0);
    for (left, right) in CLIENTS_SAME {
        let best = rows(&assignment, left)[0];
        n_best += usize::from(best.psa_name == *right);
        n_auto += usize::from(best.psa_name == *right && best.status == Status::Auto);
        assert!(
            best.psa_name == *right || best.status != Status::Auto,
            "{left} went to {}",
            best.psa_name
        );
    }
    assert!(
        CLIENTS_SAME.len() - 1 <= n_best && CLIENTS_SAME.len() * 3 / 5 <= n_auto,
        "{n_best} best, {n_auto} auto"
    );
}

#[test]
fn products_written_in_two_ways_find_each_other() {
    let (vendor, psa) = month(EntityKind::Sku, SKUS_SAME);
    let assignment = suggested(EntityKind::Sku, &vendor, &psa, &PairMemory::default());
    let mut n_auto = 0;
    for (left, right) in SKUS_SAME {
        let best = rows(&assignment, left)[0];
        n_auto += usize::from(best.psa_name == *right && best.status == Status::Auto);
        assert_eq!(best.psa_name, *right, "{left}");
    }
    assert!(SKUS_SAME.len() * 4 / 5 <= n_auto, "{n_auto} auto");
}

#[test]
fn names_that_only_look_alike_are_never_accepted() {
    for (kind, pairs) in
        [(EntityKind::Client, CLIENTS_DIFFERENT), (EntityKind::Sku, SKUS_DIFFERENT)]
    {
        let both_ways = pairs.iter().flat_map(|&(one, other)| [(one, other), (other, one)]);
        for (vendor, psa) in both_ways {
            let alone = (named(&[vendor]), named(&[psa]));
            for (left, right) in [alone, month(kind, &[(vendor, psa)])] {
                let assignment = suggested(kind, &left, &right, &PairMemory::default());
                let accepted = assignment.accepted().any(|pair| pair == (vendor, psa));
                assert!(!accepted, "{vendor} / {psa}: {:?}", rows(&assignment, vendor));
            }
        }
    }
}

/// Made-up memory: one pair confirmed, one rejected, one name on either side that rightly is alone.
fn remembered() -> (Vec<Entity>, Vec<Entity>, PairMemory) {
    let vendor =
        named(&["Kingfisher Dental LLC", "Alder Realty", "Our Own Tenant", "Marlowe Legal"]);
    let psa = named(&[
        "Kingfisher Dental",
        "Kestrel Marine",
        "Alder Realty Inc",
        "Internal",
        "Marlowe Legal",
    ]);
    let mut memory = PairMemory::default();
    memory.same.insert(key("Kingfisher Dental LLC", "Kestrel Marine"), decided());
    memory.different.insert(key("Alder Realty", "Alder Realty Inc"), decided());
    memory.no_psa.insert("Our Own Tenant".to_owned(), decided());
    memory.no_vendor.insert("Internal".to_owned(), decided());
    (vendor, psa, memory)
}

#[test]
fn a_confirmed_pair_is_law_and_a_rejected_one_is_never_offered_again() {
    let (vendor, psa, memory) = remembered();
    let assignment = suggested(EntityKind::Client, &vendor, &psa, &memory);
    let known = rows(&assignment, "Kingfisher Dental LLC");
    assert_eq!((known.len(), known[0].status), (1, Status::Known));
    assert_eq!(known[0].psa_name, "Kestrel Marine");
    assert_eq!(known[0].why, "You confirmed this on 2026-03-14.");
    let rejected = rows(&assignment, "Alder Realty");
    assert!(rejected.iter().all(|row| row.psa_name != "Alder Realty Inc"), "{rejected:?}");
    let own = rows(&assignment, "Our Own Tenant");
    assert_eq!((own.len(), own[0].status, own[0].psa_key.clone()), (1, Status::Known, None));
    assert_eq!(own[0].why, "You said on 2026-03-14 that this has no partner.");
    assert_eq!(assignment.alone_vendor["Our Own Tenant"], Probability::CERTAIN);
    assert_eq!(assignment.alone_psa["Internal"], Probability::CERTAIN);
    assert_eq!(assignment.alone_psa["Kestrel Marine"], Probability::NEVER);
}

#[test]
fn every_name_of_both_sides_has_a_row() {
    let (vendor, psa, memory) = remembered();
    let assignment = suggested(EntityKind::Client, &vendor, &psa, &memory);
    for entity in &vendor {
        assert!(!rows(&assignment, &entity.key).is_empty(), "{}", entity.key);
    }
    for entity in &psa {
        let stands = |row: &&Suggestion| row.psa_key.as_deref() == Some(&entity.key);
        assert!(assignment.suggestions.iter().find(stands).is_some(), "{}", entity.key);
    }
}

#[test]
fn a_decided_pair_keeps_its_row_in_a_month_one_side_lacks_it() {
    let mut memory = PairMemory::default();
    memory.same.insert(key("Kingfisher Dental", "psa-7"), decided());
    memory.same.insert(key("gone", "also-gone"), decided());
    let vendor = named(&["Kingfisher Dental"]);
    let assignment = suggested(EntityKind::Client, &vendor, &[], &memory);
    assert_eq!(assignment.suggestions.len(), 1);
    assert_eq!(assignment.suggestions[0].psa_key.as_deref(), Some("psa-7"));
    assert_eq!(assignment.suggestions[0].status, Status::Known);
}

#[test]
fn two_terms_of_one_product_share_it_and_a_bundle_says_so() {
    let vendor = named(&[
        "Exchange Online (Plan 1) Annual",
        "Exchange Online (Plan 1) Monthly",
        "KeeperMSP",
    ]);
    let psa = named(&["Exchange Online Plan 1", "Security Bundle"]);
    let mut memory = PairMemory::default();
    memory.same.insert(key("KeeperMSP", "Security Bundle"), decided());
    memory.bundled.insert(key("KeeperMSP", "Security Bundle"));
    let assignment = suggested(EntityKind::Sku, &vendor, &psa, &memory);
    for term in ["Exchange Online (Plan 1) Annual", "Exchange Online (Plan 1) Monthly"] {
        assert_eq!(rows(&assignment, term)[0].psa_name, "Exchange Online Plan 1");
    }
    let bundle = rows(&assignment, "KeeperMSP")[0];
    assert_eq!(bundle.why, "You said on 2026-03-14 that this is part of that bundle.");
}

fn scored(vendor_idx: usize, psa_idx: usize, chance: f64) -> ScoredPair {
    let pair = CandidatePair { vendor_idx, psa_idx };
    ScoredPair { pair, probability: Probability::clamped(chance) }
}

fn policy(clients: Multiplicity) -> AssignmentPolicy {
    let (accept_at, review_at) = (Probability::clamped(0.9), Probability::clamped(0.2));
    AssignmentPolicy { accept_at, review_at, clients }
}

fn outcome(scored: &[ScoredPair], clients: Multiplicity) -> Vec<(String, String, Status)> {
    let (vendor, psa) = (named(&["a", "b"]), named(&["x", "y"]));
    let memory = PairMemory::default();
    let policy = policy(clients);
    let rules = NameRules {
        one_product: &|_, _| false,
        rules_out: &|_| false,
        lines_agree: &|_| false,
        names_link: &|_| true,
    };
    let assigned = assign(EntityKind::Client, &vendor, &psa, scored, &memory, &policy, &rules);
    let side = |side: Option<KeyAndName>| side.map_or(String::new(), |one| one.key);
    assigned
        .placements
        .into_iter()
        .map(|one| (side(one.vendor), side(one.psa), one.status))
        .collect()
}

/// Two terms on the PSA's side, two names of one product on the vendor's; `lines_agree` says whether
/// any line of the likelier cross pair does.
fn two_terms(scored: &[ScoredPair], lines_agree: &dyn Fn(CandidatePair) -> bool) -> Vec<String> {
    let (vendor, psa) = (named(&["a", "b"]), named(&["x", "y"]));
    let rules = NameRules {
        one_product: &|_, _| true,
        rules_out: &|_| false,
        lines_agree,
        names_link: &|_| true,
    };
    let (memory, policy) = (PairMemory::default(), policy(Multiplicity::ManyToOne));
    let assigned = assign(EntityKind::Sku, &vendor, &psa, scored, &memory, &policy, &rules);
    let accepted = assigned.placements.into_iter().filter(|one| one.status == Status::Auto);
    accepted.map(|one| one.vendor.unwrap().key + "-" + &one.psa.unwrap().key).collect()
}

#[test]
fn a_second_term_belongs_to_a_name_unless_it_is_likelier_anothers() {
    let crossed = [scored(0, 0, 1.0), scored(0, 1, 0.93), scored(1, 1, 0.99), scored(1, 0, 0.92)];
    assert_eq!(two_terms(&crossed, &|_| false), ["a-x", "b-y"]);
    assert_eq!(two_terms(&crossed, &|pair| pair.vendor_idx == 0), ["a-x", "a-y", "b-y"]);
    assert_eq!(two_terms(&crossed[..2], &|_| false), ["a-x", "a-y"]);
}

#[test]
fn the_parts_of_a_bundle_are_asked_about_and_not_added_up() {
    let sku = |linked: &dyn Fn(CandidatePair) -> bool, scored: &[ScoredPair]| -> Vec<String> {
        let names = |keys: &[&str]| named(keys);
        let rules = NameRules {
            one_product: &|_, _| false,
            rules_out: &|_| false,
            lines_agree: &|_| true,
            names_link: linked,
        };
        let (vendor, psa) = (names(&["a", "b"]), names(&["x"]));
        let memory = PairMemory::default();
        let policy = policy(Multiplicity::ManyToOne);
        let assigned = assign(EntityKind::Sku, &vendor, &psa, scored, &memory, &policy, &rules);
        let accepted = assigned.placements.iter().filter(|one| one.status == Status::Auto);
        accepted.filter_map(|one| Some(one.vendor.as_ref()?.key.clone())).collect()
    };
    let both = [scored(0, 0, 0.97), scored(1, 0, 0.95)];
    assert_eq!(sku(&|_| true, &both), ["a", "b"], "two terms of one product");
    assert_eq!(sku(&|pair| pair.vendor_idx == 0, &both), ["a"], "only seats speak for the other");
    assert!(sku(&|_| false, &both).is_empty(), "two products and a bundle that names neither");
    assert_eq!(sku(&|_| false, &both[..1]), ["a"], "one product sold under another name");
    let unsure = [scored(0, 0, 0.97), scored(1, 0, 0.6)];
    assert!(
        sku(&|_| false, &unsure).is_empty(),
        "the other part is not sure enough to be accepted"
    );
}

#[test]
fn a_line_or_two_never_make_names_one_that_have_nothing_in_common() {
    let kind = EntityKind::Sku;
    let lines = |side: &str, n: usize| -> Vec<Occurrence> {
        (0..n)
            .map(|idx| Occurrence {
                with: format!("{side}{idx}"),
                quantity: 17.0 + idx as f64,
                unit: None,
            })
            .collect()
    };
    let other: KnownPairs = (0..2).map(|idx| (format!("v{idx}"), format!("p{idx}"))).collect();
    let is_ruled_out = |vendor: &str, psa: &str, n_lines: usize| {
        let left = [Entity { occurrences: lines("v", n_lines), ..entity(vendor) }];
        let right = [Entity { occurrences: lines("p", n_lines), ..entity(psa) }];
        let space = NameSpace::new(kind, &left, &right);
        let lines = LineEvidence::new(&left, &right, &other);
        let guards = Guards { space: &space, lines: &lines };
        guards.rule_out(CandidatePair { vendor_idx: 0, psa_idx: 0 }, Difference::None)
    };
    assert!(is_ruled_out("Azure Plan", "Virtual CIO Retainer", 0));
    assert!(is_ruled_out("Azure Plan", "Virtual CIO Retainer", 1));
    assert!(!is_ruled_out("Azure Plan", "Virtual CIO Retainer", 2));
    assert!(!is_ruled_out("Zetaguard Spam Filter", "Zetaguard Filter", 0));
    assert!(is_ruled_out("Visio Plan 1", "Visio Plan 2", 2));
}

#[test]
fn the_initials_of_a_veterinary_clinic_are_not_proof_when_its_seats_disagree() {
    let seats = |with: &str, quantity: f64| {
        vec![Occurrence { with: with.to_owned(), quantity, unit: None }]
    };
    let other: KnownPairs = [("v0".to_owned(), "p0".to_owned())].into_iter().collect();
    let is_ruled_out = |vendor: Vec<Occurrence>, psa: Vec<Occurrence>| {
        let left = [Entity { occurrences: vendor, ..entity("Oakland Veterinary Clinic") }];
        let right = [Entity { occurrences: psa, ..entity("OVC") }];
        let space = NameSpace::new(EntityKind::Client, &left, &right);
        let lines = LineEvidence::new(&left, &right, &other);
        let guards = Guards { space: &space, lines: &lines };
        guards.rule_out(CandidatePair { vendor_idx: 0, psa_idx: 0 }, Difference::None)
    };
    assert!(is_ruled_out(seats("v0", 12.0), seats("p0", 7.0)));
    assert!(!is_ruled_out(seats("v0", 12.0), seats("p0", 12.0)));
    assert!(!is_ruled_out(Vec::new(), Vec::new()), "nothing is known of their seats");
}

fn row(vendor: &str, psa: &str, status: Status) -> (String, String, Status) {
    (vendor.to_owned(), psa.to_owned(), status)
}

#[test]
fn thresholds_and_ties_decide_as_written() {
    use Multiplicity::{ManyToOne, OneToOne};
    use Status::{Auto, Review, Unmatched};
    let two_accounts = [scored(0, 0, 0.95), scored(1, 0, 0.95)];
    assert_eq!(
        outcome(&two_accounts, ManyToOne),
        [row("a", "x", Auto), row("b", "x", Auto), row("", "y", Unmatched)]
    );
    // Equal: the lower vendor key wins, and a taken partner is not offered to the other.
    assert_eq!(
        outcome(&two_accounts, OneToOne),
        [row("a", "x", Auto), row("b", "", Unmatched), row("", "y", Unmatched)]
    );
    let two_partners = [scored(0, 1, 0.95), scored(0, 0, 0.95), scored(1, 1, 0.1)];
    assert_eq!(
        outcome(&two_partners, ManyToOne),
        [row("a", "x", Review), row("a", "y", Review), row("b", "", Unmatched)]
    );
}

#[test]
fn reasons_are_sentences_a_person_reads() {
    let (vendor, psa) =
        month(EntityKind::Client, &[("Kingfisher Dental Ltd", "Kingfisher Dental")]);
    let assignment = suggested(EntityKind::Client, &vendor, &psa, &PairMemory::default());
    let why = &rows(&assignment, "Kingfisher Dental Ltd")[0].why;
    assert!(why.contains("PSA leaves out \"Ltd\""), "{why}");
    for row in &assignment.suggestions {
        assert!(
            row.why.ends_with('.') && row.why.starts_with(|c: char| c.is_uppercase() || c == '"'),
            "{}",
            row.why
        );
    }
    let lines = |side: &str| -> Vec<Occurrence> {
        let line = |client: u32| Occurrence {
            with: format!("{side}{client}"),
            quantity: 5.0 + f64::from(client),
            unit: None,
        };
        (0..13).map(line).collect()
    };
    let product = |name: &str, side: &str| Entity { occurrences: lines(side), ..entity(name) };
    let mut billed = product("M365 Bus Prem", "p");
    billed.occurrences[4].quantity = 99.0;
    let known = (0..13).map(|client| (format!("v{client}"), format!("p{client}"))).collect();
    let (vendor, psa) = ([product("Microsoft 365 Business Premium", "v")], [billed]);
    let assignment = Matching {
        space: &NameSpace::new(EntityKind::Sku, &vendor, &psa),
        vendor: &vendor,
        psa: &psa,
        memory: &PairMemory::default(),
        model: &SKUS.model,
        policy: AssignmentPolicy::of(&SKUS.model),
    }
    .suggest(&known);
    assert_eq!(
        assignment.suggestions[0].why,
        "Both are Microsoft 365 Business Premium; 12 of 13 clients have the same number of seats on both sides."
    );
}

/// A list of made-up names, each in two spellings.
fn large(kind: EntityKind, n: usize) -> (Vec<Entity>, Vec<Entity>) {
    let syllables =
        ["ka", "lor", "min", "tes", "vor", "dan", "pel", "ris", "gon", "bex", "ula", "fen"];
    let word = |mut idx: usize| {
        let mut word = String::new();
        for _ in 0..4 {
            word.push_str(syllables[idx % syllables.len()]);
            idx /= syllables.len();
        }
        word
    };
    let trades =
        ["Dental Group", "Legal Services", "Manufacturing", "Logistics", "Family Practice"];
    let name = |idx: usize| match kind {
        EntityKind::Client => format!("{} {}", word(idx * 7), trades[idx % trades.len()]),
        EntityKind::Sku => format!("{} Guard Plan {}", word(idx / 2), 1 + idx % 2),
    };
    let side = |suffix: &str| (0..n).map(|idx| entity(&format!("{}{suffix}", name(idx)))).collect();
    (side(" Inc"), side(" (NCE)"))
}

#[test]
fn a_large_msp_is_matched_in_the_blink_of_an_eye() {
    // The limits are those of two idle cores, with room for a busy machine.
    for (kind, n, limit_ms) in [(EntityKind::Client, 2000, 500), (EntityKind::Sku, 500, 200)] {
        let (vendor, psa) = large(kind, n);
        let _ = model(kind);
        let started = Instant::now();
        let assignment = suggested(kind, &vendor, &psa, &PairMemory::default());
        let took = started.elapsed();
        assert!(n <= assignment.suggestions.len());
        assert!(took < Duration::from_millis(6 * limit_ms), "{kind}: {took:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nobody_is_lost_and_the_order_of_the_lists_does_not_matter(
        left in prop::collection::btree_set("[a-c]{2,4} (dental|legal|east)", 0..8),
        right in prop::collection::btree_set("[a-c]{2,4} (dental|legal|east)", 0..8),
    ) {
        let side = |names: &BTreeSet<String>| names.iter().map(|name| entity(name)).collect::<Vec<_>>();
        let (mut vendor, mut psa) = (side(&left), side(&right));
        let there = suggested(EntityKind::Client, &vendor, &psa, &PairMemory::default());
        let placed = |pick: fn(&Suggestion) -> &Option<String>| -> BTreeSet<String> {
            there.suggestions.iter().filter_map(|row| pick(row).clone()).collect()
        };
        prop_assert_eq!(placed(|row| &row.vendor_key), left);
        prop_assert_eq!(placed(|row| &row.psa_key), right);
        vendor.reverse();
        psa.reverse();
        let back = suggested(EntityKind::Client, &vendor, &psa, &PairMemory::default());
        let pairs = |one: &Assignment| -> Vec<_> {
            one.suggestions.iter().map(|row| (row.vendor_key.clone(), row.psa_key.clone(), row.status)).collect()
        };
        prop_assert_eq!(pairs(&there), pairs(&back));
    }
}
