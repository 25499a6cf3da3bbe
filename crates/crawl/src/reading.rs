//! Puts documents to the reader: few at once, and off the threads that do I/O where it may take long.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use model::{Answer, Exchange, PageFacts, PageUrl};
use tokio::sync::Semaphore;

use crate::asking::{answer, body_bytes};
use crate::reader::Reader;

/// Decoded bytes of a document from which on it is read alone.
const LARGE: u64 = 1 << 20;
/// Decoded bytes of a document up to which it is read where it came in: handing it to another thread
/// and back would cost a tenth of that.
const AT_ONCE: u64 = 32 << 10;
/// Documents that are read at once, however many cores there are: each may take some MiB.
const READERS: u32 = 8;

/// The reader of a crawl, and how much of it is busy.
pub(crate) struct Reading {
    reader: Arc<dyn Reader>,
    /// Documents read at once: reading keeps a core busy and its document in memory.
    slots: Semaphore,
    cores: u32,
}

impl Reading {
    pub(crate) fn new(reader: Arc<dyn Reader>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |cores| {
            // No machine has so many; the bound is for the types alone.
            u32::try_from(cores.get()).unwrap_or(1).min(READERS)
        });
        Self {
            reader,
            slots: Semaphore::new(usize::try_from(cores).unwrap_or(1)),
            cores,
        }
    }

    /// Whether a branch ends at a page: see [`BranchEnd`](crate::BranchEnd). Where that cannot be told, it
    /// goes on.
    pub(crate) fn ends_branch(&self, facts: &PageFacts) -> bool {
        catch_unwind(AssertUnwindSafe(|| self.reader.ends_branch(facts))).unwrap_or(false)
    }

    /// Reads an answer as it stands, without its stylesheets; `None` when there is none.
    pub(crate) async fn bare(&self, exchange: &Arc<Exchange>) -> Option<PageFacts> {
        let ask = |reader: &dyn Reader, page: &PageUrl, answer: &Answer| {
            reader.read(page, answer, Vec::new())
        };
        self.put(exchange, ask).await
    }

    /// Puts one question to the reader; `None` when the reader panicked, or there is no answer.
    pub(crate) async fn put<T: Send + 'static>(
        &self,
        exchange: &Arc<Exchange>,
        ask: impl FnOnce(&dyn Reader, &PageUrl, &Answer) -> T + Send + 'static,
    ) -> Option<T> {
        let bytes = body_bytes(exchange);
        // A tree of nodes is many times as large as its document: a large one is read alone.
        let slots = if bytes > LARGE { self.cores } else { 1 };
        let _slots = self.slots.acquire_many(slots).await.ok()?;
        let (reader, exchange) = (Arc::clone(&self.reader), Arc::clone(exchange));
        let task = move || {
            let answer = answer(&exchange)?;
            Some(ask(&*reader, &exchange.ask.address, answer))
        };
        if bytes > AT_ONCE {
            return tokio::task::spawn_blocking(task).await.ok().flatten();
        }
        catch_unwind(AssertUnwindSafe(task)).ok().flatten()
    }
}
