//! Digests over what no digest of WARC covers: every stretch of the evidence, and the database.
//!
//! The digests of the stretches are rows of the database, and the seal is the digest of the
//! database: whoever keeps the one line of the seal elsewhere can show later that no byte of the
//! case was changed.

#![expect(clippy::disallowed_methods, reason = "the room that touches the disk")]

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use model::{BodyHash, Timestamp};
use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use crate::open::{BASE, CaseFolder, is_logged};
use crate::read::address;
use crate::warc::Draft;
use crate::warc::cdx::Line;

/// The file that holds the seal, in the form that `sha256sum --check` reads.
const SEAL: &str = "case.sqlite.sha256";

/// The report that a judgement leaves in the folder of the case.
pub const REPORT: &str = "report.html";

/// The SHA-256 of the report, beside it.
const REPORT_SEAL: &str = "report.html.sha256";

/// The index of the evidence, beside it.
pub(crate) const INDEX: &str = "index.cdxj";

/// Why a case could not be sealed. It is whole all the same.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The case was opened to be read only.
    #[error("the case {} is open for reading only; open it for writing", folder.display())]
    ReadOnly {
        /// The folder of the case.
        folder: PathBuf,
    },
    /// Another process reads in the case, so that the database cannot be brought to rest.
    #[error("another process reads the case {}; let it end and seal again", folder.display())]
    Busy {
        /// The folder of the case.
        folder: PathBuf,
    },
    /// The database cannot be brought to rest.
    #[error("the database of the case cannot be written")]
    Base(#[from] rusqlite::Error),
    /// The database cannot be read as a file, or the seal cannot be written.
    #[error("the seal of the case cannot be written; check the disk and its permissions")]
    Disk(#[from] io::Error),
}

impl CaseFolder {
    /// The index of the evidence as CDXJ: a line for each answer, in order.
    pub(crate) fn index(&self) -> rusqlite::Result<String> {
        let mut select = self.base.prepare(
            "SELECT address, started,
                CASE WHEN r.exchange IS NULL THEN coalesce(content_type, '') ELSE 'warc/revisit' END,
                status, file, offset, bytes, payload_sha256
             FROM exchange e LEFT JOIN revisit r ON r.exchange = e.id WHERE outcome = 'answered'",
        )?;
        let lines = select.query_map([], |row| {
            let line = Line {
                address: &address(row, 0)?,
                started: Timestamp::from_millis(row.get(1)?),
                mime: row.get_ref(2)?.as_str()?,
                status: row.get(3)?,
                file: row.get(4)?,
                offset: row.get(5)?,
                bytes: row.get(6)?,
                payload: row.get_ref(7)?.as_blob_or_null()?,
            };
            Ok(line.text())
        })?;
        let mut lines: Vec<String> = lines.collect::<rusqlite::Result<_>>()?;
        lines.sort_unstable();
        Ok(lines.concat())
    }

    /// Whether the case has its seal and its index: it came to rest, and nobody has opened it for writing since.
    /// That the seal fits is for [`verify`](crate::verify) to say.
    #[must_use]
    pub fn is_sealed(&self) -> bool {
        [SEAL, INDEX]
            .iter()
            .all(|name| self.folder.join(name).exists())
    }

    /// Whether the database is another than the one that was sealed, so that a new seal would hide a change.
    /// Reads the whole database once.
    ///
    /// # Errors
    /// When the database or the seal cannot be read.
    pub fn breaks_its_seal(&self) -> io::Result<bool> {
        Ok(compare(&self.folder)? == Seal::Broken)
    }

    /// Writes the index of the evidence, closes the case and writes its seal: the SHA-256 of `case.sqlite`, beside it. Opening the
    /// case for writing again removes the seal. Reads the whole database once.
    ///
    /// # Errors
    /// [`SealError`]; the case is closed without a seal then, and whole.
    pub fn seal(self) -> Result<(), SealError> {
        let folder = self.folder.clone();
        if self.writing.is_none() {
            return Err(SealError::ReadOnly { folder });
        }
        let fresh = folder.join("index.cdxj.new");
        replace(&folder.join(INDEX), &fresh, self.index()?.as_bytes())?;
        let is_busy: bool = self
            .base
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if is_busy {
            return Err(SealError::Busy { folder });
        }
        let path = folder.join(BASE);
        let line = format!("{}  {BASE}\n", digest_of(&path, 0, u64::MAX)?);
        let seal = folder.join(SEAL);
        // Under another name first: a seal that is half written would be a false alarm.
        let fresh = folder.join("case.sqlite.sha256.new");
        replace(&seal, &fresh, line.as_bytes())?;
        Ok(())
    }
}

/// Puts a file into the place of another, written as `fresh` first. What lies there under either name is replaced and
/// not followed: a case folder may come from anybody, and a link in it may lead anywhere.
pub(crate) fn replace(path: &Path, fresh: &Path, bytes: &[u8]) -> io::Result<()> {
    create_anew(fresh)?.write_all(bytes)?;
    fs::rename(fresh, path)
}

/// A new file; what lies there is taken away first, and a link is not followed.
///
/// # Errors
/// The disk refuses, or a folder lies there.
pub fn create_anew(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(wrong) if wrong.kind() != io::ErrorKind::NotFound => return Err(wrong),
        _ => {}
    }
    File::create_new(path)
}

/// Removes the seal and the index of a case that is going to change.
pub(crate) fn remove(folder: &Path) -> io::Result<()> {
    for path in [folder.join(SEAL), folder.join(INDEX)] {
        match fs::remove_file(path) {
            Err(wrong) if wrong.kind() != io::ErrorKind::NotFound => return Err(wrong),
            _ => {}
        }
    }
    Ok(())
}

/// Puts a report that was written as `fresh` into its place in the case in `folder`, with its SHA-256 beside it in the
/// form that `sha256sum --check` reads.
///
/// # Errors
/// The disk refuses; the report of before may have lost its digest then, and is whole.
pub fn put_report(folder: &Path, fresh: &Path) -> io::Result<()> {
    let seal = folder.join(REPORT_SEAL);
    match fs::remove_file(&seal) {
        Err(wrong) if wrong.kind() != io::ErrorKind::NotFound => return Err(wrong),
        _ => {}
    }
    let line = format!("{}  {REPORT}\n", digest_of(fresh, 0, u64::MAX)?);
    fs::rename(fresh, folder.join(REPORT))?;
    replace(
        &seal,
        &folder.join("report.html.sha256.new"),
        line.as_bytes(),
    )
}

/// What the digest beside the report of a case says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// There is neither report nor digest.
    None,
    /// The report is the one that was written.
    Whole,
    /// The report or its digest is there without the other.
    Alone,
    /// The report, or its digest, was changed.
    Changed,
}

/// Compares the report of a case with its digest.
pub(crate) fn compare_report(folder: &Path) -> io::Result<Report> {
    let (seal, report) = (folder.join(REPORT_SEAL), folder.join(REPORT));
    match (seal.is_file(), report.is_file()) {
        (false, false) if !report.exists() => Ok(Report::None),
        (true, true) => {
            let line = format!("{}  {REPORT}\n", digest_of(&report, 0, u64::MAX)?);
            Ok(if fs::read(seal)? == line.as_bytes() {
                Report::Whole
            } else {
                Report::Changed
            })
        }
        _ => Ok(Report::Alone),
    }
}

/// What the seal of a case says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seal {
    /// There is none: the case is at work, or its last writer did not come to an end.
    None,
    /// The database is the one that was sealed.
    Whole(BodyHash),
    /// The database, or the seal, was changed.
    Broken,
}

/// Compares the database with its seal. What stands in a log beside it was not sealed.
pub(crate) fn compare(folder: &Path) -> io::Result<Seal> {
    let line = match fs::read(folder.join(SEAL)) {
        Ok(line) => line,
        Err(wrong) if wrong.kind() == io::ErrorKind::NotFound => return Ok(Seal::None),
        Err(wrong) => return Err(wrong),
    };
    let found = digest_of(&folder.join(BASE), 0, u64::MAX)?;
    Ok(
        if line == format!("{found}  {BASE}\n").as_bytes() && !is_logged(folder) {
            Seal::Whole(found)
        } else {
            Seal::Broken
        },
    )
}

/// Writes down the digest of every stretch that a commit adds to the evidence.
pub(crate) fn note_stretches(base: &Connection, draft: &Draft) -> rusqlite::Result<()> {
    for (file, offset, bytes) in draft.added() {
        base.prepare_cached(
            "INSERT INTO stretch (file, offset, bytes, sha256) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            file,
            offset,
            bytes.len() as u64,
            BodyHash::of(bytes).to_string()
        ])?;
    }
    Ok(())
}

/// SHA-256 of at most `bytes` bytes of a file from `offset` on.
pub(crate) fn digest_of(path: &Path, offset: u64, bytes: u64) -> io::Result<BodyHash> {
    // A pipe would be waited for without end.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no plain file",
        ));
    }
    let mut file = File::open(path)?;
    io::Seek::seek(&mut file, io::SeekFrom::Start(offset))?;
    let mut rest = file.take(bytes);
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        match rest.read(&mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    Ok(BodyHash::from_bytes(hasher.finalize().into()))
}
