//! Which lines of the two sides belong together: as the newest scoring compared them.

use std::collections::{BTreeMap, BTreeSet};

use seatdrift_core::domain::Side;
use seatdrift_core::run::ComparedLine;

use crate::seen::LineName;

/// Which lines are compared together.
#[derive(Debug, Clone, Default)]
pub struct Relation {
    /// Lines that one scoring compared with each other.
    compared: Vec<Vec<LineName>>,
    /// The PSA's clients of each client of the vendors.
    clients: BTreeMap<String, BTreeSet<String>>,
    /// The PSA's products of each product of the vendors, where they are one for one.
    skus: BTreeMap<String, BTreeSet<String>>,
}

impl Relation {
    /// As the lines of a scoring say.
    pub fn of(lines: &[ComparedLine]) -> Self {
        let mut relation = Self::default();
        for line in lines {
            let names = names(line);
            let (vendor, psa): (Vec<&LineName>, Vec<&LineName>) =
                names.iter().partition(|name| name.side == Side::Vendor);
            for (bought, billed) in
                vendor.iter().flat_map(|one| psa.iter().map(move |two| (one, two)))
            {
                let clients = relation.clients.entry(bought.client.clone()).or_default();
                clients.insert(billed.client.clone());
            }
            if let ([bought], [billed]) = (&vendor[..], &psa[..]) {
                let skus = relation.skus.entry(bought.sku.clone()).or_default();
                skus.insert(billed.sku.clone());
            }
            relation.compared.push(names);
        }
        relation
    }

    /// Whether nothing was ever compared.
    pub fn is_empty(&self) -> bool {
        self.compared.is_empty()
    }

    /// Lines in groups: each with all it is compared with. Lines that came since are taken together by what the
    /// scoring knew of their names.
    pub fn groups(&self, lines: &BTreeSet<LineName>) -> Groups {
        let mut groups = Groups::default();
        for name in lines {
            groups.number(name);
        }
        let mut known: BTreeSet<&LineName> = BTreeSet::new();
        for names in &self.compared {
            let (vendor, psa) = names.iter().fold((false, false), |(vendor, psa), name| {
                (vendor || name.side == Side::Vendor, psa || name.side == Side::Psa)
            });
            for pair in names.windows(2) {
                groups.join(&pair[0], &pair[1]);
            }
            if vendor && psa {
                known.extend(names);
            }
        }
        let fresh: Vec<&LineName> = lines.iter().filter(|name| !known.contains(*name)).collect();
        for bought in fresh.iter().filter(|name| name.side == Side::Vendor) {
            let (Some(clients), Some(skus)) =
                (self.clients.get(&bought.client), self.skus.get(&bought.sku))
            else {
                continue;
            };
            let is_partner = |name: &&&LineName| {
                name.side == Side::Psa && clients.contains(&name.client) && skus.contains(&name.sku)
            };
            for billed in fresh.iter().filter(is_partner) {
                groups.join(bought, billed);
            }
        }
        groups
    }
}

/// The lines of both sides that a compared line is made of.
pub fn names(line: &ComparedLine) -> Vec<LineName> {
    let of = |side: Side, clients: &str, skus: &str| {
        let keys = |text: &str| -> Vec<String> {
            text.split(';').filter(|key| !key.is_empty()).map(str::to_owned).collect()
        };
        let (clients, skus) = (keys(clients), keys(skus));
        clients
            .iter()
            .flat_map(|client| {
                skus.iter().map(move |sku| LineName {
                    side,
                    client: client.clone(),
                    sku: sku.clone(),
                })
            })
            .collect::<Vec<_>>()
    };
    let mut names = of(Side::Vendor, &line.vendor_client, &line.vendor_sku);
    names.extend(of(Side::Psa, &line.psa_client, &line.psa_sku));
    names
}

/// Lines in groups.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    numbers: BTreeMap<LineName, usize>,
    /// The group that a group became a part of.
    into: Vec<usize>,
}

impl Groups {
    fn number(&mut self, name: &LineName) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return self.root(*number);
        }
        let number = self.into.len();
        self.into.push(number);
        self.numbers.insert(name.clone(), number);
        number
    }

    fn root(&self, mut number: usize) -> usize {
        while self.into[number] != number {
            number = self.into[number];
        }
        number
    }

    fn join(&mut self, one: &LineName, other: &LineName) {
        let (one, other) = (self.number(one), self.number(other));
        let (first, second) = (one.min(other), one.max(other));
        self.into[second] = first;
    }

    /// The group of a line; `None` for a line nobody named.
    pub fn of(&self, name: &LineName) -> Option<usize> {
        self.numbers.get(name).map(|number| self.root(*number))
    }
}
