//! Which values browsers accept, and which of them show.

use crate::css::animation::seconds;
use crate::css::declaration::Property;
use crate::css::shapes::{clip_is_empty, clip_path_is_empty, mask_is_empty, transform};
use crate::css::values::{Units, color, factor, length};

/// The CSS-wide keywords, which every property takes.
fn is_wide(value: &str) -> bool {
    crate::css::shorthand::is_wide(value)
}

/// Keywords of `display`.
const DISPLAYS: &[&str] = &[
    "none",
    "inline",
    "block",
    "contents",
    "flex",
    "inline-flex",
    "grid",
    "inline-grid",
    "inline-block",
    "flow-root",
    "flow",
    "list-item",
    "table",
    "inline-table",
    "table-row",
    "table-cell",
    "table-column",
    "table-column-group",
    "table-row-group",
    "table-header-group",
    "table-footer-group",
    "table-caption",
    "ruby",
    "ruby-text",
    "ruby-base",
    "math",
    "-webkit-box",
    "-webkit-inline-box",
    "-webkit-flex",
    "-webkit-inline-flex",
    "masonry",
    "grid-lanes",
];

/// Whether a value is one that browsers accept for a property; others lose to what came before.
pub(crate) fn is_valid(property: Property, value: &str) -> bool {
    if is_wide(value) {
        return true;
    }
    let words = || value.split_whitespace();
    let one_of = |known: &[&str]| known.contains(&value);
    match property {
        Property::All => false,
        Property::Display => words().count() <= 3 && words().all(|word| DISPLAYS.contains(&word)),
        Property::Visibility => one_of(&["visible", "hidden", "collapse"]),
        Property::ContentVisibility => one_of(&["visible", "hidden", "auto"]),
        Property::Position => one_of(&[
            "static",
            "relative",
            "absolute",
            "fixed",
            "sticky",
            "-webkit-sticky",
        ]),
        Property::Order => value.parse::<i32>().is_ok() || value.contains('('),
        Property::Direction => one_of(&["ltr", "rtl"]),
        Property::UnicodeBidi => one_of(&[
            "normal",
            "embed",
            "isolate",
            "bidi-override",
            "isolate-override",
            "plaintext",
        ]),
        Property::Float => one_of(&["none", "left", "right", "inline-start", "inline-end"]),
        Property::OverflowX | Property::OverflowY => {
            one_of(&["visible", "hidden", "clip", "scroll", "auto", "overlay"])
        }
        Property::Opacity => factor(value).is_some(),
        Property::Zoom => factor(value).is_some() || one_of(&["normal", "reset"]),
        Property::ZIndex => value == "auto" || value.parse::<i64>().is_ok() || value.contains('('),
        Property::Left | Property::Top | Property::Right | Property::Bottom => {
            is_size(value, &["auto"])
        }
        Property::MarginLeft
        | Property::MarginTop
        | Property::MarginRight
        | Property::MarginBottom => is_size(value, &["auto"]),
        Property::PaddingLeft
        | Property::PaddingTop
        | Property::PaddingRight
        | Property::PaddingBottom
        | Property::TextIndent => {
            is_size(words().next().unwrap_or_default(), &[]) && !value.starts_with("calc(-1)")
        }
        Property::Width
        | Property::Height
        | Property::MaxWidth
        | Property::MaxHeight
        | Property::MinWidth
        | Property::MinHeight
        | Property::FlexBasis => {
            is_size(value, SIZES)
                && !length(value, Units::initial())
                    .is_some_and(|l| l.of(1.0) < 0.0 && !value.contains('('))
        }
        Property::FontSize => is_size(value, FONT_SIZES),
        Property::LetterSpacing | Property::WordSpacing => is_size(value, &["normal"]),
        Property::LineHeight => {
            is_size(value, &["normal"]) || factor(value).is_some_and(|factor| factor >= 0.0)
        }
        Property::Color | Property::Fill | Property::BackgroundColor => {
            color(value).is_some() || value == "currentcolor" || is_color_form(value)
        }
        Property::TransitionDelay | Property::AnimationDelay => {
            value.split(',').all(|time| seconds(time.trim()).is_some())
        }
        _ => true,
    }
}

/// A function of colors that we may not be able to read.
fn is_color_form(value: &str) -> bool {
    value.split_once('(').is_some_and(|(name, _)| {
        matches!(
            name,
            "rgb"
                | "rgba"
                | "hsl"
                | "hsla"
                | "hwb"
                | "lab"
                | "lch"
                | "oklab"
                | "oklch"
                | "color"
                | "color-mix"
                | "light-dark"
                | "device-cmyk"
                | "contrast-color"
        )
    })
}

const SIZES: &[&str] = &[
    "auto",
    "none",
    "min-content",
    "max-content",
    "fit-content",
    "stretch",
    "-webkit-fill-available",
    "content",
    "-webkit-fit-content",
    "-webkit-min-content",
    "-webkit-max-content",
];

const FONT_SIZES: &[&str] = &[
    "xx-small",
    "x-small",
    "small",
    "medium",
    "large",
    "x-large",
    "xx-large",
    "xxx-large",
    "smaller",
    "larger",
    "math",
];

fn is_size(value: &str, keywords: &[&str]) -> bool {
    length(value, Units::initial()).is_some() || value.ends_with(')') || keywords.contains(&value)
}

/// Whether a value of a property, by itself, shows what another value of it may hide.
pub(crate) fn shows(property: Property, value: &str) -> bool {
    let units = Units::initial();
    let px = || length(value, units).map(|length| length.of(100.0));
    let resets = is_wide(value);
    match property {
        Property::Display => value != "none",
        Property::Visibility => value == "visible" || value == "initial",
        Property::Opacity => factor(value).is_none_or(|opacity| opacity > 0.2),
        Property::Filter | Property::Mask => value == "none" || resets || !mask_is_empty(value),
        Property::ContentVisibility => value != "hidden",
        Property::Height
        | Property::Width
        | Property::MaxHeight
        | Property::MaxWidth
        | Property::FlexBasis => px().is_none_or(|px| px > 3.0),
        Property::GridRows => !has_no_track(value),
        Property::Left | Property::Top | Property::Right | Property::Bottom => {
            px().is_none_or(|px| (-400.0..2_000.0).contains(&px))
        }
        Property::MarginLeft
        | Property::MarginTop
        | Property::MarginRight
        | Property::TextIndent => px().is_none_or(|px| px > -400.0),
        Property::Transform | Property::Translate | Property::Scale | Property::Rotate => {
            let form = match property {
                Property::Translate => format!("translate({value})"),
                Property::Scale => format!("scale({value})"),
                _ => value.to_owned(),
            };
            value == "none"
                || resets
                || transform(&form, units).is_some_and(|t| {
                    t.has_area()
                        && t.x.abs() < 400.0
                        && t.y.abs() < 400.0
                        && t.own_x.abs() < 90.0
                        && t.own_y.abs() < 90.0
                })
        }
        Property::Zoom => factor(value).is_none_or(|zoom| zoom > 0.2),
        Property::Clip | Property::ClipPath => {
            !clip_is_empty(value, units) && !clip_path_is_empty(value, units)
        }
        Property::FontSize => px().is_none_or(|px| px >= 6.0),
        Property::LineHeight => {
            factor(value).is_none_or(|line| line > 0.4) && px().is_none_or(|px| px > 6.0)
        }
        Property::LetterSpacing => px().is_none_or(|px| px > -4.0),
        Property::ZIndex => value.parse::<i64>().is_ok_and(|z| z >= 0),
        // Another color may well be one that is seen.
        Property::Color
        | Property::Fill
        | Property::BackgroundColor
        | Property::BackgroundImage => true,
        _ => false,
    }
}

/// Whether every track of a grid has no height.
pub(crate) fn has_no_track(value: &str) -> bool {
    !value.is_empty()
        && value
            .split_whitespace()
            .all(|track| matches!(track, "0" | "0fr" | "0px" | "0rem" | "0em" | "0%"))
}
