//! The way to a restricted page exists for some vantages only.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{GateStrength, Policy, VantageId};
use support::{Web, link, redirect, told, told_by};

const LISTING: &str = "http://market.test/vase";
const SHOP: &str = "http://pills.test/";
const GO: &str = "http://go.test/7";

fn seen_by(web: Web, vantage: VantageId, links: Vec<model::Link>) -> Web {
    web.visit(
        LISTING,
        vantage,
        Policy::Compliant,
        GateStrength::None,
        links,
    )
}

#[test]
fn a_link_that_the_crawler_is_not_given_is_a_finding() {
    let web = seen_by(Web::default(), VantageId::Desktop, vec![link(SHOP)]);
    let web = seen_by(web, VantageId::Crawler, vec![]);
    let judgement = web.page(SHOP, Policy::Illegal, vec![]).judge();
    assert_eq!(
        told(&judgement),
        [
            format!("cloaked-link {LISTING} -> {SHOP} by H"),
            format!("hidden-path {LISTING} -> {SHOP} by H"),
        ]
    );
    assert_eq!(
        judgement.findings[0].witness.hops[0].missing_from,
        [VantageId::Crawler]
    );
}

#[test]
fn a_redirect_for_some_only_is_a_finding() {
    let none = GateStrength::None;
    let judgement = Web::default()
        .page(LISTING, Policy::Compliant, vec![link(GO)])
        .visit(
            GO,
            VantageId::Desktop,
            Policy::Unknown,
            none,
            vec![redirect(SHOP)],
        )
        .visit(GO, VantageId::Crawler, Policy::Unknown, none, vec![])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(
        told_by(&judgement, "cloaked-link"),
        [format!("cloaked-link {LISTING} -> {SHOP} by MH")]
    );
}

#[test]
fn a_site_that_every_vantage_is_led_to_is_not_cloaked() {
    let web = seen_by(Web::default(), VantageId::Desktop, vec![link(SHOP)]);
    let web = seen_by(web, VantageId::Phone, vec![link("http://m.pills.test/")]);
    let judgement = web.page(SHOP, Policy::Illegal, vec![]).judge();
    assert_eq!(
        told(&judgement),
        [""; 0],
        "an overt link alone is no hidden path"
    );
}

#[test]
fn a_link_within_the_site_may_be_left_out_for_telephones() {
    let deep = "http://market.test/other";
    let web = seen_by(Web::default(), VantageId::Desktop, vec![link(deep)]);
    let web = seen_by(web, VantageId::Phone, vec![]);
    let judgement = web.page(deep, Policy::Illegal, vec![]).judge();
    assert_eq!(told(&judgement), [""; 0]);
}
