//! Rows that could not be read, and the differences they may explain.

use super::MonthInputs;
use crate::domain::{FindingKind, RejectedRow, Side, quoted};
use crate::run::Finding;

/// Makes a question of every finding that units are missing on a side where a row of the line could not be
/// read, or one of the client where the line is unknown there, and names the cell.
pub(super) fn doubt(inputs: &MonthInputs<'_>, findings: &mut [Finding]) {
    for row in inputs.rejected {
        for finding in findings.iter_mut().filter(|finding| may_explain(row, finding)) {
            finding.probability = finding.probability.at_most_a_question();
            finding.right = None;
            let found = row.found.trim();
            let why = format!(
                " A row of it could not be read, so it may be none: {} says {}.",
                row.at,
                quoted(found)
            );
            finding.why.push_str(&why);
            finding.evidence.push(("could not be read".to_owned(), row.at.to_string()));
        }
    }
}

fn may_explain(row: &RejectedRow, finding: &Finding) -> bool {
    let missing_at = match finding.kind {
        FindingKind::OverBilled | FindingKind::NotBought => Side::Vendor,
        FindingKind::UnderBilled | FindingKind::NotBilled => Side::Psa,
        _ => return false,
    };
    let Some((client, sku)) = &row.line else { return false };
    let mut own = finding.lines.iter().filter(|line| line.side == row.side).peekable();
    row.side == missing_at
        && match own.peek() {
            Some(_) => own.any(|line| line.client == client.0 && line.sku == sku.0),
            // A client all of whose rows are unreadable is nobody's partner: its name is all there is.
            None => {
                let name = row.client_name.as_ref().unwrap_or(&client.0);
                letters(&finding.client).eq(letters(name))
            }
        }
}

/// What is said of a name whatever its signs and capitals.
fn letters(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}
