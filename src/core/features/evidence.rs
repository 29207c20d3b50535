//! What speaks for and against a pair, in words: what a reason is written from.

use crate::candidates::{CandidatePair, LineAgreement, LineEvidence, NameSpace};
use crate::normalise::{CatalogueId, LegalForm};

use super::alignment::{Known, align};
use super::names::{closest_names, domain_of_name, is_acronym, shared_domain};

/// Words of the two names that stand for one another, as decided pairs have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AliasUsed {
    /// The vendor's words.
    pub vendor: String,
    /// The PSA's words.
    pub psa: String,
    /// The confirmed pairs of other names that have it.
    pub n_confirmed: usize,
}

/// What speaks for and against one pair.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PairEvidence {
    /// Words both have, the rarest first.
    pub shared: Vec<String>,
    /// The vendor's word and the PSA's, where one is a typo or an abbreviation of the other.
    pub near: Vec<(String, String)>,
    /// The initials one name is of the other, as written.
    pub initials: Option<String>,
    /// Words that decided pairs say stand for one another.
    pub aliases: Vec<AliasUsed>,
    /// Words only the vendor has, the rarest first.
    pub vendor_only: Vec<String>,
    /// Words only the PSA has, the rarest first.
    pub psa_only: Vec<String>,
    /// How rare the rarest shared word is.
    pub rarest_shared: f64,
    /// The known product, where both are it.
    pub product: Option<CatalogueId>,
    /// The known products, where they differ.
    pub other_products: Option<(CatalogueId, CatalogueId)>,
    /// Codes both have.
    pub codes: Vec<String>,
    /// A domain of one that both have, or that spells the name of the other.
    pub domain: Option<String>,
    /// The legal forms of the vendor's and the PSA's name.
    pub legal_forms: (Option<LegalForm>, Option<LegalForm>),
    /// How their lines compare.
    pub lines: LineAgreement,
}

/// Looks up what speaks for and against one pair.
pub fn evidence(space: &NameSpace, lines: &LineEvidence, pair: CandidatePair) -> PairEvidence {
    let (vendor, psa) = (&space.vendor[pair.vendor_idx], &space.psa[pair.psa_idx]);
    let products = vendor.catalogue().zip(psa.catalogue());
    let mut found = PairEvidence {
        product: products.filter(|(one, other)| one == other).map(|(one, _)| one),
        other_products: products.filter(|(one, other)| one != other),
        codes: vendor.codes.intersection(&psa.codes).cloned().collect(),
        domain: shared_domain(vendor, psa).or_else(|| domain_of_name(vendor, psa)),
        lines: lines.agreement(pair.vendor_idx, pair.psa_idx),
        ..PairEvidence::default()
    };
    let Some((left, right, _)) = closest_names(vendor, psa) else { return found };
    found.initials = [(left, right), (right, left)]
        .into_iter()
        .find(|(one, other)| is_acronym(&one.name, &other.name))
        .map(|(one, _)| one.name.written.trim().to_owned());
    found.legal_forms = (left.name.legal_form, right.name.legal_form);
    let mut alignment = align(left, right, &Known::of(&space.aliases, vendor, psa));
    let rarity = |idx: &usize| left.tokens[*idx].rarity;
    alignment
        .shared
        .sort_by(|one, other| rarity(&other.left_idx).total_cmp(&rarity(&one.left_idx)));
    alignment.left_only.sort_by(|one, other| rarity(other).total_cmp(&rarity(one)));
    let rarity = |idx: &usize| right.tokens[*idx].rarity;
    alignment.right_only.sort_by(|one, other| rarity(other).total_cmp(&rarity(one)));
    for pair in &alignment.shared {
        let (word, other) = (&left.tokens[pair.left_idx], &right.tokens[pair.right_idx]);
        if word.word == other.word {
            found.shared.push(word.word.clone());
            found.rarest_shared = found.rarest_shared.max(word.rarity);
        } else {
            found.near.push((word.word.clone(), other.word.clone()));
        }
    }
    let used = alignment.aliased.iter().map(|words| AliasUsed {
        vendor: words.alias.vendor.join(" "),
        psa: words.alias.psa.join(" "),
        n_confirmed: words.alias.n_confirmed(&vendor.key, &psa.key),
    });
    found.aliases = used.collect();
    let words = |tokens: &[crate::candidates::WeighedWord], idxs: &[usize]| -> Vec<String> {
        idxs.iter().map(|&idx| tokens[idx].word.clone()).collect()
    };
    found.vendor_only = words(&left.tokens, &alignment.left_only);
    found.psa_only = words(&right.tokens, &alignment.right_only);
    found
}
