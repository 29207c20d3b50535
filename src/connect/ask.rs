//! What may be asked: a GET, or one of the POSTs below, which only read. Nothing else can be expressed.

use std::time::Duration;

use percent_encoding::utf8_percent_encode;
use serde_json::Value;

use crate::address::{Address, PLAIN};
use crate::secret::Secret;

/// A POST that reads: its path is part of it.
#[derive(Debug, PartialEq, Eq)]
pub struct ReadingPost {
    /// Below the base address, with `{}` for the parts that vary.
    path: &'static str,
}

/// Every POST that can be sent.
pub mod reading_posts {
    use super::ReadingPost;

    const fn at(path: &'static str) -> ReadingPost {
        ReadingPost { path }
    }

    /// Pax8: a token for the keys of an application.
    pub static PAX8_TOKEN: ReadingPost = at("token");
    /// Autotask: the rows of an entity that fit a filter.
    pub static AUTOTASK_QUERY: ReadingPost = at("V1.0/{}/query");
    /// Autotask: how many they are.
    pub static AUTOTASK_COUNT: ReadingPost = at("V1.0/{}/query/count");
    /// HaloPSA: a token for the keys of an application.
    pub static HALO_TOKEN: ReadingPost = at("token");
    /// Kaseya BMS: a token for an API employee.
    pub static BMS_TOKEN: ReadingPost = at("v2/security/authenticate");
    /// Kaseya BMS: the lines of invoices.
    pub static BMS_INVOICE_LINES: ReadingPost = at("v2/finance/invoices/details");
    /// Microsoft: a token for an application.
    pub static MICROSOFT_TOKEN: ReadingPost = at("{}/oauth2/v2.0/token");
    /// Microsoft Graph: makes the rows of an invoice ready to be fetched.
    pub static GRAPH_BILLED: ReadingPost =
        at("reports/partners/billing/reconciliation/billed/export");
    /// Microsoft Graph: the same of what is not invoiced yet.
    pub static GRAPH_UNBILLED: ReadingPost =
        at("reports/partners/billing/reconciliation/unbilled/export");
    /// Sherweb: a token for the keys of an application.
    pub static SHERWEB_TOKEN: ReadingPost = at("auth/oidc/connect/token");

    /// All of them.
    pub static ALL: [&ReadingPost; 10] = [
        &PAX8_TOKEN,
        &AUTOTASK_QUERY,
        &AUTOTASK_COUNT,
        &HALO_TOKEN,
        &BMS_TOKEN,
        &BMS_INVOICE_LINES,
        &MICROSOFT_TOKEN,
        &GRAPH_BILLED,
        &GRAPH_UNBILLED,
        &SHERWEB_TOKEN,
    ];
}

/// How a thing is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// A GET.
    Get,
    /// A POST that reads.
    Post,
}

/// What becomes of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// It is kept as received.
    Whole,
    /// It is kept without the texts of these fields, which are keys.
    Without(&'static [&'static str]),
    /// It is a key, and is kept nowhere.
    Nothing,
}

/// One thing to ask.
#[derive(Debug, Clone)]
pub struct Ask {
    verb: Verb,
    address: Address,
    headers: Vec<(&'static str, Secret)>,
    keys: Vec<Secret>,
    body: Option<Body>,
    /// What is asked for, in words: "agreements, page 2".
    pub what: String,
    /// What becomes of the answer.
    pub keep: Keep,
    /// How long to wait before: a server is making something ready.
    pub after: Duration,
}

/// What a POST carries: it may hold a key, so it shows nowhere.
#[derive(Debug, Clone)]
pub struct Body {
    /// Its media type.
    pub media: &'static str,
    /// Its text.
    pub text: Secret,
}

impl Body {
    /// A form.
    pub fn form(fields: &[(&str, &str)]) -> Self {
        let written = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", written(value))).collect();
        let media = "application/x-www-form-urlencoded";
        Self { media, text: Secret::new(pairs.join("&")) }
    }

    /// A JSON value.
    pub fn json(value: &Value) -> Self {
        Self { media: "application/json", text: Secret::new(value.to_string()) }
    }
}

impl Ask {
    /// A GET.
    pub fn get(what: impl Into<String>, address: Address) -> Self {
        Self::new(Verb::Get, what.into(), address, None)
    }

    /// A POST that reads, below a base address, with the parts of its path that vary.
    pub fn post(
        what: impl Into<String>,
        post: &ReadingPost,
        base: &Address,
        parts: &[&str],
        body: Body,
    ) -> Self {
        Self::new(Verb::Post, what.into(), base.at(post.path, parts), Some(body))
    }

    fn new(verb: Verb, what: String, address: Address, body: Option<Body>) -> Self {
        let keep = if address.is_signed() { Keep::Nothing } else { Keep::Whole };
        let (headers, keys) = (Vec::new(), Vec::new());
        Self { verb, address, headers, keys, body, what, keep, after: Duration::ZERO }
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, Secret::new(value)));
        self
    }

    /// The same with a header that is a key or holds one: `Bearer` and a token.
    #[must_use]
    pub fn key(mut self, name: &'static str, before: &str, key: &Secret) -> Self {
        self.keys.push(key.clone());
        self.header(name, format!("{before}{}", key.expose()))
    }

    /// The same, and no answer is kept that repeats this key, which stands in the address or the body.
    #[must_use]
    pub fn hides(mut self, key: &Secret) -> Self {
        self.keys.push(key.clone());
        self
    }

    /// The same with a query.
    #[must_use]
    pub fn query(mut self, query: &[(&str, &str)]) -> Self {
        self.address = self.address.with(query);
        self
    }

    /// The same, and the answer is kept as told.
    #[must_use]
    pub fn kept(mut self, keep: Keep) -> Self {
        self.keep = keep;
        self
    }

    /// The same after a wait.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.after = wait;
        self
    }

    /// GET or POST.
    pub fn verb(&self) -> Verb {
        self.verb
    }

    /// Where it goes.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// What it carries besides.
    pub fn headers(&self) -> &[(&'static str, Secret)] {
        &self.headers
    }

    /// The keys it carries: no answer may be kept that repeats one.
    pub fn keys(&self) -> &[Secret] {
        &self.keys
    }

    /// What a POST carries.
    pub fn body(&self) -> Option<&Body> {
        self.body.as_ref()
    }

    /// What tells it from every other ask of a reading, without a key: `GET host/path?query`.
    pub fn line(&self) -> String {
        match (self.verb, &self.body) {
            // The path of a signed link is no key, and tells one from the other.
            (Verb::Get, _) if self.address.is_signed() => {
                format!("GET {}{}", self.address.host(), self.address.path())
            }
            (Verb::Get, _) => format!("GET {}", self.address),
            // A body that may be kept holds no key.
            (Verb::Post, Some(body)) if self.keep != Keep::Nothing => {
                format!("POST {} {}", self.address, body.text.expose())
            }
            (Verb::Post, _) => format!("POST {}", self.address),
        }
    }
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The bytes, as received.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of a name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the server did what was asked.
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_post_can_write() {
        let writes = ["create", "update", "delete", "callbacks", "webhook", "order"];
        for post in reading_posts::ALL {
            let path = post.path.to_lowercase();
            assert!(!writes.iter().any(|word| path.contains(word)), "{path}");
        }
    }

    #[test]
    fn what_an_ask_carries_shows_nowhere() {
        let base = Address::parse("api.example.com").unwrap();
        let body = Body::form(&[("client_secret", "planted")]);
        let ask = Ask::post("a token", &reading_posts::PAX8_TOKEN, &base, &[], body)
            .key("authorization", "Bearer ", &Secret::new("planted"))
            .kept(Keep::Nothing);
        assert!(!format!("{ask:?} {}", ask.line()).contains("planted"));
    }
}
