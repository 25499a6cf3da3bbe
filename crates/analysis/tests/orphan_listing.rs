//! A listing that its own site shows to nobody leads to restricted goods.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::Policy;
use support::{Web, hidden, link, told_by};

const HOME: &str = "http://market.test/";
const BLOG: &str = "http://blog.test/";
const LISTING: &str = "http://market.test/vase";
const SHOP: &str = "http://pills.test/";

#[test]
fn a_listing_that_only_another_site_leads_to_is_an_orphan() {
    let judgement = Web::default()
        .seed(HOME)
        .seed(BLOG)
        .page(HOME, Policy::Unknown, vec![])
        .page(BLOG, Policy::Unknown, vec![link(LISTING)])
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(
        told_by(&judgement, "orphan-listing"),
        [format!("orphan-listing {LISTING} -> {SHOP} by H")]
    );
    let statement = &judgement
        .findings
        .iter()
        .find(|finding| finding.detector.0 == "orphan-listing")
        .unwrap()
        .statement;
    assert!(
        statement.contains("only a page of blog.test"),
        "{statement}"
    );
}

#[test]
fn one_that_leads_nowhere_is_an_indicator() {
    let judgement = Web::default()
        .seed(HOME)
        .seed(BLOG)
        .page(HOME, Policy::Unknown, vec![])
        .page(BLOG, Policy::Unknown, vec![link(LISTING)])
        .page(LISTING, Policy::Compliant, vec![])
        .judge();
    assert_eq!(told_by(&judgement, "orphan-listing"), [""; 0]);
    let ids: Vec<_> = judgement.indicators.iter().map(|one| one.id).collect();
    assert_eq!(ids, ["orphan-listing"]);
}

#[test]
fn a_listing_of_the_catalogue_is_none_and_a_seed_is_none() {
    let shown = Web::default()
        .seed(HOME)
        .page(HOME, Policy::Unknown, vec![link(LISTING)])
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(told_by(&shown, "orphan-listing"), [""; 0]);
    let asked_for = Web::default()
        .seed(LISTING)
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(told_by(&asked_for, "orphan-listing"), [""; 0]);
    assert!(
        asked_for.indicators.is_empty(),
        "{:?}",
        asked_for.indicators
    );
}

#[test]
fn nothing_is_said_of_a_site_of_which_no_other_page_was_seen() {
    let judgement = Web::default()
        .seed(BLOG)
        .page(BLOG, Policy::Unknown, vec![link(LISTING)])
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(told_by(&judgement, "orphan-listing"), [""; 0]);
}

#[test]
fn parameters_that_another_site_adds_make_no_orphan() {
    let tracked = "http://market.test/vase?tag=tips-21";
    let judgement = Web::default()
        .seed(HOME)
        .seed(BLOG)
        .page(HOME, Policy::Unknown, vec![link(LISTING)])
        .page(BLOG, Policy::Unknown, vec![link(tracked)])
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(tracked, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .judge();
    assert_eq!(told_by(&judgement, "orphan-listing"), [""; 0]);
}
