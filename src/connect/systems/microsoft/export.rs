//! The rows of an invoice as Graph exports them: asked for, waited for, listed in a manifest, and fetched by signed
//! links that are written nowhere.

use std::io::Read;
use std::time::Duration;

use flate2::read::MultiGzDecoder;

use super::Microsoft;
use crate::address::Address;
use crate::ask::{Answer, Ask, Body, Keep, ReadingPost};
use crate::json::{self, Json, Object};
use crate::secret::Secret;
use crate::signed_in::good;
use crate::source::Count;
use crate::trouble::Trouble;

/// How long is waited between two looks, in seconds, where the server does not say.
///
/// Source: Graph partner billing API, "Get operation".
const LOOK_AGAIN: u64 = 10;

/// The error that stands for an export without a row.
///
/// Source: as above, "failed operation".
const NO_DATA: &str = "5000";

/// Keys in answers: they are kept without them, and so asked for anew when a pull goes on.
const KEYS: Keep = Keep::Without(&["sasToken"]);

/// Largest part once unpacked, in bytes.
const LARGEST: u64 = 1 << 30;

/// The lines of an export, unpacked, a part each.
///
/// # Errors
///
/// [`Trouble`] where it cannot be had whole.
pub(super) async fn parts(
    tenant: &Microsoft<'_>,
    what: &str,
    post: &ReadingPost,
    body: Body,
) -> Result<Vec<Vec<u8>>, Trouble> {
    let Some(manifest) = manifest(tenant, what, post, body).await? else { return Ok(Vec::new()) };
    let mut parts = Vec::new();
    for (position, name) in manifest.names.iter().enumerate() {
        let what = format!("{what}, part {} of {}", position + 1, manifest.names.len());
        let link = manifest.root.at("{}", &[name]).signed_by(&manifest.key);
        let mut ask = Ask::get(&what, link).hides(&manifest.key).kept(Keep::Whole);
        for key in signatures(&manifest.key) {
            ask = ask.hides(&key);
        }
        let answer = good(&super::SYSTEM, &ask, tenant.asker.ask(ask.clone()).await?)?;
        parts.push(unpacked(&what, &answer)?);
    }
    Ok(parts)
}

/// Where an operation is looked at.
pub(super) fn operation(tenant: &Microsoft<'_>, id: &str) -> Address {
    tenant.graph_base.at("reports/partners/billing/operations/{}", &[id])
}

/// The parts of an export.
struct Manifest {
    root: Address,
    key: Secret,
    names: Vec<String>,
}

impl Manifest {
    fn of(tenant: &Microsoft<'_>, what: &str, said: &Object<'_>) -> Result<Self, Trouble> {
        let format = said.text("dataFormat");
        if !format.is_empty() && !format.eq_ignore_ascii_case("compressedJSONLines") {
            return Err(Trouble::not_understood(what, "compressed lines of JSON", format));
        }
        let blobs = said.get("blobs").map(|blobs| blobs.objects(what)).transpose()?;
        let names: Vec<String> =
            blobs.unwrap_or_default().iter().map(|blob| blob.text("name")).collect();
        Count::tied(&format!("{what}, parts"), names.len(), said.count("blobCount"))?;
        Ok(Self {
            root: tenant.asker.named_by_server(what, &said.text("rootDirectory"))?,
            key: Secret::new(said.text("sasToken")),
            names,
        })
    }
}

/// The manifest of an export when it is ready; `None` where it has no row.
async fn manifest(
    tenant: &Microsoft<'_>,
    what: &str,
    post: &ReadingPost,
    body: Body,
) -> Result<Option<Manifest>, Trouble> {
    let ask = Ask::post(what, post, &tenant.graph_base, &[], body).kept(KEYS);
    let mut answer = tenant.graph.ask(ask).await?;
    let address = operation_of(tenant, what, &answer)?;
    loop {
        let wait = answer.header("retry-after").and_then(|text| text.trim().parse().ok());
        let wait = Duration::from_secs(wait.unwrap_or(LOOK_AGAIN).max(1));
        let looked = format!("{what}, being made ready");
        let ask = Ask::get(&looked, address.clone()).kept(KEYS).after(wait);
        answer = tenant.graph.ask(ask).await?;
        let whole = json::read(&looked, &answer.body)?;
        let said = whole.object().ok_or_else(|| whole.wrong(&looked, "an operation"))?;
        match said.text("status").to_lowercase().as_str() {
            "notstarted" | "running" => {}
            "succeeded" | "completed" => return ready(tenant, what, &said).await.map(Some),
            "failed" if said.inner("error", "code") == NO_DATA => return Ok(None),
            "failed" => {
                let why = said.inner("error", "message");
                return Err(Trouble::CannotBeRead(format!(
                    "{what}: Microsoft could not make the export ready: {why}"
                )));
            }
            other => {
                let found = format!("{other:?}");
                return Err(Trouble::not_understood(&looked, "the state of an operation", found));
            }
        }
    }
}

/// The operation that an answer names: in a header, or in its text.
fn operation_of(tenant: &Microsoft<'_>, what: &str, answer: &Answer) -> Result<Address, Trouble> {
    if let Some(location) = answer.header("location") {
        return tenant.asker.named_by_server(what, location);
    }
    let said = json::read(what, &answer.body).ok().and_then(Json::object);
    let id = said.map(|said| said.text("id")).filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Trouble::not_understood(what, "an operation to wait for", "none"))?;
    Ok(operation(tenant, &id))
}

/// The manifest of an operation that has succeeded: in it, or where it says.
async fn ready(tenant: &Microsoft<'_>, what: &str, said: &Object<'_>) -> Result<Manifest, Trouble> {
    if let Some(manifest) = said.get("resourceLocation").and_then(Json::object) {
        return Manifest::of(tenant, what, &manifest);
    }
    let link = said.text("resourceLocation@odata.navigationLink");
    let link = if link.is_empty() { said.text("resourceLocation") } else { link };
    let id = link.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    if id.is_empty() {
        return Err(Trouble::not_understood(what, "a manifest", "none"));
    }
    let address = tenant.graph_base.at("reports/partners/billing/manifests/{}", &[id]);
    let what = format!("{what}, its parts");
    let answer = tenant.graph.ask(Ask::get(&what, address).kept(KEYS)).await?;
    let whole = json::read(&what, &answer.body)?;
    let manifest = whole.object().ok_or_else(|| whole.wrong(&what, "a manifest"))?;
    Manifest::of(tenant, &what, &manifest)
}

/// What signs a link, as it is written there and as it is meant: servers repeat it when they refuse.
fn signatures(key: &Secret) -> Vec<Secret> {
    let pairs = key.expose().split('&').filter_map(|pair| pair.split_once('='));
    let written = pairs.filter(|(name, _)| *name == "sig").map(|(_, value)| value);
    let meant =
        |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    written.flat_map(|text| [Secret::new(text), Secret::new(meant(text))]).collect()
}

/// The lines of a part. Whatever is between may have unpacked them already.
fn unpacked(what: &str, answer: &Answer) -> Result<Vec<u8>, Trouble> {
    if !answer.body.starts_with(&[0x1f, 0x8b]) {
        return Ok(answer.body.clone());
    }
    let mut bytes = Vec::new();
    let mut lines = MultiGzDecoder::new(&answer.body[..]).take(LARGEST + 1);
    match lines.read_to_end(&mut bytes) {
        Ok(n_bytes) if n_bytes as u64 > LARGEST => {
            Err(Trouble::not_understood(what, "a part of at most 1 GiB", "more"))
        }
        Ok(_) => Ok(bytes),
        Err(error) => Err(Trouble::not_understood(what, "compressed lines", error.to_string())),
    }
}
