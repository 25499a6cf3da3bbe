//! What the winning declarations of one element do to it and to what is in it.
//!
//! No layout is done. A rule fires only where declarations prove the effect, so a box whose size
//! depends on its content is taken to be seen.

use std::cell::Cell;
use std::rc::Rc;

use model::Technique;

use super::drawing::Drawing;
use super::geometry::{Clip, Geometry};
pub(crate) use super::traits::{NameKind, Traits};
use crate::css::animation::{LATE_SECONDS, seconds};
use crate::css::cause::{Cause, Grounds};
use crate::css::context::{Context, Doubt};
use crate::css::custom::Custom;
use crate::css::declaration::Property;
use crate::css::matched::Matched;
use crate::css::media::{HEIGHTS, WIDTHS};
use crate::css::rule_set::RuleSet;
use crate::css::styles::{Screen, Style, Styles};
use crate::css::values::{Length, Units};
use crate::css::view::{Around, PageBoxes, Pool, Spot};
use crate::css::winners::Winners;
use crate::outline::{Index, Outline, is_block};

/// What an element's style makes of it, whichever element it is.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The number of what it hands to its children.
    pub(crate) context: u32,
    /// Box-level causes, outermost first, and whether it is the parent that has them.
    pub(crate) causes: Vec<(bool, Rc<Grounds>)>,
    /// What it does to visibility.
    pub(crate) invisible: Change,
    /// How it is placed against boxes further out.
    pub(crate) placing: Option<Placing>,
    /// The number of its size and place.
    pub(crate) geometry: u32,
    /// What it is to the boxes in it.
    pub(crate) around: Around,
    /// What it shows of its own.
    pub(crate) drawing: Drawing,
    /// Why its only row has no height.
    pub(crate) flat_row: Option<Rc<Grounds>>,
    /// Whether absolutely positioned boxes in it are placed against it.
    pub(crate) is_positioned: bool,
    /// Whether fixed boxes in it are, too.
    pub(crate) holds_fixed: bool,
    /// Whether it depends on the screen.
    pub(crate) is_of_screen: bool,
    /// What it is to the whole page.
    role: Role,
}

/// What an element is to the whole page.
#[derive(Debug, Default)]
struct Role {
    /// It may lie over others.
    covers: bool,
    /// It takes what follows far away.
    is_far: bool,
    /// It has a negative place in the order of painting.
    is_sunk: bool,
    is_beyond: bool,
    /// It declares its size or place.
    is_box: bool,
    /// It is a column that is collapsed.
    collapsed: Option<Rc<Grounds>>,
    /// It is a link dressed as prose.
    plain_link: Option<Rc<Grounds>>,
}

/// What an element does to the visibility that it inherits.
#[derive(Debug)]
pub(crate) enum Change {
    /// Nothing.
    Nothing,
    /// It is seen.
    Ends,
    /// It is not seen.
    Begins(Rc<Grounds>),
}

/// How an element is placed against boxes further out.
#[derive(Debug)]
pub(crate) struct Placing {
    /// Whether it leaves the flow, and whether for the screen.
    out: Option<bool>,
    /// How far its own offsets move it to the right and down, against the way in which an outer box
    /// was moved away.
    moved_back: (f32, f32),
}

impl Placing {
    /// A box that is placed against an outer one is not cut by what lies between, and may be moved
    /// back to where it is seen.
    pub(crate) fn lets_go(&self, pool: &mut Pool, spot: &mut Spot) {
        if let Some(is_fixed) = self.out {
            let block = if is_fixed {
                spot.fixed_block
            } else {
                spot.absolute_block
            };
            let block = block as Index;
            pool.keep_causes(spot, |cause| !cause.cuts || cause.element <= block);
        }
        let back = self.moved_back;
        if back != (0.0, 0.0) {
            pool.keep_causes(spot, |cause| {
                cause.moves.is_none_or(|(x, y)| {
                    x + back.0 < -super::places::FAR || y + back.1 < -super::places::FAR
                })
            });
        }
    }
}

impl Outcome {
    /// Whether nothing of it names the element that comes to it, for the element or for the page.
    pub(crate) const fn names_no_element(&self) -> bool {
        let role = &self.role;
        self.causes.is_empty()
            && matches!(self.invisible, Change::Nothing)
            && self.placing.is_none()
            && !self.is_positioned
            && !self.holds_fixed
            && !role.covers
            && role.collapsed.is_none()
            && role.plain_link.is_none()
    }

    /// Notes on a page what an element with this outcome is to it.
    pub(crate) fn mark(&self, index: Index, page: &mut PageBoxes) {
        let role = &self.role;
        if role.covers {
            page.covers.push(index);
        }
        page.has_far |= role.is_far;
        page.has_sunk |= role.is_sunk;
        page.has_beyond |= role.is_beyond;
        page.has_boxes |= role.is_box;
        let here = |grounds: &Rc<Grounds>| Cause {
            element: index,
            grounds: grounds.clone(),
        };
        page.collapsed.extend(role.collapsed.as_ref().map(here));
        page.plain_links.extend(role.plain_link.as_ref().map(here));
    }
}

/// An outcome as it is made, with what it is to refer to.
pub(crate) struct Made {
    /// The outcome; the numbers of its context and geometry are not given yet.
    pub(crate) outcome: Outcome,
    /// What it hands to its children.
    pub(crate) context: Context,
    /// Its size and place.
    pub(crate) geometry: Option<Geometry>,
}

/// What of an element was asked for besides its style and its traits.
#[derive(Debug, Default)]
struct Asked {
    own: Cell<bool>,
    screen: Cell<bool>,
}

/// An element with what wins on it.
pub(crate) struct Element<'e, 't> {
    /// The document.
    pub(super) outline: &'e Outline<'t>,
    /// The page's rules, for proofs.
    pub(super) rules: &'e RuleSet,
    /// The element.
    pub(super) index: Index,
    /// What wins.
    pub(super) winners: &'e Winners,
    /// Custom properties on the element.
    custom: &'e Custom,
    /// The screen.
    pub(super) screen: Screen,
    /// What its markup is.
    pub(super) traits: Traits,
    /// What its parent is to it.
    pub(super) around: Around,
    /// Why the only row of its parent has no height.
    pub(super) flat_row: Option<&'e Rc<Grounds>>,
    asked: Asked,
}

/// Boxes whose size is not that of what is in them, and that are no inline boxes.
const BOXED: &[&str] = &[
    "img", "iframe", "input", "svg", "video", "object", "embed", "marquee", "canvas", "button",
    "select", "textarea", "meter", "progress", "fieldset", "legend",
];

impl<'e, 't> Element<'e, 't> {
    /// An element of a page with its style.
    pub(crate) fn new(
        (outline, rules, index): (&'e Outline<'t>, &'e RuleSet, Index),
        style: &'e Style,
        screen: Screen,
        traits: Traits,
        (around, flat_row): (Around, Option<&'e Rc<Grounds>>),
    ) -> Self {
        let asked = Asked::default();
        asked.own.set(traits.is_special);
        asked.screen.set(style.depends_on_screen);
        Self {
            outline,
            rules,
            index,
            winners: &style.winners,
            custom: &style.custom,
            screen,
            traits,
            around,
            flat_row,
            asked,
        }
    }

    /// The `::before` or `::after` of an element.
    pub(super) fn generated_by(
        element: &'e Self,
        winners: &'e Winners,
        custom: &'e Custom,
        (around, flat_row): (Around, Option<&'e Rc<Grounds>>),
    ) -> Self {
        let asked = Asked::default();
        asked.screen.set(winners.depends_on_screen());
        Self {
            winners,
            custom,
            around,
            flat_row,
            asked,
            ..*element
        }
    }

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
                geometry.get_or_insert_default().cover = generated.cover;
            }
        }
        let name = self.outline.name(self.index);
        if let Some(geometry) = geometry {
            let is_page = matches!(name, "html" | "body") && geometry.clip_y == Clip::Cut;
            made.context.in_cut |= geometry.cuts() || geometry.most_lines.is_some();
            made.outcome.role = Role {
                covers: geometry.may_cover(matches!(name, "img" | "video" | "canvas")),
                is_far: geometry.is_far() || is_page,
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

    /// Whether the element's own markup was asked for, so that no other can share what came of it.
    pub(crate) const fn is_own(&self) -> bool {
        self.asked.own.get()
    }

    /// Whether what came of it depends on the screen.
    pub(crate) const fn depends_on_screen(&self) -> bool {
        self.asked.screen.get()
    }

    /// Takes over what was asked for a part of the element.
    pub(super) fn asked_for(&self, part: &Self) {
        if part.is_own() {
            self.asked.own.set(true);
        }
        if part.depends_on_screen() {
            self.asked.screen.set(true);
        }
    }

    /// Width and height of the screen in pixels, for what is decided by them.
    pub(super) fn screen_px(&self) -> (f32, f32) {
        self.asked.screen.set(true);
        self.screen_units()
    }

    /// The same for the units of lengths: a style tells by itself whether it has such.
    pub(super) fn screen_units(&self) -> (f32, f32) {
        (WIDTHS[self.screen.profile], HEIGHTS[self.screen.profile])
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

    /// An attribute. No other element can share what comes of it, unless the [`Traits`] tell that it
    /// is not there.
    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        let found = self.outline.attr(self.index, name);
        if found.is_some() {
            self.asked.own.set(true);
        }
        found
    }

    /// The number of the children of the element, up to a most.
    pub(super) fn children_up_to(&self, most: usize) -> usize {
        self.asked.own.set(true);
        self.outline.children(self.index).take(most).count()
    }

    pub(super) fn units(&self, context: &Context) -> Units {
        let (width, height) = self.screen_units();
        Units {
            em: context.font_px,
            rem: context.root_px,
            width,
            height,
        }
    }

    pub(super) fn proven(&self, property: Property, technique: Technique) -> Option<Grounds> {
        let winner = self.winners.winner(property)?;
        let mut found = Grounds::declared(self.rules, property, winner, technique);
        let delay = self.winners.value(Property::TransitionDelay);
        found.is_late = self.winners.is_late
            || delay.is_some_and(|delay| {
                let all = delay.split(',').filter_map(|time| seconds(time.trim()));
                all.fold(0.0_f32, f32::max) >= LATE_SECONDS
            });
        Some(found)
    }

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
    pub(super) fn is_inline(&self) -> bool {
        let floats = self
            .winners
            .value(Property::Float)
            .is_some_and(|float| float != "none");
        !floats && !self.is_in_flex() && !self.is_out_of_flow() && self.is_inline_display()
    }

    /// Whether its parent is a flex or grid box.
    pub(super) fn is_in_flex(&self) -> bool {
        self.around != Around::Block
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
            .map(|length| length.of(self.screen_units().0))
    }

    /// A cause that others share.
    pub(super) fn shared(&self, property: Property, technique: Technique) -> Option<Rc<Grounds>> {
        self.proven(property, technique).map(Rc::new)
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
