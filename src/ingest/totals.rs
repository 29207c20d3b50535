//! Rows of sums, wherever they say so: `Total` in any column, beside a client or not, or numbers alone that
//! are the sum of the rows above. They are no rows of data; what they state is checked.

use rust_decimal::Decimal;

use super::cells::amounts::{DecimalMark, MarkEvidence, WrittenNumber};
use super::cells::{Cell, folded};
use super::columns::Columns;
use super::fields::Field;
use super::table::{RawRow, Table};

/// Words that stand for a row of sums, folded.
const SUMS: [&str; 36] = [
    "total",
    "totals",
    "grandtotal",
    "subtotal",
    "subtotals",
    "sum",
    "summary",
    "reporttotal",
    "invoicetotal",
    "overalltotal",
    "runningtotal",
    "clienttotal",
    "customertotal",
    "companytotal",
    "gesamt",
    "gesamtsumme",
    "gesamtbetrag",
    "summe",
    "zwischensumme",
    "endsumme",
    "totalgeneral",
    "totalgénéral",
    "soustotal",
    "totaal",
    "subtotaal",
    "eindtotaal",
    "totale",
    "subtotale",
    "totalt",
    "delsumma",
    "summa",
    "delsum",
    "ialt",
    "razem",
    "suma",
    "celkem",
];

/// Words a label of sums begins or ends with.
const BEGINNINGS: [&str; 8] = [
    "total",
    "grandtotal",
    "subtotal",
    "gesamt",
    "zwischensumme",
    "soustotal",
    "summefür",
    "sumof",
];
const ENDINGS: [&str; 7] = ["total", "totals", "subtotal", "gesamt", "summe", "ergebnis", "totaal"];

/// Words of a sum of a part.
const PARTS: [&str; 6] = ["sub", "zwischen", "sous", "delsum", "running", "teil"];

/// A row of sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sum {
    /// Of the whole file.
    Whole,
    /// Of some of its rows.
    Part,
}

/// Finds the rows of sums below a header one by one, in the order of the file.
pub(super) struct Totals<'t> {
    columns: &'t Columns,
    /// The columns that say who and what.
    named: Vec<usize>,
    /// The columns of numbers and dates.
    counted: Vec<usize>,
    marks: [DecimalMark; 2],
    all: Sums,
    block: Sums,
    /// What the sums of parts state that their rows do not come to.
    pub gaps: Vec<(u64, Decimal, Decimal)>,
}

/// Units and money of some rows.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    n_rows: usize,
    units: Decimal,
    money: Decimal,
}

impl<'t> Totals<'t> {
    pub(super) fn new(table: &Table, columns: &'t Columns) -> Self {
        let mark = |field| columns.get(field).map_or(DecimalMark::Dot, |c| mark_of(table, c.idx));
        let at = |is: &dyn Fn(Field) -> bool| -> Vec<usize> {
            columns.iter().filter(|(field, _)| is(*field)).map(|(_, column)| column.idx).collect()
        };
        const NAMED: [Field; 5] =
            [Field::ClientName, Field::ClientId, Field::ProductName, Field::Sku, Field::PartNumber];
        Self {
            columns,
            named: at(&|field| NAMED.contains(&field)),
            counted: at(&|field| field.is_number() || field.is_date()),
            marks: [mark(Field::Quantity), mark(Field::Amount)],
            all: Sums::default(),
            block: Sums::default(),
            gaps: Vec::new(),
        }
    }

    /// What a row sums up; `None` for a row of data, which is added to the sums.
    pub(super) fn next(&mut self, row: &RawRow) -> Option<Sum> {
        let numbers = self.numbers(row);
        let sum = self.sum(row, numbers);
        match sum {
            None => {
                self.all.add(numbers);
                self.block.add(numbers);
            }
            Some(sum) => {
                let (stated, block) = (numbers[1], self.block);
                if let Some(stated) = stated.filter(|_| sum == Sum::Part && block.n_rows > 0)
                    && !is_near(stated, block.money)
                    && !is_near(stated, self.all.money)
                {
                    self.gaps.push((row.number, stated, block.money));
                }
                self.block = Sums::default();
            }
        }
        sum
    }

    fn sum(&self, row: &RawRow, numbers: [Option<Decimal>; 2]) -> Option<Sum> {
        let label = self.label(row);
        if label.is_none() && self.named.iter().any(|idx| row.cell(*idx).text().is_some()) {
            return None;
        }
        let (ties_all, ties_block) = (self.all.ties(numbers), self.block.ties(numbers));
        let says = |field| {
            let column = self.columns.get(field)?;
            Some((column.idx, folded(&row.cell(column.idx).text()?)))
        };
        let client = says(Field::ClientName).or_else(|| says(Field::ClientId));
        let products = [Field::ProductName, Field::Sku, Field::PartNumber].map(says);
        let has_price = says(Field::UnitCost).or_else(|| says(Field::UnitPrice)).is_some();
        let n_summed = if ties_all { self.all.n_rows } else { self.block.n_rows };
        // One row that has the same numbers may be another product of that price.
        let adds_up = (ties_all || ties_block) && (n_summed > 1 || !has_price);
        let Some((label_idx, label)) = label else {
            // Numbers alone are a sum where they are one.
            let is_alone = client.is_none() && products.iter().all(Option::is_none);
            let sum = if ties_all { Sum::Whole } else { Sum::Part };
            return (is_alone && adds_up && (n_summed > 1 || !has_price)).then_some(sum);
        };
        let is_exact = SUMS.contains(&label.as_str());
        let other_client = client.as_ref().filter(|(idx, _)| *idx != label_idx);
        let is_other =
            |(idx, text): &(usize, String)| *idx != label_idx && !SUMS.contains(&text.as_str());
        let names_product = products.iter().flatten().any(is_other);
        let is_product = products.iter().flatten().any(|(idx, _)| *idx == label_idx);
        let names_its_client = other_client.is_some_and(|(_, name)| label.contains(name.as_str()));
        // A client may be called Total and buy something; a product may be Total Protection.
        let is_sum = match (names_product, is_exact) {
            (true, _) => adds_up && !has_price,
            (false, true) => adds_up || !(is_product && has_price),
            (false, false) if is_product => {
                adds_up || !has_price && other_client.is_none() || names_its_client
            }
            (false, false) => other_client.is_none() || adds_up,
        };
        let is_grand = label.starts_with("grand");
        let is_part = PARTS.iter().any(|part| label.starts_with(part))
            || other_client.is_some()
            || client.is_some() && !is_exact && !is_grand && label != "total";
        let ends_a_part = ties_block && !ties_all && self.block.n_rows < self.all.n_rows;
        let sum = if is_part || ends_a_part { Sum::Part } else { Sum::Whole };
        is_sum.then_some(sum)
    }

    /// The first cell that speaks of a sum, outside the columns of numbers and dates.
    fn label(&self, row: &RawRow) -> Option<(usize, String)> {
        let first = row.filled().next().map(|(idx, _)| idx);
        row.filled().find_map(|(idx, cell)| {
            let Cell::Text(text) = cell else { return None };
            let is_place = self.named.contains(&idx) || first == Some(idx);
            // Nearly every cell is told from a label at a glance.
            if self.counted.contains(&idx) || !may_be_label(text, is_place) {
                return None;
            }
            let text = folded(text);
            let is_sum = SUMS.contains(&text.as_str()) || is_place && is_label(&text);
            is_sum.then_some((idx, text))
        })
    }

    fn numbers(&self, row: &RawRow) -> [Option<Decimal>; 2] {
        let fields = [Field::Quantity, Field::Amount];
        let mut numbers = [None, None];
        for ((field, mark), number) in fields.into_iter().zip(self.marks).zip(&mut numbers) {
            *number = self.columns.get(field).and_then(|column| value(row.cell(column.idx), mark));
        }
        numbers
    }
}

/// Whether a text may speak of a sum: what begins or holds the letters of the words.
fn may_be_label(text: &str, is_place: bool) -> bool {
    const HELD: [&str; 6] = ["tot", "sum", "ges", "erg", "raz", "cel"];
    const BEGUN: [&str; 13] =
        ["tot", "gra", "sub", "sum", "rep", "inv", "ges", "zwi", "end", "sou", "del", "raz", "i a"];
    const LONGEST: usize = 80;
    let text = text.trim().as_bytes();
    let is = |part: &[u8], word: &&str| part.eq_ignore_ascii_case(word.as_bytes());
    let begins = || text.get(..3).is_some_and(|part| BEGUN.iter().any(|word| is(part, word)));
    let holds = || text.windows(3).any(|part| HELD.iter().any(|word| is(part, word)));
    text.len() <= LONGEST
        && (begins() || is_place && (holds() || text.eq_ignore_ascii_case(b"ialt")))
}

/// Whether a text speaks of a sum of something.
fn is_label(text: &str) -> bool {
    SUMS.contains(&text)
        || BEGINNINGS.iter().any(|word| text.starts_with(word))
        || ENDINGS.iter().any(|word| text.ends_with(word))
}

impl Sums {
    fn add(&mut self, [units, money]: [Option<Decimal>; 2]) {
        self.n_rows += 1;
        self.units = self.units.saturating_add(units.unwrap_or_default());
        self.money = self.money.saturating_add(money.unwrap_or_default());
    }

    /// Whether numbers are these sums: the money where it is said, else the units.
    fn ties(&self, [units, money]: [Option<Decimal>; 2]) -> bool {
        let ties = |said: Option<Decimal>, sum| said.map(|said| is_near(said, sum));
        self.n_rows > 0
            && match (ties(money, self.money), ties(units, self.units)) {
                (Some(money), Some(units)) => money && units,
                (one, other) => one.or(other).unwrap_or(false),
            }
    }
}

/// Within a cent, as sums are rounded.
fn is_near(one: Decimal, other: Decimal) -> bool {
    (one - other).abs() <= Decimal::new(1, 2)
}

fn value(cell: &Cell, mark: DecimalMark) -> Option<Decimal> {
    match cell {
        Cell::Number(number) => Some(*number),
        Cell::Text(text) => WrittenNumber::of(text.trim())?.value(mark),
        _ => None,
    }
}

/// The decimal mark most of a column's cells can only be read with.
fn mark_of(table: &Table, column_idx: usize) -> DecimalMark {
    let mut balance = 0i64;
    for row in &table.rows {
        let Cell::Text(text) = row.cell(column_idx) else { continue };
        match WrittenNumber::of(text.trim()).map(|number| number.evidence()) {
            Some(MarkEvidence::Says(DecimalMark::Dot)) => balance += 1,
            Some(MarkEvidence::Says(DecimalMark::Comma)) => balance -= 1,
            _ => {}
        }
    }
    if balance < 0 { DecimalMark::Comma } else { DecimalMark::Dot }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::columns::Column;

    const FIELDS: [Field; 6] = [
        Field::ClientName,
        Field::ProductName,
        Field::Sku,
        Field::Quantity,
        Field::UnitCost,
        Field::Amount,
    ];

    /// What each row is, `.` for data, and the parts that do not add up.
    fn sums(rows: &[&str]) -> (String, usize) {
        let column = |idx| Column { idx, header: String::new() };
        let columns: BTreeMap<Field, Column> =
            FIELDS.into_iter().enumerate().map(|(idx, field)| (field, column(idx))).collect();
        let columns = Columns(columns);
        let row = |text: &&str| RawRow {
            number: 1,
            cells: text.split('|').map(|cell| Cell::of_text(cell.trim())).collect(),
        };
        let table = Table::of_text(rows.iter().map(row).collect());
        let mut totals = Totals::new(&table, &columns);
        let shown = table.rows.iter().map(|row| match totals.next(row) {
            None => '.',
            Some(Sum::Whole) => 'W',
            Some(Sum::Part) => 'P',
        });
        let shown = shown.collect();
        (shown, totals.gaps.len())
    }

    const ASPEN: [&str; 2] = ["Aspen|M365|A|12|17.24|206.88", "Aspen|EXO|B|4|3.20|12.80"];
    const COBALT: &str = "Cobalt|M365|A|31|17.24|534.44";

    #[test]
    fn a_sum_is_seen_wherever_it_says_so() {
        for label in [
            "Aspen|Subtotal||16||219.68",
            "Aspen|Total Aspen||16||219.68",
            "Aspen Total|||16||219.68",
            "Subtotal|||16||219.68",
            "Zwischensumme|||16||219.68",
            "Aspen||Subtotal|16||219.68",
            "Aspen|Subtotal|SUBTOTAL|16||219.68",
            "||| 16 || 219.68",
            "|||||219.68",
        ] {
            let rows = [ASPEN[0], ASPEN[1], label, COBALT, "|Grand Total||47||754.12"];
            let (shown, gaps) = sums(&rows);
            assert_eq!((&shown[..2], &shown[3..], gaps), ("..", ".W", 0), "{label}");
            assert_ne!(&shown[2..3], ".", "{label}");
        }
        assert_eq!(sums(&[COBALT, "Cobalt|Subtotal||31||534.44"]).0, ".P");
    }

    #[test]
    fn a_product_or_a_client_of_that_name_is_none() {
        for row in [
            "Aspen|Total Protection|T|5|2.00|10.00",
            "Aspen|Total Protection||5|2.00|10.00",
            "|Total Protection||5|2.00|10.00",
            "Total|M365|A|5|17.24|86.20",
            "Total Dental|M365|A|5|17.24|86.20",
            "Aspen|Summit Total|X|4|3.20|12.80",
        ] {
            assert_eq!(sums(&[ASPEN[0], ASPEN[1], row]).0, "...", "{row}");
        }
    }

    #[test]
    fn a_part_that_does_not_add_up_is_told() {
        let rows = [ASPEN[0], ASPEN[1], "Aspen|Subtotal||16||300.00", COBALT];
        assert_eq!(sums(&rows), ("..P.".to_owned(), 1));
    }
}
