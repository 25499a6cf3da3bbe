//! Politeness and the one retry.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use model::{Unreachable, VantageId};

use super::crawl;
use super::shelf::Shelf;
use super::web::{Web, answered, brief};

const SEED: &str = "http://a.test/";

#[tokio::test(start_paused = true)]
async fn a_host_is_never_asked_more_or_faster_than_allowed() {
    let lines: String = (0..30)
        .map(|n| format!("a /{n}\na http://b.test/{n}\n"))
        .collect();
    let web = Arc::new(Web::default().page(SEED, &lines).jitter(3, 900));
    let mut brief = brief(&[SEED]);
    brief.politeness.per_host = NonZeroU32::new(2).unwrap();
    brief.politeness.delay_millis = 200;
    let mut shelf = Shelf::new(brief);
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.addresses().len(), 61);
    for host in ["a.test", "b.test"] {
        assert_eq!(web.most_at_once(host), 2, "{host}");
    }
    let mut starts: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for asked in web.asked() {
        let host = asked.address.split('/').nth(2).unwrap().to_owned();
        starts.entry(host).or_default().push(asked.at);
    }
    for (host, starts) in starts {
        for pair in starts.windows(2) {
            let gap = pair[1] - pair[0];
            assert!(gap >= Duration::from_millis(200), "{host}: {gap:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_is_asked_at_once_than_the_crawl_allows_in_all() {
    let lines: String = (0..9).map(|n| format!("a http://h{n}.test/\n")).collect();
    let web = Arc::new(Web::default().page(SEED, &lines).jitter(1, 500));
    let mut brief = brief(&[SEED]);
    brief.politeness.in_all = NonZeroU32::MIN;
    let mut shelf = Shelf::new(brief);
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.addresses().len(), 10);
    assert_eq!(web.most_at_once("all"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_asks_for_a_short_pause_gets_it_and_is_asked_again() {
    for (wait, seconds) in [("7", 7), ("Sun, 06 Nov 1994 08:49:47 GMT", 10)] {
        let headers = [
            ("retry-after", wait),
            ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ];
        let web = Arc::new(
            Web::default()
                .reply(SEED, None, answered(429, &headers, ""))
                .page(SEED, ""),
        );
        let mut shelf = Shelf::new(brief(&[SEED]));
        let heard = crawl(&web, &mut shelf).await;
        assert!(heard[0].starts_with("HostDelayed"), "{heard:?}");
        assert_eq!(shelf.tries, [(SEED.to_owned(), 1)]);
        assert_eq!(shelf.outcome(SEED), "200");
        let asked = web.asked();
        assert_eq!((asked[2].at - asked[1].at).as_secs(), seconds);
    }
}

#[tokio::test(start_paused = true)]
async fn a_long_pause_holds_for_its_host_and_for_no_other() {
    let headers = [("retry-after", "1800")];
    let web = Web::default()
        .reply(SEED, None, answered(503, &headers, ""))
        .page(SEED, "a /x")
        .page("http://b.test/", "a /y");
    let (web, mut shelf) = (Arc::new(web), Shelf::new(brief(&[SEED, "http://b.test/"])));
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome(SEED), "200");
    let began = web.asked()[0].at;
    let at = |address: &str| {
        let mut asked = web.asked().into_iter();
        let last = asked.rfind(|asked| asked.address == address).unwrap();
        (last.at - began).as_secs()
    };
    assert!(at("http://a.test/x") >= 1_800);
    assert!(at("http://b.test/y") < 5);
}

#[tokio::test(start_paused = true)]
async fn an_address_is_asked_again_as_often_as_the_brief_says_and_ever_later() {
    for retries in [0, 1, 3] {
        let web = Arc::new(Web::default().status(SEED, 503, &[]));
        let mut brief = brief(&[SEED]);
        brief.budget.retries = retries;
        let mut shelf = Shelf::new(brief);
        crawl(&web, &mut shelf).await;
        assert_eq!(shelf.outcome(SEED), "503");
        let pages = web.asked().into_iter();
        let starts: Vec<_> = pages
            .filter(|asked| asked.address == SEED)
            .map(|asked| asked.at)
            .collect();
        assert_eq!(starts.len() as u32, retries + 1);
        let gaps: Vec<_> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.is_sorted(), "{gaps:?}");
        assert!(gaps.iter().all(|gap| gap.as_millis() >= 750), "{gaps:?}");
        assert_eq!(shelf.tries.len() as u32, retries);
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_has_too_much_to_do_is_asked_ever_slower() {
    let lines: String = (0..8).map(|n| format!("a /{n}\n")).collect();
    let mut web = Web::default().page(SEED, &lines);
    for n in 0..8 {
        web = web.status(&format!("http://a.test/{n}"), 429, &[]);
    }
    let web = Arc::new(web);
    let mut brief = brief(&[SEED]);
    brief.budget.retries = 0;
    brief.politeness.per_host = NonZeroU32::MIN;
    let mut shelf = Shelf::new(brief);
    crawl(&web, &mut shelf).await;
    let starts: Vec<_> = web.asked().iter().skip(2).map(|asked| asked.at).collect();
    let gaps: Vec<_> = starts
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).as_millis())
        .collect();
    assert!(gaps.is_sorted(), "{gaps:?}");
    assert!(gaps.last().unwrap() >= &10_000, "{gaps:?}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_broke_is_tried_again() {
    let web = Web::default()
        .unreachable(SEED, Unreachable::Reset)
        .page(SEED, "a /never")
        .unreachable("http://a.test/never", Unreachable::Connect);
    let (web, mut shelf) = (Arc::new(web), Shelf::new(brief(&[SEED])));
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome(SEED), "200");
    assert_eq!(shelf.outcome("http://a.test/never"), "connect");
    assert_eq!(web.pages_asked().len(), 5);
    assert_eq!(shelf.tries.len(), 3);
    assert!(
        web.asked()
            .iter()
            .all(|asked| asked.vantage == VantageId::Desktop)
    );
}
