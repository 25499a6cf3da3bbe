//! What an element comes to: what its style makes of it, of what is in it, and of the page.
//!
//! It names the element nowhere, so that all elements of one style may share it.

use std::rc::Rc;

use super::drawing::Drawing;
use super::geometry::Geometry;
use crate::css::cause::{Cause, Grounds};
use crate::css::context::Context;
use crate::css::view::{Around, PageBoxes, Pool, Spot};
use crate::outline::Index;

/// What an element's style makes of it, whichever element it is.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The number of what it hands to its children.
    pub(crate) context: u32,
    /// Box-level causes, outermost first, and whether it is the parent that has them.
    pub(crate) causes: Vec<(bool, Rc<Grounds>)>,
    /// What it does to visibility.
    pub(crate) invisible: Change,
    /// How it is placed against boxes further out.
    pub(crate) placing: Option<Placing>,
    /// The number of its size and place.
    pub(crate) geometry: u32,
    /// What it is to the boxes in it.
    pub(crate) around: Around,
    /// What it shows of its own.
    pub(crate) drawing: Drawing,
    /// Why its only row has no height.
    pub(crate) flat_row: Option<Rc<Grounds>>,
    /// Whether absolutely positioned boxes in it are placed against it.
    pub(crate) is_positioned: bool,
    /// Whether fixed boxes in it are, too.
    pub(crate) holds_fixed: bool,
    /// Whether it depends on the screen.
    pub(crate) is_of_screen: bool,
    /// What it is to the whole page.
    pub(super) role: Role,
}

/// What an element is to the whole page.
#[derive(Debug, Default)]
pub(super) struct Role {
    /// It may lie over others.
    pub(super) covers: bool,
    /// It takes what follows far away.
    pub(super) is_far: bool,
    /// It has a negative place in the order of painting.
    pub(super) is_sunk: bool,
    /// What follows may lie where it is.
    pub(super) is_slid: bool,
    /// It is a ground in the flow that is painted over what is not placed.
    pub(super) is_placed_ground: bool,
    /// It may lie beyond the edges of the page or of the screen.
    pub(super) is_beyond: bool,
    /// It declares its size or place.
    pub(super) is_box: bool,
    /// It is a column that is collapsed.
    pub(super) collapsed: Option<Rc<Grounds>>,
    /// It is a link dressed as prose.
    pub(super) plain_link: Option<Rc<Grounds>>,
}

/// What an element does to the visibility that it inherits.
#[derive(Debug)]
pub(crate) enum Change {
    /// Nothing.
    Nothing,
    /// It is seen.
    Ends,
    /// It is not seen.
    Begins(Rc<Grounds>),
}

/// How an element is placed against boxes further out.
#[derive(Debug)]
pub(crate) struct Placing {
    /// Whether it leaves the flow, and whether for the screen.
    pub(super) out: Option<bool>,
    /// How far its own offsets move it to the right and down, against the way in which an outer box
    /// was moved away.
    pub(super) moved_back: (f32, f32),
}

impl Placing {
    /// A box that is placed against an outer one is not cut by what lies between, and may be moved
    /// back to where it is seen.
    pub(crate) fn lets_go(&self, pool: &mut Pool, spot: &mut Spot) {
        if let Some(is_fixed) = self.out {
            let block = if is_fixed {
                spot.fixed_block
            } else {
                spot.absolute_block
            };
            let block = block as Index;
            pool.keep_causes(spot, |cause| !cause.cuts || cause.element <= block);
        }
        let back = self.moved_back;
        if back != (0.0, 0.0) {
            pool.keep_causes(spot, |cause| {
                cause.moves.is_none_or(|(x, y)| {
                    x + back.0 < -super::places::FAR || y + back.1 < -super::places::FAR
                })
            });
        }
    }
}

impl Outcome {
    /// Whether nothing of it names the element that comes to it, for the element or for the page.
    pub(crate) const fn names_no_element(&self) -> bool {
        let role = &self.role;
        self.causes.is_empty()
            && matches!(self.invisible, Change::Nothing)
            && self.placing.is_none()
            && !self.is_positioned
            && !self.holds_fixed
            && !role.covers
            && role.collapsed.is_none()
            && role.plain_link.is_none()
    }

    /// Notes on a page what an element with this outcome is to it.
    pub(crate) fn mark(&self, index: Index, page: &mut PageBoxes) {
        let role = &self.role;
        if role.covers {
            page.covers.push(index);
        }
        page.has_far |= role.is_far;
        page.has_sunk |= role.is_sunk;
        page.has_slid |= role.is_slid;
        page.has_grounds |= role.is_placed_ground;
        page.has_beyond |= role.is_beyond;
        page.has_boxes |= role.is_box;
        let here = |grounds: &Rc<Grounds>| Cause {
            element: index,
            grounds: grounds.clone(),
        };
        page.collapsed.extend(role.collapsed.as_ref().map(here));
        page.plain_links.extend(role.plain_link.as_ref().map(here));
    }
}

/// An outcome as it is made, with what it is to refer to.
pub(crate) struct Made {
    /// The outcome; the numbers of its context and geometry are not given yet.
    pub(crate) outcome: Outcome,
    /// What it hands to its children.
    pub(crate) context: Context,
    /// Its size and place.
    pub(crate) geometry: Option<Geometry>,
}
