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

    /// The body of a POST.
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
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
        "autotask" => (autotask(rows, asked, base, fault), Vec::new()),
        "autotask_count" => {
            let n_rows = counted(&fitting(rows, &asked.json()), fault);
            (json!({ "queryCount": n_rows }), Vec::new())
        }
        "partner_center" => (partner_center(rows, asked, fault), Vec::new()),
        "halopsa_invoices" => (halopsa("invoices", rows, asked, fault), Vec::new()),
        "halopsa_clients" => (halopsa("clients", rows, asked, fault), Vec::new()),
        "sherweb_charges" => {
            let period = ("2026-06-01", "2026-06-30");
            (json!({ "periodFrom": period.0, "periodTo": period.1, "charges": rows }), Vec::new())
        }
        "sherweb_items" => (json!({ "items": rows }), Vec::new()),
        "kaseya" => (kaseya(rows, &asked.query, fault), Vec::new()),
        "kaseya_uncounted" => (uncounted(kaseya(rows, &asked.query, fault)), Vec::new()),
        "kaseya_lines" => (kaseya_lines(rows, asked, fault), Vec::new()),
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

/// Rows that fit an Autotask filter, by id; what it says of ids apart.
fn fitting(rows: &[Value], asked: &Value) -> Vec<Value> {
    let day = |value: &Value| value.as_str().map(|text| text[..10].to_owned());
    let fits = |row: &Value, condition: &Value| {
        let field = condition["field"].as_str().unwrap_or_default();
        let (own, other) = (&row[field], &condition["value"]);
        match condition["op"].as_str() {
            Some("exist") => !own.is_null(),
            Some("gt") => own.as_i64() > other.as_i64(),
            Some("lte") => day(own) <= day(other),
            Some("gte") => day(own) >= day(other),
            other => panic!("no filter is called {other:?}"),
        }
    };
    let filter = asked["filter"].as_array().expect("Autotask asks for a filter");
    assert!(!filter.is_empty(), "Autotask refuses a filter without a condition");
    let mut fitting: Vec<Value> =
        rows.iter().filter(|row| filter.iter().all(|one| fits(row, one))).cloned().collect();
    fitting.sort_by_key(|row| row["id"].as_i64());
    fitting
}

fn autotask(rows: &[Value], asked: &Asked, base: &str, fault: Option<&Does>) -> Value {
    let mut wanted = asked.json();
    if matches!(fault, Some(Does::RepeatsPage(_))) {
        let filter = wanted["filter"].as_array_mut().expect("Autotask asks for a filter");
        filter.retain(|condition| condition["op"] != "gt");
    }
    let rows = fitting(rows, &wanted);
    let size = wanted["MaxRecords"].as_u64().unwrap_or(500).min(500) as usize;
    let (part, size) = part(&rows, 0, size, fault);
    let next = format!("{base}{}/next?paging=%7b%7d", asked.path);
    let next = if rows.len() > size { json!(next) } else { Value::Null };
    json!({
        "items": part,
        "pageDetails": {
            "count": part.len(),
            "requestCount": size,
            "prevPageUrl": null,
            "nextPageUrl": next,
        },
    })
}

/// Counts the rows of the page, as Partner Center does.
fn partner_center(rows: &[Value], asked: &Asked, fault: Option<&Does>) -> Value {
    let size = asked.number("size", 500);
    let token = asked.headers.get("ms-continuationtoken");
    let number = match token.and_then(|token| token.strip_prefix("page-")) {
        Some(number) => number.parse().expect("a token of this server"),
        None => asked.number("offset", 0).div_ceil(size),
    };
    let (part, size) = part(rows, number, size, fault);
    let mut links = json!({ "self": { "uri": asked.path, "method": "GET", "headers": [] } });
    if (number + 1) * size < rows.len() {
        let token = format!("page-{}", number + 1);
        links["next"] = json!({
            "uri": format!("{}?size={size}&seekOperation=Next", asked.path),
            "method": "GET",
            "headers": [{ "key": "MS-ContinuationToken", "value": token }],
        });
    }
    json!({ "totalCount": counted(part, fault), "items": part, "links": links })
}

fn halopsa(name: &str, rows: &[Value], asked: &Asked, fault: Option<&Does>) -> Value {
    let is_paged = asked.query.get("pageinate").is_some_and(|text| text == "true");
    let (number, size) = match is_paged {
        true => (asked.number("page_no", 1), asked.number("page_size", 50).min(100)),
        false => (1, 50),
    };
    let (part, _) = part(rows, number - 1, size, fault);
    json!({ "record_count": counted(rows, fault), name: part })
}

fn kaseya(rows: &[Value], query: &HashMap<String, String>, fault: Option<&Does>) -> Value {
    let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
    let first = usize::from(!matches!(fault, Some(Does::CountsPagesFromNought)));
    let page = number("PageNumber").unwrap_or(first).saturating_sub(first);
    let (part, _) = part(rows, page, number("PageSize").unwrap_or(25), fault);
    json!({ "success": true, "result": part, "totalRecords": counted(rows, fault) })
}

fn uncounted(mut answer: Value) -> Value {
    answer.as_object_mut().expect("an answer is an object").remove("totalRecords");
    answer
}

fn kaseya_lines(rows: &[Value], asked: &Asked, fault: Option<&Does>) -> Value {
    let wanted = asked.json();
    let ids = wanted["Filter"]["ListInvoiceIds"].as_str().expect("invoices are named");
    let ids: Vec<&str> = ids.split(',').collect();
    let is_wanted = |row: &&Value| ids.contains(&row["invoiceId"].to_string().as_str());
    let rows: Vec<Value> = rows.iter().filter(is_wanted).cloned().collect();
    let query = ["PageNumber", "PageSize"].map(|name| (name.to_owned(), wanted[name].to_string()));
    uncounted(kaseya(&rows, &query.into(), fault))
}
