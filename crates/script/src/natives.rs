//! What the browser provides: its objects, and functions on their own.

use std::rc::Rc;

use crate::codec;
use crate::found::{Happening, Way};
use crate::heap::{Element, Kind};
use crate::machine::Machine;
use crate::operators::address;
use crate::value::{Made, Taint, Value, to_u32};

/// Names of the window.
const WINDOWS: &[&str] = &["window", "self", "globalThis", "frames"];
/// Names that the browser gives.
const KNOWN: &[&str] = &[
    "document",
    "location",
    "navigator",
    "history",
    "screen",
    "navigation",
    "localStorage",
    "sessionStorage",
    "performance",
    "top",
    "parent",
    "opener",
    "String",
    "Number",
    "Boolean",
    "Array",
    "Object",
    "Function",
    "RegExp",
    "Date",
    "Math",
    "JSON",
    "Intl",
    "URL",
    "URLSearchParams",
    "XMLHttpRequest",
    "Image",
    "WebSocket",
    "EventSource",
    "Worker",
    "SharedWorker",
    "Promise",
    "Option",
    "IntersectionObserver",
    "MutationObserver",
    "DOMParser",
    "Range",
    "CSSStyleSheet",
    "Reflect",
    "Uint8Array",
    "TextDecoder",
    "Symbol",
    "Audio",
    "atob",
    "btoa",
    "unescape",
    "escape",
    "decodeURIComponent",
    "decodeURI",
    "encodeURIComponent",
    "encodeURI",
    "parseInt",
    "parseFloat",
    "isNaN",
    "isFinite",
    "eval",
    "setTimeout",
    "setInterval",
    "clearTimeout",
    "clearInterval",
    "setImmediate",
    "requestAnimationFrame",
    "requestIdleCallback",
    "queueMicrotask",
    "open",
    "fetch",
    "confirm",
    "prompt",
    "alert",
    "matchMedia",
    "addEventListener",
    "attachEvent",
    "getComputedStyle",
    "execScript",
    "postMessage",
    "importScripts",
    "console",
    "crypto",
    "customElements",
    "indexedDB",
    "caches",
    "$",
    "jQuery",
    "BigInt",
    "Map",
    "Set",
];

/// A global name that no script has set.
pub(crate) fn global<'a>(name: &str) -> Value<'a> {
    if WINDOWS.contains(&name) {
        return Value::Native("window");
    }
    let known = KNOWN.iter().find(|known| **known == name);
    match (known, name) {
        (Some(known), _) => Value::Native(known),
        (
            None,
            "innerWidth" | "innerHeight" | "outerWidth" | "outerHeight" | "devicePixelRatio"
            | "screenX" | "screenY",
        ) => Value::Unknown(Taint::SCREEN),
        (None, "name") => Value::Unknown(Taint::STORAGE),
        (None, "origin") => Value::Unknown(Taint::ADDRESS),
        _ => Value::Unknown(Taint::NONE),
    }
}

/// A property of something that the browser provides.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each name of the browser's own"
)]
pub(crate) fn property<'a>(
    machine: &mut Machine<'a>,
    native: &'static str,
    name: &'a str,
) -> Value<'a> {
    match native {
        "window" | "top" | "parent" | "opener" => {
            if let Some(value) = machine
                .scopes
                .first()
                .and_then(|global| global.names.get(name))
            {
                return value.clone();
            }
            match (native, name) {
                (_, "length") => Value::Unknown(Taint::NONE),
                (_, "event") => Value::Unknown(Taint::NONE),
                _ => global(name),
            }
        }
        "document" => match name {
            "location" => Value::Native("location"),
            "cookie" => Value::Unknown(Taint::STORAGE),
            "referrer" => Value::Unknown(Taint::REFERRER),
            "URL" | "documentURI" | "baseURI" | "domain" => Value::Unknown(Taint::ADDRESS),
            "defaultView" | "parentWindow" => Value::Native("window"),
            "body" => Value::Native("body"),
            "head" => Value::Native("head"),
            "documentElement" => Value::Native("html"),
            "forms" => Value::Native("forms"),
            "links" | "anchors" | "scripts" | "images" | "all" | "currentScript" | "title"
            | "activeElement" | "hidden" | "visibilityState" | "readyState" | "characterSet"
            | "lastModified" | "compatMode" | "doctype" | "implementation" | "fonts" => {
                Value::Unknown(Taint::NONE)
            }
            _ if METHODS.contains(&name) => Value::Method(Rc::new((Value::Native(native), name))),
            _ => machine.found_element(&format!("[name={name}]")),
        },
        "location" => {
            let (scheme, host, port) = machine.page.origin();
            let full_host = if port.is_empty() {
                host.clone()
            } else {
                format!("{host}:{port}")
            };
            match name {
                "protocol" => Value::text(format!("{scheme}:")),
                "hostname" => Value::text(host),
                "host" => Value::text(full_host),
                "origin" => Value::text(format!("{scheme}://{full_host}")),
                "port" => Value::text(port),
                "assign" | "replace" | "reload" | "toString" => {
                    Value::Method(Rc::new((Value::Native(native), name)))
                }
                _ => Value::Unknown(Taint::ADDRESS),
            }
        }
        "navigator" => match name {
            "webdriver" | "plugins" | "mimeTypes" => Value::Unknown(Taint::AUTOMATION),
            "language" | "languages" | "userLanguage" | "browserLanguage" | "systemLanguage" => {
                Value::Unknown(Taint::LANGUAGE)
            }
            "serviceWorker" => Value::Native("serviceWorker"),
            "sendBeacon" => Value::Method(Rc::new((Value::Native(native), name))),
            "cookieEnabled" => Value::Unknown(Taint::STORAGE),
            "maxTouchPoints" => Value::Unknown(Taint::SCREEN),
            _ => Value::Unknown(Taint::USER_AGENT),
        },
        "screen" => Value::Unknown(Taint::SCREEN),
        "localStorage" | "sessionStorage" | "indexedDB" | "caches" => match name {
            "getItem" | "setItem" => Value::Method(Rc::new((Value::Native(native), name))),
            _ => Value::Unknown(Taint::STORAGE),
        },
        "performance" => Value::Unknown(Taint::TIME),
        "Intl" => Value::Unknown(Taint::LANGUAGE),
        "forms" => match name {
            "length" => Value::Unknown(Taint::NONE),
            _ => machine.found_element(&format!("form:{name}")),
        },
        "body" | "head" | "html" => match name {
            "style" | "classList" | "dataset" | "innerHTML" => Value::Unknown(Taint::NONE),
            "clientWidth" | "clientHeight" | "offsetWidth" => Value::Unknown(Taint::SCREEN),
            _ => Value::Method(Rc::new((Value::Native(native), name))),
        },
        "Math" if name == "PI" => Value::Number(std::f64::consts::PI),
        "String" | "Array" | "Object" | "Number" | "Function" | "Math" | "JSON" | "Date"
        | "RegExp" | "Promise" | "Reflect" | "history" | "navigation" | "$" | "jQuery"
        | "serviceWorker" | "URL" | "Boolean" => match name {
            "prototype" => prototype(machine, native),
            "constructor" => Value::Native("Function"),
            "length" | "state" | "currentEntry" => Value::Unknown(Taint::NONE),
            "name" => Value::text(native),
            _ => Value::Method(Rc::new((Value::Native(native), name))),
        },
        _ => match name {
            "constructor" => Value::Native("Function"),
            "call" | "apply" | "bind" | "toString" => {
                Value::Method(Rc::new((Value::Native(native), name)))
            }
            _ => Value::Unknown(Taint::NONE),
        },
    }
}

const METHODS: &[&str] = &[
    "write",
    "writeln",
    "getElementById",
    "querySelector",
    "querySelectorAll",
    "getElementsByTagName",
    "getElementsByClassName",
    "getElementsByName",
    "createElement",
    "createElementNS",
    "addEventListener",
    "attachEvent",
    "open",
    "close",
    "createTextNode",
    "createDocumentFragment",
    "createRange",
    "execCommand",
    "createEvent",
    "importNode",
    "removeEventListener",
    "hasFocus",
    "constructor",
];

/// A value whose methods are those of every value of its kind.
fn prototype<'a>(machine: &mut Machine<'a>, native: &'static str) -> Value<'a> {
    match native {
        "String" => Value::text(""),
        "Array" => machine.array(Vec::new()),
        _ => machine.object(Kind::Plain),
    }
}

impl<'a> Machine<'a> {
    /// Calls a function that the browser provides.
    pub(crate) fn call_global(
        &mut self,
        name: &'static str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
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
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
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
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
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
