//! Colors: from text to components, and whether one can be told from another.

use crate::css::color_names::NAMES;
use crate::css::length::number;
use crate::css::selector::split_top;

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

/// Colors nested deeper than this (`color-mix` of `color-mix`) are not read.
const MAX_DEPTH: u32 = 6;

/// Reads a color; `None` for what is not understood. `current` is what `currentcolor` stands for.
pub(crate) fn color_with(value: &str, current: Option<Color>) -> Option<Color> {
    read(value.trim(), current, 0)
}

/// Reads a color; `None` for what is not understood, `currentcolor` included.
pub(crate) fn color(value: &str) -> Option<Color> {
    color_with(value, None)
}

fn read(value: &str, current: Option<Color>, depth: u32) -> Option<Color> {
    if value == "currentcolor" {
        return current;
    }
    if let Some(hex) = value.strip_prefix('#') {
        return hex_color(hex);
    }
    let Some((name, rest)) = value.split_once('(') else {
        return named(value);
    };
    let inner = rest.strip_suffix(')')?;
    if depth >= MAX_DEPTH {
        return None;
    }
    match name.trim() {
        "color-mix" => return mix(inner, current, depth),
        "light-dark" => {
            // Every profile prefers light.
            let first = split_top(inner, b',').first()?.trim();
            return read(first, current, depth + 1);
        }
        _ => {}
    }
    if let Some(relative) = inner.trim_start().strip_prefix("from ") {
        return from_other(relative, current, depth);
    }
    let parts: Vec<&str> = split_any(inner);
    match name.trim() {
        "rgb" | "rgba" => rgb(&parts),
        "hsl" | "hsla" => hsl(&parts),
        "hwb" => hwb(&parts),
        "lab" | "lch" | "oklab" | "oklch" => perceptual(name.trim(), &parts),
        "color" if parts.first().is_some_and(|space| space.contains("srgb")) => {
            let channels: Option<Vec<f32>> = (1..4)
                .map(|at| Some(255.0 * channel(parts.get(at)?, 1.0)?))
                .collect();
            let channels = channels?;
            Some(Color {
                a: alpha(&parts, 4)?,
                ..Color::opaque(channels[0], channels[1], channels[2])
            })
        }
        _ => None,
    }
}

/// Splits at commas, slashes and white space outside of brackets.
fn split_any(inner: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0u32);
    for (at, c) in inner.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | '/' | ' ' | '\t' | '\n' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// `rgb(from white r g b / 0)`: the other color, with the alpha that is given. Other arithmetic on
/// its channels is not understood.
fn from_other(relative: &str, current: Option<Color>, depth: u32) -> Option<Color> {
    let mut parts = split_any(relative);
    let has_alpha = parts.len() == 5;
    let other = read(parts.first()?, current, depth + 1)?;
    let kept = parts.drain(1..).take(3).all(|part| part.len() == 1);
    let (_, after) = relative.split_once('/').unwrap_or_default();
    match (kept, has_alpha) {
        (true, true) => Some(Color {
            a: channel(after.trim(), 1.0)?,
            ..other
        }),
        (true, false) => Some(other),
        _ => None,
    }
}

/// `color-mix(in srgb, red 30%, blue)`, alpha premultiplied. All spaces are mixed as sRGB: what is
/// told apart, or not, by contrast, differs little between them.
fn mix(inner: &str, current: Option<Color>, depth: u32) -> Option<Color> {
    let parts = split_top(inner, b',');
    let [_, first, second] = parts.as_slice() else {
        return None;
    };
    let take = |part: &str| -> Option<(Color, Option<f32>)> {
        let words = split_top(part.trim(), b' ');
        let percent = words
            .iter()
            .find_map(|word| word.strip_suffix('%')?.parse::<f32>().ok());
        let name = words
            .iter()
            .find(|word| !word.ends_with('%') && !word.is_empty())?;
        Some((read(name, current, depth + 1)?, percent))
    };
    let ((a, pa), (b, pb)) = (take(first)?, take(second)?);
    let (pa, pb) = match (pa, pb) {
        (None, None) => (50.0, 50.0),
        (Some(pa), None) => (pa, 100.0 - pa),
        (None, Some(pb)) => (100.0 - pb, pb),
        (Some(pa), Some(pb)) => (pa, pb),
    };
    let sum = pa + pb;
    if sum <= 0.0 {
        return None;
    }
    let (wa, wb) = (pa / sum, pb / sum);
    let alpha = a.a * wa + b.a * wb;
    let channel = |x: f32, y: f32| {
        if alpha > 0.0 {
            (x * a.a * wa + y * b.a * wb) / alpha
        } else {
            0.0
        }
    };
    Some(Color {
        r: channel(a.r, b.r),
        g: channel(a.g, b.g),
        b: channel(a.b, b.b),
        a: alpha * (sum / 100.0).min(1.0),
    })
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
        None if text == "none" => 0.0,
        None => number(text)?,
    };
    Some(value.clamp(0.0, whole))
}

fn alpha(parts: &[&str], at: usize) -> Option<f32> {
    parts.get(at).map_or(Some(1.0), |alpha| channel(alpha, 1.0))
}

fn rgb(parts: &[&str]) -> Option<Color> {
    Some(Color {
        r: channel(parts.first()?, 255.0)?,
        g: channel(parts.get(1)?, 255.0)?,
        b: channel(parts.get(2)?, 255.0)?,
        a: alpha(parts, 3)?,
    })
}

/// An angle in degrees.
fn hue(text: &str) -> Option<f32> {
    let scaled = |unit: &str, by: f32| Some(number(text.strip_suffix(unit)?)? * by);
    if text == "none" {
        return Some(0.0);
    }
    scaled("deg", 1.0)
        .or_else(|| scaled("grad", 0.9))
        .or_else(|| scaled("rad", 180.0 / std::f32::consts::PI))
        .or_else(|| scaled("turn", 360.0))
        .or_else(|| number(text))
}

fn share(text: &str) -> Option<f32> {
    let text = text.strip_suffix('%').unwrap_or(text);
    let value = if text == "none" { 0.0 } else { number(text)? };
    Some((value / 100.0).clamp(0.0, 1.0))
}

fn hsl(parts: &[&str]) -> Option<Color> {
    let hue = hue(parts.first()?)?;
    let saturation = share(parts.get(1)?)?;
    let lightness = share(parts.get(2)?)?;
    let spread = saturation * lightness.min(1.0 - lightness);
    let component = |offset: f32| {
        let k = (offset + hue / 30.0).rem_euclid(12.0);
        255.0 * (lightness - spread * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0))
    };
    Some(Color {
        r: component(0.0),
        g: component(8.0),
        b: component(4.0),
        a: alpha(parts, 3)?,
    })
}

fn hwb(parts: &[&str]) -> Option<Color> {
    let (white, black) = (share(parts.get(1)?)?, share(parts.get(2)?)?);
    let sum = (white + black).max(1.0);
    let (white, black) = (white / sum, black / sum);
    let pure = hsl(&[parts.first()?, "100%", "50%"])?;
    let component = |value: f32| value * (1.0 - white - black) + 255.0 * white;
    Some(Color {
        r: component(pure.r),
        g: component(pure.g),
        b: component(pure.b),
        a: alpha(parts, 3)?,
    })
}

/// `lab`, `lch`, `oklab` and `oklch`, by the matrices of CSS Color 4, clipped to sRGB. For the two
/// CIE spaces the white point's adaptation is left out: it shifts a hue, not the lightness.
fn perceptual(space: &str, parts: &[&str]) -> Option<Color> {
    let is_ok = space.starts_with("ok");
    let whole = if is_ok { 1.0 } else { 100.0 };
    let lightness = channel(parts.first()?, whole)?;
    let axis = |text: &str| -> Option<f32> {
        match text.strip_suffix('%') {
            Some(percent) => Some(number(percent)? * if is_ok { 0.004 } else { 1.25 }),
            None if text == "none" => Some(0.0),
            None => number(text),
        }
    };
    let first = axis(parts.get(1)?)?;
    let (a, b) = if space.ends_with("lch") {
        let angle = hue(parts.get(2)?)?.to_radians();
        (first * angle.cos(), first * angle.sin())
    } else {
        (first, axis(parts.get(2)?)?)
    };
    let linear = if is_ok {
        let cube = |v: f32| v * v * v;
        let l = cube(lightness + 0.396_337_8 * a + 0.215_803_76 * b);
        let m = cube(lightness - 0.105_561_35 * a - 0.063_854_17 * b);
        let s = cube(lightness - 0.089_484_18 * a - 1.291_485_5 * b);
        [
            4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_93 * s,
            -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s,
            -0.004_196_09 * l - 0.703_418_6 * m + 1.707_614_7 * s,
        ]
    } else {
        let fy = (lightness + 16.0) / 116.0;
        let undo = |f: f32| {
            if f > 6.0 / 29.0 {
                f * f * f
            } else {
                (f - 4.0 / 29.0) * 108.0 / 841.0
            }
        };
        let (x, y, z) = (
            0.950_47 * undo(fy + a / 500.0),
            undo(fy),
            1.088_83 * undo(fy - b / 200.0),
        );
        [
            3.240_454 * x - 1.537_138_5 * y - 0.498_531_4 * z,
            -0.969_266 * x + 1.876_010_8 * y + 0.041_556 * z,
            0.055_643_4 * x - 0.204_025_9 * y + 1.057_225_2 * z,
        ]
    };
    let gamma = |value: f32| {
        let value = value.clamp(0.0, 1.0);
        255.0
            * if value <= 0.003_130_8 {
                12.92 * value
            } else {
                1.055 * value.powf(1.0 / 2.4) - 0.055
            }
    };
    Some(Color {
        a: alpha(parts, 3)?,
        ..Color::opaque(gamma(linear[0]), gamma(linear[1]), gamma(linear[2]))
    })
}

fn named(name: &str) -> Option<Color> {
    if name == "transparent" {
        return Some(Color {
            a: 0.0,
            ..Color::BLACK
        });
    }
    let value = NAMES
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()
        .and_then(|at| NAMES.get(at))?
        .1;
    let [_, r, g, b] = value.to_be_bytes();
    Some(Color::opaque(f32::from(r), f32::from(g), f32::from(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "hwb(0 100% 0%)",
            "oklch(1 0 0)",
            "oklab(100% 0 0)",
            "lab(100 0 0)",
            "color(srgb 1 1 1)",
            "color-mix(in srgb, white, #fefefe)",
            "color-mix(in oklab, black 0%, white)",
            "color-mix(in srgb, red, transparent 99.9%)",
            "light-dark(#fff, #000)",
            "rgb(from red r g b / 0)",
            "canvas",
            "rgb(0 0 0 / 0%)",
        ] {
            assert!(color(hidden).unwrap().vanishes_on(white), "{hidden}");
        }
        for shown in [
            "#000",
            "#ccc",
            "blue",
            "rgb(200 200 200)",
            "#ff0",
            "rebeccapurple",
            "oklch(0.5 0.2 200)",
            "lab(50 20 20)",
            "color-mix(in srgb, white, black)",
            "hsl(0.5turn 50% 40%)",
        ] {
            let contrast = color(shown).unwrap();
            assert!(!contrast.vanishes_on(white), "{shown}");
        }
        assert_eq!(color("nocolor"), None);
        assert_eq!(color_with("currentcolor", Some(white)), Some(white));
    }

    #[test]
    fn names_are_in_order() {
        assert!(NAMES.is_sorted_by(|a, b| a.0 < b.0));
    }
}
