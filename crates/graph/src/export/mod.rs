//! The graph for programs that others wrote.
//!
//! A [`Source`] tells nodes, then edges, each a row of typed cells; a form writes them as they come. No
//! form keeps more than a row group in memory, so that ten million hops stream. The same source gives
//! the same bytes. Columns are documented in `docs/exports.md`.
//!
//! What stands in the cells comes from hostile pages. Every form escapes it; where a form has no way to
//! write a character (XML and DOT know no NUL), U+FFFD stands for it, and in XML the column `replaced`
//! names the columns where that happened.

mod csv_tables;
mod dot;
mod gexf;
mod graphml;
mod json;
mod of_case;
mod of_entities;
mod of_site_entities;
mod of_sites;
mod of_warehouse;
mod parquet_tables;
mod xml;

use std::fmt;
use std::io::{self, Write};

use model::VantageId;

pub use of_case::{CaseGraph, PageMark, Selection};
pub use of_entities::EntityGraph;
pub use of_site_entities::SiteEntityGraph;
pub use of_sites::SiteGraph;
pub use of_warehouse::WarehouseGraph;

/// The form of an exported graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// Graphviz.
    Dot,
    /// `GraphML` 1.0, typed keys.
    GraphMl,
    /// GEXF 1.3, typed attributes: Gephi's own.
    Gexf,
    /// Two tables of comma-separated values: `nodes.csv`, `edges.csv`.
    Csv,
    /// One JSON object with `columns`, `nodes` and `links`.
    Json,
    /// A JSON object a line: columns, then nodes, then edges.
    JsonLines,
    /// Cytoscape's JSON.
    Cytoscape,
    /// Node-link JSON as networkx 3.6 reads it without options.
    NodeLink,
    /// Two tables in Parquet: `nodes.parquet`, `edges.parquet`.
    Parquet,
}

impl Form {
    /// Every form.
    pub const ALL: &[Self] = &[
        Self::Dot,
        Self::GraphMl,
        Self::Gexf,
        Self::Csv,
        Self::Json,
        Self::JsonLines,
        Self::Cytoscape,
        Self::NodeLink,
        Self::Parquet,
    ];

    /// The word that chooses it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::GraphMl => "graphml",
            Self::Gexf => "gexf",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::JsonLines => "jsonl",
            Self::Cytoscape => "cytoscape",
            Self::NodeLink => "node-link",
            Self::Parquet => "parquet",
        }
    }

    /// Whether it is two tables in a folder instead of one file.
    #[must_use]
    pub const fn is_tables(self) -> bool {
        matches!(self, Self::Csv | Self::Parquet)
    }
}

/// Of what type the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellType {
    /// Text, UTF-8.
    Text,
    /// A whole number from 0 to 2^53.
    Whole,
    /// A number, finite.
    Real,
    /// True or false.
    Truth,
    /// Words of a list, none of which holds a space.
    Words,
}

impl CellType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Whole => "whole",
            Self::Real => "real",
            Self::Truth => "truth",
            Self::Words => "words",
        }
    }
}

/// A column of nodes or edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name: lower case, with underscores.
    pub name: &'static str,
    /// Of what type its cells are.
    pub cells: CellType,
}

const fn column(name: &'static str, cells: CellType) -> Column {
    Column { name, cells }
}

/// The columns of two lists, one after the other; `LENGTH` is that of both.
const fn joined<const LENGTH: usize>(first: &[Column], second: &[Column]) -> [Column; LENGTH] {
    let mut columns = [column("", CellType::Text); LENGTH];
    let mut at = 0;
    while at < LENGTH {
        columns[at] = if at < first.len() {
            first[at]
        } else {
            second[at - first.len()]
        };
        at += 1;
    }
    columns
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// What stands in a cell. It only points to what it tells, so that a row of twenty is made and forgotten at no
/// cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known, or nothing applies.
    Absent,
    /// Text.
    Text(&'a str),
    /// A whole number.
    Whole(u64),
    /// A number.
    Real(f64),
    /// True or false.
    Truth(bool),
    /// Words.
    Words(Words<'a>),
}

/// The words of a cell, where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Words<'a> {
    /// Texts.
    Texts(&'a [String]),
    /// Guises.
    Vantages(&'a [VantageId]),
}

impl<'a> Words<'a> {
    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self {
            Self::Texts(words) => words.len(),
            Self::Vantages(words) => words.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Each, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(|at| match self {
            Self::Texts(words) => words[at].as_str(),
            Self::Vantages(words) => words[at].as_str(),
        })
    }
}

impl<'a> Cell<'a> {
    const fn text(text: &'a str) -> Self {
        Self::Text(text)
    }

    fn filled(text: Option<&'a str>) -> Self {
        text.map_or(Self::Absent, Self::text)
    }

    fn whole(number: Option<impl Into<u64>>) -> Self {
        number.map_or(Self::Absent, |number| Self::Whole(number.into()))
    }

    /// A place in a body, in bytes.
    fn place(at: Option<usize>) -> Self {
        Self::whole(at.and_then(|at| u64::try_from(at).ok()))
    }

    /// As one text, for forms without types; `None` where the cell is absent. `room` holds what is not a text
    /// as it stands, so that rows need no memory of their own.
    fn plain<'c>(&'c self, room: &'c mut String) -> Option<&'c str> {
        room.clear();
        match self {
            Self::Absent => return None,
            Self::Text(text) => return Some(text),
            Self::Truth(truth) => return Some(if *truth { "true" } else { "false" }),
            Self::Whole(number) => room.push_str(itoa::Buffer::new().format(*number)),
            Self::Real(number) => push(room, format_args!("{number:?}")),
            Self::Words(words) if words.len() < 2 => {
                return Some(words.iter().next().unwrap_or_default());
            }
            Self::Words(words) => {
                for (at, word) in words.iter().enumerate() {
                    room.push_str(if at == 0 { "" } else { " " });
                    room.push_str(word);
                }
            }
        }
        Some(room)
    }
}

/// Adds a number to a text, which never fails.
fn push(room: &mut String, number: fmt::Arguments<'_>) {
    let _ = fmt::Write::write_fmt(room, number);
}

/// A node.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    /// Its number: unique among the nodes, and the same whatever part of the graph is written.
    pub id: u64,
    /// What a drawing calls it.
    pub label: &'a str,
    /// One cell for each column.
    pub cells: &'a [Cell<'a>],
}

/// An edge.
#[derive(Debug, Clone, Copy)]
pub struct Edge<'a> {
    /// Its number: unique among the edges, and the same whatever part of the graph is written.
    pub id: u64,
    /// Number of the node where it begins.
    pub source: u64,
    /// Number of the node where it ends.
    pub target: u64,
    /// What a drawing calls it.
    pub label: &'a str,
    /// One cell for each column.
    pub cells: &'a [Cell<'a>],
}

/// Takes a node.
pub type TakeNode<'t> = dyn FnMut(Node<'_>) -> io::Result<()> + 't;
/// Takes an edge.
pub type TakeEdge<'t> = dyn FnMut(Edge<'_>) -> io::Result<()> + 't;

/// A graph that can be exported. Nodes and edges come in the order of their numbers.
pub trait Source {
    /// Columns of the nodes.
    fn node_columns(&self) -> &'static [Column];
    /// Columns of the edges.
    fn edge_columns(&self) -> &'static [Column];
    /// Tells every node.
    ///
    /// # Errors
    /// What `take` gives.
    fn nodes(&self, take: &mut TakeNode<'_>) -> io::Result<()>;
    /// Tells every edge.
    ///
    /// # Errors
    /// What `take` gives.
    fn edges(&self, take: &mut TakeEdge<'_>) -> io::Result<()>;
}

/// Why a graph cannot be exported.
#[derive(Debug, thiserror::Error)]
#[error("the graph could not be written as {form}: {source}")]
pub struct ExportError {
    /// As what.
    pub form: Form,
    /// What the output said.
    pub source: io::Error,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Writes the graph as one file. `creator` is name and version of the program.
///
/// Time linear in the graph, memory that of one row.
///
/// # Errors
/// Those of `out`; and forms of two tables are none of one file.
pub fn write_file(
    source: &dyn Source,
    form: Form,
    creator: &str,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    let written = match form {
        Form::Dot => dot::write(source, out),
        Form::GraphMl => graphml::write(source, out),
        Form::Gexf => gexf::write(source, creator, out),
        Form::Json => json::write(source, json::Shape::Links, creator, out),
        Form::JsonLines => json::write_lines(source, creator, out),
        Form::NodeLink => json::write(source, json::Shape::NodeLink, creator, out),
        Form::Cytoscape => json::write_cytoscape(source, creator, out),
        Form::Csv | Form::Parquet => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is two tables, not one file",
        )),
    };
    written
        .and_then(|()| out.flush())
        .map_err(|source| ExportError { form, source })
}

/// Writes the graph as two tables.
///
/// Time linear in the graph; memory that of one row, and in Parquet of 65,536.
///
/// # Errors
/// Those of the outputs; and forms of one file are no tables.
pub fn write_tables<W: Write + Send>(
    source: &dyn Source,
    form: Form,
    creator: &str,
    nodes: W,
    edges: W,
) -> Result<(), ExportError> {
    let written = match form {
        Form::Csv => csv_tables::write(source, nodes, edges),
        Form::Parquet => parquet_tables::write(source, creator, nodes, edges),
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is one file, not two tables",
        )),
    };
    written.map_err(|source| ExportError { form, source })
}
