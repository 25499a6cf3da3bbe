//! What the winning declarations of one element do to it and to what is in it.
//!
//! No layout is done. A rule fires only where declarations prove the effect, so a box whose size
//! depends on its content is taken to be seen.

use std::rc::Rc;

use model::{Proof, Technique};

use super::drawing::Drawing;
use super::geometry::{Clip, Geometry};
use crate::css::animation::{LATE_SECONDS, seconds};
use crate::css::cascade::{Cause, Context, Doubt, View, cause};
use crate::css::custom::Custom;
use crate::css::declaration::Property;
use crate::css::matching::{Matcher, Screen, Winners};
use crate::css::sheet::RuleSet;
use crate::css::values::{Length, Units};
use crate::outline::{Index, Outline, is_block};

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
    pub(crate) custom: Custom,
    /// Width of the screen in pixels.
    pub(crate) width: f32,
    /// Height of the screen in pixels.
    pub(crate) height: f32,
}

/// Boxes whose size is not that of what is in them, and that are no inline boxes.
const BOXED: &[&str] = &[
    "img", "iframe", "input", "svg", "video", "object", "embed", "marquee", "canvas", "button",
    "select", "textarea", "meter", "progress", "fieldset", "legend",
];

impl Element<'_, '_> {
    /// Enters the element on one screen: what it hands to its children, and what it shows itself.
    pub(crate) fn enter_into(
        &self,
        view: &mut View,
        above: &Rc<Context>,
        matcher: &Matcher<'_>,
        screen: Screen,
    ) {
        let mut context = self.enter(above);
        let has_pseudo = matcher.has_pseudo();
        if !self.winners.is_empty() || has_pseudo {
            let mut drawing = if self.winners.is_empty() {
                Drawing::Nothing
            } else {
                self.drawing(above)
            };
            let mut geometry = Geometry::of(self, above, &context);
            if has_pseudo {
                let generated = self.generated(&context, matcher, screen);
                drawing = drawing.max(generated.drawing);
                if generated.cover.is_some() {
                    let own = geometry.get_or_insert_default();
                    own.cover = generated.cover;
                    own.absolute_block = context.absolute_block;
                }
            }
            view.draws[self.index] = drawing;
            if let Some(geometry) = geometry {
                let name = self.outline.name(self.index);
                if geometry.may_cover(matches!(name, "img" | "video" | "canvas")) {
                    view.covers.push(self.index);
                }
                let is_page = matches!(name, "html" | "body") && geometry.clip_y == Clip::Cut;
                let far = geometry.is_far() || is_page;
                let cuts = geometry.cuts() || geometry.most_lines.is_some();
                view.has_far |= far;
                if cuts && !context.in_cut {
                    Rc::make_mut(&mut context).in_cut = true;
                }
                view.has_sunk |= geometry.z.is_some_and(|z| z < 0);
                view.put_geometry(self.index, geometry);
            }
            self.take_column(view);
            self.take_plain_link(view, &context, above);
        }
        view.contexts.push(context);
    }

    /// The context that the element hands to its children.
    pub(crate) fn enter(&self, above: &Rc<Context>) -> Rc<Context> {
        let structural = self.structural_causes();
        let name = self.outline.name(self.index);
        let is_link = name == "a" && self.attr("href").is_some();
        let same_custom = match (&self.custom, &above.custom) {
            (None, None) => true,
            (Some(own), Some(outer)) => Rc::ptr_eq(own, outer),
            _ => false,
        };
        let is_foreign = matches!(name, "svg" | "object");
        if self.winners.is_empty()
            && structural.is_empty()
            && !is_link
            && same_custom
            && !is_foreign
        {
            return above.clone();
        }
        let mut context = (**above).clone();
        context.custom.clone_from(&self.custom);
        if is_link && context.color.is_some() {
            (context.color, context.color_cause) = self.link_color();
            context.fill = None;
        }
        if name == "svg" {
            // Its shapes may lie behind its text.
            context.backdrop.picture = true;
        } else if name == "object" {
            let why = "what stands in an object shows only when the object does not";
            context.doubt = Some(self.doubt(why, Technique::EMBEDDED_DOCUMENT));
        }
        for cause in structural {
            context.hide(cause);
        }
        if self.winners.is_empty() {
            return Rc::new(context);
        }
        self.place_out_of_flow(&mut context);
        self.inherit_text(&mut context, above);
        self.paint(&mut context, above);
        if self.winners.value(Property::Display) == Some("contents") {
            // There is no box that could be moved, clipped or made small.
            return Rc::new(context);
        }
        for cause in self.box_causes(&mut context, above) {
            context.hide(cause);
        }
        self.hand_on(&mut context);
        Rc::new(context)
    }

    /// The context of generated content, whose winners these are.
    pub(super) fn enter_generated(&self, own: &Rc<Context>) -> Context {
        let mut context = (**own).clone();
        self.inherit_text(&mut context, own);
        self.paint(&mut context, own);
        for cause in self.box_causes(&mut context, own) {
            context.hide(cause);
        }
        context
    }

    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        self.outline.attr(self.index, name)
    }

    pub(super) fn units(&self, context: &Context) -> Units {
        Units {
            em: context.font_px,
            rem: context.root_px,
            width: self.width,
            height: self.height,
        }
    }

    pub(super) fn proven(&self, property: Property, technique: Technique) -> Option<Cause> {
        let winner = self.winners.winner(property)?;
        let mut found = cause(
            self.outline,
            self.rules,
            self.index,
            property,
            winner,
            technique,
        );
        let delay = self.winners.value(Property::TransitionDelay);
        found.is_late = self.winners.is_late
            || delay.is_some_and(|delay| {
                let all = delay.split(',').filter_map(|time| seconds(time.trim()));
                all.fold(0.0_f32, f32::max) >= LATE_SECONDS
            });
        Some(found)
    }

    pub(super) fn doubt(&self, why: &'static str, technique: Technique) -> Rc<Doubt> {
        let shows = format!("<{}>", self.outline.name(self.index));
        Rc::new(Doubt {
            why,
            proof: Proof {
                technique,
                shows,
                span: self.outline.span(self.index),
            },
        })
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
            cuts: false,
            moves: None,
            is_late: false,
        }
    }

    /// A box that is placed against an outer one is not cut by what lies between, and may be moved
    /// back to where it is seen.
    fn place_out_of_flow(&self, context: &mut Context) {
        if context.hidden.is_none() {
            return;
        }
        let block = match self.position() {
            "absolute" => Some(context.absolute_block),
            "fixed" => Some(context.fixed_block),
            _ => None,
        };
        if let Some(block) = block {
            let within = |cause: &Cause| !cause.cuts || cause.element <= block;
            context.keep_causes(within);
        }
        let moved_back = self.moved_back(context);
        if moved_back != (0.0, 0.0) {
            context.keep_causes(|cause| {
                cause.moves.is_none_or(|(x, y)| {
                    x + moved_back.0 < -super::places::FAR || y + moved_back.1 < -super::places::FAR
                })
            });
        }
    }

    /// What the element is to its children: a block that they are placed against, a flex box.
    fn hand_on(&self, context: &mut Context) {
        let is_positioned = self.position() != "static";
        let holds_fixed = self.establishes_fixed();
        if is_positioned || holds_fixed {
            context.absolute_block = self.index;
        }
        if holds_fixed {
            context.fixed_block = self.index;
        }
        let display = self.winners.value(Property::Display).unwrap_or_default();
        if display.contains("flex") || display.contains("grid") || display.contains("box") {
            context.flex_parent = self.index;
        }
        if display.contains("grid")
            && self
                .winners
                .value(Property::GridRows)
                .is_some_and(super::valid::has_no_track)
        {
            context.flat_row = self
                .proven(Property::GridRows, Technique::MAX_SIZE_ZERO)
                .map(Rc::new);
        }
    }

    fn establishes_fixed(&self) -> bool {
        let set = |property: Property| {
            self.winners
                .value(property)
                .is_some_and(|value| value != "none")
        };
        !self.is_inline_display()
            && (set(Property::Transform)
                || set(Property::Filter)
                || set(Property::Translate)
                || set(Property::Scale)
                || set(Property::Rotate)
                || self.winners.value(Property::Contain).is_some_and(|c| {
                    c.contains("paint")
                        || c.contains("strict")
                        || c.contains("content")
                        || c.contains("layout")
                }))
    }

    pub(super) fn has_picture(&self) -> bool {
        self.winners
            .value(Property::BackgroundImage)
            .is_some_and(|image| image != "none")
    }

    pub(super) fn position(&self) -> &str {
        self.winners.value(Property::Position).unwrap_or("static")
    }

    pub(super) fn is_out_of_flow(&self) -> bool {
        matches!(self.position(), "absolute" | "fixed")
    }

    /// Whether what is larger than the box is cut off; a box that scrolls counts, too.
    pub(super) fn clips(&self) -> bool {
        let cuts = |property: Property| {
            self.winners
                .value(property)
                .is_some_and(|overflow| overflow != "visible")
        };
        cuts(Property::OverflowX)
            || cuts(Property::OverflowY)
            || self
                .winners
                .value(Property::Contain)
                .is_some_and(|contain| {
                    contain
                        .split_whitespace()
                        .any(|word| matches!(word, "paint" | "strict" | "content"))
                })
            || self.outline.name(self.index) == "marquee"
    }

    fn is_inline_display(&self) -> bool {
        match self.winners.value(Property::Display) {
            Some(display) => matches!(display, "inline" | "contents"),
            None => {
                let name = self.outline.name(self.index);
                !is_block(name) && !BOXED.contains(&name)
            }
        }
    }

    /// Whether the element is an inline box: width, height, overflow and transforms do not apply.
    pub(super) fn is_inline(&self, above: &Context) -> bool {
        let floats = self
            .winners
            .value(Property::Float)
            .is_some_and(|float| float != "none");
        let in_flex = self.outline.parent(self.index) == Some(above.flex_parent);
        !floats && !in_flex && !self.is_out_of_flow() && self.is_inline_display()
    }

    /// Whether it is part of a table, whose sizes are only the least.
    pub(super) fn is_table_part(&self) -> bool {
        match self.winners.value(Property::Display) {
            Some(display) => display.starts_with("table"),
            None => matches!(
                self.outline.name(self.index),
                "td" | "th" | "tr" | "table" | "tbody" | "thead" | "tfoot" | "col" | "colgroup"
            ),
        }
    }

    /// Pixels of a property; percentages are none.
    pub(super) fn exact(&self, property: Property, units: Units) -> Option<f32> {
        self.winners.length(property, units).and_then(Length::px)
    }

    pub(super) fn px(&self, property: Property, units: Units) -> Option<f32> {
        self.winners
            .length(property, units)
            .map(|length| length.of(self.width))
    }

    fn take_column(&self, view: &mut View) {
        if matches!(self.outline.name(self.index), "col" | "colgroup")
            && self.winners.value(Property::Visibility) == Some("collapse")
            && let Some(cause) = self.proven(Property::Visibility, Technique::TABLE_TRICK)
        {
            view.collapsed.push((self.index, Rc::new(cause)));
        }
    }

    /// A link in the color of the prose around, without a line below it, and with the pointer of
    /// text.
    fn take_plain_link(&self, view: &mut View, own: &Context, above: &Context) {
        let plain = self.outline.name(self.index) == "a"
            && self
                .winners
                .value(Property::TextDecoration)
                .is_some_and(|line| line.starts_with("none"))
            && self
                .winners
                .value(Property::Cursor)
                .is_some_and(|cursor| matches!(cursor, "text" | "default" | "auto"))
            && own.color.is_some()
            && own.color == above.color;
        if plain
            && let Some(cause) = self.proven(Property::TextDecoration, Technique::NO_AFFORDANCE)
        {
            view.plain_links.push(cause);
        }
    }
}
