//! A run → its CSV files: numbers plain, text that no spreadsheet takes for a formula.

mod lines;

use std::io::{self, Write};

use csv::{Writer, WriterBuilder};

use seatdrift_core::domain::{Side, guarded, money};
use seatdrift_core::run::change_list::{Change, changes};
use seatdrift_core::run::{
    AliasLine, AtPrice, Claim, ExplainedLine, Finding, FlagLine, NamePair, RejectedLine, Run,
    ScoreLine, SettledLine, numbers,
};

pub use lines::{NotLines, parse_lines, write_lines};

/// `suggestions.csv`: name pairs in the run's order.
pub fn suggestions_csv(run: &Run) -> Vec<u8> {
    table(
        "id,kind,vendor_id,vendor_name,psa_id,psa_name,probability,status,why",
        run.suggestions.iter().map(suggestion),
    )
}

/// `aliases.csv`: words that decided pairs say are one.
pub fn aliases_csv(run: &Run) -> Vec<u8> {
    table(
        "kind,vendor_words,psa_words,confirmed,rejected,example_vendor_name,example_psa_name",
        run.aliases.iter().map(alias),
    )
}

/// `findings.csv`: differences, the most expected money first.
pub fn findings_csv(run: &Run) -> Vec<u8> {
    table(
        "id,kind,client,sku,vendor_quantity,psa_quantity,drift,monthly_impact,currency,\
         probability,why,vendor_rows,psa_rows,direction,at_price,price_from,cause",
        run.findings.iter().map(finding),
    )
}

/// `flags.csv`: months the trend did not expect.
pub fn flags_csv(run: &Run) -> Vec<u8> {
    table(
        "id,kind,side,client,sku,month,observed,expected,low,high,p_value,monthly_impact,\
         currency,why,cause,class",
        run.flags.iter().map(flag),
    )
}

/// `scores.csv`: every judged line and statistic, flagged or not.
///
/// # Errors
///
/// What the writer says.
pub fn write_scores(scores: &[ScoreLine], out: &mut dyn Write) -> io::Result<()> {
    let header = ["side", "client", "sku", "month", "statistic", "p_value"];
    let mut out = WriterBuilder::new().buffer_capacity(WRITTEN_AT_ONCE).from_writer(out);
    out.write_record(header)?;
    for score in scores {
        let (client, sku) = &*score.names;
        let (month, p_value) = (score.month.to_string(), numbers::p_value(score.p_value));
        let (side, statistic) = (score.side.word(), score.statistic.word());
        let (client, sku) = (guarded(client), guarded(sku));
        out.write_record([side, &client, &sku, &month, statistic, &p_value])?;
    }
    out.flush()
}

/// Bytes handed to the disk at once.
const WRITTEN_AT_ONCE: usize = 1 << 16;

/// `rejected.csv`: rows that could not be read.
pub fn rejected_csv(run: &Run) -> Vec<u8> {
    table("file,row,column,expected,found", run.rejected.iter().map(rejected))
}

/// `explained.csv`: prorations, credits and changes, recomputed; then the lines whose difference was settled,
/// with what they cost a month.
pub fn explained_csv(run: &Run) -> Vec<u8> {
    table(
        "id,side,client,sku,kind,charged,recomputed,currency,verdict,why,rows",
        run.explained.iter().map(explained).chain(run.settled.iter().filter_map(settled)),
    )
}

/// `changes.csv`: what decided findings ask to be changed.
pub fn changes_csv(run: &Run) -> Vec<u8> {
    table(
        "side,company,agreement,product,action,from,to,effective_date,why,findings,price,new_price,money,\
         currency",
        changes(run).iter().map(change),
    )
}

fn change(change: &Change) -> Vec<String> {
    vec![
        change.side.word().to_owned(),
        text(&change.company),
        text(&change.agreement),
        text(&change.product),
        change.action().to_owned(),
        numbers::units(change.from),
        numbers::units(change.to),
        change.effective_date.to_string(),
        text(&change.why),
        text(&change.findings.join(";")),
        change.unit.map(money::plain).unwrap_or_default(),
        change.unit_to.or(change.unit).map(money::plain).unwrap_or_default(),
        change.money.map(numbers::cents).unwrap_or_default(),
        change.currency.to_string(),
    ]
}

/// `claims.csv`: what is to be claimed at vendors.
pub fn claims_csv(claims: &[Claim]) -> Vec<u8> {
    table(
        "file,client,product,what,money,currency,why,rows,id",
        claims.iter().map(|claim| {
            vec![
                text(&claim.file),
                text(&claim.client),
                text(&claim.product),
                claim.what.title().to_owned(),
                numbers::cents(claim.money),
                claim.currency.to_string(),
                text(&claim.why),
                text(&claim.rows.join(";")),
                claim.id.clone(),
            ]
        }),
    )
}

fn settled(settled: &SettledLine) -> Option<Vec<String>> {
    let line = settled.line.as_ref()?;
    Some(vec![
        text(&line.id),
        Side::Vendor.word().to_owned(),
        text(&settled.client),
        text(&settled.sku),
        "settled".to_owned(),
        numbers::cents(line.cost),
        String::new(),
        line.currency.to_string(),
        settled.verdict.to_string(),
        text(&settled.words()),
        text(&line.rows.join(";")),
    ])
}

fn explained(line: &ExplainedLine) -> Vec<String> {
    vec![
        text(&line.id),
        line.side.word().to_owned(),
        text(&line.client),
        text(&line.sku),
        line.kind.word().to_owned(),
        numbers::cents(line.charged),
        line.recomputed.map_or_else(String::new, numbers::cents),
        line.currency.to_string(),
        line.verdict.word().to_owned(),
        text(&line.why),
        text(&line.rows.join(";")),
    ]
}

fn suggestion(pair: &NamePair) -> Vec<String> {
    vec![
        text(&pair.id),
        pair.kind.word().to_owned(),
        text(&pair.vendor_id),
        text(&pair.vendor_name),
        text(&pair.psa_id),
        text(&pair.psa_name),
        pair.probability.to_string(),
        pair.status.word().to_owned(),
        text(&pair.why),
    ]
}

fn alias(alias: &AliasLine) -> Vec<String> {
    vec![
        alias.kind.word().to_owned(),
        text(&alias.vendor_words),
        text(&alias.psa_words),
        alias.confirmed.to_string(),
        alias.rejected.to_string(),
        text(&alias.example.0),
        text(&alias.example.1),
    ]
}

fn finding(finding: &Finding) -> Vec<String> {
    vec![
        text(&finding.id),
        finding.kind.word().to_owned(),
        text(&finding.client),
        text(&finding.sku),
        numbers::units(finding.vendor_quantity),
        numbers::units(finding.psa_quantity),
        numbers::units(finding.drift),
        numbers::cents(finding.monthly_impact),
        finding.currency.to_string(),
        finding.probability.to_string(),
        text(&finding.why),
        text(&finding.vendor_rows.join(";")),
        text(&finding.psa_rows.join(";")),
        finding.direction().word().to_owned(),
        finding.at_price.as_ref().map_or_else(String::new, |price| numbers::cents(price.monthly)),
        finding
            .at_price
            .as_ref()
            .map_or_else(String::new, |price| text(&price_from(price, finding))),
        text(finding.cause_or_own()),
    ]
}

/// `9.00 a unit: this client's price in Sep 2026`
fn price_from(price: &AtPrice, finding: &Finding) -> String {
    format!("{}: {}", price.each(finding.currency), price.from.words())
}

fn flag(flag: &FlagLine) -> Vec<String> {
    vec![
        text(&flag.id),
        flag.kind.word().to_owned(),
        flag.side.word().to_owned(),
        text(&flag.client),
        text(&flag.sku),
        flag.month.to_string(),
        numbers::plain_float(flag.observed),
        numbers::plain_float(flag.expected),
        numbers::plain_float(flag.low),
        numbers::plain_float(flag.high),
        numbers::p_value(flag.p_value),
        numbers::cents(flag.monthly_impact),
        flag.currency.to_string(),
        text(&flag.why),
        text(if flag.cause.is_empty() { &flag.id } else { &flag.cause }),
        flag.kind.class().word().to_owned(),
    ]
}

fn rejected(row: &RejectedLine) -> Vec<String> {
    vec![
        text(&row.file),
        row.row.to_string(),
        text(&row.column),
        text(&row.expected),
        text(&row.found),
    ]
}

/// A text cell: as it is, or with apostrophes where a spreadsheet would run it.
fn text(written: &str) -> String {
    guarded(written).into_owned()
}

fn table(header: &str, rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut out = Writer::from_writer(Vec::new());
    out.write_record(header.split(',')).expect("memory takes every record");
    for row in rows {
        out.write_record(&row).expect("every row has the header's number of columns");
    }
    out.into_inner().expect("memory takes every record")
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::specimen;

    fn lines(bytes: &[u8]) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
        reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn every_file_has_its_columns_even_without_rows() {
        let run = specimen::quiet();
        let first = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        assert_eq!(
            first(suggestions_csv(&run)),
            "id,kind,vendor_id,vendor_name,psa_id,psa_name,probability,status,why\n"
        );
        assert_eq!(
            first(aliases_csv(&run)),
            "kind,vendor_words,psa_words,confirmed,rejected,example_vendor_name,example_psa_name\n"
        );
        assert_eq!(
            first(findings_csv(&run)),
            "id,kind,client,sku,vendor_quantity,psa_quantity,drift,monthly_impact,currency,\
             probability,why,vendor_rows,psa_rows,direction,at_price,price_from,cause\n"
        );
        assert_eq!(
            first(flags_csv(&run)),
            "id,kind,side,client,sku,month,observed,expected,low,high,p_value,monthly_impact,\
             currency,why,cause,class\n"
        );
        let mut scores = Vec::new();
        write_scores(&[], &mut scores).unwrap();
        assert_eq!(first(scores), "side,client,sku,month,statistic,p_value\n");
        assert_eq!(first(rejected_csv(&run)), "file,row,column,expected,found\n");
    }

    #[test]
    fn a_name_is_never_a_formula_and_a_number_is_never_a_text() {
        let mut run = specimen::october();
        run.findings[0].client = "=cmd|'/c calc'!A0".to_owned();
        run.findings[0].drift = "-6".parse().unwrap();
        let rows = lines(&findings_csv(&run));
        assert_eq!(rows[1][2], "'=cmd|'/c calc'!A0");
        assert_eq!(rows[1][6], "-6");
        for start in ['=', '+', '-', '@', '\t', '\r', '＝'] {
            assert_eq!(text(&format!("{start}1+1")), format!("'{start}1+1"));
        }
        assert_eq!(text("O'Brien & Sons"), "O'Brien & Sons");
    }

    #[test]
    fn findings_keep_order_money_has_cents_and_rows_are_joined() {
        let run = specimen::october();
        let rows = lines(&findings_csv(&run));
        assert_eq!(rows.len(), run.findings.len() + 1);
        for (row, finding) in rows[1..].iter().zip(&run.findings) {
            assert_eq!(row[0], finding.id);
            assert_eq!(row[7].split_once('.').unwrap().1.len(), 2);
            assert_eq!(row[9].split_once('.').unwrap().1.len(), 4);
            assert_eq!(row[11], finding.vendor_rows.join(";"));
        }
    }

    #[test]
    fn a_quoted_newline_survives() {
        let mut run = specimen::october();
        run.rejected[0].found = "12,5\n\"twelve\"".to_owned();
        assert_eq!(lines(&rejected_csv(&run))[1][4], "12,5\n\"twelve\"");
    }
}
