//! The graph: what one page's vantages saw, what the template is, what each hop is, and how it is
//! written for other programs.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

use model::{
    BodyHash, Carrier, EffectiveClass, HopKind, Layer, Link, Outcome, PageFacts, PageKind, PageUrl,
    Proof, RawHref, Technique, Timestamp, Trigger, VantageId, Visibility, Visit, VisitId, Zone,
};
use sidedoor_graph::{Because, ClassSettings, Classes, LinkGraph, PolicyColumn, classes};

fn at(address: &str) -> PageUrl {
    PageUrl::parse(address).unwrap()
}

fn link(target: &str) -> Link {
    Link {
        href: RawHref::new(target),
        target: Some(at(target)),
        kind: HopKind::Anchor,
        carrier: Carrier::AHref,
        trigger: Trigger::Act,
        text: String::new(),
        context: String::new(),
        visibility: Visibility::Visible,
        zone: Zone::Unknown,
        span: None,
        dom_path: "html/body/main/a".to_owned(),
        rel: Vec::new(),
        layers: Vec::new(),
        disguises: Vec::new(),
        affiliation: None,
        inside: None,
        text_names_other_host: false,
        to_seller: false,
        delay_seconds: None,
        position: model::Position::Ordinary,
        techniques: Vec::new(),
        marks: Vec::new(),
        conditions: Vec::new(),
        scripted: Vec::new(),
    }
}

fn hidden(target: &str) -> Link {
    let proof = Proof {
        technique: Technique::DISPLAY_NONE,
        shows: "display:none".to_owned(),
        span: None,
    };
    Link {
        visibility: Visibility::Hidden(vec![proof]),
        ..link(target)
    }
}

fn redirect(target: &str) -> Link {
    Link {
        kind: HopKind::HttpRedirect,
        trigger: Trigger::Load,
        carrier: Carrier::LocationHeader,
        ..link(target)
    }
}

#[derive(Default)]
struct Case(Vec<(Visit, Option<PageFacts>)>);

impl Case {
    fn seen(mut self, address: &str, vantage: VantageId, churns: bool, links: Vec<Link>) -> Self {
        let visit = Visit {
            id: VisitId(self.0.len() as u64 + 1),
            address: at(address),
            vantage,
            referrer: None,
            depth: 0,
            in_scope: true,
            outcome: Outcome::Answered {
                status: 200,
                body: BodyHash::of(b""),
                content_type: None,
                body_bytes: 0,
                cut: None,
            },
            started: Timestamp::from_millis(0),
            churns,
        };
        let mut facts = PageFacts::empty(at(address));
        let redirects = links.iter().any(|link| link.kind == HopKind::HttpRedirect);
        facts.kind = if redirects {
            PageKind::Other
        } else {
            PageKind::Listing
        };
        facts.seller = address.rsplit('-').next().map(str::to_owned);
        facts.links = links;
        self.0.push((visit, Some(facts)));
        self
    }

    fn page(self, address: &str, links: Vec<Link>) -> Self {
        self.seen(address, VantageId::Desktop, false, links)
    }

    fn graph(self) -> LinkGraph {
        LinkGraph::build(self.0, &[])
    }
}

const PAGE: &str = "http://market.test/item-s1";

/// Class and reason of each hop out of PAGE, in the order of the page.
fn told(graph: &LinkGraph) -> Vec<(EffectiveClass, Because)> {
    let classes = classes(graph, &ClassSettings::default());
    let page = graph.find(&at(PAGE)).unwrap();
    graph
        .ways_out(page)
        .map(|(hop, ..)| {
            let class = classes.of(hop).clone();
            (class.effective, class.because)
        })
        .collect()
}

fn only(graph: &LinkGraph) -> (EffectiveClass, Because) {
    let mut told = told(graph);
    assert_eq!(told.len(), 1, "{told:?}");
    told.remove(0)
}

#[test]
fn a_visible_link_is_navigation_inside_and_overt_outside() {
    let inside = Case::default()
        .page(PAGE, vec![link("http://market.test/b")])
        .graph();
    assert_eq!(
        only(&inside),
        (EffectiveClass::Navigation, Because::WithinSite)
    );
    let outside = Case::default()
        .page(PAGE, vec![link("http://b.test/")])
        .graph();
    assert_eq!(only(&outside), (EffectiveClass::Overt, Because::OtherSite));
}

#[test]
fn a_hidden_link_inside_the_site_is_hidden_when_no_page_shows_its_target() {
    let secret = "http://market.test/secret";
    let alone = Case::default().page(PAGE, vec![hidden(secret)]).graph();
    assert_eq!(only(&alone), (EffectiveClass::Hidden, Because::Concealed));
    let shown = Case::default()
        .page(PAGE, vec![hidden(secret)])
        .page("http://market.test/menu", vec![link(secret)])
        .graph();
    assert_eq!(
        only(&shown).0,
        EffectiveClass::Navigation,
        "a menu shows it elsewhere"
    );
    let chrome = Link {
        zone: Zone::Chrome,
        ..hidden(secret)
    };
    let chrome = Case::default().page(PAGE, vec![chrome]).graph();
    assert_eq!(only(&chrome).0, EffectiveClass::Navigation);
}

#[test]
fn a_nested_address_masks_unless_the_text_names_its_site() {
    let nested = |text: &str| Link {
        kind: HopKind::NestedUrl,
        carrier: Carrier::InsideUrl,
        text: text.to_owned(),
        ..link("http://shop.test/p")
    };
    let mask = Case::default().page(PAGE, vec![nested("Details")]).graph();
    assert_eq!(only(&mask), (EffectiveClass::Masked, Because::Nested));
    let open = Case::default()
        .page(PAGE, vec![nested("Visit shop.test")])
        .graph();
    assert_eq!(only(&open).0, EffectiveClass::Overt);
}

#[test]
fn an_in_site_address_that_redirects_away_is_a_mask() {
    let go = "http://market.test/go/1";
    let graph = Case::default()
        .page(PAGE, vec![link(go)])
        .page(go, vec![redirect("http://shop.test/")])
        .graph();
    let told = told(&graph);
    assert!(
        matches!(told[0], (EffectiveClass::Masked, Because::RedirectsOn(_))),
        "{told:?}"
    );
    let home = Case::default()
        .page(PAGE, vec![link(go)])
        .page(go, vec![redirect("http://market.test/login")])
        .graph();
    assert_eq!(only(&home).0, EffectiveClass::Navigation);
}

#[test]
fn a_page_of_the_site_that_moves_its_visitor_on_is_no_mask_for_the_links_to_it() {
    let other = "http://market.test/other";
    let refresh = Link {
        kind: HopKind::MetaRefresh,
        trigger: Trigger::Load,
        ..link("http://shop.test/")
    };
    let graph = Case::default()
        .page(PAGE, vec![link(other)])
        .page(other, vec![refresh])
        .graph();
    assert_eq!(only(&graph).0, EffectiveClass::Navigation);
}

#[test]
fn what_a_seller_links_to_is_a_mask_when_it_only_passes_visitors_on() {
    let (go, vault) = ("http://market.test/r/1", "http://market.test/vault");
    let from = |zone, to: &str| Link { zone, ..link(to) };
    let web = |zone, to: &str, on: &str| {
        Case::default()
            .page(PAGE, vec![from(zone, to)])
            .page(to, vec![redirect(on)])
            .graph()
    };
    let seller = only(&web(Zone::Seller, go, vault));
    assert_eq!(seller, (EffectiveClass::Masked, Because::PassesOn));
    let chrome = only(&web(Zone::Chrome, go, vault));
    assert_eq!(chrome.0, EffectiveClass::Navigation);
    let tidy = only(&web(Zone::Seller, vault, "http://www.market.test/vault/"));
    assert_eq!(tidy.0, EffectiveClass::Overt, "the address is only tidied");
}

#[test]
fn text_that_names_another_host_masks_an_address_of_the_site_unless_that_leads_there() {
    let named = |to: &str| Link {
        text: "guild.test".to_owned(),
        text_names_other_host: true,
        ..link(to)
    };
    let lie = Case::default()
        .page(PAGE, vec![named("http://market.test/d")])
        .graph();
    assert_eq!(
        only(&lie),
        (EffectiveClass::Masked, Because::TextNamesOther)
    );
    let out = "http://market.test/out?to=http://guild.test/";
    let word = Case::default().page(PAGE, vec![named(out)]).graph();
    assert_eq!(only(&word).0, EffectiveClass::Navigation);
}

#[test]
fn a_listing_that_redirects_some_vantage_is_no_mask_for_the_links_to_it() {
    let other = "http://market.test/other";
    let graph = Case::default()
        .page(PAGE, vec![link(other)])
        .page(other, vec![])
        .seen(
            other,
            VantageId::Phone,
            false,
            vec![redirect("http://shop.test/")],
        )
        .graph();
    assert_eq!(only(&graph).0, EffectiveClass::Navigation);
}

#[test]
fn the_home_of_a_shop_is_no_sellers_page() {
    let to_seller = |target: &str| Link {
        to_seller: true,
        ..link(target)
    };
    let home = Case::default()
        .page(PAGE, vec![to_seller("http://market.test/")])
        .graph();
    assert_eq!(only(&home).0, EffectiveClass::Navigation);
    let seller = Case::default()
        .page(PAGE, vec![to_seller("http://market.test/seller/7")])
        .graph();
    assert_eq!(only(&seller).0, EffectiveClass::Lateral);
}

#[test]
fn a_redirect_that_leaves_after_more_redirects_masks_as_well() {
    let (go, on) = ("http://go.test/1", "http://go.test/2");
    let graph = Case::default()
        .page(PAGE, vec![link(go)])
        .page(go, vec![redirect(on)])
        .page(on, vec![redirect("http://shop.test/")])
        .graph();
    assert!(matches!(
        only(&graph),
        (EffectiveClass::Masked, Because::RedirectsOn(_))
    ));
}

#[test]
fn a_difference_between_vantages_counts_only_without_churn() {
    let case = |churns| {
        Case::default()
            .seen(
                PAGE,
                VantageId::Desktop,
                churns,
                vec![link("http://b.test/")],
            )
            .seen(PAGE, VantageId::Crawler, false, vec![])
            .graph()
    };
    assert_eq!(
        only(&case(false)),
        (EffectiveClass::Hidden, Because::SomeVantagesOnly)
    );
    assert_eq!(only(&case(true)).0, EffectiveClass::Overt);
}

/// A market of `pages` listings by `sellers`, each with what `links` gives it.
fn market(pages: usize, sellers: usize, links: impl Fn(usize) -> Vec<Link>) -> LinkGraph {
    let mut case = Case::default();
    for number in 0..pages {
        let address = format!("http://market.test/item{number}-s{}", number % sellers);
        case = case.page(&address, links(number));
    }
    case.graph()
}

fn count(graph: &LinkGraph, class: EffectiveClass) -> usize {
    let classes: Classes = classes(graph, &ClassSettings::default());
    graph
        .hops()
        .filter(|(hop, ..)| classes.of(*hop).effective == class)
        .count()
}

#[test]
fn a_slot_on_most_pages_is_navigation_whatever_it_points_to() {
    let graph = market(20, 5, |number| {
        vec![link(&format!("http://out{number}.test/"))]
    });
    assert_eq!(count(&graph, EffectiveClass::Overt), 0);
    let few = market(20, 5, |number| {
        if number < 10 {
            vec![link("http://out.test/")]
        } else {
            vec![]
        }
    });
    assert_eq!(count(&few, EffectiveClass::Overt), 10);
}

#[test]
fn a_covert_hop_of_the_template_needs_pages_and_sellers() {
    let template = market(60, 10, |_| vec![hidden("http://x.test/")]);
    assert_eq!(count(&template, EffectiveClass::Hidden), 0);
    let campaign = market(60, 10, |number| {
        if number % 10 == 0 {
            vec![hidden("http://x.test/")]
        } else {
            vec![]
        }
    });
    assert_eq!(
        count(&campaign, EffectiveClass::Hidden),
        6,
        "too few pages for a template"
    );
    let one_seller = market(300, 10, |number| {
        if number % 10 == 0 {
            vec![hidden("http://x.test/")]
        } else {
            vec![]
        }
    });
    assert_eq!(
        count(&one_seller, EffectiveClass::Hidden),
        30,
        "one seller is no template"
    );
    let slot = market(60, 10, |number| {
        vec![hidden(&format!("http://x{number}.test/"))]
    });
    assert_eq!(
        count(&slot, EffectiveClass::Hidden),
        60,
        "the slot rule leaves covert hops alone"
    );
}

#[test]
fn on_a_small_site_the_platforms_own_zones_repeat_as_a_template() {
    let footer = |zone| {
        move |_| {
            vec![Link {
                zone,
                ..hidden("http://x.test/")
            }]
        }
    };
    let advertising = market(5, 5, footer(Zone::Advertising));
    assert_eq!(count(&advertising, EffectiveClass::Hidden), 0);
    let sellers = market(5, 5, footer(Zone::Seller));
    assert_eq!(count(&sellers, EffectiveClass::Hidden), 5);
}

#[test]
fn a_comment_speaks_only_where_a_seller_wrote_it() {
    let comment = |zone| Link {
        carrier: Carrier::Comment,
        zone,
        ..hidden("http://x.test/")
    };
    let page = Case::default()
        .page(PAGE, vec![comment(Zone::Unknown)])
        .graph();
    assert_eq!(only(&page), (EffectiveClass::Navigation, Because::Inert));
    let seller = Case::default()
        .page(PAGE, vec![comment(Zone::Seller)])
        .graph();
    assert_eq!(only(&seller).0, EffectiveClass::Hidden);
}

#[test]
fn a_hop_tells_every_technique_that_is_at_work() {
    let nested = Link {
        kind: HopKind::NestedUrl,
        layers: vec![Layer::Query, Layer::Base64],
        ..hidden("http://x.test/")
    };
    let graph = Case::default()
        .page(PAGE, vec![nested, redirect("http://y.test/")])
        .graph();
    let told: Vec<String> = graph
        .hops()
        .map(|(_, _, _, hop)| {
            hop.techniques()
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(
        told,
        ["V01 R07 R08".to_owned(), "R01".to_owned()].map(sorted)
    );
}

/// Ids in the order of the techniques: by family, then number.
fn sorted(ids: String) -> String {
    let mut ids: Vec<Technique> = ids.split(' ').map(|id| id.parse().unwrap()).collect();
    ids.sort_unstable();
    ids.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn redirects_that_only_lead_round_in_a_circle_are_told() {
    let (one, two, way) = (
        "http://market.test/1",
        "http://market.test/2",
        "http://market.test/way",
    );
    let graph = Case::default()
        .page(PAGE, vec![redirect(PAGE)])
        .page(one, vec![redirect(two)])
        .page(two, vec![redirect(one)])
        .page(way, vec![redirect("http://market.test/there")])
        .page("http://market.test/there", vec![])
        .graph();
    let told: Vec<&str> = graph
        .redirect_loops()
        .into_iter()
        .map(|page| graph.page(page).address.as_str())
        .collect();
    assert_eq!(told, [one, two, PAGE]);
}

#[test]
fn equal_links_of_a_page_are_one_hop_with_a_count() {
    let graph = Case::default()
        .page(
            PAGE,
            vec![
                link("http://b.test/"),
                link("http://b.test/"),
                hidden("http://b.test/"),
            ],
        )
        .graph();
    let counts: Vec<u32> = graph.hops().map(|(_, _, _, hop)| hop.count).collect();
    assert_eq!(counts, [2, 1]);
}

#[test]
fn dot_and_csv_hold_hostile_text() {
    let mut nasty = Case::default().page(PAGE, vec![link("http://b.test/%22%3E?q=\"a,b\"")]);
    if let Some(facts) = &mut nasty.0[0].1 {
        facts.title = "a \"quoted\\title\",\nwith = 1 \u{0}".to_owned();
    }
    let graph = nasty.graph();
    let classes = classes(&graph, &ClassSettings::default());
    let mut dot = Vec::new();
    sidedoor_graph::write_dot(&graph, &classes, &|_| "unknown", &mut dot).unwrap();
    insta::assert_snapshot!(String::from_utf8(dot).unwrap());
    let (mut nodes, mut edges) = (Vec::new(), Vec::new());
    let column = |_| PolicyColumn {
        policy: "unknown",
        category: None,
    };
    sidedoor_graph::write_csv(&graph, &classes, &column, &mut nodes, &mut edges).unwrap();
    let mut table = csv::Reader::from_reader(nodes.as_slice());
    let titles: Vec<String> = table
        .records()
        .map(|row| row.unwrap()[3].to_owned())
        .collect();
    assert!(titles.contains(&"a \"quoted\\title\",\nwith = 1 \u{0}".to_owned()));
    insta::assert_snapshot!(String::from_utf8(edges).unwrap());
}
