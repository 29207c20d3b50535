//! A list of products with their other names: Microsoft's licensing table of service plans, a
//! distributor's price list, one of the MSP's own.

use std::collections::BTreeSet;

use seatdrift_core::normalise::ListedProduct;

use super::decoding;
use super::error::IngestError;

/// Why a list of products could not be read. Rows are lines of the file: its first is 1.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum ProductListError {
    /// The bytes are no text.
    #[error(transparent)]
    Unreadable(#[from] IngestError),
    /// The header has no column of names, or none of other names.
    #[error("{file}:1: expected a column {expected}, found {found}")]
    MissingColumn { file: String, expected: String, found: String },
    /// A row that cannot be cut into cells.
    #[error("{file}:{row}: expected cells between commas, found {found}")]
    NotCells { file: String, row: u64, found: String },
    /// A cell without the product's name.
    #[error("{file}:{row}:{column}: expected the name of a product, found nothing")]
    EmptyName { file: String, row: u64, column: String },
    /// A cell that is no name.
    #[error("{file}:{row}:{column}: expected at most {limit} characters, found {found}")]
    TooLong { file: String, row: u64, column: String, limit: usize, found: usize },
    /// More rows than anybody lists.
    #[error("{file}: expected at most {limit} rows")]
    TooManyRows { file: String, limit: usize },
}

/// Columns that hold a product's name, the likeliest first, as letters and digits.
#[rustfmt::skip]
const NAME_COLUMNS: &[&str] = &[
    "productdisplayname", "productname", "displayname", "producttitle", "name", "product", "title", "description",
];

/// Columns that hold what else it goes by.
#[rustfmt::skip]
const ALIAS_COLUMNS: &[&str] = &[
    "alias", "aliases", "aka", "alsoknownas", "othername", "othernames", "formername", "formernames",
    "abbreviation", "shortname", "stringid", "guid", "skuid", "skuguid", "skupartnumber", "sku", "code",
    "productcode", "productid", "partnumber", "partno", "mpn", "vendorsku", "manufacturerpartnumber",
];

const MOST_ROWS: usize = 200_000;
const LONGEST_CELL: usize = 400;

/// The products of a CSV with a column of names and at least one of other names; several in a cell
/// are separated by semicolons or bars. Rows of one name are kept apart; equal ones are read once.
///
/// # Errors
///
/// [`ProductListError`] when it is not such a file.
pub fn read_product_list(file: &str, bytes: &[u8]) -> Result<Vec<ListedProduct>, ProductListError> {
    let text = decoding::readable(file, bytes)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let columns = match reader.headers() {
        Ok(header) => Columns::of(file, header)?,
        Err(error) => return Err(not_cells(file, &error)),
    };
    let mut products = BTreeSet::new();
    let mut n_rows = 0;
    while reader.read_record(&mut record).map_err(|error| not_cells(file, &error))? {
        n_rows += 1;
        if MOST_ROWS < n_rows {
            return Err(ProductListError::TooManyRows { file: file.to_owned(), limit: MOST_ROWS });
        }
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            products.insert(columns.product(file, &record)?);
        }
    }
    Ok(products.into_iter().collect())
}

fn not_cells(file: &str, error: &csv::Error) -> ProductListError {
    ProductListError::NotCells {
        file: file.to_owned(),
        row: error.position().map_or(1, csv::Position::line),
        found: error.to_string(),
    }
}

/// Where a list's names stand: positions and headers.
struct Columns {
    name: (usize, String),
    aliases: Vec<(usize, String)>,
}

impl Columns {
    fn of(file: &str, header: &csv::StringRecord) -> Result<Self, ProductListError> {
        let plain = |text: &str| -> String {
            let letters = text.chars().filter(|letter| letter.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        let plains: Vec<String> = header.iter().map(plain).collect();
        let written = |idx: usize| (idx, header[idx].trim().to_owned());
        let missing = |expected: &str| ProductListError::MissingColumn {
            file: file.to_owned(),
            expected: expected.to_owned(),
            found: header
                .iter()
                .take(8)
                .map(seatdrift_core::domain::quoted)
                .collect::<Vec<_>>()
                .join(", "),
        };
        let name = NAME_COLUMNS.iter().find_map(|name| plains.iter().position(|one| one == name));
        let name = name.ok_or_else(|| missing("\"Product_Display_Name\" or \"name\""))?;
        let is_alias = |idx: &usize| ALIAS_COLUMNS.contains(&plains[*idx].as_str());
        let aliases: Vec<_> =
            (0..plains.len()).filter(|idx| *idx != name && is_alias(idx)).map(written).collect();
        if aliases.is_empty() {
            return Err(missing("\"String_Id\", \"GUID\", \"sku\" or \"alias\""));
        }
        Ok(Self { name: written(name), aliases })
    }

    fn product(
        &self,
        file: &str,
        record: &csv::StringRecord,
    ) -> Result<ListedProduct, ProductListError> {
        let row = record.position().map_or(0, csv::Position::line);
        let cell = |(idx, column): &(usize, String)| {
            // No-break spaces stand in Microsoft's own table.
            let text = record.get(*idx).unwrap_or_default().trim();
            let found = text.chars().count();
            if LONGEST_CELL < found {
                let (file, column) = (file.to_owned(), column.clone());
                let limit = LONGEST_CELL;
                return Err(ProductListError::TooLong { file, row, column, limit, found });
            }
            Ok(text)
        };
        let name = cell(&self.name)?;
        if name.is_empty() {
            let column = self.name.1.clone();
            return Err(ProductListError::EmptyName { file: file.to_owned(), row, column });
        }
        let mut aliases = BTreeSet::new();
        for column in &self.aliases {
            let parts = cell(column)?.split([';', '|']).map(str::trim);
            aliases.extend(parts.filter(|part| 2 <= part.len()).map(str::to_owned));
        }
        Ok(ListedProduct { name: name.to_owned(), aliases })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<ListedProduct>, String> {
        read_product_list("list.csv", text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_table_of_service_plans_gives_each_product_once() {
        let found = read(
            "Product_Display_Name,String_Id,GUID,Service_Plan_Name\n\
             Zeta Guard Plan 1,ZETA_P1,0a0a,PLAN_A\nZeta Guard Plan 1,ZETA_P1,0a0a,PLAN_B\n\
             Zeta Guard Plan 2,ZETA_P2,0b0b,PLAN_A\n",
        );
        let found = found.expect("a list");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].name, "Zeta Guard Plan 1");
        assert_eq!(found[0].aliases.iter().collect::<Vec<_>>(), ["0a0a", "ZETA_P1"]);
    }

    #[test]
    fn a_list_of_ones_own_may_hold_several_other_names_in_a_cell() {
        let found = read("name,also known as\nWatchman,Night Watch; WM-1 | watch man\n");
        let aliases = &found.expect("a list")[0].aliases;
        assert_eq!(aliases.iter().collect::<Vec<_>>(), ["Night Watch", "WM-1", "watch man"]);
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said_with_its_place() {
        let long = format!("name,sku\n{},X1\n", "x".repeat(500));
        for (text, message) in [
            ("", "list.csv"),
            ("name\nWatchman\n", "list.csv:1: expected a column \"String_Id\""),
            ("price,sku\n1,2\n", "list.csv:1: expected a column \"Product_Display_Name\""),
            ("name,sku\n,X1\n", "list.csv:2:name: expected the name of a product, found nothing"),
            (long.as_str(), "list.csv:2:name: expected at most 400 characters, found 500"),
        ] {
            let error = read(text).expect_err("an error");
            assert!(error.starts_with(message), "{text:?}: {error}");
        }
    }
}
