//! What a parquet file says of its pages, held against the rest of it before its reader takes the memory for it.
//!
//! A page that says it holds minus a thousand values, or billions, is believed by the reader and ends the
//! program: memory that is not there cannot be refused by anybody else.

use polars_parquet_format::thrift::protocol::TCompactInputProtocol;
use polars_parquet_format::{ColumnMetaData, FileMetaData, PageHeader};

/// What a file ends with: the length of its footer in four bytes, then `PAR1`.
pub(super) const N_END: usize = 8;

/// Why the pages of a file cannot be what it says, in words; `None` where they can.
pub(super) fn contradiction(bytes: &[u8]) -> Option<String> {
    let Some((footer, _)) = footer(bytes) else {
        return Some("its footer cannot be read".to_owned());
    };
    for group in &footer.row_groups {
        for column in group.columns.iter().filter_map(|column| column.meta_data.as_ref()) {
            if let Err(reason) = hold_together(bytes, column, group.num_rows) {
                return Some(format!("column {}: {reason}", column.path_in_schema.join(".")));
            }
        }
    }
    None
}

/// What a file says of itself, and the position where it does.
pub(super) fn footer(bytes: &[u8]) -> Option<(FileMetaData, usize)> {
    let end = bytes.len().checked_sub(N_END)?;
    let length: [u8; 4] = bytes[end..end + 4].try_into().ok()?;
    let start = end.checked_sub(usize::try_from(u32::from_le_bytes(length)).ok()?)?;
    let mut footer = &bytes[start..end];
    let most = footer.len() * 2 + 1024;
    let read =
        FileMetaData::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut footer, most));
    Some((read.ok()?, start))
}

/// Goes from page to page of a column without reading their values.
fn hold_together(bytes: &[u8], column: &ColumnMetaData, n_rows: i64) -> Result<(), &'static str> {
    // A column of lists has other values than rows; none of these is read.
    if column.path_in_schema.len() > 1 {
        return Ok(());
    }
    if column.num_values != n_rows {
        return Err("it says it has another number of values than of rows");
    }
    let mut rest = chunk(bytes, column).ok_or("its pages lie outside the file")?;
    let mut n_left = column.num_values;
    while n_left > 0 && !rest.is_empty() {
        let most = rest.len() * 2 + 1024;
        let header =
            PageHeader::read_from_in_protocol(&mut TCompactInputProtocol::new(&mut rest, most));
        let header = header.map_err(|_| "the head of a page cannot be read")?;
        let n_values = i64::from(n_values(&header));
        if !(0..=n_left).contains(&n_values) {
            return Err("a page says it has more values than the column");
        }
        n_left -= n_values;
        let length = usize::try_from(header.compressed_page_size).ok();
        rest = length.and_then(|length| rest.get(length..)).ok_or("a page is cut off")?;
        if header.uncompressed_page_size < 0 {
            return Err("a page says it is shorter than nothing");
        }
    }
    if n_left > 0 { Err("its pages have fewer values than it says") } else { Ok(()) }
}

/// The bytes of the column's pages.
fn chunk<'b>(bytes: &'b [u8], column: &ColumnMetaData) -> Option<&'b [u8]> {
    let first = column.dictionary_page_offset.unwrap_or(column.data_page_offset);
    let start = usize::try_from(first).ok()?;
    let length = usize::try_from(column.total_compressed_size).ok()?;
    bytes.get(start..start.checked_add(length)?)
}

/// The values of a page that holds any of the column.
fn n_values(header: &PageHeader) -> i32 {
    let first = header.data_page_header.as_ref().map(|page| page.num_values);
    let second = header.data_page_header_v2.as_ref().map(|page| page.num_values);
    first.or(second).unwrap_or_default()
}
