//! Answers in JSON, read without a float: a number is the text that was received.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::trouble::Trouble;

/// Fields that hold such a sentence, best first.
const SENTENCES: [&str; 7] =
    ["error_description", "message", "detail", "description", "title", "error", "code"];

/// One JSON value of an answer, as it was written.
#[derive(Debug, Clone, Copy)]
pub struct Json<'a>(&'a RawValue);

/// An object's fields, each read when it is asked for. Unknown ones are let through.
#[derive(Debug, Clone)]
pub struct Object<'a>(BTreeMap<String, &'a RawValue>);

/// The whole of an answer.
///
/// # Errors
///
/// [`Trouble::NotUnderstood`] for what is no JSON: a page of a proxy, half an answer.
pub fn read<'a>(what: &str, body: &'a [u8]) -> Result<Json<'a>, Trouble> {
    match serde_json::from_slice(body) {
        Ok(raw) => Ok(Json(raw)),
        Err(error) => Err(Trouble::not_understood(what, "JSON", found(body, &error))),
    }
}

/// What an answer is that is no JSON.
fn found(body: &[u8], error: &serde_json::Error) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start();
    match text {
        "" => "nothing".to_owned(),
        text if text.starts_with('<') => "a web page".to_owned(),
        _ if error.is_eof() => format!("JSON that ends after {} bytes", body.len()),
        _ => format!("{:?}", text.chars().take(60).collect::<String>()),
    }
}

impl<'a> Json<'a> {
    /// What was received, a text without its quotes; `None` for null, an object or a list.
    pub fn text(self) -> Option<String> {
        match self.0.get() {
            "null" => None,
            written if written.starts_with('"') => serde_json::from_str(written).ok(),
            written if written.starts_with(['{', '[']) => None,
            written => Some(written.to_owned()),
        }
    }

    /// An object's fields.
    pub fn object(self) -> Option<Object<'a>> {
        if !self.0.get().starts_with('{') {
            return None;
        }
        BTreeMap::deserialize(&mut serde_json::Deserializer::from_str(self.0.get()))
            .ok()
            .map(Object)
    }

    /// A list's values.
    pub fn list(self) -> Option<Vec<Json<'a>>> {
        if !self.0.get().starts_with('[') {
            return None;
        }
        let raw: Vec<&'a RawValue> = serde_json::from_str(self.0.get()).ok()?;
        Some(raw.into_iter().map(Json).collect())
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        self.0.get() == "null"
    }

    /// The objects of a list.
    ///
    /// # Errors
    ///
    /// [`Trouble::NotUnderstood`] for anything else.
    pub fn objects(self, what: &str) -> Result<Vec<Object<'a>>, Trouble> {
        let list = self.list().ok_or_else(|| self.wrong(what, "a list"))?;
        let objects =
            list.into_iter().map(|one| one.object().ok_or_else(|| one.wrong(what, "an object")));
        objects.collect()
    }

    /// The error for a value of another shape; what it says itself, where it says something.
    pub fn wrong(self, what: &str, expected: &'static str) -> Trouble {
        let said = self.object().map(|object| object.sentence()).unwrap_or_default();
        if !said.is_empty() {
            return Trouble::not_understood(what, expected, format!("a message: {said}"));
        }
        let found: String = self.0.get().chars().take(60).collect();
        Trouble::not_understood(what, expected, format!("{found:?}"))
    }
}

impl<'a> Object<'a> {
    /// A field, whatever the letter case of its name; `None` where it is missing or null.
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        let exact = self.0.get(name).copied();
        let found = exact.or_else(|| {
            let mut fields = self.0.iter();
            fields.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, raw)| *raw)
        });
        found.map(Json).filter(|value| !value.is_null())
    }

    /// A field's text; empty where it is missing.
    pub fn text(&self, name: &str) -> String {
        self.get(name).and_then(Json::text).unwrap_or_default()
    }

    /// The text of a field in an object in this one: `company.name`.
    pub fn inner(&self, outer: &str, name: &str) -> String {
        let outer = self.get(outer).and_then(Json::object);
        outer.map(|object| object.text(name)).unwrap_or_default()
    }

    /// A number as it goes into a column: exact, without an exponent; what is no number stays as it is, for
    /// whoever reads the column to say so.
    pub fn number(&self, name: &str) -> String {
        let text = self.text(name);
        match self.decimal(name) {
            Some(number) if text.contains(['e', 'E']) => number.to_string(),
            _ => text,
        }
    }

    /// A number, exact.
    pub fn decimal(&self, name: &str) -> Option<Decimal> {
        decimal(&self.text(name))
    }

    /// A count of things.
    pub fn count(&self, name: &str) -> Option<usize> {
        self.text(name).parse().ok()
    }

    /// Whether a field says true.
    pub fn is_true(&self, name: &str) -> bool {
        self.text(name).eq_ignore_ascii_case("true")
    }

    /// What it says of a refusal, whatever shape it has; empty where it says nothing.
    pub fn sentence(&self) -> String {
        for name in SENTENCES {
            let Some(value) = self.get(name) else { continue };
            let inner = value.object().map(|inner| inner.sentence());
            if let Some(said) = value.text().or(inner).filter(|said| !said.is_empty()) {
                return said;
            }
        }
        let listed = self.get("errors").and_then(Json::list).unwrap_or_default();
        let first = listed.into_iter().next();
        first
            .and_then(|one| one.text().or_else(|| one.object().map(|inner| inner.sentence())))
            .unwrap_or_default()
    }

    /// A day, as it is written before any time: never moved by a time zone. Years before 1990 stand for none.
    pub fn day(&self, name: &str) -> Option<Date> {
        day(&self.text(name))
    }

    /// The same as text, for a column.
    pub fn day_text(&self, name: &str) -> String {
        self.day(name).map(|day| day.to_string()).unwrap_or_default()
    }
}

/// An answer without the texts of some fields, wherever they stand; one that is no JSON is left out whole.
pub fn without(body: &[u8], fields: &[&str]) -> Vec<u8> {
    let hidden = |field: &str, _: &str| {
        fields.iter().any(|own| own.eq_ignore_ascii_case(field)).then(|| "[hidden]".to_owned())
    };
    rewritten(body, &mut { hidden }).unwrap_or_default()
}

/// An answer with other texts where `other` gives one for a field and its text; numbers stay as they were written.
/// `None` for what is no JSON.
pub fn rewritten(
    body: &[u8],
    other: &mut dyn FnMut(&str, &str) -> Option<String>,
) -> Option<Vec<u8>> {
    let raw: &RawValue = serde_json::from_slice(body).ok()?;
    let mut out = String::new();
    rewrite(Json(raw), "", other, &mut out)?;
    Some(out.into_bytes())
}

fn rewrite(
    value: Json<'_>,
    field: &str,
    other: &mut dyn FnMut(&str, &str) -> Option<String>,
    out: &mut String,
) -> Option<()> {
    let quoted = |text: &str| serde_json::to_string(text).ok();
    if let Some(Object(fields)) = value.object() {
        out.push('{');
        for (position, (name, value)) in fields.iter().enumerate() {
            out.push_str(if position > 0 { "," } else { "" });
            out.push_str(&quoted(name)?);
            out.push(':');
            rewrite(Json(value), name, other, out)?;
        }
        out.push('}');
    } else if let Some(list) = value.list() {
        out.push('[');
        for (position, value) in list.into_iter().enumerate() {
            out.push_str(if position > 0 { "," } else { "" });
            rewrite(value, field, other, out)?;
        }
        out.push(']');
    } else if value.0.get().starts_with('"') {
        let text = value.text()?;
        match other(field, &text) {
            Some(made_up) => out.push_str(&quoted(&made_up)?),
            None => out.push_str(value.0.get()),
        }
    } else {
        out.push_str(value.0.get());
    }
    Some(())
}

/// A number, exact.
pub fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok().or_else(|| Decimal::from_scientific(text).ok())
}

/// The day at the start of a moment's text.
fn day(text: &str) -> Option<Date> {
    let day: Date = text.get(..10)?.parse().ok()?;
    (day.year() >= 1990).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_what_was_received() {
        let text =
            br#"{"a":26.4,"b":0.1000000000000000055511151231257827,"c":1.5E2,"d":"12,5","e":null}"#;
        let object = read("rows", text).unwrap().object().unwrap();
        let said: Vec<String> =
            ["a", "b", "c", "d", "e", "f"].map(|name| object.number(name)).into();
        assert_eq!(said, ["26.4", "0.1000000000000000055511151231257827", "150", "12,5", "", ""]);
    }

    #[test]
    fn a_day_is_not_moved_by_a_time_zone() {
        let text = br#"{"a":"2026-06-17T23:59:59-0700","b":"0001-01-01T00:00:00","c":"2026-06-17","d":""}"#;
        let object = read("rows", text).unwrap().object().unwrap();
        let days: Vec<String> = ["a", "b", "c", "d"].map(|name| object.day_text(name)).into();
        assert_eq!(days, ["2026-06-17", "", "2026-06-17", ""]);
    }

    #[test]
    fn a_field_that_is_a_key_is_left_out_wherever_it_stands() {
        let text = br#"{"blobs":[{"sasToken":"sig=planted","n":0.10}],"SASTOKEN":"planted"}"#;
        let left = String::from_utf8(without(text, &["sasToken"])).unwrap();
        assert_eq!(left, r#"{"SASTOKEN":"[hidden]","blobs":[{"n":0.10,"sasToken":"[hidden]"}]}"#);
        assert!(without(b"<html>planted", &["sasToken"]).is_empty());
    }

    #[test]
    fn what_is_no_json_is_named() {
        let said = |body: &[u8]| read("agreements", body).unwrap_err().to_string();
        assert!(said(b"<!DOCTYPE html>").ends_with("expected JSON, found a web page"));
        assert!(said(b"[{\"id\": 1").contains("ends after 9 bytes"));
        assert!(said(b"").ends_with("found nothing"));
    }
}
