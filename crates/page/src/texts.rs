//! The text of a page, by place; and the addresses and contacts that are written in it.

use std::borrow::Cow;

use model::{
    Carrier, Contact, HopKind, Link, PageUrl, Passage, Place, RawHref, Span, Visibility, Zone,
};

use crate::carriers::{Found, add_with_nested};
use crate::contact::Handle;
use crate::outline::{Index, Outline, collapse, first as first_of};
use crate::tags::{Attrs, Tag};
use crate::text_url;
use crate::visibility::Judge;
use crate::writing::Letters;
use crate::zone::Said;

/// At most so many passages, of so many characters each.
const MAX_PASSAGES: usize = 400;
const MAX_CHARS: usize = 2_000;

/// At most so many contacts.
const MAX_CONTACTS: usize = 500;

/// What the texts of a page give.
#[derive(Default)]
pub(crate) struct Texts {
    /// Passages.
    pub(crate) passages: Vec<Passage>,
    /// Contacts.
    pub(crate) contacts: Vec<Contact>,
    /// The word that is spelled over elements, as far as it is read.
    letters: Letters,
    /// Whether the product's name was met.
    is_named: bool,
}

impl Texts {
    /// Whether no more passages are kept.
    pub(crate) fn is_full(&self) -> bool {
        self.passages.len() >= MAX_PASSAGES
    }
}

/// Text of one block that stands in or outside of one anchor.
pub(crate) struct Run<'t> {
    pub(crate) block: Index,
    pub(crate) anchor: Option<Index>,
    /// The text as it stands; of one node mostly.
    pub(crate) text: Cow<'t, str>,
    /// Where each text node begins in the text.
    pub(crate) nodes: Vec<(usize, Index)>,
    /// Where its text stands.
    place: Place,
}

/// Reads the texts of a document.
pub(crate) struct Reader<'e, 't> {
    pub(crate) outline: &'e Outline<'t>,
    pub(crate) judge: &'e Judge<'e, 't>,
    pub(crate) zones: &'e [Zone],
    /// What the labels of each element say.
    pub(crate) said: &'e [Said],
    pub(crate) address: &'e PageUrl,
    /// The first heading of a listing is the product's name.
    pub(crate) is_listing: bool,
}

#[derive(Clone, Copy)]
struct Around {
    block: Index,
    anchor: Option<Index>,
    unread: bool,
    place: Place,
}

impl Around {
    /// Outside of every element.
    const PAGE: Self = Self {
        block: 0,
        anchor: None,
        unread: false,
        place: Place::Body,
    };
}

impl<'t> Reader<'_, 't> {
    /// Reads all texts; written addresses go to `found`. O(nodes + bytes).
    pub(crate) fn read(&self, found: &mut Found) -> Texts {
        let mut texts = Texts::default();
        // What is open: where it ends, and what holds for the texts in it.
        let mut open: Vec<(Index, Around)> = Vec::new();
        let mut run: Option<Run<'t>> = None;
        let mut spare = Vec::new();
        for (index, item) in self.outline.items.iter().enumerate() {
            while open.last().is_some_and(|&(end, _)| end <= index) {
                open.pop();
            }
            let above = open.last().map_or(Around::PAGE, |&(_, around)| around);
            let Some(text) = self.outline.text(index) else {
                if item.end > index + 1 {
                    open.push((item.end, self.enter(index, above)));
                }
                if item.tag.is(Tag::BR | Tag::IMG | Tag::HR)
                    && let Some(done) = run.take()
                {
                    spare = self.flush(done, found, &mut texts);
                }
                self.attributes(index, found, &mut texts);
                continue;
            };
            if above.unread {
                continue;
            }
            match &mut run {
                Some(run) if run.block == above.block && run.anchor == above.anchor => {
                    run.nodes.push((run.text.len(), index));
                    run.text.to_mut().push_str(text);
                }
                _ => {
                    if let Some(done) = run.take() {
                        spare = self.flush(done, found, &mut texts);
                    }
                    let mut nodes = std::mem::take(&mut spare);
                    nodes.push((0, index));
                    run = Some(Run {
                        block: above.block,
                        anchor: above.anchor,
                        text: Cow::Borrowed(text),
                        nodes,
                        place: above.place,
                    });
                }
            }
        }
        if let Some(done) = run.take() {
            self.flush(done, found, &mut texts);
        }
        let mut letters = std::mem::take(&mut texts.letters);
        self.read_out(&mut letters, found, &mut texts);
        if self.judge.has_redrawn() {
            self.redrawn(found);
        }
        texts
    }

    fn enter(&self, index: Index, above: Around) -> Around {
        let Some(element) = self.outline.element(index) else {
            return above;
        };
        let item = &self.outline.items[index];
        let name = element.name();
        let mut own = above;
        own.unread |= (item.tag.is(Tag::UNREAD) && name != "head") || item.in_template;
        if item.tag.is(Tag::BLOCK | Tag::TITLE) {
            own.block = index;
        }
        if item.tag.is(Tag::ANCHOR) && item.attrs.has(Attrs::HREF) {
            own.anchor = Some(index);
        }
        own.place = self.place(index, name, above.place);
        own
    }

    fn place(&self, index: Index, name: &str, above: Place) -> Place {
        let item = &self.outline.items[index];
        let attr = |kind, name| self.outline.attr_of(index, kind, name).unwrap_or_default();
        if item.tag.is(Tag::HEADING) {
            return if attr(Attrs::ITEMPROP, "itemprop") == "name" {
                Place::ProductName
            } else {
                Place::Heading
            };
        }
        if above == Place::Body && attr(Attrs::ITEMPROP, "itemprop") == "name" {
            return Place::ProductName;
        }
        if name == "option" || matches!(attr(Attrs::ROLE, "role"), "option" | "radio") {
            return Place::Variant;
        }
        let said = self.said[index];
        if said.says(Said::BREADCRUMB) {
            return Place::Breadcrumb;
        }
        if above == Place::Body
            && said.says(Said::VARIANT)
            && !matches!(name, "body" | "html" | "main" | "form" | "section")
        {
            return Place::Variant;
        }
        match (above, self.zones[index]) {
            (Place::Body, Zone::Seller) => Place::Description,
            (Place::Body | Place::Description, Zone::User) => Place::Review,
            _ => above,
        }
    }

    /// Reads a run that has ended; gives back its list of nodes, to be used again.
    fn flush(&self, run: Run<'t>, found: &mut Found, texts: &mut Texts) -> Vec<(usize, Index)> {
        if !run.text.trim().is_empty() {
            let mut letters = std::mem::take(&mut texts.letters);
            self.spell(&mut letters, &run, found, texts);
            texts.letters = letters;
            self.run_passage(&run, texts);
            self.written(&run, found, texts);
        }
        let mut nodes = run.nodes;
        nodes.clear();
        nodes
    }

    fn run_passage(&self, run: &Run<'t>, texts: &mut Texts) {
        let first = run.nodes[0].1;
        let mut place = if run.anchor.is_some()
            && matches!(run.place, Place::Body | Place::Description | Place::Review)
        {
            Place::AnchorText
        } else {
            run.place
        };
        if self.is_listing
            && place == Place::Heading
            && !texts.is_named
            && self.outline.name(run.block) == "h1"
        {
            place = Place::ProductName;
            texts.is_named = true;
        }
        if texts.is_full() {
            return;
        }
        let shown = !self.judge.text(first).is_hidden();
        // The text of one node stands collapsed in the read text.
        match self
            .outline
            .read_range(first)
            .filter(|_| run.nodes.len() == 1)
        {
            Some(range) => {
                let read = self.outline.read_text()[range].trim_start();
                self.collapsed_passage(place, first, first_of(read, MAX_CHARS), shown, texts);
            }
            None => self.passage(place, first, &run.text, shown, texts),
        }
    }

    /// The exact span of a piece of a run, when it stands in one node just as in the body.
    pub(crate) fn span_in(&self, node: (usize, Index), start: usize, end: usize) -> Option<Span> {
        let (from, to) = self.outline.items[node.1].place?;
        let text = self.outline.text(node.1)?;
        let inside = end.checked_sub(node.0)? <= text.len();
        (inside && to - from == text.len()).then(|| {
            self.outline
                .body_span(from + start - node.0, from + end - node.0)
        })
    }

    pub(crate) fn text_link(
        &self,
        written: &text_url::Written,
        spot: &Spot<'_>,
        found: &mut Found,
    ) {
        if written.target == *self.address {
            return;
        }
        let visibility = self.judge.text(spot.node);
        let link = Link {
            text: collapse(&written.written, 200),
            context: collapse(spot.around, 300),
            visibility,
            zone: self.zones[spot.node],
            span: spot.span,
            dom_path: self.outline.dom_path(spot.node),
            techniques: written.techniques.clone(),
            ..Link::new(
                RawHref::new(written.written.clone()),
                Some(written.target.clone()),
                HopKind::TextUrl,
                spot.carrier,
            )
        };
        add_with_nested(found, link, self.address);
    }

    pub(crate) fn passage(
        &self,
        place: Place,
        node: Index,
        text: &str,
        shown: bool,
        texts: &mut Texts,
    ) {
        if !texts.is_full() {
            self.collapsed_passage(place, node, &collapse(text, MAX_CHARS), shown, texts);
        }
    }

    fn collapsed_passage(
        &self,
        place: Place,
        node: Index,
        text: &str,
        shown: bool,
        texts: &mut Texts,
    ) {
        if !text.is_empty() {
            texts.passages.push(Passage {
                place,
                zone: self.zones[node],
                text: text.to_owned(),
                shown,
                span: self.outline.span(node),
            });
        }
    }

    /// Text in attributes, `title` and `meta`.
    fn attributes(&self, index: Index, found: &mut Found, texts: &mut Texts) {
        let Some(element) = self.outline.element(index) else {
            return;
        };
        let item = &self.outline.items[index];
        if !item.tag.is(Tag::HEAD) && !item.attrs.has(Attrs::READ | Attrs::VALUE | Attrs::DATA) {
            return;
        }
        match element.name() {
            "title" => {
                let text: String = self
                    .outline
                    .below(index)
                    .filter_map(|at| self.outline.text(at))
                    .collect();
                if self
                    .outline
                    .lineage(index)
                    .all(|at| self.outline.name(at) != "svg")
                {
                    // The words stand in the text of the element; an empty title has none.
                    let words = self.outline.below(index);
                    let words = words
                        .into_iter()
                        .find(|at| self.outline.text(*at).is_some());
                    let at = words.unwrap_or(index);
                    self.passage(Place::Title, at, &text, true, texts);
                }
            }
            "meta" => {
                let name = self
                    .outline
                    .attr(index, "name")
                    .unwrap_or_default()
                    .to_ascii_lowercase();
                if matches!(name.as_str(), "description" | "keywords") {
                    let content = self.outline.attr(index, "content").unwrap_or_default();
                    self.passage(Place::Meta, index, content, true, texts);
                }
            }
            name => self.text_of_attributes(index, name, found, texts),
        }
    }
}

pub(crate) struct Spot<'s> {
    pub(crate) node: Index,
    pub(crate) span: Option<Span>,
    pub(crate) carrier: Carrier,
    pub(crate) around: &'s str,
}

pub(crate) fn node_at(run: &Run<'_>, at: usize) -> (usize, Index) {
    let next = run.nodes.partition_point(|&(start, _)| start <= at);
    run.nodes[next.saturating_sub(1)]
}

/// Adds a contact, unless it is known.
pub(crate) fn push_contact(
    contacts: &mut Vec<Contact>,
    handle: Handle,
    visibility: Visibility,
    zone: Zone,
    span: Option<Span>,
) {
    let known = contacts
        .iter()
        .any(|c| c.kind == handle.kind && c.handle == handle.handle && c.zone == zone);
    if !known && contacts.len() < MAX_CONTACTS {
        contacts.push(Contact {
            kind: handle.kind,
            handle: handle.handle,
            written: handle.written,
            visibility,
            zone,
            span,
            techniques: Vec::new(),
        });
    }
}
