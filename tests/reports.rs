//! Reports as other programs read them, and the exit status beside each.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::{read, root, run, sidedoor, told};

/// A site with findings of one severity.
const SITE: &str = "laundered-redirect-own-exit";
/// Every format.
const FORMATS: [&str; 6] = ["text", "json", "html", "sarif", "markdown", "csv"];

/// What `analyze` of a case prints in a format, and its exit status.
fn analyzed(case: &Path, format: &str, fail_on: &[&str]) -> (String, Option<i32>) {
    let output = sidedoor()
        .args(["analyze", "--quiet", "--format", format])
        .args(fail_on)
        .arg("--case")
        .arg(case)
        .output()
        .unwrap();
    (
        String::from_utf8(output.stdout).unwrap(),
        output.status.code(),
    )
}

/// The same of `report`.
fn reported(case: &Path, format: &str, fail_on: &[&str]) -> (String, Option<i32>) {
    let output = sidedoor()
        .args(["report", "--format", format])
        .args(fail_on)
        .arg("--case")
        .arg(case)
        .output()
        .unwrap();
    (
        String::from_utf8(output.stdout).unwrap(),
        output.status.code(),
    )
}

#[test]
fn every_format_exits_alike_and_gives_the_same_bytes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let severities: Vec<String> = support::report(&case)["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["severity"].as_str().unwrap().to_owned())
        .collect();
    assert!(!severities.is_empty() && !severities.contains(&"critical".to_owned()));
    for format in FORMATS {
        let (first, status) = analyzed(&case, format, &[]);
        assert_eq!(status, Some(1), "{format}: something was found");
        let (_, status) = analyzed(&case, format, &["--fail-on", "critical"]);
        assert_eq!(status, Some(0), "{format}: nothing of that severity");
        let (shown, status) = reported(&case, format, &[]);
        assert_eq!(status, Some(0), "{format}: showing is no judgement");
        assert_eq!(shown, first, "{format}");
        let (_, status) = reported(&case, format, &["--fail-on", "low"]);
        assert_eq!(status, Some(1), "{format}: unless it is asked for");
    }
}

#[test]
fn an_address_is_explained_as_a_report_writes_it_with_its_scheme_or_without() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let report = support::report(&case);
    let listing = report["findings"][0]["listing"].as_str().unwrap();
    let explained = |listing: &str| {
        let mut explain = sidedoor();
        let output = explain.arg("explain").arg("--case").arg(&case).arg(listing);
        output.output().unwrap()
    };
    let whole = explained(listing);
    assert!(whole.status.success() && !whole.stdout.is_empty());
    let bare = explained(listing.split_once("://").unwrap().1);
    assert_eq!(bare.stdout, whole.stdout);
    let law = &report["findings"][0]["legal_basis"];
    let said = String::from_utf8(whole.stdout).unwrap();
    assert!(said.contains(law.as_str().unwrap()), "{law}: {said}");
    let notes = report["notes"].as_array().unwrap();
    let are_made_up = |note: &serde_json::Value| note.as_str().unwrap().contains("made-up pages");
    assert!(
        notes.iter().any(are_made_up),
        "the site is one of .test: {notes:?}"
    );
    for unknown in ["nowhere.invalid/", "://", ""] {
        let refused = explained(unknown);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(
            !refused.status.success() && said.contains("no http(s) address"),
            "{said}"
        );
    }
}

#[test]
fn sarif_is_valid_by_the_schema_of_the_standard() {
    assert!(
        std::env::var_os("SIDEDOOR_NODE_MODULES").is_some(),
        "tests/run installs the schema and names its folder in SIDEDOOR_NODE_MODULES"
    );
    let folder = tempfile::tempdir().unwrap();
    let mut logs = Vec::new();
    for site in [
        SITE,
        "hidden-path-invisible-anchor",
        "age-gate-bypass-affiliate",
    ] {
        let place = folder.path().join(site);
        std::fs::create_dir(&place).unwrap();
        let case = support::scanned(&place, site);
        let log = place.join("log.sarif");
        let output = sidedoor()
            .args(["report", "--format", "sarif", "--case"])
            .arg(&case)
            .arg("--out")
            .arg(&log)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        logs.push(log);
    }
    let checked = |logs: &[std::path::PathBuf]| {
        let output = Command::new("node")
            .arg(root().join("tests/reports/sarif.mjs"))
            .args(logs)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(checked(&logs), "");
    // The judge does judge: a log with a field that the standard does not know is told.
    let mut log: Value = serde_json::from_str(&read(&logs[0])).unwrap();
    log["runs"][0]["results"][0]["unheard"] = Value::Bool(true);
    let spoilt = folder.path().join("spoilt.sarif");
    std::fs::write(&spoilt, log.to_string()).unwrap();
    assert!(checked(&[spoilt]).contains("unheard"));
}

#[test]
fn every_detector_of_the_docs_is_a_rule_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let output = run([
        "report",
        "--format",
        "sarif",
        "--case",
        case.to_str().unwrap(),
    ]);
    let log = support::json(&output);
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let mut rules: Vec<&str> = (rules.iter())
        .filter(|rule| rule["help"]["markdown"].is_string())
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    let docs = read(root().join("docs/detectors.md"));
    let mut headings: Vec<&str> = docs
        .lines()
        .filter_map(|it| it.strip_prefix("## "))
        .collect();
    rules.sort_unstable();
    headings.sort_unstable();
    assert_eq!(
        rules, headings,
        "each detector has words of its own in crates/report/src/sarif/rules.rs"
    );
}

/// A notice that was filled in is printed; one that is not complete is told instead, and nothing is written.
fn prints(file: &Path, notice: &mut Value) {
    let name = file.to_str().unwrap();
    let letter = file.with_extension("html");
    let print = ["notice", "print", name, "--out", letter.to_str().unwrap()];
    let output = run(print);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let html = read(&letter);
    assert!(html.contains("Jane Doe") && html.contains("jane@example.org"));
    assert!(html.contains("I believe in good faith") && !html.contains("TO FILL"));
    std::fs::remove_file(&letter).unwrap();
    notice["good_faith"] = "TO FILL: a statement of your own".into();
    std::fs::write(file, notice.to_string()).unwrap();
    let output = run(print);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        told(&output).contains("good_faith is still to be filled in"),
        "{}",
        told(&output)
    );
    assert!(!letter.exists(), "nothing is written that is not complete");
}

/// A notice that lacks nothing but who checked its law is not complete.
fn asks_for_the_law(file: &Path, notice: &Value) {
    std::fs::write(file, notice.to_string()).unwrap();
    let output = run(["notice", "check", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        told(&output).contains("law_checked is still to be filled in")
            && told(&output).contains("not checked; source: general knowledge"),
        "{}",
        told(&output)
    );
}

#[test]
fn a_notice_and_a_statement_are_complete_once_they_are_filled_in() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let (case, file) = (case.to_str().unwrap(), folder.path().join("draft.json"));
    let name = file.to_str().unwrap();

    let output = run(["notice", "--case", case, "--all", "--out", name]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let output = run(["notice", "check", name]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("notifier.name is still to be filled in"));
    let mut notice: Value = serde_json::from_str(&read(&file)).unwrap();
    for cited in notice["items"][0]["evidence"].as_array().unwrap() {
        assert!(
            cited["record"].as_str().unwrap().starts_with("urn:uuid:"),
            "{cited}"
        );
        assert_eq!(cited["body_sha256"].as_str().unwrap().len(), 64);
    }
    notice["notifier"]["name"] = "Jane Doe".into();
    notice["notifier"]["email"] = "jane@example.org".into();
    notice["good_faith"] = "I believe in good faith that this is accurate and complete.".into();
    asks_for_the_law(&file, &notice);
    let mut silent = notice.clone();
    silent.as_object_mut().unwrap().remove("law_checked");
    std::fs::write(&file, silent.to_string()).unwrap();
    let output = run(["notice", "check", name]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        told(&output).contains("law_checked is empty"),
        "{}",
        told(&output)
    );
    let again = run(["notice", "--case", case, "--all", "--out", name]);
    assert_eq!(again.status.code(), Some(2), "{}", told(&again));
    assert!(
        told(&again).contains("is there already"),
        "{}",
        told(&again)
    );
    notice["law_checked"] = "Checked by Jane Doe on 2026-02-03.".into();
    // Some editors put a mark of the encoding before it.
    std::fs::write(&file, format!("\u{feff}{notice}")).unwrap();
    let output = run(["notice", "check", name]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));

    prints(&file, &mut notice);
    let output = run(["notice", "--case", case, "--all", "--format", "html"]);
    assert!(
        told(&output).contains("swiftmeds-direct.test"),
        "{}",
        told(&output)
    );

    let output = run(["statement", "--case", case, "--all"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let mut statement = support::json(&output);
    std::fs::write(&file, statement.to_string()).unwrap();
    let output = run(["statement", "check", name]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    let law = &mut statement["illegal_content_legal_ground"];
    assert!(law.as_str().unwrap().starts_with("TO FILL: "), "{law}");
    *law = "Directive 2001/83/EC".into();
    statement["decision_visibility"] = serde_json::json!(["DECISION_VISIBILITY_CONTENT_REMOVED"]);
    statement["content_date"] = "2025-02-28".into();
    statement["application_date"] = "2026-11-23".into();
    statement["source_type"] = "SOURCE_VOLUNTARY".into();
    statement["automated_decision"] = "AUTOMATED_DECISION_NOT_AUTOMATED".into();
    std::fs::write(&file, statement.to_string()).unwrap();
    let output = run(["statement", "check", name]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
}

#[test]
fn what_a_reviewer_dismissed_is_drafted_where_it_is_named_and_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let report = support::report(&case);
    let finding = report["findings"][0]["fingerprint"].as_str().unwrap();
    let case = case.to_str().unwrap();
    let decide = [
        "decide",
        "--case",
        case,
        "--as",
        "dismissed",
        "--reviewer",
        "Ada",
    ];
    let output = run(decide.into_iter().chain(["--reason", "tea", finding]));
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    for draft in ["notice", "statement"] {
        let output = run([draft, "--case", case, "--all"]);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(told(&output).contains("left out: 1 finding that a reviewer dismissed"));
        let output = run([draft, "--case", case, finding]);
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        assert!(
            told(&output).contains("was dismissed by Ada at "),
            "{}",
            told(&output)
        );
    }
}

#[test]
fn a_notice_of_no_finding_and_a_statement_that_is_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let case = case.to_str().unwrap();
    for refused in [
        vec!["notice", "--case", case],
        vec!["notice", "--case", case, "0123456789abcdef"],
        vec!["statement", "check", "no-such-file"],
    ] {
        let output = run(&refused);
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    }
}

#[test]
fn a_notice_cites_no_record_that_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let evidence = case.join("evidence/00001.warc.gz");
    let mut bytes = std::fs::read(&evidence).unwrap();
    for at in (40..bytes.len()).step_by(97) {
        bytes[at] ^= 0x55;
    }
    std::fs::write(&evidence, bytes).unwrap();
    let output = run(["notice", "--case", case.to_str().unwrap(), "--all"]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        told(&output).contains("cannot be cited: `sidedoor verify --case` tells what is damaged"),
        "{}",
        told(&output)
    );
}

#[test]
fn a_notice_of_a_promise_cites_the_page_that_makes_it() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "decoy-listing-promise-page");
    let report = support::report(&case);
    let finding = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["witness"][0]["kind"] == "promise")
        .expect("the path begins with the promise");
    let promising = finding["witness"][0]["target"].as_str().unwrap();
    let drafted = folder.path().join("notice.json");
    let words = ["notice", "--case", case.to_str().unwrap(), "--out"];
    let fingerprint = finding["fingerprint"].as_str().unwrap();
    let output = run(words
        .iter()
        .chain(&[drafted.to_str().unwrap(), fingerprint]));
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let notice = std::fs::read_to_string(&drafted).unwrap();
    let place = format!("stands in the source of {promising} at bytes");
    assert!(notice.contains(&place), "{place}: {notice}");
    let verified = run(["verify", "--case", case.to_str().unwrap()]);
    assert_eq!(verified.status.code(), Some(0), "{}", told(&verified));
}
