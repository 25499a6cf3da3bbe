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
}
