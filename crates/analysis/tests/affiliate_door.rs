//! An affiliate is paid for visitors of a listing that leads on.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{Affiliation, Link, Policy};
use support::{Web, hidden, link, redirect, told_by};

const BLOG: &str = "http://blog.test/tips";
const LISTING: &str = "http://market.test/vase";
const SHOP: &str = "http://pills.test/";

fn paid(target: &str) -> Link {
    Link {
        affiliation: Some(Box::new(Affiliation {
            id: Some("tips-21".to_owned()),
            ..Affiliation::default()
        })),
        ..link(target)
    }
}

#[test]
fn a_paid_link_to_a_listing_that_leads_on_is_a_door() {
    let judgement = Web::default()
        .page(BLOG, Policy::Unknown, vec![paid(LISTING)])
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(
        told_by(&judgement, "affiliate-door"),
        [format!("affiliate-door {LISTING} -> {SHOP} by OH")]
    );
    let found = judgement.findings.iter();
    let mut found = found.filter(|finding| finding.detector.0 == "affiliate-door");
    let finding = found.next().unwrap();
    assert!(
        finding.statement.contains("tips-21"),
        "{}",
        finding.statement
    );
    assert_eq!(finding.witness.hops[0].source.as_str(), BLOG);
}

#[test]
fn the_network_s_redirects_are_followed() {
    let network = "http://track.test/c?p=tips-21";
    let judgement = Web::default()
        .page(BLOG, Policy::Unknown, vec![paid(network)])
        .page(network, Policy::Unknown, vec![redirect(LISTING)])
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    let told = told_by(&judgement, "affiliate-door");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ends_with("FH"), "{told:?}");
}

#[test]
fn a_paid_link_to_an_honest_listing_is_none_and_so_is_an_unpaid_one() {
    let honest = Web::default()
        .page(BLOG, Policy::Unknown, vec![paid(LISTING)])
        .page(LISTING, Policy::Compliant, vec![])
        .judge();
    assert_eq!(told_by(&honest, "affiliate-door"), [""; 0]);
    let unpaid = Web::default()
        .page(BLOG, Policy::Unknown, vec![link(LISTING)])
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(told_by(&unpaid, "affiliate-door"), [""; 0]);
}
