//! Documents that are no HTML: one file for each family, dispatched by the declared type and by
//! the first bytes.
//!
//! All readers are tolerant: what is broken is noted, and what can be had is given. None of them
//! recurses into what the document nests, so that depth costs no stack.

mod card;
mod code;
mod feed;
mod finder;
mod json;
mod json_reader;
mod link_file;
mod listing;
mod markup;
mod plain;
mod playlist;
mod sniff;
mod xml;

use model::{Note, NoteKind, PageFacts};

use crate::Document;
use crate::carriers::Found;
use crate::document::decode;
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
    /// Text in which only written addresses count.
    Plain,
}

/// Reads a document that is no HTML into `facts`. Linear in the body.
pub(crate) fn read(
    document: &Document<'_>,
    format: Format,
    mut found: Found,
    facts: &mut PageFacts,
) {
    let decoded = decode(document.headers, document.body);
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
        Format::Plain => "text, for written addresses only",
    }
}
