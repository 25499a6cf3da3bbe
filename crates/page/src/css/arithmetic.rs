//! The arithmetic of lengths: `calc()`, `min()`, `max()`, `clamp()` and their like.

use crate::css::length::Units;
use crate::css::quantity::{Quantity, plain};

/// Brackets nested deeper than this are not read.
const MAX_DEPTH: u32 = 24;

/// Reads a value that is arithmetic as a whole. O(bytes).
pub(super) fn calculated(value: &str, units: Units) -> Option<Quantity> {
    let mut reader = Reader {
        text: value,
        at: 0,
        units,
        depth: 0,
    };
    let found = reader.value()?;
    (reader.at == value.len()).then_some(found)
}

/// A reader in the middle of a value.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    units: Units,
    /// How many brackets are open.
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

    /// Products, added and taken away.
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

    /// Values, multiplied and divided; a length is divided by numbers alone.
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

    /// Passes a comma; `None` where there is none.
    fn comma(&mut self) -> Option<()> {
        self.space();
        (self.next() == Some(b',')).then(|| self.at += 1)
    }

    /// The one of several sums that wins against all others.
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
