//! The order in which the scripts of a page are read: scripts, what they put off, handlers,
//! functions that nothing calls.

use std::borrow::Cow;

use oxc_allocator::Allocator;
use oxc_span::GetSpan;

use crate::calls::{self, Parsed};
use crate::found::Happening;
use crate::heap::{Code, Kind};
use crate::machine::{Cut, Machine, Origin, SCRIPT_FUEL, Situation};
use crate::value::{Made, Taint, Value};
use crate::{Page, Runs, Scripts, Source, scan};

/// Longer texts are not parsed, but searched for literal addresses.
const MAX_SCRIPT: usize = 1_500_000;

/// All scripts of one page together; what comes behind is searched for literal addresses.
const MAX_ALL: usize = 4_000_000;

/// Handlers and `javascript:` addresses that are read on one page.
const MAX_HANDLERS: usize = 1_500;

/// Signs without which a script takes nobody anywhere.
const SIGNS: &[&str] = &[
    "history.go",
    "location",
    "open(",
    "navigate(",
    "ubmit(",
    ".write",
    "nnerHTML",
    "uterHTML",
    "insertAdjacent",
    "createElement",
    "eval",
    "Function",
    "constructor",
    ".href",
    "setAttribute",
    "fetch(",
    "sendBeacon",
    "XMLHttpRequest",
    "window[",
    "self[",
    "this[",
    "document[",
    "top[",
    "parent[",
    "globalThis[",
    ".click(",
    "serviceWorker",
    "insertRule",
    ".action",
    "srcdoc",
    "ContextualFragment",
    "parseFromString",
    ".src",
    "\\x",
    "\\u00",
    "fromCharCode",
    "atob",
    "unescape",
    "[![]]",
    ".html(",
    ".append",
    "execScript",
    "import(",
    ".attr(",
    ".prop(",
    ".assign(",
    // A name for the window, under which any word may be put together.
    "(window",
    ",window",
    ", window",
    "=window",
    "= window",
    "(this",
    "(self",
];

/// Whether a script may take a visitor anywhere, or ask for anything.
fn may_lead(text: &str) -> bool {
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// Reads the scripts of a page, in their order. Time and memory are bounded by 4 MB of
/// parsing and `machine::PAGE_FUEL` steps.
pub fn read(sources: &[Source<'_>], page: &dyn Page) -> Scripts {
    let mut scripts = Scripts::default();
    if !sources.iter().any(|source| may_lead(&source.text)) {
        return scripts;
    }
    let arena = Allocator::default();
    let mut machine = Machine::new(&arena, page);
    let mut session = Session {
        machine: &mut machine,
        scripts: &mut scripts,
        bytes: 0,
    };
    session.scripts(sources);
    session.tasks();
    session.handlers(sources);
    session.tasks();
    session.uncalled();
    session.tasks();
    let cuts = std::mem::take(&mut machine.cuts);
    scripts.findings.append(&mut machine.findings);
    for cut in cuts {
        scripts.notes.push(
            match cut {
                Cut::Steps => "scripts were not followed to their end: more steps than are taken",
                Cut::Depth => "a script is nested deeper than is followed",
                Cut::Size => "a script makes more or longer texts than are kept",
            }
            .to_owned(),
        );
    }
    scripts.notes.sort();
    scripts.notes.dedup();
    scripts
}

/// The page of a script that is read without one: it answers nothing.
struct Apart<'a>(&'a model::PageUrl);

impl Page for Apart<'_> {
    fn attribute(&self, _: &str, _: &str) -> Option<String> {
        None
    }

    fn text(&self, _: &str) -> Option<String> {
        None
    }

    fn origin(&self) -> (String, String, String) {
        crate::origin_of(self.0)
    }

    fn path(&self) -> Option<String> {
        None
    }
}

/// Reads a script that is served on its own.
pub fn read_alone(text: &str, address: &model::PageUrl) -> Scripts {
    let source = Source {
        text: Cow::Borrowed(text),
        runs: Runs::Script,
    };
    read(&[source], &Apart(address))
}

struct Session<'m, 'a, 's> {
    machine: &'m mut Machine<'a>,
    scripts: &'s mut Scripts,
    bytes: usize,
}

impl<'a> Session<'_, 'a, '_> {
    fn scripts<'t: 'a>(&mut self, sources: &'a [Source<'t>]) {
        for (number, source) in sources.iter().enumerate() {
            if matches!(source.runs, Runs::When(_)) {
                continue;
            }
            // What only defines values is read when it is short: another script may use them.
            if !may_lead(&source.text) && source.text.len() > 4_000 {
                continue;
            }
            self.run(number, &source.text, source.runs == Runs::Module, None);
        }
    }

    fn handlers<'t: 'a>(&mut self, sources: &'a [Source<'t>]) {
        let mut read = 0;
        for (number, source) in sources.iter().enumerate() {
            let Runs::When(happening) = &source.runs else {
                continue;
            };
            read += 1;
            if read > MAX_HANDLERS {
                let note = format!("more than {MAX_HANDLERS} handlers; the rest is not read");
                self.scripts.notes.push(note);
                return;
            }
            self.run(number, &source.text, false, Some(happening));
        }
    }

    fn run(&mut self, number: usize, text: &'a str, is_module: bool, when: Option<&Happening>) {
        self.bytes += text.len();
        if text.len() > MAX_SCRIPT || self.bytes > MAX_ALL {
            self.search(number, text, "a script is longer than is parsed");
            return;
        }
        let program = match calls::parse(self.machine.arena, text, is_module) {
            Parsed::Program(program) => program,
            Parsed::TooDeep => {
                self.search(number, text, "a script is nested deeper than is parsed");
                return;
            }
            Parsed::Broken => {
                // Browsers run nothing of it either; what it may have been meant to be is told.
                if when.is_none() && may_lead(text) {
                    self.search(number, text, "a script does not parse");
                }
                return;
            }
        };
        let machine = &mut *self.machine;
        machine.texts.push(text);
        machine.origins.push(Origin {
            text: number,
            code: machine.texts.len() - 1,
            pinned: None,
            made: Made::NONE,
        });
        machine.source = machine.origins.len() - 1;
        machine.fuel = SCRIPT_FUEL;
        machine.scope = 0;
        machine.situation = Situation::default();
        match when {
            None => {
                machine.block(&program.body);
            }
            Some(happening) => {
                machine.situation.happening = happening.clone();
                let is_act = matches!(happening, Happening::Act(_) | Happening::Leaving(_));
                machine.unsure = u32::from(is_act);
                let this = machine.found_element("this");
                machine.push_scope(0, true, Some(this));
                machine.declare("event", Value::Unknown(Taint::NONE));
                machine.handler = Some(number);
                machine.block(&program.body);
                machine.handler = None;
                machine.unsure = 0;
            }
        }
    }

    fn search(&mut self, number: usize, text: &str, why: &str) {
        let note = format!("{why}; it is searched for literal addresses only");
        self.scripts.notes.push(note);
        self.scripts
            .findings
            .extend(scan::literal_navigations(text, number));
    }

    /// What was put aside: timers, listeners, functions handed to others.
    fn tasks(&mut self) {
        let machine = &mut *self.machine;
        machine.fuel = SCRIPT_FUEL;
        let mut done = 0;
        while done < machine.tasks.len() && !machine.is_spent() {
            let task = machine.tasks[done].clone();
            done += 1;
            machine.situation = task.situation;
            machine.source = task.source;
            machine.at = task.at;
            machine.scope = 0;
            let is_act = matches!(
                machine.situation.happening,
                Happening::Act(_) | Happening::Leaving(_)
            );
            machine.unsure = u32::from(is_act);
            if machine.is_function(&task.function) {
                machine.call(&task.function, task.this, task.arguments);
            } else if matches!(task.function, Value::Text(_) | Value::Either(_)) {
                machine.run_text(&task.function);
            } else if let Value::Native(_) = task.function {
                machine.call(&task.function, task.this, task.arguments);
            }
            machine.unsure = 0;
        }
        machine.tasks.clear();
    }

    /// Functions that nothing has called may be called by what a visitor does.
    fn uncalled(&mut self) {
        let machine = &mut *self.machine;
        machine.fuel = SCRIPT_FUEL;
        let mut at = 0;
        while at < machine.functions.len() && !machine.is_spent() {
            let id = machine.functions[at];
            at += 1;
            let Some(object) = machine.get(id) else {
                continue;
            };
            let Kind::Function(closure) = &object.kind else {
                continue;
            };
            if closure.called {
                continue;
            }
            let (code_of, source) = (closure.code, closure.source);
            let span = match code_of {
                Code::Function(function) => function.span,
                Code::Arrow(arrow) => arrow.span,
                Code::Program(program) => program.span,
                Code::Class(class) => class.span(),
            };
            let origin = machine.origins.get(source).copied().unwrap_or_default();
            let text = machine.texts.get(origin.code).copied().unwrap_or_default();
            let code = text
                .get(span.start as usize..span.end as usize)
                .unwrap_or_default();
            if !may_lead(code) {
                continue;
            }
            machine.situation = Situation {
                happening: Happening::Act(String::new()),
                tested: Vec::new(),
            };
            machine.source = source;
            machine.unsure = 1;
            machine.scope = 0;
            let unknown = vec![Value::Unknown(Taint::NONE); 8];
            machine.call_closure(id, Value::Unknown(Taint::NONE), unknown, None);
            machine.unsure = 0;
        }
    }
}
