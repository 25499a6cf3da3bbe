//! Why a case cannot be made or opened.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use super::BASE;

/// Why a case cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no such folder.
    #[error("there is no folder {}; check the path, or begin a case with a crawl", folder.display())]
    Missing {
        /// The folder asked for.
        folder: PathBuf,
    },
    /// The folder is there, and it is no case.
    #[error("{} is no case (it has no readable {BASE}); name the folder that a crawl made", folder.display())]
    NotACase {
        /// The folder asked for.
        folder: PathBuf,
    },
    /// A new case needs an empty folder.
    #[error("{} holds other files and is no case; name an empty or a new folder", folder.display())]
    NotEmpty {
        /// The folder asked for.
        folder: PathBuf,
    },
    /// The folder holds evidence, and the database that belongs to it is gone or damaged.
    #[error(
        "{} holds evidence, and its {BASE} is missing, empty or damaged; put back a whole copy of \
         it, or name a new folder: the evidence stays as it is",
        folder.display()
    )]
    BaseLost {
        /// The folder asked for.
        folder: PathBuf,
    },
    /// A new case was wanted and one is there.
    #[error("{} is a case already; open it, or name a new folder", folder.display())]
    AlreadyACase {
        /// The folder asked for.
        folder: PathBuf,
    },
    /// The case was written by a later version of the program.
    #[error(
        "the case {} has tables of version {found}, and this program knows up to {known}; \
         use the version of the program that wrote it, or a later one",
        folder.display()
    )]
    NewerSchema {
        /// The folder asked for.
        folder: PathBuf,
        /// Version of its tables.
        found: i64,
        /// The last version known here.
        known: usize,
    },
    /// Another process writes to it.
    #[error("another process is at work in the case {}; wait for it to end, or name another folder", folder.display())]
    Locked {
        /// The folder asked for.
        folder: PathBuf,
    },
    /// The case was begun with another brief.
    #[error(
        "the case {} was begun with {field} = {kept}, now {asked} is asked; go on with the same \
         value, or name another folder: only budgets and pace may change in a case",
        folder.display()
    )]
    OtherBrief {
        /// The folder asked for.
        folder: PathBuf,
        /// The first field that differs, as a path of names in the brief (`budget.pages`).
        field: String,
        /// Its value in the case, as JSON.
        kept: String,
        /// Its value now, as JSON.
        asked: String,
    },
    /// A file of evidence has lost bytes that were committed.
    #[error(
        "the evidence file {} has {found} bytes where {committed} were committed; \
         put back a whole copy of the file: what is missing cannot be made again",
        file.display()
    )]
    EvidenceShort {
        /// The file.
        file: PathBuf,
        /// Its length now; 0 when it is gone.
        found: u64,
        /// Its length by the database.
        committed: u64,
    },
    /// The disk has no room left.
    #[error(
        "the disk is full at {} (or a quota or a limit on the length of files is reached, or the disk \
         fails); nothing was lost, and the case goes on from there once there is room",
        folder.display()
    )]
    DiskFull {
        /// The folder asked for.
        folder: PathBuf,
    },
    /// The database is damaged or cannot be used.
    #[error("the database of the case {} cannot be used; put back a whole copy of it", folder.display())]
    Base {
        /// The folder asked for.
        folder: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The brief in the database does not read.
    #[error("the brief of the case {} is damaged; put back a whole copy of {BASE}", folder.display())]
    Brief {
        /// The folder asked for.
        folder: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A file or folder cannot be used.
    #[error("{} cannot be used; check its permissions", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Whether the database could not be written because the disk does not take it. SQLite knows a disk
/// without room; a quota, or a limit on the length of files, is a failed write to it.
pub(crate) fn is_no_room(wrong: &rusqlite::Error) -> bool {
    use rusqlite::ffi;
    let is_failed_write = wrong.sqlite_error().is_some_and(|error| {
        matches!(
            error.extended_code,
            ffi::SQLITE_IOERR_WRITE
                | ffi::SQLITE_IOERR_TRUNCATE
                | ffi::SQLITE_IOERR_FSYNC
                | ffi::SQLITE_IOERR_SHMSIZE
        )
    });
    is_failed_write || wrong.sqlite_error_code() == Some(ErrorCode::DiskFull)
}

pub(crate) fn base_error(folder: &Path, source: rusqlite::Error) -> OpenError {
    let folder = folder.to_owned();
    if is_no_room(&source) {
        return OpenError::DiskFull { folder };
    }
    match source.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            OpenError::Disk {
                path: folder.join(BASE),
                source: io::Error::other(source),
            }
        }
        Some(ErrorCode::NotADatabase) => OpenError::NotACase { folder },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => OpenError::Locked { folder },
        _ => OpenError::Base { folder, source },
    }
}

pub(crate) fn disk_error(path: &Path, source: io::Error) -> OpenError {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            OpenError::DiskFull {
                folder: path.to_owned(),
            }
        }
        _ => OpenError::Disk {
            path: path.to_owned(),
            source,
        },
    }
}
