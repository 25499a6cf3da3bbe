//! What the policy says of a page.
//!
//! A [`RulePack`] is a versioned set of rules, written in TOML: categories with their policy by
//! market, their words by language, the contexts in which those words are innocent, and the
//! structured statements that speak for them. [`RulePack::label`] reads the facts of one page and
//! answers with a verdict; every label carries the words it rests on, and the row that decided.
//!
//! **Never:** the network, the disk, the clock, another page, the graph.

mod category;
mod check;
mod each_core;
mod everyday;
mod explain;
mod fact_rule;
mod fold;
mod heard;
mod judge;
mod lexicon;
mod lists;
mod minors;
mod pack;
mod promise;
mod reading;
#[cfg(test)]
mod schema;
mod source;
mod statement;
mod tally;
mod trial;
mod weights;
mod written;

pub use category::{
    Category, Counts, Minors, PolicyRow, Statements, Subject, Sure, WeakTerms, Words,
};
pub use check::{Complaint, Gravity};
pub use explain::{CategoryReasons, Explanation, SignalKind};
pub use fact_rule::{Fact, FactRule, Lifts, TraderPart};
pub use judge::Shortfall;
pub use lists::{ListError, Lists, policy_named};
pub use minors::MinorsWatch;
pub use pack::{PackError, RulePack};
pub use source::{PackFile, PackPlace};
pub use trial::{Trial, TrialResult};
pub use weights::{Standing, Weights};
pub use written::{WordIter, WordList};

/// The JSON Schema of a pack's first file, for editors that check TOML by it.
pub const SCHEMA: &str = include_str!("../packs/schema.json");
