//! Properties: what a value has under a name, and what it means to set it.

use std::rc::Rc;

use crate::found::{Happening, Way};
use crate::heap::Kind;
use crate::machine::Machine;
use crate::operators::address;
use crate::value::{Taint, Value};

/// How far a property is looked for in prototypes.
const MAX_PARENTS: usize = 12;

/// Names behind each other of something that is not known, as in `a.b.c`.
const MAX_CHAIN: usize = 12;

/// How many names stand behind each other in a method.
fn chain(value: &Value<'_>) -> usize {
    let methods = std::iter::successors(Some(value), |value| match value {
        Value::Method(method) => Some(&method.0),
        _ => None,
    });
    methods.take(MAX_CHAIN + 1).count() - 1
}

impl<'a> Machine<'a> {
    /// The property of a value under a name.
    pub(crate) fn property(&mut self, object: &Value<'a>, name: &'a str) -> Value<'a> {
        match object {
            Value::Object(id) => {
                let mut at = Some(*id);
                for _ in 0..MAX_PARENTS {
                    let Some(found) = at.and_then(|at| self.get(at)) else {
                        break;
                    };
                    if let Some(value) = found.names.get(name) {
                        return value.clone();
                    }
                    at = found.parent;
                }
                self.inherent(object, name)
            }
            Value::Text(text) => match name {
                "length" if text.hole => Value::Unknown(text.taint),
                "length" => Value::Number(text.units() as f64),
                _ => match name.parse::<usize>() {
                    Ok(_) if text.hole => Value::Unknown(text.taint),
                    Ok(at) if at < text.units() => Value::made(text.slice(at, at + 1), text.made),
                    Ok(_) => Value::Undefined,
                    Err(_) => self.method(object, name),
                },
            },
            Value::Number(_) | Value::Bool(_) => self.method(object, name),
            Value::Native(native) => crate::natives::property(self, native, name),
            Value::Method(method) => match name {
                "constructor" => Value::Native("Function"),
                "prototype" => Value::Unknown(Taint::NONE),
                "name" => Value::text(method.1),
                _ => self.method(object, name),
            },
            Value::Either(values) => {
                let values = Rc::clone(values);
                let found: Vec<_> = values
                    .iter()
                    .filter(|value| !value.is_nothing())
                    .map(|value| self.property(value, name))
                    .collect();
                Value::either(found)
            }
            Value::Unknown(taint) => Value::Unknown(*taint),
            Value::Undefined | Value::Null => Value::Unknown(Taint::NONE),
        }
    }

    /// A method, not called yet.
    fn method(&mut self, object: &Value<'a>, name: &'a str) -> Value<'a> {
        if name == "constructor" {
            return Value::Native(match object {
                Value::Text(_) => "String",
                Value::Number(_) => "Number",
                Value::Bool(_) => "Boolean",
                _ => "Object",
            });
        }
        // A loop may ask what it got for the same name again and again; what is so far from
        // anything known is unknown, and a longer chain could not be dropped.
        if chain(object) >= MAX_CHAIN {
            return Value::Unknown(Taint::NONE);
        }
        Value::Method(Rc::new((object.clone(), name)))
    }

    /// What an object has by what it is.
    fn inherent(&mut self, object: &Value<'a>, name: &'a str) -> Value<'a> {
        let Value::Object(id) = object else {
            return Value::Undefined;
        };
        let Some(found) = self.get(*id) else {
            return Value::Undefined;
        };
        match &found.kind {
            Kind::Array(items) => match name {
                "length" => Value::Number(items.len() as f64),
                "constructor" => Value::Native("Array"),
                _ => match name.parse::<usize>() {
                    Ok(at) => items.get(at).cloned().unwrap_or(Value::Undefined),
                    Err(_) => self.method(object, name),
                },
            },
            Kind::Function(_) => match name {
                "prototype" => {
                    let made = self.object(Kind::Plain);
                    self.set_own(object, "prototype", made.clone());
                    made
                }
                "constructor" => Value::Native("Function"),
                "call" | "apply" | "bind" | "toString" => self.method(object, name),
                _ => Value::Undefined,
            },
            Kind::Plain => match name {
                "constructor" => Value::Native("Object"),
                "hasOwnProperty" | "toString" => self.method(object, name),
                _ => Value::Undefined,
            },
            Kind::Pattern(source, flags) => match name {
                "source" => Value::text(source.clone()),
                "flags" => Value::text(flags.clone()),
                "test" | "exec" => self.method(object, name),
                _ => Value::Undefined,
            },
            Kind::Instance(class, _) => {
                let taint = match *class {
                    "Date" => Taint::TIME,
                    "XMLHttpRequest" => Taint::ANSWER,
                    _ => Taint::NONE,
                };
                if *class == "URL" && matches!(name, "href" | "toString") {
                    let text = self.text_of(object);
                    return Value::Text(text);
                }
                Value::Unknown(taint)
            }
            Kind::Element(_) => self.element_property(*id, name),
        }
    }

    /// Sets an own property and nothing else.
    pub(crate) fn set_own(&mut self, object: &Value<'a>, name: &'a str, value: Value<'a>) {
        if let Value::Object(id) = object
            && let Some(object) = self.get_mut(*id)
        {
            object.names.set(name, value);
        }
    }

    /// Sets a property, with all that follows from it.
    pub(crate) fn set(&mut self, object: &Value<'a>, name: &'a str, value: Value<'a>) {
        match object {
            Value::Native(native) => self.set_native(native, name, value),
            Value::Either(values) => {
                let values = Rc::clone(values);
                for object in values.iter() {
                    self.set(object, name, value.clone());
                }
            }
            Value::Object(id) => {
                let id = *id;
                let unsure = self
                    .get(id)
                    .is_some_and(|object| self.unsure > object.unsure);
                let is_element = matches!(
                    self.get(id).map(|object| &object.kind),
                    Some(Kind::Element(_))
                );
                if is_element {
                    self.set_on_element(id, name, value);
                    return;
                }
                let is_request = matches!(
                    self.get(id).map(|object| &object.kind),
                    Some(Kind::Instance(..))
                );
                if is_request && name.starts_with("on") && self.is_function(&value) {
                    self.event(name, value.clone(), object, &Value::Undefined);
                }
                let Some(found) = self.get_mut(id) else {
                    return;
                };
                if let Kind::Array(items) = &mut found.kind {
                    match (name.parse::<usize>(), &value) {
                        (Ok(at), _) if at < items.len() => items[at] = value,
                        (Ok(at), _) if at < 100_000 => {
                            items.resize(at, Value::Undefined);
                            items.push(value);
                            let grown = items.len() / 16;
                            self.spend(grown);
                        }
                        (Err(_), Value::Number(length)) if name == "length" => {
                            items.truncate(*length as usize);
                        }
                        _ => found.names.set(name, value),
                    }
                    return;
                }
                let old = found.names.get(name).cloned();
                found.names.set(
                    name,
                    match old {
                        Some(old) if unsure && !old.is_nothing() => Value::either([old, value]),
                        _ => value,
                    },
                );
            }
            Value::Method(method) if method.1 == "style" => {
                let element = method.0.clone();
                self.set_style(&element, name, &value);
            }
            Value::Unknown(_) => {
                // An element that the text does not name.
                match name {
                    "innerHTML" | "outerHTML" => self.markup(&value, false),
                    "href" | "action" | "formAction" if !matches!(object, Value::Number(_)) => {
                        self.exchange(&value, name != "href");
                    }
                    _ if name.starts_with("on") && self.is_function(&value) => {
                        self.event(name, value, object, &Value::Undefined);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn set_native(&mut self, native: &'static str, name: &'a str, value: Value<'a>) {
        match (native, name) {
            ("window" | "top" | "parent" | "opener" | "document", "location") => {
                self.navigate(&value);
            }
            ("location", "href") => self.navigate(&value),
            ("document", "cookie") => self.set_cookie(&value),
            ("document", "title" | "domain") => {}
            ("window", "name") => {}
            _ if name.starts_with("on") => {
                let target = Value::Native(native);
                self.event(name, value, &target, &Value::Undefined);
            }
            ("window" | "top" | "parent", _) => {
                if let Some(global) = self.scopes.first_mut() {
                    global.set(name, value);
                }
            }
            ("body" | "head" | "document", "innerHTML" | "outerHTML") => {
                self.markup(&value, false);
            }
            _ => {}
        }
    }

    /// A cookie is set: one that every visitor gets, and whose text is told whole.
    fn set_cookie(&mut self, value: &Value<'a>) {
        if let Value::Text(text) = value
            && !text.hole
            && self.is_for_everybody()
        {
            self.report(Way::Cookie(text.text.clone()), text.made);
        }
    }

    /// Takes the visitor to an address, if it is known.
    pub(crate) fn navigate(&mut self, value: &Value<'a>) {
        self.navigate_by(value, false, false);
    }

    pub(crate) fn navigate_by(&mut self, value: &Value<'a>, by_element: bool, by_form: bool) {
        for value in value.alternatives().to_vec() {
            // Nothing is written as `undefined`; objects that are no address either.
            if value.is_nothing() || matches!(value, Value::Bool(_) | Value::Number(_)) {
                continue;
            }
            let text = self.text_of(&value);
            let Some(href) = address(&text) else {
                continue;
            };
            let head = href.get(..11).unwrap_or_default().to_ascii_lowercase();
            if head == "javascript:" {
                let code = Value::made(&href[11..], text.made);
                self.run_text(&code);
                continue;
            }
            if href.starts_with('#') || href.contains("[object") || href.contains("{ [native") {
                continue;
            }
            let way = Way::Navigate {
                href,
                by_element,
                by_form,
            };
            self.report(way, text.made);
        }
    }

    /// A link of the document gets another address.
    pub(crate) fn exchange(&mut self, value: &Value<'a>, is_action: bool) {
        for value in value.alternatives().to_vec() {
            if !matches!(value, Value::Text(_)) {
                continue;
            }
            let text = self.text_of(&value);
            if let Some(href) = address(&text)
                && !href.starts_with('#')
                && !href.to_ascii_lowercase().starts_with("javascript:")
            {
                self.report(Way::Exchange { href, is_action }, text.made);
            }
        }
    }

    /// Writes markup, if enough of it is known to hold a link.
    pub(crate) fn markup(&mut self, value: &Value<'a>, as_element: bool) {
        for value in value.alternatives().to_vec() {
            let text = self.text_of(&value);
            if !text.text.contains('<') || text.text.len() > 200_000 {
                continue;
            }
            let html = text.text.clone();
            self.report(Way::Markup { html, as_element }, text.made);
        }
    }

    /// Names of an object, or places of a list.
    pub(crate) fn keys(&mut self, value: &Value<'a>) -> Option<Vec<Value<'a>>> {
        let Value::Object(id) = value else {
            return None;
        };
        let object = self.get(*id)?;
        match &object.kind {
            Kind::Array(items) => {
                let places = 0..items.len().min(20_000);
                Some(places.map(|at| Value::text(at.to_string())).collect())
            }
            Kind::Plain => Some(
                object
                    .names
                    .iter()
                    .map(|(name, _)| Value::text(*name))
                    .collect(),
            ),
            _ => None,
        }
    }

    /// What `...value` stands for.
    pub(crate) fn spread(&mut self, value: &Value<'a>) -> Vec<Value<'a>> {
        if let Some(items) = self.items(value) {
            let items = items.to_vec();
            self.spend(items.len() / 4);
            return items;
        }
        match value {
            Value::Text(text) if !text.hole => {
                self.spend(text.text.len() / 4);
                let made = text.made;
                let chars = text.text.chars();
                chars.map(|c| Value::made(c.to_string(), made)).collect()
            }
            Value::Undefined | Value::Null => Vec::new(),
            other => vec![Value::Unknown(other.taint())],
        }
    }

    /// Copies the own properties of one object to another.
    pub(crate) fn copy_names(&mut self, from: &Value<'a>, to: &Value<'a>) {
        for (name, value) in self.names(from) {
            self.set_own(to, name, value);
        }
    }

    /// Whether what is set on a value does nothing but stay there.
    pub(crate) fn is_plain(&self, value: &Value<'a>) -> bool {
        match value {
            Value::Object(id) => {
                let kind = self.get(*id).map(|object| &object.kind);
                !matches!(kind, Some(Kind::Element(_) | Kind::Instance(..)))
            }
            Value::Native(_) => false,
            _ => true,
        }
    }

    /// Sets what one object has on another, name by name, as if it was written so.
    pub(crate) fn set_names(&mut self, from: &Value<'a>, to: &Value<'a>) {
        for (name, value) in self.names(from) {
            self.set(to, name, value);
        }
    }

    /// The own properties of an object, in the order in which they were set: none of what is no
    /// object. Spends a step for each.
    fn names(&mut self, from: &Value<'a>) -> Vec<(&'a str, Value<'a>)> {
        let Value::Object(id) = from else {
            return Vec::new();
        };
        let object = self.get(*id);
        let names: Vec<_> =
            object.map_or_else(Vec::new, |object| object.names.iter().cloned().collect());
        self.spend(names.len());
        names
    }

    /// A function, or code, that runs when something happens.
    pub(crate) fn event(
        &mut self,
        name: &str,
        function: Value<'a>,
        target: &Value<'a>,
        options: &Value<'a>,
    ) {
        let _ = options;
        let name = name.trim_start_matches("on");
        let on_page = matches!(
            target,
            Value::Native("window" | "document" | "body" | "top" | "parent")
        );
        let is_request = match target {
            Value::Object(id) => matches!(
                self.get(*id).map(|object| &object.kind),
                Some(Kind::Instance(..))
            ),
            _ => false,
        };
        let mut situation = self.situation.clone();
        let inherits = situation.happening != Happening::Load;
        match happening(name, on_page, is_request) {
            // What waits for loading inside of a click still needs the click.
            Happening::Load => {}
            _ if inherits && is_request => {}
            other => situation.happening = other,
        }
        // What loads into something unknown is an answer.
        let waits = target.is_unknown() && happening(name, false, false) == Happening::Load;
        if is_request || waits {
            situation.tested.push(Taint::ANSWER);
        }
        let this = target.clone();
        let argument = Value::Unknown(Taint::NONE);
        self.later(function, this, vec![argument], situation);
    }
}

/// What has to happen for an event.
pub fn happening(name: &str, on_page: bool, is_request: bool) -> Happening {
    let word = || name.to_owned();
    match name {
        "load" | "DOMContentLoaded" | "pageshow" | "readystatechange" | "ready" | "error"
        | "loadend" | "progress" => Happening::Load,
        "loadstart" | "canplay" | "loadeddata" => Happening::Load,
        "message" | "open" if is_request => Happening::Load,
        "popstate" | "beforeunload" | "unload" | "pagehide" | "hashchange" => {
            Happening::Leaving(word())
        }
        "scroll" | "mousemove" | "pointermove" | "visibilitychange" | "resize" | "blur"
        | "focus" | "mouseleave" | "mouseout" | "wheel" | "touchmove" | "online" | "offline"
        | "orientationchange" | "devicemotion" | "deviceorientation" | "animationstart"
        | "animationend" | "transitionend" | "mouseover" | "mouseenter" | "pointerrawupdate"
        | "message"
            if on_page || name.starts_with("animation") || name.starts_with("transition") =>
        {
            Happening::Passive(word())
        }
        _ => Happening::Act(word()),
    }
}
