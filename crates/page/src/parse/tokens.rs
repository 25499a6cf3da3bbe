//! From text to tokens, by the states of the HTML standard, with the place of each token.
//!
//! The states of the standard go character by character. Here each run between two characters that
//! matter is found at once, and handed out as a piece of the source that shares its memory: a copy is
//! made only where a piece has a character reference, a carriage return or a null in it.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};

use crate::position::{MAX_MARKS, Mark};

use super::bridge::{Bridge, Next};
use super::names::Names;
use super::raw::{Raw, end_of_script, end_tag, ends_name};
use super::references::{resolved, unresolved};

/// Attributes of one tag that are compared one by one.
const FEW: usize = 16;

/// Bytes that a tendril holds in itself.
const SHORT: usize = 8;

/// What is read next.
enum Mode {
    Markup,
    Raw(Raw, LocalName),
    Plain,
}

/// Reads a text into tokens.
pub(super) struct Tokens<'a> {
    text: &'a str,
    /// The same text, of which pieces are handed out.
    whole: StrTendril,
    /// Whether carriage returns or nulls stand anywhere in it.
    has_odd: bool,
    /// Where the next ampersand stands: pieces are asked for in their order, and most have none.
    next_reference: usize,
    at: usize,
    mode: Mode,
    names: Names,
    /// The attributes of the tag that is read, in a list that is used again.
    attrs: Vec<Attribute>,
    /// A piece that is not as it stands in the source; used again as well.
    plain: String,
    marks: Vec<(usize, Mark)>,
    into: Bridge,
}

/// A tag as it was read.
struct Read {
    attrs: Vec<Attribute>,
    self_closing: bool,
    /// Where it ends.
    end: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str, into: Bridge) -> Self {
        Self {
            text,
            whole: StrTendril::from_slice(text),
            has_odd: memchr::memchr2(b'\r', 0, text.as_bytes()).is_some(),
            next_reference: 0,
            at: 0,
            mode: Mode::Markup,
            names: Names::new(),
            attrs: Vec::new(),
            plain: String::new(),
            marks: Vec::new(),
            into,
        }
    }

    /// Reads all of it, and gives the tags that tell the parts of the page. Linear: each step takes
    /// what it looked at.
    pub(super) fn run(mut self) -> (Bridge, Vec<(usize, Mark)>) {
        while self.at < self.text.len() && !self.into.is_stopped() {
            match std::mem::replace(&mut self.mode, Mode::Markup) {
                Mode::Markup => self.markup(),
                Mode::Raw(raw, name) => self.raw(raw, &name),
                Mode::Plain => {
                    let (from, end) = (self.at, self.text.len());
                    self.at = end;
                    let text = self.unresolved(from, end);
                    self.into.text(text, (from, end));
                }
            }
        }
        (self.into, self.marks)
    }

    /// Keeps a tag that tells a part of the page.
    fn mark(&mut self, at: usize, name: &LocalName, is_end: bool) {
        let mark = match (name, is_end) {
            (&local_name!("html"), false) => Mark::Html,
            (&local_name!("html"), true) => Mark::HtmlEnd,
            (&local_name!("head"), false) => Mark::Head,
            (&local_name!("head"), true) => Mark::HeadEnd,
            (&local_name!("body"), false) => Mark::Body,
            (&local_name!("body"), true) => Mark::BodyEnd,
            _ => return,
        };
        if self.marks.len() < MAX_MARKS {
            self.marks.push((at, mark));
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// A piece of the source as it stands.
    fn shared(&self, from: usize, to: usize) -> StrTendril {
        if to - from <= SHORT {
            return StrTendril::from_slice(&self.text[from..to]);
        }
        let (offset, length) = (u32::try_from(from), u32::try_from(to - from));
        match (offset, length) {
            (Ok(offset), Ok(length)) => self
                .whole
                .try_subtendril(offset, length)
                .unwrap_or_default(),
            _ => StrTendril::new(),
        }
    }

    fn unresolved(&mut self, from: usize, to: usize) -> StrTendril {
        let raw = &self.text[from..to];
        if self.has_odd && memchr::memchr2(b'\r', 0, raw.as_bytes()).is_some() {
            self.plain.clear();
            unresolved(raw, &mut self.plain);
            return StrTendril::from_slice(&self.plain);
        }
        self.shared(from, to)
    }

    fn resolved(&mut self, from: usize, to: usize, in_attribute: bool) -> StrTendril {
        if self.next_reference < from || self.next_reference == 0 {
            let step = memchr::memchr(b'&', &self.text.as_bytes()[from..]);
            self.next_reference = step.map_or(usize::MAX, |step| from + step);
        }
        if self.next_reference < to {
            let raw = &self.text[from..to];
            self.plain.clear();
            resolved(raw, in_attribute, &mut self.plain);
            return StrTendril::from_slice(&self.plain);
        }
        self.unresolved(from, to)
    }

    /// A text and the tag, comment or declaration behind it.
    fn markup(&mut self) {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut from = start;
        loop {
            let Some(step) = memchr::memchr(b'<', &bytes[from..]) else {
                self.at = bytes.len();
                return self.characters(start, bytes.len());
            };
            let at = from + step;
            match (bytes.get(at + 1), bytes.get(at + 2)) {
                (Some(letter), _) if letter.is_ascii_alphabetic() => {
                    self.characters(start, at);
                    return self.start_tag(at);
                }
                (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => {
                    self.characters(start, at);
                    return self.end_tag(at);
                }
                // The tag without a name is nothing.
                (Some(b'/'), Some(b'>')) => {
                    self.characters(start, at);
                    self.at = at + 3;
                    return;
                }
                (Some(b'/'), Some(_)) => {
                    self.characters(start, at);
                    return self.odd_comment(at, at + 2);
                }
                (Some(b'?'), _) => {
                    self.characters(start, at);
                    return self.odd_comment(at, at + 1);
                }
                (Some(b'!'), _) => {
                    self.characters(start, at);
                    return self.declaration(at);
                }
                _ => from = at + 1,
            }
        }
    }

    /// Text between tags: nulls are tokens of their own.
    fn characters(&mut self, from: usize, to: usize) {
        self.pieces(from, to, true);
    }

    fn pieces(&mut self, from: usize, to: usize, resolves: bool) {
        if from >= to {
            return;
        }
        let place = (from, to);
        let mut start = from;
        while self.has_odd
            && let Some(step) = memchr::memchr(0, &self.text.as_bytes()[start..to])
        {
            self.piece((start, start + step), place, resolves);
            self.into.null(place);
            start += step + 1;
        }
        self.piece((start, to), place, resolves);
    }

    /// A piece of a text without nulls.
    fn piece(&mut self, (from, to): (usize, usize), place: (usize, usize), resolves: bool) {
        if from < to {
            let text = if resolves {
                self.resolved(from, to, false)
            } else {
                self.unresolved(from, to)
            };
            self.into.text(text, place);
        }
    }

    fn start_tag(&mut self, at: usize) {
        let name_end = self.name_end(at + 1);
        let Some(read) = self.attributes(name_end, true) else {
            self.at = self.text.len();
            return;
        };
        self.at = read.end;
        let name = self.names.get(&self.text[at + 1..name_end]);
        self.mark(at, &name, false);
        let mut tag = Tag {
            kind: TagKind::StartTag,
            name: name.clone(),
            self_closing: read.self_closing,
            attrs: read.attrs,
            had_duplicate_attributes: false,
        };
        if tag.attrs.len() > FEW {
            drop_repeats(&mut tag);
        }
        self.mode = match self.into.open(tag, (at, read.end)) {
            Next::Markup => Mode::Markup,
            Next::Plain => Mode::Plain,
            Next::Raw(RawKind::Rcdata) => Mode::Raw(Raw::Resolved, name),
            Next::Raw(RawKind::Rawtext) => Mode::Raw(Raw::Unresolved, name),
            Next::Raw(_) => Mode::Raw(Raw::Script, name),
        };
    }

    /// An end tag; its attributes are read and count for nothing.
    fn end_tag(&mut self, at: usize) {
        let name_end = self.name_end(at + 2);
        let Some(read) = self.attributes(name_end, false) else {
            self.at = self.text.len();
            return;
        };
        self.at = read.end;
        let name = self.names.get(&self.text[at + 2..name_end]);
        self.mark(at, &name, true);
        self.into.close(name, (at, read.end));
    }

    fn name_end(&self, from: usize) -> usize {
        let rest = &self.text.as_bytes()[from..];
        let length = rest.iter().position(|&byte| ends_name(byte));
        from + length.unwrap_or(rest.len())
    }

    fn skip_space(&self, from: usize) -> usize {
        let rest = &self.text.as_bytes()[from..];
        let length = rest.iter().position(|&byte| !is_space(byte));
        from + length.unwrap_or(rest.len())
    }

    /// The attributes of a tag whose name ends at `from`, up to the end of the tag; `None` where
    /// the source ends before, and the tag is nothing.
    fn attributes(&mut self, from: usize, kept: bool) -> Option<Read> {
        if self.byte(from)? == b'>' {
            return Some(Read {
                attrs: Vec::new(),
                self_closing: false,
                end: from + 1,
            });
        }
        self.attrs.clear();
        let mut at = from;
        loop {
            at = self.skip_space(at);
            let self_closing = match self.byte(at)? {
                b'>' => false,
                b'/' if self.byte(at + 1) == Some(b'>') => true,
                b'/' => {
                    at += 1;
                    continue;
                }
                _ => {
                    let name_end = self.attribute_name_end(at);
                    let (value, end) = self.attribute_value(name_end)?;
                    if kept {
                        self.keep((at, name_end), value);
                    }
                    at = end;
                    continue;
                }
            };
            return Some(Read {
                // A list of just the size that is needed: most tags have one attribute or two.
                attrs: self.attrs.drain(..).collect(),
                self_closing,
                end: at + 1 + usize::from(self_closing),
            });
        }
    }

    /// Keeps an attribute, unless the tag has one of its name.
    fn keep(&mut self, name: (usize, usize), value: (usize, usize)) {
        let local = self.names.get(&self.text[name.0..name.1]);
        let attrs = &self.attrs;
        if attrs.len() <= FEW && attrs.iter().any(|known| known.name.local == local) {
            return;
        }
        let value = self.resolved(value.0, value.1, true);
        self.attrs.push(Attribute {
            name: QualName::new(None, ns!(), local),
            value,
        });
    }

    fn attribute_name_end(&self, from: usize) -> usize {
        // An equals sign at the start is part of the name.
        let rest = &self.text.as_bytes()[from + 1..];
        let length = rest
            .iter()
            .position(|&byte| ends_name(byte) || byte == b'=');
        from + 1 + length.unwrap_or(rest.len())
    }

    /// The value behind an attribute's name, and where the next thing begins; `None` where the
    /// source ends inside of it.
    fn attribute_value(&self, name_end: usize) -> Option<((usize, usize), usize)> {
        let bytes = self.text.as_bytes();
        let equals = self.skip_space(name_end);
        if self.byte(equals)? != b'=' {
            return Some(((equals, equals), equals));
        }
        let start = self.skip_space(equals + 1);
        match self.byte(start)? {
            quote @ (b'"' | b'\'') => {
                let end = start + 1 + memchr::memchr(quote, &bytes[start + 1..])?;
                Some(((start + 1, end), end + 1))
            }
            b'>' => Some(((start, start), start)),
            _ => {
                let length = bytes[start..]
                    .iter()
                    .position(|&byte| is_space(byte) || byte == b'>')?;
                Some(((start, start + length), start + length))
            }
        }
    }

    fn raw(&mut self, raw: Raw, name: &str) {
        let (bytes, start) = (self.text.as_bytes(), self.at);
        let tag = match raw {
            Raw::Script => end_of_script(bytes, start),
            _ => end_tag(bytes, start, name),
        };
        let end = tag.unwrap_or(bytes.len());
        if start < end {
            let text = match raw {
                Raw::Resolved => self.resolved(start, end, false),
                _ => self.unresolved(start, end),
            };
            self.into.text(text, (start, end));
        }
        self.at = end;
        if tag.is_some() {
            self.end_tag(end);
        }
    }

    /// What begins with `<!`.
    fn declaration(&mut self, at: usize) {
        let rest = &self.text.as_bytes()[at + 2..];
        if rest.starts_with(b"--") {
            return self.comment(at, at + 4);
        }
        if rest
            .get(..7)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"doctype"))
        {
            return self.doctype(at + 9);
        }
        if rest.starts_with(b"[CDATA[") && self.into.is_foreign() {
            let from = at + 9;
            let section = &self.text.as_bytes()[from..];
            let length = memchr::memmem::find(section, b"]]>");
            let end = from + length.unwrap_or(section.len());
            self.at = (end + 3).min(self.text.len());
            return self.pieces(from, end, false);
        }
        self.odd_comment(at, at + 2);
    }

    /// A comment whose text begins at `from`.
    fn comment(&mut self, at: usize, from: usize) {
        let rest = &self.text.as_bytes()[from..];
        let (length, marks) = if rest.starts_with(b">") {
            (0, 1)
        } else if rest.starts_with(b"->") {
            (0, 2)
        } else {
            comment_end(rest)
        };
        let end = from + length;
        self.at = end + marks;
        let text = self.unresolved(from, end);
        self.into.comment(text, (at, self.at));
    }

    /// What is read as a comment up to the next `>`.
    fn odd_comment(&mut self, at: usize, from: usize) {
        let rest = &self.text.as_bytes()[from..];
        let length = memchr::memchr(b'>', rest);
        let end = from + length.unwrap_or(rest.len());
        self.at = (end + 1).min(self.text.len());
        let text = self.unresolved(from, end);
        self.into.comment(text, (at, self.at));
    }

    /// A doctype whose word ends at `from`.
    fn doctype(&mut self, from: usize) {
        let rest = &self.text[from..];
        let (doctype, length) = super::doctype::read(rest);
        self.at = from + length;
        self.into.doctype(Doctype {
            name: doctype.name.map(StrTendril::from),
            public_id: doctype.public.map(StrTendril::from),
            system_id: doctype.system.map(StrTendril::from),
            force_quirks: doctype.is_broken,
        });
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}

/// How long the text of a comment is, and the mark behind it. At the end of the source a part of
/// the mark is none of the text.
fn comment_end(rest: &[u8]) -> (usize, usize) {
    for end in memchr::memchr_iter(b'>', rest) {
        let marks = [&b"--"[..], b"--!"];
        let mark = marks.iter().find(|mark| rest[..end].ends_with(mark));
        if let Some(mark) = mark {
            return (end - mark.len(), mark.len() + 1);
        }
    }
    let marks = [&b"--!"[..], b"--", b"-"];
    let mark = marks.iter().find(|mark| rest.ends_with(mark));
    let mark = mark.map_or(0, |mark| mark.len());
    (rest.len() - mark, mark)
}

/// The first of attributes with one name counts; O(n log n), since a tag may have a million.
fn drop_repeats(tag: &mut Tag) {
    tag.attrs.sort_by(|a, b| a.name.local.cmp(&b.name.local));
    tag.attrs
        .dedup_by(|later, earlier| later.name.local == earlier.name.local);
}
