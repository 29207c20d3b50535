//! What the program is made of: crates of the registry under licences that fit, and no unsafe code of ours. Advisories
//! are `cargo deny`'s, which needs the network.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every crate that the program is built from on this machine.
fn packages() -> Vec<Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let rustc = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let host = String::from_utf8(rustc).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned();
    let asked = ["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform"];
    let output = Command::new(cargo).args(asked).arg(host).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    // Those of other platforms are listed too; what is built is in the graph.
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let built: Vec<&Value> = nodes.iter().map(|node| &node["id"]).collect();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages.filter(|package| built.contains(&&package["id"])).cloned().collect()
}

/// The licences that `deny.toml` allows.
fn allowed() -> Vec<String> {
    let settings: toml::Table =
        fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap();
    let allowed = settings["licenses"]["allow"].as_array().unwrap();
    allowed.iter().map(|licence| licence.as_str().unwrap().to_owned()).collect()
}

/// A crate that names no licence: the text beside it is Apache-2.0.
const TEXT_ALONE: [(&str, &str); 1] = [("polars-arrow-format", "Apache-2.0")];

/// Whether an SPDX expression can be met with allowed licences.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let expression = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = expression.split_whitespace().collect();
    let mut at = 0;
    let met = any_of(&words, &mut at, allowed);
    met && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all_of(words, at, allowed);
    }
    met
}

fn all_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one_of(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one_of(words, at, allowed);
    }
    met
}

fn one_of(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = any_of(words, at, allowed);
        *at += 1;
        return met;
    }
    let mut licence = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        licence = format!("{licence} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&licence)
}

#[test]
fn every_crate_comes_from_the_registry_under_a_licence_that_fits() {
    let allowed = allowed();
    assert!(is_met("(MIT OR GPL-3.0) AND Unicode-3.0", &allowed));
    assert!(is_met("Apache-2.0 WITH LLVM-exception OR MIT", &allowed));
    assert!(!is_met("MIT AND GPL-3.0", &allowed) && !is_met("", &allowed));
    let packages = packages();
    assert!(packages.len() > 100, "{}", packages.len());
    let mut wrong = Vec::new();
    for package in &packages {
        let source = package["source"].as_str();
        let is_ours = source.is_none();
        let is_of_registry = source.is_some_and(|source| {
            source == "registry+https://github.com/rust-lang/crates.io-index"
        });
        let by_hand = TEXT_ALONE.iter().find(|(name, _)| package["name"] == *name);
        let by_hand = by_hand.map_or("", |(_, licence)| licence);
        let licence = package["license"].as_str().unwrap_or(by_hand);
        if !is_ours && !is_of_registry || !is_met(licence, &allowed) {
            wrong
                .push(format!("{} {}: {licence}, {source:?}", package["name"], package["version"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_crate_of_ours_has_unsafe_code() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    let members = fs::read_dir(root().join("src")).unwrap().map(|entry| entry.unwrap().path());
    let members = members.map(|folder| folder.join("Cargo.toml")).filter(|path| path.is_file());
    let manifests: Vec<_> = members.chain([root().join("Cargo.toml")]).collect();
    assert_eq!(manifests.len(), 9);
    for path in manifests {
        let manifest: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{}", path.display());
    }
}
