//! Why a row is not compared.

use serde::{Deserialize, Serialize};

/// Why a row was understood and still not compared. Its money is counted as excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// The PSA row is marked DoNotBill: somebody chose not to bill it.
    DoNotBill,
    /// The PSA row is marked NoCharge: shown to the client at no charge.
    NoCharge,
    /// The invoice was marked Credited: another one replaces it.
    InvoiceCredited,
    /// Not effective by the last day of the month.
    NotYetEffective,
    /// Cancelled or ended on or before the last day of the month.
    NoLongerInForce,
    /// The agreement, contract or subscription is not active.
    AgreementInactive,
    /// The row names no client: a rebate or a payment between the vendor and us.
    NoClient,
    /// An addition of a child agreement that its parent shows again.
    ShownAgain,
    /// A reading of a meter that another one of the month replaces: a later one, or a higher one.
    ReadingReplaced,
    /// Charged on one row and credited in full on another, or the credit that does so.
    TakenBack,
    /// For another month, as a column of a file with several months says.
    OtherMonth,
    /// A stored row with a word of a newer version: what it charges for, or why it was left out.
    NotUnderstood,
}

impl Exclusion {
    /// Every reason, in the order reports list them.
    pub const ALL: [Self; 12] = [
        Self::DoNotBill,
        Self::NoCharge,
        Self::InvoiceCredited,
        Self::NotYetEffective,
        Self::NoLongerInForce,
        Self::AgreementInactive,
        Self::NoClient,
        Self::ShownAgain,
        Self::ReadingReplaced,
        Self::TakenBack,
        Self::OtherMonth,
        Self::NotUnderstood,
    ];

    /// The word in files: `do_not_bill`, …
    pub fn word(self) -> &'static str {
        match self {
            Self::DoNotBill => "do_not_bill",
            Self::NoCharge => "no_charge",
            Self::InvoiceCredited => "invoice_credited",
            Self::NotYetEffective => "not_yet_effective",
            Self::NoLongerInForce => "no_longer_in_force",
            Self::AgreementInactive => "agreement_inactive",
            Self::NoClient => "no_client",
            Self::ShownAgain => "shown_again",
            Self::ReadingReplaced => "reading_replaced",
            Self::TakenBack => "taken_back",
            Self::OtherMonth => "other_month",
            Self::NotUnderstood => "not_understood",
        }
    }

    /// The reason in a few words, for a report.
    pub fn words(self) -> &'static str {
        match self {
            Self::DoNotBill => "marked DoNotBill",
            Self::NoCharge => "marked NoCharge",
            Self::InvoiceCredited => "invoice marked Credited",
            Self::NotYetEffective => "not yet effective in this month",
            Self::NoLongerInForce => "cancelled or ended by the end of this month",
            Self::AgreementInactive => "agreement or subscription not active",
            Self::NoClient => "names no client",
            Self::ShownAgain => "shown again under its parent agreement",
            Self::ReadingReplaced => "a reading that another of the month replaces",
            Self::TakenBack => "charged and credited again in full",
            Self::OtherMonth => "for another month",
            Self::NotUnderstood => "stored with a word that this version does not understand",
        }
    }
}
