//! A case that is gone on with: what of its brief may change, what was changed, and what was cut off
//! its evidence.

use model::{Brief, Declined};
use rusqlite::{Connection, TransactionBehavior, params};
use serde_json::Value;

use crate::open::{CaseFolder, OpenError, Tally, base_error};
use crate::read::ReadError;
use crate::record::evidence_file;

/// What says how much a crawl may spend, how deep it may go, and at which pace: a crawl under other values
/// visits the same addresses, further or less far, and takes up what was too deep before. Paths of names in the brief; each with what
/// is below it.
const CHANGEABLE: [&str; 9] = [
    "budget.pages",
    "budget.depth",
    "budget.reasks",
    "budget.total_bytes",
    "budget.wall_seconds",
    "budget.exchange_millis",
    "budget.idle_millis",
    "budget.retries",
    "politeness",
];

/// One change of a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefChange {
    /// The last visit under the former value; 0 before the first.
    pub visit: u64,
    /// The field, as a path of names in the brief (`budget.pages`).
    pub field: String,
    /// Its former value, as JSON.
    pub before: String,
    /// Its value from then on, as JSON.
    pub after: String,
}

/// A torn end of a file of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TornTail {
    /// The last visit that was committed; 0 before the first.
    pub visit: u64,
    /// The file, within the folder of the case: `evidence/00001.warc.gz`.
    pub file: String,
    /// How many bytes were cut.
    pub bytes: u64,
}

/// Writes down what was cut off the evidence.
pub(crate) fn note_torn(base: &mut Connection, torn: &[(u32, u64)]) -> rusqlite::Result<()> {
    if torn.is_empty() {
        return Ok(());
    }
    let change = base.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (file, bytes) in torn {
        change.execute(
            "INSERT INTO torn (visit, file, bytes)
             SELECT coalesce(max(id), 0), ?1, ?2 FROM visit",
            params![file, bytes],
        )?;
    }
    change.commit()
}

impl CaseFolder {
    /// Goes on under another brief. Budgets and pace may differ, and the change is written down;
    /// whatever says which addresses are asked, and how, must be as it was. Gives what changed.
    ///
    /// # Errors
    /// [`OpenError::OtherBrief`] for the first field that may not change; nothing is changed then.
    pub fn go_on_under(&mut self, asked: &Brief) -> Result<Vec<BriefChange>, OpenError> {
        let as_json = |brief| {
            serde_json::to_value(brief).map_err(|source| OpenError::Brief {
                folder: self.folder.clone(),
                source,
            })
        };
        let visit = self.counts_of_writing().visits;
        let mut changes = Vec::new();
        for (field, before, after) in differences(&as_json(&self.brief)?, &as_json(asked)?) {
            if !may_change(&field) {
                return Err(OpenError::OtherBrief {
                    folder: self.folder.clone(),
                    field,
                    kept: before,
                    asked: after,
                });
            }
            changes.push(BriefChange {
                visit,
                field,
                before,
                after,
            });
        }
        if !changes.is_empty() {
            let text = as_json(asked)?.to_string();
            let broken = |source| base_error(&self.folder, source);
            let taken_up =
                keep(&mut self.base, &text, &changes, asked.budget.depth).map_err(broken)?;
            if taken_up && let Some(writing) = &mut self.writing {
                writing.tally = Tally::of(&self.base).map_err(broken)?;
            }
            self.brief = asked.clone();
        }
        Ok(changes)
    }

    /// What was cut off the evidence when the case was opened again, in order: a commit that had not
    /// ended, because its process was killed or the power failed.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn torn(&self) -> Result<Vec<TornTail>, ReadError> {
        let mut select = self
            .base
            .prepare("SELECT visit, file, bytes FROM torn ORDER BY id")?;
        let torn = select.query_map([], |row| {
            Ok(TornTail {
                visit: row.get(0)?,
                file: evidence_file(row.get(1)?),
                bytes: row.get(2)?,
            })
        })?;
        Ok(torn.collect::<Result<_, _>>()?)
    }

    /// What of the brief was changed since the case was begun, in order.
    ///
    /// # Errors
    /// [`ReadError::Base`].
    pub fn brief_changes(&self) -> Result<Vec<BriefChange>, ReadError> {
        let mut select = self
            .base
            .prepare("SELECT visit, field, before, after FROM brief_change ORDER BY id")?;
        let changes = select.query_map([], |row| {
            Ok(BriefChange {
                visit: row.get(0)?,
                field: row.get(1)?,
                before: row.get(2)?,
                after: row.get(3)?,
            })
        })?;
        Ok(changes.collect::<Result<_, _>>()?)
    }
}

/// Keeps another brief, and takes up the addresses that were too deep and are not any more; says whether
/// there are any.
fn keep(
    base: &mut Connection,
    brief: &str,
    changes: &[BriefChange],
    depth: u32,
) -> rusqlite::Result<bool> {
    let change = base.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute(
        "UPDATE property SET value = ?1 WHERE key = 'brief'",
        [brief],
    )?;
    for one in changes {
        change.execute(
            "INSERT INTO brief_change (visit, field, before, after) VALUES (?1, ?2, ?3, ?4)",
            params![one.visit, one.field, one.before, one.after],
        )?;
    }
    let taken_up = change.execute(
        "UPDATE frontier SET done = 0 WHERE withheld IS NULL AND depth <= ?1 AND place IN
            (SELECT v.place FROM visit v JOIN exchange e ON e.id = v.exchange
             WHERE e.outcome = 'declined' AND e.why = ?2)",
        params![depth, Declined::Depth.as_str()],
    )?;
    if taken_up > 0 {
        change.execute("DELETE FROM property WHERE key = 'stop'", [])?;
    }
    change.commit()?;
    Ok(taken_up > 0)
}

fn may_change(field: &str) -> bool {
    CHANGEABLE.iter().any(|whole| {
        let below = field.strip_prefix(whole);
        below.is_some_and(|below| below.is_empty() || below.starts_with('.'))
    })
}

/// The leaves in which two values differ, in order: the path of each, and both values. The brief is of
/// our own making and five levels deep at most; the walk keeps a stack of its own all the same.
fn differences(kept: &Value, asked: &Value) -> Vec<(String, String, String)> {
    let mut pairs = vec![(String::new(), kept, asked)];
    let mut found = Vec::new();
    while let Some((path, kept, asked)) = pairs.pop() {
        match (kept.as_object(), asked.as_object()) {
            (Some(kept), Some(asked)) => {
                let mut names: Vec<_> = kept.keys().chain(asked.keys()).collect();
                names.sort_unstable();
                names.dedup();
                for name in names.into_iter().rev() {
                    let dot = if path.is_empty() { "" } else { "." };
                    pairs.push((
                        format!("{path}{dot}{name}"),
                        kept.get(name).unwrap_or(&Value::Null),
                        asked.get(name).unwrap_or(&Value::Null),
                    ));
                }
            }
            _ if kept != asked => found.push((path, kept.to_string(), asked.to_string())),
            _ => {}
        }
    }
    found
}
