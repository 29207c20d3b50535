//! A pair classifier as bytes, and back.

use crate::domain::EntityKind;
use crate::features::FEATURE_NAMES;

use super::PairModel;
use super::artifact::{ArtifactError, packed, unpacked};

/// A pair classifier as bytes.
///
/// # Errors
///
/// [`ArtifactError::Payload`] when it cannot be written, which no fitted model provokes.
pub fn to_bytes(model: &PairModel) -> Result<Vec<u8>, ArtifactError> {
    packed(&purpose(model.kind), &FEATURE_NAMES, model)
}

/// The pair classifier in some bytes.
///
/// # Errors
///
/// [`ArtifactError`], which says what was expected.
pub fn from_bytes(bytes: &[u8], kind: EntityKind) -> Result<PairModel, ArtifactError> {
    let model: PairModel = unpacked(bytes, &purpose(kind), &FEATURE_NAMES)?;
    if model.is_whole() && model.kind == kind {
        Ok(model)
    } else {
        Err(ArtifactError::Payload("its numbers do not fit its features".to_owned()))
    }
}

fn purpose(kind: EntityKind) -> String {
    format!("pair-classifier/{kind}")
}

impl PairModel {
    /// Whether there is one finite number a feature everywhere.
    fn is_whole(&self) -> bool {
        let columns = [&self.centre, &self.spread, &self.weights];
        columns.iter().all(|column| column.len() == FEATURE_NAMES.len())
            && columns.iter().all(|column| column.iter().all(|number| number.is_finite()))
            && [self.intercept, self.calibration.0, self.calibration.1]
                .iter()
                .all(|one| one.is_finite())
    }
}
