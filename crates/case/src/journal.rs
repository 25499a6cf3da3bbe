//! What people decided, in a file of its own beside the case.
//!
//! `decisions.jsonl` has one JSON object a line and is only ever added to. Each line names the SHA-256 of
//! the line before it, so that one that is changed, moved or cut out afterwards shows. Database and
//! evidence are not touched by a decision: their seal, and whatever was noted of it elsewhere, stands.
//!
//! A piece of a line at the end was never acknowledged to anyone: it is left by a writer that was killed, and
//! the next one cuts it off. A last line that is whole and lacks only its line end, as some editors leave
//! it, is an entry like the others.

#![expect(clippy::disallowed_methods, reason = "the room that touches the disk")]

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use crate::seal;
use model::{
    BodyHash, Change, Decision, Fingerprint, GivenLabel, JournalEntry, PageUrl, Timestamp,
};

/// The file, in the folder of the case.
pub const JOURNAL: &str = "decisions.jsonl";

/// The number and the SHA-256 of its last line, beside it: without them nobody would see that the last line was
/// changed. Whoever keeps them elsewhere can show later that no decision was.
pub(crate) const HEAD: &str = "decisions.head";

/// Characters of a reason or a name that are taken.
const LONGEST: usize = 10_000;

/// A decision that is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// When.
    pub at: Timestamp,
    /// Who; with a letter or a digit, so that the trail never shows an empty name.
    pub reviewer: String,
    /// What.
    pub change: Change,
    /// Why; with a letter or a digit.
    pub reason: String,
}

/// Why decisions cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    Disk {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is no file of its own: what it leads to would be read, cut and written.
    #[error(
        "{path} is no plain file: a link is not followed; put a copy of what it leads to in its place"
    )]
    NoFile {
        /// Where it should be.
        path: PathBuf,
    },
    /// A line is no entry.
    #[error(
        "line {line} of {JOURNAL} is no decision: {source}; put back the file as it was written"
    )]
    Line {
        /// Which, from 1.
        line: u64,
        /// Why.
        source: serde_json::Error,
    },
    /// A line does not follow the one before it.
    #[error(
        "line {line} of {JOURNAL} does not follow the line before it: one of them was changed, moved or cut out; \
         put back the file as it was written"
    )]
    Chain {
        /// Which, from 1.
        line: u64,
    },
    /// The last line is not the one that was noted.
    #[error(
        "line {line} of {JOURNAL} is not the one that {HEAD} notes: it was changed, or cut off; put back the file as it \
         was written before anything is added to it"
    )]
    Head {
        /// Which, from 1.
        line: u64,
    },
    /// Somebody decided the same thing meanwhile.
    #[error(
        "{} decided it meanwhile (entry {}, {}): look at that first, then decide again",
        .0.reviewer, .0.number, .0.at
    )]
    Meanwhile(Box<JournalEntry>),
    /// Nothing is there that could be taken back.
    #[error("nothing was decided of it that could be undone")]
    NothingToUndo,
    /// A name or a reason is missing or too long, or has neither a letter nor a digit.
    #[error("{0} must be given, in letters or digits, and in at most {LONGEST} characters")]
    Unsaid(&'static str),
}

/// The decisions of a case, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    entries: Vec<JournalEntry>,
    /// Of the last line; of nothing where there is none.
    last: Option<BodyHash>,
    /// Bytes of the entries.
    whole: u64,
    /// Whether the last entry lacks the end of its line.
    is_unended: bool,
}

impl Journal {
    /// Reads the journal of the case in `folder`, and checks its chain; empty where there is none.
    ///
    /// # Errors
    /// [`JournalError`] names the line.
    pub fn read(folder: &Path) -> Result<Self, JournalError> {
        let path = folder.join(JOURNAL);
        if !is_there(&path)? {
            return Ok(Self::default());
        }
        let mut file = File::open(&path).map_err(disk(&path))?;
        Self::of(&mut file, &path)
    }

    fn of(file: &mut File, path: &Path) -> Result<Self, JournalError> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(disk(path))?;
        let mut journal = Self::default();
        for (line, text) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            let (text, is_ended) = match text.strip_suffix(b"\n") {
                Some(text) => (text, true),
                None => (text, false),
            };
            let entry: JournalEntry = match serde_json::from_slice(text) {
                Ok(entry) => entry,
                // Torn: its writer was killed before it told anyone.
                Err(_) if !is_ended => break,
                Err(source) => return Err(JournalError::Line { line, source }),
            };
            if entry.number != line || entry.previous != journal.previous() {
                return Err(JournalError::Chain { line });
            }
            journal.entries.push(entry);
            journal.last = Some(BodyHash::of(text));
            journal.whole += text.len() as u64 + u64::from(is_ended);
            journal.is_unended = !is_ended;
        }
        Ok(journal)
    }

    /// Compares the journal with what was noted of its last line.
    ///
    /// # Errors
    /// The note cannot be read.
    pub(crate) fn compare_head(&self, folder: &Path) -> io::Result<Head> {
        let note = match std::fs::read_to_string(folder.join(HEAD)) {
            Ok(note) => note,
            Err(wrong) if wrong.kind() == io::ErrorKind::NotFound => return Ok(Head::None),
            Err(wrong) => return Err(wrong),
        };
        let all = self.entries.len() as u64;
        let noted = note.trim().split_once(' ');
        let noted = noted.and_then(|(number, hash)| Some((number.parse::<u64>().ok()?, hash)));
        let Some((number, hash)) = noted else {
            return Ok(Head::Broken(all));
        };
        let next = usize::try_from(number)
            .ok()
            .and_then(|at| self.entries.get(at));
        let found = if number == all {
            self.last
        } else {
            next.map(|next| next.previous)
        };
        Ok(match found {
            Some(found) if found.to_string() == hash && number == all => Head::Whole,
            Some(found) if found.to_string() == hash => Head::Behind(all - number),
            _ => Head::Broken(number),
        })
    }

    fn previous(&self) -> BodyHash {
        self.last.unwrap_or_else(|| BodyHash::of(b""))
    }

    /// SHA-256 of the last line; `None` where there is none.
    pub(crate) const fn last(&self) -> Option<BodyHash> {
        self.last
    }

    /// Every entry, in order.
    #[must_use]
    pub fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }

    /// The last entry about each finding that is decided; those that were undone are left out.
    #[must_use]
    pub fn findings(&self) -> BTreeMap<Fingerprint, (Decision, &JournalEntry)> {
        let mut standing = BTreeMap::new();
        for entry in &self.entries {
            if let Change::Finding {
                fingerprint,
                decision,
            } = &entry.change
            {
                if *decision == Decision::Undone {
                    standing.remove(fingerprint);
                } else {
                    standing.insert(fingerprint.clone(), (*decision, entry));
                }
            }
        }
        standing
    }

    /// The labels that reviewers gave and did not take back, by page.
    #[must_use]
    pub fn labels(&self) -> BTreeMap<&PageUrl, (&GivenLabel, &JournalEntry)> {
        let mut standing = BTreeMap::new();
        for entry in &self.entries {
            match &entry.change {
                Change::Page {
                    address,
                    label: Some(label),
                } => {
                    standing.insert(address, (label, entry));
                }
                Change::Page {
                    address,
                    label: None,
                } => {
                    standing.remove(address);
                }
                Change::Finding { .. } => {}
            }
        }
        standing
    }

    /// Whether entries may be added by a reviewer who knew the entries up to `seen`.
    fn allow(&self, new: &[NewEntry], seen: Option<u64>) -> Result<(), JournalError> {
        let mut last: BTreeMap<&str, &JournalEntry> = BTreeMap::new();
        for entry in &self.entries {
            last.insert(subject(&entry.change), entry);
        }
        for new in new {
            let last = last.get(subject(&new.change)).copied();
            if let Some(last) = last.filter(|last| seen.is_some_and(|seen| last.number > seen)) {
                return Err(JournalError::Meanwhile(Box::new(last.clone())));
            }
            if takes_back(&new.change) && last.is_none_or(|last| takes_back(&last.change)) {
                return Err(JournalError::NothingToUndo);
            }
        }
        Ok(())
    }

    /// The last entry about what a change is about.
    #[must_use]
    pub fn last_about(&self, change: &Change) -> Option<&JournalEntry> {
        let mut entries = self.entries.iter().rev();
        entries.find(|entry| entry.change.is_about_the_same(change))
    }
}

/// What was noted of the last line of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// Nothing: no decision was kept since notes are taken.
    None,
    /// It is that line.
    Whole,
    /// So many lines follow it.
    Behind(u64),
    /// The line of this number is another, or is not there.
    Broken(u64),
}

/// Notes the last line of a journal. Without room for the note there is none: a wrong one would be a false alarm.
fn note_head(folder: &Path, number: u64, last: BodyHash) {
    let fresh = folder.join("decisions.head.new");
    let line = format!("{number} {last}\n");
    let noted = seal::replace(&folder.join(HEAD), &fresh, line.as_bytes());
    if noted.is_err() {
        let _ = std::fs::remove_file(&fresh);
        let _ = std::fs::remove_file(folder.join(HEAD));
    }
}

/// Adds an entry to the journal of the case in `folder` and waits until the disk has it. `seen` is the
/// number of the last entry about the same finding or page that the reviewer knew of, 0 for none: when
/// there is a later one, nothing is kept, so that nobody decides over another's head. `None` asks for no
/// such care.
///
/// # Errors
/// [`JournalError`]; the journal is as before then.
pub fn decide(
    folder: &Path,
    new: NewEntry,
    seen: Option<u64>,
) -> Result<JournalEntry, JournalError> {
    let mut kept = decide_all(folder, vec![new], seen)?;
    kept.pop().ok_or(JournalError::Unsaid("a decision"))
}

/// Adds entries to the journal, all of them or none, in one write. `seen` is the number of the last entry
/// that the reviewer knew of, as in [`decide`], and holds for each of them.
///
/// O(n log n) in the entries, those that are there included.
///
/// # Errors
/// [`JournalError`]; the journal is as before then.
pub fn decide_all(
    folder: &Path,
    new: Vec<NewEntry>,
    seen: Option<u64>,
) -> Result<Vec<JournalEntry>, JournalError> {
    for (what, text) in
        (new.iter()).flat_map(|new| [("the reviewer", &new.reviewer), ("the reason", &new.reason)])
    {
        if !text.chars().any(char::is_alphanumeric) || text.chars().count() > LONGEST {
            return Err(JournalError::Unsaid(what));
        }
    }
    let path = folder.join(JOURNAL);
    is_there(&path)?;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(disk(&path))?;
    // Another reviewer's line is waited for: it takes a moment.
    file.lock().map_err(disk(&path))?;
    let journal = Journal::of(&mut file, &path)?;
    if let Head::Broken(line) = journal.compare_head(folder).map_err(disk(&path))? {
        return Err(JournalError::Head { line });
    }
    journal.allow(&new, seen)?;
    let mut lines = if journal.is_unended {
        vec![b'\n']
    } else {
        Vec::new()
    };
    let mut kept = Vec::with_capacity(new.len());
    let mut previous = journal.previous();
    for (new, number) in new.into_iter().zip(journal.entries.len() as u64 + 1..) {
        let entry = JournalEntry {
            number,
            at: new.at,
            reviewer: new.reviewer.trim().to_owned(),
            change: new.change,
            reason: new.reason.trim().to_owned(),
            previous,
        };
        let line = serde_json::to_vec(&entry)
            .map_err(io::Error::from)
            .map_err(disk(&path))?;
        previous = BodyHash::of(&line);
        lines.extend_from_slice(&line);
        lines.push(b'\n');
        kept.push(entry);
    }
    add(&mut file, journal.whole, &lines).map_err(disk(&path))?;
    if let Some(last) = kept.last() {
        note_head(folder, last.number, previous);
    }
    Ok(kept)
}

/// Writes lines behind the entries that are there. Where the disk has no room for all of them, those that
/// found some are taken back: none of them is acknowledged.
fn add(file: &mut File, whole: u64, lines: &[u8]) -> io::Result<()> {
    let written = file
        .set_len(whole)
        .and_then(|()| file.seek(SeekFrom::Start(whole)))
        .and_then(|_| file.write_all(lines))
        .and_then(|()| file.sync_data());
    if written.is_err() {
        // The first failure is the one to tell.
        let _ = file.set_len(whole).and_then(|()| file.sync_data());
    }
    written
}

/// Whether there is a journal. A link is not followed and a pipe not waited for: a case folder may come from
/// anybody, and what its journal leads to may be anything.
fn is_there(path: &Path) -> Result<bool, JournalError> {
    match path.symlink_metadata() {
        Ok(found) if found.is_file() => Ok(true),
        Ok(_) => Err(JournalError::NoFile {
            path: path.to_owned(),
        }),
        Err(source) if source.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(disk(path)(source)),
    }
}

/// What an entry is about: a fingerprint is no address, so the two do not meet.
fn subject(change: &Change) -> &str {
    match change {
        Change::Finding { fingerprint, .. } => fingerprint.as_str(),
        Change::Page { address, .. } => address.as_str(),
    }
}

const fn takes_back(change: &Change) -> bool {
    matches!(
        change,
        Change::Finding {
            decision: Decision::Undone,
            ..
        } | Change::Page { label: None, .. }
    )
}

fn disk(path: &Path) -> impl Fn(io::Error) -> JournalError + '_ {
    |source| JournalError::Disk {
        path: path.to_owned(),
        source,
    }
}
