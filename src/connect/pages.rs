//! Rows that come in pages: each id once, and an end to it.

use std::collections::HashSet;

use crate::ask::Answer;
use crate::json::{self, Object};
use crate::trouble::Trouble;

/// The ids of the rows that came.
#[derive(Debug, Default)]
pub struct Seen {
    ids: HashSet<String>,
    /// Rows that came a second time.
    pub n_again: usize,
}

/// More pages than any tenant has: a server that never ends its pages.
pub const MOST_PAGES: usize = 20_000;

impl Seen {
    /// Whether a row is new. One that came before is counted once: rows move between pages while they are read.
    pub fn is_new(&mut self, id: &str) -> bool {
        let is_new = self.ids.insert(id.to_owned());
        self.n_again += usize::from(!is_new);
        is_new
    }

    /// How many different rows came.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none came.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }
}

/// The rows of an answer that is an object with a list in it, and the object.
///
/// # Errors
///
/// [`Trouble::NotUnderstood`] for an answer without such a list: a refusal that calls itself good.
pub fn rows<'a>(
    what: &str,
    answer: &'a Answer,
    field: &str,
) -> Result<(Object<'a>, Vec<Object<'a>>), Trouble> {
    let whole = json::read(what, &answer.body)?;
    let object = whole.object().ok_or_else(|| whole.wrong(what, "an object with rows"))?;
    let list = object.get(field).ok_or_else(|| whole.wrong(what, "a list of rows"))?;
    Ok((object, list.objects(what)?))
}

/// Passes for a page that is not one too many.
///
/// # Errors
///
/// [`Trouble::NotUnderstood`] for a server that gives pages without end.
pub fn within(what: &str, page: usize) -> Result<(), Trouble> {
    if page < MOST_PAGES {
        return Ok(());
    }
    Err(Trouble::not_understood(what, "a last page", format!("{page} pages and no end")))
}
