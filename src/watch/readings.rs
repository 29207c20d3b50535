//! Stored readings → snapshots: read as the scoring reads them, so that both count alike.

use std::collections::{BTreeMap, BTreeSet};

use seatdrift_connect::pulled::{FileNote, ReadingNote, readings};
use seatdrift_connect::sheet::Sheet;
use seatdrift_connect::source::{About, LINE};
use seatdrift_connect::tenant::Tenant;
use seatdrift_core::domain::Side;
use seatdrift_engine::workspace::Workspace;
use seatdrift_ingest::{ExportFile, Reading, read_export_on};

use crate::error::WatchError;
use crate::seen::{Entry, Snapshot};

/// The readings of a source that say what was in force on their day, the oldest first.
///
/// # Errors
///
/// [`WatchError::Connect`] for a folder that no pull writes.
pub fn of_days(workspace: &Workspace, tenant: Tenant<'_>) -> Result<Vec<ReadingNote>, WatchError> {
    let mut all = readings(workspace, &tenant.config.name)?;
    // A reading of a month that is over says nothing of the day it was made on.
    all.retain(|note| seatdrift_core::domain::Month::of(note.day) == Some(note.month));
    Ok(all)
}

/// What a reading says of its day.
///
/// # Errors
///
/// [`WatchError`] for a file that is not what a pull writes.
pub fn snapshot(
    workspace: &Workspace,
    side: Side,
    note: &ReadingNote,
) -> Result<Snapshot, WatchError> {
    let mut snapshot = Snapshot {
        source: note.source.clone(),
        side,
        day: note.day,
        entries: BTreeMap::new(),
        unread: BTreeSet::new(),
        is_accepted: note.accepted_fewer,
    };
    for file in note.files.iter().filter(|file| file.about.is(About::Day)) {
        let sheet = note.sheet(workspace, file)?;
        add(&mut snapshot, workspace, (note, file), &sheet)?;
    }
    Ok(snapshot)
}

fn add(
    snapshot: &mut Snapshot,
    workspace: &Workspace,
    (note, file): (&ReadingNote, &FileNote),
    sheet: &Sheet,
) -> Result<(), WatchError> {
    if sheet.header.first().is_none_or(|first| first != LINE) {
        let (source_name, file) = (note.source.clone(), file.file.clone());
        return Err(WatchError::NoIds { source_name, file });
    }
    let name = file.file.strip_suffix(".gz").unwrap_or(&file.file);
    let reading = Reading {
        side: snapshot.side,
        month: note.month,
        currency: workspace.config.currency,
        profiles: &workspace.config.exports,
    };
    let bytes = sheet.csv();
    let read = read_export_on(&ExportFile { name, bytes: &bytes }, &reading, note.day)?;
    // The header is row 1.
    let id = |row: u64| {
        let row = usize::try_from(row).ok().and_then(|row| sheet.rows.get(row.checked_sub(2)?));
        row.map(|cells| cells[0].clone())
    };
    for row in &read.rows {
        let Some(id) = id(row.place.row) else { continue };
        let fresh = || Entry {
            client: row.client.to_string(),
            client_name: row.client_name.to_string(),
            sku: row.sku.to_string(),
            sku_name: row.sku_name.to_string(),
            seats: rust_decimal::Decimal::ZERO,
            unit: row.unit.map(|unit| unit.amount.normalize()),
            currency: row.amount.currency,
        };
        // A subscription in several rows is their sum.
        snapshot.entries.entry(id).or_insert_with(fresh).seats += row.units().0.normalize();
    }
    snapshot.unread.extend(read.rejected.iter().filter_map(|row| id(row.at.place.row)));
    Ok(())
}
