//! What several formats say in the same words.

use seatdrift_core::anomaly::FlagClass;
use seatdrift_core::domain::{Currency, Side};
use seatdrift_core::reconcile::SettlementVerdict::{Agrees, Differs, NotRecomputed};
use seatdrift_core::run::one_sided::{OneSided, one_sided};
use seatdrift_core::run::waiting::{money_waiting, waiting_names};
use seatdrift_core::run::{
    ClientFate, Counted, Direction, Finding, FlagLine, Moneys, MoveKind, OneMoney, Run,
    SinceLastMonth, TieSeen, numbers,
};

/// How many names wait for an answer, and the money that waits with them.
pub(crate) fn review_sentence(run: &Run) -> String {
    let waiting = waiting_names(run);
    if waiting.is_empty() {
        return "No name waits for an answer.".to_owned();
    }
    let names = numbers::counted(waiting.len(), "name waits", "names wait");
    let money = numbers::money(money_waiting(&waiting), run.currency);
    format!("{names} for an answer (seatdrift review), with up to {money} a month.")
}

/// How much money a month in a currency is products that one side alone knows, which are asked about and not
/// claimed: a sentence for each side that has some.
pub(crate) fn one_sided_sentences(run: &Run, currency: Currency) -> Vec<String> {
    let products = one_sided(run);
    let of_side = |side: Side| {
        let money = |product: &OneSided<'_>| product.money(run, currency);
        let own = products.iter().filter(|product| product.side == side);
        let is_claimed = |product: &OneSided<'_>| {
            product.findings.iter().any(|&position| run.findings[position].is_claim())
        };
        // Runs of older versions claimed it.
        let is_counted = own.clone().any(is_claimed);
        let of_it = if is_counted { "of it" } else { "more" };
        let own: Vec<_> = own.map(money).filter(|money| !money.is_zero()).collect();
        let (is_one, n) = (own.len() == 1, numbers::counted(own.len(), "product", "products"));
        let sum = numbers::money(own.iter().sum(), currency);
        let (service, they, tool) = match is_one {
            true => ("your own service", "it is", "a tool of your own"),
            false => ("your own services", "they are", "tools of your own"),
        };
        match (own.is_empty(), side) {
            (true, _) => None,
            (false, Side::Psa) => Some(format!(
                "{sum} {of_it} is {n} only the PSA knows: {service}? Say so once (seatdrift review) \
                 and {they} gone."
            )),
            (false, Side::Vendor) => Some(format!(
                "{sum} {of_it} is {n} only the vendor knows: {tool}, or billed to nobody? Say which \
                 once (seatdrift review)."
            )),
        }
    };
    [Side::Psa, Side::Vendor].into_iter().filter_map(of_side).collect()
}

/// What stands beside the two numbers of a currency, one sentence each: what is asked about, decided, recovered,
/// gone by itself, and news. Nothing is said of what is not there.
pub fn money_sentences(moneys: &Moneys) -> Vec<String> {
    let two = |of: fn(&OneMoney) -> Counted, tense: Tense| two_moneys(moneys, of, tense);
    let mut said = Vec::new();
    if let Some(asked) = two(|one| one.asked, Tense::May) {
        said.push(format!("Asked about, in neither number: {asked}."));
    }
    if let Some(to_do) = two(|one| one.to_do, Tense::Now) {
        said.push(format!("Decided and not yet done, a part of them: {to_do}."));
    }
    let now = two(|one| one.recovered_now, Tense::Past);
    match (now, two(|one| one.recovered, Tense::Past)) {
        (_, None) => {}
        (None, Some(all)) => said.push(format!(
            "Recovered a month, as decided: nothing new this month; since the beginning {all}."
        )),
        (Some(now), Some(all)) => said.push(format!(
            "Recovered a month, as decided: this month {now}; since the beginning {all}."
        )),
    }
    if let Some(gone) = two(|one| one.gone, Tense::Past) {
        said.push(format!("Gone without a decision: {gone}."));
    }
    said.extend(at_price_sentence(moneys));
    said.extend(news_sentence(moneys));
    said
}

/// What the lines that nobody is billed for would bring; nothing where no price is known.
pub(crate) fn at_price_sentence(moneys: &Moneys) -> Option<String> {
    let price = moneys.lose.at_price;
    let lines = numbers::counted(price.findings, "line", "lines");
    let money = numbers::money(price.money, moneys.currency);
    let said = || format!("At your prices, {lines} not billed would bring {money} a month.");
    (!price.is_empty()).then(said)
}

/// What prices come to that are not what they were, or should be.
pub(crate) fn news_sentence(moneys: &Moneys) -> Option<String> {
    let lines = numbers::counted(moneys.news.findings, "line has", "lines have");
    let money = numbers::money(moneys.news.money, moneys.currency);
    (!moneys.news.is_empty()).then(|| {
        format!(
            "{lines} another price than before or than due, {money} up or down: news, in neither \
             number."
        )
    })
}

/// Whether money is still lost.
#[derive(Clone, Copy)]
enum Tense {
    Now,
    May,
    Past,
}

/// `$120.00 you lose (3 lines) and $586.50 clients overpay (10 lines)`; `None` where there is neither.
fn two_moneys(moneys: &Moneys, of: fn(&OneMoney) -> Counted, tense: Tense) -> Option<String> {
    let said = |one: &&OneMoney| {
        let sum = of(one);
        let whose = match (one.direction, tense) {
            (Direction::Overpay, Tense::Now) => "clients overpay",
            (Direction::Overpay, Tense::May) => "clients may overpay",
            (Direction::Overpay, Tense::Past) => "clients overpaid",
            (_, Tense::Now) => "you lose",
            (_, Tense::May) => "you may lose",
            (_, Tense::Past) => "you lost",
        };
        let money = numbers::money(sum.money, moneys.currency);
        let lines = numbers::counted(sum.findings, "line", "lines");
        (!sum.is_empty()).then(|| format!("{money} {whose} ({lines})"))
    };
    let both: Vec<String> = moneys.both().iter().filter_map(said).collect();
    (!both.is_empty()).then(|| both.join(" and "))
}

/// How many flags there are, and how many of them chance alone would raise.
pub(crate) fn flags_sentence(run: &Run) -> String {
    let is_fact = |flag: &&FlagLine| flag.kind.class() == FlagClass::Fact;
    let n_facts = run.flags.iter().filter(is_fact).count();
    let moved = match run.flags.len() - n_facts {
        0 if n_facts == 0 => {
            return "No line moved in a way its months did not lead to expect.".to_owned();
        }
        0 => "No line moved unexpectedly".to_owned(),
        1 => "1 flag: a line that moved unexpectedly".to_owned(),
        n => format!("{} flags: lines that moved unexpectedly", numbers::count(n)),
    };
    let expected = run.expected_false_flags;
    let chance = match n_facts < run.flags.len() && expected.is_finite() {
        false => format!("{moved}."),
        true if expected < 0.05 => format!("{moved}; hardly any is expected to be nothing."),
        true => format!("{moved}; about {} expected to be nothing.", numbers::near(expected)),
    };
    let chance = match n_facts {
        0 => chance,
        1 => format!("{chance} And 1 line or client that came or went."),
        n => format!("{chance} And {} that came or went.", numbers::count(n)),
    };
    match &run.no_flag_promise {
        Some(why) => format!("{chance} No promise: {why}."),
        None => chance,
    }
}

/// What recomputing prorations, credits and changes came to; nothing where there is none.
pub(crate) fn explained_sentence(run: &Run) -> Option<String> {
    let n = |verdict| run.explained.iter().filter(|one| one.verdict == verdict).count();
    let (agree, differ, unknown) = (n(Agrees), n(Differs), n(NotRecomputed));
    if run.explained.is_empty() {
        return None;
    }
    let all =
        numbers::counted(run.explained.len(), "proration or credit", "prorations and credits");
    let mut parts = vec![format!("{} agree within a cent", numbers::count(agree))];
    if differ > 0 {
        parts.push(format!("{} differ and are listed", numbers::count(differ)));
    }
    if unknown > 0 {
        parts.push(format!("{} with nothing to compute from", numbers::count(unknown)));
    }
    Some(format!("{all} recomputed: {} (explained.csv).", parts.join(", ")))
}

/// `Since September 2026: 14 findings are new, 40 were there before, 6 are gone.`
pub fn findings_since(run: &Run, since: &SinceLastMonth) -> String {
    let before =
        |finding: &&Finding| finding.since.as_ref().is_some_and(|since| since.n_months > 1);
    let n_before = run.findings.iter().filter(before).count();
    let n_new = run.findings.len() - n_before;
    let month = numbers::long_month(since.month);
    let new = numbers::counted(n_new, "finding is", "findings are");
    let there = numbers::counted(n_before, "was", "were");
    let gone = numbers::counted(since.gone.len(), "is", "are");
    format!("Since {month}: {new} new, {there} there before, {gone} gone.")
}

/// `Lines: 3 came, 1 went, 12 grew, 4 shrank; 2 unit prices moved; 1 client came.`
pub fn lines_since(since: &SinceLastMonth) -> String {
    let kinds = [
        (MoveKind::New, "came"),
        (MoveKind::Gone, "went"),
        (MoveKind::Grown, "grew"),
        (MoveKind::Shrunk, "shrank"),
    ];
    let moved = kinds.map(|(kind, word)| format!("{} {word}", since.n_lines(kind)));
    let mut parts = vec![format!("Lines: {}", moved.join(", "))];
    if !since.prices.is_empty() {
        let n_prices = numbers::counted(since.prices.len(), "unit price", "unit prices");
        parts.push(format!("{n_prices} moved"));
    }
    for (fate, word) in [(ClientFate::New, "came"), (ClientFate::Gone, "went")] {
        let n_clients = since.n_clients(fate);
        if n_clients > 0 {
            parts.push(format!("{} {word}", numbers::counted(n_clients, "client", "clients")));
        }
    }
    format!("{}.", parts.join("; "))
}

/// What was made of the files that their reader should know, and files whose own sum is not that of their
/// rows.
pub(crate) fn file_sentences(run: &Run) -> Vec<String> {
    let notes = run.inputs.iter().flat_map(|file| &file.notes).map(|note| format!("{note}."));
    notes.chain(gap_sentences(run)).collect()
}

/// Files whose own sum is not that of their rows.
fn gap_sentences(run: &Run) -> Vec<String> {
    let files = run.summary.files.iter().filter_map(|file| {
        let stated = file.stated_total.as_ref()?;
        match file.tie.as_ref()? {
            TieSeen::Ties => None,
            TieSeen::Gap { amount, currency } => Some(format!(
                "{} states a total of {stated} {currency}; its rows come to {amount} {currency} less.",
                file.file
            )),
            TieSeen::SeveralCurrencies => Some(format!(
                "{} states one total, {stated}, for rows in several currencies: it ties to none.",
                file.file
            )),
        }
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use seatdrift_core::domain::Probability;
    use seatdrift_core::run::{Status, specimen};

    #[test]
    fn a_promise_that_cannot_be_kept_is_refused_in_words() {
        let mut run = specimen::october();
        run.no_flag_promise = Some("a share of 0.1 takes 20000 past line-months".to_owned());
        let said = super::flags_sentence(&run);
        assert!(
            said.ends_with("No promise: a share of 0.1 takes 20000 past line-months."),
            "{said}"
        );
    }

    #[test]
    fn the_headline_says_how_much_of_the_money_is_the_answer_to_one_question() {
        let run = specimen::billed_alone(&["Alder", "Birch"], 2, Status::Unmatched);
        let said = crate::headline(&run, "report.html", 80);
        let page = crate::html::report_html(&run);
        let sentence = "$100.00 of it is 1 product only the PSA knows: your own service?";
        assert!(said.contains(sentence), "{said}");
        assert!(page.contains(sentence), "{page}");
        assert!(!said.contains("only the vendor knows"), "{said}");
        // What is only a question is in no sum, and stands beside it.
        let mut unsure = run;
        let unlikely = Probability::clamped(0.3);
        unsure.findings.iter_mut().for_each(|finding| finding.probability = unlikely);
        let said = crate::headline(&unsure, "report.html", 80);
        assert!(said.contains("$100.00 more is 1 product only the PSA knows"), "{said}");
    }
}
