//! A seat-trend model as bytes, and back.

use crate::model_file::{ArtifactError, FileKind, packed, unpacked};

use super::model::TrendModel;
use super::statistic::Statistic;
use super::verdicts::VerdictCurve;

/// The newest layout of the payload.
const SCHEMA: u32 = 4;

fn family<'a>(features: &'a [&'a str]) -> FileKind<'a> {
    FileKind { purpose: "seat-trend", schema: SCHEMA, features }
}

/// The model as bytes. The same model gives the same bytes.
///
/// # Errors
///
/// [`ArtifactError::Payload`] when it cannot be encoded.
pub fn to_bytes(model: &TrendModel) -> Result<Vec<u8>, ArtifactError> {
    packed(&family(&Statistic::OF_SERIES.map(Statistic::word)), model)
}

/// Reads a model back.
///
/// # Errors
///
/// [`ArtifactError`] says what is wrong with the bytes; nothing is read past a limit.
pub fn from_bytes(bytes: &[u8]) -> Result<TrendModel, ArtifactError> {
    let payload = unpacked(bytes, &family(&Statistic::OF_SERIES.map(Statistic::word)))?;
    if payload.schema != SCHEMA {
        return Err(ArtifactError::Older { supported: SCHEMA, found: payload.schema });
    }
    let model: TrendModel = payload.read()?;
    match model.verdicts().is_none_or(VerdictCurve::is_sound) {
        true => Ok(model),
        false => Err(ArtifactError::Payload("its verdicts do not make a curve".to_owned())),
    }
}
