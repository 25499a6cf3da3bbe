//! Whether a box lies over all of an anchor, as far as declared places and sizes tell.
//!
//! No layout is done. Of the anchor it is known between which lines it lies: how far it begins at least,
//! and how far it ends at most, from the start of a box around it or from its end. Of what lies over it
//! it is known how far it reaches. Where the second holds the first, whatever size the box around has,
//! the anchor is covered.

use super::Judge;
use super::before::{is_sized, margin, most_lines};
use super::geometry::{Geometry, Placed};
use super::metrics::WIDEST;
use super::reach::{Line, Stretch};
use crate::css::values::Length;
use crate::css::view::View;
use crate::outline::{Index, is_block};

/// A text that is not wider than this stands in one line.
pub(super) const ONE_LINE_PX: f32 = 280.0;

/// A line of text is at most so many times as high as its font, where nothing says how high it is.
pub(super) const LINE: f32 = 1.5;

/// At most so many boxes around an anchor, and so many in front of it in one of them, are looked at.
pub(super) const MOST: usize = 60;

/// A box with text in it is at least so wide.
const NARROW_PX: f32 = 60.0;

/// A box with text in it is at least so high.
const FLAT_PX: f32 = 10.0;

/// A box has at most so many pixels.
pub(super) const HUGE_PX: f32 = 1_000_000.0;

/// By so many pixels two lines may differ.
const NEAR_PX: f32 = 1.0;

/// Between which lines something lies in one direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Between {
    /// It begins at least so many pixels from the start.
    near: f32,
    /// It begins at most so many pixels in front of the end.
    near_end: Option<f32>,
    /// It ends at most so many pixels from the start.
    far: Option<f32>,
    /// It ends at least so many pixels in front of the end.
    far_end: Option<f32>,
}

/// Between which lines something lies in a box around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Extent {
    pub(super) x: Between,
    pub(super) y: Between,
}

impl Between {
    /// Something at most so large.
    const fn sized(size: Option<f32>) -> Self {
        Self {
            near: 0.0,
            near_end: None,
            far: size,
            far_end: Some(0.0),
        }
    }

    /// The same from the start and the end of a box of a size.
    fn within(&mut self, size: f32) {
        self.near_end = Some(size - self.near);
        self.far_end = self.far.map(|far| size - far);
    }

    /// The same from the start and the end of a box around that one.
    fn step(&mut self, low: f32, high: Option<f32>) {
        self.near += low;
        self.far = self.far.zip(high).map(|(far, high)| far + high);
    }

    /// The same, moved by pixels.
    fn shift(&mut self, px: f32) {
        self.step(px, Some(px));
        self.near_end = self.near_end.map(|end| end - px);
        self.far_end = self.far_end.map(|end| end - px);
    }

    /// Whether it lies between two lines, however large the box around is between two sizes.
    pub(super) fn lies_between(&self, near: Line, far: Line, sizes: [f32; 2]) -> bool {
        let begins = |at: fn(&Self, f32) -> Option<f32>| {
            sizes
                .iter()
                .all(|&size| at(self, size).is_some_and(|px| near.at(size) <= px + NEAR_PX))
        };
        let ends = |at: fn(&Self, f32) -> Option<f32>| {
            sizes
                .iter()
                .all(|&size| at(self, size).is_some_and(|px| far.at(size) >= px - NEAR_PX))
        };
        (begins(|own, _| Some(own.near)) || begins(|own, size| Some(size - own.near_end?)))
            && (ends(|own, _| own.far) || ends(|own, size| Some(size - own.far_end?)))
    }

    /// Whether it lies between where a stretch of the same box begins and ends.
    pub(super) fn lies_in(&self, stretch: &Stretch, sizes: [f32; 2]) -> bool {
        let (Some(near), Some(far)) = (stretch.near, stretch.far) else {
            return false;
        };
        self.lies_between(near, far, sizes)
    }
}

impl Between {
    /// The page ends where its content does, and not with the screen.
    pub(super) fn ends_with_page(&mut self) {
        self.near_end = None;
        self.far_end = None;
    }
}

impl Extent {
    /// From where it begins at least, to the right and down.
    pub(super) const fn least(&self) -> (f32, f32) {
        (self.x.near, self.y.near)
    }

    /// From where it begins at most, if it has no size.
    pub(super) const fn most(&self) -> (Option<f32>, Option<f32>) {
        (self.x.far, self.y.far)
    }
}

impl Extent {
    /// What a box in the flow declares of its own size, for what is in it.
    fn keep_size(&mut self, own: &Geometry) {
        if let Some(width) = own.width {
            if self.x.far.is_none_or(|far| far > width) {
                self.y.far = None;
            }
            self.x.far = self.x.far.map(|far| far.min(width));
            self.x.within(width);
        }
        if own.cut_height.is_some()
            && let Some(height) = own.height
        {
            self.y.within(height);
        }
    }

    /// What moves a box in the flow from its place.
    fn displace(&mut self, own: &Geometry, is_inline: bool) -> Option<()> {
        if let Some(left) = own.margin_left.filter(|_| !is_inline) {
            self.x.step(left.min(0.0), Some(left.max(0.0)));
        }
        if own.placed == Placed::Relative {
            self.x.shift(offset(own.left, own.right)?);
            self.y.shift(offset(own.top, own.bottom)?);
        }
        if !own.is_inline && own.shift.0.is_finite() {
            self.x.shift(own.shift.0);
            self.y.shift(own.shift.1);
        }
        Some(())
    }
}

impl Stretch {
    /// Begins where the text takes it.
    pub(super) fn begin(&mut self, at: Between) {
        if !self.is_in_text {
            return;
        }
        let margin = self.near.map_or(0.0, |near| near.px);
        let line = |px: f32| Line {
            px: px + margin,
            part: 0.0,
        };
        self.near = at.far.map(line);
        self.far = self.size.map(|size| Line {
            px: size.px + at.near + margin,
            part: size.part,
        });
    }
}

impl Judge<'_, '_> {
    /// Between which sizes a box lies: what its text and declarations say, in both directions.
    pub(super) fn sizes(&self, view: &View, index: Index) -> ([f32; 2], [f32; 2]) {
        let own = view.geometry(index);
        let of =
            |exact: Option<f32>, least: f32, most: f32| exact.map_or([least, most], |px| [px; 2]);
        if index == 0 {
            return ([view.screen.0; 2], [view.screen.1; 2]);
        }
        let width = own.and_then(|own| own.width);
        let height = own.filter(|own| own.cut_height.is_some());
        (
            of(width, NARROW_PX, view.screen.0),
            of(height.and_then(|own| own.height), FLAT_PX, HUGE_PX),
        )
    }

    /// Between which lines of a box around it an anchor lies; `None` where that is not told.
    /// O(depth × boxes in front), capped.
    pub(super) fn extent(
        &self,
        view: &View,
        anchor: Index,
        frame: Index,
        from: Option<Index>,
    ) -> Option<Extent> {
        let mut found = self.own_extent(view, anchor)?;
        self.climb(view, anchor, frame, from, &mut found)?;
        Some(found)
    }

    /// Between which lines of a box around it another box begins.
    pub(super) fn start(
        &self,
        view: &View,
        index: Index,
        frame: Index,
        from: Option<Index>,
    ) -> Option<Extent> {
        let point = Between {
            near: 0.0,
            near_end: None,
            far: Some(0.0),
            far_end: None,
        };
        let mut found = Extent { x: point, y: point };
        if let Some(own) = view.geometry(index)
            && own.reach.y.own_shift != 0.0
        {
            let height = own.height.filter(|_| own.cut_height.is_some())?;
            found.y.shift(own.reach.y.own_shift * height);
        }
        self.climb(view, index, frame, from, &mut found)?;
        Some(found)
    }

    /// The size of the text of an anchor.
    fn own_extent(&self, view: &View, anchor: Index) -> Option<Extent> {
        let outline = self.outline;
        let context = view.context(anchor);
        let mut is_plain = true;
        for at in outline.below(anchor).take(MOST) {
            if !self.spend() {
                return None;
            }
            let name = outline.name(at);
            is_plain &= !is_sized(name) && !is_block(name) && name != "br";
            is_plain &= view.geometry(at).is_none_or(|own| {
                own.height.is_none() && own.placed == Placed::Static && own.is_inline
            });
        }
        let chars = outline.text_below(anchor, 200).chars().count();
        is_plain &= outline.below(anchor).len() <= MOST && (1..200).contains(&chars);
        let width = chars as f32 * context.font_px * WIDEST;
        let is_line = is_plain && width <= ONE_LINE_PX;
        let is_moved = context.indent.is_some()
            || context.is_rtl
            || self.outline.lineage(anchor).take(MOST).any(|at| {
                outline
                    .attr(at, "dir")
                    .is_some_and(|dir| dir.eq_ignore_ascii_case("rtl"))
            });
        let x = Between::sized((is_line && !is_moved).then_some(width));
        Some(Extent {
            x: Between {
                far_end: (!context.nowrap || is_line).then_some(0.0),
                ..x
            },
            y: Between::sized(most_lines(width, context).filter(|_| is_plain)),
        })
    }

    /// Goes from a node up to a box around it, and keeps between which lines it lies.
    fn climb(
        &self,
        view: &View,
        node: Index,
        frame: Index,
        from: Option<Index>,
        found: &mut Extent,
    ) -> Option<()> {
        let mut at = node;
        for _ in 0..MOST {
            if at == frame {
                return Some(());
            }
            if !self.spend() {
                return None;
            }
            let own = view.geometry(at);
            let own_shift = |own: &Geometry| (own.reach.x.own_shift, own.reach.y.own_shift);
            if own.is_some_and(|own| own.is_bent || (at != node && own_shift(own) != (0.0, 0.0))) {
                return None;
            }
            let placed = own.map_or(Placed::Static, |own| own.placed);
            let parent = self.outline.parent(at).unwrap_or(0);
            let up = match (placed, own) {
                (Placed::Fixed, _) => return None,
                (Placed::Absolute, Some(own)) if !own.is_in_text() => {
                    let up = view.placed_against(self.outline, at);
                    let is_within =
                        up == frame || frame == 0 || self.outline.below(frame).contains(&up);
                    if !is_within {
                        return None;
                    }
                    place(own, found)?;
                    up
                }
                _ => {
                    if placed == Placed::Absolute {
                        // The box around does not grow with it.
                        found.y.ends_with_page();
                    }
                    let from = from.filter(|_| parent == frame);
                    self.step_up(view, at, parent, from, found)?;
                    parent
                }
            };
            at = up;
        }
        None
    }

    /// From a box in the flow to its parent.
    fn step_up(
        &self,
        view: &View,
        at: Index,
        parent: Index,
        from: Option<Index>,
        found: &mut Extent,
    ) -> Option<()> {
        let outline = self.outline;
        let (own, around) = (view.geometry(at), view.geometry(parent));
        let is_inline = self.is_inline(view, at);
        if own.is_some_and(|own| own.has_free_margin && own.margin_left.is_none()) {
            found.x.far = None;
        }
        if let Some(own) = own.filter(|_| !is_inline) {
            found.keep_size(own);
        }
        if around.is_some_and(|own| own.cut_height.is_some()) {
            // What is in it may well be higher.
            found.y.ends_with_page();
        }
        // From a child on, all is counted from where the content of the box begins.
        let padding = around.filter(|_| from.is_none());
        let padding = padding.map_or((0.0, 0.0), |own| (own.padding_left, own.padding_top));
        let is_cell = matches!(outline.name(parent), "tr" | "tbody" | "thead" | "table");
        if around.is_some_and(|own| own.is_flex) || own.is_some_and(|own| own.floats) || is_cell {
            found.x.far = None;
            found.y.far = None;
            found.x.near += padding.0;
            found.y.near += padding.1;
        } else {
            self.behind(view, (at, is_inline), (parent, from), padding, found)?;
        }
        if let Some(own) = own {
            found.displace(own, is_inline)?;
        }
        Some(())
    }

    /// From a box in the flow to its parent, whose content stands in lines and below each other.
    fn behind(
        &self,
        view: &View,
        (at, is_inline): (Index, bool),
        (parent, from): (Index, Option<Index>),
        padding: (f32, f32),
        found: &mut Extent,
    ) -> Option<()> {
        let outline = self.outline;
        let around = view.geometry(parent);
        let before = self.before(view, parent, from, at)?;
        let line = if is_inline { before.line } else { Some(0.0) };
        if is_inline {
            let wide = line.zip(found.x.far).map(|(line, far)| line + far);
            if wide.is_none_or(|wide| wide > ONE_LINE_PX) {
                let lines = wide.and_then(|wide| most_lines(wide, view.context(at)));
                found.y.far = found.y.far.zip(lines).map(|(far, lines)| far.max(lines));
                found.x.far = None;
            }
        }
        let indent = if from.is_some() {
            0.0
        } else {
            usual_indent(outline.name(parent))
        };
        let is_free = around.is_some_and(|own| own.has_free_padding);
        let border = around
            .filter(|_| from.is_none())
            .map_or(0.0, |own| own.border_px);
        let side = padding.0 + indent + border;
        let line = line.filter(|_| !is_free);
        found.x.step(padding.0, line.map(|line| line + side));
        let is_first = from == Some(at);
        let (least, most) = if is_inline || is_first {
            (0.0, 0.0)
        } else {
            margin(view, outline.name(at), at, |own| own.margin_top)
        };
        let high = before
            .high
            .filter(|_| !is_free)
            .map(|high| high + padding.1 + border + most);
        found.y.step(padding.1 + before.low + least, high);
        let is_aligned = view.context(at).is_aligned
            || matches!(outline.name(parent), "center" | "th")
            || outline.attr(parent, "align").is_some();
        if is_aligned && is_inline {
            found.x.far = None;
        }
        Some(())
    }

    pub(super) fn is_inline(&self, view: &View, at: Index) -> bool {
        let own = view.geometry(at);
        own.map_or_else(|| !is_block(self.outline.name(at)), |own| own.is_inline)
    }
}

/// From a box out of the flow to the box against which it is placed.
fn place(own: &Geometry, found: &mut Extent) -> Option<()> {
    if own
        .width
        .is_some_and(|px| found.x.far.is_some_and(|far| far > px))
    {
        found.y.far = None;
    }
    place_in(
        &mut found.x,
        &own.reach.x,
        own.left,
        own.right,
        own.width,
        true,
    )?;
    place_in(
        &mut found.y,
        &own.reach.y,
        own.top,
        own.bottom,
        own.height,
        false,
    )
}

/// From a box out of the flow to the one against which it is placed, in one direction.
fn place_in(
    found: &mut Between,
    reach: &Stretch,
    near: Option<Length>,
    far: Option<Length>,
    size: Option<f32>,
    wraps: bool,
) -> Option<()> {
    if reach.is_in_text {
        // It begins somewhere in the box around.
        found.far = None;
        found.far_end = found.far_end.filter(|_| wraps);
        found.near_end = None;
        return Some(());
    }
    let (near_px, far_px) = (near.map(Length::px), far.map(Length::px));
    let extent = size.or(found.far);
    match (near_px, far_px) {
        (Some(Some(near)), _) => {
            found.far = found.far.map(|px| px + near);
            found.near += near;
            found.near_end = None;
            // The text wraps within the box around.
            found.far_end = (wraps && size.is_none() && near >= 0.0).then_some(0.0);
        }
        (None, Some(Some(far))) => {
            found.far_end = Some(far);
            found.near_end = extent.map(|px| far + px);
            found.near = f32::NEG_INFINITY;
            found.far = None;
        }
        _ => return None,
    }
    Some(())
}

/// How far browsers indent what is in a box.
fn usual_indent(name: &str) -> f32 {
    match name {
        "ul" | "ol" | "blockquote" | "figure" | "menu" | "dd" | "dl" => 40.0,
        "body" => 8.0,
        _ => 0.0,
    }
}

/// By how much a box is shifted from its place; `None` for a part of a size that is not known.
fn offset(near: Option<Length>, far: Option<Length>) -> Option<f32> {
    match (near, far) {
        (Some(near), _) => near.px(),
        (None, Some(far)) => far.px().map(|px| -px),
        (None, None) => Some(0.0),
    }
}
