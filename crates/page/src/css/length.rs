//! Lengths: numbers with units, and the arithmetic of `calc()`, `min()`, `max()` and `clamp()`.

/// What relative units refer to, in pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Units {
    /// Font size of the element.
    pub(crate) em: f32,
    /// Font size of the root.
    pub(crate) rem: f32,
    /// Width of the screen.
    pub(crate) width: f32,
    /// Height of the screen.
    pub(crate) height: f32,
}

impl Units {
    /// Before any style applies, on a desktop.
    pub(crate) const fn initial() -> Self {
        Self {
            em: 16.0,
            rem: 16.0,
            width: 1280.0,
            height: 800.0,
        }
    }
}

/// A length, a percentage, or a sum of both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Length {
    /// Pixels.
    Px(f32),
    /// Percent of what the property refers to.
    Percent(f32),
    /// Pixels, and percent of what the property refers to.
    Both(f32, f32),
}

impl Length {
    /// The pixels, when it has no percentage.
    pub(crate) const fn px(self) -> Option<f32> {
        match self {
            Self::Px(px) => Some(px),
            Self::Percent(_) | Self::Both(..) => None,
        }
    }

    /// The pixels, with percentages taken of `whole`.
    pub(crate) fn of(self, whole: f32) -> f32 {
        match self {
            Self::Px(px) => px,
            Self::Percent(percent) => whole * percent / 100.0,
            Self::Both(px, percent) => px + whole * percent / 100.0,
        }
    }
}

/// Reads a length; a bare number other than zero is none. O(bytes).
pub(crate) fn length(value: &str, units: Units) -> Option<Length> {
    let value = trimmed(value);
    if !value.ends_with(')') {
        return plain(value, units)?.length();
    }
    let mut reader = Reader {
        text: value,
        at: 0,
        units,
        depth: 0,
    };
    let found = reader.value()?;
    (reader.at == value.len()).then(|| found.length())?
}

/// Reads a number, or arithmetic that comes to one.
pub(crate) fn number(value: &str) -> Option<f32> {
    let value = trimmed(value);
    if let Some((number, "")) = short_number(value) {
        return Some(number);
    }
    if let Ok(number) = value.parse::<f32>() {
        return number.is_finite().then_some(number);
    }
    let mut reader = Reader {
        text: value,
        at: 0,
        units: Units::initial(),
        depth: 0,
    };
    let found = reader.value()?;
    (reader.at == value.len() && found.is_number).then_some(bounded(found.px))
}

/// Reads a length that is the same whatever units stand for; `None` for all others.
pub(crate) fn fixed(value: &str) -> Option<Length> {
    let (number, unit) = short_number(value)?;
    match unit {
        "px" => Some(Length::Px(bounded(number))),
        "%" => Some(Length::Percent(bounded(number))),
        "" if number == 0.0 => Some(Length::Px(number)),
        _ => None,
    }
}

/// A value without white space around it, which most have none of.
fn trimmed(value: &str) -> &str {
    match value.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => value,
        _ => value.trim(),
    }
}

/// No browser keeps more pixels than this.
const MOST: f32 = 33_554_428.0;

/// Brackets nested deeper than this are not read.
const MAX_DEPTH: u32 = 24;

fn bounded(px: f32) -> f32 {
    if px.is_nan() {
        0.0
    } else {
        px.clamp(-MOST, MOST)
    }
}

/// A term of arithmetic: a number (in `px`), or pixels and percent.
#[derive(Debug, Clone, Copy)]
struct Quantity {
    px: f32,
    percent: f32,
    is_number: bool,
    has_percent: bool,
}

impl Quantity {
    const fn number(px: f32) -> Self {
        Self {
            px,
            percent: 0.0,
            is_number: true,
            has_percent: false,
        }
    }

    const fn px(px: f32) -> Self {
        Self {
            px,
            percent: 0.0,
            is_number: false,
            has_percent: false,
        }
    }

    fn length(self) -> Option<Length> {
        let (px, percent) = (bounded(self.px), bounded(self.percent));
        if self.is_number && px != 0.0 {
            return None;
        }
        Some(match (self.has_percent, px == 0.0) {
            (false, _) => Length::Px(px),
            (true, true) => Length::Percent(percent),
            (true, false) => Length::Both(px, percent),
        })
    }

    fn plus(self, other: Self, sign: f32) -> Option<Self> {
        (self.is_number == other.is_number).then_some(Self {
            px: self.px + sign * other.px,
            percent: self.percent + sign * other.percent,
            is_number: self.is_number,
            has_percent: self.has_percent || other.has_percent,
        })
    }

    fn times(self, by: f32) -> Self {
        Self {
            px: self.px * by,
            percent: self.percent * by,
            ..self
        }
    }

    /// For comparing; percentages are taken of the screen's width.
    fn size(self, units: Units) -> f32 {
        self.px + self.percent * units.width / 100.0
    }
}

fn plain(value: &str, units: Units) -> Option<Quantity> {
    let (number, unit) = split_unit(value)?;
    let px = match unit {
        "px" => number,
        "" => return Some(Quantity::number(number)),
        "%" => {
            return Some(Quantity {
                px: 0.0,
                percent: number,
                is_number: false,
                has_percent: true,
            });
        }
        "em" => number * units.em,
        "rem" => number * units.rem,
        "ex" | "ch" => number * units.em / 2.0,
        "cap" => number * units.em * 0.7,
        "ic" => number * units.em,
        "lh" => number * units.em * 1.2,
        "rex" | "rch" => number * units.rem / 2.0,
        "rlh" => number * units.rem * 1.2,
        "vw" | "dvw" | "svw" | "lvw" | "vi" | "cqw" | "cqi" => number * units.width / 100.0,
        "vh" | "dvh" | "svh" | "lvh" | "vb" | "cqh" | "cqb" => number * units.height / 100.0,
        "vmax" => number * units.width.max(units.height) / 100.0,
        "vmin" => number * units.width.min(units.height) / 100.0,
        "pt" => number * 4.0 / 3.0,
        "pc" => number * 16.0,
        "in" => number * 96.0,
        "cm" => number * 96.0 / 2.54,
        "mm" => number * 96.0 / 25.4,
        "q" => number * 96.0 / 101.6,
        _ => return None,
    };
    Some(Quantity::px(px))
}

/// Powers of ten that are exact.
const TENS: [f32; 7] = [1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0, 1_000_000.0];

/// A number of at most six digits with what follows it: both its digits and the power of ten are
/// exact, so that their quotient is the nearest number, as the slow way has it. `None` for others.
fn short_number(value: &str) -> Option<(f32, &str)> {
    let bytes = value.as_bytes();
    let is_signed = matches!(bytes.first(), Some(b'-' | b'+'));
    let (mut at, mut digits, mut number, mut point) = (usize::from(is_signed), 0, 0_u32, None);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' if digits < TENS.len() - 1 => {
                number = number * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if point.is_none() => point = Some(digits),
            b'0'..=b'9' | b'.' => return None,
            b'e' | b'E' => {
                let next = bytes.get(at + 1)?;
                if next.is_ascii_digit() || matches!(next, b'-' | b'+') {
                    return None;
                }
                break;
            }
            _ => break,
        }
        at += 1;
    }
    if digits == 0 {
        return None;
    }
    let number = number as f32 / TENS[point.map_or(0, |point| digits - point)];
    let is_negative = bytes[0] == b'-';
    Some((if is_negative { -number } else { number }, &value[at..]))
}

/// A number with its unit (`"12px"` → 12, `px`).
fn split_unit(value: &str) -> Option<(f32, &str)> {
    if let Some(found) = short_number(value) {
        return Some(found);
    }
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

struct Reader<'a> {
    text: &'a str,
    at: usize,
    units: Units,
    depth: u32,
}

impl Reader<'_> {
    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn sum(&mut self) -> Option<Quantity> {
        let mut sum = self.product()?;
        loop {
            self.space();
            let sign = match self.next() {
                Some(b'+') => 1.0,
                Some(b'-') => -1.0,
                _ => return Some(sum),
            };
            self.at += 1;
            let term = self.product()?;
            sum = sum.plus(term, sign)?;
        }
    }

    fn product(&mut self) -> Option<Quantity> {
        self.space();
        let mut product = self.value()?;
        loop {
            self.space();
            let divides = match self.next() {
                Some(b'*') => false,
                Some(b'/') => true,
                _ => return Some(product),
            };
            self.at += 1;
            self.space();
            let factor = self.value()?;
            product = match (divides, product.is_number, factor.is_number) {
                (true, _, true) => product.times(1.0 / factor.px),
                (false, _, true) => product.times(factor.px),
                (false, true, false) => factor.times(product.px),
                _ => return None,
            };
        }
    }

    /// A number with its unit, a bracket, or a function.
    fn value(&mut self) -> Option<Quantity> {
        let rest = &self.text[self.at..];
        let end = rest
            .find(|c: char| matches!(c, '(' | ')' | ',' | '*' | '/') || c.is_whitespace())
            .unwrap_or(rest.len());
        let word = &rest[..end];
        if rest[end..].starts_with('(') {
            self.at += end + 1;
            self.depth += 1;
            let found = (self.depth < MAX_DEPTH).then(|| self.function(word))??;
            self.depth -= 1;
            self.space();
            (self.next() == Some(b')')).then_some(())?;
            self.at += 1;
            return Some(found);
        }
        self.at += end;
        match word {
            "infinity" | "+infinity" => Some(Quantity::number(f32::INFINITY)),
            "-infinity" => Some(Quantity::number(f32::NEG_INFINITY)),
            "pi" => Some(Quantity::number(std::f32::consts::PI)),
            "e" => Some(Quantity::number(std::f32::consts::E)),
            _ => plain(word, self.units),
        }
    }

    /// What stands in the brackets of a function, up to the closing one.
    fn function(&mut self, name: &str) -> Option<Quantity> {
        let units = self.units;
        match name {
            "" | "calc" | "-webkit-calc" | "-moz-calc" => self.sum(),
            "min" => self.pick(|a, b| a.size(units) <= b.size(units)),
            "max" => self.pick(|a, b| a.size(units) >= b.size(units)),
            "clamp" => {
                let least = self.sum()?;
                self.comma()?;
                let wanted = self.sum()?;
                self.comma()?;
                let most = self.sum()?;
                let kept = if wanted.size(units) > most.size(units) {
                    most
                } else {
                    wanted
                };
                Some(if kept.size(units) < least.size(units) {
                    least
                } else {
                    kept
                })
            }
            "abs" => {
                let found = self.sum()?;
                Some(found.times(if found.size(units) < 0.0 { -1.0 } else { 1.0 }))
            }
            "env" => {
                // No profile has a notch, so what is written as the fallback, or nothing, holds.
                let rest = &self.text[self.at..];
                self.at += rest.find([',', ')'])?;
                if self.comma().is_some() {
                    self.sum()
                } else {
                    Some(Quantity::px(0.0))
                }
            }
            _ => None,
        }
    }

    fn comma(&mut self) -> Option<()> {
        self.space();
        (self.next() == Some(b',')).then(|| self.at += 1)
    }

    fn pick(&mut self, first_wins: impl Fn(Quantity, Quantity) -> bool) -> Option<Quantity> {
        let mut best = self.sum()?;
        while self.comma().is_some() {
            let next = self.sum()?;
            if !first_wins(best, next) {
                best = next;
            }
        }
        Some(best)
    }
}

/// A number or a percentage as a factor.
pub(crate) fn factor(value: &str) -> Option<f32> {
    let value = value.trim();
    match value.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f32>().ok().map(|p| p / 100.0),
        None => number(value),
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
            ("calc((1px + 2px) * -3)", -9.0),
            ("calc(10px * (2 - 2))", 0.0),
            ("min(3px, 2px)", 2.0),
            ("max(calc(1px + 1px), 1px)", 2.0),
            ("clamp(1px, 5px, 3px)", 3.0),
            ("calc(infinity * -1px)", -33_554_428.0),
            ("env(safe-area-inset-top, 4px)", 4.0),
            ("1e3px", 1000.0),
        ] {
            assert_eq!(length(value, units), Some(Length::Px(px)), "{value}");
        }
        assert_eq!(
            length("calc(-100% - 20px)", units),
            Some(Length::Both(-20.0, -100.0))
        );
        for none in [
            "5",
            "auto",
            "calc(1px",
            "calc(1px + 2)",
            "calc()",
            "min(,)",
            ")",
        ] {
            assert_eq!(length(none, units), None, "{none}");
        }
    }

    #[test]
    fn short_numbers_are_read_as_all_others() {
        for text in [
            "0", "-0", "12", "+3", "0.1", ".7", "5.", "-9999", "123456", "1.23456", "-.000001",
        ] {
            let (number, rest) = short_number(text).unwrap();
            let slow: f32 = text.parse().unwrap();
            assert_eq!((number.to_bits(), rest), (slow.to_bits(), ""), "{text}");
        }
        assert_eq!(short_number("1.5em"), Some((1.5, "em")));
        for text in ["", ".", "-", "px", "1e3", "1.2.3", "1234567"] {
            assert_eq!(short_number(text), None, "{text}");
        }
    }

    #[test]
    fn brackets_without_end_are_not_read() {
        let deep = format!("calc{}1px{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(length(&deep, Units::initial()), None);
    }
}
