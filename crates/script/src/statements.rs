//! Statements, and where control goes.

use oxc_ast::ast::{
    BindingPattern, Class, ClassElement, Declaration, IfStatement, MethodDefinitionKind, Statement,
    SwitchStatement, TryStatement, VariableDeclaration,
};

use crate::heap::{Code, Kind};
use crate::machine::{Cut, MAX_DEPTH, Machine};
use crate::value::{Taint, Value};

/// How a statement ends.
#[derive(Debug, Clone)]
pub(crate) enum Flow<'a> {
    /// The next one follows.
    Next,
    /// A loop or switch is left.
    Break,
    /// A loop begins its next round.
    Continue,
    /// The function gives a value.
    Return(Value<'a>),
    /// Something is thrown.
    Throw,
}

impl Flow<'_> {
    const fn is_next(&self) -> bool {
        matches!(self, Self::Next)
    }
}

impl<'a> Machine<'a> {
    /// Reads statements in order. What may have ended the list without the text telling is noted
    /// in the situation of the rest.
    pub(crate) fn block(&mut self, statements: &'a [Statement<'a>]) -> Flow<'a> {
        for statement in statements {
            let function = match statement {
                Statement::FunctionDeclaration(function) => Some(function),
                Statement::ExportDeclaration(export) => match &export.declaration {
                    Declaration::FunctionDeclaration(function) => Some(function),
                    _ => None,
                },
                _ => None,
            };
            if let Some(function) = function
                && let Some(id) = &function.id
            {
                let value = self.function(Code::Function(function), None);
                self.declare(id.name.as_str(), value);
            }
        }
        for statement in statements {
            let flow = self.statement(statement);
            if !flow.is_next() {
                return flow;
            }
        }
        Flow::Next
    }

    pub(crate) fn statement(&mut self, statement: &'a Statement<'a>) -> Flow<'a> {
        if !self.spend(1) {
            return Flow::Return(Value::Unknown(Taint::NONE));
        }
        if self.depth >= MAX_DEPTH {
            self.cut(Cut::Depth);
            return Flow::Next;
        }
        self.depth += 1;
        let flow = self.statement_inside(statement);
        self.depth -= 1;
        flow
    }

    fn statement_inside(&mut self, statement: &'a Statement<'a>) -> Flow<'a> {
        match statement {
            Statement::ExpressionStatement(statement) => {
                self.eval(&statement.expression);
                Flow::Next
            }
            Statement::VariableDeclaration(declaration) => {
                self.variables(declaration);
                Flow::Next
            }
            Statement::ReturnStatement(statement) => Flow::Return(match &statement.argument {
                Some(argument) => self.eval(argument),
                None => Value::Undefined,
            }),
            Statement::IfStatement(statement) => self.choice(statement),
            Statement::BlockStatement(block) => self.scoped(|m| m.block(&block.body)),
            Statement::ThrowStatement(statement) => {
                self.eval(&statement.argument);
                Flow::Throw
            }
            Statement::TryStatement(statement) => self.attempt(statement),
            Statement::SwitchStatement(statement) => self.switch(statement),
            Statement::BreakStatement(_) => Flow::Break,
            Statement::ContinueStatement(_) => Flow::Continue,
            Statement::LabeledStatement(labeled) => self.statement(&labeled.body),
            Statement::ClassDeclaration(class) => {
                let value = self.class(class);
                if let Some(id) = &class.id {
                    self.declare(id.name.as_str(), value);
                }
                Flow::Next
            }
            Statement::ExportDeclaration(export) => {
                match &export.declaration {
                    Declaration::VariableDeclaration(declaration) => self.variables(declaration),
                    Declaration::ClassDeclaration(class) => {
                        self.class(class);
                    }
                    _ => {}
                }
                Flow::Next
            }
            Statement::ImportDeclaration(import) => {
                let source = Value::text(import.source.value.as_str());
                self.resource(&source, true);
                Flow::Next
            }
            Statement::ExportDefaultDeclaration(export) => {
                if let Some(expression) = export.declaration.as_expression() {
                    self.eval(expression);
                }
                Flow::Next
            }
            _ => self.repetition(statement),
        }
    }

    pub(crate) fn scoped<T>(&mut self, code: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope;
        self.push_scope(outer, false, None);
        let result = code(self);
        self.scope = outer;
        result
    }

    pub(crate) fn variables(&mut self, declaration: &'a VariableDeclaration<'a>) {
        let is_var = declaration.kind.is_var();
        for declarator in &declaration.declarations {
            let value = match &declarator.init {
                Some(init) => self.eval(init),
                None if is_var => {
                    // `var a;` leaves what `a` is.
                    if let BindingPattern::BindingIdentifier(name) = &declarator.id
                        && self.lookup(name.name.as_str()).is_none()
                    {
                        self.declare_var(name.name.as_str(), Value::Undefined);
                    }
                    continue;
                }
                None => Value::Undefined,
            };
            let own = declarator.init.as_ref();
            let own = own.map_or_else(Vec::new, |init| self.own_of_binding(&declarator.id, init));
            self.bind(&declarator.id, value, is_var);
            for (name, piece) in own {
                self.hold_own(name, piece);
            }
        }
    }

    /// Gives the names of a pattern their parts of a value.
    pub(crate) fn bind(&mut self, pattern: &'a BindingPattern<'a>, value: Value<'a>, is_var: bool) {
        if self.depth >= MAX_DEPTH {
            self.cut(Cut::Depth);
            return;
        }
        self.depth += 1;
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                let name = name.name.as_str();
                if is_var {
                    self.declare_var(name, value);
                } else {
                    self.declare(name, value);
                }
            }
            BindingPattern::ObjectPattern(object) => {
                for property in &object.properties {
                    let part = match self.key(&property.key, property.computed) {
                        Some(key) => self.property(&value, key),
                        None => Value::Unknown(value.taint()),
                    };
                    self.bind(&property.value, part, is_var);
                }
            }
            BindingPattern::ArrayPattern(array) => {
                for (at, element) in array.elements.iter().enumerate() {
                    if let Some(element) = element {
                        let part = self.property_by(&value, &Value::Number(at as f64));
                        self.bind(element, part, is_var);
                    }
                }
            }
            BindingPattern::AssignmentPattern(default) => {
                let value = match value {
                    Value::Undefined => self.eval(&default.right),
                    Value::Unknown(taint) => {
                        let right = self.eval(&default.right);
                        Value::either([Value::Unknown(taint), right])
                    }
                    other => other,
                };
                self.bind(&default.left, value, is_var);
            }
        }
        self.depth -= 1;
    }

    fn choice(&mut self, statement: &'a IfStatement<'a>) -> Flow<'a> {
        let test = self.eval(&statement.test);
        match test.truth() {
            Some(true) => self.statement(&statement.consequent),
            Some(false) => match &statement.alternate {
                Some(alternate) => self.statement(alternate),
                None => Flow::Next,
            },
            None => {
                let taint = test.taint();
                let yes = self.guarded(taint, |m| m.statement(&statement.consequent));
                let no = match &statement.alternate {
                    Some(alternate) => self.guarded(taint, |m| m.statement(alternate)),
                    None => Flow::Next,
                };
                self.either_flow(taint, yes, no)
            }
        }
    }

    /// Where control goes after one of two ways.
    fn either_flow(&mut self, taint: Taint, yes: Flow<'a>, no: Flow<'a>) -> Flow<'a> {
        match (yes, no) {
            (Flow::Next, Flow::Next) => Flow::Next,
            (Flow::Return(a), Flow::Return(b)) => Flow::Return(Value::either([a, b])),
            (Flow::Break | Flow::Continue, Flow::Break | Flow::Continue) => {
                self.may_have_left = true;
                Flow::Continue
            }
            (Flow::Throw, Flow::Throw) => Flow::Throw,
            (yes, no) => {
                for flow in [yes, no] {
                    match flow {
                        Flow::Return(value) => {
                            self.returned.push(value);
                            self.may_have_left = true;
                        }
                        Flow::Break => self.may_have_left = true,
                        Flow::Next | Flow::Continue | Flow::Throw => {}
                    }
                }
                // The rest runs only on one of the two ways.
                if !taint.is_empty() {
                    self.situation.tested.push(taint);
                }
                Flow::Next
            }
        }
    }

    fn attempt(&mut self, statement: &'a TryStatement<'a>) -> Flow<'a> {
        let mut flow = self.scoped(|m| m.block(&statement.block.body));
        if let Some(handler) = &statement.handler {
            let thrown = matches!(flow, Flow::Throw);
            let caught = |m: &mut Self| {
                m.scoped(|m| {
                    if let Some(parameter) = &handler.param {
                        m.bind(&parameter.pattern, Value::Unknown(Taint::NONE), false);
                    }
                    m.block(&handler.body.body)
                })
            };
            if thrown {
                flow = caught(self);
            } else if flow.is_next() {
                // Whether something was thrown, the text does not tell: what the handler would do
                // counts, where it leads control does not.
                self.unsure += 1;
                caught(self);
                self.unsure -= 1;
            }
        }
        if let Some(last) = &statement.finalizer {
            let ends = self.scoped(|m| m.block(&last.body));
            if !ends.is_next() {
                flow = ends;
            }
        }
        flow
    }

    fn switch(&mut self, statement: &'a SwitchStatement<'a>) -> Flow<'a> {
        let value = self.eval(&statement.discriminant);
        let outer = self.scope;
        self.push_scope(outer, false, None);
        let mut flow = Flow::Next;
        let mut start = None;
        let mut is_known = !value.is_unknown() && !matches!(value, Value::Either(_));
        for (at, case) in statement.cases.iter().enumerate() {
            let Some(test) = &case.test else { continue };
            if !is_known {
                break;
            }
            let test = self.eval(test);
            let equal = self.operate(crate::operators::Operator::of("==="), &value, &test);
            match equal.truth() {
                Some(true) => {
                    start = Some(at);
                    break;
                }
                Some(false) => {}
                None => is_known = false,
            }
        }
        if is_known {
            let default = statement.cases.iter().position(|case| case.test.is_none());
            for case in statement
                .cases
                .iter()
                .skip(start.or(default).unwrap_or(usize::MAX))
            {
                flow = self.block(&case.consequent);
                if !flow.is_next() {
                    break;
                }
            }
        } else {
            for case in &statement.cases {
                let ended = self.guarded(value.taint(), |m| m.block(&case.consequent));
                if let Flow::Return(value) = ended {
                    self.returned.push(value);
                }
            }
        }
        self.scope = outer;
        match flow {
            Flow::Break => Flow::Next,
            other => other,
        }
    }

    /// A class: a function with a prototype.
    pub(crate) fn class(&mut self, class: &'a Class<'a>) -> Value<'a> {
        let made = self.function(Code::Class(class), None);
        let prototype = self.object(Kind::Plain);
        if let Some(heritage) = &class.heritage {
            let parent = self.eval(&heritage.expression);
            if let (Value::Object(parent), Value::Object(own)) =
                (self.property(&parent, "prototype"), &prototype)
                && let Some(object) = self.get_mut(*own)
            {
                object.parent = Some(parent);
            }
        }
        for element in &class.body.body {
            match element {
                ClassElement::MethodDefinition(method) => {
                    let Some(key) = self.key(&method.key, method.computed) else {
                        continue;
                    };
                    if method.kind == MethodDefinitionKind::Constructor {
                        continue;
                    }
                    let value = self.function(Code::Function(&method.value), None);
                    let holder = if method.r#static { &made } else { &prototype };
                    self.set_own(holder, key, value);
                }
                ClassElement::PropertyDefinition(property) if property.r#static => {
                    if let (Some(key), Some(value)) =
                        (self.key(&property.key, property.computed), &property.value)
                    {
                        let value = self.eval(value);
                        self.set_own(&made, key, value);
                    }
                }
                _ => {}
            }
        }
        self.set_own(&made, "prototype", prototype);
        made
    }
}
