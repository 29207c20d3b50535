//! Lines of a name that the other side does not know at all: most such names are another name, a client of one
//! side alone or no loss, and nothing of them is claimed to be lost until a person has said who they are.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::finding_types::Compared;
use super::groups::GroupStanding;
use super::own::LEAST_CLIENTS;
use super::partners::{NameStanding, Partners};
use super::words;
use crate::domain::{ExportRow, FindingKind, Line, LineKind, Probability, Side};

/// That what is bought for a client whom the PSA does not know should have been billed: so were 3 of 256 such
/// lines in first months of made-up books, plain and hostile.
const UNKNOWN_CLIENT_IS_LOSS: f64 = 0.02;
/// That what a client is billed whom no vendor knows was to be bought: a little more than in those months, where
/// it was so of 91 of 182, for nothing costs a client more than a closed account that is billed on.
const UNKNOWN_CLIENT_OVERPAYS: f64 = 0.6;
/// That what one client has of a product that the other side has no name for is a mistake: more likely than not, as
/// the other side would have it under another name, or nobody has set it up.
const UNKNOWN_PRODUCT_IS_LOSS: f64 = 0.6;
/// That use which the PSA knows no name for, of several clients, should have been billed: so was none of 40.
const UNKNOWN_USE_IS_LOSS: f64 = 0.02;

/// Weighs the differences of lines whose client or product the other side does not know.
pub(super) fn weigh(rows: &[ExportRow], groups: &mut [Compared<'_>], partners: &Partners) {
    let known_nowhere = use_of_clients(rows, groups, partners);
    for compared in groups.iter_mut() {
        let Some(line) = alone(compared) else { continue };
        let side = line.key.side;
        let chance = match (is_unknown(line, partners), side) {
            (true, Side::Vendor) => UNKNOWN_CLIENT_IS_LOSS,
            (true, Side::Psa) => UNKNOWN_CLIENT_OVERPAYS,
            (false, Side::Vendor) if known_nowhere.contains(&line.key.sku.0) => UNKNOWN_USE_IS_LOSS,
            (false, _) => UNKNOWN_PRODUCT_IS_LOSS,
        };
        let why = match is_unknown(line, partners) {
            true => words::unknown_client(line),
            false if chance == UNKNOWN_USE_IS_LOSS => words::unknown_use(line),
            false => String::new(),
        };
        let chance = Probability::clamped(chance);
        let differences = compared.differences.iter_mut();
        for difference in differences.filter(|one| is_about_absence(one.kind)) {
            // Who is asked already is not asked again.
            if !difference.probability.is_claim() {
                continue;
            }
            difference.probability = difference.probability.and(chance);
            if !difference.why.is_empty() {
                difference.why.push_str(&why);
            }
        }
    }
}

fn is_about_absence(kind: FindingKind) -> bool {
    matches!(kind, FindingKind::NotBilled | FindingKind::NotBought)
}

/// A line of a group one of whose names has no partner.
fn alone<'a>(compared: &Compared<'a>) -> Option<&'a Line> {
    let group = &compared.group;
    let line = group.vendor.first().or(group.psa.first()).copied();
    line.filter(|_| group.standing == GroupStanding::Alone)
}

fn is_unknown(line: &Line, partners: &Partners) -> bool {
    let standing = partners.clients.standing(line.key.side, &line.key.client.0);
    matches!(standing, NameStanding::Alone(_))
}

/// The use that vendors charge for several clients whom the PSA knows, under a name that it does not know.
fn use_of_clients(
    rows: &[ExportRow],
    groups: &[Compared<'_>],
    partners: &Partners,
) -> BTreeSet<CompactString> {
    let is_use =
        |line: &&Line| line.rows.iter().all(|&row_idx| rows[row_idx].kind == LineKind::Usage);
    let mut clients: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for line in groups.iter().filter_map(alone).filter(is_use) {
        if line.key.side == Side::Vendor && !is_unknown(line, partners) {
            clients.entry(&line.key.sku.0).or_default().insert(&line.key.client.0);
        }
    }
    let several = clients.into_iter().filter(|(_, clients)| LEAST_CLIENTS <= clients.len());
    several.map(|(sku, _)| sku.into()).collect()
}
