//! What a crawl tells while it is at work.

use std::time::Duration;

use model::{Declined, Host, PageUrl, Reply, StopReason};

/// Something that happened in a crawl.
///
/// `done` and `waiting` count addresses of the frontier, after the event.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CrawlEvent<'run> {
    /// The case holds work already: the crawl goes on where it stood. Sent first.
    Resumed {
        /// Addresses done.
        done: u64,
        /// Addresses that wait.
        waiting: u64,
    },
    /// An address was asked, and what came of it is in the case. Sent in order of place.
    Visited {
        /// The address.
        address: &'run PageUrl,
        /// What the primary vantage was answered.
        outcome: &'run Reply,
        /// Whether the scope contains it.
        in_scope: bool,
        /// Addresses done.
        done: u64,
        /// Addresses that wait.
        waiting: u64,
    },
    /// An address was not asked, by choice, and that is in the case. Sent in order of place.
    Declined {
        /// The address.
        address: &'run PageUrl,
        /// Why.
        why: Declined,
        /// Whether the scope contains it.
        in_scope: bool,
        /// Addresses done.
        done: u64,
        /// Addresses that wait.
        waiting: u64,
    },
    /// Addresses on a page were not offered to the frontier, because they look like a trap.
    /// Sent after the page's own event.
    NotOffered {
        /// The page.
        address: &'run PageUrl,
        /// How many were too long or repeated a path segment too often.
        addresses: u64,
    },
    /// A host asked for time (`Retry-After`), and gets it.
    HostDelayed {
        /// The host.
        host: &'run Host,
        /// How long it is left alone.
        pause: Duration,
    },
    /// The crawl-delay of a host is longer than the politeness of the brief goes.
    CrawlDelayCapped {
        /// The host.
        host: &'run Host,
        /// What its robots.txt asks for.
        asked: Duration,
        /// What it gets.
        given: Duration,
    },
    /// The crawl ended. Always sent, always last; after an error the reason is
    /// [`StopReason::Unfinished`].
    Stopped(StopReason),
}

/// Listens to a crawl. Called in order, from one task; a slow watcher slows the crawl.
pub trait Watcher {
    /// Takes note of one event.
    fn on(&mut self, event: &CrawlEvent<'_>);
}

/// Hears nothing.
impl Watcher for () {
    fn on(&mut self, _: &CrawlEvent<'_>) {}
}

/// What workers tell the run: events that belong to no single address.
#[derive(Debug)]
pub(crate) enum Note {
    /// See [`CrawlEvent::HostDelayed`].
    HostDelayed { host: Host, pause: Duration },
    /// See [`CrawlEvent::CrawlDelayCapped`].
    CrawlDelayCapped {
        host: Host,
        asked: Duration,
        given: Duration,
    },
}

impl Note {
    /// The event that it is.
    pub(crate) fn event(&self) -> CrawlEvent<'_> {
        match self {
            Self::HostDelayed { host, pause } => CrawlEvent::HostDelayed {
                host,
                pause: *pause,
            },
            Self::CrawlDelayCapped { host, asked, given } => CrawlEvent::CrawlDelayCapped {
                host,
                asked: *asked,
                given: *given,
            },
        }
    }
}
