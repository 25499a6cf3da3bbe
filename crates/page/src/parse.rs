//! From text to a tree that knows where each node stood.
//!
//! html5ever's tokenizer tells no offsets, so html5gum's tokenizer (WHATWG-conformant, with
//! offsets) feeds html5ever's tree builder, and a sink around scraper's notes which token made
//! which node. An element that no start tag made (`html`, `tbody`, a formatting element that the
//! parser opens again) has no span of its own.
//!
//! Two caps keep hostile markup linear: below [`MAX_DEPTH`] every element is closed as soon as it
//! is opened, so the rest is read flat; and when the tree builder has re-opened
//! [`MAX_REOPENED`] formatting elements, or [`MAX_ELEMENTS`] elements in all, the rest of the text is
//! left out.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::hash::{Hash, Hasher};

use ego_tree::{NodeId, Tree};
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, ns};
use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, ForwardingEmitter, State, Tokenizer};
use scraper::{Html, HtmlTreeSink, Node};

/// Elements nested deeper than this are read flat. Browsers cap at 512, too.
const MAX_DEPTH: u32 = 512;

/// How many formatting elements the tree builder may re-open on one page.
const MAX_REOPENED: usize = 20_000;

/// Elements of the largest tree that is built, of some 300 bytes each with their texts; what comes
/// behind is left out. Ordinary pages have a few thousand.
const MAX_ELEMENTS: usize = 400_000;

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

/// Something for each node of a tree, in a dense table.
#[derive(Debug, Clone)]
pub(crate) struct ByNode<T> {
    slots: Vec<Option<T>>,
    filled: usize,
}

impl<T> Default for ByNode<T> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            filled: 0,
        }
    }
}

impl<T> ByNode<T> {
    /// What is kept for a node.
    pub(crate) fn get(&self, node: NodeId) -> Option<&T> {
        self.slots.get(number(node))?.as_ref()
    }

    fn slot(&mut self, node: NodeId) -> Option<&mut Option<T>> {
        let number = number(node);
        // Ids are no larger than the number of nodes, which is capped.
        if number >= self.slots.len() {
            self.slots.resize_with(number + 1, || None);
        }
        self.slots.get_mut(number)
    }

    fn insert(&mut self, node: NodeId, value: T) {
        let slot = self.slot(node);
        let new = slot.as_ref().is_some_and(|slot| slot.is_none());
        if let Some(slot) = slot {
            *slot = Some(value);
        }
        self.filled += usize::from(new);
    }

    fn remove(&mut self, node: NodeId) {
        if self.slot(node).and_then(Option::take).is_some() {
            self.filled -= 1;
        }
    }

    fn len(&self) -> usize {
        self.filled
    }
}

/// Where a node stood in the text: start and end offsets.
pub(crate) type Places = ByNode<(usize, usize)>;

/// A tree with the places of its nodes.
pub(crate) struct Parsed {
    /// The tree.
    pub(crate) tree: Tree<Node>,
    /// Offsets in the text.
    pub(crate) places: Places,
    /// Whether a cap was reached.
    pub(crate) too_deep: bool,
}

/// Parses a document. Never fails; linear in the text apart from the caps.
pub(crate) fn parse(text: &str) -> Parsed {
    let sink = PlacingSink {
        inner: HtmlTreeSink::new(Html::new_document()),
        state: RefCell::default(),
        depth: Cell::new(0),
        flattened: Cell::new(false),
    };
    let builder = TreeBuilder::new(sink, TreeBuilderOpts::default());
    let bridge = Bridge {
        builder: &builder,
        text,
        tag: None,
        start: 0,
        next_state: None,
        stopped: false,
    };
    let emitter = BridgeEmitter {
        inner: CallbackEmitter::new(bridge),
    };
    let Ok(()) = Tokenizer::new_with_emitter(text, emitter).finish();
    let sink = builder.sink;
    let too_deep = sink.flattened.get();
    let html = sink.inner.finish();
    Parsed {
        tree: html.tree,
        places: sink.state.into_inner().places,
        too_deep,
    }
}

#[derive(Default)]
struct SinkState {
    places: Places,
    depths: ByNode<u32>,
    token: Option<(LocalName, (usize, usize))>,
    token_node: Option<NodeId>,
    at: (usize, usize),
    reopened: usize,
}

struct PlacingSink {
    inner: HtmlTreeSink,
    state: RefCell<SinkState>,
    depth: Cell<u32>,
    flattened: Cell<bool>,
}

impl PlacingSink {
    fn begin(&self, token: Option<LocalName>, at: (usize, usize)) {
        let mut state = self.state.borrow_mut();
        state.at = at;
        state.token = token.map(|name| (name, at));
        state.token_node = None;
    }

    fn place_text(&self, node: Option<NodeId>) {
        let Some(node) = node else { return };
        let mut state = self.state.borrow_mut();
        let at = state.at;
        if let Some(slot) = state.places.slot(node) {
            let place = slot.get_or_insert(at);
            place.1 = place.1.max(at.1);
        }
    }

    fn set_depth(&self, parent: NodeId, child: &NodeOrText<NodeId>) {
        if let NodeOrText::AppendNode(child) = child {
            let mut state = self.state.borrow_mut();
            let depth = state.depths.get(parent).copied().unwrap_or(0) + 1;
            state.depths.insert(*child, depth);
            self.depth.set(depth);
        }
    }
}

impl TreeSink for PlacingSink {
    type Handle = NodeId;
    type Output = Html;
    type ElemName<'a> = std::cell::Ref<'a, QualName>;

    fn finish(self) -> Html {
        self.inner.finish()
    }
    fn parse_error(&self, _message: Cow<'static, str>) {}
    fn get_document(&self) -> NodeId {
        self.inner.get_document()
    }
    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Self::ElemName<'a> {
        self.inner.elem_name(target)
    }
    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let local = name.local.clone();
        let node = self.inner.create_element(name, attrs, flags);
        let mut state = self.state.borrow_mut();
        match state.token.clone() {
            // The tag's own element is made after those that the parser re-opens before it, so
            // the last one of the name is the one that the tag made.
            Some((token, at)) if token.eq_ignore_ascii_case(&local) => {
                if let Some(earlier) = state.token_node.replace(node) {
                    state.places.remove(earlier);
                    state.reopened += 1;
                }
                state.places.insert(node, at);
            }
            _ => state.reopened += 1,
        }
        node
    }
    fn create_comment(&self, text: StrTendril) -> NodeId {
        let node = self.inner.create_comment(text);
        let mut state = self.state.borrow_mut();
        let at = state.at;
        state.places.insert(node, at);
        node
    }
    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.inner.create_pi(target, data)
    }
    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.set_depth(*parent, &child);
        let is_text = matches!(child, NodeOrText::AppendText(_));
        self.inner.append(parent, child);
        if is_text {
            let html = self.inner.0.borrow();
            let last = html.tree.get(*parent).and_then(|node| node.last_child());
            self.place_text(last.map(|node| node.id()));
        }
    }
    fn append_based_on_parent_node(
        &self,
        element: &NodeId,
        previous: &NodeId,
        child: NodeOrText<NodeId>,
    ) {
        let html = self.inner.0.borrow();
        let has_parent = html
            .tree
            .get(*element)
            .is_some_and(|node| node.parent().is_some());
        drop(html);
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }
    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.inner.append_doctype_to_document(name, public, system);
    }
    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        let contents = self.inner.get_template_contents(target);
        let mut state = self.state.borrow_mut();
        let depth = state.depths.get(*target).copied().unwrap_or(0);
        state.depths.insert(contents, depth);
        contents
    }
    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }
    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.inner.set_quirks_mode(mode);
    }
    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let parent = {
            let html = self.inner.0.borrow();
            let node = html.tree.get(*sibling);
            node.and_then(|node| node.parent())
                .map(|parent| parent.id())
        };
        if let Some(parent) = parent {
            self.set_depth(parent, &child);
        }
        let is_text = matches!(child, NodeOrText::AppendText(_));
        self.inner.append_before_sibling(sibling, child);
        if is_text {
            let html = self.inner.0.borrow();
            let before = html.tree.get(*sibling).and_then(|node| node.prev_sibling());
            self.place_text(before.map(|node| node.id()));
        }
    }
    fn add_attrs_if_missing(&self, target: &NodeId, attrs: Vec<Attribute>) {
        self.inner.add_attrs_if_missing(target, attrs);
    }
    fn remove_from_parent(&self, target: &NodeId) {
        self.inner.remove_from_parent(target);
    }
    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.inner.reparent_children(node, new_parent);
    }
    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        self.inner
            .is_mathml_annotation_xml_integration_point(handle)
    }
}

struct Bridge<'a> {
    builder: &'a TreeBuilder<NodeId, PlacingSink>,
    text: &'a str,
    tag: Option<Tag>,
    start: usize,
    next_state: Option<State>,
    stopped: bool,
}

impl Bridge<'_> {
    fn send(&mut self, token: Token) {
        if self.stopped {
            return;
        }
        match self.builder.process_token(token, 1) {
            TokenSinkResult::Plaintext => self.next_state = Some(State::PlainText),
            TokenSinkResult::RawData(RawKind::Rcdata) => self.next_state = Some(State::RcData),
            TokenSinkResult::RawData(RawKind::Rawtext) => self.next_state = Some(State::RawText),
            TokenSinkResult::RawData(_) => self.next_state = Some(State::ScriptData),
            TokenSinkResult::Continue
            | TokenSinkResult::Script(_)
            | TokenSinkResult::EncodingIndicator(_) => {}
        }
        let is_spent = {
            let state = self.builder.sink.state.borrow();
            state.reopened > MAX_REOPENED || state.depths.len() > MAX_ELEMENTS
        };
        if is_spent {
            self.stopped = true;
            self.builder.sink.flattened.set(true);
        }
    }

    fn open(&mut self, tag: Tag, end: usize) {
        let name = tag.name.clone();
        let sink = &self.builder.sink;
        sink.begin(Some(name.clone()), (self.start, end));
        sink.depth.set(0);
        self.send(Token::TagToken(tag));
        if self.builder.sink.depth.get() > MAX_DEPTH && self.next_state.is_none() {
            self.builder.sink.flattened.set(true);
            self.send(Token::TagToken(plain_tag(TagKind::EndTag, name)));
        }
    }

    /// Where a text stands. The tokenizer's start is late after a raw text, so the text is looked
    /// for before its end; where it was written with character references, its start is kept.
    fn text_place(&self, value: &[u8], span: html5gum::Span<usize>) -> (usize, usize) {
        let source = self.text.as_bytes();
        let end = span.end.min(source.len());
        match end.checked_sub(value.len()) {
            Some(start) if source[start..end] == *value => (start, end),
            _ => (span.start.min(end), end),
        }
    }

    fn text(&mut self, value: &[u8]) {
        for (index, part) in value.split(|&byte| byte == 0).enumerate() {
            if index > 0 {
                self.send(Token::NullCharacterToken);
            }
            if !part.is_empty() {
                self.send(Token::CharacterTokens(tendril(part)));
            }
        }
    }
}

fn plain_tag(kind: TagKind, name: LocalName) -> Tag {
    Tag {
        kind,
        name,
        self_closing: false,
        attrs: Vec::new(),
        had_duplicate_attributes: false,
    }
}

fn tendril(bytes: &[u8]) -> StrTendril {
    StrTendril::from_slice(&String::from_utf8_lossy(bytes))
}

fn local_name(bytes: &[u8]) -> LocalName {
    LocalName::from(&*String::from_utf8_lossy(bytes))
}

impl Callback<Infallible, usize> for Bridge<'_> {
    fn handle_event(
        &mut self,
        event: CallbackEvent<'_>,
        span: html5gum::Span<usize>,
    ) -> Option<Infallible> {
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.start = span.start;
                self.tag = Some(plain_tag(TagKind::StartTag, local_name(name)));
            }
            CallbackEvent::AttributeName { name } => {
                if let Some(tag) = &mut self.tag {
                    tag.attrs.push(Attribute {
                        name: QualName::new(None, ns!(), local_name(name)),
                        value: StrTendril::new(),
                    });
                }
            }
            CallbackEvent::AttributeValue { value } => {
                if let Some(attr) = self.tag.as_mut().and_then(|tag| tag.attrs.last_mut()) {
                    attr.value = tendril(value);
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                if let Some(mut tag) = self.tag.take() {
                    tag.self_closing = self_closing;
                    drop_repeats(&mut tag);
                    self.open(tag, span.end);
                }
            }
            CallbackEvent::EndTag { name } => {
                self.builder.sink.begin(None, (span.start, span.end));
                self.send(Token::TagToken(plain_tag(
                    TagKind::EndTag,
                    local_name(name),
                )));
            }
            CallbackEvent::String { value } => {
                let at = self.text_place(value, span);
                self.builder.sink.begin(None, at);
                self.text(value);
            }
            CallbackEvent::Comment { value } => {
                self.builder.sink.begin(None, (span.start, span.end));
                self.send(Token::CommentToken(tendril(value)));
            }
            CallbackEvent::Doctype {
                name,
                public_identifier,
                system_identifier,
                force_quirks,
            } => self.send(Token::DoctypeToken(Doctype {
                name: Some(name).filter(|name| !name.is_empty()).map(tendril),
                public_id: public_identifier.map(tendril),
                system_id: system_identifier.map(tendril),
                force_quirks,
            })),
            CallbackEvent::Error(_) => {}
        }
        None
    }
}

/// The first of attributes with one name counts; O(n log n), since a tag may have 100,000.
fn drop_repeats(tag: &mut Tag) {
    if tag.attrs.len() < 2 {
        return;
    }
    tag.attrs.sort_by(|a, b| a.name.local.cmp(&b.name.local));
    let before = tag.attrs.len();
    tag.attrs
        .dedup_by(|later, earlier| later.name.local == earlier.name.local);
    tag.had_duplicate_attributes = tag.attrs.len() != before;
}

struct BridgeEmitter<'a> {
    inner: CallbackEmitter<Bridge<'a>, Infallible, usize>,
}

impl ForwardingEmitter for BridgeEmitter<'_> {
    type Token = Infallible;

    fn inner(&mut self) -> &mut impl Emitter<Token = Infallible> {
        &mut self.inner
    }
    fn should_emit_errors(&mut self) -> bool {
        false
    }
    fn emit_eof(&mut self) {
        self.inner.emit_eof();
        let bridge = self.inner.callback_mut();
        bridge.stopped = false;
        bridge.send(Token::EOFToken);
        bridge.builder.end();
    }
    fn emit_current_tag(&mut self) -> Option<State> {
        let _ = self.inner.emit_current_tag();
        self.inner.callback_mut().next_state.take()
    }
    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        let bridge = self.inner.callback_mut();
        bridge
            .builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}
