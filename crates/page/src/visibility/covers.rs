//! Whether one box, or what it generates, covers an anchor: what is painted later, is opaque, and reaches
//! over all of it.

use model::Technique;

use super::Judge;
use super::covering::{is_opaque_picture, is_picture, next};
use super::geometry::{Cover, Geometry, Placed};
use super::over::LINE;
use super::reach::{Line, Reach};
use crate::css::cause::Cause;
use crate::css::values::Length;
use crate::css::view::View;
use crate::outline::Index;

/// At most so many boxes, one around the other, are one cover.
const MAX_WRAPPERS: usize = 4;

impl Judge<'_, '_> {
    /// Whether one box, or what it generates, covers an anchor.
    pub(super) fn cover_over(&self, view: &View, cover: Index, anchor: Index) -> Option<Cause> {
        let own = view.geometry(cover)?;
        let generated = own.cover.filter(|generated| generated.is_opaque);
        generated
            .and_then(|generated| self.generated_over(view, cover, &generated, anchor))
            .or_else(|| self.box_over(view, cover, anchor))
    }

    fn generated_over(
        &self,
        view: &View,
        cover: Index,
        generated: &Cover,
        anchor: Index,
    ) -> Option<Cause> {
        let outline = self.outline;
        let is_own = cover == anchor || outline.below(anchor).contains(&cover);
        if is_own && generated.has_text {
            return None;
        }
        let block = if view.is_positioned(cover) {
            cover
        } else {
            view.placed_against(outline, cover)
        };
        let is_around = block == 0 || block == anchor || outline.below(block).contains(&anchor);
        let is_wrapped = || view.geometry(cover).is_some_and(Geometry::is_out_of_flow);
        if !is_around && !is_own && !is_wrapped() {
            return None;
        }
        let lies_inside = is_own || outline.below(cover).contains(&anchor);
        let common = if lies_inside {
            cover
        } else {
            self.common(cover, anchor)?
        };
        if !lies_inside && !self.is_shown(view, cover, common, anchor) {
            return None;
        }
        let order = if generated.is_last {
            outline.below(cover).end
        } else {
            cover
        };
        let first = Some((generated.z, order));
        let layer = self.layer(view, cover, common, first)?;
        let is_over = is_over(layer, self.layer(view, self.piece(anchor), common, None)?);
        let reaches = || {
            if block == 0 || block == anchor || outline.below(block).contains(&anchor) {
                return (is_own && generated.reach.fills())
                    || self.lies_under(view, &generated.reach, None, block, anchor);
            }
            generated.reach.fills()
                && block == cover
                && self.reaches_over(view, cover, anchor).is_some()
        };
        (is_over && reaches()).then(|| {
            let shows = format!(
                "generated content of <{}> lies over it",
                outline.name(cover)
            );
            Cause::markup(cover, Technique::COVERED, shows)
        })
    }

    pub(super) fn box_over(&self, view: &View, cover: Index, anchor: Index) -> Option<Cause> {
        let outline = self.outline;
        let own = view.geometry(cover)?;
        let is_apart = cover != anchor
            && !outline.below(cover).contains(&anchor)
            && !outline.below(anchor).contains(&cover);
        let is_opaque = own.is_opaque || is_opaque_picture(outline.name(cover));
        if !is_apart || !is_opaque || own.is_inline {
            return None;
        }
        if !self.may_lie_over(view, own, cover, anchor) {
            return None;
        }
        let common = self.common(cover, anchor)?;
        if !self.is_shown(view, cover, common, anchor) {
            return None;
        }
        let layer = self.layer(view, cover, common, None)?;
        let under = self.layer(view, self.piece(anchor), common, None)?;
        let at = if is_over(layer, under) {
            let over = self.reaches_over(view, cover, anchor);
            over.or_else(|| {
                self.flows_over(view, cover, common, anchor)
                    .then_some(cover)
            })
        } else {
            None
        };
        let is_later = cover > anchor && layer.is_none() && under.is_none();
        let in_cell = || {
            (is_later || is_over(layer, under)) && self.shares_place(view, cover, common, anchor)
        };
        let at = at.or_else(|| in_cell().then_some(cover))?;
        let shows = format!("<{}> lies over it", outline.name(cover));
        Some(Cause::markup(at, Technique::COVERED, shows))
    }

    /// Whether it is worth a closer look that a box may lie over an anchor. O(1).
    fn may_lie_over(&self, view: &View, own: &Geometry, cover: Index, anchor: Index) -> bool {
        let outline = self.outline;
        let holds = |at: Option<Index>| at.is_some_and(|at| outline.below(at).contains(&anchor));
        let is_out = |at: Index| view.geometry(at).is_some_and(Geometry::is_out_of_flow);
        match own.placed {
            Placed::Fixed => own.reach.fills(),
            Placed::Absolute if !own.is_in_text() => {
                let block = view.placed_against(outline, cover);
                let is_above = own.reach.y.near.is_some_and(|near| near.px < 0.0);
                let fills = || own.reach.fills() && is_out(block);
                block == 0 || holds(Some(block)) || is_above || fills()
            }
            // What is moved over the box before it stands in that box, or begins the next.
            _ => {
                let parent = outline.parent(cover);
                let around = parent.and_then(|at| outline.parent(at));
                holds(parent)
                    || own.reach.is_as_high
                    || (own.is_lifted_over()
                        && (holds(around) || holds(around.and_then(|at| outline.parent(at)))))
            }
        }
    }

    /// The innermost box around a box and an anchor.
    fn common(&self, cover: Index, anchor: Index) -> Option<Index> {
        let mut around = self.outline.lineage(cover).take_while(|_| self.spend());
        around.find(|&at| self.outline.below(at).contains(&anchor))
    }

    /// The child of a box in which a node stands.
    fn branch(&self, node: Index, inside: Index) -> Index {
        let branch = self.outline.lineage(node).take_while(|&at| at != inside);
        branch.last().unwrap_or(node)
    }

    /// The first text of an anchor, or itself.
    fn piece(&self, anchor: Index) -> Index {
        let mut texts = self.outline.texts(anchor).take(20);
        let text = texts.find(|(_, text)| !text.trim().is_empty());
        text.map_or(anchor, |(at, _)| at)
    }

    /// Whether a box is seen where the anchor would be, and nothing is seen through it.
    fn is_shown(&self, view: &View, cover: Index, common: Index, anchor: Index) -> bool {
        let outline = self.outline;
        // What hides both ends for both.
        let hides_both = |cause: &Cause| {
            cause.element == anchor || outline.below(cause.element).contains(&anchor)
        };
        let whole = |at: Index| {
            view.geometry(at)
                .is_none_or(|own| own.is_whole && !own.is_bent)
        };
        view.invisible(cover).is_none_or(hides_both)
            && view.causes(cover).all(hides_both)
            && outline
                .lineage(cover)
                .take_while(|&at| at != common)
                .all(whole)
    }

    /// Where a node comes in the order of painting inside of a box: its place, and the box that has it.
    /// `Some(None)`: in the flow. `None`: no steps were left to look.
    #[expect(
        clippy::option_option,
        reason = "a layer may be that of the flow, or not be known"
    )]
    fn layer(
        &self,
        view: &View,
        node: Index,
        inside: Index,
        first: Option<(i32, Index)>,
    ) -> Option<Option<(i32, Index)>> {
        let mut layer = first;
        for at in self.outline.lineage(node).take_while(|&at| at != inside) {
            if !self.spend() {
                return None;
            }
            let Some(own) = view.geometry(at) else {
                continue;
            };
            let is_placed = self.is_placed(view, at, own);
            if own.stacks || (is_placed && own.z.is_some()) {
                layer = Some((own.z.filter(|_| is_placed).unwrap_or(0), at));
            } else if is_placed && layer.is_none() {
                layer = Some((0, at));
            }
        }
        Some(layer)
    }

    /// Whether a place in the order of painting is heard on a box.
    pub(super) fn is_placed(&self, view: &View, at: Index, own: &Geometry) -> bool {
        let in_flex = || {
            let parent = self
                .outline
                .parent(at)
                .and_then(|parent| view.geometry(parent));
            own.z.is_some() && parent.is_some_and(|parent| parent.is_flex)
        };
        own.placed != Placed::Static || in_flex()
    }

    /// The box that lies over all of an anchor, if a cover fills it and it is placed against a box around
    /// both: the cover itself, or a box around it.
    fn reaches_over(&self, view: &View, cover: Index, anchor: Index) -> Option<Index> {
        let outline = self.outline;
        let mut at = cover;
        for _ in 0..MAX_WRAPPERS {
            let own = view.geometry(at)?;
            match own.placed {
                Placed::Fixed => {
                    return own.reach.fills().then_some(at);
                }
                Placed::Absolute => {
                    let block = view.placed_against(outline, at);
                    if block == 0 || outline.below(block).contains(&anchor) {
                        let over = self.lies_under(view, &own.reach, Some(at), block, anchor);
                        return over.then_some(at);
                    }
                    if !own.reach.fills() {
                        return None;
                    }
                    at = block;
                }
                Placed::Static | Placed::Relative => {
                    let parent = outline.parent(at)?;
                    let around = view.geometry(parent)?;
                    let is_wide = own
                        .reach
                        .x
                        .size
                        .map_or(!own.is_shrunk, |size| size.part >= 1.0);
                    let is_filled = around.padding_top == 0.0 && around.padding_left == 0.0;
                    let is_in_place = own.shift == (0.0, 0.0)
                        && own.top.is_none()
                        && own.left.is_none()
                        && own.margin_top.is_none_or(|px| px == 0.0);
                    let fills = own.reach.is_as_high && is_wide && is_filled && is_in_place;
                    if !fills || !self.is_first_thing(view, at) {
                        return None;
                    }
                    at = parent;
                }
            }
            if outline.below(at).contains(&anchor) {
                return None;
            }
        }
        None
    }

    /// Whether all of an anchor lies where a box reaches that is placed against a box around it.
    fn lies_under(
        &self,
        view: &View,
        reach: &Reach,
        cover: Option<Index>,
        block: Index,
        anchor: Index,
    ) -> bool {
        // What is lower than a line of text covers none.
        let least = view.context(anchor).font_px;
        if !reach.x.may_hold(least) || !reach.y.may_hold(least) {
            return false;
        }
        let Some(mut extent) = self.extent(view, anchor, block, None) else {
            return false;
        };
        if block == 0 {
            extent.y.ends_with_page();
        }
        let (wide, high) = self.sizes(view, block);
        let (mut x, mut y) = (reach.x, reach.y);
        if x.is_in_text || y.is_in_text {
            let start = cover.and_then(|cover| self.start(view, cover, block, None));
            let Some(start) = start else {
                return false;
            };
            x.begin(start.x);
            y.begin(start.y);
        }
        extent.x.lies_in(&x, wide) && extent.y.lies_in(&y, high)
    }

    /// Whether a box that stands where the flow takes it lies over an anchor in the same box around: it was
    /// moved over it, or the anchor takes no room where it is.
    fn flows_over(&self, view: &View, cover: Index, common: Index, anchor: Index) -> bool {
        let outline = self.outline;
        let (under, over) = (self.branch(anchor, common), self.branch(cover, common));
        let mut between = outline
            .lineage(cover)
            .skip(1)
            .take_while(|&at| at != common);
        let is_cut = between.any(|at| view.geometry(at).is_some_and(Geometry::cuts));
        let is_flex = |at: Index| view.geometry(at).is_some_and(|own| own.is_flex);
        if is_cut || is_flex(common) || view.geometry(over).is_some_and(|own| own.floats) {
            return false;
        }
        let is_moved = |at: Index, is: fn(&Geometry) -> bool| {
            let mut around = outline.lineage(at).take_while(|&at| at != common);
            around.any(|at| view.geometry(at).is_some_and(is))
        };
        if !is_moved(cover, Geometry::is_lifted_over) && !is_moved(anchor, Geometry::is_slid) {
            return false;
        }
        // What stands between them takes room that is seldom told.
        let (first, last) = (under.min(over), under.max(over));
        let mut after = std::iter::successors(next(outline, first), |&at| next(outline, at));
        if !after.by_ref().take(3).any(|at| at == last) {
            return false;
        }
        let slid = view.geometry(under);
        let slid = slid.filter(|slid| slid.placed == Placed::Absolute);
        let (frame, from) = match slid {
            Some(slid) if !slid.is_in_text() => (view.placed_against(outline, under), None),
            _ => (common, Some(under.min(over))),
        };
        let font = view.context(anchor).font_px;
        let Some((x, y)) = self.flow_reach(view, cover, (frame, from), font) else {
            return false;
        };
        if y.1.px - y.0.px < font || y.1.px < font {
            return false;
        }
        let Some(mut extent) = self.extent(view, anchor, frame, from) else {
            return false;
        };
        extent.y.ends_with_page();
        let (wide, _) = self.sizes(view, frame);
        extent.x.lies_between(x.0, x.1, wide) && extent.y.lies_between(y.0, y.1, [0.0, 0.0])
    }

    /// From where to where a box that stands where the flow takes it, or that is placed against one that
    /// does, reaches for certain. `font` is the size of the text that it may cover.
    fn flow_reach(
        &self,
        view: &View,
        cover: Index,
        (frame, from): (Index, Option<Index>),
        font: f32,
    ) -> Option<((Line, Line), (Line, Line))> {
        let outline = self.outline;
        let own = view.geometry(cover)?;
        let line = |px: f32| Line { px, part: 0.0 };
        let is_placed = own.placed == Placed::Absolute && !own.is_in_text();
        let at = if is_placed {
            view.placed_against(outline, cover)
        } else {
            cover
        };
        if is_placed && !outline.below(frame).contains(&at) {
            return None;
        }
        let base = view.geometry(at)?;
        if base.is_out_of_flow() && !base.is_in_text() {
            return None;
        }
        let start = self.start(view, at, frame, from)?;
        let (Some(left), Some(top)) = start.most() else {
            return None;
        };
        let right = match base.reach.x.size {
            Some(size) => Line {
                px: start.least().0 + size.px,
                part: size.part,
            },
            None if base.is_shrunk || base.is_out_of_flow() || is_picture(outline, at) => {
                return None;
            }
            None => Line {
                px: -left,
                part: 1.0,
            },
        };
        if is_placed {
            let (near, far) = (own.reach.y.near?, own.reach.y.far?);
            let is_in_px = near.part == 0.0 && far.part == 0.0 && own.reach.x.fills();
            let y = (line(top + near.px), line(start.least().1 + far.px));
            return is_in_px.then_some(((line(left), right), y));
        }
        let (mut height, _) = self.height(view, cover, 6)?;
        if own.height.is_none() && view.context(cover).font_px >= font {
            // Lines of the same text are as high as those below them.
            height = (height - own.padding_top) * LINE + own.padding_top;
        }
        Some((
            (line(left), right),
            (line(top), line(start.least().1 + height)),
        ))
    }

    /// Whether two items lie in the same cell of a grid, or a negative margin takes one in a row back over
    /// the one before it.
    fn shares_place(&self, view: &View, cover: Index, common: Index, anchor: Index) -> bool {
        let under = self.branch(anchor, common);
        let (Some(own), Some(base)) = (view.geometry(cover), view.geometry(under)) else {
            return false;
        };
        if self.outline.parent(cover) != Some(common) {
            return false;
        }
        let around = view.geometry(common);
        if let (Some(cells), Some(under)) = (own.cells, base.cells) {
            let is_grid = around.is_some_and(|own| own.is_flex && !own.sets_apart);
            let is_full = !own.is_set_apart && !own.has_free_margin && own.shift == (0.0, 0.0);
            let is_sized = own.cut_height.is_some() || own.cut_width.is_some();
            return !own.is_out_of_flow() && is_grid && is_full && !is_sized && cells.hold(under);
        }
        let in_flex = around.is_some_and(|own| own.is_row);
        let in_row = in_flex || (own.floats && base.floats);
        let is_back = wide(own).zip(wide(base)).is_some_and(|(over, under)| {
            over == under && own.margin_start.is_some_and(|back| is_reverse(back, under))
        });
        let is_stretched = in_flex
            && own.cut_height.is_none()
            && !own.is_set_apart
            && around.is_some_and(|own| !own.sets_apart);
        let has_height = || {
            let extent = self.extent(view, anchor, under, None);
            let line = |px: f32| Line { px, part: 0.0 };
            is_stretched
                || own.height.is_some_and(|height| {
                    extent.is_some_and(|mut extent| {
                        extent.y.ends_with_page();
                        let size = [0.0, 0.0];
                        extent.y.lies_between(line(0.0), line(height), size)
                    })
                })
        };
        in_row && is_back && next(self.outline, under) == Some(cover) && has_height()
    }
}

/// Whether what is at one place in the order of painting is painted over a text at another; `None` is
/// the flow.
fn is_over(over: Option<(i32, Index)>, under: Option<(i32, Index)>) -> bool {
    match (over, under) {
        (None, under) => under.is_some_and(|(z, _)| z < 0),
        (Some((z, _)), None) => z >= 0,
        (Some(over), Some(under)) => over > under,
    }
}

/// The width of an item that is as wide as it says.
fn wide(own: &Geometry) -> Option<Line> {
    let share = own.share.filter(|share| share.is_rigid).map(|share| Line {
        px: 0.0,
        part: share.part,
    });
    let px = own.width.map(|px| Line { px, part: 0.0 });
    own.reach.x.size.or(share).or(px)
}

/// Whether a margin takes back a width.
fn is_reverse(margin: Length, width: Line) -> bool {
    [0.0, 1_000.0]
        .into_iter()
        .all(|size| margin.of(size) <= 0.5 - width.at(size))
}
