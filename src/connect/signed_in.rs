//! Systems that give a token for keys: it is asked for when it is needed, and again when it has run out.

use std::cell::RefCell;

use crate::ask::{Answer, Ask, Keep};
use crate::json;
use crate::said;
use crate::secret::Secret;
use crate::source::{Asker, System};
use crate::trouble::Trouble;

/// Asks with a token.
pub struct SignedIn<'a> {
    asker: &'a Asker,
    system: &'static System,
    /// What asks for a token.
    token_ask: Ask,
    /// Where the token stands in the answer: `access_token`, or `result.accessToken`.
    field: (&'static str, Option<&'static str>),
    token: RefCell<Option<Secret>>,
}

impl<'a> SignedIn<'a> {
    /// Nothing is asked before it is needed. `field` is where the token stands in the answer.
    pub fn new(
        asker: &'a Asker,
        system: &'static System,
        token_ask: Ask,
        field: (&'static str, Option<&'static str>),
    ) -> Self {
        let token_ask = token_ask.kept(Keep::Nothing);
        Self { asker, system, token_ask, field, token: RefCell::default() }
    }

    /// A good answer, with a token that holds.
    ///
    /// # Errors
    ///
    /// [`Trouble::Refused`] where the keys do not do.
    pub async fn ask(&self, ask: Ask) -> Result<Answer, Trouble> {
        let known = self.token.borrow().clone();
        let is_fresh = known.is_none();
        let token = match known {
            Some(token) => token,
            None => self.new_token().await?,
        };
        let answer = self.asker.ask(ask.clone().key("authorization", "Bearer ", &token)).await?;
        if answer.status != 401 || is_fresh {
            return good(self.system, &ask, answer);
        }
        // It has run out meanwhile.
        let token = self.new_token().await?;
        let answer = self.asker.ask(ask.clone().key("authorization", "Bearer ", &token)).await?;
        good(self.system, &ask, answer)
    }

    async fn new_token(&self) -> Result<Secret, Trouble> {
        let answer = self.asker.ask(self.token_ask.clone()).await?;
        let answer = good(self.system, &self.token_ask, answer)?;
        let what = &self.token_ask.what;
        let object = json::read(what, &answer.body)?.object();
        let token = object.map(|object| match self.field {
            (outer, Some(inner)) => object.inner(outer, inner),
            (field, None) => object.text(field),
        });
        match token {
            Some(token) if !token.is_empty() => {
                let token = Secret::new(token);
                *self.token.borrow_mut() = Some(token.clone());
                Ok(token)
            }
            _ => Err(Trouble::not_understood(what, "a token", "none")),
        }
    }
}

/// An answer of a server that did what was asked.
///
/// # Errors
///
/// [`Trouble::Refused`] with the system's cure.
pub fn good(system: &System, ask: &Ask, answer: Answer) -> Result<Answer, Trouble> {
    if answer.is_good() {
        return Ok(answer);
    }
    let cure = match answer.status {
        300..400 => {
            "the server sends elsewhere, and nobody follows with keys in hand: name the right host"
                .to_owned()
        }
        _ => (system.cure)(ask, &answer),
    };
    Err(Trouble::Refused {
        what: ask.what.clone(),
        host: ask.address().host().to_owned(),
        status: answer.status,
        said: said::of(&answer),
        cure,
    })
}
