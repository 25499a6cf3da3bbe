//! The report for programs.

mod sample;

use sidedoor_report::{Format, NotAFormat};

#[test]
fn the_json_report_has_this_form() {
    insta::assert_snapshot!(sample::found().plain(Format::Json));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in Format::ALL.iter().copied() {
        assert_eq!(sample::found().plain(format), sample::found().plain(format));
    }
}

#[test]
fn two_runs_differ_in_the_times_alone() {
    let early = sample::found();
    let mut late = sample::found();
    for finding in &mut late.findings {
        for evidence in &mut finding.evidence {
            evidence.seen_at = model::Timestamp::from_millis(1_800_000_000_000);
        }
    }
    let (early, late) = (early.plain(Format::Json), late.plain(Format::Json));
    assert_ne!(early, late);
    let timeless = |text: &str| {
        (text
            .lines()
            .filter(|line| !line.trim_start().starts_with("\"seen_at\": ")))
        .collect::<Vec<_>>()
        .join("\n")
    };
    assert_eq!(timeless(&early), timeless(&late));
}

#[test]
fn every_field_of_the_json_report_is_documented() {
    let docs = include_str!("../../../docs/report-json.md");
    let written = sample::found().plain(Format::Json);
    let value: serde_json::Value = serde_json::from_str(&written).unwrap();
    let mut names = Vec::new();
    let mut waiting = vec![&value];
    while let Some(value) = waiting.pop() {
        match value {
            serde_json::Value::Object(fields) => {
                names.extend(fields.keys().map(String::as_str));
                waiting.extend(
                    fields
                        .iter()
                        .filter(|(key, _)| *key != "settings" && *key != "findings_by_detector")
                        .map(|(_, v)| v),
                );
            }
            serde_json::Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    names.sort_unstable();
    names.dedup();
    let missing: Vec<_> = (names.iter())
        .filter(|name| !docs.contains(&format!("`{name}`")))
        .collect();
    assert!(
        missing.is_empty(),
        "not in docs/report-json.md: {missing:?}"
    );
}

#[test]
fn a_format_is_known_by_its_word() {
    for format in Format::ALL.iter().copied() {
        assert_eq!(format.as_str().parse(), Ok(format));
    }
    let refused: Result<Format, NotAFormat> = "pdf\u{1b}[2J".parse();
    assert_eq!(
        refused.unwrap_err().to_string(),
        "`pdf‹U+001B›[2J` is not a report format: use text, json, html, sarif, markdown or csv"
    );
}

#[test]
fn a_closed_pipe_is_told_from_a_failure() {
    struct Closed(std::io::ErrorKind);
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let sample = sample::found();
    for format in Format::ALL.iter().copied() {
        for (kind, closed) in [
            (std::io::ErrorKind::BrokenPipe, true),
            (std::io::ErrorKind::StorageFull, false),
        ] {
            let style = sidedoor_report::Style::default();
            let result = sidedoor_report::write(&sample.report(), format, style, &mut Closed(kind));
            assert_eq!(result.unwrap_err().is_broken_pipe(), closed, "{format}");
        }
    }
}
