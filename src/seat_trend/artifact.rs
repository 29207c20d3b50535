//! Model ↔ bytes: a payload behind a header that says what it is and whether it is whole.
//!
//! ```text
//! 8 bytes   SDTREND\n
//! 4 bytes   schema version, little end first
//! 4 bytes   length of the names, then the names of the statistics, comma between
//! 32 bytes  SHA-256 of the payload
//! 8 bytes   length of the payload, then the payload (bincode 2)
//! ```

use sha2::{Digest, Sha256};

use super::fit::TrendModel;
use super::statistic::Statistic;
use super::verdicts::VerdictCurve;

const MAGIC: &[u8; 8] = b"SDTREND\n";

/// Raised whenever the payload's shape changes.
const SCHEMA: u32 = 2;

/// A model is a few hundred kilobytes; what claims to be more is not one.
const LIMIT: usize = 64 << 20;

/// Why bytes are not a usable model.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The bytes are something else.
    #[error("not a seat-trend model")]
    NotAModel,
    /// The file ends early, or goes on after its end.
    #[error("the model is cut short or has something after its end")]
    Length,
    /// Written by another version of the program.
    #[error("the model has schema {found}, this program reads schema {expected}")]
    Schema {
        /// In the file.
        found: u32,
        /// In this program.
        expected: u32,
    },
    /// It was fitted for other statistics.
    #[error("the model knows the statistics {found:?}, this program {expected:?}")]
    Statistics {
        /// In the file.
        found: String,
        /// In this program.
        expected: String,
    },
    /// The payload is not what was written.
    #[error("the model's checksum does not fit: it was damaged or changed")]
    Checksum,
    /// The payload cannot be read.
    #[error("the model's payload cannot be read")]
    Payload(#[source] bincode::error::DecodeError),
    /// What it says people said of flags cannot be.
    #[error("the model's verdicts do not make a curve")]
    Unsound,
    /// The model cannot be written.
    #[error("the model cannot be written")]
    Write(#[source] bincode::error::EncodeError),
}

fn names() -> String {
    Statistic::ALL.map(Statistic::word).join(",")
}

/// The model as bytes. The same model gives the same bytes.
///
/// # Errors
///
/// [`ArtifactError::Write`] when it cannot be encoded.
pub fn to_bytes(model: &TrendModel) -> Result<Vec<u8>, ArtifactError> {
    let payload = bincode::serde::encode_to_vec(model, bincode::config::standard())
        .map_err(ArtifactError::Write)?;
    let names = names();
    let mut bytes = Vec::with_capacity(payload.len() + 128);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&SCHEMA.to_le_bytes());
    bytes.extend_from_slice(&u32::try_from(names.len()).unwrap_or(0).to_le_bytes());
    bytes.extend_from_slice(names.as_bytes());
    bytes.extend_from_slice(&Sha256::digest(&payload));
    bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    bytes.extend_from_slice(&payload);
    Ok(bytes)
}

/// Reads a model back.
///
/// # Errors
///
/// [`ArtifactError`] says what is wrong with the bytes; nothing is read past a limit.
pub fn from_bytes(bytes: &[u8]) -> Result<TrendModel, ArtifactError> {
    let mut rest = bytes.strip_prefix(MAGIC.as_slice()).ok_or(ArtifactError::NotAModel)?;
    let found = u32::from_le_bytes(take(&mut rest)?);
    if found != SCHEMA {
        return Err(ArtifactError::Schema { found, expected: SCHEMA });
    }
    let n_names = u32::from_le_bytes(take(&mut rest)?) as usize;
    let (found, after) = rest.split_at_checked(n_names).ok_or(ArtifactError::Length)?;
    if found != names().as_bytes() {
        let found = String::from_utf8_lossy(found).into_owned();
        return Err(ArtifactError::Statistics { found, expected: names() });
    }
    rest = after;
    let checksum: [u8; 32] = take(&mut rest)?;
    let length = u64::from_le_bytes(take(&mut rest)?);
    if length != rest.len() as u64 || LIMIT < rest.len() {
        return Err(ArtifactError::Length);
    }
    if Sha256::digest(rest).as_slice() != checksum {
        return Err(ArtifactError::Checksum);
    }
    let config = bincode::config::standard().with_limit::<LIMIT>();
    let (model, read): (TrendModel, usize) =
        bincode::serde::decode_from_slice(rest, config).map_err(ArtifactError::Payload)?;
    if read != rest.len() {
        return Err(ArtifactError::Length);
    }
    match model.verdicts().is_none_or(VerdictCurve::is_sound) {
        true => Ok(model),
        false => Err(ArtifactError::Unsound),
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], ArtifactError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or(ArtifactError::Length)?;
    *rest = tail;
    Ok(*head)
}
