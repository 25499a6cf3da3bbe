//! From seeds to visits, within a scope and a budget.
//!
//! # Order
//! The frontier has a total order, band and place of each entry. Workers ask ahead of the commit
//! point, but steps are committed strictly in that order, and what a page offers is judged (`judge`)
//! and appended in the order of the page when its step is committed. What is not expected to bring
//! anything new stands in the second band: behind everything that waits in the first one. At every moment the visits of the case are
//! a prefix of one sequence that depends on the brief and on the web's answers, and never on timing: a
//! crawl that was killed and goes on ends as an undisturbed one does, up to times and the wall budget.
//!
//! An answer that waits for its turn is held in the case, so that nothing is asked twice, and one slow host
//! holds up no other: see `queue`, `holding` and `scout`.
//!
//! # Redirects
//! A redirect is not followed inside a visit: its target is offered like any other address and
//! passes scope, robots.txt, budget and the address guard again. A loop (`/a` → `/b` → `/a`) is
//! therefore two entries and ends by itself; an endless chain of new addresses ends with an entry
//! that is [`Declined`](model::Declined::Redirects). Where each page takes its visitor is kept
//! beside the visits, so that the coverage can tell how chains end: see [`case::WayOn`].
//!
//! # Never
//! The crawl knows no labels and no findings: one that steers by its own verdicts cannot be
//! compared with the next. The one exception is made for safety and handed in from outside, see
//! [`BranchEnd`]. It sends no request but GET, and follows a form by its address alone.

mod asking;
mod carry;
mod chain;
mod event;
mod folder;
mod follow;
mod holding;
mod import;
mod judge;
mod learning;
mod ledger;
mod likeness;
mod mining;
mod offers;
mod once;
mod patterns;
mod politeness;
mod queue;
mod reader;
mod reading;
mod reasks;
mod retry;
mod robots;
mod robots_file;
mod room;
mod round;
mod run;
mod scout;
mod sessions;
mod sheets;
mod sitemaps;
mod vantage;
mod worker;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use case::{CaseFolder, CommitError, ReadError};
use fetch::Fetch;
use model::Coverage;
use tokio_util::sync::CancellationToken;

pub use event::{CrawlEvent, Watcher};
pub use import::import;
pub use reader::BranchEnd;

/// Why a crawl cannot go on: our own failures, never the web's.
#[derive(Debug, thiserror::Error)]
pub enum CrawlError {
    /// The brief names no seed.
    #[error("the brief names no seed; give at least one address to start from")]
    NoSeeds,
    /// The brief names no vantage.
    #[error("the brief names no vantage; give at least the primary one")]
    NoVantage,
    /// The case does not take what was found.
    #[error(transparent)]
    Commit(Box<CommitError>),
    /// The case does not give what it has.
    #[error(transparent)]
    Read(Box<ReadError>),
    /// What was unpacked of a capture cannot be read back.
    #[error(
        "what was unpacked of the captures cannot be read back; check the disk and import again"
    )]
    Shelf(#[source] std::io::Error),
    /// A worker panicked: a defect of Sidedoor. What was committed before is whole.
    #[error("a worker broke; the case is whole, run again to go on, and please report this")]
    Worker(#[source] tokio::task::JoinError),
}

impl From<CommitError> for CrawlError {
    fn from(wrong: CommitError) -> Self {
        Self::Commit(Box::new(wrong))
    }
}

impl From<ReadError> for CrawlError {
    fn from(wrong: ReadError) -> Self {
        Self::Read(Box::new(wrong))
    }
}

/// Crawls until the frontier is empty, a budget is spent or `cancel` is cancelled, and says how
/// much was seen. Goes on where the case stands when it holds work already.
///
/// Must run in a Tokio runtime with time enabled. Commits are written from the calling task;
/// workers run as tasks beside it, documents are read on the blocking pool, at most one for each
/// core. At most 1,024 workers are busy, and new ones are begun only while less than 64 MiB of bodies
/// are in memory. Cancelling and the wall budget (which counts from this call) abort the workers, and what was
/// answered is held; dropping the future loses what was answered in the last 250 ms.
///
/// At a page of which `ends` says so, its branch ends: none of its links is offered, no other vantage asks
/// for it, and the coverage counts its links as `branch-end`.
///
/// [`CrawlEvent::Stopped`] is sent last in every case but a dropped future.
///
/// # Errors
/// [`CrawlError`]: the brief is empty, or the case cannot be written or read. What was committed
/// before is whole, and the crawl can go on from there.
pub async fn run(
    fetch: Arc<dyn Fetch>,
    ends: Arc<dyn BranchEnd>,
    case: &mut CaseFolder,
    watcher: &mut dyn Watcher,
    cancel: CancellationToken,
) -> Result<Coverage, CrawlError> {
    let (reader, room) = (Arc::new(reader::BranchReader(ends)), room::Room::default());
    run::run(fetch, reader, case, watcher, cancel, room).await
}
