//! Operators, and how values become texts.

use std::rc::Rc;

use crate::heap::Kind;
use crate::machine::Machine;
use crate::value::{HOLE, Made, Taint, Text, Value, to_i32, to_u32, written};

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator(&'static str);

impl Operator {
    /// The operator that is written so.
    pub(crate) fn of(sign: &str) -> Self {
        const KNOWN: &[&str] = &[
            "+",
            "-",
            "*",
            "/",
            "%",
            "**",
            "<<",
            ">>",
            ">>>",
            "|",
            "^",
            "&",
            "==",
            "!=",
            "===",
            "!==",
            "<",
            "<=",
            ">",
            ">=",
            "in",
            "instanceof",
        ];
        Self(
            KNOWN
                .iter()
                .find(|known| **known == sign)
                .copied()
                .unwrap_or("?"),
        )
    }
}

/// All pairs of alternatives, as many as may become one value.
pub(crate) fn pairs<'a>(left: &Value<'a>, right: &Value<'a>) -> Vec<(Value<'a>, Value<'a>)> {
    let mut pairs = Vec::new();
    for l in left.alternatives() {
        for r in right.alternatives() {
            if pairs.len() < 12 {
                pairs.push((l.clone(), r.clone()));
            }
        }
    }
    pairs
}

/// The address that a text is, up to its first unknown part; `None` where that decides who
/// answers.
pub(crate) fn address(text: &Text) -> Option<String> {
    let trimmed = text.text.trim();
    if !text.hole {
        return (!trimmed.is_empty() && trimmed.len() < 8_000).then(|| trimmed.to_owned());
    }
    let known = trimmed.split(HOLE).next().unwrap_or_default();
    let rest = known.split_once("//").map(|(_, rest)| rest)?;
    // `https://host/` and more: what follows is a parameter or a part of the path.
    let (host, _) = rest.split_once(['/', '?', '#'])?;
    (host.contains('.') && known.len() < 8_000).then(|| known.to_owned())
}

impl<'a> Machine<'a> {
    /// A value as a text.
    pub(crate) fn text_of(&mut self, value: &Value<'a>) -> Rc<Text> {
        let plain = |text: &str| Rc::new(Text::plain(text));
        match value {
            Value::Text(text) => Rc::clone(text),
            Value::Undefined => plain("undefined"),
            Value::Null => plain("null"),
            Value::Bool(truth) => plain(if *truth { "true" } else { "false" }),
            Value::Number(number) => Rc::new(Text::plain(written(*number))),
            Value::Object(id) => match self.get(*id).map(|object| &object.kind) {
                Some(Kind::Array(items)) => {
                    let items = items.clone();
                    self.joined(&items, ",")
                }
                Some(Kind::Plain) => plain("[object Object]"),
                Some(Kind::Pattern(pattern, flags)) => plain(&format!("/{pattern}/{flags}")),
                Some(Kind::Instance("URL" | "String", arguments)) => {
                    let first = arguments.first().cloned();
                    match first {
                        Some(Value::Text(text)) => text,
                        _ => unknown(Taint::NONE),
                    }
                }
                Some(Kind::Element(_)) => {
                    let href = self.property(value, "href");
                    match href {
                        Value::Text(text) => text,
                        _ => unknown(Taint::NONE),
                    }
                }
                _ => unknown(Taint::NONE),
            },
            Value::Method(method) => plain(&format!("function {}() {{ [native code] }}", method.1)),
            Value::Native("location") => unknown(Taint::ADDRESS),
            Value::Native(name) if name.starts_with(|c: char| c.is_ascii_uppercase()) => {
                plain(&format!("function {name}() {{ [native code] }}"))
            }
            Value::Native("window") => plain("[object Window]"),
            Value::Native(_) => unknown(Taint::NONE),
            Value::Unknown(taint) => unknown(*taint),
            Value::Either(values) => {
                let taint = value.taint();
                // Alternatives that are not told apart are one unknown part.
                let _ = values;
                unknown(taint)
            }
        }
    }

    /// The items of a list as one text.
    pub(crate) fn joined(&mut self, items: &[Value<'a>], separator: &str) -> Rc<Text> {
        let mut text = String::new();
        let (mut hole, mut taint, mut made) = (false, Taint::NONE, Made::NONE);
        let depth_left = self.depth < 100;
        for (at, item) in items.iter().enumerate() {
            if at > 0 {
                text.push_str(separator);
            }
            if item.is_nothing() {
                continue;
            }
            if !self.spend(1 + text.len() / 4096) || !depth_left {
                hole = true;
                text.push(HOLE);
                break;
            }
            self.depth += 8;
            let piece = self.text_of(item);
            self.depth -= 8;
            text.push_str(&piece.text);
            hole |= piece.hole;
            taint = taint.with(piece.taint);
            made = made.with(piece.made);
        }
        if items.len() > 1 {
            made = made.with(Made::JOINED);
        }
        if text.len() > crate::machine::MAX_TEXT {
            return unknown(taint);
        }
        Rc::new(Text {
            ascii: text.is_ascii(),
            hole,
            taint,
            made,
            text,
        })
    }

    pub(crate) fn operate(
        &mut self,
        operator: Operator,
        left: &Value<'a>,
        right: &Value<'a>,
    ) -> Value<'a> {
        if matches!(left, Value::Either(_)) || matches!(right, Value::Either(_)) {
            let pairs = pairs(left, right);
            let values: Vec<_> = pairs
                .iter()
                .map(|(left, right)| self.operate(operator, left, right))
                .collect();
            return Value::either(values);
        }
        match operator.0 {
            "+" => self.add(left, right),
            "==" | "===" | "!=" | "!==" => self.equals(operator.0, left, right),
            "<" | ">" | "<=" | ">=" => compare(operator.0, left, right),
            "in" => match (self.key_of(left), right) {
                (Some(key), Value::Object(id)) => match self.get(*id) {
                    Some(object) if matches!(object.kind, Kind::Plain) => {
                        Value::Bool(object.names.get(key).is_some())
                    }
                    _ => Value::Unknown(right.taint()),
                },
                _ => Value::Unknown(left.taint().with(right.taint())),
            },
            "instanceof" | "?" => Value::Unknown(left.taint().with(right.taint())),
            sign => self.calculate(sign, left, right),
        }
    }

    fn add(&mut self, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        let is_text = |value: &Value<'a>| {
            matches!(
                value,
                Value::Text(_) | Value::Object(_) | Value::Method(_) | Value::Native(_)
            )
        };
        if is_text(left) || is_text(right) {
            return self.add_as_text(left, right);
        }
        match (left.number(), right.number()) {
            (Some(l), Some(r)) => Value::Number(l + r),
            _ => Value::Unknown(left.taint().with(right.taint())),
        }
    }

    fn number_of(&mut self, value: &Value<'a>) -> Option<f64> {
        match value {
            Value::Object(id) => match self.get(*id).map(|object| &object.kind) {
                Some(Kind::Array(_)) => {
                    let text = self.text_of(value);
                    Value::Text(text).number()
                }
                Some(Kind::Plain | Kind::Function(_)) => Some(f64::NAN),
                _ => None,
            },
            other => other.number(),
        }
    }

    fn calculate(&mut self, sign: &str, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        let (Some(l), Some(r)) = (self.number_of(left), self.number_of(right)) else {
            return Value::Unknown(left.taint().with(right.taint()));
        };
        let shift = to_u32(r) & 31;
        Value::Number(match sign {
            "-" => l - r,
            "*" => l * r,
            "/" => l / r,
            "%" => l % r,
            "**" => l.powf(r),
            "<<" => f64::from(to_i32(l).wrapping_shl(shift)),
            ">>" => f64::from(to_i32(l) >> shift),
            ">>>" => f64::from(to_u32(l) >> shift),
            "|" => f64::from(to_i32(l) | to_i32(r)),
            "^" => f64::from(to_i32(l) ^ to_i32(r)),
            "&" => f64::from(to_i32(l) & to_i32(r)),
            _ => f64::NAN,
        })
    }

    fn equals(&mut self, sign: &str, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        let taint = left.taint().with(right.taint());
        let holed = |value: &Value<'a>| match value {
            Value::Unknown(_) => true,
            Value::Text(text) => text.hole,
            _ => false,
        };
        if holed(left) || holed(right) {
            return Value::Unknown(taint);
        }
        let windows =
            |value: &Value<'a>| matches!(value, Value::Native("window" | "top" | "parent"));
        if windows(left) && windows(right) && !left.same(right) {
            // Whether the page is framed, its text does not tell.
            return Value::Unknown(taint);
        }
        let loose = sign.len() == 2;
        let same = match (left, right) {
            _ if left.same(right) => !matches!(left, Value::Number(number) if number.is_nan()),
            _ if loose && left.is_nothing() && right.is_nothing() => true,
            _ if loose && !left.is_nothing() && !right.is_nothing() => {
                let objects = matches!((left, right), (Value::Object(_), Value::Object(_)));
                let (l, r) = (self.number_of(left), self.number_of(right));
                !objects && l.is_some() && l == r
            }
            _ => false,
        };
        Value::Bool(same != sign.starts_with('!'))
    }

    pub(crate) fn unary(&mut self, sign: &str, value: &Value<'a>) -> Value<'a> {
        let unknown = Value::Unknown(value.taint());
        match sign {
            "!" => value.truth().map_or(unknown, |truth| Value::Bool(!truth)),
            "+" => self.number_of(value).map_or(unknown, Value::Number),
            "-" => self.number_of(value).map_or(unknown, |n| Value::Number(-n)),
            "~" => self
                .number_of(value)
                .map_or(unknown, |n| Value::Number(f64::from(!to_i32(n)))),
            "void" => Value::Undefined,
            "delete" => Value::Bool(true),
            "typeof" => Value::text(match value {
                Value::Undefined => "undefined",
                Value::Null => "object",
                Value::Bool(_) => "boolean",
                Value::Number(_) => "number",
                Value::Text(_) => "string",
                Value::Method(_) => "function",
                Value::Object(_) if self.closure(value).is_some() => "function",
                Value::Object(_) => "object",
                Value::Native(name) if is_class(name) => "function",
                Value::Native(_) => "object",
                Value::Unknown(_) | Value::Either(_) => return unknown,
            }),
            _ => unknown,
        }
    }
}

fn is_class(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_uppercase()) && name != "Math" && name != "JSON"
        || matches!(
            name,
            "atob" | "btoa" | "unescape" | "escape" | "eval" | "parseInt" | "fetch"
        )
}

fn unknown(taint: Taint) -> Rc<Text> {
    Rc::new(Text {
        text: HOLE.to_string(),
        ascii: false,
        hole: true,
        taint,
        made: Made::NONE,
    })
}

fn compare<'a>(sign: &str, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
    use std::cmp::Ordering;
    let order = match (left, right) {
        (Value::Text(l), Value::Text(r)) if !l.hole && !r.hole => Some(l.text.cmp(&r.text)),
        _ => match (left.number(), right.number()) {
            (Some(l), Some(r)) => match l.partial_cmp(&r) {
                Some(order) => Some(order),
                None => return Value::Bool(false),
            },
            _ => None,
        },
    };
    let Some(order) = order else {
        return Value::Unknown(left.taint().with(right.taint()));
    };
    Value::Bool(match sign {
        "<" => order == Ordering::Less,
        ">" => order == Ordering::Greater,
        "<=" => order != Ordering::Greater,
        _ => order != Ordering::Less,
    })
}
