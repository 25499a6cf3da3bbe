//! Node-link JSON, as networkx reads it.

use std::io::Write;

use model::{PageId, VantageId};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};

use crate::tables::PolicyColumn;
use crate::{Classes, HopId, LinkGraph};

#[derive(Serialize)]
struct Node<'a> {
    id: u32,
    address: &'a str,
    site: &'a str,
    status: Option<u16>,
    title: &'a str,
    kind: &'static str,
    policy: &'static str,
    category: Option<String>,
    in_scope: bool,
    vantages: Vec<VantageId>,
}

#[derive(Serialize)]
struct Edge<'a> {
    source: u32,
    target: u32,
    key: u32,
    kind: &'static str,
    carrier: &'static str,
    href: &'a str,
    text: &'a str,
    visibility: &'static str,
    techniques: Vec<String>,
    covertness: &'static str,
    zone: &'static str,
    vantages: &'a [VantageId],
    missing_from: &'a [VantageId],
}

struct Document<'a> {
    graph: &'a LinkGraph,
    classes: &'a Classes,
    policy: &'a dyn Fn(PageId) -> PolicyColumn,
}

/// Writes the graph as node-link JSON: `directed`, `multigraph`, `nodes` with `id`, `links` with
/// `source`, `target` and `key` (the number of the hop). Streams: memory does not grow with the
/// graph.
///
/// # Errors
/// Those of `out`.
pub fn write_node_link(
    graph: &LinkGraph,
    classes: &Classes,
    policy: &dyn Fn(PageId) -> PolicyColumn,
    out: &mut dyn Write,
) -> Result<(), serde_json::Error> {
    let document = Document {
        graph,
        classes,
        policy,
    };
    serde_json::to_writer(&mut *out, &document)?;
    out.write_all(b"\n").map_err(serde_json::Error::io)
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(5))?;
        map.serialize_entry("directed", &true)?;
        map.serialize_entry("multigraph", &true)?;
        map.serialize_entry("graph", &serde_json::Map::new())?;
        map.serialize_entry("nodes", &Nodes(self))?;
        map.serialize_entry("links", &Links(self))?;
        map.end()
    }
}

struct Nodes<'a>(&'a Document<'a>);

impl Serialize for Nodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut nodes = serializer.serialize_seq(Some(self.0.graph.page_count()))?;
        for (id, page) in self.0.graph.pages() {
            let column = (self.0.policy)(id);
            nodes.serialize_element(&Node {
                id: id.0,
                address: page.address.as_str(),
                site: page.site.as_str(),
                status: page.status(),
                title: &page.title,
                kind: page.kind.as_str(),
                policy: column.policy,
                category: column.category.map(|code| code.0),
                in_scope: page.in_scope,
                vantages: page.answered(),
            })?;
        }
        nodes.end()
    }
}

struct Links<'a>(&'a Document<'a>);

impl Serialize for Links<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut links = serializer.serialize_seq(Some(self.0.graph.hop_count()))?;
        for (HopId(key), source, target, hop) in self.0.graph.hops() {
            links.serialize_element(&Edge {
                source: source.0,
                target: target.0,
                key,
                kind: hop.kind.as_str(),
                carrier: hop.carrier.as_str(),
                href: &hop.href,
                text: &hop.text,
                visibility: hop.visibility.state().as_str(),
                techniques: hop.techniques().iter().map(ToString::to_string).collect(),
                covertness: self.0.classes.of(HopId(key)).effective.as_str(),
                zone: hop.zone.as_str(),
                vantages: &hop.vantages,
                missing_from: &hop.missing_from,
            })?;
        }
        links.end()
    }
}
