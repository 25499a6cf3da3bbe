//! Pages and hops, and the questions asked of them.
//!
//! [`LinkGraph`] holds what was seen; [`Template`] says which hops are the site's own furniture;
//! [`classes`] says what each hop is to a shopper; [`Entities`] are the sellers, contacts and codes that pages
//! name; [`export`] hands the graph to other
//! programs; [`Frozen`] is the compact form for heavy questions. Nothing here knows a policy.

mod alike;
mod builder;
mod classes;
pub mod entities;
pub mod export;
pub mod frozen;
mod hop;
mod link_graph;
mod mail_host;
mod noise;
mod offer_shape;
mod page_node;
mod template;
mod traces;
pub mod warehouse;

pub use builder::Builder;
pub use classes::{Because, Class, ClassSettings, Classes, classes};
pub use entities::{Entities, Entity, EntityId, EntityKind, Mention, MentionedBy};
pub use frozen::Frozen;
pub use hop::{Hop, HopId};
pub use link_graph::LinkGraph;
pub use offer_shape::OfferShape;
pub use page_node::{OtherGoods, PageNode, Seen};
pub use template::{
    CountedHop, CountedPage, Repeated, Template, TemplateCounts, TemplateHop, TemplateRules,
    TemplateSettings,
};
pub use traces::{NamedProduct, Said, Shingle, Traces, Wording};
pub use warehouse::Warehouse;
