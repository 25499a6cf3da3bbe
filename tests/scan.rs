//! `sidedoor scan` on a plain static server, as a user meets it.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use support::{Page, Server, json, run, told};

/// A listing with structured data, some words, and whatever else is given.
fn listing(name: &str, more: &str) -> Page {
    Page::html(format!(
        r#"<!doctype html><html lang="en"><head><title>{name}</title>
        <script type="application/ld+json">{{"@context":"https://schema.org","@type":"Product",
        "name":"{name}","description":"A sturdy thing for every kitchen, made of beech wood and steel.",
        "brand":{{"@type":"Brand","name":"Holm"}},
        "offers":{{"@type":"Offer","price":"12.50","priceCurrency":"EUR"}}}}</script></head>
        <body><main><h1>{name}</h1><p>12.50 EUR</p>
        <form action="/cart"><button>Add to cart</button></form>{more}</main></body></html>"#
    ))
}

/// A shop that sells what it must not.
fn pills() -> Page {
    Page::html(
        "<!doctype html><title>Buy sildenafil without prescription</title>
        <h1>Sildenafil 100 mg, no prescription needed</h1>
        <p>Order tadalafil and sildenafil online, 2.40 EUR a pill.</p>
        <form action='/order'><button>Order now</button></form>",
    )
}

fn marketplace(shop: &str) -> BTreeMap<String, Page> {
    BTreeMap::from([
        (
            "/".to_owned(),
            Page::html(
                "<title>Market</title><h1>Market</h1><a href='/one.html'>One</a> <a href='/two.html'>Two</a>",
            ),
        ),
        (
            "/one.html".to_owned(),
            listing(
                "Bread board",
                &format!("<a style='position:absolute;left:-9000px' href='{shop}'>more</a>"),
            ),
        ),
        ("/two.html".to_owned(), listing("Rolling pin", "")),
    ])
}

/// Scans a market on loopback into a case, with more arguments.
fn scan(market: &Server, case: &Path, more: &[&str]) -> Output {
    support::sidedoor()
        .args(["scan", &market.url("/"), "--allow-address", "127.0.0.1"])
        .arg("--case")
        .arg(case)
        .args(more)
        .output()
        .unwrap()
}

#[test]
fn a_plain_site_with_a_hidden_link_is_found() {
    let shop = Server::serve(BTreeMap::from([("/".to_owned(), pills())]), Duration::ZERO);
    let market = Server::serve(marketplace(&shop.url("/")), Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = scan(&market, &case, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let report = json(&output);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{}", told(&output));
    assert_eq!(findings[0]["detector"], "hidden-path");
    assert_eq!(findings[0]["listing"], market.url("/one.html"));
    assert_eq!(findings[0]["target"], shop.url("/"));
    assert_eq!(findings[0]["witness"][0]["proofs"][0]["technique"], "V11");
    assert!(case.join("report.html").is_file());
}

#[test]
fn an_honest_site_seen_whole_exits_0() {
    let market = Server::serve(
        BTreeMap::from([("/".to_owned(), listing("Bread board", ""))]),
        Duration::ZERO,
    );
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = scan(&market, &case, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
}

#[test]
fn fail_on_lets_lesser_findings_pass() {
    let shop = Server::serve(BTreeMap::from([("/".to_owned(), pills())]), Duration::ZERO);
    let pages = BTreeMap::from([(
        "/".to_owned(),
        listing(
            "Bread board",
            &format!(
                "<a href='{}'>https://kitchen.example/boards</a>",
                shop.url("/")
            ),
        ),
    )]);
    let market = Server::serve(pages, Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let scan = |fail_on: &str| {
        run([
            "scan",
            &market.url("/"),
            "--case",
            case.to_str().unwrap(),
            "--allow-address",
            "127.0.0.1",
            "--fail-on",
            fail_on,
        ])
    };
    let high = scan("high");
    assert_eq!(
        high.status.code(),
        Some(1),
        "a masked way is one less than critical: {}",
        told(&high)
    );
    let critical = scan("critical");
    assert_eq!(critical.status.code(), Some(0), "{}", told(&critical));
}

#[test]
fn loopback_is_refused_unless_allowed_and_the_remedy_is_told() {
    let market = Server::serve(marketplace("http://127.0.0.1:1/"), Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = run(["scan", &market.url("/"), "--case", case.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("--allow-address"),
        "{}",
        told(&output)
    );
}

#[test]
fn a_site_that_is_down_is_incomplete_and_told() {
    let (listener, addr) = Server::bind();
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = run([
        "scan",
        &format!("http://{addr}/"),
        "--case",
        case.to_str().unwrap(),
        "--allow-address",
        "127.0.0.1",
    ]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("No seed answered"),
        "{}",
        told(&output)
    );
}

#[test]
fn a_seed_that_is_no_address_is_unusable() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = run(["scan", "not a url", "--case", case.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("not a url"),
        "{}",
        told(&output)
    );
    assert!(!case.exists(), "no case is made for a seed that is none");
}

#[test]
fn a_folder_that_is_no_case_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    for command in [
        vec!["scan", "http://127.0.0.1:9/", "--case"],
        vec!["analyze", "--case"],
        vec!["report", "--case"],
    ] {
        let output = support::sidedoor()
            .args(&command)
            .arg(folder.path())
            .output()
            .unwrap();
        assert_eq!(
            output.status.code(),
            Some(2),
            "{command:?} {}",
            told(&output)
        );
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("no case"),
            "{}",
            told(&output)
        );
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_spent_page_budget_is_no_all_clear() {
    let market = Server::serve(marketplace("http://127.0.0.1:1/"), Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = scan(&market, &case, &["--pages", "1", "--format", "json"]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert_eq!(json(&output)["coverage"]["stop"], "pages-spent");
}

#[test]
fn a_page_that_only_redirects_to_itself_was_not_seen() {
    let pages = BTreeMap::from([
        (
            "/".to_owned(),
            listing("Bread board", "<a href='/wall'>more</a>"),
        ),
        ("/wall".to_owned(), Page::redirect(302, "/wall")),
    ]);
    let market = Server::serve(pages, Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = scan(&market, &case, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert_eq!(
        json(&output)["coverage"]["unseen"][0]["why"],
        "self-redirect"
    );
}

#[test]
fn a_settings_file_is_read_and_a_wrong_key_is_told() {
    let market = Server::serve(marketplace("http://127.0.0.1:1/"), Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sidedoor.toml");
    let text = format!(
        "seeds = [\"{}\"]\ncase = \"mine\"\nallow-address = [\"127.0.0.1\"]\npages = 2\n",
        market.url("/")
    );
    std::fs::write(&file, &text).unwrap();
    let output = support::sidedoor()
        .current_dir(folder.path())
        .args(["crawl"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(folder.path().join("mine/case.sqlite").is_file());
    std::fs::write(&file, format!("{text}pagse = 3\n")).unwrap();
    let output = support::sidedoor()
        .current_dir(folder.path())
        .args(["crawl"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("pagse"),
        "{}",
        told(&output)
    );
}

#[test]
fn a_closed_pipe_is_success() {
    use std::process::Stdio;
    let mut child = support::sidedoor()
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
}
