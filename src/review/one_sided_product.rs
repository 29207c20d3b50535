//! A product that one side alone knows: whose is it? Asked once, instead of line by line.

use super::card::{Action, Card, Instead, OtherLine};
use super::cards::{CardMaker, action};
use super::filter::{Filter, Show, item_address};
use super::queue::{Product, Queue};
use seatdrift_core::domain::Side;
use seatdrift_core::run::one_sided::n_clients;
use seatdrift_core::run::{Finding, numbers};

/// Lines of the product that its card names.
const N_LINES: usize = 12;

/// The card of such a product: `card` is that of its name.
pub(super) fn question(maker: &CardMaker<'_>, card: Card, side: Side, findings: &[usize]) -> Card {
    let run = &maker.state.asked.run;
    let found: Vec<&Finding> = findings.iter().map(|&position| &run.findings[position]).collect();
    let clients = numbers::counted(n_clients(run, findings), "client", "clients");
    // Lines that stand in the list stay where they are; those that do not are shown on their own.
    let show = if side == Side::Psa { Show::Alone } else { Show::Waiting };
    let lines = Filter { sight: maker.filter.sight, show, ..Filter::default() };
    let href = |finding: &Finding| item_address(Queue::Differences, &lines, &finding.id);
    let line = |finding: &&Finding| OtherLine {
        href: href(finding),
        title: finding.client.clone(),
        money: numbers::money(finding.monthly_impact, finding.currency),
    };
    let instead =
        |label| found.first().map(|finding| Instead { href: href(finding), label, key: "x" });
    let (why, own, instead) = match side {
        Side::Psa => (
            format!(
                "Is this your own service? It is billed at {clients}, and no vendor charges for \
                 anything like it. One answer is enough for all of them, this month and every later one."
            ),
            action("none", "Yes, our own service", "a"),
            instead("No: line by line"),
        ),
        Side::Vendor => (
            format!(
                "Is this for your own use, or is it billed to nobody? A vendor charges for it at \
                 {clients}, and the PSA bills nothing like it. If it is meant for the clients, the \
                 lines say what is lost at each."
            ),
            action("none", "Our own use, nobody is billed", "i"),
            instead("Not billed: line by line"),
        ),
    };
    Card {
        why,
        actions: vec![own],
        instead,
        others: found.iter().take(N_LINES).map(line).collect(),
        others_title: "At these clients",
        ..card
    }
}

/// The card of a client that looks like the MSP itself.
pub(super) fn is_it_you(maker: &CardMaker<'_>, card: Card, findings: &[usize]) -> Card {
    let run = &maker.state.asked.run;
    let found: Vec<&Finding> = findings.iter().map(|&position| &run.findings[position]).collect();
    let lines = Filter { sight: maker.filter.sight, show: Show::Waiting, ..Filter::default() };
    let href = |finding: &Finding| item_address(Queue::Differences, &lines, &finding.id);
    let line = |finding: &&Finding| OtherLine {
        href: href(finding),
        title: finding.sku.clone(),
        money: numbers::money(finding.monthly_impact, finding.currency),
    };
    let instead = found.first().map(|finding| Instead {
        href: href(finding),
        label: "No: a client, line by line",
        key: "x",
    });
    Card {
        why: format!(
            "Is this {} itself? What you use yourselves is no loss. One answer is enough for all its \
             lines, this month and every later one.",
            run.msp
        ),
        actions: vec![action("none", "Yes, our own use", "a")],
        instead,
        others: found.iter().take(N_LINES).map(line).collect(),
        others_title: "Its lines",
        ..card
    }
}

/// The same answer on the card of one of its lines.
pub(super) fn everywhere(product: &Product) -> Action {
    match product.side {
        Side::Psa => action("none", "Our own service, at every client", "o"),
        Side::Vendor => action("none", "Our own use, at every client", "o"),
    }
}
