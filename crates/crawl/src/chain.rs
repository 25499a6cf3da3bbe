//! Where a page takes its visitor by itself: the next member of a chain of redirects, or its end.
//!
//! What is asked next is decided by [`offers`](crate::offers), address by address. The chain is
//! written down beside it, because its end is no address that could be asked: a circle, the page
//! itself, a `Location` that is missing or leads nowhere.

use case::{Observed, WayOn};
use model::{ChainEnd, Headers, HopKind, Link, NotAPage, PageFacts, PageUrl, RawHref, Trigger};

use crate::asking::answer;

/// Characters of a reference that are kept.
const REFERENCE: usize = 2_048;

/// The way on of a page, by what it answered and what was read in it; `None` where a visitor stays.
///
/// As browsers have it, a `Location` counts before a `Refresh` field, that before the first `meta`
/// element, and that before a form that submits itself or a script, unless it tests something first.
/// Frames take nobody along: their page stays.
pub(crate) fn way_on(seen: &Observed) -> Option<WayOn> {
    let here = &seen.exchange.ask.address;
    let answer = answer(&seen.exchange)?;
    if answer.is_redirect() {
        return Some(by_location(here, &answer.headers));
    }
    let on_load = seen.facts.as_deref().and_then(|facts| by_page(here, facts));
    let is_odd = (300..400).contains(&answer.status);
    on_load.or_else(|| {
        is_odd.then(|| WayOn {
            kind: HopKind::HttpRedirect,
            href: answer.status.to_string(),
            target: None,
            end: Some(ChainEnd::NotFollowed),
        })
    })
}

fn by_location(here: &PageUrl, headers: &Headers) -> WayOn {
    let href = headers.first("location").unwrap_or_default().trim();
    if href.is_empty() {
        return WayOn {
            kind: HopKind::HttpRedirect,
            href: String::new(),
            target: None,
            end: Some(ChainEnd::NoLocation),
        };
    }
    let resolved = RawHref::new(href).resolve(here);
    leading(here, HopKind::HttpRedirect, href, resolved)
}

/// The first way on of the sort that counts most.
fn by_page(here: &PageUrl, facts: &PageFacts) -> Option<WayOn> {
    let rank = |link: &Link| match link.kind {
        HopKind::RefreshHeader => Some(0),
        HopKind::MetaRefresh => Some(1),
        HopKind::ScriptNavigation | HopKind::Form => {
            let takes_along = link.trigger == Trigger::Load && link.conditions.is_empty();
            takes_along.then_some(2)
        }
        _ => None,
    };
    let ways = facts
        .links
        .iter()
        .filter_map(|link| Some((rank(link)?, link)));
    let (_, first) = ways.min_by_key(|(rank, _)| *rank)?;
    // A `base` of the page is in the target already.
    let resolved = match &first.target {
        Some(target) => Ok(target.clone()),
        None => first.href.resolve(here),
    };
    Some(leading(here, first.kind, first.href.as_str(), resolved))
}

fn leading(
    here: &PageUrl,
    kind: HopKind,
    href: &str,
    resolved: Result<PageUrl, NotAPage>,
) -> WayOn {
    let end = match &resolved {
        Ok(target) => (target == here).then_some(ChainEnd::SelfRedirect),
        Err(NotAPage::OtherScheme(_)) => Some(ChainEnd::OtherScheme),
        Err(NotAPage::Unparsable(_)) => Some(ChainEnd::BrokenTarget),
    };
    WayOn {
        kind,
        href: href.chars().take(REFERENCE).collect(),
        target: resolved.ok(),
        end,
    }
}
