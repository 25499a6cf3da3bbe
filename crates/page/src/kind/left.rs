//! Pages that are there to be left.

use std::collections::BTreeSet;

use model::{HopKind, Link, PageUrl, Trigger, Zone};

use super::Signs;

/// A page whose point is to be left: hardly any text, and either the visitor is moved on, or one
/// way out dominates.
pub(super) fn is_interstitial(address: &PageUrl, signs: &Signs, links: &[Link]) -> bool {
    let elsewhere = |link: &&Link| link.target.as_ref().is_some_and(|target| target != address);
    let forced = links.iter().filter(elsewhere).any(|link| {
        link.trigger == Trigger::Load
            && matches!(
                link.kind,
                HopKind::MetaRefresh
                    | HopKind::RefreshHeader
                    | HopKind::ScriptNavigation
                    | HopKind::Form
                    | HopKind::HttpRedirect
            )
    });
    if forced && signs.words <= 80 && signs.buys == 0 {
        return true;
    }
    let is_bare = signs.words <= 80 && signs.buys == 0 && signs.cards < 2;
    if !is_bare {
        return false;
    }
    let outbound: Vec<&Link> = links
        .iter()
        .filter(elsewhere)
        .filter(|link| link.kind == HopKind::Anchor && link.zone != Zone::Chrome)
        .filter(|link| {
            link.target
                .as_ref()
                .is_some_and(|target| !target.is_same_site(address))
        })
        .collect();
    let mut sites: Vec<_> = outbound
        .iter()
        .filter_map(|link| link.target.as_ref())
        .map(|t| t.site())
        .collect();
    sites.sort();
    sites.dedup();
    let says_so = outbound.iter().any(|link| {
        let text = format!("{} {}", link.text, link.context).to_lowercase();
        [
            "continue",
            "proceed",
            "leaving",
            "leave",
            "external",
            "redirect",
            "weiter",
            "verlassen",
            "quitter",
            "continuer",
            "salir",
            "continuar",
            "opuszcz",
            "przejd",
            "继续",
        ]
        .iter()
        .any(|word| text.contains(word))
    });
    sites.len() == 1 && says_so
}

/// Ways to other sites that make a hub.
const WAYS: usize = 3;

/// A page most of whose content are ways to other sites: a link-in-bio page, a list of finds, or an
/// album of pictures with one such way. Links of its frame, of advertisers and of users do not
/// count, nor do those that no shopper sees. O(links).
pub(super) fn is_hub(address: &PageUrl, signs: &Signs, links: &[Link]) -> bool {
    if signs.buys_outside > 0 {
        return false;
    }
    let host = address.host_text();
    let mut out: BTreeSet<&PageUrl> = BTreeSet::new();
    let mut within: BTreeSet<&PageUrl> = BTreeSet::new();
    let counted = |link: &&Link| {
        matches!(link.kind, HopKind::Anchor | HopKind::NestedUrl)
            && matches!(link.zone, Zone::Unknown | Zone::Seller)
            && !link.visibility.is_hidden()
    };
    for link in links.iter().filter(counted) {
        let Some(target) = link.target.as_ref().filter(|target| *target != address) else {
            continue;
        };
        let is_same = target.host_text() == host || target.is_same_site(address);
        if is_same {
            if link.kind == HopKind::Anchor && !is_picture(target) {
                within.insert(target);
            }
            continue;
        }
        out.insert(target);
        // The way that only passes a visitor on is no way within the site.
        let outer = link.inside.and_then(|inside| links.get(inside));
        if let Some(outer) = outer.and_then(|outer| outer.target.as_ref()) {
            within.remove(outer);
            out.remove(outer);
        }
    }
    let (out, within) = (out.len(), within.len());
    let is_album = out > within && signs.pictures >= 8 && signs.words <= 150;
    let is_list = out >= WAYS && out >= 2 * within && signs.words <= 60 + 40 * out;
    // Paragraphs with references are prose, not a list of ways.
    let is_prose = signs.prose >= super::PROSE && signs.prose > out;
    !is_prose && (is_album || is_list)
}

/// Whether an address is that of a picture.
fn is_picture(target: &PageUrl) -> bool {
    let path = target.as_url().path();
    path.rsplit_once('.').is_some_and(|(_, end)| {
        ["jpg", "jpeg", "png", "webp", "gif", "avif"]
            .iter()
            .any(|known| end.eq_ignore_ascii_case(known))
    })
}

/// Whether the page stands at the root of its host, or of one of its languages, and leads further
/// into its site.
pub(super) fn is_home(address: &PageUrl, links: &[Link]) -> bool {
    let url = address.as_url();
    if url.query().is_some_and(|query| !query.is_empty()) {
        return false;
    }
    let mut steps = url.path().split('/').filter(|step| !step.is_empty());
    let is_root = match (steps.next(), steps.next()) {
        (None, _) => true,
        (Some(step), None) => is_root_step(step),
        _ => false,
    };
    let leads_in = |link: &&Link| {
        let target = link.target.as_ref().filter(|target| *target != address);
        link.kind == HopKind::Anchor
            && target.is_some_and(|target| target.host_text() == address.host_text())
    };
    is_root && links.iter().filter(leads_in).take(WAYS).count() == WAYS
}

fn is_root_step(step: &str) -> bool {
    let step = step.to_ascii_lowercase();
    let name = step.split_once('.').map_or(step.as_str(), |(name, _)| name);
    let bytes = name.as_bytes();
    let is_language = match bytes {
        [a, b] => a.is_ascii_alphabetic() && b.is_ascii_alphabetic(),
        [a, b, b'-' | b'_', c, d] => [a, b, c, d].iter().all(|byte| byte.is_ascii_alphabetic()),
        _ => false,
    };
    is_language || matches!(name, "index" | "home" | "default" | "start")
}
