//! The tree as one flat list in document order, so that no walk over it recurses and "everything
//! below" is a range; with the text that a person reads in one piece, of which the text below any node is
//! a part.

use std::borrow::Cow;
use std::cell::RefCell;

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use html5ever::LocalName;
use model::Span;
use scraper::node::Element;
use scraper::{ElementRef, Node};

pub(crate) use crate::collapsed::{Collapsed, collapse, first};
use crate::document::OffsetMap;
use crate::parse::Parsed;
use crate::tags::{Attrs, Known, Tag};
pub(crate) use crate::tags::{is_block, is_unrendered};

/// Place of a node in an [`Outline`].
pub(crate) type Index = usize;

/// One node with what walks ask of it.
pub(crate) struct Item<'t> {
    /// The node.
    pub(crate) node: NodeRef<'t, Node>,
    /// Its parent element; itself for the root.
    pub(crate) parent: Index,
    /// One past its last descendant.
    pub(crate) end: Index,
    /// How many siblings of the same name come before it, plus one.
    pub(crate) nth: u32,
    /// Where it stands in the text: its start tag, or the text itself.
    pub(crate) place: Option<(usize, usize)>,
    /// Whether it is inside of a `template`.
    pub(crate) in_template: bool,
    /// Whether it is, or stands in, an element whose text nobody reads.
    pub(crate) is_unread: bool,
    /// What its name says.
    pub(crate) tag: Tag,
    /// Which attributes it has, of those that are asked for often.
    pub(crate) attrs: Attrs,
    /// Where its part of the read text begins.
    said: u32,
}

/// A document in document order.
pub(crate) struct Outline<'t> {
    /// The nodes.
    pub(crate) items: Vec<Item<'t>>,
    /// Which of the attributes that are asked for often any element has.
    pub(crate) any: Attrs,
    /// Words of all texts that are not in a script or the like.
    pub(crate) words: usize,
    /// How many tags of the source have a reference.
    pub(crate) hrefs: usize,
    /// The elements that most pages have few of: those of the head, and scripts and styles.
    pub(crate) heads: Vec<Index>,
    read: Collapsed,
    map: &'t OffsetMap,
    trail: RefCell<Trail>,
}

struct Open<'t> {
    index: Index,
    in_template: bool,
    is_unread: bool,
    names: Vec<(&'t LocalName, u32)>,
}

impl<'t> Outline<'t> {
    /// Flattens a tree. O(nodes + bytes of text).
    pub(crate) fn of(parsed: &'t Parsed, map: &'t OffsetMap) -> Self {
        let mut outline = Self {
            items: Vec::with_capacity(parsed.tree.values().len()),
            any: Attrs::default(),
            words: 0,
            hrefs: 0,
            heads: Vec::new(),
            read: Collapsed::with_room(usize::MAX, parsed.bytes / 3),
            map,
            trail: RefCell::default(),
        };
        let mut open: Vec<Open<'t>> = Vec::new();
        // What was open and is closed; its list of names is used again.
        let mut spare: Vec<Vec<(&'t LocalName, u32)>> = Vec::new();
        let mut known = Known::default();
        for edge in parsed.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let place = parsed.places.get(node.id());
                    let is_unread = outline.enter(node, place, &mut open, &mut known);
                    let index = outline.items.len() - 1;
                    let in_template = outline.items[index].in_template;
                    open.push(Open {
                        index,
                        in_template: in_template || matches!(node.value(), Node::Fragment),
                        is_unread,
                        names: spare.pop().unwrap_or_default(),
                    });
                }
                Edge::Close(_) => {
                    let end = outline.items.len();
                    if let Some(mut closed) = open.pop() {
                        outline.items[closed.index].end = end;
                        closed.names.clear();
                        spare.push(closed.names);
                    }
                }
            }
        }
        outline
    }

    /// Appends a node; gives whether the text in it is unread.
    fn enter(
        &mut self,
        node: NodeRef<'t, Node>,
        place: Option<(usize, usize)>,
        open: &mut [Open<'t>],
        known: &mut Known<'t>,
    ) -> bool {
        let index = self.items.len();
        let mut is_unread = open.last().is_some_and(|parent| parent.is_unread);
        let (parent, in_template, nth) = place_under(open, node, index);
        let (mut tag, mut attrs) = (Tag::default(), Attrs::default());
        let said = self.read.len32();
        match node.value() {
            Node::Element(element) => {
                tag = known.tag(&element.name.local);
                for (name, _) in &element.attrs {
                    attrs |= known.attr(&name.local);
                }
                self.any |= attrs;
                self.hrefs += usize::from(attrs.has(Attrs::HREF) && place.is_some());
                is_unread |= tag.is(Tag::UNREAD);
                if tag.is(Tag::HEAD) {
                    self.heads.push(index);
                }
                if tag.is(Tag::BLOCK | Tag::BR) && !is_unread {
                    self.read.gap();
                }
            }
            Node::Text(text) if !is_unread => self.words += self.read.push(text),
            Node::Text(text) => {
                let is_code = self
                    .items
                    .get(parent)
                    .is_some_and(|parent| parent.tag.is(Tag::UNREAD));
                if !is_code && !in_template {
                    self.words += text.split_whitespace().count();
                }
            }
            _ => {}
        }
        self.items.push(Item {
            node,
            parent,
            end: index + 1,
            nth,
            place,
            in_template,
            is_unread,
            tag,
            attrs,
            said,
        });
        is_unread
    }

    /// The text that a person reads, white space collapsed: all of it.
    pub(crate) fn read_text(&self) -> &str {
        &self.read.text
    }

    /// Which part of the read text stands in a node; none for one that nobody reads.
    pub(crate) fn read_range(&self, index: Index) -> Option<std::ops::Range<usize>> {
        let item = self.items.get(index).filter(|item| !item.is_unread)?;
        let behind = self.items.get(item.end);
        let end = behind.map_or(self.read.text.len(), |item| item.said as usize);
        Some(item.said as usize..end)
    }

    /// The text node in which a place of the read text stands. O(log nodes).
    pub(crate) fn read_at(&self, place: usize) -> Option<Index> {
        let until = self
            .items
            .partition_point(|item| item.said as usize <= place);
        let mut back = (0..until).rev().take(64);
        back.find(|&at| self.items[at].node.value().is_text() && !self.items[at].is_unread)
    }

    /// The first element of a name among those that most pages have few of.
    pub(crate) fn head(&self, name: &str) -> Option<Index> {
        let mut heads = self.heads.iter().copied();
        heads.find(|&at| self.name(at) == name)
    }

    /// The element at an index.
    pub(crate) fn element(&self, index: Index) -> Option<&'t Element> {
        self.items.get(index)?.node.value().as_element()
    }

    /// The element at an index, for selectors.
    pub(crate) fn element_ref(&self, index: Index) -> Option<ElementRef<'t>> {
        ElementRef::wrap(self.items.get(index)?.node)
    }

    /// The name of the element at an index; empty for what is no element.
    pub(crate) fn name(&self, index: Index) -> &'t str {
        self.element(index).map_or("", Element::name)
    }

    /// The text of the text node at an index.
    pub(crate) fn text(&self, index: Index) -> Option<&'t str> {
        self.items
            .get(index)?
            .node
            .value()
            .as_text()
            .map(|text| &**text)
    }

    /// An attribute of the element at an index, of those that are asked for often.
    pub(crate) fn attr_of(&self, index: Index, kind: Attrs, name: &str) -> Option<&'t str> {
        self.items.get(index).filter(|item| item.attrs.has(kind))?;
        self.attr(index, name)
    }

    /// Whether the element at an index is one of a kind.
    pub(crate) fn is(&self, index: Index, tag: Tag) -> bool {
        self.items.get(index).is_some_and(|item| item.tag.is(tag))
    }

    /// An attribute of the element at an index, in any namespace.
    pub(crate) fn attr(&self, index: Index, name: &str) -> Option<&'t str> {
        attr(self.element(index)?, name)
    }

    /// Whether `index` is the root.
    fn is_root(&self, index: Index) -> bool {
        index == 0
    }

    /// The parent, unless `index` is the root.
    pub(crate) fn parent(&self, index: Index) -> Option<Index> {
        (!self.is_root(index)).then(|| self.items.get(index).map(|item| item.parent))?
    }

    /// The node itself and its ancestors, innermost first.
    pub(crate) fn lineage(&self, index: Index) -> impl Iterator<Item = Index> + '_ {
        std::iter::successors(Some(index), |&at| self.parent(at))
    }

    /// Everything below a node, in document order.
    pub(crate) fn below(&self, index: Index) -> std::ops::Range<Index> {
        index + 1..self.items.get(index).map_or(index + 1, |item| item.end)
    }

    /// The text nodes below a node, with their texts.
    pub(crate) fn texts(&self, index: Index) -> impl Iterator<Item = (Index, &'t str)> + '_ {
        self.below(index)
            .filter_map(|at| Some((at, self.text(at)?)))
    }

    /// Child elements.
    pub(crate) fn children(&self, index: Index) -> impl Iterator<Item = Index> + '_ {
        let end = self.below(index).end;
        let first = (index + 1 < end).then_some(index + 1);
        std::iter::successors(first, move |&at| {
            Some(self.items[at].end).filter(|&next| next < end)
        })
        .filter(|&at| self.element(at).is_some())
    }

    /// The span in the body of a node.
    pub(crate) fn span(&self, index: Index) -> Option<Span> {
        let (start, end) = self.items.get(index)?.place?;
        Some(self.map.span(start, end))
    }

    /// The span in the body of a range of the text.
    pub(crate) fn body_span(&self, start: usize, end: usize) -> Span {
        self.map.span(start, end)
    }

    /// The text below a node, white space collapsed, at most `most` characters; text that no
    /// browser renders is left out. A part of the text that was read, except inside of what nobody
    /// reads.
    pub(crate) fn text_below(&self, index: Index, most: usize) -> Cow<'_, str> {
        match self.read_range(index) {
            Some(range) => Cow::Borrowed(first(self.read.text[range].trim_start(), most)),
            None => Cow::Owned(self.unread_text_below(index, most)),
        }
    }

    /// The text below a node that stands in what nobody reads. Visits at most 2,000 nodes.
    fn unread_text_below(&self, index: Index, most: usize) -> String {
        let mut words = Collapsed::new(most);
        let range = self.below(index);
        let mut at = range.start;
        let mut visited = 0;
        while at < range.end && !words.is_full() && visited < 2_000 {
            visited += 1;
            let tag = self.items[at].tag;
            if tag.is(Tag::UNREAD) {
                at = self.items[at].end;
                continue;
            }
            if let Some(text) = self.text(at) {
                words.push(text);
            } else if tag.is(Tag::BLOCK | Tag::BR) {
                words.push(" ");
            }
            at += 1;
        }
        words.finish()
    }

    /// Path of names and positions from the root. Children that come in varying numbers (list
    /// items, rows, paragraphs) share one slot. O(depth); what it has in common with the path that was
    /// asked for last is taken over.
    pub(crate) fn dom_path(&self, index: Index) -> String {
        let mut trail = self.trail.borrow_mut();
        let Trail {
            steps,
            path,
            missing,
        } = &mut *trail;
        missing.clear();
        // Nodes stand in document order, so the steps of a path ascend.
        let mut shared = 0;
        for at in self.lineage(index) {
            if let Ok(place) = steps.binary_search_by_key(&at, |&(step, _)| step) {
                shared = place + 1;
                break;
            }
            missing.push(at);
        }
        steps.truncate(shared);
        path.truncate(steps.last().map_or(0, |&(_, end)| end));
        for &at in missing.iter().rev() {
            self.push_step(at, path);
            steps.push((at, path.len()));
        }
        path.clone()
    }

    fn push_step(&self, at: Index, path: &mut String) {
        let name = self.name(at);
        if name.is_empty() {
            return;
        }
        if !path.is_empty() {
            path.push('/');
        }
        path.push_str(name);
        let nth = self.items[at].nth;
        if nth > 1 && !self.items[at].tag.is(Tag::VARYING) {
            path.push(':');
            push_number(path, nth);
        }
    }
}

/// The path that was asked for last.
#[derive(Default)]
struct Trail {
    /// The nodes on it from the root on, and where in the path each of them ends.
    steps: Vec<(Index, usize)>,
    path: String,
    /// The nodes on the path that is asked for and not on the last, innermost first.
    missing: Vec<Index>,
}

fn push_number(path: &mut String, number: u32) {
    if number >= 10 {
        push_number(path, number / 10);
    }
    path.extend(char::from_digit(number % 10, 10));
}

fn place_under<'t>(
    open: &mut [Open<'t>],
    node: NodeRef<'t, Node>,
    own: Index,
) -> (Index, bool, u32) {
    let Some(parent) = open.last_mut() else {
        return (own, false, 1);
    };
    let mut nth = 1;
    if let Node::Element(element) = node.value() {
        let name = &element.name.local;
        let known = parent.names.iter().position(|(known, _)| *known == name);
        if let Some((_, count)) = known.and_then(|at| parent.names.get_mut(at)) {
            *count += 1;
            nth = *count;
        } else if parent.names.len() < 64 {
            // A parent with more than 64 names among its children is no template.
            parent.names.push((name, 1));
        }
    }
    (parent.index, parent.in_template, nth)
}

/// An attribute of an element, in any namespace.
pub(crate) fn attr<'t>(element: &'t Element, name: &str) -> Option<&'t str> {
    element
        .attrs
        .iter()
        .find(|(known, _)| &*known.local == name)
        .map(|(_, value)| &**value)
}
