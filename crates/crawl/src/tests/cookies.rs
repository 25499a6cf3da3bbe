//! Cookies: each vantage its own, and none that depends on timing.

use std::sync::Arc;

use model::{ChainEnd, Cookies, Purpose, Unreachable, VantageId};

use super::crawl;
use super::shelf::Shelf;
use super::web::{Web, answered, brief};

const SEED: &str = "http://a.test/";

/// With which cookies an address was asked for as a page, by vantage, in order.
fn sent(web: &Web, address: &str) -> Vec<(String, String)> {
    let asked = web.asked().into_iter();
    asked
        .filter(|asked| asked.address == address && asked.purpose != Purpose::Session)
        .map(|asked| (asked.vantage.to_string(), asked.cookies))
        .collect()
}

fn vantages(words: &[&str]) -> Shelf {
    let mut brief = brief(&[SEED]);
    brief.vantages = words.iter().map(|word| word.parse().unwrap()).collect();
    Shelf::new(brief)
}

fn pair(vantage: &str, cookies: &str) -> (String, String) {
    (vantage.to_owned(), cookies.to_owned())
}

#[tokio::test(start_paused = true)]
async fn a_host_is_asked_with_what_its_first_answer_set_and_nothing_later() {
    let web = Web::default()
        .setting(SEED, "first=1; Path=/", "a /1\na /2\na http://b.test/")
        .setting("http://a.test/1", "later=1; Path=/", "a /3")
        .slow("http://a.test/2", 3_000);
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    crawl(&web, &mut shelf).await;
    assert_eq!(sent(&web, SEED), [pair("desktop", "")]);
    for page in 1..4 {
        let at = format!("http://a.test/{page}");
        assert_eq!(sent(&web, &at), [pair("desktop", "first=1")], "{at}");
    }
    assert_eq!(sent(&web, "http://b.test/"), [pair("desktop", "")]);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_did_not_answer_is_begun_at_by_its_next_page() {
    let web = Web::default()
        .page(
            SEED,
            "a http://b.test/gone\na http://b.test/1\na http://b.test/2",
        )
        .unreachable("http://b.test/gone", Unreachable::Protocol)
        .slow("http://b.test/gone", 500)
        .setting("http://b.test/1", "one=1; Path=/", "")
        .setting("http://b.test/2", "two=2; Path=/", "");
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    crawl(&web, &mut shelf).await;
    assert_eq!(sent(&web, "http://b.test/1"), [pair("desktop", "")]);
    assert_eq!(sent(&web, "http://b.test/2"), [pair("desktop", "one=1")]);
}

#[tokio::test(start_paused = true)]
async fn no_vantage_is_given_the_cookies_of_another() {
    let listing = "kind listing";
    let cookie = |vantage: &str| format!("who={vantage}; Path=/");
    let mut web = Web::default().page("http://a.test/1", listing);
    for (id, word) in [(VantageId::Desktop, "desktop"), (VantageId::Phone, "phone")] {
        let cookie = cookie(word);
        let reply = answered(200, &[("set-cookie", &cookie)], "a /1");
        web = web.reply(SEED, Some(id), reply);
    }
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop", "phone"]));
    crawl(&web, &mut shelf).await;
    let expected = [pair("desktop", "who=desktop"), pair("phone", "who=phone")];
    assert_eq!(sent(&web, "http://a.test/1"), expected);
    let begun = web.asked().into_iter();
    let begun: Vec<_> = begun
        .filter(|asked| asked.purpose == Purpose::Session)
        .collect();
    assert_eq!(begun.len(), 1, "a vantage begins once at a host");
    assert_eq!(begun[0].vantage, VantageId::Phone);
}

#[tokio::test(start_paused = true)]
async fn a_chain_of_redirects_takes_its_cookies_along() {
    let hop = [("location", "/2"), ("set-cookie", "hop=1; Path=/")];
    let web = Web::default()
        .page(SEED, "a http://b.test/1\na http://b.test/3")
        .reply("http://b.test/1", None, answered(302, &hop, ""))
        .page("http://b.test/2", "");
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    let brief = &mut shelf.brief;
    brief.vantages.push(VantageId::Phone);
    crawl(&web, &mut shelf).await;
    let both = [pair("desktop", "hop=1"), pair("phone", "hop=1")];
    assert_eq!(sent(&web, "http://b.test/2"), both);
    assert_eq!(sent(&web, "http://b.test/3")[0], pair("desktop", "hop=1"));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_sends_its_visitor_to_itself_with_a_cookie_is_asked_once_more() {
    let come_back = [("location", "/"), ("set-cookie", "seen=1")];
    let web = Web::default()
        .reply(SEED, None, answered(302, &come_back, ""))
        .reply(SEED, None, answered(200, &[], "a /1"));
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome(SEED), "200");
    assert_eq!(shelf.tries, [(SEED.to_owned(), 1)]);
    assert_eq!(
        sent(&web, SEED),
        [pair("desktop", ""), pair("desktop", "seen=1")]
    );
    assert_eq!(sent(&web, "http://a.test/1"), [pair("desktop", "seen=1")]);
    // Twice is a circle.
    let web = Web::default().reply(SEED, None, answered(302, &come_back, ""));
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    crawl(&web, &mut shelf).await;
    assert_eq!(sent(&web, SEED).len(), 2);
    assert_eq!(shelf.outcome(SEED), "302");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_reloads_itself_with_a_cookie_is_asked_once_more_by_whatever_means_it_does() {
    for way in ["refresh /", "refresh-header /", "script /"] {
        let wait = answered(200, &[("set-cookie", "seen=1")], way);
        let web = Web::default().reply(SEED, None, wait.clone()).reply(
            SEED,
            None,
            answered(200, &[], "a /1"),
        );
        let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
        crawl(&web, &mut shelf).await;
        assert_eq!(shelf.tries, [(SEED.to_owned(), 1)], "{way}");
        let both = [pair("desktop", ""), pair("desktop", "seen=1")];
        assert_eq!(sent(&web, SEED), both, "{way}");
        assert_eq!(sent(&web, "http://a.test/1"), [pair("desktop", "seen=1")]);
        // Once more with the same cookie is a page that reloads itself, and no check.
        let web = Web::default().reply(SEED, None, wait);
        let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
        crawl(&web, &mut shelf).await;
        assert_eq!(sent(&web, SEED).len(), 2, "{way}");
        assert_eq!(end_of(&shelf), Some(ChainEnd::SelfRedirect), "{way}");
    }
}

/// How the chain of the first address ends.
fn end_of(shelf: &Shelf) -> Option<ChainEnd> {
    shelf.steps[0].way_on.as_ref()?.end
}

#[tokio::test(start_paused = true)]
async fn a_check_in_two_steps_is_passed_and_one_without_end_says_so_after_three_asks() {
    let step = |cookie: &str| answered(302, &[("location", "/"), ("set-cookie", cookie)], "");
    let web = Web::default()
        .reply(SEED, None, step("a=1"))
        .reply(SEED, None, step("b=1"))
        .reply(SEED, None, answered(200, &[], "a /1"));
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome(SEED), "200");
    let seed = SEED.to_owned();
    assert_eq!(shelf.tries, [(seed.clone(), 1), (seed, 2)]);
    assert_eq!(sent(&web, "http://a.test/1"), [pair("desktop", "a=1; b=1")]);
    let page = |n: u32| {
        let cookie = format!("n={n}");
        answered(200, &[("set-cookie", &cookie)], "refresh /")
    };
    let by_redirect = |n: u32| {
        let cookie = format!("n={n}");
        answered(302, &[("location", "/"), ("set-cookie", &cookie)], "")
    };
    let endless: [&dyn Fn(u32) -> model::Reply; 2] = [&page, &by_redirect];
    for reply in endless {
        let web = (0..9).fold(Web::default(), |web, n| web.reply(SEED, None, reply(n)));
        let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
        crawl(&web, &mut shelf).await;
        assert_eq!(sent(&web, SEED).len(), 3);
        assert_eq!(end_of(&shelf), Some(ChainEnd::CookieCheck));
    }
}

#[tokio::test(start_paused = true)]
async fn one_who_comes_back_has_the_cookies_of_the_first_visit_and_one_without_has_none() {
    let web = Web::default()
        .setting(SEED, "first=1; Path=/", "a /1")
        .setting("http://a.test/1", "second=2", "kind listing");
    let words = ["desktop", "returning", "without-cookies"];
    let (web, mut shelf) = (Arc::new(web), vantages(&words));
    crawl(&web, &mut shelf).await;
    let mut sent = sent(&web, "http://a.test/1");
    sent.sort();
    assert_eq!(
        sent,
        [
            pair("desktop", "first=1"),
            pair("returning", "first=1; second=2"),
            pair("without-cookies", ""),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_crawl_that_refuses_cookies_sends_none() {
    let web = Web::default().setting(SEED, "first=1; Path=/", "a /1");
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    shelf.brief.cookies = Cookies::Refuse;
    crawl(&web, &mut shelf).await;
    assert_eq!(sent(&web, "http://a.test/1"), [pair("desktop", "")]);
}

#[tokio::test(start_paused = true)]
async fn a_crawl_that_goes_on_has_its_cookies() {
    let web = Web::default()
        .setting(SEED, "first=1; Path=/", "a /1\na /2")
        .slow("http://a.test/1", 60_000);
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    let begun = tokio::time::Duration::from_secs(5);
    let _ = tokio::time::timeout(begun, crawl(&web, &mut shelf)).await;
    assert_eq!(shelf.addresses(), [SEED]);
    let web = Arc::new(Web::default());
    crawl(&web, &mut shelf).await;
    assert_eq!(sent(&web, "http://a.test/1"), [pair("desktop", "first=1")]);
    assert_eq!(sent(&web, "http://a.test/2"), [], "its answer was held");
}
