//! Why a pair of pages is, or is not, a hidden path.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod support;

use model::{GateStrength, Policy};
use sidedoor_analysis::{Way, WayOutcome, explain};
use support::{ADULT, Web, at, hidden, link};

const LISTING: &str = "http://market.test/vase";
const SHOP: &str = "http://pills.test/";
const BLOG: &str = "http://blog.test/";

/// What is told of the pair.
fn way(web: Web, listing: &str, target: &str) -> Way {
    let scene = web.scene();
    let ends = [listing, target].map(|end| scene.graph.find(&at(end)).unwrap());
    let mut explained = explain(&scene, ends[0], Some(ends[1]));
    explained.ways.pop().unwrap()
}

#[test]
fn a_hidden_path_is_told_with_its_rank_and_cost() {
    let web = Web::default()
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![]);
    let way = way(web, LISTING, SHOP);
    assert_eq!(way.outcome, WayOutcome::HiddenPath { rank: 1, of: 1 });
    assert!((way.cost - 0.1).abs() < 1e-9, "{}", way.cost);
    assert_eq!(way.walk.len(), 1);
}

#[test]
fn a_hop_that_everybody_sees_breaks_the_expression() {
    let web = Web::default()
        .page(LISTING, Policy::Compliant, vec![link(BLOG)])
        .page(BLOG, Policy::Unknown, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![]);
    let way = way(web, LISTING, SHOP);
    assert_eq!(way.outcome, WayOutcome::Broken { hop: 0 });
    assert_eq!(way.walk.len(), 2);
}

#[test]
fn the_label_that_is_missing_is_named() {
    let unlabelled = Web::default()
        .page(LISTING, Policy::Unknown, vec![hidden(SHOP)])
        .page(SHOP, Policy::Illegal, vec![]);
    assert_eq!(
        way(unlabelled, LISTING, SHOP).outcome,
        WayOutcome::NoCompliantListing
    );
    let harmless = Web::default()
        .page(LISTING, Policy::Compliant, vec![hidden(SHOP)])
        .page(SHOP, Policy::Unknown, vec![]);
    assert_eq!(
        way(harmless, LISTING, SHOP).outcome,
        WayOutcome::NotRestricted
    );
}

#[test]
fn a_crowd_of_other_ways_is_too_dear() {
    let mut links: Vec<_> = (0..80)
        .map(|at| hidden(&format!("http://other{at}.test/")))
        .collect();
    links.push(hidden(SHOP));
    let web =
        Web::default()
            .page(LISTING, Policy::Compliant, links)
            .page(SHOP, Policy::Illegal, vec![]);
    let way = way(web, LISTING, SHOP);
    assert_eq!(way.outcome, WayOutcome::TooDear);
    assert!(way.cost > way.cost_bound);
    assert_eq!(way.walk[0].fan_out, 81);
}

#[test]
fn a_gate_on_the_walk_is_named() {
    let door = "http://wine.test/door";
    let shop = "http://wine.test/red";
    let web = Web::default()
        .page(LISTING, Policy::Compliant, vec![hidden(door)])
        .gate(door, vec![hidden(shop)])
        .page(shop, ADULT, vec![]);
    assert_eq!(
        way(web, LISTING, shop).outcome,
        WayOutcome::Gated {
            gate: at(door),
            strength: GateStrength::SelfDeclared
        }
    );
}

#[test]
fn the_template_s_hop_is_named_with_its_pages() {
    let pages = (0..40).map(|at| format!("http://market.test/item/{at:02}"));
    let web = pages.fold(Web::default(), |web, page| {
        web.page(&page, Policy::Compliant, vec![hidden(SHOP)])
    });
    let web = web.page(SHOP, Policy::Illegal, vec![]);
    assert_eq!(
        way(web, "http://market.test/item/07", SHOP).outcome,
        WayOutcome::Template { hop: 0, pages: 40 }
    );
}

#[test]
fn a_page_that_nothing_leads_to_is_told_as_such() {
    let web = Web::default()
        .page(LISTING, Policy::Compliant, vec![])
        .page(SHOP, Policy::Illegal, vec![hidden(LISTING)]);
    assert_eq!(way(web, LISTING, SHOP).outcome, WayOutcome::NoWalk);
}

#[test]
fn without_a_target_the_nearest_restricted_pages_suggest_themselves() {
    let scene = Web::default()
        .page(LISTING, Policy::Compliant, vec![link(BLOG)])
        .page(BLOG, Policy::Unknown, vec![link(SHOP)])
        .page(SHOP, Policy::Illegal, vec![])
        .scene();
    let explained = explain(&scene, scene.graph.find(&at(LISTING)).unwrap(), None);
    assert!(explained.is_listing);
    assert_eq!(explained.ways.len(), 1);
    assert_eq!(explained.ways[0].target, at(SHOP));
    assert_eq!(explained.ways[0].outcome, WayOutcome::Broken { hop: 0 });
}
