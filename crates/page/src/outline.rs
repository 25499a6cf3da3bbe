//! The tree as one flat list in document order, so that no walk over it recurses and "everything
//! below" is a range.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use html5ever::LocalName;
use model::Span;
use scraper::node::Element;
use scraper::{ElementRef, Node};

use crate::document::OffsetMap;
use crate::parse::Parsed;

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
}

/// A document in document order.
pub(crate) struct Outline<'t> {
    /// The nodes.
    pub(crate) items: Vec<Item<'t>>,
    map: &'t OffsetMap,
}

struct Open<'t> {
    index: Index,
    in_template: bool,
    names: Vec<(&'t LocalName, u32)>,
}

impl<'t> Outline<'t> {
    /// Flattens a tree. O(nodes).
    #[inline(never)]
    pub(crate) fn of(parsed: &'t Parsed, map: &'t OffsetMap) -> Self {
        let mut outline = Self {
            items: Vec::new(),
            map,
        };
        let mut open: Vec<Open<'t>> = Vec::new();
        for edge in parsed.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let (parent, in_template, nth) =
                        place_under(&mut open, node, outline.items.len());
                    let index = outline.items.len();
                    outline.items.push(Item {
                        node,
                        parent,
                        end: index + 1,
                        nth,
                        place: parsed.places.get(node.id()),
                        in_template,
                    });
                    open.push(Open {
                        index,
                        in_template: in_template || matches!(node.value(), Node::Fragment),
                        names: Vec::new(),
                    });
                }
                Edge::Close(_) => {
                    let end = outline.items.len();
                    if let Some(closed) = open.pop() {
                        outline.items[closed.index].end = end;
                    }
                }
            }
        }
        outline
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
    /// browser renders is left out. Visits at most 2,000 nodes.
    pub(crate) fn text_below(&self, index: Index, most: usize) -> String {
        let mut words = Collapsed::new(most);
        let range = self.below(index);
        let mut at = range.start;
        let mut visited = 0;
        while at < range.end && !words.is_full() && visited < 2_000 {
            visited += 1;
            if is_unrendered(self.name(at)) {
                at = self.items[at].end;
                continue;
            }
            if let Some(text) = self.text(at) {
                words.push(text);
            } else if is_block(self.name(at)) || self.name(at) == "br" {
                words.push(" ");
            }
            at += 1;
        }
        words.finish()
    }

    /// Path of names and positions from the root. Children that come in varying numbers (list
    /// items, rows, paragraphs) share one slot.
    pub(crate) fn dom_path(&self, index: Index) -> String {
        let mut steps = [(0, ""); 24];
        let mut deep = Vec::new();
        let mut count = 0;
        for at in self.lineage(index) {
            let name = self.name(at);
            if name.is_empty() {
                continue;
            }
            match steps.get_mut(count) {
                Some(step) => *step = (at, name),
                None => deep.push((at, name)),
            }
            count += 1;
        }
        let mut path = String::with_capacity(count * 6);
        let near = steps.iter().take(count).rev();
        for &(at, name) in deep.iter().rev().chain(near) {
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(name);
            let nth = self.items[at].nth;
            if nth > 1 && !varies_in_number(name) {
                path.push(':');
                push_number(&mut path, nth);
            }
        }
        path
    }
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

fn varies_in_number(name: &str) -> bool {
    matches!(
        name,
        "li" | "tr"
            | "p"
            | "option"
            | "a"
            | "br"
            | "dd"
            | "dt"
            | "article"
            | "img"
            | "span"
            | "b"
            | "i"
            | "em"
            | "strong"
            | "hr"
    )
}

/// Whether an element's text is not part of what a person reads.
pub(crate) fn is_unrendered(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "head"
            | "title"
            | "iframe"
            | "noembed"
            | "noframes"
            | "textarea"
            | "datalist"
    )
}

/// Whether an element starts a block of text of its own.
pub(crate) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "td"
            | "th"
            | "tr"
            | "table"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "nav"
            | "aside"
            | "blockquote"
            | "dd"
            | "dt"
            | "dl"
            | "form"
            | "fieldset"
            | "figure"
            | "figcaption"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "pre"
            | "body"
            | "html"
            | "details"
            | "summary"
            | "dialog"
            | "address"
            | "center"
            | "tbody"
            | "thead"
            | "label"
            | "button"
            | "option"
            | "select"
    )
}

/// Text that grows word by word, white space collapsed, up to a cap in characters.
pub(crate) struct Collapsed {
    text: String,
    left: usize,
    space: bool,
}

impl Collapsed {
    /// Starts empty.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            text: String::new(),
            left: most,
            space: false,
        }
    }

    /// Appends text as it stands.
    pub(crate) fn push(&mut self, text: &str) {
        let mut rest = text;
        while self.left > 0 && !rest.is_empty() {
            let blank = rest.len() - rest.trim_start().len();
            if blank > 0 {
                self.space = !self.text.is_empty();
                rest = &rest[blank..];
                continue;
            }
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            if std::mem::take(&mut self.space) {
                self.text.push(' ');
                self.left -= 1;
            }
            self.push_word(&rest[..end]);
            rest = &rest[end..];
        }
    }

    fn push_word(&mut self, word: &str) {
        // A word has no more characters than bytes.
        if word.len() <= self.left {
            self.text.push_str(word);
            self.left -= if word.is_ascii() {
                word.len()
            } else {
                word.chars().count()
            };
            return;
        }
        let end = word
            .char_indices()
            .nth(self.left)
            .map_or(word.len(), |(at, _)| at);
        let cut = &word[..end];
        self.text.push_str(cut);
        self.left -= cut.chars().count();
    }

    /// Whether the cap is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.left == 0
    }

    /// The text.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// White space collapsed and trimmed, at most `most` characters.
pub(crate) fn collapse(text: &str, most: usize) -> String {
    let mut words = Collapsed::new(most);
    words.push(text);
    words.finish()
}
