//! What GraphML and GEXF share: text that is safe in XML 1.0, wherever it stands.

use std::borrow::Cow;
use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::name::QName;

use super::{Cell, CellType, Column};

/// What both forms call a type. Lists are words with spaces between them: readers of `GraphML` know no list,
/// and those of GEXF disagree on what separates one.
pub(super) const fn type_of(cells: CellType) -> &'static str {
    match cells {
        CellType::Text | CellType::Words => "string",
        CellType::Whole => "long",
        CellType::Real => "double",
        CellType::Truth => "boolean",
    }
}

/// The column that names the columns in which a character was replaced.
pub(super) const REPLACED: &str = "replaced";

/// A document in the making.
pub(super) struct Document<'o> {
    writer: Writer<&'o mut dyn Write>,
}

impl<'o> Document<'o> {
    /// Begins a document.
    pub(super) fn begin(out: &'o mut dyn Write) -> io::Result<Self> {
        let mut writer = Writer::new(out);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        writer.get_mut().write_all(b"\n")?;
        Ok(Self { writer })
    }

    pub(super) fn start(&mut self, tag: &BytesStart<'_>) -> io::Result<()> {
        self.writer.write_event(Event::Start(tag.borrow()))
    }

    pub(super) fn end(&mut self, name: &str) -> io::Result<()> {
        self.writer.write_event(Event::End(BytesEnd::new(name)))
    }

    pub(super) fn empty(&mut self, tag: &BytesStart<'_>) -> io::Result<()> {
        self.writer.write_event(Event::Empty(tag.borrow()))
    }

    /// Text that is escaped already.
    pub(super) fn escaped(&mut self, text: &str) -> io::Result<()> {
        self.writer
            .write_event(Event::Text(BytesText::from_escaped(text)))
    }

    /// Markup and escaped text as they are: an event for each would take twice the time where they are
    /// small and many.
    pub(super) fn raw(&mut self, pieces: &[&str]) -> io::Result<()> {
        let out = self.writer.get_mut();
        pieces
            .iter()
            .try_for_each(|piece| out.write_all(piece.as_bytes()))
    }

    /// A line's end, for people who look at the file.
    pub(super) fn line(&mut self) -> io::Result<()> {
        self.writer.get_mut().write_all(b"\n")
    }
}

/// Adds an attribute whose value is escaped already.
fn escaped_attribute(tag: &mut BytesStart<'_>, key: &str, value: &str) {
    tag.push_attribute(Attribute {
        key: QName(key.as_bytes()),
        value: Cow::Borrowed(value.as_bytes()),
    });
}

/// An element with attributes, escaped.
pub(super) fn element<'a>(name: &'a str, attributes: &[(&str, &str)]) -> BytesStart<'a> {
    let mut tag = BytesStart::new(name);
    for (key, value) in attributes {
        escaped_attribute(&mut tag, key, &safe(value).0);
    }
    tag
}

/// The text of a cell, escaped; and whether a character was replaced. `None` where there is nothing
/// to write.
pub(super) fn cell<'a>(cell: &'a Cell<'_>, room: &'a mut String) -> Option<(Cow<'a, str>, bool)> {
    let text = cell.plain(room).filter(|text| !text.is_empty());
    text.map(safe)
}

/// Notes the column of a replaced character.
pub(super) fn note(replaced: &mut String, column: &Column) {
    if !replaced.is_empty() {
        replaced.push(' ');
    }
    replaced.push_str(column.name);
}

/// `text` as it may stand in an attribute or between tags, so that a reader gets it back as it was: line
/// ends and tabs as references, since readers turn them into spaces otherwise. Characters that XML 1.0
/// has no way to write (most of the first 32, U+FFFE, U+FFFF) become U+FFFD; the second value says so.
pub(super) fn safe(text: &str) -> (Cow<'_, str>, bool) {
    let is_plain =
        |byte: u8| byte >= 0x20 && !matches!(byte, b'<' | b'>' | b'&' | b'"' | b'\'' | 0xef);
    if text.bytes().all(is_plain) {
        return (Cow::Borrowed(text), false);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    let mut is_replaced = false;
    for letter in text.chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\t' => safe.push_str("&#9;"),
            '\n' => safe.push_str("&#10;"),
            '\r' => safe.push_str("&#13;"),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => {
                is_replaced = true;
                safe.push('\u{fffd}');
            }
            other => safe.push(other),
        }
    }
    (Cow::Owned(safe), is_replaced)
}
