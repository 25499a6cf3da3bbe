//! Making and opening a case.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use model::Brief;
use rusqlite::backup::Backup;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use crate::commit::Known;
use crate::hold;
use crate::read::Counts;
use crate::schema;
use crate::terms;
use crate::warc::Evidence;

mod error;

pub use error::OpenError;
pub(crate) use error::{base_error, disk_error, is_no_room};

pub(crate) const BASE: &str = "case.sqlite";
pub(crate) const LOCK: &str = "case.lock";
/// What SQLite writes until the database has its log.
const JOURNAL: &str = "case.sqlite-journal";
/// Where SQLite keeps what it has not put into the database yet.
const LOG: &str = "case.sqlite-wal";
pub(crate) const EVIDENCE: &str = "evidence";
/// Pages of a database that are copied between two looks at who else uses it.
const PAGES_AT_ONCE: std::ffi::c_int = 4_096;

/// A case on disk.
///
/// One process at a time may write ([`create`](Self::create), [`open`](Self::open)); any number
/// may read ([`open_read_only`](Self::open_read_only)), also while another writes.
#[derive(Debug)]
pub struct CaseFolder {
    pub(crate) folder: PathBuf,
    pub(crate) base: Connection,
    pub(crate) brief: Brief,
    /// The version of its tables on the disk.
    pub(crate) version: usize,
    /// What only the one process that writes has.
    pub(crate) writing: Option<Writing>,
}

#[derive(Debug)]
pub(crate) struct Writing {
    pub(crate) evidence: Evidence,
    pub(crate) tally: Tally,
    pub(crate) known: Known,
    /// Held, never read: the lock goes with the file handle, also when the process is killed.
    _lock: File,
}

/// Running totals, so that a commit need not count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) counts: Counts,
    pub(crate) places: u64,
    pub(crate) exchanges: u64,
    /// Exchanges that belong to no visit yet.
    pub(crate) held: u64,
    /// Whether the case says that its crawl ended.
    pub(crate) stopped: bool,
    /// Whether the frontier has an address that is not its own key.
    pub(crate) keyed: bool,
}

/// Whether a case was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opened {
    /// It was made.
    Created,
    /// It was there.
    Resumed,
}

/// What a folder is before anything is done to it.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    Missing,
    /// Empty, or left by a creation that was killed before it was done.
    Blank,
    Case,
    /// Evidence is there, and no database that says what it is.
    BaseLost,
    Other,
}

/// Whether a file is one of those that make up a case: the database with what lies beside it, the evidence, the
/// decisions. A report in the folder is none.
#[must_use]
pub fn is_of_case(file: &Path) -> bool {
    let Ok(whole) = std::path::absolute(file) else {
        return false;
    };
    let whole = whole.canonicalize().unwrap_or(whole);
    let (Some(folder), Some(name)) = (whole.parent(), whole.file_name()) else {
        return false;
    };
    let name = name.to_string_lossy();
    let is_own = name.starts_with(BASE)
        || name.starts_with("decisions.")
        || name.starts_with("index.cdxj")
        || name == "case.lock";
    let is_evidence = folder.file_name().is_some_and(|name| name == EVIDENCE);
    (is_own && folder.join(BASE).exists())
        || (is_evidence && folder.parent().is_some_and(|case| case.join(BASE).exists()))
}

impl CaseFolder {
    /// Makes a case in `folder`, which may be there if it is empty. The seeds of the brief are
    /// written down; offering them to the frontier is the crawl's.
    ///
    /// # Errors
    /// [`OpenError`], in particular `AlreadyACase`, `NotEmpty` and `Locked`.
    pub fn create(folder: &Path, brief: &Brief) -> Result<Self, OpenError> {
        match look(folder)? {
            Found::Case => Err(OpenError::AlreadyACase {
                folder: folder.to_owned(),
            }),
            Found::Other => Err(OpenError::NotEmpty {
                folder: folder.to_owned(),
            }),
            Found::BaseLost => Err(OpenError::BaseLost {
                folder: folder.to_owned(),
            }),
            Found::Missing | Found::Blank => Self::make(folder, brief),
        }
    }

    /// Opens a case to go on with it. A torn tail of the evidence, left by a killed process, is
    /// cut off, and that is kept: see [`torn`](Self::torn).
    ///
    /// # Errors
    /// [`OpenError`], in particular `Missing`, `NotACase`, `NewerSchema`, `Locked` and
    /// `EvidenceShort`.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        must_be_case(folder)?;
        let lock = lock(folder)?;
        let mut base = connect(folder, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        check_version(folder, &base)?;
        crate::seal::remove(folder).map_err(|source| disk_error(folder, source))?;
        let broken = |source| base_error(folder, source);
        schema::tune(&base).map_err(broken)?;
        schema::migrate(&mut base, |_| Ok(())).map_err(broken)?;
        let files = evidence_files(&base).map_err(broken)?;
        let mut evidence = Evidence::resume(&folder.join(EVIDENCE), &files)?;
        if let Some(id) = last_description(&base).map_err(broken)? {
            evidence.set_description(&id);
        }
        terms::note_torn(&mut base, evidence.torn()).map_err(broken)?;
        Self::with_writing(folder, base, lock, evidence)
    }

    /// Says whether the case could be opened for writing now, before work is done whose end will be written. The
    /// case, and its seal, stay as they are.
    ///
    /// # Errors
    /// [`OpenError::Locked`] while another process writes, and what a disk gives.
    pub fn must_be_free(folder: &Path) -> Result<(), OpenError> {
        must_be_case(folder)?;
        lock(folder).map(drop)
    }

    /// Opens the case in `folder` if there is one, and makes one if not.
    ///
    /// # Errors
    /// [`OpenError::OtherBrief`] when the case was begun with a brief that differs in more than
    /// [may change](Self::go_on_under), and all that
    /// [`create`](Self::create) and [`open`](Self::open) give.
    pub fn open_or_create(folder: &Path, brief: &Brief) -> Result<(Self, Opened), OpenError> {
        if look(folder)? != Found::Case {
            return Ok((Self::create(folder, brief)?, Opened::Created));
        }
        let mut case = Self::open(folder)?;
        case.go_on_under(brief)?;
        Ok((case, Opened::Resumed))
    }

    /// Opens a case to read in it; needs no lock, and the folder may be write-protected. A case of an
    /// earlier version of the program is read from a copy of its database, brought up to date
    /// among the temporary files; the case stays as it is. What would write gives [`crate::CommitError::ReadOnly`].
    ///
    /// # Errors
    /// [`OpenError`], in particular `Missing`, `NotACase` and `NewerSchema`.
    pub fn open_read_only(folder: &Path) -> Result<Self, OpenError> {
        must_be_case(folder)?;
        let mut base = connect_read_only(folder)?;
        let version = check_version(folder, &base)?;
        if version < schema::VERSION {
            base = migrated_copy(&base).map_err(|source| base_error(folder, source))?;
        }
        schema::prepare_cache(&base);
        let brief = stored_brief(folder, &base)?;
        Ok(Self {
            folder: folder.to_owned(),
            base,
            brief,
            version,
            writing: None,
        })
    }

    /// What was asked for when the case was begun.
    #[must_use]
    pub fn brief(&self) -> &Brief {
        &self.brief
    }

    /// The folder of the case.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a new file of evidence once the current one has this many bytes; 1 GiB by default.
    pub fn rotate_evidence_at(&mut self, bytes: u64) {
        if let Some(writing) = &mut self.writing {
            writing.evidence.rotate_at(bytes);
        }
    }

    /// Names who crawls, and how to reach them, in every further file of evidence.
    pub fn set_operator(&mut self, operator: &str) {
        let about = about(&self.brief, Some(operator));
        if let Some(writing) = &mut self.writing {
            writing.evidence.describe(&about);
        }
    }

    pub(crate) fn evidence_file(&self, number: u32) -> PathBuf {
        crate::warc::file_path(&self.folder.join(EVIDENCE), number)
    }

    fn make(folder: &Path, brief: &Brief) -> Result<Self, OpenError> {
        let evidence = folder.join(EVIDENCE);
        fs::create_dir_all(&evidence).map_err(|source| disk_error(&evidence, source))?;
        let lock = lock(folder)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut base = connect(folder, flags)?;
        let broken = |source| base_error(folder, source);
        // Between the look and the lock another process may have made the case.
        if !schema::is_blank(&base).map_err(broken)? {
            return Err(OpenError::AlreadyACase {
                folder: folder.to_owned(),
            });
        }
        let text = serde_json::to_string(brief).map_err(|source| OpenError::Brief {
            folder: folder.to_owned(),
            source,
        })?;
        schema::tune(&base).map_err(broken)?;
        schema::migrate(&mut base, |change| {
            change
                .execute("INSERT INTO property VALUES ('brief', ?1)", [&text])
                .map(drop)
        })
        .map_err(broken)?;
        let evidence = Evidence::resume(&evidence, &[])?;
        Self::with_writing(folder, base, lock, evidence)
    }

    fn with_writing(
        folder: &Path,
        base: Connection,
        lock: File,
        mut evidence: Evidence,
    ) -> Result<Self, OpenError> {
        let brief = stored_brief(folder, &base)?;
        evidence.describe(&about(&brief, None));
        let tally = Tally::of(&base).map_err(|source| base_error(folder, source))?;
        Ok(Self {
            folder: folder.to_owned(),
            base,
            brief,
            version: schema::VERSION,
            writing: Some(Writing {
                evidence,
                known: Known::default(),
                tally,
                _lock: lock,
            }),
        })
    }

    /// How far the case has come; nothing where it is open for reading.
    pub(crate) fn counts_of_writing(&self) -> Counts {
        let writing = self.writing.as_ref();
        writing.map_or_else(Counts::default, |writing| writing.tally.counts)
    }
}

impl Tally {
    pub(crate) fn of(base: &Connection) -> rusqlite::Result<Self> {
        let highest = |sql| base.query_row(sql, [], |row| row.get(0));
        Ok(Self {
            counts: Counts::of(base)?,
            places: highest("SELECT coalesce(max(place), 0) FROM frontier")?,
            exchanges: highest("SELECT coalesce(max(id), 0) FROM exchange")?,
            held: hold::count(base)?,
            stopped: base
                .query_row("SELECT 1 FROM property WHERE key = 'stop'", [], |_| Ok(()))
                .optional()?
                .is_some(),
            keyed: base
                .prepare("SELECT 1 FROM frontier WHERE key IS NOT NULL AND withheld IS NULL")?
                .exists([])?,
        })
    }
}

/// What a file of evidence says of the crawl: fields of `warcinfo`, a line each.
fn about(brief: &Brief, operator: Option<&str>) -> String {
    let robots = match brief.robots {
        model::Robots::Obey => "obey (RFC 9309)",
        model::Robots::Ignore => "ignore",
    };
    let mut about = format!("robots: {robots}\r\n");
    if let Some(vantage) = brief.vantages.first() {
        let vantage = model::Vantage::standard(*vantage);
        about.push_str(&format!(
            "http-header-user-agent: {}\r\n",
            vantage.user_agent
        ));
    }
    if let Some(operator) = operator {
        let operator = operator.replace(char::is_control, " ");
        about.push_str(&format!("operator: {operator}\r\n"));
    }
    about
}

fn look(folder: &Path) -> Result<Found, OpenError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(wrong) if wrong.kind() == io::ErrorKind::NotFound => return Ok(Found::Missing),
        Err(wrong) if wrong.kind() == io::ErrorKind::NotADirectory => return Ok(Found::Other),
        Err(source) => return Err(disk_error(folder, source)),
    };
    let mut has_base = false;
    let mut has_others = false;
    for entry in entries {
        let name = entry
            .map_err(|source| disk_error(folder, source))?
            .file_name();
        match name.to_str() {
            Some(BASE) => has_base = true,
            Some(LOCK | EVIDENCE | JOURNAL | LOG | "case.sqlite-shm") => {}
            _ => has_others = true,
        }
    }
    let found = match (has_base, has_others) {
        (false, false) => Found::Blank,
        (false, true) => Found::Other,
        (true, others) => look_at_base(folder, others)?,
    };
    // A creation that was killed leaves no evidence: the database comes first.
    let is_lost = matches!(found, Found::Blank | Found::Other) && has_evidence(folder)?;
    Ok(if is_lost { Found::BaseLost } else { found })
}

/// Whether a first file of evidence is there.
fn has_evidence(folder: &Path) -> Result<bool, OpenError> {
    let first = crate::warc::file_path(&folder.join(EVIDENCE), 1);
    fs::exists(&first).map_err(|source| disk_error(&first, source))
}

fn look_at_base(folder: &Path, has_others: bool) -> Result<Found, OpenError> {
    let base = connect_read_only(folder)?;
    let is_case = schema::is_case(&base);
    match is_case {
        Ok(true) => Ok(Found::Case),
        Err(wrong) if wrong.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Ok(Found::Other)
        }
        // Only a creation writes a journal of this kind: one that was killed before it was through.
        Err(wrong)
            if wrong.sqlite_error_code() == Some(ErrorCode::ReadOnly)
                && folder.join(JOURNAL).exists() =>
        {
            Ok(if has_others {
                Found::Other
            } else {
                Found::Blank
            })
        }
        Err(source) => Err(base_error(folder, source)),
        Ok(false) => {
            let blank = schema::is_blank(&base).map_err(|source| base_error(folder, source))?;
            Ok(if blank && !has_others {
                Found::Blank
            } else {
                Found::Other
            })
        }
    }
}

fn must_be_case(folder: &Path) -> Result<(), OpenError> {
    let folder = folder.to_owned();
    match look(&folder)? {
        Found::Case => Ok(()),
        Found::Missing => Err(OpenError::Missing { folder }),
        Found::BaseLost => Err(OpenError::BaseLost { folder }),
        Found::Blank | Found::Other => Err(OpenError::NotACase { folder }),
    }
}

fn lock(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|source| disk_error(&path, source))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(disk_error(&path, source)),
    }
}

fn connect(folder: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    Connection::open_with_flags(folder.join(BASE), flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|source| base_error(folder, source))
}

/// Whether something waits in the log beside the database, which belongs to it.
pub(crate) fn is_logged(folder: &Path) -> bool {
    holds(folder, LOG)
}

/// Whether a file of the folder is there, and not empty.
fn holds(folder: &Path, name: &str) -> bool {
    std::fs::metadata(folder.join(name)).is_ok_and(|file| file.len() > 0)
}

/// In a folder that cannot be written to, SQLite cannot take part in its log; where there is no
/// log, the database is whole without it and is read as it is.
fn connect_read_only(folder: &Path) -> Result<Connection, OpenError> {
    let base = connect(folder, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match schema::version(&base) {
        // Which of the two it says depends on what it tried to write beside the database first.
        Err(wrong)
            if matches!(
                wrong.sqlite_error_code(),
                Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly)
            ) && !is_logged(folder)
                && !holds(folder, JOURNAL) =>
        {
            let path = folder.join(BASE);
            let mut uri = String::from("file:");
            for byte in path.to_string_lossy().bytes() {
                match byte {
                    b'/' | b'.' | b'-' | b'_' => uri.push(char::from(byte)),
                    _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
                    _ => uri.push_str(&format!("%{byte:02X}")),
                }
            }
            uri.push_str("?immutable=1");
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
                | OpenFlags::SQLITE_OPEN_URI
                | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(uri, flags).map_err(|source| base_error(folder, source))
        }
        _ => Ok(base),
    }
}

/// The version of the tables of a case, if this program knows it.
fn check_version(folder: &Path, base: &Connection) -> Result<usize, OpenError> {
    let found = schema::version(base).map_err(|source| base_error(folder, source))?;
    if let Ok(known) = usize::try_from(found)
        && known <= schema::VERSION
    {
        return Ok(known);
    }
    Err(OpenError::NewerSchema {
        folder: folder.to_owned(),
        found,
        known: schema::VERSION,
    })
}

/// A copy of a database with the tables of this version, in a temporary file that nobody else sees and
/// that is gone with the connection.
fn migrated_copy(base: &Connection) -> rusqlite::Result<Connection> {
    let mut copy = Connection::open("")?;
    Backup::new(base, &mut copy)?.run_to_completion(PAGES_AT_ONCE, Duration::ZERO, None)?;
    schema::migrate(&mut copy, |_| Ok(()))?;
    copy.pragma_update(None, "query_only", "ON")?;
    Ok(copy)
}

fn stored_brief(folder: &Path, base: &Connection) -> Result<Brief, OpenError> {
    let text: String = base
        .query_row(
            "SELECT value FROM property WHERE key = 'brief'",
            [],
            |row| row.get(0),
        )
        .map_err(|source| base_error(folder, source))?;
    serde_json::from_str(&text).map_err(|source| OpenError::Brief {
        folder: folder.to_owned(),
        source,
    })
}

/// The id of the description of the last file, where it was kept.
fn last_description(base: &Connection) -> rusqlite::Result<Option<String>> {
    let last = "SELECT warcinfo FROM evidence ORDER BY number DESC LIMIT 1";
    Ok(base
        .query_row(last, [], |row| row.get(0))
        .optional()?
        .flatten())
}

pub(crate) fn evidence_files(base: &Connection) -> rusqlite::Result<Vec<(u32, u64)>> {
    base.prepare("SELECT number, bytes FROM evidence ORDER BY number")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}
