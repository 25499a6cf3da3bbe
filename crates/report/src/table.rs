//! Findings as a table: CSV with one row for each, for spreadsheets and scripts.

use std::io;

use model::{Finding, JournalEntry, Policy};

use crate::legible::legible;
use crate::{Report, outline, walk, wording};

/// The columns, in order.
const COLUMNS: [&str; 24] = [
    "fingerprint",
    "detector",
    "severity",
    "confidence",
    "listing",
    "target",
    "policy",
    "min_age",
    "category",
    "category_name",
    "expression",
    "hops",
    "cost",
    "chance",
    "gate",
    "statement",
    "listing_policy",
    "legal_basis",
    "legal_review",
    "decision",
    "decided_by",
    "decided_at",
    "reason",
    "number",
];

/// Writes the header and one row for each finding, in the order of every report.
pub(crate) fn write(report: &Report<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for (number, finding) in outline::in_numbered_order(report.findings) {
        table.write_record(
            row(report, number, finding)
                .iter()
                .map(|cell| harmless(cell)),
        )?;
    }
    table.flush()
}

fn row(report: &Report<'_>, number: usize, finding: &Finding) -> [String; 24] {
    let min_age = match finding.policy {
        Policy::AgeRestricted { min_age } => min_age.to_string(),
        _ => String::new(),
    };
    let code = finding.category.as_ref();
    let entry = report.decisions.get(&finding.fingerprint);
    let decision = entry.and_then(wording::decision);
    let of_entry = |tell: fn(&JournalEntry) -> String| entry.map(tell).unwrap_or_default();
    [
        finding.fingerprint.as_str().to_owned(),
        finding.detector.0.to_owned(),
        finding.severity.to_string(),
        finding.confidence.to_string(),
        finding.listing.to_string(),
        finding.target.to_string(),
        finding.policy.as_str().to_owned(),
        min_age,
        code.map(|code| code.0.clone()).unwrap_or_default(),
        legible(&finding.category_name),
        finding.expression.clone(),
        finding.witness.hops.len().to_string(),
        format!("{:.6}", finding.cost),
        format!("{:.6}", finding.chance),
        finding.gate.as_str().to_owned(),
        legible(&finding.statement),
        walk::policy(finding.listing_policy),
        legible(&finding.legal_basis),
        finding
            .legal_review
            .as_ref()
            .map_or_else(String::new, |review| legible(&review.to_string())),
        decision.map_or_else(String::new, |decision| decision.to_string()),
        of_entry(|entry| legible(&entry.reviewer)),
        of_entry(|entry| entry.at.to_string()),
        of_entry(|entry| legible(&entry.reason)),
        number.to_string(),
    ]
}

/// A cell that no spreadsheet takes for a formula: one that begins as a formula does gets an
/// apostrophe before it. The wide forms of the signs are taken for them in some languages.
pub(crate) fn harmless(cell: &str) -> String {
    let begins = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠'
        )
    };
    if cell.starts_with(begins) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_cell_that_begins_as_a_formula_begins_with_an_apostrophe() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["", "a=1", "'=1", "https://a.test/=1", "0.000000"] {
            assert_eq!(harmless(cell), cell);
        }
    }
}
