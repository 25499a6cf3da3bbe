//! Links and references that stand in the header of an answer (R02, R03, R24).

use model::{Carrier, Headers, HopKind, PageUrl, ResourceKind, Technique, Trigger};

use crate::carriers::declared::role;
use crate::carriers::{Found, add_with_nested, bare_link};
use crate::refresh;

/// At most so many hosts of one policy are kept.
const MAX_HOSTS: usize = 100;

/// At most so many `Location` fields of one answer are read.
const MAX_LOCATIONS: usize = 4;

/// Header fields whose value is one address that nobody clicks.
const ADDRESSES: [&str; 7] = [
    "sourcemap",
    "x-sourcemap",
    "x-accel-redirect",
    "x-sendfile",
    "x-pingback",
    "speculation-rules",
    "profile",
];

/// Header fields in which hosts and report addresses stand among other words.
const POLICIES: [&str; 10] = [
    "content-security-policy",
    "content-security-policy-report-only",
    "access-control-allow-origin",
    "timing-allow-origin",
    "report-to",
    "reporting-endpoints",
    "nel",
    "expect-ct",
    "x-frame-options",
    "alternates",
];

/// Takes the links of the header, redirects first.
pub(crate) fn take(found: &mut Found, address: &PageUrl, status: u16, headers: &Headers) {
    location(found, address, status, headers);
    if let Some(refresh) = headers.first("refresh").and_then(refresh::parse) {
        let (kind, carrier) = (HopKind::RefreshHeader, Carrier::RefreshHeader);
        let mut link = bare_link(&refresh.href, address, kind, carrier);
        link.trigger = Trigger::Load;
        link.delay_seconds = Some(refresh.delay_seconds);
        add_with_nested(found, link, address);
    }
    if let Some(place) = headers.first("content-location") {
        claim(found, address, place, Carrier::ContentLocationHeader);
    }
    for value in headers.all("link").take(32) {
        link_header(found, value, address);
    }
    for name in ADDRESSES {
        for value in headers.all(name).take(4) {
            let value = value.trim().trim_matches('"');
            claim(found, address, value, Carrier::OtherHeader);
        }
    }
    for name in POLICIES {
        for value in headers.all(name).take(8) {
            for host in policy_hosts(value) {
                let carrier = if name.starts_with("content-security") {
                    Carrier::ContentPolicy
                } else {
                    Carrier::OtherHeader
                };
                let kind = ResourceKind::Policy;
                found.resource_with(&host, address, kind, Some(carrier), None);
            }
        }
    }
}

/// A `Location`: a redirect by its status, a claim otherwise (browsers ignore it there). Where there
/// are several that differ, programs do not agree on which one counts, so each is a way out.
fn location(found: &mut Found, address: &PageUrl, status: u16, headers: &Headers) {
    let mut before: Vec<&str> = Vec::new();
    for location in headers.all("location").take(MAX_LOCATIONS) {
        if before.contains(&location) {
            continue;
        }
        before.push(location);
        if !matches!(status, 301 | 302 | 303 | 307 | 308) {
            claim(found, address, location, Carrier::LocationHeader);
            continue;
        }
        let (kind, carrier) = (HopKind::HttpRedirect, Carrier::LocationHeader);
        let mut link = bare_link(location, address, kind, carrier);
        link.trigger = Trigger::Load;
        add_with_nested(found, link, address);
    }
}

fn claim(found: &mut Found, address: &PageUrl, href: &str, carrier: Carrier) {
    let mut link = bare_link(href, address, HopKind::Alternate, carrier);
    if link.target.as_ref() != Some(address) && !href.trim().is_empty() {
        link.note(Technique::HEADER_LINK);
        add_with_nested(found, link, address);
    }
}

/// One `Link` field (RFC 8288): what names documents is a link, the rest a resource.
fn link_header(found: &mut Found, value: &str, address: &PageUrl) {
    for part in value.split('<').skip(1).take(64) {
        let Some((href, parameters)) = part.split_once('>') else {
            continue;
        };
        let parameter = |wanted: &str| {
            parameters.split(';').find_map(|parameter| {
                let (name, value) = parameter.split_once('=')?;
                let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
                name.trim().eq_ignore_ascii_case(wanted).then_some(value)
            })
        };
        let rel: Vec<String> = parameter("rel")
            .unwrap_or_default()
            .split_whitespace()
            .map(str::to_ascii_lowercase)
            .collect();
        let Some(kind) = rel_kind(&rel) else {
            let kind = role(&rel, parameter("as").unwrap_or_default());
            found.resource_with(href, address, kind, Some(Carrier::LinkHeader), None);
            continue;
        };
        let mut link = bare_link(href, address, kind, Carrier::LinkHeader);
        if rel.iter().any(|rel| rel == "prerender") {
            link.note(Technique::EARLY_HINT);
        }
        link.note(Technique::HEADER_LINK);
        link.rel = rel;
        add_with_nested(found, link, address);
    }
}

/// The addresses and hosts among the words of a policy: whole addresses as they are, bare hosts with
/// `https:`; wildcards, keywords and the page's own words are none.
pub(crate) fn policy_hosts(policy: &str) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    let is_cut =
        |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '"' | '{' | '}' | '[' | ']');
    for word in policy.split(is_cut).filter(|word| word.len() > 3) {
        let word = word.trim_matches('\'').replace("\\/", "/");
        let word = word.strip_prefix("report-uri=").unwrap_or(&word);
        let (scheme, rest) = word.split_once("://").unwrap_or(("https", word));
        let rest = rest.strip_prefix("*.").unwrap_or(rest);
        let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
        let is_host = host.contains('.')
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
            && host.bytes().any(|b| b.is_ascii_alphabetic());
        if !is_host || !matches!(scheme, "http" | "https" | "ws" | "wss") {
            continue;
        }
        let scheme = if scheme.ends_with('s') {
            "https"
        } else {
            "http"
        };
        let address = format!("{scheme}://{}", rest.replace(":*", ""));
        if hosts.len() < MAX_HOSTS && !hosts.contains(&address) {
            hosts.push(address);
        }
    }
    hosts
}

/// The kind of a link by its `rel`; `None` when it names a resource or nothing we follow.
pub(crate) fn rel_kind(rel: &[String]) -> Option<HopKind> {
    let has = |word: &str| rel.iter().any(|r| r == word);
    if has("canonical") {
        return Some(HopKind::Canonical);
    }
    (rel.iter()
        .any(|word| NAMES_A_DOCUMENT.contains(&word.as_str()))
        && !has("stylesheet"))
    .then_some(HopKind::Alternate)
}

/// Roles of documents, by the HTML standard, the IANA registry and common use.
const NAMES_A_DOCUMENT: [&str; 42] = [
    "alternate",
    "amphtml",
    "next",
    "prev",
    "previous",
    "shortlink",
    "shorturl",
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
    "copyright",
    "payment",
    "home",
    "contents",
    "index",
    "glossary",
    "chapter",
    "section",
    "subsection",
    "appendix",
    "archives",
    "begin",
    "end",
    "parent",
    "related",
    "via",
    "original",
    "memento",
    "timemap",
    "privacy-policy",
    "terms-of-service",
    "editor",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_of_a_policy_are_those_that_are_written() {
        let policy = "default-src 'self' https://*.cdn.example data:; frame-src pay.example:* blob:; report-uri https://r.example/csp";
        assert_eq!(
            policy_hosts(policy),
            [
                "https://cdn.example",
                "https://pay.example",
                "https://r.example/csp"
            ]
        );
        let report =
            r#"{"endpoints":[{"url":"https:\/\/nel.example\/r"}],"group":"nel","max_age":604800}"#;
        assert_eq!(policy_hosts(report), ["https://nel.example/r"]);
    }
}
