//! Whether a box draws something, or takes up room, by itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Technique;

use super::element::Element;
use super::geometry::{Cover, fills};
use super::outcome::{Change, Made};
use super::reach::{Reach, is_painted};
use super::traits::pixels;
use crate::css::cause::Grounds;
use crate::css::context::Context;
use crate::css::declaration::Property;
use crate::css::matched::Matched;
use crate::css::selector::Pseudo;
use crate::css::styles::Styles;
use crate::css::values::{Units, color_with};
use crate::css::view::Around;

/// What an element shows of its own, whatever is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
pub(crate) const LAZY: &[&str] = &[
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-srcset",
    "srcset",
    "loading",
];

impl Element<'_, '_> {
    /// What `::before` and `::after` draw, and what they lay over the element.
    pub(super) fn generated(
        &self,
        made: &Made,
        matched: &Matched,
        styles: &Styles<'_, '_>,
    ) -> Generated {
        let own = &made.context;
        // What it generates is an item of its own box, if it makes one, and yet not taken for one.
        let (around, flat_row) = match made.outcome.around {
            Around::Block => (self.around, self.flat_row),
            Around::Flex | Around::FlatRow(_) => (Around::Block, None),
        };
        let mut all = Generated {
            drawing: Drawing::Nothing,
            cover: None,
        };
        for which in [Pseudo::Before, Pseudo::After] {
            let winners = styles.on_pseudo(which, matched, self.screen, own);
            let Some(content) = winners.value(Property::Content) else {
                continue;
            };
            let hides = winners.value(Property::Display) == Some("none");
            if hides || matches!(content, "none" | "normal") {
                continue;
            }
            let text = self.content_text(content);
            let of_own = made.outcome.is_positioned || made.outcome.holds_fixed;
            let mut pseudo = Element::generated_by(self, &winners, &own.custom, (around, flat_row));
            pseudo.traits.is_on_page &= !of_own;
            pseudo.traits.is_on_screen &= !made.outcome.holds_fixed;
            pseudo.traits.is_in_invisible = match made.outcome.invisible {
                Change::Nothing => pseudo.traits.is_in_invisible,
                Change::Ends => false,
                Change::Begins(_) => true,
            };
            let drawing = pseudo.pseudo_drawing(own, text);
            all.drawing = all.drawing.max(drawing);
            if pseudo.is_out_of_flow()
                && let Some(mut cover) = cover(&pseudo, own, which)
            {
                cover.has_text = text;
                all.cover = Some(cover);
            }
            self.asked_for(&pseudo);
        }
        all
    }

    fn pseudo_drawing(&self, own: &Context, has_text: bool) -> Drawing {
        let (inner, is_hidden, change) = self.enter_generated(own);
        let is_invisible = match change {
            Change::Nothing => self.traits.is_in_invisible,
            Change::Ends => false,
            Change::Begins(_) => true,
        };
        if is_hidden || is_invisible {
            return Drawing::Nothing;
        }
        if has_text {
            let seen = super::text::text_is_seen(&inner);
            return if seen {
                Drawing::Picture
            } else {
                Drawing::Nothing
            };
        }
        if self.has_picture() && self.has_area(own) {
            return Drawing::Picture;
        }
        if self.has_area(own) || (self.is_out_of_flow() && fills(self)) {
            return Drawing::Area;
        }
        Drawing::Nothing
    }

    /// Whether generated content is text or a picture.
    fn content_text(&self, content: &str) -> bool {
        if let Some(name) = content
            .strip_prefix("attr(")
            .and_then(|rest| rest.split([')', ' ', ',']).next())
        {
            return self.attr(name.trim()).is_some_and(|v| !v.trim().is_empty());
        }
        let plain = content.trim_matches(['"', '\'', ' ']);
        plain.chars().any(|c| !super::is_blank(c))
    }

    /// A picture, or another replaced element, of at most one pixel either way: nothing has to clip
    /// it.
    pub(super) fn pixel_cause(&self, units: Units) -> Option<Grounds> {
        let name = self.outline.name(self.index);
        if !REPLACED.contains(&name) || self.traits.is_lazy {
            return None;
        }
        let side = |property: Property, attribute: &str| {
            self.px(property, units)
                .or_else(|| pixels(self.outline.attr(self.index, attribute)?))
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
            Grounds::markup(technique, shows)
        })
    }

    /// Whether an element without content still shows something: a picture, or a box of a size.
    pub(super) fn drawing(&self, above: &Context) -> Drawing {
        if self.has_picture() {
            return Drawing::Picture;
        }
        if self.has_border() {
            return Drawing::Picture;
        }
        if self.is_inline() || !self.has_area(above) {
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

    fn has_area(&self, context: &Context) -> bool {
        let units = self.units(context);
        let big = |property: Property| {
            self.winners
                .length(property, units)
                .is_some_and(|length| length.of(100.0) >= 2.0)
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
                || big(Property::PaddingTop)
                || big(Property::PaddingBottom)
                || pinned(Property::Top, Property::Bottom))
    }

    /// A border of at least two pixels in a color of its own.
    fn has_border(&self) -> bool {
        let Some(border) = self.winners.value(Property::Border) else {
            return false;
        };
        let thick = border.split_whitespace().any(|word| {
            word.strip_suffix("px")
                .and_then(|px| px.parse::<f32>().ok())
                .is_some_and(|px| px >= 2.0)
        });
        let is_line = ["solid", "dashed", "dotted", "double"]
            .iter()
            .any(|style| border.contains(style));
        thick && is_line
    }

    fn is_wide(&self) -> bool {
        self.winners
            .value(Property::Display)
            .is_some_and(|d| matches!(d, "block" | "flex" | "grid"))
            && self.winners.value(Property::Width).is_none()
    }
}

/// What `::before` and `::after` add.
pub(super) struct Generated {
    /// What they show.
    pub(super) drawing: Drawing,
    /// What lies over the element.
    pub(super) cover: Option<Cover>,
}

/// A pseudo-element as a cover of its element.
fn cover(pseudo: &Element<'_, '_>, own: &Context, which: Pseudo) -> Option<Cover> {
    let winners = pseudo.winners;
    let units = pseudo.units(own);
    let ground = winners
        .value(Property::BackgroundColor)
        .and_then(|value| color_with(value, own.color));
    let is_bare =
        |property: Property, none: &str| winners.value(property).is_none_or(|value| value == none);
    let is_whole = winners
        .value(Property::Opacity)
        .is_none_or(|opacity| opacity.parse::<f32>().is_ok_and(|o| o > 0.95))
        && is_bare(Property::Transform, "none")
        && is_bare(Property::Scale, "none")
        && is_bare(Property::ClipPath, "none")
        && is_bare(Property::Mask, "none")
        && is_bare(Property::MixBlend, "normal")
        && is_bare(Property::Visibility, "visible");
    let picture = winners
        .value(Property::BackgroundImage)
        .is_some_and(|image| image != "none");
    let has_shadow = winners
        .value(Property::BoxShadow)
        .is_some_and(|s| s != "none");
    let paints = picture || has_shadow || ground.is_some_and(|color| color.a > 0.0);
    paints.then(|| Cover {
        z: winners
            .value(Property::ZIndex)
            .and_then(|z| z.parse().ok())
            .unwrap_or(0),
        reach: Reach::of(pseudo, units),
        fills: fills(pseudo),
        has_text: false,
        is_last: which == Pseudo::After,
        is_opaque: is_whole
            && (ground.is_some_and(|color| color.a > 0.95) || is_painted(pseudo, units)),
        color: ground.filter(|_| !picture),
    })
}

/// Whether an address holds a GIF of one pixel that is transparent: its extension for graphics says
/// so.
pub(super) fn is_clear_pixel(source: &str) -> bool {
    let data = source
        .trim()
        .split_once(";base64,")
        .map_or("", |(_, data)| data);
    let Some(bytes) = data.get(..data.len().min(64) / 4 * 4) else {
        return false;
    };
    is_pixel_data(source)
        && STANDARD.decode(bytes).is_ok_and(|bytes| {
            bytes
                .windows(4)
                .any(|four| four[..3] == [0x21, 0xF9, 0x04] && four[3] & 1 == 1)
        })
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
