//! Documents inside of the document: `noscript`, comments, raw text, `srcdoc`, `data:` addresses.

use model::{Carrier, Reveal, Span, Technique, Visibility};

use crate::carriers::{Found, Walk, add_with_nested, proof};
use crate::css::cascade::Cascade;
use crate::css::media;
use crate::css::sheet::RuleSet;
use crate::document::OffsetMap;
use crate::outline::{Index, Outline};
use crate::parse::parse;
use crate::unwrap::data_url;
use crate::visibility::Judge;
use crate::visibility::reveal::Reveals;

/// Documents nested deeper than this are left.
const MAX_DEPTH: usize = 3;

/// How the links of an inner document are shown.
struct Wrapping {
    carrier: Option<Carrier>,
    visibility: Visibility,
    /// Where the inner text begins in the body, when it stands there as it is.
    start: Option<usize>,
    /// The element that holds it.
    host: Option<Span>,
}

impl Walk<'_, '_> {
    /// `noscript`: browsers without script show it.
    pub(crate) fn noscript(&mut self, index: Index) {
        let shows = proof(
            Technique::NOSCRIPT,
            "inside <noscript>",
            self.outline.span(index),
        );
        let visibility = Visibility::Conditional(Reveal::NoScript, vec![shows]);
        self.raw_children(index, Some(Carrier::Noscript), &visibility);
    }

    /// Text that browsers show as text or not at all, though it reads as markup.
    pub(crate) fn raw_text(&mut self, index: Index) {
        let name = self.outline.name(index);
        let shows = format!("inside <{name}>");
        let visibility = Visibility::Hidden(vec![proof(
            Technique::NOT_RENDERED,
            &shows,
            self.outline.span(index),
        )]);
        let carrier = if name == "script" {
            Some(Carrier::Template)
        } else {
            None
        };
        self.raw_children(index, carrier, &visibility);
    }

    fn raw_children(&mut self, index: Index, carrier: Option<Carrier>, visibility: &Visibility) {
        let texts: Vec<Index> = self
            .outline
            .below(index)
            .filter(|&at| self.outline.text(at).is_some())
            .collect();
        for at in texts {
            let Some(text) = self.outline.text(at).filter(|text| may_hold_links(text)) else {
                continue;
            };
            let start = self.span_inside(at, text, 0).map(|span| span.start);
            let wrapping = Wrapping {
                carrier,
                visibility: visibility.clone(),
                start,
                host: self.outline.span(index),
            };
            self.inner(index, text, &wrapping, false);
        }
    }

    /// A comment, read as HTML.
    pub(crate) fn comment(&mut self, index: Index, comment: &str) {
        if !may_hold_links(comment) {
            return;
        }
        let span = self.outline.span(index);
        let wrapping = Wrapping {
            carrier: Some(Carrier::Comment),
            visibility: Visibility::Hidden(vec![proof(
                Technique::COMMENT,
                "inside a comment",
                span,
            )]),
            start: None,
            host: span,
        };
        self.inner(index, comment, &wrapping, false);
    }

    /// The child document of a frame.
    pub(crate) fn srcdoc(&mut self, index: Index, html: &str, visibility: &Visibility) {
        let wrapping = Wrapping {
            carrier: Some(Carrier::IframeSrcdoc),
            visibility: visibility.clone(),
            start: None,
            host: self.outline.span(index),
        };
        self.inner(index, html, &wrapping, true);
    }

    /// A document in a `data:` address.
    pub(crate) fn data_document(&mut self, index: Index, src: &str, visibility: &Visibility) {
        let Some(html) = data_url::document(src) else {
            return;
        };
        let shows = proof(
            Technique::DATA_DOCUMENT,
            "a document inside of an address",
            self.outline.span(index),
        );
        let before = self.found.links.len();
        let wrapping = Wrapping {
            carrier: Some(Carrier::DataUrl),
            visibility: visibility.clone(),
            start: None,
            host: self.outline.span(index),
        };
        self.inner(index, &html, &wrapping, true);
        for link in self.found.links.iter_mut().skip(before) {
            if link.carrier == Carrier::DataUrl {
                link.disguises.push(shows.clone());
            }
        }
    }

    /// Reads an inner document and adopts its links. With `own_view` its own cascade counts, too.
    fn inner(&mut self, host: Index, html: &str, wrapping: &Wrapping, own_view: bool) {
        if self.depth >= MAX_DEPTH || self.found.is_full() {
            return;
        }
        let parsed = parse(html);
        let map = OffsetMap::identity(html.len());
        let outline = Outline::of(&parsed, &map);
        let mut rules = RuleSet::default();
        if own_view {
            for at in 0..outline.items.len() {
                if outline.name(at) == "style" {
                    let texts = outline.below(at).filter_map(|at| outline.text(at));
                    texts.for_each(|text| rules.add_sheet(text, media::ALL, None));
                }
            }
        }
        let cascade = Cascade::run(&outline, &rules);
        let judge = Judge {
            outline: &outline,
            rules: &rules,
            cascade: &cascade,
            reveals: Reveals::of_page(&outline),
            misses_sheets: false,
            effort: std::cell::Cell::new(crate::visibility::EFFORT),
        };
        let zones = vec![self.zones[host]; outline.items.len()];
        let mut walk = Walk {
            outline: &outline,
            judge: &judge,
            zones: &zones,
            address: self.address,
            base: self.base.clone(),
            depth: self.depth + 1,
            is_listing: self.is_listing,
            found: Found::default(),
            last_context: std::cell::RefCell::default(),
        };
        walk.run();
        let found = walk.found;
        let prefix = self.outline.dom_path(host);
        for mut link in found.links {
            // What is nested in an address is found again when its outer link is added.
            if link.inside.is_some() {
                continue;
            }
            link.span = match (wrapping.start, link.span) {
                (Some(start), Some(inner)) => Some(Span {
                    start: start + inner.start,
                    end: start + inner.end,
                }),
                _ => wrapping.host,
            };
            link.dom_path = format!(
                "{prefix}/{}",
                link.dom_path.trim_start_matches("html/body/")
            );
            link.visibility = adopt(&link.visibility, &wrapping.visibility, own_view);
            if let Some(carrier) = wrapping.carrier {
                link.carrier = carrier;
            }
            add_with_nested(&mut self.found, link, self.address);
        }
    }
}

/// The frame's own hiding beats that of its content.
fn adopt(inner: &Visibility, outer: &Visibility, own_view: bool) -> Visibility {
    match outer {
        Visibility::Visible if own_view => inner.clone(),
        _ => outer.clone(),
    }
}

/// Whether a text may hold markup with links: cheaper than parsing every comment.
fn may_hold_links(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.contains('<')
        && ["href", "src=", "action", "http-equiv", "srcdoc"]
            .iter()
            .any(|sign| {
                bytes
                    .windows(sign.len())
                    .any(|window| window.eq_ignore_ascii_case(sign.as_bytes()))
            })
}
