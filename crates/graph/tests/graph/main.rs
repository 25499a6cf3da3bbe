//! The graph: what one page's vantages saw, what the template is, what each hop is, and how it is
//! written for other programs.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail loudly, its helpers as well"
)]

mod classes;
mod freeze;
mod hops;
mod made;
mod template;
mod vantages;
mod written;
mod written_entities;
