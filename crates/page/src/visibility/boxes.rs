//! What the winning declarations of one element do to it and to what is in it.
//!
//! No layout is done. A rule fires only where a declaration alone proves the effect, so a box
//! whose size depends on its content is taken to be seen.

use std::collections::BTreeMap;
use std::rc::Rc;

use model::{Proof, Technique};

use super::drawing::Drawing;
use crate::css::cascade::{Cause, Context, Winners, cause};
use crate::css::declaration::Property;
use crate::css::shapes::{Transform, clip_is_empty, clip_path_is_empty, transform};
use crate::css::sheet::RuleSet;
use crate::css::values::{Length, Units, color, factor, length};
use crate::outline::{Index, Outline, attr, is_block};

/// So many pixels outside of the canvas is out of sight for any link.
const FAR: f32 = 500.0;

/// So many pixels to the right of, or below, the canvas is out of sight.
const BEYOND: f32 = 3_000.0;

/// An element with what wins on it.
pub(crate) struct Element<'e, 't> {
    /// The document.
    pub(crate) outline: &'e Outline<'t>,
    /// The element.
    pub(crate) index: Index,
    /// The page's rules, for proofs.
    pub(crate) rules: &'e RuleSet,
    /// What wins.
    pub(crate) winners: &'e Winners,
    /// Custom properties on the element.
    pub(crate) custom: Option<Rc<BTreeMap<Rc<str>, Rc<str>>>>,
    /// Width of the screen in pixels.
    pub(crate) width: f32,
}

/// Declarations that presentational attributes stand for.
pub(crate) fn hints(element: &scraper::node::Element) -> Vec<(Property, Rc<str>)> {
    let mut found = Vec::new();
    let mut hint = |property, name: &str| {
        if let Some(value) = attr(element, name) {
            found.push((property, Rc::from(value.trim().to_ascii_lowercase())));
        }
    };
    match element.name() {
        "font" => hint(Property::Color, "color"),
        "body" => {
            hint(Property::Color, "text");
            hint(Property::BackgroundColor, "bgcolor");
        }
        "table" | "tr" | "td" | "th" => hint(Property::BackgroundColor, "bgcolor"),
        _ => {}
    }
    if attr(element, "background").is_some() {
        found.push((Property::BackgroundImage, "url()".into()));
    }
    found
}

/// Whether a value is one that browsers accept for a property; others lose to what came before.
pub(crate) fn is_valid(property: Property, value: &str) -> bool {
    let is_length = || length(value, Units::initial()).is_some() || value.contains('(');
    match property {
        Property::Display => {
            !value.contains(';') && value.split_whitespace().count() <= 3 && !value.starts_with('"')
        }
        Property::Opacity | Property::Zoom => factor(value).is_some() || is_keyword(value),
        Property::Left
        | Property::Top
        | Property::Right
        | Property::Bottom
        | Property::MarginLeft
        | Property::MarginTop
        | Property::MarginRight
        | Property::MarginBottom
        | Property::Width
        | Property::Height
        | Property::MaxWidth
        | Property::MaxHeight
        | Property::TextIndent
        | Property::FontSize => is_length() || is_keyword(value),
        Property::Color | Property::Fill | Property::BackgroundColor => {
            color(value).is_some() || value.contains('(') || is_keyword(value)
        }
        _ => true,
    }
}

fn is_keyword(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

impl Element<'_, '_> {
    /// The context that the element hands to its children, and whether it draws something.
    pub(crate) fn enter(&self, above: &Rc<Context>) -> (Rc<Context>, Drawing) {
        let structural = self.structural_causes();
        let is_link = self.outline.name(self.index) == "a" && self.attr("href").is_some();
        let same_custom = match (&self.custom, &above.custom) {
            (None, None) => true,
            (Some(own), Some(outer)) => Rc::ptr_eq(own, outer),
            _ => false,
        };
        if self.winners.is_empty() && structural.is_empty() && !is_link && same_custom {
            return (above.clone(), Drawing::Nothing);
        }
        let mut context = (**above).clone();
        context.custom.clone_from(&self.custom);
        if is_link && context.color.is_some() {
            (context.color, context.color_cause) = self.link_color();
            context.fill = None;
        }
        for cause in structural {
            context.hide(cause);
        }
        if self.winners.is_empty() {
            return (Rc::new(context), Drawing::Nothing);
        }
        self.inherit_text(&mut context);
        self.paint(&mut context, above);
        for cause in self.box_causes(&mut context) {
            context.hide(cause);
        }
        let drawing = self.drawing();
        (Rc::new(context), drawing)
    }

    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        self.outline.attr(self.index, name)
    }

    fn units(&self, context: &Context) -> Units {
        Units {
            em: context.font_px,
            rem: 16.0,
            width: self.width,
        }
    }

    pub(super) fn proven(&self, property: Property, technique: Technique) -> Option<Cause> {
        let winner = self.winners.winner(property)?;
        Some(cause(
            self.outline,
            self.rules,
            self.index,
            property,
            winner,
            technique,
        ))
    }

    pub(super) fn by_markup(
        &self,
        technique: Technique,
        shows: String,
        ends: Option<bool>,
    ) -> Cause {
        Cause {
            element: self.index,
            property: None,
            proof: Proof {
                technique,
                shows,
                span: self.outline.span(self.index),
            },
            ends_with_state: ends,
        }
    }

    /// What the markup hides unless the author's `display` says otherwise.
    fn structural_causes(&self) -> Vec<Cause> {
        let mut causes = Vec::new();
        let name = self.outline.name(self.index);
        if let Some(parent) = self.outline.parent(self.index)
            && self.outline.name(parent) == "details"
            && self.outline.attr(parent, "open").is_none()
            && self
                .outline
                .children(parent)
                .find(|&c| self.outline.name(c) == "summary")
                != Some(self.index)
        {
            causes.push(self.by_markup(
                Technique::CLOSED_DETAILS,
                "inside a closed <details>".into(),
                None,
            ));
        }
        if self.winners.value(Property::Display).is_some() {
            return causes;
        }
        if let Some(hidden) = self.attr("hidden") {
            let until_found = hidden.eq_ignore_ascii_case("until-found");
            let shows = format!("hidden attribute on <{name}>");
            causes.push(self.by_markup(
                Technique::HIDDEN_ATTRIBUTE,
                shows,
                until_found.then_some(false),
            ));
        }
        if name == "dialog" && self.attr("open").is_none() {
            causes.push(self.by_markup(
                Technique::CLOSED_DETAILS,
                "<dialog> that is not open".into(),
                None,
            ));
        }
        if self.attr("popover").is_some() {
            causes.push(self.by_markup(
                Technique::CLOSED_DETAILS,
                "popover that is not shown".into(),
                None,
            ));
        }
        causes
    }

    /// Inherited properties of text.
    fn inherit_text(&self, context: &mut Context) {
        if let Some(size) = self.winners.value(Property::FontSize)
            && let Some(px) = font_px(size, context.font_px, self.units(context))
        {
            context.font_px = px;
            context.font_cause = (px < 2.0)
                .then(|| {
                    self.proven(Property::FontSize, Technique::FONT_SIZE)
                        .map(Rc::new)
                })
                .flatten();
        }
        if let Some(indent) = self
            .winners
            .length(Property::TextIndent, self.units(context))
        {
            context.indent_px = indent.of(self.width);
            let clips = self.clips();
            let gone = context.indent_px <= -FAR.min(300.0)
                || (clips && context.indent_px >= self.width.min(900.0));
            let replaced = self.has_picture();
            context.indent_cause = (gone && !replaced)
                .then(|| {
                    self.proven(Property::TextIndent, Technique::TEXT_INDENT)
                        .map(Rc::new)
                })
                .flatten();
        }
        match self.winners.value(Property::Visibility) {
            Some("hidden" | "collapse") => {
                context.invisible = self
                    .proven(Property::Visibility, Technique::VISIBILITY_HIDDEN)
                    .map(Rc::new);
            }
            Some("visible" | "initial") => context.invisible = None,
            _ => {}
        }
    }

    pub(super) fn has_picture(&self) -> bool {
        self.winners
            .value(Property::BackgroundImage)
            .is_some_and(|image| image != "none")
    }

    fn position(&self) -> &str {
        self.winners.value(Property::Position).unwrap_or("static")
    }

    pub(super) fn is_out_of_flow(&self) -> bool {
        matches!(self.position(), "absolute" | "fixed")
    }

    fn clips(&self) -> bool {
        let overflow = self.winners.value(Property::Overflow).unwrap_or("visible");
        overflow
            .split_whitespace()
            .any(|word| matches!(word, "hidden" | "clip" | "auto" | "scroll"))
    }

    /// Width and height do not apply to inline boxes.
    pub(super) fn is_inline(&self) -> bool {
        let floats = self
            .winners
            .value(Property::Float)
            .is_some_and(|float| float != "none");
        if floats || self.is_out_of_flow() {
            return false;
        }
        match self.winners.value(Property::Display) {
            Some(display) => matches!(display, "inline" | "contents" | "initial"),
            None => {
                let name = self.outline.name(self.index);
                !is_block(name)
                    && !matches!(
                        name,
                        "img"
                            | "iframe"
                            | "input"
                            | "svg"
                            | "video"
                            | "object"
                            | "embed"
                            | "marquee"
                    )
            }
        }
    }

    pub(super) fn px(&self, property: Property, units: Units) -> Option<f32> {
        self.winners
            .length(property, units)
            .map(|length| length.of(self.width))
    }

    fn box_causes(&self, context: &mut Context) -> Vec<Cause> {
        let units = self.units(context);
        let mut causes = Vec::new();
        if self.winners.value(Property::Display) == Some("none") {
            causes.extend(self.proven(Property::Display, Technique::DISPLAY_NONE));
        }
        if self.winners.value(Property::ContentVisibility) == Some("hidden") {
            causes.extend(self.proven(Property::ContentVisibility, Technique::CONTENT_VISIBILITY));
        }
        causes.extend(self.opacity_cause(context));
        causes.extend(self.size_cause(units));
        if self.is_out_of_flow()
            && self
                .winners
                .value(Property::Clip)
                .is_some_and(|clip| clip_is_empty(clip, units))
        {
            causes.extend(self.proven(Property::Clip, Technique::CLIP_RECT));
        }
        if self
            .winners
            .value(Property::ClipPath)
            .is_some_and(|path| clip_path_is_empty(path, units))
        {
            causes.extend(self.proven(Property::ClipPath, Technique::CLIP_PATH));
        }
        causes.extend(self.offset_cause(units));
        causes.extend(self.transform_cause(units));
        causes
    }

    fn opacity_cause(&self, context: &mut Context) -> Option<Cause> {
        let own = self
            .winners
            .value(Property::Opacity)
            .and_then(factor)
            .map(|o| o.clamp(0.0, 1.0));
        let filter = self.winners.value(Property::Filter).and_then(|filter| {
            let inner = filter.split("opacity(").nth(1)?.split(')').next()?;
            factor(inner)
        });
        let before = context.opacity;
        context.opacity *= own.unwrap_or(1.0) * filter.unwrap_or(1.0);
        if context.opacity >= 0.05 || before < 0.05 {
            return None;
        }
        if let Some(delayed) = self.animated() {
            context.opacity = before;
            return delayed
                .then(|| self.proven(Property::Animation, Technique::STATE_CSS))
                .flatten();
        }
        let property = if own.is_some() {
            Property::Opacity
        } else {
            Property::Filter
        };
        self.proven(property, Technique::OPACITY)
    }

    /// Whether an animation ends the hiding: `Some(true)` when only after a minute or more.
    fn animated(&self) -> Option<bool> {
        let animation = self.winners.value(Property::Animation)?;
        let names_keyframes = animation
            .split([' ', ','])
            .any(|word| self.rules.keyframes.iter().any(|name| name == word));
        if !names_keyframes {
            return None;
        }
        let seconds = animation.split_whitespace().filter_map(|word| {
            let (number, scale) = match word.strip_suffix("ms") {
                Some(number) => (number, 0.001),
                None => (word.strip_suffix('s')?, 1.0),
            };
            number.parse::<f32>().ok().map(|number| number * scale)
        });
        Some(seconds.fold(0.0_f32, f32::max) >= 60.0)
    }

    fn size_cause(&self, units: Units) -> Option<Cause> {
        if let Some(cause) = self.pixel_cause(units) {
            return Some(cause);
        }
        if self.is_inline() || !self.clips() {
            return None;
        }
        let padded = |property| self.px(property, units).is_some_and(|px| px > 1.0);
        let at_least = |property| self.px(property, units).is_some_and(|px| px > 1.0);
        let tests = [
            (
                Property::Height,
                Property::MinHeight,
                Property::PaddingY,
                Technique::ZERO_SIZE,
            ),
            (
                Property::Width,
                Property::MinWidth,
                Property::PaddingX,
                Technique::ZERO_SIZE,
            ),
            (
                Property::MaxHeight,
                Property::MinHeight,
                Property::PaddingY,
                Technique::MAX_SIZE_ZERO,
            ),
            (
                Property::MaxWidth,
                Property::MinWidth,
                Property::PaddingX,
                Technique::MAX_SIZE_ZERO,
            ),
        ];
        tests
            .into_iter()
            .find(|&(size, least, padding, _)| {
                self.px(size, units).is_some_and(|px| px <= 1.0)
                    && !at_least(least)
                    && !padded(padding)
            })
            .and_then(|(size, _, _, technique)| self.proven(size, technique))
    }

    /// Whether a box that is moved by so much is out of sight. A track that is wider than its
    /// offset, or that holds a row of children, is a carousel: part of it stays in sight.
    fn is_moved_out(&self, by: f32, units: Units) -> bool {
        if by > -FAR {
            return false;
        }
        let wide = self
            .px(Property::Width, units)
            .is_some_and(|width| by + width > 0.0);
        let row = by > -BEYOND && self.outline.children(self.index).take(3).count() == 3;
        !wide && !row
    }

    fn offset_cause(&self, units: Units) -> Option<Cause> {
        let position = self.position();
        if matches!(position, "absolute" | "fixed" | "relative") {
            let fixed = position == "fixed";
            for property in [
                Property::Left,
                Property::Top,
                Property::Right,
                Property::Bottom,
            ] {
                let Some(offset) = self.winners.length(property, units) else {
                    continue;
                };
                let far_out = match offset {
                    Length::Px(px) => {
                        let beyond = match property {
                            Property::Left => {
                                px >= if fixed {
                                    self.width
                                } else {
                                    BEYOND.max(self.width * 2.0)
                                }
                            }
                            Property::Top => px >= 20_000.0,
                            _ => px >= BEYOND * 2.0,
                        };
                        let side = if property == Property::Top || property == Property::Bottom {
                            Property::Height
                        } else {
                            Property::Width
                        };
                        let just_out = fixed
                            && px < 0.0
                            && self
                                .px(side, units)
                                .is_some_and(|size| size > 0.0 && px + size <= 0.0);
                        self.is_moved_out(px, units) || beyond || just_out
                    }
                    Length::Percent(percent) => {
                        percent <= -200.0
                            || (percent <= -100.0
                                && position != "relative"
                                && self.outline.children(self.index).count() < 40)
                            || (fixed && percent >= 100.0)
                    }
                };
                if far_out {
                    return self.proven(property, Technique::OFFSCREEN);
                }
            }
        }
        [
            Property::MarginLeft,
            Property::MarginTop,
            Property::MarginRight,
        ]
        .into_iter()
        .find_map(|margin| {
            let px = self.winners.length(margin, units)?.px()?;
            let threshold = if margin == Property::MarginRight {
                px <= -BEYOND
            } else {
                self.is_moved_out(px, units)
            };
            threshold.then(|| self.proven(margin, Technique::NEGATIVE_MARGIN))?
        })
    }

    fn transform_cause(&self, units: Units) -> Option<Cause> {
        let far = |moved: Transform| {
            let by_own = moved.own_x.abs().max(moved.own_y.abs());
            !moved.has_area
                || self.is_moved_out(moved.x, units)
                || self.is_moved_out(moved.y, units)
                || moved.x >= BEYOND
                || moved.y >= BEYOND * 2.0
                || by_own >= 1_000.0
                || (by_own >= 100.0 && self.position() == "fixed")
        };
        let forms = [
            (
                Property::Transform,
                self.winners.value(Property::Transform).map(str::to_owned),
            ),
            (
                Property::Translate,
                self.winners
                    .value(Property::Translate)
                    .map(|v| format!("translate({v})")),
            ),
            (
                Property::Scale,
                self.winners
                    .value(Property::Scale)
                    .map(|v| format!("scale({v})")),
            ),
        ];
        for (property, value) in forms {
            if let Some(value) = value
                && transform(&value, units).is_some_and(far)
                && self.animated() != Some(false)
            {
                return self.proven(property, Technique::TRANSFORM);
            }
        }
        let zoom = self.winners.value(Property::Zoom).and_then(factor);
        (zoom.is_some_and(|zoom| zoom < 0.05))
            .then(|| self.proven(Property::Zoom, Technique::TRANSFORM))?
    }
}

fn font_px(value: &str, parent: f32, units: Units) -> Option<f32> {
    let fixed = match value {
        "xx-small" => 9.0,
        "x-small" => 10.0,
        "small" => 13.0,
        "medium" | "initial" => 16.0,
        "large" => 18.0,
        "x-large" => 24.0,
        "xx-large" => 32.0,
        "smaller" => parent / 1.2,
        "larger" => parent * 1.2,
        "inherit" | "unset" => parent,
        _ => return length(value, units).map(|length| length.of(parent).max(0.0)),
    };
    Some(fixed)
}
