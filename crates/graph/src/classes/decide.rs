//! The rules that class a hop, over whatever holds pages and hops.
//!
//! A crawl's graph keeps all that a finding must show of a hop, a table of links a few bytes. Both are a
//! [`Web`] to the rules, so that there is one set of them.

use std::collections::BTreeMap;

use model::{
    Carrier, EffectiveClass, HopKind, PageId, PageKind, Site, Trigger, VisibilityState, Zone,
};

use super::{Because, Class, Survey};

/// What the rules must know of a hop, besides its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Traits {
    pub(crate) kind: HopKind,
    pub(crate) carrier: Carrier,
    pub(crate) trigger: Trigger,
    pub(crate) visibility: VisibilityState,
    pub(crate) zone: Zone,
    pub(crate) text_names_other_host: bool,
    /// Whether it looks like the prose around it, down to the pointer.
    pub(crate) is_undressed: bool,
    /// Whether its address is written so that a search for addresses misses it.
    pub(crate) is_disguised: bool,
    /// Whether some guises were answered and did not see it.
    pub(crate) for_some_only: bool,
}

/// Pages and hops that can be classed. Hops have numbers of the holder's choice.
pub(crate) trait Web {
    fn page_count(&self) -> usize;

    fn kind(&self, page: PageId) -> PageKind;

    /// Number of the page's site, below [`site_count`](Self::site_count); pages of one site have one.
    fn site(&self, page: PageId) -> u32;

    fn site_count(&self) -> usize;

    fn site_name(&self, site: u32) -> Site;

    /// Whether the page is the home of its host. Where the shop itself is the seller, its home is no
    /// seller's page, but the entry to everything.
    fn is_home(&self, page: PageId) -> bool;

    /// Hops out of a page, in the order of the page.
    fn ways(&self, page: PageId) -> impl Iterator<Item = (u32, PageId, Traits)>;

    /// Whether the text of a hop shows the name of a site, so that its reader knows where it leads.
    fn names_site(&self, hop: u32, site: u32) -> bool;

    /// Whether a hop within the site, whose text names another host, leads there after all: by a
    /// parameter that names it, or by moving the visitor `on` to that site.
    fn keeps_word(&self, hop: u32, on: Option<u32>) -> bool;

    /// Whether a hop leads a listing to its seller's page.
    fn is_to_seller(&self, hop: u32, source: PageId, target: PageId) -> bool;

    /// Whether two addresses are spellings of one.
    fn is_one_address(&self, page: PageId, other: PageId) -> bool;
}

/// No site, and no page's mark.
pub(super) const NONE: u32 = u32::MAX;

/// Classes hops: what is known of the whole web, and the marks of the page in hand.
///
/// 4 bytes for each page and each site.
pub(crate) struct Decider<'a, W> {
    web: &'a W,
    survey: &'a Survey,
    /// The last page in hand that showed a way to a page, and to a site other than its own.
    shows_page: Vec<u32>,
    shows_site: Vec<u32>,
}

impl<'a, W: Web> Decider<'a, W> {
    pub(crate) fn of(web: &'a W, survey: &'a Survey) -> Self {
        Self {
            web,
            survey,
            shows_page: vec![NONE; web.page_count()],
            shows_site: vec![NONE; web.site_count()],
        }
    }

    /// Classes the hops of a page, in its order, before the template is taken out.
    pub(crate) fn page(&mut self, source: PageId, told: &mut impl FnMut(u32, Class)) {
        let web = self.web;
        let from = web.site(source);
        // Only what is concealed or written is compared with what the page shows.
        let is_compared = |hop: Traits| {
            is_out_of_sight(hop)
                || matches!(hop.kind, HopKind::TextUrl | HopKind::Contact | HopKind::Qr)
        };
        let is_asked = web.ways(source).any(|(_, _, hop)| is_compared(hop));
        for (_, target, hop) in web.ways(source) {
            if is_asked && is_shown(hop) {
                self.shows_page[target.index()] = source.0;
                let to = web.site(target);
                if to != from {
                    self.shows_site[to as usize] = source.0;
                }
            }
        }
        for (number, target, hop) in web.ways(source) {
            let (effective, because) = self.decide(number, source, target, hop);
            told(number, Class { effective, because });
        }
    }

    fn decide(
        &self,
        number: u32,
        source: PageId,
        target: PageId,
        hop: Traits,
    ) -> (EffectiveClass, Because) {
        use EffectiveClass::{Forced, Hidden, Lateral, Masked, Navigation, Overt};
        if matches!(hop.kind, HopKind::Canonical | HopKind::Alternate)
            || hop.carrier == Carrier::BaseHref
        {
            return (Navigation, Because::Claim);
        }
        // No visitor follows what stands in a comment or a template. It is a message all the same
        // where a seller wrote it, and where nothing tells whose part of a listing it is: what a platform
        // comments out repeats on its listings. Markup that is shown as text, or not at all, no shopper writes by accident.
        let is_planted = hop.zone == Zone::User && hop.carrier == Carrier::RawText;
        if is_inert(hop.carrier) && !is_planted && !self.may_be_sellers(source, hop.zone) {
            return (Navigation, Because::Inert);
        }
        if hop.kind == HopKind::Promise {
            return (Hidden, Because::Promised);
        }
        if hop.for_some_only {
            return (Hidden, Because::SomeVantagesOnly);
        }
        let is_inside = self.web.site(source) == self.web.site(target);
        if is_forced(hop) {
            // An advertisement that is shown is seen for what it is.
            let is_ad = hop.zone == Zone::Advertising
                && hop.kind == HopKind::Frame
                && hop.visibility != VisibilityState::Hidden;
            if is_ad && !is_inside {
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
        if let Some(because) = self.masked(number, source, target, hop) {
            return (Masked, because);
        }
        let is_listing = self.web.kind(source) == PageKind::Listing;
        if is_inside
            && is_listing
            && self.web.is_to_seller(number, source, target)
            && !self.web.is_home(target)
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
    fn is_concealed(&self, source: PageId, target: PageId, hop: Traits) -> bool {
        if !is_out_of_sight(hop) {
            return false;
        }
        let to = self.web.site(target);
        if self.web.site(source) != to {
            return !self.shows_site_of(source, to);
        }
        let is_shown_here = self.shows_page[target.index()] == source.0;
        match hop.zone {
            Zone::Seller => !is_shown_here,
            Zone::Chrome => false,
            Zone::User | Zone::Advertising | Zone::Unknown => {
                !is_shown_here && !self.survey.is_shown_at_home(target)
            }
        }
    }

    /// Written, not linked, in what a seller writes: a seller's zone, or a part of a listing whose
    /// owner the structure does not tell (what the platform writes repeats on every listing). What is disguised
    /// counts in what shoppers write too, where a seller can ask and answer himself.
    fn is_unlinked(&self, source: PageId, target: PageId, hop: Traits) -> bool {
        if !matches!(hop.kind, HopKind::TextUrl | HopKind::Contact | HopKind::Qr) {
            return false;
        }
        let to = self.web.site(target);
        let is_told =
            self.may_be_sellers(source, hop.zone) || (hop.zone == Zone::User && hop.is_disguised);
        is_told && self.web.site(source) != to && !self.shows_site_of(source, to)
    }

    /// Whether a seller may have written a part of a page.
    fn may_be_sellers(&self, source: PageId, zone: Zone) -> bool {
        match zone {
            Zone::Seller => true,
            Zone::Unknown => {
                matches!(self.web.kind(source), PageKind::Listing | PageKind::Seller)
            }
            Zone::Chrome | Zone::User | Zone::Advertising => false,
        }
    }

    fn shows_site_of(&self, source: PageId, site: u32) -> bool {
        self.shows_site[site as usize] == source.0
    }

    fn masked(&self, number: u32, source: PageId, target: PageId, hop: Traits) -> Option<Because> {
        let web = self.web;
        let (from, to) = (web.site(source), web.site(target));
        if hop.kind == HopKind::NestedUrl {
            let is_told = from == to || web.names_site(number, to);
            return (!is_told).then_some(Because::Nested);
        }
        let on = self.moves_on(target);
        if hop.text_names_other_host && (from != to || !web.keeps_word(number, on)) {
            return Some(Because::TextNamesOther);
        }
        // Within the site only an address that has nothing of its own to show is a mask: a page
        // that shows something and then moves its visitor on is what the shopper asked for, and
        // what it does is its own hop.
        if let Some(on) = on
            && (from != to || self.survey.redirects(target))
            && on != from
            && on != to
            && !web.names_site(number, on)
        {
            return Some(Because::RedirectsOn(web.site_name(on)));
        }
        if from == to && hop.zone == Zone::Seller && self.survey.passes_on(target) {
            return Some(Because::PassesOn);
        }
        if let Some(because) = self.smuggled(source, target, hop)
            && (from == to || !web.names_site(number, to))
        {
            return Some(because);
        }
        if from == to {
            return None;
        }
        match hop.kind {
            HopKind::ScriptNavigation => Some(Because::ScriptedAway),
            // No browser shows where a form leads. The platform's own forms, and those that stand for payments
            // and newsletters in its template, are not the seller's.
            HopKind::Form => (hop.trigger == Trigger::Act
                && is_shown(hop)
                && self.may_be_sellers(source, hop.zone)
                && !web.names_site(number, to))
            .then_some(Because::BlindButton),
            _ => None,
        }
    }

    /// Shown, in a form that neither the platform nor the shopper takes for a link to where it leads: in a
    /// document that an attribute or an address carries, by way of a file, or dressed as prose.
    fn smuggled(&self, source: PageId, target: PageId, hop: Traits) -> Option<Because> {
        if !is_shown(hop) || matches!(hop.zone, Zone::Chrome | Zone::Advertising) {
            return None;
        }
        if self.web.site(source) == self.web.site(target) {
            return self
                .survey
                .is_file_out(target)
                .then_some(Because::FileLeads);
        }
        if is_carried(hop.carrier) {
            return Some(Because::Carried);
        }
        hop.is_undressed.then_some(Because::AsProse)
    }

    fn moves_on(&self, page: PageId) -> Option<u32> {
        self.survey.moves_on(page)
    }
}

/// Numbers names in the order in which they come.
#[derive(Debug, Clone)]
pub(crate) struct Numbers<K> {
    numbers: BTreeMap<K, u32>,
    names: Vec<K>,
}

impl<K> Default for Numbers<K> {
    fn default() -> Self {
        Self {
            numbers: BTreeMap::new(),
            names: Vec::new(),
        }
    }
}

impl<K: Ord + Clone> Numbers<K> {
    /// The number of a name.
    pub(crate) fn of(&mut self, name: &K) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.numbers.insert(name.clone(), number);
        self.names.push(name.clone());
        number
    }

    /// The names, by number.
    pub(crate) fn into_names(self) -> Vec<K> {
        self.names
    }
}

/// Whether the hop shows a shopper a way that an act takes. What cannot be decided counts as
/// shown, so that a stylesheet that was not read never makes a secret of another link.
pub(super) fn is_shown(hop: Traits) -> bool {
    !is_out_of_sight(hop)
        && hop.trigger == Trigger::Act
        && matches!(
            hop.kind,
            HopKind::Anchor | HopKind::Area | HopKind::Form | HopKind::Recommendation | HopKind::Ad
        )
}

/// Whether no shopper is shown the hop: it is concealed, or shown to those alone who run no script.
fn is_out_of_sight(hop: Traits) -> bool {
    hop.visibility == VisibilityState::Hidden
        || (hop.carrier == Carrier::Noscript && hop.trigger == Trigger::Act)
}

/// Whether the link stands in a document that an attribute or an address of the page carries.
const fn is_carried(carrier: Carrier) -> bool {
    matches!(carrier, Carrier::IframeSrcdoc | Carrier::DataUrl)
}

/// Whether the link stands in a file that is handed over as a whole, and no page.
pub(super) const fn is_in_file(carrier: Carrier) -> bool {
    matches!(
        carrier,
        Carrier::Pdf | Carrier::LinkFile | Carrier::Card | Carrier::Feed | Carrier::Opml
    )
}

/// Whether the hop moves the visitor of an ordinary browser without an act.
pub(super) fn is_forced(hop: Traits) -> bool {
    hop.trigger == Trigger::Load
        && hop.carrier != Carrier::Noscript
        && !is_inert(hop.carrier)
        && !matches!(
            hop.kind,
            HopKind::NestedUrl | HopKind::TextUrl | HopKind::Contact | HopKind::Qr
        )
}

pub(super) const fn is_framed(hop: Traits) -> bool {
    matches!(hop.kind, HopKind::Frame | HopKind::Embed)
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

fn forced_by(hop: Traits) -> Because {
    match hop.kind {
        HopKind::HttpRedirect => Because::Redirected,
        HopKind::RefreshHeader | HopKind::MetaRefresh => Because::Refreshed,
        HopKind::Form => Because::SelfSubmitted,
        HopKind::Frame | HopKind::Embed => Because::Framed,
        _ => Because::ScriptedAtLoad,
    }
}

pub(super) fn page_id(index: usize) -> PageId {
    PageId(u32::try_from(index).unwrap_or(u32::MAX))
}
