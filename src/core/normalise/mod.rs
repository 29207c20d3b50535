//! Names and products → comparable forms. What was written is kept beside what is compared.

mod catalogue;
mod catalogue_codes;
mod catalogue_table;
mod client;
mod client_tails;
mod client_words;
mod legal_forms;
mod own_name;
mod ordinary_words;
mod product;
mod product_aliases;
mod product_words;
mod text;
mod trades;

use std::collections::BTreeSet;

pub use catalogue::{CatalogueId, catalogue_title};
pub use client::{client_name, client_names, domain_stem, names_within};
pub use legal_forms::LegalForm;
pub use ordinary_words::{WordKind, word_kind};
pub use own_name::is_own_name;
pub use product::product_name;
pub use product_aliases::{ListedProduct, ProductAliases};
pub use text::words as words_of;
pub use text::{code_form, folded};
pub use trades::trades_of;

/// A name in the forms it is compared in.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparableName {
    /// The name as written.
    pub written: String,
    /// Every word, folded, joined by spaces.
    pub norm: String,
    /// The words that carry the name, spelled out: no legal form, no article, no term. Never empty
    /// unless nothing but signs was written.
    pub core: Vec<String>,
    /// The family of the legal form set apart, for clients.
    pub legal_form: Option<LegalForm>,
    /// The places a registry wrote behind the name: `de` of `Acme Corp /DE/`.
    pub places: BTreeSet<&'static str>,
    /// The name's words as written, in one piece.
    pub squeezed: String,
    /// The first letters of `core`.
    pub acronym: String,
    /// Stand-alone numbers of the name.
    pub numbers: BTreeSet<String>,
    /// Codes and ids, in [`code_form`].
    pub codes: BTreeSet<String>,
    /// Whether words or a domain were written.
    pub form: NameForm,
    /// Commitment, audience and edition, for products.
    pub terms: Terms,
    /// The known product it is, for products.
    pub catalogue: Option<CatalogueId>,
}

/// What a client was written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameForm {
    /// A name in words.
    Words,
    /// A domain, tenant or address.
    Domain,
}

/// The parts of a product's name that say how it is sold, to whom, and which edition it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// How long one commits.
    pub commitment: Option<Commitment>,
    /// A year in the name: a price year.
    pub price_year: Option<u16>,
    /// To whom it is sold, or what it leaves out: `nonprofit`, `eea`, `no teams`, `add-on`.
    pub audience: BTreeSet<&'static str>,
    /// Words that tell editions apart: `e3`, `p1`, `premium`, `edr`.
    pub editions: BTreeSet<String>,
}

/// How long one commits to a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Commitment {
    /// Month by month.
    Monthly,
    /// A year.
    Annual,
    /// Three years.
    Triennial,
}

#[cfg(test)]
mod tests;
