//! How entities and their mentions are written beside pages and hops.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    Affiliation, Contact, ContactKind, Link, PageId, Passage, Place, Span, Visibility, Zone,
};
use serde_json::Value;
use sidedoor_graph::export::{
    CaseGraph, EntityGraph, Form, Selection, SiteEntityGraph, SiteGraph, Source,
};
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

fn by_site(case: &CaseGraph<'_>, entities: &Entities, kinds: &BTreeSet<EntityKind>) -> Value {
    let graph = SiteEntityGraph::of_case(case, entities, kinds);
    serde_json::from_str(&written(&graph, Form::Json)).unwrap()
}

#[test]
fn condensed_by_site_all_mentions_of_an_entity_by_one_site_are_one_edge_with_their_count() {
    let (graph, classes, entities) = market();
    let case = CaseGraph {
        is_on_path: &|_| true,
        ..whole(&graph, &classes)
    };
    let value = by_site(&case, &entities, &all());
    let of = by_key(&value);
    assert_eq!(of.len(), entities.len());
    let ann = of["contact:telegram:ann_direct"];
    assert_eq!(
        (&ann["kind"], &ann["named_by"]),
        (&"telegram".into(), &2.into())
    );
    let site_of = |edge: &Value| {
        let site = rows(&value, "nodes", |node| node["id"] == edge["source"]);
        site[0]["site"].as_str().unwrap().to_owned()
    };
    let mut counted: BTreeMap<(String, u64), (u64, BTreeSet<u32>, u64)> = BTreeMap::new();
    for mention in entities.mentions() {
        let site = graph.page(mention.page).site.as_str().to_owned();
        let node = of[&*entities.entity(mention.entity).key()];
        let counts = counted
            .entry((site, node["id"].as_u64().unwrap()))
            .or_default();
        counts.0 += 1;
        counts.1.insert(mention.page.0);
        counts.2 += u64::from(mention.by.as_str() == "hop");
    }
    let mentions = rows(&value, "links", |edge| edge["kind"] == "mention");
    assert_eq!(mentions.len(), counted.len());
    for edge in mentions {
        let counts = &counted[&(site_of(edge), edge["target"].as_u64().unwrap())];
        assert_eq!(edge["mentions"], counts.0);
        assert_eq!(edge["pages"], counts.1.len());
        assert_eq!(edge["mentions_on_hidden_paths"], counts.2);
        assert_eq!(edge["hops"], Value::Null, "a mention is no hop");
    }
}

#[test]
fn sites_have_the_same_rows_with_and_without_entities_and_the_same_numbers_in_every_part() {
    let (graph, classes, entities) = market();
    let case = whole(&graph, &classes);
    let plain: Value =
        serde_json::from_str(&written(&SiteGraph::of_case(&case), Form::Json)).unwrap();
    let value = by_site(&case, &entities, &all());
    for what in ["nodes", "links"] {
        let (plain, named) = (
            plain[what].as_array().unwrap(),
            value[what].as_array().unwrap(),
        );
        for (plain, named) in plain.iter().zip(named) {
            for (column, cell) in plain.as_object().unwrap() {
                assert_eq!(cell, &named[column], "{column}");
            }
        }
    }
    for place in 0..graph.page_count() {
        let part = Selection::around(&graph, PageId(u32::try_from(place).unwrap()), 0);
        let part = CaseGraph {
            selection: Some(&part),
            ..whole(&graph, &classes)
        };
        let part = by_site(&part, &entities, &BTreeSet::from([EntityKind::Seller]));
        assert_eq!(rows(&part, "nodes", |node| node["type"] == "site").len(), 1);
        for (what, name, number) in [("nodes", "label", "id"), ("links", "target", "key")] {
            for row in rows(&part, what, |row| !row[name].is_null()) {
                let same = rows(&value, what, |known| known[number] == row[number]);
                assert_eq!(same[0][name], row[name]);
            }
        }
        for edge in rows(&part, "links", |_| true) {
            let is_end = |end: &Value| rows(&part, "nodes", |node| node["id"] == *end).len() == 1;
            assert!(is_end(&edge["source"]) && is_end(&edge["target"]), "{edge}");
        }
    }
}

#[test]
fn every_column_of_entities_and_mentions_is_documented_with_its_type() {
    let docs = include_str!("../../../../docs/exports.md");
    let (graph, classes, entities) = market();
    let case = whole(&graph, &classes);
    let kinds = all();
    let pages = EntityGraph {
        case: &case,
        entities: &entities,
        kinds: &kinds,
    };
    let sites = SiteEntityGraph::of_case(&case, &entities, &kinds);
    let sources: [&dyn Source; 2] = [&pages, &sites];
    let columns = |source: &dyn Source| [source.node_columns(), source.edge_columns()].concat();
    for column in sources.into_iter().flat_map(columns) {
        let row = docs
            .lines()
            .find(|line| line.starts_with("| `") && line.contains(&format!("`{}`", column.name)));
        assert!(row.is_some(), "{} is not in docs/exports.md", column.name);
    }
}
