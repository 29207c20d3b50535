//! A made-up export as a table whose columns are known.

/// The columns of one kind, as positions; none where the format has none.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownColumns {
    pub client_name: Option<usize>,
    pub client_ids: Vec<usize>,
    pub product: Option<usize>,
    pub quantity: Vec<usize>,
    pub prices: Vec<usize>,
    pub start: Option<usize>,
    pub end: Option<usize>,
    pub charge_type: Option<usize>,
    pub amount: Option<usize>,
}

/// A made-up export: what stands above its header, the header, and its rows.
#[derive(Debug, Clone)]
pub(super) struct DamagedTable {
    above: String,
    header: Vec<String>,
    /// Each with its number in the whole file.
    pub rows: Vec<(u64, Vec<String>)>,
    pub columns: KnownColumns,
}

const CLIENT_NAMES: [&str; 4] = ["company_name", "Company Name", "CustomerName", "CompanyName"];
const CLIENT_IDS: [&str; 5] =
    ["company_id", "Company RecID", "Company Identifier", "CustomerId", "CompanyID"];
const PRODUCTS: [&str; 4] = ["description", "Description", "ProductName", "ServiceName"];
const QUANTITIES: [&str; 4] = ["quantity", "Quantity", "BillableQuantity", "Units"];
const PRICES: [&str; 10] = [
    "price",
    "subtotal",
    "cost",
    "cost_total",
    "partner_subtotal",
    "Unit Price",
    "Ext Price",
    "UnitPrice",
    "EffectiveUnitPrice",
    "Subtotal",
];
const STARTS: [&str; 4] = ["start_period", "Effective Date", "ChargeStartDate", "StartDate"];
const ENDS: [&str; 4] = ["end_period", "Cancelled Date", "ChargeEndDate", "EndDate"];
const CHARGE_TYPES: [&str; 2] = ["type", "ChargeType"];
const AMOUNTS: [&str; 1] = ["Ext Price"];

impl DamagedTable {
    /// A file as a table; `None` where it has no header.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let header_at = match text.lines().next()?.contains(',') {
            true => 0,
            // A title and an empty line.
            false => text.match_indices('\n').nth(1)?.0 + 1,
        };
        let (above, table) = text.split_at(header_at);
        let (mark, table) = match table.strip_prefix('\u{feff}') {
            Some(table) => ("\u{feff}", table),
            None => ("", table),
        };
        let n_above = above.matches('\n').count() as u64;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
        let mut records = reader.records().filter_map(Result::ok);
        let cells = |record: csv::StringRecord| record.iter().map(str::to_owned).collect();
        let header: Vec<String> = cells(records.next()?);
        let rows = records.zip(n_above + 2..).map(|(record, number)| (number, cells(record)));
        let rows = rows.collect();
        let columns = KnownColumns::of(&header);
        Some(Self { above: format!("{above}{mark}"), header, rows, columns })
    }

    /// The table as a file.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.above.clone().into_bytes();
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(&mut bytes);
        writer.write_record(&self.header).expect("memory takes every row");
        for (_, row) in &self.rows {
            writer.write_record(row).expect("memory takes every row");
        }
        writer.flush().expect("memory takes every row");
        drop(writer);
        bytes
    }

    /// A row's client as written: its name, else its first id.
    pub(super) fn client(&self, row_idx: usize) -> &str {
        let columns = &self.columns;
        let own = columns.client_name.iter().chain(&columns.client_ids);
        let cells = own.map(|&column| self.rows[row_idx].1[column].as_str());
        cells.into_iter().find(|cell| !cell.is_empty()).unwrap_or_default()
    }

    /// A row's product as written.
    pub(super) fn product(&self, row_idx: usize) -> &str {
        self.columns.product.map_or("", |column| self.rows[row_idx].1[column].as_str())
    }

    /// The rows that name a client, which a row of totals does not.
    pub(super) fn data(&self) -> Vec<usize> {
        let is_data = |row_idx: &usize| {
            let sums = self.rows[*row_idx].1.iter().any(|cell| cell == "Total");
            !sums && !self.client(*row_idx).is_empty()
        };
        (0..self.rows.len()).filter(is_data).collect()
    }

    /// The row of totals.
    pub(super) fn total(&self) -> Option<usize> {
        self.rows.iter().position(|(_, row)| row.iter().any(|cell| cell == "Total"))
    }
}

impl KnownColumns {
    fn of(header: &[String]) -> Self {
        let all = |names: &[&str]| -> Vec<usize> {
            let is_one = |column: &usize| names.contains(&header[*column].as_str());
            (0..header.len()).filter(is_one).collect()
        };
        let first = |names: &[&str]| all(names).first().copied();
        Self {
            client_name: first(&CLIENT_NAMES),
            client_ids: all(&CLIENT_IDS),
            product: first(&PRODUCTS),
            quantity: all(&QUANTITIES),
            prices: all(&PRICES),
            start: first(&STARTS),
            end: first(&ENDS),
            charge_type: first(&CHARGE_TYPES),
            amount: first(&AMOUNTS),
        }
    }
}
