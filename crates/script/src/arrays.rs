//! Methods of lists, functions of `Object` and `Array`, and JSON.

use crate::heap::Kind;
use crate::machine::{Cut, Machine};
use crate::value::{Id, Made, Taint, Value, first};

/// A list never grows beyond this many items.
const MAX_ITEMS: usize = 200_000;

fn place(value: Option<&Value<'_>>, length: usize, default: usize) -> usize {
    let Some(number) = value.filter(|v| !v.is_nothing()).and_then(Value::number) else {
        return default;
    };
    let length = length as f64;
    let at = if number < 0.0 {
        (length + number).max(0.0)
    } else {
        number.min(length)
    };
    at as usize
}

impl<'a> Machine<'a> {
    fn list(&mut self, id: Id) -> Option<&mut Vec<Value<'a>>> {
        match &mut self.get_mut(id)?.kind {
            Kind::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn array_method(
        &mut self,
        id: Id,
        name: &'a str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = first(&arguments);
        let Some(items) = self.list(id) else {
            return Value::Undefined;
        };
        match name {
            "push" => {
                if items.len() + arguments.len() > MAX_ITEMS {
                    self.cut(Cut::Size);
                    return Value::Unknown(Taint::NONE);
                }
                items.extend(arguments);
                Value::Number(items.len() as f64)
            }
            "pop" => items.pop().unwrap_or(Value::Undefined),
            "shift" => {
                if items.is_empty() {
                    return Value::Undefined;
                }
                let moved = items.len() / 64;
                let value = items.remove(0);
                self.spend(moved);
                value
            }
            "unshift" => {
                let moved = items.len() / 64;
                items.splice(0..0, arguments);
                self.spend(moved);
                Value::Undefined
            }
            "reverse" => {
                items.reverse();
                Self::mark(items, Made::REWRITTEN);
                let cost = items.len() / 16;
                self.spend(cost);
                Value::Object(id)
            }
            "splice" => {
                let length = items.len();
                let from = place(Some(&first), length, 0);
                let rest = length - from;
                let count = arguments
                    .get(1)
                    .and_then(Value::number)
                    .map_or(rest, |n| n.max(0.0) as usize);
                let new = arguments.get(2..).unwrap_or_default().to_vec();
                let taken: Vec<_> = items.splice(from..from + count.min(rest), new).collect();
                self.spend(length / 64);
                self.array(taken)
            }
            "sort" | "fill" | "copyWithin" | "keys" | "values" | "entries" => match name {
                "values" => Value::Object(id),
                "fill" => {
                    items.fill(first);
                    Value::Object(id)
                }
                _ => Value::Unknown(Taint::NONE),
            },
            _ => {
                let items = items.clone();
                self.spend(items.len() / 8);
                self.pure_method(id, &items, name, arguments)
            }
        }
    }

    fn mark(items: &mut [Value<'a>], made: Made) {
        for item in items.iter_mut().take(1) {
            if let Value::Text(text) = item {
                let mut changed = text.as_ref().clone();
                changed.made = changed.made.with(made);
                *item = Value::Text(std::rc::Rc::new(changed));
            }
        }
    }

    /// Methods that leave the list as it is.
    fn pure_method(
        &mut self,
        id: Id,
        items: &[Value<'a>],
        name: &str,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        let first = first(&arguments);
        match name {
            "join" | "toString" => {
                let separator = match &first {
                    Value::Undefined => ",".to_owned(),
                    other => self.text_of(other).text.clone(),
                };
                Value::Text(self.joined(items, &separator))
            }
            "slice" => {
                let from = place(Some(&first), items.len(), 0);
                let to = place(arguments.get(1), items.len(), items.len());
                let part = items.get(from..to.max(from)).unwrap_or_default().to_vec();
                self.array(part)
            }
            "concat" => {
                let mut all = items.to_vec();
                for value in &arguments {
                    match self.items(value) {
                        Some(more) => all.extend_from_slice(more),
                        None => all.push(value.clone()),
                    }
                }
                if all.len() > MAX_ITEMS {
                    self.cut(Cut::Size);
                    return Value::Unknown(Taint::NONE);
                }
                self.array(all)
            }
            "at" => items
                .get(place(Some(&first), items.len(), 0))
                .cloned()
                .unwrap_or(Value::Undefined),
            "indexOf" | "lastIndexOf" | "includes" => {
                let at = items.iter().position(|item| item.same(&first));
                if at.is_none() && items.iter().chain([&first]).any(Value::is_unknown) {
                    return Value::Unknown(first.taint());
                }
                match name {
                    "includes" => Value::Bool(at.is_some()),
                    _ => Value::Number(at.map_or(-1.0, |at| at as f64)),
                }
            }
            "map" | "forEach" | "filter" | "find" | "findIndex" | "some" | "every" | "flatMap" => {
                self.each_item(id, items, name, &first)
            }
            "reduce" | "reduceRight" => {
                let mut items: Vec<_> = items.to_vec();
                if name == "reduceRight" {
                    items.reverse();
                }
                let mut items = items.into_iter().enumerate();
                let mut sum = match arguments.get(1) {
                    Some(start) => start.clone(),
                    None => items.next().map_or(Value::Undefined, |(_, item)| item),
                };
                for (at, item) in items {
                    if self.is_spent() {
                        break;
                    }
                    let given = vec![sum, item, Value::Number(at as f64), Value::Object(id)];
                    sum = self.call(&first, Value::Undefined, given);
                }
                sum
            }
            "flat" => {
                let mut all = Vec::new();
                for item in items {
                    match self.items(item) {
                        Some(inner) => all.extend_from_slice(inner),
                        None => all.push(item.clone()),
                    }
                }
                self.array(all)
            }
            _ => {
                self.hand_over(arguments);
                Value::Unknown(Taint::NONE)
            }
        }
    }

    fn each_item(
        &mut self,
        id: Id,
        items: &[Value<'a>],
        name: &str,
        function: &Value<'a>,
    ) -> Value<'a> {
        let mut results = Vec::new();
        for (at, item) in items.iter().enumerate() {
            if self.is_spent() {
                return Value::Unknown(Taint::NONE);
            }
            let given = vec![item.clone(), Value::Number(at as f64), Value::Object(id)];
            let result = self.call(function, Value::Undefined, given);
            match (name, result.truth()) {
                ("map" | "flatMap", _) => results.push(result),
                ("filter", Some(true)) => results.push(item.clone()),
                ("find", Some(true)) => return item.clone(),
                ("findIndex", Some(true)) => return Value::Number(at as f64),
                ("some", Some(true)) => return Value::Bool(true),
                ("every", Some(false)) => return Value::Bool(false),
                ("filter" | "find" | "findIndex" | "some" | "every", None) => {
                    return Value::Unknown(result.taint());
                }
                _ => {}
            }
        }
        match name {
            "map" | "filter" | "flatMap" => self.array(results),
            "findIndex" => Value::Number(-1.0),
            "some" => Value::Bool(false),
            "every" => Value::Bool(true),
            _ => Value::Undefined,
        }
    }

    /// `Array.from` and `Array.of`.
    pub(crate) fn array_from(&mut self, name: &str, arguments: &[Value<'a>]) -> Value<'a> {
        if name == "of" {
            return self.array(arguments.to_vec());
        }
        let first = first(arguments);
        let mut items = match (&first, self.items(&first)) {
            (_, Some(items)) => items.to_vec(),
            (Value::Text(_), None) => self.spread(&first),
            (Value::Object(id), None) => {
                let length = self
                    .get(*id)
                    .and_then(|o| o.names.get("length"))
                    .and_then(Value::number);
                match length {
                    Some(length) if (0.0..100_000.0).contains(&length) => {
                        vec![Value::Undefined; length as usize]
                    }
                    _ => return Value::Unknown(Taint::NONE),
                }
            }
            _ => return Value::Unknown(first.taint()),
        };
        self.spend(items.len());
        if let Some(function) = arguments.get(1) {
            for (at, item) in items.iter_mut().enumerate() {
                let given = vec![item.clone(), Value::Number(at as f64)];
                *item = self.call(function, Value::Undefined, given);
            }
        }
        self.array(items)
    }

    /// Functions of `Object`.
    pub(crate) fn object_function(&mut self, name: &str, arguments: &[Value<'a>]) -> Value<'a> {
        let first = first(arguments);
        match name {
            "keys" | "getOwnPropertyNames" => match self.keys(&first) {
                Some(keys) => self.array(keys),
                None => Value::Unknown(first.taint()),
            },
            "values" | "entries" => {
                let Some(keys) = self.keys(&first) else {
                    return Value::Unknown(first.taint());
                };
                let mut items = Vec::new();
                for key in keys {
                    let value = self.property_by(&first, &key);
                    items.push(if name == "values" {
                        value
                    } else {
                        self.array(vec![key, value])
                    });
                }
                self.array(items)
            }
            "assign" => {
                let is_plain = self.is_plain(&first);
                for source in arguments.iter().skip(1) {
                    if is_plain {
                        self.copy_names(source, &first);
                    } else {
                        self.set_names(source, &first);
                    }
                }
                first
            }
            "freeze" | "seal" | "preventExtensions" | "setPrototypeOf" => first,
            "create" => {
                let made = self.object(Kind::Plain);
                if let (Value::Object(made), Value::Object(parent)) = (&made, &first)
                    && let Some(object) = self.get_mut(*made)
                {
                    object.parent = Some(*parent);
                }
                made
            }
            "defineProperty" => {
                if let (Some(key), Some(value)) = (arguments.get(1), arguments.get(2)) {
                    let value = self.property(&value.clone(), "value");
                    if let Some(key) = self.key_of(&key.clone()) {
                        self.set_own(&first, key, value);
                    }
                }
                first
            }
            _ => Value::Unknown(Taint::NONE),
        }
    }

    /// `JSON.parse` of a text that is known.
    pub(crate) fn parse_json(&mut self, value: &Value<'a>) -> Value<'a> {
        let text = self.text_of(value);
        if text.hole || !self.spend(text.text.len() / 8) {
            return Value::Unknown(text.taint);
        }
        match serde_json::from_str::<serde_json::Value>(&text.text) {
            Ok(json) => self.of_json(&json, text.made),
            Err(_) => Value::Unknown(Taint::NONE),
        }
    }

    /// serde_json refuses what is nested deeper than 128, so this recursion is bounded.
    fn of_json(&mut self, json: &serde_json::Value, made: Made) -> Value<'a> {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(truth) => Value::Bool(*truth),
            serde_json::Value::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(text) => Value::made(text.clone(), made),
            serde_json::Value::Array(items) => {
                let items = items.iter().map(|item| self.of_json(item, made)).collect();
                self.array(items)
            }
            serde_json::Value::Object(names) => {
                let object = self.object(Kind::Plain);
                for (name, value) in names {
                    let name = self.name(name);
                    let value = self.of_json(value, made);
                    self.set_own(&object, name, value);
                }
                object
            }
        }
    }
}
