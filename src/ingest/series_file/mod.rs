//! A monthly series of any kind, as CSV or parquet → one [`Series`] a line: what `flag` reads.
//!
//! ```text
//! columns   which column holds what, found by name
//! values    text → number; NaN where a cell says nothing
//! months    text → month, and whether days or months come first
//! text      CSV → rows
//! pages     what a parquet file says of its pages, before it is believed
//! stored    a parquet file without types its reader does not make
//! parquet   parquet → rows, some row groups at a time
//! lines     rows → lines
//! error     why a file could not be read: file, row, column
//! ```
//!
//! A row without a quantity is no row, and a month without a row is missing, not nought. A second row
//! for a month of a series is an error: whether the two add up is for the user to say.

mod columns;
mod values;
mod months;
mod text;
mod pages;
mod stored;
mod parquet;
mod lines;
mod error;

pub use error::SeriesFileError;
pub(super) use months::MonthReader;

use super::decoding;
use super::records::Texts;
use seatdrift_core::domain::{Month, Series};

/// The series of one file.
#[derive(Debug)]
pub struct SeriesFile {
    /// The ids, in the order in which they first stand in the file.
    pub ids: Texts,
    /// One series for each id, in their order; behind them, in a file with billed quantities, what was
    /// bought less what was billed of each.
    pub series: Vec<Series>,
    /// By series, whose id it has: a position in `ids`.
    pub line_of: Vec<u32>,
    /// The first month of the file.
    pub first: Month,
    /// The last month of the file.
    pub last: Month,
    /// Rows of data.
    pub n_rows: usize,
    /// Rows without a quantity.
    pub n_missing: usize,
    /// What was made of it that its reader should know, in sentences.
    pub notes: Vec<String>,
}

impl SeriesFile {
    /// Reads a file by its content: parquet, else CSV.
    ///
    /// # Errors
    ///
    /// [`SeriesFileError`] names the row and the column that could not be read.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, SeriesFileError> {
        if bytes.is_empty() {
            return Err(SeriesFileError::Empty { file: file.to_owned() });
        }
        let lines = if bytes.starts_with(parquet::MAGIC) {
            parquet::read(file, bytes)?
        } else {
            text::read(file, &decoding::readable(file, bytes)?)?
        };
        lines.into_file()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use seatdrift_core::domain::SeriesSide;

    /// Files as Spark and pandas write them: decimals, dictionaries and INT96, and months in Sydney.
    const SPARK: [&[u8]; 2] = [
        include_bytes!("fixtures/decimals_and_dictionaries.parquet"),
        include_bytes!("fixtures/months_in_sydney.parquet"),
    ];

    #[test]
    fn parquet_as_spark_writes_it_is_read() {
        for (bytes, n_notes) in SPARK.into_iter().zip([0, 1]) {
            let file = SeriesFile::read("a.parquet", bytes).unwrap();
            let months = (file.first.to_string(), file.last.to_string());
            assert_eq!(months, ("2024-01".to_owned(), "2025-12".to_owned()));
            assert_eq!((file.ids.len(), file.notes.len()), (61, n_notes));
            let drop = file.ids.iter().position(|id| id == "drop").unwrap();
            let quantity = &file.series[drop].quantity;
            assert_eq!(quantity[quantity.len() - 2..], [Some(40.0), Some(9.0)]);
        }
    }

    fn read(text: &str) -> Result<SeriesFile, SeriesFileError> {
        SeriesFile::read("a.csv", text.as_bytes())
    }

    #[test]
    fn a_line_without_a_product_is_its_own_and_takes_its_names_from_the_newest_month() {
        let file = read(
            "sku;series_id;client;month;quantity;unit_price\n\
             P1;a;Old name;2026-03;5;2,50\n;b;;2026-03;6;\nP1;a;New name;2026-04;7;\n\
             P1;a;Older name;2026-01;4;2\n",
        )
        .unwrap();
        let [a, b] = file.series.as_slice() else { panic!("{:?}", file.series) };
        assert_eq!((a.client.as_str(), a.sku.as_str()), ("New name", "P1"));
        assert_eq!((b.client.as_str(), b.sku.as_str()), ("", "b"));
        assert_eq!(a.first.to_string(), "2026-01");
        assert_eq!(a.quantity, [Some(4.0), None, Some(5.0), Some(7.0)]);
        assert_eq!(a.unit, [Some(2.0), None, Some(2.5), None]);
        assert_eq!(
            (file.first.to_string(), file.last.to_string()),
            ("2026-01".into(), "2026-04".into())
        );
    }

    #[test]
    fn a_gap_is_known_in_the_months_that_say_both() {
        let file = read(
            "series_id,month,quantity,billed_quantity\n\
             a,2026-01,5,5\na,2026-02,7,5\na,2026-03,7,\nb,2026-03,1,3\n",
        )
        .unwrap();
        assert_eq!(file.line_of, [0, 1, 0, 1]);
        let gaps: Vec<&Series> =
            file.series.iter().filter(|one| one.side == SeriesSide::Drift).collect();
        assert_eq!(gaps[0].quantity, [Some(0.0), Some(2.0), None]);
        assert_eq!(gaps[1].quantity, [Some(-2.0)]);
    }

    #[test]
    fn rows_in_any_order_are_the_same_lines() {
        let rows = ["a,2026-01,1", "b,2026-01,2", "a,2026-02,3", "b,2026-02,4", "a,2026-04,5"];
        let by_month = read(&format!("series_id,month,quantity\n{}", rows.join("\n"))).unwrap();
        let mut by_line = rows;
        by_line.sort_unstable();
        let by_line = read(&format!("series_id,month,quantity\n{}", by_line.join("\n"))).unwrap();
        assert_eq!(by_month.series, by_line.series);
    }

    proptest! {
        #[test]
        fn no_row_is_lost(
            rows in prop::collection::btree_map((0..4_u8, 0..30_i32), prop::option::of(-9..99_i32), 1..40),
        ) {
            let january: Month = "2024-01".parse().unwrap();
            let mut text = "series_id,month,quantity\n".to_owned();
            for ((id, at), quantity) in &rows {
                let quantity = quantity.map_or_else(String::new, |it| it.to_string());
                text.push_str(&format!("line {id},{},{quantity}\n", january.plus(*at)));
            }
            let n_known = rows.values().flatten().count();
            match read(&text) {
                Ok(file) => {
                    prop_assert_eq!((file.n_rows, file.n_missing), (rows.len(), rows.len() - n_known));
                    let sum = |one: &Series| one.quantity.iter().flatten().sum::<f64>();
                    let found: f64 = file.series.iter().map(sum).sum();
                    prop_assert_eq!(found, f64::from(rows.values().flatten().sum::<i32>()));
                    let n_found: usize =
                        file.series.iter().map(|one| one.quantity.iter().flatten().count()).sum();
                    prop_assert_eq!(n_found, n_known);
                }
                Err(_) => prop_assert_eq!(n_known, 0),
            }
        }

        #[test]
        fn no_bytes_make_it_panic(
            rows in "[-0-9a-z,\";/.\n\r ]{0,80}",
            bytes in prop::collection::vec(any::<u8>(), 0..60),
        ) {
            let _ = read(&format!("series_id,month,quantity\n{rows}"));
            let _ = SeriesFile::read("a", &bytes);
            let _ = SeriesFile::read("a", &[parquet::MAGIC, &bytes].concat());
        }
    }

    proptest! {
        #[test]
        fn no_damage_to_a_parquet_file_makes_it_panic(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            keep in any::<prop::sample::Index>(),
        ) {
            for whole in SPARK {
                let mut bytes = whole.to_vec();
                bytes[at.index(whole.len())] = byte;
                let _ = SeriesFile::read("a", &bytes);
                let _ = SeriesFile::read("a", &whole[..keep.index(whole.len())]);
                // The end is what is read first.
                let n_end = whole.len() - keep.index(whole.len());
                let _ = SeriesFile::read("a", &[parquet::MAGIC, &whole[whole.len() - n_end..]].concat());
            }
        }
    }

    /// A page that said it held minus 1,465 values made the reader ask for 2^61 bytes.
    #[test]
    fn a_page_with_more_values_than_its_column_or_fewer_than_none_is_refused() {
        for byte in [0xF1, 0xFF] {
            let mut bytes = SPARK[0].to_vec();
            let at = 0x11D;
            assert_eq!(bytes[at - 1..at + 2], [0x15, 0xF0, 0x16], "the values of the page: 1,464");
            bytes[at] = byte;
            let error = SeriesFile::read("a.parquet", &bytes).unwrap_err().to_string();
            assert!(error.ends_with("a page says it has more values than the column"), "{error}");
        }
    }
}
