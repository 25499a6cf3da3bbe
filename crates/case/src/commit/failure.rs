//! Why something was not kept.

use std::io;
use std::path::PathBuf;

use crate::open::is_no_room;

/// Why something was not kept. The case is as it was before the call.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The disk has no room left, or does not take what is written for a like reason.
    #[error(
        "the disk is full at {} (or a quota or a limit on the length of files is reached, or the disk \
         fails); nothing of the last commit was kept, the case is whole and goes on from there \
         once there is room",
        folder.display()
    )]
    DiskFull {
        /// The folder of the case.
        folder: PathBuf,
    },
    /// The case was opened to be read only.
    #[error("the case {} is open for reading only; open it for writing", folder.display())]
    ReadOnly {
        /// The folder of the case.
        folder: PathBuf,
    },
    /// A step for an address that does not wait: it was never offered, or it is done.
    #[error("no address waits at place {place} as `{address}`; take steps from `next_waiting`")]
    NotWaiting {
        /// The place that the step names.
        place: u64,
        /// The address that the step names.
        address: String,
    },
    /// A step says that the case holds its exchange, and the case does not.
    #[error("the case holds no answer of `{address}`; hand over the exchange with its body")]
    NotHeld {
        /// The address that was asked.
        address: String,
    },
    /// The evidence cannot be written.
    #[error("the evidence in {} cannot be written; check the disk and its permissions", folder.display())]
    Evidence {
        /// The folder of the case.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database cannot be written.
    #[error("the database of the case {} cannot be written", folder.display())]
    Base {
        /// The folder of the case.
        folder: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

/// What goes wrong inside a commit, before the folder is named.
#[derive(Debug)]
pub(crate) enum Failure {
    Evidence(io::Error),
    Base(rusqlite::Error),
    NotWaiting { place: u64, address: String },
    NotHeld { address: String },
}

impl From<io::Error> for Failure {
    fn from(wrong: io::Error) -> Self {
        Self::Evidence(wrong)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(wrong: rusqlite::Error) -> Self {
        Self::Base(wrong)
    }
}

impl Failure {
    pub(crate) fn within(self, folder: PathBuf) -> CommitError {
        match self {
            Self::NotWaiting { place, address } => CommitError::NotWaiting { place, address },
            Self::NotHeld { address } => CommitError::NotHeld { address },
            Self::Evidence(source) => match source.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge => CommitError::DiskFull { folder },
                _ => CommitError::Evidence { folder, source },
            },
            Self::Base(source) if is_no_room(&source) => CommitError::DiskFull { folder },
            Self::Base(source) => CommitError::Base { folder, source },
        }
    }
}
