//! What of an element's markup decides what a style makes of it.

use html5ever::{LocalName, local_name};

use super::structure::{is_flat_picture, is_under_shadow};
use crate::css::attributes::Attributes;
use crate::outline::{Index, Outline};

/// What of an element's markup decides what a style makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Traits {
    /// Whether it is a link with an address.
    pub(crate) is_link: bool,
    /// Whether its markup hides it, or what is in it, so that no other element is quite like it.
    pub(crate) is_special: bool,
    /// Whether it is a picture, or an object, which changes what is behind its text.
    is_foreign: bool,
    /// Its `width`, where that may make it a pixel.
    width: Side,
    /// Its `height`, likewise.
    height: Side,
    /// Whether a script puts its picture in later.
    pub(super) is_lazy: bool,
    /// Whether absolutely positioned boxes are placed against the page.
    pub(crate) is_on_page: bool,
    /// Whether fixed boxes are placed against the screen.
    pub(crate) is_on_screen: bool,
    /// Whether it stands in something invisible.
    pub(crate) is_in_invisible: bool,
}

/// What an attribute says of a side of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Side {
    Nothing,
    Pixel,
    More,
}

impl Side {
    fn of(value: Option<&str>) -> Self {
        match value.and_then(pixels) {
            None => Self::Nothing,
            Some(px) if px <= 1.0 => Self::Pixel,
            Some(_) => Self::More,
        }
    }
}

/// The number of a `width` or `height`.
pub(super) fn pixels(value: &str) -> Option<f32> {
    let value = value.trim();
    value.strip_suffix("px").unwrap_or(value).parse().ok()
}

/// What the name of an element says of it, so that most need not be asked for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// Nothing.
    Plain,
    /// It may be a link.
    Anchor,
    /// Its markup hides it, or may do.
    Special,
    /// It may keep its children from being drawn.
    Holding,
    /// A picture made of elements.
    Svg,
    /// Its size is not that of what is in it.
    Replaced,
    /// The same, and it may keep its children from being drawn.
    ReplacedHolding,
    /// The same, and it changes what is behind its text.
    Object,
}

impl NameKind {
    /// Reads a name.
    pub(crate) fn of(name: &LocalName) -> Self {
        match *name {
            local_name!("a") => Self::Anchor,
            local_name!("img") | local_name!("embed") => Self::Replaced,
            local_name!("iframe") | local_name!("video") | local_name!("canvas") => {
                Self::ReplacedHolding
            }
            local_name!("svg") => Self::Svg,
            local_name!("object") => Self::Object,
            local_name!("details")
            | local_name!("audio")
            | local_name!("meter")
            | local_name!("progress") => Self::Holding,
            local_name!("text")
            | local_name!("marquee")
            | local_name!("col")
            | local_name!("colgroup")
            | local_name!("dialog")
            | local_name!("datalist")
            | local_name!("defs")
            | local_name!("symbol")
            | local_name!("clipPath")
            | local_name!("mask")
            | local_name!("pattern")
            | local_name!("marker")
            | local_name!("linearGradient")
            | local_name!("radialGradient")
            | local_name!("filter") => Self::Special,
            _ => Self::Plain,
        }
    }

    const fn holds_back(self) -> bool {
        matches!(self, Self::Holding | Self::ReplacedHolding | Self::Object)
    }
}

impl Traits {
    /// Reads what an element's markup is. `parent` is the kind of the parent's name; `has_shadow`
    /// tells whether the page has a shadow root.
    pub(crate) fn of(
        outline: &Outline<'_>,
        index: Index,
        (kind, parent): (NameKind, NameKind),
        attributes: &Attributes<'_>,
        has_shadow: bool,
    ) -> Self {
        let attr = |name: &str| outline.attr(index, name);
        let is_hidden =
            attributes.is_marked && (attr("hidden").is_some() || attr("popover").is_some());
        let is_special = is_hidden
            || matches!(kind, NameKind::Special | NameKind::Object)
            || (kind == NameKind::Svg && is_flat_picture(outline, index))
            || parent.holds_back()
            || (has_shadow && is_under_shadow(outline, index));
        let mut traits = Self {
            is_link: attributes.has_href && kind == NameKind::Anchor,
            is_special,
            is_foreign: matches!(kind, NameKind::Svg | NameKind::Object),
            width: Side::Nothing,
            height: Side::Nothing,
            is_lazy: false,
            is_on_page: false,
            is_on_screen: false,
            is_in_invisible: false,
        };
        let is_replaced = matches!(
            kind,
            NameKind::Replaced | NameKind::ReplacedHolding | NameKind::Object | NameKind::Svg
        );
        if is_replaced {
            traits.width = Side::of(attributes.width);
            traits.height = Side::of(attributes.height);
            traits.is_lazy = attributes.is_lazy;
            traits.is_special |= traits.width == Side::Pixel || traits.height == Side::Pixel;
        } else if kind == NameKind::Special && outline.name(index) == "marquee" {
            traits.is_lazy = attributes.is_lazy;
        }
        traits
    }

    /// All that it says but what its place does, as bits.
    pub(crate) fn bits(&self) -> u16 {
        let flags = [self.is_link, self.is_special, self.is_foreign, self.is_lazy];
        let sides = (self.width as u16) << 2 | self.height as u16;
        flags
            .into_iter()
            .fold(sides, |bits, flag| bits << 1 | u16::from(flag))
    }

    /// Whether an element on which nothing is declared hands on what its parent does.
    pub(crate) const fn are_plain(&self) -> bool {
        !self.is_link && !self.is_special && !self.is_foreign
    }
}
