//! The hidden path: the search against a second way to the same answer (every walk, written out),
//! and the detector on small webs.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use std::collections::BTreeMap;

use graph::{Because, Class, Classes, HopId, LinkGraph, Template, TemplateSettings};
use model::{
    BodyHash, Carrier, EffectiveClass, HopKind, Link, Outcome, PageFacts, PageId, PageUrl, RawHref,
    Timestamp, VantageId, Visit, VisitId,
};
use proptest::prelude::*;
use sidedoor_analysis::{Search, SearchSettings, hidden_paths};

/// A small web: classes of hops by (source, target), pages that are listings, a target, gates.
#[derive(Debug, Clone)]
struct Web {
    pages: usize,
    hops: Vec<(usize, usize, EffectiveClass)>,
    listings: Vec<bool>,
    gated: Vec<bool>,
    target: usize,
}

fn web() -> impl Strategy<Value = Web> {
    (2_usize..6).prop_flat_map(|pages| {
        let class = prop::sample::select(EffectiveClass::ALL.to_vec());
        let hops = prop::collection::vec((0..pages, 0..pages, class), 0..12);
        let flags = || prop::collection::vec(any::<bool>(), pages);
        let gated = prop::collection::vec(prop::bool::weighted(0.15), pages);
        (hops, flags(), gated, 0..pages).prop_map(move |(hops, listings, gated, target)| Web {
            pages,
            hops,
            listings,
            gated,
            target,
        })
    })
}

fn address(page: usize) -> PageUrl {
    PageUrl::parse(&format!("http://p{page}.test/")).unwrap()
}

/// The graph of a web. Each hop has another carrier, so that parallel hops stay apart.
fn build(web: &Web) -> (LinkGraph, Classes) {
    let mut links: Vec<Vec<Link>> = vec![Vec::new(); web.pages];
    let mut classes: Vec<Vec<EffectiveClass>> = vec![Vec::new(); web.pages];
    for (number, (source, target, class)) in web.hops.iter().enumerate() {
        if source == target {
            continue;
        }
        links[*source].push(Link::new(
            RawHref::new("x"),
            Some(address(*target)),
            HopKind::Anchor,
            Carrier::ALL[number],
        ));
        classes[*source].push(*class);
    }
    let visits = links.into_iter().enumerate().map(|(page, links)| {
        let visit = Visit {
            id: VisitId(page as u64 + 1),
            address: address(page),
            vantage: VantageId::Desktop,
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
            churns: false,
            again: false,
            orphan: false,
        };
        let mut facts = PageFacts::empty(address(page));
        facts.links = links;
        (visit, Some(facts))
    });
    let graph = LinkGraph::build(visits, &[]);
    let classes = classes
        .into_iter()
        .flatten()
        .map(|effective| Class {
            effective,
            because: Because::WithinSite,
        })
        .collect();
    let template = Template::of(&graph, TemplateSettings::default());
    let classes = Classes::given(&graph, classes, template);
    (graph, classes)
}

fn matches_expression(letters: &str) -> bool {
    regex::Regex::new("^L?[HMF]+(O[HMF]*)?$")
        .unwrap()
        .is_match(letters)
}

fn cost(settings: &SearchSettings, class: EffectiveClass, fan_out: u32) -> u64 {
    let constant = match class {
        EffectiveClass::Forced => settings.forced,
        EffectiveClass::Hidden => settings.hidden,
        EffectiveClass::Masked => settings.masked,
        EffectiveClass::Lateral => settings.lateral,
        _ => settings.overt,
    };
    ((f64::from(fan_out).ln() + constant) * 1e6).round() as u64
}

type Walk = (u64, usize, Vec<PageId>, Vec<HopId>);

/// Every walk of at most `longest` hops within the bound, and the best of them by listing.
fn brute_force(
    web: &Web,
    graph: &LinkGraph,
    classes: &Classes,
    settings: &SearchSettings,
) -> BTreeMap<PageId, Walk> {
    let longest = 9;
    let target = graph.find(&address(web.target)).unwrap();
    let mut best: BTreeMap<PageId, Walk> = BTreeMap::new();
    for start in 0..web.pages {
        let listing = graph.find(&address(start)).unwrap();
        if !web.listings[start] || listing == target || web.gated[start] {
            continue;
        }
        let mut open: Vec<(PageId, String, Walk)> =
            vec![(listing, String::new(), (0, 0, vec![], vec![]))];
        while let Some((at, letters, walk)) = open.pop() {
            if at == target && matches_expression(&letters) {
                let known = best.entry(listing).or_insert_with(|| walk.clone());
                if walk < *known {
                    *known = walk.clone();
                }
            }
            if walk.1 == longest {
                continue;
            }
            for (hop, next, _) in graph.ways_out(at) {
                let class = classes.of(hop).effective;
                let number: usize = graph.page(next).address.as_str()[8..9].parse().unwrap();
                if class == EffectiveClass::Navigation || web.gated[number] {
                    continue;
                }
                let total = walk.0 + cost(settings, class, classes.fan_out(at, class));
                let mut letters = letters.clone();
                letters.push(class.letter());
                let could_match = matches_expression(&letters) || letters == "L";
                if total > (settings.cost_bound * 1e6) as u64 || !could_match {
                    continue;
                }
                let mut pages = walk.2.clone();
                pages.push(next);
                let mut hops = walk.3.clone();
                hops.push(hop);
                open.push((next, letters, (total, walk.1 + 1, pages, hops)));
            }
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// The search finds a listing exactly when some walk does, and its witness is the best walk.
    #[test]
    fn the_search_equals_writing_out_every_walk(web in web()) {
        let (graph, classes) = build(&web);
        let settings = SearchSettings { cost_bound: 2.0, ..SearchSettings::default() };
        let number = |page: PageId| -> usize {
            graph.page(page).address.as_str()[8..9].parse().unwrap()
        };
        let search = Search {
            graph: &graph,
            classes: &classes,
            settings: &settings,
            is_listing: &|page| web.listings[number(page)],
            may_pass: &|page| !web.gated[number(page)],
        };
        let target = graph.find(&address(web.target)).unwrap();
        let expected = if web.gated[web.target] {
            BTreeMap::new()
        } else {
            brute_force(&web, &graph, &classes, &settings)
        };
        let found: BTreeMap<PageId, Walk> = hidden_paths(&search, target)
            .into_iter()
            .map(|path| {
                let pages = path.steps.iter().map(|step| graph.ends(step.hop).1).collect();
                let hops: Vec<HopId> = path.steps.iter().map(|step| step.hop).collect();
                (path.listing, (path.cost, hops.len(), pages, hops))
            })
            .collect();
        prop_assert_eq!(found, expected);
    }
}

mod detector {
    use model::{Confidence, GateStrength, HopKind, Link, Policy, Trigger, VantageId, Zone};

    use crate::support::{ADULT, Web, hidden, link, redirect, told};

    const LISTING: &str = "http://market.test/vase";
    const SELLER: &str = "http://market.test/seller";
    const SHOP: &str = "http://pills.test/";
    const DOOR: &str = "http://door.test/";

    fn found(web: Web) -> Vec<String> {
        told(&web.judge())
    }

    #[test]
    fn a_hidden_link_to_an_illegal_page_is_a_finding() {
        let web = Web::default()
            .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(
            found(web),
            [format!("hidden-path {LISTING} -> {SHOP} by H")]
        );
    }

    #[test]
    fn a_concealed_way_to_goods_one_sign_short_is_a_finding_that_is_hardly_sure() {
        let web = Web::default()
            .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
            .page(SHOP, Policy::Unknown, vec![])
            .near(SHOP, Policy::Illegal);
        let judged = web.judge();
        assert_eq!(
            told(&judged),
            [format!("hidden-path {LISTING} -> {SHOP} by H")]
        );
        let finding = &judged.findings[0];
        assert_eq!(finding.confidence, Confidence::Low);
        assert_eq!(finding.policy, Policy::Illegal);
        assert!(
            finding.statement.contains("one sign"),
            "{}",
            finding.statement
        );
    }

    #[test]
    fn goods_one_sign_short_make_none_on_the_same_site_nor_where_nothing_is_concealed() {
        let near = |links, shop| {
            Web::default()
                .page(LISTING, Policy::Compliant, links)
                .page(shop, Policy::Unknown, vec![])
                .near(shop, Policy::Illegal)
        };
        let beside = "http://market.test/item/other";
        assert_eq!(found(near(vec![hidden(beside)], beside)), [""; 0]);
        assert_eq!(found(near(vec![link(SHOP)], SHOP)), [""; 0]);
        // What the page also shows a reader is not concealed.
        assert_eq!(found(near(vec![link(SHOP), hidden(SHOP)], SHOP)), [""; 0]);
    }

    #[test]
    fn a_visible_honest_link_is_none() {
        let web = Web::default()
            .page(LISTING, Policy::Compliant, vec![link(SHOP)])
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(found(web), [""; 0]);
    }

    #[test]
    fn a_hidden_link_beside_a_visible_one_to_the_same_site_is_none() {
        let web = Web::default()
            .page(
                LISTING,
                Policy::Compliant,
                vec![hidden(SHOP), link("http://pills.test/about")],
            )
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(found(web), [""; 0]);
    }

    #[test]
    fn one_overt_hop_may_follow_the_evidence_and_no_second() {
        let web = |links| {
            Web::default()
                .page(LISTING, Policy::Compliant, vec![hidden(DOOR)])
                .page(DOOR, Policy::Unknown, links)
        };
        let one = web(vec![link(SHOP)]).page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(
            found(one),
            [format!("hidden-path {LISTING} -> {SHOP} by HO")]
        );
        let two = web(vec![link("http://next.test/")])
            .page("http://next.test/", Policy::Unknown, vec![link(SHOP)])
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(found(two), [""; 0]);
    }

    #[test]
    fn the_sellers_page_may_come_first() {
        let to_seller = Link {
            to_seller: true,
            ..link(SELLER)
        };
        let web = Web::default()
            .page(LISTING, Policy::Compliant, vec![to_seller])
            .page(SELLER, Policy::Unknown, vec![hidden(SHOP)])
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(
            found(web),
            [format!("hidden-path {LISTING} -> {SHOP} by LH")]
        );
    }

    #[test]
    fn a_link_whose_target_redirects_to_yet_another_site_is_masked() {
        let web = Web::default()
            .page(LISTING, Policy::Compliant, vec![link(DOOR)])
            .page(DOOR, Policy::Unknown, vec![redirect(SHOP)])
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(
            found(web),
            [format!("hidden-path {LISTING} -> {SHOP} by MF")]
        );
    }

    #[test]
    fn a_redirect_within_the_target_site_masks_nothing() {
        let web = Web::default()
            .page(LISTING, Policy::Compliant, vec![link(SHOP)])
            .page(
                SHOP,
                Policy::Unknown,
                vec![redirect("http://pills.test/en/")],
            )
            .page("http://pills.test/en/", Policy::Illegal, vec![]);
        assert_eq!(found(web), [""; 0]);
    }

    #[test]
    fn an_address_that_a_seller_writes_is_hidden_and_one_in_a_review_is_not() {
        let written = |zone| Link {
            kind: HopKind::TextUrl,
            zone,
            ..link(SHOP)
        };
        let web = |zone| {
            Web::default()
                .page(LISTING, Policy::Compliant, vec![written(zone)])
                .page(SHOP, Policy::Illegal, vec![])
        };
        assert_eq!(
            found(web(Zone::Seller)),
            [format!("hidden-path {LISTING} -> {SHOP} by H")]
        );
        assert_eq!(found(web(Zone::User)), [""; 0]);
    }

    #[test]
    fn a_sellers_button_to_another_site_is_masked_unless_it_names_the_site() {
        let button = |zone, text: &str| Link {
            kind: HopKind::Form,
            zone,
            text: text.to_owned(),
            ..link(SHOP)
        };
        let web = |button| {
            Web::default()
                .page(LISTING, Policy::Compliant, vec![button])
                .page(SHOP, Policy::Illegal, vec![])
        };
        assert_eq!(
            found(web(button(Zone::Seller, "Continue"))),
            [format!("hidden-path {LISTING} -> {SHOP} by M")]
        );
        assert_eq!(found(web(button(Zone::Seller, "To pills.test"))), [""; 0]);
        assert_eq!(found(web(button(Zone::Chrome, "Continue"))), [""; 0]);
    }

    #[test]
    fn a_listing_of_goods_for_adults_begins_a_path_to_illegal_goods_alone() {
        let web = |policy| {
            Web::default()
                .page(LISTING, ADULT, vec![hidden(SHOP)])
                .page(SHOP, policy, vec![])
        };
        let judged = web(Policy::Illegal).judge();
        assert_eq!(
            told(&judged),
            [format!("hidden-path {LISTING} -> {SHOP} by H")]
        );
        let finding = &judged.findings[0];
        assert_eq!(finding.listing_policy, ADULT, "what it is itself");
        assert_eq!(finding.legal_basis, "a law of tests");
        let mut evidence = judged.findings[0].evidence.iter();
        assert!(evidence.any(|of| of.statement == "illegal under the law of EU: a law of tests"));
        let statement = &judged.findings[0].statement;
        assert!(
            statement.starts_with("a listing of age-restricted goods (X1 test goods) leads to"),
            "{statement}"
        );
        assert_eq!(found(web(ADULT)), [""; 0]);
        // A shop that nobody asked about is no listing of the market.
        let outside = Web::default()
            .page(LISTING, ADULT, vec![hidden(SHOP)])
            .out_of_scope()
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(found(outside), [""; 0]);
    }

    #[test]
    fn a_frame_forces() {
        let frame = Link {
            kind: HopKind::Frame,
            trigger: Trigger::Load,
            ..hidden(SHOP)
        };
        let web = Web::default()
            .page(LISTING, Policy::Compliant, vec![frame])
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(
            found(web),
            [format!("hidden-path {LISTING} -> {SHOP} by F")]
        );
    }

    #[test]
    fn a_sufficient_gate_on_the_walk_clears_an_age_restricted_page_and_no_illegal_one() {
        let web = |policy| {
            Web::default()
                .page(LISTING, Policy::Compliant, vec![hidden(DOOR)])
                .gate(DOOR, vec![link(SHOP)])
                .page(SHOP, policy, vec![])
        };
        assert_eq!(found(web(ADULT)), [""; 0]);
        assert_eq!(
            found(web(Policy::Illegal)),
            [format!("hidden-path {LISTING} -> {SHOP} by HO")]
        );
        let gated = Web::default()
            .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
            .visit(
                SHOP,
                VantageId::Desktop,
                ADULT,
                GateStrength::SelfDeclared,
                vec![],
            );
        assert_eq!(found(gated), [""; 0]);
    }

    #[test]
    fn a_link_among_very_many_is_beyond_the_cost_bound() {
        let links = (0..60)
            .map(|n| hidden(&format!("http://h{n}.test/")))
            .chain([hidden(SHOP)]);
        let web = Web::default()
            .page(LISTING, Policy::Compliant, links.collect())
            .page(SHOP, Policy::Illegal, vec![]);
        assert_eq!(found(web), [""; 0], "ln 61 + 0.1 is more than 4");
    }

    #[test]
    fn what_the_template_carries_is_told_once_for_the_site() {
        let mut web = Web::default();
        for number in 0..40 {
            let address = format!("http://market.test/{number}");
            web = web.page(&address, Policy::Compliant, vec![hidden(SHOP)]);
        }
        let judgement = web.page(SHOP, Policy::Illegal, vec![]).judge();
        assert_eq!(
            told(&judgement),
            ["hijacked-template http://market.test/0 -> http://pills.test/ by N"]
        );
    }

    #[test]
    fn a_concealed_way_to_a_page_that_gave_no_answer_does_not_pass_in_silence() {
        let web = || Web::default().page(LISTING, Policy::Compliant, vec![hidden(SHOP)]);
        let judgement = web().judge();
        assert_eq!(judgement.findings, []);
        assert_eq!(judgement.indicators[0].id, "unseen-destination");
        let seen = web().page(SHOP, Policy::Unknown, vec![]).judge();
        assert_eq!(seen.indicators, []);
    }

    #[test]
    fn the_witness_tells_on_what_a_script_makes_its_navigation_depend() {
        let proof = model::Proof {
            technique: model::Technique::SCRIPT_REDIRECT,
            shows: "depends on user-agent".to_owned(),
            span: None,
        };
        let mut navigation = hidden(SHOP);
        navigation.scripted = vec![proof.clone()];
        let findings = Web::default()
            .page(LISTING, Policy::Compliant, vec![navigation])
            .page(SHOP, Policy::Illegal, vec![])
            .judge()
            .findings;
        assert!(findings[0].witness.hops[0].proofs.contains(&proof));
        let told = "R04: depends on user-agent";
        let evidence = &findings[0].evidence;
        assert!(evidence.iter().any(|one| one.statement == told));
    }

    #[test]
    fn findings_are_the_same_whatever_order_pages_were_visited_in() {
        let there = Web::default()
            .page(LISTING, Policy::Compliant, vec![hidden(SHOP), hidden(DOOR)])
            .page(SHOP, Policy::Illegal, vec![])
            .page(DOOR, Policy::Illegal, vec![]);
        let back = Web::default()
            .page(DOOR, Policy::Illegal, vec![])
            .page(SHOP, Policy::Illegal, vec![])
            .page(LISTING, Policy::Compliant, vec![hidden(SHOP), hidden(DOOR)]);
        assert_eq!(found(there), found(back));
    }
}
