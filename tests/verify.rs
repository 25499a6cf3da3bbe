//! A case that was changed is told from one that was not: byte by byte, and by the exit code.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use support::{Page, Server, json, run, told};

fn verify(case: &Path, format: &str) -> Output {
    run([
        "verify",
        "--format",
        format,
        "--case",
        case.to_str().unwrap(),
    ])
}

/// A case of few bytes: three pages, one of them a redirect.
fn small(folder: &Path) -> PathBuf {
    let pages = BTreeMap::from([
        ("/".to_owned(), Page::html("<a href=/out>on</a>")),
        ("/out".to_owned(), Page::redirect(302, "/in")),
        ("/in".to_owned(), Page::html("<p>There.")),
    ]);
    let server = Server::serve(pages, Duration::ZERO);
    let case = folder.join("case");
    let output = run([
        "crawl",
        "--quiet",
        "--ignore-robots",
        "--vantage",
        "desktop",
        &server.url("/"),
        "--allow-address",
        &server.addr().to_string(),
        "--case",
        case.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    case
}

#[test]
fn a_case_that_nobody_touched_is_whole_and_every_hop_of_its_findings_is_proven() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let output = verify(&case, "json");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let verified = json(&output);
    assert_eq!(verified["whole"], true);
    assert!(verified["findings"].as_u64().unwrap() > 0, "{verified}");
    assert!(verified["hops"].as_u64().unwrap() > 1, "{verified}");
    let length = std::fs::metadata(case.join("evidence/00001.warc.gz"))
        .unwrap()
        .len();
    assert_eq!(verified["bytes"].as_u64().unwrap(), length);
    let again = verify(&case, "json");
    assert_eq!(json(&again), verified, "verifying changes nothing");
    let seal = std::fs::read_to_string(case.join("case.sqlite.sha256")).unwrap();
    assert!(
        seal.starts_with(verified["seal"].as_str().unwrap()),
        "{seal}"
    );
}

#[test]
fn the_place_and_the_remedy_of_a_flipped_byte_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let case = small(folder.path());
    let file = case.join("evidence/00001.warc.gz");
    let mut bytes = std::fs::read(&file).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let output = verify(&case, "text");
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("FAULT evidence/00001.warc.gz, bytes "),
        "{text}"
    );
    assert!(text.contains("Put back a whole copy"), "{text}");
    assert!(text.contains("NOT as it was kept"), "{text}");
}

#[test]
fn a_case_of_a_crawl_that_was_killed_is_not_called_whole() {
    let folder = tempfile::tempdir().unwrap();
    let case = small(folder.path());
    std::fs::remove_file(case.join("case.sqlite.sha256")).unwrap();
    let output = verify(&case, "text");
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(told(&output).contains("not sealed"), "{}", told(&output));
}

#[test]
fn a_folder_that_is_no_case_is_unusable() {
    let folder = tempfile::tempdir().unwrap();
    let output = verify(folder.path(), "text");
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
}

/// Judges a case again, and says with what it ended.
fn analyze(case: &Path, more: &[&str]) -> Output {
    let words = ["analyze", "--quiet", "--case", case.to_str().unwrap()];
    run(words.iter().chain(more))
}

fn must_end(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", told(output));
}

#[test]
fn judging_a_case_again_keeps_it_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let base = case.join("case.sqlite");
    let before = std::fs::read(&base).unwrap();
    must_end(&analyze(&case, &[]), 1);
    assert!(std::fs::read(&base).unwrap() == before, "the same law");
    must_end(&verify(&case, "text"), 0);

    // Another law is kept, and sealed; a judgement that fails leaves the case as it was.
    must_end(&analyze(&case, &["--market", "FR"]), 1);
    assert!(std::fs::read(&base).unwrap() != before, "another law");
    let failing = ["--market", "DE", "--pack", "nowhere.toml"];
    must_end(&analyze(&case, &failing), 2);
    must_end(&verify(&case, "text"), 0);
}

#[test]
fn judging_a_case_that_was_changed_does_not_seal_the_change() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let base = case.join("case.sqlite");
    let mut bytes = std::fs::read(&base).unwrap();
    // The number of the program that wrote last, in the header: nothing else looks at it.
    bytes[96] ^= 1;
    std::fs::write(&base, bytes).unwrap();
    must_end(&analyze(&case, &[]), 1);
    must_end(&verify(&case, "text"), 1);
    // Another law would be kept, and the change be sealed with it.
    let refused = analyze(&case, &["--market", "FR"]);
    must_end(&refused, 2);
    assert!(told(&refused).contains("not as it was sealed"));
    must_end(&verify(&case, "text"), 1);
}

#[test]
fn an_index_that_was_deleted_is_written_anew_by_judging_again() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    std::fs::remove_file(case.join("index.cdxj")).unwrap();
    must_end(&analyze(&case, &[]), 1);
    must_end(&verify(&case, "text"), 0);
}

#[test]
fn a_report_and_a_last_decision_that_were_changed_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let name = case.to_str().unwrap();
    let report = run(["report", "--case", name, "--format", "json"]);
    let fingerprint = json(&report)["findings"][0]["fingerprint"].clone();
    let decide = ["decide", "--case", name, "--as", "confirmed", "--reviewer"];
    for reviewer in ["Ada", "Bo"] {
        let who = [reviewer, "--reason", "seen", fingerprint.as_str().unwrap()];
        must_end(&run(decide.into_iter().chain(who)), 0);
    }
    must_end(&verify(&case, "text"), 0);

    let journal = case.join("decisions.jsonl");
    let written = std::fs::read_to_string(&journal).unwrap();
    for (changed, told_so) in [
        (written.replace("\"Bo\"", "\"Cy\""), "line 2 is not the one"),
        (
            written
                .lines()
                .take(1)
                .map(|line| format!("{line}\n"))
                .collect(),
            "line 2 is not the one",
        ),
    ] {
        std::fs::write(&journal, changed).unwrap();
        let output = verify(&case, "text");
        must_end(&output, 1);
        assert!(told(&output).contains(told_so), "{}", told(&output));
    }
    // A note of an earlier line: the writer of the last one was killed before it could note it.
    std::fs::write(&journal, &written).unwrap();
    let head = case.join("decisions.head");
    let last = std::fs::read_to_string(&head).unwrap();
    let second: serde_json::Value = serde_json::from_str(written.lines().nth(1).unwrap()).unwrap();
    let first = second["previous"].as_str().unwrap();
    std::fs::write(&head, format!("1 {first}\n")).unwrap();
    let output = verify(&case, "text");
    must_end(&output, 3);
    assert!(
        told(&output).contains("goes on for 1 more"),
        "{}",
        told(&output)
    );
    std::fs::write(&head, last).unwrap();

    let report = case.join("report.html");
    let html = std::fs::read_to_string(&report).unwrap();
    std::fs::write(&report, html.replace("HIGH", "LOW").replace("high", "low")).unwrap();
    let output = verify(&case, "text");
    must_end(&output, 1);
    assert!(
        told(&output).contains("report.html: the report is not the one"),
        "{}",
        told(&output)
    );
    must_end(&analyze(&case, &[]), 1);
    must_end(&verify(&case, "text"), 0);
}

#[test]
fn a_seal_that_was_taken_away_and_made_anew_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    std::fs::remove_file(case.join("case.sqlite.sha256")).unwrap();
    let sealed = analyze(&case, &[]);
    must_end(&sealed, 1);
    let output = verify(&case, "text");
    must_end(&output, 0);
    assert!(
        told(&output).contains("sealed anew by a judgement at "),
        "{}",
        told(&output)
    );
}

#[test]
fn what_lies_beside_the_case_and_is_gone_is_not_called_whole() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let name = case.to_str().unwrap();
    let report = json(&run(["report", "--case", name, "--format", "json"]));
    let fingerprint = report["findings"][0]["fingerprint"]
        .as_str()
        .unwrap()
        .to_owned();
    let decide = [
        "decide",
        "--case",
        name,
        "--as",
        "confirmed",
        "--reviewer",
        "Ada",
        "--reason",
    ];
    must_end(&run(decide.into_iter().chain(["seen", &fingerprint])), 0);
    for gone in ["decisions.head", "report.html.sha256"] {
        let kept = std::fs::read(case.join(gone)).unwrap();
        std::fs::remove_file(case.join(gone)).unwrap();
        must_end(&verify(&case, "text"), 3);
        std::fs::write(case.join(gone), kept).unwrap();
    }
    must_end(&verify(&case, "text"), 0);
}

#[test]
fn no_output_is_written_over_what_a_case_holds() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "hidden-path-three-host-redirects");
    let name = case.to_str().unwrap();
    for file in [
        "evidence/00001.warc.gz",
        "case.sqlite",
        "decisions.jsonl",
        "case.sqlite.sha256",
    ] {
        let out = case.join(file);
        let output = run([
            "report",
            "--case",
            name,
            "--format",
            "json",
            "--out",
            out.to_str().unwrap(),
        ]);
        must_end(&output, 2);
        assert!(
            told(&output).contains("belongs to a case"),
            "{}",
            told(&output)
        );
    }
    // A link in a folder that came from anybody is replaced and not followed.
    let victim = folder.path().join("victim");
    std::fs::write(&victim, "mine").unwrap();
    std::os::unix::fs::symlink(&victim, case.join("report.html.new")).unwrap();
    must_end(&analyze(&case, &[]), 1);
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "mine");
    must_end(&verify(&case, "text"), 0);
}
