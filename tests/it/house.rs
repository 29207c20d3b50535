//! The house rules that neither cargo nor the compiler holds: who may use whom inside a crate, and where.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Modules that use the disk although it comes later in their crate's `lib.rs`.
const MAY_USE_FILES: [&str; 2] = ["history", "workspace"];

/// Crates whose `lib.rs` lists modules in the order data flows.
const IN_ORDER: [&str; 6] = ["core", "engine", "report", "connect", "watch", "lab"];

/// Outside crates and the rooms of the core they live in; between crates, their manifests say it.
const ROOMS: [(&str, &[&str]); 7] = [
    ("linfa", &["pair_classifier", "seat_trend"]),
    ("linfa_logistic", &["pair_classifier", "seat_trend"]),
    ("ndarray", &["features", "pair_classifier", "seat_trend", "assignment", "tables"]),
    ("strsim", &["features", "normalise"]),
    ("bincode", &["model_file"]),
    ("encoding_rs", &["normalise"]),
    ("csv", &["decisions"]),
];

struct Source {
    /// The crate's folder below `src`: `core`, `cli`.
    member: String,
    /// The module of the crate: `pair_classifier`.
    room: String,
    path: PathBuf,
    /// The code, without its unit tests.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let (mut sources, mut test_files) = (Vec::new(), Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let inside = path.strip_prefix(&root).expect("found below src");
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let mut parts = inside.components().map(|part| Path::new(part.as_os_str()));
            let stem =
                |part: &Path| part.file_stem().expect("a name").to_string_lossy().into_owned();
            let member = stem(parts.next().expect("a file has a name"));
            let room = parts.next().map_or_else(|| member.clone(), stem);
            let text = fs::read_to_string(&path).expect("sources are UTF-8");
            let code =
                text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            test_files.extend(declared_for_tests(&path, &code));
            sources.push(Source { member, room, path, code });
        }
    }
    sources.retain(|source| !test_files.contains(&source.path));
    sources.sort_by(|left, right| left.path.cmp(&right.path));
    sources
}

/// The files of the modules that a file declares for its tests only.
fn declared_for_tests(path: &Path, code: &str) -> Vec<PathBuf> {
    let is_root = path.file_stem().is_some_and(|stem| stem == "mod" || stem == "lib");
    let folder = if is_root {
        path.parent().expect("a file is in a folder").into()
    } else {
        path.with_extension("")
    };
    let declarations = code.split("#[cfg(test)]\n").skip(1);
    let names = declarations.filter_map(|rest| {
        let (declaration, _) = rest.split_once(';')?;
        let (_, name) = declaration.rsplit_once("mod ")?;
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some(name)
    });
    names.map(|name| folder.join(name).with_extension("rs")).collect()
}

/// Modules in the order of a crate's `lib.rs`.
fn order(member: &str) -> BTreeMap<String, usize> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(member).join("lib.rs");
    let text = fs::read_to_string(path).expect("the crate has a lib.rs");
    let modules = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.enumerate().map(|(position, name)| (name.to_owned(), position)).collect()
}

fn code_lines(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let lines = source.code.lines().enumerate();
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn a_stage_uses_earlier_stages_only() {
    let mut wrong = Vec::new();
    for member in IN_ORDER {
        let order = order(member);
        assert!(!order.is_empty(), "src/{member}/lib.rs lists the modules one a line");
        for source in sources().iter().filter(|source| source.member == member) {
            let Some(own) = order.get(&source.room) else { continue };
            for (idx, line) in code_lines(source) {
                for used in line.split("crate::").skip(1) {
                    let name: String = used
                        .chars()
                        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                        .collect();
                    let Some(position) = order.get(&name) else { continue };
                    let is_disk = name == "files" && MAY_USE_FILES.contains(&source.room.as_str());
                    if position > own && !is_disk {
                        wrong.push(format!("{}:{}: uses {name}", source.path.display(), idx + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "later stages are used:\n{}", wrong.join("\n"));
}

#[test]
fn each_outside_crate_stays_in_its_room() {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|source| source.member == "core") {
        for (idx, line) in code_lines(&source) {
            for (name, rooms) in ROOMS {
                let used = line.trim_start().starts_with(&format!("use {name}::"))
                    || line.contains(&format!(" {name}::"))
                    || line.contains(&format!("({name}::"));
                if used && !rooms.contains(&source.room.as_str()) {
                    wrong.push(format!("{}:{}: uses {name}", source.path.display(), idx + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "crates outside their rooms:\n{}", wrong.join("\n"));
}

#[test]
fn the_disk_is_reached_through_files_alone() {
    let calls = |line: &str| line.contains("std::fs") || line.contains("File::open");
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| (source.member.as_str(), source.room.as_str()) != ("engine", "files"))
        .flat_map(|source| {
            let lines = code_lines(source).filter(|(_, line)| calls(line));
            lines
                .map(|(idx, _)| format!("{}:{}", source.path.display(), idx + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "std::fs outside src/engine/files:\n{}", wrong.join("\n"));
}

#[test]
fn no_file_needs_to_be_two() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.code.lines().count() > 400)
        .map(|source| format!("{}: {}", source.path.display(), source.code.lines().count()))
        .collect();
    assert!(long.is_empty(), "files above 400 lines:\n{}", long.join("\n"));
}
