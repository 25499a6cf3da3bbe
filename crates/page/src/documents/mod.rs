//! Documents that are no HTML: one file for each family, dispatched by the declared type and by
//! the first bytes.
//!
//! All readers are tolerant: what is broken is noted, and what can be had is given. None of them
//! recurses into what the document nests, so that depth costs no stack.

mod card;
mod code;
mod escapes;
mod feed;
pub(crate) mod finder;
mod json;
mod json_reader;
mod link_file;
mod listing;
mod markup;
mod pdf;
mod plain;
mod playlist;
mod sniff;
pub(crate) mod xml;

use std::borrow::Cow;

use model::{Note, NoteKind, PageFacts};

use crate::carriers::Found;
use crate::document::{Decoded, OffsetMap, decode};
use crate::{Document, ReadSettings, images};
use finder::Finder;
pub(crate) use sniff::{Reading, reading};

/// The family of a document that is no HTML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// XML: feeds, sitemaps, OPML, property lists and any other.
    Xml,
    /// JSON and its dialects.
    Json,
    /// A stylesheet.
    Css,
    /// A script.
    Script,
    /// `.url`, `.desktop`, a binary property list.
    LinkFile,
    /// vCard or iCalendar.
    Card,
    /// M3U.
    Playlist,
    /// PDF.
    Pdf,
    /// A picture, which is read only when that is asked for.
    Image,
    /// Text in which only written addresses count.
    Plain,
}

/// Reads a document that is no HTML into `facts`. Linear in the body.
pub(crate) fn read(
    document: &Document<'_>,
    settings: ReadSettings,
    format: Format,
    mut found: Found,
    facts: &mut PageFacts,
) {
    let decoded = match format {
        // Bytes, not text: places in them are places in the body.
        Format::Pdf | Format::Image => Decoded {
            text: Cow::Borrowed(""),
            map: OffsetMap::identity(document.body.len()),
            note: None,
        },
        _ => decode(document.headers, document.body),
    };
    found.notes.extend(decoded.note.clone());
    found.notes.push(Note {
        kind: NoteKind::NotADocument,
        text: format!("not HTML; read as {}", name(format)),
        span: None,
    });
    let mut finder = Finder::new(document.address, &decoded, found);
    match format {
        Format::Xml => markup::read(&mut finder),
        Format::Json => json_reader::read(&mut finder, document.headers),
        Format::Css => code::stylesheet(&mut finder),
        Format::Script => code::script(&mut finder),
        Format::LinkFile => link_file::read(&mut finder, document.body),
        Format::Card => card::read(&mut finder),
        Format::Playlist => playlist::read(&mut finder),
        Format::Pdf => pdf::read(&mut finder, settings, document.body),
        Format::Image if settings.images => images::read(&mut finder, document.body),
        Format::Image => finder.note(NoteKind::Other, "pictures are read only when asked for"),
        Format::Plain => plain::read(&mut finder),
    }
    finder.hand_over(facts);
}

fn name(format: Format) -> &'static str {
    match format {
        Format::Xml => "XML",
        Format::Json => "JSON",
        Format::Css => "a stylesheet",
        Format::Script => "a script",
        Format::LinkFile => "a link file",
        Format::Card => "a card or calendar",
        Format::Playlist => "a playlist",
        Format::Pdf => "PDF",
        Format::Image => "a picture",
        Format::Plain => "text, for written addresses only",
    }
}
