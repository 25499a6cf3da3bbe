//! How well a tool does on a generated marketplace: its findings against the truth.
//!
//! Any tool can be scored: what it found is a table or a JSON document of pairs, listing and target.
//! Counted are pairs, listings, and honest listings that were flagged; each figure stands with its interval.
//!
//! - A pair is right where a planted path begins at its listing and ends in its target, both in the normal
//!   form of addresses. How the tool got there is not asked.
//! - A pair whose target is what a template conceals is neither right nor wrong: it is one fact of the
//!   site, and counted apart.
//! - Every other pair is false, also at a planted listing.
//! - Paths that a reader without scripts cannot see, and those that only another guise sees, are counted apart, and
//!   never left out: each table has a column of theirs. To find one is right.

mod count;
mod figures;
mod findings;
mod statistics;
mod truth_folder;

pub use figures::{
    BreakdownRow, Confusion, Dimension, FalseAlarm, LookAlikeRow, Missed, Needs, Score,
};
pub use findings::{Findings, FindingsError};
pub use statistics::{Interval, Quality, Share};
pub use truth_folder::{TruthError, TruthFolder};
