//! A workbook of Excel 2003, made harmless for its reader, which believes what a damaged one says of itself: it
//! follows sectors round in circles and takes the memory for as many rows as a sheet says it has.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read, Write};
use std::ops::Range;

use cfb::{CompoundFile as Compound, Version};

/// The kinds of records that say where cells are.
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const NUMBERS: u16 = 0x00BD;
const CELLS: [u16; 7] = [0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6, 0x00FD];

/// The workbook of a compound file.
pub(super) struct Harmless {
    name: &'static str,
    stream: Vec<u8>,
    /// Cells that its sheets span, each from its first to its last.
    pub(super) n_cells: u64,
}

impl Harmless {
    /// `None` where the file does not hold together or holds no workbook.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let mut file = Compound::open(Cursor::new(bytes)).ok()?;
        // Excel 97 and later, Excel 5 and 95.
        let name = ["Workbook", "Book"].into_iter().find(|name| file.is_stream(name))?;
        let mut stream = Vec::new();
        let most = u64::try_from(bytes.len()).ok()?;
        file.open_stream(name).ok()?.take(most).read_to_end(&mut stream).ok()?;
        let mut n_cells = 0u64;
        let mut dimensions = Vec::new();
        let mut last = 0;
        for start in sheet_starts(&stream)? {
            // Sheets that lie in one another would be read again and again.
            if start < last {
                return None;
            }
            let sheet = Sheet::at(&stream, start)?;
            n_cells = n_cells.saturating_add(sheet.n_cells());
            dimensions.extend(sheet.dimensions);
            last = sheet.end;
        }
        // A hint that nothing is lost without.
        dimensions.into_iter().for_each(|range| stream[range].fill(0));
        Some(Self { name, stream, n_cells })
    }

    /// A compound file of the workbook alone.
    pub(super) fn written(&self) -> io::Result<Vec<u8>> {
        let mut file = Compound::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
        file.create_stream(self.name)?.write_all(&self.stream)?;
        file.flush()?;
        Ok(file.into_inner().into_inner())
    }
}

/// Where the sheets begin, in order; `None` where two begin at one place.
fn sheet_starts(stream: &[u8]) -> Option<BTreeSet<usize>> {
    let mut starts = BTreeSet::new();
    for (kind, data) in records(stream, 0).take_while(|(kind, _)| *kind != END) {
        if kind == SHEET {
            let start = usize::try_from(u32_at(stream, data.start)?).ok()?;
            starts.insert(start).then_some(())?;
        }
    }
    Some(starts)
}

/// What lies in a sheet, those of the charts in it aside.
#[derive(Debug, Default)]
struct Sheet {
    rows: u64,
    columns: u64,
    dimensions: Vec<Range<usize>>,
    /// Behind its last record.
    end: usize,
}

impl Sheet {
    fn at(stream: &[u8], start: usize) -> Option<Self> {
        let mut sheet = Self { end: start, ..Self::default() };
        let mut n_open = 0_usize;
        for (kind, data) in records(stream, start) {
            sheet.end = data.end;
            match kind {
                BEGIN => n_open += 1,
                END if n_open <= 1 => break,
                END => n_open -= 1,
                _ if n_open > 1 => {}
                DIMENSIONS => sheet.dimensions.push(data),
                NUMBERS => {
                    // Several of one row; the last two bytes are the last column.
                    let row = u16_at(stream, data.start)?;
                    sheet.add(row, u16_at(stream, data.start + 2)?);
                    sheet.add(row, u16_at(stream, data.end.checked_sub(2)?)?);
                }
                kind if CELLS.contains(&kind) => {
                    sheet.add(u16_at(stream, data.start)?, u16_at(stream, data.start + 2)?);
                }
                _ => {}
            }
        }
        Some(sheet)
    }

    fn add(&mut self, row: u16, column: u16) {
        self.rows = self.rows.max(u64::from(row) + 1);
        self.columns = self.columns.max(u64::from(column) + 1);
    }

    fn n_cells(&self) -> u64 {
        self.rows.saturating_mul(self.columns)
    }
}

/// The records from a place on: their kinds, and where their data lie. What is cut off is read by nobody.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, Range<usize>)> {
    let mut at = start;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(stream, at)?, u16_at(stream, at.checked_add(2)?)?);
        let data = at + 4..at + 4 + usize::from(length);
        at = data.end;
        (data.end <= stream.len()).then_some((kind, data))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}
