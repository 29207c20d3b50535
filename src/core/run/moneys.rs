//! Findings → the two numbers: what the MSP loses a month and what its clients overpay, one currency at a
//! time, and what stands beside them.
//!
//! The two are never added. Every finding is in exactly one place: claimed or asked about in one of the two,
//! or news. What was decided and is not yet done is a part of what is claimed; what was recovered is no
//! finding any more. What is given away, settled or explained is no finding, and in no number.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::{Finding, FindingKind, GoneFinding, Run};
use crate::domain::{Currency, Direction, money};

/// Money of one currency. Two are never added.
#[derive(Debug, Clone, PartialEq)]
pub struct Moneys {
    /// The currency.
    pub currency: Currency,
    /// What the MSP loses.
    pub lose: OneMoney,
    /// What its clients overpay.
    pub overpay: OneMoney,
    /// Prices that the vendor changed, and parts of a period at another price than the whole: what they
    /// move, more or less. What a price takes from the MSP stands in what is sold below cost.
    pub news: Counted,
}

/// One of the two numbers, and what stands beside it. All money is that of a month.
#[derive(Debug, Clone, PartialEq)]
pub struct OneMoney {
    /// Whose money.
    pub direction: Direction,
    /// The number: what is more likely so than not.
    pub claimed: Counted,
    /// What it is made of, in the order of [`FindingKind::ALL`]; kinds without a claim are left out.
    pub parts: Vec<KindMoney>,
    /// What a person is asked about: not in the number.
    pub asked: Counted,
    /// Decided to be fixed and not yet fixed: a part of the number.
    pub to_do: Counted,
    /// Decided to be fixed in an earlier month and gone since the month before.
    pub recovered_now: Counted,
    /// Decided to be fixed and gone, in all months that are stored: this month's among them.
    pub recovered: Counted,
    /// Gone since the month before, and nobody had decided it.
    pub gone: Counted,
    /// Of what nobody is billed for and is claimed: what it would bring at the prices it is sold at here, where
    /// one is known.
    pub at_price: Counted,
}

/// So many, and their money.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// How many findings.
    pub findings: usize,
    /// Their money a month.
    #[serde(serialize_with = "plain")]
    pub money: Decimal,
}

/// The claims of one kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KindMoney {
    /// What kind of difference.
    pub kind: FindingKind,
    /// How many, and their money.
    pub sum: Counted,
}

impl AddAssign<Decimal> for Counted {
    /// One more.
    fn add_assign(&mut self, money: Decimal) {
        self.findings += 1;
        self.money += money;
    }
}

impl Counted {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.findings == 0
    }
}

impl Moneys {
    /// The two numbers, what the MSP loses first.
    pub fn both(&self) -> [&OneMoney; 2] {
        [&self.lose, &self.overpay]
    }

    fn of(currency: Currency) -> Self {
        let [lose, overpay] = Direction::MONEYS.map(OneMoney::of);
        Self { currency, lose, overpay, news: Counted::default() }
    }

    fn of_direction(&mut self, direction: Direction) -> Option<&mut OneMoney> {
        match direction {
            Direction::Lose => Some(&mut self.lose),
            Direction::Overpay => Some(&mut self.overpay),
            Direction::News => None,
        }
    }
}

impl OneMoney {
    fn of(direction: Direction) -> Self {
        let none = Counted::default();
        Self {
            direction,
            claimed: none,
            parts: Vec::new(),
            asked: none,
            to_do: none,
            recovered_now: none,
            recovered: none,
            gone: none,
            at_price: none,
        }
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        let all = [self.claimed, self.asked, self.recovered_now, self.recovered, self.gone];
        all.iter().all(Counted::is_empty)
    }

    fn add(&mut self, finding: &Finding, is_to_do: bool) {
        if !finding.is_claim() && !is_to_do {
            self.asked += finding.monthly_impact;
            return;
        }
        self.claimed += finding.monthly_impact;
        if let Some(price) = &finding.at_price {
            self.at_price += price.monthly;
        }
        if is_to_do {
            self.to_do += finding.monthly_impact;
        }
        match self.parts.iter_mut().find(|part| part.kind == finding.kind) {
            Some(part) => part.sum += finding.monthly_impact,
            None => {
                let sum = Counted { findings: 1, money: finding.monthly_impact };
                self.parts.push(KindMoney { kind: finding.kind, sum });
            }
        }
    }
}

/// The two numbers of a run by currency, the workspace's own first and always there.
pub fn moneys(run: &Run) -> Vec<Moneys> {
    moneys_decided(run, |_, finding| finding.raised.is_some())
}

/// The same where more was decided since the run was written: whether a finding, by its position, is to be
/// fixed.
pub fn moneys_decided(run: &Run, is_to_do: impl Fn(usize, &Finding) -> bool) -> Vec<Moneys> {
    let mut all = Sums { own: run.currency, by_currency: BTreeMap::new() };
    all.of(run.currency);
    for (position, finding) in run.findings.iter().enumerate() {
        let moneys = all.of(finding.currency);
        match moneys.of_direction(finding.direction()) {
            Some(one) => one.add(finding, is_to_do(position, finding)),
            None => moneys.news += finding.monthly_impact,
        }
    }
    let undecided = run.last_month.iter().flat_map(|since| &since.gone);
    for gone in undecided.filter(|gone| gone.raised.is_none()) {
        all.was(gone, |one| &mut one.gone);
    }
    for recovered in run.recovered.iter().flatten() {
        all.was(&recovered.was, |one| &mut one.recovered);
        if recovered.month == run.month {
            all.was(&recovered.was, |one| &mut one.recovered_now);
        }
    }
    let mut moneys: Vec<Moneys> = all.by_currency.into_values().collect();
    let order = |part: &KindMoney| FindingKind::ALL.iter().position(|kind| *kind == part.kind);
    for one in moneys.iter_mut().flat_map(|all| [&mut all.lose, &mut all.overpay]) {
        one.parts.sort_by_key(order);
    }
    moneys
}

struct Sums {
    own: Currency,
    /// The workspace's currency stands first.
    by_currency: BTreeMap<(bool, Currency), Moneys>,
}

impl Sums {
    fn of(&mut self, currency: Currency) -> &mut Moneys {
        let key = (currency != self.own, currency);
        self.by_currency.entry(key).or_insert_with(|| Moneys::of(currency))
    }

    /// Adds what is gone; a run of a version that did not say whose money it was has none.
    fn was(&mut self, gone: &GoneFinding, sum: fn(&mut OneMoney) -> &mut Counted) {
        let Some(direction) = gone.direction else { return };
        if let Some(one) = self.of(gone.currency).of_direction(direction) {
            *sum(one) += gone.monthly_impact;
        }
    }
}

fn plain<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&money::plain(*amount))
}

/// The same as JSON says it, in `summary.json` and on stdout: for each of the two numbers, money by currency.
#[derive(Debug, Serialize)]
pub struct MoneysSaid {
    /// What the MSP loses a month.
    lose: BTreeMap<Currency, OneSaid>,
    /// What its clients overpay a month.
    overpay: BTreeMap<Currency, OneSaid>,
    /// In neither.
    news: BTreeMap<Currency, Counted>,
}

#[derive(Debug, Serialize)]
struct OneSaid {
    #[serde(flatten)]
    claimed: Counted,
    kinds: BTreeMap<&'static str, Counted>,
    asked: Counted,
    to_do: Counted,
    recovered_this_month: Counted,
    recovered: Counted,
    gone_undecided: Counted,
    at_price: Counted,
}

impl MoneysSaid {
    /// What a run comes to.
    pub fn of(run: &Run) -> Self {
        let all = moneys(run);
        let said = |of: fn(&Moneys) -> &OneMoney| -> BTreeMap<Currency, OneSaid> {
            all.iter().map(|moneys| (moneys.currency, one_said(of(moneys)))).collect()
        };
        Self {
            lose: said(|moneys| &moneys.lose),
            overpay: said(|moneys| &moneys.overpay),
            news: all.iter().map(|moneys| (moneys.currency, moneys.news)).collect(),
        }
    }
}

fn one_said(one: &OneMoney) -> OneSaid {
    OneSaid {
        claimed: one.claimed,
        kinds: one.parts.iter().map(|part| (part.kind.word(), part.sum)).collect(),
        asked: one.asked,
        to_do: one.to_do,
        recovered_this_month: one.recovered_now,
        recovered: one.recovered,
        gone_undecided: one.gone,
        at_price: one.at_price,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{Month, Probability, Side, Verdict};
    use crate::run::{Raised, Recovered, SinceLastMonth, specimen};

    fn usd(run: &Run) -> Moneys {
        moneys(run).into_iter().find(|moneys| moneys.currency == run.currency).unwrap()
    }

    fn raised() -> Raised {
        let [reason, by, on] = Default::default();
        Raised { verdict: Verdict::FixPsa, reason, by, on }
    }

    fn gone(direction: Direction, dollars: i64, raised: Option<Raised>) -> GoneFinding {
        GoneFinding {
            kind: FindingKind::UnderBilled,
            client: "Alder".to_owned(),
            sku: "Keeper".to_owned(),
            monthly_impact: Decimal::from(dollars),
            currency: "USD".parse().unwrap(),
            direction: Some(direction),
            raised,
        }
    }

    proptest! {
        /// Whatever is found, claimed or asked about, decided or not: each finding is in one place.
        #[test]
        fn the_two_numbers_the_questions_and_the_news_are_the_findings_by_kind(
            n in 0usize..40,
            probabilities in proptest::collection::vec(0.0..=1.0, 40),
            decided in proptest::collection::vec(any::<bool>(), 40),
            twice_on in proptest::collection::vec(proptest::option::of(any::<bool>()), 40),
        ) {
            let mut run = specimen::quiet();
            run.findings = specimen::findings(n);
            for (idx, finding) in run.findings.iter_mut().enumerate() {
                finding.probability = Probability::clamped(probabilities[idx]);
                finding.raised = decided[idx].then(raised);
                finding.twice_on =
                    twice_on[idx].map(|psa| if psa { Side::Psa } else { Side::Vendor });
            }
            for all in moneys(&run) {
                let own = || run.findings.iter().filter(|one| one.currency == all.currency);
                let sum = |direction| -> Decimal {
                    let of = own().filter(|one| one.direction() == direction);
                    of.map(|one| one.monthly_impact).sum()
                };
                for one in all.both() {
                    prop_assert_eq!(one.claimed.money + one.asked.money, sum(one.direction));
                    let parts = one.parts.iter().map(|part| part.sum.money).sum::<Decimal>();
                    prop_assert_eq!(parts, one.claimed.money);
                    prop_assert!(one.to_do.money <= one.claimed.money);
                }
                prop_assert_eq!(all.news.money, sum(Direction::News));
                let both = all.both();
                let counts = both.map(|one| one.claimed.findings + one.asked.findings);
                let n_all = counts.iter().sum::<usize>() + all.news.findings;
                prop_assert_eq!(n_all, own().count());
            }
        }
    }

    #[test]
    fn a_licence_bought_twice_is_ours_and_one_billed_twice_the_clients() {
        let mut run = specimen::quiet();
        let twice = specimen::findings(40).into_iter();
        run.findings = twice.filter(|one| one.kind == FindingKind::Duplicate).take(2).collect();
        for (finding, side) in run.findings.iter_mut().zip([Side::Vendor, Side::Psa]) {
            finding.twice_on = Some(side);
            finding.currency = run.currency;
        }
        let all = usd(&run);
        assert_eq!(all.lose.claimed.money, run.findings[0].monthly_impact);
        assert_eq!(all.overpay.claimed.money, run.findings[1].monthly_impact);
    }

    #[test]
    fn what_somebody_decided_and_is_gone_counts_as_recovered_and_what_just_went_does_not() {
        let mut run = specimen::quiet();
        let decided = gone(Direction::Lose, 30, Some(raised()));
        run.last_month = Some(SinceLastMonth {
            month: run.month.plus(-1),
            gone: vec![decided.clone(), gone(Direction::Lose, 8, None)],
            clients: Vec::new(),
            prices: Vec::new(),
        });
        let recovered = |month: Month, was: &GoneFinding| Recovered { month, was: was.clone() };
        let earlier = gone(Direction::Overpay, 100, Some(raised()));
        run.recovered =
            Some(vec![recovered(run.month.plus(-3), &earlier), recovered(run.month, &decided)]);
        let all = usd(&run);
        let money = |counted: Counted| (counted.findings, counted.money);
        assert_eq!(money(all.lose.recovered_now), (1, 30.into()));
        assert_eq!(money(all.lose.recovered), (1, 30.into()));
        assert_eq!(money(all.lose.gone), (1, 8.into()));
        assert_eq!(money(all.overpay.recovered_now), (0, 0.into()));
        assert_eq!(money(all.overpay.recovered), (1, 100.into()));
    }

    #[test]
    fn what_is_decided_and_not_done_is_a_claim_however_doubtful_it_was() {
        let mut run = specimen::quiet();
        run.findings = specimen::findings(1);
        run.findings[0].probability = Probability::clamped(0.2);
        let money = run.findings[0].monthly_impact;
        assert_eq!((usd(&run).lose.asked.money, usd(&run).lose.claimed.findings), (money, 0));
        run.findings[0].raised = Some(raised());
        assert_eq!((usd(&run).lose.to_do.money, usd(&run).lose.claimed.money), (money, money));
    }

    #[test]
    fn a_second_currency_has_numbers_of_its_own_and_a_quiet_month_has_those_of_the_first() {
        let codes = |run: &Run| -> Vec<String> {
            moneys(run).iter().map(|moneys| moneys.currency.to_string()).collect()
        };
        assert_eq!(codes(&specimen::october()), ["USD", "EUR"]);
        assert_eq!(codes(&specimen::quiet()), ["USD"]);
        assert!(usd(&specimen::quiet()).both().into_iter().all(OneMoney::is_empty));
    }
}
