//! Checks a case from end to end: is every byte that was kept still the one that was kept?

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use model::{BodyHash, PageUrl, VisitId};
use rusqlite::Connection;

use crate::journal::{HEAD, Head, JOURNAL, Journal};
use crate::open::{BASE, CaseFolder, EVIDENCE, OpenError};
use crate::read::ReadError;
use crate::seal::{self, Report, Seal};
use crate::warc::EvidenceFault;

mod evidence;

/// Faults that are listed one by one; a case that was overwritten has no end of them.
const LISTED: usize = 1_000;

/// What a check of a case found.
#[derive(Debug, Default)]
pub struct Verified {
    /// What is not as it was kept, in order of the check; at most 1,000.
    pub faults: Vec<Fault>,
    /// Faults beyond those that are listed.
    pub more_faults: u64,
    /// What could not be checked.
    pub doubts: Vec<Doubt>,
    /// SHA-256 of the database, where it is the one that was sealed.
    pub seal: Option<BodyHash>,
    /// How many decisions there are, and the SHA-256 of the last line.
    pub decisions: Option<(u64, BodyHash)>,
    /// Files of evidence that were read.
    pub files: u64,
    /// Bytes of evidence that were read and compared with a digest.
    pub bytes: u64,
    /// Exchanges whose records were read, with every digest in them.
    pub exchanges: u64,
    /// Visits that were read, with their facts.
    pub visits: u64,
}

/// Something that is not as it was kept.
#[derive(Debug)]
pub struct Fault {
    /// The file, from the folder of the case on.
    pub file: PathBuf,
    /// The bytes of the file that it is about, where that is known: the first one, and how many.
    pub span: Option<(u64, u64)>,
    /// What is wrong.
    pub flaw: Flaw,
}

/// What can be wrong with a part of a case.
#[derive(Debug, thiserror::Error)]
pub enum Flaw {
    /// The file is gone.
    #[error("the file is missing")]
    Missing,
    /// The file lost bytes.
    #[error("the file has {found} bytes where {kept} were kept")]
    Short {
        /// Its length now.
        found: u64,
        /// Its length by the database.
        kept: u64,
    },
    /// Something was added to the file.
    #[error("{extra} bytes stand behind the end that was kept")]
    Long {
        /// How many.
        extra: u64,
    },
    /// The file lies among the evidence and was never put there by a crawl.
    #[error("no commit of the case wrote this file")]
    Unknown,
    /// The bytes are not those that were kept.
    #[error("the SHA-256 of these bytes is not the one that was kept")]
    Stretch,
    /// No digest covers these bytes.
    #[error("no digest was kept of these bytes, or two cover them")]
    Gap,
    /// No record that the case knows stands here.
    #[error("no exchange of the case names the records here, or two do")]
    Unnamed,
    /// The records of an exchange are damaged.
    #[error("the records of `{address}` are damaged: {fault}")]
    Record {
        /// The address that was asked.
        address: Box<PageUrl>,
        /// What is wrong with them.
        fault: EvidenceFault,
    },
    /// The description of the file is damaged.
    #[error("the description of the file (warcinfo) is damaged: {0}")]
    Description(EvidenceFault),
    /// Evidence and database say different things of an exchange.
    #[error("the {what} of `{address}` is not the same in the evidence and in the database")]
    Disagreement {
        /// The address that was asked.
        address: Box<PageUrl>,
        /// What they do not agree on.
        what: &'static str,
    },
    /// The index is not that of the evidence.
    #[error("the index does not say what the database says")]
    Index,
    /// The database is not the one that was sealed.
    #[error("the SHA-256 of the database is not the one of its seal")]
    Seal,
    /// The database is damaged.
    #[error("the database is damaged: {0}")]
    Base(String),
    /// The journal of decisions is not the one that was written.
    #[error("the decisions are not those that were written: {0}")]
    Journal(String),
    /// The report is not the one that was written.
    #[error("the report is not the one that a judgement wrote")]
    Report,
    /// The facts of a visit are damaged or missing.
    #[error("the facts of visit {} are damaged or missing", .0.0)]
    Facts(VisitId),
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Disk(#[from] std::io::Error),
}

impl Flaw {
    /// What to do about it, as a sentence.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Disk(_) => "Check the disk and the permissions, and verify again.",
            Self::Report => "Do not rely on it; `sidedoor analyze` writes it anew: it is derived.",
            Self::Index => {
                "Delete it and run `sidedoor analyze`, which writes it anew: it is derived."
            }
            Self::Unknown | Self::Long { .. } => {
                "Find out who wrote there; nothing in it is evidence of this case."
            }
            _ => {
                "Put back a whole copy of the file and verify again; what is lost cannot be made \
                 again, and findings that rest on it are not proven."
            }
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some((start, bytes)) = self.span {
            write!(f, ", bytes {start} to {}", start.saturating_add(bytes))?;
        }
        write!(f, ": {}", self.flaw)
    }
}

/// Something that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The case has no seal: it is at work, or its last writer was killed.
    Unsealed,
    /// A torn tail of this many bytes, left by a writer that was killed or is at work.
    Tail {
        /// The file, from the folder of the case on.
        file: PathBuf,
        /// Bytes behind the last commit.
        bytes: u64,
    },
    /// The case was begun by an earlier version, which kept no digests of stretches.
    NoStretches,
    /// Nothing notes the last decision.
    Unnoted,
    /// The report has no digest beside it.
    Report,
    /// So many decisions follow the one that was noted last: their writer was killed, or was none of ours.
    Decisions(u64),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsealed => f.write_str(
                "the case is not sealed: a command is at work, or the last one was killed; \
                 `sidedoor analyze --case` judges what there is and seals it, and `sidedoor crawl --case` \
                 goes on with a crawl that had not ended",
            ),
            Self::Tail { file, bytes } => write!(
                f,
                "{bytes} bytes at the end of {} belong to no commit; the next crawl cuts them off",
                file.display()
            ),
            Self::NoStretches => f.write_str(
                "the case was begun by an earlier version, which kept no digest of gzip headings \
                 and of the descriptions of files",
            ),
            Self::Unnoted => write!(
                f,
                "whether the last decision is the one that was written: {HEAD}, which notes it, is not there; an \
                 earlier version wrote none, and the next decision writes it"
            ),
            Self::Report => f.write_str(
                "the report: its digest beside it, or the report itself, is not there; `sidedoor analyze` writes both",
            ),
            Self::Decisions(entries) => write!(
                f,
                "{JOURNAL} goes on for {entries} more behind the decision that {HEAD} notes: ask the reviewers whether \
                 they are theirs; the next decision notes them"
            ),
        }
    }
}

impl Verified {
    /// Whether all is as it was kept, and all could be checked.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty() && self.doubts.is_empty()
    }

    fn add(&mut self, file: impl Into<PathBuf>, span: Option<(u64, u64)>, flaw: Flaw) {
        if self.faults.len() < LISTED {
            let file = file.into();
            self.faults.push(Fault { file, span, flaw });
        } else {
            self.more_faults += 1;
        }
    }
}

/// Checks the case in `folder`: the seal and the form of the database, the facts of every visit,
/// that the stretches of every file of evidence lie end to end and have their digests, that the
/// records do so too, and that they say what the database says. Reads everything twice and writes
/// nothing.
///
/// # Errors
/// [`OpenError`] where there is no case, or it is one of a later version. A damaged case is no
/// error: that is what is looked for.
pub fn verify(folder: &Path) -> Result<Verified, OpenError> {
    let mut found = Verified::default();
    let seal = seal::compare(folder);
    match &seal {
        Ok(Seal::Whole(digest)) => found.seal = Some(*digest),
        Ok(Seal::None) => found.doubts.push(Doubt::Unsealed),
        Ok(Seal::Broken) => found.add(BASE, None, Flaw::Seal),
        Err(wrong) if wrong.kind() == std::io::ErrorKind::NotFound => {
            found.add(BASE, None, Flaw::Missing);
        }
        Err(wrong) => found.add(BASE, None, Flaw::Disk(again(wrong))),
    }
    let case = match CaseFolder::open_read_only(folder) {
        Ok(case) => case,
        // A broken seal explains what the database says of itself.
        Err(wrong) if is_damage(&wrong) || !matches!(seal, Ok(Seal::None)) => {
            if !matches!(&seal, Err(wrong) if wrong.kind() == std::io::ErrorKind::NotFound) {
                found.add(BASE, None, Flaw::Base(wrong.to_string()));
            }
            return Ok(found);
        }
        Err(wrong) => return Err(wrong),
    };
    check_base(&case.base, &mut found);
    check_visits(&case, &mut found);
    evidence::check(&case, &mut found);
    check_strangers(&case, &mut found);
    check_index(&case, &mut found);
    check_journal(folder, &mut found);
    match seal::compare_report(folder) {
        Ok(Report::None | Report::Whole) => {}
        Ok(Report::Alone) => found.doubts.push(Doubt::Report),
        Ok(Report::Changed) => found.add(seal::REPORT, None, Flaw::Report),
        Err(wrong) => found.add(seal::REPORT, None, Flaw::Disk(wrong)),
    }
    Ok(found)
}

/// The decisions, each of which names the one before it, and the last of which is noted beside them.
fn check_journal(folder: &Path, found: &mut Verified) {
    let journal = match Journal::read(folder) {
        Ok(journal) => journal,
        Err(wrong) => return found.add(JOURNAL, None, Flaw::Journal(wrong.to_string())),
    };
    found.decisions = journal
        .last()
        .map(|last| (journal.entries().len() as u64, last));
    match journal.compare_head(folder) {
        Ok(Head::None) if journal.entries().is_empty() => {}
        Ok(Head::None) => found.doubts.push(Doubt::Unnoted),
        Ok(Head::Whole) => {}
        Ok(Head::Behind(entries)) => found.doubts.push(Doubt::Decisions(entries)),
        Ok(Head::Broken(line)) => {
            let wrong = format!("line {line} is not the one that was noted in {HEAD}");
            found.add(JOURNAL, None, Flaw::Journal(wrong));
        }
        Err(wrong) => found.add(HEAD, None, Flaw::Disk(wrong)),
    }
}

/// Whether a case is there, and damaged.
const fn is_damage(wrong: &OpenError) -> bool {
    matches!(
        wrong,
        OpenError::Base { .. } | OpenError::Brief { .. } | OpenError::BaseLost { .. }
    )
}

/// An error that is told twice.
fn again(wrong: &std::io::Error) -> std::io::Error {
    std::io::Error::new(wrong.kind(), wrong.to_string())
}

fn check_base(base: &Connection, found: &mut Verified) {
    let mut complaints = Vec::new();
    let mut ask = |question: &str, ok: &str| -> rusqlite::Result<()> {
        let mut select = base.prepare(question)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let text = row.get_ref(0)?.as_str().map_or_else(
                |_| "a row does not read".to_owned(),
                |text| text.trim().to_owned(),
            );
            if text != ok {
                complaints.push(text);
            }
        }
        Ok(())
    };
    let asked = ask("PRAGMA integrity_check", "ok").and_then(|()| {
        ask(
            "SELECT 'a row of ' || \"table\" || ' names a row that is not there'
             FROM pragma_foreign_key_check",
            "",
        )
    });
    if let Err(wrong) = asked {
        complaints.push(wrong.to_string());
    }
    for complaint in complaints {
        found.add(BASE, None, Flaw::Base(complaint));
    }
}

/// Reads every visit with its facts; one that does not read does not hide the next.
fn check_visits(case: &CaseFolder, found: &mut Verified) {
    let mut after = 0;
    loop {
        let mut last = after;
        let read = case.for_each_visit_after::<ReadError>(after, &mut |visit, _| {
            last = visit.id.0;
            found.visits += 1;
            Ok(())
        });
        match read {
            Ok(()) => return,
            Err(ReadError::Facts { visit, .. }) if visit.0 > last => {
                found.add(BASE, None, Flaw::Facts(visit));
                after = visit.0;
            }
            Err(wrong) => {
                found.add(BASE, None, Flaw::Base(told(&wrong)));
                return;
            }
        }
    }
}

/// An error with its cause.
fn told(wrong: &ReadError) -> String {
    match std::error::Error::source(wrong) {
        Some(cause) => format!("{wrong}: {cause}"),
        None => wrong.to_string(),
    }
}

/// The index, which is derived and must say what the database says. A case at work has none.
#[expect(clippy::disallowed_methods, reason = "the room that touches the disk")]
fn check_index(case: &CaseFolder, found: &mut Verified) {
    let file = PathBuf::from(seal::INDEX);
    let is_at_work = found.seal.is_none();
    match (fs::read(case.folder.join(&file)), case.index()) {
        (Ok(kept), Ok(index)) if kept != index.as_bytes() => found.add(file, None, Flaw::Index),
        (Err(wrong), _) if wrong.kind() == std::io::ErrorKind::NotFound && is_at_work => {}
        (Err(wrong), _) => found.add(file, None, Flaw::Disk(wrong)),
        _ => {} // What does not read in the database is told already.
    }
}

/// Files among the evidence that the case does not know.
fn check_strangers(case: &CaseFolder, found: &mut Verified) {
    let Ok(entries) = fs::read_dir(case.folder.join(EVIDENCE)) else {
        return;
    };
    let Ok(files) = crate::open::evidence_files(&case.base) else {
        return; // Told already.
    };
    let known = |name: &str| {
        files
            .iter()
            .any(|(number, _)| crate::warc::file_path(Path::new(""), *number) == Path::new(name))
    };
    let mut strangers: Vec<_> = entries
        .flatten()
        .map(|entry| entry.file_name())
        .filter(|name| name.to_str().is_none_or(|name| !known(name)))
        .collect();
    strangers.sort();
    for name in strangers {
        let file = Path::new(EVIDENCE).join(name);
        if found.seal.is_some() {
            found.add(file, None, Flaw::Unknown);
        } else {
            let bytes = fs::metadata(case.folder.join(&file)).map_or(0, |file| file.len());
            found.doubts.push(Doubt::Tail { file, bytes });
        }
    }
}
