//! How sure the numbers are, in a few sentences an owner understands.

use askama::Template;
use rust_decimal::Decimal;

use super::models::checked;
use super::rendered;
use seatdrift_core::assignment::Status;
use seatdrift_core::run::{Counted, Direction, Moneys, Run, moneys, numbers};

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section class="part" id="sure"><h2>How sure this is</h2>
<ul class="sure">{% for sentence in sentences %}<li>{{ sentence }}</li>
{% endfor %}</ul></section>"##
)]
struct Section {
    sentences: Vec<String>,
}

/// What speaks for the numbers, and what does not.
pub(super) fn section(run: &Run) -> String {
    let mut sentences: Vec<String> =
        moneys(run).iter().filter_map(|all| expected_sentence(run, all)).collect();
    sentences.push(names_sentence(run));
    sentences.extend(run.models.iter().filter_map(|model| model.checked.as_ref()).map(checked));
    sentences.push(rows_sentence(run));
    rendered(&Section { sentences })
}

/// What is claimed, each line times how sure it is.
fn expected_sentence(run: &Run, all: &Moneys) -> Option<String> {
    let expected = |direction: Direction| -> Decimal {
        let claims = run.findings.iter().filter(|finding| finding.is_claim());
        let own = claims.filter(|one| one.currency == all.currency && one.direction() == direction);
        own.map(|finding| finding.expected_money()).sum()
    };
    let said = |sum: Counted, direction: Direction, whose: &str| {
        (!sum.is_empty()).then(|| {
            format!(
                "{} of the {} {whose}",
                numbers::money(expected(direction), all.currency),
                numbers::money(sum.money, all.currency)
            )
        })
    };
    let both = [
        said(all.lose.claimed, Direction::Lose, "you lose"),
        said(all.overpay.claimed, Direction::Overpay, "clients overpay"),
    ];
    let both: Vec<String> = both.into_iter().flatten().collect();
    (!both.is_empty()).then(|| {
        format!(
            "Counting each line as far as it is sure, {} is expected to be so. What is less likely \
             so than not is asked about, and in neither number.",
            both.join(" and ")
        )
    })
}

/// Who said which names are one.
fn names_sentence(run: &Run) -> String {
    let n = |status: Status| run.suggestions.iter().filter(|pair| pair.status == status).count();
    let (known, auto) = (n(Status::Known), n(Status::Auto));
    format!(
        "{} of names belong together: {} because a person said so, {} because seatdrift is sure \
         enough.",
        numbers::counted(known + auto, "pair", "pairs"),
        numbers::count(known),
        numbers::count(auto),
    )
}

/// How much of what came in was compared.
fn rows_sentence(run: &Run) -> String {
    let (vendor, psa) = (&run.summary.vendor, &run.summary.psa);
    let unread = vendor.rejected.rows + psa.rejected.rows;
    let unread = match unread {
        0 => "every row was read".to_owned(),
        n => format!("{} could not be read", numbers::counted(n, "row", "rows")),
    };
    format!(
        "{} of {} vendor rows and {} of {} PSA rows were held against each other; {unread}. Where \
         each of the others went stands at the end.",
        numbers::count(vendor.matched.rows),
        numbers::count(vendor.all.rows),
        numbers::count(psa.matched.rows),
        numbers::count(psa.all.rows),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use seatdrift_core::run::specimen;

    #[test]
    fn what_is_expected_to_be_so_is_never_more_than_what_is_claimed() {
        let run = specimen::october();
        for all in moneys(&run) {
            let said = expected_sentence(&run, &all).unwrap();
            assert!(said.contains("is expected to be so"), "{said}");
        }
        assert!(expected_sentence(&specimen::quiet(), &moneys(&specimen::quiet())[0]).is_none());
    }
}
