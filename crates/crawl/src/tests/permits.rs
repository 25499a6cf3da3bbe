//! robots.txt.

use std::sync::Arc;
use std::time::Duration;

use model::{Purpose, Robots, Unreachable};
use tokio_util::sync::CancellationToken;

use super::shelf::Shelf;
use super::web::{Web, answered, brief};
use super::{Heard, crawl, crawl_with};

const SEED: &str = "http://a.test/";
const ROBOTS: &str = "http://a.test/robots.txt";

/// What becomes of `/shop` and `/private/x` under a web's robots.txt.
async fn outcomes(web: Web) -> [String; 2] {
    let web = web
        .page("http://a.test/shop", "")
        .page("http://a.test/private/x", "");
    let seeds = ["http://a.test/shop", "http://a.test/private/x"];
    let mut shelf = Shelf::new(brief(&seeds));
    crawl(&Arc::new(web), &mut shelf).await;
    seeds.map(|seed| shelf.outcome(seed))
}

#[tokio::test(start_paused = true)]
async fn statuses_of_robots_txt_are_taken_by_the_standard() {
    let rules = "user-agent: *\ndisallow: /private";
    let hops = |count: usize| {
        let mut web = Web::default().redirect(ROBOTS, "http://r.test/1");
        for hop in 1..count {
            let to = format!("http://r.test/{}", hop + 1);
            web = web.redirect(&format!("http://r.test/{hop}"), &to);
        }
        web.page(&format!("http://r.test/{count}"), rules)
    };
    for (name, web, expected) in [
        (
            "rules",
            Web::default().page(ROBOTS, rules),
            ["200", "robots"],
        ),
        ("404", Web::default(), ["200", "200"]),
        (
            "403",
            Web::default().status(ROBOTS, 403, &[]),
            ["200", "200"],
        ),
        (
            "503",
            Web::default().status(ROBOTS, 503, &[]),
            ["robots", "robots"],
        ),
        (
            "no answer",
            Web::default().unreachable(ROBOTS, Unreachable::Timeout),
            ["robots", "robots"],
        ),
        (
            "no host",
            Web::default().unreachable(ROBOTS, Unreachable::Dns),
            ["dns", "dns"],
        ),
        (
            "no server",
            Web::default().unreachable(ROBOTS, Unreachable::Connect),
            ["connect", "connect"],
        ),
        (
            "not in the replayed case",
            Web::default().unreachable(ROBOTS, Unreachable::NotRecorded),
            ["not-recorded", "not-recorded"],
        ),
        ("five redirects", hops(5), ["200", "robots"]),
        ("six redirects", hops(6), ["200", "200"]),
        (
            "a loop",
            Web::default().redirect(ROBOTS, ROBOTS),
            ["200", "200"],
        ),
    ] {
        assert_eq!(outcomes(web).await, expected, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn our_product_token_is_obeyed_before_the_asterisk() {
    let rules = "User-Agent: Sidedoor/2.0\nDisallow: /shop\n\nuser-agent: *\nDisallow: /";
    let web = Web::default().page(ROBOTS, rules);
    assert_eq!(outcomes(web).await, ["robots", "200"]);
}

#[tokio::test(start_paused = true)]
async fn rules_match_by_their_meaning() {
    for (rule, expected) in [
        ("disallow: /*/x$", ["200", "robots"]),
        ("disallow: /\nallow: /shop", ["200", "robots"]),
        ("disallow: /%70rivate", ["200", "robots"]),
        ("disallow: /private/x?", ["200", "200"]),
        ("disallow:", ["200", "200"]),
        ("disallow: /shop # not this", ["robots", "200"]),
        ("disallow: /PRIVATE", ["200", "200"]),
    ] {
        let web = Web::default().page(ROBOTS, &format!("\u{feff}user-agent: *\r\n{rule}\r\n"));
        assert_eq!(outcomes(web).await, expected, "{rule}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hostile_robots_txt_costs_little_and_forbids_what_it_forbids() {
    let many: String = (0..40_000).map(|n| format!("disallow: /{n}*$\n")).collect();
    let web = Web::default().page(
        ROBOTS,
        &format!("user-agent: *\ndisallow: /private\n{many}"),
    );
    assert_eq!(outcomes(web).await, ["200", "robots"]);
    let stars = format!("disallow: /s{}$\ndisallow: /private", "*a".repeat(20_000));
    let web = Web::default().page(ROBOTS, &format!("user-agent: *\n{stars}"));
    assert_eq!(outcomes(web).await, ["200", "robots"]);
}

#[tokio::test(start_paused = true)]
async fn the_target_of_a_redirect_is_asked_of_its_own_robots_txt() {
    let web = Web::default()
        .redirect(SEED, "http://b.test/private/x")
        .page(
            "http://b.test/robots.txt",
            "user-agent: *\ndisallow: /private",
        );
    let (web, mut shelf) = (Arc::new(web), Shelf::new(brief(&[SEED])));
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome("http://b.test/private/x"), "robots");
    assert_eq!(web.pages_asked(), [SEED]);
}

#[tokio::test(start_paused = true)]
async fn robots_txt_is_asked_once_and_kept() {
    let web = Arc::new(
        Web::default()
            .page(SEED, "a /1\na /2\na /3")
            .redirect(ROBOTS, "/elsewhere")
            .page("http://a.test/elsewhere", "user-agent: *\ndisallow: /2"),
    );
    let mut shelf = Shelf::new(brief(&[SEED]));
    crawl(&web, &mut shelf).await;
    let asked = web.asked();
    let robots = asked
        .iter()
        .filter(|asked| asked.purpose == Purpose::Robots);
    assert_eq!(robots.count(), 2);
    assert!(shelf.side(ROBOTS).is_some());
    assert!(shelf.side("http://a.test/elsewhere").is_some());
    assert_eq!(shelf.outcome("http://a.test/2"), "robots");
}

#[tokio::test(start_paused = true)]
async fn robots_txt_that_is_ignored_is_not_asked() {
    let web = Arc::new(Web::default().page(ROBOTS, "user-agent: *\ndisallow: /"));
    let mut brief = brief(&[SEED]);
    brief.robots = Robots::Ignore;
    let mut shelf = Shelf::new(brief);
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome(SEED), "404");
    assert_eq!(web.asked().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stylesheet_that_robots_txt_forbids_is_not_asked() {
    let web = Arc::new(
        Web::default()
            .page(SEED, "css /no.css\ncss /yes.css")
            .page("http://a.test/yes.css", "p{}")
            .page("http://a.test/no.css", "q{}")
            .page(ROBOTS, "user-agent: *\ndisallow: /no"),
    );
    let mut shelf = Shelf::new(brief(&[SEED]));
    crawl(&web, &mut shelf).await;
    let facts = shelf.steps[0].observed[0].facts.as_ref().unwrap();
    assert!(facts.title.contains("p{}") && !facts.title.contains("q{}"));
    assert!(
        web.asked()
            .iter()
            .all(|asked| !asked.address.contains("/no"))
    );
}

#[tokio::test(start_paused = true)]
async fn half_a_stylesheet_is_not_read() {
    let model::Reply::Answered(mut half) = answered(200, &[], "p{}") else {
        unreachable!("it is an answer");
    };
    half.cut = Some(model::BodyCut::DecodedBudget);
    let web = Arc::new(
        Web::default()
            .page(SEED, "css /half.css\ncss /whole.css")
            .page("http://a.test/whole.css", "q{}")
            .reply("http://a.test/half.css", None, model::Reply::Answered(half)),
    );
    let mut shelf = Shelf::new(brief(&[SEED]));
    crawl(&web, &mut shelf).await;
    let facts = shelf.steps[0].observed[0].facts.as_ref().unwrap();
    assert!(facts.title.contains("q{}") && !facts.title.contains("p{}"));
}

#[tokio::test(start_paused = true)]
async fn a_crawl_delay_beyond_the_cap_is_cut_and_told() {
    let rules = "user-agent: *\ncrawl-delay: 100";
    let web = Arc::new(Web::default().page(SEED, "a /1\na /2").page(ROBOTS, rules));
    let mut shelf = Shelf::new(brief(&[SEED]));
    let mut heard = Heard::default();
    let begun = tokio::time::Instant::now();
    let cancel = tokio_util::sync::CancellationToken::new();
    crawl_with(&web, &mut shelf, &mut heard, cancel)
        .await
        .unwrap();
    assert!(
        heard
            .0
            .iter()
            .any(|event| event.contains("CrawlDelayCapped"))
    );
    assert_eq!(begun.elapsed().as_secs(), 120, "between five questions");
}

#[tokio::test(start_paused = true)]
async fn a_robots_txt_that_could_not_be_had_is_asked_for_again_when_the_crawl_goes_on() {
    let mut web = Web::default();
    for _ in 0..3 {
        web = web.status(ROBOTS, 503, &[]);
    }
    let rules = "user-agent: *\ndisallow: /secret";
    let web = Arc::new(
        web.page(ROBOTS, rules)
            .page(SEED, "")
            .slow("http://b.test/", 60_000),
    );
    let mut shelf = Shelf::new(brief(&[SEED, "http://b.test/", "http://a.test/secret"]));
    let mut heard = Heard::default();
    let run = crawl_with(&web, &mut shelf, &mut heard, CancellationToken::new());
    let killed = tokio::time::timeout(Duration::from_secs(50), run).await;
    assert!(killed.is_err());
    assert_eq!(shelf.outcome(SEED), "robots");
    // So that the next run begins later by the clock, too.
    std::thread::sleep(Duration::from_millis(5));
    crawl(&web, &mut shelf).await;
    assert_eq!(shelf.outcome("http://a.test/secret"), "robots");
    let times = web
        .asked()
        .iter()
        .filter(|asked| asked.address == ROBOTS)
        .count();
    assert_eq!(times, 4);
}
