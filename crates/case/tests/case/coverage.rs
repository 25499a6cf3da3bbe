//! How much of the scope was seen.

use std::sync::Arc;

use model::{
    BodyCut, ChainEnd, Coverage, Declined, HopKind, Purpose, Reply, StopReason, Unreachable, Unseen,
};
use model::{Vantage, VantageId};
use sidedoor_case::{CaseFolder, Observed, Offer, Step, WayOn};

use crate::made::{answer, brief, exchange, offer, page, step, url};

fn unseen(why: &str, addresses: u64, pages: &[usize]) -> Unseen {
    Unseen {
        why: why.to_owned(),
        addresses,
        examples: pages.iter().map(|n| page(*n)).collect(),
    }
}

#[test]
fn what_was_not_seen_is_listed_by_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    let mut cut = answer(200, "cut");
    cut.cut = Some(BodyCut::DecodedBudget);
    let replies = [
        Reply::Answered(answer(200, "seen")),
        Reply::Answered(answer(404, "seen as well")),
        Reply::Answered(cut),
        Reply::Answered(answer(503, "busy")),
        Reply::Answered(answer(429, "too fast")),
        Reply::Declined(Declined::Robots),
        Reply::Unreachable(Unreachable::Dns),
        Reply::Unreachable(Unreachable::Dns),
    ];
    let offers: Vec<Offer> = (0..9).map(|n| offer(page(n))).collect();
    case.offer(&offers).unwrap();
    let landing = |address: &str| Offer {
        in_scope: false,
        found_by: sidedoor_case::FoundBy::Link,
        cookies: Vec::new(),
        ..offer(url(address))
    };
    case.offer(&[landing("http://far.test/"), landing("http://gone.test/")])
        .unwrap();
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 20)
        .unwrap();
    let mut steps: Vec<_> = waiting
        .iter()
        .zip(replies)
        .map(|(waiting, reply)| step(waiting.clone(), reply, vec![]))
        .collect();
    steps.push(step(
        waiting[9].clone(),
        Reply::Answered(answer(200, "far")),
        vec![],
    ));
    let gone = Reply::Unreachable(Unreachable::Connect);
    steps.push(step(waiting[10].clone(), gone, vec![]));
    case.commit(&steps).unwrap();
    case.set_stop(StopReason::PagesSpent).unwrap();
    let expected = Coverage {
        seen: 3,
        landings: 1,
        unseen: vec![
            unseen("body cut: decoded-budget", 1, &[2]),
            unseen("dns", 2, &[6, 7]),
            unseen("robots", 1, &[5]),
            unseen("status 429", 1, &[4]),
            unseen("status 503", 1, &[3]),
            unseen("waiting", 1, &[8]),
        ],
        unseen_landings: vec![Unseen {
            why: "connect".to_owned(),
            addresses: 1,
            examples: vec![url("http://gone.test/")],
        }],
        orphans: 0,
        sitemaps: Vec::new(),
        sitemaps_in_all: 0,
        retried: Vec::new(),
        chain_ends: Vec::new(),
        reasked: 0,
        not_reasked: Vec::new(),
        held_back: model::HeldBack::default(),
        stop: StopReason::PagesSpent,
        body_bytes: 4 + 12 + 3 + 4 + 8 + 3,
    };
    assert_eq!(case.coverage().unwrap(), expected);
    assert!(!expected.is_whole());
}

#[test]
fn the_first_vantage_decides_whether_an_address_was_seen() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    case.offer(&[offer(page(0))]).unwrap();
    let waiting = case
        .next_waiting(sidedoor_case::Band::First, 0, 1)
        .unwrap()
        .remove(0);
    let mut step = step(waiting, Reply::Answered(answer(200, "ok")), vec![]);
    let mut phone = exchange(page(0), Purpose::Page, Reply::Answered(answer(503, "")));
    phone.ask.vantage = Vantage::standard(VantageId::Phone);
    step.observed.push(Observed {
        exchange: Arc::new(phone),
        facts: None,
        churns: false,
        is_held: false,
    });
    case.commit(&[step]).unwrap();
    case.set_stop(StopReason::FrontierEmpty).unwrap();
    assert!(case.coverage().unwrap().is_whole());
}

/// A redirect of some kind to a page.
fn way_on(kind: HopKind, target: usize) -> WayOn {
    WayOn {
        kind,
        href: format!("/{target}"),
        target: Some(page(target)),
        end: None,
    }
}

#[test]
fn circles_of_redirects_were_not_seen_and_those_with_a_page_in_them_were() {
    use HopKind::{HttpRedirect, MetaRefresh};
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    let offers: Vec<Offer> = (0..9).map(|n| offer(page(n))).collect();
    case.offer(&offers).unwrap();
    let ways = [
        // 0 leads into the circle of 1 and 2; 3 leads on to a page.
        Some(way_on(HttpRedirect, 1)),
        Some(way_on(HttpRedirect, 2)),
        Some(way_on(HttpRedirect, 1)),
        Some(way_on(HttpRedirect, 7)),
        // 4 and 5 take turns, and 5 is a page.
        Some(way_on(HttpRedirect, 5)),
        Some(way_on(MetaRefresh, 4)),
        Some(WayOn {
            end: Some(ChainEnd::NoLocation),
            target: None,
            ..way_on(HttpRedirect, 0)
        }),
        None,
        // A page that reloads itself until it has a cookie which it never says.
        Some(WayOn {
            end: Some(ChainEnd::CookieCheck),
            ..way_on(MetaRefresh, 8)
        }),
    ];
    let steps: Vec<_> = case
        .next_waiting(sidedoor_case::Band::First, 0, 9)
        .unwrap()
        .into_iter()
        .zip(ways)
        .map(|(waiting, way_on)| Step {
            way_on,
            ..step(waiting, Reply::Answered(answer(200, "")), vec![])
        })
        .collect();
    case.commit(&steps).unwrap();
    case.set_stop(StopReason::FrontierEmpty).unwrap();
    let coverage = case.coverage().unwrap();
    assert_eq!(coverage.seen, 5);
    let check = unseen("cookie-check", 1, &[8]);
    let circle = unseen("redirect-loop", 3, &[0, 1, 2]);
    assert_eq!(coverage.unseen, [check.clone(), circle]);
    let expected = [
        check,
        unseen("no-location", 1, &[6]),
        unseen("redirect-loop", 5, &[0, 1, 2, 4, 5]),
    ];
    assert_eq!(coverage.chain_ends, expected);
}

#[test]
fn few_of_many_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    let offers: Vec<Offer> = (0..40).rev().map(|n| offer(page(n))).collect();
    case.offer(&offers).unwrap();
    let coverage = case.coverage().unwrap();
    assert_eq!(
        coverage.unseen,
        [unseen("waiting", 40, &[0, 1, 10, 11, 12])]
    );
}

#[test]
fn a_crawl_that_goes_on_is_unfinished_until_it_ends_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut case = CaseFolder::create(folder.path(), &brief()).unwrap();
    assert_eq!(case.coverage().unwrap().stop, StopReason::Unfinished);
    case.set_stop(StopReason::Cancelled).unwrap();
    drop(case);
    let mut case = CaseFolder::open(folder.path()).unwrap();
    assert_eq!(case.coverage().unwrap().stop, StopReason::Cancelled);
    case.offer(&[offer(page(0))]).unwrap();
    assert_eq!(case.coverage().unwrap().stop, StopReason::Unfinished);
    case.set_stop(StopReason::WallSpent).unwrap();
    case.set_stop(StopReason::FrontierEmpty).unwrap();
    assert_eq!(case.coverage().unwrap().stop, StopReason::FrontierEmpty);
}
