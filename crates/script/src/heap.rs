//! Objects, and the names that a part of a script knows.

use std::collections::HashMap;

use oxc_ast::ast::{ArrowFunctionExpression, Class, Function};

use crate::value::{Id, Value};

/// Names with their values, in the order in which they were given.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names<'a> {
    list: Vec<(&'a str, Value<'a>)>,
    /// Places by name, once the list is long.
    index: Option<HashMap<&'a str, usize>>,
}

/// Lists shorter than this are searched from end to end.
const SHORT: usize = 12;

impl<'a> Names<'a> {
    fn place(&self, name: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(name).copied(),
            None => self.list.iter().position(|(known, _)| *known == name),
        }
    }

    /// The value of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.place(name).map(|at| &self.list[at].1)
    }

    /// Gives a name a value.
    pub(crate) fn set(&mut self, name: &'a str, value: Value<'a>) {
        if let Some(at) = self.place(name) {
            self.list[at].1 = value;
            return;
        }
        self.list.push((name, value));
        if let Some(index) = &mut self.index {
            index.insert(name, self.list.len() - 1);
        } else if self.list.len() > SHORT {
            let places = self.list.iter().enumerate();
            self.index = Some(places.map(|(at, (name, _))| (*name, at)).collect());
        }
    }

    /// All names, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(&'a str, Value<'a>)> {
        self.list.iter()
    }
}

/// The code of a function.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Code<'a> {
    /// `function`, or a method.
    Function(&'a Function<'a>),
    /// An arrow function.
    Arrow(&'a ArrowFunctionExpression<'a>),
    /// A class, called by `new`.
    Class(&'a Class<'a>),
    /// A text that was handed to `Function`, already read.
    Program(&'a oxc_ast::ast::Program<'a>),
}

/// A function with what it was made in.
#[derive(Debug, Clone)]
pub(crate) struct Closure<'a> {
    /// What it does.
    pub(crate) code: Code<'a>,
    /// The scope in which it was made.
    pub(crate) scope: usize,
    /// What `this` is, when that is fixed.
    pub(crate) this: Option<Value<'a>>,
    /// Arguments that are given already.
    pub(crate) bound: Vec<Value<'a>>,
    /// Which text its code stands in.
    pub(crate) source: usize,
    /// Whether it was called.
    pub(crate) called: bool,
}

/// An element of the document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element<'a> {
    /// Name of the element; empty when it was found, not made.
    pub(crate) tag: String,
    /// How it was found: a selector; empty when it was made.
    pub(crate) found_by: String,
    /// Attributes that the script set.
    pub(crate) attributes: Vec<(String, Value<'a>)>,
    /// Markup and elements that the script put inside.
    pub(crate) children: Vec<Value<'a>>,
    /// Whether it was reported already.
    pub(crate) reported: bool,
}

/// What an object is.
#[derive(Debug, Clone)]
pub(crate) enum Kind<'a> {
    /// No more than its properties.
    Plain,
    /// A list.
    Array(Vec<Value<'a>>),
    /// A function.
    Function(Box<Closure<'a>>),
    /// An element.
    Element(Box<Element<'a>>),
    /// A regular expression: pattern and flags.
    Pattern(String, String),
    /// What `new` made of something the browser provides (`XMLHttpRequest`, `Date`, `URL`).
    Instance(&'static str, Vec<Value<'a>>),
}

/// An object.
#[derive(Debug, Clone)]
pub(crate) struct Object<'a> {
    /// What it is.
    pub(crate) kind: Kind<'a>,
    /// Its properties.
    pub(crate) names: Names<'a>,
    /// Where else its properties are looked for.
    pub(crate) parent: Option<Id>,
    /// How many tests of unknown outcome stood around it when it was made.
    pub(crate) unsure: u32,
}
