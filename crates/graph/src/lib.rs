//! Pages and hops, and the questions asked of them.
//!
//! [`LinkGraph`] holds what was seen; [`Template`] says which hops are the site's own furniture;
//! [`classes`] says what each hop is to a shopper; [`write_dot`] and [`write_csv`] hand the graph to other
//! programs; [`Frozen`] is the compact form for heavy questions. Nothing here knows a policy.

mod builder;
mod classes;
mod dot;
pub mod frozen;
mod hop;
mod link_graph;
mod node_link;
mod noise;
mod offer_shape;
mod page_node;
mod tables;
mod template;
pub mod warehouse;

pub use builder::Builder;
pub use classes::{Because, Class, ClassSettings, Classes, classes};
pub use dot::write_dot;
pub use frozen::Frozen;
pub use hop::{Hop, HopId};
pub use link_graph::LinkGraph;
pub use node_link::write_node_link;
pub use offer_shape::OfferShape;
pub use page_node::{OtherGoods, PageNode, Seen};
pub use tables::{CsvError, PolicyColumn, write_csv};
pub use template::{
    CountedHop, CountedPage, Repeated, Template, TemplateCounts, TemplateHop, TemplateRules,
    TemplateSettings,
};
pub use warehouse::Warehouse;
