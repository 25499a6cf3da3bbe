//! `GraphML` 1.0: every column a typed key, so that networkx, igraph, Gephi, yEd and Cytoscape read
//! numbers as numbers.

use std::io::{self, Write};

use quick_xml::events::BytesStart;

use super::xml::{self, Document, REPLACED, element};
use super::{Cell, Column, Source};

/// The keys of nodes or of edges, ready to be written.
struct Keys {
    columns: &'static [Column],
    data: Vec<BytesStart<'static>>,
    label: BytesStart<'static>,
    replaced: BytesStart<'static>,
}

impl Keys {
    /// Declares the keys. `prefix` keeps those of nodes and edges apart.
    fn declare(
        document: &mut Document<'_>,
        target: &str,
        prefix: char,
        columns: &'static [Column],
    ) -> io::Result<Self> {
        let mut declare = |id: &str, name: &str, type_: &str| {
            document.empty(&element(
                "key",
                &[
                    ("id", id),
                    ("for", target),
                    ("attr.name", name),
                    ("attr.type", type_),
                ],
            ))?;
            document.line()?;
            Ok::<_, io::Error>(element("data", &[("key", id)]).into_owned())
        };
        let label = declare(&format!("{prefix}_label"), "label", "string")?;
        let mut data = Vec::new();
        for (at, column) in columns.iter().enumerate() {
            data.push(declare(
                &format!("{prefix}{at}"),
                column.name,
                xml::type_of(column.cells),
            )?);
        }
        let replaced = declare(&format!("{prefix}_replaced"), REPLACED, "string")?;
        Ok(Self {
            columns,
            data,
            label,
            replaced,
        })
    }

    fn write(
        &self,
        document: &mut Document<'_>,
        label: &str,
        cells: &[Cell<'_>],
    ) -> io::Result<()> {
        let (mut replaced, mut room) = (String::new(), String::new());
        datum(document, &self.label, &xml::safe(label).0)?;
        for ((column, data), cell) in self.columns.iter().zip(&self.data).zip(cells) {
            if let Some((text, is_replaced)) = xml::cell(cell, &mut room) {
                datum(document, data, &text)?;
                if is_replaced {
                    xml::note(&mut replaced, column);
                }
            }
        }
        if !replaced.is_empty() {
            datum(document, &self.replaced, &replaced)?;
        }
        Ok(())
    }
}

fn datum(document: &mut Document<'_>, tag: &BytesStart<'_>, text: &str) -> io::Result<()> {
    document.start(tag)?;
    document.escaped(text)?;
    document.end("data")
}

pub(super) fn write(source: &dyn Source, out: &mut dyn Write) -> io::Result<()> {
    let mut document = Document::begin(out)?;
    document.start(&element(
        "graphml",
        &[
            ("xmlns", "http://graphml.graphdrawing.org/xmlns"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd",
            ),
        ],
    ))?;
    document.line()?;
    let of_nodes = Keys::declare(&mut document, "node", 'n', source.node_columns())?;
    let of_edges = Keys::declare(&mut document, "edge", 'e', source.edge_columns())?;
    document.start(&element(
        "graph",
        &[("id", "sidedoor"), ("edgedefault", "directed")],
    ))?;
    document.line()?;
    source.nodes(&mut |node| {
        let id = format!("n{}", node.id);
        document.start(&element("node", &[("id", &id)]))?;
        of_nodes.write(&mut document, node.label, node.cells)?;
        document.end("node")?;
        document.line()
    })?;
    source.edges(&mut |edge| {
        let ids = [
            format!("e{}", edge.id),
            format!("n{}", edge.source),
            format!("n{}", edge.target),
        ];
        let ends = [("id", &*ids[0]), ("source", &*ids[1]), ("target", &*ids[2])];
        document.start(&element("edge", &ends))?;
        of_edges.write(&mut document, edge.label, edge.cells)?;
        document.end("edge")?;
        document.line()
    })?;
    document.end("graph")?;
    document.end("graphml")?;
    document.line()
}
