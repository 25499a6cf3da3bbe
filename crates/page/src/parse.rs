//! From text to a tree that knows where each node stood.
//!
//! html5ever's tree builder makes the tree. Its tokenizer tells no offsets and copies each piece of the
//! source, so the tokens come from one of our own: by the states of the HTML standard, with the place of
//! each, its texts sharing the memory of the source. A sink notes which token made which node. An
//! element that no start tag made (`html`, `tbody`, a formatting element that the parser opens again)
//! has no span of its own.
//!
//! Two caps keep hostile markup linear: below [`MAX_DEPTH`] every element is closed as soon as it
//! is opened, so the rest is read flat; and when the tree builder has re-opened
//! [`MAX_REOPENED`] formatting elements, or [`MAX_ELEMENTS`] elements in all, the rest of the text is
//! left out.

mod bridge;
mod doctype;
mod names;
mod raw;
mod references;
mod tokens;
mod tree;

use ego_tree::Tree;
use scraper::Node;

use crate::position::Mark;
use bridge::Bridge;
use tokens::Tokens;
pub(crate) use tree::Places;

/// Elements nested deeper than this are read flat. Browsers cap at 512, too.
const MAX_DEPTH: u32 = 512;

/// How many formatting elements the tree builder may re-open on one page.
const MAX_REOPENED: usize = 20_000;

/// Elements of the largest tree that is built, of some 300 bytes each with their texts; what comes
/// behind is left out. Ordinary pages have a few thousand.
const MAX_ELEMENTS: usize = 400_000;

/// Nodes that memory is taken for before any is made.
const MOST_EXPECTED: usize = 32_768;

/// A tree with the places of its nodes.
pub(crate) struct Parsed {
    /// The tree.
    pub(crate) tree: Tree<Node>,
    /// Offsets in the text.
    pub(crate) places: Places,
    /// How many bytes the text has.
    pub(crate) bytes: usize,
    /// The tags of `html`, `head` and `body` with their offsets, ascending.
    pub(crate) marks: Vec<(usize, Mark)>,
    /// Whether a cap was reached.
    pub(crate) too_deep: bool,
}

/// Parses a document. Never fails; linear in the text apart from the caps. The tree holds one copy
/// of the text, and little besides its nodes.
pub(crate) fn parse(text: &str) -> Parsed {
    // Each tag makes a node at most, or has one behind it; so many are made room for at once.
    let tags = memchr::memchr_iter(b'<', text.as_bytes()).count();
    let nodes = tags.min(MOST_EXPECTED) + 8;
    let (bridge, marks) = Tokens::new(text, Bridge::new(nodes)).run();
    let (tree, places, too_deep) = bridge.end().into_parts();
    Parsed {
        tree,
        places,
        bytes: text.len(),
        marks,
        too_deep,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ego_tree::NodeRef;
    use proptest::prelude::*;

    /// A tree as text: names, attributes and texts, nested by brackets. Walks without recursion.
    fn shape(root: NodeRef<'_, Node>) -> String {
        use std::fmt::Write as _;
        let mut shape = String::new();
        for edge in root.traverse() {
            match edge {
                ego_tree::iter::Edge::Open(node) => {
                    let _ = match node.value() {
                        Node::Element(element) => {
                            let (space, name) = (&element.name.ns, element.name());
                            let attrs: Vec<_> = element.attrs.iter().collect();
                            let attrs: Vec<_> =
                                attrs.iter().map(|(name, v)| (name, &**v)).collect();
                            write!(shape, "<{space} {name} {attrs:?}")
                        }
                        // Identifiers of a broken declaration decide nothing.
                        Node::Doctype(doctype) => write!(shape, "!{}", doctype.name()),
                        other => write!(shape, "{other:?}"),
                    };
                    shape.push('(');
                }
                ego_tree::iter::Edge::Close(_) => shape.push(')'),
            }
        }
        shape
    }

    /// What html5ever's own tokenizer and scraper's sink make of a text.
    fn by_scraper(text: &str) -> String {
        shape(scraper::Html::parse_document(text).tree.root())
    }

    fn ours(text: &str) -> String {
        shape(parse(text).tree.root())
    }

    #[test]
    fn odd_markup_gives_the_tree_that_html5ever_gives() {
        for text in [
            "",
            "<",
            "a<b",
            "</",
            "a</>b</ x>c<?php x ?>d<!x>e<!",
            "<!---->1<!-->2<!--->3<!-- a --!>4<!-- -- > -->5<!--a--->6<!--7--",
            "<!doctype html public \"-//W3C//DTD HTML 3.2//EN\"><p><table>",
            "<!doctype><p><table>",
            "<a href=x&amp;y title='&copy=1&lt' b=\"c\"d e = f/ g/>t</a\nx>",
            "<a =x y=>z<a/b/c=d>",
            "<p a=1 A=2 a=3>\r\nx\ry\0z",
            "<textarea>\r\n\n&lt;</b></textarea x=\"y>z\">w",
            "<title>a</titles></TITLE>b<style><a></style><xmp>&lt;</xmp>",
            "<script><!--<script></script>--></script>x<script><!--></script>y",
            "<svg><![CDATA[a]]b]]><p><![CDATA[c]]></svg><math><mi><![CDATA[d",
            "<svg viewbox=1 foreignobject><foreignObject><p>x</svg><svg></p>",
            "<plaintext>a</plaintext>\0",
            "<pre>\n\na</pre><table>b<tr>c\0<td>d",
            "<b><p>x</b>y</p><i><a>1<a>2",
            "<template><tr><td>x</template><select><option>1<option>2</select>",
            "<É x=é>é</É><x-y\0z>",
            "<a href=\"unclosed",
            "<frameset><frame></frameset>x",
            "&#x41;&#0;&#128;&notin;&notit;&nope;&",
        ] {
            assert_eq!(ours(text), by_scraper(text), "{text:?}");
        }
    }

    fn markup() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[<>/!a-c =\"'&;\\-\\[\\]?#x\r\n\0\u{e9}]{0,8}",
            prop::sample::select(vec![
                "<a href=x>",
                "</a>",
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "<table>",
                "<td>",
                "<tr>",
                "</table>",
                "<svg>",
                "</svg>",
                "<![CDATA[",
                "]]>",
                "<!--",
                "-->",
                "<script>",
                "</script>",
                "<textarea>",
                "</textarea>",
                "<title>",
                "</title>",
                "<style>",
                "</style>",
                "<template>",
                "</template>",
                "<select>",
                "<option>",
                "&amp;",
                "&lt",
                "&#x4",
                "&#12;",
                "&not",
                " a=\"",
                " b='",
                "<!doctype ",
                "public ",
                "system ",
                "<math>",
                "<mi>",
                "<form>",
                "<li>",
                "<body c=d>",
                "<html e>",
                "<frameset>",
                "<noscript>",
                "<br/>",
                "<img alt=&quot;>",
                "<nobr>",
                "<button>",
                "<h1>",
                "text",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_markup_gives_the_tree_that_html5ever_gives(text in markup()) {
            prop_assert_eq!(ours(&text), by_scraper(&text));
        }

        #[test]
        fn the_place_of_a_text_holds_it(text in markup()) {
            let parsed = parse(&text);
            for node in parsed.tree.nodes() {
                if let Some((start, end)) = parsed.places.get(node.id()) {
                    prop_assert!(text.get(start..end).is_some());
                }
            }
        }
    }
}
