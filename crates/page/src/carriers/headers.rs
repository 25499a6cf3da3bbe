//! Links that stand in the header of an answer.

use model::{Carrier, Headers, HopKind, Link, PageUrl, Trigger};

use crate::carriers::{Found, add_with_nested, bare_link};
use crate::refresh;

/// Takes the links of the header, redirects first.
pub(crate) fn take(found: &mut Found, address: &PageUrl, status: u16, headers: &Headers) {
    if matches!(status, 301 | 302 | 303 | 307 | 308)
        && let Some(location) = headers.first("location")
    {
        let mut link = bare_link(
            location,
            address,
            HopKind::HttpRedirect,
            Carrier::LocationHeader,
        );
        link.trigger = Trigger::Load;
        add_with_nested(found, link, address);
    }
    if let Some(refresh) = headers.first("refresh").and_then(refresh::parse)
        && !refresh.href.is_empty()
    {
        let mut link = bare_link(
            &refresh.href,
            address,
            HopKind::RefreshHeader,
            Carrier::RefreshHeader,
        );
        link.trigger = Trigger::Load;
        link.delay_seconds = Some(refresh.delay_seconds);
        add_with_nested(found, link, address);
    }
    for value in headers.all("link").take(32) {
        for link in link_header(value, address) {
            add_with_nested(found, link, address);
        }
    }
}

/// The links of one `Link` field (RFC 8288), as far as they name documents.
fn link_header(value: &str, address: &PageUrl) -> Vec<Link> {
    let mut links = Vec::new();
    for part in value.split('<').skip(1).take(64) {
        let Some((href, parameters)) = part.split_once('>') else {
            continue;
        };
        let rel: Vec<String> = parameters
            .split(';')
            .find_map(|parameter| {
                let (name, value) = parameter.split_once('=')?;
                name.trim().eq_ignore_ascii_case("rel").then_some(value)
            })
            .map(|value| {
                let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
                value
                    .split_whitespace()
                    .map(str::to_ascii_lowercase)
                    .collect()
            })
            .unwrap_or_default();
        let Some(kind) = rel_kind(&rel) else { continue };
        let mut link = bare_link(href, address, kind, Carrier::LinkHeader);
        link.rel = rel;
        links.push(link);
    }
    links
}

/// The kind of a link by its `rel`; `None` when it names a resource or nothing we follow.
pub(crate) fn rel_kind(rel: &[String]) -> Option<HopKind> {
    let has = |word: &str| rel.iter().any(|r| r == word);
    if has("canonical") {
        return Some(HopKind::Canonical);
    }
    let words = [
        "alternate",
        "amphtml",
        "next",
        "prev",
        "previous",
        "shortlink",
        "author",
        "bookmark",
        "first",
        "last",
        "up",
        "start",
        "help",
        "search",
        "prerender",
        "mobile",
        "me",
        "publisher",
        "license",
        "payment",
    ];
    (words.iter().any(|word| has(word)) && !has("stylesheet")).then_some(HopKind::Alternate)
}
