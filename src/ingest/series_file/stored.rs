//! A parquet file without what its writer's memory had and its reader has not.

use std::borrow::Cow;

use polars_parquet_format::thrift::protocol::TCompactOutputProtocol;
use polars_parquet_format::{ConvertedType, Type};

use super::pages::{N_END, footer};

/// The key under which writers keep the types of their memory.
const TYPES_OF_MEMORY: &str = "ARROW:schema";

/// Whole numbers of one and two bytes, which are stored in four.
const SMALL: [ConvertedType; 4] =
    [ConvertedType::UINT_8, ConvertedType::UINT_16, ConvertedType::INT_8, ConvertedType::INT_16];

/// The file with its columns as they are stored: codes for texts are texts, and small whole numbers are the
/// larger ones that hold them. The reader makes neither of the others.
pub(super) fn as_stored(bytes: &[u8]) -> Cow<'_, [u8]> {
    rewritten(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned)
}

fn rewritten(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mut footer, start) = footer(bytes)?;
    if let Some(pairs) = &mut footer.key_value_metadata {
        pairs.retain(|pair| pair.key != TYPES_OF_MEMORY);
    }
    for column in &mut footer.schema {
        let is_small = column.converted_type.is_some_and(|held| SMALL.contains(&held));
        if is_small && column.type_ == Some(Type::INT32) {
            column.converted_type = None;
            column.logical_type = None;
        }
    }
    let mut stored = bytes[..start].to_vec();
    let mut protocol = TCompactOutputProtocol::new(&mut stored);
    footer.write_to_out_protocol(&mut protocol).ok()?;
    let length = u32::try_from(stored.len() - start).ok()?;
    stored.extend_from_slice(&length.to_le_bytes());
    stored.extend_from_slice(&bytes[bytes.len() - (N_END - 4)..]);
    Some(stored)
}
