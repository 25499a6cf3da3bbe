//! Asking again in other guises.

use std::sync::Arc;

use case::Reask;
use model::{Purpose, VantageId};

use tokio_util::sync::CancellationToken;

use super::shelf::Shelf;
use super::web::{LineReader, Web, brief};
use super::{Heard, crawl};
use crate::room::Room;
use crate::run::run;

const SEED: &str = "http://a.test/";

fn three(web: Web) -> (Arc<Web>, Shelf) {
    let mut brief = brief(&[SEED]);
    brief.vantages = vec![VantageId::Desktop, VantageId::Phone, VantageId::Crawler];
    (Arc::new(web), Shelf::new(brief))
}

#[tokio::test(start_paused = true)]
async fn only_what_may_be_cloaked_is_asked_again() {
    let web = Web::default()
        .page(SEED, "a /listing\na /plain\na /moved\na http://out.test/")
        .page("http://a.test/listing", "kind listing")
        .page("http://a.test/plain", "a /")
        .redirect("http://a.test/moved", "/");
    let (web, mut shelf) = three(web);
    crawl(&web, &mut shelf).await;
    let vantages: Vec<_> = shelf.steps.iter().map(|step| step.observed.len()).collect();
    assert_eq!(vantages, [1, 3, 1, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn doors_are_asked_in_more_guises() {
    let web = Web::default()
        .page(SEED, "a /moved\na http://out.test/door\na http://dead.test/\na http://blog.test/\na http://shop.test/")
        .redirect("http://a.test/moved", "/")
        .redirect("http://out.test/door", "http://blog.test/")
        .page("http://dead.test/", "a /")
        .page("http://blog.test/", "a /1\na /2\na /3")
        .page("http://shop.test/", "kind listing");
    let (web, mut shelf) = three(web);
    shelf.brief.door_vantages = vec![VantageId::Phone, VantageId::FromMarket, VantageId::Agent];
    crawl(&web, &mut shelf).await;
    let asked = |address: &str| {
        let step = shelf.addresses().iter().position(|known| *known == address);
        shelf.steps[step.unwrap()].observed.len()
    };
    // A page of the scope is none, and neither is one with goods, or with ways of its own.
    assert_eq!(asked("http://a.test/moved"), 3);
    assert_eq!(asked("http://out.test/door"), 5);
    assert_eq!(asked("http://dead.test/"), 5);
    assert_eq!(asked("http://blog.test/"), 3);
    assert_eq!(asked("http://shop.test/"), 3);
}

#[tokio::test(start_paused = true)]
async fn what_one_vantage_alone_sees_is_followed() {
    let web = Web::default().page(SEED, "kind listing\na /same").page_for(
        SEED,
        VantageId::Phone,
        "kind listing\na /same\na /phone",
    );
    let (web, mut shelf) = three(web);
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.addresses()[2], "http://a.test/phone");
    let seen = &shelf.steps[0].observed;
    assert!(!seen[0].churns);
    let [first, phone, crawler, _] = &seen[..] else {
        panic!("three vantages and the first once more: {seen:?}");
    };
    assert_ne!(first.facts, phone.facts);
    let (first, crawler) = (first.facts.as_ref(), crawler.facts.as_ref());
    assert!(Arc::ptr_eq(first.unwrap(), crawler.unwrap()), "read once");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_differs_from_itself_churns() {
    let web = Web::default()
        .page_for(SEED, VantageId::Desktop, "kind listing\na /1")
        .page_for(SEED, VantageId::Desktop, "kind listing\na /2")
        .page(SEED, "kind listing\na /3");
    let (web, mut shelf) = three(web);
    crawl(&web, &mut shelf).await;
    let seen = &shelf.steps[0].observed;
    assert!(seen[0].churns);
    let purposes: Vec<_> = seen.iter().map(|seen| seen.exchange.ask.purpose).collect();
    assert_eq!(
        purposes,
        [Purpose::Page, Purpose::Page, Purpose::Page, Purpose::Again]
    );
    let again = seen[3].facts.as_ref().unwrap();
    assert_eq!(
        again.links[0].href.as_str(),
        "/2",
        "the second answer is kept"
    );
    assert!(
        shelf.offer_of("http://a.test/2").is_none(),
        "{:?}",
        shelf.addresses()
    );
}

#[tokio::test(start_paused = true)]
async fn the_budget_of_the_other_vantages_goes_to_the_first_pages() {
    let mut web = Web::default().page(SEED, "a /1\na /2\na /3\na /plain\na /4");
    for page in 1..5 {
        web = web.page(&format!("http://a.test/{page}"), "kind listing");
    }
    // The first listing is the slowest.
    let web = web.slow("http://a.test/1", 5_000);
    let (web, mut shelf) = three(web);
    shelf.brief.budget.reasks = 2;
    crawl(&web, &mut shelf).await;
    let reasks: Vec<_> = shelf.steps.iter().map(|step| step.reask).collect();
    let (no, asked, spent) = (Reask::Needless, Reask::Asked, Reask::Spent);
    assert_eq!(reasks, [no, asked, asked, spent, no, spent]);
    let others = web.asked().into_iter();
    let others = others.filter(|asked| asked.vantage != VantageId::Desktop);
    assert_eq!(others.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_vantages_of_one_page_are_asked_side_by_side() {
    let web = Web::default().page(SEED, "kind listing").slow(SEED, 100);
    let (web, mut shelf) = three(web);
    crawl(&web, &mut shelf).await;
    let asked = web.asked();
    let at = |vantage| {
        asked
            .iter()
            .find(|asked| asked.vantage == vantage)
            .unwrap()
            .at
    };
    assert_eq!(at(VantageId::Phone), at(VantageId::Crawler));
}

#[tokio::test(start_paused = true)]
async fn each_vantage_says_where_it_comes_from() {
    let web = Web::default().page(SEED, "kind listing\na http://out.test/x");
    let (web, mut shelf) = three(web);
    let words = ["desktop", "from-search", "from-market", "language:de"];
    shelf.brief.vantages = words.map(|word| word.parse().unwrap()).to_vec();
    crawl(&web, &mut shelf).await;
    let said = |step: usize| -> Vec<_> {
        let seen = shelf.steps[step].observed.iter();
        seen.map(|seen| {
            let ask = &seen.exchange.ask;
            let from = ask.arrives_from.as_ref().map(ToString::to_string);
            (
                from.unwrap_or_default(),
                ask.vantage.accept_language.clone(),
            )
        })
        .collect()
    };
    let expected = |language: &str, from: &str| (from.to_owned(), language.to_owned());
    let all = [
        expected("en", ""),
        expected("en", "https://www.google.com/"),
        expected("en", "http://a.test/"),
        expected("de", ""),
    ];
    assert_eq!(said(0), all);
    assert_eq!(said(1), all, "a landing page is told of the marketplace");
}

#[tokio::test(start_paused = true)]
async fn a_second_visit_that_is_held_is_not_made_again() {
    let web = Web::default()
        .page(SEED, "a /slow\na /listing")
        .slow("http://a.test/slow", 60_000)
        .page_for(
            "http://a.test/listing",
            VantageId::Desktop,
            "kind listing\na /1",
        )
        .page_for(
            "http://a.test/listing",
            VantageId::Desktop,
            "kind listing\na /2",
        )
        .page("http://a.test/listing", "kind listing\na /3");
    let (web, mut shelf) = three(web);
    let begun = std::time::Duration::from_secs(5);
    let mut heard = Heard::default();
    // With room for more than the page at the commit point.
    let run = run(
        Arc::clone(&web) as Arc<dyn fetch::Fetch>,
        Arc::new(LineReader),
        &mut shelf,
        &mut heard,
        CancellationToken::new(),
        Room::default(),
    );
    let _ = tokio::time::timeout(begun, run).await;
    assert_eq!(shelf.addresses(), [SEED]);
    let web = Arc::new(Web::default());
    crawl(&web, &mut shelf).await;
    let asked = web.pages_asked();
    assert!(
        !asked.contains(&"http://a.test/listing".to_owned()),
        "{asked:?}"
    );
    let seen = &shelf.steps[2].observed;
    assert_eq!(seen.last().unwrap().exchange.ask.purpose, Purpose::Again);
    assert!(seen[0].churns);
}
