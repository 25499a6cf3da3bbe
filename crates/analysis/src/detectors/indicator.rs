//! Indicators: signals worth a look that are no hidden path by themselves.

use std::collections::BTreeSet;

use model::{EffectiveClass, EvidenceKind, GoodsFact, Indicator, PageId, PageKind};

use super::ad_landing_mismatch::other_words;
use super::off_platform_contact::{shared_contacts, stands};
use super::orphan_listing::orphans;
use crate::Scene;
use crate::evidence;

/// The dearest price that is a token, in hundredths of the unit.
const TOKEN_PRICE: u64 = 100;
/// How many times the cheapest the dearest option costs when they may be different goods.
const SPREAD: u64 = 5;

/// Every indicator of the scene, in order, one for each thing.
pub(crate) fn indicators(scene: &Scene) -> Vec<Indicator> {
    let mut found = Vec::new();
    two_faces(scene, &mut found);
    unseen_destinations(scene, &mut found);
    other_goods(scene, &mut found);
    restricted_orphans(scene, &mut found);
    orphan_listings(scene, &mut found);
    contacts(scene, &mut found);
    other_words(scene, &mut found);
    tills(scene, &mut found);
    variant_mismatches(scene, &mut found);
    let key = |one: &Indicator| (one.id, one.page.clone(), one.statement.clone());
    found.sort_by_key(key);
    found.dedup_by_key(|one| key(one));
    found
}

/// A page that shows one vantage a compliant listing and another restricted goods.
fn two_faces(scene: &Scene, found: &mut Vec<Indicator>) {
    for (page, node) in scene.graph.pages() {
        let verdict = &scene.verdicts[PageId::index(page)];
        if let (Some((reviewer, _)), Some((shopper, label))) =
            (&verdict.compliant, &verdict.restricted)
        {
            found.push(Indicator {
                id: "two-faces",
                page: node.address.clone(),
                statement: format!(
                    "shows {reviewer} a compliant listing and {shopper} {}",
                    evidence::goods(label),
                ),
                evidence: Vec::new(),
            });
        }
    }
}

/// A concealed hop of a compliant listing whose destination gave no answer: whether it is a hidden
/// path nobody can say, so it must not pass in silence.
fn unseen_destinations(scene: &Scene, found: &mut Vec<Indicator>) {
    for (id, source, target, hop) in scene.graph.hops() {
        let node = scene.graph.page(target);
        if scene.classes.of(id).effective == EffectiveClass::Hidden
            && scene.is_listing(source)
            && node.status().is_none()
        {
            found.push(Indicator {
                id: "unseen-destination",
                page: scene.graph.page(source).address.clone(),
                statement: format!(
                    "a concealed {} leads to {}, which gave no answer",
                    hop.kind, node.address
                ),
                evidence: Vec::new(),
            });
        }
    }
}

/// A page whose goods are others for one vantage than for the primary one, whatever churns: a name, a
/// price, an age that only one of them is told. By itself it proves no hidden path: prices are
/// personal, and stock runs out.
fn other_goods(scene: &Scene, found: &mut Vec<Indicator>) {
    for (_, node) in scene.graph.pages() {
        for other in &node.other_goods {
            let difference = &other.difference;
            let seen = |visit| node.seen.iter().find(|seen| seen.visit == visit);
            let [Some(ours), Some(theirs)] = other.visits.map(seen) else {
                continue;
            };
            let (one, theirs_is) = (&difference.one, &difference.other);
            let fact = match difference.fact {
                GoodsFact::AgeMark => "mark of an age",
                fact => fact.as_str(),
            };
            let evidence = [(ours, one), (theirs, theirs_is)].map(|(seen, value)| {
                let statement = format!("{} was shown the {fact} “{value}”", seen.vantage);
                let kind = EvidenceKind::Vantage;
                evidence::of_visit(kind, statement, &node.address, seen, None)
            });
            found.push(Indicator {
                id: "other-goods",
                page: node.address.clone(),
                statement: format!(
                    "the {fact} of what is on offer is “{one}” for {} and “{theirs_is}” for {}",
                    ours.vantage, theirs.vantage,
                ),
                evidence: evidence.to_vec(),
            });
        }
    }
}

/// A restricted page to which no link leads, only a sitemap. Nobody can be shown a hidden path to it,
/// and somebody wants it found.
fn restricted_orphans(scene: &Scene, found: &mut Vec<Indicator>) {
    for (page, node) in scene.graph.pages() {
        if node.orphan && scene.policy(page).is_restricted() {
            found.push(Indicator {
                id: "restricted-orphan",
                page: node.address.clone(),
                statement: format!(
                    "{} and only a sitemap leads there",
                    evidence::offer_of(scene, page)
                ),
                evidence: evidence::orphan(node).into_iter().collect(),
            });
        }
    }
}

/// A compliant listing that its own site shows to nobody, from which no hidden path begins.
fn orphan_listings(scene: &Scene, found: &mut Vec<Indicator>) {
    let leading: BTreeSet<PageId> = scene.paths.iter().map(|path| path.listing).collect();
    for orphan in orphans(scene) {
        if leading.contains(&orphan.listing) {
            continue;
        }
        let node = scene.graph.page(orphan.listing);
        found.push(Indicator {
            id: "orphan-listing",
            page: node.address.clone(),
            statement: format!(
                "a compliant listing that {} and that its own site shows to nobody",
                orphan.reached(scene)
            ),
            evidence: evidence::orphan(node).into_iter().collect(),
        });
    }
}

/// A contact on the compliant listings of too few sellers for a finding, or tied to goods that make none,
/// that stands on a restricted page as well: the talk may go on where the marketplace does not hear it.
fn contacts(scene: &Scene, found: &mut Vec<Indicator>) {
    for shared in shared_contacts(scene) {
        if shared.makes_findings(scene) {
            continue;
        }
        let target = shared.restricted;
        for listing in shared.sellers.values().flatten() {
            let pages = [*listing, target].into_iter();
            found.push(Indicator {
                id: "off-platform-contact",
                page: scene.graph.page(*listing).address.clone(),
                statement: format!(
                    "the {} contact {} stands on a compliant listing, and on {} with {}; {} in all have it",
                    shared.contact.0,
                    shared.contact.1,
                    scene.graph.page(target).address,
                    evidence::offer_of(scene, target),
                    match shared.sellers.len() {
                        1 => "one seller".to_owned(),
                        sellers => format!("{sellers} sellers"),
                    },
                ),
                evidence: pages
                    .filter_map(|page| stands(scene, page, &shared))
                    .collect(),
            });
        }
    }
}

/// A listing of which nothing is said, at a token price, to which pages of other sites lead: it may be
/// there to be paid at, for goods that are shown elsewhere.
fn tills(scene: &Scene, found: &mut Vec<Indicator>) {
    for (page, node) in scene.graph.pages() {
        let is_token = node.offer.prices.is_some_and(|(low, _)| low <= TOKEN_PRICE);
        if node.kind != PageKind::Listing || !is_token || node.offer.is_described {
            continue;
        }
        let outside: BTreeSet<PageId> = scene
            .graph
            .ways_in(page)
            .map(|(_, source, _)| source)
            .filter(|source| scene.graph.page(*source).site != node.site)
            .collect();
        if let Some(first) = outside.first() {
            found.push(Indicator {
                id: "till-listing",
                page: node.address.clone(),
                statement: format!(
                    "a listing at a token price of which nothing is said, to which {} on other sites \
                     leads ({} first)",
                    match outside.len() {
                        1 => "one page".to_owned(),
                        pages => format!("each of {pages} pages"),
                    },
                    scene.graph.page(*first).address.host(),
                ),
                evidence: Vec::new(),
            });
        }
    }
}

/// A compliant listing whose options mean nothing to who reads them, at prices that are far apart: an
/// option may be other goods than the listing shows.
fn variant_mismatches(scene: &Scene, found: &mut Vec<Indicator>) {
    for (page, node) in scene.graph.pages() {
        let Some((low, high)) = node.offer.prices else {
            continue;
        };
        let options = &node.offer.options;
        let blank = options.iter().filter(|option| says_nothing(option)).count();
        let is_spread = high >= low.max(1).saturating_mul(SPREAD);
        if scene.is_listing(page) && is_spread && blank >= 2 && 2 * blank > options.len() {
            let names: Vec<&str> = options.iter().take(4).map(String::as_str).collect();
            found.push(Indicator {
                id: "variant-mismatch",
                page: node.address.clone(),
                statement: format!(
                    "{blank} of {} options say nothing of what they are (“{}”), and the dearest costs \
                     {} times the cheapest",
                    options.len(),
                    names.join("”, “"),
                    high / low.max(1),
                ),
                evidence: Vec::new(),
            });
        }
    }
}

/// Whether an option is a number or at most two letters: neither a size, a color nor a kind. Sizes of
/// clothes and shoes are such as well, but do not cost five times one another.
fn says_nothing(option: &str) -> bool {
    let mut signs = option.chars().filter(|value| !value.is_whitespace());
    let is_number = option.trim().chars().all(|value| value.is_ascii_digit());
    is_number || signs.by_ref().nth(2).is_none()
}
