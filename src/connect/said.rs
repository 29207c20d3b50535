//! What a server says of its refusal, whatever shape it has.

use crate::ask::Answer;
use crate::json;

/// Longest sentence that is passed on, in characters.
const LONGEST: usize = 200;

/// One sentence of an answer; empty where it says nothing.
pub fn of(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let text = text.trim();
    if text.starts_with('<') {
        return "a web page".to_owned();
    }
    let object = json::read("", &answer.body).ok().and_then(json::Json::object);
    let said = object.map_or_else(|| text.trim_matches('"').to_owned(), |object| object.sentence());
    let one_line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    one_line.chars().take(LONGEST).collect()
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
}
