//! An element with what wins on it, and what can be asked of it.

use std::cell::Cell;
use std::rc::Rc;

use model::Technique;

use super::traits::Traits;
use crate::css::animation::{LATE_SECONDS, seconds};
use crate::css::cause::Grounds;
use crate::css::context::Context;
use crate::css::custom::Custom;
use crate::css::declaration::Property;
use crate::css::media::{HEIGHTS, WIDTHS};
use crate::css::rule_set::RuleSet;
use crate::css::styles::{Screen, Style};
use crate::css::values::{Length, Units};
use crate::css::view::Around;
use crate::css::winners::Winners;
use crate::outline::{Index, Outline, is_block};

/// What of an element was asked for besides its style and its traits.
#[derive(Debug, Default)]
struct Asked {
    /// Its own markup.
    own: Cell<bool>,
    /// The screen.
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
    pub(super) custom: &'e Custom,
    /// The screen.
    pub(super) screen: Screen,
    /// What its markup is.
    pub(super) traits: Traits,
    /// What its parent is to it.
    pub(super) around: Around,
    /// Why the only row of its parent has no height.
    pub(super) flat_row: Option<&'e Rc<Grounds>>,
    /// Whether it is the element, and nothing that it generates.
    pub(super) is_itself: bool,
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
            is_itself: true,
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
            is_itself: false,
            asked,
            ..*element
        }
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

    /// What relative units refer to on the element.
    pub(super) fn units(&self, context: &Context) -> Units {
        let (width, height) = self.screen_units();
        Units {
            em: context.font_px,
            rem: context.root_px,
            width,
            height,
        }
    }

    /// The declaration of a property as what proves a technique.
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

    /// A cause that others share.
    pub(super) fn shared(&self, property: Property, technique: Technique) -> Option<Rc<Grounds>> {
        self.proven(property, technique).map(Rc::new)
    }

    /// Pixels of a property; percentages are none.
    pub(super) fn exact(&self, property: Property, units: Units) -> Option<f32> {
        self.winners.length(property, units).and_then(Length::px)
    }

    /// Pixels of a property, with percentages taken of the screen's width.
    pub(super) fn px(&self, property: Property, units: Units) -> Option<f32> {
        self.winners
            .length(property, units)
            .map(|length| length.of(self.screen_units().0))
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

    /// Whether its `display` makes it an inline box, its place in the flow apart.
    pub(super) fn is_inline_display(&self) -> bool {
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
}
