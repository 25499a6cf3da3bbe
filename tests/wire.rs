//! What servers do wrong on the wire, byte by byte, and what a crawl makes of it: nothing that a
//! shopper could reach is lost in silence, and what is recorded stands up to `verify`.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use support::wire::{HTML, Said, Wire, answer, html};

/// A page that links to `/in` and its own path.
fn link(path: &str) -> Vec<u8> {
    format!("<!doctype html><a href='/in{path}'>x</a>").into_bytes()
}

fn redirect(location: &[u8]) -> Said {
    let field = [b"Location: ", location].concat();
    Said::Kept(answer("302 Found", &[&field], b""))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn at(path: &str) -> String {
    format!("http://a.test{path}")
}

#[test]
fn a_server_that_ends_connections_it_promised_to_keep_loses_no_page() {
    let paths: Vec<String> = (0..40).map(|number| format!("/{number}")).collect();
    let page = Said::Dropped(html("here"), Duration::from_millis(3));
    let said: Vec<(&str, Said)> = paths
        .iter()
        .map(|path| (path.as_str(), page.clone()))
        .collect();
    let wire = Wire::serve(&said);
    let mut crawl = wire.crawl();
    crawl.args(["--per-host", "1"]);
    let coverage = wire.coverage_of(crawl);
    assert_eq!(coverage.seen(), 41, "{:#}", coverage.0);
    assert_eq!(coverage.0["unseen"], serde_json::json!([]));
    let asked = wire.asked();
    let once: BTreeSet<&String> = asked.iter().collect();
    assert_eq!(
        asked.len(),
        once.len(),
        "nothing that was answered is asked twice: {asked:?}"
    );
}

#[test]
fn bytes_behind_an_answer_are_no_answer_to_the_next_question() {
    let forged = answer("200 OK", &[HTML], b"<a href='/forged'>x</a>");
    let late = Said::Surplus(
        html("short"),
        b"<a href='/late'>what the length left out</a>".to_vec(),
    );
    let at_once = Said::Kept([html("short"), forged].concat());
    let paths: Vec<String> = (0..16).map(|number| format!("/{number}")).collect();
    let said: Vec<(&str, Said)> = paths
        .iter()
        .enumerate()
        .map(|(number, path)| {
            let said = if number % 2 == 0 { &late } else { &at_once };
            (path.as_str(), said.clone())
        })
        .collect();
    let wire = Wire::serve(&said);
    let mut crawl = wire.crawl();
    crawl.args(["--per-host", "1"]);
    let coverage = wire.coverage_of(crawl);
    assert_eq!(coverage.seen(), 17, "{:#}", coverage.0);
    assert_eq!(coverage.0["unseen"], serde_json::json!([]));
    assert!(!wire.was_asked("a.test/forged") && !wire.was_asked("a.test/late"));
}

#[test]
fn a_location_is_read_as_browsers_read_it() {
    for (location, asked) in [
        (&b"http://user:word@a.test/to"[..], "a.test/to"),
        (b"/to#part", "a.test/to"),
        (b"?to=1", "a.test/way?to=1"),
        (b"//b.test/to", "b.test/to"),
        (b"\\\\b.test\\to", "b.test/to"),
        (b"http:/to", "a.test/to"),
        (b"/to here", "a.test/to%20here"),
        (b"/t\to", "a.test/to"),
        (b"\r\n /folded", "a.test/folded"),
        ("/caf\u{e9}".as_bytes(), "a.test/caf%C3%A9"),
        (b"/caf\xe9?\xe9", "a.test/caf%E9?%E9"),
        ("http://b\u{fc}cher.test/".as_bytes(), "xn--bcher-kva.test/"),
    ] {
        let wire = Wire::serve(&[("/way", redirect(location))]);
        let coverage = wire.coverage();
        let written = String::from_utf8_lossy(location);
        assert!(wire.was_asked(asked), "{written}: {:?}", wire.asked());
        assert_eq!(coverage.0["chain_ends"], serde_json::json!([]), "{written}");
        assert_eq!(coverage.0["unseen"], serde_json::json!([]), "{written}");
    }
    // What HTTP does not allow in a field is no field, and no answer where it cannot be passed over.
    let wire = Wire::serve(&[
        ("/control", redirect(b"/t\x01o")),
        ("/nothing", redirect(b"/t\0o")),
        ("/itself", redirect(b"#part")),
    ]);
    let coverage = wire.coverage();
    assert_eq!(coverage.chain_ends("no-location"), [at("/control")]);
    coverage.assert_unseen("protocol", &[&at("/nothing")]);
    coverage.assert_unseen("self-redirect", &[&at("/itself")]);
}

#[test]
fn a_host_with_the_dot_of_the_root_is_asked_as_it_is_written_and_is_no_second_site() {
    let there = "<a href='http://a.test./shop'>x</a><a href='/shop'>y</a>";
    let robots = answer("200 OK", &[], b"User-agent: *\nDisallow: /private\n");
    let wire = Wire::serve(&[
        ("/robots.txt", Said::Kept(robots)),
        ("/", Said::Kept(html(there))),
        ("/shop", redirect(b"http://a.test./private")),
    ]);
    let coverage = wire.coverage();
    assert!(wire.was_asked("a.test./shop"), "{:?}", wire.asked());
    assert!(!wire.was_asked("a.test./robots.txt") && !wire.was_asked("a.test./private"));
    assert_eq!(coverage.unseen("robots"), ["http://a.test./private"]);
    assert_eq!(coverage.0["landings"], 0, "{:#}", coverage.0);
}

#[test]
fn of_two_locations_that_differ_each_is_a_way_out() {
    let two = |other: &[u8]| {
        let other = [b"Location: ", other].concat();
        Said::Kept(answer("302 Found", &[b"Location: /one", &other], b""))
    };
    let wire = Wire::serve(&[
        ("/differ", two(b"http://b.test/other")),
        ("/same", two(b"/one")),
    ]);
    let coverage = wire.coverage();
    assert_eq!(coverage.seen(), 4, "{:#}", coverage.0);
    assert_eq!(coverage.0["landings"], 1, "{:#}", coverage.0);
    assert!(wire.was_asked("b.test/other"), "{:?}", wire.asked());
}

#[test]
fn a_part_that_nobody_asked_for_is_not_the_page() {
    let part = |range: &[u8], path: &str| {
        Said::Kept(answer("206 Partial Content", &[HTML, range], &link(path)))
    };
    let size = link("/whole").len();
    let whole = format!("Content-Range: bytes 0-{}/{size}", size - 1);
    let wire = Wire::serve(&[
        ("/part", part(b"Content-Range: bytes 0-15/50000", "/part")),
        ("/unsaid", part(b"X-Range: none", "/unsaid")),
        ("/whole", part(whole.as_bytes(), "/whole")),
    ]);
    let coverage = wire.coverage();
    coverage.assert_unseen("body cut: part", &[&at("/part"), &at("/unsaid")]);
    for path in ["part", "unsaid", "whole"] {
        assert!(
            wire.was_asked(&format!("a.test/in/{path}")),
            "what came is read: {path}"
        );
    }
}

#[test]
fn answers_before_the_answer_are_passed_over_and_end() {
    let hints = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n".repeat(40);
    let going_on = b"HTTP/1.1 100 Continue\r\n\r\n".to_vec();
    let other = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n";
    let wire = Wire::serve(&[
        (
            "/hints",
            Said::Kept([hints, html("<a href=/in/hints>x</a>")].concat()),
        ),
        ("/endless", Said::Endless(going_on.repeat(500))),
        (
            "/other",
            Said::Ended([&other[..], &link("/other")].concat()),
        ),
    ]);
    let coverage = wire.coverage();
    coverage.assert_unseen("timeout", &[&at("/endless")]);
    coverage.assert_unseen("protocol", &[&at("/other")]);
    assert!(wire.was_asked("a.test/in/hints") && !wire.was_asked("a.test/in/other"));
}

#[test]
fn what_is_no_status_is_no_http_and_a_strange_one_is_not_seen() {
    let status = |line: &str, path: &str| {
        Said::Ended([format!("{line}\r\n\r\n").as_bytes(), &link(path)].concat())
    };
    let wire = Wire::serve(&[
        ("/bare", Said::Ended(link("/bare"))),
        ("/000", status("HTTP/1.1 000 X", "/000")),
        ("/099", status("HTTP/1.1 099 X", "/099")),
        ("/20", status("HTTP/1.1 20 X", "/20")),
        ("/600", status("HTTP/1.1 600 X", "/600")),
        ("/999", status("HTTP/1.1 999 Denied", "/999")),
        ("/old", status("HTTP/1.0 200 OK", "/old")),
    ]);
    let coverage = wire.coverage();
    let none = ["/000", "/099", "/20", "/bare"].map(at);
    assert_eq!(coverage.unseen("protocol"), none, "{:#}", coverage.0);
    coverage.assert_unseen("status 600", &[&at("/600")]);
    coverage.assert_unseen("status 999", &[&at("/999")]);
    assert!(wire.was_asked("a.test/in/old"));
}

#[test]
fn a_page_under_a_coding_that_nobody_knows_was_not_read() {
    let coded = |fields: &[&[u8]], body: &[u8]| {
        Said::Kept(answer("200 OK", &[fields, &[HTML]].concat(), body))
    };
    let packed = gzip(&link("/packed"));
    let chunked = [
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        format!("{:x}\r\n", packed.len()).as_bytes(),
        &packed,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    let picture = [
        b"Content-Encoding: none".as_slice(),
        b"Content-Type: image/png",
    ];
    let wire = Wire::serve(&[
        (
            "/known",
            coded(
                &[b"Content-Encoding: gzip, gzip"],
                &gzip(&gzip(&link("/known"))),
            ),
        ),
        (
            "/packed",
            coded(&[b"Content-Encoding: gzip, other"], &packed),
        ),
        (
            "/plain",
            coded(&[b"Content-Encoding: utf-8"], &link("/plain")),
        ),
        ("/chunked", Said::Kept(chunked)),
        (
            "/picture",
            Said::Kept(answer("200 OK", &picture, b"\x89PNG\r\n\x1a\n\0\0\0\0")),
        ),
    ]);
    let coverage = wire.coverage();
    coverage.assert_unseen(
        "body cut: broken-coding",
        &[&at("/chunked"), &at("/packed")],
    );
    assert!(wire.was_asked("a.test/in/known") && wire.was_asked("a.test/in/plain"));
}

#[test]
fn a_robots_txt_that_cannot_be_read_forbids_and_one_of_any_form_is_read() {
    let rules = "User-agent: *\nDisallow: /private\n";
    let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let text = format!("\u{feff}{rules}");
        text.encode_utf16().flat_map(unit).collect()
    };
    let text = |body: &[u8]| answer("200 OK", &[b"Content-Type: text/plain"], body);
    let gzipped = |body: &[u8]| answer("200 OK", &[b"Content-Encoding: gzip"], body);
    let read = [("/private", "robots")];
    let nothing = [("/", "robots")];
    for (name, robots, unseen) in [
        (
            "a mark",
            text(format!("\u{feff}{rules}").as_bytes()),
            &read[..],
        ),
        ("returns", text(rules.replace('\n', "\r").as_bytes()), &read),
        ("little ends", text(&utf16(u16::to_le_bytes)), &read),
        ("big ends", text(&utf16(u16::to_be_bytes)), &read),
        ("packed", gzipped(&gzip(rules.as_bytes())), &read),
        ("not packed", gzipped(rules.as_bytes()), &nothing),
        (
            "half packed",
            gzipped(&gzip(rules.as_bytes())[..20]),
            &nothing,
        ),
        (
            "a part",
            answer("206 Partial Content", &[], b"User-agent: *\n"),
            &nothing,
        ),
        ("no status", answer("600 X", &[], b""), &nothing),
        ("not there", answer("410 Gone", &[], b""), &[]),
    ] {
        let wire = Wire::serve(&[
            ("/robots.txt", Said::Kept(robots)),
            ("/open", Said::Kept(html("open"))),
            ("/private", Said::Kept(html("private"))),
        ]);
        let coverage = wire.coverage();
        let given: Vec<String> = unseen.iter().map(|(path, _)| at(path)).collect();
        assert_eq!(coverage.unseen("robots"), given, "{name}: {:#}", coverage.0);
        assert_eq!(
            wire.was_asked("a.test/private"),
            unseen.is_empty(),
            "{name}"
        );
    }
}

#[test]
fn of_several_types_the_last_one_counts() {
    let typed = |fields: &[&[u8]], path: &str| Said::Kept(answer("200 OK", fields, &link(path)));
    let wire = Wire::serve(&[
        (
            "/list",
            typed(&[b"Content-Type: text/plain, text/html"], "/list"),
        ),
        (
            "/fields",
            typed(&[b"Content-Type: text/plain", HTML], "/fields"),
        ),
        (
            "/space",
            typed(&[b"Content-Type: text/html charset=utf-8"], "/space"),
        ),
        (
            "/text",
            typed(&[b"Content-Type: text/html, text/plain"], "/text"),
        ),
    ]);
    let coverage = wire.coverage();
    assert_eq!(coverage.seen(), 8, "{:#}", coverage.0);
    assert!(!wire.was_asked("a.test/in/text"), "it is shown as text");
}

#[test]
fn a_sitemap_in_several_members_of_gzip_is_read_whole() {
    let open = "<urlset><url><loc>http://a.test/first</loc></url>";
    let close = "<url><loc>http://a.test/second</loc></url></urlset>";
    let packed = [gzip(open.as_bytes()), gzip(close.as_bytes())].concat();
    let robots = answer("200 OK", &[], b"Sitemap: http://a.test/map.xml.gz\n");
    let wire = Wire::serve(&[
        ("/robots.txt", Said::Kept(robots)),
        ("/", Said::Kept(html("front"))),
        (
            "/map.xml.gz",
            Said::Kept(answer(
                "200 OK",
                &[b"Content-Type: application/gzip"],
                &packed,
            )),
        ),
    ]);
    let coverage = wire.coverage();
    assert_eq!(
        coverage.0["sitemaps"],
        serde_json::json!([]),
        "{:#}",
        coverage.0
    );
    assert!(wire.was_asked("a.test/first") && wire.was_asked("a.test/second"));
}

#[test]
fn extensions_of_chunks_and_trailers_say_nothing_and_have_an_end() {
    let chunked = |extension: &[u8], trailers: &[u8], path: &str| {
        let body = link(path);
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
        let size = format!("{head}{:x}", body.len());
        Said::Kept(
            [
                size.as_bytes(),
                extension,
                b"\r\n",
                &body,
                b"\r\n0\r\n",
                trailers,
                b"\r\n",
            ]
            .concat(),
        )
    };
    let ways = b"Location: /trailer\r\nRefresh: 0; url=/trailer\r\nSet-Cookie: trailer=1\r\n";
    let flood = [b";x=", "y".repeat(200_000).as_bytes()].concat();
    let wire = Wire::serve(&[
        ("/few", chunked(b";a=b;c=\"d\"", ways, "/few")),
        ("/extensions", chunked(&flood, b"", "/extensions")),
        (
            "/trailers",
            chunked(b"", &b"X: y\r\n".repeat(100_000), "/trailers"),
        ),
    ]);
    let coverage = wire.coverage();
    let cut = ["/extensions", "/trailers"].map(at);
    assert_eq!(
        coverage.unseen("body cut: disconnect"),
        cut,
        "{:#}",
        coverage.0
    );
    assert!(wire.was_asked("a.test/in/few") && !wire.was_asked("a.test/trailer"));
}

#[test]
fn a_port_of_another_protocol_is_not_asked() {
    let wire = Wire::serve(&[
        ("/mail", redirect(b"http://a.test:25/mail")),
        ("/chat", redirect(b"http://b.test:6667/chat")),
    ]);
    let coverage = wire.coverage();
    coverage.assert_unseen("port", &[&at(":25/mail")]);
    assert_eq!(
        coverage.landings_unseen("port"),
        ["http://b.test:6667/chat"]
    );
    let asked = wire.asked();
    assert!(
        !asked
            .iter()
            .any(|asked| asked.contains(":25") || asked.contains(":6667")),
        "{asked:?}"
    );
}

#[test]
fn a_pause_without_end_leaves_the_host_alone_and_what_waits_is_told() {
    for (pause, waits) in [
        (&b"Retry-After: 99999999999999999999"[..], true),
        (b"Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", true),
        (b"Retry-After: -5", false),
        (b"Retry-After: \xff soon", false),
    ] {
        let busy = Said::Kept(answer("503 Busy", &[pause], b""));
        let mut wire = Wire::serve(&[("/busy", busy)]);
        wire.retries = 1;
        let mut crawl = wire.crawl();
        crawl.args(["--wall", "3"]);
        let coverage = wire.coverage_of(crawl);
        let why = if waits { "waiting" } else { "status 503" };
        coverage.assert_unseen(why, &[&at("/busy")]);
        let asked = wire
            .asked()
            .iter()
            .filter(|asked| *asked == "a.test/busy")
            .count();
        assert_eq!(
            asked,
            if waits { 1 } else { 2 },
            "{}",
            String::from_utf8_lossy(pause)
        );
    }
}
