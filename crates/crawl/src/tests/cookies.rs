//! Cookies: each vantage its own, and none that depends on timing.

use std::sync::Arc;

use model::{ChainEnd, Cookies, Purpose, Unreachable, VantageId};

use super::crawl;
use super::shelf::Shelf;
use super::web::{Asked, Web, answered, brief};

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
async fn a_strict_cookie_stays_away_from_who_comes_from_another_site() {
    let other = "http://b.test/";
    let web = Web::default()
        .page(SEED, "a http://b.test/linked\na /out")
        .redirect("http://a.test/out", "http://b.test/led")
        .setting(other, "s=1; Path=/; SameSite=Strict", "")
        .page("http://b.test/linked", "kind listing")
        .page("http://b.test/led", "");
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop", "from-search"]));
    shelf.brief.seeds.push(super::web::url(other));
    crawl(&web, &mut shelf).await;
    let linked = sent(&web, "http://b.test/linked");
    assert_eq!(linked, [pair("desktop", "s=1"), pair("from-search", "")]);
    assert_eq!(sent(&web, "http://b.test/led")[0], pair("desktop", ""));
}

/// A check on an address of its own, which leads back to `to`.
fn check(web: Web, at: &str, to: &str, cookies: &[&str]) -> Web {
    cookies.iter().fold(web, |web, cookie| {
        let back = [("location", to), ("set-cookie", cookie)];
        web.reply(at, None, answered(302, &back, ""))
    })
}

const CHECK: &str = "http://a.test/check";

#[tokio::test(start_paused = true)]
async fn a_check_on_a_page_of_its_own_is_passed_by_whatever_means_it_leads_there() {
    let by_redirect = answered(302, &[("location", "/check")], "");
    let pages = ["refresh /check", "refresh-header /check", "script /check"];
    let pages = pages.map(|page| answered(200, &[], page));
    for first in [by_redirect].into_iter().chain(pages) {
        let web =
            Web::default()
                .reply(SEED, None, first)
                .reply(SEED, None, answered(200, &[], "a /1"));
        let web = check(web, CHECK, "/", &["seen=1; Path=/"]);
        let (web, mut shelf) = (Arc::new(web), vantages(&["desktop", "phone"]));
        crawl(&web, &mut shelf).await;
        let asked = sent(&web, SEED);
        assert!(asked.contains(&pair("desktop", "seen=1")), "{asked:?}");
        assert_eq!(shelf.addresses(), [SEED, "http://a.test/1"]);
        assert_eq!(shelf.outcome(SEED), "200");
        assert_eq!(shelf.tries, [(SEED.to_owned(), 1)]);
        assert_eq!(shelf.walked, [CHECK], "it is evidence, and no page");
        let later = sent(&web, "http://a.test/1");
        assert_eq!(later, [pair("desktop", "seen=1")], "for the whole host");
    }
}

#[tokio::test(start_paused = true)]
async fn a_check_before_a_single_page_is_passed_where_it_says_where_to_come_back_to() {
    let goods = "http://a.test/goods?id=7";
    let at = "http://a.test/check?back=%2Fgoods%3Fid%3D7";
    let web = Web::default()
        .page(SEED, "a /goods?id=7")
        .redirect(goods, at)
        .reply(goods, None, answered(200, &[], "kind listing\na /deeper"));
    let web = check(web, at, "/goods?id=7", &["seen=1; Path=/"]);
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop", "phone"]));
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome(goods), "200");
    assert!(shelf.addresses().contains(&"http://a.test/deeper"));
    let asked = sent(&web, goods);
    assert_eq!(asked[..2], [pair("desktop", ""), pair("desktop", "seen=1")]);
    assert!(asked.contains(&pair("phone", "seen=1")), "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_check_on_another_page_that_is_not_passed_says_so_after_few_asks() {
    // The same cookie each time, and another one each time.
    let endless: Vec<String> = (0..9).map(|n| format!("n{n}=1; Path=/")).collect();
    let endless: Vec<&str> = endless.iter().map(String::as_str).collect();
    let ways = [
        answered(302, &[("location", "/check")], ""),
        answered(200, &[], "refresh /check"),
    ];
    for (cookies, asks) in [(&["seen=1; Path=/"][..], 2), (&endless[..], 3)] {
        for way in &ways {
            let web = Web::default().reply(SEED, None, way.clone());
            let web = Arc::new(check(web, CHECK, "/", cookies));
            let mut shelf = vantages(&["desktop"]);
            crawl(&web, &mut shelf).await;
            let asked = web.asked();
            let is_page = |asked: &&Asked| asked.address == SEED && asked.purpose == Purpose::Page;
            assert_eq!(asked.iter().filter(is_page).count(), asks);
            assert_eq!(end_of(&shelf), Some(ChainEnd::CookieCheck));
            assert_eq!(shelf.addresses(), [SEED, CHECK]);
        }
    }
}

/// A shop whose goods lead to a check that says nothing of them, and shows the front page to whoever has no
/// cookie.
fn forgetful(goods: u32, set: &str, after: &[(&str, &str)]) -> Web {
    let links: String = (0..goods).map(|n| format!("a /item/{n}\n")).collect();
    let web = Web::default().page(SEED, &links);
    let first = answered(302, &[("location", "/"), ("set-cookie", set)], "");
    let web = web.reply(CHECK, None, first);
    let web = web.reply(CHECK, None, answered(302, after, ""));
    (0..goods).fold(web, |web, n| {
        web.redirect(&format!("http://a.test/item/{n}"), "/check")
    })
}

#[tokio::test(start_paused = true)]
async fn a_page_whose_check_forgets_it_is_asked_again_with_the_cookie_and_seen() {
    let item = "http://a.test/item/0";
    for words in [&["desktop"][..], &["desktop", "phone"]] {
        let again = [("location", "/"), ("set-cookie", "seen=1; Path=/")];
        let web = forgetful(1, "seen=1; Path=/", &again);
        let web = web.reply(item, None, answered(200, &[], "kind listing\na /deeper"));
        let (web, mut shelf) = (Arc::new(web), vantages(words));
        crawl(&web, &mut shelf).await;
        assert_eq!(shelf.outcome(item), "200");
        assert_eq!(shelf.tries[0], (item.to_owned(), 1));
        assert!(shelf.addresses().contains(&"http://a.test/deeper"));
        let asked = sent(&web, item);
        let of_desktop = asked.iter().filter(|asked| asked.0 == "desktop");
        let both = [pair("desktop", ""), pair("desktop", "seen=1")];
        assert!(of_desktop.eq(&both), "{asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_whose_check_is_never_content_was_not_seen_and_a_mere_redirect_was() {
    for (after, end) in [
        (
            &[("location", "/"), ("set-cookie", "seen=1; Path=/")][..],
            Some(ChainEnd::CookieCheck),
        ),
        (&[("location", "/")], None),
    ] {
        let web = Arc::new(forgetful(1, "seen=1; Path=/", after));
        let mut shelf = vantages(&["desktop"]);
        crawl(&web, &mut shelf).await;
        let asked = web.asked();
        let asks = |at: &str| asked.iter().filter(|asked| asked.address == at).count();
        assert_eq!(asks("http://a.test/item/0"), 2);
        assert!(asks(CHECK) <= 3, "{asked:?}");
        let item = &shelf.steps[1];
        assert_eq!(item.way_on.as_ref().and_then(|way| way.end), end);
    }
}

#[tokio::test(start_paused = true)]
async fn a_redirect_that_gives_no_cookie_or_leads_away_costs_no_second_question() {
    let web = Web::default()
        .page(SEED, "a /go/1\na /go/2\na /out/3")
        .reply(
            "http://a.test/go/1",
            None,
            answered(302, &[("location", "/front")], ""),
        )
        .reply(
            "http://a.test/go/2",
            None,
            answered(302, &[("location", "/front")], ""),
        )
        .reply(
            "http://a.test/front",
            None,
            answered(302, &[("location", "/home")], ""),
        )
        .page("http://a.test/home", "")
        .reply(
            "http://a.test/out/3",
            None,
            answered(302, &[("location", "/track")], ""),
        )
        .reply(
            "http://a.test/track",
            None,
            answered(
                302,
                &[("location", "http://b.test/"), ("set-cookie", "t=1")],
                "",
            ),
        )
        .page("http://b.test/", "");
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    crawl(&web, &mut shelf).await;
    assert!(shelf.tries.is_empty(), "{:?}", shelf.tries);
    for at in ["go/1", "go/2", "out/3"] {
        assert_eq!(sent(&web, &format!("http://a.test/{at}")).len(), 1, "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_home_page_that_leads_elsewhere_costs_no_second_question() {
    let web = Web::default()
        .reply(
            SEED,
            None,
            answered(302, &[("location", "/home"), ("set-cookie", "s=1")], ""),
        )
        .page("http://a.test/home", "a /1\na /moved")
        .redirect("http://a.test/moved", "/new")
        .page("http://a.test/new", "");
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    crawl(&web, &mut shelf).await;
    for page in ["home", "1", "moved", "new"] {
        let at = format!("http://a.test/{page}");
        assert_eq!(sent(&web, &at), [pair("desktop", "s=1")], "{page}");
    }
    assert!(shelf.walked.is_empty() && shelf.tries.is_empty());
    assert_eq!(shelf.addresses().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn what_must_not_be_asked_is_not_asked_on_the_way_through_a_check_either() {
    let web = Web::default()
        .page(
            "http://a.test/robots.txt",
            "User-agent: *\nDisallow: /check",
        )
        .redirect(SEED, "/check");
    let web = check(web, CHECK, "/", &["seen=1; Path=/"]);
    let (web, mut shelf) = (Arc::new(web), vantages(&["desktop"]));
    crawl(&web, &mut shelf).await;
    assert_eq!(sent(&web, CHECK), []);
    assert_eq!(shelf.outcome(CHECK), "robots");
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
