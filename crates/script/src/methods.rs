//! Methods: who answers them.

use std::rc::Rc;

use crate::found::{Happening, Way};
use crate::heap::{Closure, Kind};
use crate::machine::Machine;
use crate::value::{Made, Taint, Value, first};

impl<'a> Machine<'a> {
    /// Calls a method of a value.
    pub(crate) fn call_method(
        &mut self,
        object: &Value<'a>,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        if !self.spend(1) {
            return Value::Unknown(Taint::NONE);
        }
        match object {
            Value::Object(_) => self.object_method(object, name, arguments),
            Value::Text(text) => {
                let text = Rc::clone(text);
                self.text_method(&text, name, &arguments)
            }
            Value::Number(number) => self.number_method(*number, name, &arguments),
            Value::Native(native) => self.native_method(native, name, arguments),
            Value::Method(method) if matches!(name, "call" | "apply" | "bind") => {
                let (receiver, own) = (method.0.clone(), method.1);
                let this = first(&arguments);
                let receiver = if this.is_nothing() || matches!(receiver, Value::Native(_)) {
                    receiver
                } else {
                    this
                };
                if name == "bind" {
                    return Value::Method(Rc::new((receiver, own)));
                }
                let given = self.given(name, &arguments);
                self.call_method(&receiver, own, given)
            }
            Value::Method(method) if method.1 == "constructor" || name == "constructor" => {
                self.call_global("Function", arguments)
            }
            Value::Either(values) => {
                let values = Rc::clone(values);
                let results: Vec<_> = values
                    .iter()
                    .filter(|value| !value.is_nothing())
                    .map(|value| self.call_method(value, name, arguments.clone()))
                    .collect();
                Value::either(results)
            }
            Value::Unknown(taint) => self.unknown_method(*taint, name, arguments),
            _ => {
                self.hand_over(arguments);
                Value::Unknown(object.taint())
            }
        }
    }

    /// The arguments of `call` or `apply`, without `this`.
    fn given(&mut self, name: &str, arguments: &[Value<'a>]) -> Vec<Value<'a>> {
        if name == "apply" {
            let list = arguments.get(1).cloned().unwrap_or(Value::Undefined);
            return self.spread(&list);
        }
        arguments.get(1..).unwrap_or_default().to_vec()
    }

    fn object_method(
        &mut self,
        object: &Value<'a>,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let Value::Object(id) = object else {
            return Value::Undefined;
        };
        let id = *id;
        let known = self.known_method(id, name);
        if let Some(function) = known {
            return self.call(&function, object.clone(), arguments);
        }
        let Some(found) = self.get(id) else {
            return Value::Undefined;
        };
        match &found.kind {
            Kind::Array(_) => self.array_method(id, name, arguments),
            Kind::Function(closure) => {
                let closure = Closure::clone(closure);
                self.function_method(object, closure, name, arguments)
            }
            Kind::Element(_) => self.element_method(id, name, arguments),
            Kind::Pattern(pattern, flags) => {
                let (pattern, flags) = (pattern.clone(), flags.clone());
                self.pattern_method(&pattern, &flags, name, &arguments)
            }
            Kind::Instance(class, _) => {
                let class = *class;
                self.instance_method(object, class, name, arguments)
            }
            Kind::Plain => match name {
                "hasOwnProperty" => {
                    let first = first(&arguments);
                    let key = self.key_of(&first);
                    let has =
                        key.map(|key| self.get(id).is_some_and(|o| o.names.get(key).is_some()));
                    has.map_or(Value::Unknown(Taint::NONE), Value::Bool)
                }
                "toString" => Value::text("[object Object]"),
                _ => {
                    self.hand_over(arguments);
                    Value::Unknown(Taint::NONE)
                }
            },
        }
    }

    /// A method that the script itself gave an object, or its prototype.
    fn known_method(&self, id: crate::value::Id, name: &str) -> Option<Value<'a>> {
        let mut at = Some(id);
        for _ in 0..12 {
            let object = self.get(at?)?;
            if let Some(value) = object.names.get(name) {
                return Some(value.clone());
            }
            at = object.parent;
        }
        None
    }

    fn function_method(
        &mut self,
        function: &Value<'a>,
        mut closure: Closure<'a>,
        name: &str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let this = first(&arguments);
        match name {
            "call" | "apply" => {
                let given = self.given(name, &arguments);
                self.call(function, this, given)
            }
            "bind" => {
                closure.this = closure.this.or(Some(this));
                closure.bound.extend(arguments.into_iter().skip(1));
                if let Value::Object(id) = function
                    && let Some(Kind::Function(own)) = self.get_mut(*id).map(|o| &mut o.kind)
                {
                    own.called = true;
                }
                closure.called = false;
                let value = self.object(Kind::Function(Box::new(closure)));
                if let Value::Object(id) = value {
                    self.functions.push(id);
                }
                value
            }
            _ => Value::Unknown(Taint::NONE),
        }
    }

    fn instance_method(
        &mut self,
        object: &Value<'a>,
        class: &str,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        match (class, name) {
            ("XMLHttpRequest", "open") => {
                if let Some(address) = arguments.get(1) {
                    self.resource(&address.clone(), false);
                }
                Value::Undefined
            }
            (_, "addEventListener") => {
                self.listen(object, &arguments);
                Value::Undefined
            }
            ("URL", "toString") => Value::Text(self.text_of(object)),
            ("Date", _) if name.contains("imezone") || name.contains("Locale") => {
                Value::Unknown(Taint::LANGUAGE)
            }
            ("Date", _) => Value::Unknown(Taint::TIME),
            ("XMLHttpRequest", _) => Value::Unknown(Taint::ANSWER),
            _ => {
                self.hand_over(arguments);
                Value::Unknown(Taint::NONE)
            }
        }
    }

    /// The page is loaded once more: a navigation to itself, where nothing is tested on the way and the
    /// visitor does nothing. Honest pages reload when they come back from the browser's cache, or at a click.
    pub(crate) fn reloaded(&mut self) -> Value<'a> {
        if self.is_for_everybody() {
            let way = Way::Navigate {
                href: String::new(),
                by_element: false,
                by_form: false,
            };
            self.report(way, Made::NONE);
        }
        Value::Undefined
    }

    /// Whether what is done now is done to every visitor: nothing was tested before, and nobody must act.
    pub(crate) fn is_for_everybody(&self) -> bool {
        let situation = &self.situation;
        self.unsure == 0
            && !self.may_have_left
            && situation.tested.is_empty()
            && matches!(situation.happening, Happening::Load | Happening::Timer(_))
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each name of the browser's own"
    )]
    fn native_method(
        &mut self,
        native: &'static str,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = first(&arguments);
        match (native, name) {
            ("location", "assign" | "replace") => {
                self.navigate(&first);
                Value::Undefined
            }
            ("location", "reload") => self.reloaded(),
            ("history", "go") if first.is_nothing() || first.number() == Some(0.0) => {
                self.reloaded()
            }
            ("history", _) => Value::Undefined,
            ("location", "toString") => Value::Unknown(Taint::ADDRESS),
            ("navigation", "navigate") => {
                self.navigate(&first);
                Value::Unknown(Taint::NONE)
            }
            ("navigator", "sendBeacon") => {
                self.resource(&first, false);
                Value::Bool(true)
            }
            ("navigator", _) => Value::Unknown(Taint::USER_AGENT),
            ("serviceWorker", "register") => {
                self.register(&first);
                Value::Unknown(Taint::NONE)
            }
            ("localStorage" | "sessionStorage", _) => Value::Unknown(Taint::STORAGE),
            ("String", "fromCharCode" | "fromCodePoint") => self.text_of_codes(&arguments),
            ("String", "raw") => Value::Unknown(Taint::NONE),
            ("Array", "from" | "of") => self.array_from(name, &arguments),
            ("Array", "isArray") => Value::Bool(self.items(&first).is_some()),
            ("Object", _) => self.object_function(name, &arguments),
            ("Math", _) => Self::math(name, &arguments),
            ("JSON", "parse") => self.parse_json(&first),
            ("JSON", _) => Value::Unknown(first.taint()),
            ("Date", "now") => Value::Unknown(Taint::TIME),
            ("Intl", _) => Value::Unknown(Taint::LANGUAGE),
            ("Number", "parseInt" | "parseFloat" | "isNaN") => {
                let function = crate::natives::global(name);
                self.call(&function, Value::Undefined, arguments)
            }
            ("Reflect", "apply") => {
                let list = arguments.get(2).cloned().unwrap_or(Value::Undefined);
                let given = self.spread(&list);
                let this = arguments.get(1).cloned().unwrap_or(Value::Undefined);
                self.call(&first, this, given)
            }
            ("Reflect", "set") => {
                if let (Some(key), Some(value)) = (arguments.get(1), arguments.get(2))
                    && let Some(key) = self.key_of(&key.clone())
                {
                    let value = value.clone();
                    self.set(&first, key, value);
                }
                Value::Bool(true)
            }
            ("Reflect", "get") => match arguments.get(1).cloned() {
                Some(key) => self.property_by(&first, &key),
                None => Value::Undefined,
            },
            ("$" | "jQuery", "get" | "post" | "getJSON" | "ajax") => {
                self.resource(&first, false);
                self.hand_over(arguments);
                Value::Unknown(Taint::ANSWER)
            }
            ("$" | "jQuery", "getScript") => {
                self.resource(&first, true);
                Value::Unknown(Taint::ANSWER)
            }
            (_, "call" | "apply" | "bind") if is_function(native) => {
                if name == "bind" {
                    return Value::Native(native);
                }
                let given = self.given(name, &arguments);
                self.call_global(native, given)
            }
            ("window" | "top" | "parent" | "opener", _) => {
                let function = crate::natives::property(self, native, name);
                self.call(&function, Value::Native(native), arguments)
            }
            ("document" | "body" | "head" | "html" | "forms", _) => {
                self.document_method(native, name, arguments)
            }
            (_, "constructor") => self.call_global("Function", arguments),
            _ => {
                self.hand_over(arguments);
                Value::Unknown(Taint::NONE)
            }
        }
    }

    /// A method of something unknown: what its name and arguments tell.
    fn unknown_method(
        &mut self,
        taint: Taint,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = first(&arguments);
        let taint = arguments
            .iter()
            .fold(taint, |taint, value| taint.with(value.taint()));
        match name {
            "addEventListener" | "attachEvent" | "on" | "one" | "bind" | "live" | "delegate" => {
                self.listen(&Value::Unknown(taint), &arguments);
            }
            "appendChild"
            | "append"
            | "prepend"
            | "before"
            | "after"
            | "insertBefore"
            | "replaceWith"
            | "replaceChild"
            | "replaceChildren"
            | "html"
            | "insertAdjacentElement"
            | "insertAdjacentHTML"
            | "createContextualFragment"
            | "parseFromString"
            | "write"
            | "writeln"
            | "setHTML"
            | "setHTMLUnsafe" => {
                self.place(&arguments);
            }
            "setAttribute" | "attr" | "prop" => {
                if let (Value::Text(key), Some(value)) = (&first, arguments.get(1)) {
                    let (key, value) = (key.text.to_ascii_lowercase(), value.clone());
                    match key.as_str() {
                        "href" | "xlink:href" => self.exchange(&value, false),
                        "action" | "formaction" => self.exchange(&value, true),
                        "srcdoc" => self.markup(&value, false),
                        _ => {}
                    }
                }
            }
            "insertRule" | "addRule" | "replaceSync" => self.style(&first),
            "then" | "done" | "always" | "success" | "complete" | "catch" | "finally" | "each"
            | "forEach" | "map" | "ready" | "filter" | "some" | "load" => {
                let situation = self.situation.clone();
                for value in arguments {
                    if self.is_function(&value) {
                        let mut situation = situation.clone();
                        if !taint.is_empty() {
                            situation.tested.push(taint);
                        }
                        let argument = vec![Value::Unknown(taint)];
                        self.later(value, Value::Undefined, argument, situation);
                    }
                }
            }
            "click" | "submit" | "focus" | "hover" | "mousedown" | "mouseenter" | "change"
            | "keyup" | "keydown" | "scroll" | "touchstart"
                if arguments.iter().any(|value| self.is_function(value)) =>
            {
                for value in arguments {
                    if self.is_function(&value) {
                        self.event(name, value, &Value::Unknown(taint), &Value::Undefined);
                    }
                }
            }
            _ => self.hand_over(arguments),
        }
        Value::Unknown(taint)
    }

    /// Markup and elements that come into the document.
    pub(crate) fn place(&mut self, arguments: &[Value<'a>]) {
        for value in arguments.iter().take(64) {
            match value {
                Value::Object(_) => self.place_element(&value.clone()),
                Value::Text(_) | Value::Either(_) => self.markup(&value.clone(), false),
                _ => {}
            }
        }
    }

    pub(crate) fn style(&mut self, value: &Value<'a>) {
        let text = self.text_of(value);
        if !text.hole && text.text.contains('{') && text.text.len() < 20_000 {
            self.report(Way::Style(text.text.clone()), text.made);
        }
    }

    /// `$(…)`: a function for when the page is ready, an element, or markup.
    pub(crate) fn query(&mut self, arguments: Vec<Value<'a>>) -> Value<'a> {
        let Some(first) = arguments.first().cloned() else {
            return Value::Unknown(Taint::NONE);
        };
        if self.is_function(&first) {
            let situation = self.situation.clone();
            self.later(
                first,
                Value::Native("document"),
                vec![Value::Native("$")],
                situation,
            );
            return Value::Unknown(Taint::NONE);
        }
        match &first {
            Value::Text(text) if !text.hole && text.text.trim_start().starts_with('<') => self
                .element(crate::heap::Element {
                    tag: "div".to_owned(),
                    children: vec![first.clone()],
                    ..crate::heap::Element::default()
                }),
            Value::Text(text) if !text.hole => {
                let selector = text.text.clone();
                self.found_element(&selector)
            }
            Value::Native("window" | "document") | Value::Object(_) => first,
            _ => Value::Unknown(first.taint()),
        }
    }

    pub(crate) fn text_of_codes(&mut self, arguments: &[Value<'a>]) -> Value<'a> {
        self.spend(arguments.len() / 4);
        let mut units: Vec<u16> = Vec::with_capacity(arguments.len());
        let mut text = String::new();
        for value in arguments {
            let Some(code) = value.number() else {
                return Value::Unknown(value.taint());
            };
            let code = crate::value::to_u32(code);
            match u16::try_from(code) {
                Ok(unit) => units.push(unit),
                Err(_) => {
                    text.push_str(&String::from_utf16_lossy(&units));
                    units.clear();
                    text.extend(char::from_u32(code));
                }
            }
        }
        text.push_str(&String::from_utf16_lossy(&units));
        Value::made(text, Made::CODES)
    }
}

fn is_function(native: &str) -> bool {
    native.starts_with(|c: char| c.is_ascii_lowercase())
        && !matches!(native, "document" | "window" | "location" | "body" | "head")
}
