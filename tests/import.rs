//! Captures made elsewhere are judged like crawls of our own, without the network.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test may fail loudly, its helpers as well, and reads files"
)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::json;
use support::{Page, Server, root, run, sidedoor, told};

const SITE: &str = "hidden-path-three-host-redirects";

fn import(form: &str, files: &[&Path], case: &Path, more: &[&str]) -> Output {
    sidedoor()
        .args(["import", "--quiet", form])
        .args(files)
        .arg("--case")
        .arg(case)
        .args(more)
        .output()
        .unwrap()
}

/// The addresses of the nodes of a case, each with its status.
fn nodes(case: &Path) -> BTreeMap<String, u64> {
    let graph = run([
        "export",
        "--format",
        "json",
        "--case",
        case.to_str().unwrap(),
    ]);
    let graph = support::json(&graph);
    let nodes = graph["nodes"].as_array().unwrap();
    let status = |node: &serde_json::Value| node["status"].as_u64().unwrap_or(0);
    nodes
        .iter()
        .map(|node| (node["address"].as_str().unwrap().to_owned(), status(node)))
        .collect()
}

fn verified(case: &Path) {
    let output = run(["verify", "--case", case.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
}

#[test]
fn the_evidence_of_a_crawl_imports_and_gives_its_findings() {
    let folder = tempfile::tempdir().unwrap();
    let crawled = folder.path().join("crawled");
    let output = sidedoor()
        .args(["demo", "--quiet", "--site"])
        .arg(root().join("fixtures/sites").join(SITE))
        .arg("--case")
        .arg(&crawled)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let before = support::report(&crawled);
    let seeds: Vec<String> = before["brief"]["seeds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|seed| seed.as_str().unwrap().to_owned())
        .collect();
    let mut more = Vec::new();
    for seed in &seeds {
        more.extend(["--seed", seed.as_str()]);
    }
    let case = folder.path().join("imported");
    let evidence = crawled.join("evidence/00001.warc.gz");
    let output = import("warc", &[&evidence], &case, &more);
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{}",
        told(&output)
    );
    std::fs::remove_dir_all(&crawled).unwrap();
    let market = before["market"].as_str().unwrap().to_owned();
    let analyzed = run([
        "analyze",
        "--market",
        &market,
        "--case",
        case.to_str().unwrap(),
    ]);
    assert_eq!(analyzed.status.code(), Some(1), "{}", told(&analyzed));
    let after = support::report(&case);
    let fingerprints = |report: &serde_json::Value| -> Vec<String> {
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| finding["fingerprint"].to_string())
            .collect()
    };
    assert_eq!(fingerprints(&after), fingerprints(&before));
    assert!(
        after["notes"]
            .to_string()
            .contains("Imported from 00001.warc.gz (SHA-256 "),
        "{}",
        after["notes"]
    );
    verified(&case);
}

#[test]
fn the_warc_of_wget_imports() {
    let pages = BTreeMap::from([
        (
            "/".to_owned(),
            Page::html("<a href=/list>list</a> <a href=/gone>gone</a>"),
        ),
        ("/list".to_owned(), Page::redirect(302, "/item?id=1")),
        (
            "/item?id=1".to_owned(),
            Page::html("<title>Item</title><p>An item."),
        ),
    ]);
    let server = Server::serve(pages, Duration::ZERO);
    let folder = tempfile::tempdir().unwrap();
    let wget = Command::new("wget")
        .current_dir(folder.path())
        .args([
            "--quiet",
            "--recursive",
            "--level=3",
            "--execute=robots=off",
        ])
        .args(["--no-warc-keep-log", "--warc-file=site"])
        .arg(server.url("/"))
        .output()
        .expect("tests/run installs wget");
    // 8: a page was answered with an error, which is one of them.
    assert!(matches!(wget.status.code(), Some(0 | 8)), "{}", told(&wget));
    let warc = folder.path().join("site.warc.gz");
    let case = folder.path().join("case");
    let output = import("warc", &[&warc], &case, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let nodes = nodes(&case);
    assert_eq!(nodes[&server.url("/")], 200);
    assert_eq!(nodes[&server.url("/list")], 302);
    assert_eq!(nodes[&server.url("/item?id=1")], 200);
    assert_eq!(nodes[&server.url("/gone")], 404);
    verified(&case);
    let crawled = run(["crawl", "--case", case.to_str().unwrap()]);
    assert_eq!(crawled.status.code(), Some(2), "{}", told(&crawled));
    assert!(
        told(&crawled).contains("is a case of captures"),
        "{}",
        told(&crawled)
    );
    verified(&case);
}

#[test]
fn a_har_keeps_redirects_initiators_and_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let entry = |url: &str, status: u16, more: serde_json::Value| {
        let mut entry = json!({
            "pageref": "page_1", "startedDateTime": "2026-01-02T03:04:05.678Z", "time": 12.5,
            "request": {"method": "GET", "url": url, "httpVersion": "h2",
                "headers": [{"name": "User-Agent", "value": "Mozilla/5.0"}]},
            "response": {"status": status, "httpVersion": "h2",
                "headers": [{"name": "content-type", "value": "text/html; charset=iso-8859-1"},
                    {"name": "content-encoding", "value": "br"}],
                "content": {"size": 0, "mimeType": "text/html"}, "redirectURL": ""},
            "serverIPAddress": "203.0.113.9", "_resourceType": "document"
        });
        for (path, value) in more.as_object().unwrap() {
            *entry.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value.clone();
        }
        entry
    };
    let mut scripted = entry(
        "https://b.example/in",
        200,
        json!({"/response/content": {"size": 9, "mimeType": "text/html", "encoding": "base64",
            "text": "PHA+dGhlcmU="}}),
    );
    scripted["_initiator"] = json!({"type": "script", "url": "https://a.example/end"});
    let har = json!({"log": {"version": "1.2", "pages": [{"id": "page_1", "title": "\"entries\": ["}],
    "entries": [
        entry("https://a.example/", 200, json!({"/response/content":
            {"size": 30, "mimeType": "text/html", "text": "<p>Grüße <a href=/go>go</a>"}})),
        entry("https://a.example/go", 302, json!({"/response/redirectURL": "https://a.example/end"})),
        entry("https://a.example/end", 200, json!({"/response/content":
            {"size": 700, "mimeType": "text/html"}})),
        scripted,
        {"request": 7},
    ]}});
    let file = folder.path().join("seen.har");
    std::fs::write(&file, serde_json::to_vec(&har).unwrap()).unwrap();
    let case = folder.path().join("case");
    let output = import("har", &[&file], &case, &[]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let text = told(&output);
    assert!(
        text.contains("not seen, capture: body missing: 1"),
        "{text}"
    );
    assert!(
        text.contains("not seen, capture: broken record: 1"),
        "{text}"
    );
    let nodes = nodes(&case);
    assert_eq!(nodes["https://a.example/go"], 302);
    assert_eq!(
        nodes["https://b.example/in"], 200,
        "where a script led is visited"
    );
    let dot = run([
        "export",
        "--format",
        "dot",
        "--case",
        case.to_str().unwrap(),
    ]);
    let dot = String::from_utf8(dot.stdout).unwrap();
    assert!(dot.contains("kind=\"http-redirect\""), "{dot}");
    assert!(dot.contains("kind=\"script-navigation\""), "{dot}");
    verified(&case);
    // A file that ends early gives the entries that are whole.
    let text = serde_json::to_vec(&har).unwrap();
    let end = text.len() * 2 / 3;
    std::fs::write(&file, &text[..end]).unwrap();
    let torn = folder.path().join("torn");
    let output = import("har", &[&file], &torn, &[]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    assert!(
        told(&output).contains("capture: truncated: 1"),
        "{}",
        told(&output)
    );
}

#[test]
fn a_warc_of_warcio_imports() {
    let python = std::env::var("SIDEDOOR_PYTHON")
        .expect("tests/run installs warcio and names its Python in SIDEDOOR_PYTHON");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("warcio.warc.gz");
    let script = r#"
import sys, io, gzip
from warcio.warcwriter import WARCWriter
from warcio.statusandheaders import StatusAndHeaders
with open(sys.argv[1], "wb") as out:
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    def add(url, body, *fields):
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), *fields], protocol="HTTP/1.1")
        record = writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=head)
        writer.write_record(record)
        return record
    page = b"<a href=/two>two</a> <a href=/three>three</a>"
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    first = add("http://w.example/", chunks, ("Transfer-Encoding", "chunked"))
    add("http://w.example/two", gzip.compress(b"<title>Two</title>"), ("Content-Encoding", "gzip"))
    again = writer.create_revisit_record("http://w.example/three",
        first.rec_headers.get_header("WARC-Payload-Digest"), "http://w.example/",
        first.rec_headers.get_header("WARC-Date"),
        http_headers=StatusAndHeaders("200 OK", [("Content-Type", "text/html"),
            ("Transfer-Encoding", "chunked")], protocol="HTTP/1.1"))
    writer.write_record(again)
"#;
    let made = Command::new(python)
        .args(["-c", script])
        .arg(&file)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", told(&made));
    let case = folder.path().join("case");
    let output = import("warc", &[&file], &case, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let nodes = nodes(&case);
    let seen: Vec<(&str, u64)> = nodes
        .iter()
        .map(|(at, status)| (at.as_str(), *status))
        .collect();
    assert_eq!(
        seen,
        [
            ("http://w.example/", 200),
            ("http://w.example/three", 200),
            ("http://w.example/two", 200)
        ]
    );
    verified(&case);
}

#[test]
fn what_cannot_be_imported_is_refused_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let missing = folder.path().join("missing.har");
    let output = import("har", &[&missing], &case, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    let empty: PathBuf = folder.path().join("empty.warc");
    std::fs::write(&empty, b"").unwrap();
    let output = import("warc", &[&empty], &case, &[]);
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("name a --seed"), "{}", told(&output));
}

#[test]
fn the_evidence_of_pages_that_were_asked_again_imports_with_their_last_answers() {
    use support::site::{HOST, Site, coverage_of, home, route};
    let check = |path: &str, rest: &str| {
        let set = format!("headers = {{ Set-Cookie = \"s=1; Path={path}\"{rest}");
        let inside = format!("body = \"<a href='{path}/inside'>in</a>\"");
        format!(
            "{}\n[[route.when]]\ncookie_contains = \"s=1\"\n{inside}\n",
            route(path, &set)
        )
    };
    let busy = route(
        "/busy",
        "body = \"<a href='/busy/inside'>in</a>\"\n[[route.when]]\nquery_contains = \"\"\n\
         times = 1\nstatus = 503\nheaders = { Retry-After = \"0\" }",
    );
    let round = route(
        "/round",
        "status = 302\nheaders = { Location = \"/pass?back=/round\" }\n[[route.when]]\n\
         cookie_contains = \"p=1\"\nstatus = 200\nbody = \"<a href='/round/inside'>in</a>\"",
    ) + &route(
        "/pass",
        "status = 302\nheaders = { Location = \"/round\", Set-Cookie = \"p=1; Path=/round\" }",
    );
    let script = [
        home(&["/redirect", "/meta", "/busy", "/round"]),
        check("/redirect", ", Location = \"/redirect\" }\nstatus = 302"),
        check(
            "/meta",
            " }\nbody = \"<meta http-equiv=refresh content='0; url=/meta'>\"",
        ),
        busy,
        round,
        ["/redirect", "/meta", "/busy", "/round"]
            .map(|at| route(&format!("{at}/inside"), "body = \"there\""))
            .concat(),
    ]
    .concat();
    assert!(script.contains(HOST));
    let site = Site::serve(&script);
    let crawled = site.crawl(&["http://a.test/"]).output().unwrap();
    let crawled = coverage_of(crawled, &site.case());
    assert_eq!(crawled.seen(), 9, "{:#}", crawled.0);
    let evidence = site.case().join("evidence/00001.warc.gz");
    let imported = site.folder.path().join("imported");
    let seed = ["--seed", "http://a.test/"];
    let output = import("warc", &[&evidence], &imported, &seed);
    let coverage = coverage_of(output, &imported);
    assert_eq!(coverage.0["unseen"], json!([]), "{:#}", coverage.0);
    assert_eq!(coverage.0["retried"], crawled.0["retried"]);
    let nodes = nodes(&imported);
    for page in ["/redirect", "/meta", "/busy", "/round"] {
        assert_eq!(nodes[&format!("http://a.test{page}")], 200, "{page}");
    }
    verified(&imported);
    // A second time adds nothing.
    let again = import("warc", &[&evidence], &imported, &seed);
    let again = coverage_of(again, &imported);
    assert_eq!(again.0["retried"], crawled.0["retried"]);
}
