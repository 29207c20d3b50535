//! Bytes → text: UTF-8, UTF-16 and Windows-1252, and what is no export at all.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::error::IngestError;

/// What a file's first bytes say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Text,
    Workbook,
    /// A compound file: a workbook with a password, or one of Excel 2003 and before.
    CompoundFile,
    /// Nothing with rows.
    Other(&'static str),
}

/// First bytes of what people take for an export.
const OTHER: [(&[u8], &str); 7] = [
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"PAR1", "a parquet file"),
    (b"{\\rtf", "a word processor's document"),
];

/// How much of a file is looked at to tell what it is.
const SAMPLE_BYTES: usize = 4096;

pub(super) fn content(bytes: &[u8]) -> Content {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Content::Workbook;
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Content::CompoundFile;
    }
    if let Some((_, name)) = OTHER.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Content::Other(name);
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    if utf_16(sample).is_none() && looks_binary(sample) {
        return Content::Other("binary data");
    }
    let text: String = decoded(sample).trim_start().chars().take(64).collect();
    let lower = text.to_lowercase();
    if lower.starts_with("<!doctype") || lower.starts_with("<html") {
        return Content::Other("a web page");
    }
    if lower.starts_with("<?xml") {
        return Content::Other("an XML document");
    }
    if is_json(&lower) {
        return Content::Other("JSON");
    }
    Content::Text
}

/// The text of a file, without its byte order mark.
///
/// Bytes that are neither UTF-16 nor UTF-8 are read as Windows-1252, in which every byte has a
/// meaning: spreadsheets of Western Europe and America save so.
pub(super) fn text<'b>(file: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>, IngestError> {
    let text = decoded(bytes);
    if text.contains('\0') {
        return Err(IngestError::NotAnExport { file: file.to_owned(), found: "binary data" });
    }
    Ok(text)
}

fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let encoding = Encoding::for_bom(bytes)
        .map(|(encoding, _)| encoding)
        .or_else(|| utf_16(bytes))
        .unwrap_or_else(|| if is_utf_8(bytes) { UTF_8 } else { WINDOWS_1252 });
    encoding.decode_with_bom_removal(bytes).0
}

/// Valid UTF-8, or a sample of it cut inside a character.
fn is_utf_8(bytes: &[u8]) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && bytes.len() == SAMPLE_BYTES,
    }
}

/// UTF-16 without a mark: in Western text every other byte is zero.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return (encoding != UTF_8).then_some(encoding);
    }
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let n_pairs = sample.len() / 2;
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match n_pairs {
        0 | 1 => None,
        _ if odd * 10 >= n_pairs * 7 && even * 10 <= n_pairs => Some(UTF_16LE),
        _ if even * 10 >= n_pairs * 7 && odd * 10 <= n_pairs => Some(UTF_16BE),
        _ => None,
    }
}

/// Zeros, or more control characters than any text has.
fn looks_binary(sample: &[u8]) -> bool {
    let controls = sample.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace());
    sample.contains(&0) || controls.count() * 20 > sample.len()
}

/// `{` or `[` and what JSON has next; a title in brackets is not JSON.
fn is_json(text: &str) -> bool {
    let after = |open: char| text.strip_prefix(open).map(str::trim_start);
    after('{').is_some_and(|rest| rest.starts_with(['"', '}']))
        || after('[').is_some_and(|rest| rest.starts_with(['{', ']', '"']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_is_read_from_every_encoding() {
        let written = "Client,Seats\nCafé Zürich,5\nHelen’s,2\n";
        let utf_16 = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            written.encode_utf16().flat_map(to_bytes).collect()
        };
        let with_mark = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        let (little, big) = (utf_16(u16::to_le_bytes), utf_16(u16::to_be_bytes));
        let western = WINDOWS_1252.encode(written).0.into_owned();
        for bytes in [
            written.as_bytes().to_vec(),
            with_mark(b"\xef\xbb\xbf", written.as_bytes()),
            with_mark(b"\xff\xfe", &little),
            with_mark(b"\xfe\xff", &big),
            little,
            big,
            western,
        ] {
            assert_eq!(content(&bytes), Content::Text);
            assert_eq!(text("a.csv", &bytes).unwrap(), written);
        }
    }

    #[test]
    fn what_is_no_export_is_named() {
        let cases: [(&[u8], Content); 7] = [
            (b"%PDF-1.7 ...", Content::Other("a PDF document")),
            (b"{\n \"items\": []}", Content::Other("JSON")),
            (b"[{\"a\":1}]", Content::Other("JSON")),
            (b"<!DOCTYPE html><html>", Content::Other("a web page")),
            (b"PK\x03\x04rest", Content::Workbook),
            (b"\xd0\xcf\x11\xe0rest", Content::CompoundFile),
            (b"a\x00\x01\x02\x03\x00\x00b", Content::Other("binary data")),
        ];
        for (bytes, expected) in cases {
            assert_eq!(content(bytes), expected, "{bytes:?}");
        }
    }
}
