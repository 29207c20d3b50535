//! The truth as files.

use super::sheet::{Opening, Sheet, plain};
use super::truth::{Difference, TrueAnomaly, TruePair, Truth};
use super::{SimulatedFile, TouchedRow};

/// The files under `truth/`: four, and one more of a book with hardships.
pub(super) fn files(truth: &Truth) -> Vec<SimulatedFile> {
    let mut files = vec![
        file("clients", &pairs(&truth.clients)),
        file("skus", &pairs(&truth.skus)),
        file("differences", &differences(&truth.differences)),
        file("anomalies", &anomalies(&truth.anomalies)),
    ];
    if !truth.no_loss.is_empty() {
        files.push(file("no_loss", &differences(&truth.no_loss)));
    }
    files
}

/// `truth/touched.csv`: the rows of the whole exports that a damage touched.
pub(super) fn touched(rows: &[TouchedRow], kind: &str) -> SimulatedFile {
    let mut sheet = Sheet::new(vec!["month", "side", "file", "row", "client", "sku", "damage"]);
    for one in rows {
        sheet.push(&[
            ("month", one.month.to_string()),
            ("side", one.side.word().to_owned()),
            ("file", one.file.clone()),
            ("row", one.row.to_string()),
            ("client", one.client.clone()),
            ("sku", one.sku.clone()),
            ("damage", kind.to_owned()),
        ]);
    }
    file("touched", &sheet)
}

fn file(name: &str, sheet: &Sheet) -> SimulatedFile {
    SimulatedFile { path: format!("truth/{name}.csv"), bytes: sheet.bytes(Opening::Plain) }
}

fn pairs(pairs: &[TruePair]) -> Sheet {
    let mut sheet = Sheet::new(vec!["vendor", "psa", "relation"]);
    for pair in pairs {
        sheet.push(&[
            ("vendor", pair.vendor.clone()),
            ("psa", pair.psa.clone()),
            ("relation", pair.relation.word().to_owned()),
        ]);
    }
    sheet
}

fn differences(differences: &[Difference]) -> Sheet {
    let columns = vec![
        "month",
        "client",
        "sku",
        "kind",
        "bought",
        "billed",
        "monthly_impact",
        "cause",
        "right",
    ];
    let mut sheet = Sheet::new(columns);
    for difference in differences {
        sheet.push(&[
            ("month", difference.month.to_string()),
            ("client", difference.client.clone()),
            ("sku", difference.sku.clone()),
            ("kind", difference.kind.to_owned()),
            ("bought", difference.bought.to_string()),
            ("billed", difference.billed.to_string()),
            ("monthly_impact", plain(difference.monthly_impact)),
            ("cause", difference.cause.word().to_owned()),
            ("right", difference.right.to_string()),
        ]);
    }
    sheet
}

fn anomalies(anomalies: &[TrueAnomaly]) -> Sheet {
    let mut sheet = Sheet::new(vec!["month", "kind", "side", "client", "sku", "detail"]);
    for anomaly in anomalies {
        sheet.push(&[
            ("month", anomaly.month.to_string()),
            ("kind", anomaly.kind.word().to_owned()),
            ("side", anomaly.side.word().to_owned()),
            ("client", anomaly.client.clone()),
            ("sku", anomaly.sku.clone()),
            ("detail", anomaly.detail.clone()),
        ]);
    }
    sheet
}
