//! Calls of the script's own functions, and code that comes as text.

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    ArrowFunctionBody, ClassElement, FormalParameters, MethodDefinitionKind, Program, Statement,
};
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use crate::heap::{Closure, Code, Kind};
use crate::machine::{Cut, MAX_CALLS, Machine, Task};
use crate::nesting;
use crate::statements::Flow;
use crate::value::{Id, Made, Taint, Value};

/// Texts that one page may compile itself.
const MAX_COMPILED: u32 = 200;

/// A parsed text, or why there is none.
pub(crate) enum Parsed<'a> {
    /// The program.
    Program(&'a Program<'a>),
    /// Nested too deeply for the parser.
    TooDeep,
    /// No script.
    Broken,
}

/// Parses a text that lives as long as the arena.
pub(crate) fn parse<'a>(arena: &'a Allocator, text: &'a str, is_module: bool) -> Parsed<'a> {
    if !nesting::is_bounded(text, is_module) {
        return Parsed::TooDeep;
    }
    let kind = if is_module {
        SourceType::mjs()
    } else {
        SourceType::script()
    };
    let options = ParseOptions {
        allow_return_outside_function: true,
        enable_ident_hashes: false,
        preserve_parens: false,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(arena, text, kind).with_options(options).parse();
    if parsed.panicked {
        return Parsed::Broken;
    }
    Parsed::Program(arena.alloc(parsed.program))
}

impl<'a> Machine<'a> {
    /// Calls a value.
    pub(crate) fn call(
        &mut self,
        callee: &Value<'a>,
        this: Value<'a>,
        arguments: Vec<Value<'a>>,
    ) -> Value<'a> {
        match callee {
            Value::Object(id) if self.closure(callee).is_some() => {
                self.call_closure(*id, this, arguments, None)
            }
            Value::Native(name) => self.call_global(name, arguments),
            Value::Method(method) => {
                let (receiver, name) = (method.0.clone(), method.1);
                self.call_method(&receiver, name, arguments)
            }
            Value::Either(values) => {
                let values = values.as_ref().clone();
                let results: Vec<_> = values
                    .iter()
                    .filter(|value| !value.is_nothing())
                    .map(|value| {
                        self.guarded(Taint::NONE, |m| {
                            m.call(value, this.clone(), arguments.clone())
                        })
                    })
                    .collect();
                Value::either(results)
            }
            other => {
                let taint = self.all_taints(other, &this, &arguments);
                self.hand_over(arguments);
                Value::Unknown(taint)
            }
        }
    }

    fn all_taints(&self, callee: &Value<'a>, this: &Value<'a>, arguments: &[Value<'a>]) -> Taint {
        arguments
            .iter()
            .fold(callee.taint().with(this.taint()), |taint, value| {
                taint.with(value.taint())
            })
    }

    /// Functions that are handed to something unknown may be called by it.
    pub(crate) fn hand_over(&mut self, arguments: Vec<Value<'a>>) {
        for value in arguments {
            if self.closure(&value).is_some_and(|closure| !closure.called) {
                let mut situation = self.situation.clone();
                if situation.happening == crate::found::Happening::Load {
                    situation.happening = crate::found::Happening::Act(String::new());
                }
                self.later(value, Value::Undefined, Vec::new(), situation);
            }
        }
    }

    /// Puts a function aside, to be called when the scripts have run.
    pub(crate) fn later(
        &mut self,
        function: Value<'a>,
        this: Value<'a>,
        arguments: Vec<Value<'a>>,
        situation: crate::machine::Situation,
    ) {
        if self.tasks.len() >= 2_000 {
            self.cut(Cut::Steps);
            return;
        }
        self.tasks.push(Task {
            function,
            this,
            arguments,
            situation,
            source: self.source,
            at: self.at,
        });
    }

    /// Calls a function of the script; `instance` is the object that `new` makes.
    pub(crate) fn call_closure(
        &mut self,
        id: Id,
        this: Value<'a>,
        arguments: Vec<Value<'a>>,
        instance: Option<Value<'a>>,
    ) -> Value<'a> {
        let Some(Kind::Function(closure)) = self.get_mut(id).map(|object| &mut object.kind) else {
            return Value::Unknown(Taint::NONE);
        };
        closure.called = true;
        let closure = Closure::clone(closure);
        if self.calls >= MAX_CALLS || !self.spend(4) {
            self.cut(Cut::Depth);
            return Value::Unknown(Taint::NONE);
        }
        let mut all = closure.bound.clone();
        all.extend(arguments);
        let this = instance
            .or_else(|| closure.this.clone())
            .unwrap_or(match this {
                Value::Undefined | Value::Null => Value::Native("window"),
                other => other,
            });
        let (scope, source) = (self.scope, self.source);
        let (scopes, functions) = (self.scopes.len(), self.functions.len());
        let tested = self.situation.tested.len();
        let returned = std::mem::take(&mut self.returned);
        let left = std::mem::take(&mut self.may_have_left);
        self.calls += 1;
        self.source = closure.source;
        self.push_scope(closure.scope, true, Some(this));
        let value = self.run_code(closure.code, all);
        let mut values = std::mem::replace(&mut self.returned, returned);
        self.may_have_left = left;
        self.situation.tested.truncate(tested);
        self.calls -= 1;
        self.scope = scope;
        self.source = source;
        // Scopes that no function closes over are gone.
        if self.functions.len() == functions {
            self.scopes.truncate(scopes);
        }
        if values.is_empty() {
            return value;
        }
        values.push(value);
        Value::either(values)
    }

    fn run_code(&mut self, code: Code<'a>, arguments: Vec<Value<'a>>) -> Value<'a> {
        match code {
            Code::Function(function) => {
                let list = self.array(arguments.clone());
                self.declare("arguments", list);
                self.parameters(&function.params, arguments);
                match &function.body {
                    Some(body) => self.body(&body.statements),
                    None => Value::Undefined,
                }
            }
            Code::Arrow(arrow) => {
                self.parameters(&arrow.params, arguments);
                match &arrow.body {
                    ArrowFunctionBody::FunctionBody(body) => self.body(&body.statements),
                    other => match other.as_expression() {
                        Some(expression) => self.eval(expression),
                        None => Value::Undefined,
                    },
                }
            }
            Code::Program(program) => self.body(&program.body),
            Code::Class(class) => {
                for element in &class.body.body {
                    match element {
                        ClassElement::PropertyDefinition(property) if !property.r#static => {
                            if let (Some(key), Some(value)) =
                                (self.key(&property.key, property.computed), &property.value)
                            {
                                let value = self.eval(value);
                                let this = self.this();
                                self.set_own(&this, key, value);
                            }
                        }
                        ClassElement::MethodDefinition(method)
                            if method.kind == MethodDefinitionKind::Constructor =>
                        {
                            self.parameters(&method.value.params, arguments.clone());
                            if let Some(body) = &method.value.body {
                                self.body(&body.statements);
                            }
                        }
                        _ => {}
                    }
                }
                Value::Undefined
            }
        }
    }

    fn body(&mut self, statements: &'a [Statement<'a>]) -> Value<'a> {
        match self.block(statements) {
            Flow::Return(value) => value,
            _ => Value::Undefined,
        }
    }

    fn parameters(&mut self, parameters: &'a FormalParameters<'a>, arguments: Vec<Value<'a>>) {
        let rest = arguments
            .get(parameters.items.len()..)
            .unwrap_or_default()
            .to_vec();
        let mut given = arguments.into_iter();
        for parameter in &parameters.items {
            let mut value = given.next().unwrap_or(Value::Undefined);
            if let (Some(default), Value::Undefined) = (&parameter.initializer, &value) {
                value = self.eval(default);
            }
            self.bind(&parameter.pattern, value, false);
        }
        if let Some(last) = &parameters.rest {
            let rest = self.array(rest);
            self.bind(&last.rest.argument, rest, false);
        }
    }

    /// Calls a value as a constructor.
    pub(crate) fn construct(&mut self, callee: &Value<'a>, arguments: Vec<Value<'a>>) -> Value<'a> {
        match callee {
            Value::Object(id) if self.closure(callee).is_some() => {
                let made = self.object(Kind::Plain);
                let prototype = self.property(callee, "prototype");
                if let (Value::Object(made), Value::Object(prototype)) = (&made, prototype)
                    && let Some(object) = self.get_mut(*made)
                {
                    object.parent = Some(prototype);
                }
                let result = self.call_closure(*id, made.clone(), arguments, Some(made.clone()));
                match result {
                    Value::Object(_) => result,
                    _ => made,
                }
            }
            Value::Native(name) => self.construct_native(name, arguments),
            Value::Method(method) if method.1 == "constructor" => {
                self.call(callee, Value::Undefined, arguments)
            }
            other => {
                let taint = other.taint();
                self.hand_over(arguments);
                Value::Unknown(taint)
            }
        }
    }

    /// Reads a text as code, where the present code runs.
    pub(crate) fn run_text(&mut self, code: &Value<'a>) -> Value<'a> {
        let Some(program) = self.compile(code) else {
            return Value::Unknown(code.taint());
        };
        let made = self.made;
        self.made = self.made.with(Made::PACKED).with(made_of(code));
        let source = self.source;
        self.source = self.pinned();
        let value = match (program.body.as_slice(), program.directives.as_slice()) {
            ([], [only]) => Value::text(only.expression.value.as_str()),
            ([Statement::ExpressionStatement(only)], _) => self.eval(&only.expression),
            (statements, _) => match self.block(statements) {
                Flow::Return(value) => value,
                _ => Value::Unknown(Taint::NONE),
            },
        };
        self.source = source;
        self.made = made;
        value
    }

    /// The place of the present code, for all that is in a text which it makes.
    fn pinned(&mut self) -> usize {
        let origin = self.origin();
        self.origins.push(crate::machine::Origin {
            pinned: origin.pinned.or(Some(self.at)),
            code: self.texts.len().saturating_sub(1),
            ..origin
        });
        self.origins.len() - 1
    }

    /// A text as a function.
    pub(crate) fn function_of_text(&mut self, code: &Value<'a>) -> Value<'a> {
        match self.compile(code) {
            Some(program) => {
                let source = self.source;
                self.source = self.pinned();
                if let Some(origin) = self.origins.get_mut(self.source) {
                    origin.made = origin.made.with(Made::PACKED).with(made_of(code));
                }
                let function = self.function(Code::Program(program), None);
                self.source = source;
                function
            }
            None => Value::Unknown(code.taint()),
        }
    }

    fn compile(&mut self, code: &Value<'a>) -> Option<&'a Program<'a>> {
        let text = self.text_of(code);
        if text.hole {
            return None;
        }
        if self.compiled >= MAX_COMPILED || !self.spend(text.text.len() / 8) {
            self.cut(Cut::Steps);
            return None;
        }
        self.compiled += 1;
        let source: &'a str = self.arena.alloc_str(&text.text);
        self.texts.push(source);
        match parse(self.arena, source, false) {
            Parsed::Program(program) => Some(program),
            Parsed::TooDeep => {
                self.cut(Cut::Depth);
                None
            }
            Parsed::Broken => None,
        }
    }
}

fn made_of(value: &Value<'_>) -> Made {
    match value {
        Value::Text(text) => text.made,
        _ => Made::NONE,
    }
}
