//! Frames ↔ parquet files that say of themselves which layout they have and what they hold.

use std::io::{Read, Seek};
use std::sync::PoisonError;

use polars::prelude::*;
use polars_parquet::read::read_metadata;
use polars_parquet::write::KeyValue;
use seatdrift_core::domain::Digest;

/// Says the number of the layout.
const LAYOUT: &str = "seatdrift.layout";

/// Says the SHA-256 of the file, taken while zeros stood in the place of it.
const SHA256: &str = "seatdrift.sha256";

/// Says the mark of the file that this one was made from.
const MADE_FROM: &str = "seatdrift.made_from";

/// What a file says of itself, in its footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Footer {
    /// The number of its layout; 1 where it says none.
    pub layout: u32,
    /// Its SHA-256; `None` where it does not say.
    pub sha256: Option<Digest>,
    /// The mark of the file that it was made from.
    pub made_from: Option<Digest>,
}

/// A frame as the bytes of a parquet file. Same frame, same bytes.
pub(super) fn bytes_of(
    frame: &mut DataFrame,
    layout: u32,
    made_from: Option<Digest>,
) -> PolarsResult<Vec<u8>> {
    let mut bytes = Vec::new();
    let frame = frame.as_single_chunk_par();
    // A month is one row group in the order of its files: nobody could skip a part by its least and most.
    let writer = ParquetWriter::new(&mut bytes)
        .with_statistics(StatisticsOptions::empty())
        .with_compression(ParquetCompression::Zstd(Some(ZstdLevel::try_new(3)?)));
    let mut writer = writer.batched(frame.schema())?;
    writer.write_batch(frame)?;
    let said = [
        Some((LAYOUT, layout.to_string())),
        Some((SHA256, ZEROS.to_owned())),
        made_from.map(|mark| (MADE_FROM, mark.to_string())),
    ];
    let said = said.into_iter().flatten();
    let said = said.map(|(key, value)| KeyValue { key: key.to_owned(), value: Some(value) });
    let file = writer.get_writer();
    file.lock().unwrap_or_else(PoisonError::into_inner).end(Some(said.collect()))?;
    drop(writer);
    let digest = Digest::of(&bytes).to_string();
    replace_last(&mut bytes, ZEROS, &digest);
    Ok(bytes)
}

/// What stands in the place of a file's SHA-256 while it is taken.
const ZEROS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Puts a text of the same length where another one stands last.
fn replace_last(bytes: &mut [u8], old: &str, new: &str) {
    let found = bytes.windows(old.len()).rposition(|window| window == old.as_bytes());
    if let Some(start) = found {
        bytes[start..start + old.len()].copy_from_slice(new.as_bytes());
    }
}

/// Whether a file's bytes are those whose SHA-256 it says.
pub(super) fn is_whole(mut bytes: Vec<u8>, said: Digest) -> bool {
    replace_last(&mut bytes, &said.to_string(), ZEROS);
    Digest::of(&bytes) == said
}

/// What a parquet file says of itself; only its end is read.
pub(super) fn footer(file: &mut (impl Read + Seek)) -> PolarsResult<Footer> {
    caught(|| {
        let metadata = read_metadata(file)?;
        let said = |key: &str| {
            let said = metadata.key_value_metadata().iter().flatten().find(|one| one.key == key)?;
            said.value.as_deref()
        };
        let digest = |key| said(key).and_then(|text| text.parse().ok());
        Ok(Footer {
            layout: said(LAYOUT).and_then(|number| number.parse().ok()).unwrap_or(1),
            sha256: digest(SHA256),
            made_from: digest(MADE_FROM),
        })
    })
}

/// What a query says; where polars panics over a damaged file, that is an error too.
pub(super) fn caught<T>(query: impl FnOnce() -> PolarsResult<T>) -> PolarsResult<T> {
    let damaged = || Err(polars_err!(ComputeError: "its parts do not fit together"));
    seatdrift_ingest::caught(query).unwrap_or_else(damaged)
}
