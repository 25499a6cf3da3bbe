//! What each stage brings: hidden paths as a search sees them that lacks some of the stages.
//!
//! Everything is made from one graph, so that rows differ in what is judged and never in what was crawled.
//! A stage that is left out is masked in the classes of hops and in the labels:
//!
//! | without | hops and pages |
//! |---|---|
//! | visibility | a concealed hop is an ordinary link, an address in a text is none |
//! | unwrapping | there are no nested addresses; texts are not compared with targets; clicks that a script answers lead nowhere |
//! | labels | every listing in scope begins a walk, every page out of scope that answered and does not pass visitors on ends one |
//! | template removal | what a template repeats is searched as well |
//! | promises | what outside pages say of listings is not joined |
//! | vantages | hops that the first guise did not see do not exist, and labels are what it was shown |
//!
//! What stays with none of them is a search over redirects: links whose targets pass visitors on, and
//! everything that moves a visitor without an act.

use std::collections::{BTreeMap, BTreeSet};

use graph::{
    Because, Class, ClassSettings, Classes, Hop, HopId, LinkGraph, TemplateSettings, classes,
};
use model::{EffectiveClass, PageId, PageKind, PageUrl, Site, VantageId, Verdict, Zone};

use crate::hidden_path::{Search, hidden_paths_to};
use crate::scene::required_gate;
use crate::{PageVerdict, Settings, arrival, promise};

/// Redirects that are followed to where they end.
const REDIRECTS: usize = 20;

/// A stage that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ability {
    /// Telling what a shopper is shown.
    Visibility,
    /// Telling where a link leads from what is nested in it, and from what it shows.
    Unwrapping,
    /// Telling compliant listings and restricted pages from others.
    Labels,
    /// Taking out what the site's template repeats.
    TemplateRemoval,
    /// Joining what outside pages say of listings.
    Promises,
    /// Comparing what several guises are shown.
    Vantages,
}

impl Ability {
    /// All of them, in the order in which they are added.
    pub const ALL: &'static [Self] = &[
        Self::Visibility,
        Self::Unwrapping,
        Self::Labels,
        Self::TemplateRemoval,
        Self::Promises,
        Self::Vantages,
    ];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Visibility => "visibility",
            Self::Unwrapping => "unwrapping",
            Self::Labels => "labels",
            Self::TemplateRemoval => "template removal",
            Self::Promises => "promises",
            Self::Vantages => "vantages",
        }
    }
}

/// A graph with everything that a search with or without a stage must know.
#[derive(Debug)]
pub struct Ablation {
    graph: LinkGraph,
    settings: Settings,
    first: VantageId,
    with_template: Classes,
    without_template: Classes,
    /// Verdicts over all guises, and those of the first one.
    of_all: Vec<PageVerdict>,
    of_first: Vec<PageVerdict>,
    promises: Vec<promise::Promise>,
    /// The site on which a visitor of each page is in the end, where that is not its own.
    moves_on: Vec<Option<Site>>,
    /// Whether a page passes its visitors on.
    passes_on: Vec<bool>,
}

impl Ablation {
    /// Joins a graph with the verdicts of its pages' visits; `first` is the guise that crawled.
    ///
    /// Time O(n log n) in the hops; the graph is classed twice.
    #[must_use]
    pub fn new(
        mut graph: LinkGraph,
        seen: &BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
        settings: Settings,
        first: VantageId,
    ) -> Self {
        let of_all = verdicts(&graph, seen, &|_| true);
        let of_first = verdicts(&graph, seen, &|vantage| vantage == first);
        let promises = promise::join(&mut graph, seen, &of_all);
        let classed = |settings| arrival::weighed(&graph, classes(&graph, settings), &of_all);
        let with_template = classed(&settings.classes);
        let without_template = classed(&no_template());
        let (moves_on, passes_on) = moves(&graph, &without_template);
        Self {
            graph,
            settings,
            first,
            with_template,
            without_template,
            of_all,
            of_first,
            promises,
            moves_on,
            passes_on,
        }
    }

    /// Every pair of listing and target with a hidden path, and every decoy with the page that promises, as a
    /// search sees them that has these abilities and no others. With all of them the paths are those of
    /// [`Scene::paths`](crate::Scene::paths).
    ///
    /// One search from each target: without labels those are all pages out of scope.
    #[must_use]
    pub fn pairs(&self, abilities: &BTreeSet<Ability>) -> BTreeSet<(PageUrl, PageUrl)> {
        let has = |ability| abilities.contains(&ability);
        let classes = self.masked(abilities);
        let freeze = self.graph.freeze(&classes);
        let verdicts = if has(Ability::Vantages) {
            &self.of_all
        } else {
            &self.of_first
        };
        let mut pairs = self.decoys(abilities);
        for (target, page) in self.graph.pages() {
            let restricted = verdicts[target.index()].restricted.as_ref();
            let label = restricted.map(|(_, label)| label);
            let is_target = if has(Ability::Labels) {
                label.is_some()
            } else {
                self.is_landing(target)
            };
            if !is_target {
                continue;
            }
            let required = label
                .filter(|_| has(Ability::Labels))
                .and_then(required_gate);
            let search = Search {
                graph: &self.graph,
                classes: &classes,
                settings: &self.settings.search,
                is_listing: &|page| {
                    if has(Ability::Labels) {
                        verdicts[page.index()].may_begin(self.graph.page(page), label)
                    } else {
                        let page = self.graph.page(page);
                        page.kind == PageKind::Listing && page.in_scope
                    }
                },
                may_pass: &|page| {
                    required.is_none_or(|required| self.graph.page(page).gate < required)
                },
            };
            for path in hidden_paths_to(&freeze, &search, target) {
                let listing = self.graph.page(path.listing).address.clone();
                pairs.insert((listing, page.address.clone()));
            }
        }
        pairs
    }

    fn decoys(&self, abilities: &BTreeSet<Ability>) -> BTreeSet<(PageUrl, PageUrl)> {
        let needed = [Ability::Promises, Ability::Labels];
        if !needed.iter().all(|ability| abilities.contains(ability)) {
            return BTreeSet::new();
        }
        let is_seen = |promise: &&promise::Promise| {
            promise.vantage == self.first || abilities.contains(&Ability::Vantages)
        };
        let address = |page| self.graph.page(page).address.clone();
        let promises = self.promises.iter().filter(is_seen);
        promises
            .map(|promise| (address(promise.listing), address(promise.page)))
            .collect()
    }

    fn masked(&self, abilities: &BTreeSet<Ability>) -> Classes {
        let classes = if abilities.contains(&Ability::TemplateRemoval) {
            &self.with_template
        } else {
            &self.without_template
        };
        let of_hop = (self.graph.hops())
            .map(|(id, source, target, hop)| {
                let class = classes.of(id);
                match self.mask(hop, class, abilities) {
                    Mask::None => class.clone(),
                    Mask::Ordinary => self.ordinary(source, target, hop),
                    Mask::Gone => nothing(),
                }
            })
            .collect();
        Classes::given(&self.graph, of_hop, classes.template().clone())
    }

    fn mask(&self, hop: &Hop, class: &Class, abilities: &BTreeSet<Ability>) -> Mask {
        let lacks = |ability| !abilities.contains(&ability);
        if lacks(Ability::Vantages) && !hop.vantages.contains(&self.first) {
            return Mask::Gone;
        }
        match class.because {
            Because::SomeVantagesOnly if lacks(Ability::Vantages) => Mask::Ordinary,
            Because::Concealed | Because::BlindButton if lacks(Ability::Visibility) => {
                Mask::Ordinary
            }
            Because::Unlinked if lacks(Ability::Visibility) => Mask::Gone,
            Because::TextNamesOther if lacks(Ability::Unwrapping) => Mask::Ordinary,
            Because::Nested | Because::ScriptedAway if lacks(Ability::Unwrapping) => Mask::Gone,
            Because::Promised if lacks(Ability::Promises) => Mask::Gone,
            _ => Mask::None,
        }
    }

    /// The class of a hop that is taken for an ordinary link.
    fn ordinary(&self, source: PageId, target: PageId, hop: &Hop) -> Class {
        let from = &self.graph.page(source).site;
        let is_inside = *from == self.graph.page(target).site;
        let (effective, because) = match &self.moves_on[target.index()] {
            Some(on) if on != from => (EffectiveClass::Masked, Because::RedirectsOn(on.clone())),
            _ if !is_inside => (EffectiveClass::Overt, Because::OtherSite),
            _ if hop.zone == Zone::Seller => (EffectiveClass::Overt, Because::SellerZone),
            _ => return nothing(),
        };
        Class { effective, because }
    }

    /// Whether a page out of scope answered with something to stay on.
    fn is_landing(&self, id: PageId) -> bool {
        let page = self.graph.page(id);
        !page.in_scope
            && !self.passes_on[id.index()]
            && page.status().is_some_and(|status| status < 300)
    }
}

enum Mask {
    /// The hop is what it is.
    None,
    /// It is taken for an ordinary link.
    Ordinary,
    /// It is not there.
    Gone,
}

fn nothing() -> Class {
    Class {
        effective: EffectiveClass::Navigation,
        because: Because::WithinSite,
    }
}

/// Settings under which no group of pages is large enough for either rule.
fn no_template() -> ClassSettings {
    ClassSettings {
        template: TemplateSettings {
            slot_pages: usize::MAX,
            small_pages: usize::MAX,
            ..TemplateSettings::default()
        },
    }
}

fn verdicts(
    graph: &LinkGraph,
    seen: &BTreeMap<PageUrl, Vec<(VantageId, Verdict)>>,
    counts: &dyn Fn(VantageId) -> bool,
) -> Vec<PageVerdict> {
    let mut verdicts = vec![PageVerdict::default(); graph.page_count()];
    for (address, seen) in seen {
        if let Some(id) = graph.find(address) {
            for (vantage, verdict) in seen.iter().filter(|(vantage, _)| counts(*vantage)) {
                verdicts[id.index()].take(*vantage, verdict);
            }
        }
    }
    verdicts
}

/// The site on which a visitor of each page ends, and whether a page moves its visitors at all.
fn moves(graph: &LinkGraph, classes: &Classes) -> (Vec<Option<Site>>, Vec<bool>) {
    let moves = |(id, _, hop): &(HopId, PageId, &Hop)| {
        classes.of(*id).effective == EffectiveClass::Forced
            && classes.of(*id).because != Because::Framed
            && !hop.vantages.is_empty()
    };
    let next: Vec<Option<PageId>> = (graph.pages())
        .map(|(page, _)| {
            graph
                .ways_out(page)
                .find(moves)
                .map(|(_, target, _)| target)
        })
        .collect();
    let end_of = |page: PageId| {
        let mut at = page;
        for _ in 0..REDIRECTS {
            match next[at.index()] {
                Some(further) => at = further,
                None => break,
            }
        }
        let site = &graph.page(at).site;
        (*site != graph.page(page).site).then(|| site.clone())
    };
    let moves_on = graph.pages().map(|(page, _)| end_of(page)).collect();
    (moves_on, next.iter().map(Option::is_some).collect())
}
