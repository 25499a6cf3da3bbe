//! Methods of texts and numbers.

use std::rc::Rc;

use crate::heap::Kind;
use crate::machine::{Cut, MAX_TEXT, Machine};
use crate::patterns;
use crate::value::{HOLE, Made, Taint, Text, Value, first, to_u32, written};

/// A relative place, as `slice` takes it.
fn place(value: Option<&Value<'_>>, length: usize, default: usize) -> Option<usize> {
    match value {
        None | Some(Value::Undefined) => Some(default),
        Some(value) => {
            let number = value.number()?;
            let number = if number.is_nan() { 0.0 } else { number.trunc() };
            let length = length as f64;
            let at = if number < 0.0 {
                (length + number).max(0.0)
            } else {
                number.min(length)
            };
            Some(at as usize)
        }
    }
}

impl<'a> Machine<'a> {
    pub(crate) fn text_method(
        &mut self,
        text: &Rc<Text>,
        name: &'a str,
        arguments: &[Value<'a>],
    ) -> Value<'a> {
        if !self.spend(1 + text.text.len() / 256) {
            return Value::Unknown(Taint::NONE);
        }
        let taint = arguments
            .iter()
            .fold(text.taint, |taint, value| taint.with(value.taint()));
        match name {
            "toString" | "valueOf" | "normalize" | "toWellFormed" => {
                return Value::Text(Rc::clone(text));
            }
            "concat" => {
                let mut sum = Value::Text(Rc::clone(text));
                for value in arguments {
                    sum = self.add_as_text(&sum, value);
                }
                return sum;
            }
            // What is known of the beginning of a text remains known.
            "trim" | "trimEnd" | "trimStart" if text.hole => return Value::Text(Rc::clone(text)),
            "startsWith" if text.hole && !text.text.starts_with(HOLE) => {}
            _ if text.hole => return Value::Unknown(taint),
            _ => {}
        }
        let rewritten = |result: String| Value::made(result, text.made.with(Made::REWRITTEN));
        match name {
            "charAt" | "at" | "charCodeAt" | "codePointAt" | "slice" | "substring" | "substr" => {
                self.cut_out(text, name, arguments)
                    .unwrap_or(Value::Unknown(taint))
            }
            "toLowerCase" | "toLocaleLowerCase" => Value::made(text.text.to_lowercase(), text.made),
            "toUpperCase" | "toLocaleUpperCase" => Value::made(text.text.to_uppercase(), text.made),
            "trim" => Value::made(text.text.trim(), text.made),
            "trimStart" | "trimLeft" => Value::made(text.text.trim_start(), text.made),
            "trimEnd" | "trimRight" => Value::made(text.text.trim_end(), text.made),
            "repeat" => {
                let count = arguments.first().and_then(Value::number).unwrap_or(0.0);
                let count = to_u32(count.max(0.0)) as usize;
                let length = count.saturating_mul(text.text.len());
                if length > MAX_TEXT || !self.spend(length / 64) {
                    self.cut(Cut::Size);
                    return Value::Unknown(taint);
                }
                rewritten(text.text.repeat(count))
            }
            "padStart" | "padEnd" => self.padded(text, name, arguments),
            "split" => self.split(text, arguments),
            "replace" | "replaceAll" => self.replace(text, name, arguments),
            "match" | "matchAll" | "search" => self.matches(text, name, arguments),
            "indexOf" | "lastIndexOf" | "includes" | "startsWith" | "endsWith" => {
                self.find_in(text, name, arguments)
            }
            "anchor" | "big" | "bold" | "fixed" | "italics" | "link" | "sub" | "sup"
            | "fontcolor" | "strike" | "small" | "blink" | "fontsize" => {
                // Old ways to wrap a text in markup.
                let first = first(arguments);
                let value = self.text_of(&first).text.replace('"', "&quot;");
                Value::text(match name {
                    "link" => format!("<a href=\"{value}\">{}</a>", text.text),
                    "fontcolor" => format!("<font color=\"{value}\">{}</font>", text.text),
                    "fontsize" => format!("<font size=\"{value}\">{}</font>", text.text),
                    "anchor" => format!("<a name=\"{value}\">{}</a>", text.text),
                    "italics" => format!("<i>{}</i>", text.text),
                    "bold" => format!("<b>{}</b>", text.text),
                    other => format!("<{other}>{}</{other}>", text.text),
                })
            }
            "localeCompare" => Value::Unknown(taint),
            _ => Value::Unknown(taint),
        }
    }

    fn cut_out(&mut self, text: &Text, name: &str, arguments: &[Value<'a>]) -> Option<Value<'a>> {
        let length = text.units();
        let (first, second) = (arguments.first(), arguments.get(1));
        let cut = |from: usize, to: usize| {
            let whole = from == 0 && to >= length;
            let made = if whole {
                text.made
            } else {
                text.made.with(Made::REWRITTEN)
            };
            Value::made(text.slice(from, to), made)
        };
        Some(match name {
            "charAt" | "charCodeAt" | "codePointAt" => {
                let at = first.map_or(Some(0.0), Value::number)?;
                let at = if at.is_nan() { 0.0 } else { at.trunc() };
                let unit = if at < 0.0 {
                    None
                } else {
                    text.unit(at as usize)
                };
                match (name, unit) {
                    ("charAt", Some(_)) => cut(at as usize, at as usize + 1),
                    ("charAt", None) => Value::text(""),
                    (_, Some(unit)) => Value::Number(f64::from(unit)),
                    ("charCodeAt", None) => Value::Number(f64::NAN),
                    _ => Value::Undefined,
                }
            }
            "at" => {
                let at = place(first, length, 0)?;
                if at < length {
                    cut(at, at + 1)
                } else {
                    Value::Undefined
                }
            }
            "slice" => cut(place(first, length, 0)?, place(second, length, length)?),
            "substr" => {
                let from = place(first, length, 0)?;
                let count = match second {
                    None | Some(Value::Undefined) => length,
                    Some(value) => value.number()?.max(0.0) as usize,
                };
                cut(from, from.saturating_add(count).min(length))
            }
            _ => {
                let side = |value: Option<&Value<'a>>, default: usize| match value {
                    None | Some(Value::Undefined) => Some(default),
                    Some(value) => Some((value.number()?.max(0.0) as usize).min(length)),
                };
                let (from, to) = (side(first, 0)?, side(second, length)?);
                cut(from.min(to), from.max(to))
            }
        })
    }

    fn padded(&mut self, text: &Text, name: &str, arguments: &[Value<'a>]) -> Value<'a> {
        let width = arguments.first().and_then(Value::number).unwrap_or(0.0) as usize;
        let fill = match arguments.get(1) {
            Some(Value::Text(fill)) => fill.text.clone(),
            _ => " ".to_owned(),
        };
        let missing = width.saturating_sub(text.units());
        if missing > 10_000 || fill.is_empty() {
            return Value::text(text.text.clone());
        }
        let filling: String = fill.chars().cycle().take(missing).collect();
        let result = if name == "padStart" {
            filling + &text.text
        } else {
            text.text.clone() + &filling
        };
        Value::made(result, text.made)
    }

    fn find_in(&mut self, text: &Text, name: &str, arguments: &[Value<'a>]) -> Value<'a> {
        let first = first(arguments);
        let needle = self.text_of(&first);
        if needle.hole {
            return Value::Unknown(needle.taint);
        }
        if text.hole {
            // Only the known beginning can be asked.
            let known = text.text.split(HOLE).next().unwrap_or_default();
            let starts = known.starts_with(needle.text.as_str());
            let decided = starts || !needle.text.starts_with(known);
            return if decided {
                Value::Bool(starts)
            } else {
                Value::Unknown(text.taint)
            };
        }
        let from = arguments
            .get(1)
            .and_then(Value::number)
            .unwrap_or(0.0)
            .max(0.0) as usize;
        let units = |at: usize| {
            let before = text.text.get(..at).unwrap_or_default();
            if text.ascii {
                at
            } else {
                before.encode_utf16().count()
            }
        };
        match name {
            "includes" => Value::Bool(text.text.contains(needle.text.as_str())),
            "startsWith" => Value::Bool(text.text.starts_with(needle.text.as_str())),
            "endsWith" => Value::Bool(text.text.ends_with(needle.text.as_str())),
            "lastIndexOf" => {
                let at = text.text.rfind(needle.text.as_str());
                Value::Number(at.map_or(-1.0, |at| units(at) as f64))
            }
            _ => {
                let from = if text.ascii {
                    from.min(text.text.len())
                } else {
                    0
                };
                let rest = text.text.get(from..).unwrap_or_default();
                let at = rest.find(needle.text.as_str()).map(|at| at + from);
                Value::Number(at.map_or(-1.0, |at| units(at) as f64))
            }
        }
    }

    fn split(&mut self, text: &Text, arguments: &[Value<'a>]) -> Value<'a> {
        let made = text.made.with(Made::REWRITTEN);
        let limit = arguments
            .get(1)
            .and_then(Value::number)
            .map_or(usize::MAX, |n| n as usize);
        let pieces: Vec<Value<'a>> = match arguments.first() {
            None | Some(Value::Undefined) => vec![Value::made(text.text.clone(), text.made)],
            Some(Value::Text(separator)) if !separator.hole => {
                if separator.text.is_empty() {
                    let chars = text.text.chars().take(limit.min(100_000));
                    chars.map(|c| Value::made(c.to_string(), made)).collect()
                } else {
                    let pieces = text.text.split(separator.text.as_str());
                    pieces
                        .take(limit.min(100_000))
                        .map(|piece| Value::made(piece, made))
                        .collect()
                }
            }
            Some(Value::Object(id)) => {
                let pattern = match self.get(*id).map(|object| &object.kind) {
                    Some(Kind::Pattern(pattern, flags)) => (pattern.clone(), flags.clone()),
                    _ => return Value::Unknown(Taint::NONE),
                };
                let Some(pattern) = self.pattern(&pattern.0, &pattern.1) else {
                    return Value::Unknown(Taint::NONE);
                };
                let pieces = patterns::split(&pattern, &text.text);
                pieces
                    .into_iter()
                    .take(limit)
                    .map(|piece| Value::made(piece, made))
                    .collect()
            }
            Some(other) => return Value::Unknown(other.taint()),
        };
        self.spend(pieces.len());
        self.array(pieces)
    }

    pub(crate) fn number_method(
        &mut self,
        number: f64,
        name: &str,
        arguments: &[Value<'a>],
    ) -> Value<'a> {
        match name {
            "toString" | "toLocaleString" => {
                let radix = arguments.first().and_then(Value::number).map_or(10, to_u32);
                if radix == 10 || !(2..=36).contains(&radix) {
                    return Value::text(written(number));
                }
                Value::made(crate::codec::in_radix(number, radix), Made::CODES)
            }
            "toFixed" => {
                let digits = arguments.first().and_then(Value::number).unwrap_or(0.0);
                let digits = to_u32(digits.clamp(0.0, 20.0)) as usize;
                Value::text(format!("{number:.digits$}"))
            }
            "valueOf" => Value::Number(number),
            _ => Value::Unknown(Taint::NONE),
        }
    }

    pub(crate) fn math(name: &str, arguments: &[Value<'a>]) -> Value<'a> {
        let numbers: Option<Vec<f64>> = arguments.iter().map(Value::number).collect();
        let Some(numbers) = numbers else {
            let taint = arguments
                .iter()
                .fold(Taint::NONE, |taint, v| taint.with(v.taint()));
            return Value::Unknown(taint);
        };
        let first = numbers.first().copied().unwrap_or(f64::NAN);
        let second = numbers.get(1).copied().unwrap_or(f64::NAN);
        Value::Number(match name {
            "floor" => first.floor(),
            "ceil" => first.ceil(),
            "round" => (first + 0.5).floor(),
            "trunc" => first.trunc(),
            "abs" => first.abs(),
            "sqrt" => first.sqrt(),
            "sign" => first.signum(),
            "pow" => first.powf(second),
            "log" => first.ln(),
            "log2" => first.log2(),
            "sin" => first.sin(),
            "cos" => first.cos(),
            "max" => numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            "min" => numbers.iter().copied().fold(f64::INFINITY, f64::min),
            "random" => return Value::Unknown(Taint::NONE),
            _ => return Value::Unknown(Taint::NONE),
        })
    }
}
