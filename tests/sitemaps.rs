//! Sitemaps that are lost, whole or in part: what the case and each form of the report say, and that the
//! scope does not count as seen then.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use support::site::{HOST, Site, coverage_of, route};
use support::{run, told};

/// A home page, robots.txt with `robots`, and further routes.
fn site(robots: &str, routes: &str, files: &[(&str, &[u8])]) -> Site {
    let robots = route("/robots.txt", &format!("body = \"{robots}\""));
    let home = route("/", "body = \"home\"");
    Site::with_files(&format!("{HOST}{robots}{home}{routes}"), files)
}

fn packed(text: &str, cut_off: usize) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    let mut packed = packer.finish().unwrap();
    packed.truncate(packed.len() - cut_off);
    packed
}

fn urlset(entries: impl Iterator<Item = String>) -> String {
    let entries: String = entries
        .map(|path| format!("<url><loc>http://a.test{path}</loc></url>"))
        .collect();
    format!("<?xml version='1.0'?><urlset>{entries}</urlset>")
}

#[test]
fn what_is_lost_of_sitemaps_stands_in_every_report_and_is_counted_once() {
    let robots = "Sitemap: http://a.test/torn.xml.gz\\nSitemap: http://a.test/down.xml\\n\
                  Sitemap: http://a.test/round.xml\\nSitemap: http://a.test/bomb.xml.gz\\n";
    let far = |n: u32| format!("/far/{n}?{}", n.wrapping_mul(2_654_435_761));
    let torn = packed(&urlset((0..400).map(far)), 1_500);
    let bomb = packed(&format!("<urlset>{}", " ".repeat(40 << 20)), 0);
    let routes = [
        route("/torn.xml.gz", "file = \"torn.gz\""),
        route("/bomb.xml.gz", "file = \"bomb.gz\""),
        route("/down.xml", "status = 503"),
        route(
            "/round.xml",
            "status = 302\nheaders = { Location = \"/round.xml\" }",
        ),
        route("/far/*", "body = \"there\""),
    ]
    .concat();
    let site = site(robots, &routes, &[("torn.gz", &torn), ("bomb.gz", &bomb)]);
    let case = site.case();
    // The second time the crawl goes on, and finds the same again.
    for _ in 0..2 {
        let mut crawl = site.crawl(&["http://a.test/"]);
        let crawled = crawl
            .args(["--retries", "0", "--delay", "0"])
            .output()
            .unwrap();
        assert_eq!(crawled.status.code(), Some(3), "{}", told(&crawled));
        let line = "sitemap http://a.test/down.xml: status 503";
        assert!(told(&crawled).contains(line), "{}", told(&crawled));
        let coverage = coverage_of(crawled, &case);
        let lost = coverage.0["sitemaps"].as_array().unwrap().iter();
        let lost: Vec<_> = lost
            .map(|loss| format!("{} {}", loss["address"], loss["why"]))
            .collect();
        let expected = [
            r#""http://a.test/bomb.xml.gz" "body cut: decoded-budget""#,
            r#""http://a.test/down.xml" "status 503""#,
            r#""http://a.test/round.xml" "redirect-loop""#,
            r#""http://a.test/torn.xml.gz" "body cut: broken-coding""#,
        ];
        assert_eq!(lost, expected);
        assert_eq!(coverage.0["sitemaps_in_all"], 4);
        let orphans = coverage.0["orphans"].as_u64().unwrap();
        assert!((1..400).contains(&orphans), "what came before is used");
    }
    let case = case.to_str().unwrap();
    for format in ["text", "html"] {
        let report = told(&run(["report", "--case", case, "--format", format]));
        assert!(
            report.contains("Sitemaps not read, or not whole"),
            "{report}"
        );
        assert!(report.contains("status 503"), "{report}");
    }
    let verified = run(["verify", "--case", case]);
    assert!(verified.status.success(), "{}", told(&verified));
}

#[test]
fn a_site_without_a_sitemap_is_seen_whole() {
    for usual in ["status = 404", "body = \"<html>not here</html>\""] {
        let site = site("User-agent: *", &route("/sitemap.xml", usual), &[]);
        let crawled = site.crawl(&["http://a.test/"]).output().unwrap();
        assert_eq!(crawled.status.code(), Some(0), "{}", told(&crawled));
        let coverage = coverage_of(crawled, &site.case());
        assert_eq!(coverage.0["sitemaps"], serde_json::json!([]), "{usual}");
    }
}

#[test]
fn an_index_of_more_sitemaps_than_are_read_is_not_seen_whole() {
    let index: String = (0..120)
        .map(|n| format!("<sitemap><loc>http://a.test/s/{n}.xml</loc></sitemap>"))
        .collect();
    let routes = [
        route(
            "/sitemap.xml",
            &format!("body = \"<sitemapindex>{index}</sitemapindex>\""),
        ),
        route(
            "/s/*",
            "body = \"<urlset><url><loc>http://a.test/pg</loc></url></urlset>\"",
        ),
        route("/pg", "body = \"there\""),
    ]
    .concat();
    let site = site("User-agent: *", &routes, &[]);
    let mut crawl = site.crawl(&["http://a.test/"]);
    let crawled = crawl.args(["--delay", "0"]).output().unwrap();
    assert_eq!(crawled.status.code(), Some(3), "{}", told(&crawled));
    let coverage = coverage_of(crawled, &site.case());
    let lost = serde_json::json!([{
        "address": "http://a.test/s/99.xml", "why": "sitemap-files", "entries": 21,
    }]);
    assert_eq!(coverage.0["sitemaps"], lost);
}
