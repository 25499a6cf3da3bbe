//! A rule of a sheet: one selector, what it asks for, and what it declares.
//!
//! Its selector is parsed when an element first asks for it, because most rules of a real sheet
//! concern no element of the page.

use std::cell::OnceCell;
use std::rc::Rc;

use html5ever::LocalName;
use scraper::Selector;

use crate::css::declaration::{Declaration, Property};
use crate::css::media::Profiles;
use crate::css::piece::Piece;
use crate::css::plain::{Plain, Word};
use crate::css::selector::{Pseudo, asks_for};

/// One selector with its declarations.
pub(crate) struct Rule {
    /// As a reader of the sheet would recognise it.
    pub(crate) text: Piece,
    /// What of it is matched.
    pub(super) matched: Piece,
    /// The same for scraper, once an element has asked for it.
    pub(super) selector: OnceCell<Option<Selector>>,
    /// The same in numbers, as far as it is plain.
    pub(crate) plain: Option<Plain>,
    /// What an element must have before it is worth a match.
    pub(crate) needs: Needs,
    /// The block of declarations that it shares with the other selectors of its list.
    pub(crate) block: u32,
    /// Specificity.
    pub(crate) specificity: u32,
    /// Screens on which the rule holds.
    pub(crate) profiles: Profiles,
    /// What it declares.
    pub(crate) declarations: Rc<[Declaration]>,
    /// Where the rule stands in the text of the document.
    pub(crate) place: Option<(usize, usize)>,
    /// Whether the state that it needs is one of having focus.
    pub(crate) needs_focus: bool,
    /// Whether it stops to hold in some state.
    pub(crate) ends_with_state: bool,
    /// The cascade layer that it stands in.
    pub(crate) layer: u16,
    /// Whether it holds is not known: it stands in a container query.
    pub(crate) is_uncertain: bool,
    /// Whether it holds on paper only.
    pub(crate) prints: bool,
    /// The tree whose elements it is about; 0 is that of the page.
    pub(crate) tree: Word,
    /// The pseudo-element that it is about.
    pub(crate) pseudo: Option<Pseudo>,
}

impl Rule {
    /// The compiled selector; `None` when scraper does not know it.
    pub(crate) fn selector(&self) -> Option<&Selector> {
        self.selector
            .get_or_init(|| Selector::parse(&self.matched).ok())
            .as_ref()
    }

    /// Whether the selector is one that can be matched.
    pub(crate) fn is_read(&self) -> bool {
        self.plain.as_ref().is_some_and(Plain::is_whole) || self.selector().is_some()
    }

    /// The selector's text as it is matched.
    pub(crate) fn matched(&self) -> &str {
        &self.matched
    }

    /// The value that it declares for a property.
    pub(crate) fn value(&self, property: Property) -> Option<&str> {
        let found = self
            .declarations
            .iter()
            .rev()
            .find(|d| d.property == Some(property));
        found.map(|declaration| &*declaration.value)
    }
}

/// What the rightmost compound of a selector asks for, as far as it is told quickly.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Needs {
    /// The bits of the attributes that must be there; see [`attribute_bit`].
    pub(crate) attributes: u64,
    /// Whether it must be the root.
    pub(crate) root: bool,
    /// Whether scraper looks at its siblings.
    pub(crate) looks_around: bool,
    /// Whether scraper looks at what is in it.
    pub(crate) looks_inside: bool,
    /// Whether scraper looks at what it stands in.
    pub(crate) looks_up: bool,
}

/// The bit of an attribute's name in a set of 64.
pub(crate) fn attribute_bit(name: &LocalName) -> u64 {
    1 << (name.get_hash() % 64)
}

impl Needs {
    /// Reads them off the text of a selector; more than it asks for is never told. O(bytes).
    pub(super) fn of(selector: &str) -> Self {
        let (names, root) = asks_for(selector);
        let bits = names
            .iter()
            // Both spellings are asked for in other documents, so only one that is its own counts.
            .filter(|name| !name.bytes().any(|b| b.is_ascii_uppercase()))
            .map(|name| attribute_bit(&LocalName::from(*name)));
        Self {
            attributes: bits.fold(0, |all, bit| all | bit),
            root,
            looks_around: selector.contains(['~', '+'])
                || selector.contains(":nth")
                || selector.contains("-type"),
            looks_inside: selector.contains(":has("),
            looks_up: selector.contains(' '),
        }
    }
}
