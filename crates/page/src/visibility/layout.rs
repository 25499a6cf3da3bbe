//! What is pushed out of the box, or off the screen, by sizes that are declared.
//!
//! No layout is done. Going up from an anchor, the pixels are summed that declared sizes and offsets
//! put at least between it and the edge of each box around: where that is more than a box that cuts
//! has room for, the anchor is out. What depends on text, on percentages or on how a grid places its
//! items adds nothing, so that the sum is a lower bound.

use model::Technique;

use super::Judge;
use super::geometry::{Clip, Geometry, Placed};
use super::metrics::NARROWEST;
use crate::css::cause::{Cause, Grounds};
use crate::css::declaration::Property;
use crate::css::view::View;
use crate::outline::{Index, Outline, is_block};

/// So far below everything else, nobody scrolls.
const FAR_BELOW_PX: f32 = 20_000.0;

/// So many siblings in front of an element are looked at.
const MAX_SIBLINGS: usize = 400;

/// On what it depends that a link is pushed out by lines of text.
const HIGH_LINES: &str = "it may be cut off, if the lines above it are as high as usual";

/// At least so many pixels between an anchor and the edge of a box.
#[derive(Clone, Copy)]
struct Spot {
    x: f32,
    y: f32,
    /// A margin at the top that may still be one with that of the parent.
    margin: f32,
    /// Whether nothing but margins lies above, so far.
    is_first: bool,
    /// How much of it comes from lines of text, whose height is an estimate.
    estimate: f32,
}

/// What was found on the way up.
pub(super) enum Pushed {
    /// Out of sight, by declared sizes.
    Out(Cause),
    /// Out of sight under a condition, which is told; or until it is brought into sight.
    Maybe(Cause, &'static str),
}

impl Judge<'_, '_> {
    /// Whether an anchor is pushed out of a box around it. O(depth × siblings), capped.
    pub(super) fn pushed_out(&self, view: &View, anchor: Index) -> Option<Pushed> {
        if !view.page.has_boxes {
            return None;
        }
        let outline = self.outline;
        let mut spot = Spot {
            x: 0.0,
            y: 0.0,
            margin: 0.0,
            is_first: true,
            estimate: 0.0,
        };
        let mut node = anchor;
        for _ in 0..600 {
            if !self.spend() {
                return None;
            }
            let own = view.geometry(node);
            let placed = own.map_or(Placed::Static, |own| own.placed);
            if placed == Placed::Fixed {
                return None;
            }
            let up = match (placed, own) {
                (Placed::Absolute, Some(own)) => {
                    spot.place(own);
                    view.placed_against(outline, node)
                }
                _ => {
                    let parent = outline.parent(node)?;
                    self.flow(view, node, parent, own, &mut spot);
                    parent
                }
            };
            if !spot.x.is_finite() || !spot.y.is_finite() {
                return None;
            }
            let around = view.geometry(up);
            if let Some(around) = around
                && let (Some(lines), Some(width)) = (around.most_lines, around.cut_width)
                && self.line_before(view, up, node) >= lines * width
            {
                let shows = format!("behind more text than {lines} lines of {width}px take");
                let mut grounds = Grounds::markup(Technique::OVERFLOW, shows);
                grounds.property = Some(Property::LineClamp);
                return Some(Pushed::Out(Cause::new(up, grounds)));
            }
            if let Some(around) = around
                && let Some(found) = cut(outline, up, around, &mut spot, anchor)
            {
                return Some(found);
            }
            let name = outline.name(up);
            if up == 0 || name == "html" {
                return self.off_page(view, anchor, &spot);
            }
            if placed != Placed::Absolute
                && let Some(around) = around
            {
                if around.padding_top > 0.0 {
                    spot.y += spot.margin + around.padding_top;
                    spot.margin = 0.0;
                    spot.is_first = false;
                }
                spot.x += around.padding_left;
            }
            node = up;
        }
        None
    }

    /// Adds what lies between a node and the edge of its parent.
    fn flow(
        &self,
        view: &View,
        node: Index,
        parent: Index,
        own: Option<&Geometry>,
        spot: &mut Spot,
    ) {
        let outline = self.outline;
        let around = view.geometry(parent);
        let is_grid = around.is_some_and(|around| around.is_grid);
        let is_row = around.is_some_and(|around| around.is_row);
        if let Some(own) = own {
            spot.shift(own);
        }
        let is_block_level = own.map_or_else(
            || is_block(outline.name(node)),
            |own| !own.is_inline && !own.floats,
        );
        if is_row {
            spot.x += self.row_before(view, parent, node);
        } else if is_block_level && !is_grid && !matches!(outline.name(parent), "tr" | "table") {
            let above = self.stack_before(view, parent, node, spot);
            if above > 0.0 {
                spot.y += spot.margin + above;
                spot.margin = 0.0;
                spot.is_first = false;
            }
        } else if view.context(parent).nowrap {
            spot.x += self.line_before(view, parent, node);
        }
    }

    /// Least height of what stands in front of a node among its siblings.
    fn stack_before(&self, view: &View, parent: Index, node: Index, spot: &mut Spot) -> f32 {
        let outline = self.outline;
        let mut sum = 0.0;
        for sibling in outline.children(parent).take(MAX_SIBLINGS) {
            if sibling >= node || !self.spend() {
                break;
            }
            let context = view.context(sibling);
            let own = view.geometry(sibling);
            if view.is_gone_itself(sibling)
                || own.is_some_and(|own| own.is_out_of_flow() || own.floats)
            {
                continue;
            }
            let name = outline.name(sibling);
            if let Some(height) = own.and_then(|own| own.height) {
                sum += height;
            } else if name == "br" {
                sum += context.font_px;
                spot.estimate += context.font_px;
            } else if is_block(name)
                && !context.has_flat_lines
                && outline
                    .below(sibling)
                    .take(20)
                    .filter_map(|at| outline.text(at))
                    .any(|text| self.spend_on(text) && !text.trim().is_empty())
            {
                // A line of text is at least as high as its font.
                let margin = if name == "p" && own.is_none_or(|own| own.margin_top.is_none()) {
                    context.font_px
                } else {
                    0.0
                };
                sum += context.font_px + margin;
                spot.estimate += context.font_px + margin;
            }
            if let Some(margin) = own.and_then(|own| own.margin_top) {
                sum += margin.min(0.0);
            }
        }
        sum.max(0.0)
    }

    /// Least width of the items in front of one in a row.
    fn row_before(&self, view: &View, parent: Index, node: Index) -> f32 {
        let items = self.outline.children(parent).take(MAX_SIBLINGS);
        items
            .take_while(|&sibling| sibling < node && self.spend())
            .filter_map(|sibling| view.geometry(sibling))
            .filter(|own| !own.is_out_of_flow())
            .filter_map(|own| own.width)
            .sum()
    }

    /// Least width of the text in front of a node in a line that does not wrap.
    fn line_before(&self, view: &View, parent: Index, node: Index) -> f32 {
        let outline = self.outline;
        let range = outline.below(parent).start..node;
        let chars: usize = range
            .take(MAX_SIBLINGS)
            .take_while(|_| self.spend())
            .filter(|&at| !view.is_hidden(at))
            .filter_map(|at| outline.text(at))
            .take_while(|text| self.spend_on(text))
            .map(|text| {
                text.split_whitespace()
                    .map(|word| word.chars().count() + 1)
                    .sum::<usize>()
            })
            .sum();
        if chars < 20 {
            return 0.0;
        }
        chars as f32 * NARROWEST * view.context(parent).font_px
    }

    /// Beyond the screen of a page that does not scroll.
    fn off_page(&self, view: &View, anchor: Index, spot: &Spot) -> Option<Pushed> {
        let y = spot.y + spot.margin;
        let is_stuck = |name: &str| {
            let found =
                (0..self.outline.items.len().min(400)).find(|&at| self.outline.name(at) == name);
            found
                .and_then(|at| view.geometry(at))
                .is_some_and(|own| own.clip_y == Clip::Cut)
        };
        if y < view.screen.1 || !(is_stuck("html") || is_stuck("body")) {
            return None;
        }
        let technique = Technique::BELOW_FOLD;
        let shows = format!(
            "at least {y}px down a page of {}px that does not scroll",
            view.screen.1
        );
        let cause = Cause::markup(anchor, technique, shows);
        Some(if y - spot.estimate < view.screen.1 {
            Pushed::Maybe(cause, HIGH_LINES)
        } else {
            Pushed::Out(cause)
        })
    }
}

impl Judge<'_, '_> {
    /// How far down the page the margins and paddings around an anchor put it, where that is further
    /// than anybody scrolls.
    pub(super) fn far_below(&self, view: &View, anchor: Index) -> Option<f32> {
        let own = |at: Index| view.geometry(at);
        let sum: f32 = self
            .outline
            .lineage(anchor)
            .take(200)
            .filter_map(own)
            .map(|own| own.margin_top.unwrap_or(0.0) + own.padding_top)
            .sum();
        (sum >= FAR_BELOW_PX).then_some(sum)
    }
}

impl Spot {
    /// An absolutely positioned box: its offsets count from the edge of the box around.
    fn place(&mut self, own: &Geometry) {
        let px = |length: Option<crate::css::values::Length>| {
            length.map_or(Some(0.0), crate::css::values::Length::px)
        };
        let inner = self.y + self.margin;
        let (Some(left), Some(top)) = (px(own.left), px(own.top)) else {
            self.x = f32::NEG_INFINITY;
            return;
        };
        self.x += left + own.margin_left.unwrap_or(0.0) + own.shift.0;
        self.y = inner + top + own.margin_top.unwrap_or(0.0) + own.shift.1;
        self.margin = 0.0;
        self.is_first = false;
    }

    /// A box in the flow: its margin, and what shifts it from its place.
    fn shift(&mut self, own: &Geometry) {
        let margin = own.margin_top.filter(|_| !own.is_inline).unwrap_or(0.0);
        if self.is_first && self.y == 0.0 {
            self.margin = self.margin.max(margin);
        } else {
            self.y += self.margin;
            self.margin = margin;
        }
        self.x += own.margin_left.unwrap_or(0.0);
        if own.placed == Placed::Relative {
            let px = |length: Option<crate::css::values::Length>| match length {
                None => 0.0,
                Some(length) => length.px().unwrap_or(f32::NEG_INFINITY),
            };
            self.y += px(own.top);
            self.x += px(own.left);
        }
        if own.shift != (0.0, 0.0) && !own.is_inline {
            self.x += own.shift.0;
            self.y += self.margin + own.shift.1;
            self.margin = 0.0;
            self.is_first = false;
        }
    }
}

/// Whether a box cuts off what is at a spot; where it scrolls, the spot is brought into sight.
fn cut(
    outline: &Outline<'_>,
    index: Index,
    around: &Geometry,
    spot: &mut Spot,
    anchor: Index,
) -> Option<Pushed> {
    let placed_inside = spot.y + spot.margin;
    let y = placed_inside + around.padding_top;
    let x = spot.x + around.padding_left;
    let found = match (around.clip_y, around.cut_height) {
        (Clip::Cut, Some((height, property))) if y >= height - 1.0 && y > 0.0 => {
            Some((y, height, "down", property))
        }
        _ => None,
    };
    let found = found.or(match (around.clip_x, around.cut_width) {
        (Clip::Cut, Some(width)) if x >= width - 1.0 && x > 0.0 => {
            Some((x, width, "to the right", Property::Width))
        }
        _ => None,
    });
    if let Some((at, room, way, property)) = found {
        let shows = format!(
            "at least {at}px {way} in <{}>, which cuts off after {room}px",
            outline.name(index)
        );
        let technique = if matches!(outline.name(index), "html" | "body") {
            Technique::BELOW_FOLD
        } else {
            Technique::OVERFLOW
        };
        let mut grounds = Grounds::markup(technique, shows).or_at(anchor);
        grounds.property = Some(property);
        let cause = Cause::new(index, grounds);
        return Some(if way == "down" && at - spot.estimate < room - 1.0 {
            Pushed::Maybe(cause, HIGH_LINES)
        } else {
            Pushed::Out(cause)
        });
    }
    if around.clip_y == Clip::Scroll {
        spot.y = spot.y.min(0.0);
        spot.margin = 0.0;
        spot.is_first = false;
    }
    if around.clip_x == Clip::Scroll {
        spot.x = spot.x.min(0.0);
    }
    None
}
