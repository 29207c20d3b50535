//! Several alarms with one cause → one flag.

use std::collections::BTreeMap;

use super::{Flag, FlagKind, FlagSide, LineIdentity, line_flags, why};

/// One flag for quantities and one for prices on every line, whatever the sides that raised them.
///
/// The two sides moving alike are one flag on `both`; of different alarms the rarest stays, and names
/// the others.
pub(super) fn one_flag_a_cause(raised: Vec<Flag>, lines_are: LineIdentity<'_>) -> Vec<Flag> {
    let mut by_line: BTreeMap<LineOf, Vec<Flag>> = BTreeMap::new();
    for flag in raised {
        by_line.entry(LineOf::of(&flag, lines_are)).or_default().push(flag);
    }
    by_line.into_values().filter_map(merged).collect()
}

/// What makes alarms be about one thing. A series that names no client stands for itself.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LineOf {
    client: String,
    sku: String,
    /// Where names do not tell: the line's number.
    number: Option<usize>,
    is_price: bool,
}

impl LineOf {
    pub(super) fn of(flag: &Flag, lines_are: LineIdentity<'_>) -> Self {
        let series_idx = flag.series_idx[0];
        Self {
            client: flag.client.clone(),
            sku: flag.sku.clone(),
            number: match lines_are {
                LineIdentity::ByName => flag.client.is_empty().then_some(series_idx),
                LineIdentity::ByNumber(number_of) => Some(number_of[series_idx] as usize),
            },
            is_price: flag.kind == FlagKind::PriceShift,
        }
    }
}

fn merged(mut flags: Vec<Flag>) -> Option<Flag> {
    flags.sort_by(|a, b| a.p_value.total_cmp(&b.p_value).then(a.side.cmp(&b.side)));
    let mut flags = flags.into_iter();
    let mut first = flags.next()?;
    for other in flags {
        if alike(&first, &other) {
            first.side = FlagSide::Both;
            first.why.push_str(&why::alike(&other));
        } else {
            first.evidence.push(("also".to_owned(), line_flags::named(&other)));
        }
        first.series_idx.extend(other.series_idx);
    }
    first.series_idx.sort_unstable();
    Some(first)
}

/// Whether two flags are the vendor's and the PSA's view of one event: the same kind, the same way.
pub(super) fn alike(a: &Flag, b: &Flag) -> bool {
    let sides = [a.side, b.side];
    let two_sides = sides.contains(&FlagSide::Vendor) && sides.contains(&FlagSide::Psa);
    let way = |flag: &Flag| flag.observed.total_cmp(&flag.expected);
    two_sides && a.kind == b.kind && way(a) == way(b)
}
