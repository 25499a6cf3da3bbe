//! Inherited properties of text: its size, its lines, its indent.

use std::rc::Rc;

use model::Technique;

use super::element::Element;
use super::outcome::Change;
use crate::css::cause::Grounds;
use crate::css::context::Context;
use crate::css::declaration::Property;
use crate::css::values::{Units, factor, length};

/// Text smaller than this, in pixels, is no text to anybody.
pub(super) const LEAST_FONT_PX: f32 = 2.0;

/// Text up to this many pixels is there, and nobody reads it.
pub(super) const TINY_FONT_PX: f32 = 3.5;

/// A character is at least so wide, as a part of the size of its font, over twenty characters.
pub(super) const NARROWEST: f32 = 0.28;

/// A character is at most so wide, as a part of the size of its font.
pub(super) const WIDEST: f32 = 0.75;

/// An indent of so many pixels to the left takes the first line out of sight.
const FAR_INDENT: f32 = 300.0;

impl Element<'_, '_> {
    /// Takes over what text inherits, and changes what the element declares of it.
    /// Gives what it does to visibility.
    pub(super) fn inherit_text(&self, context: &mut Context) -> Change {
        if self
            .winners
            .has_any(Property::TextIndent, Property::UserSelect)
            || self.winners.value(Property::FontSize).is_some()
            || context.indent.is_some()
            || context.has_flat_lines
            || context.is_turned
        {
            self.font(context);
            self.lines(context);
            self.indent(context);
            self.direction(context);
            self.pointer(context);
        }
        match self.winners.value(Property::Visibility) {
            Some(value @ ("hidden" | "collapse")) => {
                let is_row = value == "collapse" && self.is_table_part();
                let technique = if is_row {
                    Technique::TABLE_TRICK
                } else {
                    Technique::VISIBILITY_HIDDEN
                };
                let grounds = self.shared(Property::Visibility, technique);
                grounds.map_or(Change::Nothing, Change::Begins)
            }
            Some("visible") => Change::Ends,
            _ => Change::Nothing,
        }
    }

    fn font(&self, context: &mut Context) {
        let Some(size) = self.winners.value(Property::FontSize) else {
            return;
        };
        let Some(px) = font_px(size, context.font_px, self.units(context)) else {
            return;
        };
        context.font_px = px;
        let is_relative = size.contains("em") || size.contains('%') || size.ends_with("er");
        context.has_fixed_font = if is_relative {
            context.has_fixed_font
        } else {
            size.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == 'c')
        };
        if self.outline.name(self.index) == "html" {
            context.root_px = px;
        }
        let technique = if px < LEAST_FONT_PX {
            Technique::FONT_SIZE
        } else {
            Technique::TINY_TEXT
        };
        let is_kept_readable = px > 0.0 && !context.has_fixed_font;
        context.font_cause = (px < TINY_FONT_PX && !is_kept_readable)
            .then(|| self.proven(Property::FontSize, technique).map(Rc::new))
            .flatten();
    }

    fn lines(&self, context: &mut Context) {
        let units = self.units(context);
        if let Some(wraps) = self.winners.value(Property::WhiteSpace) {
            context.nowrap = matches!(wraps, "nowrap" | "pre");
        }
        if let Some(side) = self.winners.value(Property::TextAlign) {
            context.is_aligned = !matches!(side, "left" | "start" | "justify" | "initial");
        }
        // A line that is indented begins elsewhere, too.
        let indent = self.exact(Property::TextIndent, units);
        context.is_aligned |= indent.is_some_and(|px| px > 0.0);
        if let Some(value) = self.winners.value(Property::LineHeight) {
            let px = match factor(value) {
                Some(factor) if !value.ends_with('%') => Some(factor * context.font_px),
                _ => length(value, units).map(|line| line.of(context.font_px)),
            };
            context.has_high_lines = px.is_some_and(|px| px > context.font_px * 1.8);
            context.has_flat_lines = px.is_some_and(|px| px < 2.0);
            if !context.has_flat_lines {
                context.line_cause = None;
            }
        }
        let has_height = || {
            [
                Property::Height,
                Property::MinHeight,
                Property::PaddingTop,
                Property::PaddingBottom,
            ]
            .iter()
            .any(|&p| self.px(p, units).is_some_and(|px| px > 3.0))
        };
        if context.has_flat_lines && self.clips() && !self.is_inline() && !has_height() {
            context.line_cause = self
                .proven(Property::LineHeight, Technique::LINE_METRICS)
                .map(Rc::new);
        }
        if let Some(spacing) = self.winners.length(Property::LetterSpacing, units) {
            let px = spacing.of(context.font_px);
            if px <= -0.7 * context.font_px && context.font_px > 0.0 {
                context.line_cause = self
                    .proven(Property::LetterSpacing, Technique::LINE_METRICS)
                    .map(Rc::new);
            } else if context
                .line_cause
                .as_ref()
                .is_some_and(|cause| cause.property == Some(Property::LetterSpacing))
            {
                context.line_cause = None;
            }
        }
    }

    /// An override of the direction is at work on what stands in the lines of its box, and on no block in it.
    fn direction(&self, context: &mut Context) {
        if let Some(direction) = self.winners.value(Property::Direction) {
            context.is_rtl = direction == "rtl";
        }
        match self.winners.value(Property::UnicodeBidi) {
            Some("bidi-override" | "isolate-override") => context.is_turned = context.is_rtl,
            Some("normal") | None => context.is_turned &= self.is_inline_display(),
            Some(_) => context.is_turned = false,
        }
    }

    /// The indent is inherited, and at work on the first line of each block.
    fn indent(&self, context: &mut Context) {
        if let Some(indent) = self
            .winners
            .length(Property::TextIndent, self.units(context))
        {
            let width = self
                .px(Property::Width, self.units(context))
                .unwrap_or_else(|| self.screen_px().0);
            let px = indent.of(width);
            let by = px <= -FAR_INDENT || px >= width.min(900.0) - 1.0;
            context.indent = by
                .then(|| self.proven(Property::TextIndent, Technique::TEXT_INDENT))
                .flatten()
                .map(|cause| (px, Rc::new(cause)));
        }
        if self.is_inline() {
            return;
        }
        context.indent_cause = context
            .indent
            .as_ref()
            .filter(|(px, _)| *px < 0.0 || (context.nowrap && self.clips()))
            .map(|(_, cause)| cause.clone());
    }

    fn pointer(&self, context: &mut Context) {
        match self.winners.value(Property::PointerEvents) {
            Some("none") => {
                context.unclickable = self
                    .proven(Property::PointerEvents, Technique::POINTER_EVENTS)
                    .map(Rc::new);
            }
            Some(_) => context.unclickable = None,
            None => {}
        }
    }
}

/// What makes text too small once its box is scaled, if anything does.
pub(super) fn smallness(context: &Context) -> Option<&Rc<Grounds>> {
    if let Some(cause) = &context.font_cause {
        return Some(cause);
    }
    context
        .scale_cause
        .as_ref()
        .filter(|_| context.font_px * context.scale < LEAST_FONT_PX)
}

fn font_px(value: &str, parent: f32, units: Units) -> Option<f32> {
    let fixed = match value {
        "xx-small" => 9.0,
        "x-small" => 10.0,
        "small" => 13.0,
        "medium" => 16.0,
        "large" => 18.0,
        "x-large" => 24.0,
        "xx-large" => 32.0,
        "xxx-large" => 48.0,
        "smaller" => parent / 1.2,
        "larger" => parent * 1.2,
        _ => return length(value, units).map(|length| length.of(parent).max(0.0)),
    };
    Some(fixed)
}
