//! The desk over HTTP: who is let in, what is kept, what is shown.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "an answer that lacks a part fails its test; the journal is read as a file"
)]

mod deciding;
mod listening;
mod made;
mod security;
mod showing;
