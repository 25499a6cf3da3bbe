//! The template of a site leads to a restricted page.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{Policy, Severity};
use support::{Web, hidden, link, told_by};

const SHOP: &str = "http://pills.test/";

/// A shop of forty listings, all of which carry `links`.
fn shop(links: impl Fn() -> Vec<model::Link>) -> Web {
    let pages = (0..40).map(|at| format!("http://market.test/item/{at:02}"));
    let web = pages.fold(Web::default(), |web, page| {
        web.page(&page, Policy::Compliant, links())
    });
    web.page(SHOP, Policy::Illegal, vec![])
}

#[test]
fn a_hidden_hop_of_every_page_is_told_once_for_the_site() {
    let judgement = shop(|| vec![hidden(SHOP)]).judge();
    assert_eq!(
        told_by(&judgement, "hijacked-template"),
        [format!(
            "hijacked-template http://market.test/item/00 -> {SHOP} by N"
        )]
    );
    assert_eq!(
        judgement.findings.len(),
        1,
        "and no listing is blamed for it"
    );
    assert_eq!(judgement.findings[0].severity, Severity::High);
    assert!(
        judgement.findings[0].statement.contains("40 pages"),
        "{}",
        judgement.findings[0].statement
    );
}

#[test]
fn a_menu_that_everybody_sees_is_none() {
    let judgement = shop(|| vec![link(SHOP)]).judge();
    assert_eq!(told_by(&judgement, "hijacked-template"), [""; 0]);
}
