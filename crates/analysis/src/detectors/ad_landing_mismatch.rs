//! `ad-landing-mismatch`: an advertisement says one thing, and lands on another.

use std::collections::{BTreeMap, BTreeSet};

use graph::{HopId, LinkGraph, NamedProduct};
use model::{
    Ad, AddressKey, Confidence, DetectorId, EffectiveClass, Finding, HopKind, Indicator, Label,
    PageId, PageKind, PageUrl, Policy, Verdict,
};

use super::Detector;
use crate::Scene;
use crate::derived::{Derived, first_hop};
use crate::evidence;
use crate::networks::moves_on;
use crate::scene::required_gate;

/// How many redirects a landing is followed through.
const REDIRECTS: usize = 20;
/// Fewest letters of a word that two names can share.
const WORD_LETTERS: usize = 3;

/// An advertisement of a repository, with what the policy says of the goods that it names.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedAd {
    /// The advertisement.
    pub ad: Ad,
    /// What the policy says of its words alone.
    pub verdict: Verdict,
}

/// An advertisement of goods that nothing restricts, whose landing is restricted, itself or by what it moves
/// its visitor on to; or whose landing is a listing of another product than it names. The witness leads
/// from the ad over the redirects to the page.
///
/// Landings are pages of the case with the same address, else with the same key, so that tracking
/// parameters do not part them. An ad that says what it lands on, or that lands behind a sufficient age gate, is
/// none. Another product is one whose GTIN or brand is another *and* whose names share no word with the ad;
/// by words alone it is an indicator.
///
/// Cost: O(n log n) in ads and pages.
pub struct AdLandingMismatch;

impl Detector for AdLandingMismatch {
    fn id(&self) -> DetectorId {
        DetectorId("ad-landing-mismatch")
    }

    fn detect(&self, scene: &Scene, found: &mut Vec<Finding>) {
        for (judged, landed) in landings(scene) {
            if let Some(end) = landed.restricted(scene, judged) {
                found.extend(self.restricted(scene, judged, &landed, end));
            } else if let Some(other) = landed.other_product(scene, &judged.ad)
                && let Some(by) = other.by
            {
                found.push(self.other_product(scene, judged, &landed, by));
            }
        }
    }
}

impl AdLandingMismatch {
    fn restricted(
        &self,
        scene: &Scene,
        judged: &JudgedAd,
        landed: &Landed,
        end: usize,
    ) -> Option<Finding> {
        let target = landed.pages[end];
        let statement = format!(
            "{} lands on {}{}",
            told(&judged.ad),
            evidence::offer_of(scene, target),
            match end {
                0 => String::new(),
                1 => " by one redirect".to_owned(),
                hops => format!(" by {hops} redirects"),
            },
        );
        self.derived(scene, judged, landed, end, statement)
            .finding(scene)
    }

    fn other_product(
        &self,
        scene: &Scene,
        judged: &JudgedAd,
        landed: &Landed,
        by: &'static str,
    ) -> Finding {
        let end = landed.pages.len() - 1;
        let title = &scene.graph.page(landed.pages[end]).title;
        let statement = format!(
            "{} lands on “{title}”: its {by} is another, and no word of its names is in the ad",
            told(&judged.ad)
        );
        let derived = self.derived(scene, judged, landed, end, statement);
        derived.unlabelled(scene)
    }

    fn derived<'a>(
        &self,
        scene: &Scene,
        judged: &JudgedAd,
        landed: &'a Landed,
        end: usize,
        statement: String,
    ) -> Derived<'a> {
        let landing = &scene.graph.page(landed.pages[0]).address;
        let mut first = first_hop(
            (&judged.ad.page, landing),
            HopKind::Ad,
            EffectiveClass::Masked,
            "the ad names other goods than it lands on".to_owned(),
        );
        judged.ad.landing.as_str().clone_into(&mut first.href);
        first.text.clone_from(&judged.ad.content);
        first.cost = scene.settings.search.masked;
        Derived {
            detector: self.id(),
            statement,
            first,
            hops: &landed.hops[..end],
            target: landed.pages[end],
            most: Confidence::Medium,
            listing: None,
            evidence: Vec::new(),
        }
    }
}

/// Ads whose landing names another product by its words alone.
pub(super) fn other_words(scene: &Scene, found: &mut Vec<Indicator>) {
    for (judged, landed) in landings(scene) {
        let is_told = landed.restricted(scene, judged).is_some();
        let other = landed.other_product(scene, &judged.ad);
        if is_told || other.is_none_or(|other| other.by.is_some()) {
            continue;
        }
        let Some(end) = landed.pages.last().map(|page| scene.graph.page(*page)) else {
            continue;
        };
        found.push(Indicator {
            id: "ad-landing-mismatch",
            page: end.address.clone(),
            statement: format!(
                "{} lands on “{}”, with which it shares no word",
                told(&judged.ad),
                end.title
            ),
            evidence: Vec::new(),
        });
    }
}

/// The ad, for a sentence: which it is, what it names, and on whose behalf.
fn told(ad: &Ad) -> String {
    let goods = ad.product.as_deref().unwrap_or(&ad.content);
    let goods: String = goods.chars().take(120).collect();
    let of = ad.on_behalf_of.as_ref();
    let of = of.map_or_else(String::new, |who| format!(" on behalf of {who}"));
    format!("the ad {} for “{goods}”{of}", ad.id)
}

/// Where an ad lands: the pages in order, the landing first, and the hops between them.
struct Landed {
    pages: Vec<PageId>,
    hops: Vec<HopId>,
}

/// That a landing names another product.
struct OtherProduct {
    /// What proves it beyond words.
    by: Option<&'static str>,
}

impl Landed {
    fn from(graph: &LinkGraph, landing: PageId) -> Self {
        let mut landed = Self {
            pages: vec![landing],
            hops: Vec::new(),
        };
        let mut at = landing;
        while landed.hops.len() < REDIRECTS
            && let Some((hop, next)) = moves_on(graph, at)
            && !landed.pages.contains(&next)
        {
            landed.hops.push(hop);
            landed.pages.push(next);
            at = next;
        }
        landed
    }

    /// The first restricted page that the ad does not name, as its place.
    fn restricted(&self, scene: &Scene, judged: &JudgedAd) -> Option<usize> {
        self.pages.iter().enumerate().find_map(|(place, page)| {
            let (_, label) = scene.verdicts[page.index()].restricted.as_ref()?;
            let is_gated = required_gate(label).is_some_and(|required| {
                let passed = self.pages[..=place].iter();
                passed
                    .map(|page| scene.graph.page(*page).gate)
                    .any(|gate| gate >= required)
            });
            (!is_gated && !says(&judged.verdict, label)).then_some(place)
        })
    }

    /// Whether the ad names a product, and the page where it ends is a listing of another one.
    fn other_product(&self, scene: &Scene, ad: &Ad) -> Option<OtherProduct> {
        let page = scene.graph.page(*self.pages.last()?);
        let products = &page.traces.products;
        ad.product.as_ref()?;
        if page.kind != PageKind::Listing || products.is_empty() {
            return None;
        }
        let said = [Some(&ad.content), ad.product.as_ref(), ad.brand.as_ref()];
        let ours = words(said.into_iter().flatten().chain(&ad.subject));
        let named = |product: &NamedProduct| [product.name.clone(), product.brand.clone()];
        let theirs: Vec<String> = products.iter().flat_map(named).flatten().collect();
        let theirs = words(theirs.iter().chain([&page.title]));
        if !ours.is_disjoint(&theirs) {
            return None;
        }
        let gtins = || {
            products
                .iter()
                .filter_map(|product| product.gtin.as_deref())
        };
        let brands = || {
            products
                .iter()
                .filter_map(|product| product.brand.as_deref())
        };
        let is_other_gtin = ad.gtin.as_deref().is_some_and(|gtin| {
            gtins().next().is_some() && gtins().all(|other| bare(other) != bare(gtin))
        });
        let is_other_brand = ad.brand.as_deref().is_some_and(|brand| {
            let differs = |other: &str| other.to_lowercase() != brand.to_lowercase();
            brands().next().is_some() && brands().all(differs)
        });
        let by = match (is_other_gtin, is_other_brand) {
            (true, _) => Some("GTIN"),
            (false, true) => Some("brand"),
            (false, false) => None,
        };
        Some(OtherProduct { by })
    }
}

/// A GTIN without the zeros that make its longer forms.
fn bare(gtin: &str) -> &str {
    gtin.trim_start_matches('0')
}

/// Whether an ad says what a label restricts: goods of the category, or restricted goods as grave.
fn says(verdict: &Verdict, label: &Label) -> bool {
    let names_it = |said: &Label| label.category.is_some() && said.category == label.category;
    let is_as_grave = verdict.policy.is_restricted()
        && matches!(
            (verdict.policy, label.policy),
            (Policy::Illegal, _) | (_, Policy::AgeRestricted { .. })
        );
    is_as_grave || verdict.labels.iter().any(names_it)
}

/// The words of some names, in lower case, of three letters or more; of scripts without spaces, pairs of signs.
fn words<'a>(names: impl IntoIterator<Item = &'a String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in names {
        let lower = name.to_lowercase();
        for word in lower.split(|letter: char| !letter.is_alphanumeric()) {
            let letters: Vec<char> = word.chars().collect();
            if letters.iter().any(|letter| *letter >= '\u{2E80}') {
                found.extend(letters.windows(2).map(String::from_iter));
            } else if letters.len() >= WORD_LETTERS {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

/// Each ad that lands on a page of the case, in the order of the ads.
fn landings(scene: &Scene) -> impl Iterator<Item = (&JudgedAd, Landed)> {
    let by_key = match scene.ads.is_empty() {
        true => BTreeMap::new(),
        false => by_key(&scene.graph),
    };
    scene.ads.iter().filter_map(move |judged| {
        let page = landing(&scene.graph, &by_key, &judged.ad.landing)?;
        Some((judged, Landed::from(&scene.graph, page)))
    })
}

/// The page on which an ad lands, for each ad of a scene; `None` where the case has no such page.
pub(crate) fn landing_pages(scene: &Scene) -> Vec<Option<PageId>> {
    let by_key = by_key(&scene.graph);
    let ads = scene.ads.iter();
    ads.map(|judged| landing(&scene.graph, &by_key, &judged.ad.landing))
        .collect()
}

fn landing(
    graph: &LinkGraph,
    by_key: &BTreeMap<String, PageId>,
    address: &PageUrl,
) -> Option<PageId> {
    let is_seen = |page: &PageId| !graph.page(*page).seen.is_empty();
    let exact = graph.find(address).filter(is_seen);
    exact.or_else(|| by_key.get(&key_of(address)).copied())
}

/// The first page of each key that was seen.
fn by_key(graph: &LinkGraph) -> BTreeMap<String, PageId> {
    let mut by_key = BTreeMap::new();
    for (page, node) in graph.pages().filter(|(_, node)| !node.seen.is_empty()) {
        by_key.entry(key_of(&node.address)).or_insert(page);
    }
    by_key
}

fn key_of(address: &PageUrl) -> String {
    let key = AddressKey::of(address, false, |_, _, kind| kind.is_some());
    key.as_ref()
        .map_or(address.as_str(), AddressKey::as_str)
        .to_owned()
}
