//! Expressions.

use std::rc::Rc;

use oxc_ast::ast::{
    Argument, ArrayExpressionElement, BinaryExpression, CallExpression, ChainElement,
    ComputedMemberExpression, Expression, LogicalExpression, NewExpression, ObjectExpression,
    ObjectPropertyKind, PropertyKey, PropertyKind, StaticMemberExpression, TemplateLiteral,
};
use oxc_span::GetSpan;

use crate::found::Way;
use crate::heap::{Code, Kind};
use crate::machine::{Cut, MAX_DEPTH, Machine};
use crate::operators::{self, Operator};
use crate::value::{Made, Taint, Text, Value};

impl<'a> Machine<'a> {
    /// The value of an expression, as far as the text tells.
    pub(crate) fn eval(&mut self, expression: &'a Expression<'a>) -> Value<'a> {
        if !self.spend(1) {
            return Value::Unknown(Taint::NONE);
        }
        if self.depth >= MAX_DEPTH {
            self.cut(Cut::Depth);
            return Value::Unknown(Taint::NONE);
        }
        self.depth += 1;
        let value = self.expression(expression);
        self.depth -= 1;
        value
    }

    fn expression(&mut self, expression: &'a Expression<'a>) -> Value<'a> {
        match expression {
            Expression::StringLiteral(literal) => {
                literal_text(literal.value.as_str(), literal.raw.map(|raw| raw.as_str()))
            }
            Expression::NumericLiteral(literal) => Value::Number(literal.value),
            Expression::BooleanLiteral(literal) => Value::Bool(literal.value),
            Expression::NullLiteral(_) => Value::Null,
            Expression::RegExpLiteral(literal) => {
                let pattern = literal.regex.pattern.text.as_str().to_owned();
                let flags = literal.regex.flags.to_string();
                self.object(Kind::Pattern(pattern, flags))
            }
            Expression::TemplateLiteral(template) => self.template(template),
            Expression::Identifier(name) => self.identifier(name.name.as_str()),
            Expression::ThisExpression(_) => self.this(),
            Expression::ParenthesizedExpression(inner) => self.eval(&inner.expression),
            Expression::AwaitExpression(inner) => self.eval(&inner.argument),
            Expression::ChainExpression(chain) => self.chain(&chain.expression),
            Expression::SequenceExpression(sequence) => {
                let mut last = Value::Undefined;
                for part in &sequence.expressions {
                    last = self.eval(part);
                }
                last
            }
            Expression::ArrayExpression(_)
            | Expression::ObjectExpression(_)
            | Expression::FunctionExpression(_)
            | Expression::ArrowFunctionExpression(_)
            | Expression::ClassExpression(_) => self.composite(expression),
            _ => self.operation(expression),
        }
    }

    fn composite(&mut self, expression: &'a Expression<'a>) -> Value<'a> {
        match expression {
            Expression::ArrayExpression(array) => {
                let mut items = Vec::with_capacity(array.elements.len());
                for element in &array.elements {
                    match element {
                        ArrayExpressionElement::SpreadElement(spread) => {
                            let value = self.eval(&spread.argument);
                            items.extend(self.spread(&value));
                        }
                        ArrayExpressionElement::Elision(_) => items.push(Value::Undefined),
                        other => items.push(match other.as_expression() {
                            Some(inner) => self.eval(inner),
                            None => Value::Undefined,
                        }),
                    }
                }
                self.array(items)
            }
            Expression::ObjectExpression(object) => self.object_literal(object),
            Expression::FunctionExpression(function) => {
                self.function(Code::Function(function), None)
            }
            Expression::ArrowFunctionExpression(arrow) => {
                let this = self.this();
                self.function(Code::Arrow(arrow), Some(this))
            }
            Expression::ClassExpression(class) => self.class(class),
            _ => Value::Unknown(Taint::NONE),
        }
    }

    fn operation(&mut self, expression: &'a Expression<'a>) -> Value<'a> {
        match expression {
            Expression::AssignmentExpression(assignment) => self.assignment(assignment),
            Expression::BinaryExpression(binary) => self.binary(binary),
            Expression::LogicalExpression(logical) => self.logical(logical),
            Expression::ConditionalExpression(choice) => {
                let test = self.eval(&choice.test);
                match test.truth() {
                    Some(true) => self.eval(&choice.consequent),
                    Some(false) => self.eval(&choice.alternate),
                    None => {
                        let yes = self.guarded(test.taint(), |m| m.eval(&choice.consequent));
                        let no = self.guarded(test.taint(), |m| m.eval(&choice.alternate));
                        Value::either([yes, no])
                    }
                }
            }
            Expression::UnaryExpression(unary) => {
                let value = self.eval(&unary.argument);
                self.unary(unary.operator.as_str(), &value)
            }
            Expression::UpdateExpression(update) => {
                let old = self.read_target(&update.argument);
                let step = if update.operator.as_str() == "++" {
                    1.0
                } else {
                    -1.0
                };
                let (old, new) = match old.number() {
                    Some(number) => (Value::Number(number), Value::Number(number + step)),
                    None => (Value::Unknown(old.taint()), Value::Unknown(old.taint())),
                };
                self.write_simple(&update.argument, new.clone());
                if update.prefix { new } else { old }
            }
            Expression::CallExpression(call) => self.call_expression(call),
            Expression::NewExpression(new) => self.new_expression(new),
            Expression::TaggedTemplateExpression(tagged) => {
                let text = self.template(&tagged.quasi);
                let is_raw = matches!(&tagged.tag, Expression::StaticMemberExpression(member)
                    if member.property.name == "raw");
                if is_raw {
                    text
                } else {
                    Value::Unknown(text.taint())
                }
            }
            Expression::ImportExpression(import) => {
                let source = self.eval(&import.source);
                self.resource(&source, true);
                Value::Unknown(Taint::ANSWER)
            }
            Expression::YieldExpression(inner) => {
                if let Some(argument) = &inner.argument {
                    self.eval(argument);
                }
                Value::Unknown(Taint::NONE)
            }
            _ => match expression.as_member_expression() {
                Some(_) => self.member(expression).1,
                None => Value::Unknown(Taint::NONE),
            },
        }
    }

    /// Reads code that runs only if something that the text does not tell holds.
    pub(crate) fn guarded<T>(&mut self, tested: Taint, code: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.situation.tested.len();
        if !tested.is_empty() {
            self.situation.tested.push(tested);
        }
        self.unsure += 1;
        let result = code(self);
        self.unsure -= 1;
        self.situation.tested.truncate(before);
        result
    }

    pub(crate) fn identifier(&mut self, name: &'a str) -> Value<'a> {
        if let Some(value) = self.lookup(name) {
            return value;
        }
        match name {
            "undefined" => Value::Undefined,
            "NaN" => Value::Number(f64::NAN),
            "Infinity" => Value::Number(f64::INFINITY),
            "arguments" => Value::Unknown(Taint::NONE),
            _ => crate::natives::global(name),
        }
    }

    fn template(&mut self, template: &'a TemplateLiteral<'a>) -> Value<'a> {
        let mut pieces = Vec::new();
        for (at, quasi) in template.quasis.iter().enumerate() {
            let cooked = quasi.value.cooked.unwrap_or(quasi.value.raw);
            pieces.push(literal_text(
                cooked.as_str(),
                Some(quasi.value.raw.as_str()),
            ));
            if let Some(inner) = template.expressions.get(at) {
                pieces.push(self.eval(inner));
            }
        }
        let mut sum = Value::text("");
        for piece in &pieces {
            sum = self.add_as_text(&sum, piece);
        }
        sum
    }

    fn object_literal(&mut self, object: &'a ObjectExpression<'a>) -> Value<'a> {
        let made = self.object(Kind::Plain);
        for property in &object.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => {
                    let Some(key) = self.key(&property.key, property.computed) else {
                        self.eval(&property.value);
                        continue;
                    };
                    let value = self.eval(&property.value);
                    if property.kind == PropertyKind::Init
                        && let Value::Object(id) = made
                        && let Some(object) = self.get_mut(id)
                    {
                        object.names.set(key, value);
                    }
                }
                ObjectPropertyKind::SpreadProperty(spread) => {
                    let value = self.eval(&spread.argument);
                    self.copy_names(&value, &made);
                }
            }
        }
        made
    }

    /// The name that a property key stands for.
    pub(crate) fn key(&mut self, key: &'a PropertyKey<'a>, computed: bool) -> Option<&'a str> {
        match key {
            PropertyKey::StaticIdentifier(name) if !computed => Some(name.name.as_str()),
            PropertyKey::PrivateIdentifier(name) => Some(name.name.as_str()),
            other => {
                let value = self.eval(other.as_expression()?);
                self.key_of(&value)
            }
        }
    }

    /// A value as the name of a property.
    pub(crate) fn key_of(&mut self, value: &Value<'a>) -> Option<&'a str> {
        if value.is_unknown() || matches!(value, Value::Either(_)) {
            return None;
        }
        let text = self.text_of(value);
        (!text.hole).then(|| self.name(&text.text))
    }

    fn chain(&mut self, element: &'a ChainElement<'a>) -> Value<'a> {
        match element {
            ChainElement::CallExpression(call) => self.call_expression(call),
            ChainElement::StaticMemberExpression(member) => self.named_member(member),
            ChainElement::ComputedMemberExpression(member) => self.computed_member(member),
            _ => Value::Unknown(Taint::NONE),
        }
    }

    /// `object.name`.
    pub(crate) fn named_member(&mut self, member: &'a StaticMemberExpression<'a>) -> Value<'a> {
        let object = self.eval(&member.object);
        self.property(&object, member.property.name.as_str())
    }

    /// `object[key]`.
    pub(crate) fn computed_member(
        &mut self,
        member: &'a ComputedMemberExpression<'a>,
    ) -> Value<'a> {
        let object = self.eval(&member.object);
        let key = self.eval(&member.expression);
        self.property_by(&object, &key)
    }

    /// The object of a member expression, and the member's value.
    fn member(&mut self, expression: &'a Expression<'a>) -> (Value<'a>, Value<'a>) {
        match expression {
            Expression::StaticMemberExpression(member) => {
                let object = self.eval(&member.object);
                let value = self.property(&object, member.property.name.as_str());
                (object, value)
            }
            Expression::ComputedMemberExpression(member) => {
                let object = self.eval(&member.object);
                let key = self.eval(&member.expression);
                let value = self.property_by(&object, &key);
                (object, value)
            }
            Expression::PrivateFieldExpression(member) => {
                let object = self.eval(&member.object);
                let value = self.property(&object, member.field.name.as_str());
                (object, value)
            }
            _ => (Value::Undefined, Value::Unknown(Taint::NONE)),
        }
    }

    pub(crate) fn property_by(&mut self, object: &Value<'a>, key: &Value<'a>) -> Value<'a> {
        if let (Value::Number(at), Some(items)) = (key, self.items(object))
            && *at >= 0.0
        {
            return items.get(*at as usize).cloned().unwrap_or(Value::Undefined);
        }
        if let Value::Either(keys) = key {
            let keys = Rc::clone(keys);
            let values: Vec<_> = keys
                .iter()
                .map(|key| self.property_by(object, key))
                .collect();
            return Value::either(values);
        }
        match self.key_of(key) {
            Some(name) => self.property(object, name),
            None => Value::Unknown(object.taint().with(key.taint())),
        }
    }

    /// Long sums lean to the left; they are taken from the bottom up without recursion.
    fn binary(&mut self, binary: &'a BinaryExpression<'a>) -> Value<'a> {
        let mut spine = vec![binary];
        while let Some(Expression::BinaryExpression(inner)) = spine.last().map(|top| &top.left) {
            spine.push(inner);
        }
        let mut value = match spine.last() {
            Some(bottom) => self.eval(&bottom.left),
            None => Value::Undefined,
        };
        for node in spine.into_iter().rev() {
            if !self.spend(1) {
                return Value::Unknown(Taint::NONE);
            }
            let right = self.eval(&node.right);
            value = self.operate(Operator::of(node.operator.as_str()), &value, &right);
        }
        value
    }

    fn logical(&mut self, logical: &'a LogicalExpression<'a>) -> Value<'a> {
        let mut spine = vec![logical];
        while let Some(Expression::LogicalExpression(inner)) = spine.last().map(|top| &top.left) {
            spine.push(inner);
        }
        let mut value = match spine.last() {
            Some(bottom) => self.eval(&bottom.left),
            None => Value::Undefined,
        };
        for node in spine.into_iter().rev() {
            let keeps = match node.operator.as_str() {
                "||" => value.truth(),
                "&&" => value.truth().map(|truth| !truth),
                _ => (!value.is_unknown()).then(|| !value.is_nothing()),
            };
            value = match keeps {
                Some(true) => value,
                Some(false) => self.eval(&node.right),
                None => {
                    let right = self.guarded(value.taint(), |m| m.eval(&node.right));
                    Value::either([value, right])
                }
            };
        }
        value
    }

    fn arguments(&mut self, arguments: &'a [Argument<'a>]) -> Vec<Value<'a>> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument {
                Argument::SpreadElement(spread) => {
                    let value = self.eval(&spread.argument);
                    values.extend(self.spread(&value));
                }
                other => values.push(match other.as_expression() {
                    Some(inner) => self.eval(inner),
                    None => Value::Undefined,
                }),
            }
        }
        values
    }

    fn call_expression(&mut self, call: &'a CallExpression<'a>) -> Value<'a> {
        if self.calls_own_address(call) {
            return Value::Undefined;
        }
        let callee = call.callee.without_parentheses();
        let inner = match callee {
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::StaticMemberExpression(member) => {
                    let object = self.eval(&member.object);
                    let arguments = self.arguments(&call.arguments);
                    self.at = call.span.start;
                    return self.call_method(&object, member.property.name.as_str(), arguments);
                }
                _ => callee,
            },
            other => other,
        };
        match inner {
            Expression::StaticMemberExpression(member) => {
                let object = self.eval(&member.object);
                let arguments = self.arguments(&call.arguments);
                self.at = call.span.start;
                self.call_method(&object, member.property.name.as_str(), arguments)
            }
            Expression::ComputedMemberExpression(member) => {
                let object = self.eval(&member.object);
                let key = self.eval(&member.expression);
                let arguments = self.arguments(&call.arguments);
                self.at = call.span.start;
                match self.key_of(&key) {
                    Some(name) => self.call_method(&object, name, arguments),
                    None => {
                        let callee = self.property_by(&object, &key);
                        self.call(&callee, object, arguments)
                    }
                }
            }
            _ => {
                let callee = self.eval(inner);
                let arguments = self.arguments(&call.arguments);
                self.at = inner.span().start;
                self.call(&callee, Value::Undefined, arguments)
            }
        }
    }

    fn new_expression(&mut self, new: &'a NewExpression<'a>) -> Value<'a> {
        let callee = self.eval(&new.callee);
        let arguments = self.arguments(&new.arguments);
        self.at = new.span.start;
        self.construct(&callee, arguments)
    }

    /// Adds two values as texts.
    pub(crate) fn add_as_text(&mut self, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
        if matches!(left, Value::Either(_)) || matches!(right, Value::Either(_)) {
            let pairs = operators::pairs(left, right);
            let sums: Vec<_> = pairs.iter().map(|(l, r)| self.add_as_text(l, r)).collect();
            return Value::either(sums);
        }
        let (left, right) = (self.text_of(left), self.text_of(right));
        self.join(&left, &right)
    }

    /// Reports an address that is asked for, if it is known.
    pub(crate) fn resource(&mut self, address: &Value<'a>, is_script: bool) {
        for value in address.alternatives().to_vec() {
            let text = self.text_of(&value);
            if let Some(href) = operators::address(&text) {
                self.report(Way::Resource { href, is_script }, text.made);
            }
        }
    }
}

/// A text as it is written; escapes of more than the ordinary kind are seen.
fn literal_text<'a>(value: &str, raw: Option<&str>) -> Value<'a> {
    let escaped = raw.is_some_and(|raw| {
        raw.len() > value.len() + 2 && (raw.contains("\\x") || raw.contains("\\u"))
    });
    let made = if escaped { Made::CODES } else { Made::NONE };
    Value::Text(Rc::new(Text::made(value, made)))
}
