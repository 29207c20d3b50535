//! A value that nobody may see.

use std::fmt;

/// A key, a password, a token or a signed link. It shows in no message, log or file: whoever needs its text
/// asks for it by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text out of sight.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// Texts that must not be seen, taken out of whatever is written or said.
#[derive(Debug, Default)]
pub struct Scrubber {
    hidden: Vec<Secret>,
}

/// What stands where a secret stood.
const INSTEAD: &str = "[hidden]";

/// A text shorter than this is no secret: to take it out everywhere would spoil what is said.
const SHORTEST: usize = 6;

impl Scrubber {
    /// Takes one more text out from now on.
    pub fn hide(&mut self, secret: &Secret) {
        if secret.expose().len() >= SHORTEST && !self.hidden.contains(secret) {
            self.hidden.push(secret.clone());
        }
    }

    /// A text without what is hidden.
    pub fn clean(&self, text: &str) -> String {
        let hidden = self.hidden.iter().map(Secret::expose);
        hidden.fold(text.to_owned(), |text, secret| text.replace(secret, INSTEAD))
    }

    /// The same of the bytes of an answer; those that are no text are left as they are.
    pub fn clean_bytes<'b>(&self, bytes: &'b [u8]) -> std::borrow::Cow<'b, [u8]> {
        match std::str::from_utf8(bytes) {
            Ok(text) if self.hidden.iter().any(|secret| text.contains(secret.expose())) => {
                self.clean(text).into_bytes().into()
            }
            _ => bytes.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nowhere() {
        let secret = Secret::new("planted-secret");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        let mut scrubber = Scrubber::default();
        scrubber.hide(&secret);
        assert_eq!(scrubber.clean("key planted-secret is wrong"), "key [hidden] is wrong");
        assert_eq!(*scrubber.clean_bytes(b"\"planted-secret\""), *b"\"[hidden]\"");
    }
}
