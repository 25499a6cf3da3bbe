//! Pictures that stand in a page as `data:` addresses.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::{Carrier, HopKind, Note, NoteKind, Technique};

use crate::ascii::begins;
use crate::carriers::{Walk, bare_link};
use crate::images::{code_note, links_of_code, look, metadata_of};
use crate::outline::Index;
use crate::text_url;

/// At most so many pictures of one page are read.
const MAX_PICTURES: usize = 32;

/// A picture in an address of more bytes is not read.
const MAX_BYTES: usize = 8 << 20;

/// White space aside, browsers take base64 with or without its padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Walk<'_, '_> {
    /// Reads the pictures that the page carries in itself.
    pub(crate) fn pictures(&mut self) {
        let mut left = MAX_PICTURES;
        for index in 0..self.outline.items.len() {
            let name = self.outline.name(index);
            let shows = [
                "img", "image", "input", "source", "object", "embed", "video",
            ];
            if !shows.contains(&name) {
                continue;
            }
            let attributes = ["src", "href", "xlink:href", "data", "poster", "data-src"];
            let bytes = attributes
                .iter()
                .filter_map(|attribute| self.outline.attr(index, attribute))
                .find_map(picture_in);
            let Some(bytes) = bytes else { continue };
            if left == 0 {
                let text = format!("only {MAX_PICTURES} pictures of the page are read");
                self.note_picture(index, text);
                return;
            }
            left -= 1;
            self.picture(index, &bytes);
        }
    }

    fn note_picture(&mut self, index: Index, text: String) {
        self.found.notes.push(Note {
            kind: NoteKind::Other,
            text,
            span: self.outline.span(index),
        });
    }

    fn picture(&mut self, index: Index, bytes: &[u8]) {
        let picture = look(bytes);
        for code in &picture.codes {
            for found in links_of_code(code, self.address) {
                let href = found.href.as_str();
                let mut link = self.link_on(index, href, HopKind::Qr, Carrier::Image);
                link.target = found.target;
                link.text = found.text;
                link.context = self.context(index);
                link.visibility = self.judge.anchor(index);
                link.note(Technique::QR_CODE);
                self.add(link);
            }
            self.note_picture(index, code_note(code));
        }
        for tagged in &picture.texts {
            for written in text_url::find(&tagged.text) {
                let base = self.address;
                let mut link = bare_link(&written.written, base, HopKind::TextUrl, Carrier::Image);
                link.zone = self.zones[index];
                link.span = self.outline.span(index);
                link.dom_path = self.outline.dom_path(index);
                link.text.clone_from(&written.written);
                link.target = Some(written.target);
                link.visibility = metadata_of(link.span);
                link.note(Technique::FILE_METADATA);
                self.add(link);
            }
        }
    }
}

/// The bytes of a picture in a `data:` address.
fn picture_in(address: &str) -> Option<Vec<u8>> {
    let address = address.trim_start();
    if !begins(address, "data:image/") || address.len() > MAX_BYTES {
        return None;
    }
    let (head, data) = address.split_once(',')?;
    let bytes: Cow<'_, [u8]> = percent_encoding::percent_decode_str(data).into();
    if !head.to_ascii_lowercase().ends_with(";base64") {
        return Some(bytes.into_owned());
    }
    let compact: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    LENIENT.decode(compact).ok()
}
