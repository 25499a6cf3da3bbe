//! Quantities: the terms that the arithmetic of lengths reckons with.

use crate::css::decimal::split_unit;
use crate::css::length::{Length, Units};

/// No browser keeps more pixels than this.
const MOST: f32 = 33_554_428.0;

/// Pixels within what browsers keep.
pub(super) fn bounded(px: f32) -> f32 {
    if px.is_nan() {
        0.0
    } else {
        px.clamp(-MOST, MOST)
    }
}

/// A term of arithmetic: a number (in `px`), or pixels and percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quantity {
    pub(super) px: f32,
    pub(super) percent: f32,
    pub(super) is_number: bool,
    pub(super) has_percent: bool,
}

impl Quantity {
    /// A bare number.
    pub(super) const fn number(px: f32) -> Self {
        Self {
            px,
            percent: 0.0,
            is_number: true,
            has_percent: false,
        }
    }

    /// So many pixels.
    pub(super) const fn px(px: f32) -> Self {
        Self {
            px,
            percent: 0.0,
            is_number: false,
            has_percent: false,
        }
    }

    /// As a length; a bare number other than zero is none.
    pub(super) fn length(self) -> Option<Length> {
        let (px, percent) = (bounded(self.px), bounded(self.percent));
        if self.is_number && px != 0.0 {
            return None;
        }
        Some(match (self.has_percent, px == 0.0) {
            (false, _) => Length::Px(px),
            (true, true) => Length::Percent(percent),
            (true, false) => Length::Both(px, percent),
        })
    }

    /// The sum of both, the other one with a sign; a number and a length have none.
    pub(super) fn plus(self, other: Self, sign: f32) -> Option<Self> {
        (self.is_number == other.is_number).then_some(Self {
            px: self.px + sign * other.px,
            percent: self.percent + sign * other.percent,
            is_number: self.is_number,
            has_percent: self.has_percent || other.has_percent,
        })
    }

    /// So many times as much.
    pub(super) fn times(self, by: f32) -> Self {
        Self {
            px: self.px * by,
            percent: self.percent * by,
            ..self
        }
    }

    /// A size for comparing; percentages are taken of the screen's width.
    pub(super) fn size(self, units: Units) -> f32 {
        self.px + self.percent * units.width / 100.0
    }
}

/// Reads a number with its unit; `None` for units that are not known.
pub(super) fn plain(value: &str, units: Units) -> Option<Quantity> {
    let (number, unit) = split_unit(value)?;
    let px = match unit {
        "px" => number,
        "" => return Some(Quantity::number(number)),
        "%" => {
            return Some(Quantity {
                px: 0.0,
                percent: number,
                is_number: false,
                has_percent: true,
            });
        }
        "em" => number * units.em,
        "rem" => number * units.rem,
        "ex" | "ch" => number * units.em / 2.0,
        "cap" => number * units.em * 0.7,
        "ic" => number * units.em,
        "lh" => number * units.em * 1.2,
        "rex" | "rch" => number * units.rem / 2.0,
        "rlh" => number * units.rem * 1.2,
        "vw" | "dvw" | "svw" | "lvw" | "vi" | "cqw" | "cqi" => number * units.width / 100.0,
        "vh" | "dvh" | "svh" | "lvh" | "vb" | "cqh" | "cqb" => number * units.height / 100.0,
        "vmax" => number * units.width.max(units.height) / 100.0,
        "vmin" => number * units.width.min(units.height) / 100.0,
        "pt" => number * 4.0 / 3.0,
        "pc" => number * 16.0,
        "in" => number * 96.0,
        "cm" => number * 96.0 / 2.54,
        "mm" => number * 96.0 / 25.4,
        "q" => number * 96.0 / 101.6,
        _ => return None,
    };
    Some(Quantity::px(px))
}
