//! Scores on a marketplace with ground truth: of this program's own reports in each form, and of other
//! tools' findings.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and writes files"
)]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use support::{root, scanned, sidedoor, told};

/// A scan of the sandbox marketplace, and its expected findings as a truth.
struct Scanned {
    folder: tempfile::TempDir,
    case: PathBuf,
    pairs: BTreeSet<(String, String)>,
}

fn text_of(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn marketplace() -> Scanned {
    let folder = tempfile::tempdir().expect("a folder");
    let case = scanned(folder.path(), "marketplace");
    let file = root().join("fixtures/sites/marketplace/expected.json");
    let expected: Value =
        serde_json::from_slice(&std::fs::read(file).expect("read")).expect("JSON");
    let findings = expected["findings"].as_array().expect("findings");
    let pairs: BTreeSet<_> = (findings.iter())
        .map(|finding| (text_of(&finding["listing"]), text_of(&finding["target"])))
        .collect();
    let planted: BTreeSet<_> = pairs.iter().map(|(listing, _)| listing).collect();
    let market = json!({
        "format": 1, "seed": 1, "split": "dev", "listings": planted.len() + 50, "planted": planted.len(),
        "honest": 50, "seeds": expected["seeds"], "hosts": [],
    });
    let paths = pairs.iter().map(|(listing, target)| {
        json!({
            "listing": listing, "target": target, "hops": [], "techniques": ["V01"], "category": "D1",
            "policy": "illegal", "language": "en", "template": "classic", "zone": "seller",
            "evasive": false, "vantage": null, "browser": false,
        })
    });
    let truth = folder.path().join("truth");
    std::fs::create_dir(&truth).expect("made");
    let lines: String = paths.map(|path| format!("{path}\n")).collect();
    for (name, text) in [
        ("market.json", market.to_string()),
        ("paths.jsonl", lines),
        ("honest.jsonl", String::new()),
        ("template.jsonl", String::new()),
    ] {
        std::fs::write(truth.join(name), text).expect("written");
    }
    Scanned {
        folder,
        case,
        pairs,
    }
}

fn sandbox(command: &str, truth: &Path, more: &[&str]) -> Output {
    let mut run = sidedoor();
    run.args(["sandbox", command, "--truth"])
        .arg(truth)
        .args(more);
    run.output().expect("the program runs")
}

fn score(scanned: &Scanned, findings: &Path) -> Value {
    let findings = findings.display().to_string();
    let output = sandbox(
        "score",
        scanned.folder.path(),
        &["--format", "json", "--findings", &findings],
    );
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    support::json(&output)
}

fn report(scanned: &Scanned, format: &str) -> PathBuf {
    let file = scanned.folder.path().join(format);
    let output = sidedoor()
        .args(["report", "--format", format, "--case"])
        .arg(&scanned.case)
        .arg("--out")
        .arg(&file)
        .output()
        .expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    file
}

#[test]
fn a_report_of_this_program_is_scored_as_it_is_in_either_form() {
    let scanned = marketplace();
    let of_csv = score(&scanned, &report(&scanned, "csv"));
    let of_json = score(&scanned, &report(&scanned, "json"));
    let planted = scanned.pairs.len();
    for score in [&of_csv, &of_json] {
        assert_eq!(score["of_pairs"]["hits"], planted);
        assert_eq!(score["of_pairs"]["false_alarms"], 0);
        assert_eq!(score["honest_flagged"]["hits"], 0);
        assert_eq!(score["missed"], json!([]));
    }
    assert_eq!(of_csv["rows"], of_json["rows"]);
    let report: Value = support::json(
        &sidedoor()
            .args(["report", "--format", "json", "--case"])
            .arg(&scanned.case)
            .output()
            .expect("the program runs"),
    );
    let seen = &report["summary"];
    let pages = seen["pages_seen"].as_u64().expect("a number")
        + seen["landings_seen"].as_u64().expect("a number");
    assert_eq!(of_json["pages"], pages);
    assert!(text_of(&of_json["tool"]).starts_with("sidedoor "));
}

#[test]
fn each_stage_brings_something_and_all_of_them_everything() {
    let scanned = marketplace();
    let case = scanned.case.display().to_string();
    let output = sandbox(
        "ablation",
        scanned.folder.path(),
        &["--quiet", "--format", "json", "--case", &case],
    );
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let table = support::json(&output);
    let added = table["added"].as_array().expect("rows");
    let hits = |row: &Value| row["pairs"]["hits"].as_u64().expect("a number");
    assert_eq!(added.len(), 8);
    let (first, last) = (added.first().expect("one"), added.last().expect("one"));
    assert!(hits(first) < hits(last), "{added:#?}");
    assert_eq!(hits(last), scanned.pairs.len() as u64);
    let without_labels = added[2]["pairs"]["false_alarms"].as_u64();
    let with_labels = added[3]["pairs"]["false_alarms"].as_u64();
    assert!(with_labels < without_labels, "{added:#?}");
    assert_eq!(table["without"].as_array().map(Vec::len), Some(6));
    let text = sandbox(
        "ablation",
        scanned.folder.path(),
        &["--quiet", "--case", &case],
    );
    assert!(String::from_utf8_lossy(&text.stdout).contains("+ template removal"));
}

#[test]
fn a_score_is_a_text_or_a_page_and_goes_where_it_is_sent() {
    let scanned = marketplace();
    let findings = scanned.folder.path().join("peer.csv");
    std::fs::write(&findings, "listing,target\n/nowhere,http://other.test/\n").expect("written");
    let findings = findings.display().to_string();
    let of = |more: &[&str]| {
        let mut words = vec!["--tool", "peer", "--pages", "7", "--findings", &findings];
        words.extend(more);
        sandbox("score", scanned.folder.path(), &words)
    };
    let text = of(&[]);
    let shown = String::from_utf8_lossy(&text.stdout);
    assert!(
        shown.starts_with("Score of peer on a generated marketplace"),
        "{shown}"
    );
    assert!(
        shown.contains("20.00"),
        "one of fifty honest listings: {shown}"
    );
    let page = scanned.folder.path().join("score.html");
    let written = of(&["--format", "html", "--out", &page.display().to_string()]);
    assert_eq!(written.status.code(), Some(0), "{}", told(&written));
    assert!(written.stdout.is_empty());
    let html = std::fs::read_to_string(page).expect("read");
    assert!(html.contains("<svg") && html.contains("What was missed"));
    assert!(html.contains(scanned.pairs.first().expect("a pair").0.as_str()));
    let silent = of(&["--format", "html", "--examples", "0"]);
    let silent = String::from_utf8_lossy(&silent.stdout);
    assert!(
        scanned
            .pairs
            .iter()
            .all(|(listing, _)| !silent.contains(listing))
    );
}

#[test]
fn what_cannot_be_scored_is_told_with_file_line_and_remedy() {
    let scanned = marketplace();
    let findings = scanned.folder.path().join("broken.csv");
    std::fs::write(&findings, "listing,target\n/a,mailto:x@y.test\n").expect("written");
    let findings = findings.display().to_string();
    let output = sandbox("score", scanned.folder.path(), &["--findings", &findings]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("broken.csv: line 2, `target`: `mailto:x@y.test`"),
        "{stderr}"
    );
    let output = sandbox(
        "score",
        Path::new("no-such-folder"),
        &["--findings", &findings],
    );
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(String::from_utf8_lossy(&output.stderr).contains("market.json"));
}

/// The script runs the program as a reader would: it serves a marketplace, scans it as the server says,
/// scores the report and leaves stages out.
#[test]
fn one_command_measures_a_marketplace_and_tells_every_figure() {
    let kept = tempfile::tempdir().expect("a folder");
    let folder = kept.path().join("kept");
    let python = std::env::var_os("SIDEDOOR_PYTHON").expect("tests/run sets SIDEDOOR_PYTHON");
    let output = std::process::Command::new(python)
        .arg(root().join("tests/accuracy"))
        .args([
            "--listings",
            "80",
            "--seed",
            "5",
            "--split",
            "dev",
            "--print",
            "--keep",
        ])
        .arg(&folder)
        .env("SIDEDOOR_BINARY", env!("CARGO_BIN_EXE_sidedoor"))
        .output()
        .expect("the script runs");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let section = String::from_utf8_lossy(&output.stdout);
    let rows = section
        .lines()
        .filter(|line| line.starts_with("| "))
        .count();
    assert!(
        section.contains("| + every detector |") && rows > 60,
        "{section}"
    );
    let read = |name: &str| -> Value {
        let bytes = std::fs::read(folder.join(name)).expect("kept");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    let score = read("score.json");
    assert_eq!(
        (&score["listings"], &score["split"]),
        (&json!(80), &json!("dev"))
    );
    let planted = |key: &str| {
        let count = |part: &str| score[key][part].as_u64().expect("a number");
        count("hits") + count("missed")
    };
    let lines = std::fs::read_to_string(folder.join("truth/truth/paths.jsonl")).expect("kept");
    assert_eq!(planted("of_all_pairs"), lines.lines().count() as u64);
    assert!(
        score["pages"].as_u64() > Some(80),
        "every listing was visited"
    );
    let whole = &read("ablation.json")["added"][7]["pairs"];
    assert_eq!(whole["hits"], score["of_pairs_without_browser"]["hits"]);
    assert_eq!(
        whole["false_alarms"],
        score["of_pairs_without_browser"]["false_alarms"]
    );
}
