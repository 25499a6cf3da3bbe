//! Where a page takes its visitor by itself: the next member of a chain of redirects, or its end.
//!
//! What is asked next is decided by [`offers`](crate::offers), address by address. The chain is
//! written down beside it, because its end is no address that could be asked: a circle, the page
//! itself, a `Location` that is missing or leads nowhere.

use case::{Observed, WayOn};
use model::{
    ChainEnd, Exchange, Headers, HopKind, Link, NotAPage, PageFacts, PageUrl, RawHref, Trigger,
};

use crate::asking::answer;
use crate::carry;

/// Characters of a reference that are kept.
const REFERENCE: usize = 2_048;
/// Seconds after which a page that reloads itself is there to be read meanwhile.
pub(crate) const TO_BE_READ: u32 = 30;

/// The way on of a page, by what it answered and what was read in it; `None` where a visitor stays.
///
/// As browsers have it, a `Location` counts before a `Refresh` field, that before the first `meta`
/// element, and that before a form that submits itself or a script, unless it tests something first.
/// Frames take nobody along: their page stays.
pub(crate) fn way_on(seen: &Observed) -> Option<WayOn> {
    let (mut way, delay) = way_of(&seen.exchange, seen.facts.as_deref())?;
    let leads_back = way.end == Some(ChainEnd::SelfRedirect);
    if leads_back
        && delay < TO_BE_READ
        && carry::new_line(&seen.exchange, seen.facts.as_deref()).is_some()
    {
        way.end = Some(ChainEnd::CookieCheck);
    }
    Some(way)
}

/// Whether an answer, and what was read in it, sends its visitor to where it stands.
pub(crate) fn leads_back(exchange: &Exchange, facts: Option<&PageFacts>) -> bool {
    let way = way_of(exchange, facts);
    way.is_some_and(|(way, _)| way.end == Some(ChainEnd::SelfRedirect))
}

/// The way on of an answer, and after how many seconds it is taken.
pub(crate) fn way_of(exchange: &Exchange, facts: Option<&PageFacts>) -> Option<(WayOn, u32)> {
    let here = &exchange.ask.address;
    let answer = answer(exchange)?;
    if answer.is_redirect() {
        return Some((by_location(here, &answer.headers), 0));
    }
    let on_load = facts.and_then(|facts| by_page(here, facts));
    let is_odd = (300..400).contains(&answer.status);
    on_load.or_else(|| {
        let way = || WayOn {
            kind: HopKind::HttpRedirect,
            href: answer.status.to_string(),
            target: None,
            end: Some(ChainEnd::NotFollowed),
        };
        is_odd.then(|| (way(), 0))
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

/// The first way on of the sort that counts most, and its delay in seconds.
fn by_page(here: &PageUrl, facts: &PageFacts) -> Option<(WayOn, u32)> {
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
    let way = leading(here, first.kind, first.href.as_str(), resolved);
    Some((way, first.delay_seconds.unwrap_or(0)))
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
