//! The state of the evaluator: scopes, heap, budgets, and the situation in which code is read.

use std::rc::Rc;

use model::Condition;
use oxc_allocator::Allocator;

use crate::Page;
use crate::found::{Finding, Happening, Way};
use crate::heap::{Closure, Code, Element, Kind, Names, Object};
use crate::own::Piece;
use crate::value::{Id, Made, Taint, Text, Value};

/// What a page may spend on its scripts.
pub(crate) const PAGE_FUEL: u32 = 1_200_000;

/// What one script may spend, handlers apart.
pub(crate) const SCRIPT_FUEL: u32 = 400_000;

/// Calls and expressions nested deeper than this are unknown. Each level costs the stack of the
/// reader about a kilobyte.
pub(crate) const MAX_DEPTH: u32 = 220;

/// Calls nested deeper than this are unknown.
pub(crate) const MAX_CALLS: u32 = 24;

/// A text never grows beyond this many bytes.
pub(crate) const MAX_TEXT: usize = 1 << 20;

/// More findings than this are left out, with a note.
const MAX_FINDINGS: usize = 600;

/// The names of one block or function.
#[derive(Debug, Default)]
pub(crate) struct Scope<'a> {
    pub(crate) names: Names<'a>,
    /// Those of them that hold the page's own address, or what is made of it.
    pub(crate) own: Vec<(&'a str, Piece)>,
    pub(crate) parent: Option<usize>,
    /// What `this` is in a function that has its own.
    pub(crate) this: Option<Value<'a>>,
    /// Whether `var` stops here.
    pub(crate) is_function: bool,
    /// How many tests of unknown outcome stood around it when it was made.
    pub(crate) unsure: u32,
}

impl<'a> Scope<'a> {
    pub(crate) fn set(&mut self, name: &'a str, value: Value<'a>) {
        self.own.retain(|(own, _)| *own != name);
        self.names.set(name, value);
    }
}

/// What has to happen before the code that is being read runs, and under which condition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Situation {
    /// The event or timer; `None` while the script itself runs.
    pub(crate) happening: Happening,
    /// What was tested on the way here.
    pub(crate) tested: Vec<Taint>,
}

/// A function to be called later.
#[derive(Debug, Clone)]
pub(crate) struct Task<'a> {
    pub(crate) function: Value<'a>,
    pub(crate) this: Value<'a>,
    pub(crate) arguments: Vec<Value<'a>>,
    pub(crate) situation: Situation,
    pub(crate) source: usize,
    pub(crate) at: u32,
}

/// Where a piece of code stands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Origin {
    /// Which of the texts that were given.
    pub(crate) text: usize,
    /// Which of the texts that were read holds the code.
    pub(crate) code: usize,
    /// The place to report, for code that was made at that place.
    pub(crate) pinned: Option<u32>,
    /// How the code came about.
    pub(crate) made: Made,
}

/// Names what a bound has cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cut {
    /// Steps.
    Steps,
    /// Nesting of calls or expressions.
    Depth,
    /// Length of a text, or number of findings.
    Size,
}

/// The evaluator.
pub(crate) struct Machine<'a> {
    pub(crate) arena: &'a Allocator,
    pub(crate) page: &'a dyn Page,
    pub(crate) heap: Vec<Object<'a>>,
    pub(crate) scopes: Vec<Scope<'a>>,
    /// The scope of the code that is being read.
    pub(crate) scope: usize,
    pub(crate) fuel: u32,
    pub(crate) page_fuel: u32,
    pub(crate) depth: u32,
    pub(crate) calls: u32,
    /// How many tests of unknown outcome stand around the code that is being read.
    pub(crate) unsure: u32,
    /// Values that may have been returned already.
    pub(crate) returned: Vec<Value<'a>>,
    /// Whether the loop that is being read may have ended.
    pub(crate) may_have_left: bool,
    pub(crate) situation: Situation,
    pub(crate) tasks: Vec<Task<'a>>,
    pub(crate) functions: Vec<Id>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) cuts: Vec<Cut>,
    /// The texts that were read, given or compiled.
    pub(crate) texts: Vec<&'a str>,
    /// Where pieces of code stand.
    pub(crate) origins: Vec<Origin>,
    /// Which of the origins is being read, and where in it.
    pub(crate) source: usize,
    pub(crate) at: u32,
    /// The handler that is being read: what its calls do is its own.
    pub(crate) handler: Option<usize>,
    /// How the code that is being read came about.
    pub(crate) made: Made,
    /// Texts that were compiled by the script itself.
    pub(crate) compiled: u32,
    pub(crate) patterns: u32,
    pub(crate) lookups: u32,
    /// Where forms of the document were made to lead, by what they are found by.
    pub(crate) actions: Vec<(String, Value<'a>)>,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(arena: &'a Allocator, page: &'a dyn Page) -> Self {
        let global = Scope {
            is_function: true,
            this: Some(Value::Native("window")),
            ..Scope::default()
        };
        Self {
            arena,
            page,
            heap: Vec::new(),
            scopes: vec![global],
            scope: 0,
            fuel: SCRIPT_FUEL,
            page_fuel: PAGE_FUEL,
            depth: 0,
            calls: 0,
            unsure: 0,
            returned: Vec::new(),
            may_have_left: false,
            situation: Situation::default(),
            tasks: Vec::new(),
            functions: Vec::new(),
            findings: Vec::new(),
            cuts: Vec::new(),
            texts: Vec::new(),
            origins: vec![Origin::default()],
            source: 0,
            at: 0,
            handler: None,
            made: Made::NONE,
            compiled: 0,
            patterns: 0,
            lookups: 0,
            actions: Vec::new(),
        }
    }

    /// Notes that a bound has cut something.
    pub(crate) fn cut(&mut self, cut: Cut) {
        if !self.cuts.contains(&cut) {
            self.cuts.push(cut);
        }
    }

    /// Takes steps off the budget; false when it is spent.
    pub(crate) fn spend(&mut self, steps: usize) -> bool {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.fuel = self.fuel.saturating_sub(steps);
        self.page_fuel = self.page_fuel.saturating_sub(steps);
        if self.fuel == 0 || self.page_fuel == 0 {
            self.cut(Cut::Steps);
            return false;
        }
        true
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.fuel == 0 || self.page_fuel == 0
    }

    /// A name that lives as long as the evaluator.
    pub(crate) fn name(&self, name: &str) -> &'a str {
        self.arena.alloc_str(name)
    }

    pub(crate) fn object(&mut self, kind: Kind<'a>) -> Value<'a> {
        if self.heap.len() >= 200_000 {
            self.cut(Cut::Size);
            return Value::Unknown(Taint::NONE);
        }
        self.heap.push(Object {
            kind,
            names: Names::default(),
            parent: None,
            unsure: self.unsure,
        });
        Value::Object(Id(u32::try_from(self.heap.len() - 1).unwrap_or(u32::MAX)))
    }

    pub(crate) fn get(&self, id: Id) -> Option<&Object<'a>> {
        self.heap.get(id.0 as usize)
    }

    pub(crate) fn get_mut(&mut self, id: Id) -> Option<&mut Object<'a>> {
        self.heap.get_mut(id.0 as usize)
    }

    pub(crate) fn array(&mut self, items: Vec<Value<'a>>) -> Value<'a> {
        self.spend(items.len() / 4);
        self.object(Kind::Array(items))
    }

    /// The items of an array.
    pub(crate) fn items(&self, value: &Value<'a>) -> Option<&[Value<'a>]> {
        let Value::Object(id) = value else {
            return None;
        };
        match &self.get(*id)?.kind {
            Kind::Array(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn element(&mut self, element: Element<'a>) -> Value<'a> {
        self.object(Kind::Element(Box::new(element)))
    }

    pub(crate) fn function(&mut self, code: Code<'a>, this: Option<Value<'a>>) -> Value<'a> {
        let closure = Closure {
            code,
            scope: self.scope,
            this,
            bound: Vec::new(),
            source: self.source,
            called: false,
        };
        let value = self.object(Kind::Function(Box::new(closure)));
        if let Value::Object(id) = value {
            self.functions.push(id);
        }
        value
    }

    /// The function behind a value.
    pub(crate) fn closure(&self, value: &Value<'a>) -> Option<&Closure<'a>> {
        let Value::Object(id) = value else {
            return None;
        };
        match &self.get(*id)?.kind {
            Kind::Function(closure) => Some(closure),
            _ => None,
        }
    }

    /// Whether a value can be called, as far as the text tells.
    pub(crate) fn is_function(&self, value: &Value<'a>) -> bool {
        self.closure(value).is_some() || matches!(value, Value::Method(_))
    }

    /// Joins texts: the pieces one after the other.
    pub(crate) fn join(&mut self, left: &Text, right: &Text) -> Value<'a> {
        let length = left.text.len() + right.text.len();
        self.spend(length / 64);
        if length > MAX_TEXT || self.is_spent() {
            self.cut(Cut::Size);
            return Value::Unknown(left.taint.with(right.taint));
        }
        let mut text = String::with_capacity(length);
        text.push_str(&left.text);
        text.push_str(&right.text);
        let mut made = left.made.with(right.made);
        if !left.text.is_empty() && !right.text.is_empty() && !names_a_host(&left.text) {
            made = made.with(Made::JOINED);
        }
        Value::Text(Rc::new(Text {
            ascii: left.ascii && right.ascii,
            hole: left.hole || right.hole,
            taint: left.taint.with(right.taint),
            made,
            text,
        }))
    }

    pub(crate) fn push_scope(&mut self, parent: usize, is_function: bool, this: Option<Value<'a>>) {
        self.scopes.push(Scope {
            names: Names::default(),
            own: Vec::new(),
            parent: Some(parent),
            this,
            is_function,
            unsure: self.unsure,
        });
        self.scope = self.scopes.len() - 1;
    }

    /// Gives a name a value in the present scope.
    pub(crate) fn declare(&mut self, name: &'a str, value: Value<'a>) {
        if let Some(scope) = self.scopes.get_mut(self.scope) {
            scope.set(name, value);
        }
    }

    /// Gives a `var` a value: in the nearest function. Under an unknown test both values remain.
    pub(crate) fn declare_var(&mut self, name: &'a str, value: Value<'a>) {
        let mut at = self.scope;
        while let Some(scope) = self.scopes.get(at) {
            if scope.is_function || scope.names.get(name).is_some() {
                break;
            }
            match scope.parent {
                Some(parent) => at = parent,
                None => break,
            }
        }
        let value = self.merged(at, name, value);
        if let Some(scope) = self.scopes.get_mut(at) {
            scope.set(name, value);
        }
    }

    fn merged(&self, scope: usize, name: &str, value: Value<'a>) -> Value<'a> {
        let Some(scope) = self.scopes.get(scope) else {
            return value;
        };
        match scope.names.get(name) {
            Some(old) if self.unsure > scope.unsure && !old.is_nothing() => {
                Value::either([old.clone(), value])
            }
            _ => value,
        }
    }

    /// The value of a name, if a scope knows it.
    pub(crate) fn lookup(&self, name: &str) -> Option<Value<'a>> {
        let scope = self.scopes.get(self.scope_of(name)?)?;
        scope.names.get(name).cloned()
    }

    /// The scope that knows a name.
    pub(crate) fn scope_of(&self, name: &str) -> Option<usize> {
        let mut at = Some(self.scope);
        while let Some(scope) = at.and_then(|at| self.scopes.get(at)) {
            if scope.names.get(name).is_some() {
                return at;
            }
            at = scope.parent;
        }
        None
    }

    /// Assigns to a name, wherever it is known; else it becomes global.
    pub(crate) fn assign(&mut self, name: &'a str, value: Value<'a>) {
        let at = self.scope_of(name).unwrap_or(0);
        let value = self.merged(at, name, value);
        if let Some(scope) = self.scopes.get_mut(at) {
            scope.set(name, value);
        }
    }

    pub(crate) fn this(&self) -> Value<'a> {
        let mut at = Some(self.scope);
        while let Some(scope) = at.and_then(|at| self.scopes.get(at)) {
            if let Some(this) = &scope.this {
                return this.clone();
            }
            at = scope.parent;
        }
        Value::Native("window")
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origins.get(self.source).copied().unwrap_or_default()
    }

    /// Reports something, with the situation that it stands in.
    pub(crate) fn report(&mut self, way: Way, made: Made) {
        if self.findings.len() >= MAX_FINDINGS {
            self.cut(Cut::Size);
            return;
        }
        let mut conditions: Vec<Condition> = Vec::new();
        for taint in &self.situation.tested {
            conditions.extend(conditions_of(*taint));
        }
        conditions.sort_unstable();
        conditions.dedup();
        let origin = self.origin();
        let finding = Finding {
            way,
            happening: self.situation.happening.clone(),
            conditions,
            made: made.with(self.made).with(origin.made),
            source: self.handler.unwrap_or(origin.text),
            at: origin.pinned.unwrap_or(self.at),
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

/// Whether a text holds a whole `//host/`, so that what is added to it does not change where it
/// leads.
pub(crate) fn names_a_host(text: &str) -> bool {
    let head = text.get(..text.len().min(300)).unwrap_or(text);
    head.split_once("//")
        .is_some_and(|(_, rest)| rest.contains(['/', '?', '#']))
}

/// The conditions that a dependence names.
pub(crate) fn conditions_of(taint: Taint) -> Vec<Condition> {
    [
        (Taint::USER_AGENT, Condition::UserAgent),
        (Taint::REFERRER, Condition::Referrer),
        (Taint::STORAGE, Condition::Storage),
        (Taint::LANGUAGE, Condition::Language),
        (Taint::SCREEN, Condition::Screen),
        (Taint::AUTOMATION, Condition::Automation),
        (Taint::TIME, Condition::Time),
        (Taint::ADDRESS, Condition::Address),
        (Taint::ANSWER, Condition::Answer),
        (Taint::DIALOG, Condition::Dialog),
    ]
    .into_iter()
    .filter(|(flag, _)| taint.has(*flag))
    .map(|(_, condition)| condition)
    .collect()
}
