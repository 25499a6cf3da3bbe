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

const MADE_UP: &str = "{% set c = request.query.c | default(1) | int %}\
    {% set t = request.query.t | default(1700000000) | int %}\
    {% set n = request.query.n | default('a0') %}\
    <title>Offer {{ c }}</title><h1>Offer {{ c }} with code {{ n }}</h1><p>Made at {{ t }} for you.</p>\
    {% for k in range(3) %}<a href='/t?c={{ c * 3 + k }}&n={{ \"%x\" | format((c * 3 + k) * 40503 * 69069 % 4294967291) }}q{{ k }}\
    &t={{ t + 7 * (c * 3 + k) }}'>more</a>{% endfor %}";

#[test]
fn addresses_of_a_counter_a_nonce_and_the_time_are_a_trap_and_goods_with_a_code_are_none() {
    let trap = site(&["/t?c=1&n=a0&t=1700000000", "/about"], "/t", MADE_UP);
    let coverage = crawled(&trap, &["--delay", "0"]);
    let made_up = pattern(&coverage, "a.test/t?c&n&t");
    let asked = made_up["asked"].as_u64().unwrap();
    assert!((50..400).contains(&asked), "{:#}", coverage.0);
    assert!(made_up["declined"].as_u64().unwrap() > 0, "{made_up}");
    assert_eq!(coverage.0["stop"], "frontier-empty");

    // Goods whose addresses have an id and a code each, and that lead to each other alone.
    let words = "['oak', 'lamp', 'chair', 'vase', 'wool', 'silk', 'brass', 'kettle', 'stool', 'mirror', 'carpet']";
    let goods = "{% set id = request.query.id | default(1) | int %}{% set words = WORDS %}\
        <title>{{ words[id % 11] }} {{ words[id // 11 % 11] }}</title>\
        <p>{% for k in range(12) %}{{ words[(id * (k + 3) + id // 11 * k) % 11] }}{{ words[(id + k * id) % 11] }} {% endfor %}</p>\
        {% for k in range(3) %}{% if id * 3 + k <= 401 %}\
        <a href='/g?id={{ id * 3 + k - 1 }}&code=x{{ (id * 3 + k - 1) * 7919 }}y'>also</a>{% endif %}{% endfor %}";
    let shop = site(
        &["/g?id=1&code=x7919y"],
        "/g",
        &goods.replace("WORDS", words),
    );
    let coverage = crawled(&shop, &["--delay", "0"]);
    assert_eq!(unseen(&coverage, "pattern"), 0, "{:#}", coverage.0);
    let asked = pattern(&coverage, "a.test/g?code&id")["asked"]
        .as_u64()
        .unwrap();
    assert_eq!(asked, 400, "{:#}", coverage.0);
}

#[test]
fn what_is_not_looked_at_in_search_of_session_ids_stands_in_every_report() {
    // Ten pages, each with eight parameters of its own: more than are learned of for one host.
    let page = |n: usize| {
        let pairs: Vec<String> = (0..8).map(|k| format!("p{n}x{k}=q7w{n}e9{k}r")).collect();
        format!("/p?{}", pairs.join("&"))
    };
    let pages: Vec<String> = (0..10).map(page).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let site = site(&pages, "/p", "page");
    let coverage = crawled(&site, &[]);
    let cut = coverage.0["held_back"]["sessions_cut"].as_u64().unwrap();
    assert!(cut > 0, "{:#}", coverage.0);
    let case = site.case();
    for format in ["text", "html"] {
        let report = [
            "report",
            "--format",
            format,
            "--case",
            case.to_str().unwrap(),
        ];
        let written = String::from_utf8(support::run(report).stdout).unwrap();
        let flat = written.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = format!("{cut} parts of addresses were not looked at in search of session ids");
        assert!(flat.contains(&told), "{flat}");
    }
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
    let body = "<p>Page.</p><a href='/same?ticket=t{{ churn }}'>same</a>";
    let same = route(
        "/same",
        "body = '''<h1>The same page</h1><a href='/'>home</a>'''",
    );
    let pages: Vec<String> = (0..140).map(|n| format!("/n/{n}")).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let site = Site::serve(&(home(&pages) + &template("/n/*", body) + &same));
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
    assert!(learned["against"].is_null(), "{learned}");
    // Some of those that it holds back are asked all the same.
    let held = unseen(&coverage, "variant");
    assert!((50..80).contains(&held), "{:#}", coverage.0);
    assert_eq!(pattern(&coverage, "a.test/n/{int}")["asked"], 140);
}

#[test]
fn a_parameter_that_says_where_to_go_next_is_no_session_id_and_the_site_is_seen_whole() {
    // Every page leads to the login, to the age gate and to a sharer, and says to each where it stands; what they
    // answer is equal to the letter.
    let body = "{% set at = request.path %}<h1>Item {{ at }}</h1><p>Item {{ at }} is sold here.</p>\
        <a href='/login?next={{ at | urlencode }}'>log in</a> <a href='/age?to={{ at }}'>over 18</a>\
        <a href='/share?url=http%3A%2F%2Fa.test{{ at | urlencode }}'>share</a>";
    let doors: String = ["/login", "/age", "/share"]
        .iter()
        .map(|door| {
            route(
                door,
                &format!("body = \"<h1>{door}</h1><a href='/'>home</a>\""),
            )
        })
        .collect();
    let pages: Vec<String> = (0..100).map(|n| format!("/item/{n}")).collect();
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    let site = Site::serve(&(home(&pages) + &template("/item/*", body) + &doors));
    let coverage = crawled(&site, &[]);
    assert!(
        coverage.0["held_back"]["learned"]
            .as_array()
            .unwrap()
            .is_empty(),
        "{:#}",
        coverage.0
    );
    assert!(
        coverage.0["unseen"].as_array().unwrap().is_empty(),
        "{:#}",
        coverage.0
    );
    assert_eq!(coverage.seen(), 1 + 100 + 3 * 100);
}

/// Pages that link to each other, each link with a value that is new at every visit.
fn rotating(path: &str, address: &str, pages: u32) -> Site {
    let body = format!(
        "{{% set at = request.path | split('/') | list | last %}}<h1>Page {{{{ 'abcdefghijklmnopqrstuvwxyz'[(at or '0') | int % 26] }}}}</h1>\
         {{% for n in range({pages}) %}}<a href='{address}'>{{{{ n }}}}</a>{{% endfor %}}"
    );
    site(
        &[&address
            .replace("{{ n }}", "0")
            .replace("{{ churn }}", "00000000a0")],
        path,
        &body,
    )
}

#[test]
fn a_value_that_is_new_at_every_visit_of_pages_that_link_to_each_other_is_learned() {
    for (path, address, name, pages) in [
        ("/p/*", "/p/{{ n }}?zx=v{{ churn }}", "zx", 8),
        ("/p/*", "/p/{{ n }}?zx=v{{ churn }}", "zx", 30),
        ("/s-*", "/s-a{{ churn }}/p/{{ n }}", "/s-*", 20),
    ] {
        let coverage = crawled(&rotating(path, address, pages), &["--pages", "2500"]);
        assert_eq!(coverage.0["stop"], "frontier-empty", "{:#}", coverage.0);
        let learned = &coverage.0["held_back"]["learned"][0];
        assert_eq!(learned["parameter"], name, "{:#}", coverage.0);
        assert!(
            coverage.seen() < u64::from(pages) * 9 + 150,
            "{}",
            coverage.seen()
        );
        assert!(unseen(&coverage, "variant") > 100, "{:#}", coverage.0);
    }
}

#[test]
fn facets_in_the_path_end() {
    let body = "{% set at = request.path | split('/') | list %}<h1>All goods</h1>\
        {% for k in 'abcdef' %}{% for v in 'xyz' %}\
        <a href='/f{% for w in at[2:] %}{% if w[:1] != k %}/{{ w }}{% endif %}{% endfor %}/{{ k }}-{{ v }}'>{{ k }}</a>\
        {% endfor %}{% endfor %}";
    let coverage = crawled(&site(&["/f"], "/f*", body), &["--pages", "2500"]);
    assert_eq!(coverage.0["stop"], "frontier-empty", "{:#}", coverage.0);
    let facets = pattern(&coverage, "a.test/f/{words}");
    assert!(
        facets["declined"].as_u64().unwrap() > 100,
        "{:#}",
        coverage.0
    );
    assert!(coverage.seen() < 1_000, "{}", coverage.seen());
}

/// A shop whose lists name one article each, the first ones of which are sold out.
fn sold_out() -> Site {
    let list = "{% set n = (request.path | split('/') | list)[2] | default('0') | int %}<h1>List {{ n }}</h1>\
        <a href='/item?art={{ 'abcdefghij'[n // 10] }}{{ 'abcdefghij'[n % 10] }}{{ n + 1000 }}'>it</a>";
    let item = "{% set art = request.query.art | default('aa1000') %}{% set n = art[2:] | int - 1000 %}\
        {% if n < 30 %}<h1>Sold out</h1>{% else %}<h1>A chair {{ art }}</h1><p>It is made by hand of {{ art[:1] }}-oak.</p>\
        <a href='/order/{{ n }}'>order</a>{% endif %}";
    let lists: Vec<String> = (0..100).map(|n| format!("/list/{n}")).collect();
    let lists: Vec<&str> = lists.iter().map(String::as_str).collect();
    let orders = route("/order/*", "body = 'to order'");
    Site::serve(&(home(&lists) + &template("/list/*", list) + &template("/item", item) + &orders))
}

#[test]
fn article_numbers_of_goods_that_are_sold_out_are_no_session_ids_in_the_end() {
    for stops in [&[][..], &["--pages", "112"], &["--pages", "131"]] {
        let site = sold_out();
        if !stops.is_empty() {
            let stopped = crawled(&site, stops);
            assert_eq!(stopped.0["stop"], "pages-spent");
        }
        let mut command = match stops.is_empty() {
            true => site.crawl(&["http://a.test/"]),
            false => site.crawl(&[]),
        };
        let coverage = coverage_of(
            command.args(["--pages", "5000"]).output().unwrap(),
            &site.case(),
        );
        assert_eq!(coverage.seen(), 1 + 100 + 100 + 70, "{:#}", coverage.0);
        assert!(
            coverage.0["unseen"].as_array().unwrap().is_empty(),
            "{:#}",
            coverage.0
        );
        let learned = &coverage.0["held_back"]["learned"][0];
        assert_eq!(learned["parameter"], "art", "{:#}", coverage.0);
        let against = learned["against"].as_str().unwrap();
        assert!(against.starts_with("http://a.test/item?art="), "{against}");
        assert!(learned["until_place"].as_u64() > learned["from_place"].as_u64());
        assert_eq!(pattern(&coverage, "a.test/item?art")["declined"], 0);
    }
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
