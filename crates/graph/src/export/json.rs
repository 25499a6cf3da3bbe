//! The forms of JSON: our own with its columns, networkx's node-link, Cytoscape's, and lines.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Cell, Column, Source};

/// What an array of edges is called, and whether the columns are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `links`, with the columns.
    Links,
    /// `edges`, as networkx has it.
    NodeLink,
}

/// What stands before the cells of a row.
enum Head<'a> {
    Node {
        id: u64,
        label: &'a str,
    },
    Edge {
        source: u64,
        target: u64,
        key: u64,
        label: &'a str,
    },
    CytoscapeNode {
        id: u64,
        label: &'a str,
    },
    CytoscapeEdge {
        source: u64,
        target: u64,
        key: u64,
        label: &'a str,
    },
}

struct Row<'a> {
    record: Option<&'static str>,
    head: Head<'a>,
    columns: &'a [Column],
    cells: &'a [Cell<'a>],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(record) = self.record {
            map.serialize_entry("record", record)?;
        }
        let mut tells_absent = true;
        match self.head {
            Head::Node { id, label } => {
                map.serialize_entry("id", &id)?;
                map.serialize_entry("label", label)?;
            }
            Head::Edge {
                source,
                target,
                key,
                label,
            } => {
                map.serialize_entry("source", &source)?;
                map.serialize_entry("target", &target)?;
                map.serialize_entry("key", &key)?;
                map.serialize_entry("label", label)?;
            }
            // networkx looks for `value` and `name` beside Cytoscape's own `id`.
            Head::CytoscapeNode { id, label } => {
                tells_absent = false;
                let id = format!("n{id}");
                map.serialize_entry("id", &id)?;
                map.serialize_entry("value", &id)?;
                map.serialize_entry("name", label)?;
                map.serialize_entry("label", label)?;
            }
            Head::CytoscapeEdge {
                source,
                target,
                key,
                label,
            } => {
                tells_absent = false;
                map.serialize_entry("id", &format!("e{key}"))?;
                map.serialize_entry("source", &format!("n{source}"))?;
                map.serialize_entry("target", &format!("n{target}"))?;
                map.serialize_entry("key", &key)?;
                map.serialize_entry("label", label)?;
            }
        }
        for (column, cell) in self.columns.iter().zip(self.cells) {
            match cell {
                Cell::Absent if !tells_absent => {}
                Cell::Absent => map.serialize_entry(column.name, &None::<()>)?,
                Cell::Text(text) => map.serialize_entry(column.name, text)?,
                Cell::Whole(number) => map.serialize_entry(column.name, number)?,
                Cell::Real(number) => map.serialize_entry(column.name, number)?,
                Cell::Truth(truth) => map.serialize_entry(column.name, truth)?,
                Cell::Words(words) => {
                    let words: Vec<&str> = words.iter().map(Cow::as_ref).collect();
                    map.serialize_entry(column.name, &words)?;
                }
            }
        }
        map.end()
    }
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
    let mut nodes = Array::new(out);
    source.nodes(&mut |node| {
        nodes.push(&Row {
            record: None,
            head: Head::Node {
                id: node.id,
                label: node.label,
            },
            columns: of_nodes,
            cells: node.cells,
        })
    })?;
    out.write_all(match shape {
        Shape::Links => b"],\n\"links\":[",
        Shape::NodeLink => b"],\n\"edges\":[",
    })?;
    let mut edges = Array::new(out);
    source.edges(&mut |edge| {
        edges.push(&Row {
            record: None,
            head: Head::Edge {
                source: edge.source,
                target: edge.target,
                key: edge.id,
                label: edge.label,
            },
            columns: of_edges,
            cells: edge.cells,
        })
    })?;
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
    source.nodes(&mut |node| {
        let row = Row {
            record: Some("node"),
            head: Head::Node {
                id: node.id,
                label: node.label,
            },
            columns: of_nodes,
            cells: node.cells,
        };
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")
    })?;
    source.edges(&mut |edge| {
        let row = Row {
            record: Some("edge"),
            head: Head::Edge {
                source: edge.source,
                target: edge.target,
                key: edge.id,
                label: edge.label,
            },
            columns: of_edges,
            cells: edge.cells,
        };
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")
    })
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
    let (of_nodes, of_edges) = (source.node_columns(), source.edge_columns());
    out.write_all(b"{\"data\":{\"creator\":")?;
    serde_json::to_writer(&mut *out, creator)?;
    out.write_all(b"},\"directed\":true,\"multigraph\":true,\"elements\":{\"nodes\":[")?;
    let mut nodes = Array::new(out);
    source.nodes(&mut |node| {
        nodes.push(&Element {
            data: Row {
                record: None,
                head: Head::CytoscapeNode {
                    id: node.id,
                    label: node.label,
                },
                columns: of_nodes,
                cells: node.cells,
            },
        })
    })?;
    out.write_all(b"],\n\"edges\":[")?;
    let mut edges = Array::new(out);
    source.edges(&mut |edge| {
        edges.push(&Element {
            data: Row {
                record: None,
                head: Head::CytoscapeEdge {
                    source: edge.source,
                    target: edge.target,
                    key: edge.id,
                    label: edge.label,
                },
                columns: of_edges,
                cells: edge.cells,
            },
        })
    })?;
    out.write_all(b"]}}\n")
}
