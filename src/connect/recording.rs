//! Answers to show to others: as received, but for keys, names and addresses, each replaced by the same made-up text
//! wherever it stands, so that what belongs together still does.

use std::collections::HashMap;
use std::path::Path;

use jiff::civil::Date;

use crate::answers::packed;
use crate::ask::Answer;
use crate::error::ConnectError;
use crate::json;
use crate::reading::Kept;
use seatdrift_engine::files;

/// Fields whose texts are words of the system.
const WORDS: [&str; 24] = [
    "status",
    "type",
    "term",
    "billingterm",
    "billingcycle",
    "billingcycletype",
    "billingoptions",
    "billcustomer",
    "agreementstatus",
    "additionstatus",
    "chargetype",
    "unitofmeasure",
    "unittype",
    "uom",
    "ratetype",
    "periodtype",
    "termduration",
    "currencycode",
    "currency",
    "currencyname",
    "code",
    "error",
    "dataformat",
    "typename",
];

/// Parts of the names of fields whose numbers are about people.
const PRIVATE: [&str; 5] = ["phone", "fax", "zip", "postal", "tax"];

/// Writes the answers of a reading to a folder of its own, made fit to be shown.
///
/// # Errors
///
/// [`ConnectError::File`] when it cannot be written.
pub fn record(folder: &Path, source: &str, kept: &[Kept]) -> Result<(), ConnectError> {
    let mut names = Names::default();
    let shown: Vec<Kept> = kept.iter().map(|one| names.shown(one)).collect();
    let shown: Vec<Kept> =
        shown.into_iter().map(|one| Kept { line: names.line(&one.line), ..one }).collect();
    files::create_folder(folder)?;
    Ok(files::write_atomic(&folder.join(format!("{source}.zip")), &packed(&shown))?)
}

/// What stands for what.
#[derive(Default)]
struct Names {
    made_up: HashMap<String, String>,
}

impl Names {
    fn shown(&mut self, kept: &Kept) -> Kept {
        let body = json::rewritten(&kept.answer.body, &mut |field, text| self.text(field, text));
        let body = body.unwrap_or_else(|| {
            format!("\"{} bytes that are no JSON\"", kept.answer.body.len()).into_bytes()
        });
        let headers = kept.answer.headers.iter().filter(|(name, _)| name == "content-type");
        let answer = Answer { body, headers: headers.cloned().collect(), ..kept.answer.clone() };
        Kept { answer, ..kept.clone() }
    }

    /// What is shown in place of a field's text; `None` for what may be shown.
    fn text(&mut self, field: &str, text: &str) -> Option<String> {
        let plain = field.to_lowercase();
        let is_day = text.get(..10).is_some_and(|day| day.parse::<Date>().is_ok());
        let is_private = PRIVATE.iter().any(|word| plain.contains(word));
        let is_number = json::decimal(text).is_some() && !is_private;
        if text.is_empty() || WORDS.contains(&plain.as_str()) || is_number {
            return None;
        }
        if is_uuid(text) {
            return Some(self.made_up(text, |n| format!("00000000-0000-4000-8000-{n:012}")));
        }
        if is_day {
            return None;
        }
        Some(self.made_up(text, |n| format!("text-{n}")))
    }

    fn made_up(&mut self, text: &str, written: impl Fn(usize) -> String) -> String {
        let n = self.made_up.len() + 1;
        self.made_up.entry(text.to_owned()).or_insert_with(|| written(n)).clone()
    }

    /// What was asked, without the host and without names.
    fn line(&self, line: &str) -> String {
        let mut parts = line.splitn(3, ' ');
        let (verb, address) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let path = address.split_once('/').map_or("", |(_, path)| path);
        let mut known: Vec<(&String, &String)> =
            self.made_up.iter().filter(|(text, _)| text.len() >= 4).collect();
        known.sort_by_key(|(text, _)| (std::cmp::Reverse(text.len()), (*text).clone()));
        let path = known
            .iter()
            .fold(path.to_owned(), |path, (text, made_up)| path.replace(*text, made_up));
        format!("{verb} host/{path}")
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(position, c)| match position {
            8 | 13 | 18 | 23 => c == '-',
            _ => c.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_and_what_belongs_together_stays_so() {
        let id = "9f1c2d3e-0000-4000-8000-0000000000aa";
        let body = format!(
            "[{{\"id\":\"{id}\",\"name\":\"Alder & Finch\",\"status\":\"Active\",\"price\":26.40,\"from\":\"2026-06-01\"}},\
             {{\"company\":{{\"name\":\"Alder & Finch\"}},\"mail\":\"a@b.example\"}}]"
        );
        let kept = Kept {
            line: format!("GET api.example.com/v1/companies/{id}?x=1"),
            what: String::new(),
            answer: Answer { status: 200, headers: Vec::new(), body: body.into_bytes() },
            is_whole: true,
        };
        let mut names = Names::default();
        let shown = names.shown(&kept);
        assert_eq!(
            String::from_utf8(shown.answer.body).unwrap(),
            "[{\"from\":\"2026-06-01\",\"id\":\"00000000-0000-4000-8000-000000000001\",\"name\":\"text-2\",\
             \"price\":26.40,\"status\":\"Active\"},{\"company\":{\"name\":\"text-2\"},\"mail\":\"text-3\"}]"
        );
        let line = "GET host/v1/companies/00000000-0000-4000-8000-000000000001?x=1";
        assert_eq!(names.line(&kept.line), line);
    }
}
