//! Pages and hops, and the questions asked of them.
//!
//! [`LinkGraph`] holds what was seen; [`Template`] says which hops are the site's own furniture;
//! [`classes`] says what each hop is to a shopper; [`export`] hands the graph to other
//! programs; [`Frozen`] is the compact form for heavy questions. Nothing here knows a policy.

mod builder;
mod classes;
pub mod export;
pub mod frozen;
mod hop;
mod link_graph;
mod noise;
mod offer_shape;
mod page_node;
mod template;
pub mod warehouse;

pub use builder::Builder;
pub use classes::{Because, Class, ClassSettings, Classes, classes};
pub use frozen::Frozen;
pub use hop::{Hop, HopId};
pub use link_graph::LinkGraph;
pub use offer_shape::OfferShape;
pub use page_node::{OtherGoods, PageNode, Seen};
pub use template::{
    CountedHop, CountedPage, Repeated, Template, TemplateCounts, TemplateHop, TemplateRules,
    TemplateSettings,
};
pub use warehouse::Warehouse;
