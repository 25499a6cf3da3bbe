//! Who is let in, what a form must prove, and what an answer allows.

use crate::listening::Listening;
use crate::made::case;

/// Every page that shows something.
const PAGES: [&str; 10] = [
    "/",
    "/bulk",
    "/decisions",
    "/decisions.jsonl",
    "/decisions.csv",
    "/judge",
    "/page?address=https%3A%2F%2Fmarket.test%2Fitem%2F0-a-thing-for-the-house",
    "/rendering?address=https%3A%2F%2Fmarket.test%2Fitem%2F0-a-thing-for-the-house",
    "/around?address=https%3A%2F%2Fmarket.test%2Fitem%2F0-a-thing-for-the-house",
    "/finding/0123456789abcdef",
];
const CHANGES: [&str; 6] = ["/decide", "/bulk", "/label", "/judge", "/invite", "/leave"];

fn listening() -> Listening {
    Listening::to(case(12, 3))
}

#[test]
fn nobody_sees_or_changes_anything_without_a_session() {
    let desk = listening();
    let host = format!("Host: {}", desk.address);
    let origin = format!("Origin: http://{}", desk.address);
    for page in PAGES {
        let answer = desk.raw(&format!("GET {page}"), &[&host], "");
        assert_eq!(answer.status, 401, "{page}");
        assert!(!answer.body.contains("market.test"), "{page}");
        let guessed = format!(
            "Cookie: sidedoor-review-{}={}",
            desk.address.port(),
            "0".repeat(64)
        );
        assert_eq!(
            desk.raw(&format!("GET {page}"), &[&host, &guessed], "")
                .status,
            401
        );
    }
    for change in CHANGES {
        let answer = desk.raw(&format!("POST {change}"), &[&host, &origin], "form=x");
        assert_eq!(answer.status, 401, "{change}");
    }
}

#[test]
fn a_token_lets_in_once_and_its_cookie_stays_with_the_desk() {
    let desk = listening();
    let path = desk
        .entrance
        .split_once(&desk.address.to_string())
        .unwrap()
        .1;
    let host = format!("Host: {}", desk.address);
    let ahead = desk.raw(&format!("HEAD {path}"), &[&host], "");
    assert_eq!(
        ahead.status, 405,
        "a look at the address does not use it up"
    );
    let answer = desk.raw(&format!("GET {path}"), &[&host], "");
    assert_eq!(answer.status, 200);
    let cookie = answer.field("set-cookie").unwrap();
    assert!(cookie.starts_with(&format!("sidedoor-review-{}=", desk.address.port())));
    assert!(
        cookie.ends_with("; httponly; samesite=strict; path=/"),
        "{cookie}"
    );
    let token = path.split_once('=').unwrap().1;
    assert_eq!(token.len(), 64);
    assert!(!cookie.contains(token));
    assert_eq!(
        desk.raw(&format!("GET {path}"), &[&host], "").status,
        401,
        "it is dead"
    );
    assert_eq!(desk.raw("GET /enter?token=", &[&host], "").status, 401);
    assert_eq!(desk.raw("GET /enter", &[&host], "").status, 401);
}

#[test]
fn a_name_that_points_here_is_not_answered() {
    let desk = listening();
    let reviewer = desk.enter();
    let cookie = format!("Cookie: {}", reviewer.cookie);
    let port = desk.address.port();
    let asked = |host: &str| {
        desk.raw("GET /", &[&format!("Host: {host}"), &cookie], "")
            .status
    };
    assert_eq!(asked(&format!("localhost:{port}")), 200);
    assert_eq!(asked(&format!("rebound.test:{port}")), 403);
    assert_eq!(asked("127.0.0.1:1"), 403);
    assert_eq!(asked(&format!("127.0.0.1:{port}.rebound.test")), 403);
    let path = desk
        .entrance
        .split_once(&desk.address.to_string())
        .unwrap()
        .1;
    let answer = desk.raw(&format!("GET {path}"), &["Host: rebound.test"], "");
    assert_eq!(answer.status, 403);
    assert_eq!(
        desk.raw("GET /", &[&cookie], "").status,
        403,
        "without a host nothing is said"
    );
}

#[test]
fn a_form_of_another_site_or_another_session_changes_nothing() {
    let desk = listening();
    let reviewer = desk.enter();
    let list = reviewer.get("/");
    let finding = list.body.split_once("href=\"/finding/").unwrap().1[..16].to_owned();
    let origin = format!("Origin: http://{}", desk.address);
    let fields = |form: &str| {
        [
            ("form", form.to_owned()),
            ("fingerprint", finding.clone()),
            ("decision", "dismissed".to_owned()),
            ("reason", "r".to_owned()),
            ("reviewer", "Eve".to_owned()),
            ("seen", "0".to_owned()),
        ]
    };
    let post = |lines: &[&str], form: &str| {
        let fields = fields(form);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        reviewer.post_with("/decide", lines, &fields).status
    };
    assert_eq!(post(&[], &reviewer.form), 403, "no origin");
    assert_eq!(post(&["Origin: null"], &reviewer.form), 403);
    assert_eq!(post(&["Origin: http://evil.test"], &reviewer.form), 403);
    assert_eq!(post(&["Sec-Fetch-Site: cross-site"], &reviewer.form), 403);
    assert_eq!(post(&[&origin], ""), 403, "no word");
    let invited = reviewer.post("/invite", &[]);
    let entrance = invited
        .body
        .split_once("invitation\">")
        .unwrap()
        .1
        .split('<')
        .next()
        .unwrap();
    let other = desk.enter_by(&entrance.replace("&#38;", "&"));
    assert_ne!(other.form, reviewer.form);
    assert_eq!(
        post(&[&origin], &other.form),
        403,
        "the word of another session"
    );
    assert!(!desk.folder.path().join("decisions.jsonl").exists());
    assert_eq!(post(&[&origin], &reviewer.form), 303);
    assert_eq!(
        post(&["Sec-Fetch-Site: same-origin"], &reviewer.form),
        409,
        "decided already"
    );
}

#[test]
fn every_answer_keeps_to_itself() {
    let desk = listening();
    let reviewer = desk.enter();
    let mut nonces = std::collections::BTreeSet::new();
    for page in PAGES {
        let answer = reviewer.get(page);
        assert_eq!(
            answer.field("x-content-type-options"),
            Some("nosniff"),
            "{page}"
        );
        assert_eq!(answer.field("cache-control"), Some("no-store"), "{page}");
        assert_eq!(
            answer.field("x-dns-prefetch-control"),
            Some("off"),
            "{page}"
        );
        let policy = answer.field("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{page}");
        if page.starts_with("/rendering") {
            assert!(
                policy.starts_with("sandbox;") && !policy.contains("script-src"),
                "{policy}"
            );
            assert_eq!(answer.field("referrer-policy"), Some("no-referrer"));
            assert_eq!(answer.body, crate::made::BODY);
            continue;
        }
        assert_eq!(
            answer.field("referrer-policy"),
            Some("same-origin"),
            "{page}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{page}");
        if let Some((_, nonce)) = policy.split_once("script-src 'nonce-") {
            let nonce = nonce.split('\'').next().unwrap();
            assert!(
                nonces.insert(nonce.to_owned()),
                "a nonce is new for every page"
            );
            assert!(!policy.contains("unsafe"), "{policy}");
            assert_eq!(answer.body.matches("<script").count(), 1, "{page}");
            assert!(answer.body.contains(&format!("<script nonce=\"{nonce}\">")));
            assert!(
                !answer.body.contains("<img") && !answer.body.contains(" style="),
                "{page}"
            );
            for quote in [
                " href=\"http",
                " src=\"http",
                " action=\"http",
                " href=\"//",
            ] {
                assert!(!answer.body.contains(quote), "{page} leads elsewhere");
            }
        }
    }
    assert!(nonces.len() >= 6);
}

#[test]
fn what_is_too_large_slow_or_broken_is_refused_and_the_desk_goes_on() {
    let desk = listening();
    let reviewer = desk.enter();
    let long = "r".repeat(300 * 1024);
    assert_eq!(reviewer.post("/decide", &[("reason", &long)]).status, 413);
    assert_eq!(
        desk.send(b"\x16\x03\x01\x02\0 not HTTP\r\n\r\n").status,
        400
    );
    let head = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(200_000));
    assert!([0, 400, 414, 431].contains(&desk.send(head.as_bytes()).status));
    for odd in [
        "/finding/../../etc/passwd",
        "/finding/%00",
        "/page?address=javascript:alert(1)",
        "/page",
        "/around?address=%ff&open=,,x,99999999999",
        "/nowhere",
    ] {
        let answer = reviewer.get(odd);
        assert_eq!(answer.status, 404, "{odd}");
        assert!(answer.body.contains("This did not work"), "{odd}");
    }
    for odd in [
        "/?page=18446744073709551615",
        "/?page=-1&severity=%3Cscript%3E",
        "/decisions?page=0",
        "/?search=%F0%9F%98%80%00",
    ] {
        assert_eq!(reviewer.get(odd).status, 200, "{odd}");
    }
    let slow = std::thread::scope(|scope| {
        let slow = scope.spawn(|| desk.send(b"GET / HTTP/1.1\r\nHost: a"));
        assert_eq!(
            reviewer.get("/").status,
            200,
            "others are answered meanwhile"
        );
        slow.join().unwrap()
    });
    assert_ne!(slow.status, 200, "the head of a request has its time");
}

#[test]
fn a_page_whose_goods_may_not_be_pictured_has_no_rendering() {
    let mut made = case(12, 3);
    made.text_only = true;
    let desk = Listening::to(made);
    let reviewer = desk.enter();
    let page = reviewer.get(PAGES[6]);
    assert!(page.body.contains("shown as text only"));
    assert!(!page.body.contains("<iframe"));
    assert_eq!(reviewer.get(PAGES[7]).status, 404);
}

#[test]
fn who_leaves_is_out() {
    let desk = listening();
    let reviewer = desk.enter();
    assert_eq!(reviewer.post("/leave", &[]).status, 200);
    assert_eq!(reviewer.get("/").status, 401);
}
