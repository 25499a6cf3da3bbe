//! Values of properties: lengths and colors.

pub(crate) use crate::css::color::{Color, color, color_with};
pub(crate) use crate::css::length::{Length, Units, factor, fixed, length};
