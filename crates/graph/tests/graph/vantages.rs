//! What differs between guises, above what churns by itself.

use model::{Link, Product, Technique, VantageId};
use sidedoor_graph::LinkGraph;

use crate::made::{Case, PAGE, at, link};

fn placed(target: &str, dom_path: &str) -> Link {
    Link {
        dom_path: dom_path.to_owned(),
        ..link(target)
    }
}

fn random(number: u8) -> Link {
    placed(&format!("http://c{number}.test/"), "html/body/ul/li/a")
}

fn cloaked() -> Link {
    placed("http://b.test/", "html/body/main/p/a")
}

fn missing(graph: &LinkGraph, target: &str) -> Vec<VantageId> {
    let target = graph.find(&at(target)).unwrap();
    let mut hops = graph.hops().filter(|(_, _, to, _)| *to == target);
    hops.next().unwrap().3.missing_from.to_vec()
}

#[test]
fn a_link_that_is_always_there_for_some_is_found_on_a_page_that_churns() {
    let graph = Case::default()
        .page(PAGE, vec![random(1), random(2), cloaked()])
        .seen(PAGE, VantageId::Phone, false, vec![random(3), cloaked()])
        .seen(PAGE, VantageId::Crawler, false, vec![random(4), random(5)])
        .again(PAGE, vec![random(6), random(1), cloaked()])
        .graph();
    assert_eq!(missing(&graph, "http://b.test/"), [VantageId::Crawler]);
    for number in 1..6 {
        let at = format!("http://c{number}.test/");
        assert_eq!(missing(&graph, &at), [], "{at} churns");
    }
    assert!(graph.find(&at("http://c6.test/")).is_none());
}

#[test]
fn what_stands_where_links_churn_may_be_there_by_chance() {
    let same_place = placed("http://b.test/", "html/body/ul/li/a");
    let graph = Case::default()
        .page(PAGE, vec![random(1), same_place.clone()])
        .seen(PAGE, VantageId::Crawler, false, vec![random(4)])
        .again(PAGE, vec![random(6), same_place])
        .graph();
    assert_eq!(missing(&graph, "http://b.test/"), []);
}

#[test]
fn the_second_visit_of_a_page_that_does_not_churn_bears_the_difference_out() {
    let graph = Case::default()
        .page(PAGE, vec![])
        .seen(PAGE, VantageId::Phone, false, vec![cloaked()])
        .again(PAGE, vec![])
        .graph();
    assert_eq!(missing(&graph, "http://b.test/"), [VantageId::Desktop]);
}

#[test]
fn what_a_difference_depends_on_is_told_by_the_vantages() {
    let words = [
        ("crawler", Technique::USER_AGENT_CLOAKING),
        ("from-search", Technique::REFERRER_CLOAKING),
        ("from-market", Technique::REFERRER_CLOAKING),
        ("returning", Technique::COOKIE_CLOAKING),
        ("without-cookies", Technique::COOKIE_CLOAKING),
        ("language:de", Technique::ORIGIN_CLOAKING),
    ];
    for (word, technique) in words {
        let graph = Case::default()
            .page(PAGE, vec![])
            .seen(PAGE, word.parse().unwrap(), false, vec![cloaked()])
            .graph();
        let (_, _, _, hop) = graph.hops().next().unwrap();
        assert_eq!(*hop.cloaked_by, [technique], "{word}");
        assert!(hop.techniques().contains(&technique), "{word}");
    }
}

#[test]
fn goods_that_differ_beyond_what_churns_stand_at_the_page() {
    let goods = |name: &str, gtin: &str| Product {
        name: Some(name.to_owned()),
        gtin: Some(gtin.to_owned()),
        ..Product::default()
    };
    let mut case = Case::default()
        .page(PAGE, vec![])
        .seen(PAGE, VantageId::Phone, false, vec![])
        .seen(PAGE, "language:de".parse().unwrap(), false, vec![])
        .again(PAGE, vec![]);
    let shown = [("Towel", "1"), ("Herbs", "2"), ("Kraut", "1"), ("Rug", "1")];
    for ((_, facts), (name, gtin)) in case.0.iter_mut().zip(shown) {
        facts.as_mut().unwrap().products.push(goods(name, gtin));
    }
    let graph = case.graph();
    let page = graph.page(graph.find(&at(PAGE)).unwrap());
    let told: Vec<String> = page
        .other_goods
        .iter()
        .map(|other| format!("{} {}", other.vantage, other.difference.fact))
        .collect();
    assert_eq!(told, ["phone gtin"], "names churn, and languages differ");
}
