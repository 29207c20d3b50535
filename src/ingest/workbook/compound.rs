//! What a workbook of Excel 2003 says of its size, before its reader believes it and takes the memory.

/// Entries of the table of sectors that name none.
const NO_SECTOR: u32 = 0xFFFF_FFFA;

/// Streams shorter than this lie in sectors of 64 bytes.
const SMALL: usize = 4096;

/// Cells that the sheets of a workbook span, from its first to its last in each; `None` where the file does
/// not hold together.
pub(super) fn n_cells_spanned(bytes: &[u8]) -> Option<u64> {
    let stream = workbook_stream(bytes)?;
    let (mut at, mut spanned, mut sheet) = (0, 0u64, Span::default());
    while let Some(kind) = u16_at(&stream, at) {
        // What is cut off is read by nobody.
        let Some(length) = u16_at(&stream, at + 2).map(usize::from) else { break };
        let Some(data) = stream.get(at + 4..at + 4 + length) else { break };
        match kind {
            // A sheet begins.
            0x0809 => {
                spanned = spanned.saturating_add(sheet.n_cells());
                sheet = Span::default();
            }
            0x0200 => sheet.add_said(data)?,
            0x0006 | 0x0203 | 0x0204 | 0x0205 | 0x027E | 0x00D6 | 0x00FD => {
                sheet.add(u16_at(data, 0)?, u16_at(data, 2)?);
            }
            // Several numbers of one row; the last two bytes are the last column.
            0x00BD => {
                sheet.add(u16_at(data, 0)?, u16_at(data, 2)?);
                sheet.add(u16_at(data, 0)?, u16_at(data, length.checked_sub(2)?)?);
            }
            _ => {}
        }
        at += 4 + length;
    }
    Some(spanned.saturating_add(sheet.n_cells()))
}

/// The rows and columns of a sheet, up to its last.
#[derive(Debug, Default)]
struct Span {
    rows: u64,
    columns: u64,
}

impl Span {
    fn add(&mut self, row: u16, column: u16) {
        self.rows = self.rows.max(u64::from(row) + 1);
        self.columns = self.columns.max(u64::from(column) + 1);
    }

    /// What the sheet says of itself.
    fn add_said(&mut self, data: &[u8]) -> Option<()> {
        let (rows, columns) = match data.len() {
            10 => (u64::from(u16_at(data, 2)?), u16_at(data, 6)?),
            14 | 16 => (u64::from(u32_at(data, 4)?), u16_at(data, 10)?),
            _ => return None,
        };
        self.rows = self.rows.max(rows);
        self.columns = self.columns.max(u64::from(columns));
        Some(())
    }

    fn n_cells(&self) -> u64 {
        self.rows.saturating_mul(self.columns)
    }
}

/// The bytes of the stream that holds the workbook.
fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let sector_size = match u16_at(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let sector = |id: u32| {
        let start = (usize::try_from(id).ok()? + 1).checked_mul(sector_size)?;
        let end = (start + sector_size).min(bytes.len());
        bytes.get(start..end)
    };
    let table =
        |bytes: &[u8]| -> Vec<u32> { bytes.chunks_exact(4).filter_map(|c| u32_at(c, 0)).collect() };
    // Where the table of sectors lies: 109 places in the head, the others in a chain.
    let most = bytes.len() / sector_size + 1;
    let mut places = table(bytes.get(76..512)?);
    let mut next = u32_at(bytes, 68)?;
    for _ in 0..most {
        if next >= NO_SECTOR {
            break;
        }
        let mut more = table(sector(next)?);
        next = more.pop()?;
        places.extend(more);
    }
    let mut sectors = Vec::new();
    for id in places.into_iter().filter(|id| *id < NO_SECTOR).take(most) {
        sectors.extend(table(sector(id)?));
    }
    let chain = |first: u32| -> Option<Vec<u8>> {
        let (mut id, mut stream) = (first, Vec::new());
        for _ in 0..most {
            if id >= NO_SECTOR {
                return Some(stream);
            }
            stream.extend_from_slice(sector(id)?);
            id = *sectors.get(usize::try_from(id).ok()?)?;
        }
        None
    };
    let folder = chain(u32_at(bytes, 48)?)?;
    let entries: Vec<&[u8]> = folder.chunks_exact(128).collect();
    let is_workbook = |entry: &&&[u8]| {
        let letters = entry[..64].chunks_exact(2).map(|pair| pair[0]).take_while(|byte| *byte != 0);
        let name: Vec<u8> = letters.collect();
        name.eq_ignore_ascii_case(b"Workbook") || name.eq_ignore_ascii_case(b"Book")
    };
    let entry = entries.iter().find(is_workbook)?;
    let (first, length) = (u32_at(entry, 116)?, usize::try_from(u32_at(entry, 120)?).ok()?);
    let mut stream = if length < SMALL {
        let (small, small_table) =
            (chain(u32_at(entries.first()?, 116)?)?, chain(u32_at(bytes, 60)?)?);
        let small_table = table(&small_table);
        let (mut id, mut stream) = (first, Vec::new());
        for _ in 0..SMALL / 64 {
            if id >= NO_SECTOR {
                break;
            }
            let idx = usize::try_from(id).ok()?;
            stream.extend_from_slice(small.get(idx * 64..idx * 64 + 64)?);
            id = *small_table.get(idx)?;
        }
        stream
    } else {
        chain(first)?
    };
    stream.truncate(length);
    Some(stream)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
