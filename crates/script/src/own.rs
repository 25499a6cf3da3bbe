//! A page that takes its visitor to its own address, however a script writes that address down.
//!
//! The address of a page is unknown to the evaluator, so that one page's facts hold for what a test
//! of it depends on. Where a script does nothing with it but go there, it is told by what is
//! written, and put together from the address that the page has.

use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentOperator, AssignmentTarget, BinaryOperator,
    BindingPattern, CallExpression, Expression, PropertyKey, StaticMemberExpression,
};

use crate::machine::Machine;
use crate::value::Value;

/// Pieces within pieces of an address that are looked into.
const NESTING: u32 = 12;

/// Names of one scope that are known to hold the address.
const NAMES: usize = 64;

/// Bytes of an address that a name is known to hold.
const LENGTH: usize = 4_096;

impl<'a> Machine<'a> {
    /// Whether an assignment takes everybody to an address that is made of the page's own alone:
    /// `location.href = location.pathname`. It is reported then.
    pub(crate) fn sets_own_address(&mut self, assignment: &'a AssignmentExpression<'a>) -> bool {
        let to = match &assignment.left {
            AssignmentTarget::AssignmentTargetIdentifier(name) => self
                .is_of_browser(name.name.as_str(), &["location"])
                .then_some("href"),
            AssignmentTarget::StaticMemberExpression(member) if self.is_location_of(member) => {
                Some("href")
            }
            AssignmentTarget::StaticMemberExpression(member)
                if self.is_location(&member.object) =>
            {
                Some(member.property.name.as_str())
            }
            _ => None,
        };
        let written = &assignment.right;
        match to {
            Some("href") => self.goes_to(written, assignment.span.start),
            // A part of the address is set to what it is.
            Some(part @ ("pathname" | "search")) => {
                let is_same = matches!(written, Expression::StaticMemberExpression(member)
                    if member.property.name == part && self.is_location(&member.object));
                if is_same {
                    self.at = assignment.span.start;
                    self.reloaded();
                }
                is_same
            }
            _ => false,
        }
    }

    /// The same for a call: `location.replace(location.href)`, `window.open(location, '_self')`.
    pub(crate) fn calls_own_address(&mut self, call: &'a CallExpression<'a>) -> bool {
        let Some(written) = call.arguments.first().and_then(Argument::as_expression) else {
            return false;
        };
        let moves = match &call.callee {
            Expression::StaticMemberExpression(member) => match member.property.name.as_str() {
                "assign" | "replace" => self.is_location(&member.object),
                "open" => self.is_window(&member.object) && opens_here(call),
                "navigate" => matches!(&member.object, Expression::Identifier(name)
                    if self.is_of_browser(name.name.as_str(), &["navigation"])),
                _ => false,
            },
            Expression::Identifier(name) => {
                self.is_of_browser(name.name.as_str(), &["open"]) && opens_here(call)
            }
            _ => false,
        };
        moves && self.goes_to(written, call.span.start)
    }

    /// Reports that everybody is taken to what is written, if that is made of the page's own
    /// address.
    fn goes_to(&mut self, written: &'a Expression<'a>, at: u32) -> bool {
        let is_empty = matches!(written, Expression::StringLiteral(text) if text.value.is_empty());
        if is_empty || self.is_own_address(written) {
            self.at = at;
            self.reloaded();
            return true;
        }
        let is_told = matches!(
            written,
            Expression::StringLiteral(_) | Expression::NumericLiteral(_)
        );
        if is_told || !self.is_for_everybody() {
            return false;
        }
        let Some(piece) = self
            .own_piece(written, NESTING)
            .filter(|piece| piece.is_own)
        else {
            return false;
        };
        self.at = at;
        match self.own_address() {
            Some(own) if own == piece.text => {
                self.reloaded();
            }
            _ => self.navigate(&Value::text(piece.text)),
        }
        true
    }

    /// What the names of a declaration hold of the page's own address: `var here = location.href`,
    /// `const { pathname, search } = location`.
    pub(crate) fn own_of_binding(
        &self,
        names: &'a BindingPattern<'a>,
        written: &Expression<'a>,
    ) -> Vec<(&'a str, Piece)> {
        if !self.is_for_everybody() {
            return Vec::new();
        }
        match names {
            BindingPattern::BindingIdentifier(name) => {
                let piece = self.own_piece(written, NESTING);
                let piece = piece.filter(|piece| piece.is_own);
                piece
                    .map(|piece| (name.name.as_str(), piece))
                    .into_iter()
                    .collect()
            }
            BindingPattern::ObjectPattern(object) if self.is_location(written) => {
                let parts = object.properties.iter().filter_map(|property| {
                    let (
                        PropertyKey::StaticIdentifier(part),
                        BindingPattern::BindingIdentifier(name),
                    ) = (&property.key, &property.value)
                    else {
                        return None;
                    };
                    let piece = self.own_member(part.name.as_str())?;
                    Some((name.name.as_str(), piece))
                });
                parts.collect()
            }
            _ => Vec::new(),
        }
    }

    /// The same for an assignment to a name: `here = location.href`, `here += '#top'`. To be asked before
    /// it is made, because it may stand on both sides.
    pub(crate) fn own_of_assignment(
        &self,
        assignment: &'a AssignmentExpression<'a>,
    ) -> Option<(&'a str, Piece)> {
        let AssignmentTarget::AssignmentTargetIdentifier(name) = &assignment.left else {
            return None;
        };
        let name = name.name.as_str();
        if !self.is_for_everybody() {
            return None;
        }
        let added = || self.own_piece(&assignment.right, NESTING);
        let piece = match assignment.operator {
            AssignmentOperator::Assign => added()?,
            AssignmentOperator::Addition => self.own_name(name)?.then(added()?),
            _ => return None,
        };
        piece.is_own.then_some((name, piece))
    }

    /// Takes note that a name that was just given its value holds the address, until it gets another.
    pub(crate) fn hold_own(&mut self, name: &'a str, piece: Piece) {
        let scope = self.scope_of(name).and_then(|at| self.scopes.get_mut(at));
        if let Some(scope) = scope
            && scope.own.len() < NAMES
            && piece.text.len() <= LENGTH
        {
            scope.own.push((name, piece));
        }
    }

    fn own_name(&self, name: &str) -> Option<Piece> {
        let scope = self.scopes.get(self.scope_of(name)?)?;
        let held = scope.own.iter().find(|(own, _)| *own == name);
        held.map(|(_, piece)| piece.clone())
    }

    /// `location`, `location.href` and `document.URL`, as written.
    fn is_own_address(&self, expression: &Expression<'a>) -> bool {
        let Expression::StaticMemberExpression(member) = expression else {
            return self.is_location(expression);
        };
        let name = member.property.name.as_str();
        let is_document = || match &member.object {
            Expression::Identifier(name) => self.is_native(name.name.as_str(), &["document"]),
            _ => false,
        };
        self.is_location_of(member)
            || (name == "href" && self.is_location(&member.object))
            || (matches!(name, "URL" | "documentURI") && is_document())
    }

    /// A text that is written as pieces of the page's own address and of what is spelled out.
    fn own_piece(&self, expression: &Expression<'a>, nesting: u32) -> Option<Piece> {
        let nesting = nesting.checked_sub(1)?;
        if self.is_own_address(expression) {
            return self.own_address().map(Piece::own);
        }
        match expression {
            Expression::StringLiteral(text) => Some(Piece::spelled(text.value.as_str())),
            Expression::ParenthesizedExpression(within) => {
                self.own_piece(&within.expression, nesting)
            }
            Expression::Identifier(name) => self.own_name(name.name.as_str()),
            Expression::StaticMemberExpression(member) if self.is_location(&member.object) => {
                self.own_part(member.property.name.as_str()).map(Piece::own)
            }
            Expression::BinaryExpression(sum) if sum.operator == BinaryOperator::Addition => {
                let left = self.own_piece(&sum.left, nesting)?;
                Some(left.then(self.own_piece(&sum.right, nesting)?))
            }
            Expression::TemplateLiteral(template) => {
                let mut whole = Piece::spelled("");
                for (at, quasi) in template.quasis.iter().enumerate() {
                    whole = whole.then(Piece::spelled(quasi.value.cooked?.as_str()));
                    if let Some(within) = template.expressions.get(at) {
                        whole = whole.then(self.own_piece(within, nesting)?);
                    }
                }
                Some(whole)
            }
            Expression::CallExpression(call) => self.own_call(call, nesting),
            // `location.href.split('#')[0]`.
            Expression::ComputedMemberExpression(member) => {
                let is_first = matches!(&member.expression, Expression::NumericLiteral(number)
                    if number.value == 0.0);
                match &member.object {
                    Expression::CallExpression(call) if is_first => self.own_head(call, nesting),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `String(location)` and `location.toString()`.
    fn own_call(&self, call: &CallExpression<'a>, nesting: u32) -> Option<Piece> {
        match &call.callee {
            Expression::Identifier(name) if self.is_of_browser(name.name.as_str(), &["String"]) => {
                self.own_piece(call.arguments.first()?.as_expression()?, nesting)
            }
            Expression::StaticMemberExpression(member)
                if call.arguments.is_empty() && member.property.name == "toString" =>
            {
                self.own_piece(&member.object, nesting)
            }
            _ => None,
        }
    }

    /// What stands before a sign, of a call that splits there.
    fn own_head(&self, call: &CallExpression<'a>, nesting: u32) -> Option<Piece> {
        let Expression::StaticMemberExpression(member) = &call.callee else {
            return None;
        };
        let Expression::StringLiteral(sign) = call.arguments.first()?.as_expression()? else {
            return None;
        };
        let is_split = member.property.name == "split" && matches!(sign.value.as_str(), "#" | "?");
        let whole = self
            .own_piece(&member.object, nesting)
            .filter(|_| is_split)?;
        let head = whole.text.split(sign.value.as_str()).next()?.to_owned();
        Some(Piece {
            text: head,
            is_own: whole.is_own,
        })
    }

    /// The address of the page, if it has one.
    fn own_address(&self) -> Option<String> {
        Some(format!("{}{}", self.own_part("origin")?, self.page.path()?))
    }

    /// What a member of `location` holds of the address.
    fn own_member(&self, name: &str) -> Option<Piece> {
        let text = match name {
            "href" => self.own_address(),
            _ => self.own_part(name),
        };
        text.map(Piece::own)
    }

    /// A part of the address, by its name in `location`.
    fn own_part(&self, name: &str) -> Option<String> {
        let (scheme, host, port) = self.page.origin();
        let full_host = match port.as_str() {
            "" => host.clone(),
            port => format!("{host}:{port}"),
        };
        let path = self.page.path()?;
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path.to_owned(), format!("?{query}")),
            None => (path, String::new()),
        };
        Some(match name {
            "protocol" => format!("{scheme}:"),
            "host" => full_host,
            "hostname" => host,
            "port" => port,
            "origin" => format!("{scheme}://{full_host}"),
            "pathname" => path,
            "search" => query,
            // A visitor comes without one.
            "hash" => String::new(),
            _ => return None,
        })
    }

    fn is_location(&self, expression: &Expression<'a>) -> bool {
        match expression {
            Expression::Identifier(name) => self.is_native(name.name.as_str(), &["location"]),
            Expression::StaticMemberExpression(member) => self.is_location_of(member),
            _ => false,
        }
    }

    /// Whether a name is that of an object of the browser's own, or one that holds it: `var d = document`.
    fn is_native(&self, name: &str, own: &[&str]) -> bool {
        match self.lookup(name) {
            None => own.contains(&name),
            Some(Value::Native(held)) => own.contains(&held),
            Some(_) => false,
        }
    }

    /// `window.location` and `document.location`.
    fn is_location_of(&self, member: &StaticMemberExpression<'a>) -> bool {
        let is_document = matches!(&member.object, Expression::Identifier(name)
            if self.is_native(name.name.as_str(), &["document"]));
        member.property.name == "location" && (is_document || self.is_window(&member.object))
    }

    fn is_window(&self, expression: &Expression<'a>) -> bool {
        const NAMES: [&str; 3] = ["window", "self", "globalThis"];
        matches!(expression, Expression::Identifier(name)
            if self.is_native(name.name.as_str(), &NAMES))
    }

    /// Whether a name is one of the browser's own that the code gives no other meaning.
    fn is_of_browser(&self, name: &str, own: &[&str]) -> bool {
        own.contains(&name) && self.lookup(name).is_none()
    }
}

/// Whether a call of `open` takes the visitor along: to an address, in the place of the page.
fn opens_here(call: &CallExpression<'_>) -> bool {
    let text_of = |at: usize| match call.arguments.get(at).and_then(Argument::as_expression) {
        Some(Expression::StringLiteral(text)) => Some(text.value.as_str()),
        _ => None,
    };
    text_of(1) == Some("_self") && text_of(0) != Some("")
}

/// A piece of a text.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    text: String,
    /// Whether a part of the page's own address is in it.
    is_own: bool,
}

impl Piece {
    fn own(text: String) -> Self {
        Self { text, is_own: true }
    }

    fn spelled(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            is_own: false,
        }
    }

    fn then(mut self, next: Self) -> Self {
        self.text.push_str(&next.text);
        self.is_own |= next.is_own;
        self
    }
}
