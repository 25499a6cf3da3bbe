//! Boxes that leave no room, or no paint, for what is in them.

use std::rc::Rc;

use model::Technique;

use super::boxes::doubt;
use super::element::Element;
use crate::css::blocks::closing;
use crate::css::cause::Grounds;
use crate::css::context::Context;
use crate::css::declaration::Property;
use crate::css::shapes::{clip_is_empty, clip_path_is_empty, mask_is_empty};
use crate::css::values::{Units, color, factor, length};

/// Opacity below this shows nothing.
const LEAST_OPACITY: f32 = 0.05;

/// A blur of so many pixels leaves nothing of a text.
const MOST_BLUR_PX: f32 = 12.0;

impl Element<'_, '_> {
    /// Everything about the box that hides what is in it.
    /// The first part tells whether it is the parent that has them.
    pub(super) fn box_causes(
        &self,
        context: &mut Context,
        above: &Context,
    ) -> Vec<(bool, Rc<Grounds>)> {
        let units = self.units(context);
        let mut all: Vec<(bool, Rc<Grounds>)> = Vec::new();
        let mut add = |grounds: Option<Grounds>| {
            all.extend(grounds.map(|grounds| (false, Rc::new(grounds))));
        };
        if self.winners.value(Property::Display) == Some("none") {
            add(self.proven(Property::Display, Technique::DISPLAY_NONE));
        }
        let is_inline = self.is_inline();
        if self.winners.value(Property::ContentVisibility) == Some("hidden") && !is_inline {
            add(self.proven(Property::ContentVisibility, Technique::CONTENT_VISIBILITY));
        }
        add(self.opacity_cause(context));
        add(self.filter_cause(context));
        if let Some(grounds) = self.size_cause(units) {
            all.push(grounds);
        }
        let mut add = |grounds: Option<Grounds>| {
            all.extend(grounds.map(|grounds| (false, Rc::new(grounds))));
        };
        if self.is_out_of_flow()
            && self
                .winners
                .value(Property::Clip)
                .is_some_and(|clip| clip_is_empty(clip, units))
        {
            add(self.proven(Property::Clip, Technique::CLIP_RECT));
        }
        if self
            .winners
            .value(Property::ClipPath)
            .is_some_and(|path| clip_path_is_empty(path, units) || self.refers_to_nothing(path))
        {
            add(self.proven(Property::ClipPath, Technique::CLIP_PATH));
        }
        add(self.mask_cause(context));
        add(self.offset_cause(units, is_inline));
        add(self.transform_cause(units, context, above, is_inline));
        all
    }

    fn opacity_cause(&self, context: &mut Context) -> Option<Grounds> {
        let own = self.winners.value(Property::Opacity).and_then(factor);
        let own = own.map(|opacity| opacity.clamp(0.0, 1.0));
        let filter = self
            .winners
            .value(Property::Filter)
            .and_then(|filter| function(filter, "opacity"))
            .and_then(factor);
        let before = context.opacity;
        context.opacity *= own.unwrap_or(1.0) * filter.unwrap_or(1.0).clamp(0.0, 1.0);
        if context.opacity >= LEAST_OPACITY || before < LEAST_OPACITY {
            return None;
        }
        let property = if own.is_some() {
            Property::Opacity
        } else {
            Property::Filter
        };
        self.proven(property, Technique::OPACITY)
    }

    /// Filters that make all of a box one color, or blur it away.
    fn filter_cause(&self, context: &mut Context) -> Option<Grounds> {
        let filter = self.winners.value(Property::Filter)?;
        let of = |name: &str| function(filter, name).and_then(factor);
        let has_ground = self
            .winners
            .value(Property::BackgroundColor)
            .and_then(color)
            .is_some_and(|color| color.a > 0.9);
        let is_flat = of("contrast").is_some_and(|by| by < 0.02)
            || of("brightness").is_some_and(|by| !(0.02..=20.0).contains(&by));
        let blur = function(filter, "blur")
            .and_then(|inner| length(inner, self.units(context)))
            .map_or(0.0, |blur| blur.of(0.0));
        if (is_flat && has_ground) || blur >= MOST_BLUR_PX.max(context.font_px * 0.75) {
            return self.proven(Property::Filter, Technique::OPACITY);
        }
        if is_flat || blur >= context.font_px / 3.0 {
            context.doubt = Some(doubt(
                "a filter may leave nothing to read",
                Technique::OPACITY,
            ));
        }
        None
    }

    fn mask_cause(&self, context: &mut Context) -> Option<Grounds> {
        let mask = self
            .winners
            .value(Property::Mask)
            .filter(|m| *m != "none")?;
        let is_flat = self.winners.value(Property::MaskSize).is_some_and(|size| {
            let mut sides = size.split_whitespace();
            sides.any(|side| length(side, Units::initial()).is_some_and(|l| l.of(100.0) <= 0.0))
        });
        if mask_is_empty(mask) || is_flat {
            return self.proven(Property::Mask, Technique::MASK);
        }
        if mask.starts_with("url(") {
            let why = "a picture that was not read masks it";
            context.doubt = Some(doubt(why, Technique::MASK));
        }
        None
    }

    /// Whether a `clip-path` names a `clipPath` that draws nothing. One that does not exist clips
    /// nothing.
    fn refers_to_nothing(&self, path: &str) -> bool {
        let Some(id) = function(path, "url").map(|inner| inner.trim_matches(['"', '\'', ' ']))
        else {
            return false;
        };
        let Some(id) = id.strip_prefix('#') else {
            return false;
        };
        let outline = self.outline;
        let named = (0..outline.items.len()).find(|&at| {
            outline.name(at) == "clipPath"
                && outline
                    .attr(at, "id")
                    .is_some_and(|known| known.eq_ignore_ascii_case(id))
        });
        named.is_some_and(|at| outline.children(at).next().is_none())
    }

    /// A size that leaves no room, and whether it is the parent whose row has no height.
    fn size_cause(&self, units: Units) -> Option<(bool, Rc<Grounds>)> {
        if let Some(cause) = self.pixel_cause(units) {
            return Some((false, Rc::new(cause)));
        }
        if self.is_inline() || !self.clips() || self.is_table_part() {
            return None;
        }
        let cuts = self.position() == "static";
        if let Some(flat) = self.flat_row.filter(|_| !self.has_height()) {
            // What it cuts is told by the item, and so the grounds are not the parent's own.
            let mut own = (**flat).clone();
            own.cuts = cuts;
            return Some((true, Rc::new(own)));
        }
        let found = self.flex_cause(units).or_else(|| self.narrow_cause(units));
        found.map(|mut cause| {
            cause.cuts = cuts;
            (false, Rc::new(cause))
        })
    }

    fn is_padded(&self, vertical: bool, units: Units) -> bool {
        let sides = if vertical {
            [Property::PaddingTop, Property::PaddingBottom]
        } else {
            [Property::PaddingLeft, Property::PaddingRight]
        };
        let both: f32 = sides.iter().filter_map(|&side| self.px(side, units)).sum();
        both > 1.0
    }

    fn narrow_cause(&self, units: Units) -> Option<Grounds> {
        let tests = [
            (
                Property::Height,
                Property::MinHeight,
                true,
                Technique::ZERO_SIZE,
            ),
            (
                Property::Width,
                Property::MinWidth,
                false,
                Technique::ZERO_SIZE,
            ),
            (
                Property::MaxHeight,
                Property::MinHeight,
                true,
                Technique::MAX_SIZE_ZERO,
            ),
            (
                Property::MaxWidth,
                Property::MinWidth,
                false,
                Technique::MAX_SIZE_ZERO,
            ),
        ];
        tests
            .into_iter()
            .find(|&(size, least, vertical, _)| {
                // A percentage of a height that depends on the content is none.
                let px = if vertical {
                    self.exact(size, units)
                } else {
                    self.px(size, units)
                };
                px.is_some_and(|px| px <= 1.0)
                    && !self.px(least, units).is_some_and(|px| px > 1.0)
                    && !self.is_padded(vertical, units)
            })
            .and_then(|(size, _, _, technique)| self.proven(size, technique))
    }

    /// Whether a grid item has a height in a row that has none.
    fn has_height(&self) -> bool {
        self.px(Property::MinHeight, units_of(self))
            .is_some_and(|px| px > 1.0)
            || self.is_padded(true, units_of(self))
    }

    /// A flex item that starts from nothing and does not grow.
    fn flex_cause(&self, units: Units) -> Option<Grounds> {
        let zero = self
            .exact(Property::FlexBasis, units)
            .is_some_and(|px| px <= 1.0);
        let grows = self
            .winners
            .value(Property::FlexGrow)
            .and_then(factor)
            .is_some_and(|grow| grow > 0.0);
        let kept = self
            .px(Property::MinWidth, units)
            .is_some_and(|px| px > 1.0)
            || self.is_padded(false, units);
        (self.is_in_flex() && zero && !grows && !kept)
            .then(|| self.proven(Property::FlexBasis, Technique::ZERO_SIZE))
            .flatten()
    }
}

fn units_of(element: &Element<'_, '_>) -> Units {
    let (width, height) = element.screen_units();
    Units {
        width,
        height,
        ..Units::initial()
    }
}

/// What stands in the brackets of a function among others.
fn function<'v>(value: &'v str, name: &str) -> Option<&'v str> {
    let mut rest = value;
    while let Some(at) = rest.find(name) {
        let starts = at == 0 || rest.as_bytes()[at - 1] == b' ' || rest.as_bytes()[at - 1] == b')';
        let after = &rest[at + name.len()..];
        if starts && let Some(inner) = after.strip_prefix('(') {
            return closing(inner).map(|end| &inner[..end]);
        }
        rest = after;
    }
    None
}
