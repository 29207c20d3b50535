//! Rows as an export has them.

/// A header and rows of as many cells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The columns.
    pub header: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    /// No row yet.
    pub fn new(header: &[&str]) -> Self {
        Self { header: header.iter().map(|name| (*name).to_owned()).collect(), rows: Vec::new() }
    }

    /// Adds a row of as many cells as there are columns.
    pub fn push(&mut self, cells: Vec<String>) {
        debug_assert_eq!(cells.len(), self.header.len(), "each column has a cell");
        self.rows.push(cells);
    }

    /// The bytes of a CSV file, as `ingest` reads it.
    pub fn csv(&self) -> Vec<u8> {
        let mut out = csv::WriterBuilder::new().from_writer(Vec::new());
        let rows = std::iter::once(&self.header).chain(&self.rows);
        for row in rows {
            out.write_record(row).expect("rows of one length go into memory");
        }
        out.into_inner().expect("nothing is lost in memory")
    }

    /// The rows of such a file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words.
    pub fn read(bytes: &[u8]) -> Result<Self, csv::Error> {
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers()?.iter().map(str::to_owned).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            rows.push(record?.iter().map(str::to_owned).collect());
        }
        Ok(Self { header, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut sheet = Sheet::new(&["Company Name", "Quantity"]);
        sheet.push(vec!["Alder \"&\" Finch, LLP\nOffice".to_owned(), "25.0".to_owned()]);
        assert_eq!(Sheet::read(&sheet.csv()).unwrap(), sheet);
    }
}
