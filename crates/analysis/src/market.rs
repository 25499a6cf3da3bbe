//! Judges a whole market at once: every compliant listing with a hidden path, its cheapest witness, the
//! rank of the findings, and where to cut.
//!
//! The definition, the cost of a hop and the search are those of a case ([`crate::hidden_paths`]); here
//! they run from all restricted pages together, over a frozen graph of which only the ends and classes
//! of hops are known.

mod choke;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use graph::Frozen;
use graph::frozen::BuildError;
use model::{EffectiveClass, GateStrength, PageId, Policy};

use crate::SearchSettings;
use crate::rank;
use crate::walks::{
    Cheapest, EvidenceGraph, Existence, Further, Ground, Walk, collect_evidence, further,
};

pub use choke::{ChokePoint, CurvePoint, Cuts};

/// What is judged: hops off the template, and what each page is.
#[derive(Clone, Copy)]
pub struct Market<'a> {
    /// The hops. Navigation may be left out; it is not searched.
    pub graph: &'a Frozen,
    /// What each page is.
    pub pages: &'a [MarketPage],
    /// Constants of the search.
    pub settings: &'a SearchSettings,
}

/// What a page is to the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarketPage {
    /// The age gate on it.
    pub gate: GateStrength,
    /// Whether a walk may begin there: a listing labelled compliant.
    pub is_listing: bool,
    /// Whether a walk may end there, and past which gates it may lead.
    pub restricted: Option<Restricted>,
}

/// What opens the way to a restricted page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Restricted {
    /// No gate makes it lawful.
    Illegal,
    /// A gate of this strength, or a greater one, does.
    AgeGated(GateStrength),
}

impl MarketPage {
    /// A page by what the policy says of it, where the policy names no gate: any gate opens the way to
    /// age-restricted goods.
    #[must_use]
    pub fn new(policy: Policy, gate: GateStrength) -> Self {
        Self {
            gate,
            is_listing: policy == Policy::Compliant,
            restricted: match policy {
                Policy::Illegal => Some(Restricted::Illegal),
                Policy::AgeRestricted { .. } => {
                    Some(Restricted::AgeGated(GateStrength::SelfDeclared))
                }
                Policy::Compliant | Policy::Unknown => None,
            },
        }
    }
}

/// A listing with a hidden path.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketFinding {
    /// The listing.
    pub listing: PageId,
    /// The restricted page that is cheapest to come to.
    pub target: PageId,
    /// The cheapest walk.
    pub witness: Walk,
    /// Chance that a random shopper of the listing ends on a restricted page.
    pub chance: f64,
    /// The first compliant listing that the witness passes: what is deceptive is that one's, and this
    /// one inherits it.
    pub inherits: Option<PageId>,
}

impl MarketFinding {
    /// What comes before the chance: own findings before inherited ones, and those that need no open
    /// link before those that use one.
    fn rank(&self) -> (bool, bool) {
        let is_overt = |hop: &(_, _, EffectiveClass, _)| hop.2 == EffectiveClass::Overt;
        let uses_overt = self.witness.hops.iter().any(is_overt);
        (self.inherits.is_some(), uses_overt)
    }
}

/// What became of the search.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effort {
    /// Hops that could be searched: those off the template.
    pub hops: u64,
    /// Hops that the search for existence looked at.
    pub touched: u64,
    /// Hops that the search for the cheapest walks looked at.
    pub touched_for_cost: u64,
    /// Listings with a walk of whatever cost.
    pub with_a_walk: u64,
}

/// The judgement of a market.
#[derive(Debug, Clone, PartialEq)]
pub struct MarketJudgement {
    /// The findings: those that need no open link, those that use one, those that are inherited; in each
    /// of the three the likeliest first, then the cheapest.
    pub findings: Vec<MarketFinding>,
    /// Chance of every page, by page: what ranks listings that are no findings.
    pub chances: Vec<f64>,
    /// What the search did.
    pub effort: Effort,
    /// Where to cut.
    pub cuts: Cuts,
}

/// Restricted pages with one rule of what a walk to them may pass.
struct Kind {
    targets: Vec<u32>,
    restricted: Restricted,
}

impl Market<'_> {
    /// The restricted pages by what opens the way to them: illegal ones first, then by the gate.
    fn kinds(&self) -> Vec<Kind> {
        let mut kinds: BTreeMap<Restricted, Vec<u32>> = BTreeMap::new();
        for (page, what) in (0..self.graph.node_count()).zip(self.pages) {
            if let Some(restricted) = what.restricted {
                kinds.entry(restricted).or_default().push(page);
            }
        }
        let kinds = kinds.into_iter();
        kinds
            .map(|(restricted, targets)| Kind {
                targets,
                restricted,
            })
            .collect()
    }

    fn may_pass(&self, restricted: Restricted, page: u32) -> bool {
        match restricted {
            Restricted::Illegal => true,
            Restricted::AgeGated(required) => self.pages[page as usize].gate < required,
        }
    }

    fn is_listing(&self, page: u32) -> bool {
        self.pages[page as usize].is_listing
    }

    fn is_restricted(&self, page: u32) -> bool {
        self.pages[page as usize].restricted.is_some()
    }

    /// Judges the market.
    ///
    /// Time: one search for existence, O(4 · (V + E)) of what leads to a restricted page; one for the
    /// cheapest walks, O(4 · (V' + E') log V') within the bound; 20 rounds for the chances; and for the
    /// cuts some forty searches of the evidence.
    ///
    /// # Errors
    /// The evidence has too many hops for a frozen graph.
    pub fn judge(&self) -> Result<MarketJudgement, BuildError> {
        let ground = Ground::of(self.graph, self.settings, &|place| place.0);
        let chances = rank::chances(self.graph, |page| self.is_restricted(page));
        let mut effort = Effort {
            hops: u64::from(self.graph.hop_count()),
            ..Effort::default()
        };
        let mut has_walk = vec![false; self.pages.len()];
        let mut found: Vec<MarketFinding> = Vec::new();
        let mut evidence = BTreeSet::new();
        for kind in self.kinds() {
            let may_pass = |page| self.may_pass(kind.restricted, page);
            let existence = Existence::of(self.graph, &kind.targets, &may_pass);
            effort.touched += existence.touched();
            for (page, has) in (0..).zip(&mut has_walk) {
                *has |= existence.has_walk(page) && self.is_listing(page);
            }
            drop(existence);
            let cheapest = Cheapest::of(&ground, &kind.targets, &may_pass);
            effort.touched_for_cost += cheapest.touched();
            let mut listings = cheapest.begins();
            listings.retain(|page| self.is_listing(*page));
            for listing in &listings {
                found.extend(self.finding(*listing, &cheapest, &chances));
            }
            collect_evidence(&cheapest, &listings, &mut evidence);
        }
        effort.with_a_walk = has_walk.iter().filter(|has| **has).count() as u64;
        let findings = ranked(found);
        let evidence = EvidenceGraph::of(&evidence, ground.bound)?;
        let listings = findings.iter().map(|finding| finding.listing.0);
        let cuts = self.cuts(&evidence, listings);
        Ok(MarketJudgement {
            findings,
            chances,
            effort,
            cuts,
        })
    }

    /// Where to cut the hidden paths of a market of which the findings are known: the evidence is searched
    /// again, nothing is ranked.
    ///
    /// Time: the search for the cheapest walks, and some forty searches of the evidence.
    ///
    /// # Errors
    /// The evidence has too many hops for a frozen graph.
    pub fn where_to_cut(&self) -> Result<Cuts, BuildError> {
        let ground = Ground::of(self.graph, self.settings, &|place| place.0);
        let (mut evidence, mut all) = (BTreeSet::new(), BTreeSet::new());
        for kind in self.kinds() {
            let may_pass = |page| self.may_pass(kind.restricted, page);
            let cheapest = Cheapest::of(&ground, &kind.targets, &may_pass);
            let mut listings = cheapest.begins();
            listings.retain(|page| self.is_listing(*page));
            collect_evidence(&cheapest, &listings, &mut evidence);
            all.extend(listings);
        }
        let evidence = EvidenceGraph::of(&evidence, ground.bound)?;
        Ok(self.cuts(&evidence, all.into_iter()))
    }

    fn finding(
        &self,
        listing: u32,
        cheapest: &Cheapest<'_>,
        chances: &[f64],
    ) -> Option<MarketFinding> {
        let witness = Walk::of(&cheapest.walk(listing));
        let target = PageId(witness.hops.last()?.1);
        Some(MarketFinding {
            listing: PageId(listing),
            target,
            chance: chances[listing as usize],
            inherits: witness
                .hops
                .iter()
                .map(|hop| hop.1)
                .find(|page| self.is_listing(*page))
                .map(PageId),
            witness,
        })
    }

    /// Every pair of a listing and `target` with the cheapest walk between them, in the order of the
    /// listings: what [`judge`](Self::judge) tells of the cheapest target alone.
    #[must_use]
    pub fn pairs(&self, target: PageId) -> Vec<(PageId, Walk)> {
        let restricted = self.restricted(target);
        let may_pass = |page| self.may_pass(restricted, page);
        let ground = Ground::of(self.graph, self.settings, &|place| place.0);
        let cheapest = Cheapest::of(&ground, &[target.0], &may_pass);
        cheapest
            .begins()
            .into_iter()
            .filter(|page| *page != target.0 && self.is_listing(*page))
            .map(|page| (PageId(page), Walk::of(&cheapest.walk(page))))
            .collect()
    }

    /// The `count` cheapest walks from a listing to `target` that pass no page twice.
    #[must_use]
    pub fn further(&self, listing: PageId, target: PageId, count: usize) -> Further {
        let restricted = self.restricted(target);
        let may_pass = |page| self.may_pass(restricted, page);
        let ground = Ground::of(self.graph, self.settings, &|place| place.0);
        let cheapest = Cheapest::of(&ground, &[target.0], &may_pass);
        further(&cheapest, listing.0, count, &may_pass, &|page| {
            page == target.0
        })
    }

    /// How many distinct pages the hops of one class lead to from a page.
    #[must_use]
    pub fn fan_out(&self, page: PageId, class: EffectiveClass) -> u32 {
        crate::walks::fan_out(self.graph, page.0, class)
    }

    /// What opens the way to a page; whatever is asked of one that is not restricted may pass all gates.
    fn restricted(&self, target: PageId) -> Restricted {
        let restricted = self.pages[target.index()].restricted;
        restricted.unwrap_or(Restricted::Illegal)
    }
}

impl MarketJudgement {
    /// Up to `count` listings that are no findings and may end on a restricted page all the same, the
    /// likeliest first: what a reviewer looks at next, since readers of pages miss concealments.
    #[must_use]
    pub fn leads(&self, market: &Market<'_>, count: usize) -> Vec<(PageId, f64)> {
        let found: BTreeSet<PageId> = self.findings.iter().map(|found| found.listing).collect();
        let mut leads: Vec<(PageId, f64)> = (0..)
            .map(PageId)
            .zip(&self.chances)
            .filter(|(page, chance)| {
                **chance > 0.0 && market.is_listing(page.0) && !found.contains(page)
            })
            .map(|(page, chance)| (page, *chance))
            .collect();
        leads.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        leads.truncate(count);
        leads
    }
}

/// The best finding of each listing, in the order of [`MarketJudgement::findings`].
fn ranked(mut found: Vec<MarketFinding>) -> Vec<MarketFinding> {
    found.sort_by(|a, b| {
        a.listing
            .cmp(&b.listing)
            .then_with(|| better(&a.witness, &b.witness))
    });
    found.dedup_by_key(|finding| finding.listing);
    found.sort_by(|a, b| {
        a.rank()
            .cmp(&b.rank())
            .then_with(|| b.chance.total_cmp(&a.chance))
            .then_with(|| a.witness.cost.cmp(&b.witness.cost))
            .then_with(|| a.witness.hops.len().cmp(&b.witness.hops.len()))
            .then_with(|| a.listing.cmp(&b.listing))
    });
    found
}

/// Cheaper, then shorter, then by pages, then by hops.
fn better(a: &Walk, b: &Walk) -> Ordering {
    let pages = |walk: &Walk| -> Vec<u32> { walk.hops.iter().map(|hop| hop.1).collect() };
    let places = |walk: &Walk| -> Vec<u32> { walk.hops.iter().map(|hop| hop.0.0).collect() };
    (a.cost, a.hops.len())
        .cmp(&(b.cost, b.hops.len()))
        .then_with(|| pages(a).cmp(&pages(b)))
        .then_with(|| places(a).cmp(&places(b)))
}
