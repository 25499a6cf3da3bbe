//! Promise and listing disagree.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{Confidence, HopKind, Policy};
use support::{Web, link, redirect, told};

const LISTING: &str = "http://market.test/tablecloth";
const POST: &str = "http://social.test/post/1";
const GO: &str = "http://short.test/x";

#[test]
fn a_promise_of_restricted_goods_at_a_compliant_listing_is_a_finding() {
    let judgement = Web::default()
        .page(LISTING, Policy::Compliant, vec![])
        .page(POST, Policy::Unknown, vec![link(LISTING)])
        .promising(POST, LISTING, Policy::Illegal)
        .judge();
    assert_eq!(
        told(&judgement),
        [format!("decoy-listing {LISTING} -> {POST} by H")]
    );
    let finding = &judgement.findings[0];
    assert_eq!(finding.witness.hops[0].kind, HopKind::Promise);
    assert_eq!(
        finding.confidence,
        Confidence::Medium,
        "a wrong link may have been pasted"
    );
}

#[test]
fn a_promise_is_joined_through_redirects() {
    let judgement = Web::default()
        .page(LISTING, Policy::Compliant, vec![])
        .page(POST, Policy::Unknown, vec![link(GO)])
        .page(GO, Policy::Unknown, vec![redirect(LISTING)])
        .promising(POST, GO, Policy::Illegal)
        .judge();
    assert_eq!(
        told(&judgement),
        [format!("decoy-listing {LISTING} -> {POST} by H")]
    );
}

#[test]
fn a_promise_that_its_link_keeps_is_no_decoy() {
    let judgement = Web::default()
        .page(LISTING, Policy::Illegal, vec![])
        .page(POST, Policy::Unknown, vec![link(LISTING)])
        .promising(POST, LISTING, Policy::Illegal)
        .judge();
    assert_eq!(told(&judgement), [""; 0]);
}

#[test]
fn a_promising_page_that_is_itself_restricted_ends_a_hidden_path_too() {
    let judgement = Web::default()
        .page(LISTING, Policy::Compliant, vec![])
        .page(POST, Policy::Illegal, vec![link(LISTING)])
        .promising(POST, LISTING, Policy::Illegal)
        .judge();
    assert_eq!(
        told(&judgement),
        [
            format!("decoy-listing {LISTING} -> {POST} by H"),
            format!("hidden-path {LISTING} -> {POST} by H"),
        ]
    );
}
