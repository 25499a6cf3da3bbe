//! What a user, a shell and a machine do to the program: it says so, and loses nothing.

mod support;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use support::{Page, Server, json, run, sidedoor, told};

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A shop with one hidden link to pills.
fn market() -> (Server, Server) {
    let pills = "<!doctype html><title>Buy sildenafil without prescription</title>\
                 <h1>Sildenafil 100 mg, no prescription needed</h1><p>Order tadalafil, 2.40 EUR.\
                 <form action='/order'><button>Order now</button></form>";
    let shop = Server::serve(
        BTreeMap::from([("/".to_owned(), Page::html(pills))]),
        Duration::ZERO,
    );
    let listing = format!(
        r#"<!doctype html><title>Bread board</title><script type="application/ld+json">
        {{"@context":"https://schema.org","@type":"Product","name":"Bread board","offers":
        {{"@type":"Offer","price":"12.50","priceCurrency":"EUR"}}}}</script><h1>Bread board</h1>
        <p>A sturdy board of beech wood for every kitchen. 12.50 EUR <button>Add to cart</button>
        <a style="display:none" href="{}">more</a>"#,
        shop.url("/")
    );
    let pages = BTreeMap::from([("/".to_owned(), Page::html(listing))]);
    (Server::serve(pages, Duration::ZERO), shop)
}

fn scan(seed: &str, case: &Path) -> Command {
    let mut command = sidedoor();
    command.args(["scan", seed, "--allow-address", "127.0.0.1", "--case"]);
    command.arg(case);
    command
}

#[test]
fn a_reader_who_goes_away_changes_neither_the_status_nor_the_report() {
    let (market, _shop) = market();
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let mut scan = scan(&market.url("/"), &case)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(scan.stdout.take());
    assert_eq!(scan.wait().unwrap().code(), Some(1));
    assert!(case.join("report.html").is_file());
    let mut analyze = sidedoor()
        .args(["analyze", "--format", "json", "--case"])
        .arg(&case)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    drop(analyze.stdout.take());
    assert_eq!(analyze.wait().unwrap().code(), Some(1));
}

#[cfg(unix)]
#[test]
fn a_request_to_end_leaves_a_case_that_can_be_gone_on_with() {
    for signal in ["-TERM", "-INT"] {
        let links: String = (0..200)
            .map(|n| format!("<a href='/{n}'>{n}</a> "))
            .collect();
        let mut pages: BTreeMap<_, _> = (0..200)
            .map(|n| (format!("/{n}"), Page::html("<p>leaf")))
            .collect();
        pages.insert("/".to_owned(), Page::html(links));
        let web = Server::serve(pages, Duration::from_millis(100));
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join("case");
        let child = scan(&web.url("/"), &case)
            .args(["--format", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(1_000));
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &id])
                .status()
                .unwrap()
                .success()
        );
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", told(&output));
        assert_eq!(json(&output)["coverage"]["stop"], "cancelled");
        let output = scan(&web.url("/"), &case).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_stdout_is_told_by_every_command_and_breaks_none() {
    let (market, _shop) = market();
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    assert_eq!(
        scan(&market.url("/"), &case)
            .output()
            .unwrap()
            .status
            .code(),
        Some(1)
    );
    let case = case.to_str().unwrap();
    for args in [
        &["completions", "bash"][..],
        &["export", "--format", "dot", "--case", case],
        &["report", "--case", case],
        &["analyze", "--case", case],
    ] {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let output = sidedoor().args(args).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", told(&output));
        assert!(
            stderr(&output).contains("No space left"),
            "{}",
            told(&output)
        );
    }
}

#[test]
fn a_seed_with_a_password_is_refused_and_the_password_is_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let output = scan("https://me:secret@shop.example/", &case)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(stderr(&output).contains("shop.example") && !stderr(&output).contains("secret"));
    assert!(!case.exists());
}

#[test]
fn a_server_that_is_not_there_is_told_as_such() {
    let (listener, addr) = Server::bind();
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let seed = format!("http://{addr}/");
    let output = run([
        "crawl",
        &seed,
        "--allow-address",
        "127.0.0.1",
        "--case",
        case.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(
        stderr(&output).contains("not seen, connect: 1"),
        "{}",
        told(&output)
    );
    assert!(
        stderr(&output).contains("No seed answered"),
        "{}",
        told(&output)
    );
}

#[cfg(unix)]
#[test]
fn an_endless_document_is_inspected_as_far_as_a_crawl_would_read_it() {
    let mut child = sidedoor()
        .args(["inspect", "/dev/zero"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(told.contains("only the first 33554432 bytes"), "{told}");
}
