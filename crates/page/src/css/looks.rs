//! The looks of a page's elements: those of one name, id and class list have one.

use std::hash::{Hash, Hasher};

use html5ever::LocalName;

use crate::css::plain::{Look, Word};
use crate::outline::Index;

/// The words of an element as they are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Written<'t> {
    pub(super) name: &'t LocalName,
    pub(super) class: &'t str,
    pub(super) id: &'t str,
    /// The tree that the element stands in.
    pub(super) tree: Word,
}

impl Written<'_> {
    /// A few bits, so that most different looks have different ones.
    pub(super) fn bits(&self) -> usize {
        let of = |text: &str| match text.as_bytes() {
            [] => 0,
            [.., before, last] => text.len() + usize::from(*last) * 5 + usize::from(*before) * 3,
            [one] => usize::from(*one),
        };
        // The lowest bits of the hash, whatever its size, are enough.
        (self.name.get_hash() % 251) as usize + of(self.class) * 7 + of(self.id) * 13
    }
}

impl Hash for Written<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // The hash of a name is at hand.
        state.write_u64(self.name.get_hash() ^ (self.class.len() as u64).rotate_left(32));
        state.write(self.class.as_bytes());
        if !self.id.is_empty() {
            state.write(self.id.as_bytes());
        }
        state.write_u32(self.tree);
    }
}

/// The looks of a page's elements.
pub(crate) struct Looks {
    /// Each look once.
    pub(super) all: Vec<Look>,
    /// The place of each node's look among them.
    pub(super) of: Vec<u32>,
}

impl Looks {
    /// The look of an element; `None` where rules were not matched.
    pub(crate) fn get(&self, index: Index) -> Option<&Look> {
        let look = self.of.get(index).filter(|&&look| look != NO_LOOK)?;
        self.all.get(*look as usize)
    }
}

/// No look: that of what is no element.
pub(super) const NO_LOOK: u32 = 0;
