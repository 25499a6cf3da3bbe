//! Chains of redirects through the whole program: what is asked of them, how they end, and what is
//! recorded of each end.

#![expect(
    clippy::disallowed_methods,
    reason = "a test may fail loudly, and writes files"
)]

mod support;

use support::site::{HOST, Site, home, route};
use support::told;

/// A route that redirects.
fn redirect(path: &str, status: u16, location: &str) -> String {
    let rest = format!("status = {status}\nheaders = {{ Location = \"{location}\" }}");
    route(path, &rest)
}

fn page(path: &str, body: &str) -> String {
    route(path, &format!("body = \"{body}\""))
}

fn at(path: &str) -> String {
    format!("http://a.test{path}")
}

#[test]
fn every_status_of_a_redirect_is_followed_to_its_landing_page() {
    let mut script = home(&["/301", "/302", "/303", "/307", "/308"]);
    for status in [301, 302, 303, 307, 308] {
        script += &redirect(&format!("/{status}"), status, &format!("/to/{status}"));
        script += &page(&format!("/to/{status}"), "there");
    }
    let site = Site::serve(&script);
    let coverage = site.coverage();
    assert_eq!(coverage.seen(), 11, "{:#}", coverage.0);
    assert_eq!(coverage.0["chain_ends"], serde_json::json!([]));
    for status in [301, 302, 303, 307, 308] {
        let there = format!("/to/{status}");
        assert_eq!(site.sandbox.asked("a.test", &there), 1, "{there}");
    }
}

#[test]
fn circles_and_redirects_to_themselves_are_outcomes_of_a_crawl() {
    let script = [
        home(&["/a", "/self", "/refresh", "/meta", "/script"]),
        redirect("/a", 302, "/b"),
        redirect("/b", 301, "/a"),
        redirect("/self", 307, "/self"),
        route(
            "/refresh",
            "body = \"x\"\nheaders = { Refresh = \"0; url=/refresh\" }",
        ),
        page("/meta", "<meta http-equiv=refresh content='0; url=/meta2'>"),
        page("/meta2", "<meta http-equiv=refresh content='0; url=/meta'>"),
        page("/script", "<script>location.href = '/script2'</script>"),
        page("/script2", "<script>location.replace('/script')</script>"),
    ]
    .concat();
    let site = Site::serve(&script);
    let crawled = site.crawl(&["http://a.test/"]).output().unwrap();
    let said = told(&crawled);
    assert!(said.contains("not seen, redirect-loop: 2"), "{said}");
    assert!(said.contains("not seen, self-redirect: 1"), "{said}");
    let coverage = site.coverage();
    coverage.assert_unseen("redirect-loop", &[&at("/a"), &at("/b")]);
    coverage.assert_unseen("self-redirect", &[&at("/self")]);
    let loops = ["/a", "/b", "/meta", "/meta2", "/script"].map(at);
    assert_eq!(
        coverage.chain_ends("redirect-loop"),
        loops,
        "the first five of six"
    );
    assert_eq!(
        coverage.chain_ends("self-redirect"),
        ["/refresh", "/self"].map(at)
    );
}

/// A page `/w` that says `rest`, and another thing to whoever brings the cookie.
fn checking(rest: &str, cookie: &str, inside: &str) -> String {
    let robots = route("/robots.txt", "status = 404");
    let check = route("/w", rest);
    format!(
        "{HOST}{robots}{check}\n[[route.when]]\ncookie_contains = \"{cookie}\"\nbody = \"{inside}\"\n"
    )
}

#[test]
fn a_page_that_reloads_itself_until_it_has_its_cookie_is_seen_behind_the_check() {
    let ways = [
        ("", "body = \"<meta http-equiv=refresh content='1'>\""),
        (
            "",
            "body = \"<meta http-equiv=refresh content='0; url=/w'>\"",
        ),
        (", Refresh = \"0; url=/w\"", "body = \"wait\""),
        ("", "body = \"<script>location.href = '/w'</script>\""),
        ("", "body = \"<script>location.reload()</script>\""),
        (
            "",
            "body = \"<script>setTimeout(() => window.location.reload(true), 800)</script>\"",
        ),
    ];
    for (field, body) in ways {
        let rest = format!("headers = {{ Set-Cookie = \"mc=1; Path=/\"{field} }}\n{body}");
        let script =
            checking(&rest, "mc=1", "<a href='/inside'>in</a>") + &page("/inside", "there");
        let site = Site::serve(&script);
        let crawled = site.crawl(&["http://a.test/w"]).output().unwrap();
        let coverage = support::site::coverage_of(crawled, &site.case());
        assert_eq!(site.sandbox.asked("a.test", "/w"), 2, "{rest}");
        assert_eq!(site.sandbox.asked("a.test", "/inside"), 1, "{rest}");
        assert_eq!(coverage.seen(), 2, "{rest}: {:#}", coverage.0);
    }
}

#[test]
fn a_check_by_a_script_that_sets_the_cookie_itself_is_passed_and_stands_in_the_case() {
    for script in [
        "document.cookie = 'mc=1; path=/'; location.reload()",
        "document.cookie = 'mc=' + (3 - 2); setTimeout(() => history.go(0), 500)",
        "document.cookie = 'mc=1'; location.href = location.href",
        "document.cookie = 'mc=1'; location.replace(location.href)",
        "document.cookie = 'mc=1'; location.href = location.pathname",
    ] {
        let rest = format!("body = \"<p>One moment.</p><script>{script}</script>\"");
        let inside = checking(&rest, "mc=1", "<a href='/inside'>in</a>");
        let site = Site::serve(&(inside + &page("/inside", "there")));
        let crawled = site.crawl(&["http://a.test/w"]).output().unwrap();
        let coverage = support::site::coverage_of(crawled, &site.case());
        assert_eq!(site.sandbox.asked("a.test", "/w"), 2, "{script}");
        assert_eq!(site.sandbox.asked("a.test", "/inside"), 1, "{script}");
        assert_eq!(coverage.seen(), 2, "{script}: {:#}", coverage.0);
        let retried = coverage.0["retried"].to_string();
        assert!(retried.contains("http://a.test/w"), "{retried}");
    }
    // What the text does not tell whole cannot be brought: the page says so by standing where it is.
    let rest =
        "body = \"<script>document.cookie = 'mc=' + Math.random(); location.reload()</script>\"";
    let site = Site::serve(&checking(rest, "mc=1", "in"));
    let coverage = site.crawl(&["http://a.test/w"]).output().unwrap();
    let coverage = support::site::coverage_of(coverage, &site.case());
    assert_eq!(coverage.chain_ends("self-redirect"), ["http://a.test/w"]);
}

#[test]
fn goods_behind_a_check_that_leads_to_the_front_page_are_seen_or_told() {
    let robots = route("/robots.txt", "status = 404");
    let front = page("/", "<a href='/item/9'>nine</a> <a href='/item/10'>ten</a>");
    let item = |n: u32| {
        let path = format!("/item/{n}");
        let when = format!(
            "[[route.when]]\ncookie_contains = \"mc=1\"\nstatus = 200\nbody = \"<a href='/inside/{n}'>in</a>\"\n"
        );
        redirect(&path, 302, "/check") + &when + &page(&format!("/inside/{n}"), "there")
    };
    for (cookie, seen) in [("mc=1; Path=/", true), ("other=1; Path=/", false)] {
        let check = route(
            "/check",
            &format!("status = 302\nheaders = {{ Location = \"/\", Set-Cookie = \"{cookie}\" }}"),
        );
        let site = Site::serve(&[HOST, &robots, &front, &check, &item(9), &item(10)].concat());
        let crawled = site.crawl(&["http://a.test/"]).output().unwrap();
        let status = crawled.status.code();
        let coverage = support::site::coverage_of(crawled, &site.case());
        for n in [9, 10] {
            assert_eq!(site.sandbox.asked("a.test", &format!("/item/{n}")), 2);
            let inside = site.sandbox.asked("a.test", &format!("/inside/{n}"));
            assert_eq!(inside, u64::from(seen), "{:#}", coverage.0);
        }
        if !seen {
            assert_eq!(status, Some(3), "{:#}", coverage.0);
            let unseen = coverage.unseen("cookie-check");
            assert!(
                ["/item/9", "/item/10"]
                    .map(at)
                    .iter()
                    .all(|at| unseen.contains(at))
            );
        }
    }
}

#[test]
fn a_check_of_cookies_that_is_not_passed_was_not_seen() {
    let rest = "headers = { Set-Cookie = \"n{{ request.cookie | length }}=1\" }\n\
                body = \"<meta http-equiv=refresh content='0'>\"";
    let robots = route("/robots.txt", "status = 404");
    let site = Site::serve(&[HOST.to_owned(), robots, route("/", rest)].concat());
    let crawled = site.crawl(&["http://a.test/"]).output().unwrap();
    assert_eq!(crawled.status.code(), Some(3), "{}", told(&crawled));
    let coverage = site.coverage();
    coverage.assert_unseen("cookie-check", &["http://a.test/"]);
    assert_eq!(coverage.chain_ends("cookie-check"), ["http://a.test/"]);
    assert_eq!(site.sandbox.asked("a.test", "/"), 3);
}

/// A site whose pages lead to `/check` without the cookie, which that page sets.
fn checked(way: &str, cookie: &str) -> String {
    let robots = route("/robots.txt", "status = 404");
    let check = format!(
        "status = 302\nheaders = {{ Location = \"{{{{ request.query.back | default('/') }}}}\", \
         Set-Cookie = \"{cookie}\" }}"
    );
    let guarded = |path: &str, inside: &str| {
        let way = way.replace("BACK", path);
        let when = format!(
            "[[route.when]]\ncookie_contains = \"mc=1\"\nstatus = 200\nbody = \"{inside}\"\n"
        );
        route(path, &way) + &when
    };
    let home = guarded("/", "<a href='/goods'>goods</a>");
    let goods = guarded("/goods", "<a href='/inside'>in</a>");
    [
        HOST,
        &robots,
        &home,
        &goods,
        &route("/check", &check),
        &page("/inside", "there"),
    ]
    .concat()
}

#[test]
fn a_check_of_cookies_on_a_page_of_its_own_is_passed_and_nothing_counts_twice() {
    for way in [
        "status = 302\nheaders = { Location = \"/check?back=BACK\" }",
        "body = \"<meta http-equiv=refresh content='0; url=/check?back=BACK'>\"",
        "body = \"<script>location.replace('/check?back=BACK')</script>\"",
    ] {
        let site = Site::serve(&checked(way, "mc=1; Path=/"));
        let coverage = site.coverage();
        assert_eq!(coverage.seen(), 3, "{way}: {:#}", coverage.0);
        assert_eq!(coverage.0["chain_ends"], serde_json::json!([]));
        assert_eq!(coverage.0["unseen"], serde_json::json!([]));
        assert_eq!(site.sandbox.asked("a.test", "/inside"), 1, "{way}");
        assert_eq!(
            site.sandbox.asked("a.test", "/goods"),
            1,
            "with the cookie of the first page"
        );
    }
}

#[test]
fn a_check_of_cookies_on_a_page_of_its_own_that_is_not_passed_was_not_seen() {
    let way = "body = \"<meta http-equiv=refresh content='0; url=/check?back=BACK'>\"";
    let site = Site::serve(&checked(way, "other=1; Path=/"));
    let crawled = site.crawl(&["http://a.test/"]).output().unwrap();
    assert_eq!(crawled.status.code(), Some(3), "{}", told(&crawled));
    let coverage = site.coverage();
    assert!(
        coverage.unseen("cookie-check").contains(&at("/")),
        "{:#}",
        coverage.0
    );
    assert_eq!(site.sandbox.asked("a.test", "/"), 2);
}

#[test]
fn an_endless_counter_ends_at_the_budget_and_says_so() {
    let counter = "status = 302\nheaders = { Location = \"/count?n={{ request.query.n | default(1) | int + 1 }}\" }";
    let site = Site::serve(&(home(&["/count?n=1"]) + &route("/count", counter)));
    let coverage = site.coverage();
    coverage.assert_unseen("endless-redirects", &[&at("/count?n=22")]);
}

#[test]
fn a_redirect_without_a_page_at_its_end_is_recorded_and_not_followed() {
    let script = [
        home(&["/300", "/304", "/none", "/js", "/data", "/broken"]),
        redirect("/300", 300, "/x"),
        route("/304", "status = 304"),
        route("/none", "status = 302"),
        redirect("/js", 302, "javascript:alert(1)"),
        redirect("/data", 303, "data:text/html,x"),
        redirect("/broken", 308, "http://[::/"),
    ]
    .concat();
    let coverage = Site::serve(&script).coverage();
    assert_eq!(
        coverage.chain_ends("not-followed"),
        ["/300", "/304"].map(at)
    );
    assert_eq!(coverage.chain_ends("no-location"), [at("/none")]);
    assert_eq!(
        coverage.chain_ends("other-scheme"),
        ["/data", "/js"].map(at)
    );
    assert_eq!(coverage.chain_ends("broken-target"), [at("/broken")]);
    assert_eq!(coverage.seen(), 7, "{:#}", coverage.0);
}

#[test]
fn a_redirect_to_a_private_address_is_refused_where_the_connection_would_be_made() {
    let private = [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://[::1]:1/",
    ];
    let mut script = home(&["/0", "/1", "/2"]);
    for (n, private) in private.iter().enumerate() {
        script += &redirect(&format!("/{n}"), 302, private);
    }
    let coverage = Site::serve(&script).coverage();
    let refused = coverage.landings_unseen("address");
    assert_eq!(refused, private, "{:#}", coverage.0);
}

#[test]
fn a_chain_out_of_the_scope_is_landing_only_unless_a_click_onward_is_asked_for() {
    let others = "[[host]]\nname = \"hop.test\"\n[[host]]\nname = \"land.test\"\n\
                  [[host]]\nname = \"next.test\"\n";
    let elsewhere =
        |host: &str, rest: &str| format!("[[route]]\nhost = \"{host}\"\npath = \"/\"\n{rest}\n");
    let script = [
        HOST.to_owned(),
        others.to_owned(),
        home(&["/out"]).replace(HOST, ""),
        redirect("/out", 302, "http://hop.test/"),
        elsewhere(
            "hop.test",
            "status = 302\nheaders = { Location = \"http://land.test/\" }",
        ),
        elsewhere("land.test", "body = \"<a href='http://next.test/'>on</a>\""),
        elsewhere("next.test", "body = \"beyond\""),
    ]
    .concat();
    for (policy, landings, unseen) in [
        ("follow", 2, ""),
        ("onward", 3, ""),
        ("record", 0, "http://hop.test/"),
    ] {
        let site = Site::serve(&script);
        let mut crawl = site.crawl(&["http://a.test/"]);
        let crawled = crawl.args(["--landings", policy]).output().unwrap();
        let coverage = support::site::coverage_of(crawled, &site.case());
        assert_eq!(
            coverage.0["landings"], landings,
            "{policy}: {:#}",
            coverage.0
        );
        let listed = coverage.landings_unseen("scope").concat();
        assert_eq!(listed, unseen, "{policy}");
        let text = support::run(["report", "--case", site.case().to_str().unwrap()]);
        let words = match policy {
            "follow" => "out of scope, landing only",
            "onward" => "out of scope, and a click onward",
            _ => "out of scope, recorded only",
        };
        assert!(told(&text).contains(words), "{}", told(&text));
    }
}

#[test]
fn a_page_behind_a_login_is_inspected_with_the_secrets_of_a_crawl() {
    let mut script = format!("{HOST}{}", route("/", "status = 401\nbody = \"no\""));
    script += "\n[[route.when]]\nheader = { name = \"X-Key\", contains = \"open\" }\nstatus = 200\nbody = \"<title>Inside</title>\"\n";
    let site = Site::serve(&script);
    let fields = site.folder.path().join("fields");
    std::fs::write(&fields, "a.test X-Key: open\n").unwrap();
    let at = site.sandbox.addr().to_string();
    let output = support::sidedoor()
        .args(["inspect", "http://a.test/", "--format", "json"])
        .args(["--resolve", &format!("*:*:{at}"), "--allow-address", &at])
        .arg("--headers")
        .arg(&fields)
        .output()
        .unwrap();
    assert!(told(&output).contains("Inside"), "{}", told(&output));
    assert!(!told(&output).contains("open"), "{}", told(&output));
}
