//! Loops, a bounded number of rounds of each.

use oxc_ast::ast::{ForStatementInit, ForStatementLeft, Statement};

use crate::machine::{Cut, Machine};
use crate::statements::Flow;
use crate::value::{Taint, Value};

/// Rounds of one loop.
const MAX_ROUNDS: usize = 60_000;

impl<'a> Machine<'a> {
    pub(crate) fn repetition(&mut self, statement: &'a Statement<'a>) -> Flow<'a> {
        let outer = self.scope;
        self.push_scope(outer, false, None);
        let left_before = std::mem::take(&mut self.may_have_left);
        let flow = self.rounds(statement);
        self.may_have_left = left_before;
        self.scope = outer;
        match flow {
            Flow::Break | Flow::Continue => Flow::Next,
            other => other,
        }
    }

    fn rounds(&mut self, statement: &'a Statement<'a>) -> Flow<'a> {
        match statement {
            Statement::WhileStatement(repeat) => {
                self.repeat(Some(&repeat.test), None, &repeat.body, false)
            }
            Statement::DoWhileStatement(repeat) => {
                self.repeat(Some(&repeat.test), None, &repeat.body, true)
            }
            Statement::ForStatement(repeat) => {
                match &repeat.init {
                    Some(ForStatementInit::VariableDeclaration(declaration)) => {
                        self.variables(declaration);
                    }
                    Some(other) => {
                        if let Some(expression) = other.as_expression() {
                            self.eval(expression);
                        }
                    }
                    None => {}
                }
                self.repeat(
                    repeat.test.as_ref(),
                    repeat.update.as_ref(),
                    &repeat.body,
                    false,
                )
            }
            Statement::ForInStatement(repeat) => {
                let value = self.eval(&repeat.right);
                let keys = self.keys(&value);
                self.each(&repeat.left, keys, &repeat.body, value.taint())
            }
            Statement::ForOfStatement(repeat) => {
                let value = self.eval(&repeat.right);
                let items = match (&value, self.items(&value)) {
                    (_, Some(items)) => Some(items.to_vec()),
                    (Value::Text(text), None) if !text.hole => {
                        let chars = text.text.chars().take(MAX_ROUNDS);
                        Some(
                            chars
                                .map(|c| Value::made(c.to_string(), text.made))
                                .collect(),
                        )
                    }
                    _ => None,
                };
                self.each(&repeat.left, items, &repeat.body, value.taint())
            }
            Statement::WithStatement(with) => {
                self.eval(&with.object);
                self.statement(&with.body)
            }
            _ => Flow::Next,
        }
    }

    fn repeat(
        &mut self,
        test: Option<&'a oxc_ast::ast::Expression<'a>>,
        update: Option<&'a oxc_ast::ast::Expression<'a>>,
        body: &'a Statement<'a>,
        body_first: bool,
    ) -> Flow<'a> {
        for round in 0..MAX_ROUNDS {
            let goes_on = match test {
                Some(test) if round > 0 || !body_first => self.eval(test),
                _ => Value::Bool(true),
            };
            match goes_on.truth() {
                Some(false) => return Flow::Next,
                Some(true) => {}
                None => {
                    let flow = self.guarded(goes_on.taint(), |m| {
                        let flow = m.statement(body);
                        if let Some(update) = update {
                            m.eval(update);
                        }
                        flow
                    });
                    if let Flow::Return(value) = flow {
                        self.returned.push(value);
                    }
                    return Flow::Next;
                }
            }
            match self.statement(body) {
                Flow::Next | Flow::Continue => {}
                other => return other,
            }
            if self.may_have_left || self.is_spent() {
                return Flow::Next;
            }
            if let Some(update) = update {
                self.eval(update);
            }
        }
        self.cut(Cut::Steps);
        Flow::Next
    }

    fn each(
        &mut self,
        left: &'a ForStatementLeft<'a>,
        items: Option<Vec<Value<'a>>>,
        body: &'a Statement<'a>,
        taint: Taint,
    ) -> Flow<'a> {
        let Some(items) = items else {
            let flow = self.guarded(taint, |m| {
                m.for_binding(left, Value::Unknown(taint));
                m.statement(body)
            });
            if let Flow::Return(value) = flow {
                self.returned.push(value);
            }
            return Flow::Next;
        };
        for item in items.into_iter().take(MAX_ROUNDS) {
            let outer = self.scope;
            self.push_scope(outer, false, None);
            self.for_binding(left, item);
            let flow = self.statement(body);
            self.scope = outer;
            match flow {
                Flow::Next | Flow::Continue => {}
                other => return other,
            }
            if self.may_have_left || self.is_spent() {
                break;
            }
        }
        Flow::Next
    }

    fn for_binding(&mut self, left: &'a ForStatementLeft<'a>, value: Value<'a>) {
        match left {
            ForStatementLeft::VariableDeclaration(declaration) => {
                if let Some(declarator) = declaration.declarations.first() {
                    self.bind(&declarator.id, value, declaration.kind.is_var());
                }
            }
            other => {
                if let Some(target) = other.as_assignment_target() {
                    self.write(target, value);
                }
            }
        }
    }
}
