//! A reviewer who knows the truth, gets to a third of what a run asks, and errs now and then.

use rand::Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::month::{KINDS, unfound, wrong_pairs};
use super::truth_of::{TruthOf, is_about, says};
use crate::simulate::{Cause, Difference, Relation};
use seatdrift_core::domain::{Decision, EntityKind, FindingKind, Month, Side, Subject, Verdict};
use seatdrift_core::run::waiting::{WaitingName, waiting_names};
use seatdrift_core::run::{Finding, Run};

/// Share of what is open that is decided in a month.
const DECIDED: f64 = 0.35;
/// Share of the answers about names that are wrong.
const WRONG: f64 = 0.02;

/// What the reviewer decides of a run.
pub(super) fn decisions(run: &Run, truth: &TruthOf, rng: &mut Xoshiro256PlusPlus) -> Vec<Decision> {
    let review = Review { truth, month: run.month };
    let mut all: Vec<Decision> = Vec::new();
    for name in waiting_names(run) {
        let (is_decided, is_wrong) = (rng.gen_bool(DECIDED), rng.gen_bool(WRONG));
        if is_decided {
            all.extend(review.name(&name, is_wrong));
        }
    }
    // A product that differs at forty clients is one thing to decide, not forty.
    let mut open: Vec<Decision> = Vec::new();
    for finding in run.findings.iter().filter(|finding| finding.raised.is_none()) {
        for decision in review.finding(finding) {
            if !open.contains(&decision) {
                open.push(decision);
            }
        }
    }
    let is_new = |one: &Decision| !all.contains(one);
    let decided = open.into_iter().filter(|_| rng.gen_bool(DECIDED)).filter(is_new);
    let decided: Vec<Decision> = decided.collect();
    all.extend(decided);
    all
}

struct Review<'a> {
    truth: &'a TruthOf,
    month: Month,
}

impl Review<'_> {
    fn name(&self, name: &WaitingName<'_>, is_wrong: bool) -> Vec<Decision> {
        let (kind, side) = (name.kind, name.side);
        let pair = |at: usize| {
            let candidate = name.candidates[at];
            [Side::Vendor, Side::Psa].map(|side| candidate.key_or_name(side))
        };
        let all = 0..name.candidates.len();
        let right: Vec<(usize, Relation)> = all
            .clone()
            .filter_map(|at| Some((at, self.truth.relation(kind, pair(at)[0], pair(at)[1])?)))
            .collect();
        if is_wrong {
            let verdict = if right.is_empty() { Verdict::Same } else { Verdict::Different };
            return vec![self.pair(kind, pair(0), verdict)];
        }
        if !right.is_empty() {
            let verdict = |(at, relation)| self.pair(kind, pair(at), verdict_of(relation));
            return right.into_iter().map(verdict).collect();
        }
        let key = name.candidates[0].key_or_name(side);
        match self.truth.is_alone(kind, side, key) {
            true => vec![self.alone(kind, side, key)],
            false => all.map(|at| self.pair(kind, pair(at), Verdict::Different)).collect(),
        }
    }

    fn finding(&self, finding: &Finding) -> Vec<Decision> {
        let is_so = |one: &&Difference| says(finding, one);
        if let Some(one) = self.truth.differences(self.month).iter().find(is_so) {
            return self.of_line(finding, one.cause);
        }
        let wrong = KINDS.map(|kind| (kind, wrong_pairs(finding, self.truth, kind)));
        let apart = wrong.iter().flat_map(|(kind, pairs)| {
            pairs.iter().map(|(vendor, psa)| self.pair(*kind, [vendor, psa], Verdict::Different))
        });
        let apart: Vec<Decision> = apart.collect();
        if !apart.is_empty() {
            return apart;
        }
        let on_line = |one: &&Difference| is_about(finding, &one.keys);
        if let Some(one) = self.truth.no_loss(self.month).iter().find(on_line) {
            return self.no_loss(finding, one);
        }
        let unfound = KINDS.map(|kind| (kind, unfound(finding, self.truth, kind)));
        let partners = unfound.iter().flat_map(|(kind, names)| {
            names.iter().flat_map(|(side, key)| self.partners_of(*kind, *side, key))
        });
        partners.collect()
    }

    /// What a difference that is so calls for: a new price is news and calls for nothing.
    fn of_line(&self, finding: &Finding, cause: Cause) -> Vec<Decision> {
        if finding.kind == FindingKind::PriceChanged {
            return Vec::new();
        }
        let verdict = match cause {
            Cause::AcceptedFree => Verdict::Free,
            Cause::AcceptedIncluded => Verdict::Accepted,
            _ => Verdict::FixPsa,
        };
        vec![self.line(finding, verdict)]
    }

    fn no_loss(&self, finding: &Finding, one: &Difference) -> Vec<Decision> {
        let keys = &one.keys;
        match one.cause {
            Cause::OwnService => {
                let own = keys.psa_skus.iter();
                own.map(|sku| self.alone(EntityKind::Sku, Side::Psa, sku)).collect()
            }
            Cause::OwnUse | Cause::OneSided => {
                let vendor = keys.vendor_clients.iter().map(|key| (Side::Vendor, key));
                let all = vendor.chain(keys.psa_clients.iter().map(|key| (Side::Psa, key)));
                all.map(|(side, key)| self.alone(EntityKind::Client, side, key)).collect()
            }
            Cause::InBundle => self.in_bundle(finding),
            _ => Vec::new(),
        }
    }

    /// That the product is a part of what holds it, and that the line is.
    fn in_bundle(&self, finding: &Finding) -> Vec<Decision> {
        let mut decisions = Vec::new();
        for line in &finding.lines {
            let related = self.truth.partners(EntityKind::Sku, line.side, &line.sku);
            for (other, _) in related.iter().filter(|(_, how)| *how == Relation::Bundle) {
                let pair = match line.side {
                    Side::Vendor => [line.sku.as_str(), other],
                    Side::Psa => [*other, line.sku.as_str()],
                };
                decisions.push(self.pair(EntityKind::Sku, pair, Verdict::Bundle));
            }
        }
        decisions.push(self.line(finding, Verdict::Bundle));
        decisions
    }

    fn partners_of(&self, kind: EntityKind, side: Side, key: &str) -> Vec<Decision> {
        let partners = self.truth.partners(kind, side, key).into_iter();
        let pair = |other| match side {
            Side::Vendor => [key, other],
            Side::Psa => [other, key],
        };
        partners.map(|(other, how)| self.pair(kind, pair(other), verdict_of(how))).collect()
    }

    fn pair(&self, kind: EntityKind, [vendor, psa]: [&str; 2], verdict: Verdict) -> Decision {
        let mut decision = self.about(subject(kind), verdict);
        let (of_vendor, of_psa) = match kind {
            EntityKind::Client => (&mut decision.vendor_client, &mut decision.psa_client),
            EntityKind::Sku => (&mut decision.vendor_sku, &mut decision.psa_sku),
        };
        *of_vendor = (!vendor.is_empty()).then(|| vendor.to_owned());
        *of_psa = (!psa.is_empty()).then(|| psa.to_owned());
        decision
    }

    fn alone(&self, kind: EntityKind, side: Side, key: &str) -> Decision {
        let keys = match side {
            Side::Vendor => [key, ""],
            Side::Psa => ["", key],
        };
        self.pair(kind, keys, Verdict::None)
    }

    fn line(&self, finding: &Finding, verdict: Verdict) -> Decision {
        let on = |side| finding.lines.iter().find(|line| line.side == side);
        let (vendor, psa) = (on(Side::Vendor), on(Side::Psa));
        Decision {
            vendor_client: vendor.map(|line| line.client.clone()),
            vendor_sku: vendor.map(|line| line.sku.clone()),
            psa_client: psa.map(|line| line.client.clone()),
            psa_sku: psa.map(|line| line.sku.clone()),
            ..self.about(Subject::Line, verdict)
        }
    }

    fn about(&self, subject: Subject, verdict: Verdict) -> Decision {
        Decision {
            subject,
            vendor_client: None,
            vendor_sku: None,
            psa_client: None,
            psa_sku: None,
            month: Some(self.month),
            verdict,
            reason: String::new(),
            until: None,
            by: "reviewer".to_owned(),
            at: None,
        }
    }
}

fn verdict_of(relation: Relation) -> Verdict {
    match relation {
        Relation::Same => Verdict::Same,
        Relation::Bundle => Verdict::Bundle,
        Relation::None => Verdict::None,
    }
}

fn subject(kind: EntityKind) -> Subject {
    match kind {
        EntityKind::Client => Subject::Client,
        EntityKind::Sku => Subject::Sku,
    }
}
