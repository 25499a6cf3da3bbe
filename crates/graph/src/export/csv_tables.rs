//! Two tables of comma-separated values (RFC 4180), UTF-8, a header line each.

use std::io::{self, Write};

use super::{Cell, Source};

pub(super) fn write<W: Write>(source: &dyn Source, nodes: W, edges: W) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(nodes);
    let columns = source.node_columns().iter().map(|column| column.name);
    table.write_record(std::iter::once("id").chain(columns))?;
    source.nodes(&mut |node| {
        table.write_field(node.id.to_string())?;
        cells(&mut table, node.cells)
    })?;
    table.flush()?;
    let mut table = csv::Writer::from_writer(edges);
    let columns = source.edge_columns().iter().map(|column| column.name);
    table.write_record(
        ["source", "target"]
            .into_iter()
            .chain(columns)
            .chain(["id"]),
    )?;
    source.edges(&mut |edge| {
        table.write_field(edge.source.to_string())?;
        table.write_field(edge.target.to_string())?;
        for cell in edge.cells {
            table.write_field(&*cell.plain().unwrap_or_default())?;
        }
        table.write_field(edge.id.to_string())?;
        Ok(table.write_record(None::<&[u8]>)?)
    })?;
    table.flush()
}

/// The cells of a row, and its end.
fn cells<W: Write>(table: &mut csv::Writer<W>, cells: &[Cell<'_>]) -> io::Result<()> {
    for cell in cells {
        table.write_field(&*cell.plain().unwrap_or_default())?;
    }
    Ok(table.write_record(None::<&[u8]>)?)
}
