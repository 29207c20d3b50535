//! What the columns of a PSA say of whether a line is billed at all, in whichever PSA.

use super::cells::{Answer, yes_or_no};
use super::fields::Field as F;
use super::record::Record;
use seatdrift_core::domain::Exclusion;

/// Whether an agreement, contract or addition of this state is over.
pub(super) fn is_inactive(status: &str) -> bool {
    matches!(
        status,
        "cancelled" | "canceled" | "expired" | "inactive" | "terminated" | "closed" | "disabled"
    )
}

/// What a PSA's billing column says, as far as it keeps a row from the bill.
pub(super) fn not_billed(record: &Record) -> Option<Exclusion> {
    let word = record.word(F::Bill);
    match word.as_str() {
        "nocharge" => Some(Exclusion::NoCharge),
        "donotbill" | "dontbill" | "nonbillable" | "notbillable" => Some(Exclusion::DoNotBill),
        word => (yes_or_no(word) == Some(Answer::No)).then_some(Exclusion::DoNotBill),
    }
}
