//! A message in the shape that each kind of sink wants. What clients and products are called is text in all of them,
//! never markup.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use seatdrift_core::domain::Digest;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::message::Message;

/// The message as JSON: for webhooks, files and programs.
pub fn json(message: &Message) -> Value {
    json!({
        "type": "seatdrift.alerts",
        "timestamp": message.at.to_string(),
        "data": {
            "id": message.id,
            "client": message.client,
            "title": message.title,
            "severity": message.severity,
            "text": message.text(),
            "items": message.items,
        },
    })
}

/// The same for an incoming webhook of Slack.
///
/// Source: Slack, "Formatting text for app surfaces": `&`, `<` and `>` are escaped.
pub fn slack(message: &Message) -> Value {
    let plain =
        |text: &str| json!({ "type": "plain_text", "text": cut(text, 2900), "emoji": false });
    let mut blocks = vec![json!({ "type": "section", "text": plain(&message.title) })];
    let shown = message.items.iter().take(MOST_ITEMS);
    blocks.extend(shown.map(|item| json!({ "type": "section", "text": plain(&line(item)) })));
    blocks.extend(more(message).map(|words| json!({ "type": "section", "text": plain(&words) })));
    let escaped = message.title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    json!({ "text": escaped, "blocks": blocks })
}

/// The same for a workflow of Microsoft Teams: an Adaptive Card, in runs of text that read no Markdown.
///
/// Source: Microsoft, "Create incoming webhooks with Workflows for Microsoft Teams"; Adaptive Cards 1.4.
pub fn teams(message: &Message) -> Value {
    let run = |text: &str, weight: &str| {
        json!({
            "type": "RichTextBlock",
            "inlines": [{ "type": "TextRun", "text": cut(text, 2900), "weight": weight }],
        })
    };
    let mut body = vec![run(&message.title, "Bolder")];
    body.extend(message.items.iter().take(MOST_ITEMS).map(|item| run(&line(item), "Default")));
    body.extend(more(message).map(|words| run(&words, "Default")));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
            },
        }],
    })
}

/// Most things of one message that a chat is shown: Slack takes 50 blocks, Teams 28 KB.
const MOST_ITEMS: usize = 20;

fn line(item: &crate::message::Item) -> String {
    let explain = item.finding.as_ref().map(|id| format!("\nseatdrift explain {id}"));
    format!("[{}] {}{}", item.severity.word(), item.words, explain.unwrap_or_default())
}

fn more(message: &Message) -> Option<String> {
    let n = message.items.len().saturating_sub(MOST_ITEMS);
    (n > 0).then(|| {
        format!("and {n} more: they are all in the other sinks, and in seatdrift watch --status")
    })
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A feed of messages, the newest first.
///
/// Source: RFC 4287.
pub fn atom(msp: &str, messages: &[&Message], updated: Timestamp) -> String {
    let mut feed = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>seatdrift: {name}</title>\n<id>{id}</id>\n<updated>{updated}</updated>\n\
         <author><name>seatdrift</name></author>\n<generator version=\"{version}\">seatdrift</generator>\n",
        name = xml(msp),
        id = urn(&format!("feed {msp}")),
        version = env!("CARGO_PKG_VERSION"),
    );
    for message in messages {
        feed.push_str(&format!(
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<updated>{}</updated>\n\
             <category term=\"{}\"/>\n<content type=\"text\">{}</content>\n</entry>\n",
            xml(&message.title),
            urn(&message.id),
            message.at,
            message.severity.word(),
            xml(&message.text()),
        ));
    }
    feed.push_str("</feed>\n");
    feed
}

/// A text in XML; characters that XML cannot hold are left out.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// The same text, the same id of a feed.
///
/// Source: RFC 9562, version 8.
fn urn(text: &str) -> String {
    let hex = Digest::of(text.as_bytes()).to_string();
    format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..15],
        &hex[15..18],
        &hex[18..30]
    )
}

/// What a webhook is signed with, over its id, its moment in seconds and its body: `v1,BASE64`.
///
/// Source: Standard Webhooks 1.0, "Signature scheme".
pub fn signature(key: &[u8], id: &str, seconds: i64, body: &str) -> String {
    use base64::Engine as _;
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{seconds}.{body}").as_bytes());
    let sum = mac.finalize().into_bytes();
    format!("v1,{}", base64::engine::general_purpose::STANDARD.encode(sum))
}

/// The bytes of a key as Standard Webhooks write it: `whsec_` and base64. `None` for another text.
pub fn signing_key(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    let key =
        base64::engine::general_purpose::STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
    (24..=64).contains(&key.len()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alerts::Severity;
    use crate::message::{Item, ItemKind, message};

    fn nasty() -> Message {
        let item = Item {
            key: "k".to_owned(),
            why: ItemKind::Test,
            severity: Severity::Low,
            words: "<!channel> **bold** [x](http://evil) & \u{7}]]> \"q\"".to_owned(),
            finding: Some("F1".to_owned()),
            money: None,
        };
        message("Alder & <Finch>", vec![item], "2026-06-18T06:30:00Z".parse().unwrap())
    }

    #[test]
    fn a_webhook_is_signed_as_standard_webhooks_say() {
        // Source: the example of the specification's reference libraries.
        let key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let body = "{\"test\": 2432232314}";
        assert_eq!(
            signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
        assert_eq!(signing_key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), None);
    }

    #[test]
    fn a_name_is_text_in_every_shape() {
        let message = nasty();
        let slack = slack(&message);
        assert!(slack["text"].as_str().unwrap().contains("Alder &amp; &lt;Finch&gt;"));
        assert!(
            slack["blocks"]
                .as_array()
                .unwrap()
                .iter()
                .all(|one| one["text"]["type"] == "plain_text")
        );
        let body = &teams(&message)["attachments"][0]["content"]["body"];
        assert!(body.as_array().unwrap().iter().all(|one| one["type"] == "RichTextBlock"));
        let feed = atom("Made-up <MSP>", &[&message], message.at);
        assert!(feed.contains("&lt;!channel&gt; **bold**") && !feed.contains('\u{7}'), "{feed}");
        assert!(!feed.contains("<Finch>"), "{feed}");
    }
}
