//! The document as scripts see it: elements that they find, make, set and place.

use crate::codec::escaped;
use crate::found::{Way, Which};
use crate::heap::{Element, Kind};
use crate::machine::{Cut, Machine};
use crate::value::{Id, Taint, Value, first};

/// Look-ups in the document that one page's scripts may do.
const MAX_LOOKUPS: u32 = 100;

/// Forms of the document whose new addresses are kept.
const MAX_ACTIONS: usize = 64;

/// Elements inside of elements that a script makes.
const MAX_NESTED: usize = 12;

impl<'a> Machine<'a> {
    fn element_of(&self, id: Id) -> Option<&Element<'a>> {
        match &self.get(id)?.kind {
            Kind::Element(element) => Some(element),
            _ => None,
        }
    }

    fn element_of_mut(&mut self, id: Id) -> Option<&mut Element<'a>> {
        match &mut self.get_mut(id)?.kind {
            Kind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The value of an attribute: as the script set it, or as the document has it.
    fn attribute(&mut self, id: Id, name: &str) -> Option<Value<'a>> {
        let element = self.element_of(id)?;
        if let Some((_, value)) = element.attributes.iter().find(|(known, _)| known == name) {
            return Some(value.clone());
        }
        if element.found_by.is_empty() {
            return None;
        }
        let selector = self.selector(&element.found_by);
        self.lookups += 1;
        if self.lookups > MAX_LOOKUPS {
            self.cut(Cut::Steps);
            return None;
        }
        self.page.attribute(&selector, name).map(Value::text)
    }

    pub(crate) fn element_property(&mut self, id: Id, name: &'a str) -> Value<'a> {
        match name {
            "style" | "classList" | "attributes" => Value::Method(std::rc::Rc::new((
                Value::Object(id),
                if name == "style" {
                    "style"
                } else {
                    "classList"
                },
            ))),
            "dataset" => {
                let mut object = Value::Undefined;
                if let Some(element) = self.element_of(id) {
                    let found_by = format!("{}\u{0}dataset", element.found_by);
                    object = self.element(Element {
                        found_by,
                        ..Element::default()
                    });
                }
                object
            }
            "textContent" | "innerText" | "text" | "innerHTML" | "firstChild" | "nodeValue" => {
                let selector = self.element_of(id).map(|element| element.found_by.clone());
                match selector {
                    Some(selector) if !selector.is_empty() => {
                        self.lookups += 1;
                        let selector = self.selector(&selector);
                        let text = (self.lookups <= MAX_LOOKUPS)
                            .then(|| self.page.text(&selector))
                            .flatten();
                        text.map_or(Value::Unknown(Taint::NONE), Value::text)
                    }
                    _ => Value::Unknown(Taint::NONE),
                }
            }
            "tagName" | "nodeName" => match self.element_of(id) {
                Some(element) if !element.tag.is_empty() => {
                    Value::text(element.tag.to_ascii_uppercase())
                }
                _ => Value::Unknown(Taint::NONE),
            },
            "href" | "src" | "action" | "value" | "id" | "title" | "alt" | "content" | "name" => {
                let value = self.attribute(id, name);
                value.unwrap_or(Value::Unknown(Taint::NONE))
            }
            "contentWindow" | "contentDocument" | "parentNode" | "parentElement"
            | "nextSibling" | "children" | "childNodes" | "length" => Value::Unknown(Taint::NONE),
            _ => {
                let dataset = self
                    .element_of(id)
                    .and_then(|element| element.found_by.strip_suffix("\u{0}dataset"))
                    .map(str::to_owned);
                if let Some(selector) = dataset {
                    self.lookups += 1;
                    let attribute = data_name(name);
                    let selector = self.selector(&selector);
                    let value = (self.lookups <= MAX_LOOKUPS)
                        .then(|| self.page.attribute(&selector, &attribute))
                        .flatten();
                    return value.map_or(Value::Unknown(Taint::NONE), Value::text);
                }
                if name == "0" {
                    return Value::Object(id);
                }
                Value::Unknown(Taint::NONE)
            }
        }
    }

    pub(crate) fn set_on_element(&mut self, id: Id, name: &'a str, value: Value<'a>) {
        if name.starts_with("on") && self.is_function(&value) {
            let (target, event) = (Value::Object(id), name);
            self.event(event, value, &target, &Value::Undefined);
            return;
        }
        let Some(element) = self.element_of_mut(id) else {
            return;
        };
        let is_found = !element.found_by.is_empty();
        let is_picture = element.tag == "img";
        match name {
            "innerHTML" | "outerHTML" | "textContent" | "innerText" | "text" | "srcdoc" => {
                let is_style = element.tag == "style";
                let is_script = element.tag == "script";
                if is_style {
                    self.style(&value);
                } else if is_script && name != "srcdoc" {
                    element.children.push(value);
                } else if is_found && (name.ends_with("HTML") || name == "srcdoc") {
                    self.markup(&value, false);
                } else if name.ends_with("HTML") {
                    element.children.push(value);
                } else if name == "srcdoc" {
                    element.attributes.push((name.to_owned(), value));
                } else {
                    let text = self.text_of(&value);
                    let text = Value::text(escaped(text.text.trim_matches(crate::value::HOLE)));
                    if let Some(element) = self.element_of_mut(id) {
                        element.children.push(text);
                    }
                }
            }
            _ => {
                let name = match name {
                    "className" => "class".to_owned(),
                    "formAction" => "formaction".to_owned(),
                    "httpEquiv" => "http-equiv".to_owned(),
                    other => other.to_ascii_lowercase(),
                };
                element.attributes.retain(|(known, _)| *known != name);
                if element.attributes.len() < 64 {
                    element.attributes.push((name.clone(), value.clone()));
                }
                match name.as_str() {
                    "href" if is_found => self.exchange(&value, false),
                    "action" | "formaction" if is_found => {
                        self.keep_action(id, &value);
                        self.exchange(&value, true);
                    }
                    // A picture is asked for as soon as it has an address, in the document or not.
                    "src" if is_picture => self.resource(&value, false),
                    _ => {}
                }
            }
        }
    }

    /// `element.style.name = value`, kept as the element's `style` attribute.
    pub(crate) fn set_style(&mut self, element: &Value<'a>, name: &str, value: &Value<'a>) {
        let text = self.text_of(value);
        let Value::Object(id) = element else { return };
        let Some(element) = self.element_of_mut(*id) else {
            return;
        };
        if text.hole || !element.found_by.is_empty() {
            return;
        }
        let old = element
            .attributes
            .iter()
            .position(|(known, _)| known == "style");
        let mut style = match old.map(|at| element.attributes.swap_remove(at).1) {
            Some(Value::Text(old)) => old.text.clone(),
            _ => String::new(),
        };
        if name != "cssText" {
            for c in name.chars() {
                if c.is_ascii_uppercase() {
                    style.push('-');
                }
                style.push(c.to_ascii_lowercase());
            }
            style.push(':');
        }
        style.push_str(&text.text);
        style.push(';');
        if style.len() < 4_000 {
            element
                .attributes
                .push(("style".to_owned(), Value::text(style)));
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each name of the browser's own"
    )]
    pub(crate) fn element_method(
        &mut self,
        id: Id,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = first(&arguments);
        match name {
            "setAttribute" | "setAttributeNS" | "attr" | "prop" | "css" if arguments.len() > 1 => {
                let skip = usize::from(name.ends_with("NS"));
                if let (Some(key), Some(value)) = (arguments.get(skip), arguments.get(skip + 1))
                    && name != "css"
                    && let Some(key) = self.key_of(&key.clone())
                {
                    let value = value.clone();
                    self.set_on_element(id, key.trim_start_matches("xlink:"), value);
                }
                Value::Object(id)
            }
            "attr" | "prop" if matches!(&first, Value::Object(_)) => {
                self.set_names(&first, &Value::Object(id));
                Value::Object(id)
            }
            "getAttribute" | "attr" | "data" => {
                let Some(key) = self.key_of(&first) else {
                    return Value::Unknown(first.taint());
                };
                let key = if name == "data" {
                    format!("data-{key}")
                } else {
                    key.to_owned()
                };
                let value = self.attribute(id, &key);
                value.unwrap_or(Value::Unknown(Taint::NONE))
            }
            "appendChild"
            | "append"
            | "prepend"
            | "insertBefore"
            | "replaceChildren"
            | "insertAdjacentElement"
            | "insertAdjacentHTML"
            | "html"
            | "after"
            | "before"
            | "replaceWith"
            | "appendTo"
            | "prependTo"
            | "insertAfter"
            | "replaceChild"
            | "setHTML"
            | "setHTMLUnsafe" => {
                let is_found = self.element_of(id).is_some_and(|e| !e.found_by.is_empty());
                if name.ends_with("To") || name == "insertAfter" {
                    self.place_element(&Value::Object(id));
                } else if is_found {
                    self.place(&arguments);
                } else if let Some(element) = self.element_of_mut(id)
                    && element.children.len() < 64
                {
                    let placed = matches!(name, "insertAdjacentHTML" | "insertAdjacentElement");
                    element
                        .children
                        .extend(arguments.into_iter().skip(usize::from(placed)));
                }
                first
            }
            "click" | "dispatchEvent" | "trigger" | "fireEvent" | "submit" | "requestSubmit" => {
                self.fire(id, name, &arguments);
                Value::Undefined
            }
            "addEventListener" | "attachEvent" | "on" | "one" | "bind" | "live" => {
                self.listen(&Value::Object(id), &arguments);
                Value::Object(id)
            }
            "querySelector" | "find" | "closest" | "children" | "first" | "eq" | "item" | "get" => {
                match (&first, name) {
                    (Value::Text(text), "querySelector" | "find") => {
                        let selector = text.text.clone();
                        self.found_element(&selector)
                    }
                    _ => Value::Object(id),
                }
            }
            "forEach" | "each" | "map" => {
                let function = arguments.first().cloned();
                if let Some(function) = function.filter(|value| self.is_function(value)) {
                    self.guarded(Taint::NONE, |m| {
                        m.call(&function, Value::Object(id), vec![Value::Object(id)])
                    });
                }
                Value::Unknown(Taint::NONE)
            }
            "attachShadow" | "createShadowRoot" => self.found_element(""),
            "contentWindow" => Value::Unknown(Taint::NONE),
            _ => self.element_event_method(id, name, arguments),
        }
    }

    /// jQuery's way to say what happens on an event: `.click(function)`.
    fn element_event_method(
        &mut self,
        id: Id,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let mut is_listener = false;
        for value in &arguments {
            if self.is_function(value) {
                is_listener = true;
                self.event(name, value.clone(), &Value::Object(id), &Value::Undefined);
            }
        }
        if is_listener || matches!(name, "addClass" | "removeClass" | "show" | "hide" | "css") {
            return Value::Object(id);
        }
        Value::Unknown(Taint::NONE)
    }

    /// Keeps where a form of the document was made to lead, for when it is found again.
    fn keep_action(&mut self, id: Id, action: &Value<'a>) {
        let found_by = self.element_of(id).map(|element| element.found_by.clone());
        if let Some(found_by) = found_by.filter(|_| self.actions.len() < MAX_ACTIONS) {
            self.actions.push((found_by, action.clone()));
        }
    }

    /// An element is clicked, or a form submitted, by the script.
    fn fire(&mut self, id: Id, name: &str, arguments: &[Value<'a>]) {
        if name == "click" || name == "submit" {
            let functions: Vec<_> = arguments
                .iter()
                .filter(|value| self.is_function(value))
                .cloned()
                .collect();
            if !functions.is_empty() {
                for function in functions {
                    self.event(name, function, &Value::Object(id), &Value::Undefined);
                }
                return;
            }
        }
        let Some(element) = self.element_of(id) else {
            return;
        };
        let (tag, selector) = (element.tag.clone(), element.found_by.clone());
        let given = |key: &str| {
            let found = element.attributes.iter().find(|(known, _)| known == key);
            found.map(|(_, value)| value.clone())
        };
        let (href, mut action) = (given("href"), given("action"));
        if action.is_none() && !selector.is_empty() {
            let kept = self.actions.iter().rev().find(|(by, _)| *by == selector);
            action = kept.map(|(_, action)| action.clone());
        }
        let submits = name.to_ascii_lowercase().ends_with("submit");
        match (submits, href, action) {
            (true, _, Some(action)) => self.navigate_by(&action, true, true),
            (false, Some(href), _) => self.navigate_by(&href, true, false),
            _ if selector.is_empty() || !tag.is_empty() => {}
            (true, ..) => {
                let which = which(&selector);
                self.report(Way::Submit(which), self.made);
            }
            (false, ..) => {
                let which = which(&selector);
                self.report(Way::Click(which), self.made);
            }
        }
    }

    /// An element that the script made comes into the document.
    pub(crate) fn place_element(&mut self, value: &Value<'a>) {
        let Value::Object(id) = value else { return };
        let Some(element) = self.element_of_mut(*id) else {
            return;
        };
        if element.tag.is_empty() || element.reported {
            return;
        }
        element.reported = true;
        let mut html = String::new();
        self.write_element(*id, 0, &mut html);
        if html.len() < 200_000 {
            let made = self.made_of_element(*id);
            self.report(
                Way::Markup {
                    html,
                    as_element: true,
                },
                made,
            );
        }
    }

    fn made_of_element(&self, id: Id) -> crate::value::Made {
        let mut made = crate::value::Made::NONE;
        if let Some(element) = self.element_of(id) {
            for (_, value) in &element.attributes {
                if let Value::Text(text) = value {
                    made = made.with(text.made);
                }
            }
        }
        made
    }

    fn write_element(&mut self, id: Id, depth: usize, html: &mut String) {
        let Some(element) = self.element_of_mut(id) else {
            return;
        };
        element.reported = true;
        let element = element.clone();
        if depth > MAX_NESTED || html.len() > 200_000 || element.tag.is_empty() {
            return;
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if !element.tag.chars().all(is_name) {
            return;
        }
        html.push('<');
        html.push_str(&element.tag);
        for (name, value) in &element.attributes {
            if matches!(value, Value::Unknown(_)) || !name.chars().all(is_name) {
                continue;
            }
            let text = self.text_of(value);
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            html.push_str(&escaped(&text.text));
            html.push('"');
        }
        html.push('>');
        for child in &element.children {
            match child {
                Value::Object(child) => self.write_element(*child, depth + 1, html),
                Value::Text(text) => html.push_str(&text.text),
                _ => {}
            }
        }
        html.push_str("</");
        html.push_str(&element.tag);
        html.push('>');
    }
}

fn which(selector: &str) -> Which {
    if selector == "this" {
        Which::This
    } else {
        Which::Selector(selector.to_owned())
    }
}

/// `data-` attribute of a name in `dataset`.
fn data_name(name: &str) -> String {
    let mut attribute = "data-".to_owned();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            attribute.push('-');
        }
        attribute.push(c.to_ascii_lowercase());
    }
    attribute
}
