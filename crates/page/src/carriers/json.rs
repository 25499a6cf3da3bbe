//! Addresses in blocks of JSON: the state that a page hands to its scripts, `data-*` attributes,
//! speculation rules and import maps (J18).
//!
//! A scan over the strings with the keys that lead to each, without a tree: blocks of state are
//! often most of a page.

use model::{Carrier, HopKind, ResourceKind, Technique, Visibility};

use crate::carriers::elements::is_media_name;
use crate::carriers::fragment::may_hold_links;
use crate::carriers::{MAX_LINKS, Walk};
use crate::outline::Index;

/// At most so many addresses of one block are kept.
const MAX_KEPT: usize = 300;

/// Deeper keys are not told.
const MAX_KEYS: usize = 64;

/// A string of a JSON text that is an address, or markup with addresses.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Held<'j> {
    /// The string as written, without its quotes.
    pub(crate) written: &'j str,
    /// Where it begins in the text.
    pub(crate) at: usize,
    /// The keys that lead to it, outermost first, joined by dots.
    pub(crate) keys: String,
}

/// Whether a JSON text may hold absolute addresses or markup: cheaper than scanning it.
pub(crate) fn may_hold_addresses(text: &str) -> bool {
    text.contains("://")
        || text.contains(":\\/\\/")
        || text.contains("\"//")
        || text.contains("href=")
}

/// The strings that are absolute addresses or hold markup, in order, at most `most`. Linear.
pub(crate) fn addresses(text: &str, most: usize) -> Vec<Held<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // For each open bracket the last key in it; none in a list.
    let mut keys: Vec<Option<&str>> = Vec::new();
    let is_escaped = text.contains("\\u003c") || text.contains("\\u003C");
    let holds_markup = |written: &str| {
        written.len() > 12
            && (may_hold_links(written)
                || is_escaped && written.contains("u003") && written.contains("href"))
    };
    let mut at = 0;
    while at < bytes.len() && found.len() < most {
        match bytes[at] {
            b'"' => {
                let end = string_end(bytes, at + 1);
                let written = &text[at + 1..end];
                let after = bytes[(end + 1).min(bytes.len())..]
                    .iter()
                    .find(|byte| !byte.is_ascii_whitespace());
                if after == Some(&b':') {
                    if let Some(key) = keys.last_mut() {
                        *key = Some(written);
                    }
                } else if is_address(written) || holds_markup(written) {
                    found.push(Held {
                        written,
                        at: at + 1,
                        keys: joined(&keys),
                    });
                }
                at = end;
            }
            b'{' | b'[' if keys.len() < MAX_KEYS => keys.push(None),
            b'}' | b']' => {
                keys.pop();
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Where the string ends that begins at `from`: its quote, or the end of the text.
fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(step) = memchr::memchr2(b'"', b'\\', &bytes[at.min(bytes.len())..]) {
        at += step;
        if bytes[at] == b'"' {
            return at;
        }
        at += 2;
    }
    bytes.len()
}

fn joined(keys: &[Option<&str>]) -> String {
    let mut path = String::new();
    for key in keys.iter().flatten() {
        if !path.is_empty() {
            path.push('.');
        }
        path.extend(key.chars().take(40));
    }
    path
}

fn is_address(written: &str) -> bool {
    let bytes = written.as_bytes();
    let scheme = match bytes {
        [
            b'h' | b'H',
            b't' | b'T',
            b't' | b'T',
            b'p' | b'P',
            rest @ ..,
        ] => rest,
        [b'/', b'/', rest @ ..] | [b'\\', b'/', b'\\', b'/', rest @ ..] => {
            return rest.contains(&b'.') && !rest.contains(&b' ');
        }
        _ => return false,
    };
    let rest = scheme.strip_prefix(b"s").unwrap_or(scheme);
    rest.starts_with(b"://") || rest.starts_with(b":\\/\\/")
}

/// A JSON string without its escapes.
fn plain(written: &str) -> String {
    if !written.contains('\\') {
        return written.to_owned();
    }
    serde_json::from_str(&format!("\"{written}\"")).unwrap_or_else(|_| written.replace("\\/", "/"))
}

impl Walk<'_, '_> {
    /// A script element that is a block of data.
    pub(crate) fn data_script(&mut self, index: Index, kind: &str) {
        let outline = self.outline;
        for (at, text) in outline.texts(index) {
            match kind {
                // A template by another name.
                _ if text.trim_start().starts_with('<') => self.raw_text(index),
                "speculationrules" => self.speculation_rules(index, text),
                "importmap" => self.import_map(index, text),
                _ if may_hold_addresses(text) => self.json_text(index, text, Some(at)),
                _ => {}
            }
        }
    }

    /// The addresses of a JSON text: claims that a script may make ways out of.
    pub(crate) fn json_text(&mut self, index: Index, text: &str, node: Option<Index>) {
        let is_claim = self
            .outline
            .attr(index, "type")
            .is_some_and(|kind| kind.contains("ld+json"));
        let carrier = if is_claim {
            Carrier::StructuredData
        } else {
            Carrier::JsonData
        };
        let whole = self.link_on(index, "", HopKind::Alternate, carrier);
        let mut seen = std::collections::HashSet::new();
        for held in addresses(text, MAX_KEPT) {
            if self.found.links.len() >= MAX_LINKS || !seen.insert(held.written) {
                continue;
            }
            let span = node.and_then(|node| self.span_inside(node, text, held.at));
            let span = span.map(|span| model::Span {
                start: span.start,
                end: span.end.min(span.start + held.written.len()),
            });
            let written = plain(held.written);
            if !is_address(held.written) {
                self.markup_in_data(index, &written, span);
                continue;
            }
            // What structured data claims of the page is read with it.
            let last = held.keys.rsplit('.').next().unwrap_or_default();
            if is_claim && matches!(last, "url" | "sameAs" | "mainEntityOfPage" | "@context") {
                continue;
            }
            if is_media_name(&written) || is_claim && matches!(last, "image" | "logo") {
                self.found.resource_with(
                    &written,
                    &self.base.clone(),
                    ResourceKind::Other,
                    Some(carrier),
                    span.or(whole.span),
                );
                continue;
            }
            let mut link = whole.clone();
            link.href = model::RawHref::new(written);
            link.target = link.href.resolve(&self.base).ok();
            link.context = held.keys;
            link.span = span.or(whole.span);
            link.note(Technique::SCRIPT_DATA);
            let why = "data that a script may read".to_owned();
            link.visibility = Visibility::Unknown(why, Vec::new());
            self.add(link);
        }
    }

    /// Addresses that the browser is told to load ahead (R24).
    fn speculation_rules(&mut self, index: Index, text: &str) {
        let Ok(rules) = serde_json::from_str::<serde_json::Value>(text) else {
            return;
        };
        for kind in ["prefetch", "prerender", "prefetch_with_subresources"] {
            let rules = rules[kind].as_array().into_iter().flatten();
            let urls = rules.flat_map(|rule| rule["urls"].as_array().into_iter().flatten());
            for href in urls.filter_map(|url| url.as_str()).take(MAX_KEPT) {
                let (hop, carrier) = (HopKind::Alternate, Carrier::SpeculationRules);
                let mut link = self.link_on(index, href, hop, carrier);
                link.note(Technique::EARLY_HINT);
                self.add(link);
            }
        }
    }

    /// Where modules are loaded from (J15).
    fn import_map(&mut self, index: Index, text: &str) {
        let Ok(map) = serde_json::from_str::<serde_json::Value>(text) else {
            return;
        };
        let mut waiting: Vec<&serde_json::Value> = vec![&map["imports"], &map["scopes"]];
        while let Some(value) = waiting.pop() {
            for inner in value
                .as_object()
                .into_iter()
                .flat_map(|fields| fields.values())
            {
                if let Some(href) = inner.as_str() {
                    self.resource_on(index, href, ResourceKind::Script, Carrier::ImportMap);
                } else if inner.is_object() && waiting.len() < MAX_KEPT {
                    waiting.push(inner);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_with_the_keys_that_lead_to_them() {
        let text = r#"{"a":{"url":"https:\/\/x.example\/a","n":1},"list":["http://y.example/","no"],"html":"<a href=\"/z\">z</a>"}"#;
        let found: Vec<(String, String)> = addresses(text, 10)
            .into_iter()
            .map(|held| (plain(held.written), held.keys))
            .collect();
        assert_eq!(
            found,
            [
                ("https://x.example/a".to_owned(), "a.url".to_owned()),
                ("http://y.example/".to_owned(), "list".to_owned()),
                ("<a href=\"/z\">z</a>".to_owned(), "html".to_owned()),
            ]
        );
    }

    #[test]
    fn broken_json_ends_the_scan_and_nothing_else() {
        assert_eq!(addresses(r#"{"a":"http://x.exampl"#, 10).len(), 1);
        assert_eq!(addresses("]]]}}}\"", 10), []);
        assert_eq!(addresses(&"[".repeat(100_000), 10), []);
    }
}
