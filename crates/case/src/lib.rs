//! What was asked, seen, found and decided, kept on disk.

mod step;

pub use step::{Observed, Offer, Step, Waiting};
