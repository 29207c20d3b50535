//! A pair classifier as bytes, and back.

use serde::{Deserialize, Serialize};

use crate::domain::EntityKind;
use crate::features::FEATURE_NAMES;
use crate::model_file::{ArtifactError, FileKind, packed, unpacked};

use super::{PairModel, PairThresholds};

/// The newest layout of the payload. 2 added trees.
const SCHEMA: u32 = 2;

/// A pair classifier as bytes.
///
/// # Errors
///
/// [`ArtifactError::Payload`] when it cannot be written, which no fitted model provokes.
pub fn to_bytes(model: &PairModel) -> Result<Vec<u8>, ArtifactError> {
    packed(&family(SCHEMA, &purpose(model.kind)), model)
}

/// The pair classifier in some bytes.
///
/// # Errors
///
/// [`ArtifactError`], which says what was expected.
pub fn from_bytes(bytes: &[u8], kind: EntityKind) -> Result<PairModel, ArtifactError> {
    let payload = unpacked(bytes, &family(SCHEMA, &purpose(kind)))?;
    let model: PairModel = match payload.schema {
        1 => payload.read::<WithoutTrees>()?.into(),
        _ => payload.read()?,
    };
    if model.is_whole() && model.kind == kind {
        Ok(model)
    } else {
        Err(ArtifactError::Payload("its numbers do not fit its features".to_owned()))
    }
}

/// The layout of schema 1.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WithoutTrees {
    kind: EntityKind,
    thresholds: PairThresholds,
    n_pairs: u64,
    n_same: u64,
    centre: Vec<f64>,
    spread: Vec<f64>,
    weights: Vec<f64>,
    intercept: f64,
    calibration: (f64, f64),
}

impl From<WithoutTrees> for PairModel {
    fn from(old: WithoutTrees) -> Self {
        Self {
            kind: old.kind,
            thresholds: old.thresholds,
            n_pairs: old.n_pairs,
            n_same: old.n_same,
            centre: old.centre,
            spread: old.spread,
            weights: old.weights,
            intercept: old.intercept,
            calibration: old.calibration,
            grown: None,
        }
    }
}

#[cfg(test)]
impl From<PairModel> for WithoutTrees {
    fn from(new: PairModel) -> Self {
        Self {
            kind: new.kind,
            thresholds: new.thresholds,
            n_pairs: new.n_pairs,
            n_same: new.n_same,
            centre: new.centre,
            spread: new.spread,
            weights: new.weights,
            intercept: new.intercept,
            calibration: new.calibration,
        }
    }
}

pub(super) fn family(schema: u32, purpose: &str) -> FileKind<'_> {
    FileKind { purpose, schema, features: &FEATURE_NAMES }
}

fn purpose(kind: EntityKind) -> String {
    format!("pair-classifier/{kind}")
}

impl PairModel {
    /// Whether there is one finite number a feature everywhere, and trees stand on these features.
    fn is_whole(&self) -> bool {
        let columns = [&self.centre, &self.spread, &self.weights];
        columns.iter().all(|column| column.len() == FEATURE_NAMES.len())
            && columns.iter().all(|column| column.iter().all(|number| number.is_finite()))
            && [self.intercept, self.calibration.0, self.calibration.1]
                .iter()
                .all(|one| one.is_finite())
            && self
                .grown
                .as_ref()
                .is_none_or(|trees| trees.n_columns() == FEATURE_NAMES.len() && trees.is_sound())
    }
}
