//! What a crawl tells while it is at work, to a person and to a program.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use support::{Page, Server, run, told};

/// A server of three pages, each of which takes its time.
fn slow() -> Server {
    let pages = BTreeMap::from([
        (
            "/".to_owned(),
            Page::html("<a href=/a>a</a><a href=/b>b</a>"),
        ),
        ("/a".to_owned(), Page::redirect(302, "/b")),
        ("/b".to_owned(), Page::html("<p>b")),
    ]);
    Server::serve(pages, Duration::from_millis(1_200))
}

fn crawl(server: &Server, case: &Path, more: &[&str]) -> Output {
    let (seed, address) = (server.url("/"), server.addr().to_string());
    let mut args = vec![
        "crawl",
        &seed,
        "--allow-address",
        &address,
        "--ignore-robots",
    ];
    args.extend(["--vantage", "desktop", "--case", case.to_str().unwrap()]);
    args.extend(more);
    run(args)
}

fn events(text: &str) -> Vec<serde_json::Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn of<'e>(events: &'e [serde_json::Value], name: &str) -> Vec<&'e serde_json::Value> {
    let named = events.iter().filter(|event| event["event"] == name);
    named.collect()
}

#[test]
fn events_are_lines_of_json_with_a_version_and_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let server = slow();
    let output = crawl(&server, &case, &["--events", "ndjson"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let events = events(&String::from_utf8(output.stderr).unwrap());
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["v"], 1);
        assert_eq!(event["n"].as_u64().unwrap(), number as u64 + 1);
        assert!(event["at"].as_str().unwrap().ends_with('Z'));
    }
    let statuses: Vec<u64> = of(&events, "visited")
        .iter()
        .map(|event| event["status"].as_u64().unwrap())
        .collect();
    assert_eq!(statuses, [200, 302, 200]);
    let ticks = of(&events, "tick");
    assert!(
        ticks.iter().any(|tick| tick["done"] == 0),
        "a tick comes before anything is done: {ticks:?}"
    );
    for tick in &ticks {
        for field in [
            "waiting",
            "per_second",
            "pages_left",
            "bytes_left",
            "seconds_left",
            "resting",
        ] {
            assert!(!tick[field].is_null(), "{field} in {tick}");
        }
    }
    assert_eq!(of(&events, "stopped")[0]["stop"], "frontier-empty");
    let summary = events.last().unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["seen"], 3);
    assert_eq!(summary["outcomes"]["status 200"], 2);
    assert_eq!(summary["whole"], true);
}

#[test]
fn events_go_to_a_file_and_progress_stays_on_stderr() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let file = folder.path().join("events.ndjson");
    let server = slow();
    let more = [
        "--events",
        "ndjson",
        "--events-file",
        file.to_str().unwrap(),
    ];
    let output = crawl(&server, &case, &more);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(of(&events(&text), "summary").len(), 1);
    let stderr = told(&output);
    assert!(
        stderr.contains("outcomes: status 200: 2, status 302: 1"),
        "{stderr}"
    );
    assert!(!stderr.contains("\"event\""), "{stderr}");
}

#[test]
fn a_crawl_says_rate_and_budget_while_it_waits() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let mut pages = BTreeMap::from([("/".to_owned(), Page::html("<a href=/a>a</a>"))]);
    pages.insert("/a".to_owned(), Page::html("<p>a"));
    let server = Server::serve(pages, Duration::from_millis(3_000));
    let output = crawl(&server, &case, &["--pages", "50"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let stderr = told(&output);
    assert!(
        stderr.contains("1 addresses done, 1 waiting, 0.2 a second, 49 pages of the budget left"),
        "{stderr}"
    );
    assert!(stderr.contains("to go at this rate"), "{stderr}");
}
