//! Servers that misbehave, and what a crawl of the whole program records of each: the outcome of the
//! visit, the reason in the coverage, what of the body was kept.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well, and writes sites to serve"
)]

mod support;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use support::site::{HOST, Site, coverage_of, home, one, route};
use support::{sidedoor, told};

/// The memory of a crawl of 16 exchanges at once, by docs/crawling.md, in KiB.
/// A build for tests, without optimization, gets half as much again.
const MEMORY_KIB: u64 = if cfg!(debug_assertions) {
    768 << 10
} else {
    512 << 10
};

/// A body without end, in pieces of some size.
fn endless() -> String {
    format!("endless = true\nbody = \"{}\"", "more ".repeat(4_000))
}

const X: &[&str] = &["http://a.test/x"];

#[test]
fn slow_headers_are_a_timeout() {
    let begun = Instant::now();
    one("body = \"late\"\nslow_header_ms_per_byte = 300")
        .coverage()
        .assert_unseen("timeout", X);
    assert!(
        begun.elapsed() < Duration::from_secs(40),
        "a bound on the time"
    );
}

#[test]
fn a_slow_body_is_kept_as_far_as_it_came() {
    let coverage =
        one("body = \"0123456789abcdefghijklmnopqrstuvwxyz\"\nslow_body_ms_per_byte = 500")
            .coverage();
    coverage.assert_unseen("body cut: time", X);
    assert_eq!(coverage.seen(), 2);
}

#[test]
fn an_endless_body_ends_at_the_budget_of_the_wire() {
    let coverage = one(&endless()).coverage();
    coverage.assert_unseen("body cut: wire-budget", X);
}

#[test]
fn bombs_end_at_a_size_and_at_a_ratio() {
    let site = Site::serve(
        &[
            home(&["/ratio", "/size"]),
            route("/ratio", "gzip_bomb_bytes = 90_000_000"),
            route(
                "/size",
                "gzip_bomb_bytes = 90_000_000\ngzip_bomb_ratio = 60",
            ),
        ]
        .concat(),
    );
    let coverage = site.coverage();
    coverage.assert_unseen("body cut: ratio-budget", &["http://a.test/ratio"]);
    coverage.assert_unseen("body cut: decoded-budget", &["http://a.test/size"]);
}

#[test]
fn a_wrong_or_missing_charset_and_type_do_not_hide_a_link() {
    // Shift_JIS without a label, UTF-16 without one, UTF-8 that is said to be Latin-1.
    let sjis = b"<!doctype html><meta charset=utf-8><p>\x83\x8F\x83\x8B\x83h<a href=/in-sjis>x</a>";
    let utf16: Vec<u8> = "\u{feff}<!doctype html><a href=/in-utf16>x</a>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let html = "<!doctype html><title>\u{e9}</title><a href=/PATH>x</a>";
    let page = |path| html.replace("PATH", path).into_bytes();
    let untyped = "headers = { Content-Type = [] }\nfile = ";
    let site = Site::with_files(
        &[
            home(&["/1", "/2", "/3", "/4", "/5", "/6"]),
            route("/1", &format!("{untyped}\"sjis\"")),
            route("/2", &format!("{untyped}\"utf16\"")),
            route("/3", "headers = { Content-Type = \"text/html; charset=iso-8859-1\" }\nfile = \"latin\""),
            route("/4", "headers = { Content-Type = \"application/octet-stream\" }\nfile = \"octets\""),
            route("/5", "headers = { Content-Type = \"image/png\", X-Content-Type-Options = \"nosniff\" }\nfile = \"picture\""),
            route(
                "/6",
                "headers = { Content-Type = \"text/plain\", X-Content-Type-Options = \"nosniff\" }\nfile = \"text\"",
            ),
            route("/in-*", "body = \"found\""),
        ]
        .concat(),
        &[
            ("sjis", sjis),
            ("utf16", &utf16),
            ("latin", &page("in-latin")),
            ("octets", &page("in-octets")),
            ("picture", &page("in-picture")),
            ("text", &page("in-text")),
        ],
    );
    let coverage = site.coverage();
    let asked = |path| site.sandbox.asked("a.test", path);
    for path in ["/in-sjis", "/in-utf16", "/in-latin", "/in-octets"] {
        assert_eq!(asked(path), 1, "{path}");
    }
    // No browser makes a page of these two.
    assert_eq!((asked("/in-picture"), asked("/in-text")), (0, 0));
    assert_eq!(coverage.seen(), 11);
}

#[test]
fn huge_and_malformed_headers_are_no_http_and_a_sloppy_one_is() {
    let huge = format!(
        "raw = \"HTTP/1.1 200 OK\\r\\nX: {}\\r\\n\\r\\n\"",
        "y".repeat(600_000)
    );
    let many = format!(
        "raw = \"HTTP/1.1 200 OK\\r\\n{}\\r\\n\"",
        "X: y\\r\\n".repeat(300)
    );
    let site = Site::serve(
        &[
            home(&["/huge", "/many", "/line", "/garbage", "/sloppy"]),
            route("/huge", &huge),
            route("/many", &many),
            route("/line", "raw = \"HTTP/1.1 two hundred\\r\\n\\r\\n\""),
            route("/garbage", "raw = \"\\u0000\\u00FF nothing\\r\\n\\r\\n\""),
            route(
                "/sloppy",
                "raw = \"HTTP/1.1 200\\r\\nno colon here\\r\\nX-A : b\\r\\nContent-Type: text/html\\r\\n\\r\\n<p>all the same\"",
            ),
        ]
        .concat(),
    );
    let coverage = site.coverage();
    coverage.assert_unseen(
        "headers-too-large",
        &["http://a.test/huge", "http://a.test/many"],
    );
    coverage.assert_unseen("protocol", &["http://a.test/garbage", "http://a.test/line"]);
    assert_eq!(coverage.seen(), 2);
}

#[test]
fn truncated_and_broken_chunks_leave_what_came() {
    let chunked = |rest: &str| {
        format!(
            "raw = \"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nhalf\\r\\n{rest}\""
        )
    };
    let length = "raw = \"HTTP/1.1 200 OK\\r\\nContent-Length: 400\\r\\n\\r\\nhalf\"";
    let two =
        "raw = \"HTTP/1.1 200 OK\\r\\nContent-Length: 4\\r\\nContent-Length: 9\\r\\n\\r\\nhalf\"";
    let site = Site::serve(
        &[
            home(&["/cut", "/size", "/end", "/length", "/two"]),
            route("/cut", &chunked("ff\\r\\nand no more")),
            route("/size", &chunked("zz\\r\\nno number\\r\\n")),
            route("/end", &chunked("4\\r\\nmoreXX0\\r\\n\\r\\n")),
            route("/length", length),
            route("/two", two),
        ]
        .concat(),
    );
    let coverage = site.coverage();
    let all = ["/cut", "/end", "/length", "/size"].map(|path| format!("http://a.test{path}"));
    assert_eq!(
        coverage.unseen("body cut: disconnect"),
        all,
        "{:#}",
        coverage.0
    );
    coverage.assert_unseen("protocol", &["http://a.test/two"]);
}

#[test]
fn dropped_connections_are_resets_and_a_dropped_body_is_kept_as_far_as_it_came() {
    let site = Site::serve(
        &[
            home(&["/reset", "/closed", "/body"]),
            route("/reset", "raw = \"HTTP/1.1 200 OK\\r\\n\"\nend = \"reset\""),
            route("/closed", "raw = \"\""),
            route("/body", "body = \"0123456789\"\ndrop_after_bytes = 4"),
        ]
        .concat(),
    );
    let coverage = site.coverage();
    coverage.assert_unseen("reset", &["http://a.test/closed", "http://a.test/reset"]);
    coverage.assert_unseen("body cut: disconnect", &["http://a.test/body"]);
    assert_eq!(
        site.sandbox.asked("a.test", "/reset"),
        3,
        "a broken connection is tried again"
    );
}

#[test]
fn a_hundred_thousand_elements_within_each_other_are_read() {
    let deep = format!("{}<a href=/below>x</a>", "<div>".repeat(100_000));
    let site = Site::with_files(
        &[
            home(&["/x"]),
            route("/x", "file = \"deep.html\""),
            route("/below", "body = \"there\""),
        ]
        .concat(),
        &[("deep.html", deep.as_bytes())],
    );
    let begun = Instant::now();
    assert_eq!(site.coverage().seen(), 3);
    assert!(
        begun.elapsed() < Duration::from_secs(60),
        "a bound on the time"
    );
}

#[test]
fn a_certificate_that_proves_nothing_is_no_page() {
    let script = format!(
        "{}[tls]\ncertificate = \"chain.pem\"\nkey = \"key.pem\"\n",
        home(&["https://a.test/x"]) + &route("/x", "body = \"hidden\"")
    );
    let file = |name: &str| support::read(format!("tests/hostile/{name}"));
    for (certificate, why) in [
        ("self-signed", "tls-untrusted"),
        ("expired", "tls-expired"),
        ("other-name", "tls-other-name"),
        ("good", ""),
    ] {
        let chain = file(&format!("{certificate}.pem"));
        let site = Site::with_files(
            &script,
            &[
                ("chain.pem", chain.as_bytes()),
                ("key.pem", file("key.pem").as_bytes()),
            ],
        );
        let mut crawl = site.crawl(&["http://a.test/"]);
        crawl.env(
            "SSL_CERT_FILE",
            support::root().join("tests/hostile/authority.pem"),
        );
        let coverage = coverage_of(crawl.output().unwrap(), &site.case());
        if why.is_empty() {
            assert_eq!(coverage.seen(), 2, "{:#}", coverage.0);
        } else {
            coverage.assert_unseen(why, &["https://a.test/x"]);
        }
    }
}

#[test]
fn a_name_that_does_not_resolve_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("case");
    let crawled = sidedoor()
        .args(["crawl", "http://nowhere.invalid/", "--case"])
        .arg(&case)
        .output()
        .unwrap();
    coverage_of(crawled, &case).assert_unseen("dns", &["http://nowhere.invalid/"]);
}

#[test]
fn a_name_that_leads_into_a_private_network_is_not_followed() {
    // A public page redirects to a name of its own that leads to a private address, and to the
    // address itself: each hop is checked where it connects.
    let site = Site::serve(
        &[
            home(&["/name", "/number"]),
            "[[host]]\nname = \"inside.a.test\"\n".to_owned(),
            route(
                "/name",
                "status = 302\nheaders = { Location = \"http://inside.a.test/\" }",
            ),
            route(
                "/number",
                "status = 302\nheaders = { Location = \"http://169.254.169.254/\" }",
            ),
        ]
        .concat(),
    );
    let mut crawl = sidedoor();
    let addr = site.sandbox.addr();
    crawl
        .args(["crawl", "http://a.test/", "--case"])
        .arg(site.case());
    crawl.args([
        "--resolve",
        "inside.a.test:80:10.0.0.7",
        "--vantage",
        "desktop",
    ]);
    crawl.args([
        "--resolve",
        &format!("a.test:80:{addr}"),
        "--allow-address",
        &addr.to_string(),
    ]);
    let coverage = coverage_of(crawl.output().unwrap(), &site.case());
    coverage.assert_unseen("address", &["http://inside.a.test/"]);
    assert!(
        coverage.0["unseen_landings"]
            .to_string()
            .contains("169.254.169.254"),
        "{:#}",
        coverage.0
    );
}

/// The most memory that the program took, in KiB, read from the kernel while it runs.
#[cfg(target_os = "linux")]
fn peak_of(mut crawl: Command) -> u64 {
    let mut child = crawl
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        let size = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        peak = peak.max(size.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(20));
    }
    peak
}

#[cfg(target_os = "linux")]
#[test]
fn memory_has_a_bound_whatever_the_server_sends() {
    // Bombs below the bound on the ratio, endless bodies, pages of many links, and large sheets.
    let endless = endless();
    let kinds = [
        "gzip_bomb_bytes = 60_000_000\ngzip_bomb_ratio = 60",
        endless.as_str(),
        "file = \"links.html\"",
        "body = \"<link rel=stylesheet href=/{{ churn }}.css><p>\"\nchurn = 3",
    ];
    let paths: Vec<String> = (0..32).map(|number| format!("/{number}")).collect();
    let names: Vec<&str> = paths.iter().map(String::as_str).collect();
    let routes: String = names
        .iter()
        .enumerate()
        .map(|(number, path)| route(path, kinds[number % kinds.len()]))
        .collect();
    let links: String = (0..20_000)
        .map(|number| format!("<a href='http://a.test/{number}?long=address'>{number}</a> "))
        .collect();
    let site = Site::with_files(
        &[home(&names), routes, route("/*", &endless)].concat(),
        &[("links.html", links.as_bytes())],
    );
    let mut crawl = site.crawl(&["http://a.test/"]);
    crawl.args(["--pages", "48", "--per-host", "16", "--concurrency", "16"]);
    let peak = peak_of(crawl);
    println!("{} MiB", peak >> 10);
    assert!(peak > 0 && peak < MEMORY_KIB, "{} MiB", peak >> 10);
    assert!(site.sandbox.asked("a.test", "/0") >= 1);
}

#[test]
fn secrets_reach_their_host_and_nothing_else() {
    let guarded = "body = \"<a href=/in>in</a><a href=http://b.test/>out</a>\"\n[[route.when]]\n\
        header = { name = \"authorization\", contains = \"Basic YW5uOmh1bnRlcjI=\" }\ncookie_contains = \"id=hunter3\"\n\
        body = \"<a href=/in>in</a><a href=/out>out</a>\"\n";
    let echo = "[[route]]\nhost = \"b.test\"\npath = \"/\"\nbody = \"nothing\"\n\
        [[route.when]]\nheader = { name = \"x-key\", contains = \"h\" }\nbody = \"leaked\"\n\
        [[route.when]]\nheader = { name = \"authorization\", contains = \"B\" }\nbody = \"leaked\"\n\
        [[route.when]]\ncookie_contains = \"id\"\nbody = \"leaked\"\n";
    let site = Site::serve(
        &[
            format!("{HOST}[[host]]\nname = \"b.test\"\n"),
            route("/", guarded),
            route("/in", "body = \"inside\""),
            route(
                "/out",
                "status = 302\nheaders = { Location = \"http://b.test/\" }",
            ),
            echo.to_owned(),
        ]
        .concat(),
    );
    let given = site.folder.path().join("given");
    std::fs::create_dir(&given).unwrap();
    let cookies = given.join("cookies.txt");
    std::fs::write(&cookies, "a.test\tFALSE\t/\tFALSE\t0\tid\thunter3\n").unwrap();
    let headers = given.join("headers.txt");
    std::fs::write(&headers, "http://a.test X-Key: hunter4\n").unwrap();
    let mut crawl = site.crawl(&["http://a.test/"]);
    crawl
        .args(["--basic", "a.test=SHOP_LOGIN", "-vv", "--cookies"])
        .arg(&cookies);
    crawl
        .arg("--headers")
        .arg(&headers)
        .env("SHOP_LOGIN", "ann:hunter2");
    let crawled = crawl.output().unwrap();
    let said = told(&crawled);
    assert!(!said.contains("hunter") && !said.contains("YW5u"), "{said}");
    assert_eq!(
        site.sandbox.asked("a.test", "/out"),
        1,
        "the host knows us: {said}"
    );
    let coverage = coverage_of(crawled, &site.case());
    assert_eq!(coverage.seen(), 3, "{:#}", coverage.0);
    let report = site.case().join("report.html");
    let html = sidedoor()
        .args(["report", "--format", "html", "--case"])
        .arg(site.case())
        .arg("--out")
        .arg(&report)
        .output()
        .unwrap();
    assert!(html.status.code().is_some());
    let mut records = String::new();
    for bytes in files(&site.case()) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(
            !text.contains("hunter") && !text.contains("YW5u"),
            "a secret is in the case"
        );
        assert!(!text.contains("leaked"), "another host was told");
        records += &text;
    }
    assert!(records.contains("authorization: (masked)") && records.contains("cookie: (masked)"));
}

/// Every file below a folder, with the evidence unpacked.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            files.extend(self::files(&entry.path()));
        } else if entry.path().extension().is_some_and(|kind| kind == "gz") {
            let unpacked = Command::new("gzip")
                .arg("-dc")
                .arg(entry.path())
                .output()
                .unwrap();
            files.push(unpacked.stdout);
        } else {
            files.push(std::fs::read(entry.path()).unwrap());
        }
    }
    files
}
