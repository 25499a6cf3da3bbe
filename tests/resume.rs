//! The same web gives the same findings, undisturbed, killed or replayed.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use support::{Page, Sandbox, Server, json, run, sidedoor, told, without_times};

const SITE: &str = "marketplace";

fn seeds() -> Vec<String> {
    let expected: serde_json::Value = serde_json::from_str(&support::read(format!(
        "fixtures/sites/{SITE}/expected.json"
    )))
    .unwrap();
    expected["seeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seed| seed.as_str().unwrap().to_owned())
        .collect()
}

fn scan_args(sandbox: &Sandbox, case: &Path) -> Vec<String> {
    let mut args = vec!["scan".to_owned(), "--quiet".to_owned()];
    args.extend(seeds());
    args.extend(sandbox.flags());
    args.extend(["--market", "DE", "--format", "json", "--case"].map(String::from));
    args.push(case.display().to_string());
    args
}

/// The report of a case but for its times, and for the notes that tell where it was torn off.
fn report(case: &Path) -> serde_json::Value {
    let mut report = without_times(support::report(case));
    let is_torn = |note: &serde_json::Value| note.to_string().contains("was torn off");
    let notes = report["notes"].as_array_mut().unwrap();
    notes.retain(|note| !is_torn(note));
    report
}

#[test]
fn two_scans_give_the_same_bytes_and_so_does_analyze() {
    let sandbox = Sandbox::serve(SITE);
    let folder = tempfile::tempdir().unwrap();
    let cases = ["one", "two"].map(|name| folder.path().join(name));
    let reports = cases.each_ref().map(|case| {
        let output = run(scan_args(&sandbox, case));
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        without_times(json(&output))
    });
    assert_eq!(
        serde_json::to_string_pretty(&reports[0]).unwrap(),
        serde_json::to_string_pretty(&reports[1]).unwrap()
    );
    drop(sandbox);
    let again = run([
        "analyze",
        "--format",
        "json",
        "--case",
        cases[0].to_str().unwrap(),
    ]);
    assert_eq!(again.status.code(), Some(1), "{}", told(&again));
    assert_eq!(
        without_times(json(&again)),
        reports[0],
        "the market is remembered, the network is not asked"
    );
}

#[test]
fn a_replay_gives_what_the_network_gave() {
    let sandbox = Sandbox::serve(SITE);
    let folder = tempfile::tempdir().unwrap();
    let (live, replayed) = (folder.path().join("live"), folder.path().join("replayed"));
    let output = run(scan_args(&sandbox, &live));
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let mut args = scan_args(&sandbox, &replayed);
    drop(sandbox);
    args.extend(["--replay".to_owned(), live.display().to_string()]);
    let output = run(args);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(report(&replayed)["findings"], report(&live)["findings"]);
}

/// How often the crawl is killed.
const KILLS: u64 = 50;

#[test]
fn a_crawl_that_is_killed_fifty_times_ends_as_an_undisturbed_one() {
    let sandbox = Sandbox::serve(SITE);
    let folder = tempfile::tempdir().unwrap();
    let (whole, killed) = (folder.path().join("whole"), folder.path().join("killed"));
    // So slow that it is still at work when it is killed for the last time.
    let args = |case: &Path| {
        let mut args = scan_args(&sandbox, case);
        args.extend(["--delay", "15"].map(String::from));
        args
    };
    let output = run(args(&whole));
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));

    let mut kills = 0;
    for turn in 0..KILLS {
        let mut child = sidedoor()
            .args(args(&killed))
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // At whatever moment: while the case is made, opened, written, and in between.
        std::thread::sleep(Duration::from_millis(40 + turn * 67 % 230));
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap(); // SIGKILL
            kills += 1;
        }
        child.wait().unwrap();
    }
    assert!(kills > KILLS / 2, "the crawl was killed {kills} times");
    let output = run(args(&killed));
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert_eq!(report(&killed), report(&whole));
    let verified = run(["verify", "--case", killed.to_str().unwrap()]);
    assert_eq!(verified.status.code(), Some(0), "{}", told(&verified));
}

#[test]
fn a_crawl_whose_budget_was_spent_goes_on_with_a_larger_one_and_says_so() {
    let links: String = (0..10).map(|n| format!("<a href='/{n}'>{n}</a>")).collect();
    let mut pages = BTreeMap::from([("/".to_owned(), Page::html(links))]);
    for n in 0..10 {
        pages.insert(format!("/{n}"), Page::html("a page"));
    }
    let web = Server::serve(pages, Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let (case, seed) = (case.to_str().unwrap(), web.url("/"));
    let address = web.addr().to_string();
    let crawl = |more: &[&str]| {
        let mut command = support::sidedoor();
        command.args(["crawl", "--quiet", "--case", case]);
        command.args(["--allow-address", &address]).args(more);
        command.output().unwrap()
    };
    let first = crawl(&[&seed, "--pages", "3", "--vantage", "desktop"]);
    assert_eq!(first.status.code(), Some(3), "{}", told(&first));
    // Without seeds: what is not said stays as it was.
    let second = crawl(&["--pages", "5", "--delay", "1"]);
    assert_eq!(second.status.code(), Some(3), "{}", told(&second));
    let report = support::report(case.as_ref());
    assert_eq!(report["coverage"]["stop"], "pages-spent");
    assert_eq!(report["coverage"]["seen"], 5);
    assert_eq!(report["brief"]["vantages"], serde_json::json!(["desktop"]));
    let notes = report["notes"].to_string();
    for said in [
        "After visit 3 the crawl went on with budget.pages = 5; before it was 3.",
        "politeness.delay_millis = 1; before it was 0.",
    ] {
        assert!(notes.contains(said), "{notes}");
    }
    // The command that began it, with another budget.
    let third = crawl(&[&seed, "--pages", "100", "--vantage", "desktop"]);
    assert_eq!(third.status.code(), Some(0), "{}", told(&third));
    assert_eq!(support::report(case.as_ref())["coverage"]["seen"], 11);
}

#[test]
fn what_changes_the_meaning_of_a_case_is_refused_while_it_goes_on() {
    let pages = BTreeMap::from([("/".to_owned(), Page::html("a page"))]);
    let web = Server::serve(pages, Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let case = case.to_str().unwrap();
    let address = web.addr().to_string();
    let crawl = |more: &[&str]| {
        let mut command = support::sidedoor();
        command.args(["crawl", "--quiet", "--case", case]);
        command.args(["--allow-address", &address]).args(more);
        command.output().unwrap()
    };
    let first = crawl(&[&web.url("/")]);
    assert_eq!(first.status.code(), Some(0), "{}", told(&first));
    for (field, flags) in [
        ("scope.rule", ["--scope", "host"]),
        ("scope.excluded_paths", ["--exclude", "/x"]),
        ("landings", ["--landings", "onward"]),
        ("vantages", ["--vantage", "phone"]),
        ("budget.redirects", ["--redirects", "3"]),
        ("sitemaps", ["--sitemaps", "ignore"]),
    ] {
        let refused = crawl(&flags);
        assert_eq!(refused.status.code(), Some(2), "{}", told(&refused));
        let said = told(&refused);
        assert!(
            said.contains(&format!("was begun with {field} = ")),
            "{said}"
        );
        assert!(said.contains("only budgets and pace may change"), "{said}");
    }
}

#[test]
fn what_was_too_deep_is_taken_up_when_more_depth_is_given() {
    let pages = [
        ("/", "/one"),
        ("/one", "/two"),
        ("/two", "/three"),
        ("/three", "/"),
    ];
    let routes: String = pages
        .iter()
        .map(|(at, to)| support::site::route(at, &format!("body = \"<a href='{to}'>on</a>\"")))
        .collect();
    let robots = support::site::route("/robots.txt", "status = 404");
    let script = format!("{}{robots}{routes}", support::site::HOST);
    let site = support::site::Site::serve(&script);
    let crawl = |depth: &str| {
        let mut crawl = site.crawl(&["http://a.test/"]);
        let crawled = crawl.args(["--depth", depth, "--reasks", depth]).output();
        crawled.unwrap()
    };
    let first = crawl("1");
    assert_eq!(first.status.code(), Some(3), "{}", told(&first));
    let coverage = support::site::coverage_of(first, &site.case());
    coverage.assert_unseen("depth", &["http://a.test/two"]);
    let second = crawl("9");
    assert_eq!(second.status.code(), Some(0), "{}", told(&second));
    let coverage = support::site::coverage_of(second, &site.case());
    assert_eq!(coverage.seen(), 4, "{:#}", coverage.0);
    assert_eq!(coverage.0["unseen"], serde_json::json!([]));
    for page in ["/", "/one", "/two", "/three"] {
        assert_eq!(site.sandbox.asked("a.test", page), 1, "{page}");
    }
    let case = site.case();
    let case = case.to_str().unwrap();
    let report = told(&support::run(["report", "--case", case]));
    assert!(report.contains("budget.depth"), "{report}");
    let verified = support::run(["verify", "--case", case]);
    assert!(verified.status.success(), "{}", told(&verified));
    // Less depth is for what waits: what was seen stays.
    let third = crawl("1");
    assert_eq!(third.status.code(), Some(0), "{}", told(&third));
}
