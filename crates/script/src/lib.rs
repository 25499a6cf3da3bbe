//! What a script would do with a visitor, as far as its text tells: texts of code and an answering
//! [`Page`] in, [`Finding`]s out.
//!
//! No script is run. A real parser reads the text, and a small evaluator follows it with values
//! that are known, unknown, or one of a few: it folds what is constant, takes both ways where a
//! test depends on what the text does not tell, and remembers on what it depends. What it meets of
//! the browser (`location`, `document`, timers, listeners) it does not do, but reports, with what
//! must happen first. Steps, depth of calls, length of texts and number of findings are bounded;
//! what a bound has cut is told in a note.

mod arrays;
mod assign;
mod calls;
mod codec;
mod document;
mod dom;
mod evaluate;
mod found;
mod globals;
mod heap;
mod loops;
mod machine;
mod members;
mod methods;
mod natives;
mod nesting;
mod operators;
mod own;
mod patterns;
mod scan;
mod session;
mod statements;
mod texts;
mod value;

pub use found::{Finding, Happening, Way, Which};
pub use members::happening;
pub use session::{read, read_alone};
pub use value::Made;

use std::borrow::Cow;

/// How a text of code comes to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Runs {
    /// A script element.
    Script,
    /// A script element of type `module`.
    Module,
    /// An `on…` attribute or a `javascript:` address.
    When(Happening),
}

/// A text of code.
#[derive(Debug, Clone)]
pub struct Source<'t> {
    /// The text.
    pub text: Cow<'t, str>,
    /// How it comes to run.
    pub runs: Runs,
}

/// What the scripts of a page say.
#[derive(Debug, Default)]
pub struct Scripts {
    /// What they do.
    pub findings: Vec<Finding>,
    /// What was not read to the end, as sentences.
    pub notes: Vec<String>,
}

/// What the evaluator asks of the document; answers are `None` where it does not tell.
pub trait Page {
    /// Value of an attribute of the first element that a selector names.
    fn attribute(&self, selector: &str, name: &str) -> Option<String>;
    /// Text inside of the first element that a selector names.
    fn text(&self, selector: &str) -> Option<String>;
    /// Scheme, host and port of the page's address.
    fn origin(&self) -> (String, String, String);
    /// Path and query of the page's address; `None` where the script stands apart from any page.
    fn path(&self) -> Option<String>;
}

/// Scheme, host and port of an address, as [`Page::origin`] gives them; the port is empty when it
/// is the scheme's own.
pub fn origin_of(address: &model::PageUrl) -> (String, String, String) {
    let url = address.as_url();
    let port = url.port().map(|port| port.to_string()).unwrap_or_default();
    (
        url.scheme().to_owned(),
        url.host_str().unwrap_or_default().to_owned(),
        port,
    )
}
