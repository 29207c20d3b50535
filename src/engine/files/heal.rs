//! What a command that was broken off left behind, put right by the next one that locks the workspace.

use std::path::Path;

use super::change::{clear, take_back};
use super::disk;
use super::error::FileError;
use super::place::Place;
use super::read::{all_names_in, is_taken};
use super::{is_staging, record};

/// Puts a workspace right whose lock is held: a change whose record is found is taken back, and hidden folders
/// that nobody waits for are removed, unless one holds the only copy of something. Says in sentences what was
/// done; `tops` are the workspace's folders.
///
/// # Errors
///
/// [`FileError::NotPutBack`] when something cannot be put back, [`FileError::Record`] for a record that no
/// change writes, [`FileError::Io`] when a folder cannot be listed.
pub fn heal(root: &Path, tops: &[&str]) -> Result<Vec<String>, FileError> {
    let mut said = Vec::new();
    if let Some(places) = record::read(root)? {
        take_back(root, &places, || "a command was broken off while it wrote".to_owned())?;
        record::remove(root)?;
        clear(root, &places, &[]);
        said.push(taken_back_words(&places));
    }
    record::remove_unfinished(root)?;
    for top in tops {
        for name in all_names_in(&root.join(top))?.iter().filter(|name| is_staging(name)) {
            said.extend(left_over(&root.join(top), name)?);
        }
    }
    Ok(said)
}

fn taken_back_words(places: &[Place]) -> String {
    let mut words: Vec<&str> = places.iter().map(|place| place.path.as_str()).collect();
    words.sort_unstable();
    let (last, before) = words.split_last().expect("a change has a place");
    let (they, are) = if before.is_empty() { ("it", "is") } else { ("they", "are") };
    let (were, list) = match before {
        [] => ("was", (*last).to_owned()),
        _ if words.len() <= MOST_NAMED => ("were", format!("{} and {last}", before.join(", "))),
        _ => ("were", format!("{}, … and {last}", words[..MOST_NAMED - 1].join(", "))),
    };
    format!(
        "a command was broken off before {list} {were} written: {they} {are} what {they} {were} before; \
         run it again"
    )
}

/// Places named one by one.
const MOST_NAMED: usize = 6;

/// Removes a hidden file or folder that no record names. What waits in it to be put back, and is nowhere else,
/// is put back first; what does not say where it belongs stays, and a sentence says so.
fn left_over(top: &Path, name: &str) -> Result<Option<String>, FileError> {
    let hidden = top.join(name);
    if !hidden.is_dir() {
        let _ = disk::remove_file(&hidden);
        return Ok(None);
    }
    let old = hidden.join("old");
    let mut put_back = Vec::new();
    for inside in all_names_in(&old)? {
        // A version before put the files themselves there.
        if !old.join(&inside).is_dir() {
            match hidden.join("new").is_dir() {
                true => return Ok(Some(unknown_words(&old))),
                false => continue,
            }
        }
        put_back.extend(only_copies(&old.join(&inside), &top.join(&inside))?);
    }
    for entry in all_names_in(top)? {
        let _ = disk::remove_file(&top.join(entry).join(name));
    }
    let _ = disk::remove_dir_all(&hidden);
    Ok((!put_back.is_empty()).then(|| {
        format!("{} was missing and is put back: a command was broken off", put_back.join(", "))
    }))
}

/// Puts back a folder that is missing, or its files that are. Names what it put back.
fn only_copies(old: &Path, place: &Path) -> Result<Vec<String>, FileError> {
    let put = |from: &Path, to: &Path| {
        disk::rename(from, to).map_err(|source| FileError::NotPutBack {
            because: "a command was broken off".to_owned(),
            path: to.to_owned(),
            kept: Some(from.to_owned()),
            source,
        })
    };
    if !is_taken(place)? {
        put(old, place)?;
        return Ok(vec![place.display().to_string()]);
    }
    // Only a month's folder in the history has files that are replaced one by one.
    let is_partition = place.file_name().is_some_and(|name| name.to_string_lossy().contains('='));
    let mut put_back = Vec::new();
    for file in if is_partition { all_names_in(old)? } else { Vec::new() } {
        if !is_taken(&place.join(&file))? {
            put(&old.join(&file), &place.join(&file))?;
            put_back.push(place.join(&file).display().to_string());
        }
    }
    Ok(put_back)
}

fn unknown_words(old: &Path) -> String {
    format!(
        "{} holds what an earlier version was replacing when it was broken off, and does not say for \
         which month: if a month is missing, load its exports again; then remove that hidden folder",
        old.display()
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::PathBuf;

    use super::super::change::{Change, Means};
    use super::*;

    const TOPS: [&str; 3] = ["history", "models", "runs"];

    /// A workspace with one month scored: its history and its run.
    fn workspace() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let put = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        put("history/month=2026-10/lines.parquet", "old");
        put("runs/2026-10/run.json", "old");
        put("runs/2026-10/only-then.csv", "old");
        folder
    }

    /// The same month scored again, the next one for the first time, and a model.
    fn change(root: &Path) -> Change {
        let change = Change::new(root);
        for month in ["2026-10", "2026-11"] {
            let lines = root.join(format!("history/month={month}/lines.parquet"));
            change.stage_file(&lines, b"new").unwrap();
            let run = [("run.json", "new"), ("flags.csv", "new")];
            change.stage_folder(&root.join("runs").join(month), &run).unwrap();
        }
        change.stage_file(&root.join("models/sku-pairs-0001.model"), b"new").unwrap();
        change
    }

    /// Every file of a workspace.
    fn files(root: &Path) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        let text = fs::read_to_string(&path).unwrap();
                        found.insert(path.strip_prefix(root).unwrap().to_owned(), text);
                    }
                }
            }
        }
        found
    }

    fn n_steps(means: Means) -> usize {
        let folder = workspace();
        change(folder.path()).begin(means).unwrap().unwrap().steps.len()
    }

    #[test]
    fn what_is_committed_is_all_there_and_leaves_nothing_behind() {
        for means in [Means::OfTheDisk, Means::RenamesAlone] {
            let folder = workspace();
            let root = folder.path();
            change(root).begin(means).unwrap().unwrap().carry_out().unwrap();
            let found = files(root);
            assert!(found.values().all(|text| text == "new"), "{found:?}");
            assert_eq!(found.len(), 7, "{found:?}");
            assert_eq!(heal(root, &TOPS).unwrap(), Vec::<String>::new());
            assert_eq!(files(root), found);
        }
    }

    #[test]
    fn killed_at_any_step_everything_is_what_it_was() {
        for means in [Means::OfTheDisk, Means::RenamesAlone] {
            for n in 0..=n_steps(means) {
                let folder = workspace();
                let root = folder.path();
                let before = files(root);
                change(root).begin(means).unwrap().unwrap().take(n).unwrap();
                let said = heal(root, &TOPS).unwrap();
                assert_eq!(files(root), before, "{means:?}, killed after step {n}");
                assert_eq!(said.len(), 1);
                assert!(said[0].contains("history/month=2026-10/lines.parquet"), "{}", said[0]);
                assert!(said[0].ends_with("they are what they were before; run it again"));
                assert_eq!(heal(root, &TOPS).unwrap(), Vec::<String>::new());
                assert!(!root.join("history/month=2026-11").exists());
            }
        }
    }

    #[test]
    fn killed_while_it_takes_back_it_is_taken_back_the_next_time() {
        for means in [Means::OfTheDisk, Means::RenamesAlone] {
            for n_back in 0..=5 {
                let folder = workspace();
                let root = folder.path();
                let before = files(root);
                change(root).begin(means).unwrap().unwrap().take(n_steps(means)).unwrap();
                let places = record::read(root).unwrap().unwrap();
                places.iter().take(n_back).for_each(|place| place.take_back(root).unwrap());
                heal(root, &TOPS).unwrap();
                assert_eq!(files(root), before, "{means:?}, killed after {n_back} places");
            }
        }
    }

    #[test]
    fn what_was_not_replaced_yet_needs_no_call_to_be_put_back() {
        for means in [Means::OfTheDisk, Means::RenamesAlone] {
            let folder = workspace();
            let begun = change(folder.path()).begin(means).unwrap().unwrap();
            begun.take(0).unwrap();
            for place in record::read(folder.path()).unwrap().unwrap() {
                assert_eq!(place.old_copy(folder.path()).unwrap(), None, "{}", place.path);
            }
        }
    }

    #[test]
    fn killed_before_it_is_written_down_it_leaves_nothing() {
        let folder = workspace();
        let root = folder.path();
        let before = files(root);
        std::mem::forget(change(root));
        assert_ne!(files(root), before);
        assert_eq!(heal(root, &TOPS).unwrap(), Vec::<String>::new());
        assert_eq!(files(root), before);
    }

    #[test]
    fn killed_after_it_was_carried_out_it_stays_carried_out() {
        let folder = workspace();
        let root = folder.path();
        let begun = change(root).begin(Means::OfTheDisk).unwrap().unwrap();
        begun.take(begun.steps.len()).unwrap();
        record::remove(root).unwrap();
        assert_eq!(heal(root, &TOPS).unwrap(), Vec::<String>::new());
        let found = files(root);
        assert!(found.values().all(|text| text == "new") && found.len() == 7, "{found:?}");
    }

    #[test]
    fn a_copy_of_a_workspace_that_was_broken_off_is_put_right_too() {
        let folder = workspace();
        let begun = change(folder.path()).begin(Means::OfTheDisk).unwrap().unwrap();
        begun.take(3).unwrap();
        let copy = tempfile::tempdir().unwrap();
        for (path, text) in files(folder.path()) {
            let path = copy.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        heal(copy.path(), &TOPS).unwrap();
        assert_eq!(files(copy.path()), files(workspace().path()));
    }

    #[test]
    fn what_cannot_be_put_back_keeps_its_old_copy_and_is_put_back_the_next_time() {
        let folder = workspace();
        let root = folder.path();
        let before = files(root);
        let begun = change(root).begin(Means::RenamesAlone).unwrap().unwrap();
        // The first place of the list: its old file has left, its new one has not come.
        begun.take(1).unwrap();
        let run = root.join("runs/2026-10");
        let away = root.join("runs/2026-10.away");
        fs::rename(&run, &away).unwrap();
        let places = record::read(root).unwrap().unwrap();
        let of_run = places.iter().find(|place| place.path == "runs/2026-10").unwrap();
        fs::create_dir_all(of_run.old(root).parent().unwrap()).unwrap();
        fs::rename(&away, of_run.old(root)).unwrap();
        // What the folder was in takes nothing: a file stands where it was.
        fs::rename(root.join("runs"), root.join("runs.away")).unwrap();
        fs::write(root.join("runs"), "in the way").unwrap();
        let error = heal(root, &TOPS).unwrap_err().to_string();
        assert!(error.contains("could not be put back"), "{error}");
        fs::remove_file(root.join("runs")).unwrap();
        fs::rename(root.join("runs.away"), root.join("runs")).unwrap();
        heal(root, &TOPS).unwrap();
        assert_eq!(files(root), before);
    }

    #[test]
    fn the_only_copy_of_a_month_is_put_back_and_said_even_without_a_record() {
        let folder = workspace();
        let root = folder.path();
        let before = files(root);
        let begun = change(root).begin(Means::RenamesAlone).unwrap().unwrap();
        let first_of_run = begun.steps.iter().position(|step| format!("{step:?}").contains("runs"));
        begun.take(first_of_run.unwrap() + 1).unwrap();
        fs::remove_file(record::path(root)).unwrap();
        fs::remove_file(root.join("history/month=2026-10/lines.parquet")).unwrap();
        let said = heal(root, &TOPS).unwrap().join("\n");
        assert!(said.contains("lines.parquet was missing and is put back"), "{said}");
        assert!(said.contains("runs/2026-10 was missing and is put back"), "{said}");
        assert_eq!(files(root), before);
    }

    #[test]
    fn what_an_earlier_version_left_is_kept_while_it_may_be_a_month_that_is_missing() {
        let folder = workspace();
        let root = folder.path();
        let hidden = root.join("history/.seatdrift-cwDfWb");
        for room in ["old", "new"] {
            fs::create_dir_all(hidden.join(room)).unwrap();
            fs::write(hidden.join(room).join("lines.parquet"), room).unwrap();
        }
        let said = heal(root, &TOPS).unwrap().join("\n");
        assert!(said.contains("load its exports again"), "{said}");
        assert!(hidden.join("old/lines.parquet").is_file());
        fs::remove_dir_all(hidden.join("new")).unwrap();
        assert_eq!(heal(root, &TOPS).unwrap(), Vec::<String>::new());
        assert!(!hidden.exists(), "its new file had taken its place");
    }

    #[test]
    fn a_record_that_no_change_writes_moves_nothing() {
        let place = r#"{"layout":1,"places":[{"path":"PATH","kind":"file","waits_in":"WAITS","was_there":true}]}"#;
        let filled = |path: &str, waits: &str| place.replace("PATH", path).replace("WAITS", waits);
        let hidden = "runs/.seatdrift-a1B2c3";
        for text in [
            "{".to_owned(),
            filled("runs/../../etc/passwd", hidden),
            filled("/etc/passwd", hidden),
            filled("runs//2026-10", hidden),
            filled("history/2026-10", hidden),
            filled("runs/2026-10", "runs/2026-09"),
            filled("runs/2026-10", "../.seatdrift-a1B2c3"),
            filled("runs/2026-10", hidden).replace("\"layout\":1", "\"layout\":2"),
        ] {
            let folder = workspace();
            fs::write(record::path(folder.path()), &text).unwrap();
            let before = files(folder.path());
            let error = heal(folder.path(), &TOPS).unwrap_err();
            assert!(matches!(error, FileError::Record { .. }), "{text}: {error}");
            assert_eq!(files(folder.path()), before);
        }
    }
}
