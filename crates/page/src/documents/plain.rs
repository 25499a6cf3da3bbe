//! Plain text and tables of text: written addresses and contacts, and the text itself.

use model::{Carrier, Place};

use crate::documents::finder::Finder;

/// At most so much of a text is kept as passages.
const MAX_KEPT: usize = 100_000;

/// Reads a text.
pub(crate) fn read(finder: &mut Finder<'_>) {
    let text = finder.text;
    finder.written(text, Some(0), None, Carrier::Text, "");
    let mut at = 0;
    for paragraph in text.split_inclusive("\n\n") {
        if at > MAX_KEPT {
            break;
        }
        finder.passage(Place::Body, paragraph, Some(&(at..at + paragraph.len())));
        at += paragraph.len();
    }
}
