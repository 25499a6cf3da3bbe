//! How entities and their mentions are written beside pages and hops.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Affiliation, Contact, ContactKind, Link, PageId, Passage, Place, Span, Visibility, Zone,
};
use serde_json::Value;
use sidedoor_graph::export::{CaseGraph, EntityGraph, Form, Selection, Source};
use sidedoor_graph::{ClassSettings, Classes, Entities, EntityKind, LinkGraph, classes};

use crate::made::{Case, PAGE, link};
use crate::written::{whole, written};

const BLOG: &str = "http://blog.test/post-b1";

fn paid(target: &str) -> Link {
    Link {
        affiliation: Some(Box::new(Affiliation {
            id: Some("blog-21".to_owned()),
            tracking: vec![("subid".to_owned(), "hub-4711".to_owned())],
            ..Affiliation::default()
        })),
        ..link(target)
    }
}

/// A listing with a contact and a code, a blog that is paid for sending visitors, and a page that names
/// nothing but its seller.
fn market() -> (LinkGraph, Classes, Entities) {
    let mut case = Case::default()
        .page(PAGE, vec![])
        .page(BLOG, vec![paid(PAGE)])
        .page("http://far.test/item-f1", vec![]);
    for (at, handle) in [(0, "ann_direct"), (1, "ann_direct")] {
        let facts = case.0[at].1.as_mut().unwrap();
        facts.contacts.push(Contact {
            kind: ContactKind::Telegram,
            handle: handle.to_owned(),
            written: format!("@{handle}"),
            visibility: Visibility::Visible,
            zone: Zone::Seller,
            span: Some(Span { start: 7, end: 20 }),
            techniques: Vec::new(),
        });
    }
    let facts = case.0[0].1.as_mut().unwrap();
    facts.passages.push(Passage {
        place: Place::Description,
        zone: Zone::Seller,
        text: "Use code VASE-77 in the remark".to_owned(),
        shown: true,
        span: None,
    });
    let graph = case.graph();
    let classes = classes(&graph, &ClassSettings::default());
    let entities = Entities::of(&graph);
    (graph, classes, entities)
}

fn all() -> BTreeSet<EntityKind> {
    EntityKind::ALL.iter().copied().collect()
}

fn json(case: &CaseGraph<'_>, entities: &Entities, kinds: &BTreeSet<EntityKind>) -> Value {
    let graph = EntityGraph {
        case,
        entities,
        kinds,
    };
    serde_json::from_str(&written(&graph, Form::Json)).unwrap()
}

fn rows<'v>(value: &'v Value, what: &str, is_in: impl Fn(&Value) -> bool) -> Vec<&'v Value> {
    let rows = value[what].as_array().unwrap().iter();
    rows.filter(|row| is_in(row)).collect()
}

fn by_key(value: &Value) -> BTreeMap<&str, &Value> {
    let nodes = rows(value, "nodes", |node| !node["key"].is_null());
    nodes
        .into_iter()
        .map(|node| (node["key"].as_str().unwrap(), node))
        .collect()
}

#[test]
fn every_entity_is_a_node_and_every_mention_an_edge_to_it() {
    let (graph, classes, entities) = market();
    let value = json(&whole(&graph, &classes), &entities, &all());
    let of = by_key(&value);
    assert_eq!(of.len(), entities.len());
    let ann = of["contact:telegram:ann_direct"];
    assert_eq!(
        (
            &ann["type"],
            &ann["kind"],
            &ann["name"],
            &ann["named_by"],
            &ann["address"]
        ),
        (
            &"contact".into(),
            &"telegram".into(),
            &"ann_direct".into(),
            &2.into(),
            &Value::Null
        )
    );
    let blog = of["affiliate:market.test/blog-21"];
    assert_eq!(
        (&blog["type"], &blog["program"]),
        (&"affiliate".into(), &"market.test".into())
    );
    assert_eq!(of["seller:market.test/s1"]["site"], "market.test");
    let mentions = rows(&value, "links", |edge| edge["kind"] == "mention");
    assert_eq!(mentions.len(), entities.mentions().len());
    for (edge, mention) in mentions.into_iter().zip(entities.mentions()) {
        assert_eq!(edge["source"], mention.page.0);
        let key = entities.entity(mention.entity).key();
        assert_eq!(edge["target"], of[&*key]["id"]);
        assert_eq!(edge["mentioned_by"], mention.by.as_str());
        assert_eq!(edge["visit"], mention.visit.unwrap().0);
    }
    let paid = rows(&value, "links", |edge| edge["mentioned_by"] == "hop");
    assert!(paid.iter().all(|edge| edge["hop"] == 0) && !paid.is_empty());
}

#[test]
fn pages_and_hops_are_the_same_rows_with_and_without_entities() {
    let (graph, classes, entities) = market();
    let case = whole(&graph, &classes);
    let plain: Value = serde_json::from_str(&written(&case, Form::Json)).unwrap();
    let value = json(&case, &entities, &all());
    for (what, count) in [("nodes", graph.page_count()), ("links", graph.hop_count())] {
        let (plain, named) = (&plain[what], value[what].as_array().unwrap());
        for (plain, named) in plain.as_array().unwrap().iter().zip(named) {
            for (column, cell) in plain.as_object().unwrap() {
                assert_eq!(cell, &named[column], "{column}");
            }
        }
        let numbers: Vec<u64> = named
            .iter()
            .map(|row| {
                let number = row.get("key").filter(|_| what == "links");
                number.unwrap_or(&row["id"]).as_u64().unwrap()
            })
            .collect();
        assert!(
            numbers.is_sorted_by(|a, b| a < b),
            "every number once, in order"
        );
        assert!(numbers.len() > count);
    }
}

#[test]
fn kinds_and_parts_that_are_left_out_change_no_number() {
    let (graph, classes, entities) = market();
    let case = whole(&graph, &classes);
    let value = json(&case, &entities, &all());
    let codes = json(&case, &entities, &BTreeSet::from([EntityKind::Code]));
    let of_codes = by_key(&codes);
    assert_eq!(of_codes.len(), 1);
    assert_eq!(of_codes["code:VASE-77"], by_key(&value)["code:VASE-77"]);
    assert_eq!(
        rows(&codes, "links", |edge| edge["kind"] == "mention").len(),
        1
    );

    let blog = graph
        .pages()
        .find(|(_, page)| page.address.as_str() == BLOG);
    let part = Selection::around(&graph, blog.map_or(PageId(0), |(id, _)| id), 0);
    let case = CaseGraph {
        selection: Some(&part),
        ..case
    };
    let part = json(&case, &entities, &all());
    let keys: Vec<&str> = by_key(&part).into_keys().collect();
    assert_eq!(
        keys,
        ["contact:telegram:ann_direct", "seller:blog.test/b1"],
        "the hop that tells who is paid leads out of the part"
    );
    for (key, node) in by_key(&part) {
        assert_eq!(node, by_key(&value)[key]);
    }
    let ids: BTreeSet<u64> = rows(&part, "nodes", |_| true)
        .iter()
        .map(|node| node["id"].as_u64().unwrap())
        .collect();
    for edge in rows(&part, "links", |_| true) {
        assert!(ids.contains(&edge["source"].as_u64().unwrap()));
        assert!(ids.contains(&edge["target"].as_u64().unwrap()));
    }
}

#[test]
fn every_column_of_entities_and_mentions_is_documented_with_its_type() {
    let docs = include_str!("../../../../docs/exports.md");
    let (graph, classes, entities) = market();
    let case = whole(&graph, &classes);
    let kinds = all();
    let named = EntityGraph {
        case: &case,
        entities: &entities,
        kinds: &kinds,
    };
    for column in named.node_columns().iter().chain(named.edge_columns()) {
        let row = docs
            .lines()
            .find(|line| line.starts_with("| `") && line.contains(&format!("`{}`", column.name)));
        assert!(row.is_some(), "{} is not in docs/exports.md", column.name);
    }
}
