//! Where a box that is placed against another lies in it: how far it reaches, as lines in the size of
//! that other box, which is not known.

use super::element::Element;
use crate::css::declaration::Property;
use crate::css::selector::tops;
use crate::css::shapes::{gradient_colors, transform};
use crate::css::values::{Length, Units, color, length};

/// A shadow that reaches so far inwards fills a box that is not larger than a card.
const FILLING_PX: f32 = 100.0;

/// Elements whose size is not that of the box around where nothing says so.
const REPLACED: &[&str] = &[
    "img", "video", "canvas", "svg", "iframe", "embed", "object", "textarea", "input", "button",
    "select",
];

/// Pixels, and a part of the size of the box around.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Line {
    /// The pixels.
    pub(crate) px: f32,
    /// The part; 1.0 is all of it.
    pub(crate) part: f32,
}

impl Line {
    const fn new(px: f32, part: f32) -> Self {
        Self { px, part }
    }

    fn of(length: Length) -> Self {
        match length {
            Length::Px(px) => Self::new(px, 0.0),
            Length::Percent(percent) => Self::new(0.0, percent / 100.0),
            Length::Both(px, percent) => Self::new(px, percent / 100.0),
        }
    }

    fn plus(self, other: Self, times: f32) -> Self {
        Self::new(self.px + other.px * times, self.part + other.part * times)
    }

    /// The pixels in a box of a size.
    pub(crate) fn at(self, size: f32) -> f32 {
        self.px + self.part * size
    }
}

/// How far a box reaches in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Stretch {
    /// Where it begins; `None` where the text takes it, or where that is not told.
    pub(crate) near: Option<Line>,
    /// Where it ends.
    pub(crate) far: Option<Line>,
    /// Its size, at least.
    pub(crate) size: Option<Line>,
    /// Whether it begins where the text takes it.
    pub(crate) is_in_text: bool,
    /// The part of its own size by which a transform moves it.
    pub(crate) own_shift: f32,
}

/// How far a box reaches in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Reach {
    /// To the right.
    pub(crate) x: Stretch,
    /// Down.
    pub(crate) y: Stretch,
    /// Whether it is as high as the box around, by its own word.
    pub(crate) is_as_high: bool,
}

/// The properties of one direction.
struct Axis {
    near: Property,
    far: Property,
    size: Property,
    least: Property,
    most: Property,
    padding: [Property; 2],
    margin: [Property; 2],
    attribute: &'static str,
}

const ACROSS: Axis = Axis {
    near: Property::Left,
    far: Property::Right,
    size: Property::Width,
    least: Property::MinWidth,
    most: Property::MaxWidth,
    padding: [Property::PaddingLeft, Property::PaddingRight],
    margin: [Property::MarginLeft, Property::MarginRight],
    attribute: "width",
};

const DOWN: Axis = Axis {
    near: Property::Top,
    far: Property::Bottom,
    size: Property::Height,
    least: Property::MinHeight,
    most: Property::MaxHeight,
    padding: [Property::PaddingTop, Property::PaddingBottom],
    margin: [Property::MarginTop, Property::MarginBottom],
    attribute: "height",
};

impl Reach {
    /// Whether it reaches over all of the box around.
    pub(crate) fn fills(&self) -> bool {
        self.x.fills() && self.y.fills()
    }

    /// How far the declarations of an element make it reach.
    pub(super) fn of(element: &Element<'_, '_>, units: Units) -> Self {
        let moved = element
            .winners
            .value(Property::Transform)
            .and_then(|value| transform(value, units));
        let moved = moved.or_else(|| {
            let translate = element.winners.value(Property::Translate)?;
            transform(&format!("translate({translate})"), units)
        });
        let (px, own) = moved.map_or(((0.0, 0.0), (0.0, 0.0)), |moved| {
            ((moved.x, moved.y), (moved.own_x, moved.own_y))
        });
        let is_out = element.is_out_of_flow();
        let stretch = |axis: &Axis, px: f32, own: f32| {
            let mut found = Stretch::of(element, units, axis, is_out);
            found.own_shift = own / 100.0;
            if is_out {
                found.shift(px);
            }
            found
        };
        let y = stretch(&DOWN, px.1, own.1);
        let declared = element.winners.length(Property::Height, units);
        Self {
            x: stretch(&ACROSS, px.0, own.0),
            y,
            is_as_high: !is_out && declared.is_some_and(|length| Line::of(length).part >= 0.99),
        }
    }
}

impl Stretch {
    fn of(element: &Element<'_, '_>, units: Units, axis: &Axis, is_out: bool) -> Self {
        let winners = element.winners;
        let line = |property| winners.length(property, units).map(Line::of);
        let px = |property| element.exact(property, units);
        let padding = axis.padding.map(|side| px(side).unwrap_or(0.0));
        let is_outer = winners.value(Property::BoxSizing) == Some("border-box");
        let more = if is_outer {
            0.0
        } else {
            padding[0] + padding[1]
        };
        let free = |value: &str| value != "none" && !value.starts_with("100");
        let declared = line(axis.size)
            .or_else(|| line(axis.least))
            .or_else(|| {
                let name = element.outline.name(element.index);
                let is_sized =
                    element.is_replaced() && matches!(name, "img" | "video" | "canvas" | "iframe");
                let side = is_sized.then(|| element.attr(axis.attribute)).flatten()?;
                let side = side.trim().trim_end_matches("px").parse().ok()?;
                Some(Line::new(side, 0.0))
            })
            .map(|size| Line::new(size.px + more, size.part))
            .filter(|_| winners.value(axis.most).is_none_or(|most| !free(most)));
        if !is_out {
            return Self {
                size: declared,
                ..Self::default()
            };
        }
        let (near, far) = (line(axis.near), line(axis.far));
        let margins = axis.margin.map(|side| match winners.value(side) {
            None if axis.attribute == "height" && element.is_itself => {
                Some(usual_margin(element.outline.name(element.index), units.em))
            }
            None => Some(0.0),
            Some(_) => px(side),
        });
        let is_open = winners.value(axis.most).is_none_or(|most| !free(most));
        let size = declared.or_else(|| {
            (more > 0.0 && near.is_some() != far.is_some()).then(|| Line::new(more, 0.0))
        });
        let full = Line::new(0.0, 1.0);
        let [Some(before), Some(after)] = margins else {
            // A margin that takes what is left, or a part, moves nothing only where nothing is left.
            let is_full = near.is_some_and(|near| near == Line::default())
                && size.is_some_and(|size| size.part >= 1.0 && size.px >= 0.0);
            return Self {
                near: near.filter(|_| is_full),
                far: size.filter(|_| is_full),
                size: None,
                ..Self::default()
            };
        };
        let begins = near.map(|near| near.plus(Line::new(before, 0.0), 1.0));
        let ends = far.map(|far| full.plus(far, -1.0).plus(Line::new(after, 0.0), -1.0));
        match (begins, ends, size) {
            (Some(near), _, Some(size)) => Self::between(near, near.plus(size, 1.0)),
            (Some(near), Some(far), None) if is_open && !element.is_replaced() => {
                Self::between(near, far)
            }
            (None, Some(far), Some(size)) => Self::between(far.plus(size, -1.0), far),
            (None, None, size) => Self {
                size,
                is_in_text: true,
                near: Some(Line::new(before, 0.0)),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    const fn between(near: Line, far: Line) -> Self {
        Self {
            near: Some(near),
            far: Some(far),
            size: None,
            is_in_text: false,
            own_shift: 0.0,
        }
    }

    /// From where it begins to where it ends, or its size where that is not told.
    fn extent(&self) -> Option<Line> {
        match (self.near, self.far) {
            (Some(near), Some(far)) => Some(far.plus(near, -1.0)),
            _ => self.size,
        }
    }

    /// Moves it by pixels, and by the part of its own size.
    fn shift(&mut self, px: f32) {
        let Some(own) = self
            .extent()
            .or_else(|| (self.own_shift == 0.0).then(Line::default))
        else {
            *self = Self::default();
            return;
        };
        let by = Line::new(px, 0.0).plus(own, self.own_shift);
        self.near = self.near.map(|near| near.plus(by, 1.0));
        self.far = self.far.map(|far| far.plus(by, 1.0));
    }

    /// Whether it is told where it begins, and it may be as large as something.
    pub(crate) fn may_hold(&self, least: f32) -> bool {
        self.near.is_some()
            && self
                .extent()
                .is_some_and(|size| size.part > 0.0 || size.px >= least)
    }

    /// Whether it reaches over all of the box around.
    pub(crate) fn fills(&self) -> bool {
        let (Some(near), Some(far)) = (self.near, self.far) else {
            return false;
        };
        !self.is_in_text && near.px <= 0.0 && near.part <= 0.0 && far.px >= 0.0 && far.part >= 1.0
    }
}

impl Element<'_, '_> {
    fn is_replaced(&self) -> bool {
        self.is_itself && REPLACED.contains(&self.outline.name(self.index))
    }
}

/// The margin above and below that browsers give an element, in pixels; at most.
pub(super) fn usual_margin(name: &str, font_px: f32) -> f32 {
    match name {
        "p" | "ul" | "ol" | "dl" | "blockquote" | "figure" | "pre" | "menu" | "h1" | "h2"
        | "h3" => font_px,
        "h4" | "h5" | "h6" => font_px * 2.4,
        "body" => 8.0,
        _ => 0.0,
    }
}

/// Whether a background image or a shadow of an element leaves nothing to be seen through.
pub(super) fn is_painted(element: &Element<'_, '_>, units: Units) -> bool {
    let winners = element.winners;
    let is_clipped = winners
        .value(Property::BackgroundClip)
        .is_some_and(|clip| clip.contains("text"));
    let has_ground = || {
        let image = winners.value(Property::BackgroundImage)?;
        let colors = gradient_colors(image)?;
        Some(colors.iter().all(|color| color.a > 0.95))
    };
    let has_shadow = || {
        let shadows = winners.value(Property::BoxShadow)?;
        Some(tops(shadows, b',').any(|shadow| fills_inwards(shadow, units)))
    };
    let is_small = winners
        .value(Property::BackgroundSize)
        .is_some_and(|size| !matches!(size, "auto" | "cover" | "100%" | "100% 100%"));
    let is_clipped = is_clipped || is_small;
    !is_clipped && (has_ground() == Some(true) || has_shadow() == Some(true))
}

/// Whether a shadow lies within its box, is opaque, and spreads over all of it.
fn fills_inwards(shadow: &str, units: Units) -> bool {
    let is_within = tops(shadow.trim(), b' ').any(|word| word == "inset");
    let lengths = tops(shadow.trim(), b' ').filter_map(|word| length(word, units)?.px());
    let spread = lengths.skip(3).last().unwrap_or(0.0);
    let mut colors = tops(shadow.trim(), b' ').filter_map(color);
    is_within && spread >= FILLING_PX && colors.any(|color| color.a > 0.95)
}
