//! Findings against a truth that was written by hand, and against one drawn by chance that is counted a
//! second way.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test writes the truth that it reads, and may fail loudly"
)]

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};
use sidedoor_sandbox::{Dimension, Findings, Needs, Quality, Score, Share, TruthFolder};

const HONEST: u64 = 96;

fn path(listing: &str, target: &str, techniques: &[&str]) -> Value {
    json!({
        "listing": format!("http://market.test{listing}"),
        "target": format!("http://{target}"),
        "hops": [{
            "from": format!("http://market.test{listing}"), "to": format!("http://{target}"),
            "kind": "anchor", "techniques": techniques,
        }],
        "techniques": techniques, "category": "C2", "policy": "age-restricted", "language": "de",
        "template": "classic", "zone": "seller", "evasive": false, "vantage": null, "browser": false,
    })
}

fn with(mut path: Value, field: &str, value: Value) -> Value {
    path[field] = value;
    path
}

fn look_alike(listing: &str, kind: &str) -> Value {
    json!({ "listing": format!("http://market.test{listing}"), "kind": kind, "language": "en", "template": "table" })
}

fn write(folder: &Path, name: &str, lines: &[Value]) {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(folder.join(name), text).unwrap();
}

fn market(format: u32, planted: u64) -> Value {
    json!({
        "format": format, "seed": 7, "split": "dev", "listings": HONEST + planted, "planted": planted,
        "honest": HONEST, "seeds": ["http://market.test/"], "hosts": ["market.test", "shop.test"],
    })
}

/// Four planted listings: /1 with two paths, /2 with one, /3 with one for a phone, /4 with one for a browser.
fn by_hand(folder: &Path) {
    write(folder, "market.json", &[market(1, 4)]);
    write(
        folder,
        "paths.jsonl",
        &[
            path("/1", "shop.test/gin", &["R02", "V01"]),
            path("/1", "shop.test/rum", &["V01"]),
            with(
                path("/2", "shop.test/gin", &["J03"]),
                "language",
                json!("en"),
            ),
            with(
                path("/3", "shop.test/gin", &["C02"]),
                "vantage",
                json!("phone"),
            ),
            with(
                path("/4", "shop.test/gin", &["J10"]),
                "browser",
                json!(true),
            ),
        ],
    );
    write(
        folder,
        "honest.jsonl",
        &[
            look_alike("/50", "near-miss"),
            look_alike("/51", "near-miss"),
        ],
    );
    let hop = json!({ "from": "http://market.test/", "to": "http://casino.test/", "kind": "anchor", "techniques": ["V01"] });
    write(
        folder,
        "template.jsonl",
        &[json!({
            "host": "market.test", "template": "classic", "target": "http://casino.test/", "hops": [hop],
            "techniques": ["V01"], "category": "F1", "policy": "illegal",
        })],
    );
}

fn truth(fill: impl FnOnce(&Path)) -> TruthFolder {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    TruthFolder::read(folder.path()).unwrap()
}

fn score(truth: &TruthFolder, table: &str) -> Score {
    let table = format!("listing,target\n{table}");
    let findings = Findings::read(table.as_bytes(), &truth.market.seeds[0]).unwrap();
    Score::of(truth, &findings)
}

const FOUND: &str = "\
/1,http://shop.test/gin
/1,http://SHOP.test/gin#top
/1,http://shop.test/whisky
/2,http://other.test/
/3,http://shop.test/gin
/50,http://shop.test/gin
/60,http://shop.test/gin
/61,http://casino.test/
/2,http://casino.test/
http://elsewhere.test/,http://shop.test/gin
";

#[test]
fn every_pair_is_right_the_templates_or_false() {
    let score = score(&truth(by_hand), FOUND);
    assert_eq!((score.rows, score.pairs, score.template_pairs), (10, 9, 2));
    assert_eq!(score.template_found, Share::new(1, 1));
    let counted = |quality: Quality| (quality.hits, quality.false_alarms, quality.missed);
    assert_eq!(counted(score.of_pairs), (1, 5, 2));
    assert_eq!(counted(score.of_pairs_without_browser), (2, 5, 2));
    assert_eq!(counted(score.of_all_pairs), (2, 5, 3));
    assert_eq!(counted(score.of_listings), (2, 3, 0));
    assert_eq!(counted(score.of_all_listings), (3, 3, 1));
}

#[test]
fn a_way_that_begins_on_the_sellers_page_counts_once_and_is_no_false_alarm_for_the_sellers_other_listings()
 {
    let truth = truth(|folder| {
        by_hand(folder);
        write(
            folder,
            "paths.jsonl",
            &[
                with(
                    path("/1", "shop.test/gin", &["M09", "V01"]),
                    "shared_with",
                    json!(["http://market.test/2", "http://market.test/70"]),
                ),
                path("/2", "shop.test/rum", &["V01"]),
            ],
        );
    });
    let score = score(
        &truth,
        "/2,http://shop.test/gin\n/70,http://shop.test/gin\n/71,http://shop.test/gin\n",
    );
    assert_eq!(score.shared_pairs, 2);
    assert_eq!(
        (
            score.of_pairs.hits,
            score.of_pairs.false_alarms,
            score.of_pairs.missed
        ),
        (0, 1, 2)
    );
    let confusion = score.confusion;
    assert_eq!(
        (
            confusion.shared_alone,
            confusion.honest_flagged,
            confusion.planted_missed
        ),
        (1, 1, 2)
    );
    assert_eq!(confusion.honest_silent, HONEST - 2);
}

#[test]
fn every_listing_stands_in_one_row_of_the_confusion() {
    let confusion = score(&truth(by_hand), FOUND).confusion;
    assert_eq!(confusion.planted_found, 2);
    assert_eq!(confusion.planted_with_another_target, 1);
    assert_eq!(
        (confusion.planted_missed, confusion.planted_missed_apart),
        (0, 1)
    );
    assert_eq!(confusion.template_alone, 1);
    assert_eq!(
        (confusion.honest_flagged, confusion.look_alike_flagged),
        (1, 1)
    );
    assert_eq!(confusion.honest_silent, HONEST - 3);
    assert_eq!(confusion.elsewhere_flagged, 1);
}

#[test]
fn what_needs_a_browser_or_a_vantage_is_counted_apart_and_named() {
    let score = score(&truth(by_hand), FOUND);
    assert_eq!(
        score.needs,
        [
            (Needs::Nothing, Share::new(1, 3)),
            (Needs::Vantage, Share::new(1, 1)),
            (Needs::Browser, Share::new(0, 1)),
        ]
    );
    let (_, techniques) = &score.breakdowns[0];
    let rows: Vec<_> = (techniques.iter())
        .map(|row| (row.key.as_str(), row.found, row.apart))
        .collect();
    assert_eq!(
        rows,
        [
            ("C02", Share::default(), Share::new(1, 1)),
            ("J03", Share::new(0, 1), Share::default()),
            ("J10", Share::default(), Share::new(0, 1)),
            ("R02", Share::new(1, 1), Share::default()),
            ("V01", Share::new(1, 2), Share::default()),
        ]
    );
}

#[test]
fn false_alarms_are_told_by_the_kind_of_listing() {
    let score = score(&truth(by_hand), FOUND);
    assert_eq!(score.honest_flagged, Share::new(2, HONEST));
    let rows: Vec<_> = (score.look_alikes.iter())
        .map(|row| (row.kind, row.flagged))
        .collect();
    assert_eq!(
        rows,
        [
            ("near-miss", Share::new(1, 2)),
            ("ordinary", Share::new(1, HONEST - 2))
        ]
    );
    let kinds: Vec<_> = score
        .false_alarms
        .iter()
        .map(|alarm| alarm.listing_is)
        .collect();
    assert_eq!(
        kinds,
        ["elsewhere", "planted", "planted", "near-miss", "ordinary"]
    );
}

#[test]
fn a_tool_that_says_nothing_misses_everything_and_alarms_nobody() {
    let score = score(&truth(by_hand), "");
    assert_eq!(score.of_all_pairs.recall(), Share::new(0, 5));
    assert_eq!(score.of_all_pairs.precision().value(), None);
    assert_eq!(score.of_all_pairs.f1(), Some(0.0));
    assert_eq!(score.missed.len(), 5);
    assert_eq!(score.confusion.honest_silent, HONEST);
}

#[test]
fn pages_are_told_for_each_path_that_was_found() {
    let truth = truth(by_hand);
    let document = br#"{"tool":"peer","pages":30,"findings":[
        {"listing":"/1","target":"http://shop.test/gin"},{"listing":"/1","target":"http://shop.test/rum"}]}"#;
    let findings = Findings::read(&document[..], &truth.market.seeds[0]).unwrap();
    let score = Score::of(&truth, &findings);
    assert_eq!(
        (score.tool.as_str(), score.pages_per_hit),
        ("peer", Some(15.0))
    );
}

#[test]
fn a_truth_that_cannot_be_read_is_refused_with_file_line_and_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let told = || TruthFolder::read(folder.path()).unwrap_err().to_string();
    assert!(told().contains("market.json") && told().contains("sandbox truth"));
    by_hand(folder.path());
    let twice = path("/1", "shop.test/gin", &["V01"]);
    write(
        folder.path(),
        "paths.jsonl",
        &[twice.clone(), twice.clone()],
    );
    assert!(told().contains("paths.jsonl, line 2"), "{}", told());
    write(
        folder.path(),
        "paths.jsonl",
        &[twice, json!({ "listing": 3 })],
    );
    assert!(told().contains("paths.jsonl, line 2"), "{}", told());
    write(folder.path(), "market.json", &[market(2, 4)]);
    assert!(told().contains("format 2"), "{}", told());
}

#[test]
fn a_truth_in_the_folder_truth_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("truth");
    std::fs::create_dir(&inner).unwrap();
    by_hand(&inner);
    assert_eq!(TruthFolder::read(folder.path()).unwrap().paths.len(), 5);
}

/// Paths as listing, target, whether a browser is needed; findings as listing and target. Listings below
/// `planted` are planted, whatever is drawn, so that the counts of the market hold.
type Drawn = (BTreeSet<(u8, u8, bool)>, BTreeSet<(u8, u8)>);

fn drawn() -> impl Strategy<Value = Drawn> {
    let paths = prop::collection::btree_set((0..6_u8, 0..4_u8, any::<bool>()), 0..15);
    let found = prop::collection::btree_set((0..12_u8, 0..5_u8), 0..30);
    (paths, found)
}

proptest! {
    /// Another way to every count: each pair and each listing asked by itself.
    #[test]
    fn the_counts_are_those_of_asking_one_by_one((paths, found) in drawn()) {
        let mut known = BTreeSet::new();
        let paths: Vec<_> = paths.into_iter().filter(|(listing, target, _)| known.insert((*listing, *target))).collect();
        let planted: BTreeSet<u8> = paths.iter().map(|(listing, ..)| *listing).collect();
        let truth = truth(|folder| {
            by_hand(folder);
            write(folder, "market.json", &[market(1, planted.len() as u64)]);
            let lines: Vec<Value> = paths.iter().map(|(listing, target, browser)| {
                with(path(&format!("/{listing}"), &format!("shop.test/{target}"), &["V01"]), "browser", json!(browser))
            }).collect();
            write(folder, "paths.jsonl", &lines);
        });
        let table: String = found.iter().map(|(listing, target)| format!("/{listing},http://shop.test/{target}\n")).collect();
        let score = score(&truth, &table);

        let is_planted = |pair: &(u8, u8)| paths.iter().any(|(listing, target, _)| (listing, target) == (&pair.0, &pair.1));
        let hits = found.iter().filter(|pair| is_planted(pair)).count() as u64;
        prop_assert_eq!(score.of_all_pairs.hits, hits);
        prop_assert_eq!(score.of_all_pairs.false_alarms, found.len() as u64 - hits);
        prop_assert_eq!(score.of_all_pairs.missed, paths.len() as u64 - hits);
        prop_assert_eq!(score.missed.len() as u64, score.of_all_pairs.missed);
        let flagged: BTreeSet<u8> = found.iter().map(|(listing, _)| *listing).collect();
        prop_assert_eq!(score.honest_flagged.hits, flagged.difference(&planted).count() as u64);
        prop_assert_eq!(score.of_all_listings.hits, flagged.intersection(&planted).count() as u64);
        let needs: u64 = score.needs.iter().map(|(_, share)| share.of).sum();
        prop_assert_eq!(needs, paths.len() as u64);
        let rows = score.confusion;
        prop_assert_eq!(
            rows.planted_found + rows.planted_with_another_target + rows.planted_missed + rows.planted_missed_apart,
            planted.len() as u64
        );
        prop_assert_eq!(rows.honest_flagged + rows.look_alike_flagged + rows.honest_silent, HONEST);
        for (dimension, rows) in &score.breakdowns {
            let counted: u64 = rows.iter().map(|row| row.found.of + row.apart.of).sum();
            let expected = if *dimension == Dimension::Vantage { 0 } else { paths.len() as u64 };
            prop_assert_eq!(counted, expected, "{:?}", dimension);
        }
    }
}
