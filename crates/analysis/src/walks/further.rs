//! Further walks of one listing, the cheapest first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use graph::frozen::HopPlace;
use model::EffectiveClass;

use super::automaton::{ACCEPTING, START, next};
use super::{Cheapest, Stride};

/// Partial walks that are looked at for each walk that is asked for, before the search gives up.
const EFFORT: usize = 2_000;

/// A walk of the definition over a frozen graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// Its hops: place, the page that it leads to, class, and cost in millionths.
    pub hops: Vec<(HopPlace, u32, EffectiveClass, u64)>,
    /// Its cost in millionths.
    pub cost: u64,
}

impl Walk {
    pub(crate) fn of(strides: &[Stride]) -> Self {
        let hop = |stride: &Stride| (stride.place, stride.target, stride.class, stride.cost);
        Self {
            hops: strides.iter().map(hop).collect(),
            cost: strides.iter().map(|stride| stride.cost).sum(),
        }
    }
}

/// The cheapest walks of one listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Further {
    /// Up to as many as were asked for, cheapest first, then those of fewer hops, then by hops.
    pub walks: Vec<Walk>,
    /// Whether there are no others within the bound.
    pub is_all: bool,
}

/// A walk that was begun: where it stands, and what it came by.
#[derive(Debug, Clone, Copy)]
struct Begun {
    page: u32,
    state: u8,
    stride: Option<Stride>,
    before: usize,
}

/// The `count` cheapest walks from `listing` that pass no page twice.
///
/// Partial walks are taken in the order of their cost so far and what is left to walk from their end,
/// which the search backwards knows exactly, so that none is begun that does not end in a walk, but for
/// those that would pass a page twice. (The order of A\* with a perfect estimate; Yen's and Eppstein's
/// methods give the same walks.) O(k · l · d) steps for k walks of l hops over pages of d hops, where no page
/// is met twice; the search ends after a bounded number of partial walks and says so.
pub(crate) fn further(
    cheapest: &Cheapest<'_>,
    listing: u32,
    count: usize,
    may_pass: &dyn Fn(u32) -> bool,
    is_target: &dyn Fn(u32) -> bool,
) -> Further {
    let ground = cheapest.ground;
    let mut begun = vec![Begun {
        page: listing,
        state: START,
        stride: None,
        before: 0,
    }];
    let mut heap = BinaryHeap::new();
    let mut walks = Vec::new();
    if let Some(left) = cheapest.left(listing, START) {
        heap.push(Reverse((left, 0_u32, 0_u64, 0_usize)));
    }
    let effort = EFFORT.saturating_mul(count.saturating_add(1));
    while let Some(Reverse((_, hops, spent, at))) = heap.pop() {
        let here = begun[at];
        if is_target(here.page) && ACCEPTING.contains(&here.state) {
            if walks.len() == count {
                return Further {
                    walks,
                    is_all: false,
                };
            }
            walks.push(Walk::of(&strides(&begun, at)));
        }
        for (place, hop) in ground.graph.places_out(here.page) {
            let class = hop.label.class();
            let (Some(state), Some(cost)) =
                (next(here.state, class), ground.cost(here.page, class))
            else {
                continue;
            };
            let Some(left) = cheapest.left(hop.target, state) else {
                continue;
            };
            let total = spent + cost + left;
            if total > ground.bound || !may_pass(hop.target) || passes(&begun, at, hop.target) {
                continue;
            }
            if begun.len() >= effort {
                return Further {
                    walks,
                    is_all: false,
                };
            }
            begun.push(Begun {
                page: hop.target,
                state,
                stride: Some(Stride {
                    place,
                    target: hop.target,
                    class,
                    cost,
                }),
                before: at,
            });
            heap.push(Reverse((total, hops + 1, spent + cost, begun.len() - 1)));
        }
    }
    Further {
        walks,
        is_all: true,
    }
}

/// Whether a walk that was begun passes a page.
fn passes(begun: &[Begun], mut at: usize, page: u32) -> bool {
    loop {
        if begun[at].page == page {
            return true;
        }
        if begun[at].stride.is_none() {
            return false;
        }
        at = begun[at].before;
    }
}

fn strides(begun: &[Begun], mut at: usize) -> Vec<Stride> {
    let mut strides = Vec::new();
    while let Some(stride) = begun[at].stride {
        strides.push(stride);
        at = begun[at].before;
    }
    strides.reverse();
    strides
}
