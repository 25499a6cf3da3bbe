//! Pictures: codes that are drawn in them, and addresses in their metadata. Only read when it is
//! asked for, because decoding costs a hundred times what a page of HTML does.

mod bars;
mod codes;
mod exif;
mod gif;
pub(crate) mod inline;
mod jpeg;
pub(crate) mod png;
mod webp;

use std::borrow::Cow;
use std::ops::Range;

use model::{
    Carrier, HopKind, Link, NoteKind, PageUrl, Proof, RawHref, Span, Technique, Visibility,
};

use crate::carriers::bare_link;
use crate::contact;
use crate::documents::finder::Finder;
use crate::documents::xml::{self, Event, Events};
use crate::{outline, text_url};

/// Pictures of more pixels are not decoded.
const MAX_PIXELS: usize = 16_000_000;

/// The texts of one picture hold at most so many bytes in all, inflated.
const MAX_TEXT: usize = 4 << 20;

/// At most so many texts of one picture are read.
const MAX_TEXTS: usize = 1_000;

/// A picture in shades of gray.
pub(crate) struct Gray {
    /// Pixels in a row.
    pub(crate) width: usize,
    /// Rows.
    pub(crate) height: usize,
    /// One byte a pixel, 0 is black.
    pub(crate) luma: Vec<u8>,
}

/// A text that a picture carries beside its pixels.
pub(crate) struct Tagged<'b> {
    /// What carries it, as `png:tEXt` or `exif:010e`.
    pub(crate) label: String,
    /// The text.
    pub(crate) text: Cow<'b, str>,
    /// Where it stands in the file.
    pub(crate) at: Range<usize>,
}

/// What a picture says.
#[derive(Default)]
pub(crate) struct Picture<'b> {
    /// Its metadata.
    pub(crate) texts: Vec<Tagged<'b>>,
    /// What the codes in it hold.
    pub(crate) codes: Vec<String>,
    /// What could not be read.
    pub(crate) notes: Vec<String>,
    /// How many bytes of texts were read.
    text_bytes: usize,
    is_cut: bool,
}

impl<'b> Picture<'b> {
    /// Adds a text, within bounds.
    fn text(&mut self, label: impl Into<String>, text: impl Into<Cow<'b, str>>, at: Range<usize>) {
        let text = text.into();
        if !text.trim().is_empty() && self.may_read(text.len()) {
            self.texts.push(Tagged {
                label: label.into(),
                text,
                at,
            });
        }
    }

    /// How many bytes the next text may hold.
    fn may_hold(&self) -> usize {
        MAX_TEXT.saturating_sub(self.text_bytes)
    }

    /// Whether a text of so many bytes may be read; notes when not.
    fn may_read(&mut self, bytes: usize) -> bool {
        let may = bytes <= self.may_hold() && self.texts.len() < MAX_TEXTS;
        if may {
            self.text_bytes += bytes;
        } else if !self.is_cut {
            self.is_cut = true;
            let note = "texts beyond the bounds are left out of the metadata";
            self.notes.push(note.to_owned());
        }
        may
    }

    /// Looks for codes in the pixels.
    fn look_at(&mut self, pixels: Result<Gray, String>) {
        match pixels {
            Ok(gray) => {
                self.codes = codes::find(&gray);
                self.codes.extend(bars::find(&gray));
            }
            Err(why) => self.notes.push(why),
        }
    }
}

/// Reads a picture of any known format. Time and memory are bounded by [`MAX_PIXELS`].
pub(crate) fn look(bytes: &[u8]) -> Picture<'_> {
    let mut picture = Picture::default();
    match kind(bytes) {
        Some(Kind::Png) => png::read(bytes, &mut picture),
        Some(Kind::Jpeg) => jpeg::read(bytes, &mut picture),
        Some(Kind::Gif) => gif::read(bytes, &mut picture),
        Some(Kind::Webp) => webp::read(bytes, &mut picture),
        Some(Kind::Tiff) => {
            exif::read(bytes, 0, &mut picture);
            let note = "the pixels of this format are not read; its metadata is";
            picture.notes.push(note.to_owned());
        }
        Some(Kind::Other) | None => {
            packets(bytes, &mut picture);
            let note = "the pixels of this format are not read; XMP in it is";
            picture.notes.push(note.to_owned());
        }
    }
    picture
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Png,
    Jpeg,
    Gif,
    Webp,
    Tiff,
    Other,
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    let is_riff = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    let brand = bytes.get(4..12).unwrap_or_default();
    let is_heif = brand.starts_with(b"ftyp")
        && [&b"avif"[..], b"avis", b"heic", b"heix", b"mif1"].contains(&&brand[4..]);
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some(Kind::Png),
        [0xFF, 0xD8, 0xFF, ..] => Some(Kind::Jpeg),
        [b'G', b'I', b'F', b'8', ..] => Some(Kind::Gif),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Kind::Tiff),
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] | [0, 0, 1, 0, ..] => Some(Kind::Other),
        _ if is_riff => Some(Kind::Webp),
        _ if is_heif => Some(Kind::Other),
        _ => None,
    }
}

/// Whether bytes begin like a picture.
pub(crate) fn is_picture(bytes: &[u8]) -> bool {
    kind(bytes).is_some()
}

/// XMP packets anywhere in a file.
fn packets(bytes: &[u8], picture: &mut Picture<'_>) {
    let find = |needle: &[u8], from: usize| {
        let rest = bytes.get(from..)?;
        rest.windows(needle.len())
            .position(|window| window == needle)
            .map(|at| from + at)
    };
    if let Some(start) = find(b"<x:xmpmeta", 0) {
        let end = find(b"</x:xmpmeta>", start).unwrap_or(bytes.len());
        xmp_texts(&bytes[start..end], start, picture);
    }
}

/// The texts of an XMP packet that stands at `start` of the file.
fn xmp_texts(packet: &[u8], start: usize, picture: &mut Picture<'_>) {
    if !picture.may_read(packet.len()) {
        return;
    }
    let at = start..start + packet.len();
    let packet = String::from_utf8_lossy(packet);
    for (name, text) in values(&packet) {
        picture.text(format!("xmp:{name}"), text, at.clone());
    }
}

/// Values of an XMP packet with their names. Names of namespaces are none.
fn values(packet: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut name = "";
    for event in Events::of(packet).take(100_000) {
        match event {
            Event::Open(tag) => {
                name = tag.name;
                for (attribute, value) in tag.attributes() {
                    if !attribute.starts_with("xml") && !attribute.starts_with("rdf:about") {
                        found.push((attribute.to_owned(), value.into_owned()));
                    }
                }
            }
            Event::Text(raw, ..) if !raw.trim().is_empty() => {
                found.push((name.to_owned(), xml::decode(raw).into_owned()));
            }
            _ => {}
        }
        if found.len() > 1_000 {
            break;
        }
    }
    found
}

/// Finds the addresses in an XMP packet that stands in a document.
pub(crate) fn xmp(finder: &mut Finder<'_>, packet: &str, at: &Range<usize>, carrier: Carrier) {
    for (name, text) in values(packet) {
        let name: String = name.chars().take(60).collect();
        finder.written(&text, None, Some(at), carrier, &format!("xmp:{name}"));
    }
}

/// The visibility of what stands in metadata: no program shows it with the picture, and nobody
/// can be sure that none ever does.
pub(crate) fn metadata_of(span: Option<Span>) -> Visibility {
    let proof = Proof {
        technique: Technique::FILE_METADATA,
        shows: "in the metadata of the file".to_owned(),
        span,
    };
    let why = "metadata, which few programs show".to_owned();
    Visibility::Unknown(why, vec![proof])
}

/// Reads a body that is a picture.
pub(crate) fn read(finder: &mut Finder<'_>, body: &[u8]) {
    let picture = look(body);
    take(finder, &picture, 0..body.len(), |at| at);
}

/// Puts what a picture says into a finder; `whole` is the place of the picture, and `place` gives
/// that of a part of it.
pub(crate) fn take(
    finder: &mut Finder<'_>,
    picture: &Picture<'_>,
    whole: Range<usize>,
    place: impl Fn(Range<usize>) -> Range<usize>,
) {
    for code in &picture.codes {
        for mut link in links_of_code(code, finder.address) {
            link.span = Some(finder.span(&whole));
            crate::carriers::add_with_nested(&mut finder.found, link, finder.address);
        }
        let handles = contact::of_href(code).map_or_else(|| contact::find(code), |one| vec![one]);
        let span = finder.span(&whole);
        for handle in handles {
            finder.contact(handle, Some(span));
        }
        finder.note(NoteKind::Other, &code_note(code));
    }
    let first = finder.found.links.len();
    for tagged in &picture.texts {
        let at = place(tagged.at.clone());
        finder.written(&tagged.text, None, Some(&at), Carrier::Image, &tagged.label);
    }
    for link in &mut finder.found.links[first..] {
        link.visibility = metadata_of(link.span);
    }
    for note in &picture.notes {
        finder.note(NoteKind::Other, note);
    }
}

/// What a code holds, as a note.
pub(crate) fn code_note(code: &str) -> String {
    format!(
        "a code in a picture holds “{}”",
        outline::collapse(code, 200)
    )
}

/// The ways out that the text of a code gives: the whole of it when that is an address, else the
/// addresses written in it.
pub(crate) fn links_of_code(code: &str, base: &PageUrl) -> Vec<Link> {
    let whole = code.trim();
    let head = whole.get(..8).unwrap_or(whole).to_ascii_lowercase();
    let is_address = head.starts_with("http://") || head.starts_with("https://");
    if is_address && let Ok(target) = RawHref::new(whole).resolve(base) {
        return vec![code_link(whole, target, base)];
    }
    text_url::find(code)
        .into_iter()
        .map(|written| code_link(&written.written, written.target, base))
        .collect()
}

fn code_link(written: &str, target: PageUrl, base: &PageUrl) -> Link {
    let mut link = bare_link(written, base, HopKind::Qr, Carrier::Image);
    link.text = outline::collapse(written, 200);
    link.target = Some(target);
    link.note(Technique::QR_CODE);
    link
}
