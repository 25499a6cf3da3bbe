//! Each stage brings what a search without it does not see.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use graph::LinkGraph;
use model::{Carrier, GateStrength, HopKind, Link, Policy, VantageId, Zone};
use sidedoor_analysis::{Ability, Ablation, Settings};
use support::{ADULT, Web, hidden, link, redirect};

const LISTING: &str = "http://market.test/vase";
const SHOP: &str = "http://shop.test/gin";
const GO: &str = "http://short.test/x";

/// Pairs by the abilities that are left out.
fn found_without(web: Web, missing: &[Ability]) -> BTreeSet<(String, String)> {
    let (visits, seen) = web.parts();
    let graph = LinkGraph::build(visits, &[]);
    let ablation = Ablation::new(graph, &seen, Settings::default(), VantageId::Desktop);
    let abilities = Ability::ALL.iter().copied();
    let pairs = ablation.pairs(
        &abilities
            .filter(|ability| !missing.contains(ability))
            .collect(),
    );
    (pairs.into_iter())
        .map(|(listing, target)| (listing.to_string(), target.to_string()))
        .collect()
}

fn pair(listing: &str, target: &str) -> BTreeSet<(String, String)> {
    BTreeSet::from([(listing.to_owned(), target.to_owned())])
}

/// A way that is found with everything, and not without one ability.
fn takes(web: fn() -> Web, ability: Ability) {
    assert_eq!(found_without(web(), &[]), pair(LISTING, SHOP));
    assert_eq!(found_without(web(), &[ability]), BTreeSet::new());
    let others = Ability::ALL.iter().filter(|other| **other != ability);
    for other in others.filter(|other| **other != Ability::Labels) {
        assert_eq!(
            found_without(web(), &[*other]),
            pair(LISTING, SHOP),
            "{other:?}"
        );
    }
}

#[test]
fn a_concealed_link_takes_visibility() {
    takes(
        || {
            Web::default()
                .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
                .page(SHOP, Policy::Illegal, vec![])
        },
        Ability::Visibility,
    );
}

#[test]
fn a_nested_address_takes_unwrapping() {
    takes(
        || {
            let nested = Link {
                kind: HopKind::NestedUrl,
                ..link(SHOP)
            };
            Web::default()
                .page(LISTING, Policy::Compliant, vec![nested])
                .page(SHOP, Policy::Illegal, vec![])
        },
        Ability::Unwrapping,
    );
}

#[test]
fn a_way_for_the_phone_alone_takes_vantages() {
    takes(
        || {
            Web::default()
                .page(LISTING, Policy::Compliant, vec![])
                .visit(
                    LISTING,
                    VantageId::Phone,
                    Policy::Compliant,
                    GateStrength::None,
                    vec![link(SHOP)],
                )
                .page(SHOP, Policy::Illegal, vec![])
        },
        Ability::Vantages,
    );
}

#[test]
fn a_promise_takes_the_join() {
    let web = || {
        Web::default()
            .page(LISTING, Policy::Compliant, vec![])
            .page(
                "http://social.test/post",
                Policy::Unknown,
                vec![link(LISTING)],
            )
            .promising("http://social.test/post", LISTING, Policy::Illegal)
    };
    let told = pair(LISTING, "http://social.test/post");
    assert_eq!(found_without(web(), &[]), told);
    assert_eq!(found_without(web(), &[Ability::Promises]), BTreeSet::new());
}

#[test]
fn a_redirect_is_found_with_no_ability_but_labels() {
    let web = Web::default()
        .page(LISTING, Policy::Compliant, vec![hidden(GO)])
        .page(GO, Policy::Unknown, vec![redirect(SHOP)])
        .page(SHOP, ADULT, vec![]);
    let missing: Vec<_> = (Ability::ALL.iter().copied())
        .filter(|ability| *ability != Ability::Labels)
        .collect();
    assert_eq!(found_without(web, &missing), pair(LISTING, SHOP));
}

#[test]
fn without_labels_every_page_out_of_scope_that_keeps_its_visitors_is_a_target() {
    let web = Web::default()
        .page(
            LISTING,
            Policy::Compliant,
            vec![hidden(GO), hidden("http://maker.test/")],
        )
        .page(GO, Policy::Unknown, vec![redirect(SHOP)])
        .out_of_scope()
        .page(SHOP, ADULT, vec![])
        .out_of_scope()
        .page("http://maker.test/", Policy::Unknown, vec![])
        .out_of_scope();
    let told = [(LISTING, SHOP), (LISTING, "http://maker.test/")];
    let told = told.map(|(listing, target)| (listing.to_owned(), target.to_owned()));
    assert_eq!(found_without(web, &[Ability::Labels]), BTreeSet::from(told));
}

#[test]
fn what_a_template_repeats_is_found_without_its_removal_alone() {
    let web = || {
        let mut web = Web::default().page(SHOP, Policy::Illegal, vec![]);
        for number in 0..30 {
            let menu = Link {
                zone: Zone::Chrome,
                ..hidden(SHOP)
            };
            let page = format!("http://market.test/{number}");
            web = web.page(&page, Policy::Compliant, vec![menu]);
        }
        web
    };
    assert_eq!(found_without(web(), &[]).len(), 0);
    assert_eq!(found_without(web(), &[Ability::TemplateRemoval]).len(), 30);
}

#[test]
fn with_every_ability_the_pairs_are_those_of_the_scene() {
    let web = || {
        let framed = Link {
            kind: HopKind::Frame,
            carrier: Carrier::IframeSrc,
            ..redirect("http://bar.test/")
        };
        Web::default()
            .page(LISTING, Policy::Compliant, vec![hidden(GO), framed])
            .page(
                "http://market.test/b",
                Policy::Compliant,
                vec![link(GO), link(SHOP)],
            )
            .page(GO, Policy::Unknown, vec![redirect(SHOP)])
            .gate("http://bar.test/", vec![link("http://bar.test/rum")])
            .page("http://bar.test/rum", ADULT, vec![])
            .page(SHOP, Policy::Illegal, vec![])
    };
    let scene = web().scene();
    let address = |page| scene.graph.page(page).address.to_string();
    let of_scene: BTreeSet<_> = (scene.paths.iter())
        .map(|path| (address(path.listing), address(path.target)))
        .collect();
    assert_eq!(of_scene.len(), 2);
    assert_eq!(found_without(web(), &[]), of_scene);
}

#[test]
fn the_words_of_abilities_differ() {
    let words: BTreeMap<_, _> = (Ability::ALL.iter())
        .map(|ability| (ability.as_str(), ability))
        .collect();
    assert_eq!(words.len(), Ability::ALL.len());
}
