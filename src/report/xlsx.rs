//! A run → workbooks: findings, causes, every line, what changed, flags, suggestions, what was explained, rejected rows,
//! summary; the change list.

mod causes;
mod explained;
mod lines;
mod month_to_month;
mod summary;

use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
};

use seatdrift_core::domain::{Month, money};
use seatdrift_core::run::{ComparedLine, Run, cause_items, numbers};

pub use month_to_month::changes;

/// The longest text a cell takes, in UTF-16 units: Excel's own limit.
const CELL_LIMIT: usize = 32_767;
/// The most rows a sheet takes below its header: Excel's own limit.
const ROW_LIMIT: usize = 1_048_575;

/// How hard the workbook is compressed, of 1 to 9.
const FAST: u8 = 2;

/// How a column is written.
#[derive(Clone, Copy)]
enum Kind {
    /// As a string, always: never a formula, never a guessed date.
    Text,
    /// As a string that wraps over several lines.
    Prose,
    /// A number of units.
    Units,
    /// Money with two decimal places.
    Money,
    /// The price of a unit: two decimal places, and two more where it has them.
    Price,
    /// A share, shown as a percentage.
    Share,
    /// A p-value, shown in scientific form.
    Scientific,
    /// A day.
    Day,
    /// A month: the date of its first day.
    Month,
}

/// One cell: a number is a number and a date a date.
enum Cell {
    Text(String),
    Number(f64),
    Date(jiff::civil::Date),
}

struct Column {
    title: &'static str,
    width: f64,
    kind: Kind,
}

const fn column(title: &'static str, width: f64, kind: Kind) -> Column {
    Column { title, width, kind }
}

/// The workbook's bytes. Its dates come from the month, so the same run gives the same bytes. Where the lines
/// were not kept it has no sheet of them.
pub fn workbook(run: &Run, lines: Option<&[ComparedLine]>) -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(run));
    // A quarter larger, and written in half the time.
    workbook.set_zip_compression_level(FAST);
    type Fill<'a> = Box<dyn Fn(&mut Worksheet) + Send + Sync + 'a>;
    let of_run =
        |fill: fn(&mut Worksheet, &Run)| -> Fill<'_> { Box::new(move |sheet| fill(sheet, run)) };
    let lines =
        lines.map(|lines| -> Fill<'_> { Box::new(move |sheet| lines::lines(sheet, run, lines)) });
    let rest = [
        month_to_month::last_month,
        flags,
        suggestions,
        explained::explained,
        rejected,
        summary::summary,
    ];
    let mut sheets = vec![of_run(findings)];
    if !run.causes.is_empty() {
        sheets.push(of_run(causes::causes));
    }
    sheets.extend(lines);
    sheets.extend(rest.map(of_run));
    let filled = sheets.into_par_iter().map(|fill| {
        let mut sheet = Worksheet::new();
        fill(&mut sheet);
        sheet
    });
    for sheet in filled.collect::<Vec<_>>() {
        workbook.push_worksheet(sheet);
    }
    workbook.save_to_buffer().expect("sheets are named apart and cells keep Excel's limits")
}

fn properties(run: &Run) -> DocProperties {
    DocProperties::new()
        .set_title(format!("Billing review, {}", numbers::long_month(run.month)))
        .set_author("seatdrift")
        .set_company(&run.msp)
        .set_creation_datetime(&last_day(run.month))
}

fn last_day(month: Month) -> ExcelDateTime {
    excel_date(month.last_day()).expect("a month lies in 1900 to 2199")
}

/// The day as a spreadsheet counts it; none before 1900.
fn excel_date(date: jiff::civil::Date) -> Option<ExcelDateTime> {
    let year = u16::try_from(date.year()).ok()?;
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    ExcelDateTime::from_ymd(year, month, day).ok()
}

fn findings(sheet: &mut Worksheet, run: &Run) {
    const COLUMNS: [Column; 19] = [
        column("Kind", 19.0, Kind::Text),
        column("Client", 32.0, Kind::Text),
        column("SKU", 34.0, Kind::Text),
        column("Bought", 9.0, Kind::Units),
        column("Billed", 9.0, Kind::Units),
        column("Drift", 9.0, Kind::Units),
        column("A month", 13.0, Kind::Money),
        column("A year", 13.0, Kind::Money),
        column("Currency", 10.0, Kind::Text),
        column("Probability", 12.0, Kind::Share),
        column("Since", 10.0, Kind::Month),
        column("Why", 70.0, Kind::Prose),
        column("Vendor rows", 30.0, Kind::Text),
        column("PSA rows", 30.0, Kind::Text),
        column("ID", 20.0, Kind::Text),
        column("Whose money", 15.0, Kind::Text),
        column("At your price", 13.0, Kind::Money),
        column("Whose price", 40.0, Kind::Text),
        column("Cause", 30.0, Kind::Text),
    ];
    // Those of one cause stand together.
    let items = cause_items(run);
    let rows = items.iter().flat_map(|item| &item.findings).map(|finding| {
        vec![
            text(finding.kind.title()),
            text(&finding.client),
            text(&finding.sku),
            exact(finding.vendor_quantity),
            exact(finding.psa_quantity),
            exact(finding.drift),
            exact(money::to_cents(finding.monthly_impact)),
            exact(money::to_cents(finding.monthly_impact * Decimal::from(12))),
            text(finding.currency.code()),
            float(finding.probability.get()),
            finding.since.as_ref().map_or_else(|| text(""), |since| month(since.month)),
            text(&finding.why),
            text(&finding.vendor_rows.join("; ")),
            text(&finding.psa_rows.join("; ")),
            text(&finding.id),
            text(finding.direction().title()),
            finding.at_price.as_ref().map_or_else(|| text(""), |price| exact(price.monthly)),
            text(&finding.at_price.as_ref().map_or_else(String::new, |price| price.from.words())),
            text(finding.cause_or_own()),
        ]
    });
    table(sheet, "Findings", &COLUMNS, rows);
}

fn flags(sheet: &mut Worksheet, run: &Run) {
    const COLUMNS: [Column; 14] = [
        column("Kind", 19.0, Kind::Text),
        column("Side", 9.0, Kind::Text),
        column("Client", 32.0, Kind::Text),
        column("SKU", 34.0, Kind::Text),
        column("Month", 10.0, Kind::Month),
        column("Seen", 9.0, Kind::Units),
        column("Expected", 10.0, Kind::Units),
        column("Low", 9.0, Kind::Units),
        column("High", 9.0, Kind::Units),
        column("p-value", 11.0, Kind::Scientific),
        column("A month", 13.0, Kind::Money),
        column("Currency", 10.0, Kind::Text),
        column("Why", 70.0, Kind::Prose),
        column("ID", 20.0, Kind::Text),
    ];
    let rows = run.flags.iter().map(|flag| {
        vec![
            text(flag.kind.word()),
            text(flag.side.word()),
            text(&flag.client),
            text(&flag.sku),
            month(flag.month),
            float(flag.observed),
            float(flag.expected),
            float(flag.low),
            float(flag.high),
            float(flag.p_value),
            exact(money::to_cents(flag.monthly_impact)),
            text(flag.currency.code()),
            text(&flag.why),
            text(&flag.id),
        ]
    });
    table(sheet, "Flags", &COLUMNS, rows);
}

fn suggestions(sheet: &mut Worksheet, run: &Run) {
    const COLUMNS: [Column; 10] = [
        column("Kind", 9.0, Kind::Text),
        column("Status", 12.0, Kind::Text),
        column("Vendor name", 36.0, Kind::Text),
        column("PSA name", 36.0, Kind::Text),
        column("Probability", 12.0, Kind::Share),
        column("Money waiting", 14.0, Kind::Money),
        column("Why", 70.0, Kind::Prose),
        column("Vendor ID", 24.0, Kind::Text),
        column("PSA ID", 24.0, Kind::Text),
        column("ID", 20.0, Kind::Text),
    ];
    let rows = run.suggestions.iter().map(|pair| {
        vec![
            text(pair.kind.word()),
            text(pair.status.word()),
            text(&pair.vendor_name),
            text(&pair.psa_name),
            float(pair.probability.get()),
            exact(money::to_cents(pair.money)),
            text(&pair.why),
            text(&pair.vendor_id),
            text(&pair.psa_id),
            text(&pair.id),
        ]
    });
    table(sheet, "Suggestions", &COLUMNS, rows);
}

fn rejected(sheet: &mut Worksheet, run: &Run) {
    const COLUMNS: [Column; 6] = [
        column("Side", 9.0, Kind::Text),
        column("File", 36.0, Kind::Text),
        column("Row", 9.0, Kind::Units),
        column("Column", 24.0, Kind::Text),
        column("Expected", 36.0, Kind::Prose),
        column("Found", 36.0, Kind::Prose),
    ];
    let rows = run.rejected.iter().map(|row| {
        vec![
            text(row.side.word()),
            text(&row.file),
            exact(Decimal::from(row.row)),
            text(&row.column),
            text(&row.expected),
            text(&row.found),
        ]
    });
    table(sheet, "Rejected", &COLUMNS, rows);
}

fn text(written: &str) -> Cell {
    Cell::Text(written.to_owned())
}

fn month(month: Month) -> Cell {
    Cell::Date(month.first_day())
}

/// A float as the stored run keeps it, so that a report made from that is the same.
fn float(value: f64) -> Cell {
    Cell::Number(numbers::twelve_digits(value))
}

fn exact(number: Decimal) -> Cell {
    Cell::Number(number.to_f64().unwrap_or(f64::NAN))
}

fn table(
    sheet: &mut Worksheet,
    name: &str,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<Cell>>,
) {
    const FITS: &str = "a sheet's cells lie within Excel's limits";
    sheet.set_name(name).expect("our own sheet names are valid");
    let header = Format::new()
        .set_bold()
        .set_align(FormatAlign::VerticalCenter)
        .set_border_bottom(FormatBorder::Thin)
        .set_background_color("#EEF3F1");
    for (idx, column) in (0u16..).zip(columns) {
        sheet.set_column_width(idx, column.width).expect(FITS);
        // A cell looks like its column: a format said of each is looked up anew for each.
        sheet.set_column_format(idx, &format(column.kind)).expect(FITS);
        sheet.write_string_with_format(0, idx, column.title, &header).expect(FITS);
    }
    let mut last_row = 0;
    for (row_idx, row) in (1u32..).zip(rows.take(ROW_LIMIT)) {
        last_row = row_idx;
        for (idx, cell) in (0u16..).zip(row) {
            write(sheet, (row_idx, idx), cell);
        }
    }
    let last_column = u16::try_from(columns.len() - 1).expect("a sheet has few columns");
    sheet.autofilter(0, 0, last_row, last_column).expect(FITS);
    sheet.set_freeze_panes(1, 0).expect(FITS);
    sheet.set_repeat_rows(0, 0).expect(FITS);
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
}

fn write(sheet: &mut Worksheet, (row, column): (u32, u16), cell: Cell) {
    let written = match cell {
        Cell::Number(number) if number.is_finite() => sheet.write_number(row, column, number),
        Cell::Number(_) => sheet.write_string(row, column, "unknown"),
        Cell::Date(date) => match excel_date(date) {
            Some(date) => sheet.write_datetime(row, column, &date),
            None => sheet.write_string(row, column, date.to_string()),
        },
        Cell::Text(text) if text.is_empty() => return,
        Cell::Text(text) => sheet.write_string(row, column, cut(text)),
    };
    written.expect("rows, columns and texts keep Excel's limits");
}

/// The text, cut with an ellipsis where a cell could not take it.
fn cut(text: String) -> String {
    // No letter takes fewer bytes than units.
    if text.len() <= CELL_LIMIT || text.encode_utf16().count() <= CELL_LIMIT {
        return text;
    }
    let mut units = 1;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= CELL_LIMIT
    };
    let mut out: String = text.chars().take_while(fits).collect();
    out.push('…');
    out
}

fn format(kind: Kind) -> Format {
    let top = Format::new().set_align(FormatAlign::Top);
    match kind {
        Kind::Text => top,
        Kind::Prose => top.set_text_wrap(),
        Kind::Units => top.set_num_format("#,##0.####"),
        Kind::Money => top.set_num_format("#,##0.00"),
        Kind::Price => top.set_num_format("#,##0.00##"),
        Kind::Share => top.set_num_format("0.0%"),
        Kind::Scientific => top.set_num_format("0.0E+00"),
        Kind::Day => top.set_num_format("yyyy-mm-dd"),
        Kind::Month => top.set_num_format("yyyy-mm"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use seatdrift_core::run::specimen;

    const SHEETS: [&str; 8] = [
        "Findings",
        "Lines",
        "Since last month",
        "Flags",
        "Suggestions",
        "Explained",
        "Rejected",
        "Summary",
    ];

    fn sheet(run: &Run, name: &str) -> Vec<Vec<Data>> {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook(run, Some(&[])))).unwrap();
        let range = book.worksheet_range(name).unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    }

    #[test]
    fn numbers_are_numbers_and_names_are_texts() {
        let mut run = specimen::october();
        run.findings[0].client = "=cmd|'/c'!A0".to_owned();
        run.findings[0].sku = "0002".to_owned();
        let rows = sheet(&run, "Findings");
        assert_eq!(rows.len(), run.findings.len() + 1);
        assert_eq!(rows[1][1], Data::String("=cmd|'/c'!A0".to_owned()));
        assert_eq!(rows[1][2], Data::String("0002".to_owned()));
        assert!(rows[1..].iter().all(|row| matches!(row[6], Data::Float(_) | Data::Int(_))));
        let months = sheet(&run, "Flags");
        let Data::DateTime(first_of_october) = months[1][4] else { panic!("{:?}", months[1][4]) };
        assert_eq!(first_of_october.as_f64(), 46_296.0, "days since 1899-12-30");
    }

    #[test]
    fn every_sheet_keeps_its_header_in_sight_and_can_be_filtered() {
        let bytes = workbook(&specimen::october(), Some(&[]));
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for n in 1..=SHEETS.len() {
            let name = format!("xl/worksheets/sheet{n}.xml");
            let mut xml = String::new();
            std::io::Read::read_to_string(&mut archive.by_name(&name).unwrap(), &mut xml).unwrap();
            assert!(xml.contains("ySplit=\"1\"") && xml.contains("state=\"frozen\""), "{name}");
            assert!(xml.contains("<autoFilter ref=\"A1:"), "{name}");
        }
    }

    #[test]
    fn no_cell_is_a_formula() {
        let mut book: Xlsx<_> =
            Xlsx::new(Cursor::new(workbook(&specimen::october(), Some(&[])))).unwrap();
        for name in SHEETS {
            let formulas = book.worksheet_formula(name).unwrap();
            assert!(formulas.cells().all(|(_, _, formula)| formula.is_empty()), "{name}");
        }
    }

    #[test]
    fn a_text_longer_than_a_cell_is_cut_and_an_unknown_number_says_so() {
        let mut run = specimen::october();
        run.findings[0].why = "😀".repeat(40_000);
        run.flags[0].high = f64::INFINITY;
        let Data::String(why) = &sheet(&run, "Findings")[1][11] else { panic!("no text") };
        assert!(why.ends_with('…') && why.encode_utf16().count() <= CELL_LIMIT);
        assert_eq!(sheet(&run, "Flags")[1][8], Data::String("unknown".to_owned()));
    }

    #[test]
    fn the_summary_sheet_adds_up_by_side() {
        let rows = sheet(&specimen::october(), "Summary");
        let count = |side: &str, what: &str| -> f64 {
            let row = rows.iter().find(|r| r[0] == *side && r[1] == *what).unwrap();
            row[2].to_string().parse().unwrap()
        };
        for side in ["Vendor rows", "PSA rows"] {
            let parts = ["Matched", "Waiting for review", "Unmatched", "Excluded", "Rejected"];
            assert_eq!(count(side, "In"), parts.map(|part| count(side, part)).iter().sum::<f64>());
        }
    }
}
