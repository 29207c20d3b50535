//! Ids with several names, and names with several ids.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::MonthSeen;
use crate::domain::{ClientKey, Doubt, DoubtKind, EntityKind, ExportRow, Line, Side, SkuKey};
use crate::normalise::folded;

/// Months looked back on for what an id was called.
pub(super) const MONTHS_READ: i32 = 3;

/// A name of more ids than this names no client: `Various`, or what stands where a name is missing.
const MOST_IDS: usize = 8;

pub(super) fn doubts(seen: &MonthSeen<'_>) -> Vec<Doubt> {
    let mut doubts = several_ids(seen);
    for kind in [EntityKind::Client, EntityKind::Sku] {
        doubts.extend(several_names(seen, kind));
    }
    doubts
}

fn key_and_name(row: &ExportRow, kind: EntityKind) -> (&CompactString, &CompactString) {
    match kind {
        EntityKind::Client => (&row.client.0, &row.client_name),
        EntityKind::Sku => (&row.sku.0, &row.sku_name),
    }
}

/// The rows of an id under one name.
struct Named<'a> {
    name: &'a str,
    rows: Vec<&'a ExportRow>,
}

/// Lines of which a row bears an id beside a name that is another id's, and the lines it may belong to.
fn several_names(seen: &MonthSeen<'_>, kind: EntityKind) -> Vec<Doubt> {
    let mut names: FxHashMap<(Side, &str), Vec<Named<'_>>> = FxHashMap::default();
    for row in seen.rows.iter().filter(|row| !row.client.0.is_empty()) {
        let (key, name) = key_and_name(row, kind);
        let known = names.entry((row.side, key.as_str())).or_default();
        match known.iter_mut().find(|one| one.name == name.as_str()) {
            Some(one) => one.rows.push(row),
            None => known.push(Named { name, rows: vec![row] }),
        }
    }
    let keys_of = keys_of_names(seen, kind, &names);
    // In the order of the keys, whatever that of the table.
    let mut several: Vec<_> = names.iter().filter(|(_, named)| 1 < named.len()).collect();
    several.sort_unstable_by_key(|((side, key), _)| (*side, *key));
    let mut doubts = Vec::new();
    for ((side, key), named) in several {
        for one in named {
            let Some(owner) = keys_of.get(&(*side, folded(one.name))) else { continue };
            for owner in owner.keys().filter(|owner| owner != key) {
                for row in &one.rows {
                    doubts.push(under_two(row, kind, key, one.name));
                    doubts.push(under_two(row, kind, owner, one.name));
                }
            }
        }
    }
    doubts
}

/// The keys that bear a name, with how many rows and lines say so.
#[derive(Default)]
struct Owner<'a>(BTreeMap<&'a str, usize>);

impl<'a> Owner<'a> {
    /// The keys that bear it most often: several where as many rows say so of each.
    fn keys(&self) -> impl Iterator<Item = &'a str> {
        let most = self.0.values().max().copied().unwrap_or_default();
        self.0.iter().filter(move |(_, n)| **n == most).map(|(key, _)| *key)
    }
}

/// A folded name on a side.
type NameOnSide = (Side, String);

/// By folded name, whose it is, now and in the months before.
fn keys_of_names<'a>(
    seen: &MonthSeen<'a>,
    kind: EntityKind,
    names: &FxHashMap<(Side, &'a str), Vec<Named<'a>>>,
) -> FxHashMap<NameOnSide, Owner<'a>> {
    let mut keys: FxHashMap<NameOnSide, Owner<'a>> = FxHashMap::default();
    // Nothing is asked where every id has one name.
    let asked: FxHashSet<(Side, String)> = names
        .iter()
        .filter(|(_, named)| 1 < named.len())
        .flat_map(|((side, _), named)| named.iter().map(|one| (*side, folded(one.name))))
        .collect();
    if asked.is_empty() {
        return keys;
    }
    let now = names.iter().flat_map(|((side, key), named)| {
        named.iter().map(move |one| (*side, *key, one.name, one.rows.len()))
    });
    let from = seen.month.plus(-MONTHS_READ);
    let before = seen.monthly.from(from).filter(|line| line.month < seen.month);
    let before = before.map(|line| match kind {
        EntityKind::Client => (line.side, line.client, line.client_name, 1),
        EntityKind::Sku => (line.side, line.sku, line.sku_name, 1),
    });
    // Most lines repeat the name of the one before.
    let mut last: Option<(Side, &str, Option<NameOnSide>)> = None;
    for (side, key, name, n) in now.chain(before) {
        let is_known = last.as_ref().is_some_and(|(own, last, _)| *own == side && *last == name);
        if !is_known {
            let folded = (side, folded(name));
            last = Some((side, name, Some(folded).filter(|name| asked.contains(name))));
        }
        if let Some((_, _, Some(name))) = &last {
            *keys.entry(name.clone()).or_default().0.entry(key).or_default() += n;
        }
    }
    keys
}

fn under_two(row: &ExportRow, kind: EntityKind, key: &str, name: &str) -> Doubt {
    let mut doubt = about(row.side, &row.client.0, &row.sku.0, DoubtKind::SeveralNames);
    match kind {
        EntityKind::Client => doubt.client = Some(ClientKey(key.into())),
        EntityKind::Sku => doubt.sku = Some(SkuKey(key.into())),
    }
    doubt.file = row.place.file.clone();
    doubt.at = row.place.to_string();
    doubt.found = name.to_owned();
    doubt
}

fn about(side: Side, client: &str, sku: &str, kind: DoubtKind) -> Doubt {
    Doubt {
        side,
        kind,
        dates: None,
        client: Some(ClientKey(client.into())),
        client_name: None,
        sku: Some(SkuKey(sku.into())),
        file: CompactString::default(),
        at: String::new(),
        found: String::new(),
        units: None,
        amount: None,
        n: 1,
        of: 1,
    }
}

/// The lines of one product under several ids of one client's name, by the other id.
fn several_ids(seen: &MonthSeen<'_>) -> Vec<Doubt> {
    let mut ids: BTreeMap<(Side, &str), Vec<&str>> = BTreeMap::new();
    let mut last = None;
    for line in seen.lines {
        let (side, key) = (line.key.side, line.key.client.0.as_str());
        if last != Some((side, key)) {
            last = Some((side, key));
            ids.entry((side, line.client_name.as_str())).or_default().push(key);
        }
    }
    // Names that differ in signs and capitals alone are one name.
    let mut by_name: BTreeMap<(Side, String), Vec<&str>> = BTreeMap::new();
    for ((side, name), keys) in ids {
        by_name.entry((side, folded(name))).or_default().extend(keys);
    }
    let mut n_clients: BTreeMap<Side, usize> = BTreeMap::new();
    for ((side, _), keys) in &by_name {
        *n_clients.entry(*side).or_default() += keys.len();
    }
    let mut doubts = Vec::new();
    for ((side, _), keys) in by_name.iter().filter(|(_, keys)| (2..=MOST_IDS).contains(&keys.len()))
    {
        for key in keys {
            let own = lines_of_client(seen.lines, *side, key);
            for other in keys.iter().filter(|other| *other != key) {
                // The id with fewer lines is the odd one: what stands under it may be the other's.
                if lines_of_client(seen.lines, *side, other).len() < own.len() {
                    continue;
                }
                for line in own {
                    let sku = line.key.sku.0.as_str();
                    for (client, twin) in [(*key, *other), (*other, *key)] {
                        let doubt = about(*side, client, sku, DoubtKind::SeveralIds);
                        let (at, found) = (line.client_name.to_string(), twin.to_owned());
                        doubts.push(Doubt { at, found, of: n_clients[side], ..doubt });
                    }
                }
            }
        }
    }
    doubts.dedup();
    doubts
}

/// A client's lines of one side among lines in the order of their keys.
pub(super) fn lines_of_client<'l>(lines: &'l [Line], side: Side, client: &str) -> &'l [Line] {
    let order = |line: &Line| (line.key.side, line.key.client.0.as_str()).cmp(&(side, client));
    let start = lines.partition_point(|line| order(line).is_lt());
    let n = lines[start..].partition_point(|line| order(line).is_eq());
    &lines[start..start + n]
}
