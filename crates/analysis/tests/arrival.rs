//! Buttons without an address and mail addresses: evidence for where they arrive, and not for what is openly
//! linked from there.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{Contact, ContactKind, HopKind, Link, PageFacts, Policy, Visibility, Zone};
use support::{Web, hidden, link, redirect, told};

const LISTING: &str = "http://market.test/vase";
const SERVICE: &str = "http://service.test/";
const SHOP: &str = "http://pills.test/";

/// A listing, a service that it leads to, and a shop.
fn found(of_listing: Vec<Link>, handle: Option<&str>, of_service: Vec<Link>) -> Vec<String> {
    let writes = |facts: &mut PageFacts| {
        facts.contacts.extend(handle.map(|handle| Contact {
            kind: ContactKind::Mail,
            handle: handle.to_owned(),
            written: handle.to_owned(),
            visibility: Visibility::Visible,
            zone: Zone::Seller,
            span: None,
            techniques: Vec::new(),
        }));
    };
    let web = Web::default()
        .page(LISTING, Policy::Compliant, of_listing)
        .with(writes)
        .page(SERVICE, Policy::Unknown, of_service)
        .page(SHOP, Policy::Illegal, vec![]);
    told(&web.judge())
}

fn button(target: &str) -> Link {
    Link {
        kind: HopKind::Form,
        zone: Zone::Seller,
        text: "Donate".to_owned(),
        ..link(target)
    }
}

#[test]
fn a_button_to_a_service_that_openly_links_to_its_customers_makes_no_door_of_a_listing() {
    assert_eq!(
        found(vec![button(SERVICE)], None, vec![link(SHOP)]),
        [""; 0]
    );
}

#[test]
fn a_button_to_restricted_goods_or_to_a_page_that_leads_on_covertly_is_a_door() {
    for (service, way) in [(hidden(SHOP), "MH"), (redirect(SHOP), "MF")] {
        assert_eq!(
            found(vec![button(SERVICE)], None, vec![service]),
            [format!("hidden-path {LISTING} -> {SHOP} by {way}")]
        );
    }
    assert_eq!(
        found(vec![button(SHOP)], None, vec![]),
        [format!("hidden-path {LISTING} -> {SHOP} by M")]
    );
}

#[test]
fn a_mail_address_is_a_way_to_its_host_and_not_to_what_that_links_to() {
    let written = |handle, of_host| found(vec![], Some(handle), of_host);
    assert_eq!(written("ann@service.test", vec![link(SHOP)]), [""; 0]);
    assert_eq!(
        written("ann@pills.test", vec![]),
        [format!("hidden-path {LISTING} -> {SHOP} by H")]
    );
    assert_eq!(
        written("ann@service.test", vec![hidden(SHOP)]),
        [format!("hidden-path {LISTING} -> {SHOP} by HH")]
    );
}
