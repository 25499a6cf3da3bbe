//! Values of properties: lengths, colors, shapes, transforms.

/// What relative units refer to, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Units {
    /// Font size of the element.
    pub(crate) em: f32,
    /// Font size of the root.
    pub(crate) rem: f32,
    /// Width of the screen.
    pub(crate) width: f32,
}

impl Units {
    /// Before any style applies, on a desktop.
    pub(crate) const fn initial() -> Self {
        Self {
            em: 16.0,
            rem: 16.0,
            width: 1280.0,
        }
    }
}

/// A length or a percentage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Length {
    /// Pixels.
    Px(f32),
    /// Percent of what the property refers to.
    Percent(f32),
}

impl Length {
    /// The pixels, when it is no percentage.
    pub(crate) const fn px(self) -> Option<f32> {
        match self {
            Self::Px(px) => Some(px),
            Self::Percent(_) => None,
        }
    }

    /// The pixels, with percentages taken of `whole`.
    pub(crate) fn of(self, whole: f32) -> f32 {
        match self {
            Self::Px(px) => px,
            Self::Percent(percent) => whole * percent / 100.0,
        }
    }
}

/// Reads a length; a bare number other than zero is none.
pub(crate) fn length(value: &str, units: Units) -> Option<Length> {
    let value = value.trim();
    if let Some(inner) = value
        .strip_prefix("calc(")
        .and_then(|v| v.strip_suffix(')'))
    {
        return calc(inner, units);
    }
    if let Some(inner) = value
        .strip_prefix("-webkit-calc(")
        .and_then(|v| v.strip_suffix(')'))
    {
        return calc(inner, units);
    }
    for (name, pick) in [
        ("min(", f32::min as fn(f32, f32) -> f32),
        ("max(", f32::max),
    ] {
        if let Some(inner) = value.strip_prefix(name).and_then(|v| v.strip_suffix(')')) {
            let mut all = inner
                .split(',')
                .map(|part| length(part, units).map(|l| l.of(units.width)));
            let first = all.next()??;
            return all
                .try_fold(first, |best, next| next.map(|next| pick(best, next)))
                .map(Length::Px);
        }
    }
    let (number, unit) = split_unit(value)?;
    let px = match unit {
        "px" => number,
        "" if number == 0.0 => 0.0,
        "%" => return Some(Length::Percent(number)),
        "em" => number * units.em,
        "rem" => number * units.rem,
        "ex" | "ch" => number * units.em / 2.0,
        "vw" | "dvw" | "svw" | "lvw" | "vmax" => number * units.width / 100.0,
        "vh" | "dvh" | "svh" | "lvh" | "vmin" => number * 8.0,
        "pt" => number * 4.0 / 3.0,
        "pc" => number * 16.0,
        "in" => number * 96.0,
        "cm" => number * 37.8,
        "mm" => number * 3.78,
        "q" => number * 0.945,
        _ => return None,
    };
    Some(Length::Px(px))
}

/// A number with its unit (`"12px"` → 12, `px`).
fn split_unit(value: &str) -> Option<(f32, &str)> {
    let bytes = value.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let c = bytes[end];
        let sign_of_exponent = end > 0 && matches!(bytes[end - 1], b'e' | b'E');
        let exponent = matches!(c, b'e' | b'E')
            && bytes
                .get(end + 1)
                .is_some_and(|next| next.is_ascii_digit() || matches!(next, b'-' | b'+'));
        if c.is_ascii_digit()
            || c == b'.'
            || exponent
            || (matches!(c, b'-' | b'+') && (end == 0 || sign_of_exponent))
        {
            end += 1;
        } else {
            break;
        }
    }
    let number: f32 = value[..end].parse().ok()?;
    number.is_finite().then_some((number, &value[end..]))
}

/// A sum of products, left to right, without nested brackets. Percentages are taken of the width.
fn calc(inner: &str, units: Units) -> Option<Length> {
    if inner.contains('(') {
        return None;
    }
    let mut sum = 0.0;
    let mut term: Option<f32> = None;
    let mut sign = 1.0;
    let mut operator = "";
    for word in inner
        .replace('*', " * ")
        .replace('/', " / ")
        .split_whitespace()
    {
        match word {
            "+" | "-" => {
                sum += sign * term.take()?;
                sign = if word == "-" { -1.0 } else { 1.0 };
            }
            "*" | "/" => operator = word,
            _ => {
                let value = length(word, units)
                    .map(|length| length.of(units.width))
                    .or_else(|| word.parse().ok())?;
                term = Some(match (std::mem::take(&mut operator), term) {
                    ("*", Some(before)) => before * value,
                    ("/", Some(before)) if value != 0.0 => before / value,
                    ("", None) => value,
                    _ => return None,
                });
            }
        }
    }
    sum += sign * term?;
    sum.is_finite().then_some(Length::Px(sum))
}

/// A color, components from 0 to 255, alpha from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Color {
    /// Red.
    pub(crate) r: f32,
    /// Green.
    pub(crate) g: f32,
    /// Blue.
    pub(crate) b: f32,
    /// Opacity.
    pub(crate) a: f32,
}

impl Color {
    /// White.
    pub(crate) const WHITE: Self = Self::opaque(255.0, 255.0, 255.0);
    /// Black.
    pub(crate) const BLACK: Self = Self::opaque(0.0, 0.0, 0.0);
    /// The usual color of links.
    pub(crate) const LINK: Self = Self::opaque(0.0, 0.0, 238.0);

    const fn opaque(r: f32, g: f32, b: f32) -> Self {
        Self { r, g, b, a: 1.0 }
    }

    /// This color painted over another.
    pub(crate) fn over(self, under: Self) -> Self {
        let mix = |top: f32, bottom: f32| top * self.a + bottom * (1.0 - self.a);
        Self {
            r: mix(self.r, under.r),
            g: mix(self.g, under.g),
            b: mix(self.b, under.b),
            a: 1.0,
        }
    }

    fn luminance(self) -> f32 {
        let channel = |value: f32| {
            let value = value / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(self.r) + 0.7152 * channel(self.g) + 0.0722 * channel(self.b)
    }

    /// Contrast ratio by WCAG, from 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    /// Whether text of this color on `ground` cannot be told from it: contrast under 1.1, and no
    /// hue that the eye would tell apart at equal lightness.
    pub(crate) fn vanishes_on(self, ground: Self) -> bool {
        let painted = self.over(ground);
        let apart = (painted.r - ground.r)
            .abs()
            .max((painted.g - ground.g).abs())
            .max((painted.b - ground.b).abs());
        painted.contrast(ground) < 1.1 && apart < 40.0
    }
}

/// Reads a color; `None` for what is not understood. `currentcolor` is left to the caller.
pub(crate) fn color(value: &str) -> Option<Color> {
    let value = value.trim();
    if let Some(hex) = value.strip_prefix('#') {
        return hex_color(hex);
    }
    if let Some((name, rest)) = value.split_once('(') {
        let inner = rest.strip_suffix(')')?;
        let parts: Vec<&str> = inner
            .split([',', '/', ' '])
            .filter(|part| !part.is_empty())
            .collect();
        return match name.trim() {
            "rgb" | "rgba" => rgb(&parts),
            "hsl" | "hsla" => hsl(&parts),
            _ => None,
        };
    }
    named(value)
}

fn hex_color(hex: &str) -> Option<Color> {
    if !hex.is_ascii() {
        return None;
    }
    let digit = |at: usize, wide: usize| -> Option<f32> {
        let text = hex.get(at * wide..at * wide + wide)?;
        let value = u8::from_str_radix(text, 16).ok()?;
        Some(f32::from(if wide == 1 { value * 17 } else { value }))
    };
    let wide = match hex.len() {
        3 | 4 => 1,
        6 | 8 => 2,
        _ => return None,
    };
    let alpha = if hex.len() / wide == 4 {
        digit(3, wide)? / 255.0
    } else {
        1.0
    };
    Some(Color {
        r: digit(0, wide)?,
        g: digit(1, wide)?,
        b: digit(2, wide)?,
        a: alpha,
    })
}

fn channel(text: &str, whole: f32) -> Option<f32> {
    let value = match text.strip_suffix('%') {
        Some(percent) => percent.parse::<f32>().ok()? * whole / 100.0,
        None => text.parse().ok()?,
    };
    Some(value.clamp(0.0, whole))
}

fn rgb(parts: &[&str]) -> Option<Color> {
    Some(Color {
        r: channel(parts.first()?, 255.0)?,
        g: channel(parts.get(1)?, 255.0)?,
        b: channel(parts.get(2)?, 255.0)?,
        a: parts
            .get(3)
            .map_or(Some(1.0), |alpha| channel(alpha, 1.0))?,
    })
}

fn hsl(parts: &[&str]) -> Option<Color> {
    let hue = parts.first()?.trim_end_matches("deg").parse::<f32>().ok()?;
    let saturation = channel(parts.get(1)?, 1.0)?;
    let lightness = channel(parts.get(2)?, 1.0)?;
    let alpha = parts
        .get(3)
        .map_or(Some(1.0), |alpha| channel(alpha, 1.0))?;
    let spread = saturation * lightness.min(1.0 - lightness);
    let component = |offset: f32| {
        let k = (offset + hue / 30.0).rem_euclid(12.0);
        255.0 * (lightness - spread * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0))
    };
    Some(Color {
        r: component(0.0),
        g: component(8.0),
        b: component(4.0),
        a: alpha,
    })
}

fn named(name: &str) -> Option<Color> {
    let (r, g, b) = match name {
        "transparent" => {
            return Some(Color {
                a: 0.0,
                ..Color::BLACK
            });
        }
        "white" | "canvas" | "window" => (255, 255, 255),
        "black" | "canvastext" | "windowtext" => (0, 0, 0),
        "linktext" => (0, 0, 238),
        "red" => (255, 0, 0),
        "green" => (0, 128, 0),
        "blue" => (0, 0, 255),
        "yellow" => (255, 255, 0),
        "gray" | "grey" => (128, 128, 128),
        "silver" => (192, 192, 192),
        "lightgray" | "lightgrey" => (211, 211, 211),
        "darkgray" | "darkgrey" => (169, 169, 169),
        "dimgray" | "dimgrey" => (105, 105, 105),
        "whitesmoke" => (245, 245, 245),
        "gainsboro" => (220, 220, 220),
        "snow" => (255, 250, 250),
        "ivory" => (255, 255, 240),
        "ghostwhite" => (248, 248, 255),
        "floralwhite" => (255, 250, 240),
        "seashell" => (255, 245, 238),
        "azure" => (240, 255, 255),
        "mintcream" => (245, 255, 250),
        "honeydew" => (240, 255, 240),
        "aliceblue" => (240, 248, 255),
        "beige" => (245, 245, 220),
        "linen" => (250, 240, 230),
        "lavender" => (230, 230, 250),
        "orange" => (255, 165, 0),
        "darkorange" => (255, 140, 0),
        "gold" => (255, 215, 0),
        "pink" => (255, 192, 203),
        "hotpink" => (255, 105, 180),
        "purple" => (128, 0, 128),
        "indigo" => (75, 0, 130),
        "violet" => (238, 130, 238),
        "brown" => (165, 42, 42),
        "maroon" => (128, 0, 0),
        "crimson" => (220, 20, 60),
        "tomato" => (255, 99, 71),
        "coral" => (255, 127, 80),
        "salmon" => (250, 128, 114),
        "navy" => (0, 0, 128),
        "darkblue" => (0, 0, 139),
        "royalblue" => (65, 105, 225),
        "steelblue" => (70, 130, 180),
        "dodgerblue" => (30, 144, 255),
        "lightblue" => (173, 216, 230),
        "skyblue" => (135, 206, 235),
        "teal" => (0, 128, 128),
        "aqua" | "cyan" => (0, 255, 255),
        "turquoise" => (64, 224, 208),
        "lime" => (0, 255, 0),
        "limegreen" => (50, 205, 50),
        "darkgreen" => (0, 100, 0),
        "lightgreen" => (144, 238, 144),
        "olive" => (128, 128, 0),
        "khaki" => (240, 230, 140),
        "tan" => (210, 180, 140),
        "slategray" | "slategrey" => (112, 128, 144),
        "darkslategray" | "darkslategrey" => (47, 79, 79),
        "darkred" => (139, 0, 0),
        "firebrick" => (178, 34, 34),
        "chocolate" => (210, 105, 30),
        "magenta" | "fuchsia" => (255, 0, 255),
        "midnightblue" => (25, 25, 112),
        _ => return None,
    };
    Some(Color::opaque(r as f32, g as f32, b as f32))
}

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

/// A number or a percentage as a factor.
pub(crate) fn factor(value: &str) -> Option<f32> {
    let value = value.trim();
    match value.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f32>().ok().map(|p| p / 100.0),
        None => value.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_come_in_pixels() {
        let units = Units::initial();
        for (value, px) in [
            ("12px", 12.0),
            ("0", 0.0),
            ("-2em", -32.0),
            ("1.5rem", 24.0),
            ("-9999px", -9999.0),
            ("100vw", 1280.0),
            ("calc(1px - 1px)", 0.0),
            ("calc(2 * 10px)", 20.0),
            ("calc(-1 * 9999px)", -9999.0),
            ("1e3px", 1000.0),
        ] {
            assert_eq!(length(value, units), Some(Length::Px(px)), "{value}");
        }
        assert_eq!(length("5", units), None);
        assert_eq!(length("auto", units), None);
    }

    #[test]
    fn colors_are_compared_as_painted() {
        let white = Color::WHITE;
        for hidden in [
            "#fff",
            "#fefefe",
            "white",
            "rgb(255,255,255)",
            "rgba(0,0,0,0)",
            "hsl(0 0% 99%)",
        ] {
            assert!(color(hidden).unwrap().vanishes_on(white), "{hidden}");
        }
        for shown in ["#000", "#ccc", "blue", "rgb(200 200 200)", "#ff0"] {
            let contrast = color(shown).unwrap();
            assert!(!contrast.vanishes_on(white), "{shown}");
        }
    }

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
