use super::*;

fn entry(client: &str, sku: &str, seats: i64) -> Entry {
    Entry {
        client: format!("id-{client}"),
        client_name: client.to_owned(),
        sku: format!("id-{sku}"),
        sku_name: sku.to_owned(),
        seats: seats.into(),
        unit: Some(Decimal::new(1980, 2)),
        currency: "USD".parse().unwrap(),
    }
}

fn snapshot(day: &str, entries: &[(&str, Entry)]) -> Snapshot {
    Snapshot {
        source: "pax8".to_owned(),
        side: Side::Vendor,
        day: day.parse().unwrap(),
        entries: entries.iter().map(|(id, entry)| ((*id).to_owned(), entry.clone())).collect(),
        unread: BTreeSet::new(),
        is_accepted: false,
    }
}

/// Twenty clients with a line each, called a to t.
fn twenty(day: &str, change: impl Fn(usize, &mut String, &mut Entry) -> bool) -> Snapshot {
    let mut all = Vec::new();
    for n in 0..20usize {
        let name = char::from(b'a' + u8::try_from(n).unwrap()).to_string();
        let (mut id, mut entry) = (format!("s{n:02}"), entry(&name, "Backup", 5));
        if change(n, &mut id, &mut entry) {
            all.push((id, entry));
        }
    }
    let all: Vec<(&str, Entry)> =
        all.iter().map(|(id, entry)| (id.as_str(), entry.clone())).collect();
    snapshot(day, &all)
}

fn whats(difference: &Difference) -> Vec<&What> {
    difference.changes.iter().map(|change| &change.what).collect()
}

#[test]
fn seats_that_came_went_and_grew_are_changes_and_nothing_else_is() {
    let before = twenty("2026-06-17", |_, _, _| true);
    let after = twenty("2026-06-18", |n, _, entry| {
        if n == 3 {
            entry.seats = 8.into();
        }
        n != 4
    });
    let found = difference(&before, &after);
    let seats = |from: i64, to: i64| What::Seats { from: from.into(), to: to.into() };
    assert_eq!(whats(&found), [&seats(5, 8), &seats(5, 0)]);
    assert_eq!(found.changes[0].since.to_string(), "2026-06-18");
    assert_eq!(difference(&after, &after), Difference::default());
}

#[test]
fn a_line_under_a_new_id_is_the_same_line() {
    let before = twenty("2026-06-17", |_, _, _| true);
    // The vendor gives every subscription a new id, and one has more seats.
    let after = twenty("2026-06-18", |n, id, entry| {
        *id = format!("new{n:02}");
        if n == 7 {
            entry.seats = 9.into();
        }
        true
    });
    let found = difference(&before, &after);
    assert_eq!(found.aside, None);
    let seats: Vec<&Change> = found.changes.iter().filter(|one| !one.seats().is_zero()).collect();
    assert_eq!(seats.len(), 1);
    assert_eq!(seats[0].client_name, "h");
    let renumbered = found.changes.iter().filter(|one| matches!(one.what, What::NewId { .. }));
    assert_eq!(renumbered.count(), 20);
}

#[test]
fn a_client_that_is_called_otherwise_and_has_another_key_is_no_leak() {
    let before = twenty("2026-06-17", |_, _, _| true);
    let renamed = twenty("2026-06-18", |n, _, entry| {
        if n == 2 {
            entry.client_name = "c & Sons".to_owned();
        }
        true
    });
    assert!(matches!(whats(&difference(&before, &renamed))[..], [What::Renamed { .. }]));
    let moved = twenty("2026-06-18", |n, id, entry| {
        if n == 2 {
            (*id, entry.client) = ("other".to_owned(), "other".to_owned());
        }
        true
    });
    assert!(matches!(whats(&difference(&before, &moved))[..], [What::NewId { .. }]));
}

#[test]
fn when_much_is_gone_at_once_nothing_is_compared_until_somebody_says_so() {
    let before = twenty("2026-06-17", |_, _, _| true);
    let mut after = twenty("2026-06-18", |n, _, _| n >= 3);
    let found = difference(&before, &after);
    assert_eq!(
        found.aside.as_deref(),
        Some(
            "a mass disappearance: 3 of 20 lines of pax8 that were there on 2026-06-17 are gone on 2026-06-18"
        )
    );
    assert!(found.changes.is_empty());
    after.is_accepted = true;
    assert_eq!(difference(&before, &after).changes.len(), 3);
    let stopped = twenty("2026-06-18", |n, _, entry| {
        if n < 4 {
            entry.seats = 0.into();
        }
        true
    });
    assert!(difference(&before, &stopped).aside.is_some());
}

#[test]
fn a_row_that_could_not_be_read_is_not_gone() {
    let before = twenty("2026-06-17", |_, _, _| true);
    let mut after = twenty("2026-06-18", |n, _, _| n != 4);
    after.unread.insert("s04".to_owned());
    assert_eq!(difference(&before, &after), Difference::default());
}

#[test]
fn a_price_is_a_change_of_what_is_charged_alone() {
    let before = snapshot("2026-06-17", &[("1", entry("a", "x", 5)), ("2", entry("b", "x", 0))]);
    let after = twice_as_dear(&before);
    let found = difference(&before, &after);
    assert_eq!(
        whats(&found),
        [&What::Price { from: Decimal::new(1980, 2), to: Decimal::new(3960, 2) }]
    );
}

fn twice_as_dear(before: &Snapshot) -> Snapshot {
    let mut after = before.clone();
    for entry in after.entries.values_mut() {
        entry.unit = entry.unit.map(|unit| unit * Decimal::TWO);
    }
    after
}
