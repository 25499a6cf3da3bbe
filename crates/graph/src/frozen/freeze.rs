//! Freezes a link graph, and keeps the way back to its hops.

use std::ops::Range;

use super::transpose::Keyed;
use super::{Frozen, FrozenHop, HopLabel, HopPlace, Weight, count};
use crate::{Classes, HopId, LinkGraph};

/// The hop of the link graph that stands at each place of the frozen one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HopIds(Vec<HopId>);

impl HopIds {
    /// The hop of the link graph at a place of the frozen one; `None` beyond the last place.
    #[must_use]
    pub fn of(&self, place: HopPlace) -> Option<HopId> {
        self.0.get(place.index()).copied()
    }
}

/// A frozen link graph: its nodes are the pages, by the number of their [`model::PageId`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// The graph.
    pub graph: Frozen,
    /// The way back to the hops.
    pub hops: HopIds,
}

impl LinkGraph {
    /// The graph with nothing but ends and classes. Parallel hops of one class stand in the order of
    /// the link graph. Time O(m log m) in the hops.
    #[must_use]
    pub fn freeze(&self, classes: &Classes) -> Freeze {
        let mut hops: Vec<(FrozenHop, HopId)> = self
            .hops()
            .map(|(id, source, target, _)| {
                let hop = FrozenHop {
                    source: source.0,
                    target: target.0,
                    label: HopLabel::new(classes.of(id).effective, Weight::NONE),
                };
                (hop, id)
            })
            .collect();
        hops.sort_unstable();
        Freeze {
            graph: Frozen::of(count(self.page_count()), Hops(&hops)),
            hops: HopIds(hops.into_iter().map(|(_, id)| id).collect()),
        }
    }
}

struct Hops<'a>(&'a [(FrozenHop, HopId)]);

impl Keyed for Hops<'_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn for_each(&self, range: Range<usize>, mut f: impl FnMut(u32, u32, HopLabel)) {
        for (hop, _) in &self.0[range] {
            f(hop.source, hop.target, hop.label);
        }
    }
}
