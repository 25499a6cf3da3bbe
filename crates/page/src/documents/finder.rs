//! Where the readers of documents put what they find.

use std::collections::BTreeSet;
use std::ops::Range;

use model::{
    Carrier, Contact, HopKind, Link, Note, NoteKind, PageFacts, PageUrl, Passage, Place, RawHref,
    ResourceKind, Span, Technique, Visibility, Zone,
};

use crate::carriers::{Found, add_with_nested, bare_link};
use crate::document::{Decoded, OffsetMap};
use crate::{contact, outline, read, text_url, texts};

/// Texts are searched in pieces of about this many bytes, so that no piece holds more addresses
/// than one search gives.
const PIECE: usize = 2_048;

/// A document is searched for written addresses and contacts up to here; the rest is left out,
/// with a note.
const MAX_SEARCHED: usize = 16 << 20;

/// At most so many pieces of HTML inside of one document are read.
const MAX_PIECES: usize = 5_000;

/// At most so many passages of one document are kept.
const MAX_PASSAGES: usize = 200;

/// What a reader has to hand, and what it has found.
pub(crate) struct Finder<'d> {
    /// The address that was read.
    pub(crate) address: &'d PageUrl,
    /// What relative references are resolved against.
    pub(crate) base: PageUrl,
    /// The text of the document.
    pub(crate) text: &'d str,
    map: &'d OffsetMap,
    /// Links, resources and notes.
    pub(crate) found: Found,
    /// Title of the document.
    pub(crate) title: String,
    contacts: Vec<Contact>,
    passages: Vec<Passage>,
    written: BTreeSet<String>,
    searched: usize,
    pieces: usize,
}

/// A link that a reader adds.
pub(crate) struct Way<'w> {
    /// The reference as written, with character references decoded.
    pub(crate) href: &'w str,
    /// What a visitor does.
    pub(crate) kind: HopKind,
    /// The construct.
    pub(crate) carrier: Carrier,
    /// What a person reads.
    pub(crate) text: &'w str,
    /// Where it stands in the document's text.
    pub(crate) at: Option<Range<usize>>,
    /// Its place in the structure.
    pub(crate) path: &'w str,
}

impl<'w> Way<'w> {
    /// An address that stands there for programs: a claim that nobody reads or follows.
    pub(crate) fn claim(href: &'w str, carrier: Carrier, at: Range<usize>, path: &'w str) -> Self {
        Self {
            href,
            kind: HopKind::Alternate,
            carrier,
            text: "",
            at: Some(at),
            path,
        }
    }
}

impl<'d> Finder<'d> {
    /// A finder for a document.
    pub(crate) fn new(address: &'d PageUrl, decoded: &'d Decoded<'_>, found: Found) -> Self {
        Self {
            address,
            base: address.clone(),
            text: &decoded.text,
            map: &decoded.map,
            found,
            title: String::new(),
            contacts: Vec::new(),
            passages: Vec::new(),
            written: BTreeSet::new(),
            searched: 0,
            pieces: 0,
        }
    }

    /// The span in the body of a range of the text.
    pub(crate) fn span(&self, at: &Range<usize>) -> Span {
        self.map.span(at.start, at.end)
    }

    /// Notes something.
    pub(crate) fn note(&mut self, kind: NoteKind, text: &str) {
        let known = self.found.notes.iter().any(|note| note.text == text);
        if !known {
            self.found.notes.push(Note {
                kind,
                text: text.to_owned(),
                span: None,
            });
        }
    }

    /// Makes a link of a way; its contact goes to the contacts.
    fn link(&mut self, way: &Way<'_>) -> Option<Link> {
        let href = way.href.trim();
        if href.is_empty() {
            return None;
        }
        let mut link = bare_link(href, &self.base, way.kind, way.carrier);
        link.text = outline::collapse(way.text, 200);
        link.span = way.at.as_ref().map(|at| self.span(at));
        way.path.clone_into(&mut link.dom_path);
        if let Some(technique) = technique_of(way.carrier) {
            link.note(technique);
        }
        if link.target.is_none()
            && let Some(handle) = contact::of_href(href)
        {
            let span = link.span;
            self.contact(handle, span);
        }
        Some(link)
    }

    /// Adds a link and what is nested in its address. Gives its place.
    pub(crate) fn add(&mut self, way: &Way<'_>) -> Option<usize> {
        let link = self.link(way)?;
        add_with_nested(&mut self.found, link, self.address)
    }

    /// Adds a link with relations.
    pub(crate) fn add_related(&mut self, way: &Way<'_>, rel: &[&str]) -> Option<usize> {
        let mut link = self.link(way)?;
        link.rel = rel.iter().map(|rel| rel.to_ascii_lowercase()).collect();
        add_with_nested(&mut self.found, link, self.address)
    }

    /// Adds a link past the usual limit, for documents that are nothing but lists of addresses.
    pub(crate) fn add_listed(&mut self, way: &Way<'_>) {
        if let Some(link) = self.link(way) {
            self.found.links.push(link);
        }
    }

    /// Calls the links from `first` on by a name, where they have none of their own.
    pub(crate) fn name_links(&mut self, first: usize, name: &str) {
        let name = outline::collapse(name, 200);
        for link in self.found.links.iter_mut().skip(first) {
            if link.text.is_empty() {
                link.text.clone_from(&name);
            }
        }
    }

    /// Adds a resource.
    pub(crate) fn resource(&mut self, href: &str, kind: ResourceKind) {
        let base = self.base.clone();
        self.found.resource(href, &base, kind);
    }

    /// Adds a contact.
    pub(crate) fn contact(&mut self, handle: contact::Handle, span: Option<Span>) {
        texts::push_contact(
            &mut self.contacts,
            handle,
            Visibility::Visible,
            Zone::Unknown,
            span,
        );
    }

    /// Keeps a piece of text that a person reads.
    pub(crate) fn passage(&mut self, place: Place, text: &str, at: Option<&Range<usize>>) {
        let text = outline::collapse(text, 2_000);
        if self.passages.len() < MAX_PASSAGES && !text.is_empty() {
            self.passages.push(Passage {
                place,
                zone: Zone::Unknown,
                text,
                shown: true,
                span: at.map(|at| self.span(at)),
            });
        }
    }

    /// Whether so much text may still be searched; notes when not.
    fn may_search(&mut self, bytes: usize) -> bool {
        let may = self.searched.saturating_add(bytes) <= MAX_SEARCHED;
        if !may {
            let note = format!("only {MAX_SEARCHED} bytes are searched for written addresses");
            self.note(NoteKind::Truncated, &note);
        }
        may
    }

    /// Finds addresses and contacts that are written in a text. `start` is where the text stands
    /// in the document, when it stands there as it is; otherwise every find gets `whole`.
    pub(crate) fn written(
        &mut self,
        text: &str,
        start: Option<usize>,
        whole: Option<&Range<usize>>,
        carrier: Carrier,
        path: &str,
    ) {
        for piece in pieces(text) {
            if self.found.is_full() || !self.may_search(piece.len()) {
                return;
            }
            self.searched += piece.len();
            let words = &text[piece.clone()];
            let mut hits = text_url::find(words);
            if hits.len() >= 50 {
                hits = in_parts(words);
            }
            for written in hits {
                if !self.written.insert(written.target.as_str().to_owned()) {
                    continue;
                }
                let at = match (start, &written.at) {
                    (Some(start), Some(at)) => {
                        let from = start + piece.start;
                        Some(from + at.start..from + at.end)
                    }
                    (Some(start), None) => Some(start + piece.start..start + piece.end),
                    (None, _) => whole.cloned(),
                };
                let way = Way {
                    href: &written.written,
                    kind: HopKind::TextUrl,
                    carrier,
                    text: &written.written,
                    at,
                    path,
                };
                let Some(mut link) = self.link(&way) else {
                    continue;
                };
                link.context = outline::collapse(line_around(words, written.at.as_ref()), 300);
                link.target = Some(written.target);
                add_with_nested(&mut self.found, link, self.address);
            }
            for handle in contact::find(words) {
                let span = match start {
                    Some(start) => words.find(&handle.written).map(|at| {
                        let from = start + piece.start + at;
                        self.span(&(from..from + handle.written.len()))
                    }),
                    None => whole.map(|at| self.span(at)),
                };
                self.contact(handle, span);
            }
        }
    }

    /// Reads a piece of HTML that stands in the document and adopts what it holds. With `start`
    /// the piece stands there as it is; otherwise everything in it gets `whole`. With `why` the
    /// visibility of its links is unknown for that reason.
    pub(crate) fn html(
        &mut self,
        html: &str,
        start: Option<usize>,
        whole: &Range<usize>,
        path: &str,
        why: Option<&str>,
    ) {
        if !may_lead_out(html) || self.found.is_full() {
            return;
        }
        if self.pieces >= MAX_PIECES {
            let note = format!("only {MAX_PIECES} pieces of HTML in this document are read");
            self.note(NoteKind::TooManyLinks, &note);
            return;
        }
        self.pieces += 1;
        let facts = read::read_piece(&self.base, html);
        let first = self.found.links.len();
        let (map, whole) = (self.map, self.span(whole));
        let place = |span: Span| match start {
            Some(start) => map.span(start + span.start, start + span.end),
            None => whole,
        };
        for mut link in facts.links {
            link.span = Some(link.span.map_or(whole, place));
            link.dom_path = format!("{path}/{}", link.dom_path);
            link.inside = link.inside.map(|inside| inside + first);
            link.visibility = moved(link.visibility, place);
            if let Some(why) = why {
                let proofs = link.visibility.proofs().to_vec();
                link.visibility = Visibility::Unknown(why.to_owned(), proofs);
            }
            // The piece is part of another document, so nothing in it moves a reader by itself.
            link.trigger = model::Trigger::Act;
            link.to_seller = false;
            if self.found.push(link).is_none() {
                break;
            }
        }
        for resource in facts.resources {
            self.resource(resource.href.as_str(), resource.kind);
        }
        for contact in facts.contacts {
            let handle = contact::Handle {
                kind: contact.kind,
                handle: contact.handle,
                written: contact.written,
            };
            let span = contact.span.map_or(whole, place);
            self.contact(handle, Some(span));
        }
    }

    /// Puts what was found into the facts.
    pub(crate) fn hand_over(self, facts: &mut PageFacts) {
        if !self.title.is_empty() {
            facts.title = outline::collapse(&self.title, 500);
        }
        facts.links = self.found.links;
        facts.resources = self.found.resources;
        facts.contacts = self.contacts;
        facts.passages = self.passages;
        facts.notes = self.found.notes;
    }
}

/// The technique of carrying a link in a document of this family: its row in docs/techniques.md.
fn technique_of(carrier: Carrier) -> Option<Technique> {
    match carrier {
        Carrier::Pdf => Some(Technique::EMBEDDED_DOCUMENT),
        Carrier::Image => Some(Technique::FILE_METADATA),
        Carrier::LinkFile | Carrier::Card | Carrier::Feed | Carrier::Sitemap | Carrier::Opml => {
            Some(Technique::LINK_FILE)
        }
        _ => None,
    }
}

/// A visibility whose proofs have their places in the document instead of in the piece.
fn moved(visibility: Visibility, place: impl Fn(Span) -> Span) -> Visibility {
    let shift = |mut proofs: Vec<model::Proof>| {
        for proof in &mut proofs {
            proof.span = proof.span.map(&place);
        }
        proofs
    };
    match visibility {
        Visibility::Visible => Visibility::Visible,
        Visibility::Hidden(proofs) => Visibility::Hidden(shift(proofs)),
        Visibility::Conditional(reveal, proofs) => Visibility::Conditional(reveal, shift(proofs)),
        Visibility::Unknown(why, proofs) => Visibility::Unknown(why, shift(proofs)),
    }
}

/// Whether a piece of HTML may hold a way out at all. A piece without is not worth a parse.
fn may_lead_out(html: &str) -> bool {
    [
        "href", "HREF", "src", "SRC", "://", "www.", "action", "url", "@", "Href", ".",
    ]
    .iter()
    .any(|sign| html.contains(sign))
}

/// The line of a text around a range of it, or the beginning of the text.
fn line_around<'t>(text: &'t str, at: Option<&Range<usize>>) -> &'t str {
    let Some(at) = at else { return text };
    let start = text[..at.start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at.end..].find('\n').map_or(text.len(), |n| at.end + n);
    &text[start..end]
}

/// Whether a reference is an absolute http(s) address, or one without a scheme (`//host/`), and
/// nothing else.
pub(crate) fn is_absolute(text: &str) -> bool {
    let text = text.trim();
    let head = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let has_scheme = head.starts_with("http://") || head.starts_with("https://");
    let bare = text.starts_with("//") && text.len() > 4 && text[2..].contains('.');
    (has_scheme || bare)
        && !text.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'))
        && RawHref::new(text).as_str().len() < 16_384
}

/// A text in pieces of about [`PIECE`] bytes, cut where lines or words end.
fn pieces(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    cut(text, PIECE)
}

/// The addresses in a text that holds more than one search gives.
fn in_parts(text: &str) -> Vec<text_url::Written> {
    let mut found = Vec::new();
    for part in cut(text, PIECE / 16) {
        found.extend(
            text_url::find(&text[part.clone()])
                .into_iter()
                .map(|mut written| {
                    written.at = written
                        .at
                        .map(|at| part.start + at.start..part.start + at.end);
                    written
                }),
        );
    }
    found
}

/// A text in pieces of about `size` bytes, cut where lines or words end.
fn cut(text: &str, size: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let start = at;
        let mut end = (start + size).min(text.len());
        if end < text.len() {
            let bytes = &text.as_bytes()[end..(end + 2 * size).min(text.len())];
            let stop = bytes
                .iter()
                .position(|&byte| byte == b'\n')
                .filter(|&n| n < size)
                .or_else(|| bytes.iter().position(u8::is_ascii_whitespace));
            end += stop.unwrap_or(bytes.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
        }
        at = end;
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_a_text_without_a_gap() {
        for text in [
            "",
            "word",
            &"ä".repeat(9_000),
            &"line of words\n".repeat(900),
        ] {
            let mut end = 0;
            for piece in pieces(text) {
                assert_eq!(piece.start, end);
                end = piece.end;
            }
            assert_eq!(end, text.len());
        }
    }

    #[test]
    fn an_absolute_address_stands_alone() {
        assert!(is_absolute("https://a.example/b"));
        assert!(is_absolute("//a.example/b"));
        assert!(!is_absolute("// a comment"));
        assert!(!is_absolute("see https://a.example/"));
        assert!(!is_absolute("/b"));
    }
}
