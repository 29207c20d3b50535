//! Bytes → text: UTF-8, UTF-16, Windows-1252 and that of old Macs, and what is no export at all.

use std::borrow::Cow;

use encoding_rs::{Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::error::IngestError;

/// What a file's first bytes say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    Text,
    /// A zip archive: most workbooks are one, and downloads.
    Zip,
    Gzip,
    /// A compound file: a workbook with a password, or one of Excel 2003 and before.
    CompoundFile,
    /// Nothing with rows.
    Other(&'static str),
}

impl Content {
    /// What it is, in words.
    pub(super) fn named(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Zip => "a zip archive or a workbook",
            Self::Gzip => "a gzip archive",
            Self::CompoundFile => "a workbook",
            Self::Other(name) => name,
        }
    }
}

/// First bytes of what people take for an export.
const OTHER: [(&[u8], &str); 13] = [
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"PAR1", "a parquet file"),
    (b"{\\rtf", "a word processor's document"),
    (b"SQLite format 3", "a database"),
    // The records a workbook of before 1997 begins with.
    (b"\x09\x04\x06\x00", "a workbook of Excel 4"),
    (b"\x09\x08\x08\x00", "a workbook of Excel 5"),
];

/// How much of a file is looked at to tell what it is.
const SAMPLE_BYTES: usize = 4096;

pub(super) fn content(bytes: &[u8]) -> Content {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Content::Zip;
    }
    if bytes.starts_with(b"\x1f\x8b") {
        return Content::Gzip;
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
    let text = decoded(sample).text;
    let lower: String = text.trim_start().chars().take(2048).collect::<String>().to_lowercase();
    markup(&lower)
        .or_else(|| is_json(&lower).then_some("JSON"))
        .map_or(Content::Text, Content::Other)
}

/// What a text in angle brackets is: programs save web pages under the name of a workbook.
fn markup(lower: &str) -> Option<&'static str> {
    const PAGE: [&str; 6] = ["<!doctype", "<html", "<table", "<head", "<body", "<meta"];
    let is_page = |text: &str| PAGE.iter().any(|tag| text.starts_with(tag)) && text.contains('>');
    let is_xml = lower.starts_with("<?xml");
    let holds_table =
        lower.contains("<table") || lower.contains("urn:schemas-microsoft-com:office");
    if lower.contains("urn:schemas-microsoft-com:office:spreadsheet") && is_xml {
        Some("a spreadsheet in the XML of Excel 2003")
    } else if is_page(lower) && holds_table {
        Some("a web page with a table, whatever its name says")
    } else if is_page(lower) || is_xml && lower.contains("<html") {
        Some("a web page")
    } else if is_xml {
        Some("an XML document")
    } else {
        None
    }
}

/// A file's text, and what had to be mended in it.
#[derive(Debug, Default)]
pub(super) struct Decoded<'b> {
    pub text: Cow<'b, str>,
    /// Bytes that are not UTF-8 in a file that otherwise is: how many, and the line of the first.
    pub stray: Option<Mended>,
    /// Letters that are most likely not what was written: the line of the first.
    pub odd: Option<Mended>,
    /// Zero bytes that were left out.
    pub zeros: Option<Mended>,
}

/// How often something was mended, and in which line first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mended {
    pub count: usize,
    pub line: usize,
}

impl Decoded<'_> {
    /// What was mended, in sentences.
    pub(super) fn notes(&self) -> Vec<String> {
        let (stray, odd, zeros) = (self.stray, self.odd, self.zeros);
        let stray = stray.map(|Mended { count, line }| {
            format!(
                "{count} {} UTF-8 as the rest is, first in line {line}: read as Windows-1252; look at \
                 the names there",
                if count == 1 { "byte is not" } else { "bytes are not" }
            )
        });
        let odd = odd.map(|Mended { count, line }| {
            let letters = if count == 1 { "letter looks" } else { "letters look" };
            format!(
                "{count} {letters} wrong, first in line {line}: the file is not UTF-8 and was read as Windows-1252, \
                 which it may not be either; save it as UTF-8 if names are spoilt"
            )
        });
        let zeros = zeros.map(|Mended { count, line }| {
            let noun = if count == 1 { "NUL byte" } else { "NUL bytes" };
            format!("{count} {noun}, first in line {line}, left out")
        });
        stray.into_iter().chain(odd).chain(zeros).collect()
    }
}

/// The text of a file, without its byte order mark and without zero bytes.
///
/// What is neither UTF-16 nor UTF-8 is read as Windows-1252, in which every byte has a meaning:
/// spreadsheets of Western Europe and America save so, and tools append such rows to a UTF-8 file. Lines that
/// end in returns alone are those of a spreadsheet on a Mac, which has an alphabet of its own.
pub(super) fn text(bytes: &[u8]) -> Decoded<'_> {
    let mut decoded = decoded(bytes);
    if let Some(first) = decoded.text.find('\0') {
        let count = decoded.text.matches('\0').count();
        decoded.zeros = Some(Mended { count, line: line_of(decoded.text[..first].as_bytes()) });
        decoded.text = Cow::Owned(decoded.text.replace('\0', ""));
    }
    decoded
}

/// The text of a file that is to hold nothing else, however it is encoded.
///
/// # Errors
///
/// What it is instead, in words.
pub fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, &'static str> {
    match content(bytes) {
        Content::Text => Ok(text(bytes).text),
        other => Err(other.named()),
    }
}

/// The text of a file that is to hold nothing else.
pub(super) fn readable<'b>(file: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>, IngestError> {
    text_of(bytes).map_err(|found| IngestError::NotAnExport { file: file.to_owned(), found })
}

fn decoded(bytes: &[u8]) -> Decoded<'_> {
    if let Some(encoding) = utf_16(bytes) {
        return Decoded { text: encoding.decode_with_bom_removal(bytes).0, ..Decoded::default() };
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), ..Decoded::default() };
    }
    if bytes.contains(&b'\r') && !bytes.contains(&b'\n') {
        let text = MACINTOSH.decode_without_bom_handling(bytes).0;
        return Decoded { text, ..Decoded::default() };
    }
    let (mut text, mut count, mut first, mut at) = (String::with_capacity(bytes.len()), 0, None, 0);
    let mut is_mixed = false;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        is_mixed |= !chunk.valid().is_ascii();
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            first.get_or_insert(at);
            count += chunk.invalid().len();
            at += chunk.invalid().len();
            text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
        }
    }
    let stray = first.filter(|_| is_mixed);
    let stray = stray.map(|first| Mended { count, line: line_of(&bytes[..first]) });
    let odd = if is_mixed { None } else { odd_letters(&text) };
    Decoded { text: Cow::Owned(text), stray, odd, zeros: None }
}

/// Signs inside or at the end of a word where no text has them, and capitals behind small letters: bytes of
/// another alphabet than Windows-1252, as `Caf‚`, `M›ller`, `CafŽ` and `¿ó³w` are.
fn odd_letters(text: &str) -> Option<Mended> {
    const IN_WORDS: &str = "‚ƒ„†‡ˆ‰‹›•˜¢£¤¥¦¨¬¯±¶¸¿¡";
    const BEFORE_LETTERS: &str = "¹²³¼½¾¿£";
    const CAPITALS: &str = "ŽŠŸŒ";
    let (mut count, mut first) = (0, None);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if !c.is_ascii() {
            let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
            let in_word = before.is_alphabetic() && (IN_WORDS.contains(c) || c.is_control());
            let is_odd = in_word
                || before.is_alphabetic() && next.is_alphabetic() && BEFORE_LETTERS.contains(c)
                || before.is_lowercase() && CAPITALS.contains(c);
            if is_odd {
                count += 1;
                first.get_or_insert(at);
            }
        }
        before = c;
    }
    first.map(|first| Mended { count, line: line_of(&text.as_bytes()[..first]) })
}

/// The line that follows so many bytes.
fn line_of(before: &[u8]) -> usize {
    1 + before.iter().filter(|byte| **byte == b'\n').count()
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

/// More control characters than any text has. Old systems pad texts with zeros: with nothing else of the
/// kind beside them, and not as many as there are letters, they are padding.
fn looks_binary(sample: &[u8]) -> bool {
    let zeros = sample.iter().filter(|b| **b == 0).count();
    let controls = sample.iter().filter(|b| b.is_ascii_control() && !b.is_ascii_whitespace());
    let others = controls.count() - zeros;
    others * 20 > sample.len()
        || zeros > 0 && (others * 100 > sample.len() || zeros * 2 > sample.len())
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
            let decoded = text(&bytes);
            assert_eq!(decoded.text, written);
            assert_eq!(decoded.notes(), [""; 0]);
        }
    }

    #[test]
    fn a_spreadsheet_on_a_mac_has_its_own_letters() {
        let decoded = text(b"Client,Seats\rCaf\x8e Z\x9frich,5\r");
        assert_eq!(decoded.text, "Client,Seats\rCafé Zürich,5\r");
        assert_eq!(decoded.notes(), [""; 0]);
    }

    #[test]
    fn letters_of_another_alphabet_are_told() {
        for bytes in [
            &b"Client\nCaf\x82 Ol\x82\n"[..],
            b"Client\nM\x9bller\n",
            b"Client\nZ\x81rich\n",
            b"Client\nCaf\x8e\n",
            b"Client\nWyk\xb3adziny Krak\xf3w\n",
        ] {
            let notes = text(bytes).notes();
            assert!(notes.len() == 1 && notes[0].contains("first in line 2"), "{notes:?}");
        }
        for fine in
            ["Helen’s £5 Café", "Marks® 5 m²", "Žižkov Škoda ‘Ÿ’", "¡Hola! ¿Qué?", "5 £, 3 €"]
        {
            let western = WINDOWS_1252.encode(fine).0;
            assert_eq!(text(&western).notes(), [""; 0], "{fine}");
        }
    }

    #[test]
    fn what_is_no_export_is_named() {
        let cases: [(&[u8], Content); 11] = [
            (b"%PDF-1.7 ...", Content::Other("a PDF document")),
            (b"{\n \"items\": []}", Content::Other("JSON")),
            (b"[{\"a\":1}]", Content::Other("JSON")),
            (b"<!DOCTYPE html><html>", Content::Other("a web page")),
            (b"PK\x03\x04rest", Content::Zip),
            (b"\xd0\xcf\x11\xe0rest", Content::CompoundFile),
            (b"a\x00\x01\x02\x03\x00\x00b", Content::Other("binary data")),
            (&[0; 64], Content::Other("binary data")),
            (b"\x1f\x8b\x08rest", Content::Gzip),
            (
                b"<html><body><table><tr><td>Client</td>",
                Content::Other("a web page with a table, whatever its name says"),
            ),
            (
                b"<?xml version=\"1.0\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                Content::Other("a spreadsheet in the XML of Excel 2003"),
            ),
        ];
        for (bytes, expected) in cases {
            assert_eq!(content(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn one_bad_byte_spoils_one_name() {
        let mut bytes = "Client\nZürich Dental\nCafé Olé\n".as_bytes().to_vec();
        bytes.extend_from_slice(b"B\xe4ckerei Huber\nSe\xc3\xb1or Freight\n");
        let decoded = text(&bytes);
        assert_eq!(
            decoded.text,
            "Client\nZürich Dental\nCafé Olé\nBäckerei Huber\nSeñor Freight\n"
        );
        assert_eq!(decoded.stray, Some(Mended { count: 1, line: 4 }));
        assert!(
            decoded.notes()[0].starts_with("1 byte is not UTF-8 as the rest is, first in line 4")
        );
    }

    #[test]
    fn padding_with_zeros_is_left_out() {
        let bytes = b"Client,Seats\nNorthwind\0\0\0,5\n";
        assert_eq!(content(bytes), Content::Text);
        let decoded = text(bytes);
        assert_eq!(decoded.text, "Client,Seats\nNorthwind,5\n");
        assert_eq!(decoded.notes(), ["3 NUL bytes, first in line 2, left out"]);
    }
}
