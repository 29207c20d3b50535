//! Ids that stay the same from run to run.

use sha2::{Digest, Sha256};

/// A short id made from what a thing is: `f-3fa9c1d20b`. Equal parts give equal ids; with forty bits
/// of a hash two things of one run share one about once in ten thousand runs of ten thousand things.
pub fn id(prefix: char, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    let digits: String = hash.finalize().iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("{prefix}-{digits}")
}
