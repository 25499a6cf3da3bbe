//! The forms of JSON: our own with its columns, networkx's node-link, Cytoscape's, and lines.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Cell, Column, Edge, Node, Source};

/// What an array of edges is called, and whether the columns are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `links`, with the columns.
    Links,
    /// `edges`, as networkx has it.
    NodeLink,
}

/// How a row names its ends, and whether it tells cells that are absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// By numbers; every cell is told.
    Numbers,
    /// As Cytoscape has it: by texts, and an absent cell is not told.
    Cytoscape,
}

/// A node or an edge.
enum Item<'a> {
    Node(&'a Node<'a>),
    Edge(&'a Edge<'a>),
}

struct Row<'a> {
    /// What it is a row of, where nothing else tells.
    record: Option<&'static str>,
    naming: Naming,
    item: Item<'a>,
    columns: &'a [Column],
}

impl Row<'_> {
    /// What stands before the cells.
    fn head<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match (self.naming, &self.item) {
            (Naming::Numbers, Item::Node(node)) => map.serialize_entry("id", &node.id)?,
            (Naming::Numbers, Item::Edge(edge)) => {
                map.serialize_entry("source", &edge.source)?;
                map.serialize_entry("target", &edge.target)?;
                map.serialize_entry("key", &edge.id)?;
            }
            // networkx looks for `value` and `name` beside Cytoscape's own `id`.
            (Naming::Cytoscape, Item::Node(node)) => {
                let id = format!("n{}", node.id);
                map.serialize_entry("id", &id)?;
                map.serialize_entry("value", &id)?;
                map.serialize_entry("name", node.label)?;
            }
            (Naming::Cytoscape, Item::Edge(edge)) => {
                map.serialize_entry("id", &format!("e{}", edge.id))?;
                map.serialize_entry("source", &format!("n{}", edge.source))?;
                map.serialize_entry("target", &format!("n{}", edge.target))?;
                map.serialize_entry("key", &edge.id)?;
            }
        }
        let label = match &self.item {
            Item::Node(node) => node.label,
            Item::Edge(edge) => edge.label,
        };
        map.serialize_entry("label", label)
    }

    fn cells(&self) -> &[Cell<'_>] {
        match &self.item {
            Item::Node(node) => node.cells,
            Item::Edge(edge) => edge.cells,
        }
    }
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(record) = self.record {
            map.serialize_entry("record", record)?;
        }
        self.head(&mut map)?;
        let tells_absent = self.naming == Naming::Numbers;
        for (column, cell) in self.columns.iter().zip(self.cells()) {
            match cell {
                Cell::Absent if !tells_absent => {}
                Cell::Absent => map.serialize_entry(column.name, &None::<()>)?,
                Cell::Text(text) => map.serialize_entry(column.name, text)?,
                Cell::Whole(number) => map.serialize_entry(column.name, number)?,
                Cell::Real(number) => map.serialize_entry(column.name, number)?,
                Cell::Truth(truth) => map.serialize_entry(column.name, truth)?,
                Cell::Words(words) => {
                    let words: Vec<&str> = words.iter().collect();
                    map.serialize_entry(column.name, &words)?;
                }
            }
        }
        map.end()
    }
}

/// Tells every node of a source as a row.
fn nodes(
    source: &dyn Source,
    (record, naming): (Option<&'static str>, Naming),
    take: &mut dyn FnMut(Row<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let columns = source.node_columns();
    source.nodes(&mut |node| {
        take(Row {
            record,
            naming,
            item: Item::Node(&node),
            columns,
        })
    })
}

/// Tells every edge of a source as a row.
fn edges(
    source: &dyn Source,
    (record, naming): (Option<&'static str>, Naming),
    take: &mut dyn FnMut(Row<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let columns = source.edge_columns();
    source.edges(&mut |edge| {
        take(Row {
            record,
            naming,
            item: Item::Edge(&edge),
            columns,
        })
    })
}

/// The columns with their types.
struct Columns<'a>(&'a [Column]);

impl Serialize for Columns<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for column in self.0 {
            map.serialize_entry(column.name, column.cells.as_str())?;
        }
        map.end()
    }
}

/// Writes the rows of an array, each on its line, between which commas stand.
struct Array<'o> {
    out: &'o mut dyn Write,
    is_begun: bool,
}

impl<'o> Array<'o> {
    fn new(out: &'o mut dyn Write) -> Self {
        Self {
            out,
            is_begun: false,
        }
    }

    fn push(&mut self, row: &impl Serialize) -> io::Result<()> {
        self.out
            .write_all(if self.is_begun { b",\n" } else { b"\n" })?;
        self.is_begun = true;
        Ok(serde_json::to_writer(&mut *self.out, row)?)
    }
}

pub(super) fn write(
    source: &dyn Source,
    shape: Shape,
    creator: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (of_nodes, of_edges) = (source.node_columns(), source.edge_columns());
    out.write_all(b"{\"directed\":true,\"multigraph\":true,\"graph\":{\"creator\":")?;
    serde_json::to_writer(&mut *out, creator)?;
    out.write_all(b"}")?;
    if shape == Shape::Links {
        out.write_all(b",\"columns\":{\"nodes\":")?;
        serde_json::to_writer(&mut *out, &Columns(of_nodes))?;
        out.write_all(b",\"links\":")?;
        serde_json::to_writer(&mut *out, &Columns(of_edges))?;
        out.write_all(b"}")?;
    }
    out.write_all(b",\"nodes\":[")?;
    let plain = (None, Naming::Numbers);
    let mut array = Array::new(out);
    nodes(source, plain, &mut |row| array.push(&row))?;
    out.write_all(match shape {
        Shape::Links => b"],\n\"links\":[",
        Shape::NodeLink => b"],\n\"edges\":[",
    })?;
    let mut array = Array::new(out);
    edges(source, plain, &mut |row| array.push(&row))?;
    out.write_all(b"]}\n")
}

pub(super) fn write_lines(
    source: &dyn Source,
    creator: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (of_nodes, of_edges) = (source.node_columns(), source.edge_columns());
    out.write_all(b"{\"record\":\"columns\",\"creator\":")?;
    serde_json::to_writer(&mut *out, creator)?;
    out.write_all(b",\"nodes\":")?;
    serde_json::to_writer(&mut *out, &Columns(of_nodes))?;
    out.write_all(b",\"edges\":")?;
    serde_json::to_writer(&mut *out, &Columns(of_edges))?;
    out.write_all(b"}\n")?;
    let mut line = |row: Row<'_>| {
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")
    };
    nodes(source, (Some("node"), Naming::Numbers), &mut line)?;
    edges(source, (Some("edge"), Naming::Numbers), &mut line)
}

/// An element of Cytoscape: its data, and nothing on where to draw it.
#[derive(serde::Serialize)]
struct Element<'a> {
    data: Row<'a>,
}

pub(super) fn write_cytoscape(
    source: &dyn Source,
    creator: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    out.write_all(b"{\"data\":{\"creator\":")?;
    serde_json::to_writer(&mut *out, creator)?;
    out.write_all(b"},\"directed\":true,\"multigraph\":true,\"elements\":{\"nodes\":[")?;
    let data = (None, Naming::Cytoscape);
    let mut array = Array::new(out);
    nodes(source, data, &mut |data| array.push(&Element { data }))?;
    out.write_all(b"],\n\"edges\":[")?;
    let mut array = Array::new(out);
    edges(source, data, &mut |data| array.push(&Element { data }))?;
    out.write_all(b"]}}\n")
}
