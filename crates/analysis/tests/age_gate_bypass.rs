//! The gate before an age-restricted page can be walked round.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::Policy;
use support::{ADULT, Web, hidden, link, told_by};

const HOME: &str = "http://market.test/";
const LISTING: &str = "http://market.test/corkscrew";
const GATE: &str = "http://wine.test/";
const WINE: &str = "http://wine.test/red";

#[test]
fn a_way_round_the_gate_is_a_finding() {
    let judgement = Web::default()
        .seed(HOME)
        .page(HOME, Policy::Unknown, vec![link(LISTING), link(GATE)])
        .page(LISTING, Policy::Compliant, vec![link(WINE)])
        .gate(GATE, vec![link(WINE)])
        .page(WINE, ADULT, vec![])
        .judge();
    assert_eq!(
        told_by(&judgement, "age-gate-bypass"),
        [format!("age-gate-bypass {LISTING} -> {WINE} by O")]
    );
    let evidence = &judgement.findings[0].evidence;
    assert!(evidence.iter().any(|one| one.page.as_str() == GATE));
}

#[test]
fn a_gate_that_dominates_is_none() {
    let judgement = Web::default()
        .seed(HOME)
        .page(HOME, Policy::Unknown, vec![link(LISTING), link(GATE)])
        .page(LISTING, Policy::Compliant, vec![link(GATE)])
        .gate(GATE, vec![link(WINE)])
        .page(WINE, ADULT, vec![])
        .judge();
    assert_eq!(judgement.findings, []);
}

#[test]
fn an_illegal_page_needs_no_gate_and_none_makes_it_lawful() {
    let judgement = Web::default()
        .seed(HOME)
        .page(HOME, Policy::Unknown, vec![link(LISTING), link(GATE)])
        .page(LISTING, Policy::Compliant, vec![link(WINE)])
        .gate(GATE, vec![link(WINE)])
        .page(WINE, Policy::Illegal, vec![])
        .judge();
    assert_eq!(told_by(&judgement, "age-gate-bypass"), [""; 0]);
}

#[test]
fn a_page_that_no_gate_leads_to_has_no_gate_to_pass_by() {
    let other_gate = "http://other.test/";
    let judgement = Web::default()
        .seed(HOME)
        .page(HOME, Policy::Unknown, vec![link(LISTING), link(other_gate)])
        .page(LISTING, Policy::Compliant, vec![link(WINE)])
        .gate(other_gate, vec![])
        .page(WINE, ADULT, vec![])
        .judge();
    assert_eq!(judgement.findings, []);
}

#[test]
fn what_the_template_conceals_on_a_gate_as_on_every_page_does_not_stand_behind_it() {
    let gate = "http://market.test/age";
    let listings: Vec<String> = (0..40)
        .map(|at| format!("http://market.test/item/{at:02}"))
        .collect();
    let to_listings = listings.iter().map(|listing| link(listing)).collect();
    let web = Web::default()
        .seed(HOME)
        .page(HOME, Policy::Unknown, to_listings)
        .gate(gate, vec![hidden(WINE)])
        .page(WINE, ADULT, vec![]);
    let judgement = listings
        .iter()
        .fold(web, |web, listing| {
            web.page(listing, Policy::Compliant, vec![hidden(WINE)])
        })
        .judge();
    assert_eq!(told_by(&judgement, "age-gate-bypass"), [""; 0]);
    assert_eq!(told_by(&judgement, "hijacked-template").len(), 1);
}
