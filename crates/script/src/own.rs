//! A page that takes its visitor to its own address, however a script writes that address down.
//!
//! The address of a page is unknown to the evaluator, so that one page's facts hold for what a test
//! of it depends on. Where a script does nothing with it but go there, it is told by what is
//! written, and put together from the address that the page has.

use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentTarget, BinaryOperator, CallExpression, Expression,
    StaticMemberExpression,
};

use crate::machine::Machine;
use crate::value::Value;

/// Pieces within pieces of an address that are looked into.
const NESTING: u32 = 12;

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

    /// `location`, `location.href` and `document.URL`, as written.
    fn is_own_address(&self, expression: &Expression<'a>) -> bool {
        let Expression::StaticMemberExpression(member) = expression else {
            return self.is_location(expression);
        };
        let name = member.property.name.as_str();
        let is_document = || match &member.object {
            Expression::Identifier(name) => self.is_of_browser(name.name.as_str(), &["document"]),
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
            Expression::Identifier(name) => self.is_of_browser(name.name.as_str(), &["location"]),
            Expression::StaticMemberExpression(member) => self.is_location_of(member),
            _ => false,
        }
    }

    /// `window.location` and `document.location`.
    fn is_location_of(&self, member: &StaticMemberExpression<'a>) -> bool {
        let is_document = matches!(&member.object, Expression::Identifier(name)
            if self.is_of_browser(name.name.as_str(), &["document"]));
        member.property.name == "location" && (is_document || self.is_window(&member.object))
    }

    fn is_window(&self, expression: &Expression<'a>) -> bool {
        const NAMES: [&str; 3] = ["window", "self", "globalThis"];
        matches!(expression, Expression::Identifier(name)
            if self.is_of_browser(name.name.as_str(), &NAMES))
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
struct Piece {
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
