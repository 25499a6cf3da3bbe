//! What people decide is kept, shown, and honoured by the next judgement.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::path::Path;
use std::process::Output;

use support::{run, told};

const SITE: &str = "hidden-path-three-host-redirects";

fn decide(case: &Path, more: &[&str]) -> Output {
    let case = case.to_str().unwrap();
    let who = ["decide", "--case", case, "--reviewer", "Ada", "--reason"];
    run(who.iter().chain(more))
}

fn analyzed(case: &Path) -> Output {
    run(["analyze", "--quiet", "--case", case.to_str().unwrap()])
}

/// Findings of the case, each with its decision.
fn findings(case: &Path) -> Vec<serde_json::Value> {
    support::report(case)["findings"]
        .as_array()
        .unwrap()
        .clone()
}

fn fingerprints(case: &Path) -> Vec<String> {
    let findings = findings(case);
    let texts = findings.iter().map(|found| found["fingerprint"].as_str());
    texts.map(|text| text.unwrap().to_owned()).collect()
}

#[test]
fn a_dismissed_finding_is_shown_as_that_and_fails_no_pipeline() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let all = fingerprints(&case);
    assert_eq!(analyzed(&case).status.code(), Some(1));
    let mut args = vec![
        "a licensed pharmacy, asked on the phone",
        "--as",
        "dismissed",
    ];
    args.extend(all.iter().map(String::as_str));
    let kept = decide(&case, &args);
    assert_eq!(kept.status.code(), Some(0), "{}", told(&kept));
    let output = analyzed(&case);
    assert_ne!(output.status.code(), Some(1), "{}", told(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("dismissed by Ada"), "{text}");
    assert!(text.contains("asked on the phone"), "{text}");
    let shown = findings(&case);
    assert_eq!(shown.len(), all.len(), "what is dismissed is still told");
    assert!(
        shown
            .iter()
            .all(|found| found["decision"]["decision"] == "dismissed")
    );
    let undone = decide(&case, &["too early", "--as", "undone", &all[0]]);
    assert_eq!(undone.status.code(), Some(0), "{}", told(&undone));
    assert_eq!(analyzed(&case).status.code(), Some(1));
    let listed = run([
        "decisions",
        "--format",
        "csv",
        "--case",
        case.to_str().unwrap(),
    ]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    assert_eq!(listed.lines().count(), 1 + all.len() + 1, "{listed}");
}

#[test]
fn a_label_that_a_reviewer_gives_outranks_the_rules_until_it_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let before = findings(&case);
    let target = before[0]["target"].as_str().unwrap().to_owned();
    let given = decide(
        &case,
        &["it sells tea", "--page", &target, "--label", "compliant"],
    );
    assert_eq!(given.status.code(), Some(0), "{}", told(&given));
    let left = findings(&case);
    assert!(left.iter().all(|found| found["target"] != target.as_str()));
    let report = support::report(&case);
    assert!(report["notes"].to_string().contains("gave 1 page a label"));
    let back = decide(
        &case,
        &["it does not", "--page", &target, "--label", "undone"],
    );
    assert_eq!(back.status.code(), Some(0), "{}", told(&back));
    assert_eq!(findings(&case), before);
}

#[test]
fn the_seal_of_a_case_stands_after_decisions_and_a_changed_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let seal = || std::fs::read_to_string(case.join("case.sqlite.sha256")).unwrap();
    let before = seal();
    let first = &fingerprints(&case)[0];
    for decision in ["unclear", "confirmed"] {
        let kept = decide(&case, &["as seen", "--as", decision, first]);
        assert_eq!(kept.status.code(), Some(0), "{}", told(&kept));
    }
    assert_eq!(seal(), before);
    let verified = || run(["verify", "--case", case.to_str().unwrap()]);
    assert_eq!(verified().status.code(), Some(0), "{}", told(&verified()));
    let journal = case.join("decisions.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    std::fs::write(&journal, text.replacen("unclear", "dismissed", 1)).unwrap();
    let output = verified();
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(
        told(&output).contains("decisions.jsonl"),
        "{}",
        told(&output)
    );
}

#[test]
fn what_is_no_finding_cannot_be_decided() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let first = fingerprints(&case)[0].clone();
    let wrong = decide(
        &case,
        &["as seen", "--as", "confirmed", &first, "0123456789abcdef"],
    );
    assert_eq!(wrong.status.code(), Some(2), "{}", told(&wrong));
    assert!(told(&wrong).contains("is no finding of the case"));
    assert!(!case.join("decisions.jsonl").exists(), "all or nothing");
    let nameless = run([
        "decide",
        "--case",
        case.to_str().unwrap(),
        "--reviewer",
        " ",
        "--reason",
        "x",
        "--as",
        "confirmed",
        &first,
    ]);
    assert_eq!(nameless.status.code(), Some(2), "{}", told(&nameless));
}

#[test]
fn of_several_decisions_all_are_kept_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), "marketplace");
    let all = fingerprints(&case);
    assert!(
        all.len() > 10,
        "lines of 8 KB each that have no room together"
    );
    let kept = decide(&case, &["as seen", "--as", "confirmed", &all[0]]);
    assert_eq!(kept.status.code(), Some(0), "{}", told(&kept));
    let journal = || std::fs::read_to_string(case.join("decisions.jsonl")).unwrap();
    let before = journal();
    let undone = decide(&case, &["too early", "--as", "undone", &all[0], &all[1]]);
    assert_eq!(undone.status.code(), Some(2), "{}", told(&undone));
    assert_eq!(journal(), before, "the second could not be undone");
    // No file may be longer than 64 KiB, as on a disk that has room for some of the lines alone.
    let script = "trap '' XFSZ; ulimit -f 64 && exec \"$@\"";
    let mut full = std::process::Command::new("bash");
    full.args(["-c", script, "bash", env!("CARGO_BIN_EXE_sidedoor")]);
    full.args(["decide", "--as", "dismissed", "--reviewer", "Ada"]);
    full.args(["--reason", &"as seen ".repeat(1_000), "--case"]);
    let full = full.arg(&case).args(&all).output().unwrap();
    assert_eq!(full.status.code(), Some(2), "{}", told(&full));
    assert!(told(&full).contains("decisions.jsonl"), "{}", told(&full));
    assert_eq!(journal(), before, "no line of an unfinished decision stays");
    assert_eq!(findings(&case).len(), all.len());
}

#[test]
fn a_label_of_a_page_or_category_that_nobody_knows_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let target = findings(&case)[0]["target"].as_str().unwrap().to_owned();
    for (page, category, remedy) in [
        ("https://nobody.test/x", "C2", "is no page of the case"),
        (&*target, "NOPE", "is no category of the rule pack"),
    ] {
        let label = ["as seen", "--page", page, "--label", "illegal"];
        let category = ["--category", category];
        let refused = decide(&case, &[&label[..], &category[..]].concat());
        assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
        assert!(told(&refused).contains(remedy), "{}", told(&refused));
    }
    assert!(!case.join("decisions.jsonl").exists());
    let label = ["as seen", "--page", &target, "--label", "illegal"];
    let kept = decide(&case, &[&label[..], &["--category", "C2"]].concat());
    assert_eq!(kept.status.code(), Some(0), "{}", told(&kept));
}

#[test]
fn nothing_is_added_to_decisions_that_were_changed() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let fingerprint = fingerprints(&case).remove(0);
    for reason in ["first", "second"] {
        let kept = decide(&case, &[reason, "--as", "confirmed", &fingerprint]);
        assert_eq!(kept.status.code(), Some(0), "{}", told(&kept));
    }
    let journal = case.join("decisions.jsonl");
    let written = std::fs::read_to_string(&journal).unwrap();
    let cut: String = written.split_inclusive('\n').take(1).collect();
    for changed in [written.replace("second", "third"), cut] {
        std::fs::write(&journal, &changed).unwrap();
        let refused = decide(&case, &["more", "--as", "dismissed", &fingerprint]);
        assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
        assert!(
            told(&refused).contains("decisions.head notes"),
            "{}",
            told(&refused)
        );
        assert_eq!(std::fs::read_to_string(&journal).unwrap(), changed);
    }
}

#[test]
fn dismissed_findings_do_not_lead_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let case = support::scanned(folder.path(), SITE);
    let html = || {
        let words = [
            "report",
            "--format",
            "html",
            "--case",
            case.to_str().unwrap(),
        ];
        String::from_utf8(run(words).stdout).unwrap()
    };
    assert!(html().contains("id=\"worst\""));
    for fingerprint in fingerprints(&case) {
        let kept = decide(&case, &["tea", "--as", "dismissed", &fingerprint]);
        assert_eq!(kept.status.code(), Some(0), "{}", told(&kept));
    }
    let after = html();
    assert!(after.contains("a reviewer dismissed all of them"));
    assert!(!after.contains("id=\"worst\""));
}
