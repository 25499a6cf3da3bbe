//! The order of commits depends on the web's answers alone.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use model::{Brief, StopReason, Vantage, VantageId};
use proptest::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::shelf::Shelf;
use super::web::{LineReader, Web, answered, brief};
use super::{Heard, crawl, crawl_with};
use case::Band;

use crate::asking::Asker;
use crate::judge::Judge;
use crate::ledger::Ledger;
use crate::once::Once;
use crate::politeness::Turns;
use crate::queue::{in_order, turn};
use crate::reading::Reading;
use crate::room::Room;
use crate::worker::Worker;

/// A small web: what each of its pages on two hosts says, and what their robots.txt do.
#[derive(Debug, Clone)]
struct Sketch {
    pages: Vec<Vec<(u8, u8)>>,
    robots: [u8; 2],
    budget: (u32, u64),
    reasks: u32,
    /// What every link carries: nothing, a session id, a parameter that is learned, a tracking parameter,
    /// a month, a number, a token in the path, a parameter that is learned until a page shows otherwise.
    carries: u8,
}

fn sketch() -> impl Strategy<Value = Sketch> {
    let page = prop::collection::vec((0..9u8, 0..16u8), 0..5);
    let budget = prop_oneof![
        Just((1_000, 1 << 30)),
        (1..12u32, Just(1 << 30)),
        (Just(1_000), 0..400u64)
    ];
    let reasks = prop_oneof![Just(1_000), 0..4u32];
    let pages = prop::collection::vec(page, 16);
    let robots = [0..4u8, 0..4u8];
    (pages, robots, budget, reasks, 0..8u8).prop_map(|(pages, robots, budget, reasks, carries)| {
        Sketch {
            pages,
            robots,
            budget,
            reasks,
            carries,
        }
    })
}

fn address(number: u8) -> String {
    let host = if number < 12 { "a" } else { "b" };
    format!("http://{host}.test/{number}")
}

impl Sketch {
    fn web(&self, seed: u64) -> Web {
        let mut web = Web::default().jitter(seed, 40).echoing();
        for (number, lines) in (0..).zip(&self.pages) {
            let from = address(number);
            let cookie = format!("c{number}={number}; Path=/");
            let cookie = [("set-cookie", cookie.as_str())];
            // What a page is asked with is of no account to it; each of its links carries something anew.
            for visit in 0..=(if self.carries == 0 { 0 } else { 24 }) {
                let at = self.carried(number, visit);
                let (to, status) = match lines.first() {
                    Some((0, to)) => (self.carried(*to, visit + 1), 302),
                    _ => (String::new(), 200),
                };
                let fields = [("location", to.as_str())];
                let fields = fields.iter().filter(|_| status == 302);
                let sets = number % 2 == 0;
                let fields: Vec<_> = fields
                    .chain(cookie.iter().filter(|_| sets))
                    .copied()
                    .collect();
                let page = self.text(lines, visit);
                web = web.reply(&at, None, answered(status, &fields, &page));
                if number % 5 == 0 {
                    let half = self.text(&lines[..lines.len() / 2], visit);
                    web = web.page_for(&at, VantageId::Phone, &half);
                }
            }
            if self.carries > 0 {
                web = web.page(&from, &self.text(lines, 0));
            }
        }
        for (host, kind) in ["a", "b"].iter().zip(self.robots) {
            let at = format!("http://{host}.test/robots.txt");
            web = match kind {
                0 => web.page(&at, "user-agent: *\ndisallow: /1"),
                1 => web.status(&at, 503, &[]),
                2 => web.redirect(&at, "http://c.test/robots"),
                _ => web,
            };
        }
        web.page("http://c.test/robots", "user-agent: *\ndisallow: /2")
            .page("http://a.test/style", "x")
    }

    /// The address of a page as the visitor of a number sees it.
    fn carried(&self, number: u8, visit: u32) -> String {
        let plain = address(number);
        match self.carries {
            0 => plain,
            1 => format!("{plain}?sid={visit}"),
            2 => format!(
                "{plain}?token=x{}",
                u64::from(visit).wrapping_mul(0x9e37_79b9) % 99_991
            ),
            3 => format!("{plain}?utm_source=s{visit}"),
            4 => format!("{plain}/2026/{}", visit % 12 + 1),
            5 => format!("{plain}?n={visit}"),
            6 => {
                let hash = u64::from(visit).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 10 << 60 | 1;
                let (host, path) = plain.rsplit_once('/').unwrap();
                format!("{host}/s-{hash:016x}/{path}")
            }
            _ => format!("{plain}?art=x{visit:05}y"),
        }
    }

    fn text(&self, lines: &[(u8, u8)], visit: u32) -> String {
        let words = [
            "a", "a", "hidden", "frame", "refresh", "text", "a", "css", "kind",
        ];
        let line = |(word, to): &(u8, u8)| match words[usize::from(*word)] {
            "css" => "css http://a.test/style\n".to_owned(),
            "kind" => "kind listing\n".to_owned(),
            word => format!("{word} {}\n", self.carried(*to, visit + 1)),
        };
        let text: String = lines.iter().map(line).collect();
        match self.carries {
            7 if visit > 8 => text + "text http://a.test/other",
            _ => text,
        }
    }

    fn brief(&self) -> Brief {
        let mut brief = brief(&["http://a.test/0", "http://a.test/1", "http://a.test/2"]);
        if self.carries > 0 {
            brief.budget.depth = 12;
            brief.budget.variants = 2;
            brief.budget.endless_addresses = 4;
            brief.budget.pattern_addresses = 6;
            brief.budget.landing_addresses = 5;
            return self.with_budget(brief);
        }
        brief.budget.depth = 4;
        self.with_budget(brief)
    }

    fn with_budget(&self, mut brief: Brief) -> Brief {
        brief.vantages = vec![VantageId::Desktop, VantageId::Phone];
        brief.budget.pages = NonZeroU32::new(self.budget.0).unwrap();
        brief.budget.total_bytes = self.budget.1;
        brief.budget.redirects = 3;
        brief.budget.reasks = self.reasks;
        brief
    }
}

fn paused() -> Runtime {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
}

/// The second way to the same answer: one address after the other, by hand.
async fn one_by_one(web: Web, brief: Brief) -> Shelf {
    let mut shelf = Shelf::new(brief.clone());
    // Nobody hears what is said: a question to the case has no answer, and is asked of the web.
    let (say, _) = mpsc::unbounded_channel();
    let asker = Asker::new(
        Arc::new(web),
        Turns::new(brief.politeness.clone()),
        Room::default(),
        Reading::new(Arc::new(LineReader)),
        say,
        brief.budget.retries,
    );
    let once = Once::new(Vantage::standard(VantageId::Desktop), false);
    let budget = brief.budget.clone();
    let seeds: Vec<_> = brief.seeds.clone();
    let worker = Worker::new(brief, VantageId::Desktop, asker, once);
    let offers: Vec<_> = seeds
        .iter()
        .map(|seed| crate::run::offer_of(&worker.brief, seed))
        .collect();
    let mut judge = Judge::new(budget.clone(), shelf.kept());
    shelf.offer(&offers, &mut judge).unwrap();
    loop {
        let next = shelf.next_waiting(Band::First, 0, 1).unwrap().pop();
        let next = next.or_else(|| shelf.next_waiting(Band::Second, 0, 1).unwrap().pop());
        let Some(next) = next else {
            if judge.release() {
                shelf.offer(&[], &mut judge).unwrap();
                continue;
            }
            shelf.stop = StopReason::FrontierEmpty;
            return shelf;
        };
        let tally = shelf.tally().unwrap();
        if tally.body_bytes >= budget.total_bytes {
            shelf.stop = StopReason::BytesSpent;
            return shelf;
        }
        if tally.asked >= u64::from(budget.pages.get()) {
            shelf.stop = StopReason::PagesSpent;
            return shelf;
        }
        worker
            .reasks
            .move_head(in_order(turn(&next)), tally.reasked);
        worker.enter(&next.offer.address, next.place);
        let done = worker.visit(next, false).await;
        shelf.commit(&[done.step], &mut judge).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// However long the exchanges take, the case is the one of a crawl that asks one address
    /// after the other.
    #[test]
    fn the_case_does_not_depend_on_timing(sketch in sketch(), seeds in [any::<u64>(), any::<u64>()]) {
        let slow = paused().block_on(one_by_one(sketch.web(0), sketch.brief()));
        for seed in seeds {
            let mut quick = Shelf::new(sketch.brief());
            paused().block_on(crawl(&Arc::new(sketch.web(seed)), &mut quick));
            prop_assert_eq!(slow.stop, quick.stop);
            prop_assert_eq!(slow.text(), quick.text());
        }
    }

    /// The same when answers take so long that addresses are asked before they have a place.
    #[test]
    fn what_is_asked_ahead_of_the_order_does_not_change_the_case(
        mut sketch in sketch(),
        seed in any::<u64>(),
    ) {
        sketch.budget = (1_000, 1 << 30);
        let slow = paused().block_on(one_by_one(sketch.web(0), sketch.brief()));
        let mut quick = Shelf::new(sketch.brief());
        paused().block_on(crawl(&Arc::new(sketch.web(seed).jitter(seed, 6_000)), &mut quick));
        prop_assert_eq!(slow.stop, quick.stop);
        prop_assert_eq!(slow.text(), quick.text());
    }

    /// However long answers take, no page is asked beyond the budget of pages.
    #[test]
    fn the_budget_of_pages_holds_for_what_is_asked_ahead(
        mut sketch in sketch(),
        seed in any::<u64>(),
        pages in 1..12u32,
    ) {
        sketch.budget = (pages, 1 << 30);
        let web = Arc::new(sketch.web(seed).jitter(seed, 6_000));
        let mut shelf = Shelf::new(sketch.brief());
        paused().block_on(crawl(&web, &mut shelf));
        let primary = |asked: &&super::web::Asked| {
            asked.purpose == model::Purpose::Page && asked.vantage == VantageId::Desktop
        };
        let asked: BTreeSet<String> = web
            .asked()
            .iter()
            .filter(primary)
            .map(|asked| asked.address.clone())
            .collect();
        prop_assert!(asked.len() <= pages as usize, "{asked:?}");
    }

    /// A crawl that is dropped at any moment, again and again, ends as an undisturbed one.
    #[test]
    fn a_crawl_that_was_killed_ends_like_an_undisturbed_one(
        sketch in sketch(),
        seed in any::<u64>(),
        kills in prop::collection::vec(0..300u64, 1..6),
    ) {
        let mut whole = Shelf::new(sketch.brief());
        paused().block_on(crawl(&Arc::new(sketch.web(seed)), &mut whole));
        let mut killed = Shelf::new(sketch.brief());
        for after in kills {
            paused().block_on(async {
                let (web, mut heard) = (Arc::new(sketch.web(seed ^ after)), Heard::default());
                let run = crawl_with(&web, &mut killed, &mut heard, CancellationToken::new());
                let _ = tokio::time::timeout(Duration::from_millis(after), run).await;
            });
        }
        paused().block_on(crawl(&Arc::new(sketch.web(seed)), &mut killed));
        prop_assert_eq!(whole.stop, killed.stop);
        prop_assert_eq!(whole.text(), killed.text());
    }
}

#[tokio::test(start_paused = true)]
async fn no_page_is_asked_beyond_the_budget_of_pages() {
    let mut web = Web::default().jitter(7, 50);
    let lines: String = (0..50).map(|page| format!("a /{page}\n")).collect();
    web = web.page("http://a.test/", &lines);
    let web = Arc::new(web);
    let mut brief = brief(&["http://a.test/"]);
    brief.budget.pages = NonZeroU32::new(10).unwrap();
    let mut shelf = Shelf::new(brief);
    let heard = crawl(&web, &mut shelf).await;
    assert_eq!(heard.last().unwrap(), "stopped pages-spent");
    assert_eq!(web.pages_asked().len(), 10);
    assert_eq!(shelf.addresses()[9], "http://a.test/8");
    assert_eq!(shelf.waiting().unwrap(), 41);
}

#[tokio::test(start_paused = true)]
async fn a_budget_that_covers_the_whole_web_is_not_spent() {
    let web = Arc::new(Web::default().page("http://a.test/", "a /b"));
    let mut brief = brief(&["http://a.test/"]);
    brief.budget.pages = NonZeroU32::new(2).unwrap();
    let mut shelf = Shelf::new(brief);
    assert_eq!(
        crawl(&web, &mut shelf).await.last().unwrap(),
        "stopped frontier-empty"
    );
}

#[tokio::test(start_paused = true)]
async fn robots_and_stylesheets_are_not_asked_again_after_a_resume() {
    let sheet = "http://a.test/style";
    let web = Arc::new(
        Web::default()
            .page("http://a.test/", "css /style\na /b")
            .page("http://a.test/b", "css /style")
            .page(sheet, "p{}")
            .slow("http://a.test/b", 10_000),
    );
    let mut shelf = Shelf::new(brief(&["http://a.test/"]));
    let mut heard = Heard::default();
    let run = crawl_with(&web, &mut shelf, &mut heard, CancellationToken::new());
    let killed = tokio::time::timeout(Duration::from_secs(5), run).await;
    assert!(killed.is_err());
    crawl(&web, &mut shelf).await;
    let times = |address: &str| web.asked().iter().filter(|a| a.address == address).count();
    assert_eq!(times("http://a.test/robots.txt"), 1);
    assert_eq!(times(sheet), 1);
    assert!(shelf.side(sheet).is_some());
    let facts = shelf.steps[1].observed[0].facts.as_ref().unwrap();
    assert!(facts.title.contains("p{}"), "{}", facts.title);
}

/// A host that is asked once a second, and a chain of pages on another.
fn slow_and_quick() -> Web {
    let slow: String = (0..900)
        .map(|n| format!("a http://slow.test/{n}\n"))
        .collect();
    let mut web = Web::default()
        .page(
            "http://slow.test/robots.txt",
            "user-agent: *\ncrawl-delay: 1",
        )
        .page("http://a.test/", &format!("{slow}a http://quick.test/0"));
    for n in 0..300 {
        let at = format!("http://quick.test/{n}");
        web = web.page(&at, &format!("a /{}\na /side-{n}", n + 1));
    }
    web
}

fn slow_and_quick_brief() -> Brief {
    let mut brief = brief(&["http://a.test/", "http://slow.test/", "http://quick.test/"]);
    brief.budget.depth = 1_000;
    brief
}

#[tokio::test(start_paused = true)]
async fn a_slow_host_does_not_hold_up_another() {
    let web = Arc::new(slow_and_quick());
    let mut shelf = Shelf::new(slow_and_quick_brief());
    crawl(&web, &mut shelf).await;
    let began = web.asked()[0].at;
    let last = |host: &str| {
        let asked = web.asked().into_iter();
        let of_host = asked.filter(|asked| asked.address.contains(host));
        of_host
            .map(|asked| (asked.at - began).as_secs())
            .max()
            .unwrap()
    };
    assert!(last("slow.test") >= 900);
    assert!(last("quick.test") < 10, "{}", last("quick.test"));
    assert_eq!(web.pages_asked().len(), shelf.addresses().len());
    let by_hand = one_by_one(slow_and_quick(), slow_and_quick_brief()).await;
    assert_eq!(by_hand.text(), shelf.text());
}

/// Pages of a quick host, and among them, now and then, one of a host that is asked every three seconds.
#[tokio::test(start_paused = true)]
async fn work_that_was_let_go_of_is_done_when_its_turn_comes() {
    let mut web = Web::default().page(
        "http://slow.test/robots.txt",
        "user-agent: *\ncrawl-delay: 3",
    );
    let mut lines = String::new();
    for n in 0..4_900 {
        let host = if n % 100 == 0 { "slow" } else { "quick" };
        lines.push_str(&format!("a http://{host}.test/{n}\n"));
    }
    web = web.page("http://a.test/", &lines);
    let mut brief = brief(&["http://a.test/", "http://slow.test/", "http://quick.test/"]);
    brief.politeness.per_host = NonZeroU32::new(16).unwrap();
    let (web, mut shelf) = (Arc::new(web), Shelf::new(brief));
    let run = crawl(&web, &mut shelf);
    let heard = tokio::time::timeout(Duration::from_secs(3_600), run).await;
    assert_eq!(heard.unwrap().last().unwrap(), "stopped frontier-empty");
    assert_eq!(shelf.addresses().len(), 4_903);
    assert_eq!(web.pages_asked().len(), 4_903);
}

/// Entries of a slow host are parked, and pages that wait for their stylesheets fill the room.
#[tokio::test(start_paused = true)]
async fn the_commit_point_is_never_left_waiting() {
    let mut lines: String = (0..400)
        .map(|n| format!("a http://slow.test/{n}\n"))
        .collect();
    let mut web = Web::default();
    for n in 0..100 {
        lines.push_str(&format!("a http://quick.test/{n}\n"));
        web = web.page(
            &format!("http://quick.test/{n}"),
            &format!("css /style-{n}"),
        );
        web = web.page(&format!("http://quick.test/style-{n}"), "p{}");
    }
    for n in 0..400 {
        web = web.slow(&format!("http://slow.test/{n}"), 2_000);
    }
    web = web.page("http://a.test/", &lines);
    let brief = brief(&["http://a.test/", "http://slow.test/", "http://quick.test/"]);
    let (web, mut shelf) = (Arc::new(web), Shelf::new(brief));
    let run = crawl(&web, &mut shelf);
    let heard = tokio::time::timeout(Duration::from_secs(7_200), run).await;
    assert_eq!(heard.unwrap().last().unwrap(), "stopped frontier-empty");
    assert_eq!(shelf.addresses().len(), 503);
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_ahead_counts_once_in_the_budget_of_pages() {
    let web = Web::default().slow("http://slow.test/", 30_000).page(
        "http://a.test/",
        "a /1\na /2\na /3\na /4\na /5\na /6\na /7\na /8",
    );
    let mut brief = brief(&["http://slow.test/", "http://a.test/"]);
    brief.budget.pages = NonZeroU32::new(10).unwrap();
    let (web, mut shelf) = (Arc::new(web), Shelf::new(brief));
    let heard = crawl(&web, &mut shelf).await;
    assert_eq!(heard.last().unwrap(), "stopped frontier-empty");
    assert_eq!(shelf.addresses().len(), 10);
    let last = web.asked().iter().map(|asked| asked.at).max().unwrap();
    assert!((last - web.asked()[0].at).as_secs() < 10, "asked ahead");
}

#[tokio::test(start_paused = true)]
async fn a_killed_crawl_asks_again_what_was_under_way_alone() {
    let web = Arc::new(slow_and_quick());
    let mut shelf = Shelf::new(slow_and_quick_brief());
    for seconds in [20, 30, 40] {
        let mut heard = Heard::default();
        let run = crawl_with(&web, &mut shelf, &mut heard, CancellationToken::new());
        let killed = tokio::time::timeout(Duration::from_millis(seconds * 1_000 + 500), run).await;
        assert!(killed.is_err());
    }
    crawl(&web, &mut shelf).await;
    let asked = web.pages_asked();
    let addresses = shelf.addresses().len();
    assert!(asked.len() <= addresses + 3, "{} {addresses}", asked.len());
    let by_hand = one_by_one(slow_and_quick(), slow_and_quick_brief()).await;
    assert_eq!(by_hand.text(), shelf.text());
}

/// The same on real threads with real time, where workers truly race.
#[test]
fn threads_do_not_change_the_case() {
    let mut web = Web::default();
    for page in 0..120 {
        let lines = format!(
            "a /{}\na /{}\ncss /style\nkind listing",
            page * 2 + 1,
            page * 2 + 2
        );
        web = web.page(&format!("http://a.test/{page}"), &lines);
    }
    let web = Arc::new(web.jitter(5, 2));
    let mut texts = Vec::new();
    for threads in [1, 4] {
        let runtime = Builder::new_multi_thread()
            .worker_threads(threads)
            .enable_time()
            .build()
            .unwrap();
        let mut shelf = Shelf::new(brief(&["http://a.test/0"]));
        runtime.block_on(crawl(&web, &mut shelf));
        assert_eq!(shelf.addresses().len(), 241);
        texts.push(shelf.text());
    }
    assert_eq!(texts[0], texts[1]);
}
