//! What a document says, and where it leads: bytes and their address in, [`PageFacts`] out.
//!
//! [`read`] never fails and does no I/O. Any bytes give facts; what is wrong with a document
//! stands in the notes of its facts. The room is static: no script is run, no layout is done, and
//! what would need either is answered "unknown".

mod ascii;
mod carriers;
mod collapsed;
mod contact;
mod css;
mod cues;
mod directives;
mod disguise;
mod document;
mod documents;
mod dom;
mod gate;
mod images;
mod kind;
mod medicine;
mod outline;
mod parse;
mod position;
mod read;
mod refresh;
mod sheets;
mod structured;
mod tags;
mod text_url;
mod texts;
mod trader;
mod unwrap;
mod visibility;
mod writing;
mod zone;

pub use read::{read, read_with};
pub use sheets::stylesheet_links;

use model::{Headers, PageUrl};

#[cfg(doc)]
use model::PageFacts;

/// How many addresses an address holds inside of itself, as [`read`] finds them. For the bench, which
/// cannot ask for it alone in any other way.
#[doc(hidden)]
#[must_use]
pub fn addresses_inside(href: &str, target: Option<&PageUrl>, page: &PageUrl) -> usize {
    unwrap::unwrap(href, target, page).nested.len()
}

/// One document with all that its facts depend on.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Its address.
    pub address: &'a PageUrl,
    /// Status code of the answer.
    pub status: u16,
    /// Header fields of the answer.
    pub headers: &'a Headers,
    /// The body, with content codings taken off.
    pub body: &'a [u8],
    /// Whether the body was cut at a budget.
    pub cut: bool,
    /// Linked stylesheets that were fetched or given.
    pub sheets: &'a [Sheet],
    /// Linked scripts that were fetched or given.
    pub scripts: &'a [LinkedScript],
}

/// A script that a document links to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedScript {
    /// Its address; `None` for one that was given by hand: those stand for the scripts to which the
    /// document links and that are not given by address, in their order.
    pub address: Option<PageUrl>,
    /// Its text.
    pub text: String,
}

/// What is read besides what costs little.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadSettings {
    /// Whether pictures are decoded: a body that is one, those that a page or a PDF document
    /// carries in itself. Off by default.
    pub images: bool,
}

/// A stylesheet that a document links to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its address; `None` for one that was given by hand, which stands for whatever the document
    /// links to.
    pub address: Option<PageUrl>,
    /// Its text.
    pub text: String,
}
