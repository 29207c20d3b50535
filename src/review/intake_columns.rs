//! A file nobody could read by its headers: its first rows, and a person says which column is what. The answer
//! is written to `seatdrift.toml`, and holds for the same export of other months.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::ReviewError;
use super::decision_from_form::{Fields, field};
use super::handlers::{Handlers, see};
use super::layout::{Reloads, rendered};
use super::refusal::{Refusal, not_found, sentence};
use seatdrift_core::domain::Side;
use seatdrift_engine::error::with_causes;
use seatdrift_engine::incoming::{self, first_rows, pattern, say_of_exports};
use seatdrift_ingest::{BlankClient, DateOrderWord, DecimalWord, ExportProfile, Field, Preview};

/// What a column can be called on the page, those first that every export has.
const CHOICES: [Field; 14] = [
    Field::ClientName,
    Field::ProductName,
    Field::Quantity,
    Field::UnitCost,
    Field::UnitPrice,
    Field::Amount,
    Field::ClientId,
    Field::Sku,
    Field::PeriodStart,
    Field::PeriodEnd,
    Field::Currency,
    Field::Agreement,
    Field::ChargeType,
    Field::Status,
];

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<main class="narrow wide"><article class="card room" id="card"><p class="kind">Files</p><h1 id="what" tabindex="-1">{{ name }}</h1>
<p class="why">Say which column is what. Only the client, the product and the quantity are needed; prices help. The answer holds for this export in other months too.</p>
{% if !problem.is_empty() %}<p class="problem" role="alert">{{ problem }}</p>{% endif %}
<form method="post" action="/files/columns" class="columns"><input type="hidden" name="csrf" value="{{ csrf }}"><input type="hidden" name="name" value="{{ name }}">
<p class="buttons"><label>It is <select name="side"><option value="vendor"{% if side != "psa" %} selected{% endif %}>what a vendor charges</option><option value="psa"{% if side == "psa" %} selected{% endif %}>what we bill</option></select></label>
<label>Dates <select name="dates"><option value="">as found</option><option value="dmy">day first, 31/12/2026</option><option value="mdy">month first, 12/31/2026</option></select></label>
<label>Decimals <select name="decimal"><option value="">as found</option><option value=".">1.50</option><option value=",">1,50</option></select></label>
<label>No client in a row <select name="blank"><option value="">as found</option><option value="above">the client above</option><option value="none">nobody’s</option></select></label></p>
<div class="scroll" role="group" aria-label="First rows" tabindex="0"><table><thead><tr><th scope="col">Header</th>{% for column in columns %}<th scope="col"><label><span class="unseen">Column {{ loop.index }}, {{ column.header }}</span><select name="column-{{ loop.index0 }}" data-column><option value="">–</option>{% for one in fields %}<option value="{{ one.0 }}"{% if column.chosen == one.0 %} selected{% endif %}>{{ one.1 }}</option>{% endfor %}</select></label></th>{% endfor %}</tr></thead>
<tbody>{% for row in rows %}<tr><td><label><span class="unseen">Row {{ row.number }} is the header</span><input type="radio" name="header" value="{{ row.number }}"{% if row.is_header %} checked{% endif %}> {{ row.number }}</label></td>{% for cell in row.cells %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table></div>
<p><button class="main">Read it so</button> <a href="/files">Back</a></p></form>
</article></main>"##
)]
struct ColumnsView<'a> {
    csrf: &'a str,
    name: &'a str,
    problem: String,
    side: &'a str,
    fields: Vec<(&'static str, String)>,
    columns: Vec<Column>,
    rows: Vec<RowView>,
}

struct Column {
    header: String,
    chosen: String,
}

struct RowView {
    number: u64,
    is_header: bool,
    cells: Vec<String>,
}

impl Handlers {
    pub(super) fn columns_page(&self, fields: &Fields) -> Result<Response, Refusal> {
        let name = field(fields, "name").to_owned();
        let Some(preview) = self.preview(&name)? else { return Ok(not_found()) };
        let words = self.review.intake.unclear(&name);
        let page = self.columns(&name, &preview, fields, &words)?;
        Ok(Html(page).into_response())
    }

    fn preview(&self, name: &str) -> Result<Option<Preview>, Refusal> {
        let workspace = self.review.intake.workspace();
        let waiting = incoming::waiting(&workspace).map_err(ReviewError::from)?;
        if !waiting.iter().any(|known| known == name) {
            return Ok(None);
        }
        Ok(first_rows(&workspace, name).ok())
    }

    fn columns(
        &self,
        name: &str,
        preview: &Preview,
        fields: &Fields,
        problem: &str,
    ) -> Result<String, Refusal> {
        let header_row = field(fields, "header").parse().unwrap_or(preview.header_row);
        let width = preview.rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let header = preview.rows.iter().find(|(number, _)| *number == header_row);
        let column = |idx: usize| Column {
            header: header.and_then(|(_, cells)| cells.get(idx)).cloned().unwrap_or_default(),
            chosen: field(fields, &format!("column-{idx}")).to_owned(),
        };
        let row = |(number, cells): &(u64, Vec<String>)| {
            let mut cells = cells.clone();
            cells.resize(width, String::new());
            RowView { number: *number, is_header: *number == header_row, cells }
        };
        let view = ColumnsView {
            csrf: &self.guard.csrf,
            name,
            problem: sentence(problem),
            side: field(fields, "side"),
            fields: CHOICES.map(|one| (one.word(), one.holds().to_owned())).to_vec(),
            columns: (0..width).map(column).collect(),
            rows: preview.rows.iter().map(row).collect(),
        };
        self.files_frame("Which column is what", rendered(&view), Reloads::No)
    }

    /// Writes what a person says of the columns to `seatdrift.toml`, and looks at the file again.
    pub(super) fn say_columns(&self, fields: &Fields) -> Result<Response, Refusal> {
        self.own_form(fields)?;
        let name = field(fields, "name").to_owned();
        let Some(preview) = self.preview(&name)? else { return Ok(not_found()) };
        let asked_again = |words: &str| -> Result<Response, Refusal> {
            let page = self.columns(&name, &preview, fields, words)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        };
        let profile = match profile(&name, &preview, fields) {
            Ok(profile) => profile,
            Err(words) => return asked_again(&words),
        };
        let intake = &self.review.intake;
        let said = say_of_exports(&mut intake.workspace_mut(), &profile);
        if let Err(error) = said {
            return asked_again(&with_causes(&error));
        }
        intake.forget(&name);
        intake.look_at(&name);
        match intake.unclear(&name).as_str() {
            "" => Ok(see("/files".to_owned())),
            words => asked_again(words),
        }
    }
}

/// What a form says of an export, or what it lacks.
fn profile(name: &str, preview: &Preview, fields: &Fields) -> Result<ExportProfile, String> {
    let side = if field(fields, "side") == "psa" { Side::Psa } else { Side::Vendor };
    let header_row: u64 = field(fields, "header").parse().unwrap_or(preview.header_row);
    let header = preview.rows.iter().find(|(number, _)| *number == header_row);
    let header = header.map(|(_, cells)| cells.as_slice()).unwrap_or_default();
    let mut profile = ExportProfile::new(side);
    profile.file = Some(pattern(name));
    profile.sheet.clone_from(&preview.sheet);
    profile.header_row = Some(header_row);
    for (idx, text) in header.iter().enumerate() {
        let word = field(fields, &format!("column-{idx}"));
        let Some(chosen) = CHOICES.into_iter().find(|one| one.word() == word) else { continue };
        if text.is_empty() {
            return Err(format!(
                "the column of {} has no name in row {header_row}",
                chosen.holds()
            ));
        }
        // The second column of a name is told by its number.
        let same = header[..=idx].iter().filter(|other| *other == text).count();
        let named = if same == 1 { text.clone() } else { format!("{text} ({same})") };
        if profile.columns.insert(chosen, named).is_some() {
            return Err(format!("two columns are called {}: choose one", chosen.holds()));
        }
    }
    profile.date_order = match field(fields, "dates") {
        "dmy" => Some(DateOrderWord::Dmy),
        "mdy" => Some(DateOrderWord::Mdy),
        _ => None,
    };
    profile.decimal = match field(fields, "decimal") {
        "." => Some(DecimalWord::Dot),
        "," => Some(DecimalWord::Comma),
        _ => None,
    };
    profile.blank_client = match field(fields, "blank") {
        "above" => Some(BlankClient::Above),
        "none" => Some(BlankClient::None),
        _ => None,
    };
    Ok(profile)
}
