//! The crawl on a case on disk.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use case::{CaseFolder, ReadError};
use model::{Brief, StopReason, VantageId};
use tokio_util::sync::CancellationToken;

use super::web::{LineReader, Web, brief};
use crate::ledger::Ledger;
use crate::room::Room;

fn web(seed: u64) -> Arc<Web> {
    let mut web = Web::default()
        .page("http://a.test/robots.txt", "user-agent: *\ndisallow: /9")
        .page("http://a.test/style", "p{}")
        .redirect("http://a.test/5", "http://b.test/")
        .page(
            "http://b.test/",
            "css http://a.test/style\na http://c.test/",
        )
        .jitter(seed, 30);
    for page in (0..40).filter(|page| *page != 5) {
        let lines = format!(
            "a /{}\na /{}\ncss /style\nkind listing",
            page * 2 + 1,
            page * 2 + 2
        );
        web = web.page(&format!("http://a.test/{page}"), &lines);
    }
    Arc::new(web)
}

fn two_vantages() -> Brief {
    let mut brief = brief(&["http://a.test/0"]);
    brief.vantages = vec![VantageId::Desktop, VantageId::Phone];
    brief.budget.pages = NonZeroU32::new(50).unwrap();
    brief
}

/// Crawls into the folder for as long as it takes, or until it is dropped after `millis`.
async fn crawl(folder: &Path, seed: u64, millis: Option<u64>) -> Option<StopReason> {
    let (mut case, _) = CaseFolder::open_or_create(folder, &two_vantages()).unwrap();
    let cancel = CancellationToken::new();
    let (reader, mut watcher) = (Arc::new(LineReader), ());
    let run = crate::run::run(
        web(seed),
        reader,
        &mut case,
        &mut watcher,
        cancel,
        Room::of(500),
    );
    let coverage = match millis {
        Some(millis) => tokio::time::timeout(Duration::from_millis(millis), run)
            .await
            .ok()?,
        None => run.await,
    };
    Some(coverage.unwrap().stop)
}

/// What is kept, in its order.
fn kept(folder: &Path) -> Vec<String> {
    let case = CaseFolder::open_read_only(folder).unwrap();
    let mut kept = vec![format!("{:?}", case.coverage().unwrap())];
    case.for_each_visit(&mut |visit, facts| {
        let (id, address, outcome) = (visit.id, visit.address, visit.outcome);
        kept.push(format!(
            "{id:?} {} {address} {outcome:?} {facts:?}",
            visit.vantage
        ));
        Ok::<_, Box<ReadError>>(())
    })
    .unwrap();
    kept
}

#[tokio::test(start_paused = true)]
async fn a_case_on_disk_that_was_killed_ends_like_an_undisturbed_one() {
    let folders = tempfile::tempdir().unwrap();
    let (whole, killed) = (folders.path().join("whole"), folders.path().join("killed"));
    let ended = crawl(&whole, 1, None).await;
    assert_eq!(ended, Some(StopReason::PagesSpent));
    let mut kills = 0;
    for millis in (0..30).map(|n| 20 + n * 7) {
        kills += u32::from(crawl(&killed, millis, Some(millis)).await.is_none());
    }
    assert!(kills > 2, "{kills}");
    assert_eq!(crawl(&killed, 2, None).await, ended);
    assert_eq!(kept(&whole), kept(&killed));
}

#[tokio::test(start_paused = true)]
async fn a_case_on_disk_counts_what_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("case");
    crawl(&folder, 1, None).await;
    let case = CaseFolder::open(&folder).unwrap();
    let tally = Ledger::tally(&case).unwrap();
    assert_eq!(tally.asked, 50);
    assert_eq!(tally.done, 51, "robots.txt forbids one");
    assert!(tally.waiting > 0);
}
