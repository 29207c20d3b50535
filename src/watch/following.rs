//! Changes that wait for the other side → those it followed, and those that are told.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;
use seatdrift_core::domain::Side;

use crate::difference::{Change, What};
use crate::judged::{Claim, Judged};
use crate::relation::Groups;
use crate::seen::LineName;

/// What is known on a day.
pub struct Known<'a> {
    /// The day.
    pub day: Date,
    /// What the scoring of the day says; `None` where it could not be scored.
    pub judged: Option<&'a Judged>,
    /// Which lines belong together.
    pub groups: &'a Groups,
    /// Units of every line of both sides, as last seen.
    pub seats: &'a BTreeMap<LineName, Decimal>,
    /// The sides of which a source could not be read.
    pub unread: &'a [Side],
    /// Days that a change of a source waits.
    pub grace: &'a dyn Fn(&str) -> u16,
}

/// Changes that nobody followed in time, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfollowed {
    /// The lines of both sides they are about.
    pub lines: BTreeSet<LineName>,
    /// The changes, the oldest first.
    pub changes: Vec<Change>,
    /// What is claimed, the most money first.
    pub claims: Vec<Claim>,
}

/// How a change that waits stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// The other side did the same, or an older difference became less.
    Yes,
    /// Not yet, and there is time.
    NotYet,
    /// Not in time.
    No,
}

/// One more change among those that wait: changes of one subscription are one, and none where it is back at
/// what it was.
pub fn add(waiting: &mut Vec<Change>, change: Change) {
    let same = waiting.iter().position(|old| {
        (&old.source, &old.id) == (&change.source, &change.id)
            && std::mem::discriminant(&old.what) == std::mem::discriminant(&change.what)
    });
    let Some(position) = same else {
        waiting.push(change);
        return;
    };
    let old = &mut waiting[position];
    let (from, after, since) = (old.what.clone(), old.after, old.since);
    *old = change;
    (old.after, old.since) = (after, since);
    let is_back = match (&mut old.what, from) {
        (What::Seats { from, to }, What::Seats { from: first, .. })
        | (What::Price { from, to }, What::Price { from: first, .. }) => {
            *from = first;
            from == to
        }
        _ => false,
    };
    if is_back {
        waiting.remove(position);
    }
}

/// Takes out of the changes that wait those that the other side followed and those it did not follow in time;
/// gives the latter.
pub fn unfollowed(waiting: &mut Vec<Change>, known: &Known<'_>) -> Vec<Unfollowed> {
    let mut by_group: BTreeMap<usize, Vec<Change>> = BTreeMap::new();
    let mut alone = Vec::new();
    for change in waiting.drain(..) {
        match known.groups.of(&change.line()) {
            Some(group) => by_group.entry(group).or_default().push(change),
            None => alone.push(vec![change]),
        }
    }
    let mut of_group: BTreeMap<usize, Vec<&LineName>> = BTreeMap::new();
    for name in known.seats.keys() {
        if let Some(group) = known.groups.of(name).filter(|group| by_group.contains_key(group)) {
            of_group.entry(group).or_default().push(name);
        }
    }
    let mut told = Vec::new();
    for mut changes in by_group.into_values().chain(alone) {
        changes.sort_by(|one, other| (one.since, &one.id).cmp(&(other.since, &other.id)));
        let group = known.groups.of(&changes[0].line());
        let others = group.and_then(|group| of_group.get(&group)).into_iter().flatten();
        let own = changes.iter().map(Change::line);
        let lines: BTreeSet<LineName> = own.chain(others.map(|name| (*name).clone())).collect();
        let claims = claims(&lines, known);
        match followed(&changes, &lines, &claims, known) {
            Followed::Yes => {}
            Followed::NotYet => waiting.append(&mut changes),
            Followed::No => told.push(Unfollowed { lines, changes, claims }),
        }
    }
    waiting.sort_by(|one, other| {
        (one.since, &one.source, &one.id).cmp(&(other.since, &other.source, &other.id))
    });
    told
}

/// How changes of lines that belong together stand, by seats alone where nothing is claimed of them.
pub fn followed(
    changes: &[Change],
    lines: &BTreeSet<LineName>,
    claims: &[Claim],
    known: &Known<'_>,
) -> Followed {
    let more = |side: Side| -> Decimal {
        changes.iter().filter(|change| change.side == side).map(Change::seats).sum()
    };
    let (bought, billed) = (more(Side::Vendor), more(Side::Psa));
    let moved = changes.iter().any(|change| !change.seats().is_zero());
    if moved && bought == billed {
        return Followed::Yes;
    }
    let last = changes.iter().map(|change| change.since).max().unwrap_or(known.day);
    let is_due = changes.iter().any(|change| {
        let days = change.since.until(known.day).map_or(0, |span| span.get_days());
        days >= i32::from((known.grace)(&change.source))
    });
    // Who could not be read may have followed.
    let answers = |side: Side| !known.unread.contains(&side);
    let sides: Vec<Side> = changes.iter().map(|change| other(change.side)).collect();
    if known.judged.is_none() || last > known.day || !sides.into_iter().all(answers) {
        return Followed::NotYet;
    }
    if claims.is_empty() {
        return Followed::Yes;
    }
    let gap: Decimal = lines
        .iter()
        .filter_map(|name| {
            let seats = *known.seats.get(name)?;
            Some(if name.side == Side::Vendor { seats } else { -seats })
        })
        .sum();
    let before = gap - (bought - billed);
    // An older difference that became less is being seen to; seats of a bundle and its parts make no sum.
    let is_one = known.judged.is_some_and(|judged| judged.about(lines).count() <= 1);
    if moved && is_one && gap.abs() < before.abs() && gap * before >= Decimal::ZERO {
        return Followed::Yes;
    }
    if is_due { Followed::No } else { Followed::NotYet }
}

fn claims(lines: &BTreeSet<LineName>, known: &Known<'_>) -> Vec<Claim> {
    let Some(judged) = known.judged else { return Vec::new() };
    let mut claims: Vec<Claim> =
        judged.about(lines).flat_map(|line| line.claims.iter().cloned()).collect();
    claims.sort_by(|one, other| (other.impact, &one.id).cmp(&(one.impact, &other.id)));
    claims
}

fn other(side: Side) -> Side {
    match side {
        Side::Vendor => Side::Psa,
        Side::Psa => Side::Vendor,
    }
}

#[cfg(test)]
mod tests;
