//! What stands in front of something in its box, and how high a box is: at least, and at most.

use super::Judge;
use super::geometry::Geometry;
use super::metrics::WIDEST;
use super::over::{HUGE_PX, LINE, MOST, ONE_LINE_PX};
use super::reach::usual_margin;
use crate::css::context::Context;
use crate::css::view::View;
use crate::outline::{Index, is_block, is_unrendered};

/// What stands in front of something in a box.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    /// The text of the same line, at most.
    pub(super) line: Option<f32>,
    /// What stands above is at least so high.
    pub(super) low: f32,
    /// What stands above is at most so high.
    pub(super) high: Option<f32>,
}

impl Judge<'_, '_> {
    /// What stands in front of a node in its parent, from a child on or from the first; for the end of the
    /// parent, all that is in it.
    pub(super) fn before(
        &self,
        view: &View,
        parent: Index,
        from: Option<Index>,
        until: Index,
    ) -> Option<Before> {
        self.before_to(view, parent, from, until, 6)
    }

    fn before_to(
        &self,
        view: &View,
        parent: Index,
        from: Option<Index>,
        until: Index,
        depth: usize,
    ) -> Option<Before> {
        let outline = self.outline;
        let font = view.context(parent).font_px;
        let mut found = Before {
            line: Some(0.0),
            low: 0.0,
            high: Some(0.0),
        };
        let first = from.unwrap_or(outline.below(parent).start);
        let mut visited = 0;
        let mut at = first;
        while at < until {
            visited += 1;
            if !self.spend() {
                return None;
            }
            if visited > MOST {
                return Some(Before::default());
            }
            let next = outline.below(at).end;
            if let Some(text) = outline.text(at) {
                if !self.spend_on(text) {
                    return None;
                }
                let chars = text
                    .split_whitespace()
                    .map(|word| word.chars().count() + 1)
                    .sum();
                found.say(chars, font);
            } else if outline.element(at).is_some() {
                self.take_in(view, at, Some(at) == from, font, &mut found, depth)?;
            }
            at = next;
        }
        let is_end = until == outline.below(parent).end;
        if is_end || !self.is_inline(view, until) {
            found.end_line(view.context(parent));
        }
        Some(found)
    }

    /// Adds an element to what stands in front.
    fn take_in(
        &self,
        view: &View,
        at: Index,
        is_first: bool,
        font: f32,
        found: &mut Before,
        depth: usize,
    ) -> Option<()> {
        let outline = self.outline;
        let name = outline.name(at);
        let own = view.geometry(at);
        let is_out = own.is_some_and(Geometry::is_out_of_flow);
        if is_out || is_unrendered(name) || view.is_gone_itself(at) {
            return Some(());
        }
        if own.is_some_and(|own| own.floats) {
            found.high = None;
            found.line = None;
        } else if name == "br" {
            found.say(1, font);
            found.end_line(view.context(at));
        } else if self.is_inline(view, at) {
            found.say(outline.text_below(at, 200).chars().count(), font);
            let pieces = outline.below(at).take(MOST).chain([at]);
            if pieces
                .into_iter()
                .any(|at| is_sized(outline.name(at)) || is_block(outline.name(at)))
            {
                found.line = None;
                found.high = None;
            }
        } else {
            found.end_line(view.context(at));
            let (above, below) = (
                margin(view, name, at, |own| own.margin_top),
                margin(view, name, at, |own| own.margin_bottom),
            );
            let (low, high) = self.height(view, at, depth)?;
            found.low += low + if is_first { 0.0 } else { above.0 } + below.0;
            let margins = if is_first { 0.0 } else { above.1 } + below.1;
            found.high = found.high.zip(high).map(|(all, high)| all + high + margins);
        }
        Some(())
    }

    /// A box is at least, and at most, so high.
    pub(super) fn height(
        &self,
        view: &View,
        at: Index,
        depth: usize,
    ) -> Option<(f32, Option<f32>)> {
        let own = view.geometry(at);
        let name = self.outline.name(at);
        if let Some(own) = own
            && let Some(height) = own.height
        {
            // A least height is no more than that.
            return Some((height, own.cut_height.map(|_| height)));
        }
        if is_sized(name) || depth == 0 || own.is_some_and(|own| own.is_flex) {
            return Some((0.0, None));
        }
        let end = self.outline.below(at).end;
        let inner = self.before_to(view, at, None, end, depth - 1)?;
        let padding = own.map_or(0.0, |own| own.padding_top);
        let below = own.map_or(Some(0.0), |own| {
            (!own.has_free_padding).then_some(own.padding_bottom)
        });
        Some((
            inner.low.max(0.0) + padding,
            inner
                .high
                .zip(below)
                .map(|(high, below)| high + padding + below),
        ))
    }
}

impl Before {
    /// Adds a text to the line.
    fn say(&mut self, chars: usize, font: f32) {
        if chars > 0 {
            self.line = self.line.map(|line| line + chars as f32 * font * WIDEST);
        }
    }

    /// Ends the line.
    fn end_line(&mut self, context: &Context) {
        let font = context.font_px;
        match self.line {
            Some(0.0) => {}
            Some(line) => {
                self.low += font;
                let lines = most_lines(line, context);
                self.high = self.high.zip(lines).map(|(high, lines)| high + lines);
                self.line = Some(0.0);
            }
            None => {
                self.high = None;
                self.line = Some(0.0);
            }
        }
    }
}

/// A text of a width is at most so high, in a box that is not narrower than most.
pub(super) fn most_lines(width: f32, context: &Context) -> Option<f32> {
    let lines = (width / ONE_LINE_PX).ceil().max(1.0);
    (!context.has_high_lines).then_some(lines * context.font_px * LINE)
}

/// The margin of a box, at least and at most: what collapses counts once, and what browsers give it is
/// there unless it is declared.
pub(super) fn margin(
    view: &View,
    name: &str,
    at: Index,
    of: fn(&Geometry) -> Option<f32>,
) -> (f32, f32) {
    let own = view.geometry(at);
    if own.is_some_and(|own| own.has_free_margin && of(own).is_none()) {
        return (f32::NEG_INFINITY, HUGE_PX);
    }
    let px = own.and_then(of);
    let font = view.context(at).font_px;
    let usual = usual_margin(name, font);
    let px = px.unwrap_or(usual);
    (px.min(0.0), px)
}

/// Whether an element has a size that is not that of its text.
pub(super) fn is_sized(name: &str) -> bool {
    let is_other = matches!(
        name,
        "select" | "textarea" | "audio" | "math" | "hr" | "table"
    );
    is_other || is_unsized_by_text(name)
}

/// Whether an element is a picture, an embedded document or a control, whose height no text in it tells.
pub(super) fn is_unsized_by_text(name: &str) -> bool {
    matches!(
        name,
        "img"
            | "svg"
            | "video"
            | "iframe"
            | "canvas"
            | "object"
            | "embed"
            | "input"
            | "button"
            | "picture"
    )
}
