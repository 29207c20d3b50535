//! Where an ask goes: over TLS, or to this machine; and only to hosts that are the vendor's or the user's.

use std::fmt;
use std::net::IpAddr;

use http::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::secret::Secret;

/// Letters, digits and `-._~` stand for themselves in a path and a query.
///
/// Source: RFC 3986, section 2.3.
pub(crate) const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An address that may be asked. Its query shows in messages, so no secret is put into one: a signed link is an
/// [`Address::signed`].
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    scheme: &'static str,
    /// In lower case, with the port where it is not the usual one.
    host: String,
    /// Percent-encoded, with the slash it begins with.
    path: String,
    /// Percent-encoded.
    query: Option<String>,
    /// Whether the address itself is a key.
    signed: bool,
}

/// A text that is no address that may be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No address at all.
    #[error("expected a host such as api.example.com, found {0:?}")]
    NoAddress(String),
    /// Not over TLS, and not on this machine.
    #[error("expected https, found an address of {0} that anybody on the way could read")]
    NotSafe(String),
}

impl Address {
    /// An address from what a person or a server wrote: a whole address, or a host alone.
    ///
    /// # Errors
    ///
    /// [`AddressError`] for what is none, carries a name and password, or is not over TLS.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let none = || AddressError::NoAddress(text.chars().take(60).collect());
        let uri: Uri = whole.parse().map_err(|_| none())?;
        let (Some(authority), Some(scheme)) = (uri.authority(), uri.scheme_str()) else {
            return Err(none());
        };
        if authority.as_str().contains('@') {
            return Err(AddressError::NoAddress("a name and password in an address".to_owned()));
        }
        let name = authority.host().to_lowercase();
        let (scheme, usual) = match scheme {
            "https" => ("https", 443),
            "http" if is_this_machine(&name) => ("http", 80),
            _ => return Err(AddressError::NotSafe(name)),
        };
        let host = match authority.port_u16().filter(|port| *port != usual) {
            Some(port) => format!("{name}:{port}"),
            None => name,
        };
        let path = if uri.path().is_empty() { "/" } else { uri.path() };
        let query = uri.query().map(str::to_owned);
        Ok(Self { scheme, host, path: path.to_owned(), query, signed: false })
    }

    /// An address that the program itself holds.
    pub(crate) fn known(text: &'static str) -> Self {
        Self::parse(text).expect("the addresses of systems are well formed")
    }

    /// The same, as a key in itself: it shows in no message and is written nowhere.
    #[must_use]
    pub fn signed(mut self) -> Self {
        self.signed = true;
        self
    }

    /// The same with a query that is a key, as a server gave it.
    #[must_use]
    pub fn signed_by(self, key: &Secret) -> Self {
        let query = Some(key.expose().trim_start_matches('?').to_owned());
        Self { query, ..self.signed() }
    }

    /// Whether the address itself is a key.
    pub fn is_signed(&self) -> bool {
        self.signed
    }

    /// The address below this one, without a query. `path` has a `{}` for each of `parts`, which cannot leave
    /// their place: a slash in one is written `%2F`.
    #[must_use]
    pub fn at(&self, path: &str, parts: &[&str]) -> Self {
        let mut parts = parts.iter();
        let mut whole = self.path.trim_end_matches('/').to_owned();
        for segment in path.split('/').filter(|segment| !segment.is_empty()) {
            whole.push('/');
            match segment {
                "{}" => {
                    let part = parts.next().expect("each {} has a part");
                    // A part of dots alone would be a step up.
                    let dots = part.bytes().all(|byte| byte == b'.');
                    let written = utf8_percent_encode(part, PLAIN).to_string();
                    whole.push_str(&if dots { written.replace('.', "%2E") } else { written });
                }
                own => whole.push_str(own),
            }
        }
        Self { path: whole, query: None, ..self.clone() }
    }

    /// The address with a query in place of its own.
    #[must_use]
    pub fn with(&self, query: &[(&str, &str)]) -> Self {
        let written = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
        let pairs =
            query.iter().map(|(name, value)| format!("{}={}", written(name), written(value)));
        let pairs: Vec<String> = pairs.collect();
        Self { query: (!pairs.is_empty()).then(|| pairs.join("&")), ..self.clone() }
    }

    /// The host, with the port where it is not the usual one.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The path, without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text, for the one place that sends it.
    pub(crate) fn expose(&self) -> String {
        let Self { scheme, host, path, .. } = self;
        match &self.query {
            Some(query) => format!("{scheme}://{host}{path}?{query}"),
            None => format!("{scheme}://{host}{path}"),
        }
    }
}

/// Shows host, path and query; of a signed address the host alone.
impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.signed, &self.query) {
            (true, _) => write!(out, "{}/…", self.host),
            (false, Some(query)) => write!(out, "{}{}?{query}", self.host, self.path),
            (false, None) => write!(out, "{}{}", self.host, self.path),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Address({self})")
    }
}

fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The hosts one source may ask: those of its vendor, and those the user configured.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// A host, or a domain with a dot before it: `.myconnectwise.net`.
    vendor: &'static [&'static str],
    configured: Vec<String>,
}

impl Hosts {
    /// The vendor's hosts, and the configured ones.
    pub fn new(vendor: &'static [&'static str], configured: &[Address]) -> Self {
        Self { vendor, configured: configured.iter().map(|one| one.host().to_owned()).collect() }
    }

    /// Whether an address may be asked.
    pub fn allow(&self, address: &Address) -> bool {
        let host = address.host();
        let is_vendors = |known: &str| match known.strip_prefix('.') {
            Some(_) => host.ends_with(known),
            None => host == known,
        };
        self.configured.iter().any(|own| own == host)
            || self.vendor.iter().any(|known| is_vendors(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_stays_in_its_place() {
        let base = Address::parse("api.example.com").unwrap();
        let asked = base.at("finance/agreements/{}/additions", &["../../system?x=1"]);
        assert_eq!(
            asked.expose(),
            "https://api.example.com/finance/agreements/..%2F..%2Fsystem%3Fx%3D1/additions"
        );
        assert_eq!(base.at("a/{}/b", &[".."]).expose(), "https://api.example.com/a/%2E%2E/b");
        let asked = base.at("a", &[]).with(&[("conditions", "id>5 and name=\"A&B\"")]);
        assert_eq!(
            asked.expose(),
            "https://api.example.com/a?conditions=id%3E5%20and%20name%3D%22A%26B%22"
        );
    }

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for text in ["http://127.0.0.1:4050", "http://localhost:4050", "https://a.example", "a.b"] {
            assert!(Address::parse(text).is_ok(), "{text}");
        }
        for text in ["http://api.example.com", "ftp://a.example", "https://me:key@a.example", ""] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_that_only_ends_alike_is_another_one() {
        let own = Address::parse("psa.example.com").unwrap();
        let hosts = Hosts::new(&[".myconnectwise.net", "api.pax8.com"], &[own]);
        let allows = |text: &str| hosts.allow(&Address::parse(text).unwrap());
        assert!(allows("https://api-eu.myconnectwise.net/x") && allows("api.pax8.com"));
        assert!(allows("psa.example.com"));
        for text in [
            "evilmyconnectwise.net",
            "api-eu.myconnectwise.net.evil.example",
            "x.api.pax8.com",
            "psa.example.com:8443",
            "http://127.0.0.1:9",
        ] {
            assert!(!allows(text), "{text}");
        }
    }

    #[test]
    fn a_signed_link_shows_nothing() {
        let link =
            Address::parse("https://a.blob.core.windows.net/x?sig=planted").unwrap().signed();
        assert_eq!(format!("{link} {link:?}").matches("planted").count(), 0);
        let root = Address::parse("https://a.blob.core.windows.net/x").unwrap();
        let link = root.at("{}", &["part 1"]).signed_by(&Secret::new("?sig=planted%2B&se=2026"));
        assert_eq!(format!("{link} {link:?}").matches("planted").count(), 0);
        assert_eq!(
            link.expose(),
            "https://a.blob.core.windows.net/x/part%201?sig=planted%2B&se=2026"
        );
    }
}
