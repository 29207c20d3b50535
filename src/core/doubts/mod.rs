//! What the data of a month leaves in doubt.
//!
//! Every stage leaves its evidence where it worked: a row that could not be read, a reason why a row is not
//! compared, a sum that a file states, the months before. Here it becomes one thing, a
//! [`Doubt`], on the side, client, product or line that it concerns; [`Touch::on`] says whether a difference
//! rests on it, [`share_true`] what such a difference is worth, and `words` what is said of it.
//!
//! ```text
//! of_rows    rows that could not be read, name no client, have odd dates or no price; changes alone
//! of_keys    one id with several names, one name with several ids
//! of_files   clients, products and lines that the month before had; sums that do not tie
//! touching   which difference rests on which doubt
//! worth      how often a difference that rests on a doubt was true
//! files      files of which much is in doubt: the likely cause and the cure
//! words      a doubt in words
//! ```

mod files;
mod of_files;
mod of_keys;
mod of_rows;
mod touching;
mod words;
mod worth;

pub use files::{FileInDoubt, files_in_doubt};
pub use of_files::{ProductUnits, mostly_missing};
pub use touching::{Grip, LineTouched, RestsOn, Touch};
pub use words::why;
pub use worth::share_true;

use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::domain::{Doubt, ExportRow, Line, Month, RejectedRow, Side, StatedTotal};
use crate::months::MonthlyLines;
use crate::reconcile::Partners;

/// What is looked at.
#[derive(Clone, Copy)]
pub struct MonthSeen<'a> {
    /// The month.
    pub month: Month,
    /// Its rows, both sides.
    pub rows: &'a [ExportRow],
    /// Their lines, in the order of their keys.
    pub lines: &'a [Line],
    /// The rows that could not be read.
    pub rejected: &'a [RejectedRow],
    /// The sums that files state of themselves.
    pub stated: &'a [StatedTotal],
    /// Whose names are whose.
    pub partners: &'a Partners,
    /// The lines of all months.
    pub monthly: &'a MonthlyLines,
    /// The lines of the month before, in the order of their keys; `None` where it is not stored.
    pub before: Option<&'a [Line]>,
}

/// Everything that is in doubt about a month's data.
pub struct Doubts {
    all: Vec<Doubt>,
    /// By client's key, those about one of its products among them. Only looked up in.
    of_client: FxHashMap<(Side, CompactString), Vec<usize>>,
    /// By product's key, of a client that nothing names. Only looked up in.
    of_sku: FxHashMap<(Side, CompactString), Vec<usize>>,
    /// By the letters of a client's name: a client all of whose rows are unreadable is nobody's partner, and
    /// its name is all there is. Only looked up in.
    of_name: FxHashMap<(Side, String), Vec<usize>>,
    /// About all lines of a side.
    of_side: [Vec<usize>; 2],
    /// The clients with a row, whether it counts or not.
    clients: FxHashSet<(Side, CompactString)>,
}

impl Doubts {
    /// Gathers what the stages before have recorded.
    pub fn of(seen: &MonthSeen<'_>) -> Self {
        let mut all = of_rows::doubts(seen);
        all.extend(of_keys::doubts(seen));
        all.extend(of_files::doubts(seen));
        let mut doubts = Self {
            all: Vec::new(),
            of_client: FxHashMap::default(),
            of_sku: FxHashMap::default(),
            of_name: FxHashMap::default(),
            of_side: [Vec::new(), Vec::new()],
            clients: FxHashSet::default(),
        };
        let client = |line: &Line| (line.key.side, line.key.client.0.clone());
        doubts.clients.extend(seen.lines.iter().map(client));
        for (position, doubt) in all.iter().enumerate() {
            let side = doubt.side;
            if let Some(name) = &doubt.client_name {
                doubts.of_name.entry((side, letters(name))).or_default().push(position);
            }
            let list = match (&doubt.client, &doubt.sku) {
                (Some(client), _) => doubts.of_client.entry((side, client.0.clone())).or_default(),
                (None, Some(sku)) => doubts.of_sku.entry((side, sku.0.clone())).or_default(),
                (None, None) => &mut doubts.of_side[usize::from(side == Side::Psa)],
            };
            list.push(position);
        }
        doubts.all = all;
        doubts
    }

    /// All of them, in the order they were found in.
    pub fn all(&self) -> &[Doubt] {
        &self.all
    }

    /// Whether a side has a row of a client.
    pub fn has_client(&self, side: Side, client: &str) -> bool {
        self.clients.contains(&(side, client.into()))
    }

    /// Those that are about a line, its client, its product or its whole side.
    pub fn about<'d>(
        &'d self,
        side: Side,
        client: &str,
        sku: &str,
    ) -> impl Iterator<Item = &'d Doubt> {
        let at = |positions: &'d Vec<usize>| positions.iter().map(|&position| &self.all[position]);
        let own = self.of_client.get(&(side, client.into())).into_iter().flat_map(at);
        let is_it = move |doubt: &&Doubt| doubt.sku.as_ref().is_none_or(|own| own.0 == sku);
        let of_sku = self.of_sku.get(&(side, sku.into())).into_iter().flat_map(at);
        own.filter(is_it).chain(of_sku).chain(at(&self.of_side[usize::from(side == Side::Psa)]))
    }

    /// Those about a client of this name, and those about a whole side: for who has no partner there.
    pub fn about_name<'d>(&'d self, side: Side, name: &str) -> impl Iterator<Item = &'d Doubt> {
        let at = |positions: &'d Vec<usize>| positions.iter().map(|&position| &self.all[position]);
        let own = self.of_name.get(&(side, letters(name))).into_iter().flat_map(at);
        own.chain(at(&self.of_side[usize::from(side == Side::Psa)]))
    }
}

/// What is said of a name whatever its signs and capitals.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
