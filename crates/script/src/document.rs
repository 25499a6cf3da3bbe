//! `document` as scripts ask it: writing, making elements, finding them.

use crate::codec::escaped;
use crate::heap::Element;
use crate::machine::Machine;
use crate::value::{Taint, Value, first};

impl<'a> Machine<'a> {
    #[expect(
        clippy::too_many_lines,
        reason = "one arm for each name of the browser's own"
    )]
    pub(crate) fn document_method(
        &mut self,
        native: &'static str,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = first(&arguments);
        match name {
            "write" | "writeln" => {
                let text = self.joined(&arguments, "");
                self.markup(&Value::Text(text), false);
                Value::Undefined
            }
            "open" => {
                if arguments.len() > 2 {
                    self.navigate(&first);
                }
                Value::Unknown(Taint::NONE)
            }
            "createElement" | "createElementNS" => {
                let tag = if name.ends_with("NS") {
                    arguments.get(1)
                } else {
                    Some(&first)
                };
                let tag = self.text_of(&tag.cloned().unwrap_or(Value::Undefined));
                if tag.hole {
                    return Value::Unknown(tag.taint);
                }
                let tag = tag.text.trim_start_matches("svg:").to_ascii_lowercase();
                self.element(Element {
                    tag,
                    ..Element::default()
                })
            }
            "createTextNode" => {
                let text = self.text_of(&first);
                Value::text(if text.hole {
                    String::new()
                } else {
                    escaped(&text.text)
                })
            }
            "createDocumentFragment" => self.element(Element {
                tag: "div".to_owned(),
                ..Element::default()
            }),
            "getElementById" => self.found_by("#", &first),
            "querySelector" | "getElementsByTagName" => self.found_by("", &first),
            "querySelectorAll" | "getElementsByClassName" | "getElementsByName" => {
                let prefix = if name.ends_with("ClassName") { "." } else { "" };
                let element = self.found_by(prefix, &first);
                if name.ends_with("Name") && prefix.is_empty() {
                    return Value::Unknown(Taint::NONE);
                }
                element
            }
            "addEventListener" | "attachEvent" | "on" => {
                self.listen(&Value::Native(native), &arguments);
                Value::Undefined
            }
            "ready" => {
                let situation = self.situation.clone();
                if self.is_function(&first) {
                    self.later(first, Value::Native(native), Vec::new(), situation);
                }
                Value::Undefined
            }
            "appendChild"
            | "append"
            | "prepend"
            | "insertBefore"
            | "replaceChildren"
            | "after"
            | "before"
            | "insertAdjacentElement"
            | "insertAdjacentHTML"
            | "replaceChild" => {
                self.place(&arguments);
                first
            }
            "createRange" => Value::Unknown(Taint::NONE),
            "createEvent" => Value::Unknown(Taint::NONE),
            "getAttribute" => Value::Unknown(Taint::NONE),
            _ => {
                self.hand_over(arguments);
                Value::Unknown(Taint::NONE)
            }
        }
    }

    fn found_by(&mut self, prefix: &str, selector: &Value<'a>) -> Value<'a> {
        let text = self.text_of(selector);
        if text.hole {
            return Value::Unknown(text.taint);
        }
        match text.text.as_str() {
            "body" | "html" | "head" if prefix.is_empty() => Value::Native("body"),
            selector => self.found_element(&format!("{prefix}{selector}")),
        }
    }

    /// An element of the document, by a selector.
    pub(crate) fn found_element(&mut self, selector: &str) -> Value<'a> {
        self.element(Element {
            found_by: selector.to_owned(),
            ..Element::default()
        })
    }

    /// A selector as the document understands it: the element of a handler by its number.
    pub(crate) fn selector(&self, found_by: &str) -> String {
        match found_by.strip_prefix("this") {
            Some("" | "\u{0}dataset") => format!("this:{}", self.origin().text),
            _ => found_by.trim_end_matches("\u{0}dataset").to_owned(),
        }
    }
}
