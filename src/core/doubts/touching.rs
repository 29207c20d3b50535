//! Which difference rests on which doubt.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::Doubts;
use super::of_files;
use super::of_keys::lines_of_client;
use crate::domain::{DateDoubt, Doubt, DoubtKind, FindingKind, Line, Side};

/// How a difference rests on a doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grip {
    /// If the data is wrong, so is the difference.
    Firm,
    /// It mostly is as it says: it stood there before the data was in doubt, or what is doubtful is an
    /// ordinary thing.
    Loose,
}

/// A line that a difference compares, or that its names lead to.
#[derive(Debug, Clone, Copy)]
pub struct LineTouched<'a> {
    /// Which books.
    pub side: Side,
    /// The client's key.
    pub client: &'a str,
    /// The product's key.
    pub sku: &'a str,
    /// Its units in this month; `None` where the month has no such line.
    pub units: Option<Decimal>,
}

/// A difference, as far as doubts concern it.
#[derive(Debug, Clone)]
pub struct RestsOn<'a> {
    /// What kind.
    pub kind: FindingKind,
    /// For a duplicate: the side that has it twice.
    pub twice_on: Option<Side>,
    /// The client's name.
    pub client: &'a str,
    /// The product's name.
    pub sku: &'a str,
    /// Money a month.
    pub impact: Decimal,
    /// Its lines, and those its names lead to.
    pub lines: Vec<LineTouched<'a>>,
}

/// Units of both sides, this month and the month before.
#[derive(Debug, Clone, Copy)]
struct Moved {
    now: [Decimal; 2],
    /// `None` where the month before is not stored.
    before: Option<[Decimal; 2]>,
}

/// Finds the doubts that differences rest on.
pub struct Touch<'a> {
    doubts: &'a Doubts,
    of_products: &'a [Doubt],
    before: Option<&'a [Line]>,
}

impl<'a> Touch<'a> {
    /// Of the doubts of a month, and those about products by name; `before` are the lines of the month
    /// before, in the order of their keys.
    pub fn of(doubts: &'a Doubts, of_products: &'a [Doubt], before: Option<&'a [Line]>) -> Self {
        Self { doubts, of_products, before }
    }

    /// The doubts that a difference rests on, each once.
    ///
    /// What is known of the very line concerns it whatever it says. What may belong anywhere (a row without
    /// a client, a client or product that is missing, a sum that does not tie) has a firm grip on what
    /// differs since this month, and a loose one on what stood there before: it mostly still stands.
    pub fn on(&self, one: &RestsOn<'_>) -> Vec<(Cow<'a, Doubt>, Grip)> {
        let mut found: Vec<(Cow<'a, Doubt>, Grip)> = Vec::new();
        let moved = self.moved(one);
        let mut add = |doubt: &'a Doubt| {
            let is_known = || found.iter().any(|(known, _)| std::ptr::eq(&**known, doubt));
            if let Some(grip) = rests_on(one, doubt, moved).filter(|_| !is_known()) {
                found.push((Cow::Borrowed(doubt), grip));
            }
        };
        // A product that the other side does not know is asked about by itself.
        let leads_to = |side: Side| one.lines.iter().any(|line| line.side == side);
        let of_product = self.of_products.iter().filter(|doubt| doubt.found == one.sku);
        of_product
            .filter(|doubt| says_too_little(one, doubt.side) && leads_to(doubt.side))
            .for_each(&mut add);
        for line in &one.lines {
            self.doubts.about(line.side, line.client, line.sku).for_each(&mut add);
        }
        for side in [Side::Vendor, Side::Psa] {
            if one.lines.iter().all(|line| line.side != side) {
                self.doubts.about_name(side, one.client).for_each(&mut add);
            }
        }
        if !found.iter().any(|(doubt, _)| doubt.kind == DoubtKind::ClientMissing) {
            found.extend(self.absent(one).map(|doubt| (Cow::Owned(doubt), Grip::Loose)));
        }
        found
    }

    /// That a side which lacks something has nothing of the client at all.
    fn absent(&self, one: &RestsOn<'_>) -> Option<Doubt> {
        let side =
            [Side::Vendor, Side::Psa].into_iter().find(|side| says_too_little(one, *side))?;
        let is_here = |line: &LineTouched<'_>| self.doubts.has_client(line.side, line.client);
        let mut own = one.lines.iter().filter(|line| line.side == side).peekable();
        own.peek()?;
        own.all(|line| !is_here(line)).then(|| of_files::absent_client(side, one.client))
    }

    fn moved(&self, one: &RestsOn<'_>) -> Moved {
        let of = |side: Side, units: &dyn Fn(&LineTouched<'_>) -> Decimal| -> Decimal {
            one.lines.iter().filter(|line| line.side == side).map(units).sum()
        };
        let both = |units: &dyn Fn(&LineTouched<'_>) -> Decimal| {
            [of(Side::Vendor, units), of(Side::Psa, units)]
        };
        let now = both(&|line| line.units.unwrap_or_default());
        let before = self.before.map(|before| both(&|line| units_of(before, line)));
        Moved { now, before }
    }
}

/// A line's units among lines in the order of their keys.
fn units_of(lines: &[Line], line: &LineTouched<'_>) -> Decimal {
    let own = lines_of_client(lines, line.side, line.client);
    own.iter().filter(|one| one.key.sku.0 == line.sku).map(|one| one.quantity.0).sum()
}

impl Moved {
    fn at(side: Side) -> usize {
        usize::from(side == Side::Psa)
    }

    /// By how much a side has fewer units than the month before; `None` where that is not known.
    fn fell(&self, side: Side) -> Option<Decimal> {
        let at = Self::at(side);
        self.before.map(|before| before[at] - self.now[at])
    }

    /// By how much more a side lacks, beside the other, than the month before.
    fn lacks_more(&self, side: Side) -> Option<Decimal> {
        let lack = |units: [Decimal; 2]| units[Self::at(side.other())] - units[Self::at(side)];
        self.before.map(|before| lack(self.now) - lack(before))
    }

    /// How many units a side lacks beside the other.
    fn lacks(&self, side: Side) -> Decimal {
        self.now[Self::at(side.other())] - self.now[Self::at(side)]
    }
}

/// Whether a difference says that a side has too little.
fn says_too_little(one: &RestsOn<'_>, side: Side) -> bool {
    use FindingKind::{
        BelowCost, Duplicate, NotBilled, NotBought, OverBilled, PriceChanged, UnderBilled,
    };
    match one.kind {
        UnderBilled | NotBilled => side == Side::Psa,
        OverBilled | NotBought => side == Side::Vendor,
        Duplicate => one.twice_on == Some(side.other()),
        BelowCost | PriceChanged => false,
    }
}

fn rests_on(one: &RestsOn<'_>, doubt: &Doubt, moved: Moved) -> Option<Grip> {
    let side = doubt.side;
    if one.kind == FindingKind::PriceChanged && side == Side::Psa {
        return None;
    }
    let is_of_line = doubt.client.is_some() && doubt.sku.is_some();
    let firm = |is_so: bool| is_so.then_some(Grip::Firm);
    let lacks = says_too_little(one, side);
    let loose = |is_so: bool| (is_so && lacks).then_some(Grip::Loose);
    let has_none = moved.now[Moved::at(side)].is_zero();
    let is_new = is_new(one, side, moved);
    let is_other_month = doubt.dates == Some(DateDoubt::OtherMonth);
    match doubt.kind {
        DoubtKind::Unreadable | DoubtKind::ImpossiblePeriod if is_of_line => Some(Grip::Firm),
        DoubtKind::SetAside if is_of_line && !is_other_month => Some(Grip::Firm),
        DoubtKind::SetAside if is_of_line => firm(is_new).or(loose(true)),
        DoubtKind::NoPrice => firm(rests_on_price(one, side)),
        DoubtKind::OnlyChanges if is_other_month => loose(true),
        DoubtKind::OnlyChanges => firm(lacks),
        DoubtKind::AtTheEdge if doubt.dates == Some(DateDoubt::EndSwapped) => Some(Grip::Loose),
        DoubtKind::AtTheEdge => firm(moved.fell(side).is_some_and(|fell| fell < Decimal::ZERO)),
        DoubtKind::SeveralIds if has_all_ids(one, doubt) => None,
        DoubtKind::SeveralNames | DoubtKind::SeveralIds => {
            firm(has_moved(side, moved)).or(loose(true))
        }
        DoubtKind::NoClient
        | DoubtKind::Unreadable
        | DoubtKind::SetAside
        | DoubtKind::ImpossiblePeriod => {
            let is_enough = doubt.units.is_none_or(|units| units.0 <= moved.lacks(side));
            firm(may_lack(one, doubt, moved)).or(loose(is_enough))
        }
        DoubtKind::ClientMissing | DoubtKind::ProductMissing | DoubtKind::MostlyMissing => {
            firm(is_new).or(loose(has_none))
        }
        DoubtKind::LinesMissing => firm(is_new && has_none).or(loose(has_none)),
        DoubtKind::TotalGap => {
            let gap = doubt.amount.map_or(Decimal::ZERO, |gap| gap.amount);
            let is_within = moved.before.is_some() || one.impact <= gap;
            let is_missing = Decimal::ZERO < gap;
            firm(is_missing && is_within && is_new).or(loose(is_missing && one.impact <= gap))
        }
    }
}

/// Whether the side has fewer units than before, or lacks more of them. Where the month before is not known,
/// whether it lacks any.
fn is_new(one: &RestsOn<'_>, side: Side, moved: Moved) -> bool {
    let is_some = |units: Decimal| Decimal::ZERO < units;
    match (moved.fell(side), moved.lacks_more(side)) {
        (Some(fell), Some(more)) => is_some(fell) || says_too_little(one, side) && is_some(more),
        _ => says_too_little(one, side),
    }
}

fn has_moved(side: Side, moved: Moved) -> bool {
    let is_some = |units: Option<Decimal>| units.is_none_or(|units| !units.is_zero());
    is_some(moved.fell(side)) || is_some(moved.lacks_more(side))
}

/// Whether the rows of a doubt may be some that the side lacks.
fn may_lack(one: &RestsOn<'_>, doubt: &Doubt, moved: Moved) -> bool {
    let side = doubt.side;
    let Some(units) = doubt.units else { return is_new(one, side, moved) };
    match (moved.fell(side), moved.lacks_more(side)) {
        (Some(fell), Some(more)) => {
            units.0 <= fell || says_too_little(one, side) && units.0 <= more
        }
        _ => says_too_little(one, side) && units.0 <= moved.lacks(side),
    }
}

/// Whether the money of a difference is counted with the prices of a side.
fn rests_on_price(one: &RestsOn<'_>, side: Side) -> bool {
    use FindingKind::{
        BelowCost, Duplicate, NotBilled, NotBought, OverBilled, PriceChanged, UnderBilled,
    };
    match one.kind {
        // Units are counted at the client's price; at our cost where the PSA has none.
        UnderBilled | OverBilled | BelowCost => true,
        NotBought => side == Side::Psa,
        NotBilled | PriceChanged => side == Side::Vendor,
        Duplicate => one.twice_on.is_none_or(|twice| twice == side),
    }
}

/// Whether a difference counts the lines of both ids together.
fn has_all_ids(one: &RestsOn<'_>, doubt: &Doubt) -> bool {
    let is_here = |client: &str| {
        one.lines.iter().any(|line| {
            line.side == doubt.side
                && line.units.is_some()
                && line.client == client
                && doubt.sku.as_ref().is_some_and(|sku| sku.0 == line.sku)
        })
    };
    let client = doubt.client.as_ref().map_or("", |client| client.0.as_str());
    is_here(client) && is_here(&doubt.found)
}
