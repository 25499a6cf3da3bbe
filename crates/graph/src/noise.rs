//! What of a page churns by itself: the floor above which a difference between guises counts.
//!
//! Two visits of one guise are compared as sets of ways (Wu & Davison, "Cloaking and redirection",
//! 2005, compare two copies for a crawler in the same sense). A way that one of them has and the other
//! has not is noise, and so is what stands where noise stands. What both have, in a place of its own,
//! is no noise: a page of random recommendations cannot hide a link that is always there for some.

use std::collections::BTreeSet;

use model::{HopKind, PageUrl, Zone};

use crate::hop::Hop;

/// What one guise was led to by one page.
pub(crate) type Ways = BTreeSet<(HopKind, PageUrl)>;

/// One way of a page, with its place.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) kind: HopKind,
    pub(crate) target: PageUrl,
    pub(crate) dom_path: String,
    pub(crate) zone: Zone,
}

/// What churns.
#[derive(Debug)]
pub(crate) enum Noise {
    /// Nobody knows what does not: there is no second visit to tell.
    All,
    /// These.
    Some {
        /// Ways that both visits have.
        stable: Ways,
        /// Ways that one of them has.
        churning: Ways,
        /// Where in the page those stand.
        slots: BTreeSet<String>,
        /// What sort of ways they are: kind, zone, and whether they stay within the site.
        sorts: BTreeSet<(HopKind, Zone, bool)>,
    },
}

impl Default for Noise {
    /// Nothing.
    fn default() -> Self {
        Self::Some {
            stable: Ways::new(),
            churning: Ways::new(),
            slots: BTreeSet::new(),
            sorts: BTreeSet::new(),
        }
    }
}

impl Noise {
    /// What two visits of the page at `source` tell, with all of its hops. O(n log n) in them.
    pub(crate) fn between(
        first: &Ways,
        again: &[Way],
        source: &PageUrl,
        hops: &[(PageUrl, Hop)],
    ) -> Self {
        let key = |way: &Way| (way.kind, way.target.clone());
        let second: Ways = again.iter().map(key).collect();
        let churning: Ways = first.symmetric_difference(&second).cloned().collect();
        let (mut slots, mut sorts) = (BTreeSet::new(), BTreeSet::new());
        let ways = again
            .iter()
            .map(|way| (way.kind, &way.target, way.dom_path.as_str(), way.zone));
        let first_ways = hops
            .iter()
            .map(|(target, hop)| (hop.kind, target, &*hop.dom_path, hop.zone));
        for (kind, target, dom_path, zone) in first_ways.chain(ways) {
            if churning.contains(&(kind, target.clone())) {
                slots.insert(dom_path.to_owned());
                sorts.insert((kind, zone, source.site() == target.site()));
            }
        }
        Self::Some {
            stable: first.intersection(&second).cloned().collect(),
            churning,
            slots,
            sorts,
        }
    }

    /// Whether a hop may be there, or not, by chance. A way that the primary guise never had is noise
    /// where ways of its sort churn: in another guise's layout its place tells nothing.
    pub(crate) fn holds(&self, source: &PageUrl, target: &PageUrl, hop: &Hop) -> bool {
        match self {
            Self::All => true,
            Self::Some {
                stable,
                churning,
                slots,
                sorts,
            } => {
                let way = (hop.kind, target.clone());
                if stable.contains(&way) {
                    slots.contains(&*hop.dom_path)
                } else {
                    let is_inside = source.site() == target.site();
                    churning.contains(&way) || sorts.contains(&(hop.kind, hop.zone, is_inside))
                }
            }
        }
    }
}
