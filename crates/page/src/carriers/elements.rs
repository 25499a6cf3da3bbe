//! What each element carries.

use html5ever::ns;
use model::{Carrier, HopKind, Link, Technique};

use crate::ascii::{begins, is_named};
use crate::carriers::{Walk, only_for_others};
use crate::outline::Index;
use crate::tags::{Attrs, Tag};
use crate::text_url;
use crate::unwrap::data_url;

impl Walk<'_, '_> {
    /// Takes what one element carries.
    pub(crate) fn element(&mut self, index: Index) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        let (tag, attrs) = (
            self.outline.items[index].tag,
            self.outline.items[index].attrs,
        );
        if !tag.is(Tag::CARRIER) && !attrs.has(Attrs::OTHER) && element.name.ns == ns!(html) {
            return;
        }
        if self.found.links.len() >= crate::carriers::MAX_LINKS && attrs.has(Attrs::HREF) {
            // What follows would be left out: the cap is noted, and its cost is saved.
            self.found.is_full();
            return;
        }
        let name = element.name();
        match name {
            "a" => self.anchor(index),
            "area" => self.area(index),
            "form" => self.form(index),
            "button" | "input" => self.control(index),
            "iframe" | "frame" | "portal" | "fencedframe" => self.frame(index, name),
            "object" => self.embed(index, "data", Carrier::ObjectData),
            "embed" => self.embed(index, "src", Carrier::EmbedSrc),
            "meta" => self.meta(index),
            "base" => self.base_element(index),
            "link" => self.link_element(index),
            "script" => self.script(index),
            "style" => self.style_element(index),
            "noscript" => self.noscript(index),
            "textarea" | "xmp" | "noembed" | "noframes" | "title" | "plaintext" => {
                self.raw_text(index);
            }
            _ if self.is_foreign(index) => self.foreign(index, name),
            _ => {}
        }
        if attrs.has(Attrs::OTHER) {
            self.attributes(index, name);
        }
    }

    fn anchor(&mut self, index: Index) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        let carrier = if element.name.ns == ns!(svg) {
            Carrier::SvgA
        } else {
            Carrier::AHref
        };
        // An anchor of SVG may have an `href` of its own and one of XLink; the own one counts, and
        // older readers take the other.
        let hrefs = element
            .attrs
            .iter()
            .filter(|(name, _)| &*name.local == "href");
        for (_, href) in hrefs.take(2) {
            self.anchor_with(index, href, carrier);
        }
        self.pings(index);
    }

    /// Addresses that are told of a click.
    pub(super) fn pings(&mut self, index: Index) {
        if let Some(ping) = self.outline.attr(index, "ping") {
            for href in ping.split_whitespace().take(4) {
                let mut link = self.link_on(index, href, HopKind::Alternate, Carrier::APing);
                link.note(Technique::NON_ANCHOR_CARRIER);
                self.add(link);
            }
        }
    }

    pub(crate) fn anchor_with(&mut self, index: Index, href: &str, carrier: Carrier) {
        if let Some(code) = javascript_code(href) {
            self.javascript(index, code);
            return;
        }
        // Old browsers take backticks for quotes, and newer ones for a part of the address.
        let quoted = href.trim().strip_prefix('`');
        let href = quoted.map_or(href, |href| href.trim_end_matches('`'));
        let trimmed = href.trim_start();
        if data_url::is_one(trimmed) {
            let visibility = self.judge.anchor(index);
            self.data_document(index, trimmed, &visibility);
        }
        let mut link = self.link_on(index, href, HopKind::Anchor, carrier);
        link.text = self.anchor_text(index);
        link.context = self.context(index);
        link.visibility = self.judge.anchor(index);
        link.marks = self.judge.marks(index);
        link.text_names_other_host = names_other_host(&link);
        if carrier != Carrier::AHref {
            link.note(Technique::FOREIGN_CONTENT);
        }
        if quoted.is_some() {
            let shows = "an address in backticks, which old browsers alone follow";
            let span = link.span;
            only_for_others(&mut link, shows, span);
        }
        link.to_seller = self.is_listing && self.leads_to_seller(index, &link);
        if link.target.as_ref().is_none_or(is_messenger) {
            self.found
                .contacts
                .push((href.trim().to_owned(), index, link.visibility.clone()));
        }
        self.add(link);
    }
}

/// What follows `javascript:`, as a browser reads the scheme: white space and control characters
/// before it and line breaks and tabs within count for nothing.
pub(crate) fn javascript_code(href: &str) -> Option<&str> {
    let mut rest = href.trim_start_matches(|c: char| c <= ' ');
    if !rest.starts_with(['j', 'J']) {
        return None;
    }
    for letter in "javascript:".chars() {
        rest = rest.trim_start_matches(['\t', '\n', '\r']);
        let first = rest.chars().next()?;
        if !first.eq_ignore_ascii_case(&letter) {
            return None;
        }
        rest = &rest[first.len_utf8()..];
    }
    Some(rest)
}

/// Whether a reference names something to load: not empty, not a fragment, not a script.
pub(crate) fn is_reference(href: &str) -> bool {
    let trimmed = href.trim();
    !trimmed.is_empty()
        && !trimmed.starts_with('#')
        && !["about:", "data:", "javascript:", "blob:"]
            .iter()
            .any(|scheme| begins(trimmed, scheme))
}

/// Whether a reference ends like the name of a picture, a sound, a film, a script or a sheet.
pub(crate) fn is_media_name(href: &str) -> bool {
    is_named(
        href,
        &[
            ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg", ".ico", ".css", ".js",
            ".mjs", ".woff", ".woff2", ".ttf", ".mp4", ".webm", ".mp3", ".swf", ".bmp", ".json",
        ],
    )
}

/// Whether an address is that of a person on a messenger.
pub(crate) fn is_messenger(target: &model::PageUrl) -> bool {
    crate::contact::is_messenger(target.host_text())
}

/// Whether an anchor shows one host and leads to another site.
fn names_other_host(link: &Link) -> bool {
    let Some(target) = &link.target else {
        return false;
    };
    let Some(shown) = text_url::shown_host(&link.text) else {
        return false;
    };
    !shown.is_same_site(target)
}
