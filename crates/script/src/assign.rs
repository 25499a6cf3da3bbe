//! Assignments: to names, to members, by patterns.

use oxc_ast::ast::{AssignmentExpression, AssignmentTarget, SimpleAssignmentTarget};

use crate::machine::Machine;
use crate::operators::Operator;
use crate::value::{Taint, Value};

impl<'a> Machine<'a> {
    pub(crate) fn assignment(&mut self, assignment: &'a AssignmentExpression<'a>) -> Value<'a> {
        let operator = assignment.operator.as_str();
        if operator == "=" && self.sets_own_address(assignment) {
            return Value::Unknown(Taint::ADDRESS);
        }
        let own = self.own_of_assignment(assignment);
        let value = self.assigned(assignment, operator);
        if let Some((name, piece)) = own {
            self.hold_own(name, piece);
        }
        value
    }

    fn assigned(&mut self, assignment: &'a AssignmentExpression<'a>, operator: &str) -> Value<'a> {
        if operator == "=" {
            let value = self.eval(&assignment.right);
            self.at = assignment.span.start;
            self.write(&assignment.left, value.clone());
            return value;
        }
        let Some(target) = assignment.left.as_simple_assignment_target() else {
            return Value::Unknown(Taint::NONE);
        };
        let old = self.read_target(target);
        let value = match operator {
            "||=" | "&&=" | "??=" => {
                let right = self.eval(&assignment.right);
                let keeps = match operator {
                    "||=" => old.truth(),
                    "&&=" => old.truth().map(|truth| !truth),
                    _ => (!old.is_unknown()).then(|| !old.is_nothing()),
                };
                match keeps {
                    Some(true) => old,
                    Some(false) => right,
                    None => Value::either([old, right]),
                }
            }
            _ => {
                let right = self.eval(&assignment.right);
                self.operate(Operator::of(operator.trim_end_matches('=')), &old, &right)
            }
        };
        self.at = assignment.span.start;
        self.write_simple(target, value.clone());
        value
    }

    pub(crate) fn write(&mut self, target: &'a AssignmentTarget<'a>, value: Value<'a>) {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(array) => {
                for (at, element) in array.elements.iter().enumerate() {
                    let item = self.property_by(&value, &Value::Number(at as f64));
                    if let Some(target) = element.as_ref().and_then(|e| e.as_assignment_target()) {
                        self.write(target, item);
                    }
                }
            }
            AssignmentTarget::ObjectAssignmentTarget(_) => {}
            _ => {
                if let Some(target) = target.as_simple_assignment_target() {
                    self.write_simple(target, value);
                }
            }
        }
    }

    pub(crate) fn write_simple(
        &mut self,
        target: &'a SimpleAssignmentTarget<'a>,
        value: Value<'a>,
    ) {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                let name = name.name.as_str();
                if matches!(name, "location" | "onload") && self.lookup(name).is_none() {
                    self.set(&Value::Native("window"), name, value);
                } else {
                    self.assign(name, value);
                }
            }
            SimpleAssignmentTarget::StaticMemberExpression(member) => {
                let object = self.eval(&member.object);
                self.at = member.span.start;
                self.set(&object, member.property.name.as_str(), value);
            }
            SimpleAssignmentTarget::ComputedMemberExpression(member) => {
                let object = self.eval(&member.object);
                let key = self.eval(&member.expression);
                self.at = member.span.start;
                if let Some(key) = self.key_of(&key) {
                    self.set(&object, key, value);
                }
            }
            SimpleAssignmentTarget::PrivateFieldExpression(member) => {
                let object = self.eval(&member.object);
                self.set(&object, member.field.name.as_str(), value);
            }
            _ => {}
        }
    }

    pub(crate) fn read_target(&mut self, target: &'a SimpleAssignmentTarget<'a>) -> Value<'a> {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.identifier(name.name.as_str())
            }
            SimpleAssignmentTarget::StaticMemberExpression(member) => self.named_member(member),
            SimpleAssignmentTarget::ComputedMemberExpression(member) => {
                self.computed_member(member)
            }
            _ => Value::Unknown(Taint::NONE),
        }
    }
}
