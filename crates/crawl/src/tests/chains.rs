//! Chains of redirects, refreshes and scripts: each hop passes every gate again, and an end without a
//! page is written down.

use std::sync::Arc;

use case::CaseFolder;
use model::{ChainEnd, Coverage, Declined, PageUrl};
use proptest::prelude::*;

use super::crawl;
use super::shelf::Shelf;
use super::web::{LineReader, Web, answered, brief};

const SEED: &str = "http://a.test/";

async fn crawled(web: Web) -> Shelf {
    let mut shelf = Shelf::new(brief(&[SEED]));
    crawl(&Arc::new(web), &mut shelf).await;
    shelf
}

/// The way on of an address in short: its kind, where it leads, how it ends.
fn way_on(shelf: &Shelf, address: &str) -> String {
    let at = |step: &&case::Step| step.waiting.offer.address.as_str() == address;
    let step = shelf.steps.iter().find(at).unwrap();
    step.way_on.as_ref().map_or("stays".to_owned(), |way| {
        let target = way
            .target
            .as_ref()
            .map_or(way.href.as_str(), PageUrl::as_str);
        let end = way.end.map_or("", ChainEnd::as_str);
        format!("{} {target} {end}", way.kind)
    })
}

#[tokio::test(start_paused = true)]
async fn every_redirect_status_is_a_hop_to_a_new_entry() {
    let mut web = Web::default().page(SEED, "a /301\na /302\na /303\na /307\na /308");
    for status in [301, 302, 303, 307, 308] {
        let from = format!("http://a.test/{status}");
        let to = format!("/to-{status}");
        web = web.status(&from, status, &[("location", &to)]);
        web = web.page(&format!("http://a.test/to-{status}"), "a /");
    }
    let shelf = crawled(web).await;
    for status in [301, 302, 303, 307, 308] {
        let (from, to) = (
            format!("http://a.test/{status}"),
            format!("http://a.test/to-{status}"),
        );
        assert_eq!(shelf.outcome(&from), status.to_string());
        assert_eq!(way_on(&shelf, &from), format!("http-redirect {to} "));
        let offer = shelf.offer_of(&to).unwrap();
        assert_eq!((offer.depth, offer.redirects), (1, 1), "{to}");
        assert_eq!(shelf.outcome(&to), "200");
        assert_eq!(way_on(&shelf, &to), "stays");
    }
}

/// A path, the status and header fields of its answer, and its way on.
type Lacking = (
    &'static str,
    u16,
    &'static [(&'static str, &'static str)],
    &'static str,
);

#[tokio::test(start_paused = true)]
async fn what_a_redirect_lacks_is_its_end() {
    let cases: [Lacking; 9] = [
        (
            "/300",
            300,
            &[("location", "/x")],
            "http-redirect 300 not-followed",
        ),
        ("/304", 304, &[], "http-redirect 304 not-followed"),
        (
            "/305",
            305,
            &[("location", "/x")],
            "http-redirect 305 not-followed",
        ),
        ("/none", 302, &[], "http-redirect  no-location"),
        (
            "/empty",
            301,
            &[("location", " ")],
            "http-redirect  no-location",
        ),
        (
            "/script",
            302,
            &[("location", "javascript:alert(1)")],
            "http-redirect javascript:alert(1) other-scheme",
        ),
        (
            "/data",
            307,
            &[("location", "data:text/html,x")],
            "http-redirect data:text/html,x other-scheme",
        ),
        (
            "/broken",
            302,
            &[("location", "http://[::/x")],
            "http-redirect http://[::/x broken-target",
        ),
        (
            "/self",
            302,
            &[("location", "/self#there")],
            "http-redirect http://a.test/self self-redirect",
        ),
    ];
    let home: String = cases.iter().map(|case| format!("a {}\n", case.0)).collect();
    let mut web = Web::default().page(SEED, &home);
    for (path, status, headers, _) in cases {
        web = web.status(&format!("http://a.test{path}"), status, headers);
    }
    let web = Arc::new(web);
    let mut shelf = Shelf::new(brief(&[SEED]));
    crawl(&web, &mut shelf).await;
    for (path, status, _, expected) in cases {
        let address = format!("http://a.test{path}");
        assert_eq!(shelf.outcome(&address), status.to_string());
        assert_eq!(way_on(&shelf, &address), expected);
    }
    assert_eq!(web.pages_asked().len(), 10, "nothing of it was asked");
}

/// The coverage of a crawl into a case on disk.
async fn coverage(web: Web) -> Coverage {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief(&[SEED])).unwrap();
    let mut heard = super::Heard::default();
    crate::run::run(
        Arc::new(web),
        Arc::new(LineReader),
        &mut case,
        &mut heard,
        tokio_util::sync::CancellationToken::new(),
        crate::room::Room::default(),
    )
    .await
    .unwrap()
}

fn of(coverage: &[model::Unseen], why: &str) -> Vec<String> {
    let part = coverage.iter().find(|part| part.why == why);
    let examples = part.into_iter().flat_map(|part| &part.examples);
    examples.map(|at| at.as_url().path().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn circles_of_every_kind_are_told_in_the_coverage() {
    let home = "a /h1\na /m1\na /s1\na /r1\na /self\na /to-self";
    let web = Web::default()
        .page(SEED, home)
        .redirect("http://a.test/h1", "/h2")
        .redirect("http://a.test/h2", "/h1")
        .page("http://a.test/m1", "refresh /m2")
        .page("http://a.test/m2", "refresh /m1")
        .page("http://a.test/s1", "script /s2")
        .page("http://a.test/s2", "script /s1")
        .page("http://a.test/r1", "refresh-header /r2")
        .page("http://a.test/r2", "refresh-header /r1")
        .redirect("http://a.test/self", "/self")
        .redirect("http://a.test/to-self", "/self");
    let coverage = coverage(web).await;
    assert_eq!(of(&coverage.unseen, "redirect-loop"), ["/h1", "/h2"]);
    assert_eq!(of(&coverage.unseen, "self-redirect"), ["/self", "/to-self"]);
    let loops = coverage
        .chain_ends
        .iter()
        .find(|part| part.why == "redirect-loop");
    assert_eq!(loops.unwrap().addresses, 8);
    assert_eq!(
        of(&coverage.chain_ends, "self-redirect"),
        ["/self", "/to-self"]
    );
    assert_eq!(
        coverage.seen, 7,
        "the home page and those with something on them"
    );
}

#[tokio::test(start_paused = true)]
async fn a_circle_whose_members_were_found_by_links_is_told_as_well() {
    let web = Web::default()
        .page(SEED, "a /3\na /2\na /1")
        .redirect("http://a.test/1", "/2")
        .redirect("http://a.test/2", "/3")
        .redirect("http://a.test/3", "/1");
    let coverage = coverage(web).await;
    assert_eq!(of(&coverage.unseen, "redirect-loop"), ["/1", "/2", "/3"]);
}

#[tokio::test(start_paused = true)]
async fn endless_counters_end_at_the_budget_however_they_count() {
    for kind in ["refresh", "script", "refresh-header", "location"] {
        let mut web = Web::default();
        for step in 0..40 {
            let (here, next) = (format!("{SEED}?n={step}"), format!("/?n={}", step + 1));
            web = match kind {
                "location" => web.redirect(&here, &next),
                kind => web.page(&here, &format!("{kind} {next}")),
            };
        }
        let web = web.page(SEED, "a /?n=0");
        let coverage = coverage(web).await;
        let why = Declined::Redirects.as_str();
        let part = coverage.unseen.iter().find(|part| part.why == why).unwrap();
        assert_eq!(part.examples[0].as_str(), "http://a.test/?n=21", "{kind}");
    }
}

/// Where a redirect leads, and whether that may be asked.
#[derive(Debug, Clone, Copy)]
enum Gate {
    Open,
    Robots,
    Scope,
    LeftOut,
    /// A host of the site that leads to a private network.
    Private,
}

fn gate() -> impl Strategy<Value = Gate> {
    prop_oneof![
        Just(Gate::Open),
        Just(Gate::Robots),
        Just(Gate::Scope),
        Just(Gate::LeftOut),
        Just(Gate::Private),
    ]
}

fn behind(gate: Gate, at: usize) -> String {
    match gate {
        Gate::Open => format!("http://a.test/open/{at}"),
        Gate::Robots => format!("http://a.test/closed/{at}"),
        Gate::Scope => format!("http://out{at}.test/"),
        Gate::LeftOut => format!("http://a.test/cart/{at}"),
        Gate::Private => format!("http://private.a.test/{at}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// The target of a redirect, of whatever kind, passes scope, robots.txt and the address guard as if
    /// a link had led there: nothing beyond the first closed gate is asked.
    #[test]
    fn a_target_of_a_redirect_passes_every_gate_again(
        chain in prop::collection::vec((gate(), 0_usize..4), 1..8),
    ) {
        let robots = "User-agent: *\nDisallow: /closed/";
        let robots = answered(200, &[("content-type", "text/plain")], robots);
        let mut web = Web::default()
            .reply("http://a.test/robots.txt", None, robots)
            .declined("http://private.a.test/robots.txt", Declined::Address);
        let mut here = SEED.to_owned();
        for (at, (gate, kind)) in chain.iter().enumerate() {
            let next = behind(*gate, at);
            web = match kind {
                0 => web.redirect(&here, &next),
                1 => web.page(&here, &format!("refresh {next}")),
                2 => web.page(&here, &format!("script {next}")),
                _ => web.page(&here, &format!("refresh-header {next}")),
            };
            here = next;
        }
        let web = Arc::new(web);
        let mut brief = brief(&[SEED]);
        brief.landings = model::Landings::Record;
        brief.scope.rule = model::ScopeRule::Site;
        brief.scope.excluded_paths = vec!["/cart/".to_owned()];
        let mut shelf = Shelf::new(brief);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(crawl(&web, &mut shelf));
        let open = chain.iter().take_while(|(gate, _)| matches!(gate, Gate::Open)).count();
        prop_assert_eq!(web.pages_asked().len(), 1 + open, "{:?}", web.pages_asked());
        let told = match chain.get(open) {
            Some((Gate::Robots, _)) => Some("robots"),
            Some((Gate::Scope, _)) => Some("scope"),
            Some((Gate::Private, _)) => Some("address"),
            Some((Gate::LeftOut | Gate::Open, _)) | None => None,
        };
        if let Some(told) = told {
            let (gate, _) = chain[open];
            prop_assert_eq!(shelf.outcome(&behind(gate, open)), told);
        }
    }
}
