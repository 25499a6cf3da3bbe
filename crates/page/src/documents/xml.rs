//! XML cut into events. Tolerant: end tags need not match, attributes need no quotes, and what is
//! no markup is text. Entities that the document defines are never expanded, so that none can grow.

use std::borrow::Cow;
use std::ops::Range;

use crate::documents::escapes::undone;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event<'x> {
    /// A start tag.
    Open(Tag<'x>),
    /// An end tag, with its name.
    Close(&'x str, Range<usize>),
    /// Text, or a CDATA section when `verbatim`; the range is that of the text itself.
    Text(&'x str, Range<usize>, bool),
    /// A processing instruction: what stands between its marks.
    Instruction(&'x str, Range<usize>),
    /// A document type: what stands between `<!` and `>`.
    Declaration(&'x str, Range<usize>),
    /// A comment: what stands in it.
    Comment(&'x str, Range<usize>),
}

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tag<'x> {
    /// Its name, with a prefix.
    pub(crate) name: &'x str,
    /// Whether it closes itself.
    pub(crate) is_empty: bool,
    /// Where the tag stands.
    pub(crate) at: Range<usize>,
    inner: &'x str,
}

impl<'x> Tag<'x> {
    /// Its name without the prefix.
    pub(crate) fn local(&self) -> &'x str {
        local(self.name)
    }

    /// The attributes: full name, value with references decoded.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'x str, Cow<'x, str>)> + use<'x> {
        Attributes { rest: self.inner }
    }

    /// The value of an attribute, by its name without prefix.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'x, str>> {
        self.attributes()
            .find(|(known, _)| local(known).eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// A name without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

struct Attributes<'x> {
    rest: &'x str,
}

impl<'x> Iterator for Attributes<'x> {
    type Item = (&'x str, Cow<'x, str>);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start_matches(|c: char| {
            c.is_ascii_whitespace() || matches!(c, '/' | '=' | '"' | '\'')
        });
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/')
            .unwrap_or(rest.len());
        let name = &rest[..end];
        if name.is_empty() {
            self.rest = "";
            return None;
        }
        let after = rest[end..].trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            self.rest = &rest[end..];
            return Some((name, Cow::Borrowed("")));
        };
        let (value, rest) = match value.as_bytes().first() {
            Some(&quote @ (b'"' | b'\'')) => {
                let quote = char::from(quote);
                value[1..].split_once(quote).unwrap_or((&value[1..], ""))
            }
            _ => {
                let end = value
                    .find(|c: char| c.is_ascii_whitespace())
                    .unwrap_or(value.len());
                value.split_at(end)
            }
        };
        self.rest = rest;
        Some((name, decode(value)))
    }
}

/// Cuts a text into events. Linear in the text, no stack.
pub(crate) struct Events<'x> {
    text: &'x str,
    at: usize,
}

impl<'x> Events<'x> {
    /// The events of a text.
    pub(crate) fn of(text: &'x str) -> Self {
        Self { text, at: 0 }
    }

    /// What stands between a mark that ends at `start` and the next `end`; to the end of the text
    /// when there is none.
    fn until(&mut self, start: usize, end: &str) -> (&'x str, Range<usize>) {
        let start = start.min(self.text.len());
        let rest = &self.text[start..];
        let length = rest.find(end).unwrap_or(rest.len());
        self.at = (start + length + end.len()).min(self.text.len());
        (&rest[..length], start..start + length)
    }

    fn declaration(&mut self, at: usize) -> Event<'x> {
        let rest = &self.text[at + 2..];
        // An internal subset holds brackets of its own; it ends with `]>`, more or less.
        let head = &rest[..rest.find('>').unwrap_or(rest.len())];
        let (inner, place) = if head.contains('[') {
            self.until(at + 2, "]>")
        } else {
            self.until(at + 2, ">")
        };
        Event::Declaration(inner, place)
    }

    fn tag(&mut self, at: usize) -> Event<'x> {
        let bytes = self.text.as_bytes();
        let mut end = at + 1;
        let mut quote = None;
        let mut lost = None;
        while let Some(&byte) = bytes.get(end) {
            match (quote, byte) {
                (None, b'>') => break,
                // A tag that was never closed ends where the next one begins.
                (None, b'<') => break,
                (None, b'"' | b'\'') => quote = Some(byte),
                (Some(open), _) if open == byte => quote = None,
                // So does one whose quote was never closed, if no quote follows.
                (Some(_), b'<') if lost.is_none() => lost = Some(end),
                _ => {}
            }
            end += 1;
        }
        if end >= bytes.len() && quote.is_some() {
            end = lost.unwrap_or(end);
        }
        let inner = &self.text[at + 1..end];
        let closed = bytes.get(end) == Some(&b'>');
        self.at = if closed { end + 1 } else { end };
        let name_end = inner
            .find(|c: char| c.is_ascii_whitespace() || c == '/')
            .unwrap_or(inner.len());
        Event::Open(Tag {
            name: &inner[..name_end],
            is_empty: inner.ends_with('/'),
            at: at..self.at,
            inner: &inner[name_end..],
        })
    }
}

impl<'x> Iterator for Events<'x> {
    type Item = Event<'x>;

    fn next(&mut self) -> Option<Event<'x>> {
        let at = self.at;
        let rest = self.text.get(at..).filter(|rest| !rest.is_empty())?;
        if !rest.starts_with('<') || !is_markup(rest.as_bytes()) {
            let skip = usize::from(rest.starts_with('<'));
            let end = rest[skip..].find('<').map_or(rest.len(), |n| n + skip);
            self.at = at + end;
            return Some(Event::Text(&rest[..end], at..at + end, false));
        }
        Some(if rest.starts_with("<![CDATA[") {
            let (text, place) = self.until(at + 9, "]]>");
            Event::Text(text, place, true)
        } else if rest.starts_with("<!--") {
            let (text, place) = self.until(at + 4, "-->");
            Event::Comment(text, place)
        } else if rest.starts_with("<?") {
            let (text, place) = self.until(at + 2, "?>");
            Event::Instruction(text, place)
        } else if rest.starts_with("<!") {
            self.declaration(at)
        } else if rest.starts_with("</") {
            let (name, _) = self.until(at + 2, ">");
            Event::Close(name.trim(), at..self.at)
        } else {
            self.tag(at)
        })
    }
}

fn is_markup(rest: &[u8]) -> bool {
    rest.get(1).is_some_and(|&c| {
        c.is_ascii_alphabetic() || matches!(c, b'/' | b'?' | b'!' | b'_') || c >= 0x80
    })
}

/// A text with its character references decoded: the five of XML, `&nbsp;`, and numbers. All
/// others stay as they are. Never grows.
pub(crate) fn decode(text: &str) -> Cow<'_, str> {
    undone(text, '&', |decoded, rest| {
        let end = rest.bytes().take(11).position(|byte| byte == b';');
        let known = end.and_then(|end| Some((reference(&rest[..end])?, end + 1)));
        let (c, taken) = known.unwrap_or(('&', 0));
        decoded.push(c);
        taken
    })
}

fn reference(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{A0}',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

/// The values of the pseudo-attributes of an instruction (`href="…"`).
pub(crate) fn pseudo_attribute<'x>(instruction: &'x str, name: &str) -> Option<Cow<'x, str>> {
    let start = instruction.find(|c: char| c.is_ascii_whitespace())?;
    Attributes {
        rest: &instruction[start..],
    }
    .find(|(known, _)| *known == name)
    .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_markup_loses_no_tag() {
        let names = |text: &str| -> Vec<String> {
            Events::of(text)
                .filter_map(|event| match event {
                    Event::Open(tag) => Some(tag.name.to_owned()),
                    _ => None,
                })
                .collect()
        };
        assert_eq!(names("<a><b x=1 <c>"), ["a", "b", "c"]);
        assert_eq!(names("<a x=\"1><b/><c>"), ["a", "b", "c"]);
        assert_eq!(names("1 < 2 <a> & </b> <c/>"), ["a", "c"]);
        assert_eq!(names("<!DOCTYPE a [<!ENTITY b \"c\">]><a>"), ["a"]);
    }

    #[test]
    fn references_never_grow() {
        assert_eq!(decode("a&amp;b&#x41;&#65;&lol9;&;"), "a&bAA&lol9;&;");
        assert_eq!(decode("&amp;lt;"), "&lt;");
    }
}
