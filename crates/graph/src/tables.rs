//! The graph as two tables.

use std::io::Write;

use model::{CategoryCode, PageId};
use serde::Serialize;

use crate::{Classes, LinkGraph};

/// Why a table cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the table {table}: {source}")]
pub struct CsvError {
    /// `nodes` or `edges`.
    pub table: &'static str,
    /// What went wrong.
    pub source: csv::Error,
}

/// What the policy says of a page, for the columns `policy` and `category`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyColumn {
    /// The word of the policy.
    pub policy: &'static str,
    /// Category, where one decided.
    pub category: Option<CategoryCode>,
}

#[derive(Serialize)]
struct NodeRow<'a> {
    id: u32,
    address: &'a str,
    status: Option<u16>,
    title: &'a str,
    policy: &'static str,
    category: String,
    vantages: String,
}

#[derive(Serialize)]
struct EdgeRow {
    source: u32,
    target: u32,
    kind: &'static str,
    carrier: &'static str,
    visibility: &'static str,
    techniques: String,
    covertness: &'static str,
    zone: &'static str,
    vantages: String,
}

/// Writes `nodes.csv` and `edges.csv`, RFC 4180, UTF-8, a header line each. The columns are
/// documented in docs/cli.md. Lists within a field are separated by spaces.
///
/// # Errors
/// [`CsvError`] names the table.
pub fn write_csv(
    graph: &LinkGraph,
    classes: &Classes,
    policy: &dyn Fn(PageId) -> PolicyColumn,
    nodes: &mut dyn Write,
    edges: &mut dyn Write,
) -> Result<(), CsvError> {
    write_nodes(graph, policy, nodes).map_err(|source| CsvError {
        table: "nodes",
        source,
    })?;
    write_edges(graph, classes, edges).map_err(|source| CsvError {
        table: "edges",
        source,
    })
}

fn write_nodes(
    graph: &LinkGraph,
    policy: &dyn Fn(PageId) -> PolicyColumn,
    out: &mut dyn Write,
) -> Result<(), csv::Error> {
    let mut table = table(out);
    table.write_record([
        "id", "address", "status", "title", "policy", "category", "vantages",
    ])?;
    for (id, page) in graph.pages() {
        let column = policy(id);
        table.serialize(NodeRow {
            id: id.0,
            address: page.address.as_str(),
            status: page.status(),
            title: &page.title,
            policy: column.policy,
            category: column.category.map(|code| code.0).unwrap_or_default(),
            vantages: words(page.answered().iter().map(|vantage| vantage.as_str())),
        })?;
    }
    Ok(table.flush()?)
}

fn write_edges(
    graph: &LinkGraph,
    classes: &Classes,
    out: &mut dyn Write,
) -> Result<(), csv::Error> {
    let mut table = table(out);
    table.write_record([
        "source",
        "target",
        "kind",
        "carrier",
        "visibility",
        "techniques",
        "covertness",
        "zone",
        "vantages",
    ])?;
    for (id, source, target, hop) in graph.hops() {
        let techniques: Vec<String> = hop.techniques().iter().map(ToString::to_string).collect();
        table.serialize(EdgeRow {
            source: source.0,
            target: target.0,
            kind: hop.kind.as_str(),
            carrier: hop.carrier.as_str(),
            visibility: hop.visibility.state().as_str(),
            techniques: techniques.join(" "),
            covertness: classes.of(id).effective.as_str(),
            zone: hop.zone.as_str(),
            vantages: words(hop.vantages.iter().map(|vantage| vantage.as_str())),
        })?;
    }
    Ok(table.flush()?)
}

fn table(out: &mut dyn Write) -> csv::Writer<&mut dyn Write> {
    csv::WriterBuilder::new()
        .has_headers(false)
        .from_writer(out)
}

fn words<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(" ")
}
