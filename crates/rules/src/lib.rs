//! What the policy says of a page.
//!
//! A [`RulePack`] is a versioned set of rules, written in TOML: categories with their policy by
//! market, their words by language, the contexts in which those words are innocent, and the
//! structured statements that speak for them. [`RulePack::label`] reads the facts of one page and
//! answers with a verdict; every label carries the words it rests on.
//!
//! **Never:** the network, the disk, the clock, another page, the graph.

mod category;
mod check;
mod fold;
mod judge;
mod lexicon;
mod pack;
mod promise;
mod reading;
mod statement;
mod tally;

pub use category::{
    Category, Counts, PolicyRow, Statements, Status, Subject, Sure, WeakTerms, Words,
};
pub use check::Complaint;
pub use pack::{PackError, RulePack};
