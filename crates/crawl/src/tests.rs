//! The crawl on a scripted web, a scripted reader and a case in memory.

mod chains;
mod cookies;
mod disk;
mod html;
mod landings;
mod order;
mod pace;
mod permits;
mod shelf;
mod sitemaps;
mod traps;
mod vantages;
pub(crate) mod web;

use std::sync::Arc;

use model::{Coverage, StopReason};
use tokio_util::sync::CancellationToken;

use crate::room::Room;
use crate::{CrawlError, CrawlEvent, Watcher};
use shelf::Shelf;
use web::{LineReader, Web};

/// Writes every event down.
#[derive(Debug, Default)]
struct Heard(Vec<String>);

impl Watcher for Heard {
    fn on(&mut self, event: &CrawlEvent<'_>) {
        self.0.push(match event {
            CrawlEvent::Visited {
                address,
                done,
                waiting,
                ..
            } => format!("visited {address} {done} {waiting}"),
            CrawlEvent::Declined { address, why, .. } => format!("declined {address} {why}"),
            CrawlEvent::NotOffered { address, addresses } => {
                format!("not offered {address} {addresses}")
            }
            CrawlEvent::Stopped(stop) => format!("stopped {stop}"),
            other => format!("{other:?}"),
        });
    }
}

/// Crawls `web` to its end.
async fn crawl(web: &Arc<Web>, shelf: &mut Shelf) -> Vec<String> {
    let mut heard = Heard::default();
    let coverage = crawl_with(web, shelf, &mut heard, CancellationToken::new()).await;
    assert_eq!(coverage.unwrap().stop, shelf.stop);
    heard.0
}

async fn crawl_with(
    web: &Arc<Web>,
    shelf: &mut Shelf,
    heard: &mut Heard,
    cancel: CancellationToken,
) -> Result<Coverage, CrawlError> {
    let fetch = Arc::clone(web) as Arc<dyn fetch::Fetch>;
    // So little room that it is short all the time.
    let room = Room::of(100);
    crate::run::run(fetch, Arc::new(LineReader), shelf, heard, cancel, room).await
}

#[tokio::test(start_paused = true)]
async fn a_brief_without_seeds_is_an_error() {
    let mut shelf = Shelf::new(web::brief(&[]));
    let mut heard = Heard::default();
    let web = Arc::new(Web::default());
    let ended = crawl_with(&web, &mut shelf, &mut heard, CancellationToken::new()).await;
    assert!(matches!(ended, Err(CrawlError::NoSeeds)));
    assert_eq!(heard.0, ["stopped unfinished"]);
}

#[tokio::test(start_paused = true)]
async fn stopped_is_the_last_event() {
    let web = Arc::new(Web::default().page("http://a.test/", "a /b\na /c"));
    let mut shelf = Shelf::new(web::brief(&["http://a.test/"]));
    let heard = crawl(&web, &mut shelf).await;
    assert_eq!(
        heard,
        [
            "visited http://a.test/ 1 2",
            "visited http://a.test/b 2 1",
            "visited http://a.test/c 3 0",
            "stopped frontier-empty",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_crawl_that_was_cancelled_keeps_all_that_was_answered() {
    let web = Arc::new(
        Web::default()
            .page("http://a.test/", "a /slow\na /quick")
            .slow("http://a.test/slow", 60_000),
    );
    let mut shelf = Shelf::new(web::brief(&["http://a.test/"]));
    let mut heard = Heard::default();
    let cancel = CancellationToken::new();
    let (stop, cancelled) = (cancel.clone(), async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    });
    tokio::spawn(async move {
        cancelled.await;
        stop.cancel();
    });
    let coverage = crawl_with(&web, &mut shelf, &mut heard, cancel)
        .await
        .unwrap();
    assert_eq!(coverage.stop, StopReason::Cancelled);
    assert_eq!(shelf.addresses(), ["http://a.test/"]);
    assert_eq!(heard.0.last().unwrap(), "stopped cancelled");
    let heard = crawl(&web, &mut shelf).await;
    assert!(heard[0].starts_with("Resumed"), "{heard:?}");
    assert_eq!(shelf.addresses().len(), 3);
    let quick = web
        .pages_asked()
        .into_iter()
        .filter(|at| at.ends_with("/quick"));
    assert_eq!(quick.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_budget_of_time_ends_a_crawl() {
    let web = Arc::new(Web::default().slow("http://a.test/", 60_000));
    let mut brief = web::brief(&["http://a.test/"]);
    brief.budget.wall_seconds = 5;
    let mut shelf = Shelf::new(brief);
    let heard = crawl(&web, &mut shelf).await;
    assert_eq!(heard, ["stopped wall-spent"]);
}

#[tokio::test(start_paused = true)]
async fn a_case_that_takes_nothing_ends_the_crawl_with_its_own_error() {
    let web = Arc::new(Web::default().page("http://a.test/", ""));
    let mut shelf = Shelf::new(web::brief(&["http://a.test/"]));
    shelf.is_full = true;
    let mut heard = Heard::default();
    let ended = crawl_with(&web, &mut shelf, &mut heard, CancellationToken::new()).await;
    assert!(matches!(ended, Err(CrawlError::NoVantage)), "{ended:?}");
    assert_eq!(heard.0, ["stopped unfinished"]);
}
