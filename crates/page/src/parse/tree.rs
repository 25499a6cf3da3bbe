//! The tree as html5ever's builder asks for it, with the token that made each node.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::hash::{Hash, Hasher};

use ego_tree::{NodeId, NodeMut, Tree};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use scraper::Node;
use scraper::node::{Comment, Doctype, Element, ProcessingInstruction, Text};

/// Start and end offsets in the text.
pub(crate) type Place = (usize, usize);

/// The place of a node id in its tree. Ids are dense counters, and tell their number to a hasher
/// alone.
#[derive(Default)]
struct Number(usize);

impl Hasher for Number {
    fn finish(&self) -> u64 {
        self.0 as u64
    }
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.wrapping_mul(256).wrapping_add(usize::from(byte));
        }
    }
    fn write_usize(&mut self, value: usize) {
        self.0 = value;
    }
}

fn number(node: NodeId) -> usize {
    let mut number = Number::default();
    node.hash(&mut number);
    number.0
}

/// What is known of each node, in a dense table. Four bytes each: the source of a tree shares the
/// memory of a tendril, which has no more than four gigabytes.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    start: u32,
    /// One more than where it ends; null for a node without a place.
    end: u32,
    depth: u32,
}

impl Known {
    fn place(self) -> Option<Place> {
        let end = self.end.checked_sub(1)?;
        Some((self.start as usize, end as usize))
    }

    fn put(&mut self, place: Option<Place>) {
        let known = place.and_then(|(start, end)| {
            Some((u32::try_from(start).ok()?, u32::try_from(end + 1).ok()?))
        });
        (self.start, self.end) = known.unwrap_or_default();
    }
}

/// Where the nodes of a tree stood in the text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    known: Vec<Known>,
    /// How many nodes were put into the tree.
    nested: usize,
}

impl Places {
    /// Where a node stood.
    pub(crate) fn get(&self, node: NodeId) -> Option<Place> {
        self.known.get(number(node))?.place()
    }

    fn known(&mut self, node: NodeId) -> &mut Known {
        let number = number(node);
        // Ids are no larger than the number of nodes, which is capped.
        if number >= self.known.len() {
            self.known.resize(number + 1, Known::default());
        }
        &mut self.known[number]
    }

    fn depth(&self, node: NodeId) -> u32 {
        self.known.get(number(node)).map_or(0, |known| known.depth)
    }

    fn nest(&mut self, node: NodeId, depth: u32) {
        let known = self.known(node);
        let is_new = known.depth == 0;
        known.depth = depth;
        self.nested += usize::from(is_new);
    }
}

#[derive(Default)]
struct State {
    places: Places,
    token: Option<LocalName>,
    token_node: Option<NodeId>,
    at: Place,
    reopened: usize,
}

/// A tree that notes which token made which node.
pub(super) struct PlacingSink {
    tree: RefCell<Tree<Node>>,
    state: RefCell<State>,
    depth: Cell<u32>,
    flattened: Cell<bool>,
}

impl PlacingSink {
    /// A tree that has memory for so many nodes, and grows beyond.
    pub(super) fn new(nodes: usize) -> Self {
        let places = Places {
            known: Vec::with_capacity(nodes),
            nested: 0,
        };
        Self {
            tree: RefCell::new(Tree::with_capacity(Node::Document, nodes)),
            state: RefCell::new(State {
                places,
                ..State::default()
            }),
            depth: Cell::new(0),
            flattened: Cell::new(false),
        }
    }

    /// A token begins that stands at `at`; `token` is the name of a start tag.
    pub(super) fn begin(&self, token: Option<LocalName>, at: Place) {
        let mut state = self.state.borrow_mut();
        state.at = at;
        state.token = token;
        state.token_node = None;
        self.depth.set(0);
    }

    /// How deep the last node stands that the token put into the tree.
    pub(super) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Notes that a cap was reached.
    pub(super) fn flatten(&self) {
        self.flattened.set(true);
    }

    pub(super) fn is_spent(&self, most_reopened: usize, most_nested: usize) -> bool {
        let state = self.state.borrow();
        state.reopened > most_reopened || state.places.nested > most_nested
    }

    /// The tree, the places of its nodes, and whether a cap was reached.
    pub(super) fn into_parts(self) -> (Tree<Node>, Places, bool) {
        let places = self.state.into_inner().places;
        (self.tree.into_inner(), places, self.flattened.get())
    }

    fn place_text(&self, node: NodeId) {
        let mut state = self.state.borrow_mut();
        let at = state.at;
        let known = state.places.known(node);
        let (start, end) = known.place().unwrap_or(at);
        known.put(Some((start, end.max(at.1))));
    }

    fn nest(&self, parent: NodeId, child: NodeId) {
        let mut state = self.state.borrow_mut();
        let depth = state.places.depth(parent) + 1;
        state.places.nest(child, depth);
        self.depth.set(depth);
    }
}

/// Adds text to the text node before it, or gives it back where there is none.
fn joined(before: Option<NodeMut<'_, Node>>, text: &StrTendril) -> Option<NodeId> {
    let mut before = before?;
    let id = before.id();
    match before.value() {
        Node::Text(known) => known.text.push_tendril(text),
        _ => return None,
    }
    Some(id)
}

impl TreeSink for PlacingSink {
    type Handle = NodeId;
    type Output = ();
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) {}
    fn parse_error(&self, _message: Cow<'static, str>) {}
    fn get_document(&self) -> NodeId {
        self.tree.borrow().root().id()
    }
    #[expect(clippy::panic, reason = "the tree builder asks for elements alone")]
    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| {
            match tree.get(*target).map(|node| node.value()) {
                Some(Node::Element(element)) => &element.name,
                _ => panic!("the name of what is no element"),
            }
        })
    }
    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> NodeId {
        let mut tree = self.tree.borrow_mut();
        let mut state = self.state.borrow_mut();
        let is_template = name.ns == ns!(html) && name.local == local_name!("template");
        // The tag's own element is made after those that the parser re-opens before it, so the
        // last one of the name is the one that the tag made. A name of SVG differs in its case.
        let is_own = state
            .token
            .as_ref()
            .is_some_and(|token| *token == name.local || token.eq_ignore_ascii_case(&name.local));
        let mut element = tree.orphan(Node::Element(Element::new(name, attrs)));
        if is_template {
            element.append(Node::Fragment);
        }
        let node = element.id();
        if !is_own {
            state.reopened += 1;
            return node;
        }
        if let Some(earlier) = state.token_node.replace(node) {
            state.places.known(earlier).put(None);
            state.reopened += 1;
        }
        let at = state.at;
        state.places.known(node).put(Some(at));
        node
    }
    fn create_comment(&self, comment: StrTendril) -> NodeId {
        let node = Node::Comment(Comment { comment });
        let node = self.tree.borrow_mut().orphan(node).id();
        let mut state = self.state.borrow_mut();
        let at = state.at;
        state.places.known(node).put(Some(at));
        node
    }
    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        let node = Node::ProcessingInstruction(ProcessingInstruction { target, data });
        self.tree.borrow_mut().orphan(node).id()
    }
    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let mut tree = self.tree.borrow_mut();
        let Some(mut node) = tree.get_mut(*parent) else {
            return;
        };
        match child {
            NodeOrText::AppendNode(child) => {
                node.append_id(child);
                self.nest(*parent, child);
            }
            NodeOrText::AppendText(text) => {
                let known = joined(node.last_child(), &text);
                let at = known.unwrap_or_else(|| node.append(Node::Text(Text { text })).id());
                self.place_text(at);
            }
        }
    }
    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        let tree = self.tree.borrow();
        let has_parent = tree
            .get(*element)
            .is_some_and(|node| node.parent().is_some());
        drop(tree);
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }
    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.tree
            .borrow_mut()
            .root_mut()
            .append(Node::Doctype(Doctype {
                name,
                public_id: public,
                system_id: system,
            }));
    }
    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        let tree = self.tree.borrow();
        let contents = tree.get(*target).and_then(|node| node.first_child());
        // Every template was made with its contents.
        let contents = contents.map_or(*target, |node| node.id());
        let mut state = self.state.borrow_mut();
        let depth = state.places.depth(*target);
        state.places.nest(contents, depth);
        contents
    }
    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }
    fn set_quirks_mode(&self, _mode: QuirksMode) {}
    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let mut tree = self.tree.borrow_mut();
        if let NodeOrText::AppendNode(child) = child
            && let Some(mut child) = tree.get_mut(child)
        {
            child.detach();
        }
        let Some(mut node) = tree.get_mut(*sibling) else {
            return;
        };
        let Some(parent) = node.parent().map(|parent| parent.id()) else {
            return;
        };
        match child {
            NodeOrText::AppendNode(child) => {
                node.insert_id_before(child);
                self.nest(parent, child);
            }
            NodeOrText::AppendText(text) => {
                let known = joined(node.prev_sibling(), &text);
                let at =
                    known.unwrap_or_else(|| node.insert_before(Node::Text(Text { text })).id());
                self.place_text(at);
            }
        }
    }
    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        let mut tree = self.tree.borrow_mut();
        let Some(mut node) = tree.get_mut(*target) else {
            return;
        };
        if let Node::Element(element) = node.value() {
            for attr in attrs {
                // The attributes of an element are sorted by name.
                let place = element
                    .attrs
                    .binary_search_by(|(name, _)| name.cmp(&attr.name));
                if let Err(place) = place {
                    element.attrs.insert(place, (attr.name, attr.value));
                }
            }
        }
    }
    fn remove_from_parent(&self, target: &NodeId) {
        if let Some(mut node) = self.tree.borrow_mut().get_mut(*target) {
            node.detach();
        }
    }
    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        if let Some(mut parent) = self.tree.borrow_mut().get_mut(*new_parent) {
            parent.reparent_from_id_append(*node);
        }
    }
}
