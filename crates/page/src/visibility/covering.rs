//! What lies over an anchor, as far as declared sizes and the order of painting prove it.

use model::Technique;

use super::Judge;
use super::geometry::{Geometry, Placed};
use crate::css::cause::Cause;
use crate::css::values::{Color, Length};
use crate::css::view::View;
use crate::outline::{Index, Outline};

/// At most so many siblings of an element are looked at.
const MAX_SIBLINGS: usize = 200;

/// At most so many boxes of a page are asked whether they cover an anchor.
const MAX_COVERS: usize = 64;

/// Of those far from it, at most so many of the first and of the last: what lies over the screen stands
/// at the ends of a page.
const MAX_FAR_COVERS: usize = 12;

/// At most so many boxes around an anchor are asked whether they keep their room.
const MAX_SLID: usize = 12;

impl Judge<'_, '_> {
    /// What covers an anchor. O(depth × siblings), capped.
    pub(super) fn covered(&self, view: &View, anchor: Index) -> Option<Cause> {
        if !view.page.has_boxes {
            return None;
        }
        self.behind_own_ground(view, anchor)
            .or_else(|| self.under_sheet(view, anchor))
            .or_else(|| self.under_cover(view, anchor))
            .or_else(|| self.under_next(view, anchor))
    }

    /// A box with a negative place in the order of painting, behind the ground of a sibling.
    fn under_sheet(&self, view: &View, anchor: Index) -> Option<Cause> {
        let outline = self.outline;
        let mut lineage = outline.lineage(anchor).take(40);
        lineage.find_map(|child| {
            let base = view.geometry(child)?;
            let z = base.z.filter(|&z| z < 0)?;
            let siblings = outline.children(outline.parent(child)?).take(MAX_SIBLINGS);
            let mut siblings = siblings.take_while(|_| self.spend());
            siblings.find_map(|sibling| {
                let over = view.geometry(sibling).filter(|_| sibling != child)?;
                let is_opaque = over.ground.is_some() && over.is_whole && !over.is_out_of_flow();
                (is_opaque && self.is_sheet_over(view, over, sibling, base, child)).then(|| {
                    let name = outline.name(sibling);
                    let shows = format!("z-index:{z} puts it behind the ground of <{name}>");
                    Cause::markup(child, Technique::COVERED, shows)
                })
            })
        })
    }

    /// A box with a negative place in the order of painting lies behind the grounds of the boxes
    /// around it, up to the one that is painted as a whole.
    fn behind_own_ground(&self, view: &View, anchor: Index) -> Option<Cause> {
        let outline = self.outline;
        let mut sunk: Option<(Index, i32)> = None;
        for at in outline.lineage(anchor) {
            let name = outline.name(at);
            // The ground of the last is that of the page, which is painted first.
            if matches!(name, "body" | "html") || at == 0 || !self.spend() {
                return None;
            }
            let Some(own) = view.geometry(at) else {
                continue;
            };
            if let Some((element, z)) = sunk {
                let stacks = own.stacks || (own.z.is_some() && own.placed != Placed::Static);
                if stacks {
                    sunk = None;
                } else if own.is_opaque && own.is_whole && !own.is_inline {
                    let shows = format!("z-index:{z} puts it behind the ground of <{name}>");
                    return Some(Cause::markup(element, Technique::COVERED, shows));
                }
            }
            if sunk.is_none()
                && let Some(z) = own.z.filter(|&z| z < 0 && self.is_placed(view, at, own))
            {
                sunk = Some((at, z));
            }
        }
        None
    }

    /// A box, or a pseudo-element, that is painted over the anchor and lies over all of it.
    fn under_cover(&self, view: &View, anchor: Index) -> Option<Cause> {
        let all = &view.page.covers;
        let here = all.partition_point(|&cover| cover < anchor);
        let nearest = here.saturating_sub(MAX_COVERS / 2)..all.len().min(here + MAX_COVERS / 2);
        let first = 0..nearest.start.min(MAX_FAR_COVERS);
        let last = nearest.end.max(all.len().saturating_sub(MAX_FAR_COVERS))..all.len();
        let mut asked = nearest
            .chain(first)
            .chain(last)
            .take_while(|_| self.spend());
        asked.find_map(|at| self.cover_over(view, all[at], anchor))
    }

    /// A box behind the place of an anchor that was taken out of the flow, or that does not keep its
    /// room: what follows then lies over it.
    fn under_next(&self, view: &View, anchor: Index) -> Option<Cause> {
        let outline = self.outline;
        if !view.page.has_slid || !(view.page.has_grounds || view.page.has_sunk) {
            return None;
        }
        for at in outline.lineage(anchor).take(MAX_SLID) {
            if !self.spend() {
                return None;
            }
            if !view.geometry(at).is_some_and(Geometry::is_slid) {
                continue;
            }
            let mut later = next(outline, at);
            for _ in 0..3 {
                let Some(cover) = later else {
                    break;
                };
                let inner = outline.children(cover).next();
                let mut both = std::iter::once(cover).chain(inner);
                if let Some(found) = both.find_map(|cover| self.box_over(view, cover, anchor)) {
                    return Some(found);
                }
                later = next(outline, cover);
            }
        }
        None
    }

    /// Whether a box in the flow is what its parent begins with, as wide as it, and at least two
    /// lines high, over one that is placed at the start of the same parent.
    fn is_sheet_over(
        &self,
        view: &View,
        over: &Geometry,
        sibling: Index,
        base: &Geometry,
        child: Index,
    ) -> bool {
        let outline = self.outline;
        let Some(parent) = outline.parent(sibling) else {
            return false;
        };
        let font = view.context(child).font_px;
        let is_at_corner = |own: &Geometry| {
            let zero = |length: Option<Length>| length.and_then(Length::px) == Some(0.0);
            own.placed == Placed::Absolute && zero(own.left) && zero(own.top)
        };
        let has_room = |own: &Geometry| {
            own.is_grid || own.is_row || own.padding_top > 0.0 || own.padding_left > 0.0
        };
        is_at_corner(base)
            && view.placed_against(outline, child) == parent
            && !view.geometry(parent).is_some_and(has_room)
            && over.height.is_some_and(|px| px >= font * 2.5)
            && over.width.is_none()
            && over.share.is_none()
            && !over.floats
            && !over.is_inline
            && over.shift == (0.0, 0.0)
            && over.left.is_none()
            && over.top.is_none()
            && over.margin_top.is_none_or(|px| px == 0.0)
            && over.margin_left.is_none_or(|px| px == 0.0)
            && outline.text_below(child, 60).chars().count() < 60
            && self.is_first_thing(view, sibling)
    }

    /// A box that lies under, or around, a text and has a ground of its own that the text's
    /// ancestors do not: the text may stand on it. Found only as far as there are steps to look.
    pub(super) fn stands_on_layer(&self, view: &View, node: Index) -> Option<Option<Color>> {
        let outline = self.outline;
        let mut child = node;
        for at in outline.lineage(node).skip(1).take(40) {
            if let Some(cover) = view
                .geometry(at)
                .and_then(|own| own.cover)
                .filter(|cover| cover.fills)
            {
                return Some(cover.color);
            }
            for sibling in outline.children(at).take(MAX_SIBLINGS) {
                if !self.spend() {
                    return None;
                }
                if sibling == child {
                    continue;
                }
                let own = view.geometry(sibling);
                let placed = own.is_some_and(Geometry::is_out_of_flow);
                let picture = is_picture(outline, sibling)
                    || outline
                        .below(sibling)
                        .take(6)
                        .any(|below| is_picture(outline, below));
                let out = view.geometry(child).is_some_and(Geometry::is_out_of_flow);
                if (picture && (placed || out)) || (placed && own.is_some_and(|own| own.paints)) {
                    return Some(own.and_then(|own| own.ground).filter(|_| !picture));
                }
            }
            if matches!(outline.name(at), "body" | "html") {
                break;
            }
            child = at;
        }
        None
    }

    /// Whether a link is an unseen area over other content.
    pub(super) fn is_overlay(&self, view: &View, anchor: Index) -> bool {
        view.geometry(anchor)
            .is_some_and(|own| own.is_out_of_flow() && own.fills)
    }
}

/// The next sibling of an element that is one, too. O(texts between them).
pub(super) fn next(outline: &Outline<'_>, element: Index) -> Option<Index> {
    let end = outline.below(outline.parent(element)?).end;
    let mut at = outline.below(element).end;
    while at < end && outline.element(at).is_none() {
        at = outline.below(at).end;
    }
    (at < end).then_some(at)
}

pub(super) fn is_picture(outline: &Outline<'_>, index: Index) -> bool {
    matches!(
        outline.name(index),
        "img" | "video" | "canvas" | "svg" | "picture" | "iframe"
    )
}

/// Whether nothing is seen through a picture, as far as its kind tells. What is drawn on a canvas, or in
/// a picture made of elements, leaves the rest clear.
pub(super) fn is_opaque_picture(name: &str) -> bool {
    matches!(name, "img" | "video" | "iframe" | "textarea")
}
