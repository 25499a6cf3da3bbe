//! Pages with the labels that they must get, from `fixtures/rules`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly, its helpers as well"
)]

use model::{
    Language, Link, Market, PageFacts, PageKind, PageUrl, Passage, Place, Policy, RawHref, Zone,
};
use serde::Deserialize;
use sidedoor_rules::RulePack;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pages {
    page: Vec<Page>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Page {
    is: String,
    expect: String,
    market: String,
    min_age: Option<u8>,
    kind: String,
    sale: bool,
    title: String,
    name: String,
    heading: String,
    crumbs: String,
    text: String,
    body: Vec<String>,
    reviews: Vec<String>,
    chrome: Vec<String>,
    hidden: Vec<String>,
    items: Vec<String>,
    ratings: Vec<String>,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            is: String::new(),
            expect: String::new(),
            market: "EU".to_owned(),
            min_age: None,
            kind: "listing".to_owned(),
            sale: true,
            title: String::new(),
            name: String::new(),
            heading: String::new(),
            crumbs: String::new(),
            text: String::new(),
            body: Vec::new(),
            reviews: Vec::new(),
            chrome: Vec::new(),
            hidden: Vec::new(),
            items: Vec::new(),
            ratings: Vec::new(),
        }
    }
}

fn passage(place: Place, zone: Zone, text: &str, shown: bool) -> Passage {
    Passage {
        place,
        zone,
        text: text.to_owned(),
        shown,
        span: None,
    }
}

fn item(text: &str) -> Link {
    Link {
        text: text.to_owned(),
        ..Link::new(
            RawHref::new("/item"),
            Some(PageUrl::parse("https://market.example/item").unwrap()),
            model::HopKind::Anchor,
            model::Carrier::AHref,
        )
    }
}

fn facts(page: &Page) -> PageFacts {
    let mut facts = PageFacts::empty(PageUrl::parse("https://market.example/p/1").unwrap());
    facts.kind = *PageKind::ALL
        .iter()
        .find(|kind| kind.as_str() == page.kind)
        .unwrap();
    facts.offers_sale = page.sale;
    facts.title = page.title.clone();
    facts.language = Some(Language("en".to_owned()));
    facts.ratings = page.ratings.clone();
    let mut add = |place, zone, texts: &[String], shown| {
        for text in texts.iter().filter(|text| !text.is_empty()) {
            facts.passages.push(passage(place, zone, text, shown));
        }
    };
    let one = |text: &String| vec![text.clone()];
    add(Place::Body, Zone::Chrome, &page.chrome, true);
    add(Place::Title, Zone::Unknown, &one(&page.title), true);
    add(Place::Breadcrumb, Zone::Unknown, &one(&page.crumbs), true);
    add(Place::Heading, Zone::Unknown, &one(&page.heading), true);
    add(Place::Heading, Zone::Unknown, &one(&page.name), true);
    add(Place::ProductName, Zone::Seller, &one(&page.name), true);
    add(Place::Description, Zone::Seller, &one(&page.text), true);
    add(Place::Description, Zone::Seller, &page.hidden, false);
    add(Place::Body, Zone::Unknown, &page.body, true);
    add(Place::Review, Zone::User, &page.reviews, true);
    add(Place::AnchorText, Zone::Unknown, &page.items, true);
    facts.links = page.items.iter().map(|text| item(text)).collect();
    facts
}

/// The mistakes on the pages of one file.
fn mistakes(text: &str) -> (usize, Vec<String>) {
    let pages: Pages = toml::from_str(text).unwrap_or_else(|error| panic!("{error}"));
    let pack = RulePack::eu().unwrap();
    let mut wrong = Vec::new();
    for page in &pages.page {
        let market: Market = page.market.parse().unwrap();
        let verdict = pack.label(&facts(page), &market);
        let mut says = verdict.policy.as_str().to_owned();
        if verdict.policy.is_restricted() {
            let codes = verdict
                .labels
                .iter()
                .filter(|label| label.policy.as_str() == says);
            let codes: Vec<&str> = codes
                .filter_map(|label| Some(label.category.as_ref()?.0.as_str()))
                .collect();
            let wanted = page.expect.split(' ').nth(1).unwrap_or_default();
            let code = codes.iter().find(|code| **code == wanted).or(codes.first());
            says = format!("{says} {}", code.copied().unwrap_or_default());
        }
        let aged = page
            .min_age
            .is_none_or(|min_age| verdict.policy == Policy::AgeRestricted { min_age });
        if says != page.expect || !aged {
            let evidence: Vec<String> = verdict
                .labels
                .iter()
                .map(|label| {
                    format!(
                        "{:?} {:?} {:?}",
                        label.category.as_ref().map(|code| &code.0),
                        label.policy,
                        label
                            .matches
                            .iter()
                            .map(|found| (found.place, found.text.as_str()))
                            .collect::<Vec<_>>()
                    )
                })
                .collect();
            wrong.push(format!(
                "{}: expected {}, got {says}: {evidence:#?}",
                page.is, page.expect
            ));
        }
    }
    (pages.page.len(), wrong)
}

#[test]
fn honest_pages_get_no_label_of_restricted_goods() {
    let (count, wrong) = mistakes(include_str!("../../../fixtures/rules/honest.toml"));
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 40);
}

#[test]
fn restricted_pages_get_the_label_of_their_goods() {
    let (count, wrong) = mistakes(include_str!("../../../fixtures/rules/restricted.toml"));
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count >= 40);
}
