//! How a person decides: the findings of a case in a browser, served on loopback.
//!
//! [`Desk`] holds what was judged and who is at it; [`Served`] is the socket. Judging itself is done by
//! the caller and handed over as a value ([`Judged`]), with a way to do it again after a label was
//! corrected ([`Judge`]).
//!
//! What pages say is hostile here: it is escaped text, or a rendering without scripts and network in a
//! sandboxed frame. No address of a page that is reviewed is ever a link.
//!
//! **Never:** the network beyond the one socket that is served: a reviewer's click must not visit a
//! suspect site.

#![expect(
    clippy::disallowed_methods,
    reason = "the time of a decision and of a session is read here, where the person is"
)]

mod answer;
mod around;
mod ask;
mod bulk;
mod captured;
mod decide;
mod desk;
mod export;
mod filter;
mod finding;
mod frame;
mod guard;
mod journal;
mod judged;
mod judging;
mod labels;
mod list;
mod neighbourhood;
mod routes;
mod secret;
mod served;
mod session;
mod source;

pub use desk::{Desk, OpenError};
pub use judged::{Judge, JudgeError, Judged};
pub use served::{BindError, Served};
