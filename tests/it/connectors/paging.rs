//! Rows → a page of them, as each system gives it.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::server::Does;

/// What was asked.
#[derive(Debug)]
pub(crate) struct Asked {
    pub method: String,
    pub path: String,
    pub query: HashMap<String, String>,
    /// By name in lower case.
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Asked {
    /// `METHOD /path?query body`, the query in order.
    pub(crate) fn line(&self) -> String {
        let mut query: Vec<String> =
            self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        query.sort();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let body = if self.body.is_empty() { String::new() } else { format!(" {}", self.body) };
        format!("{} {}{query}{body}", self.method, self.path)
    }

    fn number(&self, name: &str, usual: usize) -> usize {
        self.query.get(name).and_then(|text| text.parse().ok()).unwrap_or(usual)
    }
}

/// The page that was asked for, with headers; a new way of paging is an arm here.
pub(super) fn page(
    paging: &str,
    rows: &[Value],
    asked: &Asked,
    base: &str,
    fault: Option<&Does>,
) -> (Value, Vec<(String, String)>) {
    let rows = if matches!(fault, Some(Does::GivesNothing)) { &[] } else { rows };
    match paging {
        "pax8" => (pax8(rows, asked, fault), Vec::new()),
        "connectwise" => connectwise(rows, asked, base, fault),
        "connectwise_count" => (json!({ "count": counted(rows, fault) }), Vec::new()),
        other => panic!("no paging is called {other:?}"),
    }
}

/// The part of the rows that a page is: its number counts from 0.
pub(super) fn part<'r>(
    rows: &'r [Value],
    number: usize,
    size: usize,
    fault: Option<&Does>,
) -> (&'r [Value], usize) {
    let size = match fault {
        Some(Does::CapsPages(most) | Does::RepeatsPage(most)) => size.min(*most),
        _ => size,
    };
    let number = match fault {
        Some(Does::RepeatsPage(_)) => 0,
        _ => number,
    };
    let from = (number * size).min(rows.len());
    (&rows[from..(from + size).min(rows.len())], size)
}

/// What the server says the rows are.
pub(super) fn counted(rows: &[Value], fault: Option<&Does>) -> usize {
    match fault {
        Some(Does::CountsMore(more)) => rows.len() + more,
        _ => rows.len(),
    }
}

/// Rows that have what a filter of the query says: `status=Active`.
fn filtered(rows: &[Value], asked: &Asked) -> Vec<Value> {
    let status = asked.query.get("status");
    let fits = |row: &&Value| status.is_none_or(|status| row["status"] == json!(status));
    rows.iter().filter(fits).cloned().collect()
}

fn pax8(rows: &[Value], asked: &Asked, fault: Option<&Does>) -> Value {
    let rows = filtered(rows, asked);
    let number = asked.number("page", 0);
    let (part, size) = part(&rows, number, asked.number("size", 10).min(200), fault);
    let n_rows = counted(&rows, fault);
    json!({
        "content": part,
        "page": {
            "size": size,
            "totalElements": n_rows,
            "totalPages": n_rows.div_ceil(size),
            "number": number,
        },
    })
}

fn connectwise(
    rows: &[Value],
    asked: &Asked,
    base: &str,
    fault: Option<&Does>,
) -> (Value, Vec<(String, String)>) {
    let number = asked.number("page", 1);
    let (part, size) = part(rows, number - 1, asked.number("pageSize", 25).min(1000), fault);
    let mut headers = Vec::new();
    if number * size < rows.len() {
        let next = format!("<{base}{}?page={}>; rel=\"next\"", asked.path, number + 1);
        headers.push(("Link".to_owned(), next));
    }
    (json!(part), headers)
}
