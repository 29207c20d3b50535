use super::*;
use proptest::prelude::*;

fn list(names: &[&str]) -> NameList {
    let mut list = NameList::default();
    for name in names {
        list.push(&name.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    }
    list
}

fn best(names: &[&str], words: &str) -> Option<u32> {
    let index = NearestNames::new(&list(names));
    let found = index.nearest(words, 1, &mut index.scratch());
    found.first().map(|one| one.idx)
}

#[test]
fn a_noised_name_finds_its_own_among_many_like_it() {
    let leads = ["ashford", "birchwood", "caldwell", "dunmore", "elmhurst", "fairview"];
    let trades = ["dental", "legal", "freight", "steel", "roofing", "pharmacy"];
    let names: Vec<String> = leads
        .iter()
        .flat_map(|lead| trades.map(|trade| format!("{lead} {trade} services")))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (idx, name) in names.iter().enumerate() {
        let (lead, rest) = name.split_once(' ').expect("three words");
        let typo = format!("{}{}{}{} {rest}", &lead[..2], &lead[3..4], &lead[2..3], &lead[4..]);
        let dropped = name.trim_end_matches(" services");
        let joined = name.replacen(' ', "", 1);
        for written in [*name, &typo, dropped, &joined] {
            assert_eq!(best(&names, written), Some(u32::try_from(idx).unwrap()), "{written}");
        }
    }
}

#[test]
fn a_name_without_words_is_like_nothing() {
    assert_eq!(best(&["acme", ""], ""), None);
    assert_eq!(best(&["", ""], "acme"), None);
    assert_eq!(best(&[], "acme"), None);
}

#[test]
fn a_term_of_every_name_still_finds_somebody() {
    let names = vec!["global"; 5_000];
    assert_eq!(best(&names, "global"), Some(0));
}

proptest! {
    #[test]
    fn a_name_of_the_list_is_nearest_to_itself_and_the_best_come_first(
        names in prop::collection::vec("[a-d]{1,5}( [a-d]{1,5}){0,3}", 1..40), at in any::<prop::sample::Index>()
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let index = NearestNames::new(&list(&names));
        let wanted = at.get(&names);
        let found = index.nearest(wanted, 10, &mut index.scratch());
        prop_assert!((found[0].similarity - 1.0).abs() < 1e-5);
        let terms = |words: &str| { let mut terms = Vec::new(); terms_of(words, &mut terms); terms };
        let is_compared = |term: &Term| term.kind != Kind::Conjunction;
        let set = |words: &str| terms(words).into_iter().filter(is_compared).collect::<Vec<_>>();
        prop_assert_eq!(set(names[found[0].idx as usize]), set(wanted));
        prop_assert!(found.windows(2).all(|two| by_similarity(&two[0], &two[1]).is_lt()));
    }
}
