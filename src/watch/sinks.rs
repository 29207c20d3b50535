//! A message → a sink, in the shape that it wants. Whatever a sink says, the others get theirs.

use jiff::Timestamp;
use mail_builder::MessageBuilder;
use seatdrift_connect::keys::key;
use seatdrift_connect::secret::Secret;
use seatdrift_engine::files::{self, FileError};
use seatdrift_engine::sources::SecretPlace;
use seatdrift_engine::watching::{EmailConfig, SinkConfig, SinkPlace};
use seatdrift_engine::workspace::Workspace;

use crate::message::Message;
use crate::outbox::Outbox;
use crate::shapes;
use crate::wire::Wire;

/// Largest file of alerts, in bytes.
const LARGEST: u64 = 256 << 20;

/// Most entries of a feed.
const MOST_ENTRIES: usize = 100;

/// Sends a message.
///
/// # Errors
///
/// Why it was not taken, in words without a key.
pub fn send(
    workspace: &Workspace,
    sink: &SinkConfig,
    message: &Message,
    (outbox, wire, now): (&Outbox, &dyn Wire, Timestamp),
) -> Result<(), String> {
    let secret = |place: &SecretPlace| -> Result<Secret, String> {
        key(place, &workspace.root).map_err(|error| error.to_string())
    };
    let json = shapes::json(message).to_string();
    match &sink.to {
        SinkPlace::File(path) => {
            let path = workspace.root.join(path);
            appended(&path, &message.id, &json).map_err(|error| error.to_string())
        }
        SinkPlace::Atom(path) => {
            let mut newest: Vec<&Message> = outbox.messages.values().collect();
            if !outbox.messages.contains_key(&message.id) {
                newest.push(message);
            }
            newest.sort_by(|one, other| (other.at, &one.id).cmp(&(one.at, &other.id)));
            newest.truncate(MOST_ENTRIES);
            let updated = newest.first().map_or(now, |message| message.at);
            let feed = shapes::atom(&workspace.config.name, &newest, updated);
            let written = files::write_atomic(&workspace.root.join(path), feed.as_bytes());
            written.map_err(|error| error.to_string())
        }
        SinkPlace::Command(words) => wire.run(words, json.as_bytes()),
        SinkPlace::Webhook { url, key } => {
            let signing = shapes::signing_key(secret(key)?.expose())
                .ok_or("its key: expected whsec_ and 24 to 64 bytes in base64")?;
            let seconds = now.as_second();
            let signature = shapes::signature(&signing, &message.id, seconds, &json);
            let headers = [
                ("webhook-id", message.id.as_str()),
                ("webhook-timestamp", &seconds.to_string()),
                ("webhook-signature", &signature),
            ];
            wire.send(&secret(url)?, &headers, Some(&json))
        }
        SinkPlace::Slack { url } => {
            wire.send(&secret(url)?, &[], Some(&shapes::slack(message).to_string()))
        }
        SinkPlace::Teams { url } => {
            wire.send(&secret(url)?, &[], Some(&shapes::teams(message).to_string()))
        }
        SinkPlace::Email(email) => wire.run(&email.sendmail, &mail(email, message)?),
    }
}

/// Adds a line to a file, unless it has the message already: a kill may have come between the line and the note
/// that it was taken.
fn appended(path: &std::path::Path, id: &str, json: &str) -> Result<(), FileError> {
    let mark = format!("\"id\":{}", serde_json::Value::from(id));
    files::append(path, LARGEST, |before| {
        let is_there = before
            .split(|byte| *byte == b'\n')
            .rev()
            .any(|line| std::str::from_utf8(line).is_ok_and(|line| line.contains(&mark)));
        // A line that a full disk tore is ended before the next.
        let torn = before.last().is_some_and(|last| *last != b'\n');
        Ok::<_, FileError>(match (is_there, torn) {
            (true, _) => Vec::new(),
            (false, true) => format!("\n{json}\n").into_bytes(),
            (false, false) => format!("{json}\n").into_bytes(),
        })
    })
}

/// The bytes of an e-mail. Its id is the message's: who gets it twice sees one.
fn mail(email: &EmailConfig, message: &Message) -> Result<Vec<u8>, String> {
    let domain = email.from.rsplit_once('@').map(|(_, domain)| domain.trim_end_matches('>'));
    let domain =
        domain.ok_or_else(|| format!("from: expected an address, found {:?}", email.from))?;
    let to: Vec<&str> = email.to.iter().map(String::as_str).collect();
    MessageBuilder::new()
        .from(email.from.as_str())
        .to(to)
        .subject(message.title.as_str())
        .date(message.at.as_second())
        .message_id(format!("{}@{domain}", message.id))
        .header("Auto-Submitted", mail_builder::headers::raw::Raw::new("auto-generated"))
        .text_body(message.text())
        .html_body(page(message))
        .write_to_vec()
        .map_err(|error| error.to_string())
}

/// The same as a page: for mail programs, which know tables and little else.
fn page(message: &Message) -> String {
    let text = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let mut rows = String::new();
    for item in &message.items {
        let explain = item.finding.as_ref().map_or_else(String::new, |id| {
            format!("<br><code style=\"color:#555\">seatdrift explain {}</code>", text(id))
        });
        rows.push_str(&format!(
            "<tr><td style=\"padding:8px 12px;vertical-align:top;white-space:nowrap\"><b>{}</b></td>\
             <td style=\"padding:8px 12px;border-left:3px solid #8a8a8a\">{}{explain}</td></tr>",
            item.severity.word(),
            text(&item.words),
        ));
    }
    let about = if message.client.is_empty() { "seatdrift" } else { message.client.as_str() };
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"></head>\
         <body style=\"font:15px/1.45 sans-serif;color:#1a1a1a;background:#ffffff\"><h1 style=\"font-size:18px\">{}</h1>\
         <table role=\"presentation\" style=\"border-collapse:collapse\">{rows}</table>\
         <p style=\"color:#555\">People decide: seatdrift never changes an invoice.</p></body></html>",
        text(about),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Severity;
    use crate::message::{Item, ItemKind, message};

    #[test]
    fn a_name_is_no_markup_and_no_header_of_an_email() {
        let item = Item {
            key: "k".to_owned(),
            why: ItemKind::Test,
            severity: Severity::Severe,
            words: "<img src=x> & more".to_owned(),
            finding: None,
            money: None,
        };
        let at = "2026-06-18T06:30:00Z".parse().unwrap();
        let message = message("Alder\r\nBcc: evil@example.com", vec![item], at);
        let email = EmailConfig {
            from: "seatdrift@example.com".to_owned(),
            to: vec!["desk@example.com".to_owned()],
            sendmail: vec!["true".to_owned()],
        };
        let mail = String::from_utf8(mail(&email, &message).unwrap()).unwrap();
        // The body says what was written; the head is what a mail program obeys.
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{mail}");
        assert!(!page(&message).contains("<img"), "{mail}");
        assert!(mail.contains(&format!("<{}@example.com>", message.id)), "{mail}");
    }

    #[test]
    fn a_line_that_is_there_is_not_written_twice() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("alerts.jsonl");
        for id in ["msg_1", "msg_1", "msg_2", "msg_1"] {
            appended(&path, id, &format!("{{\"id\":\"{id}\"}}")).unwrap();
        }
        let text = String::from_utf8(files::read(&path, 1000).unwrap()).unwrap();
        assert_eq!(text, "{\"id\":\"msg_1\"}\n{\"id\":\"msg_2\"}\n");
    }
}
