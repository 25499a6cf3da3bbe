//! WebP: Exif and XMP in its chunks. Its pixels are not read.

use crate::images::{Picture, exif, xmp_texts};

/// Reads a WebP file.
pub(super) fn read(bytes: &[u8], picture: &mut Picture<'_>) {
    let mut at = 12;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let start = at + 8;
        let end = start.saturating_add(length).min(bytes.len());
        match &head[..4] {
            b"EXIF" => exif::read(&bytes[start..end], start, picture),
            b"XMP " => xmp_texts(&bytes[start..end], start, picture),
            _ => {}
        }
        at = end.saturating_add(length & 1);
    }
    let note = "the pixels of WebP are not read; its metadata is";
    picture.notes.push(note.to_owned());
}
