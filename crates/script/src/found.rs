//! What reading a script finds.

use model::Condition;

use crate::value::Made;

/// What must happen before a piece of code runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Happening {
    /// The page is loaded.
    #[default]
    Load,
    /// A timer of so many milliseconds runs out.
    Timer(u32),
    /// Something that needs no act: a scroll, idleness, a change of visibility.
    Passive(String),
    /// The visitor does something: the event, or empty when the text does not tell.
    Act(String),
    /// The visitor goes back or leaves.
    Leaving(String),
}

/// Which element of the document is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The element that carries the handler.
    This,
    /// The first that a selector names.
    Selector(String),
}

/// What a script does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// Takes the visitor to an address.
    Navigate {
        /// The address.
        href: String,
        /// Whether an element that the script made, or its form, carries it.
        by_element: bool,
        /// Whether it is the action of a form.
        by_form: bool,
    },
    /// Submits a form of the document.
    Submit(Which),
    /// Clicks an element of the document.
    Click(Which),
    /// Gives a link of the document another address.
    Exchange {
        /// The address.
        href: String,
        /// Whether it is the action of a form.
        is_action: bool,
    },
    /// Writes markup into the document.
    Markup {
        /// The markup.
        html: String,
        /// Whether the script built it as an element.
        as_element: bool,
    },
    /// Asks for a resource.
    Resource {
        /// The address.
        href: String,
        /// Whether it is a script.
        is_script: bool,
    },
    /// Registers a service worker.
    Worker(String),
    /// Adds rules of style.
    Style(String),
    /// Sets a cookie of the page, as `document.cookie` is given it.
    Cookie(String),
}

/// One thing that a script does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub way: Way,
    /// When.
    pub happening: Happening,
    /// Under which conditions.
    pub conditions: Vec<Condition>,
    /// How its text was made.
    pub made: Made,
    /// In which of the texts that were given.
    pub source: usize,
    /// Where in that text, in bytes.
    pub at: u32,
}
