//! What each hop is to a shopper: its effective class.
//!
//! | class | the hop |
//! |---|---|
//! | `H` hidden | concealed with no control that reveals it, its destination not also shown on the page; or written, not linked, where a seller writes; or there for some vantages only |
//! | `M` masked | shown, but it leads elsewhere than it shows |
//! | `F` forced | moves the shopper without an act |
//! | `O` overt | shown and honest, to another site, or out of a seller's zone |
//! | `L` lateral | from a listing to its seller's page |
//! | `N` navigation | every other shown link within a site, claims, and the template's hops; not searched |

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use model::{
    Carrier, EffectiveClass, HopKind, PageId, PageKind, Site, Trigger, VisibilityState, Zone,
};
use serde::Serialize;

use crate::template::{Template, TemplateSettings};
use crate::{Hop, HopId, LinkGraph, PageNode};

/// Settings of the classification, recorded with the judgement.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ClassSettings {
    /// Thresholds of the template rules.
    pub template: TemplateSettings,
}

/// What a class was derived from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// Proven concealed, and nothing shown on the page leads there.
    Concealed,
    /// Written where a seller writes, not linked.
    Unlinked,
    /// There for some vantages only.
    SomeVantagesOnly,
    /// An outside page promises something else of this listing.
    Promised,
    /// Another address is nested in the one that is linked.
    Nested,
    /// The text names one host, the link leads to another.
    TextNamesOther,
    /// What it leads to redirects to yet another site.
    RedirectsOn(Site),
    /// What a seller links to only passes visitors on to another page.
    PassesOn,
    /// A script takes the visitor to another site, so that no address is shown.
    ScriptedAway,
    /// An HTTP redirect.
    Redirected,
    /// A refresh.
    Refreshed,
    /// A script navigates at load.
    ScriptedAtLoad,
    /// A form submits itself.
    SelfSubmitted,
    /// The target is framed.
    Framed,
    /// Shown, and to another site.
    OtherSite,
    /// Shown, out of a seller's zone.
    SellerZone,
    /// To the seller's page.
    ToSeller,
    /// Shown, within the site.
    WithinSite,
    /// A claim of the page, which no visitor follows.
    Claim,
    /// In a comment or a template, which no visitor follows.
    Inert,
    /// The template's.
    Template,
}

impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Concealed => "concealed with no control that reveals it, and nothing shown on the page leads there",
            Self::Unlinked => "written where a seller writes, not linked",
            Self::SomeVantagesOnly => "there for some vantages only",
            Self::Promised => "an outside page promises something else of this listing",
            Self::Nested => "another address is nested in the one that is linked",
            Self::TextNamesOther => "its text names another host than it leads to",
            Self::RedirectsOn(site) => {
                return write!(f, "what it leads to redirects on to {site}");
            }
            Self::PassesOn => "what a seller links to only passes visitors on",
            Self::ScriptedAway => "a script leads to another site and no address is shown",
            Self::Redirected => "an HTTP redirect",
            Self::Refreshed => "a refresh moves the visitor",
            Self::ScriptedAtLoad => "a script moves the visitor at load",
            Self::SelfSubmitted => "a form submits itself",
            Self::Framed => "the target is framed",
            Self::OtherSite => "shown, to another site",
            Self::SellerZone => "shown, where a seller writes",
            Self::ToSeller => "to the seller's page",
            Self::WithinSite => "shown, within the site",
            Self::Claim => "a claim of the page",
            Self::Inert => "in a comment or a template, which no visitor follows",
            Self::Template => "part of the site's template",
        })
    }
}

/// Class of one hop, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The class.
    pub effective: EffectiveClass,
    /// What it was derived from.
    pub because: Because,
}

/// The classes of every hop of one graph.
#[derive(Debug, Clone)]
pub struct Classes {
    of_hop: Vec<Class>,
    fan_out: BTreeMap<(PageId, EffectiveClass), u32>,
    template: Template,
}

impl Classes {
    /// Takes classes that were decided elsewhere, one for each hop of `graph` in order, and counts
    /// how many pages the hops of each class lead to. Time O(n log n) in the hops.
    #[must_use]
    pub fn given(graph: &LinkGraph, of_hop: Vec<Class>, template: Template) -> Self {
        let mut targets: BTreeMap<(PageId, EffectiveClass), BTreeSet<PageId>> = BTreeMap::new();
        for ((_, source, target, _), class) in graph.hops().zip(&of_hop) {
            let key = (source, class.effective);
            targets.entry(key).or_default().insert(target);
        }
        let fan_out = targets
            .into_iter()
            .map(|(key, targets)| (key, u32::try_from(targets.len()).unwrap_or(u32::MAX)))
            .collect();
        Self {
            of_hop,
            fan_out,
            template,
        }
    }

    /// Class of a hop.
    #[must_use]
    pub fn of(&self, hop: HopId) -> &Class {
        &self.of_hop[hop.index()]
    }

    /// How many distinct pages the hops of one class lead to from `page`.
    #[must_use]
    pub fn fan_out(&self, page: PageId, class: EffectiveClass) -> u32 {
        self.fan_out.get(&(page, class)).copied().unwrap_or(0)
    }

    /// What was counted over the pages.
    #[must_use]
    pub const fn template(&self) -> &Template {
        &self.template
    }
}

/// Derives the class of every hop. Time O(n log n) in the hops.
#[must_use]
pub fn classes(graph: &LinkGraph, settings: &ClassSettings) -> Classes {
    let template = Template::of(graph, settings.template.clone());
    let view = View::of(graph);
    let of_hop: Vec<Class> = graph
        .hops()
        .map(|(id, source, target, hop)| {
            let class = view.class(source, target, hop);
            settle(graph, &template, id, class)
        })
        .collect();
    Classes::given(graph, of_hop, template)
}

/// Takes the template's hops out of the search. Promises and vantage differences are never the
/// template's: the first are derived, and a template is the same for all.
fn settle(graph: &LinkGraph, template: &Template, id: HopId, class: Class) -> Class {
    let is_template = match class.effective {
        EffectiveClass::Overt => template.is_slot(graph, id),
        EffectiveClass::Hidden | EffectiveClass::Masked | EffectiveClass::Forced => {
            class.because != Because::Promised && template.covert(graph, id).is_some()
        }
        EffectiveClass::Lateral | EffectiveClass::Navigation => false,
    };
    if is_template {
        Class {
            effective: EffectiveClass::Navigation,
            because: Because::Template,
        }
    } else {
        class
    }
}

/// What must be known of the whole graph to class one hop.
struct View<'a> {
    graph: &'a LinkGraph,
    /// Sites that a page shows a way to, other than its own.
    shown_sites: BTreeMap<PageId, BTreeSet<&'a Site>>,
    /// Pages that a page shows a way to.
    shown_pages: BTreeMap<PageId, BTreeSet<PageId>>,
    /// Pages that some page of their own site shows a way to.
    shown_at_home: BTreeSet<PageId>,
    /// The site to which a page moves its visitor on, if that is not its own.
    moves_on: BTreeMap<PageId, &'a Site>,
    /// Addresses that answer with an HTTP redirect, or with a page whose point is to be left.
    redirects: BTreeSet<PageId>,
}

impl<'a> View<'a> {
    fn of(graph: &'a LinkGraph) -> Self {
        let mut view = Self {
            graph,
            shown_sites: BTreeMap::new(),
            shown_pages: BTreeMap::new(),
            shown_at_home: BTreeSet::new(),
            moves_on: BTreeMap::new(),
            redirects: BTreeSet::new(),
        };
        for (_, source, target, hop) in graph.hops() {
            // What shows one vantage a listing and redirects another is a listing all the same.
            let kind = graph.page(source).kind;
            if kind == PageKind::Interstitial
                || (hop.kind == HopKind::HttpRedirect && kind != PageKind::Listing)
            {
                view.redirects.insert(source);
            }
            let (from, to) = (&graph.page(source).site, &graph.page(target).site);
            if is_forced(hop) && !hop.visibility.is_hidden() && from != to {
                view.moves_on.entry(source).or_insert(to);
            }
            if is_shown(hop) {
                view.shown_pages.entry(source).or_default().insert(target);
                if from != to {
                    view.shown_sites.entry(source).or_default().insert(to);
                } else if hop.zone != Zone::Seller && source != target {
                    view.shown_at_home.insert(target);
                }
            }
        }
        // A redirect within a site that then leaves it moves the visitor on as well. Chains are
        // short, and each pass carries the knowledge one redirect further back.
        for _ in 0..20 {
            let mut grown = false;
            for (_, source, target, hop) in graph.hops() {
                if is_forced(hop)
                    && !view.moves_on.contains_key(&source)
                    && let Some(site) = view.moves_on.get(&target).copied()
                    && *site != graph.page(source).site
                {
                    view.moves_on.insert(source, site);
                    grown = true;
                }
            }
            if !grown {
                break;
            }
        }
        view
    }

    fn class(&self, source: PageId, target: PageId, hop: &Hop) -> Class {
        let (effective, because) = self.decide(source, target, hop);
        Class { effective, because }
    }

    fn decide(&self, source: PageId, target: PageId, hop: &Hop) -> (EffectiveClass, Because) {
        use EffectiveClass::{Forced, Hidden, Lateral, Masked, Navigation, Overt};
        if matches!(hop.kind, HopKind::Canonical | HopKind::Alternate)
            || hop.carrier == Carrier::BaseHref
        {
            return (Navigation, Because::Claim);
        }
        // No visitor follows what stands in a comment or a template. It is a message all the same
        // where a seller wrote it.
        if is_inert(hop.carrier) && hop.zone != Zone::Seller {
            return (Navigation, Because::Inert);
        }
        if hop.kind == HopKind::Promise {
            return (Hidden, Because::Promised);
        }
        if !hop.missing_from.is_empty() {
            return (Hidden, Because::SomeVantagesOnly);
        }
        if is_forced(hop) {
            // An advertisement that is shown is seen for what it is.
            let is_ad = hop.zone == Zone::Advertising
                && hop.kind == HopKind::Frame
                && !hop.visibility.is_hidden();
            if is_ad && self.graph.page(source).site != self.graph.page(target).site {
                return (Overt, Because::OtherSite);
            }
            return (Forced, forced_by(hop));
        }
        if self.is_concealed(source, target, hop) {
            return (Hidden, Because::Concealed);
        }
        if self.is_unlinked(source, target, hop) {
            return (Hidden, Because::Unlinked);
        }
        if let Some(because) = self.masked(source, target, hop) {
            return (Masked, because);
        }
        let is_inside = self.graph.page(source).site == self.graph.page(target).site;
        if hop.to_seller
            && is_inside
            && self.graph.page(source).kind == PageKind::Listing
            && !is_home(self.graph.page(target))
        {
            return (Lateral, Because::ToSeller);
        }
        if !is_inside {
            return (Overt, Because::OtherSite);
        }
        if hop.zone == Zone::Seller {
            return (Overt, Because::SellerZone);
        }
        (Navigation, Because::WithinSite)
    }

    /// Proven hidden, and the page does not show another way to the same destination. For another
    /// site the destination is the site. Within the site it is the page: a hidden menu of a page
    /// that the site shows elsewhere is furniture, not a secret.
    fn is_concealed(&self, source: PageId, target: PageId, hop: &Hop) -> bool {
        if hop.visibility.state() != VisibilityState::Hidden {
            return false;
        }
        let (from, to) = (&self.graph.page(source).site, &self.graph.page(target).site);
        if from != to {
            return !contains(&self.shown_sites, source, &to);
        }
        let is_shown_here = contains(&self.shown_pages, source, &target);
        match hop.zone {
            Zone::Seller => !is_shown_here,
            Zone::Chrome => false,
            Zone::User | Zone::Advertising | Zone::Unknown => {
                !is_shown_here && !self.shown_at_home.contains(&target)
            }
        }
    }

    /// Written, not linked, in what a seller writes: a seller's zone, or a part of a listing whose
    /// owner the structure does not tell (what the platform writes repeats on every listing).
    fn is_unlinked(&self, source: PageId, target: PageId, hop: &Hop) -> bool {
        if !matches!(hop.kind, HopKind::TextUrl | HopKind::Contact | HopKind::Qr) {
            return false;
        }
        let (page, to) = (self.graph.page(source), &self.graph.page(target).site);
        let is_sellers = match hop.zone {
            Zone::Seller => true,
            Zone::Unknown => matches!(page.kind, PageKind::Listing | PageKind::Seller),
            Zone::Chrome | Zone::User | Zone::Advertising => false,
        };
        is_sellers && page.site != *to && !contains(&self.shown_sites, source, &to)
    }

    fn masked(&self, source: PageId, target: PageId, hop: &Hop) -> Option<Because> {
        let (page, to) = (self.graph.page(source), &self.graph.page(target).site);
        if hop.kind == HopKind::NestedUrl {
            let names_it = names_site(&hop.text, to);
            return (page.site != *to && !names_it).then_some(Because::Nested);
        }
        if hop.text_names_other_host && (page.site != *to || !self.keeps_word(target, hop)) {
            return Some(Because::TextNamesOther);
        }
        // Within the site only an address that has nothing of its own to show is a mask: a page
        // that shows something and then moves its visitor on is what the shopper asked for, and
        // what it does is its own hop.
        if let Some(on) = self.moves_on.get(&target)
            && (page.site != *to || self.redirects.contains(&target))
            && **on != page.site
            && **on != *to
            && !names_site(&hop.text, on)
        {
            return Some(Because::RedirectsOn((*on).clone()));
        }
        if page.site == *to && hop.zone == Zone::Seller && self.passes_on(target) {
            return Some(Because::PassesOn);
        }
        let is_scripted = hop.kind == HopKind::ScriptNavigation && page.site != *to;
        is_scripted.then_some(Because::ScriptedAway)
    }

    /// Whether an address within the site whose text names another host leads there after all: by
    /// a parameter that names it, or by moving the visitor on to it.
    fn keeps_word(&self, target: PageId, hop: &Hop) -> bool {
        let text = hop.text.trim().to_lowercase();
        let bare = text.split("://").last().unwrap_or_default();
        let host = bare.split(['/', '?', ':']).next().unwrap_or_default();
        let written = hop.href.to_lowercase();
        let moves_there = self
            .moves_on
            .get(&target)
            .is_some_and(|site| host.ends_with(site.as_str()));
        moves_there || (!host.is_empty() && written.contains(host))
    }

    /// Whether an address has nothing of its own to show and moves the visitor to another page. A
    /// redirect that only tidies the address (`/wine` to `/wine/`, another case, `www`) does not
    /// count.
    fn passes_on(&self, page: PageId) -> bool {
        self.redirects.contains(&page)
            && self.graph.ways_out(page).any(|(_, next, hop)| {
                is_forced(hop) && tidied(self.graph.page(page)) != tidied(self.graph.page(next))
            })
    }
}

/// What is left of an address when spellings of one page are made one.
fn tidied(page: &PageNode) -> String {
    let host = page.address.host();
    let host = host.as_str().trim_start_matches("www.");
    let path = page.address.as_url().path().trim_end_matches('/');
    let query = page.address.as_url().query().unwrap_or_default();
    format!("{host}{path}?{query}").to_lowercase()
}

fn contains<K: Ord, V: Ord>(map: &BTreeMap<K, BTreeSet<V>>, key: K, value: &V) -> bool {
    map.get(&key).is_some_and(|set| set.contains(value))
}

/// Whether a page is the home of its host. Where the shop itself is the seller, its home is no
/// seller's page, but the entry to everything.
fn is_home(page: &PageNode) -> bool {
    page.address.as_url().path() == "/" && page.address.as_url().query().is_none()
}

/// Whether a text shows the name of a site, so that its reader knows where the link leads.
fn names_site(text: &str, site: &Site) -> bool {
    text.to_lowercase().contains(site.as_str())
}

/// Whether the hop shows a shopper a way that an act takes. What cannot be decided counts as
/// shown, so that a stylesheet that was not read never makes a secret of another link.
fn is_shown(hop: &Hop) -> bool {
    !hop.visibility.is_hidden()
        && hop.trigger == Trigger::Act
        && matches!(
            hop.kind,
            HopKind::Anchor | HopKind::Area | HopKind::Form | HopKind::Recommendation | HopKind::Ad
        )
}

/// Whether the hop moves the visitor of an ordinary browser without an act.
fn is_forced(hop: &Hop) -> bool {
    hop.trigger == Trigger::Load
        && hop.carrier != Carrier::Noscript
        && !is_inert(hop.carrier)
        && !matches!(
            hop.kind,
            HopKind::NestedUrl | HopKind::TextUrl | HopKind::Contact | HopKind::Qr
        )
}

/// Whether a carrier is one that no browser renders: what stands in it is followed by nobody.
const fn is_inert(carrier: Carrier) -> bool {
    matches!(
        carrier,
        Carrier::Comment
            | Carrier::ConditionalComment
            | Carrier::Template
            | Carrier::RawText
            | Carrier::RawBytes
    )
}

fn forced_by(hop: &Hop) -> Because {
    match hop.kind {
        HopKind::HttpRedirect => Because::Redirected,
        HopKind::RefreshHeader | HopKind::MetaRefresh => Because::Refreshed,
        HopKind::Form => Because::SelfSubmitted,
        HopKind::Frame | HopKind::Embed => Because::Framed,
        _ => Because::ScriptedAtLoad,
    }
}
