//! References in attributes of any element: what a browser loads for it, and the historic ones.

use model::{Carrier, HopKind, Link, ResourceKind, Technique};

use crate::ascii::begins;
use crate::carriers::elements::{is_media_name, is_reference};
use crate::carriers::scripted::decided_by_script;
use crate::carriers::{Walk, json, only_for_others};
use crate::outline::Index;

/// At most so many candidates of one `srcset` count.
const MAX_CANDIDATES: usize = 64;

impl Walk<'_, '_> {
    /// Handlers, data attributes and references of one element. One pass over its attributes.
    pub(crate) fn attributes(&mut self, index: Index, name: &str) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        for (attribute, value) in element.attrs() {
            if value.len() < 2 {
                continue;
            }
            match attribute.as_bytes()[0] {
                b'o' if attribute.starts_with("on") && value.len() > 3 => {
                    self.handler(index, attribute, value);
                }
                b'd' if attribute.starts_with("data-") => {
                    self.data_attribute(index, attribute, value);
                }
                b's' if attribute == "style" => {
                    if value.contains("url(")
                        || value.contains("URL(")
                        || value.contains("image-set(")
                    {
                        self.style_references(index, value, None);
                    }
                }
                _ => self.reference(index, name, attribute, value),
            }
        }
    }

    /// An attribute that names an address, on whatever element it has a meaning.
    fn reference(&mut self, index: Index, name: &str, attribute: &str, value: &str) {
        let load = |kind| Some((kind, Carrier::SourceAttribute));
        let resource = match (attribute, name) {
            ("src", "img" | "input") => load(ResourceKind::Image),
            ("src", "video" | "audio" | "source" | "track" | "bgsound") => {
                load(ResourceKind::Media)
            }
            ("src", "script" | "iframe" | "frame" | "embed" | "portal" | "fencedframe") => None,
            ("src", _) => load(ResourceKind::Other),
            ("poster" | "lowsrc" | "background" | "icon", _) => load(ResourceKind::Image),
            ("dynsrc", _) => load(ResourceKind::Media),
            ("manifest", "html") => load(ResourceKind::Manifest),
            ("codebase" | "classid" | "code" | "archive", "object" | "applet" | "embed") => {
                load(ResourceKind::Other)
            }
            ("value", "param") if value.contains("://") || is_media_name(value) => {
                load(ResourceKind::Other)
            }
            ("srcset" | "imagesrcset", _) => {
                for candidate in candidates(value).take(MAX_CANDIDATES) {
                    self.resource_on(index, candidate, ResourceKind::Image, Carrier::Srcset);
                }
                None
            }
            _ => {
                self.historic(index, name, attribute, value);
                None
            }
        };
        if let Some((kind, carrier)) = resource {
            self.resource_on(index, value, kind, carrier);
        }
    }

    /// Attributes that name a document which nobody clicks.
    fn historic(&mut self, index: Index, name: &str, attribute: &str, value: &str) {
        // A character that is none parts the name in two for browsers, and not for readers that leave it out.
        let is_broken =
            attribute.contains('\u{FFFD}') && attribute.replace('\u{FFFD}', "") == "href";
        if is_broken && starts_as_address(value.trim()) {
            return self.dead_href(index, name, value);
        }
        let counts = match attribute {
            "cite" | "longdesc" | "profile" | "itemid" | "xlink:href" => true,
            // RDFa and microdata name things by addresses of vocabularies, too; those of its own
            // kind are absolute.
            "about" | "resource" | "usemap" => value.contains("://"),
            "href" => !matches!(name, "a" | "area" | "link" | "base") && !self.is_foreign(index),
            "action" => name != "form",
            "formaction" => !matches!(name, "button" | "input"),
            "ping" => !matches!(name, "a" | "area"),
            "value" if name == "option" => return self.option(index, value),
            "value" if name == "input" => value.contains("://") && !value.contains(' '),
            _ => false,
        };
        if !counts || !is_reference(value) {
            return;
        }
        if attribute == "href" && !name.contains(['-', ':']) && starts_as_address(value.trim()) {
            return self.dead_href(index, name, value);
        }
        let mut link = self.link_on(index, value, HopKind::Alternate, Carrier::OtherAttribute);
        link.text = self.outline.text_below(index, 200).into_owned();
        link.note(Technique::NON_ANCHOR_CARRIER);
        self.add(link);
    }

    /// A whole address in the `href` of an element that is no link. Browsers follow none; readers of the bytes do, and
    /// those that take `<a<b href=…>` for an anchor.
    fn dead_href(&mut self, index: Index, name: &str, value: &str) {
        let mut link = self.link_on(index, value, HopKind::Anchor, Carrier::RawBytes);
        link.text = self.outline.text_below(index, 200).into_owned();
        link.note(Technique::NON_ANCHOR_CARRIER);
        let shows = format!("`href` on <{name}>, which no browser follows");
        only_for_others(&mut link, &shows, self.outline.span(index));
        self.add(link);
    }

    /// A choice of a menu whose value is an address. It is a way out where a script makes it one.
    fn option(&mut self, index: Index, value: &str) {
        let trimmed = value.trim();
        if !trimmed.contains("://") && !trimmed.starts_with('/') {
            return;
        }
        let navigates = self.outline.lineage(index).skip(1).take(4).any(|at| {
            ["onchange", "onclick", "oninput"].iter().any(|name| {
                let code = self.outline.attr(at, name).unwrap_or_default();
                code.contains("location") || code.contains("open(") || code.contains("href")
            })
        });
        if !navigates && !trimmed.contains("://") {
            return;
        }
        let mut link = self.link_in_data(index, trimmed, navigates);
        link.text = self.outline.text_below(index, 200).into_owned();
        link.visibility = self.judge.element(index);
        self.add(link);
    }

    /// A link of which a script may make a way out; `leads` where it is known to, or likely does.
    fn link_in_data(&self, index: Index, href: &str, leads: bool) -> Link {
        let kind = if leads {
            HopKind::ScriptNavigation
        } else {
            HopKind::Alternate
        };
        let mut link = self.link_on(index, href, kind, Carrier::DataAttribute);
        link.note(Technique::LINK_WITHOUT_ANCHOR);
        link
    }

    /// An address in a `data-*` attribute that is not the place of a picture or a script.
    fn data_attribute(&mut self, index: Index, name: &str, value: &str) {
        let trimmed = value.trim();
        if trimmed.starts_with(['{', '[']) {
            if json::may_hold_addresses(trimmed) {
                self.json_text(index, trimmed, None);
            }
            return;
        }
        if trimmed.len() < 2 || trimmed.len() > 8_192 || trimmed.contains(char::is_whitespace) {
            if name.ends_with("srcset") {
                for candidate in candidates(trimmed).take(MAX_CANDIDATES) {
                    self.resource_on(index, candidate, ResourceKind::Image, Carrier::Srcset);
                }
            }
            return;
        }
        let decoded = hidden_address(trimmed);
        let href = decoded.as_deref().unwrap_or(trimmed);
        let absolute = starts_as_address(href) || (href.starts_with("//") && href.len() > 4);
        let named = NAMES_OF_WAYS.iter().any(|word| name.contains(word));
        let relative = named && href.starts_with(['/', '.', '?']) && href.len() > 1;
        if !absolute && !relative {
            return;
        }
        if NAMES_OF_LOADS.iter().any(|word| name.contains(word)) || is_media_name(href) {
            if absolute || name.contains("src") {
                self.resource_on(index, href, ResourceKind::Other, Carrier::DataAttribute);
            }
            return;
        }
        // What the element links anyway is said once.
        let linked = self.outline.attr(index, "href");
        if linked.is_some_and(|linked| linked.trim() == href) {
            return;
        }
        let mut link = self.link_in_data(index, href, absolute);
        link.text = self.anchor_text(index);
        link.context = self.context(index);
        // An empty anchor cannot be seen; another element may hold data for what is seen elsewhere.
        link.visibility = match self.outline.name(index) {
            "a" => self.judge.anchor(index),
            "html" | "head" | "meta" | "link" | "base" | "script" | "style" => decided_by_script(),
            _ => self.judge.element(index),
        };
        if decoded.is_some() {
            link.note(Technique::ENCODED_URL);
        }
        self.add(link);
    }
}

/// Parts of the names of data attributes that scripts read ways out from.
const NAMES_OF_WAYS: [&str; 10] = [
    "href", "url", "link", "target", "redirect", "goto", "location", "dest", "path", "page",
];

/// Parts of the names of data attributes that scripts load from.
const NAMES_OF_LOADS: [&str; 12] = [
    "src",
    "image",
    "img",
    "thumb",
    "poster",
    "srcset",
    "bg",
    "background",
    "icon",
    "api",
    "endpoint",
    "ajax",
];

fn starts_as_address(text: &str) -> bool {
    begins(text, "http://") || begins(text, "https://")
}

/// The address that an attribute holds in Base64, in hex digits or turned round: a way to keep a
/// link from crawlers. The first characters of each form of `http` give it away.
fn hidden_address(value: &str) -> Option<String> {
    use base64::Engine;
    let found = if value.starts_with("aHR0c") {
        let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
        let plain = value
            .trim_end_matches('=')
            .replace('-', "+")
            .replace('_', "/");
        engine
            .decode(plain)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
    } else if value.starts_with("68747470") {
        let bytes: Option<Vec<u8>> = value
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        bytes.and_then(|bytes| String::from_utf8(bytes).ok())
    } else if value.ends_with("ptth") {
        Some(value.chars().rev().collect())
    } else if value.starts_with("uggc") {
        Some(value.chars().map(rot13).collect())
    } else if value.starts_with("http%3") || value.starts_with("https%3") {
        let plain = percent_encoding::percent_decode_str(value).decode_utf8();
        plain.ok().map(std::borrow::Cow::into_owned)
    } else {
        None
    };
    found.filter(|found| starts_as_address(found))
}

fn rot13(c: char) -> char {
    let turn = |first: u8| char::from((c as u8 - first + 13) % 26 + first);
    match c {
        'a'..='z' => turn(b'a'),
        'A'..='Z' => turn(b'A'),
        other => other,
    }
}

/// The addresses of a `srcset`, without their descriptors, by the steps of the HTML standard: an
/// address goes to the next white space, and commas at its end are none of it.
pub(crate) fn candidates(srcset: &str) -> impl Iterator<Item = &str> {
    let mut rest = srcset;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let plain = address.trim_end_matches(',');
        rest = if plain.len() < address.len() {
            after
        } else {
            // Descriptors may hold commas in parentheses.
            let mut depth = 0_u32;
            let end = after.find(|c| {
                match c {
                    '(' => depth += 1,
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                c == ',' && depth == 0
            });
            end.map_or("", |end| &after[end + 1..])
        };
        Some(plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_candidates_of_a_srcset_are_its_addresses() {
        let all = |text: &'static str| candidates(text).collect::<Vec<_>>();
        assert_eq!(all("a.png 1x, b.png 2x"), ["a.png", "b.png"]);
        assert_eq!(all("a.png,b.png 2x"), ["a.png,b.png"]);
        assert_eq!(all("a,b.png 100w (x,y), c.png"), ["a,b.png", "c.png"]);
        assert_eq!(all(" , a.png, b.png"), ["a.png", "b.png"]);
    }

    #[test]
    fn addresses_kept_from_crawlers_are_read() {
        for value in [
            "aHR0cHM6Ly9hLmV4YW1wbGUveA==",
            "68747470733a2f2f612e6578616d706c652f78",
            "x/elpmaxe.a//:sptth",
            "uggcf://n.rknzcyr/k",
            "https%3A%2F%2Fa.example%2Fx",
        ] {
            assert_eq!(
                hidden_address(value).as_deref(),
                Some("https://a.example/x")
            );
        }
        assert_eq!(hidden_address("aHR0cA"), None);
    }
}
