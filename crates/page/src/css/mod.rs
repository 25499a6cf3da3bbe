//! As much of CSS as it takes to prove that something is not shown.

pub(crate) mod cascade;
pub(crate) mod declaration;
pub(crate) mod media;
pub(crate) mod selector;
pub(crate) mod shapes;
pub(crate) mod sheet;
pub(crate) mod values;
