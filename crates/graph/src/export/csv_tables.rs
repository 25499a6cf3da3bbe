//! Two tables of comma-separated values (RFC 4180), UTF-8, a header line each.

use std::io::{self, Write};

use super::{Cell, Source};

pub(super) fn write<W: Write>(source: &dyn Source, nodes: W, edges: W) -> io::Result<()> {
    let mut room = String::new();
    let mut table = csv::Writer::from_writer(nodes);
    let columns = source.node_columns().iter().map(|column| column.name);
    table.write_record(std::iter::once("id").chain(columns))?;
    source.nodes(&mut |node| {
        number(&mut table, node.id, &mut room)?;
        cells(&mut table, node.cells, &mut room)?;
        Ok(table.write_record(None::<&[u8]>)?)
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
        number(&mut table, edge.source, &mut room)?;
        number(&mut table, edge.target, &mut room)?;
        cells(&mut table, edge.cells, &mut room)?;
        number(&mut table, edge.id, &mut room)?;
        Ok(table.write_record(None::<&[u8]>)?)
    })?;
    table.flush()
}

fn number<W: Write>(table: &mut csv::Writer<W>, number: u64, room: &mut String) -> io::Result<()> {
    Ok(table.write_field(Cell::Whole(number).plain(room).unwrap_or_default())?)
}

fn cells<W: Write>(
    table: &mut csv::Writer<W>,
    cells: &[Cell<'_>],
    room: &mut String,
) -> io::Result<()> {
    for cell in cells {
        table.write_field(cell.plain(room).unwrap_or_default())?;
    }
    Ok(())
}
