//! Findings as a table.

mod sample;

use sidedoor_report::Format;

#[test]
fn every_finding_is_a_row_that_reads_back() {
    let mut sample = sample::found();
    let hostile = "=HYPERLINK(\"https://evil.test\";\"x\"), \"quoted\"\r\nnext\u{202e}";
    sample.findings[0].statement = hostile.to_owned();
    let written = sample.plain(Format::Csv);
    let mut table = csv::Reader::from_reader(written.as_bytes());
    let columns = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), sample.findings.len());
    let cell = |row: usize, name: &str| {
        let at = columns.iter().position(|column| column == name).unwrap();
        rows[row][at].to_owned()
    };
    for row in 0..rows.len() {
        let finding = (sample.findings.iter())
            .find(|it| it.fingerprint.as_str() == cell(row, "fingerprint"))
            .unwrap();
        assert_eq!(cell(row, "listing"), finding.listing.as_str());
        assert_eq!(cell(row, "hops"), finding.witness.hops.len().to_string());
        assert_eq!(cell(row, "expression"), finding.expression);
        let cost: f64 = cell(row, "cost").parse().unwrap();
        assert!((cost - finding.cost).abs() < 1e-6);
    }
    let statement = (0..rows.len())
        .map(|row| cell(row, "statement"))
        .find(|it| it.contains("HYPERLINK"))
        .unwrap();
    assert!(statement.starts_with("'=HYPERLINK("), "{statement}");
    assert!(!statement.contains('\n') && !statement.contains('\u{202e}'));
}

#[test]
fn nothing_found_is_a_header_alone() {
    assert_eq!(sample::clean().plain(Format::Csv).lines().count(), 1);
}
