//! Cloaking by more than the user agent, what is honest all the same, and what is recorded of both:
//! the whole program on scripted sites.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well, and writes files"
)]

mod support;

use case::CaseFolder;
use model::{PageUrl, Purpose, VantageId};
use serde_json::Value;
use support::site::{HOST, Site};
use support::{json, sidedoor, told};

/// A listing of a tea towel, with something more in what its seller wrote.
fn listing(more: &str) -> String {
    named_listing("Tea towel with herons", "9.00", "GBP", more)
}

fn named_listing(name: &str, price: &str, currency: &str, more: &str) -> String {
    format!(
        r#"<!DOCTYPE html><html lang="en"><head><title>{name}</title>
<script type="application/ld+json">{{"@context":"https://schema.org","@type":"Product","name":"{name}","description":"Screen-printed cotton tea towel with a hanging loop.","category":"Kitchen > Linen","offers":{{"@type":"Offer","price":"{price}","priceCurrency":"{currency}","seller":{{"@type":"Organization","name":"Reedbed Prints"}}}}}}</script></head>
<body><a href="/">Home</a><h1>{name}</h1><p>{price} <button>Add to basket</button></p>
<div class="description"><p>Screen-printed cotton tea towel with a hanging loop, printed by hand.</p>{more}</div></body></html>"#
    )
}

const WAY: &str = r#"<p>Friends: <a href="http://b.test/vodka">b.test</a></p>"#;
const SHOP: &str = r#"<!DOCTYPE html><html lang="en"><head><title>Rye vodka</title>
<script type="application/ld+json">{"@context":"https://schema.org","@type":"Product","name":"Rye vodka, 40 % vol","description":"Vodka distilled from rye, 40 % alcohol by volume, one litre.","category":"Spirits > Vodka","hasAdultConsideration":"AlcoholConsideration","offers":{"@type":"Offer","price":"19.00","priceCurrency":"GBP"}}</script></head>
<body><h1>Rye vodka, 40 % vol</h1><p>Vodka distilled from rye. Also whisky and gin.</p><p>19.00</p><button>Buy now</button></body></html>"#;

fn route(host: &str, path: &str, rest: &str) -> String {
    format!("[[route]]\nhost = \"{host}\"\npath = \"{path}\"\n{rest}\n")
}

fn body(text: &str) -> String {
    format!("body = '''{text}'''")
}

/// A market whose home leads to `/towel`, and a shop for spirits; `towel` says what the listing
/// answers.
fn market(home: &str, towel: &str) -> String {
    [
        HOST.to_owned(),
        "[[host]]\nname = \"b.test\"\n".to_owned(),
        route("a.test", "/robots.txt", "status = 404"),
        route("b.test", "/robots.txt", "status = 404"),
        route(
            "a.test",
            "/",
            &format!("{}\n{home}", body("<a href='/towel'>Towel</a>")),
        ),
        route("a.test", "/towel", towel),
        route("b.test", "/vodka", &body(SHOP)),
    ]
    .concat()
}

/// The listing, with the way to the shop under a condition.
fn shown_when(condition: &str, otherwise: &str) -> String {
    let (clean, open) = (body(&listing("")), body(&listing(WAY)));
    format!("{clean}\n{otherwise}\n[[route.when]]\n{condition}\n{open}")
}

/// The report of a crawl in some vantages behind the desktop.
fn report(site: &Site, vantages: &str, more: &[&str]) -> Value {
    let mut crawl = site.crawl(&["http://a.test/"]);
    let crawled = crawl.args(["--vantage", vantages]).args(more).output();
    let crawled = crawled.unwrap();
    assert!(
        matches!(crawled.status.code(), Some(0 | 3)),
        "{}",
        told(&crawled)
    );
    let report = sidedoor()
        .args(["report", "--market", "DE", "--format", "json", "--case"])
        .arg(site.case())
        .output()
        .unwrap();
    json(&report)
}

fn detectors(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    let mut ids: Vec<_> = findings
        .map(|one| one["detector"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    ids
}

fn indicators<'a>(report: &'a Value, id: &str) -> Vec<&'a Value> {
    let all = report["indicators"].as_array().unwrap().iter();
    all.filter(|one| one["id"] == id).collect()
}

/// That the way is found by a vantage, and said of it.
fn assert_found(towel: &str, home: &str, vantage: &str) {
    let site = Site::serve(&market(home, towel));
    let report = report(&site, vantage, &[]);
    assert_eq!(
        detectors(&report),
        ["cloaked-link", "hidden-path"],
        "{report:#}"
    );
    let finding = report["findings"].as_array().unwrap().iter();
    let finding = finding
        .clone()
        .find(|one| one["detector"] == "cloaked-link");
    let hop = &finding.unwrap()["witness"][0];
    assert_eq!(hop["vantages"], serde_json::json!([vantage]), "{hop:#}");
    assert_eq!(hop["missing_from"], serde_json::json!(["desktop"]));
}

#[test]
fn a_way_for_those_who_come_from_elsewhere_is_found() {
    let search = shown_when("referrer_contains = \"google\"", "");
    assert_found(&search, "", "from-search");
    let market = shown_when("referrer_contains = \"http://a.test/\"", "");
    assert_found(&market, "", "from-market");
}

#[test]
fn a_way_for_those_who_come_back_is_found() {
    let set = "headers = { Set-Cookie = \"seen=1\" }";
    let towel = shown_when("cookie_contains = \"seen=1\"", set);
    assert_found(&towel, "", "returning");
}

#[test]
fn a_way_for_those_without_cookies_is_found() {
    let set = "headers = { Set-Cookie = \"seen=1; Path=/\" }";
    let towel = shown_when("cookie_lacks = \"seen=1\"", "");
    assert_found(&towel, set, "without-cookies");
}

#[test]
fn a_way_for_those_who_read_another_language_is_found() {
    let german = "header = { name = \"accept-language\", contains = \"de\" }";
    assert_found(&shown_when(german, ""), "", "language:de");
}

#[test]
fn what_churns_by_itself_is_no_cloaking_and_hides_none() {
    let random = "<p>See also: <a href='http://c{{ churn % 97 }}.test/'>a friend</a></p>";
    let hosts: String = (0..97)
        .map(|number| format!("[[host]]\nname = \"c{number}.test\"\n"))
        .collect();
    let churning = |more: &str| {
        let text = listing(&format!("{more}<ul><li>{random}</li></ul>"));
        format!("{}\nchurn = 5", body(&text))
    };
    let honest = market("", &churning("")) + &hosts;
    let site = Site::serve(&honest);
    let honest = report(&site, "phone,crawler", &["--landings", "record"]);
    assert_eq!(detectors(&honest), Vec::<&str>::new(), "{honest:#}");
    let (clean, open) = (churning(""), churning(WAY));
    let towel = format!("{open}\n[[route.when]]\nuser_agent_contains = \"Googlebot\"\n{clean}");
    let site = Site::serve(&(market("", &towel) + &hosts));
    let cloaked = report(&site, "phone,crawler", &[]);
    assert!(detectors(&cloaked).contains(&"cloaked-link"), "{cloaked:#}");
    let evidence = cloaked["findings"].to_string();
    assert!(
        evidence.contains("again when it came once more"),
        "{evidence}"
    );
    // The second visit is evidence like any other.
    let verified = sidedoor()
        .arg("verify")
        .arg("--case")
        .arg(site.case())
        .output();
    let verified = verified.unwrap();
    assert_eq!(verified.status.code(), Some(0), "{}", told(&verified));
}

#[test]
fn honest_languages_and_sessions_are_silent() {
    let german = r#"
[[route.when]]
header = { name = "accept-language", contains = "de" }
status = 302
headers = { Location = "/de/towel" }"#;
    let towel = format!("{}{german}", body(&listing("")));
    let home = "headers = { Set-Cookie = \"session={{ churn }}; Path=/\" }\nchurn = 3";
    let translated = named_listing("Geschirrtuch mit Reihern", "10.50", "EUR", "");
    let script = market(home, &towel) + &route("a.test", "/de/towel", &body(&translated));
    let site = Site::serve(&script);
    let vantages = "phone,crawler,returning,without-cookies,language:de,from-search";
    let report = report(&site, vantages, &[]);
    assert_eq!(detectors(&report), Vec::<&str>::new(), "{report:#}");
    assert!(indicators(&report, "other-goods").is_empty(), "{report:#}");
    assert!(report["coverage"]["reasked"].as_u64().unwrap() >= 2);
}

#[test]
fn other_goods_for_some_are_told_and_those_of_chance_are_not() {
    let herbs = named_listing("Loose herbs", "90.00", "GBP", "");
    let towel = format!(
        "{}\n[[route.when]]\nuser_agent_contains = \"Mobile\"\n{}",
        body(&listing("")),
        body(&herbs)
    );
    let site = Site::serve(&market("", &towel));
    let told = report(&site, "phone", &[]);
    let found = indicators(&told, "other-goods");
    assert_eq!(found.len(), 2, "name and price: {told:#}");
    let statement = found[0]["statement"].as_str().unwrap();
    assert!(
        statement.contains("“tea towel with herons” for desktop"),
        "{statement}"
    );
    assert_eq!(found[0]["evidence"].as_array().unwrap().len(), 2);
    assert_eq!(detectors(&told), Vec::<&str>::new());
    let by_chance = named_listing("Tea towel {{ churn }}", "{{ churn % 50 }}", "GBP", "");
    let by_chance = format!("{}\nchurn = 9", body(&by_chance));
    let site = Site::serve(&market("", &by_chance));
    let silent = report(&site, "phone", &[]);
    assert!(indicators(&silent, "other-goods").is_empty(), "{silent:#}");
}

#[test]
fn a_path_through_an_orphan_says_so_and_an_orphan_alone_is_no_finding() {
    let sitemap = "<urlset><url><loc>http://a.test/alone</loc></url></urlset>";
    let hidden = listing(r#"<p style="display:none"><a href="http://b.test/vodka">more</a></p>"#);
    let with = |alone: &str| {
        market("", &body(&listing("")))
            + &route("a.test", "/sitemap.xml", &body(sitemap))
            + &route("a.test", "/alone", &body(alone))
    };
    let site = Site::serve(&with(&hidden));
    let found = report(&site, "phone", &[]);
    let findings = found["findings"].as_array().unwrap();
    assert_eq!(
        detectors(&found),
        ["hidden-path", "orphan-listing"],
        "{found:#}"
    );
    assert_eq!(findings[0]["listing"], "http://a.test/alone");
    let evidence = findings[0]["evidence"].as_array().unwrap().iter();
    let orphans: Vec<_> = evidence.filter(|one| one["kind"] == "orphan").collect();
    assert_eq!(orphans.len(), 1, "{found:#}");
    assert!(orphans[0]["statement"].as_str().unwrap().starts_with("C09"));
    let site = Site::serve(&with(&listing("")));
    let alone = report(&site, "phone", &[]);
    assert_eq!(alone["coverage"]["orphans"], 1);
    assert_eq!(detectors(&alone), Vec::<&str>::new());
    assert!(indicators(&alone, "restricted-orphan").is_empty());
    assert_eq!(indicators(&alone, "orphan-listing").len(), 1, "{alone:#}");
    let site = Site::serve(&with(SHOP));
    let restricted = report(&site, "phone", &[]);
    assert_eq!(detectors(&restricted), Vec::<&str>::new());
    let told = indicators(&restricted, "restricted-orphan");
    assert_eq!(told.len(), 1, "{restricted:#}");
    assert_eq!(told[0]["page"], "http://a.test/alone");
}

#[test]
fn pages_for_which_the_budget_of_the_other_vantages_was_spent_are_listed() {
    let home = "<a href='/1'>1</a><a href='/2'>2</a><a href='/3'>3</a>";
    let mut script = HOST.to_owned() + &route("a.test", "/robots.txt", "status = 404");
    script += &route("a.test", "/", &body(home));
    for page in 1..4 {
        script += &route("a.test", &format!("/{page}"), &body(&listing("")));
    }
    let site = Site::serve(&script);
    let report = report(&site, "phone", &["--reasks", "1"]);
    assert_eq!(report["coverage"]["reasked"], 1);
    let spent = &report["coverage"]["not_reasked"][0];
    assert_eq!(spent["why"], "reask-budget", "{report:#}");
    assert_eq!(
        spent["examples"],
        serde_json::json!(["http://a.test/2", "http://a.test/3"])
    );
}

#[test]
fn a_request_record_has_the_referrer_and_the_cookies_of_its_vantage() {
    let set = "headers = { Set-Cookie = \"session=abc; Path=/\" }";
    let site = Site::serve(&market(set, &body(&listing(""))));
    report(&site, "from-search", &[]);
    let case = CaseFolder::open_read_only(&site.case()).unwrap();
    let address = PageUrl::parse("http://a.test/towel").unwrap();
    let sent = |vantage| {
        let kept = case.exchange(&address, vantage, Purpose::Page).unwrap();
        let headers = kept.unwrap().request_headers;
        let field = |name| headers.first(name).unwrap_or_default().to_owned();
        [field("referer"), field("cookie")]
    };
    assert_eq!(sent(VantageId::Desktop), ["", "session=abc"]);
    let search = ["https://www.google.com/", "session=abc"];
    assert_eq!(sent(VantageId::FromSearch), search);
}

/// A site that lets nobody in without the cookie that its door sets.
fn with_a_door() -> Site {
    let door = r#"
[[route.when]]
cookie_lacks = "in=1"
status = 302
headers = { Location = "/", Set-Cookie = "in=1; Path=/; HttpOnly" }"#;
    let inside = "[[route.when]]\ncookie_lacks = \"in=1\"\nstatus = 403";
    let script = [
        HOST.to_owned(),
        route("a.test", "/robots.txt", "status = 404"),
        route(
            "a.test",
            "/",
            &format!("{}{door}", body("<a href='/in'>in</a>")),
        ),
        route("a.test", "/in", &format!("{}\n{inside}", body("inside"))),
    ];
    Site::serve(&script.concat())
}

#[test]
fn a_door_that_sets_a_cookie_is_passed_once_and_a_crawl_without_cookies_stays_outside() {
    let site = with_a_door();
    let inside = report(&site, "desktop", &[]);
    assert_eq!(inside["coverage"]["unseen"], serde_json::json!([]));
    assert_eq!(inside["coverage"]["seen"], 2);
    assert_eq!(site.sandbox.asked("a.test", "/"), 2);
    let again = &inside["coverage"]["retried"][0];
    assert_eq!(again["why"], "status 302", "{inside:#}");
    let site = with_a_door();
    let outside = report(&site, "desktop", &["--no-cookies"]);
    assert_eq!(outside["brief"]["cookies"], "refuse");
    assert_eq!(outside["coverage"]["unseen"][0]["why"], "self-redirect");
    assert_eq!(site.sandbox.asked("a.test", "/"), 1);
}

#[test]
fn cookies_that_a_user_gives_are_masked_beside_those_that_a_server_sets() {
    let set = "headers = { Set-Cookie = \"session=abc; Path=/\" }";
    let site = Site::serve(&market(set, &body(&listing(""))));
    let file = site.folder.path().join("cookies.txt");
    std::fs::write(&file, "a.test\tFALSE\t/\tFALSE\t0\tlogin\thunter2\n").unwrap();
    report(&site, "desktop", &["--cookies", file.to_str().unwrap()]);
    let case = CaseFolder::open_read_only(&site.case()).unwrap();
    let address = PageUrl::parse("http://a.test/towel").unwrap();
    let kept = case.exchange(&address, VantageId::Desktop, Purpose::Page);
    let headers = kept.unwrap().unwrap().request_headers;
    assert_eq!(headers.first("cookie"), Some("session=abc; (masked)"));
}
