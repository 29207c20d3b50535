//! Who may ask: pages of this server, for whoever has the token.

use std::net::{IpAddr, SocketAddr};

use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method};
use subtle::ConstantTimeEq;

/// Who may ask for the page, and under which names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// Long and random: other users of this computer can reach the page too, and know nothing of it.
    pub token: String,
    /// The host in the address that is shown; the address itself where it is empty.
    pub shown: Option<String>,
    /// Names that the page may be asked for under besides its own addresses: `review.acme.example`, or with the
    /// port that others see `gateway:8443`.
    pub names: Vec<String>,
}

/// What every request is held against.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    address: SocketAddr,
    reach: Reach,
    /// In every form of this server; no other page can know it.
    pub(super) csrf: String,
}

/// Why a request is turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// Asked under a name that is not this server's: a page elsewhere may be behind it.
    Host,
    /// Sent by a page of another server.
    Origin,
    /// Without the token.
    Token,
    /// From a page of an earlier server.
    Form,
}

impl Refused {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Host => {
                "asked under a name that is not this page's: open the address seatdrift printed"
            }
            Self::Origin => "sent by another page: nothing was changed",
            Self::Token => {
                "open the whole address seatdrift printed, with its token; a page from an earlier start has an old \
                 one: nothing was changed, answer again on the new page"
            }
            Self::Form => {
                "this page is from an earlier start of seatdrift: nothing was changed; load it anew and answer again"
            }
        }
    }
}

/// The cookie that carries the token after the first request; with the port behind it, as a browser keeps one for all
/// ports of a computer.
const COOKIE: &str = "seatdrift";

/// Sent with every answer: nothing runs, loads or frames but our own files.
pub(super) const HEADERS: [(&str, &str); 7] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    // Under `no-referrer` a browser hides the origin of our own forms.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
    ("x-frame-options", "DENY"),
];

impl Guard {
    pub(super) fn new(address: SocketAddr, reach: Reach, csrf: String) -> Self {
        Self { address, reach, csrf }
    }

    /// Holds a request's head against the rules; `came_to` is the address of this computer that it came to.
    pub(super) fn check(
        &self,
        method: &Method,
        headers: &HeaderMap,
        came_to: Option<IpAddr>,
    ) -> Result<(), Refused> {
        let host = text(headers, &HOST).ok_or(Refused::Host)?;
        if !self.is_ours(host, came_to) {
            return Err(Refused::Host);
        }
        if method != Method::GET && method != Method::HEAD {
            let own = format!("http://{host}");
            let is_foreign = text(headers, &ORIGIN).is_some_and(|origin| origin != own);
            let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
            let is_cross = site.is_some_and(|site| site != "same-origin" && site != "none");
            if is_foreign || is_cross {
                return Err(Refused::Origin);
            }
        }
        Ok(())
    }

    /// Whether a request carries the token.
    pub(super) fn has_token(&self, headers: &HeaderMap) -> bool {
        let with_port = format!("{COOKIE}-{}", self.address.port());
        let cookies = headers.get_all("cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let cookies = cookies.flat_map(|cookies| cookies.split(';'));
        let mut named = cookies.filter_map(|cookie| cookie.trim().split_once('='));
        named.any(|(name, value)| {
            (name == COOKIE || name == with_port) && is_equal(value, &self.reach.token)
        })
    }

    /// The cookie for a request whose address carries the token. A link in a mail leads to the page too; a form of
    /// another page never brings the cookie.
    pub(super) fn cookie_for(&self, given: &str) -> Option<HeaderValue> {
        let (token, port) = (&self.reach.token, self.address.port());
        let cookie = format!("{COOKIE}-{port}={token}; Path=/; HttpOnly; SameSite=Lax");
        is_equal(given, token).then(|| HeaderValue::try_from(cookie).ok()).flatten()
    }

    /// Whether a form is of this server.
    pub(super) fn knows_form(&self, csrf: &str) -> bool {
        is_equal(csrf, &self.csrf)
    }

    /// Whether a host is one that this page is asked for under: names that point here are not.
    fn is_ours(&self, host: &str, came_to: Option<IpAddr>) -> bool {
        let is_named =
            |host: &str| self.reach.names.iter().any(|name| name.eq_ignore_ascii_case(host));
        // One with a port of its own is asked for at that.
        if is_named(host) && host.contains(':') {
            return true;
        }
        let port = self.address.port();
        let Some(name) = host.strip_suffix(&format!(":{port}")).or_else(|| {
            // A browser leaves out the port of plain HTTP.
            (port == 80).then_some(host)
        }) else {
            return false;
        };
        if let Ok(ip) = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
            let ip = ip.to_canonical();
            let is_own = |own: IpAddr| own.to_canonical() == ip;
            return ip.is_loopback() || is_own(self.address.ip()) || came_to.is_some_and(is_own);
        }
        name.eq_ignore_ascii_case("localhost") || is_named(name)
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Compares in a time that tells nothing of where two secrets differ.
fn is_equal(left: &str, right: &str) -> bool {
    left.as_bytes().ct_eq(right.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(names: &[&str]) -> Guard {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let reach = Reach { token: "secret".to_owned(), shown: None, names };
        Guard::new("0.0.0.0:4711".parse().unwrap(), reach, "form".to_owned())
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |&(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn it_is_asked_for_under_its_own_addresses_and_the_names_it_was_given() {
        let guard = guard(&["review.acme.example", "gateway:8443"]);
        let came_to = Some("10.0.0.7".parse().unwrap());
        for host in [
            "127.0.0.1:4711",
            "localhost:4711",
            "[::1]:4711",
            "10.0.0.7:4711",
            "[::ffff:10.0.0.7]:4711",
            "Review.Acme.Example:4711",
            "gateway:8443",
        ] {
            assert!(guard.is_ours(host, came_to), "{host}");
        }
        for host in [
            "evil.example:4711",
            "127.0.0.1",
            "127.0.0.1:80",
            "10.0.0.8:4711",
            "192.0.2.1:4711",
            "localhost.evil:4711",
            "gateway:4711",
            "review.acme.example",
            "",
        ] {
            assert!(!guard.is_ours(host, came_to), "{host}");
        }
    }

    #[test]
    fn a_form_sent_by_another_page_is_refused() {
        let guard = guard(&[]);
        let post = |pairs: &[(&'static str, &'static str)]| {
            guard.check(&Method::POST, &headers(pairs), None)
        };
        let host = ("host", "127.0.0.1:4711");
        assert_eq!(post(&[host]), Ok(()));
        assert_eq!(post(&[host, ("origin", "http://127.0.0.1:4711")]), Ok(()));
        assert_eq!(post(&[host, ("origin", "http://127.0.0.1:9999")]), Err(Refused::Origin));
        assert_eq!(post(&[host, ("origin", "null")]), Err(Refused::Origin));
        assert_eq!(post(&[host, ("sec-fetch-site", "cross-site")]), Err(Refused::Origin));
        assert_eq!(post(&[]), Err(Refused::Host));
    }

    #[test]
    fn nothing_is_answered_without_the_token_of_this_page() {
        let guard = guard(&[]);
        assert!(!guard.has_token(&headers(&[])));
        assert!(!guard.has_token(&headers(&[("cookie", "seatdrift=wrong!")])));
        assert!(!guard.has_token(&headers(&[("cookie", "seatdrift-4712=secret")])));
        assert!(guard.has_token(&headers(&[("cookie", "a=b; seatdrift-4711=secret")])));
        assert!(guard.has_token(&headers(&[("cookie", "seatdrift=secret")])));
        let cookie = guard.cookie_for("secret").unwrap();
        assert_eq!(cookie, "seatdrift-4711=secret; Path=/; HttpOnly; SameSite=Lax");
        assert!(guard.cookie_for("").is_none() && guard.cookie_for("secre").is_none());
    }
}
