//! Whether a box draws something, or takes up room, by itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Technique;

use super::boxes::Element;
use crate::css::cascade::Cause;
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

/// Elements whose size is not that of what is in them.
const REPLACED: &[&str] = &[
    "img", "embed", "object", "iframe", "svg", "video", "canvas", "marquee",
];

/// Attributes by which scripts put in a picture later.
pub(super) const LAZY: &[&str] = &[
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-srcset",
    "srcset",
    "loading",
];

impl Element<'_, '_> {
    /// A picture, or another replaced element, of at most one pixel either way: nothing has to clip
    /// it.
    pub(super) fn pixel_cause(&self, units: Units) -> Option<Cause> {
        let name = self.outline.name(self.index);
        if !REPLACED.contains(&name) || LAZY.iter().any(|lazy| self.attr(lazy).is_some()) {
            return None;
        }
        let side = |property: Property, attribute: &str| {
            self.px(property, units).or_else(|| {
                let written = self.attr(attribute)?.trim().trim_end_matches("px");
                written.parse::<f32>().ok()
            })
        };
        let (width, height) = (
            side(Property::Width, "width")?,
            side(Property::Height, "height")?,
        );
        let technique = if name == "img" {
            Technique::PIXEL_IMAGE
        } else {
            Technique::ZERO_SIZE
        };
        (width <= 1.0 && height <= 1.0).then(|| {
            let shows = format!("{name} of {width} by {height} pixels");
            self.by_markup(technique, shows, None)
        })
    }

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

/// Whether an address holds a GIF or a PNG of one pixel: the size stands in the first bytes of each
/// format.
pub(super) fn is_pixel_data(source: &str) -> bool {
    let Some((kind, data)) = source.trim().split_once(";base64,") else {
        return false;
    };
    let head: String = data
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(32)
        .collect();
    let Ok(head) = STANDARD.decode(head.trim_end_matches('=').get(..32).unwrap_or_default()) else {
        return false;
    };
    match kind.to_ascii_lowercase().as_str() {
        "data:image/gif" => head.get(6..10) == Some(&[1, 0, 1, 0]),
        "data:image/png" => head.get(16..24) == Some(&[0, 0, 0, 1, 0, 0, 0, 1]),
        _ => false,
    }
}
