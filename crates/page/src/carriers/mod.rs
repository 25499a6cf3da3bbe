//! Every construct that leads out of a document, taken in one walk.

mod areas;
pub(crate) mod attributes;
pub(crate) mod declared;
pub(crate) mod elements;
mod foreign;
mod forms;
pub(crate) mod fragment;
mod frames;
pub(crate) mod headers;
pub(crate) mod json;
pub(crate) mod lenient;
mod scripted;
pub(crate) mod scripts;
pub(crate) mod seller;
mod styles;

use model::{
    Carrier, Directive, HopKind, Link, Note, NoteKind, PageUrl, Position, Proof, RawHref, Resource,
    ResourceKind, Span, Technique, Visibility, Zone,
};

use crate::ascii::begins;
use crate::outline::{Collapsed, Index, Outline, first};
use crate::position::Positions;
use crate::tags::Tag;
use crate::unwrap;
use crate::visibility::Judge;

/// More links than this are left out, with a note.
pub(crate) const MAX_LINKS: usize = 5_000;

/// At most so many nodes of an element's content are looked at for its text.
const MAX_CONTENT: usize = 2_000;

/// More cookies that scripts set than this are left out.
const MAX_COOKIES: usize = 16;

/// Bytes of the longest cookie.
const MAX_COOKIE: usize = 4_096;

/// More resources than this are left out.
const MAX_RESOURCES: usize = 1_000;

/// What the walk over a document has to hand.
pub(crate) struct Walk<'e, 't> {
    /// The document in order.
    pub(crate) outline: &'e Outline<'t>,
    /// What is seen.
    pub(crate) judge: &'e Judge<'e, 't>,
    /// Zone of every node.
    pub(crate) zones: &'e [Zone],
    /// The address that was read.
    pub(crate) address: &'e PageUrl,
    /// What relative references are resolved against.
    pub(crate) base: PageUrl,
    /// How many documents this one is nested in.
    pub(crate) depth: usize,
    /// Whether the page is a listing (its links to sellers are lateral).
    pub(crate) is_listing: bool,
    /// What was found.
    pub(crate) found: Found,
    /// Linked scripts that were given.
    pub(crate) linked: scripts::Linked<'e>,
    /// Code that was met, to be read when all of it is known.
    pub(crate) codes: Vec<scripts::Code<'t>>,
    /// Style that scripts add.
    pub(crate) injected: Vec<String>,
    /// Where in the source each offset stands.
    pub(crate) positions: Positions,
    /// Whether `base` re-roots relative links to another site.
    pub(crate) base_elsewhere: bool,
}

/// What a walk finds.
#[derive(Default)]
pub(crate) struct Found {
    /// Links.
    pub(crate) links: Vec<Link>,
    /// Resources.
    pub(crate) resources: Vec<Resource>,
    /// What is asked of robots and miners.
    pub(crate) directives: Vec<Directive>,
    /// What scripts set in cookies.
    pub(crate) cookies: Vec<String>,
    /// Notes.
    pub(crate) notes: Vec<Note>,
    /// Contact addresses (`mailto:`, `tel:`, messengers), with the element that carries each.
    pub(crate) contacts: Vec<(String, Index, Visibility)>,
    /// Forms, with the place of their link.
    pub(crate) forms: Vec<(Index, Option<usize>)>,
    /// Controls that belong to a form elsewhere on the page, with its id.
    pub(crate) owners: Vec<(Index, String)>,
}

impl Found {
    /// Takes a cookie that a script sets, unless there are many, or it is longer than browsers take.
    pub(crate) fn cookie(&mut self, field: &str) {
        if self.cookies.len() < MAX_COOKIES && field.len() <= MAX_COOKIE {
            self.cookies.push(field.to_owned());
        }
    }

    /// Whether no more links are taken; notes it.
    pub(crate) fn is_full(&mut self) -> bool {
        let full = self.links.len() >= MAX_LINKS;
        if full {
            let noted = self
                .notes
                .iter()
                .any(|note| note.kind == NoteKind::TooManyLinks);
            if !noted {
                self.notes.push(Note {
                    kind: NoteKind::TooManyLinks,
                    text: format!("more than {MAX_LINKS} links; the rest is left out"),
                    span: None,
                });
            }
        }
        full
    }

    /// Adds a link, unless there are too many. Gives its place.
    pub(crate) fn push(&mut self, link: Link) -> Option<usize> {
        if self.is_full() {
            return None;
        }
        self.links.push(link);
        Some(self.links.len() - 1)
    }

    /// Adds a resource, unless there are too many.
    pub(crate) fn resource(&mut self, href: &str, base: &PageUrl, kind: ResourceKind) {
        self.resource_with(href, base, kind, None, None);
    }

    /// Adds a resource with what carries it, unless there are too many.
    pub(crate) fn resource_with(
        &mut self,
        href: &str,
        base: &PageUrl,
        kind: ResourceKind,
        carrier: Option<Carrier>,
        span: Option<Span>,
    ) {
        let is_data = begins(href, "data:");
        let short = href.len() < 4_096 && !is_data && !href.trim().is_empty();
        if short && self.resources.len() < MAX_RESOURCES {
            let href = RawHref::new(href.trim());
            let target = href.resolve(base).ok();
            self.resources.push(Resource {
                href,
                target,
                kind,
                carrier,
                span,
            });
        }
    }
}

/// A link with all but its reference left empty.
pub(crate) fn bare_link(href: &str, base: &PageUrl, kind: HopKind, carrier: Carrier) -> Link {
    let href = RawHref::new(bounded(href));
    let target = href.resolve(base).ok();
    Link::new(href, target, kind, carrier)
}

/// No browser follows addresses of more than a few tens of thousands of bytes.
fn bounded(href: &str) -> &str {
    let trimmed = href.trim_matches(|c: char| c.is_ascii_whitespace());
    let mut end = trimmed.len().min(16_384);
    while !trimmed.is_char_boundary(end) {
        end -= 1;
    }
    &trimmed[..end]
}

impl Walk<'_, '_> {
    /// Walks the document.
    pub(crate) fn run(&mut self) {
        let expected = self.outline.hrefs.min(MAX_LINKS);
        self.found.links.reserve(expected + expected / 8);
        for index in 0..self.outline.items.len() {
            if self.outline.element(index).is_some() {
                self.element(index);
            } else if let Some(comment) = self.outline.items[index].node.value().as_comment() {
                self.comment(index, comment);
            }
        }
        self.run_scripts();
    }

    /// A link on an element, with its place, zone, text and context; the caller adds the rest.
    pub(crate) fn link_on(
        &self,
        index: Index,
        href: &str,
        kind: HopKind,
        carrier: Carrier,
    ) -> Link {
        let mut link = bare_link(href, &self.base, kind, carrier);
        link.zone = self.zones[index];
        link.span = self.outline.span(index);
        link.dom_path = self.outline.dom_path(index);
        if let Some(rel) = self.outline.attr(index, "rel") {
            let words = rel.split_whitespace().take(16);
            link.rel = words.map(str::to_ascii_lowercase).collect();
        }
        if self.outline.items[index].in_template {
            self.inside_template(index, &mut link);
        }
        let position = self.position(index);
        // What belongs in a head is in order there.
        let is_claim = matches!(kind, HopKind::Alternate | HopKind::Canonical)
            || matches!(carrier, Carrier::MetaRefresh | Carrier::Script);
        if position != Position::InHead || !is_claim {
            link.position = position;
        }
        if self.base_elsewhere && is_relative(href) {
            link.note(Technique::BASE_HIJACK);
        }
        link
    }

    /// Where in the source a node stands.
    pub(crate) fn position(&self, index: Index) -> Position {
        self.outline.items[index]
            .place
            .map_or(Position::Ordinary, |(start, _)| self.positions.at(start))
    }

    /// What stands in a template is not rendered, unless the template is a shadow root.
    fn inside_template(&self, index: Index, link: &mut Link) {
        let mode = self
            .outline
            .lineage(index)
            .find(|&at| self.outline.name(at) == "template")
            .and_then(|at| {
                ["shadowrootmode", "shadowroot"]
                    .iter()
                    .find_map(|name| self.outline.attr(at, name))
            });
        link.carrier = match mode {
            Some(mode) if mode.eq_ignore_ascii_case("closed") => {
                link.note(Technique::CLOSED_SHADOW);
                Carrier::ShadowRoot
            }
            Some(mode) if mode.eq_ignore_ascii_case("open") => Carrier::ShadowRoot,
            _ => Carrier::Template,
        };
    }

    /// Adds a resource that an element names.
    pub(crate) fn resource_on(
        &mut self,
        index: Index,
        href: &str,
        kind: ResourceKind,
        carrier: Carrier,
    ) {
        let span = self.outline.span(index);
        self.found
            .resource_with(href, &self.base, kind, Some(carrier), span);
    }

    /// Text of the nearest block around an element.
    pub(crate) fn context(&self, index: Index) -> String {
        let block = self
            .outline
            .lineage(index)
            .skip(1)
            .find(|&at| self.outline.is(at, Tag::BLOCK))
            .unwrap_or(index);
        self.outline.text_below(block, 300).into_owned()
    }

    /// Text of an anchor as a person reads it: what is shown of its text, with what its images and
    /// controls are called in their places; else its label. Visits at most 2,000 nodes.
    pub(crate) fn anchor_text(&self, index: Index) -> String {
        let text = match self.outline.read_range(index) {
            Some(range) if self.reads_plainly(index) => {
                let read = self.outline.read_text()[range].trim_start();
                first(read, 200).to_owned()
            }
            _ => self.shown_text(index),
        };
        let text = if text.is_ascii() {
            text
        } else {
            let is_read = |c: &char| c.is_whitespace() || !crate::visibility::is_blank(*c);
            text.chars().filter(is_read).collect()
        };
        if !text.is_empty() {
            return text;
        }
        // What is hidden from the eye, or said by a label alone, is the text all the same.
        let hidden = self.outline.text_below(index, 200);
        std::iter::once(&*hidden)
            .chain(self.outline.attr(index, "alt"))
            .chain(self.outline.attr(index, "aria-label"))
            .chain(self.outline.attr(index, "title"))
            .map(|label| crate::outline::collapse(label, 200))
            .find(|label| !label.is_empty())
            .unwrap_or_default()
    }

    /// Whether the text below an element is all that is shown of it: nothing in it is hidden, and no
    /// picture or control says more.
    fn reads_plainly(&self, index: Index) -> bool {
        let range = self.outline.below(index);
        if range.len() > MAX_CONTENT {
            return false;
        }
        let mut at = range.start;
        while at < range.end {
            let item = &self.outline.items[at];
            if item.tag.is(Tag::UNREAD) {
                at = item.end;
                continue;
            }
            if item.tag.is(Tag::IMG | Tag::INPUT)
                || (item.node.value().is_element() && self.judge.is_boxed_out(at))
            {
                return false;
            }
            at += 1;
        }
        true
    }

    /// The shown text of an element, with what its images and controls are called.
    fn shown_text(&self, index: Index) -> String {
        let mut words = Collapsed::with_room(200, 32);
        let range = self.outline.below(index);
        let mut at = range.start;
        let mut visited = 0;
        while at < range.end && !words.is_full() && visited < MAX_CONTENT {
            visited += 1;
            if let Some(text) = self.outline.text(at) {
                words.push(text);
                at += 1;
                continue;
            }
            let item = &self.outline.items[at];
            let is_element = item.node.value().is_element();
            if item.tag.is(Tag::UNREAD) || (is_element && self.judge.is_boxed_out(at)) {
                at = item.end;
                continue;
            }
            let said = if item.tag.is(Tag::IMG) {
                self.outline.attr(at, "alt")
            } else if item.tag.is(Tag::INPUT) {
                self.outline.attr(at, "value")
            } else {
                item.tag.is(Tag::BLOCK | Tag::BR).then_some("")
            };
            if let Some(said) = said {
                words.gap();
                words.push(said);
                words.gap();
            }
            at += 1;
        }
        words.finish()
    }

    /// Adds a link and everything nested in its address.
    pub(crate) fn add(&mut self, mut link: Link) -> Option<usize> {
        if link.carrier == Carrier::Template {
            let proof = Proof {
                technique: Technique::TEMPLATE,
                shows: "inside a <template>".to_owned(),
                span: link.span,
            };
            link.visibility = Visibility::Hidden(vec![proof]);
        }
        add_with_nested(&mut self.found, link, self.address)
    }
}

/// Adds a link and everything nested in its address.
pub(crate) fn add_with_nested(found: &mut Found, link: Link, page: &PageUrl) -> Option<usize> {
    let unwrapped = if is_followed(&link) {
        unwrap::unwrap(link.href.as_str(), link.target.as_ref(), page)
    } else {
        unwrap::Unwrapped::default()
    };
    let mut link = link;
    if unwrapped.target.is_some() {
        link.target = unwrapped.target;
    }
    link.affiliation = unwrapped.affiliation;
    link.text_names_other_host |= unwrapped.names_other_host;
    link.disguises = unwrapped
        .disguises
        .iter()
        .map(|(technique, shows)| proof(*technique, shows, link.span))
        .collect();
    if unwrapped.nested.is_empty() {
        return found.push(link);
    }
    let outer = link.clone();
    let place = found.push(link)?;
    for inner in unwrapped.nested {
        let mut link = outer.clone();
        link.href = RawHref::new(inner.written);
        link.target = Some(inner.target);
        link.kind = HopKind::NestedUrl;
        link.carrier = Carrier::InsideUrl;
        link.layers = inner.layers;
        link.inside = Some(place);
        link.disguises = Vec::new();
        link.affiliation = None;
        link.delay_seconds = None;
        link.marks = Vec::new();
        link.to_seller = false;
        found.push(link);
    }
    Some(place)
}

/// Claims about the page itself hold no way out in their parameters.
fn is_followed(link: &Link) -> bool {
    !matches!(link.kind, HopKind::Canonical | HopKind::Alternate)
}

/// Whether a reference takes its host from the base.
fn is_relative(href: &str) -> bool {
    let trimmed = href.trim_start();
    let head = trimmed.split(['/', '?', '#']).next().unwrap_or_default();
    !trimmed.is_empty() && !trimmed.starts_with("//") && !head.contains(':')
}

/// Says of a link that browsers do not follow it, and other readers of the same bytes do.
pub(crate) fn only_for_others(link: &mut Link, shows: &str, span: Option<Span>) {
    let proof = proof(Technique::PARSER_DIFFERENTIAL, shows, span);
    link.note(Technique::PARSER_DIFFERENTIAL);
    link.visibility = Visibility::Hidden(vec![proof]);
}

/// What stands in a comment is hidden.
pub(crate) fn in_comment(span: Option<Span>) -> Visibility {
    Visibility::Hidden(vec![proof(Technique::COMMENT, "inside a comment", span)])
}

/// A proof without a place of its own.
pub(crate) fn proof(technique: Technique, shows: &str, span: Option<Span>) -> Proof {
    Proof {
        technique,
        shows: shows.to_owned(),
        span,
    }
}
