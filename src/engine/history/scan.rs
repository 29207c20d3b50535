//! Files of months → one lazy frame over all of them, whichever layout each was stored in.

use std::path::PathBuf;

use polars::prelude::*;

use super::columns::{DAYS, DECIMAL, Number, ROW, Text};
use super::rows::side_of;
use seatdrift_core::months::LinesWanted;

/// The column that says which of the files a row is of, by the file's position.
pub(super) const POSITION: &str = "position";

/// One lazy frame over some months' files, in their order, with the columns of the layout that is
/// written. What is asked of it is asked of every file: columns that nobody wants are not decoded.
pub(super) fn scan(paths: &[PathBuf]) -> PolarsResult<LazyFrame> {
    scan_with(paths, columns_of)
}

/// The same with every column as it is, of files that are all of one layout.
pub(super) fn scan_as_is(paths: &[PathBuf]) -> PolarsResult<LazyFrame> {
    scan_with(paths, |schema| schema.iter_names().map(|name| col(name.clone())).collect())
}

/// The month is known by the file, not from a hive column of its path: polars 0.46 takes every `=` in
/// the folders above for one.
fn scan_with(paths: &[PathBuf], columns: impl Fn(&Schema) -> Vec<Expr>) -> PolarsResult<LazyFrame> {
    let scans = paths.iter().zip(0_i32..).map(|(path, position)| {
        let mut args = ScanArgsParquet { glob: false, ..ScanArgsParquet::default() };
        args.hive_options.enabled = Some(false);
        let mut frame = LazyFrame::scan_parquet(path, args)?;
        let mut columns = columns(&*frame.collect_schema()?);
        columns.push(lit(position).alias(POSITION));
        Ok(frame.select(columns))
    });
    let scans: Vec<LazyFrame> = scans.collect::<PolarsResult<_>>()?;
    concat(scans, UnionArgs { to_supertypes: false, ..UnionArgs::default() })
}

/// A frame's rows by their position, which never falls from one row to the next.
pub(super) fn by_position(frame: &DataFrame, n: usize) -> PolarsResult<Vec<DataFrame>> {
    let positions = frame.column(POSITION).and_then(Column::i32)?;
    let mut counts = vec![0; n];
    for position in positions.iter().flatten() {
        if let Some(count) =
            usize::try_from(position).ok().and_then(|position| counts.get_mut(position))
        {
            *count += 1;
        }
    }
    let mut start = 0;
    let parts = counts.into_iter().map(|count| {
        let part = frame.slice(start, count);
        start += i64::try_from(count).unwrap_or(i64::MAX);
        part
    });
    Ok(parts.collect())
}

/// Every column of the layout that is written, made of those a file has.
fn columns_of(schema: &Schema) -> Vec<Expr> {
    let mut columns: Vec<Expr> =
        Text::ALL.map(|text| typed(schema, text.name(), DataType::String)).into();
    columns.extend(Number::ALL.into_iter().flat_map(|number| number_of(schema, number)));
    columns.push(typed(schema, ROW, DataType::UInt64));
    columns.extend(DAYS.map(|name| typed(schema, name, DataType::Date)));
    columns
}

/// A column in its type; nothing in every row where the file is older than the column.
fn typed(schema: &Schema, name: &str, wanted: DataType) -> Expr {
    match schema.get(name) {
        Some(found) if *found == wanted => col(name),
        Some(_) => col(name).cast(wanted),
        None => lit(NULL).cast(wanted).alias(name),
    }
}

/// A number's two columns. Layout 1 wrote every number as text: that text is what was written.
fn number_of(schema: &Schema, number: Number) -> [Expr; 2] {
    let (name, written) = (number.name(), number.written());
    if schema.get(name) == Some(&DataType::String) {
        return [lit(NULL).cast(DECIMAL).alias(name), col(name).alias(written)];
    }
    [typed(schema, name, DECIMAL), typed(schema, written, DataType::String)]
}

/// Whether a row is of a line that is wanted: a semi-join on side, client and SKU that a scan makes
/// itself, so that no row is decoded for a table it would then be thrown out of.
pub(super) fn is_wanted(wanted: LinesWanted) -> Expr {
    let keys = [Text::Side, Text::Client, Text::Sku].map(|text| col(text.name()));
    let join = move |keys: &mut [Column]| {
        let (sides, clients, skus) = (keys[0].str()?, keys[1].str()?, keys[2].str()?);
        let rows = sides.iter().zip(clients.iter()).zip(skus.iter());
        let wanted = rows.map(|((side, client), sku)| {
            // A row whose side cannot be read goes on, to be refused.
            side.and_then(side_of).is_none_or(|side| {
                wanted.has(side, client.unwrap_or_default(), sku.unwrap_or_default())
            })
        });
        let wanted: BooleanChunked = wanted.collect_ca("wanted".into());
        Ok(Some(wanted.into_column()))
    };
    map_multiple(join, keys, GetOutput::from_type(DataType::Boolean))
}
