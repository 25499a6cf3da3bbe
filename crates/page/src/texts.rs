//! The text of a page, by place; and the addresses and contacts that are written in it.

use model::{
    Carrier, Contact, HopKind, Link, PageUrl, Passage, Place, RawHref, Span, Trigger, Visibility,
    Zone,
};

use crate::carriers::{Found, add_with_nested};
use crate::contact::Handle;
use crate::outline::{Index, Outline, collapse, is_block, is_unrendered};
use crate::text_url;
use crate::visibility::Judge;
use crate::writing::Letters;

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
}

pub(crate) struct Run {
    pub(crate) block: Index,
    pub(crate) anchor: Option<Index>,
    pub(crate) text: String,
    /// Where each text node begins in the text.
    pub(crate) nodes: Vec<(usize, Index)>,
}

/// Reads the texts of a document.
pub(crate) struct Reader<'e, 't> {
    pub(crate) outline: &'e Outline<'t>,
    pub(crate) judge: &'e Judge<'e, 't>,
    pub(crate) zones: &'e [Zone],
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

impl Reader<'_, '_> {
    /// Reads all texts; written addresses go to `found`. O(nodes + bytes).
    #[inline(never)]
    pub(crate) fn read(&self, found: &mut Found) -> Texts {
        let mut texts = Texts::default();
        let mut around: Vec<Around> = Vec::with_capacity(self.outline.items.len());
        let mut run: Option<Run> = None;
        let mut named = false;
        let mut letters = Letters::default();
        for index in 0..self.outline.items.len() {
            let above = self.outline.parent(index).map_or(
                Around {
                    block: 0,
                    anchor: None,
                    unread: false,
                    place: Place::Body,
                },
                |parent| around[parent],
            );
            let own = self.enter(index, above);
            around.push(own);
            if let Some(text) = self.outline.text(index).filter(|_| !own.unread) {
                let same = run
                    .as_ref()
                    .is_some_and(|run| run.block == own.block && run.anchor == own.anchor);
                if !same && let Some(done) = run.take() {
                    self.spell(&mut letters, &done, found, &mut texts);
                    self.flush(
                        &done,
                        around[done.nodes[0].1].place,
                        found,
                        &mut texts,
                        &mut named,
                    );
                }
                let run = run.get_or_insert_with(|| Run {
                    block: own.block,
                    anchor: own.anchor,
                    text: String::new(),
                    nodes: Vec::new(),
                });
                run.nodes.push((run.text.len(), index));
                run.text.push_str(text);
            } else if matches!(self.outline.name(index), "br" | "img" | "hr") {
                if let Some(done) = run.take() {
                    self.spell(&mut letters, &done, found, &mut texts);
                    self.flush(
                        &done,
                        around[done.nodes[0].1].place,
                        found,
                        &mut texts,
                        &mut named,
                    );
                }
                self.attributes(index, found, &mut texts);
            } else {
                self.attributes(index, found, &mut texts);
            }
        }
        if let Some(done) = run.take() {
            self.spell(&mut letters, &done, found, &mut texts);
            self.flush(
                &done,
                around[done.nodes[0].1].place,
                found,
                &mut texts,
                &mut named,
            );
        }
        self.read_out(&mut letters, found, &mut texts);
        texts
    }

    fn enter(&self, index: Index, above: Around) -> Around {
        let Some(element) = self.outline.element(index) else {
            return above;
        };
        let name = element.name();
        let mut own = above;
        own.unread |=
            (is_unrendered(name) && name != "head") || self.outline.items[index].in_template;
        if is_block(name) || name == "title" {
            own.block = index;
        }
        if name == "a" && self.outline.attr(index, "href").is_some() {
            own.anchor = Some(index);
        }
        own.place = self.place(index, name, above.place);
        own
    }

    fn place(&self, index: Index, name: &str, above: Place) -> Place {
        let attr = |name| self.outline.attr(index, name).unwrap_or_default();
        if matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") {
            return if attr("itemprop") == "name" {
                Place::ProductName
            } else {
                Place::Heading
            };
        }
        if attr("itemprop") == "name" && above == Place::Body {
            return Place::ProductName;
        }
        if matches!(name, "option") || attr("role") == "option" || attr("role") == "radio" {
            return Place::Variant;
        }
        let labels = [attr("class"), attr("id"), attr("aria-label")];
        let says = |word: &str| labels.iter().any(|label| contains_word(label, word));
        if says("breadcrumb") {
            return Place::Breadcrumb;
        }
        if above == Place::Body
            && ["variant", "swatch", "variation"]
                .iter()
                .any(|word| says(word))
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

    fn flush(
        &self,
        run: &Run,
        place: Place,
        found: &mut Found,
        texts: &mut Texts,
        named: &mut bool,
    ) {
        if run.text.trim().is_empty() {
            return;
        }
        let first = run.nodes[0].1;
        let visible = self.judge.text(first);
        let mut place = if run.anchor.is_some()
            && matches!(place, Place::Body | Place::Description | Place::Review)
        {
            Place::AnchorText
        } else {
            place
        };
        if self.is_listing
            && place == Place::Heading
            && !*named
            && self.outline.name(run.block) == "h1"
        {
            place = Place::ProductName;
            *named = true;
        }
        self.passage(place, first, &run.text, !visible.is_hidden(), texts);
        self.written(run, found, texts);
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
            href: RawHref::new(written.written.clone()),
            target: Some(written.target.clone()),
            kind: HopKind::TextUrl,
            carrier: spot.carrier,
            trigger: Trigger::Act,
            text: collapse(&written.written, 200),
            context: collapse(spot.around, 300),
            visibility,
            zone: self.zones[spot.node],
            span: spot.span,
            dom_path: self.outline.dom_path(spot.node),
            rel: Vec::new(),
            layers: Vec::new(),
            disguises: Vec::new(),
            affiliation: None,
            inside: None,
            text_names_other_host: false,
            to_seller: false,
            delay_seconds: None,
            position: model::Position::Ordinary,
            techniques: written.techniques.clone(),
            marks: Vec::new(),
            conditions: Vec::new(),
            scripted: Vec::new(),
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
        if texts.passages.len() >= MAX_PASSAGES {
            return;
        }
        let text = collapse(text, MAX_CHARS);
        if !text.is_empty() {
            texts.passages.push(Passage {
                place,
                zone: self.zones[node],
                text,
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
                    self.passage(Place::Title, index, &text, true, texts);
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

/// Whether `label` holds `word`, which is in lower case, in whatever case.
fn contains_word(label: &str, word: &str) -> bool {
    label
        .as_bytes()
        .windows(word.len())
        .any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

pub(crate) struct Spot<'s> {
    pub(crate) node: Index,
    pub(crate) span: Option<Span>,
    pub(crate) carrier: Carrier,
    pub(crate) around: &'s str,
}

pub(crate) fn node_at(run: &Run, at: usize) -> (usize, Index) {
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
