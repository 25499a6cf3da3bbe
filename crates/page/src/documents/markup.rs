//! XML documents: which dialect the root names, the walk that all dialects share, and what is read
//! of a dialect that nobody knows.

use std::borrow::Cow;
use std::ops::Range;

use model::{Carrier, HopKind, NoteKind, Proof, ResourceKind, Technique, Visibility};

use crate::documents::feed::Feed;
use crate::documents::finder::{Finder, Way, is_absolute};
use crate::documents::listing::{Outlines, Sitemap};
use crate::documents::xml::{self, Event, Events, Tag};

/// Deeper elements are read as if they stood at this depth.
const MAX_DEPTH: usize = 512;

const TOO_DEEP: &str = "nested deeper than 512 elements; read flat below";

/// A path names at most so many elements.
const MAX_PATH: usize = 16;

/// The open elements, outermost first.
#[derive(Default)]
pub(crate) struct Path<'x> {
    names: Vec<&'x str>,
    beyond: usize,
}

impl<'x> Path<'x> {
    /// Local name of the element `up` levels above the innermost one (0: itself).
    pub(crate) fn above(&self, up: usize) -> &'x str {
        let at = self.names.len().checked_sub(up + 1);
        at.map_or("", |at| xml::local(self.names[at]))
    }

    /// Prefix of the innermost element; empty when it has none.
    pub(crate) fn prefix(&self) -> &'x str {
        let name = self.names.last().copied().unwrap_or_default();
        name.split_once(':').map_or("", |(prefix, _)| prefix)
    }

    /// How many elements are open.
    pub(crate) fn depth(&self) -> usize {
        self.names.len() + self.beyond
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, name) in self.names.iter().take(MAX_PATH).enumerate() {
            let name: String = name.chars().take(40).collect();
            write!(f, "{}{name}", if at == 0 { "" } else { "/" })?;
        }
        Ok(())
    }
}

/// Text of an element, between two tags.
pub(crate) struct Piece<'x> {
    /// The text with references decoded.
    pub(crate) text: Cow<'x, str>,
    /// Where it stands.
    pub(crate) at: Range<usize>,
    /// Where it starts, when it stands in the document as it is.
    pub(crate) start: Option<usize>,
}

/// A reader of one dialect.
pub(crate) trait Dialect<'x> {
    /// A start tag; the element is the innermost of `path`. Gives whether the content is taken
    /// whole, so that it comes as one `content`.
    fn open(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, tag: &Tag<'x>) -> bool;

    /// A text in the innermost element of `path`.
    fn text(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, piece: &Piece<'x>);

    /// The content of an element that is taken whole.
    fn content(&mut self, _: &mut Finder<'_>, _: &Path<'x>, _: &Piece<'x>) {}

    /// The innermost element of `path` ends.
    fn close(&mut self, _: &mut Finder<'_>, _: &Path<'x>) {}
}

/// Reads an XML document by the dialect of its root.
pub(crate) fn read(finder: &mut Finder<'_>) {
    let text = finder.text;
    let root = Events::of(text).take(1_000).find_map(|event| match event {
        Event::Open(tag) => Some(tag.local().to_ascii_lowercase()),
        _ => None,
    });
    match root.as_deref() {
        Some("rss" | "feed" | "rdf") => walk(finder, &mut Feed::default()),
        Some("urlset" | "sitemapindex") => walk(finder, &mut Sitemap::default()),
        Some("opml") => walk(finder, &mut Outlines::default()),
        _ => walk(finder, &mut Generic::default()),
    }
}

/// Walks a document. Linear in the text; the stack of open elements is bounded.
fn walk<'d>(finder: &mut Finder<'d>, dialect: &mut impl Dialect<'d>) {
    let text = finder.text;
    let mut path = Path::default();
    let mut whole: Option<(usize, usize)> = None;
    for event in Events::of(text) {
        if let Some((depth, start)) = whole {
            let ends = matches!(&event, Event::Close(name, _)
                if path.depth() == depth && path.names.last() == Some(name));
            match (&event, ends) {
                (Event::Close(_, at), true) => {
                    whole = None;
                    dialect.content(finder, &path, &content(text, start..at.start));
                }
                // A child of the same name has an end of its own.
                (Event::Open(tag), _) if !tag.is_empty && path.names.last() == Some(&tag.name) => {
                    path.beyond += 1;
                    continue;
                }
                (Event::Close(name, _), _) if path.names.last() == Some(name) => {
                    path.beyond -= 1;
                    continue;
                }
                _ => continue,
            }
        }
        match event {
            Event::Open(tag) => {
                open(&mut path, tag.name);
                let takes_whole = dialect.open(finder, &path, &tag);
                if tag.is_empty {
                    dialect.close(finder, &path);
                    close(&mut path);
                } else if takes_whole && path.beyond == 0 {
                    whole = Some((path.depth(), tag.at.end));
                }
            }
            Event::Text(raw, at, verbatim) => {
                if !raw.trim_ascii().is_empty() {
                    dialect.text(finder, &path, &piece(raw, at, verbatim));
                }
            }
            Event::Close(name, _) => end(finder, dialect, &mut path, name),
            Event::Instruction(inner, _) => instruction(finder, inner),
            Event::Declaration(inner, _) => declaration(finder, inner),
            Event::Comment(inner, at) => comment(finder, inner, at.start),
        }
    }
    let is_open = path.depth() > 0;
    if path.beyond > 0 {
        finder.note(NoteKind::TooDeep, TOO_DEEP);
    }
    if let Some((_, start)) = whole {
        dialect.content(finder, &path, &content(text, start..text.len()));
    }
    while path.depth() > 0 {
        dialect.close(finder, &path);
        close(&mut path);
    }
    if is_open {
        finder.note(NoteKind::Other, "broken XML: elements are left open");
    }
}

fn open<'x>(path: &mut Path<'x>, name: &'x str) {
    if path.names.len() < MAX_DEPTH {
        path.names.push(name);
    } else {
        path.beyond += 1;
    }
}

fn close(path: &mut Path<'_>) {
    if path.beyond > 0 {
        path.beyond -= 1;
    } else {
        path.names.pop();
    }
}

/// An end tag ends its element and those that were left open in it; one without an element ends
/// nothing.
fn end<'x>(
    finder: &mut Finder<'_>,
    dialect: &mut impl Dialect<'x>,
    path: &mut Path<'x>,
    name: &str,
) {
    if path.beyond > 0 {
        path.beyond -= 1;
        if path.beyond == 0 {
            finder.note(NoteKind::TooDeep, TOO_DEEP);
        }
        return;
    }
    let known = path
        .names
        .iter()
        .rev()
        .take(16)
        .position(|open| *open == name);
    let Some(known) = known else {
        finder.note(
            NoteKind::Other,
            "broken XML: an end tag without its element",
        );
        return;
    };
    for _ in 0..=known {
        dialect.close(finder, path);
        path.names.pop();
    }
}

fn piece(raw: &str, at: Range<usize>, verbatim: bool) -> Piece<'_> {
    let text = if verbatim {
        Cow::Borrowed(raw)
    } else {
        xml::decode(raw)
    };
    let start = matches!(text, Cow::Borrowed(_)).then_some(at.start);
    Piece { text, at, start }
}

/// Content that is taken whole: one CDATA section or elements stand there as they are, escaped
/// text is decoded.
fn content(text: &str, at: Range<usize>) -> Piece<'_> {
    let raw = &text[at.clone()];
    let lead = raw.len() - raw.trim_start().len();
    if let Some(inner) = raw.trim_start().strip_prefix("<![CDATA[") {
        let inner = inner.split("]]>").next().unwrap_or(inner);
        let start = at.start + lead + 9;
        return piece(inner, start..start + inner.len(), true);
    }
    let has_elements = raw.contains("</") || raw.contains("/>");
    piece(raw, at, has_elements)
}

fn instruction(finder: &mut Finder<'_>, inner: &str) {
    if inner.starts_with("xml-stylesheet")
        && let Some(href) = xml::pseudo_attribute(inner, "href")
    {
        finder.resource(&href, ResourceKind::Stylesheet);
        if inner.contains("xsl") {
            let note = "a stylesheet transforms this document; what it makes of it is not known";
            finder.note(NoteKind::MissingStylesheet, note);
        }
    }
}

/// External identifiers are what a parser may load; entities are never expanded.
fn declaration(finder: &mut Finder<'_>, inner: &str) {
    for (number, quoted) in inner.split(['"', '\'']).enumerate().take(64) {
        if number % 2 == 1 && is_absolute(quoted) {
            finder.resource(quoted, ResourceKind::Other);
        }
    }
    if inner.contains("<!ENTITY") {
        let note = "the document defines entities; they are not expanded";
        finder.note(NoteKind::Other, note);
    }
}

fn comment(finder: &mut Finder<'_>, inner: &str, start: usize) {
    let first = finder.found.links.len();
    finder.written(inner, Some(start), None, Carrier::Comment, "");
    for link in &mut finder.found.links[first..] {
        link.visibility = Visibility::Hidden(vec![Proof {
            technique: Technique::COMMENT,
            shows: "inside a comment".to_owned(),
            span: link.span,
        }]);
    }
}

/// A document of no known dialect: links by XLink or by name are ways out, whole addresses are
/// data, addresses within a text are written.
#[derive(Default)]
struct Generic {
    key: String,
}

impl<'x> Dialect<'x> for Generic {
    fn open(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, tag: &Tag<'x>) -> bool {
        attributes(finder, path, tag, Carrier::Xml);
        false
    }

    fn text(&mut self, finder: &mut Finder<'_>, path: &Path<'x>, piece: &Piece<'x>) {
        // A property list names its values; a link file keeps its target under `URL`.
        let is_link_file = path.above(0) == "string" && self.key == "URL";
        if is_link_file && path.depth() <= 3 {
            finder.add(&Way {
                href: &piece.text,
                kind: HopKind::Anchor,
                carrier: Carrier::LinkFile,
                text: "",
                at: Some(piece.at.clone()),
                path: &path.to_string(),
            });
        } else {
            leaf(finder, path, piece, Carrier::Xml);
        }
        if path.above(0) == "key" {
            self.key = piece.text.trim().chars().take(64).collect();
        } else {
            self.key.clear();
        }
    }
}

/// Addresses in the attributes of an element of unknown meaning. Names of namespaces and schemas
/// look like addresses and lead nowhere.
pub(crate) fn attributes(
    finder: &mut Finder<'_>,
    path: &Path<'_>,
    tag: &Tag<'_>,
    carrier: Carrier,
) {
    let is_simple = tag.attribute("type").as_deref() == Some("simple");
    for (name, value) in tag.attributes() {
        let local = xml::local(name);
        if name.starts_with("xml:")
            || name.starts_with("xmlns")
            || local.ends_with("chemaLocation")
            || local == "type"
        {
            continue;
        }
        let is_xlink = local == "href" && (name.contains(':') || is_simple);
        let is_anchor =
            is_xlink && (is_simple || tag.local() == "a") || local == "href" && tag.local() == "a";
        let leads = is_anchor || is_absolute(&value) || (is_xlink && !value.starts_with('#'));
        let text_path = || format!("{path}@{}", name.chars().take(40).collect::<String>());
        let at = Some(tag.at.clone());
        if !leads {
            finder.written(&value, None, Some(&tag.at), carrier, &text_path());
        } else if is_picture(local) || is_picture(tag.local()) {
            finder.resource(&value, ResourceKind::Image);
        } else {
            let kind = if is_anchor {
                HopKind::Anchor
            } else {
                HopKind::Alternate
            };
            let title = tag.attribute("title").unwrap_or_default();
            finder.add(&Way {
                href: &value,
                kind,
                carrier,
                text: &title,
                at,
                path: &text_path(),
            });
        }
    }
}

/// A text of unknown meaning: a whole address is data that nobody follows, and addresses within
/// other text are written.
pub(crate) fn leaf(finder: &mut Finder<'_>, path: &Path<'_>, piece: &Piece<'_>, carrier: Carrier) {
    let name = path.above(0);
    if !is_absolute(&piece.text) {
        let shown = path.to_string();
        finder.written(&piece.text, piece.start, Some(&piece.at), carrier, &shown);
    } else if is_picture(name) || is_picture(path.above(1)) {
        finder.resource(piece.text.trim(), ResourceKind::Image);
    } else {
        let shown = path.to_string();
        finder.add(&Way::claim(&piece.text, carrier, piece.at.clone(), &shown));
    }
}

/// Whether a name says that what it holds is a picture.
pub(crate) fn is_picture(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "image",
        "img",
        "icon",
        "logo",
        "thumbnail",
        "picture",
        "photo",
        "avatar",
        "banner",
    ]
    .iter()
    .any(|word| name.contains(word))
}
