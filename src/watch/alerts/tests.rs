use super::*;
use crate::difference::What;
use seatdrift_core::domain::Side;

fn line() -> LineName {
    LineName { side: Side::Vendor, client: "alder".to_owned(), sku: "backup".to_owned() }
}

fn claim(bought: i64) -> Claim {
    Claim {
        id: "F1".to_owned(),
        kind: "under_billed".to_owned(),
        client: "Alder".to_owned(),
        sku: "Backup".to_owned(),
        bought: bought.into(),
        billed: 25.into(),
        impact: Decimal::from(20 * (bought - 25)),
        currency: "USD".to_owned(),
        whose: "you lose it".to_owned(),
        why: String::new(),
    }
}

fn unfollowed(bought: i64) -> Unfollowed {
    let change = Change {
        source: "pax8".to_owned(),
        side: Side::Vendor,
        id: "s1".to_owned(),
        client: "alder".to_owned(),
        client_name: "Alder".to_owned(),
        sku: "backup".to_owned(),
        sku_name: "Backup".to_owned(),
        what: What::Seats { from: 25.into(), to: bought.into() },
        unit: None,
        currency: "USD".parse().unwrap(),
        after: "2026-06-09".parse().unwrap(),
        since: "2026-06-10".parse().unwrap(),
    };
    Unfollowed {
        lines: BTreeSet::from([line()]),
        changes: vec![change],
        claims: vec![claim(bought)],
    }
}

fn judged(status: LineStatus, claims: Vec<Claim>) -> Judged {
    let line = JudgedLine { names: BTreeSet::from([line()]), status, claims };
    Judged { lines: vec![line], ..Judged::default() }
}

/// What is told on a day.
fn on(day: u32, alerts: &mut Vec<Alert>, fresh: Vec<Unfollowed>, judged: &Judged) -> Vec<NewsKind> {
    let day = format!("2026-06-{day:02}");
    let config = WatchConfig::default();
    let look = Look {
        day: day.parse().unwrap(),
        now: format!("{day}T06:30:00Z").parse().unwrap(),
        judged: Some(judged),
        config: &config,
    };
    looked(alerts, fresh, &look).iter().map(|news| news.kind).collect()
}

#[test]
fn an_alert_is_told_once_until_it_changes_and_once_when_it_is_solved() {
    let mut alerts = Vec::new();
    let open = |bought: i64| judged(LineStatus::Differs, vec![claim(bought)]);
    assert_eq!(on(13, &mut alerts, vec![unfollowed(28)], &open(28)), [NewsKind::New]);
    assert_eq!(alerts[0].severity, Severity::Notable);
    assert_eq!(on(14, &mut alerts, Vec::new(), &open(28)), []);
    // The same again, from a change that was counted otherwise.
    assert_eq!(on(14, &mut alerts, vec![unfollowed(28)], &open(28)), []);
    assert_eq!(on(15, &mut alerts, vec![unfollowed(60)], &open(60)), [NewsKind::Changed]);
    assert_eq!(alerts[0].severity, Severity::Severe);
    let agrees = judged(LineStatus::Agrees, Vec::new());
    assert_eq!(on(16, &mut alerts, Vec::new(), &agrees), [NewsKind::Solved]);
    assert_eq!(on(17, &mut alerts, Vec::new(), &agrees), []);
    assert_eq!(on(18, &mut alerts, vec![unfollowed(28)], &open(28)), [NewsKind::New]);
    assert_ne!(alerts[0].key, alerts[1].key);
}

#[test]
fn what_is_open_for_long_is_told_once_more_and_is_more_severe() {
    let mut alerts = Vec::new();
    let open = judged(LineStatus::Differs, vec![claim(28)]);
    on(10, &mut alerts, vec![unfollowed(28)], &open);
    assert_eq!(on(16, &mut alerts, Vec::new(), &open), []);
    assert_eq!(on(17, &mut alerts, Vec::new(), &open), [NewsKind::Escalated]);
    assert_eq!(alerts[0].severity, Severity::Severe);
    assert_eq!(on(28, &mut alerts, Vec::new(), &open), []);
}

#[test]
fn what_somebody_decided_is_silent_until_that_holds_no_more() {
    let mut alerts = Vec::new();
    let open = judged(LineStatus::Differs, vec![claim(28)]);
    on(10, &mut alerts, vec![unfollowed(28)], &open);
    let decided = judged(LineStatus::Settled, Vec::new());
    assert_eq!(on(11, &mut alerts, Vec::new(), &decided), []);
    assert_eq!(alerts[0].state, AlertState::Silent);
    assert_eq!(on(25, &mut alerts, Vec::new(), &decided), []);
    assert_eq!(on(26, &mut alerts, Vec::new(), &open), [NewsKind::Back]);
}
