//! What an element declares of its size and place, kept for questions that take more than one
//! element: what is pushed out of a box, what covers what.

use super::beyond::Share;
use super::cells::Cells;
use super::element::Element;
use super::reach::{Reach, is_painted};
use crate::css::context::Context;
use crate::css::declaration::Property;
use crate::css::shapes::transform;
use crate::css::values::{Color, Length, Units, color_with, factor, length};

/// What a box does with what is larger than itself, in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Clip {
    /// It shows.
    #[default]
    Open,
    /// It is cut off, and nothing brings it back.
    Cut,
    /// It can be scrolled to.
    Scroll,
}

/// How a box is placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Placed {
    /// Where the text takes it.
    #[default]
    Static,
    /// Shifted from there.
    Relative,
    /// Against a box around it.
    Absolute,
    /// Against the screen.
    Fixed,
}

/// Something opaque, or not, that lies over a whole box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cover {
    /// Its place in the order of painting.
    pub(crate) z: i32,
    /// Where it lies in the box against which it is placed.
    pub(crate) reach: Reach,
    /// Whether it is as large as that box, by what it declares.
    pub(crate) fills: bool,
    /// Whether it shows a text of its own.
    pub(crate) has_text: bool,
    /// Whether it comes after the content that it may cover.
    pub(crate) is_last: bool,
    /// Whether nothing is seen through it.
    pub(crate) is_opaque: bool,
    /// Its color, where it is plain.
    pub(crate) color: Option<Color>,
}

/// What an element declares of its size and place; pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Geometry {
    /// How it is placed.
    pub(crate) placed: Placed,
    /// Whether it floats.
    pub(crate) floats: bool,
    /// Whether it is an inline box.
    pub(crate) is_inline: bool,
    /// Whether its children stand in a row, and not below each other.
    pub(crate) is_row: bool,
    /// The pixels of its border.
    pub(crate) border_px: f32,
    /// Whether it is only as wide as what is in it, where nothing says how wide it is.
    pub(crate) is_shrunk: bool,
    /// Whether it is a flex or a grid box.
    pub(crate) is_flex: bool,
    /// Whether its children are placed by other rules than the order of the text.
    pub(crate) is_grid: bool,
    /// Offsets.
    pub(crate) left: Option<Length>,
    /// See `left`.
    pub(crate) top: Option<Length>,
    /// See `left`.
    pub(crate) right: Option<Length>,
    /// See `left`.
    pub(crate) bottom: Option<Length>,
    /// Size with padding.
    pub(crate) width: Option<f32>,
    /// See `width`.
    pub(crate) height: Option<f32>,
    /// Where it lies in the box against which it is placed, if it is out of the flow; else its size.
    pub(crate) reach: Reach,
    /// The part of the box around that its width takes.
    pub(crate) share: Option<Share>,
    /// Whether it is as large as the box around.
    pub(crate) fills: bool,
    /// Whether it is as wide as the box against which it is placed.
    pub(crate) spans: bool,
    /// Size at which it cuts, with padding.
    pub(crate) cut_width: Option<f32>,
    /// See `cut_width`, and the property that says so.
    pub(crate) cut_height: Option<(f32, Property)>,
    /// How it cuts.
    pub(crate) clip_x: Clip,
    /// See `clip_x`.
    pub(crate) clip_y: Clip,
    /// Declared margins.
    pub(crate) margin_top: Option<f32>,
    /// See `margin_top`.
    pub(crate) margin_left: Option<f32>,
    /// The margin at the left with what is a part of the box around.
    pub(crate) margin_start: Option<Length>,
    /// See `margin_top`.
    pub(crate) margin_bottom: Option<f32>,
    /// Whether a margin is neither a length nor zero.
    pub(crate) has_free_margin: bool,
    /// Paddings.
    pub(crate) padding_top: f32,
    /// See `padding_top`.
    pub(crate) padding_left: f32,
    /// See `padding_top`.
    pub(crate) padding_bottom: f32,
    /// Whether a padding is a part of the box around.
    pub(crate) has_free_padding: bool,
    /// Moved by a transform.
    pub(crate) shift: (f32, f32),
    /// Whether a transform does more to it than to move it by a length or by its own size.
    pub(crate) is_bent: bool,
    /// Place in the order of painting.
    pub(crate) z: Option<i32>,
    /// Whether what is in it is painted as one.
    pub(crate) stacks: bool,
    /// Its own color, where nothing is seen through it.
    pub(crate) ground: Option<Color>,
    /// Whether nothing is seen through what it paints, be it a color, a gradient or a shadow.
    pub(crate) is_opaque: bool,
    /// Whether it paints a ground of any kind.
    pub(crate) paints: bool,
    /// Whether it is opaque as a whole: no opacity, clip or mask.
    pub(crate) is_whole: bool,
    /// What its `::before` or `::after` lays over it.
    pub(crate) cover: Option<Cover>,
    /// Size of its text.
    pub(crate) font_px: f32,
    /// Lines of text after which it cuts.
    pub(crate) most_lines: Option<f32>,
    /// Which cells of a grid it lies in.
    pub(crate) cells: Option<Cells>,
    /// Whether it, as an item of a grid or a row, may be smaller than its place.
    pub(crate) is_set_apart: bool,
    /// Whether its items may be.
    pub(crate) sets_apart: bool,
}

impl Geometry {
    /// That of an element that says nothing of it.
    pub(super) fn plain(element: &Element<'_, '_>, own: &Context) -> Self {
        Self {
            is_inline: element.is_inline(),
            is_whole: true,
            font_px: own.font_px,
            ..Self::default()
        }
    }

    /// What the winners of an element say; `None` when they say nothing of it.
    #[expect(clippy::too_many_lines, reason = "one line or two for each field")]
    pub(super) fn of(element: &Element<'_, '_>, own: &Context) -> Option<Self> {
        let winners = element.winners;
        let says = winners.has_any(Property::Opacity, Property::FlexDirection)
            || winners.has_any(Property::Clip, Property::Zoom)
            || winners.has_any(Property::BackgroundColor, Property::BackgroundImage)
            || border_px(element, element.units(own)) > THICK_PX
            || winners
                .value(Property::Display)
                .is_some_and(|display| display.contains("flex") || display.contains("grid"));
        if !says || winners.value(Property::Display) == Some("contents") {
            return None;
        }
        let units = element.units(own);
        let exact = |property| element.exact(property, units);
        let some = |property| winners.length(property, units);
        let padding = |property| exact(property).unwrap_or(0.0);
        let (padding_top, padding_left) = (
            padding(Property::PaddingTop),
            padding(Property::PaddingLeft),
        );
        let is_outer = winners.value(Property::BoxSizing) == Some("border-box");
        let outer = |property, more: f32| {
            exact(property).map(|px| if is_outer { px.max(more) } else { px + more })
        };
        let more_y = padding_top + padding(Property::PaddingBottom);
        let more_x = padding_left + padding(Property::PaddingRight);
        let width = outer(Property::Width, more_x);
        let height = outer(Property::Height, more_y);
        let least = outer(Property::MinHeight, more_y).unwrap_or(0.0);
        let least_x = outer(Property::MinWidth, more_x).unwrap_or(0.0);
        let cut_height = [Property::Height, Property::MaxHeight]
            .into_iter()
            .filter_map(|property| Some((outer(property, more_y)?.max(least), property)))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        let cut_width = [Property::Width, Property::MaxWidth]
            .into_iter()
            .filter_map(|property| Some(outer(property, more_x)?.max(least_x)))
            .min_by(f32::total_cmp);
        let display = winners.value(Property::Display).unwrap_or_default();
        let is_flex = display.contains("flex");
        let column = winners
            .value(Property::FlexDirection)
            .is_some_and(|d| d == "column");
        let ground = winners
            .value(Property::BackgroundColor)
            .and_then(|value| color_with(value, own.color));
        let (clip_x, clip_y) = clips(element);
        let shift = winners
            .value(Property::Transform)
            .and_then(|value| transform(value, units))
            .or_else(|| {
                transform(
                    &format!("translate({})", winners.value(Property::Translate)?),
                    units,
                )
            });
        let is_bent = is_bent(element);
        let opacity = winners
            .value(Property::Opacity)
            .and_then(factor)
            .unwrap_or(1.0);
        let geometry = Self {
            placed: match element.position() {
                "absolute" => Placed::Absolute,
                "fixed" => Placed::Fixed,
                "relative" | "sticky" | "-webkit-sticky" => Placed::Relative,
                _ => Placed::Static,
            },
            floats: winners.value(Property::Float).is_some_and(|f| f != "none"),
            is_inline: element.is_inline(),
            is_row: is_flex && !column && winners.value(Property::FlexDirection).is_none(),
            border_px: border_px(element, units),
            is_shrunk: display.starts_with("inline") || display.contains("table"),
            is_flex: is_flex || display.contains("grid"),
            is_grid: display.contains("grid") || (is_flex && !column),
            left: some(Property::Left),
            top: some(Property::Top),
            right: some(Property::Right),
            bottom: some(Property::Bottom),
            width: width.or_else(|| flex_width(element, units)),
            height: height.or((least > 0.0).then_some(least)),
            reach: Reach::of(element, units),
            share: Share::of(
                some(Property::MinWidth),
                some(Property::FlexBasis),
                some(Property::Width),
                winners.value(Property::FlexShrink) != Some("0"),
            ),
            fills: fills(element),
            spans: spans(element),
            cut_width,
            cut_height,
            clip_x,
            clip_y,
            margin_top: exact(Property::MarginTop),
            margin_left: exact(Property::MarginLeft),
            margin_start: some(Property::MarginLeft),
            margin_bottom: exact(Property::MarginBottom),
            has_free_margin: [
                Property::MarginTop,
                Property::MarginBottom,
                Property::MarginLeft,
            ]
            .into_iter()
            .any(|margin| winners.value(margin).is_some() && exact(margin).is_none()),
            padding_top,
            padding_left,
            padding_bottom: padding(Property::PaddingBottom),
            has_free_padding: [
                Property::PaddingTop,
                Property::PaddingBottom,
                Property::PaddingLeft,
            ]
            .into_iter()
            .any(|side| winners.value(side).is_some() && exact(side).is_none()),
            shift: shift.map_or((0.0, 0.0), |moved| {
                if moved.own_x == 0.0 && moved.own_y == 0.0 {
                    (moved.x, moved.y)
                } else {
                    (f32::NEG_INFINITY, f32::NEG_INFINITY)
                }
            }),
            is_bent,
            z: winners.value(Property::ZIndex).and_then(|z| z.parse().ok()),
            stacks: opacity < 1.0
                || shift.is_some()
                || winners.value(Property::Isolation) == Some("isolate")
                || winners.value(Property::Filter).is_some_and(|f| f != "none")
                || winners.value(Property::Mask).is_some_and(|m| m != "none")
                || winners
                    .value(Property::ClipPath)
                    .is_some_and(|c| c != "none")
                || matches!(element.position(), "fixed" | "sticky" | "-webkit-sticky"),
            ground: ground.filter(|color| color.a > 0.95),
            is_opaque: ground.is_some_and(|color| color.a > 0.95) || is_painted(element, units),
            paints: ground.is_some_and(|color| color.a > 0.0) || element.has_picture(),
            is_whole: opacity > 0.95
                && winners
                    .value(Property::ClipPath)
                    .is_none_or(|c| c == "none")
                && winners.value(Property::Mask).is_none_or(|m| m == "none")
                && winners
                    .value(Property::MixBlend)
                    .is_none_or(|b| b == "normal")
                && winners.value(Property::Filter).is_none_or(|f| f == "none")
                && !is_bent,
            cover: None,
            font_px: own.font_px,
            most_lines: winners
                .value(Property::LineClamp)
                .and_then(|lines| lines.parse().ok())
                .filter(|_| clip_y == Clip::Cut),
            cells: Cells::of(element),
            is_set_apart: is_set_apart(element, [Property::AlignSelf, Property::JustifySelf]),
            sets_apart: is_set_apart(element, [Property::AlignItems, Property::JustifyItems]),
        };
        Some(geometry)
    }

    /// Whether it may lie over something else.
    pub(crate) fn may_cover(&self, is_picture: bool) -> bool {
        let opaque = (self.is_opaque || is_picture) && self.is_whole;
        let overlaps = self.is_out_of_flow()
            // It may fill a box around that is out of the flow.
            || self.reach.is_as_high
            || self.is_moved_up()
            || self.margin_start.is_some_and(|back| back.of(1_000.0) < 0.0)
            || self.cells.is_some()
            || (self.placed == Placed::Relative && self.margin_top.is_some_and(|px| px < 0.0))
            // What follows may be pulled under it. Boxes that say nothing of their place in the order of
            // painting are too many to be asked.
            || (self.placed == Placed::Relative && self.z.is_some() && self.height.is_some());
        (opaque && overlaps) || self.cover.is_some_and(|cover| cover.is_opaque)
    }

    /// Whether what follows may lie where it is: it is out of the flow, takes no room, or was moved down.
    pub(crate) fn is_slid(&self) -> bool {
        let px = |length: Option<Length>| length.and_then(Length::px).unwrap_or(0.0);
        self.is_out_of_flow()
            || self.z.is_some_and(|z| z < 0)
            || self.margin_bottom.is_some_and(|px| px < 0.0)
            || (self.clip_y == Clip::Open && self.cut_height.is_some())
            || (self.placed == Placed::Relative && px(self.top) > 0.0)
            || self.margin_top.is_some_and(|px| px < 0.0)
    }

    /// Whether it may lie over what comes before it.
    pub(crate) fn is_lifted_over(&self) -> bool {
        self.is_out_of_flow() || self.is_moved_up() || self.margin_top.is_some_and(|px| px < 0.0)
    }

    /// Whether it is out of the flow and stands, nevertheless, where the text takes it.
    pub(crate) const fn is_in_text(&self) -> bool {
        self.reach.x.is_in_text && self.reach.y.is_in_text
    }

    /// Whether it is a ground in the flow that is painted over what is not placed.
    pub(crate) fn is_placed_ground(&self) -> bool {
        self.placed == Placed::Relative && self.is_opaque && self.is_whole
    }

    /// Whether it is moved up, or by its own size, from its place in the flow.
    fn is_moved_up(&self) -> bool {
        let px = |length: Option<Length>| length.and_then(Length::px).unwrap_or(0.0);
        let is_shifted =
            self.placed == Placed::Relative && (px(self.top) < 0.0 || px(self.bottom) > 0.0);
        is_shifted || self.shift.1 < 0.0 || self.reach.y.own_shift < 0.0
    }

    /// Whether it cuts off what is larger than a size that it declares.
    pub(crate) fn cuts(&self) -> bool {
        (self.clip_y == Clip::Cut && self.cut_height.is_some())
            || (self.clip_x == Clip::Cut && self.cut_width.is_some())
    }

    /// Whether it alone takes what follows far down the page.
    pub(crate) fn is_far(&self) -> bool {
        let far = |px: Option<f32>| px.is_some_and(|px| px >= 5_000.0);
        far(self.margin_top)
            || far(self.height)
            || self.padding_top >= 5_000.0
            || self.shift.1 >= 5_000.0
    }

    /// Whether it is out of the flow of the text.
    pub(crate) fn is_out_of_flow(&self) -> bool {
        matches!(self.placed, Placed::Absolute | Placed::Fixed)
    }
}

/// Whether a transform does more than to move an element.
fn is_bent(element: &Element<'_, '_>) -> bool {
    let is_set = |property| element.winners.value(property).is_some_and(|v| v != "none");
    // What follows a bracket within the arguments begins with a comma, or has none of its own.
    let moves = |part: &str| {
        part.split_once('(').is_none_or(|(name, _)| {
            let name = name.trim();
            name.starts_with("translate") || name.starts_with([',', '+', '-'])
        })
    };
    let transform = element.winners.value(Property::Transform);
    is_set(Property::Scale)
        || is_set(Property::Rotate)
        || transform.is_some_and(|value| value != "none" && !value.split(')').all(moves))
}

/// A border that is thicker than this moves what is in its box.
const THICK_PX: f32 = 4.0;

/// How thick a border is; one that is named by a word, as browsers have it.
fn border_px(element: &Element<'_, '_>, units: Units) -> f32 {
    let Some(border) = element.winners.value(Property::Border) else {
        return 0.0;
    };
    let lengths = border
        .split(' ')
        .filter_map(|word| length(word, units)?.px());
    lengths.fold(0.0, f32::max)
}

/// Whether an item is not as large as its place.
fn is_set_apart(element: &Element<'_, '_>, ways: [Property; 2]) -> bool {
    ways.into_iter().any(|way| {
        let value = element.winners.value(way);
        value.is_some_and(|value| !matches!(value, "stretch" | "normal" | "auto" | "initial"))
    })
}

/// The width of a flex item that neither grows nor shrinks.
fn flex_width(element: &Element<'_, '_>, units: Units) -> Option<f32> {
    element
        .exact(Property::FlexBasis, units)
        .filter(|px| *px > 0.0)
}

/// Whether a box out of the flow begins and ends at the sides of the box around.
fn spans(element: &Element<'_, '_>) -> bool {
    let zero = |property: Property| {
        element
            .winners
            .length(property, Units::initial())
            .is_some_and(|length| length.of(1.0) <= 0.0)
    };
    let width = element.winners.value(Property::Width);
    let whole = matches!(width, Some("100%" | "100vw"));
    let open = width.is_none_or(|width| width == "auto");
    element.is_out_of_flow()
        && zero(Property::Left)
        && (whole || (open && zero(Property::Right)))
        && element.winners.value(Property::MaxWidth).is_none()
}

/// Whether all of its box lies over all of the box around.
pub(super) fn fills(element: &Element<'_, '_>) -> bool {
    let zero = |property: Property| {
        element
            .winners
            .length(property, Units::initial())
            .is_some_and(|length| length.of(1.0) <= 0.0)
    };
    let whole = |property: Property| {
        matches!(
            element.winners.value(property),
            Some("100%" | "100vw" | "100vh" | "100dvh" | "110%")
        )
    };
    let across = zero(Property::Left) && (zero(Property::Right) || whole(Property::Width));
    let down = zero(Property::Top) && (zero(Property::Bottom) || whole(Property::Height));
    let auto = |property: Property| {
        element
            .winners
            .value(property)
            .is_none_or(|value| value == "auto" || value.starts_with("100"))
    };
    element.is_out_of_flow()
        && across
        && down
        && auto(Property::Width)
        && auto(Property::Height)
        && element.winners.value(Property::MaxHeight).is_none()
        && element.winners.value(Property::MaxWidth).is_none()
}

fn clips(element: &Element<'_, '_>) -> (Clip, Clip) {
    let of = |property: Property| match element.winners.value(property) {
        Some("hidden" | "clip") => Clip::Cut,
        Some("auto" | "scroll" | "overlay") => Clip::Scroll,
        _ => Clip::Open,
    };
    let (x, y) = (of(Property::OverflowX), of(Property::OverflowY));
    match (x, y) {
        // Where one direction is cut, the other cannot stay open: it scrolls.
        (Clip::Cut | Clip::Scroll, Clip::Open)
            if element.winners.value(Property::OverflowX) != Some("clip") =>
        {
            (x, Clip::Scroll)
        }
        (Clip::Open, Clip::Cut | Clip::Scroll)
            if element.winners.value(Property::OverflowY) != Some("clip") =>
        {
            (Clip::Scroll, y)
        }
        both => both,
    }
}
