//! What the browser provides: its objects, and functions on their own.

use std::rc::Rc;

use crate::heap::Kind;
use crate::machine::Machine;
use crate::value::{Taint, Value};

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

impl<'a> Machine<'a> {}
