//! Whether a box draws something, or takes up room, by itself.

use super::boxes::Element;
use crate::css::declaration::Property;
use crate::css::values::Units;

/// What an element shows of its own, whatever is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Drawing {
    /// Nothing.
    Nothing,
    /// Room without paint: an area to click, as links that are stretched over a card have. It shows
    /// nothing of a text in it that cannot be read.
    Area,
    /// A background, or generated text.
    Picture,
}

impl Element<'_, '_> {
    /// Whether an element without content still shows something: a picture, or a box of a size.
    pub(super) fn drawing(&self) -> Drawing {
        if self.has_picture() {
            return Drawing::Picture;
        }
        if self.is_inline() || !self.has_area() {
            return Drawing::Nothing;
        }
        let is_colored = self
            .winners
            .value(Property::BackgroundColor)
            .is_some_and(|color| !matches!(color, "transparent" | "inherit" | "initial"));
        if is_colored {
            Drawing::Picture
        } else {
            Drawing::Area
        }
    }

    fn has_area(&self) -> bool {
        let units = Units {
            width: self.width,
            ..Units::initial()
        };
        let big = |property: Property| {
            self.winners
                .length(property, units)
                .is_some_and(|length| length.of(100.0) > 3.0)
        };
        let pinned = |a: Property, b: Property| {
            self.is_out_of_flow()
                && self.winners.value(a).is_some()
                && self.winners.value(b).is_some()
        };
        (big(Property::Width)
            || big(Property::MinWidth)
            || pinned(Property::Left, Property::Right)
            || self.is_wide())
            && (big(Property::Height)
                || big(Property::MinHeight)
                || big(Property::PaddingY)
                || pinned(Property::Top, Property::Bottom))
    }

    fn is_wide(&self) -> bool {
        self.winners
            .value(Property::Display)
            .is_some_and(|d| matches!(d, "block" | "flex" | "grid"))
            && self.winners.value(Property::Width).is_none()
    }
}
