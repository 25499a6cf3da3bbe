//! What was decided, as files.

use std::sync::Arc;

use crate::answer::Reply;
use crate::ask::Ask;
use crate::desk::Desk;
use crate::frame::Trouble;

/// The journal as it is kept.
pub(crate) fn lines(desk: &Arc<Desk>, _: &Ask) -> Result<Reply, Trouble> {
    let (journal, _) = desk.journal()?;
    let mut body = Vec::new();
    report::write_journal_lines(journal.entries(), &mut body)?;
    Ok(Reply::File {
        body,
        kind: "application/x-ndjson; charset=utf-8",
        name: "decisions.jsonl",
    })
}

/// The journal as a table.
pub(crate) fn table(desk: &Arc<Desk>, _: &Ask) -> Result<Reply, Trouble> {
    let (journal, _) = desk.journal()?;
    let mut body = Vec::new();
    report::write_journal_table(journal.entries(), &mut body)?;
    Ok(Reply::File {
        body,
        kind: "text/csv; charset=utf-8",
        name: "decisions.csv",
    })
}
