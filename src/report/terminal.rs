//! A run → what `score` and `demo` print: what of its files is in doubt, the two numbers, what waits for a person, and the top rows.

mod explain;
mod layout;

use super::sentences::{
    explained_sentence, file_sentences, findings_since, flags_sentence, lines_since,
    money_sentences, one_sided_sentences, review_sentence,
};
use layout::{Align, table, wrap};
use rust_decimal::Decimal;
use seatdrift_core::domain::Currency;
use seatdrift_core::run::change_list::changes;
use seatdrift_core::run::{
    CauseItem, Finding, KindMoney, OneMoney, Run, SideCounts, SideSummary, SumOf, cause_items,
    moneys, numbers,
};

pub use explain::explain;

/// How many findings the headline shows.
const N_TOP_FINDINGS: usize = 5;
/// How many findings that came back it names.
const N_BACK: usize = 3;
/// Under this width nothing reads well; narrower terminals get this much.
const NARROWEST_TERMINAL: usize = 40;
/// From this width on, findings and rows stand in tables; below, one below the other.
const TABLE_FROM: usize = 72;

/// What a scoring run says in one screen. No line is wider than `width` columns.
pub fn headline(run: &Run, report_path: &str, width: usize) -> String {
    let width = width.max(NARROWEST_TERMINAL);
    let title = format!("{} · {}", run.msp, numbers::long_month(run.month));
    let blocks = [
        wrap(&title, width, ""),
        doubt_block(run, width),
        money_block(run, width),
        todo_block(run, width),
        since_block(run, width),
        top_block(run, width),
        rows_block(run, width),
        report_block(report_path, width),
    ];
    joined(&blocks)
}

/// Blocks with an empty line between them; empty ones are left out.
fn joined(blocks: &[Vec<String>]) -> String {
    let texts: Vec<String> =
        blocks.iter().filter(|block| !block.is_empty()).map(|block| block.join("\n")).collect();
    format!("{}\n", texts.join("\n\n"))
}

/// Files of which much is in doubt: said before any number.
fn doubt_block(run: &Run, width: usize) -> Vec<String> {
    run.in_doubt.iter().flat_map(|file| wrap(&file.words, width, "")).collect()
}

/// What the MSP loses, what its clients overpay, and what stands beside the two.
fn money_block(run: &Run, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for all in moneys(run) {
        let is_none = |one: &&OneMoney| one.claimed.is_empty();
        if all.both().iter().all(is_none) {
            let text = format!("You lose nothing in {}, and no client overpays", all.currency);
            lines.extend(wrap(&text, width, ""));
        } else {
            lines.extend(all.both().iter().flat_map(|one| one_money(one, all.currency, width)));
        }
        let said = [one_sided_sentences(run, all.currency), money_sentences(&all)];
        lines.extend(said.iter().flatten().flat_map(|text| wrap(text, width, "")));
    }
    lines
}

/// One of the two numbers and what it is made of.
fn one_money(one: &OneMoney, currency: Currency, width: usize) -> Vec<String> {
    let sum = numbers::money(one.claimed.money, currency);
    let year = numbers::yearly(one.claimed.money, currency);
    let number = match one.claimed.is_empty() {
        true => format!("{} nothing in {currency}", one.direction.title()),
        false => format!("{} {sum} a month, {year} a year", one.direction.title()),
    };
    let row = |part: &KindMoney| {
        let lines = numbers::counted(part.sum.findings, "line", "lines");
        let money = numbers::money(part.sum.money, currency);
        vec![part.kind.title().to_owned(), lines, money]
    };
    let rows: Vec<Vec<String>> = one.parts.iter().map(row).collect();
    let mut lines = wrap(&number, width, "");
    lines.extend(table(&rows, &[Align::Left, Align::Right, Align::Right], width, "  "));
    lines
}

/// What needs a person: names to confirm, flags to look at.
fn todo_block(run: &Run, width: usize) -> Vec<String> {
    let mut lines = wrap(&review_sentence(run), width, "");
    lines.extend(wrap(&flags_sentence(run), width, ""));
    lines.extend(explained_sentence(run).iter().flat_map(|text| wrap(text, width, "")));
    lines.extend(file_sentences(run).iter().flat_map(|text| wrap(text, width, "")));
    lines
}

/// What changed since the month before, what came back, and what is decided to be fixed.
fn since_block(run: &Run, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(since) = &run.last_month {
        lines.extend(wrap(&findings_since(run, since), width, ""));
        lines.extend(wrap(&lines_since(since), width, ""));
    }
    let back: Vec<&Finding> = run.findings.iter().filter(|one| one.returned.is_some()).collect();
    if !back.is_empty() {
        let n_back = numbers::counted(back.len(), "finding is", "findings are");
        lines.extend(wrap(&format!("{n_back} back that people had settled:"), width, ""));
        for finding in back.iter().take(N_BACK) {
            let why = finding.returned.as_deref().unwrap_or_default();
            let text = format!("{} · {}: {why}", finding.client, finding.sku);
            lines.extend(wrap(&text, width, "  "));
        }
        if back.len() > N_BACK {
            let more = numbers::count(back.len() - N_BACK);
            lines.extend(wrap(&format!("and {more} more in the report"), width, "  "));
        }
    }
    let changes = changes(run);
    if !changes.is_empty() {
        let n_changes = numbers::counted(changes.len(), "change", "changes");
        let text = format!("{n_changes} decided and still to make (changes.csv, notes/).");
        lines.extend(wrap(&text, width, ""));
    }
    lines
}

fn top_block(run: &Run, width: usize) -> Vec<String> {
    if run.findings.is_empty() {
        return wrap("No difference between bought and billed.", width, "");
    }
    let items = cause_items(run);
    let top = &items[..items.len().min(N_TOP_FINDINGS)];
    let mut lines = wrap("Most expected money first; seats: bought → billed", width, "");
    lines.extend(if width < TABLE_FROM { top_list(top, width) } else { top_table(top, width) });
    let more = items.len() - top.len();
    if more > 0 {
        lines.extend(wrap(
            &format!("and {} more in the report", numbers::count(more)),
            width,
            "  ",
        ));
    }
    lines
}

fn top_table(top: &[CauseItem<'_>], width: usize) -> Vec<String> {
    use Align::{Left, Right, Whole};
    let head = ["Client", "SKU", "Finding", "Seats", "A month", "Sure"].map(str::to_owned);
    let rows = top.iter().flat_map(top_rows);
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(rows).map(Vec::from).collect();
    table(&rows, &[Left, Left, Whole, Right, Right, Right], width, "  ")
}

/// The same findings one below the other, where a table would not fit.
fn top_list(top: &[CauseItem<'_>], width: usize) -> Vec<String> {
    let entry = |[client, sku, kind, seats, money, sure]: [String; 6]| {
        let mut lines = match client.is_empty() {
            true => Vec::new(),
            false => wrap(&format!("{client} · {sku}"), width, "  "),
        };
        let seats = if seats.contains('→') { format!("seats {seats}") } else { seats };
        let with = |cell: String, words: &str| match cell.is_empty() {
            true => cell,
            false => format!("{cell} {words}"),
        };
        let said = [kind, seats, with(money, "a month"), with(sure, "sure")];
        let said: Vec<String> = said.into_iter().filter(|words| !words.is_empty()).collect();
        lines.extend(wrap(&said.join(", "), width, "    "));
        lines
    };
    top.iter().flat_map(top_rows).flat_map(entry).collect()
}

/// A row of what stands alone, and of what has one cause; where its money may not be added up, a row more for each
/// sum.
fn top_rows(item: &CauseItem<'_>) -> Vec<[String; 6]> {
    let (Some(cause), true) = (item.cause, item.has_several()) else {
        return item.findings.iter().map(|finding| top_row(finding)).collect();
    };
    let sums: Vec<[String; 4]> = item.sums().iter().map(|sum| sum_row(item, sum)).collect();
    let [client, sku, title] = [item.client(), item.sku(), cause.kind.title().to_owned()];
    if let [[_, lines, money, sure]] = sums.as_slice() {
        return vec![[client, sku, title, lines.clone(), money.clone(), sure.clone()]];
    }
    let lines = n_lines(item.findings.len());
    let head = [client, sku, title, lines, String::new(), String::new()];
    let rest = sums
        .into_iter()
        .map(|[of, lines, money, sure]| [String::new(), String::new(), of, lines, money, sure]);
    std::iter::once(head).chain(rest).collect()
}

/// Whose money a sum is, its lines, the money, and how sure the least sure of them is.
fn sum_row(item: &CauseItem<'_>, (of, sum): &(SumOf, Decimal)) -> [String; 4] {
    let own: Vec<&Finding> =
        item.findings.iter().copied().filter(|finding| of.takes(finding)).collect();
    let least = own.iter().map(|one| one.probability).min_by(|a, b| a.get().total_cmp(&b.get()));
    let sure = least.map_or_else(String::new, numbers::percent);
    [of.words().to_owned(), n_lines(own.len()), numbers::money(*sum, of.currency), sure]
}

fn n_lines(n: usize) -> String {
    numbers::counted(n, "line", "lines")
}

fn top_row(finding: &Finding) -> [String; 6] {
    let (bought, billed) = (finding.vendor_quantity, finding.psa_quantity);
    [
        finding.client.clone(),
        finding.sku.clone(),
        finding.kind.title().to_owned(),
        format!("{} → {}", numbers::units(bought), numbers::units(billed)),
        numbers::money(finding.monthly_impact, finding.currency),
        numbers::percent(finding.probability),
    ]
}

fn rows_block(run: &Run, width: usize) -> Vec<String> {
    let head = ["Rows", "in", "matched", "review", "unmatched", "excluded", "rejected"];
    let rows = vec![
        head.map(str::to_owned).to_vec(),
        side_row("vendor", &run.summary.vendor),
        side_row("psa", &run.summary.psa),
    ];
    let aligns: Vec<Align> =
        (0..head.len()).map(|idx| if idx == 0 { Align::Left } else { Align::Right }).collect();
    if width < TABLE_FROM {
        return narrow_rows(&rows, width);
    }
    table(&rows, &aligns, width, "")
}

/// The same numbers as sentences, where the table would not fit.
fn narrow_rows(rows: &[Vec<String>], width: usize) -> Vec<String> {
    let sentence = |row: &Vec<String>| {
        let parts: Vec<String> =
            rows[0][1..].iter().zip(&row[1..]).map(|(what, n)| format!("{n} {what}")).collect();
        wrap(&format!("{} rows: {}", row[0], parts.join(", ")), width, "")
    };
    rows[1..].iter().flat_map(sentence).collect()
}

fn side_row(name: &str, side: &SideSummary) -> Vec<String> {
    let SideSummary { all, matched, review, unmatched, excluded, rejected } = side;
    let counts = [all, matched, review, unmatched, excluded, rejected];
    let counts = counts.map(|counts: &SideCounts| numbers::count(counts.rows));
    std::iter::once(name.to_owned()).chain(counts).collect()
}

fn report_block(report_path: &str, width: usize) -> Vec<String> {
    let mut lines = vec!["Report".to_owned()];
    lines.extend(wrap(report_path, width, "  "));
    lines.extend(wrap("seatdrift changes nothing in your systems: people decide.", width, ""));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::domain::{DoubtKind, Side};
    use seatdrift_core::run::{FileInDoubt, specimen};

    #[test]
    fn the_headline_says_the_two_numbers_then_what_waits_then_the_top_rows() {
        let text = headline(&specimen::october(), "runs/2026-10/report.html", 80);
        insta::assert_snapshot!(text, @r###"
    Acme Managed Services · October 2026

    You lose $3,766.05 a month, $45,192.60 a year
      Under-billed     18 lines  $1,249.75
      Not billed        4 lines  $2,327.60
      Sold below cost   6 lines    $188.70
    Clients overpay $4,377.00 a month, $52,524.00 a year
      Billed, not bought  4 lines  $1,257.00
      Duplicate line      6 lines  $3,120.00
    Asked about, in neither number: $1,744.80 you may lose (6 lines) and $691.25
    clients may overpay (6 lines).
    Recovered a month, as decided: this month $42.00 you lost (1 line); since the
    beginning $216.86 you lost (2 lines) and $28.80 clients overpaid (1 line).
    At your prices, 4 lines not billed would bring $2,828.00 a month.
    6 lines have another price than before or than due, $173.40 up or down: news, in
    neither number.
    You lose €133.20 a month, €1,598.40 a year
      Not billed  2 lines  €133.20
    Clients overpay €1,416.00 a month, €16,992.00 a year
      Billed, not bought  2 lines  €1,416.00
    At your prices, 2 lines not billed would bring €192.00 a month.

    12 names wait for an answer (seatdrift review), with up to $8,980.00 a month.
    8 flags: lines that moved unexpectedly; about 1.2 expected to be nothing. And 4
    that came or went.
    3 prorations and credits recomputed: 1 agree within a cent, 1 differ and are
    listed, 1 with nothing to compute from (explained.csv).
    pax8-invoice-2026-10.csv states a total of 48710.55 USD; its rows come to 500.00
    USD less.

    Most expected money first; seats: bought → billed
      Client          SKU              Finding                Seats    A month  Sure
      047 Acupunctu…  Microsoft 365 …  Not billed            56 → 0  $1,890.00   96%
      Coastline Den…  Microsoft 365 …  Duplicate line      55 → 110  $1,210.00  100%
      Northwind Tra…  Microsoft 365 …  Billed, not bought    0 → 51  €1,122.00   91%
      O’Hare Freight  Microsoft 365 …  Duplicate line       35 → 70    $770.00  100%
      Bäckerei Müll…  Acronis Advanc…  Duplicate line       45 → 90    $630.00  100%
      and 55 more in the report

    Rows       in  matched  review  unmatched  excluded  rejected
    vendor  1,204    1,102      31         60         9         2
    psa       998      920      12         21        45         0

    Report
      runs/2026-10/report.html
    seatdrift changes nothing in your systems: people decide.
    "###);
    }

    #[test]
    fn a_file_in_doubt_is_said_before_any_number_in_the_terminal_and_on_the_page() {
        let mut run = specimen::october();
        let words =
            "Read with care: 40 of 90 rows are set aside for periods of another month in psa.csv.";
        run.in_doubt = vec![FileInDoubt {
            side: Side::Psa,
            file: "psa.csv".to_owned(),
            kind: DoubtKind::SetAside,
            n: 40,
            of: 90,
            words: words.to_owned(),
        }];
        for said in [headline(&run, "report.html", 200), crate::html::report_html(&run)] {
            let first = said.find(words).expect("it is said");
            assert!(first < said.find("You lose").expect("the numbers are said"));
        }
    }

    #[test]
    fn a_quiet_month_says_so() {
        let text = headline(&specimen::quiet(), "runs/2026-10/report.html", 80);
        insta::assert_snapshot!(text, @r###"
        Quiet MSP · October 2026

        You lose nothing in USD, and no client overpays

        No name waits for an answer.
        No line moved in a way its months did not lead to expect.

        No difference between bought and billed.

        Rows    in  matched  review  unmatched  excluded  rejected
        vendor   0        0       0          0         0         0
        psa      0        0       0          0         0         0

        Report
          runs/2026-10/report.html
        seatdrift changes nothing in your systems: people decide.
        "###);
    }

    #[test]
    fn a_price_list_that_moved_at_four_clients_is_one_row_with_its_lines_counted() {
        let text = headline(&specimen::one_price_list(), "runs/2026-10/report.html", 80);
        let rows: Vec<&str> =
            text.lines().skip_while(|line| !line.contains("Price list")).collect();
        assert_eq!(text.matches("Price list").count(), 1, "{text}");
        assert!(rows[0].contains("4 clients") && rows[0].contains("5 lines"), "{text}");
        // What is lost is not added to what is news.
        assert!(rows[1].contains("you lose it") && rows[1].contains("1 line "), "{text}");
        assert!(rows[1].contains("$70.00"), "{text}");
        assert!(
            rows[2].contains("news, in neither number") && rows[2].contains("$120.00"),
            "{text}"
        );
    }

    #[test]
    fn no_line_of_the_headline_is_wider_than_the_terminal() {
        let path = format!("/home/{}/report.html", "long-name/".repeat(30));
        for width in [40, 60, 80, 120] {
            for run in [specimen::october(), specimen::quiet(), specimen::one_price_list()] {
                for line in headline(&run, &path, width).lines() {
                    assert!(line.chars().count() <= width, "{width}: {line}");
                }
            }
        }
    }
}
