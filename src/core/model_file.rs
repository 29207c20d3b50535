//! A trained model as bytes, behind a header that says what they are.
//!
//! Magic (8 bytes) · schema (u32) · purpose (text) · names of its features (u32, then texts) · payload length
//! (u64) · SHA-256 of everything after the schema but itself (32 bytes) · payload. Numbers are little-endian,
//! a text is its length (u16) and its UTF-8 bytes.

use bincode::config;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// The first bytes of every model file.
const MAGIC: [u8; 8] = *b"SEATDRFT";

/// No model is larger: a longer file is damaged or something else.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// What a family of models is for, and what its payload is made of.
#[derive(Debug, Clone, Copy)]
pub struct FileKind<'a> {
    /// What its models are for.
    pub purpose: &'a str,
    /// The newest layout of the payload: raised when it changes.
    pub schema: u32,
    /// The features its models read, in order.
    pub features: &'a [&'a str],
}

/// Why bytes are not a model that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The first bytes are not those of a model.
    #[error("expected a seatdrift model, found another kind of file")]
    NotAModel,
    /// It was written by a newer version.
    #[error("expected a model of schema {supported} or older, found schema {found}")]
    Newer {
        /// The newest schema this version reads.
        supported: u32,
        /// The schema found.
        found: u32,
    },
    /// It was written by a version whose layout nothing reads any more.
    #[error(
        "expected a model of schema {supported}, found schema {found}, which is no longer read: train anew"
    )]
    Older {
        /// The schema this version reads.
        supported: u32,
        /// The schema found.
        found: u32,
    },
    /// It is a model for something else.
    #[error("expected a model for {expected}, found one for {found}")]
    OtherPurpose {
        /// What was asked for.
        expected: String,
        /// What the file is for.
        found: String,
    },
    /// It was fitted on other features.
    #[error(
        "expected a model of the features of this version, found one that lacks [{}] and adds [{}]",
        .missing.join(", "), .unknown.join(", ")
    )]
    OtherFeatures {
        /// Features this version has and the file does not.
        missing: Vec<String>,
        /// Features the file has and this version does not; empty both for another order.
        unknown: Vec<String>,
    },
    /// The bytes are not those that were written.
    #[error("the model's checksum does not fit: the file is damaged")]
    Checksum,
    /// The file ends too early.
    #[error("the model is cut off: expected {expected} bytes, found {found}")]
    Truncated {
        /// Bytes needed at least.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// The file is longer than any model.
    #[error("expected a model of at most {limit} bytes, found {found}")]
    TooLarge {
        /// The limit.
        limit: usize,
        /// Bytes found.
        found: usize,
    },
    /// The payload cannot be read, although its checksum fits.
    #[error("the model's payload could not be read: {0}")]
    Payload(String),
}

/// A model behind its header. The same model gives the same bytes.
///
/// # Errors
///
/// [`ArtifactError::Payload`] when it cannot be encoded.
pub fn packed(family: &FileKind<'_>, model: &impl Serialize) -> Result<Vec<u8>, ArtifactError> {
    let payload = bincode::serde::encode_to_vec(model, config::standard())
        .map_err(|error| ArtifactError::Payload(error.to_string()))?;
    let mut described = Vec::new();
    push_text(&mut described, family.purpose)?;
    described.extend(u32::try_from(family.features.len()).unwrap_or(u32::MAX).to_le_bytes());
    for name in family.features {
        push_text(&mut described, name)?;
    }
    described.extend((payload.len() as u64).to_le_bytes());
    let mut bytes = MAGIC.to_vec();
    bytes.extend(family.schema.to_le_bytes());
    bytes.extend(&described);
    bytes.extend(checksum(&described, &payload));
    bytes.extend(payload);
    Ok(bytes)
}

/// What lies behind a header: bytes, and their layout.
#[derive(Debug)]
pub struct Payload<'a> {
    /// The layout.
    pub schema: u32,
    bytes: &'a [u8],
}

impl Payload<'_> {
    /// The payload as a model of its layout.
    ///
    /// # Errors
    ///
    /// [`ArtifactError::Payload`] when the bytes are no such model.
    pub fn read<M: DeserializeOwned>(&self) -> Result<M, ArtifactError> {
        let limited = config::standard().with_limit::<LARGEST>();
        let (model, n_read) = bincode::serde::decode_from_slice(self.bytes, limited)
            .map_err(|error| ArtifactError::Payload(error.to_string()))?;
        if n_read == self.bytes.len() {
            Ok(model)
        } else {
            Err(ArtifactError::Payload("bytes are left over".to_owned()))
        }
    }
}

/// What lies behind a header of this family.
///
/// # Errors
///
/// [`ArtifactError`], which says what was expected; nothing is read past the end.
pub fn unpacked<'a>(bytes: &'a [u8], family: &FileKind<'_>) -> Result<Payload<'a>, ArtifactError> {
    if LARGEST < bytes.len() {
        return Err(ArtifactError::TooLarge { limit: LARGEST, found: bytes.len() });
    }
    let mut reader = Reader { bytes, position: 0 };
    // A file shorter than the magic is no model either.
    if !bytes.starts_with(&MAGIC) {
        return Err(ArtifactError::NotAModel);
    }
    reader.position = MAGIC.len();
    let schema = u32::from_le_bytes(reader.array()?);
    if family.schema < schema {
        return Err(ArtifactError::Newer { supported: family.schema, found: schema });
    }
    let described_from = reader.position;
    let found = reader.text()?;
    if found != family.purpose {
        let expected = family.purpose.to_owned();
        return Err(ArtifactError::OtherPurpose { expected, found });
    }
    let n_names = u32::from_le_bytes(reader.array()?);
    let names = (0..n_names).map(|_| reader.text()).collect::<Result<Vec<_>, _>>()?;
    let n_payload = usize::try_from(u64::from_le_bytes(reader.array()?)).unwrap_or(usize::MAX);
    let described = &bytes[described_from..reader.position];
    let expected: [u8; 32] = reader.array()?;
    let payload = reader.take(n_payload)?;
    if checksum(described, payload) != expected || reader.position != bytes.len() {
        return Err(ArtifactError::Checksum);
    }
    same_features(&names, family.features)?;
    Ok(Payload { schema, bytes: payload })
}

fn same_features(found: &[String], expected: &[&str]) -> Result<(), ArtifactError> {
    if found.iter().map(String::as_str).eq(expected.iter().copied()) {
        return Ok(());
    }
    let missing = expected.iter().filter(|name| !found.iter().any(|one| one == *name));
    let unknown = found.iter().filter(|name| !expected.contains(&name.as_str()));
    Err(ArtifactError::OtherFeatures {
        missing: missing.map(|name| (*name).to_owned()).collect(),
        unknown: unknown.cloned().collect(),
    })
}

fn checksum(described: &[u8], payload: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(described);
    hasher.update(payload);
    hasher.finalize().into()
}

fn push_text(bytes: &mut Vec<u8>, text: &str) -> Result<(), ArtifactError> {
    let n_bytes = u16::try_from(text.len()).map_err(|_| {
        ArtifactError::Payload(format!("a name of {} bytes is too long", text.len()))
    })?;
    bytes.extend(n_bytes.to_le_bytes());
    bytes.extend(text.as_bytes());
    Ok(())
}

/// Reads on from a position, never past the end.
struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, n_bytes: usize) -> Result<&'a [u8], ArtifactError> {
        let end = self.position.saturating_add(n_bytes);
        let taken = self
            .bytes
            .get(self.position..end)
            .ok_or(ArtifactError::Truncated { expected: end, found: self.bytes.len() })?;
        self.position = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ArtifactError> {
        Ok(self.take(N)?.try_into().expect("as many bytes as were taken"))
    }

    fn text(&mut self) -> Result<String, ArtifactError> {
        let n_bytes = u16::from_le_bytes(self.array()?);
        let text = self.take(usize::from(n_bytes))?;
        String::from_utf8(text.to_vec()).map_err(|_| ArtifactError::Checksum)
    }
}
