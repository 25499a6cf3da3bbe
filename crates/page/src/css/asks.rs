//! What a selector asks of an element besides its words: attributes, and its place among siblings.

use ego_tree::NodeRef;
use html5ever::{LocalName, ns};
use scraper::Node;

use crate::outline::{Index, Outline};

/// A question to an element that its name, its id and its classes do not answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    /// Whether it has an attribute, or has not.
    Has(LocalName, bool),
    /// Whether an attribute has a value, in any case of letters: where case counts, more is to be
    /// asked.
    Equals(LocalName, Box<str>),
    /// Whether it is the root, or is not.
    Root(bool),
    /// Whether it is the first child, or is not.
    First(bool),
    /// Whether it is the last child, or is not.
    Last(bool),
}

impl Test {
    /// The question turned round; `None` where its answer may be too lenient.
    pub(crate) fn negated(self) -> Option<Self> {
        Some(match self {
            Self::Has(name, wanted) => Self::Has(name, !wanted),
            Self::Root(wanted) => Self::Root(!wanted),
            Self::First(wanted) => Self::First(!wanted),
            Self::Last(wanted) => Self::Last(!wanted),
            Self::Equals(..) => return None,
        })
    }

    /// Whether an element is as asked for. O(attributes, or texts and comments beside it).
    pub(crate) fn holds(&self, outline: &Outline<'_>, index: Index) -> bool {
        match self {
            Self::Has(name, wanted) => attribute(outline, index, name).is_some() == *wanted,
            Self::Equals(name, value) => attribute(outline, index, name)
                .is_some_and(|known| known.eq_ignore_ascii_case(value)),
            Self::Root(wanted) => (outline.parent(index) == Some(0)) == *wanted,
            Self::First(wanted) => {
                let node = outline.items[index].node;
                node.prev_siblings().all(is_no_element) == *wanted
            }
            Self::Last(wanted) => {
                let node = outline.items[index].node;
                node.next_siblings().all(is_no_element) == *wanted
            }
        }
    }
}

fn is_no_element(node: NodeRef<'_, Node>) -> bool {
    !node.value().is_element()
}

/// An attribute of no namespace.
fn attribute<'t>(outline: &Outline<'t>, index: Index, name: &LocalName) -> Option<&'t str> {
    let attributes = &outline.element(index)?.attrs;
    let found = attributes
        .iter()
        .find(|(known, _)| known.local == *name && known.ns == ns!());
    found.map(|(_, value)| &**value)
}
