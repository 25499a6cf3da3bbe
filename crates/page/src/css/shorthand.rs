//! Shorthands, old names and logical names, taken apart into the properties that we keep.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::css::animation::seconds;
use crate::css::declaration::Property;
use crate::css::mixer::Keyed;
use crate::css::piece::Piece;
use crate::css::selector::{split_top, tops};
use crate::css::values::color;

type Push<'p> = dyn FnMut(Property, Piece) + 'p;

const MARGIN: [Property; 4] = [
    Property::MarginTop,
    Property::MarginRight,
    Property::MarginBottom,
    Property::MarginLeft,
];
const PADDING: [Property; 4] = [
    Property::PaddingTop,
    Property::PaddingRight,
    Property::PaddingBottom,
    Property::PaddingLeft,
];
const INSET: [Property; 4] = [
    Property::Top,
    Property::Right,
    Property::Bottom,
    Property::Left,
];

/// Takes a declaration apart as far as our properties go. Writing runs from left to right and down.
pub(crate) fn expand(name: &str, value: &Piece, push: &mut Push<'_>) {
    if let Some(&Some(property)) = NAMES.get(name) {
        push(property, value.clone());
        return;
    }
    match name {
        "margin" => sides(MARGIN, value, push),
        "padding" => sides(PADDING, value, push),
        "inset" => sides(INSET, value, push),
        "margin-inline" => pair([MARGIN[3], MARGIN[1]], value, push),
        "margin-block" => pair([MARGIN[0], MARGIN[2]], value, push),
        "padding-inline" => pair([PADDING[3], PADDING[1]], value, push),
        "padding-block" => pair([PADDING[0], PADDING[2]], value, push),
        "inset-inline" => pair([INSET[3], INSET[1]], value, push),
        "inset-block" => pair([INSET[0], INSET[2]], value, push),
        "overflow" => pair([Property::OverflowX, Property::OverflowY], value, push),
        "background" => background(value, push),
        "font" => font(value, push),
        "mask" | "-webkit-mask" => mask(value, push),
        "transition" | "-webkit-transition" => transition(value, push),
        "grid-template" => {
            let (rows, columns) = value.split_once('/').unwrap_or((value, "none"));
            push(Property::GridRows, value.part(rows.trim()));
            push(Property::GridColumns, value.part(columns.trim()));
        }
        "place-items" => both([Property::AlignItems, Property::JustifyItems], value, push),
        "place-self" => both([Property::AlignSelf, Property::JustifySelf], value, push),
        "flex" => flex(value, push),
        "flex-flow" => push(Property::FlexDirection, value.clone()),
        _ => {}
    }
}

/// Other names of properties.
const ALIASES: &[(&str, Property)] = &[
    ("inset-inline-start", Property::Left),
    ("inset-inline-end", Property::Right),
    ("inset-block-start", Property::Top),
    ("inset-block-end", Property::Bottom),
    ("margin-inline-start", Property::MarginLeft),
    ("margin-inline-end", Property::MarginRight),
    ("margin-block-start", Property::MarginTop),
    ("margin-block-end", Property::MarginBottom),
    ("padding-inline-start", Property::PaddingLeft),
    ("padding-inline-end", Property::PaddingRight),
    ("padding-block-start", Property::PaddingTop),
    ("padding-block-end", Property::PaddingBottom),
    ("inline-size", Property::Width),
    ("block-size", Property::Height),
    ("max-inline-size", Property::MaxWidth),
    ("max-block-size", Property::MaxHeight),
    ("min-inline-size", Property::MinWidth),
    ("min-block-size", Property::MinHeight),
    ("overflow-inline", Property::OverflowX),
    ("overflow-block", Property::OverflowY),
    ("-webkit-transform", Property::Transform),
    ("-webkit-clip-path", Property::ClipPath),
    ("-webkit-filter", Property::Filter),
    ("-webkit-mask-image", Property::Mask),
    ("-webkit-mask-size", Property::MaskSize),
    ("-webkit-backface-visibility", Property::Backface),
    ("-webkit-background-clip", Property::BackgroundClip),
    ("-webkit-user-select", Property::UserSelect),
    ("-webkit-text-stroke-width", Property::TextStroke),
    ("-webkit-opacity", Property::Opacity),
    ("-webkit-animation", Property::Animation),
    ("animation-name", Property::Animation),
    ("-webkit-animation-name", Property::Animation),
    ("-webkit-animation-delay", Property::AnimationDelay),
    ("-webkit-animation-fill-mode", Property::AnimationFill),
    ("-webkit-animation-play-state", Property::AnimationState),
    ("-webkit-transition-delay", Property::TransitionDelay),
    ("border-top", Property::Border),
    ("border-right", Property::Border),
    ("border-bottom", Property::Border),
    ("border-left", Property::Border),
    ("border-width", Property::Border),
    ("line-clamp", Property::LineClamp),
    ("grid-row-start", Property::GridRow),
    ("grid-column-start", Property::GridColumn),
    ("text-decoration-line", Property::TextDecoration),
];

/// The names that stand for several properties.
const SHORTHANDS: &[&str] = &[
    "margin",
    "padding",
    "inset",
    "margin-inline",
    "margin-block",
    "padding-inline",
    "padding-block",
    "inset-inline",
    "inset-block",
    "overflow",
    "background",
    "font",
    "mask",
    "-webkit-mask",
    "transition",
    "-webkit-transition",
    "grid-template",
    "place-items",
    "place-self",
    "flex",
    "flex-flow",
];

/// All names that are kept, with the property of those that are one.
static NAMES: LazyLock<HashMap<&'static str, Option<Property>, Keyed>> = LazyLock::new(|| {
    let own = Property::ALL
        .iter()
        .map(|&property| (property.name(), property));
    let single = own.chain(ALIASES.iter().copied());
    let single = single.map(|(name, property)| (name, Some(property)));
    single
        .chain(SHORTHANDS.iter().map(|&name| (name, None)))
        .collect()
});

/// Whether a declaration of a name is kept.
pub(crate) fn is_kept(name: &str) -> bool {
    NAMES.contains_key(name)
}

fn sides(names: [Property; 4], value: &Piece, push: &mut Push<'_>) {
    let (mut parts, mut count) = ([""; 4], 0);
    for part in words(value) {
        let Some(slot) = parts.get_mut(count) else {
            return;
        };
        *slot = part;
        count += 1;
    }
    for (at, property) in names.into_iter().enumerate() {
        let pick = match (count, at) {
            (0, _) => return,
            (1, _) => 0,
            (2, at) => at % 2,
            (3, 3) => 1,
            (_, at) => at,
        };
        push(property, value.part(parts[pick]));
    }
}

fn pair(names: [Property; 2], value: &Piece, push: &mut Push<'_>) {
    let mut parts = words(value);
    if let (Some(first), second, None) = (parts.next(), parts.next(), parts.next()) {
        push(names[0], value.part(first));
        push(names[1], value.part(second.unwrap_or(first)));
    }
}

/// Parts at white space outside of brackets.
fn words(value: &str) -> impl Iterator<Item = &str> {
    tops(value, b' ').filter(|part| !part.trim().is_empty())
}

/// The CSS-wide keywords, which a shorthand hands to each of its properties.
pub(crate) fn is_wide(value: &str) -> bool {
    matches!(
        value,
        "initial" | "inherit" | "unset" | "revert" | "revert-layer"
    )
}

fn font(value: &Piece, push: &mut Push<'_>) {
    if is_wide(value) || value.contains("var(") {
        push(Property::FontSize, value.clone());
        push(Property::LineHeight, value.clone());
        return;
    }
    let keyword = |word: &str| {
        matches!(
            word,
            "xx-small"
                | "x-small"
                | "small"
                | "medium"
                | "large"
                | "x-large"
                | "xx-large"
                | "smaller"
                | "larger"
        )
    };
    for word in words(value) {
        let (size, line) = match word.split_once('/') {
            Some((size, line)) => (size, Some(line)),
            None => (word, None),
        };
        let starts = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
        let is_weight = size.parse::<f32>().is_ok_and(|weight| weight != 0.0);
        let sized = size.starts_with(starts) || size.ends_with(')') || keyword(size);
        if sized && !is_weight {
            push(Property::FontSize, value.part(size));
            let line = line.map_or(Piece::Fixed("normal"), |line| value.part(line));
            push(Property::LineHeight, line);
            return;
        }
    }
}

/// Two properties of which the second may be left out.
fn both([first, second]: [Property; 2], value: &Piece, push: &mut Push<'_>) {
    let mut parts = words(value);
    let (one, other) = (parts.next(), parts.next());
    push(first, value.part(one.unwrap_or(value)));
    push(second, value.part(other.or(one).unwrap_or(value)));
}

fn background(value: &Piece, push: &mut Push<'_>) {
    if value.contains("var(") || is_wide(value) {
        // What a variable adds to a background is not known before it is put in.
        push(Property::BackgroundColor, value.clone());
        if is_wide(value) {
            push(Property::BackgroundImage, value.clone());
        }
        return;
    }
    let layers = split_top(value, b',');
    let image = layers
        .iter()
        .flat_map(|layer| words(layer))
        .find(|word| is_image(word));
    push(
        Property::BackgroundImage,
        image.map_or(Piece::Fixed("none"), |word| short(value, word)),
    );
    let mut all = layers.iter().flat_map(|layer| words(layer));
    let is_small = all.any(|word| word == "no-repeat" || word.starts_with('/'));
    push(
        Property::BackgroundSize,
        Piece::Fixed(if is_small { "contain" } else { "auto" }),
    );
    let mut last = words(layers.last().copied().unwrap_or_default());
    let color =
        last.find(|word| color(word).is_some() || *word == "currentcolor" || is_color_form(word));
    push(
        Property::BackgroundColor,
        color.map_or(Piece::Fixed("transparent"), |color| value.part(color)),
    );
    let clips = layers
        .iter()
        .any(|layer| words(layer).any(|word| word == "text"));
    push(
        Property::BackgroundClip,
        Piece::Fixed(if clips { "text" } else { "border-box" }),
    );
}

/// An address is not kept: it may be long, and it is all one where it leads.
fn short(value: &Piece, image: &str) -> Piece {
    if image.starts_with("url(") {
        Piece::Fixed("url()")
    } else {
        value.part(image)
    }
}

/// Whether a word is a picture.
pub(crate) fn is_image(word: &str) -> bool {
    [
        "url(",
        "image(",
        "image-set(",
        "-webkit-image-set(",
        "cross-fade(",
        "element(",
        "paint(",
    ]
    .iter()
    .any(|form| word.starts_with(form))
        || word
            .split('(')
            .next()
            .is_some_and(|name| name.ends_with("gradient"))
}

fn is_color_form(word: &str) -> bool {
    [
        "rgb",
        "hsl",
        "hwb",
        "lab(",
        "lch(",
        "oklab(",
        "oklch(",
        "color(",
        "color-mix(",
    ]
    .iter()
    .any(|form| word.starts_with(form))
}

/// `flex: grow shrink basis`; without a basis, it is zero.
fn flex(value: &Piece, push: &mut Push<'_>) {
    let parts: Vec<&str> = words(value).collect();
    let is_number = |part: &&str| part.parse::<f32>().is_ok();
    let grow = match &**value {
        "none" | "initial" => Piece::Fixed("0"),
        "auto" => Piece::Fixed("1"),
        _ => match parts.first().filter(|part| is_number(part)) {
            Some(part) => value.part(part),
            None => Piece::Fixed("1"),
        },
    };
    push(Property::FlexGrow, grow);
    let shrink = match (&**value, parts.as_slice()) {
        ("none", _) => Piece::Fixed("0"),
        (_, [_, second, ..]) if is_number(second) => value.part(second),
        _ => Piece::Fixed("1"),
    };
    push(Property::FlexShrink, shrink);
    let basis = match parts.as_slice() {
        [_, _, basis] => value.part(basis),
        [_, second] if !is_number(second) => value.part(second),
        [first] if !is_number(first) => value.part(first),
        _ => Piece::Fixed("0px"),
    };
    push(Property::FlexBasis, basis);
}

fn mask(value: &Piece, push: &mut Push<'_>) {
    let layers = split_top(value, b',');
    let image = layers
        .iter()
        .flat_map(|layer| words(layer))
        .find(|word| is_image(word));
    push(
        Property::Mask,
        image.map_or(Piece::Fixed("none"), |word| short(value, word)),
    );
    let size = layers
        .first()
        .and_then(|layer| layer.split_once('/'))
        .filter(|_| !value.contains("url("));
    push(
        Property::MaskSize,
        size.map_or(Piece::Fixed("auto"), |(_, size)| value.part(size.trim())),
    );
}

/// The longest delay of the shorthand: the second time of each part.
fn transition(value: &Piece, push: &mut Push<'_>) {
    let delay = split_top(value, b',')
        .into_iter()
        .filter_map(|part| words(part).filter(|w| seconds(w).is_some()).nth(1))
        .max_by(|a, b| {
            seconds(a)
                .unwrap_or(0.0)
                .total_cmp(&seconds(b).unwrap_or(0.0))
        });
    let delay = delay.map_or(Piece::Fixed("0s"), |delay| value.part(delay));
    push(Property::TransitionDelay, delay);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shorthand_that_is_kept_says_something() {
        for name in SHORTHANDS {
            let mut found = 0;
            expand(name, &Piece::Fixed("1px"), &mut |_, _| found += 1);
            assert!(found > 0, "{name}");
        }
        assert!(is_kept("margin") && is_kept("-webkit-opacity") && !is_kept("font-family"));
    }
}
