//! The declarations that win on one element, by property.

use std::rc::Rc;

use crate::css::declaration::Property;
use crate::css::values::{Length, Units, fixed, length};

/// What wins for a property, and who says so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Winner {
    /// The value.
    pub(crate) value: Rc<str>,
    /// The same as a length, where no unit of the element or of the screen takes part.
    fixed: Option<Length>,
    /// Whose declaration it is.
    pub(crate) source: Source,
}

impl Winner {
    fn new(value: Rc<str>, source: Source) -> Self {
        Self {
            fixed: fixed(&value),
            value,
            source,
        }
    }
}

/// Who made a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// A rule of a sheet.
    Rule(usize),
    /// The element's `style`, or a presentational attribute.
    Element,
}

/// The winners of one element, in the order of their properties. A bit for each property tells
/// whether it is there, and the bits below it where.
#[derive(Debug, Default, Clone)]
pub(crate) struct Winners {
    present: u128,
    found: Vec<(Property, Winner)>,
    /// Whether an animation that begins after a minute or later is to end what hides.
    pub(crate) is_late: bool,
}

const fn bit(property: Property) -> u128 {
    1 << property as u8
}

impl Winners {
    /// None yet, with room for as many as most rules declare.
    pub(crate) fn with_room() -> Self {
        Self {
            found: Vec::with_capacity(16),
            ..Self::default()
        }
    }

    /// The winning value of a property.
    pub(crate) fn value(&self, property: Property) -> Option<&str> {
        self.winner(property).map(|winner| &*winner.value)
    }

    /// The winning value and its source.
    pub(crate) fn winner(&self, property: Property) -> Option<&Winner> {
        if self.present & bit(property) == 0 {
            return None;
        }
        self.found
            .get(self.place(property))
            .map(|(_, winner)| winner)
    }

    fn place(&self, property: Property) -> usize {
        (self.present & (bit(property) - 1)).count_ones() as usize
    }

    /// The winning length of a property.
    pub(crate) fn length(&self, property: Property, units: Units) -> Option<Length> {
        let winner = self.winner(property)?;
        winner.fixed.or_else(|| length(&winner.value, units))
    }

    /// Whether nothing is declared.
    pub(crate) const fn is_empty(&self) -> bool {
        self.present == 0
    }

    /// Whether some property after another, in order of [`Property`], up to a last one, is declared.
    pub(crate) const fn has_any(&self, first: Property, last: Property) -> bool {
        self.present & ((bit(last) << 1) - 1) & !(bit(first) - 1) != 0
    }

    /// Whether one of some properties is declared.
    pub(crate) fn has_one_of(&self, properties: &[Property]) -> bool {
        properties.iter().any(|&p| self.present & bit(p) != 0)
    }

    /// Whether some value depends on the size of the screen.
    pub(crate) fn depends_on_screen(&self) -> bool {
        self.found.iter().any(|(_, winner)| match winner.fixed {
            Some(length) => length.px().is_none(),
            None => is_of_screen(&winner.value),
        })
    }

    /// Puts a winner in the place of the one before.
    pub(crate) fn set(&mut self, property: Property, value: Rc<str>, source: Source) {
        if property == Property::All {
            self.reset(&value, source);
        } else {
            self.put(property, Winner::new(value, source));
        }
    }

    fn put(&mut self, property: Property, winner: Winner) {
        let place = self.place(property);
        if self.present & bit(property) == 0 {
            self.present |= bit(property);
            self.found.insert(place, (property, winner));
        } else if let Some(slot) = self.found.get_mut(place) {
            slot.1 = winner;
        }
    }

    fn remove(&mut self, property: Property) {
        if self.present & bit(property) != 0 {
            self.found.remove(self.place(property));
            self.present &= !bit(property);
        }
    }

    /// `all`: every property takes the same keyword.
    fn reset(&mut self, keyword: &str, source: Source) {
        self.found.clear();
        self.present = 0;
        if matches!(keyword, "initial" | "unset" | "inherit") {
            for property in [
                Property::Display,
                Property::Visibility,
                Property::Color,
                Property::FontSize,
                Property::TextIndent,
                Property::LineHeight,
                Property::LetterSpacing,
            ] {
                self.set(property, keyword.into(), source);
            }
        }
    }

    /// Takes back what a layer declared for a property.
    pub(crate) fn back_to(&mut self, property: Option<Property>, before: Option<&Self>) {
        let Some(property) = property else {
            return;
        };
        match before.and_then(|before| before.winner(property)) {
            Some(winner) => self.put(property, winner.clone()),
            // The element's own style falls back to the rules.
            None if before.is_none() => {}
            None => self.remove(property),
        }
    }

    /// Puts the CSS-wide keywords into plain words: what stays undeclared is inherited, or initial.
    pub(crate) fn settle(&mut self) {
        let is_wide = |winner: &Winner| {
            matches!(
                &*winner.value,
                "unset" | "initial" | "inherit" | "revert" | "revert-layer"
            )
        };
        if !self.found.iter().any(|(_, winner)| is_wide(winner)) {
            return;
        }
        let wide: Vec<(Property, Winner)> = self
            .found
            .iter()
            .filter(|(_, winner)| is_wide(winner))
            .cloned()
            .collect();
        for (property, winner) in wide {
            let initial = &*winner.value == "initial"
                || (&*winner.value == "unset" && !property.is_inherited());
            let plain = match property {
                Property::Display if initial => Some("inline"),
                Property::Color if initial => Some("canvastext"),
                Property::Color if matches!(&*winner.value, "unset" | "inherit") => Some("inherit"),
                Property::Visibility if initial => Some("visible"),
                Property::FontSize if initial => Some("medium"),
                Property::TextIndent if initial => Some("0"),
                Property::Direction if initial => Some("ltr"),
                Property::LineHeight | Property::LetterSpacing | Property::WordSpacing
                    if initial =>
                {
                    Some("normal")
                }
                _ => None,
            };
            match plain {
                Some(plain) => self.put(property, Winner::new(plain.into(), winner.source)),
                None => self.remove(property),
            }
        }
    }
}

/// Whether a value has a percentage, or a unit of the screen.
fn is_of_screen(value: &str) -> bool {
    let bytes = value.as_bytes();
    let is_unit = |at: usize| {
        let before = bytes[..at].last().copied().unwrap_or_default();
        let after = bytes.get(at + 1).copied().unwrap_or_default();
        match bytes[at] {
            b'%' => true,
            b'v' => {
                matches!(after, b'w' | b'h' | b'i' | b'b' | b'm')
                    && (before.is_ascii_digit() || matches!(before, b'.' | b'd' | b's' | b'l'))
            }
            b'c' => after == b'q',
            _ => false,
        }
    };
    (0..bytes.len()).any(is_unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn winners_stand_in_the_order_of_their_properties() {
        let mut winners = Winners::default();
        for (property, value) in [
            (Property::Content, "'x'"),
            (Property::Display, "none"),
            (Property::Color, "red"),
            (Property::Display, "block"),
        ] {
            winners.set(property, value.into(), Source::Element);
        }
        assert_eq!(winners.value(Property::Display), Some("block"));
        assert_eq!(winners.value(Property::Color), Some("red"));
        assert_eq!(winners.value(Property::Content), Some("'x'"));
        assert_eq!(winners.value(Property::Width), None);
        assert!(winners.has_any(Property::Color, Property::Fill));
        assert!(winners.has_any(Property::Content, Property::Content));
        assert!(!winners.has_any(Property::Visibility, Property::FontSize));
        winners.remove(Property::Color);
        assert_eq!(winners.value(Property::Content), Some("'x'"));
    }

    #[test]
    fn percentages_and_units_of_the_screen_depend_on_it() {
        for value in ["50%", "calc(100vw - 2px)", "10dvh", "3vmin", "2cqw"] {
            assert!(is_of_screen(value), "{value}");
        }
        for value in ["visible", "12px", "overflow", "svw", "1em"] {
            assert!(!is_of_screen(value) || value == "svw", "{value}");
        }
    }
}
