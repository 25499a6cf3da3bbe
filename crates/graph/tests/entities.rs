//! What pages name beside other pages: sellers, affiliates, contacts, codes, promises, ads.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use model::{
    Affiliation, BodyHash, Carrier, Contact, ContactKind, HopKind, Link, Outcome, PageFacts,
    PageId, PageUrl, Passage, Place, RawHref, Span, Timestamp, VantageId, Visibility, Visit,
    VisitId, Zone,
};
use proptest::prelude::*;
use sidedoor_graph::{Entities, Entity, EntityKind, LinkGraph, MentionedBy};

fn at(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

fn seen(
    id: u64,
    address: &str,
    vantage: VantageId,
    change: impl FnOnce(&mut PageFacts),
) -> (Visit, Option<PageFacts>) {
    let address = at(address);
    let mut facts = PageFacts::empty(address.clone());
    change(&mut facts);
    let visit = Visit {
        id: VisitId(id),
        vantage,
        referrer: None,
        depth: 0,
        in_scope: true,
        outcome: Outcome::Answered {
            status: 200,
            body: BodyHash::of(address.as_str().as_bytes()),
            content_type: None,
            body_bytes: 0,
            cut: None,
        },
        started: Timestamp::from_millis(0),
        churns: false,
        again: false,
        orphan: false,
        address,
    };
    (visit, Some(facts))
}

fn contact(handle: &str, zone: Zone) -> Contact {
    Contact {
        kind: ContactKind::Telegram,
        handle: handle.to_owned(),
        written: format!("@{handle}"),
        visibility: Visibility::Visible,
        zone,
        span: Some(Span { start: 7, end: 20 }),
        techniques: Vec::new(),
    }
}

fn passage(text: &str, zone: Zone) -> Passage {
    Passage {
        place: Place::Description,
        zone,
        text: text.to_owned(),
        shown: true,
        span: None,
    }
}

fn paid(target: &str, id: &str) -> Link {
    let href = RawHref::new(target);
    let mut link = Link::new(href, Some(at(target)), HopKind::Anchor, Carrier::AHref);
    link.affiliation = Some(Box::new(Affiliation {
        id: Some(id.to_owned()),
        tracking: vec![
            ("utm_source".to_owned(), "newsletter".to_owned()),
            ("subid".to_owned(), "hub-4711".to_owned()),
        ],
        ..Affiliation::default()
    }));
    link
}

const VASE: &str = "http://market.test/vase";
const BLOG: &str = "http://blog.test/";

fn graph() -> LinkGraph {
    let vase = |facts: &mut PageFacts| {
        facts.seller = Some("Ann".to_owned());
        facts.contacts.push(contact("ann_direct", Zone::Seller));
        facts.contacts.push(contact("market_help", Zone::Chrome));
        facts
            .passages
            .push(passage("Use code VASE-77 in the remark", Zone::Seller));
        facts
            .passages
            .push(passage("Coupon: MARKET10", Zone::Chrome));
    };
    let blog = |facts: &mut PageFacts| {
        facts.links.push(paid(VASE, "blog-21"));
        facts.contacts.push(contact("ann_direct", Zone::Unknown));
    };
    let visits = [
        seen(1, BLOG, VantageId::Desktop, blog),
        seen(2, VASE, VantageId::Desktop, vase),
        seen(3, VASE, VantageId::Phone, vase),
    ];
    LinkGraph::build(visits, &[])
}

fn keys(entities: &Entities) -> Vec<String> {
    entities.iter().map(|(_, entity)| entity.key()).collect()
}

#[test]
fn pages_name_sellers_affiliates_contacts_and_codes() {
    let entities = Entities::of(&graph());
    assert_eq!(
        keys(&entities),
        [
            "seller:market.test/Ann",
            "affiliate:market.test/blog-21",
            "tracking:market.test/subid=hub-4711",
            "contact:telegram:ann_direct",
            "code:VASE-77",
        ],
        "nothing of the platform's own, and no word that everybody tracks by"
    );
}

#[test]
fn an_entity_knows_who_names_it_and_a_page_what_it_names() {
    let graph = graph();
    let entities = Entities::of(&graph);
    let ann = Entity::Contact {
        kind: ContactKind::Telegram,
        handle: "ann_direct".to_owned(),
    };
    let id = entities.find(&ann).unwrap();
    assert_eq!(entities.entity(id), &ann);
    let (blog, vase) = (
        graph.find(&at(BLOG)).unwrap(),
        graph.find(&at(VASE)).unwrap(),
    );
    let mentions = entities.mentions_of(id);
    let pages: Vec<PageId> = mentions.iter().map(|mention| mention.page).collect();
    assert_eq!(pages, [blog, vase]);
    let on_vase = &mentions[1];
    assert_eq!(on_vase.by, MentionedBy::Statement);
    assert_eq!(on_vase.visit, Some(VisitId(2)), "the first that saw it");
    assert_eq!(on_vase.vantages, [VantageId::Desktop, VantageId::Phone]);
    assert_eq!(on_vase.span, Some(Span { start: 7, end: 20 }));
    let named: Vec<EntityKind> = entities
        .named_by(blog)
        .map(|mention| entities.entity(mention.entity).kind())
        .collect();
    assert_eq!(
        named,
        [
            EntityKind::Affiliate,
            EntityKind::Tracking,
            EntityKind::Contact
        ]
    );
    let by_hop = entities.named_by(blog).next().unwrap();
    let MentionedBy::Hop(hop) = by_hop.by else {
        unreachable!("an affiliate is named by a hop, not by {:?}", by_hop.by)
    };
    assert_eq!(graph.ends(hop), (blog, vase));
}

#[test]
fn a_promise_is_named_by_the_page_that_makes_it_and_by_the_listing() {
    let mut graph = graph();
    let (blog, vase) = (
        graph.find(&at(BLOG)).unwrap(),
        graph.find(&at(VASE)).unwrap(),
    );
    let (_, _, through) = graph.ways_out(blog).next().unwrap();
    let mut derived = through.clone();
    derived.kind = HopKind::Promise;
    derived.text = "the real bag".into();
    derived.affiliation = None;
    graph.add_hop(vase, blog, derived);
    let entities = Entities::of(&graph);
    let promise = Entity::Promise {
        page: at(BLOG),
        words: "the real bag".to_owned(),
    };
    let mentions = entities.mentions_of(entities.find(&promise).unwrap());
    let told: Vec<(PageId, Option<VisitId>)> =
        mentions.iter().map(|it| (it.page, it.visit)).collect();
    assert_eq!(told, [(blog, Some(VisitId(1))), (vase, None)]);
}

#[test]
fn ads_come_from_a_repository_and_change_nothing_else() {
    let graph = graph();
    let vase = graph.find(&at(VASE)).unwrap();
    let before = Entities::of(&graph);
    let entities = before.with_ads([("summer-7", vase)]);
    assert_eq!(entities.len(), before.len() + 1);
    let ad = Entity::Ad {
        id: "summer-7".to_owned(),
    };
    let mentions = entities.mentions_of(entities.find(&ad).unwrap());
    assert_eq!(
        (mentions[0].page, mentions[0].by),
        (vase, MentionedBy::Landing)
    );
    let others = before.mentions().iter().all(|mention| {
        let id = entities.find(before.entity(mention.entity)).unwrap();
        entities
            .mentions_of(id)
            .iter()
            .any(|it| (it.page, it.by, it.span) == (mention.page, mention.by, mention.span))
    });
    assert!(others);
}

proptest! {
    /// Every mention is found from its entity and from its page, and from nowhere else.
    #[test]
    fn mentions_of_entities_and_of_pages_are_the_same(
        named in prop::collection::vec((0u32..6, 0u8..5), 0..40),
    ) {
        let visits = (0u32..6).map(|page| {
            let address = format!("http://market.test/{page}");
            seen(u64::from(page), &address, VantageId::Desktop, |facts| {
                for (_, handle) in named.iter().filter(|(on, _)| *on == page) {
                    facts.contacts.push(contact(&format!("h{handle}"), Zone::Seller));
                }
            })
        });
        let graph = LinkGraph::build(visits, &[]);
        let entities = Entities::of(&graph);
        let by_entity: Vec<_> = entities
            .iter()
            .flat_map(|(id, _)| entities.mentions_of(id))
            .map(|it| (it.page, it.entity))
            .collect();
        let mut by_page: Vec<_> = graph
            .pages()
            .flat_map(|(page, _)| entities.named_by(page))
            .map(|it| (it.page, it.entity))
            .collect();
        let mut sorted = by_entity.clone();
        sorted.sort_unstable();
        by_page.sort_unstable();
        prop_assert_eq!(&sorted, &by_page);
        let mut expected: Vec<(u32, u8)> = named;
        expected.sort_unstable();
        expected.dedup();
        prop_assert_eq!(sorted.len(), expected.len());
    }
}
