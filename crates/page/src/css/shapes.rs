//! Shapes and transforms: whether they leave any area, and where they move a box.

use crate::css::values::{Length, Units, factor, length};

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
    match sides.as_slice() {
        [Some(top), Some(right), Some(bottom), Some(left)] => {
            right - left <= 1.0 || bottom - top <= 1.0
        }
        _ => false,
    }
}

/// Whether a `clip-path` leaves no area.
pub(crate) fn clip_path_is_empty(value: &str, units: Units) -> bool {
    let Some((name, rest)) = value.split_once('(') else {
        return false;
    };
    let Some(inner) = rest.split(')').next() else {
        return false;
    };
    match name.trim() {
        "inset" => inset_is_empty(inner, units),
        "circle" | "ellipse" => {
            let radii = inner.split("at").next().unwrap_or_default();
            radii.split_whitespace().any(|radius| {
                length(radius, units).is_some_and(|radius| radius.of(100.0).abs() < 0.5)
            })
        }
        "polygon" => polygon_is_empty(inner, units),
        _ => false,
    }
}

fn inset_is_empty(inner: &str, units: Units) -> bool {
    let sides: Vec<f32> = inner
        .split("round")
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|side| length(side, units))
        .map(|side| match side {
            Length::Percent(percent) => percent,
            // A side of a thousand pixels is more than any link is high.
            Length::Px(px) => px / 10.0,
        })
        .collect();
    let (top, right, bottom, left) = match sides.as_slice() {
        [all] => (*all, *all, *all, *all),
        [y, x] => (*y, *x, *y, *x),
        [top, x, bottom] => (*top, *x, *bottom, *x),
        [top, right, bottom, left] => (*top, *right, *bottom, *left),
        _ => return false,
    };
    top + bottom >= 99.5 || left + right >= 99.5
}

fn polygon_is_empty(inner: &str, units: Units) -> bool {
    let points: Vec<(f32, f32)> = inner
        .split(',')
        .filter_map(|point| {
            let mut parts = point.split_whitespace();
            let x = length(parts.next()?, units)?.of(100.0);
            let y = length(parts.next()?, units)?.of(100.0);
            Some((x, y))
        })
        .collect();
    if points.is_empty() {
        return false;
    }
    let next = points.iter().cycle().skip(1);
    let doubled: f32 = points
        .iter()
        .zip(next)
        .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
        .sum();
    doubled.abs() < 1.0
}

/// What a `transform` does to the box, as far as hiding goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Transform {
    /// Area is left.
    pub(crate) has_area: bool,
    /// Moved by so many pixels.
    pub(crate) x: f32,
    /// Moved by so many pixels.
    pub(crate) y: f32,
    /// Moved by so many percent of its own size.
    pub(crate) own_x: f32,
    /// Moved by so many percent of its own size.
    pub(crate) own_y: f32,
}

/// Reads a `transform`; `None` when it is `none` or not understood.
pub(crate) fn transform(value: &str, units: Units) -> Option<Transform> {
    let mut result = Transform {
        has_area: true,
        x: 0.0,
        y: 0.0,
        own_x: 0.0,
        own_y: 0.0,
    };
    let mut understood = false;
    for function in value.split(')') {
        let Some((name, arguments)) = function.split_once('(') else {
            continue;
        };
        let arguments: Vec<&str> = arguments
            .split([',', ' '])
            .filter(|a| !a.is_empty())
            .collect();
        understood |= apply_function(&mut result, name.trim(), &arguments, units);
    }
    understood.then_some(result)
}

fn apply_function(into: &mut Transform, name: &str, arguments: &[&str], units: Units) -> bool {
    let number = |at: usize| arguments.get(at).and_then(|a| factor(a));
    let mut shift = |at: usize, vertical: bool| {
        let by = arguments.get(at).and_then(|a| length(a, units));
        match (by, vertical) {
            (Some(Length::Px(px)), false) => into.x += px,
            (Some(Length::Px(px)), true) => into.y += px,
            (Some(Length::Percent(percent)), false) => into.own_x += percent,
            (Some(Length::Percent(percent)), true) => into.own_y += percent,
            (None, _) => {}
        }
    };
    match name {
        "translate" | "translate3d" => {
            shift(0, false);
            shift(1, true);
        }
        "translatex" => shift(0, false),
        "translatey" => shift(0, true),
        "scale" | "scale3d" | "scalex" | "scaley" => {
            let few = arguments.len().min(2);
            into.has_area &= (0..few).all(|at| number(at).is_none_or(|n| n.abs() > 0.01));
        }
        "rotatex" | "rotatey" => {
            let degrees = arguments
                .first()
                .and_then(|a| a.trim_end_matches("deg").parse::<f32>().ok());
            let edge_on = degrees.is_some_and(|d| (d.rem_euclid(180.0) - 90.0).abs() < 0.1);
            into.has_area &= !edge_on;
        }
        "matrix" => {
            if let (Some(a), Some(b), Some(c), Some(d)) =
                (number(0), number(1), number(2), number(3))
            {
                into.has_area &= (a * d - b * c).abs() > 0.0001;
            }
            into.x += number(4).unwrap_or(0.0);
            into.y += number(5).unwrap_or(0.0);
        }
        _ => return false,
    }
    true
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
        ] {
            assert!(clip_path_is_empty(empty, units), "{empty}");
        }
        for full in [
            "inset(0)",
            "circle(50%)",
            "polygon(0 0, 100% 0, 100% 100%)",
            "none",
            "inset(10%)",
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
        ] {
            assert!(!transform(gone, units).unwrap().has_area, "{gone}");
        }
        assert!(transform("scale(1.1)", units).unwrap().has_area);
        assert_eq!(transform("translate(-9999px)", units).unwrap().x, -9999.0);
        assert_eq!(transform("none", units), None);
    }
}
