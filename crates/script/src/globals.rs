//! Functions and constructors that the browser provides to every script.

use crate::codec;
use crate::found::{Happening, Way};
use crate::heap::{Element, Kind};
use crate::machine::Machine;
use crate::operators::address;
use crate::value::{Made, Taint, Value, first, to_u32};

impl<'a> Machine<'a> {
    /// Calls a function that the browser provides.
    pub(crate) fn call_global(
        &mut self,
        name: &'static str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = first(&arguments);
        match name {
            "atob" | "btoa" | "unescape" | "escape" | "decodeURIComponent" | "decodeURI"
            | "encodeURIComponent" | "encodeURI" => self.decode(name, &first),
            "parseInt" => self.parse_int(&arguments),
            "parseFloat" | "Number" => {
                let text = self.text_of(&first);
                let number = match name {
                    "Number" => first.number(),
                    _ => (!text.hole).then(|| codec::leading_float(&text.text)),
                };
                number.map_or(Value::Unknown(first.taint()), Value::Number)
            }
            "isNaN" => match first.number() {
                Some(number) => Value::Bool(number.is_nan()),
                None => Value::Unknown(first.taint()),
            },
            "String" => match &first {
                Value::Undefined if arguments.is_empty() => Value::text(""),
                Value::Either(_) => self.add_as_text(&first, &Value::text("")),
                other => Value::Text(self.text_of(other)),
            },
            "Boolean" => first
                .truth()
                .map_or(Value::Unknown(first.taint()), Value::Bool),
            "Array" => self.construct_native(name, arguments),
            "Object" => first,
            "Function" | "RegExp" | "Date" => self.construct_native(name, arguments),
            "eval" | "execScript" => match &first {
                Value::Text(_) | Value::Either(_) => {
                    let mut last = Value::Undefined;
                    for value in first.alternatives().to_vec() {
                        last = self.run_text(&value);
                    }
                    last
                }
                _ => first,
            },
            "setTimeout"
            | "setInterval"
            | "setImmediate"
            | "requestAnimationFrame"
            | "requestIdleCallback"
            | "queueMicrotask" => self.timer(name, &arguments),
            "open" => {
                self.navigate(&first);
                Value::Unknown(Taint::NONE)
            }
            "fetch" | "importScripts" => {
                self.resource(&first, name == "importScripts");
                Value::Unknown(Taint::ANSWER)
            }
            "confirm" | "prompt" => Value::Unknown(Taint::DIALOG),
            "matchMedia" => Value::Unknown(Taint::SCREEN),
            "addEventListener" | "attachEvent" => {
                self.listen(&Value::Native("window"), &arguments);
                Value::Undefined
            }
            "$" | "jQuery" => self.query(arguments),
            _ => {
                self.hand_over(arguments);
                Value::Unknown(Taint::NONE)
            }
        }
    }

    fn timer(&mut self, name: &str, arguments: &[Value<'a>]) -> Value<'a> {
        let Some(function) = arguments.first() else {
            return Value::Undefined;
        };
        let delay = arguments
            .get(1)
            .and_then(Value::number)
            .filter(|delay| *delay >= 0.0);
        let mut situation = self.situation.clone();
        let delay = to_u32(delay.unwrap_or(0.0));
        situation.happening = match situation.happening {
            Happening::Load if name == "requestIdleCallback" => {
                Happening::Passive("idle".to_owned())
            }
            Happening::Load if name.starts_with("set") => Happening::Timer(delay),
            Happening::Timer(before) => Happening::Timer(before.saturating_add(delay)),
            other => other,
        };
        let rest = arguments.get(2..).unwrap_or_default().to_vec();
        self.later(function.clone(), Value::Undefined, rest, situation);
        Value::Unknown(Taint::NONE)
    }

    /// `target.addEventListener(name, function)` and its like.
    pub(crate) fn listen(&mut self, target: &Value<'a>, arguments: &[Value<'a>]) {
        let Some(function) = arguments
            .iter()
            .skip(1)
            .find(|value| self.is_function(value))
        else {
            return;
        };
        let function = function.clone();
        let name = match arguments.first() {
            Some(Value::Text(text)) => text.text.clone(),
            _ => String::new(),
        };
        for name in name.split_whitespace().take(6) {
            let name = name.split('.').next().unwrap_or_default();
            self.event(name, function.clone(), target, &Value::Undefined);
        }
    }

    /// `new` for what the browser provides.
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each name of the browser's own"
    )]
    pub(crate) fn construct_native(
        &mut self,
        name: &'static str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = first(&arguments);
        match name {
            "Array" => match (&first, arguments.len()) {
                (Value::Number(length), 1) if *length >= 0.0 && *length < 100_000.0 => {
                    self.spend(*length as usize / 8);
                    self.array(vec![Value::Undefined; *length as usize])
                }
                _ => self.array(arguments),
            },
            "Object" => self.object(Kind::Plain),
            "String" | "Number" | "Boolean" => self.call_global(name, arguments),
            "Function" => {
                let body = arguments.last().cloned().unwrap_or(Value::text(""));
                self.function_of_text(&body)
            }
            "RegExp" => {
                let pattern = match &first {
                    Value::Object(id) => match self.get(*id).map(|object| &object.kind) {
                        Some(Kind::Pattern(pattern, _)) => pattern.clone(),
                        _ => return Value::Unknown(Taint::NONE),
                    },
                    other => {
                        let text = self.text_of(other);
                        if text.hole {
                            return Value::Unknown(text.taint);
                        }
                        text.text.clone()
                    }
                };
                let flags = match arguments.get(1) {
                    Some(Value::Text(flags)) => flags.text.clone(),
                    _ => String::new(),
                };
                self.object(Kind::Pattern(pattern, flags))
            }
            "Image" | "Option" | "Audio" => {
                let tag = if name == "Image" { "img" } else { "object" };
                self.element(Element {
                    tag: tag.to_owned(),
                    ..Element::default()
                })
            }
            "URL" => {
                let value = match arguments.get(1) {
                    Some(base) => {
                        let (text, base) = (self.text_of(&first), self.text_of(base));
                        let full =
                            url::Url::parse(&base.text).and_then(|base| base.join(&text.text));
                        match full {
                            Ok(url) if !text.hole && !base.hole => {
                                Value::made(url.as_str(), text.made.with(base.made))
                            }
                            _ => first,
                        }
                    }
                    None => first,
                };
                self.object(Kind::Instance("URL", vec![value]))
            }
            "Worker" | "SharedWorker" | "EventSource" | "WebSocket" => {
                self.resource(&first, name.ends_with("Worker"));
                self.object(Kind::Instance("XMLHttpRequest", Vec::new()))
            }
            "XMLHttpRequest" => self.object(Kind::Instance("XMLHttpRequest", Vec::new())),
            "Date" => self.object(Kind::Instance("Date", arguments)),
            "IntersectionObserver" | "MutationObserver" => {
                if self.is_function(&first) {
                    let mut situation = self.situation.clone();
                    if situation.happening == Happening::Load {
                        situation.happening = Happening::Passive(
                            if name == "MutationObserver" {
                                "mutation"
                            } else {
                                "intersection"
                            }
                            .to_owned(),
                        );
                    }
                    self.later(
                        first,
                        Value::Undefined,
                        vec![Value::Unknown(Taint::NONE)],
                        situation,
                    );
                }
                Value::Unknown(Taint::NONE)
            }
            "Promise" => {
                if self.is_function(&first) {
                    let unknown = vec![Value::Unknown(Taint::NONE); 2];
                    self.call(&first, Value::Undefined, unknown);
                }
                Value::Unknown(Taint::NONE)
            }
            _ => {
                self.hand_over(arguments);
                Value::Unknown(Taint::NONE)
            }
        }
    }

    /// Decodes or encodes a text.
    pub(crate) fn decode(&mut self, name: &str, value: &Value<'a>) -> Value<'a> {
        let mut results = Vec::new();
        for value in value.alternatives().to_vec() {
            let text = self.text_of(&value);
            self.spend(text.text.len() / 32);
            if text.hole {
                // What comes first is often a known prefix.
                let known = text
                    .text
                    .split(crate::value::HOLE)
                    .next()
                    .unwrap_or_default();
                let keeps = name.starts_with("encode") || name.starts_with("decode");
                results.push(if keeps && known.contains("://") {
                    value.clone()
                } else {
                    Value::Unknown(text.taint)
                });
                continue;
            }
            let result = codec::decode(name, &text.text);
            let changes = result.as_deref() != Some(text.text.as_str());
            let made = match name {
                _ if !changes => text.made,
                "atob" | "unescape" | "decodeURIComponent" | "decodeURI" => {
                    text.made.with(Made::DECODED)
                }
                _ => text.made,
            };
            results.push(match result {
                Some(result) => Value::made(result, made),
                None => Value::Unknown(Taint::NONE),
            });
        }
        Value::either(results)
    }

    fn parse_int(&mut self, arguments: &[Value<'a>]) -> Value<'a> {
        let first = first(arguments);
        let text = self.text_of(&first);
        let radix = arguments.get(1).and_then(Value::number).map_or(10, to_u32);
        if text.hole {
            return Value::Unknown(text.taint);
        }
        Value::Number(codec::leading_integer(&text.text, radix))
    }

    /// A service worker is registered.
    pub(crate) fn register(&mut self, value: &Value<'a>) {
        let text = self.text_of(value);
        if let Some(href) = address(&text) {
            self.report(Way::Worker(href), text.made);
        }
    }
}
