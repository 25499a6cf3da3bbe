//! What a crawl obeys, and what of it the case and the report say.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads files and the clock, and its helpers may fail loudly as well"
)]

mod support;

use support::site::{HOST, Site, coverage_of, route};
use support::{report, told};

/// A home page that leads to `/open` and `/closed/1`, beside a robots.txt of its own.
fn site(robots: &str) -> Site {
    let routes = [
        route("/robots.txt", robots),
        route(
            "/",
            "body = \"<a href='/open'>o</a><a href='/closed/1'>c</a>\"",
        ),
        route("/open", "body = \"open\""),
        route("/closed/1", "body = \"closed\""),
    ];
    Site::serve(&format!("{HOST}{}", routes.concat()))
}

#[test]
fn what_robots_txt_forbids_is_not_asked_and_listed() {
    let site = site("body = \"User-agent: *\\nDisallow: /closed/\"");
    let coverage = site.coverage();
    coverage.assert_unseen("robots", &["http://a.test/closed/1"]);
    assert_eq!(site.sandbox.asked("a.test", "/closed/1"), 0);
    assert_eq!(site.sandbox.asked("a.test", "/open"), 1);
    assert_eq!(site.sandbox.asked("a.test", "/robots.txt"), 1);
}

#[test]
fn a_robots_txt_that_cannot_be_had_forbids_all_and_one_that_is_not_there_nothing() {
    for (robots, status, seen) in [
        ("status = 503", 3, 0),
        ("drop_after_bytes = 0\nbody = \"User-agent: *\"", 3, 0),
        ("status = 403", 0, 3),
        ("status = 410", 0, 3),
    ] {
        let site = site(robots);
        let mut crawl = site.crawl(&["http://a.test/"]);
        let crawled = crawl.args(["--retries", "0"]).output().unwrap();
        assert_eq!(
            crawled.status.code(),
            Some(status),
            "{robots}: {}",
            told(&crawled)
        );
        let coverage = coverage_of(crawled, &site.case());
        assert_eq!(coverage.seen(), seen, "{robots}: {:#}", coverage.0);
        if seen == 0 {
            coverage.assert_unseen("robots", &["http://a.test/"]);
        }
    }
}

#[test]
fn that_robots_txt_is_ignored_stands_in_the_case_and_in_the_evidence() {
    let site = site("body = \"User-agent: *\\nDisallow: /\"");
    let mut crawl = site.crawl(&["http://a.test/"]);
    let crawled = crawl.arg("--ignore-robots").output().unwrap();
    assert_eq!(crawled.status.code(), Some(0), "{}", told(&crawled));
    assert_eq!(site.sandbox.asked("a.test", "/robots.txt"), 0);
    assert_eq!(report(&site.case())["brief"]["robots"], "ignore");
    let evidence = std::fs::File::open(site.case().join("evidence/00001.warc.gz")).unwrap();
    let mut unpacked = flate2::read::MultiGzDecoder::new(evidence);
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut unpacked, &mut text).unwrap();
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("robots: ignore\r\n"), "{text}");
}

#[test]
fn a_crawl_delay_is_obeyed() {
    let site = site("body = \"User-agent: *\\nCrawl-delay: 1\"");
    let began = std::time::Instant::now();
    let coverage = site.coverage();
    assert_eq!(coverage.seen(), 3, "{:#}", coverage.0);
    assert!(
        began.elapsed().as_millis() >= 2_000,
        "three pages, two delays"
    );
}

#[test]
fn what_is_logged_within_a_visit_stands_in_its_span() {
    let site = site("status = 404");
    let mut crawl = site.crawl(&["http://a.test/"]);
    let crawled = crawl.args(["-vv"]).env("NO_COLOR", "1").output().unwrap();
    let told = told(&crawled);
    let line = told
        .lines()
        .find(|line| line.contains("visit{place=1 address=http://a.test/}"));
    assert!(line.is_some(), "{told}");
    let exchange = "exchange{asked=http://a.test/open vantage=desktop purpose=page}";
    assert!(told.contains(exchange), "{told}");
}

/// The directives of a report, in short: where each stands, what it says, and on how many pages.
fn directives(site: &Site) -> Vec<String> {
    let report = report(&site.case());
    let directives = report["directives"].as_array().unwrap().iter();
    let tell = |one: &serde_json::Value| {
        let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
        let [carrier, agent, name, value] = ["carrier", "agent", "name", "value"].map(text);
        format!("{carrier} {agent} {name} {value} {}", one["pages"])
    };
    let mut told: Vec<String> = directives.map(tell).collect();
    told.sort();
    told
}

#[test]
fn what_pages_ask_of_robots_and_miners_stands_in_the_case_and_in_every_report() {
    let file = r#"[{"location": "/closed/", "tdm-reservation": 1, "tdm-policy": "https://a.test/policy.json"}]"#;
    let routes = [
        route("/robots.txt", "status = 404"),
        route(
            "/.well-known/tdmrep.json",
            &format!("headers = {{ Content-Type = \"application/json\" }}\nbody = '{file}'"),
        ),
        route(
            "/",
            "headers = { X-Robots-Tag = \"googlebot: nofollow\", tdm-reservation = \"1\" }\n\
             body = \"<a href='/open'>o</a><a href='/closed/1'>c</a><a href='/closed/2'>d</a>\"",
        ),
        route(
            "/open",
            "body = \"<meta name=robots content='noindex'><meta name=tdm-reservation content=0>\"",
        ),
        route("/closed/*", "body = \"closed\""),
    ];
    let site = Site::serve(&format!("{HOST}{}", routes.concat()));
    let coverage = site.coverage();
    assert_eq!(coverage.seen(), 4, "they are recorded, and not obeyed");
    assert_eq!(site.sandbox.asked("a.test", "/.well-known/tdmrep.json"), 1);
    assert_eq!(
        directives(&site),
        [
            "meta-robots - noindex - 1",
            "tdm-file - tdm-policy https://a.test/policy.json 2",
            "tdm-file - tdm-reservation 1 2",
            "tdm-header - tdm-reservation 1 1",
            "tdm-meta - tdm-reservation 0 1",
            "x-robots-tag googlebot nofollow - 1",
        ]
    );
    let case = site.case();
    for format in ["text", "html"] {
        let written = support::run([
            "report",
            "--format",
            format,
            "--case",
            case.to_str().unwrap(),
        ]);
        let written = String::from_utf8(written.stdout).unwrap();
        assert!(
            written.contains("tdm-reservation: 1 (tdm-file)"),
            "{written}"
        );
        assert!(written.contains("nofollow for googlebot (x-robots-tag)"));
    }
}

#[test]
fn a_file_of_reservations_that_cannot_be_had_is_told_and_one_that_robots_txt_forbids_is_not_asked()
{
    for (robots, file, told) in [
        ("status = 404", "status = 503", "status 503"),
        ("status = 404", "body = \"{ half\"", "no-tdmrep"),
        (
            "body = \"User-agent: *\\nDisallow: /.well-known/\"",
            "body = \"[]\"",
            "robots",
        ),
    ] {
        let routes = [
            route("/robots.txt", robots),
            route("/.well-known/tdmrep.json", file),
            route("/", "body = \"home\""),
        ];
        let site = Site::serve(&format!("{HOST}{}", routes.concat()));
        let mut crawl = site.crawl(&["http://a.test/"]);
        let crawled = crawl.args(["--retries", "0"]).output().unwrap();
        let coverage = coverage_of(crawled, &site.case());
        assert_eq!(coverage.seen(), 1);
        let expected = format!("tdm-file - not-read {told} 1");
        assert_eq!(directives(&site), [expected], "{:#}", coverage.0);
    }
}

/// A page that offers a doll of this height, and leads to `/more` in two ways.
fn doll(height: &str) -> String {
    let body = format!(
        "body = \"<!doctype html><title>Silicone sex doll {height}</title><h1>Silicone sex doll {height}</h1>\
         <p>€ 990 <button>Add to cart</button></p><img src='/doll.jpg'><p>A love doll of soft TPE, height {height}.</p>\
         <a href='/more'>More</a><a href='/hat'>Hats</a>\""
    );
    format!("{body}\nheaders = {{ Content-Type = \"text/html; charset=utf-8\" }}")
}

#[test]
fn a_branch_ends_at_goods_that_sexualize_minors_and_at_no_others() {
    for (height, ends) in [("110 cm", true), ("168 cm", false)] {
        let routes = [
            route("/", "body = \"<a href='/doll'>d</a><a href='/hat'>h</a>\""),
            route("/doll", &doll(height)),
            route("/hat", "body = \"A hat of felt.\""),
            route("/more", "body = \"<a href='/far'>on</a>\""),
            route("/far", "body = \"far\""),
        ];
        let site = Site::serve(&format!("{HOST}{}", routes.concat()));
        let mut crawl = site.crawl(&["http://a.test/"]);
        let crawled = crawl.output().unwrap();
        let status = if ends { 3 } else { 0 };
        assert_eq!(crawled.status.code(), Some(status), "{}", told(&crawled));
        let coverage = coverage_of(crawled, &site.case());
        for (path, times) in [("/doll", 1), ("/hat", 1), ("/doll.jpg", 0)] {
            let asked = site.sandbox.asked("a.test", path);
            assert!(
                asked >= times && (times > 0 || asked == 0),
                "{path}: {asked}"
            );
        }
        for path in ["/more", "/far"] {
            assert_eq!(site.sandbox.asked("a.test", path) > 0, !ends, "{path}");
        }
        assert_eq!(
            coverage
                .unseen("branch-end")
                .contains(&"http://a.test/doll".to_owned()),
            ends,
            "{:#}",
            coverage.0
        );
    }
}
