//! What a reviewer decided stands in every format beside what was found.

mod sample;

use model::{BodyHash, Change, Decision, JournalEntry, Timestamp};
use serde_json::Value;
use sidedoor_report::Format;

/// The sample with its first finding dismissed, by a reviewer whose words are hostile.
fn dismissed() -> sample::Sample {
    let mut sample = sample::found();
    let fingerprint = sample.findings[0].fingerprint.clone();
    let entry = JournalEntry {
        number: 1,
        at: Timestamp::from_millis(1_767_225_600_000),
        reviewer: "=Ada".to_owned(),
        change: Change::Finding {
            fingerprint: fingerprint.clone(),
            decision: Decision::Dismissed,
        },
        reason: "a <b>sister</b> site\nof ours | ours".to_owned(),
        previous: BodyHash::of(b""),
    };
    sample.decisions.insert(fingerprint, entry);
    sample
}

#[test]
fn sarif_suppresses_what_was_dismissed_and_nothing_else() {
    let sample = dismissed();
    let log: Value = serde_json::from_str(&sample.plain(Format::Sarif)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let fingerprint = sample.findings[0].fingerprint.as_str();
    for result in results {
        let is_it = result["partialFingerprints"]["sidedoorFingerprint/v1"] == fingerprint;
        let suppressed = &result["suppressions"];
        assert_eq!(suppressed.is_array(), is_it, "{suppressed}");
        if is_it {
            assert_eq!(suppressed[0]["kind"], "external");
            assert_eq!(suppressed[0]["status"], "accepted");
            let why = suppressed[0]["justification"].as_str().unwrap();
            assert!(why.contains("sister") && !why.contains('\n'), "{why}");
            assert_eq!(result["properties"]["decision"]["reviewer"], "=Ada");
        }
    }
    assert!(results.len() > 1);
}

#[test]
fn the_table_has_the_decision_in_cells_that_no_spreadsheet_takes_for_a_formula() {
    let sample = dismissed();
    let written = sample.plain(Format::Csv);
    let mut table = csv::Reader::from_reader(written.as_bytes());
    let columns = table.headers().unwrap().clone();
    let at = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let (decided, open): (Vec<_>, Vec<_>) =
        rows.iter().partition(|row| !row[at("decision")].is_empty());
    assert_eq!((decided.len(), open.len()), (1, sample.findings.len() - 1));
    assert_eq!(&decided[0][at("decision")], "dismissed");
    assert_eq!(&decided[0][at("decided_by")], "'=Ada");
    assert_eq!(&decided[0][at("decided_at")], "2026-01-01T00:00:00Z");
    assert!(decided[0][at("reason")].contains("sister"));
    assert!(open[0][at("reason")].is_empty());
}

#[test]
fn markdown_tells_who_decided_and_the_networks() {
    let mut sample = dismissed();
    let told = sample.plain(Format::Markdown);
    assert_eq!(
        told.matches("- Decided: dismissed by =Ada at 2026-01-01")
            .count(),
        1,
        "{told}"
    );
    assert!(!told.contains("<b>"), "{told}");
    assert!(told.contains("## Seller networks"), "{told}");
    sample.networks.clear();
    assert!(
        !sample
            .plain(Format::Markdown)
            .contains("## Seller networks")
    );
}
