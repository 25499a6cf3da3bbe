//! What the desk is given: a judgement, and a way to make another one.

use std::sync::Arc;

use graph::{HopId, LinkGraph};
use model::{Answer, CategoryCode, EffectiveClass, PageId, PageUrl, Policy, VantageId};
use report::Report;

/// A case that was judged. It is asked by one request at a time.
pub trait Judged: Send {
    /// Lends the report of the judgement. `then` is called once.
    fn lend(&self, then: &mut dyn FnMut(&Report<'_>));

    /// The graph that was judged.
    fn graph(&self) -> &LinkGraph;

    /// What the policy says of a page of the graph.
    fn policy(&self, page: PageId) -> Policy;

    /// What a hop of the graph is to a shopper.
    fn class(&self, hop: HopId) -> EffectiveClass;

    /// What a page answered to a vantage; `None` where nothing is kept.
    fn answer(&self, page: &PageUrl, vantage: VantageId) -> Option<Answer>;

    /// The categories of the policy, each with its code and its name, in the order of the rule pack.
    fn categories(&self) -> Vec<(CategoryCode, String)>;

    /// Whether a page may only be shown as text, because pictures of its goods must not be.
    fn is_text_only(&self, page: PageId) -> bool;
}

/// Judges the case again. May take long; is called on a thread of its own.
pub type Judge = Arc<dyn Fn() -> Result<Box<dyn Judged>, JudgeError> + Send + Sync>;

/// The case could not be judged again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JudgeError(pub String);

/// What `with` makes of the report of a judgement.
pub(crate) fn reported<T>(judged: &dyn Judged, with: impl FnOnce(&Report<'_>) -> T) -> Option<T> {
    let mut with = Some(with);
    let mut made = None;
    judged.lend(&mut |report| {
        if let Some(with) = with.take() {
            made = Some(with(report));
        }
    });
    made
}
