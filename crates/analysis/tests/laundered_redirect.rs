//! A hidden path goes through an open redirector.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{EvidenceKind, HopKind, Link, Policy, RawHref};
use support::{Web, link, redirect, told_by};

const LISTING: &str = "http://market.test/vase";
const SHOP: &str = "http://pills.test/";
const OUT: &str = "http://bank.test/out?to=aHR0cDovL3BpbGxzLnRlc3Qv";

/// The address of the shop, unwrapped from that of the redirector.
fn nested(target: &str) -> Link {
    Link {
        kind: HopKind::NestedUrl,
        href: RawHref::new(target),
        ..link(target)
    }
}

#[test]
fn an_address_that_carries_its_destination_and_moves_there_is_an_open_redirector() {
    let judgement = Web::default()
        .page(LISTING, Policy::Compliant, vec![link(OUT), nested(SHOP)])
        .page(OUT, Policy::Unknown, vec![redirect(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    let told = told_by(&judgement, "laundered-redirect");
    assert_eq!(told.len(), 1, "{told:?}");
    let found = judgement.findings.iter();
    let mut found = found.filter(|finding| finding.detector.0 == "laundered-redirect");
    let finding = found.next().unwrap();
    assert_eq!(finding.target.as_str(), SHOP);
    assert!(
        finding.statement.contains("bank.test"),
        "{}",
        finding.statement
    );
    assert!(
        finding
            .evidence
            .iter()
            .any(|piece| piece.kind == EvidenceKind::Concealment
                && piece.page.as_str() == OUT
                && piece.statement.contains(SHOP)),
        "the redirector's own answer is evidence"
    );
}

#[test]
fn a_short_link_carries_no_destination() {
    let short = "http://go.test/7";
    let judgement = Web::default()
        .page(LISTING, Policy::Compliant, vec![link(short)])
        .page(short, Policy::Unknown, vec![redirect(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(told_by(&judgement, "laundered-redirect"), [""; 0]);
    assert_eq!(told_by(&judgement, "hidden-path").len(), 1);
}

#[test]
fn an_address_that_only_names_a_destination_and_stays_is_none() {
    let judgement = Web::default()
        .page(LISTING, Policy::Compliant, vec![link(OUT), nested(SHOP)])
        .page(OUT, Policy::Unknown, vec![])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(told_by(&judgement, "laundered-redirect"), [""; 0]);
}
