//! Lengths: numbers with units, and what arithmetic makes of them.

use crate::css::arithmetic::calculated;
use crate::css::decimal::short_number;
use crate::css::quantity::{bounded, plain};

/// What relative units refer to, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Units {
    /// Font size of the element.
    pub(crate) em: f32,
    /// Font size of the root.
    pub(crate) rem: f32,
    /// Width of the screen.
    pub(crate) width: f32,
    /// Height of the screen.
    pub(crate) height: f32,
}

impl Units {
    /// Before any style applies, on a desktop.
    pub(crate) const fn initial() -> Self {
        Self {
            em: 16.0,
            rem: 16.0,
            width: 1280.0,
            height: 800.0,
        }
    }
}

/// A length, a percentage, or a sum of both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Length {
    /// Pixels.
    Px(f32),
    /// Percent of what the property refers to.
    Percent(f32),
    /// Pixels, and percent of what the property refers to.
    Both(f32, f32),
}

impl Length {
    /// The pixels, when it has no percentage.
    pub(crate) const fn px(self) -> Option<f32> {
        match self {
            Self::Px(px) => Some(px),
            Self::Percent(_) | Self::Both(..) => None,
        }
    }

    /// The pixels, with percentages taken of `whole`.
    pub(crate) fn of(self, whole: f32) -> f32 {
        match self {
            Self::Px(px) => px,
            Self::Percent(percent) => whole * percent / 100.0,
            Self::Both(px, percent) => px + whole * percent / 100.0,
        }
    }
}

/// Reads a length; a bare number other than zero is none. O(bytes).
pub(crate) fn length(value: &str, units: Units) -> Option<Length> {
    let value = trimmed(value);
    if !value.ends_with(')') {
        return plain(value, units)?.length();
    }
    calculated(value, units)?.length()
}

/// Reads a number, or arithmetic that comes to one.
pub(crate) fn number(value: &str) -> Option<f32> {
    let value = trimmed(value);
    if let Some((number, "")) = short_number(value) {
        return Some(number);
    }
    if let Ok(number) = value.parse::<f32>() {
        return number.is_finite().then_some(number);
    }
    let found = calculated(value, Units::initial())?;
    found.is_number.then_some(bounded(found.px))
}

/// Reads a length that is the same whatever units stand for; `None` for all others.
pub(crate) fn fixed(value: &str) -> Option<Length> {
    let (number, unit) = short_number(value)?;
    match unit {
        "px" => Some(Length::Px(bounded(number))),
        "%" => Some(Length::Percent(bounded(number))),
        "" if number == 0.0 => Some(Length::Px(number)),
        _ => None,
    }
}

/// A value without white space around it, which most have none of.
fn trimmed(value: &str) -> &str {
    match value.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => value,
        _ => value.trim(),
    }
}

/// A number or a percentage as a factor.
pub(crate) fn factor(value: &str) -> Option<f32> {
    let value = value.trim();
    match value.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f32>().ok().map(|p| p / 100.0),
        None => number(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_come_in_pixels() {
        let units = Units::initial();
        for (value, px) in [
            ("12px", 12.0),
            ("0", 0.0),
            ("-2em", -32.0),
            ("1.5rem", 24.0),
            ("-9999px", -9999.0),
            ("100vw", 1280.0),
            ("calc(1px - 1px)", 0.0),
            ("calc(2 * 10px)", 20.0),
            ("calc(-1 * 9999px)", -9999.0),
            ("calc((1px + 2px) * -3)", -9.0),
            ("calc(10px * (2 - 2))", 0.0),
            ("min(3px, 2px)", 2.0),
            ("max(calc(1px + 1px), 1px)", 2.0),
            ("clamp(1px, 5px, 3px)", 3.0),
            ("calc(infinity * -1px)", -33_554_428.0),
            ("env(safe-area-inset-top, 4px)", 4.0),
            ("1e3px", 1000.0),
        ] {
            assert_eq!(length(value, units), Some(Length::Px(px)), "{value}");
        }
        assert_eq!(
            length("calc(-100% - 20px)", units),
            Some(Length::Both(-20.0, -100.0))
        );
        for none in [
            "5",
            "auto",
            "calc(1px",
            "calc(1px + 2)",
            "calc()",
            "min(,)",
            ")",
        ] {
            assert_eq!(length(none, units), None, "{none}");
        }
    }

    #[test]
    fn brackets_without_end_are_not_read() {
        let deep = format!("calc{}1px{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(length(&deep, Units::initial()), None);
    }
}
