//! The sums of a month: its full-period lines, each once, as models read them.
//!
//! A stored month does not change, so its sums are kept: `cache/history/YYYY-MM.parquet` beside the
//! history says of which file it was made, is made anew where that file is another one, and may be
//! deleted at any time.

use std::path::PathBuf;

use polars::prelude::*;

use super::columns::{Number, Text};
use super::rows::side_of;
use super::scan::{POSITION, scan};
use seatdrift_core::domain::{LineKind, Month};
use seatdrift_core::months::{MonthlyLine, MonthlyLines};

/// The layout of kept sums; those of any other are made anew.
pub(super) const LAYOUT: u32 = 1;

const QUANTITY: &str = "quantity";
const UNIT: &str = "unit";

/// The sums of months, by the position of their files: rows of compared full-period charges, added up by
/// side, client and SKU. Usage is left out: its quantity is the vendor's meter, not a count of seats.
pub(super) fn sums_of(paths: &[PathBuf]) -> PolarsResult<LazyFrame> {
    let name = |text: Text| col(text.name());
    let is_seats = name(Text::Exclusion)
        .is_null()
        .and(name(Text::Kind).eq(lit(LineKind::FullPeriod.word())))
        .and(name(Text::Client).neq(lit("")));
    let rows = scan(paths)?.filter(is_seats).select([
        col(POSITION),
        name(Text::Side),
        name(Text::Client),
        name(Text::ClientName),
        name(Text::Sku),
        name(Text::SkuName),
        name(Text::Currency),
        Number::Units.as_float().alias(QUANTITY),
        Number::Unit.as_float().alias(UNIT),
    ]);
    let keys = [col(POSITION), name(Text::Side), name(Text::Client), name(Text::Sku)];
    Ok(added_up(rows, keys))
}

/// Rows of one key as one: names are those of the last, and two currencies have no mean price.
fn added_up(rows: LazyFrame, keys: [Expr; 4]) -> LazyFrame {
    let (quantity, unit) = (|| col(QUANTITY), || col(UNIT));
    let has_price = || unit().is_not_null();
    // Units without a price count, and weigh nothing in the mean of those that have one.
    let priced = when(has_price()).then(quantity()).otherwise(lit(NULL));
    rows.with_columns([priced.alias("priced"), (quantity() * unit()).alias("money")])
        .group_by_stable(keys)
        .agg([
            col(Text::ClientName.name()).last(),
            col(Text::SkuName.name()).last(),
            quantity().sum(),
            col("priced").sum(),
            col("money").sum(),
            unit().min().alias("lowest"),
            unit().max().alias("highest"),
            unit().filter(has_price()).last().alias("last"),
            col(Text::Currency.name()).n_unique().alias("currencies"),
            col(Text::Currency.name()).last(),
        ])
        .with_columns([mean_unit().alias(UNIT), currency()])
        .select([
            col(POSITION),
            col(Text::Side.name()),
            col(Text::Client.name()),
            col(Text::ClientName.name()),
            col(Text::Sku.name()),
            col(Text::SkuName.name()),
            quantity(),
            unit(),
            col(Text::Currency.name()),
        ])
}

fn currency() -> Expr {
    let own = Text::Currency.name();
    when(col("currencies").eq(lit(1))).then(col(own)).otherwise(lit(NULL)).alias(own)
}

/// The mean of the units that are known, weighted by quantity.
fn mean_unit() -> Expr {
    let is_one = col("lowest").eq(col("highest")).or(col("priced").eq(lit(0.0)));
    when(col("currencies").neq(lit(1)))
        .then(lit(NULL))
        .when(is_one)
        .then(col("last"))
        .otherwise(col("money") / col("priced"))
}

/// The lines of a month's sums.
pub(super) fn lines_of_month(sums: &DataFrame, month: Month) -> PolarsResult<MonthlyLines> {
    let text = |text: Text| sums.column(text.name()).and_then(Column::str);
    let number = |name: &str| sums.column(name).and_then(Column::f64);
    let (sides, currencies) = (text(Text::Side)?, text(Text::Currency)?);
    let (clients, client_names) = (text(Text::Client)?, text(Text::ClientName)?);
    let (skus, sku_names) = (text(Text::Sku)?, text(Text::SkuName)?);
    let (quantities, units) = (number(QUANTITY)?, number(UNIT)?);
    let wrong = || polars_err!(ComputeError: "column \"side\" holds what no history writes");
    let lines = (0..sums.height()).map(|row_idx| {
        let client = clients.get(row_idx).unwrap_or_default();
        let sku = skus.get(row_idx).unwrap_or_default();
        Ok(MonthlyLine {
            month,
            side: sides.get(row_idx).and_then(side_of).ok_or_else(wrong)?,
            client,
            client_name: client_names.get(row_idx).unwrap_or(client),
            sku,
            sku_name: sku_names.get(row_idx).unwrap_or(sku),
            quantity: quantities.get(row_idx).unwrap_or_default(),
            unit: units.get(row_idx),
            currency: currencies.get(row_idx).and_then(|code| code.parse().ok()),
        })
    });
    lines.collect()
}
