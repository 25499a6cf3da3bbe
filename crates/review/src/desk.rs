//! What is on the desk: the judgement that stands, the journal, who is at it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use case::{JOURNAL, Journal, JournalError};
use model::{Change, Decision, Fingerprint, JournalEntry, Severity, Timestamp};
use report::{IndexRow, Report};

use crate::filter::{Dimension, Values};
use crate::judged::{Judge, Judged, reported};
use crate::judging::Judging;
use crate::session::Sessions;

/// The desk cannot be laid out.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The decisions of the case cannot be read.
    #[error("the decisions of the case: {0}")]
    Journal(#[from] JournalError),
}

/// The findings of a case, laid out for reviewers.
pub struct Desk {
    folder: PathBuf,
    standing: Mutex<Standing>,
    journal: Mutex<KeptJournal>,
    sessions: Mutex<Sessions>,
    judging: Mutex<Judging>,
    judge: Judge,
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// The judgement that pages show.
pub(crate) struct Standing {
    pub(crate) judged: Box<dyn Judged>,
    /// Every finding, in the order of every report.
    pub(crate) rows: Vec<Row>,
    /// Their values by dimension, but for decisions.
    pub(crate) values: BTreeMap<Dimension, Values>,
    /// Places in `rows` by fingerprint: two targets of one site may share it.
    pub(crate) places: BTreeMap<Fingerprint, Vec<usize>>,
    /// Whose law was applied, by which pack.
    pub(crate) judged_by: String,
    /// Whether the whole scope was seen.
    pub(crate) is_whole: bool,
    /// The last entry of the journal that the judgement knew.
    pub(crate) entries: u64,
}

/// A finding as lists show it, and by what they are filtered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(crate) index: IndexRow,
    pub(crate) fingerprint: Fingerprint,
    pub(crate) detector: &'static str,
    pub(crate) severity: Severity,
    pub(crate) statement: String,
    pub(crate) listing: String,
    pub(crate) target: String,
    /// Both addresses and the statement in lower case, for searches.
    pub(crate) sought: String,
}

/// The journal as it was read last, and how long it was then.
#[derive(Default)]
struct KeptJournal {
    bytes: Option<u64>,
    journal: Arc<Journal>,
    standing: Arc<Decisions>,
}

/// The decisions that stand, by finding.
pub(crate) type Decisions = BTreeMap<Fingerprint, JournalEntry>;

impl Desk {
    /// Lays out a judgement of the case in `folder`; `judge` judges it again.
    ///
    /// # Errors
    /// [`OpenError`] where the decisions cannot be read.
    pub fn open(folder: &Path, judged: Box<dyn Judged>, judge: Judge) -> Result<Self, OpenError> {
        let entries = Journal::read(folder)?.entries().len() as u64;
        Ok(Self {
            folder: folder.to_owned(),
            standing: Mutex::new(Standing::of(judged, entries)),
            journal: Mutex::default(),
            sessions: Mutex::default(),
            judging: Mutex::default(),
            judge,
        })
    }

    /// The folder of the case.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// How the case is judged again.
    pub(crate) fn judge(&self) -> Judge {
        Arc::clone(&self.judge)
    }

    /// The judgement that stands. A page that panicked with it has changed nothing of it.
    pub(crate) fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Invitations and sessions.
    pub(crate) fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the case is being judged again.
    pub(crate) fn judging(&self) -> MutexGuard<'_, Judging> {
        self.judging.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The journal as it is on the disk, with the decisions that stand: another desk, or `decide`, may
    /// have added to it. Read again only when its length has changed, since it is only ever added to.
    pub(crate) fn journal(&self) -> Result<(Arc<Journal>, Arc<Decisions>), JournalError> {
        let bytes = std::fs::metadata(self.folder.join(JOURNAL))
            .map(|meta| meta.len())
            .ok();
        let mut kept = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.bytes != bytes {
            let journal = Journal::read(&self.folder)?;
            let standing = (journal.findings().into_iter())
                .map(|(fingerprint, (_, entry))| (fingerprint, entry.clone()))
                .collect();
            *kept = KeptJournal {
                bytes,
                journal: Arc::new(journal),
                standing: Arc::new(standing),
            };
        }
        Ok((Arc::clone(&kept.journal), Arc::clone(&kept.standing)))
    }
}

/// The time of a decision.
pub(crate) fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}

/// What was decided by an entry about a finding.
pub(crate) fn decision(entry: &JournalEntry) -> Option<Decision> {
    match &entry.change {
        Change::Finding { decision, .. } => Some(*decision),
        Change::Page { .. } => None,
    }
}

impl Standing {
    /// Of a judgement that knew the journal up to an entry. Linear in the findings, but for sorting.
    pub(crate) fn of(judged: Box<dyn Judged>, entries: u64) -> Self {
        let (rows, judged_by, is_whole) = reported(&*judged, |report| {
            let by = format!(
                "{} · market {}",
                report::legible(report.pack),
                report.market.as_str()
            );
            (rows(report), by, report.coverage.is_whole())
        })
        .unwrap_or_default();
        let mut places: BTreeMap<Fingerprint, Vec<usize>> = BTreeMap::new();
        for (place, row) in rows.iter().enumerate() {
            places
                .entry(row.fingerprint.clone())
                .or_default()
                .push(place);
        }
        Self {
            judged,
            values: Values::lasting(&rows),
            rows,
            places,
            judged_by,
            is_whole,
            entries,
        }
    }

    /// The findings about one listing and target, in order.
    pub(crate) fn of_card(&self, card: usize) -> impl Iterator<Item = &Row> {
        let from = self.rows.partition_point(|row| row.index.card < card);
        let rest = self.rows.get(from..).unwrap_or_default();
        rest.iter().take_while(move |row| row.index.card == card)
    }

    /// The finding of a fingerprint in hex digits, with the places of all that share it.
    pub(crate) fn find(&self, fingerprint: &str) -> Option<(&Fingerprint, &[usize])> {
        // Fingerprints cannot be made of texts, so that none is invented: they are looked for.
        let found = self
            .places
            .iter()
            .find(|(own, _)| own.as_str() == fingerprint)?;
        Some((found.0, found.1))
    }
}

fn rows(report: &Report<'_>) -> Vec<Row> {
    (report::index(report).into_iter())
        .filter_map(|index| {
            let finding = report.findings.get(index.finding)?;
            let listing = report::legible(finding.listing.as_str());
            let target = report::legible(finding.target.as_str());
            let statement = report::legible(&finding.statement);
            Some(Row {
                fingerprint: finding.fingerprint.clone(),
                detector: finding.detector.0,
                severity: finding.severity,
                sought: format!("{listing} {target} {statement}").to_lowercase(),
                statement,
                listing,
                target,
                index,
            })
        })
        .collect()
}
