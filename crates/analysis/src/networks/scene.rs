//! What the parties of a crawled case hold.

use std::collections::BTreeSet;

use graph::{Entities, Entity, HopId, LinkGraph, MentionedBy, PageNode};
use model::{EffectiveClass, Finding, HopKind, PageId, PageUrl, TieKind, Trigger, Zone};
use rustc_hash::FxHashMap;

use super::{Ground, PageOf, tie_kind};
use crate::Scene;

/// How many redirects a link is followed through.
const REDIRECTS: usize = 20;

impl Ground {
    /// The parties of a scene with all that they hold; `findings` say which listings have one.
    ///
    /// Time O(n log n) in mentions, hops and shingles.
    #[must_use]
    pub fn of_scene(scene: &Scene, entities: &Entities, findings: &[Finding]) -> Self {
        let found: BTreeSet<&PageUrl> = findings.iter().map(|finding| &finding.listing).collect();
        let page_of = |id: PageId| {
            let node = scene.graph.page(id);
            PageOf {
                address: node.address.as_str(),
                site: &node.site,
                kind: node.kind,
                seller: node.seller.as_deref(),
                is_restricted: scene.policy(id).is_restricted(),
                is_found: found.contains(&node.address),
            }
        };
        let seen = || scene.graph.pages().filter(|(_, node)| is_shown(node));
        let mut ground = Self::over(seen().map(|(id, _)| page_of(id)));
        let (mut texts, mut parties) = (FxHashMap::<u64, Holders>::default(), Vec::new());
        for (page, node) in seen() {
            let Some(party) = ground.party_of(page, page_of(page)) else {
                continue;
            };
            for mention in entities.named_by(page) {
                if let Some((kind, what)) =
                    tie_of(scene, entities.entity(mention.entity), mention.by)
                {
                    ground.hold(party, page, kind, what);
                }
            }
            for shingle in node.traces.wording.shingles() {
                texts.entry(shingle.hash).or_default().take(party);
            }
            parties.push((party, page));
            for redirector in redirectors(scene, page) {
                ground.hold(party, page, TieKind::Redirector, redirector);
            }
        }
        for (party, page) in parties {
            let wording = &scene.graph.page(page).traces.wording;
            for shingle in wording.shingles() {
                if texts.get(&shingle.hash) == Some(&Holders::Several) {
                    ground.hold(party, page, TieKind::Text, shingle.words.to_string());
                }
            }
        }
        ground
    }
}

/// Who holds a shingle: most are held by one party, and need not be kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Holders {
    #[default]
    None,
    One(u32),
    Several,
}

impl Holders {
    fn take(&mut self, party: u32) {
        *self = match *self {
            Self::None => Self::One(party),
            Self::One(known) if known == party => Self::One(known),
            Self::One(_) | Self::Several => Self::Several,
        };
    }
}

/// Whether a page showed itself to some guise: a redirect says nothing of its own.
fn is_shown(node: &PageNode) -> bool {
    node.status().is_some_and(|status| status < 300)
}

/// What an entity ties, and how it reads; `None` for what ties nobody, or stands where the platform
/// puts it.
fn tie_of(scene: &Scene, entity: &Entity, by: MentionedBy) -> Option<(TieKind, String)> {
    let kind = tie_kind(entity)?;
    if let MentionedBy::Hop(hop) = by
        && is_platforms(scene.graph.hop(hop).zone)
    {
        return None;
    }
    Some((kind, entity.label()))
}

const fn is_platforms(zone: Zone) -> bool {
    matches!(zone, Zone::Chrome | Zone::Advertising)
}

/// Host and path of each page of another site that a link off the template passes on the way to elsewhere.
/// What a network is known to run for all its affiliates is none.
fn redirectors(scene: &Scene, page: PageId) -> BTreeSet<String> {
    let graph = &scene.graph;
    let site = &graph.page(page).site;
    let mut found = BTreeSet::new();
    for (hop, target, way) in graph.ways_out(page) {
        let is_service = way
            .affiliation
            .as_ref()
            .is_some_and(|affiliation| affiliation.network.is_some());
        let is_off_template = scene.classes.of(hop).effective != EffectiveClass::Navigation;
        if is_service || !is_off_template || is_platforms(way.zone) {
            continue;
        }
        let mut at = target;
        for _ in 0..REDIRECTS {
            let Some((_, next)) = moves_on(graph, at) else {
                break;
            };
            let node = graph.page(at);
            if node.site != *site {
                let path = node.address.as_url().path();
                found.insert(format!("{}{path}", node.address.host()));
            }
            at = next;
        }
    }
    found
}

/// The hop that takes a visitor on without an act, and where to. A frame moves nobody: the page round it
/// stays.
pub(crate) fn moves_on(graph: &LinkGraph, page: PageId) -> Option<(HopId, PageId)> {
    let (hop, target, _) = graph.ways_out(page).find(|(_, target, hop)| {
        let is_framed = matches!(hop.kind, HopKind::Frame | HopKind::Embed);
        hop.trigger == Trigger::Load && !is_framed && *target != page
    })?;
    Some((hop, target))
}
