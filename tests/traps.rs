//! Sites without an end, and what a crawl of the whole program records of each: how much is asked, what
//! is not and why, and that an honest shop is seen whole.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use serde_json::Value;
use support::site::{Coverage, Site, coverage_of, home, route};

/// A site whose home page links to `first`, and whose pages below a path are one template.
fn site(first: &[&str], path: &str, body: &str) -> Site {
    Site::serve(&(home(first) + &template(path, body)))
}

/// A route whose body is made anew for each question.
fn template(path: &str, body: &str) -> String {
    route(path, &format!("churn = 7\nbody = '''{body}'''"))
}

fn crawled(site: &Site, flags: &[&str]) -> Coverage {
    let mut command = site.crawl(&["http://a.test/"]);
    coverage_of(command.args(flags).output().unwrap(), &site.case())
}

/// The number of addresses that were not seen for a reason.
fn unseen(coverage: &Coverage, why: &str) -> u64 {
    let unseen = coverage.0["unseen"].as_array().unwrap();
    let one = unseen.iter().find(|one| one["why"] == why);
    one.map_or(0, |one| one["addresses"].as_u64().unwrap())
}

/// What became of the addresses of a pattern.
fn pattern<'a>(coverage: &'a Coverage, name: &str) -> &'a Value {
    let patterns = coverage.0["held_back"]["patterns"].as_array().unwrap();
    let one = patterns.iter().find(|one| one["pattern"] == name);
    one.unwrap_or(&Value::Null)
}

const MONTH: &str = "{% set parts = request.path | split('/') | list %}\
    {% set year = parts[2] | default('2026') | int %}{% set month = parts[3] | default('1') | int %}<title>Events</title><h1>Events of month {{ month }} of {{ year }}</h1>\
    <p>No events.</p><a href='/cal/{{ year + 1 }}/{{ month }}'>next year</a>\
    <a href='/cal/{{ year }}/{{ month % 12 + 1 }}'>next</a><a href='/cal/{{ year - 1 }}/{{ month }}'>before</a>";

#[test]
fn an_endless_calendar_is_set_back_and_ends_at_its_budget() {
    let site = site(&["/cal/2026/1", "/about"], "/cal/*", MONTH);
    let coverage = crawled(&site, &[]);
    let months = pattern(&coverage, "a.test/cal/{date}/{date}");
    let (asked, declined) = (
        months["asked"].as_u64().unwrap(),
        months["declined"].as_u64().unwrap(),
    );
    assert!((50..200).contains(&asked), "{:#}", coverage.0);
    assert!(months["set_back"].as_u64().unwrap() >= 50, "{months}");
    assert!(declined > 0 && months["why"] == "pattern", "{months}");
    assert_eq!(unseen(&coverage, "pattern"), declined);
}

#[test]
fn a_path_that_grows_for_ever_is_left_when_it_repeats_itself() {
    let body = "<a href='sub/more/'>more</a>";
    let site = site(&["/a/"], "/a/*", body);
    let coverage = crawled(&site, &[]);
    assert_eq!(
        coverage.unseen("path"),
        ["http://a.test/a/sub/more/sub/more/"]
    );
    assert_eq!(coverage.seen(), 3);
}

#[test]
fn a_path_of_ever_new_segments_is_left_when_it_is_too_long() {
    let body = "<a href='s{{ churn }}/'>more</a>";
    let site = site(&["/a/"], "/a/*", body);
    let coverage = crawled(&site, &[]);
    assert_eq!(unseen(&coverage, "path"), 1, "{:#}", coverage.0);
    assert_eq!(coverage.seen(), 1 + 20);
}

#[test]
fn a_session_id_in_every_link_makes_no_new_pages() {
    let links: String = (0..10)
        .map(|n| format!("<a href='/s/{n}?sid={{{{ churn }}}}'>{n}</a>"))
        .collect();
    let coverage = crawled(&site(&["/s/0"], "/s/*", &links), &[]);
    // Each page once, and three variants of it.
    assert!(coverage.seen() <= 1 + 1 + 10 * 4, "{:#}", coverage.0);
    assert!(unseen(&coverage, "variant") > 50, "{:#}", coverage.0);
    let variants = &coverage.0["held_back"]["variants"][0];
    assert!(
        variants["of"].as_str().unwrap().contains("/s/"),
        "{variants}"
    );
    assert_eq!(variants["asked"], 3, "{variants}");
    assert!(!variants["examples"].as_array().unwrap().is_empty());
    let rules = coverage.0["held_back"]["variant_rules"].as_str().unwrap();
    assert_eq!(rules.len(), "2026-11-22".len());
}

#[test]
fn combinations_of_facets_end() {
    // Every filter is switched on beside those that are on: two to the power of fourteen lists.
    let body = "{% set all = 'abcdefghijklmn' | list %}<h1>All goods</h1>\
        <a href='/item/1'>1</a><a href='/item/2'>2</a>\
        {% for k in all %}<a href='/list?{% for j in all %}{% if j == k or j in request.query %}{{ j }}=1&{% endif %}{% endfor %}x=1'>{{ k }}</a>{% endfor %}";
    let site = Site::serve(
        &(home(&["/list"]) + &template("/list", body) + &route("/item/*", "body = 'an item'")),
    );
    let coverage = crawled(&site, &[]);
    let lists = pattern(&coverage, "a.test/list?{names}");
    assert!(lists["declined"].as_u64().unwrap() > 0, "{:#}", coverage.0);
    assert!((100..700).contains(&coverage.seen()), "{}", coverage.seen());
    assert_eq!(
        unseen(&coverage, "pattern"),
        lists["declined"].as_u64().unwrap()
    );
}

#[test]
fn escapes_that_mean_the_same_are_one_address() {
    let site = Site::serve(
        &(home(&["/%70", "/p", "/%70?q=%70", "/a%2fb", "/a%2Fb", "/a/b"])
            + &route("/p", "body = 'one'")),
    );
    let coverage = crawled(&site, &[]);
    assert_eq!(site.sandbox.asked("a.test", "/p"), 1);
    assert_eq!(site.sandbox.asked("a.test", "/%70"), 0);
    assert_eq!(site.sandbox.asked("a.test", "/p?q=%70"), 1);
    assert_eq!(site.sandbox.asked("a.test", "/a%2Fb"), 1);
    assert_eq!(site.sandbox.asked("a.test", "/a/b"), 1);
    assert_eq!(coverage.seen(), 1 + 4);
}

#[test]
fn variants_by_tracking_are_asked_within_a_budget_that_can_be_set() {
    let links: Vec<String> = (0..12).map(|n| format!("/p?utm_source={n}")).collect();
    let links: Vec<&str> = links.iter().map(String::as_str).collect();
    for (flags, asked) in [(&[][..], 4), (&["--variants", "6"], 7)] {
        let site = Site::serve(&(home(&links) + &route("/p", "body = 'one'")));
        let coverage = crawled(&site, flags);
        assert_eq!(coverage.seen(), 1 + asked);
        assert_eq!(unseen(&coverage, "variant"), 12 - asked);
        let variants = &coverage.0["held_back"]["variants"][0];
        assert_eq!(variants["of"], "http://a.test/p?utm_source=0");
        assert_eq!(variants["declined"], 12 - asked);
    }
}

#[test]
fn a_parameter_of_a_host_is_learned_to_be_a_session_id() {
    let body = "{% set n = (request.path | split('/') | list)[2] | default('0') | int %}<p>Page.</p>\
        {% if n < 40 %}<a href='/n/{{ n + 1 }}'>next</a>{% endif %}<a href='/same?ticket=t{{ churn }}'>same</a>";
    let same = route(
        "/same",
        "body = '''<h1>The same page</h1><a href='/'>home</a>'''",
    );
    let site = Site::serve(&(home(&["/n/1"]) + &template("/n/*", body) + &same));
    let coverage = crawled(&site, &[]);
    let learned = &coverage.0["held_back"]["learned"][0];
    assert_eq!(
        (&learned["host"], &learned["parameter"]),
        (&"a.test".into(), &"ticket".into())
    );
    assert_eq!(
        learned["evidence"].as_array().unwrap().len(),
        5,
        "{learned}"
    );
    assert!(unseen(&coverage, "variant") >= 20, "{:#}", coverage.0);
    assert_eq!(pattern(&coverage, "a.test/n/{int}")["asked"], 40);
}

#[test]
fn a_page_with_more_links_than_are_taken_is_named() {
    let links: String = (0..5_003)
        .map(|n| format!("<a href='/t{n}'>t</a>"))
        .collect();
    let site = Site::with_files(
        &(home(&["/x"]) + &route("/x", "file = 'many.html'")),
        &[("many.html", links.as_bytes())],
    );
    let coverage = crawled(&site, &["--pages", "5"]);
    assert_eq!(unseen(&coverage, "links-of-a-page"), 1, "{:#}", coverage.0);
    coverage.assert_unseen("links-of-a-page", &["http://a.test/x"]);
}

#[test]
fn an_honest_shop_is_seen_whole() {
    let list = "{% set n = request.query.page | default('0') | int %}<h1>Goods</h1>\
        {% for i in range(50) %}<a href='/item/{{ n * 50 + i }}'>Item {{ n * 50 + i }}</a>{% endfor %}\
        {% if n < 39 %}<a href='/list?page={{ n + 1 }}'>next</a>{% endif %}";
    let item = "{% set n = (request.path | split('/') | list)[2] | default('0') | int %}\
        <h1>Item {{ n }}</h1><p>A fine thing, for a fair price.</p>\
        <a href='/item/{{ (n + 1) % 2000 }}'>like this</a><a href='/'>home</a>";
    let site =
        Site::serve(&(home(&["/list"]) + &template("/list", list) + &template("/item/*", item)));
    let coverage = crawled(&site, &[]);
    assert_eq!(coverage.seen(), 1 + 40 + 2_000, "{:#}", coverage.0);
    assert_eq!(
        coverage.0["unseen"].as_array().unwrap().len(),
        0,
        "{:#}",
        coverage.0
    );
    assert_eq!(pattern(&coverage, "a.test/item/{int}")["declined"], 0);
}
