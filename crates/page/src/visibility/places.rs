//! Boxes that are moved, or shrunk, out of sight by a declaration of their own.

use model::Technique;

use super::element::Element;
use crate::css::cause::Grounds;
use crate::css::context::Context;
use crate::css::declaration::Property;
use crate::css::shapes::{Transform, transform};
use crate::css::values::{Length, Units, factor};

/// So many pixels outside of the canvas is out of sight for any link.
pub(super) const FAR: f32 = 500.0;

/// So many pixels to the right of, or below, the canvas is out of sight.
const BEYOND: f32 = 3_000.0;

impl Element<'_, '_> {
    /// Whether a box that is moved by so much is out of sight. A track that is wider than its
    /// offset, or that holds a row of children, is a carousel: part of it stays in sight.
    fn is_moved_out(&self, by: f32, units: Units) -> bool {
        if by > -FAR {
            return false;
        }
        let wide = self
            .px(Property::Width, units)
            .is_some_and(|width| by + width > 0.0);
        let row = by > -BEYOND && self.children_up_to(3) == 3;
        !wide && !row
    }

    /// How far the element's own offsets move it to the right and down, against the way in which an
    /// outer box was moved away.
    pub(super) fn moved_back(&self, context: &Context) -> (f32, f32) {
        let units = self.units(context);
        if self.position() == "static" {
            return (0.0, 0.0);
        }
        let of = |offset: Property, margin: Property| {
            self.exact(offset, units).unwrap_or(0.0) + self.exact(margin, units).unwrap_or(0.0)
        };
        let back = (
            of(Property::Left, Property::MarginLeft),
            of(Property::Top, Property::MarginTop),
        );
        if back.0.max(back.1) < FAR / 2.0 {
            return (0.0, 0.0);
        }
        back
    }

    pub(super) fn offset_cause(&self, units: Units, is_inline: bool) -> Option<Grounds> {
        let position = self.position();
        if matches!(position, "absolute" | "fixed" | "relative") {
            for property in [
                Property::Left,
                Property::Top,
                Property::Right,
                Property::Bottom,
            ] {
                let Some(offset) = self.winners.length(property, units) else {
                    continue;
                };
                // Where both ends are pinned, the first one places the box.
                let opposite = match property {
                    Property::Right => Some(Property::Left),
                    Property::Bottom => Some(Property::Top),
                    _ => None,
                };
                let is_pinned = opposite.is_some_and(|o| self.winners.length(o, units).is_some());
                if !is_pinned && self.is_far(property, offset, units) {
                    let mut cause = self.proven(property, Technique::OFFSCREEN)?;
                    cause.moves = offset.px().map(|px| match property {
                        Property::Left => (px, 0.0),
                        Property::Top => (0.0, px),
                        _ => (0.0, 0.0),
                    });
                    cause.moves = cause.moves.filter(|&(x, y)| x.min(y) < 0.0);
                    return Some(cause);
                }
            }
        }
        self.margin_cause(units, is_inline)
    }

    fn is_far(&self, property: Property, offset: Length, units: Units) -> bool {
        let position = self.position();
        let fixed = position == "fixed" && self.traits.is_on_screen;
        let vertical = matches!(property, Property::Top | Property::Bottom);
        let of_screen = |(width, height): (f32, f32)| if vertical { height } else { width };
        let (px, percent) = match offset {
            Length::Px(px) => (Some(px), 0.0),
            Length::Percent(percent) => (None, percent),
            Length::Both(px, percent) => (
                Some(px + percent * of_screen(self.screen_units()) / 100.0),
                0.0,
            ),
        };
        if let Some(px) = px {
            let beyond = match property {
                _ if fixed => px > 0.0 && px >= of_screen(self.screen_px()),
                Property::Left => px >= BEYOND.max(self.screen_units().0 * 2.0),
                Property::Top => px >= 20_000.0,
                _ => px >= BEYOND * 2.0,
            };
            let side = if vertical {
                Property::Height
            } else {
                Property::Width
            };
            let to_start = matches!(property, Property::Left | Property::Top);
            let on_page = position == "absolute" && self.traits.is_on_page && to_start;
            let just_out = (fixed || on_page)
                && px < 0.0
                && self
                    .px(side, units)
                    .is_some_and(|size| size > 0.0 && px + size <= 0.0);
            return self.is_moved_out(px, units) || beyond || just_out;
        }
        percent <= -200.0
            || (percent <= -100.0 && position != "relative" && self.children_up_to(40) < 40)
            || (fixed && percent >= 100.0)
    }

    fn margin_cause(&self, units: Units, is_inline: bool) -> Option<Grounds> {
        [
            Property::MarginLeft,
            Property::MarginTop,
            Property::MarginRight,
        ]
        .into_iter()
        .find_map(|margin| {
            let px = self.winners.length(margin, units)?.px()?;
            let out = match margin {
                Property::MarginRight => px <= -BEYOND,
                Property::MarginTop if is_inline => false,
                _ => self.is_moved_out(px, units),
            };
            let mut cause = out.then(|| self.proven(margin, Technique::NEGATIVE_MARGIN))??;
            cause.moves = match margin {
                Property::MarginLeft => Some((px, 0.0)),
                Property::MarginTop => Some((0.0, px)),
                _ => None,
            };
            Some(cause)
        })
    }

    pub(super) fn transform_cause(
        &self,
        units: Units,
        context: &mut Context,
        above: &Context,
        is_inline: bool,
    ) -> Option<Grounds> {
        let mut found = self.zoom_cause(context);
        // An inline box is not transformed.
        if is_inline {
            return found;
        }
        let form = |property: Property, name: &str| {
            let value = self.winners.value(property).filter(|v| *v != "none")?;
            let value = if name == "rotate" {
                rotation(value)
            } else if name.is_empty() {
                value.to_owned()
            } else {
                format!("{name}({value})")
            };
            Some((property, transform(&value, units)?))
        };
        let forms = [
            form(Property::Translate, "translate"),
            form(Property::Rotate, "rotate"),
            form(Property::Scale, "scale"),
            form(Property::Transform, ""),
        ];
        let mut is_turned = false;
        for (property, moved) in forms.into_iter().flatten() {
            is_turned ^= moved.is_turned;
            if moved.scale < 1.0 {
                context.scale *= moved.scale.max(0.0);
                context.scale_cause = self.shared(property, Technique::TRANSFORM);
            }
            let gone = !moved.has_area() || (context.scale < 0.02 && above.scale >= 0.02);
            if found.is_none() && (gone || self.is_moved_far(&moved, units)) {
                found = self.proven(property, Technique::TRANSFORM);
                if let Some(cause) = found.as_mut().filter(|_| moved.x.min(moved.y) <= -FAR) {
                    cause.moves = Some((moved.x.min(0.0), moved.y.min(0.0)));
                }
            }
        }
        if found.is_none() && is_turned && self.winners.value(Property::Backface) == Some("hidden")
        {
            let turned = [Property::Transform, Property::Rotate];
            found = turned
                .into_iter()
                .find_map(|property| self.proven(property, Technique::BACKFACE));
        }
        found
    }

    fn is_moved_far(&self, moved: &Transform, units: Units) -> bool {
        let by_own = moved.own_x.abs().max(moved.own_y.abs());
        let is_fixed = self.position() == "fixed";
        // At the edge of the page or the screen, its own size is far enough.
        let at_edge = |edge: Property, by: f32| {
            let on_page = self.position() == "absolute" && self.traits.is_on_page;
            (is_fixed || on_page)
                && by <= -100.0
                && self.px(edge, units).is_some_and(|px| px <= 0.0)
        };
        self.is_moved_out(moved.x, units)
            || self.is_moved_out(moved.y, units)
            || moved.x >= BEYOND
            || moved.y >= BEYOND * 2.0
            || by_own >= 1_000.0
            || (by_own >= 100.0 && is_fixed)
            || at_edge(Property::Left, moved.own_x)
            || at_edge(Property::Top, moved.own_y)
    }

    fn zoom_cause(&self, context: &mut Context) -> Option<Grounds> {
        let zoom = self.winners.value(Property::Zoom).and_then(factor)?;
        if !(0.0..1.0).contains(&zoom) {
            return None;
        }
        context.scale *= zoom;
        context.scale_cause = self.shared(Property::Zoom, Technique::TRANSFORM);
        (context.scale < 0.05)
            .then(|| self.proven(Property::Zoom, Technique::TRANSFORM))
            .flatten()
    }
}

/// The property `rotate` as a function of `transform`.
fn rotation(value: &str) -> String {
    let mut parts = value.split_whitespace();
    match (parts.next(), parts.next()) {
        (Some("x"), Some(angle)) => format!("rotatex({angle})"),
        (Some("y"), Some(angle)) => format!("rotatey({angle})"),
        (Some(angle), None) => format!("rotate({angle})"),
        _ => "none".to_owned(),
    }
}
