//! The frozen graph: what it holds, how it is read and written, and laws of the questions asked of it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly, its helpers as well"
)]

mod chain;
mod chances;
mod components;
mod cut;
mod dominators;
mod layout;
mod made;
mod reach;
mod snapshot;
mod text;
