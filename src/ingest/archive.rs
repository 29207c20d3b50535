//! Archives → what is read of them: a zip with one export in it, a gzip, and workbooks, most of which are
//! zip archives themselves.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::decoding::{self, Content};
use super::error::IngestError;

/// What can be read of a file.
pub(super) enum Readable<'b> {
    Text(Cow<'b, [u8]>),
    Workbook(Book, Cow<'b, [u8]>),
}

/// The kinds of workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Book {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
}

/// Most bytes an export may have, unpacked.
const MOST_BYTES: u64 = (super::MOST_MIB as u64) << 20;

/// Most bytes a workbook may unpack to. A small archive can unpack to any size.
const MOST_UNPACKED: u64 = 1 << 30;

/// Most bytes between two tags of a workbook's parts: a cell holds 32,767 characters, each of six bytes at most.
const LONGEST_TEXT: u64 = 1 << 20;

/// The most bytes that deflate can make of one.
const MOST_OF_ONE: u64 = 1032;

/// How many archives may lie one in the other.
const DEEPEST: usize = 3;

/// Endings of files with an export in them.
const TABLES: [&str; 11] =
    ["csv", "tsv", "txt", "tab", "xlsx", "xlsm", "xlsb", "xls", "ods", "gz", "zip"];

/// What is read of a file, unpacked as often as it was packed.
pub(super) fn readable<'b>(file: &str, bytes: &'b [u8]) -> Result<Readable<'b>, IngestError> {
    let mut bytes = Cow::Borrowed(bytes);
    for _ in 0..=DEEPEST {
        bytes = match decoding::content(&bytes) {
            Content::Text => return Ok(Readable::Text(bytes)),
            Content::CompoundFile => return Ok(Readable::Workbook(Book::Xls, bytes)),
            Content::Other(found) => {
                return Err(IngestError::NotAnExport { file: file.to_owned(), found });
            }
            Content::Gzip => Cow::Owned(gunzipped(file, &bytes)?),
            Content::Zip => match held(file, &bytes)? {
                Held::Book(book) => return Ok(Readable::Workbook(book, bytes)),
                Held::File(unpacked) => Cow::Owned(unpacked),
            },
        };
    }
    let found = "an archive in an archive in an archive";
    Err(IngestError::NotAnExport { file: file.to_owned(), found })
}

/// What a zip archive holds.
enum Held {
    Book(Book),
    File(Vec<u8>),
}

fn held(file: &str, bytes: &[u8]) -> Result<Held, IngestError> {
    let name = || file.to_owned();
    let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        // Cut off, it has lost the list of what is in it; its name says what it was.
        Err(_) if !is_called_zip(file) => return Ok(Held::Book(Book::Xlsx)),
        Err(_) => return Err(IngestError::BrokenArchive { file: name(), kind: "zip" }),
    };
    let names: Vec<String> =
        archive.file_names().filter_map(Result::ok).map(Cow::into_owned).collect();
    let holds = |part: &str| names.iter().any(|name| name.eq_ignore_ascii_case(part));
    let begins = |part: &str| names.iter().any(|name| name.starts_with(part));
    let book = if holds("xl/workbook.bin") {
        Some(Book::Xlsb)
    } else if holds("xl/workbook.xml") || holds("[Content_Types].xml") && begins("xl/") {
        Some(Book::Xlsx)
    } else if holds("content.xml") && (holds("mimetype") || holds("META-INF/manifest.xml")) {
        Some(Book::Ods)
    } else {
        None
    };
    let not_an_export = |found| IngestError::NotAnExport { file: name(), found };
    if let Some(book) = book {
        if !unpacks_within(&mut archive, MOST_UNPACKED) {
            return Err(IngestError::WorkbookTooLarge { file: name() });
        }
        return match with_a_long_text(&mut archive, &names) {
            None => Ok(Held::Book(book)),
            Some(part) => {
                Err(IngestError::WorkbookText { file: name(), part, limit_mib: LONGEST_TEXT >> 20 })
            }
        };
    }
    match () {
        () if begins("word/") => return Err(not_an_export("a word processor's document")),
        () if begins("ppt/") => return Err(not_an_export("a presentation")),
        () if holds("Index/Document.iwa") => {
            return Err(not_an_export("a workbook of Apple Numbers"));
        }
        // A workbook whose list of parts is damaged.
        () if holds("[Content_Types].xml") || !is_called_zip(file) && names.is_empty() => {
            return Ok(Held::Book(Book::Xlsx));
        }
        () => {}
    }
    let inner = the_export(file, &names)?;
    let unpacked = archive.by_name(&inner).map_err(|error| wrong_entry(file, &inner, &error))?;
    unpack(file, "zip", unpacked).map(Held::File)
}

fn is_called_zip(file: &str) -> bool {
    file.to_ascii_lowercase().ends_with(".zip")
}

/// The one file of an archive that can be an export.
fn the_export(file: &str, names: &[String]) -> Result<String, IngestError> {
    let base = |name: &str| name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    let is_file = |name: &&String| {
        // What systems add for themselves.
        let hidden = name.starts_with("__MACOSX/") || base(name).starts_with('.');
        !hidden && !name.ends_with('/') && !base(name).eq_ignore_ascii_case("thumbs.db")
    };
    let files: Vec<&String> = names.iter().filter(is_file).collect();
    let is_table = |name: &&&String| {
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        TABLES.contains(&ending.as_str())
    };
    let tables: Vec<&&String> = files.iter().filter(is_table).collect();
    let found = || files.iter().map(|name| base(name)).collect();
    match (tables.as_slice(), files.as_slice()) {
        ([one], _) => Ok((**one).clone()),
        ([], [one]) => Ok((*one).clone()),
        ([], _) => Err(IngestError::ArchiveWithout { file: file.to_owned(), found: found() }),
        _ => Err(IngestError::ArchiveOfSeveral { file: file.to_owned(), found: found() }),
    }
}

fn wrong_entry(file: &str, inner: &str, error: &ZipError) -> IngestError {
    let file = file.to_owned();
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            IngestError::LockedArchive { file, inner: inner.to_owned() }
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            IngestError::NotAnExport {
                file,
                found: "a zip archive packed in a way that is not read",
            }
        }
        _ => IngestError::BrokenArchive { file, kind: "zip" },
    }
}

fn gunzipped(file: &str, bytes: &[u8]) -> Result<Vec<u8>, IngestError> {
    unpack(file, "gzip", MultiGzDecoder::new(bytes))
}

/// The bytes a reader unpacks, as far as an export may go.
fn unpack(file: &str, kind: &'static str, packed: impl Read) -> Result<Vec<u8>, IngestError> {
    let mut bytes = Vec::new();
    let file = || file.to_owned();
    let unpacked = packed.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    unpacked.map_err(|_| IngestError::BrokenArchive { file: file(), kind })?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(IngestError::UnpacksTooLarge { file: file(), limit_mib: super::MOST_MIB });
    }
    Ok(bytes)
}

/// Whether an archive unpacks to so many bytes at most. What its list says is checked where its packed bytes
/// could unpack to more.
fn unpacks_within(archive: &mut ZipArchive<Cursor<&[u8]>>, limit: u64) -> bool {
    let packed = archive.offset() + archive.central_directory_start();
    let (mut said, mut unpacked) = (0u64, 0u64);
    for idx in 0..archive.len() {
        said = said.saturating_add(archive.by_index_raw(idx).map_or(0, |entry| entry.size()));
    }
    if said > limit || packed.saturating_mul(MOST_OF_ONE) <= limit {
        return said <= limit;
    }
    for idx in 0..archive.len() {
        let Ok(entry) = archive.by_index(idx) else { continue };
        let mut rest = entry.take(limit + 1 - unpacked);
        // A damaged entry is an error of who reads it.
        unpacked += std::io::copy(&mut rest, &mut std::io::sink()).unwrap_or_default();
        if unpacked > limit {
            return false;
        }
    }
    true
}

/// The part of a workbook with a text in it that no cell can hold: its reader would keep all of it, several times.
fn with_a_long_text(archive: &mut ZipArchive<Cursor<&[u8]>>, names: &[String]) -> Option<String> {
    let is_xml = |name: &&String| name.to_ascii_lowercase().ends_with(".xml");
    let is_long = |name: &&String| {
        let part = archive.by_name(name);
        part.is_ok_and(|part| {
            part.compressed_size().saturating_mul(MOST_OF_ONE) > LONGEST_TEXT
                && has_a_long_text(part)
        })
    };
    names.iter().filter(is_xml).find(is_long).cloned()
}

/// Whether a text without tags is longer than any cell's; nothing is read beyond it.
fn has_a_long_text(mut part: impl Read) -> bool {
    let (mut buffer, mut since_tag) = (vec![0; 1 << 16], 0);
    // A damaged part is an error of who reads it.
    while let Ok(n @ 1..) = part.read(&mut buffer) {
        since_tag = match buffer[..n].iter().rposition(|byte| *byte == b'<') {
            Some(at) => (n - at) as u64,
            None => since_tag + n as u64,
        };
        if since_tag > LONGEST_TEXT {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn gzip_of(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    fn text_in(file: &str, bytes: &[u8]) -> Result<Vec<u8>, IngestError> {
        match readable(file, bytes)? {
            Readable::Text(text) => Ok(text.into_owned()),
            Readable::Workbook(book, _) => panic!("{book:?}"),
        }
    }

    #[test]
    fn one_table_is_read_however_it_is_packed() {
        let text: &[u8] = b"Client,Seats\nNorthwind,5\n";
        let beside = [("__MACOSX/._a.csv", text), ("readme.pdf", b"%PDF"), ("x/a.csv", text)];
        for packed in [
            zip_of(&[("a.csv", text)]),
            zip_of(&[("a", text)]),
            zip_of(&beside),
            gzip_of(text),
            zip_of(&[("a.csv.gz", &gzip_of(text))]),
            [gzip_of(b"Client,Seats\n"), gzip_of(b"Northwind,5\n")].concat(),
        ] {
            assert_eq!(text_in("a.zip", &packed).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_one_table_is_named() {
        let text: &[u8] = b"a,b\n";
        let several = zip_of(&[("a.csv", text), ("b.csv", text)]);
        let error = text_in("a.zip", &several).unwrap_err().to_string();
        assert_eq!(
            error,
            "a.zip: expected a zip archive with one export, found \"a.csv\", \"b.csv\""
        );
        let none = zip_of(&[("a.pdf", text), ("b.png", text)]);
        assert!(matches!(text_in("a.zip", &none), Err(IngestError::ArchiveWithout { .. })));
        let whole = gzip_of(&[7; 4096]);
        let cut = &whole[..whole.len() / 2];
        assert!(matches!(text_in("a.gz", cut), Err(IngestError::BrokenArchive { .. })));
        let deep = (0..5).fold(text.to_vec(), |inner, _| gzip_of(&inner));
        assert!(matches!(text_in("a.gz", &deep), Err(IngestError::NotAnExport { .. })));
    }

    #[test]
    fn a_workbook_of_one_huge_text_is_refused_before_it_is_unpacked() {
        let text = vec![b'x'; usize::try_from(LONGEST_TEXT).unwrap() * 3];
        let strings = [b"<sst><si><t>".as_slice(), &text, b"</t></si></sst>"].concat();
        let book =
            zip_of(&[("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", &strings)]);
        let Err(error) = readable("a.xlsx", &book) else { panic!("it is read") };
        assert_eq!(
            error.to_string(),
            "a.xlsx: expected cells of at most 32,767 characters, found a text of more than 1 MiB in \
             xl/sharedStrings.xml"
        );
        let strings = "<si><t>a name</t></si>".repeat(200_000);
        let book =
            zip_of(&[("xl/workbook.xml", b"<w/>"), ("xl/sharedStrings.xml", strings.as_bytes())]);
        assert!(matches!(readable("a.xlsx", &book), Ok(Readable::Workbook(Book::Xlsx, _))));
    }

    #[test]
    fn what_unpacks_to_more_than_an_export_is_refused() {
        let large = gzip_of(&vec![b'x'; usize::try_from(MOST_BYTES).unwrap() + 5]);
        assert!(matches!(text_in("a.gz", &large), Err(IngestError::UnpacksTooLarge { .. })));
        let zipped = zip_of(&[("a.csv.gz", &large)]);
        assert!(matches!(text_in("a.zip", &zipped), Err(IngestError::UnpacksTooLarge { .. })));
    }

    proptest! {
        #[test]
        fn no_damage_makes_it_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), keep in 0.0..1.0) {
            for whole in [zip_of(&[("a.csv", b"a,b\n1,2\n")]), gzip_of(b"a,b\n1,2\n")] {
                let mut bytes = whole.clone();
                bytes[at.index(whole.len())] = byte;
                let _ = readable("a.zip", &bytes);
                let _ = readable("a.xlsx", &bytes[..(bytes.len() as f64 * keep) as usize]);
            }
        }
    }
}
