//! Graphviz DOT.

use std::io::{self, Write};

use super::{Cell, Column, Source};

/// Columns that a drawing shows by its line, with what the line is for a value.
const STYLES: &[(&str, &str)] = &[
    ("hidden", "dashed"),
    ("masked", "dotted"),
    ("forced", "bold"),
];

pub(super) fn write(source: &dyn Source, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(b"digraph sidedoor {\n")?;
    let of_nodes = source.node_columns();
    source.nodes(&mut |node| {
        write!(out, "  n{} [label={}", node.id, quoted(node.label))?;
        attributes(out, of_nodes, node.cells)?;
        let is_entity = |(column, cell): (&Column, &Cell<'_>)| {
            column.name == "key" && !matches!(cell, Cell::Absent)
        };
        if of_nodes.iter().zip(node.cells).any(is_entity) {
            out.write_all(b" shape=box")?;
        }
        out.write_all(b"]\n")
    })?;
    let of_edges = source.edge_columns();
    source.edges(&mut |edge| {
        write!(
            out,
            "  n{} -> n{} [id=e{} label={}",
            edge.source,
            edge.target,
            edge.id,
            quoted(edge.label)
        )?;
        attributes(out, of_edges, edge.cells)?;
        let of_class = |(column, cell): (&Column, &Cell<'_>)| match cell {
            Cell::Text(word) if column.name == "class" => {
                STYLES.iter().find(|(class, _)| class == word)
            }
            _ => None,
        };
        if let Some((_, style)) = of_edges.iter().zip(edge.cells).find_map(of_class) {
            write!(out, " style={style}")?;
        }
        out.write_all(b"]\n")
    })?;
    out.write_all(b"}\n")
}

fn attributes(out: &mut dyn Write, columns: &[Column], cells: &[Cell<'_>]) -> io::Result<()> {
    let mut room = String::new();
    for (column, cell) in columns.iter().zip(cells) {
        if let Some(text) = cell.plain(&mut room).filter(|text| !text.is_empty()) {
            write!(out, " {}={}", column.name, quoted(text))?;
        }
    }
    Ok(())
}

/// A DOT string: quotes and backslashes escaped, line ends as `\n`, other control characters
/// replaced, since Graphviz stops at a NUL.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            control if control.is_control() => quoted.push('\u{fffd}'),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
