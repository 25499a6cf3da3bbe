//! From tokens to the tree builder, within the caps.

use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};

use super::tree::{Place, PlacingSink};
use super::{MAX_DEPTH, MAX_ELEMENTS, MAX_REOPENED};

/// How what follows a start tag is read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Next {
    Markup,
    /// As text, up to the end tag.
    Raw(RawKind),
    /// As text, all of it.
    Plain,
}

/// Hands tokens to html5ever's tree builder.
pub(super) struct Bridge {
    builder: TreeBuilder<ego_tree::NodeId, PlacingSink>,
    stopped: bool,
}

impl Bridge {
    /// For a tree of about so many nodes.
    pub(super) fn new(nodes: usize) -> Self {
        Self {
            builder: TreeBuilder::new(PlacingSink::new(nodes), TreeBuilderOpts::default()),
            stopped: false,
        }
    }

    /// Whether a cap was reached, and the rest is left out.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Whether the open element is one of SVG or MathML.
    pub(super) fn is_foreign(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }

    fn send(&mut self, token: Token) -> Next {
        if self.stopped {
            return Next::Markup;
        }
        let next = match self.builder.process_token(token, 1) {
            TokenSinkResult::Plaintext => Next::Plain,
            TokenSinkResult::RawData(kind) => Next::Raw(kind),
            TokenSinkResult::Continue
            | TokenSinkResult::Script(_)
            | TokenSinkResult::EncodingIndicator(_) => Next::Markup,
        };
        if self.builder.sink.is_spent(MAX_REOPENED, MAX_ELEMENTS) {
            self.stopped = true;
            self.builder.sink.flatten();
        }
        next
    }

    /// A start tag. One that nests too deep is closed at once.
    pub(super) fn open(&mut self, tag: Tag, at: Place) -> Next {
        let name = tag.name.clone();
        self.builder.sink.begin(Some(name.clone()), at);
        let next = self.send(Token::TagToken(tag));
        if self.builder.sink.depth() > MAX_DEPTH && matches!(next, Next::Markup) {
            self.builder.sink.flatten();
            self.send(Token::TagToken(end_tag(name)));
        }
        next
    }

    pub(super) fn close(&mut self, name: LocalName, at: Place) {
        self.builder.sink.begin(None, at);
        self.send(Token::TagToken(end_tag(name)));
    }

    pub(super) fn text(&mut self, text: StrTendril, at: Place) {
        self.builder.sink.begin(None, at);
        self.send(Token::CharacterTokens(text));
    }

    pub(super) fn null(&mut self, at: Place) {
        self.builder.sink.begin(None, at);
        self.send(Token::NullCharacterToken);
    }

    pub(super) fn comment(&mut self, text: StrTendril, at: Place) {
        self.builder.sink.begin(None, at);
        self.send(Token::CommentToken(text));
    }

    pub(super) fn doctype(&mut self, doctype: Doctype) {
        self.send(Token::DoctypeToken(doctype));
    }

    /// Ends the document, which makes what every document has.
    pub(super) fn end(mut self) -> PlacingSink {
        self.stopped = false;
        self.send(Token::EOFToken);
        self.builder.end();
        self.builder.sink
    }
}

fn end_tag(name: LocalName) -> Tag {
    Tag {
        kind: TagKind::EndTag,
        name,
        self_closing: false,
        attrs: Vec::new(),
        had_duplicate_attributes: false,
    }
}
