//! What a folder's files held when they were stored: their SHA-256, in the form that `sha256sum -c` reads.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::error::FileError;
use super::folder::parent;
use super::read::{read, read_if_present};
use seatdrift_core::domain::Digest;

/// The file beside them that says it.
pub(super) const NAME: &str = "SHA256SUMS";

/// Largest such file read, in bytes: some ten thousand names.
const LIMIT: u64 = 1 << 20;

/// Digests by name, as the bytes of such a file. Same files, same bytes.
pub(super) fn rendered(digests: &BTreeMap<String, Digest>) -> Vec<u8> {
    let line = |(name, digest): (&String, &Digest)| format!("{digest}  {name}\n");
    digests.iter().map(line).collect::<String>().into_bytes()
}

/// Passes for the bytes of a file that are those that were stored, and for those of a folder without seal.
///
/// # Errors
///
/// [`FileError::Spoilt`] for other bytes, else when the seal cannot be read.
pub fn verify(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let seal = parent(path).join(NAME);
    let Some(said) = read_if_present(&seal, LIMIT)? else { return Ok(()) };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let said = String::from_utf8_lossy(&said);
    let mut lines = said.lines().filter_map(|line| line.split_once("  "));
    match lines.find(|(_, other)| *other == name) {
        Some((digest, _)) if digest == Digest::of(bytes).to_string() => Ok(()),
        _ => Err(FileError::Spoilt { path: path.to_owned(), seal }),
    }
}

/// How often a file and its seal are read before they count as contradicting each other, and how long between: a
/// folder may be replaced between the two.
const LOOKS: usize = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// The bytes of a file of at most `limit` bytes, and whether they are those that were stored.
///
/// # Errors
///
/// As [`read`].
pub fn read_sealed(path: &Path, limit: u64) -> Result<(Vec<u8>, Result<(), FileError>), FileError> {
    let mut looks_left = LOOKS;
    loop {
        looks_left -= 1;
        let bytes = read(path, limit)?;
        match verify(path, &bytes) {
            Err(FileError::Spoilt { .. }) if looks_left > 0 => thread::sleep(BETWEEN_LOOKS),
            verdict => return Ok((bytes, verdict)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::Change;
    use super::*;

    #[test]
    fn one_bit_of_a_sealed_file_is_noticed_and_so_is_one_of_the_seal() {
        let folder = tempfile::tempdir().unwrap();
        let run = folder.path().join("runs/2026-10");
        let change = Change::new(folder.path());
        let files = [("run.json", "{\"month\":\"2026-10\"}"), ("notes/acme.txt", "call them")];
        let write =
            |text: &'static str| move |out: &mut dyn std::io::Write| out.write_all(text.as_bytes());
        let files = files.map(|(name, text)| (name, write(text)));
        change.stage_sealed_folder_with(&run, &files).unwrap();
        change.commit().unwrap();
        let path = run.join("run.json");
        let bytes = fs::read(&path).unwrap();
        verify(&path, &bytes).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(verify(&path, &flipped), Err(FileError::Spoilt { .. })), "{bit}");
        }
        let seal = run.join(NAME);
        let said = fs::read(&seal).unwrap();
        let own =
            String::from_utf8_lossy(&said).lines().position(|line| line.ends_with("run.json"));
        let start =
            said.split_inclusive(|byte| *byte == b'\n').take(own.unwrap()).flatten().count();
        for bit in 0..(64 + 2 + "run.json".len()) * 8 {
            let mut flipped = said.clone();
            flipped[start + bit / 8] ^= 1 << (bit % 8);
            fs::write(&seal, flipped).unwrap();
            assert!(verify(&path, &bytes).is_err(), "{bit}");
        }
        fs::remove_file(&seal).unwrap();
        verify(&path, b"changed by hand").unwrap();
    }
}
