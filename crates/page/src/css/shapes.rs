//! Shapes and transforms: whether they leave any area, and where they move a box.

use crate::css::blocks::closing;
use crate::css::length::number;
use crate::css::selector::split_top;
use crate::css::values::{Color, Length, Units, color, factor, length};

/// Whether `clip: rect(…)` leaves at most one pixel in a direction.
pub(crate) fn clip_is_empty(value: &str, units: Units) -> bool {
    let Some(inner) = value
        .strip_prefix("rect(")
        .and_then(|v| v.strip_suffix(')'))
    else {
        return false;
    };
    let sides: Vec<Option<f32>> = inner
        .split([',', ' '])
        .filter(|side| !side.is_empty())
        .map(|side| length(side, units).and_then(Length::px))
        .collect();
    let [top, right, bottom, left] = sides.as_slice() else {
        return false;
    };
    let narrow = |from: Option<f32>, to: Option<f32>| match (from.unwrap_or(0.0), to) {
        (from, Some(to)) => to - from <= 1.0,
        (_, None) => false,
    };
    narrow(*left, *right) || narrow(*top, *bottom)
}

/// Whether a `clip-path` leaves no area. What refers to another element is left to the caller.
pub(crate) fn clip_path_is_empty(value: &str, units: Units) -> bool {
    let Some((name, rest)) = value.split_once('(') else {
        return false;
    };
    let Some(end) = rest.rfind(')') else {
        return false;
    };
    let inner = &rest[..end];
    match name.trim() {
        "inset" => inset_is_empty(inner, units),
        "rect" => {
            // Edges, all from the top and the left.
            let sides = sides(inner, units);
            let edge = |at: usize, auto: f32| sides.get(at).copied().flatten().unwrap_or(auto);
            sides.len() == 4
                && (edge(2, 1_000.0) - edge(0, 0.0) < 0.5 || edge(1, 1_000.0) - edge(3, 0.0) < 0.5)
        }
        "xywh" => {
            let sides = sides(inner, units);
            [2, 3]
                .iter()
                .any(|&at| sides.get(at).copied().flatten().is_some_and(|s| s < 0.5))
        }
        "circle" | "ellipse" => {
            let radii = inner.split("at ").next().unwrap_or_default();
            radii.split_whitespace().any(|radius| {
                length(radius, units).is_some_and(|radius| radius.of(100.0).abs() < 0.5)
            })
        }
        "polygon" => polygon_is_empty(inner, units),
        "path" => path_is_empty(inner),
        _ => false,
    }
}

/// Lengths with percentages of a side of a thousand pixels, more than any link is wide.
fn sides(inner: &str, units: Units) -> Vec<Option<f32>> {
    let plain = inner.split("round").next().unwrap_or_default();
    split_top(plain.trim(), b' ')
        .into_iter()
        .filter(|side| !side.is_empty())
        .map(|side| length(side, units).map(|side| side.of(1_000.0)))
        .collect()
}

fn inset_is_empty(inner: &str, units: Units) -> bool {
    let Some(sides) = sides(inner, units)
        .into_iter()
        .collect::<Option<Vec<f32>>>()
    else {
        return false;
    };
    let (top, right, bottom, left) = match sides.as_slice() {
        [all] => (*all, *all, *all, *all),
        [y, x] => (*y, *x, *y, *x),
        [top, x, bottom] => (*top, *x, *bottom, *x),
        [top, right, bottom, left] => (*top, *right, *bottom, *left),
        _ => return false,
    };
    top + bottom >= 995.0 || left + right >= 995.0
}

fn polygon_is_empty(inner: &str, units: Units) -> bool {
    let points: Vec<(f32, f32)> = split_top(inner, b',')
        .into_iter()
        .filter_map(|point| {
            let mut parts = split_top(point.trim(), b' ')
                .into_iter()
                .filter(|p| !p.is_empty());
            let x = length(parts.next()?, units)?.of(100.0);
            let y = length(parts.next()?, units)?.of(100.0);
            Some((x, y))
        })
        .collect();
    if points.is_empty() {
        return false;
    }
    let outside = |of: fn(&(f32, f32)) -> f32| {
        points.iter().all(|point| of(point) <= 0.0)
            || points.iter().all(|point| of(point) >= 1_000.0)
    };
    area(&points) < 1.0 || outside(|point| point.0) || outside(|point| point.1)
}

/// Area of a polygon by the shoelace formula.
fn area(points: &[(f32, f32)]) -> f32 {
    let next = points.iter().cycle().skip(1);
    let doubled: f32 = points
        .iter()
        .zip(next)
        .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
        .sum();
    doubled.abs() / 2.0
}

/// Whether a path of straight lines, in absolute coordinates, has no area. A path with curves or
/// relative steps is taken to have one.
fn path_is_empty(inner: &str) -> bool {
    let data = inner
        .rsplit(',')
        .next()
        .filter(|d| d.contains(['m', '\'', '"']));
    let whole = if inner.contains("evenodd") || inner.contains("nonzero") {
        inner.split_once(',').map_or(inner, |(_, data)| data)
    } else {
        inner
    };
    let text = whole.trim().trim_matches(['"', '\'']);
    if text.trim().is_empty() {
        return data.is_some();
    }
    // Values are kept in lower case, so lines to and by cannot be told apart: both are flat, or
    // neither, when all numbers are equal in one direction.
    if text.contains(['c', 's', 'q', 't', 'a', 'h', 'v']) {
        return false;
    }
    let numbers: Vec<f32> = text
        .split(|c: char| c.is_ascii_alphabetic() || matches!(c, ',' | ' '))
        .filter_map(|number| number.parse().ok())
        .collect();
    let points: Vec<(f32, f32)> = numbers
        .chunks_exact(2)
        .map(|pair| (pair[0], pair[1]))
        .collect();
    area(&points) < 1.0
}

/// What a `transform` does to the box, as far as hiding goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Transform {
    /// The lesser of the factors by which it grows in its two directions.
    pub(crate) scale: f32,
    /// Moved by so many pixels.
    pub(crate) x: f32,
    /// Moved by so many pixels.
    pub(crate) y: f32,
    /// Moved by so many percent of its own size.
    pub(crate) own_x: f32,
    /// Moved by so many percent of its own size.
    pub(crate) own_y: f32,
    /// Whether it shows its back.
    pub(crate) is_turned: bool,
}

impl Transform {
    const NONE: Self = Self {
        scale: 1.0,
        x: 0.0,
        y: 0.0,
        own_x: 0.0,
        own_y: 0.0,
        is_turned: false,
    };

    /// Whether any area is left.
    pub(crate) fn has_area(&self) -> bool {
        self.scale >= LEAST_SCALE
    }
}

/// What is made so much smaller cannot be seen.
const LEAST_SCALE: f32 = 0.05;

/// A plane matrix: two columns of linear map.
type Linear = [f32; 4];

/// Reads a `transform`; `None` when it is `none` or not understood.
pub(crate) fn transform(value: &str, units: Units) -> Option<Transform> {
    let mut result = Transform::NONE;
    let mut linear: Linear = [1.0, 0.0, 0.0, 1.0];
    let mut understood = false;
    let mut rest = value;
    while let Some((name, after)) = rest.split_once('(') {
        let end = closing(after)?;
        let arguments: Vec<&str> = split_top(&after[..end], b',')
            .into_iter()
            .flat_map(|part| split_top(part.trim(), b' '))
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        understood |= apply_function(&mut result, &mut linear, name.trim(), &arguments, units);
        rest = &after[end + 1..];
    }
    let across = linear[0].hypot(linear[1]);
    let down = linear[2].hypot(linear[3]);
    let determinant = (linear[0] * linear[3] - linear[1] * linear[2]).abs();
    // The height of the parallelogram that a square becomes.
    let longest = across.max(down).max(0.000_1);
    result.scale = (determinant / longest).min(across).min(down);
    understood.then_some(result)
}

/// An angle in radians.
fn angle(text: &str) -> Option<f32> {
    let of = |unit: &str, by: f32| Some(number(text.strip_suffix(unit)?)? * by);
    of("deg", std::f32::consts::PI / 180.0)
        .or_else(|| of("grad", std::f32::consts::PI / 200.0))
        .or_else(|| of("rad", 1.0))
        .or_else(|| of("turn", std::f32::consts::TAU))
        .or_else(|| number(text).filter(|angle| *angle == 0.0))
}

fn times(linear: &mut Linear, by: Linear) {
    let [a, b, c, d] = *linear;
    let [e, f, g, h] = by;
    *linear = [a * e + c * f, b * e + d * f, a * g + c * h, b * g + d * h];
}

fn apply_function(
    into: &mut Transform,
    linear: &mut Linear,
    name: &str,
    arguments: &[&str],
    units: Units,
) -> bool {
    let number_at = |at: usize| arguments.get(at).and_then(|a| factor(a));
    let mut shift = |at: usize, vertical: bool| {
        let (px, percent) = match arguments.get(at).and_then(|a| length(a, units)) {
            Some(Length::Px(px)) => (px, 0.0),
            Some(Length::Percent(percent)) => (0.0, percent),
            Some(Length::Both(px, percent)) => (px, percent),
            None => return,
        };
        if vertical {
            into.y += px;
            into.own_y += percent;
        } else {
            into.x += px;
            into.own_x += percent;
        }
    };
    match name {
        "translate" | "translate3d" => {
            shift(0, false);
            shift(1, true);
        }
        "translatex" => shift(0, false),
        "translatey" => shift(0, true),
        "translatez" | "perspective" => {}
        "scale" => {
            let x = number_at(0).unwrap_or(1.0);
            times(linear, [x, 0.0, 0.0, number_at(1).unwrap_or(x)]);
        }
        "scale3d" => times(
            linear,
            [
                number_at(0).unwrap_or(1.0),
                0.0,
                0.0,
                number_at(1).unwrap_or(1.0),
            ],
        ),
        "scalex" => times(linear, [number_at(0).unwrap_or(1.0), 0.0, 0.0, 1.0]),
        "scaley" => times(linear, [1.0, 0.0, 0.0, number_at(0).unwrap_or(1.0)]),
        _ => return apply_linear(into, linear, name, arguments),
    }
    true
}

/// The functions that turn, skew or map.
fn apply_linear(into: &mut Transform, linear: &mut Linear, name: &str, arguments: &[&str]) -> bool {
    let number_at = |at: usize| arguments.get(at).and_then(|a| factor(a));
    let angle_at = |at: usize| arguments.get(at).and_then(|a| angle(a)).unwrap_or(0.0);
    match name {
        "rotate" | "rotatez" => {
            let (sin, cos) = angle_at(0).sin_cos();
            times(linear, [cos, sin, -sin, cos]);
        }
        "rotatex" | "rotatey" => {
            let cos = angle_at(0).cos();
            into.is_turned ^= cos < -0.001;
            let seen = cos.abs();
            times(
                linear,
                if name == "rotatex" {
                    [1.0, 0.0, 0.0, seen]
                } else {
                    [seen, 0.0, 0.0, 1.0]
                },
            );
        }
        "skew" => times(linear, [1.0, angle_at(1).tan(), angle_at(0).tan(), 1.0]),
        "skewx" => times(linear, [1.0, 0.0, angle_at(0).tan(), 1.0]),
        "skewy" => times(linear, [1.0, angle_at(0).tan(), 0.0, 1.0]),
        "matrix" => {
            if let (Some(a), Some(b), Some(c), Some(d)) =
                (number_at(0), number_at(1), number_at(2), number_at(3))
            {
                times(linear, [a, b, c, d]);
            }
            into.x += number_at(4).unwrap_or(0.0);
            into.y += number_at(5).unwrap_or(0.0);
        }
        "matrix3d" => {
            if let (Some(a), Some(b), Some(c), Some(d)) =
                (number_at(0), number_at(1), number_at(4), number_at(5))
            {
                times(linear, [a, b, c, d]);
            }
            into.x += number_at(12).unwrap_or(0.0);
            into.y += number_at(13).unwrap_or(0.0);
        }
        _ => return false,
    }
    true
}

/// Whether a mask lets nothing through: a gradient of nothing but transparent colors.
pub(crate) fn mask_is_empty(image: &str) -> bool {
    gradient_colors(image).is_some_and(|colors| colors.iter().all(|color| color.a < 0.02))
}

/// The colors of a gradient; `None` when it is none, or when a stop is not understood.
pub(crate) fn gradient_colors(image: &str) -> Option<Vec<Color>> {
    let (name, rest) = image.split_once('(')?;
    if !name.trim().ends_with("gradient") {
        return None;
    }
    let inner = &rest[..closing(rest)?];
    let mut colors = Vec::new();
    for (at, stop) in split_top(inner, b',').into_iter().enumerate() {
        let words = split_top(stop.trim(), b' ');
        match words.first().and_then(|word| color(word)) {
            Some(found) => colors.push(found),
            // The first part may be a direction or a shape, and a part may be a mere hint.
            None if at == 0 || length(stop, Units::initial()).is_some() => {}
            None => return None,
        }
    }
    (!colors.is_empty()).then_some(colors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_without_area_are_empty() {
        let units = Units::initial();
        for empty in [
            "inset(50%)",
            "inset(100%)",
            "circle(0)",
            "circle(0px at 50% 50%)",
            "polygon(0 0, 0 0, 0 0)",
            "inset(0 100% 0 0)",
            "inset(calc(25% + 25%))",
            "rect(0 0 0 0)",
            "xywh(0 0 0 0)",
            "ellipse(0 50%)",
            "polygon(0 0,100% 0,50% 0)",
            "path('m0 0 l0 0 z')",
        ] {
            assert!(clip_path_is_empty(empty, units), "{empty}");
        }
        for full in [
            "inset(0)",
            "circle(50%)",
            "polygon(0 0, 100% 0, 100% 100%)",
            "none",
            "inset(10%)",
            "rect(0 auto auto 0)",
            "path('m0 0 l90 0 l90 90 z')",
        ] {
            assert!(!clip_path_is_empty(full, units), "{full}");
        }
        assert!(clip_is_empty("rect(0 0 0 0)", units));
        assert!(clip_is_empty("rect(1px, 1px, 1px, 1px)", units));
        assert!(!clip_is_empty("rect(auto, auto, auto, auto)", units));
        assert!(!clip_is_empty("rect(0, 100px, 50px, 0)", units));
    }

    #[test]
    fn transforms_without_area_are_told() {
        let units = Units::initial();
        for gone in [
            "scale(0)",
            "scalex(0)",
            "rotatey(90deg)",
            "matrix(0,0,0,0,0,0)",
            "matrix(1,1,1,1,0,0)",
            "rotatey(.25turn)",
            "rotate(10deg) translate(20px,4px) scale(0,1)",
            "skew(45deg, 45deg)",
            "scale(calc(1 - 1))",
        ] {
            assert!(!transform(gone, units).unwrap().has_area(), "{gone}");
        }
        assert!(transform("scale(1.1)", units).unwrap().has_area());
        assert_eq!(transform("translate(-9999px)", units).unwrap().x, -9999.0);
        assert_eq!(transform("none", units), None);
        assert!(transform("rotatey(180deg)", units).unwrap().is_turned);
        assert!(transform("rotate(180deg)", units).unwrap().has_area());
    }

    #[test]
    fn a_mask_of_transparent_colors_is_empty() {
        assert!(mask_is_empty("linear-gradient(transparent,transparent)"));
        assert!(mask_is_empty("linear-gradient(90deg,rgba(0,0,0,0),#0000)"));
        assert!(!mask_is_empty(
            "linear-gradient(90deg,#000 60%,transparent)"
        ));
        assert!(!mask_is_empty("url()"));
    }
}
