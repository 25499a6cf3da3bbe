//! What the hidden paths of a case have in common: from which site they start, by which door they
//! leave, on which site they end.

use std::collections::{BTreeMap, BTreeSet};

use model::PageUrl;

use crate::Report;
use crate::cuts::CHOKE_POINTS;
use crate::outline::Pair;

/// By what a hidden path leaves for its target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    /// One of the first choke points, by its place among them.
    ChokePoint(usize),
    /// A page of this site, which is no choke point.
    Site(String),
    /// Nothing stands between: the hop of a listing of this site arrives at the target.
    Direct(String),
}

/// The hidden path of one listing to one target.
pub(super) struct Way<'a> {
    pub(super) pair: &'a Pair<'a>,
    /// Site of the listing.
    pub(super) from: String,
    pub(super) door: Door,
    /// Site of the target.
    pub(super) to: String,
    /// Places of the choke points on the walk, the target among them.
    pub(super) passes: Vec<usize>,
}

/// The ways of all pairs, in their order, by their first witness. Linear in the hops.
pub(super) fn ways<'a>(report: &Report<'_>, pairs: &'a [Pair<'a>]) -> Vec<Way<'a>> {
    let choke_points: BTreeMap<&str, usize> = (report.cuts.choke_points.iter())
        .take(CHOKE_POINTS)
        .enumerate()
        .map(|(place, point)| (point.page.as_str(), place))
        .collect();
    (pairs.iter())
        .map(|pair| Way::of(pair, &choke_points))
        .collect()
}

impl<'a> Way<'a> {
    fn of(pair: &'a Pair<'a>, choke_points: &BTreeMap<&str, usize>) -> Self {
        let first = pair.first();
        let (from, to) = (site(&first.listing), site(&first.target));
        let arrivals = first.witness.hops.iter().map(|hop| &hop.target);
        let on_the_way: Vec<&PageUrl> = arrivals
            .clone()
            .filter(|page| **page != first.target)
            .collect();
        let place = |page: &PageUrl| choke_points.get(page.as_str()).copied();
        let passed = on_the_way.iter().filter_map(|page| place(page)).min();
        let outside = on_the_way.iter().map(|page| site(page));
        let door = match (passed, outside.clone().find(|site| *site != from)) {
            (Some(place), _) => Door::ChokePoint(place),
            (None, Some(site)) => Door::Site(site),
            (None, None) if !on_the_way.is_empty() => Door::Site(from.clone()),
            (None, None) => Door::Direct(from.clone()),
        };
        let passes: BTreeSet<usize> = arrivals.chain([&first.target]).filter_map(place).collect();
        Self {
            pair,
            from,
            door,
            to,
            passes: passes.into_iter().collect(),
        }
    }
}

/// The registrable domain of a page.
fn site(page: &PageUrl) -> String {
    page.site().as_str().to_owned()
}
