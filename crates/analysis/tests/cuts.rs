//! Where a case's hidden paths are cut, and what amplifies them.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{HopKind, Link, PageKind, Policy};
use sidedoor_analysis::{Amplified, Channel, Judgement, analyze};
use support::{Web, hidden, link, redirect};

fn addresses(web: Web) -> (Vec<String>, Judgement) {
    let scene = web.scene();
    let pages = scene.graph.pages();
    let addresses = pages.map(|(_, page)| page.address.to_string()).collect();
    (addresses, analyze(&scene))
}

#[test]
fn a_door_that_two_listings_share_is_where_to_cut() {
    let (pages, judgement) = addresses(
        Web::default()
            .seed("https://market.test/")
            .page(
                "https://market.test/item/1",
                Policy::Compliant,
                vec![hidden("https://door.test/a")],
            )
            .page(
                "https://market.test/item/2",
                Policy::Compliant,
                vec![hidden("https://door.test/a")],
            )
            .page(
                "https://door.test/a",
                Policy::Unknown,
                vec![redirect("https://pills.test/1")],
            )
            .page("https://pills.test/1", Policy::Illegal, vec![]),
    );
    let cuts = judgement.cuts;
    let first = &cuts.choke_points[0];
    assert_eq!(pages[first.page.index()], "https://door.test/a");
    assert_eq!((first.carried, first.cut), (2, Some(2)));
    assert!(!first.is_target);
    assert_eq!(cuts.smallest_cut.len(), 1);
}

#[test]
fn where_there_is_no_hidden_path_there_is_nothing_to_cut() {
    let (_, judgement) = addresses(
        Web::default()
            .page(
                "https://market.test/item/1",
                Policy::Compliant,
                vec![link("https://pills.test/1")],
            )
            .page("https://pills.test/1", Policy::Illegal, vec![]),
    );
    assert!(judgement.cuts.choke_points.is_empty());
    assert!(judgement.cuts.smallest_cut.is_empty());
}

fn of_kind(kind: HopKind, target: &str) -> Link {
    Link {
        kind,
        ..link(target)
    }
}

#[test]
fn what_only_a_recommendation_reaches_is_amplified_by_it() {
    let (_, judgement) = addresses(
        Web::default()
            .seed("https://market.test/")
            .page(
                "https://market.test/",
                Policy::Unknown,
                vec![link("https://market.test/item/1")],
            )
            .page(
                "https://market.test/item/1",
                Policy::Compliant,
                vec![
                    of_kind(HopKind::Recommendation, "https://market.test/item/2"),
                    of_kind(HopKind::Ad, "https://wine.test/1"),
                ],
            )
            .page(
                "https://market.test/item/2",
                Policy::Compliant,
                vec![hidden("https://pills.test/1")],
            )
            .page("https://wine.test/1", support::ADULT, vec![])
            .page("https://pills.test/1", Policy::Illegal, vec![]),
    );
    let told = judgement.amplification;
    assert_eq!((told.entries, told.restricted, told.listings), (1, 2, 1));
    let only = |channel| {
        *told
            .only_by
            .iter()
            .find(|row| row.channel == channel)
            .unwrap()
    };
    assert_eq!(
        only(Channel::Recommendations),
        Amplified {
            channel: Channel::Recommendations,
            restricted: 1,
            listings: 1
        }
    );
    assert_eq!(only(Channel::Advertising).restricted, 1);
    assert_eq!(only(Channel::Search).restricted, 0);
}

#[test]
fn what_the_menu_reaches_too_is_amplified_by_nothing() {
    let (_, judgement) = addresses(
        Web::default()
            .seed("https://market.test/")
            .page(
                "https://market.test/",
                Policy::Unknown,
                vec![
                    link("https://market.test/item/1"),
                    link("https://market.test/item/2"),
                ],
            )
            .page(
                "https://market.test/item/1",
                Policy::Compliant,
                vec![of_kind(
                    HopKind::Recommendation,
                    "https://market.test/item/2",
                )],
            )
            .page(
                "https://market.test/item/2",
                Policy::Compliant,
                vec![hidden("https://pills.test/1")],
            )
            .page("https://pills.test/1", Policy::Illegal, vec![]),
    );
    let told = judgement.amplification;
    assert_eq!(told.restricted, 1);
    assert!(told.only_by.iter().all(|row| row.restricted == 0));
}

#[test]
fn results_of_the_search_are_its_own_channel() {
    let (_, judgement) = addresses(
        Web::default()
            .seed("https://market.test/")
            .page(
                "https://market.test/",
                Policy::Unknown,
                vec![link("https://market.test/search?q=a")],
            )
            .page(
                "https://market.test/search?q=a",
                Policy::Unknown,
                vec![link("https://market.test/item/2")],
            )
            .with(|facts| facts.kind = PageKind::Search)
            .page(
                "https://market.test/item/2",
                Policy::Compliant,
                vec![hidden("https://pills.test/1")],
            )
            .page("https://pills.test/1", Policy::Illegal, vec![]),
    );
    let told = judgement.amplification;
    let by_search = told
        .only_by
        .iter()
        .find(|row| row.channel == Channel::Search)
        .unwrap();
    assert_eq!((by_search.restricted, by_search.listings), (1, 1));
}
