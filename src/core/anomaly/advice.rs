//! What is likely behind a flag, what to look at next, and what makes it go away.

use super::{Flag, FlagKind, FlagSide};

/// What a person can do about a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// What is likely behind it, the likeliest first.
    pub causes: &'static [&'static str],
    /// What to look at next.
    pub check: &'static str,
    /// What makes it go away.
    pub ends: &'static str,
}

/// The advice for a flag.
pub fn advice(flag: &Flag) -> Advice {
    let up = flag.expected < flag.observed;
    let (causes, check, ends): (&'static [&'static str], &'static str, &'static str) =
        match (flag.kind, flag.side) {
            (FlagKind::StalledGrowth, FlagSide::Psa) => (
                &["adds of this month were not entered in the PSA", "the client stopped hiring"],
                "compare with what the vendor charged for the same seats",
                "the agreement catches up, or two more quiet months make it the new normal",
            ),
            (FlagKind::StalledGrowth, _) => (
                &["the client stopped hiring", "new staff are licensed somewhere else"],
                "ask the client's contact about joiners, and look for seats under another SKU",
                "it grows again, or two more quiet months make it the new normal",
            ),
            (FlagKind::ErraticQuantity, _) => (
                &["usage or a sync writes the quantity", "two people correct the same line"],
                "see who or what changed the line in the last six months",
                "three months without a turn",
            ),
            (FlagKind::LevelShift, FlagSide::Both) => (
                &["a true order or cancellation: both sides have it"],
                "nothing is to be set right; see that the client knows",
                "next month agrees, or it goes back",
            ),
            (FlagKind::LevelShift, FlagSide::Psa) if up => (
                &["the line was entered twice", "a true addition"],
                "look for a second addition of the product, and for an order",
                "next month agrees, or it goes back",
            ),
            (FlagKind::LevelShift, FlagSide::Psa) => (
                &["an addition was ended or overwritten", "the client gave seats up"],
                "look at the agreement's changes of this month",
                "next month agrees, or it goes back",
            ),
            (FlagKind::LevelShift, _) if up => (
                &["a large order", "a duplicate subscription or a charge counted twice"],
                "look for the order, and for a second subscription of the product",
                "next month agrees, or it goes back",
            ),
            (FlagKind::LevelShift, _) => (
                &["seats were cancelled", "part of the seats moved to another SKU"],
                "look for the cancellation, and for a new SKU at the same client",
                "next month agrees, or it goes back",
            ),
            (FlagKind::Vanished, _) => (
                &["cancelled, or moved to another SKU", "an export cut short, or a renamed client"],
                "see whether the other side still has it, and whether the client has a new line",
                "it comes back; otherwise it is told once",
            ),
            (FlagKind::NewLine, _) => (
                &["a new order", "another line under a new name"],
                "see that it is billed from its first day",
                "it is told once",
            ),
            (FlagKind::CompoundingDrift, _) => (
                &[
                    "adds are ordered at the vendor and not entered in the PSA",
                    "a sync that stopped",
                ],
                "set the billed quantity to the bought one, then find who enters adds",
                "the gap stands still or closes",
            ),
            (FlagKind::PriceShift, _) => (
                &["a new price list or promotion", "another term, or a currency rate"],
                "compare with the price list, and with the margin you meant to have",
                "the new price stands for three months",
            ),
        };
    Advice { causes, check, ends }
}
