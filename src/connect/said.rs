//! What a server says of its refusal, whatever shape it has.

use crate::ask::Answer;
use crate::json;

/// Longest sentence that is passed on, in characters.
const LONGEST: usize = 200;

/// What is said of an answer that is one.
pub const WEB_PAGE: &str = "a web page";

/// One sentence of an answer; empty where it says nothing.
pub fn of(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let text = text.trim();
    if text.starts_with('<') {
        return WEB_PAGE.to_owned();
    }
    let object = json::read("", &answer.body).ok().and_then(json::Json::object);
    let said = object.map_or_else(|| text.trim_matches('"').to_owned(), |object| object.sentence());
    let one_line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    one_line.chars().take(LONGEST).collect()
}

/// Seconds to wait that a refusal names in its sentence: "Try again in 60 seconds."
pub fn wait_seconds(answer: &Answer) -> Option<u64> {
    let said = of(answer).to_lowercase();
    let mut words = said.split("again in ").nth(1)?.split_whitespace();
    let n: u64 = words.next()?.parse().ok()?;
    match words.next()? {
        unit if unit.starts_with("sec") => Some(n),
        unit if unit.starts_with("min") => n.checked_mul(60),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_found_in_every_shape() {
        for (body, said) in [
            (r#"{"code":"X","message":"Not  parseable","errors":[]}"#, "Not parseable"),
            (r#"{"errors":["Unable to find zone"]}"#, "Unable to find zone"),
            (r#"{"errors":[{"message":"bad","field":"id"}]}"#, "bad"),
            (r#"{"error":{"code":"5000","message":"No data"}}"#, "No data"),
            (r#"{"error":"invalid_client"}"#, "invalid_client"),
            ("<html>429</html>", "a web page"),
            ("plain words", "plain words"),
            ("", ""),
        ] {
            let answer = Answer { status: 400, headers: Vec::new(), body: body.into() };
            assert_eq!(of(&answer), said);
        }
    }

    #[test]
    fn a_wait_in_words_is_understood() {
        for (said, seconds) in [
            ("Rate limit is exceeded. Try again in 60 seconds.", Some(60)),
            ("Too many, please try again in 2 minutes", Some(120)),
            ("Try again in a while", None),
            ("Try again in 99999999999999999999 seconds", None),
            ("", None),
        ] {
            let answer = Answer { status: 429, headers: Vec::new(), body: said.into() };
            assert_eq!(wait_seconds(&answer), seconds, "{said}");
        }
    }
}
