//! As much of CSS as it takes to prove that something is not shown.

pub(crate) mod animation;
pub(crate) mod blocks;
pub(crate) mod cascade;
pub(crate) mod cause;
pub(crate) mod color;
pub(crate) mod color_names;
pub(crate) mod conditions;
pub(crate) mod context;
pub(crate) mod custom;
pub(crate) mod declaration;
pub(crate) mod length;
pub(crate) mod matching;
pub(crate) mod media;
pub(crate) mod mixer;
pub(crate) mod nodes;
pub(crate) mod plain;
pub(crate) mod pseudo_class;
pub(crate) mod selector;
pub(crate) mod shadow;
pub(crate) mod shapes;
pub(crate) mod sheet;
pub(crate) mod shorthand;
pub(crate) mod styles;
pub(crate) mod values;
pub(crate) mod view;
pub(crate) mod winners;
