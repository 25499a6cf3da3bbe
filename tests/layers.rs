//! Keeps the rooms in order: which crate may name which, and where heavy outside crates live.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Every permitted edge between our own crates. A new edge is a design decision: add it here and
/// to the map in docs/architecture.md, or not at all.
const MAY_USE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("script", &["model"]),
    ("page", &["model", "script"]),
    ("fetch", &["model"]),
    ("case", &["model"]),
    ("crawl", &["case", "fetch", "model", "page"]),
    ("graph", &["model"]),
    ("rules", &["model"]),
    ("analysis", &["graph", "model"]),
    ("report", &["graph", "model"]),
    ("review", &["case", "graph", "model", "report"]),
    ("sandbox", &["model"]),
    (
        "cli",
        &[
            "analysis", "case", "crawl", "fetch", "graph", "model", "page", "report", "review",
            "rules", "sandbox",
        ],
    ),
];

/// Heavy outside crates, and the only rooms that may name them.
const KEPT_IN: &[(&str, &[&str])] = &[
    ("aho-corasick", &["page"]),
    ("anyhow", &["cli"]),
    ("askama", &["report", "review"]),
    ("axum", &["review", "sandbox"]),
    ("clap", &["cli"]),
    ("csv", &["cli", "graph", "report", "rules", "sandbox"]),
    ("dashmap", &["crawl"]),
    ("html5ever", &["page"]),
    ("indicatif", &["cli"]),
    ("oxc_allocator", &["script"]),
    ("oxc_ast", &["script"]),
    ("oxc_parser", &["script"]),
    ("oxc_span", &["script"]),
    ("parquet", &["graph"]),
    ("petgraph", &["graph"]),
    ("reqwest", &["fetch"]),
    ("rqrr", &["page"]),
    ("rusqlite", &["case"]),
    ("scraper", &["page"]),
    ("tikv-jemallocator", &["cli"]),
    ("zune-jpeg", &["page"]),
];

fn metadata() -> serde_json::Value {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .output()
        .expect("cargo metadata runs");
    assert!(out.status.success(), "cargo metadata succeeds");
    serde_json::from_slice(&out.stdout).expect("it is JSON")
}

fn room(package: &str) -> Option<&str> {
    package.strip_prefix("sidedoor-")
}

#[test]
fn crates_name_only_what_their_room_allows() {
    let meta = metadata();
    let packages = meta["packages"].as_array().expect("has packages");
    let ours: BTreeSet<&str> = packages
        .iter()
        .filter_map(|package| room(package["name"].as_str()?))
        .collect();
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let rows: BTreeSet<&str> = allowed.keys().copied().collect();
    assert_eq!(ours, rows, "every crate has a row in MAY_USE");

    let mut wrong = Vec::new();
    for package in packages {
        let from = room(package["name"].as_str().expect("named")).expect("one of ours");
        for dependency in package["dependencies"].as_array().expect("listed") {
            if !dependency["kind"].is_null() {
                continue; // Development and build dependencies cannot leak into the product.
            }
            let to = dependency["name"].as_str().expect("named");
            if let Some(to) = room(to)
                && !allowed[from].contains(&to)
            {
                wrong.push(format!("{from} -> {to}"));
            }
            if let Some((_, rooms)) = KEPT_IN.iter().find(|(outside, _)| *outside == to)
                && !rooms.contains(&from)
            {
                wrong.push(format!("{from} -> {to} (kept in {rooms:?})"));
            }
        }
    }
    assert!(wrong.is_empty(), "edges that no room allows: {wrong:#?}");
}

#[test]
fn every_heavy_crate_is_named_by_a_room_that_keeps_it() {
    let meta = metadata();
    let named: BTreeSet<&str> = meta["packages"]
        .as_array()
        .expect("has packages")
        .iter()
        .flat_map(|package| package["dependencies"].as_array().expect("listed"))
        .filter_map(|dependency| dependency["name"].as_str())
        .collect();
    for (outside, _) in KEPT_IN {
        assert!(
            named.contains(outside),
            "{outside} is kept and nobody names it"
        );
    }
}

#[test]
fn every_crate_inherits_the_lints_of_the_workspace() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for (room, _) in MAY_USE {
        let path = format!("{root}/crates/{room}/Cargo.toml");
        let text = std::fs::read_to_string(&path).expect("each room has a manifest");
        assert!(text.contains("[lints]\nworkspace = true"), "{path}");
    }
}
