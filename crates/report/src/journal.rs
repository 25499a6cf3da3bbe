//! What was decided of a case, for other programs: as it is kept, and as a table.

use std::io::{self, Write};

use model::{Change, Decision, JournalEntry, Policy};

use crate::table::harmless;

/// The columns of the table, in order.
const COLUMNS: [&str; 7] = [
    "number", "at", "reviewer", "about", "which", "decision", "reason",
];

/// Writes the entries as they are kept: one JSON object a line.
///
/// # Errors
/// When `out` refuses bytes.
pub fn write_journal_lines(entries: &[JournalEntry], out: &mut dyn Write) -> io::Result<()> {
    for entry in entries {
        serde_json::to_writer(&mut *out, entry)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Writes a header and one row for each entry, as CSV. A cell that a spreadsheet would take for a formula
/// gets an apostrophe before it.
///
/// # Errors
/// When `out` refuses bytes.
pub fn write_journal_table(entries: &[JournalEntry], out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for entry in entries {
        let (about, which, decision) = decision_columns(&entry.change);
        let row = [
            entry.number.to_string(),
            entry.at.to_string(),
            entry.reviewer.clone(),
            about.to_owned(),
            which,
            decision,
            entry.reason.clone(),
        ];
        table.write_record(row.iter().map(|cell| harmless(cell)))?;
    }
    table.flush()
}

/// What an entry is about, which one, and what was decided.
#[must_use]
pub fn decision_columns(change: &Change) -> (&'static str, String, String) {
    match change {
        Change::Finding {
            fingerprint,
            decision,
        } => (
            "finding",
            fingerprint.as_str().to_owned(),
            decision.to_string(),
        ),
        Change::Page { address, label } => (
            "page",
            address.to_string(),
            label.as_ref().map_or_else(
                || Decision::Undone.to_string(),
                |label| match label.policy {
                    Policy::AgeRestricted { min_age } => format!("age-restricted:{min_age}"),
                    other => other.as_str().to_owned(),
                },
            ),
        ),
    }
}
