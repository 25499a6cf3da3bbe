//! Variants, session ids that are learned, and patterns that bring nothing new.

use std::sync::Arc;

use case::Memo;
use model::Declined;

use super::crawl;
use super::shelf::Shelf;
use super::web::{Web, brief};

const SEED: &str = "http://a.test/";

async fn crawled(web: Web) -> (Arc<Web>, Shelf) {
    let (web, mut shelf) = (Arc::new(web), Shelf::new(brief(&[SEED])));
    crawl(&web, &mut shelf).await;
    (web, shelf)
}

#[tokio::test(start_paused = true)]
async fn variants_are_asked_within_their_budget_and_the_rest_are_not() {
    let links: String = (0..9).map(|n| format!("a /p?utm_source={n}\n")).collect();
    let web = Web::default().page(SEED, &(links + "a /p\na /p?b=1&a=2\na /p?a=2&b=1"));
    let (web, shelf) = crawled(web).await;
    for n in 0..4 {
        assert_eq!(
            shelf.outcome(&format!("http://a.test/p?utm_source={n}")),
            "404"
        );
    }
    let declined = "http://a.test/p?utm_source=4";
    assert_eq!(shelf.outcome(declined), "withheld variant");
    assert_eq!(
        shelf.variant_of(declined),
        Some("http://a.test/p?utm_source=0")
    );
    assert_eq!(shelf.withheld(Declined::Variant), 5);
    // The page itself is always asked, and so is another page.
    assert_eq!(shelf.outcome("http://a.test/p"), "404");
    assert_eq!(shelf.outcome("http://a.test/p?a=2&b=1"), "404");
    assert_eq!(
        shelf.variant_of("http://a.test/p?a=2&b=1"),
        Some("http://a.test/p?b=1&a=2")
    );
    assert_eq!(web.pages_asked().len(), 1 + 4 + 1 + 2);
}

#[tokio::test(start_paused = true)]
async fn a_host_with_the_dot_of_the_root_is_no_second_site() {
    let links = "a /1\na /2\na /3\na http://a.test./1\na http://a.test./side";
    let mut web = Web::default()
        .page(SEED, links)
        .page("http://a.test./1", "a /\na /1\na /2\na /3\na /only-here")
        .redirect("http://a.test./side", "http://b.test./");
    for page in 1..4 {
        web = web.page(&format!("http://a.test/{page}"), links);
    }
    let (web, shelf) = crawled(web).await;
    // Its pages are variants of those without the dot, and their links of those already known.
    for address in ["http://a.test./", "http://a.test./2", "http://a.test./3"] {
        assert_eq!(shelf.outcome(address), "withheld variant", "{address}");
    }
    let of = "http://a.test/1";
    assert_eq!(shelf.variant_of("http://a.test./1"), Some(of));
    // What has no other way is asked by the name that leads there, and so is what may lead elsewhere.
    for address in [
        "http://a.test./1",
        "http://a.test./side",
        "http://a.test./only-here",
    ] {
        assert!(web.pages_asked().contains(&address.to_owned()), "{address}");
    }
    assert_eq!(shelf.outcome("http://b.test./"), "404");
    let robots = web.asked().into_iter();
    let robots = robots.filter(|asked| asked.purpose == model::Purpose::Robots);
    let robots: Vec<String> = robots.map(|asked| asked.address).collect();
    assert_eq!(
        robots,
        ["http://a.test/robots.txt", "http://b.test/robots.txt"]
    );
    assert!(web.most_at_once("a.test") <= 2);
}

#[tokio::test(start_paused = true)]
async fn a_redirect_to_a_variant_of_its_own_page_is_followed_to_its_end() {
    let mut web = Web::default().page(SEED, "a /p");
    web = web.redirect("http://a.test/p", "/p?sid=0");
    for n in 0..9 {
        web = web.redirect(
            &format!("http://a.test/p?sid={n}"),
            &format!("/p?sid={}", n + 1),
        );
    }
    let (_, shelf) = crawled(web.page("http://a.test/p?sid=9", "a /found")).await;
    assert_eq!(shelf.outcome("http://a.test/found"), "404");
    assert_eq!(shelf.withheld(Declined::Variant), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_id_is_learned_by_pages_of_equal_content() {
    let all: String = (1..200).map(|n| format!("a /{n}\n")).collect();
    let mut web = Web::default().page(SEED, &all);
    for n in 1..200 {
        let page = format!("a /same?ticket=abc{n}");
        web = web.page(&format!("http://a.test/{n}"), &page);
        web = web.page(&format!("http://a.test/same?ticket=abc{n}"), "a /1");
    }
    let (_, shelf) = crawled(web).await;
    let learned = shelf.kept().into_iter().find_map(|memo| match memo {
        Memo::Learned(memo) => Some(memo),
        _ => None,
    });
    let learned = learned.unwrap();
    assert_eq!(
        (learned.host.as_str(), learned.parameter.as_str()),
        ("a.test", "ticket")
    );
    assert_eq!(learned.evidence.len(), 5);
    let held = shelf.withheld(Declined::Variant);
    assert!((100..199 - 5 - 64).contains(&held), "{held}");
    assert_eq!(shelf.outcome("http://a.test/199"), "200");
}

/// A page of the calendar, with a way to months and years around it.
fn calendar(mut web: Web) -> Web {
    for year in 2026..2060 {
        for month in 1..=12 {
            let (next, other) = (month % 12 + 1, year + 1);
            let page = format!(
                "a /cal/{year}/{next}\na /cal/{other}/{month}\na /\na /cal/{}/{month}",
                year + 3
            );
            web = web.page(&format!("http://a.test/cal/{year}/{month}"), &page);
        }
    }
    web
}

#[tokio::test(start_paused = true)]
async fn a_calendar_comes_behind_everything_else_and_ends() {
    let mut web = calendar(Web::default()).page(SEED, "a /cal/2026/1\na /1");
    for n in 1..50 {
        web = web.page(
            &format!("http://a.test/{n}"),
            &format!("a /{}\nhidden /h-{n}", n + 1),
        );
    }
    let (web, shelf) = crawled(web).await;
    let asked = web.pages_asked();
    let months = asked.iter().filter(|at| at.contains("/cal/")).count();
    assert!(months < 200, "{months}");
    assert!(shelf.withheld(Declined::Pattern) > 0);
    assert_eq!(shelf.outcome("http://a.test/50"), "404");
    assert_eq!(shelf.outcome("http://a.test/h-49"), "404");
    // The committed order: nearly all of the months come last.
    let order = shelf.addresses();
    let last = order
        .iter()
        .position(|at| *at == "http://a.test/h-49")
        .unwrap();
    let before = order[..last]
        .iter()
        .filter(|at| at.contains("/cal/"))
        .count();
    assert!(before < 100, "{before} of {months}");
    assert!(order[last..].iter().any(|at| at.contains("/cal/")));
}

#[tokio::test(start_paused = true)]
async fn the_first_variant_of_every_set_of_names_is_asked_behind_any_number_of_decoys() {
    let decoys: String = ('a'..='j')
        .map(|n| format!("a /p?utm_source={n}\n"))
        .collect();
    let sets: String = (0..40).map(|n| format!("a /q?utm_{n}=1\n")).collect();
    let page = format!("a /p\n{decoys}a /p?utm_source=insta&gclid=zz\na /q\n{sets}");
    let web = Web::default()
        .page(SEED, &page)
        .page("http://a.test/p", "")
        .redirect(
            "http://a.test/p?utm_source=insta&gclid=zz",
            "http://b.test/",
        );
    let (web, shelf) = crawled(web).await;
    let asked = web.pages_asked();
    let of = |path: &str| asked.iter().filter(|at| at.starts_with(path)).count();
    assert_eq!(of("http://a.test/p"), 1 + 3 + 1);
    assert_eq!(of("http://b.test/"), 1);
    let most = 1 + 3 + usize::try_from(case::NAME_SETS).unwrap();
    assert_eq!(
        of("http://a.test/q"),
        most,
        "the sets of names have a bound, too"
    );
    assert_eq!(shelf.withheld(Declined::Variant), 7 + 40 - (most - 1));
}

#[tokio::test(start_paused = true)]
async fn the_figures_of_patterns_add_up() {
    // Names that are combined at will, and words that turn out to be values.
    let mut web = Web::default().page(SEED, "a /f?k0=1\na /brand/aa");
    for mask in 1..64_u32 {
        let names = |mask: u32| {
            let names = (0..6).filter(move |bit| mask >> bit & 1 == 1);
            let pairs: Vec<_> = names.map(|bit| format!("k{bit}=1")).collect();
            pairs.join("&")
        };
        let more: String = (0..6)
            .map(|bit| format!("a /f?{}\n", names(mask | 1 << bit)))
            .collect();
        web = web.page(&format!("http://a.test/f?{}", names(mask)), &more);
    }
    let word = |n: u8| {
        format!(
            "/brand/{}{}",
            char::from(b'a' + n / 26),
            char::from(b'a' + n % 26)
        )
    };
    for n in 0..80 {
        let page = format!("a {}\na {}", word(n + 1), word(n + 2));
        web = web.page(&format!("http://a.test{}", word(n)), &page);
    }
    let (_, shelf) = crawled(web).await;
    let (mut offered, mut asked, mut withheld) = (0, 0, 0);
    for memo in shelf.kept() {
        if let case::Memo::Pattern(memo) = memo {
            let known = memo.asked + memo.withheld;
            assert_eq!(memo.offered, known, "{memo:?}");
            offered += memo.offered;
            asked += memo.asked;
            withheld += memo.withheld;
        }
    }
    assert_eq!(offered, asked + withheld);
    assert_eq!(
        asked,
        shelf.addresses().len() as u64,
        "every page was answered"
    );
}

#[tokio::test(start_paused = true)]
async fn the_pages_of_a_shop_that_look_alike_are_all_asked() {
    let mut web = Web::default().page(SEED, "a /list?page=0");
    for list in 0..30 {
        let items: String = (0..20)
            .map(|n| format!("a /item/{}\n", list * 20 + n))
            .collect();
        let page = format!("{items}a /list?page={}", list + 1);
        web = web.page(&format!("http://a.test/list?page={list}"), &page);
    }
    for item in 0..600 {
        let page = format!("a /\na /item/{}", (item + 7) % 600);
        web = web.page(&format!("http://a.test/item/{item}"), &page);
    }
    let (_, shelf) = crawled(web).await;
    assert_eq!(shelf.addresses().len(), 1 + 31 + 600);
}
