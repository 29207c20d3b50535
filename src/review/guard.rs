//! Who may ask: pages of this server, on this computer, or whoever has the token.

use std::net::SocketAddr;

use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Method};

/// Where the page may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// From this computer only.
    Loopback,
    /// From wherever the address can be reached, by those who have the token; `name` is the host as the
    /// user wrote it, where it is a name.
    Token {
        /// Long and random.
        token: String,
        /// The host's name, if the address was given by name.
        name: Option<String>,
    },
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
            Self::Token => "open the whole address seatdrift printed, with its token",
            Self::Form => {
                "this page is from an earlier start of seatdrift: nothing was changed; load it anew and answer again"
            }
        }
    }
}

/// The cookie that carries the token after the first request.
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

    /// Holds a request's head against the rules.
    pub(super) fn check(&self, method: &Method, headers: &HeaderMap) -> Result<(), Refused> {
        let host = text(headers, &HOST).ok_or(Refused::Host)?;
        if !self.is_ours(host) {
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

    /// Whether a request carries the token, where one is asked for.
    pub(super) fn has_token(&self, headers: &HeaderMap) -> bool {
        let Reach::Token { token, .. } = &self.reach else { return true };
        let cookies = headers.get_all("cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let values = cookies.flat_map(|cookies| cookies.split(';'));
        let mut own =
            values.filter_map(|cookie| cookie.trim().strip_prefix(COOKIE)?.strip_prefix('='));
        own.any(|value| is_equal(value, token))
    }

    /// The cookie for a request whose address carries the token.
    pub(super) fn cookie_for(&self, given: &str) -> Option<HeaderValue> {
        let Reach::Token { token, .. } = &self.reach else { return None };
        let cookie = format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict");
        is_equal(given, token).then(|| HeaderValue::try_from(cookie).ok()).flatten()
    }

    /// Whether a form is of this server.
    pub(super) fn knows_form(&self, csrf: &str) -> bool {
        is_equal(csrf, &self.csrf)
    }

    fn is_ours(&self, host: &str) -> bool {
        let port = self.address.port();
        let Some(name) = host.strip_suffix(&format!(":{port}")).or_else(|| {
            // A browser leaves out the port of plain HTTP.
            (port == 80).then_some(host)
        }) else {
            return false;
        };
        let ip = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
        let is_local = name.eq_ignore_ascii_case("localhost");
        match &self.reach {
            Reach::Loopback => is_local || ip.is_ok_and(|ip| ip.is_loopback()),
            // An address cannot be pointed elsewhere as a name can.
            Reach::Token { name: own, .. } => {
                let is_own = own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name));
                is_local || ip.is_ok() || is_own
            }
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Compares in a time that tells nothing of where two secrets differ.
fn is_equal(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left.bytes().zip(right.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(reach: Reach) -> Guard {
        Guard::new("127.0.0.1:4711".parse().unwrap(), reach, "form".to_owned())
    }

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |&(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_the_loopback_is_answered_and_a_name_that_points_to_it_is_not() {
        let guard = guard(Reach::Loopback);
        for host in ["127.0.0.1:4711", "localhost:4711", "[::1]:4711"] {
            assert!(guard.is_ours(host), "{host}");
        }
        for host in [
            "evil.example:4711",
            "127.0.0.1",
            "127.0.0.1:80",
            "10.0.0.7:4711",
            "localhost.evil:4711",
            "",
        ] {
            assert!(!guard.is_ours(host), "{host}");
        }
    }

    #[test]
    fn a_form_sent_by_another_page_is_refused() {
        let guard = guard(Reach::Loopback);
        let post =
            |pairs: &[(&'static str, &'static str)]| guard.check(&Method::POST, &headers(pairs));
        let host = ("host", "127.0.0.1:4711");
        assert_eq!(post(&[host]), Ok(()));
        assert_eq!(post(&[host, ("origin", "http://127.0.0.1:4711")]), Ok(()));
        assert_eq!(post(&[host, ("origin", "http://127.0.0.1:9999")]), Err(Refused::Origin));
        assert_eq!(post(&[host, ("origin", "null")]), Err(Refused::Origin));
        assert_eq!(post(&[host, ("sec-fetch-site", "cross-site")]), Err(Refused::Origin));
        assert_eq!(post(&[]), Err(Refused::Host));
    }

    #[test]
    fn beyond_the_loopback_nothing_is_answered_without_the_token() {
        let guard = guard(Reach::Token { token: "secret".to_owned(), name: None });
        assert!(!guard.has_token(&headers(&[])));
        assert!(!guard.has_token(&headers(&[("cookie", "seatdrift=wrong!")])));
        assert!(guard.has_token(&headers(&[("cookie", "a=b; seatdrift=secret")])));
        assert!(guard.cookie_for("secret").is_some() && guard.cookie_for("").is_none());
    }
}
