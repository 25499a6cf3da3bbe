//! Signals worth a look that are no hidden path by themselves.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{Contact, ContactKind, Offer, PageFacts, Policy, Product, Visibility, Zone};
use support::{Web, link};

const HOME: &str = "http://market.test/";
const LISTING: &str = "http://market.test/vase";
const SHOP: &str = "http://pills.test/";
const BLOG: &str = "http://blog.test/";

/// Id and page of each indicator.
fn told(web: Web) -> Vec<String> {
    let judgement = web.judge();
    assert!(judgement.findings.is_empty(), "{:?}", judgement.findings);
    let all = judgement.indicators.iter();
    all.map(|one| format!("{} {}", one.id, one.page)).collect()
}

fn contact(handle: &'static str, zone: Zone) -> impl Fn(&mut PageFacts) {
    move |facts| {
        facts.contacts.push(Contact {
            kind: ContactKind::Telegram,
            handle: handle.to_owned(),
            written: format!("@{handle}"),
            visibility: Visibility::Visible,
            zone,
            span: None,
            techniques: Vec::new(),
        });
    }
}

fn offers(
    prices: &'static [&'static str],
    options: &'static [&'static str],
) -> impl Fn(&mut PageFacts) {
    move |facts| {
        facts.products.push(Product {
            offers: prices
                .iter()
                .map(|price| Offer {
                    price: Some((*price).to_owned()),
                    currency: None,
                    availability: None,
                })
                .collect(),
            variants: options.iter().map(|&option| option.to_owned()).collect(),
            ..Product::default()
        });
    }
}

#[test]
fn a_contact_that_stands_on_a_restricted_page_as_well_is_told() {
    let web = Web::default()
        .page(LISTING, Policy::Compliant, vec![])
        .with(contact("vasen_direkt", Zone::Seller))
        .page(SHOP, Policy::Illegal, vec![])
        .with(contact("vasen_direkt", Zone::Unknown));
    assert_eq!(told(web), [format!("off-platform-contact {LISTING}")]);
}

#[test]
fn the_platform_s_own_contact_and_one_that_no_restricted_page_has_are_silent() {
    let platform = Web::default()
        .page(LISTING, Policy::Compliant, vec![])
        .with(contact("market_help", Zone::Chrome))
        .page(SHOP, Policy::Illegal, vec![])
        .with(contact("market_help", Zone::Chrome));
    assert_eq!(told(platform), [""; 0]);
    let honest = Web::default()
        .page(LISTING, Policy::Compliant, vec![])
        .with(contact("vasen_direkt", Zone::Seller))
        .page(BLOG, Policy::Unknown, vec![])
        .with(contact("vasen_direkt", Zone::Unknown));
    assert_eq!(told(honest), [""; 0]);
}

#[test]
fn a_contact_of_many_sellers_is_an_agency_s() {
    let listings = (0..30).map(|at| format!("http://market.test/item/{at}"));
    let web = listings
        .enumerate()
        .fold(Web::default(), |web, (at, address)| {
            web.page(&address, Policy::Compliant, vec![])
                .with(contact("agency", Zone::Seller))
                .with(|facts| facts.seller = Some(format!("seller {at}")))
        });
    let web = web
        .page(SHOP, Policy::Illegal, vec![])
        .with(contact("agency", Zone::Unknown));
    assert_eq!(told(web), [""; 0]);
}

#[test]
fn a_listing_that_says_nothing_and_costs_a_token_is_a_till_when_others_lead_there() {
    let till = |from: Vec<model::Link>| {
        Web::default()
            .page(HOME, Policy::Unknown, vec![link(LISTING)])
            .page(BLOG, Policy::Unknown, from)
            .page(LISTING, Policy::Compliant, vec![])
            .with(offers(&["0.01"], &[]))
    };
    assert_eq!(
        told(till(vec![link(LISTING)])),
        [format!("till-listing {LISTING}")]
    );
    assert_eq!(told(till(vec![])), [""; 0], "nobody sends payers there");
    let sample = Web::default()
        .page(HOME, Policy::Unknown, vec![link(LISTING)])
        .page(BLOG, Policy::Unknown, vec![link(LISTING)])
        .page(LISTING, Policy::Compliant, vec![])
        .with(offers(&["0.99"], &[]))
        .with(|facts| facts.products[0].description = Some("a sticker".to_owned()));
    assert_eq!(
        told(sample),
        [""; 0],
        "a cheap thing that is described is none"
    );
}

#[test]
fn options_that_say_nothing_at_prices_far_apart_are_told() {
    let web = |prices, options| {
        Web::default()
            .page(LISTING, Policy::Compliant, vec![])
            .with(offers(prices, options))
    };
    assert_eq!(
        told(web(&["2.00", "89.00"], &["A", "B", "01", "vase"])),
        [format!("variant-mismatch {LISTING}")]
    );
    assert_eq!(
        told(web(&["20.00", "24.00"], &["S", "M", "L", "XL"])),
        [""; 0],
        "sizes cost about the same"
    );
    assert_eq!(
        told(web(
            &["2.00", "89.00"],
            &["small vase", "large vase", "set of ten"]
        )),
        [""; 0],
        "options that say what they are may cost what they like"
    );
}
