//! GEXF 1.3, the form of Gephi: typed attributes, declared first.

use std::io::{self, Write};

use super::xml::{self, Document, REPLACED, element};
use super::{Cell, CellType, Column, Source};

fn declare(
    document: &mut Document<'_>,
    class: &str,
    columns: &'static [Column],
) -> io::Result<Declared> {
    document.start(&element("attributes", &[("class", class)]))?;
    document.line()?;
    let replaced = Column {
        name: REPLACED,
        cells: CellType::Words,
    };
    let mut ids = Vec::new();
    for (at, column) in columns.iter().chain([&replaced]).enumerate() {
        let id = at.to_string();
        let type_ = xml::type_of(column.cells);
        document.empty(&element(
            "attribute",
            &[("id", &id), ("title", column.name), ("type", type_)],
        ))?;
        document.line()?;
        ids.push(id);
    }
    document.end("attributes")?;
    document.line()?;
    Ok(Declared { columns, ids })
}

/// Columns with the ids that they were declared by, in one more of which it is told what was replaced.
struct Declared {
    columns: &'static [Column],
    ids: Vec<String>,
}

fn values(document: &mut Document<'_>, of: &Declared, cells: &[Cell<'_>]) -> io::Result<()> {
    let (mut replaced, mut room) = (String::new(), String::new());
    document.raw(&["<attvalues>"])?;
    for ((column, id), cell) in of.columns.iter().zip(&of.ids).zip(cells) {
        if let Some((text, is_replaced)) = xml::cell(cell, &mut room) {
            value(document, id, &text)?;
            if is_replaced {
                xml::note(&mut replaced, column);
            }
        }
    }
    if let Some(id) = of.ids.last().filter(|_| !replaced.is_empty()) {
        value(document, id, &replaced)?;
    }
    document.raw(&["</attvalues>"])
}

/// A value that is escaped already.
fn value(document: &mut Document<'_>, id: &str, text: &str) -> io::Result<()> {
    document.raw(&["<attvalue for=\"", id, "\" value=\"", text, "\"/>"])
}

pub(super) fn write(source: &dyn Source, creator: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut document = Document::begin(out)?;
    document.start(&element(
        "gexf",
        &[
            ("xmlns", "http://gexf.net/1.3"),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            (
                "xsi:schemaLocation",
                "http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd",
            ),
            ("version", "1.3"),
        ],
    ))?;
    document.start(&element("meta", &[]))?;
    document.start(&element("creator", &[]))?;
    document.escaped(&xml::safe(creator).0)?;
    document.end("creator")?;
    document.end("meta")?;
    document.line()?;
    document.start(&element(
        "graph",
        &[("defaultedgetype", "directed"), ("mode", "static")],
    ))?;
    document.line()?;
    let of_nodes = declare(&mut document, "node", source.node_columns())?;
    let of_edges = declare(&mut document, "edge", source.edge_columns())?;
    document.start(&element("nodes", &[]))?;
    document.line()?;
    source.nodes(&mut |node| {
        let id = format!("n{}", node.id);
        document.start(&element("node", &[("id", &id), ("label", node.label)]))?;
        values(&mut document, &of_nodes, node.cells)?;
        document.end("node")?;
        document.line()
    })?;
    document.end("nodes")?;
    document.line()?;
    document.start(&element("edges", &[]))?;
    document.line()?;
    source.edges(&mut |edge| {
        let ids = [
            format!("e{}", edge.id),
            format!("n{}", edge.source),
            format!("n{}", edge.target),
        ];
        let ends = [
            ("id", &*ids[0]),
            ("source", &*ids[1]),
            ("target", &*ids[2]),
            ("label", edge.label),
        ];
        document.start(&element("edge", &ends))?;
        values(&mut document, &of_edges, edge.cells)?;
        document.end("edge")?;
        document.line()
    })?;
    for name in ["edges", "graph", "gexf"] {
        document.end(name)?;
        document.line()?;
    }
    Ok(())
}
