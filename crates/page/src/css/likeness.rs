//! What elements must have in common for one to take over what another came to.

use html5ever::LocalName;

use crate::css::matched::{Matched, SetId};
use crate::css::nodes::{Each, Node};
use crate::css::styles::{Screen, StyleId};
use crate::css::view::{Around, Spot};
use crate::visibility::traits::Traits;

/// What decides an outcome.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Key<'t> {
    pub(super) name: &'t LocalName,
    pub(super) set: SetId,
    pub(super) style: StyleId,
    /// The number of what its parent hands on.
    pub(super) above: u32,
    pub(super) around: Around,
    pub(super) traits: Traits,
    /// The screen, where it matters.
    pub(super) screen: Option<Screen>,
}

/// What decides what an element comes to on all screens, as far as it names no element.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Whole<'t> {
    pub(super) name: &'t LocalName,
    pub(super) set: SetId,
    /// The number of what it declares itself.
    pub(super) own: u32,
    /// The number of what its parent hands on, whatever its place.
    pub(super) inner: u32,
    /// What its traits, and the places of its parent, say.
    pub(super) bits: (u16, u16),
}

/// What an element came to on all screens.
#[derive(Clone, Copy)]
pub(super) struct Came {
    /// The numbers of its outcomes.
    pub(super) outcomes: Each<u32>,
    /// Its own part, and what it hands on.
    pub(super) node: Node,
    /// Whether its place is that of its parent.
    pub(super) is_in_place: bool,
}

/// What an element came to on the last screen.
#[derive(Clone, Copy)]
pub(super) struct Last {
    pub(super) screen: Screen,
    pub(super) style: StyleId,
    /// The number of its outcome.
    pub(super) outcome: u32,
    /// What its parent handed on.
    pub(super) above: Spot,
    /// What it hands on itself.
    pub(super) spot: Spot,
}

impl Last {
    /// Whether some rules say on another screen what they say on this.
    pub(super) fn is_like(&self, matched: &Matched, screen: Screen) -> bool {
        let like = |screen: Screen| matched.like[screen.profile];
        like(self.screen) == like(screen)
            && (self.screen.with_uncertain == screen.with_uncertain || !matched.is_uncertain)
    }
}
