//! Graphviz DOT.

use std::io::{self, Write};

use model::PageId;
use petgraph::dot::{Config, Dot};
use petgraph::visit::NodeRef;

use crate::{Classes, LinkGraph};

/// Writes the graph as DOT, one node for each page and one edge for each hop, with everything a
/// drawing can use as attributes: `address`, `status`, `kind`, `policy` on nodes; `kind`,
/// `carrier`, `class`, `visibility`, `techniques` on edges. `policy` names the policy of a page.
///
/// The redirecting address is a node of its own, and so is the one it redirects to.
///
/// # Errors
/// Those of `out`.
pub fn write_dot(
    graph: &LinkGraph,
    classes: &Classes,
    policy: &dyn Fn(PageId) -> &'static str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let numbered = graph.as_petgraph().map(
        |node, page| {
            (
                PageId(u32::try_from(node.index()).unwrap_or(u32::MAX)),
                page,
            )
        },
        |edge, hop| {
            (
                crate::HopId(u32::try_from(edge.index()).unwrap_or(u32::MAX)),
                hop,
            )
        },
    );
    let edge = |_: &_, edge: petgraph::graph::EdgeReference<'_, (crate::HopId, &crate::Hop)>| {
        let (id, hop) = edge.weight();
        let class = classes.of(*id).effective;
        let techniques: Vec<_> = hop.techniques().iter().map(ToString::to_string).collect();
        format!(
            "label={} kind={} carrier={} class={} visibility={} techniques={} style={}",
            quoted(hop.kind.as_str()),
            quoted(hop.kind.as_str()),
            quoted(hop.carrier.as_str()),
            quoted(class.as_str()),
            quoted(hop.visibility.state().as_str()),
            quoted(&techniques.join(" ")),
            match class {
                model::EffectiveClass::Hidden => "dashed",
                model::EffectiveClass::Masked => "dotted",
                model::EffectiveClass::Forced => "bold",
                _ => "solid",
            },
        )
    };
    let node = |_: &_, node: (petgraph::graph::NodeIndex, &(PageId, &crate::PageNode))| {
        let (id, page) = node.weight();
        format!(
            "label={} address={} status={} kind={} policy={}",
            quoted(&format!(
                "{}\n{}",
                page.address.host(),
                page.address.as_url().path()
            )),
            quoted(page.address.as_str()),
            quoted(
                &page
                    .status()
                    .map(|status| status.to_string())
                    .unwrap_or_default()
            ),
            quoted(page.kind.as_str()),
            quoted(policy(*id)),
        )
    };
    let config = [Config::NodeNoLabel, Config::EdgeNoLabel];
    let dot = Dot::with_attr_getters(&numbered, &config, &edge, &node);
    writeln!(out, "{dot:?}")
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
