//! What the seats of a part and a bundle say: counted, weighed and put in words.

use std::collections::BTreeMap;

use super::bundles::{PairProposal, Product};
use crate::domain::{EntityKind, Month, Probability};

/// The first step of a proposal's evidence: how few pairs of unmatched products are part and bundle.
pub const BUNDLE_PRIOR: &str = "bundle_prior";

/// Fewer clients than this agree by chance too often.
pub(super) const FEWEST_CLIENTS: usize = 3;
/// A client agrees when its seats do in this share of its months: people forget one now and then.
const AGREES_FROM: f64 = 0.6;
/// Probability from which a part is worth a question.
const ASK_FROM: f64 = 0.8;
/// Log-odds that two unmatched products are part and bundle, before any seat is counted.
const PRIOR: f64 = -3.0;
/// What another ratio than one to one adds: eight more chances to agree.
const OTHER_RATIO: f64 = -2.2;
/// What is believed of a share before it is counted: so many clients for it, and so many against.
/// Clients of a bundle whose seats agree; clients that are billed for it and buy a part; clients that are
/// not and buy it all the same; changes of a part's seats that the bundle's follow.
const AGREE: [f64; 2] = [3.0, 2.0];
const BOUGHT_WITH: [f64; 2] = [2.0, 1.0];
const BOUGHT_WITHOUT: [f64; 2] = [1.0, 9.0];
const FOLLOWED: [f64; 2] = [1.0, 1.0];
/// Share of changes that a product which has nothing to do with it follows in the same month.
const FOLLOWED_BY_CHANCE: f64 = 0.1;
/// Clients are alike in what they buy, so what two counts of them say together is not the sum of what each
/// client says: this share of it.
const CLIENTS_ARE_ALIKE: f64 = 0.5;
/// Seats of the part to seats of the bundle.
const RATIOS: [(f64, f64); 9] = [
    (1.0, 1.0),
    (2.0, 1.0),
    (1.0, 2.0),
    (3.0, 1.0),
    (1.0, 3.0),
    (5.0, 1.0),
    (1.0, 5.0),
    (10.0, 1.0),
    (1.0, 10.0),
];

/// How many of how many.
type RightAndAll = (usize, usize);

/// What was counted of a part and a bundle at one ratio.
pub(super) struct Counted {
    ratio: (f64, f64),
    /// Of the clients that have both, with seats that can tell: those whose seats agree.
    agree: RightAndAll,
    /// Of the clients billed for the bundle in the newest month: those that buy the part.
    with: RightAndAll,
    /// Of the other clients: those that buy the part.
    without: RightAndAll,
    /// Months in which the seats of most agreeing clients agree, of those with seats on both sides.
    months: RightAndAll,
    /// How often seats on both sides changed in one month, and still agreed.
    n_moves: usize,
    /// Where seats do not agree: changes of the part's that the bundle's followed.
    followed: RightAndAll,
}

impl Counted {
    /// The count at the ratio that agrees at most clients; of equals the simplest.
    pub(super) fn best(
        part: &Product<'_>,
        bundle: &Product<'_>,
        newest: Month,
        n_clients: usize,
    ) -> Option<Self> {
        let mut best: Option<Self> = None;
        for ratio in RATIOS {
            let counted = Self::at(part, bundle, newest, ratio);
            if best.as_ref().is_none_or(|best| best.agree.0 < counted.agree.0) {
                best = Some(counted);
            }
        }
        let mut best = best.filter(|best| FEWEST_CLIENTS <= best.agree.0)?;
        let here = |product: &Product<'_>, client: &&str| {
            product.clients.get(client).is_some_and(|months| months.contains_key(&newest))
        };
        let billed = || bundle.clients.keys().filter(|client| here(bundle, client));
        let n_bought = part.clients.keys().filter(|client| here(part, client)).count();
        best.with = (billed().filter(|client| here(part, client)).count(), billed().count());
        best.without = (
            n_bought - best.with.0,
            n_clients.saturating_sub(best.with.1).max(n_bought - best.with.0),
        );
        Some(best)
    }

    fn at(part: &Product<'_>, bundle: &Product<'_>, newest: Month, ratio: (f64, f64)) -> Self {
        let none = (0, 0);
        let mut counted = Self {
            ratio,
            agree: none,
            with: none,
            without: none,
            months: none,
            n_moves: 0,
            followed: none,
        };
        let mut by_month: BTreeMap<Month, RightAndAll> = BTreeMap::new();
        for (client, billed) in &bundle.clients {
            let newest_of = |months: &BTreeMap<Month, f64>| months.get(&newest).copied();
            let Some(bought) = part.clients.get(client) else { continue };
            let Some((units, others)) = newest_of(bought).zip(newest_of(billed)) else { continue };
            // One seat on each side is the commonest number there is, and tells nothing.
            if 1.0 < units || 1.0 < others {
                counted.add_client(bought, billed, &mut by_month);
            }
        }
        let most = |(agree, all): &&RightAndAll| AGREES_FROM * *all as f64 <= *agree as f64;
        counted.months = (by_month.values().filter(most).count(), by_month.len());
        counted
    }

    /// One client's months of the part and of the bundle.
    fn add_client(
        &mut self,
        bought: &BTreeMap<Month, f64>,
        billed: &BTreeMap<Month, f64>,
        by_month: &mut BTreeMap<Month, RightAndAll>,
    ) {
        let of_both = bought.iter().filter_map(|(month, units)| {
            Some((*month, units * self.ratio.1, billed.get(month)? * self.ratio.0))
        });
        let months: Vec<(Month, f64, f64)> = of_both.collect();
        let n_agree = months.iter().filter(|(_, units, others)| units == others).count();
        let agrees = AGREES_FROM * months.len() as f64 <= n_agree as f64;
        self.agree = (self.agree.0 + usize::from(agrees), self.agree.1 + 1);
        for pair in months.windows(2) {
            let (moved, followed) = (pair[1].1 - pair[0].1, pair[1].2 - pair[0].2);
            if moved == 0.0 {
                continue;
            }
            if agrees {
                self.n_moves += usize::from(pair.iter().all(|(_, units, others)| units == others));
            } else {
                let is_followed = usize::from(moved == followed);
                self.followed = (self.followed.0 + is_followed, self.followed.1 + 1);
            }
        }
        for (month, units, others) in months.iter().filter(|_| agrees) {
            let of_month = by_month.entry(*month).or_default();
            *of_month = (of_month.0 + usize::from(units == others), of_month.1 + 1);
        }
    }

    /// The steps from the prior to the log-odds that it is a part.
    fn steps(&self, by_chance: f64) -> Vec<(&'static str, f64, f64)> {
        let of = |(n, all): RightAndAll| if all == 0 { 0.0 } else { n as f64 / all as f64 };
        let n_clients = self.with.1 + self.without.1;
        let bought = (self.with.0 + self.without.0 + 1) as f64 / (n_clients + 2) as f64;
        let alike = |log_odds: f64| CLIENTS_ARE_ALIKE * log_odds;
        let mut steps = vec![
            (BUNDLE_PRIOR, 0.0, PRIOR),
            ("clients_whose_seats_agree", of(self.agree), says(self.agree, AGREE, by_chance)),
            (
                "billed_clients_that_buy_it",
                of(self.with),
                alike(says(self.with, BOUGHT_WITH, bought)),
            ),
            (
                "other_clients_that_buy_it",
                of(self.without),
                alike(says(self.without, BOUGHT_WITHOUT, bought)),
            ),
        ];
        if 0 < self.followed.1 {
            let log_odds = says(self.followed, FOLLOWED, FOLLOWED_BY_CHANCE);
            steps.push(("changes_that_it_follows", of(self.followed), log_odds));
        }
        if self.ratio != RATIOS[0] {
            steps.push(("seats_in_another_ratio", self.ratio.0 / self.ratio.1, OTHER_RATIO));
        }
        steps
    }

    pub(super) fn proposal(
        &self,
        (vendor, part): (&str, &Product<'_>),
        (psa, bundle): (&str, &Product<'_>),
        by_chance: f64,
    ) -> Option<PairProposal> {
        let steps = self.steps(by_chance);
        let log_odds: f64 = steps.iter().map(|step| step.2).sum();
        // Seats alone never make it certain: a product may be sold to the same heads.
        let probability = (1.0 / (1.0 + (-log_odds).exp())).min(0.97);
        (ASK_FROM <= probability).then(|| PairProposal {
            kind: EntityKind::Sku,
            vendor: vendor.to_owned(),
            vendor_name: part.name.to_owned(),
            psa: psa.to_owned(),
            psa_name: bundle.name.to_owned(),
            probability: Probability::clamped(probability),
            steps,
            why: self.why(bundle.name),
        })
    }

    /// `May be a part of the bundle "Managed Bundle": at 9 of 10 clients …`
    fn why(&self, bundle: &str) -> String {
        let seats = match self.ratio {
            (1.0, 1.0) => "as many seats as".to_owned(),
            (times, 1.0) => format!("{times} times the seats of"),
            (_, parts) => format!("one seat for every {parts} of"),
        };
        let (agree, both) = self.agree;
        let mut why = format!(
            "May be a part of the bundle \"{bundle}\": at {agree} of {both} clients {seats} it"
        );
        if 1 < self.months.1 && 0 < self.months.0 {
            why.push_str(&format!(", in {} of {} months", self.months.0, self.months.1));
        }
        match self.n_moves {
            0 => {}
            1 => why.push_str("; they changed together once"),
            n => why.push_str(&format!("; they changed together {n} times")),
        }
        let (with, billed) = self.with;
        why.push_str(&format!("; {with} of {billed} clients billed for the bundle buy it"));
        match self.without.0 {
            0 => why.push_str(" and nobody else does"),
            n => why.push_str(&format!(", and {n} that {} not", if n == 1 { "is" } else { "are" })),
        }
        why.push_str(". If it is, decide bundle.");
        why
    }
}

/// What a count says for a part: how much likelier it is where the share is one that is believed of
/// parts than where it is chance, as a natural logarithm.
fn says((n, all): RightAndAll, [for_it, against]: [f64; 2], by_chance: f64) -> f64 {
    let mut log_odds = 0.0;
    for seen in 0..all {
        let (chance, prior, counted) = match seen < n {
            true => (by_chance, for_it, seen),
            false => (1.0 - by_chance, against, seen - n),
        };
        let believed = (prior + counted as f64) / (for_it + against + seen as f64);
        log_odds += (believed / chance).ln();
    }
    log_odds
}
