//! What the winning declarations of one element do to it and to what is in it.
//!
//! No layout is done. A rule fires only where declarations prove the effect, so a box whose size
//! depends on its content is taken to be seen.

use std::rc::Rc;

use model::Technique;

use super::covering::is_opaque_picture;
use super::drawing::Drawing;
use super::element::Element;
use super::geometry::{Clip, Geometry};
use super::outcome::{Change, Made, Outcome, Placing, Role};
use crate::css::cause::Grounds;
use crate::css::context::{Context, Doubt, Flow};
use crate::css::declaration::Property;
use crate::css::matched::Matched;
use crate::css::styles::Styles;
use crate::css::view::Around;

impl Element<'_, '_> {
    /// What its style makes of the element: what it hands to its children, and what it shows itself.
    pub(crate) fn outcome(
        &self,
        above: &Context,
        matched: &Matched,
        styles: &Styles<'_, '_>,
    ) -> Made {
        let mut made = self.enter(above);
        let has_pseudo = !matched.pseudo.is_empty();
        if self.winners.is_empty() && !has_pseudo {
            return made;
        }
        if !self.winners.is_empty() {
            made.outcome.drawing = self.drawing(above);
        }
        let mut geometry = Geometry::of(self, &made.context);
        if has_pseudo {
            let generated = self.generated(&made, matched, styles);
            made.outcome.drawing = made.outcome.drawing.max(generated.drawing);
            if generated.cover.is_some() {
                let plain = || Geometry::plain(self, &made.context);
                geometry.get_or_insert_with(plain).cover = generated.cover;
            }
        }
        let name = self.outline.name(self.index);
        if let Some(geometry) = geometry {
            let is_page = matches!(name, "html" | "body") && geometry.clip_y == Clip::Cut;
            made.context.in_cut |= geometry.cuts() || geometry.most_lines.is_some();
            made.outcome.role = Role {
                covers: geometry.may_cover(is_opaque_picture(name)),
                is_far: geometry.is_far() || is_page,
                is_slid: geometry.is_slid(),
                is_placed_ground: geometry.is_placed_ground(),
                is_sunk: geometry.z.is_some_and(|z| z < 0),
                is_beyond: geometry.may_be_beyond(),
                is_box: true,
                ..Role::default()
            };
            made.geometry = Some(geometry);
        }
        made.outcome.role.collapsed = self.collapsed_column();
        made.outcome.role.plain_link = self.plain_link(&made.context, above);
        made
    }

    /// What the element hands to its children, without generated content.
    fn enter(&self, above: &Context) -> Made {
        let structural = self.structural_causes();
        let name = self.outline.name(self.index);
        let mut context = above.clone();
        context.custom.clone_from(self.custom);
        context.vanishes.set(None);
        if self.traits.is_link && context.color.is_some() {
            let (color, cause) = self.link_color();
            context.color = color;
            if context.fill.is_none() {
                context.color_cause = cause;
            }
        }
        if name == "svg" {
            // Its shapes may lie behind its text.
            context.backdrop.picture = true;
        } else if name == "object" {
            let why = "what stands in an object shows only when the object does not";
            context.doubt = Some(doubt(why, Technique::EMBEDDED_DOCUMENT));
        }
        let mut outcome = Outcome {
            context: 0,
            causes: structural
                .into_iter()
                .map(|cause| (false, Rc::new(cause)))
                .collect(),
            invisible: Change::Nothing,
            placing: None,
            geometry: 0,
            around: Around::Block,
            drawing: Drawing::Nothing,
            flat_row: None,
            is_positioned: false,
            holds_fixed: false,
            is_of_screen: false,
            role: Role::default(),
        };
        if !self.winners.is_empty() {
            outcome.placing = self.placing(&context);
            outcome.invisible = self.inherit_text(&mut context);
            context.flow = self.flow();
            self.paint(&mut context, above);
            // Without a box, nothing can be moved, clipped or made small.
            if self.winners.value(Property::Display) != Some("contents") {
                outcome.causes.extend(self.box_causes(&mut context, above));
                self.hand_on(&mut outcome);
            }
        }
        Made {
            outcome,
            context,
            geometry: None,
        }
    }

    /// The context of generated content, whether a box-level cause hides it, and what it does to
    /// visibility.
    pub(super) fn enter_generated(&self, own: &Context) -> (Context, bool, Change) {
        let mut context = own.clone();
        context.vanishes.set(None);
        let change = self.inherit_text(&mut context);
        self.paint(&mut context, own);
        let is_hidden = !self.box_causes(&mut context, own).is_empty();
        (context, is_hidden, change)
    }

    /// Where it stands among its siblings.
    fn flow(&self) -> Flow {
        let value = |property| self.winners.value(property);
        Flow {
            order: value(Property::Order)
                .and_then(|order| order.parse().ok())
                .unwrap_or(0),
            floats_right: value(Property::Float) == Some("right"),
            is_reversed: value(Property::FlexDirection).is_some_and(|way| way.contains("reverse")),
        }
    }

    /// How it is placed against boxes further out, if it is.
    fn placing(&self, context: &Context) -> Option<Placing> {
        let position = self.position();
        if position == "static" {
            return None;
        }
        let placing = Placing {
            out: match position {
                "absolute" => Some(false),
                "fixed" => Some(true),
                _ => None,
            },
            moved_back: self.moved_back(context),
        };
        (placing.out.is_some() || placing.moved_back != (0.0, 0.0)).then_some(placing)
    }

    /// What the element is to its children: a block that they are placed against, a flex box.
    fn hand_on(&self, outcome: &mut Outcome) {
        outcome.is_positioned = self.position() != "static";
        outcome.holds_fixed = self.establishes_fixed();
        let display = self.winners.value(Property::Display).unwrap_or_default();
        if display.contains("flex") || display.contains("grid") || display.contains("box") {
            outcome.around = Around::Flex;
        }
        if display.contains("grid")
            && self
                .winners
                .value(Property::GridRows)
                .is_some_and(super::valid::has_no_track)
        {
            outcome.flat_row = self.shared(Property::GridRows, Technique::MAX_SIZE_ZERO);
        }
    }

    /// Whether fixed boxes in it are placed against it and not against the screen.
    fn establishes_fixed(&self) -> bool {
        let set = |property: Property| {
            self.winners
                .value(property)
                .is_some_and(|value| value != "none")
        };
        let moved = [
            Property::Transform,
            Property::Filter,
            Property::Translate,
            Property::Scale,
            Property::Rotate,
            Property::Contain,
        ];
        self.winners.has_one_of(&moved)
            && !self.is_inline_display()
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

    fn collapsed_column(&self) -> Option<Rc<Grounds>> {
        (matches!(self.outline.name(self.index), "col" | "colgroup")
            && self.winners.value(Property::Visibility) == Some("collapse"))
        .then(|| self.shared(Property::Visibility, Technique::TABLE_TRICK))?
    }

    /// A link in the color of the prose around, without a line below it, and with the pointer of
    /// text.
    fn plain_link(&self, own: &Context, above: &Context) -> Option<Rc<Grounds>> {
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
        plain.then(|| self.shared(Property::TextDecoration, Technique::NO_AFFORDANCE))?
    }
}

/// A reason to leave it open whether something is seen.
pub(super) fn doubt(why: &'static str, technique: Technique) -> Rc<Doubt> {
    Rc::new(Doubt { why, technique })
}
