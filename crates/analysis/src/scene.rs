//! What a judgement looks at.

use std::collections::BTreeMap;

use graph::frozen::Freeze;
use graph::{ClassSettings, Classes, Entities, LinkGraph, PageNode, classes};
use model::{
    Confidence, EffectiveClass, GateStrength, Label, PageId, PageKind, PageUrl, Policy, VantageId,
    Verdict,
};
use serde::Serialize;

use crate::detectors::{ContactSettings, JudgedAd, landing_pages};
use crate::evidence;
use crate::hidden_path::{HiddenPath, Search, SearchSettings, hidden_paths_to};
use crate::market::{MarketPage, Restricted};
use crate::networks::NetworkSettings;
use crate::stage::Stage;
use crate::{arrival, promise, rank, site_record};

/// Every threshold of a judgement: written into its report.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Settings {
    /// Classes and template.
    pub classes: ClassSettings,
    /// Search.
    pub search: SearchSettings,
    /// Contacts that sellers share.
    pub contacts: ContactSettings,
    /// Seller networks.
    pub networks: NetworkSettings,
}

/// What the policy says of one page, over the guises in which it was seen.
///
/// A page is what it is to any of them: restricted when one guise is shown restricted goods, a
/// compliant listing when one guise, a reviewer's perhaps, is shown a compliant listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageVerdict {
    /// The label that makes it a compliant listing, and who saw it.
    pub compliant: Option<(VantageId, Label)>,
    /// The label that makes it restricted, and who saw it.
    pub restricted: Option<(VantageId, Label)>,
    /// The other labels that would restrict it by themselves, and who saw them.
    pub also: Vec<(VantageId, Label)>,
    /// The label that one signal more would make restricted, as it would be, and who saw it. A concealed way
    /// from a compliant listing is such a signal.
    pub near: Option<(VantageId, Label)>,
}

impl PageVerdict {
    /// Takes the verdict of one guise. The first compliant label counts, and the weightiest
    /// restricted one.
    pub fn take(&mut self, vantage: VantageId, verdict: &Verdict) {
        for label in &verdict.labels {
            if let Some(policy) = label.near
                && (self.near.as_ref()).is_none_or(|(_, known)| policy > known.policy)
            {
                let label = label.clone();
                self.near = Some((vantage, Label { policy, ..label }));
            }
        }
        let Some(label) = verdict.deciding() else {
            return;
        };
        if label.policy == Policy::Compliant {
            self.compliant
                .get_or_insert_with(|| (vantage, label.clone()));
        } else if label.policy.is_restricted()
            && self
                .restricted
                .as_ref()
                .is_none_or(|(_, known)| label.policy > known.policy)
        {
            self.restricted = Some((vantage, label.clone()));
            let others = verdict
                .labels
                .iter()
                .filter(|other| other.policy.is_restricted() && other.category != label.category);
            self.also = others.map(|other| (vantage, other.clone())).collect();
        }
    }

    /// The label by which a hidden path may begin at the page, which has this verdict: compliant; else, of a
    /// listing in scope, age-restricted, for its goods are lawful from an age on.
    pub(crate) fn beginning(&self, page: &PageNode) -> Option<&(VantageId, Label)> {
        let is_listing = page.in_scope && page.kind == PageKind::Listing;
        let is_lawful = |(_, label): &&(VantageId, Label)| {
            is_listing && matches!(label.policy, Policy::AgeRestricted { .. })
        };
        let aged = self.restricted.as_ref().filter(is_lawful);
        self.compliant.as_ref().or(aged)
    }

    /// Whether a hidden path to goods of a label may begin at the page: from what is compliant to all, from what
    /// is age-restricted to illegal ones.
    pub(crate) fn may_begin(&self, page: &PageNode, to: Option<&Label>) -> bool {
        let is_worse = to.is_some_and(|label| label.policy == Policy::Illegal);
        self.beginning(page)
            .is_some_and(|(_, label)| label.policy == Policy::Compliant || is_worse)
    }

    /// The policy of the page.
    #[must_use]
    pub fn policy(&self) -> Policy {
        match (&self.restricted, &self.compliant) {
            (Some((_, label)), _) => label.policy,
            (None, Some(_)) => Policy::Compliant,
            (None, None) => Policy::Unknown,
        }
    }
}

/// Graph, classes, verdicts and the hidden paths in them.
pub struct Scene {
    /// The graph, with the promises that were derived from the verdicts.
    pub graph: LinkGraph,
    /// Classes of its hops.
    pub classes: Classes,
    /// Verdict of each page, by its place in the graph.
    pub verdicts: Vec<PageVerdict>,
    /// Thresholds.
    pub settings: Settings,
    /// Every hidden path, by target, then listing.
    pub paths: Vec<HiddenPath>,
    /// Ways of the same form to pages of other sites that fall one signal short of being restricted, with a hop
    /// that is proven to be concealed. They make findings that are hardly sure, and count for nothing else.
    pub near_paths: Vec<HiddenPath>,
    /// Chance that a random shopper of a page ends on a restricted one, by page.
    pub chances: Vec<f64>,
    /// Advertisements of a repository that was given.
    pub ads: Vec<JudgedAd>,
    /// Promises that disagree with the listing they are made of.
    pub(crate) promises: Vec<promise::Promise>,
    /// The hops off the template, frozen.
    pub(crate) freeze: Freeze,
}

impl Scene {
    /// Joins a graph with the verdicts of its pages' visits.
    #[must_use]
    pub fn new(
        graph: LinkGraph,
        seen: &BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
        settings: Settings,
    ) -> Self {
        Self::staged(graph, seen, settings, &mut |_| ())
    }

    /// The same, telling each stage as it begins.
    #[must_use]
    pub fn staged(
        mut graph: LinkGraph,
        seen: &BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
        settings: Settings,
        begun: &mut dyn FnMut(Stage),
    ) -> Self {
        begun(Stage::Promises);
        let mut verdicts = vec![PageVerdict::default(); graph.page_count()];
        for (address, seen) in seen {
            if let Some(id) = graph.find(address) {
                for (vantage, verdict) in seen {
                    verdicts[id.index()].take(*vantage, verdict);
                }
            }
        }
        let promises = promise::join(&mut graph, seen, &verdicts);
        site_record::apply(&graph, &mut verdicts);
        begun(Stage::Classes);
        let classes = classes(&graph, &settings.classes);
        let classes = arrival::weighed(&graph, classes, &verdicts);
        begun(Stage::Chances);
        let freeze = graph.freeze(&classes);
        let is_restricted = |page: u32| verdicts[page as usize].restricted.is_some();
        let chances = rank::chances(&freeze.graph, is_restricted);
        let mut scene = Self {
            graph,
            classes,
            verdicts,
            settings,
            paths: Vec::new(),
            near_paths: Vec::new(),
            chances,
            ads: Vec::new(),
            promises,
            freeze,
        };
        begun(Stage::Search);
        scene.paths = scene.search(|verdict| verdict.restricted.as_ref());
        let mut near = scene.search(|verdict| {
            let is_open = verdict.restricted.is_none() && verdict.compliant.is_none();
            verdict.near.as_ref().filter(|_| is_open)
        });
        near.retain(|path| scene.is_concealed_from_elsewhere(path));
        scene.near_paths = near;
        scene
    }

    /// The same with the advertisements of a repository.
    #[must_use]
    pub fn with_ads(mut self, ads: Vec<JudgedAd>) -> Self {
        self.ads = ads;
        self
    }

    /// The page on which each advertisement lands, in the order of the ads; `None` where the case has none
    /// with its address, nor with its key.
    #[must_use]
    pub fn landings(&self) -> Vec<Option<PageId>> {
        landing_pages(self)
    }

    /// Everything that the pages name, advertisements included.
    #[must_use]
    pub fn entities(&self) -> Entities {
        let entities = Entities::of(&self.graph);
        if self.ads.is_empty() {
            return entities;
        }
        let landings = self.landings();
        let landed = self.ads.iter().zip(landings);
        entities.with_ads(landed.filter_map(|(judged, page)| Some((judged.ad.id.as_str(), page?))))
    }

    /// What each page is to a search over the whole case.
    pub(crate) fn market_pages(&self) -> Vec<MarketPage> {
        let pages = self.graph.pages().zip(&self.verdicts);
        pages
            .map(|((_, page), verdict)| MarketPage {
                gate: page.gate,
                is_listing: verdict.compliant.is_some(),
                restricted: verdict.restricted.as_ref().map(|(_, label)| {
                    required_gate(label).map_or(Restricted::Illegal, Restricted::AgeGated)
                }),
            })
            .collect()
    }

    /// Whether a path leads to another site, with a hop that is concealed beyond doubt: then the way itself
    /// says something of the goods.
    fn is_concealed_from_elsewhere(&self, path: &HiddenPath) -> bool {
        let site_of = |page| &self.graph.page(page).site;
        site_of(path.listing) != site_of(path.target)
            && path.steps.iter().any(|step| {
                step.class == EffectiveClass::Hidden
                    && evidence::confidence_of_hop(self, step.hop) == Confidence::High
            })
    }

    /// Every hidden path to the pages of which `label` tells the label that counts.
    fn search(
        &self,
        label: impl Fn(&PageVerdict) -> Option<&(VantageId, Label)>,
    ) -> Vec<HiddenPath> {
        let mut paths = Vec::new();
        for (target, _) in self.graph.pages() {
            let Some((_, label)) = label(&self.verdicts[target.index()]) else {
                continue;
            };
            let required = required_gate(label);
            let search = Search {
                graph: &self.graph,
                classes: &self.classes,
                settings: &self.settings.search,
                is_listing: &|page| {
                    self.verdicts[page.index()].may_begin(self.graph.page(page), Some(label))
                },
                may_pass: &|page| {
                    required.is_none_or(|required| self.graph.page(page).gate < required)
                },
            };
            paths.extend(hidden_paths_to(&self.freeze, &search, target));
        }
        paths
    }

    /// Whether a page is a listing labelled compliant.
    #[must_use]
    pub fn is_listing(&self, page: PageId) -> bool {
        self.verdicts[page.index()].compliant.is_some()
    }

    /// What the policy says of a page.
    #[must_use]
    pub fn policy(&self, page: PageId) -> Policy {
        self.verdicts[page.index()].policy()
    }
}

/// The least gate that opens the way to an age-restricted page; `None` for an illegal one, which
/// no gate makes lawful.
pub(crate) fn required_gate(label: &Label) -> Option<GateStrength> {
    matches!(label.policy, Policy::AgeRestricted { .. })
        .then(|| label.required_gate.max(GateStrength::SelfDeclared))
}
