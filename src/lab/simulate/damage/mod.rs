//! What happens to an export between the system that wrote it and the one that reads it.
//!
//! A [`Damage`] spoils a share of the rows of one side's files of one month and says which rows it
//! touched. What is really so stays as it was: the truth of the MSP is that of its whole exports.
//!
//! ```text
//! columns   which column of a format holds what
//! dates     days as formats write them, moved or turned round
//! spoil     one kind of damage done to a table
//! ```

mod columns;
mod dates;
mod spoil;

use std::fmt;
use std::str::FromStr;

use rand::SeedableRng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Simulated, SimulatedFile};
use columns::DamagedTable;
use seatdrift_core::domain::{Month, Side};

/// The ways in which an export is spoiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DamageKind {
    /// A filter leaves clients out.
    ClientFiltered,
    /// A filter leaves products out.
    ProductFiltered,
    /// Dates are written as moments in a zone to the west: ten in the evening of the day before.
    HoursOff,
    /// The same with the times cut off.
    DayEarly,
    /// Days and months are swapped.
    Swapped,
    /// Rows are those of the month before.
    OtherMonth,
    /// Prices are blank.
    NoPrice,
    /// The client is blank.
    NoClient,
    /// A cell is a fault of a spreadsheet.
    Garbled,
    /// The client's id was rounded by a spreadsheet.
    IdRounded,
    /// The client's id is another client's.
    IdOfAnother,
    /// The client has a second id.
    SecondId,
    /// A period ends before it begins.
    ImpossiblePeriod,
    /// The stated total is another one.
    TotalOff,
    /// Rows are lost and the total is that of all.
    RowsLost,
    /// Of a subscription that changed, only the change is left.
    OnlyChanges,
}

impl DamageKind {
    /// Whether it spoils the ids of clients, which not every format has.
    pub fn is_about_ids(self) -> bool {
        matches!(self, Self::IdRounded | Self::IdOfAnother | Self::SecondId)
    }

    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::ClientFiltered,
        Self::ProductFiltered,
        Self::HoursOff,
        Self::DayEarly,
        Self::Swapped,
        Self::OtherMonth,
        Self::NoPrice,
        Self::NoClient,
        Self::Garbled,
        Self::IdRounded,
        Self::IdOfAnother,
        Self::SecondId,
        Self::ImpossiblePeriod,
        Self::TotalOff,
        Self::RowsLost,
        Self::OnlyChanges,
    ];

    /// The word for it: `client_filtered`, …
    pub fn word(self) -> &'static str {
        match self {
            Self::ClientFiltered => "client_filtered",
            Self::ProductFiltered => "product_filtered",
            Self::HoursOff => "hours_off",
            Self::DayEarly => "day_early",
            Self::Swapped => "swapped",
            Self::OtherMonth => "other_month",
            Self::NoPrice => "no_price",
            Self::NoClient => "no_client",
            Self::Garbled => "garbled",
            Self::IdRounded => "id_rounded",
            Self::IdOfAnother => "id_of_another",
            Self::SecondId => "second_id",
            Self::ImpossiblePeriod => "impossible_period",
            Self::TotalOff => "total_off",
            Self::RowsLost => "rows_lost",
            Self::OnlyChanges => "only_changes",
        }
    }
}

/// One kind of damage to a share of the rows of one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Damage {
    /// What.
    pub kind: DamageKind,
    /// The share of the rows, above 0 and at most 1.
    pub rate: f64,
    /// Whose files.
    pub side: Side,
}

/// Words that say no damage.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "expected KIND[:RATE[:SIDE]] as in hours_off:0.05:psa, with a KIND of {}, found {found:?}",
    words()
)]
pub struct DamageError {
    /// The words.
    found: String,
}

fn words() -> String {
    DamageKind::ALL.map(DamageKind::word).join(", ")
}

/// The share of rows where nothing is said.
const USUAL_RATE: f64 = 0.05;

impl FromStr for Damage {
    type Err = DamageError;

    fn from_str(text: &str) -> Result<Self, DamageError> {
        let wrong = || DamageError { found: text.to_owned() };
        let mut parts = text.split(':');
        let word = parts.next().unwrap_or_default();
        let kind =
            DamageKind::ALL.into_iter().find(|kind| kind.word() == word).ok_or_else(wrong)?;
        let rate = parts.next().map_or(Ok(USUAL_RATE), |rate| rate.parse().map_err(|_| wrong()))?;
        let side = match parts.next() {
            None => kind.usual_side(),
            Some("vendor") => Side::Vendor,
            Some("psa") => Side::Psa,
            Some(_) => return Err(wrong()),
        };
        if !(0.0 < rate && rate <= 1.0) || parts.next().is_some() {
            return Err(wrong());
        }
        Ok(Self { kind, rate, side })
    }
}

impl fmt::Display for Damage {
    /// `hours_off:0.05:psa`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.kind.word(), self.rate, self.side)
    }
}

impl DamageKind {
    /// The side whose exports it mostly happens to.
    fn usual_side(self) -> Side {
        match self {
            Self::OnlyChanges => Side::Vendor,
            // Exports of PSAs mostly name clients alone.
            kind if kind.is_about_ids() => Side::Vendor,
            _ => Side::Psa,
        }
    }
}

/// A row that was touched, as it stood in the whole export.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TouchedRow {
    /// The month.
    pub month: Month,
    /// Whose file.
    pub side: Side,
    /// Its base name.
    pub file: String,
    /// The row in the whole file, counted from 1.
    pub row: u64,
    /// The client as written there.
    pub client: String,
    /// The product as written there.
    pub sku: String,
}

/// Spoils the files of one side and month, and says which rows it touched. Damage that the files have no
/// column for touches none.
pub fn damage(
    files: &mut [SimulatedFile],
    month: Month,
    damage: &Damage,
    seed: u64,
) -> Vec<TouchedRow> {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0xDA_3A6E ^ (damage.kind as u64) << 32);
    let start = format!("{month}/{}", damage.side);
    let folder = format!("{month}/");
    let mut touched = Vec::new();
    for file in files.iter_mut().filter(|file| file.path.starts_with(&start)) {
        let Some(mut table) = DamagedTable::of(&file.bytes) else { continue };
        let rows = spoil::spoil(&mut table, damage, &mut rng);
        let name = &file.path[folder.len()..];
        touched.extend(rows.into_iter().map(|(row, client, sku)| TouchedRow {
            month,
            side: damage.side,
            file: name.to_owned(),
            row,
            client,
            sku,
        }));
        file.bytes = table.bytes();
    }
    touched.sort();
    touched
}

impl Simulated {
    /// The same MSP with the newest month spoiled; `truth/touched.csv` says which rows were.
    pub fn damaged(mut self, month: Month, how: &Damage, seed: u64) -> Self {
        let touched = damage(&mut self.files, month, how, seed);
        self.files.push(super::truth_files::touched(&touched, how.kind.word()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::FormatPair;
    use crate::simulate::{Recipe, simulate};

    #[test]
    fn a_damage_is_said_as_kind_rate_and_side() {
        let said: Damage = "hours_off:0.05:psa".parse().unwrap();
        assert_eq!(said.to_string(), "hours_off:0.05:psa");
        assert_eq!("garbled".parse::<Damage>().unwrap().rate, USUAL_RATE);
        for wrong in [
            "",
            "spilt",
            "garbled:0",
            "garbled:2",
            "garbled:x",
            "garbled:0.1:both",
            "garbled:0.1:psa:9",
        ] {
            assert!(wrong.parse::<Damage>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_kind_touches_about_the_share_of_rows_that_is_asked_for_and_the_same_ones_each_time() {
        // Pax8 gives clients no ids, and Partner Center states no total.
        let recipe = Recipe::new(20, 6, 3);
        let without_ids = simulate(&recipe);
        let with_ids =
            simulate(&Recipe::new(20, 6, 3).with_formats(FormatPair::PartnerCenterAutotask));
        for kind in DamageKind::ALL {
            let whole = if kind.is_about_ids() { &with_ids } else { &without_ids };
            let how = Damage { kind, rate: 0.1, side: kind.usual_side() };
            let spoil = || {
                let mut files = whole.files.clone();
                let touched = damage(&mut files, recipe.last, &how, 7);
                (files, touched)
            };
            let (files, touched) = spoil();
            assert_eq!((files.clone(), touched.clone()), spoil(), "{}", kind.word());
            let changed =
                files.iter().zip(&whole.files).filter(|(one, other)| one != other).count();
            assert_eq!(changed, 1, "{}", kind.word());
            assert_eq!(touched.is_empty(), kind == DamageKind::TotalOff, "{}", kind.word());
            let of_side = format!("2026-10/{}", how.side);
            let n_rows = whole.files.iter().find(|file| file.path.starts_with(&of_side)).unwrap();
            let n_rows = n_rows.bytes.iter().filter(|byte| **byte == b'\n').count();
            assert!(touched.len() <= n_rows.div_ceil(5), "{}: {}", kind.word(), touched.len());
        }
    }
}
