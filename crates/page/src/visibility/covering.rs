//! What lies over an anchor, as far as declared sizes and the order of painting prove it.

use model::Technique;

use super::Judge;
use super::geometry::{Geometry, Placed};
use super::metrics::WIDEST;
use crate::css::cause::Cause;
use crate::css::values::{Color, Length};
use crate::css::view::View;
use crate::outline::{Index, Outline};

/// At most so many siblings of an element are looked at.
const MAX_SIBLINGS: usize = 200;

/// At most so many boxes of a page are asked whether they cover an anchor.
const MAX_COVERS: usize = 64;

impl Judge<'_, '_> {
    /// What covers an anchor. O(depth × siblings), capped.
    pub(super) fn covered(&self, view: &View, anchor: Index) -> Option<Cause> {
        if !view.page.has_boxes {
            return None;
        }
        self.behind_own_ground(view, anchor)
            .or_else(|| self.under_sheet(view, anchor))
            .or_else(|| self.under_cover(view, anchor))
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
                } else if own.ground.is_some() && own.is_whole && !own.is_inline {
                    let shows = format!("z-index:{z} puts it behind the ground of <{name}>");
                    return Some(Cause::markup(element, Technique::COVERED, shows));
                }
            }
            if sunk.is_none()
                && let Some(z) = own.z.filter(|&z| z < 0 && own.placed != Placed::Static)
            {
                sunk = Some((at, z));
            }
        }
        None
    }

    /// A later box, or a pseudo-element, that lies over all of the box around the anchor.
    fn under_cover(&self, view: &View, anchor: Index) -> Option<Cause> {
        let outline = self.outline;
        let covers = view.page.covers.iter().take(MAX_COVERS);
        let mut covers = covers.take_while(|_| self.spend());
        covers.find_map(|&cover| {
            let own = view.geometry(cover)?;
            let lies_inside = cover == anchor || outline.below(cover).contains(&anchor);
            if let Some(generated) = own.cover.filter(|_| lies_inside) {
                let level = self.level(view, anchor, cover)?.0;
                let over = generated.is_opaque
                    && is_over(generated.z, generated.is_last, level)
                    && view.is_positioned(cover);
                let shows = format!(
                    "generated content of <{}> lies over it",
                    outline.name(cover)
                );
                return over.then(|| Cause::markup(cover, Technique::COVERED, shows));
            }
            let parent = outline.parent(cover)?;
            if lies_inside || !outline.below(parent).contains(&anchor) {
                return None;
            }
            self.sibling_over(view, parent, cover, anchor)
        })
    }

    /// Where the branch of an anchor comes in the order of painting inside of a box, and the child of
    /// the box in which it stands. A level of `None`: nothing on it is positioned. `None`: no steps
    /// were left to look.
    fn level(&self, view: &View, anchor: Index, inside: Index) -> Option<(Option<i32>, Index)> {
        let mut level: Option<i32> = None;
        let mut child = anchor;
        for at in self.outline.lineage(anchor).take_while(|&at| at != inside) {
            if !self.spend() {
                return None;
            }
            child = at;
            let Some(own) = view.geometry(at) else {
                continue;
            };
            if own.stacks || (own.placed != Placed::Static && own.z.is_some()) {
                level = Some(own.z.unwrap_or(0));
            } else if own.placed != Placed::Static {
                level = Some(level.unwrap_or(0).max(0));
            }
        }
        Some((level, child))
    }

    /// A sibling of one of the boxes around the anchor that is painted over it.
    fn sibling_over(
        &self,
        view: &View,
        parent: Index,
        cover: Index,
        anchor: Index,
    ) -> Option<Cause> {
        let outline = self.outline;
        let own = view.geometry(cover)?;
        let is_shown = !view.is_hidden(cover) && view.invisible(cover).is_none();
        let is_opaque = own.ground.is_some() || is_picture(outline, cover);
        if !is_shown || !is_opaque || !own.is_whole {
            return None;
        }
        let (level, child) = self.level(view, anchor, parent)?;
        let is_later = cover > child;
        let over = if own.placed == Placed::Static {
            // In the flow, only a later one of the same kind lies over an earlier one.
            is_later && level.is_none()
        } else {
            is_over(own.z.unwrap_or(0), is_later, level)
        };
        let base = view.geometry(child);
        (over && self.reaches(view, own, base, cover, child, anchor)).then(|| {
            let shows = format!("<{}> lies over it", outline.name(cover));
            Cause::markup(cover, Technique::COVERED, shows)
        })
    }

    /// Whether a box reaches over all of another.
    fn reaches(
        &self,
        view: &View,
        over: &Geometry,
        base: Option<&Geometry>,
        sibling: Index,
        child: Index,
        anchor: Index,
    ) -> bool {
        match over.placed {
            Placed::Fixed => over.fills,
            Placed::Absolute if over.fills => {
                let parent = self.outline.parent(child);
                Some(view.placed_against(self.outline, sibling)) == parent
                    && base.is_none_or(|base| {
                        !base.is_out_of_flow()
                            || (is_at_start(base) && base.placed == Placed::Absolute)
                    })
            }
            Placed::Absolute => self.lies_within(view, (over, sibling), (base, child), anchor),
            Placed::Static | Placed::Relative => {
                let height = base.and_then(|base| base.height);
                let pulled = over.margin_top.unwrap_or(0.0);
                let is_next = next(self.outline, child) == Some(sibling);
                let same_cell = over.grid_area.is_some()
                    && base.is_some_and(|base| base.grid_area == over.grid_area);
                same_cell
                    || (over.placed == Placed::Relative
                        && self.is_pulled_under((over, sibling), base, child))
                    || (is_next
                        && over.placed == Placed::Relative
                        && height.is_some_and(|height| {
                            pulled <= -height && over.height.is_some_and(|own| own >= height)
                        }))
            }
        }
    }

    /// Whether a box in the flow is drawn up by a negative margin so far that it lies within the box before
    /// it, which has its place and at least its width.
    fn is_pulled_under(
        &self,
        (over, sibling): (&Geometry, Index),
        base: Option<&Geometry>,
        child: Index,
    ) -> bool {
        let Some(base) = base.filter(|base| !base.is_out_of_flow()) else {
            return false;
        };
        let (Some(pulled), Some(height), Some(room)) = (base.margin_top, base.height, over.height)
        else {
            return false;
        };
        let is_wide = match (over.width, over.share, base.width) {
            (None, None, _) => true,
            (Some(over), None, Some(base)) => base <= over,
            _ => false,
        };
        let is_in_place = over.left.is_none() && over.top.is_none() && over.shift == (0.0, 0.0);
        let is_aside = base.margin_left.is_some_and(|px| px != 0.0) || over.floats || base.floats;
        next(self.outline, sibling) == Some(child)
            && is_wide
            && is_in_place
            && !is_aside
            && height <= -pulled
            && -pulled <= room
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

    /// Whether a box of declared place and size lies over another that is placed against the same.
    fn lies_within(
        &self,
        view: &View,
        (over, sibling): (&Geometry, Index),
        (base, child): (Option<&Geometry>, Index),
        anchor: Index,
    ) -> bool {
        let Some(base) = base.filter(|base| base.placed == Placed::Absolute) else {
            return false;
        };
        let px = |length: Option<Length>| length.and_then(Length::px);
        let side = |own: Option<f32>, attribute: &str| {
            own.or_else(|| self.outline.attr(sibling, attribute)?.trim().parse().ok())
        };
        let (Some(left), Some(top), Some(width), Some(height)) = (
            px(over.left),
            px(over.top),
            // The text wraps within the box around, which is as wide.
            side(over.width, "width").or(over.spans.then_some(f32::INFINITY)),
            side(over.height, "height"),
        ) else {
            return false;
        };
        let (Some(base_left), Some(base_top)) = (px(base.left), px(base.top)) else {
            return false;
        };
        let font = view.context(anchor).font_px;
        let chars = self.outline.text_below(anchor, 200).chars().count() as f32;
        let base_width = base.width.unwrap_or(chars * font * WIDEST);
        let base_height = base.height.unwrap_or(font * 1.5);
        base_left >= left
            && base_top >= top
            && base_left + base_width <= left + width
            && base_top + base_height <= top + height
            && view.placed_against(self.outline, sibling)
                == view.placed_against(self.outline, child)
    }

    /// A box that lies under, or around, a text and has a ground of its own that the text's
    /// ancestors do not: the text may stand on it. Found only as far as there are steps to look.
    pub(super) fn stands_on_layer(&self, view: &View, node: Index) -> Option<Option<Color>> {
        let outline = self.outline;
        let mut child = node;
        for at in outline.lineage(node).skip(1).take(40) {
            if let Some(cover) = view.geometry(at).and_then(|own| own.cover) {
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

/// Whether something positioned at `z` is painted over a branch at `level` (`None`: not
/// positioned).
fn is_over(z: i32, is_later: bool, level: Option<i32>) -> bool {
    match level {
        None => z >= 0,
        Some(level) => z > level || (z == level && is_later),
    }
}

/// The next sibling of an element that is one, too. O(texts between them).
fn next(outline: &Outline<'_>, element: Index) -> Option<Index> {
    let end = outline.below(outline.parent(element)?).end;
    let mut at = outline.below(element).end;
    while at < end && outline.element(at).is_none() {
        at = outline.below(at).end;
    }
    (at < end).then_some(at)
}

fn is_picture(outline: &Outline<'_>, index: Index) -> bool {
    matches!(
        outline.name(index),
        "img" | "video" | "canvas" | "svg" | "picture" | "iframe"
    )
}

/// Whether a box lies at the start of the box around it.
fn is_at_start(own: &Geometry) -> bool {
    let near = |length: Option<Length>| {
        length.is_none_or(|length| length.px().is_some_and(|px| (0.0..200.0).contains(&px)))
    };
    near(own.left) && near(own.top)
}
